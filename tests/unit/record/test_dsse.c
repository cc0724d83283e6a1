#include "record/dsse.h"

#include <stdlib.h>

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "base/file.h"
#include "testing.h"

static zkl_signing_key test_key(zkl_test *t, zkl_key_type type)
{
    zkl_signing_key key = { 0 };
    zkl_env env = test_env(t);
    CHECK_STATUS(t, ZKL_OK, zkl_signing_key_make(&key, type, &env, NULL));
    return key;
}

/* The example of the DSSE protocol document. */
static void test_dsse_pae__as_in_the_specification(zkl_test *t)
{
    static const char want[] = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
    ZKL_AUTO_CLEAR(zkl_buffer) pae = { 0 };
    zkl_dsse_pae(&pae, zkl_bytes_of_text("http://example.com/HelloWorld"),
                 zkl_bytes_of_text("hello world"));
    REQUIRE(t, pae.size == strlen(want));
    CHECK_MEM_EQ(t, pae.data, want, pae.size);
}

static void test_dsse__writes_the_one_form(zkl_test *t)
{
    const zkl_signing_key key = test_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const keys[] = { &key.signer };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_error err = { 0 };
    char id[ZKL_KEY_ID_CHARS + 1], want[400];
    uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    zkl_public_key_id(id, &key.signer.public_key);
    REQUIRE_OK(t, &err,
               zkl_dsse_sign(&envelope, "text/plain", zkl_bytes_of_text("hello"), keys, 1, &err));
    /* Ed25519 is deterministic: what is signed can be said by hand. */
    REQUIRE_OK(t, &err,
               zkl_signer_sign(&key.signer, signature, &size,
                               zkl_bytes_of_text("DSSEv1 10 text/plain 5 hello"), &err));
    snprintf(want, sizeof want,
             "{\"payload\":\"aGVsbG8=\",\"payloadType\":\"text/"
             "plain\",\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"",
             id);
    REQUIRE(t, envelope.size == strlen(want) + 88 + 4);
    CHECK_MEM_EQ(t, envelope.data, want, strlen(want));
    CHECK_MEM_EQ(t, envelope.data + envelope.size - 4, "\"}]}", 4);
    zkl_dsse parsed;
    REQUIRE_OK(t, &err, zkl_dsse_parse(&parsed, &t->arena, zkl_buffer_bytes(&envelope), &err));
    REQUIRE(t, parsed.signatures[0].size == 64);
    CHECK_MEM_EQ(t, parsed.signatures[0].bytes, signature, 64);
}

static void test_dsse__round_trip_with_both_kinds_of_keys(zkl_test *t)
{
    const zkl_signing_key one = test_key(t, ZKL_KEY_ED25519), two = test_key(t, ZKL_KEY_ECDSA_P256);
    const zkl_signing_key stranger = test_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const keys[] = { &one.signer, &two.signer };
    zkl_error err = { 0 };
    static uint8_t payload[4000];
    test_random_bytes(t, payload, sizeof payload);
    for (size_t size = 0; size <= sizeof payload; size += size < 5 ? 1 : 799) {
        ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
        zkl_dsse parsed;
        REQUIRE_OK(t, &err,
                   zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO, zkl_bytes_of(payload, size),
                                 keys, 2, &err));
        REQUIRE_OK(t, &err, zkl_dsse_parse(&parsed, &t->arena, zkl_buffer_bytes(&envelope), &err));
        REQUIRE(t, parsed.payload.size == size);
        CHECK_MEM_EQ(t, parsed.payload.data, payload, size);
        CHECK_UINT_EQ(t, parsed.signature_count, 2);
        CHECK_STATUS(t, ZKL_OK, zkl_dsse_verify(&parsed, &one.signer.public_key, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_dsse_verify(&parsed, &two.signer.public_key, &err));
        CHECK_STATUS(t, ZKL_UNCHECKED, zkl_dsse_verify(&parsed, &stranger.signer.public_key, &err));
    }
}

/* Not a single bit of an envelope may change: refused by form, unknown key, or false. */
static void test_dsse__every_changed_byte_is_refused(zkl_test *t)
{
    const zkl_signing_key key = test_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const keys[] = { &key.signer };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err,
               zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO, zkl_bytes_of_text("{\"a\":1}"), keys,
                             1, &err));
    for (size_t i = 0; i < envelope.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            zkl_arena arena = { 0 };
            zkl_dsse parsed;
            envelope.data[i] ^= (uint8_t)(1 << bit);
            zkl_status status = zkl_dsse_parse(&parsed, &arena, zkl_buffer_bytes(&envelope), &err);
            if (status == ZKL_OK)
                status = zkl_dsse_verify(&parsed, &key.signer.public_key, &err);
            if (status == ZKL_OK)
                FAIL(t, "byte %zu, bit %d", i, bit);
            envelope.data[i] ^= (uint8_t)(1 << bit);
            zkl_arena_clear(&arena);
        }
    for (size_t cut = 0; cut < envelope.size; cut++) {
        zkl_dsse parsed;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_dsse_parse(&parsed, &t->arena, zkl_bytes_of(envelope.data, cut), &err));
    }
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SIG(id) "{\"keyid\":\"" id "\",\"sig\":\"AAAA\"}"

static void test_dsse__refuses_other_forms(zkl_test *t)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "null",
        " {\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}\n",
        "{\"payload\":\"\", \"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payloadType\":\"a b\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payloadType\":\"a\\u0062\",\"signatures\":[" SIG(ID) "]}",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "],\"extra\":1}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "," SIG(
            ID) "]}", /* one key twice */
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) ",]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG("ABCDEF") "]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":\"" ID
        "\"}]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"" ID
        "\",\"sig\":\"\"}]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"" ID
        "\",\"sig\":\"AA\"}]}",
        "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":\"" ID
        "\",\"sig\":\"AB==\"}]}",
        "{\"payload\":\"AB==\",\"payloadType\":\"t\",\"signatures\":[" SIG(
            ID) "]}", /* stray bits */
        "{\"payload\":\"AA\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}",
        "{\"payload\":\"A-_A\",\"payloadType\":\"t\",\"signatures\":[" SIG(
            ID) "]}", /* the other alphabet */
        "{\"payload\":\"AA==\\n\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}",
    };
    zkl_error err = { 0 };
    zkl_dsse parsed;
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_dsse_parse(&parsed, &t->arena,
                       zkl_bytes_of_text(
                           "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" SIG(ID) "]}"),
                       &err));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_dsse_parse(&parsed, &t->arena, zkl_bytes_of_text(bad[i]), &err) != ZKL_BAD_INPUT)
            FAIL(t, "bad envelope %zu was taken", i);
}

/* The largest payload whose envelope fits is taken, one group of base 64 more is named as too
 * large. */
static void test_dsse__limits(zkl_test *t)
{
    const zkl_signing_key key = test_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const keys[] = { &key.signer };
    static uint8_t payload[ZKL_DSSE_BYTES_MAX + 1];
    zkl_error err = { 0 };
    zkl_dsse parsed;
    size_t low = 0, high = sizeof payload; /* low fits, high does not */
    while (high - low > 1) {
        ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
        size_t middle = (low + high) / 2;
        zkl_status status = zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO,
                                          zkl_bytes_of(payload, middle), keys, 1, &err);
        CHECK(t, status == ZKL_OK || status == ZKL_LIMIT);
        CHECK(t, status == ZKL_OK || envelope.size == 0);
        if (status == ZKL_OK) {
            CHECK(t, envelope.size <= ZKL_DSSE_BYTES_MAX);
            CHECK_STATUS(t, ZKL_OK,
                         zkl_dsse_parse(&parsed, &t->arena, zkl_buffer_bytes(&envelope), &err));
            low = middle;
        } else {
            CHECK(t, strstr(err.text, "65535") != NULL);
            high = middle;
        }
    }
    CHECK_UINT_EQ(t, low,
                  48963); /* 65,535 less 248 characters around it, in whole groups of base 64 */
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_dsse_parse(&parsed, &t->arena, zkl_bytes_of(payload, sizeof payload), &err));

    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    zkl_buffer_put_text(&many, "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[");
    for (int i = 0; i < ZKL_DSSE_SIGNATURES_MAX + 1; i++)
        zkl_buffer_format(&many, "%s{\"keyid\":\"%064d\",\"sig\":\"AAAA\"}", i ? "," : "", i);
    zkl_buffer_put_text(&many, "]}");
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_dsse_parse(&parsed, &t->arena, zkl_buffer_bytes(&many), &err));
}

static void test_dsse__survives_allocation_failure(zkl_test *t)
{
    const zkl_signing_key key = test_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const keys[] = { &key.signer };
    zkl_error err = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status != ZKL_OK && nth < 100; nth++) {
        zkl_arena arena = { 0 };
        zkl_buffer envelope = { 0 };
        zkl_dsse parsed;
        zkl_malloc_fail_after(nth);
        status = zkl_dsse_sign(&envelope, "t", zkl_bytes_of_text("payload"), keys, 1, &err);
        if (status == ZKL_OK)
            status = zkl_dsse_parse(&parsed, &arena, zkl_buffer_bytes(&envelope), &err);
        if (status == ZKL_OK)
            status = zkl_dsse_verify(&parsed, &key.signer.public_key, &err);
        zkl_malloc_fail_after(0);
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
        zkl_buffer_clear(&envelope);
        zkl_arena_clear(&arena);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

/* Envelopes and keys for other implementations to judge: tests/interop/dsse.sh names the folder. */
static void test_dsse__for_others(zkl_test *t)
{
    const char *out = getenv("ZKL_INTEROP_OUT");
    const char *folder = out ? out : test_folder(t);
    zkl_error err = { 0 };
    for (zkl_key_type type = ZKL_KEY_ED25519; type <= ZKL_KEY_ECDSA_P256; type++) {
        const zkl_signing_key key = test_key(t, type), second = test_key(t, ZKL_KEY_ED25519);
        const zkl_signer *const keys[] = { &key.signer, &second.signer };
        ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 };
        char path[512];
        REQUIRE_OK(
            t, &err,
            zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO,
                          zkl_bytes_of_text("{\"_type\":\"a statement with gr\xc3\xbc\xc3\x9f"
                                            "en\"}"),
                          keys, 2, &err));
        zkl_public_key_encode_pem(&pem, &key.signer.public_key);
        snprintf(path, sizeof path, "%s/%s.json", folder, zkl_key_type_name(type));
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&envelope), 0644, &err));
        snprintf(path, sizeof path, "%s/%s.pem", folder, zkl_key_type_name(type));
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&pem), 0644, &err));
    }
}

/* docs/formats/dsse.md, computed without this code. */
static void test_dsse__the_documented_example(zkl_test *t)
{
    static const char want[] = "{\"payload\":\"eyJoZWxsbyI6IndvcmxkIn0=\",\"payloadType\":"
                               "\"application/vnd.in-toto+json\",\"signatures\":[{\"keyid\":"
                               "\"06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9"
                               "\",\"sig\":\"8Z+Ul4Od6melJRaAKdrZYj8OzivgSSf58nKSDtTcW"
                               "MbnhOQqt8+DsTXKG1cCGOc7DQgIpg0/gZIp5vavhevKDA==\"}]}";
    ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
    const zkl_signer *const keys[] = { &key.signer };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_signing_key_from_secret(
            &key, ZKL_KEY_ED25519,
            test_hex(t, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").data,
            &err));
    REQUIRE_OK(t, &err,
               zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO,
                             zkl_bytes_of_text("{\"hello\":\"world\"}"), keys, 1, &err));
    REQUIRE(t, envelope.size == strlen(want));
    CHECK_MEM_EQ(t, envelope.data, want, envelope.size);
}

ZKL_TESTS(TEST(test_dsse_pae__as_in_the_specification), TEST(test_dsse__writes_the_one_form),
          TEST(test_dsse__round_trip_with_both_kinds_of_keys),
          TEST(test_dsse__every_changed_byte_is_refused), TEST(test_dsse__refuses_other_forms),
          TEST(test_dsse__limits), TEST(test_dsse__survives_allocation_failure),
          TEST(test_dsse__for_others), TEST(test_dsse__the_documented_example))
