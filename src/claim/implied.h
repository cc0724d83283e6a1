#pragma once
/* Does what is proven say what somebody asks for? For verdicts by a policy. */
#include "claim/claim.h"

/* A claim that was verified, as its text says it. */
typedef struct zkl_proven_claim {
    zkl_bytes text;
    /* How many of its rows have a value, at least, in each column that it names. */
    uint64_t least_values;
} zkl_proven_claim;

/* Claims that were verified of one dataset. All borrowed. */
typedef struct zkl_proven_claims {
    const zkl_proven_claim *items;
    size_t count;
    const zkl_schema *schema;
    uint64_t row_count;
} zkl_proven_claims;

/* *out: is `asked` among them, or does it follow from some of them?
 *
 * It follows from the manifest when it compiles to nothing (`rows(n)` of so many rows). A claim
 * follows from the same claim; an open one (`sum(pay)`) from any result; a range from a narrower
 * one; not_null from a range that refuses nulls; a comparison with a number from a result or
 * comparison that is as strict; k_anonymous and l_diverse from a larger number. A claim by row
 * follows from claims on spans that hold its rows together.
 *
 * least_values: so many rows of it must have a value; 0: that is not asked.
 *
 * Errors: ZKL_USAGE, ZKL_NOT_FOUND, ..: what is asked makes no sense of this dataset, as
 *         zkl_claim_compile says. ZKL_REJECTED: the schema or number of rows alone says that it is
 *         false.
 * Cost:   compiles each claim of the asked kind. */
zkl_status zkl_claim_is_implied(bool *out, const zkl_claim *asked, uint64_t least_values,
                                const zkl_proven_claims *proven, zkl_error *err) ZKL_MUST_USE;
