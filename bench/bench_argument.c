/* The fraction argument and the field part of the opening, without curve work.
 *
 *     bench_argument [leaf blocks [repeats]]    161 3 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "prove/prove_internal.h"

static zkl_status commit_nothing(const zkl_committer *committer,
                                 uint8_t out[static ZKL_POINT_BYTES], const zkl_fr *coefficients,
                                 size_t count, zkl_pool *pool, zkl_error *err)
{
    (void)committer;
    (void)coefficients;
    (void)count;
    (void)pool;
    (void)err;
    memset(out, 0, ZKL_POINT_BYTES);
    return ZKL_OK;
}

static int compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const size_t blocks = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) - 1 : 160;
    const size_t repeats = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 3;
    const zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 1 };
    const zkl_statement_table table = { .row_count = (uint64_t)blocks << 16,
                                        .columns = &column,
                                        .column_count = 1 };
    const uint32_t first = 0;
    const zkl_assertion assertion = { ZKL_ASSERTION_CELLS, NULL, 0, &first, 1 };
    if (blocks < 1 || blocks >= ZKL_LEAF_BLOCKS_MAX || repeats < 1 || repeats > 100)
        return 2;

    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    const uint16_t **cells = malloc(blocks * sizeof *cells);
    uint16_t *block = malloc(2 * sizeof *block << 16);
    zkl_fr *blinders = calloc(blocks, sizeof *blinders), mask[16] = { { { 0 } } };
    uint32_t *counts = malloc(sizeof *counts << 16);
    double times[100], openings[100];
    if (!cells || !block || !blinders || !counts || zkl_pool_new(&pool, 0, &err) != ZKL_OK)
        return 2;
    uint32_t random = 1;
    for (size_t i = 0; i < (size_t)2 << 16; i++) {
        random = random * 1664525 + 1013904223;
        block[i] = (uint16_t)(random >> 16);
    }
    for (size_t b = 0; b < blocks; b++)
        cells[b] =
            block +
            (b * 401 & 0xffff); /* overlapping windows: the same work, less memory than a dataset */

    zkl_statement statement = { .assertions = &assertion,
                                .assertion_count = 1,
                                .tables = &table,
                                .table_count = 1,
                                .block_count = blocks };
    zkl_shape shape;
    zkl_fr u;
    char circuit[8];
    const zkl_env env = { .pool = pool };
    const zkl_committer committer = { .format = &zkl_proof_format_v1,
                                      .coefficients = commit_nothing };
    if (zkl_shape_compile(&shape, &statement, &zkl_proof_format_v1, &ZKL_FR_ZERO, &ZKL_FR_ONE,
                          &err) != ZKL_OK ||
        zkl_leaf_multiplicities(counts, &u, &shape, cells, pool, &err) != ZKL_OK)
        return 2;
    snprintf(circuit, sizeof circuit, "F%u", zkl_shape_tier(&shape));
    statement.circuit = zkl_bytes_of_text(circuit);
    for (size_t i = 0; i < repeats; i++) {
        zkl_argument argument = { 0 };
        zkl_arena arena = { 0 };
        const zkl_committed_statement committed = { .statement = &statement,
                                                    .t0 = ZKL_FR_ONE,
                                                    .cells = cells,
                                                    .blinders = blinders,
                                                    .multiplicities = counts,
                                                    .count_blinder = ZKL_FR_ONE,
                                                    .null_sum = u,
                                                    .mask = mask,
                                                    .salt = ZKL_FR_ONE };
        if (zkl_argument_prove(&argument, &arena, &committed, &committer, &env, &err) != ZKL_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        times[i] = argument.argument_s;
        openings[i] = argument.opening_s;
        zkl_arena_clear(&arena);
    }
    qsort(times, repeats, sizeof *times, compare_times);
    qsort(openings, repeats, sizeof *openings, compare_times);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("argument  %zu leaf blocks, F%u, %zu threads: min %.3f s, median %.3f s\n", blocks + 1,
           zkl_shape_tier(&shape), zkl_pool_threads(pool), times[0], times[repeats / 2]);
    printf("opening   without commitments: min %.3f s, median %.3f s\n", openings[0],
           openings[repeats / 2]);
    printf("peak memory %ld MB\n", usage.ru_maxrss / 1024);
    zkl_shape_clear(&shape);
    zkl_pool_free(pool);
    free(cells);
    free(block);
    free(blinders);
    free(counts);
    return 0;
}
