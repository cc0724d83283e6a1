/* Paths of telemetry: they speak of the whole service, so they are for the organisation that runs
 * it. */
#include "daemon/request.h"

#include "telemetry/alert_history.h"
#include "text/lines.h"

static void get_metrics(daemon_request *q)
{
    daemon_metrics_send(q->daemon, q->exchange);
}

/* The query's one member of that name; "" where there is none. NULL: answered. */
static const char *query_one(daemon_request *q, const char *name)
{
    json_t *const all = daemon_query_all(q, name);
    const char *const text = json_string_value(json_array_get(all, 0));
    const bool is_good = all && json_array_size(all) <= 1;
    const char *const out = text ? zkl_arena_text(&q->memory, text, strlen(text)) : "";
    json_decref(all);
    if (is_good && out)
        return out;
    daemon_problem(q->exchange, ZKL_USAGE, "a member of the query stands there once, and is text");
    return NULL;
}

static void get_series(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    uint64_t from = 0;
    const char *const name = query_one(q, "name");
    const char *const from_text = name ? query_one(q, "from") : NULL;
    if (!from_text)
        return;
    if (*from_text && !zkl_line_decimal(&from, zkl_bytes_of_text(from_text))) {
        daemon_problem(q->exchange, ZKL_USAGE, "'from' is milliseconds since 1970");
        return;
    }
    const int64_t from_ms = from > INT64_MAX ? INT64_MAX : (int64_t)from;
    const bool is_of_alerts = strcmp(name, TELEMETRY_ALERT_METRIC) == 0;
    const size_t metric =
        telemetry_find(daemon_metrics_registry(q->daemon->metrics), zkl_bytes_of_text(name));
    if (metric == SIZE_MAX && !is_of_alerts) {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no metric of that name");
        return;
    }
    if (is_of_alerts)
        daemon_alerts_put_series(&out, q->daemon->alerts, from_ms);
    else
        daemon_telemetry_put_series(&out, q->daemon->telemetry, metric, from_ms);
    if (out.failed)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the answer");
    else
        daemon_bytes(q->exchange, "application/json", zkl_buffer_bytes(&out));
}

/* ---- alerts */

static void list_alerts(daemon_request *q)
{
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:o}", "alerts", daemon_alerts_list(q->daemon->alerts)));
}

static void list_silences(daemon_request *q)
{
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:o}", "silences", daemon_silences_list(q->daemon->alerts)));
}

static void finish_silence(daemon_request *q)
{
    json_t *const request = daemon_body_json(q), *labels = NULL;
    const char *reason = "";
    json_int_t until = 0;
    char id[17];
    zkl_error err = { 0 };
    zkl_status status = daemon_members_are_known(request, "labels until reason", &err);
    if (status == ZKL_OK && json_unpack(request, "{s:o, s:I, s:s}", "labels", &labels, "until",
                                        &until, "reason", &reason) != 0)
        status = zkl_fail(&err, ZKL_USAGE,
                          "a silence has labels, until (milliseconds since 1970) and a reason");
    if (status == ZKL_OK)
        status = daemon_silence_add(id, q->daemon->alerts, labels, until, reason, q->who.id, &err);
    json_decref(request);
    if (status == ZKL_OK)
        daemon_json(q->exchange, 201, NULL, json_pack("{s:s}", "id", id));
    else
        daemon_problem(q->exchange, status, err.text);
}

static void post_silence(daemon_request *q)
{
    daemon_read_json(q, finish_silence);
}

static void delete_silence(daemon_request *q)
{
    zkl_error err = { 0 };
    const zkl_status status = daemon_silence_end(q->daemon->alerts, q->path.at[3], &err);
    if (status == ZKL_OK)
        http_reply_with(q->exchange, 204, NULL, 0, (zkl_bytes){ 0 });
    else
        daemon_problem(q->exchange, status, err.text);
}

static void get_health(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    bool is_ready;
    daemon_health_put(&out, q->daemon, true, &is_ready);
    if (out.failed)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the answer");
    else
        daemon_json(q->exchange, 200, NULL, json_loadb((const char *)out.data, out.size, 0, NULL));
}

const daemon_route daemon_telemetry_routes[] = {
    { "GET", { "metrics" }, "telemetry:read", get_metrics, .needs_no_ledger = true },
    { "GET",
      { "v1", "metrics" },
      "telemetry:read",
      get_metrics,
      "getMetrics",
      "what the service counts of itself, for Prometheus (text 0.0.4, or OpenMetrics)",
      200,
      "text/plain; version=0.0.4",
      .needs_no_ledger = true },
    { "GET",
      { "v1", "metrics", "series" },
      "telemetry:read",
      get_series,
      "getSeries",
      "the last 1,000 points of a metric",
      200,
      .query = "name from",
      .needs_no_ledger = true },
    { "GET",
      { "v1", "health" },
      "telemetry:read",
      get_health,
      "getHealth",
      "how each part of the service stands, and why",
      200,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "alerts" },
      "telemetry:read",
      list_alerts,
      "listAlerts",
      "the rules of alerts, and how they stand",
      200,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "alerts", "silences" },
      "telemetry:read",
      list_silences,
      "listSilences",
      "what is not told of, until when, why, and who said so",
      200,
      .needs_no_ledger = true },
    { "POST",
      { "v1", "alerts", "silences" },
      "telemetry:manage",
      post_silence,
      "addSilence",
      "do not tell of alerts that have these labels",
      201,
      .takes = "application/json",
      .needs_no_ledger = true },
    { "DELETE",
      { "v1", "alerts", "silences", "{id}" },
      "telemetry:manage",
      delete_silence,
      "endSilence",
      "tell of them again",
      204,
      .needs_no_ledger = true },
    { 0 },
};
