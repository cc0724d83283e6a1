/* Points of G1 from their encodings, one a lane of AVX-512 IFMA.
 *
 * 1. Elements are held times 2^416, so that a product of two is one of the same form;
 *    fp_ifma_inline.h has limbs and bounds. "value(a) < 3": a < 3 p.
 * 2. y is a^((p + 1) / 4), a = x^3 + 4, p = 3 mod 4, when its square is a: else there is no y.
 * 3. P of the curve is in the group exactly if z^2 P = -phi(P), phi(x, y) = (b x, y) with b^3 = 1
 *    (Scott, ePrint 2021/1130). z^2 P is made in Jacobian coordinates, (X / Z^2, Y / Z^3), by
 *    doublings, which are right for every point (the curve has none of order 2), and additions,
 *    which are right but for equal and opposite points and infinity. Those give Z = 0; and once Z
 *    is 0 it stays 0 through both formulas. So a Z that is not 0 at the end says that no sum was of
 *    that kind; and a lane with Z = 0 is left, which no point of the group ever is: its order is
 *    above z^2. */
#include "native/g1_decode_internal.h"

#if defined(__x86_64__)
#include <string.h>

#include "native/cpu.h"
#include "native/g1_jacobian_ifma_inline.h"

#define ENCODING_BYTES ((size_t)48)
#define MINUS_Z 0xd201000000010000u

/* check: 0x87462075d7450726698e5907ad91f53480a4a188311a84d7104659032646160ec71f13afbba7ca31a2a5bf4cb89af51 == 2**832 % p */
static const uint64_t enter[WORDS] = { 0x1a2a5bf4cb89af51, 0xec71f13afbba7ca3, 0x7104659032646160,
                                       0x480a4a188311a84d, 0x6698e5907ad91f53, 0x087462075d745072 };
/* check: 0x15f65ec3fa80e4935c071a97a256ec6d77ce5853705257455f48985753c758baebf4000bc40c0002760900000002fffd == 2**384 % p */
static const uint64_t leave[WORDS] = { 0x760900000002fffd, 0xebf4000bc40c0002, 0x5f48985753c758ba,
                                       0x77ce585370525745, 0x5c071a97a256ec6d, 0x15f65ec3fa80e493 };
/* check: 0x14c8ee06ef23c24a25ff6eb6fdd4230a6723e5f0ade53b2ee82efd4228b540fea96f7d65766c8fe444f6480ea8e9b9af == 2**416 % p */
static const uint64_t one[WORDS] = { 0x44f6480ea8e9b9af, 0xa96f7d65766c8fe4, 0xe82efd4228b540fe,
                                     0x6723e5f0ade53b2e, 0x25ff6eb6fdd4230a, 0x14c8ee06ef23c24a };
/* check: 0x520825d100f5559b6aac3b92d6d85a36f29b533dd05b47d6b297d25bec2218e49b9f599c5b63f91e5dc203aa3a7e6bb == 4 * 2**416 % p */
static const uint64_t four[WORDS] = { 0xe5dc203aa3a7e6bb, 0x49b9f599c5b63f91, 0x6b297d25bec2218e,
                                      0x6f29b533dd05b47d, 0xb6aac3b92d6d85a3, 0x0520825d100f5559 };
/* -b^2, a sixth root of one, times 2^416 */
/* check: 0x1227f44c5fb3cf730419b0966cc23e136c99171ef509023e982695377d5d532d24a4602e1c1e9482fe918a5500cc654c == 0x1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4897d29650fb85f9b409427eb4f49fffd8bfd00000000aaad * 2**416 % p */
static const uint64_t minus_root_squared[WORDS] = { 0xfe918a5500cc654c, 0x24a4602e1c1e9482,
                                                    0x982695377d5d532d, 0x6c99171ef509023e,
                                                    0x0419b0966cc23e13, 0x1227f44c5fb3cf73 };
/* check: 0xd0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd556 == (p + 1) // 2 */
static const uint64_t upper_half[WORDS] = { 0xdcff7fffffffd556, 0x0f55ffff58a9ffff,
                                            0xb39869507b587b12, 0xb23ba5c279c2895f,
                                            0x258dd3db21a5d66b, 0x0d0088f51cbff34d };
/* check: 0x680447a8e5ff9a692c6e9ed90d2eb35d91dd2e13ce144afd9cc34a83dac3d8907aaffffac54ffffee7fbfffffffeaab == (p + 1) // 4 */
static const uint64_t root_exponent[WORDS] = { 0xee7fbfffffffeaab, 0x07aaffffac54ffff,
                                               0xd9cc34a83dac3d89, 0xd91dd2e13ce144af,
                                               0x92c6e9ed90d2eb35, 0x0680447a8e5ff9a6 };
#define ROOT_EXPONENT_BITS 379 /* check: 379 == ((p + 1) // 4).bit_length() */
#define WINDOW 5

/* In which lanes is a < b? Limbs of both are normalised. */
INLINE __mmask8 is_below(const lanes *a, const lanes *b)
{
    lanes less;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        less.l[i] = _mm512_sub_epi64(a->l[i], b->l[i]);
    carry(&less); /* its top limb keeps the sign */
    return _mm512_movepi64_mask(less.l[LIMBS - 1]);
}

/* ---- The root */

static unsigned exponent_bit(unsigned at)
{
    return root_exponent[at / 64] >> at % 64 & 1;
}

/* a^((p + 1) / 4) by windows that begin and end with a 1: the exponent is the same for all. */
static lanes raise_to_root(const lanes *a)
{
    lanes odd[1 << (WINDOW - 1)]; /* odd[i] = a^(2i + 1) */
    lanes out = load_one(one);
    const lanes square = squared(a);
    odd[0] = *a;
    for (size_t i = 1; i < sizeof odd / sizeof *odd; i++)
        odd[i] = times(&odd[i - 1], &square);
    for (unsigned left = ROOT_EXPONENT_BITS; left > 0;) {
        unsigned digit = 0, width = 0;
        if (!exponent_bit(left - 1)) {
            out = squared(&out);
            left--;
            continue;
        }
        for (unsigned w = 1; w <= WINDOW && w <= left; w++)
            if (exponent_bit(left - w))
                width = w;
        for (unsigned w = 1; w <= width; w++) {
            digit = 2 * digit + exponent_bit(left - w);
            out = squared(&out);
        }
        out = times(&out, &odd[digit / 2]);
        left -= width;
    }
    return out;
}

/* ---- The subgroup */

/* A point with the powers of its Z. */
typedef struct added {
    jacobian p;
    lanes z2, z3;
} added;

/* U1 = X1 Z2^2, S1 = Y1 Z2^3, H = X2 Z1^2 - U1, R = Y2 Z1^3 - S1:
 * X' = R^2 - H^3 - 2 U1 H^2, Y' = R (U1 H^2 - X') - S1 H^3, Z' = Z1 Z2 H. */
static void add_point(jacobian *p, const added *q)
{
    const lanes z2 = squared(&p->z), z3 = times(&z2, &p->z);
    const lanes u1 = times(&p->x, &q->z2), u2 = times(&q->p.x, &z2);
    const lanes s1 = times(&p->y, &q->z3), s2 = times(&q->p.y, &z3);
    const lanes h = difference(&u2, 0, &u1, 0, 2), r = difference(&s2, 0, &s1, 0, 2); /* < 3.1 */
    const lanes h2 = squared(&h), h3 = times(&h2, &h), v = times(&u1, &h2), r2 = squared(&r);
    const lanes zz = times(&p->z, &q->p.z);
    p->x = difference(&r2, 0, &h3, 0, 2);            /* < 3.1 */
    p->x = difference(&p->x, 0, &v, 1, 3);           /* < 6.1 */
    const lanes dx = difference(&v, 0, &p->x, 0, 7); /* < 8.1 */
    const lanes rdx = times(&r, &dx), sh = times(&s1, &h3);
    p->y = difference(&rdx, 0, &sh, 0, 2); /* < 3.1 */
    p->z = times(&zz, &h);
}

static void multiply_by_z(jacobian *p)
{
    added base = { .p = *p, .z2 = squared(&p->z) };
    base.z3 = times(&base.z2, &p->z);
    for (unsigned bit = 63; bit-- > 0;) {
        double_point(p);
        if (MINUS_Z >> bit & 1)
            add_point(p, &base);
    }
}

/* Where z^2 (x, y) = (b^2 x, -y), as (X / Z^2, Y / Z^3). value(x), value(y) < 2.1 */
static __mmask8 in_subgroup(const lanes *x, const lanes *y)
{
    jacobian p = { *x, *y, load_one(one) };
    multiply_by_z(&p);
    multiply_by_z(&p);
    const lanes root = load_one(minus_root_squared), bx = times(x, &root); /* -b^2 x */
    const lanes z2 = squared(&p.z), z3 = times(&z2, &p.z);
    const lanes minus_x = times(&bx, &z2), minus_y = times(y, &z3);
    const lanes dx = sum(&p.x, &minus_x), dy = sum(&p.y, &minus_y); /* < 11.2 */
    return (__mmask8)(vanishing(&dx) & vanishing(&dy) & ~vanishing(&p.z));
}

/* ---- Encodings */

/* Words of all lanes, without the three flags; those that have wrong flags are told apart. */
static __mmask8 read_encodings(__m512i w[WORDS], __mmask8 *upper, const uint8_t *encodings,
                               size_t count)
{
    uint64_t words[WORDS][8];
    unsigned there = 0, is_upper = 0;
    for (size_t k = 0; k < 8; k++) {
        const uint8_t *in = encodings + ENCODING_BYTES * (k < count ? k : 0);
        for (size_t j = 0; j < WORDS; j++) {
            memcpy(&words[j][k], in + 8 * (WORDS - 1 - j), 8);
            words[j][k] = __builtin_bswap64(words[j][k]);
        }
        words[WORDS - 1][k] &= UINT64_MAX >> 3;
        there |= (unsigned)(k < count && (in[0] & 0xc0) == 0x80) << k;
        is_upper |= (unsigned)(in[0] >> 5 & 1) << k;
    }
    for (size_t j = 0; j < WORDS; j++)
        w[j] = _mm512_loadu_si512(words[j]);
    *upper = (__mmask8)is_upper;
    return (__mmask8)there;
}

/* y, or -y where the encoding wants the other of the two. value < 2.1 */
static lanes choose_root(const lanes *y, __mmask8 upper)
{
    lanes plain_one = { { _mm512_setzero_si512() } }, zero = plain_one;
    plain_one.l[0] = spread(1);
    lanes plain = times(y, &plain_one); /* y itself: < 1.1 */
    reduce_once(&plain, 1);
    const lanes half = load_one(upper_half), minus = difference(&zero, 0, y, 0, 2);
    const __mmask8 is_upper = (__mmask8)~is_below(&plain, &half);
    lanes out = *y;
    replace(&out, (__mmask8)(is_upper ^ upper), &minus);
    return out;
}

/* As the element below p times 2^384. value < 2.1 */
INLINE void store_element(uint64_t (*out)[12], size_t offset, const lanes *a, __mmask8 live)
{
    const lanes factor = load_one(leave);
    void *to[8];
    __m512i w[WORDS];
    lanes element = times(a, &factor); /* < 1.1 */
    reduce_once(&element, 1);
    to_words(w, &element);
    for (size_t k = 0; k < 8; k++)
        to[k] = out[live >> k & 1 ? k : 0];
    store_words(to, 1, offset, w, live);
}

static uint8_t decode(uint64_t (*out)[12], const uint8_t *encodings, size_t count)
{
    __m512i w[WORDS];
    __mmask8 upper, good = read_encodings(w, &upper, encodings, count);
    const lanes plain = of_words(w), factor = load_one(enter), four_416 = load_one(four);
    lanes p;
    for (int i = 0; i < LIMBS; i++)
        p.l[i] = spread(prime[i]);
    good &= is_below(&plain, &p); /* an x has one spelling */
    const lanes x = times(&plain, &factor), x2 = squared(&x), x3 = times(&x2, &x);
    const lanes a = sum(&x3, &four_416); /* < 2.1 */
    lanes y = raise_to_root(&a);
    const lanes y2 = squared(&y), off = difference(&y2, 0, &a, 0, 3);
    good &= vanishing(&off);
    if (!good)
        return 0;
    y = choose_root(&y, upper);
    good &= in_subgroup(&x, &y);
    store_element(out, 0, &x, good);
    store_element(out, WORDS, &y, good);
    return good;
}

const zkl_g1_decode_lanes zkl_g1_decode_ifma = { "ifma", ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA,
                                                 decode };
#endif
