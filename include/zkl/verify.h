#pragma once
/* Verifying: a receipt by itself, a receipt by what a ledger trusts, and a dataset by its data.
 *
 * The first part needs no ledger, no data and no network; tools/verify_min.c is a program that
 * holds the code behind it and nothing else.
 *
 * In all of it ZKL_OK is the only status that says "valid", and it is given only when every check
 * holds:
 *
 *     ZKL_OK         every check was made, and holds
 *     ZKL_REJECTED   a check was made, and fails: err->check and the text say which
 *     ZKL_UNCHECKED  something could not be checked: a key or set-up is unknown, nothing is
 *                    trusted, the data key is missing
 *     ZKL_BAD_INPUT  it is no receipt, no trust file, no data key: the text says what it is instead
 *
 *     zkl_verify_result verdict = { 0 };
 *     if (zkl_verify_receipt(&verdict, receipt, trust, NULL, &err) == ZKL_OK)
 *         for (size_t i = 0; i < verdict.claim_count; i++)
 *             puts(verdict.claims[i].sentence);
 *     zkl_arena_clear(&verdict.memory);
 *
 * A receipt is what anybody may hand over: every byte of it is checked or bound by what is checked.
 * A trust file must come by another way, once: it names the log's first key, from which later ones
 * follow, and says which signers, set-ups and witnesses are accepted.
 *
 * What a valid receipt proves, and what it does not, is in docs/SOUNDNESS.md; a result repeats the
 * second (not_proven). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/memory.h>
#include <zkl/reading.h>
#include <zkl/revoke.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What a verification says */

/* One claim that was verified. A result lists those of the owner and those of every dataset. */
typedef struct zkl_claim_verdict {
    /* "NAME@VERSION" of a dataset that the entry's claims speak of besides, whose own claim this
     * is. NULL: it is a claim of the entry's dataset. */
    const char *dataset;
    /* For people: "every non-null value of age lies between 0 and 120". */
    const char *sentence;
    /* As the entry has it, for programs: "range(age, 0, 120)". docs/formats/claims.md. */
    const char *text;
    /* The circuit of its proof, "F22", and the statement it is of: t0 in hex. */
    const char *circuit, *statement_id;
    /* It says only that the table is well formed; every dataset has such. */
    bool is_wellformedness;
    /* It follows from the manifest, without a proof. */
    bool by_manifest;
    /* Its set-up was made on one machine. */
    bool is_development;
    /* The rows that it speaks of, counted from 0. */
    uint64_t first_row, row_count;
    /* It holds of no value too. Where it passes over nulls other claims may say that least_values
     * rows or more of these have a value, and no more when values_are_exact. 0: none says so, or it
     * is of rows that it chooses, as a sum over those of a condition: it may hold of nothing.
     * Of one that cannot be empty: what is said, by it too, of each column that it names. */
    bool can_be_empty;
    uint64_t least_values;
    bool values_are_exact;
    /* It says how many values a column has, and least_values of another claim has it. */
    bool is_behind_another;
} zkl_claim_verdict;

/* Whose word counted for what to trust. A program shows it beside the verdict: "valid" by a trust
 * file that came with the receipt says nothing. */
typedef enum zkl_trust_source {
    /* A trust file that was given. */
    ZKL_TRUST_FILE,
    /* A ledger that was found, and is the caller's own. */
    ZKL_TRUST_OWN_LEDGER,
    /* A ledger that the caller named. */
    ZKL_TRUST_NAMED_LEDGER,
    ZKL_TRUST_SOURCE_COUNT
} zkl_trust_source;

/* "file", "own ledger", "named ledger"; "" for any other number. */
ZKL_API const char *zkl_trust_source_name(zkl_trust_source source);

/* Claims that were added to the version later: an entry of its own, whose receipt was verified as
 * that of the notarisation was. */
typedef struct zkl_later_verdict {
    /* Of its entry in the log: "NAME#INDEX" names it. */
    uint64_t index;
    /* The signer's word. */
    const char *time;
    /* Of that entry itself. */
    const zkl_claim_verdict *claims;
    size_t claim_count;
    /* One of its set-ups was made on one machine. */
    bool is_development;
} zkl_later_verdict;

/* One cell of a row that was shown. */
typedef struct zkl_disclosed_cell {
    /* As text; of a value that is no text (a binary, or a string with a NUL or that is not UTF-8)
     * NULL, and hex has its bytes. Both NULL: it is null. */
    const char *text, *hex;
    /* Its type is one of text: without it "12" and 12 look the same. */
    bool is_string;
} zkl_disclosed_cell;

typedef struct zkl_disclosed_row {
    /* Of the dataset, counted from 0. */
    uint64_t row;
    /* One for each column. */
    const zkl_disclosed_cell *cells;
    size_t cell_count;
} zkl_disclosed_row;

/* Rows that were shown: of these columns, and of no others. */
typedef struct zkl_disclosed {
    const char *const *columns;
    size_t column_count;
    const zkl_disclosed_row *rows;
    size_t row_count;
    /* The bytes, in hex, by which the rows were drawn. NULL: the owner chose them. It says
     * something only when whoever looks at the rows chose it, after the dataset was logged. */
    const char *challenge;
} zkl_disclosed;

/* Chunks of 65,536 rows that follow one another, and their rows. Both count from 0, and both ends
 * are included. */
typedef struct zkl_chunk_run {
    uint64_t first_chunk, last_chunk;
    uint64_t first_row, last_row;
} zkl_chunk_run;

/* A witness that signed the checkpoint too, and that the trust names. */
typedef struct zkl_cosigned {
    const char *witness;
    /* RFC 3339, or "" for a time that no calendar has. It is the witness's word. */
    const char *time;
} zkl_cosigned;

/* A clock that the trust names (RFC 3161), which signed that the entry existed at a time. */
typedef struct zkl_timestamped {
    /* What the trust calls it. */
    const char *clock;
    /* RFC 3339. The entry, and the dataset that it commits to, existed then. */
    const char *time;
    /* How far the clock may be off, as it says itself; 0: it says nothing. */
    uint64_t accuracy_ms;
} zkl_timestamped;

/* Somebody who took part in the ceremony that made powers and keys, as the trust names him. That he
 * did was checked by whoever wrote the trust (zkl_setup_verify, zkl/ceremony.h); a receipt holds
 * nothing of it. */
typedef struct zkl_trusted_contributor {
    /* Printable; and the public key, SubjectPublicKeyInfo in base 64. */
    const char *name, *key;
    bool to_powers, to_keys;
} zkl_trusted_contributor;

/* What a standing says of a version: by whom, and up to where. */
typedef struct zkl_standing_word {
    /* The newest version of the name, and its entry. */
    uint32_t latest_version;
    uint64_t latest_index;
    /* It speaks of the first `size` entries of the log, and was made then, by its signer's word. */
    uint64_t size;
    const char *time;
    /* SHA-256 of the signer's key, in hex. */
    const char *signer;
    /* It was compared with these entries: else it is the signer's word that nothing is missing. */
    bool is_checked;
} zkl_standing_word;

/* What was verified. It is filled only with ZKL_OK: nothing is told of a receipt that was not
 * verified whole. */
typedef struct zkl_verify_result {
    zkl_arena memory;

    /* ---- The dataset, as the verified entry and manifest have it. */
    const char *name;
    /* From 1. That it is the latest, no receipt can say. */
    uint32_t version;
    /* "notarise", "prove", "disclose" or "provenance". */
    const char *kind;
    /* Ids: of the ledger that was trusted, of the manifest, of the entry's leaf. */
    zkl_digest ledger, dataset, receipt_id;
    /* Of the entry, in a log of tree_size entries. */
    uint64_t index, tree_size, row_count;
    /* block_count: commitments that were decoded. statement_count: proofs that were verified. */
    size_t column_count, block_count, statement_count;
    /* Names and types: a claim speaks of nothing else. */
    const zkl_column_info *columns;
    /* The schema's canonical bytes (docs/formats/schema.md): what a policy's claims mean hangs on
     * it (zkl_verify_policy). */
    zkl_bytes schema;
    /* How it was read, as the manifest says. */
    zkl_read_info read;
    const zkl_claim_verdict *claims;
    size_t claim_count;
    /* Of a version of a ledger: all that its log has. Of a receipt, and of such an entry itself:
     * none. */
    const zkl_later_verdict *later;
    size_t later_count;
    /* Of a disclosure; NULL: no rows were shown. */
    const zkl_disclosed *disclosed;

    /* ---- Who says so. */
    /* origin:  the log's name.
     * time:    RFC 3339, the signer's word.
     * log_key: the verifier key that signed the checkpoint.
     * signer:  hash of the key that signed the entry, in hex. */
    const char *origin, *time, *log_key, *signer;
    /* Names of those that signed the checkpoint too, and that the trust accepts. */
    const char *const *witnesses;
    size_t witness_count;
    /* The same with their times: witness_count. */
    const zkl_cosigned *cosigned;
    /* When the entry existed, by clocks that the trust names. None: the time is the signer's word
     * alone. A timestamp by another clock is in not_proven ("clock"), and not here. */
    const zkl_timestamped *timestamps;
    size_t timestamp_count;
    zkl_trust_source trust_source;
    /* Of a ledger; NULL: a trust file. */
    const char *trust_folder;
    /* The log that is trusted: its name, and its first verifier key. */
    const char *trust_log, *trust_key;

    /* ---- What it does not say: in words, and as stable names ("latest"). */
    const char *const *not_proven;
    const char *const *not_proven_names;
    /* How each can be checked after all; ZKL_HINT_NONE: it cannot. */
    const zkl_hint *not_proven_hints;
    size_t not_proven_count;
    /* The set-up was made on one machine: the proofs prove nothing against whoever made it. */
    bool is_development;
    /* Else, of the ceremony that is trusted: its transcript, and who in it is relied on. The proofs
     * bind whoever made the set-up if one of them, of the powers and of the keys, kept his secret.
     * Of a development set-up: zeros, and nobody. */
    zkl_digest ceremony;
    const zkl_trusted_contributor *parties;
    size_t party_count;

    /* The version was revoked: its owner takes it back, by a signed entry. It is known of a ledger
     * that is trusted, and of the receipt of such an entry itself. NULL: nothing is known of it.
     *
     * The receipt is valid all the same, for what was proven is true of the committed rows: whoever
     * calls decides, and should not rely on it. zkl_call and the command line refuse it. */
    const zkl_revocation *revoked;

    /* What a standing says of it: zkl_verdict_add_standing. NULL: none was given. */
    const zkl_standing_word *standing;

    /* ---- zkl_verify_data. */
    /* Everything was recomputed from the data. */
    bool data_checked;
    /* By a data key of chosen chunks: the rows that were recomputed, compared_chunk_count of the
     * dataset's chunk_count chunks. Of the others nothing was, and data_checked is false. */
    const zkl_chunk_run *compared;
    size_t compared_count;
    uint64_t compared_chunk_count, chunk_count;
    /* In words, where the caller's own reading is not the manifest's: the data were read by it, and
     * are the committed table all the same. NULL: they were read as the manifest says. */
    const char *read_otherwise;
} zkl_verify_result;

/* ---- A receipt by itself */

/* Verify the bytes of a .zkl file by the text of a trust.toml.
 *
 * receipt: of a receipt, or of a disclosure. Any bytes may be given: they are hostile until
 *          verified.
 * trust:   the caller's own, by a way that he trusts. Empty is ZKL_UNCHECKED: nothing is trusted on
 *          first use.
 * env:     its pool spreads the decoding of points and the proofs; its clock and randomness are not
 *          used, so that the same bytes have the same verdict at any time.
 *
 * Errors:  as above; ZKL_LIMIT: it is larger than receipts are; ZKL_NOT_SUPPORTED: it is of a later
 *          version of the format. err->check names the check.
 * Threads: any. No file is read or written, and nothing global is used.
 * Cost:    10 to 70 milliseconds; grows with statements and with the dataset's blocks. */
ZKL_API zkl_status zkl_verify_receipt(zkl_verify_result *out, zkl_bytes receipt, zkl_bytes trust,
                                      const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Is this the text of a trust.toml? For callers that keep one for later.
 *
 * name: what the error calls it, its path; NULL: it has none.
 *
 * Errors: ZKL_BAD_INPUT  what is wrong with it, with line and column, or what else it is. */
ZKL_API zkl_status zkl_trust_check_text(zkl_bytes text, const char *name,
                                        zkl_error *err) ZKL_MUST_USE;

/* ---- By what a ledger trusts. The rules of zkl/ledger.h hold. Nothing is written. */

/* An open ledger: zkl/ledger.h. */
typedef struct zkl_ledger zkl_ledger;

/* Verify a receipt's bytes by the ledger's own keys, and that its checkpoint is one of the ledger's
 * log. The second is what a trust file cannot give: two logs under one key show here.
 *
 * Errors: ZKL_REJECTED   also when the log is forked: the ledger has other entries below the
 *                        receipt's checkpoint.
 *         ZKL_UNCHECKED  also when the ledger was found and is not the caller's own, or its log is
 *                        shorter than the receipt's. */
ZKL_API zkl_status zkl_verify_receipt_in(zkl_verify_result *out, zkl_ledger *ledger,
                                         zkl_bytes receipt, const zkl_env *env,
                                         zkl_error *err) ZKL_MUST_USE;

/* Build the receipt of a dataset of the ledger and verify it as above: no check is left out because
 * the ledger is at hand. The same of each entry of claims that were added to the version: `later`.
 *
 * reference: "NAME", its latest version, or "NAME@VERSION"; with "#ENTRY" behind it, the entry of
 *            that index, which is about it.
 *
 * Errors: ZKL_NOT_FOUND  no such dataset or version.
 *         ZKL_REJECTED   also when the store is damaged, or one of the later entries is refused.
 * Cost:   of a receipt, once for the version and once for each later entry. */
ZKL_API zkl_status zkl_verify_own(zkl_verify_result *out, zkl_ledger *ledger, const char *reference,
                                  const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- Checkpoints of one log, compared */

/* Bytes, and what errors and results call them: a path. */
typedef struct zkl_named_bytes {
    const char *name;
    zkl_bytes bytes;
} zkl_named_bytes;

/* Where a checkpoint that is compared comes from. */
typedef enum zkl_history_source {
    /* A receipt, or a disclosure. */
    ZKL_HISTORY_RECEIPT,
    /* A folder of tiles. */
    ZKL_HISTORY_TILES,
    /* A consistency file: it has two. */
    ZKL_HISTORY_CONSISTENCY,
    /* The ledger that is trusted. */
    ZKL_HISTORY_LEDGER,
    /* It was verified before, with `remember`. */
    ZKL_HISTORY_REMEMBERED,
    /* A standing. */
    ZKL_HISTORY_STANDING,
    ZKL_HISTORY_SOURCE_COUNT
} zkl_history_source;

/* "receipt", "tiles", "consistency", "ledger", "remembered", "standing"; "" for any other
 * number. */
ZKL_API const char *zkl_history_source_name(zkl_history_source source);

/* One of the checkpoints. */
typedef struct zkl_history_checkpoint {
    /* As the request calls it. */
    const char *name;
    zkl_history_source source;
    uint64_t size;
    zkl_digest root;
    /* A log key that counts at its last entry signed it. */
    bool is_signed;
    /* It is shown to be of one history with every other checkpoint of which this is true. */
    bool is_shown;
} zkl_history_checkpoint;

/* What they prove about each other. */
typedef struct zkl_history_result {
    zkl_arena memory;
    /* The log. */
    const char *origin;
    zkl_digest ledger;
    /* The receipts in their order, then the standings, then what else was given. */
    const zkl_history_checkpoint *checkpoints;
    size_t checkpoint_count, receipt_count;
    /* Every receipt and standing, and everything that was given as evidence, is of one history: the
     * smaller trees are beginnings of the larger ones. false: that was not shown; no fork was
     * found. */
    bool is_one;
    /* With `remember`: how many checkpoints were known before, and how many of these are not shown
     * to be of one history with the receipts. */
    bool is_remembered;
    size_t remembered_count, unshown_count;
} zkl_history_result;

typedef struct zkl_history_request {
    const zkl_named_bytes *receipts;
    size_t receipt_count;
    /* A trust file's text. Empty: what the ledger trusts, and its log is evidence. */
    zkl_bytes trust;
    /* Evidence: a folder with the log as tiles; consistency files. NULL, 0: none. */
    const char *tiles;
    const zkl_named_bytes *consistency;
    size_t consistency_count;
    /* Compare with the checkpoints of this log that were verified before, and remember those of the
     * receipts and standings. It takes a trust file: a ledger of one's own remembers by itself. */
    bool remember;
    /* The folder of the memory. NULL: zkp-ledger/seen in $XDG_STATE_HOME, else in the user's state
     * folder. */
    const char *memory_folder;
    /* Standings, whose checkpoints are compared as those of receipts are. What a standing lists is
     * not looked at here (zkl_verify_standing). */
    const zkl_named_bytes *standings;
    size_t standing_count;
    /* Of each receipt, that it was rejected: its checkpoint is compared, and not remembered. NULL:
     * of none. */
    const bool *is_rejected;
} zkl_history_request;

/* Compare the checkpoints of receipts. Of each receipt that alone is checked, with what it rests on
 * (the checks from "form" to "checkpoint"): zkl_verify_receipt verifies the rest.
 *
 * Without evidence, checkpoints of two sizes are not comparable: `is_one` is then false, and the
 * result says so by ZKL_OK all the same. Equal checkpoints need no evidence.
 *
 * With `remember`, a log that shows another root at a size that was seen, or that evidence shows to
 * have left what was seen, is rejected; what cannot be compared is counted (`unshown_count`).
 *
 * Errors: ZKL_REJECTED   two signed checkpoints are of two histories: the log is forked; or a
 *                        receipt, or a signature of what is given as evidence, is false.
 *         ZKL_UNCHECKED  evidence was given, and does not show it; a receipt or the evidence is of
 *                        another log; a receipt rests on a log key that another one shows to have
 *                        ended; a standing that cannot be checked.
 *         ZKL_BAD_INPUT  one of the inputs is of another format, or damaged.
 *         ZKL_LIMIT      more than 4,096 checkpoints.
 *         ZKL_NOT_FOUND, ZKL_IO  tiles that are missing, or cannot be read.
 *         ZKL_DENIED, ZKL_IO, ZKL_NOT_FOUND  with `remember`: the memory is others' too, cannot be
 *                        read or written, or has no place.
 * Cost:   a millisecond a receipt, and some small files of tiles. */
ZKL_API zkl_status zkl_verify_history(zkl_history_result *out, zkl_ledger *ledger,
                                      const zkl_history_request *request, const zkl_env *env,
                                      zkl_error *err) ZKL_MUST_USE;

/* ---- Newest, and revoked: an owner's word of all that his log holds about a dataset */

/* An entry about the dataset. */
typedef struct zkl_standing_line {
    uint64_t index;
    zkl_digest receipt_id;
    /* "notarise", "prove", "disclose", "provenance", "withdraw". */
    const char *kind;
    uint32_t version;
    /* Its signer's word. */
    const char *time;
    /* As they were written. */
    const char *const *claim_texts;
    size_t claim_count;
    /* Of a withdrawal; else NULL. */
    const char *reason;
} zkl_standing_line;

typedef struct zkl_standing_result {
    zkl_arena memory;
    zkl_digest ledger;
    /* Of the dataset: all versions. */
    const char *name;
    zkl_standing_word word;
    const zkl_standing_line *lines;
    size_t line_count;
} zkl_standing_result;

typedef struct zkl_standing_request {
    /* The file, as ZKL_EXPORT_STANDING writes it. */
    zkl_named_bytes standing;
    /* A trust file's text. Empty: what the ledger trusts; the standing is compared with its log. */
    zkl_bytes trust;
    /* Receipts whose key entries add to the trust; may be none. */
    const zkl_named_bytes *receipts;
    size_t receipt_count;
    /* A folder with the log as tiles, whose entries the standing is compared with. NULL: none. */
    const char *tiles;
} zkl_standing_request;

/* Verify a standing: its signer counts for the log's next entry, the log signed its checkpoint.
 * That it lists every entry is its signer's word, unless it is compared with the entries of the
 * checkpoint's tree, of tiles or of the ledger.
 *
 * Errors: ZKL_REJECTED   a signature is false; the log's entries are others than it says: then it
 *                        is signed evidence of a lie.
 *         ZKL_UNCHECKED  of another log; by unknown keys; the entries are not those of its tree, or
 *                        those of the tiles not those of their own signed checkpoint.
 *         ZKL_BAD_INPUT  it is no standing.
 * Cost:   a millisecond; with entries, to read and hash all of them. */
ZKL_API zkl_status zkl_verify_standing(zkl_standing_result *out, zkl_ledger *ledger,
                                       const zkl_standing_request *request, const zkl_env *env,
                                       zkl_error *err) ZKL_MUST_USE;

/* Put into a verdict what a verified standing says of its version: which one is the newest, and
 * whether it was revoked (`revoked`). What is not proven changes with it.
 *
 * Errors: ZKL_REJECTED   the two contradict each other: the standing does not list the receipt's
 *                        entry where it stands.
 *         ZKL_UNCHECKED  it is of another log or dataset, or of a log too short for the entry. */
ZKL_API zkl_status zkl_verdict_add_standing(zkl_verify_result *verdict,
                                            const zkl_standing_result *standing,
                                            zkl_error *err) ZKL_MUST_USE;

/* ---- With the data */

/* What to check the data against. Without a ledger: receipt, trust and data_key are needed. */
typedef struct zkl_verify_data_request {
    /* A dataset of the ledger; or NULL: `receipt` is given. */
    const char *reference;
    /* A receipt's bytes, and a trust file's text. Empty trust: what the ledger trusts. */
    zkl_bytes receipt, trust;
    /* SECRET. Empty: the ledger's own, for which the passphrase is needed. One of chosen chunks
     * checks the rows of these: the files then hold them, in order, and no others. */
    zkl_bytes data_key;
    /* As zkl_notarize_request.files: patterns and folders too. */
    const char *const *files;
    size_t file_count;
    /* What is said here counts instead of what the manifest says. */
    zkl_reading reading;
    /* Without a ledger: where the powers of tau are. NULL: as in zkl_ledger_options. */
    const char *setup_cache;
} zkl_verify_data_request;

/* Verify the receipt, then recompute from the data all that it commits to: file hashes, content,
 * schema, rows, row trees and block commitments.
 *
 * ledger: NULL, or the one whose dataset, trust or data key the request leaves out.
 *
 *     zkl_verify_data_request request = { .receipt = receipt, .trust = trust,
 *                                         .data_key = key, .files = &file, .file_count = 1 };
 *     status = zkl_verify_data(&verdict, NULL, &request, &env, &err);
 *
 * Errors: ZKL_REJECTED   also when the data are not the notarised ones: the text says what differs,
 *                        as far as that can be told. It may show values, so it is for people who
 *                        hold the data.
 *         ZKL_UNCHECKED  also when the data key or the powers of tau are missing.
 *         ZKL_NOT_FOUND  a file, dataset or version.
 *         ZKL_DENIED     the ledger's passphrase is missing or wrong.
 * Cost:   reads the data twice, and about two point additions a cell: as notarising without proofs.
 *         What is read lies in an unlinked, encrypted file: in the ledger's folder, without a
 *         ledger in the current one. */
ZKL_API zkl_status zkl_verify_data(zkl_verify_result *out, zkl_ledger *ledger,
                                   const zkl_verify_data_request *request, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
