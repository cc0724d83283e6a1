#pragma once
/* One POST to somebody else, by the program curl: it knows the certificates, proxies and names of
 * this machine, and the library needs no network for it. */
#include <zkl/status.h>

#include "base/buffer.h"

typedef struct cli_posted {
    int code;
    zkl_buffer body;
} cli_posted;

/* Sends text, follows no redirect, waits half a minute. Whatever code comes is an answer, of 64 KiB
 * at most. Clear out->body.
 *
 * Errors: ZKL_USAGE  no address of http or https.
 *         ZKL_IO     curl is not there, or nobody answers: it says why on standard error.
 *         ZKL_LIMIT  the answer is larger. */
zkl_status cli_post(cli_posted *out, const char *url, zkl_bytes body, zkl_error *err) ZKL_MUST_USE;
