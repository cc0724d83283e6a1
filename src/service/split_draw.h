#pragma once
/* Which rows go to which part, by a seed: the draws of the one sampler (record/sample.h), in its
 * order. The parts draw one after the other, but for the largest (of several the first), which has
 * the rows that are left. So the part that draws first is a sample by this seed, as claims have it,
 * and of two parts the other one is all else. */
#include "base/arena.h"

#include <zkl/transform.h>

typedef struct split_drawn {
    /* Of each row its part. */
    const uint8_t *part_of;
    /* Of each part its rows: row k of n goes by its rank to the part in whose share of the weights
     * k / n lies. */
    const uint64_t *sizes;
    /* That draws first. */
    size_t first;
} split_drawn;

/* parts: 2 to 63, whose weights are above 0 and together `weights`. seed: 64 hex digits.
 * Cost: a hash a draw; rows ln(rows / rows of the largest part) draws. */
zkl_status split_draw(split_drawn *out, zkl_arena *arena, const zkl_split_request *request,
                      uint64_t row_count, const char *seed, zkl_error *err) ZKL_MUST_USE;
