/* Reading a CSV of 1,000,000 rows x 5 columns into a table, and its chunks out again.
 *
 *     bench_table [rows [threads]] */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "gen_table.h"
#include "table/table.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int time_chunks(const zkl_table *table)
{
    const zkl_schema *schema = zkl_table_schema(table);
    const uint64_t chunks = zkl_table_chunks(table);
    zkl_numbered_column numbered[16];
    const size_t blocks = zkl_schema_number(numbered, schema);
    uint16_t *cells[64] = { 0 };
    double *times = zkl_calloc((size_t)chunks, 2 * sizeof *times);
    size_t *starts = zkl_malloc(ZKL_CHUNK_ROWS + 1, sizeof *starts);
    for (size_t i = 0; i < blocks; i++)
        cells[i] = zkl_malloc(ZKL_CHUNK_ROWS, sizeof(uint16_t));
    zkl_error err = { 0 };
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
        double start = seconds();
        if (zkl_table_chunk(table, chunk, cells, NULL, NULL, &err) != ZKL_OK)
            return 1;
        times[chunk] = seconds() - start;
        start = seconds();
        if (zkl_table_chunk(table, chunk, NULL, &rows, starts, &err) != ZKL_OK)
            return 1;
        times[chunks + chunk] = seconds() - start;
    }
    qsort(times, (size_t)chunks, sizeof *times, by_value);
    qsort(times + chunks, (size_t)chunks, sizeof *times, by_value);
    printf("table chunk as cells   %2zu blocks  min %6.2f ms  median %6.2f ms\n", blocks,
           1e3 * times[0], 1e3 * times[chunks / 2]);
    printf("table chunk as rows    %2zu columns min %6.2f ms  median %6.2f ms\n",
           schema->column_count, 1e3 * times[chunks], 1e3 * times[chunks + chunks / 2]);
    for (size_t i = 0; i < blocks; i++)
        zkl_free(cells[i]);
    zkl_free(times);
    zkl_free(starts);
    return 0;
}

int main(int argc, char **argv)
{
    const uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    const size_t threads = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    char folder[] = "/tmp/bench_table.XXXXXX", path[64];
    static const zkl_owner_secret secret = { { 1 } };
    zkl_error err = { 0 };
    zkl_env env = { 0 };
    zkl_status status = ZKL_OK;
    if (!mkdtemp(folder) || zkl_pool_new(&env.pool, threads, &err) != ZKL_OK)
        return 1;
    snprintf(path, sizeof path, "%s/table.csv", folder);
    FILE *out = fopen(path, "w");
    gen_table_write(out, rows, 1);
    const long bytes = ftell(out);
    fclose(out);
    const char *files[] = { path };
    const zkl_read_options options = {
        .files = files, .file_count = 1, .spool_folder = folder, .owner_secret = &secret
    };
    double times[5];
    for (size_t i = 0; i < ZKL_COUNT(times) && status == ZKL_OK; i++) {
        ZKL_AUTO_FREE(zkl_table) table = NULL;
        zkl_bad_rows bad;
        const double start = seconds();
        status = zkl_table_read(&table, &options, &bad, &env, &err);
        times[i] = seconds() - start;
        if (status == ZKL_OK && i + 1 == ZKL_COUNT(times))
            status = time_chunks(table) ? ZKL_IO : ZKL_OK;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    qsort(times, ZKL_COUNT(times), sizeof *times, by_value);
    if (status == ZKL_OK)
        printf("table read %llu x 5 CSV, %.1f MB, %zu threads  min %.2f s  median %.2f s  peak %ld "
               "MiB\n",
               (unsigned long long)rows, 1e-6 * (double)bytes, zkl_pool_threads(env.pool), times[0],
               times[ZKL_COUNT(times) / 2], usage.ru_maxrss / 1024);
    else
        fprintf(stderr, "%s\n", err.text);
    (void)unlink(path);
    (void)rmdir(folder);
    zkl_pool_free(env.pool);
    return status == ZKL_OK ? 0 : 1;
}
