/* A standing's payload that parses is the one encoding of what it says; an envelope that parses has
 * one too. */
#include "record/standing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_payload(zkl_bytes payload)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_standing standing;
    if (zkl_standing_parse(&standing, &arena, payload, NULL) != ZKL_OK)
        return;
    ZKL_ASSERT(zkl_standing_encode(&again, &standing, NULL) == ZKL_OK);
    ZKL_ASSERT(again.size == payload.size && memcmp(again.data, payload.data, again.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    zkl_dsse dsse;
    read_payload(bytes);
    if (zkl_dsse_parse_within(&dsse, &arena, bytes, ZKL_STANDING_BYTES_MAX, NULL) == ZKL_OK)
        read_payload(dsse.payload);
    return 0;
}
