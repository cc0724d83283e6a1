#pragma once
/* The store: an ordered map from byte keys to byte values, changed by atomic batches.
 *
 *  1. A batch is applied whole or not at all, also when the process or the machine dies.
 *  2. After a synced commit returned ZKL_OK the batch survives (stores with ZKL_STORE_DURABLE).
 *  3. A commit whose outcome is ZKL_STORE_UNKNOWN may or may not be there after
 *     zkl_store_recover, but never in part. Any other commit that failed wrote nothing, and
 *     nothing of it appears later.
 *  4. A scan sees the keys in byte order, as they were when it began.
 *  5. The conditions of a commit hold at the moment when its batch is applied: no other commit
 *     comes in between. So of two writers that read the same value and condition on it, one gets
 *     ZKL_CONFLICT.
 *  6. One process at a time commits: the holder of the writer's lock. Readers never wait for it.
 *
 *     ZKL_TRY(zkl_store_open(&store, "rocksdb", &options, err));
 *     ... read ...
 *     ZKL_TRY(zkl_store_lock(&writer, store, env, err));
 *     status = zkl_store_commit_if(writer, &condition, 1, &batch, &outcome, err);
 *     zkl_store_unlock(store, writer);
 *
 * A reader takes the lock for the moment in which it writes, as above.
 *
 * Backends: one file each with its tables, and one line in stores.c;
 * tests/unit/storage/test_storage.c runs on all of them. tests/templates/store/ is a file to
 * begin from. The store knows bytes only.
 *
 * Threads: all calls but open, lock, unlock, recover and close may come from several threads at
 * once. Reading may go on beside recover too: it waits for the moment that it takes. */
#include <stdatomic.h>

#include "base/arena.h"
#include "base/env.h"

#define ZKL_STORE_KEY_BYTES_MAX 1024
#define ZKL_STORE_VALUE_BYTES_MAX ((size_t)1 << 30)

enum {
    /* What was synced survives the process. A ledger in a folder asks for it. */
    ZKL_STORE_DURABLE = 1u << 0,
    /* A reader beside a writer: zkl_store_catch_up shows newer batches. */
    ZKL_STORE_CATCH_UP = 1u << 1,
    /* Has commit. */
    ZKL_STORE_WRITABLE = 1u << 2,
};

typedef struct zkl_store zkl_store;

/* ---- Batches: puts and deletes in order, later ones win. All zeros is an empty batch. Keys and
 * values are copied, and wiped by _clear. */
typedef struct zkl_batch_change {
    zkl_bytes key, value; /* value is empty for a deletion */
    bool deletes;
} zkl_batch_change;

typedef struct zkl_batch {
    zkl_batch_change *changes;
    size_t count, capacity;
} zkl_batch;

/* 1 <= key.size <= ZKL_STORE_KEY_BYTES_MAX and value.size <= ZKL_STORE_VALUE_BYTES_MAX, else
 * ZKL_LIMIT. A failure leaves the batch as it was. */
zkl_status zkl_batch_put(zkl_batch *batch, zkl_bytes key, zkl_bytes value,
                         zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_batch_delete(zkl_batch *batch, zkl_bytes key, zkl_error *err) ZKL_MUST_USE;
/* Drop the changes from number count on: back to what the batch was when it had that many. */
void zkl_batch_truncate(zkl_batch *batch, size_t count);
void zkl_batch_clear(zkl_batch *batch);

/* ---- Opening. */

typedef struct zkl_store_options {
    /* The store's own folder. */
    const char *path;
    /* The file of the writer's lock (storage/lock.h). NULL: nobody else can come, as while a
     * ledger is made. */
    const char *lock_path;
    /* For taking that lock: how long to wait, progress, the clock. Used only while opening.
     * NULL: no waiting. */
    const zkl_env *env;
    /* Memory for blocks that were read; 0: the backend's default. */
    size_t cache_bytes;
    /* Refuse commits with puts while more is stored: ZKL_LIMIT; 0: no limit. */
    uint64_t bytes_max;
    bool create_if_missing;
    /* Beside a writer: never blocks it and takes no lock. */
    bool read_only;
    /* No compression. */
    bool plain;
    /* Count what it does (zkl_store_count); costs a reading a few percent. */
    bool counts;
} zkl_store_options;

/* Open a store by its backend's name, as the registry has it. options and what it points to are
 * copied as needed.
 *
 * ZKL_NOT_SUPPORTED: no backend has that name (the text lists those there are), or this build
 * lacks it.
 * ZKL_CONFLICT: another process or handle holds the writer's lock (named with pid, host, since).
 * ZKL_NOT_FOUND: no such store.
 * ZKL_DENIED: no permission.
 * ZKL_CANCELLED: progress said so while waiting.
 * ZKL_IO: the disk, a full one too. */
zkl_status zkl_store_open(zkl_store **out, const char *backend, const zkl_store_options *options,
                          zkl_error *err) ZKL_MUST_USE;
void zkl_store_close(zkl_store *store); /* NULL is fine; lets go of the writer's lock last */
ZKL_DEFINE_AUTO_CLOSE(zkl_store)
uint32_t zkl_store_features(const zkl_store *store);

/* Take the writer's lock for a moment: *writer is what its holder reads and commits through,
 * with all that was committed before. `store` stays as it is and may be read meanwhile by other
 * threads. A store that is open for writing is its own writer, and nothing is taken.
 *
 * Errors: those of zkl_store_open.
 * Cost: of RocksDB, opening a database. */
zkl_status zkl_store_lock(zkl_store **writer, zkl_store *store, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;
/* Give it back. What `store` reads is as old as before: zkl_store_catch_up. */
void zkl_store_unlock(zkl_store *store, zkl_store *writer);

/* ---- Reading. */

/* *value is a copy in arena; ZKL_NOT_FOUND when the key is absent. */
zkl_status zkl_store_get(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                         zkl_error *err) ZKL_MUST_USE;
/* Is the key there? */
zkl_status zkl_store_has(zkl_store *store, bool *out, zkl_bytes key, zkl_error *err) ZKL_MUST_USE;

/* Called for each pair in key order; the bytes are borrowed until it returns. Set *stop to end
 * the scan early and well; any status but ZKL_OK ends it with that status. It may read the
 * store, and must not commit. */
typedef zkl_status zkl_store_visit(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                   zkl_error *err);
/* Keys with from <= key < to; an empty `to` means to the end. */
zkl_status zkl_store_scan(zkl_store *store, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                          void *context, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_store_scan_prefix(zkl_store *store, zkl_bytes prefix, zkl_store_visit *visit,
                                 void *context, zkl_error *err) ZKL_MUST_USE;

/* See all that was committed before this call. Other calls of this store wait for the moment that
 * it takes. After a failure it reads what it read before.
 *
 * Errors: ZKL_NOT_SUPPORTED  without ZKL_STORE_CATCH_UP.
 *         ZKL_CONFLICT       writers come and go faster than the store can be read.
 * Cost:   of RocksDB, opening a database when a writer has made a table since. */
zkl_status zkl_store_catch_up(zkl_store *store, zkl_error *err) ZKL_MUST_USE;

/* ---- Committing. ZKL_DENIED without ZKL_STORE_WRITABLE. */

/* What must be true of a key when a batch is applied. Borrows both. */
typedef struct zkl_store_condition {
    zkl_bytes key;
    zkl_bytes value; /* the key has exactly these bytes */
    bool is_absent;  /* or it is not there; value is empty then */
} zkl_store_condition;

typedef enum zkl_store_outcome {
    ZKL_STORE_NOTHING,   /* nothing was written, and never will be */
    ZKL_STORE_COMMITTED, /* it is there */
    ZKL_STORE_UNKNOWN,   /* it may be there: zkl_store_recover, then read */
} zkl_store_outcome;

/* Apply the batch, synced, if all conditions hold. An empty batch and no conditions are fine.
 *
 * ZKL_OK: it is on the disk; *outcome is ZKL_STORE_COMMITTED then and only then.
 * ZKL_CONFLICT with ZKL_STORE_NOTHING: a condition did not hold. The text names its key.
 * Others: *outcome says what the caller must reckon with. outcome may be NULL for who reads back
 * in any case. */
zkl_status zkl_store_commit_if(zkl_store *store, const zkl_store_condition *conditions,
                               size_t count, const zkl_batch *batch, zkl_store_outcome *outcome,
                               zkl_error *err) ZKL_MUST_USE;
/* The same, not synced: it is on the disk no later than the next commit that is, since commits of
 * a store reach the disk in their order. A crash can take it back. So it is for what the caller
 * has on the disk elsewhere, and puts again when it finds it missing: a checkpoint that stands in
 * `head` (ledger/head.h). */
zkl_status zkl_store_commit_if_unsynced(zkl_store *store, const zkl_store_condition *conditions,
                                        size_t count, const zkl_batch *batch,
                                        zkl_store_outcome *outcome, zkl_error *err) ZKL_MUST_USE;
/* Without conditions. synced: return only when it is on the disk. After a failure the outcome is
 * unknown. */
zkl_status zkl_store_commit(zkl_store *store, const zkl_batch *batch, bool synced,
                            zkl_error *err) ZKL_MUST_USE;
/* After a commit whose outcome is unknown: forget what is in memory and read again what the disk
 * holds.
 * ZKL_OK: what can be read now is what every later reader finds, and it is on the disk. After a
 * failure the store answers ZKL_IO until a later call succeeds. */
zkl_status zkl_store_recover(zkl_store *store, zkl_error *err) ZKL_MUST_USE;

/* Did a commit end with an unknown outcome, and none has recovered it since? A backend may refuse
 * every commit until then. Cost: a load. */
bool zkl_store_is_doubtful(const zkl_store *store);

/* A number that has grown when a commit or a recovery by this store is over, whatever came of it:
 * while it stays, what is read is what was read. Cost: a load. */
uint64_t zkl_store_writes(const zkl_store *store);
/* ---- What it has done since it was opened. */

typedef struct zkl_store_counts {
    uint64_t gets, puts, passed; /* keys read, written, passed by scans */
    uint64_t bytes_read, bytes_written;
    uint64_t cache_hits, cache_misses; /* blocks */
    uint64_t syncs;
} zkl_store_counts;
/* false: it does not count. */
bool zkl_store_count(zkl_store *store, zkl_store_counts *out);

/* ---- Backends. */

/* A commit as a backend gets it: keys and sizes are checked. */
typedef struct zkl_store_write {
    const zkl_store_condition *conditions;
    size_t condition_count;
    const zkl_batch *batch;
    bool synced;
} zkl_store_write;

typedef struct zkl_store_ops {
    const char *name;  /* as in the registry */
    uint32_t features; /* ZKL_STORE_*; a missing bit means a NULL method */
    zkl_status (*get)(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                      zkl_error *err);
    zkl_status (*scan)(zkl_store *store, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                       void *context, zkl_error *err);
    /* Conditions and batch in one step. *outcome is ZKL_STORE_NOTHING when it is called. */
    zkl_status (*commit)(zkl_store *store, const zkl_store_write *write, zkl_store_outcome *outcome,
                         zkl_error *err);
    zkl_status (*catch_up)(zkl_store *store, zkl_error *err);
    zkl_status (*recover)(zkl_store *store, zkl_error *err); /* NULL: nothing is kept but memory */
    /* NULL: the store is its own writer, there is none to take. */
    zkl_status (*lock)(zkl_store **writer, zkl_store *store, const zkl_env *env, zkl_error *err);
    bool (*count)(zkl_store *store, zkl_store_counts *out); /* NULL: it does not */
    void (*close)(zkl_store *store);
} zkl_store_ops;

struct zkl_store {
    const zkl_store_ops *ops; /* first member of every backend's own struct */
    /* zkl_store_writes and zkl_store_is_doubtful; no backend touches them */
    atomic_uint_fast64_t write_attempts;
    atomic_bool is_doubtful;
};

/* A line of the registry. */
typedef struct zkl_store_backend {
    const char *name;
    uint32_t features; /* ZKL_STORE_DURABLE, or 0 */
    zkl_status (*open)(zkl_store **out, const zkl_store_options *options, zkl_error *err);
} zkl_store_backend;

/* All of them; *count of them. */
const zkl_store_backend *const *zkl_store_backends(size_t *count);
/* NULL when there is none of that name. */
const zkl_store_backend *zkl_store_backend_find(const char *name);

/* Does a condition hold of a key that has this value (NULL: is absent)? ZKL_CONFLICT when not,
 * naming the key. For backends that read their keys one by one, under the lock that their commit
 * holds. */
zkl_status zkl_store_check_condition(const zkl_store_condition *condition, const zkl_bytes *have,
                                     zkl_error *err) ZKL_MUST_USE;
