#pragma once
/* Splitting at a value of a column: which rows go where, and what is claimed of each part. The
 * value is a constant of claims, and the query has the one of the column's type that says the same.
 * Pure: no ledger, no data. */
#include "base/arena.h"
#include "types/schema.h"

#define SPLIT_CUT_PARTS 2

/* Texts in the arena. */
typedef struct split_cut {
    /* "age < 17.5": the first part's rows. Others, those with a null too, are the second's. */
    const char *words;
    /* A condition in SQL that is true of the same rows. */
    const char *sql;
    /* Of each part: that all of it satisfies this, or none. */
    const char *claims[SPLIT_CUT_PARTS];
} split_cut;

/* schema: with one column at least of that number. at: a literal. ZKL_USAGE: it is none of the
 * column's type, or no value of the type lies on one side; ZKL_NOT_SUPPORTED: such a column has no
 * order. */
zkl_status split_cut_make(split_cut *out, zkl_arena *arena, const zkl_schema *schema, size_t column,
                          const char *at, zkl_error *err) ZKL_MUST_USE;
