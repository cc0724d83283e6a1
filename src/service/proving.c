/* What notarising and adding claims share, around the steps of src/notary. */
#include "service/proving.h"

#include <zkl/timestamp.h>

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ledger/entry_export.h"
#include "service/output.h"

/* ---- The desk. */

zkl_status service_desk_open(service_desk *desk, zkl_ledger *handle, bool dry_run,
                             const zkl_env *env, zkl_error *err)
{
    desk->handle = handle;
    if (!handle)
        return zkl_owner_secret_make(&desk->owner, env, err);
    if (!dry_run)
        ZKL_TRY(zkl_change_init(&desk->change, handle, env, err));
    ZKL_TRY(service_open(&desk->ledger, handle, ZKL_LEDGER_READ, env, err));
    return service_owner_secret(&desk->owner, desk->ledger, err);
}

/* The change before the view that it was gathered in. */
void service_desk_clear(service_desk *desk)
{
    zkl_change_clear(&desk->change);
    zkl_ledger_close(desk->ledger);
    zkl_owner_secret_close(desk->owner);
    *desk = (service_desk){ 0 };
}

/* ---- Requests. */

zkl_status service_check_leaf_blocks(size_t most, zkl_error *err)
{
    return !most || most == 4 || most == 16 || most == 64 || most == 256 || most == 1024
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "leaf blocks are 4, 16, 64, 256 or 1024, not %zu", most);
}

/* Two lists: the files of the table, and what is read besides. */
zkl_status service_check_receipt_apart(const char *receipt_path, const service_files *files,
                                       const char *const *texts, size_t text_count,
                                       const zkl_ledger *handle, zkl_error *err)
{
    if (!receipt_path)
        return ZKL_OK;
    /* What is recorded stays, so its receipt's place is looked at before. */
    ZKL_TRY(service_output_has_place(receipt_path, err));
    ZKL_TRY(service_output_apart(receipt_path, files->names, files->count,
                                 handle ? zkl_ledger_folder(handle) : NULL, err));
    return service_output_apart(receipt_path, texts, text_count, NULL, err);
}

/* ---- What a plan would cost: bench/RESULTS.md, two cores. */

#define BLOCK_SECONDS 0.010      /* read, hashed and committed */
#define LEAF_BLOCK_SECONDS 0.006 /* the argument */
#define STATEMENT_SECONDS 0.6    /* opening, Groth16, own check */
#define RECEIPT_BYTES 4900
#define BLOCK_BYTES 48
#define CHUNK_BYTES 32
#define CIRCUIT_BYTES 440
#define STATEMENT_BYTES 1300

/* Sums over the plan. A circuit is counted once however many statements use it. */
static void estimate(zkl_notarize_result *out, const zkl_proof_plan *plan, size_t new_blocks,
                     size_t receipt_rest)
{
    size_t leaf_blocks = 0, circuits = 0;
    for (size_t i = 0; i < plan->count; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i; k++)
            is_new = is_new && plan->statements[k].tier != plan->statements[i].tier;
        circuits += is_new;
        leaf_blocks += plan->statements[i].leaf_blocks;
    }
    out->estimated_seconds = BLOCK_SECONDS * (double)new_blocks +
                             LEAF_BLOCK_SECONDS * (double)leaf_blocks +
                             STATEMENT_SECONDS * (double)plan->count;
    out->estimated_receipt_bytes =
        receipt_rest + CIRCUIT_BYTES * circuits + STATEMENT_BYTES * plan->count;
}

size_t service_receipt_rest(const zkl_table_facts *facts)
{
    return RECEIPT_BYTES + BLOCK_BYTES * facts->chunk_count * facts->block_count +
           CHUNK_BYTES * facts->chunk_count;
}

/* Each piece in words, with its statement's circuit. Claims are bound: disclosed results are
 * among the words. */
static zkl_status say_claims(zkl_notarize_result *out, const zkl_proof_plan *plan, zkl_error *err)
{
    const size_t most = zkl_proof_plan_piece_count(plan);
    const char **words = ZKL_ARENA_NEW(&out->memory, const char *, most);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&out->memory, zkl_statement_info, plan->count);
    if (!words || !infos)
        return zkl_no_memory(err, most * sizeof *words);
    out->claims = words;
    out->statements = infos;
    out->statement_count = plan->count;
    for (size_t i = 0; i < plan->count; i++) {
        const zkl_pieces *pieces = &plan->statements[i].pieces;
        snprintf(infos[i].circuit, sizeof infos[i].circuit, "F%u", plan->statements[i].tier);
        infos[i].claim_count = pieces->count;
        for (size_t k = 0; k < pieces->count; k++) {
            ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
            zkl_claim_sentence(&text, &pieces->items[k]->claim);
            words[out->claim_count] = service_text(&out->memory, zkl_buffer_bytes(&text));
            if (text.failed || !words[out->claim_count++])
                return zkl_no_memory(err, text.size);
        }
    }
    ZKL_ASSERT(out->claim_count == most);
    return ZKL_OK;
}

zkl_status service_foresee(zkl_notarize_result *out, const zkl_proof_plan *plan, size_t blocks,
                           size_t receipt_rest, zkl_error *err)
{
    estimate(out, plan, blocks, receipt_rest);
    return say_claims(out, plan, err);
}

/* Digests and time are filled in later, and have one length. The statements' ids are told apart,
 * since an entry with one id twice is none. */
static zkl_status foresee_entry(zkl_entry *out, zkl_arena *arena, const zkl_entry *entry,
                                const zkl_proof_plan *plan, zkl_error *err)
{
    zkl_entry_statement *statements = ZKL_ARENA_NEW(arena, zkl_entry_statement, plan->count);
    if (!statements)
        return zkl_no_memory(err, plan->count * sizeof *statements);
    for (size_t i = 0; i < plan->count; i++) {
        ZKL_TRY(zkl_entry_statement_foresee(&statements[i], arena, &plan->statements[i], err));
        zkl_be64_put(statements[i].t0.bytes, i);
    }
    *out = *entry;
    out->data.statements = statements;
    out->data.statement_count = plan->count;
    return ZKL_OK;
}

zkl_status service_check_room(const zkl_entry *entry, const zkl_proof_plan *plan, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_entry foreseen;
    ZKL_TRY(foresee_entry(&foreseen, &arena, entry, plan, err));
    return zkl_entry_encode(&bytes, &foreseen, err);
}

/* *out: bytes of the entry as planned, whatever its limit is. */
static zkl_status measure_entry(size_t *out, const zkl_entry *entry, const zkl_proof_plan *plan,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry foreseen;
    ZKL_TRY(foresee_entry(&foreseen, &arena, entry, plan, err));
    return zkl_entry_payload_bytes(out, &foreseen, err);
}

/* Keep the first `most` of the planned claims. */
static zkl_status keep_first(zkl_proof_plan *plan, const zkl_claim_list *claims, size_t most,
                             zkl_error *err)
{
    ZKL_AUTO_BLOCK bool *is_dropped = zkl_calloc(claims->count + 1, sizeof *is_dropped);
    size_t kept = 0;
    if (!is_dropped)
        return zkl_no_memory(err, claims->count);
    zkl_proof_plan_find_planned(is_dropped, plan, claims);
    for (size_t i = 0; i < claims->count; i++)
        is_dropped[i] = is_dropped[i] && kept++ >= most;
    return zkl_proof_plan_drop(plan, is_dropped, err);
}

static zkl_status count_planned(size_t *out, const zkl_proof_plan *plan,
                                const zkl_claim_list *claims, zkl_error *err)
{
    ZKL_AUTO_BLOCK bool *is_planned = zkl_calloc(claims->count + 1, sizeof *is_planned);
    if (!is_planned)
        return zkl_no_memory(err, claims->count);
    zkl_proof_plan_find_planned(is_planned, plan, claims);
    *out = 0;
    for (size_t i = 0; i < claims->count; i++)
        *out += is_planned[i];
    return ZKL_OK;
}

/* The claims are of like length, so the next try is as many as would fit then; and one less at
 * least. */
zkl_status service_fit_claims(service_fit *out, const zkl_entry *entry, zkl_proof_plan *plan,
                              const zkl_claim_list *claims, zkl_error *err)
{
    size_t planned = 0, kept;
    ZKL_TRY(count_planned(&planned, plan, claims, err));
    ZKL_TRY(measure_entry(&out->bytes_of_all, entry, plan, err));
    kept = planned;
    for (size_t bytes = out->bytes_of_all; bytes > ZKL_ENTRY_PAYLOAD_BYTES_MAX && kept > 1;) {
        const size_t next = kept * ZKL_ENTRY_PAYLOAD_BYTES_MAX / bytes;
        kept = next < 1 ? 1 : next < kept ? next : kept - 1;
        ZKL_TRY(keep_first(plan, claims, kept, err));
        ZKL_TRY(measure_entry(&bytes, entry, plan, err));
    }
    out->kept = kept;
    out->left = planned - kept;
    return service_check_room(entry, plan, err);
}

/* ---- From proofs to a logged entry. */

/* Statement and proof as blobs, and what they are. */
static zkl_status add_statement(zkl_entry_statement *out, zkl_statement_info *info,
                                zkl_arena *arena, const service_proofs *record, size_t at,
                                zkl_error *err)
{
    const zkl_made_proof *made = &record->proofs->items[at];
    const zkl_bytes statement = zkl_buffer_bytes(&made->statement),
                    proof = zkl_buffer_bytes(&made->proof);
    zkl_change *change = &record->desk->change;
    ZKL_TRY(zkl_entry_statement_of(out, arena, &record->plan->statements[at], statement, err));
    ZKL_TRY(zkl_change_add_blob(change, &out->statement_sha256, statement, err));
    ZKL_TRY(zkl_change_add_blob(change, &out->proof_sha256, proof, err));
    ZKL_TRY(service_statement_info(info, statement, proof, err));
    info->argument = made->argument_s;
    info->opening = made->opening_s;
    info->groth16 = made->groth16_s;
    return ZKL_OK;
}

static zkl_status add_statements(zkl_notarize_result *out, zkl_entry *entry, zkl_arena *arena,
                                 const service_proofs *record, zkl_error *err)
{
    const size_t count = record->proofs->count;
    zkl_entry_statement *statements = ZKL_ARENA_NEW(arena, zkl_entry_statement, count);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&out->memory, zkl_statement_info, count);
    if (!statements || !infos)
        return zkl_no_memory(err, count * sizeof *statements);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(add_statement(&statements[i], &infos[i], arena, record, i, err));
    entry->ledger = *record->notary->ledger;
    entry->time_ms = zkl_env_now_ms(record->notary->env);
    entry->data.statements = statements;
    entry->data.statement_count = count;
    out->statements = infos;
    out->statement_count = count;
    return ZKL_OK;
}

/* One key of one machine is enough: whoever made it can prove what is false. Over a ceremony it is
 * said which it is. */
static zkl_status find_development(zkl_notarize_result *out, const zkl_circuit_keys *circuits,
                                   zkl_error *err)
{
    const char **names = ZKL_ARENA_NEW(&out->memory, const char *, circuits->count);
    size_t count = 0;
    if (!names)
        return zkl_no_memory(err, circuits->count * sizeof *names);
    for (size_t i = 0; i < circuits->count; i++) {
        const zkl_circuit_key *key = &circuits->keys[i];
        out->is_development = out->is_development || !key->is_ceremony;
        if (key->is_ceremony || !key->is_over_ceremony)
            continue;
        names[count] = zkl_arena_text(&out->memory, key->id.name, strlen(key->id.name));
        if (!names[count++])
            return zkl_no_memory(err, sizeof key->id.name);
    }
    out->development_circuits = names;
    out->development_circuit_count = count;
    return ZKL_OK;
}

/* The verifier's code on the very bytes that will be logged. The claims' words come from there, so
 * that they say what was proven. Those of a notarisation that claims are added to stand behind. */
static zkl_status check_own(zkl_notarize_result *out, zkl_arena *arena, const zkl_entry *entry,
                            const service_proofs *record, zkl_error *err)
{
    const double start = zkl_seconds();
    const size_t count = zkl_proof_plan_piece_count(record->plan);
    const zkl_draft draft = { .entry = entry,
                              .notarised = record->notarised,
                              .notarised_count = record->notarised_count,
                              .manifest = record->manifest,
                              .powers = zkl_ledger_powers(record->desk->ledger),
                              .proofs = record->proofs,
                              .plan = record->plan,
                              .circuits = record->circuits };
    zkl_verified verified;
    ZKL_TRY(zkl_draft_check(&verified, arena, &draft, record->notary, err));
    ZKL_ASSERT(verified.claim_count >= count);
    const char **words = ZKL_ARENA_NEW(&out->memory, const char *, count);
    if (!words)
        return zkl_no_memory(err, count * sizeof *words);
    for (size_t i = 0; i < count; i++) {
        words[i] = zkl_arena_text(&out->memory, verified.claims[i].sentence,
                                  strlen(verified.claims[i].sentence));
        if (!words[i])
            return zkl_no_memory(err, 0);
    }
    out->claims = words;
    out->claim_count = count;
    ZKL_TRY(find_development(out, record->circuits, err));
    out->times.check += zkl_seconds() - start;
    return ZKL_OK;
}

zkl_status service_proofs_gather(zkl_notarize_result *out, zkl_entry *entry, zkl_arena *arena,
                                 const service_proofs *record, zkl_error *err)
{
    ZKL_ASSERT(record->proofs->count == record->plan->count && record->plan->count);
    for (size_t i = 0; i < record->circuits->count; i++) /* before its first use */
        ZKL_TRY(service_circuit_key_log(&record->circuits->keys[i], &record->desk->change,
                                        record->desk->ledger, err));
    ZKL_TRY(add_statements(out, entry, arena, record, err));
    ZKL_TRY(zkl_change_add_entry(&record->desk->change, entry, 0, err));
    return check_own(out, arena, entry, record, err);
}

/* By rename, so a receipt that was there before stays whole until this one is. */
zkl_status service_write_receipt(zkl_notarize_result *out, const service_receipt_place *place,
                                 zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    if (!place->path)
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_catch_up(ledger, err)); /* what was just placed */
    ZKL_TRY(zkl_receipt_build(&receipt, ledger, index, err));
    ZKL_TRY(service_output_write_receipt(place->path, ledger, place->force,
                                         zkl_buffer_bytes(&receipt), err));
    out->receipt_bytes = receipt.size;
    return ZKL_OK;
}

/* The entry stands, and so does its receipt: without the clock's word. ZKL_IO whatever the clock's
 * fault was, since nothing is false of what was recorded. */
static zkl_status stamp(zkl_notarize_result *out, const service_proofs *record, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_timestamp_attached stamped = { 0 };
    zkl_error why = { 0 };
    const zkl_env *env = record->notary->env;
    zkl_timestamp_attach_request request = {
        .subject.reference =
            zkl_arena_format(&arena, "%s#%llu", out->name, (unsigned long long)out->index),
        .url = record->timestamp_url,
    };
    if (!request.subject.reference)
        return zkl_no_memory(err, 0);
    zkl_status status = zkl_env_progress(env, "asking the clock", 0, 0, &why);
    if (status == ZKL_OK)
        status = zkl_timestamp_attach(&stamped, record->desk->handle, &request, env, &why);
    if (status == ZKL_OK) {
        out->timestamp = zkl_arena_text(&out->memory, stamped.time, strlen(stamped.time));
        zkl_arena_clear(&stamped.memory);
        return out->timestamp ? ZKL_OK : zkl_no_memory(err, ZKL_TIME_CHARS);
    }
    return zkl_fail_hint(err, status == ZKL_CANCELLED ? ZKL_CANCELLED : ZKL_IO,
                         ZKL_HINT_STAMP_LATER, "the entry is recorded, without a timestamp: %s",
                         why.text);
}

/* Placing is the one step that holds the writer's lock. The entry about the dataset is the last of
 * its change. */
zkl_status service_proofs_place(zkl_notarize_result *out, const service_proofs *record,
                                const service_receipt_place *place, zkl_error *err)
{
    zkl_change *change = &record->desk->change;
    ZKL_ASSERT(change->entry_count);
    ZKL_TRY(zkl_env_progress(record->notary->env, "recording", 0, 0, err));
    ZKL_TRY(zkl_change_place(change, record->notary->env, err));
    out->index = change->entries[change->entry_count - 1].index;
    out->receipt_id = change->entries[change->entry_count - 1].receipt_id;
    zkl_error unstamped = { 0 };
    const zkl_status stamped = record->timestamp_url ? stamp(out, record, &unstamped) : ZKL_OK;
    const zkl_status status =
        service_write_receipt(out, place, record->desk->ledger, out->index, err);
    if (status == ZKL_OK)
        return stamped == ZKL_OK ? ZKL_OK : zkl_fail_as(err, stamped, &unstamped);
    return zkl_wrap(err, status,
                    "the entry is recorded, its receipt could not be written "
                    "('zkp-ledger export' does)");
}
