#pragma once
/* The distinct strings of a column, at most 65,536 of them, and their codes in byte order. */
#include "base/arena.h"
#include "hash/siphash.h"
#include "types/dictionary.h"

typedef struct zkl_string_set {
    zkl_arena arena;
    zkl_bytes *entries;  /* by order of arrival; after _sort by bytes */
    zkl_siphash_key key; /* drawn with the first string: the data cannot make strings collide */
    uint32_t *hashes;
    uint32_t *slots; /* entry + 1; 0: free */
    uint32_t *codes; /* arrival -> code, after _sort */
    size_t entry_count, entry_capacity, slot_count, entry_bytes;
    size_t entries_max; /* 0: ZKL_DICTIONARY_ENTRIES_MAX */
    bool full;          /* more strings, or more bytes, than may be: not a dictionary */
} zkl_string_set;

void zkl_string_set_clear(zkl_string_set *set);
/* Sets full instead of growing beyond entries_max entries or bytes_max bytes. */
zkl_status zkl_string_set_add(zkl_string_set *set, zkl_bytes text, size_t bytes_max,
                              zkl_error *err) ZKL_MUST_USE;
/* Before _sort: the arrival number of a text; false when it is not there. */
bool zkl_string_set_find(size_t *arrival, const zkl_string_set *set, zkl_bytes text);
/* No more additions afterwards. */
zkl_status zkl_string_set_sort(zkl_string_set *set, zkl_error *err) ZKL_MUST_USE;
/* After _sort: the code of a text; false when it is not among the entries. Thread-safe. */
bool zkl_string_set_code(uint32_t *code, const zkl_string_set *set, zkl_bytes text);
/* After _sort: the entries take, in their order, the codes of a larger dictionary whose bits are
 * set in `present`; entries of the other codes are empty. As many bits are set as there are
 * entries (asserted). */
zkl_status zkl_string_set_spread(zkl_string_set *set, const uint8_t *present, size_t code_count,
                                 zkl_error *err) ZKL_MUST_USE;
