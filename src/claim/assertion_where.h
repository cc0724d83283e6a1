#pragma once
/* What prover and verifier share of "where": its parameters, read. */
#include "claim/predicate.h"

#define ZKL_WHERE_BOUNDS_MAX 64
/* Limbs of a slack cell: C of them reach further than any bound. */
#define ZKL_WHERE_SLACK_LIMBS 7

typedef struct zkl_where {
    zkl_predicate predicate;
    /* Each: a weight for each bit of the predicate, n, mode. */
    const zkl_scalar *bounds;
    size_t bound_count;
    /* Of each summed column: its offset, and the sum of its codes less the offset. */
    const zkl_scalar *sums;
    size_t sum_count;
} zkl_where;

enum { ZKL_WHERE_SUM_OFFSET, ZKL_WHERE_SUM_TOTAL, ZKL_WHERE_SUM_PARAMS };

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_where_read(zkl_where *out, const zkl_assertion_facts *facts,
                          zkl_error *err) ZKL_MUST_USE;

/* Parameters of bound number `bound`: weights, n, mode. */
static inline const zkl_scalar *zkl_where_bound(const zkl_where *where, size_t bound)
{
    return where->bounds + bound * (where->predicate.bit_count + 2);
}
uint64_t zkl_where_mode(const zkl_where *where, size_t bound);
/* The source's column that is summed as number `sum`: x0, x1, .. */
size_t zkl_where_summand(const zkl_statement_table *source, size_t sum);
