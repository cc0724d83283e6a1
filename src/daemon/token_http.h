#pragma once
/* Providers asked over HTTP: a document got, a token shown. Blocks for some seconds at most, so on
 * no loop's thread. Certificates are checked; a redirection is no answer, nor is what is larger
 * than a key set may be. */
#include <stdatomic.h>

#include "base/buffer.h"

typedef struct daemon_provider {
    const char *ca; /* PEM file; NULL: the system's */
    /* Of requests that ask for them; NULL: none. */
    const char *user, *password;
    /* Becomes true when nobody waits for an answer any more; NULL: never. */
    const atomic_bool *stops;
} daemon_provider;

/* The body of an answer of 200. ZKL_IO: no other answer in time; the text says which. */
zkl_status daemon_provider_get(zkl_buffer *out, const daemon_provider *provider, const char *url,
                               zkl_error *err) ZKL_MUST_USE;
/* The same of a form (application/x-www-form-urlencoded), with user and password. ZKL_DENIED: it
 * answers that what the form shows is nothing to it (400: RFC 6749, section 5.2). */
zkl_status daemon_provider_post(zkl_buffer *out, const daemon_provider *provider, const char *url,
                                zkl_bytes form, zkl_error *err) ZKL_MUST_USE;
