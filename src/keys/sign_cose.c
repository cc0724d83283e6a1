/* COSE Receipts, written and signed. docs/formats/cose.md */
#include "keys/sign_cose.h"

#include "record/cose.h"
#include "text/cbor.h"

enum { VDS_RFC9162_SHA256 = 1, VDP_INCLUSION = -1 };

static void put_protected(zkl_buffer *out, const zkl_cose_receipt *r, const zkl_signer *signer)
{
    zkl_digest kid;
    zkl_public_key_digest(&kid, &signer->public_key);
    zkl_cbor_put_map(out, 4);
    zkl_cbor_put_int(out, ZKL_COSE_ALG);
    zkl_cbor_put_int(out, ZKL_COSE_ALG_EDDSA);
    zkl_cbor_put_int(out, ZKL_COSE_KID);
    zkl_cbor_put_bytes(out, zkl_bytes_of(kid.bytes, sizeof kid.bytes));
    zkl_cose_put_claims(out, r->origin, r->subject);
    zkl_cbor_put_int(out, ZKL_COSE_VDS);
    zkl_cbor_put_int(out, VDS_RFC9162_SHA256);
}

/* [tree size, leaf index, [path]] */
static void put_proof(zkl_buffer *out, const zkl_cose_receipt *r)
{
    zkl_cbor_put_array(out, 3);
    zkl_cbor_put_uint(out, r->tree_size);
    zkl_cbor_put_uint(out, r->index);
    zkl_cbor_put_array(out, r->path_count);
    for (size_t i = 0; i < r->path_count; i++)
        zkl_cbor_put_bytes(out, zkl_bytes_of(r->path[i].bytes, sizeof r->path[i].bytes));
}

zkl_status zkl_cose_receipt_sign(zkl_buffer *out, const zkl_cose_receipt *receipt,
                                 const zkl_signer *signer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) protected_bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) proof = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    ZKL_ASSERT(signer->public_key.type == ZKL_KEY_ED25519);
    ZKL_ASSERT(receipt->path_count > 0 && receipt->index < receipt->tree_size);
    put_protected(&protected_bytes, receipt, signer);
    put_proof(&proof, receipt);
    zkl_cose_put_signed(&message, zkl_buffer_bytes(&protected_bytes),
                        zkl_bytes_of(receipt->root.bytes, sizeof receipt->root.bytes));
    ZKL_TRY(zkl_buffer_status(&protected_bytes, err));
    ZKL_TRY(zkl_buffer_status(&proof, err));
    ZKL_TRY(zkl_buffer_status(&message, err));
    ZKL_TRY(zkl_signer_sign(signer, signature, &size, zkl_buffer_bytes(&message), err));

    zkl_cbor_put_tag(out, ZKL_COSE_TAG_SIGN1);
    zkl_cbor_put_array(out, 4);
    zkl_cbor_put_bytes(out, zkl_buffer_bytes(&protected_bytes));
    zkl_cbor_put_map(out, 1);
    zkl_cbor_put_int(out, ZKL_COSE_VDP);
    zkl_cbor_put_map(out, 1);
    zkl_cbor_put_int(out, VDP_INCLUSION);
    zkl_cbor_put_array(out, 1);
    zkl_cbor_put_bytes(out, zkl_buffer_bytes(&proof));
    zkl_cbor_put_null(out);
    zkl_cbor_put_bytes(out, zkl_bytes_of(signature, size));
    return zkl_buffer_status(out, err);
}
