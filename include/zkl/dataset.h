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
 * Claims are texts, and what each says of the rows is proven in zero knowledge:
 *
 *     range(age, 0, 120)            every value that is there lies between the two
 *     not_null(age)                 every value is there
 *     sum(amount)                   the exact sum, which is disclosed
 *     sum(amount) >= 1000           a bound of it; the sum itself stays hidden
 *     mean(age) <= 65               the same of the mean
 *     linear(net + tax = gross)     an equation that holds in every row
 *     rows(344)                     how many rows there are
 *
 * Each may end in "in rows 0..65535": only those, in whole chunks. A claim that is false of the
 * data is refused before anything is made.
 *
 * What others learn: names and types of columns, the number of rows, the claims and what these
 * disclose, and names of files unless they are hidden. Not a value, and not a plain hash of one.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>
#include <zkl/policy.h>
#include <zkl/reading.h>
#include <zkl/revoke.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Notarising: a table in, a signed and logged entry with its proofs out */

/* Where columns of a table take their types from. */
typedef struct zkl_types_source {
    /* A dataset of the ledger: "NAME" or "NAME@VERSION". */
    const char *reference;
    /* One of its columns, and what it is called here; NULL: all, under their names. */
    const char *column, *as;
    /* Of that column: another type, which it shall have instead; NULL: its own. */
    const char *type;
    /* It holds no nulls, whatever that column may. */
    bool is_filled;
} zkl_types_source;

/* Rows above which a table is kept though nobody asked: what is cut off then is an hour's work. */
#define ZKL_KEEP_SPOOL_ROWS_DEFAULT 10000000

/* What to notarise. All zeros but for name and files is a whole request: all columns, no claims. */
typedef struct zkl_notarize_request {
    /* Of the dataset: letters, digits, '.', '_' and '-', beginning with a letter or digit. The same
     * name again makes the next version, which keeps types, dictionaries and commitments of the one
     * before where its values fit. */
    const char *name;
    /* Paths. A pattern or folder stands for its files in the order of their names; several files
     * are one table; "-" is standard input. */
    const char *const *files;
    size_t file_count;
    /* At most 1,024, as above; the grammar is in docs/formats/claims.md. */
    const char *const *claims;
    size_t claim_count;
    /* TOML with an array `claims`; NULL: none. */
    const char *claims_file;
    /* Claims of a policy besides. */
    zkl_policy_choice policy;
    /* TOML; NULL: types are found out. */
    const char *schema_file;
    /* The columns to read; NULL: all. */
    const char *const *columns;
    size_t column_count;
    /* How the files are read, as far as it is said. */
    zkl_reading reading;
    /* Do not narrow the types that are inferred. */
    bool keep_types;
    /* Floats of Parquet become decimals or integers, which most claims need, where somebody wrote
     * all values of the column as such: each has at most 15 digits (float32: 6) or is an integer,
     * and 18 digits hold them all at one scale. The shortest digits of a float count. */
    bool float_decimals;
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
    /* Keep the table in the ledger's folder, encrypted under the owner secret (zkl/spool.h): claims
     * and disclosures then need no file. Also of a version that is unchanged. A run that is cut off
     * then goes on where it was, when the same is asked again: finished chunks and proofs lie
     * beside the spools. Tables of more than ZKL_KEEP_SPOOL_ROWS_DEFAULT rows are kept unless
     * no_keep_spool is set. Not both. */
    bool keep_spool, no_keep_spool;
    /* Permit claims over columns that have only nulls in the rows claimed: they hold of nothing. */
    bool allow_empty;
    /* Do not claim besides that there is a value, count(c, *, *) >= 1, behind claims that pass over
     * nulls: their verdict says "may be empty" then. */
    bool no_count;
    /* Write the receipt here too; NULL: do not. Refused before anything is read: a path that an
     * input has or that lies in the ledger, and a file that is not the receipt of an earlier
     * version of this dataset, unless `force`. */
    const char *receipt_path;
    bool force;
    /* The http address of a clock (RFC 3161) that stamps the entry once it is recorded, before the
     * receipt is written; NULL: none. A clock that does not is ZKL_IO, and the entry stands. */
    const char *timestamp_url;
    /* Another dataset of the ledger, "NAME" or "NAME@VERSION": this first version has its schema,
     * with the same types and dictionaries, so that claims may compare the two. NULL: none.
     * ZKL_BAD_INPUT when the table does not fit it. */
    const char *like;
    /* A column here has the type, nullability and dictionary of the first of these columns that
     * has its name, where its values fit: a table that was made of others may be compared with
     * them. Not together with `like`. */
    const zkl_types_source *types_from;
    size_t types_from_count;
    /* Blocks of cells in one proof statement: 4, 16, 64, 256 or 1,024; 0: 256, but 1,024 of tables
     * of up to 16,384 rows. More make fewer proofs and need more memory. */
    size_t leaf_blocks_max;
    /* Bytes that the process may take at most: proofs are made smaller, fewer chunks are in work at
     * once, the reader of Parquet gets a quarter. ZKL_LIMIT with what it takes where it cannot be.
     * Claims that sort rows (unique and the like) take 32 bytes a row besides. 0: no limit. */
    uint64_t memory_bytes;
    /* 32 bytes for a first version, for tests that repeat; NULL: from env. Later versions keep
     * theirs. */
    const uint8_t *seed;
} zkl_notarize_request;

/* A column that is not as in the version before. Its chunks are committed anew, and claims about it
 * may mean something else. */
typedef struct zkl_column_change {
    /* Types. from NULL: a new column; to NULL: one that is gone. */
    const char *name, *from, *to;
    /* Why, as the data decided it: "70000 lies outside uint16". It may quote a value. */
    const char *reason;
    /* Nulls are permitted, before and now. */
    bool from_nullable, to_nullable;
} zkl_column_change;

/* Where the time went, in seconds of wall time. `total` has all of it; the rest need not add up. */
typedef struct zkl_stage_times {
    /* read: files to columns. hash: content. commit: row trees and blocks. argument, opening,
     * groth16: of all proofs. setup: keys of circuits. check: the verifier, run on the result. */
    double read, hash, commit, argument, opening, groth16, setup, check, total;
} zkl_stage_times;

/* One proof statement and its proof. */
typedef struct zkl_statement_info {
    /* "F22". */
    char circuit[12];
    /* The challenge that names the statement, in hex. */
    char t0[65];
    /* Assertions that the one proof makes; a claim has one or more. */
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
    /* Of the file, from 1; 0: not known. A row of CSV may span several lines. */
    uint64_t row, line;
} zkl_row_problem;

/* Why a claim cannot be proven. */
typedef enum zkl_claim_fault {
    /* Of the data. */
    ZKL_CLAIM_IS_FALSE,
    /* Its column has only nulls in these rows: it would hold of nothing. */
    ZKL_CLAIM_IS_EMPTY,
    /* Of these columns: an unknown one, a type without sums. */
    ZKL_CLAIM_MAKES_NO_SENSE,
    /* It is true, by less than its proof can tell. */
    ZKL_CLAIM_HAS_NO_PROOF,
} zkl_claim_fault;

/* What was found of a form. SECRET: a result that nobody was told. */
typedef struct zkl_found {
    /* As it was asked. */
    const char *form;
    /* The claim that says it, true and the tightest of its kind. NULL: there is none that says
     * something. */
    const char *claim;
    /* The claim in words, or why there is none. */
    const char *words;
} zkl_found;

/* A claim that keeps the table from being notarised. */
typedef struct zkl_claim_problem {
    /* As it was asked. */
    const char *claim;
    zkl_claim_fault fault;
    /* Offending rows of a false claim; 1 for a false sum; 0 where rows are not what is wrong. */
    uint64_t row_count;
    /* What is wrong, besides the number of rows. NULL: the rows say it. */
    const char *reason;
    /* What can be done about it. */
    zkl_hint hint;
} zkl_claim_problem;

/* An entry behind another, with claims for which that one had no room. */
typedef struct zkl_added_entry {
    zkl_digest receipt_id;
    uint64_t index;
    size_t claim_count;
} zkl_added_entry;

typedef struct zkl_notarize_result {
    zkl_arena memory;

    /* ---- What was recorded. After a dry run dataset, index, receipt_id and receipt_bytes are
     * 0. */
    const char *name;
    /* From 1. */
    uint32_t version;
    /* dataset: the hash of the manifest. receipt_id: the entry's leaf in the log. */
    zkl_digest dataset, receipt_id;
    /* Of the entry in the log; and of the table. */
    uint64_t index, row_count;
    /* A block commits to 65,536 cells: one for each limb of each column of a chunk, null flags
     * included. */
    size_t chunk_count, blocks_per_chunk;
    /* In the order of the files, with the types that were found or inherited. */
    const zkl_column_info *columns;
    size_t column_count;
    /* How the files were read. */
    zkl_read_info read;
    /* In words, with those of every dataset. */
    const char *const *claims;
    size_t claim_count;
    /* One proof each. After a dry run only circuit and claim_count are known. */
    const zkl_statement_info *statements;
    size_t statement_count;
    /* Entries behind that one, where it had no room for all claims; theirs are the last of claims
     * and statements. */
    const zkl_added_entry *added;
    size_t added_count;
    /* 0 without receipt_path. */
    size_t receipt_bytes;
    /* When the entry existed, by the word of the clock that was asked; NULL: none stamped it. */
    const char *timestamp;
    /* Chunks and proofs that a run which was cut off had finished. */
    size_t resumed_chunk_count, resumed_proof_count;
    /* Of the spool that was kept; 0: none was. */
    uint64_t spool_bytes;
    /* The set-up was made on one machine: the proofs prove nothing against whoever made it. */
    bool is_development;
    /* Over powers of a ceremony: circuits whose keys were made on one machine all the same, so that
     * it is a development set-up. Else none. */
    const char *const *development_circuits;
    size_t development_circuit_count;
    zkl_stage_times times;
    /* `dry_run` was asked for: nothing was made. */
    bool is_dry_run;
    /* if_changed: nothing was recorded; version, dataset and index are the last version's. Of added
     * claims: all were proven before. */
    bool is_unchanged;
    /* Of added claims: those that an entry proves already, as they were asked for. */
    const char *const *proven_before;
    size_t proven_before_count;

    /* Of a search: what was found, in the order asked. */
    const zkl_found *found;
    size_t found_count;

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
     * spans of rows do not count; of a table that split or transform made, those about other
     * datasets neither. The ledger's notice says them before anything is signed. */
    const char *const *dropped_claims;
    size_t dropped_claim_count;

    /* ---- Of a dry run. Rough: seconds of two cores as in bench/RESULTS.md, without the keys that
     * are to be made; bytes. */
    double estimated_seconds;
    uint64_t estimated_receipt_bytes;

    /* ---- Filled after a failure too, until cleared. */
    /* The policy that was asked for. Its claims are among the others; nothing records its name. */
    zkl_policy_use policy;
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
 *     zkl_notarize_result done = { 0 };
 *     const zkl_status status = zkl_notarize(&done, ledger, &request, &env, &err);
 *     for (size_t i = 0; i < done.claim_problem_count; i++)
 *         fprintf(stderr, "%s does not hold\n", done.claim_problems[i].claim);
 *     zkl_arena_clear(&done.memory);
 *
 * ledger: NULL for a dry run outside any.
 * env:    its pool spreads the work, its progress is told at each stage.
 *
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
 * After a failure clear `memory` too: the problems live in it. Nothing is recorded, but in three
 * cases, and then the text says so. The file at receipt_path could not be written: receipt_id is
 * set (zkl_export writes it). The clock did not stamp the entry: receipt_id is set, and the receipt
 * is written without (zkl_timestamp_attach asks again). Or the store failed while it wrote, and it
 * is "not known whether" (zkl_log_list shows what is there). Circuit keys that were made stay in
 * the cache.
 * Cost:   on two cores 1.3 seconds for 10,000 rows of five columns, 5 seconds and 530 MiB for a
 *         million; besides, 4 to 8 seconds for each circuit key that is missing. Grows with rows
 *         and columns; memory is bounded by one proof.
 * Threads: any. Reading and proving hold no lock, so several notarisations may run at once; each
 *          is placed in a moment. When another one recorded the same version meanwhile, the later
 *          is ZKL_CONFLICT, and nothing of it is recorded.
 * Secrets: commitments and proofs hide the cells. Time taken depends on the table's size and
 *          shape. What was read lies in an unlinked, encrypted file until the call returns. */
ZKL_API zkl_status zkl_notarize(zkl_notarize_result *out, zkl_ledger *ledger,
                                const zkl_notarize_request *request, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- Adding claims to a version that was notarised before */

/* A dataset that claims speak of besides the one that they are about. */
typedef struct zkl_with_dataset {
    /* "NAME" or "NAME@VERSION": claims name it so. */
    const char *reference;
    /* The files that were notarised. None: the spool that is kept of it. */
    const char *const *files;
    size_t file_count;
} zkl_with_dataset;

typedef struct zkl_add_claims_request {
    /* "NAME" (the latest version) or "NAME@VERSION". */
    const char *reference;
    /* The files that were notarised, as in zkl_notarize_request. None: the spool that is kept of it
     * (keep_spool); ZKL_USAGE where there is none. */
    const char *const *files;
    size_t file_count;
    const char *const *claims;
    size_t claim_count;
    /* TOML with an array `claims`; NULL: none. */
    const char *claims_file;
    /* Claims of a policy besides. */
    zkl_policy_choice policy;
    /* Other datasets of the ledger, of which claims speak besides; each must be spoken of. They are
     * read as their manifests say, with the data keys that the ledger keeps. At most 63. */
    const zkl_with_dataset *with;
    size_t with_count;
    /* What is said here counts instead of what the manifest says. */
    zkl_reading reading;
    /* SECRET. Empty: the one that the ledger keeps. */
    zkl_bytes data_key;
    /* As in zkl_notarize_request. */
    bool dry_run, allow_empty, no_count, force;
    const char *receipt_path;
    const char *timestamp_url;
    size_t leaf_blocks_max;
    uint64_t memory_bytes;
    /* Only look up what could be claimed, in place of claims: a dry run whose result is `found`.
     * Claims without their results: "range(age)", "min(age)", "quantile(age, 0.9)", "median(age)",
     * "k_anonymous(age, city)", "l_diverse(age, city, pay)", and all that may be claimed without a
     * result, as "sum(pay)". Forms that are measured speak of all rows. */
    const char *const *searches;
    size_t search_count;
} zkl_add_claims_request;

/* Prove more claims about a dataset version, and record them as an entry of its own. The files are
 * compared with what was notarised first. The receipt of the new entry holds the notarisation too:
 * all of its claims, and the new ones.
 *
 * out: what was recorded. Members about the version before are 0. A claim that an entry of the
 * log proves already is not proven again; when all are, nothing is recorded and is_unchanged is
 * set. A receipt that is asked for holds every claim: those that neither the notarisation nor one
 * entry for all of them holds are proven again. `claims` are the new ones alone.
 *
 * Errors: those of zkl_notarize, but ZKL_LIMIT for the table; and
 *         ZKL_REJECTED   the files are not the notarised ones: the text says what differs. It may
 *                        show values, so it is for people who hold the data. Or the spool was
 *                        changed, exchanged, or is of another owner secret.
 *         ZKL_UNCHECKED  the ledger does not keep the data key, or the key lacks something.
 *         ZKL_NOT_FOUND  no such dataset or version.
 * Cost:   reads the data twice and proves the new claims: no commitment is computed, so less than
 *         notarising again. Memory as there.
 * A failure leaves the ledger as it was, as with zkl_notarize. */
ZKL_API zkl_status zkl_add_claims(zkl_notarize_result *out, zkl_ledger *ledger,
                                  const zkl_add_claims_request *request, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

/* ---- Showing rows of a version that was notarised before */

typedef struct zkl_disclose_request {
    /* "NAME" (the latest version) or "NAME@VERSION". */
    const char *reference;
    /* The files that were notarised; none: the spool, as in zkl_add_claims_request. */
    const char *const *files;
    size_t file_count;
    /* Which rows, counted from 0: "5,17,100-110". NULL: a sample is drawn. */
    const char *rows;
    /* How many rows are drawn; 0: none. At most half of the rows, but one can always be. */
    uint64_t sample;
    /* By what they are drawn: 16 to 64 bytes as lower-case hexadecimal digits, chosen by whoever is
     * to see the rows, after the dataset was logged. */
    const char *challenge;
    /* Names of the columns that are shown. None: all. */
    const char *const *columns;
    size_t column_count;
    /* What is said here counts instead of what the manifest says. */
    zkl_reading reading;
    /* SECRET. Empty: the one that the ledger keeps. */
    zkl_bytes data_key;
    /* Where the disclosure goes (mode 0600), and whether a file that is there is replaced. */
    const char *output;
    bool force;
    /* Check everything and say what would be shown; write and record nothing. */
    bool dry_run;
} zkl_disclose_request;

typedef struct zkl_disclose_result {
    zkl_arena memory;
    /* Nothing was written: no entry, receipt_id 0, no bytes. */
    bool is_dry_run;
    const char *name;
    uint32_t version;
    zkl_digest dataset, receipt_id;
    /* Of its entry in the log. */
    uint64_t index;
    /* What is shown. */
    const uint64_t *rows;
    size_t row_count;
    const char *const *columns;
    size_t column_count;
    /* Of the file. */
    uint64_t byte_count;
} zkl_disclose_result;

/* Show rows of a dataset version to somebody: a file that opens these cells of the commitments and
 * nothing else, which zkl_verify_receipt takes, and an entry in the log that names its hash. Rows
 * and values stand in the file alone: hand it on by a way that keeps them secret.
 *
 * At most 1,024 rows at once, of at most 2,046 blocks of cells a chunk (a 64-bit column has four).
 *
 * Errors: those of zkl_add_claims; and
 *         ZKL_USAGE     rows, columns or challenge make no sense; the text says which.
 *         ZKL_LIMIT     more than can be shown at once.
 *         ZKL_CONFLICT  the output is there already.
 * Cost:   reads the data, and about 0.3 seconds of two cores a row.
 * A failure leaves the ledger as it was, unless the text says that the entry is recorded. */
ZKL_API zkl_status zkl_disclose(zkl_disclose_result *out, zkl_ledger *ledger,
                                const zkl_disclose_request *request, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- Showing */

/* One version of a dataset. */
typedef struct zkl_version_info {
    /* From 1. */
    uint32_t version;
    /* Of its entry in the log. */
    uint64_t index;
    /* Its id: the hash of its manifest. */
    zkl_digest dataset;
    bool is_revoked;
} zkl_version_info;

/* An entry about a version behind its notarisation. */
typedef struct zkl_later_claims {
    /* "prove": claims were added. "disclose": rows were shown. "provenance": it was recorded where
     * the version comes from, or what was made of it. "withdraw": it was revoked. */
    const char *kind;
    /* Of its entry in the log: "NAME#INDEX" names it. */
    uint64_t index;
    /* The signer's word. */
    const char *time;
    /* As they were written. */
    const char *const *claim_texts;
    size_t claim_count;
    /* Of a provenance: the operation in its owner's words. NULL: not said. */
    const char *operation;
} zkl_later_claims;

/* What is public of a dataset version. */
/* How many values stand behind a claim, by what is claimed beside it: as of a verdict
 * (zkl_claim_verdict has these members too). */
typedef struct zkl_values_behind {
    /* It holds of no value too, and `least` of its rows have one, no more when is_exact. 0: nothing
     * says so. */
    bool can_be_empty;
    uint64_t least;
    bool is_exact;
} zkl_values_behind;

typedef struct zkl_show_result {
    zkl_arena memory;
    /* Of the dataset. */
    const char *name;
    /* "notarise", "prove", "disclose" or "provenance". */
    const char *kind;
    /* Of a receipt: the log that it names. Of a ledger's dataset NULL. */
    const char *origin;
    /* From 1. */
    uint32_t version;
    /* hash_algorithm: of rows and tables. time: RFC 3339, the signer's word. */
    const char *hash_algorithm, *time;
    /* dataset, receipt_id: as in zkl_notarize_result.
     * schema_hash: of columns, types and roots of dictionaries.
     * content:     of the files, salted: by itself it confirms no guess.
     * table_root:  the root over the row trees of all chunks.
     * powers_hash: names the powers of tau that the commitments are made with. */
    zkl_digest dataset, receipt_id, schema_hash, content, table_root, powers_hash;
    /* index: of its entry, in a log of tree_size entries. */
    uint64_t index, tree_size, row_count;
    /* As in zkl_notarize_result. */
    size_t chunk_count, blocks_per_chunk;
    /* How it was read. */
    zkl_read_info read;
    const zkl_column_info *columns;
    size_t column_count;
    /* In words, and as they were written: claims[i] is the sentence of claim_texts[i]. */
    const char *const *claims;
    const char *const *claim_texts;
    size_t claim_count;
    /* One a claim. NULL: of a receipt, where nobody looked. */
    const zkl_values_behind *values;
    /* Columns of which a claim says something, and nothing says that they have a value. */
    const char *const *unknown_nulls;
    size_t unknown_null_count;
    /* Their times are 0: nobody keeps how long a proof took. */
    const zkl_statement_info *statements;
    size_t statement_count;
    /* What was added to this version. Of a receipt and of such an entry itself: none. */
    const zkl_later_claims *later;
    size_t later_count;
    /* All versions of the dataset. Of a receipt: not known. */
    const zkl_version_info *versions;
    size_t version_count;
    /* This version was revoked. NULL: it was not; of a receipt: not known. */
    const zkl_revocation *revoked;
} zkl_show_result;

/* What the ledger holds of a dataset. It is read, not verified (zkl_verify_own does that).
 *
 * reference: "NAME", its latest version, or "NAME@VERSION"; with "#ENTRY" behind it, the entry of
 * that index, which is about it.
 *
 * Errors: ZKL_NOT_FOUND  no such dataset or version; the text names one with a similar name.
 *         ZKL_USAGE      `reference` is no name.
 *         ZKL_REJECTED   a blob or index of the store is damaged.
 * Cost:    grows with statements and versions; milliseconds for most. No passphrase is needed.
 * Threads: any, also while another thread writes. */
ZKL_API zkl_status zkl_show(zkl_show_result *out, zkl_ledger *ledger, const char *reference,
                            zkl_error *err) ZKL_MUST_USE;

/* What a receipt says, without a ledger and without verification: whoever made the bytes chose
 * them. Show it as such, or call zkl_verify_receipt, whose result says the same of a valid one.
 *
 * receipt: the bytes of a .zkl file. Any bytes may be given.
 *
 * Errors: ZKL_BAD_INPUT  it is no receipt; the text says what it is instead.
 *         ZKL_REJECTED   its words do not fit its parts.
 *         ZKL_LIMIT      it is larger than receipts are.
 * Threads: any. No file is read, and nothing global is used. */
ZKL_API zkl_status zkl_show_receipt(zkl_show_result *out, zkl_bytes receipt,
                                    zkl_error *err) ZKL_MUST_USE;

/* One dataset of a ledger. */
typedef struct zkl_dataset_line {
    /* As it was notarised: "patients". */
    const char *name;
    /* Versions are 1 to this. */
    uint32_t version_count;
    /* Of the latest version: its entry, and its id. */
    uint64_t index;
    zkl_digest dataset;
} zkl_dataset_line;

/* Which datasets: all zeros are all. */
typedef struct zkl_datasets_range {
    /* Names behind this one, by their bytes; it need be none of the ledger's. NULL: from the first
     * on. */
    const char *after;
    /* At most so many; 0: all. */
    uint64_t limit;
} zkl_datasets_range;

typedef struct zkl_datasets_result {
    zkl_arena memory;
    /* The log's name. */
    const char *origin;
    /* Each name once, sorted by the bytes of the names. */
    const zkl_dataset_line *lines;
    size_t line_count;
    /* The last of them, when more come behind it: the `after` of the next part. NULL: none do. */
    const char *next;
} zkl_datasets_result;

/* List the datasets of a ledger, by name.
 *
 * range: NULL: all.
 *
 * Errors: ZKL_REJECTED  the store's index is damaged.
 * Cost:   grows with the number of versions of all datasets: the store's index is walked once.
 * Threads: any, also while another thread writes. */
ZKL_API zkl_status zkl_datasets(zkl_datasets_result *out, zkl_ledger *ledger,
                                const zkl_datasets_range *range, zkl_error *err) ZKL_MUST_USE;

/* ---- Comparing two versions */

/* One of the two: a dataset of the ledger, or a receipt. */
typedef struct zkl_diff_side {
    /* "NAME" or "NAME@VERSION"; NULL: */
    const char *reference;
    /* The bytes of a .zkl file. Nothing of it is verified, as with zkl_show_receipt. */
    zkl_bytes receipt;
} zkl_diff_side;

typedef struct zkl_diff_request {
    zkl_diff_side from, to;
} zkl_diff_request;

typedef struct zkl_diff_of {
    const char *name;
    uint32_t version;
    /* Its entry. */
    uint64_t index;
    zkl_digest dataset;
    /* Of a receipt the log that it names; else NULL. */
    const char *origin;
    uint64_t row_count;
    size_t chunk_count, column_count;
    /* How it was read, in words. */
    const char *reading;
} zkl_diff_of;

/* from NULL: a new column; to NULL: one that is gone. A dictionary of other texts is another type
 * by its root. */
typedef struct zkl_diff_column {
    const char *name, *from, *to;
    bool from_nullable, to_nullable;
} zkl_diff_column;

/* from NULL: a new claim; to NULL: one that is gone. Both: the same question with another answer,
 * or about other rows. */
typedef struct zkl_diff_claim {
    const char *from, *to;
} zkl_diff_claim;

typedef struct zkl_diff_result {
    zkl_arena memory;
    zkl_diff_of from, to;
    /* Nothing below differs, nor rows, reading or content. */
    bool is_same;
    const zkl_diff_column *columns;
    size_t column_diff_count;
    /* Columns that both have stand in another order. */
    bool order_differs;
    /* The content commitment is the same: the same files, byte for byte. Of datasets of different
     * owners, and of one that was made by another program, it differs though the files do not. */
    bool same_content;
    /* Chunks can be told to be the same: versions of one name, with one schema, have the salts in
     * common that this takes. */
    bool chunks_comparable;
    /* With equal row root and commitments: their rows are the same. */
    size_t same_chunk_count;
    /* Of all rows or of some; those that every dataset has are left out. */
    const zkl_diff_claim *claims;
    size_t claim_diff_count, same_claim_count;
} zkl_diff_result;

/* What differs between two versions, by what is public of them: columns, rows, chunks, claims.
 * It reads, as zkl_show does, and verifies nothing. Sizes of dictionaries are not public.
 *
 * ledger: NULL where both are receipts.
 * Errors: those of zkl_show and zkl_show_receipt, with the side before them; ZKL_USAGE when a side
 *         is neither or both, or names an entry ("#"). */
ZKL_API zkl_status zkl_diff(zkl_diff_result *out, zkl_ledger *ledger,
                            const zkl_diff_request *request, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
