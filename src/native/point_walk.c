/* Which set walks with points of G1: as fr_lanes.c. */
#include "native/point_walk.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/point_walk_internal.h"

#define ENTRIES 3
#define AT_INFINITY 5 /* the lane that has an entry there */

/* One walk with values that need not lie on the curve, since the formulas do not use its equation,
 * against a digest of tools/native_answers.py. */
static bool knows_answers(const zkl_point_walk *set)
{
    static const zkl_point_step steps[] = { { 0, false, true, 1 },
                                            { 3, false, false, 0 },
                                            { 0, false, false, 2 },
                                            { 1, false, true, 1 },
                                            { 2, true, false, 0 } };
    uint64_t points[ENTRIES * ZKL_POINT_WALK_LANES][12], sums[ZKL_POINT_WALK_LANES][18];
    const void *entries[ENTRIES * ZKL_POINT_WALK_LANES];
    uint64_t seed = 23;
    for (size_t i = 0; i < ZKL_COUNT(points); i++) {
        for (size_t j = 0; j < 12; j++) { /* Knuth's MMIX generator, top words below that of p */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            points[i][j] = j % 6 == 5 ? seed >> 4 : seed;
        }
        entries[i] = points[i];
    }
    memset(points[2 * ZKL_POINT_WALK_LANES + AT_INFINITY], 0, sizeof points[0]);
    uint64_t digest = set->walk(sums, steps, ZKL_COUNT(steps), entries);
    for (size_t k = 0; k < ZKL_POINT_WALK_LANES; k++)
        for (size_t j = 0; j < 18 && k != AT_INFINITY; j++)
            digest = (digest ^ sums[k][j]) * 0x9e3779b97f4a7c15u;
    return digest == 0xc9dcaefa0c50ad27u;
}

/* Fastest first. */
static const zkl_point_walk *const sets[] = {
#if defined(__x86_64__)
    &zkl_point_walk_ifma,
#endif
    NULL, /* and none */
};

/* chosen is set once, always to the same value, by whoever asks first: a set, or sets itself for
 * none. */
const zkl_point_walk *zkl_point_walk_best(void)
{
    static _Atomic(const void *) chosen;
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
