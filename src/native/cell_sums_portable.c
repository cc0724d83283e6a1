/* Sums of cells by words of 64 bits: what the sets of native/cell_sums.h mean. */
#include "native/cell_sums_internal.h"

#include <string.h>

#include "base/memory.h"

/* ---- weighted sums of cells
 *
 * A cell has 16 bits, so w_b cell_b is taken as an integer of five words and reduced once for all
 * blocks: a product stays below 2^271, 4,096 of them below 2^283, and a reduction costs about two
 * products. */
#define SUM_WORDS 5

/* check: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001 == r */
static const uint64_t order[4] = { 0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                   0x73eda753299d7d48 };

/* sum += w cell, as integers; a cell, or any number of one word where the sum has room for it */
static inline void add_scaled(uint64_t sum[static SUM_WORDS], const uint64_t w[static 4],
                              uint64_t cell)
{
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        carry += (unsigned __int128)w[i] * cell + sum[i];
        sum[i] = (uint64_t)carry;
        carry >>= 64;
    }
    sum[4] += (uint64_t)carry;
}

/* sum < 2^304 to below r: the quotient from its top 64 bits is right or one too small. */
static inline void reduce_sum(uint64_t out[static 4], const uint64_t sum[static SUM_WORDS])
{
    const uint64_t top = sum[3] >> 48 | sum[4] << 16; /* floor(sum / 2^240) */
    const uint64_t inverse = 0x2355094edfede;         /* check: 0x2355094edfede == 2 ** 304 // r */
    const uint64_t q = (uint64_t)((unsigned __int128)top * inverse >> 64);
    uint64_t rest[4], less[4], borrow = 0;
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < 4; i++) { /* rest = sum - q r < 2r < 2^256 */
        carry += (unsigned __int128)order[i] * q;
        const uint64_t part = (uint64_t)carry;
        carry >>= 64;
        const uint64_t d = sum[i] - part;
        rest[i] = d - borrow;
        borrow = (sum[i] < part) | (d < borrow);
    }
    borrow = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t d = rest[i] - order[i];
        less[i] = d - borrow;
        borrow = (rest[i] < order[i]) | (d < borrow);
    }
    for (unsigned i = 0; i < 4; i++)
        out[i] = borrow ? rest[i] : less[i];
}

/* Sums that stay in the first-level cache while all blocks pass over them: 64 of 40 bytes. */
#define COMBINE_TILE 64

void zkl_cell_sums_combine_portable(uint64_t *out, const uint64_t *weights,
                                    const uint16_t *const *cells, size_t block_count, size_t from,
                                    size_t count)
{
    uint64_t sums[COMBINE_TILE][SUM_WORDS];
    ZKL_ASSERT(block_count <= 4096); /* the bound of SUM_WORDS */
    for (size_t at = 0; at < count; at += COMBINE_TILE) {
        const size_t tile = count - at < COMBINE_TILE ? count - at : COMBINE_TILE;
        memset(sums, 0, sizeof sums);
        for (size_t b = 0; b < block_count; b++) {
            const uint64_t *w = weights + 4 * b;
            if ((w[0] | w[1] | w[2] | w[3]) == 0)
                continue;
            const uint16_t *block = cells[b] + from + at;
            for (size_t i = 0; i < tile; i++)
                add_scaled(sums[i], w, block[i]);
        }
        for (size_t i = 0; i < tile; i++)
            reduce_sum(out + 4 * (at + i), sums[i]);
    }
    zkl_wipe(sums, sizeof sums);
}

/* ---- nodes over numbers */

#define NODE_WORDS 5

/* sum < 2^320 to below r. 2^256 mod r takes the top word down first: below 2^256 + 2^64 2^252.6, so
 * below 2^317. Then the quotient is taken from 64 bits and is at most two too small. */
static inline void reduce_long(uint64_t out[static 4], uint64_t sum[static NODE_WORDS])
{
    /* check: 0x1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffe == 2**256 % r */
    static const uint64_t one[4] = { 0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5,
                                     0x1824b159acc5056f };
    const uint64_t inverse = 0x8d54253b7fb78ddf; /* check: 0x8d54253b7fb78ddf == 2 ** 318 // r */
    const uint64_t high = sum[4];
    sum[4] = 0;
    add_scaled(sum, one, high);
    const uint64_t top = sum[3] >> 62 | sum[4] << 2; /* floor(sum / 2^254) */
    const uint64_t q = (uint64_t)((unsigned __int128)top * inverse >> 64);
    uint64_t borrow = 0;
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < NODE_WORDS; i++) { /* sum -= q r: < 3 r */
        carry += i < 4 ? (unsigned __int128)order[i] * q : 0;
        const uint64_t part = (uint64_t)carry, d = sum[i] - part;
        carry >>= 64;
        const uint64_t under = (sum[i] < part) | (d < borrow);
        sum[i] = d - borrow;
        borrow = under;
    }
    for (unsigned times = 0; times < 2; times++) {
        uint64_t less[NODE_WORDS];
        borrow = 0;
        for (unsigned i = 0; i < NODE_WORDS; i++) {
            const uint64_t part = i < 4 ? order[i] : 0, d = sum[i] - part;
            less[i] = d - borrow;
            borrow = (sum[i] < part) | (d < borrow);
        }
        for (unsigned i = 0; i < NODE_WORDS; i++)
            sum[i] = borrow ? sum[i] : less[i];
    }
    memcpy(out, sum, 4 * sizeof *out);
}

/* e_1 < 2^18, e_2 < 2^35, e_3 < 2^50, e_4 < 2^64: sums of five products below 2^319.1. */
void zkl_cell_sums_nodes_portable(uint64_t *p, uint64_t *q, const zkl_number_nodes *nodes,
                                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t d[ZKL_NODE_NUMBERS_MAX], sum_p[NODE_WORDS] = { 0 }, sum_q[NODE_WORDS] = { 0 };
        for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
            d[b] = nodes->numbers[b] ? nodes->numbers[b][i] : 0;
        const uint64_t s = d[0] + d[1], t = d[2] + d[3], x = d[0] * d[1], y = d[2] * d[3];
        const uint64_t e[ZKL_NODE_NUMBERS_MAX + 1] = { 1, s + t, x + y + s * t, x * t + y * s,
                                                       x * y };
        for (size_t k = 0; k < ZKL_NODE_NUMBERS_MAX; k++)
            add_scaled(sum_p, nodes->p + 4 * k, e[k]);
        for (size_t k = 0; k <= ZKL_NODE_NUMBERS_MAX; k++)
            add_scaled(sum_q, nodes->q + 4 * k, e[k]);
        reduce_long(p + 4 * i, sum_p);
        reduce_long(q + 4 * i, sum_q);
    }
}

/* ---- moments */

#define SIDE_MAX (ZKL_QUAD_QUARTERS_MAX + 1)
#define COEFFICIENTS_MAX (SIDE_MAX * SIDE_MAX)
typedef unsigned __int128 coefficient;

/* out += f g: degrees k and l in each variable. Of E[4], the largest, the middle one has 36
 * products of four cells: below 2^69.2. */
static void add_product(coefficient *out, const coefficient *f, size_t k, const coefficient *g,
                        size_t l)
{
    for (size_t a = 0; a <= k; a++)
        for (size_t b = 0; b <= k; b++)
            for (size_t c = 0; c <= l; c++)
                for (size_t d = 0; d <= l; d++)
                    out[(a + c) * (k + l + 1) + b + d] += f[a * (k + 1) + b] * g[c * (l + 1) + d];
}

/* E[0..m] of one quad: quarter by quarter, e_k of b + 1 quarters is e_k + e_(k-1) u of b. */
static void symmetric_products(coefficient e[static ZKL_QUAD_MOMENTS_MAX], const zkl_quads *quads,
                               size_t i)
{
    memset(e, 0, ZKL_QUAD_MOMENTS_MAX * sizeof *e);
    e[0] = 1;
    for (size_t b = 0; b < quads->quarter_count; b++) {
        coefficient u[4];
        for (size_t c = 0; c < 4; c++)
            u[c] = quads->cells[b][c][i];
        for (size_t k = b + 1; k > 0; k--)
            add_product(e + ZKL_QUAD_MOMENT(k), e + ZKL_QUAD_MOMENT(k - 1), k - 1, u, 1);
    }
}

/* sum += w value, as integers: below 2^(255 + 70) each, 2^24 of them below 2^349. */
static inline void add_weighted(uint64_t sum[static 6], const uint64_t w[static 4],
                                coefficient value)
{
    const uint64_t low = (uint64_t)value, high = (uint64_t)(value >> 64);
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        carry += (unsigned __int128)w[i] * low + sum[i];
        sum[i] = (uint64_t)carry;
        carry >>= 64;
    }
    carry += sum[4];
    sum[4] = (uint64_t)carry;
    sum[5] += (uint64_t)(carry >> 64);
    if (!high)
        return;
    carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        carry += (unsigned __int128)w[i] * high + sum[i + 1];
        sum[i + 1] = (uint64_t)carry;
        carry >>= 64;
    }
    sum[5] += (uint64_t)carry;
}

static void add_quads(const zkl_quad_sums *sums, const zkl_quads *quads)
{
    const size_t moments = ZKL_QUAD_MOMENT(quads->quarter_count + 1);
    coefficient e[ZKL_QUAD_MOMENTS_MAX];
    ZKL_ASSERT(quads->quarter_count <= ZKL_QUAD_QUARTERS_MAX && quads->count <= ZKL_QUAD_RUN_MAX);
    for (size_t i = 0; i < quads->count; i++) {
        symmetric_products(e, quads, i);
        for (size_t k = 0; k < sums->list_count; k++)
            for (size_t at = 0; at < moments; at++)
                add_weighted(sums->moments[k][at].words, sums->weights[k] + 4 * i, e[at]);
    }
    zkl_wipe(e, sizeof e);
}

static void read_moment(uint64_t out[static 6], const zkl_quad_moment *moment)
{
    memcpy(out, moment->words, 6 * sizeof *out);
}

const zkl_cell_sums zkl_cell_sums_portable = {
    "portable", 0, zkl_cell_sums_combine_portable, add_quads, zkl_cell_sums_nodes_portable,
    read_moment
};
