/* Readings: what parses encodes to the same bytes, and can be told in words and in marks. */
#include "record/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_reading reading, merged;
    const char *const *unusual;
    size_t count;
    if (zkl_reading_parse(&reading, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    zkl_reading_encode(&again, &reading);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    zkl_reading_merge(&merged, &reading, &reading);
    ZKL_ASSERT(zkl_reading_equal(&merged, &reading));
    zkl_reading_words(&words, &reading);
    ZKL_ASSERT(zkl_reading_unusual(&unusual, &count, &arena, &reading, NULL, NULL) == ZKL_OK);
    return 0;
}
