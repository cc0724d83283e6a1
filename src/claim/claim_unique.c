/* "unique(c)", "unique(a, b)": no two rows agree in all of these columns.
 *
 * Compiles to one assertion "unique" over the columns by number, whose limbs together are the key.
 * A claim has one text: its columns stand in the schema's order. Columns that may hold nulls are
 * refused, because the key of a null would be that of code 0.
 *
 * What is compared are codes. Different codes are different values of integers, decimals, dates,
 * times and bools. They need not be of the others: a dictionary may hold a text twice, a
 * fingerprint need not be the hash of any text, and -0 and NaN have codes of their own among
 * floats. The sentence says which. */
#include "claim/claim_kind.h"

#include <stdio.h>

#define KEY_LIMBS_MAX 15 /* check: 2 ** (16 * KEY_LIMBS_MAX + 1) < r < 2 ** 257 */

/* One column of the key; adds its limbs. */
static zkl_status check_key_column(const zkl_claim_maker *m, uint32_t column, uint32_t *limbs)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, column);
    if (c->nullable)
        return zkl_claim_fail_column(m, ZKL_USAGE, column, "it may hold nulls, and a key may not");
    *limbs += zkl_type_limbs(&c->type);
    if (*limbs <= KEY_LIMBS_MAX)
        return ZKL_OK;
    char what[96];
    snprintf(what, sizeof what, "with it the key has more than %d bits", 16 * KEY_LIMBS_MAX);
    return zkl_claim_fail_column(m, ZKL_LIMIT, column, what);
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
}

/* On a column without nulls. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_REFUSED;
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
