/* "diverse": every combination of the other columns that occurs, occurs with at least l different
 * values of the first one. A null is a value like others, on both sides.
 *
 * Parameters: l, room; 1 <= l <= room <= N. room is at least the number of different rows; only the
 * size of the ladders comes from it, and N says nothing.
 *
 * Source: the first column, with its flag, then one or more others: s and y. Auxiliary: a ladder
 * that counts how often each row (s, y) occurs, its gaps; a ladder that counts with how many s each
 * y occurs, its gaps.
 *
 * Under the tag the rows answer to the first ladder, whose least is 1: so its e? is 0 exactly for
 * the pairs that occur. Under a sub-tag each of those counts once for its y, and answers to the
 * second ladder, whose least is l. Prints are compared limb by limb, so the y of a pair that occurs
 * is that of a row, also if the limbs of some pair that fills are cut elsewhere. */
#include "claim/assertion_diverse.h"

/* The first column, and its flag if it has one. */
static size_t first_columns(const zkl_statement_table *source)
{
    return source->column_count > 1 && zkl_column_is_flag(source, 1) ? 2 : 1;
}

zkl_status zkl_diverse_read(zkl_diverse *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    *out = (zkl_diverse){ .limbs = zkl_table_limbs(source) };
    if (facts->param_count != ZKL_DIVERSE_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: diverse takes %d, not %zu",
                        ZKL_DIVERSE_PARAMS, facts->param_count);
    if (!zkl_assertion_param_u64(&out->least, &facts->params[ZKL_DIVERSE_LEAST]) ||
        !zkl_assertion_param_u64(&out->room, &facts->params[ZKL_DIVERSE_ROOM]) || out->least < 1 ||
        out->least > out->room || out->room > source->row_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: values and room of %llu rows",
                        (unsigned long long)source->row_count);
    for (size_t i = 0; i < first_columns(source); i++)
        out->first_limbs += source->columns[i].limb_count;
    if (out->limbs == out->first_limbs)
        return zkl_fail(err, ZKL_REJECTED, "columns: diverse has none beside the first");
    out->pairs = zkl_ladder_rows(out->room, out->limbs, facts->format);
    out->groups =
        zkl_ladder_rows(out->room / out->least, out->limbs - out->first_limbs, facts->format);
    return zkl_ladder_check(out->pairs, out->limbs, facts->format, err);
}

static zkl_status check_diverse(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_diverse diverse;
    return zkl_diverse_read(&diverse, facts, err);
}

static size_t auxiliary_diverse(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                                const zkl_assertion_facts *facts)
{
    zkl_diverse d;
    ZKL_ASSERT(zkl_diverse_read(&d, facts, NULL) == ZKL_OK); /* checked */
    const uint32_t others = d.limbs - d.first_limbs;
    const uint64_t rows = facts->sources[0]->row_count;
    out[0] = (zkl_auxiliary){ .columns = { { "s", d.first_limbs }, { "y", others } },
                              .column_count = 2,
                              .row_count = d.pairs };
    zkl_counted_ladder_columns(&out[0], rows, facts->format);
    out[1] = zkl_ladder_gaps(d.pairs, d.limbs);
    out[2] =
        (zkl_auxiliary){ .columns = { { "y", others } }, .column_count = 1, .row_count = d.groups };
    zkl_counted_ladder_columns(&out[2], rows, facts->format);
    out[3] = zkl_ladder_gaps(d.groups, others);
    return 4;
}

static void compile_diverse(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    ZKL_ASSERT(assertion->param_count == ZKL_DIVERSE_PARAMS && assertion->table_count == 5);
    const uint32_t source = assertion->tables[0];
    const unsigned sub_tag = zkl_sub_tag(tag, 1);
    uint64_t least = 0;
    ZKL_ASSERT(zkl_assertion_param_u64(&least, &assertion->params[ZKL_DIVERSE_LEAST]));
    const zkl_counted_ladder pairs = { assertion->tables[1], 2, 1 },
                             groups = { assertion->tables[3], 1, least };
    zkl_counted_ladder_range(shape, &pairs);
    zkl_counted_ladder_range(shape, &groups);
    zkl_ladder_compile(shape, pairs.table, 2, assertion->tables[2]);
    zkl_ladder_compile(shape, groups.table, 1, assertion->tables[4]);
    zkl_shape_fingerprints(shape, source, tag, false);
    zkl_shape_expect_padding(shape, source, tag, false);
    zkl_counted_ladder_answer(shape, &pairs, tag);
    zkl_counted_ladder_ask(shape, &pairs, 1, sub_tag);
    zkl_counted_ladder_answer(shape, &groups, sub_tag);
}

const zkl_assertion_ops zkl_assertion_diverse = {
    .check = check_diverse,
    .auxiliary = auxiliary_diverse,
    .compile = compile_diverse,
};
