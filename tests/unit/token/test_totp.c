/* Codes by time: RFC 6238's vectors (the last six of its eight digits), each once, and base 32. */
#include "token/totp.h"

#include <string.h>

#include "testing.h"

static const uint8_t secret[] = "12345678901234567890"; /* RFC 6238, appendix B */

static void test_totp__codes_are_the_rfcs(zkl_test *t)
{
    static const struct {
        uint64_t seconds;
        const char *code;
    } vectors[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                    { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
    for (size_t i = 0; i < ZKL_COUNT(vectors); i++) {
        char code[TOKEN_TOTP_DIGITS + 1];
        CHECK_STATUS(t, ZKL_OK,
                     token_totp_code(code, secret, vectors[i].seconds / TOKEN_TOTP_STEP_S, NULL));
        CHECK_TEXT_EQ(t, code, vectors[i].code);
    }
}

/* One step to either side, and none twice. */
static void test_totp__a_code_is_of_one_step_and_used_once(zkl_test *t)
{
    const uint64_t now = 1111111109 / TOKEN_TOTP_STEP_S;
    for (uint64_t step = now - 3; step <= now + 3; step++) {
        char code[TOKEN_TOTP_DIGITS + 1];
        CHECK_STATUS(t, ZKL_OK, token_totp_code(code, secret, step, NULL));
        const bool is_near = step >= now - 1 && step <= now + 1;
        CHECK_UINT_EQ(t, token_totp_find(secret, code, now, 0), is_near ? step : 0);
        CHECK_UINT_EQ(t, token_totp_find(secret, code, now, step), 0);
        CHECK_UINT_EQ(t, token_totp_find(secret, code, now, step - 1), is_near ? step : 0);
    }
    static const char *const bad[] = { "", "08180", "0818040", "08180a", " 081804", "081805" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK_UINT_EQ(t, token_totp_find(secret, bad[i], now, 0), 0);
}

static void test_totp__text_is_base_32(zkl_test *t)
{
    char text[TOKEN_TOTP_TEXT_CHARS + 1];
    token_totp_text(text, secret);
    CHECK_TEXT_EQ(t, text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

ZKL_TESTS(TEST(test_totp__codes_are_the_rfcs), TEST(test_totp__a_code_is_of_one_step_and_used_once),
          TEST(test_totp__text_is_base_32))
