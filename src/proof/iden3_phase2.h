#pragma once
/* Contributions to a circuit's key, the second phase of a ceremony, as iden3's snarkjs makes and checks them
 * (docs/formats/iden3.md). A contribution multiplies delta by a secret x and divides the sections 8 and 9 by it. */
#include "proof/iden3_zkey.h"

#define ZKL_PHASE2_NAME_BYTES_MAX 64

/* Does each contribution follow from the one before, the first from delta = 1, and the last lead to the key's delta? That the
 * rest of the key is the circuit's under some powers is not checked here (`snarkjs zkey verify` does); a beacon's own randomness
 * is not recomputed. ZKL_REJECTED names the contribution; ZKL_UNCHECKED: there is none. */
zkl_status zkl_phase2_verify(const zkl_groth16_key *key, const zkl_zkey_history *history,
                             zkl_error *err) ZKL_MUST_USE;

/* One contribution: draws x from env's randomness, moves the key by it, records it under name (may be empty) and wipes it.
 * history: the key's own, complete (zkl_phase2_verify). What does not change is shared with key; new arrays come from arena.
 * Cost: a product for each point of the sections 8 and 9. */
zkl_status zkl_phase2_contribute(zkl_groth16_key *out, zkl_zkey_history *out_history,
                                 zkl_arena *arena, const zkl_groth16_key *key,
                                 const zkl_zkey_history *history, const char *name,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
