/* Evaluating and naming rank-1 constraint systems. A row says <A_i, w> <B_i, w> = <C_i, w> for
 * the assignment w, w_0 = 1. Assignments are secret; evaluating one takes time that depends on
 * the circuit, not on the values. */
#include "circuit/r1cs.h"

#include "hash/hash.h"

/* <row, wires> */
static void row_value(zkl_fr *out, const zkl_r1cs_matrix *matrix, uint32_t row, const zkl_fr *wires)
{
    *out = ZKL_FR_ZERO;
    for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
        zkl_fr product;
        zkl_fr_mul(&product, &matrix->terms[i].coefficient, &wires[matrix->terms[i].wire]);
        zkl_fr_add(out, out, &product);
    }
}

bool zkl_r1cs_row_satisfied(const zkl_r1cs *r1cs, uint32_t row, const zkl_fr *wires)
{
    ZKL_DEBUG_ASSERT(row < r1cs->constraint_count);
    zkl_fr a, b, c, product;

    row_value(&a, &r1cs->a, row, wires);
    row_value(&b, &r1cs->b, row, wires);
    row_value(&c, &r1cs->c, row, wires);
    zkl_fr_mul(&product, &a, &b);
    return zkl_fr_equal(&product, &c);
}

bool zkl_r1cs_satisfied(const zkl_r1cs *r1cs, const zkl_fr *wires, uint32_t *first_bad)
{
    ZKL_ASSERT(r1cs->wire_count > 0 && r1cs->c.starts);
    for (uint32_t row = 0; row < r1cs->constraint_count; row++)
        if (!zkl_r1cs_row_satisfied(r1cs, row, wires)) {
            if (first_bad != NULL)
                *first_bad = row;
            return false;
        }
    return zkl_fr_equal(&wires[0], &ZKL_FR_ONE);
}

/* A number in the hash of a circuit. */
static void hash_u32(zkl_hasher *hasher, uint32_t value)
{
    uint8_t bytes[4];
    zkl_be32_put(bytes, value);
    zkl_hasher_update(hasher, bytes, sizeof bytes);
}

/* Each row by its number of terms and then wire and coefficient, in the order of the emitter:
 * equal hashes mean the same code made the circuit, not only an equivalent one. */
static void hash_matrix(zkl_hasher *hasher, const zkl_r1cs_matrix *matrix, uint32_t row_count)
{
    ZKL_ASSERT(matrix->starts[0] == 0 || row_count == 0);
    for (uint32_t row = 0; row < row_count; row++) {
        hash_u32(hasher, matrix->starts[row + 1] - matrix->starts[row]);
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
            uint8_t coefficient[32];
            hash_u32(hasher, matrix->terms[i].wire); /* big-endian, as all numbers here */
            zkl_fr_encode(coefficient, &matrix->terms[i].coefficient);
            zkl_hasher_update(hasher, coefficient, sizeof coefficient);
        }
    }
}

void zkl_r1cs_hash(zkl_digest *out, const zkl_r1cs *r1cs)
{
    zkl_hasher hasher;
    ZKL_ASSERT(r1cs->public_count < r1cs->wire_count && r1cs->c.starts);

    zkl_hasher_init(&hasher, ZKL_HASH_BLAKE3);
    hash_u32(&hasher, r1cs->wire_count);
    hash_u32(&hasher, r1cs->public_count);
    hash_u32(&hasher, r1cs->constraint_count);
    hash_matrix(&hasher, &r1cs->a, r1cs->constraint_count);
    hash_matrix(&hasher, &r1cs->b, r1cs->constraint_count);
    hash_matrix(&hasher, &r1cs->c, r1cs->constraint_count);
    zkl_hasher_final(&hasher, out);
}
