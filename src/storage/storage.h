#pragma once
/* The store: an ordered map from byte keys to byte values, changed by atomic batches.
 *
 *  1. A batch is applied whole or not at all, also when the process or the machine dies.
 *  2. After a synced commit returned ZKL_OK the batch survives (stores with ZKL_STORE_DURABLE).
 *  3. A commit that failed may or may not be there after reopening, but never in part.
 *  4. A scan sees the keys in byte order, as they were when it began.
 *
 * Backends: one file each, one ops table each; tests/unit/storage/test_storage.c runs on all of them. The
 * store knows bytes only. One thread at a time, unless a backend says more. */
#include "base/arena.h"

#define ZKL_STORE_KEY_BYTES_MAX 1024
#define ZKL_STORE_VALUE_BYTES_MAX ((size_t)1 << 30)

enum {
    ZKL_STORE_DURABLE = 1u << 0, /* what was synced survives the process */
    ZKL_STORE_CATCH_UP =
        1u << 1, /* a reader beside a writer: zkl_store_catch_up shows newer batches */
    ZKL_STORE_WRITABLE = 1u << 2, /* has commit */
};

typedef struct zkl_store zkl_store;

/* ---- Batches: puts and deletes in order, later ones win. All zeros is an empty batch. Keys and values are
 * copied, and wiped by _clear. */
typedef struct zkl_batch_change {
    zkl_bytes key, value; /* value is empty for a deletion */
    bool deletes;
} zkl_batch_change;

typedef struct zkl_batch {
    zkl_batch_change *changes;
    size_t count, capacity;
} zkl_batch;

/* 1 <= key.size <= ZKL_STORE_KEY_BYTES_MAX and value.size <= ZKL_STORE_VALUE_BYTES_MAX, else ZKL_LIMIT. */
zkl_status zkl_batch_put(zkl_batch *batch, zkl_bytes key, zkl_bytes value,
                         zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_batch_delete(zkl_batch *batch, zkl_bytes key, zkl_error *err) ZKL_MUST_USE;
void zkl_batch_clear(zkl_batch *batch);

/* ---- Reading and writing. */

/* *value is a copy in arena; ZKL_NOT_FOUND when the key is absent. */
zkl_status zkl_store_get(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                         zkl_error *err) ZKL_MUST_USE;
/* Is the key there? */
zkl_status zkl_store_has(zkl_store *store, bool *out, zkl_bytes key, zkl_error *err) ZKL_MUST_USE;

/* Called for each pair in key order; the bytes are borrowed until it returns. Set *stop to end the scan
 * early and well; any status but ZKL_OK ends it with that status. Do not commit from inside. */
typedef zkl_status zkl_store_visit(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                   zkl_error *err);
/* Keys with from <= key < to; an empty `to` means to the end. */
zkl_status zkl_store_scan(zkl_store *store, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                          void *context, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_store_scan_prefix(zkl_store *store, zkl_bytes prefix, zkl_store_visit *visit,
                                 void *context, zkl_error *err) ZKL_MUST_USE;

/* synced: return only when it is on the disk. An empty batch is fine. */
zkl_status zkl_store_commit(zkl_store *store, const zkl_batch *batch, bool synced,
                            zkl_error *err) ZKL_MUST_USE;
/* See what a writer has committed since. ZKL_NOT_SUPPORTED without ZKL_STORE_CATCH_UP. */
zkl_status zkl_store_catch_up(zkl_store *store, zkl_error *err) ZKL_MUST_USE;
/* After a commit that failed: forget what is in memory and read again what the disk holds. ZKL_OK: what can be read now is what
 * every later reader finds, and it is on the disk. After a failure the store answers ZKL_IO until a later call succeeds. */
zkl_status zkl_store_recover(zkl_store *store, zkl_error *err) ZKL_MUST_USE;
uint32_t zkl_store_features(const zkl_store *store);
const char *zkl_store_name(const zkl_store *store);
void zkl_store_close(zkl_store *store); /* NULL is fine */
ZKL_DEFINE_AUTO_CLOSE(zkl_store)

/* ---- Backends. */

typedef struct zkl_store_ops {
    const char *name;  /* "memory", "rocksdb", "failing" */
    uint32_t features; /* ZKL_STORE_*; a missing bit means a NULL method */
    zkl_status (*get)(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                      zkl_error *err);
    zkl_status (*scan)(zkl_store *store, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                       void *context, zkl_error *err);
    zkl_status (*commit)(zkl_store *store, const zkl_batch *batch, bool synced, zkl_error *err);
    zkl_status (*catch_up)(zkl_store *store, zkl_error *err);
    zkl_status (*recover)(zkl_store *store, zkl_error *err); /* NULL: nothing is kept but memory */
    void (*close)(zkl_store *store);
} zkl_store_ops;

struct zkl_store {
    const zkl_store_ops *ops; /* first member of every backend's own struct */
};

/* Sorted array in memory: for tests and small things. Commit costs O(n) a new key. */
zkl_status zkl_store_memory_open(zkl_store **out, zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_rocksdb_options {
    const char *path;         /* the database's own folder */
    size_t block_cache_bytes; /* 0: 32 MiB */
    uint64_t bytes_max; /* refuse commits with puts while more is stored: ZKL_LIMIT; 0: no limit */
    bool create_if_missing;
    bool read_only; /* a secondary instance beside a writer: never blocks it, can catch up */
    bool plain;     /* no compression; default is LZ4 */
} zkl_rocksdb_options;

/* Statuses: a folder that another handle or process writes -> ZKL_CONFLICT; no such database ->
 * ZKL_NOT_FOUND; no permission -> ZKL_DENIED; the disk, a full one too -> ZKL_IO; built without RocksDB ->
 * ZKL_NOT_SUPPORTED. Starts threads: do not fork afterwards. Readers on several threads are fine. */
zkl_status zkl_store_rocksdb_open(zkl_store **out, const zkl_rocksdb_options *options,
                                  zkl_error *err) ZKL_MUST_USE;

/* Wraps any store, for tests. The Nth commit from zkl_store_failing_arm on (1 = the next) and all after it
 * fail with ZKL_IO and change nothing; 0 switches this off. Closing closes inner too. */
zkl_status zkl_store_failing_open(zkl_store **out, zkl_store *inner, zkl_error *err) ZKL_MUST_USE;
void zkl_store_failing_arm(zkl_store *store, uint64_t nth);
/* Commits that fail as armed are made all the same: the answer is lost, as when a sync fails. */
void zkl_store_failing_after(zkl_store *store, bool after);
/* zkl_store_recover fails too. */
void zkl_store_failing_for_good(zkl_store *store, bool for_good);
uint64_t zkl_store_failing_commits(const zkl_store *store); /* commits asked for so far */
