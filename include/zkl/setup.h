#pragma once
/* The set-up of a ledger: its powers of tau, and the keys of its circuits.
 *
 * Every commitment and proof of a ledger is made with one set of powers of tau, which it names for
 * good. A circuit's key is derived from them. Both are public, lie in the user's cache, and are
 * made when they are missing. Made on one machine they are "development": whoever made them could
 * forge proofs. A ceremony's are safe when one of its contributors was honest.
 *
 *     static const unsigned tiers[] = { 22, 24 };
 *     zkl_setup_result setup = { 0 };
 *     zkl_status status = zkl_setup_run(&setup, ledger, tiers, 2, &env, &err);
 *     zkl_arena_clear(&setup.memory);
 *
 * A ceremony comes before the ledger: import its powers (zkl_setup_import without a ledger), make
 * the ledger with their hash (zkl_init_request.powers), and import a key for each circuit.
 *
 * The rules of zkl/ledger.h hold. A circuit is named by its tier n: circuit F<n> takes statements
 * of 2^n cells. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Circuit keys */

/* One circuit of a ledger, and whether its key is there. */
typedef struct zkl_setup_line {
    /* "F18", "F20", .. "F26". */
    char circuit[12];
    /* Its key is in the cache. The rest counts only then. */
    bool made;
    /* Key or powers were made on one machine. */
    bool is_development;
    /* A set-up entry of the log names this key: entry `index`. */
    bool logged;
    uint64_t index;
    /* Of the verification key: what a trust file pins. */
    zkl_digest key_hash;
} zkl_setup_line;

typedef struct zkl_setup_result {
    zkl_arena memory;
    /* Names the one set of powers of tau that the ledger uses. */
    zkl_digest powers_hash;
    /* Made on one machine, as far as is known. */
    bool powers_development;
    /* The cache's folder. */
    const char *cache;
    /* One for each circuit there is. */
    const zkl_setup_line *lines;
    size_t line_count;
} zkl_setup_result;

/* List the circuits. Of those in `tiers` (18, 20, .. 26), make the keys that are missing and log
 * those that no entry names, ahead of use: zkl_notarize does the same for those that it needs.
 *
 * tiers: tier_count of them, in any order; NULL and 0: list only.
 *
 * With tiers it writes, and needs the passphrase. Without, it reads only. The entries of one call
 * are recorded together or not at all; a key that the log names already is not logged again.
 *
 * Errors: ZKL_USAGE      a tier that is no circuit's.
 *         ZKL_NOT_FOUND  the cache lacks the ledger's powers, or has of them what verifying needs
 *                        only.
 *         ZKL_CONFLICT   another writer is at work, or the store lost entries.
 *         ZKL_DENIED     with tiers: the passphrase is missing or wrong.
 *         ZKL_BAD_INPUT  a file of the cache is damaged.
 * Cost:   a key takes 4 to 8 seconds of two cores when it is made. Keys that were made stay in the
 *         cache after a failure.
 * Threads: any. Operations that run meanwhile go on with the keys they have. */
ZKL_API zkl_status zkl_setup_run(zkl_setup_result *out, zkl_ledger *ledger, const unsigned *tiers,
                                 size_t tier_count, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

/* ---- Files */

typedef enum zkl_setup_form {
    /* .zklpowers: what recomputing commitments from data needs; 3 MB. */
    ZKL_SETUP_FORM_POWERS,
    /* .ptau, as iden3's tools have it: all powers of tau, with who contributed; 113 MB. */
    ZKL_SETUP_FORM_PTAU,
    /* .zkey, as iden3's tools have it: a circuit's key, with who contributed; about 40 MB. */
    ZKL_SETUP_FORM_ZKEY,
    /* .zklceremony, as zkl_setup_finish writes it (zkl/ceremony.h): powers and keys, with
     * everybody's contribution. Imported alone. */
    ZKL_SETUP_FORM_CEREMONY,
    /* .r1cs, as iden3's tools have it: a circuit, for who checks keys against it. Exported alone,
     * and of no ledger. */
    ZKL_SETUP_FORM_R1CS,
    ZKL_SETUP_FORM_COUNT
} zkl_setup_form;

/* "powers", "ptau", "zkey", "ceremony", "r1cs". `form` is one of the above. */
ZKL_API const char *zkl_setup_form_name(zkl_setup_form form);

typedef struct zkl_setup_export_request {
    zkl_setup_form form;
    /* Of a .zkey or .r1cs: 18, 20, .. 26; a key is made when missing. Else not looked at. */
    unsigned tier;
    /* A path; "-": standard output. */
    const char *output;
    /* Replace a file that holds something else. */
    bool force;
} zkl_setup_export_request;

/* Write the ledger's powers, a circuit's key, or a circuit, to a file. Everything in it is public:
 * mode 0644.
 *
 *     zkl_setup_export_request request = { .form = ZKL_SETUP_FORM_POWERS,
 *                                          .output = "powers.zklpowers" };
 *     status = zkl_setup_export(&size, &hash, ledger, &request, &env, &err);
 *
 * ledger: NULL for a circuit, which is the same for all.
 * byte_count, powers_hash: the file's size, and of which powers it is (zeros for a circuit); filled
 *         only with ZKL_OK.
 *
 * The file is written beside and renamed, so it is there whole or as it was.
 *
 * Errors: ZKL_USAGE      the output lies in a ledger's folder; a form that is imported alone.
 *         ZKL_CONFLICT   the output is there and holds something else.
 *         ZKL_NOT_FOUND  the cache lacks the powers; for .ptau and .zkey: or has not all of
 *                        them.
 * Cost:   the file is put together in memory. A .zkey whose key is missing is made first. */
ZKL_API zkl_status zkl_setup_export(uint64_t *byte_count, zkl_digest *powers_hash,
                                    zkl_ledger *ledger, const zkl_setup_export_request *request,
                                    const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Somebody who took part in a ceremony, as its file lists them. */
typedef struct zkl_contributor {
    /* As the file says it, "" without one. Whoever wrote the file chose it: it proves nothing. */
    const char *name;
    /* Public randomness instead of a secret. */
    bool is_beacon;
} zkl_contributor;

typedef struct zkl_setup_import_request {
    /* A file of any form, found out by its first bytes. "-": standard input. */
    const char *file;
    /* Of a .zkey: which circuit it is for. Else 0. */
    unsigned tier;
    /* Without a ledger: the cache to fill; NULL: as in zkl_ledger_options. */
    const char *setup_cache;
} zkl_setup_import_request;

typedef struct zkl_setup_import_result {
    zkl_arena memory;
    /* What the file was. */
    zkl_setup_form form;
    /* Of the powers that it holds, or that the key is for: zkl_init_request.powers takes it. */
    zkl_digest powers_hash;
    /* Of a .zkey: what a trust file pins. */
    zkl_digest key_hash;
    /* As far as the file shows, fewer than two people contributed; of a .zkey: to it, or to its
     * powers; of a ceremony: fewer than two parties, by their keys, to powers or keys. */
    bool is_development;
    /* Of a ceremony: what names it. */
    zkl_digest transcript;
    /* In the order in which they took part. Empty for .zklpowers, which do not say. Of a ceremony
     * those who signed, whose names are bound to their keys, stand as everybody else. */
    const zkl_contributor *contributors;
    size_t contributor_count;
} zkl_setup_import_result;

/* Take a file into the set-up cache, after checking it whole: each point, that the powers are
 * powers of one tau, that a key is its circuit's under the ledger's powers, and that the
 * contributions follow from one another and lead to it.
 *
 *     zkl_setup_import_request request = { .file = "ceremony.ptau" };
 *     if (zkl_setup_import(&done, NULL, &request, &env, &err) == ZKL_OK)
 *         ... zkl_init with done.powers_hash in hex as `powers` ...
 *     zkl_arena_clear(&done.memory);
 *
 * A ceremony's file is checked as zkl_setup_verify does, and gives powers and all keys at once;
 * ledgers that are made over them afterwards trust its parties (zkl_init).
 *
 * ledger: the one whose powers a .zkey is for. Powers need none; it may be NULL. A ceremony's key
 * or powers take the place of the same ones made here; operations that run go on with the old key.
 *
 * Errors: ZKL_REJECTED   a check fails: the text says which.
 *         ZKL_BAD_INPUT  the file is of no known form, is cut off, or its powers are not prepared
 *                        for circuits.
 *         ZKL_USAGE      a .zkey without tier or ledger; a tier with another form.
 *         ZKL_CONFLICT   the cache has another key of that circuit, or other powers of the same
 *                        tau.
 *         ZKL_LIMIT      fewer powers than circuits need.
 * Cost:   seconds; for a .ptau of the size that is needed a minute of one core. A failure leaves
 *         the cache as it was. */
ZKL_API zkl_status zkl_setup_import(zkl_setup_import_result *out, zkl_ledger *ledger,
                                    const zkl_setup_import_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
