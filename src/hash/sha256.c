/* SHA-256, FIPS 180-4.
 *
 * Our own and not libcrypto's: OpenSSL 3 offers it without a deprecated call only through EVP,
 * whose context lives on the heap and whose digest is fetched, so that every hash could fail for
 * lack of memory. Here hashing cannot fail. The tests compare it with libcrypto. */
#include "hash/hash.h"

#include "base/buffer.h"
#include "native/sha256.h"

/* The initial hash value, section 5.3.3. */
void zkl_sha256_init(zkl_sha256_state *hash)
{
    *hash = (zkl_sha256_state){ .chain = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 } };
}

/* Whole blocks go straight from the input; a part of one is kept in hash->block until it is
 * full. */
void zkl_sha256_update(zkl_sha256_state *hash, const void *data, size_t size)
{
    ZKL_DEBUG_ASSERT(data || size == 0);
    const zkl_sha256_set *set = zkl_sha256_best();
    const uint8_t *bytes = data;
    size_t at = hash->size % 64;
    hash->size += size;
    if (at) {
        size_t part = size < 64 - at ? size : 64 - at;
        if (part)
            memcpy(hash->block + at, bytes, part);
        if (at + part < 64)
            return;
        set->compress(hash->chain, hash->block, 1);
        bytes += part;
        size -= part;
    }
    if (size >= 64) {
        set->compress(hash->chain, bytes, size / 64);
        bytes += size / 64 * 64;
    }
    if (size % 64)
        memcpy(hash->block, bytes, size % 64);
}

/* Padding of section 5.1.1: a 1 bit, zeros up to 56 mod 64, the length in bits as 64 of them. The
 * message is then a whole number of blocks. */
void zkl_sha256_final(zkl_sha256_state *hash, zkl_digest *out)
{
    uint64_t bits = hash->size * 8;
    uint8_t padding[72] = { 0x80 };
    size_t zeros_end = (hash->size % 64 < 56 ? 56 : 120) - hash->size % 64;
    zkl_be64_put(padding + zeros_end, bits);
    zkl_sha256_update(hash, padding, zeros_end + 8);
    ZKL_ASSERT(hash->size % 64 == 0);
    for (size_t i = 0; i < 8; i++)
        zkl_be32_put(out->bytes + 4 * i, hash->chain[i]);
}

void zkl_sha256(zkl_digest *out, const void *data, size_t size)
{
    zkl_sha256_state hash;
    zkl_sha256_init(&hash);
    zkl_sha256_update(&hash, data, size);
    zkl_sha256_final(&hash, out);
    zkl_wipe(&hash, sizeof hash);
}
