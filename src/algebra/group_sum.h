#pragma once
/* Sums of many affine points by rounds of independent additions that share one inversion a batch:
 * the engine below zkl_g1_msm, zkl_g2_msm, zkl_g1_msm_u16 and zkl_g1_mul_many. For g1 and g2 alike:
 *
 * zkl_g1_summer is the working memory of one worker. A reference names a point of an array and its
 * sign: 2 * index + (1 if negated). References are grouped in segments, and each segment is summed
 * as a tree: all pairs of one round are independent, so neither skew nor repetition costs anything.
 * Equal points are doubled, opposite ones cancel, infinity (all zeros) is skipped; none of them
 * spoils the batch. Points must be of the curve; they may be outside the subgroup.
 *
 * zkl_g1_segments: segment s < count is refs[ends[s - 1]] .. refs[ends[s] - 1] (ends[-1] is 0),
 * references to points.
 *
 * _summer_new: for at most ref_max references, and segment_max buckets; NULL without memory. Takes
 *   about 0.75 ref_max (at least 8,192) + min(ref_max, segment_max) affine points, and 0.5 MiB.
 * _summers_init: one for each worker of a pool.
 * _summers_clear: wiped. _summers_clear_public: not, of points and references that all may know.
 * _sum_segments: sums[s] = sum of the points of segment s. sums must not overlap the points.
 * _sum_buckets: out = sum over s of keys[s] * (sum of segment s). keys ascend, 1 <= keys[s] <
 * 2^key_bits,
 *   key_bits <= 18; at most segment_max segments, and no more than ref_max of them, empty or not
 *   (asserted). */
#include "algebra/curve.h"
#include "native/point_lanes.h"

#define ZKL_DECLARE_GROUP_SUM(g)                                                                   \
    typedef struct zkl_##g##_segments {                                                            \
        const zkl_##g##_affine *points;                                                            \
        const uint32_t *refs, *ends;                                                               \
        size_t count;                                                                              \
    } zkl_##g##_segments;                                                                          \
    typedef struct zkl_##g##_summer zkl_##g##_summer;                                              \
    typedef struct zkl_##g##_summers {                                                             \
        size_t count;                                                                              \
        zkl_##g##_summer **each;                                                                   \
    } zkl_##g##_summers;                                                                           \
    zkl_##g##_summer *zkl_##g##_summer_new(size_t ref_max, size_t segment_max);                    \
    void zkl_##g##_summer_free(zkl_##g##_summer *summer);                                          \
    ZKL_DEFINE_AUTO_FREE(zkl_##g##_summer)                                                         \
    zkl_status zkl_##g##_summers_init(zkl_##g##_summers *summers, size_t count, size_t ref_max,    \
                                      size_t segment_max, zkl_error *err) ZKL_MUST_USE;            \
    void zkl_##g##_summers_clear(zkl_##g##_summers *summers);                                      \
    void zkl_##g##_summers_clear_public(zkl_##g##_summers *summers);                               \
    void zkl_##g##_sum_segments(zkl_##g##_summer *summer, zkl_##g##_affine *sums,                  \
                                const zkl_##g##_segments *segments);                               \
    void zkl_##g##_sum_buckets(zkl_##g##_summer *summer, zkl_##g *out,                             \
                               const zkl_##g##_segments *segments, const uint32_t *keys,           \
                               unsigned key_bits);

ZKL_DECLARE_GROUP_SUM(g1)
ZKL_DECLARE_GROUP_SUM(g2)
