#pragma once
/* A JWK set (RFC 7517): the public keys that an issuer signs with, by their `kid`.
 *
 * What a set may hold, and what becomes of it:
 * - A key that signs with one of the three algorithms here is kept: RSA of 2,048 to 8,192 bits with
 *   an exponent of 65,537 or above for RS256, P-256 for ES256, Ed25519 for EdDSA.
 * - A key of another kind, algorithm or use (`use` is not "sig", `key_ops` without "verify") is
 *   passed over, and so is one whose numbers are bad: no token is verified with it.
 * - Symmetric and private keys have no place in what is published: the whole set is refused. So is
 *   one in which a `kid` stands twice, whatever keys they are, and one of which nothing is kept. */
#include "base/buffer.h"

#define TOKEN_SET_BYTES_MAX ((size_t)256 << 10)
#define TOKEN_SET_KEYS_MAX 64
#define TOKEN_KID_BYTES_MAX 256

typedef enum token_algorithm { TOKEN_RS256, TOKEN_ES256, TOKEN_EDDSA } token_algorithm;
#define TOKEN_ALGORITHM_COUNT 3
const char *token_algorithm_text(token_algorithm algorithm);
/* By its exact text; false: "none", and everything that is not of the three. */
bool token_algorithm_find(token_algorithm *out, const char *text);

typedef struct token_keys token_keys;
typedef struct token_key token_key;

/* ZKL_LIMIT: too large, too many. ZKL_BAD_INPUT: no set, or one that is refused (above); the text
 * says which key and why. */
zkl_status token_keys_parse(token_keys **out, zkl_bytes json, zkl_error *err) ZKL_MUST_USE;
void token_keys_free(token_keys *keys);
ZKL_DEFINE_AUTO_FREE(token_keys)
size_t token_keys_count(const token_keys *keys);

/* The key of that kid. kid NULL: the only key of a set that has but one. NULL: there is none. */
const token_key *token_keys_find(const token_keys *keys, const char *kid);
token_algorithm token_key_algorithm(const token_key *key);
/* Does `signature`, in the form of RFC 7518 and RFC 8037, sign these bytes? Threads: any. */
bool token_key_verify(const token_key *key, zkl_bytes signed_part, zkl_bytes signature);
