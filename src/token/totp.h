#pragma once
/* Codes of six digits by time (TOTP, RFC 6238, with HMAC-SHA-1 and 30 seconds, as every
 * authenticator has them), as values: no clock, no state. */
#include "base/bytes.h"

#define TOKEN_TOTP_SECRET_BYTES 20
#define TOKEN_TOTP_STEP_S 30
#define TOKEN_TOTP_DIGITS 6

/* The code of a step: seconds since 1970 divided by TOKEN_TOTP_STEP_S. ZKL_IO: libcrypto gives no
 * HMAC. */
zkl_status token_totp_code(char out[static TOKEN_TOTP_DIGITS + 1],
                           const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES], uint64_t step,
                           zkl_error *err) ZKL_MUST_USE;
/* Which step, of those up to one from now and behind `used`, has this code; constant time in the
 * code. 0: none. */
uint64_t token_totp_find(const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES], const char *code,
                         uint64_t now_step, uint64_t used);
/* Base 32 (RFC 4648) of the secret, without padding: 32 characters and a NUL. */
#define TOKEN_TOTP_TEXT_CHARS 32
void token_totp_text(char out[static TOKEN_TOTP_TEXT_CHARS + 1],
                     const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES]);
