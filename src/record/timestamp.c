/* Tokens of RFC 3161: a SignedData of CMS (RFC 5652) around a TSTInfo.
 *
 *     ContentInfo  SignedData, [0] SignedData
 *     SignedData   version, {digestAlgorithm}, {TSTInfo, [0] OCTET STRING}, [0] certificates,
 *                  [1] lists, {SignerInfo}
 *     SignerInfo   version, issuer and serial, digestAlgorithm, [0] signed attributes,
 *                  signatureAlgorithm, signature, [1] unsigned attributes
 *
 *  1. The parser is this project's own and knows the one form above. A general parser takes many
 *     spellings of a token, and parts that no signature covers.
 *  2. What the signature does not cover has one value: versions, names of algorithms, and the list
 *     of digests, which repeats the signer's. The signer's certificate has the hash that is signed.
 *  3. A clock's answer may hold more (certificates of its issuers, lists): zkl_timestamp_take
 *     leaves that out, and what it writes is parsed again. */
#include "record/timestamp.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "hash/hash.h"
#include "record/der.h"
#include "record/entry.h"

/* Object identifiers, as their contents stand in DER. */
#define OID(name, ...) static const uint8_t name[] = { __VA_ARGS__ }
OID(oid_signed_data, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
OID(oid_tst_info, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04);
OID(oid_content_type, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03);
OID(oid_message_digest, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04);
OID(oid_signing_certificate, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c);
OID(oid_signing_certificate_v2, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f);
OID(oid_sha_256, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01);
OID(oid_sha_384, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02);
OID(oid_sha_512, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03);
OID(oid_rsa, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01);
OID(oid_rsa_sha_256, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b);
OID(oid_rsa_sha_384, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c);
OID(oid_rsa_sha_512, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d);
OID(oid_ecdsa_sha_256, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
OID(oid_ecdsa_sha_384, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03);
OID(oid_ecdsa_sha_512, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04);

#define IS_OID(bytes, oid) zkl_bytes_equal((bytes), zkl_bytes_of((oid), sizeof(oid)))

static zkl_status fail_form(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "timestamp token: %s", what);
}

static zkl_status fail_algorithm(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_NOT_SUPPORTED, "timestamp token: %s", what);
}

/* ---- Algorithms */

/* AlgorithmIdentifier whose parameters are NULL or missing. */
static bool take_algorithm(zkl_bytes *oid, zkl_bytes *whole, zkl_bytes *rest)
{
    zkl_bytes content, null;
    if (!zkl_der_take(&content, whole, rest, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(oid, NULL, &content, ZKL_DER_OID))
        return false;
    if (content.size && (!zkl_der_take(&null, NULL, &content, ZKL_DER_NULL) || null.size))
        return false;
    return content.size == 0;
}

static bool find_hash(zkl_timestamp_hash *out, zkl_bytes oid)
{
    if (IS_OID(oid, oid_sha_256))
        *out = ZKL_TIMESTAMP_SHA_256;
    else if (IS_OID(oid, oid_sha_384))
        *out = ZKL_TIMESTAMP_SHA_384;
    else if (IS_OID(oid, oid_sha_512))
        *out = ZKL_TIMESTAMP_SHA_512;
    else
        return false;
    return true;
}

/* The signature's algorithm, which names a hash too: it is the digest's. */
static bool find_signature(bool *is_ecdsa, zkl_bytes oid, zkl_timestamp_hash hash)
{
    static const struct {
        const uint8_t *oid;
        size_t size;
        zkl_timestamp_hash hash;
        bool is_ecdsa;
    } known[] = {
        { oid_rsa_sha_256, sizeof oid_rsa_sha_256, ZKL_TIMESTAMP_SHA_256, false },
        { oid_rsa_sha_384, sizeof oid_rsa_sha_384, ZKL_TIMESTAMP_SHA_384, false },
        { oid_rsa_sha_512, sizeof oid_rsa_sha_512, ZKL_TIMESTAMP_SHA_512, false },
        { oid_ecdsa_sha_256, sizeof oid_ecdsa_sha_256, ZKL_TIMESTAMP_SHA_256, true },
        { oid_ecdsa_sha_384, sizeof oid_ecdsa_sha_384, ZKL_TIMESTAMP_SHA_384, true },
        { oid_ecdsa_sha_512, sizeof oid_ecdsa_sha_512, ZKL_TIMESTAMP_SHA_512, true },
    };
    *is_ecdsa = false;
    if (IS_OID(oid, oid_rsa)) /* the hash is said by the digest's algorithm alone */
        return true;
    for (size_t i = 0; i < ZKL_COUNT(known); i++)
        if (zkl_bytes_equal(oid, zkl_bytes_of(known[i].oid, known[i].size))) {
            *is_ecdsa = known[i].is_ecdsa;
            return known[i].hash == hash;
        }
    return false;
}

/* No signature covers how an algorithm is named, so that each has one name here: hashes and RSA
 * with NULL for parameters, RSA without a hash, ECDSA with one and without parameters. */
static zkl_bytes name_of_hash(zkl_timestamp_hash hash)
{
#define NAME_OF_HASH(last)                                                                         \
    {                                                                                              \
        0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last, 0x05, 0x00   \
    }
    static const uint8_t names[ZKL_TIMESTAMP_HASH_COUNT][15] = {
        [ZKL_TIMESTAMP_SHA_256] = NAME_OF_HASH(0x01),
        [ZKL_TIMESTAMP_SHA_384] = NAME_OF_HASH(0x02),
        [ZKL_TIMESTAMP_SHA_512] = NAME_OF_HASH(0x03),
    };
    ZKL_ASSERT(hash > ZKL_TIMESTAMP_SHA_1 && hash < ZKL_TIMESTAMP_HASH_COUNT);
    return zkl_bytes_of(names[hash], sizeof names[hash]);
}

static zkl_bytes name_of_signature(zkl_timestamp_hash hash, bool is_ecdsa)
{
#define NAME_OF_ECDSA(last)                                                                        \
    {                                                                                              \
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last                     \
    }
    static const uint8_t ecdsa[ZKL_TIMESTAMP_HASH_COUNT][12] = {
        [ZKL_TIMESTAMP_SHA_256] = NAME_OF_ECDSA(0x02),
        [ZKL_TIMESTAMP_SHA_384] = NAME_OF_ECDSA(0x03),
        [ZKL_TIMESTAMP_SHA_512] = NAME_OF_ECDSA(0x04),
    };
    static const uint8_t rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                   0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
    ZKL_ASSERT(hash > ZKL_TIMESTAMP_SHA_1 && hash < ZKL_TIMESTAMP_HASH_COUNT);
    return is_ecdsa ? zkl_bytes_of(ecdsa[hash], sizeof ecdsa[hash]) : zkl_bytes_of(rsa, sizeof rsa);
}

zkl_status zkl_timestamp_digest(uint8_t out[static 64], size_t *size, zkl_timestamp_hash hash,
                                zkl_bytes bytes, zkl_error *err)
{
    static const char *const names[ZKL_TIMESTAMP_HASH_COUNT] = { "SHA1", "SHA256", "SHA384",
                                                                 "SHA512" };
    ZKL_ASSERT((unsigned)hash < ZKL_TIMESTAMP_HASH_COUNT);
    const bool made =
        EVP_Q_digest(NULL, names[hash], NULL, bytes.data ? bytes.data : (const uint8_t *)"",
                     bytes.size, out, size) == 1;
    ERR_clear_error();
    ZKL_ASSERT(!made || *size <= 64);
    return made ? ZKL_OK
                : zkl_fail(err, ZKL_NO_MEMORY,
                           "libcrypto cannot compute %s (no memory, or switched off)", names[hash]);
}

/* ---- TSTInfo: what the clock says */

static bool is_digits(zkl_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.size > 0;
}

/* YYYYMMDDhhmmss, a fraction that ends in no zero, Z. What is below a millisecond counts as one:
 * the time is said as the latest that it can mean. */
static bool read_time(int64_t *out, zkl_bytes text)
{
    char shown[32];
    const char *t = (const char *)text.data;
    if (text.size < 15 || !is_digits(zkl_bytes_of(text.data, 14)) || t[text.size - 1] != 'Z')
        return false;
    char millis[4] = "000";
    bool has_more = false;
    if (text.size > 15) {
        const zkl_bytes fraction = zkl_bytes_of(text.data + 15, text.size - 16);
        if (t[14] != '.' || !is_digits(fraction) || fraction.size > 9 || t[text.size - 2] == '0')
            return false;
        memcpy(millis, fraction.data, fraction.size < 3 ? fraction.size : 3);
        has_more = fraction.size > 3;
    }
    const int size = snprintf(shown, sizeof shown, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%sZ", t, t + 4,
                              t + 6, t + 8, t + 10, t + 12, millis);
    ZKL_ASSERT(size == 24);
    if (!zkl_time_parse(out, zkl_bytes_of(shown, (size_t)size)))
        return false;
    *out += has_more;
    return *out <= ZKL_TIME_MS_MAX;
}

/* Accuracy: seconds, [0] milliseconds, [1] microseconds, each of them or not. */
static bool read_accuracy(uint64_t *out, zkl_bytes content)
{
    uint64_t seconds = 0, millis = 0, micros = 0;
    if (zkl_der_peek(content) == ZKL_DER_INTEGER &&
        (!zkl_der_take_number(&seconds, &content, ZKL_DER_INTEGER) ||
         seconds > ZKL_TIMESTAMP_ACCURACY_MS_MAX / 1000))
        return false;
    if (zkl_der_peek(content) == ZKL_DER_CONTEXT(0) &&
        (!zkl_der_take_number(&millis, &content, ZKL_DER_CONTEXT(0)) || millis > 999))
        return false;
    if (zkl_der_peek(content) == ZKL_DER_CONTEXT(1) &&
        (!zkl_der_take_number(&micros, &content, ZKL_DER_CONTEXT(1)) || micros > 999))
        return false;
    *out = seconds * 1000 + millis + (micros > 0);
    return content.size == 0;
}

/* An extension that must be understood is not: none is known here. */
static bool has_critical(zkl_bytes extensions)
{
    zkl_bytes extension, oid, flag;
    while (extensions.size) {
        if (!zkl_der_take(&extension, NULL, &extensions, ZKL_DER_SEQUENCE) ||
            !zkl_der_take(&oid, NULL, &extension, ZKL_DER_OID))
            return true; /* what cannot be read could be anything */
        if (zkl_der_take(&flag, NULL, &extension, ZKL_DER_BOOLEAN))
            return true; /* DER leaves out FALSE */
    }
    return false;
}

static zkl_status read_info(zkl_timestamp *out, zkl_bytes info, zkl_error *err)
{
    zkl_bytes rest, imprint, oid, digest, serial, policy, time, part;
    zkl_timestamp_hash hash;
    uint64_t version;
    if (!zkl_der_take(&rest, NULL, &info, ZKL_DER_SEQUENCE) || info.size ||
        !zkl_der_take_number(&version, &rest, ZKL_DER_INTEGER) || version != 1 ||
        !zkl_der_take(&policy, NULL, &rest, ZKL_DER_OID) || !policy.size)
        return fail_form(err, "its content is not a TSTInfo of version 1");
    if (!zkl_der_take(&imprint, NULL, &rest, ZKL_DER_SEQUENCE) ||
        !take_algorithm(&oid, NULL, &imprint) ||
        !zkl_der_take(&digest, NULL, &imprint, ZKL_DER_OCTETS) || imprint.size)
        return fail_form(err, "it has no imprint");
    if (!find_hash(&hash, oid) || hash != ZKL_TIMESTAMP_SHA_256 ||
        digest.size != sizeof out->imprint.bytes)
        return fail_form(err, "its imprint is not a SHA-256");
    memcpy(out->imprint.bytes, digest.data, digest.size);
    if (!zkl_der_take(&serial, NULL, &rest, ZKL_DER_INTEGER) || !zkl_der_integer_valid(serial))
        return fail_form(err, "it has no serial number");
    if (!zkl_der_take(&time, NULL, &rest, ZKL_DER_TIME) || !read_time(&out->time_ms, time))
        return fail_form(err, "its time is not one, or not in UTC");
    if (zkl_der_peek(rest) == ZKL_DER_SEQUENCE &&
        (!zkl_der_take(&part, NULL, &rest, ZKL_DER_SEQUENCE) ||
         !read_accuracy(&out->accuracy_ms, part)))
        return fail_form(err, "its accuracy is not one");
    if (zkl_der_peek(rest) == ZKL_DER_BOOLEAN &&
        (!zkl_der_take(&part, NULL, &rest, ZKL_DER_BOOLEAN) || part.size != 1 ||
         part.data[0] != 0xff))
        return fail_form(err, "whether it is ordered is not said in DER");
    if (zkl_der_peek(rest) == ZKL_DER_INTEGER &&
        (!zkl_der_take(&out->nonce, NULL, &rest, ZKL_DER_INTEGER) ||
         !zkl_der_integer_valid(out->nonce)))
        return fail_form(err, "its nonce is not one");
    if (zkl_der_peek(rest) == ZKL_DER_CONTEXT_SET(0) &&
        !zkl_der_take(&part, NULL, &rest, ZKL_DER_CONTEXT_SET(0)))
        return fail_form(err, "the clock's name is not one");
    if (zkl_der_peek(rest) == ZKL_DER_CONTEXT_SET(1) &&
        (!zkl_der_take(&part, NULL, &rest, ZKL_DER_CONTEXT_SET(1)) || has_critical(part)))
        return fail_algorithm(err, "it has a critical extension");
    return rest.size ? fail_form(err, "bytes behind the TSTInfo's last member") : ZKL_OK;
}

/* ---- The signer's attributes */

typedef struct attributes {
    zkl_bytes content_type, message_digest, certificate, certificate_v2; /* values; size 0: none */
} attributes;

/* Each known attribute once, with one value. Others are signed, and say nothing here. */
static bool read_attributes(attributes *out, zkl_bytes content)
{
    zkl_bytes attribute, oid, values, value;
    while (content.size) {
        if (!zkl_der_take(&attribute, NULL, &content, ZKL_DER_SEQUENCE) ||
            !zkl_der_take(&oid, NULL, &attribute, ZKL_DER_OID) ||
            !zkl_der_take(&values, NULL, &attribute, ZKL_DER_SET) || attribute.size)
            return false;
        zkl_bytes *known = IS_OID(oid, oid_content_type)             ? &out->content_type
                           : IS_OID(oid, oid_message_digest)         ? &out->message_digest
                           : IS_OID(oid, oid_signing_certificate)    ? &out->certificate
                           : IS_OID(oid, oid_signing_certificate_v2) ? &out->certificate_v2
                                                                     : NULL;
        if (!known)
            continue;
        if (known->size || !zkl_der_skip(&value, &values) || values.size)
            return false;
        *known = value;
    }
    return true;
}

/* SigningCertificate and SigningCertificateV2: the first is the signer's. Version 2 counts where
 * both are there. */
static bool read_certificate_id(zkl_timestamp *out, const attributes *a)
{
    const bool is_v2 = a->certificate_v2.size > 0;
    zkl_bytes value = is_v2 ? a->certificate_v2 : a->certificate, rest, list, id, oid;
    if (!zkl_der_take(&rest, NULL, &value, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(&list, NULL, &rest, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(&id, NULL, &list, ZKL_DER_SEQUENCE))
        return false;
    out->certificate_hash = is_v2 ? ZKL_TIMESTAMP_SHA_256 : ZKL_TIMESTAMP_SHA_1;
    if (is_v2 && zkl_der_peek(id) == ZKL_DER_SEQUENCE &&
        (!take_algorithm(&oid, NULL, &id) || !find_hash(&out->certificate_hash, oid)))
        return false;
    return zkl_der_take(&out->certificate_digest, NULL, &id, ZKL_DER_OCTETS);
}

/* The content is what the attributes say, by type and hash. */
static zkl_status check_attributes(zkl_timestamp *out, zkl_bytes content, zkl_bytes info,
                                   zkl_error *err)
{
    attributes a = { 0 };
    zkl_bytes type, digest;
    uint8_t computed[64];
    size_t size = 0;
    if (!read_attributes(&a, content) || !zkl_der_take(&type, NULL, &a.content_type, ZKL_DER_OID) ||
        !IS_OID(type, oid_tst_info) ||
        !zkl_der_take(&digest, NULL, &a.message_digest, ZKL_DER_OCTETS))
        return fail_form(err, "its signed attributes name no content");
    if (!read_certificate_id(out, &a))
        return fail_form(err, "its signed attributes name no certificate");
    ZKL_TRY(zkl_timestamp_digest(computed, &size, out->hash, info, err));
    if (!zkl_bytes_equal(digest, zkl_bytes_of(computed, size)))
        return zkl_fail(err, ZKL_REJECTED, "timestamp token: another content than the signed one");
    return ZKL_OK;
}

/* ---- SignedData */

/* SignerInfo up to its signature; unsigned attributes may follow. */
static zkl_status read_signer(zkl_timestamp *out, zkl_bytes *attributes_content, zkl_bytes *rest,
                              bool strict, zkl_error *err)
{
    zkl_bytes id, issuer, serial, oid, digest_algorithm, signature_algorithm;
    uint64_t version;
    if (!zkl_der_take_number(&version, rest, ZKL_DER_INTEGER) || version != 1 ||
        !zkl_der_take(&id, &out->signer_id, rest, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(&issuer, &out->issuer, &id, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(&serial, &out->serial, &id, ZKL_DER_INTEGER) || id.size)
        return fail_algorithm(err, "its signer is not named by issuer and serial number");
    if (!take_algorithm(&oid, &digest_algorithm, rest) || !find_hash(&out->hash, oid))
        return fail_algorithm(err, "its hash is not SHA-256, SHA-384 or SHA-512");
    /* SignedData repeats the one digest that is used, and nothing else. */
    zkl_bytes listed = out->digests, list;
    if (!zkl_der_take(&list, NULL, &listed, ZKL_DER_SET) ||
        !zkl_bytes_equal(list, digest_algorithm))
        return fail_form(err, "its list of hashes is not the signer's");
    if (!zkl_der_take(attributes_content, &out->attributes, rest, ZKL_DER_CONTEXT_SET(0)))
        return fail_form(err, "it has no signed attributes");
    if (!take_algorithm(&oid, &signature_algorithm, rest) ||
        !find_signature(&out->is_ecdsa, oid, out->hash))
        return fail_algorithm(err, "its signature is neither RSA (PKCS #1) nor ECDSA by its hash");
    if (!zkl_der_take(&out->signature, NULL, rest, ZKL_DER_OCTETS))
        return fail_form(err, "it has no signature");
    if (strict &&
        (!zkl_bytes_equal(digest_algorithm, name_of_hash(out->hash)) ||
         !zkl_bytes_equal(signature_algorithm, name_of_signature(out->hash, out->is_ecdsa))))
        return fail_form(err, "it names its algorithms in another way than receipts do");
    return ZKL_OK;
}

/* Of those that are there the signer's own, by the hash that is signed. */
static zkl_status find_certificate(zkl_timestamp *out, zkl_bytes certificates, bool alone,
                                   zkl_error *err)
{
    while (certificates.size) {
        zkl_bytes whole;
        uint8_t digest[64];
        size_t size = 0;
        if (!zkl_der_skip(&whole, &certificates))
            return fail_form(err, "its certificates are not DER");
        ZKL_TRY(zkl_timestamp_digest(digest, &size, out->certificate_hash, whole, err));
        if (zkl_bytes_equal(out->certificate_digest, zkl_bytes_of(digest, size)))
            out->certificate = whole;
        else if (alone)
            return zkl_fail(err, ZKL_REJECTED,
                            "timestamp token: a certificate that is not the signer's");
        if (alone && certificates.size)
            return fail_form(err, "it has more than one certificate");
    }
    return ZKL_OK;
}

/* strict: the form of receipts. Else what a clock may send. */
static zkl_status parse_token(zkl_timestamp *out, zkl_bytes token, bool strict, zkl_error *err)
{
    zkl_timestamp t = { 0 };
    zkl_bytes all = token, rest, oid, data, encapsulated, octets, info, part, certificates = { 0 };
    zkl_bytes signers, signer, signed_content;
    uint64_t version;
    if (!zkl_der_take(&rest, NULL, &all, ZKL_DER_SEQUENCE) || all.size ||
        !zkl_der_take(&oid, NULL, &rest, ZKL_DER_OID) || !IS_OID(oid, oid_signed_data) ||
        !zkl_der_take(&data, NULL, &rest, ZKL_DER_CONTEXT_SET(0)) || rest.size ||
        !zkl_der_take(&rest, NULL, &data, ZKL_DER_SEQUENCE) || data.size)
        return fail_form(err, "it is not signed data in DER");
    if (!zkl_der_take_number(&version, &rest, ZKL_DER_INTEGER) || (strict && version != 3) ||
        !zkl_der_take(&part, &t.digests, &rest, ZKL_DER_SET) ||
        !zkl_der_take(&encapsulated, &t.content, &rest, ZKL_DER_SEQUENCE) ||
        !zkl_der_take(&oid, NULL, &encapsulated, ZKL_DER_OID) || !IS_OID(oid, oid_tst_info) ||
        !zkl_der_take(&octets, NULL, &encapsulated, ZKL_DER_CONTEXT_SET(0)) || encapsulated.size ||
        !zkl_der_take(&info, NULL, &octets, ZKL_DER_OCTETS) || octets.size)
        return fail_form(err, "it holds no TSTInfo");
    const bool has_certificates = zkl_der_peek(rest) == ZKL_DER_CONTEXT_SET(0);
    if (has_certificates && !zkl_der_take(&certificates, NULL, &rest, ZKL_DER_CONTEXT_SET(0)))
        return fail_form(err, "its certificates are not DER");
    if (!strict && zkl_der_peek(rest) == ZKL_DER_CONTEXT_SET(1) && !zkl_der_skip(&part, &rest))
        return fail_form(err, "its lists are not DER");
    if (!zkl_der_take(&signers, NULL, &rest, ZKL_DER_SET) || rest.size ||
        !zkl_der_take(&signer, NULL, &signers, ZKL_DER_SEQUENCE) || signers.size)
        return fail_form(err, "it is not signed by one signer");
    ZKL_TRY(read_info(&t, info, err));
    ZKL_TRY(read_signer(&t, &signed_content, &signer, strict, err));
    if (signer.size && strict)
        return fail_form(err, "attributes that nobody signed");
    ZKL_TRY(check_attributes(&t, signed_content, info, err));
    ZKL_TRY(find_certificate(&t, certificates, strict, err));
    if (strict && has_certificates && !t.certificate.size)
        return fail_form(err, "a list of certificates without one");
    *out = t;
    return ZKL_OK;
}

zkl_status zkl_timestamp_parse(zkl_timestamp *out, zkl_bytes token, zkl_error *err)
{
    if (token.size > ZKL_TIMESTAMP_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "timestamp token: %zu bytes, at most %d", token.size,
                        ZKL_TIMESTAMP_BYTES_MAX);
    return parse_token(out, token, true, err);
}

/* ---- Writing */

static void put_element(zkl_buffer *out, uint8_t tag, zkl_bytes content)
{
    ZKL_ASSERT(content.size <= UINT32_MAX);
    zkl_buffer_put_u8(out, tag);
    if (content.size < 0x80) {
        zkl_buffer_put_u8(out, (uint8_t)content.size);
    } else {
        unsigned count = 1;
        while (count < 4 && content.size >> (8 * count))
            count++;
        zkl_buffer_put_u8(out, (uint8_t)(0x80 | count));
        for (unsigned i = count; i-- > 0;)
            zkl_buffer_put_u8(out, (uint8_t)(content.size >> (8 * i)));
    }
    zkl_buffer_put(out, content.data, content.size);
}

/* What is in buffer becomes the content of an element, in place. */
static void wrap_element(zkl_buffer *buffer, uint8_t tag)
{
    zkl_buffer wrapped = { 0 };
    put_element(&wrapped, tag, zkl_buffer_bytes(buffer));
    wrapped.failed = wrapped.failed || buffer->failed;
    zkl_buffer_clear(buffer);
    *buffer = wrapped;
}

/* The token of the parts that count. */
static void put_token(zkl_buffer *out, const zkl_timestamp *t)
{
    static const uint8_t version[] = { 0x02, 0x01, 0x03 }, signer_version[] = { 0x02, 0x01, 0x01 };
    ZKL_AUTO_CLEAR(zkl_buffer) data = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) signer = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    const zkl_bytes hash = name_of_hash(t->hash),
                    algorithm = name_of_signature(t->hash, t->is_ecdsa);
    zkl_buffer_put(&signer, signer_version, sizeof signer_version);
    zkl_buffer_put(&signer, t->signer_id.data, t->signer_id.size);
    zkl_buffer_put(&signer, hash.data, hash.size);
    zkl_buffer_put(&signer, t->attributes.data, t->attributes.size);
    zkl_buffer_put(&signer, algorithm.data, algorithm.size);
    put_element(&signer, ZKL_DER_OCTETS, t->signature);
    wrap_element(&signer, ZKL_DER_SEQUENCE);
    zkl_buffer_put(&data, version, sizeof version);
    put_element(&data, ZKL_DER_SET, hash);
    zkl_buffer_put(&data, t->content.data, t->content.size);
    if (t->certificate.size)
        put_element(&data, ZKL_DER_CONTEXT_SET(0), t->certificate);
    put_element(&data, ZKL_DER_SET, zkl_buffer_bytes(&signer));
    wrap_element(&data, ZKL_DER_SEQUENCE);
    put_element(&token, ZKL_DER_OID, zkl_bytes_of(oid_signed_data, sizeof oid_signed_data));
    put_element(&token, ZKL_DER_CONTEXT_SET(0), zkl_buffer_bytes(&data));
    wrap_element(&token, ZKL_DER_SEQUENCE);
    zkl_buffer_put(out, token.data, token.size);
    out->failed = out->failed || token.failed || data.failed || signer.failed;
}

/* A TimeStampResp has a status in front; a token alone an object identifier. */
static zkl_status find_token(zkl_bytes *token, zkl_bytes reply, zkl_error *err)
{
    zkl_bytes rest = reply, status, content;
    uint64_t code;
    if (!zkl_der_take(&content, NULL, &rest, ZKL_DER_SEQUENCE) || rest.size)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "this is no answer of a clock: neither a TimeStampResp nor a token in DER");
    if (zkl_der_peek(content) == ZKL_DER_OID) {
        *token = reply;
        return ZKL_OK;
    }
    if (!zkl_der_take(&status, NULL, &content, ZKL_DER_SEQUENCE) ||
        !zkl_der_take_number(&code, &status, ZKL_DER_INTEGER))
        return zkl_fail(err, ZKL_BAD_INPUT, "this is no answer of a clock: it has no status");
    if (code > 1) /* granted, granted with changes */
        return zkl_fail(err, ZKL_REJECTED, "the clock refused the request (status %llu)",
                        (unsigned long long)code);
    *token = content;
    return ZKL_OK;
}

zkl_status zkl_timestamp_take(zkl_buffer *out, zkl_bytes reply, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    zkl_timestamp loose, strict;
    zkl_bytes sent;
    if (reply.size > ZKL_TIMESTAMP_REPLY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a clock's answer of %zu bytes, at most %d", reply.size,
                        ZKL_TIMESTAMP_REPLY_BYTES_MAX);
    ZKL_TRY(find_token(&sent, reply, err));
    ZKL_TRY(parse_token(&loose, sent, false, err));
    put_token(&token, &loose);
    ZKL_TRY(zkl_buffer_status(&token, err));
    ZKL_TRY(zkl_timestamp_parse(&strict, zkl_buffer_bytes(&token), err));
    zkl_buffer_put(out, token.data, token.size);
    return zkl_buffer_status(out, err);
}

void zkl_timestamp_request(zkl_buffer *out, const zkl_digest *imprint,
                           const uint8_t nonce[ZKL_TIMESTAMP_NONCE_BYTES])
{
    static const uint8_t version[] = { 0x02, 0x01, 0x01 }, null[] = { 0x05, 0x00 },
                         certificate[] = { 0x01, 0x01, 0xff };
    ZKL_AUTO_CLEAR(zkl_buffer) part = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    put_element(&part, ZKL_DER_OID, zkl_bytes_of(oid_sha_256, sizeof oid_sha_256));
    zkl_buffer_put(&part, null, sizeof null);
    wrap_element(&part, ZKL_DER_SEQUENCE);
    put_element(&part, ZKL_DER_OCTETS, zkl_bytes_of(imprint->bytes, sizeof imprint->bytes));
    zkl_buffer_put(&request, version, sizeof version);
    put_element(&request, ZKL_DER_SEQUENCE, zkl_buffer_bytes(&part));
    if (nonce) {
        ZKL_ASSERT(nonce[0] > 0 && nonce[0] < 0x80); /* a positive INTEGER in its shortest form */
        put_element(&request, ZKL_DER_INTEGER, zkl_bytes_of(nonce, ZKL_TIMESTAMP_NONCE_BYTES));
    }
    zkl_buffer_put(&request, certificate, sizeof certificate);
    put_element(out, ZKL_DER_SEQUENCE, zkl_buffer_bytes(&request));
    out->failed = out->failed || part.failed || request.failed;
}

void zkl_timestamp_reply(zkl_buffer *out, zkl_bytes token)
{
    static const uint8_t granted[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    zkl_buffer_put(&reply, granted, sizeof granted);
    zkl_buffer_put(&reply, token.data, token.size);
    put_element(out, ZKL_DER_SEQUENCE, zkl_buffer_bytes(&reply));
    out->failed = out->failed || reply.failed;
}

/* ---- Certificates */

/* What libcrypto reads without a look: a version above 3, and dates that are none. */
static bool has_form(const X509 *x)
{
    return X509_get_version(x) >= 0 && X509_get_version(x) <= 2 &&
           ASN1_TIME_check(X509_get0_notBefore(x)) == 1 &&
           ASN1_TIME_check(X509_get0_notAfter(x)) == 1;
}

zkl_status zkl_tsa_certificate_check(zkl_bytes der, zkl_error *err)
{
    zkl_bytes rest = der, content;
    if (der.size > ZKL_TSA_CERTIFICATE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a certificate of %zu bytes, at most %d", der.size,
                        ZKL_TSA_CERTIFICATE_BYTES_MAX);
    const uint8_t *at = der.data;
    X509 *x = zkl_der_take(&content, NULL, &rest, ZKL_DER_SEQUENCE) && !rest.size
                  ? d2i_X509(NULL, &at, (long)der.size)
                  : NULL;
    const bool is_one = x && at == der.data + der.size && X509_get0_pubkey(x) && has_form(x);
    X509_free(x);
    ERR_clear_error();
    return is_one ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "not an X.509 certificate in DER");
}
