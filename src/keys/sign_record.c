/* Envelopes, notes and checkpoints signed.
 *
 *  1. The bytes that are signed come from src/record, which verifies over the same bytes by the
 *     same functions: zkl_dsse_pae, zkl_cose_put_signed, a note's text, zkl_note_cosigned_bytes.
 *  2. Limits are checked before anything is signed. A signature cannot be taken back. */
#include "keys/sign_record.h"

#include "record/cose.h"

/* ---- Envelopes */

zkl_status zkl_dsse_signature_make(zkl_dsse_signature *out, const zkl_signer *signer,
                                   zkl_bytes signed_bytes, zkl_error *err)
{
    uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    ZKL_ASSERT(zkl_key_type_signs_entries(signer->public_key.type));
    ZKL_TRY(zkl_signer_sign(signer, signature, &size, signed_bytes, err));
    ZKL_ASSERT(size <= sizeof out->bytes); /* its type signs entries */
    zkl_public_key_digest(&out->key_digest, &signer->public_key);
    memcpy(out->bytes, signature, size);
    out->size = size;
    return ZKL_OK;
}

zkl_status zkl_dsse_sign(zkl_buffer *out, const char *payload_type, zkl_bytes payload,
                         const zkl_signer *const *signers, size_t signer_count, zkl_error *err)
{
    const zkl_bytes type = zkl_bytes_of_text(payload_type);
    ZKL_AUTO_CLEAR(zkl_buffer) signed_bytes = { 0 };
    zkl_dsse_signature signatures[ZKL_DSSE_SIGNATURES_MAX];
    ZKL_ASSERT(signer_count >= 1 && signer_count <= ZKL_DSSE_SIGNATURES_MAX);
    /* Invariant 2; what base 64 and signatures add is checked by zkl_dsse_encode. */
    if (payload.size > ZKL_DSSE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "an entry with a payload of %zu bytes, at most %d with its base 64",
                        payload.size, ZKL_DSSE_BYTES_MAX);
    zkl_dsse_pae(&signed_bytes, type, payload);
    ZKL_TRY(zkl_buffer_status(&signed_bytes, err));
    for (size_t i = 0; i < signer_count; i++) {
        ZKL_ASSERT(signers[i]);
        ZKL_TRY(zkl_dsse_signature_make(&signatures[i], signers[i], zkl_buffer_bytes(&signed_bytes),
                                        err));
    }
    return zkl_dsse_encode(out, payload_type, payload, signatures, signer_count, err);
}

/* Of an entry that is a COSE statement. One signer: COSE_Sign1 has one signature. */
static zkl_status sign_statement(zkl_buffer *out, const zkl_entry *entry, zkl_bytes payload,
                                 const zkl_signer *signer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) header = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) signed_bytes = { 0 };
    zkl_entry_urns urns;
    zkl_dsse statement = { .payload = payload, .signature_count = 1 };
    zkl_digest kid;
    if (signer->public_key.type != ZKL_KEY_ED25519)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "a COSE statement is signed by an Ed25519 key");
    zkl_entry_urns_of(&urns, entry);
    zkl_public_key_digest(&kid, &signer->public_key);
    zkl_cose_put_statement_header(&header, &kid, urns.issuer, urns.subject);
    ZKL_TRY(zkl_buffer_status(&header, err));
    statement.cose_header = zkl_buffer_bytes(&header);
    zkl_cose_put_signed(&signed_bytes, statement.cose_header, payload);
    ZKL_TRY(zkl_buffer_status(&signed_bytes, err));
    ZKL_TRY(zkl_dsse_signature_make(&statement.signatures[0], signer,
                                    zkl_buffer_bytes(&signed_bytes), err));
    zkl_cose_put_statement(out, &statement, (zkl_bytes){ 0 });
    return zkl_buffer_status(out, err);
}

zkl_status zkl_entry_sign(zkl_buffer *envelope, const zkl_entry *entry,
                          const zkl_signer *const *signers, size_t signer_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_TRY(zkl_entry_encode(&payload, entry, err));
    if (zkl_entry_facts_of(entry->kind)->is_cose) {
        ZKL_ASSERT(signer_count == 1);
        return sign_statement(envelope, entry, zkl_buffer_bytes(&payload), signers[0], err);
    }
    return zkl_dsse_sign(envelope, ZKL_DSSE_TYPE_IN_TOTO, zkl_buffer_bytes(&payload), signers,
                         signer_count, err);
}

/* ---- Notes */

zkl_status zkl_note_sign(zkl_buffer *out, zkl_bytes text, const char *name,
                         const zkl_signer *signer, zkl_error *err)
{
    uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    zkl_verifier_key verifier; /* says the key hash of the line, and refuses what is not Ed25519 */
    ZKL_TRY(zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, name, &signer->public_key, err));
    ZKL_TRY(zkl_signer_sign(signer, signature, &size, text, err));
    ZKL_ASSERT(size == 64); /* Ed25519: zkl_verifier_key_init refused every other key */
    zkl_note_add_line(out, &verifier, zkl_bytes_of(signature, size));
    return zkl_buffer_status(out, err);
}

zkl_status zkl_note_cosign(zkl_buffer *out, zkl_bytes text, const char *name, uint64_t time_s,
                           const zkl_signer *signer, zkl_error *err)
{
    uint8_t signature[8 + ZKL_SIGNATURE_BYTES_MAX]; /* u64 time, then the witness's signature */
    size_t size;
    zkl_verifier_key verifier;
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    ZKL_ASSERT(time_s <= INT64_MAX);
    ZKL_TRY(zkl_verifier_key_init(&verifier, zkl_note_cosignature_type(signer->public_key.type),
                                  name, &signer->public_key, err));
    ZKL_TRY(zkl_note_cosigned_bytes(&message, &verifier, text, time_s, err));
    zkl_be64_put(signature, time_s);
    ZKL_TRY(zkl_signer_sign(signer, signature + 8, &size, zkl_buffer_bytes(&message), err));
    zkl_note_add_line(out, &verifier, zkl_bytes_of(signature, 8 + size));
    return zkl_buffer_status(out, err);
}

/* A checkpoint is a note whose first line is the name that it is signed under. */
zkl_status zkl_checkpoint_sign(zkl_buffer *out, const char *origin, uint64_t size,
                               const zkl_digest *root, const zkl_signer *signer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_checkpoint_encode_text(&text, origin, size, root);
    ZKL_TRY(zkl_buffer_status(&text, err));
    zkl_note_begin(out, zkl_buffer_bytes(&text));
    return zkl_note_sign(out, zkl_buffer_bytes(&text), origin, signer, err);
}
