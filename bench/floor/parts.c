#include "floor/parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "algebra/curve.h"
#include "algebra/poly.h"
#include "hash/merkle.h"

#define POINTS ((size_t)1 << 16)
#define BLOCKS 16
#define NTT_LOG_MAX 20
#define LEAVES ((size_t)1 << 16)
#define ROUNDS 5

typedef struct parts {
    zkl_pool *pool;
    zkl_g1_affine *bases;
    zkl_g2_affine *bases2;
    zkl_fr *scalars; /* 2^NTT_LOG_MAX */
    uint16_t *cells;
    zkl_g1_fixed *fixed;
    zkl_ntt *ntt;
    zkl_digest *leaves;
} parts;

static void must(bool good)
{
    if (good)
        return;
    fprintf(stderr, "parts: no memory\n");
    exit(1);
}

static void run_blocks(parts *s, size_t count)
{
    zkl_g1 sums[BLOCKS];
    const uint16_t *cells[BLOCKS];
    for (size_t k = 0; k < count; k++)
        cells[k] = s->cells + k * POINTS;
    must(zkl_g1_msm_u16(sums, s->fixed, &(zkl_cell_blocks){ cells, POINTS, count }, s->pool,
                        NULL) == ZKL_OK);
}

static void run_g1(parts *s, size_t count)
{
    zkl_g1 sum;
    must(zkl_g1_msm(&sum, s->bases, s->scalars, count, s->pool, NULL) == ZKL_OK);
}

static void run_g2(parts *s, size_t count)
{
    zkl_g2 sum;
    must(zkl_g2_msm(&sum, s->bases2, s->scalars, count, s->pool, NULL) == ZKL_OK);
}

static void run_ntt(parts *s, size_t log_n)
{
    zkl_ntt_forward(s->ntt, s->scalars, (unsigned)log_n, s->pool);
}

/* The leaves are overwritten: what they are says nothing of the time. */
static void run_merkle(parts *s, size_t count)
{
    zkl_digest root;
    zkl_merkle_root(&root, ZKL_HASH_SHA3_256, 3, s->leaves, count);
}

static void parts_init(parts *s)
{
    const size_t scalars = (size_t)1 << NTT_LOG_MAX;
    s->bases = zkl_malloc(POINTS, sizeof *s->bases);
    s->bases2 = zkl_malloc(POINTS, sizeof *s->bases2);
    s->scalars = zkl_malloc(scalars, sizeof *s->scalars);
    s->cells = zkl_malloc(BLOCKS * POINTS, sizeof *s->cells);
    s->leaves = zkl_calloc(LEAVES, sizeof *s->leaves);
    must(s->bases && s->bases2 && s->scalars && s->cells && s->leaves);
    zkl_fr_from_u64(&s->scalars[0], 0x9e3779b97f4a7c15u);
    zkl_fr_sqr(&s->scalars[0], &s->scalars[0]);
    for (size_t i = 1; i < scalars; i++)
        zkl_fr_mul(&s->scalars[i], &s->scalars[i - 1], &s->scalars[0]);
    for (size_t i = 0; i < BLOCKS * POINTS; i++)
        s->cells[i] = (uint16_t)s->scalars[i].l[0];
    must(zkl_g1_mul_many(s->bases, &zkl_g1_generator, s->scalars, POINTS, s->pool, NULL) ==
             ZKL_OK &&
         zkl_g2_mul_many(s->bases2, &zkl_g2_generator, s->scalars, POINTS, s->pool, NULL) ==
             ZKL_OK &&
         zkl_g1_fixed_new(&s->fixed, s->bases, POINTS, s->pool, NULL) == ZKL_OK &&
         zkl_ntt_new(&s->ntt, NTT_LOG_MAX, NULL) == ZKL_OK);
}

static void parts_clear(parts *s)
{
    zkl_g1_fixed_free(s->fixed);
    zkl_ntt_free(s->ntt);
    zkl_free(s->bases);
    zkl_free(s->bases2);
    zkl_free(s->scalars);
    zkl_free(s->cells);
    zkl_free(s->leaves);
}

/* The least of the rounds, of the processor's time of all threads. */
static void run_part(parts *s, const primitives *p, const char *name, void (*run)(parts *, size_t),
                     size_t size)
{
    double best = 1e18, bound = 0;
    for (int i = 0; i < ROUNDS; i++) {
        stage_totals before, after;
        stage_read(&before, STAGE_PART);
        const stage outside = stage_enter(STAGE_PART);
        run(s, size);
        (void)stage_enter(outside);
        stage_read(&after, STAGE_PART);
        const double ms = (double)(after.cpu_ns - before.cpu_ns) / 1e6;
        best = ms < best ? ms : best;
        for (int kind = 0; kind < COUNT_KINDS; kind++)
            after.counts[kind] -= before.counts[kind];
        bound = floor_ms(&after, p);
    }
    printf("%-22s %10.2f %12.2f %8.2f\n", name, best, bound, bound > 0 ? best / bound : 0.0);
    fflush(stdout);
}

void parts_run(const primitives *p, zkl_pool *pool)
{
    parts s = { .pool = pool };
    parts_init(&s);
    printf("\n%-22s %10s %12s %8s\n", "part", "processor", "floor ms", "ratio");
    run_part(&s, p, "a block of 65536 cells", run_blocks, 1);
    run_part(&s, p, "16 blocks", run_blocks, BLOCKS);
    run_part(&s, p, "G1 sum 2^16", run_g1, POINTS);
    run_part(&s, p, "G2 sum 2^16", run_g2, POINTS);
    run_part(&s, p, "transform 2^16", run_ntt, 16);
    run_part(&s, p, "transform 2^20", run_ntt, NTT_LOG_MAX);
    run_part(&s, p, "tree of 65536 leaves", run_merkle, LEAVES);
    parts_clear(&s);
}
