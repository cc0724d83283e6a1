#pragma once
/* The service's telemetry as one part of it: metrics and a thread that looks at them, keeps series,
 * and has rules of alerts judged (docs/service/telemetry.md). */
#include "daemon/metrics.h"
#include "daemon/telemetry_settings.h"
#include "http/server.h"

struct zkl_daemon;
struct daemon_request;

typedef struct daemon_telemetry daemon_telemetry;

zkl_status daemon_telemetry_new(daemon_telemetry **out, struct zkl_daemon *d,
                                zkl_error *err) ZKL_MUST_USE;
/* Its thread looks at all parts: between these two they are there. */
zkl_status daemon_telemetry_start(daemon_telemetry *telemetry, zkl_error *err) ZKL_MUST_USE;
void daemon_telemetry_stop(daemon_telemetry *telemetry); /* NULL is fine */
/* After the server has stopped, whose requests ask it. NULL is fine. */
void daemon_telemetry_free(daemon_telemetry *telemetry);
/* As telemetry_series_put has it. */
void daemon_telemetry_put_series(zkl_buffer *out, daemon_telemetry *telemetry, size_t metric,
                                 int64_t from_ms);

/* What the log of an exchange wants to know; in the exchange's memory (http_note). */
typedef struct daemon_note {
    size_t route; /* a value of the label `route`, and 1: so that 0 is none */
    char request[25];
    telemetry_context trace; /* zeros: none */
} daemon_note;

/* May whoever sent x read /metrics without a key? */
bool daemon_metrics_are_open(const struct zkl_daemon *d, const http_exchange *x);
void daemon_note_own(struct zkl_daemon *d, http_exchange *x, daemon_own_path path);
void daemon_note_route(struct daemon_request *q);
/* x is over. */
void daemon_measure(struct zkl_daemon *d, const http_exchange *x);
/* A zkl_batch_watch; opaque: the daemon. */
void daemon_watch_batch(void *opaque, const zkl_batch_told *told);
