/* Dictionaries at rest: what parses encodes to the same bytes. */
#include "types/dictionary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_bytes *entries;
    size_t count;
    if (zkl_dictionary_parse(&entries, &count, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    zkl_dictionary_encode(&again, entries, count);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
