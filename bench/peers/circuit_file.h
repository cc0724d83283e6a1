#pragma once
/* A rank-1 constraint system with an assignment that satisfies it, as peers read it. Little-endian
 * 32-bit numbers, elements of 32 big-endian bytes:
 *
 *     wire_count public_count constraint_count
 *     for A, B, C: for each constraint: term_count, then wire and coefficient of each term
 *     the value of each wire; the first is 1, public_count public ones follow */
#include "circuit/r1cs.h"
#include "peers/peer.h"

static inline void circuit_put_number(FILE *out, uint32_t value)
{
    const uint8_t bytes[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                               (uint8_t)(value >> 24) };
    fwrite(bytes, 1, sizeof bytes, out);
}

static inline void circuit_put_element(FILE *out, const zkl_fr *value)
{
    uint8_t bytes[32];
    zkl_fr_encode(bytes, value);
    fwrite(bytes, 1, sizeof bytes, out);
}

static inline void circuit_put_matrix(FILE *out, const zkl_r1cs_matrix *matrix, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++) {
        circuit_put_number(out, matrix->starts[row + 1] - matrix->starts[row]);
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
            circuit_put_number(out, matrix->terms[i].wire);
            circuit_put_element(out, &matrix->terms[i].coefficient);
        }
    }
}

static inline void circuit_write(const char *folder, const zkl_r1cs *r1cs, const zkl_fr *wires)
{
    FILE *out = peer_open(folder, "circuit", "wb");
    circuit_put_number(out, r1cs->wire_count);
    circuit_put_number(out, r1cs->public_count);
    circuit_put_number(out, r1cs->constraint_count);
    circuit_put_matrix(out, &r1cs->a, r1cs->constraint_count);
    circuit_put_matrix(out, &r1cs->b, r1cs->constraint_count);
    circuit_put_matrix(out, &r1cs->c, r1cs->constraint_count);
    for (uint32_t i = 0; i < r1cs->wire_count; i++)
        circuit_put_element(out, &wires[i]);
    if (fclose(out) != 0)
        peer_stop("circuit");
}

/* The values at the end of the file. */
static inline void circuit_read_wires(const char *folder, zkl_fr *wires, uint32_t wire_count)
{
    uint8_t bytes[32];
    FILE *in = peer_open(folder, "circuit", "rb");
    if (fseek(in, -(long)(32 * (size_t)wire_count), SEEK_END) != 0)
        peer_stop("circuit");
    for (uint32_t i = 0; i < wire_count; i++)
        if (fread(bytes, 1, sizeof bytes, in) != sizeof bytes || !zkl_fr_decode(&wires[i], bytes))
            peer_stop("circuit");
    fclose(in);
}
