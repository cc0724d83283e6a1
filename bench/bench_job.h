#pragma once
/* The main job: a seeded table of five columns with a schema file, notarised with three claims in a
 * fresh ledger. What fails ends the program: there is no time of it. */
#include <zkl/zkl.h>

#include "base/env.h"
#include "bench_receipt.h"
#include "gen_table.h"

#define BENCH_JOB_PATH_MAX 256

static const char bench_job_schema[] = "[columns]\n"
                                       "id = { type = \"uint32\" }\n"
                                       "age = { type = \"uint16\" }\n"
                                       "amount = { type = \"decimal(10,2)\" }\n"
                                       "category = { type = \"dictionary\" }\n"
                                       "score = { type = \"float64\" }\n";
static const char *const bench_job_claims[] = { "range(age, 0, 120)",
                                                "range(amount, -1000, 99999.99)", "sum(amount)" };

typedef struct bench_job {
    char csv[BENCH_JOB_PATH_MAX], toml[BENCH_JOB_PATH_MAX];
    char ledger_folder[BENCH_JOB_PATH_MAX], receipt[BENCH_JOB_PATH_MAX];
    zkl_ledger *ledger;
    zkl_init_result made;
    zkl_notarize_result result;
    zkl_keys_result keys; /* its trust file */
} bench_job;

/* Names inside a folder, which is there. */
static inline void bench_job_name(bench_job *job, const char *folder, uint64_t rows)
{
    const unsigned long long number = rows;
    *job = (bench_job){ 0 };
    snprintf(job->csv, sizeof job->csv, "%s/table.csv", folder);
    snprintf(job->toml, sizeof job->toml, "%s/schema.toml", folder);
    snprintf(job->ledger_folder, sizeof job->ledger_folder, "%s/ledger-%llu", folder, number);
    snprintf(job->receipt, sizeof job->receipt, "%s/receipt-%llu.zkl", folder, number);
}

static inline void bench_job_write(const bench_job *job, uint64_t rows)
{
    zkl_error err = { 0 };
    FILE *out = fopen(job->csv, "wb");
    if (!out)
        exit(1);
    gen_table_write(out, rows, 1);
    if (fclose(out) != 0 ||
        zkl_file_write(job->toml, zkl_bytes_of_text(bench_job_schema), 0644, &err) != ZKL_OK)
        bench_stop("inputs", &err);
}

static inline void bench_job_open(bench_job *job, const zkl_env *env)
{
    zkl_error err = { 0 };
    const zkl_init_request init = { .ledger = { .folder = job->ledger_folder }, .name = "bench" };
    if (zkl_init(&job->made, &init, env, &err) != ZKL_OK)
        bench_stop("init", &err);
    if (zkl_ledger_open(&job->ledger, &init.ledger, env, &err) != ZKL_OK)
        bench_stop("open", &err);
}

static inline void bench_job_notarize(bench_job *job, const zkl_env *env)
{
    zkl_error err = { 0 };
    const char *files[] = { job->csv };
    const zkl_notarize_request request = { .name = "bench",
                                           .files = files,
                                           .file_count = 1,
                                           .claims = bench_job_claims,
                                           .claim_count = ZKL_COUNT(bench_job_claims),
                                           .schema_file = job->toml,
                                           .receipt_path = job->receipt };
    if (zkl_notarize(&job->result, job->ledger, &request, env, &err) != ZKL_OK)
        bench_stop("notarize", &err);
    if (zkl_keys_show(&job->keys, job->ledger, &err) != ZKL_OK)
        bench_stop("keys", &err);
}

static inline void bench_job_clear(bench_job *job)
{
    zkl_arena_clear(&job->keys.memory);
    zkl_arena_clear(&job->result.memory);
    zkl_arena_clear(&job->made.memory);
    zkl_ledger_close(job->ledger);
    *job = (bench_job){ 0 };
}
