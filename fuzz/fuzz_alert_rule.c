/* Rules of alerts: what is parsed is written so that it parses to the same, and is judged without a
 * fault whatever points there are. */
#include "telemetry/rule.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const codes[] = { "200", "500", "a\"b\\" };
static const telemetry_label code = { "code", codes, 3 };
static const uint64_t bounds[] = { 100, 200 };
static const telemetry_metric rows[] = {
    { "n_total", "N.", .labels = { &code } },
    { "level", "L.", NULL, TELEMETRY_GAUGE, .labels = { &code } },
    { "t_seconds", "T.", "seconds", TELEMETRY_HISTOGRAM, 1e-3, .labels = { &code },
      .bounds = bounds, .bound_count = 2 },
};

static void judge(const telemetry_rule *rule, telemetry_registry *registry)
{
    telemetry_series_set set;
    if (telemetry_series_init(&set, registry, 20, NULL) != ZKL_OK)
        return;
    for (int64_t i = 0; i < 4; i++) {
        const double value = telemetry_rule_value(rule, &set);
        ZKL_ASSERT(!isnan(value) || !telemetry_rule_holds(rule, value));
        telemetry_add(registry, 0, 1, 3);
        telemetry_set(registry, 1, 0, (double)i - 1);
        telemetry_observe(registry, 2, 2, (uint64_t)i * 100);
        telemetry_series_take(&set, i * 30000);
    }
    telemetry_series_clear(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    telemetry_registry *registry = NULL;
    telemetry_rule rule, again;
    if (telemetry_new(&registry, rows, ZKL_COUNT(rows), NULL) != ZKL_OK)
        return 0;
    if (telemetry_rule_parse(&rule, registry, zkl_bytes_of(data, size), NULL) == ZKL_OK) {
        telemetry_rule_put(&text, &rule, registry);
        ZKL_ASSERT(telemetry_rule_parse(&again, registry, zkl_buffer_bytes(&text), NULL) == ZKL_OK);
        ZKL_ASSERT(again.terms[0].metric == rule.terms[0].metric &&
                   again.terms[0].window_ms == rule.terms[0].window_ms);
        telemetry_rule_put_prometheus(&text, &rule, registry);
        judge(&rule, registry);
    }
    telemetry_free(registry);
    return 0;
}
