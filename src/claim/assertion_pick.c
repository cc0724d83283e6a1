/* "rows": the rows of the second table are given rows of the first, in this order.
 *
 * Parameters: 0, then the numbers; or 1, seed, n: n numbers hash_to_fr("sample", seed, j) mod N,
 * j = 0, 1, .., those that were drawn before left out, ascending; or 2, first, n: the numbers from
 * first on. Numbers are those of the dataset, from 0.
 *
 * Each row of the first table has -m / (alpha - beta - v - theta^k number), k = its limbs,
 * v = sum_j theta^j limb_j over all limbs and flags of the row, and each row of the second table
 * 1 / (alpha - beta - v - theta^k n). Numbers of rows differ, so all poles of the first table do.
 * So a row of the second table has the pole of the row whose number it names, and its limbs are
 * that row's; m, which is free, is how often. No row is named by chance: n is public, and so is i,
 * the row of a chunk. A padded row of the first table has a number that nobody names. One of the
 * second is zero by its `cells`, and n is 0 there: what it adds is public.
 *
 * Equal limbs are equal values, as in "split": both tables have one schema hash. */
#include "claim/assertion_pick.h"

#include "claim/row_leaves.h"
#include "record/sample.h"

enum { PICK_TABLE_M = 2, PICK_TABLE_I, PICK_TABLE_N, PICK_TABLES };

/* ---- Parameters */

static zkl_status read_list(zkl_pick *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    if (facts->param_count - 1 != out->count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: %zu numbers for %llu rows",
                        facts->param_count - 1, (unsigned long long)out->count);
    out->list = facts->params + 1;
    for (size_t i = 0; i < out->count; i++) {
        uint64_t number;
        if (!zkl_assertion_param_u64(&number, &out->list[i]) || number < out->source_first ||
            number - out->source_first >= out->source_count)
            return zkl_fail(err, ZKL_REJECTED, "parameters: number %zu is of no row", i);
    }
    return ZKL_OK;
}

/* A number of rows that is another than the table's is refused before one is drawn. */
static zkl_status read_count(const zkl_pick *pick, const zkl_assertion_facts *facts, zkl_error *err)
{
    uint64_t count;
    if (facts->param_count != 3)
        return zkl_fail(err, ZKL_REJECTED, "parameters: %zu, not 3", facts->param_count);
    if (!zkl_assertion_param_u64(&count, &facts->params[2]) || count != pick->count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: another number than the table's %llu rows",
                        (unsigned long long)pick->count);
    return ZKL_OK;
}

/* Half of the rows at most, so that few numbers are drawn again. */
static zkl_status read_sample(zkl_pick *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    ZKL_TRY(read_count(out, facts, err));
    if (out->count > ZKL_PICK_SAMPLE_MAX)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a sample of %llu rows, at most %llu",
                        (unsigned long long)out->count, (unsigned long long)ZKL_PICK_SAMPLE_MAX);
    if (out->count > 1 && out->count > out->source_count / 2)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a sample of more than half of the rows");
    if (out->source_first)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a sample of a span");
    out->seed = &facts->params[1];
    return ZKL_OK;
}

static zkl_status read_slice(zkl_pick *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    ZKL_TRY(read_count(out, facts, err));
    if (!zkl_assertion_param_u64(&out->first, &facts->params[1]) ||
        out->first < out->source_first || out->count > out->source_count ||
        out->first - out->source_first > out->source_count - out->count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the slice is not of the source's rows");
    return ZKL_OK;
}

zkl_status zkl_pick_read(zkl_pick *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0], *made = facts->sources[1];
    const uint64_t limit = (uint64_t)1 << ZKL_PICK_NUMBER_LIMBS * facts->format->log_cells;
    uint64_t rule;
    if (!zkl_tables_alike(source, made))
        return zkl_fail(err, ZKL_REJECTED, "tables: they have other schemas or columns");
    /* both below 2^40 */
    if (source->first_row + source->row_count > limit)
        return zkl_fail(err, ZKL_REJECTED, "rows: the source has numbers of more than %d limbs",
                        ZKL_PICK_NUMBER_LIMBS);
    if (!facts->param_count || !zkl_assertion_param_u64(&rule, &facts->params[0]) ||
        rule >= ZKL_PICK_RULES)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the rule is not 0, 1 or 2");
    *out = (zkl_pick){ .rule = (zkl_pick_rule)rule,
                       .count = made->row_count,
                       .source_first = source->first_row,
                       .source_count = source->row_count };
    switch (out->rule) {
    case ZKL_PICK_LIST:
        return read_list(out, facts, err);
    case ZKL_PICK_SAMPLE:
        return read_sample(out, facts, err);
    case ZKL_PICK_SLICE:
        return read_slice(out, facts, err);
    case ZKL_PICK_RULES:
        break;
    }
    return ZKL_OK;
}

static zkl_status check_rows(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_pick pick;
    return zkl_pick_read(&pick, facts, err);
}

/* ---- Numbers */

/* A bit for each row of the source, set when its number is drawn first. */
static zkl_status draw_sample(uint64_t *numbers, zkl_arena *arena, const zkl_pick *pick,
                              zkl_error *err)
{
    const size_t words = (size_t)(pick->source_count / 64 + 1);
    uint64_t *drawn = ZKL_ARENA_NEW(arena, uint64_t, words);
    zkl_fr seed;
    if (!drawn)
        return zkl_no_memory(err, words * sizeof *drawn);
    ZKL_ASSERT(zkl_fr_decode(&seed, pick->seed->bytes)); /* canonical: zkl_statement_parse */
    for (uint64_t j = 0, left = pick->count; left > 0; j++) {
        const uint64_t number = zkl_sample_number(&seed, j, pick->source_count),
                       bit = (uint64_t)1 << number % 64;
        left -= !(drawn[number / 64] & bit);
        drawn[number / 64] |= bit;
    }
    size_t at = 0;
    for (uint64_t number = 0; number < pick->source_count; number++)
        if (drawn[number / 64] >> number % 64 & 1)
            numbers[at++] = number;
    ZKL_ASSERT(at == pick->count);
    return ZKL_OK;
}

zkl_status zkl_pick_numbers(const uint64_t **out, zkl_arena *arena, const zkl_pick *pick,
                            zkl_error *err)
{
    uint64_t *numbers = ZKL_ARENA_NEW(arena, uint64_t, (size_t)pick->count);
    if (!numbers)
        return zkl_no_memory(err, (size_t)pick->count * sizeof *numbers);
    for (size_t i = 0; pick->rule == ZKL_PICK_LIST && i < pick->count; i++)
        ZKL_ASSERT(zkl_assertion_param_u64(&numbers[i], &pick->list[i])); /* checked */
    for (size_t i = 0; pick->rule == ZKL_PICK_SLICE && i < pick->count; i++)
        numbers[i] = pick->first + i;
    if (pick->rule == ZKL_PICK_SAMPLE)
        ZKL_TRY(draw_sample(numbers, arena, pick, err));
    *out = numbers;
    return ZKL_OK;
}

/* ---- Auxiliary tables: m beside the source; i; n beside the other table */

static size_t auxiliary_rows(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                             const zkl_assertion_facts *facts)
{
    const zkl_statement_table *source = facts->sources[0], *made = facts->sources[1];
    const uint32_t m = zkl_limbs_for(made->row_count, facts->format),
                   n = zkl_limbs_for(source->first_row + source->row_count - 1, facts->format);
    out[0] = (zkl_auxiliary){ .columns = { { "m", m } },
                              .column_count = 1,
                              .row_count = source->row_count };
    out[1] = (zkl_auxiliary){ .columns = { { "i", 1 } },
                              .column_count = 1,
                              .row_count = (uint64_t)1 << facts->format->log_cells };
    out[2] = (zkl_auxiliary){ .columns = { { "n", n } },
                              .column_count = 1,
                              .row_count = made->row_count };
    return PICK_TABLES - PICK_TABLE_M;
}

/* ---- Equations */

/* -m / (alpha - beta_tag - v - theta^k (i + first + cC)) */
static void compile_source(zkl_shape *shape, unsigned tag, const uint32_t *tables)
{
    const zkl_table_view *view = &shape->tables[tables[0]];
    const uint32_t m = tables[PICK_TABLE_M],
                   i = zkl_table_block(&shape->tables[tables[PICK_TABLE_I]], 0, 0);
    zkl_fr minus, power, number;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_term_list row = zkl_terms_of_row(shape, tables[0], c, 1, &power),
                      times = zkl_terms_new(shape, ZKL_TABLE_LIMBS_MAX);
        zkl_terms_put(&row, i, &power);
        zkl_terms_put_value(&times, &(zkl_block_column){ m, c, 0 }, &minus);
        zkl_fr_from_u64(&number, view->table->first_row + (c << shape->format->log_cells));
        zkl_fr_mul(&number, &number, &power);
        zkl_shape_fraction(shape, &(zkl_fraction){ tag, ZKL_FR_ZERO, &times, &number, &row });
    }
}

/* 1 / (alpha - beta_tag - v - theta^k n) */
static void compile_made(zkl_shape *shape, unsigned tag, const uint32_t *tables)
{
    zkl_fr power;
    for (uint64_t c = 0; c < shape->tables[tables[1]].chunk_count; c++) {
        zkl_term_list row = zkl_terms_of_row(shape, tables[1], c, ZKL_PICK_NUMBER_LIMBS, &power);
        zkl_terms_put_value(&row, &(zkl_block_column){ tables[PICK_TABLE_N], c, 0 }, &power);
        zkl_shape_fraction(shape, &(zkl_fraction){ tag, ZKL_FR_ONE, NULL, NULL, &row });
    }
    zkl_shape_expect_pads(shape, tables[1], tag, &ZKL_FR_ZERO, &ZKL_FR_ONE);
}

/* n is public. Nothing is drawn where leaves are counted alone, and for what is too large for any
 * tier. */
static void compile_numbers(zkl_shape *shape, uint32_t table, const zkl_pick *pick)
{
    static const uint64_t none;
    ZKL_AUTO_CLEAR(zkl_arena) scratch = { 0 }; /* not the shape's: it holds all assertions' */
    zkl_public_column n = { .table = table, .count = (size_t)pick->count, .first = pick->first };
    if (pick->rule != ZKL_PICK_SLICE &&
        (shape->is_counted || shape->leaf_count > ZKL_LEAF_BLOCKS_MAX)) {
        n.wide_values = &none;
        n.count = 0;
    } else if (pick->rule != ZKL_PICK_SLICE &&
               zkl_pick_numbers(&n.wide_values, &scratch, pick, NULL) != ZKL_OK) {
        zkl_shape_no_memory(shape);
        return;
    }
    zkl_shape_public(shape, &n);
}

static void compile_rows(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t *tables = assertion->tables;
    const zkl_statement_table *sources[2] = { shape->tables[tables[0]].table,
                                              shape->tables[tables[1]].table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 2 };
    zkl_pick pick;
    ZKL_ASSERT(zkl_pick_read(&pick, &facts, NULL) == ZKL_OK); /* checked */
    ZKL_ASSERT(assertion->table_count == PICK_TABLES);
    compile_source(shape, tag, tables);
    compile_made(shape, tag, tables);
    zkl_shape_public(shape, &(zkl_public_column){ .table = tables[PICK_TABLE_I],
                                                  .count = (size_t)1 << shape->format->log_cells });
    compile_numbers(shape, tables[PICK_TABLE_N], &pick);
}

static uint64_t draws_of_rows(const zkl_assertion_facts *facts)
{
    zkl_pick pick;
    ZKL_ASSERT(zkl_pick_read(&pick, facts, NULL) == ZKL_OK); /* checked */
    return pick.rule == ZKL_PICK_SAMPLE ? pick.count : 0;
}

const zkl_assertion_ops zkl_assertion_rows = {
    .check = check_rows,
    .auxiliary = auxiliary_rows,
    .draws = draws_of_rows,
    .compile = compile_rows,
};
