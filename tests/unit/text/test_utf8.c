#include "text/utf8.h"

#include "testing.h"

/* RFC 3629 section 3, its table: the one form of a code point. Surrogates get the bytes that they
 * would have. */
static size_t encode(uint8_t out[static 4], uint32_t point)
{
    const size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = size; i-- > 1; point >>= 6)
        out[i] = (uint8_t)(0x80 | (point & 0x3f));
    out[0] = (uint8_t)(lead[size] | point);
    return size;
}

/* Every number of 21 bits: the code points come out as they went in, whatever stands behind them;
 * cut short, or a surrogate, or too large, they are no UTF-8. */
static void test_utf8_point__undoes_encoding(zkl_test *t)
{
    for (uint32_t point = 0; point < 0x1fffff; point++) {
        uint8_t bytes[5];
        size_t size;
        const size_t want = encode(bytes, point);
        const bool valid = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
        bytes[want] = 0x80;
        const int32_t got = zkl_utf8_point(&size, zkl_bytes_of(bytes, want + 1), 0);
        if (got != (valid ? (int32_t)point : -1) || size != (valid ? want : 1))
            FAIL(t, "U+%04X came out as %d, %zu bytes", point, got, size);
        if (zkl_utf8_valid(zkl_bytes_of(bytes, want)) != valid)
            FAIL(t, "U+%04X is judged otherwise", point);
        if (want > 1 &&
            (zkl_utf8_point(&size, zkl_bytes_of(bytes, want - 1), 0) != -1 || size != 1))
            FAIL(t, "U+%04X is taken though it is cut", point);
    }
}

/* A form that is longer than need be is none, at each length, nor is a byte that begins nothing. */
static void test_utf8_point__refuses_other_forms(zkl_test *t)
{
    static const char *const cases[] = { "\xc0\x80",
                                         "\xc1\xbf",
                                         "\xe0\x80\x80",
                                         "\xe0\x9f\xbf",
                                         "\xf0\x80\x80\x80",
                                         "\xf0\x8f\xbf\xbf",
                                         "\x80",
                                         "\xbf",
                                         "\xf8\x88\x80\x80\x80",
                                         "\xfe",
                                         "\xff",
                                         "\xc3(" };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        size_t size;
        CHECK(t, zkl_utf8_point(&size, zkl_bytes_of_text(cases[i]), 0) == -1);
        CHECK_UINT_EQ(t, size, 1);
        CHECK_UINT_EQ(t, zkl_utf8_valid_bytes(zkl_bytes_of_text(cases[i])), 0);
    }
}

ZKL_TESTS(TEST(test_utf8_point__undoes_encoding), TEST(test_utf8_point__refuses_other_forms))
