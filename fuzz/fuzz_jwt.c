/* A set of keys, a line, then a token: what is parsed keeps its promises, whatever the bytes. Every
 * input is also read as a set and as a token alone. */
#include "token/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_token(zkl_bytes text, const token_keys *keys)
{
    static const char *const audiences[] = { "ledger" };
    const token_rules rules = { .issuer = "https://id.example",
                                .audiences = audiences,
                                .audience_count = 1,
                                .now_s = 1767225600 };
    token_jws jws = { 0 };
    char subject[64];
    if (token_jws_parse(&jws, text, NULL) != ZKL_OK)
        return;
    ZKL_ASSERT(token_is_jws(text) && text.size <= TOKEN_BYTES_MAX);
    ZKL_ASSERT(jws.signed_part.size + 1 <= text.size && strlen(jws.kid) <= TOKEN_KID_BYTES_MAX);
    if (keys && token_jws_verify(&jws, keys, NULL) == ZKL_OK) {
        const token_key *const key = token_keys_find(keys, jws.has_kid ? jws.kid : NULL);
        ZKL_ASSERT(key && token_key_algorithm(key) == jws.algorithm);
    }
    if (token_claims_check(jws.claims, &rules, NULL) == ZKL_OK) {
        ZKL_ASSERT(json_is_integer(json_object_get(jws.claims, "exp")));
        ZKL_ASSERT(json_is_string(json_object_get(jws.claims, "sub")));
    }
    (void)token_claim_has(token_claim_find(jws.claims, "realm_access.roles"), "a", true);
    (void)token_claim_text(subject, sizeof subject, jws.claims, "org_id");
    token_jws_clear(&jws);
}

static token_keys *try_set(zkl_bytes text)
{
    token_keys *keys = NULL;
    if (token_keys_parse(&keys, text, NULL) != ZKL_OK)
        return NULL;
    ZKL_ASSERT(token_keys_count(keys) > 0 && token_keys_count(keys) <= TOKEN_SET_KEYS_MAX);
    return keys;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *const line = size ? memchr(data, '\n', size) : NULL;
    const zkl_bytes whole = zkl_bytes_of(data, size);
    token_keys_free(try_set(whole));
    try_token(whole, NULL);
    if (line) {
        const size_t at = (size_t)(line - data);
        token_keys *const keys = try_set(zkl_bytes_of(data, at));
        try_token(zkl_bytes_of(line + 1, size - at - 1), keys);
        token_keys_free(keys);
    }
    return 0;
}
