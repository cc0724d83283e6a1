#pragma once
/* Sums of many affine points by rounds of independent additions that share one inversion a batch: the
 * engine below zkl_g1_msm, zkl_g1_msm_u16 and zkl_g1_mul_many.
 *
 * A reference names a point of an array and its sign: 2 * index + (1 if negated). References are grouped
 * in segments, and each segment is summed as a tree: all pairs of one round are independent, so neither
 * skew nor repetition costs anything. Equal points are doubled, opposite ones cancel, infinity (all zeros)
 * is skipped; none of them spoils the batch. */
#include "algebra/curve.h"

#define ZKL_G1_BATCH 1024 /* additions that share an inversion */

typedef struct zkl_g1_summer zkl_g1_summer; /* working memory, one for each worker */

/* For at most ref_max references in at most segment_max segments, and zkl_g1_sum_buckets over at most
 * segment_max buckets. About 96 (0.75 ref_max + 2.25 segment_max) + 4 ref_max bytes. NULL without memory. */
zkl_g1_summer *zkl_g1_summer_new(size_t ref_max, size_t segment_max);
void zkl_g1_summer_free(zkl_g1_summer *summer);
ZKL_DEFINE_AUTO_FREE(zkl_g1_summer)

/* One for each worker of a pool. */
typedef struct zkl_g1_summers {
    size_t count;
    zkl_g1_summer **each;
} zkl_g1_summers;
zkl_status zkl_g1_summers_init(zkl_g1_summers *summers, size_t count, size_t ref_max, size_t segment_max,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_g1_summers_clear(zkl_g1_summers *summers);

/* sums[s] = sum of the points of segment s, which are refs[ends[s - 1]] .. refs[ends[s] - 1] (ends[-1] = 0).
 * sums must not overlap points. */
void zkl_g1_sum_segments(zkl_g1_summer *summer, zkl_g1_affine *sums, const zkl_g1_affine *points,
                         const uint32_t *refs, const uint32_t *ends, size_t segment_count);

/* out = sum over s of keys[s] * (sum of segment s). keys ascend, 1 <= keys[s] < 2^key_bits, key_bits <= 18. */
void zkl_g1_sum_buckets(zkl_g1_summer *summer, zkl_g1 *out, const zkl_g1_affine *points, const uint32_t *refs,
                        const uint32_t *ends, const uint32_t *keys, size_t segment_count, unsigned key_bits);
