/* What an address is counted as. */
#include <arpa/inet.h>
#include <string.h>

#include "http/http_internal.h"

#include "testing.h"

static void test_peer__is_counted_by_network(zkl_test *t)
{
    static const char *const cases[][2] = {
        { "192.0.2.7", "192.0.2.7" },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
        { "2001:db8:1:2::", "2001:db8:1:2::" },
        { "2001:db8:1:3::1", "2001:db8:1:3::" },
        { "::ffff:192.0.2.7", "::ffff:192.0.2.7" }, /* IPv4, of a socket of both kinds */
        { "::1", "::" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        struct sockaddr_storage address = { 0 };
        char network[48];
        const bool is_v6 = strchr(cases[i][0], ':') != NULL;
        address.ss_family = is_v6 ? AF_INET6 : AF_INET;
        void *const at = is_v6 ? (void *)&((struct sockaddr_in6 *)&address)->sin6_addr
                               : (void *)&((struct sockaddr_in *)&address)->sin_addr;
        REQUIRE(t, inet_pton(address.ss_family, cases[i][0], at) == 1);
        http_peer_network(network, &address);
        CHECK_TEXT_EQ(t, network, cases[i][1]);
    }
}

ZKL_TESTS(TEST(test_peer__is_counted_by_network))
