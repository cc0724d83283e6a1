/* AES-256-GCM and AES-256-CTR over libcrypto.
 *
 *  1. libcrypto counts bytes in an int, so contents pass in steps of STEP_BYTES_MAX.
 *  2. A failure wipes what was written: of a message that does not authenticate nothing is seen,
 *     and no ciphertext without its tag is kept by mistake.
 *  3. libcrypto's queue of errors is left empty: what these calls refuse says nothing about a later
 *     call. */
#include "keys/cipher.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/buffer.h"

#define STEP_BYTES_MAX ((size_t)1 << 30)
/* SP 800-38D, 5.2.1.1: 2^36 - 32 bytes of text under one nonce. */
#define AEAD_BYTES_MAX (((uint64_t)1 << 36) - 32)

/* Encrypt or decrypt, as the context was started. out NULL: associated data. */
static bool update(EVP_CIPHER_CTX *context, uint8_t *out, zkl_bytes in)
{
    ZKL_ASSERT(in.data || !in.size);
    for (size_t at = 0; at < in.size;) {
        const size_t step = in.size - at < STEP_BYTES_MAX ? in.size - at : STEP_BYTES_MAX;
        int done = 0;
        if (EVP_CipherUpdate(context, out ? out + at : NULL, &done, in.data + at, (int)step) != 1)
            return false;
        at += step;
    }
    return true;
}

/* A context under key and nonce that has taken the associated data. NULL: libcrypto failed. */
static EVP_CIPHER_CTX *start(const zkl_aead *with, bool encrypt)
{
    ZKL_ASSERT(with->key && with->nonce);
    const EVP_CIPHER *const cipher = with->cipher ? with->cipher : EVP_aes_256_gcm();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context && EVP_CipherInit_ex(context, cipher, NULL, with->key, with->nonce, encrypt) == 1 &&
        update(context, NULL, with->associated))
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

/* The last call of GCM writes no text: all of it came out before. In its place it computes the tag,
 * or compares it. */
static bool finish(EVP_CIPHER_CTX *context)
{
    uint8_t none[EVP_MAX_BLOCK_LENGTH];
    int size = 0;
    return EVP_CipherFinal_ex(context, none, &size) == 1 && size == 0;
}

bool zkl_aead_seal(uint8_t *out, uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                   zkl_bytes plain)
{
    ZKL_ASSERT(plain.size <= AEAD_BYTES_MAX);
    EVP_CIPHER_CTX *context = start(with, true);
    const bool done =
        context && update(context, out, plain) && finish(context) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, ZKL_AEAD_TAG_BYTES, tag) == 1;
    EVP_CIPHER_CTX_free(context); /* with its round keys, wiped */
    ERR_clear_error();
    if (!done) {
        zkl_wipe(out, plain.size);
        zkl_wipe(tag, ZKL_AEAD_TAG_BYTES);
    }
    return done;
}

bool zkl_aead_open(uint8_t *out, const uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                   zkl_bytes hidden)
{
    uint8_t want[ZKL_AEAD_TAG_BYTES]; /* libcrypto takes no const */
    memcpy(want, tag, sizeof want);
    EVP_CIPHER_CTX *context = start(with, false);
    const bool done = hidden.size <= AEAD_BYTES_MAX && context && update(context, out, hidden) &&
                      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, sizeof want, want) == 1 &&
                      finish(context);
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    if (!done)
        zkl_wipe(out, hidden.size);
    return done;
}

bool zkl_keystream_xor(uint8_t *data, size_t size, const uint8_t key[static ZKL_AEAD_KEY_BYTES],
                       uint64_t offset)
{
    uint8_t counter[ZKL_KEYSTREAM_BLOCK_BYTES] = { 0 }, skipped[ZKL_KEYSTREAM_BLOCK_BYTES] = { 0 };
    ZKL_ASSERT(size <= UINT64_MAX - offset);
    /* The stream starts at a block; what lies before the offset in it is made and thrown away. */
    const zkl_bytes skip = zkl_bytes_of(skipped, offset % ZKL_KEYSTREAM_BLOCK_BYTES);
    zkl_be64_put(counter + 8, offset / ZKL_KEYSTREAM_BLOCK_BYTES);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const bool done =
        context && EVP_EncryptInit_ex(context, EVP_aes_256_ctr(), NULL, key, counter) == 1 &&
        update(context, skipped, skip) && update(context, data, zkl_bytes_of(data, size));
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    zkl_wipe(skipped, sizeof skipped);
    return done;
}
