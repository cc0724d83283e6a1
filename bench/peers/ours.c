/* Our own sums, transforms, Groth16 and range claim, asked as the others are. Beside the protocol
 * it answers
 *
 *     check 0 KEY.PROOF.INPUT   "1" when the proof of another program is right under its key:
 *                               hexadecimal, compressed points, the key's IC at its end */
#include <unistd.h>

#include <zkl/zkl.h>

#include "algebra/poly.h"
#include "circuit/circuit.h"
#include "hash/hash.h"
#include "peers/circuit_file.h"
#include "prove/groth16_prove.h"
#include "setup/groth16_setup.h"
#include "setup/setup.h"

typedef struct ours {
    const char *folder;
    zkl_env env;
    zkl_g1_affine *points;
    zkl_g2_affine *points2;
    zkl_fr *scalars, *values;
    uint16_t *cells;
    zkl_g1_fixed *fixed;
    zkl_ntt *ntt;
    /* Groth16 */
    zkl_setup *setup;
    const zkl_powers *powers;
    zkl_circuit *circuit;
    zkl_fr *wires;
    zkl_arena key_memory;
    zkl_groth16_key key;
    size_t range_count; /* how many datasets were notarised */
} ours;

static void sum_g1(const ours *o, size_t count)
{
    zkl_g1 sum;
    uint8_t bytes[48];
    const peer_instant start = peer_now();
    peer_must(zkl_g1_msm(&sum, o->points, o->scalars, count, o->env.pool, NULL));
    blst_p1_compress(bytes, &sum);
    peer_answer(start, bytes, sizeof bytes);
}

static void sum_g2(const ours *o, size_t count)
{
    zkl_g2 sum;
    uint8_t bytes[96];
    const peer_instant start = peer_now();
    peer_must(zkl_g2_msm(&sum, o->points2, o->scalars, count, o->env.pool, NULL));
    blst_p2_compress(bytes, &sum);
    peer_answer(start, bytes, sizeof bytes);
}

static void sum_blocks(const ours *o, size_t count)
{
    zkl_g1 sums[16];
    uint8_t bytes[16 * 48];
    const uint16_t *blocks[16];
    const size_t block_count = count >> 16;
    for (size_t k = 0; k < block_count; k++)
        blocks[k] = o->cells + (k << 16);
    const peer_instant start = peer_now();
    peer_must(zkl_g1_msm_u16(sums, o->fixed, &(zkl_cell_blocks){ blocks, 1 << 16, block_count },
                             o->env.pool, NULL));
    for (size_t k = 0; k < block_count; k++)
        blst_p1_compress(bytes + 48 * k, &sums[k]);
    peer_answer(start, bytes, 48 * block_count);
}

/* Roots of unity differ between programs, so values come in another order: their sum of squares is
 * compared, which has none. It is not in the times. */
static void transform(ours *o, unsigned log_n)
{
    const size_t count = (size_t)1 << log_n;
    uint8_t bytes[32];
    zkl_fr sum;
    memcpy(o->values, o->scalars, count * sizeof *o->values);
    const peer_instant start = peer_now();
    zkl_ntt_forward(o->ntt, o->values, log_n, o->env.pool);
    const peer_instant end = peer_now();
    zkl_fr_dot(&sum, o->values, o->values, count);
    zkl_fr_encode(bytes, &sum);
    const peer_instant now = peer_now();
    peer_answer((peer_instant){ now.wall_ms - (end.wall_ms - start.wall_ms),
                                now.cpu_ms - (end.cpu_ms - start.cpu_ms) },
                bytes, sizeof bytes);
}

/* ---- Groth16 */

static void open_powers(ours *o)
{
    zkl_digest hash;
    peer_must(zkl_setup_make(&hash, o->folder, &o->env, NULL));
    peer_must(zkl_setup_open(&o->setup, o->folder, &hash, &o->env, NULL));
    peer_must(zkl_setup_powers(o->setup, &o->powers, NULL, NULL));
    peer_must(zkl_circuit_fraction_new(&o->circuit, 22, &zkl_proof_format_v1, NULL));
    const uint32_t count = zkl_circuit_r1cs(o->circuit)->wire_count;
    o->wires = zkl_malloc(count, sizeof *o->wires);
    if (!o->wires)
        peer_stop("memory");
    circuit_read_wires(o->folder, o->wires, count);
}

static void make_key(ours *o)
{
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];
    if (!o->powers)
        open_powers(o);
    zkl_arena_clear(&o->key_memory);
    const peer_instant start = peer_now();
    peer_must(zkl_groth16_setup(&o->key, &o->key_memory, zkl_circuit_r1cs(o->circuit), o->powers,
                                &o->env, NULL));
    zkl_groth16_vk_encode(bytes, &o->key.vk);
    peer_answer(start, bytes, sizeof bytes);
}

static void prove(ours *o)
{
    zkl_groth16_blinding blinding;
    zkl_groth16_proof proof;
    uint8_t bytes[ZKL_GROTH16_PROOF_BYTES];
    blinding.r = o->scalars[0];
    blinding.s = o->scalars[1];
    const peer_instant start = peer_now();
    peer_must(zkl_groth16_prove(&proof, &o->key, o->wires, &blinding, o->env.pool, NULL));
    zkl_groth16_proof_encode(bytes, &proof);
    peer_answer(start, bytes, sizeof bytes);
    if (!zkl_groth16_verify(&o->key.vk, &proof, &o->wires[1]))
        peer_stop("our own proof is not right");
}

static size_t of_hex(uint8_t *out, size_t size, const char *text)
{
    size_t count = 0;
    for (unsigned byte; count < size && sscanf(text + 2 * count, "%2x", &byte) == 1; count++)
        out[count] = (uint8_t)byte;
    return count;
}

static bool is_right(const uint8_t *all)
{
    zkl_groth16_vk key;
    zkl_groth16_proof proof;
    zkl_fr input;
    const uint8_t *at = all + ZKL_GROTH16_VK_BYTES;
    return zkl_groth16_vk_decode(&key, zkl_bytes_of(all, ZKL_GROTH16_VK_BYTES), NULL) == ZKL_OK &&
           zkl_groth16_proof_decode(&proof, zkl_bytes_of(at, ZKL_GROTH16_PROOF_BYTES), NULL) ==
               ZKL_OK &&
           zkl_fr_decode(&input, at + ZKL_GROTH16_PROOF_BYTES) &&
           zkl_groth16_verify(&key, &proof, &input);
}

static void check(void)
{
    uint8_t all[ZKL_GROTH16_VK_BYTES + ZKL_GROTH16_PROOF_BYTES + 32];
    char text[2 * sizeof all + 1];
    if (scanf("%1312s", text) != 1)
        peer_stop("check");
    puts(of_hex(all, sizeof all, text) == sizeof all && is_right(all) ? "1" : "0");
}
_Static_assert(ZKL_GROTH16_VK_BYTES + ZKL_GROTH16_PROOF_BYTES + 32 == 656,
               "check reads 1312 digits");

/* ---- the range claim */

/* Between the loading of a statement's cells and its proof; of several statements the last. */
static bool note_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    peer_instant *steps = opaque;
    if (strcmp(stage, "proving") == 0)
        steps[0] = peer_now();
    if (strcmp(stage, "groth16") == 0 && done == total)
        steps[1] = peer_now();
    return true;
}

static void must_say(zkl_status status, const zkl_error *err)
{
    if (status != ZKL_OK)
        peer_stop(err->text);
}

static void range(ours *o, size_t count)
{
    char folder[4096], csv[4096 + 16];
    zkl_error err = { 0 };
    zkl_init_result made = { 0 };
    zkl_notarize_result notarized = { 0 }, added = { 0 };
    zkl_ledger *ledger = NULL;
    peer_instant steps[2] = { 0 };
    const zkl_env told = { .pool = o->env.pool, .progress = { note_step, steps } };
    snprintf(folder, sizeof folder, "%s/ledger-%zu", o->folder, o->range_count++);
    snprintf(csv, sizeof csv, "%s.csv", folder);
    FILE *out = fopen(csv, "wb");
    if (!out)
        peer_stop(csv);
    fputs("x\n", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%u\n", (unsigned)(5 + (uint32_t)(i * 2654435761u) / 16 * 15));
    fclose(out);
    const zkl_init_request init = { .ledger = { .folder = folder }, .name = "peer" };
    const char *files[] = { csv }, *claims[] = { "range(x, 5, 4294967290)" };
    must_say(zkl_init(&made, &init, &o->env, &err), &err);
    must_say(zkl_ledger_open(&ledger, &init.ledger, &o->env, &err), &err);
    const zkl_notarize_request first = { .name = "x", .files = files, .file_count = 1 };
    must_say(zkl_notarize(&notarized, ledger, &first, &o->env, &err), &err);
    const zkl_add_claims_request second = {
        .reference = "x", .files = files, .file_count = 1, .claims = claims, .claim_count = 1
    };
    must_say(zkl_add_claims(&added, ledger, &second, &told, &err), &err);
    if (added.statement_count != 1)
        peer_stop("the claim is not one statement");
    printf("%.3f %.3f %s\n", steps[1].wall_ms - steps[0].wall_ms, steps[1].cpu_ms - steps[0].cpu_ms,
           added.statements[0].circuit);
    zkl_arena_clear(&added.memory);
    zkl_arena_clear(&notarized.memory);
    zkl_arena_clear(&made.memory);
    zkl_ledger_close(ledger);
}

static void run(void *context, const char *job, size_t size)
{
    ours *o = context;
    if (strcmp(job, "g1") == 0)
        sum_g1(o, (size_t)1 << size);
    else if (strcmp(job, "u16") == 0)
        sum_blocks(o, (size_t)1 << size);
    else if (strcmp(job, "g2") == 0)
        sum_g2(o, (size_t)1 << size);
    else if (strcmp(job, "ntt") == 0)
        transform(o, (unsigned)size);
    else if (strcmp(job, "setup") == 0)
        make_key(o);
    else if (strcmp(job, "prove") == 0)
        prove(o);
    else if (strcmp(job, "range") == 0)
        range(o, size);
    else if (strcmp(job, "check") == 0)
        check();
    else
        puts("-");
}

int main(int argc, char **argv)
{
    static ours o;
    const unsigned log_n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : PEER_LOG_MAX;
    const size_t count = (size_t)1 << log_n;
    zkl_pool *pool = NULL;
    if (argc < 2)
        return 2;
    o.folder = argv[1];
    peer_must(zkl_pool_new(&pool, PEER_THREADS, NULL));
    o.env.pool = pool;
    o.points = zkl_malloc(count, sizeof *o.points);
    o.points2 = zkl_malloc(1 << 16, sizeof *o.points2);
    o.scalars = zkl_malloc(count, sizeof *o.scalars);
    o.values = zkl_malloc(count, sizeof *o.values);
    if (!o.points || !o.points2 || !o.scalars || !o.values)
        peer_stop("memory");
    peer_read_g1(o.points, o.folder, count);
    peer_read_g2(o.points2, o.folder, 1 << 16);
    peer_read_scalars(o.scalars, o.folder, count);
    o.cells = (uint16_t *)(void *)peer_read(o.folder, "cells", 2 * count);
    peer_must(zkl_g1_fixed_new(&o.fixed, o.points, 1 << 16, pool, NULL));
    peer_must(zkl_ntt_new(&o.ntt, log_n, NULL));
    peer_serve(run, &o);
    return 0;
}
