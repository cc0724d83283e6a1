/* "disjoint(a, other@1)", "disjoint(a, b, other@1.x, other@1.y)": no row's columns together are
 * those of a row of another dataset: no row of the test set was trained on.
 *
 * Compiles to one assertion "disjoint" over the pairs, all rows of both. Its room is the number of
 * rows of both together, which is always enough and shows nothing.
 *
 * Columns that may hold nulls are refused: the key of a null would be that of code 0. What is
 * compared are codes, and different codes need not be different values (claim_unique.c): the
 * sentence says code or fingerprint where they are. */
#include "claim/claim_kind.h"

#include <stdio.h>

#define KEY_LIMBS_MAX 14 /* check: 2 ** (16 * KEY_LIMBS_MAX + 30) < r < 2 ** 256 */

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_pairs(r, out, NULL, NULL));
    return zkl_claim_expect(r, ")");
}

/* One pair of the key; adds its limbs. */
static zkl_status check_pair(const zkl_claim_maker *m, const zkl_claim_pairs *pairs, size_t at,
                             uint32_t *limbs)
{
    static const char may_be_null[] = "it may hold nulls, and a key may not";
    const zkl_column *own = zkl_claim_schema_column(m->scope, pairs->own[at]);
    if (own->nullable)
        return zkl_claim_hint_narrow(
            m, zkl_claim_fail_column(m, ZKL_USAGE, pairs->own[at], may_be_null), pairs->own[at]);
    if (zkl_claim_column_of(m->scope, pairs->other, pairs->others[at])->nullable)
        return zkl_claim_hint_narrow(
            m, zkl_claim_fail_column_of(m, ZKL_USAGE, pairs->other, pairs->others[at], may_be_null),
            pairs->own[at]);
    *limbs += zkl_type_limbs(&own->type);
    if (*limbs <= KEY_LIMBS_MAX)
        return ZKL_OK;
    char what[96];
    snprintf(what, sizeof what, "with it the key has more than %d bits", 16 * KEY_LIMBS_MAX);
    return zkl_claim_hint_narrow(m, zkl_claim_fail_column(m, ZKL_LIMIT, pairs->own[at], what),
                                 pairs->own[at]);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim_assertion *disjoint = NULL;
    zkl_claim_pairs pairs;
    uint32_t limbs = 0;
    ZKL_TRY(zkl_claim_find_pairs(m, &pairs, &out->claim, false));
    for (size_t i = 0; i < pairs.count; i++)
        ZKL_TRY(check_pair(m, &pairs, i, &limbs));
    out->column = pairs.own[0];
    ZKL_TRY(zkl_claim_add_joint_assertion(&disjoint, m, out, ZKL_ASSERTION_DISJOINT, 1, 2));
    zkl_claim_scalar_u64(&disjoint->params[0],
                         out->row_count + m->scope->datasets[pairs.other].row_count);
    ZKL_TRY(zkl_claim_put_source(m, &disjoint->sources[0], 0, pairs.own, pairs.count));
    return zkl_claim_put_source(m, &disjoint->sources[1], pairs.other, pairs.others, pairs.count);
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, "disjoint(");
    zkl_claim_put_pairs(out, claim);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_pairs(out, &claim->claim);
}

/* "of no row are a, b those of a row of train@1 (there x, y)" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const bool several = claim->claim.column_count > 2;
    zkl_buffer_put_text(out, several ? "of no row are " : "of no row is ");
    zkl_claim_put_own(out, claim, true);
    zkl_buffer_put_text(out, several ? " together those of a row of " : " that of a row of ");
    zkl_claim_put_there(out, &claim->claim);
}

/* On columns without nulls. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_REFUSED;
}

const zkl_claim_ops zkl_claim_kind_disjoint = {
    .word = "disjoint",
    .whole_form = "disjoint",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
};
