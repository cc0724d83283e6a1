/* Tokens as strangers send them: what holds, and everything that is refused. */
#include <stdlib.h>

#include "unit/token/token_signing.h"

#define NOW 1767225600 /* 2026-01-01 */
#define CLAIMS                                                                                     \
    "\"iss\":\"https://id.example\",\"sub\":\"ada\",\"aud\":\"ledger\",\"exp\":1767229200"

static const char *const audiences[] = { "other", "ledger" };
static const token_rules rules = { .issuer = "https://id.example",
                                   .audiences = audiences,
                                   .audience_count = 2,
                                   .now_s = NOW,
                                   .skew_s = 60 };

typedef struct issuer {
    EVP_PKEY *rsa, *ec, *ed;
    token_keys *keys; /* kid: r, e, d */
} issuer;

static void issuer_clear(issuer *i)
{
    EVP_PKEY_free(i->rsa);
    EVP_PKEY_free(i->ec);
    EVP_PKEY_free(i->ed);
    token_keys_free(i->keys);
}

static token_keys *parse_set(zkl_test *t, const char *json)
{
    token_keys *keys = NULL;
    zkl_error err = { 0 };
    if (token_keys_parse(&keys, zkl_bytes_of_text(json), &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return keys;
}

/* It takes a while to be made: one for all. */
static EVP_PKEY *rsa_key;

static void free_rsa_key(void)
{
    EVP_PKEY_free(rsa_key);
}

static EVP_PKEY *shared_rsa_key(void)
{
    if (!rsa_key) {
        rsa_key = EVP_RSA_gen(2048);
        atexit(free_rsa_key);
    }
    EVP_PKEY_up_ref(rsa_key);
    return rsa_key;
}

static issuer issuer_new(zkl_test *t, bool with_rsa)
{
    issuer i = { with_rsa ? shared_rsa_key() : NULL, EVP_EC_gen("P-256"),
                 EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL };
    static const char rsa_more[] = ",\"kid\":\"r\",\"alg\":\"RS256\",\"use\":\"sig\"";
    const char *const rsa =
        with_rsa ? zkl_arena_format(&t->arena, "%s,", jwk_of(t, i.rsa, rsa_more)) : "";
    i.keys =
        parse_set(t, zkl_arena_format(&t->arena, "{\"keys\":[%s%s,%s]}", rsa,
                                      jwk_of(t, i.ec, ",\"kid\":\"e\",\"key_ops\":[\"verify\"]"),
                                      jwk_of(t, i.ed, ",\"kid\":\"d\",\"alg\":\"EdDSA\"")));
    return i;
}

/* All three steps. why: of the refusal. */
static bool holds(const char *token, const token_keys *keys, zkl_error *why)
{
    token_jws jws = { 0 };
    const bool out = token_jws_parse(&jws, zkl_bytes_of_text(token), why) == ZKL_OK &&
                     token_jws_verify(&jws, keys, why) == ZKL_OK &&
                     token_claims_check(jws.claims, &rules, why) == ZKL_OK;
    token_jws_clear(&jws);
    return out;
}

static void check_refused(zkl_test *t, const issuer *i, const char *token, const char *why)
{
    zkl_error err = { 0 };
    if (holds(token, i->keys, &err))
        FAIL(t, "taken, though: %s", why);
    else if (!strstr(err.text, why))
        FAIL(t, "refused as '%s', want '%s'", err.text, why);
}

static void test_jwt__each_algorithm_holds_and_each_byte_counts(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, true);
    const struct {
        EVP_PKEY *key;
        const char *header;
    } cases[] = { { i.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"JWT\"}" },
                  { i.ec, "{\"alg\":\"ES256\",\"kid\":\"e\",\"typ\":\"at+jwt\"}" },
                  { i.ed, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}" } };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        zkl_error err = { 0 };
        char *const token =
            (char *)(uintptr_t)sign_token(t, cases[c].key, cases[c].header, "{" CLAIMS "}");
        if (!holds(token, i.keys, &err))
            FAIL(t, "%s: %s", cases[c].header, err.text);
        const size_t size = strlen(token), step = c == 0 ? 37 : 3;
        for (size_t at = 0; at < size; at += step) {
            const char kept = token[at];
            token[at] = kept == 'A' ? 'B' : 'A';
            if (holds(token, i.keys, NULL))
                FAIL(t, "%s: byte %zu may be changed", cases[c].header, at);
            token[at] = kept;
        }
        for (size_t end = 0; end < size; end += step)
            CHECK(t, !holds(zkl_arena_text(&t->arena, token, end), i.keys, NULL));
    }
}

static const char *hmac_token(zkl_test *t, const char *header, const char *secret)
{
    uint8_t mac[32];
    unsigned size = sizeof mac;
    const char *const signed_part =
        zkl_arena_format(&t->arena, "%s.%s", base64url(t, header, strlen(header)),
                         base64url(t, "{" CLAIMS "}", strlen("{" CLAIMS "}")));
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const uint8_t *)signed_part,
         strlen(signed_part), mac, &size);
    return zkl_arena_format(&t->arena, "%s.%s", signed_part, base64url(t, mac, size));
}

static void test_jwt__refuses_headers(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, true);
    static const struct {
        const char *header, *why;
    } cases[] = {
        { "{\"alg\":\"none\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"None\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"eddsa\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"HS256\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"RS512\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"PS256\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"\",\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":[\"EdDSA\"],\"kid\":\"d\"}", "'alg' is not" },
        { "{\"kid\":\"d\"}", "'alg' is not" },
        { "{\"alg\":\"RS256\",\"kid\":\"d\"}", "not the key's" },
        { "{\"alg\":\"ES256\",\"kid\":\"d\"}", "not the key's" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"r\"}", "not the key's" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"x\"}", "no key of the set" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"\"}", "no key of the set" },
        { "{\"alg\":\"EdDSA\"}", "no key of the set" },
        { "{\"alg\":\"EdDSA\",\"kid\":4}", "'kid' is no text" },
        { "{\"alg\":\"EdDSA\",\"kid\":null}", "'kid' is no text" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"d\",\"crit\":[\"exp\"]}", "'crit'" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"d\",\"crit\":[]}", "'crit'" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"d\",\"b64\":true}", "'b64'" },
        { "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"d\"}", "repeated" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"x\",\"kid\":\"d\"}", "repeated" },
        { "[\"EdDSA\"]", "no JSON object" },
        { "{\"alg\":\"EdDSA\",\"kid\":\"d\"} x", "no JSON object" },
        { "", "no JSON object" },
    };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++)
        check_refused(t, &i, sign_token(t, i.ed, cases[c].header, "{" CLAIMS "}"), cases[c].why);
    char kid[300];
    memset(kid, 'k', sizeof kid);
    kid[sizeof kid - 1] = '\0';
    check_refused(t, &i,
                  sign_token(t, i.ed,
                             zkl_arena_format(&t->arena, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kid),
                             "{" CLAIMS "}"),
                  "'kid' is no text");
}

/* The public key as the secret of a MAC, and a key that the token brings itself. */
static void test_jwt__refuses_confused_and_foreign_keys(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, true);
    EVP_PKEY *const other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    const char *const jwk = jwk_of(t, other, ",\"kid\":\"d\"");
    check_refused(t, &i, hmac_token(t, "{\"alg\":\"HS256\",\"kid\":\"r\"}", jwk_of(t, i.rsa, "")),
                  "'alg' is not");
    check_refused(t, &i, hmac_token(t, "{\"alg\":\"RS256\",\"kid\":\"r\"}", jwk_of(t, i.rsa, "")),
                  "does not hold");
    static const char *const names[] = { "jwk", "jku", "x5u" };
    for (size_t b = 0; b < ZKL_COUNT(names); b++) {
        const char *const more = b == 0 ? jwk : "\"https://evil.example\"";
        const char *const name = names[b];
        const char *const header =
            zkl_arena_format(&t->arena, "{\"alg\":\"EdDSA\",\"kid\":\"d\",\"%s\":%s}", name, more);
        check_refused(t, &i, sign_token(t, other, header, "{" CLAIMS "}"), "does not hold");
        zkl_error err = { 0 };
        CHECK(t, holds(sign_token(t, i.ed, header, "{" CLAIMS "}"), i.keys, &err));
    }
    /* a signature of nothing, and none */
    const char *const token =
        sign_token(t, i.ed, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}", "{" CLAIMS "}");
    const size_t signed_size = (size_t)(strrchr(token, '.') - token) + 1;
    const char *const unsigned_token = zkl_arena_text(&t->arena, token, signed_size);
    check_refused(t, &i, unsigned_token, "does not hold");
    uint8_t zeros[64] = { 0 };
    check_refused(t, &i,
                  zkl_arena_format(&t->arena, "%s%s", unsigned_token, base64url(t, zeros, 64)),
                  "does not hold");
    EVP_PKEY_free(other);
}

/* ES256: R and S of 32 bytes each, and in no other form. */
static void test_jwt__refuses_other_forms_of_es256(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, false);
    const char *const header = "{\"alg\":\"ES256\",\"kid\":\"e\"}";
    const char *const token = sign_token(t, i.ec, header, "{" CLAIMS "}");
    const size_t size = (size_t)(strrchr(token, '.') - token) + 1;
    const char *const begin = zkl_arena_text(&t->arena, token, size);
    ZKL_AUTO_CLEAR(zkl_buffer) pair = { 0 };
    REQUIRE(t, zkl_buffer_put_base64url_decoded(&pair, zkl_bytes_of_text(token + size)));
    REQUIRE(t, pair.size == 64);
    uint8_t der[80], bytes[65] = { 0 };
    size_t der_size = sizeof der;
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    CHECK(t, EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, i.ec) == 1 &&
                 EVP_DigestSign(context, der, &der_size, (const uint8_t *)begin, size - 1) == 1);
    EVP_MD_CTX_free(context);
    memcpy(bytes, pair.data, 64);
    const struct {
        const uint8_t *data;
        size_t size;
    } forms[] = { { der, der_size }, { bytes, 63 }, { bytes, 65 }, { bytes, 32 } };
    for (size_t f = 0; f < ZKL_COUNT(forms); f++)
        check_refused(
            t, &i,
            zkl_arena_format(&t->arena, "%s%s", begin, base64url(t, forms[f].data, forms[f].size)),
            "does not hold");
    CHECK(t, holds(token, i.keys, NULL));
}

static void test_jwt__refuses_claims(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, false);
#define ISS "\"iss\":\"https://id.example\","
#define SUB "\"sub\":\"ada\","
#define AUD "\"aud\":\"ledger\","
#define EXP "\"exp\":1767229200"
    static const struct {
        const char *claims, *why; /* NULL: it holds */
    } cases[] = {
        { "{" ISS SUB AUD EXP "}", NULL },
        { "{" ISS SUB "\"aud\":[\"x\",\"ledger\"]," EXP "}", NULL },
        { "{" ISS SUB AUD EXP ",\"nbf\":1767225660,\"iat\":1767225660}", NULL },
        { "{" ISS SUB AUD "\"exp\":1767225541}", NULL }, /* within the skew */
        { "{" ISS SUB AUD "\"exp\":1767225540}", "expired" },
        { "{" ISS SUB AUD "\"exp\":1}", "expired" },
        { "{" ISS SUB "\"aud\":\"ledger\"}", "no 'exp'" },
        { "{" ISS SUB AUD "\"exp\":\"1767229200\"}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":1767229200.0}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":17672292e2}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":-1}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":9007199254740993}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":null}", "no integer" },
        { "{" ISS SUB AUD "\"exp\":true}", "no integer" },
        { "{" ISS SUB AUD EXP ",\"nbf\":1767225661}", "not count yet" },
        { "{" ISS SUB AUD EXP ",\"nbf\":\"0\"}", "no integer" },
        { "{" ISS SUB AUD EXP ",\"iat\":1767225661}", "in the future" },
        { "{" ISS SUB AUD EXP ",\"iat\":1.5}", "no integer" },
        { "{" SUB AUD EXP "}", "'iss'" },
        { "{\"iss\":\"https://id.example/\"," SUB AUD EXP "}", "'iss'" },
        { "{\"iss\":[\"https://id.example\"]," SUB AUD EXP "}", "'iss'" },
        { "{" ISS SUB EXP "}", "no 'aud'" },
        { "{" ISS SUB "\"aud\":\"Ledger\"," EXP "}", "another audience" },
        { "{" ISS SUB "\"aud\":[]," EXP "}", "another audience" },
        { "{" ISS SUB "\"aud\":[\"ledger\",7]," EXP "}", "no text" },
        { "{" ISS SUB "\"aud\":{\"ledger\":1}," EXP "}", "no 'aud'" },
        { "{" ISS AUD EXP "}", "'sub'" },
        { "{" ISS "\"sub\":\"\"," AUD EXP "}", "'sub'" },
        { "{" ISS "\"sub\":7," AUD EXP "}", "'sub'" },
        { "{" ISS SUB AUD EXP ",\"sub\":\"eve\"}", "repeated" },
        { "{" ISS SUB AUD EXP ",\"x\":{\"a\":1,\"a\":2}}", "repeated" },
        { "[1]", "no JSON object" },
        { "7", "no JSON object" },
        { "", "no JSON object" },
        { "{" ISS SUB AUD EXP "}}", "no JSON object" },
        { "{" ISS "\"sub\":\"a\\u0000b\"," AUD EXP "}", "no JSON object" },
    };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        const char *const token =
            sign_token(t, i.ed, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}", cases[c].claims);
        zkl_error err = { 0 };
        if (cases[c].why)
            check_refused(t, &i, token, cases[c].why);
        else if (!holds(token, i.keys, &err))
            FAIL(t, "%s: %s", cases[c].claims, err.text);
    }
}

static void test_jwt__refuses_what_is_no_compact_form(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, false);
    const char *const good =
        sign_token(t, i.ed, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}", "{" CLAIMS ",\"a\":\"xx\"}");
    const char *const dot = strchr(good, '.'), *const last = strrchr(good, '.');
    const int head = (int)(dot - good), body = (int)(last - good);
    static const char *const wrong[] = { "", ".", "..", "...", "a", "a.b", "a.b.c.d" };
    for (size_t w = 0; w < ZKL_COUNT(wrong); w++)
        CHECK(t, !holds(wrong[w], i.keys, NULL));
    REQUIRE(t, holds(good, i.keys, NULL));
    check_refused(t, &i, zkl_arena_format(&t->arena, "%s=", good), "base64url");
    check_refused(t, &i, zkl_arena_format(&t->arena, "%s\n", good), "base64url");
    check_refused(t, &i, zkl_arena_format(&t->arena, " %s", good), "base64url");
    check_refused(t, &i, zkl_arena_format(&t->arena, "%.*s=%s", head, good, dot), "base64url");
    check_refused(t, &i, zkl_arena_format(&t->arena, "%.*s==%s", body, good, last), "base64url");
    check_refused(t, &i, zkl_arena_format(&t->arena, "%s.%s", good, "AAAA"), "three parts");
    /* 64 bytes end in a digit of which 4 bits count: the others must be 0 */
    char *const stray = zkl_arena_text(&t->arena, good, strlen(good));
    stray[strlen(stray) - 1] = (char)(stray[strlen(stray) - 1] + 1);
    check_refused(t, &i, stray, "base64url");
    /* the same bytes in the standard alphabet */
    for (char *c = zkl_arena_text(&t->arena, good, strlen(good)), *at = c; *at; at++)
        if (*at == '-' || *at == '_') {
            *at = *at == '-' ? '+' : '/';
            check_refused(t, &i, c, "base64url");
            break;
        }
    char *const long_one = zkl_arena_alloc(&t->arena, TOKEN_BYTES_MAX + 2, 1);
    memset(long_one, 'A', TOKEN_BYTES_MAX + 1);
    check_refused(t, &i, long_one, "8192");
}

static void test_jwt__types(zkl_test *t)
{
    ZKL_AUTO_CLEAR(issuer) i = issuer_new(t, false);
    static const struct {
        const char *type;
        bool is_other;
    } cases[] = { { "\"JWT\"", false },       { "\"at+jwt\"", false },
                  { "\"AT+JWT\"", false },    { "\"application/at+jwt\"", false },
                  { "\"logout+jwt\"", true }, { "\"dpop+jwt\"", true },
                  { "\"\"", true },           { "7", true } };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        token_jws jws = { 0 };
        const char *const token = sign_token(
            t, i.ed, zkl_arena_format(&t->arena, "{\"alg\":\"EdDSA\",\"typ\":%s}", cases[c].type),
            "{}");
        CHECK(t, token_jws_parse(&jws, zkl_bytes_of_text(token), NULL) == ZKL_OK);
        if (jws.is_other_type != cases[c].is_other)
            FAIL(t, "typ %s", cases[c].type);
        token_jws_clear(&jws);
    }
}

/* Introspection: the provider has judged; what it says still counts. */
static void test_jwt__introspected_claims(zkl_test *t)
{
    token_rules r = rules;
    r.is_introspected = true;
    static const struct {
        const char *claims;
        bool holds;
    } cases[] = { { "{\"sub\":\"a\",\"aud\":\"ledger\"}", true },
                  { "{\"sub\":\"a\",\"aud\":\"ledger\",\"exp\":1}", false },
                  { "{\"sub\":\"a\",\"aud\":\"ledger\",\"iss\":\"other\"}", false },
                  { "{\"sub\":\"a\"}", false },
                  { "{\"aud\":\"ledger\"}", false },
                  { "{\"aud\":\"ledger\",\"client_id\":\"c\"}", true },
                  { "{\"aud\":\"ledger\",\"client_id\":7}", false },
                  { "{\"sub\":7,\"aud\":\"ledger\",\"client_id\":\"c\"}", false } };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        json_t *const claims = json_loads(cases[c].claims, 0, NULL);
        if ((token_claims_check(claims, &r, NULL) == ZKL_OK) != cases[c].holds)
            FAIL(t, "%s", cases[c].claims);
        json_decref(claims);
    }
}

static void test_jwt__claims_are_found(zkl_test *t)
{
    json_t *const c = json_loads("{\"scope\":\"read ledger:admin\",\"a.b\":\"flat\","
                                 "\"a\":{\"b\":[\"x\",\"y\"]},\"one\":\"x\"}",
                                 0, NULL);
    CHECK(t, token_claim_has(token_claim_find(c, "scope"), "ledger:admin", true));
    CHECK(t, !token_claim_has(token_claim_find(c, "scope"), "admin", true));
    CHECK(t, !token_claim_has(token_claim_find(c, "scope"), "read", false));
    CHECK(t, token_claim_has(token_claim_find(c, "a.b"), "flat", false));
    json_object_del(c, "a.b");
    CHECK(t, token_claim_has(token_claim_find(c, "a.b"), "y", false));
    CHECK(t, !token_claim_has(token_claim_find(c, "a.b"), "z", false));
    CHECK(t, !token_claim_find(c, "a.c") && !token_claim_find(c, "one.x"));
    CHECK(t, !token_claim_has(NULL, "x", true));
    json_decref(c);
}

ZKL_TESTS(TEST(test_jwt__each_algorithm_holds_and_each_byte_counts),
          TEST(test_jwt__refuses_headers), TEST(test_jwt__refuses_confused_and_foreign_keys),
          TEST(test_jwt__refuses_other_forms_of_es256), TEST(test_jwt__refuses_claims),
          TEST(test_jwt__refuses_what_is_no_compact_form), TEST(test_jwt__types),
          TEST(test_jwt__introspected_claims), TEST(test_jwt__claims_are_found))
