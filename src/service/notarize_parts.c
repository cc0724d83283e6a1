/* More claims than an entry has room for: those that are left are added by entries behind it, as
 * `prove` adds any.
 *
 *  1. All of the claims were found to be true before the first entry was recorded.
 *  2. What fails later leaves a version with the first of them; the same claims again add the rest,
 *     since what is proven is not proven again. */
#include <stdio.h>
#include <string.h>

#include "service/notarize_internal.h"

/* Kind, parents, subject and a few statements. */
#define REST_OF_ENTRY_BYTES 4000

bool notarize_takes_parts(const zkl_notarize_request *request, const notarize_parts *parts)
{
    for (size_t i = 0; i < request->file_count; i++)
        if (strcmp(request->files[i], "-") == 0) /* it is read once */
            return false;
    return parts->claims->count > 0;
}

zkl_status notarize_check_parts(const zkl_notarize_request *request, const service_fit *fit,
                                zkl_error *err)
{
    const size_t claims = fit->kept + fit->left;
    if (!request->receipt_path || !fit->left ||
        fit->bytes_of_all / claims * fit->left + REST_OF_ENTRY_BYTES < ZKL_ENTRY_PAYLOAD_BYTES_MAX)
        return ZKL_OK;
    return zkl_fail_hint(err, ZKL_LIMIT, ZKL_HINT_EXPORT_LINEAGE,
                         "a receipt holds a notarisation and one entry of claims, here some %zu, "
                         "and these are %zu",
                         2 * fit->kept, claims);
}

/* Of the parts alone: whoever began has the time of all of it. */
static void add_times(zkl_stage_times *to, const zkl_stage_times *more)
{
    to->read += more->read;
    to->hash += more->hash;
    to->commit += more->commit;
    to->argument += more->argument;
    to->opening += more->opening;
    to->groth16 += more->groth16;
    to->setup += more->setup;
    to->check += more->check;
}

zkl_status service_take_added(zkl_notarize_result *out, const zkl_notarize_result *more,
                              zkl_error *err)
{
    const size_t claims = out->claim_count + more->claim_count,
                 statements = out->statement_count + more->statement_count,
                 entries = out->added_count + 1 + more->added_count;
    const char **words = ZKL_ARENA_NEW(&out->memory, const char *, claims);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&out->memory, zkl_statement_info, statements);
    zkl_added_entry *added = ZKL_ARENA_NEW(&out->memory, zkl_added_entry, entries);
    if (!words || !infos || !added)
        return zkl_no_memory(err, claims * sizeof *words);
    for (size_t i = 0; i < out->claim_count; i++)
        words[i] = out->claims[i];
    for (size_t i = 0; i < more->claim_count; i++) {
        words[out->claim_count + i] =
            service_text(&out->memory, zkl_bytes_of_text(more->claims[i]));
        if (!words[out->claim_count + i])
            return zkl_no_memory(err, strlen(more->claims[i]));
    }
    for (size_t i = 0; i < statements; i++)
        infos[i] = i < out->statement_count ? out->statements[i]
                                            : more->statements[i - out->statement_count];
    size_t at = 0, first_claims = more->claim_count;
    for (; at < out->added_count; at++)
        added[at] = out->added[at];
    for (size_t i = 0; i < more->added_count; i++)
        first_claims -= more->added[i].claim_count;
    added[at++] = (zkl_added_entry){ more->receipt_id, more->index, first_claims };
    for (size_t i = 0; i < more->added_count; i++)
        added[at++] = more->added[i];
    out->claims = words;
    out->claim_count = claims;
    out->statements = infos;
    out->statement_count = statements;
    out->added = added;
    out->added_count = entries;
    out->receipt_bytes = more->receipt_bytes;
    add_times(&out->times, &more->times);
    out->is_development |= more->is_development;
    return ZKL_OK;
}

zkl_status notarize_prove_left(zkl_notarize_result *out, const notarize_parts *parts,
                               zkl_ledger *ledger, const zkl_notarize_request *request,
                               const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_notarize_result more = { 0 };
    const zkl_add_claims_request rest = { .reference = zkl_arena_format(&arena, "%s@%u", out->name,
                                                                        (unsigned)out->version),
                                          .files = request->files,
                                          .file_count = request->file_count,
                                          .claims = parts->claims->texts,
                                          .claim_count = parts->claims->count,
                                          .allow_empty = request->allow_empty,
                                          .no_count = request->no_count,
                                          .force = request->force,
                                          .receipt_path = request->receipt_path,
                                          .timestamp_url = request->timestamp_url,
                                          .leaf_blocks_max = request->leaf_blocks_max,
                                          .memory_bytes = request->memory_bytes };
    if (!rest.reference)
        return zkl_no_memory(err, strlen(out->name));
    zkl_status status = zkl_add_claims(&more, ledger, &rest, env, err);
    if (status == ZKL_OK)
        status = service_take_added(out, &more, err);
    zkl_arena_clear(&more.memory);
    return status == ZKL_OK
               ? ZKL_OK
               : zkl_wrap(err, status,
                          "%s@%u is recorded with the first %zu of %zu claims, and "
                          "'prove' with all of them adds the others",
                          out->name, (unsigned)out->version, parts->fit.kept, parts->claims->count);
}
