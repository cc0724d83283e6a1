#pragma once
/* Statuses and errors.
 *
 * Zero means valid, and nothing else does. A claim or receipt that was checked and is false is
 * ZKL_REJECTED; that something could not be checked is every other status. */
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZKL_MUST_USE __attribute__((warn_unused_result))
#define ZKL_API __attribute__((visibility("default")))
#define ZKL_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* The one table: X(name, text, exit code of the command line, HTTP code of the service). */
#define ZKL_STATUS_TABLE(X)                                                                        \
    X(OK, "valid", 0, 200)                                                                         \
    X(REJECTED, "rejected", 1, 422)                                                                \
    X(USAGE, "wrong usage", 2, 400)                                                                \
    X(BAD_INPUT, "bad input", 3, 400)                                                              \
    X(NOT_FOUND, "not found", 4, 404)                                                              \
    X(CONFLICT, "conflict", 5, 409)                                                                \
    X(LIMIT, "limit exceeded", 6, 413)                                                             \
    X(NO_MEMORY, "out of memory", 6, 503)                                                          \
    X(IO, "input/output error", 7, 500)                                                            \
    X(NOT_SUPPORTED, "not supported", 8, 501)                                                      \
    X(UNCHECKED, "could not check", 9, 424)                                                        \
    X(DENIED, "permission denied", 10, 403)                                                        \
    X(CANCELLED, "cancelled", 130, 499)

typedef enum zkl_status {
#define ZKL_STATUS_ENUM(name, text, exit_code, http_code) ZKL_##name,
    ZKL_STATUS_TABLE(ZKL_STATUS_ENUM)
#undef ZKL_STATUS_ENUM
        ZKL_STATUS_COUNT
} zkl_status;

/* The table's columns; an unknown status reads as "unknown status", exit 7, HTTP 500. */
ZKL_API const char *zkl_status_text(zkl_status status);
ZKL_API int zkl_status_exit_code(zkl_status status);
ZKL_API int zkl_status_http_code(zkl_status status);

/* The checks of a verification, roughly in the order in which they are made: X(NAME, "name"). A
 * name is stable: it stands in the error's text and is what `verify --json` says as "check".
 * docs/formats/receipt.md says what each looks at. */
#define ZKL_CHECK_TABLE(X)                                                                         \
    X(NONE, "")                                                                                    \
    X(FORM, "form")                                                                                \
    X(TRUST, "trust")                                                                              \
    X(ENTRY_SIGNATURE, "entry signature")                                                          \
    X(INCLUSION, "inclusion")                                                                      \
    X(CHECKPOINT, "checkpoint")                                                                    \
    X(PARENTS, "parents")                                                                          \
    X(ENTRY, "entry")                                                                              \
    X(SET_UP, "set-up")                                                                            \
    X(MANIFEST, "manifest")                                                                        \
    X(VERIFICATION_KEYS, "verification keys")                                                      \
    X(PROOF, "proof")                                                                              \
    X(CLAIMS, "claims")                                                                            \
    X(RESULT, "result")                                                                            \
    X(DATA_KEY, "data key")                                                                        \
    X(DATA, "data")                                                                                \
    X(CONTENT, "content")                                                                          \
    X(PUBLIC_DIGESTS, "public digests")                                                            \
    X(SCHEMA, "schema")                                                                            \
    X(ROWS, "rows")                                                                                \
    X(ROW_TREE, "row tree")                                                                        \
    X(BLOCK_COMMITMENTS, "block commitments")

typedef enum zkl_check {
#define ZKL_CHECK_ENUM(name, text) ZKL_CHECK_##name,
    ZKL_CHECK_TABLE(ZKL_CHECK_ENUM)
#undef ZKL_CHECK_ENUM
        ZKL_CHECK_COUNT
} zkl_check;
ZKL_API const char *zkl_check_name(zkl_check check); /* an unknown one has the empty name */

/* What a person can do about an error: X(NAME, "name"). The library states the fact in the error's
 * text and the way on as one of these codes. It names no command and no option. A caller puts its
 * own words behind the text or leaves them out; the words of the command line are in
 * src/cli/hints.c. A new hint is one line here and one there. */
#define ZKL_HINT_TABLE(X)                                                                          \
    X(NONE, "")                                                                                    \
    X(MAKE_LEDGER, "make ledger")                                                                  \
    X(MAKE_OR_NAME_LEDGER, "make or name ledger")                                                  \
    X(GIVE_DATA_KEY, "give data key")                                                              \
    X(CHECK_WITH_DATA, "check with data")                                                          \
    X(DATA_CHECKS_DIGESTS, "data checks digests")                                                  \
    X(MOVE_POWERS, "move powers")                                                                  \
    X(GIVE_AS_TRUST, "give as trust")                                                              \
    X(GIVE_AS_DATA_KEY, "give as data key")                                                        \
    X(GIVE_AS_RECEIPT, "give as receipt")                                                          \
    X(GIVE_AS_DATA, "give as data")                                                                \
    X(IMPORT_SETUP, "import setup")                                                                \
    X(VERIFY_CHAIN, "verify chain")                                                                \
    X(ASK_DOCTOR, "ask doctor")                                                                    \
    X(FORCE_OR_OTHER_FOLDER, "force or other folder")                                              \
    X(FORCE_OR_OTHER_NAME, "force or other name")                                                  \
    X(RESTORE_SECRET, "restore secret")                                                            \
    X(RESTORE_UNDER_PASSPHRASE, "restore under passphrase")                                        \
    X(LIST_LOG, "list log")                                                                        \
    X(SAY_WHAT_TO_TRUST, "say what to trust")                                                      \
    X(COMPRESS_WITH_SMALL_WINDOW, "compress with small window")                                    \
    X(SAY_BYTE_ORDER, "say byte order")                                                            \
    X(SAY_UTF_16, "say UTF-16")                                                                    \
    X(WRITE_UTF_8, "write UTF-8")                                                                  \
    X(LEAVE_ENCODING_OUT, "leave encoding out")                                                    \
    X(SAY_ENCODING, "say encoding")                                                                \
    X(SAY_FORMAT, "say format")                                                                    \
    X(SAY_PARQUET, "say Parquet")                                                                  \
    X(SAY_DELIMITER, "say delimiter")                                                              \
    X(SAY_BLANKS_SEPARATE, "say whether blanks separate")                                          \
    X(WRITE_ONE_SIGN, "write one sign between fields")                                             \
    X(REMOVE_TITLE, "remove title")                                                                \
    X(SAY_NO_HEADER, "say no header")                                                              \
    X(NAME_COLUMNS, "name columns")                                                                \
    X(LEAVE_COLUMN_OUT, "leave column out")                                                        \
    X(WRITE_ZSTD_OR_SNAPPY, "write zstd or Snappy")                                                \
    X(WRITE_PLAIN, "write PLAIN")                                                                  \
    X(RESTORE_KEY, "restore key")

typedef enum zkl_hint {
#define ZKL_HINT_ENUM(name, text) ZKL_HINT_##name,
    ZKL_HINT_TABLE(ZKL_HINT_ENUM)
#undef ZKL_HINT_ENUM
        ZKL_HINT_COUNT
} zkl_hint;
ZKL_API const char *zkl_hint_name(zkl_hint hint); /* an unknown one has the empty name */

#define ZKL_ERROR_TEXT_BYTES 1024
#define ZKL_ERROR_VALUE_BYTES 512

/* What went wrong, in one or two lines for people. All zeros is valid and says nothing. */
typedef struct zkl_error {
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

/* State a fact and return its status: `return zkl_fail(err, ZKL_LIMIT, "record has %zu bytes", n)`.
 * Lower case, no full stop, the offending value in quotes: its control characters become '?' (or a
 * blank). err may be NULL. */
ZKL_API zkl_status zkl_fail(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* Put context before what err says: "load 'x.toml': line 3: unknown key 'foo'". Returns status.
 * err may be NULL. */
ZKL_API zkl_status zkl_wrap(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* The same for a check of a verification: the text begins with "check 'name': ", and err->check is
 * set. */
ZKL_API zkl_status zkl_fail_check(zkl_error *err, zkl_status status, zkl_check check,
                                  const char *format, ...) ZKL_PRINTF(4, 5);
ZKL_API zkl_status zkl_wrap_check(zkl_error *err, zkl_status status, zkl_check check);

/* zkl_fail with a hint. */
ZKL_API zkl_status zkl_fail_hint(zkl_error *err, zkl_status status, zkl_hint hint,
                                 const char *format, ...) ZKL_PRINTF(4, 5);
/* Give what err says a hint, in the place of the one that it has. value: what the hint speaks of,
 * NULL for nothing; a value that does not fit leaves the error without a hint, since half a path
 * would lead astray. Returns status. err may be NULL. */
ZKL_API zkl_status zkl_hint_add(zkl_error *err, zkl_status status, zkl_hint hint,
                                const char *value);
/* Fail with the text, check and hint of another error. Returns status. err may be NULL, and may be
 * `why`. */
ZKL_API zkl_status zkl_fail_as(zkl_error *err, zkl_status status, const zkl_error *why);

#ifdef __cplusplus
}
#endif
