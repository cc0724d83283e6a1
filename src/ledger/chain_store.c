/* verify-chain, behind the walk: the store holds of its indexes and keys what the entries said, and
 * nothing else. */
#include <string.h>

#include "hash/hash.h"
#include "ledger/chain_internal.h"
#include "log/log_keys.h"

/* The keys of all indexes, as they are counted and hashed. */
typedef struct index_reading {
    uint64_t count;
    bool is_hashed, ends_in_index; /* of this index: the key, and not the value, has the entry */
    uint64_t known_size;
    zkl_sha256_state all, known;
} index_reading;

static void hash_pair(zkl_sha256_state *hash, zkl_bytes key, zkl_bytes value)
{
    uint8_t sizes[16];
    zkl_be64_put(sizes, key.size);
    zkl_be64_put(sizes + 8, value.size);
    zkl_sha256_update(hash, sizes, sizeof sizes);
    zkl_sha256_update(hash, key.data, key.size);
    zkl_sha256_update(hash, value.data, value.size);
}

/* The entry that a key is of. One that has none is of no entry that is known. */
static uint64_t entry_of(const index_reading *reading, zkl_bytes key, zkl_bytes value)
{
    if (reading->ends_in_index)
        return key.size >= 8 ? zkl_be64_get(key.data + key.size - 8) : UINT64_MAX;
    return value.size >= 8 ? zkl_be64_get(value.data) : UINT64_MAX;
}

/* Values are compared by check_entry, of entries that are walked: here how many keys there are, and
 * of known entries what they say. */
static zkl_status read_key(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                           zkl_error *err)
{
    index_reading *const reading = context;
    (void)stop;
    (void)err;
    reading->count++;
    if (!reading->is_hashed)
        return ZKL_OK;
    hash_pair(&reading->all, key, value);
    if (entry_of(reading, key, value) < reading->known_size)
        hash_pair(&reading->known, key, value);
    return ZKL_OK;
}

/* check_entry has seen that every entry's key is there. With as many keys as entries there is no
 * other. */
static zkl_status check_index_size(zkl_ledger *ledger, index_reading *reading, const char *prefix,
                                   uint64_t want, zkl_error *err)
{
    ZKL_ASSERT(prefix[strlen(prefix) - 1] == '/'); /* else it would count another index too */
    reading->count = 0;
    ZKL_TRY(
        zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(prefix), read_key, reading, err));
    if (reading->count != want)
        return zkl_fail(err, ZKL_REJECTED, "the store's index '%s' has %llu entries, the log %llu",
                        prefix, (unsigned long long)reading->count, (unsigned long long)want);
    return ZKL_OK;
}

/* `last` names a version that is there and has none behind it. Its names are counted against first
 * versions. */
static zkl_status check_latest(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                               zkl_error *err)
{
    zkl_ledger *const ledger = context;
    const size_t prefix = strlen(ZKL_STORE_PREFIX_LAST);
    bool has, more;
    (void)stop;
    if (value.size != 4 || key.size <= prefix || key.size > prefix + ZKL_DATASET_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_REJECTED, "the store's index of latest versions is damaged");
    const zkl_bytes name = zkl_bytes_of(key.data + prefix, key.size - prefix);
    const uint32_t latest = (uint32_t)value.data[0] << 24 | (uint32_t)value.data[1] << 16 |
                            (uint32_t)value.data[2] << 8 | value.data[3];
    const zkl_store_key last = zkl_store_key_name(name, latest),
                        next = zkl_store_key_name(name, latest + 1);
    ZKL_TRY(zkl_store_has(ledger->store, &has, zkl_store_key_bytes(&last), err));
    ZKL_TRY(zkl_store_has(ledger->store, &more, zkl_store_key_bytes(&next), err));
    if (!has || more)
        return zkl_fail(err, ZKL_REJECTED, "the store's latest version of '%.*s' is wrong",
                        (int)name.size, (const char *)name.data);
    return ZKL_OK;
}

/* The record as bytes: one form, so equal bytes are equal keys, spans and choices. */
static zkl_status check_trust(zkl_ledger *ledger, const zkl_trust *trust, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) want = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) have = { 0 };
    ZKL_TRY(zkl_trust_encode(&want, trust, err));
    ZKL_TRY(zkl_trust_encode(&have, &ledger->trust, err));
    if (!zkl_bytes_equal(zkl_buffer_bytes(&want), zkl_buffer_bytes(&have)))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's record of keys is not what the log's entries say");
    return ZKL_OK;
}

/* Witnesses and the like are the owner's choice, which his signature on the record binds. That a
 * circuit's key is of a ceremony the log has to say as well: a set-up entry names it, and does not
 * call it development. */
static zkl_status check_pinned_circuits(zkl_ledger *ledger, const zkl_trust *trust, zkl_error *err)
{
    for (size_t i = 0; i < trust->circuit_count; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_entry entry;
        uint64_t index;
        const zkl_circuit_id *circuit = &trust->circuits[i];
        const zkl_status status = zkl_ledger_setup_index(ledger, &index, circuit, err);
        if (status == ZKL_NOT_FOUND)
            return zkl_fail(err, ZKL_REJECTED,
                            "the store's record pins a key of circuit %s that no entry names",
                            circuit->name);
        ZKL_TRY(status);
        ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, &arena, index, ZKL_FIELDS_SETUP, err));
        if (!entry.setup.is_ceremony)
            return zkl_fail(err, ZKL_REJECTED,
                            "the store's record pins the key of circuit %s, which entry %llu calls "
                            "a development one",
                            circuit->name, (unsigned long long)index);
    }
    return ZKL_OK;
}

static zkl_status check_indexes(zkl_ledger *ledger, const zkl_index_counts *counts,
                                const zkl_chain_report *report, const zkl_chain_known *known,
                                zkl_digest *all, zkl_error *err)
{
    const struct {
        const char *prefix;
        uint64_t want;
        bool is_of_entries, ends_in_index;
    } indexes[] = {
        { ZKL_STORE_PREFIX_RECEIPT, report->entry_count, true, false },
        { ZKL_STORE_PREFIX_NAME, counts->of[ZKL_INDEX_VERSION], true, false },
        { ZKL_STORE_PREFIX_ABOUT, counts->of[ZKL_INDEX_DATASET], true, true },
        { ZKL_STORE_PREFIX_SETUP, counts->of[ZKL_INDEX_CIRCUIT_KEY], true, false },
        { ZKL_STORE_PREFIX_SEGMENT, counts->of[ZKL_INDEX_SEGMENT], true, false },
        { ZKL_STORE_PREFIX_LAST, counts->names, false, false },
        { ZKL_LOG_CHECKPOINT_PREFIX, report->checkpoint_count, false, false },
    };
    zkl_digest before;
    index_reading reading = { .known_size = known->size };
    zkl_sha256_init(&reading.all);
    zkl_sha256_init(&reading.known);
    for (size_t i = 0; i < ZKL_COUNT(indexes); i++) {
        reading.is_hashed = indexes[i].is_of_entries && (all || known->size);
        reading.ends_in_index = indexes[i].ends_in_index;
        ZKL_TRY(check_index_size(ledger, &reading, indexes[i].prefix, indexes[i].want, err));
    }
    zkl_sha256_final(&reading.known, &before);
    if (known->size && !zkl_digest_equal(&before, &known->indexes))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's indexes of the first %llu entries are not those that were "
                        "verified before",
                        (unsigned long long)known->size);
    if (all)
        zkl_sha256_final(&reading.all, all);
    return ZKL_OK;
}

zkl_status zkl_chain_check_store(zkl_ledger *ledger, const zkl_trust *trust,
                                 const zkl_index_counts *counts, const zkl_chain_report *report,
                                 const zkl_chain_known *known, zkl_digest *indexes, zkl_error *err)
{
    ZKL_ASSERT(counts->names <= counts->of[ZKL_INDEX_VERSION]);
    ZKL_TRY(check_indexes(ledger, counts, report, known, indexes, err));
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_LAST),
                                  check_latest, ledger, err));
    ZKL_TRY(check_trust(ledger, trust, err));
    return check_pinned_circuits(ledger, trust, err);
}
