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

/* The checks of a verification, roughly in the order in which they are made: X(NAME, "name"). A name is stable: it stands
 * in the error's text and is what `verify --json` says as "check". docs/formats/receipt.md says what each looks at. */
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

#define ZKL_ERROR_TEXT_BYTES 1024

/* What went wrong, in one or two lines for people. All zeros is valid and says nothing. */
typedef struct zkl_error {
    zkl_status status;
    zkl_check check; /* the check of a verification that failed; NONE: no such check */
    char text[ZKL_ERROR_TEXT_BYTES]; /* always ends in NUL; too long texts are cut */
} zkl_error;

/* State a fact and return its status: `return zkl_fail(err, ZKL_LIMIT, "record has %zu bytes", n)`.
 * Lower case, no full stop, the offending value in quotes: its control characters become '?' (or a blank). err may be NULL. */
ZKL_API zkl_status zkl_fail(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* Put context before what err says: "load 'x.toml': line 3: unknown key 'foo'". Returns status.
 * err may be NULL. */
ZKL_API zkl_status zkl_wrap(zkl_error *err, zkl_status status, const char *format, ...)
    ZKL_PRINTF(3, 4);

/* The same for a check of a verification: the text begins with "check 'name': ", and err->check is set. */
ZKL_API zkl_status zkl_fail_check(zkl_error *err, zkl_status status, zkl_check check,
                                  const char *format, ...) ZKL_PRINTF(4, 5);
ZKL_API zkl_status zkl_wrap_check(zkl_error *err, zkl_status status, zkl_check check);

#ifdef __cplusplus
}
#endif
