/* "split(train@1, test@1)": the rows of the dataset are those of the others together, each as
 * often, in any order. With one other dataset: its rows are the same, in another order perhaps.
 *
 * Compiles to one assertion "split" over all columns of all rows, the dataset first, then the parts
 * in the order in which they are named. All of them have one schema, so the same dictionaries:
 * equal codes are equal values. A schema that differs is no false claim but one without sense:
 * codes of two schemas say nothing about each other.
 *
 * "same_rows(shuffled@1)" is "split" with one part, and compiles to the same. */
#include "claim/claim_kind.h"

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        ZKL_TRY(zkl_claim_read_other(r, out));
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

static zkl_status parse_one(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_other(r, out));
    return zkl_claim_expect(r, ")");
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_claim *claim = &out->claim;
    const size_t all = m->scope->datasets[0].schema->column_count;
    const uint32_t *columns;
    zkl_claim_assertion *split = NULL;
    uint64_t rows = 0;
    ZKL_ASSERT(claim->other_count > 0);
    ZKL_TRY(zkl_claim_all_columns(m, &columns, 0));
    for (size_t i = 0; i < claim->other_count; i++) {
        ZKL_TRY(zkl_claim_check_schema(m, &claim->others[i]));
        rows += m->scope->datasets[claim->others[i].dataset].row_count;
    }
    const bool is_split = claim->ops == &zkl_claim_kind_split;
    if (rows != out->row_count)
        return zkl_fail(m->err, ZKL_REJECTED, "the %s %llu rows%s, the dataset %llu",
                        is_split ? "parts have" : "other dataset has", (unsigned long long)rows,
                        is_split ? " together" : "", (unsigned long long)out->row_count);
    ZKL_TRY(zkl_claim_add_joint_assertion(&split, m, out, ZKL_ASSERTION_SPLIT, 0,
                                          1 + claim->other_count));
    for (size_t i = 0; i < split->source_count; i++)
        ZKL_TRY(zkl_claim_put_source(m, &split->sources[i], i ? claim->others[i - 1].dataset : 0,
                                     columns, all));
    return ZKL_OK;
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_others(out, &claim->claim);
}

static void json_one(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_other(out, &claim->claim);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    zkl_buffer_put_text(out, "its rows are those of ");
    zkl_claim_put_others(out, &claim->claim, ", ", " and ");
    zkl_buffer_put_text(out, claim->claim.other_count > 1 ? " together, each as often, in any order"
                                                          : ", each as often, in any order");
    zkl_claim_put_fingerprints(out, claim);
}

const zkl_claim_ops zkl_claim_kind_split = {
    .word = "split",
    .origin = ZKL_CLAIM_ORIGIN_OF_ALL,
    .whole_form = "split",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};

const zkl_claim_ops zkl_claim_kind_same_rows = {
    .word = "same_rows",
    .origin = ZKL_CLAIM_ORIGIN_OF_ALL,
    .whole_form = "same_rows",
    .parse = parse_one,
    .compile = compile,
    .print = print,
    .json = json_one,
    .sentence = sentence,
};
