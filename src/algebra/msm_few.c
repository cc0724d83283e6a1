/* Sums by blst's own bucket method, cut into ranges for the workers. */
#include "algebra/msm_few.h"

/* Ranges of one sum, one for each worker at most: their partial sums are added one by one. */
#define RANGES_MAX 64

/* One sum over ranges of the bases, a range a task. */
typedef struct range_sum {
    const zkl_g1_affine *g1_bases;
    const zkl_g2_affine *g2_bases;
    const blst_scalar *scalars;
    size_t count, range_count, scratch_bytes;
    uint8_t *scratch; /* scratch_bytes for each range */
    zkl_g1 g1_sums[RANGES_MAX];
    zkl_g2 g2_sums[RANGES_MAX];
} range_sum;

/* Ranges tile [0, count) and none is empty: blst's method takes one base at least. */
static void range_invariant(const range_sum *job, size_t index)
{
    ZKL_ASSERT(index < job->range_count && job->range_count <= RANGES_MAX);
    ZKL_ASSERT(job->range_count <= job->count);
}

static void sum_g1_range(void *context, size_t index, size_t worker)
{
    (void)worker;
    range_sum *job = context;
    range_invariant(job, index);
    const size_t begin = job->count * index / job->range_count;
    const size_t end = job->count * (index + 1) / job->range_count;
    const zkl_g1_affine *const points[2] = { job->g1_bases + begin,
                                             NULL }; /* NULL: they follow each other */
    const uint8_t *const scalars[2] = { job->scalars[begin].b, NULL };
    blst_p1s_mult_pippenger(&job->g1_sums[index], points, end - begin, scalars, 255,
                            (limb_t *)(void *)(job->scratch + index * job->scratch_bytes));
}

static void sum_g2_range(void *context, size_t index, size_t worker)
{
    (void)worker;
    range_sum *job = context;
    range_invariant(job, index);
    const size_t begin = job->count * index / job->range_count;
    const size_t end = job->count * (index + 1) / job->range_count;
    const zkl_g2_affine *const points[2] = { job->g2_bases + begin, NULL };
    const uint8_t *const scalars[2] = { job->scalars[begin].b, NULL };
    blst_p2s_mult_pippenger(&job->g2_sums[index], points, end - begin, scalars, 255,
                            (limb_t *)(void *)(job->scratch + index * job->scratch_bytes));
}

/* Pippenger's method needs scratch by the size of a range and scalars as plain integers; ranges
 * tile [0, count). The integers are wiped: the prover's scalars are secret. */
static zkl_status sum_ranges(range_sum *job, zkl_pool_task *task, size_t (*scratch_size)(size_t),
                             const zkl_fr *scalars, zkl_pool *pool, zkl_error *err)
{
    size_t ranges = zkl_pool_threads(pool);
    if (ranges > RANGES_MAX)
        ranges = RANGES_MAX;
    if (ranges > job->count)
        ranges = job->count;
    ZKL_ASSERT(ranges >= 1 && ranges <= RANGES_MAX);
    job->range_count = ranges;
    job->scratch_bytes = (scratch_size(job->count / ranges + 1) + 63) / 64 * 64;
    ZKL_AUTO_BLOCK uint8_t *scratch = zkl_malloc(ranges, job->scratch_bytes);
    ZKL_AUTO_BLOCK blst_scalar *canonical = zkl_malloc(job->count, sizeof *canonical);
    if (!scratch || !canonical)
        return zkl_no_memory(err, ranges * job->scratch_bytes + job->count * sizeof *canonical);
    for (size_t i = 0; i < job->count; i++)
        blst_scalar_from_fr(&canonical[i], &scalars[i]);
    job->scratch = scratch;
    job->scalars = canonical;
    zkl_pool_run(pool, ranges, task, job);
    zkl_wipe(canonical, job->count * sizeof *canonical);
    return ZKL_OK;
}

/* An empty sum is infinity, which is all zeros in Jacobian form too. */
zkl_status zkl_g1_msm_few(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars,
                          size_t count, zkl_pool *pool, zkl_error *err)
{
    zkl_g1 sum = { 0 };
    range_sum job = { .g1_bases = bases, .count = count };
    if (count)
        ZKL_TRY(sum_ranges(&job, sum_g1_range, blst_p1s_mult_pippenger_scratch_sizeof, scalars,
                           pool, err));
    for (size_t i = 0; i < job.range_count; i++)
        blst_p1_add_or_double(&sum, &sum, &job.g1_sums[i]);
    *out = sum;
    return ZKL_OK;
}

zkl_status zkl_g2_msm_few(zkl_g2 *out, const zkl_g2_affine *bases, const zkl_fr *scalars,
                          size_t count, zkl_pool *pool, zkl_error *err)
{
    zkl_g2 sum = { 0 };
    range_sum job = { .g2_bases = bases, .count = count };
    if (count)
        ZKL_TRY(sum_ranges(&job, sum_g2_range, blst_p2s_mult_pippenger_scratch_sizeof, scalars,
                           pool, err));
    for (size_t i = 0; i < job.range_count; i++)
        blst_p2_add_or_double(&sum, &sum, &job.g2_sums[i]);
    *out = sum;
    return ZKL_OK;
}
