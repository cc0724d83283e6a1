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
typedef struct gen_row {
    uint64_t id, score;
    long long cents;
    unsigned age, category, exponent;
} gen_row;

/* The row behind those that were drawn from this state. id: from 1. */
static inline gen_row gen_table_draw(uint64_t *state, uint64_t id)
{
    const uint64_t a = gen_next(state), b = gen_next(state);
    return (gen_row){ .id = id,
                      .age = (unsigned)(18 + (a >> 32) % 80),
                      .cents = (long long)(a % 10000000) - 100000,
                      .category = (unsigned)((a >> 48) % 12),
                      .score = b >> 12, /* 52 bits */
                      .exponent = (unsigned)(1 + (b & 1)) };
}

static inline void gen_put_cents(FILE *out, long long cents)
{
    const long long size = cents < 0 ? -cents : cents;
    fprintf(out, "%s%lld.%02lld", cents < 0 ? "-" : "", size / 100, size % 100);
}

/* The digits of a score are made of integers, so that no printf rounds. */
static inline void gen_table_put(FILE *out, const gen_row *row)
{
    static const char *const categories[] = { "books",  "clothing", "electronics", "furniture",
                                              "garden", "grocery",  "health",      "music",
                                              "office", "sports",   "toys",        "travel" };
    const uint64_t digits = 100000000 + row->score % 900000000;
    fprintf(out, "%llu,%u,", (unsigned long long)row->id, row->age);
    gen_put_cents(out, row->cents);
    fprintf(out, ",%s,%llu.%08llue-%u\n", categories[row->category],
            (unsigned long long)(digits / 100000000), (unsigned long long)(digits % 100000000),
            row->exponent);
}

#define GEN_TABLE_HEADER "id,age,amount,category,score\n"

static inline void gen_table_write(FILE *out, uint64_t rows, uint64_t seed)
{
    fputs(GEN_TABLE_HEADER, out);
    for (uint64_t row = 0; row < rows; row++) {
        const gen_row drawn = gen_table_draw(&seed, row + 1);
        gen_table_put(out, &drawn);
    }
}
