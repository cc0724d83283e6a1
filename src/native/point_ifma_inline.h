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
 * 3. Powers of two. Coordinates are held times 2^384, and a product loses 2^416. Nothing is
 *    shifted to make up for it but one factor of y3: with d the denominators themselves, in
 *    V vectors,
 *        before[v] = (product of d in vectors below v) 2^(384 - 32 v),
 *    the chain of inverses begins with 1 / (product of all d) times 2^(384 + 32 V + 48), so before
 *    vector v it is 1 / (product of d in vectors 0 .. v) times 2^(384 + 32 (v + 1) + 48), and
 *        inverse of d = chain * before / 2^416 = 1 / d times 2^432,
 *        slope = (2^384 dy) (2^432 / d) / 2^416 = dy / d times 2^400, so that
 *        slope slope / 2^416 is times 2^384, as a coordinate is, and
 *        (2^16 slope) (x1 - x3) / 2^416 is, too.
 * 4. So every product but those of invert_lanes is of values whose own product is below 2^20:
 *    value < 1 + 2^-15, written "< 1.1". Bounds are those of DEGREE 2; those of DEGREE 1 are
 *    smaller.
 * 5. What the backward pass needs of the x is kept in limbs: it loads no x again. A product that
 *    waits for carries has one behind it that does not, since the processor looks ahead by about
 *    one product. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/fp_ifma_inline.h"
#include "native/point_lanes_internal.h"

#define VECTORS_MAX (ZKL_POINT_LANES_BATCH_MAX / ZKL_POINT_LANES)
#define VECTORS_BITS 8 /* check: VECTORS_BITS == log2(1024 // 8) + 1 */

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

/* 2^(416 + 32 2^k): times it, a product has 2^(32 2^k) more. */
static const uint64_t powers[VECTORS_BITS][WORDS] = {
    { 0x42b7fde37dba9366, 0x7784894e27525bc3, 0xb2b91b9dc1f5b1e9, 0x206f497dfcafb872,
      0x594137cc89a9b0bb,
      0x0411cd9d20d7e399 }, /* check: 0x411cd9d20d7e399594137cc89a9b0bb206f497dfcafb872b2b91b9dc1f5b1e97784894e27525bc342b7fde37dba9366 == 2**448 % p */
    { 0xe0c6a0c0a653f6fc, 0xc7a249df21bc8d58, 0x74d9c6d4363665a0, 0x33c525492b6bf6cc,
      0x23c5935a887f8c8b,
      0x1447c487a48f1eb6 }, /* check: 0x1447c487a48f1eb623c5935a887f8c8b33c525492b6bf6cc74d9c6d4363665a0c7a249df21bc8d58e0c6a0c0a653f6fc == 2**480 % p */
    { 0x944a75c872ded94b, 0x260dae7514d700cb, 0x7514a72d68a854a2, 0x3bb9c1d00387a395,
      0xea4f0983287aca8f,
      0x190d5914af76e794 }, /* check: 0x190d5914af76e794ea4f0983287aca8f3bb9c1d00387a3957514a72d68a854a2260dae7514d700cb944a75c872ded94b == 2**544 % p */
    { 0xed6eb5349a0f8820, 0x8557e86f90d0d89e, 0xdc405cbaa0de058c, 0x639892cdadaa9f43,
      0xd659c27eff70e776,
      0x0908ecb7af3c696b }, /* check: 0x908ecb7af3c696bd659c27eff70e776639892cdadaa9f43dc405cbaa0de058c8557e86f90d0d89eed6eb5349a0f8820 == 2**672 % p */
    { 0xdc435c2f56be821c, 0x238f84f9d228d866, 0x4574eaa5776ffa2f, 0x7586a9d18de35fae,
      0x7b91fd878476c66b,
      0x17702f6567401cfb }, /* check: 0x17702f6567401cfb7b91fd878476c66b7586a9d18de35fae4574eaa5776ffa2f238f84f9d228d866dc435c2f56be821c == 2**928 % p */
    { 0x81aececd830dfde9, 0x9a97b4d16a13a50d, 0xba715dfaf6449bca, 0x54362dc8de3f0762,
      0xfa147f38b16a591a,
      0x17d121b3232ed60d }, /* check: 0x17d121b3232ed60dfa147f38b16a591a54362dc8de3f0762ba715dfaf6449bca9a97b4d16a13a50d81aececd830dfde9 == 2**1440 % p */
    { 0xa2e04356c7c964c2, 0xa7f76789ec6c815f, 0x437be243230841ca, 0xc08c5191c6738579,
      0x3c61398ecfd59130,
      0x008d78e8f7f6f2fb }, /* check: 0x8d78e8f7f6f2fb3c61398ecfd59130c08c5191c6738579437be243230841caa7f76789ec6c815fa2e04356c7c964c2 == 2**2464 % p */
    { 0xdc149ec6a2c227bc, 0xa660a499ef8b87ff, 0x72b064885670e350, 0x775258ce239e1e81,
      0x07a8571d386e0b5b,
      0x0086336a442dab7f }, /* check: 0x86336a442dab7f07a8571d386e0b5b775258ce239e1e8172b064885670e350a660a499ef8b87ffdc149ec6a2c227bc == 2**4512 % p */
};
/* check: 0x2bf69384f92d3e033dd93c1a8feab465e3c7e53b5339ea307a7715aa0647077be8e5bb226834dac85f37dbaa0c09d50 == 2**464 % p */
static const uint64_t power_48[WORDS] = { 0x85f37dbaa0c09d50, 0xbe8e5bb226834dac,
                                          0x07a7715aa0647077, 0x5e3c7e53b5339ea3,
                                          0x33dd93c1a8feab46, 0x02bf69384f92d3e0 };

/* Eight additions, one for each lane. */
typedef struct operands {
    const zkl_point_addition *eight;
    __mmask8 there, negate_a, negate_b;
} operands;

#define STEP (sizeof(zkl_point_addition) / sizeof(void *)) /* from one addition to the next */

/* The lanes whose flag, the bit of the words with the flags, is set. */
INLINE __mmask8 flagged(const zkl_point_addition *eight, int64_t bit)
{
    _Static_assert(sizeof *eight == 32 && offsetof(zkl_point_addition, negate_a) == 24 &&
                       offsetof(zkl_point_addition, negate_b) == 25,
                   "flags are in the last of four words");
    const __m512i last = _mm512_setr_epi64(3, 7, 11, 15, 3, 7, 11, 15);
    const __m512i low =
        _mm512_permutex2var_epi64(_mm512_loadu_si512(eight), last, _mm512_loadu_si512(eight + 2));
    const __m512i high = _mm512_permutex2var_epi64(_mm512_loadu_si512(eight + 4), last,
                                                   _mm512_loadu_si512(eight + 6));
    const __m512i flags = _mm512_mask_mov_epi64(low, 0xf0, high);
    return _mm512_test_epi64_mask(flags, spread(bit));
}

/* Additions at .. at + 7 of the batch; past its end the first of them stands for those that are
 * not there. */
INLINE void find_operands(operands *o, zkl_point_addition padded[8],
                          const zkl_point_addition *batch, size_t at, size_t count)
{
    o->eight = batch + at;
    o->there = 0xff;
    if (at + ZKL_POINT_LANES > count) {
        for (size_t k = 0; k < ZKL_POINT_LANES; k++)
            padded[k] = batch[at + k < count ? at + k : at];
        o->eight = padded;
        o->there = (__mmask8)((1u << (count - at)) - 1);
    }
    o->negate_a = flagged(o->eight, 1);
    o->negate_b = flagged(o->eight, 1 << 8);
}

INLINE coordinate_words load_coordinate(const void *const *from, size_t which)
{
    coordinate_words out;
    for (size_t part = 0; part < DEGREE; part++)
        load_words(out.w[part], from, STEP, (which * DEGREE + part) * WORDS);
    return out;
}

INLINE void store_coordinate(const operands *o, size_t which, const coordinate *a, __mmask8 live)
{
    for (size_t part = 0; part < DEGREE; part++) {
        __m512i w[WORDS];
        to_words(w, &a->c[part]);
        store_words(&o->eight->out, STEP, (which * DEGREE + part) * WORDS, w, live);
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

INLINE lanes add_lanes(const lanes *a, const lanes *b)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    carry(&out);
    return out;
}

INLINE coordinate add_parts(const coordinate *a, const coordinate *b)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = add_lanes(&a->c[part], &b->c[part]);
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

INLINE coordinate shift_parts(const coordinate *a, unsigned bits)
{
    coordinate out;
    for (size_t part = 0; part < DEGREE; part++)
        out.c[part] = shift(&a->c[part], bits);
    return out;
}

/* From value < 4 to the element itself. */
INLINE void reduce_parts(coordinate *a)
{
    for (size_t part = 0; part < DEGREE; part++) {
        reduce_once(&a->c[part], 2);
        reduce_once(&a->c[part], 1);
    }
}

/* check: TOP_INVERSE == 2**416 // p */
#define TOP_INVERSE 42282111731
/* [i][k]: limb i of k p */
#define MULTIPLES_OF(limb)                                                                         \
    {                                                                                              \
        0, limb, 2 * limb, 3 * limb, 4 * limb, 5 * limb, 6 * limb, 7 * limb                        \
    }
static const int64_t prime_multiples[LIMBS][8] = {
    MULTIPLES_OF(0xeffffffffaaab), MULTIPLES_OF(0xfeb153ffffb9f), MULTIPLES_OF(0x6b0f6241eabff),
    MULTIPLES_OF(0x12bf6730d2a0f), MULTIPLES_OF(0x764774b84f385), MULTIPLES_OF(0x1ba7b6434bacd),
    MULTIPLES_OF(0x1ea397fe69a4b), MULTIPLES_OF(0x000000001a011)
};

/* a less as many p as its upper limbs say: from 0.1 < value < 8, limbs of any sign below 2^60, to
 * -2^-15 < value < 1 + 2^-15, limbs of any sign. The guess is floor(value / p) or a neighbour: what
 * limbs below the upper three carry is left out, which is less than 2 of 106,513 parts of p. */
INLINE void subtract_guess(lanes *a)
{
    const __m512i up_6 = _mm512_add_epi64(a->l[6], _mm512_srai_epi64(a->l[5], 52));
    const __m512i top = _mm512_add_epi64(a->l[7], _mm512_srai_epi64(up_6, 52));
    const __m512i guess = _mm512_madd52hi_epu64(_mm512_setzero_si512(), top, spread(TOP_INVERSE));
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        a->l[i] = _mm512_sub_epi64(
            a->l[i], _mm512_permutexvar_epi64(guess, _mm512_loadu_si512(prime_multiples[i])));
}

/* From there to the element itself. In one vector of some thousands a lane is so near to 0 or to p
 * that its top limb does not say on which side. */
INLINE void settle(lanes *a)
{
    carry(a); /* the top limb keeps the sign */
    if (_mm512_cmp_epu64_mask(a->l[LIMBS - 1], spread(prime[LIMBS - 1]), _MM_CMPINT_NLT)) {
        const __mmask8 negative = _mm512_movepi64_mask(a->l[LIMBS - 1]);
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            a->l[i] = _mm512_mask_add_epi64(a->l[i], negative, a->l[i], spread(prime[i]));
        carry(a);
        reduce_once(a, 1);
    }
}

/* a b / 2^416, limbs not normalised: value(b) < 4, value < value(a) (value(b) + 4) / 2^35.2 + 1 */
INLINE coordinate multiply_columns(const coordinate *a, const coordinate *b)
{
    coordinate out;
#if DEGREE == 1
    out.c[0] = multiply_add_columns(&a->c[0], &b->c[0], NULL, NULL);
#else
    const lanes zero = { { _mm512_setzero_si512() } }, minus = subtract(&zero, &b->c[1], 4);
    out.c[0] = multiply_add_columns(&a->c[0], &b->c[0], &a->c[1], &minus);
    out.c[1] = multiply_add_columns(&a->c[0], &b->c[1], &a->c[1], &b->c[0]);
#endif
    return out;
}

INLINE coordinate multiply(const coordinate *a, const coordinate *b)
{
    coordinate out = multiply_columns(a, b);
    for (size_t part = 0; part < DEGREE; part++)
        carry(&out.c[part]);
    return out;
}

/* a^2 / 2^416, limbs not normalised: value(a) < 2, value < 1.1. In Fp2 (c0 + c1 u)^2 = (c0 + c1)
 * (c0 - c1) + 2 c0 c1 u, two products for four. */
INLINE coordinate square_columns(const coordinate *a)
{
#if DEGREE == 1
    return (coordinate){ { square_one(&a->c[0]) } };
#else
    const lanes sum = add_lanes(&a->c[0], &a->c[1]);                                      /* < 4 */
    const lanes difference = subtract(&a->c[0], &a->c[1], 2), twice = shift(&a->c[0], 1); /* < 4 */
    return (coordinate){ { multiply_add_columns(&sum, &difference, NULL, NULL),
                           multiply_add_columns(&twice, &a->c[1], NULL, NULL) } };
#endif
}

/* a b / 2^384: value(a), value(b) < 2.2, value < 2.4 */
INLINE coordinate multiply_exact(const coordinate *a, const coordinate *b)
{
    const coordinate shifted = shift_parts(a, 32);
    return multiply(&shifted, b);
}

/* y, or -y in the lanes of negate; limbs of any sign. -1 <= value <= 1 */
INLINE coordinate signed_y(const void *const *from, __mmask8 negate)
{
    const coordinate_words w = load_coordinate(from, 1);
    coordinate y = of_coordinate_words(&w);
    for (size_t part = 0; part < DEGREE; part++)
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            y.c[part].l[i] = _mm512_mask_sub_epi64(y.c[part].l[i], negate, _mm512_setzero_si512(),
                                                   y.c[part].l[i]);
    return y;
}

/* The same plus p where it is negated. 0 <= value <= 1, limbs normalised */
INLINE coordinate positive_y(const void *const *from, __mmask8 negate)
{
    coordinate y = signed_y(from, negate);
    for (size_t part = 0; part < DEGREE; part++) {
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            y.c[part].l[i] =
                _mm512_mask_add_epi64(y.c[part].l[i], negate, y.c[part].l[i], spread(prime[i]));
        carry(&y.c[part]);
    }
    return y;
}

/* Of the lanes in which both x are equal and not 0: those in which the points are, too. */
INLINE __mmask8 equal_points(const operands *o, __mmask8 same_x)
{
    if (!same_x)
        return 0;
    const coordinate_words w = load_coordinate(&o->eight->a, 1);
    const coordinate y1 = positive_y(&o->eight->a, o->negate_a),
                     y2 = positive_y(&o->eight->b, o->negate_b);
    return same_x & same_lanes(&y1, &y2) & (__mmask8)~zero_lanes(&w);
}

/* The slope's: x2 - x1, 2 y1 in the lanes that double; 1 in those that are not live. value < 2 */
INLINE coordinate denominator(const operands *o, const coordinate *x1, const coordinate *x2,
                              __mmask8 live, __mmask8 doubled)
{
    coordinate d = subtract_parts(x2, x1, 1);
    if (doubled) {
        const coordinate y = positive_y(&o->eight->a, o->negate_a), twice = add_parts(&y, &y);
        replace_lanes(&d, doubled, &twice);
    }
    if (live != 0xff) {
        const coordinate unit = load_all(one);
        replace_lanes(&d, (__mmask8)~live, &unit);
    }
    return d;
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

/* 2^(32 exponent), as a factor: a product with it is that much more. value < 1.1 */
INLINE coordinate power_of_32(size_t exponent)
{
    ZKL_DEBUG_ASSERT(exponent >> VECTORS_BITS == 0 && exponent);
    coordinate power = { 0 };
    bool begun = false;
    for (size_t k = 0; k < VECTORS_BITS; k++)
        if (exponent >> k & 1) {
            const lanes factor = load_one(powers[k]);
            power.c[0] = begun ? multiply_add(&power.c[0], &factor, NULL, NULL) : factor;
            begun = true;
        }
    return power;
}

/* What the chain of inverses begins with, (3): from before[vectors], times 2^(384 - 32 vectors).
 * All values below 2.2. */
static coordinate invert_lanes(const coordinate *product, size_t vectors, zkl_point_invert *invert)
{
    const __m512i by_1 = _mm512_setr_epi64(1, 0, 3, 2, 5, 4, 7, 6);
    const __m512i by_2 = _mm512_setr_epi64(2, 3, 0, 1, 6, 7, 4, 5);
    const __m512i by_4 = _mm512_setr_epi64(4, 5, 6, 7, 0, 1, 2, 3);
    const coordinate power = power_of_32(vectors), exact = multiply(&power, product);
    const coordinate other = rotate(&exact, by_1), two = multiply_exact(&exact, &other);
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
    inverse = multiply_exact(&inverse, &other);
    const coordinate more = { { load_one(power_48) } };
    inverse = multiply(&power, &inverse);
    return multiply(&more, &inverse);
}

/* y2 - y1, or 3 x1^2 in the lanes that double. value < 4 */
INLINE coordinate numerator(const operands *o, const coordinate *x1, const coordinate *y1,
                            __mmask8 doubled)
{
    const coordinate y2 = signed_y(&o->eight->b, o->negate_b);
    coordinate dy = subtract_parts(&y2, y1, 2); /* -1 .. 1 less -1 .. 1 plus 2 */
    if (doubled) {
        coordinate square = multiply_exact(x1, x1);
        reduce_parts(&square);
        coordinate triple = add_parts(&square, &square);
        triple = add_parts(&triple, &square); /* < 3 */
        replace_lanes(&dy, doubled, &triple);
    }
    return dy;
}

/* What the forward pass keeps of eight additions. */
typedef struct kept_vector {
    coordinate before, d, x1;
} kept_vector;

/* slope^2 - x1 - x2, to be settled. x2 = d + x1 - p, but x1 in the lanes that double. */
INLINE coordinate third_x(const coordinate *square, const kept_vector *kept, __mmask8 doubled)
{
    coordinate x3;
    for (size_t part = 0; part < DEGREE; part++) {
        const lanes *d = &kept->d.c[part], *x1 = &kept->x1.c[part], *sq = &square->c[part];
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++) {
            const __m512i twice = _mm512_add_epi64(x1->l[i], x1->l[i]);
            x3.c[part].l[i] = _mm512_add_epi64(_mm512_sub_epi64(sq->l[i], twice),
                                               _mm512_sub_epi64(spread(4 * prime[i]), d->l[i]));
        }
        if (doubled)
#pragma GCC unroll 8
            for (int i = 0; i < LIMBS; i++)
                x3.c[part].l[i] =
                    _mm512_mask_add_epi64(x3.c[part].l[i], doubled, x3.c[part].l[i],
                                          _mm512_sub_epi64(d->l[i], spread(prime[i])));
        subtract_guess(&x3.c[part]); /* from 1 .. 4.1 */
    }
    return x3;
}

INLINE void settle_and_store(const operands *o, size_t which, coordinate *a, __mmask8 live)
{
    for (size_t part = 0; part < DEGREE; part++)
        settle(&a->c[part]);
    store_coordinate(o, which, a, live);
}

/* The chain of inverses from one vector to the next. here: of the denominators in vectors 0 .. v;
 * inverse: of this one's, times 2^432. Both < 1.1 */
typedef struct inverse_chain {
    coordinate here, inverse;
} inverse_chain;

/* The line through a and b: x3 = slope^2 - x1 - x2, y3 = slope (x1 - x3) - y1. Moves the chain to
 * the vector below, if there is one. */
INLINE void store_sums(const operands *o, __mmask8 live, __mmask8 doubled, inverse_chain *chain,
                       const kept_vector *kept, const kept_vector *below)
{
    const coordinate y1 = signed_y(&o->eight->a, o->negate_a);
    const coordinate over = numerator(o, &kept->x1, &y1, doubled);
    const coordinate slope = multiply(&over, &chain->inverse); /* < 1.1, times 2^400 */
    if (below)
        chain->here = multiply(&kept->d, &chain->here);
    const coordinate square = square_columns(&slope); /* < 1.1 */
    coordinate x3 = third_x(&square, kept, doubled);
    const coordinate dx = subtract_parts(&kept->x1, &x3, 2); /* 0.9 .. 3.1 */
    if (below)
        chain->inverse = multiply(&chain->here, &below->before);
    const coordinate slope_16 = shift_parts(&slope, 16);
    coordinate y3 = multiply_columns(&slope_16, &dx); /* 2^16.2 (3.1 + 4) / 2^35.2 + 1 < 1.1 */
    settle_and_store(o, 0, &x3, live);
    for (size_t part = 0; part < DEGREE; part++) {
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            y3.c[part].l[i] = _mm512_add_epi64(
                y3.c[part].l[i], _mm512_sub_epi64(spread(2 * prime[i]), y1.c[part].l[i]));
        subtract_guess(&y3.c[part]); /* from 1 .. 4.1 */
    }
    settle_and_store(o, 1, &y3, live);
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

#define POINT_BYTES (2 * DEGREE * WORDS * sizeof(uint64_t))

/* hint is a constant, as the instruction wants it */
#define PREFETCH_POINT(point, hint)                                                                \
    do {                                                                                           \
        for (size_t byte = 0; byte < POINT_BYTES; byte += 64)                                      \
            _mm_prefetch((const char *)(point) + byte, hint);                                      \
        _mm_prefetch((const char *)(point) + POINT_BYTES - 1, hint);                               \
    } while (0)

/* From the second level to the first, for the next eight: the processor does not look so far
 * ahead by itself. */
INLINE void prefetch_eight(const zkl_point_addition *eight)
{
#pragma GCC unroll 8
    for (size_t k = 0; k < ZKL_POINT_LANES; k++) {
        PREFETCH_POINT(eight[k].a, _MM_HINT_T0);
        PREFETCH_POINT(eight[k].b, _MM_HINT_T0);
    }
}

/* Operands of the batch after this one, eight at a time beside the work on eight: a in the forward
 * pass, b in the backward pass. More at once than the processor can have under way would wait. */
INLINE void prefetch_operands(const zkl_point_addition *next, size_t at, size_t count, bool second)
{
    for (size_t k = at; k < at + ZKL_POINT_LANES && k < count; k++)
        PREFETCH_POINT(second ? next[k].b : next[k].a, _MM_HINT_T1);
}

static size_t add_ahead(zkl_point_addition *batch, size_t count, const zkl_point_addition *next,
                        size_t next_count, void *scratch, zkl_point_invert *invert)
{
    kept_vector *kept = (kept_vector *)(((uintptr_t)scratch + 63) / 64 * 64);
    coordinate product = load_all(one);
    uint8_t live[VECTORS_MAX], doubled[VECTORS_MAX];
    size_t undone = 0;
    const size_t vectors = (count + ZKL_POINT_LANES - 1) / ZKL_POINT_LANES;
    operands o;
    zkl_point_addition padded[ZKL_POINT_LANES];
    ZKL_DEBUG_ASSERT(count && count <= ZKL_POINT_LANES_BATCH_MAX);
    for (size_t v = 0; v < vectors; v++) {
        find_operands(&o, padded, batch, v * ZKL_POINT_LANES, count);
        prefetch_operands(next, v * ZKL_POINT_LANES, next_count, false);
        if ((v + 2) * ZKL_POINT_LANES <= count)
            prefetch_eight(o.eight + ZKL_POINT_LANES);
        const coordinate_words a = load_coordinate(&o.eight->a, 0);
        const coordinate_words b = load_coordinate(&o.eight->b, 0);
        const __mmask8 zero = (__mmask8)(zero_lanes(&a) | zero_lanes(&b)),
                       same = equal_lanes(&a, &b);
        doubled[v] = equal_points(&o, (__mmask8)(same & ~zero & o.there));
        live[v] = (uint8_t)(o.there & ~zero & (~same | doubled[v]));
        undone += (size_t)__builtin_popcount(o.there & ~live[v]);
        const coordinate x1 = of_coordinate_words(&a), x2 = of_coordinate_words(&b);
        const coordinate d = denominator(&o, &x1, &x2, live[v], doubled[v]);
        kept[v] = (kept_vector){ product, d, x1 };
        product = multiply(&d, &product); /* < 1.1 */
    }
    inverse_chain chain = { .here = invert_lanes(&product, vectors, invert) };
    chain.inverse = multiply(&chain.here, &kept[vectors - 1].before);
    for (size_t v = vectors; v-- > 0;) {
        find_operands(&o, padded, batch, v * ZKL_POINT_LANES, count);
        prefetch_operands(next, v * ZKL_POINT_LANES, next_count, true);
        if (v > 0)
            prefetch_eight(batch + (v - 1) * ZKL_POINT_LANES);
        store_sums(&o, live[v], doubled[v], &chain, &kept[v], v > 0 ? &kept[v - 1] : NULL);
    }
    return undone ? keep_undone(batch, count, live) : 0;
}

static size_t add(zkl_point_addition *batch, size_t count, void *scratch, zkl_point_invert *invert)
{
    return add_ahead(batch, count, NULL, 0, scratch, invert);
}
