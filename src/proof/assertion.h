#pragma once
/* The kinds of assertions that a proof statement may hold, by their names in its bytes. What
 * each kind means is in claim/assertion_<name>.c. */
#include "algebra/fr.h"
#include "base/bytes.h"
#include "proof/kinds.h"

typedef enum zkl_assertion_kind {
#define KIND(constant, name, sources) ZKL_ASSERTION_##constant,
    ZKL_ASSERTION_KINDS(KIND)
#undef KIND
        ZKL_ASSERTION_KIND_COUNT
} zkl_assertion_kind;

/* As it stands in the bytes of a statement. */
const char *zkl_assertion_kind_name(zkl_assertion_kind kind);
/* False when no kind has this name. */
bool zkl_assertion_kind_parse(zkl_assertion_kind *out, zkl_bytes name);
/* How many sources an assertion of this kind must have. param: its first parameter, NULL without
 * one; table_count: of the tables that it has. Any number, also one that it has not. */
size_t zkl_assertion_sources_wanted(zkl_assertion_kind kind, const zkl_scalar *param,
                                    size_t table_count);
/* How many of its tables are taken for sources: never more than it has. */
size_t zkl_assertion_source_count(zkl_assertion_kind kind, const zkl_scalar *param,
                                  size_t table_count);
