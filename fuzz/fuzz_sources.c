/* A note of a dataset's files that parses is the one encoding of what it says. Its hash is made to
 * fit, so that what stands before it is reached. */
#include "service/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool parses(service_sources *out, zkl_arena *arena, zkl_bytes bytes)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    if (service_sources_parse(out, arena, bytes, NULL) != ZKL_OK)
        return false;
    service_sources_encode(&again, out);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), bytes));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) mended = { 0 };
    service_sources sources;
    zkl_digest hash;
    if (parses(&sources, &arena, zkl_bytes_of(data, size)) || size < 32)
        return 0;
    zkl_buffer_put(&mended, data, size - 32);
    zkl_hash(&hash, ZKL_HASH_SHA3_256, mended.data, mended.size);
    zkl_buffer_put(&mended, hash.bytes, 32);
    if (!mended.failed)
        (void)parses(&sources, &arena, zkl_buffer_bytes(&mended));
    return 0;
}
