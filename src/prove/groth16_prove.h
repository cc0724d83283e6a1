#pragma once
/* Groth16 proving key and prover (see groth16.h for the source). */
#include "proof/groth16.h"
#include "circuit/r1cs.h"

typedef struct zkl_groth16_key {
    zkl_groth16_vk vk;
    zkl_g1_affine beta_1, delta_1;
    bool development;    /* made on one machine: proves nothing against whoever made it */
    unsigned log_domain; /* constraints (with the iden3 rows for public inputs) fit 2^log_domain */
    uint32_t wire_count, public_count;
    const zkl_g1_affine *a;   /* [A_w(tau)]_1, wire_count */
    const zkl_g1_affine *b_1; /* [B_w(tau)]_1, wire_count */
    const zkl_g2_affine *b_2; /* [B_w(tau)]_2, wire_count */
    const zkl_g1_affine *k;   /* [(beta A_w + alpha B_w + C_w)/delta]_1 of the private wires:
                                 wire_count - public_count - 1 */
    const zkl_g1_affine *h;   /* 2^log_domain points, iden3's H section */
    /* rows of A and B with the iden3 extra rows (public wires), for the prover's evaluations */
    zkl_r1cs_matrix rows_a, rows_b;
    uint32_t row_count;
} zkl_groth16_key;

/* What hides the witness in a proof: uniform, secret, fresh for every proof. */
typedef struct zkl_groth16_blinding {
    zkl_fr r, s;
} zkl_groth16_blinding;

/* wires: a satisfying assignment (wire_count values, [0] = 1); secret. With one that does not
 * satisfy, the proof does not verify. Cost: 4 MSMs in G1, one in G2, 3 NTT pairs. Memory: about
 * 5 field elements a row. */
zkl_status zkl_groth16_prove(zkl_groth16_proof *out, const zkl_groth16_key *key,
                             const zkl_fr *wires, const zkl_groth16_blinding *blinding,
                             zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
