/* Public keys, their encodings, and the verification of signatures.
 *
 *  1. A key has one encoding in bytes and one in DER, and only those are read: what is compared or
 *     hashed as bytes is compared as a key. PEM is DER in base 64, and free in where its lines
 *     break.
 *  2. A zkl_public_key that comes from outside is checked by zkl_public_key_from_bytes before
 *     anything verifies by it: it is a point of its curve, and no Ed25519 key of small order.
 *  3. Verification is strict where libcrypto leaves a choice: it refuses an Ed25519 S that is not
 *     reduced, and an encoding of R that is not canonical. Of P-256 both S and n - S verify: an
 *     envelope signed so can be written in two ways, and the log has one of them.
 *  4. A failure of libcrypto itself is no verdict: it is ZKL_NO_MEMORY, never ZKL_REJECTED. */
#include "record/signature.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "text/base64.h"

/* SubjectPublicKeyInfo up to the key's own bytes. One key has one DER, so a prefix says all. */
static const uint8_t ed25519_der[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                       0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
static const uint8_t p256_der[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };

static const struct key_form {
    const char *name;
    const uint8_t *der; /* NULL: none is read or written */
    size_t der_bytes, public_bytes, signature_bytes_max;
} forms[] = {
    [ZKL_KEY_ED25519] = { "ed25519", ed25519_der, sizeof ed25519_der, ZKL_ED25519_PUBLIC_BYTES,
                          ZKL_ENTRY_SIGNATURE_BYTES_MAX },
    [ZKL_KEY_ECDSA_P256] = { "ecdsa-p256", p256_der, sizeof p256_der, 65,
                             ZKL_ENTRY_SIGNATURE_BYTES_MAX },
    [ZKL_KEY_ML_DSA_44] = { "ml-dsa-44", NULL, 0, ZKL_ML_DSA_44_PUBLIC_BYTES,
                            ZKL_ML_DSA_44_SIGNATURE_BYTES },
};

/* NULL: not of the enum. Types come from files and from callers alike. */
static const struct key_form *form_of(zkl_key_type type)
{
    return type >= ZKL_KEY_ED25519 && type <= ZKL_KEY_ML_DSA_44 ? &forms[type] : NULL;
}

bool zkl_key_type_known(zkl_key_type type)
{
    return form_of(type) != NULL;
}

const char *zkl_key_type_name(zkl_key_type type)
{
    const struct key_form *form = form_of(type);
    return form ? form->name : "unknown";
}

bool zkl_key_type_signs_entries(zkl_key_type type)
{
    const struct key_form *form = form_of(type);
    return form && form->der;
}

/* By name: the headers may be older than the library, which then has what they do not list. */
bool zkl_key_type_available(zkl_key_type type)
{
    if (type != ZKL_KEY_ML_DSA_44)
        return zkl_key_type_known(type);
    EVP_SIGNATURE *algorithm = EVP_SIGNATURE_fetch(NULL, "ML-DSA-44", NULL);
    EVP_SIGNATURE_free(algorithm);
    ERR_clear_error();
    return algorithm != NULL;
}

zkl_status zkl_key_type_fail_unavailable(zkl_key_type type, zkl_error *err)
{
    return zkl_fail(err, ZKL_NOT_SUPPORTED, "this libcrypto has no %s: OpenSSL has it from 3.5 on",
                    zkl_key_type_name(type));
}

/* With inputs that were checked, libcrypto fails for lack of memory or because an algorithm is
 * switched off in its configuration. */
static zkl_status fail_crypto(zkl_error *err, const char *verb, zkl_key_type type)
{
    ERR_clear_error();
    return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto cannot %s %s (no memory, or switched off)", verb,
                    zkl_key_type_name(type));
}

/* ---- keys */

/* The P-256 key of a public point. NULL when the point is not on the curve. */
static EVP_PKEY *p256_new(const zkl_public_key *public_key)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    OSSL_PARAM *params = NULL;
    if (build && context &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public_key->bytes,
                                         public_key->size))
        params = OSSL_PARAM_BLD_to_param(build);
    if (!params || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

/* libcrypto's form of a public key that was checked. NULL: it failed. */
static EVP_PKEY *public_new(const zkl_public_key *key)
{
    switch (key->type) {
    case ZKL_KEY_ED25519:
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->bytes, key->size);
    case ZKL_KEY_ECDSA_P256:
        return p256_new(key);
    case ZKL_KEY_ML_DSA_44:
        return EVP_PKEY_new_raw_public_key_ex(NULL, "ML-DSA-44", NULL, key->bytes, key->size);
    }
    return NULL;
}

/* ---- signatures */

zkl_status zkl_signature_verify(const zkl_public_key *key, zkl_bytes message, zkl_bytes signature,
                                zkl_error *err)
{
    const struct key_form *form = form_of(key->type);
    ZKL_ASSERT(form && key->size == form->public_bytes);
    if (signature.size == 0 || signature.size > form->signature_bytes_max)
        return zkl_fail(err, ZKL_REJECTED, "the signature has %zu bytes", signature.size);
    if (!zkl_key_type_available(key->type))
        return zkl_key_type_fail_unavailable(key->type, err);
    EVP_PKEY *pkey = public_new(key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    /* P-256 signs the message's SHA-256, the others the message as it is. */
    const EVP_MD *hash = key->type == ZKL_KEY_ECDSA_P256 ? EVP_sha256() : NULL;
    bool ready = pkey && context && EVP_DigestVerifyInit(context, NULL, hash, NULL, pkey) == 1;
    /* 1 is valid; 0 and negative are false and malformed signatures. */
    bool valid = ready && EVP_DigestVerify(context, signature.data, signature.size, message.data,
                                           message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    if (!ready)
        return fail_crypto(err, "verify with", key->type);
    ERR_clear_error();
    return valid ? ZKL_OK
                 : zkl_fail(err, ZKL_REJECTED, "the %s signature is false",
                            zkl_key_type_name(key->type));
}

/* ---- public keys */

bool zkl_public_key_equal(const zkl_public_key *a, const zkl_public_key *b)
{
    ZKL_ASSERT(a->size <= sizeof a->bytes && b->size <= sizeof b->bytes);
    return a->type == b->type && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* Invariant 2 for Ed25519. A key is y, little-endian, and the sign of x as its top bit. y below p =
 * 2^255 - 19, and not the y of one of the eight points of small order: with such a key one
 * signature can fit many messages. */
static bool ed25519_sound(const uint8_t key[static 32])
{
    static const uint8_t small[][32] = {
        { 0 }, /* order 4 */
        { 1 }, /* the identity */
        { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
        { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
          0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
          0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
        { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
          0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
          0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
    };
    /* The eight points of small order have these five y; the sign of x gives the other three. */
    uint8_t y[32];
    memcpy(y, key, sizeof y);
    y[31] &= 0x7f; /* the top bit is the sign of x */
    for (size_t i = 0; i < ZKL_COUNT(small); i++)
        if (memcmp(y, small[i], sizeof y) == 0)
            return false;
    /* p is ed ff .. ff 7f in these bytes: at or above it is 7f, ff .. ff, and a first byte from ed
     * on. */
    if (y[31] != 0x7f || y[0] < 0xed)
        return true;
    for (size_t i = 1; i < 31; i++)
        if (y[i] != 0xff)
            return true;
    return false; /* p to 2^255 - 1 */
}

zkl_status zkl_public_key_from_bytes(zkl_public_key *out, zkl_key_type type, zkl_bytes bytes,
                                     zkl_error *err)
{
    const struct key_form *form = form_of(type);
    if (!form)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "unknown key type %d", (int)type);
    if (bytes.size != form->public_bytes)
        return zkl_fail(err, ZKL_BAD_INPUT, "a public key of %s has %zu bytes, not %zu", form->name,
                        form->public_bytes, bytes.size);
    /* Zeros behind the size, so that whole structs compare and hash alike. */
    zkl_public_key key = { .type = type, .size = bytes.size };
    memcpy(key.bytes, bytes.data, bytes.size);
    if (type == ZKL_KEY_ED25519) {
        if (!ed25519_sound(key.bytes))
            return zkl_fail(err, ZKL_BAD_INPUT, "the ed25519 public key is no sound point");
    } else if (type == ZKL_KEY_ECDSA_P256) {
        EVP_PKEY *pkey = key.bytes[0] == 0x04 ? p256_new(&key) : NULL;
        if (!pkey)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "the ecdsa-p256 public key is no point of the curve");
        EVP_PKEY_free(pkey);
    }
    *out = key;
    return ZKL_OK;
}

size_t zkl_public_key_der(uint8_t out[static ZKL_PUBLIC_KEY_DER_BYTES_MAX],
                          const zkl_public_key *key)
{
    const struct key_form *form = form_of(key->type);
    ZKL_ASSERT(form && form->der && key->size == form->public_bytes);
    memcpy(out, form->der, form->der_bytes);
    memcpy(out + form->der_bytes, key->bytes, key->size);
    return form->der_bytes + key->size;
}

zkl_status zkl_public_key_parse_der(zkl_public_key *out, zkl_bytes der, zkl_error *err)
{
    for (zkl_key_type type = ZKL_KEY_ED25519; type <= ZKL_KEY_ECDSA_P256; type++) {
        const struct key_form *form = form_of(type);
        if (der.size == form->der_bytes + form->public_bytes &&
            memcmp(der.data, form->der, form->der_bytes) == 0)
            return zkl_public_key_from_bytes(
                out, type, zkl_bytes_of(der.data + form->der_bytes, form->public_bytes), err);
    }
    return zkl_fail(err, ZKL_BAD_INPUT, "the public key is neither ed25519 nor ecdsa-p256 in DER");
}

/* RFC 7468, without headers, and nothing before or behind. */
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define PEM_END "-----END PUBLIC KEY-----\n"
#define PEM_LINE_CHARS 64

void zkl_public_key_encode_pem(zkl_buffer *out, const zkl_public_key *key)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    char base64[ZKL_BASE64_CHARS(sizeof der) + 1];
    size_t chars = zkl_base64_encode(base64, der, zkl_public_key_der(der, key));
    zkl_buffer_put_text(out, PEM_BEGIN);
    for (size_t at = 0; at < chars; at += PEM_LINE_CHARS) {
        zkl_buffer_put(out, base64 + at, chars - at < PEM_LINE_CHARS ? chars - at : PEM_LINE_CHARS);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_buffer_put_text(out, PEM_END);
}

zkl_status zkl_public_key_parse_pem(zkl_public_key *out, zkl_bytes pem, zkl_error *err)
{
    const size_t begin = strlen(PEM_BEGIN), end = strlen(PEM_END);
    char base64[ZKL_BASE64_CHARS(ZKL_PUBLIC_KEY_DER_BYTES_MAX)];
    uint8_t der[ZKL_BASE64_CHARS(ZKL_PUBLIC_KEY_DER_BYTES_MAX)];
    size_t chars = 0, der_bytes;
    /* Newlines are left out, and base 64 itself is read strictly. */
    bool fine = pem.size >= begin + end && memcmp(pem.data, PEM_BEGIN, begin) == 0 &&
                memcmp(pem.data + pem.size - end, PEM_END, end) == 0;
    for (size_t i = begin; fine && i < pem.size - end; i++) {
        if (pem.data[i] == '\n')
            continue;
        fine = chars < sizeof base64;
        if (fine)
            base64[chars++] = (char)pem.data[i];
    }
    if (!fine || !zkl_base64_decode(der, &der_bytes, zkl_bytes_of(base64, chars)))
        return zkl_fail(err, ZKL_BAD_INPUT, "not a PEM public key");
    return zkl_public_key_parse_der(out, zkl_bytes_of(der, der_bytes), err);
}

void zkl_public_key_digest(zkl_digest *out, const zkl_public_key *key)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    zkl_sha256(out, der, zkl_public_key_der(der, key));
}

void zkl_public_key_id(char out[static ZKL_KEY_ID_CHARS + 1], const zkl_public_key *key)
{
    zkl_digest digest;
    zkl_public_key_digest(&digest, key);
    zkl_hex_encode(out, digest.bytes, sizeof digest.bytes);
}
