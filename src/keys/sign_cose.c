/* COSE Receipts, written and signed. docs/formats/cose.md */
#include "keys/sign_cose.h"

#include "text/cbor.h"

/* Labels of RFC 9052 (alg, kid), RFC 9597 (CWT claims) and RFC 9942 (vds, vdp). */
enum {
    LABEL_ALG = 1,
    LABEL_KID = 4,
    LABEL_CWT_CLAIMS = 15,
    LABEL_VDS = 395,
    LABEL_VDP = 396,
    ALG_EDDSA = -8,
    CLAIM_ISSUER = 1,
    VDS_RFC9162_SHA256 = 1,
    VDP_INCLUSION = -1,
    TAG_COSE_SIGN1 = 18,
};

static void put_protected(zkl_buffer *out, const zkl_cose_receipt *r, const zkl_signer *signer)
{
    zkl_digest kid;
    zkl_public_key_digest(&kid, &signer->public_key);
    zkl_cbor_put_map(out, 4);
    zkl_cbor_put_int(out, LABEL_ALG);
    zkl_cbor_put_int(out, ALG_EDDSA);
    zkl_cbor_put_int(out, LABEL_KID);
    zkl_cbor_put_bytes(out, zkl_bytes_of(kid.bytes, sizeof kid.bytes));
    zkl_cbor_put_int(out, LABEL_CWT_CLAIMS);
    zkl_cbor_put_map(out, 1);
    zkl_cbor_put_int(out, CLAIM_ISSUER);
    zkl_cbor_put_text(out, r->origin);
    zkl_cbor_put_int(out, LABEL_VDS);
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

/* Sig_structure of RFC 9052, section 4.4, without external data. */
static void put_signed(zkl_buffer *out, zkl_bytes protected_bytes, const zkl_digest *root)
{
    zkl_cbor_put_array(out, 4);
    zkl_cbor_put_text(out, "Signature1");
    zkl_cbor_put_bytes(out, protected_bytes);
    zkl_cbor_put_bytes(out, (zkl_bytes){ 0 });
    zkl_cbor_put_bytes(out, zkl_bytes_of(root->bytes, sizeof root->bytes));
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
    put_signed(&message, zkl_buffer_bytes(&protected_bytes), &receipt->root);
    ZKL_TRY(zkl_buffer_status(&protected_bytes, err));
    ZKL_TRY(zkl_buffer_status(&proof, err));
    ZKL_TRY(zkl_buffer_status(&message, err));
    ZKL_TRY(zkl_signer_sign(signer, signature, &size, zkl_buffer_bytes(&message), err));

    zkl_cbor_put_tag(out, TAG_COSE_SIGN1);
    zkl_cbor_put_array(out, 4);
    zkl_cbor_put_bytes(out, zkl_buffer_bytes(&protected_bytes));
    zkl_cbor_put_map(out, 1);
    zkl_cbor_put_int(out, LABEL_VDP);
    zkl_cbor_put_map(out, 1);
    zkl_cbor_put_int(out, VDP_INCLUSION);
    zkl_cbor_put_array(out, 1);
    zkl_cbor_put_bytes(out, zkl_buffer_bytes(&proof));
    zkl_cbor_put_null(out);
    zkl_cbor_put_bytes(out, zkl_bytes_of(signature, size));
    return zkl_buffer_status(out, err);
}
