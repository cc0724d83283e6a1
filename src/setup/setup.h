#pragma once
/* Set-ups on this machine: powers of tau and circuit keys, made when first needed and kept in the
 * user's cache.
 *
 * The folder (mode 0700) is $ZKL_SETUP_CACHE, else $XDG_CACHE_HOME/zkp-ledger/setup, else
 * ~/.cache/zkp-ledger/setup. Files are named by the hash of the powers, of tau alone and of alpha
 * and beta too, so that set-ups of two ledgers cannot mix:
 *     <hash>.commit     the first C + mask_half powers and [tau]_2, [tau^2]_2: every proof reads it
 *     <hash>.<parameters>.powers     all of zkl_powers: read when a key is made
 *     <hash>.<parameters>.F22.key    a circuit's key
 * They hold points as they lie in memory (setup_file.h), and each ends in the BLAKE3 hash of all
 * before it, checked on every read. A key is used only when it was made from these powers and for
 * this very circuit (circuit_hashes.h); the caller compares its verification key with what is
 * pinned. A damaged file is an error, never made anew in silence: another key under an old name
 * would not match what ledgers have pinned. Two processes that miss the same file make it once;
 * what a killed one left goes with the next that writes (setup_cache.h). */
#include "circuit/circuit.h"
#include "setup/groth16_setup.h"
#include "setup/iden3_ptau.h"
#include "setup/iden3_zkey.h"
#include "prove/prove.h"

#define ZKL_SETUP_POWER 16 /* circuits of at most 2^16 rows */
#define ZKL_SETUP_TIER_MIN 18
#define ZKL_SETUP_TIER_MAX 26

typedef struct zkl_setup zkl_setup;

/* The cache folder's name, appended to path; nothing is made. variable: of the environment, where
 * one says it; else NULL. */
zkl_status zkl_setup_folder_name(zkl_buffer *path, const char **variable, const char *folder,
                                 zkl_error *err) ZKL_MUST_USE;
/* The cache folder, made when missing. folder NULL: as above. */
zkl_status zkl_setup_folder(zkl_buffer *path, const char *folder, zkl_error *err) ZKL_MUST_USE;

/* Make new powers of tau (a development set-up) and keep them; *hash names them. Progress through
 * env. */
zkl_status zkl_setup_make(zkl_digest *hash, const char *folder, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;
/* The powers of this user's new ledgers: those that the cache calls current, made when there are
 * none, with the keys of the circuits that small tables use: while the secrets of the powers are
 * at hand a key costs a tenth. Two processes make them once. */
zkl_status zkl_setup_current(zkl_digest *hash, const char *folder, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* Keep powers that came from elsewhere (a ceremony), checked by the caller. history NULL: not
 * known. ZKL_LIMIT when they are too few for commitments; ZKL_CONFLICT when there are powers of
 * the same tau with another alpha or beta. What is there already stays, but a development set-up
 * of which no contribution is known gives way to the same powers with a ceremony's; where one is
 * known, ZKL_CONFLICT: a contribution of a secret changes tau. */
zkl_status zkl_setup_keep_powers(zkl_digest *hash, const char *folder, const zkl_powers *powers,
                                 const zkl_ptau_history *history, zkl_error *err) ZKL_MUST_USE;
/* Keep the powers for commitments alone, checked by the caller: enough to recompute commitments,
 * not to make a key. They count as development: who made them is not known. */
zkl_status zkl_setup_keep_srs(zkl_digest *hash, const char *folder, const zkl_srs *srs,
                              zkl_error *err) ZKL_MUST_USE;

/* Open the powers of that name: reads the commitment powers only, on env's pool. ZKL_NOT_FOUND when
 * the cache has none. */
zkl_status zkl_setup_open(zkl_setup **out, const char *folder, const zkl_digest *hash,
                          const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void zkl_setup_close(zkl_setup *setup);
ZKL_DEFINE_AUTO_CLOSE(zkl_setup)
const zkl_srs *zkl_setup_srs(const zkl_setup *setup);
/* Were the powers made on one machine, as far as is known? */
bool zkl_setup_is_development(const zkl_setup *setup);
/* All powers, or those for commitments alone? */
bool zkl_setup_has_all(const zkl_setup *setup);

/* The circuit of tier n (18, 20, .. 26), as proving takes it (circuit.h), and its key: from memory,
 * else from the cache, else made now (seconds), with randomness, workers and progress of env. Both
 * are immutable, and valid until the set-up is closed.
 *
 * Threads: any. Of those that ask for one key that is not loaded, the first loads or makes it and
 * the others wait, with progress; when it fails or is cancelled, the next one tries. Nobody waits
 * for the key of another tier, unless both have to be made.
 * Every other call that is not const: one thread alone. */
zkl_status zkl_setup_key(zkl_setup *setup, unsigned n, const zkl_env *env,
                         const zkl_circuit **circuit, const zkl_groth16_key **key,
                         zkl_error *err) ZKL_MUST_USE;
/* Is the key of tier n in the cache already? */
bool zkl_setup_has_key(const zkl_setup *setup, unsigned n);
/* Keep a key that came from elsewhere (a ceremony), checked by the caller, for tier n. It counts
 * as development when the powers do. ZKL_CONFLICT when there is one already; but a development
 * key gives way to a ceremony's, unless it is that very key with contributions known to it. Keys
 * of zkl_setup_key for this tier are valid no more. history NULL: not known. */
zkl_status zkl_setup_keep_key(zkl_setup *setup, unsigned n, const zkl_groth16_key *key,
                              const zkl_zkey_history *history, zkl_error *err) ZKL_MUST_USE;
/* Who contributed to the key that zkl_setup_key gave for tier n. */
const zkl_zkey_history *zkl_setup_key_history(const zkl_setup *setup, unsigned n);
/* How keys were found since the set-up was opened: in memory, in the folder, or made. Any
 * thread. */
typedef struct zkl_setup_key_counts {
    uint64_t loaded, read, made;
} zkl_setup_key_counts;
void zkl_setup_count_keys(zkl_setup *setup, zkl_setup_key_counts *out);
/* zkl_setup_key as prove.h wants it. */
zkl_groth16_key_source zkl_setup_keys(zkl_setup *setup);
/* All powers and, unless history is NULL, who contributed to them; read on first use. ZKL_NOT_FOUND
 * when the cache has those for commitments alone. */
zkl_status zkl_setup_powers(zkl_setup *setup, const zkl_powers **powers,
                            const zkl_ptau_history **history, zkl_error *err) ZKL_MUST_USE;
