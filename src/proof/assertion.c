/* Kinds of assertions by name. */
#include "proof/assertion.h"

#include "algebra/wide.h"

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

size_t zkl_assertion_sources_wanted(zkl_assertion_kind kind, const zkl_scalar *param,
                                    size_t table_count)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ASSERTION_KIND_COUNT);
    const size_t sources = kinds[kind].sources;
    if (sources == ZKL_SOURCES_ALL)
        return table_count;
    if (sources != ZKL_SOURCES_BY_PARAM)
        return sources;
    const zkl_wide number = param ? zkl_wide_of_scalar(param) : (zkl_wide){ { 0 } };
    return zkl_wide_bits(&number) <= 32 ? (size_t)number.word[0] : SIZE_MAX;
}

size_t zkl_assertion_source_count(zkl_assertion_kind kind, const zkl_scalar *param,
                                  size_t table_count)
{
    const size_t wanted = zkl_assertion_sources_wanted(kind, param, table_count);
    return wanted < table_count ? wanted : table_count;
}
