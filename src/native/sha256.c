/* SHA-256's compression, the portable set, and which set runs. All names and constants are those of
 * FIPS 180-4. */
#include "native/sha256.h"

#include <stdatomic.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "native/cpu.h"
#include "native/sha256_internal.h"

const uint32_t zkl_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* 0 < n < 32 */
static uint32_t rotate_right(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

/* Names a..h, w, s0, s1 as in FIPS 180-4 section 6.2.2. */
static void compress_block(uint32_t chain[static 8], const uint8_t *block)
{
    uint32_t w[64];
    for (size_t t = 0; t < 16; t++)
        w[t] = zkl_be32_get(block + 4 * t);
    for (size_t t = 16; t < 64; t++) {
        uint32_t s0 = rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    uint32_t a = chain[0], b = chain[1], c = chain[2], d = chain[3];
    uint32_t e = chain[4], f = chain[5], g = chain[6], h = chain[7];
    for (size_t t = 0; t < 64; t++) {
        uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + zkl_sha256_constants[t] + w[t];
        uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    chain[0] += a, chain[1] += b, chain[2] += c, chain[3] += d;
    chain[4] += e, chain[5] += f, chain[6] += g, chain[7] += h;
}

/* One block after the other: each needs the chain of the one before. */
static void compress_portable(uint32_t chain[static 8], const uint8_t *blocks, size_t block_count)
{
    for (size_t i = 0; i < block_count; i++)
        compress_block(chain, blocks + 64 * i);
}

static const zkl_sha256_set portable = { "portable", 0, compress_portable };

static const zkl_sha256_set *const sets[] = {
#if defined(__x86_64__)
    &zkl_sha256_ni,
#endif
    &portable,
};

/* Set once, always to the same value, by whoever asks first. */
static _Atomic(const zkl_sha256_set *) chosen;

/* The two-block message of FIPS 180-4's published examples (NIST, "SHA256.pdf"): 56 bytes,
 * padded. */
static bool knows_answer(const zkl_sha256_set *set)
{
    static const uint32_t want[8] = { 0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039,
                                      0xa33ce459, 0x64ff2167, 0xf6ecedd4, 0x19db06c1 };
    static const uint8_t message[56] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint32_t chain[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    uint8_t blocks[128] = { 0 };
    memcpy(blocks, message, sizeof message);
    blocks[56] = 0x80;
    blocks[126] = 0x01; /* 448 bits */
    blocks[127] = 0xc0;
    set->compress(chain, blocks, 2);
    return memcmp(chain, want, sizeof want) == 0;
}

/* Features first: a set that the CPU lacks must not be called at all. */
static bool can_run(const zkl_sha256_set *set)
{
    return (zkl_cpu_features() & set->cpu_features) == set->cpu_features && knows_answer(set);
}

/* The portable set needs no feature, so the loop ends with one, or the compiler is broken. */
const zkl_sha256_set *zkl_sha256_best(void)
{
    const zkl_sha256_set *set = atomic_load_explicit(&chosen, memory_order_acquire);
    for (size_t i = 0; !set && i < ZKL_COUNT(sets); i++) {
        if (can_run(sets[i])) {
            set = sets[i];
            atomic_store_explicit(&chosen, set, memory_order_release);
        }
    }
    ZKL_ASSERT(set);
    return set;
}

/* For tests and timings. */
const zkl_sha256_set *zkl_sha256_find(const char *name)
{
    for (size_t i = 0; i < ZKL_COUNT(sets); i++) {
        if (strcmp(sets[i]->name, name) == 0)
            return can_run(sets[i]) ? sets[i] : NULL;
    }
    return NULL;
}
