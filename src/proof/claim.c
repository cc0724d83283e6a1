#include "proof/claim.h"

static const zkl_claim_kind_ops *const claim_kinds[ZKL_CLAIM_KIND_COUNT] = {
    [ZKL_CLAIM_CELLS] = &zkl_claim_cells,
    [ZKL_CLAIM_RANGE] = &zkl_claim_range,
    [ZKL_CLAIM_SUM] = &zkl_claim_sum,
    [ZKL_CLAIM_LINEAR] = &zkl_claim_linear,
};

const zkl_claim_kind_ops *zkl_claim_ops(zkl_claim_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_CLAIM_KIND_COUNT);
    return claim_kinds[kind];
}

const char *zkl_claim_kind_name(zkl_claim_kind kind)
{
    return zkl_claim_ops(kind)->name;
}

bool zkl_claim_kind_parse(zkl_claim_kind *out, zkl_bytes name)
{
    for (size_t i = 0; i < ZKL_CLAIM_KIND_COUNT; i++)
        if (strlen(claim_kinds[i]->name) == name.size &&
            memcmp(claim_kinds[i]->name, name.data, name.size) == 0) {
            *out = (zkl_claim_kind)i;
            return true;
        }
    return false;
}

size_t zkl_claim_source_count(zkl_claim_kind kind, size_t table_count)
{
    return zkl_claim_ops(kind)->sources_only || table_count == 0 ? table_count : 1;
}

static const zkl_statement_column *find_x(const zkl_claim_facts *facts, const char *role)
{
    const zkl_statement_table *table = facts->sources[0];
    size_t at = zkl_table_find(table, zkl_bytes_of_text(role));
    return at < table->column_count ? &table->columns[at] : NULL;
}

unsigned zkl_claim_x_limbs(const zkl_claim_facts *facts)
{
    const zkl_statement_column *x = find_x(facts, "x");
    return x ? x->limb_count : 0;
}

unsigned zkl_claim_x_bits(const zkl_claim_facts *facts)
{
    return facts->format->log_cells * zkl_claim_x_limbs(facts);
}

bool zkl_claim_x_nullable(const zkl_claim_facts *facts)
{
    return find_x(facts, "x?") != NULL;
}

bool zkl_claim_param_u64(uint64_t *out, const zkl_scalar *param)
{
    const zkl_wide wide = zkl_wide_of_scalar(param);
    *out = wide.word[0];
    return zkl_wide_bits(&wide) <= 64;
}

zkl_status zkl_claim_check(zkl_claim_kind kind, const zkl_claim_facts *facts, zkl_error *err)
{
    const zkl_claim_kind_ops *ops = zkl_claim_ops(kind);
    if (ops->names_roles) {
        const zkl_statement_table *table = facts->sources[0];
        bool x_first = table->column_count > 0 && zkl_role_is(table->columns[0].role, "x");
        if (!x_first)
            return zkl_fail(err, ZKL_REJECTED, "column x: its table has none");
        if (table->column_count > 2 ||
            (table->column_count == 2 && !zkl_role_is(table->columns[1].role, "x?")))
            return zkl_fail(err, ZKL_REJECTED, "roles: its table has columns besides x and x?");
    }
    return ops->check(facts, err);
}

size_t zkl_claim_auxiliary(zkl_auxiliary out[static ZKL_CLAIM_AUXILIARY_MAX], zkl_claim_kind kind,
                           const zkl_claim_facts *facts)
{
    const zkl_claim_kind_ops *ops = zkl_claim_ops(kind);
    return ops->auxiliary ? ops->auxiliary(out, facts) : 0;
}
