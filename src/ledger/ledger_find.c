/* Finding in a ledger: versions by name, entries by dataset, receipt or circuit, blobs by hash.
 * Entries by their index: ledger_read.c.
 *
 *  1. An index says where an entry stands, and the entry is the truth: what an index leads to is
 *     in the log's tree and is what was asked for, or the store is damaged. The same of a value
 *     that has another form. What is staged needs no proof: this process has made it.
 *  2. A view finds nothing that was logged after it was taken, though its store moves on. */
#include "ledger/ledger_internal.h"

#include <string.h>

/* The store of a view moves on when another operation of the handle begins. What was logged since
 * then is not in the view: its log ends before it, and so do names, set-ups and receipts. */
static bool is_later(const zkl_ledger *ledger, uint64_t index)
{
    return ledger->borrows_store && index >= zkl_log_size(&ledger->log);
}

/* What a name has that its count does not know of. */
typedef struct uncounted {
    const zkl_ledger *ledger;
    bool any;
} uncounted;

/* One version that the view has is enough. Its index has another form: that is damage too. */
static zkl_status note_uncounted(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                 zkl_error *err)
{
    uncounted *found = context;
    (void)key;
    (void)err;
    if (value.size == 8 + 32 && is_later(found->ledger, zkl_be64_get(value.data)))
        return ZKL_OK;
    found->any = *stop = true;
    return ZKL_OK;
}

/* The index of latest versions against that of all versions: were one of them believed alone, a
 * hole in it would let a version be logged twice. Of a name without a latest version there is none
 * at all. A version that was logged behind the view, between the reading of both, is not in it. */
static zkl_status check_count(zkl_ledger *ledger, uint32_t count, zkl_bytes name, zkl_error *err)
{
    uncounted found = { .ledger = ledger };
    zkl_store_key key = zkl_store_key_name(name, count + 1);
    if (!count)
        key.size -= 4; /* of any version */
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_store_key_bytes(&key), note_uncounted, &found,
                                  err));
    if (found.any)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index is damaged: it says that '%.*s' has %u versions, and "
                        "holds more",
                        (int)name.size, (const char *)name.data, count);
    return ZKL_OK;
}

/* Versions are logged in their order, so the later ones are the last ones. A version without an
 * index is left: who asks for it is told. */
static zkl_status leave_out_later(zkl_ledger *ledger, uint32_t *count, zkl_bytes name,
                                  zkl_error *err)
{
    uint8_t value[8 + 32] = { 0 };
    for (; ledger->borrows_store && *count; --*count) {
        const zkl_store_key key = zkl_store_key_name(name, *count);
        const zkl_status status = zkl_ledger_get_sized(ledger, value, sizeof value, &key, err);
        if (status == ZKL_NOT_FOUND || (status == ZKL_OK && !is_later(ledger, zkl_be64_get(value))))
            return ZKL_OK;
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

/* 0 for a name that is not there: that is no error, since it will be a first version. */
zkl_status zkl_ledger_version_count(zkl_ledger *ledger, uint32_t *out, zkl_bytes name,
                                    zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    uint8_t value[4] = { 0 };
    if (!zkl_dataset_name_valid(name))
        return zkl_fail(err, ZKL_USAGE, "'%.*s' is not a dataset name",
                        (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_LAST, name.data, name.size);
    const zkl_status status = zkl_ledger_get_sized(ledger, value, sizeof value, &key, err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return status;
    const uint32_t count =
        (uint32_t)value[0] << 24 | (uint32_t)value[1] << 16 | (uint32_t)value[2] << 8 | value[3];
    ZKL_TRY(check_count(ledger, count, name, err));
    *out = count;
    return leave_out_later(ledger, out, name, err);
}

/* Invariant 1 of versions, for all that finds one. */
zkl_status zkl_ledger_confirm(zkl_ledger *ledger, const zkl_dataset_version *version,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry = { 0 };
    zkl_dsse dsse;
    const zkl_store_key key = zkl_store_key_name(version->name, version->version);
    if (zkl_ledger_is_staged(ledger, &key))
        return ZKL_OK;
    const bool is_logged = version->index < zkl_log_size(&ledger->log);
    if (is_logged)
        ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, version->index, err));
    const zkl_entry_data *data = &entry.data;
    if (!is_logged || entry.kind != ZKL_ENTRY_NOTARISE ||
        !zkl_bytes_equal(data->name, version->name) || data->version != version->version ||
        !zkl_digest_equal(&data->dataset, &version->dataset))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index of versions has another entry for '%.*s@%u' than its "
                        "notarisation",
                        (int)version->name.size, (const char *)version->name.data,
                        version->version);
    return ZKL_OK;
}

zkl_status zkl_ledger_find(zkl_ledger *ledger, zkl_dataset_version *out, zkl_arena *arena,
                           zkl_bytes name, uint32_t version, zkl_error *err)
{
    uint8_t value[8 + 32];
    uint32_t latest;
    ZKL_TRY(zkl_ledger_version_count(ledger, &latest, name, err));
    if (!latest)
        return zkl_fail(err, ZKL_NOT_FOUND, "there is no dataset '%.*s' in this ledger",
                        (int)name.size, (const char *)name.data);
    if (version > latest)
        return zkl_fail(err, ZKL_NOT_FOUND, "dataset '%.*s' has %u version%s, not %u",
                        (int)name.size, (const char *)name.data, latest, latest == 1 ? "" : "s",
                        version);
    version = version ? version : latest;
    const zkl_store_key key = zkl_store_key_name(name, version);
    ZKL_TRY(zkl_ledger_get_sized(ledger, value, sizeof value, &key, err));
    zkl_dataset_version found = { .version = version, .index = zkl_be64_get(value) };
    memcpy(found.dataset.bytes, value + 8, 32);
    const char *copy = zkl_arena_text(arena, (const char *)name.data, name.size);
    if (!copy)
        return zkl_no_memory(err, name.size);
    found.name = zkl_bytes_of(copy, name.size);
    ZKL_TRY(zkl_ledger_confirm(ledger, &found, err));
    *out = found;
    return ZKL_OK;
}

/* A list in an arena that grows while a scan goes on. */
typedef struct scan_list {
    const zkl_ledger *ledger;
    zkl_arena *arena;
    void *items;
    size_t count, capacity, item_bytes, prefix_bytes;
} scan_list;

/* Doubled in the arena, where the old array stays: names are few beside what they name. */
static void *list_add(scan_list *list, zkl_error *err)
{
    ZKL_ASSERT(list->count <= list->capacity && list->item_bytes);
    if (list->count == list->capacity) {
        const size_t more = list->capacity ? 2 * list->capacity : 16;
        void *items = zkl_arena_alloc(list->arena, more, list->item_bytes);
        if (!items) {
            (void)zkl_no_memory(err, more * list->item_bytes);
            return NULL;
        }
        if (list->count)
            memcpy(items, list->items, list->count * list->item_bytes);
        list->items = items;
        list->capacity = more;
    }
    return (uint8_t *)list->items + list->item_bytes * list->count++;
}

/* Prefix, name, 0x00, four bytes of version: the name has one byte at least. */
static zkl_status visit_name(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                             zkl_error *err)
{
    scan_list *list = context;
    const size_t name_bytes = key.size - list->prefix_bytes - 5;
    (void)stop;
    if (key.size < list->prefix_bytes + 6 || value.size != 8 + 32)
        return zkl_fail(err, ZKL_REJECTED, "the store's index of names is damaged");
    if (is_later(list->ledger, zkl_be64_get(value.data)))
        return ZKL_OK;
    zkl_dataset_version *item = list_add(list, err);
    const char *name =
        zkl_arena_text(list->arena, (const char *)key.data + list->prefix_bytes, name_bytes);
    if (!item || !name)
        return zkl_no_memory(err, name_bytes);
    const uint8_t *version = key.data + key.size - 4;
    item->name = zkl_bytes_of(name, name_bytes);
    item->version = (uint32_t)version[0] << 24 | (uint32_t)version[1] << 16 |
                    (uint32_t)version[2] << 8 | version[3];
    item->index = zkl_be64_get(value.data);
    memcpy(item->dataset.bytes, value.data + 8, 32);
    return ZKL_OK;
}

/* Keys sort by name, then version: so does the list. */
zkl_status zkl_ledger_datasets(zkl_ledger *ledger, zkl_dataset_version **out, size_t *count,
                               zkl_arena *arena, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    scan_list list = { .ledger = ledger,
                       .arena = arena,
                       .item_bytes = sizeof(zkl_dataset_version),
                       .prefix_bytes = strlen(ZKL_STORE_PREFIX_NAME) };
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_NAME),
                                  visit_name, &list, err));
    *out = list.items;
    *count = list.count;
    return ZKL_OK;
}

/* The entry's index is the end of the key, so keys come in the order of the log. */
static zkl_status visit_about(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                              zkl_error *err)
{
    scan_list *list = context;
    (void)value;
    (void)stop;
    if (key.size != list->prefix_bytes + 8)
        return zkl_fail(err, ZKL_REJECTED, "the store's index of datasets is damaged");
    if (is_later(list->ledger, zkl_be64_get(key.data + list->prefix_bytes)))
        return ZKL_OK;
    uint64_t *item = list_add(list, err);
    if (!item)
        return ZKL_NO_MEMORY;
    *item = zkl_be64_get(key.data + list->prefix_bytes);
    return ZKL_OK;
}

/* The notarisation first: proofs about it come later in the log. */
zkl_status zkl_ledger_entries_about(zkl_ledger *ledger, uint64_t **out, size_t *count,
                                    zkl_arena *arena, const zkl_digest *dataset, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    const zkl_store_key prefix = zkl_store_key_of(ZKL_STORE_PREFIX_ABOUT, dataset->bytes, 32);
    scan_list list = { .ledger = ledger,
                       .arena = arena,
                       .item_bytes = sizeof(uint64_t),
                       .prefix_bytes = prefix.size };
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_store_key_bytes(&prefix), visit_about, &list,
                                  err));
    *out = list.items;
    *count = list.count;
    return ZKL_OK;
}

/* The list, ended by its first: the many entries about one dataset are not read for the one. */
static zkl_status visit_first_about(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                    zkl_error *err)
{
    const scan_list *const list = context;
    ZKL_TRY(visit_about(context, key, value, stop, err));
    *stop = list->count != 0;
    return ZKL_OK;
}

zkl_status zkl_ledger_first_about(zkl_ledger *ledger, uint64_t *out, const zkl_digest *dataset,
                                  zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_store_key prefix = zkl_store_key_of(ZKL_STORE_PREFIX_ABOUT, dataset->bytes, 32);
    scan_list list = { .ledger = ledger,
                       .arena = &arena,
                       .item_bytes = sizeof(uint64_t),
                       .prefix_bytes = prefix.size };
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_store_key_bytes(&prefix), visit_first_about,
                                  &list, err));
    if (!list.count)
        return zkl_fail(err, ZKL_NOT_FOUND, "no entry is about this dataset");
    *out = *(const uint64_t *)list.items;
    return ZKL_OK;
}

static zkl_status visit_segment(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                zkl_error *err)
{
    scan_list *list = context;
    (void)key;
    (void)stop;
    if (value.size != 8)
        return zkl_fail(err, ZKL_REJECTED, "the store's index of segments is damaged");
    if (is_later(list->ledger, zkl_be64_get(value.data)))
        return ZKL_OK;
    uint64_t *item = list_add(list, err);
    if (!item)
        return ZKL_NO_MEMORY;
    *item = zkl_be64_get(value.data);
    return ZKL_OK;
}

zkl_status zkl_ledger_segments(zkl_ledger *ledger, uint64_t **out, size_t *count, zkl_arena *arena,
                               zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    scan_list list = { .ledger = ledger,
                       .arena = arena,
                       .item_bytes = sizeof(uint64_t),
                       .prefix_bytes = strlen(ZKL_STORE_PREFIX_SEGMENT) };
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_SEGMENT),
                                  visit_segment, &list, err));
    *out = list.items;
    *count = list.count;
    return ZKL_OK;
}

zkl_status zkl_ledger_segment_index(zkl_ledger *ledger, uint64_t *out,
                                    const zkl_entry_segment *segment, zkl_error *err)
{
    uint8_t value[8];
    const zkl_store_key key =
        zkl_store_key_segment(segment->of, segment->number, segment->deletion_days != 0);
    ZKL_TRY(zkl_ledger_get_sized(ledger, value, sizeof value, &key, err));
    if (is_later(ledger, zkl_be64_get(value)))
        return zkl_fail(err, ZKL_NOT_FOUND, "the segment was logged behind this view");
    *out = zkl_be64_get(value);
    return ZKL_OK;
}

/* Invariant 2: a receipt that was logged after the view was taken is not found. */
zkl_status zkl_ledger_index_of(zkl_ledger *ledger, uint64_t *out, const zkl_digest *receipt_id,
                               zkl_error *err)
{
    uint8_t value[8];
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_RECEIPT, receipt_id->bytes, 32);
    ZKL_TRY(zkl_ledger_get_sized(ledger, value, sizeof value, &key, err));
    if (is_later(ledger, zkl_be64_get(value)))
        return zkl_fail(err, ZKL_NOT_FOUND, "no entry has this receipt id");
    if (!zkl_ledger_is_staged(ledger, &key)) {
        ZKL_TRY(zkl_ledger_check_logged(ledger, zkl_be64_get(value), err));
        ZKL_TRY(zkl_ledger_check_leaf(ledger, NULL, zkl_be64_get(value), receipt_id, err));
    }
    *out = zkl_be64_get(value);
    return ZKL_OK;
}

/* Compared with its hash at each reading: what is believed is the hash in a signed entry. */
zkl_status zkl_ledger_blob(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena,
                           const zkl_digest *sha256, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_BLOB, sha256->bytes, 32);
    zkl_digest hash;
    zkl_bytes blob;
    char hex[65];
    zkl_hex_encode(hex, sha256->bytes, 32);
    const zkl_status status = zkl_ledger_get(ledger, &blob, arena, &key, err);
    if (status == ZKL_NOT_FOUND)
        return zkl_fail(err, status, "blob %s is not in the store", hex);
    ZKL_TRY(status);
    zkl_sha256(&hash, blob.data, blob.size);
    if (!zkl_digest_equal(&hash, sha256))
        return zkl_fail(err, ZKL_REJECTED, "blob %s is damaged: its bytes have another hash", hex);
    *out = blob;
    return ZKL_OK;
}

zkl_status zkl_ledger_private(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena,
                              const zkl_digest *id, zkl_error *err)
{
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_PRIVATE, id->bytes, 32);
    const zkl_status status = zkl_ledger_get(ledger, out, arena, &key, err);
    return status == ZKL_NOT_FOUND
               ? zkl_fail(
                     err, status,
                     "the ledger holds no data key of this dataset") /* a dictionary: nobody shows it */
               : status;
}

/* Invariant 1 of set-ups. */
static zkl_status confirm_setup(zkl_ledger *ledger, const zkl_circuit_id *circuit, uint64_t index,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, &arena, index, ZKL_FIELDS_SETUP, err));
    if (strcmp(entry.setup.circuit.name, circuit->name) != 0 ||
        !zkl_digest_equal(&entry.setup.circuit.key_hash, &circuit->key_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index of set-ups has another key's entry for a key of %s",
                        circuit->name);
    return ZKL_OK;
}

/* By name and key: the same circuit under another key is another set-up. */
zkl_status zkl_ledger_setup_index(zkl_ledger *ledger, uint64_t *out, const zkl_circuit_id *circuit,
                                  zkl_error *err)
{
    uint8_t value[8];
    const zkl_store_key key = zkl_store_key_setup(circuit);
    ZKL_TRY(zkl_ledger_get_sized(ledger, value, sizeof value, &key, err));
    if (is_later(ledger, zkl_be64_get(value)))
        return zkl_fail(err, ZKL_NOT_FOUND, "no entry names this key of %s", circuit->name);
    if (!zkl_ledger_is_staged(ledger, &key))
        ZKL_TRY(confirm_setup(ledger, circuit, zkl_be64_get(value), err));
    *out = zkl_be64_get(value);
    return ZKL_OK;
}
