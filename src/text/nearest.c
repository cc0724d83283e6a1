/* The name a person may have meant. Distances are counted in half changes, so that a letter in the
 * wrong case costs 1 and any other change 2. Words are at most ZKL_NEAREST_BYTES_MAX bytes, so one
 * comparison takes 4,096 steps and three rows on the stack. */
#include "text/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* ASCII alone: other letters count as different bytes. */
static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* In half changes. */
static unsigned replace_cost(uint8_t a, uint8_t b)
{
    return a == b ? 0 : lower(a) == lower(b) ? 1 : 2;
}

/* Levenshtein's distance with swaps, doubled, row by row: rows[0] is for i - 2 letters of a,
 * rows[2] for i. */
static unsigned distance_of(zkl_bytes a, zkl_bytes b)
{
    ZKL_ASSERT(a.size <= ZKL_NEAREST_BYTES_MAX && b.size <= ZKL_NEAREST_BYTES_MAX); /* rows */
    unsigned rows[3][ZKL_NEAREST_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        rows[2][j] = 2 * (unsigned)j;
    for (size_t i = 1; i <= a.size; i++) {
        /* Rows move up: what was two rows back is forgotten. */
        memmove(rows[0], rows[1], 2 * sizeof rows[0]);
        rows[2][0] = 2 * (unsigned)i;
        for (size_t j = 1; j <= b.size; j++) {
            const uint8_t x = a.data[i - 1], y = b.data[j - 1];
            unsigned best = least(rows[1][j], rows[2][j - 1]) + 2;
            best = least(best, rows[1][j - 1] + replace_cost(x, y));
            /* Two neighbours that changed places. */
            if (i > 1 && j > 1 && x == b.data[j - 2] && a.data[i - 2] == y)
                best = least(best, rows[0][j - 2] + 2);
            rows[2][j] = best;
        }
    }
    return rows[2][b.size];
}

/* Equal but for the case of ASCII letters. */
static bool same_letters(zkl_bytes a, zkl_bytes b)
{
    bool same = a.size == b.size;
    for (size_t i = 0; same && i < a.size; i++)
        same = lower(a.data[i]) == lower(b.data[i]);
    return same;
}

/* The bound is the first distance that is too far: one change for a short word, a third of the
 * letters for a longer one, at most four. */
zkl_nearest zkl_nearest_to(zkl_bytes word)
{
    const size_t changes = word.size < 6 ? 1 : word.size / 3;
    return (zkl_nearest){ .word = word, .distance = 2 * (unsigned)(changes < 4 ? changes : 4) + 1 };
}

/* Of names that are equally near the first one stays. A word that differs in case alone is nearer
 * than any other. */
void zkl_nearest_try(zkl_nearest *nearest, zkl_bytes name)
{
    if (!name.size || name.size > ZKL_NEAREST_BYTES_MAX || !nearest->word.size ||
        nearest->word.size > ZKL_NEAREST_BYTES_MAX)
        return;
    const unsigned distance =
        same_letters(nearest->word, name) ? 1 : distance_of(nearest->word, name);
    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->found = name;
}

const char *zkl_nearest_hint(char out[static ZKL_NEAREST_HINT_BYTES], const zkl_nearest *nearest)
{
    ZKL_ASSERT(nearest->found.size <= ZKL_NEAREST_BYTES_MAX);
    out[0] = 0;
    if (nearest->found.size)
        snprintf(out, ZKL_NEAREST_HINT_BYTES, "; did you mean '%.*s'?", (int)nearest->found.size,
                 (const char *)nearest->found.data);
    return out;
}
