#pragma once
/* When an alert is due: a comparison of what was counted.
 *
 *     rate(zkl_http_problems_total{code="500"}, 5m) / rate(zkl_http_requests_total, 5m) > 0.01
 *     quantile(0.99, zkl_http_request_seconds{route!="other"}, 10m) >= 2.5
 *     min(zkl_component_up) < 1
 *
 *     rule      term [ "/" term ] comparison number
 *     term      gauge | sum(gauge) | max(gauge) | min(gauge)
 *               rate(counter, window) | increase(counter, window)
 *               quantile(number, histogram, window)
 *     gauge, counter, histogram
 *               name [ "{" label ("=" | "!=") "\"" value "\"" { "," ... } "}" ]
 *               a histogram's _count and _sum are counters
 *     window    a number and "s", "m" or "h"
 *     comparison  ">" ">=" "<" "<=" "==" "!="
 *
 * All series that fit are added up, but in max and min. A name, label or value that the registry
 * does not have is refused. What cannot be told (no two points in the window, no observation, a
 * division by 0) is NaN, and holds in no comparison. */
#include "telemetry/series.h"

#define TELEMETRY_RULE_BYTES_MAX 1000
#define TELEMETRY_WINDOW_MS_MAX ((uint64_t)24 * 3600 * 1000)

typedef enum telemetry_way {
    TELEMETRY_SUM,
    TELEMETRY_MAX,
    TELEMETRY_MIN,
    TELEMETRY_RATE,
    TELEMETRY_INCREASE,
    TELEMETRY_QUANTILE,
} telemetry_way;

typedef struct telemetry_term {
    telemetry_way way;
    size_t metric;
    enum { TELEMETRY_ITSELF, TELEMETRY_ITS_COUNT, TELEMETRY_ITS_SUM } part; /* of a histogram */
    struct {
        size_t label, value;
        bool is_not;
    } matchers[TELEMETRY_LABELS_MAX];
    size_t matcher_count;
    double quantile;
    uint64_t window_ms; /* 0: none */
} telemetry_term;

typedef enum telemetry_comparison {
    TELEMETRY_ABOVE,
    TELEMETRY_AT_LEAST,
    TELEMETRY_BELOW,
    TELEMETRY_AT_MOST,
    TELEMETRY_EQUAL,
    TELEMETRY_UNEQUAL,
} telemetry_comparison;

typedef struct telemetry_rule {
    telemetry_term terms[2]; /* the first divided by the second */
    size_t term_count;       /* 1 or 2 */
    telemetry_comparison comparison;
    double threshold;
} telemetry_rule;

/* ZKL_BAD_INPUT says where. */
zkl_status telemetry_rule_parse(telemetry_rule *out, const telemetry_registry *registry,
                                zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
/* As it is parsed; and as Prometheus has it, for each instance by itself. */
void telemetry_rule_put(zkl_buffer *out, const telemetry_rule *rule,
                        const telemetry_registry *registry);
void telemetry_rule_put_prometheus(zkl_buffer *out, const telemetry_rule *rule,
                                   const telemetry_registry *registry);
/* At the set's newest point. */
double telemetry_rule_value(const telemetry_rule *rule, const telemetry_series_set *set);
bool telemetry_rule_holds(const telemetry_rule *rule, double value);
