#pragma once
/* A ledger of a service, for those who would open one here: an operation's request goes there with
 * the files that it names, and its result and what it wrote come back, so that a caller cannot tell
 * the two apart but by time.
 *
 *     remote_options options = { .url = "https://host:8080", .key = key };
 *     ZKL_TRY(remote_service_open(&service, &options, err));
 *     ZKL_TRY(remote_service_call(&result, service, &api_show, &request, &env, err));
 *
 *  1. Nothing but the address's own host is asked, over TLS that is verified; plain http goes to
 *     this machine alone, unless the caller says otherwise. No redirect is followed.
 *  2. The key goes into the header Authorization and nowhere else: into no error, text or file.
 *  3. A request that writes has an idempotency key. It is sent again when the connection breaks or
 *     the service is busy, for as long as the options say, and counts once.
 *  4. The service is not trusted with this machine. What it answers is bounded in size; it fills
 *     results by their rows alone (api_read_answer); files are written where the request says and
 *     nowhere else, whole or not at all; its texts show nothing hidden.
 *
 * One thread at a time. */
#include <zkl/env.h>

#include "api/operation.h"
#include "base/memory.h"

typedef struct remote_service remote_service;

typedef struct remote_options {
    /* https://HOST[:PORT], http://127.0.0.1:PORT, or unix:PATH of a socket. */
    const char *url;
    /* Of the caller's organisation; NULL: its first. */
    const char *ledger;
    /* NULL: none is sent. Borrowed until the service is closed. */
    const char *key;
    /* Where it comes from, for errors: "$ZKL_REMOTE_KEY". NULL with key. */
    const char *key_from;
    /* PEM files. ca: the authorities that count instead of the system's. certificate: the caller's
     * own, and its key. NULL: none. */
    const char *ca, *certificate, *certificate_key;
    bool allows_plain;
    /* How long a service is waited for that is busy or does not answer any more. */
    uint64_t patience_ms;
    /* Texts of results are printed, not given to programs: what shows nothing is \xNN. */
    bool is_shown;
    zkl_notice notice;
} remote_options;

/* Nothing is asked yet. The texts are copied, but for the key.
 *
 * Errors: ZKL_USAGE  it is no address, or plain http to another machine; or half a certificate. */
zkl_status remote_service_open(remote_service **out, const remote_options *options,
                               zkl_error *err) ZKL_MUST_USE;
/* Files that are larger are not fetched from now on (ZKL_LIMIT): for who knows what can come. Else
 * as much is taken as the service announces, since results of a table have any size. */
void remote_service_limit_files(remote_service *service, uint64_t bytes_max);
void remote_service_close(remote_service *service); /* NULL is fine */
ZKL_DEFINE_AUTO_CLOSE(remote_service)

/* Run the operation there. result: zeros, of the row's struct; its memory holds what came.
 *
 * Errors: those of the operation, with their check and hint, and
 *         ZKL_DENIED         the key is missing, unknown, or may not do that.
 *         ZKL_NOT_SUPPORTED  the request names a place that only the service's machine has.
 *         ZKL_CONFLICT       a file that would be written is there (before anything is sent).
 *         ZKL_LIMIT          the service is busy for longer than the patience, or answers too much.
 *         ZKL_IO             it does not answer, or is not to be trusted.
 *         ZKL_BAD_INPUT      what it answers is none.
 *         ZKL_CANCELLED      env->progress said so; the operation was cancelled there. */
zkl_status remote_service_call(void *result, remote_service *service,
                               const api_operation *operation, const void *request,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
