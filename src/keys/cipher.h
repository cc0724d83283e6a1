#pragma once
/* The symmetric ciphers, each of them once: AES-256-GCM for what is kept, AES-256-CTR for what no
 * longer can be read when the process ends. Both are libcrypto's.
 *
 * Threads: any. Timing: independent of keys and contents where libcrypto's AES and GHASH are (the
 * CPU's instructions on x86-64); the tag is compared in constant time. */
#include "base/memory.h"

#define ZKL_AEAD_KEY_BYTES 32
#define ZKL_AEAD_NONCE_BYTES 12
#define ZKL_AEAD_TAG_BYTES 16

/* ---- AES-256-GCM (NIST SP 800-38D). */

/* What one message is sealed under. The caller makes sure that no nonce serves twice under one key:
 * two messages under one pair show their difference, and with it the key of the tags. */
typedef struct zkl_aead {
    const uint8_t *key;   /* ZKL_AEAD_KEY_BYTES, secret */
    const uint8_t *nonce; /* ZKL_AEAD_NONCE_BYTES */
    zkl_bytes associated; /* authenticated, not hidden; empty: none */
    /* The implementation of AES-256-GCM (an EVP_CIPHER); NULL: libcrypto's usual one. */
    const struct evp_cipher_st *cipher;
} zkl_aead;

/* Encrypt plain to out (as many bytes; may be where plain is), and authenticate it with the
 * associated data. false: libcrypto has no memory, or the algorithm is switched off; out and tag
 * are wiped then. */
bool zkl_aead_seal(uint8_t *out, uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                   zkl_bytes plain) ZKL_MUST_USE;
/* Decrypt hidden to out (as many bytes; may be where hidden is). false: another key, nonce, tag,
 * associated data or ciphertext, or libcrypto failed, which is not told apart. out is wiped then:
 * nothing unauthenticated leaves this call. */
bool zkl_aead_open(uint8_t *out, const uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                   zkl_bytes hidden) ZKL_MUST_USE;

/* ---- AES-256-CTR (NIST SP 800-38A), read at any place. */

#define ZKL_KEYSTREAM_BLOCK_BYTES 16

/* XOR data with the keystream of key from byte `offset` on; the same call encrypts and decrypts.
 * Block i of the stream is AES(key, i as a big-endian number), so a key serves one stream: no part
 * of it may hide two contents. Nothing is authenticated. Limit: offset + size <= UINT64_MAX
 * (asserted). Cost: a few thousand instructions, and less than one for a byte. false: libcrypto has
 * no memory, or the algorithm is switched off; data is then of no use. */
bool zkl_keystream_xor(uint8_t *data, size_t size, const uint8_t key[static ZKL_AEAD_KEY_BYTES],
                       uint64_t offset) ZKL_MUST_USE;
