#pragma once
/* The circuits F_n (docs/proof-system.md section 4): what Groth16 proves about a fraction argument.
 * Parametrised by the format, so that the model's toy proofs run through the same code. */
#include "circuit/r1cs.h"
#include "proof/statement.h"

typedef struct zkl_circuit zkl_circuit; /* immutable: the R1CS and what the witness maker needs */

/* n even, log_cells < n: tier F_n. Limits: n <= 30. */
zkl_status zkl_circuit_fraction_new(zkl_circuit **out, unsigned n, const zkl_proof_format *format,
                                    zkl_error *err) ZKL_MUST_USE;
/* The same without the rows of C (c.starts is NULL): what proving takes, at a fraction of the cost,
 * for C is dense. No key is made from it, and it has no hash. */
zkl_status zkl_circuit_fraction_new_proving(zkl_circuit **out, unsigned n,
                                            const zkl_proof_format *format,
                                            zkl_error *err) ZKL_MUST_USE;
void zkl_circuit_free(zkl_circuit *circuit);
ZKL_DEFINE_AUTO_FREE(zkl_circuit)
const zkl_r1cs *zkl_circuit_r1cs(const zkl_circuit *circuit);

/* Messages of one layer: 2k rounds of coefficients 1..4, then the child values. */
typedef struct zkl_gkr_layer {
    zkl_fr (*rounds)[4];
    size_t round_count;
    zkl_fr p[4], q[4];
} zkl_gkr_layer;

/* The private part of a fraction proof, as the prover makes it. */
typedef struct zkl_fraction_witness {
    zkl_fr salt, u;
    zkl_fr root_p, root_q;
    zkl_gkr_layer *layers; /* n / 2 */
    zkl_fr x, x2, x3, m, sigma;
} zkl_fraction_witness;

/* Fill all wires (r1cs.wire_count values) from inputs and witness. Never fails on values that do
 * not satisfy the circuit: then zkl_r1cs_satisfied says which constraint is broken (an inverse of
 * zero is written as zero). */
void zkl_circuit_fraction_assign(const zkl_circuit *circuit, zkl_fr *wires, const zkl_fr *inputs,
                                 const zkl_fraction_witness *witness);
/* The same, and says whether the values satisfy the circuit: as zkl_r1cs_satisfied of these wires
 * does, without C and at no cost, since every combination has its value at hand where a constraint
 * is stated. first_bad: the first that is broken, UINT32_MAX: none. */
bool zkl_circuit_fraction_satisfy(const zkl_circuit *circuit, zkl_fr *wires, const zkl_fr *inputs,
                                  const zkl_fraction_witness *witness, uint32_t *first_bad);
