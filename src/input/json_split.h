#pragma once
/* Where the rows of a JSON text lie: each row is the text of one value, which
 * zkl_json_object_parse then judges. Here brackets and strings are followed, and what stands
 * between the rows is checked to the last byte.
 *
 * - newline-delimited: a line is a row; lines of blanks are passed over.
 * - else: one list of rows, or rows one after the other with blanks between. */
#include "base/memory.h"

typedef enum zkl_json_place {
    ZKL_JSON_START,
    ZKL_JSON_LIST_START,   /* behind '[' */
    ZKL_JSON_LIST_BETWEEN, /* behind a row of the list */
    ZKL_JSON_LIST_COMMA,   /* behind a comma: a row must come */
    ZKL_JSON_LIST_END,     /* behind ']': nothing may come */
    ZKL_JSON_SEQUENCE,     /* rows one after the other */
} zkl_json_place;

typedef struct zkl_json_splitter {
    bool by_lines;
    zkl_json_place place; /* all zeros: the start */
} zkl_json_splitter;

typedef enum zkl_json_result {
    ZKL_JSON_ROW,
    ZKL_JSON_MORE, /* the text ends within a row */
    ZKL_JSON_END,  /* is_last, and nothing is left */
    ZKL_JSON_BAD,
} zkl_json_result;

/* The first row of the text.
 *
 * used:  bytes up to the row's end, or to the fault.
 * row:   of ZKL_JSON_ROW; lies in the text.
 * why:   of ZKL_JSON_BAD, in words. */
zkl_json_result zkl_json_next(size_t *used, zkl_bytes *row, const char **why,
                              zkl_json_splitter *splitter, zkl_bytes text, bool is_last);
