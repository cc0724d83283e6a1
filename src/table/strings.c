/* A hash table with open addressing and linear probing.
 *
 *   slots    hash & (slot_count - 1), then the next ...; entry + 1, or 0: free. Twice as many
 *            as entries at least, so a search ends.
 *   entries  by order of arrival; sorted once, after which codes maps arrival to place.
 *
 * The hash has a random key, so that data cannot be made whose strings all fall into one slot. */
#include "table/strings.h"

#include <stdlib.h>

#include "base/bytes.h"

/* Rules of the table; slots are a power of two, so that a mask takes the place of a division. */
static void set_invariant(const zkl_string_set *set)
{
    ZKL_ASSERT(set->entry_count <= set->entry_capacity);
    ZKL_ASSERT((set->slot_count & (set->slot_count - 1)) == 0);
    ZKL_ASSERT(set->codes || set->slot_count == 2 * set->entry_capacity);
}

static uint32_t hash_text(const zkl_string_set *set, zkl_bytes text)
{
    return (uint32_t)zkl_siphash(&set->key, text);
}

/* Back to all zeros, from which it can be filled again. */
void zkl_string_set_clear(zkl_string_set *set)
{
    zkl_arena_clear(&set->arena);
    zkl_free(set->entries);
    zkl_free(set->hashes);
    zkl_free(set->slots);
    zkl_free(set->codes);
    *set = (zkl_string_set){ 0 };
}

/* Four times the entries, and slots for them; slots are made anew, since places depend on their
 * number. */
static zkl_status grow(zkl_string_set *set, zkl_error *err)
{
    ZKL_ASSERT(!set->codes); /* sorted sets take no more */
    const size_t capacity = set->entry_capacity ? 4 * set->entry_capacity : 64;
    zkl_bytes *entries = zkl_realloc(set->entries, set->entry_capacity * sizeof *entries,
                                     capacity * sizeof *entries);
    if (!entries)
        return zkl_no_memory(err, capacity * sizeof *entries);
    set->entries = entries;
    uint32_t *hashes =
        zkl_realloc(set->hashes, set->entry_capacity * sizeof *hashes, capacity * sizeof *hashes);
    if (!hashes)
        return zkl_no_memory(err, capacity * sizeof *hashes);
    set->hashes = hashes;
    uint32_t *slots = zkl_calloc(2 * capacity, sizeof *slots);
    if (!slots)
        return zkl_no_memory(err, 2 * capacity * sizeof *slots);
    for (size_t i = 0; i < set->entry_count; i++) {
        size_t slot = hashes[i] & (2 * capacity - 1);
        while (slots[slot])
            slot = (slot + 1) & (2 * capacity - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    zkl_free(set->slots);
    set->slots = slots;
    set->slot_count = 2 * capacity;
    set->entry_capacity = capacity;
    set_invariant(set);
    return ZKL_OK;
}

/* The slot that holds the text, or the free one where it belongs. sorted: entries moved, so the
 * arrival in a slot goes through codes; hashes stay by arrival. */
static size_t find_slot(const zkl_string_set *set, zkl_bytes text, uint32_t hash, bool sorted)
{
    /* A set that was spread has more entries than texts arrived; slots hold arrivals alone. */
    ZKL_DEBUG_ASSERT(set->codes || set->entry_count < set->slot_count);
    size_t slot = hash & (set->slot_count - 1);
    for (; set->slots[slot]; slot = (slot + 1) & (set->slot_count - 1)) {
        const uint32_t arrival = set->slots[slot] - 1;
        const uint32_t at = sorted ? set->codes[arrival] : arrival;
        if (set->hashes[arrival] == hash && zkl_bytes_equal(set->entries[at], text))
            break;
    }
    return slot;
}

/* A text that is there already changes nothing; one too many makes the set full, which says "no
 * dictionary" and keeps what is there. */
zkl_status zkl_string_set_add(zkl_string_set *set, zkl_bytes text, size_t bytes_max, zkl_error *err)
{
    if (set->full)
        return ZKL_OK;
    if (!set->slot_count) {
        ZKL_TRY(zkl_siphash_key_draw(&set->key, err));
        ZKL_TRY(grow(set, err));
    }
    const uint32_t hash = hash_text(set, text);
    if (set->slots[find_slot(set, text, hash, false)])
        return ZKL_OK;
    const size_t entries_max = set->entries_max ? set->entries_max : ZKL_DICTIONARY_ENTRIES_MAX;
    if (set->entry_count == entries_max || text.size > bytes_max ||
        set->entry_bytes > bytes_max - text.size) {
        set->full = true;
        return ZKL_OK;
    }
    if (set->entry_count == set->entry_capacity)
        ZKL_TRY(grow(set, err));
    const void *copy = zkl_arena_copy(&set->arena, text.data, text.size);
    if (!copy)
        return zkl_no_memory(err, text.size);
    set->slots[find_slot(set, text, hash, false)] = (uint32_t)set->entry_count + 1;
    set->hashes[set->entry_count] = hash;
    set->entries[set->entry_count++] = zkl_bytes_of(copy, text.size);
    set->entry_bytes += text.size;
    return ZKL_OK;
}

/* While strings still arrive. */
bool zkl_string_set_find(size_t *arrival, const zkl_string_set *set, zkl_bytes text)
{
    if (set->slot_count == 0)
        return false;
    ZKL_ASSERT(!set->codes);
    const size_t slot = find_slot(set, text, hash_text(set, text), false);
    if (!set->slots[slot])
        return false;
    *arrival = set->slots[slot] - 1;
    return true;
}

/* An entry on its way to its place. */
typedef struct sortable {
    zkl_bytes text;
    uint32_t arrival;
} sortable;

/* By bytes, the shorter first: the order that codes and roots are made by. */
static int compare_bytes(const void *a, const void *b)
{
    return zkl_bytes_compare(((const sortable *)a)->text, ((const sortable *)b)->text);
}

/* Hashes and slots stay as they are: codes leads from arrival to place. */
zkl_status zkl_string_set_sort(zkl_string_set *set, zkl_error *err)
{
    const size_t count = set->entry_count;
    ZKL_ASSERT(!set->codes);
    ZKL_AUTO_BLOCK sortable *order = zkl_malloc(count, sizeof *order);
    set->codes = zkl_malloc(count, sizeof *set->codes);
    if (!order || !set->codes)
        return zkl_no_memory(err, count * sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (sortable){ set->entries[i], (uint32_t)i };
    qsort(order, count, sizeof *order, compare_bytes);
    for (size_t i = 0; i < count; i++) {
        set->entries[i] = order[i].text;
        set->codes[order[i].arrival] = (uint32_t)i;
    }
    return ZKL_OK;
}

/* Reads only, so workers may ask at once. */
bool zkl_string_set_code(uint32_t *code, const zkl_string_set *set, zkl_bytes text)
{
    if (set->slot_count == 0)
        return false;
    ZKL_ASSERT(set->codes);
    const size_t slot = find_slot(set, text, hash_text(set, text), true);
    if (!set->slots[slot])
        return false;
    *code = set->codes[set->slots[slot] - 1];
    return true;
}

/* Entries move up to the codes that the larger dictionary has for them; the order stays, and so
 * does every search. */
zkl_status zkl_string_set_spread(zkl_string_set *set, const uint8_t *present, size_t code_count,
                                 zkl_error *err)
{
    const size_t count = set->entry_count;
    ZKL_ASSERT(set->codes && code_count >= count);
    ZKL_AUTO_BLOCK uint32_t *place = zkl_malloc(count, sizeof *place);
    zkl_bytes *entries = zkl_calloc(code_count, sizeof *entries);
    size_t at = 0;
    if (!place || !entries) {
        zkl_free(entries);
        return zkl_no_memory(err, code_count * sizeof *entries);
    }
    for (size_t code = 0; code < code_count; code++)
        if (zkl_dictionary_present(present, code)) {
            ZKL_ASSERT(at < count);
            entries[code] = set->entries[at];
            place[at++] = (uint32_t)code;
        }
    ZKL_ASSERT(at == count);
    for (size_t i = 0; i < count; i++)
        set->codes[i] = place[set->codes[i]];
    zkl_free(set->entries);
    set->entries = entries;
    set->entry_count = set->entry_capacity = code_count;
    return ZKL_OK;
}
