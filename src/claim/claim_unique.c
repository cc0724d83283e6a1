/* "unique(c)", "unique(a, b)": no two rows agree in all of these columns.
 *
 * Compiles to one assertion "unique" over the columns by number, whose limbs together are the key.
 * There the key of a null would be that of code 0. So where a column may hold nulls it compiles to
 * "groups" of one row each, in which a null is a value of its own: two rows with nulls agree. That
 * is of the whole dataset, of 14 limbs with flags. A claim has one text: its columns stand in the
 * schema's order.
 *
 * What is compared are codes. Different codes are different values of integers, decimals, dates,
 * times and bools. They need not be of the others: a dictionary may hold a text twice, a
 * fingerprint need not be the hash of any text, and -0 and NaN have codes of their own among
 * floats. The sentence says which. */
#include "claim/assertion_groups.h"
#include "claim/claim_combination.h"

#include <stdio.h>

#define KEY_LIMBS_MAX 15 /* check: 2 ** (16 * KEY_LIMBS_MAX + 1) < r < 2 ** 257 */

/* One column of the key; adds its limbs. */
static zkl_status check_key_column(const zkl_claim_maker *m, uint32_t column, uint32_t *limbs)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, column);
    *limbs += zkl_type_limbs(&c->type);
    if (*limbs <= KEY_LIMBS_MAX)
        return ZKL_OK;
    char what[96];
    snprintf(what, sizeof what, "with it the key has more than %d bits", 16 * KEY_LIMBS_MAX);
    return zkl_claim_hint_narrow(m, zkl_claim_fail_column(m, ZKL_LIMIT, column, what), column);
}

/* Groups of one row, as many as there are rows. The first nullable column is named when there is a
 * span. */
static zkl_status compile_groups(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                 uint32_t nullable)
{
    zkl_claim_assertion *made = NULL;
    uint32_t *columns = NULL, limbs = 0;
    if (out->claim.has_span)
        return zkl_claim_fail_column(m, ZKL_USAGE, nullable,
                                     "it may hold nulls, and then unique speaks of the whole "
                                     "dataset");
    ZKL_TRY(zkl_claim_find_combination(m, &out->claim, out->claim.column_count, &columns, &limbs));
    out->column = columns[0];
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_GROUPS, ZKL_GROUPS_PARAMS));
    ZKL_TRY(zkl_claim_put_numbered(m, &made->sources[0], columns, out->claim.column_count));
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_LEAST], 1);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MOST], 1);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_NUMBER], out->row_count);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MODE], ZKL_GROUPS_HIDDEN);
    return zkl_claim_check_combination(m, made);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim *claim = &out->claim;
    const size_t count = claim->column_count;
    uint32_t *columns = ZKL_ARENA_NEW(m->arena, uint32_t, count), limbs = 0;
    zkl_claim_assertion *unique = NULL;
    if (!columns)
        return zkl_no_memory(m->err, count * sizeof *columns);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &columns[i]));
    ZKL_TRY(zkl_claim_sort_columns(m, columns, count));
    for (size_t i = 0; i < count; i++)
        if (zkl_claim_schema_column(m->scope, columns[i])->nullable)
            return compile_groups(m, out, columns[i]);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(check_key_column(m, columns[i], &limbs));
        claim->columns[i].name = zkl_claim_schema_column(m->scope, columns[i])->name;
    }
    out->column = columns[0];
    ZKL_TRY(zkl_claim_add_assertion(&unique, m, out, ZKL_ASSERTION_UNIQUE, 0));
    return zkl_claim_put_numbered(m, &unique->sources[0], columns, count);
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, "unique(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_columns(out, &claim->claim);
}

/* "no two rows agree in all of id, the code of city (not its text)": columns in the schema's
 * order, so that the one behind another is found behind it. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const size_t count = claim->claim.column_count;
    zkl_buffer_put_text(out, "no two rows agree in ");
    if (count > 1)
        zkl_buffer_put_text(out, "all of ");
    for (size_t i = 0, at = claim->column; i < count; i++, at++) {
        while (!zkl_bytes_equal(zkl_claim_schema_column(claim->scope, (uint32_t)at)->name,
                                claim->claim.columns[i].name))
            at++;
        if (i)
            zkl_buffer_put_text(out, ", ");
        zkl_claim_put_coded(out, zkl_claim_schema_column(claim->scope, (uint32_t)at));
    }
    zkl_claim_put_null_counts(out, claim);
}

/* Of columns that have none. Of others it does not say which rows have some. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    return claim->assertions[0].kind == ZKL_ASSERTION_UNIQUE ? ZKL_CLAIM_NULLS_REFUSED
                                                             : ZKL_CLAIM_NULLS_SILENT;
}

/* Not by row: keys of different spans may be the same. */
const zkl_claim_ops zkl_claim_kind_unique = {
    .word = "unique",
    .parse = zkl_claim_read_columns,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
};
