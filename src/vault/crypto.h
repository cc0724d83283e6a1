#pragma once
/* The algorithms of encryption at rest, from one provider of libcrypto: AES-256-GCM, HKDF with
 * SHA-256 (RFC 5869) and random bytes. With `fips` they come from libcrypto's FIPS provider and
 * from nowhere else, or nothing begins.
 *
 * Threads: any. */
#include "keys/cipher.h"

#define ZKL_CRYPTO_KEY_BYTES ZKL_AEAD_KEY_BYTES

typedef struct zkl_crypto zkl_crypto;

/* ZKL_NOT_SUPPORTED: fips, and the provider is not there or does not pass its self-test. */
zkl_status zkl_crypto_new(zkl_crypto **out, bool fips, zkl_error *err) ZKL_MUST_USE;
void zkl_crypto_free(zkl_crypto *crypto); /* NULL is fine */

/* "OpenSSL 3.0.22, default provider"; lives as long. */
const char *zkl_crypto_name(const zkl_crypto *crypto);

/* The four below fail when libcrypto does, or has no memory; out is wiped then. */
zkl_status zkl_crypto_random(const zkl_crypto *crypto, void *out, size_t size,
                             zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_crypto_derive(const zkl_crypto *crypto, uint8_t *out, size_t size,
                             const uint8_t key[static ZKL_CRYPTO_KEY_BYTES], zkl_bytes salt,
                             zkl_bytes info, zkl_error *err) ZKL_MUST_USE;
/* As zkl_aead_seal and zkl_aead_open, of this provider. */
bool zkl_crypto_seal(const zkl_crypto *crypto, uint8_t *out, uint8_t tag[static ZKL_AEAD_TAG_BYTES],
                     const zkl_aead *with, zkl_bytes plain) ZKL_MUST_USE;
bool zkl_crypto_open(const zkl_crypto *crypto, uint8_t *out,
                     const uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                     zkl_bytes hidden) ZKL_MUST_USE;
