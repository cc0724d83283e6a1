#pragma once
/* What prover and verifier share of "drift": its parameters, read, and where its columns stand. */
#include "claim/assertion.h"

/* Behind the cuts. */
enum { ZKL_DRIFT_MOST, ZKL_DRIFT_FACTOR, ZKL_DRIFT_DIVISOR, ZKL_DRIFT_PARAMS };
/* Its tables. */
enum { ZKL_DRIFT_A, ZKL_DRIFT_B, ZKL_DRIFT_BINS, ZKL_DRIFT_SLACK, ZKL_DRIFT_TABLES };

typedef struct zkl_drift {
    const zkl_scalar *cuts; /* of assertion_params: each in [1, C), rising */
    size_t cut_count;       /* 0: every value is a bin */
    uint64_t rows_a, rows_b;
    zkl_wide most;            /* X */
    uint64_t factor, divisor; /* f, g; 0, 0 without */
    /* Limbs of a number of rows; of e, u, v; of y, z; of q. */
    uint32_t count_limbs, limbs, factor_limbs, slack_limbs;
    /* Places of the bins' columns; those that are not there: 0. */
    size_t value, of_a, of_b, bin, bin_a, bin_b, apart, above, below, factor_a, factor_b, columns;
} zkl_drift;

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_drift_read(zkl_drift *out, const zkl_assertion_facts *facts,
                          zkl_error *err) ZKL_MUST_USE;
/* Cut number i. */
uint64_t zkl_drift_cut(const zkl_drift *drift, size_t i);
