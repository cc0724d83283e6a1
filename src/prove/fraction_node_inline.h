#pragma once
/* A node of the fraction tree from its four children, one element at a time: what the sets of
 * native/fr_lanes.h do for many. */
#include "prove/fraction_internal.h"

/* The factor of a sum of products: most numerators are 0 or 1. */
typedef enum factor_kind { FACTOR_ZERO, FACTOR_ONE, FACTOR_ANY } factor_kind;
typedef struct factor {
    factor_kind kind;
    zkl_fr value;
} factor;

static inline factor factor_of(const zkl_fr *value)
{
    const factor_kind kind = zkl_fr_is_zero(value)              ? FACTOR_ZERO
                             : zkl_fr_equal(value, &ZKL_FR_ONE) ? FACTOR_ONE
                                                                : FACTOR_ANY;
    return (factor){ kind, *value };
}

/* out = a x + b y */
static inline void cross_constant(zkl_fr *out, const factor *a, const zkl_fr *x, const factor *b,
                                  const zkl_fr *y)
{
    zkl_fr v, w;
    const zkl_fr *left = x, *right = y;
    if (a->kind == FACTOR_ANY) {
        zkl_fr_mul(&v, &a->value, x);
        left = &v;
    }
    if (b->kind == FACTOR_ANY) {
        zkl_fr_mul(&w, &b->value, y);
        right = &w;
    }
    if (a->kind == FACTOR_ZERO)
        *out = b->kind == FACTOR_ZERO ? ZKL_FR_ZERO : *right;
    else if (b->kind == FACTOR_ZERO)
        *out = *left;
    else
        zkl_fr_add(out, left, right);
}

/* p0 q1 + p1 q0: the numerator of p0/q0 + p1/q1 */
static inline void cross(zkl_fr *out, const zkl_fr *p0, const zkl_fr *q1, const zkl_fr *p1,
                         const zkl_fr *q0)
{
    zkl_fr v;
    zkl_fr_mul(&v, p0, q1);
    zkl_fr_mul(out, p1, q0);
    zkl_fr_add(out, out, &v);
}

/* x y, where one of them may be known to be 1 */
static inline void multiply_units(zkl_fr *out, const zkl_fr *x, bool x_is_one, const zkl_fr *y,
                                  bool y_is_one)
{
    if (x_is_one)
        *out = *y;
    else if (y_is_one)
        *out = *x;
    else
        zkl_fr_mul(out, x, y);
}

/* p01 q23 + q01 (p23 + lam q23) */
static inline void join(zkl_fr *out, const zkl_fr *p01, const zkl_fr *q01, zkl_fr *p23,
                        const zkl_fr *q23, const zkl_fr *lam)
{
    zkl_fr v;
    if (lam) {
        zkl_fr_mul(&v, lam, q23);
        zkl_fr_add(p23, p23, &v);
    }
    zkl_fr_mul(&v, p01, q23);
    zkl_fr_mul(out, q01, p23);
    zkl_fr_add(out, out, &v);
}

/* lam * (product of the q) + sum over b of p_b * (product of the other q); lam NULL: 0. */
static inline void combine(zkl_fr *out, const zkl_fr p[ZKL_ARITY], const zkl_fr q[ZKL_ARITY],
                           const zkl_fr *lam)
{
    zkl_fr p01, p23, q01, q23;
    cross(&p01, &p[0], &q[1], &p[1], &q[0]);
    cross(&p23, &p[2], &q[3], &p[3], &q[2]);
    zkl_fr_mul(&q01, &q[0], &q[1]);
    zkl_fr_mul(&q23, &q[2], &q[3]);
    join(out, &p01, &q01, &p23, &q23, lam);
}

/* The same with numerators that are constant over a run, and often 0 or 1; unit: which
 * denominators are 1 throughout. */
static inline void combine_constant(zkl_fr *out, const factor p[ZKL_ARITY],
                                    const zkl_fr q[ZKL_ARITY], const bool unit[ZKL_ARITY],
                                    const zkl_fr *lam)
{
    zkl_fr p01, p23, q01, q23, v;
    cross_constant(&p23, &p[2], &q[3], &p[3], &q[2]);
    multiply_units(&q01, &q[0], unit[0], &q[1], unit[1]);
    multiply_units(&q23, &q[2], unit[2], &q[3], unit[3]);
    if (lam) {
        zkl_fr_mul(&v, lam, &q23);
        zkl_fr_add(&p23, &p23, &v);
    }
    zkl_fr_mul(out, &q01, &p23);
    if (p[0].kind == FACTOR_ZERO && p[1].kind == FACTOR_ZERO)
        return;
    cross_constant(&p01, &p[0], &q[1], &p[1], &q[0]);
    zkl_fr_mul(&v, &p01, &q23);
    zkl_fr_add(out, out, &v);
}

/* sum += e value */
static inline void add_weighted(zkl_fr *sum, const zkl_fr *e, const zkl_fr *value)
{
    zkl_fr v;
    zkl_fr_mul(&v, e, value);
    zkl_fr_add(sum, sum, &v);
}
