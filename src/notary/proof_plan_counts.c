/* Claims about how many values a column has, beside claims that pass over nulls: "every non-null
 * age lies between 0 and 120" holds of no ages too.
 *
 * count(c, *, *) >= n costs a total of the null flag, in the same statement where it has room. It
 * stands in the entry as a claim of its own, and a verdict puts both together. */
#include <stdio.h>

#include "notary/proof_plan.h"

/* Is it said already how many values stand behind the piece, one at least? */
static bool has_values_said(const zkl_proof_plan *plan, const zkl_claim_piece *piece)
{
    for (size_t i = 0; i < plan->count; i++)
        for (size_t k = 0; k < plan->statements[i].pieces.count; k++)
            if (zkl_claim_tells_values(&plan->statements[i].pieces.items[k]->claim, &piece->claim))
                return true;
    for (size_t k = 0; k < plan->waiting.pieces.count; k++)
        if (zkl_claim_tells_values(&plan->waiting.pieces.items[k]->claim, &piece->claim))
            return true;
    return false;
}

/* "count(age, *, *) >= 1 in rows 0..65535". The claim's parts are borrowed from the plan. */
static zkl_status make_count(zkl_claim *out, zkl_proof_plan *plan, zkl_bytes column, uint64_t least,
                             const zkl_claim *rows, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, "count(");
    zkl_claim_name_print(&text, column);
    zkl_buffer_format(&text, ", *, *) >= %llu", (unsigned long long)least);
    if (rows->has_span)
        zkl_buffer_format(&text, " in rows %llu..%llu", (unsigned long long)rows->first_row,
                          (unsigned long long)rows->last_row);
    ZKL_TRY(zkl_buffer_status(&text, err));
    const char *kept = zkl_arena_text(&plan->memory, (const char *)text.data, text.size);
    return kept ? zkl_claim_parse(out, &plan->memory, zkl_bytes_of(kept, text.size), err)
                : zkl_no_memory(err, text.size);
}

/* One value or more, where the table has one there. Of none nothing is claimed: the owner permitted
 * it, or it is one span of many. */
static zkl_status add_default(zkl_proof_plan *plan, size_t at, const zkl_claim_piece *piece,
                              zkl_error *err)
{
    const zkl_compiled_claim *claim = &piece->claim;
    uint64_t values;
    zkl_claim count;
    if (!zkl_claim_passes_nulls(claim) || has_values_said(plan, piece))
        return ZKL_OK;
    ZKL_TRY(zkl_table_facts_count_values(&values, plan->facts, claim->column, claim->first_row,
                                         claim->row_count, err));
    if (!values)
        return ZKL_OK;
    ZKL_TRY(make_count(&count, plan, plan->facts->schema->columns[claim->column].name, 1,
                       &claim->claim, err));
    return zkl_proof_plan_add_beside(plan, at, &count, piece, err);
}

/* ---- "at least n values". */

/* The first piece of claim `number`, and its statement. NULL: it waits, or was refused. */
static const zkl_claim_piece *find_piece(size_t *at, const zkl_proof_plan *plan, size_t number)
{
    for (*at = 0; *at < plan->count; ++*at) {
        const zkl_pieces *pieces = &plan->statements[*at].pieces;
        for (size_t k = 0; k < pieces->count; k++)
            if (pieces->items[k]->asked_text && pieces->items[k]->asked == number)
                return pieces->items[k];
    }
    return NULL;
}

static bool is_nullable(const zkl_proof_plan *plan, zkl_bytes name)
{
    const zkl_schema *schema = plan->facts->schema;
    uint32_t column = 0;
    while (!zkl_bytes_equal(schema->columns[column].name, name)) /* its claim was compiled */
        column++;
    return schema->columns[column].nullable;
}

/* A column that cannot hold nulls has as many values as rows. */
static zkl_status add_asked(zkl_proof_plan *plan, zkl_claim_list *claims, size_t number,
                            zkl_error *err)
{
    const zkl_claim *asked = &claims->claims[number];
    const uint64_t least = claims->least_values[number];
    size_t at;
    const zkl_claim_piece *piece = find_piece(&at, plan, number);
    if (!piece && claims->findings[number].status != ZKL_OK)
        return ZKL_OK;
    if (!piece)
        return zkl_fail(err, ZKL_USAGE,
                        "it follows from the manifest, so no number of values stands behind it");
    const uint64_t rows =
        asked->has_span ? asked->last_row + 1 - asked->first_row : plan->facts->row_count;
    if (least > rows)
        return zkl_fail(err, ZKL_REJECTED, "there are only %llu rows", (unsigned long long)rows);
    if (!asked->column_count)
        return zkl_fail(err, ZKL_USAGE, "it names no column, so it speaks of no values");
    for (size_t i = 0; i < asked->column_count; i++) {
        zkl_claim count;
        if (asked->columns[i].dataset || !is_nullable(plan, asked->columns[i].name))
            continue;
        ZKL_TRY(make_count(&count, plan, asked->columns[i].name, least, asked, err));
        ZKL_TRY(zkl_proof_plan_add_beside(plan, at, &count, piece, err));
    }
    return ZKL_OK;
}

zkl_status zkl_proof_plan_add_counts(zkl_proof_plan *plan, zkl_claim_list *claims, bool by_default,
                                     zkl_error *err)
{
    for (size_t i = 0; i < claims->count; i++) {
        zkl_error why = { 0 };
        zkl_claim_finding finding = { .reason = why.text };
        if (!claims->least_values[i])
            continue;
        finding.status = add_asked(plan, claims, i, &why);
        finding.fault =
            finding.status == ZKL_REJECTED ? ZKL_CLAIM_IS_FALSE : ZKL_CLAIM_MAKES_NO_SENSE;
        if (finding.status != ZKL_OK)
            ZKL_TRY(zkl_claim_list_note(claims, i, &finding, err));
    }
    /* Statements that are added meanwhile hold counts alone. */
    const size_t before = plan->count;
    for (size_t i = 0; by_default && i < before; i++)
        for (size_t k = 0; k < plan->statements[i].pieces.count; k++)
            ZKL_TRY(add_default(plan, i, plan->statements[i].pieces.items[k], err));
    return ZKL_OK;
}
