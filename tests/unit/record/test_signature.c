#include "record/signature.h"

#include "keys/signing_key.h"
#include "testing.h"

/* RFC 8032 section 7.1, tests 1 to 3. */
static const struct {
    const char *secret, *public_key, *message, *signature;
} ed25519_vectors[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
      "b46bd25b"
      "f5f0595bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
      "1d8c387b"
      "2eaeb4302aeeb00d291612bb0c00" },
    { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
      "c6594a7c"
      "15e9716ed28dc027beceea1ec40a" },
};

static void test_sign_ed25519__rfc_8032(zkl_test *t)
{
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(ed25519_vectors); i++) {
        ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
        uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
        size_t size;
        zkl_bytes message = test_hex(t, ed25519_vectors[i].message);
        REQUIRE_OK(t, &err,
                   zkl_signing_key_from_secret(&key, ZKL_KEY_ED25519,
                                               test_hex(t, ed25519_vectors[i].secret).data, &err));
        REQUIRE(t, key.signer.public_key.size == 32);
        CHECK_MEM_EQ(t, key.signer.public_key.bytes,
                     test_hex(t, ed25519_vectors[i].public_key).data, 32);
        REQUIRE_OK(t, &err, zkl_signer_sign(&key.signer, signature, &size, message, &err));
        REQUIRE(t, size == 64);
        CHECK_MEM_EQ(t, signature, test_hex(t, ed25519_vectors[i].signature).data, 64);
        CHECK_STATUS(t, ZKL_OK,
                     zkl_signature_verify(&key.signer.public_key, message,
                                          zkl_bytes_of(signature, 64), &err));
    }
}

/* RFC 6979 section A.2.5, SHA-256, message "sample". */
static const char p256_secret[] =
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
static const char p256_public[] =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char p256_signature[] =
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

static void test_sign_p256__rfc_6979(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
    zkl_bytes signature = test_hex(t, p256_signature);
    REQUIRE_OK(
        t, &err,
        zkl_signing_key_from_secret(&key, ZKL_KEY_ECDSA_P256, test_hex(t, p256_secret).data, &err));
    REQUIRE(t, key.signer.public_key.size == 65);
    CHECK_MEM_EQ(t, key.signer.public_key.bytes, test_hex(t, p256_public).data, 65);
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_signature_verify(&key.signer.public_key, zkl_bytes_of_text("sample"), signature, &err));
    CHECK_STATUS(
        t, ZKL_REJECTED,
        zkl_signature_verify(&key.signer.public_key, zkl_bytes_of_text("simple"), signature, &err));
}

/* Sign and verify; then no byte of message, signature or key may change. */
static void test_sign__every_changed_byte_is_refused(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    for (zkl_key_type type = ZKL_KEY_ED25519; type <= ZKL_KEY_ECDSA_P256; type++) {
        ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
        uint8_t message[40], signature[ZKL_SIGNATURE_BYTES_MAX + 1] = { 0 };
        size_t size;
        test_random_bytes(t, message, sizeof message);
        REQUIRE_OK(t, &err, zkl_signing_key_make(&key, type, &env, &err));
        REQUIRE_OK(t, &err,
                   zkl_signer_sign(&key.signer, signature, &size,
                                   zkl_bytes_of(message, sizeof message), &err));
        const zkl_bytes whole = zkl_bytes_of(message, sizeof message),
                        made = zkl_bytes_of(signature, size);
        CHECK_STATUS(t, ZKL_OK, zkl_signature_verify(&key.signer.public_key, whole, made, &err));
        for (size_t i = 0; i < sizeof message; i++) {
            message[i] ^= 1;
            CHECK_STATUS(t, ZKL_REJECTED,
                         zkl_signature_verify(&key.signer.public_key, whole, made, &err));
            message[i] ^= 1;
        }
        for (size_t i = 0; i < size; i++)
            for (int bit = 0; bit < 8; bit++) {
                signature[i] ^= (uint8_t)(1 << bit);
                CHECK_STATUS(t, ZKL_REJECTED,
                             zkl_signature_verify(&key.signer.public_key, whole, made, &err));
                signature[i] ^= (uint8_t)(1 << bit);
            }
        for (size_t cut = 0; cut < size; cut++)
            CHECK_STATUS(t, ZKL_REJECTED,
                         zkl_signature_verify(&key.signer.public_key, whole,
                                              zkl_bytes_of(signature, cut), &err));
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_signature_verify(&key.signer.public_key, whole,
                                          zkl_bytes_of(signature, size + 1), &err));
        ZKL_AUTO_CLEAR(zkl_signing_key) other = { 0 };
        REQUIRE_OK(t, &err, zkl_signing_key_make(&other, type, &env, &err));
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_signature_verify(&other.signer.public_key, whole, made, &err));
    }
}

/* s + L signs the same: RFC 8032 section 5.1.7 refuses it, or one signature would have two
 * forms. */
static void test_sign_ed25519__refuses_the_other_form_of_s(zkl_test *t)
{
    static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                       0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
    zkl_error err = { 0 };
    zkl_public_key key;
    uint8_t signature[64];
    memcpy(signature, test_hex(t, ed25519_vectors[1].signature).data, 64);
    REQUIRE_OK(t, &err,
               zkl_public_key_from_bytes(&key, ZKL_KEY_ED25519,
                                         test_hex(t, ed25519_vectors[1].public_key), &err));
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    CHECK_UINT_EQ(t, carry, 0);
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_signature_verify(&key, test_hex(t, "72"), zkl_bytes_of(signature, 64), &err));
}

static void test_sign_ed25519__is_deterministic(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
    uint8_t one[ZKL_SIGNATURE_BYTES_MAX], two[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    REQUIRE_OK(t, &err, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, &err));
    REQUIRE_OK(t, &err, zkl_signer_sign(&key.signer, one, &size, zkl_bytes_of_text("m"), &err));
    REQUIRE_OK(t, &err, zkl_signer_sign(&key.signer, two, &size, zkl_bytes_of_text("m"), &err));
    CHECK_MEM_EQ(t, one, two, 64);
}

static void test_sign__secret_keys_outside_the_order_are_refused(zkl_test *t)
{
    static const char *const bad[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    };
    zkl_error err = { 0 };
    zkl_signing_key key;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_signing_key_from_secret(&key, ZKL_KEY_ECDSA_P256, test_hex(t, bad[i]).data, &err));
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_signing_key_from_secret(
            &key, ZKL_KEY_ECDSA_P256,
            test_hex(t, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550").data,
            &err));
    CHECK_STATUS(
        t, ZKL_NOT_SUPPORTED,
        zkl_signing_key_from_secret(&key, (zkl_key_type)3, test_hex(t, bad[2]).data, &err));
}

/* RFC 8410 section 10.1. */
static const char pem_8410[] = "-----BEGIN PUBLIC KEY-----\n"
                               "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                               "-----END PUBLIC KEY-----\n";

static void test_sign_public_key__rfc_8410_pem(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_public_key key;
    ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 };
    REQUIRE_OK(t, &err, zkl_public_key_parse_pem(&key, zkl_bytes_of_text(pem_8410), &err));
    CHECK(t, key.type == ZKL_KEY_ED25519);
    CHECK_MEM_EQ(
        t, key.bytes,
        test_hex(t, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1").data, 32);
    zkl_public_key_encode_pem(&pem, &key);
    REQUIRE(t, pem.size == strlen(pem_8410));
    CHECK_MEM_EQ(t, pem.data, pem_8410, pem.size);
}

static void test_sign_public_key__der_and_pem_return(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    for (zkl_key_type type = ZKL_KEY_ED25519; type <= ZKL_KEY_ECDSA_P256; type++) {
        ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 };
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX + 1] = { 0 };
        zkl_public_key back;
        REQUIRE_OK(t, &err, zkl_signing_key_make(&key, type, &env, &err));
        size_t size = zkl_public_key_der(der, &key.signer.public_key);
        REQUIRE_OK(t, &err, zkl_public_key_parse_der(&back, zkl_bytes_of(der, size), &err));
        CHECK(t, zkl_public_key_equal(&back, &key.signer.public_key));
        zkl_public_key_encode_pem(&pem, &key.signer.public_key);
        REQUIRE_OK(t, &err, zkl_public_key_parse_pem(&back, zkl_buffer_bytes(&pem), &err));
        CHECK(t, zkl_public_key_equal(&back, &key.signer.public_key));
        for (size_t cut = 0; cut < size; cut++)
            CHECK_STATUS(t, ZKL_BAD_INPUT,
                         zkl_public_key_parse_der(&back, zkl_bytes_of(der, cut), &err));
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_public_key_parse_der(&back, zkl_bytes_of(der, size + 1), &err));
        for (size_t i = 0; i + key.signer.public_key.size < size;
             i++) { /* every byte of the prefix */
            der[i] ^= 1;
            CHECK_STATUS(t, ZKL_BAD_INPUT,
                         zkl_public_key_parse_der(&back, zkl_bytes_of(der, size), &err));
            der[i] ^= 1;
        }
        for (size_t cut = 0; cut < pem.size; cut++)
            CHECK_STATUS(t, ZKL_BAD_INPUT,
                         zkl_public_key_parse_pem(&back, zkl_bytes_of(pem.data, cut), &err));
    }
}

/* The eight points of small order of edwards25519, in their only canonical encodings: y, and x's
 * sign in the top bit. Their y are 1 (order 1), -1 (2), 0 (4, twice) and +-y8 (8, twice each). */
static void test_sign_public_key__refuses_points_of_small_order(zkl_test *t)
{
    static const char *const small[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    };
    static const uint8_t der_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    zkl_error err = { 0 };
    zkl_public_key key;
    for (size_t i = 0; i < ZKL_COUNT(small); i++) {
        const zkl_bytes bytes = test_hex(t, small[i]);
        uint8_t der[sizeof der_head + 32];
        memcpy(der, der_head, sizeof der_head);
        memcpy(der + sizeof der_head, bytes.data, 32);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_public_key_from_bytes(&key, ZKL_KEY_ED25519, bytes, &err));
        CHECK_TEXT_EQ(t, err.text, "the ed25519 public key is no sound point");
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_public_key_parse_der(&key, zkl_bytes_of(der, sizeof der), &err));
    }
}

static void test_sign_public_key__refuses_unsound_points(zkl_test *t)
{
    static const char *const bad[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* p */
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    zkl_error err = { 0 };
    zkl_public_key key;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_public_key_from_bytes(&key, ZKL_KEY_ED25519, test_hex(t, bad[i]), &err));
    uint8_t point[65];
    memcpy(point, test_hex(t, p256_public).data, sizeof point);
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_public_key_from_bytes(&key, ZKL_KEY_ECDSA_P256, zkl_bytes_of(point, 65), &err));
    point[64] ^= 1;
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        zkl_public_key_from_bytes(&key, ZKL_KEY_ECDSA_P256, zkl_bytes_of(point, 65), &err));
    point[64] ^= 1;
    point[0] = 0x06; /* the hybrid form of the same point */
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        zkl_public_key_from_bytes(&key, ZKL_KEY_ECDSA_P256, zkl_bytes_of(point, 65), &err));
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        zkl_public_key_from_bytes(&key, ZKL_KEY_ECDSA_P256, zkl_bytes_of(point, 33), &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_public_key_from_bytes(&key, ZKL_KEY_ED25519, zkl_bytes_of(point, 33), &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_public_key_from_bytes(&key, (zkl_key_type)0, zkl_bytes_of(point, 33), &err));
}

ZKL_TESTS(TEST(test_sign_ed25519__rfc_8032), TEST(test_sign_p256__rfc_6979),
          TEST(test_sign__every_changed_byte_is_refused),
          TEST(test_sign_ed25519__refuses_the_other_form_of_s),
          TEST(test_sign_ed25519__is_deterministic),
          TEST(test_sign__secret_keys_outside_the_order_are_refused),
          TEST(test_sign_public_key__rfc_8410_pem), TEST(test_sign_public_key__der_and_pem_return),
          TEST(test_sign_public_key__refuses_points_of_small_order),
          TEST(test_sign_public_key__refuses_unsound_points))
