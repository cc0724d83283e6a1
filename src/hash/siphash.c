/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): one round a word,
 * three at the end.
 *
 * For tables in memory alone. The key is drawn once a table, so nobody who chooses the texts can
 * make them collide. The value never leaves the process. */
#include "hash/siphash.h"

#include <string.h>

#include "base/env.h"

zkl_status zkl_siphash_key_draw(zkl_siphash_key *out, zkl_error *err)
{
    return zkl_env_random(NULL, (uint8_t *)out->words, sizeof out->words, err);
}

static uint64_t turn(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

/* One SipRound, section 2.1 of the paper. */
static void mix(uint64_t v[static 4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = turn(v[1], 13) ^ v[0];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] = turn(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = turn(v[1], 17) ^ v[2];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] = turn(v[2], 32);
}

/* Little-endian, as the machines this runs on. */
static uint64_t load_word(const uint8_t *at, size_t size)
{
    ZKL_DEBUG_ASSERT(size <= 8);
    uint64_t word = 0;
    memcpy(&word, at, size);
    return word;
}

/* The four constants spell "somepseudorandomlygeneratedbytes". The last word holds the bytes that
 * are left and, at its top, the length modulo 256. */
uint64_t zkl_siphash(const zkl_siphash_key *key, zkl_bytes text)
{
    uint64_t v[4] = { key->words[0] ^ 0x736f6d6570736575u, key->words[1] ^ 0x646f72616e646f6du,
                      key->words[0] ^ 0x6c7967656e657261u, key->words[1] ^ 0x7465646279746573u };
    size_t at = 0;
    for (; text.size - at >= 8; at += 8) {
        const uint64_t word = load_word(text.data + at, 8);
        v[3] ^= word;
        mix(v);
        v[0] ^= word;
    }
    const size_t left = text.size - at;
    const uint64_t last = (uint64_t)text.size << 56 | (left ? load_word(text.data + at, left) : 0);
    ZKL_DEBUG_ASSERT(left < 8);
    v[3] ^= last;
    mix(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
