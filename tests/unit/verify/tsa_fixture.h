#pragma once
/* A time stamping authority for tests: certificates and tokens in whatever form is asked for, also
 * forms that no honest clock makes. Keys are P-256. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "hash/hash.h"
#include "record/timestamp.h"
#include "testing.h"

/* ---- DER by hand */

static inline zkl_bytes der(zkl_test *t, uint8_t tag, zkl_bytes content)
{
    zkl_buffer out = { 0 };
    zkl_buffer_put_u8(&out, tag);
    if (content.size < 0x80) {
        zkl_buffer_put_u8(&out, (uint8_t)content.size);
    } else if (content.size < 0x100) {
        zkl_buffer_put_u8(&out, 0x81);
        zkl_buffer_put_u8(&out, (uint8_t)content.size);
    } else {
        zkl_buffer_put_u8(&out, 0x82);
        zkl_buffer_put_u16(&out, (uint16_t)content.size);
    }
    zkl_buffer_put(&out, content.data, content.size);
    const zkl_bytes kept = zkl_bytes_of(zkl_arena_copy(&t->arena, out.data, out.size), out.size);
    zkl_buffer_clear(&out);
    return kept;
}

static inline zkl_bytes joined(zkl_test *t, const zkl_bytes *parts, size_t count)
{
    zkl_buffer out = { 0 };
    for (size_t i = 0; i < count; i++)
        zkl_buffer_put(&out, parts[i].data, parts[i].size);
    const zkl_bytes kept = zkl_bytes_of(zkl_arena_copy(&t->arena, out.data, out.size), out.size);
    zkl_buffer_clear(&out);
    return kept;
}
#define JOINED(t, ...)                                                                             \
    joined((t), (const zkl_bytes[]){ __VA_ARGS__ },                                                \
           sizeof((const zkl_bytes[]){ __VA_ARGS__ }) / sizeof(zkl_bytes))
#define SEQUENCE(t, ...) der((t), 0x30, JOINED((t), __VA_ARGS__))
#define SET(t, ...) der((t), 0x31, JOINED((t), __VA_ARGS__))
#define BYTES(...)                                                                                 \
    zkl_bytes_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static inline zkl_bytes oid(zkl_test *t, const char *dotted)
{
    ASN1_OBJECT *object = OBJ_txt2obj(dotted, 1);
    uint8_t *bytes = NULL;
    const int size = i2d_ASN1_OBJECT(object, &bytes);
    ZKL_ASSERT(size > 0);
    const zkl_bytes kept =
        zkl_bytes_of(zkl_arena_copy(&t->arena, bytes, (size_t)size), (size_t)size);
    OPENSSL_free(bytes);
    ASN1_OBJECT_free(object);
    return kept;
}

/* ---- Certificates */

typedef struct made_certificate {
    EVP_PKEY *key;
    X509 *x;
    zkl_bytes der;
} made_certificate;

typedef struct certificate_options {
    const char *name;
    const made_certificate *issuer; /* NULL: itself */
    const char *usage;              /* extendedKeyUsage; NULL: an authority */
    int64_t from_s, until_s;        /* 0: the years around the fixture's time */
} certificate_options;

#define FIXTURE_TIME_S INT64_C(1767225600) /* 2026-01-01 */
#define FIXTURE_TIME "20260101000000Z"

static inline void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ZKL_ASSERT(extension && X509_add_ext(x, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static inline made_certificate make_certificate(zkl_test *t, const certificate_options *o)
{
    static long serial = 1;
    made_certificate made = { .key = EVP_EC_gen("P-256"), .x = X509_new() };
    X509 *issuer = o->issuer ? o->issuer->x : made.x;
    ZKL_ASSERT(made.key && made.x && X509_set_version(made.x, X509_VERSION_3) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made.x), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(made.x), o->from_s ? o->from_s : FIXTURE_TIME_S - 1000000);
    ASN1_TIME_set(X509_getm_notAfter(made.x), o->until_s ? o->until_s : FIXTURE_TIME_S + 1000000);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.x), "CN", MBSTRING_UTF8,
                               (const uint8_t *)o->name, -1, -1, 0);
    X509_set_issuer_name(made.x, X509_get_subject_name(issuer));
    X509_set_pubkey(made.x, made.key);
    if (o->usage) {
        add_extension(made.x, issuer, NID_basic_constraints, "CA:FALSE");
        if (*o->usage)
            add_extension(made.x, issuer, NID_ext_key_usage, o->usage);
    } else {
        add_extension(made.x, issuer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(made.x, issuer, NID_key_usage, "critical,keyCertSign");
    }
    ZKL_ASSERT(X509_sign(made.x, o->issuer ? o->issuer->key : made.key, EVP_sha256()) > 0);
    uint8_t *bytes = NULL;
    const int size = i2d_X509(made.x, &bytes);
    ZKL_ASSERT(size > 0);
    made.der = zkl_bytes_of(zkl_arena_copy(&t->arena, bytes, (size_t)size), (size_t)size);
    OPENSSL_free(bytes);
    return made;
}

static inline void clear_certificate(made_certificate *made)
{
    X509_free(made->x);
    EVP_PKEY_free(made->key);
    *made = (made_certificate){ 0 };
}

/* ---- Tokens */

typedef struct token_options {
    const zkl_digest *imprint;
    const char *time;         /* NULL: FIXTURE_TIME */
    const EVP_PKEY *key;      /* NULL: the signer's */
    const char *imprint_hash; /* dotted; NULL: SHA-256 */
    zkl_bytes unsigned_part;  /* what stands behind the signature */
    zkl_bytes certificates;   /* size 0: the signer's; see without_certificate */
    zkl_bytes info_tail;      /* members of TSTInfo behind its time */
    bool without_certificate, false_content;
    bool other_names; /* algorithms with the parameters that receipts name them without */
} token_options;

static inline zkl_bytes hash_of(zkl_test *t, zkl_bytes bytes)
{
    zkl_digest digest;
    zkl_sha256(&digest, bytes.data, bytes.size);
    return zkl_bytes_of(zkl_arena_copy(&t->arena, digest.bytes, 32), 32);
}

static inline zkl_bytes sign(zkl_test *t, EVP_PKEY *key, zkl_bytes message)
{
    uint8_t signature[128];
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ZKL_ASSERT(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
               EVP_DigestSign(context, signature, &size, message.data, message.size) == 1);
    EVP_MD_CTX_free(context);
    return zkl_bytes_of(zkl_arena_copy(&t->arena, signature, size), size);
}

static inline zkl_bytes make_token(zkl_test *t, const made_certificate *signer,
                                   const token_options *o)
{
    const zkl_bytes null = BYTES(0x05, 0x00), none = { 0 };
    const zkl_bytes sha_256 =
        SEQUENCE(t, oid(t, "2.16.840.1.101.3.4.2.1"), o->other_names ? none : null);
    const zkl_bytes imprint_hash = o->imprint_hash ? SEQUENCE(t, oid(t, o->imprint_hash)) : sha_256;
    const zkl_bytes info =
        SEQUENCE(t, BYTES(0x02, 0x01, 0x01), oid(t, "1.2.3.4"),
                 SEQUENCE(t, imprint_hash, der(t, 0x04, zkl_bytes_of(o->imprint->bytes, 32))),
                 BYTES(0x02, 0x01, 0x07),
                 der(t, 0x18, zkl_bytes_of_text(o->time ? o->time : FIXTURE_TIME)), o->info_tail);
    const zkl_bytes signed_info = o->false_content ? BYTES(0x30, 0x00) : info;
    const zkl_bytes attributes = JOINED(
        t, SEQUENCE(t, oid(t, "1.2.840.113549.1.9.3"), SET(t, oid(t, "1.2.840.113549.1.9.16.1.4"))),
        SEQUENCE(t, oid(t, "1.2.840.113549.1.9.4"), SET(t, der(t, 0x04, hash_of(t, signed_info)))),
        SEQUENCE(
            t, oid(t, "1.2.840.113549.1.9.16.2.47"),
            SET(t, SEQUENCE(t, SEQUENCE(t, SEQUENCE(t, der(t, 0x04, hash_of(t, signer->der))))))));
    uint8_t *name = NULL, *serial = NULL;
    const int name_size = i2d_X509_NAME(X509_get_issuer_name(signer->x), &name);
    const int serial_size = i2d_ASN1_INTEGER(X509_get0_serialNumber(signer->x), &serial);
    const zkl_bytes signer_info =
        SEQUENCE(t, BYTES(0x02, 0x01, 0x01),
                 SEQUENCE(t, zkl_bytes_of(name, (size_t)name_size),
                          zkl_bytes_of(serial, (size_t)serial_size)),
                 sha_256, der(t, 0xa0, attributes),
                 SEQUENCE(t, oid(t, "1.2.840.10045.4.3.2"), o->other_names ? null : none),
                 der(t, 0x04,
                     sign(t, o->key ? (EVP_PKEY *)(uintptr_t)o->key : signer->key,
                          der(t, 0x31, attributes))),
                 o->unsigned_part);
    OPENSSL_free(name);
    OPENSSL_free(serial);
    const zkl_bytes certificates = o->certificates.size ? o->certificates : signer->der;
    return SEQUENCE(
        t, oid(t, "1.2.840.113549.1.7.2"),
        der(t, 0xa0,
            SEQUENCE(
                t, BYTES(0x02, 0x01, 0x03), SET(t, sha_256),
                SEQUENCE(t, oid(t, "1.2.840.113549.1.9.16.1.4"), der(t, 0xa0, der(t, 0x04, info))),
                o->without_certificate ? (zkl_bytes){ 0 } : der(t, 0xa0, certificates),
                SET(t, signer_info))));
}
