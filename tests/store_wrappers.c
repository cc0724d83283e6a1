/* Wrappers of stores. Both kinds are one struct: what they share is in one block, which the
 * writer of a lock refers to. */
#include "store_wrappers.h"

#include <stdatomic.h>
#include <string.h>

typedef struct shared {
    atomic_uint_fast64_t commits;   /* asked for so far */
    atomic_uint_fast64_t fail_from; /* the number of the first commit that fails; 0: none */
    atomic_bool after, for_good, until_recovered, has_failed;
    store_see *see;
    void *context;
    atomic_uint_fast64_t steps[STORE_STEP_COUNT], syncs;
} shared;

typedef struct wrapper {
    zkl_store base;
    zkl_store_ops ops; /* the inner store's features, our methods */
    zkl_store *inner;
    shared *shared;
    bool is_writer; /* of a lock: the block is its store's */
} wrapper;

static void step(const wrapper *store, store_step taken)
{
    atomic_fetch_add(&store->shared->steps[taken], 1);
    if (store->shared->see)
        store->shared->see(store->shared->context, taken);
}

static zkl_status wrapped_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                              zkl_error *err)
{
    return zkl_store_get(((wrapper *)base)->inner, value, arena, key, err);
}

static zkl_status wrapped_scan(zkl_store *base, zkl_bytes from, zkl_bytes to,
                               zkl_store_visit *visit, void *context, zkl_error *err)
{
    return zkl_store_scan(((wrapper *)base)->inner, from, to, visit, context, err);
}

static zkl_status pass_on(const wrapper *store, const zkl_store_write *write,
                          zkl_store_outcome *outcome, zkl_error *err)
{
    return store->inner->ops->commit(store->inner, write, outcome, err);
}

static zkl_status failing_commit(zkl_store *base, const zkl_store_write *write,
                                 zkl_store_outcome *outcome, zkl_error *err)
{
    const wrapper *store = (const wrapper *)base;
    shared *s = store->shared;
    const uint64_t number = atomic_fetch_add(&s->commits, 1) + 1, from = atomic_load(&s->fail_from);
    const bool fails = (from && number >= from) ||
                       (atomic_load(&s->until_recovered) && atomic_load(&s->has_failed));
    atomic_store(&s->has_failed, fails);
    if (!fails)
        return pass_on(store, write, outcome, err);
    if (atomic_load(&s->after))
        ZKL_TRY(pass_on(store, write, outcome, err));
    *outcome = ZKL_STORE_UNKNOWN;
    return zkl_fail(err, ZKL_IO, "commit %llu fails as armed", (unsigned long long)number);
}

static zkl_status tracing_commit(zkl_store *base, const zkl_store_write *write,
                                 zkl_store_outcome *outcome, zkl_error *err)
{
    const wrapper *store = (const wrapper *)base;
    step(store, STORE_BEFORE_COMMIT);
    const zkl_status status = pass_on(store, write, outcome, err);
    if (write->synced && status == ZKL_OK)
        atomic_fetch_add(&store->shared->syncs, 1);
    step(store, STORE_AFTER_COMMIT);
    return status;
}

static zkl_status wrapped_catch_up(zkl_store *base, zkl_error *err)
{
    return zkl_store_catch_up(((wrapper *)base)->inner, err);
}

static zkl_status wrapped_recover(zkl_store *base, zkl_error *err)
{
    const wrapper *store = (const wrapper *)base;
    if (atomic_load(&store->shared->for_good))
        return zkl_fail(err, ZKL_IO, "the store cannot be opened again, as armed");
    atomic_store(&store->shared->has_failed, false);
    return zkl_store_recover(store->inner, err);
}

static void wrapped_close(zkl_store *base)
{
    wrapper *store = (wrapper *)base;
    zkl_store_close(store->inner);
    if (store->is_writer)
        step(store, STORE_UNLOCKED);
    else
        zkl_free(store->shared);
    zkl_free(store);
}

static zkl_status wrap(wrapper **out, zkl_store *inner, const wrapper *like, zkl_error *err)
{
    wrapper *store = zkl_calloc(1, sizeof *store);
    shared *block = like ? like->shared : zkl_calloc(1, sizeof *block);
    if (!store || !block) {
        zkl_free(store);
        if (!like)
            zkl_free(block);
        return zkl_no_memory(err, sizeof *store);
    }
    if (like)
        store->ops = like->ops;
    store->ops.features = inner->ops->features;
    store->base.ops = &store->ops;
    store->inner = inner;
    store->shared = block;
    store->is_writer = like != NULL;
    *out = store;
    return ZKL_OK;
}

static zkl_status wrapped_lock(zkl_store **writer, zkl_store *base, const zkl_env *env,
                               zkl_error *err)
{
    const wrapper *store = (const wrapper *)base;
    zkl_store *inner;
    wrapper *made = NULL;
    step(store, STORE_BEFORE_LOCK);
    ZKL_TRY(zkl_store_lock(&inner, store->inner, env, err));
    step(store, STORE_LOCKED);
    if (inner == store->inner) {
        *writer = base;
        return ZKL_OK;
    }
    const zkl_status status = wrap(&made, inner, store, err);
    if (status != ZKL_OK) {
        zkl_store_unlock(store->inner, inner);
        return status;
    }
    *writer = &made->base;
    return ZKL_OK;
}

static const zkl_store_ops wrapper_ops = {
    .get = wrapped_get,
    .scan = wrapped_scan,
    .catch_up = wrapped_catch_up,
    .recover = wrapped_recover,
    .lock = wrapped_lock,
    .close = wrapped_close,
};

zkl_status zkl_store_failing_open(zkl_store **out, zkl_store *inner, zkl_error *err)
{
    wrapper *store = NULL;
    ZKL_TRY(wrap(&store, inner, NULL, err));
    const uint32_t features = store->ops.features;
    store->ops = wrapper_ops;
    store->ops.name = "failing";
    store->ops.features = features;
    store->ops.commit = failing_commit;
    *out = &store->base;
    return ZKL_OK;
}

zkl_status zkl_store_tracing_open(zkl_store **out, zkl_store *inner, store_see *see, void *context,
                                  zkl_error *err)
{
    wrapper *store = NULL;
    ZKL_TRY(wrap(&store, inner, NULL, err));
    const uint32_t features = store->ops.features;
    store->ops = wrapper_ops;
    store->ops.name = "tracing";
    store->ops.features = features;
    store->ops.commit = tracing_commit;
    store->shared->see = see;
    store->shared->context = context;
    *out = &store->base;
    return ZKL_OK;
}

static shared *shared_of(const zkl_store *base)
{
    ZKL_ASSERT(base->ops->close == wrapped_close);
    return ((const wrapper *)base)->shared;
}

void zkl_store_failing_arm(zkl_store *base, uint64_t nth)
{
    shared *s = shared_of(base);
    atomic_store(&s->fail_from, nth ? atomic_load(&s->commits) + nth : 0);
}

void zkl_store_failing_after(zkl_store *base, bool after)
{
    atomic_store(&shared_of(base)->after, after);
}

void zkl_store_failing_for_good(zkl_store *base, bool for_good)
{
    atomic_store(&shared_of(base)->for_good, for_good);
}

void zkl_store_failing_until_recovered(zkl_store *base, bool until_recovered)
{
    atomic_store(&shared_of(base)->until_recovered, until_recovered);
}

uint64_t zkl_store_failing_commits(const zkl_store *base)
{
    return atomic_load(&shared_of(base)->commits);
}

uint64_t zkl_store_tracing_count(const zkl_store *base, store_step taken)
{
    return atomic_load(&shared_of(base)->steps[taken]);
}

uint64_t zkl_store_tracing_syncs(const zkl_store *base)
{
    return atomic_load(&shared_of(base)->syncs);
}
