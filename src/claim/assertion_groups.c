/* "groups": rows that agree in all columns are a group, and a null is a value like others. Each
 * group has at least `least` rows, and with most > 0 at most `most`; of the groups there are at
 * least (mode 0), exactly (1), at most (2) n. Mode 3 says nothing about their number.
 *
 * Parameters: least, most, n, mode. 1 <= least <= N; most = 0 or 0 <= most - least < C;
 * 1 <= n <= N div least, so the latter is the most groups that there can be.
 *
 * Auxiliary: a ladder that counts (claim/counted_ladder.h), of D rows: room for n groups, in mode 0
 * for as many as there can be; its gaps; in modes 0 and 2 a slack q, any C numbers of 2 limbs.
 *
 * Under the tag the rows have 1 / (alpha - beta - print), and padded rows, which are zero, are
 * taken off again. So at the key of a group of c rows the ladder has c = least (1 - e?) + e, as
 * integers: both are below 2^(16 limbs(N) + 17) < r. Either e? = 0 and c >= least, or e? = 1, e = 0
 * and c = 0: e? is 1 exactly for the keys that do not occur. Then
 *
 *   (most - least) - e in [0, C)           where most > 0; of a filling key e is 0
 *   sum of -e? (+ (mode - 1) q) = n - D    the number of groups is D less those that fill */
#include "claim/assertion_groups.h"

/* ---- Parameters */

/* Each is read once, in order, and bounded before anything is computed from it. */
static bool read_numbers(zkl_groups *out, const zkl_assertion_facts *facts)
{
    const zkl_scalar *p = facts->params;
    const uint64_t rows = facts->sources[0]->row_count,
                   cells = (uint64_t)1 << facts->format->log_cells;
    return zkl_assertion_param_u64(&out->least, &p[ZKL_GROUPS_LEAST]) && out->least >= 1 &&
           out->least <= rows && zkl_assertion_param_u64(&out->most, &p[ZKL_GROUPS_MOST]) &&
           (out->most == 0 || (out->most >= out->least && out->most - out->least < cells)) &&
           zkl_assertion_param_u64(&out->number, &p[ZKL_GROUPS_NUMBER]) && out->number >= 1 &&
           out->number <= rows / out->least &&
           zkl_assertion_param_u64(&out->mode, &p[ZKL_GROUPS_MODE]) &&
           out->mode < ZKL_GROUPS_MODE_COUNT;
}

zkl_status zkl_groups_read(zkl_groups *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    *out = (zkl_groups){ .limbs = zkl_table_limbs(source) };
    if (facts->param_count != ZKL_GROUPS_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: groups takes %d, not %zu",
                        ZKL_GROUPS_PARAMS, facts->param_count);
    if (!read_numbers(out, facts))
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: least, most, number and mode of groups of %llu rows",
                        (unsigned long long)source->row_count);
    const uint64_t room =
        out->mode == ZKL_MODE_AT_LEAST ? source->row_count / out->least : out->number;
    out->ladder = zkl_ladder_rows(room, out->limbs, facts->format);
    return zkl_ladder_check(out->ladder, out->limbs, facts->format, err);
}

static zkl_status check_groups(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_groups groups;
    return zkl_groups_read(&groups, facts, err);
}

static bool has_slack(const zkl_groups *groups)
{
    return groups->mode == ZKL_MODE_AT_LEAST || groups->mode == ZKL_MODE_AT_MOST;
}

static size_t auxiliary_groups(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               const zkl_assertion_facts *facts)
{
    zkl_groups groups;
    ZKL_ASSERT(zkl_groups_read(&groups, facts, NULL) == ZKL_OK); /* checked */
    out[0] = (zkl_auxiliary){ .columns = { { "y", groups.limbs } },
                              .column_count = 1,
                              .row_count = groups.ladder };
    zkl_counted_ladder_columns(&out[0], facts->sources[0]->row_count, facts->format);
    out[1] = zkl_ladder_gaps(groups.ladder, groups.limbs);
    if (!has_slack(&groups))
        return 2;
    out[2] = (zkl_auxiliary){ .columns = { { "q", ZKL_GROUPS_SLACK_LIMBS } },
                              .column_count = 1,
                              .row_count = (uint64_t)1 << facts->format->log_cells };
    return 3;
}

/* ---- Equations */

/* most - least - e, in every row of the ladder */
static void compile_most(zkl_shape *shape, const zkl_groups *groups, uint32_t ladder)
{
    zkl_fr one, minus;
    zkl_fr_from_u64(&one, groups->most - groups->least);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < shape->tables[ladder].chunk_count; c++) {
        zkl_term_list terms = zkl_terms_new(shape, ZKL_TABLE_LIMBS_MAX);
        zkl_terms_put_value(&terms, &(zkl_block_column){ ladder, c, 1 }, &minus);
        zkl_shape_rest_of(shape, &terms, &one);
    }
}

/* The total of -e?, and in modes 0 and 2 the slack. q: its table. */
static void compile_number(zkl_shape *shape, const zkl_groups *groups, uint32_t ladder, uint32_t q)
{
    zkl_fr value, fills, weight, minus;
    zkl_fr_from_u64(&value, groups->number);
    zkl_fr_from_u64(&fills, groups->ladder);
    zkl_fr_sub(&value, &value, &fills);
    zkl_shape_next_total(shape, &weight, &value);
    zkl_fr_neg(&minus, &weight);
    for (uint64_t c = 0; c < shape->tables[ladder].chunk_count; c++)
        zkl_shape_total_column(shape, ladder, c, 2, &minus);
    if (!has_slack(groups))
        return;
    zkl_shape_range(shape, q, false);
    zkl_shape_total_column(shape, q, 0, 0, groups->mode == ZKL_MODE_AT_LEAST ? &minus : &weight);
}

static void compile_groups(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t source = assertion->tables[0], ladder = assertion->tables[1];
    const zkl_statement_table *sources[1] = { shape->tables[source].table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 1 };
    zkl_groups groups;
    ZKL_ASSERT(zkl_groups_read(&groups, &facts, NULL) == ZKL_OK); /* checked */
    ZKL_ASSERT(assertion->table_count == 3u + has_slack(&groups));
    const zkl_counted_ladder counted = { ladder, 1, groups.least };
    zkl_counted_ladder_range(shape, &counted);
    zkl_ladder_compile(shape, ladder, 1, assertion->tables[2]);
    zkl_shape_fingerprints(shape, source, tag, false);
    zkl_shape_expect_padding(shape, source, tag, false);
    zkl_counted_ladder_answer(shape, &counted, tag);
    if (groups.most)
        compile_most(shape, &groups, ladder);
    if (groups.mode != ZKL_GROUPS_HIDDEN)
        compile_number(shape, &groups, ladder, has_slack(&groups) ? assertion->tables[3] : 0);
}

const zkl_assertion_ops zkl_assertion_groups = {
    .check = check_groups,
    .auxiliary = auxiliary_groups,
    .compile = compile_groups,
};
