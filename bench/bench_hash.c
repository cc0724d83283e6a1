/* Hashing: unit, size, set, minimum and median of a unit's time, in nanoseconds. */
#include <stdio.h>
#include <stdlib.h>

#include "bench_timing.h"
#include "hash/merkle.h"
#include "hash/sha3_many.h"
#include "native/sha256.h"

enum { RUNS = 15, MESSAGES = 4096 };

typedef struct bench {
    const char *unit, *set_name;
    size_t size;  /* bytes a message */
    double units; /* units a run */
    void (*run)(const struct bench *b);
    const zkl_keccak_set *set;
    const zkl_sha256_set *sha256;
    zkl_hash_algorithm algorithm;
} bench;

static uint8_t *data;
static zkl_digest *digests;
static zkl_bytes *messages;

static void report(const bench *b)
{
    double times[RUNS];
    b->run(b); /* warm */
    for (int i = 0; i < RUNS; i++) {
        const double start = bench_clock_ns(CLOCK_MONOTONIC);
        b->run(b);
        times[i] = (bench_clock_ns(CLOCK_MONOTONIC) - start) / b->units;
    }
    bench_sort(times, RUNS);
    printf("%-24s %8zu B  %-9s %9.2f ns %9.2f ns\n", b->unit, b->size, b->set_name, times[0],
           times[RUNS / 2]);
}

/* The permutation with its loads alone. */
static void run_absorb(const bench *b)
{
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX] = { 0 };
    const uint8_t *from[ZKL_KECCAK_LANES_MAX];
    for (size_t l = 0; l < ZKL_KECCAK_LANES_MAX; l++)
        from[l] = data + l * b->size;
    b->set->absorb(state, from, b->size / ZKL_KECCAK_RATE_256);
}

static void run_same(const bench *b)
{
    for (size_t i = 0; i < MESSAGES; i++)
        messages[i] = zkl_bytes_of(data + i * b->size, b->size);
    zkl_sha3_256_each_with(b->set, digests, messages, MESSAGES);
}

/* Row leaves: lengths that differ by a few bytes and straddle a block. */
static void run_each(const bench *b)
{
    for (size_t i = 0; i < MESSAGES; i++)
        messages[i] = zkl_bytes_of(data + i * 200, b->size + i * 7 % 16);
    zkl_sha3_256_each_with(b->set, digests, messages, MESSAGES);
}

static void run_nodes(const bench *b)
{
    zkl_sha3_256_nodes_with(b->set, digests, 3, (const zkl_digest *)(const void *)data, MESSAGES);
}

/* Salts of rows. */
static void run_prf(const bench *b)
{
    zkl_prf_32_each_with(b->set, digests, zkl_bytes_of(data, b->size), "row",
                         (zkl_prf_numbers){ 0, MESSAGES });
}

static void run_root(const bench *b)
{
    memcpy(digests, data, MESSAGES * sizeof *digests);
    zkl_merkle_root(&digests[0], b->algorithm, 3, digests, MESSAGES);
}

static void run_sha256(const bench *b)
{
    uint32_t chain[8] = { 0 };
    b->sha256->compress(chain, data, b->size / 64);
}

static void run_hash(const bench *b)
{
    zkl_hash(&digests[0], b->algorithm, data, b->size);
}

int main(void)
{
    static const char *const sets[] = { "portable", "bmi", "avx2", "avx512" };
    static const char *const sha256_sets[] = { "portable", "sha-ni" };
    const size_t data_bytes = (size_t)MESSAGES * 272;
    data = zkl_malloc(data_bytes, 1);
    digests = zkl_calloc(2 * MESSAGES, sizeof *digests);
    messages = zkl_calloc(MESSAGES, sizeof *messages);
    if (!data || !digests || !messages)
        return 2;
    for (size_t i = 0; i < data_bytes; i++)
        data[i] = (uint8_t)(i * 167 >> 3);
    printf("%-24s %10s  %-9s %12s %12s\n", "unit", "size", "set", "minimum", "median");
    for (size_t s = 0; s < ZKL_COUNT(sets); s++) {
        const zkl_keccak_set *set = zkl_keccak_find(sets[s]);
        if (!set)
            continue;
        report(&(bench){ "keccak block, absorb", sets[s], 13600, 100 * (double)set->lanes,
                         run_absorb, set });
        report(&(bench){ "sha3-256 block, many", sets[s], 271, 2 * MESSAGES, run_same, set });
        report(&(bench){ "sha3-256 message, many", sets[s], 64, MESSAGES, run_same, set });
        report(&(bench){ "sha3-256 message, each", sets[s], 100, MESSAGES, run_each, set });
        report(&(bench){ "sha3-256 message, each", sets[s], 128, MESSAGES, run_each, set });
        report(&(bench){ "sha3-256 merkle node", sets[s], 65, MESSAGES, run_nodes, set });
        report(&(bench){ "prf of a number", sets[s], 32, MESSAGES, run_prf, set });
    }
    for (size_t s = 0; s < ZKL_COUNT(sha256_sets); s++) {
        const zkl_sha256_set *set = zkl_sha256_find(sha256_sets[s]);
        if (set)
            report(&(bench){ "sha-256 byte", sha256_sets[s], 1 << 20, 1 << 20, run_sha256, NULL,
                             set });
    }
    for (int a = ZKL_HASH_SHA3_256; a <= ZKL_HASH_SHA_256; a++) {
        const zkl_hash_algorithm algorithm = (zkl_hash_algorithm)a;
        const char *name = zkl_hash_name(algorithm);
        report(
            &(bench){ "merkle root, leaf", name, 32, MESSAGES, run_root, .algorithm = algorithm });
        report(&(bench){ "one stream, byte", name, 1 << 20, 1 << 20, run_hash,
                         .algorithm = algorithm });
    }
    zkl_free(messages);
    zkl_free(digests);
    zkl_free(data);
    return 0;
}
