/* Writes the inputs of all peers: seeded points, scalars and cells, and the circuit F22 with the
 * assignment of a true argument over 64 leaf blocks.
 *
 *     peer_inputs FOLDER [LOG]      2^LOG points, scalars and cells: 20 */
#include "circuit/circuit.h"
#include "peers/circuit_file.h"
#include "prove/prove_internal.h"

#define LOG_G2 16
#define BLOCKS 63 /* and one of the table: 2^22 leaves */

static uint64_t random_state = 1;

static uint64_t random_u64(void) /* splitmix64 */
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void fill(zkl_fr *out, size_t count)
{
    uint64_t words[8];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 8; k++)
            words[k] = random_u64();
        zkl_fr_reduce(&out[i], (const uint8_t *)words, sizeof words);
    }
}

static void write_points(const char *folder, const zkl_fr *scalars, size_t count, zkl_pool *pool)
{
    zkl_g1_affine *points = zkl_malloc(count, sizeof *points);
    zkl_g2_affine *points2 = zkl_malloc((size_t)1 << LOG_G2, sizeof *points2);
    if (!points || !points2)
        peer_stop("memory");
    peer_must(zkl_g1_mul_many(points, &zkl_g1_generator, scalars, count, pool, NULL));
    FILE *out = peer_open(folder, "points.g1", "wb");
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[96];
        blst_p1_affine_serialize(bytes, &points[i]);
        fwrite(bytes, 1, sizeof bytes, out);
    }
    fclose(out);
    peer_must(
        zkl_g2_mul_many(points2, &zkl_g2_generator, scalars, (size_t)1 << LOG_G2, pool, NULL));
    out = peer_open(folder, "points.g2", "wb");
    for (size_t i = 0; i < (size_t)1 << LOG_G2; i++) {
        uint8_t bytes[192];
        blst_p2_affine_serialize(bytes, &points2[i]);
        fwrite(bytes, 1, sizeof bytes, out);
    }
    fclose(out);
    zkl_free(points);
    zkl_free(points2);
}

static void write_numbers(const char *folder, const zkl_fr *scalars, size_t count)
{
    FILE *out = peer_open(folder, "scalars", "wb");
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[32];
        zkl_fr_encode(bytes, &scalars[i]);
        fwrite(bytes, 1, sizeof bytes, out);
    }
    fclose(out);
    out = peer_open(folder, "cells", "wb");
    for (size_t i = 0; i < count; i++) {
        const uint64_t cell = random_u64();
        const uint8_t bytes[2] = { (uint8_t)cell, (uint8_t)(cell >> 8) };
        fwrite(bytes, 1, sizeof bytes, out);
    }
    fclose(out);
}

/* ---- the circuit */

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

/* The fraction argument of a column whose cells are all there, without its commitments. */
static void prove_argument(zkl_argument *out, zkl_arena *arena, zkl_pool *pool)
{
    static uint16_t block[2 << 16];
    static uint32_t counts[1 << 16];
    static zkl_fr blinders[BLOCKS], mask[16];
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
                                .block_count = BLOCKS,
                                .circuit = zkl_bytes_of_text("F22") };
    zkl_shape shape;
    zkl_fr u;
    for (size_t i = 0; i < ZKL_COUNT(block); i++)
        block[i] = (uint16_t)random_u64();
    for (size_t b = 0; b < BLOCKS; b++)
        cells[b] = block + b * 401; /* overlapping: the same work */
    peer_must(zkl_shape_compile(&shape, &statement, &zkl_proof_format_v1, &ZKL_FR_ZERO, &ZKL_FR_ONE,
                                NULL));
    if (zkl_shape_tier(&shape) != 22)
        peer_stop("another circuit");
    peer_must(zkl_leaf_multiplicities(counts, &u, &shape, cells, pool, NULL));
    const zkl_committed_statement committed = { .statement = &statement,
                                                .t0 = ZKL_FR_ONE,
                                                .cells = cells,
                                                .blinders = blinders,
                                                .multiplicities = counts,
                                                .count_blinder = ZKL_FR_ONE,
                                                .null_sum = u,
                                                .mask = mask,
                                                .salt = ZKL_FR_ONE };
    const zkl_committer committer = { .format = &zkl_proof_format_v1,
                                      .coefficients = commit_nothing };
    const zkl_env env = { .pool = pool };
    peer_must(zkl_argument_prove(out, arena, &committed, &committer, &env, NULL));
    zkl_shape_clear(&shape);
}

static void write_circuit(const char *folder, zkl_pool *pool)
{
    zkl_circuit *circuit;
    zkl_argument argument = { 0 };
    zkl_arena arena = { 0 };
    prove_argument(&argument, &arena, pool);
    peer_must(zkl_circuit_fraction_new(&circuit, 22, &zkl_proof_format_v1, NULL));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    zkl_fr *wires = zkl_calloc(r1cs->wire_count, sizeof *wires);
    if (!wires)
        peer_stop("memory");
    zkl_circuit_fraction_assign(circuit, wires, argument.inputs, &argument.witness);
    uint32_t bad;
    if (!zkl_r1cs_satisfied(r1cs, wires, &bad))
        peer_stop("the assignment does not satisfy the circuit");
    circuit_write(folder, r1cs, wires);
    zkl_free(wires);
    zkl_circuit_free(circuit);
    zkl_arena_clear(&arena);
}

int main(int argc, char **argv)
{
    zkl_pool *pool = NULL;
    const unsigned log_n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : PEER_LOG_MAX;
    if (argc < 2 || log_n < LOG_G2 || log_n > PEER_LOG_MAX)
        peer_stop("inputs FOLDER [16 .. 20]");
    const size_t count = (size_t)1 << log_n;
    zkl_fr *scalars = zkl_malloc(2 * count, sizeof *scalars);
    if (!scalars)
        peer_stop("memory");
    peer_must(zkl_pool_new(&pool, PEER_THREADS, NULL));
    fill(scalars, 2 * count);
    write_points(argv[1], scalars, count, pool);
    write_numbers(argv[1], scalars + count, count);
    write_circuit(argv[1], pool);
    zkl_pool_free(pool);
    zkl_free(scalars);
    return 0;
}
