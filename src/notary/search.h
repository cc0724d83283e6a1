#pragma once
/* The tightest claims that are true of a table: what its owner looks up before claiming. Nothing is
 * committed or proven.
 *
 * A form is a claim without its result, and what is found makes it a claim:
 *
 *     range(c)                         range(c, least value, greatest value)
 *     min(c) max(c) median(c)          ... = the value
 *     quantile(c, q)
 *     k_anonymous(a, b)                the greatest k
 *     l_diverse(a, b, s)               the greatest l
 *     parity(p, g), equal_opportunity(l, p, g), drift(c, D.c, ...)
 *                                      <= the least bound of four decimal places
 *     sum(c), mean(c), count(where P), distinct(a, b), null_rate(c), ...: each kind whose claims
 *     may be open is bound by the plan, as when it is claimed
 *
 * SECRET: everything found is a result that nobody was told. */
#include "notary/claim_list.h"
#include "notary/proof_plan.h"

typedef struct zkl_search {
    /* As it was asked. Borrowed. */
    const char *form;
    /* What is measured: an index into the kinds of search.c. */
    size_t kind;
    /* The number of the claim that was made of it; ZKL_SEARCH_NONE: there is none that says
     * something, and `reason` why. */
    size_t claim;
    const char *reason;
} zkl_search;
#define ZKL_SEARCH_NONE SIZE_MAX

typedef struct zkl_search_list {
    zkl_arena memory;
    zkl_search *items;
    size_t count;
    /* Of each its columns, as a claim with any result. */
    zkl_claim_list probes;
} zkl_search_list;
void zkl_search_list_clear(zkl_search_list *list);

/* Read the forms. ZKL_USAGE for one that is none, or a whole claim. */
zkl_status zkl_search_list_read(zkl_search_list *out, const char *const *forms, size_t count,
                                zkl_error *err) ZKL_MUST_USE;
/* Measure, and add a claim for each that has one. plan: of the table, without claims. ZKL_USAGE,
 * ZKL_NOT_SUPPORTED: of columns that have no such result. Cost: of an order a pass over the column
 * for each limb, of combinations a sort of the rows, of a distance 14 checks of the claim. */
zkl_status zkl_search_list_measure(zkl_search_list *list, zkl_claim_list *claims,
                                   const zkl_proof_plan *plan, zkl_pool *pool,
                                   zkl_error *err) ZKL_MUST_USE;
