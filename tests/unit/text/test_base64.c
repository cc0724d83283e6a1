#include "text/base64.h"

#include "testing.h"

static bool decode(zkl_test *t, const char *text, zkl_bytes *out)
{
    zkl_bytes bytes = zkl_bytes_of_text(text);
    uint8_t *data = zkl_arena_alloc(&t->arena, zkl_base64_decoded_size(bytes), 1);
    size_t size = 0;
    bool fine = data && zkl_base64_decode(data, &size, bytes);
    *out = zkl_bytes_of(data, size);
    return fine;
}

/* RFC 4648 section 10. */
static void test_base64__rfc_4648_vectors(zkl_test *t)
{
    static const char *const vectors[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
    };
    for (size_t i = 0; i < ZKL_COUNT(vectors); i++) {
        char text[32];
        size_t chars = zkl_base64_encode(text, vectors[i][0], strlen(vectors[i][0]));
        CHECK_UINT_EQ(t, chars, strlen(vectors[i][1]));
        CHECK_TEXT_EQ(t, text, vectors[i][1]);
        zkl_bytes back;
        CHECK(t, decode(t, vectors[i][1], &back));
        REQUIRE(t, back.size == strlen(vectors[i][0]));
        if (back.data)
            CHECK_MEM_EQ(t, back.data, vectors[i][0], back.size);
    }
}

static void test_base64__refuses_what_is_not_canonical(zkl_test *t)
{
    static const char *const bad[] = { "Z",        "Zg",   "Zg=",  "Zh==",   "Zm9=",
                                       "Zg==Zg==", "Z===", "====", "Zm9v\n", "Zm 9v",
                                       "Zm9-",     "Zm9_", "Zg=A", "=Zg=",   "Zm8=Zm8=" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        zkl_bytes out;
        if (decode(t, bad[i], &out))
            FAIL(t, "'%s' was taken", bad[i]);
    }
}

/* Every text of four characters that decodes is the one that its bytes encode to. */
static void test_base64__one_text_for_each_bytes(zkl_test *t)
{
    static const char some[] = "AQgwZ09+/=-_ \n";
    for (size_t i = 0; i < 14 * 14 * 14 * 14; i++) {
        char text[5] = { some[i % 14], some[i / 14 % 14], some[i / 196 % 14], some[i / 2744], 0 };
        uint8_t bytes[3];
        size_t size;
        char again[8];
        if (zkl_base64_decode(bytes, &size, zkl_bytes_of(text, 4))) {
            zkl_base64_encode(again, bytes, size);
            CHECK_TEXT_EQ(t, again, text);
        }
    }
}

static void test_base64__buffer_equals_plain(zkl_test *t)
{
    uint8_t data[2000];
    char text[ZKL_BASE64_CHARS(sizeof data) + 1];
    test_random_bytes(t, data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size += size < 6 ? 1 : 331) {
        ZKL_AUTO_CLEAR(zkl_buffer) buffer = { 0 };
        size_t chars = zkl_base64_encode(text, data, size);
        zkl_buffer_put_base64(&buffer, data, size);
        REQUIRE(t, buffer.size == chars);
        CHECK_MEM_EQ(t, buffer.data ? (const void *)buffer.data : "", text, chars);
        zkl_bytes back;
        CHECK(t, decode(t, text, &back));
        REQUIRE(t, back.size == size);
        if (back.data)
            CHECK_MEM_EQ(t, back.data, data, size);
    }
}

/* The other alphabet, without padding: every text of up to four characters that decodes is the one
 * that its bytes encode to. */
static void test_base64__url_alphabet(zkl_test *t)
{
    static const char some[] = "AQgwZ09-_+/= \n";
    for (size_t i = 0; i < 14 * 14 * 14 * 14 * 5; i++) {
        const size_t size = i % 5;
        const size_t at[4] = { i / 5 % 14, i / 70 % 14, i / 980 % 14, i / 13720 };
        char text[5] = { some[at[0]], some[at[1]], some[at[2]], some[at[3]], 0 }, again[8];
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        if (!zkl_buffer_put_base64url_decoded(&bytes, zkl_bytes_of(text, size)))
            continue;
        CHECK(t, !memchr(text, '+', size) && !memchr(text, '/', size) && !memchr(text, '=', size));
        const size_t chars =
            zkl_base64_encode(again, bytes.data ? (const void *)bytes.data : "", bytes.size);
        for (size_t c = 0; c < chars; c++)
            again[c] = (char)(again[c] == '+' ? '-' : again[c] == '/' ? '_' : again[c]);
        again[size] = '\0';
        text[size] = '\0';
        CHECK_TEXT_EQ(t, again, text);
        CHECK_UINT_EQ(t, bytes.size, size * 3 / 4);
    }
    uint8_t data[3000];
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) back = { 0 };
    memset(data, 'x', sizeof data); /* its text has no character that differs */
    zkl_buffer_put_base64(&text, data, sizeof data);
    CHECK(t, zkl_buffer_put_base64url_decoded(&back, zkl_buffer_bytes(&text)));
    REQUIRE(t, back.size == sizeof data);
    CHECK_MEM_EQ(t, back.data, data, sizeof data);
}

ZKL_TESTS(TEST(test_base64__url_alphabet), TEST(test_base64__rfc_4648_vectors),
          TEST(test_base64__refuses_what_is_not_canonical),
          TEST(test_base64__one_text_for_each_bytes), TEST(test_base64__buffer_equals_plain))
