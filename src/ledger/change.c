/* Gathering a change. Nothing here reads the log or the store's indexes: what it says of them is
 * checked when it is placed. */
#include "ledger/change.h"

#include <string.h>

#include "ledger/ledger_internal.h"
#include "ledger/place.h"

/* `change` must be empty: what it held would be lost, and not wiped. */
zkl_status zkl_change_init(zkl_change *change, zkl_ledger *ledger, const zkl_env *env,
                           zkl_error *err)
{
    zkl_ledger *const handle = ledger->handle;
    zkl_ledger *writer = NULL;
    zkl_ledger_invariant(ledger);
    /* Opened and closed again: it has compared, mended and settled what a writer has to, or says
     * why not. One that is kept open has done so. */
    if (!zkl_sequencer_is_ready(handle)) {
        ZKL_TRY(zkl_place_writer(&writer, handle, env, err));
        zkl_place_writer_done(writer, true);
    }
    *change = (zkl_change){ .handle = handle };
    return ZKL_OK;
}

/* Values are wiped by the batch; envelopes are public. */
void zkl_change_clear(zkl_change *change)
{
    zkl_batch_clear(&change->values);
    for (size_t i = 0; i < change->entry_count; i++)
        zkl_free((void *)(uintptr_t)change->entries[i].envelope.data); /* ours: add_envelope */
    zkl_free(change->entries);
    zkl_arena_clear(&change->memory);
    *change = (zkl_change){ 0 };
}

/* A copy, as all that the change keeps: what it was made from may go. */
static zkl_status add_value(zkl_change *change, const zkl_store_key *key, zkl_bytes value,
                            zkl_error *err)
{
    ZKL_ASSERT(change->handle && !change->is_placed);
    return zkl_batch_put(&change->values, zkl_store_key_bytes(key), value, err);
}

/* By its SHA-256, as entries name it. Whether the store has it already is asked when it is
 * placed. */
zkl_status zkl_change_add_blob(zkl_change *change, zkl_digest *sha256, zkl_bytes blob,
                               zkl_error *err)
{
    zkl_digest hash;
    zkl_sha256(&hash, blob.data, blob.size);
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, hash.bytes, 32);
    ZKL_TRY(add_value(change, &key, blob, err));
    *sha256 = hash;
    return ZKL_OK;
}

/* Wrapped by the caller: nothing here knows an owner secret. */
zkl_status zkl_change_add_private(zkl_change *change, const zkl_digest *id, zkl_bytes wrapped,
                                  zkl_error *err)
{
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_PRIVATE, id->bytes, 32);
    return add_value(change, &key, wrapped, err);
}

/* Room for one more. */
static zkl_status reserve_entry(zkl_change *change, zkl_error *err)
{
    ZKL_ASSERT(change->entry_count <= change->entry_capacity);
    if (change->entry_count < change->entry_capacity)
        return ZKL_OK;
    const size_t capacity = change->entry_capacity ? 2 * change->entry_capacity : 1;
    zkl_change_entry *grown =
        zkl_realloc(change->entries, change->entry_count * sizeof *change->entries,
                    capacity * sizeof *change->entries);
    if (!grown)
        return zkl_no_memory(err, capacity * sizeof *change->entries);
    change->entries = grown;
    change->entry_capacity = capacity;
    return ZKL_OK;
}

/* Whoever signs may have failed at it: a token, a process. Found out here, by many threads at once,
 * and not by the one that places for all. The same of reading the entry again. */
static zkl_status read_own(zkl_change *change, zkl_change_entry *e, const zkl_public_key *key,
                           zkl_error *err)
{
    ZKL_TRY(zkl_entry_open(&e->entry, &e->dsse, &change->memory, e->envelope, err));
    if (e->dsse.signature_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "the entry has %zu signatures, not 1",
                        e->dsse.signature_count);
    ZKL_TRY(zkl_dsse_verify(&e->dsse, key, err));
    zkl_public_key_digest(&e->signer, key);
    return ZKL_OK;
}

/* In the order of adding, which is the order of the log: invariant 1 of change.h. */
static zkl_status add_envelope(zkl_change *change, zkl_bytes envelope, const zkl_public_key *key,
                               uint32_t options, zkl_error *err)
{
    ZKL_ASSERT(envelope.size && envelope.size <= ZKL_LOG_ENTRY_BYTES_MAX);
    ZKL_TRY(reserve_entry(change, err));
    uint8_t *copy = zkl_malloc(envelope.size, 1);
    if (!copy)
        return zkl_no_memory(err, envelope.size);
    memcpy(copy, envelope.data, envelope.size);
    zkl_change_entry e = { .envelope = zkl_bytes_of(copy, envelope.size),
                           .unless_there = (options & ZKL_CHANGE_UNLESS_THERE) != 0 };
    const zkl_status status = read_own(change, &e, key, err);
    if (status != ZKL_OK) {
        zkl_free(copy);
        return status;
    }
    change->entries[change->entry_count++] = e;
    return ZKL_OK;
}

/* Signed before it is placed: its index is no part of what is signed (invariant 2 of change.h). */
zkl_status zkl_change_add_entry(zkl_change *change, const zkl_entry *entry, uint32_t options,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_ASSERT(change->handle && !change->is_placed);
    ZKL_ASSERT(!(options & ZKL_CHANGE_UNLESS_THERE) || zkl_entry_as_setup(entry));
    if (zkl_entry_facts_of(entry->kind)->signing != ZKL_SIGNED_BY_SIGNER)
        return zkl_fail(err, ZKL_USAGE, "keys change by rotation and revocation");
    /* Signed now, so that a signer which asks somebody, or takes its time, does so without the
     * lock. */
    zkl_public_key key;
    ZKL_TRY(zkl_ledger_sign_entry(change->handle, &envelope, &key, entry, err));
    if (envelope.size > ZKL_LOG_ENTRY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "an entry of %zu bytes, want 1 to %d", envelope.size,
                        ZKL_LOG_ENTRY_BYTES_MAX);
    return add_envelope(change, zkl_buffer_bytes(&envelope), &key, options, err);
}

/* Before it is placed, so that after a crash nothing is in the log that was not told of. */
static zkl_status tell_placing(const zkl_change *change, const zkl_placing *placing, zkl_error *err)
{
    if (!placing->about || !change->entry_count)
        return ZKL_OK;
    ZKL_AUTO_BLOCK zkl_digest *ids = zkl_malloc(change->entry_count, sizeof *ids);
    if (!ids)
        return zkl_no_memory(err, change->entry_count * sizeof *ids);
    for (size_t i = 0; i < change->entry_count; i++)
        zkl_rfc6962_leaf(&ids[i], change->entries[i].envelope);
    return placing->about(placing->opaque, ids, change->entry_count, err);
}

zkl_status zkl_change_place(zkl_change *change, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(change->handle && !change->is_placed);
    /* Nothing gathered, nothing to say. */
    if (!change->entry_count && !change->values.count)
        return ZKL_OK;
    if (env)
        ZKL_TRY(tell_placing(change, &env->placing, err));
    const zkl_status status =
        zkl_place(change->handle, change, env ? env : change->handle->env, err);
    change->is_placed = status == ZKL_OK;
    return status;
}
