/* Which set of point additions runs: as fr_lanes.c, for each group. Known answers are chords
 * and tangents of values that need not lie on the curve, since the formulas do not use its
 * equation. Two of the additions are special, so that finding and leaving them is tested too. */
#include "native/point_lanes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/point_lanes_internal.h"

#define KNOWN_COUNT 19
#define SAME_X 3 /* numbers of the additions that a set leaves */
#define ZERO_X 5
#define DOUBLED 9 /* both negated; and one of which neither is */
#define DOUBLED_TOO 14
#define WORDS_MAX ((size_t)24)

/* In the place of an inversion: constants, so that answers are known without one. */
static void give_constant_g1(uint64_t *out, const uint64_t *in)
{
    (void)in;
    memset(out, 0, 6 * sizeof *out);
    out[0] = 0x123456789abcdef;
}

static void give_constant_g2(uint64_t *out, const uint64_t *in)
{
    give_constant_g1(out, in);
    give_constant_g1(out + 6, in);
    out[6]++;
}

/* A group: the words of its coordinates, and the digest of tools/native_answers.py. */
typedef struct known_group {
    size_t coordinate_words;
    zkl_point_invert *invert;
    uint64_t digest;
} known_group;

static const known_group g1 = { 6, give_constant_g1, 0x4ca22df24b8d1a6cu };
static const known_group g2 = { 12, give_constant_g2, 0xede91c9765cc8e23u };

/* Chords between deterministic values, which need not lie on the curve. */
static bool knows_answers(const zkl_point_lanes *set, const known_group *group)
{
    const size_t words = 2 * group->coordinate_words;
    ZKL_ASSERT(words <= WORDS_MAX);
    uint64_t points[2 * KNOWN_COUNT][WORDS_MAX], sums[KNOWN_COUNT][WORDS_MAX];
    uint64_t seed = 7, digest = 0;
    zkl_point_addition batch[KNOWN_COUNT];
    uint8_t scratch[ZKL_POINT_LANES_SCRATCH_OF(KNOWN_COUNT)];
    for (size_t i = 0; i < ZKL_COUNT(points); i++)
        for (size_t j = 0; j < words; j++) { /* Knuth's MMIX generator, top words below that of p */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            points[i][j] = j % 6 == 5 ? seed >> 4 : seed;
        }
    memcpy(points[2 * SAME_X + 1], points[2 * SAME_X], 8 * group->coordinate_words);
    memset(points[2 * ZERO_X + 1], 0, 8 * group->coordinate_words);
    memcpy(points[2 * DOUBLED + 1], points[2 * DOUBLED], sizeof points[0]);
    memcpy(points[2 * DOUBLED_TOO + 1], points[2 * DOUBLED_TOO], sizeof points[0]);
    for (size_t k = 0; k < KNOWN_COUNT; k++)
        batch[k] = (zkl_point_addition){ points[2 * k], points[2 * k + 1], sums[k],
                                         k % 2 != 0,    k % 3 == 0,        false,
                                         false };
    if (set->add(batch, KNOWN_COUNT, scratch, group->invert) != 2 || batch[0].out != sums[SAME_X] ||
        batch[1].out != sums[ZERO_X])
        return false;
    for (size_t k = 0; k < KNOWN_COUNT; k++)
        for (size_t j = 0; j < words && k != SAME_X && k != ZERO_X; j++)
            digest = (digest ^ sums[k][j]) * 0x9e3779b97f4a7c15u;
    return digest == group->digest;
}

/* Fastest first, for each group. */
static const zkl_point_lanes *const g1_sets[] = {
#if defined(__x86_64__)
    &zkl_g1_lanes_ifma,
#endif
    NULL, /* and none */
};
static const zkl_point_lanes *const g2_sets[] = {
#if defined(__x86_64__)
    &zkl_g2_lanes_ifma,
#endif
    NULL,
};

/* chosen is set once, always to the same value, by whoever asks first: a set, or sets itself for
 * none. */
static const zkl_point_lanes *choose(_Atomic(const void *) *chosen,
                                     const zkl_point_lanes *const *sets, const known_group *group)
{
    const void *found = atomic_load_explicit(chosen, memory_order_acquire);
    if (!found) {
        found = sets;
        for (size_t i = 0; sets[i] && found == sets; i++)
            if ((zkl_cpu_features() & sets[i]->cpu_features) == sets[i]->cpu_features &&
                knows_answers(sets[i], group))
                found = sets[i];
        atomic_store_explicit(chosen, found, memory_order_release);
    }
    ZKL_ASSERT(found);
    return found == sets ? NULL : found;
}

/* Each group keeps its own choice. */
const zkl_point_lanes *zkl_g1_lanes_best(void)
{
    static _Atomic(const void *) chosen;
    return choose(&chosen, g1_sets, &g1);
}

const zkl_point_lanes *zkl_g2_lanes_best(void)
{
    static _Atomic(const void *) chosen;
    return choose(&chosen, g2_sets, &g2);
}
