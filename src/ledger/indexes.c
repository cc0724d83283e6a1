/* The store's indexes of entries: receipt id, set-up, version, dataset, segment. By which keys an
 * entry is found is said by its kind (record/entry.h, zkl_entry_index_key); here each sort of key
 * is written, and compared by verify-chain, once for all kinds.
 *
 *  1. Every entry is found by its receipt id.
 *  2. A circuit's key has one set-up; versions of a name are 1, 2, 3 ... without a gap, and `last`
 *     names the newest.
 *  3. A segment of an audit log is closed once, and deleted once.
 *  4. An index holds what the log's entries say, and nothing else: verify-chain counts both. */
#include "ledger/ledger_internal.h"

#include <string.h>

/* An index, and in it the key of an entry with its value. */
typedef struct index_record {
    zkl_store_key key;
    uint8_t value[8 + 32];
    size_t value_bytes;
    const char *name; /* of the index, for errors */
} index_record;

/* A key whose value is the entry's index in the log, as most are. */
static index_record record_at(zkl_store_key key, uint64_t index, const char *name)
{
    index_record r = { .key = key, .value_bytes = 8, .name = name };
    zkl_be64_put(r.value, index);
    return r;
}

/* The bytes of docs/formats/ledger.md, one case an index. */
static index_record record_of(const zkl_index_key *k, uint64_t index)
{
    index_record r = { 0 };
    switch (k->kind) {
    case ZKL_INDEX_CIRCUIT_KEY:
        return record_at(zkl_store_key_setup(&k->setup->circuit), index, "set-ups");
    case ZKL_INDEX_VERSION:
        r = record_at(zkl_store_key_name(k->name, k->version), index, "names");
        memcpy(r.value + 8, k->dataset.bytes, 32);
        r.value_bytes = 8 + 32;
        return r;
    case ZKL_INDEX_DATASET: /* the index of the entry is part of the key */
        r = record_at(zkl_store_key_about(&k->dataset, index), index, "datasets");
        r.value_bytes = 0;
        return r;
    case ZKL_INDEX_SEGMENT:
        return record_at(zkl_store_key_segment(k->segment->of, k->segment->number,
                                               k->segment->deletion_days != 0),
                         index, "segments");
    case ZKL_INDEX_KIND_COUNT:
        break;
    }
    ZKL_UNREACHABLE("an index of a kind that is not listed");
    return r;
}

static index_record receipt_record(const zkl_digest *leaf, uint64_t index)
{
    return record_at(zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, leaf->bytes, 32), index,
                     "receipts");
}

/* ---- Writing */

/* Into the batch of the entry: index and entry are there together or not at all. */
static zkl_status put(zkl_batch *batch, const zkl_store_key *key, const void *value, size_t size,
                      zkl_error *err)
{
    return zkl_batch_put(batch, zkl_store_key_bytes(key), zkl_bytes_of(value, size), err);
}

/* `last` is overwritten by each version: check_new has seen that this one is the next. */
zkl_status zkl_ledger_put_indexes(zkl_batch *batch, const zkl_entry *e, uint64_t index,
                                  const zkl_digest *leaf, zkl_error *err)
{
    zkl_index_key k;
    index_record r = receipt_record(leaf, index);
    ZKL_TRY(put(batch, &r.key, r.value, r.value_bytes, err));
    for (size_t at = 0; zkl_entry_index_key(&k, e, at); at++) {
        r = record_of(&k, index);
        ZKL_TRY(put(batch, &r.key, r.value, r.value_bytes, err));
        if (k.kind == ZKL_INDEX_VERSION) {
            ZKL_ASSERT(k.version > 0);
            uint8_t version[4];
            const zkl_store_key last =
                zkl_store_key_of(ZKL_STORE_PREFIX_LAST, k.name.data, k.name.size);
            zkl_be32_put(version, k.version);
            ZKL_TRY(put(batch, &last, version, sizeof version, err));
        }
    }
    return ZKL_OK;
}

/* A key's blob is committed together with its set-up: with the blob alone, the index of set-ups has
 * a hole. */
static zkl_status check_no_blob(zkl_ledger *ledger, const zkl_entry_setup *setup, zkl_error *err)
{
    bool known;
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, setup->key_sha256.bytes, 32);
    ZKL_TRY(zkl_store_has(ledger->store, &known, zkl_store_key_bytes(&key), err));
    if (known)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index is damaged: it lacks the set-up of circuit %s, whose "
                        "key the store holds",
                        setup->circuit.name);
    return ZKL_OK;
}

/* A key that is there has its set-up already; one that is not must not have left its blob. */
static zkl_status check_new_setup(zkl_ledger *ledger, const zkl_entry_setup *setup, zkl_error *err)
{
    uint64_t index;
    const zkl_status status = zkl_ledger_setup_index(ledger, &index, &setup->circuit, err);
    if (status == ZKL_OK)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up of this key of circuit %s is in the log already",
                        setup->circuit.name);
    return status == ZKL_NOT_FOUND ? check_no_blob(ledger, setup, err) : status;
}

/* A second closing of one number would be another history of the audit log. */
static zkl_status check_new_segment(zkl_ledger *ledger, const zkl_entry_segment *segment,
                                    zkl_error *err)
{
    uint64_t index;
    char name[ZKL_SEGMENT_NAME_CHARS];
    const zkl_status status = zkl_ledger_segment_index(ledger, &index, segment, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    zkl_segment_name(name, segment->of, segment->number);
    return zkl_fail(err, ZKL_CONFLICT, "the log has that segment '%s' was %s already", name,
                    segment->deletion_days ? "deleted" : "closed");
}

/* What invariants 2 and 3 ask of an entry that is to be placed. Others are found by keys that end
 * in their own index, and so are always new. */
zkl_status zkl_ledger_check_new(zkl_ledger *ledger, const zkl_entry *e, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    zkl_index_key k;
    uint32_t count;
    for (size_t at = 0; zkl_entry_index_key(&k, e, at); at++) {
        if (k.kind == ZKL_INDEX_CIRCUIT_KEY)
            ZKL_TRY(check_new_setup(ledger, k.setup, err));
        if (k.kind == ZKL_INDEX_SEGMENT)
            ZKL_TRY(check_new_segment(ledger, k.segment, err));
        if (k.kind != ZKL_INDEX_VERSION)
            continue;
        ZKL_TRY(zkl_ledger_version_count(ledger, &count, k.name, err));
        if (k.version != count + 1)
            return zkl_fail(err, ZKL_CONFLICT, "the next version of '%.*s' is %u, not %u",
                            (int)k.name.size, (const char *)k.name.data, count + 1, k.version);
    }
    return ZKL_OK;
}

/* ---- Comparing, as verify-chain does */

/* One key with its value. A value of another length is the store's fault, and told as such by
 * zkl_ledger_get_sized. */
static zkl_status check_record(zkl_ledger *ledger, const index_record *r, zkl_error *err)
{
    ZKL_ASSERT(r->value_bytes <= sizeof r->value && r->name);
    uint8_t value[sizeof r->value];
    bool found = false;
    zkl_status status = ZKL_OK;
    if (r->value_bytes == 0) {
        ZKL_TRY(zkl_store_has(ledger->store, &found, zkl_store_key_bytes(&r->key), err));
    } else {
        status = zkl_ledger_get_sized(ledger, value, r->value_bytes, &r->key, err);
        found = status == ZKL_OK && memcmp(value, r->value, r->value_bytes) == 0;
    }
    if (!found && (status == ZKL_OK || status == ZKL_NOT_FOUND))
        return zkl_fail(err, ZKL_REJECTED, "the store's index of %s does not hold the entry",
                        r->name);
    return status;
}

/* Each key of the entry, and its count, for the comparison of numbers at the end (invariant 4). */
zkl_status zkl_ledger_check_indexes(zkl_ledger *ledger, zkl_index_counts *counts,
                                    const zkl_entry *e, uint64_t index, const zkl_digest *leaf,
                                    zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    zkl_index_key k;
    index_record r = receipt_record(leaf, index);
    ZKL_TRY(check_record(ledger, &r, err));
    for (size_t at = 0; zkl_entry_index_key(&k, e, at); at++) {
        r = record_of(&k, index);
        ZKL_ASSERT((unsigned)k.kind < ZKL_INDEX_KIND_COUNT);
        ZKL_TRY(check_record(ledger, &r, err));
        counts->of[k.kind]++;
        counts->names += k.kind == ZKL_INDEX_VERSION && k.version == 1;
    }
    return ZKL_OK;
}
