#pragma once
/* A seeded table for demonstrations and timings: id, age, amount, category, score as CSV. The same
 * rows and seed give the same bytes on every machine. */
#include <stdint.h>
#include <stdio.h>

static inline uint64_t gen_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* SplitMix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Ages 18..97; amounts -1000.00..98999.99; twelve categories; scores in [0, 1) with an exponent, so
 * floats. */
static inline void gen_table_write(FILE *out, uint64_t rows, uint64_t seed)
{
    static const char *const categories[] = { "books",  "clothing", "electronics", "furniture",
                                              "garden", "grocery",  "health",      "music",
                                              "office", "sports",   "toys",        "travel" };
    fputs("id,age,amount,category,score\n", out);
    for (uint64_t row = 0; row < rows; row++) {
        const uint64_t a = gen_next(&seed), b = gen_next(&seed);
        const long long cents = (long long)(a % 10000000) - 100000;
        const uint64_t score =
            b >> 12; /* 52 bits; the digits are made of integers, so that no printf rounds */
        const uint64_t digits = 100000000 + score % 900000000;
        fprintf(out, "%llu,%u,%s%lld.%02lld,%s,%llu.%08llue-%u\n", (unsigned long long)row + 1,
                (unsigned)(18 + (a >> 32) % 80), cents < 0 ? "-" : "",
                (cents < 0 ? -cents : cents) / 100, (cents < 0 ? -cents : cents) % 100,
                categories[(a >> 48) % 12], (unsigned long long)(digits / 100000000),
                (unsigned long long)(digits % 100000000), (unsigned)(1 + (b & 1)));
    }
}
