/* Are the claims of a plan true? Bound to the data first, then checked against the cells, before
 * any curve work. What is wrong is noted with the claim's number.
 *
 * A false claim could not be proven: the circuit refuses it. It is found here because here it costs
 * a pass over cells, and can be said in words, with its rows counted. Cells and what is measured of
 * them are secret until every claim is judged, since a refused claim discloses nothing. */
#include "notary/proof_plan.h"

#include "claim/shape.h"
#include "notary/claim_result.h"

/* Of what a false claim would have to say: what is longer no line holds. */
#define RESULT_BYTES_MAX 200

/* Why: what a step says of the claim; its text is borrowed by the finding. */
static zkl_claim_finding finding_of(zkl_status status, uint64_t rows, const zkl_error *why)
{
    return (zkl_claim_finding){ .fault = status == ZKL_REJECTED ? ZKL_CLAIM_IS_FALSE
                                                                : ZKL_CLAIM_MAKES_NO_SENSE,
                                .status = status,
                                .rows = rows,
                                .reason = why->text };
}

/* All parameters of the claim, those that the data decide measured, the others its own. */
static zkl_status measure_piece(zkl_scalar *params, const zkl_claim_piece *piece,
                                const zkl_statement_inputs *inputs, zkl_error *err)
{
    ZKL_ASSERT(inputs->assertion_count == piece->claim.assertion_count);
    for (size_t i = 0; i < piece->claim.assertion_count; i++) {
        const zkl_claim_assertion *own = &piece->claim.assertions[i];
        if (own->param_count)
            memcpy(params, own->params, own->param_count * sizeof *params);
        ZKL_TRY(zkl_prove_measure(params, &inputs->assertions[i], inputs->sources,
                                  inputs->source_count, err));
        params += own->param_count;
    }
    return ZKL_OK;
}

/* Complete a claim whose assertions wait for the data: what they take from them is measured over
 * their own cells alone. */
zkl_status zkl_proof_plan_bind(const zkl_proof_plan *plan, zkl_claim_piece *piece, zkl_pool *pool,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 };
    const zkl_pieces alone = { &piece, 1 };
    const size_t count = zkl_claim_param_count(&piece->claim);
    ZKL_ASSERT(piece->claim.assertion_count > 0 && !piece->claim.is_bound);
    ZKL_TRY(zkl_statement_inputs_load(&inputs, &plan->tables, &alone, pool, err));
    /* In the inputs' memory, which is wiped. */
    zkl_scalar *params = ZKL_ARENA_NEW(&inputs.memory, zkl_scalar, count);
    if (!params)
        return zkl_no_memory(err, count * sizeof *params);
    ZKL_TRY(measure_piece(params, piece, &inputs, err));
    return zkl_claim_bind(&piece->claim, params, count, err);
}

/* "its values add up to less (6497)": by how much a claim is false that no rows offend. What
 * cannot be told is left out. */
static zkl_status say_how_much(const char **reason, zkl_buffer *text, const zkl_proof_plan *plan,
                               const zkl_claim_piece *piece, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) result = { 0 };
    zkl_error why = { 0 };
    const zkl_status status = zkl_claim_result_put(&result, piece, plan, pool, &why);
    if (status == ZKL_NO_MEMORY || status == ZKL_CANCELLED)
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK || !result.size || result.size > RESULT_BYTES_MAX)
        return ZKL_OK;
    zkl_buffer_format(text, "%s (%.*s)", *reason, (int)result.size, (const char *)result.data);
    zkl_buffer_put_u8(text, 0);
    *reason = (const char *)text->data;
    return zkl_buffer_status(text, err);
}

/* Claims that no data could satisfy leave the plan: it is not going to be proven. */
static zkl_status bind_pieces(const zkl_proof_plan *plan, zkl_pieces *pieces,
                              zkl_claim_list *claims, zkl_pool *pool, zkl_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        zkl_claim_piece *piece = pieces->items[i];
        zkl_error why = { 0 };
        const zkl_status status =
            piece->claim.is_bound ? ZKL_OK : zkl_proof_plan_bind(plan, piece, pool, &why);
        if (status == ZKL_OK) {
            pieces->items[kept++] = piece;
            continue;
        }
        ZKL_AUTO_CLEAR(zkl_buffer) reason = { 0 };
        zkl_claim_finding finding = finding_of(status, status == ZKL_REJECTED, &why);
        if (status == ZKL_REJECTED)
            ZKL_TRY(say_how_much(&finding.reason, &reason, plan, piece, pool, err));
        ZKL_TRY(zkl_claim_list_note(claims, piece->asked, &finding, err));
    }
    pieces->count = kept;
    return ZKL_OK;
}

/* True, and the proof's numbers are too coarse to say so: a false claim it is not called. */
static const zkl_claim_finding no_proof = {
    .fault = ZKL_CLAIM_HAS_NO_PROOF,
    .status = ZKL_NOT_SUPPORTED,
    .reason = "it is true, but by so little that no proof can tell: claim a little less",
};

/* bad: the offending rows of each assertion, in the order of pieces and their assertions, which are
 * the inputs'. */
static zkl_status note_false_pieces(const zkl_proof_plan *plan, const zkl_pieces *pieces,
                                    const zkl_statement_inputs *inputs, const uint64_t *bad,
                                    zkl_claim_list *claims, zkl_pool *pool, zkl_error *err)
{
    for (size_t i = 0, at = 0; i < pieces->count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) reason = { 0 };
        const zkl_claim_piece *piece = pieces->items[i];
        bool is_true = true;
        zkl_claim_finding finding = { .fault = ZKL_CLAIM_IS_FALSE,
                                      .status = ZKL_REJECTED,
                                      .reason = zkl_claim_false_words(&piece->claim) };
        for (size_t part = 0; part < piece->claim.assertion_count; part++, at++) {
            finding.rows += bad[at];
            if (bad[at] && is_true)
                ZKL_TRY(zkl_prove_is_true_unrounded(&is_true, &inputs->assertions[at],
                                                    inputs->sources, inputs->source_count, err));
        }
        if (finding.rows && is_true)
            finding = no_proof;
        else if (finding.rows && finding.reason)
            ZKL_TRY(say_how_much(&finding.reason, &reason, plan, piece, pool, err));
        /* None: true on this span. */
        if (finding.rows || finding.status == ZKL_NOT_SUPPORTED)
            ZKL_TRY(zkl_claim_list_note(claims, piece->asked, &finding, err));
    }
    return ZKL_OK;
}

/* The text of the first claim that was asked for and speaks of cells. NULL: there is none. */
static const char *first_asked(const zkl_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->items[i]->asked_text && pieces->items[i]->claim.assertion_count)
            return pieces->items[i]->asked_text;
    return NULL;
}

/* Bind, count leaf blocks again, since a parameter decides on auxiliary tables, then check
 * against the cells of the statement's rows. */
static zkl_status check_statement(const zkl_proof_plan *plan, zkl_planned_statement *statement,
                                  zkl_claim_list *claims, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 }; /* cells: secret, wiped whatever happens */
    zkl_pieces *pieces = &statement->pieces;
    size_t leaf_blocks;
    ZKL_TRY(bind_pieces(plan, pieces, claims, pool, err));
    if (!pieces->count)
        return ZKL_OK;
    for (size_t i = 0; i < pieces->count; i++)
        ZKL_ASSERT(pieces->items[i]->claim.is_bound);
    ZKL_TRY(zkl_proof_plan_count_leaf_blocks(&leaf_blocks, plan, pieces, err));
    /* It was planned for less: a result decides on the size of a table. */
    if (leaf_blocks > ZKL_LEAF_BLOCKS_MAX)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "with what was found '%s' needs %zu leaf blocks, and one proof holds %d: "
                        "compare the result in place of finding it, or claim less at once",
                        first_asked(pieces), leaf_blocks, ZKL_LEAF_BLOCKS_MAX);
    zkl_planned_statement_set_leaf_blocks(statement, leaf_blocks);
    ZKL_TRY(zkl_statement_inputs_load(&inputs, &plan->tables, pieces, pool, err));
    uint64_t *bad = ZKL_ARENA_NEW(&inputs.memory, uint64_t, inputs.assertion_count);
    if (!bad)
        return zkl_no_memory(err, inputs.assertion_count * sizeof *bad);
    const zkl_status status = zkl_prove_check(bad, inputs.assertions, inputs.assertion_count,
                                              inputs.sources, inputs.source_count, err);
    return status == ZKL_REJECTED ? note_false_pieces(plan, pieces, &inputs, bad, claims, pool, err)
                                  : status;
}

/* A claim that passes over nulls, on a column that has nothing else, would be valid without
 * saying anything. */
static zkl_status check_has_values(zkl_proof_plan *plan, zkl_claim_list *claims, size_t number,
                                   zkl_error *err)
{
    zkl_compiled_claim claim;
    zkl_error why = { 0 };
    uint64_t values;
    const zkl_status status =
        zkl_claim_compile(&claim, &plan->memory, &claims->claims[number], plan->scope, &why);
    if (status != ZKL_OK || !zkl_claim_needs_values(&claim))
        return status == ZKL_NO_MEMORY ? zkl_fail_as(err, status, &why) : ZKL_OK;
    ZKL_TRY(zkl_table_facts_count_values(&values, plan->facts, claim.column, claim.first_row,
                                         claim.row_count, err));
    const zkl_claim_finding finding = {
        .fault = ZKL_CLAIM_IS_EMPTY,
        .status = ZKL_REJECTED,
        .reason = "its column has no value in these rows, only nulls",
        .hint = ZKL_HINT_PERMIT_EMPTY,
    };
    return values ? ZKL_OK : zkl_claim_list_note(claims, number, &finding, err);
}

/* Statements of `cells` alone are not checked: they are true of what the reader made. So are claims
 * that follow from the manifest, which stand in the first of them. */
zkl_status zkl_proof_plan_check(zkl_proof_plan *plan, zkl_claim_list *claims, bool allow_empty,
                                zkl_pool *pool, zkl_error *err)
{
    /* Empty claims first: they are true, and would be proven. */
    for (size_t i = 0; !allow_empty && i < claims->count; i++)
        ZKL_TRY(check_has_values(plan, claims, i, err));
    for (size_t i = 0; i < plan->count; i++)
        if (first_asked(&plan->statements[i].pieces))
            ZKL_TRY(check_statement(plan, &plan->statements[i], claims, pool, err));
    return zkl_claim_list_judge(claims, err);
}
