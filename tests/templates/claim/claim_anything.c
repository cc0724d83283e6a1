/* "anything(c)": there is a column c. A template: the least that a kind of claim is made of.
 *
 * Copy it to src/claim/claim_<kind>.c, write <kind> for `anything` in it, and add KIND(<kind>) to
 * the claims in src/proof/kinds.h. Say here what the claim means, what it compiles to, and why that
 * proves it.
 *
 * Its words for people: docs/formats/claims.md, the README's table, --help in src/cli/notarize.c.
 * Its tests: docs/ARCHITECTURE.md, "What to touch to add".
 *
 * Compiles to nothing: the manifest names the columns, and its `cells` claims cover them. */
#include "claim/claim_kind.h"

/* What only this kind reads of a claim: literals, numbers, options. A kind that has columns
 * alone needs no body. */
typedef struct anything_body {
    bool loudly;
} anything_body;

/* From "(" on. Every mistake has its place: the readers of claim_kind.h say it. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(anything_body), r->err));
    anything_body *body = out->body;
    ZKL_TRY(zkl_claim_read_one_column(r, out));
    body->loudly = zkl_claim_accept(r, "!");
    return ZKL_OK;
}

/* Refuse what makes no sense on these columns, make what was read canonical, add assertions:
 *     zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_RANGE, 3);
 *     zkl_claim_put_named(m, &made->sources[0], out->column);
 * out->column has been found. Copy the body before changing it. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    ZKL_ASSERT(out->claim.column_count == 1);
    if (zkl_claim_schema_column(m->scope, out->column)->name.size == 0)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column, "it has no name");
    return ZKL_OK;
}

/* The one text of the claim: parses and compiles to the same. */
static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const anything_body *body = claim->body;
    zkl_buffer_put_text(out, "anything(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_text(out, body->loudly ? ")!" : ")");
}

/* Members besides "kind", "rows" and "text", in any order. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const anything_body *body = claim->claim.body;
    zkl_claim_member_column(out, &claim->claim);
    zkl_buffer_put_text(zkl_claim_member(out, "loudly"), body->loudly ? "true" : "false");
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    zkl_buffer_put_text(out, "there is a column ");
    zkl_claim_name_print(out, zkl_claim_schema_column(claim->scope, claim->column)->name);
}

const zkl_claim_ops zkl_claim_kind_anything = {
    .word = "anything",
    .is_by_row = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
