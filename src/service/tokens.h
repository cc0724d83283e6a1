#pragma once
/* Tokens for the values of columns: numbers that look drawn, one for each value of a column, by a
 * secret key. Who has the key makes the same tokens again; who has tokens alone learns which rows
 * have one value, and nothing of it. */
#include "table/table_text.h"

/* Columns of one table, by their places. */
typedef struct tokens_request {
    const zkl_table *table;
    const size_t *columns;
    size_t column_count;
    uint64_t row_count;
    /* 64 hex digits. Secret. */
    const char *seed;
} tokens_request;

typedef struct drawn_tokens {
    zkl_arena memory;
    size_t column_count;
    uint64_t row_count;
    /* Row by row, 63 bits each; 0: the value is null. */
    uint64_t *values;
    /* Of each column how many there are, a null counted as one. */
    uint64_t *distinct;
} drawn_tokens;
void drawn_tokens_clear(drawn_tokens *tokens);

/* token = the first 63 bits of PRF(seed, "token", field(name of the column) || value), so that
 * equal values of two columns have nothing in common. Cost: a hash a value. */
zkl_status tokens_make(drawn_tokens *out, const tokens_request *request, const zkl_env *env,
                       zkl_error *err) ZKL_MUST_USE;
