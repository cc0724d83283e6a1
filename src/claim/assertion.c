/* Assertions, whatever their kind: the list of kinds, and what their checks share. */
#include "claim/assertion.h"

static const zkl_assertion_ops *const assertion_kinds[ZKL_ASSERTION_KIND_COUNT] = {
#define KIND(constant, name, sources) &zkl_assertion_##name,
    ZKL_ASSERTION_KINDS(KIND)
#undef KIND
};

const zkl_assertion_ops *zkl_assertion_ops_of(zkl_assertion_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ASSERTION_KIND_COUNT);
    return assertion_kinds[kind];
}

/* The column of the first source that stands under this role. Parameters of "range" and "sum"
 * speak of it. */
static const zkl_statement_column *find_x(const zkl_assertion_facts *facts, const char *role)
{
    const zkl_statement_table *table = facts->sources[0];
    size_t at = zkl_table_find(table, zkl_bytes_of_text(role));
    return at < table->column_count ? &table->columns[at] : NULL;
}

unsigned zkl_assertion_x_limbs(const zkl_assertion_facts *facts)
{
    const zkl_statement_column *x = find_x(facts, "x");
    return x ? x->limb_count : 0;
}

unsigned zkl_assertion_x_bits(const zkl_assertion_facts *facts)
{
    return facts->format->log_cells * zkl_assertion_x_limbs(facts);
}

/* A flag stands under the column's role and "?". */
bool zkl_assertion_x_nullable(const zkl_assertion_facts *facts)
{
    return find_x(facts, "x?") != NULL;
}

/* Parameters are field elements; most of them count something. */
bool zkl_assertion_param_u64(uint64_t *out, const zkl_scalar *param)
{
    const zkl_wide wide = zkl_wide_of_scalar(param);
    *out = wide.word[0];
    return zkl_wide_bits(&wide) <= 64;
}

zkl_wide zkl_assertion_param_centred(bool *negative, const zkl_scalar *param)
{
    const zkl_wide v = zkl_wide_of_scalar(param), order = zkl_wide_field_order();
    const zkl_wide minus = zkl_wide_minus(&order, &v);
    *negative = zkl_wide_compare(&minus, &v) < 0;
    return *negative ? minus : v;
}

/* What all kinds have in common comes first: a check of a kind may then use its sources and the
 * columns x, x?. */
zkl_status zkl_assertion_check(zkl_assertion_kind kind, const zkl_assertion_facts *facts,
                               zkl_error *err)
{
    const zkl_assertion_ops *ops = zkl_assertion_ops_of(kind);
    const size_t wanted = zkl_assertion_sources_wanted(
        kind, facts->param_count ? facts->params : NULL, facts->source_count);
    if (!wanted || facts->source_count != wanted)
        return zkl_fail(err, ZKL_REJECTED, "sources: %zu, not %zu", facts->source_count, wanted);
    for (size_t i = 0; ops->names_roles && i < facts->source_count; i++) {
        const zkl_statement_table *table = facts->sources[i];
        bool x_first = table->column_count > 0 && zkl_role_is(table->columns[0].role, "x");
        if (!x_first)
            return zkl_fail(err, ZKL_REJECTED, "column x: its table has none");
        if (table->column_count > 2 ||
            (table->column_count == 2 && !zkl_role_is(table->columns[1].role, "x?")))
            return zkl_fail(err, ZKL_REJECTED, "roles: its table has columns besides x and x?");
    }
    return ops->check(facts, err);
}

/* A few numbers of a statement can ask for many draws, and each of these is a hash. */
bool zkl_assertion_add_draws(uint64_t *drawn, zkl_assertion_kind kind,
                             const zkl_assertion_facts *facts)
{
    const zkl_assertion_ops *ops = zkl_assertion_ops_of(kind);
    const uint64_t more = ops->draws ? ops->draws(facts) : 0;
    ZKL_ASSERT(*drawn <= ZKL_ASSERTION_DRAWS_MAX);
    if (more > ZKL_ASSERTION_DRAWS_MAX - *drawn)
        return false;
    *drawn += more;
    return true;
}

/* Computed by prover and verifier alike; a statement's own auxiliary tables are compared with
 * these. */
size_t zkl_assertion_auxiliary(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               zkl_assertion_kind kind, const zkl_assertion_facts *facts)
{
    const zkl_assertion_ops *ops = zkl_assertion_ops_of(kind);
    const size_t count = ops->auxiliary ? ops->auxiliary(out, facts) : 0;
    ZKL_ASSERT(count <= ZKL_ASSERTION_AUXILIARY_MAX);
    for (size_t i = 0; i < count; i++)
        ZKL_ASSERT(out[i].column_count > 0 && out[i].column_count <= ZKL_AUXILIARY_COLUMNS_MAX);
    return count;
}
