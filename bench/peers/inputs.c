/* Writes the inputs of all peers: seeded points, scalars and cells, and the circuit F22 with the
 * assignment of a true argument over 64 leaf blocks.
 *
 *     peer_inputs FOLDER [LOG]      2^LOG points, scalars and cells: 20 */
#include "bench_cells.h"
#include "bench_random.h"
#include "circuit/circuit.h"
#include "peers/circuit_file.h"

#define LOG_G2 16
#define BLOCKS 63 /* and one of the table: 2^22 leaves */

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
        const uint64_t cell = bench_random_u64();
        const uint8_t bytes[2] = { (uint8_t)cell, (uint8_t)(cell >> 8) };
        fwrite(bytes, 1, sizeof bytes, out);
    }
    fclose(out);
}

/* ---- the circuit */

/* The fraction argument of a column whose cells are all there, without its commitments. */
static void prove_argument(zkl_argument *out, zkl_arena *arena, zkl_pool *pool)
{
    static uint16_t block[2 << 16];
    static bench_cells column;
    const uint16_t *cells[BLOCKS];
    for (size_t i = 0; i < ZKL_COUNT(block); i++)
        block[i] = (uint16_t)bench_random_u64();
    for (size_t b = 0; b < BLOCKS; b++)
        cells[b] = block + b * 401; /* overlapping: the same work */
    peer_must(bench_cells_begin(&column, cells, BLOCKS, pool, NULL));
    if (zkl_shape_tier(&column.shape) != 22)
        peer_stop("another circuit");
    peer_must(bench_cells_prove(out, arena, &column, pool, NULL));
    zkl_shape_clear(&column.shape);
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
    for (size_t i = 0; i < 2 * count; i++)
        scalars[i] = bench_random_fr();
    write_points(argv[1], scalars, count, pool);
    write_numbers(argv[1], scalars + count, count);
    write_circuit(argv[1], pool);
    zkl_pool_free(pool);
    zkl_free(scalars);
    return 0;
}
