#pragma once
/* Multilinear and univariate helpers over Fr. */
#include "algebra/fr.h"
#include "base/env.h"

/* out[i] = eq(point, i) for i < 2^point_count; bit k of i belongs to point[k]. */
void zkl_eq_vector(zkl_fr *out, const zkl_fr *point, size_t point_count);
/* Horner: sum of coefficients[i] x^i. */
void zkl_poly_eval(zkl_fr *out, const zkl_fr *coefficients, size_t count, const zkl_fr *x);
/* f becomes its quotient by (X - a)(X - b), the remainder dropped: count - 2 coefficients. */
void zkl_poly_divide_two(zkl_fr *f, size_t count, const zkl_fr *a, const zkl_fr *b);

/* ---- NTT over the 2-adic subgroup (r - 1 = 2^32 * odd), natural order in and out:
 * forward values[i] = sum over j of values[j] w^(ij), w = zkl_ntt_root(log_n); inverse undoes it.
 * zkl_ntt_new makes the twiddles once, 32 * 2^log_n_max bytes; they serve every log_n <= log_n_max
 * (asserted). Cost: 2^log_n * log_n / 2 products, shared by the pool's workers. */
#define ZKL_NTT_LOG_MAX 32
typedef struct zkl_ntt zkl_ntt;
zkl_status zkl_ntt_new(zkl_ntt **out, unsigned log_n_max, zkl_error *err) ZKL_MUST_USE;
void zkl_ntt_free(zkl_ntt *ntt);
ZKL_DEFINE_AUTO_FREE(zkl_ntt)
void zkl_ntt_forward(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool);
void zkl_ntt_inverse(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool);
/* The primitive 2^log_n-th root the transforms use: w = 5^((r-1)/2^log_n), log_n <= 32. iden3's
 * tools (ffjavascript 0.3.0 wasm_field1.js, wasmcurves 0.2.2 build_fft.js) start from the smallest
 * quadratic non-residue, counting up from 2, which is 5 here (not the generator 7 others use), and
 * take w[32] = 5^((r-1)/2^32), w[s-1] = w[s]^2. The Lagrange sections of .ptau and .zkey files
 * depend on it: the H section on the coset by w[log_n + 1]. Their `shift` is 5^2 = 25. */
void zkl_ntt_root(zkl_fr *out, unsigned log_n);

/* S with w(X)e(1/X) + w(1/X)e(X) = 2<w,e> + X S(X) + S(1/X)/X: S_d-1 = sum over |i-j| = d of w_i
 * e_j. e has no more coefficients than w (asserted), and at least one; out has one less than w. By
 * NTT over the dense part. ntt must reach zkl_poly_cross_log(e->count). w may be secret: working
 * memory is wiped. Cost: 3 transforms of that size, and e->count products for each coefficient of w
 * from about e->count on. docs/proof-system.md section 2, "Linear opening". */
typedef struct zkl_coefficients {
    const zkl_fr *values; /* of X^0, X^1, .. */
    size_t count;
} zkl_coefficients;
unsigned zkl_poly_cross_log(size_t e_count); /* smallest log_n with 2^log_n >= 2 e_count - 1 */
zkl_status zkl_poly_cross(zkl_fr *out, const zkl_coefficients *w, const zkl_coefficients *e,
                          const zkl_ntt *ntt, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
