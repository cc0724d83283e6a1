/* Ranges and entity tags, as headers say them. */
#include "daemon/send_file.h"

#include "testing.h"

static void test_range__as_rfc_9110_has_it(zkl_test *t)
{
    static const struct {
        const char *header;
        uint64_t size;
        daemon_file_range_is want;
        uint64_t first, last;
    } cases[] = {
        { "bytes=0-0", 10, DAEMON_RANGE_ONE, 0, 0 },
        { "bytes=2-5", 10, DAEMON_RANGE_ONE, 2, 5 },
        { "BYTES= 2-5 ", 10, DAEMON_RANGE_ONE, 2, 5 },
        { "bytes=2-", 10, DAEMON_RANGE_ONE, 2, 9 },
        { "bytes=-3", 10, DAEMON_RANGE_ONE, 7, 9 },
        { "bytes=-30", 10, DAEMON_RANGE_ONE, 0, 9 },
        { "bytes=9-100", 10, DAEMON_RANGE_ONE, 9, 9 },
        { "bytes=10-", 10, DAEMON_RANGE_BAD, 0, 0 },
        { "bytes=-0", 10, DAEMON_RANGE_BAD, 0, 0 },
        { "bytes=0-", 0, DAEMON_RANGE_BAD, 0, 0 },
        { "bytes=-1", 0, DAEMON_RANGE_BAD, 0, 0 },
        { "bytes=5-2", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=-", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=0-1,2-3", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=0x1-2", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=+1-2", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "bytes=18446744073709551616-", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "items=0-1", 10, DAEMON_RANGE_NONE, 0, 0 },
        { "", 10, DAEMON_RANGE_NONE, 0, 0 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        uint64_t first = 0, last = 0;
        const daemon_file_range_is got = daemon_file_range_parse(
            &first, &last, zkl_bytes_of_text(cases[i].header), cases[i].size);
        if (got != cases[i].want || first != cases[i].first || last != cases[i].last)
            FAIL(t, "'%s' of %llu: %d %llu-%llu", cases[i].header,
                 (unsigned long long)cases[i].size, got, (unsigned long long)first,
                 (unsigned long long)last);
    }
}

static void test_tag__strong_and_weak(zkl_test *t)
{
    static const struct {
        const char *header;
        bool weak, strong;
    } cases[] = { { "\"a\"", true, true },
                  { "W/\"a\"", true, false },
                  { "\"b\", \"a\"", true, true },
                  { "\"b\"", false, false },
                  { "*", true, true },
                  { "a", false, false },
                  { "\"b\" , W/\"a\"", true, false },
                  { "", false, false } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_bytes header = zkl_bytes_of_text(cases[i].header);
        CHECK(t, daemon_tag_matches(header, "\"a\"", false) == cases[i].weak);
        CHECK(t, daemon_tag_matches(header, "\"a\"", true) == cases[i].strong);
    }
}

ZKL_TESTS(TEST(test_range__as_rfc_9110_has_it), TEST(test_tag__strong_and_weak))
