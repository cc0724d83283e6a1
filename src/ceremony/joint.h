#pragma once
/* A set-up made by many, in two rounds: first the powers of tau, then, from the final powers, the
 * keys of all its circuits at once. docs/formats/ceremony.md
 *
 *     zkl_joint_new(&c, &arena, &terms, &env, &err)             by the coordinator
 *     zkl_joint_contribute(&c, &arena, &who, &env, &err)        by each party, on its own machine
 *     zkl_joint_accept(&c, &theirs, &env, &err)                 by the coordinator
 *     zkl_joint_beacon(&c, &arena, &beacon, &env, &err)         once, at a round's end
 *     zkl_joint_open_keys(&c, &arena, circuits, &env, &err)     the second round begins
 *     zkl_joint_verify(&c, circuits, NULL, &env, &err)        by anybody
 *
 * A party holds no powers in the second round: of a key it needs what it changes. */
#include "ceremony/transcript.h"
#include "setup/iden3_phase2.h"
#include "setup/iden3_ptau.h"
#include "setup/setup.h"

typedef enum zkl_joint_round {
    ZKL_ROUND_POWERS = 1,
    ZKL_ROUND_KEYS = 2,
} zkl_joint_round;

typedef struct zkl_joint {
    zkl_transcript transcript;
    zkl_joint_round round;
    /* With powers (prepared in the second round), or, as a party gets it then, without. */
    bool has_powers;
    zkl_recorded_powers powers;
    /* By the order of the tiers; in the first round none. Of a key that was read from a file there
     * are: delta, K, H, and its sizes. */
    zkl_recorded_key keys[ZKL_TRANSCRIPT_TIERS_MAX];
} zkl_joint;

/* A circuit for each tier, in their order; the real ones are zkl_circuit_fraction_new's. */
typedef const zkl_r1cs *const *zkl_joint_circuits;

/* ---- Steps. A step that fails leaves the ceremony as it was. Arrays come from arena. */

/* terms: name, power, tiers; the nonce is drawn. ZKL_USAGE: they are none. */
zkl_status zkl_joint_new(zkl_joint *out, zkl_arena *arena, const zkl_transcript *terms,
                         const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Adds secrets of env's randomness to the powers, or to all keys, and wipes them; the record says
 * name and time and is signed (signer NULL: it is not). Cost: a product for each point. */
zkl_status zkl_joint_contribute(zkl_joint *c, zkl_arena *arena, const char *name,
                                const zkl_signer *signer, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_joint_beacon_value {
    zkl_bytes value;
    unsigned log_iterations;
    uint64_t time_ms; /* when it became public; not looked at with a round */
    uint64_t round;   /* drand quicknet's; 0: of another source */
    const char *source;
} zkl_joint_beacon_value;

/* ZKL_USAGE: there is nothing before it, one is there already, or it was public too early. */
zkl_status zkl_joint_beacon(zkl_joint *c, zkl_arena *arena, const zkl_joint_beacon_value *beacon,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Takes in what somebody made of c: one contribution more, after checking everything that it
 * changed. theirs: read as ZKL_IDEN3_CHECKED. ZKL_REJECTED names what is wrong; ZKL_CONFLICT: it
 * was made of another state of the ceremony, or of another ceremony. */
zkl_status zkl_joint_accept(zkl_joint *c, const zkl_joint *theirs, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;

/* The powers are final: prepare them, and make the keys with delta = 1. ZKL_USAGE: nobody
 * contributed, or the round is open already. */
zkl_status zkl_joint_open_keys(zkl_joint *c, zkl_arena *arena, zkl_joint_circuits circuits,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* The whole keys that a check makes on its way, for whoever needs them. */
typedef struct zkl_joint_kept {
    zkl_arena *arena;
    zkl_recorded_key keys[ZKL_TRANSCRIPT_TIERS_MAX];
} zkl_joint_kept;

/* From the first record to the last point: order, signatures, beacons, that contributions follow
 * from one another, lead to these points and undo none, that the powers are powers, and that each
 * key is its circuit's under them. Read as ZKL_IDEN3_CHECKED. keep may be NULL.
 * ZKL_REJECTED names what is wrong. ZKL_UNCHECKED: there are no powers here, or nobody contributed
 * in a round. */
zkl_status zkl_joint_verify(const zkl_joint *c, zkl_joint_circuits circuits, zkl_joint_kept *keep,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* One key of a ceremony, and its circuit. */
typedef struct zkl_joint_part {
    const zkl_joint *of;
    size_t index; /* of its tier */
    const zkl_r1cs *circuit;
} zkl_joint_part;

/* The whole key in arena: what is free of delta is made anew, the rest must be that divided by
 * delta. ZKL_REJECTED: it is not. */
zkl_status zkl_joint_key(zkl_recorded_key *out, zkl_arena *arena, const zkl_joint_part *part,
                         const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Of one contribution, as its record names it. */
zkl_status zkl_joint_powers_digest(zkl_digest *out, const zkl_ptau_history *history, size_t index,
                                   zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_joint_keys_digest(zkl_digest *out, const zkl_joint *c, size_t index,
                                 zkl_error *err) ZKL_MUST_USE;

/* ---- Files */

#define ZKL_JOINT_MAGIC "zkp-ledger ceremony\n"
#define ZKL_JOINT_BYTES_MAX ((size_t)1 << 30)
#define ZKL_JOINT_PAGE_BYTES_MAX 4096

/* page: for whoever opens the file; it says nothing that is read again. without_powers: as a party
 * needs it in the second round. */
zkl_status zkl_joint_encode(zkl_buffer *out, const zkl_joint *c, const char *page,
                            bool without_powers, zkl_error *err) ZKL_MUST_USE;
/* Form, points as `by` says, and that every array has the size that the terms ask. Borrows from
 * bytes. */
zkl_status zkl_joint_parse(zkl_joint *out, zkl_bytes bytes, const zkl_iden3_reading *by,
                           zkl_error *err) ZKL_MUST_USE;
