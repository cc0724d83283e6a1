#pragma once
/* The log: an append-only sequence of entries in a store, hashed as RFC 6962 has it (SHA-256).
 *
 *  1. Entries, tree nodes and the head change together, in the caller's batch, or not at all.
 *  2. A checkpoint is stored only for a tree that is already durable, never contradicts the tree,
 *     and is never smaller than the one before. All checkpoints ever stored stay.
 *  3. The store is the only truth; tiles are derived from it (log/tiles.h).
 *  4. A batch is placed only on the head that was read: zkl_log_commit conditions on the bytes of
 *     `log/head`. What the caller has checked against the store since zkl_log_open is therefore
 *     true at the moment of the commit: check, references and entries are one optimistic
 *     transaction. A checkpoint is placed in the same way on the latest one.
 *  5. After a zkl_log_commit that failed the log reads its head again before it is used.
 *
 * Keys in the store, all under "log/": docs/formats/log.md. Others keep out of that prefix.
 *
 *     ZKL_TRY(zkl_log_append_to_batch(&log, &batch, entry, &index, err));
 *     ZKL_TRY(zkl_log_commit(&log, &batch, &outcome, err));
 *     ZKL_TRY(zkl_log_sign_head(&log, origin, signer, err));
 *
 * Any number of entries, one synced atomic commit, then the checkpoint. */
#include "keys/signer.h"
#include "record/checkpoint.h"
#include "log/tree.h"
#include "storage/storage.h"

#define ZKL_LOG_ENTRY_BYTES_MAX 65535

typedef struct zkl_log {
    zkl_store *store;      /* borrowed */
    zkl_merkle_peaks tree; /* what the store holds */
    zkl_merkle_peaks next; /* with the appended, uncommitted entries */
    bool has_head;         /* the store has `log/head`: an empty log may have none */
    bool stale;            /* a commit failed: read the head again before the next use */
} zkl_log;

/* Reads the head and checks it against the nodes. An empty store is an empty log. Holds no
 * memory: there is nothing to clear. To see what another process appended: zkl_store_catch_up,
 * then open again. */
zkl_status zkl_log_open(zkl_log *log, zkl_store *store, zkl_error *err) ZKL_MUST_USE;

/* The committed head. */
uint64_t zkl_log_size(const zkl_log *log);
void zkl_log_head(const zkl_log *log, uint64_t *size, zkl_digest *root);

/* Add the writes for one entry to batch; *index (may be NULL) is where it will stand. 1 to
 * ZKL_LOG_ENTRY_BYTES_MAX bytes, else ZKL_LIMIT. The log's own head moves in zkl_log_commit
 * only. */
zkl_status zkl_log_append_to_batch(zkl_log *log, zkl_batch *batch, zkl_bytes entry, uint64_t *index,
                                   zkl_error *err) ZKL_MUST_USE;
/* The head that zkl_log_commit would make. */
void zkl_log_next_head(const zkl_log *log, uint64_t *size, zkl_digest *root);
/* Add the new head to batch, commit it synced if the head in the store is still the one that was
 * read, move the head. On failure nothing has moved. outcome (may be NULL) as of
 * zkl_store_commit_if.
 *
 * ZKL_CONFLICT: the log was written meanwhile, nothing was committed. Open the log again, check
 * again, and retry. */
zkl_status zkl_log_commit(zkl_log *log, zkl_batch *batch, zkl_store_outcome *outcome,
                          zkl_error *err) ZKL_MUST_USE;
/* Forget what was appended since the last commit; the caller clears the batch. */
void zkl_log_abandon(zkl_log *log);
/* Forget what was appended since zkl_log_mark alone; the caller truncates the batch to what it
 * was then. */
typedef struct zkl_log_mark {
    zkl_merkle_peaks next;
} zkl_log_mark;
zkl_log_mark zkl_log_marked(const zkl_log *log);
void zkl_log_return_to(zkl_log *log, const zkl_log_mark *mark);

/* The bytes of one entry, copied to arena. ZKL_NOT_FOUND from the head on. */
zkl_status zkl_log_entry(zkl_log *log, zkl_bytes *out, zkl_arena *arena, uint64_t index,
                         zkl_error *err) ZKL_MUST_USE;
/* Its RFC 6962 leaf hash (the receipt id), as stored. */
zkl_status zkl_log_leaf(zkl_log *log, zkl_digest *out, uint64_t index, zkl_error *err) ZKL_MUST_USE;
/* Does a leaf with this hash stand at index in the tree of the head? ZKL_REJECTED: the store has
 * another leaf there, or nodes that do not lead to the root. O(log size) reads. */
zkl_status zkl_log_check_leaf(zkl_log *log, uint64_t index, const zkl_digest *leaf,
                              zkl_error *err) ZKL_MUST_USE;
/* The same of many leaves of one log that does not move meanwhile, best in their order: nodes that
 * were compared are not read again. All zeros: none were. */
typedef struct zkl_log_path {
    zkl_digest pairs[63][2]; /* two nodes of that level, */
    uint64_t parents[63];    /* below this one of the next */
    bool is_known[63];
} zkl_log_path;
zkl_status zkl_log_path_check(zkl_log_path *path, zkl_log *log, uint64_t index,
                              const zkl_digest *leaf, zkl_error *err) ZKL_MUST_USE;
/* Each entry with from <= index < to in order; to is cut at the head. */
typedef zkl_status zkl_log_visit(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                                 zkl_error *err);
zkl_status zkl_log_scan(zkl_log *log, uint64_t from, uint64_t to, zkl_log_visit *visit,
                        void *context, zkl_error *err) ZKL_MUST_USE;

/* Are the last entries there, with the leaves that the tree has? A database whose list of files
 * is torn can lose what it wrote when it was last opened, and keep what came after. Looks at
 * ZKL_LOG_TAIL_CHECKED entries: those of many sessions, and each opening looks again.
 * ZKL_BAD_INPUT names the entry. */
#define ZKL_LOG_TAIL_CHECKED 256
zkl_status zkl_log_check_tail(zkl_log *log, zkl_error *err) ZKL_MUST_USE;

/* Roots and proofs at any size up to the head (beyond: ZKL_NOT_FOUND); O(log size) reads. They
 * are checked with zkl_merkle_path_verify and zkl_rfc6962_consistency_verify (hash/merkle.h). */
zkl_status zkl_log_root(zkl_log *log, zkl_digest *out, uint64_t size, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_log_inclusion(zkl_log *log, zkl_digest path[static ZKL_MERKLE_PATH_MAX],
                             size_t *path_count, uint64_t index, uint64_t size,
                             zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_log_consistency(zkl_log *log, zkl_digest path[static ZKL_MERKLE_PATH_MAX],
                               size_t *path_count, uint64_t old_size, uint64_t size,
                               zkl_error *err) ZKL_MUST_USE;

/* The stored nodes, for zkl_tree_*. */
zkl_tree_source zkl_log_source(zkl_log *log);

/* ---- Checkpoints, numbered from 0 in the order they were stored. */

/* Store a signed checkpoint, synced. ZKL_CONFLICT when its root is not the log's at that size,
 * when it is smaller than the latest, larger than the head, or of another origin, or when
 * another one was stored meanwhile. The same size again is fine (a new key, more witnesses); the
 * same bytes again change nothing. */
zkl_status zkl_log_checkpoint_put(zkl_log *log, zkl_bytes note, zkl_error *err) ZKL_MUST_USE;
/* The same, not synced: for one that is on the disk elsewhere (zkl_store_commit_if_unsynced). */
zkl_status zkl_log_checkpoint_put_unsynced(zkl_log *log, zkl_bytes note,
                                           zkl_error *err) ZKL_MUST_USE;
/* The newest, copied to arena. ZKL_NOT_FOUND when there is none. */
zkl_status zkl_log_checkpoint_latest(zkl_log *log, zkl_bytes *note, zkl_arena *arena,
                                     zkl_error *err) ZKL_MUST_USE;
/* The newest that is of this log's entries, for those who show them: behind a log that was read a
 * while ago others may have recorded more, and signed that. ZKL_NOT_FOUND when there is none.
 * Cost: the reading of those that came since. */
zkl_status zkl_log_checkpoint_within(zkl_log *log, zkl_bytes *note, zkl_arena *arena,
                                     zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_log_checkpoint_count(zkl_log *log, uint64_t *out, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_log_checkpoint_at(zkl_log *log, zkl_bytes *note, zkl_arena *arena, uint64_t number,
                                 zkl_error *err) ZKL_MUST_USE;
/* Append to note a checkpoint of the head, signed and not yet stored; nothing when the latest
 * checkpoint has its size. ZKL_CONFLICT when the head is behind the latest checkpoint or
 * contradicts it: that is never signed. */
zkl_status zkl_log_sign_next(zkl_log *log, zkl_buffer *note, const char *origin,
                             const zkl_signer *signer, zkl_error *err) ZKL_MUST_USE;
/* Sign the head and store that, unless the latest checkpoint already has its size. Call after
 * each commit, and after opening: a head ahead of its checkpoint is signed. */
zkl_status zkl_log_sign_head(zkl_log *log, const char *origin, const zkl_signer *signer,
                             zkl_error *err) ZKL_MUST_USE;

/* ---- Everything again from the entries.
 *
 * Recomputes every leaf, every stored node and the root at every stored checkpoint. visit (may
 * be NULL) sees each entry in order, after its leaf was found right. check (may be NULL) sees
 * each checkpoint, its note and what it says, after its root was found right, to check
 * signatures. ZKL_REJECTED when
 * something differs, with the first entry that fails in *bad_index (may be NULL); for a
 * checkpoint that is the last entry it covers. */
typedef zkl_status zkl_log_check_checkpoint(void *context, uint64_t number, zkl_bytes note,
                                            const zkl_checkpoint *checkpoint, zkl_error *err);
zkl_status zkl_log_recompute(zkl_log *log, zkl_log_visit *visit, zkl_log_check_checkpoint *check,
                             void *context, uint64_t *bad_index, zkl_error *err) ZKL_MUST_USE;
