/* "join", the prover's half: rows of the joined table are bad that no row of the first stands
 * against, each once, or whose key and columns are no row of the second. The auxiliary columns are
 * how often each row of the second is asked for, and which rows of its last chunk are real. */
#include "claim/row_leaves.h"
#include "prove/filling.h"
#include "prove/row_keys.h"

enum { JOIN_A, JOIN_B, JOIN_J };

/* Columns of J that came from A; or its key and those that came from B, in B's order. */
static zkl_status read_joined(zkl_row_keys *out, const zkl_assertion_data *assertion, bool from_b,
                              zkl_error *err)
{
    const zkl_source_table *j = assertion->sources[JOIN_J];
    const size_t of_a = assertion->sources[JOIN_A]->table.column_count, all = j->table.column_count;
    uint64_t keys;
    ZKL_ASSERT(zkl_assertion_param_u64(&keys, &assertion->params[0]) && keys <= of_a);
    ZKL_AUTO_BLOCK size_t *columns = zkl_calloc(all, sizeof *columns);
    zkl_key_columns chosen = { columns, 0 };
    if (!columns)
        return zkl_no_memory(err, all * sizeof *columns);
    for (size_t i = 0; i < (from_b ? (size_t)keys : of_a); i++)
        columns[chosen.count++] = i;
    for (size_t i = of_a; from_b && i < all; i++)
        columns[chosen.count++] = i;
    return zkl_row_keys_read(out, j, &chosen, assertion->format, err);
}

static zkl_status read_table(zkl_row_keys *out, const zkl_assertion_data *assertion, size_t which,
                             zkl_error *err)
{
    return zkl_row_keys_read(out, assertion->sources[which], NULL, assertion->format, err);
}

/* Mark the rows of J that are no row of this table. */
static zkl_status mark_strangers(uint8_t *marks, const zkl_assertion_data *assertion, bool from_b,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) asked = { 0 }, table = { 0 };
    ZKL_TRY(read_joined(&asked, assertion, from_b, err));
    ZKL_TRY(read_table(&table, assertion, from_b ? JOIN_B : JOIN_A, err));
    /* A row of A is there for one row of J, a row of B for all that have its key. */
    return zkl_row_keys_mark_unmatched(marks, &asked, &table, !from_b, err);
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t rows = (size_t)assertion->sources[JOIN_J]->table.row_count;
    ZKL_AUTO_BLOCK uint8_t *marks = zkl_calloc(rows, 1);
    if (!marks)
        return zkl_no_memory(err, rows);
    ZKL_TRY(mark_strangers(marks, assertion, false, err));
    ZKL_TRY(mark_strangers(marks, assertion, true, err));
    *out = 0;
    for (size_t i = 0; i < rows; i++)
        *out += marks[i];
    return ZKL_OK;
}

static zkl_status fill_counts(const zkl_filling *filling, size_t limb_count,
                              const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) asked = { 0 }, table = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_match) match = { 0 };
    ZKL_TRY(read_joined(&asked, assertion, true, err));
    ZKL_TRY(read_table(&table, assertion, JOIN_B, err));
    ZKL_TRY(zkl_row_keys_match(&match, &asked, NULL, &table, NULL, err));
    for (size_t row = 0; row < table.count; row++)
        zkl_filling_number(filling, 0, row, match.counts[row], limb_count);
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    const uint64_t rows = assertion->sources[JOIN_B]->table.row_count,
                   chunk = (uint64_t)1 << assertion->format->log_cells;
    const size_t limbs =
        zkl_limbs_for(assertion->sources[JOIN_A]->table.row_count, assertion->format);
    ZKL_ASSERT(which < 2); /* m, l */
    const zkl_filling filling = { cells, which ? 1 : limbs, assertion->format->log_cells };
    if (which == 0)
        return fill_counts(&filling, limbs, assertion, err);
    for (uint64_t row = 0; row < rows % chunk; row++)
        *zkl_filling_cell(&filling, 0, row) = 1;
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_join = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
