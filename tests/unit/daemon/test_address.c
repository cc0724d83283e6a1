/* Ranges of addresses: which are in, which are none, and what a client is. */
#include "daemon/address.h"

#include "testing.h"

static void test_range__has_its_addresses(zkl_test *t)
{
    static const struct {
        const char *range, *address;
        bool has;
    } cases[] = {
        { "192.0.2.0/24", "192.0.2.0", true },
        { "192.0.2.0/24", "192.0.2.255", true },
        { "192.0.2.0/24", "192.0.3.0", false },
        { "192.0.2.0/24", "192.0.1.255", false },
        { "192.0.2.0/24", "::ffff:192.0.2.9", true }, /* as a socket of both kinds names it */
        { "192.0.2.128/25", "192.0.2.127", false },
        { "192.0.2.128/25", "192.0.2.129", true },
        { "192.0.2.7", "192.0.2.7", true },
        { "192.0.2.7", "192.0.2.6", false },
        { "192.0.2.7/32", "192.0.2.7", true },
        { "0.0.0.0/0", "203.0.113.1", true },
        { "0.0.0.0/0", "2001:db8::1", false },
        { "::/0", "2001:db8::1", true },
        { "::/0", "203.0.113.1", false },
        { "::ffff:192.0.2.0/120", "192.0.2.77", true },
        { "2001:db8::/32", "2001:db8:ffff::1", true },
        { "2001:db8::/32", "2001:db9::1", false },
        { "2001:db8:8000::/33", "2001:db8:8000::1", true },
        { "2001:db8:8000::/33", "2001:db8:7fff::1", false },
        { "2001:db8::1", "2001:db8::1", true },
        { "2001:db8::1", "2001:db8::2", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_range range;
        daemon_address address;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, daemon_range_parse(&range, cases[i].range, &err));
        REQUIRE(t, daemon_address_parse(&address, cases[i].address));
        if (daemon_range_has(&range, &address) != cases[i].has)
            FAIL(t, "%s in %s", cases[i].address, cases[i].range);
    }
}

static void test_range__refuses_what_is_none(zkl_test *t)
{
    static const char *const cases[] = {
        "",
        "unix",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.1/24",
        "192.0.2.0/-1",
        "192.0.2.0/+8",
        "192.0.2.0/08",
        "192.0.2.0/8x",
        "192.0.2.0 /24",
        "2001:db8::1/32",
        "2001:db8::/129",
        "::/4294967296",
        "[::1]",
        "host.example",
        "1/1",
        "/24",
        "2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/32",
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_range range;
        zkl_error err = { 0 };
        if (daemon_range_parse(&range, cases[i], &err) != ZKL_USAGE)
            FAIL(t, "'%s' is taken", cases[i]);
    }
}

/* An IPv6 network of 64 bits is one client, an IPv4 address one, and none is another's. */
static void test_address__names_clients(zkl_test *t)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        { "192.0.2.1", "192.0.2.2", false },
        { "192.0.2.1", "::ffff:192.0.2.1", true },
        { "2001:db8::1", "2001:db8::ffff:0:0:2", true },
        { "2001:db8:0:1::1", "2001:db8:0:2::1", false },
        { "::1", "::2", true },
        { "::1", "0.0.0.1", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_address a, b;
        REQUIRE(t, daemon_address_parse(&a, cases[i].a) && daemon_address_parse(&b, cases[i].b));
        const zkl_bytes x = daemon_address_client(&a), y = daemon_address_client(&b);
        if (zkl_bytes_equal(x, y) != cases[i].same)
            FAIL(t, "%s and %s", cases[i].a, cases[i].b);
    }
    daemon_address none;
    CHECK(t, !daemon_address_parse(&none, "unix") && !daemon_address_parse(&none, ""));
}

ZKL_TESTS(TEST(test_range__has_its_addresses), TEST(test_range__refuses_what_is_none),
          TEST(test_address__names_clients))
