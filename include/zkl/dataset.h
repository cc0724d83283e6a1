#pragma once
/* Datasets of a ledger: notarise a table, show what was notarised.
 *
 *     const char *file = "patients.csv", *claim = "range(age, 0, 120)";
 *     zkl_notarize_request request = { .name = "patients",
 *                                      .files = &file, .file_count = 1,
 *                                      .claims = &claim, .claim_count = 1,
 *                                      .receipt_path = "patients.zkl" };
 *     zkl_notarize_result done = { 0 };
 *     if (zkl_notarize(&done, ledger, &request, &env, &err) == ZKL_OK)
 *         printf("%s@%u is entry %llu\n", done.name, done.version, done.index);
 *     zkl_arena_clear(&done.memory);
 *
 * A dataset is a name with versions 1, 2, 3 and on. Each version is one entry of the log. It has a
 * schema (columns with types), rows in chunks of 65,536, and proofs: some that it is well formed,
 * which every version has, and one or more for the claims that were asked for.
 *
 * What others learn: names and types of columns, the number of rows, the claims and what these
 * disclose, and names of files unless they are hidden. Not a value, and not a plain hash of one.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>
#include <zkl/reading.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Notarising: a table in, a signed and logged entry with its proofs out */

typedef struct zkl_notarize_request {
    /* Of the dataset: letters, digits, '.', '_' and '-', beginning with a letter or digit. The same
     * name again makes the next version, which keeps types, dictionaries and commitments of the one
     * before where its values fit. */
    const char *name;
    /* Paths. A pattern or folder stands for its files in the order of their names; several files
     * are one table; "-" is standard input. */
    const char *const *files;
    size_t file_count;
    /* "range(age, 0, 120)" and others: docs/formats/claims.md. */
    const char *const *claims;
    size_t claim_count;
    /* TOML with an array `claims`; NULL: none. */
    const char *claims_file;
    /* TOML; NULL: types are found out. */
    const char *schema_file;
    /* The columns to read; NULL: all. */
    const char *const *columns;
    size_t column_count;
    /* How the files are read, as far as it is said. */
    zkl_reading reading;
    /* Do not narrow the types that are inferred. */
    bool keep_types;
    /* Publish plain hashes of the files: whoever has a file can then confirm that it is this
     * one. */
    bool public_digest;
    /* The manifest says only how many files were read. Not together with public_digest. */
    bool hide_file_names;
    /* Read, plan and check only: no lock is taken, no key made, nothing written but an unlinked
     * temporary file. The ledger may then be NULL: a first version in no ledger. */
    bool dry_run;
    /* Record nothing when data, schema and claims are those of the last version. */
    bool if_changed;
    /* Permit claims over columns that have only nulls in the rows claimed: they hold of nothing. */
    bool allow_empty;
    /* Write the receipt here too; NULL: do not. Refused before anything is read: a path that an
     * input has or that lies in the ledger, and a file that is not the receipt of an earlier
     * version of this dataset, unless `force`. */
    const char *receipt_path;
    bool force;
    /* Blocks of cells in one proof statement: 4, 16, 64, 256 or 1,024; 0: 256. More make fewer
     * proofs and need more memory. */
    size_t leaf_blocks_max;
    /* 32 bytes for a first version, for tests that repeat; NULL: from env. Later versions keep
     * theirs. */
    const uint8_t *seed;
} zkl_notarize_request;

/* A column that is not as in the version before. */
typedef struct zkl_column_change {
    /* Types. from NULL: a new column; to NULL: one that is gone. */
    const char *name, *from, *to;
    /* "70000 lies outside uint16". */
    const char *reason;
    bool from_nullable, to_nullable;
} zkl_column_change;

/* Seconds. */
typedef struct zkl_stage_times {
    double read, hash, commit, argument, opening, groth16, setup, check, total;
} zkl_stage_times;

/* One proof statement and its proof. */
typedef struct zkl_statement_info {
    /* "F22". */
    char circuit[12];
    /* The challenge that names the statement, in hex. */
    char t0[65];
    size_t claim_count;
    /* The blob with its masks and multiplicities. */
    size_t proof_bytes;
    /* Auxiliary commitments. */
    size_t auxiliary_bytes;
    /* Seconds; 0 where it was not proven just now. */
    double argument, opening, groth16;
} zkl_statement_info;

/* A row or value that does not fit. SECRET: it holds a value of the table, for the owner alone. */
typedef struct zkl_row_problem {
    const char *file, *column, *value, *reason;
    /* From 1; 0: not known. */
    uint64_t row, line;
} zkl_row_problem;

typedef enum zkl_claim_fault {
    /* Of the data. */
    ZKL_CLAIM_IS_FALSE,
    /* Its column has only nulls in these rows: it would hold of nothing. */
    ZKL_CLAIM_IS_EMPTY,
    /* Of these columns: an unknown one, a type without sums. */
    ZKL_CLAIM_MAKES_NO_SENSE,
} zkl_claim_fault;

/* A claim that keeps the table from being notarised. */
typedef struct zkl_claim_problem {
    const char *claim;
    zkl_claim_fault fault;
    /* Offending rows of a false claim; 1 for a false sum; 0 where rows are not what is wrong. */
    uint64_t row_count;
    /* What is wrong, besides the number of rows. NULL: the rows say it. */
    const char *reason;
} zkl_claim_problem;

typedef struct zkl_notarize_result {
    zkl_arena memory;

    /* ---- What was recorded. After a dry run dataset, index, receipt_id and receipt_bytes are
     * 0. */
    const char *name;
    uint32_t version;
    zkl_digest dataset, receipt_id;
    uint64_t index, row_count;
    size_t chunk_count, blocks_per_chunk;
    const zkl_column_info *columns;
    size_t column_count;
    /* How the files were read. */
    zkl_read_info read;
    /* In words. */
    const char *const *claims;
    size_t claim_count;
    const zkl_statement_info *statements;
    size_t statement_count;
    /* 0 without receipt_path. */
    size_t receipt_bytes;
    /* The set-up was made on one machine: the proofs prove nothing against whoever made it. */
    bool is_development;
    zkl_stage_times times;
    bool is_dry_run;
    /* if_changed: nothing was recorded; version, dataset and index are the last version's. */
    bool is_unchanged;

    /* ---- Against the version before. */
    /* The version this one inherits from; 0 for a first version. `changes` lists the columns that
     * differ from it. */
    uint32_t previous_version;
    const zkl_column_change *changes;
    size_t change_count;
    /* How that version was read, in words, where it was read otherwise. Else NULL. */
    const char *previous_reading;
    /* Its schema is that version's. Without that every chunk is committed anew. */
    bool same_schema;
    /* Chunks that have that version's commitments. */
    size_t unchanged_chunk_count;
    /* Claims that it made and this one does not, as it said them. Results that were disclosed and
     * spans of rows do not count. The ledger's notice says them before anything is signed. */
    const char *const *dropped_claims;
    size_t dropped_claim_count;

    /* ---- Of a dry run. Rough: seconds of two cores as in bench/RESULTS.md, without the keys that
     * are to be made; bytes. */
    double estimated_seconds;
    uint64_t estimated_receipt_bytes;

    /* ---- Filled after a failure too, until cleared. */
    /* ZKL_BAD_INPUT: the first of them, at most 10, and how many there are. */
    const zkl_row_problem *row_problems;
    size_t row_problem_count;
    uint64_t row_problem_total;
    /* Every claim that does not hold, in the order asked. */
    const zkl_claim_problem *claim_problems;
    size_t claim_problem_count;
} zkl_notarize_result;

/* Read a table, commit to it, prove that it is well formed and that every claim holds, and record a
 * signed entry. What is recorded was verified first, by the code that a stranger runs. Nothing in
 * the entry or receipt shows a value of the table, but what claims disclose.
 *
 * ledger: NULL for a dry run outside any.
 * Errors: ZKL_USAGE          name, options or the text of a claim are wrong.
 *         ZKL_BAD_INPUT      a file cannot be read as a table: `row_problems` has rows, where rows
 *                            are what is wrong.
 *         ZKL_REJECTED       a claim is false or empty: `claim_problems` has all of them. Or the
 *                            ledger is damaged.
 *         ZKL_NOT_FOUND      a file, or the ledger's powers of tau.
 *         ZKL_CONFLICT       another writer is at work; a file changed while it was read; the
 *                            receipt would overwrite something else; the store lost what was
 *                            signed.
 *         ZKL_DENIED         the passphrase is missing or wrong.
 *         ZKL_LIMIT          more columns, rows or bytes than the formats hold.
 *         ZKL_NOT_SUPPORTED  a format that is not read.
 *         ZKL_CANCELLED      by env's progress.
 * After a failure clear `memory` too: the problems live in it. Nothing is recorded; circuit keys
 * that were made stay in the cache. When the error says "not known whether", the store failed while
 * it wrote: zkl_log_list shows what is there.
 * Cost:   on two cores 1.3 seconds for 10,000 rows of five columns, 5 seconds and 530 MiB for a
 *         million; besides, 4 to 8 seconds for each circuit key that is missing. Grows with rows
 *         and columns; memory is bounded by one proof.
 * Secrets: commitments and proofs hide the cells. Time taken depends on the table's size and
 *          shape. */
ZKL_API zkl_status zkl_notarize(zkl_notarize_result *out, zkl_ledger *ledger,
                                const zkl_notarize_request *request, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- Showing */

typedef struct zkl_version_info {
    uint32_t version;
    /* Of its entry in the log. */
    uint64_t index;
    zkl_digest dataset;
} zkl_version_info;

typedef struct zkl_show_result {
    zkl_arena memory;
    const char *name;
    /* "notarise" or "prove". */
    const char *kind;
    /* Of a receipt: the log that it names. Of a ledger's dataset NULL. */
    const char *origin;
    uint32_t version;
    /* time: RFC 3339, the signer's word. */
    const char *hash_algorithm, *time;
    zkl_digest dataset, receipt_id, schema_hash, content, table_root, powers_hash;
    uint64_t index, tree_size, row_count;
    size_t chunk_count, blocks_per_chunk;
    /* How it was read. */
    zkl_read_info read;
    const zkl_column_info *columns;
    size_t column_count;
    /* In words, and as they were written. */
    const char *const *claims;
    const char *const *claim_texts;
    size_t claim_count;
    const zkl_statement_info *statements;
    size_t statement_count;
    /* All versions of the dataset. Of a receipt: not known. */
    const zkl_version_info *versions;
    size_t version_count;
} zkl_show_result;

/* What the ledger holds of a dataset, "NAME" or "NAME@VERSION". It is read, not verified
 * (zkl_verify_own does that).
 *
 * Errors: ZKL_NOT_FOUND  no such dataset or version; the text names one with a similar name.
 *         ZKL_USAGE      `reference` is no name.
 *         ZKL_REJECTED   a blob or index of the store is damaged. */
ZKL_API zkl_status zkl_show(zkl_show_result *out, zkl_ledger *ledger, const char *reference,
                            zkl_error *err) ZKL_MUST_USE;

/* What a receipt says, without a ledger and without verification: whoever made the bytes chose
 * them.
 *
 * Errors: ZKL_BAD_INPUT  it is no receipt; the text says what it is instead.
 *         ZKL_REJECTED   its words do not fit its parts. */
ZKL_API zkl_status zkl_show_receipt(zkl_show_result *out, zkl_bytes receipt,
                                    zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_dataset_line {
    const char *name;
    /* Versions are 1 to this. */
    uint32_t version_count;
    /* Of the latest version: its entry, and its id. */
    uint64_t index;
    zkl_digest dataset;
} zkl_dataset_line;

typedef struct zkl_datasets_result {
    zkl_arena memory;
    const char *origin;
    const zkl_dataset_line *lines;
    size_t line_count;
} zkl_datasets_result;

/* List the datasets of a ledger, by name.
 *
 * Errors: ZKL_REJECTED  the store's index is damaged.
 * Cost:   grows with the number of versions. */
ZKL_API zkl_status zkl_datasets(zkl_datasets_result *out, zkl_ledger *ledger,
                                zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
