#pragma once
/* Rank-1 constraint systems: <A_i, w> * <B_i, w> = <C_i, w>. Wire 0 is the constant 1,
 * wires 1..public_count are public, the rest private (iden3 order). */
#include "algebra/fr.h"
#include "base/arena.h"
#include "base/buffer.h"

typedef struct zkl_lc_term {
    uint32_t wire;
    zkl_fr coefficient;
} zkl_lc_term;

/* One matrix in compressed rows: terms of row i are terms[starts[i] .. starts[i+1]). */
typedef struct zkl_r1cs_matrix {
    const zkl_lc_term *terms;
    const uint32_t *starts; /* constraint_count + 1 */
} zkl_r1cs_matrix;

/* Where a part that repeats begins. */
typedef struct zkl_r1cs_repeat {
    uint32_t row, wire;
} zkl_r1cs_repeat;

typedef struct zkl_r1cs {
    uint32_t wire_count, public_count, constraint_count;
    zkl_r1cs_matrix a, b, c;
    /* A hint for whoever makes a key, no part of the system: parts of repeat_rows rows and
     * repeat_wires wires, ascending, whose dense rows of C are the same but for the numbers of
     * their wires. Poseidon's permutations. count 0: none is known. */
    const zkl_r1cs_repeat *repeats;
    uint32_t repeat_count, repeat_rows, repeat_wires;
} zkl_r1cs;

/* Does the assignment (wire_count values, [0] = 1) satisfy it? first_bad: the first constraint that
 * fails. */
bool zkl_r1cs_satisfied(const zkl_r1cs *r1cs, const zkl_fr *wires, uint32_t *first_bad);
/* The same for one row. */
bool zkl_r1cs_row_satisfied(const zkl_r1cs *r1cs, uint32_t row, const zkl_fr *wires);
/* BLAKE3 over sizes and all terms: identifies the circuit's code in caches. */
void zkl_r1cs_hash(zkl_digest *out, const zkl_r1cs *r1cs);
