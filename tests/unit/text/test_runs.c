#include "text/runs.h"

#include "testing.h"

/* The runs of a list, or -1. */
static int read_all(zkl_number_run *out, size_t most, const char *text)
{
    size_t count = 0;
    for (const char *at = text; at; count++)
        if (count == most || !zkl_number_run_next(&out[count], &at))
            return -1;
    return (int)count;
}

static void test_number_run_next__reads_what_is_written(zkl_test *t)
{
    zkl_number_run got[4];
    REQUIRE(t, read_all(got, 4, "5,17,100-110") == 3);
    CHECK(t, got[0].first == 5 && got[0].last == 5);
    CHECK(t, got[1].first == 17 && got[1].last == 17);
    CHECK(t, got[2].first == 100 && got[2].last == 110);
    /* Order is the caller's to judge. */
    REQUIRE(t, read_all(got, 4, "3-3,0") == 2);
    CHECK(t, got[0].first == 3 && got[0].last == 3 && got[1].first == 0 && got[1].last == 0);
    REQUIRE(t, read_all(got, 4, "0-18446744073709551615") == 1);
    CHECK(t, got[0].first == 0 && got[0].last == UINT64_MAX);
}

static void test_number_run_next__refuses(zkl_test *t)
{
    static const char *const lists[] = { "",
                                         ",",
                                         "1,",
                                         ",1",
                                         "1,,2",
                                         "a",
                                         "1a",
                                         " 1",
                                         "1 ",
                                         "1, 2",
                                         "+1",
                                         "-1",
                                         "1-",
                                         "1--2",
                                         "1-2-3",
                                         "2-1",
                                         "0x1",
                                         "1.0",
                                         "18446744073709551616",
                                         "0-18446744073709551616" };
    zkl_number_run got[4];
    for (size_t i = 0; i < ZKL_COUNT(lists); i++)
        if (read_all(got, 4, lists[i]) != -1)
            FAIL(t, "'%s' is taken", lists[i]);
}

ZKL_TESTS(TEST(test_number_run_next__reads_what_is_written), TEST(test_number_run_next__refuses))
