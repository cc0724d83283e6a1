/* Staging, committing, and the keys. */
#include "ledger/ledger_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "verify/key_rules.h"
#include "keys/sign_record.h"
#include "ledger/rotation.h"
#include "ledger/trust_record.h"

static zkl_status need_writer(const zkl_ledger *ledger, zkl_error *err)
{
    if (!ledger->writable)
        return zkl_fail(err, ZKL_USAGE, "the ledger is open for reading only");
    return ZKL_OK;
}

static uint64_t next_index(const zkl_ledger *ledger)
{
    uint64_t size;
    zkl_digest root;
    zkl_log_next_head(&ledger->log, &size, &root);
    return size;
}

static const zkl_trust *staged_trust(const zkl_ledger *ledger)
{
    return ledger->batch_changes_keys ? &ledger->staged_trust : &ledger->trust;
}

static zkl_status put(zkl_ledger *ledger, const zkl_store_key *key, const void *value, size_t size,
                      zkl_error *err)
{
    return zkl_batch_put(&ledger->batch, zkl_store_key_bytes(key), zkl_bytes_of(value, size), err);
}

zkl_status zkl_ledger_stage_blob(zkl_ledger *ledger, zkl_digest *sha256, zkl_bytes blob,
                                 zkl_error *err)
{
    bool known;
    zkl_digest hash;
    ZKL_TRY(need_writer(ledger, err));
    zkl_sha256(&hash, blob.data, blob.size);
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, hash.bytes, 32);
    ZKL_TRY(zkl_store_has(ledger->store, &known, zkl_store_key_bytes(&key), err));
    if (!known)
        ZKL_TRY(put(ledger, &key, blob.data, blob.size, err));
    *sha256 = hash;
    return ZKL_OK;
}

zkl_status zkl_ledger_stage_private(zkl_ledger *ledger, const zkl_digest *id, zkl_bytes wrapped,
                                    zkl_error *err)
{
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_PRIVATE, id->bytes, 32);
    ZKL_TRY(need_writer(ledger, err));
    return put(ledger, &key, wrapped.data, wrapped.size, err);
}

/* ---- Staging entries */

/* The signer of the trust's newest log key: the ledger's own, or of a rotation that is being staged the fresh one. */
static const zkl_signer *record_signer(const zkl_ledger *ledger, const zkl_trust *trust,
                                       const zkl_signer *const *signers, size_t signer_count)
{
    const zkl_verifier_key *newest = zkl_trust_newest_log_key(trust);
    for (size_t i = 0; newest && i < signer_count; i++)
        if (signers[i]->public_key.type == ZKL_KEY_ED25519 &&
            memcmp(signers[i]->public_key.bytes, newest->public_key, sizeof newest->public_key) ==
                0)
            return signers[i];
    return ledger->log_signer;
}

/* signers: of the entry. The trust record changes with the keys, and is signed again in the same batch. */
static zkl_status stage_keys(zkl_ledger *ledger, const zkl_entry *e, uint64_t index,
                             const zkl_signer *const *signers, size_t signer_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_trust trust;
    if (zkl_entry_facts_of(e->kind)->effect == ZKL_KEYS_STAY)
        return ZKL_OK;
    ZKL_TRY(zkl_trust_copy(&trust, &ledger->arena, staged_trust(ledger), 1, err));
    ZKL_TRY(zkl_trust_apply(&trust, e, index, err));
    ZKL_TRY(zkl_trust_record_seal(&bytes, &trust,
                                  record_signer(ledger, &trust, signers, signer_count), err));
    ZKL_TRY(zkl_batch_put(&ledger->batch, zkl_bytes_of_text(ZKL_STORE_KEY_TRUST),
                          zkl_buffer_bytes(&bytes), err));
    ledger->staged_trust = trust;
    ledger->batch_changes_keys = true;
    return ZKL_OK;
}

zkl_status zkl_ledger_stage_signed(zkl_ledger *ledger, const zkl_entry *entry,
                                   const zkl_signer *const *signers, size_t signer_count,
                                   uint64_t *index, zkl_digest *receipt_id, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry again;
    zkl_dsse dsse;
    zkl_digest leaf;
    uint64_t at = next_index(ledger);
    ZKL_TRY(need_writer(ledger, err));
    ZKL_TRY(zkl_ledger_check_new(ledger, entry, err));
    ZKL_TRY(zkl_ledger_check_references(ledger, entry, at, err));
    ZKL_TRY(zkl_entry_sign(&envelope, entry, signers, signer_count, err));
    ZKL_TRY(zkl_entry_open(&again, &dsse, &arena, zkl_buffer_bytes(&envelope), err));
    ZKL_TRY(zkl_entry_check_signatures(&again, &dsse, staged_trust(ledger), at, NULL, err));
    zkl_rfc6962_leaf(&leaf, zkl_buffer_bytes(&envelope));
    ZKL_TRY(zkl_ledger_put_indexes(&ledger->batch, entry, at, &leaf, err));
    ZKL_TRY(stage_keys(ledger, entry, at, signers, signer_count, err));
    ZKL_TRY(zkl_log_append_to_batch(&ledger->log, &ledger->batch, zkl_buffer_bytes(&envelope), &at,
                                    err));
    if (index)
        *index = at;
    if (receipt_id)
        *receipt_id = leaf;
    return ZKL_OK;
}

zkl_status zkl_ledger_stage_entry(zkl_ledger *ledger, const zkl_entry *entry, uint64_t *index,
                                  zkl_digest *receipt_id, zkl_error *err)
{
    const zkl_signer *const signers[] = { ledger->signer };
    if (zkl_entry_facts_of(entry->kind)->signing != ZKL_SIGNED_BY_SIGNER)
        return zkl_fail(err, ZKL_USAGE, "keys change by rotation and revocation");
    return zkl_ledger_stage_signed(ledger, entry, signers, ZKL_COUNT(signers), index, receipt_id,
                                   err);
}

void zkl_ledger_abandon(zkl_ledger *ledger)
{
    zkl_batch_clear(&ledger->batch);
    zkl_log_abandon(&ledger->log);
    ledger->batch_changes_keys = false;
}

/* The checkpoint of the head, by the log key that counts at its last entry: in this process always the one it has opened. */
static zkl_status publish_head(zkl_ledger *ledger, zkl_error *err)
{
    zkl_verifier_key verifier;
    zkl_head_place place = zkl_ledger_head_place(ledger);
    place.wrote = true;
    ZKL_TRY(zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, ledger->origin,
                                  &ledger->log_signer->public_key, err));
    return zkl_head_publish(&place, &ledger->log, &verifier, ledger->log_signer, err);
}

/* The store could not say whether it wrote the batch: read it again. ZKL_OK: it is there, and synced. */
static zkl_status read_back(zkl_ledger *ledger, uint64_t size, const zkl_digest *root,
                            zkl_status failure, zkl_error *err)
{
    zkl_error why = { 0 };
    zkl_digest have;
    uint64_t have_size = 0;
    const unsigned long long last = (unsigned long long)size - 1;
    zkl_status status = zkl_store_recover(ledger->store, &why);
    if (status == ZKL_OK)
        status = zkl_log_open(&ledger->log, ledger->store, &why);
    if (status != ZKL_OK)
        return zkl_wrap(err, failure,
                        "it is not known whether entry %llu was recorded; `zkp-ledger log` shows "
                        "it once the store can be read (%.200s)",
                        last, why.text);
    zkl_log_head(&ledger->log, &have_size, &have);
    if (have_size < size)
        return zkl_wrap(err, failure, "entry %llu was not recorded", last);
    if (have_size != size || !zkl_digest_equal(&have, root))
        return zkl_fail(err, ZKL_CONFLICT, "the store holds other entries than were written");
    if (ledger->notice.say) {
        char text[ZKL_ERROR_TEXT_BYTES + 100];
        snprintf(text, sizeof text, "recorded as entry %llu, although the store failed first: %s",
                 last, err ? err->text : "");
        ledger->notice.say(ledger->notice.opaque, text);
    }
    return ZKL_OK;
}

static zkl_status commit_batch(zkl_ledger *ledger, zkl_error *err)
{
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    zkl_error failed = { 0 };
    zkl_digest root;
    uint64_t size;
    zkl_log_next_head(&ledger->log, &size, &root);
    if (size && !zkl_rotation_counts(staged_trust(ledger), ZKL_ROLE_LOG,
                                     &ledger->log_signer->public_key, size - 1))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the log key that is open counts no more: open the ledger again");
    ZKL_TRY(zkl_head_check_memory(&place, &ledger->log, err));
    zkl_store_outcome outcome;
    zkl_status status = zkl_log_commit(&ledger->log, &ledger->batch, &outcome, &failed);
    if (outcome == ZKL_STORE_UNKNOWN)
        status = read_back(ledger, size, &root, status, &failed);
    if (status != ZKL_OK && err)
        *err = failed;
    return status;
}

zkl_status zkl_ledger_commit(zkl_ledger *ledger, zkl_error *err)
{
    ZKL_TRY(need_writer(ledger, err));
    const zkl_status status = commit_batch(ledger, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(ledger);
        return status;
    }
    if (ledger->batch_changes_keys)
        ledger->trust = ledger->staged_trust;
    ledger->batch_changes_keys = false;
    zkl_batch_clear(&ledger->batch);
    const zkl_status signing = publish_head(ledger, err);
    if (signing == ZKL_CONFLICT)
        return zkl_wrap(err, signing,
                        "the entries stand in this copy of the ledger only, which is not the log");
    if (signing != ZKL_OK)
        return zkl_wrap(err, signing,
                        "the entries are recorded; the checkpoint will be signed when the ledger "
                        "is next written");
    return ZKL_OK;
}

/* ---- Keys */

static zkl_status stage_rotation(zkl_ledger *ledger, zkl_key_role role, const zkl_signer *fresh,
                                 uint64_t *index, zkl_error *err)
{
    zkl_entry entry = { .kind = ZKL_ENTRY_KEY,
                        .ledger = ledger->trust.ledger,
                        .time_ms = zkl_env_now_ms(ledger->env),
                        .keys.role = role,
                        .keys.key = fresh->public_key };
    const zkl_signer *old = role == ZKL_ROLE_LOG ? ledger->log_signer : ledger->signer;
    zkl_public_key_digest(&entry.keys.replaces, &old->public_key);
    if (role == ZKL_ROLE_SIGNER &&
        !zkl_trust_signer_at(staged_trust(ledger), &entry.keys.replaces, next_index(ledger))) {
        old = ledger->log_signer; /* revoked: the log key puts the new one in */
        entry.keys.replaces = (zkl_digest){ { 0 } };
    }
    const zkl_signer *const signers[] = { fresh, old };
    return zkl_ledger_stage_signed(ledger, &entry, signers, ZKL_COUNT(signers), index, NULL, err);
}

/* A new key of the role, like the one it follows: its type and name. */
static zkl_status make_next(zkl_keyfile *out, const zkl_keyfile_info *current, zkl_key_role role,
                            const zkl_env *env, zkl_error *err)
{
    return zkl_keyfile_make(out, role == ZKL_ROLE_LOG ? ZKL_KEYFILE_LOG : ZKL_KEYFILE_SIGNER,
                            current->public_key.type, current->name, env, err);
}

/* rotation is SETTLED: make the successor of its key, save it beside, and stage its entry. After a failure nothing is staged and
 * nothing lies beside. *out signs from the next entry on. */
static zkl_status stage_next_key(zkl_signer **out, zkl_ledger *ledger, zkl_rotation *rotation,
                                 const zkl_bytes *passphrase, uint64_t *index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) fresh = { 0 };
    ZKL_AUTO_CLOSE(zkl_signer) signer = NULL;
    zkl_keyfile_info current;
    ZKL_TRY(zkl_keyfile_load_info(&current, rotation->path, NULL, err));
    ZKL_TRY(make_next(&fresh, &current, rotation->role, ledger->env, err));
    ZKL_TRY(zkl_signer_of_key(&signer, rotation->role, &fresh.key, err));
    ZKL_TRY(zkl_rotation_prepare(rotation, &fresh, passphrase,
                                 current.has_passphrase ? &current.cost : NULL, ledger->env, err));
    const zkl_status status = stage_rotation(ledger, rotation->role, signer, index, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(ledger);
        zkl_rotation_undo(rotation);
        return status;
    }
    *out = signer;
    signer = NULL;
    return ZKL_OK;
}

zkl_status zkl_ledger_rotate(zkl_ledger *ledger, zkl_key_role role, const zkl_bytes *passphrase,
                             uint64_t *index, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_signer) fresh = NULL;
    zkl_signer **current = role == ZKL_ROLE_LOG ? &ledger->log_signer : &ledger->signer;
    zkl_rotation rotation;
    uint64_t at;
    ZKL_TRY(need_writer(ledger, err));
    if (ledger->batch.count)
        return zkl_fail(err, ZKL_USAGE, "commit or abandon what is staged before changing keys");
    ZKL_TRY(zkl_rotation_look(&rotation, ledger->folder, role, &ledger->trust, next_index(ledger),
                              err));
    ZKL_TRY(zkl_rotation_settle(&rotation, err));
    ZKL_TRY(stage_next_key(&fresh, ledger, &rotation, passphrase, &at, err));
    ZKL_TRY(zkl_ledger_commit(ledger, err)); /* the old log key still signs this head */
    /* Committed: from here on the next writer would finish it. */
    ZKL_TRY(zkl_rotation_look(&rotation, ledger->folder, role, &ledger->trust, next_index(ledger),
                              err));
    ZKL_TRY(zkl_rotation_settle(&rotation, err));
    zkl_signer_close(*current);
    *current = fresh;
    fresh = NULL;
    if (index)
        *index = at;
    return ZKL_OK;
}

zkl_status zkl_ledger_revoke(zkl_ledger *ledger, const zkl_public_key *key, const char *reason,
                             uint64_t *index, zkl_error *err)
{
    zkl_digest digest;
    ZKL_TRY(need_writer(ledger, err));
    zkl_public_key_digest(&digest, key);
    if (!zkl_trust_signer_at(staged_trust(ledger), &digest, next_index(ledger)))
        return zkl_fail(err, ZKL_NOT_FOUND, "no signer with this key counts now");
    const zkl_entry entry = { .kind = ZKL_ENTRY_REVOKE,
                              .ledger = ledger->trust.ledger,
                              .time_ms = zkl_env_now_ms(ledger->env),
                              .keys.role = ZKL_ROLE_SIGNER,
                              .keys.key = *key,
                              .keys.reason = zkl_bytes_of_text(reason) };
    const zkl_signer *const signers[] = { ledger->log_signer };
    const zkl_status status =
        zkl_ledger_stage_signed(ledger, &entry, signers, ZKL_COUNT(signers), index, NULL, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(ledger);
        return status;
    }
    return zkl_ledger_commit(ledger, err);
}
