/* "filter": the rows of the second table are those rows of the first of which a predicate is true,
 * each as often, in any order. There is no table of the rows that were dropped.
 *
 * Parameters: a predicate of one bit (claim/predicate.h), over the first table.
 *
 * Under a sub-tag of its own each row of the first table has b / (alpha - beta_sub - v), b the bit
 * that the predicate's leaves give it, and each row of the second -1 / (alpha - beta_sub - v),
 * v = sum_j theta^j limb_j over all limbs and flags of the row. For a random theta equal v are
 * equal rows, and bits are 0 or 1: so all of it adds up to 0 exactly when the second table has each
 * row as often as it stands in the first with a true bit. Padded rows are zero by their `cells`,
 * and their bits are public, so what they add is.
 *
 * Equal limbs are equal values, as in "split": both tables have one schema hash. Nothing can wrap:
 * there are fewer than 2^40 rows of either. */
#include "claim/assertion_filter.h"

zkl_status zkl_filter_read(zkl_predicate *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    size_t at = 0;
    if (!zkl_tables_alike(facts->sources[0], facts->sources[1]))
        return zkl_fail(err, ZKL_REJECTED, "tables: they have other schemas or columns");
    ZKL_TRY(zkl_predicate_read(out, &at, facts, err));
    if (out->bit_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a predicate of %zu bits, not 1",
                        out->bit_count);
    if (at != facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: %zu too many", facts->param_count - at);
    return ZKL_OK;
}

static zkl_status check_filter(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_predicate predicate;
    return zkl_filter_read(&predicate, facts, err);
}

static size_t auxiliary_filter(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               const zkl_assertion_facts *facts)
{
    zkl_predicate predicate;
    ZKL_ASSERT(zkl_filter_read(&predicate, facts, NULL) == ZKL_OK); /* checked */
    zkl_predicate_auxiliary(out, &predicate, facts->sources[0]->row_count);
    return ZKL_PREDICATE_TABLES;
}

/* b / (alpha - beta_tag - v), a leaf block a chunk. tables: the predicate's, the source first. */
static void compile_kept(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                         const zkl_predicate *predicate)
{
    for (uint64_t c = 0; c < shape->tables[tables[0]].chunk_count; c++) {
        const zkl_block_column at = zkl_predicate_bit(tables, predicate, c, 0);
        zkl_fr power;
        zkl_term_list bit = zkl_terms_new(shape, 1);
        const zkl_term_list row = zkl_terms_of_row(shape, tables[0], c, 0, &power);
        zkl_terms_put(&bit, zkl_table_block(&shape->tables[at.table], c, at.column), &ZKL_FR_ONE);
        zkl_shape_fraction(shape, &(zkl_fraction){ tag, ZKL_FR_ZERO, &bit, NULL, &row });
    }
}

/* A row of zeros has G = 0. */
static void compile_filter(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t source = assertion->tables[0], made = assertion->tables[1];
    const zkl_statement_table *sources[2] = { shape->tables[source].table,
                                              shape->tables[made].table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 2 };
    const unsigned sub = zkl_sub_tag(tag, ZKL_PREDICATE_SUB_TAG_OWN);
    uint32_t tables[1 + ZKL_PREDICATE_TABLES] = { source };
    ZKL_AUTO_CLEAR(zkl_arena) scratch = { 0 }; /* not the shape's: it holds all assertions' */
    zkl_predicate_tables public_tables;
    zkl_predicate predicate;
    zkl_fr minus;
    ZKL_ASSERT(zkl_filter_read(&predicate, &facts, NULL) == ZKL_OK); /* checked */
    ZKL_ASSERT(assertion->table_count == 2 + ZKL_PREDICATE_TABLES);
    const bool is_whole = !shape->is_counted; /* what is true of rows changes no count */
    if (is_whole && zkl_predicate_tabulate(&public_tables, &scratch, &predicate, NULL) != ZKL_OK) {
        zkl_shape_no_memory(shape);
        return;
    }
    for (size_t i = 0; i < ZKL_PREDICATE_TABLES; i++)
        tables[1 + i] = assertion->tables[2 + i];
    zkl_predicate_compile(shape, tag, tables, &predicate, is_whole ? &public_tables : NULL);
    compile_kept(shape, sub, tables, &predicate);
    if (is_whole && zkl_predicate_holds(&predicate, &public_tables, 0, 0))
        zkl_shape_expect_pads(shape, source, sub, &ZKL_FR_ZERO, &ZKL_FR_ONE);
    zkl_shape_fingerprints(shape, made, sub, true);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    zkl_shape_expect_pads(shape, made, sub, &ZKL_FR_ZERO, &minus);
}

const zkl_assertion_ops zkl_assertion_filter = {
    .check = check_filter,
    .auxiliary = auxiliary_filter,
    .compile = compile_filter,
};
