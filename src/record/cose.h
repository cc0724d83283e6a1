#pragma once
/* COSE_Sign1 (RFC 9052): what of it is signed, and the one form in which an entry of the log is one
 * (docs/formats/cose.md): a Signed Statement of RFC 9943 under an Ed25519 key,
 *
 *     18([ << { 1: -8, 3: "application/vnd.in-toto+json", 4: kid, 15: { 1: iss, 2: sub } } >>,
 *          {}, h'payload', h'signature' ])
 *
 * in deterministic CBOR. Its payload is that of every entry (record/entry.h), and issuer and
 * subject follow from it, so it is read into the same struct as an envelope. */
#include "record/dsse.h"

/* Labels of COSE's headers, and the algorithms, that we write. */
enum {
    ZKL_COSE_ALG = 1,
    ZKL_COSE_CONTENT_TYPE = 3,
    ZKL_COSE_KID = 4,
    ZKL_COSE_CWT_CLAIMS = 15, /* RFC 9597 */
    ZKL_COSE_RECEIPTS = 394,  /* RFC 9942, as the next two */
    ZKL_COSE_VDS = 395,
    ZKL_COSE_VDP = 396,
    ZKL_COSE_ALG_EDDSA = -8,
    ZKL_COSE_TAG_SIGN1 = 18,
};

/* Who says it, and of what: claims 1 and 2 of RFC 8392. */
void zkl_cose_put_claims(zkl_buffer *out, const char *issuer, const char *subject);

/* Sig_structure of RFC 9052, section 4.4, without external data: what is signed. */
void zkl_cose_put_signed(zkl_buffer *out, zkl_bytes protected_header, zkl_bytes payload);

/* The protected header of a statement by the key with this digest. */
void zkl_cose_put_statement_header(zkl_buffer *out, const zkl_digest *key_digest,
                                   const char *issuer, const char *subject);

/* A statement with its one signature, of an Ed25519 key (asserted). receipt: that of its
 * registration, in the unprotected header, which makes a Transparent Statement of it; size 0: none,
 * the form that is logged. */
void zkl_cose_put_statement(zkl_buffer *out, const zkl_dsse *statement, zkl_bytes receipt);

/* Does it begin as a statement does? An envelope of DSSE does not. */
bool zkl_cose_is_statement(zkl_bytes entry);

/* The form that is logged. Borrows from the bytes. What stands in its header besides the key's id
 * is not looked at: whoever knows what the payload says compares it. ZKL_BAD_INPUT, and ZKL_LIMIT
 * above ZKL_DSSE_BYTES_MAX. */
zkl_status zkl_cose_statement_parse(zkl_dsse *out, zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
