/* COSE statements, written and read. docs/formats/cose.md
 *
 *  1. The bytes are what the log hashes, so a statement has one form: that of cose.h, with an empty
 *     unprotected header. A receipt is put into that later, and is not logged.
 *  2. Heads are as short as they can be (text/cbor.h), and no byte is passed over but the rest of
 *     the header, which record/entry.c compares as a whole: so there is no second spelling. */
#include "record/cose.h"

#include "hash/domains.h"
#include "text/cbor.h"

enum { CLAIM_ISSUER = 1, CLAIM_SUBJECT = 2, SIGNATURE_BYTES = 64 };

void zkl_cose_put_claims(zkl_buffer *out, const char *issuer, const char *subject)
{
    zkl_cbor_put_int(out, ZKL_COSE_CWT_CLAIMS);
    zkl_cbor_put_map(out, 2);
    zkl_cbor_put_int(out, CLAIM_ISSUER);
    zkl_cbor_put_text(out, issuer);
    zkl_cbor_put_int(out, CLAIM_SUBJECT);
    zkl_cbor_put_text(out, subject);
}

void zkl_cose_put_signed(zkl_buffer *out, zkl_bytes protected_header, zkl_bytes payload)
{
    zkl_cbor_put_array(out, 4);
    zkl_cbor_put_text(out, ZKL_SIGNED_COSE);
    zkl_cbor_put_bytes(out, protected_header);
    zkl_cbor_put_bytes(out, (zkl_bytes){ 0 });
    zkl_cbor_put_bytes(out, payload);
}

/* What the parser expects stands in the same order below: keep them together. */
void zkl_cose_put_statement_header(zkl_buffer *out, const zkl_digest *key_digest,
                                   const char *issuer, const char *subject)
{
    zkl_cbor_put_map(out, 4);
    zkl_cbor_put_int(out, ZKL_COSE_ALG);
    zkl_cbor_put_int(out, ZKL_COSE_ALG_EDDSA);
    zkl_cbor_put_int(out, ZKL_COSE_CONTENT_TYPE);
    zkl_cbor_put_text(out, ZKL_DSSE_TYPE_IN_TOTO);
    zkl_cbor_put_int(out, ZKL_COSE_KID);
    zkl_cbor_put_bytes(out, zkl_bytes_of(key_digest->bytes, sizeof key_digest->bytes));
    zkl_cose_put_claims(out, issuer, subject);
}

void zkl_cose_put_statement(zkl_buffer *out, const zkl_dsse *statement, zkl_bytes receipt)
{
    const zkl_dsse_signature *signature = &statement->signatures[0];
    ZKL_ASSERT(statement->cose_header.size && statement->signature_count == 1);
    ZKL_ASSERT(signature->size == SIGNATURE_BYTES);
    zkl_cbor_put_tag(out, ZKL_COSE_TAG_SIGN1);
    zkl_cbor_put_array(out, 4);
    zkl_cbor_put_bytes(out, statement->cose_header);
    zkl_cbor_put_map(out, receipt.size ? 1 : 0);
    if (receipt.size) {
        zkl_cbor_put_int(out, ZKL_COSE_RECEIPTS);
        zkl_cbor_put_array(out, 1);
        zkl_cbor_put_bytes(out, receipt);
    }
    zkl_cbor_put_bytes(out, statement->payload);
    zkl_cbor_put_bytes(out, zkl_bytes_of(signature->bytes, signature->size));
}

/* Tag 18 in one byte: envelopes begin with '{'. */
bool zkl_cose_is_statement(zkl_bytes entry)
{
    return entry.size && entry.data[0] == (6 << 5 | ZKL_COSE_TAG_SIGN1);
}

static void expect(zkl_reader *reader, bool holds, const char *what)
{
    if (!holds)
        zkl_reader_fault(reader, what);
}

/* Up to the key's id. What follows is compared with what the entry says (record/entry.c). */
static void take_header(zkl_reader *outer, zkl_digest *key_digest, zkl_bytes header)
{
    zkl_reader reader = zkl_reader_of(header);
    expect(&reader, zkl_cbor_take_map(&reader, "header") == 4, "header");
    expect(&reader, zkl_cbor_take_int(&reader, "alg") == ZKL_COSE_ALG, "alg");
    expect(&reader, zkl_cbor_take_int(&reader, "alg") == ZKL_COSE_ALG_EDDSA, "alg");
    expect(&reader, zkl_cbor_take_int(&reader, "type") == ZKL_COSE_CONTENT_TYPE, "content type");
    expect(&reader,
           zkl_bytes_equal_text(zkl_cbor_take_text(&reader, "content type"), ZKL_DSSE_TYPE_IN_TOTO),
           "content type");
    expect(&reader, zkl_cbor_take_int(&reader, "kid") == ZKL_COSE_KID, "kid");
    const zkl_bytes kid = zkl_cbor_take_bytes(&reader, "kid");
    expect(&reader, kid.size == sizeof key_digest->bytes, "kid");
    if (reader.fault)
        zkl_reader_fault(outer, reader.fault);
    else
        memcpy(key_digest->bytes, kid.data, sizeof key_digest->bytes);
}

zkl_status zkl_cose_statement_parse(zkl_dsse *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_dsse parsed = { .payload_type = zkl_bytes_of_text(ZKL_DSSE_TYPE_IN_TOTO),
                        .signature_count = 1 };
    zkl_dsse_signature *signature = &parsed.signatures[0];
    zkl_reader reader = zkl_reader_of(bytes);
    if (bytes.size > ZKL_DSSE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a statement of %zu bytes, at most %d", bytes.size,
                        ZKL_DSSE_BYTES_MAX);
    expect(&reader, zkl_cbor_take_tag(&reader, "tag") == ZKL_COSE_TAG_SIGN1, "tag");
    expect(&reader, zkl_cbor_take_array(&reader, "number of parts") == 4, "number of parts");
    parsed.cose_header = zkl_cbor_take_bytes(&reader, "header");
    take_header(&reader, &signature->key_digest, parsed.cose_header);
    expect(&reader, zkl_cbor_take_map(&reader, "unprotected header") == 0, "unprotected header");
    parsed.payload = zkl_cbor_take_bytes(&reader, "payload");
    const zkl_bytes bytes_of_signature = zkl_cbor_take_bytes(&reader, "signature");
    expect(&reader, bytes_of_signature.size == SIGNATURE_BYTES, "signature");
    ZKL_TRY(zkl_reader_finish(&reader, "COSE statement", err));
    memcpy(signature->bytes, bytes_of_signature.data, SIGNATURE_BYTES);
    signature->size = SIGNATURE_BYTES;
    *out = parsed;
    return ZKL_OK;
}
