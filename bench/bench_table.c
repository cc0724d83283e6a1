/* Reading a CSV of 1,000,000 rows x 5 columns into a table, and each of its chunks as it is
 * committed: cells, row bytes, the chunk's key and its row tree, on one thread. Times of the
 * processor, of all threads together, change less than others when the machine is busy.
 *
 *     bench_table [rows [threads]] */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "bench_timing.h"
#include "gen_table.h"
#include "notary/table_chunks.h"
#include "prove/chunk_commit.h"
#include "table/table.h"

/* What is done with each chunk. */
typedef enum step { STEP_CELLS, STEP_ROWS, STEP_KEY, STEP_TREE, STEP_COUNT } step;

typedef struct chunk_bench {
    const zkl_table *table;
    zkl_chunk_reader reader;
    zkl_buffer bytes;
    size_t *starts;
    /* Of the processor, one a chunk. */
    double *seconds[STEP_COUNT];
} chunk_bench;

/* As notary/commitments.c does it. Cells are read twice here, to have a time of their own. */
static zkl_status time_chunk(chunk_bench *b, uint16_t *const *cells, uint64_t chunk, zkl_error *err)
{
    static const zkl_owner_secret secret = { { 1 } };
    static const uint8_t seed[32] = { 2 };
    static const zkl_chunk_owner owner = { .owner_secret = &secret, .seed = seed };
    uint8_t key[ZKL_CHUNK_KEY_BYTES];
    double at[STEP_COUNT + 1];
    zkl_chunk_rows rows;
    zkl_digest root;
    zkl_chunk_reader_begin(&b->reader, chunk);
    b->bytes.size = 0;
    at[STEP_CELLS] = bench_processor_s();
    ZKL_TRY(zkl_table_chunk(b->table, chunk, cells, NULL, NULL, err));
    at[STEP_ROWS] = bench_processor_s();
    ZKL_TRY(zkl_chunk_rows_of_table(&rows, &b->bytes, b->starts, b->table, chunk, err));
    at[STEP_KEY] = bench_processor_s();
    ZKL_TRY(zkl_chunk_reader_key(key, &b->reader, rows.bytes, &owner, err));
    at[STEP_TREE] = bench_processor_s();
    ZKL_TRY(zkl_chunk_row_root(&root, ZKL_HASH_SHA3_256, key, &rows, NULL, err));
    at[STEP_COUNT] = bench_processor_s();
    for (size_t s = 0; s < STEP_COUNT; s++)
        b->seconds[s][chunk] = at[s + 1] - at[s];
    return ZKL_OK;
}

static void print_steps(chunk_bench *b, uint64_t chunks)
{
    static const char *const names[] = { "as cells", "as rows", "key", "row tree" };
    for (size_t s = 0; s < STEP_COUNT; s++) {
        bench_sort(b->seconds[s], (size_t)chunks);
        printf("table chunk %-9s min %6.2f ms  median %6.2f ms\n", names[s], 1e3 * b->seconds[s][0],
               1e3 * b->seconds[s][chunks / 2]);
    }
}

static zkl_status time_chunks(const zkl_table *table, zkl_error *err)
{
    const zkl_schema *schema = zkl_table_schema(table);
    const uint64_t chunks = zkl_table_chunks(table);
    zkl_numbered_column numbered[16];
    uint32_t limb_counts[16];
    uint16_t *cells[64] = { 0 };
    const size_t blocks = zkl_schema_number(numbered, schema);
    const size_t columns = zkl_schema_numbered_count(schema);
    chunk_bench b = { .table = table, .starts = zkl_malloc(ZKL_CHUNK_ROWS + 1, sizeof(size_t)) };
    for (size_t c = 0; c < columns; c++)
        limb_counts[c] = numbered[c].limb_count;
    for (size_t s = 0; s < STEP_COUNT; s++)
        b.seconds[s] = zkl_calloc((size_t)chunks, sizeof(double));
    for (size_t i = 0; i < blocks; i++)
        cells[i] = zkl_malloc(ZKL_CHUNK_ROWS, sizeof(uint16_t));
    const zkl_chunk_source source = zkl_chunk_source_of_table(table, limb_counts, columns);
    zkl_status status = zkl_chunk_reader_init(&b.reader, &source, ZKL_CHUNK_GROUP_BLOCKS, err);
    for (uint64_t chunk = 0; chunk < chunks && status == ZKL_OK; chunk++)
        status = time_chunk(&b, cells, chunk, err);
    if (status == ZKL_OK)
        print_steps(&b, chunks);
    for (size_t i = 0; i < blocks; i++)
        zkl_free(cells[i]);
    for (size_t s = 0; s < STEP_COUNT; s++)
        zkl_free(b.seconds[s]);
    zkl_chunk_reader_clear(&b.reader);
    zkl_buffer_clear(&b.bytes);
    zkl_free(b.starts);
    return status;
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
    double times[5], cpu[5];
    for (size_t i = 0; i < ZKL_COUNT(times) && status == ZKL_OK; i++) {
        ZKL_AUTO_FREE(zkl_table) table = NULL;
        zkl_bad_rows bad;
        const double start_ms = bench_now_ms(), cpu_start = bench_processor_s();
        status = zkl_table_read(&table, &options, &bad, &env, &err);
        times[i] = (bench_now_ms() - start_ms) / 1e3;
        cpu[i] = bench_processor_s() - cpu_start;
        if (status == ZKL_OK && i + 1 == ZKL_COUNT(times))
            status = time_chunks(table, &err);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    bench_sort(times, ZKL_COUNT(times));
    bench_sort(cpu, ZKL_COUNT(cpu));
    if (status == ZKL_OK)
        printf("table read %llu x 5 CSV, %.1f MB, %zu threads  min %.2f s  median %.2f s  cpu "
               "min %.3f s  median %.3f s  peak %ld MiB\n",
               (unsigned long long)rows, 1e-6 * (double)bytes, zkl_pool_threads(env.pool), times[0],
               times[ZKL_COUNT(times) / 2], cpu[0], cpu[ZKL_COUNT(cpu) / 2],
               usage.ru_maxrss / 1024);
    else
        fprintf(stderr, "%s\n", err.text);
    (void)unlink(path);
    (void)rmdir(folder);
    zkl_pool_free(env.pool);
    return status == ZKL_OK ? 0 : 1;
}
