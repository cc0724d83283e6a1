/* The signer whose secret is in memory, out of a key file.
 *
 *  1. Secrets enter libcrypto by calls that take raw bytes or secure numbers, and its copies are
 *     cleared with the key.
 *  2. Scalars are multiplied in constant time (BN_FLG_CONSTTIME; Ed25519 always is).
 *  3. A public key is derived from its secret once, and is the one that signatures verify under. */
#include "keys/signing_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

static const zkl_signer_ops held_ops, opened_ops;

/* With inputs that were checked, libcrypto fails for lack of memory or because an algorithm is
 * switched off in its configuration. */
static zkl_status fail_crypto(zkl_error *err, const char *verb, zkl_key_type type)
{
    ERR_clear_error();
    return zkl_fail(err, ZKL_NO_MEMORY, "libcrypto cannot %s %s (no memory, or switched off)", verb,
                    zkl_key_type_name(type));
}

/* ---- Keys */

/* libcrypto's form of a P-256 key. Its number is secure memory, cleared when freed. NULL: libcrypto
 * failed. */
static EVP_PKEY *p256_new(const zkl_public_key *public_key, const uint8_t scalar[static 32])
{
    EVP_PKEY *key = NULL;
    BIGNUM *number = BN_secure_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    OSSL_PARAM *params = NULL;
    if (build && context && number && BN_bin2bn(scalar, 32, number) &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public_key->bytes,
                                         public_key->size) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number))
        params = OSSL_PARAM_BLD_to_param(build);
    if (!params || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) <= 0)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    BN_clear_free(number);
    ERR_clear_error();
    return key;
}

/* The point of a scalar. ZKL_BAD_INPUT when it is 0 or not below the group order. */
static zkl_status p256_derive(zkl_public_key *out, const uint8_t scalar[static 32], zkl_error *err)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    BIGNUM *number = BN_secure_new();
    zkl_status status = ZKL_OK;
    *out = (zkl_public_key){ .type = ZKL_KEY_ECDSA_P256, .size = 65 };
    /* 65 bytes: 0x04, x, y. BN_clear_free below wipes the number, secure or not. */
    if (!point || !number || !BN_bin2bn(scalar, 32, number)) {
        status = fail_crypto(err, "derive", ZKL_KEY_ECDSA_P256);
    } else if (BN_is_zero(number) || BN_cmp(number, EC_GROUP_get0_order(group)) >= 0) {
        status =
            zkl_fail(err, ZKL_BAD_INPUT, "no secret key of ecdsa-p256: outside the group order");
    } else {
        BN_set_flags(number, BN_FLG_CONSTTIME);
        if (!EC_POINT_mul(group, point, number, NULL, NULL, NULL) ||
            EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out->bytes, 65, NULL) !=
                65)
            status = fail_crypto(err, "derive", ZKL_KEY_ECDSA_P256);
    }
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return status;
}

/* RFC 8032, section 5.1.5: the seed is hashed, clamped and multiplied. */
static zkl_status ed25519_derive(zkl_public_key *out, const uint8_t seed[static 32], zkl_error *err)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    size_t size = ZKL_ED25519_PUBLIC_BYTES;
    *out = (zkl_public_key){ .type = ZKL_KEY_ED25519, .size = size };
    bool fine = key && EVP_PKEY_get_raw_public_key(key, out->bytes, &size) == 1;
    EVP_PKEY_free(key);
    return fine ? ZKL_OK : fail_crypto(err, "derive", ZKL_KEY_ED25519);
}

/* A pair of ML-DSA-44 from its seed (FIPS 204, ML-DSA.KeyGen_internal). By names alone: the headers
 * may be older than the library. NULL: libcrypto failed. */
static EVP_PKEY *ml_dsa_44_new(const uint8_t seed[static 32])
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "ML-DSA-44", NULL);
    /* Read alone: its type has no const. */
    OSSL_PARAM params[] = { OSSL_PARAM_construct_octet_string("seed", (void *)(uintptr_t)seed, 32),
                            OSSL_PARAM_construct_end() };
    if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

static zkl_status ml_dsa_44_derive(zkl_public_key *out, const uint8_t seed[static 32],
                                   zkl_error *err)
{
    if (!zkl_key_type_available(ZKL_KEY_ML_DSA_44))
        return zkl_key_type_fail_unavailable(ZKL_KEY_ML_DSA_44, err);
    EVP_PKEY *key = ml_dsa_44_new(seed);
    size_t size = ZKL_ML_DSA_44_PUBLIC_BYTES;
    *out = (zkl_public_key){ .type = ZKL_KEY_ML_DSA_44, .size = size };
    const bool fine = key && EVP_PKEY_get_raw_public_key(key, out->bytes, &size) == 1;
    EVP_PKEY_free(key);
    ZKL_ASSERT(!fine || size == ZKL_ML_DSA_44_PUBLIC_BYTES);
    return fine ? ZKL_OK : fail_crypto(err, "derive", ZKL_KEY_ML_DSA_44);
}

static zkl_status derive(zkl_public_key *out, zkl_key_type type, const uint8_t secret[static 32],
                         zkl_error *err)
{
    switch (type) {
    case ZKL_KEY_ED25519:
        return ed25519_derive(out, secret, err);
    case ZKL_KEY_ECDSA_P256:
        return p256_derive(out, secret, err);
    case ZKL_KEY_ML_DSA_44:
        return ml_dsa_44_derive(out, secret, err);
    }
    return zkl_fail(err, ZKL_NOT_SUPPORTED, "unknown key type %d", (int)type);
}

zkl_status zkl_signing_key_from_secret(zkl_signing_key *out, zkl_key_type type,
                                       const uint8_t secret[static 32], zkl_error *err)
{
    zkl_public_key public_key;
    /* The public half first: after a failure out is as it was. */
    ZKL_TRY(derive(&public_key, type, secret, err));
    *out = (zkl_signing_key){ .signer = { .ops = &held_ops, .public_key = public_key } };
    memcpy(out->secret, secret, sizeof out->secret);
    return ZKL_OK;
}

zkl_status zkl_signing_key_make(zkl_signing_key *out, zkl_key_type type, const zkl_env *env,
                                zkl_error *err)
{
    uint8_t secret[32];
    zkl_status status = ZKL_BAD_INPUT;
    /* All but 2^-32 of the strings are P-256 scalars; a source that gives 64 others in a row is
     * broken. */
    for (int tries = 0; tries < 64 && status == ZKL_BAD_INPUT; tries++) {
        status = zkl_env_random(env, secret, sizeof secret, err);
        if (status == ZKL_OK)
            status = zkl_signing_key_from_secret(out, type, secret, err);
    }
    zkl_wipe(secret, sizeof secret);
    return status;
}

void zkl_signing_key_clear(zkl_signing_key *key)
{
    zkl_wipe(key, sizeof *key);
}

/* ---- As a signer */

static const zkl_signing_key *key_of(const zkl_signer *signer)
{
    ZKL_ASSERT(signer->ops == &held_ops || signer->ops == &opened_ops);
    return (const zkl_signing_key *)signer; /* its first member */
}

/* With the public half beside it, which is half of a signature's time to derive: promise 3 has it
 * derived once. A wrong one beside a secret would give signatures that show the secret; the two lie
 * in one struct of secret memory, and nothing writes either. NULL: libcrypto failed. */
static EVP_PKEY *ed25519_new(const zkl_public_key *public_key, const uint8_t seed[static 32])
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL);
    /* Read alone: its type has no const. */
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                          (void *)(uintptr_t)public_key->bytes, public_key->size),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (void *)(uintptr_t)seed, 32),
        OSSL_PARAM_construct_end()
    };
    if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

/* libcrypto's form of a key that was derived. NULL: it failed. */
static EVP_PKEY *pair_new(const zkl_signing_key *key)
{
    switch (key->signer.public_key.type) {
    case ZKL_KEY_ED25519:
        return ed25519_new(&key->signer.public_key, key->secret);
    case ZKL_KEY_ECDSA_P256:
        return p256_new(&key->signer.public_key, key->secret);
    case ZKL_KEY_ML_DSA_44:
        return ml_dsa_44_new(key->secret);
    }
    return NULL;
}

static zkl_status sign(const zkl_signer *signer, uint8_t out[static ZKL_SIGNATURE_BYTES_MAX],
                       size_t *out_size, zkl_bytes message, zkl_error *err)
{
    const zkl_signing_key *key = key_of(signer);
    const zkl_key_type type = signer->public_key.type;
    /* P-256 signs the message's SHA-256; the others hash it themselves. */
    const EVP_MD *hash = type == ZKL_KEY_ECDSA_P256 ? EVP_sha256() : NULL;
    EVP_PKEY *pkey = pair_new(key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = ZKL_SIGNATURE_BYTES_MAX;
    bool fine = pkey && context && EVP_DigestSignInit(context, NULL, hash, NULL, pkey) == 1 &&
                EVP_DigestSign(context, out, &size, message.data, message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    if (!fine) /* out may hold a part of a signature, which is public */
        return fail_crypto(err, "sign with", type);
    /* What notes and trust records have room for. */
    ZKL_ASSERT(type != ZKL_KEY_ED25519 || size == 64);
    ZKL_ASSERT(type != ZKL_KEY_ML_DSA_44 || size == ZKL_ML_DSA_44_SIGNATURE_BYTES);
    *out_size = size;
    return ZKL_OK;
}

/* One that its holder cleared or will clear: closing wipes it where it lies. */
static void close_held(zkl_signer *signer)
{
    zkl_signing_key_clear((zkl_signing_key *)signer);
}

static void close_opened(zkl_signer *signer)
{
    zkl_secret_free(signer); /* wipes the pages */
}

static const zkl_signer_ops held_ops = { .name = "file", .sign = sign, .close = close_held };
static const zkl_signer_ops opened_ops = { .name = "file", .sign = sign, .close = close_opened };

zkl_status zkl_signer_of_key(zkl_signer **out, zkl_key_role role, const zkl_signing_key *key,
                             zkl_error *err)
{
    ZKL_ASSERT(zkl_key_type_known(key->signer.public_key.type));
    ZKL_ASSERT(role == ZKL_ROLE_SIGNER || role == ZKL_ROLE_LOG);
    zkl_signing_key *own = zkl_secret_new(sizeof *own);
    if (!own)
        return zkl_no_memory(err, sizeof *own);
    *own = *key;
    /* Closing frees this copy, where a key that was made on the stack is only wiped. */
    own->signer.ops = &opened_ops;
    own->signer.role = role;
    *out = &own->signer;
    return ZKL_OK;
}
