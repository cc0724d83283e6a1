/* A store that wraps another and fails chosen commits: for tests of what happens then. */
#include "storage/storage.h"

typedef struct failing_store {
    zkl_store base;
    zkl_store_ops ops; /* the inner store's features, our methods */
    zkl_store *inner;
    uint64_t commits;   /* asked for so far */
    uint64_t fail_from; /* the number of the first commit that fails; 0: none */
    bool after, for_good;
} failing_store;

static zkl_status failing_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                              zkl_error *err)
{
    return zkl_store_get(((failing_store *)base)->inner, value, arena, key, err);
}

static zkl_status failing_scan(zkl_store *base, zkl_bytes from, zkl_bytes to,
                               zkl_store_visit *visit, void *context, zkl_error *err)
{
    return zkl_store_scan(((failing_store *)base)->inner, from, to, visit, context, err);
}

static zkl_status failing_commit(zkl_store *base, const zkl_batch *batch, bool synced,
                                 zkl_error *err)
{
    failing_store *store = (failing_store *)base;
    store->commits++;
    const bool fails = store->fail_from && store->commits >= store->fail_from;
    if (fails && store->after)
        ZKL_TRY(zkl_store_commit(store->inner, batch, synced, err));
    if (fails)
        return zkl_fail(err, ZKL_IO, "commit %llu fails as armed",
                        (unsigned long long)store->commits);
    return zkl_store_commit(store->inner, batch, synced, err);
}

static zkl_status failing_catch_up(zkl_store *base, zkl_error *err)
{
    return zkl_store_catch_up(((failing_store *)base)->inner, err);
}

static zkl_status failing_recover(zkl_store *base, zkl_error *err)
{
    failing_store *store = (failing_store *)base;
    if (store->for_good)
        return zkl_fail(err, ZKL_IO, "the store cannot be opened again, as armed");
    return zkl_store_recover(store->inner, err);
}

static void failing_close(zkl_store *base)
{
    failing_store *store = (failing_store *)base;
    zkl_store_close(store->inner);
    zkl_free(store);
}

zkl_status zkl_store_failing_open(zkl_store **out, zkl_store *inner, zkl_error *err)
{
    failing_store *store = zkl_calloc(1, sizeof *store);
    if (!store)
        return zkl_no_memory(err, sizeof *store);
    store->ops = (zkl_store_ops){
        .name = "failing",
        .features = inner->ops->features,
        .get = failing_get,
        .scan = failing_scan,
        .commit = failing_commit,
        .catch_up = failing_catch_up,
        .recover = failing_recover,
        .close = failing_close,
    };
    store->base.ops = &store->ops;
    store->inner = inner;
    *out = &store->base;
    return ZKL_OK;
}

static failing_store *failing_of(const zkl_store *base)
{
    ZKL_ASSERT(base->ops->close == failing_close);
    return (failing_store *)(uintptr_t)base;
}

void zkl_store_failing_arm(zkl_store *base, uint64_t nth)
{
    failing_store *store = failing_of(base);
    store->fail_from = nth ? store->commits + nth : 0;
}

void zkl_store_failing_after(zkl_store *base, bool after)
{
    failing_of(base)->after = after;
}

void zkl_store_failing_for_good(zkl_store *base, bool for_good)
{
    failing_of(base)->for_good = for_good;
}

uint64_t zkl_store_failing_commits(const zkl_store *base)
{
    return failing_of(base)->commits;
}
