#include "native/g1_lanes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/g1_lanes_internal.h"

#define KNOWN_COUNT 19
#define SAME_X 3 /* numbers of the additions that a set leaves */
#define ZERO_X 5

/* In the place of an inversion: a constant, so that answers are known without one. */
static void give_constant(uint64_t out[static 6], const uint64_t in[static 6])
{
    (void)in;
    memset(out, 0, 6 * sizeof *out);
    out[0] = 0x123456789abcdef;
}

/* Chords between deterministic values, which need not lie on the curve, against a digest of tools/native_answers.py. */
static bool knows_answers(const zkl_g1_lanes *set)
{
    uint64_t points[2 * KNOWN_COUNT][12], sums[KNOWN_COUNT][12] = { { 0 } }, seed = 7, digest = 0;
    zkl_point_addition batch[KNOWN_COUNT];
    uint8_t scratch[ZKL_G1_LANES_SCRATCH_BYTES];
    for (size_t i = 0; i < ZKL_COUNT(points); i++)
        for (size_t j = 0; j < 12; j++) { /* Knuth's MMIX generator, top words below that of p */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            points[i][j] = j % 6 == 5 ? seed >> 4 : seed;
        }
    memcpy(points[2 * SAME_X + 1], points[2 * SAME_X], 48);
    memset(points[2 * ZERO_X + 1], 0, 48);
    for (size_t k = 0; k < KNOWN_COUNT; k++)
        batch[k] = (zkl_point_addition){ points[2 * k], points[2 * k + 1], sums[k],
                                         k % 2 != 0,    k % 3 == 0,        false,
                                         false };
    if (set->add(batch, KNOWN_COUNT, scratch, give_constant) != 2 || batch[0].out != sums[SAME_X] ||
        batch[1].out != sums[ZERO_X])
        return false;
    for (size_t k = 0; k < KNOWN_COUNT; k++)
        for (size_t j = 0; j < 12 && k != SAME_X && k != ZERO_X; j++)
            digest = (digest ^ sums[k][j]) * 0x9e3779b97f4a7c15u;
    return digest == 0x9beb452c3e12c545u;
}

static const zkl_g1_lanes *const sets[] = {
#if defined(__x86_64__)
    &zkl_g1_lanes_ifma,
#endif
    NULL, /* and none */
};

/* Set once, always to the same value, by whoever asks first: a set, or sets' own address for none. */
static _Atomic(const void *) chosen;

const zkl_g1_lanes *zkl_g1_lanes_best(void)
{
    const void *found = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!found) {
        found = sets;
        for (size_t i = 0; sets[i] && found == sets; i++)
            if ((zkl_cpu_features() & sets[i]->cpu_features) == sets[i]->cpu_features &&
                knows_answers(sets[i]))
                found = sets[i];
        atomic_store_explicit(&chosen, found, memory_order_release);
    }
    return found == sets ? NULL : found;
}
