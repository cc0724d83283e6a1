#pragma once
/* How many values stand behind claims, so that nothing is told as if it said something where it may
 * be about nothing. */
#include "claim/claim.h"

/* What is known of one claim, by the others beside it. */
typedef struct zkl_claim_behind {
    /* It holds of no value too: it passes over nulls, and then `values` is what other claims say of
     * how many there are; or it is of rows that it chooses, and nothing says how many these are. Of
     * others `values.least` is how many values their columns have, by their own word or others'. */
    bool can_be_empty;
    zkl_claim_values values;
    /* It says how many values a column has, and `values` of another claim has it. */
    bool is_behind_another;
} zkl_claim_behind;

/* Claims that are told together: those of an entry, with those of the notarisation that it is
 * about. */
typedef struct zkl_claim_list_behind {
    /* Compiled against the datasets that they name, the entry's own first. */
    const zkl_compiled_claim *claims;
    /* Of each: its column is one of the first dataset. Of the others nothing is said. */
    const bool *is_about_first;
    size_t count;
    /* Of the first dataset. */
    const zkl_schema *schema;
} zkl_claim_list_behind;

/* *out: one of each, in arena. */
zkl_status zkl_claims_behind(zkl_claim_behind **out, zkl_arena *arena,
                             const zkl_claim_list_behind *list, zkl_error *err) ZKL_MUST_USE;

/* Columns of the first dataset of which a claim says something of the values, and nothing says that
 * there is one in its rows: they may have none. Names as claims print them, each once, in arena. */
zkl_status zkl_claims_unknown_nulls(const char ***names, size_t *count, zkl_arena *arena,
                                    const zkl_claim_list_behind *list,
                                    const zkl_claim_behind *behind, zkl_error *err) ZKL_MUST_USE;
