#pragma once
/* The kinds of assertions that a proof statement may hold, by their names in its bytes. What each kind means is in
 * claim/assertion_<name>.c. */
#include "base/bytes.h"

/* KIND(constant, name, all_sources). all_sources: every table of such an assertion is a dataset; else the first one is, and
 * the others are auxiliary. */
#define ZKL_ASSERTION_KINDS(KIND)                                                                  \
    KIND(CELLS, cells, true)                                                                       \
    KIND(RANGE, range, false)                                                                      \
    KIND(SUM, sum, false)                                                                          \
    KIND(LINEAR, linear, true)

typedef enum zkl_assertion_kind {
#define KIND(constant, name, all_sources) ZKL_ASSERTION_##constant,
    ZKL_ASSERTION_KINDS(KIND)
#undef KIND
        ZKL_ASSERTION_KIND_COUNT
} zkl_assertion_kind;

const char *zkl_assertion_kind_name(zkl_assertion_kind kind);
bool zkl_assertion_kind_parse(zkl_assertion_kind *out, zkl_bytes name);
/* How many of an assertion's tables are sources: the first, or all. */
size_t zkl_assertion_source_count(zkl_assertion_kind kind, size_t table_count);
