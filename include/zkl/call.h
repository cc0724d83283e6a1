#pragma once
/* Every operation by its name, JSON in and JSON out: the stable way into the library.
 *
 * The typed calls of the other headers are for C programs that are compiled with them: their structs grow. What stands here
 * does not change but by new members and new operations, so it is what other languages bind to. docs/cli.md says each
 * operation's members. */
#include <stddef.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/ledger.h>
#include <zkl/memory.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_call_result {
    zkl_arena memory;
    /* One JSON object, ASCII, with a NUL behind it. Its members "status" and "exit_code" are always there, "error" on failure. */
    const char *json;
    size_t json_size;
} zkl_call_result;

/* Perform an operation.
 *
 * ledger:  an open ledger, or NULL for operations that need none.
 * request: a JSON object; size 0 is {}. At most ZKL_CALL_REQUEST_BYTES_MAX.
 * out:     what `zkp-ledger OPERATION --json` prints, on failure too. Only without memory it is empty.
 *          Clear it with zkl_arena_clear(&out->memory).
 *
 * Errors:  those of the operation. ZKL_NOT_FOUND: there is no such operation. ZKL_BAD_INPUT: the request is no JSON.
 *          ZKL_USAGE: a member is unknown, missing or of another type, or a ledger is needed.
 * Threads: any number at once on one ledger, as zkl_ledger says.
 * Files:   some members name files of this machine (their schema says "format": "path"). A server must not pass such a value
 *          on from strangers. */
ZKL_API zkl_status zkl_call(zkl_call_result *out, zkl_ledger *ledger, const char *operation,
                            zkl_bytes request, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#define ZKL_CALL_REQUEST_BYTES_MAX ((size_t)16 << 20)

/* What zkl_call can do, in zkl_call_result's form: {"operations": [{
 *   "name", "summary",
 *   "ledger":    "none", "may read", "reads", "writes" or "may write": what is done to it, and whether one is needed,
 *   "needs_keys": it signs, or reads what the owner alone may: see zkl_ledger_set_passphrase,
 *   "is_long":    it is worth starting in the background (zkl_operation_start),
 *   "request", "result", "failure": JSON Schemas (draft 2020-12) }]}.
 *
 * ZKL_NO_MEMORY alone can happen. Any thread, milliseconds. */
ZKL_API zkl_status zkl_operations(zkl_call_result *out, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
