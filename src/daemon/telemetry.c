/* Counting requests and batches, and the thread that looks at what is counted. */
#include "daemon/telemetry.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/env.h"
#include "daemon/address.h"
#include "daemon/request.h"
#include "daemon/steady.h"
#include "service/store_counts.h"
#include "telemetry/series.h"

#define RINGS_MAX 4000 /* of 8,000 bytes each */

struct daemon_telemetry {
    zkl_daemon *daemon;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    telemetry_series_set series;
    bool ends, has_thread;
    pthread_t thread;
};

/* ---- Requests */

bool daemon_metrics_are_open(const zkl_daemon *d, const http_exchange *x)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    static const uint8_t one[16] = { [15] = 1 };
    daemon_address address;
    if (d->settings.telemetry.metrics != DAEMON_METRICS_LOOPBACK)
        return d->settings.telemetry.metrics == DAEMON_METRICS_OPEN;
    if (!daemon_address_parse(&address, http_peer(x)))
        return strcmp(http_peer(x), "unix") == 0;
    return memcmp(address.bytes, one, sizeof one) == 0 ||
           (memcmp(address.bytes, mapped, sizeof mapped) == 0 && address.bytes[12] == 127);
}

static daemon_note *note_of(http_exchange *x)
{
    return http_note(x, sizeof(daemon_note));
}

void daemon_note_own(zkl_daemon *d, http_exchange *x, daemon_own_path path)
{
    daemon_note *const note = note_of(x);
    if (note)
        note->route = daemon_metrics_own_path(d->metrics, path) + 1;
}

void daemon_note_route(daemon_request *q)
{
    daemon_note *const note = note_of(q->exchange);
    if (!note)
        return;
    note->route = daemon_metrics_route(q->daemon->metrics, q->route) + 1;
    memcpy(note->request, q->id, sizeof note->request);
}

void daemon_measure(zkl_daemon *d, const http_exchange *x)
{
    const daemon_note *const note = http_noted(x);
    const size_t route = note && note->route ? note->route - 1 : SIZE_MAX;
    daemon_metrics_answer(d->metrics, x,
                          route != SIZE_MAX ? route : daemon_metrics_route(d->metrics, NULL));
}

/* ---- Traces */

/* An unsampled parent is still what the lines of logs are joined by. */
void daemon_request_trace(daemon_request *q, bool is_known)
{
    zkl_daemon *const d = q->daemon;
    daemon_note *const note = note_of(q->exchange);
    telemetry_context parent = { 0 };
    const int64_t begun_ns = q->span.begun_ns;
    const char *const name = q->route && q->route->id ? q->route->id : "request";
    if (is_known)
        (void)telemetry_traceparent_parse(&parent, http_find(q->exchange, "traceparent"));
    q->is_traced = daemon_span_begin(&q->span, d->tracer, name, TELEMETRY_SPAN_SERVER, &parent) ||
                   (!telemetry_context_is(&parent) &&
                    daemon_span_draw(&q->span, d->tracer, name, TELEMETRY_SPAN_SERVER));
    if (q->is_traced)
        q->span.begun_ns = begun_ns;
    daemon_work work = { d->tracer, q->is_traced ? q->span.own : parent, "" };
    memcpy(work.request, q->id, sizeof work.request);
    if (note)
        note->trace = work.trace;
    daemon_trace_work(&work);
}

void daemon_request_rest(void)
{
    daemon_trace_work(NULL);
}

void daemon_request_traced(daemon_request *q)
{
    const daemon_note *const note = http_noted(q->exchange);
    if (!q->is_traced)
        return;
    q->is_traced = false;
    if (note && note->route)
        telemetry_span_text(&q->span, "http.route",
                            daemon_metrics_route_text(q->daemon->metrics, note->route - 1));
    telemetry_span_number(&q->span, "http.response.status_code", http_status(q->exchange));
    telemetry_span_number(&q->span, "http.response.body.size",
                          (int64_t)http_bytes_sent(q->exchange));
    telemetry_span_text(&q->span, "network.protocol.version",
                        http_version(q->exchange) == 2 ? "2" : "1.1");
    q->span.has_failed = http_status(q->exchange) >= 500;
    q->span.id_key = "zkl.request.id";
    memcpy(q->span.id, q->id, sizeof q->span.id);
    daemon_span_end(q->daemon->tracer, &q->span);
}

/* ---- Batches */

/* Below the one that placed it: others of the batch waited for the same. */
static void trace_batch(const zkl_batch_told *told)
{
    const daemon_work *const work = daemon_trace_working();
    telemetry_span span;
    if (!daemon_span_begin(&span, work->tracer, "batch", TELEMETRY_SPAN_INTERNAL, &work->trace))
        return;
    span.begun_ns -= (int64_t)told->commit_us * 1000;
    telemetry_span_number(&span, "zkl.batch.entries", (int64_t)told->entry_count);
    telemetry_span_number(&span, "zkl.batch.wait_us", (int64_t)told->wait_us);
    telemetry_span_number(&span, "zkl.batch.sync_us", (int64_t)told->sync_us);
    span.has_failed = told->status != ZKL_OK;
    daemon_span_end(work->tracer, &span);
}

void daemon_watch_batch(void *opaque, const zkl_batch_told *told)
{
    zkl_daemon *const d = opaque;
    telemetry_registry *const t = daemon_metrics_registry(d->metrics);
    trace_batch(told);
    telemetry_observe(t, DAEMON_M_BATCH_ENTRIES, 0, told->entry_count);
    telemetry_observe(t, DAEMON_M_BATCH_WAIT, 0, told->wait_us);
    telemetry_observe(t, DAEMON_M_BATCH_COMMIT, 0, told->commit_us);
    telemetry_observe(t, DAEMON_M_BATCH_SYNC, 0, told->sync_us);
    if (told->status == ZKL_OK) {
        atomic_store(&d->batches_failed, 0);
    } else {
        atomic_fetch_add(&d->batches_failed, 1);
        telemetry_add(t, DAEMON_M_BATCHES_FAILED, 0, 1);
    }
}

/* ---- The thread */

static void look(daemon_telemetry *t)
{
    zkl_daemon *const d = t->daemon;
    zkl_error err = { 0 };
    atomic_store(&d->store_fails, service_store_try(d->ledger, &err) != ZKL_OK);
    daemon_metrics_collect(d);
    pthread_mutex_lock(&t->mutex);
    telemetry_set(daemon_metrics_registry(d->metrics), DAEMON_M_SERIES, 0,
                  (double)t->series.ring_count);
    telemetry_series_take(&t->series, zkl_env_now_ms(&d->env));
    daemon_alerts_step(d->alerts, &t->series);
    pthread_mutex_unlock(&t->mutex);
}

/* false: it ends. */
static bool rest(daemon_telemetry *t, uint64_t until_ms)
{
    pthread_mutex_lock(&t->mutex);
    while (!t->ends && daemon_steady_wait(&t->changed, &t->mutex, until_ms))
        continue;
    const bool goes_on = !t->ends;
    pthread_mutex_unlock(&t->mutex);
    return goes_on;
}

/* What took longer than a step is not made up for. */
static void *watch(void *context)
{
    daemon_telemetry *const t = context;
    const uint64_t step_ms = (uint64_t)t->daemon->settings.telemetry.step_s * 1000;
    uint64_t next_ms = daemon_clock_ms();
    do {
        look(t);
        const uint64_t now_ms = daemon_clock_ms();
        next_ms = next_ms + step_ms > now_ms ? next_ms + step_ms : now_ms + step_ms;
    } while (rest(t, next_ms));
    return NULL;
}

zkl_status daemon_telemetry_new(daemon_telemetry **out, zkl_daemon *d, zkl_error *err)
{
    daemon_telemetry *const t = zkl_calloc(1, sizeof *t);
    if (!t)
        return zkl_no_memory(err, sizeof *t);
    t->daemon = d;
    pthread_mutex_init(&t->mutex, NULL);
    daemon_steady_init(&t->changed);
    const zkl_status status =
        telemetry_series_init(&t->series, daemon_metrics_registry(d->metrics), RINGS_MAX, err);
    if (status == ZKL_OK)
        *out = t;
    else
        daemon_telemetry_free(t);
    return status;
}

zkl_status daemon_telemetry_start(daemon_telemetry *t, zkl_error *err)
{
    t->has_thread = pthread_create(&t->thread, NULL, watch, t) == 0;
    return t->has_thread ? ZKL_OK
                         : zkl_fail(err, ZKL_LIMIT, "the system gives no thread for telemetry");
}

void daemon_telemetry_stop(daemon_telemetry *t)
{
    if (!t || !t->has_thread)
        return;
    pthread_mutex_lock(&t->mutex);
    t->ends = true;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->mutex);
    pthread_join(t->thread, NULL);
    t->has_thread = false;
}

void daemon_telemetry_free(daemon_telemetry *t)
{
    if (!t)
        return;
    daemon_telemetry_stop(t);
    telemetry_series_clear(&t->series);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->mutex);
    zkl_free(t);
}

void daemon_telemetry_put_series(zkl_buffer *out, daemon_telemetry *t, size_t metric,
                                 int64_t from_ms)
{
    pthread_mutex_lock(&t->mutex);
    telemetry_series_put(out, &t->series, metric, from_ms);
    pthread_mutex_unlock(&t->mutex);
}
