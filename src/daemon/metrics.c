/* The table of metrics, and where values come from. docs/service/telemetry.md is for people. */
#include "daemon/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "api/operation.h"
#include "base/arena.h"
#include "base/env.h"
#include "daemon/at_rest.h"
#include "daemon/health.h"
#include "daemon/queue.h"
#include "daemon/request.h"
#include "daemon/say.h"
#include "service/store_counts.h"

#define TABLES_MAX 24

/* ---- Labels */

static const char *const class_values[] = { "gone", "1xx", "2xx", "3xx", "4xx", "5xx" };
static const telemetry_label class_label = { "code", class_values, ZKL_COUNT(class_values) };
static const char *const version_values[] = { "1", "2" };
static const telemetry_label version_label = { "http", version_values, ZKL_COUNT(version_values) };
static const char *const problem_values[] = { "400", "401", "403", "404", "405", "406", "408",
                                              "409", "412", "413", "415", "416", "422", "424",
                                              "429", "431", "499", "500", "501", "503", "other" };
static const telemetry_label problem_label = { "code", problem_values, ZKL_COUNT(problem_values) };
static const char *const status_values[] = {
#define STATUS(name, text, exit_code, http_code) text,
    ZKL_STATUS_TABLE(STATUS)
#undef STATUS
};
static const telemetry_label status_label = { "status", status_values, ZKL_COUNT(status_values) };
static const char *const priority_values[] = { "0", "1", "2", "3", "4", "5", "6", "7" };
static const telemetry_label priority_label = { "priority", priority_values,
                                                ZKL_COUNT(priority_values) };
/* As operations tell their progress; what is not here is counted as `other`. */
static const char *const stage_values[] = { "argument",
                                            "asking the clock",
                                            "checking contributions",
                                            "checking keys",
                                            "checking points",
                                            "checking powers",
                                            "checking the claims",
                                            "circuit key",
                                            "commit",
                                            "committing",
                                            "comparing segments",
                                            "contributing to the keys",
                                            "contributing to the powers",
                                            "encode",
                                            "gathering receipts",
                                            "gathering the report",
                                            "groth16",
                                            "hash",
                                            "hashing files",
                                            "hashing the beacon",
                                            "keeping the spool",
                                            "looking",
                                            "opening rows",
                                            "powers of tau",
                                            "proving",
                                            "read",
                                            "reading",
                                            "reading events",
                                            "reading the log",
                                            "reading the spool",
                                            "recomputing",
                                            "recording",
                                            "searching",
                                            "taking rows",
                                            "transforming",
                                            "verify-chain",
                                            "verifying",
                                            "waiting for a circuit's key",
                                            "waiting for another writer",
                                            "waiting for files",
                                            "writing PDF",
                                            "writing the report",
                                            "other" };
static const telemetry_label stage_label = { "stage", stage_values, ZKL_COUNT(stage_values) };
static const char *const scope_values[] = { "key", "user", "organisation", "address", "global" };
static const telemetry_label scope_label = { "scope", scope_values, ZKL_COUNT(scope_values) };
static const char *const place_values[] = { "addresses", "others" };
static const telemetry_label place_label = { "of", place_values, ZKL_COUNT(place_values) };
static const char *const verdict_values[] = { "held", "refused", "lost" };
static const telemetry_label verdict_label = { "verdict", verdict_values,
                                               ZKL_COUNT(verdict_values) };
static const telemetry_label component_label = { "component", daemon_component_names,
                                                 DAEMON_COMPONENTS };
static const char *const state_values[] = { "inactive", "pending", "firing" };
static const telemetry_label state_label = { "state", state_values, ZKL_COUNT(state_values) };
static const char *const by_values[] = { "webhook", "smtp", "syslog" };
static const telemetry_label by_label = { "by", by_values, ZKL_COUNT(by_values) };
static const char *const sent_values[] = { "sent", "failed", "dropped" };
static const telemetry_label sent_label = { "outcome", sent_values, ZKL_COUNT(sent_values) };
static const char *const level_values[] = { "error", "warning", "info", "debug" };
static const telemetry_label level_label = { "level", level_values, ZKL_COUNT(level_values) };
static const char *const store_values[] = { "get", "put", "scan" };
static const telemetry_label store_label = { "operation", store_values, ZKL_COUNT(store_values) };
static const char *const way_values[] = { "read", "written" };
static const telemetry_label way_label = { "way", way_values, ZKL_COUNT(way_values) };
static const char *const cache_values[] = { "hit", "miss" };
static const telemetry_label cache_label = { "result", cache_values, ZKL_COUNT(cache_values) };
static const telemetry_label refusal_label = { "reason", http_refusal_texts, HTTP_REFUSALS };
static const char *const found_values[] = { "memory", "cache", "made" };
static const telemetry_label found_label = { "found", found_values, ZKL_COUNT(found_values) };
static const char *const act_values[] = { "wrap", "unwrap", "rewrap", "rotate", "retire" };
static const telemetry_label act_label = { "act", act_values, ZKL_COUNT(act_values) };
static const char *const kek_values[] = { "unknown", "1",  "2",  "3",  "4",    "5",  "6",
                                          "7",       "8",  "9",  "10", "11",   "12", "13",
                                          "14",      "15", "16", "17", "18",   "19", "20",
                                          "21",      "22", "23", "24", "other" };
static const telemetry_label kek_label = { "version", kek_values, ZKL_COUNT(kek_values) };
_Static_assert(ZKL_COUNT(act_values) == DAEMON_KEK_ACTS, "an act without a name");
_Static_assert(ZKL_COUNT(kek_values) == DAEMON_KEK_VERSIONS, "versions that are told apart");
static const char *const build_values[] = { ZKL_VERSION };
static const telemetry_label build_label = { "version", build_values, ZKL_COUNT(build_values) };

/* ---- Bounds, in what is counted: microseconds, milliseconds, entries */

static const uint64_t request_us[] = { 250,     500,     1000,     2500,    5000,   10000,
                                       25000,   50000,   100000,   250000,  500000, 1000000,
                                       2500000, 5000000, 10000000, 30000000 };
static const uint64_t job_ms[] = { 1,    5,     10,    50,    100,    500,    1000,
                                   5000, 10000, 30000, 60000, 300000, 1800000 };
static const uint64_t batch_us[] = { 100,   250,   500,    1000,   2500,   5000,
                                     10000, 25000, 100000, 500000, 2500000 };
static const uint64_t batch_entries[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096 };

#define US .scale = 1e-6, .unit = "seconds"
#define MS .scale = 1e-3, .unit = "seconds"
#define HISTOGRAM(of) .kind = TELEMETRY_HISTOGRAM, .bounds = of, .bound_count = ZKL_COUNT(of)
#define GAUGE .kind = TELEMETRY_GAUGE
#define COUNTER .kind = TELEMETRY_COUNTER

/* Labels that stand here as NULL are known when the tables of paths and operations are read:
 * fill_labels puts them in. */
static const telemetry_metric table[DAEMON_M_COUNT] = {
    [DAEMON_M_ANSWERS] = { "zkl_http_answers_total", "Answers, by route, class of status, version.",
                           COUNTER },
    [DAEMON_M_REQUEST_SECONDS] = { "zkl_http_request_seconds",
                                   "From a request's head to its answer's last byte.",
                                   HISTOGRAM(request_us), US },
    [DAEMON_M_BODY_RECEIVED] = { "zkl_http_body_received_bytes_total", "Of bodies of requests.",
                                 COUNTER, .unit = "bytes" },
    [DAEMON_M_BODY_SENT] = { "zkl_http_body_sent_bytes_total", "Of bodies of answers.", COUNTER,
                             .unit = "bytes" },
    [DAEMON_M_PROBLEMS] = { "zkl_http_problems_total", "Answers that refuse or fail, by status.",
                            COUNTER, .labels = { &problem_label } },
    [DAEMON_M_IN_FLIGHT] = { "zkl_http_requests_in_flight", "Requests that are being answered.",
                             GAUGE },
    [DAEMON_M_JOBS_ACCEPTED] = { "zkl_jobs_accepted_total", "Operations that were accepted.",
                                 COUNTER },
    [DAEMON_M_JOBS_ENDED] = { "zkl_jobs_ended_total", "Operations that are over, by what came.",
                              COUNTER },
    [DAEMON_M_JOB_WAIT] = { "zkl_job_wait_seconds", "How long operations waited to run.",
                            HISTOGRAM(job_ms), MS },
    [DAEMON_M_JOB_RUN] = { "zkl_job_run_seconds", "How long they ran.", HISTOGRAM(job_ms), MS },
    [DAEMON_M_JOB_STAGE] = { "zkl_job_stage_seconds", "How long a stage of an operation took.",
                             HISTOGRAM(job_ms), MS, .labels = { &stage_label } },
    [DAEMON_M_BATCH_ENTRIES] = { "zkl_batch_entries", "Entries that were placed together.",
                                 HISTOGRAM(batch_entries) },
    [DAEMON_M_BATCH_WAIT] = { "zkl_batch_wait_seconds",
                              "How long the first of a batch waited to be placed.",
                              HISTOGRAM(batch_us), US },
    [DAEMON_M_BATCH_COMMIT] = { "zkl_batch_commit_seconds",
                                "Staging, syncs and the checkpoint of a batch.",
                                HISTOGRAM(batch_us), US },
    [DAEMON_M_BATCH_SYNC] = { "zkl_batch_sync_seconds", "Of that, the store's write and its sync.",
                              HISTOGRAM(batch_us), US },
    [DAEMON_M_BATCHES_FAILED] = { "zkl_batches_failed_total", "Batches that were not recorded.",
                                  COUNTER },

    [DAEMON_M_REQUESTS] = { "zkl_http_requests_total", "Requests whose head was complete.",
                            COUNTER },
    [DAEMON_M_BAD_REQUESTS] = { "zkl_http_bad_requests_total",
                                "Requests that were refused as malformed.", COUNTER },
    [DAEMON_M_REFUSALS] = { "zkl_http_refusals_total", "The same, by why.", COUNTER,
                            .labels = { &refusal_label }, .shows_zeros = true },
    [DAEMON_M_CONNECTIONS] = { "zkl_http_connections_total", "Connections that were taken.",
                               COUNTER },
    [DAEMON_M_REFUSED_CONNECTIONS] = { "zkl_http_refused_connections_total",
                                       "Connections over a limit.", COUNTER },
    [DAEMON_M_OPEN_CONNECTIONS] = { "zkl_http_open_connections", "Connections that are open.",
                                    GAUGE },
    [DAEMON_M_BYTES_IN] = { "zkl_http_received_bytes_total", "Bytes that came.", COUNTER,
                            .unit = "bytes" },
    [DAEMON_M_BYTES_OUT] = { "zkl_http_sent_bytes_total", "Bytes that went.", COUNTER,
                             .unit = "bytes" },
    [DAEMON_M_JOBS_WAITING] = { "zkl_jobs_waiting", "Operations that wait for a thread.", GAUGE },
    [DAEMON_M_JOBS_QUEUED] = { "zkl_jobs_queued", "Those that wait, by their tier's priority.",
                               GAUGE, .labels = { &priority_label }, .shows_zeros = true },
    [DAEMON_M_JOBS_RUNNING] = { "zkl_jobs_running", "Operations that run.", GAUGE },
    [DAEMON_M_JOBS_KEPT] = { "zkl_jobs_kept", "Operations that are over and still told of.",
                             GAUGE },
    [DAEMON_M_JOBS_FAILED] = { "zkl_jobs_failed", "Of these, those that failed.", GAUGE },
    [DAEMON_M_JOBS_MEMORY] = { "zkl_jobs_memory_bytes",
                               "Memory that running operations were admitted with.", GAUGE,
                               .unit = "bytes" },
    [DAEMON_M_JOBS_MEMORY_MAX] = { "zkl_jobs_memory_limit_bytes",
                                   "Memory that operations may need together.", GAUGE,
                                   .unit = "bytes" },
    [DAEMON_M_STORE_OPERATIONS] = { "zkl_store_operations_total",
                                    "Keys of the first ledger's store, read, written, passed.",
                                    COUNTER, .labels = { &store_label }, .shows_zeros = true },
    [DAEMON_M_STORE_BYTES] = { "zkl_store_bytes_total", "Of values, read and written.", COUNTER,
                               .unit = "bytes", .labels = { &way_label }, .shows_zeros = true },
    [DAEMON_M_STORE_CACHE] = { "zkl_store_cache_total", "Blocks looked for in the store's cache.",
                               COUNTER, .labels = { &cache_label }, .shows_zeros = true },
    [DAEMON_M_STORE_SYNCS] = { "zkl_store_syncs_total", "Syncs of the store's log.", COUNTER },
    [DAEMON_M_CIRCUIT_KEYS] = { "zkl_circuit_keys_total",
                                "Circuit keys that proofs wanted: in memory, in the cache's "
                                "folder, or made.",
                                COUNTER, .labels = { &found_label }, .shows_zeros = true },
    [DAEMON_M_LIMITS_TAKEN] = { "zkl_limits_granted_total", "Uses that all limits granted.",
                                COUNTER },
    [DAEMON_M_LIMITS_REFUSED] = { "zkl_limits_refused_total", "Uses that a limit refused.", COUNTER,
                                  .labels = { &scope_label }, .shows_zeros = true },
    [DAEMON_M_LIMITS_PLACES] = { "zkl_limits_places", "Places of limits in use.", GAUGE,
                                 .labels = { &place_label }, .shows_zeros = true },
    [DAEMON_M_LIMITS_CROWDED] = { "zkl_limits_crowded_total",
                                  "Uses that found no place of their own.", COUNTER },
    [DAEMON_M_TOKENS] = { "zkl_tokens_total", "Tokens of other services, by verdict.", COUNTER,
                          .labels = { &verdict_label }, .shows_zeros = true },
    [DAEMON_M_TOKENS_ASKED] = { "zkl_tokens_asked_total", "Requests to issuers of tokens.",
                                COUNTER },
    [DAEMON_M_WITNESSES] = { "zkl_witnesses", "Witnesses that are asked to sign.", GAUGE },
    [DAEMON_M_WITNESSES_FAILING] = { "zkl_witnesses_failing", "Of these, those that do not.",
                                     GAUGE },
    [DAEMON_M_AUDIT_EVENTS] = { "zkl_audit_events_total", "Events that the audit log took.",
                                COUNTER },
    [DAEMON_M_AUDIT_REFUSED] = { "zkl_audit_refused_total", "Events that it could not take.",
                                 COUNTER },
    [DAEMON_M_AUDIT_WAITING] = { "zkl_audit_waiting", "Events that wait for the disk.", GAUGE },
    [DAEMON_M_AUDIT_FAILING] = { "zkl_audit_failing", "1 while the disk does not take them.",
                                 GAUGE },
    [DAEMON_M_AUDIT_UNLOGGED] = { "zkl_audit_unlogged_segments",
                                  "Closed segments that the ledger lacks.", GAUGE },
    [DAEMON_M_ACCESS_LOG_DROPPED] = { "zkl_access_log_dropped_total",
                                      "Lines of the access log that were lost.", COUNTER },
    [DAEMON_M_KEK_USES] = { "zkl_encryption_key_uses_total",
                            "Uses of the key of encryption at rest, by its version.", COUNTER,
                            .labels = { &act_label, &kek_label } },
    [DAEMON_M_KEK_FAILED] = { "zkl_encryption_key_failures_total", "Of these, those that failed.",
                              COUNTER, .labels = { &act_label }, .shows_zeros = true },
    [DAEMON_M_DISK_FREE] = { "zkl_disk_free_bytes", "Left to this user on the folder's disk.",
                             GAUGE, .unit = "bytes" },
    [DAEMON_M_DISK_SIZE] = { "zkl_disk_size_bytes", "Of the folder's disk.", GAUGE,
                             .unit = "bytes" },
    [DAEMON_M_COMPONENT_UP] = { "zkl_component_up", "1: ok, 0.5: degraded, 0: down.", GAUGE,
                                .labels = { &component_label }, .shows_zeros = true },
    [DAEMON_M_ALERTS] = { "zkl_alerts", "Rules of alerts, by their state.", GAUGE,
                          .labels = { &state_label }, .shows_zeros = true },
    [DAEMON_M_NOTIFICATIONS] = { "zkl_notifications_total", "Notifications of alerts.", COUNTER,
                                 .labels = { &by_label, &sent_label } },
    [DAEMON_M_SPANS] = { "zkl_trace_spans_total", "Spans, by what became of them.", COUNTER,
                         .labels = { &sent_label }, .shows_zeros = true },
    [DAEMON_M_SERIES] = { "zkl_series", "Series that are kept in memory.", GAUGE },
    [DAEMON_M_LOG_LINES] = { "zkl_log_lines_total", "Lines of the service's log, by level.",
                             COUNTER, .labels = { &level_label }, .shows_zeros = true },
    [DAEMON_M_BUILD] = { "zkl_build_info", "1, of the version that runs.", GAUGE,
                         .labels = { &build_label } },
    [DAEMON_M_CPU] = { "process_cpu_seconds_total", "Time on processors.", COUNTER,
                       .unit = "seconds" },
    [DAEMON_M_MEMORY] = { "process_resident_memory_bytes", "Memory in use.", GAUGE,
                          .unit = "bytes" },
    [DAEMON_M_FDS] = { "process_open_fds", "Open descriptors.", GAUGE },
    [DAEMON_M_FDS_MAX] = { "process_max_fds", "Descriptors that may be open.", GAUGE },
    [DAEMON_M_THREADS] = { "process_threads", "Threads.", GAUGE },
    [DAEMON_M_STARTED] = { "process_start_time_seconds", "When the process began, since 1970.",
                           GAUGE, .unit = "seconds" },
};

struct daemon_metrics {
    zkl_arena memory;
    telemetry_registry *registry;
    telemetry_metric rows[DAEMON_M_COUNT];
    telemetry_label route, operation;
    /* The value of the first row of each table of paths. */
    size_t first_route[TABLES_MAX];
    atomic_uint_fast64_t begun, ended;
    int64_t started_ms;
};

/* ---- Making it */

static const char *const own_paths[DAEMON_OWN_PATHS] = {
    [DAEMON_PATH_HEALTH] = "GET /healthz",
    [DAEMON_PATH_READY] = "GET /readyz",
    [DAEMON_PATH_METRICS] = "GET /metrics",
    [DAEMON_PATH_INDEX] = "GET /v1",
};

static const char *route_text(zkl_arena *memory, const daemon_route *r)
{
    char text[160];
    size_t size = (size_t)snprintf(text, sizeof text, "%s ", r->method);
    for (size_t i = 0; i < ZKL_COUNT(r->at) && r->at[i]; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "/%s", r->at[i]);
        ZKL_ASSERT(size < sizeof text); /* a table of our own */
    }
    return zkl_arena_text(memory, text, size);
}

static bool fill_routes(daemon_metrics *m)
{
    size_t count = DAEMON_OWN_PATHS + 1, at = 0;
    for (size_t i = 0; daemon_routes[i]; i++)
        for (const daemon_route *r = daemon_routes[i]; r->method; r++)
            count++;
    const char **const values = ZKL_ARENA_NEW(&m->memory, const char *, count);
    for (size_t i = 0; values && daemon_routes[i]; i++) {
        ZKL_ASSERT(i < TABLES_MAX);
        m->first_route[i] = at;
        for (const daemon_route *r = daemon_routes[i]; r->method; r++, at++) {
            values[at] = route_text(&m->memory, r);
            if (!values[at])
                return false;
        }
    }
    for (size_t i = 0; values && i < DAEMON_OWN_PATHS; i++)
        values[at++] = own_paths[i];
    if (values)
        values[at++] = "other";
    ZKL_ASSERT(!values || at == count);
    m->route = (telemetry_label){ "route", values, count };
    return values;
}

static bool fill_operations(daemon_metrics *m)
{
    size_t count = 0;
    while (api_at(count))
        count++;
    const char **const values = ZKL_ARENA_NEW(&m->memory, const char *, count + 1);
    for (size_t i = 0; values && i < count; i++)
        values[i] = api_at(i)->name;
    if (values)
        values[count] = "other";
    m->operation = (telemetry_label){ "operation", values, count + 1 };
    return values;
}

static void fill_labels(daemon_metrics *m)
{
    static const daemon_metric by_route[] = { DAEMON_M_ANSWERS, DAEMON_M_REQUEST_SECONDS,
                                              DAEMON_M_BODY_RECEIVED, DAEMON_M_BODY_SENT };
    static const daemon_metric by_operation[] = { DAEMON_M_JOBS_ACCEPTED, DAEMON_M_JOBS_ENDED,
                                                  DAEMON_M_JOB_WAIT, DAEMON_M_JOB_RUN };
    for (size_t i = 0; i < DAEMON_M_COUNT; i++)
        m->rows[i] = table[i];
    for (size_t i = 0; i < ZKL_COUNT(by_route); i++)
        m->rows[by_route[i]].labels[0] = &m->route;
    m->rows[DAEMON_M_ANSWERS].labels[1] = &class_label;
    m->rows[DAEMON_M_ANSWERS].labels[2] = &version_label;
    for (size_t i = 0; i < ZKL_COUNT(by_operation); i++)
        m->rows[by_operation[i]].labels[0] = &m->operation;
    m->rows[DAEMON_M_JOBS_ENDED].labels[1] = &status_label;
}

zkl_status daemon_metrics_new(daemon_metrics **out, zkl_error *err)
{
    daemon_metrics *const m = zkl_calloc(1, sizeof *m);
    if (!m)
        return zkl_no_memory(err, sizeof *m);
    m->started_ms = zkl_env_now_ms(NULL);
    zkl_status status = fill_routes(m) && fill_operations(m) ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK) {
        fill_labels(m);
        status = telemetry_new(&m->registry, m->rows, DAEMON_M_COUNT, err);
    }
    if (status == ZKL_OK)
        *out = m;
    else
        daemon_metrics_free(m);
    return status;
}

void daemon_metrics_free(daemon_metrics *m)
{
    if (!m)
        return;
    telemetry_free(m->registry);
    zkl_arena_clear(&m->memory);
    zkl_free(m);
}

telemetry_registry *daemon_metrics_registry(const daemon_metrics *m)
{
    return m ? m->registry : NULL;
}

/* ---- Requests */

size_t daemon_metrics_route(const daemon_metrics *m, const daemon_route *route)
{
    for (size_t i = 0; route && daemon_routes[i]; i++) {
        size_t at = m->first_route[i];
        for (const daemon_route *r = daemon_routes[i]; r->method; r++, at++)
            if (r == route)
                return at;
    }
    return m->route.count - 1;
}

size_t daemon_metrics_own_path(const daemon_metrics *m, daemon_own_path path)
{
    return m->route.count - 1 - DAEMON_OWN_PATHS + (size_t)path;
}

const char *daemon_metrics_route_text(const daemon_metrics *m, size_t route)
{
    ZKL_ASSERT(route < m->route.count);
    return m->route.values[route];
}

void daemon_metrics_begin(daemon_metrics *m)
{
    atomic_fetch_add_explicit(&m->begun, 1, memory_order_relaxed);
}

static void count_problem(telemetry_registry *t, int status)
{
    char code[16];
    snprintf(code, sizeof code, "%d", status);
    telemetry_add(t, DAEMON_M_PROBLEMS, telemetry_value_of(&problem_label, code), 1);
}

void daemon_metrics_answer(daemon_metrics *m, const http_exchange *x, size_t route)
{
    telemetry_registry *const t = m->registry;
    const int status = http_status(x);
    const size_t class = status >= 100 && status < 600 ? (size_t)status / 100 : 0;
    const size_t values[] = { route, class, http_version(x) == 2 };
    atomic_fetch_add_explicit(&m->ended, 1, memory_order_relaxed);
    telemetry_add(t, DAEMON_M_ANSWERS, telemetry_series(t, DAEMON_M_ANSWERS, values), 1);
    telemetry_observe(t, DAEMON_M_REQUEST_SECONDS, route, http_microseconds(x));
    if (http_bytes_received(x))
        telemetry_add(t, DAEMON_M_BODY_RECEIVED, route, http_bytes_received(x));
    telemetry_add(t, DAEMON_M_BODY_SENT, route, http_bytes_sent(x));
    if (status >= 400)
        count_problem(t, status);
}

/* ---- Operations */

static size_t operation_of(const daemon_metrics *m, const char *operation)
{
    return telemetry_value_of(&m->operation, operation);
}

void daemon_metrics_job_accepted(daemon_metrics *m, const char *operation)
{
    if (m)
        telemetry_add(m->registry, DAEMON_M_JOBS_ACCEPTED, operation_of(m, operation), 1);
}

void daemon_metrics_job_begun(daemon_metrics *m, const char *operation, uint64_t wait_ms)
{
    if (m)
        telemetry_observe(m->registry, DAEMON_M_JOB_WAIT, operation_of(m, operation), wait_ms);
}

void daemon_metrics_job_ended(daemon_metrics *m, const char *operation, zkl_status status,
                              uint64_t run_ms)
{
    if (!m)
        return;
    const size_t values[] = { operation_of(m, operation), (size_t)status };
    telemetry_add(m->registry, DAEMON_M_JOBS_ENDED,
                  telemetry_series(m->registry, DAEMON_M_JOBS_ENDED, values), 1);
    telemetry_observe(m->registry, DAEMON_M_JOB_RUN, values[0], run_ms);
}

const char *daemon_metrics_stage_text(const char *stage)
{
    return stage_values[telemetry_value_of(&stage_label, stage)];
}

void daemon_metrics_stage(daemon_metrics *m, const char *stage, uint64_t ms)
{
    if (m)
        telemetry_observe(m->registry, DAEMON_M_JOB_STAGE, telemetry_value_of(&stage_label, stage),
                          ms);
}

/* ---- What is counted elsewhere */

static void set(zkl_daemon *d, daemon_metric metric, size_t series, uint64_t value)
{
    telemetry_set(daemon_metrics_registry(d->metrics), metric, series, (double)value);
}

static void collect_store(zkl_daemon *d)
{
    zkl_store_counts store;
    zkl_setup_key_counts keys;
    service_key_counts(&keys, d->ledger);
    set(d, DAEMON_M_CIRCUIT_KEYS, 0, keys.loaded);
    set(d, DAEMON_M_CIRCUIT_KEYS, 1, keys.read);
    set(d, DAEMON_M_CIRCUIT_KEYS, 2, keys.made);
    if (!service_store_counts(&store, d->ledger))
        return;
    set(d, DAEMON_M_STORE_OPERATIONS, 0, store.gets);
    set(d, DAEMON_M_STORE_OPERATIONS, 1, store.puts);
    set(d, DAEMON_M_STORE_OPERATIONS, 2, store.passed);
    set(d, DAEMON_M_STORE_BYTES, 0, store.bytes_read);
    set(d, DAEMON_M_STORE_BYTES, 1, store.bytes_written);
    set(d, DAEMON_M_STORE_CACHE, 0, store.cache_hits);
    set(d, DAEMON_M_STORE_CACHE, 1, store.cache_misses);
    set(d, DAEMON_M_STORE_SYNCS, 0, store.syncs);
}

static void collect_http(zkl_daemon *d)
{
    http_counts http = { 0 };
    if (d->server) /* a thread may look while it starts */
        http_count(d->server, &http);
    set(d, DAEMON_M_REQUESTS, 0, http.requests);
    set(d, DAEMON_M_BAD_REQUESTS, 0, http.bad_requests);
    for (size_t i = 0; i < HTTP_REFUSALS; i++)
        set(d, DAEMON_M_REFUSALS, i, http.refused[i]);
    set(d, DAEMON_M_CONNECTIONS, 0, http.connections);
    set(d, DAEMON_M_REFUSED_CONNECTIONS, 0, http.refused_connections);
    set(d, DAEMON_M_OPEN_CONNECTIONS, 0, http.open_connections);
    set(d, DAEMON_M_BYTES_IN, 0, http.bytes_in);
    set(d, DAEMON_M_BYTES_OUT, 0, http.bytes_out);
    const uint64_t ended = atomic_load_explicit(&d->metrics->ended, memory_order_acquire);
    const uint64_t begun = atomic_load_explicit(&d->metrics->begun, memory_order_acquire);
    set(d, DAEMON_M_IN_FLIGHT, 0, begun > ended ? begun - ended : 0);
}

static void collect_jobs(zkl_daemon *d)
{
    daemon_job_counts jobs;
    daemon_jobs_count(d->jobs, &jobs);
    set(d, DAEMON_M_JOBS_WAITING, 0, jobs.waiting);
    set(d, DAEMON_M_JOBS_RUNNING, 0, jobs.running);
    set(d, DAEMON_M_JOBS_KEPT, 0, jobs.over);
    set(d, DAEMON_M_JOBS_FAILED, 0, jobs.failed);
    set(d, DAEMON_M_JOBS_MEMORY, 0, jobs.memory_bytes);
    set(d, DAEMON_M_JOBS_MEMORY_MAX, 0, jobs.memory_max);
    for (size_t i = 0; i < DAEMON_QUEUE_LEVELS; i++)
        set(d, DAEMON_M_JOBS_QUEUED, i, jobs.queued[i]);
}

static void collect_limits(zkl_daemon *d)
{
    daemon_limits_counts limits;
    daemon_token_counts tokens;
    daemon_limits_count(d->limits, &limits);
    daemon_tokens_count(d->tokens, &tokens);
    set(d, DAEMON_M_LIMITS_TAKEN, 0, limits.taken);
    for (size_t s = 0; s < DAEMON_SCOPES; s++)
        set(d, DAEMON_M_LIMITS_REFUSED,
            telemetry_value_of(&scope_label, daemon_scope_text((daemon_scope)s)),
            limits.refused[s]);
    set(d, DAEMON_M_LIMITS_PLACES, 0, limits.addresses);
    set(d, DAEMON_M_LIMITS_PLACES, 1, limits.others);
    set(d, DAEMON_M_LIMITS_CROWDED, 0, limits.crowded);
    set(d, DAEMON_M_TOKENS, 0, tokens.held);
    set(d, DAEMON_M_TOKENS, 1, tokens.refused);
    set(d, DAEMON_M_TOKENS, 2, tokens.lost);
    set(d, DAEMON_M_TOKENS_ASKED, 0, tokens.asked);
}

static void collect_logs(zkl_daemon *d)
{
    daemon_audit_counts audit;
    daemon_witness_counts witnesses;
    daemon_audit_count(d->audit, &audit);
    daemon_witnesses_count(d->witnesses, &witnesses);
    set(d, DAEMON_M_AUDIT_EVENTS, 0, audit.events);
    set(d, DAEMON_M_AUDIT_REFUSED, 0, audit.refused);
    set(d, DAEMON_M_AUDIT_WAITING, 0, audit.waiting);
    set(d, DAEMON_M_AUDIT_FAILING, 0, audit.is_failing);
    set(d, DAEMON_M_AUDIT_UNLOGGED, 0, audit.unlogged);
    set(d, DAEMON_M_WITNESSES, 0, witnesses.asked);
    set(d, DAEMON_M_WITNESSES_FAILING, 0, witnesses.failing);
    set(d, DAEMON_M_ACCESS_LOG_DROPPED, 0, daemon_log_dropped(d->log));
    for (size_t i = 0; i < TELEMETRY_LOG_LEVELS; i++)
        set(d, DAEMON_M_LOG_LINES, i, daemon_say_count((telemetry_log_level)i));
}

static void collect_health(zkl_daemon *d)
{
    static const double values[] = { [DAEMON_OK] = 1, [DAEMON_DEGRADED] = 0.5, [DAEMON_DOWN] = 0 };
    daemon_health health[DAEMON_COMPONENTS];
    daemon_health_look(health, d);
    for (size_t i = 0; i < DAEMON_COMPONENTS; i++)
        telemetry_set(d->metrics->registry, DAEMON_M_COMPONENT_UP, i, values[health[i].state]);
}

static void collect_encryption(zkl_daemon *d)
{
    daemon_at_rest_counts counts;
    daemon_at_rest_count(&counts, d->at_rest);
    for (size_t act = 0; act < DAEMON_KEK_ACTS; act++) {
        set(d, DAEMON_M_KEK_FAILED, act, counts.failed[act]);
        for (size_t version = 0; version < DAEMON_KEK_VERSIONS; version++) {
            const size_t values[] = { act, version };
            set(d, DAEMON_M_KEK_USES,
                telemetry_series(d->metrics->registry, DAEMON_M_KEK_USES, values),
                counts.uses[act][version]);
        }
    }
}

static void collect_disk(zkl_daemon *d)
{
    struct statvfs disk;
    if (statvfs(d->settings.folder, &disk) != 0)
        return;
    set(d, DAEMON_M_DISK_FREE, 0, (uint64_t)disk.f_bavail * disk.f_frsize);
    set(d, DAEMON_M_DISK_SIZE, 0, (uint64_t)disk.f_blocks * disk.f_frsize);
}

static uint64_t count_files(const char *folder)
{
    uint64_t count = 0;
    DIR *const entries = opendir(folder);
    for (const struct dirent *e; entries && (e = readdir(entries));)
        count += e->d_name[0] != '.';
    if (entries)
        closedir(entries);
    return count;
}

static uint64_t resident_pages(void)
{
    unsigned long long size = 0, resident = 0;
    FILE *const file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    if (fscanf(file, "%llu %llu", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

static void collect_process(zkl_daemon *d)
{
    telemetry_registry *const t = d->metrics->registry;
    struct rusage usage;
    struct rlimit files;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        telemetry_set(t, DAEMON_M_CPU, 0, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        set(d, DAEMON_M_FDS_MAX, 0, files.rlim_cur);
    set(d, DAEMON_M_FDS, 0, count_files("/proc/self/fd"));
    set(d, DAEMON_M_THREADS, 0, count_files("/proc/self/task"));
    set(d, DAEMON_M_MEMORY, 0, resident_pages() * (uint64_t)sysconf(_SC_PAGESIZE));
    telemetry_set(t, DAEMON_M_STARTED, 0, (double)d->metrics->started_ms / 1000);
    set(d, DAEMON_M_BUILD, 0, 1);
}

void daemon_metrics_collect(zkl_daemon *d)
{
    collect_http(d);
    collect_jobs(d);
    collect_limits(d);
    collect_logs(d);
    collect_encryption(d);
    collect_disk(d);
    collect_store(d);
    collect_health(d);
    collect_process(d);
}

/* ---- As text */

/* Does the list name it, and not with a weight of 0? */
static bool accepts(zkl_bytes list, const char *type)
{
    const size_t size = strlen(type);
    while (list.size) {
        const uint8_t *const comma = memchr(list.data, ',', list.size);
        const size_t part = comma ? (size_t)(comma - list.data) : list.size;
        zkl_bytes item = zkl_bytes_of(list.data, part);
        while (item.size && item.data[0] == ' ')
            item = zkl_bytes_of(item.data + 1, item.size - 1);
        if (zkl_bytes_begin_with(item, type) &&
            (item.size == size || item.data[size] == ';' || item.data[size] == ' '))
            return !memmem(item.data, item.size, "q=0", 3) ||
                   memmem(item.data, item.size, "q=0.", 4);
        list = comma ? zkl_bytes_of(comma + 1, list.size - part - 1) : (zkl_bytes){ 0 };
    }
    return false;
}

void daemon_metrics_send(zkl_daemon *d, http_exchange *x)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const bool is_openmetrics = accepts(http_find(x, "accept"), "application/openmetrics-text");
    daemon_metrics_collect(d);
    telemetry_expose(&out, d->metrics->registry, is_openmetrics);
    if (out.failed)
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the metrics");
    else
        http_reply(x, 200,
                   is_openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                  : "text/plain; version=0.0.4; charset=utf-8",
                   zkl_buffer_bytes(&out));
}
