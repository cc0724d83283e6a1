#pragma once
/* Sums of products of points of G1 whose factors are the same in many places: planned once as
 * doublings and additions, then done in each place with the points that are there, eight places at
 * a time (native/point_walk.h).
 *
 * Each factor is low + high lambda (point_scale.h), each half in non-adjacent form of width 5. So a
 * base stands for ZKL_POINT_PLAN_ENTRIES entries: its multiples 1, 3, .. 15, and behind them phi of
 * each. All terms of a sum share its 128 doublings; a term costs some 43 additions.
 * Source: Straus, American Mathematical Monthly 71 (1964); GLV as in point_scale.h. */
#include "algebra/curve.h"
#include "native/point_walk.h"
#include "setup/point_scale.h"

#define ZKL_POINT_PLAN_ENTRIES 16

typedef struct zkl_point_plan {
    zkl_point_step *steps;
    size_t step_count; /* 0: every factor is 0, and the sum infinity */
} zkl_point_plan;

/* Wipes the steps, which tell the factors. */
void zkl_point_plan_clear(zkl_point_plan *plan);

/* A factor of the base whose entries begin at first_entry. */
typedef struct zkl_point_term {
    uint32_t first_entry;
    zkl_split_factor factor;
} zkl_point_term;

/* out is zeros before. */
zkl_status zkl_point_plan_make(zkl_point_plan *out, const zkl_point_term *terms, size_t term_count,
                               zkl_error *err) ZKL_MUST_USE;
/* The sums of eight places: entries[e * 8 + place] is entry e there. Any points of the subgroup or
 * infinity. Time depends on the plan. */
void zkl_point_plan_run(const zkl_point_plan *plan, zkl_g1 out[static ZKL_POINT_WALK_LANES],
                        const void *const *entries);
