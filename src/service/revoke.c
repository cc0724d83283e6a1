/* revoke: a version by an entry `withdraw`, a signer key by an entry `revoke`.
 *
 *  1. A version is revoked once: the second entry would say nothing new.
 *  2. A ledger is never left without a signer on purpose. */
#include <stdio.h>
#include <string.h>

#include <zkl/revoke.h>

#include "service/service_internal.h"
#include "text/utf8.h"

/* ---- Versions */

zkl_status service_revocation(const zkl_revocation **out, zkl_arena *memory,
                              const service_entries *about, zkl_error *err)
{
    *out = NULL;
    for (size_t i = 0; i < about->count && !*out; i++) {
        const zkl_entry *entry = &about->items[i].entry;
        char time[ZKL_TIME_CHARS + 1];
        if (entry->kind != ZKL_ENTRY_WITHDRAW)
            continue;
        zkl_revocation *found = ZKL_ARENA_NEW(memory, zkl_revocation, 1);
        if (!found)
            return zkl_no_memory(err, sizeof *found);
        zkl_time_format(time, entry->time_ms);
        *found = (zkl_revocation){ .index = about->items[i].index,
                                   .time = zkl_arena_text(memory, time, strlen(time)),
                                   .reason = service_text(memory, entry->data.reason) };
        if (!found->time || !found->reason)
            return zkl_no_memory(err, entry->data.reason.size);
        *out = found;
    }
    return ZKL_OK;
}

zkl_status service_revocation_of(const zkl_revocation **out, zkl_arena *memory, zkl_ledger *ledger,
                                 const char *name, uint32_t version, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_dataset_version found;
    service_entries about;
    ZKL_TRY(zkl_ledger_find(ledger, &found, &arena, zkl_bytes_of_text(name), version, err));
    ZKL_TRY(service_entries_about(&about, &arena, ledger, &found, err));
    return service_revocation(out, memory, &about, err);
}

zkl_status service_check_not_revoked(const service_entries *about, const char *what, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_revocation *revoked;
    ZKL_TRY(service_revocation(&revoked, &arena, about, err));
    return !revoked ? ZKL_OK
                    : zkl_fail(err, ZKL_CONFLICT,
                               "'%.200s' was revoked by entry %llu: \"%.300s\". Claims of what its "
                               "owner took back serve nobody: notarise the next version",
                               what, (unsigned long long)revoked->index, revoked->reason);
}

zkl_status service_warn_revoked(const service_entries *about, const char *what, zkl_ledger *ledger,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_revocation *revoked;
    ZKL_TRY(service_revocation(&revoked, &arena, about, err));
    if (!revoked)
        return ZKL_OK;
    const char *text = zkl_arena_format(&arena, "'%.200s' was revoked by entry %llu: \"%.300s\"",
                                        what, (unsigned long long)revoked->index, revoked->reason);
    if (!text)
        return zkl_no_memory(err, 0);
    zkl_notice_warn(zkl_ledger_notice(ledger), text);
    return ZKL_OK;
}

static zkl_status check_reason(const char *reason, bool may_be_empty, zkl_error *err)
{
    const zkl_bytes text = zkl_bytes_of_text(reason ? reason : "");
    if (!text.size && !may_be_empty)
        return zkl_fail(err, ZKL_USAGE, "no reason is given: the log keeps it for whoever asks");
    if (text.size > ZKL_ENTRY_TEXT_BYTES_MAX || !zkl_utf8_valid(text))
        return zkl_fail(err, ZKL_USAGE, "the reason is not UTF-8 of at most %d bytes",
                        ZKL_ENTRY_TEXT_BYTES_MAX);
    return ZKL_OK;
}

/* The version, and that it is not revoked yet. */
static zkl_status make_entry(zkl_entry *out, zkl_arena *arena, zkl_ledger *ledger,
                             const char *reference, zkl_error *err)
{
    zkl_dataset_version found;
    service_entries about;
    const zkl_revocation *revoked;
    zkl_digest *parent = ZKL_ARENA_NEW(arena, zkl_digest, 1);
    if (!parent)
        return zkl_no_memory(err, sizeof *parent);
    ZKL_TRY(service_find(&found, arena, ledger, reference, err));
    ZKL_TRY(service_entries_about(&about, arena, ledger, &found, err));
    ZKL_TRY(service_revocation(&revoked, arena, &about, err));
    if (revoked)
        return zkl_fail(err, ZKL_CONFLICT, "'%.200s' is revoked already, by entry %llu", reference,
                        (unsigned long long)revoked->index);
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), parent, found.index, err));
    const zkl_entry_data *notarised = &about.items[0].entry.data;
    *out = (zkl_entry){ .kind = ZKL_ENTRY_WITHDRAW,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .parents = parent,
                        .parent_count = 1,
                        .data = { .name = notarised->name,
                                  .version = notarised->version,
                                  .manifest_sha256 = notarised->manifest_sha256,
                                  .dataset = notarised->dataset } };
    return ZKL_OK;
}

zkl_status zkl_revoke_version(zkl_revoke_result *out, zkl_ledger *handle, const char *reference,
                              const char *reason, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_entry entry;
    *out = (zkl_revoke_result){ 0 };
    ZKL_TRY(check_reason(reason, false, err));
    if (!strchr(reference, '@') || strchr(reference, '#'))
        return zkl_fail(err, ZKL_USAGE,
                        "which version? A revocation is never taken back, so it is said: "
                        "'%.200s@1'",
                        reference);
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(make_entry(&entry, &arena, ledger, reference, err));
    entry.data.reason = zkl_bytes_of_text(reason);
    entry.time_ms = zkl_env_now_ms(env ? env : zkl_ledger_env(handle));
    ZKL_TRY(zkl_change_init(&change, handle, env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, env, err));
    out->index = change.entries[0].index;
    out->receipt_id = change.entries[0].receipt_id;
    out->version = entry.data.version;
    out->name = service_text(&out->memory, entry.data.name);
    return out->name ? ZKL_OK : zkl_no_memory(err, entry.data.name.size);
}

/* ---- Signer keys */

/* Does the id begin so? Ids are lower-case hex. */
static bool begins_so(const zkl_public_key *key, const char *start)
{
    zkl_digest digest;
    char id[65];
    zkl_public_key_digest(&digest, key);
    zkl_hex_encode(id, digest.bytes, sizeof digest.bytes);
    return strncmp(id, start, strlen(start)) == 0;
}

/* The one that is meant, and whether it is the last that counts for the next entry. */
static zkl_status find_signer(const zkl_public_key **out, bool *is_last, zkl_ledger *ledger,
                              const char *wanted, zkl_error *err)
{
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    const zkl_signer *current = zkl_ledger_signer(ledger);
    const uint64_t next = zkl_log_size(zkl_ledger_log(ledger));
    const bool is_current = strcmp(wanted, "current") == 0;
    size_t counting = 0;
    *out = NULL;
    if (!is_current && (strlen(wanted) < 8 || strspn(wanted, "0123456789abcdef") != strlen(wanted)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.100s' names no key: at least eight hex digits of its id, or 'current'",
                        wanted);
    for (size_t i = 0; i < trust->signer_count; i++) {
        const zkl_trusted_signer *s = &trust->signers[i];
        if (s->from > next || s->until <= next)
            continue;
        counting++;
        const bool is_meant = is_current ? zkl_public_key_equal(&s->key, &current->public_key)
                                         : begins_so(&s->key, wanted);
        if (is_meant && *out)
            return zkl_fail(err, ZKL_CONFLICT, "several signer keys begin with '%.100s'", wanted);
        if (is_meant)
            *out = &s->key;
    }
    *is_last = counting == 1;
    return *out ? ZKL_OK
                : zkl_fail(err, ZKL_NOT_FOUND, "no signer key that counts now begins with '%.100s'",
                           wanted);
}

static zkl_status revoke_signer(zkl_revoke_signer_result *out, zkl_ledger *ledger,
                                const zkl_revoke_signer_request *request, zkl_error *err)
{
    const zkl_public_key *found;
    bool is_last = false;
    zkl_digest digest;
    char id[65];
    ZKL_TRY(find_signer(&found, &is_last, ledger, request->key, err));
    if (is_last && !request->replace)
        return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_REPLACE_SIGNER,
                             "it is the ledger's last signer: without one nothing can be recorded "
                             "any more");
    const zkl_public_key key = *found; /* the list changes */
    zkl_public_key_digest(&digest, &key);
    zkl_hex_encode(id, digest.bytes, sizeof digest.bytes);
    out->key = zkl_arena_text(&out->memory, id, strlen(id));
    if (!out->key)
        return zkl_no_memory(err, sizeof id);
    ZKL_TRY(
        zkl_ledger_revoke(ledger, &key, request->reason ? request->reason : "", &out->index, err));
    if (!request->replace)
        return ZKL_OK;
    const zkl_status status = zkl_ledger_rotate(
        ledger, ZKL_ROLE_SIGNER, zkl_ledger_passphrase(ledger), &out->replaced_at, err);
    out->is_replaced = status == ZKL_OK;
    return status == ZKL_OK
               ? status
               : zkl_wrap(err, status, "the key is revoked by entry %llu, and not yet replaced",
                          (unsigned long long)out->index);
}

zkl_status zkl_revoke_signer(zkl_revoke_signer_result *out, zkl_ledger *handle,
                             const zkl_revoke_signer_request *request, const zkl_env *env,
                             zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_revoke_signer_result){ 0 };
    ZKL_TRY(check_reason(request->reason, true, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_WRITE, env, err));
    return revoke_signer(out, ledger, request, err);
}
