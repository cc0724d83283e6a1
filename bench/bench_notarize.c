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

#include <zkl/zkl.h>

#include "base/env.h"
#include "bench_receipt.h"
#include "gen_table.h"

static const char schema[] = "[columns]\n"
                             "id = { type = \"uint32\" }\n"
                             "age = { type = \"uint16\" }\n"
                             "amount = { type = \"decimal(10,2)\" }\n"
                             "category = { type = \"dictionary\" }\n"
                             "score = { type = \"float64\" }\n";
static const char *const claims[] = { "range(age, 0, 120)", "range(amount, -1000, 99999.99)",
                                      "sum(amount)" };

static void write_inputs(const char *csv, const char *toml, uint64_t rows)
{
    zkl_error err = { 0 };
    FILE *out = fopen(csv, "wb");
    if (!out)
        exit(1);
    gen_table_write(out, rows, 1);
    if (fclose(out) != 0 || zkl_file_write(toml, zkl_bytes_of_text(schema), 0644, &err) != ZKL_OK)
        bench_stop("inputs", &err);
}

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
    char csv[256], toml[256], folder_of_ledger[256], receipt[256];
    zkl_error err = { 0 };
    zkl_pool *pool = NULL;
    snprintf(csv, sizeof csv, "%s/table.csv", folder);
    snprintf(toml, sizeof toml, "%s/schema.toml", folder);
    snprintf(folder_of_ledger, sizeof folder_of_ledger, "%s/ledger-%llu", folder,
             (unsigned long long)rows);
    snprintf(receipt, sizeof receipt, "%s/receipt-%llu.zkl", folder, (unsigned long long)rows);
    if (zkl_pool_new(&pool, 0, &err) != ZKL_OK)
        bench_stop("pool", &err);
    const zkl_env env = { .pool = pool };
    zkl_init_result made = { 0 };
    const zkl_init_request init = { .ledger = { .folder = folder_of_ledger }, .name = "bench" };
    if (zkl_init(&made, &init, &env, &err) != ZKL_OK)
        bench_stop("init", &err);
    zkl_ledger *ledger = NULL;
    if (zkl_ledger_open(&ledger, &init.ledger, &env, &err) != ZKL_OK)
        bench_stop("open", &err);
    const char *files[] = { csv };
    const zkl_notarize_request request = { .name = "bench",
                                           .files = files,
                                           .file_count = 1,
                                           .claims = claims,
                                           .claim_count = ZKL_COUNT(claims),
                                           .schema_file = toml,
                                           .receipt_path = receipt };
    zkl_notarize_result result = { 0 };
    zkl_keys_result keys = { 0 };
    if (zkl_notarize(&result, ledger, &request, &env, &err) != ZKL_OK)
        bench_stop("notarize", &err);
    if (zkl_keys_show(&keys, ledger, &err) != ZKL_OK)
        bench_stop("keys", &err);
    bench_receipt opened;
    bench_receipt_open(&opened, receipt);
    print_result(&result, bench_receipt_verify_ms(&opened, keys.trust, ZKL_COUNT(claims), &env));
    print_statements(&result, &opened, pool);
    fflush(stdout);
    bench_receipt_clear(&opened);
    zkl_arena_clear(&keys.memory);
    zkl_arena_clear(&result.memory);
    zkl_arena_clear(&made.memory);
    zkl_ledger_close(ledger);
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
        char csv[256], toml[256];
        const uint64_t rows = strtoull(sizes[i], NULL, 10);
        int status = 0;
        snprintf(csv, sizeof csv, "%s/table.csv", folder);
        snprintf(toml, sizeof toml, "%s/schema.toml", folder);
        write_inputs(csv, toml, rows);
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
