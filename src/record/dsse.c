/* DSSE envelopes, written and read as one string of bytes. JSON allows many spellings of the same
 * envelope; here there is one, and a parser that knows only this one is twenty lines without a
 * tree. docs/formats/dsse.md
 *
 *  1. The bytes of an envelope are what the log hashes: two spellings would be two entries.
 *  2. Every signature is by another key. Whoever counts signatures counts keys. */
#include "record/dsse.h"

#include "hash/domains.h"
#include "record/cose.h"
#include "text/base64.h"

/* Printable ASCII that needs no escape: the type stands in JSON and in the signed bytes as it
 * is. */
static bool type_fine(zkl_bytes type)
{
    for (size_t i = 0; i < type.size; i++)
        if (type.data[i] <= ' ' || type.data[i] > '~' || type.data[i] == '"' ||
            type.data[i] == '\\')
            return false;
    return type.size >= 1 && type.size <= ZKL_DSSE_TYPE_BYTES_MAX;
}

/* With both lengths, so that no other pair of type and payload gives the same bytes. */
void zkl_dsse_pae(zkl_buffer *out, zkl_bytes payload_type, zkl_bytes payload)
{
    ZKL_ASSERT(type_fine(payload_type));
    zkl_buffer_format(out, ZKL_SIGNED_DSSE "%zu ", payload_type.size);
    zkl_buffer_put(out, payload_type.data, payload_type.size);
    zkl_buffer_format(out, " %zu ", payload.size);
    zkl_buffer_put(out, payload.data, payload.size);
}

/* What is put by hand here is what the parser expects by hand below: keep them together. */
static void put_envelope(zkl_buffer *out, const char *payload_type, zkl_bytes payload,
                         const zkl_dsse_signature *signatures, size_t signature_count)
{
    const zkl_bytes type = zkl_bytes_of_text(payload_type);
    ZKL_ASSERT(signature_count >= 1 && signature_count <= ZKL_DSSE_SIGNATURES_MAX &&
               type_fine(type));
    zkl_buffer_put_text(out, "{\"payload\":\"");
    zkl_buffer_put_base64(out, payload.data, payload.size);
    zkl_buffer_put_text(out, "\",\"payloadType\":\"");
    zkl_buffer_put(out, type.data, type.size);
    zkl_buffer_put_text(out, "\",\"signatures\":[");
    for (size_t i = 0; i < signature_count; i++) {
        char key_id[ZKL_KEY_ID_CHARS + 1];
        zkl_hex_encode(key_id, signatures[i].key_digest.bytes,
                       sizeof signatures[i].key_digest.bytes);
        zkl_buffer_format(out, "%s{\"keyid\":\"%s\",\"sig\":\"", i ? "," : "", key_id);
        zkl_buffer_put_base64(out, signatures[i].bytes, signatures[i].size);
        zkl_buffer_put_text(out, "\"}");
    }
    zkl_buffer_put_text(out, "]}");
}

/* A larger one is taken away again. */
static zkl_status check_size(zkl_buffer *out, size_t start, size_t bytes_max, const char *what,
                             zkl_error *err)
{
    const size_t size = out->size - start;
    ZKL_TRY(zkl_buffer_status(out, err));
    if (size <= bytes_max)
        return ZKL_OK;
    out->size = start;
    return zkl_fail(err, ZKL_LIMIT, "the %s has %zu bytes, at most %zu", what, size, bytes_max);
}

zkl_status zkl_dsse_encode(zkl_buffer *out, const char *payload_type, zkl_bytes payload,
                           const zkl_dsse_signature *signatures, size_t signature_count,
                           zkl_error *err)
{
    const size_t start = out->size;
    put_envelope(out, payload_type, payload, signatures, signature_count);
    return check_size(out, start, ZKL_DSSE_BYTES_MAX, "entry", err);
}

zkl_status zkl_dsse_encode_within(zkl_buffer *out, size_t bytes_max, const char *payload_type,
                                  zkl_bytes payload, const zkl_dsse_signature *signature,
                                  zkl_error *err)
{
    const size_t start = out->size;
    put_envelope(out, payload_type, payload, signature, 1);
    return check_size(out, start, bytes_max, "envelope", err);
}

/* ---- parsing: the one form, from left to right, in zkl_reader's manner */

/* These bytes and no others: the fixed parts of the form. */
static void expect_text(zkl_reader *reader, const char *text, const char *what)
{
    size_t size = strlen(text);
    if (reader->fault || reader->bytes.size - reader->at < size ||
        memcmp(reader->bytes.data + reader->at, text, size) != 0)
        zkl_reader_fault(reader, what);
    else
        reader->at += size;
}

/* Up to the next quote, which stays. */
static zkl_bytes take_string(zkl_reader *reader, const char *what)
{
    const uint8_t *start = reader->bytes.data + reader->at;
    const uint8_t *quote =
        reader->fault ? NULL : memchr(start, '"', reader->bytes.size - reader->at);
    if (!quote) {
        zkl_reader_fault(reader, what);
        return (zkl_bytes){ 0 };
    }
    return zkl_reader_take(reader, (size_t)(quote - start), what);
}

/* The key id finds a key. It is bound by nothing, and needs to be: a wrong one finds a key that did
 * not sign. */
static void take_signature(zkl_reader *reader, zkl_dsse_signature *out)
{
    expect_text(reader, "{\"keyid\":\"", "signature");
    zkl_bytes key_id = take_string(reader, "keyid");
    if (!zkl_hex_decode(out->key_digest.bytes, sizeof out->key_digest.bytes,
                        (const char *)key_id.data, key_id.size))
        zkl_reader_fault(reader, "keyid");
    expect_text(reader, "\",\"sig\":\"", "signature");
    zkl_bytes base64 = take_string(reader, "sig");
    if (base64.size == 0 || zkl_base64_decoded_size(base64) > sizeof out->bytes ||
        !zkl_base64_decode(out->bytes, &out->size, base64))
        zkl_reader_fault(reader, "sig");
    expect_text(reader, "\"}", "signature");
}

/* At least one, and so the loop begins without looking; a comma says that another one follows. */
static void take_signatures(zkl_reader *reader, zkl_dsse *out)
{
    while (!reader->fault) {
        zkl_dsse_signature *next = &out->signatures[out->signature_count];
        if (out->signature_count == ZKL_DSSE_SIGNATURES_MAX) {
            zkl_reader_fault(reader, "number of signatures");
            return;
        }
        take_signature(reader, next);
        ZKL_ASSERT(reader->fault || (next->size && next->size <= sizeof next->bytes));
        for (size_t i = 0; i < out->signature_count; i++)
            if (zkl_digest_equal(&out->signatures[i].key_digest, &next->key_digest))
                zkl_reader_fault(reader, "keyid: it occurs twice");
        out->signature_count++;
        if (reader->at == reader->bytes.size || reader->bytes.data[reader->at] != ',')
            return;
        reader->at++;
    }
}

/* The limit on the whole is checked first and bounds the payload's memory. The payload's own
 * form is not looked into here (record/entry.c). */
zkl_status zkl_dsse_parse_within(zkl_dsse *out, zkl_arena *arena, zkl_bytes envelope,
                                 size_t bytes_max, zkl_error *err)
{
    if (envelope.size > bytes_max)
        return zkl_fail(err, ZKL_LIMIT, "an envelope of %zu bytes, at most %zu", envelope.size,
                        bytes_max);
    zkl_dsse parsed = { 0 };
    zkl_reader reader = zkl_reader_of(envelope);
    expect_text(&reader, "{\"payload\":\"", "start");
    zkl_bytes base64 = take_string(&reader, "payload");
    uint8_t *payload = zkl_arena_alloc(arena, zkl_base64_decoded_size(base64), 1);
    if (!payload)
        return zkl_no_memory(err, base64.size);
    if (!zkl_base64_decode(payload, &parsed.payload.size, base64))
        zkl_reader_fault(&reader, "payload");
    parsed.payload.data = payload;
    expect_text(&reader, "\",\"payloadType\":\"", "payloadType");
    parsed.payload_type = take_string(&reader, "payloadType");
    if (!type_fine(parsed.payload_type))
        zkl_reader_fault(&reader, "payloadType");
    expect_text(&reader, "\",\"signatures\":[", "signatures");
    take_signatures(&reader, &parsed);
    expect_text(&reader, "]}", "end");
    ZKL_TRY(zkl_reader_finish(&reader, "envelope", err));
    ZKL_ASSERT(parsed.signature_count >= 1 && parsed.signature_count <= ZKL_DSSE_SIGNATURES_MAX);
    *out = parsed;
    return ZKL_OK;
}

zkl_status zkl_dsse_parse(zkl_dsse *out, zkl_arena *arena, zkl_bytes envelope, zkl_error *err)
{
    return zkl_dsse_parse_within(out, arena, envelope, ZKL_DSSE_BYTES_MAX, err);
}

/* One signature by one key: who must have signed is src/verify/key_rules.c's to say. */
zkl_status zkl_dsse_verify(const zkl_dsse *envelope, const zkl_public_key *key, zkl_error *err)
{
    zkl_digest digest;
    ZKL_ASSERT(envelope->signature_count <= ZKL_DSSE_SIGNATURES_MAX);
    zkl_public_key_digest(&digest, key);
    for (size_t i = 0; i < envelope->signature_count; i++) {
        const zkl_dsse_signature *signature = &envelope->signatures[i];
        if (!zkl_digest_equal(&signature->key_digest, &digest))
            continue;
        ZKL_AUTO_CLEAR(zkl_buffer) signed_bytes = { 0 };
        if (envelope->cose_header.size && key->type != ZKL_KEY_ED25519)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement is of another algorithm than its key");
        if (envelope->cose_header.size)
            zkl_cose_put_signed(&signed_bytes, envelope->cose_header, envelope->payload);
        else
            zkl_dsse_pae(&signed_bytes, envelope->payload_type, envelope->payload);
        ZKL_TRY(zkl_buffer_status(&signed_bytes, err));
        return zkl_signature_verify(key, zkl_buffer_bytes(&signed_bytes),
                                    zkl_bytes_of(signature->bytes, signature->size), err);
    }
    char key_id[ZKL_KEY_ID_CHARS + 1];
    zkl_hex_encode(key_id, digest.bytes, sizeof digest.bytes);
    return zkl_fail(err, ZKL_UNCHECKED, "no signature by key %s", key_id);
}
