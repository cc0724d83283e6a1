#pragma once
/* Sums of products of points of G1, eight sums at a time that all take the same steps: the factors
 * are common, the points each lane's own. In Jacobian coordinates, so without inversions.
 *
 * A walk starts at an entry, then doubles and adds entries. Entries are affine points, of 12 words
 * as in point_lanes.h; out is (X, Y, Z) of 18 words, the point (X / Z^2, Y / Z^3), each word as
 * there. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_POINT_WALK_LANES 8

/* First so many doublings, then the entry is added, or taken away. The first step has none and
 * starts. */
typedef struct zkl_point_step {
    uint16_t doublings;
    uint8_t is_last; /* no entry: the doublings end the walk */
    uint8_t is_negated;
    uint32_t entry;
} zkl_point_step;

typedef struct zkl_point_walk {
    const char *name;      /* "ifma" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* entries[e * 8 + lane]: entry e of that lane. Returns the lanes that are done; the others are
     * for the caller, and nothing is written of them: those whose sum is infinity, or was at some
     * step, that add equal points, or that have an entry at infinity.
     *
     * step_count >= 1. Points need not lie in the subgroup. Time depends on the steps, and not on
     * the points, but for those of lanes that are left. */
    uint8_t (*walk)(uint64_t (*out)[18], const zkl_point_step *steps, size_t step_count,
                    const void *const *entries);
} zkl_point_walk;

/* The fastest set that this CPU runs and that has passed its known answers; NULL where there is
 * none: then zkl_g1 additions are the way (setup/point_plan.c). */
const zkl_point_walk *zkl_point_walk_best(void);
