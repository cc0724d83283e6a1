/* BLAKE2b-512 without key, as RFC 7693 has it: blocks of 128 bytes, 12 rounds of G on a state of 16
 * words.
 *
 * iden3's ceremonies hash with it and keep its state in their files, so that a response hash can
 * be finished later: that is why it is here and not libcrypto's, which has no such state. Public
 * data only. Compared with libcrypto in tests. */
#include "setup/iden3_blake2b.h"

/* RFC 7693 section 2.6: the fractional parts of the square roots of the first eight primes. */
static const uint64_t iv[8] = { 0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                0x1f83d9abfb41bd6b, 0x5be0cd19137e2179 };

/* RFC 7693 section 2.7; rounds 10 and 11 take the first two again. */
static const uint8_t sigma[10][16] = {
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
    { 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
    { 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
    { 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
    { 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
    { 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
    { 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
    { 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
    { 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
    { 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

/* Right, as BLAKE2 has it. */
static uint64_t rotate(uint64_t x, unsigned n)
{
    return x >> n | x << (64 - n);
}

/* Section 3.1: G on the columns of the state, then on its diagonals. */
static const uint8_t lanes[8][4] = { { 0, 4, 8, 12 },  { 1, 5, 9, 13 },  { 2, 6, 10, 14 },
                                     { 3, 7, 11, 15 }, { 0, 5, 10, 15 }, { 1, 6, 11, 12 },
                                     { 2, 7, 8, 13 },  { 3, 4, 9, 14 } };

/* G of section 3.1 on one column or diagonal, with two words of the message. Within rounds that are
 * unrolled its indices are constants, and the state lies in registers. */
__attribute__((always_inline)) static inline void
mix(uint64_t v[static 16], const uint8_t lane[static 4], uint64_t x, uint64_t y)
{
    const size_t a = lane[0], b = lane[1], c = lane[2], d = lane[3];
    v[a] += v[b] + x;
    v[d] = rotate(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotate(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 63);
}

/* F of section 3.2. total: bytes up to and including this block. */
static void compress(zkl_blake2b *hash, const uint8_t block[static 128], uint64_t total, bool last)
{
    uint64_t v[16], m[16];
    memcpy(m, block, sizeof m); /* little-endian machines only, as all iden3 code */
    memcpy(v, hash->h, sizeof hash->h);
    memcpy(v + 8, iv, sizeof iv);
    v[12] ^= total;
    if (last)
        v[14] = ~v[14];
#pragma GCC unroll 12
    for (size_t round = 0; round < 12; round++) {
        const uint8_t *const s = sigma[round % 10];
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++)
            mix(v, lanes[i], m[s[2 * i]], m[s[2 * i + 1]]);
    }
    for (size_t i = 0; i < 8; i++)
        hash->h[i] ^= v[i] ^ v[8 + i];
}

void zkl_blake2b_init(zkl_blake2b *hash)
{
    *hash = (zkl_blake2b){ 0 };
    memcpy(hash->h, iv, sizeof iv);
    hash->h[0] ^= 0x01010000 ^ 64; /* no key, 64 bytes out */
}

/* A full block waits until more comes: the last block is compressed with another flag. */
void zkl_blake2b_update(zkl_blake2b *hash, const void *data, size_t size)
{
    ZKL_ASSERT(hash->at <= sizeof hash->block);
    for (const uint8_t *bytes = data; size > 0;) {
        if (hash->at == sizeof hash->block) {
            hash->total += sizeof hash->block;
            compress(hash, hash->block, hash->total, false);
            hash->at = 0;
        }
        const size_t room = sizeof hash->block - hash->at, n = size < room ? size : room;
        memcpy(hash->block + hash->at, bytes, n);
        hash->at += n;
        bytes += n;
        size -= n;
    }
}

void zkl_blake2b_final(zkl_blake2b *hash, uint8_t out[static 64])
{
    ZKL_ASSERT(hash->at <= sizeof hash->block);
    memset(hash->block + hash->at, 0, sizeof hash->block - hash->at);
    hash->total += hash->at;
    compress(hash, hash->block, hash->total, true);
    memcpy(out, hash->h, 64);
}

void zkl_blake2b_save(uint8_t out[static ZKL_BLAKE2B_STATE_BYTES], const zkl_blake2b *hash)
{
    const uint64_t at = hash->at;
    ZKL_ASSERT(at <= sizeof hash->block);
    memcpy(out, hash->block, 128);
    memcpy(out + 128, hash->h, 64);
    memcpy(out + 192, &hash->total, 8);
    memcpy(out + 200, &at, 8);
    memset(out + 208, 0, 8);
}

/* `at` comes from a file: more than a block would be read past the end. Every other state is a
 * state. */
bool zkl_blake2b_load(zkl_blake2b *hash, const uint8_t state[static ZKL_BLAKE2B_STATE_BYTES])
{
    uint64_t at;
    memcpy(&at, state + 200, 8);
    if (at > sizeof hash->block)
        return false;
    memcpy(hash->block, state, 128);
    memcpy(hash->h, state + 128, 64);
    memcpy(&hash->total, state + 192, 8);
    hash->at = (size_t)at;
    return true;
}
