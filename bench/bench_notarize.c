/* The main job, whole: a seeded table notarised in a fresh ledger, stage by stage, for several
 * sizes.
 *
 *     bench_notarize [ROWS ...]          default 10000 100000 1000000 4000000
 *
 * Each size runs in a process of its own (peak memory is that process's). The circuit keys come
 * from the user's set-up cache; what a missing one costs is printed as set-up and counted apart. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_job.h"

static void print_statements(const zkl_notarize_result *r, const bench_receipt *receipt,
                             zkl_pool *pool)
{
    for (size_t i = 0; i < r->statement_count; i++) {
        const zkl_statement_info *s = &r->statements[i];
        printf("   proof %zu: %2zu claim%s argument %.2f + opening %.2f + Groth16 %.2f = %.2f s, "
               "%s, %zu bytes, auxiliary %zu, verify %.1f ms\n",
               i + 1, s->claim_count, s->claim_count == 1 ? " " : "s", s->argument, s->opening,
               s->groth16, s->argument + s->opening + s->groth16, s->circuit, s->proof_bytes,
               s->auxiliary_bytes, bench_statement_verify_ms(receipt, i, pool));
    }
}

static void print_result(const zkl_notarize_result *r, double verify_ms)
{
    const zkl_stage_times *t = &r->times;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%10llu  %6.2f %6.2f %7.2f %8.2f %8.2f %8.2f %6.2f %7.2f %7.2f  %7.1f %9zu %8.1f\n",
           (unsigned long long)r->row_count, t->read, t->hash, t->commit, t->argument, t->opening,
           t->groth16, t->check, t->setup, t->total - t->setup, (double)usage.ru_maxrss / 1024.0,
           r->receipt_bytes, verify_ms);
}

static void run_size(const char *folder, uint64_t rows)
{
    bench_job job;
    zkl_error err = { 0 };
    zkl_pool *pool = NULL;
    if (zkl_pool_new(&pool, 0, &err) != ZKL_OK)
        bench_stop("pool", &err);
    const zkl_env env = { .pool = pool };
    bench_job_name(&job, folder, rows);
    bench_job_open(&job, &env);
    bench_job_notarize(&job, &env);
    bench_receipt opened;
    bench_receipt_open(&opened, job.receipt);
    print_result(&job.result, bench_receipt_verify_ms(&opened, job.keys.trust,
                                                      ZKL_COUNT(bench_job_claims), &env));
    print_statements(&job.result, &opened, pool);
    fflush(stdout);
    bench_receipt_clear(&opened);
    bench_job_clear(&job);
    zkl_pool_free(pool);
}

int main(int argc, char **argv)
{
    static const char *const usual[] = { "10000", "100000", "1000000", "4000000" };
    const char *const *sizes = argc > 1 ? (const char *const *)(argv + 1) : usual;
    const size_t count = argc > 1 ? (size_t)argc - 1 : ZKL_COUNT(usual);
    char folder[] = "/tmp/zkl-bench-XXXXXX", command[128];
    int failed = 0;
    if (!mkdtemp(folder))
        return 1;
    printf("seconds on %zu cores; claims: range(age), range(amount), sum(amount)\n",
           zkl_cores_allowed());
    printf("%10s  %6s %6s %7s %8s %8s %8s %6s %7s %7s  %7s %9s %8s\n", "rows", "read", "hash",
           "commit", "argument", "opening", "Groth16", "check", "set-up", "total*", "MiB",
           "receipt", "verify");
    for (size_t i = 0; i < count; i++) {
        bench_job job;
        const uint64_t rows = strtoull(sizes[i], NULL, 10);
        int status = 0;
        bench_job_name(&job, folder, rows);
        bench_job_write(&job, rows);
        fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            run_size(folder, rows);
            exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
            fprintf(stderr, "%s rows: failed\n", sizes[i]);
            failed = 1;
        }
    }
    printf("* without set-up. verify: milliseconds, best of 5 in this process: the whole receipt, "
           "and each statement by itself with its key and blocks.\n");
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed;
}
