/* "sorted(a, b)", "sorted(a, order=falling, ties=refuse)": the rows stand in the order of a, those
 * with the same a in the order of b, not falling, or as the options say.
 *
 * Compiles to one assertion "sorted", whose key has its first column lowest: so the columns stand
 * in its table the other way around, the one that was written first last, each nullable one with
 * its flag behind it, a limb above: a null comes behind all values. Codes are in the order of
 * values for all types but texts and binaries, whose codes have none; floats by code have -0 before
 * 0 and NaN beyond the infinities, and the sentence says so. */
#include "claim/claim_kind.h"

#include <stdio.h>

#define KEY_LIMBS_MAX 15 /* check: 2 ** (16 * KEY_LIMBS_MAX + 1) < r < 2 ** 257 */

/* The parameters of the assertion. */
enum { SORTED_STRICT, SORTED_DOWN, SORTED_PARAMS };

typedef struct sorted_body {
    bool strict, falling;
    /* Once compiled: some column may hold nulls; is a float. */
    bool has_nulls, has_floats;
} sorted_body;

/* ---- Reading */

/* "WORD=", or nothing: a column may have that name. */
static bool accept_option(zkl_claim_reader *r, const char *word)
{
    const size_t start = r->at;
    if (zkl_claim_accept(r, word) && zkl_claim_accept(r, "="))
        return true;
    r->at = start;
    return false;
}

/* One of two words, the second being what is usual. */
static zkl_status read_choice(zkl_claim_reader *r, bool *out, const char *chosen, const char *usual)
{
    char what[48];
    zkl_claim_peek(r);
    *out = zkl_claim_accept(r, chosen);
    if (*out || zkl_claim_accept(r, usual))
        return ZKL_OK;
    snprintf(what, sizeof what, "'%s' or '%s' expected", chosen, usual);
    return zkl_claim_fail_at(r, r->at, what);
}

/* Columns, then options in any order, each once. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(sorted_body), r->err));
    sorted_body *body = out->body;
    bool has_order = false, has_ties = false;
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        if (out->column_count && !has_order && accept_option(r, "order")) {
            has_order = true;
            ZKL_TRY(read_choice(r, &body->falling, "falling", "rising"));
        } else if (out->column_count && !has_ties && accept_option(r, "ties")) {
            has_ties = true;
            ZKL_TRY(read_choice(r, &body->strict, "refuse", "pass"));
        } else if (has_order || has_ties) {
            return zkl_claim_fail_at(r, r->at, "an option that is not there yet expected");
        } else {
            ZKL_TRY(zkl_claim_read_column(r, out));
        }
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

/* ---- Compiling */

/* A type whose codes have the order of its values; adds the key's limbs. */
static zkl_status check_key_column(const zkl_claim_maker *m, sorted_body *body, uint32_t column,
                                   uint32_t *limbs)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, column);
    const zkl_type *type = &c->type;
    if (type->kind == ZKL_TYPE_DICTIONARY || zkl_type_is_hashed(type))
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                     "codes of texts and binaries have no order");
    body->has_nulls |= c->nullable;
    body->has_floats |= type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
    *limbs += zkl_type_limbs(type) + c->nullable;
    if (*limbs <= KEY_LIMBS_MAX)
        return ZKL_OK;
    char what[96];
    snprintf(what, sizeof what, "with it the key has more than %d bits", 16 * KEY_LIMBS_MAX);
    return zkl_claim_fail_column(m, ZKL_LIMIT, column, what);
}

/* The columns of the claim, the last one first. A key that fits has few. */
static zkl_status find_columns(const zkl_claim_maker *m, uint32_t *columns, const zkl_claim *claim,
                               sorted_body *body)
{
    uint32_t limbs = 0;
    const size_t count = claim->column_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t *column = &columns[count - 1 - i];
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], column));
        ZKL_TRY(check_key_column(m, body, *column, &limbs));
        for (size_t k = 0; k < i; k++)
            if (columns[count - 1 - k] == *column)
                return zkl_claim_fail_column(m, ZKL_USAGE, *column, "named twice");
    }
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim *claim = &out->claim;
    const size_t count = claim->column_count;
    uint32_t *columns = ZKL_ARENA_NEW(m->arena, uint32_t, count);
    sorted_body *body = zkl_arena_copy(m->arena, claim->body, sizeof *body);
    zkl_claim_assertion *sorted = NULL;
    if (!columns || !body)
        return zkl_no_memory(m->err, count * sizeof *columns);
    ZKL_TRY(find_columns(m, columns, claim, body));
    claim->body = body;
    ZKL_TRY(zkl_claim_add_assertion(&sorted, m, out, ZKL_ASSERTION_SORTED, SORTED_PARAMS));
    sorted->params[SORTED_STRICT].bytes[31] = body->strict;
    sorted->params[SORTED_DOWN].bytes[31] = body->falling;
    return zkl_claim_put_numbered(m, &sorted->sources[0], columns, count);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const sorted_body *body = claim->body;
    zkl_buffer_put_text(out, "sorted(");
    zkl_claim_put_names(out, claim, ", ");
    if (body->falling)
        zkl_buffer_put_text(out, ", order=falling");
    if (body->strict)
        zkl_buffer_put_text(out, ", ties=refuse");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const sorted_body *body = claim->claim.body;
    zkl_claim_member_columns(out, &claim->claim);
    zkl_claim_member_text(out, "order", zkl_bytes_of_text(body->falling ? "falling" : "rising"));
    zkl_claim_member_text(out, "ties", zkl_bytes_of_text(body->strict ? "refuse" : "pass"));
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    static const char *const ways[2][2] = { { "never falling", "always rising" },
                                            { "never rising", "always falling" } };
    const sorted_body *body = claim->claim.body;
    zkl_buffer_put_text(out, "its rows are in order of ");
    zkl_claim_put_names(out, &claim->claim, ", then ");
    zkl_buffer_format(out, ", %s", ways[body->falling][body->strict]);
    if (body->has_nulls)
        zkl_buffer_put_text(out, body->falling ? ", nulls first" : ", nulls last");
    if (body->has_floats)
        zkl_claim_put_float_order(out);
}

/* Not by row: the rows at the seams of spans would not be compared. */
const zkl_claim_ops zkl_claim_kind_sorted = {
    .word = "sorted",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
