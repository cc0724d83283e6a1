/* Pieces of URLs: what stands for itself, what is undone, and where members end. */
#include "text/url.h"

#include <string.h>

#include "testing.h"

static void check_put(zkl_test *t, const char *text, const char *besides, const char *want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_url_put(&out, zkl_bytes_of_text(text), besides);
    CHECK(t, !out.failed);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out), want));
}

/* RFC 3986, sections 2.1 to 2.3. */
static void test_url__puts_what_is_unreserved(zkl_test *t)
{
    check_put(t, "azAZ09-._~", "", "azAZ09-._~");
    check_put(t, ":/?#[]@!$&'()*+,;=%", "",
              "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25");
    check_put(t, "a@b/c d", "@/", "a@b/c%20d");
    check_put(t, "\xc3\xbc\n\x7f", "", "%C3%BC%0A%7F");
}

static void check_take(zkl_test *t, const char *text, bool is_member, const char *want)
{
    uint8_t out[64];
    size_t size = 0;
    const bool is_good = zkl_url_take(out, &size, zkl_bytes_of_text(text), is_member);
    CHECK(t, is_good == (want != NULL));
    CHECK(t, !want || zkl_bytes_equal_text(zkl_bytes_of(out, size), want));
}

static void test_url__takes_it_back(zkl_test *t)
{
    check_take(t, "a%20b%2fc%2F%C3%bc", false, "a b/c/\xc3\xbc");
    check_take(t, "a+b%2Bc", true, "a b+c");
    check_take(t, "a+b", false, "a+b");
    check_take(t, "", true, "");
    static const char *const bad[] = { "%", "a%2", "%zz", "%2", "%%20", "% 20", "%2g" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        check_take(t, bad[i], true, NULL);
        check_take(t, bad[i], false, NULL);
    }
}

/* Every byte comes back, also where it stood. */
static void test_url__goes_round(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) all = { 0 }, out = { 0 };
    size_t size = 0;
    for (unsigned c = 0; c < 256; c++)
        zkl_buffer_put_u8(&all, (uint8_t)c);
    zkl_url_put(&out, zkl_buffer_bytes(&all), "");
    REQUIRE(t, zkl_url_take(out.data, &size, zkl_buffer_bytes(&out), true));
    CHECK(t, zkl_bytes_equal(zkl_bytes_of(out.data, size), zkl_buffer_bytes(&all)));
}

static void test_url__cuts_members(zkl_test *t)
{
    static const struct {
        const char *name, *value;
    } want[] = { { "a", "1" }, { "b", "" }, { "", "" }, { "c", "" }, { "", "x" }, { "d", "e=f" } };
    zkl_bytes rest = zkl_bytes_of_text("a=1&b&&c=&=x&d=e=f&"), name, value;
    for (size_t i = 0; i < ZKL_COUNT(want); i++) {
        REQUIRE(t, zkl_url_next(&name, &value, &rest));
        CHECK(t, zkl_bytes_equal_text(name, want[i].name));
        CHECK(t, zkl_bytes_equal_text(value, want[i].value));
    }
    CHECK(t, !zkl_url_next(&name, &value, &rest));
}

ZKL_TESTS(TEST(test_url__puts_what_is_unreserved), TEST(test_url__takes_it_back),
          TEST(test_url__goes_round), TEST(test_url__cuts_members))
