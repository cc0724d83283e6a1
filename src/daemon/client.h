#pragma once
/* Asking others over HTTP: one request, one answer of bounded size within a bounded time. Plain
 * http goes to this machine alone, unless it is allowed; no redirect is followed; nothing is
 * remembered of whom was asked but the connection. On threads that may wait, never on a loop. */
#include <stdatomic.h>

#include <zkl/status.h>

#include "base/buffer.h"

typedef struct daemon_client daemon_client;

/* Of one thread at a time: what it keeps is the connection. */
zkl_status daemon_client_new(daemon_client **out, zkl_error *err) ZKL_MUST_USE;
void daemon_client_free(daemon_client *client); /* NULL is fine */

/* What an address says of where it leads, of any scheme. ZKL_USAGE: it is none, or holds a name and
 * password. */
typedef struct daemon_client_place {
    char scheme[8]; /* in lower case; "": a longer one */
    bool is_here;   /* this machine */
} daemon_client_place;
zkl_status daemon_client_find_place(daemon_client_place *out, const char *url,
                                    zkl_error *err) ZKL_MUST_USE;
/* Is it an address that may be asked? ZKL_USAGE. allows_plain: http to other machines too. */
zkl_status daemon_client_check_url(const char *url, bool allows_plain, zkl_error *err) ZKL_MUST_USE;

typedef struct daemon_client_request {
    const char *url;
    bool allows_plain;
    /* Of a POST; NULL: a GET. */
    const char *content_type;
    zkl_bytes body;
    /* "name: value" each; NULL behind the last, or none. */
    const char *const *headers;
    /* PEM file of the authorities that count instead of the system's; NULL: these. */
    const char *ca;
    /* Basic authentication; NULL: none. */
    const char *user, *password;
    size_t answer_bytes_max;
    uint32_t connect_ms, wait_ms; /* to connect; for all of it */
    /* Given up when it becomes true. NULL: never. */
    const atomic_bool *gives_up;
} daemon_client_request;

typedef struct daemon_client_answer {
    int code;
    char type[64]; /* the content type without parameters; "": none, or a long one */
    zkl_buffer body;
} daemon_client_answer;

/* Whatever code comes is an answer. Clear out->body.
 *
 * Errors: ZKL_USAGE      the address may not be asked.
 *         ZKL_IO         nobody answered in time, or the certificate is not to be trusted.
 *         ZKL_LIMIT      the answer is larger than allowed.
 *         ZKL_CANCELLED  gives_up. */
zkl_status daemon_client_ask(daemon_client_answer *out, daemon_client *client,
                             const daemon_client_request *request, zkl_error *err) ZKL_MUST_USE;
