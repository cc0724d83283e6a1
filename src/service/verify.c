/* Verifying: by a trust file, by what a ledger trusts, and the whole log.
 *
 * The checks themselves are in src/verify; here is which trust counts, and what is told. A
 * verification inside a ledger adds one check to those of a receipt: that its checkpoint is one of
 * the ledger's own log. */
#include <string.h>

#include "base/arena.h"
#include "ledger/chain.h"
#include "ledger/entry_export.h"
#include "ledger/trust_toml.h"
#include "service/service_internal.h"
#include "text/base64.h"

/* Texts that are missing become empty ones. `failed` gathers, so that a struct is filled in one go
 * and asked once. */
static const char *copy(zkl_arena *memory, const char *text, bool *failed)
{
    const char *out = zkl_arena_text(memory, text ? text : "", text ? strlen(text) : 0);
    *failed = *failed || !out;
    return out;
}

/* The array itself lives in the result too. */
static const char *const *copy_all(zkl_arena *memory, const char *const *texts, size_t count,
                                   bool *failed)
{
    ZKL_ASSERT(texts || count == 0);
    const char **out = ZKL_ARENA_NEW(memory, const char *, count);
    *failed = *failed || !out;
    for (size_t i = 0; out && i < count; i++)
        out[i] = copy(memory, texts[i], failed);
    return out;
}

const char *zkl_trust_source_name(zkl_trust_source source)
{
    static const char *const names[ZKL_TRUST_SOURCE_COUNT] = { "file", "own ledger",
                                                               "named ledger" };
    return (unsigned)source < ZKL_TRUST_SOURCE_COUNT ? names[source] : "";
}

/* Whose trust counted: the ledger's, or with NULL a trust file's. */
static void tell_trust(zkl_verify_result *out, const zkl_trust *trust, const zkl_ledger *ledger,
                       bool *failed)
{
    char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(key, &trust->first_log_key);
    out->trust_source = !ledger                       ? ZKL_TRUST_FILE
                        : zkl_ledger_is_found(ledger) ? ZKL_TRUST_OWN_LEDGER
                                                      : ZKL_TRUST_NAMED_LEDGER;
    out->trust_folder = ledger ? copy(&out->memory, zkl_ledger_folder(ledger), failed) : NULL;
    out->trust_log = copy(&out->memory, trust->first_log_key.name, failed);
    out->trust_key = copy(&out->memory, key, failed);
}

/* With the data recomputed, two of the sentences are not true any more. With the rows of some
 * chunks there is one more: what was compared is easily taken for all. */
static void tell_not_proven(zkl_verify_result *out, const zkl_verified *v, bool *failed)
{
    const size_t most = v->not_proven_count + 1;
    const char **texts = ZKL_ARENA_NEW(&out->memory, const char *, most);
    const char **names = ZKL_ARENA_NEW(&out->memory, const char *, most);
    zkl_hint *hints = ZKL_ARENA_NEW(&out->memory, zkl_hint, most);
    *failed = *failed || !texts || !names || !hints;
    if (!*failed && out->compared_count && out->compared_chunk_count < out->chunk_count) {
        texts[0] = zkl_unproven_text(&out->memory, ZKL_UNPROVEN_OTHER_ROWS, NULL);
        hints[0] = zkl_unproven_hint(ZKL_UNPROVEN_OTHER_ROWS);
        names[0] = zkl_unproven_name(ZKL_UNPROVEN_OTHER_ROWS);
        *failed = !texts[0];
        out->not_proven_count = 1;
    }
    for (size_t i = 0; !*failed && i < v->not_proven_count; i++) {
        if (out->data_checked && (v->not_proven[i].what == ZKL_UNPROVEN_FILE ||
                                  v->not_proven[i].what == ZKL_UNPROVEN_DIGESTS))
            continue; /* recomputed */
        texts[out->not_proven_count] = copy(&out->memory, v->not_proven[i].text, failed);
        hints[out->not_proven_count] = zkl_unproven_hint(v->not_proven[i].what);
        names[out->not_proven_count++] = zkl_unproven_name(v->not_proven[i].what);
    }
    ZKL_ASSERT(*failed || out->not_proven_count <= most);
    out->not_proven = texts;
    out->not_proven_names = names;
    out->not_proven_hints = hints;
}

zkl_status service_claim_verdicts(const zkl_claim_verdict **out, zkl_arena *memory,
                                  const zkl_verified_claim *claims, size_t count, zkl_error *err)
{
    bool failed = false;
    zkl_claim_verdict *copies = ZKL_ARENA_NEW(memory, zkl_claim_verdict, count);
    if (!copies)
        return zkl_no_memory(err, count * sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = (zkl_claim_verdict){ .dataset = claims[i].dataset
                                                        ? copy(memory, claims[i].dataset, &failed)
                                                        : NULL,
                                         .sentence = copy(memory, claims[i].sentence, &failed),
                                         .text = copy(memory, claims[i].text, &failed),
                                         .circuit = copy(memory, claims[i].circuit, &failed),
                                         .statement_id = copy(memory, claims[i].t0, &failed),
                                         .is_wellformedness = claims[i].is_wellformedness,
                                         .by_manifest = claims[i].by_manifest,
                                         .is_development = claims[i].is_development,
                                         .first_row = claims[i].first_row,
                                         .row_count = claims[i].row_count,
                                         .can_be_empty = claims[i].can_be_empty,
                                         .least_values = claims[i].values.least,
                                         .values_are_exact = claims[i].values.is_exact,
                                         .is_behind_another = claims[i].is_behind_another };
    *out = copies;
    return failed ? zkl_no_memory(err, 0) : ZKL_OK;
}

static zkl_status keep_schema(zkl_bytes *out, zkl_arena *memory, const zkl_schema *schema,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_schema_encode(&bytes, schema);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    *out = zkl_bytes_of(zkl_arena_copy(memory, bytes.data, bytes.size), bytes.size);
    return out->data ? ZKL_OK : zkl_no_memory(err, bytes.size);
}

/* Whose clocks and which witnesses, with their times. */
static void tell_times(zkl_verify_result *out, const zkl_verified *v, bool *failed)
{
    zkl_cosigned *cosigned = ZKL_ARENA_NEW(&out->memory, zkl_cosigned, v->witness_count);
    zkl_timestamped *stamps = ZKL_ARENA_NEW(&out->memory, zkl_timestamped, v->timestamp_count);
    *failed = *failed || !cosigned || !stamps;
    for (size_t i = 0; !*failed && i < v->witness_count; i++) {
        char time[ZKL_TIME_CHARS + 1] = "";
        if (v->witness_times_s[i] <= ZKL_TIME_MS_MAX / 1000)
            zkl_time_format(time, (int64_t)(v->witness_times_s[i] * 1000));
        cosigned[i] = (zkl_cosigned){ copy(&out->memory, v->witnesses[i], failed),
                                      copy(&out->memory, time, failed) };
    }
    for (size_t i = 0; !*failed && i < v->timestamp_count; i++)
        stamps[i] = (zkl_timestamped){ copy(&out->memory, v->timestamps[i].clock, failed),
                                       copy(&out->memory, v->timestamps[i].time, failed),
                                       v->timestamps[i].accuracy_ms };
    out->cosigned = cosigned;
    out->timestamps = stamps;
    out->timestamp_count = v->timestamp_count;
}

/* Only where they count: of a development set-up nobody is named. */
static zkl_status tell_parties(zkl_verify_result *out, const zkl_trust *trust, zkl_error *err)
{
    zkl_arena *const memory = &out->memory;
    bool failed = false;
    if (out->is_development)
        return ZKL_OK;
    zkl_trusted_contributor *const all =
        ZKL_ARENA_NEW(memory, zkl_trusted_contributor, trust->party_count);
    if (!all)
        return zkl_no_memory(err, trust->party_count * sizeof *all);
    for (size_t i = 0; i < trust->party_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) key = { 0 };
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        zkl_buffer_put_base64(&key, der, zkl_public_key_der(der, &trust->parties[i].key));
        ZKL_TRY(zkl_buffer_status(&key, err));
        all[i] = (zkl_trusted_contributor){
            .name = copy(memory, trust->parties[i].name, &failed),
            .key = zkl_arena_text(memory, (const char *)key.data, key.size),
            .to_powers = trust->parties[i].to_powers,
            .to_keys = trust->parties[i].to_keys,
        };
        failed = failed || !all[i].key;
    }
    out->ceremony = trust->ceremony;
    out->parties = all;
    out->party_count = trust->party_count;
    return failed ? zkl_no_memory(err, 0) : ZKL_OK;
}

/* All of it is copied: the result outlives receipt, trust and ledger. */
zkl_status service_verdict(zkl_verify_result *out, const zkl_verified *v, const zkl_trust *trust,
                           zkl_ledger *ledger, bool data_checked, zkl_error *err)
{
    zkl_arena *memory = &out->memory;
    bool failed = false;
    ZKL_ASSERT(v->schema && v->manifest && trust); /* of a receipt that was verified */
    ZKL_ASSERT(v->column_count == v->schema->column_count);
    ZKL_TRY(service_claim_verdicts(&out->claims, memory, v->claims, v->claim_count, err));
    out->claim_count = v->claim_count;
    out->name = copy(memory, v->name, &failed);
    out->version = v->version;
    out->kind = zkl_entry_kind_name(v->kind);
    out->ledger = v->ledger;
    out->dataset = v->dataset;
    out->receipt_id = v->receipt_id;
    out->index = v->index;
    out->tree_size = v->tree_size;
    out->row_count = v->row_count;
    out->column_count = v->column_count;
    out->block_count = v->block_count;
    out->statement_count = v->statement_count;
    out->origin = copy(memory, v->origin, &failed);
    out->time = copy(memory, v->time, &failed);
    out->log_key = copy(memory, v->log_key, &failed);
    out->signer = copy(memory, v->signer, &failed);
    out->witnesses = copy_all(memory, v->witnesses, v->witness_count, &failed);
    out->witness_count = v->witness_count;
    tell_times(out, v, &failed);
    out->is_development = v->is_development;
    out->data_checked = data_checked;
    out->chunk_count = v->manifest->chunk_count;
    if (v->entry->kind == ZKL_ENTRY_WITHDRAW) {
        const service_entry own = { v->index, *v->entry };
        const service_entries about = { (service_entry *)(uintptr_t)&own, 1 };
        ZKL_TRY(service_revocation(&out->revoked, memory, &about, err));
    } else if (ledger) {
        ZKL_TRY(service_revocation_of(&out->revoked, memory, ledger, out->name, out->version, err));
    }
    if (v->disclosure)
        ZKL_TRY(service_disclosed(&out->disclosed, memory, v->disclosure, v->schema, err));
    tell_not_proven(out, v, &failed);
    ZKL_TRY(tell_parties(out, trust, err));
    tell_trust(out, trust, ledger, &failed);
    ZKL_TRY(service_columns(&out->columns, memory, v->schema, err));
    ZKL_TRY(keep_schema(&out->schema, memory, v->schema, err));
    ZKL_TRY(service_read_info(&out->read, memory, v->manifest, err));
    return failed ? zkl_no_memory(err, 0) : ZKL_OK;
}

/* What takes a receipt is told what it got instead. */
zkl_status service_check_is_receipt(zkl_bytes bytes, zkl_error *err)
{
    if (zkl_receipt_has_magic(bytes))
        return ZKL_OK;
    const service_file_kind kind = service_file_kind_of(bytes);
    zkl_fail_check(err, ZKL_BAD_INPUT, ZKL_CHECK_FORM, "this is no receipt: it is %s",
                   service_file_words(kind));
    return zkl_hint_add(err, ZKL_BAD_INPUT, service_file_hint(kind), NULL);
}

zkl_status service_check_is_verifiable(zkl_bytes bytes, zkl_error *err)
{
    return zkl_disclosure_file_has_magic(bytes) ? ZKL_OK : service_check_is_receipt(bytes, err);
}

/* Keys alone do not tell a fork: a copy of the ledger's folder has them too, and so has the thief
 * of a retired one. So the receipt's checkpoint is compared with the ledger's own root at that
 * size: two logs under one key differ there. */
zkl_status service_check_is_of_log(zkl_ledger *ledger, const zkl_verified *v, zkl_error *err)
{
    ZKL_ASSERT(v->tree_size); /* a checkpoint that covers an entry */
    zkl_log *log = zkl_ledger_log(ledger);
    const uint64_t have = zkl_log_size(log);
    zkl_digest root;
    if (v->tree_size > have) {
        zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_CHECKPOINT,
                       "the receipt's checkpoint has %llu entries, the ledger here only %llu: it "
                       "cannot say whether they are of its log. It is an older copy, or lost "
                       "entries",
                       (unsigned long long)v->tree_size, (unsigned long long)have);
        return zkl_hint_add(err, ZKL_UNCHECKED, ZKL_HINT_VERIFY_CHAIN, NULL);
    }
    ZKL_TRY(zkl_log_root(log, &root, v->tree_size, err));
    if (!zkl_digest_equal(&root, &v->root))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_CHECKPOINT,
                              "the log is forked: the ledger here has other entries below %llu "
                              "than the receipt's checkpoint, and both are signed",
                              (unsigned long long)v->tree_size);
    return ZKL_OK;
}

/* A trust file has this member by all means. What lacks it may be any other file. */
static bool is_like_trust(zkl_bytes text)
{
    static const char member[] = "first_log_key";
    return memmem(text.data, text.size, member, sizeof member - 1) && !zkl_receipt_has_magic(text);
}

/* Most mistakes are other files: a receipt, a key, a table. TOML errors of such would help
 * nobody. */
zkl_status service_parse_trust(zkl_trust *out, zkl_arena *arena, zkl_bytes text, const char *name,
                               zkl_error *err)
{
    const zkl_status status = zkl_trust_toml_parse(out, arena, text, name, err);
    if (status != ZKL_BAD_INPUT || is_like_trust(text))
        return status;
    const service_file_kind kind = service_file_kind_of(text);
    return zkl_fail_hint(err, status, service_file_hint(kind),
                         "%s%s%s is no trust file, it names no 'first_log_key': it is %s",
                         name ? "'" : "", name ? name : "what is given as trust", name ? "'" : "",
                         service_file_words(kind));
}

/* Parsed and forgotten: an answer without a receipt. */
zkl_status zkl_trust_check_text(zkl_bytes text, const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_trust trust;
    return service_parse_trust(&trust, &arena, text, name, err);
}

/* By a parsed trust. ledger: whose it is; NULL: a file's. */
static zkl_status verify_with(zkl_verify_result *out, zkl_bytes receipt, const zkl_trust *trust,
                              zkl_ledger *ledger, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_verified verified;
    ZKL_ASSERT(!ledger || trust == zkl_ledger_trust(ledger));
    *out = (zkl_verify_result){ 0 };
    zkl_status status = zkl_receipt_verify(&verified, &arena, receipt, trust, env, err);
    if (status == ZKL_OK && ledger)
        status = service_check_is_of_log(ledger, &verified, err);
    if (status == ZKL_OK)
        status = service_verdict(out, &verified, trust, ledger, false, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_verify_result){ 0 };
    }
    return status;
}

/* The two inputs are refused by what they are before anything is checked: a person who mixed up
 * files gets a sentence on that. */
zkl_status zkl_verify_receipt(zkl_verify_result *out, zkl_bytes receipt, zkl_bytes trust_text,
                              const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_trust trust;
    *out = (zkl_verify_result){ 0 };
    ZKL_TRY(service_check_is_verifiable(receipt, err));
    if (!trust_text.size)
        return zkl_fail(err, ZKL_UNCHECKED, "no trust file: nothing is trusted on first use");
    ZKL_TRY(service_parse_trust(&trust, &arena, trust_text, NULL, err));
    return verify_with(out, receipt, &trust, NULL, env, err);
}

/* A ledger that was named is the caller's choice. One that was found must be his own, or its word
 * counts for nothing. */
zkl_status service_open_trusted(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    if (zkl_ledger_is_found(ledger))
        ZKL_TRY(service_check_own(ledger, err));
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}

zkl_status service_trusted_take(service_trusted *out, zkl_bytes text, zkl_ledger *handle,
                                const zkl_env *env, zkl_error *err)
{
    if (text.size) {
        out->trust = &out->given;
        return service_parse_trust(&out->given, &out->arena, text, NULL, err);
    }
    if (!handle)
        return zkl_fail(err, ZKL_UNCHECKED, "no trust file: nothing is trusted on first use");
    ZKL_TRY(service_open_trusted(&out->ledger, handle, env, err));
    out->trust = zkl_ledger_trust(out->ledger);
    return ZKL_OK;
}

void service_trusted_clear(service_trusted *trusted)
{
    zkl_ledger_close(trusted->ledger);
    zkl_arena_clear(&trusted->arena);
    *trusted = (service_trusted){ 0 };
}

/* env is the ledger's, unless the caller has lent one for this call. */
zkl_status zkl_verify_receipt_in(zkl_verify_result *out, zkl_ledger *handle, zkl_bytes receipt,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_verify_result){ 0 };
    ZKL_TRY(service_check_is_verifiable(receipt, err));
    ZKL_TRY(service_open_trusted(&ledger, handle, env, err));
    return verify_with(out, receipt, zkl_ledger_trust(ledger), ledger, zkl_ledger_env(ledger), err);
}

/* The receipt is built and verified as a stranger would: no check is skipped because the ledger is
 * at hand. */
zkl_status zkl_verify_own(zkl_verify_result *out, zkl_ledger *handle, const char *reference,
                          const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_dataset_version found;
    *out = (zkl_verify_result){ 0 };
    ZKL_TRY(service_open_trusted(&ledger, handle, env, err));
    ZKL_TRY(service_find(&found, &arena, ledger, reference, err));
    ZKL_TRY(zkl_receipt_build(&receipt, ledger, found.index, err));
    ZKL_TRY(verify_with(out, zkl_buffer_bytes(&receipt), zkl_ledger_trust(ledger), ledger,
                        zkl_ledger_env(ledger), err));
    const zkl_status status = service_verify_later(out, ledger, reference, zkl_ledger_trust(ledger),
                                                   zkl_ledger_env(ledger), err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_verify_result){ 0 };
    }
    return status;
}

/* Entry 0 alone may name an older log. */
static zkl_status find_succeeds(zkl_succeeds *out, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    if (!zkl_log_size(zkl_ledger_log(ledger)))
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, 0, err));
    const zkl_entry_keys *keys = zkl_entry_as_keys(&entry);
    if (keys)
        service_succeeds(out, &keys->succeeds);
    return ZKL_OK;
}

/* By a walker: a store of its own, read from the first entry on, with nothing that the handle has
 * in memory. */
zkl_status zkl_verify_chain(zkl_verify_chain_result *out, zkl_ledger *handle,
                            const zkl_verify_chain_request *request, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_chain_report report = { 0 };
    const zkl_chain_options options = { .from = request->from,
                                        .to = request->to,
                                        .proofs = request->proofs,
                                        .remember = request->remember,
                                        .fresh = request->fresh };
    *out = (zkl_verify_chain_result){ 0 };
    if (request->remember && (request->from || request->to))
        return zkl_fail(err, ZKL_USAGE, "what is remembered is the whole log: not a part of it");
    if (request->fresh && !request->remember)
        return zkl_fail(err, ZKL_USAGE, "fresh is said with remember: else nothing is remembered");
    /* Quiet: what a notice would say is an error here. */
    ZKL_TRY(zkl_ledger_walker(&ledger, handle, env, err));
    zkl_status status = zkl_ledger_verify_chain(ledger, &options, &report, err);
    ZKL_ASSERT(report.proofs_checked == request->proofs);
    /* Filled after a failure too: how far it came, and which entry is bad. */
    *out = (zkl_verify_chain_result){ .entry_count = report.entry_count,
                                      .checkpoint_count = report.checkpoint_count,
                                      .blob_count = report.blob_count,
                                      .proof_count = report.proof_count,
                                      .dataset_count = report.dataset_count,
                                      .bad_index = report.bad_index,
                                      .proofs_checked = report.proofs_checked,
                                      .known_count = report.known_count,
                                      .known_checkpoint_count = report.known_checkpoint_count,
                                      .known_has_proofs = report.known_has_proofs,
                                      .remembered = report.remembered };
    return status == ZKL_OK ? find_succeeds(&out->succeeds, ledger, err) : status;
}
