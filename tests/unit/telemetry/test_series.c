/* Rings: bounded, in order, and what is told of them. */
#include "telemetry/series.h"

#include <string.h>

#include <jansson.h>

#include "world.h"

static const char *const kinds[] = { "a", "b" };
static const telemetry_label kind = { "kind", kinds, 2 };
static const uint64_t bounds[] = { 1 };
enum { COUNT, TIME };
static const telemetry_metric rows[] = {
    [COUNT] = { "x_total", "X.", .labels = { &kind } },
    [TIME] = { "y_seconds", "Y.", "seconds", TELEMETRY_HISTOGRAM, .bounds = bounds,
               .bound_count = 1 },
};

static void test_series__the_last_thousand_stay(zkl_test *t)
{
    world w;
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 10));
    for (int64_t i = 0; i < 2500; i++) {
        telemetry_add(w.registry, COUNT, 0, 1);
        telemetry_series_take(&w.set, i * 10);
        CHECK_UINT_EQ(t, w.set.count, i < 1000 ? (size_t)i + 1 : 1000);
    }
    for (size_t i = 0; i < 1000; i++) {
        CHECK(t, telemetry_series_time(&w.set, i) == 15000 + (int64_t)i * 10);
        CHECK(t, telemetry_series_at(&w.set, 0, i) == 1501 + (double)i);
    }
    CHECK_UINT_EQ(t, telemetry_series_from(&w.set, 0), 0);
    CHECK_UINT_EQ(t, telemetry_series_from(&w.set, 15001), 1);
    CHECK_UINT_EQ(t, telemetry_series_from(&w.set, 24990), 999);
    CHECK_UINT_EQ(t, telemetry_series_from(&w.set, 24991), 1000);
    world_clear(&w);
}

/* What never counted costs nothing, and more than rings_max there never are. */
static void test_series__rings_are_bounded(zkl_test *t)
{
    world w;
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 1));
    telemetry_series_take(&w.set, 1);
    CHECK_UINT_EQ(t, w.set.ring_count, 0);
    telemetry_add(w.registry, COUNT, 1, 1);
    telemetry_series_take(&w.set, 2);
    telemetry_add(w.registry, COUNT, 0, 1);
    telemetry_series_take(&w.set, 3);
    CHECK_UINT_EQ(t, w.set.ring_count, 1);
    CHECK_UINT_EQ(t, w.set.left_out, 1);
    CHECK(t, telemetry_series_at(&w.set, 1, 0) == 0 && telemetry_series_at(&w.set, 1, 2) == 1);
    CHECK(t, telemetry_series_at(&w.set, 0, 2) == 0);
    world_clear(&w);
}

static void test_series__a_fall_is_a_restart(zkl_test *t)
{
    static const double values[] = { 5, 9, 2, 3 };
    world w;
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 4));
    for (size_t i = 0; i < ZKL_COUNT(values); i++) {
        telemetry_set(w.registry, COUNT, 0, values[i]);
        telemetry_series_take(&w.set, (int64_t)i);
    }
    CHECK(t, telemetry_series_rise(&w.set, 0, 0, 1) == 4);
    CHECK(t, telemetry_series_rise(&w.set, 0, 0, 3) == 7);
    CHECK(t, telemetry_series_rise(&w.set, 0, 2, 2) == 0);
    world_clear(&w);
}

static void test_series__are_told_as_json(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 9));
    telemetry_observe(w.registry, TIME, 0, 3);
    telemetry_observe(w.registry, TIME, 0, 1);
    telemetry_series_take(&w.set, 100);
    telemetry_series_take(&w.set, 200);
    telemetry_series_put(&out, &w.set, TIME, 150);
    json_t *const got = json_loadb((char *)out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *const want = json_pack(
        "{s:s, s:s, s:s, s:[{s:s, s:{}, s:[[i, i]]}, {s:s, s:{}, s:[[i, i]]}]}", "name",
        "y_seconds", "kind", "histogram", "unit", "seconds", "series", "sample", "y_seconds_count",
        "labels", "points", 200, 2, "sample", "y_seconds_sum", "labels", "points", 200, 4);
    CHECK(t, got && want && json_equal(got, want));
    json_decref(got);
    json_decref(want);
    world_clear(&w);
}

ZKL_TESTS(TEST(test_series__the_last_thousand_stay), TEST(test_series__rings_are_bounded),
          TEST(test_series__a_fall_is_a_restart), TEST(test_series__are_told_as_json))
