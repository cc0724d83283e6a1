#pragma once
/* Statuses and errors.
 *
 * Zero means valid, and nothing else does. A claim or receipt that was checked and is false is
 * ZKL_REJECTED; that something could not be checked is every other status.
 *
 *     zkl_error err = { 0 };
 *     const zkl_status status = zkl_verify_receipt(&verdict, receipt, trust, NULL, &err);
 *     if (status != ZKL_OK)
 *         fprintf(stderr, "%s: %s\n", zkl_status_text(status), err.text);
 *     return zkl_status_exit_code(status);
 *
 * A program acts on the codes (status, check, hint). The text is for people: its words may change.
 *
 * The calls below never fail, take no lock and touch nothing global. Any thread may make them, each
 * with an error of its own. */
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A result that a caller forgets is a verification that was not made: the compiler warns. */
#define ZKL_MUST_USE __attribute__((warn_unused_result))
/* The symbols of the shared library. Everything else in it is hidden. */
#define ZKL_API __attribute__((visibility("default")))
/* Lets the compiler compare a format with its arguments. Positions count from 1. */
#define ZKL_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* The one table: X(name, text, exit code of the command line, HTTP code of the service). A caller
 * may expand it too, for names of its own: each row becomes one ZKL_<name> below. */
#define ZKL_STATUS_TABLE(X)                                                                        \
    /* The call did what it says. Of a verification: every check was made and holds. */            \
    X(OK, "valid", 0, 200)                                                                         \
    /* Something was checked and is false: a receipt, a log, a claim, what a store holds. */       \
    X(REJECTED, "rejected", 1, 422)                                                                \
    /* The request is wrong, whatever the data are: the same call would fail again. */             \
    X(USAGE, "wrong usage", 2, 400)                                                                \
    /* Bytes from outside are not what they are given as: no receipt, no table, no key. */         \
    X(BAD_INPUT, "bad input", 3, 400)                                                              \
    /* A file, folder, dataset, version or set-up that is named is not there. */                   \
    X(NOT_FOUND, "not found", 4, 404)                                                              \
    /* The state forbids it: another writer, a file that would be overwritten or has changed. */   \
    /* Also: the store lost what was signed, or a key file is not the one that counts. */          \
    X(CONFLICT, "conflict", 5, 409)                                                                \
    /* A named bound is exceeded: the text has the size and the bound. */                          \
    X(LIMIT, "limit exceeded", 6, 413)                                                             \
    /* An allocation failed. The call may be made again. */                                        \
    X(NO_MEMORY, "out of memory", 6, 503)                                                          \
    /* The system failed to read, write or sync: the text has path and cause. */                   \
    X(IO, "input/output error", 7, 500)                                                            \
    /* Well formed, and of a kind or version that this build does not do. */                       \
    X(NOT_SUPPORTED, "not supported", 8, 501)                                                      \
    /* A verification could not be made. This says neither "valid" nor "false". */                 \
    X(UNCHECKED, "could not check", 9, 424)                                                        \
    /* The system or a passphrase keeps the caller out. */                                         \
    X(DENIED, "permission denied", 10, 403)                                                        \
    /* The caller asked it to end (zkl_progress, zkl_operation_cancel). */                         \
    X(CANCELLED, "cancelled", 130, 499)

typedef enum zkl_status {
#define ZKL_STATUS_ENUM(name, text, exit_code, http_code) ZKL_##name,
    ZKL_STATUS_TABLE(ZKL_STATUS_ENUM)
#undef ZKL_STATUS_ENUM
        ZKL_STATUS_COUNT
} zkl_status;

/* The table's columns, for example "not found", 4 and 404. The text lives as long as the program.
 * Any number may be given: an unknown status reads as "unknown status", exit 7, HTTP 500. */
ZKL_API const char *zkl_status_text(zkl_status status);
ZKL_API int zkl_status_exit_code(zkl_status status);
ZKL_API int zkl_status_http_code(zkl_status status);

/* The checks of a verification, roughly in the order in which they are made: X(NAME, "name"). A
 * name is stable: it stands in the error's text and is what `verify --json` says as "check".
 * docs/formats/receipt.md says what each looks at. */
#define ZKL_CHECK_TABLE(X)                                                                         \
    /* The error is of no check: a file that cannot be read, memory, a missing argument. */        \
    X(NONE, "")                                                                                    \
    /* Limits, order, trailing hash, canonical bytes, and which entries stand in a receipt. */     \
    X(FORM, "form")                                                                                \
    /* The entry is of the ledger that the trust names. */                                         \
    X(TRUST, "trust")                                                                              \
    /* Each entry is signed by the keys that count at its index. */                                \
    X(ENTRY_SIGNATURE, "entry signature")                                                          \
    /* Each entry is a leaf of the checkpoint's tree. */                                           \
    X(INCLUSION, "inclusion")                                                                      \
    /* The tree is signed by the log key that counts, and by enough witnesses. */                  \
    /* Where a ledger is trusted, the tree is one of its log. */                                   \
    X(CHECKPOINT, "checkpoint")                                                                    \
    /* Each timestamp is over the entry, and true where its clock is known. */                     \
    X(TIMESTAMP, "timestamp")                                                                      \
    /* The notarisation that a proof is about stands before it. */                                 \
    X(PARENTS, "parents")                                                                          \
    /* Name, version and manifest of a proof are those of its notarisation. */                     \
    X(ENTRY, "entry")                                                                              \
    /* Powers of tau and circuit keys come from where the trust allows. */                         \
    X(SET_UP, "set-up")                                                                            \
    /* The manifest is the one that the entry names, and its commitments are points. */            \
    X(MANIFEST, "manifest")                                                                        \
    /* Each circuit key decodes, and none stands twice or unused. */                               \
    X(VERIFICATION_KEYS, "verification keys")                                                      \
    /* Each statement is the one that the entry names, and its proof holds. */                     \
    X(PROOF, "proof")                                                                              \
    /* The entry's words are what its statements prove. */                                         \
    X(CLAIMS, "claims")                                                                            \
    /* Rows that are shown are those that the entry names and the manifest commits to. */          \
    X(DISCLOSURE, "disclosure")                                                                    \
    /* The receipts of a lineage belong together, and their steps go in no circle. */              \
    X(LINEAGE, "lineage")                                                                          \
    /* Checkpoints of one log are of one history: none of them is of a fork. */                    \
    X(HISTORY, "history")                                                                          \
    /* A standing is signed by who may say it, and says what receipt and log have. */              \
    X(STANDING, "standing")                                                                        \
    /* The version was not revoked, as far as is known. */                                         \
    X(REVOKED, "revoked")                                                                          \
    /* The verdict is put together: memory alone can fail it. */                                   \
    X(RESULT, "result")                                                                            \
    /* With data: the data key is of this dataset. */                                              \
    X(DATA_KEY, "data key")                                                                        \
    /* With data: the files can be read as the table that the manifest describes. */               \
    X(DATA, "data")                                                                                \
    /* With data: the bytes of the files have the content commitment. */                           \
    X(CONTENT, "content")                                                                          \
    /* With data: published hashes are those of the files. */                                      \
    X(PUBLIC_DIGESTS, "public digests")                                                            \
    /* With data: columns, types and dictionaries are the committed ones. */                       \
    X(SCHEMA, "schema")                                                                            \
    /* With data: there are as many rows as were committed. */                                     \
    X(ROWS, "rows")                                                                                \
    /* With data: each chunk has its salted row tree. */                                           \
    X(ROW_TREE, "row tree")                                                                        \
    /* With data: each block of cells has its commitment. */                                       \
    X(BLOCK_COMMITMENTS, "block commitments")

typedef enum zkl_check {
#define ZKL_CHECK_ENUM(name, text) ZKL_CHECK_##name,
    ZKL_CHECK_TABLE(ZKL_CHECK_ENUM)
#undef ZKL_CHECK_ENUM
        ZKL_CHECK_COUNT
} zkl_check;
/* "inclusion"; "" for ZKL_CHECK_NONE and for a number that is no check. The text lives as long as
 * the program. */
ZKL_API const char *zkl_check_name(zkl_check check);

/* What a person can do about an error: X(NAME, "name"). The library states the fact in the error's
 * text and the way on as one of these codes. It names no command and no option. A caller puts its
 * own words behind the text or leaves them out; the words of the command line are in
 * src/cli/hints.c. A new hint is one line here and one there. */
#define ZKL_HINT_TABLE(X)                                                                          \
    /* The library knows of nothing that would help. */                                            \
    X(NONE, "")                                                                                    \
    /* Make a ledger in the folder that was named (zkl_init). */                                   \
    X(MAKE_LEDGER, "make ledger")                                                                  \
    /* Make a ledger, or say where there is one: none was found. */                                \
    X(MAKE_OR_NAME_LEDGER, "make or name ledger")                                                  \
    /* Give the dataset's data key. The owner can export it (ZKL_EXPORT_DATA_KEY). */              \
    X(GIVE_DATA_KEY, "give data key")                                                              \
    /* Give the files that were notarised, or keep a spool when notarising: set `keep_spool`. */   \
    X(GIVE_DATA, "give data")                                                                      \
    /* Publish the hashes of the files: set `public_digest` when notarising. */                    \
    X(PUBLISH_DIGESTS, "publish digests")                                                          \
    /* Give a P-256 key of one's own, in PEM: `signing_key`. */                                    \
    X(GIVE_SIGNING_KEY, "give signing key")                                                        \
    /* Give the rows of the chunks that the data key opens, and no others. */                      \
    X(GIVE_CHUNKS_ALONE, "give chunks alone")                                                      \
    /* Of not_proven: zkl_verify_data checks this too. */                                          \
    X(CHECK_WITH_DATA, "check with data")                                                          \
    /* Of not_proven: zkl_verify_data checks the published hashes too. */                          \
    X(DATA_CHECKS_DIGESTS, "data checks digests")                                                  \
    /* Bring the ledger's powers of tau to this machine. */                                        \
    /* zkl_setup_export writes them there (form POWERS), zkl_setup_import reads them here. */      \
    X(MOVE_POWERS, "move powers")                                                                  \
    /* The file is a trust file: give it as `trust`. */                                            \
    X(GIVE_AS_TRUST, "give as trust")                                                              \
    /* The file is a data key: give it as `data_key`, and show it to nobody else. */               \
    X(GIVE_AS_DATA_KEY, "give as data key")                                                        \
    /* The file is a receipt: give it as `receipt`. */                                             \
    X(GIVE_AS_RECEIPT, "give as receipt")                                                          \
    /* The file holds data: give it among `files`. */                                              \
    X(GIVE_AS_DATA, "give as data")                                                                \
    /* The file is of a set-up: zkl_setup_import takes it. */                                      \
    X(IMPORT_SETUP, "import setup")                                                                \
    /* Check the ledger itself: zkl_verify_chain. */                                               \
    X(VERIFY_CHAIN, "verify chain")                                                                \
    /* Find out what is in the folder: zkl_doctor. */                                              \
    X(ASK_DOCTOR, "ask doctor")                                                                    \
    /* Ask the clock by another program, with a request that is a file (zkl_timestamp_ask). */     \
    X(ASK_CLOCK_YOURSELF, "ask clock yourself")                                                    \
    X(EXPORT_LINEAGE, "export lineage")                                                            \
    X(STAMP_LATER, "stamp later")                                                                  \
    /* Name the verifier keys of the witnesses whose lines are to be taken: `witnesses`. */        \
    X(NAME_WITNESS, "name witness")                                                                \
    /* Choose another folder, or set `force`. */                                                   \
    X(FORCE_OR_OTHER_FOLDER, "force or other folder")                                              \
    /* Choose another path, or set `force`. */                                                     \
    X(FORCE_OR_OTHER_NAME, "force or other name")                                                  \
    /* The file was made elsewhere: set `is_made`. */                                              \
    X(SAY_IT_IS_MADE, "say it is made")                                                            \
    /* A merge has conflicts: change one table, or say which side counts. */                       \
    X(PREFER_ONE_SIDE, "prefer one side")                                                          \
    /* Put this ledger's owner secret back from a backup (zkl_keys_restore). */                    \
    X(RESTORE_SECRET, "restore secret")                                                            \
    /* Set `fresh` to the passphrase of the key file that stays in place. */                       \
    X(RESTORE_UNDER_PASSPHRASE, "restore under passphrase")                                        \
    /* The dataset has another name: list the log or the datasets. */                              \
    X(LIST_LOG, "list log")                                                                        \
    /* Give a trust file, or name the ledger: it was found, and is not the caller's own. */        \
    /* Value: its folder. */                                                                       \
    X(SAY_WHAT_TO_TRUST, "say what to trust")                                                      \
    /* Compress the file again with a zstd window of at most 128 MiB. */                           \
    X(COMPRESS_WITH_SMALL_WINDOW, "compress with small window")                                    \
    /* Set `encoding` to "utf-16le" or "utf-16be": there is no byte order mark. */                 \
    X(SAY_BYTE_ORDER, "say byte order")                                                            \
    /* Set `encoding` to "utf-16": that is what the text looks like. */                            \
    X(SAY_UTF_16, "say UTF-16")                                                                    \
    /* Write the file in UTF-8: its format allows no other encoding. */                            \
    X(WRITE_UTF_8, "write UTF-8")                                                                  \
    /* Do not set `encoding`: the file has the mark of UTF-8. Value: what was set. */              \
    X(LEAVE_ENCODING_OUT, "leave encoding out")                                                    \
    /* Set `encoding` to what the text is in: it is not UTF-8. */                                  \
    X(SAY_ENCODING, "say encoding")                                                                \
    /* Set `format`: the file's name does not end in a known way. */                               \
    X(SAY_FORMAT, "say format")                                                                    \
    /* Set `format` to "parquet": that is what the file holds. */                                  \
    X(SAY_PARQUET, "say Parquet")                                                                  \
    /* Set `delimiter`: two of them split every line alike. */                                     \
    X(SAY_DELIMITER, "say delimiter")                                                              \
    /* Set `delimiter` to "space", or to "," when each line is one field. */                       \
    X(SAY_BLANKS_SEPARATE, "say whether blanks separate")                                          \
    /* Write one sign between fields: runs of blanks are not read. */                              \
    X(WRITE_ONE_SIGN, "write one sign between fields")                                             \
    /* Remove the lines before the header, or set `delimiter`. */                                  \
    X(REMOVE_TITLE, "remove title")                                                                \
    /* Set `header` to ZKL_NO: the first line looks like data. */                                  \
    X(SAY_NO_HEADER, "say no header")                                                              \
    /* Give each column a name, or choose `columns` without this one. */                           \
    X(NAME_COLUMNS, "name columns")                                                                \
    /* Choose `columns` without this one: no table can hold its type. */                           \
    X(LEAVE_COLUMN_OUT, "leave column out")                                                        \
    /* Write the Parquet file with zstd or Snappy, or leave the column out. */                     \
    X(WRITE_ZSTD_OR_SNAPPY, "write zstd or Snappy")                                                \
    /* Write the column with the encoding PLAIN, or leave it out. */                               \
    X(WRITE_PLAIN, "write PLAIN")                                                                  \
    /* Put the key that counts back from a backup (zkl_keys_restore). */                           \
    X(RESTORE_KEY, "restore key")                                                                  \
    /* Set `allow_empty`, when a claim may hold of nulls alone. */                                 \
    X(PERMIT_EMPTY, "permit empty")                                                                \
    /* Set `null_texts`, when the text that does not fit means null. */                            \
    X(SAY_NULL_TEXTS, "say null texts")                                                            \
    /* Notarise it with the types and dictionaries of the other dataset: set `like`. */            \
    X(NOTARISE_LIKE, "notarise like")                                                              \
    /* Give both columns one type in schema files; or set `like`, of equal columns. */             \
    X(GIVE_ONE_TYPE, "give one type")                                                              \
    /* The same of texts, whose dictionaries differ: string16 has none. */                         \
    X(TAKE_FINGERPRINTS, "take fingerprints")                                                      \
    /* Make a column of a few numbers of it: zkl_transform, "bucket" or "key". */                  \
    X(MAKE_BUCKETS_OR_KEY, "make buckets or key")                                                  \
    /* Make one number of the columns, or of one without its nulls: zkl_transform, "key". */       \
    X(MAKE_KEY, "make key")                                                                        \
    /* Name a mapping as a further source, or have one made. */                                    \
    X(GIVE_MAPPING, "give mapping")                                                                \
    /* Make decimals of floats that are stored as floats: in the file, or by a query. */           \
    X(MAKE_DECIMAL, "make decimal")                                                                \
    /* Notarise the column under a type with a shorter fingerprint: string16, binary16. */         \
    X(TAKE_SHORT_FINGERPRINT, "take short fingerprint")                                            \
    /* Give the column the type bool in a schema file: it reads 0 and 1. */                        \
    X(READ_AS_BOOL, "read as bool")                                                                \
    /* The same; or of more than two classes a share of rows, with a predicate of each. */         \
    X(READ_AS_BOOL_OR_SHARE, "read as bool or share")                                              \
    /* Add a setting of the policy. Value: its name. */                                            \
    X(SET_PLACE, "set place")                                                                      \
    /* Put a new signer key in the place of the one that is revoked. */                            \
    X(REPLACE_SIGNER, "replace signer")                                                            \
    /* It is a standing: give it beside a receipt. */                                              \
    X(GIVE_AS_STANDING, "give as standing")                                                        \
    /* It is a consistency file: give it beside receipts. */                                       \
    X(GIVE_AS_CONSISTENCY, "give as consistency")                                                  \
    /* Give the log's tiles with the standing: it is compared with the entries. */                 \
    X(COMPARE_WITH_TILES, "compare with tiles")                                                    \
    /* Accept a version that its owner revoked. */                                                 \
    X(ALLOW_REVOKED, "allow revoked")                                                              \
    /* Ask for a consistency proof of two checkpoints; the value says which. */                    \
    X(SHOW_ONE_HISTORY, "show one history")                                                        \
    /* See whether the log names the file: it may be a report. */                                  \
    X(LOOK_UP_FILE, "look up file")                                                                \
    /* Verify the ceremony. */                                                                     \
    X(VERIFY_SETUP, "verify setup")

typedef enum zkl_hint {
#define ZKL_HINT_ENUM(name, text) ZKL_HINT_##name,
    ZKL_HINT_TABLE(ZKL_HINT_ENUM)
#undef ZKL_HINT_ENUM
        ZKL_HINT_COUNT
} zkl_hint;
/* "give data key"; "" for ZKL_HINT_NONE and for a number that is no hint. A name is stable: it is
 * what zkl_call answers with. The text lives as long as the program. */
ZKL_API const char *zkl_hint_name(zkl_hint hint);

/* Room for two lines with a path; and for a hint's value, with the NUL. */
#define ZKL_ERROR_TEXT_BYTES 1024
#define ZKL_ERROR_VALUE_BYTES 512

/* What went wrong, in one or two lines for people. All zeros is valid and says nothing.
 *
 * It holds no pointer, so it may be copied and needs no clearing. A call that succeeds leaves it as
 * it was: judge by what a call returns, not by this. */
typedef struct zkl_error {
    /* What the call returned. */
    zkl_status status;
    /* The check of a verification that failed; NONE: no such check. */
    zkl_check check;
    /* What to do about it; NONE: nothing that the library knows of. */
    zkl_hint hint;
    /* What the hint speaks of (a path, an encoding); "": nothing in particular. */
    char hint_value[ZKL_ERROR_VALUE_BYTES];
    /* The fact. Always ends in NUL; too long texts are cut. */
    char text[ZKL_ERROR_TEXT_BYTES];
} zkl_error;

/* ---- Making errors: for callbacks that fail (zkl_random), and for programs around the library.
 *
 *     if (got != size)
 *         return zkl_fail(err, ZKL_IO, "the generator gives %zu bytes of %zu", got, size);
 *
 * Each call returns the status that it is given, so that it can stand behind `return`. err may be
 * NULL: then only the status is said. An argument may be err->text itself. */

/* State a fact, in the place of what err says: check and hint become NONE.
 *
 * format: as printf's; lower case, no full stop, the offending value in quotes. Control characters
 *         become '?' (or a blank), so that a value cannot draw on a terminal. A text that is too
 *         long is cut, and ends in NUL all the same. */
ZKL_API zkl_status zkl_fail(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* Put context before what err says: "load 'x.toml': line 3: unknown key 'foo'". Check and hint
 * stay: they are of the fact. The end of the fact is cut when both do not fit. */
ZKL_API zkl_status zkl_wrap(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* The same two for a check of a verification: the text begins with "check 'name': ", and err->check
 * is set. `check` is one of the table. */
ZKL_API zkl_status zkl_fail_check(zkl_error *err, zkl_status status, zkl_check check,
                                  const char *format, ...) ZKL_PRINTF(4, 5);
ZKL_API zkl_status zkl_wrap_check(zkl_error *err, zkl_status status, zkl_check check);

/* zkl_fail with a hint that speaks of nothing in particular. */
ZKL_API zkl_status zkl_fail_hint(zkl_error *err, zkl_status status, zkl_hint hint,
                                 const char *format, ...) ZKL_PRINTF(4, 5);
/* Give what err says a hint, in the place of the one that it has. Text and check stay.
 *
 * value: what the hint speaks of; NULL: nothing. A value that does not fit into hint_value leaves
 *        the error without a hint, since half a path would lead astray. */
ZKL_API zkl_status zkl_hint_add(zkl_error *err, zkl_status status, zkl_hint hint,
                                const char *value);
/* Fail with the text, check and hint of another error, under this status. err may be `why`. */
ZKL_API zkl_status zkl_fail_as(zkl_error *err, zkl_status status, const zkl_error *why);

#ifdef __cplusplus
}
#endif
