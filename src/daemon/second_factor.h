#pragma once
/* Second factors of keys, for the web page: codes of an authenticator (token/totp.h).
 *
 *  1. A key's secret counts when a code of it was right once. What was only offered is in memory.
 *  2. A code counts once, after a restart too.
 *  3. After DAEMON_FACTOR_TRIES wrong codes none is looked at for DAEMON_FACTOR_WAIT_MS.
 *
 * folder/second_factors.json has the secrets, for its owner's eyes alone. Any thread. */
#include <zkl/zkl.h>

#include "daemon/at_rest.h"
#include "token/totp.h"

#define DAEMON_FACTOR_TRIES 5
#define DAEMON_FACTOR_WAIT_MS ((int64_t)15 * 60000)

typedef struct daemon_factors daemon_factors;

/* at_rest: what encrypts the file; NULL: it is in clear. ZKL_BAD_INPUT: it is none of ours. */
zkl_status daemon_factors_open(daemon_factors **out, const char *folder,
                               const daemon_at_rest *at_rest, zkl_error *err) ZKL_MUST_USE;
/* NULL is fine. */
void daemon_factors_free(daemon_factors *factors);

/* Does a secret of that key count? */
bool daemon_factors_has(daemon_factors *factors, const char *key);
/* One for a key that has none: the same until it counts, or the service ends. ZKL_CONFLICT: it has
 * one. */
zkl_status daemon_factors_offer(uint8_t out[static TOKEN_TOTP_SECRET_BYTES],
                                daemon_factors *factors, const char *key, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* Is that a code of the key's secret, or of the one that was offered, which then counts?
 *
 * ZKL_DENIED: no. ZKL_LIMIT: too many were tried. */
zkl_status daemon_factors_check(daemon_factors *factors, const char *key, const char *code,
                                int64_t now_ms, zkl_error *err) ZKL_MUST_USE;
/* It has none any more, and may have another. ZKL_NOT_FOUND. */
zkl_status daemon_factors_forget(daemon_factors *factors, const char *key,
                                 zkl_error *err) ZKL_MUST_USE;
