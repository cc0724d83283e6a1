/* A library context of its own, so that what is chosen here holds for nothing else in the
 * process. */
#include "vault/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "base/buffer.h"

struct zkl_crypto {
    OSSL_LIB_CTX *library;
    OSSL_PROVIDER *providers[2];
    EVP_CIPHER *gcm;
    EVP_KDF *hkdf;
    char name[80];
};

/* "base" has no algorithms but the encodings that the FIPS provider leaves to it. */
static bool load(zkl_crypto *c, bool fips)
{
    c->library = OSSL_LIB_CTX_new();
    if (!c->library)
        return false;
    c->providers[0] = OSSL_PROVIDER_load(c->library, fips ? "fips" : "default");
    c->providers[1] = fips ? OSSL_PROVIDER_load(c->library, "base") : NULL;
    return c->providers[0] && (!fips || EVP_default_properties_enable_fips(c->library, 1) == 1) &&
           (!fips || OSSL_PROVIDER_self_test(c->providers[0]) == 1);
}

zkl_status zkl_crypto_new(zkl_crypto **out, bool fips, zkl_error *err)
{
    zkl_crypto *const c = zkl_calloc(1, sizeof *c);
    if (!c)
        return zkl_no_memory(err, sizeof *c);
    const char *const want = fips ? "fips=yes" : NULL;
    if (load(c, fips)) {
        c->gcm = EVP_CIPHER_fetch(c->library, "AES-256-GCM", want);
        c->hkdf = EVP_KDF_fetch(c->library, "HKDF", want);
    }
    ERR_clear_error();
    if (!c->gcm || !c->hkdf) {
        zkl_crypto_free(c);
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "libcrypto (%s) has no %s",
                        OpenSSL_version(OPENSSL_VERSION),
                        fips ? "FIPS provider that passes its self-test" : "AES-256-GCM and HKDF");
    }
    snprintf(c->name, sizeof c->name, "%.40s, %s provider", OpenSSL_version(OPENSSL_VERSION),
             fips ? "FIPS" : "default");
    *out = c;
    return ZKL_OK;
}

void zkl_crypto_free(zkl_crypto *c)
{
    if (!c)
        return;
    EVP_KDF_free(c->hkdf);
    EVP_CIPHER_free(c->gcm);
    for (size_t i = 0; i < ZKL_COUNT(c->providers); i++)
        if (c->providers[i])
            OSSL_PROVIDER_unload(c->providers[i]);
    OSSL_LIB_CTX_free(c->library);
    zkl_free(c);
}

const char *zkl_crypto_name(const zkl_crypto *c)
{
    return c->name;
}

zkl_status zkl_crypto_random(const zkl_crypto *c, void *out, size_t size, zkl_error *err)
{
    if (RAND_bytes_ex(c->library, out, size, 256) == 1)
        return ZKL_OK;
    ERR_clear_error();
    zkl_wipe(out, size);
    return zkl_fail(err, ZKL_IO, "libcrypto gives no random bytes");
}

/* libcrypto takes no const. */
static OSSL_PARAM octets(const char *name, zkl_bytes value)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)value.data, value.size);
}

zkl_status zkl_crypto_derive(const zkl_crypto *c, uint8_t *out, size_t size,
                             const uint8_t key[static ZKL_CRYPTO_KEY_BYTES], zkl_bytes salt,
                             zkl_bytes info, zkl_error *err)
{
    static char hash[] = "SHA256";
    EVP_KDF_CTX *const context = EVP_KDF_CTX_new(c->hkdf);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
        octets(OSSL_KDF_PARAM_KEY, zkl_bytes_of(key, ZKL_CRYPTO_KEY_BYTES)),
        octets(OSSL_KDF_PARAM_SALT, salt),
        octets(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end(),
    };
    const bool done = context && EVP_KDF_derive(context, out, size, params) == 1;
    EVP_KDF_CTX_free(context);
    ERR_clear_error();
    if (done)
        return ZKL_OK;
    zkl_wipe(out, size);
    return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto derives no key");
}

bool zkl_crypto_seal(const zkl_crypto *c, uint8_t *out, uint8_t tag[static ZKL_AEAD_TAG_BYTES],
                     const zkl_aead *with, zkl_bytes plain)
{
    zkl_aead mine = *with;
    mine.cipher = c->gcm;
    return zkl_aead_seal(out, tag, &mine, plain);
}

bool zkl_crypto_open(const zkl_crypto *c, uint8_t *out,
                     const uint8_t tag[static ZKL_AEAD_TAG_BYTES], const zkl_aead *with,
                     zkl_bytes hidden)
{
    zkl_aead mine = *with;
    mine.cipher = c->gcm;
    return zkl_aead_open(out, tag, &mine, hidden);
}
