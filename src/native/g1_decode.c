/* Which set decodes points of G1: as fr_lanes.c. */
#include "native/g1_decode.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/g1_decode_internal.h"

#define KNOWN_COUNT 15 /* not all lanes of the last call are used */
#define ENCODING_WORDS ((size_t)6)

/* The x of the generator and of its double. */
/* check: pow(0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb**3 + 4, (p - 1) // 2, p) == 1 */
static const uint64_t members[2][ENCODING_WORDS] = {
    { 0xfb3af00adb22c6bb, 0x6c55e83ff97a1aef, 0xa14e3a3f171bac58, 0xc3688c4f9774b905,
      0x2695638c4fa9ac0f, 0x17f1d3a73197d794 },
    { 0xc39a8c5529bf0f4e, 0xe28f75bb8f1c7c42, 0x43902d0ac358a62a, 0x9721db3091280125,
      0x8808c8eb50a9450c, 0x0572cbea904d6746 },
};
static const uint64_t prime[ENCODING_WORDS] = { 0xb9feffffffffaaab, 0x1eabfffeb153ffff,
                                                0x6730d2a0f6b0f624, 0x64774b84f38512bf,
                                                0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a };

static void put_encoding(uint8_t out[static 48], const uint64_t words[ENCODING_WORDS],
                         unsigned flags)
{
    for (size_t i = 0; i < 48; i++)
        out[i] = (uint8_t)(words[5 - i / 8] >> (56 - 8 * (i % 8)));
    out[0] = (uint8_t)(out[0] | flags);
}

/* Both members with either y, then what is refused: flags, an x of p, an x of 0 (order 3), and x as
 * they come, half of which are of the curve. */
static void fill_encodings(uint8_t (*out)[48])
{
    uint64_t seed = 11;
    const uint64_t zero[ENCODING_WORDS] = { 0 };
    for (unsigned k = 0; k < KNOWN_COUNT; k++) {
        uint64_t words[ENCODING_WORDS];
        for (size_t j = 0; j < ENCODING_WORDS; j++) { /* Knuth's MMIX generator */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            words[j] = j == 5 ? seed >> 4 : seed;
        }
        put_encoding(out[k], words, 0x80);
    }
    for (unsigned k = 0; k < 4; k++)
        put_encoding(out[3 * k], members[k / 2], k % 2 ? 0xa0 : 0x80);
    put_encoding(out[1], members[0], 0);
    put_encoding(out[2], members[0], 0xc0);
    put_encoding(out[4], prime, 0x80);
    put_encoding(out[5], zero, 0x80);
}

/* Which are taken, and their points, against a digest of tools/native_answers.py. */
static bool knows_answers(const zkl_g1_decode_lanes *set)
{
    uint8_t encodings[KNOWN_COUNT][48];
    uint64_t points[ZKL_G1_DECODE_LANES][12], digest = 0;
    fill_encodings(encodings);
    for (size_t at = 0; at < KNOWN_COUNT; at += ZKL_G1_DECODE_LANES) {
        const size_t left = KNOWN_COUNT - at;
        memset(points, 0, sizeof points);
        const uint8_t taken = set->decode(points, encodings[at],
                                          left < ZKL_G1_DECODE_LANES ? left : ZKL_G1_DECODE_LANES);
        digest = (digest ^ taken) * 0x9e3779b97f4a7c15u;
        for (size_t k = 0; k < ZKL_G1_DECODE_LANES; k++)
            for (size_t j = 0; j < 12; j++)
                digest = (digest ^ points[k][j]) * 0x9e3779b97f4a7c15u;
    }
    return digest == 0xb963ab72af6f589bu;
}

/* Set once, always to the same value, by whoever asks first: a set, or the list itself for none. */
const zkl_g1_decode_lanes *zkl_g1_decode_best(void)
{
    static _Atomic(const void *) chosen;
    static const zkl_g1_decode_lanes *const sets[] = {
#if defined(__x86_64__)
        &zkl_g1_decode_ifma,
#endif
        NULL, /* and none */
    };
    const void *found = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!found) {
        found = sets;
        for (size_t i = 0; sets[i] && found == sets; i++)
            if ((zkl_cpu_features() & sets[i]->cpu_features) == sets[i]->cpu_features &&
                knows_answers(sets[i]))
                found = sets[i];
        atomic_store_explicit(&chosen, found, memory_order_release);
    }
    ZKL_ASSERT(found);
    return found == sets ? NULL : found;
}
