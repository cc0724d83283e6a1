#pragma once
/* Contributions to a ceremony, first phase, as iden3's snarkjs makes and checks them for BLS12-381
 * (docs/formats/iden3.md).
 *
 * Who contributes x to a secret shows points s and x s of his own choice and spx = x sp, where
 * sp is hashed from the challenge and those two. The powers move from t to x t: e(t after, sp) =
 * e(t before, spx). The challenge is a hash of all that came before. */
#include "setup/iden3_beacon.h"
#include "setup/iden3_ptau.h"

#define ZKL_CEREMONY_POWER_MAX 20 /* the first challenge hashes 576 bytes times 2^power */
#define ZKL_CEREMONY_NAME_BYTES_MAX 64

/* The tagged parameters of a contribution under this name, of ZKL_CEREMONY_NAME_BYTES_MAX bytes
 * at most; none: no name. */
zkl_status zkl_ceremony_name(zkl_bytes *out, zkl_arena *arena, const char *name,
                             zkl_error *err) ZKL_MUST_USE;

/* Does each contribution follow from the one before, the first from generators alone, and the
 * last lead to these powers? With zkl_ceremony_verify_beacons and zkl_ptau_check what snarkjs's
 * `powersoftau verify` checks. In a truncated file (power below the
 * ceremony's) the hash of the powers cannot be checked, the chain is. ZKL_REJECTED names the
 * contribution; ZKL_UNCHECKED: there is none, or of beacons alone, whose secrets are public;
 * ZKL_LIMIT: a ceremony above ZKL_CEREMONY_POWER_MAX. */
zkl_status zkl_ceremony_verify(const zkl_powers *powers, const zkl_ptau_history *history,
                               zkl_error *err) ZKL_MUST_USE;

/* Are the beacons' contributions what follows from their values? ZKL_REJECTED names the one that
 * is not. Cost: their iterations, at most 2^ZKL_BEACON_LOG_ITERATIONS_MAX SHA-256 each. */
zkl_status zkl_ceremony_verify_beacons(const zkl_ptau_history *history, const zkl_env *env,
                                       zkl_error *err) ZKL_MUST_USE;

/* Powers of tau = alpha = beta = 1, where a ceremony starts. No Lagrange arrays. */
zkl_status zkl_ceremony_start(zkl_powers *out, zkl_arena *arena, unsigned power,
                              zkl_error *err) ZKL_MUST_USE;

/* The record of powers that were made with known secrets: a ceremony of one contribution, under
 * ZKL_CEREMONY_LOCAL_NAME. It shows that the maker knew tau, alpha and beta, nothing of them.
 * power at most ZKL_CEREMONY_POWER_MAX. Cost: hashes of all powers. */
#define ZKL_CEREMONY_LOCAL_NAME "zkp-ledger, on one machine"
zkl_status zkl_ceremony_record(zkl_ptau_history *out, zkl_arena *arena, const zkl_powers *powers,
                               const zkl_powers_secrets *secrets, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;

/* One contribution: draws tau, alpha, beta from env's randomness, moves all powers by them,
 * records it under name (may be empty) and wipes them. before: powers with the record so far,
 * count 0 for those of zkl_ceremony_start; its power must be theirs (asserted). Lagrange arrays
 * are dropped: prepare the file again. Arrays come from arena. out may be before. Cost: a
 * product for each point. */
zkl_status zkl_ceremony_contribute(zkl_recorded_powers *out, zkl_arena *arena,
                                   const zkl_recorded_powers *before, const char *name,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* The same with secrets that follow from the beacon: everybody can make it again. */
zkl_status zkl_ceremony_contribute_beacon(zkl_recorded_powers *out, zkl_arena *arena,
                                          const zkl_recorded_powers *before,
                                          const zkl_beacon *beacon, const zkl_env *env,
                                          zkl_error *err) ZKL_MUST_USE;
