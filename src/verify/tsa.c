/* A timestamp against the clocks that are trusted.
 *
 *  1. A token names its signer's certificate by a hash, under the signature. A trust names that
 *     certificate itself, or the authority that issued it; then the token has the certificate.
 *     There is no longer path: who trusts a root names the authority below it that issues clocks.
 *  2. A clock that the trust does not name is unknown, whatever its token has. Its signature is
 *     checked all the same where the token has the certificate: a receipt does not carry what is
 *     plainly false.
 *  3. The certificate was for timestamps alone, and valid at the time that the token says. A clock
 *     that is asked later whether it was right then has not to be on line. */
#include "verify/tsa.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define RSA_BITS_MIN 2048
#define ELLIPTIC_BITS_MIN 256
#define SECURITY_BITS_MIN 112 /* of the hash under a certificate: SHA-1 has fewer */

/* NULL: not one, or no memory. */
static X509 *certificate_new(zkl_bytes der)
{
    const uint8_t *at = der.data;
    return der.size && zkl_tsa_certificate_check(der, NULL) == ZKL_OK
               ? d2i_X509(NULL, &at, (long)der.size)
               : NULL;
}

/* Names and numbers are compared as the bytes that were hashed: libcrypto's own comparison takes
 * several spellings of a name for one. */
static bool has_name(const X509_NAME *name, zkl_bytes der)
{
    const unsigned char *bytes;
    size_t size;
    return X509_NAME_get0_der(name, &bytes, &size) == 1 &&
           zkl_bytes_equal(der, zkl_bytes_of(bytes, size));
}

static bool has_serial(const X509 *x, zkl_bytes der)
{
    unsigned char *bytes = NULL;
    const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &bytes);
    const bool same = size > 0 && zkl_bytes_equal(der, zkl_bytes_of(bytes, (size_t)size));
    OPENSSL_free(bytes);
    return same;
}

static bool key_is_strong(EVP_PKEY *key, bool is_ecdsa)
{
    const int kind = EVP_PKEY_get_base_id(key), bits = EVP_PKEY_get_bits(key);
    return is_ecdsa ? kind == EVP_PKEY_EC && bits >= ELLIPTIC_BITS_MIN
                    : kind == EVP_PKEY_RSA && bits >= RSA_BITS_MIN;
}

/* ---- The signature */

/* What is signed is the attributes as a SET, whose tag the token's own [0] stands for. */
static zkl_status check_signature(const zkl_timestamp *t, X509 *x, zkl_error *err)
{
    static const EVP_MD *(*const hashes[])(void) = { [ZKL_TIMESTAMP_SHA_256] = EVP_sha256,
                                                     [ZKL_TIMESTAMP_SHA_384] = EVP_sha384,
                                                     [ZKL_TIMESTAMP_SHA_512] = EVP_sha512 };
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    EVP_PKEY *key = X509_get0_pubkey(x);
    ZKL_ASSERT(t->hash > ZKL_TIMESTAMP_SHA_1 && t->hash < ZKL_TIMESTAMP_HASH_COUNT);
    ZKL_ASSERT(key && t->attributes.size);
    if (!has_name(X509_get_issuer_name(x), t->issuer) || !has_serial(x, t->serial))
        return zkl_fail(err, ZKL_REJECTED,
                        "the timestamp names another signer than its certificate is of");
    if (!key_is_strong(key, t->is_ecdsa))
        return zkl_fail(err, ZKL_REJECTED,
                        "the key of the timestamp's certificate is of another kind than its "
                        "signature, or too short");
    zkl_buffer_put(&message, t->attributes.data, t->attributes.size);
    ZKL_TRY(zkl_buffer_status(&message, err));
    message.data[0] = 0x31; /* SET */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool ready =
        context && EVP_DigestVerifyInit(context, NULL, hashes[t->hash](), NULL, key) == 1;
    const bool valid = ready && EVP_DigestVerify(context, t->signature.data, t->signature.size,
                                                 message.data, message.size) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    if (!ready)
        return zkl_fail(err, ZKL_NO_MEMORY,
                        "libcrypto cannot verify a timestamp (no memory, or switched off)");
    return valid ? ZKL_OK : zkl_fail(err, ZKL_REJECTED, "the timestamp's signature is false");
}

/* ---- The certificates */

/* The whole seconds of the time; what is left over makes it later. */
static bool is_valid_at(const X509 *x, int64_t time_ms)
{
    time_t from = (time_t)(time_ms / 1000), until = (time_t)((time_ms + 999) / 1000);
    /* -1: the certificate's time is that one or before it; 1: after it; 0: it is none. */
    return X509_cmp_time(X509_get0_notBefore(x), &from) == -1 &&
           X509_cmp_time(X509_get0_notAfter(x), &until) == 1;
}

/* For timestamps, and by a critical extension for nothing else (RFC 3161, 2.3). */
static zkl_status check_purpose(X509 *x, int64_t time_ms, zkl_error *err)
{
    const uint32_t flags = X509_get_extension_flags(x);
    if (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL))
        return zkl_fail(err, ZKL_REJECTED,
                        "the clock's certificate has an extension that is not understood");
    if (!(flags & EXFLAG_XKUSAGE) || X509_get_extended_key_usage(x) != XKU_TIMESTAMP ||
        X509_check_purpose(x, X509_PURPOSE_TIMESTAMP_SIGN, 0) != 1)
        return zkl_fail(err, ZKL_REJECTED, "the clock's certificate is not for timestamps alone");
    if (!is_valid_at(x, time_ms))
        return zkl_fail(err, ZKL_REJECTED,
                        "the clock's certificate was not valid at the time that it says");
    return ZKL_OK;
}

/* An authority that may issue certificates, valid at that time, which signed this one by a hash
 * that still counts. */
static zkl_status check_authority(X509 *authority, X509 *x, int64_t time_ms, zkl_error *err)
{
    int security = 0;
    if (X509_get_extension_flags(authority) & (EXFLAG_INVALID | EXFLAG_CRITICAL) ||
        X509_check_ca(authority) != 1 || !(X509_get_key_usage(authority) & KU_KEY_CERT_SIGN))
        return zkl_fail(err, ZKL_REJECTED,
                        "the trusted certificate may not issue the clock's certificate");
    if (!is_valid_at(authority, time_ms))
        return zkl_fail(err, ZKL_REJECTED,
                        "the trusted certificate was not valid at the time that the clock says");
    if (X509_get_signature_info(x, NULL, NULL, &security, NULL) != 1 ||
        security < SECURITY_BITS_MIN)
        return zkl_fail(err, ZKL_REJECTED,
                        "the clock's certificate is signed by a hash that does not count any more");
    return ZKL_OK;
}

typedef struct tsa_search {
    const zkl_timestamp *timestamp;
    const zkl_trust *trust;
    X509 *own;       /* of the token; NULL: it has none */
    X509 *signer;    /* of the trust or the token's; NULL: the clock is unknown */
    X509 *authority; /* NULL: the trust names the signer itself */
} tsa_search;

/* The trusted certificate that is the signer's, or that issued the signer's. */
static zkl_status find_tsa(const zkl_trusted_tsa **out, tsa_search *s, zkl_error *err)
{
    const zkl_timestamp *t = s->timestamp;
    for (size_t i = 0; i < s->trust->tsa_count; i++) {
        const zkl_trusted_tsa *tsa = &s->trust->tsas[i];
        uint8_t digest[64];
        size_t size = 0;
        ZKL_TRY(zkl_timestamp_digest(digest, &size, t->certificate_hash, tsa->certificate, err));
        const bool is_signer = zkl_bytes_equal(t->certificate_digest, zkl_bytes_of(digest, size));
        X509 *x = certificate_new(tsa->certificate);
        if (!x) /* it was one when the trust was checked */
            return zkl_no_memory(err, tsa->certificate.size);
        if (is_signer) {
            s->signer = x;
            *out = tsa;
            return ZKL_OK;
        }
        if (has_name(X509_get_issuer_name(x), t->issuer) && has_serial(x, t->serial)) {
            X509_free(x);
            return zkl_fail(err, ZKL_REJECTED,
                            "the timestamp names the certificate of '%.*s' by its number, and "
                            "another by its hash",
                            (int)tsa->name.size, (const char *)tsa->name.data);
        }
        /* Two keys of one name are two authorities: the signature says which it was. */
        if (s->own && X509_NAME_cmp(X509_get_issuer_name(s->own), X509_get_subject_name(x)) == 0 &&
            X509_verify(s->own, X509_get0_pubkey(x)) == 1) {
            s->authority = x;
            *out = tsa;
            ERR_clear_error();
            return ZKL_OK;
        }
        X509_free(x);
        ERR_clear_error();
    }
    *out = NULL;
    return ZKL_OK;
}

static zkl_status judge(zkl_tsa_time *out, tsa_search *s, zkl_error *err)
{
    const zkl_timestamp *t = s->timestamp;
    const zkl_trusted_tsa *tsa = NULL;
    if (t->certificate.size && !s->own)
        return zkl_fail(err, ZKL_BAD_INPUT, "the timestamp's certificate is none of X.509");
    ZKL_TRY(find_tsa(&tsa, s, err));
    X509 *const signer = s->signer ? s->signer : s->own;
    ZKL_ASSERT(!tsa || signer);
    if (signer)
        ZKL_TRY(check_signature(t, signer, err));
    if (tsa)
        ZKL_TRY(check_purpose(signer, t->time_ms, err));
    if (s->authority)
        ZKL_TRY(check_authority(s->authority, signer, t->time_ms, err));
    *out = (zkl_tsa_time){ .tsa = tsa, .time_ms = t->time_ms, .accuracy_ms = t->accuracy_ms };
    return ZKL_OK;
}

zkl_status zkl_tsa_verify(zkl_tsa_time *out, zkl_bytes token, const zkl_digest *imprint,
                          const zkl_trust *trust, zkl_error *err)
{
    zkl_timestamp t;
    ZKL_TRY(zkl_timestamp_parse(&t, token, err));
    if (!zkl_digest_equal(&t.imprint, imprint))
        return zkl_fail(err, ZKL_REJECTED, "the timestamp is over something else than this entry");
    tsa_search s = { .timestamp = &t, .trust = trust, .own = certificate_new(t.certificate) };
    const zkl_status status = judge(out, &s, err);
    X509_free(s.own);
    X509_free(s.signer);
    X509_free(s.authority);
    ERR_clear_error();
    return status;
}
