/* PEM is libcrypto's to read; what we take of it is the scalar, and nothing else that the file may
 * say. */
#include "keys/pem_key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* Nobody is asked for a passphrase: an encrypted key cannot be read. */
static int no_passphrase(char *out, int size, int writing, void *context)
{
    (void)out;
    (void)size;
    (void)writing;
    *(bool *)context = true;
    return 0;
}

static bool is_p256(const EVP_PKEY *key)
{
    char name[32] = "";
    size_t size;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 &&
           strcmp(name, "prime256v1") == 0;
}

/* The scalar as 32 bytes, big-endian. */
static bool take_scalar(uint8_t out[static ZKL_SIGNING_KEY_SECRET_BYTES], const EVP_PKEY *key)
{
    BIGNUM *number = NULL;
    const bool fine =
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
        BN_bn2binpad(number, out, ZKL_SIGNING_KEY_SECRET_BYTES) == ZKL_SIGNING_KEY_SECRET_BYTES;
    BN_clear_free(number);
    return fine;
}

zkl_status zkl_signing_key_from_pem(zkl_signing_key *out, zkl_bytes pem, zkl_error *err)
{
    uint8_t scalar[ZKL_SIGNING_KEY_SECRET_BYTES];
    bool is_encrypted = false;
    if (pem.size > ZKL_PEM_KEY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a key file of more than %d bytes", ZKL_PEM_KEY_BYTES_MAX);
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    if (!bio)
        return zkl_no_memory(err, pem.size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &is_encrypted);
    BIO_free(bio);
    ERR_clear_error();
    zkl_status status = ZKL_OK;
    if (is_encrypted)
        status =
            zkl_fail(err, ZKL_NOT_SUPPORTED, "the key is encrypted: one in the clear is needed");
    else if (!key)
        status = zkl_fail(err, ZKL_BAD_INPUT, "no private key in PEM");
    else if (!is_p256(key))
        status = zkl_fail(err, ZKL_NOT_SUPPORTED, "the key is none of P-256");
    else if (!take_scalar(scalar, key))
        status = zkl_fail(err, ZKL_BAD_INPUT, "the key has no secret");
    EVP_PKEY_free(key);
    if (status == ZKL_OK)
        status = zkl_signing_key_from_secret(out, ZKL_KEY_ECDSA_P256, scalar, err);
    zkl_wipe(scalar, sizeof scalar);
    return status;
}
