/* Entries of a ledger by their index: read, compared with the log's tree, and parsed, each time.
 *
 * What is believed is the root of the log's head. verify-chain has compared all that stands before
 * the entry that it looks at, and names the first one that is wrong. */
#include "ledger/ledger_internal.h"

/* Read together by one worker: the first of them is compared with all nodes above it. */
#define PART_ENTRIES 256

zkl_status zkl_ledger_check_leaf(zkl_ledger *ledger, zkl_log_path *path, uint64_t index,
                                 const zkl_digest *leaf, zkl_error *err)
{
    if (ledger->is_walked ||
        (index < ledger->leaf_count && zkl_digest_equal(leaf, &ledger->leaves[index])))
        return ZKL_OK;
    return path ? zkl_log_path_check(path, &ledger->log, index, leaf, err)
                : zkl_log_check_leaf(&ledger->log, index, leaf, err);
}

/* path: of the entries before; NULL: none. */
static zkl_status read_envelope(zkl_ledger *ledger, zkl_log_path *path, zkl_bytes *out,
                                zkl_arena *arena, uint64_t index, zkl_error *err)
{
    zkl_bytes envelope;
    zkl_digest leaf;
    ZKL_TRY(zkl_log_entry(&ledger->log, &envelope, arena, index, err));
    zkl_rfc6962_leaf(&leaf, envelope);
    ZKL_TRY(zkl_ledger_check_leaf(ledger, path, index, &leaf, err));
    *out = envelope;
    return ZKL_OK;
}

zkl_status zkl_ledger_envelope(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena, uint64_t index,
                               zkl_error *err)
{
    return read_envelope(ledger, NULL, out, arena, index, err);
}

zkl_status zkl_ledger_entry(zkl_ledger *ledger, zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena,
                            uint64_t index, zkl_error *err)
{
    zkl_bytes envelope;
    ZKL_TRY(zkl_ledger_envelope(ledger, &envelope, arena, index, err));
    return zkl_entry_open(out, dsse, arena, envelope, err);
}

zkl_status zkl_ledger_check_logged(const zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    const uint64_t size = zkl_log_size(&ledger->log);
    return index < size ? ZKL_OK
                        : zkl_fail(err, ZKL_REJECTED,
                                   "the store's index is damaged: it names entry %llu, the log has "
                                   "%llu",
                                   (unsigned long long)index, (unsigned long long)size);
}

/* An index that leads to another kind is damaged. */
static zkl_status read_with(zkl_ledger *ledger, zkl_log_path *path, zkl_entry *out,
                            zkl_arena *arena, uint64_t index, zkl_entry_fields fields,
                            zkl_error *err)
{
    zkl_dsse dsse;
    zkl_entry entry;
    zkl_bytes envelope;
    ZKL_TRY(zkl_ledger_check_logged(ledger, index, err));
    ZKL_TRY(read_envelope(ledger, path, &envelope, arena, index, err));
    ZKL_TRY(zkl_entry_open(&entry, &dsse, arena, envelope, err));
    const zkl_entry_facts *facts = zkl_entry_facts_of(entry.kind);
    if (facts->fields != fields)
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index is damaged: it names entry %llu, which is a %s",
                        (unsigned long long)index, facts->noun);
    *out = entry;
    return ZKL_OK;
}

zkl_status zkl_ledger_entry_with(zkl_ledger *ledger, zkl_entry *out, zkl_arena *arena,
                                 uint64_t index, zkl_entry_fields fields, zkl_error *err)
{
    return read_with(ledger, NULL, out, arena, index, fields, err);
}

/* ---- Many of them: parts that are read side by side. */

typedef struct many_entries {
    zkl_ledger *ledger;
    const uint64_t *indexes;
    size_t count;
    zkl_entry_fields fields;
    zkl_ledger_see *see;
    void *context;
    zkl_arena *parts; /* what each of them needs */
} many_entries;

static zkl_status read_part(void *context, size_t part, size_t worker, zkl_error *err)
{
    const many_entries *const many = context;
    const size_t first = part * PART_ENTRIES;
    zkl_log_path path = { 0 };
    (void)worker;
    ZKL_ASSERT(first < many->count);
    for (size_t at = first; at < many->count && at < first + PART_ENTRIES; at++) {
        zkl_entry entry;
        ZKL_TRY(read_with(many->ledger, &path, &entry, &many->parts[part], many->indexes[at],
                          many->fields, err));
        ZKL_TRY(many->see(many->context, at, &entry, err));
    }
    return ZKL_OK;
}

zkl_status zkl_ledger_entries_with(zkl_ledger *ledger, zkl_arena *arena, const uint64_t *indexes,
                                   size_t count, zkl_entry_fields fields, zkl_ledger_see *see,
                                   void *context, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    const size_t part_count = (count + PART_ENTRIES - 1) / PART_ENTRIES;
    many_entries many = { ledger, indexes, count, fields, see, context, NULL };
    if (!count)
        return ZKL_OK;
    many.parts = zkl_calloc(part_count, sizeof *many.parts);
    if (!many.parts)
        return zkl_no_memory(err, part_count * sizeof *many.parts);
    const zkl_status status = zkl_pool_try(ledger->env->pool, part_count, read_part, &many, err);
    for (size_t i = 0; i < part_count; i++)
        zkl_arena_join(arena, &many.parts[i]);
    zkl_free(many.parts);
    return status;
}
