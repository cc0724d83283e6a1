/* Rules of alerts: what is read, what is refused and where, and what they are worth. */
#include "telemetry/rule.h"

#include <math.h>
#include <string.h>

#include "world.h"

static const char *const codes[] = { "200", "500", "a\"b\\" };
static const telemetry_label code = { "code", codes, 3 };
static const uint64_t bounds[] = { 100, 200, 400 };
enum { ANSWERS, LEVEL, TIME };
static const telemetry_metric rows[] = {
    [ANSWERS] = { "answers_total", "Answers.", .labels = { &code } },
    [LEVEL] = { "level", "A level.", NULL, TELEMETRY_GAUGE, .labels = { &code } },
    [TIME] = { "time_seconds", "Times.", "seconds", TELEMETRY_HISTOGRAM, 1e-3, .labels = { &code },
               .bounds = bounds, .bound_count = 3 },
};

/* Ten seconds apart. */
static void fill(world *w)
{
    for (int64_t i = 0; i < 7; i++) {
        telemetry_add(w->registry, ANSWERS, 0, 30);
        telemetry_add(w->registry, ANSWERS, 1, 10);
        telemetry_set(w->registry, LEVEL, 0, 5);
        telemetry_set(w->registry, LEVEL, 2, -2);
        telemetry_observe(w->registry, TIME, 0, 50);
        telemetry_observe(w->registry, TIME, 0, 150);
        telemetry_observe(w->registry, TIME, 1, 1000);
        telemetry_observe(w->registry, TIME, 1, 1000);
        telemetry_series_take(&w->set, 1000 + i * 10000);
    }
}

static void test_rule__values_are_those_of_the_points(zkl_test *t)
{
    static const struct {
        const char *text;
        double value;
        bool holds;
    } all[] = {
        { "rate(answers_total, 1m) > 3", 4, true },
        { "rate(answers_total{code=\"500\"}, 1m) > 1", 1, false },
        { "rate(answers_total{code!=\"500\"},30s)>=3", 3, true },
        { "increase(answers_total, 20s) == 80", 80, true },
        { "rate(answers_total{code=\"500\"}, 1m) / rate(answers_total, 1m) >= 0.25", 0.25, true },
        { "level{code=\"200\"} != 5", 5, false },
        { "level < 4", 3, true },
        { "sum(level)<=3", 3, true },
        { "max(level) > 4.5", 5, true },
        { "min( level ) < -1", -2, true },
        { "min(level) < -1.5e-5", -2, true },
        { "rate(time_seconds_count, 1h) > 0", 0.4, true },
        { "rate(time_seconds_sum{code=\"200\"}, 1h) / rate(time_seconds_count{code=\"200\"}, 1h) "
          "<= 0.100001",
          0.1, true },
        { "quantile(0.5, time_seconds{code=\"200\"}, 1m) <= 0.1", 0.1, true },
        { "quantile(0.75, time_seconds{code=\"200\"}, 1m) == 0.15", 0.15, true },
        { "quantile(0.25, time_seconds, 1m) < 1", 0.1, true },
        { "quantile(1, time_seconds, 1m) > 1", 0.4, false }, /* above all bounds */
        { "quantile(0, time_seconds{code=\"200\"}, 1m) < 1", 0, true },
        /* what cannot be told */
        { "rate(answers_total, 9s) >= 0", NAN, false },
        { "level / level{code=\"500\"} != 7", NAN, false },
        { "quantile(0.5, time_seconds{code=\"a\\\"b\\\\\"}, 1m) >= 0", NAN, false },
    };
    world w;
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 100));
    fill(&w);
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        telemetry_rule rule, again;
        zkl_error err = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        if (telemetry_rule_parse(&rule, w.registry, zkl_bytes_of_text(all[i].text), &err) !=
            ZKL_OK) {
            FAIL(t, "%s: %s", all[i].text, err.text);
            continue;
        }
        const double value = telemetry_rule_value(&rule, &w.set);
        if (isnan(value) != isnan(all[i].value) || fabs(value - all[i].value) > 1e-12 ||
            telemetry_rule_holds(&rule, value) != all[i].holds)
            FAIL(t, "%s: %g", all[i].text, value);
        telemetry_rule_put(&text, &rule, w.registry);
        REQUIRE_OK(t, &err,
                   telemetry_rule_parse(&again, w.registry, zkl_buffer_bytes(&text), &err));
        CHECK(t, memcmp(&rule, &again, sizeof rule) == 0);
    }
    world_clear(&w);
}

/* Nothing is known before the second point, and nothing is due. */
static void test_rule__nothing_is_due_at_first(zkl_test *t)
{
    world w;
    telemetry_rule rate, gauge;
    zkl_error err = { 0 };
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 100));
    REQUIRE_OK(t, &err,
               telemetry_rule_parse(&rate, w.registry,
                                    zkl_bytes_of_text("rate(answers_total, 1h) >= 0"), &err));
    REQUIRE_OK(t, &err,
               telemetry_rule_parse(&gauge, w.registry, zkl_bytes_of_text("level >= 0"), &err));
    CHECK(t, isnan(telemetry_rule_value(&gauge, &w.set)));
    telemetry_series_take(&w.set, 1);
    CHECK(t, isnan(telemetry_rule_value(&rate, &w.set)));
    CHECK(t, telemetry_rule_value(&gauge, &w.set) == 0);
    telemetry_series_take(&w.set, 1); /* a clock that stands still */
    CHECK(t, isnan(telemetry_rule_value(&rate, &w.set)));
    world_clear(&w);
}

static void test_rule__what_is_wrong_is_refused(zkl_test *t)
{
    static const char *const all[] = {
        "",
        "level",
        "level >",
        "level > x",
        "level > 1 2",
        "level > 1.",
        "level > .1",
        "level > 1e",
        "level > 1e+",
        "level > 1e999",
        "level > --1",
        "level > 1234567890123456789012345678901",
        "level => 1",
        "levels > 1",
        "level{} > 1",
        "level{code} > 1",
        "level{code=200} > 1",
        "level{code=\"404\"} > 1",
        "level{code=\"200} > 1",
        "level{kode=\"200\"} > 1",
        "level{code=\"200\" > 1",
        "level{code=\"200\",} > 1",
        "answers_total > 1",
        "max(answers_total) > 1",
        "rate(level, 1m) > 1",
        "rate(answers_total) > 1",
        "rate(answers_total, 0s) > 1",
        "rate(answers_total, 25h) > 1",
        "rate(answers_total, 99999999999999999999s) > 1",
        "rate(answers_total, 1d) > 1",
        "rate(answers_total, 1m > 1",
        "rate(time_seconds, 1m) > 1",
        "rate(level_count, 1m) > 1",
        "time_seconds > 1",
        "quantile(0.5, time_seconds_sum, 1m) > 1",
        "quantile(1.1, time_seconds, 1m) > 1",
        "quantile(-1, time_seconds, 1m) > 1",
        "quantile(time_seconds, 1m) > 1",
        "level / level / level > 1",
        "level / > 1",
        "(level) > 1",
        "avg(level) > 1",
        "level{code=\"200\",code=\"200\",code=\"200\",code=\"200\",code=\"200\"} > 1",
    };
    world w;
    char text[TELEMETRY_RULE_BYTES_MAX + 2];
    telemetry_rule rule;
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 100));
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        zkl_error err = { 0 };
        if (telemetry_rule_parse(&rule, w.registry, zkl_bytes_of_text(all[i]), &err) !=
                ZKL_BAD_INPUT ||
            strncmp(err.text, "character ", 10) != 0)
            FAIL(t, "'%s': %s", all[i], err.text);
    }
    memset(text, ' ', sizeof text);
    memcpy(text, "level > 1", 9);
    CHECK_STATUS(
        t, ZKL_LIMIT,
        telemetry_rule_parse(&rule, w.registry, zkl_bytes_of(text, sizeof text - 1), NULL));
    CHECK_STATUS(
        t, ZKL_OK,
        telemetry_rule_parse(&rule, w.registry, zkl_bytes_of(text, sizeof text - 2), NULL));
    world_clear(&w);
}

static void test_rule__prometheus_has_the_same(zkl_test *t)
{
    static const char *const all[][2] = {
        { "rate(answers_total{code=\"500\"}, 5m) / rate(answers_total, 5m) > 0.01",
          "sum by (instance) (rate(answers_total{code=\"500\"}[300s])) / sum by (instance) "
          "(rate(answers_total[300s])) > 0.01" },
        { "level > 1", "sum by (instance) (level) > 1" },
        { "min(level{code!=\"200\"}) < 1", "min by (instance) (level{code!=\"200\"}) < 1" },
        { "quantile(0.99, time_seconds, 10m) >= 2.5",
          "histogram_quantile(0.99, sum by (instance, le) (rate(time_seconds_bucket[600s]))) >= "
          "2.5" },
        { "increase(time_seconds_count, 1h) == 0",
          "sum by (instance) (increase(time_seconds_count[3600s])) == 0" },
    };
    world w;
    telemetry_rule rule;
    zkl_error err = { 0 };
    REQUIRE(t, world_make(t, &w, rows, ZKL_COUNT(rows), 100));
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        REQUIRE_OK(t, &err,
                   telemetry_rule_parse(&rule, w.registry, zkl_bytes_of_text(all[i][0]), &err));
        telemetry_rule_put_prometheus(&text, &rule, w.registry);
        if (!zkl_bytes_equal_text(zkl_buffer_bytes(&text), all[i][1]))
            FAIL(t, "%.*s", (int)text.size, (char *)text.data);
    }
    world_clear(&w);
}

ZKL_TESTS(TEST(test_rule__values_are_those_of_the_points), TEST(test_rule__nothing_is_due_at_first),
          TEST(test_rule__what_is_wrong_is_refused), TEST(test_rule__prometheus_has_the_same))
