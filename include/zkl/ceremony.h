#pragma once
/* Set-ups made by many: nobody can forge proofs unless everybody who took part kept his secret.
 *
 * One person coordinates, in a folder. There are two rounds, for the second starts from the result
 * of the first: powers of tau, then the keys of all circuits. In each round the parties come one
 * after the other. Each gets one file, contributes on his own machine, and sends one file back.
 *
 *     zkl_setup_new        a folder                       the coordinator
 *     zkl_setup_invite     the file for the next party    the coordinator
 *     zkl_setup_contribute one secret more                each party
 *     zkl_setup_take       checks it, and takes it in     the coordinator
 *     zkl_setup_beacon     public randomness, at the end  the coordinator
 *     zkl_setup_next       the second round begins        the coordinator
 *     zkl_setup_finish     checks it all, writes one file the coordinator
 *     zkl_setup_verify     checks it all                  everybody
 *     zkl_setup_import     takes it into the cache        zkl/setup.h
 *
 * Everything but a party's key and secrets is public. docs/ceremony.md walks through it. The rules
 * of zkl/ledger.h hold; no call needs a ledger. */
#include <zkl/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One contribution, in order. */
typedef struct zkl_ceremony_contribution {
    /* The party, as it named itself; of a beacon where the value is from. */
    const char *name;
    /* Its public key: SubjectPublicKeyInfo in base 64. NULL: nobody signed it. */
    const char *key;
    /* When, by the contributor's word; of a beacon, when its value became public. */
    const char *time;
    /* To the powers, else to the keys. */
    bool is_to_powers;
    bool is_beacon;
    /* Of a beacon: its value in hexadecimal (NULL in a party's file of the second round, which has
     * no powers), the round of drand's quicknet (0: of another source), and 2^this SHA-256. */
    const char *value;
    uint64_t round;
    unsigned log_iterations;
} zkl_ceremony_contribution;

/* The key of one circuit. */
typedef struct zkl_ceremony_circuit {
    /* "F18" */
    char circuit[12];
    /* Of its verification key, as it is now: what a trust file pins. */
    zkl_digest key_hash;
} zkl_ceremony_circuit;

/* A ceremony as it stands after a call. */
typedef struct zkl_ceremony_result {
    zkl_arena memory;
    const char *name;
    /* A hash of its terms; and of the terms and all records: what names a ceremony that ended. */
    zkl_digest ceremony, transcript;
    /* Powers of 2^power. */
    unsigned power;
    /* 1: powers of tau; 2: keys. */
    unsigned round;
    const zkl_ceremony_contribution *contributions;
    size_t contribution_count;
    /* Of the powers as they are now. Of a party's file in the second round: zeros. */
    zkl_digest powers_hash;
    /* Circuits of the ceremony; their keys count in the second round. */
    const zkl_ceremony_circuit *circuits;
    size_t circuit_count;
    /* Fewer than two parties contributed to the powers, or to the keys, by their keys: whoever
     * contributes twice is one, and a contribution that nobody signed is nobody's. */
    bool is_development;
    /* Nothing can follow: the keys' round has its beacon, or there are no circuits and the powers
     * are closed. */
    bool is_finished;
    /* Lines for the trust file of whoever relies on it; "" before the second round. */
    const char *trust;
    /* What was written; NULL: nothing but the folder. */
    const char *output;
    uint64_t byte_count;
    /* Was a trust file compared, and is it of this ceremony: how many parties and circuits it
     * names, and whether a verifier calls proofs by it development. */
    bool is_compared, is_compared_development;
    size_t compared_party_count, compared_circuit_count;
} zkl_ceremony_result;

typedef struct zkl_setup_new_request {
    /* Is made; must not exist. */
    const char *folder;
    /* 1 to 64 printable characters of ASCII. */
    const char *name;
    /* Circuits by their tier: 18, 20, .. 26, rising. NULL and 0: powers of tau alone. */
    const unsigned *tiers;
    size_t tier_count;
    /* 0: 16, which circuits need. */
    unsigned power;
} zkl_setup_new_request;

/* Begin a ceremony. Errors: ZKL_CONFLICT the folder is there; ZKL_USAGE other terms. */
ZKL_API zkl_status zkl_setup_new(zkl_ceremony_result *out, const zkl_setup_new_request *request,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Write the file for the next party; it begins with a page that says what to do. The same file
 * serves until a contribution is taken.
 *
 * output: NULL: in the folder. as_iden3: a folder to make, with .ptau or .zkey files for somebody
 * who contributes with snarkjs. Of output and as_iden3 one at most.
 *
 * Errors: ZKL_USAGE: the round has its beacon. ZKL_CONFLICT: something else lies there. */
ZKL_API zkl_status zkl_setup_invite(zkl_ceremony_result *out, const char *folder,
                                    const char *output, const char *as_iden3, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_setup_contribute_request {
    /* As zkl_setup_invite wrote it. */
    const char *file;
    /* NULL: beside `file`. */
    const char *output;
    /* Of the party: 1 to 64 printable characters of ASCII. */
    const char *name;
    /* Its key file, made when it is not there: Ed25519. */
    const char *key;
    /* Of the key file. NULL: in the clear. */
    const zkl_bytes *passphrase;
    /* What a person typed, or rolled: hashed together with the system's randomness, never in its
     * place. May be empty. Secret. */
    zkl_bytes entropy;
} zkl_setup_contribute_request;

/* Contribute a secret of this machine to what the file holds, and sign it. The secret is wiped on
 * every path. The invitation is not changed: after a kill it is done again from it.
 *
 * Errors: ZKL_DENIED  the passphrase of the key file.
 *         ZKL_CONFLICT  the output is there.
 *         ZKL_BAD_INPUT  a point of the file is none: nothing was multiplied by the secret.
 * Cost:   of the powers about a minute of two cores, of five keys about as much. */
ZKL_API zkl_status zkl_setup_contribute(zkl_ceremony_result *out,
                                        const zkl_setup_contribute_request *request,
                                        const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Check what a party sent back, and take it in: one file of zkl_setup_contribute, or the .ptau or
 * all .zkey files that somebody made with snarkjs. Nothing is changed unless all of it holds.
 *
 * Errors: ZKL_REJECTED  a check fails: the text says which.
 *         ZKL_CONFLICT  it is of another ceremony, or was made of another state of this one. */
ZKL_API zkl_status zkl_setup_take(zkl_ceremony_result *out, const char *folder,
                                  const char *const *files, size_t file_count, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_setup_beacon_request {
    const char *folder;
    /* Hexadecimal: of drand's quicknet the randomness of the round. */
    const char *value;
    /* Where the value is from, for people; NULL with a round: "drand quicknet". */
    const char *source;
    /* Of drand's quicknet, whose times everybody can compute; 0: another source. */
    uint64_t round;
    /* Without a round: when the value became public, "2026-11-30T12:00:00.000Z". */
    const char *time;
    /* 2^this SHA-256; 0: 20. */
    unsigned log_iterations;
} zkl_setup_beacon_request;

/* End a round with public randomness. Errors: ZKL_USAGE: nobody contributed before it, or the value
 * was public before the last contribution. */
ZKL_API zkl_status zkl_setup_beacon(zkl_ceremony_result *out,
                                    const zkl_setup_beacon_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* The powers are final: prepare them, and make the keys that the second round starts from. Errors:
 * ZKL_USAGE: nobody contributed. Cost: of powers of 2^16 some minutes. */
ZKL_API zkl_status zkl_setup_next(zkl_ceremony_result *out, const char *folder, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

/* Check the whole ceremony and write it as one file, which zkl_setup_verify and zkl_setup_import
 * take. output: NULL: in the folder. as_iden3: a folder to make beside, with the powers as .ptau
 * and the keys as .zkey; NULL: none. Errors as zkl_setup_verify; ZKL_CONFLICT: something else lies
 * there. */
ZKL_API zkl_status zkl_setup_finish(zkl_ceremony_result *out, const char *folder,
                                    const char *output, const char *as_iden3, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* Check a ceremony's file from the first record to the last point: order, signatures, beacons, that
 * each contribution follows from the one before, lead to these powers and keys and undo none, that
 * the powers are powers and each key is its circuit's under them. What the parties did with their
 * secrets nobody can check. Also of a ceremony that goes on.
 *
 * trust: the text of a trust file; empty: none. What it says of a ceremony has to be so of this
 * one: powers, transcript, each party that it names, each key that it pins.
 *
 * Errors: ZKL_REJECTED   a check fails, or the trust file is of another: the text says which.
 *         ZKL_UNCHECKED  the file is one for a party, or nobody contributed in a round.
 * Cost:   about a minute of two cores. */
ZKL_API zkl_status zkl_setup_verify(zkl_ceremony_result *out, const char *file, zkl_bytes trust,
                                    const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
