#pragma once
/* A handle whose store stays open for writing: the sequencer of a service (zkl_sequencer of
 * zkl/ledger.h). It has the writer's lock for as long as it lives, so what a writer finds out when
 * it opens is found out once:
 *
 *     opening     store, `head` and memory are compared, a cut-off rotation is finished, an open
 *                 head is signed, the keys are decrypted
 *     a batch     memory compared; entries, tree and indexes in one batch, synced; one checkpoint
 *                 signed, and published as ledger/head.h has it
 *
 *  1. The writer that is kept is used by one thread at a time, which has kept.writing. After
 *     anything but a success it is closed, and the next one opens and compares as at first. So a
 *     failure is never built upon, and needs no hands to recover from.
 *  2. A writer for anything else (keys, cosignatures) closes the kept one first: the trust that it
 *     has read is never old.
 *  3. The handle's own log and keys are what was published last: entries that are durable and
 *     under a signed checkpoint. Views are copies of them under kept.mutex, so none reads a batch
 *     by half, and no view waits for the disk. Nobody else commits to the store, so what is read
 *     there belongs to that log, or is behind it (ledger_find.c leaves that out).
 *  4. Entries are signed outside of kept.writing, several at once; `signing` keeps the signer from
 *     being closed meanwhile. */
#include <pthread.h>
#include <stdatomic.h>

#include <zkl/ledger.h>

#include "base/buffer.h"
#include "record/entry.h"

#define ZKL_SEQUENCER_BATCH_ENTRIES 4096
#define ZKL_SEQUENCER_BATCH_ENTRIES_MAX 1000000
#define ZKL_SEQUENCER_WAIT_US_MAX 1000000

typedef struct zkl_sequencing {
    bool is_on;
    atomic_uint_fast64_t published; /* grows with each change of what views are of */
    zkl_ledger *writer;             /* kept open; NULL: none. Under kept.writing */
    bool is_doubtful; /* the store failed: it is recovered before it is written. As above */
    pthread_rwlock_t signing;
    const struct zkl_signer *signer; /* the kept writer's; NULL: none. Under signing */
} zkl_sequencing;

/* ZKL_LIMIT names the member. */
zkl_status zkl_sequencer_check(const zkl_sequencer *options, zkl_error *err) ZKL_MUST_USE;
/* Make the handle one. Its store is open for writing. A writer that does not open is no failure
 * here: who writes is told, and who reads is not concerned. */
zkl_status zkl_sequencer_begin(zkl_ledger *handle, const zkl_sequencer *options,
                               zkl_error *err) ZKL_MUST_USE;
/* With the handle; of others nothing. */
void zkl_sequencer_end(zkl_ledger *handle);

/* The kept writer, and kept.writing with it. Errors: those of zkl_ledger_writer. */
zkl_status zkl_sequencer_take(zkl_ledger **writer, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Give it back. is_sound: all that was placed is published; else it is closed. */
void zkl_sequencer_give(zkl_ledger *writer, bool is_sound);
/* Is it open? Then a writer would open, too. */
bool zkl_sequencer_is_ready(zkl_ledger *handle);

/* With kept.writing: what a store that failed may have lost or kept is read anew, before it is
 * written again, whoever wrote when it failed: a batch, the checkpoint of a writer that opens, what
 * others say of the log. Of a handle that is no sequencer nothing. */
zkl_status zkl_sequencer_settle(zkl_ledger *handle, zkl_error *err) ZKL_MUST_USE;
/* For a writer of its own, which has kept.writing: close the kept one. The same of others. */
void zkl_sequencer_rest(zkl_ledger *handle);
/* Such a writer is done: read what it has changed. */
void zkl_sequencer_moved(zkl_ledger *handle);

/* A number that grows with what views show, and with what stands beside the log in the store
 * (cosignatures, timestamps): while it stays, so do they. Read before a view is made, it is not
 * newer than the view. 0: not of a sequencer's handle. No lock. */
uint64_t zkl_sequencer_state(zkl_ledger *handle);
/* A view: see 3. */
zkl_status zkl_sequencer_view(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Sign by the kept writer's signer. false: there is none. */
bool zkl_sequencer_sign(zkl_status *status, zkl_ledger *handle, zkl_buffer *envelope,
                        zkl_public_key *key, const zkl_entry *entry, zkl_error *err);
