/* RFC 6238 over RFC 4226: HMAC-SHA-1 of the step, four bytes of it at a place that its last half
 * byte says, the last digits of that. */
#include "token/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#define STEPS_OFF 1 /* clocks may differ by so many */

zkl_status token_totp_code(char out[static TOKEN_TOTP_DIGITS + 1],
                           const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES], uint64_t step,
                           zkl_error *err)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    zkl_be64_put(message, step);
    if (!HMAC(EVP_sha1(), secret, TOKEN_TOTP_SECRET_BYTES, message, sizeof message, mac, &size) ||
        size != 20)
        return zkl_fail(err, ZKL_IO, "libcrypto gives no HMAC-SHA-1");
    const uint8_t *const at = mac + (mac[19] & 15);
    const uint32_t number = zkl_be32_get(at) & 0x7fffffff;
    snprintf(out, TOKEN_TOTP_DIGITS + 1, "%06u", (unsigned)(number % 1000000));
    zkl_wipe(mac, sizeof mac);
    return ZKL_OK;
}

uint64_t token_totp_find(const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES], const char *code,
                         uint64_t now_step, uint64_t used)
{
    char wanted[TOKEN_TOTP_DIGITS + 1] = "";
    uint64_t found = 0;
    zkl_status status = ZKL_OK;
    if (strlen(code) != TOKEN_TOTP_DIGITS)
        return 0;
    for (uint64_t step = now_step > STEPS_OFF ? now_step - STEPS_OFF : 1;
         step <= now_step + STEPS_OFF && status == ZKL_OK; step++) {
        status = token_totp_code(wanted, secret, step, NULL);
        const bool is_it = zkl_equal_ct(wanted, code, TOKEN_TOTP_DIGITS);
        found = is_it && step > used && !found ? step : found;
    }
    zkl_wipe(wanted, sizeof wanted); /* the next one counts for half a minute yet */
    return status == ZKL_OK ? found : 0;
}

void token_totp_text(char out[static TOKEN_TOTP_TEXT_CHARS + 1],
                     const uint8_t secret[static TOKEN_TOTP_SECRET_BYTES])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < TOKEN_TOTP_TEXT_CHARS; i++) {
        const size_t bit = 5 * i;
        const uint8_t next = bit / 8 + 1 < TOKEN_TOTP_SECRET_BYTES ? secret[bit / 8 + 1] : 0;
        const unsigned pair = (unsigned)secret[bit / 8] << 8 | next;
        out[i] = digits[pair >> (11 - bit % 8) & 31];
    }
    out[TOKEN_TOTP_TEXT_CHARS] = 0;
}
