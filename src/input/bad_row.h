#pragma once
/* Rows and values that cannot be read. */
#include "base/memory.h"

/* One bad row or value, for the owner's eyes only. */
typedef struct zkl_bad_row {
    char file[256], column[128], value[128], reason[160];
    uint64_t row, line; /* 0: not known */
} zkl_bad_row;
