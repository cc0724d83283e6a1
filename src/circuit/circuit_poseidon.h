#pragma once
/* The Poseidon sponge of algebra/poseidon.h inside a circuit: 3 constraints an S-box, 300 a
 * permutation.
 *
 * The wires of an S-box u -> u^5 are u, u^2 and u^4; its output is never a wire. It is a linear
 * combination of later inputs, for the rounds are linear between S-boxes: walking backwards from
 * the full state after the partial rounds,
 *     (v_r, z_r) = M^-1 (s_{r+1} - rc_{r+1}),   s_r = (u_r, z_r),
 * gives each output v_r of a partial round over u_{r+1}, .. and that state. So all that is dense
 * stands in C, where it costs the prover nothing, and A and B hold single wires. */
#include "algebra/poseidon.h"
#include "circuit/circuit_builder.h"

/* The combinations of one permutation, made once for all of them. */
typedef struct zkl_poseidon_rows zkl_poseidon_rows;
zkl_status zkl_poseidon_rows_new(zkl_poseidon_rows **out, zkl_error *err) ZKL_MUST_USE;
void zkl_poseidon_rows_free(zkl_poseidon_rows *rows);
ZKL_DEFINE_AUTO_FREE(zkl_poseidon_rows)

typedef struct zkl_sponge {
    zkl_lc state[ZKL_POSEIDON_WIDTH];
} zkl_sponge;

/* rows may be NULL while assigning, and while C is not recorded. */
void zkl_sponge_init(zkl_sponge *sponge, uint64_t domain);
void zkl_sponge_absorb(zkl_sponge *sponge, zkl_circuit_builder *b, const zkl_poseidon_rows *rows,
                       const zkl_lc *const *values, size_t count);
/* Challenge i < 4 after an absorb: a single wire. */
static inline const zkl_lc *zkl_sponge_challenge(const zkl_sponge *sponge, size_t i)
{
    return &sponge->state[1 + i];
}
