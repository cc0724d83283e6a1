#pragma once
/* What prover and verifier share of "rates": its parameters, read, and where its columns stand. */
#include "claim/assertion.h"

enum { ZKL_RATES_A, ZKL_RATES_B, ZKL_RATES_C, ZKL_RATES_PARAMS };
/* Columns of the source. */
enum { ZKL_RATES_GROUP, ZKL_RATES_Y, ZKL_RATES_W };
/* Its tables. */
enum {
    ZKL_RATES_SOURCE,
    ZKL_RATES_TAU,    /* tau in every row */
    ZKL_RATES_SUM,    /* z, C cells that add up to tau */
    ZKL_RATES_COUNTS, /* a row for each value that a limb has */
    ZKL_RATES_TABLES
};
/* Columns of the counts, from `REST` on with w alone. */
enum {
    ZKL_RATES_COUNT_VALUE,
    ZKL_RATES_COUNT_ROWS,
    ZKL_RATES_COUNT_YES,
    ZKL_RATES_COUNT_LEAST,
    ZKL_RATES_COUNT_ABOVE,
    ZKL_RATES_COUNT_BELOW,
    ZKL_RATES_COUNT_REST,
    ZKL_RATES_COUNT_COLUMNS = ZKL_RATES_COUNT_REST + 3
};

typedef struct zkl_rates {
    uint64_t a, b, c;
    bool has_w;
    uint64_t units;                    /* U: tau is a whole number of U-ths */
    uint32_t count_limbs, slack_limbs; /* of a number of rows; of u and v */
} zkl_rates;

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_rates_read(zkl_rates *out, const zkl_assertion_facts *facts,
                          zkl_error *err) ZKL_MUST_USE;
