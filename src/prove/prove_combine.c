/* Sums of cells with field weights: the inner loop of leaves and of what is opened.
 *
 * out = sum over blocks b of w_b cell_b, C sums side by side. A cell has 16 bits, so w_b cell_b
 * is taken as an integer of five words and reduced once for all blocks: 4,096 products fit
 * (below), and a reduction costs about two of them. */
#include "prove/prove_internal.h"

/* Sums of w_b * cell are kept unreduced: w_b in Montgomery form times a 16-bit integer is the
 * Montgomery form of the product, below 2^271, and 4,096 of them stay below 2^283. One reduction
 * at the end. */
#define SUM_WORDS 5

/* sum += w cell, as integers */
static inline void add_scaled(uint64_t sum[static SUM_WORDS], const zkl_fr *w, uint64_t cell)
{
    unsigned __int128 carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        carry += (unsigned __int128)w->l[i] * cell + sum[i];
        sum[i] = (uint64_t)carry;
        carry >>= 64;
    }
    sum[4] += (uint64_t)carry;
}

static const uint64_t order[4] = ZKL_FR_ORDER_WORDS;

/* sum < 2^304 to below r: the quotient from its top 64 bits is right or one too small. */
static inline void reduce_sum(zkl_fr *out, const uint64_t sum[static SUM_WORDS])
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
        out->l[i] = borrow ? rest[i] : less[i];
}

/* Sums that stay in the first-level cache while all blocks pass over them: 64 of 40 bytes. */
#define COMBINE_TILE 64

static void combine_range(zkl_fr *out, const zkl_weighted_blocks *blocks, size_t from, size_t count)
{
    uint64_t sums[COMBINE_TILE][SUM_WORDS];
    ZKL_ASSERT(blocks->count <= 4096); /* the bound of SUM_WORDS */
    for (size_t at = 0; at < count; at += COMBINE_TILE) {
        const size_t tile = count - at < COMBINE_TILE ? count - at : COMBINE_TILE;
        memset(sums, 0, sizeof sums);
        for (size_t b = 0; b < blocks->count; b++) {
            const zkl_fr *weight = &blocks->weights[b];
            if ((blocks->ends && blocks->ends[b] <= from + at) || zkl_fr_is_zero(weight))
                continue;
            const uint16_t *block = blocks->cells[b] + from + at;
            for (size_t i = 0; i < tile; i++)
                add_scaled(sums[i], weight, block[i]);
        }
        for (size_t i = 0; i < tile; i++)
            reduce_sum(&out[at + i], sums[i]);
    }
    zkl_wipe(sums, sizeof sums);
}

void zkl_cells_combine(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                       size_t block_count, size_t from, size_t count)
{
    const zkl_weighted_blocks blocks = { .weights = weights, .cells = cells, .count = block_count };
    combine_range(out, &blocks, from, count);
}

#define COMBINE_TASK 1024

typedef struct combination {
    zkl_fr *out;
    const zkl_weighted_blocks *blocks;
} combination;

/* A task: COMBINE_TASK sums. */
static void combine_run(void *context, size_t index, size_t worker)
{
    (void)worker;
    const combination *job = context;
    const size_t from = index * COMBINE_TASK, left = job->blocks->size - from;
    combine_range(job->out + from, job->blocks, from, left < COMBINE_TASK ? left : COMBINE_TASK);
}

void zkl_cells_combine_all(zkl_fr *out, const zkl_weighted_blocks *blocks, zkl_pool *pool)
{
    ZKL_ASSERT(blocks->size > 0);
    combination job = { out, blocks };
    zkl_pool_run(pool, (blocks->size + COMBINE_TASK - 1) / COMBINE_TASK, combine_run, &job);
}
