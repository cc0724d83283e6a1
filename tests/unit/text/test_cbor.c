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

ZKL_TESTS(TEST(test_cbor__rfc_8949_numbers), TEST(test_cbor__rfc_8949_items))
