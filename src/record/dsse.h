#pragma once
/* DSSE envelopes (Dead Simple Signing Envelope, v1):
 *
 *     {"payload":"<base64>","payloadType":"<type>",
 *      "signatures":[{"keyid":"<hex>","sig":"<base64>"}]}
 *
 * in exactly these bytes, on one line: members in this order, no white space, no escapes. keyid is
 * the SHA-256 of the key's DER. A signature covers "DSSEv1" and the type and payload with their
 * lengths (PAE). */
#include "base/arena.h"
#include "record/signature.h"

#define ZKL_DSSE_BYTES_MAX 65535
#define ZKL_DSSE_TYPE_BYTES_MAX 255
#define ZKL_DSSE_SIGNATURES_MAX 8
#define ZKL_DSSE_TYPE_IN_TOTO "application/vnd.in-toto+json"

typedef struct zkl_dsse_signature {
    zkl_digest key_digest;
    uint8_t bytes[ZKL_ENTRY_SIGNATURE_BYTES_MAX];
    size_t size;
} zkl_dsse_signature;

typedef struct zkl_dsse {
    zkl_bytes payload;      /* decoded, in the arena */
    zkl_bytes payload_type; /* borrowed from the envelope */
    /* Of an entry that is a COSE statement (record/cose.h): its protected header, borrowed. It
     * is signed in the place of the type. Size 0: an envelope of DSSE. */
    zkl_bytes cose_header;
    zkl_dsse_signature signatures[ZKL_DSSE_SIGNATURES_MAX];
    size_t signature_count; /* at least 1; all key ids differ */
} zkl_dsse;

/* The signed bytes: "DSSEv1 <len> <type> <len> <payload>". */
void zkl_dsse_pae(zkl_buffer *out, zkl_bytes payload_type, zkl_bytes payload);

/* The envelope with these signatures, in their order: 1 to ZKL_DSSE_SIGNATURES_MAX (asserted). An
 * envelope above ZKL_DSSE_BYTES_MAX is ZKL_LIMIT, naming the limit. type: printable ASCII without
 * quote and backslash (asserted). */
zkl_status zkl_dsse_encode(zkl_buffer *out, const char *payload_type, zkl_bytes payload,
                           const zkl_dsse_signature *signatures, size_t signature_count,
                           zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_dsse_parse(zkl_dsse *out, zkl_arena *arena, zkl_bytes envelope,
                          zkl_error *err) ZKL_MUST_USE;
/* The same two for an envelope that is no log's entry, of at most bytes_max bytes. */
zkl_status zkl_dsse_encode_within(zkl_buffer *out, size_t bytes_max, const char *payload_type,
                                  zkl_bytes payload, const zkl_dsse_signature *signature,
                                  zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_dsse_parse_within(zkl_dsse *out, zkl_arena *arena, zkl_bytes envelope,
                                 size_t bytes_max, zkl_error *err) ZKL_MUST_USE;
/* ZKL_OK when the signature with this key's id verifies; ZKL_UNCHECKED when there is none by this
 * key; ZKL_REJECTED when it is false. Of a COSE statement too. */
zkl_status zkl_dsse_verify(const zkl_dsse *envelope, const zkl_public_key *key,
                           zkl_error *err) ZKL_MUST_USE;
