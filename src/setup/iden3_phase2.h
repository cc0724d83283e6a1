#pragma once
/* Contributions to a circuit's key, the second phase of a ceremony, as iden3's snarkjs makes and
 * checks them (docs/formats/iden3.md). A contribution multiplies delta by a secret x and divides
 * the sections 8 and 9 by it. */
#include "setup/iden3_beacon.h"
#include "setup/iden3_zkey.h"
#include "setup/powers.h"

/* Does each contribution follow from the one before, the first from delta = 1, and the last lead
 * to the key's delta? That the rest of the key is the circuit's under some powers is
 * zkl_groth16_check's matter, and that beacons are what follows from their values
 * zkl_phase2_verify_beacons's. ZKL_REJECTED names
 * the contribution, or says that delta is 1, with which anybody forges; ZKL_UNCHECKED: nobody
 * contributed, or beacons alone, whose secrets are public. */
zkl_status zkl_phase2_verify(const zkl_groth16_key *key, const zkl_zkey_history *history,
                             zkl_error *err) ZKL_MUST_USE;

/* As zkl_ceremony_verify_beacons. */
zkl_status zkl_phase2_verify_beacons(const zkl_zkey_history *history, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

/* What a ceremony calls the circuit: over its key with delta = 1 and the powers it was made
 * from, as `snarkjs groth16 setup` makes it. For domains above 2^14 snarkjs 0.7.6 hashes
 * [tau^(2D-1)]_1 too, which powers of the domain's own size do not hold: there it reads what
 * stands behind them in the file, and its hash is none of ours. */
zkl_status zkl_phase2_circuit_hash(uint8_t out[static 64], const zkl_groth16_key *initial,
                                   const zkl_powers *powers, zkl_error *err) ZKL_MUST_USE;

/* A first contribution of a known delta to the key of history->circuit_hash, whose count is 0
 * (asserted). It shows that the maker knew delta, and nothing of it. */
zkl_status zkl_phase2_record(zkl_zkey_history *history, zkl_arena *arena, const zkl_fr *delta,
                             const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Is key the same as initial, which has delta = 1, but for its delta? zkl_groth16_check says
 * how. */
zkl_status zkl_phase2_check_key(const zkl_groth16_key *key, const zkl_groth16_key *initial,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* One contribution: draws x from env's randomness, moves the key by it, records it under name
 * (may be empty) and wipes it. before: a key with its record, complete (zkl_phase2_verify). What
 * does not change is shared with before; new arrays come from arena. Cost: a product for each
 * point of the sections 8 and 9. */
zkl_status zkl_phase2_contribute(zkl_recorded_key *out, zkl_arena *arena,
                                 const zkl_recorded_key *before, const char *name,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* The same with a secret that follows from the beacon: everybody can make it again. */
zkl_status zkl_phase2_contribute_beacon(zkl_recorded_key *out, zkl_arena *arena,
                                        const zkl_recorded_key *before, const zkl_beacon *beacon,
                                        const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* What a contribution moves, and all of it that is sent: sections 8 and 9 divided by the same
 * secrets that delta was multiplied by. Same sizes (asserted). ZKL_REJECTED names the array. */
zkl_status zkl_phase2_check_step(const zkl_groth16_key *after, const zkl_groth16_key *before,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
