#pragma once
/* What prover and verifier share of "group": its parameters, read. */
#include "claim/row_leaves.h"

/* What an aggregate is: its code among the parameters. */
typedef enum zkl_aggregate_code {
    ZKL_AGGREGATE_ROWS, /* the number of rows; always the first one, and only that */
    ZKL_AGGREGATE_SUM,  /* of what is not null */
    ZKL_AGGREGATE_LEAST,
    ZKL_AGGREGATE_GREATEST,
    ZKL_AGGREGATE_VALUES, /* how many rows are not null */
    ZKL_AGGREGATE_CODES
} zkl_aggregate_code;

/* Parameters of an aggregate: code, column of A among those without flags, offsets of A's column
 * and of B's. */
enum {
    ZKL_AGGREGATE_CODE,
    ZKL_AGGREGATE_COLUMN,
    ZKL_AGGREGATE_OFFSET,
    ZKL_AGGREGATE_OFFSET_OWN,
    ZKL_AGGREGATE_PARAMS
};

/* Least and greatest values of one assertion: each takes three columns of one auxiliary table. */
#define ZKL_GROUP_ENDS_MAX (ZKL_AUXILIARY_COLUMNS_MAX / 3)

/* One aggregate: column `b` of B says it of column `a` of A, places in the tables with flags. */
typedef struct zkl_aggregate {
    zkl_aggregate_code code;
    size_t a, b;
    bool nullable; /* A's column has a flag, behind it */
    zkl_fr offset, offset_own;
} zkl_aggregate;

static inline bool zkl_aggregate_is_end(zkl_aggregate_code code)
{
    return code == ZKL_AGGREGATE_LEAST || code == ZKL_AGGREGATE_GREATEST;
}

typedef struct zkl_group {
    const zkl_statement_table *a, *b;
    /* The first columns of both tables are the keys with their flags; then B's aggregates. */
    size_t key_columns, aggregate_count;
    /* Those that are least or greatest, by their place among the aggregates; how many of them have
     * more than one limb. */
    size_t ends[ZKL_GROUP_ENDS_MAX], end_count, high_count;
    const zkl_scalar *params; /* of the aggregates */
    /* Columns of A without flags. */
    uint16_t plain[ZKL_STATEMENT_COLUMNS_MAX];
    size_t plain_count;
} zkl_group;

/* ZKL_REJECTED with the name of the check. Takes no memory. Borrows from the facts. */
zkl_status zkl_group_read(zkl_group *out, const zkl_assertion_facts *facts,
                          zkl_error *err) ZKL_MUST_USE;
/* Aggregate number `at` of a group that has been read. */
void zkl_group_aggregate(zkl_aggregate *out, const zkl_group *group, size_t at);
