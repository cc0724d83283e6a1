#include "algebra/curve.h"

#define SLICE 256

typedef struct products {
    zkl_g1_affine *g1_out;
    const zkl_g1_affine *g1_base;
    zkl_g2_affine *g2_out;
    const zkl_g2_affine *g2_base;
    const zkl_fr *scalars;
    size_t count;
} products;

static void multiply_g1_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const products *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;
    zkl_g1 slice[SLICE];
    for (size_t i = 0; i < n; i++)
        zkl_g1_mul(&slice[i], job->g1_base, &job->scalars[begin + i]);
    zkl_g1_normalize_many(job->g1_out + begin, slice, n);
}

static void multiply_g2_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const products *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;
    zkl_g2 slice[SLICE];
    for (size_t i = 0; i < n; i++)
        zkl_g2_mul(&slice[i], job->g2_base, &job->scalars[begin + i]);
    zkl_g2_normalize_many(job->g2_out + begin, slice, n);
}

zkl_status zkl_g1_mul_many(zkl_g1_affine *out, const zkl_g1_affine *base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    (void)err;
    products job = { .g1_out = out, .g1_base = base, .scalars = scalars, .count = count };
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_g1_slice, &job);
    return ZKL_OK;
}

zkl_status zkl_g2_mul_many(zkl_g2_affine *out, const zkl_g2_affine *base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    (void)err;
    products job = { .g2_out = out, .g2_base = base, .scalars = scalars, .count = count };
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_g2_slice, &job);
    return ZKL_OK;
}
