/* "not_null(c)": the column has no nulls. Compiles to "its flag is 0 in every row"; to nothing
 * when the schema says so already, since a column without a flag cannot hold a null. */
#include "claim/claim_kind.h"

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    return zkl_claim_schema_column(m->scope, out->column)->nullable
               ? zkl_claim_refuse_nulls(m, out, out->column)
               : ZKL_OK;
}

/* One column: the reader took no more. */
static void print(zkl_buffer *out, const zkl_claim *claim)
{
    ZKL_ASSERT(claim->column_count == 1);
    zkl_buffer_put_text(out, "not_null(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    zkl_claim_member_column(out, &claim->claim);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    zkl_claim_name_print(out, zkl_claim_schema_column(claim->scope, claim->column)->name);
    zkl_buffer_put_text(out, " has no nulls");
}

/* Whatever it compiles to. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_REFUSED;
}

const zkl_claim_ops zkl_claim_kind_not_null = {
    .word = "not_null",
    .is_by_row = true,
    .parse = zkl_claim_read_one_column,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
};
