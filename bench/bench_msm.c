/* Multi-scalar multiplication: our sums beside blst's, in the same run. */
#include "algebra/curve.h"
#include "bench_random.h"
#include "bench_timing.h"

#define CELLS 65536

static void must(zkl_status status)
{
    if (status != ZKL_OK) {
        fprintf(stderr, "bench: %s\n", zkl_status_text(status));
        exit(1);
    }
}

typedef struct sums {
    zkl_pool *pool;
    const zkl_g1_affine *bases;
    const zkl_g2_affine *bases2;
    const zkl_g1_fixed *fixed;
    const uint16_t *cells[16];
    const zkl_fr *scalars;
    const blst_scalar *canonical;
    size_t count, blocks;
    limb_t *scratch;
    zkl_g1_affine *many;
    zkl_g2_affine *many2;
} sums;

static void run_u16(void *context)
{
    const sums *s = context;
    zkl_g1 out[16];
    must(zkl_g1_msm_u16(out, s->fixed, &(zkl_cell_blocks){ s->cells, s->count, s->blocks }, s->pool,
                        NULL));
}

static void run_u16_blst(void *context)
{
    const sums *s = context;
    const zkl_g1_affine *const points[2] = { s->bases, NULL };
    for (size_t k = 0; k < s->blocks; k++) {
        const uint8_t *const scalars[2] = { (const uint8_t *)s->cells[k], NULL };
        zkl_g1 out;
        blst_p1s_mult_pippenger(&out, points, s->count, scalars, 16, s->scratch);
    }
}

static void run_g1(void *context)
{
    const sums *s = context;
    zkl_g1 out;
    must(zkl_g1_msm(&out, s->bases, s->scalars, s->count, s->pool, NULL));
}

static void run_g1_small(void *context)
{
    const sums *s = context;
    zkl_g1 out;
    must(zkl_g1_msm_small(&out, s->bases, s->scalars, s->count, s->pool, NULL));
}

static void run_g2(void *context)
{
    const sums *s = context;
    zkl_g2 out;
    must(zkl_g2_msm(&out, s->bases2, s->scalars, s->count, s->pool, NULL));
}

typedef struct range {
    const sums *s;
    zkl_g1 out[64];
} range;

static void sum_range(void *context, size_t index, size_t worker)
{
    range *r = context;
    const size_t ranges = zkl_pool_threads(r->s->pool), begin = r->s->count * index / ranges;
    const zkl_g1_affine *const points[2] = { r->s->bases + begin, NULL };
    const uint8_t *const scalars[2] = { r->s->canonical[begin].b, NULL };
    const size_t limbs = blst_p1s_mult_pippenger_scratch_sizeof(r->s->count) / sizeof(limb_t);
    blst_p1s_mult_pippenger(&r->out[index], points, r->s->count * (index + 1) / ranges - begin,
                            scalars, 255, r->s->scratch + worker * limbs);
}

static void run_g1_blst(void *context)
{
    range r = { .s = context };
    zkl_pool_run(r.s->pool, zkl_pool_threads(r.s->pool), sum_range, &r);
}

static void run_mul_many(void *context)
{
    const sums *s = context;
    must(zkl_g1_mul_many(s->many, &zkl_g1_generator, s->scalars, s->count, s->pool, NULL));
}

static void run_mul_many2(void *context)
{
    const sums *s = context;
    must(zkl_g2_mul_many(s->many2, &zkl_g2_generator, s->scalars, s->count, s->pool, NULL));
}

static void run_fixed(void *context)
{
    const sums *s = context;
    zkl_g1_fixed *fixed;
    must(zkl_g1_fixed_new(&fixed, s->bases, s->count, s->pool, NULL));
    zkl_g1_fixed_free(fixed);
}

int main(void)
{
    enum { POINTS = 1 << 17 };
    static uint16_t cells[16][CELLS];
    static zkl_fr scalars[POINTS];
    static blst_scalar canonical[POINTS];
    static zkl_g1_affine bases[POINTS];
    static zkl_g2_affine bases2[1 << 16];
    zkl_pool *pool;
    zkl_g1_fixed *fixed;
    for (size_t i = 0; i < POINTS; i++) {
        scalars[i] = bench_random_fr();
        blst_scalar_from_fr(&canonical[i], &scalars[i]);
    }
    must(zkl_pool_new(&pool, 2, NULL));
    sums s = { .pool = pool,
               .scalars = scalars,
               .canonical = canonical,
               .bases = bases,
               .bases2 = bases2,
               .many = bases,
               .many2 = bases2,
               .count = POINTS };
    s.scratch = zkl_malloc(2, blst_p1s_mult_pippenger_scratch_sizeof(POINTS));
    bench_print("g1_mul_many", s.count, "2 threads", run_mul_many, &s, 1);
    s.count = 1 << 16;
    bench_print("g2_mul_many", s.count, "2 threads", run_mul_many2, &s, 1);

    s.count = CELLS;
    bench_print("g1_fixed_new", s.count, "2 threads", run_fixed, &s, 3);
    must(zkl_g1_fixed_new(&fixed, bases, CELLS, pool, NULL));
    s.fixed = fixed;
    for (size_t k = 0; k < 16; k++) {
        for (size_t i = 0; i < CELLS; i++)
            cells[k][i] = (uint16_t)bench_random_u64();
        s.cells[k] = cells[k];
    }
    s.blocks = 1;
    s.pool = NULL;
    bench_time blst = bench_print("msm_u16", s.count, "blst", run_u16_blst, &s, 7);
    bench_time ours = bench_print("msm_u16", s.count, "1 thread", run_u16, &s, 15);
    bench_print_ratio("msm_u16", blst, ours);
    s.blocks = 16;
    s.pool = pool;
    bench_print("msm_u16 x 16", s.count, "2 threads", run_u16, &s, 5);
    for (size_t i = 0; i < CELLS; i++) {
        cells[0][i] = 7;
        cells[1][i] = (uint16_t)(bench_random_u64() % 100 ? 0 : i);
        cells[2][i] = (uint16_t)(bench_random_u64() % 3);
    }
    s.blocks = 1;
    s.pool = NULL;
    bench_print("msm_u16 constant", s.count, "1 thread", run_u16, &s, 15);
    s.cells[0] = cells[1];
    bench_print("msm_u16 1 % used", s.count, "1 thread", run_u16, &s, 15);
    s.cells[0] = cells[2];
    bench_print("msm_u16 0, 1, 2", s.count, "1 thread", run_u16, &s, 15);
    s.pool = pool;

    for (size_t count = 64; count <= POINTS; count *= 2) {
        s.count = count;
        const int runs = count <= 4096 ? 15 : 3;
        blst = bench_print("g1_msm", s.count, "blst, 2", run_g1_blst, &s, runs);
        ours = bench_print("g1_msm", s.count, "2 threads", run_g1, &s, runs);
        bench_print_ratio("g1_msm", blst, ours);
        if (count <= 2048)
            bench_print("g1_msm_small", s.count, "2 threads", run_g1_small, &s, runs);
    }
    for (size_t i = 0; i < POINTS; i++)
        zkl_fr_from_u64(&scalars[i],
                        bench_random_u64() % 16 ? bench_random_u64() % 2 : bench_random_u64());
    s.count = 1 << 16;
    bench_print("g1_msm witness", s.count, "2 threads", run_g1, &s, 3);
    bench_print("g2_msm witness", s.count, "2 threads", run_g2, &s, 3);
    for (size_t i = 0; i < POINTS; i++)
        scalars[i] = bench_random_fr();
    bench_print("g2_msm", s.count, "2 threads", run_g2, &s, 3);
    zkl_g1_fixed_free(fixed);
    zkl_free(s.scratch);
    zkl_pool_free(pool);
    return 0;
}
