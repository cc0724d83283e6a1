/* blst, the library below our curve: sums by Pippenger's method, two threads over half of the
 * points each, as its documentation leaves it to the caller. */
#include "peers/peer.h"

typedef struct sums {
    zkl_pool *pool;
    zkl_g1_affine *points;
    zkl_g2_affine *points2;
    uint8_t *scalars, *cells; /* little-endian, 32 and 2 bytes */
    limb_t *scratch[PEER_THREADS];
    size_t count;
    zkl_g1 g1[16];
    zkl_g2 g2[PEER_THREADS];
} sums;

static void sum_half_g1(void *context, size_t index, size_t worker)
{
    sums *s = context;
    const size_t begin = s->count * index / PEER_THREADS,
                 end = s->count * (index + 1) / PEER_THREADS;
    const zkl_g1_affine *const points[2] = { s->points + begin, NULL };
    const uint8_t *const scalars[2] = { s->scalars + 32 * begin, NULL };
    blst_p1s_mult_pippenger(&s->g1[index], points, end - begin, scalars, 255, s->scratch[worker]);
}

static void sum_half_g2(void *context, size_t index, size_t worker)
{
    sums *s = context;
    const size_t begin = s->count * index / PEER_THREADS,
                 end = s->count * (index + 1) / PEER_THREADS;
    const zkl_g2_affine *const points[2] = { s->points2 + begin, NULL };
    const uint8_t *const scalars[2] = { s->scalars + 32 * begin, NULL };
    blst_p2s_mult_pippenger(&s->g2[index], points, end - begin, scalars, 255, s->scratch[worker]);
}

static void sum_block(void *context, size_t index, size_t worker)
{
    sums *s = context;
    const zkl_g1_affine *const points[2] = { s->points, NULL };
    const uint8_t *const scalars[2] = { s->cells + (index << 17), NULL };
    blst_p1s_mult_pippenger(&s->g1[index], points, 1 << 16, scalars, 16, s->scratch[worker]);
}

static void answer_g1(peer_instant start, const zkl_g1 *points, size_t count)
{
    uint8_t bytes[16 * 48];
    for (size_t i = 0; i < count; i++)
        blst_p1_compress(bytes + 48 * i, &points[i]);
    peer_answer(start, bytes, 48 * count);
}

static void run(void *context, const char *job, size_t log_n)
{
    sums *s = context;
    uint8_t bytes[96];
    const peer_instant start = peer_now();
    s->count = (size_t)1 << log_n;
    if (strcmp(job, "g1") == 0) {
        zkl_pool_run(s->pool, PEER_THREADS, sum_half_g1, s);
        blst_p1_add_or_double(&s->g1[0], &s->g1[0], &s->g1[1]);
        answer_g1(start, s->g1, 1);
    } else if (strcmp(job, "u16") == 0) {
        zkl_pool_run(s->pool, s->count >> 16, sum_block, s);
        answer_g1(start, s->g1, s->count >> 16);
    } else if (strcmp(job, "g2") == 0) {
        zkl_pool_run(s->pool, PEER_THREADS, sum_half_g2, s);
        blst_p2_add_or_double(&s->g2[0], &s->g2[0], &s->g2[1]);
        blst_p2_compress(bytes, &s->g2[0]);
        peer_answer(start, bytes, sizeof bytes);
    } else {
        puts("-");
    }
}

int main(int argc, char **argv)
{
    static sums s;
    const size_t count = (size_t)1 << (argc > 2 ? strtoul(argv[2], NULL, 10) : PEER_LOG_MAX);
    if (argc < 2)
        return 2;
    peer_must(zkl_pool_new(&s.pool, PEER_THREADS, NULL));
    s.points = zkl_malloc(count, sizeof *s.points);
    s.points2 = zkl_malloc(1 << 16, sizeof *s.points2);
    if (!s.points || !s.points2)
        peer_stop("memory");
    peer_read_g1(s.points, argv[1], count);
    peer_read_g2(s.points2, argv[1], 1 << 16);
    s.scalars = peer_read(argv[1], "scalars", 32 * count);
    s.cells = peer_read(argv[1], "cells", 2 * count);
    for (size_t i = 0; i < count; i++) /* blst takes them little-endian */
        for (size_t k = 0; k < 16; k++) {
            const uint8_t byte = s.scalars[32 * i + k];
            s.scalars[32 * i + k] = s.scalars[32 * i + 31 - k];
            s.scalars[32 * i + 31 - k] = byte;
        }
    for (size_t i = 0; i < PEER_THREADS; i++) {
        const size_t g1 = blst_p1s_mult_pippenger_scratch_sizeof(count),
                     g2 = blst_p2s_mult_pippenger_scratch_sizeof(1 << 16);
        s.scratch[i] = zkl_malloc(g1 > g2 ? g1 : g2, 1);
        if (!s.scratch[i])
            peer_stop("memory");
    }
    peer_serve(run, &s);
    return 0;
}
