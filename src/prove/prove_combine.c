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

#define COMBINE_TASK 1024

typedef struct combination {
    zkl_fr *out;
    const zkl_fr *weights;
    const uint16_t *const *cells;
    size_t block_count, cell_count;
} combination;

/* A task: COMBINE_TASK sums. */
static void combine_run(void *context, size_t index, size_t worker)
{
    (void)worker;
    const combination *job = context;
    const size_t from = index * COMBINE_TASK, left = job->cell_count - from;
    zkl_cells_combine(job->out + from, job->weights, job->cells, job->block_count, from,
                      left < COMBINE_TASK ? left : COMBINE_TASK);
}

void zkl_cells_combine_all(zkl_fr *out, const zkl_fr *weights, const uint16_t *const *cells,
                           size_t block_count, size_t cell_count, zkl_pool *pool)
{
    ZKL_ASSERT(cell_count > 0);
    combination job = { out, weights, cells, block_count, cell_count };
    zkl_pool_run(pool, (cell_count + COMBINE_TASK - 1) / COMBINE_TASK, combine_run, &job);
}
