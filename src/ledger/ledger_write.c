/* Staging, committing, and the keys: what a writer does while it has the lock.
 *
 *  1. The batch and the log's next tree grow together. Whatever fails in between is taken back
 *     together: all of it by zkl_ledger_abandon, the latest part by a mark (place.c).
 *  2. Checks read what is staged first, then the store (zkl_ledger_get). So entries of one batch
 *     may refer to each other.
 *  3. Everything that is checked is in a key which only an appending commit changes. The commit
 *     conditions on the log's head, so what was checked is true when it is applied.
 *  4. Committed comes before signed: an entry may be in the log without a checkpoint, never the
 *     other way round. */
#include "ledger/ledger_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "verify/key_rules.h"
#include "keys/sign_record.h"
#include "ledger/rotation.h"
#include "ledger/trust_record.h"

/* Of a caller's mistake, so a status: a handle is open for reading. */
static zkl_status need_writer(const zkl_ledger *ledger, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    if (!ledger->writable)
        return zkl_fail(err, ZKL_USAGE, "the ledger is open for reading only");
    return ZKL_OK;
}

/* Where the next entry will stand, behind what is staged. */
static uint64_t next_index(const zkl_ledger *ledger)
{
    uint64_t size;
    zkl_digest root;
    zkl_log_next_head(&ledger->log, &size, &root);
    return size;
}

/* Keys as they count behind what is staged: a rotation and an entry by the fresh key may be in
 * one batch. */
static const zkl_trust *staged_trust(const zkl_ledger *ledger)
{
    return ledger->batch_changes_keys ? &ledger->staged_trust : &ledger->trust;
}

/* What is put is staged: the store sees it with the commit. */
static zkl_status put(zkl_ledger *ledger, const zkl_store_key *key, const void *value, size_t size,
                      zkl_error *err)
{
    return zkl_batch_put(&ledger->batch, zkl_store_key_bytes(key), zkl_bytes_of(value, size), err);
}

/* Asked of the store alone: staged twice it is put twice, and is the same. */
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

/* Replaces what is there under the id: it may have been wrapped anew. */
zkl_status zkl_ledger_stage_private(zkl_ledger *ledger, const zkl_digest *id, zkl_bytes wrapped,
                                    zkl_error *err)
{
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_PRIVATE, id->bytes, 32);
    ZKL_TRY(need_writer(ledger, err));
    return put(ledger, &key, wrapped.data, wrapped.size, err);
}

/* ---- Staging entries */

/* The signer of the trust's newest log key: the ledger's own, or of a rotation that is being
 * staged the fresh one. */
static const zkl_signer *record_signer(const zkl_ledger *ledger, const zkl_trust *trust,
                                       const zkl_signer *const *signers, size_t signer_count)
{
    const zkl_verifier_key *newest = zkl_trust_newest_log_key(trust);
    for (size_t i = 0; newest && i < signer_count; i++)
        if (zkl_public_key_equal(&signers[i]->public_key, &newest->public_key))
            return signers[i];
    return ledger->log_signer;
}

/* signers: of the entry. The trust record changes with the keys, and is signed again in the same
 * batch. */
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
    zkl_ledger_invariant(ledger);
    return ZKL_OK;
}

/* An entry as its envelope has it. */
typedef struct opened_entry {
    const zkl_entry *entry;
    const zkl_dsse *dsse;
    zkl_bytes envelope;
    /* The key that the signature was verified by already; NULL: it was not. */
    const zkl_digest *verified_by;
} opened_entry;

/* A signature that was verified when its change was gathered needs no second look: what may have
 * changed since is whether its key counts. */
static zkl_status check_signatures(const zkl_ledger *ledger, const opened_entry *e, uint64_t at,
                                   zkl_error *err)
{
    const zkl_trust *trust = staged_trust(ledger);
    if (e->verified_by && zkl_trust_signer_at(trust, e->verified_by, at))
        return ZKL_OK;
    return zkl_entry_check_signatures(e->entry, e->dsse, trust, at, NULL, err);
}

/* An entry whose references hold, at the next index. signers: what it was signed by, for an entry
 * that changes keys. */
static zkl_status stage_checked(zkl_ledger *ledger, const opened_entry *e,
                                const zkl_signer *const *signers, size_t signer_count,
                                zkl_staged *out, zkl_error *err)
{
    const uint64_t at = next_index(ledger);
    ZKL_TRY(check_signatures(ledger, e, at, err));
    zkl_rfc6962_leaf(&out->receipt_id, e->envelope);
    ZKL_TRY(zkl_ledger_put_indexes(&ledger->batch, e->entry, at, &out->receipt_id, err));
    ZKL_TRY(stage_keys(ledger, e->entry, at, signers, signer_count, err));
    ZKL_TRY(zkl_log_append_to_batch(&ledger->log, &ledger->batch, e->envelope, &out->index, err));
    ZKL_ASSERT(out->index == at); /* the indexes name the place that the log gave */
    return ZKL_OK;
}

/* Checked before it is signed: nothing false of this ledger gets a signature, even one that is
 * thrown away. */
zkl_status zkl_ledger_stage_signed(zkl_ledger *ledger, const zkl_entry *entry,
                                   const zkl_signer *const *signers, size_t signer_count,
                                   zkl_staged *out, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_staged ignored;
    zkl_entry read;
    zkl_dsse dsse;
    ZKL_TRY(need_writer(ledger, err));
    ZKL_TRY(zkl_ledger_check_new(ledger, entry, err));
    ZKL_TRY(zkl_ledger_check_references(ledger, entry, next_index(ledger), err));
    ZKL_TRY(zkl_entry_sign(&envelope, entry, signers, signer_count, err));
    /* As it will be read: what is signed is what was meant. */
    const opened_entry e = { .entry = &read,
                             .dsse = &dsse,
                             .envelope = zkl_buffer_bytes(&envelope) };
    ZKL_TRY(zkl_entry_open(&read, &dsse, &arena, e.envelope, err));
    return stage_checked(ledger, &e, signers, signer_count, out ? out : &ignored, err);
}

/* The version was the next one when the change was begun. */
static zkl_status check_not_taken(zkl_ledger *ledger, const zkl_entry *entry, zkl_error *err)
{
    zkl_index_key key;
    for (size_t i = 0; zkl_entry_index_key(&key, entry, i); i++) {
        uint32_t count;
        if (key.kind != ZKL_INDEX_VERSION)
            continue;
        ZKL_TRY(zkl_ledger_version_count(ledger, &count, key.name, err));
        if (key.version <= count)
            return zkl_fail(err, ZKL_CONFLICT,
                            "'%.*s@%u' was recorded by another writer meanwhile, so nothing was "
                            "recorded: the next version is %u",
                            (int)key.name.size, (const char *)key.name.data, key.version,
                            count + 1);
    }
    return ZKL_OK;
}

/* Signed without the lock, so everything is checked again with it: the log may have grown since. */
zkl_status zkl_ledger_stage_envelope(zkl_ledger *ledger, const zkl_change_entry *gathered,
                                     zkl_staged *out, zkl_error *err)
{
    zkl_error none = { 0 };
    const opened_entry e = { .entry = &gathered->entry,
                             .dsse = &gathered->dsse,
                             .envelope = gathered->envelope,
                             .verified_by = &gathered->signer };
    zkl_ledger_invariant(ledger);
    ZKL_ASSERT(ledger->writable);
    const zkl_entry_setup *setup = gathered->unless_there ? zkl_entry_as_setup(e.entry) : NULL;
    if (setup && zkl_ledger_setup_index(ledger, &out->index, &setup->circuit, &none) == ZKL_OK) {
        /* One of this very group has no leaf in the store yet; then its id is not said. */
        const bool is_committed = out->index < zkl_log_size(&ledger->log);
        return is_committed ? zkl_log_leaf(&ledger->log, &out->receipt_id, out->index, err)
                            : ZKL_OK;
    }
    ZKL_TRY(check_not_taken(ledger, e.entry, err));
    ZKL_TRY(zkl_ledger_check_new(ledger, e.entry, err));
    ZKL_TRY(zkl_ledger_check_references(ledger, e.entry, next_index(ledger), err));
    return stage_checked(ledger, &e, NULL, 0, out, err);
}

/* Before the entries of the change, which refer to its blobs. */
zkl_status zkl_ledger_stage_values(zkl_ledger *ledger, const zkl_batch *values, zkl_error *err)
{
    const size_t prefix = strlen(ZKL_STORE_PREFIX_BLOB);
    ZKL_TRY(need_writer(ledger, err));
    for (size_t i = 0; i < values->count; i++) {
        const zkl_batch_change *value = &values->changes[i];
        bool known = false;
        ZKL_ASSERT(!value->deletes);
        /* A blob is its hash: what is there is the same. A private value may be wrapped anew. */
        if (value->key.size > prefix && memcmp(value->key.data, ZKL_STORE_PREFIX_BLOB, prefix) == 0)
            ZKL_TRY(zkl_store_has(ledger->store, &known, value->key, err));
        if (!known)
            ZKL_TRY(zkl_batch_put(&ledger->batch, value->key, value->value, err));
    }
    return ZKL_OK;
}

/* For entries of the signer alone; keys have their own steps below. */
zkl_status zkl_ledger_stage_entry(zkl_ledger *ledger, const zkl_entry *entry, uint64_t *index,
                                  zkl_digest *receipt_id, zkl_error *err)
{
    const zkl_signer *const signers[] = { ledger->signer };
    if (zkl_entry_facts_of(entry->kind)->signing != ZKL_SIGNED_BY_SIGNER)
        return zkl_fail(err, ZKL_USAGE, "keys change by rotation and revocation");
    zkl_staged staged;
    ZKL_TRY(zkl_ledger_stage_signed(ledger, entry, signers, ZKL_COUNT(signers), &staged, err));
    if (index)
        *index = staged.index;
    if (receipt_id)
        *receipt_id = staged.receipt_id;
    return ZKL_OK;
}

/* Back to what is committed. The store has seen nothing of it. */
void zkl_ledger_abandon(zkl_ledger *ledger)
{
    zkl_ledger_invariant(ledger);
    zkl_staged_forget(&ledger->staged);
    zkl_batch_clear(&ledger->batch);
    zkl_log_abandon(&ledger->log);
    ledger->batch_changes_keys = false;
}

/* The checkpoint of the head, by the log key that counts at its last entry: in this process
 * always the one it has opened. */
static zkl_status publish_head(zkl_ledger *ledger, zkl_error *err)
{
    ZKL_ASSERT(ledger->log_signer && !ledger->batch.count); /* all is committed: invariant 4 */
    zkl_verifier_key verifier;
    zkl_head_place place = zkl_ledger_head_place(ledger);
    place.wrote = true; /* of entries that this process wrote: the ledger is the user's own */
    ZKL_TRY(zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, ledger->origin,
                                  &ledger->log_signer->public_key, err));
    return zkl_head_publish(&place, &ledger->log, &verifier, ledger->log_signer, err);
}

/* The store could not say whether it wrote the batch: read it again. ZKL_OK: it is there, and
 * synced. */
static zkl_status read_back(zkl_ledger *ledger, uint64_t size, const zkl_digest *root,
                            zkl_status failure, zkl_error *err)
{
    zkl_error why = { 0 };
    zkl_digest have;
    uint64_t have_size = 0;
    const unsigned long long last = (unsigned long long)size - 1;
    /* Three answers: it cannot be read, it is not there, it is there. Only the last is success. */
    ZKL_ASSERT(size);
    zkl_status status = zkl_store_recover(ledger->store, &why);
    if (status == ZKL_OK)
        status = zkl_log_open(&ledger->log, ledger->store, &why);
    if (status != ZKL_OK)
        return zkl_wrap(err, failure,
                        "it is not known whether entry %llu was recorded; `zkp-ledger log` shows "
                        "it once the store can be read (%.200s)",
                        last, why.text);
    zkl_log_head(&ledger->log, &have_size, &have);
    /* Nobody else can have written: this process has the lock. A log of another length or root
     * is no answer to trust. */
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

/* Everything up to the point where the entries are in the log, or are known not to be. */
static zkl_status commit_batch(zkl_ledger *ledger, zkl_commit_result *result, zkl_error *err)
{
    ZKL_ASSERT(ledger->log_signer);
    const zkl_head_place place = zkl_ledger_head_place(ledger);
    zkl_error failed = { 0 };
    zkl_digest root;
    uint64_t size;
    zkl_log_next_head(&ledger->log, &size, &root);
    /* The key that signs the checkpoint must count at its last entry, which may be the one that
     * ends it: so a log key signs the head that hands over to the next. */
    if (size && !zkl_rotation_counts(staged_trust(ledger), ZKL_ROLE_LOG,
                                     &ledger->log_signer->public_key, size - 1))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the log key that is open counts no more: open the ledger again");
    /* Of two copies of one folder the second is told here, before it has recorded anything. */
    ZKL_TRY(zkl_head_check_memory(&place, &ledger->log, err));
    zkl_status status = zkl_log_commit(&ledger->log, &ledger->batch, &result->outcome, &failed);
    result->log_moved = status == ZKL_CONFLICT && result->outcome == ZKL_STORE_NOTHING;
    if (result->outcome == ZKL_STORE_UNKNOWN)
        status = read_back(ledger, size, &root, status, &failed);
    if (status != ZKL_OK && err)
        *err = failed;
    return status;
}

/* For who does not try again: a log that moved is a conflict as any other. */
zkl_status zkl_ledger_commit(zkl_ledger *ledger, zkl_error *err)
{
    zkl_commit_result result;
    return zkl_ledger_commit_staged(ledger, &result, err);
}

/* Recorded and published. A failure of the first leaves nothing; of the second, entries that the
 * next writer publishes. */
zkl_status zkl_ledger_commit_staged(zkl_ledger *ledger, zkl_commit_result *result, zkl_error *err)
{
    *result = (zkl_commit_result){ .outcome = ZKL_STORE_NOTHING };
    ZKL_TRY(need_writer(ledger, err));
    const double begun_s = zkl_seconds();
    const zkl_status status = commit_batch(ledger, result, err);
    result->sync_s = zkl_seconds() - begun_s;
    if (status != ZKL_OK) {
        zkl_ledger_abandon(ledger);
        return status;
    }
    /* Recorded. What follows can fail, and then the next writer does it. */
    if (ledger->batch_changes_keys)
        ledger->trust = ledger->staged_trust;
    ledger->batch_changes_keys = false;
    zkl_staged_committed(&ledger->staged);
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

/* A key entry is signed by the fresh key, which so shows that it is held, and by the one that it
 * replaces. */
static zkl_status stage_rotation(zkl_ledger *ledger, zkl_key_role role, const zkl_signer *fresh,
                                 uint64_t *index, zkl_error *err)
{
    ZKL_ASSERT(ledger->signer && ledger->log_signer);
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
    zkl_staged staged;
    ZKL_TRY(zkl_ledger_stage_signed(ledger, &entry, signers, ZKL_COUNT(signers), &staged, err));
    *index = staged.index;
    return ZKL_OK;
}

/* A new key of the role, like the one it follows: its type and name. */
static zkl_status make_next(zkl_keyfile *out, const zkl_keyfile_info *current, zkl_key_role role,
                            const zkl_env *env, zkl_error *err)
{
    return zkl_keyfile_make(out, role == ZKL_ROLE_LOG ? ZKL_KEYFILE_LOG : ZKL_KEYFILE_SIGNER,
                            current->public_key.type, current->name, env, err);
}

/* rotation is SETTLED: make the successor of its key, save it beside, and stage its entry. After
 * a failure nothing is staged and nothing lies beside. *out signs from the next entry on. */
static zkl_status stage_next_key(zkl_signer **out, zkl_ledger *ledger, zkl_rotation *rotation,
                                 const zkl_bytes *passphrase, uint64_t *index, zkl_error *err)
{
    ZKL_ASSERT(rotation->state == ZKL_ROTATION_SETTLED && !ledger->batch.count);
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

/* prepare: NAME.key.next is on the disk before the entry that makes it count. stage, commit: it
 * counts. settle: it is in place. Cut off anywhere, the state is read again from files and log
 * (rotation.h). */
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

/* By the log key, which every receipt leads to: a signer that was stolen cannot revoke the
 * others. */
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
    zkl_staged staged;
    const zkl_status status =
        zkl_ledger_stage_signed(ledger, &entry, signers, ZKL_COUNT(signers), &staged, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(ledger);
        return status;
    }
    if (index)
        *index = staged.index;
    return zkl_ledger_commit(ledger, err);
}
