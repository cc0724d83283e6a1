#pragma once
/* BLS12-381 groups over blst: points, encodings, multi-scalar multiplication, pairing products. */
#include "algebra/fr.h"
#include "base/env.h"

typedef blst_p1 zkl_g1;               /* Jacobian */
typedef blst_p1_affine zkl_g1_affine; /* all zeros: infinity */
typedef blst_p2 zkl_g2;
typedef blst_p2_affine zkl_g2_affine;

#define ZKL_G1_BYTES 48 /* compressed, ZCash form */
#define ZKL_G2_BYTES 96

/* Decode refuses: wrong flags, x >= p, points off the curve, outside the subgroup, and infinity.
 * Each point has its own subgroup check (a random combination passes a point of order 3 once in
 * three). ZKL_BAD_INPUT, with what in front of the reason; *out is then unchanged. */
zkl_status zkl_g1_decode(zkl_g1_affine *out, const uint8_t bytes[static 48], const char *what,
                         zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_g2_decode(zkl_g2_affine *out, const uint8_t bytes[static 96], const char *what,
                         zkl_error *err) ZKL_MUST_USE;
/* count points, point i at bytes + 48 i, in parallel. The error names the first bad index; out may
 * then hold some of the points. */
zkl_status zkl_g1_decode_many(zkl_g1_affine *out, const uint8_t *bytes, size_t count,
                              const char *what, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
void zkl_g1_encode(uint8_t out[static 48], const zkl_g1_affine *a);
void zkl_g2_encode(uint8_t out[static 96], const zkl_g2_affine *a);

extern const zkl_g1_affine zkl_g1_generator;
extern const zkl_g2_affine zkl_g2_generator;
bool zkl_g1_is_infinity(const zkl_g1_affine *a);
bool zkl_g2_is_infinity(const zkl_g2_affine *a);
void zkl_g1_normalize(zkl_g1_affine *out, const zkl_g1 *a);
void zkl_g2_normalize(zkl_g2_affine *out, const zkl_g2 *a);
/* count points with few inversions; out and in must not overlap. */
void zkl_g1_normalize_many(zkl_g1_affine *out, const zkl_g1 *in, size_t count);
void zkl_g2_normalize_many(zkl_g2_affine *out, const zkl_g2 *in, size_t count);
/* Constant time in the scalar. */
void zkl_g1_mul(zkl_g1 *out, const zkl_g1_affine *base, const zkl_fr *scalar);
void zkl_g2_mul(zkl_g2 *out, const zkl_g2_affine *base, const zkl_fr *scalar);
/* The same, made affine by an inversion. out may be base. */
void zkl_g1_mul_affine(zkl_g1_affine *out, const zkl_g1_affine *base, const zkl_fr *scalar);
void zkl_g2_mul_affine(zkl_g2_affine *out, const zkl_g2_affine *base, const zkl_fr *scalar);

/* ---- Multi-scalar multiplication: out = sum of scalars[i] bases[i]. Bases in the subgroup or
 * infinity; zero scalars, equal bases, opposite bases and infinity are all handled. Variable time
 * in the scalars (threat model: docs/timing.md). Working memory is allocated inside;
 * ZKL_NO_MEMORY. count <= ZKL_MSM_MAX, else ZKL_LIMIT. Scalars 0, 1 and -1 cost an addition at
 * most. 2^16 points: 1.4 million affine additions. Memory: 32 bytes a point, and as much as the
 * bases for each worker. */
#define ZKL_MSM_MAX (1 << 26)
zkl_status zkl_g1_msm(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars, size_t count,
                      zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_g2_msm(zkl_g2 *out, const zkl_g2_affine *bases, const zkl_fr *scalars, size_t count,
                      zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
/* The verifier's sums, of public scalars alone: bases in the group or infinity, since each is taken
 * with its image under the endomorphism. From ZKL_MSM_SMALL_MAX points on, blst's sums. */
#define ZKL_MSM_SMALL_MAX 8192
zkl_status zkl_g1_msm_small(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars,
                            size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* Blocks: out[b] = sum over t < cell_count of cells[b][t] * bases[t], for all blocks at once,
 * 16-bit cells, one fixed set of bases; the blinder is added by the caller. Zero cells at the end
 * cost nothing, a block of one value next to nothing, a block of few values half. Variable time in
 * the cells.
 *
 * zkl_g1_fixed_new keeps 2^e * base for e < 3 and some prefix sums: 300 bytes a base; two doublings
 * and an addition each. count <= ZKL_G1_FIXED_MAX; cell_count <= count (asserted). Cost of a random
 * block of 2^16: about 84,000 affine additions of 6 products each. Memory for each worker: at most
 * 10 MiB, at 2^16 cells. */
#define ZKL_G1_FIXED_MAX (1 << 24)
typedef struct zkl_g1_fixed zkl_g1_fixed;
zkl_status zkl_g1_fixed_new(zkl_g1_fixed **out, const zkl_g1_affine *bases, size_t count,
                            zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
void zkl_g1_fixed_free(zkl_g1_fixed *fixed);
ZKL_DEFINE_AUTO_FREE(zkl_g1_fixed)
typedef struct zkl_cell_blocks {
    const uint16_t *const *cells; /* cell_count in each of count blocks */
    size_t cell_count, count;
} zkl_cell_blocks;
zkl_status zkl_g1_msm_u16(zkl_g1 *out, const zkl_g1_fixed *fixed, const zkl_cell_blocks *blocks,
                          zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* out[i] = scalars[i] * base for many scalars and one base (set-up): a table of multiples of the
 * base, then about 20 affine additions a scalar. Variable time in the scalars.
 *
 * zkl_g1_multiples_new makes the table for about count products in all; it serves any number of
 * zkl_g1_multiply_all, from any thread. zkl_g1_mul_many makes one for itself. Memory: at most 8
 * MiB in G1, 16 in G2. */
#define ZKL_DECLARE_MULTIPLES(g)                                                                   \
    typedef struct zkl_##g##_multiples zkl_##g##_multiples;                                        \
    zkl_status zkl_##g##_multiples_new(zkl_##g##_multiples **out, const zkl_##g##_affine *base,    \
                                       size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE; \
    void zkl_##g##_multiples_free(zkl_##g##_multiples *multiples);                                 \
    ZKL_DEFINE_AUTO_FREE(zkl_##g##_multiples)                                                      \
    zkl_status zkl_##g##_multiply_all(zkl_##g##_affine *out, const zkl_##g##_multiples *multiples, \
                                      const zkl_fr *scalars, size_t count, zkl_pool *pool,         \
                                      zkl_error *err) ZKL_MUST_USE;                                \
    zkl_status zkl_##g##_mul_many(zkl_##g##_affine *out, const zkl_##g##_affine *base,             \
                                  const zkl_fr *scalars, size_t count, zkl_pool *pool,             \
                                  zkl_error *err) ZKL_MUST_USE;

ZKL_DECLARE_MULTIPLES(g1)
ZKL_DECLARE_MULTIPLES(g2)

/* prod of e(p[i], q[i]) == 1: one product, one final exponentiation. Infinity on either side counts
 * 1. */
bool zkl_pairing_product_is_one(const zkl_g1_affine *p, const zkl_g2_affine *q, size_t count);
/* e(a, b) == e(c, d). Infinity counts as there. */
bool zkl_pairings_equal(const zkl_g1_affine *a, const zkl_g2_affine *b, const zkl_g1_affine *c,
                        const zkl_g2_affine *d);
