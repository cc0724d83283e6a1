/* A verifier key that parses is the one text of what it says; keys as PEM and DER beside it. */
#include "record/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zkl_bytes bytes = zkl_bytes_of(data, size);
    zkl_verifier_key key;
    zkl_public_key public_key;
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    if (zkl_verifier_key_parse(&key, bytes, NULL) == ZKL_OK) {
        zkl_verifier_key_encode(text, &key);
        ZKL_ASSERT(strlen(text) == size && memcmp(text, data, size) == 0);
    }
    if (zkl_public_key_parse_der(&public_key, bytes, NULL) == ZKL_OK)
        ZKL_ASSERT(zkl_public_key_der(der, &public_key) == size && memcmp(der, data, size) == 0);
    /* PEM allows line breaks anywhere, so only its meaning returns. */
    if (zkl_public_key_parse_pem(&public_key, bytes, NULL) == ZKL_OK) {
        ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 };
        zkl_public_key again;
        zkl_public_key_encode_pem(&pem, &public_key);
        ZKL_ASSERT(zkl_public_key_parse_pem(&again, zkl_buffer_bytes(&pem), NULL) == ZKL_OK &&
                   zkl_public_key_equal(&again, &public_key));
    }
    return 0;
}
