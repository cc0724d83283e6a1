#pragma once
/* Building a rank-1 constraint system and its assignment by one and the same code, so that they
 * cannot drift apart.
 *
 * A circuit is a function that runs over a builder. Every linear combination carries its terms and
 * its value. While emitting, constraints are recorded and values mean nothing; while assigning,
 * values are written to the wires and nothing is recorded. The sequence of wires and constraints
 * must not depend on values. */
#include "circuit/r1cs.h"

#define ZKL_LC_TERMS_MAX 24 /* 16 bits of a cell's index, and some */

/* A linear combination of wires, with its value. All zeros is 0. */
typedef struct zkl_lc {
    zkl_fr value;
    uint32_t term_count;
    zkl_lc_term terms[ZKL_LC_TERMS_MAX]; /* distinct wires, coefficients not 0 */
} zkl_lc;

void zkl_lc_constant(zkl_lc *out, const zkl_fr *value);
/* out may be a or b; more than ZKL_LC_TERMS_MAX terms is a mistake in the circuit (asserted). */
void zkl_lc_add(zkl_lc *out, const zkl_lc *a, const zkl_lc *b);
void zkl_lc_sub(zkl_lc *out, const zkl_lc *a, const zkl_lc *b);
void zkl_lc_scale(zkl_lc *out, const zkl_lc *a, const zkl_fr *by);
void zkl_lc_add_constant(zkl_lc *out, const zkl_lc *a, const zkl_fr *constant);

typedef struct zkl_matrix_builder {
    zkl_lc_term *terms;
    uint32_t *starts;
    uint32_t term_count, term_capacity, row_count, row_capacity;
} zkl_matrix_builder;

typedef struct zkl_circuit_builder {
    zkl_fr *wires; /* assigning: where values go; NULL while emitting */
    uint32_t wire_count;
    /* Assigning: rows so far, and the first that the values break (UINT32_MAX: none). */
    uint32_t row, bad_row;
    bool failed; /* no memory for constraints */
    /* Emitting: C is not recorded. It is dense, and a prover, who has the wires, never reads it. */
    bool without_c;
    zkl_matrix_builder a, b, c;
    zkl_r1cs_repeat *repeats; /* zkl_r1cs has them */
    uint32_t repeat_count, repeat_capacity, repeat_rows, repeat_wires;
} zkl_circuit_builder;

/* Wire 0 is 1; wires 1 .. public_count are public, of value 0 until zkl_builder_set_public. */
void zkl_builder_init(zkl_circuit_builder *b, zkl_fr *wires, uint32_t public_count);
void zkl_builder_clear(zkl_circuit_builder *b);
/* The public wire i >= 1 as a combination of value `value`. */
void zkl_builder_set_public(zkl_circuit_builder *b, zkl_lc *out, uint32_t i, const zkl_fr *value);
/* A new private wire; it means nothing until constraints bind it. */
void zkl_builder_wire(zkl_circuit_builder *b, zkl_lc *out, const zkl_fr *value);
/* Assigning: count rows pass that hold whatever the values are. */
void zkl_builder_pass_rows(zkl_circuit_builder *b, uint32_t count);
/* x y = z; assigning, whether it holds is noted in bad_row. */
void zkl_builder_enforce(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y, const zkl_lc *z);
/* x y = sum of terms: a combination too long for zkl_lc. Coefficients that are 0 are left out.
 * Only while emitting (asserted). */
void zkl_builder_enforce_long(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y,
                              const zkl_lc_term *terms, size_t term_count);
/* x = y; all in C, which costs a prover nothing. */
void zkl_builder_enforce_equal(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y);
/* A new wire x y + addend (addend may be NULL). One constraint: x y = out - addend. */
void zkl_builder_product(zkl_circuit_builder *b, zkl_lc *out, const zkl_lc *x, const zkl_lc *y,
                         const zkl_lc *addend);

/* A part that repeats begins here, and ends there; all are of one size (asserted). */
void zkl_builder_begin_repeat(zkl_circuit_builder *b);
void zkl_builder_end_repeat(zkl_circuit_builder *b);

/* What was emitted; the arrays stay the builder's. */
zkl_status zkl_builder_r1cs(zkl_r1cs *out, const zkl_circuit_builder *b, uint32_t public_count,
                            zkl_error *err) ZKL_MUST_USE;
