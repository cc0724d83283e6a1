#pragma once
/* Groth16's second phase: a circuit's key from prepared powers of tau, without knowing tau. */
#include "prove/groth16_prove.h"
#include "setup/powers.h"

/* Rows that the key adds to the circuit's, as iden3's: wire w of 0 .. public_count once more in A
 * of row constraint_count + w, B and C empty. They keep the public wires' polynomials independent.
 */
unsigned zkl_groth16_log_domain(const zkl_r1cs *r1cs);

/* Draws delta from env's randomness, makes the key, wipes delta: a development key. Arrays, and the
 * rows of A and B with the iden3 rows, come from arena. ZKL_LIMIT when the circuit is larger than
 * the powers. Only circuits with one public wire (asserted). Cost: about 2,700 products of a point
 * and a scalar for each permutation of Poseidon. */
zkl_status zkl_groth16_setup(zkl_groth16_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

/* The same, and the record of a ceremony with one contribution, signed with delta before it is
 * wiped: snarkjs's `zkey verify` accepts the key then (domains above 2^14: only under powers for
 * larger ones, zkl_phase2_circuit_hash says why). */
struct zkl_recorded_key;
zkl_status zkl_groth16_setup_recorded(struct zkl_recorded_key *out, zkl_arena *arena,
                                      const zkl_r1cs *r1cs, const zkl_powers *powers,
                                      const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* The same key, byte for byte from the same randomness, while the secrets of the powers are at
 * hand (zkl_powers_make_known): a tenth of the cost. */
zkl_status zkl_groth16_setup_known(struct zkl_recorded_key *out, zkl_arena *arena,
                                   const zkl_r1cs *r1cs, const zkl_powers *powers,
                                   const zkl_powers_known *known, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;

/* The key with delta = 1, where a ceremony's second phase starts: everything in it is public, and
 * everybody makes the same. With the circuit hash. ZKL_LIMIT as above. */
zkl_status zkl_groth16_initial(struct zkl_recorded_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                               const zkl_powers *powers, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;

/* Is this the circuit's key under these powers, whatever its delta? It is made again without
 * one; what is free of delta must be the same, the rest that divided by it, by pairings over
 * sums with random weights of 128 bits. The key's points are in their subgroups and its delta is
 * the same in both groups (zkl_zkey_parse, ZKL_IDEN3_CHECKED). Its rows, which the prover alone
 * reads, must be the circuit's too, in whatever order their terms stand. ZKL_REJECTED names the
 * part. Cost: that of making a key. */
zkl_status zkl_groth16_check(const zkl_groth16_key *key, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

/* rows_a, rows_b, row_count of a key whose points came from elsewhere (a cache). */
zkl_status zkl_groth16_rows(zkl_groth16_key *key, zkl_arena *arena, const zkl_r1cs *r1cs,
                            zkl_error *err) ZKL_MUST_USE;
