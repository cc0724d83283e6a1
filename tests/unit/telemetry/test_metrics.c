/* The registry: what is counted is what is told, whatever thread counts it, in both formats. */
#include "telemetry/metrics.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "testing.h"

static const char *const colours[] = { "red", "\"green\\", "other" };
static const telemetry_label colour = { "colour", colours, 3 };
static const char *const sizes[] = { "small", "large" };
static const telemetry_label size_label = { "size", sizes, 2 };
static const uint64_t bounds[] = { 1000, 5000 };

enum { THINGS, LEVEL, TIMES, COPIED };
static const telemetry_metric rows[] = {
    [THINGS] = { "a_things_total", "Things.", .labels = { &colour, &size_label } },
    [LEVEL] = { "a_level_bytes", "A level.", "bytes", TELEMETRY_GAUGE },
    [TIMES] = { "a_time_seconds", "Times.", "seconds", TELEMETRY_HISTOGRAM, 1e-3,
                .labels = { &size_label }, .bounds = bounds, .bound_count = 2 },
    [COPIED] = { "a_copied_total", "Kept elsewhere.", .labels = { &size_label },
                 .shows_zeros = true },
};

static telemetry_registry *make(zkl_test *t)
{
    telemetry_registry *r = NULL;
    zkl_error err = { 0 };
    if (telemetry_new(&r, rows, ZKL_COUNT(rows), &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return r;
}

static void test_metrics__a_series_is_its_values(zkl_test *t)
{
    telemetry_registry *const r = make(t);
    bool seen[6] = { false };
    REQUIRE(t, r);
    CHECK_UINT_EQ(t, telemetry_series_count(r, THINGS), 6);
    for (size_t c = 0; c < 3; c++)
        for (size_t s = 0; s < 2; s++) {
            const size_t series = telemetry_series(r, THINGS, (size_t[]){ c, s });
            REQUIRE(t, series < 6 && !seen[series]);
            seen[series] = true;
            CHECK_UINT_EQ(t, telemetry_series_value(r, THINGS, series, 0), c);
            CHECK_UINT_EQ(t, telemetry_series_value(r, THINGS, series, 1), s);
        }
    CHECK_UINT_EQ(t, telemetry_value_of(&colour, "red"), 0);
    CHECK_UINT_EQ(t, telemetry_value_of(&colour, "a path of a caller"), 2);
    CHECK_UINT_EQ(t, telemetry_find(r, zkl_bytes_of_text("a_time_seconds")), TIMES);
    CHECK(t, telemetry_find(r, zkl_bytes_of_text("a_time")) == SIZE_MAX);
    telemetry_free(r);
}

/* Each allocation fails once: a status, and how much was wanted. */
static void test_metrics__without_memory(zkl_test *t)
{
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 1;
    for (; status == ZKL_NO_MEMORY && nth < 100; nth++) {
        telemetry_registry *r = NULL;
        zkl_error err = { 0 }, none = { 0 };
        (void)zkl_no_memory(&none, 0);
        (void)zkl_malloc_fail_after(nth);
        status = telemetry_new(&r, rows, ZKL_COUNT(rows), &err);
        (void)zkl_malloc_fail_after(0);
        CHECK(t, (r != NULL) == (status == ZKL_OK));
        if (status != ZKL_OK)
            CHECK(t, strcmp(err.text, none.text) != 0);
        telemetry_free(r);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    CHECK(t, nth > 2);
}

#define ROUNDS 20000

static void *count(void *context)
{
    telemetry_registry *const r = context;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        telemetry_add(r, THINGS, 3, 2);
        telemetry_observe(r, TIMES, 1, i % 10 * 1000);
    }
    return NULL;
}

/* Nothing is lost between threads. */
static void test_metrics__threads_count_together(zkl_test *t)
{
    telemetry_registry *const r = make(t);
    pthread_t threads[5];
    REQUIRE(t, r);
    for (size_t i = 0; i < ZKL_COUNT(threads); i++)
        REQUIRE(t, pthread_create(&threads[i], NULL, count, r) == 0);
    for (size_t i = 0; i < ZKL_COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    const double all = ROUNDS * (double)ZKL_COUNT(threads);
    const size_t cell = telemetry_cell_of(r, TIMES, 1);
    CHECK(t, telemetry_read(r, telemetry_cell_of(r, THINGS, 3)) == 2 * all);
    CHECK(t, telemetry_read(r, cell) == all / 10 * 2);     /* 0 and 1,000 */
    CHECK(t, telemetry_read(r, cell + 1) == all / 10 * 4); /* to 5,000 */
    CHECK(t, telemetry_read(r, cell + 2) == all / 10 * 4);
    CHECK(t, fabs(telemetry_read(r, cell + 3) - all * 4.5) < 1e-3);
    telemetry_free(r);
}

static void fill(telemetry_registry *r)
{
    telemetry_add(r, THINGS, 0, 7);
    telemetry_add(r, THINGS, telemetry_series(r, THINGS, (size_t[]){ 1, 1 }), 1);
    telemetry_set(r, LEVEL, 0, 1.5e9);
    telemetry_observe(r, TIMES, 0, 999);
    telemetry_observe(r, TIMES, 0, 1000);
    telemetry_observe(r, TIMES, 0, 1001);
    telemetry_observe(r, TIMES, 0, 6000);
    telemetry_set(r, COPIED, 1, 12);
}

static void test_metrics__both_formats_tell_the_same(zkl_test *t)
{
    static const char text[] = "# HELP a_things_total Things.\n"
                               "# TYPE a_things_total counter\n"
                               "a_things_total{colour=\"red\",size=\"small\"} 7\n"
                               "a_things_total{colour=\"\\\"green\\\\\",size=\"large\"} 1\n"
                               "# HELP a_level_bytes A level.\n"
                               "# TYPE a_level_bytes gauge\n"
                               "a_level_bytes 1500000000\n"
                               "# HELP a_time_seconds Times.\n"
                               "# TYPE a_time_seconds histogram\n"
                               "a_time_seconds_bucket{size=\"small\",le=\"1\"} 2\n"
                               "a_time_seconds_bucket{size=\"small\",le=\"5\"} 3\n"
                               "a_time_seconds_bucket{size=\"small\",le=\"+Inf\"} 4\n"
                               "a_time_seconds_sum{size=\"small\"} 9\n"
                               "a_time_seconds_count{size=\"small\"} 4\n"
                               "# HELP a_copied_total Kept elsewhere.\n"
                               "# TYPE a_copied_total counter\n"
                               "a_copied_total{size=\"small\"} 0\n"
                               "a_copied_total{size=\"large\"} 12\n";
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 }, open = { 0 };
    telemetry_registry *const r = make(t);
    REQUIRE(t, r);
    fill(r);
    telemetry_expose(&out, r, false);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out), text));
    telemetry_expose(&open, r, true);
    zkl_buffer_put_u8(&open, 0);
    CHECK(t, strstr((char *)open.data, "# TYPE a_things counter\n"
                                       "a_things_total{colour=\"red\",size=\"small\"} 7\n"));
    CHECK(t, strstr((char *)open.data, "# UNIT a_time_seconds seconds\n"));
    CHECK(t, strcmp((char *)open.data + open.size - 7, "# EOF\n") == 0);
    telemetry_free(r);
}

static void test_metrics__numbers_are_short(zkl_test *t)
{
    static const struct {
        double value;
        const char *text;
    } all[] = { { 0, "0" },           { -3, "-3" },
                { 0.3, "0.3" },       { 1e15, "1e+15" },
                { 1.25, "1.25" },     { NAN, "NaN" },
                { INFINITY, "+Inf" }, { 123456789012345, "123456789012345" },
                { -INFINITY, "-Inf" } };
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        telemetry_put_number(&out, all[i].value);
        if (!zkl_bytes_equal_text(zkl_buffer_bytes(&out), all[i].text))
            FAIL(t, "%s: %.*s", all[i].text, (int)out.size, (char *)out.data);
    }
}

ZKL_TESTS(TEST(test_metrics__a_series_is_its_values), TEST(test_metrics__without_memory),
          TEST(test_metrics__threads_count_together),
          TEST(test_metrics__both_formats_tell_the_same), TEST(test_metrics__numbers_are_short))
