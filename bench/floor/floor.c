/* The floor: what the main job costs at least on this processor, and what it costs.
 *
 *     bench_floor [ROWS [keys]]      1000000; keys: powers and a circuit's key are made too
 *
 * First the cost of each operation by itself (primitives.h), and parts of the job by themselves
 * (parts.h). Then the job runs once, with every
 * such operation counted by stage (count.h). The floor of a stage is the sum of its counts times
 * these costs: what it would take if nothing but that arithmetic had to be done, with all operands
 * in the nearest cache. Times are those of the processor, of all threads together, so that other
 * work on the machine disturbs them least. A ratio below 1 cannot be but by noise. */
#include <sys/stat.h>
#include <unistd.h>

#include "bench_job.h"
#include "floor/parts.h"
#include "setup/setup.h"

static const char *const kind_names[COUNT_KINDS] = {
    [COUNT_FR_TERM] = "Fr term, lanes",
    [COUNT_FR_REDUCTION] = "Fr reduction, lanes",
    [COUNT_CELL] = "cell product, lanes",
    [COUNT_FR] = "Fr product",
    [COUNT_FP] = "Fp product",
    [COUNT_G1_LANES] = "G1 addition, lanes",
    [COUNT_G2_LANES] = "G2 addition, lanes",
    [COUNT_G1] = "G1 addition",
    [COUNT_G2] = "G2 addition",
    [COUNT_G1_MULTIPLY] = "G1 multiple",
    [COUNT_G2_MULTIPLY] = "G2 multiple",
    [COUNT_DECODE_LANES] = "point decoded, lanes",
    [COUNT_DECODE] = "G1 point decoded",
    [COUNT_SUBGROUP] = "subgroup test",
    [COUNT_MILLER] = "Miller loop",
    [COUNT_FINAL] = "final exponentiation",
    [COUNT_KECCAK_LANES] = "Keccak, lanes",
    [COUNT_KECCAK] = "Keccak",
    [COUNT_BLAKE3_BYTE] = "BLAKE3 byte",
    [COUNT_CIPHER_BYTE] = "AES-256-CTR byte",
    [COUNT_FILE_BYTE] = "byte read, written",
};

static const char *const stage_names[STAGES] = {
    [STAGE_REST] = "rest",           [STAGE_READ] = "read",         [STAGE_CONVERT] = "convert",
    [STAGE_HASH] = "hash",           [STAGE_COMMIT] = "commit",     [STAGE_PLAN] = "plan",
    [STAGE_AUXILIARY] = "auxiliary", [STAGE_ARGUMENT] = "argument", [STAGE_OPENING] = "opening",
    [STAGE_GROTH16] = "Groth16",     [STAGE_CHECK] = "own check",   [STAGE_VERIFY] = "verify",
    [STAGE_POWERS] = "powers",       [STAGE_KEY] = "a circuit key", [STAGE_LOAD] = "load keys",
};

static void print_primitives(const primitives *p)
{
    printf("%-22s %12s\n", "operation", "ns at best");
    printf("%-22s %12.2f\n%-22s %12.2f\n", "Fr product, lanes", p->fr_lanes, "Fp product, lanes",
           p->fp_lanes);
    printf("%-22s %12.2f  (with loads and stores)\n", "butterfly, lanes", p->butterfly);
    printf("%-22s %12.2f  (with loads)\n", "pair of lines, lanes", p->line_pair);
    for (int kind = 0; kind < COUNT_KINDS; kind++)
        if (kind == COUNT_G1_LANES || kind == COUNT_G2_LANES)
            printf("%-22s %12.2f  (products alone; as it is done %.2f)\n", kind_names[kind],
                   p->ns[kind], kind == COUNT_G1_LANES ? p->g1_addition : p->g2_addition);
        else
            printf("%-22s %12.3f\n", kind_names[kind], p->ns[kind]);
}

double floor_ms(const stage_totals *totals, const primitives *p)
{
    double ns = 0;
    for (int kind = 0; kind < COUNT_KINDS; kind++)
        ns += (double)totals->counts[kind] * p->ns[kind];
    return ns / 1e6;
}

/* Kinds that make up a hundredth of the stage's floor or more, in the order of the list. */
static void print_counts(const stage_totals *totals, const primitives *p, double million_cells)
{
    const double whole = floor_ms(totals, p);
    for (int kind = 0; kind < COUNT_KINDS; kind++) {
        const double ms = (double)totals->counts[kind] * p->ns[kind] / 1e6;
        if (totals->counts[kind] && ms >= whole / 100)
            printf("    %-20s %14llu  %14.0f a million cells %9.1f ms\n", kind_names[kind],
                   (unsigned long long)totals->counts[kind],
                   (double)totals->counts[kind] / million_cells, ms);
    }
}

static void print_stages(const primitives *p, double million_cells)
{
    double cpu = 0, least = 0;
    printf("\n%-14s %12s %12s %8s\n", "stage", "processor ms", "floor ms", "ratio");
    for (int which = 0; which < STAGE_PART; which++) {
        stage_totals totals;
        stage_read(&totals, (stage)which);
        const double ms = (double)totals.cpu_ns / 1e6, bound = floor_ms(&totals, p);
        if (totals.cpu_ns == 0)
            continue;
        printf("%-14s %12.1f %12.1f %8.2f\n", stage_names[which], ms, bound,
               bound > 0 ? ms / bound : 0.0);
        print_counts(&totals, p, million_cells);
        if (which < STAGE_VERIFY) {
            cpu += ms;
            least += bound;
        }
    }
    printf("%-14s %12.1f %12.1f %8.2f\n", "notarisation", cpu, least, cpu / least);
}

/* Everything a ledger without a cache would make, in a folder of its own. */
static void make_keys(const char *folder, const zkl_env *env)
{
    char path[BENCH_JOB_PATH_MAX];
    zkl_error err = { 0 };
    zkl_digest hash;
    zkl_setup *setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    snprintf(path, sizeof path, "%s/setup", folder);
    if (mkdir(path, 0700) != 0 || zkl_setup_make(&hash, path, env, &err) != ZKL_OK)
        bench_stop("powers", &err);
    (void)stage_enter(STAGE_KEY);
    if (zkl_setup_open(&setup, path, &hash, env, &err) != ZKL_OK ||
        zkl_setup_key(setup, 22, env, &circuit, &key, &err) != ZKL_OK)
        bench_stop("keys", &err);
    zkl_setup_close(setup);
}

static double run_job(const char *folder, uint64_t rows, const zkl_env *env)
{
    bench_job job;
    bench_receipt receipt;
    bench_job_name(&job, folder, rows);
    bench_job_write(&job, rows);
    bench_job_open(&job, env);
    bench_job_notarize(&job, env);
    bench_receipt_open(&receipt, job.receipt);
    zkl_error err = { 0 };
    zkl_verify_result verdict = { 0 };
    if (zkl_verify_receipt(&verdict, zkl_buffer_bytes(&receipt.bytes),
                           zkl_bytes_of_text(job.keys.trust), env, &err) != ZKL_OK)
        bench_stop("verify", &err);
    zkl_arena_clear(&verdict.memory);
    const double cells = (double)(job.result.chunk_count * job.result.blocks_per_chunk) * (1 << 16);
    printf("\n%llu rows, %zu chunks of %zu blocks: %.2f million cells; wall %.2f s, of it set-up "
           "%.2f\n",
           (unsigned long long)rows, job.result.chunk_count, job.result.blocks_per_chunk,
           cells / 1e6, job.result.times.total, job.result.times.setup);
    bench_receipt_clear(&receipt);
    bench_job_clear(&job);
    return cells / 1e6;
}

int main(int argc, char **argv)
{
    const uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    char folder[] = "/tmp/zkl-floor-XXXXXX", command[128];
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    primitives costs;
    if (rows == 0 || !mkdtemp(folder))
        return 2;
    primitives_measure(&costs);
    if (zkl_pool_new(&pool, 0, &err) != ZKL_OK)
        bench_stop("pool", &err);
    const zkl_env env = { .pool = pool };
    print_primitives(&costs);
    parts_run(&costs, pool);
    stage_forget();
    const double million_cells = run_job(folder, rows, &env);
    if (argc > 2)
        make_keys(folder, &env);
    (void)stage_enter(STAGE_VERIFY); /* what this thread still holds is counted */
    print_stages(&costs, million_cells);
    zkl_pool_free(pool);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}
