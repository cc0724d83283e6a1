/* What all stores have in common: batches, the checks before a backend sees a key, and the calls
 * through its table. */
#include "storage/storage.h"

#include "base/bytes.h"

/* The limits are the stores' own promise to each other: what one takes, every other takes. */
static zkl_status check_key(zkl_bytes key, zkl_error *err)
{
    if (key.size == 0 || key.size > ZKL_STORE_KEY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a key of %zu bytes, want 1 to %d", key.size,
                        ZKL_STORE_KEY_BYTES_MAX);
    return ZKL_OK;
}

/* Changes are in [0, count), and each owns one block that begins with its key. */
static void batch_invariant(const zkl_batch *batch)
{
    ZKL_ASSERT(batch->count <= batch->capacity && (batch->changes || batch->capacity == 0));
}

/* Key and value in one block, the key first: one allocation a change, and one to wipe. */
static zkl_status add_change(zkl_batch *batch, zkl_bytes key, zkl_bytes value, bool deletes,
                             zkl_error *err)
{
    batch_invariant(batch);
    ZKL_ASSERT(!deletes || value.size == 0);
    ZKL_TRY(check_key(key, err));
    if (value.size > ZKL_STORE_VALUE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a value of %zu bytes, at most %zu", value.size,
                        ZKL_STORE_VALUE_BYTES_MAX);
    if (batch->count == batch->capacity) {
        size_t capacity = batch->capacity ? 2 * batch->capacity : 16;
        size_t bytes = capacity * sizeof *batch->changes;
        zkl_batch_change *grown =
            zkl_realloc(batch->changes, batch->count * sizeof *batch->changes, bytes);
        if (!grown)
            return zkl_no_memory(err, bytes);
        batch->changes = grown;
        batch->capacity = capacity;
    }
    uint8_t *copy = zkl_malloc(key.size + value.size, 1); /* both are far below SIZE_MAX / 2 */
    if (!copy)
        return zkl_no_memory(err, key.size + value.size);
    memcpy(copy, key.data, key.size);
    if (value.size)
        memcpy(copy + key.size, value.data, value.size);
    batch->changes[batch->count++] = (zkl_batch_change){
        .key = zkl_bytes_of(copy, key.size),
        .value = zkl_bytes_of(copy + key.size, value.size),
        .deletes = deletes,
    };
    return ZKL_OK;
}

zkl_status zkl_batch_put(zkl_batch *batch, zkl_bytes key, zkl_bytes value, zkl_error *err)
{
    return add_change(batch, key, value, false, err);
}

/* Of a key that is not there it is no fault: batches are made without reading. */
zkl_status zkl_batch_delete(zkl_batch *batch, zkl_bytes key, zkl_error *err)
{
    return add_change(batch, key, (zkl_bytes){ 0 }, true, err);
}

/* The array keeps its room: what was taken back is often followed by something else. */
void zkl_batch_truncate(zkl_batch *batch, size_t count)
{
    batch_invariant(batch);
    ZKL_ASSERT(count <= batch->count);
    for (size_t i = count; i < batch->count; i++) {
        uint8_t *copy = (uint8_t *)(uintptr_t)batch->changes[i].key.data; /* ours: add_change */
        /* A value may be a wrapped key, or a blob of somebody's table. */
        zkl_wipe(copy, batch->changes[i].key.size + batch->changes[i].value.size);
        zkl_free(copy);
    }
    batch->count = count;
}

void zkl_batch_clear(zkl_batch *batch)
{
    zkl_batch_truncate(batch, 0);
    zkl_free(batch->changes);
    *batch = (zkl_batch){ 0 };
}

/* A backend's table: what it says it can do is there. */
static void store_invariant(const zkl_store *store)
{
    const zkl_store_ops *ops = store->ops;
    ZKL_ASSERT(ops->name && ops->get && ops->scan && ops->close);
    ZKL_ASSERT(ops->commit || !(ops->features & ZKL_STORE_WRITABLE));
    ZKL_ASSERT(ops->catch_up || !(ops->features & ZKL_STORE_CATCH_UP));
}

zkl_status zkl_store_get(zkl_store *store, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                         zkl_error *err)
{
    ZKL_TRY(check_key(key, err));
    ZKL_ASSERT(arena);
    return store->ops->get(store, value, arena, key, err);
}

/* The visitor of zkl_store_has. */
static zkl_status note_presence(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                zkl_error *err)
{
    (void)key, (void)value, (void)err;
    *(bool *)context = true;
    *stop = true;
    return ZKL_OK;
}

/* By a scan that stops at the first pair: a large value is not copied to learn that it is there. */
zkl_status zkl_store_has(zkl_store *store, bool *out, zkl_bytes key, zkl_error *err)
{
    uint8_t after[ZKL_STORE_KEY_BYTES_MAX + 1] = { 0 }; /* key 0x00 follows key directly */
    bool found = false;
    ZKL_TRY(check_key(key, err));
    memcpy(after, key.data, key.size);
    ZKL_TRY(store->ops->scan(store, key, zkl_bytes_of(after, key.size + 1), note_presence, &found,
                             err));
    *out = found;
    return ZKL_OK;
}

zkl_status zkl_store_scan(zkl_store *store, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                          void *context, zkl_error *err)
{
    ZKL_ASSERT(visit);
    return store->ops->scan(store, from, to, visit, context, err);
}

/* Keys with a prefix are one range: from the prefix itself to the first key that is behind all
 * of them. */
zkl_status zkl_store_scan_prefix(zkl_store *store, zkl_bytes prefix, zkl_store_visit *visit,
                                 void *context, zkl_error *err)
{
    ZKL_ASSERT(visit);
    uint8_t after[ZKL_STORE_KEY_BYTES_MAX];
    size_t size = prefix.size;
    if (size > sizeof after)
        return zkl_fail(err, ZKL_LIMIT, "a prefix of %zu bytes, at most %zu", size, sizeof after);
    /* The first key behind all with this prefix: drop trailing 0xff, add one to what is then
     * last. */
    if (size)
        memcpy(after, prefix.data, size);
    while (size && after[size - 1] == 0xff)
        size--;
    if (size)
        after[size - 1]++;
    return store->ops->scan(store, prefix, zkl_bytes_of(after, size), visit, context, err);
}

/* ---- Committing */

/* The key as far as it is text: keys begin with words, and some end with numbers or hashes. */
static zkl_status fail_condition(zkl_error *err, const zkl_store_condition *condition)
{
    int size = 0;
    while ((size_t)size < condition->key.size && condition->key.data[size] > ' ' &&
           condition->key.data[size] <= '~')
        size++;
    return zkl_fail(err, ZKL_CONFLICT, "the store was written meanwhile: '%.*s' is %s", size,
                    (const char *)condition->key.data,
                    condition->is_absent ? "there by now" : "no longer what was read");
}

zkl_status zkl_store_check_condition(const zkl_store_condition *condition, const zkl_bytes *have,
                                     zkl_error *err)
{
    ZKL_ASSERT(!condition->is_absent || condition->value.size == 0);
    const bool holds =
        condition->is_absent ? !have : have && zkl_bytes_equal(*have, condition->value);
    return holds ? ZKL_OK : fail_condition(err, condition);
}

/* The one way into a backend's commit. */
static zkl_status commit(zkl_store *store, const zkl_store_write *write, zkl_store_outcome *outcome,
                         zkl_error *err)
{
    store_invariant(store);
    ZKL_ASSERT(write->batch && (write->conditions || write->condition_count == 0));
    *outcome = ZKL_STORE_NOTHING;
    if (!(store->ops->features & ZKL_STORE_WRITABLE))
        return zkl_fail(err, ZKL_DENIED, "this %s store is open for reading only",
                        store->ops->name);
    for (size_t i = 0; i < write->condition_count; i++) {
        ZKL_ASSERT(!write->conditions[i].is_absent || !write->conditions[i].value.size);
        ZKL_TRY(check_key(write->conditions[i].key, err));
    }
    const zkl_status status = store->ops->commit(store, write, outcome, err);
    atomic_fetch_add(&store->write_attempts, 1);
    if (*outcome == ZKL_STORE_UNKNOWN)
        atomic_store(&store->is_doubtful, true);
    /* Success and "it is there" are one; a conflict is found before anything is written. */
    ZKL_ASSERT(status != ZKL_CONFLICT || *outcome == ZKL_STORE_NOTHING);
    ZKL_ASSERT((status == ZKL_OK) == (*outcome == ZKL_STORE_COMMITTED));
    return status;
}

zkl_status zkl_store_commit_if(zkl_store *store, const zkl_store_condition *conditions,
                               size_t count, const zkl_batch *batch, zkl_store_outcome *outcome,
                               zkl_error *err)
{
    const zkl_store_write write = {
        .conditions = conditions, .condition_count = count, .batch = batch, .synced = true
    };
    zkl_store_outcome ignored;
    return commit(store, &write, outcome ? outcome : &ignored, err);
}

/* A call of its own, so that nobody leaves out a sync by mistake. */
zkl_status zkl_store_commit_if_unsynced(zkl_store *store, const zkl_store_condition *conditions,
                                        size_t count, const zkl_batch *batch,
                                        zkl_store_outcome *outcome, zkl_error *err)
{
    const zkl_store_write write = { .conditions = conditions,
                                    .condition_count = count,
                                    .batch = batch };
    zkl_store_outcome ignored;
    return commit(store, &write, outcome ? outcome : &ignored, err);
}

zkl_status zkl_store_commit(zkl_store *store, const zkl_batch *batch, bool synced, zkl_error *err)
{
    const zkl_store_write write = { .batch = batch, .synced = synced };
    zkl_store_outcome ignored;
    return commit(store, &write, &ignored, err);
}

zkl_status zkl_store_lock(zkl_store **writer, zkl_store *store, const zkl_env *env, zkl_error *err)
{
    store_invariant(store);
    zkl_store *taken = store;
    if (store->ops->lock)
        ZKL_TRY(store->ops->lock(&taken, store, env, err));
    /* Whoever has the lock can write; a reader gets another store for it. */
    ZKL_ASSERT(taken->ops->features & ZKL_STORE_WRITABLE);
    *writer = taken;
    return ZKL_OK;
}

/* A store that was its own writer stays open: its owner closes it. */
void zkl_store_unlock(zkl_store *store, zkl_store *writer)
{
    if (writer != store)
        zkl_store_close(writer);
}

/* ---- Readers, and what follows a failure */

zkl_status zkl_store_catch_up(zkl_store *store, zkl_error *err)
{
    store_invariant(store);
    if (!(store->ops->features & ZKL_STORE_CATCH_UP))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "this %s store cannot catch up", store->ops->name);
    return store->ops->catch_up(store, err);
}

/* A store in memory has nothing to read again: what a commit left there is what there is. */
zkl_status zkl_store_recover(zkl_store *store, zkl_error *err)
{
    const zkl_status status = store->ops->recover ? store->ops->recover(store, err) : ZKL_OK;
    atomic_fetch_add(&store->write_attempts, 1);
    if (status == ZKL_OK)
        atomic_store(&store->is_doubtful, false);
    return status;
}

bool zkl_store_is_doubtful(const zkl_store *store)
{
    return atomic_load(&store->is_doubtful);
}

uint64_t zkl_store_writes(const zkl_store *store)
{
    return atomic_load(&store->write_attempts);
}

uint32_t zkl_store_features(const zkl_store *store)
{
    return store->ops->features;
}

bool zkl_store_count(zkl_store *store, zkl_store_counts *out)
{
    *out = (zkl_store_counts){ 0 };
    return store->ops->count && store->ops->count(store, out);
}

void zkl_store_close(zkl_store *store)
{
    if (store)
        store->ops->close(store);
}
