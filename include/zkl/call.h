#pragma once
/* Every operation by its name, JSON in and JSON out: the stable way into the library.
 *
 * The typed calls of the other headers are for C programs that are compiled with them: their
 * structs grow. What stands here does not change but by new members and new operations, so it is
 * what other languages bind to. docs/operations.md has each operation's members.
 *
 *     zkl_call_result answer;
 *     zkl_bytes request = zkl_bytes_of_text("{\"reference\": \"patients\"}");
 *     zkl_status status = zkl_call(&answer, ledger, "show", request, NULL, &err);
 *     if (answer.json)
 *         puts(answer.json);
 *     zkl_arena_clear(&answer.memory);
 */
#include <stddef.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/ledger.h>
#include <zkl/memory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An answer. Clear `memory` after success and failure alike: a failure is an answer too. */
typedef struct zkl_call_result {
    zkl_arena memory;
    /* One JSON object, ASCII, with a NUL behind it. Its members "status" and "exit_code" are
     * always there, "error" on failure, and "hint" where there is one: the name of what a person
     * can do about it (zkl_hint_name). */
    const char *json;
    /* Without the NUL. */
    size_t json_size;
} zkl_call_result;

/* Perform an operation.
 *
 * ledger:  an open ledger, or NULL for operations that need none.
 * request: a JSON object; size 0 is {}. At most ZKL_CALL_REQUEST_BYTES_MAX.
 * out:     what `zkp-ledger OPERATION --json` prints, on failure too. But a hint is a name here and
 *          words there, and warnings go to the ledger's notice. Empty only without memory. Clear it
 *          with zkl_arena_clear(&out->memory).
 *
 * Errors:  those of the operation; ZKL_NOT_FOUND: there is no such operation; ZKL_BAD_INPUT: the
 *          request is no JSON; ZKL_LIMIT: it is too large; ZKL_USAGE: a member is unknown, missing,
 *          of another type or out of its range (the error names it), or a ledger is needed.
 * Cost:    the operation's, and microseconds for the JSON.
 * Threads: any number at once on one ledger, as zkl_ledger says.
 * Failure: the ledger is as it was, but for what the operation's own call says of it.
 * Files:   some members name files of this machine: their schema says "format": "path", and as
 *          "x-path" whether they are read or written. A server must not pass such a value on from
 *          strangers. */
ZKL_API zkl_status zkl_call(zkl_call_result *out, zkl_ledger *ledger, const char *operation,
                            zkl_bytes request, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#define ZKL_CALL_REQUEST_BYTES_MAX ((size_t)16 << 20)

/* What zkl_call can do, in zkl_call_result's form:
 *
 *     {"operations": [{
 *         "name", "summary",
 *         "ledger":     "none", "may read", "reads", "writes" or "may write",
 *         "needs_keys": it signs, or reads what the owner alone may (zkl_ledger_set_passphrase),
 *         "is_long":    it is worth starting in the background (zkl_operation_start),
 *         "request", "result", "failure": JSON Schemas (draft 2020-12) }]}
 *
 * ZKL_NO_MEMORY alone can happen. Any thread; milliseconds. */
ZKL_API zkl_status zkl_operations(zkl_call_result *out, zkl_error *err) ZKL_MUST_USE;

/* ---- Operations in the background, for those that are long.
 *
 *     zkl_background_new(&background, 2, &err);
 *     zkl_operation_start(&operation, background, &(zkl_operation_start_request){
 *         .ledger = ledger, .operation = "notarize", .request = request }, &err);
 *     while (!zkl_operation_wait(operation, 500)) {
 *         zkl_operation_get_progress(&progress, operation);
 *         ...
 *     }
 *     puts(zkl_operation_result(operation)->json);
 *     zkl_operation_free(operation);
 *
 * Every call below may be made from any thread, but for the freeing of what another thread still
 * uses. */

/* A fixed number of threads that run operations, in the order in which they were started. */
typedef struct zkl_background zkl_background;

/* thread_count: 1 to 256, so many operations run at once. Each may use the workers of its env
 * besides.
 *
 * ZKL_USAGE: another number. ZKL_LIMIT: the system gives fewer threads. ZKL_NO_MEMORY. */
ZKL_API zkl_status zkl_background_new(zkl_background **out, size_t thread_count,
                                      zkl_error *err) ZKL_MUST_USE;
/* After all its operations were freed. NULL is fine. */
ZKL_API void zkl_background_free(zkl_background *background);

/* One operation: waiting, running or over, and only ever in that order. */
typedef struct zkl_operation zkl_operation;

/* What zkl_call takes. Ledger, and what env points to, are borrowed until the operation is
 * freed; all else is copied. */
typedef struct zkl_operation_start_request {
    /* NULL for operations that need none. */
    zkl_ledger *ledger;
    /* As in zkl_call. */
    const char *operation;
    zkl_bytes request;
    /* NULL: as in zkl_call. Its progress is told on a thread of the background, and may end the
     * operation too. */
    const zkl_env *env;
} zkl_operation_start_request;

/* Put an operation behind those that were started before.
 *
 * ZKL_LIMIT: the request is too large. ZKL_NO_MEMORY. Everything else that is wrong with it is
 * in its answer. */
ZKL_API zkl_status zkl_operation_start(zkl_operation **out, zkl_background *background,
                                       const zkl_operation_start_request *request,
                                       zkl_error *err) ZKL_MUST_USE;

typedef enum zkl_operation_state {
    /* For a thread: others were started before. */
    ZKL_OPERATION_WAITING,
    ZKL_OPERATION_RUNNING,
    /* It succeeded, failed or was cancelled. */
    ZKL_OPERATION_OVER,
} zkl_operation_state;

typedef struct zkl_operation_progress {
    zkl_operation_state state;
    /* What zkl_call returned, once it is over. */
    zkl_status status;
    /* The newest word of progress, as in zkl_progress; "" before the first. */
    char stage[64];
    /* Of that stage; total 0: not known. */
    uint64_t done, total;
} zkl_operation_progress;

/* How far it is, as of now. Returns at once, and never fails. */
ZKL_API void zkl_operation_get_progress(zkl_operation_progress *out, zkl_operation *operation);

/* Ask it to end. It ends with ZKL_CANCELLED and leaves the ledger as it was, unless it is over
 * or past its last step: what it recorded then stays, and its answer says so. Returns at once. */
ZKL_API void zkl_operation_cancel(zkl_operation *operation);

/* Is it over, at the latest after timeout_ms? UINT64_MAX: wait until it is. */
ZKL_API bool zkl_operation_wait(zkl_operation *operation, uint64_t timeout_ms);

/* Its answer, as zkl_call gives it, until the operation is freed. NULL: it is not over. */
ZKL_API const zkl_call_result *zkl_operation_result(zkl_operation *operation);

/* Cancel it, wait until it is over, and free it with its answer. NULL is fine. */
ZKL_API void zkl_operation_free(zkl_operation *operation);

#ifdef __cplusplus
}
#endif
