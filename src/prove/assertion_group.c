/* "group", the prover's half: rows are told apart by sorting their keys. A row of B is bad when its
 * number of rows, a sum or a bound is not that of its group, and a group of A that B has not counts
 * as one too. That a key stands in B twice, or with a count of 0, is for the assertions beside it;
 * of rows with one key the first is compared. The auxiliary columns are the bound of each row's
 * group, the higher limbs of the distance from it, and which rows meet it. */
#include "claim/assertion_group.h"
#include "prove/filling.h"
#include "prove/row_keys.h"

enum { GROUP_A, GROUP_B };

/* The parameters, read again: they have been checked. */
static void read_group(zkl_group *out, const zkl_assertion_data *assertion)
{
    const zkl_statement_table *tables[2] = { &assertion->sources[GROUP_A]->table,
                                             &assertion->sources[GROUP_B]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 2 };
    ZKL_ASSERT(assertion->source_count == 2 && zkl_group_read(out, &facts, NULL) == ZKL_OK);
}

/* The key columns of a source, and one column behind them; SIZE_MAX: none. */
static zkl_status read_keys(zkl_row_keys *out, const zkl_group *group,
                            const zkl_assertion_data *assertion, size_t source, size_t column,
                            zkl_error *err)
{
    size_t columns[ZKL_STATEMENT_COLUMNS_MAX + 1], count = group->key_columns;
    for (size_t i = 0; i < count; i++)
        columns[i] = i;
    if (column != SIZE_MAX)
        columns[count++] = column;
    const zkl_key_columns chosen = { columns, count };
    return zkl_row_keys_read(out, assertion->sources[source], &chosen, assertion->format, err);
}

static zkl_status read_column(zkl_row_keys *out, const zkl_assertion_data *assertion, size_t source,
                              size_t column, zkl_error *err)
{
    const zkl_key_columns chosen = { &column, 1 };
    return zkl_row_keys_read(out, assertion->sources[source], &chosen, assertion->format, err);
}

/* Of each row of A the row of B that has its key. */
static zkl_status find_groups(uint32_t **out, uint64_t *lost, const zkl_group *group,
                              const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) asked = { 0 }, table = { 0 };
    ZKL_TRY(read_keys(&asked, group, assertion, GROUP_A, SIZE_MAX, err));
    ZKL_TRY(read_keys(&table, group, assertion, GROUP_B, SIZE_MAX, err));
    return zkl_row_keys_find(out, lost, &asked, &table, err);
}

/* ---- What is false */

/* What rows of A say of each row of B: their number, those that are not null, and limb by limb the
 * sum of a column or its bound. */
typedef struct group_totals {
    size_t limb_count;
    uint64_t *rows, *values, *limbs; /* limbs: limb_count a row of B */
} group_totals;

static void group_totals_clear(group_totals *totals)
{
    zkl_free(totals->rows); /* wipes */
    zkl_free(totals->values);
    zkl_free(totals->limbs);
    *totals = (group_totals){ 0 };
}

/* Is x beyond the bound so far? Limbs of 64 bits here, of a cell there. */
static bool is_beyond(const uint16_t *x, const uint64_t *bound, size_t limb_count, bool least)
{
    for (size_t i = limb_count; i--;)
        if (x[i] != bound[i])
            return least ? x[i] < bound[i] : x[i] > bound[i];
    return false;
}

/* One row of A. Limbs of sums stay below 2^16 times 2^32 rows. */
static void add_row(group_totals *totals, size_t at, const uint16_t *x, bool null,
                    zkl_aggregate_code code)
{
    uint64_t *limbs = totals->limbs + at * totals->limb_count;
    const bool first = !totals->rows[at];
    totals->rows[at]++;
    totals->values[at] += !null;
    if (zkl_aggregate_is_end(code)) {
        if (!first && !is_beyond(x, limbs, totals->limb_count, code == ZKL_AGGREGATE_LEAST))
            return;
        for (size_t i = 0; i < totals->limb_count; i++)
            limbs[i] = x[i];
        return;
    }
    for (size_t i = 0; i < totals->limb_count && !null; i++)
        limbs[i] += x[i];
}

static zkl_status total_up(group_totals *out, const zkl_aggregate *g, const uint32_t *groups,
                           const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t count = (size_t)assertion->sources[GROUP_B]->table.row_count;
    ZKL_AUTO_CLEAR(zkl_row_keys) x = { 0 }, nulls = { 0 };
    ZKL_TRY(read_column(&x, assertion, GROUP_A, g->a, err));
    if (g->nullable)
        ZKL_TRY(read_column(&nulls, assertion, GROUP_A, g->a + 1, err));
    out->limb_count = x.limb_count;
    out->rows = zkl_calloc(count, sizeof *out->rows);
    out->values = zkl_calloc(count, sizeof *out->values);
    out->limbs = zkl_calloc(count, x.limb_count * sizeof *out->limbs);
    if (!out->rows || !out->values || !out->limbs)
        return zkl_no_memory(err, count * (2 + x.limb_count) * sizeof *out->limbs);
    for (size_t row = 0; row < x.count; row++)
        if (groups[row] != ZKL_ROW_NONE)
            add_row(out, groups[row], zkl_row_key(&x, row),
                    g->nullable && zkl_row_key(&nulls, row)[0], g->code);
    return ZKL_OK;
}

/* sum_i C^i limb_i. */
static void value_of(zkl_fr *out, const uint64_t *limbs, size_t count, const zkl_proof_format *f)
{
    zkl_fr base, v;
    zkl_fr_power_of_two(&base, f->log_cells);
    *out = ZKL_FR_ZERO;
    for (size_t i = count; i--;) {
        zkl_fr_mul(out, out, &base);
        zkl_fr_from_u64(&v, limbs[i]);
        zkl_fr_add(out, out, &v);
    }
}

/* What B's cell ought to stand for, less its offset: within r/4 of 0 as what it does stand for, so
 * the two are equal when they are so mod r. */
static void wanted_value(zkl_fr *out, const group_totals *totals, size_t at, const zkl_aggregate *g,
                         const zkl_proof_format *format)
{
    zkl_fr count, v;
    const bool is_count = g->code == ZKL_AGGREGATE_ROWS || g->code == ZKL_AGGREGATE_VALUES;
    zkl_fr_from_u64(&count, g->code == ZKL_AGGREGATE_ROWS ? totals->rows[at] : totals->values[at]);
    if (is_count) {
        *out = count;
        return;
    }
    value_of(out, totals->limbs + at * totals->limb_count, totals->limb_count, format);
    zkl_fr_mul(&v, &count, &g->offset); /* 0 of bounds */
    zkl_fr_sub(out, out, &v);
}

/* Mark the rows of B whose aggregate is another one. A bound of no row is none. */
static zkl_status mark_aggregate(uint8_t *marks, const zkl_aggregate *g, const uint32_t *groups,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(group_totals) totals = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_keys) said = { 0 };
    uint64_t limbs[ZKL_TABLE_LIMBS_MAX];
    ZKL_TRY(total_up(&totals, g, groups, assertion, err));
    ZKL_TRY(read_column(&said, assertion, GROUP_B, g->b, err));
    for (size_t row = 0; row < said.count; row++) {
        zkl_fr want, got;
        for (size_t i = 0; i < said.limb_count; i++)
            limbs[i] = zkl_row_key(&said, row)[i];
        value_of(&got, limbs, said.limb_count, assertion->format);
        zkl_fr_sub(&got, &got, &g->offset_own);
        wanted_value(&want, &totals, row, g, assertion->format);
        if (!zkl_fr_equal(&got, &want) || (zkl_aggregate_is_end(g->code) && !totals.rows[row]))
            marks[row] = 1;
    }
    zkl_wipe(limbs, sizeof limbs);
    return ZKL_OK;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t count = (size_t)assertion->sources[GROUP_B]->table.row_count;
    zkl_group group;
    zkl_aggregate g;
    uint64_t lost;
    ZKL_AUTO_BLOCK uint32_t *groups = NULL;
    ZKL_AUTO_BLOCK uint32_t *first = NULL;
    ZKL_AUTO_BLOCK uint8_t *marks = zkl_calloc(count, 1);
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    if (!marks)
        return zkl_no_memory(err, count);
    read_group(&group, assertion);
    ZKL_TRY(find_groups(&groups, &lost, &group, assertion, err));
    ZKL_TRY(read_keys(&keys, &group, assertion, GROUP_B, SIZE_MAX, err));
    ZKL_TRY(zkl_row_keys_find(&first, NULL, &keys, &keys, err));
    for (size_t i = 0; i < group.aggregate_count; i++) {
        zkl_group_aggregate(&g, &group, i);
        ZKL_TRY(mark_aggregate(marks, &g, groups, assertion, err));
    }
    *out = lost;
    for (size_t row = 0; row < count; row++)
        *out += marks[row] && first[row] == row;
    return ZKL_OK;
}

/* ---- Auxiliary tables */

/* g and h of one bound: the columns of the table begin at these blocks. */
static zkl_status fill_bound(const zkl_filling *filling, size_t low, size_t high,
                             const zkl_aggregate *g, const uint32_t *groups,
                             const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) x = { 0 }, bounds = { 0 };
    uint16_t far[ZKL_TABLE_LIMBS_MAX];
    ZKL_TRY(read_column(&x, assertion, GROUP_A, g->a, err));
    ZKL_TRY(read_column(&bounds, assertion, GROUP_B, g->b, err));
    for (size_t row = 0; row < x.count; row++) {
        ZKL_ASSERT(groups[row] != ZKL_ROW_NONE);
        const uint16_t *own = zkl_row_key(&x, row), *bound = zkl_row_key(&bounds, groups[row]);
        const bool least = g->code == ZKL_AGGREGATE_LEAST;
        zkl_filling_limbs(filling, low, row, bound, x.limb_count);
        zkl_limbs_subtract(far, least ? own : bound, least ? bound : own, 0, x.limb_count,
                           filling->log_cells);
        zkl_filling_limbs(filling, high, row, far + 1, x.limb_count - 1);
    }
    zkl_wipe(far, sizeof far);
    return ZKL_OK;
}

/* m: of the rows of a group that meet its bound the first one does so for all rows of B. */
static zkl_status fill_met(const zkl_filling *filling, size_t block, const zkl_group *group,
                           const zkl_aggregate *g, const zkl_assertion_data *assertion,
                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) asked = { 0 }, table = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_match) match = { 0 };
    ZKL_TRY(read_keys(&asked, group, assertion, GROUP_B, g->b, err));
    ZKL_TRY(read_keys(&table, group, assertion, GROUP_A, g->a, err));
    ZKL_TRY(zkl_row_keys_match(&match, &asked, NULL, &table, NULL, err));
    for (size_t row = 0; row < table.count; row++)
        zkl_filling_number(filling, block, row, match.counts[row], 1);
    return ZKL_OK;
}

static uint32_t limbs_of_end(const zkl_group *group, size_t end)
{
    return group->b->columns[group->key_columns + group->ends[end]].limb_count;
}

static zkl_status fill_ends(uint16_t *const *cells, const zkl_group *group,
                            const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_BLOCK uint32_t *groups = NULL;
    zkl_filling filling = { cells, group->end_count, assertion->format->log_cells };
    size_t low = 0, high = 0, met;
    zkl_aggregate g;
    for (size_t e = 0; e < group->end_count; e++) {
        filling.blocks_per_chunk += 2 * limbs_of_end(group, e) - 1;
        high += limbs_of_end(group, e);
    }
    met = filling.blocks_per_chunk - group->end_count;
    ZKL_TRY(find_groups(&groups, NULL, group, assertion, err));
    for (size_t e = 0; e < group->end_count; e++) {
        zkl_group_aggregate(&g, group, group->ends[e]);
        ZKL_TRY(fill_bound(&filling, low, high, &g, groups, assertion, err));
        ZKL_TRY(fill_met(&filling, met + e, group, &g, assertion, err));
        low += limbs_of_end(group, e);
        high += limbs_of_end(group, e) - 1;
    }
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    const uint64_t rows = assertion->sources[GROUP_A]->table.row_count,
                   chunk = (uint64_t)1 << assertion->format->log_cells;
    const zkl_filling live = { cells, 1, assertion->format->log_cells };
    zkl_group group;
    ZKL_ASSERT(which < 2); /* g, h, m; l */
    read_group(&group, assertion);
    if (which == 0)
        return fill_ends(cells, &group, assertion, err);
    for (uint64_t row = 0; row < rows % chunk; row++)
        *zkl_filling_cell(&live, 0, row) = 1;
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_group = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
