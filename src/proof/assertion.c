/* Kinds of assertions by name. */
#include "proof/assertion.h"

static const struct {
    const char *name;
    size_t sources;
} kinds[ZKL_ASSERTION_KIND_COUNT] = {
#define KIND(constant, name, sources) { #name, sources },
    ZKL_ASSERTION_KINDS(KIND)
#undef KIND
};

const char *zkl_assertion_kind_name(zkl_assertion_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ASSERTION_KIND_COUNT);
    return kinds[kind].name;
}

bool zkl_assertion_kind_parse(zkl_assertion_kind *out, zkl_bytes name)
{
    for (size_t i = 0; i < ZKL_ASSERTION_KIND_COUNT; i++)
        if (zkl_bytes_equal_text(name, kinds[i].name)) {
            *out = (zkl_assertion_kind)i;
            return true;
        }
    return false;
}

size_t zkl_assertion_source_count(zkl_assertion_kind kind, size_t table_count)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ASSERTION_KIND_COUNT);
    const size_t sources = kinds[kind].sources;
    return sources == ZKL_SOURCES_ALL || table_count < sources ? table_count : sources;
}
