#pragma once
/* Comparison of borrowed bytes and digests, integers as bytes, and digits.
 *
 * Timing: comparisons vary with the content; secrets have zkl_equal_ct. Pointers need no
 * alignment. */
#include <endian.h>

#include <zkl/bytes.h>

#include "base/memory.h"

static inline bool zkl_bytes_equal(zkl_bytes a, zkl_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The order of memcmp; what begins with all of the other stands behind it. Below, at or above 0. */
static inline int zkl_bytes_compare(zkl_bytes a, zkl_bytes b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool zkl_bytes_equal_text(zkl_bytes a, const char *text);
bool zkl_bytes_begin_with(zkl_bytes bytes, const char *prefix);

bool zkl_digest_equal(const zkl_digest *a, const zkl_digest *b);
bool zkl_digest_equal_bytes(const zkl_digest *a, const uint8_t bytes[static 32]);
bool zkl_digest_is_zero(const zkl_digest *a);

/* Numbers in a fixed place. Big-endian ones are hashed, and the store orders by them. In these
 * forms a compiler makes one load or store of each. */
static inline void zkl_be32_put(uint8_t out[static 4], uint32_t value)
{
    const uint32_t big = htobe32(value);
    memcpy(out, &big, sizeof big);
}

static inline void zkl_be64_put(uint8_t out[static 8], uint64_t value)
{
    const uint64_t big = htobe64(value);
    memcpy(out, &big, sizeof big);
}

static inline void zkl_le64_put(uint8_t out[static 8], uint64_t value)
{
    const uint64_t little = htole64(value);
    memcpy(out, &little, sizeof little);
}

static inline uint32_t zkl_be32_get(const uint8_t b[static 4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t zkl_be64_get(const uint8_t b[static 8])
{
    return (uint64_t)zkl_be32_get(b) << 32 | zkl_be32_get(b + 4);
}

static inline uint64_t zkl_le64_get(const uint8_t b[static 8])
{
    return (uint64_t)b[7] << 56 | (uint64_t)b[6] << 48 | (uint64_t)b[5] << 40 |
           (uint64_t)b[4] << 32 | (uint64_t)b[3] << 24 | (uint64_t)b[2] << 16 |
           (uint64_t)b[1] << 8 | b[0];
}

/* Of ASCII alone, whatever the locale. */
static inline bool zkl_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}
