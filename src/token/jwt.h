#pragma once
/* Compact JWS (RFC 7515) and the claims of a JWT (RFC 7519), as values: no clock, no network, no
 * settings. Whoever calls brings the keys, the time and the rules.
 *
 *     token_jws jws = { 0 };
 *     if (token_jws_parse(&jws, text, &err) == ZKL_OK && token_jws_verify(&jws, keys, &err) ==
 *             ZKL_OK && token_claims_check(jws.claims, &rules, &err) == ZKL_OK)
 *         ... json_object_get(jws.claims, "sub") ...
 *     token_jws_clear(&jws);
 *
 * Every refusal is ZKL_REJECTED with a text for the operator; strangers are told none of it. */
#include <jansson.h>

#include "token/jwks.h"

#define TOKEN_BYTES_MAX ((size_t)8192)
#define TOKEN_AUDIENCES_MAX 64 /* in one token */

typedef struct token_jws {
    token_algorithm algorithm;
    char kid[TOKEN_KID_BYTES_MAX + 1];
    bool has_kid;
    /* Has its header a `typ` that says it is another thing than a token of access? RFC 8725 section
     * 3.11, RFC 9068: none, "JWT", "at+jwt" are. */
    bool is_other_type;
    zkl_bytes signed_part; /* borrowed from the text */
    zkl_buffer payload, signature;
    json_t *claims; /* the payload; NULL: it is no JSON object without repeated members */
} token_jws;

/* Three parts in canonical base64url, at most TOKEN_BYTES_MAX; a header with an algorithm of ours
 * and without `crit` and `b64`. Nothing that it names (`jku`, `x5u`, `jwk`, `x5c`) is looked at.
 * text outlives out. */
zkl_status token_jws_parse(token_jws *out, zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
void token_jws_clear(token_jws *jws);
/* The key is the set's of its kid, the algorithm the key's. */
zkl_status token_jws_verify(const token_jws *jws, const token_keys *keys,
                            zkl_error *err) ZKL_MUST_USE;
/* Does a text look like a compact JWS, by its dots? What does not is opaque. */
bool token_is_jws(zkl_bytes text);

typedef struct token_rules {
    const char *issuer; /* exactly */
    const char *const *audiences;
    size_t audience_count;
    int64_t now_s, skew_s;
    /* Of an answer of introspection (RFC 7662), whose provider has judged the times: `exp` and
     * `iss` may be missing, and `sub` when there is a `client_id`. They count when they are
     * there. */
    bool is_introspected;
} token_rules;

/* iss, aud, exp, nbf, iat, sub. Times are integers from 0 to 2^53. exp: `now` is before it, with
 * skew; nbf and iat: not after it. sub: a text of 1 to 255 bytes. */
zkl_status token_claims_check(const json_t *claims, const token_rules *rules,
                              zkl_error *err) ZKL_MUST_USE;

/* A claim by its path: "roles", "realm_access.roles". A member whose whole name it is goes first.
 * NULL: there is none. */
const json_t *token_claim_find(const json_t *claims, const char *path);
/* Is value the text, or a list with it? is_words: a text is a list of words between spaces, as
 * `scope` is (RFC 8693 section 4.2). */
bool token_claim_has(const json_t *value, const char *text, bool is_words);
/* A text without a NUL and of fewer than `room` bytes, copied with its NUL; false: it is none. */
bool token_claim_text(char *out, size_t room, const json_t *claims, const char *name);
