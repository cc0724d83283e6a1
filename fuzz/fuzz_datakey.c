/* Data keys: what parses encodes to the same bytes. The trailing hash is repaired. */
#include "keys/datakey.h"

#include "base/bytes.h"
#include "fuzz_repaired.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_datakey key;
    if (!fuzz_repair(&bytes, data, size))
        return 0;
    if (zkl_datakey_parse(&key, &arena, zkl_buffer_bytes(&bytes), NULL) != ZKL_OK)
        return 0;
    ZKL_ASSERT(zkl_datakey_encode(&again, &key, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_buffer_bytes(&bytes)));
    return 0;
}
