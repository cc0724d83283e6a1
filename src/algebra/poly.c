/* Small helpers over polynomials, one variable or many. A point's coordinate k belongs to bit k of
 * an index. */
#include "algebra/poly.h"

#include "native/fr_lanes.h"

/* The same step for `half` values at once: 0 + x (out[i] - 0), then out[i] + x (0 - out[i]). */
static void split_by_lanes(const zkl_fr_lanes *lanes, zkl_fr *out, const zkl_fr *x, size_t half)
{
    const zkl_fr_values values = { out->l, 4 }, zero = { ZKL_FR_ZERO.l, 0 };
    lanes->fold(out[half].l, zero, values, x->l, half);
    lanes->fold(out->l, values, zero, x->l, half);
}

/* eq(x, i) = product over k of (x_k if bit k of i else 1 - x_k). Each coordinate splits every value
 * in two: out[half + i] = x out[i], out[i] -= that. 2^n products. */
void zkl_eq_vector(zkl_fr *out, const zkl_fr *point, size_t point_count)
{
    const zkl_fr_lanes *lanes = zkl_fr_lanes_best();
    ZKL_ASSERT(point_count < 48);
    out[0] = ZKL_FR_ONE;
    for (size_t k = 0; k < point_count; k++) {
        const size_t half = (size_t)1 << k;
        if (lanes && half % ZKL_FR_LANES == 0) {
            split_by_lanes(lanes, out, &point[k], half);
            continue;
        }
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

/* Synthetic division, twice: q_(i-1) = f_i + a q_i, then the same of q by b. What would come next
 * of each is its remainder, which is not formed. Both go down side by side: each is a chain of
 * products in which every one waits for the one before. */
void zkl_poly_divide_two(zkl_fr *f, size_t count, const zkl_fr *a, const zkl_fr *b)
{
    zkl_fr first = ZKL_FR_ZERO, second = ZKL_FR_ZERO;
    if (count < 2)
        return;
    for (size_t i = count; i-- > 2;) {
        zkl_fr_mul(&second, &second, b);
        zkl_fr_mul(&first, &first, a);
        zkl_fr_add(&first, &first, &f[i]); /* of X^(i-1) in the first quotient */
        zkl_fr_add(&second, &second, &first);
        f[i] = second; /* of X^(i-2) in the second */
    }
    memmove(f, f + 2, (count - 2) * sizeof *f);
}
