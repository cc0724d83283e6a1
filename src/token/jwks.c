/* Keys of a set, checked once and kept as libcrypto has them.
 *
 * 1. A key has one algorithm, which follows from its kind alone. What a token says of its algorithm
 *    is compared with it, and never chooses how a key is used.
 * 2. Every number has its full length and is checked here: no token meets a key that is bad. */
#include "token/jwks.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "text/base64.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192
#define RSA_EXPONENT_MIN 65537 /* FIPS 186-5 appendix A.1.1: above 2^16 */
#define COORDINATE_BYTES ((size_t)32)

struct token_key {
    char kid[TOKEN_KID_BYTES_MAX + 1];
    bool has_kid;
    token_algorithm algorithm;
    EVP_PKEY *key;
};

struct token_keys {
    token_key keys[TOKEN_SET_KEYS_MAX];
    size_t count;
};

static const char *const algorithm_texts[TOKEN_ALGORITHM_COUNT] = { "RS256", "ES256", "EdDSA" };

const char *token_algorithm_text(token_algorithm algorithm)
{
    ZKL_ASSERT((size_t)algorithm < TOKEN_ALGORITHM_COUNT);
    return algorithm_texts[algorithm];
}

bool token_algorithm_find(token_algorithm *out, const char *text)
{
    for (size_t i = 0; i < TOKEN_ALGORITHM_COUNT; i++)
        if (strcmp(text, algorithm_texts[i]) == 0) {
            *out = (token_algorithm)i;
            return true;
        }
    return false;
}

/* ---- numbers of a key */

static bool get_bytes(zkl_buffer *out, const json_t *jwk, const char *name)
{
    const json_t *const value = json_object_get(jwk, name);
    return json_is_string(value) &&
           zkl_buffer_put_base64url_decoded(
               out, zkl_bytes_of(json_string_value(value), json_string_length(value)));
}

/* Takes build. NULL: libcrypto does not take it. */
static EVP_PKEY *make_key(const char *kind, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    OSSL_PARAM *const parameters = OSSL_PARAM_BLD_to_param(build);
    if (!context || !parameters || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* Of a generator that made primes k * M + (65537^a mod M) (CVE-2017-15361): such a modulus is a
 * power of 65537 modulo every small prime, and can be factored. Another modulus has that property
 * once in about 2^27. */
static bool is_of_weak_generator(const BIGNUM *modulus)
{
    static const BN_ULONG primes[] = { 11, 13, 17,  19,  37,  53,  61,  71, 73,
                                       79, 97, 103, 107, 109, 127, 151, 157 };
    for (size_t i = 0; i < ZKL_COUNT(primes); i++) {
        const BN_ULONG p = primes[i], rest = BN_mod_word(modulus, p);
        BN_ULONG power = 1;
        bool is_power = false;
        do {
            is_power |= power == rest;
            power = power * (65537 % p) % p;
        } while (power != 1);
        if (!is_power)
            return false;
    }
    return true;
}

/* A Base64urlUInt has no leading zero (RFC 7518 section 2). */
static const char *check_rsa(const zkl_buffer *n, const zkl_buffer *e, const BIGNUM *modulus,
                             const BIGNUM *exponent)
{
    if (!n->data[0] || !e->data[0])
        return "a number begins with a zero";
    if (BN_num_bits(modulus) < RSA_BITS_MIN || BN_num_bits(modulus) > RSA_BITS_MAX)
        return "RSA has 2048 to 8192 bits";
    if (!BN_is_odd(modulus) || !BN_is_odd(exponent) || BN_num_bits(exponent) > 32 ||
        BN_get_word(exponent) < RSA_EXPONENT_MIN)
        return "modulus or exponent is none of RSA";
    return is_of_weak_generator(modulus) ? "the modulus is of a generator that can be factored"
                                         : NULL;
}

static const char *take_rsa(token_key *key, const json_t *jwk)
{
    ZKL_AUTO_CLEAR(zkl_buffer) n = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) e = { 0 };
    if (!get_bytes(&n, jwk, "n") || !get_bytes(&e, jwk, "e") || !n.size || !e.size ||
        n.size > RSA_BITS_MAX / 8 + 1 || e.size > 8)
        return "'n' and 'e' are no numbers";
    BIGNUM *const modulus = BN_bin2bn(n.data, (int)n.size, NULL);
    BIGNUM *const exponent = BN_bin2bn(e.data, (int)e.size, NULL);
    OSSL_PARAM_BLD *const build = OSSL_PARAM_BLD_new();
    const char *bad =
        modulus && exponent && build ? check_rsa(&n, &e, modulus, exponent) : "no memory";
    if (!bad && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
        key->key = make_key("RSA", build);
    else
        OSSL_PARAM_BLD_free(build);
    BN_free(modulus);
    BN_free(exponent);
    key->algorithm = TOKEN_RS256;
    return bad || key->key ? bad : "it is no RSA key";
}

static const char *take_ec(token_key *key, const json_t *jwk)
{
    ZKL_AUTO_CLEAR(zkl_buffer) point = { 0 };
    const char *const curve = json_string_value(json_object_get(jwk, "crv"));
    if (!curve || strcmp(curve, "P-256") != 0)
        return "its curve is not P-256";
    zkl_buffer_put_u8(&point, 4);
    if (!get_bytes(&point, jwk, "x") || point.size != 1 + COORDINATE_BYTES ||
        !get_bytes(&point, jwk, "y") || point.size != 1 + 2 * COORDINATE_BYTES)
        return "'x' and 'y' have 32 bytes each";
    OSSL_PARAM_BLD *const build = OSSL_PARAM_BLD_new();
    if (!build ||
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.size) !=
            1) {
        OSSL_PARAM_BLD_free(build);
        return "no memory";
    }
    key->key = make_key("EC", build);
    EVP_PKEY_CTX *const check = key->key ? EVP_PKEY_CTX_new(key->key, NULL) : NULL;
    const bool is_point = check && EVP_PKEY_public_check(check) == 1;
    EVP_PKEY_CTX_free(check);
    key->algorithm = TOKEN_ES256;
    return is_point ? NULL : "the point is not on the curve";
}

static const char *take_okp(token_key *key, const json_t *jwk)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const char *const curve = json_string_value(json_object_get(jwk, "crv"));
    if (!curve || strcmp(curve, "Ed25519") != 0)
        return "its curve is not Ed25519";
    if (!get_bytes(&bytes, jwk, "x") || bytes.size != COORDINATE_BYTES)
        return "'x' has 32 bytes";
    key->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes.data, bytes.size);
    key->algorithm = TOKEN_EDDSA;
    return key->key ? NULL : "it is no Ed25519 key";
}

/* ---- a key of the set */

static bool has_text(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *const item = json_string_value(json_array_get(list, i));
        if (item && strcmp(item, text) == 0)
            return true;
    }
    return false;
}

/* Members that say what a key is for. NULL: signatures of its algorithm. */
static const char *check_purpose(const token_key *key, const json_t *jwk)
{
    const json_t *const use = json_object_get(jwk, "use");
    const json_t *const ops = json_object_get(jwk, "key_ops");
    const json_t *const algorithm = json_object_get(jwk, "alg");
    const char *const text = json_string_value(algorithm);
    if (use && (!json_is_string(use) || strcmp(json_string_value(use), "sig") != 0))
        return "its use is not 'sig'";
    if (ops && !has_text(ops, "verify"))
        return "its 'key_ops' have no 'verify'";
    if (algorithm && (!text || strcmp(text, token_algorithm_text(key->algorithm)) != 0))
        return "its 'alg' is not of the three, or not its kind's";
    return NULL;
}

/* NULL: it is kept. */
static const char *take_key(token_key *key, const json_t *jwk)
{
    static const struct {
        const char *kind;
        const char *(*take)(token_key *key, const json_t *jwk);
    } kinds[] = { { "RSA", take_rsa }, { "EC", take_ec }, { "OKP", take_okp } };
    const char *const kind = json_string_value(json_object_get(jwk, "kty"));
    for (size_t i = 0; kind && i < ZKL_COUNT(kinds); i++)
        if (strcmp(kind, kinds[i].kind) == 0) {
            const char *const bad = kinds[i].take(key, jwk);
            return bad ? bad : check_purpose(key, jwk);
        }
    return "its 'kty' is not RSA, EC or OKP";
}

/* What refuses the set as a whole; NULL: nothing. */
static const char *check_published(const json_t *jwk)
{
    const char *const kind = json_string_value(json_object_get(jwk, "kty"));
    const json_t *const kid = json_object_get(jwk, "kid");
    if (!json_is_object(jwk) || !kind)
        return "it is no key";
    if (strcmp(kind, "oct") == 0 || json_object_get(jwk, "k") || json_object_get(jwk, "d"))
        return "it is a secret one";
    if (kid && (!json_is_string(kid) || json_string_length(kid) > TOKEN_KID_BYTES_MAX ||
                strlen(json_string_value(kid)) != json_string_length(kid)))
        return "its 'kid' is no text of at most 256 bytes";
    return NULL;
}

static bool has_kid_before(const json_t *list, size_t index)
{
    const char *const kid = json_string_value(json_object_get(json_array_get(list, index), "kid"));
    for (size_t i = 0; kid && i < index; i++) {
        const char *const other =
            json_string_value(json_object_get(json_array_get(list, i), "kid"));
        if (other && strcmp(kid, other) == 0)
            return true;
    }
    return false;
}

static zkl_status take_keys(token_keys *keys, const json_t *list, zkl_error *err)
{
    const char *first_bad = "there is none";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *const jwk = json_array_get(list, i);
        const char *bad = check_published(jwk);
        if (!bad && has_kid_before(list, i))
            bad = "its 'kid' stands twice";
        if (bad)
            return zkl_fail(err, ZKL_BAD_INPUT, "key %zu of the set: %s", i + 1, bad);
        token_key key = { 0 };
        const char *const kid = json_string_value(json_object_get(jwk, "kid"));
        bad = take_key(&key, jwk);
        if (bad) {
            EVP_PKEY_free(key.key);
            first_bad = i == 0 ? bad : first_bad;
            continue;
        }
        key.has_kid = kid != NULL;
        if (kid)
            memcpy(key.kid, kid, strlen(kid));
        keys->keys[keys->count++] = key;
    }
    ERR_clear_error(); /* of keys that were passed over */
    return keys->count
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "no key of the set can be used: %s", first_bad);
}

zkl_status token_keys_parse(token_keys **out, zkl_bytes json, zkl_error *err)
{
    if (json.size > TOKEN_SET_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the key set has %zu bytes, at most %zu", json.size,
                        TOKEN_SET_BYTES_MAX);
    token_keys *const keys = zkl_calloc(1, sizeof *keys);
    if (!keys)
        return zkl_no_memory(err, sizeof *keys);
    json_t *const root =
        json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *const list = json_object_get(root, "keys");
    zkl_status status = ZKL_OK;
    if (!json_is_array(list))
        status = zkl_fail(err, ZKL_BAD_INPUT, "it is no JSON object with a list 'keys'");
    else if (json_array_size(list) > TOKEN_SET_KEYS_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "the key set has %zu keys, at most %d",
                          json_array_size(list), TOKEN_SET_KEYS_MAX);
    else
        status = take_keys(keys, list, err);
    json_decref(root);
    if (status == ZKL_OK)
        *out = keys;
    else
        token_keys_free(keys);
    return status;
}

void token_keys_free(token_keys *keys)
{
    for (size_t i = 0; keys && i < keys->count; i++)
        EVP_PKEY_free(keys->keys[i].key);
    zkl_free(keys);
}

size_t token_keys_count(const token_keys *keys)
{
    return keys->count;
}

const token_key *token_keys_find(const token_keys *keys, const char *kid)
{
    if (!kid)
        return keys->count == 1 ? &keys->keys[0] : NULL;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->keys[i].has_kid && strcmp(keys->keys[i].kid, kid) == 0)
            return &keys->keys[i];
    return NULL;
}

token_algorithm token_key_algorithm(const token_key *key)
{
    return key->algorithm;
}

/* ---- signatures */

/* R and S, 32 bytes each (RFC 7518 section 3.4), as the DER that libcrypto takes. 0: they are none.
 * *out: of OPENSSL_malloc. */
static int signature_der(uint8_t **out, zkl_bytes signature)
{
    if (signature.size != 2 * COORDINATE_BYTES)
        return 0;
    ECDSA_SIG *const pair = ECDSA_SIG_new();
    BIGNUM *const r = BN_bin2bn(signature.data, (int)COORDINATE_BYTES, NULL);
    BIGNUM *const s = BN_bin2bn(signature.data + COORDINATE_BYTES, (int)COORDINATE_BYTES, NULL);
    int size = 0;
    if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
        size = i2d_ECDSA_SIG(pair, out);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return size > 0 ? size : 0;
}

static bool verify(EVP_PKEY *key, const EVP_MD *hash, zkl_bytes signed_part, zkl_bytes signature)
{
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    const bool holds = context && EVP_DigestVerifyInit(context, NULL, hash, NULL, key) == 1 &&
                       EVP_DigestVerify(context, signature.data, signature.size, signed_part.data,
                                        signed_part.size) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return holds;
}

bool token_key_verify(const token_key *key, zkl_bytes signed_part, zkl_bytes signature)
{
    uint8_t *der = NULL;
    bool holds;
    if (!signature.size)
        return false;
    switch (key->algorithm) {
    case TOKEN_RS256: /* PKCS #1 v1.5, libcrypto's default padding; as long as the modulus */
        return signature.size == (size_t)EVP_PKEY_get_size(key->key) &&
               verify(key->key, EVP_sha256(), signed_part, signature);
    case TOKEN_ES256: {
        const int size = signature_der(&der, signature);
        holds =
            size && verify(key->key, EVP_sha256(), signed_part, zkl_bytes_of(der, (size_t)size));
        OPENSSL_free(der);
        return holds;
    }
    case TOKEN_EDDSA:
        return signature.size == 2 * COORDINATE_BYTES &&
               verify(key->key, NULL, signed_part, signature);
    }
    ZKL_UNREACHABLE("an algorithm");
}
