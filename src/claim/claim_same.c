/* "same(test@1)" and "same(a, b, test@1.x, test@1.y)": each row equals the row of the other dataset
 * in its place, in all columns of this dataset (by name) or in those that pair off.
 *
 * Compiles to one assertion "same": the own columns in the schema's order, then those that they
 * pair off with. Pairs have one type, so one dictionary, and one nullability: equal codes are equal
 * values then, of hashed texts as far as fingerprints go. Both datasets have as many rows. A span
 * is the same rows of both. */
#include "claim/claim_kind.h"

typedef struct same_body {
    bool is_all; /* all columns: none is in the claim's list, once compiled */
} same_body;

/* ---- Reading and compiling */

/* A dataset alone, or pairs. Looked for ahead: a name alone may be either. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(same_body), r->err));
    ZKL_TRY(zkl_claim_expect(r, "("));
    zkl_error why = { 0 };
    zkl_claim alone = { 0 };
    zkl_claim_reader ahead = *r;
    ahead.err = &why;
    if (zkl_claim_read_other(&ahead, &alone) == ZKL_OK && zkl_claim_accept(&ahead, ")")) {
        out->others = alone.others;
        out->other_count = alone.other_count;
        r->at = ahead.at;
        return ZKL_OK;
    }
    ZKL_TRY(zkl_claim_read_pairs(r, out, NULL, NULL));
    return zkl_claim_expect(r, ")");
}

/* The columns of the dataset, then those of the other one that have the same names. */
static zkl_status name_all_columns(const zkl_claim_maker *m, zkl_claim *claim)
{
    const zkl_schema *schema = m->scope->datasets[0].schema;
    const size_t count = schema->column_count;
    claim->columns = ZKL_ARENA_NEW(m->arena, zkl_claim_column, 2 * count);
    if (!claim->columns)
        return zkl_no_memory(m->err, 2 * count * sizeof *claim->columns);
    for (size_t i = 0; i < count; i++) {
        claim->columns[i].name = schema->columns[i].name;
        claim->columns[count + i] =
            (zkl_claim_column){ schema->columns[i].name, claim->others[0].dataset };
    }
    claim->column_count = 2 * count;
    return ZKL_OK;
}

/* All own columns, each beside its namesake: said by the dataset alone. */
static bool is_all(const zkl_claim_maker *m, const zkl_claim *claim)
{
    const size_t count = m->scope->datasets[0].schema->column_count;
    bool all = claim->column_count == 2 * count;
    for (size_t i = 0; all && i < count; i++)
        all = zkl_bytes_equal(claim->columns[i].name, claim->columns[count + i].name);
    return all;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim *claim = &out->claim;
    const zkl_claim_other *other = &claim->others[0];
    const uint64_t rows = m->scope->datasets[0].row_count,
                   other_rows = m->scope->datasets[other->dataset].row_count;
    zkl_claim_pairs pairs;
    zkl_claim_assertion *same = NULL;
    same_body *body = zkl_arena_copy(m->arena, claim->body, sizeof *body);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    if (!claim->column_count)
        ZKL_TRY(name_all_columns(m, claim));
    ZKL_TRY(zkl_claim_find_pairs(m, &pairs, claim, true));
    if (rows != other_rows)
        return zkl_fail(m->err, ZKL_REJECTED, "%.*s@%u has %llu rows, the dataset %llu",
                        (int)other->name.size, (const char *)other->name.data, other->version,
                        (unsigned long long)other_rows, (unsigned long long)rows);
    ZKL_TRY(zkl_claim_add_joint_assertion(&same, m, out, ZKL_ASSERTION_SAME, 0, 2));
    ZKL_TRY(zkl_claim_put_source(m, &same->sources[0], 0, pairs.own, pairs.count));
    ZKL_TRY(zkl_claim_put_source(m, &same->sources[1], pairs.other, pairs.others, pairs.count));
    for (size_t i = 0; i < 2; i++) {
        same->sources[i].first_row = out->first_row;
        same->sources[i].row_count = out->row_count;
    }
    out->column = pairs.own[0];
    body->is_all = is_all(m, claim);
    if (body->is_all)
        claim->column_count = 0;
    claim->body = body;
    return ZKL_OK;
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, "same(");
    if (claim->column_count)
        zkl_claim_put_pairs(out, claim);
    else
        zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    if (claim->claim.column_count)
        zkl_claim_member_pairs(out, &claim->claim);
    else
        zkl_claim_member_other(out, &claim->claim);
}

/* Are the paired columns those with the same names? */
static bool has_namesakes(const zkl_claim *claim)
{
    const size_t half = claim->column_count / 2;
    bool same = true;
    for (size_t i = 0; same && i < half; i++)
        same = zkl_bytes_equal(claim->columns[i].name, claim->columns[half + i].name);
    return same;
}

/* Does a column that is compared hold hashes? By the source's limbs and types: the schema's columns
 * in ascending order. */
static bool has_hashes(const zkl_compiled_claim *claim)
{
    const zkl_schema *schema = claim->scope->datasets[0].schema;
    const zkl_claim *said = &claim->claim;
    bool found = false;
    for (size_t i = 0, at = 0; !found && i < schema->column_count; i++) {
        const bool named = !said->column_count ||
                           (at < said->column_count / 2 &&
                            zkl_bytes_equal(schema->columns[i].name, said->columns[at].name));
        at += named;
        found = named && zkl_type_is_hashed(&schema->columns[i].type);
    }
    return found;
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const zkl_claim *said = &claim->claim;
    zkl_buffer_put_text(out, "every row equals the row of ");
    zkl_claim_put_others(out, said, ", ", ", ");
    zkl_buffer_put_text(out, " in its place");
    if (!said->column_count) {
        zkl_buffer_put_text(out, ", in all columns of this dataset");
    } else if (has_namesakes(said)) {
        zkl_buffer_put_text(out, ", in ");
        zkl_claim_put_own(out, claim, false);
    } else {
        zkl_buffer_put_text(out, ": here ");
        zkl_claim_put_own(out, claim, false);
        zkl_buffer_put_text(out, ", there ");
        zkl_claim_put_paired(out, said);
    }
    if (has_hashes(claim))
        zkl_buffer_put_text(out, "; long texts are compared by their fingerprints");
}

/* By row: each row is compared with the one in its place. */
const zkl_claim_ops zkl_claim_kind_same = {
    .word = "same",
    .origin = ZKL_CLAIM_ORIGIN_OF_ALL,
    .is_by_row = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
