/* Sets of keys: what is kept, what is passed over, what refuses the whole set. */
#include "unit/token/token_signing.h"

static const char *set_of(zkl_test *t, const char *a, const char *b)
{
    return zkl_arena_format(&t->arena, "{\"keys\":[%s%s%s]}", a, *b ? "," : "", b);
}

static void check_set(zkl_test *t, const char *json, const char *why)
{
    token_keys *keys = NULL;
    zkl_error err = { 0 };
    const zkl_status status = token_keys_parse(&keys, zkl_bytes_of_text(json), &err);
    if (!why && status != ZKL_OK)
        FAIL(t, "%s: %s", json, err.text);
    if (why && status == ZKL_OK)
        FAIL(t, "%s: taken, though: %s", json, why);
    if (why && status != ZKL_OK && !strstr(err.text, why))
        FAIL(t, "'%s', want '%s'", err.text, why);
    token_keys_free(keys);
}

static void test_jwks__refuses_bad_keys(zkl_test *t)
{
    EVP_PKEY *const rsa = EVP_RSA_gen(2048), *const small = EVP_RSA_gen(1024);
    EVP_PKEY *const ec = EVP_EC_gen("P-256"), *const ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    const char *const n = number(t, rsa, "n", 0), *const x = number(t, ec, "qx", 32);
    const char *const y = number(t, ec, "qy", 32);
    char *const off = zkl_arena_text(&t->arena, y, strlen(y));
    off[3] = off[3] == 'A' ? 'B' : 'A';
#define RSA(n, e) zkl_arena_format(&t->arena, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}", n, e)
#define EC(curve, x, y)                                                                            \
    zkl_arena_format(&t->arena, "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",       \
                     curve, x, y)
    check_set(t, set_of(t, RSA(n, "AQAB"), ""), NULL);
    check_set(t, set_of(t, EC("P-256", x, y), ""), NULL);
    const struct {
        const char *jwk, *why;
    } cases[] = {
        { jwk_of(t, small, ""), "2048 to 8192" },
        { RSA(n, "AQ"), "modulus or exponent" },      /* 1 */
        { RSA(n, "Aw"), "modulus or exponent" },      /* 3 */
        { RSA(n, "AQAA"), "modulus or exponent" },    /* even */
        { RSA(n, "AAEAAQ"), "begins with a zero" },   /* 00 01 00 01 */
        { RSA(n, "AQAAAAE"), "modulus or exponent" }, /* 2^32 + 1 */
        { RSA("", "AQAB"), "no numbers" },
        { RSA("A", "AQAB"), "no numbers" },
        { zkl_arena_format(&t->arena, "{\"kty\":\"RSA\",\"n\":\"%s=\",\"e\":\"AQAB\"}", n),
          "no numbers" },
        { "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", "no numbers" },
        { EC("P-256", x, off), "not on the curve" },
        { EC("P-256", y, x), "not on the curve" },
        { EC("P-384", x, y), "not P-256" },
        { EC("secp256k1", x, y), "not P-256" },
        { EC("P-256", x, "AAAA"), "32 bytes" },
        { EC("P-256", "AAAA", y), "32 bytes" },
        { EC("P-256", x, zkl_arena_format(&t->arena, "%sAAAA", y)), "32 bytes" },
        { "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}", "not Ed25519" },
        { "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}", "32 bytes" },
        { jwk_of(t, rsa, ",\"use\":\"enc\""), "use" },
        { jwk_of(t, rsa, ",\"key_ops\":[\"sign\"]"), "key_ops" },
        { jwk_of(t, rsa, ",\"alg\":\"RS512\""), "'alg'" },
        { jwk_of(t, rsa, ",\"alg\":\"ES256\""), "'alg'" },
        { jwk_of(t, ed, ",\"alg\":\"RS256\""), "'alg'" },
        { jwk_of(t, ec, ",\"alg\":7"), "'alg'" },
        { "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "secret" },
        { jwk_of(t, rsa, ",\"d\":\"AAAA\""), "secret" },
        { "{\"kty\":\"EC2\"}", "'kty'" },
        { "{}", "no key" },
        { "7", "no key" },
        { jwk_of(t, rsa, ",\"kid\":7"), "'kid'" },
    };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++)
        check_set(t, set_of(t, cases[c].jwk, ""), cases[c].why);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(small);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(ed);
}

/* What does not sign is passed over; what has no place in public refuses the set. */
static void test_jwks__sets(zkl_test *t)
{
    EVP_PKEY *const ec = EVP_EC_gen("P-256");
    const char *const good = jwk_of(t, ec, ",\"kid\":\"a\"");
    const char *const same = jwk_of(t, ec, ",\"kid\":\"a\",\"use\":\"enc\"");
    static const char enc[] = "{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\"AA\",\"e\":\"AQAB\","
                              "\"kid\":\"b\"}";
    token_keys *keys = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, token_keys_parse(&keys, zkl_bytes_of_text(set_of(t, good, enc)), &err));
    CHECK_UINT_EQ(t, token_keys_count(keys), 1);
    CHECK(t, token_keys_find(keys, "a") && !token_keys_find(keys, "b"));
    CHECK(t, token_keys_find(keys, NULL) == token_keys_find(keys, "a"));
    token_keys_free(keys);
    check_set(t, set_of(t, good, same), "stands twice");
    check_set(t, set_of(t, enc, jwk_of(t, ec, ",\"kid\":\"b\"")), "stands twice");
    check_set(t, set_of(t, good, "{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"c\"}"), "secret");
    check_set(t, "{\"keys\":[]}", "no key of the set");
    static const char *const none[] = {
        "", "[]", "7", "{\"keys\":{}}", "{}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}"
    };
    for (size_t i = 0; i < ZKL_COUNT(none); i++)
        check_set(t, none[i], "no JSON object");
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    zkl_buffer_put_text(&many, "{\"keys\":[{}");
    for (size_t i = 0; i < TOKEN_SET_KEYS_MAX; i++)
        zkl_buffer_put_text(&many, ",{}");
    zkl_buffer_put_text(&many, "]}");
    CHECK(t, token_keys_parse(&keys, zkl_buffer_bytes(&many), NULL) == ZKL_LIMIT);
    while (many.size <= TOKEN_SET_BYTES_MAX)
        zkl_buffer_put_text(&many, "                ");
    CHECK(t, token_keys_parse(&keys, zkl_buffer_bytes(&many), NULL) == ZKL_LIMIT);
    EVP_PKEY_free(ec);
}

/* Without a kid, the key of a set that has one alone. */
static void test_jwks__kid_may_miss_where_there_is_one_key(zkl_test *t)
{
    EVP_PKEY *const a = EVP_EC_gen("P-256"), *const b = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    token_keys *keys = NULL;
    zkl_error err = { 0 };
    token_jws jws = { 0 };
    const char *const token = sign_token(t, a, "{\"alg\":\"ES256\"}", "{}");
    REQUIRE_OK(t, &err, token_jws_parse(&jws, zkl_bytes_of_text(token), &err));
    REQUIRE_OK(t, &err,
               token_keys_parse(&keys, zkl_bytes_of_text(set_of(t, jwk_of(t, a, ""), "")), &err));
    CHECK(t, token_jws_verify(&jws, keys, NULL) == ZKL_OK);
    token_keys_free(keys);
    REQUIRE_OK(t, &err,
               token_keys_parse(
                   &keys, zkl_bytes_of_text(set_of(t, jwk_of(t, a, ""), jwk_of(t, b, ""))), &err));
    CHECK(t, token_jws_verify(&jws, keys, NULL) == ZKL_REJECTED);
    token_keys_free(keys);
    token_jws_clear(&jws);
    EVP_PKEY_free(a);
    EVP_PKEY_free(b);
}

ZKL_TESTS(TEST(test_jwks__refuses_bad_keys), TEST(test_jwks__sets),
          TEST(test_jwks__kid_may_miss_where_there_is_one_key))
