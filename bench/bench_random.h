#pragma once
/* Seeded numbers: every run has the same. */
#include "algebra/fr.h"

static inline uint64_t bench_random_u64(void) /* splitmix64 */
{
    static uint64_t state = 1;
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline zkl_fr bench_random_fr(void)
{
    uint64_t words[8];
    zkl_fr out;
    for (size_t i = 0; i < 8; i++)
        words[i] = bench_random_u64();
    zkl_fr_reduce(&out, (const uint8_t *)words, sizeof words);
    return out;
}
