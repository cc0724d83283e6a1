/* "rows(n)": the dataset has n rows. The manifest says how many there are, and its `cells`
 * claims cover them: so the claim is compared when it is compiled, and compiles to nothing. */
#include "claim/claim_kind.h"

typedef struct rows_body {
    uint64_t count;
} rows_body;

/* A whole number. Its text has no zeros in front, so it is printed as it was read. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(rows_body), r->err));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_count(r, &((rows_body *)out->body)->count));
    return zkl_claim_expect(r, ")");
}

/* False here is false by the manifest alone, and no matter of rows. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const rows_body *body = out->claim.body;
    if (body->count != out->row_count)
        return zkl_fail(m->err, ZKL_REJECTED, "the dataset has %llu rows",
                        (unsigned long long)out->row_count);
    return ZKL_OK;
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const rows_body *body = claim->body;
    zkl_buffer_format(out, "rows(%llu)", (unsigned long long)body->count);
}

/* Every version has a number of rows: as a claim, one is like another. */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    (void)claim;
    zkl_buffer_put_text(out, "rows(0)");
}

/* A number of 64 bits is text in JSON, as all numbers of claims are. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const rows_body *body = claim->claim.body;
    zkl_buffer_format(zkl_claim_member(out, "value"), "\"%llu\"", (unsigned long long)body->count);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const rows_body *body = claim->claim.body;
    ZKL_ASSERT(body->count == claim->row_count);
    zkl_buffer_format(out, "the dataset has %llu rows", (unsigned long long)body->count);
}

const zkl_claim_ops zkl_claim_kind_rows = {
    .word = "rows",
    .whole_form = "rows(n)",
    .parse = parse,
    .compile = compile,
    .print = print,
    .print_bare = print_bare,
    .json = json,
    .sentence = sentence,
};
