/* What is wrong with the claims of a notarisation. Faults are gathered claim by claim and
 * reported together, so that a caller mends all of them before the next try. A claim has one
 * fault: the first kind and reason stay, rows add up over its spans. */
#include <stdio.h>
#include <string.h>

#include "service/notarize_internal.h"

/* What ends the whole notarisation, whatever the claims are. */
static bool is_of_the_claim(zkl_status status)
{
    return status == ZKL_REJECTED || status == ZKL_USAGE || status == ZKL_NOT_FOUND ||
           status == ZKL_NOT_SUPPORTED || status == ZKL_LIMIT;
}

zkl_status notarize_note_fault(notarisation *n, size_t asked, zkl_claim_fault fault,
                               zkl_status status, uint64_t rows, const zkl_error *why,
                               zkl_error *err)
{
    ZKL_ASSERT(asked < n->asked_count && status != ZKL_OK);
    claim_fault *known = &n->faults[asked];
    if (!is_of_the_claim(status))
        return zkl_fail(err, status, "'%s': %s", n->asked_texts[asked], why ? why->text : "");
    if (!known->is_known)
        *known = (claim_fault){ .is_known = true, .fault = fault, .status = status };
    known->rows += rows;
    if (!why || known->reason)
        return ZKL_OK;
    known->reason = zkl_arena_text(&n->out->memory, why->text, strlen(why->text));
    return known->reason ? ZKL_OK : zkl_no_memory(err, strlen(why->text));
}

/* Every fault to the result, in the order in which the claims were asked. */
static zkl_status publish(notarisation *n, size_t count, zkl_error *err)
{
    zkl_claim_problem *problems = ZKL_ARENA_NEW(&n->out->memory, zkl_claim_problem, count);
    if (!problems)
        return zkl_no_memory(err, count * sizeof *problems);
    for (size_t i = 0, at = 0; i < n->asked_count; i++) {
        const claim_fault *fault = &n->faults[i];
        const char *text = n->asked_texts[i];
        if (!fault->is_known)
            continue;
        problems[at] =
            (zkl_claim_problem){ .claim = zkl_arena_text(&n->out->memory, text, strlen(text)),
                                 .fault = fault->fault,
                                 .row_count = fault->rows,
                                 .reason = fault->reason };
        if (!problems[at++].claim)
            return zkl_no_memory(err, strlen(text));
    }
    n->out->claim_problems = problems;
    n->out->claim_problem_count = count;
    return ZKL_OK;
}

/* The status and words are those of the first claim that makes no sense, else of the first
 * fault: a mistake of the caller comes before a matter of the data. */
zkl_status notarize_tell_faults(notarisation *n, zkl_error *err)
{
    static const char *const verbs[] = { [ZKL_CLAIM_IS_FALSE] = " is false",
                                         [ZKL_CLAIM_IS_EMPTY] = " says nothing",
                                         [ZKL_CLAIM_MAKES_NO_SENSE] = "" };
    size_t count = 0, first = 0;
    for (size_t i = 0; i < n->asked_count; i++) {
        const claim_fault *fault = &n->faults[i];
        if (!fault->is_known)
            continue;
        if (count++ == 0 || (fault->fault == ZKL_CLAIM_MAKES_NO_SENSE &&
                             n->faults[first].fault != ZKL_CLAIM_MAKES_NO_SENSE))
            first = i;
    }
    if (!count)
        return ZKL_OK;
    ZKL_TRY(publish(n, count, err));
    const claim_fault *fault = &n->faults[first];
    const bool counts_rows = fault->rows && !fault->reason;
    char rows[64] = "", more[64] = "";
    if (counts_rows)
        snprintf(rows, sizeof rows, "%llu offending row%s", (unsigned long long)fault->rows,
                 fault->rows == 1 ? "" : "s");
    if (count > 1)
        snprintf(more, sizeof more, "; %zu more claim%s refused", count - 1,
                 count == 2 ? " is" : "s are");
    return zkl_fail(err, fault->status, "'%s'%s: %s%s; nothing was recorded", n->asked_texts[first],
                    verbs[fault->fault], counts_rows ? rows : fault->reason, more);
}
