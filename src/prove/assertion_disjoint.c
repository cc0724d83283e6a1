/* "disjoint", the prover's half: rows of the first table whose key a row of the second has are bad.
 * The auxiliary columns are the ladder of all keys with the side of each, 1 for the second table's,
 * and how often it stands there; and the gaps between them. */
#include "claim/ladder.h"
#include "prove/ladder.h"

/* Rows of `rows` whose key is among the others. Both ascend. */
static uint64_t count_common(const zkl_row_keys *rows, const zkl_row_keys *others)
{
    uint64_t common = 0;
    for (size_t i = 0, j = 0; i < rows->count && j < others->count;) {
        const int order =
            zkl_row_key_compare(zkl_row_key(rows, i), zkl_row_key(others, j), rows->limb_count);
        common += order == 0;
        i += order <= 0;
        j += order > 0;
    }
    return common;
}

static uint64_t ladder_rows_of(const zkl_assertion_data *data, size_t limbs)
{
    uint64_t room;
    ZKL_ASSERT(zkl_assertion_param_u64(&room, &data->params[0]));
    return zkl_ladder_rows(room, (uint32_t)limbs, data->format);
}

/* The keys of both tables, ascending, and how many rows their ladder has: the room may be too small
 * for them, which is no matter of rows. */
static zkl_status sort_both(zkl_row_keys *out, bool *fits, const zkl_assertion_data *data,
                            zkl_error *err)
{
    uint16_t top[ZKL_TABLE_LIMBS_MAX];
    ZKL_ASSERT(data->source_count == 2);
    ZKL_TRY(zkl_row_keys_sort(out, data->sources, 2, data->format, err));
    ZKL_ASSERT(out->limb_count <= ZKL_TABLE_LIMBS_MAX && out->count > 0);
    for (size_t i = 0; i < out->limb_count; i++)
        top[i] = (uint16_t)(((uint32_t)1 << data->format->log_cells) - 1);
    const bool has_top =
        zkl_row_key_compare(zkl_row_key(out, out->count - 1), top, out->limb_count) == 0;
    *fits = zkl_row_keys_different(out) + !has_top <= ladder_rows_of(data, out->limb_count);
    return ZKL_OK;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) first = { 0 }, second = { 0 }, both = { 0 };
    bool fits;
    ZKL_TRY(zkl_row_keys_sort(&first, assertion->sources, 1, assertion->format, err));
    ZKL_TRY(zkl_row_keys_sort(&second, assertion->sources + 1, 1, assertion->format, err));
    const uint64_t common = count_common(&first, &second);
    zkl_row_keys_clear(&first);
    zkl_row_keys_clear(&second);
    ZKL_TRY(sort_both(&both, &fits, assertion, err));
    *out = common + !fits;
    return ZKL_OK;
}

/* y, f, m. Of a true assertion a key stands on one side alone, so its rows there are all it has. */
static void fill_ladder(uint16_t *const *cells, const zkl_ladder *ladder,
                        const zkl_row_keys *second, const zkl_assertion_data *data)
{
    const uint64_t rows[2] = { data->sources[0]->table.row_count,
                               data->sources[1]->table.row_count };
    const size_t limbs = ladder->limb_count,
                 count_limbs = zkl_limbs_for(rows[0] > rows[1] ? rows[0] : rows[1], data->format);
    const zkl_filling filling = { cells, limbs + 1 + count_limbs, data->format->log_cells };
    size_t at = 0;
    for (uint64_t row = 0; row < ladder->row_count; row++) {
        const uint16_t *key = zkl_ladder_key(ladder, row);
        const size_t from = at;
        while (at < second->count && zkl_row_key_compare(zkl_row_key(second, at), key, limbs) == 0)
            at++;
        zkl_filling_limbs(&filling, 0, row, key, limbs);
        *zkl_filling_cell(&filling, limbs, row) = at > from;
        zkl_filling_number(&filling, limbs + 1, row, ladder->counts[row], count_limbs);
    }
    ZKL_ASSERT(at == second->count);
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) both = { 0 }, second = { 0 };
    ZKL_AUTO_CLEAR(zkl_ladder) ladder = { 0 };
    bool fits;
    ZKL_ASSERT(which < 2); /* the ladder, its gaps */
    ZKL_TRY(sort_both(&both, &fits, assertion, err));
    ZKL_ASSERT(fits);
    ZKL_TRY(zkl_ladder_make(&ladder, &both, ladder_rows_of(assertion, both.limb_count),
                            assertion->format->log_cells, err));
    const zkl_filling gaps = { cells, ladder.limb_count, assertion->format->log_cells };
    if (which == 1) {
        zkl_ladder_fill_gaps(&gaps, &ladder);
        return ZKL_OK;
    }
    zkl_row_keys_clear(&both);
    ZKL_TRY(zkl_row_keys_sort(&second, assertion->sources + 1, 1, assertion->format, err));
    fill_ladder(cells, &ladder, &second, assertion);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_disjoint = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
