#pragma once
/* The operations of a ledger, each once: a request in, a result out. docs/ARCHITECTURE.md follows one through the code.
 *
 * Requests borrow everything until the call returns. Results live in their `memory`; clear it with
 * zkl_arena_clear (on failure it is empty). env may be NULL: the one that the ledger was opened with, else system randomness
 * and clock, no progress, one thread.
 * Cost and timing of each call are those of bench/RESULTS.md. Calls on one folder exclude each other where they write
 * (ZKL_CONFLICT names the holder); readers never wait. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/memory.h>
#include <zkl/reading.h>
#include <zkl/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open ledger. Open it once; every operation below takes it.
 *
 * Threads: several may use one at once. Each operation sees the log as it is when the operation begins, with what this
 * handle and other processes wrote before. Operations that write exclude each other, also between processes.
 * Progress and notices come on the thread that called. */
typedef struct zkl_ledger zkl_ledger;

typedef struct zkl_ledger_options {
    /* As zkl_locate found it. */
    const char *folder;
    /* NULL: the keys have none, or it is given later (zkl_ledger_set_passphrase). */
    const zkl_bytes *passphrase;
    /* NULL: $ZKL_SETUP_CACHE, else the user's cache folder. */
    const char *setup_cache;
    /* Remembers the newest checkpoint of each ledger this user wrote. NULL: zkp-ledger/checkpoints in $XDG_STATE_HOME, else in
     * the user's state folder. */
    const char *state;
    /* All zeros: silent. Called by every operation that finds something worth saying. */
    zkl_notice notice;
    /* The folder was found, and not named. What such a ledger trusts counts in a verification only when the ledger is the
     * caller's own: its files are his alone, and he wrote it (docs/formats/trust.md, "A ledger instead of a file"). */
    bool is_found;
} zkl_ledger_options;

/* Opens configuration and store for reading. Folder, passphrase and paths are copied; env is borrowed until the ledger is
 * closed, and is what an operation uses that gets none. No key is decrypted, no lock is taken, nothing is written.
 *
 * Errors: ZKL_NOT_FOUND: there is no ledger in the folder. ZKL_BAD_INPUT: its configuration. ZKL_REJECTED: its store or trust
 * record is damaged. A store that lost what was signed is opened, and written no more. */
ZKL_API zkl_status zkl_ledger_open(zkl_ledger **out, const zkl_ledger_options *options,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* The passphrase of the key files, copied into memory that is locked where that is permitted, and wiped at close. It is not
 * tried: an operation that needs a key fails with ZKL_DENIED. Not while another operation of this handle runs. */
ZKL_API zkl_status zkl_ledger_set_passphrase(zkl_ledger *ledger, zkl_bytes passphrase,
                                             zkl_error *err) ZKL_MUST_USE;
/* After every operation has returned. Keys and passphrase are wiped. NULL is fine. */
ZKL_API void zkl_ledger_close(zkl_ledger *ledger);

/* The ledger's folder: `given`, else $ZKP_LEDGER_DIR (empty is as unset), else .zkp-ledger in the current folder or above it.
 * Either may name the ledger or the folder that holds it as .zkp-ledger. ZKL_USAGE: given is "". ZKL_NOT_FOUND says what to do. ZKL_DENIED: one was found in
 * a folder, and it belongs to somebody else. *folder lives in memory. */
ZKL_API zkl_status zkl_locate(const char **folder, zkl_arena *memory, const char *given,
                              zkl_error *err) ZKL_MUST_USE;

/* [proof] parallel_prove of the configuration in this folder, for the pool that a ledger is opened with; 0: the cores this
 * process may use. */
ZKL_API zkl_status zkl_threads_configured(size_t *out, const char *folder,
                                          zkl_error *err) ZKL_MUST_USE;

/* ---- init: keys, configuration, store, log, and the powers of tau of this ledger. */
typedef struct zkl_init_request {
    zkl_ledger_options ledger;  /* how it is opened then; its folder must not exist yet */
    const char *name;           /* NULL: the name of the folder that holds it */
    const char *hash_algorithm; /* NULL: "sha3-256"; or "blake3" */
    const char *backend;        /* NULL: "rocksdb" */
    const char *
        powers; /* the powers of tau, for good: their hash, when this user's cache has them, or a .ptau file to
                           import. NULL: this user's own, made with the first ledger */
    const char *
        succeeds; /* the old ledger's folder (or the file `head` of it), whose newest checkpoint entry 0 names; NULL: none */
} zkl_init_request;

/* The log that a log goes on from, as its entry 0 names it: its owner's word. */
typedef struct zkl_succeeds {
    char origin[256]; /* "": none */
    uint64_t size;
    zkl_digest root;
    char key
        [320]; /* the verifier key that signed it: whether it is that log's, the reader has to know */
} zkl_succeeds;

typedef struct zkl_init_result {
    zkl_arena memory;
    const char *folder, *origin;
    zkl_digest ledger, powers_hash;
    bool powers_development; /* made on one machine */
    zkl_succeeds succeeds;
} zkl_init_result;

/* What zkl_init would refuse before it makes anything: the place, the name, the choices. For callers that ask for a passphrase. */
ZKL_API zkl_status zkl_init_check(const zkl_init_request *request, zkl_error *err) ZKL_MUST_USE;
ZKL_API zkl_status zkl_init(zkl_init_result *out, const zkl_init_request *request,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize: a table in, a signed and logged entry with its proofs out. */
typedef struct zkl_notarize_request {
    const char *name; /* of the dataset */
    const char *const
        *files; /* a glob or folder is one dataset, in name order; "-" is standard input */
    size_t file_count;
    const char *const *claims; /* "range(age, 0, 120)" */
    size_t claim_count;
    const char *claims_file;    /* TOML with an array `claims`; NULL: none */
    const char *schema_file;    /* TOML; NULL: infer */
    const char *const *columns; /* NULL: all */
    size_t column_count;
    zkl_reading reading; /* as far as it is said */
    bool keep_types, public_digest;
    bool hide_file_names; /* the manifest tells only how many files were read */
    /* Read, plan and check alone: no lock is taken, no key made, nothing written but an unlinked temporary file. The ledger may then
     * be NULL: a first version in no ledger. */
    bool dry_run;
    /* Write nothing when data, schema and claims are those of the last version. */
    bool if_changed;
    bool allow_empty; /* claims over columns that have only nulls in the rows claimed */
    /* Also write the receipt here; NULL: no. Refused before anything is read: a path that an input has or that lies in the ledger,
     * and a file that is not the receipt of an earlier version of this dataset, unless `force`. */
    const char *receipt_path;
    bool force;
    size_t leaf_blocks_max; /* of one proof statement; 0: 256. 4, 16, 64, 256 or 1,024 */
    const uint8_t
        *seed; /* 32 bytes for a first version; NULL: from env (later versions keep theirs) */
} zkl_notarize_request;

/* A column that is not as in the version before. */
typedef struct zkl_column_change {
    const char *name, *from, *to; /* types; from NULL: a new column; to NULL: one that is gone */
    const char *reason;           /* "70000 lies outside uint16" */
    bool from_nullable, to_nullable;
} zkl_column_change;

typedef struct zkl_stage_times { /* seconds */
    double read, hash, commit, argument, opening, groth16, setup, check, total;
} zkl_stage_times;

typedef struct zkl_statement_info {
    char circuit[12];
    char t0[65];
    size_t claim_count;
    size_t proof_bytes;                /* the blob with its masks and multiplicities */
    size_t auxiliary_bytes;            /* auxiliary commitments */
    double argument, opening, groth16; /* seconds; 0 where it was not proven just now */
} zkl_statement_info;

/* A row or value that does not fit: the owner's to see, never logged. */
typedef struct zkl_row_problem {
    const char *file, *column, *value, *reason;
    uint64_t row, line; /* 0: not known */
} zkl_row_problem;

typedef enum zkl_claim_fault {
    ZKL_CLAIM_IS_FALSE, /* of the data */
    ZKL_CLAIM_IS_EMPTY, /* its column has only nulls in these rows: it would hold of nothing */
    ZKL_CLAIM_MAKES_NO_SENSE, /* of these columns: an unknown one, a type without sums */
} zkl_claim_fault;

/* A claim that was not notarised, and with it none was. */
typedef struct zkl_claim_problem {
    const char *claim;
    zkl_claim_fault fault;
    /* Offending rows of a false claim. 1 for a false sum, 0 where rows are not what is wrong. */
    uint64_t row_count;
    /* What is wrong, besides the number of rows. NULL: nothing more is to say. */
    const char *reason;
} zkl_claim_problem;

typedef struct zkl_notarize_result {
    zkl_arena memory;
    const char *name;
    uint32_t version;
    zkl_digest dataset, receipt_id;
    uint64_t index, row_count;
    size_t chunk_count, blocks_per_chunk;
    const zkl_column_info *columns;
    size_t column_count;
    zkl_read_info read;        /* how it was read */
    uint32_t previous_version; /* 0: a first version. Columns have what they had there, but for: */
    const zkl_column_change *changes;
    size_t change_count;
    const char *previous_reading; /* in words, where that version was read otherwise; else NULL */
    bool same_schema;             /* as that version's; without it every chunk is committed anew */
    size_t unchanged_chunk_count; /* chunks that have that version's commitments */
    const char *const *claims;    /* in words */
    size_t claim_count;
    const zkl_statement_info *statements;
    size_t statement_count;
    size_t receipt_bytes; /* 0 without receipt_path */
    bool is_development;
    zkl_stage_times times;
    bool
        is_dry_run; /* dataset, index, receipt_id, receipt_bytes and proof bytes are not known then */
    bool
        is_unchanged; /* if_changed: nothing was written; version, dataset and index are the last version's */
    /* Claims of the version before, as it said them, that this one does not make. Results that were disclosed and spans of rows do
     * not count. The ledger's notice was told before anything was signed. */
    const char *const *dropped_claims;
    size_t dropped_claim_count;
    /* Of a dry run: seconds of two cores as in bench/RESULTS.md, keys that are to be made apart; bytes of the receipt. Rough. */
    double estimated_seconds;
    uint64_t estimated_receipt_bytes;
    /* filled on failure too, until cleared: */
    const zkl_row_problem *row_problems; /* at most 10 (ZKL_BAD_INPUT) */
    size_t row_problem_count;
    uint64_t row_problem_total;
    const zkl_claim_problem
        *claim_problems; /* every claim that does not hold, in the order asked */
    size_t claim_problem_count;
} zkl_notarize_result;

ZKL_API zkl_status zkl_notarize(zkl_notarize_result *out, zkl_ledger *ledger,
                                const zkl_notarize_request *request, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- show */
typedef struct zkl_version_info {
    uint32_t version;
    uint64_t index;
    zkl_digest dataset;
} zkl_version_info;

typedef struct zkl_show_result {
    zkl_arena memory;
    const char *name;
    const char *kind;   /* "notarise" or "prove" */
    const char *origin; /* of a receipt: the log that it names; of a ledger's dataset NULL */
    uint32_t version;
    const char *hash_algorithm, *time;
    zkl_digest dataset, receipt_id, schema_hash, content, table_root, powers_hash;
    uint64_t index, tree_size, row_count;
    size_t chunk_count, blocks_per_chunk;
    zkl_read_info read; /* how it was read */
    const zkl_column_info *columns;
    size_t column_count;
    const char *const *claims; /* in words */
    const char *const *claim_texts;
    size_t claim_count;
    const zkl_statement_info *statements;
    size_t statement_count;
    const zkl_version_info *versions;
    size_t version_count;
} zkl_show_result;

/* What a receipt's bytes say, without a ledger and without a verification: versions are not known. ZKL_BAD_INPUT when it is no
 * receipt; ZKL_REJECTED when its words do not fit its parts. */
ZKL_API zkl_status zkl_show_receipt(zkl_show_result *out, zkl_bytes receipt,
                                    zkl_error *err) ZKL_MUST_USE;

/* reference: "NAME" or "NAME@VERSION". */
ZKL_API zkl_status zkl_show(zkl_show_result *out, zkl_ledger *ledger, const char *reference,
                            zkl_error *err) ZKL_MUST_USE;

/* The datasets of a ledger, by name. */
typedef struct zkl_dataset_line {
    const char *name;
    uint32_t version_count; /* versions are 1 to this */
    uint64_t index;         /* of the latest version's entry */
    zkl_digest dataset;     /* the latest version's id */
} zkl_dataset_line;

typedef struct zkl_datasets_result {
    zkl_arena memory;
    const char *origin;
    const zkl_dataset_line *lines;
    size_t line_count;
} zkl_datasets_result;

ZKL_API zkl_status zkl_datasets(zkl_datasets_result *out, zkl_ledger *ledger,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- log: the entries, newest last. */
typedef struct zkl_log_line {
    uint64_t index;
    const char *kind, *time,
        *what; /* what: "penguins@1", "F22 (development)", "signer key 1f0c…" */
    zkl_digest receipt_id;
    const zkl_succeeds *succeeds; /* entry 0 of a log that goes on from another; else NULL */
} zkl_log_line;

typedef struct zkl_log_result {
    zkl_arena memory;
    const char *origin;
    uint64_t tree_size;
    zkl_digest root;
    const zkl_log_line *lines;
    size_t line_count;
} zkl_log_result;

/* from, to: half open; to 0: the end. */
ZKL_API zkl_status zkl_log_list(zkl_log_result *out, zkl_ledger *ledger, uint64_t from, uint64_t to,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- export */
typedef enum zkl_export_format {
    ZKL_EXPORT_RECEIPT, /* .zkl: everything an offline verifier needs besides its trust file */
    ZKL_EXPORT_TLOG_TILES, /* a folder of static tiles, checkpoint and verifier key; needs no reference */
    ZKL_EXPORT_TLOG_PROOF, /* C2SP tlog-proof of the entry */
    ZKL_EXPORT_DSSE,       /* the signed entry alone */
    ZKL_EXPORT_SNARKJS, /* a folder per statement: verification_key.json, proof.json, public.json */
    ZKL_EXPORT_DATA_KEY, /* .zklkey: secret; lets a holder of the data recompute everything */
    ZKL_EXPORT_FORMAT_COUNT
} zkl_export_format;
ZKL_API const char *zkl_export_format_name(zkl_export_format format);

/* [export] formats of its configuration, in that order: what is exported when nobody says which. */
ZKL_API zkl_status
zkl_export_formats_configured(zkl_export_format *out /* ZKL_EXPORT_FORMAT_COUNT */, size_t *count,
                              zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_export_request {
    const char *reference; /* NULL for tlog-tiles */
    zkl_export_format format;
    const char *output; /* path; "-" is standard output (not for folders) */
    bool force;         /* replace a file that is not this format of this version */
} zkl_export_request;

ZKL_API zkl_status zkl_export(uint64_t *byte_count, zkl_ledger *ledger,
                              const zkl_export_request *request, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;

/* ---- verify inside a ledger, and with the data */

/* A receipt's bytes, verified with what the ledger trusts. ZKL_UNCHECKED when it was found (is_found) and the ledger is not the
 * caller's own. */
ZKL_API zkl_status zkl_verify_receipt_in(zkl_verify_result *out, zkl_ledger *ledger,
                                         zkl_bytes receipt, const zkl_env *env,
                                         zkl_error *err) ZKL_MUST_USE;

/* The receipt of reference, built now and verified with the ledger's own trust, as above. */
ZKL_API zkl_status zkl_verify_own(zkl_verify_result *out, zkl_ledger *ledger, const char *reference,
                                  const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Without a ledger: receipt, trust and data_key are needed. */
typedef struct zkl_verify_data_request {
    const char *reference; /* in the ledger; or NULL: */
    zkl_bytes receipt,
        trust; /* a receipt's bytes and a trust file's text; size 0: what the ledger trusts */
    zkl_bytes data_key; /* size 0: the ledger's own */
    const char *const *files;
    size_t file_count;
    zkl_reading reading;     /* what is said here counts instead of what the manifest says */
    const char *setup_cache; /* without a ledger; NULL: as in zkl_ledger_options */
} zkl_verify_data_request;

/* Everything recomputed from the data: content commitment, row trees, block commitments, manifest. */
ZKL_API zkl_status zkl_verify_data(zkl_verify_result *out, zkl_ledger *ledger /* or NULL */,
                                   const zkl_verify_data_request *request, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_verify_chain_result {
    uint64_t entry_count, checkpoint_count, blob_count, proof_count, dataset_count;
    uint64_t bad_index; /* ZKL_REJECTED: the first entry that fails */
    bool proofs_checked;
    zkl_succeeds succeeds;
} zkl_verify_chain_result;

/* The whole log from its first entry. */
typedef struct zkl_verify_chain_request {
    uint64_t from, to; /* entries whose content is looked at: half open; to 0: the end */
    bool proofs;       /* every proof too */
} zkl_verify_chain_request;

ZKL_API zkl_status zkl_verify_chain(zkl_verify_chain_result *out, zkl_ledger *ledger,
                                    const zkl_verify_chain_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* ---- keys */
typedef struct zkl_key_info {
    const char *role, *type, *id, *verifier_key; /* verifier_key: log keys, C2SP form; else NULL */
    uint64_t from, until;                        /* UINT64_MAX: still counts */
} zkl_key_info;

typedef struct zkl_keys_result {
    zkl_arena memory;
    zkl_digest ledger;
    const char *folder, *origin, *trust; /* trust: the text of trust.toml */
    const zkl_key_info *keys;
    size_t key_count;
    bool has_passphrase, others_can_read;
} zkl_keys_result;

ZKL_API zkl_status zkl_keys_show(zkl_keys_result *out, zkl_ledger *ledger,
                                 zkl_error *err) ZKL_MUST_USE;
/* role: "signer" or "log". Logged, signed by the old key and the new. */
ZKL_API zkl_status zkl_keys_rotate(uint64_t *index, zkl_ledger *ledger, const char *role,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* Copies of all key files under another passphrase (NULL: in the clear), into a new folder. ZKL_CONFLICT, and nothing written, when
 * one of them is there already, or when one does not count (is older than a rotation, or another ledger's). Of a rotation that
 * was cut off the copy is of the new key. */
ZKL_API zkl_status zkl_keys_backup(zkl_ledger *ledger, const char *output,
                                   const zkl_bytes *passphrase, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;
/* Bring key files from a backup into place: of a folder those named signer.key, log.key and owner.key, or one file. Each is checked
 * first: it opens under `passphrase` and is the key that counts now (the owner secret: it opens what the store holds).
 * A key that counts stays as it is; another file in its place is kept as NAME.key.unknown-N.
 * fresh: the passphrase of what is written; NULL (and not in_clear): protected as in the backup.
 * The ledger's own passphrase counts for nothing.
 * ZKL_CONFLICT: a key does not count, or the store lost entries, so that nobody knows which key counts. */
typedef struct zkl_keys_restore_request {
    const char *from;
    const zkl_bytes *passphrase, *fresh;
    bool in_clear;
} zkl_keys_restore_request;

typedef struct zkl_keys_restore_result {
    size_t restored_count, in_place_count;
} zkl_keys_restore_result;
ZKL_API zkl_status zkl_keys_restore(zkl_keys_restore_result *out, zkl_ledger *ledger,
                                    const zkl_keys_restore_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;
/* A key file of its own, outside any ledger: kind "signer" or "log" (then name is the origin). ZKL_CONFLICT when output exists. */
ZKL_API zkl_status zkl_keys_make(const char *output, const char *kind, const char *name,
                                 const zkl_bytes *passphrase, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

/* ---- set-up */
typedef struct zkl_setup_line {
    char circuit[12];
    bool made;           /* its key is in the cache */
    bool is_development; /* when made: key or powers are of one machine */
    bool logged;         /* a set-up entry names it */
    uint64_t index;
    zkl_digest key_hash;
} zkl_setup_line;

typedef struct zkl_setup_result {
    zkl_arena memory;
    zkl_digest powers_hash;
    bool powers_development; /* made on one machine, as far as is known */
    const char *cache;
    const zkl_setup_line *lines;
    size_t line_count;
} zkl_setup_result;

/* Make and log the keys of these tiers (18, 20, .. 26) ahead of use; none: only list. */
ZKL_API zkl_status zkl_setup_run(zkl_setup_result *out, zkl_ledger *ledger, const unsigned *tiers,
                                 size_t tier_count, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

typedef enum zkl_setup_form {
    ZKL_SETUP_FORM_POWERS, /* .zklpowers: what recomputing commitments needs, 3 MB */
    ZKL_SETUP_FORM_PTAU,   /* .ptau: all powers of tau, with who contributed; 113 MB */
    ZKL_SETUP_FORM_ZKEY,   /* .zkey: a circuit's key, with who contributed; about 40 MB */
    ZKL_SETUP_FORM_COUNT
} zkl_setup_form;
ZKL_API const char *zkl_setup_form_name(zkl_setup_form form); /* "powers", "ptau", "zkey" */

typedef struct zkl_setup_export_request {
    zkl_setup_form form;
    unsigned tier;      /* of a .zkey: 18, 20, .. 26; made when missing */
    const char *output; /* "-": standard output */
    bool force;         /* replace a file that holds something else */
} zkl_setup_export_request;

ZKL_API zkl_status zkl_setup_export(uint64_t *byte_count, zkl_digest *powers_hash,
                                    zkl_ledger *ledger, const zkl_setup_export_request *request,
                                    const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_contributor {
    const char *name; /* as the file says it, "" without one; whoever wrote the file chose it */
    bool is_beacon;   /* public randomness, nobody's secret */
} zkl_contributor;

typedef struct zkl_setup_import_request {
    const char *file;
    unsigned tier;           /* of a .zkey; else 0 */
    const char *setup_cache; /* without a ledger; NULL: as in zkl_ledger_options */
} zkl_setup_import_request;

typedef struct zkl_setup_import_result {
    zkl_arena memory;
    zkl_setup_form form;
    zkl_digest powers_hash;
    zkl_digest key_hash; /* of a .zkey: what a trust file pins */
    bool
        is_development; /* fewer than two people contributed, as far as the file shows; a .zkey: or to its powers */
    const zkl_contributor *contributors;
    size_t contributor_count;
} zkl_setup_import_result;

/* A file of any form into the set-up cache, after checking it whole: each point, that the powers are powers of one tau, that a key
 * is its circuit's under its ledger's powers, and that the contributions follow from one another and lead to it. ZKL_CONFLICT when
 * there is another key of that circuit: but a ceremony's takes the place of one that was made here.
 * ledger: whose powers a .zkey is for; powers need none, and it may be NULL.
 * Cost: seconds; for a .ptau of the size that is needed a minute of one core. */
ZKL_API zkl_status zkl_setup_import(zkl_setup_import_result *out, zkl_ledger *ledger,
                                    const zkl_setup_import_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* ---- doctor */
typedef struct zkl_doctor_line {
    int severity; /* 0 fine, 1 worth knowing, 2 a fault */
    const char *what, *found;
} zkl_doctor_line;

typedef struct zkl_doctor_result {
    zkl_arena memory;
    const zkl_doctor_line *lines;
    size_t line_count, fault_count;
} zkl_doctor_result;

/* options->folder may be NULL: the machine alone. It takes no open ledger: one that cannot be opened is what it is asked about. */
ZKL_API zkl_status zkl_doctor(zkl_doctor_result *out, const zkl_ledger_options *options,
                              const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
