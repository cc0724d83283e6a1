/* Entries: what parses encodes to the same bytes. */
#include "record/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_entry entry;
    if (zkl_entry_parse(&entry, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    ZKL_ASSERT(zkl_entry_encode(&again, &entry, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_bytes_of(data, size)));
    return 0;
}
