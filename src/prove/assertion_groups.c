/* "groups", the prover's half: rows are sorted, so that a group is a run of equal keys. Rows of
 * groups that are too small are bad, and those that a group has too many. */
#include "claim/assertion_groups.h"
#include "prove/counted_ladder.h"

/* The assertion's parameters, and its rows in ascending order. */
typedef struct groups_data {
    zkl_groups groups;
    zkl_row_keys keys;
} groups_data;

static void groups_data_clear(groups_data *data)
{
    zkl_row_keys_clear(&data->keys);
}

static zkl_status groups_data_read(groups_data *out, const zkl_assertion_data *assertion,
                                   zkl_error *err)
{
    const zkl_statement_table *tables[1] = { &assertion->sources[0]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 1 };
    ZKL_ASSERT(zkl_groups_read(&out->groups, &facts, NULL) == ZKL_OK); /* checked */
    return zkl_row_keys_sort(&out->keys, assertion->sources, 1, assertion->format, err);
}

/* Rows of the group that begins with row `first`. */
static size_t group_size(const zkl_row_keys *keys, size_t first)
{
    size_t end = first + 1;
    while (end < keys->count && zkl_row_key_compare(zkl_row_key(keys, first),
                                                    zkl_row_key(keys, end), keys->limb_count) == 0)
        end++;
    return end - first;
}

/* Where their number is hidden n is room, which the ladder needs. */
static bool number_holds(const zkl_groups *groups, uint64_t number)
{
    return groups->mode == ZKL_MODE_EXACTLY    ? number == groups->number
           : groups->mode == ZKL_MODE_AT_LEAST ? number >= groups->number
                                               : number <= groups->number;
}

/* A number that is wrong is no matter of rows, and counts 1; beside rows that offend it says no
 * more. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(groups_data) data = { 0 };
    uint64_t bad = 0, number = 0;
    ZKL_TRY(groups_data_read(&data, assertion, err));
    const zkl_groups *groups = &data.groups;
    for (size_t first = 0, size; first < data.keys.count; first += size, number++) {
        size = group_size(&data.keys, first);
        bad += size < groups->least ? size : 0;
        bad += groups->most && size > groups->most ? size - groups->most : 0;
    }
    *out = bad ? bad : !number_holds(groups, number);
    return ZKL_OK;
}

/* How many groups there are, where it is said exactly. */
static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(groups_data) data = { 0 };
    ZKL_TRY(groups_data_read(&data, assertion, err));
    memmove(params, assertion->params, assertion->param_count * sizeof *params);
    if (data.groups.mode != ZKL_MODE_EXACTLY)
        return ZKL_OK;
    const uint64_t number = zkl_row_keys_different(&data.keys);
    params[ZKL_GROUPS_NUMBER] = (zkl_scalar){ { 0 } };
    zkl_be64_put(params[ZKL_GROUPS_NUMBER].bytes + 24, number);
    return ZKL_OK;
}

/* |number - n| as C numbers: as many full ones as fit, then the rest. */
static void fill_slack(const zkl_filling *filling, const groups_data *data)
{
    const uint64_t number = zkl_row_keys_different(&data->keys), n = data->groups.number,
                   full = ((uint64_t)1 << ZKL_GROUPS_SLACK_LIMBS * filling->log_cells) - 1;
    uint64_t slack = number > n ? number - n : n - number;
    for (uint64_t t = 0; t < (uint64_t)1 << filling->log_cells; t++) {
        const uint64_t part = slack > full ? full : slack;
        zkl_filling_number(filling, 0, t, part, ZKL_GROUPS_SLACK_LIMBS);
        slack -= part;
    }
    ZKL_ASSERT(!slack); /* more than a table has rows */
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(groups_data) data = { 0 };
    ZKL_AUTO_CLEAR(zkl_ladder) ladder = { 0 };
    const unsigned log_cells = assertion->format->log_cells;
    ZKL_TRY(groups_data_read(&data, assertion, err));
    const size_t limbs = data.groups.limbs,
                 count_limbs =
                     zkl_limbs_for(assertion->sources[0]->table.row_count, assertion->format);
    if (which == 2) {
        fill_slack(&(zkl_filling){ cells, ZKL_GROUPS_SLACK_LIMBS, log_cells }, &data);
        return ZKL_OK;
    }
    ZKL_ASSERT(which < 2); /* the ladder, its gaps */
    ZKL_TRY(zkl_ladder_make(&ladder, &data.keys, data.groups.ladder, log_cells, err));
    if (which == 0)
        zkl_counted_ladder_fill(&(zkl_filling){ cells, limbs + count_limbs + 1, log_cells },
                                &ladder, data.groups.least, count_limbs);
    else
        zkl_ladder_fill_gaps(&(zkl_filling){ cells, limbs, log_cells }, &ladder);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_groups = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
