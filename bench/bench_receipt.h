#pragma once
/* Receipts under the clock: whole, and each statement by itself. What cannot be read or does not
 * verify ends the program: there is no time of it. */
#include <zkl/verify.h>

#include "base/file.h"
#include "bench_timing.h"
#include "record/manifest.h"
#include "record/receipt.h"
#include "verify/statement.h"

#define BENCH_VERIFY_RUNS 5

typedef struct bench_receipt {
    zkl_arena arena;
    zkl_buffer bytes;
    zkl_receipt parsed;
    /* One of each manifest: statements may speak of all of them. */
    zkl_known_table *tables;
} bench_receipt;

static inline void bench_stop(const char *what, const zkl_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    exit(1);
}

static inline void bench_receipt_clear(bench_receipt *receipt)
{
    zkl_buffer_clear(&receipt->bytes);
    zkl_arena_clear(&receipt->arena);
}

static inline void bench_known_table(zkl_known_table *out, zkl_arena *arena, zkl_bytes bytes)
{
    zkl_error err = { 0 };
    zkl_digest dataset;
    zkl_manifest manifest;
    zkl_dataset_id(&dataset, bytes);
    if (zkl_manifest_parse(&manifest, arena, bytes, &err) != ZKL_OK ||
        zkl_manifest_known_table(out, arena, &manifest, &dataset, &err) != ZKL_OK)
        bench_stop("manifest", &err);
}

static inline void bench_receipt_open(bench_receipt *out, const char *path)
{
    zkl_error err = { 0 };
    *out = (bench_receipt){ 0 };
    if (zkl_file_read(&out->bytes, path, ZKL_RECEIPT_BYTES_MAX, &err) != ZKL_OK ||
        zkl_receipt_parse(&out->parsed, &out->arena, zkl_buffer_bytes(&out->bytes), &err) != ZKL_OK)
        bench_stop("receipt", &err);
    out->tables = ZKL_ARENA_NEW(&out->arena, zkl_known_table, out->parsed.manifest_count);
    if (!out->tables)
        exit(1);
    for (size_t i = 0; i < out->parsed.manifest_count; i++)
        bench_known_table(&out->tables[i], &out->arena, out->parsed.manifests[i]);
}

/* Claims of the entry itself that a proof of it shows. */
static inline size_t bench_proven_claims(const zkl_verify_result *verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < verdict->claim_count; i++)
        count += !verdict->claims[i].dataset && !verdict->claims[i].is_wellformedness &&
                 !verdict->claims[i].by_manifest;
    return count;
}

/* The least of the runs, in milliseconds, of the whole verification. claim_count: how many claims
 * were asked for; a long table's are cut into more. */
static inline double bench_receipt_verify_ms(const bench_receipt *receipt, const char *trust,
                                             size_t claim_count, const zkl_env *env)
{
    double best = 1e9;
    zkl_error err = { 0 };
    for (int i = 0; i < BENCH_VERIFY_RUNS; i++) {
        zkl_verify_result verdict = { 0 };
        const double start = bench_now_ms();
        if (zkl_verify_receipt(&verdict, zkl_buffer_bytes(&receipt->bytes),
                               zkl_bytes_of_text(trust), env, &err) != ZKL_OK)
            bench_stop("verify", &err);
        const double ms = bench_now_ms() - start;
        best = ms < best ? ms : best;
        if (bench_proven_claims(&verdict) < claim_count) {
            fprintf(stderr, "verify: the verdict lacks claims\n");
            exit(1);
        }
        zkl_arena_clear(&verdict.memory);
    }
    return best;
}

/* As a receipt of this statement alone has it verified: powers and key decoded, all blocks too,
 * and one product of pairings. */
static inline double bench_time_statement(const bench_receipt *receipt, zkl_bytes proof,
                                          zkl_bytes statement, zkl_bytes key_bytes, zkl_pool *pool)
{
    zkl_error err = { 0 };
    zkl_srs_verifier powers;
    zkl_groth16_vk key;
    const zkl_proven_statement given = { statement, proof };
    const zkl_known_tables tables = { receipt->tables, receipt->parsed.manifest_count };
    zkl_products products = { .waiting_max = SIZE_MAX };
    const double start = bench_now_ms();
    if (zkl_srs_verifier_decode_points(&powers, receipt->parsed.powers, &err) != ZKL_OK ||
        zkl_verify_powers_but_pairings(&products, &powers, &err) != ZKL_OK ||
        zkl_groth16_vk_decode(&key, key_bytes, &err) != ZKL_OK ||
        zkl_verify_statement_but_pairings(&products, &given, &key, &powers, &tables, pool, &err) !=
            ZKL_OK ||
        zkl_products_check(&products, pool, &err) != ZKL_OK)
        bench_stop("verify", &err);
    const double ms = bench_now_ms() - start;
    zkl_products_clear(&products);
    return ms;
}

/* The same of statement number `at`: its own blocks decoded, nothing taken
 * from the others. */
static inline double bench_statement_verify_ms(const bench_receipt *receipt, size_t at,
                                               zkl_pool *pool)
{
    const zkl_receipt *parsed = &receipt->parsed;
    double best = 1e9;
    zkl_error err = { 0 };
    zkl_arena arena = { 0 };
    zkl_buffer whole = { 0 };
    zkl_statement statement;
    if (zkl_statement_restore(&whole, parsed->statements[at].compact, receipt->tables,
                              parsed->manifest_count, &err) != ZKL_OK ||
        zkl_statement_parse(&statement, &arena, zkl_buffer_bytes(&whole), &err) != ZKL_OK)
        bench_stop("statement", &err);
    size_t key = 0;
    while (!zkl_bytes_equal(parsed->keys[key].circuit, statement.circuit))
        key++; /* a statement that was verified has its key there */
    for (int i = 0; i < BENCH_VERIFY_RUNS; i++) {
        const double ms =
            bench_time_statement(receipt, parsed->statements[at].proof, zkl_buffer_bytes(&whole),
                                 parsed->keys[key].key, pool);
        best = ms < best ? ms : best;
    }
    zkl_buffer_clear(&whole);
    zkl_arena_clear(&arena);
    return best;
}
