/* Keys of the store, and the value of one: what is staged counts before what is stored. */
#include "ledger/ledger_internal.h"

#include <string.h>

/* Names were bounded when they came in (record/ids.h), so every key fits: one that does not is a
 * mistake of ours. */
void zkl_store_key_add(zkl_store_key *key, const void *data, size_t size)
{
    ZKL_ASSERT(key->size <= sizeof key->bytes && size <= sizeof key->bytes - key->size);
    ZKL_ASSERT(data || size == 0);
    if (size)
        memcpy(key->bytes + key->size, data, size);
    key->size += size;
}

/* Prefixes end in a slash, so no key of one index begins like those of another. */
zkl_store_key zkl_store_key_of(const char *prefix, const void *data, size_t size)
{
    zkl_store_key key = { .size = 0 };
    zkl_store_key_add(&key, prefix, strlen(prefix));
    zkl_store_key_add(&key, data, size);
    return key;
}

/* A NUL ends the name, which holds none: versions of "a" and of "ab" do not mix. */
zkl_store_key zkl_store_key_name(zkl_bytes name, uint32_t version)
{
    zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_NAME, name.data, name.size);
    uint8_t tail[1 + 4] = { 0 };
    zkl_be32_put(tail + 1, version);
    zkl_store_key_add(&key, tail, sizeof tail);
    return key;
}

/* Dataset, then index: a prefix scan gives the entries of one dataset in the order of the log. */
zkl_store_key zkl_store_key_about(const zkl_digest *dataset, uint64_t index)
{
    zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_ABOUT, dataset->bytes, 32);
    uint8_t tail[8];
    zkl_be64_put(tail, index);
    zkl_store_key_add(&key, tail, sizeof tail);
    return key;
}

/* A circuit may have several keys, each with an entry of its own. */
zkl_store_key zkl_store_key_setup(const zkl_circuit_id *circuit)
{
    zkl_store_key key =
        zkl_store_key_of(ZKL_STORE_PREFIX_SETUP, circuit->name, strlen(circuit->name) + 1);
    zkl_store_key_add(&key, circuit->key_hash.bytes, 32);
    return key;
}

/* Class, then number, then the closing and its deletion: a prefix scan gives the segments of a
 * class in their order. */
zkl_store_key zkl_store_key_segment(zkl_segment_class class, uint64_t number, bool is_deletion)
{
    const char *const name = zkl_segment_class_name(class);
    zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_SEGMENT, name, strlen(name) + 1);
    uint8_t tail[8 + 1] = { 0 };
    zkl_be64_put(tail, number);
    tail[8] = is_deletion;
    zkl_store_key_add(&key, tail, sizeof tail);
    return key;
}

/* Later changes of a key win, as they will when the batch is applied. NULL: the store's value
 * counts. */
static const zkl_batch_change *find_staged(zkl_ledger *ledger, const zkl_store_key *key)
{
    const zkl_batch_change *change =
        zkl_staged_find(&ledger->staged, &ledger->batch, zkl_store_key_bytes(key));
    return change && !change->deletes ? change : NULL;
}

bool zkl_ledger_is_staged(zkl_ledger *ledger, const zkl_store_key *key)
{
    return find_staged(ledger, key) != NULL;
}

zkl_status zkl_ledger_get(zkl_ledger *ledger, zkl_bytes *value, zkl_arena *arena,
                          const zkl_store_key *key, zkl_error *err)
{
    ZKL_ASSERT(key->size);
    const zkl_batch_change *change = find_staged(ledger, key);
    if (!change)
        return zkl_store_get(ledger->store, value, arena, zkl_store_key_bytes(key), err);
    const void *copy = zkl_arena_copy(arena, change->value.data, change->value.size);
    if (!copy)
        return zkl_no_memory(err, change->value.size);
    *value = zkl_bytes_of(copy, change->value.size);
    return ZKL_OK;
}

/* Numbers and digests have one length: any other is damage of the store, and told as such. */
zkl_status zkl_ledger_get_sized(zkl_ledger *ledger, uint8_t *value, size_t size,
                                const zkl_store_key *key, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes bytes;
    ZKL_TRY(zkl_ledger_get(ledger, &bytes, &arena, key, err));
    if (bytes.size != size)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index is damaged: a value has %zu bytes, not %zu", bytes.size,
                        size);
    memcpy(value, bytes.data, size);
    return ZKL_OK;
}
