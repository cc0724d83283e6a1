/* Canonical schema bytes: what parses encodes to the same bytes. */
#include "types/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_schema schema;
    if (zkl_schema_parse(&schema, &arena, zkl_bytes_of(data, size), NULL) == ZKL_OK) {
        ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
        zkl_schema_encode(&again, &schema);
        ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    }
    return 0;
}
