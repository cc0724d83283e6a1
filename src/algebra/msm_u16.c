#include "algebra/curve.h"

struct zkl_g1_fixed {
    size_t count;
    zkl_g1_affine bases[];
};

zkl_status zkl_g1_fixed_new(zkl_g1_fixed **out, const zkl_g1_affine *bases, size_t count, zkl_pool *pool,
                            zkl_error *err)
{
    (void)pool;
    size_t bytes;
    if (!zkl_size_mul(&bytes, count, sizeof *bases) || !zkl_size_add(&bytes, bytes, sizeof(zkl_g1_fixed)))
        return zkl_fail(err, ZKL_LIMIT, "%zu bases", count);
    zkl_g1_fixed *fixed = zkl_malloc(bytes, 1);
    if (!fixed)
        return zkl_no_memory(err, bytes);
    fixed->count = count;
    memcpy(fixed->bases, bases, count * sizeof *bases);
    *out = fixed;
    return ZKL_OK;
}

void zkl_g1_fixed_free(zkl_g1_fixed *fixed)
{
    zkl_free(fixed);
}

typedef struct block_sums {
    zkl_g1 *out;
    const zkl_g1_fixed *fixed;
    const uint16_t *const *cells;
    size_t cell_count, scratch_bytes;
    uint8_t *scratch; /* scratch_bytes for each worker */
} block_sums;

static void sum_block(void *context, size_t index, size_t worker)
{
    const block_sums *job = context;
    const zkl_g1_affine *const points[2] = { job->fixed->bases, NULL };
    const uint8_t *const scalars[2] = { (const uint8_t *)job->cells[index], NULL };
    blst_p1s_mult_pippenger(&job->out[index], points, job->cell_count, scalars, 16,
                            (limb_t *)(void *)(job->scratch + worker * job->scratch_bytes));
}

zkl_status zkl_g1_msm_u16(zkl_g1 *out, const zkl_g1_fixed *fixed, const uint16_t *const *cells,
                          size_t cell_count, size_t block_count, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(cell_count <= fixed->count);
    block_sums job = { .out = out, .fixed = fixed, .cells = cells, .cell_count = cell_count };
    job.scratch_bytes = (blst_p1s_mult_pippenger_scratch_sizeof(cell_count) + 63) / 64 * 64;
    ZKL_AUTO_BLOCK uint8_t *scratch = zkl_malloc(zkl_pool_threads(pool), job.scratch_bytes);
    if (!scratch)
        return zkl_no_memory(err, job.scratch_bytes);
    job.scratch = scratch;
    memset(out, 0, block_count * sizeof *out);
    if (cell_count)
        zkl_pool_run(pool, block_count, sum_block, &job);
    return ZKL_OK;
}
