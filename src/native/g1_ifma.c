/* 1. Addition k of a batch is in lane k % 8 of vector k / 8. A lane is dead where there is no addition, or none that the
 *    chord does: its difference of x counts as 1, and nothing of it is stored.
 * 2. Forward: before[v] = the product, lane by lane, of the differences in vectors 0 .. v - 1. Then one inversion for the
 *    product of all lanes. Backward: the inverse of the differences in vectors 0 .. v, times before[v], is that of v. */
#include "native/g1_lanes_internal.h"

#if defined(__x86_64__)
#include "native/cpu.h"
#include "native/fp_ifma_inline.h"

#define VECTORS_MAX (ZKL_G1_LANES_BATCH_MAX / ZKL_G1_LANES)

/* check: 0x15f65ec3fa80e4935c071a97a256ec6d77ce5853705257455f48985753c758baebf4000bc40c0002760900000002fffd == 2**384 % p */
static const uint64_t one[WORDS] = { 0x760900000002fffd, 0xebf4000bc40c0002, 0x5f48985753c758ba,
                                     0x77ce585370525745, 0x5c071a97a256ec6d, 0x15f65ec3fa80e493 };

typedef struct operands {
    const uint64_t *a[8], *b[8];
    uint64_t *out[8];
    __mmask8 there, negate_a, negate_b;
} operands;

INLINE void find_operands(operands *o, const zkl_point_addition *batch, size_t at, size_t count)
{
    o->there = o->negate_a = o->negate_b = 0;
    for (size_t k = 0; k < ZKL_G1_LANES; k++) {
        const zkl_point_addition *add = &batch[at + k < count ? at + k : at];
        o->a[k] = add->a;
        o->b[k] = add->b;
        o->out[k] = add->out;
        o->there = (__mmask8)(o->there | (at + k < count) << k);
        o->negate_a = (__mmask8)(o->negate_a | (add->negate_a & 1) << k);
        o->negate_b = (__mmask8)(o->negate_b | (add->negate_b & 1) << k);
    }
}

INLINE __mmask8 zero_lanes(const __m512i w[WORDS])
{
    __m512i any = w[0];
#pragma GCC unroll 5
    for (int j = 1; j < WORDS; j++)
        any = _mm512_or_si512(any, w[j]);
    return _mm512_testn_epi64_mask(any, any);
}

INLINE __mmask8 equal_lanes(const __m512i v[WORDS], const __m512i w[WORDS])
{
    __mmask8 equal = 0xff;
#pragma GCC unroll 6
    for (int j = 0; j < WORDS; j++)
        equal = _mm512_mask_cmpeq_epi64_mask(equal, v[j], w[j]);
    return equal;
}

/* x_b - x_a, times 2^32; 1 in the lanes that are not live. value < 2^33 */
INLINE lanes difference(const lanes *x_a, const lanes *x_b, __mmask8 live)
{
    const lanes unit = load_one(one);
    lanes d = subtract(x_b, x_a, 1);
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        d.l[i] = _mm512_mask_mov_epi64(unit.l[i], live, d.l[i]);
    return shift_32(&d);
}

/* a b as elements: value(a) < 9, value < value(a) value(b) / 9.2 + 1 */
INLINE lanes multiply_exact(const lanes *a, const lanes *b)
{
    const lanes shifted = shift_32(a);
    return multiply(&shifted, b);
}

INLINE lanes rotate(const lanes *a, __m512i order)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_permutexvar_epi64(order, a->l[i]);
    return out;
}

/* 1 / product, lane by lane, by one inversion: all values below 1.5. */
static lanes invert_lanes(const lanes *product,
                          void (*invert)(uint64_t out[static 6], const uint64_t in[static 6]))
{
    const __m512i by_1 = _mm512_setr_epi64(1, 0, 3, 2, 5, 4, 7, 6);
    const __m512i by_2 = _mm512_setr_epi64(2, 3, 0, 1, 6, 7, 4, 5);
    const __m512i by_4 = _mm512_setr_epi64(4, 5, 6, 7, 0, 1, 2, 3);
    const lanes other = rotate(product, by_1), two = multiply_exact(product, &other);
    const lanes other_two = rotate(&two, by_2), four = multiply_exact(&two, &other_two);
    const lanes other_four = rotate(&four, by_4);
    lanes all = multiply_exact(&four, &other_four), inverse;
    __m512i w[WORDS];
    uint64_t in[WORDS], out[WORDS];
    reduce_once(&all, 1);
    to_words(w, &all);
    for (int j = 0; j < WORDS; j++)
        in[j] = (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(w[j]));
    invert(out, in);
    inverse = load_one(out);
    inverse = multiply_exact(&inverse, &other_four);
    inverse = multiply_exact(&inverse, &other_two);
    return multiply_exact(&inverse, &other);
}

/* y, or p - y in the lanes of negate. value <= 1 */
INLINE lanes signed_y(const __m512i w[WORDS], __mmask8 negate)
{
    lanes y = of_words(w), minus;
    if (negate) {
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            minus.l[i] = _mm512_sub_epi64(spread(prime[i]), y.l[i]);
        carry(&minus);
#pragma GCC unroll 8
        for (int i = 0; i < LIMBS; i++)
            y.l[i] = _mm512_mask_mov_epi64(y.l[i], negate, minus.l[i]);
    }
    return y;
}

/* The chord through a and b: slope dy / dx, x3 = slope^2 - x1 - x2, y3 = slope (x1 - x3) - y1. */
INLINE void store_sums(const operands *o, __mmask8 live, const lanes *x1, const lanes *x2,
                       const lanes *inverse)
{
    __m512i w[WORDS];
    load_words(w, o->a, WORDS);
    const lanes y1 = signed_y(w, o->negate_a);
    load_words(w, o->b, WORDS);
    const lanes y2 = signed_y(w, o->negate_b), dy = subtract(&y2, &y1, 1);         /* < 2 */
    const lanes slope = multiply_exact(&dy, inverse), slope_32 = shift_32(&slope); /* < 1.3 */
    lanes x3 = multiply(&slope_32, &slope);                                        /* < 1.2 */
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        x3.l[i] = _mm512_sub_epi64(_mm512_add_epi64(x3.l[i], spread(2 * prime[i])),
                                   _mm512_add_epi64(x1->l[i], x2->l[i]));
    carry(&x3); /* < 3.2 */
    reduce_once(&x3, 2);
    reduce_once(&x3, 1);
    to_words(w, &x3);
    store_words(o->out, 0, w, live);
    const lanes dx = subtract(x1, &x3, 1); /* < 2 */
    lanes y3 = multiply(&slope_32, &dx);   /* < 1.3 */
    y3 = subtract(&y3, &y1, 1);            /* < 2.3 */
    reduce_once(&y3, 2);
    reduce_once(&y3, 1);
    to_words(w, &y3);
    store_words(o->out, WORDS, w, live);
}

/* Keeps the additions of the lanes that are there but not live. */
static size_t keep_undone(zkl_point_addition *batch, size_t count, const uint8_t *live)
{
    size_t kept = 0;
    for (size_t k = 0; k < count; k++)
        if (!(live[k / ZKL_G1_LANES] >> k % ZKL_G1_LANES & 1))
            batch[kept++] = batch[k];
    return kept;
}

static size_t add(zkl_point_addition *batch, size_t count, void *scratch,
                  void (*invert)(uint64_t out[static 6], const uint64_t in[static 6]))
{
    lanes *before = (lanes *)(((uintptr_t)scratch + 63) / 64 * 64), product = load_one(one);
    uint8_t live[VECTORS_MAX];
    size_t undone = 0;
    const size_t vectors = (count + ZKL_G1_LANES - 1) / ZKL_G1_LANES;
    operands o;
    __m512i w_a[WORDS], w_b[WORDS];
    for (size_t v = 0; v < vectors; v++) {
        find_operands(&o, batch, v * ZKL_G1_LANES, count);
        load_words(w_a, o.a, 0);
        load_words(w_b, o.b, 0);
        const __mmask8 special =
            (__mmask8)(zero_lanes(w_a) | zero_lanes(w_b) | equal_lanes(w_a, w_b));
        live[v] = (uint8_t)(o.there & ~special);
        undone += (size_t)__builtin_popcount(o.there & special);
        const lanes x1 = of_words(w_a), x2 = of_words(w_b), dx = difference(&x1, &x2, live[v]);
        before[v] = product;
        product = multiply(&dx, &product); /* < 1.4 */
    }
    lanes inverse = invert_lanes(&product, invert);
    inverse = shift_32(&inverse); /* and so it stays, below 2^33, then below 1.3 */
    for (size_t v = vectors; v-- > 0;) {
        find_operands(&o, batch, v * ZKL_G1_LANES, count);
        load_words(w_a, o.a, 0);
        load_words(w_b, o.b, 0);
        const lanes x1 = of_words(w_a), x2 = of_words(w_b), dx = difference(&x1, &x2, live[v]);
        const lanes here = multiply(&inverse, &before[v]); /* < 1.4 */
        inverse = multiply(&inverse, &dx);
        store_sums(&o, live[v], &x1, &x2, &here);
    }
    return undone ? keep_undone(batch, count, live) : 0;
}

const zkl_g1_lanes zkl_g1_lanes_ifma = { "ifma", ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA, add };
#endif
