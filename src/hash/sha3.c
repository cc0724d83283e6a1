#include "hash/hash.h"

#include "base/bytes.h"
#include "native/keccak.h"

/* FIPS 202 sections 4 (sponge), 6.1 (SHA3-256, SHA3-512), B.2 (padding 0x06 .. 0x80 in bytes). */

static void init_sponge(zkl_sha3 *hash, size_t digest_bytes)
{
    *hash = (zkl_sha3){ .rate = 200 - 2 * digest_bytes };
}

void zkl_sha3_256_init(zkl_sha3 *hash)
{
    init_sponge(hash, 32);
}

void zkl_sha3_512_init(zkl_sha3 *hash)
{
    init_sponge(hash, 64);
}

/* Byte `at` of the state: words are little-endian, section B.1. */
static void xor_byte(zkl_sha3 *hash, size_t at, uint8_t byte)
{
    hash->state[at / 8] ^= (uint64_t)byte << (8 * (at % 8));
}

/* Absorb: xor into the first `rate` bytes of the state, permute when they are full. Whole words at
 * a time where both sides stand at a word; at < rate between calls. */
void zkl_sha3_update(zkl_sha3 *hash, const void *data, size_t size)
{
    ZKL_DEBUG_ASSERT(hash->at < hash->rate && (data || size == 0));
    const uint8_t *bytes = data;
    while (size) {
        if (hash->at % 8 == 0 && size >= 8) { /* every rate is a multiple of 8 */
            hash->state[hash->at / 8] ^= zkl_le64_get(bytes);
            hash->at += 8, bytes += 8, size -= 8;
        } else {
            xor_byte(hash, hash->at, *bytes);
            hash->at++, bytes++, size--;
        }
        if (hash->at == hash->rate) {
            zkl_keccak_permute(hash->state);
            hash->at = 0;
        }
    }
}

/* The suffix 01 of SHA3 and the padding 10*1 are one byte 0x06 and the last bit of the rate, which
 * may be the same byte. Digests are shorter than the rate, so one squeeze is enough. */
static void finish_sponge(zkl_sha3 *hash, uint8_t *out, size_t digest_bytes)
{
    ZKL_ASSERT(hash->rate == 200 - 2 * digest_bytes);
    xor_byte(hash, hash->at, 0x06);
    xor_byte(hash, hash->rate - 1, 0x80);
    zkl_keccak_permute(hash->state);
    for (size_t i = 0; i < digest_bytes; i++)
        out[i] = (uint8_t)(hash->state[i / 8] >> (8 * (i % 8)));
}

void zkl_sha3_256_final(zkl_sha3 *hash, zkl_digest *out)
{
    finish_sponge(hash, out->bytes, sizeof out->bytes);
}

void zkl_sha3_512_final(zkl_sha3 *hash, uint8_t out[static 64])
{
    finish_sponge(hash, out, 64);
}

void zkl_sha3_clear(zkl_sha3 *hash)
{
    zkl_wipe(hash, sizeof *hash);
}
