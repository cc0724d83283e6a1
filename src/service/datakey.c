/* Data keys at rest in the ledger: AES-256-GCM under a key that derives from the owner secret and the dataset. */
#include <openssl/evp.h>
#include <string.h>

#include "base/arena.h"
#include "service/service_internal.h"

#define NONCE_BYTES 12
#define TAG_BYTES 16

static void wrapping_key(uint8_t out[static 32], const uint8_t owner[static 32],
                         const zkl_digest *dataset)
{
    zkl_prf_32(out, zkl_bytes_of(owner, 32), "data-key", zkl_bytes_of(dataset->bytes, 32));
}

zkl_status service_datakey_wrap(zkl_buffer *out, zkl_bytes datakey, const uint8_t owner[static 32],
                                const zkl_digest *dataset, const zkl_env *env, zkl_error *err)
{
    uint8_t key[32], nonce[NONCE_BYTES], tag[TAG_BYTES];
    int size = 0, last = 0;
    ZKL_AUTO_BLOCK uint8_t *hidden = zkl_malloc(datakey.size, 1);
    if (!hidden || datakey.size > INT32_MAX)
        return zkl_no_memory(err, datakey.size);
    ZKL_TRY(zkl_env_random(env, nonce, sizeof nonce, err));
    wrapping_key(key, owner, dataset);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = context && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                EVP_EncryptUpdate(context, hidden, &size, datakey.data, (int)datakey.size) == 1 &&
                EVP_EncryptFinal_ex(context, hidden + size, &last) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    zkl_wipe(key, sizeof key);
    if (!done)
        return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto could not encrypt the data key");
    zkl_buffer_put(out, nonce, sizeof nonce);
    zkl_buffer_put(out, tag, sizeof tag);
    zkl_buffer_put(out, hidden, datakey.size);
    return zkl_buffer_status(out, err);
}

zkl_status service_datakey_unwrap(zkl_buffer *out, zkl_bytes wrapped,
                                  const uint8_t owner[static 32], const zkl_digest *dataset,
                                  zkl_error *err)
{
    uint8_t key[32];
    int size = 0, last = 0;
    if (wrapped.size < NONCE_BYTES + TAG_BYTES || wrapped.size > INT32_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "the stored data key has %zu bytes", wrapped.size);
    zkl_bytes hidden = zkl_bytes_of(wrapped.data + NONCE_BYTES + TAG_BYTES,
                                    wrapped.size - NONCE_BYTES - TAG_BYTES);
    uint8_t tag[TAG_BYTES];
    ZKL_AUTO_BLOCK uint8_t *plain = zkl_malloc(hidden.size + 1, 1);
    if (!plain)
        return zkl_no_memory(err, hidden.size);
    memcpy(tag, wrapped.data + NONCE_BYTES, sizeof tag);
    wrapping_key(key, owner, dataset);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = context &&
                EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, wrapped.data) == 1 &&
                EVP_DecryptUpdate(context, plain, &size, hidden.data, (int)hidden.size) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1 &&
                EVP_DecryptFinal_ex(context, plain + size, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    zkl_wipe(key, sizeof key);
    if (done)
        zkl_buffer_put(out, plain, hidden.size);
    zkl_wipe(plain, hidden.size);
    if (!done)
        return zkl_fail(err, ZKL_REJECTED,
                        "the stored data key is altered, or of another owner secret");
    return zkl_buffer_status(out, err);
}
