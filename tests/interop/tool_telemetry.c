/* Print the metrics and the rules of alerts that a service has, as JSON: what
 * tools/telemetry_files.py and prometheus_long.sh read. */
#include <stdio.h>

#include "daemon/alert_settings.h"
#include "daemon/metrics.h"
#include "telemetry/rule.h"
#include "text/json_writer.h"

static void put_metrics(zkl_json_writer *w, const telemetry_registry *t)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    zkl_json_open(w, "metrics", '[');
    for (size_t i = 0; i < telemetry_count(t); i++) {
        const telemetry_metric *const r = telemetry_row(t, i);
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", r->name);
        zkl_json_text(w, "kind", kinds[r->kind]);
        zkl_json_text(w, "unit", r->unit ? r->unit : "");
        zkl_json_text(w, "help", r->help);
        zkl_json_open(w, "labels", '[');
        for (size_t k = 0; k < TELEMETRY_LABELS_MAX && r->labels[k]; k++)
            zkl_json_text(w, NULL, r->labels[k]->name);
        zkl_json_close(w);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static void put_alerts(zkl_json_writer *w, const telemetry_registry *t)
{
    zkl_json_open(w, "alerts", '[');
    for (size_t i = 0; i < daemon_shipped_alert_count; i++) {
        const daemon_shipped_alert *const a = &daemon_shipped_alerts[i];
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        telemetry_rule rule;
        zkl_error err = { 0 };
        if (telemetry_rule_parse(&rule, t, zkl_bytes_of_text(a->when), &err) != ZKL_OK)
            fprintf(stderr, "%s: %s\n", a->name, err.text);
        else
            telemetry_rule_put_prometheus(&text, &rule, t);
        zkl_buffer_put_u8(&text, 0);
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", a->name);
        zkl_json_text(w, "when", a->when);
        zkl_json_text(w, "prometheus", (const char *)text.data);
        zkl_json_number(w, "for", a->for_s);
        zkl_json_text(w, "severity", a->severity);
        zkl_json_text(w, "summary", a->summary);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

int main(void)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_json_writer w = zkl_json_writer_of(&out);
    daemon_metrics *metrics = NULL;
    if (daemon_metrics_new(&metrics, NULL) != ZKL_OK)
        return 1;
    zkl_json_open(&w, NULL, '{');
    put_metrics(&w, daemon_metrics_registry(metrics));
    put_alerts(&w, daemon_metrics_registry(metrics));
    zkl_json_close(&w);
    printf("%.*s", (int)out.size, (const char *)out.data);
    daemon_metrics_free(metrics);
    return out.failed;
}
