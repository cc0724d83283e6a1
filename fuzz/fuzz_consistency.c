/* A consistency file that parses is the one encoding of what it says. */
#include "record/consistency.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_consistency c;
    if (zkl_consistency_parse(&c, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    zkl_consistency_encode(&again, &c);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
