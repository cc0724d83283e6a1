/* Chords between affine points and tangents, eight at a time, in either group: included by
 * g1_ifma.c and g2_ifma.c after DEGREE, 1 for coordinates in Fp, 2 for pairs c0 + c1 u in Fp2,
 * u^2 = -1.
 *
 * 1. Addition k of a batch is in lane k % 8 of vector k / 8. A lane is dead where there is no
 *    addition, or none that a line does: its denominator counts as 1, and nothing of it is stored.
 * 2. The slope has the denominator x2 - x1, or 2 y1 where the points are equal. Forward: before[v]
 *    = the product, lane by lane, of the denominators in vectors 0 .. v - 1. Then one inversion for
 *    the product of all lanes. Backward: the inverse of the denominators in vectors 0 .. v, times
 *    before[v], is that of v.
 * 3. Bounds are those of DEGREE 2; those of DEGREE 1 are smaller. */
#include "native/cpu.h"
#include "native/fp_ifma_inline.h"
#include "native/point_lanes_internal.h"

#define VECTORS_MAX (ZKL_POINT_LANES_BATCH_MAX / ZKL_POINT_LANES)

/* One coordinate. Values are of its parts. */
typedef struct coordinate {
    lanes c[DEGREE];
} coordinate;

typedef struct coordinate_words {
    __m512i w[DEGREE][WORDS];
} coordinate_words;

/* check: 0x15f65ec3fa80e4935c071a97a256ec6d77ce5853705257455f48985753c758baebf4000bc40c0002760900000002fffd == 2**384 % p */
static const uint64_t one[DEGREE * WORDS] = { 0x760900000002fffd, 0xebf4000bc40c0002,
                                              0x5f48985753c758ba, 0x77ce585370525745,
                                              0x5c071a97a256ec6d, 0x15f65ec3fa80e493 };

typedef struct operands {
    const uint64_t *a[8], *b[8];
    uint64_t *out[8];
    __mmask8 there, negate_a, negate_b;
} operands;

INLINE void find_operands(operands *o, const zkl_point_addition *batch, size_t at, size_t count)
{
    o->there = o->negate_a = o->negate_b = 0;
    for (size_t k = 0; k < ZKL_POINT_LANES; k++) {
        const zkl_point_addition *add = &batch[at + k < count ? at + k : at];
        o->a[k] = add->a;
        o->b[k] = add->b;
        o->out[k] = add->out;
        o->there = (__mmask8)(o->there | (at + k < count) << k);
        o->negate_a = (__mmask8)(o->negate_a | (add->negate_a & 1) << k);
        o->negate_b = (__mmask8)(o->negate_b | (add->negate_b & 1) << k);
    }
}

INLINE void load_coordinate(coordinate_words *out, const uint64_t *const from[8], size_t which)
{
    for (size_t part = 0; part < DEGREE; part++)
        load_words(out->w[part], from, (which * DEGREE + part) * WORDS);
}

INLINE void store_coordinate(uint64_t *const to[8], size_t which, const coordinate *a,
                             __mmask8 live)
{
    for (size_t part = 0; part < DEGREE; part++) {
        __m512i w[WORDS];
        to_words(w, &a->c[part]);
        store_words(to, (which * DEGREE + part) * WORDS, w, live);
    }
}

INLINE coordinate of_coordinate_words(const coordinate_words *w)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = of_words(w->w[part]);
    return out;
}

INLINE coordinate load_all(const uint64_t from[DEGREE * WORDS])
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = load_one(from + part * WORDS);
    return out;
}

INLINE __mmask8 zero_lanes(const coordinate_words *a)
{
    __m512i any = a->w[0][0];
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 6
        for (int j = 0; j < WORDS; j++)
            any = _mm512_or_si512(any, a->w[part][j]);
    return _mm512_testn_epi64_mask(any, any);
}

INLINE __mmask8 equal_lanes(const coordinate_words *a, const coordinate_words *b)
{
    __mmask8 equal = 0xff;
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 6
        for (int j = 0; j < WORDS; j++)
            equal = _mm512_mask_cmpeq_epi64_mask(equal, a->w[part][j], b->w[part][j]);
    return equal;
}

/* The limbs of both are normalised. */
INLINE __mmask8 same_lanes(const coordinate *a, const coordinate *b)
{
    __mmask8 same = 0xff;
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            same = _mm512_mask_cmpeq_epi64_mask(same, a->c[part].l[i], b->c[part].l[i]);
    return same;
}

/* b in the lanes of which, a in the others. */
INLINE void replace_lanes(coordinate *a, __mmask8 which, const coordinate *b)
{
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            a->c[part].l[i] = _mm512_mask_mov_epi64(a->c[part].l[i], which, b->c[part].l[i]);
}

INLINE coordinate add_parts(const coordinate *a, const coordinate *b)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++) {
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            out.c[part].l[i] = _mm512_add_epi64(a->c[part].l[i], b->c[part].l[i]);
        carry(&out.c[part]);
    }
    return out;
}

/* a - b + multiple p */
INLINE coordinate subtract_parts(const coordinate *a, const coordinate *b, int64_t multiple)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = subtract(&a->c[part], &b->c[part], multiple);
    return out;
}

INLINE coordinate shift_parts(const coordinate *a)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = shift_32(&a->c[part]);
    return out;
}

/* From value < 5 to the element itself. */
INLINE void reduce_parts(coordinate *a)
{
    for (size_t part = 0; part < DEGREE; part++) {
        if (DEGREE == 2) /* < 4 without */
            reduce_once(&a->c[part], 2);
        reduce_once(&a->c[part], 2);
        reduce_once(&a->c[part], 1);
    }
}

/* shifted / 2^32 times b: value(b) < 4, value < value(shifted) (value(b) + 4) / 2^35.2 + 1 */
INLINE coordinate multiply(const coordinate *shifted, const coordinate *b)
{
    coordinate out;
#if DEGREE == 1
    out.c[0] = multiply_add(&shifted->c[0], &b->c[0], NULL, NULL);
#else
    const lanes zero = { { _mm512_setzero_si512() } }, minus = subtract(&zero, &b->c[1], 4);
    out.c[0] = multiply_add(&shifted->c[0], &b->c[0], &shifted->c[1], &minus);
    out.c[1] = multiply_add(&shifted->c[0], &b->c[1], &shifted->c[1], &b->c[0]);
#endif
    return out;
}

/* The same of a not shifted: value(a) < 4, value < value(a) (value(b) + 4) / 9.1 + 1 */
INLINE coordinate multiply_exact(const coordinate *a, const coordinate *b)
{
    const coordinate shifted = shift_parts(a);
    return multiply(&shifted, b);
}

/* y, or -y in the lanes of negate. value <= 1 */
INLINE coordinate signed_y(const uint64_t *const from[8], __mmask8 negate)
{
    coordinate_words w;
    load_coordinate(&w, from, 1);
    coordinate y = of_coordinate_words(&w);
    if (negate) {
        const coordinate zero = { { { { _mm512_setzero_si512() } } } };
        const coordinate minus = subtract_parts(&zero, &y, 1);
        replace_lanes(&y, negate, &minus);
    }
    return y;
}

/* Of the lanes in which both x are equal and not 0: those in which the points are, too. */
INLINE __mmask8 equal_points(const operands *o, __mmask8 same_x)
{
    coordinate_words w;
    if (!same_x)
        return 0;
    load_coordinate(&w, o->a, 1);
    const coordinate y1 = signed_y(o->a, o->negate_a), y2 = signed_y(o->b, o->negate_b);
    return same_x & same_lanes(&y1, &y2) & (__mmask8)~zero_lanes(&w);
}

/* The slope's, times 2^32: x2 - x1, 2 y1 in the lanes that double; 1 in those that are not live.
 * value < 2^33 */
INLINE coordinate denominator(const operands *o, const coordinate *x1, const coordinate *x2,
                              __mmask8 live, __mmask8 doubled)
{
    const coordinate unit = load_all(one);
    coordinate d = subtract_parts(x2, x1, 1);
    if (doubled) {
        const coordinate y = signed_y(o->a, o->negate_a), twice = add_parts(&y, &y);
        replace_lanes(&d, doubled, &twice);
    }
    replace_lanes(&d, (__mmask8)~live, &unit);
    return shift_parts(&d);
}

INLINE coordinate rotate(const coordinate *a, __m512i order)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            out.c[part].l[i] = _mm512_permutexvar_epi64(order, a->c[part].l[i]);
    return out;
}

/* 1 / product, lane by lane, by one inversion. All values below 3.4; product's below 2.5, and the
 * result 2.7. */
static coordinate invert_lanes(const coordinate *product, zkl_point_invert *invert)
{
    const __m512i by_1 = _mm512_setr_epi64(1, 0, 3, 2, 5, 4, 7, 6);
    const __m512i by_2 = _mm512_setr_epi64(2, 3, 0, 1, 6, 7, 4, 5);
    const __m512i by_4 = _mm512_setr_epi64(4, 5, 6, 7, 0, 1, 2, 3);
    const coordinate other = rotate(product, by_1), two = multiply_exact(product, &other);
    const coordinate other_two = rotate(&two, by_2), four = multiply_exact(&two, &other_two);
    const coordinate other_four = rotate(&four, by_4);
    coordinate all = multiply_exact(&four, &other_four), inverse;
    uint64_t in[DEGREE * WORDS], out[DEGREE * WORDS];
    reduce_parts(&all);
    for (size_t part = 0; part < DEGREE; part++) {
        __m512i w[WORDS];
        to_words(w, &all.c[part]);
        for (size_t j = 0; j < WORDS; j++)
            in[part * WORDS + j] = (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(w[j]));
    }
    invert(out, in);
    inverse = load_all(out);
    inverse = multiply_exact(&inverse, &other_four);
    inverse = multiply_exact(&inverse, &other_two);
    return multiply_exact(&inverse, &other);
}

/* y2 - y1, or 3 x1^2 in the lanes that double. value < 2 */
INLINE coordinate numerator(const operands *o, const coordinate *x1, const coordinate *y1,
                            __mmask8 doubled)
{
    const coordinate y2 = signed_y(o->b, o->negate_b);
    coordinate dy = subtract_parts(&y2, y1, 1);
    if (doubled) {
        coordinate square = multiply_exact(x1, x1); /* < 1.6 */
        reduce_parts(&square);
        coordinate triple = add_parts(&square, &square);
        triple = add_parts(&triple, &square); /* < 3 */
        for (size_t part = 0; part < DEGREE; part++)
            reduce_once(&triple.c[part], 2);
        replace_lanes(&dy, doubled, &triple);
    }
    return dy;
}

/* The line through a and b: x3 = slope^2 - x1 - x2, y3 = slope (x1 - x3) - y1. */
INLINE void store_sums(const operands *o, __mmask8 live, __mmask8 doubled, const coordinate *x1,
                       const coordinate *x2, const coordinate *inverse)
{
    const coordinate y1 = signed_y(o->a, o->negate_a);
    const coordinate over = numerator(o, x1, &y1, doubled);
    const coordinate slope = multiply_exact(&over, inverse),
                     slope_32 = shift_parts(&slope); /* < 2.5 */
    coordinate x3 = multiply(&slope_32, &slope);     /* < 2.8 */
    x3 = subtract_parts(&x3, x1, 1);
    x3 = subtract_parts(&x3, x2, 1); /* < 4.8 */
    reduce_parts(&x3);
    store_coordinate(o->out, 0, &x3, live);
    const coordinate dx = subtract_parts(x1, &x3, 1); /* < 2 */
    coordinate y3 = multiply(&slope_32, &dx);         /* < 2.7 */
    y3 = subtract_parts(&y3, &y1, 1);                 /* < 3.7 */
    reduce_parts(&y3);
    store_coordinate(o->out, 1, &y3, live);
}

/* Keeps the additions that are not of a live lane. */
static size_t keep_undone(zkl_point_addition *batch, size_t count, const uint8_t *live)
{
    size_t kept = 0;
    for (size_t k = 0; k < count; k++)
        if (!(live[k / ZKL_POINT_LANES] >> k % ZKL_POINT_LANES & 1))
            batch[kept++] = batch[k];
    return kept;
}

static size_t add(zkl_point_addition *batch, size_t count, void *scratch, zkl_point_invert *invert)
{
    coordinate *before = (coordinate *)(((uintptr_t)scratch + 63) / 64 * 64);
    coordinate product = load_all(one);
    uint8_t live[VECTORS_MAX], doubled[VECTORS_MAX];
    size_t undone = 0;
    const size_t vectors = (count + ZKL_POINT_LANES - 1) / ZKL_POINT_LANES;
    operands o;
    coordinate_words a, b;
    for (size_t v = 0; v < vectors; v++) {
        find_operands(&o, batch, v * ZKL_POINT_LANES, count);
        load_coordinate(&a, o.a, 0);
        load_coordinate(&b, o.b, 0);
        const __mmask8 zero = (__mmask8)(zero_lanes(&a) | zero_lanes(&b)),
                       same = equal_lanes(&a, &b);
        doubled[v] = equal_points(&o, (__mmask8)(same & ~zero & o.there));
        live[v] = (uint8_t)(o.there & ~zero & (~same | doubled[v]));
        undone += (size_t)__builtin_popcount(o.there & ~live[v]);
        const coordinate x1 = of_coordinate_words(&a), x2 = of_coordinate_words(&b);
        const coordinate d = denominator(&o, &x1, &x2, live[v], doubled[v]);
        before[v] = product;
        product = multiply(&d, &product); /* < 2.5 */
    }
    coordinate inverse = invert_lanes(&product, invert);
    for (size_t v = vectors; v-- > 0;) {
        find_operands(&o, batch, v * ZKL_POINT_LANES, count);
        load_coordinate(&a, o.a, 0);
        load_coordinate(&b, o.b, 0);
        const coordinate x1 = of_coordinate_words(&a), x2 = of_coordinate_words(&b);
        const coordinate d = denominator(&o, &x1, &x2, live[v], doubled[v]);
        const coordinate here = multiply_exact(&inverse, &before[v]); /* < 2.9 */
        inverse = multiply(&d, &inverse);                             /* < 2.5 */
        store_sums(&o, live[v], doubled[v], &x1, &x2, &here);
    }
    return undone ? keep_undone(batch, count, live) : 0;
}
