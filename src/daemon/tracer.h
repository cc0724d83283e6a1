#pragma once
/* Traces of a running service: spans are begun and ended anywhere, and leave by a thread of its own
 * to an OpenTelemetry collector (OTLP over HTTP, JSON).
 *
 *  1. A request is traced when whoever sent it says so in `traceparent` and has a key that counts,
 *     or when it is drawn by `ratio`. What it causes (job, stages, batches, calls to others) is
 *     traced with it.
 *  2. At most DAEMON_SPANS_MAX spans wait. What comes then is dropped and counted, and so is what
 *     the collector does not take after three tries. Nothing waits for it.
 *  3. No value of data, name of a dataset, path, organisation or secret is in a span: routes,
 *     operations, stages, statuses, sizes, ids of requests and operations are.
 *
 * What a thread works for stands beside it (daemon_trace_work): its calls to others, its batches
 * and its lines of the log find it there. */
#include <zkl/zkl.h>

#include "daemon/metrics.h"
#include "telemetry/trace.h"
#include "toml/toml.h"

#define DAEMON_SPANS_MAX 4096

typedef struct daemon_trace_settings {
    const char *url; /* with "/v1/traces"; NULL: nothing is traced */
    bool allows_plain;
    const char *ca, *header_file; /* PEM; a file with one more header, "Authorization: ..." */
    double ratio;                 /* of requests without a parent */
} daemon_trace_settings;

/* The table `traces`. */
zkl_status daemon_trace_settings_take(daemon_trace_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root,
                                      zkl_error *err) ZKL_MUST_USE;

typedef struct daemon_tracer daemon_tracer;

/* *out NULL: nothing is traced. settings, metrics and env outlive it. */
zkl_status daemon_tracer_new(daemon_tracer **out, const daemon_trace_settings *settings,
                             daemon_metrics *metrics, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* What waits is sent once more, or dropped. NULL is fine. */
void daemon_tracer_free(daemon_tracer *tracer);

/* A span below parent; NULL, or one that is not sampled: nothing, and false. Times are set. */
bool daemon_span_begin(telemetry_span *out, daemon_tracer *tracer, const char *name,
                       telemetry_span_kind kind, const telemetry_context *parent);
/* One without a parent, if it is drawn. */
bool daemon_span_draw(telemetry_span *out, daemon_tracer *tracer, const char *name,
                      telemetry_span_kind kind);
/* It is over now; out of a span that was begun. */
void daemon_span_end(daemon_tracer *tracer, telemetry_span *span);
int64_t daemon_clock_ns(void); /* since 1970 */

/* ---- What this thread works for */

typedef struct daemon_work {
    daemon_tracer *tracer;
    telemetry_context trace; /* zeros: none */
    char request[25];
} daemon_work;

/* Until the next call: NULL ends it. Copied. */
void daemon_trace_work(const daemon_work *work);
const daemon_work *daemon_trace_working(void);
