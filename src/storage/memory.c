/* The store in memory: pairs in one array, sorted by key.
 *
 *  1. pairs[0..count) is strictly ascending by key.
 *  2. A commit builds the whole new array beside the old one and swaps at the end: whole or not at all.
 *  3. Blocks are shared by old and new array; each belongs to exactly one after the swap. */
#include "storage/storage.h"

#include "base/bytes.h"

typedef struct memory_pair {
    zkl_bytes key, value; /* one block, the key first */
} memory_pair;

typedef struct memory_store {
    zkl_store base;
    memory_pair *pairs;
    size_t count;
} memory_store;

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
    return low;
}

static void free_pair(memory_pair pair)
{
    uint8_t *block = (uint8_t *)(uintptr_t)pair.key.data; /* ours: copy_pair */
    zkl_wipe(block, pair.key.size + pair.value.size);
    zkl_free(block);
}

static bool copy_pair(memory_pair *out, zkl_bytes key, zkl_bytes value)
{
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

static zkl_status memory_get(zkl_store *base, zkl_bytes *value, zkl_arena *arena, zkl_bytes key,
                             zkl_error *err)
{
    const memory_store *store = (const memory_store *)base;
    size_t at = find_place(store->pairs, store->count, key);
    if (at == store->count || zkl_bytes_compare(store->pairs[at].key, key) != 0)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such key in the store");
    zkl_bytes found = store->pairs[at].value;
    const void *copy = zkl_arena_copy(arena, found.data, found.size);
    if (!copy)
        return zkl_no_memory(err, found.size);
    *value = zkl_bytes_of(copy, found.size);
    return ZKL_OK;
}

static zkl_status memory_scan(zkl_store *base, zkl_bytes from, zkl_bytes to, zkl_store_visit *visit,
                              void *context, zkl_error *err)
{
    const memory_store *store = (const memory_store *)base;
    bool stop = false;
    for (size_t i = find_place(store->pairs, store->count, from); i < store->count && !stop; i++) {
        if (to.size && zkl_bytes_compare(store->pairs[i].key, to) >= 0)
            break;
        ZKL_TRY(visit(context, store->pairs[i].key, store->pairs[i].value, &stop, err));
    }
    return ZKL_OK;
}

static zkl_status memory_commit(zkl_store *base, const zkl_batch *batch, bool synced,
                                zkl_error *err)
{
    memory_store *store = (memory_store *)base;
    size_t room = store->count + batch->count, count = store->count, made_count = 0;
    (void)synced;
    ZKL_AUTO_BLOCK memory_pair *pairs = zkl_calloc(room ? room : 1, sizeof *pairs);
    /* made: copies for this batch; dropped: blocks to free once the batch has succeeded. */
    ZKL_AUTO_BLOCK memory_pair *made = zkl_calloc(batch->count + 1, sizeof *made);
    ZKL_AUTO_BLOCK memory_pair *dropped = zkl_calloc(batch->count + 1, sizeof *dropped);
    size_t dropped_count = 0;
    bool fine = pairs && made && dropped;

    for (size_t i = 0; fine && i < batch->count; i++)
        if (!batch->changes[i].deletes)
            fine = copy_pair(&made[made_count++], batch->changes[i].key, batch->changes[i].value);
    if (!fine) {
        for (size_t i = 0; i < made_count; i++)
            if (made[i].key.data)
                free_pair(made[i]);
        return zkl_no_memory(err, room * sizeof *pairs);
    }

    if (count)
        memcpy(pairs, store->pairs, count * sizeof *pairs);
    made_count = 0;
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
        } else if (present) {
            memmove(pairs + at, pairs + at + 1, (count - at - 1) * sizeof *pairs);
            count--;
        }
    }
    for (size_t i = 0; i < dropped_count; i++)
        free_pair(dropped[i]);
    memory_pair *before = store->pairs;
    store->pairs = pairs;
    store->count = count;
    pairs = before; /* freed on return */
    return ZKL_OK;
}

static void memory_close(zkl_store *base)
{
    memory_store *store = (memory_store *)base;
    for (size_t i = 0; i < store->count; i++)
        free_pair(store->pairs[i]);
    zkl_free(store->pairs);
    zkl_free(store);
}

zkl_status zkl_store_memory_open(zkl_store **out, zkl_error *err)
{
    static const zkl_store_ops ops = {
        .name = "memory",
        .features = ZKL_STORE_WRITABLE,
        .get = memory_get,
        .scan = memory_scan,
        .commit = memory_commit,
        .close = memory_close,
    };
    memory_store *store = zkl_calloc(1, sizeof *store);
    if (!store)
        return zkl_no_memory(err, sizeof *store);
    store->base.ops = &ops;
    *out = &store->base;
    return ZKL_OK;
}
