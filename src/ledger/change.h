#pragma once
/* A change of a ledger that an operation gathers by itself, with no lock: blobs, private values
 * and signed entries. It is placed in one short step, during which the writer's lock is held;
 * proving and reading happen before.
 *
 *     ZKL_TRY(zkl_change_init(&change, ledger, env, err));
 *     ZKL_TRY(zkl_change_add_blob(&change, &sha256, bytes, err));
 *     ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
 *     ZKL_TRY(zkl_change_place(&change, env, err));
 *
 * The first says whether the ledger may be written and its keys are here. Blobs and entries may be
 * any number and take any time. The last places all of it, or nothing.
 *
 *  1. A change is placed whole or not at all: its entries get neighbouring indexes, in the order
 *     in which they were added.
 *  2. Nothing in it depends on the indexes. What it refers to and which version it is are checked
 *     when it is placed, against the ledger as it is then.
 *  3. Changes that several threads place at once through one handle are committed together: one
 *     batch, one sync, one checkpoint. One that cannot be placed fails alone, and the others are
 *     placed without it.
 *  4. Keys change by zkl_ledger_rotate and zkl_ledger_revoke, never by a change.
 *
 * Threads: one change belongs to one thread; several changes of one handle may be gathered and
 * placed at once. */
#include "ledger/ledger.h"

typedef struct zkl_change_entry {
    zkl_bytes envelope;
    zkl_entry entry; /* as the envelope has it; in the change's memory */
    zkl_dsse dsse;
    zkl_digest signer; /* of the key by which its signature was verified */
    bool unless_there; /* ZKL_CHANGE_UNLESS_THERE */
    /* Known when it was placed. */
    uint64_t index;
    zkl_digest receipt_id;
} zkl_change_entry;

typedef struct zkl_change {
    zkl_ledger *handle; /* borrowed; NULL: all zeros */
    zkl_batch values;   /* blobs and private values, by the store's keys */
    zkl_change_entry *entries;
    size_t entry_count, entry_capacity;
    zkl_arena memory; /* of the entries as they were read */
    /* It rests on all of the log, which had so many entries: it is placed behind these, or not at
     * all. 0: wherever. */
    uint64_t seen_size;
    /* It was not, for that reason (ZKL_CONFLICT). */
    bool is_late;
    bool is_placed;
} zkl_change;

enum {
    /* Of a set-up: when another writer has recorded that of the same key by now, this one is
     * left out, and its index is the other's. */
    ZKL_CHANGE_UNLESS_THERE = 1u << 0,
};

/* Begin a change of the ledger behind a handle, view or writer. Takes the writer's lock for a
 * moment: a rotation that was cut off is finished, an open head is signed, and the signer key is
 * decrypted and kept for the handle. So what forbids to write is said before any work is done.
 * Errors: those of zkl_ledger_writer. */
zkl_status zkl_change_init(zkl_change *change, zkl_ledger *ledger, const zkl_env *env,
                           zkl_error *err) ZKL_MUST_USE;
void zkl_change_clear(zkl_change *change);

/* A blob by its SHA-256. The same bytes twice are stored once. A failure leaves the change as it
 * was. */
zkl_status zkl_change_add_blob(zkl_change *change, zkl_digest *sha256, zkl_bytes blob,
                               zkl_error *err) ZKL_MUST_USE;
/* What the owner alone keeps, encrypted by the caller, by the id of its dataset or the root of
 * its dictionary: no entry refers to it, and no receipt holds it. */
zkl_status zkl_change_add_private(zkl_change *change, const zkl_digest *id, zkl_bytes wrapped,
                                  zkl_error *err) ZKL_MUST_USE;
/* Sign an entry by the signer key, verify the signature, and add it. options: ZKL_CHANGE_*.
 * Errors: ZKL_USAGE for an entry about keys; ZKL_LIMIT for one that is too large. */
zkl_status zkl_change_add_entry(zkl_change *change, const zkl_entry *entry, uint32_t options,
                                zkl_error *err) ZKL_MUST_USE;

/* Place it. Fills index and receipt id of each entry. Afterwards it can only be cleared; after a
 * failure it may be placed again, unless its outcome is not known.
 *
 * Waits for other writers for env->wait_ms, and for at least ZKL_PLACE_WAIT_MS: they hold the
 * lock for a moment only, and what was gathered would be lost.
 * ZKL_CONFLICT: its version was taken meanwhile, a reference is not in the log, another process
 * wrote for longer than that, or the store lost what was signed. Nothing was recorded; gather it
 * anew.
 * ZKL_REJECTED: its signer counts no more.
 * When the store says that it could not write, it is opened again and read: what is there after
 * all is recorded, and said as a notice. Otherwise the error says "not recorded", or "not known
 * whether" when the store cannot be read either. When only the checkpoint failed, the error says
 * so and the next writer signs it.
 * Cost: one synced commit, and the checkpoint (two files that are replaced, each synced with its
 * folder); and opening the store for writing, but for a sequencer's handle. */
#define ZKL_PLACE_WAIT_MS 60000
zkl_status zkl_change_place(zkl_change *change, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

static inline void zkl_change_auto_clear(zkl_change *change)
{
    zkl_change_clear(change);
}
