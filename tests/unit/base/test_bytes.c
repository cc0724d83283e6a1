#include "base/bytes.h"

#include "testing.h"

static zkl_bytes text(const char *t)
{
    return zkl_bytes_of_text(t);
}

static void test_bytes__equal_only_whole(zkl_test *t)
{
    CHECK(t, zkl_bytes_equal(text("abc"), text("abc")));
    CHECK(t, !zkl_bytes_equal(text("abc"), text("abd")));
    CHECK(t, !zkl_bytes_equal(text("abc"), text("ab")));
    CHECK(t, zkl_bytes_equal((zkl_bytes){ 0 }, text("")));
    CHECK(t, zkl_bytes_equal_text(text("abc"), "abc") && !zkl_bytes_equal_text(text("a"), "ab"));
    CHECK(t, zkl_bytes_equal_text((zkl_bytes){ 0 }, ""));
}

/* As unsigned bytes, and a text before what begins with it. */
static void test_bytes__order(zkl_test *t)
{
    static const char *const ascending[] = { "", "A", "AA", "AB", "B", "\x7f", "\x80", "\xff" };
    for (size_t i = 0; i < ZKL_COUNT(ascending); i++)
        for (size_t k = 0; k < ZKL_COUNT(ascending); k++) {
            const int order = zkl_bytes_compare(text(ascending[i]), text(ascending[k]));
            CHECK(t, (order < 0) == (i < k) && (order > 0) == (i > k));
        }
    CHECK(t, zkl_bytes_compare((zkl_bytes){ 0 }, text("a")) < 0);
    CHECK(t, zkl_bytes_compare((zkl_bytes){ 0 }, (zkl_bytes){ 0 }) == 0);
}

static void test_bytes__begin_with(zkl_test *t)
{
    CHECK(t, zkl_bytes_begin_with(text("decimal(3,1)"), "decimal("));
    CHECK(t, zkl_bytes_begin_with(text("abc"), "abc") && zkl_bytes_begin_with(text("abc"), ""));
    CHECK(t, !zkl_bytes_begin_with(text("ab"), "abc"));
    CHECK(t, zkl_bytes_begin_with((zkl_bytes){ 0 }, ""));
    CHECK(t, !zkl_bytes_begin_with((zkl_bytes){ 0 }, "a"));
}

/* Each single bit of a digest counts. */
static void test_digest__every_bit_counts(zkl_test *t)
{
    zkl_digest a = { { 0 } }, b = a;
    CHECK(t, zkl_digest_is_zero(&a) && zkl_digest_equal(&a, &b));
    for (size_t bit = 0; bit < 256; bit++) {
        b = a;
        b.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        CHECK(t, !zkl_digest_is_zero(&b) && !zkl_digest_equal(&a, &b));
        CHECK(t, !zkl_digest_equal_bytes(&a, b.bytes) && zkl_digest_equal_bytes(&b, b.bytes));
    }
}

/* At an address without alignment, in the order that formats fix. */
static void test_integers__fixed_order(zkl_test *t)
{
    static const uint8_t want[9] = { 0xff, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    uint8_t got[9] = { 0xff };
    zkl_be64_put(got + 1, 0x0123456789abcdef);
    CHECK(t, memcmp(got, want, sizeof want) == 0);
    zkl_le64_put(got + 1, 0xefcdab8967452301);
    CHECK(t, memcmp(got, want, sizeof want) == 0);
    zkl_be32_put(got + 1, 0x89abcdef);
    CHECK(t, memcmp(got + 1, want + 5, 4) == 0);
    CHECK(t, zkl_be32_get(want + 1) == 0x01234567);
    CHECK(t, zkl_be64_get(want + 1) == 0x0123456789abcdef);
    CHECK(t, zkl_le64_get(want + 1) == 0xefcdab8967452301);
}

static void test_is_digit__ten_bytes(zkl_test *t)
{
    for (unsigned c = 0; c < 256; c++)
        CHECK(t, zkl_is_digit((uint8_t)c) == (c && strchr("0123456789", (int)c) != NULL));
}

ZKL_TESTS(TEST(test_bytes__equal_only_whole), TEST(test_bytes__order), TEST(test_bytes__begin_with),
          TEST(test_digest__every_bit_counts), TEST(test_integers__fixed_order),
          TEST(test_is_digit__ten_bytes))
