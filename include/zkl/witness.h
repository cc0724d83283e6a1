#pragma once
/* Witnesses: others who sign a log's checkpoints, and so see to it that the log shows everybody the
 * same entries. Both sides exchange files, in the forms of C2SP's tlog-witness.
 *
 *     the ledger:   zkl_cosign_ask      a checkpoint, and the proof that it extends the last one
 *     the witness:  zkl_witness_cosign  checks that against its own memory, and signs
 *     the ledger:   zkl_cosign_attach   keeps the signature; receipts have it from then on
 *
 * A witness remembers the newest tree of each log that it signed, by the log's name, and signs
 * nothing that does not extend it. Which witnesses count, and how many are needed, an auditor's
 * trust file says (docs/formats/trust.md).
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The ledger's side. No passphrase is needed. */

typedef struct zkl_cosign_ask_request {
    /* The name of the witness that is asked. The proof begins at the largest tree that it signed,
     * as far as the ledger has its signature. NULL: the only witness that ever signed. */
    const char *witness;
    /* Begin there instead, as a witness says that it must. */
    uint64_t old_size;
    bool has_old_size;
} zkl_cosign_ask_request;

typedef struct zkl_cosign_asked {
    zkl_arena memory;
    /* The body of add-checkpoint: text. */
    zkl_bytes request;
    /* From which tree to which. */
    uint64_t old_size, size;
} zkl_cosign_asked;

/* Make a request for the newest checkpoint.
 *
 * Errors: ZKL_USAGE      several witnesses signed, and none is named; old_size is above the log's.
 *         ZKL_NOT_FOUND  nothing was signed yet.
 * Threads: any. Nothing is written. */
ZKL_API zkl_status zkl_cosign_ask(zkl_cosign_asked *out, zkl_ledger *ledger,
                                  const zkl_cosign_ask_request *request, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_cosign_attach_request {
    /* A witness's answer: signature lines, or a note that ends in them. */
    zkl_bytes answer;
    /* Verifier keys (type 4 or 6) of witnesses whose lines are taken, besides those that signed
     * before. */
    const char *const *witnesses;
    size_t witness_count;
} zkl_cosign_attach_request;

/* A cosignature that was kept. */
typedef struct zkl_cosignature {
    const char *witness;
    /* RFC 3339, the witness's word; "" for a time that no calendar has. */
    const char *time;
    /* Of the tree that it signed. */
    uint64_t size;
} zkl_cosignature;

typedef struct zkl_cosign_attached {
    zkl_arena memory;
    const zkl_cosignature *cosignatures;
    size_t cosignature_count;
    /* Lines by keys that are not known: they were left out. */
    size_t ignored_count;
} zkl_cosign_attached;

/* Verify cosignatures of any checkpoint that the log ever signed, and keep them. Receipts of
 * entries below it are exported under it from then on.
 *
 * Errors: ZKL_REJECTED   a line of a known witness is of no checkpoint of this log, or false.
 *         ZKL_UNCHECKED  no line is by a witness that is known.
 *         ZKL_NOT_SUPPORTED  libcrypto cannot check the line of one.
 *         ZKL_BAD_INPUT  the answer has no signature lines; a key is none of a witness.
 *         ZKL_LIMIT      a checkpoint has room for 31, and for 64 KiB of text.
 * Threads: any. The store's lock is held for a moment. */
ZKL_API zkl_status zkl_cosign_attach(zkl_cosign_attached *out, zkl_ledger *ledger,
                                     const zkl_cosign_attach_request *request, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

/* ---- The witness's side. No ledger is needed. */

typedef struct zkl_witness_made {
    zkl_arena memory;
    /* For trust files and for ledgers: "name+hash+base64", type 4, or 6 for ML-DSA-44. */
    const char *verifier_key;
} zkl_witness_made;

/* What a witness signs with. ML-DSA-44 withstands quantum computers, has lines of 3.3 kB, and needs
 * a libcrypto that has it (OpenSSL from 3.5 on), where the witness signs and where a line
 * counts. */
typedef enum zkl_witness_algorithm {
    ZKL_WITNESS_ED25519 = 0,
    ZKL_WITNESS_ML_DSA_44 = 1,
} zkl_witness_algorithm;

/* Make a witness: a folder with its key, and its memory, which is empty.
 *
 * folder:     not there yet; mode 0700.
 * name:       usually an address without its scheme: "witness.example/w1".
 * passphrase: NULL: the key is in the clear.
 *
 * Errors: ZKL_BAD_INPUT      the name has blanks or '+'.
 *         ZKL_CONFLICT       there is a witness already.
 *         ZKL_NOT_SUPPORTED  libcrypto has not the algorithm. */
ZKL_API zkl_status zkl_witness_make(zkl_witness_made *out, const char *folder, const char *name,
                                    zkl_witness_algorithm algorithm, const zkl_bytes *passphrase,
                                    const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_witness_cosign_request {
    /* The witness's own. */
    const char *folder;
    const zkl_bytes *passphrase; /* NULL: the key is in the clear */
    /* As zkl_cosign_ask makes it. */
    zkl_bytes request;
    /* The text of the log's trust.toml: which log keys count. */
    zkl_bytes trust;
} zkl_witness_cosign_request;

typedef struct zkl_witness_cosigned {
    zkl_arena memory;
    /* A signature line: what zkl_cosign_attach takes. */
    zkl_bytes answer;
    const char *origin, *witness, *verifier_key;
    /* Of the tree that was remembered, and of the one that is now. */
    uint64_t old_size, size;
    /* RFC 3339. */
    const char *time;
} zkl_witness_cosigned;

/* Sign a checkpoint that extends what this witness signed of that log. It is remembered, synced,
 * before the signature leaves.
 *
 * Errors: ZKL_REJECTED   the checkpoint does not extend the remembered one, so the log is
 *                        forked; or its signature is false.
 *         ZKL_CONFLICT   the request begins at another tree than the remembered one, also when that
 *                        is larger: the text says at which to begin. Or the name is remembered of a
 *                        log with another first key.
 *         ZKL_UNCHECKED  no log key of the trust counts for the checkpoint.
 *         ZKL_BAD_INPUT  the request is none.
 *         ZKL_DENIED     the passphrase is missing or wrong.
 * Threads: any; processes with one folder wait for each other. */
ZKL_API zkl_status zkl_witness_cosign(zkl_witness_cosigned *out,
                                      const zkl_witness_cosign_request *request, const zkl_env *env,
                                      zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
