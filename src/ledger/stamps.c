/* The list of an entry's timestamps as a value of the store: u32 count, field(token) each, rising.
 * What is read is checked again: who can write to the store must not be able to make the owner hand
 * out receipts that nobody accepts. */
#include "ledger/stamps.h"

#include "ledger/ledger_internal.h"

#define STAMPS_BYTES_MAX (4 + ZKL_RECEIPT_TIMESTAMPS_MAX * (4 + ZKL_TIMESTAMP_BYTES_MAX))

static zkl_store_key key_of(const zkl_digest *leaf)
{
    return zkl_store_key_of(ZKL_STORE_PREFIX_STAMP, leaf->bytes, sizeof leaf->bytes);
}

static zkl_status fail_damaged(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED,
                    "the store is damaged: the timestamps of an entry are not over it");
}

/* A receipt gathers them, since it has their order and their limit. */
static zkl_status parse(zkl_receipt *out, zkl_arena *arena, zkl_bytes value, const zkl_digest *leaf,
                        zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(value);
    const uint32_t count =
        zkl_reader_count(&reader, ZKL_RECEIPT_TIMESTAMPS_MAX, 4, "number of timestamps");
    for (uint32_t i = 0; i < count; i++) {
        zkl_timestamp parsed;
        const zkl_bytes token = zkl_reader_field(&reader, ZKL_TIMESTAMP_BYTES_MAX, "timestamp");
        if (reader.fault || zkl_timestamp_parse(&parsed, token, NULL) != ZKL_OK ||
            !zkl_digest_equal(&parsed.imprint, leaf))
            return fail_damaged(err);
        ZKL_TRY(zkl_receipt_add_timestamp(out, arena, token, err));
    }
    return zkl_reader_finish(&reader, "timestamps", NULL) == ZKL_OK ? ZKL_OK : fail_damaged(err);
}

static zkl_status load(zkl_receipt *out, zkl_store *store, zkl_arena *arena, const zkl_digest *leaf,
                       zkl_error *err)
{
    const zkl_store_key key = key_of(leaf);
    zkl_error none = { 0 };
    zkl_bytes value;
    const zkl_status status = zkl_store_get(store, &value, arena, zkl_store_key_bytes(&key), &none);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    if (status != ZKL_OK)
        return zkl_fail(err, status, "%s", none.text);
    return parse(out, arena, value, leaf, err);
}

zkl_status zkl_stamps_load(zkl_stamps *out, zkl_ledger *ledger, zkl_arena *arena,
                           const zkl_digest *leaf, zkl_error *err)
{
    zkl_receipt gathered = { 0 };
    zkl_ledger_invariant(ledger);
    ZKL_TRY(load(&gathered, ledger->store, arena, leaf, err));
    *out = (zkl_stamps){ gathered.timestamps, gathered.timestamp_count };
    return ZKL_OK;
}

/* Under the lock: read, add, write. */
static zkl_status add_locked(zkl_store *store, const zkl_digest *leaf, zkl_bytes token,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) value = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    const zkl_store_key key = key_of(leaf);
    zkl_receipt gathered = { 0 };
    ZKL_TRY(load(&gathered, store, &arena, leaf, err));
    ZKL_TRY(zkl_receipt_add_timestamp(&gathered, &arena, token, err));
    zkl_buffer_put_u32(&value, (uint32_t)gathered.timestamp_count);
    for (size_t i = 0; i < gathered.timestamp_count; i++)
        zkl_buffer_put_field(&value, gathered.timestamps[i].data, gathered.timestamps[i].size);
    ZKL_TRY(zkl_buffer_status(&value, err));
    ZKL_ASSERT(value.size <= STAMPS_BYTES_MAX);
    ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(&key), zkl_buffer_bytes(&value), err));
    return zkl_store_commit(store, &batch, true, err);
}

zkl_status zkl_stamps_add(zkl_ledger *handle, const zkl_digest *leaf, zkl_bytes token,
                          const zkl_env *env, zkl_error *err)
{
    zkl_ledger_lock lock = { 0 };
    ZKL_TRY(zkl_ledger_lock_take(&lock, handle, env, err));
    const zkl_status status = add_locked(lock.store, leaf, token, err);
    zkl_ledger_lock_clear(&lock);
    return status;
}
