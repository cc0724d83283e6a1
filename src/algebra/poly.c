/* Small helpers over polynomials, one variable or many. A point's coordinate k belongs to bit k of
 * an index. */
#include "algebra/poly.h"

/* eq(x, i) = product over k of (x_k if bit k of i else 1 - x_k). Each coordinate splits every value
 * in two: out[half + i] = x out[i], out[i] -= that. 2^n products. */
void zkl_eq_vector(zkl_fr *out, const zkl_fr *point, size_t point_count)
{
    ZKL_ASSERT(point_count < 48);
    out[0] = ZKL_FR_ONE;
    for (size_t k = 0; k < point_count; k++) {
        const size_t half = (size_t)1 << k;
        for (size_t i = 0; i < half; i++) {
            zkl_fr_mul(&out[half + i], &out[i], &point[k]);
            zkl_fr_sub(&out[i], &out[i], &out[half + i]);
        }
    }
}

/* From the highest coefficient down: count products. */
void zkl_poly_eval(zkl_fr *out, const zkl_fr *coefficients, size_t count, const zkl_fr *x)
{
    ZKL_ASSERT(coefficients || count == 0);
    zkl_fr value = ZKL_FR_ZERO;
    for (size_t i = count; i-- > 0;) {
        zkl_fr_mul(&value, &value, x);
        zkl_fr_add(&value, &value, &coefficients[i]);
    }
    *out = value;
}

/* Synthetic division: q_(n-2) = f_(n-1), q_(i-1) = f_i + z q_i. What would come next is the
 * remainder f(z), which is not formed. */
void zkl_poly_divide(zkl_fr *out, const zkl_fr *f, size_t count, const zkl_fr *z)
{
    if (count == 0)
        return;
    zkl_fr carry = ZKL_FR_ZERO; /* the quotient's coefficients, from the top down */
    zkl_fr next = f[count - 1];
    for (size_t i = count - 1; i > 0; i--) {
        zkl_fr_mul(&carry, &carry, z);
        zkl_fr_add(&carry, &carry, &next);
        next = f[i - 1]; /* in place, out[i - 1] overwrites it */
        out[i - 1] = carry;
    }
}
