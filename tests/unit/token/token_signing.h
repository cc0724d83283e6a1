/* An issuer of tokens: keys, the set of them, and what they sign. */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "testing.h"
#include "text/base64.h"
#include "token/jwt.h"

static inline void put_base64url(zkl_buffer *out, const void *data, size_t size)
{
    const size_t begin = out->size;
    zkl_buffer_put_base64(out, data, size);
    while (out->size > begin && out->data[out->size - 1] == '=')
        out->size--;
    for (size_t i = begin; i < out->size; i++)
        out->data[i] = out->data[i] == '+' ? '-' : out->data[i] == '/' ? '_' : out->data[i];
}

/* The text of what a buffer holds, of the test's arena. */
static inline const char *text_of(zkl_test *t, zkl_buffer *buffer)
{
    const char *const out = zkl_arena_text(&t->arena, (const char *)buffer->data, buffer->size);
    zkl_buffer_clear(buffer);
    return out;
}

static inline const char *base64url(zkl_test *t, const void *data, size_t size)
{
    zkl_buffer out = { 0 };
    put_base64url(&out, data, size);
    return text_of(t, &out);
}

static inline const char *number(zkl_test *t, const EVP_PKEY *key, const char *name, int size)
{
    uint8_t bytes[1024];
    BIGNUM *n = NULL;
    ZKL_ASSERT(EVP_PKEY_get_bn_param(key, name, &n) == 1);
    size = size ? size : BN_num_bytes(n);
    ZKL_ASSERT(BN_bn2binpad(n, bytes, size) == size);
    BN_free(n);
    return base64url(t, bytes, (size_t)size);
}

/* The public key as a JWK; more: members behind it, each after a comma. */
static inline const char *jwk_of(zkl_test *t, const EVP_PKEY *key, const char *more)
{
    uint8_t raw[32];
    size_t size = sizeof raw;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return zkl_arena_format(&t->arena, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s}",
                                number(t, key, "n", 0), number(t, key, "e", 0), more);
    case EVP_PKEY_EC:
        return zkl_arena_format(&t->arena,
                                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"%s}",
                                number(t, key, "qx", 32), number(t, key, "qy", 32), more);
    default:
        ZKL_ASSERT(EVP_PKEY_get_raw_public_key(key, raw, &size) == 1);
        return zkl_arena_format(&t->arena, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"%s}",
                                base64url(t, raw, size), more);
    }
}

static inline void put_signature(zkl_buffer *out, EVP_PKEY *key, zkl_bytes text)
{
    uint8_t bytes[1024], pair[64];
    size_t size = sizeof bytes;
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    const int kind = EVP_PKEY_get_base_id(key);
    ZKL_ASSERT(EVP_DigestSignInit(context, NULL, kind == EVP_PKEY_ED25519 ? NULL : EVP_sha256(),
                                  NULL, key) == 1 &&
               EVP_DigestSign(context, bytes, &size, text.data, text.size) == 1);
    EVP_MD_CTX_free(context);
    if (kind != EVP_PKEY_EC) {
        put_base64url(out, bytes, size);
        return;
    }
    const uint8_t *at = bytes;
    ECDSA_SIG *const der = d2i_ECDSA_SIG(NULL, &at, (long)size);
    BN_bn2binpad(ECDSA_SIG_get0_r(der), pair, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(der), pair + 32, 32);
    ECDSA_SIG_free(der);
    put_base64url(out, pair, sizeof pair);
}

/* header.claims.signature */
static inline const char *sign_token(zkl_test *t, EVP_PKEY *key, const char *header,
                                     const char *claims)
{
    zkl_buffer out = { 0 };
    put_base64url(&out, header, strlen(header));
    zkl_buffer_put_text(&out, ".");
    put_base64url(&out, claims, strlen(claims));
    const zkl_bytes signed_part = zkl_buffer_bytes(&out);
    zkl_buffer signature = { 0 };
    put_signature(&signature, key, signed_part);
    zkl_buffer_put_text(&out, ".");
    zkl_buffer_put(&out, signature.data, signature.size);
    zkl_buffer_clear(&signature);
    return text_of(t, &out);
}
