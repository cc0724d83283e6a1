#pragma once
/* Timestamps (RFC 3161): a clock's signed word that it saw a digest at a time. docs/formats/
 * timestamp.md
 *
 * What is stamped is an entry: the data are the byte 0 and the entry's envelope, whose SHA-256 is
 * the entry's leaf in the log, its receipt id. So a token is of one entry, whatever checkpoint its
 * receipt is under.
 *
 * A token in a receipt is in one form: no certificate but the signer's own, whose hash the signed
 * part has; no revocation lists; no attributes that nobody signed. Every byte of it is covered by
 * the signature, by that hash, or can have one value only. Threads: any. */
#include "base/arena.h"
#include "base/buffer.h"

#define ZKL_TIMESTAMP_BYTES_MAX 16384
#define ZKL_TIMESTAMP_REPLY_BYTES_MAX 65536
#define ZKL_TIMESTAMP_REQUEST_BYTES_MAX 80
#define ZKL_TIMESTAMP_NONCE_BYTES 8
#define ZKL_TSA_CERTIFICATE_BYTES_MAX 8192
#define ZKL_TIMESTAMP_ACCURACY_MS_MAX ((uint64_t)86400000)

typedef enum zkl_timestamp_hash {
    ZKL_TIMESTAMP_SHA_1, /* names a certificate alone; never what is signed */
    ZKL_TIMESTAMP_SHA_256,
    ZKL_TIMESTAMP_SHA_384,
    ZKL_TIMESTAMP_SHA_512,
    ZKL_TIMESTAMP_HASH_COUNT
} zkl_timestamp_hash;

typedef struct zkl_timestamp {
    /* ---- What the clock says: covered by its signature. */
    zkl_digest imprint;   /* SHA-256 of what was stamped */
    int64_t time_ms;      /* since 1970; a part of a millisecond counts as one */
    uint64_t accuracy_ms; /* 0: the token says none */
    zkl_bytes nonce;      /* the INTEGER's content; size 0: none */
    /* ---- By whom: the certificate's issuer and serial number as DER, and its hash. */
    zkl_bytes issuer, serial;
    zkl_timestamp_hash certificate_hash;
    zkl_bytes certificate_digest;
    zkl_bytes certificate; /* DER; size 0: the token has none */
    /* ---- The signature over the attributes, which have the hash of the content. */
    zkl_timestamp_hash hash;
    bool is_ecdsa;        /* else RSA, PKCS #1 v1.5 */
    zkl_bytes attributes; /* DER, under the tag [0] that stands in for SET's */
    zkl_bytes signature;
    /* ---- Parts as they stand, from which the token is written again. */
    zkl_bytes digests, content, signer_id;
} zkl_timestamp;

/* A token in the form of receipts. Borrows. The hash of the content is compared with the signed
 * one, and the certificate with its hash; the signature is not verified (verify/tsa.h).
 * ZKL_BAD_INPUT; ZKL_LIMIT; ZKL_NOT_SUPPORTED: an algorithm that no verifier here knows. */
zkl_status zkl_timestamp_parse(zkl_timestamp *out, zkl_bytes token, zkl_error *err) ZKL_MUST_USE;

/* A clock's answer, a TimeStampResp or a token alone, with whatever certificates, lists and
 * unsigned attributes it has: its token in the form of receipts, appended to out. ZKL_REJECTED: the
 * clock refused the request. Else as above. */
zkl_status zkl_timestamp_take(zkl_buffer *out, zkl_bytes reply, zkl_error *err) ZKL_MUST_USE;

/* A TimeStampReq for a digest. nonce NULL: none. The certificate is asked for. */
void zkl_timestamp_request(zkl_buffer *out, const zkl_digest *imprint,
                           const uint8_t nonce[ZKL_TIMESTAMP_NONCE_BYTES]);
/* The token as a TimeStampResp with the status "granted", as other tools take it. */
void zkl_timestamp_reply(zkl_buffer *out, zkl_bytes token);

/* ZKL_NO_MEMORY alone can happen. */
zkl_status zkl_timestamp_digest(uint8_t out[static 64], size_t *size, zkl_timestamp_hash hash,
                                zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
/* Is it one X.509 certificate in DER, and no more? ZKL_BAD_INPUT. */
zkl_status zkl_tsa_certificate_check(zkl_bytes der, zkl_error *err) ZKL_MUST_USE;
