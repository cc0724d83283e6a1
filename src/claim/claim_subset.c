/* "subset(a, other@1)", "subset(a, b, other@1.x, other@1.y)": each row's columns are those of one
 * row of another dataset: a foreign key, or a list of what is allowed. How often is not said.
 *
 *     nulls=refuse (the default, not printed)  a row with a null is in no set
 *     nulls=pass     it is passed over, SQL's foreign key; one own column may be nullable
 *     nulls=match    a null is a value like others
 *
 * Compiles to one assertion "subset" over the pairs, the own rows first; they may be a span, the
 * other dataset's are all. Equal codes of one type are equal values, and of one dictionary equal
 * texts. Of floats and fingerprints the sentence says what is compared. */
#include "claim/assertion_subset.h"
#include "claim/claim_kind.h"

typedef struct subset_body {
    zkl_subset_nulls nulls;
    bool is_nullable; /* compiled: an own column may hold nulls */
} subset_body;

static const char *const nulls_words[ZKL_SUBSET_NULLS_COUNT] = {
    [ZKL_SUBSET_NULLS_REFUSED] = "refuse",
    [ZKL_SUBSET_NULLS_PASSED] = "pass",
    [ZKL_SUBSET_NULLS_MATCHED] = "match",
};

static zkl_status read_nulls(zkl_claim_reader *r, zkl_subset_nulls *out)
{
    zkl_claim_peek(r);
    for (*out = 0; *out < ZKL_SUBSET_NULLS_COUNT; ++*out)
        if (zkl_claim_accept(r, nulls_words[*out]))
            return ZKL_OK;
    return zkl_claim_fail_at(r, r->at, "'refuse', 'pass' or 'match' expected");
}

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    static const char *const options[] = { "nulls", NULL };
    size_t option;
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(subset_body), r->err));
    subset_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_pairs(r, out, options, &option));
    if (option)
        ZKL_TRY(read_nulls(r, &body->nulls));
    return zkl_claim_expect(r, ")");
}

/* What becomes of nulls says nothing where there are none. `column` becomes the one whose nulls are
 * passed over. */
static zkl_status compile_nulls(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                const zkl_claim_pairs *pairs)
{
    subset_body *body = out->claim.body;
    size_t nullable = 0;
    out->column = pairs->own[0];
    for (size_t i = 0; i < pairs->count; i++) {
        if (!zkl_claim_schema_column(m->scope, pairs->own[i])->nullable)
            continue;
        if (nullable++ && body->nulls == ZKL_SUBSET_NULLS_PASSED)
            return zkl_claim_fail_column(m, ZKL_USAGE, pairs->own[i],
                                         "it may hold nulls, and so may a column before it: "
                                         "nulls=pass passes over those of one column");
        if (body->nulls == ZKL_SUBSET_NULLS_PASSED)
            out->column = pairs->own[i];
    }
    body->is_nullable = nullable > 0;
    if (!nullable)
        body->nulls = ZKL_SUBSET_NULLS_REFUSED;
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim_assertion *subset = NULL;
    zkl_claim_pairs pairs;
    out->claim.body = zkl_arena_copy(m->arena, out->claim.body, sizeof(subset_body));
    if (!out->claim.body)
        return zkl_no_memory(m->err, sizeof(subset_body));
    ZKL_TRY(zkl_claim_find_pairs(m, &pairs, &out->claim, false));
    ZKL_TRY(compile_nulls(m, out, &pairs));
    const subset_body *body = out->claim.body;
    ZKL_TRY(zkl_claim_add_joint_assertion(&subset, m, out, ZKL_ASSERTION_SUBSET, 1, 2));
    zkl_claim_scalar_u64(&subset->params[0], body->nulls);
    ZKL_TRY(zkl_claim_put_source(m, &subset->sources[0], 0, pairs.own, pairs.count));
    subset->sources[0].first_row = out->first_row;
    subset->sources[0].row_count = out->row_count;
    return zkl_claim_put_source(m, &subset->sources[1], pairs.other, pairs.others, pairs.count);
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const subset_body *body = claim->body;
    zkl_buffer_put_text(out, "subset(");
    zkl_claim_put_pairs(out, claim);
    if (body->nulls != ZKL_SUBSET_NULLS_REFUSED)
        zkl_buffer_format(out, ", nulls=%s", nulls_words[body->nulls]);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const subset_body *body = claim->claim.body;
    zkl_claim_member_pairs(out, &claim->claim);
    zkl_claim_member_text(out, "nulls", zkl_bytes_of_text(nulls_words[body->nulls]));
}

/* "of every row where b is not null, a, b are those of one row of train@1 (there x, y)" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const subset_body *body = claim->claim.body;
    const bool several = claim->claim.column_count > 2;
    zkl_buffer_put_text(out, "of every row");
    if (body->nulls == ZKL_SUBSET_NULLS_PASSED) {
        zkl_buffer_put_text(out, " where ");
        zkl_claim_name_print(out, zkl_claim_schema_column(claim->scope, claim->column)->name);
        zkl_buffer_put_text(out, " is not null");
    }
    zkl_buffer_put_text(out, ", ");
    zkl_claim_put_matched(out, claim);
    zkl_buffer_put_text(out, several ? " are those of one row of " : " is that of a row of ");
    zkl_claim_put_there(out, &claim->claim);
    if (body->nulls == ZKL_SUBSET_NULLS_MATCHED)
        zkl_buffer_put_text(out, "; a null is a value like others");
    else if (body->nulls == ZKL_SUBSET_NULLS_REFUSED && body->is_nullable)
        zkl_buffer_put_text(out, "; none is null");
}

static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    static const zkl_claim_nulls of[ZKL_SUBSET_NULLS_COUNT] = {
        [ZKL_SUBSET_NULLS_REFUSED] = ZKL_CLAIM_NULLS_REFUSED,
        [ZKL_SUBSET_NULLS_PASSED] = ZKL_CLAIM_NULLS_PASSED,
        [ZKL_SUBSET_NULLS_MATCHED] = ZKL_CLAIM_NULLS_SILENT,
    };
    const subset_body *body = claim->claim.body;
    return of[body->nulls];
}

/* Of a row with a null nothing is said then. */
static bool passes_rows(const zkl_claim *claim)
{
    const subset_body *body = claim->body;
    return body->nulls == ZKL_SUBSET_NULLS_PASSED;
}

/* By row: spans tile the own rows, and each is compared with the whole other dataset. */
const zkl_claim_ops zkl_claim_kind_subset = {
    .word = "subset",
    .origin = ZKL_CLAIM_ORIGIN_OF_COLUMNS,
    .passes_rows = passes_rows,
    .is_by_row = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
};
