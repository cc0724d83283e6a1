/* An envelope that parses is the one encoding of what it says. */
#include "text/base64.h"
#include "record/dsse.h"

static void put_again(zkl_buffer *out, const zkl_dsse *envelope)
{
    zkl_buffer_put_text(out, "{\"payload\":\"");
    zkl_buffer_put_base64(out, envelope->payload.data, envelope->payload.size);
    zkl_buffer_put_text(out, "\",\"payloadType\":\"");
    zkl_buffer_put(out, envelope->payload_type.data, envelope->payload_type.size);
    zkl_buffer_put_text(out, "\",\"signatures\":[");
    for (size_t i = 0; i < envelope->signature_count; i++) {
        const zkl_dsse_signature *signature = &envelope->signatures[i];
        char key_id[ZKL_KEY_ID_CHARS + 1];
        zkl_hex_encode(key_id, signature->key_digest.bytes, sizeof signature->key_digest.bytes);
        zkl_buffer_format(out, "%s{\"keyid\":\"%s\",\"sig\":\"", i ? "," : "", key_id);
        zkl_buffer_put_base64(out, signature->bytes, signature->size);
        zkl_buffer_put_text(out, "\"}");
    }
    zkl_buffer_put_text(out, "]}");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_dsse envelope;
    if (zkl_dsse_parse(&envelope, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    put_again(&again, &envelope);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
