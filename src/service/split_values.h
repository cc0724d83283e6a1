#pragma once
/* Splitting by the values of a column: which rows go where, and what is claimed of each part.
 * Pure: no ledger, no data. */
#include "base/arena.h"
#include "base/buffer.h"
#include "types/schema.h"

#include <zkl/transform.h>

typedef struct split_values {
    const zkl_column *column;
    /* Each with a value; one without takes all other rows. */
    const zkl_split_part *parts;
    size_t part_count;
} split_values;

/* Does a part have a value? */
bool split_is_by_values(const zkl_split_part *parts, size_t count);
/* ZKL_USAGE: two parts without a value, or with one. */
zkl_status split_values_check(const zkl_split_part *parts, size_t count,
                              zkl_error *err) ZKL_MUST_USE;
/* "CASE .. END AS zkl_part": null for a row that goes nowhere. */
void split_values_put_cases(zkl_buffer *sql, const split_values *values);
/* What is claimed of a part when it is notarised; *out NULL: nothing. Of numbers and moments that
 * it holds its value alone, and the part of all others none of the values. Texts have no range:
 * that it holds one value alone. */
zkl_status split_values_claim(const char **out, zkl_arena *arena, const split_values *values,
                              size_t part, zkl_error *err) ZKL_MUST_USE;
/* Do parts hold different values only if that is claimed too? Then it can be. */
bool split_values_are_apart_by_claim(const split_values *values);
/* What is recorded and not proven; NULL: nothing. */
const char *split_values_recorded(const split_values *values);
