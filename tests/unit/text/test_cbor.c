#include "text/cbor.h"

#include "testing.h"

/* RFC 8949, appendix A: each number has one head, the shortest. */
static void test_cbor__rfc_8949_numbers(zkl_test *t)
{
    static const struct {
        int64_t value;
        const char *hex;
    } vectors[] = {
        { 0, "00" },
        { 10, "0a" },
        { 23, "17" },
        { 24, "1818" },
        { 100, "1864" },
        { 1000, "1903e8" },
        { 1000000, "1a000f4240" },
        { 1000000000000, "1b000000e8d4a51000" },
        { -1, "20" },
        { -10, "29" },
        { -100, "3863" },
        { -1000, "3903e7" },
        { INT64_MIN, "3b7fffffffffffffff" },
    };
    for (size_t i = 0; i < ZKL_COUNT(vectors); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        char hex[32];
        zkl_cbor_put_int(&out, vectors[i].value);
        REQUIRE(t, out.size < sizeof hex / 2);
        zkl_hex_encode(hex, out.data, out.size);
        CHECK_TEXT_EQ(t, hex, vectors[i].hex);
        zkl_reader reader = zkl_reader_of(zkl_buffer_bytes(&out));
        CHECK(t, zkl_cbor_take_int(&reader, "number") == vectors[i].value);
        CHECK_STATUS(t, ZKL_OK, zkl_reader_finish(&reader, "item", NULL));
    }
}

/* The same appendix: ["a", {"b": "c"}], h'01020304', a tag, null. */
static void test_cbor__rfc_8949_items(zkl_test *t)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    char hex[64];
    zkl_cbor_put_array(&out, 2);
    zkl_cbor_put_text(&out, "a");
    zkl_cbor_put_map(&out, 1);
    zkl_cbor_put_text(&out, "b");
    zkl_cbor_put_text(&out, "c");
    zkl_cbor_put_bytes(&out, zkl_bytes_of(bytes, sizeof bytes));
    zkl_cbor_put_tag(&out, 32);
    zkl_cbor_put_null(&out);
    REQUIRE(t, out.size < sizeof hex / 2);
    zkl_hex_encode(hex, out.data, out.size);
    CHECK_TEXT_EQ(t, hex,
                  "826161a16162616344"
                  "01020304"
                  "d820"
                  "f6");
}

/* Heads that are longer than they need to be, of an unsaid length, reserved, cut, of another sort,
 * and strings beyond the end. */
static void test_cbor__reads_the_deterministic_form_alone(zkl_test *t)
{
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        { "\x18\x17", 2 },
        { "\x19\x00\xff", 3 },
        { "\x1a\x00\x00\xff\xff", 5 },
        { "\x1b\x00\x00\x00\x00\xff\xff\xff\xff", 9 },
        { "\x1b\xff\xff\xff\xff\xff\xff\xff\xff", 9 },
        { "\x3b\x80\x00\x00\x00\x00\x00\x00\x00", 9 },
        { "\x1c", 1 },
        { "\x1f", 1 },
        { "\x19\x01", 2 },
        { "\x61"
          "a",
          2 },
        { "", 0 },
    };
    static const char *const strings[] = { "\x42"
                                           "a",
                                           "\x5f\x41"
                                           "a\xff",
                                           "\x61"
                                           "a" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        zkl_reader reader = zkl_reader_of(zkl_bytes_of(bad[i].bytes, bad[i].size));
        CHECK(t, zkl_cbor_take_int(&reader, "number") == 0 && reader.fault);
    }
    for (size_t i = 0; i < ZKL_COUNT(strings); i++) {
        zkl_reader reader = zkl_reader_of(zkl_bytes_of_text(strings[i]));
        CHECK(t, zkl_cbor_take_bytes(&reader, "string").size == 0 && reader.fault);
    }
    zkl_reader huge = zkl_reader_of(zkl_bytes_of("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9));
    CHECK(t, zkl_cbor_take_bytes(&huge, "string").size == 0 && huge.fault);
}

ZKL_TESTS(TEST(test_cbor__rfc_8949_numbers), TEST(test_cbor__rfc_8949_items),
          TEST(test_cbor__reads_the_deterministic_form_alone))
