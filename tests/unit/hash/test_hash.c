#include "hash/hash.h"

#include <openssl/evp.h>

#include "native/sha256.h"
#include "testing.h"

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static size_t size_of(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

/* The message of the pattern vectors: 0, 1, .., 250, 0, 1, .. */
static uint8_t *pattern_message(zkl_test *t, size_t size)
{
    uint8_t *message = zkl_arena_alloc(&t->arena, size, 1);
    for (size_t i = 0; message && i < size; i++)
        message[i] = (uint8_t)(i % 251);
    return message;
}

/* Hash in pieces of piece bytes; returns the digest's size, 0 for an unknown name. */
static size_t hash_in_pieces(uint8_t out[static 64], const char *name, const uint8_t *data,
                             size_t size, size_t piece)
{
    zkl_sha3 sha3;
    zkl_hasher hasher;
    zkl_digest digest;
    bool wide = strcmp(name, "sha3-512") == 0;
    if (wide)
        zkl_sha3_512_init(&sha3);
    else if (strcmp(name, "sha3-256") == 0)
        zkl_hasher_init(&hasher, ZKL_HASH_SHA3_256);
    else if (strcmp(name, "blake3") == 0)
        zkl_hasher_init(&hasher, ZKL_HASH_BLAKE3);
    else if (strcmp(name, "sha-256") == 0)
        zkl_hasher_init(&hasher, ZKL_HASH_SHA_256);
    else
        return 0;
    for (size_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        if (wide)
            zkl_sha3_update(&sha3, data + at, part);
        else
            zkl_hasher_update(&hasher, data + at, part);
    }
    if (wide) {
        zkl_sha3_512_final(&sha3, out);
        zkl_sha3_clear(&sha3);
        return 64;
    }
    zkl_hasher_final(&hasher, &digest);
    zkl_hasher_clear(&hasher);
    memcpy(out, digest.bytes, 32);
    return 32;
}

static void check_digest(zkl_test *t, const char *name, const uint8_t *data, size_t size,
                         const char *want_hex)
{
    static const size_t pieces[] = { 1, 3, 8, 63, 64, 65, 136, 1000, SIZE_MAX / 2 };
    zkl_bytes want = test_hex(t, want_hex);
    for (size_t i = 0; i < ZKL_COUNT(pieces); i++) {
        uint8_t got[64];
        if (size > 10000 && pieces[i] < 1000)
            continue;
        CHECK_UINT_EQ(t, hash_in_pieces(got, name, data, size, pieces[i]), want.size);
        CHECK_MEM_EQ(t, got, want.data, want.size);
    }
}

/* NIST's published examples. */
static void test_hash__published_digests(zkl_test *t)
{
    const json_t *cases = json_object_get(test_vectors(t, "hash.json"), "published");
    REQUIRE(t, json_array_size(cases) == 10);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i);
        zkl_bytes unit = test_hex(t, text_of(one, "unit"));
        size_t times = size_of(one, "times");
        uint8_t *message = zkl_arena_alloc(&t->arena, unit.size * times, 1);
        for (size_t k = 0; k < times && unit.size; k++)
            memcpy(message + k * unit.size, unit.data, unit.size);
        check_digest(t, text_of(one, "algorithm"), message, unit.size * times,
                     text_of(one, "digest"));
    }
}

/* Around every block boundary, in one piece and in many. */
static void test_hash__pattern_digests(zkl_test *t)
{
    static const char *const names[] = { "sha3-256", "sha3-512", "sha-256" };
    const json_t *cases = json_object_get(test_vectors(t, "hash.json"), "pattern");
    REQUIRE(t, json_array_size(cases) > 30);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i);
        size_t size = size_of(one, "size");
        uint8_t *message = pattern_message(t, size);
        for (size_t n = 0; n < ZKL_COUNT(names); n++)
            check_digest(t, names[n], message, size, text_of(one, names[n]));
    }
}

static void test_hash__blake3_official_vectors(zkl_test *t)
{
    const json_t *cases = json_object_get(test_vectors(t, "hash.json"), "blake3");
    REQUIRE(t, json_array_size(cases) == 13);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i);
        size_t size = size_of(one, "size");
        check_digest(t, "blake3", pattern_message(t, size), size, text_of(one, "digest"));
    }
}

/* Every length up to several blocks, against libcrypto. */
static void test_hash__agrees_with_libcrypto(zkl_test *t)
{
    uint8_t message[700], wide[64], want[64];
    unsigned want_size;
    test_random_bytes(t, message, sizeof message);
    for (size_t size = 0; size <= sizeof message; size++) {
        zkl_digest got;
        zkl_sha256(&got, message, size);
        REQUIRE(t, EVP_Digest(message, size, want, &want_size, EVP_sha256(), NULL) == 1);
        CHECK_MEM_EQ(t, got.bytes, want, 32);
        zkl_hash(&got, ZKL_HASH_SHA3_256, message, size);
        REQUIRE(t, EVP_Digest(message, size, want, &want_size, EVP_sha3_256(), NULL) == 1);
        CHECK_MEM_EQ(t, got.bytes, want, 32);
        hash_in_pieces(wide, "sha3-512", message, size, 41);
        REQUIRE(t, EVP_Digest(message, size, want, &want_size, EVP_sha3_512(), NULL) == 1);
        CHECK_MEM_EQ(t, wide, want, 64);
    }
}

/* Both compressions of SHA-256, where this machine has both. */
static void test_hash__sha256_sets_agree(zkl_test *t)
{
    const zkl_sha256_set *portable = zkl_sha256_find("portable"), *fast = zkl_sha256_best();
    uint8_t blocks[64 * 5];
    REQUIRE(t, portable != NULL);
    CHECK(t, zkl_sha256_find("none") == NULL);
    CHECK(t, zkl_sha256_find(fast->name) == fast);
    for (size_t count = 0; count <= 5; count++) {
        uint32_t a[8], b[8];
        test_random_bytes(t, a, sizeof a);
        memcpy(b, a, sizeof b);
        test_random_bytes(t, blocks, sizeof blocks);
        portable->compress(a, blocks, count);
        fast->compress(b, blocks, count);
        CHECK_MEM_EQ(t, b, a, sizeof a);
    }
}

/* H(a || b || c) is one hash: cuts between parts do not matter, empty parts neither. */
static void test_hash__parts_are_concatenated(zkl_test *t)
{
    const zkl_bytes parts[] = { zkl_bytes_of("ab", 2), zkl_bytes_of(NULL, 0),
                                zkl_bytes_of("cde", 3) };
    for (int algorithm = ZKL_HASH_SHA3_256; algorithm <= ZKL_HASH_SHA_256; algorithm++) {
        zkl_digest got, want, nothing, empty;
        zkl_hash_parts(&got, (zkl_hash_algorithm)algorithm, parts, ZKL_COUNT(parts));
        zkl_hash(&want, (zkl_hash_algorithm)algorithm, "abcde", 5);
        CHECK_MEM_EQ(t, got.bytes, want.bytes, 32);
        zkl_hash_parts(&nothing, (zkl_hash_algorithm)algorithm, NULL, 0);
        zkl_hash(&empty, (zkl_hash_algorithm)algorithm, NULL, 0);
        CHECK_MEM_EQ(t, nothing.bytes, empty.bytes, 32);
    }
}

/* Each gives what one by one gives, for every algorithm. */
static void test_hash__each_is_one_by_one(zkl_test *t)
{
    enum { COUNT = 19, STRIDE = 300 };
    uint8_t data[COUNT * STRIDE];
    zkl_bytes messages[COUNT];
    test_random_bytes(t, data, sizeof data);
    for (int a = ZKL_HASH_SHA3_256; a <= ZKL_HASH_SHA_256; a++) {
        zkl_hash_algorithm algorithm = (zkl_hash_algorithm)a;
        zkl_digest got[COUNT], want;
        for (size_t i = 0; i < COUNT; i++)
            messages[i] = zkl_bytes_of(data + i * STRIDE, test_random_below(t, STRIDE + 1));
        zkl_hash_each(got, algorithm, messages, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            zkl_hash(&want, algorithm, messages[i].data, messages[i].size);
            CHECK_MEM_EQ(t, got[i].bytes, want.bytes, 32);
        }
    }
}

/* The names a schema may say, exactly; SHA-256 is none of them. */
static void test_hash__names(zkl_test *t)
{
    static const char *const refused[] = { "",        "sha-256",   "sha3_256", "SHA3-256",
                                           "sha3-25", "sha3-2566", "blake3 ",  "blake",
                                           "md5",     "sha3-512" };
    zkl_hash_algorithm got;
    for (int a = ZKL_HASH_SHA3_256; a <= ZKL_HASH_BLAKE3; a++) {
        got = ZKL_HASH_SHA_256;
        CHECK(t, zkl_hash_parse(&got, zkl_bytes_of_text(zkl_hash_name((zkl_hash_algorithm)a))));
        CHECK(t, (int)got == a);
    }
    CHECK_TEXT_EQ(t, zkl_hash_name(ZKL_HASH_SHA3_256), "sha3-256");
    CHECK_TEXT_EQ(t, zkl_hash_name(ZKL_HASH_BLAKE3), "blake3");
    CHECK_TEXT_EQ(t, zkl_hash_name(ZKL_HASH_SHA_256), "sha-256");
    for (size_t i = 0; i < ZKL_COUNT(refused); i++) {
        got = ZKL_HASH_BLAKE3;
        CHECK(t, !zkl_hash_parse(&got, zkl_bytes_of_text(refused[i])));
        CHECK(t, got == ZKL_HASH_BLAKE3);
    }
    CHECK(t, !zkl_hash_parse(&got, zkl_bytes_of("blake3\0", 7)));
}

static const json_t *encoding(zkl_test *t, const char *part)
{
    return json_object_get(json_object_get(test_vectors(t, "proof_model.json"), "encoding"), part);
}

/* Keys and salts derived from the owner secret, as the model of the proof system derives them. */
static void test_prf__model_keys(zkl_test *t)
{
    const json_t *dictionary = encoding(t, "dictionary"), *content = encoding(t, "content");
    const json_t *salts = json_object_get(dictionary, "salts");
    zkl_bytes owner = test_hex(t, text_of(dictionary, "owner_secret"));
    uint8_t key[32], salt[32];

    zkl_prf_32(key, owner, "dictionary", test_hex(t, text_of(dictionary, "dictionary_seed")));
    CHECK_MEM_EQ(t, key, test_hex(t, text_of(dictionary, "key")).data, 32);
    REQUIRE(t, json_array_size(salts) == 3);
    for (uint32_t code = 0; code < 3; code++) {
        uint8_t code_bytes[4];
        zkl_be32_put(code_bytes, code);
        zkl_prf_32(salt, zkl_bytes_of(key, 32), "entry", zkl_bytes_of(code_bytes, 4));
        CHECK_MEM_EQ(t, salt, test_hex(t, json_string_value(json_array_get(salts, code))).data, 32);
    }

    zkl_digest file_hash, commitment;
    zkl_bytes file = test_hex(t, text_of(content, "file"));
    zkl_hash(&file_hash, ZKL_HASH_SHA3_256, file.data, file.size);
    CHECK_MEM_EQ(t, file_hash.bytes, test_hex(t, text_of(content, "file_hash")).data, 32);
    zkl_prf_32(salt, owner, "content", zkl_bytes_of(file_hash.bytes, 32));
    CHECK_MEM_EQ(t, salt, test_hex(t, text_of(content, "salt")).data, 32);
    static const uint8_t prefix = 0x04;
    const zkl_bytes parts[] = { { &prefix, 1 }, { salt, 32 }, { file_hash.bytes, 32 } };
    zkl_hash_parts(&commitment, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
    CHECK_MEM_EQ(t, commitment.bytes, test_hex(t, text_of(content, "commitment")).data, 32);
}

/* The label's end is part of the input: ("ab", key "c") is not ("a", key "bc"); all 64 bytes are
 * the hash. */
static void test_prf__label_and_key_stay_apart(zkl_test *t)
{
    uint8_t one[64], two[64], want[64], half[32];
    static const char message[] = "zkl/v1/prf/ab\0cd";
    unsigned want_size;
    zkl_prf(one, zkl_bytes_of("c", 1), "ab", zkl_bytes_of("d", 1));
    zkl_prf(two, zkl_bytes_of("bc", 2), "a", zkl_bytes_of("d", 1));
    CHECK(t, memcmp(one, two, 64) != 0);
    REQUIRE(t,
            EVP_Digest(message, sizeof message - 1, want, &want_size, EVP_sha3_512(), NULL) == 1);
    CHECK_MEM_EQ(t, one, want, 64);
    zkl_prf_32(half, zkl_bytes_of("c", 1), "ab", zkl_bytes_of("d", 1));
    CHECK_MEM_EQ(t, half, want, 32);
}

ZKL_TESTS(TEST(test_hash__published_digests), TEST(test_hash__pattern_digests),
          TEST(test_hash__blake3_official_vectors), TEST(test_hash__agrees_with_libcrypto),
          TEST(test_hash__sha256_sets_agree), TEST(test_hash__parts_are_concatenated),
          TEST(test_hash__each_is_one_by_one), TEST(test_hash__names), TEST(test_prf__model_keys),
          TEST(test_prf__label_and_key_stay_apart))
