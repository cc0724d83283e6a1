#pragma once
/* Rows and values that cannot be read, for the owner's eyes only: they quote the data. */
#include "base/memory.h"

typedef struct zkl_bad_row {
    char file[256], column[128], value[128], reason[160];
    /* From 1; 0: not known. The row counts within its file. */
    uint64_t row, line;
} zkl_bad_row;

/* The first few of them, in row order, and how many there are. */
typedef struct zkl_bad_rows {
    zkl_bad_row rows[10];
    size_t count;
    uint64_t total;
} zkl_bad_rows;
