/* The store in memory: pairs in one array, sorted by key.
 *
 *  1. pairs[0..count) is strictly ascending by key.
 *  2. A commit builds the whole new array beside the old one and swaps at the end: whole or not
 *     at all.
 *  3. Blocks are shared by old and new array; each belongs to exactly one after the swap.
 *  4. A commit has the guard for writing over its conditions and its batch; gets and scans have
 *     it for reading.
 *
 * There is no writer's lock to take: nobody else has this memory. */
#include "storage/storage.h"

#include <pthread.h>

#include "base/bytes.h"

typedef struct memory_pair {
    zkl_bytes key, value; /* one block, the key first */
} memory_pair;

typedef struct memory_store {
    zkl_store base;
    /* Prefers readers, which is the default: the visitor of a scan may read in its turn. */
    pthread_rwlock_t guard;
    memory_pair *pairs;
    size_t count;
} memory_store;

/* The guard fails only when it is misused, so a failure is a mistake of ours. */
static void begin_read(memory_store *store)
{
    const int failed = pthread_rwlock_rdlock(&store->guard);
    ZKL_ASSERT(!failed);
}

static void end(memory_store *store)
{
    const int failed = pthread_rwlock_unlock(&store->guard);
    ZKL_ASSERT(!failed);
}

/* The first place whose key is not below key. */
static size_t find_place(const memory_pair *pairs, size_t count, zkl_bytes key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zkl_bytes_compare(pairs[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    ZKL_DEBUG_ASSERT(low <= count);
    return low;
}

/* Values may be wrapped keys: wiped, as in the batch they came from. */
static void free_pair(memory_pair pair)
{
    ZKL_ASSERT(pair.key.data);
    uint8_t *block = (uint8_t *)(uintptr_t)pair.key.data; /* ours: copy_pair */
    zkl_wipe(block, pair.key.size + pair.value.size);
    zkl_free(block);
}

/* One block for both, so that a pair moves by its two pointers. */
static bool copy_pair(memory_pair *out, zkl_bytes key, zkl_bytes value)
{
    ZKL_ASSERT(key.size); /* storage.c refuses an empty one */
    uint8_t *block = zkl_malloc(key.size + value.size, 1);
    if (!block)
        return false;
    memcpy(block, key.data, key.size);
    if (value.size)
        memcpy(block + key.size, value.data, value.size);
    *out =
        (memory_pair){ zkl_bytes_of(block, key.size), zkl_bytes_of(block + key.size, value.size) };
    return true;
}

/* The value of a key, borrowed from the store. */
static bool find(zkl_bytes *value, const memory_store *store, zkl_bytes key)
{
    const size_t at = find_place(store->pairs, store->count, key);
    if (at == store->count || zkl_bytes_compare(store->pairs[at].key, key) != 0)
        return false;
    *value = store->pairs[at].value;
    return true;
}

static zkl_status memory_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                             zkl_error *err)
{
    memory_store *store = (memory_store *)base;
    zkl_bytes found = { 0 };
    const void *copy = NULL;
    begin_read(store);
    const bool is_there = find(&found, store, key);
    if (is_there)
        copy = zkl_arena_copy(arena, found.data, found.size);
    end(store);
    if (!is_there)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such key in the store");
    if (!copy)
        return zkl_no_memory(err, found.size);
    *value = zkl_bytes_of(copy, found.size);
    return ZKL_OK;
}

/* The guard is held over the whole scan: the visitor sees one state, and must not commit. */
static zkl_status memory_scan(zkl_store *base, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                              void *context, zkl_error *err)
{
    memory_store *store = (memory_store *)base;
    zkl_status status = ZKL_OK;
    bool stop = false;
    begin_read(store);
    for (size_t i = find_place(store->pairs, store->count, from);
         status == ZKL_OK && i < store->count && !stop; i++) {
        if (to.size && zkl_bytes_compare(store->pairs[i].key, to) >= 0)
            break;
        status = visit(context, store->pairs[i].key, store->pairs[i].value, &stop, err);
    }
    end(store);
    return status;
}

/* Invariant 2. The caller has the guard for writing. */
static zkl_status apply(memory_store *store, const zkl_batch *batch, zkl_error *err)
{
    size_t room = store->count + batch->count, count = store->count, made_count = 0;
    ZKL_AUTO_BLOCK memory_pair *pairs = zkl_calloc(room ? room : 1, sizeof *pairs);
    /* made: copies for this batch; dropped: blocks to free once the batch has succeeded. */
    ZKL_AUTO_BLOCK memory_pair *made = zkl_calloc(batch->count + 1, sizeof *made);
    ZKL_AUTO_BLOCK memory_pair *dropped = zkl_calloc(batch->count + 1, sizeof *dropped);
    size_t dropped_count = 0;
    bool fine = pairs && made && dropped;

    /* Everything that can fail comes first: copies of what is put, in the order of the batch. */
    for (size_t i = 0; fine && i < batch->count; i++)
        if (!batch->changes[i].deletes)
            fine = copy_pair(&made[made_count++], batch->changes[i].key, batch->changes[i].value);
    if (!fine) {
        for (size_t i = 0; i < made_count; i++)
            if (made[i].key.data)
                free_pair(made[i]);
        return zkl_no_memory(err, room * sizeof *pairs);
    }

    /* From here on nothing fails. */
    if (count)
        memcpy(pairs, store->pairs, count * sizeof *pairs);
    made_count = 0;
    /* In the order of the batch, so that later changes of a key win. A block that was made for
     * this batch and is overwritten by it is dropped like one that was there before: invariant
     * 3. */
    for (size_t i = 0; i < batch->count; i++) {
        const zkl_batch_change *change = &batch->changes[i];
        size_t at = find_place(pairs, count, change->key);
        bool present = at < count && zkl_bytes_compare(pairs[at].key, change->key) == 0;
        if (present)
            dropped[dropped_count++] = pairs[at];
        if (!change->deletes) {
            if (!present) {
                memmove(pairs + at + 1, pairs + at, (count - at) * sizeof *pairs);
                count++;
            }
            pairs[at] = made[made_count++];
            /* Invariant 1. */
            ZKL_DEBUG_ASSERT(at == 0 || zkl_bytes_compare(pairs[at - 1].key, pairs[at].key) < 0);
        } else if (present) {
            memmove(pairs + at, pairs + at + 1, (count - at - 1) * sizeof *pairs);
            count--;
        }
    }
    ZKL_ASSERT(count <= room && dropped_count <= batch->count);
    for (size_t i = 0; i < dropped_count; i++)
        free_pair(dropped[i]);
    memory_pair *before = store->pairs;
    store->pairs = pairs;
    store->count = count;
    pairs = before; /* freed on return */
    return ZKL_OK;
}

static zkl_status memory_commit(zkl_store *base, const zkl_store_write *write,
                                zkl_store_outcome *outcome, zkl_error *err)
{
    memory_store *store = (memory_store *)base;
    const int failed = pthread_rwlock_wrlock(&store->guard);
    ZKL_ASSERT(!failed); /* a visitor that commits would find itself here */
    ZKL_ASSERT(*outcome == ZKL_STORE_NOTHING);
    zkl_status status = ZKL_OK;
    /* Under the guard from the first condition to the last change: invariant 4. */
    for (size_t i = 0; status == ZKL_OK && i < write->condition_count; i++) {
        zkl_bytes have = { 0 };
        const bool is_there = find(&have, store, write->conditions[i].key);
        status = zkl_store_check_condition(&write->conditions[i], is_there ? &have : NULL, err);
    }
    if (status == ZKL_OK)
        status = apply(store, write->batch, err);
    if (status == ZKL_OK)
        *outcome = ZKL_STORE_COMMITTED;
    end(store);
    return status;
}

/* The last thing anybody does with it: no guard. */
static void memory_close(zkl_store *base)
{
    memory_store *store = (memory_store *)base;
    for (size_t i = 0; i < store->count; i++)
        free_pair(store->pairs[i]);
    zkl_free(store->pairs);
    pthread_rwlock_destroy(&store->guard);
    zkl_free(store);
}

static zkl_status memory_open(zkl_store **out, const zkl_store_options *options, zkl_error *err)
{
    static const zkl_store_ops ops = {
        .name = "memory",
        .features = ZKL_STORE_WRITABLE,
        .get = memory_get,
        .scan = memory_scan,
        .commit = memory_commit,
        .close = memory_close,
    };
    (void)options; /* nothing is kept, so nothing is there to be created, limited or read beside */
    memory_store *store = zkl_calloc(1, sizeof *store);
    if (!store)
        return zkl_no_memory(err, sizeof *store);
    if (pthread_rwlock_init(&store->guard, NULL) != 0) {
        zkl_free(store);
        return zkl_no_memory(err, sizeof store->guard);
    }
    store->base.ops = &ops;
    *out = &store->base;
    return ZKL_OK;
}

const zkl_store_backend zkl_store_memory = { .name = "memory", .open = memory_open };
