#pragma once
/* Logging in by OpenID Connect: the code flow with PKCE (RFC 7636, S256), as a client of one of the
 * issuers of tokens.
 *
 *  1. What a try has to remember is its browser's, in a cookie: nothing is kept here.
 *  2. The token of identity is judged by its issuer's keys, for this client alone, and has to have
 *     the nonce of the try. It is no token of the API's: audiences of those are others.
 *
 * What asks the provider blocks for some seconds at most: it is for threads that may. */
#include "daemon/page_settings.h"
#include "daemon/tokens.h"

typedef struct daemon_oidc daemon_oidc;

/* *out NULL: the settings have none. ZKL_USAGE: the issuer is none of the tokens'. Settings and
 * tokens outlive it. */
zkl_status daemon_oidc_open(daemon_oidc **out, const daemon_page_log_in *settings,
                            const daemon_token_settings *issuers, daemon_tokens *tokens,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* The provider is not waited for any more. NULL is fine. */
void daemon_oidc_stop(daemon_oidc *oidc);
void daemon_oidc_free(daemon_oidc *oidc);

/* In hexadecimal digits. */
typedef struct daemon_oidc_try {
    char state[33], nonce[33], verifier[65];
} daemon_oidc_try;

zkl_status daemon_oidc_try_new(daemon_oidc_try *out, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;
/* Where the browser is sent to: appended, without a NUL. Blocks. */
zkl_status daemon_oidc_begin(zkl_buffer *out, daemon_oidc *oidc, const daemon_oidc_try *what,
                             zkl_error *err) ZKL_MUST_USE;
/* Who came back with this code. Blocks.
 *
 * ZKL_DENIED: the provider or its token does not say so. ZKL_IO: it does not answer. */
zkl_status daemon_oidc_finish(daemon_identity *out, daemon_oidc *oidc, const daemon_oidc_try *what,
                              zkl_bytes code, zkl_error *err) ZKL_MUST_USE;
/* Of the answer of authorization (RFC 9207): "" is fine. */
bool daemon_oidc_is_issuer(const daemon_oidc *oidc, const char *issuer);
