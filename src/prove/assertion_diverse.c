/* "diverse", the prover's half: rows are sorted with the column that is counted lowest, so that a
 * group is a run of rows, and in it equal values are neighbours. All rows of a group with too few
 * values are bad. */
#include "claim/assertion_diverse.h"
#include "prove/counted_ladder.h"

/* The assertion's parameters, and its rows in ascending order. */
typedef struct diverse_data {
    zkl_diverse diverse;
    zkl_row_keys keys;
} diverse_data;

static void diverse_data_clear(diverse_data *data)
{
    zkl_row_keys_clear(&data->keys);
}

static zkl_status diverse_data_read(diverse_data *out, const zkl_assertion_data *assertion,
                                    zkl_error *err)
{
    const zkl_statement_table *tables[1] = { &assertion->sources[0]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 1 };
    ZKL_ASSERT(zkl_diverse_read(&out->diverse, &facts, NULL) == ZKL_OK); /* checked */
    return zkl_row_keys_sort(&out->keys, assertion->sources, 1, assertion->format, err);
}

/* Does row i begin another group than the row before it, or hold another value? */
static bool begins_group(const diverse_data *data, size_t i)
{
    const size_t skip = data->diverse.first_limbs;
    return i == 0 ||
           zkl_row_key_compare(zkl_row_key(&data->keys, i - 1) + skip,
                               zkl_row_key(&data->keys, i) + skip, data->keys.limb_count - skip);
}

static bool begins_pair(const diverse_data *data, size_t i)
{
    return i == 0 || zkl_row_key_compare(zkl_row_key(&data->keys, i - 1),
                                         zkl_row_key(&data->keys, i), data->keys.limb_count);
}

/* Room that is too small is no matter of rows, and counts 1 where no row offends. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(diverse_data) data = { 0 };
    uint64_t bad = 0, pairs = 0;
    ZKL_TRY(diverse_data_read(&data, assertion, err));
    for (size_t first = 0, end; first < data.keys.count; first = end) {
        uint64_t values = 0;
        for (end = first; end < data.keys.count && (end == first || !begins_group(&data, end));
             end++)
            values += begins_pair(&data, end);
        bad += values < data.diverse.least ? end - first : 0;
        pairs += values;
    }
    *out = bad ? bad : pairs > data.diverse.room;
    return ZKL_OK;
}

/* Of each different row its group, ascending. */
static zkl_status read_groups(zkl_row_keys *out, const diverse_data *data, zkl_error *err)
{
    const size_t skip = data->diverse.first_limbs, limbs = data->keys.limb_count - skip;
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { .limb_count = limbs };
    keys.limbs = zkl_calloc(data->keys.count, limbs * sizeof *keys.limbs);
    if (!keys.limbs)
        return zkl_no_memory(err, data->keys.count * limbs * sizeof *keys.limbs);
    for (size_t i = 0; i < data->keys.count; i++)
        if (begins_pair(data, i))
            memcpy(keys.limbs + limbs * keys.count++, zkl_row_key(&data->keys, i) + skip,
                   limbs * sizeof *keys.limbs);
    *out = keys;
    keys = (zkl_row_keys){ 0 };
    return ZKL_OK;
}

/* Tables 0, 1: the ladder of pairs and its gaps; 2, 3: those of groups. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(diverse_data) data = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_keys) groups = { 0 };
    ZKL_AUTO_CLEAR(zkl_ladder) ladder = { 0 };
    const unsigned log_cells = assertion->format->log_cells;
    const bool of_pairs = which < 2;
    ZKL_ASSERT(which < 4);
    ZKL_TRY(diverse_data_read(&data, assertion, err));
    if (!of_pairs)
        ZKL_TRY(read_groups(&groups, &data, err));
    const zkl_row_keys *keys = of_pairs ? &data.keys : &groups;
    ZKL_TRY(zkl_ladder_make(&ladder, keys, of_pairs ? data.diverse.pairs : data.diverse.groups,
                            log_cells, err));
    const size_t count_limbs =
        zkl_limbs_for(assertion->sources[0]->table.row_count, assertion->format);
    if (which % 2 == 0)
        zkl_counted_ladder_fill(
            &(zkl_filling){ cells, keys->limb_count + count_limbs + 1, log_cells }, &ladder,
            of_pairs ? 1 : data.diverse.least, count_limbs);
    else
        zkl_ladder_fill_gaps(&(zkl_filling){ cells, keys->limb_count, log_cells }, &ladder);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_diverse = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
