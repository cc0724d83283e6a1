#pragma once
/* The kinds of claims that a proof statement may hold, by their names in its bytes. What each kind means is in
 * claim/claim_<name>.c. */
#include "base/bytes.h"

/* KIND(constant, name, all_sources). all_sources: every table of such a claim is a dataset; else the first one is, and
 * the others are auxiliary. */
#define ZKL_CLAIM_KINDS(KIND)                                                                      \
    KIND(CELLS, cells, true)                                                                       \
    KIND(RANGE, range, false)                                                                      \
    KIND(SUM, sum, false)                                                                          \
    KIND(LINEAR, linear, true)

typedef enum zkl_claim_kind {
#define KIND(constant, name, all_sources) ZKL_CLAIM_##constant,
    ZKL_CLAIM_KINDS(KIND)
#undef KIND
        ZKL_CLAIM_KIND_COUNT
} zkl_claim_kind;

const char *zkl_claim_kind_name(zkl_claim_kind kind);
bool zkl_claim_kind_parse(zkl_claim_kind *out, zkl_bytes name);
/* How many of a claim's tables are sources: the first, or all. */
size_t zkl_claim_source_count(zkl_claim_kind kind, size_t table_count);
