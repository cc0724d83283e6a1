/* Walks of eight points by AVX-512 IFMA.
 *
 * 1. Elements are held times 2^416 (g1_jacobian_ifma_inline.h), entries times 2^384. They are not
 *    multiplied to make up for it: what is read as (x, y) is (2^-32 x, 2^-32 y), and shifted by 16
 *    and 8 bits (2^-16 x, 2^-24 y) = (u^2 x, u^3 y) with u = 2^-8, the point on an isomorphic
 *    curve. Formulas for y^2 = x^3 + b do not use b, so all goes on there; at the end Z is
 *    multiplied by u.
 * 2. Additions are right but for equal and opposite points and infinity. Those give Z = 0, and once
 *    Z is 0 it stays 0 through both formulas; so a Z that is not 0 at the end says that there was
 *    no such sum. Doublings are right for every point, since the curve has none of order 2. */
#include "native/point_walk_internal.h"

#if defined(__x86_64__)
#include "base/memory.h"
#include "native/cpu.h"
#include "native/g1_jacobian_ifma_inline.h"

/* check: 0x14c8ee06ef23c24a25ff6eb6fdd4230a6723e5f0ade53b2ee82efd4228b540fea96f7d65766c8fe444f6480ea8e9b9af == 2**416 % p */
static const uint64_t one[WORDS] = { 0x44f6480ea8e9b9af, 0xa96f7d65766c8fe4, 0xe82efd4228b540fe,
                                     0x6723e5f0ade53b2e, 0x25ff6eb6fdd4230a, 0x14c8ee06ef23c24a };
/* check: 0x15f65ec3fa80e4935c071a97a256ec6d77ce5853705257455f48985753c758baebf4000bc40c0002760900000002fffd == 2**384 % p */
static const uint64_t leave[WORDS] = { 0x760900000002fffd, 0xebf4000bc40c0002, 0x5f48985753c758ba,
                                       0x77ce585370525745, 0x5c071a97a256ec6d, 0x15f65ec3fa80e493 };
/* 2^384 u */
/* check: 0x10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 == 2**376 % p */
static const uint64_t leave_z[WORDS] = {
    0x0000000000000000, 0x0000000000000000, 0x0000000000000000,
    0x0000000000000000, 0x0000000000000000, 0x0100000000000000
};

/* x and y as in (1): value(x) < 2^16.1, value(y) < 2^8.1 */
typedef struct entry {
    lanes x, y;
    __mmask8 infinite;
} entry;

INLINE entry load_entry(const void *const *from, bool is_negated)
{
    entry out;
    __m512i x[WORDS], y[WORDS];
    load_words(x, from, 1, 0);
    load_words(y, from, 1, WORDS);
    __m512i any = x[0];
#pragma GCC unroll 6
    for (int j = 0; j < WORDS; j++)
        any = _mm512_or_si512(any, _mm512_or_si512(x[j], y[j]));
    out.infinite = _mm512_testn_epi64_mask(any, any);
    const lanes plain_x = of_words(x), zero = { { _mm512_setzero_si512() } };
    lanes plain_y = of_words(y);
    if (is_negated)
        plain_y = difference(&zero, 0, &plain_y, 0, 1);
    out.x = shift(&plain_x, 16);
    out.y = shift(&plain_y, 8);
    return out;
}

INLINE void start(jacobian *p, const entry *e)
{
    p->z = load_one(one);
    p->x = times(&e->x, &p->z); /* the same, value < 1.1 */
    p->y = times(&e->y, &p->z);
}

/* H = x Z^2 - X, R = y Z^3 - Y: X' = R^2 - H^3 - 2 X H^2, Y' = R (X H^2 - X') - Y H^3, Z' = Z H.
 * Values: X and Y < 11, Z < 3, before and behind it. */
static void add_entry(jacobian *p, const entry *e)
{
    const lanes zero = { { _mm512_setzero_si512() } };
    const lanes z2 = squared(&p->z), z3 = times(&z2, &p->z);
    const lanes u = times(&e->x, &z2), s = times(&e->y, &z3);
    const lanes h = difference(&u, 0, &p->x, 0, 11),
                r = difference(&s, 0, &p->y, 0, 11); /* < 12.1 */
    const lanes h2 = squared(&h), h3 = times(&h2, &h), v = times(&p->x, &h2), r2 = squared(&r);
    const lanes minus_y = difference(&zero, 0, &p->y, 0, 11);
    p->z = times(&p->z, &h);
    p->x = difference(&r2, 0, &h3, 0, 2);            /* < 3.1 */
    p->x = difference(&p->x, 0, &v, 1, 3);           /* < 6.1 */
    const lanes dx = difference(&v, 0, &p->x, 0, 7); /* < 8.1 */
    p->y = multiply_add(&r, &dx, &minus_y, &h3);     /* < 1.1 */
}

static void double_times(jacobian *p, unsigned count)
{
    while (count--)
        double_point(p);
}

/* The element below p. value(a) < 11 */
INLINE void store_element(void *const *out, size_t offset, const lanes *a,
                          const uint64_t factor[WORDS], __mmask8 live)
{
    const lanes by = load_one(factor);
    lanes element = times(a, &by);
    __m512i w[WORDS];
    reduce_once(&element, 1);
    to_words(w, &element);
    store_words(out, 1, offset, w, live);
}

static uint8_t walk(uint64_t (*out)[18], const zkl_point_step *steps, size_t step_count,
                    const void *const *entries)
{
    jacobian p;
    __mmask8 infinite = 0;
    void *to[ZKL_POINT_WALK_LANES];
    ZKL_DEBUG_ASSERT(step_count && !steps[0].doublings && !steps[0].is_last);
    for (size_t i = 0; i < step_count; i++) {
        if (i > 0)
            double_times(&p, steps[i].doublings);
        if (steps[i].is_last)
            break;
        const entry e = load_entry(entries + (size_t)steps[i].entry * ZKL_POINT_WALK_LANES,
                                   steps[i].is_negated);
        infinite |= e.infinite;
        if (i == 0)
            start(&p, &e);
        else
            add_entry(&p, &e);
    }
    const __mmask8 live = (__mmask8) ~(infinite | vanishing(&p.z));
    for (size_t k = 0; k < ZKL_POINT_WALK_LANES; k++)
        to[k] = out[k];
    store_element(to, 0, &p.x, leave, live);
    store_element(to, WORDS, &p.y, leave, live);
    store_element(to, 2 * WORDS, &p.z, leave_z, live);
    return live;
}

const zkl_point_walk zkl_point_walk_ifma = { "ifma", ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA, walk };
#endif
