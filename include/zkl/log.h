#pragma once
/* The log of a ledger: its entries in the order in which they were signed, and the check of all of
 * them.
 *
 *     zkl_log_result log = { 0 };
 *     if (zkl_log_list(&log, ledger, 0, 0, &err) == ZKL_OK)
 *         for (size_t i = 0; i < log.line_count; i++)
 *             printf("%llu %s\n", log.lines[i].index, log.lines[i].what);
 *     zkl_arena_clear(&log.memory);
 *
 * The log is a Merkle tree over its entries (RFC 6962). Whoever writes signs its head, the
 * checkpoint, after every operation. So an entry cannot be changed, taken out or moved without two
 * checkpoints that contradict each other. What the log does not show is an owner who keeps two of
 * them and shows each to another person: witnesses are for that.
 *
 * The rules of zkl/ledger.h hold. Nothing here needs a passphrase. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Entries */

/* One entry, for people: in what kind and words it stands in the log. */
/* A file that an entry names by its content. */
typedef struct zkl_log_file {
    const char *name;
    zkl_digest sha256;
} zkl_log_file;

typedef struct zkl_log_line {
    /* Its place in the log, from 0. */
    uint64_t index;
    /* "notarise", "prove", "setup", "key" or "revoke". */
    const char *kind;
    /* RFC 3339: the signer's word. The order of entries is what the log proves. */
    const char *time;
    /* In words: "penguins@1", "F22 (development)", "signer key 1f0c...". */
    const char *what;
    /* The entry's leaf in the log. */
    zkl_digest receipt_id;
    /* Of entry 0, when the log goes on from another. Else NULL. */
    const zkl_succeeds *succeeds;
    /* Files that the entry names by SHA-256: of a report, of a step that used or made them, and of
     * a notarisation with public digests. */
    const zkl_log_file *files;
    size_t file_count;
} zkl_log_line;

typedef struct zkl_log_result {
    zkl_arena memory;
    /* The log's name, the first line of its checkpoints. */
    const char *origin;
    /* Of the whole log, whatever part of it is listed. */
    uint64_t tree_size;
    zkl_digest root;
    /* The entries that were asked for, in order; lines[0] is entry `from`. */
    const zkl_log_line *lines;
    size_t line_count;
} zkl_log_result;

/* List entries `from` to before `to`, oldest first. to 0: to the end; more than there are: as many
 * as there are. From behind the end: none, and that is no error.
 *
 * They are read, not verified: zkl_verify_chain does that.
 *
 * Errors: ZKL_REJECTED  an entry is damaged or missing in the store.
 * Cost:   grows with the entries listed: each is read and parsed, and all stay in memory. List a
 *         long log in parts.
 * Threads: any. All parts see the log of their own moment: tree_size may grow between them. */
ZKL_API zkl_status zkl_log_list(zkl_log_result *out, zkl_ledger *ledger, uint64_t from, uint64_t to,
                                zkl_error *err) ZKL_MUST_USE;

/* Where the entry of this receipt id is.
 *
 * Errors: ZKL_NOT_FOUND  the log has none. ZKL_REJECTED: the store's index is damaged. */
ZKL_API zkl_status zkl_log_find(uint64_t *index, zkl_ledger *ledger, const zkl_digest *receipt_id,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- The whole of it */

typedef struct zkl_verify_chain_request {
    /* Entries whose content is looked at, half open; to 0: the end. Leaves, signatures and
     * checkpoints are checked from entry 0 on in any case. */
    uint64_t from, to;
    /* Verify every proof of these entries too. Without it proofs count as blobs: they are there,
     * and have the hash that their entry names. */
    bool proofs;
    /* Begin behind the entries that this user verified before with `remember`, and remember this
     * verification when all of it holds: a file a ledger in the folder `verified` of the user's
     * state. Of entries before, their bytes, the tree, their checkpoints and index keys are
     * compared with what was verified; signatures, references and what entries name by hash are not
     * checked again. With `proofs` only what was verified with proofs counts. Not with `from` and
     * `to`. */
    bool remember;
    /* Remember, and begin with the first entry all the same. */
    bool fresh;
} zkl_verify_chain_request;

/* What was counted. It has no memory to clear. */
typedef struct zkl_verify_chain_result {
    /* Of what was checked before the end, or before what failed. Blobs are the bytes that entries
     * name by hash: manifests, statements, proofs, keys. */
    uint64_t entry_count, checkpoint_count, blob_count, proof_count, dataset_count;
    /* ZKL_REJECTED: the first entry that fails. */
    uint64_t bad_index;
    /* `proofs` was asked for. */
    bool proofs_checked;
    /* `remember`: how many of the entries and checkpoints were verified before, and were only
     * compared with that now. */
    uint64_t known_count, known_checkpoint_count;
    /* Those were verified with their proofs. A walk without keeps what is remembered as it is. */
    bool known_has_proofs;
    /* What was verified is kept for the next time. */
    bool remembered;
    /* The log that this one says it goes on from. Only after success. */
    zkl_succeeds succeeds;
} zkl_verify_chain_result;

/* Recompute the log from its first entry: every leaf, signature, reference, parent and blob, every
 * checkpoint that was ever signed, and the store's indexes, which must follow from the entries.
 *
 *     zkl_verify_chain_request all = { .proofs = true };
 *     if (zkl_verify_chain(&report, ledger, &all, &env, &err) == ZKL_REJECTED)
 *         printf("entry %llu: %s\n", (unsigned long long)report.bad_index, err.text);
 *
 * It says that the log is whole by its own first key. Whose key that is, a trust file says.
 *
 * Errors: ZKL_REJECTED  something does not hold: `bad_index` and the text say what. The result is
 *                       filled.
 *         ZKL_USAGE     `remember` with `from` or `to`, or `fresh` without it.
 * Cost:   reads the whole store. Some 0.3 ms an entry, some microseconds one that was verified
 *         before; with proofs some 10 ms a statement. Spread over the pool. */
ZKL_API zkl_status zkl_verify_chain(zkl_verify_chain_result *out, zkl_ledger *ledger,
                                    const zkl_verify_chain_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
