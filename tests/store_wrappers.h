#pragma once
/* Stores that wrap any other, for tests: one fails as it is told to, one counts and calls back
 * at each step. Closing a wrapper closes what it wraps. The writer that zkl_store_lock gives is
 * wrapped too, and shares its counts. */
#include "storage/storage.h"

/* ---- Failing. The Nth commit from zkl_store_failing_arm on (1 = the next) and all after it
 * fail with ZKL_IO and an unknown outcome, and change nothing; 0 switches this off. */
zkl_status zkl_store_failing_open(zkl_store **out, zkl_store *inner, zkl_error *err) ZKL_MUST_USE;
void zkl_store_failing_arm(zkl_store *store, uint64_t nth);
/* Commits that fail as armed are made all the same: the answer is lost, as when a sync fails. */
void zkl_store_failing_after(zkl_store *store, bool after);
/* zkl_store_recover fails too. */
void zkl_store_failing_for_good(zkl_store *store, bool for_good);
/* Once one has failed so do all after it, until the store is recovered: as RocksDB does. */
void zkl_store_failing_until_recovered(zkl_store *store, bool until_recovered);
/* Commits asked for so far. */
uint64_t zkl_store_failing_commits(const zkl_store *store);

/* ---- Tracing. */

typedef enum store_step {
    STORE_BEFORE_LOCK,
    STORE_LOCKED,
    STORE_BEFORE_COMMIT,
    STORE_AFTER_COMMIT, /* and before the caller has its answer */
    STORE_UNLOCKED,
    STORE_STEP_COUNT
} store_step;

typedef void store_see(void *context, store_step step);

/* see (may be NULL) is called at each step, by the thread that takes it. */
zkl_status zkl_store_tracing_open(zkl_store **out, zkl_store *inner, store_see *see, void *context,
                                  zkl_error *err) ZKL_MUST_USE;
/* How often a step was taken. */
uint64_t zkl_store_tracing_count(const zkl_store *store, store_step step);
/* How many of the commits were synced. */
uint64_t zkl_store_tracing_syncs(const zkl_store *store);
