/* Small fixed jobs for counting instructions (bench/instructions.sh): one thread, the same work in
 * every run. What is counted happens in `measured`, and nothing else does.
 *
 *     bench_instructions JOB      verify, argument, commit, sum, ntt, csv; without one, their names
 *
 * It is compiled in other commits' trees too, so it keeps to what seldom changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zkl/verify.h>

#include "algebra/poly.h"
#include "base/file.h"
#include "gen_table.h"
#include "prove/prove_internal.h"
#include "table/table.h"

#define SUM_POINTS 4096
#define LEAF_BLOCKS 4
#define NTT_LOG 14
#define CSV_ROWS 10000

typedef void job(void *context);

void measured(job *run, void *context);

#if defined(__clang__)
#define ONE_OF_ITS_NAME __attribute__((noinline))
#else
#define ONE_OF_ITS_NAME __attribute__((noinline, noclone)) /* a clone has another name */
#endif

/* Counting is on in here (callgrind --toggle-collect=measured). */
ONE_OF_ITS_NAME void measured(job *run, void *context)
{
    run(context);
    __asm__ volatile("" ::: "memory"); /* no tail call: it would leave the function */
}

static void must(zkl_status status, const zkl_error *err)
{
    if (status == ZKL_OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", zkl_status_text(status), err->text);
    exit(1);
}

static void fill(zkl_fr *out, size_t count)
{
    zkl_fr step;
    zkl_fr_from_u64(&step, 0x9e3779b97f4a7c15u);
    zkl_fr_mul(&step, &step, &step);
    out[0] = step;
    for (size_t i = 1; i < count; i++)
        zkl_fr_mul(&out[i], &out[i - 1], &step);
}

/* ---- verify: a receipt of tests/vectors */

typedef struct receipt {
    zkl_buffer bytes, trust;
} receipt;

static void run_verify(void *context)
{
    const receipt *r = context;
    zkl_verify_result verdict = { 0 };
    zkl_error err = { 0 };
    must(zkl_verify_receipt(&verdict, zkl_buffer_bytes(&r->bytes), zkl_buffer_bytes(&r->trust),
                            NULL, &err),
         &err);
    zkl_arena_clear(&verdict.memory);
}

static void verify(void)
{
    receipt r = { 0 };
    zkl_error err = { 0 };
    must(zkl_file_read(&r.bytes, ZKL_TEST_SOURCE_DIR "/tests/vectors/receipt/notarise.zkl", 1 << 20,
                       &err),
         &err);
    must(zkl_file_read(&r.trust, ZKL_TEST_SOURCE_DIR "/tests/vectors/receipt/trust.toml", 1 << 20,
                       &err),
         &err);
    measured(run_verify, &r);
    zkl_buffer_clear(&r.bytes);
    zkl_buffer_clear(&r.trust);
}

/* ---- sums and transforms */

typedef struct points {
    zkl_g1_affine bases[SUM_POINTS];
    zkl_fr scalars[SUM_POINTS];
    uint16_t cells[SUM_POINTS];
    zkl_g1_fixed *fixed;
} points;

static points *make_points(void)
{
    static points p;
    zkl_error err = { 0 };
    fill(p.scalars, SUM_POINTS);
    must(zkl_g1_mul_many(p.bases, &zkl_g1_generator, p.scalars, SUM_POINTS, NULL, &err), &err);
    for (size_t i = 0; i < SUM_POINTS; i++)
        p.cells[i] = (uint16_t)p.scalars[i].l[0];
    return &p;
}

static void run_commit(void *context)
{
    const points *p = context;
    const uint16_t *const cells[] = { p->cells };
    zkl_g1 sum;
    zkl_error err = { 0 };
    must(zkl_g1_msm_u16(&sum, p->fixed, &(zkl_cell_blocks){ cells, SUM_POINTS, 1 }, NULL, &err),
         &err);
}

static void commit(void)
{
    points *p = make_points();
    zkl_error err = { 0 };
    must(zkl_g1_fixed_new(&p->fixed, p->bases, SUM_POINTS, NULL, &err), &err);
    measured(run_commit, p);
    zkl_g1_fixed_free(p->fixed);
}

static void run_sum(void *context)
{
    const points *p = context;
    zkl_g1 sum;
    zkl_error err = { 0 };
    must(zkl_g1_msm(&sum, p->bases, p->scalars, SUM_POINTS, NULL, &err), &err);
}

static void sum(void)
{
    measured(run_sum, make_points());
}

typedef struct transform {
    zkl_ntt *ntt;
    zkl_fr values[(size_t)1 << NTT_LOG];
} transform;

static void run_ntt(void *context)
{
    transform *t = context;
    zkl_ntt_forward(t->ntt, t->values, NTT_LOG, NULL);
}

static void ntt(void)
{
    static transform t;
    zkl_error err = { 0 };
    fill(t.values, (size_t)1 << NTT_LOG);
    must(zkl_ntt_new(&t.ntt, NTT_LOG, &err), &err);
    measured(run_ntt, &t);
    zkl_ntt_free(t.ntt);
}

/* ---- argument: the fraction argument over a column of 3 * 2^16 cells, without commitments */

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

static void run_argument(void *context)
{
    const zkl_committed_statement *committed = context;
    const zkl_committer committer = { .format = &zkl_proof_format_v1,
                                      .coefficients = commit_nothing };
    const zkl_env env = { 0 };
    zkl_argument out = { 0 };
    zkl_arena arena = { 0 };
    zkl_error err = { 0 };
    must(zkl_argument_prove(&out, &arena, committed, &committer, &env, &err), &err);
    zkl_arena_clear(&arena);
}

static void argument(void)
{
    enum { BLOCKS = LEAF_BLOCKS - 1 };
    static uint16_t block[BLOCKS << 16];
    static uint32_t counts[1 << 16];
    zkl_fr blinders[BLOCKS] = { 0 }, mask[16] = { 0 }, null_sum;
    const uint16_t *cells[BLOCKS];
    const zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 1 };
    const zkl_statement_table table = { .row_count = (uint64_t)BLOCKS << 16,
                                        .columns = &column,
                                        .column_count = 1 };
    const uint32_t first = 0;
    const zkl_assertion assertion = { ZKL_ASSERTION_CELLS, NULL, 0, &first, 1 };
    zkl_statement statement = { .assertions = &assertion,
                                .assertion_count = 1,
                                .tables = &table,
                                .table_count = 1,
                                .block_count = BLOCKS };
    zkl_shape shape;
    zkl_error err = { 0 };
    char circuit[8];
    for (size_t i = 0; i < ZKL_COUNT(block); i++)
        block[i] = (uint16_t)(i * 40503 >> 3);
    for (size_t b = 0; b < BLOCKS; b++)
        cells[b] = block + (b << 16);
    must(zkl_shape_compile(&shape, &statement, &zkl_proof_format_v1, &ZKL_FR_ZERO, &ZKL_FR_ONE,
                           &err),
         &err);
    must(zkl_leaf_multiplicities(counts, &null_sum, &shape, cells, NULL, &err), &err);
    snprintf(circuit, sizeof circuit, "F%u", zkl_shape_tier(&shape));
    statement.circuit = zkl_bytes_of_text(circuit);
    zkl_committed_statement committed = { .statement = &statement,
                                          .t0 = ZKL_FR_ONE,
                                          .cells = cells,
                                          .blinders = blinders,
                                          .multiplicities = counts,
                                          .count_blinder = ZKL_FR_ONE,
                                          .null_sum = null_sum,
                                          .mask = mask,
                                          .salt = ZKL_FR_ONE };
    measured(run_argument, &committed);
    zkl_shape_clear(&shape);
}

/* ---- csv: five columns read into a table */

static void run_csv(void *context)
{
    const zkl_read_options *options = context;
    ZKL_AUTO_FREE(zkl_table) table = NULL;
    zkl_bad_rows bad;
    const zkl_env env = { 0 };
    zkl_error err = { 0 };
    must(zkl_table_read(&table, options, &bad, &env, &err), &err);
}

static void csv(void)
{
    static const zkl_owner_secret secret = { { 1 } };
    char folder[] = "/tmp/zkl-instructions-XXXXXX", path[64];
    if (!mkdtemp(folder))
        exit(1);
    snprintf(path, sizeof path, "%s/table.csv", folder);
    FILE *out = fopen(path, "wb");
    if (!out)
        exit(1);
    gen_table_write(out, CSV_ROWS, 1);
    fclose(out);
    const char *files[] = { path };
    zkl_read_options options = {
        .files = files, .file_count = 1, .spool_folder = folder, .owner_secret = &secret
    };
    measured(run_csv, &options);
    (void)unlink(path);
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } jobs[] = { { "verify", verify }, { "argument", argument }, { "commit", commit },
                 { "sum", sum },       { "ntt", ntt },           { "csv", csv } };
    for (size_t i = 0; i < ZKL_COUNT(jobs); i++)
        if (argc < 2)
            puts(jobs[i].name);
        else if (strcmp(argv[1], jobs[i].name) == 0) {
            jobs[i].run();
            return 0;
        }
    return argc < 2 ? 0 : 2;
}
