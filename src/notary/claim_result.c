/* Results of claims: the claim without what it says is bound to the data, as one that is left open;
 * of a distance the bounds are tried. */
#include "notary/claim_result.h"

#include <string.h>

/* Bounds of distances have so many steps from 0 to 1: four decimal places. */
#define BOUND_STEPS 10000

/* ---- The least bound of a distance. */

/* Is the claim with this text true? ZKL_REJECTED by its schema and numbers of rows is no, too. */
static zkl_status holds(bool *out, const char *text, const zkl_proof_plan *plan, zkl_pool *pool,
                        zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = true };
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 };
    zkl_claim_piece piece = { 0 }, *pieces[1] = { &piece };
    const zkl_pieces alone = { pieces, 1 };
    *out = false;
    ZKL_TRY(zkl_claim_list_add(&list, text, err));
    ZKL_TRY(zkl_claim_list_judge(&list, err));
    zkl_status status = zkl_claim_compile(&piece.claim, &memory, &list.claims[0], plan->scope, err);
    if (status != ZKL_OK)
        return status == ZKL_REJECTED ? ZKL_OK : status;
    ZKL_ASSERT(piece.claim.is_bound);
    ZKL_TRY(zkl_statement_inputs_load(&inputs, &plan->tables, &alone, pool, err));
    uint64_t *bad = ZKL_ARENA_NEW(&inputs.memory, uint64_t, inputs.assertion_count);
    if (!bad)
        return zkl_no_memory(err, inputs.assertion_count * sizeof *bad);
    status = zkl_prove_check(bad, inputs.assertions, inputs.assertion_count, inputs.sources,
                             inputs.source_count, err);
    *out = status == ZKL_OK;
    return status == ZKL_REJECTED ? ZKL_OK : status;
}

/* What is true of a bound is true of every greater one: a bisection. */
zkl_status zkl_claim_least_bound_put(bool *found, zkl_buffer *out, zkl_bytes stem,
                                     const zkl_proof_plan *plan, zkl_pool *pool, zkl_error *err)
{
    unsigned low = 0, end = BOUND_STEPS; /* the least true one lies in low..end, end: none */
    while (low < end) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        const unsigned middle = low + (end - low) / 2;
        bool is_true;
        zkl_buffer_put(&text, stem.data, stem.size);
        zkl_buffer_format(&text, " <= 0.%04u", middle);
        zkl_buffer_put_u8(&text, 0);
        ZKL_TRY(zkl_buffer_status(&text, err));
        ZKL_TRY(holds(&is_true, (const char *)text.data, plan, pool, err));
        if (is_true)
            end = middle;
        else
            low = middle + 1;
    }
    *found = low < BOUND_STEPS;
    if (*found)
        zkl_buffer_format(out, "0.%04u", low);
    return ZKL_OK;
}

/* ---- Results. */

/* Up to the bracket that closes the first one: what is claimed of, without what is said. */
static zkl_bytes stem_of(zkl_bytes text)
{
    size_t depth = 0, at = 0;
    bool quoted = false;
    for (; at < text.size; at++) {
        const uint8_t c = text.data[at];
        if (quoted && c == '\\')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (!quoted && c == ')' && --depth == 0)
            return zkl_bytes_of(text.data, at + 1);
    }
    return text;
}

/* "= 6497" behind the stem of a claim that was bound. */
static zkl_status put_bound(zkl_buffer *out, const zkl_claim *claim, zkl_error *err)
{
    static const char equal[] = " = ";
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_claim_print(&text, claim);
    ZKL_TRY(zkl_buffer_status(&text, err));
    const size_t from = stem_of(zkl_buffer_bytes(&text)).size, skipped = sizeof equal - 1;
    if (text.size > from + skipped && memcmp(text.data + from, equal, skipped) == 0)
        zkl_buffer_put(out, text.data + from + skipped, text.size - from - skipped);
    return ZKL_OK;
}

/* The claim that is left open. Values of rows are no results to tell. */
static zkl_status put_open(zkl_buffer *out, const zkl_claim *open, const zkl_proof_plan *plan,
                           zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = true };
    zkl_claim_piece piece = { 0 };
    if (!open->is_open || zkl_claim_asks_value(open))
        return ZKL_OK;
    ZKL_TRY(zkl_claim_compile(&piece.claim, &memory, open, plan->scope, err));
    if (!piece.claim.is_bound)
        ZKL_TRY(zkl_proof_plan_bind(plan, &piece, pool, err));
    return put_bound(out, &piece.claim.claim, err);
}

zkl_status zkl_claim_result_put(zkl_buffer *out, const zkl_claim_piece *piece,
                                const zkl_proof_plan *plan, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bound = { 0 };
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    static const char at_most[] = " <= ";
    bool found = false;
    if (piece->claim.row_count != plan->facts->row_count)
        return ZKL_OK;
    zkl_claim_print(&text, &piece->claim.claim);
    ZKL_TRY(zkl_buffer_status(&text, err));
    const zkl_bytes stem = stem_of(zkl_buffer_bytes(&text));
    if (stem.size == text.size)
        return ZKL_OK;
    const bool is_bound = memcmp(text.data + stem.size, at_most,
                                 text.size - stem.size < 4 ? text.size - stem.size : 4) == 0;
    const char *open = zkl_arena_text(&list.memory, (const char *)stem.data, stem.size);
    if (!open)
        return zkl_no_memory(err, stem.size);
    ZKL_TRY(zkl_claim_list_add(&list, open, err));
    if (list.findings[0].status == ZKL_OK)
        return put_open(out, &list.claims[0], plan, pool, err);
    if (!is_bound)
        return ZKL_OK;
    ZKL_TRY(zkl_claim_least_bound_put(&found, &bound, stem, plan, pool, err));
    if (found) {
        zkl_buffer_put_text(out, "at most ");
        zkl_buffer_put(out, bound.data, bound.size);
    }
    return ZKL_OK;
}
