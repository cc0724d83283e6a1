#include "proof/claim_kind.h"

static const struct {
    const char *name;
    bool all_sources;
} kinds[ZKL_CLAIM_KIND_COUNT] = {
#define KIND(constant, name, all_sources) { #name, all_sources },
    ZKL_CLAIM_KINDS(KIND)
#undef KIND
};

const char *zkl_claim_kind_name(zkl_claim_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_CLAIM_KIND_COUNT);
    return kinds[kind].name;
}

bool zkl_claim_kind_parse(zkl_claim_kind *out, zkl_bytes name)
{
    for (size_t i = 0; i < ZKL_CLAIM_KIND_COUNT; i++)
        if (zkl_bytes_equal_text(name, kinds[i].name)) {
            *out = (zkl_claim_kind)i;
            return true;
        }
    return false;
}

size_t zkl_claim_source_count(zkl_claim_kind kind, size_t table_count)
{
    ZKL_ASSERT((unsigned)kind < ZKL_CLAIM_KIND_COUNT);
    return kinds[kind].all_sources || table_count == 0 ? table_count : 1;
}
