/* Sums of cells by AVX-512 IFMA, eight side by side. Limbs and their bounds are fr_ifma_inline.h's.
 *
 * 1. An element has five limbs of 52 bits, a cell is one. A product of the two is five low and five
 *    high halves, summed by column.
 * 2. E of native/cell_sums.h are made from sums and products of cells in lanes of 64 bits. All but
 *    the largest stay below 2^52 and are one limb; those have two.
 * 3. load_words permutes elements, so cells are permuted in the same way. */
#include "native/cell_sums_internal.h"

#if defined(__x86_64__)
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/fr_ifma_inline.h"

/* Eight cells as lanes, in the order of load_words: 0, 2, 1, 3, 4, 6, 5, 7. */
INLINE __m512i load_cells(const uint16_t *from)
{
    const __m128i words = _mm_loadu_si128((const __m128i *)from);
    return _mm512_cvtepu16_epi64(
        _mm_shufflehi_epi16(_mm_shufflelo_epi16(words, 0xd8), 0xd8)); /* 0, 2, 1, 3 of each half */
}

/* ---- weighted sums of cells
 *
 * A weight is multiplied by 2^52 first. So one limb is taken off at the end, as Montgomery does,
 * and what is left is the sum itself. */
#define COMBINE_BLOCKS 512 /* of one pass: a column grows by less than 2^53 a block, below 2^62 */
#define COMBINE_VECTORS 4
#define COMBINE_RUN (COMBINE_VECTORS * 8)

typedef struct prepared_weight {
    int64_t l[LIMBS];
    const uint16_t *cells;
} prepared_weight;

/* Weights that are not zero, times 2^52: value < 1 * 1 / 35.33 + 1. Returns their number. */
static size_t prepare_weights(prepared_weight *out, const uint64_t *weights,
                              const uint16_t *const *cells, size_t count)
{
    /* check: 0x3840cb63dcc5 << 208 | 0x6ed32382db8fa << 156 | 0x99393208676d0 << 104 | 0x6614c66acbebc << 52 | 0x98da2120121c9 == 2**312 % r */
    static const int64_t factor[LIMBS] = { 0x98da2120121c9, 0x6614c66acbebc, 0x99393208676d0,
                                           0x6ed32382db8fa, 0x3840cb63dcc5 };
    size_t used = 0;
    lanes scale;
    for (int j = 0; j < LIMBS; j++)
        scale.l[j] = spread(factor[j]);
    for (size_t b = 0; b < count; b++) {
        const uint64_t *w = weights + 4 * b;
        if ((w[0] | w[1] | w[2] | w[3]) == 0)
            continue;
        const lanes weight = load_one(w), scaled = multiply(&weight, &scale);
        for (int j = 0; j < LIMBS; j++)
            out[used].l[j] = _mm_cvtsi128_si64(_mm512_castsi512_si128(scaled.l[j]));
        out[used++].cells = cells[b];
    }
    return used;
}

/* A column of six: below 2^62. The value, below 1.03 r 2^(16 + 9) + 2^52 r, over 2^52: below
 * 1.01. */
INLINE void finish_combined(uint64_t *out, __m512i t[LIMBS + 1], bool add_to)
{
    const __m512i m = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[0], spread(MINUS_INVERSE));
    lanes value;
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[j] = _mm512_madd52lo_epu64(t[j], m, spread(order[j]));
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[j + 1] = _mm512_madd52hi_epu64(t[j + 1], m, spread(order[j]));
    t[1] = _mm512_add_epi64(t[1], _mm512_srli_epi64(t[0], 52));
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        value.l[j] = t[j + 1];
    carry(&value);
    reduce_once(&value, 1);
    if (add_to) {
        const lanes before = load(out);
        value = add(&value, &before); /* < 2 */
        reduce_once(&value, 1);
    }
    store(out, &value);
}

/* `vectors` times eight sums over prepared weights. */
INLINE void combine_vectors(uint64_t *out, const prepared_weight *weights, size_t weight_count,
                            size_t from, int vectors, bool add_to)
{
    __m512i t[COMBINE_VECTORS][LIMBS + 1];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        for (int j = 0; j <= LIMBS; j++)
            t[v][j] = _mm512_setzero_si512();
    for (size_t b = 0; b < weight_count; b++) {
        const prepared_weight *w = &weights[b];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            const __m512i cells = load_cells(w->cells + from + 8 * v);
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                t[v][j] = _mm512_madd52lo_epu64(t[v][j], cells, spread(w->l[j]));
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                t[v][j + 1] = _mm512_madd52hi_epu64(t[v][j + 1], cells, spread(w->l[j]));
        }
    }
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        finish_combined(out + 32 * v, t[v], add_to);
}

static void combine(uint64_t *out, const uint64_t *weights, const uint16_t *const *cells,
                    size_t block_count, size_t from, size_t count)
{
    prepared_weight prepared[COMBINE_BLOCKS];
    const size_t whole = count / 8 * 8;
    ZKL_ASSERT(block_count <= 4096);
    for (size_t first = 0; whole && (first < block_count || first == 0); first += COMBINE_BLOCKS) {
        const size_t left = block_count - first,
                     used = prepare_weights(prepared, weights + 4 * first, cells + first,
                                            left < COMBINE_BLOCKS ? left : COMBINE_BLOCKS);
        size_t at = 0;
        for (; at + COMBINE_RUN <= whole; at += COMBINE_RUN)
            combine_vectors(out + 4 * at, prepared, used, from + at, COMBINE_VECTORS, first > 0);
        for (; at < whole; at += 8)
            combine_vectors(out + 4 * at, prepared, used, from + at, 1, first > 0);
    }
    if (whole < count)
        zkl_cell_sums_combine_portable(out + 4 * whole, weights, cells, block_count, from + whole,
                                       count - whole);
}

/* ---- nodes over numbers
 *
 * Coefficients are multiplied by 2^104 first, since two limbs are taken off at the end. */
#define NODE_COLUMNS 7

/* Elements times 2^104, those of P and then of Q: value < 1.03. Eight at once, taken apart by
 * lane. */
static void prepare_coefficients(int64_t out[16][LIMBS], const zkl_number_nodes *nodes)
{
    /* check: 0x40ad8d6fb9c << 208 | 0x7cd089b7c93d << 156 | 0x696029a151e1c << 104 | 0x8bfc830c1b7a5 << 52 | 0x3acf2a2348f82 == 2**364 % r */
    static const int64_t factor[LIMBS] = { 0x3acf2a2348f82, 0x8bfc830c1b7a5, 0x696029a151e1c,
                                           0x7cd089b7c93d, 0x40ad8d6fb9c };
    static const uint8_t lane_of[8] = { 0, 2, 1, 3, 4, 6, 5, 7 }; /* of load_words */
    uint64_t elements[4 * 16] = { 0 };
    lanes times;
    memcpy(elements, nodes->p, sizeof nodes->p);
    memcpy(elements + ZKL_COUNT(nodes->p), nodes->q, sizeof nodes->q);
    for (int j = 0; j < LIMBS; j++)
        times.l[j] = spread(factor[j]);
    for (size_t half = 0; half < 2; half++) {
        const lanes x = load(elements + 32 * half), y = multiply(&x, &times);
        for (int j = 0; j < LIMBS; j++) {
            _Alignas(64) int64_t limbs[8];
            _mm512_store_si512(limbs, y.l[j]);
            for (size_t i = 0; i < 8; i++)
                out[8 * half + i][j] = limbs[lane_of[i]];
        }
    }
}

/* columns `from` and up += w value */
INLINE void add_node_limb(__m512i t[NODE_COLUMNS], const int64_t w[LIMBS], __m512i value, int from)
{
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[from + j] = _mm512_madd52lo_epu64(t[from + j], value, spread(w[j]));
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[from + j + 1] = _mm512_madd52hi_epu64(t[from + j + 1], value, spread(w[j]));
}

/* Columns below 11 2^52; the value below 1.03 r 2^64.1, over 2^104, and r more: below 1.01. */
INLINE void finish_node(uint64_t *out, __m512i t[NODE_COLUMNS])
{
    lanes value;
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
        const __m512i m =
            _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], spread(MINUS_INVERSE));
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], m, spread(order[j]));
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], m, spread(order[j]));
        t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(t[i], 52));
    }
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        value.l[j] = t[j + 2];
    carry(&value);
    reduce_once(&value, 1);
    store(out, &value);
}

/* sum over k of w_k e_k, k < count: e_1, e_2, e_3 are one limb, e_4 is two. */
INLINE void weigh_node(uint64_t *out, const int64_t w[][LIMBS], const __m512i e[4], int count)
{
    __m512i t[NODE_COLUMNS];
#pragma GCC unroll 7
    for (int j = 0; j < NODE_COLUMNS; j++)
        t[j] = j < LIMBS ? spread(w[0][j]) : _mm512_setzero_si512();
#pragma GCC unroll 3
    for (int k = 1; k < 4; k++)
        add_node_limb(t, w[k], e[k - 1], 0);
    if (count > 4) {
        add_node_limb(t, w[4], _mm512_and_si512(e[3], spread(MASK_52)), 0);
        add_node_limb(t, w[4], _mm512_srli_epi64(e[3], 52), 1);
    }
    finish_node(out, t);
}

static void add_numbers(uint64_t *p, uint64_t *q, const zkl_number_nodes *nodes, size_t count)
{
    int64_t w[16][LIMBS];
    ZKL_DEBUG_ASSERT(count % 8 == 0);
    prepare_coefficients(w, nodes);
    for (size_t i = 0; i < count; i += 8) {
        __m512i d[ZKL_NODE_NUMBERS_MAX];
        for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
            d[b] = nodes->numbers[b] ? load_cells(nodes->numbers[b] + i) : _mm512_setzero_si512();
        /* s, t < 2^17, x, y < 2^32: all products of numbers of 32 bits */
        const __m512i s = _mm512_add_epi64(d[0], d[1]), t = _mm512_add_epi64(d[2], d[3]);
        const __m512i x = _mm512_mul_epu32(d[0], d[1]), y = _mm512_mul_epu32(d[2], d[3]);
        const __m512i e[4] = {
            _mm512_add_epi64(s, t),
            _mm512_add_epi64(_mm512_add_epi64(x, y), _mm512_mul_epu32(s, t)),
            _mm512_add_epi64(_mm512_mul_epu32(x, t), _mm512_mul_epu32(y, s)),
            _mm512_mul_epu32(x, y),
        };
        weigh_node(p + 4 * i, w, e, ZKL_NODE_NUMBERS_MAX);
        weigh_node(q + 4 * i, w + ZKL_NODE_NUMBERS_MAX, e, ZKL_NODE_NUMBERS_MAX + 1);
    }
}

/* ---- moments */

#define PASS_VECTORS 8 /* of quads whose E are held at once: 40 KB for four quarters */

/* E of some quads: low limb, and the high one of those that are_two. */
typedef struct products {
    __m512i low[ZKL_QUAD_MOMENTS_MAX][PASS_VECTORS], high[ZKL_QUAD_MOMENTS_MAX][PASS_VECTORS];
} products;

/* Of four quarters: E[4], below 36 2^64, and the middle of E[3], below 36 2^48. The others of E[3]
 * have 12 products of three cells at most: below 2^51.6. Of three quarters E[3] has 9: below
 * 2^51.2. */
INLINE bool has_two_limbs(size_t m, size_t k, size_t a, size_t b)
{
    return m == 4 && (k == 4 || (k == 3 && a % 3 && b % 3));
}

/* A polynomial of degree k in each of two variables: (k + 1)^2 coefficients, k <= 3. */
typedef struct poly {
    __m512i c[16];
} poly;

/* out += f g, whose products stay below 2^52. */
INLINE void add_product(poly *out, const poly *f, int k, const poly *g, int l)
{
#pragma GCC unroll 4
    for (int a = 0; a <= k; a++)
#pragma GCC unroll 4
        for (int b = 0; b <= k; b++)
#pragma GCC unroll 4
            for (int c = 0; c <= l; c++)
#pragma GCC unroll 4
                for (int d = 0; d <= l; d++) {
                    __m512i *to = &out->c[(a + c) * (k + l + 1) + b + d];
                    *to = _mm512_madd52lo_epu64(*to, f->c[a * (k + 1) + b], g->c[c * (l + 1) + d]);
                }
}

INLINE void clear_poly(poly *out, int k)
{
#pragma GCC unroll 16
    for (int i = 0; i < (k + 1) * (k + 1); i++)
        out->c[i] = _mm512_setzero_si512();
}

INLINE void add_poly(poly *out, const poly *f, int k)
{
#pragma GCC unroll 16
    for (int i = 0; i < (k + 1) * (k + 1); i++)
        out->c[i] = _mm512_add_epi64(out->c[i], f->c[i]);
}

/* Sum and product of the u of two quarters; a quarter that is not there is 0. */
typedef struct pair {
    poly sum, product;
} pair;

INLINE void load_pair(pair *out, const zkl_quads *quads, size_t first, size_t m, size_t at)
{
    poly u[2];
    clear_poly(&u[1], 1);
    for (size_t b = 0; b < 2 && first + b < m; b++)
        for (size_t c = 0; c < 4; c++)
            u[b].c[c] = load_cells(quads->cells[first + b][c] + at);
    out->sum = u[0];
    add_poly(&out->sum, &u[1], 1);
    clear_poly(&out->product, 2);
    if (first + 1 < m)
        add_product(&out->product, &u[0], 1, &u[1], 1);
}

INLINE void put_poly(products *out, const poly *f, size_t m, int k, size_t v)
{
#pragma GCC unroll 16
    for (int i = 0; i < (k + 1) * (k + 1); i++) {
        __m512i low = f->c[i];
        if (has_two_limbs(m, (size_t)k, (size_t)(i / (k + 1)), (size_t)(i % (k + 1)))) {
            out->high[ZKL_QUAD_MOMENT(k) + i][v] = _mm512_srli_epi64(low, 52);
            low = _mm512_and_si512(low, spread(MASK_52));
        }
        out->low[ZKL_QUAD_MOMENT(k) + i][v] = low;
    }
}

/* E[4] = product product': coefficients below 2^34 each, in two limbs. Column sums of nine low
 * halves stay below 2^56. */
INLINE void put_fourth(products *out, const poly *f, const poly *g, size_t v)
{
#pragma GCC unroll 5
    for (int a = 0; a <= 4; a++)
#pragma GCC unroll 5
        for (int b = 0; b <= 4; b++) {
            __m512i low = _mm512_setzero_si512(), high = low;
#pragma GCC unroll 3
            for (int c = a > 2 ? a - 2 : 0; c <= (a < 2 ? a : 2); c++)
#pragma GCC unroll 3
                for (int d = b > 2 ? b - 2 : 0; d <= (b < 2 ? b : 2); d++) {
                    const __m512i x = f->c[3 * c + d], y = g->c[3 * (a - c) + b - d];
                    low = _mm512_madd52lo_epu64(low, x, y);
                    high = _mm512_madd52hi_epu64(high, x, y);
                }
            const size_t at = ZKL_QUAD_MOMENT(4) + (size_t)(5 * a + b);
            out->high[at][v] = _mm512_add_epi64(high, _mm512_srli_epi64(low, 52));
            out->low[at][v] = _mm512_and_si512(low, spread(MASK_52));
        }
}

/* All E of eight quads from the pairs (0, 1) and (2, 3): s, q and t, r their sums and products.
 *   e_1 = s + t, e_2 = q + r + s t, e_3 = q t + s r, e_4 = q r
 * Bounds: s, t < 2^17, coefficients of q, r < 2^34, so each product is below 2^52. */
INLINE void put_products(products *out, const zkl_quads *quads, size_t m, size_t at, size_t v)
{
    pair x, y;
    poly e;
    load_pair(&x, quads, 0, m, at);
    e = x.sum;
    if (m > 2) {
        load_pair(&y, quads, 2, m, at);
        add_poly(&e, &y.sum, 1);
    }
    put_poly(out, &e, m, 1, v);
    if (m < 2)
        return;
    e = x.product;
    if (m > 2)
        add_product(&e, &x.sum, 1, &y.sum, 1);
    if (m > 3)
        add_poly(&e, &y.product, 2);
    put_poly(out, &e, m, 2, v);
    if (m < 3)
        return;
    clear_poly(&e, 3);
    add_product(&e, &x.product, 2, &y.sum, 1);
    if (m > 3)
        add_product(&e, &x.sum, 1, &y.product, 2);
    put_poly(out, &e, m, 3, v);
    if (m > 3)
        put_fourth(out, &x.product, &y.product, v);
}

/* A moment: seven columns of eight lanes. Between passes columns are below 2^52. A pass adds at
 * most 4 2^52 a vector to one: below 2^58. Values: 2^255 2^69.2 2^24, below 2^349. */
#define COLUMNS 7

INLINE void load_moment(__m512i t[COLUMNS], const zkl_quad_moment *from)
{
#pragma GCC unroll 7
    for (int j = 0; j < COLUMNS; j++)
        t[j] = _mm512_load_si512(from->words + 8 * j);
}

INLINE void store_moment(zkl_quad_moment *to, __m512i t[COLUMNS])
{
#pragma GCC unroll 7
    for (int j = 0; j < COLUMNS; j++) {
        if (j + 1 < COLUMNS) {
            t[j + 1] = _mm512_add_epi64(t[j + 1], _mm512_srli_epi64(t[j], 52));
            t[j] = _mm512_and_si512(t[j], spread(MASK_52));
        }
        _mm512_store_si512(to->words + 8 * j, t[j]);
    }
}

/* columns `from` and up += w value */
INLINE void add_limb(__m512i t[COLUMNS], const lanes *w, __m512i value, int from)
{
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[from + j] = _mm512_madd52lo_epu64(t[from + j], w->l[j], value);
#pragma GCC unroll 5
    for (int j = 0; j < LIMBS; j++)
        t[from + j + 1] = _mm512_madd52hi_epu64(t[from + j + 1], w->l[j], value);
}

INLINE void add_moment(zkl_quad_moment *moment, const lanes *weights, const __m512i *low,
                       const __m512i *high, size_t vectors)
{
    __m512i t[COLUMNS];
    load_moment(t, moment);
    for (size_t v = 0; v < vectors; v++) {
        add_limb(t, &weights[v], low[v], 0);
        if (high)
            add_limb(t, &weights[v], high[v], 1);
    }
    store_moment(moment, t);
}

static void add_weights(zkl_quad_moment *moment, const lanes *weights, size_t vectors)
{
    __m512i t[COLUMNS];
    load_moment(t, moment);
    for (size_t v = 0; v < vectors; v++)
        for (int j = 0; j < LIMBS; j++)
            t[j] = _mm512_add_epi64(t[j], weights[v].l[j]);
    store_moment(moment, t);
}

/* One list: `vectors` of eight quads from `at`. */
static void add_list(zkl_quad_moment *moments, const uint64_t *elements, const products *e,
                     size_t m, size_t vectors)
{
    lanes weights[PASS_VECTORS];
    for (size_t v = 0; v < vectors; v++)
        weights[v] = load(elements + 32 * v);
    add_weights(&moments[0], weights, vectors); /* E[0] = 1 */
    for (size_t k = 1; k <= m; k++)
        for (size_t i = 0; i < (k + 1) * (k + 1); i++) {
            const size_t at = ZKL_QUAD_MOMENT(k) + i;
            if (has_two_limbs(m, k, i / (k + 1), i % (k + 1)))
                add_moment(&moments[at], weights, e->low[at], e->high[at], vectors);
            else
                add_moment(&moments[at], weights, e->low[at], NULL, vectors);
        }
}

/* m is known where this is inlined, so that what it does not need falls away. */
INLINE void put_pass(products *e, const zkl_quads *quads, size_t m, size_t at, size_t vectors)
{
    for (size_t v = 0; v < vectors; v++)
        put_products(e, quads, m, at + 8 * v, v);
}

static void put_products_of(products *e, const zkl_quads *quads, size_t at, size_t vectors)
{
    switch (quads->quarter_count) {
    case 0:
        break;
    case 1:
        put_pass(e, quads, 1, at, vectors);
        break;
    case 2:
        put_pass(e, quads, 2, at, vectors);
        break;
    case 3:
        put_pass(e, quads, 3, at, vectors);
        break;
    default:
        put_pass(e, quads, 4, at, vectors);
        break;
    }
}

static void add_quads(const zkl_quad_sums *sums, const zkl_quads *quads)
{
    products e;
    const size_t m = quads->quarter_count;
    ZKL_ASSERT(m <= ZKL_QUAD_QUARTERS_MAX && quads->count <= ZKL_QUAD_RUN_MAX);
    ZKL_ASSERT(quads->count % 8 == 0);
    for (size_t at = 0; at < quads->count; at += (size_t)8 * PASS_VECTORS) {
        const size_t left = (quads->count - at) / 8,
                     vectors = left < PASS_VECTORS ? left : PASS_VECTORS;
        put_products_of(&e, quads, at, vectors);
        for (size_t k = 0; k < sums->list_count; k++)
            add_list(sums->moments[k], sums->weights[k] + 4 * at, &e, m, vectors);
    }
    zkl_wipe(&e, sizeof e); /* cells, on a stack that lives as long as its thread */
}

/* The lanes together: columns below 2^55, and the whole below 2^352. */
static void read_moment(uint64_t out[static 6], const zkl_quad_moment *moment)
{
    unsigned __int128 carry = 0;
    uint64_t limbs[COLUMNS + 1] = { 0 };
    for (size_t j = 0; j < COLUMNS; j++) {
        for (size_t lane = 0; lane < 8; lane++)
            carry += moment->words[8 * j + lane];
        limbs[j] = (uint64_t)carry & MASK_52;
        carry >>= 52;
    }
    memset(out, 0, 6 * sizeof *out);
    for (size_t j = 0; j < COLUMNS; j++) {
        const size_t word = 52 * j / 64, shift = 52 * j % 64;
        out[word] |= limbs[j] << shift;
        if (shift > 12 && word + 1 < 6)
            out[word + 1] |= limbs[j] >> (64 - shift);
    }
}

const zkl_cell_sums zkl_cell_sums_ifma = { "ifma",      ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA,
                                           combine,     add_quads,
                                           add_numbers, read_moment };
#endif
