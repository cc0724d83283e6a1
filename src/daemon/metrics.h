#pragma once
/* What the service counts of itself: a row each in metrics.c, in one registry
 * (telemetry/metrics.h). No label is a name that a caller chose: paths are counted by their
 * templates, and no organisation, dataset or key has a series of its own. */
#include "http/server.h"
#include "telemetry/metrics.h"

typedef enum daemon_metric {
    /* counted where it happens */
    DAEMON_M_ANSWERS,
    DAEMON_M_REQUEST_SECONDS,
    DAEMON_M_BODY_RECEIVED,
    DAEMON_M_BODY_SENT,
    DAEMON_M_PROBLEMS,
    DAEMON_M_IN_FLIGHT,
    DAEMON_M_JOBS_ACCEPTED,
    DAEMON_M_JOBS_ENDED,
    DAEMON_M_JOB_WAIT,
    DAEMON_M_JOB_RUN,
    DAEMON_M_JOB_STAGE,
    DAEMON_M_BATCH_ENTRIES,
    DAEMON_M_BATCH_WAIT,
    DAEMON_M_BATCH_COMMIT,
    DAEMON_M_BATCH_SYNC,
    DAEMON_M_BATCHES_FAILED,
    /* copied from elsewhere when somebody looks (daemon_metrics_collect) */
    DAEMON_M_REQUESTS,
    DAEMON_M_BAD_REQUESTS,
    DAEMON_M_REFUSALS,
    DAEMON_M_CONNECTIONS,
    DAEMON_M_REFUSED_CONNECTIONS,
    DAEMON_M_OPEN_CONNECTIONS,
    DAEMON_M_BYTES_IN,
    DAEMON_M_BYTES_OUT,
    DAEMON_M_JOBS_WAITING,
    DAEMON_M_JOBS_QUEUED,
    DAEMON_M_JOBS_RUNNING,
    DAEMON_M_JOBS_KEPT,
    DAEMON_M_JOBS_FAILED,
    DAEMON_M_JOBS_MEMORY,
    DAEMON_M_JOBS_MEMORY_MAX,
    DAEMON_M_STORE_OPERATIONS,
    DAEMON_M_STORE_BYTES,
    DAEMON_M_STORE_CACHE,
    DAEMON_M_STORE_SYNCS,
    DAEMON_M_CIRCUIT_KEYS,
    DAEMON_M_LIMITS_TAKEN,
    DAEMON_M_LIMITS_REFUSED,
    DAEMON_M_LIMITS_PLACES,
    DAEMON_M_LIMITS_CROWDED,
    DAEMON_M_TOKENS,
    DAEMON_M_TOKENS_ASKED,
    DAEMON_M_WITNESSES,
    DAEMON_M_WITNESSES_FAILING,
    DAEMON_M_AUDIT_EVENTS,
    DAEMON_M_AUDIT_REFUSED,
    DAEMON_M_AUDIT_WAITING,
    DAEMON_M_AUDIT_FAILING,
    DAEMON_M_AUDIT_UNLOGGED,
    DAEMON_M_ACCESS_LOG_DROPPED,
    DAEMON_M_KEK_USES,
    DAEMON_M_KEK_FAILED,
    DAEMON_M_DISK_FREE,
    DAEMON_M_DISK_SIZE,
    DAEMON_M_COMPONENT_UP,
    DAEMON_M_ALERTS,
    DAEMON_M_NOTIFICATIONS,
    DAEMON_M_SPANS,
    DAEMON_M_SERIES,
    DAEMON_M_LOG_LINES,
    DAEMON_M_BUILD,
    DAEMON_M_CPU,
    DAEMON_M_MEMORY,
    DAEMON_M_FDS,
    DAEMON_M_FDS_MAX,
    DAEMON_M_THREADS,
    DAEMON_M_STARTED,
    DAEMON_M_COUNT
} daemon_metric;

struct zkl_daemon;
struct daemon_route;

/* Paths that no row of the tables has. */
typedef enum daemon_own_path {
    DAEMON_PATH_HEALTH,
    DAEMON_PATH_READY,
    DAEMON_PATH_METRICS,
    DAEMON_PATH_INDEX,
    DAEMON_OWN_PATHS
} daemon_own_path;

typedef struct daemon_metrics daemon_metrics;

zkl_status daemon_metrics_new(daemon_metrics **out, zkl_error *err) ZKL_MUST_USE;
void daemon_metrics_free(daemon_metrics *metrics); /* NULL is fine */
/* NULL of NULL. */
telemetry_registry *daemon_metrics_registry(const daemon_metrics *metrics);

/* The route's value of the label `route`: of a row, of a path without one; and of all else. */
size_t daemon_metrics_route(const daemon_metrics *metrics, const struct daemon_route *route);
size_t daemon_metrics_own_path(const daemon_metrics *metrics, daemon_own_path path);

/* As the label has it: lives as long as the metrics. */
const char *daemon_metrics_route_text(const daemon_metrics *metrics, size_t route);

/* Each once for every exchange: its head came; it is over, as that route's. Any thread. */
void daemon_metrics_begin(daemon_metrics *metrics);
void daemon_metrics_answer(daemon_metrics *metrics, const http_exchange *x, size_t route);

/* metrics NULL: nothing is counted. */
void daemon_metrics_job_accepted(daemon_metrics *metrics, const char *operation);
void daemon_metrics_job_begun(daemon_metrics *metrics, const char *operation, uint64_t wait_ms);
void daemon_metrics_job_ended(daemon_metrics *metrics, const char *operation, zkl_status status,
                              uint64_t run_ms);
/* The stage's value of its label: a text that lives as long as the program. */
const char *daemon_metrics_stage_text(const char *stage);
void daemon_metrics_stage(daemon_metrics *metrics, const char *stage, uint64_t ms);

/* What others count is copied into the registry. Any thread. */
void daemon_metrics_collect(struct zkl_daemon *d);
/* As the exchange's `accept` wants it. */
void daemon_metrics_send(struct zkl_daemon *d, http_exchange *x);
