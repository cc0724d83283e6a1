#pragma once
/* Multilinear and univariate helpers over Fr. */
#include "algebra/fr.h"
#include "base/env.h"

/* out[i] = eq(point, i) for i < 2^point_count; bit k of i belongs to point[k]. */
void zkl_eq_vector(zkl_fr *out, const zkl_fr *point, size_t point_count);
/* Multilinear extension of [t > last] at point; bit k of t belongs to point[k]. */
void zkl_greater(zkl_fr *out, const zkl_fr *point, size_t point_count, uint64_t last);
/* Horner: sum of coefficients[i] x^i. */
void zkl_poly_eval(zkl_fr *out, const zkl_fr *coefficients, size_t count, const zkl_fr *x);
/* Quotient of f by (X - z), the remainder dropped: count - 1 coefficients. May work in place. */
void zkl_poly_divide(zkl_fr *out, const zkl_fr *f, size_t count, const zkl_fr *z);

/* ---- NTT over the 2-adic subgroup (r - 1 = 2^32 * odd), natural order in and out.
 * Twiddles are the caller's, made once for log_n_max: zkl_ntt_twiddles_new. */
typedef struct zkl_ntt zkl_ntt;
zkl_status zkl_ntt_new(zkl_ntt **out, unsigned log_n_max, zkl_error *err) ZKL_MUST_USE;
void zkl_ntt_free(zkl_ntt *ntt);
ZKL_DEFINE_AUTO_FREE(zkl_ntt)
void zkl_ntt_forward(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool);
void zkl_ntt_inverse(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool);
/* The primitive 2^log_n-th root the transforms use: w = 7^((r-1)/2^log_n), as iden3's ffjavascript picks
 * for BLS12-381 (its generator of Fr is 7; see iden3 notes in docs/formats). */
void zkl_ntt_root(zkl_fr *out, unsigned log_n);

/* S with w(X)e(1/X) + w(1/X)e(X) = 2<w,e> + X S(X) + S(1/X)/X: S_d-1 = sum over |i-j| = d of w_i e_j.
 * w has w_count, e has e_count <= w_count coefficients; out has w_count - 1. By NTT over the dense part.
 * docs/proof-system.md section 2, "Linear opening". */
zkl_status zkl_poly_cross(zkl_fr *out, const zkl_fr *w, size_t w_count, const zkl_fr *e, size_t e_count,
                          const zkl_ntt *ntt, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
