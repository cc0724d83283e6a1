/* The fraction argument and the field part of the opening, without curve work.
 *
 *     bench_argument [leaf blocks [repeats]]    161 3 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "bench_cells.h"
#include "bench_timing.h"

int main(int argc, char **argv)
{
    const size_t blocks = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) - 1 : 160;
    const size_t repeats = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 3;
    if (blocks < 1 || blocks >= ZKL_LEAF_BLOCKS_MAX || repeats < 1 || repeats > 100)
        return 2;

    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    const uint16_t **cells = malloc(blocks * sizeof *cells);
    uint16_t *block = malloc(2 * sizeof *block << 16);
    static bench_cells column;
    double times[100], openings[100];
    if (!cells || !block || zkl_pool_new(&pool, 0, &err) != ZKL_OK)
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

    if (bench_cells_begin(&column, cells, blocks, pool, &err) != ZKL_OK)
        return 2;
    for (size_t i = 0; i < repeats; i++) {
        zkl_argument argument = { 0 };
        zkl_arena arena = { 0 };
        if (bench_cells_prove(&argument, &arena, &column, pool, &err) != ZKL_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        times[i] = argument.argument_s;
        openings[i] = argument.opening_s;
        zkl_arena_clear(&arena);
    }
    bench_sort(times, repeats);
    bench_sort(openings, repeats);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("argument  %zu leaf blocks, F%u, %zu threads: min %.3f s, median %.3f s\n", blocks + 1,
           zkl_shape_tier(&column.shape), zkl_pool_threads(pool), times[0], times[repeats / 2]);
    printf("opening   without commitments: min %.3f s, median %.3f s\n", openings[0],
           openings[repeats / 2]);
    printf("peak memory %ld MB\n", usage.ru_maxrss / 1024);
    zkl_shape_clear(&column.shape);
    zkl_pool_free(pool);
    free(cells);
    free(block);
    return 0;
}
