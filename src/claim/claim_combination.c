/* Combinations of columns: found, bounded, called by their names. docs/formats/claims.md,
 * "Combinations" */
#include "claim/claim_combination.h"

#include <stdio.h>

zkl_status zkl_claim_widen_combination(const zkl_claim_maker *m, uint32_t column, uint32_t *limbs)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, column);
    char what[96];
    *limbs += zkl_type_limbs(&c->type) + c->nullable;
    if (*limbs <= ZKL_CLAIM_COMBINATION_LIMBS_MAX)
        return ZKL_OK;
    snprintf(what, sizeof what, "with it the columns have more than %d bits, flags of nulls too",
             16 * ZKL_CLAIM_COMBINATION_LIMBS_MAX);
    return zkl_claim_hint_narrow(m, zkl_claim_fail_column(m, ZKL_LIMIT, column, what), column);
}

zkl_status zkl_claim_find_combination(const zkl_claim_maker *m, zkl_claim *claim, size_t count,
                                      uint32_t **columns, uint32_t *limbs)
{
    uint32_t *found = ZKL_ARENA_NEW(m->arena, uint32_t, count);
    if (!found)
        return zkl_no_memory(m->err, count * sizeof *found);
    ZKL_ASSERT(count > 0 && count <= claim->column_count);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &found[i]));
    ZKL_TRY(zkl_claim_sort_columns(m, found, count));
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_claim_widen_combination(m, found[i], limbs));
        claim->columns[i].name = zkl_claim_schema_column(m->scope, found[i])->name;
    }
    *columns = found;
    return ZKL_OK;
}

zkl_status zkl_claim_check_combination(const zkl_claim_maker *m, const zkl_claim_assertion *made)
{
    const zkl_claim_source *source = &made->sources[0];
    const zkl_statement_table table = { .row_count = source->row_count,
                                        .columns = source->columns,
                                        .column_count = source->column_count };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, made->params, made->param_count,
                                        tables, 1 };
    zkl_error why = { 0 };
    ZKL_ASSERT(made->source_count == 1);
    const zkl_status status = zkl_assertion_check(made->kind, &facts, &why);
    return status == ZKL_OK
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_LIMIT, "the columns are too wide for a proof (%s)", why.text);
}

/* ---- Words */

const zkl_column *zkl_claim_named_column(const zkl_compiled_claim *claim, size_t at)
{
    const zkl_claim_maker m = { .scope = claim->scope };
    uint32_t column = 0;
    ZKL_ASSERT(zkl_claim_find_column(&m, &claim->claim.columns[at], &column) == ZKL_OK);
    return zkl_claim_schema_column(claim->scope, column);
}

void zkl_claim_put_combination(zkl_buffer *out, const zkl_compiled_claim *claim, size_t count,
                               bool plural, zkl_claim_dictionary dictionary)
{
    zkl_buffer_format(out, "%s%s of ", count > 1 ? "combination" : "value", plural ? "s" : "");
    for (size_t i = 0; i < count; i++) {
        const zkl_column *column = zkl_claim_named_column(claim, i);
        zkl_buffer_put_text(out, i ? ", " : "");
        if (column->type.kind == ZKL_TYPE_DICTIONARY && dictionary == ZKL_CLAIM_DICTIONARY_TEXTS)
            zkl_claim_name_print(out, column->name);
        else
            zkl_claim_put_coded(out, column);
    }
}

void zkl_claim_put_null_counts(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    bool nullable = false;
    for (size_t i = 0; i < claim->claim.column_count; i++)
        nullable = nullable || zkl_claim_named_column(claim, i)->nullable;
    if (nullable)
        zkl_buffer_put_text(out, " (a null counts as a value)");
}
