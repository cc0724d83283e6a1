/* Going on where a run was cut off (service/unfinished.h): what a notarisation asks of it, and what
 * the owner is told. Only runs that keep their spool are kept: they are the long ones. */
#include <string.h>

#include "base/buffer.h"
#include "service/notarize_internal.h"
#include "text/counted.h"

bool notarize_keeps_spool(const zkl_notarize_request *request, uint64_t row_count)
{
    return request->keep_spool ||
           (!request->no_keep_spool && row_count > ZKL_KEEP_SPOOL_ROWS_DEFAULT);
}

zkl_status notarize_resume_open(service_unfinished **out, const zkl_notarize_request *request,
                                const service_desk *desk, zkl_error *err)
{
    *out = NULL;
    if (request->dry_run)
        return ZKL_OK;
    const service_unfinished_of of = { .folder = zkl_ledger_folder(desk->handle),
                                       .ledger = *zkl_ledger_own_id(desk->ledger),
                                       .name = zkl_bytes_of_text(request->name),
                                       .owner = desk->owner };
    return service_unfinished_open(out, &of, err);
}

/* A line of the caller's notices. */
static zkl_status say(const service_desk *desk, const zkl_buffer *words, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_notice *notice = zkl_ledger_notice(desk->ledger);
    const char *text =
        words->failed ? NULL : zkl_arena_text(&arena, (const char *)words->data, words->size);
    if (!text)
        return zkl_no_memory(err, words->size);
    if (notice->say)
        notice->say(notice->opaque, text);
    return ZKL_OK;
}

zkl_status notarize_resume_begin(const dataset_record *record, service_unfinished *run,
                                 zkl_error *err)
{
    bool is_same;
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const zkl_notary *notary = record->proofs.notary;
    service_unfinished_terms terms = { .facts = record->proofs.plan->facts,
                                       .powers_hash = notary->powers_hash,
                                       .version = record->previous->version + 1 };
    memcpy(terms.seed.bytes, notary->seed, sizeof terms.seed.bytes);
    ZKL_TRY(service_unfinished_begin(&is_same, run, &terms, notary->env, err));
    if (is_same)
        return ZKL_OK;
    zkl_buffer_format(&words,
                      "an unfinished run of '%s' was of other data, options, version or program: "
                      "this one starts again",
                      record->request->name);
    return say(record->proofs.desk, &words, err);
}

zkl_status notarize_resume_say(const service_desk *desk, size_t count, size_t total,
                               const char *what, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    if (!count)
        return ZKL_OK;
    zkl_buffer_put_text(&words, "resumed: ");
    zkl_put_number(&words, count);
    zkl_buffer_put_text(&words, " of ");
    zkl_put_number(&words, total);
    zkl_buffer_format(&words, " %s were there", what);
    return say(desk, &words, err);
}

zkl_status notarize_resume_end(const service_desk *desk, service_unfinished *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const char *fault = service_unfinished_fault(run);
    if (fault)
        zkl_buffer_format(&words, "a run that is cut off could not have gone on: %s", fault);
    service_unfinished_drop(run);
    return fault ? say(desk, &words, err) : ZKL_OK;
}
