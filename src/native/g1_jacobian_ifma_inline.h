/* Elements of Fp eight at a time, all held times 2^416, so that a product of two is one of the same
 * form, and points of G1 in Jacobian coordinates (X / Z^2, Y / Z^3) over them. fp_ifma_inline.h has
 * limbs and bounds. */
#include "native/fp_ifma_inline.h"

typedef struct jacobian {
    lanes x, y, z;
} jacobian;

/* Products: value < value(a) value(b) / 2^35.2 + 1, below 1.001 for factors below 16. */
INLINE lanes times(const lanes *a, const lanes *b)
{
    return multiply_add(a, b, NULL, NULL);
}

/* a^2: a sum of its columns stays below 2^52 (8 * 4 + 16). */
INLINE lanes squared(const lanes *a)
{
    lanes out = square_one(a);
    carry(&out);
    return out;
}

/* 2^up a - 2^down b + multiple p; 2^down value(b) <= multiple. value < 2^up value(a) + multiple */
INLINE lanes difference(const lanes *a, unsigned up, const lanes *b, unsigned down,
                        int64_t multiple)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(
            _mm512_sub_epi64(_mm512_slli_epi64(a->l[i], up), _mm512_slli_epi64(b->l[i], down)),
            spread(multiple * prime[i]));
    carry(&out);
    return out;
}

INLINE lanes sum(const lanes *a, const lanes *b)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    carry(&out);
    return out;
}

/* In which lanes is a, value < 16, a multiple of p? */
INLINE __mmask8 vanishing(const lanes *a)
{
    lanes rest = *a;
    for (int64_t multiple = 8; multiple; multiple /= 2)
        reduce_once(&rest, multiple);
    __m512i any = rest.l[0];
#pragma GCC unroll 7
    for (int i = 1; i < LIMBS; i++)
        any = _mm512_or_si512(any, rest.l[i]);
    return _mm512_testn_epi64_mask(any, any);
}

INLINE void replace(lanes *a, __mmask8 which, const lanes *b)
{
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        a->l[i] = _mm512_mask_mov_epi64(a->l[i], which, b->l[i]);
}

/* 2^up a + b: value < 2^up value(a) + value(b) */
INLINE lanes sum_of(const lanes *a, unsigned up, const lanes *b)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(_mm512_slli_epi64(a->l[i], up), b->l[i]);
    carry(&out);
    return out;
}

/* S = X Y^2, E = 3 X^2: X' = E^2 - 8 S, Y' = E (4 S - X') - 8 Y^2 Y^2, Z' = 2 Y Z. Both products of
 * Y' are reduced once. Values: X and Y < 11, Z < 3, before and behind it. */
INLINE void double_point(jacobian *p)
{
    const lanes zero = { { _mm512_setzero_si512() } };
    const lanes square_x = squared(&p->x), square_y = squared(&p->y);
    const lanes s = times(&p->x, &square_y), e = sum_of(&square_x, 1, &square_x); /* < 3.1 */
    const lanes square_e = squared(&e), yz = times(&p->y, &p->z);
    const lanes minus = difference(&zero, 0, &square_y, 3, 9); /* < 9 */
    p->z = sum(&yz, &yz);                                      /* < 2.1 */
    p->x = difference(&square_e, 0, &s, 3, 9);                 /* < 10.1 */
    const lanes dx = difference(&s, 2, &p->x, 0, 11);          /* < 15.1 */
    p->y = multiply_add(&e, &dx, &minus, &square_y);           /* < 1.1 */
}
