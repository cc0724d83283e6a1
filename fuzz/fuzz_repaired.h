#pragma once
/* Files that end in their own hash, with that hash repaired: so that a fuzzer gets past it. */
#include <string.h>

#include "base/buffer.h"
#include "hash/hash.h"
#include "hash/trailing_hash.h"

/* false: too short for a hash, or no memory. */
static inline bool fuzz_repair(zkl_buffer *out, const uint8_t *data, size_t size)
{
    if (size < ZKL_TRAILING_HASH_BYTES)
        return false;
    zkl_buffer_put(out, data, size - ZKL_TRAILING_HASH_BYTES);
    zkl_trailing_hash_put(out, 0);
    return !out->failed;
}
