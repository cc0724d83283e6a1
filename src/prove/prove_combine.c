/* Sums of cells with field weights: the inner loop of leaves and of what is opened.
 *
 * out = sum over blocks b of w_b cell_b, C sums side by side, by a set of native/cell_sums.h. */
#include "native/cell_sums.h"
#include "prove/prove_internal.h"

void zkl_cells_combine(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                       size_t block_count, size_t from, size_t count)
{
    zkl_cell_sums_best()->combine(out->l, (const uint64_t *)weights, cells, block_count, from,
                                  count);
}

#define BLOCKS_MAX 4096 /* of native/cell_sums.h */

/* A block that ends before `from` has nothing to add there: as if its weight were zero. */
static void combine_range(zkl_fr *out, const zkl_weighted_blocks *blocks, size_t from, size_t count)
{
    zkl_fr live[BLOCKS_MAX];
    const zkl_fr *weights = blocks->weights;
    ZKL_ASSERT(blocks->count <= BLOCKS_MAX);
    if (blocks->ends) {
        for (size_t b = 0; b < blocks->count; b++)
            live[b] = blocks->ends[b] > from ? weights[b] : ZKL_FR_ZERO;
        weights = live;
    }
    zkl_cells_combine(out, weights, blocks->cells, blocks->count, from, count);
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
