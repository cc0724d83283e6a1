/* Spans in a ring, and a thread that sends them away. */
#include "daemon/tracer.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/breaker.h"
#include "daemon/client.h"
#include "daemon/jobs.h"
#include "daemon/say.h"
#include "daemon/secret_file.h"
#include "daemon/steady.h"

#define BATCH_MAX ((size_t)256)
#define WAIT_MS 2000 /* for a batch to fill */
#define TRIES_MAX 3
#define RETRY_MS 500
#define CONNECT_MS 2000
#define ANSWER_MS 5000
#define ANSWER_BYTES_MAX ((size_t)64 << 10)

struct daemon_tracer {
    const daemon_trace_settings *settings;
    daemon_metrics *metrics;
    const zkl_env *env;
    daemon_client *client;
    daemon_breaker breaker;
    char instance[17];
    uint8_t *header; /* a text; NULL: none */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    telemetry_span *ring;
    size_t first, count;
    bool ends, has_thread;
    pthread_t thread;
};

enum { SENT, FAILED, DROPPED }; /* of the label `outcome` */

static void count(daemon_tracer *t, size_t outcome, size_t spans)
{
    telemetry_registry *const registry = daemon_metrics_registry(t->metrics);
    if (registry)
        telemetry_add(registry, DAEMON_M_SPANS, outcome, spans);
}

/* ---- Spans */

int64_t daemon_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool fill(telemetry_span *out, const char *name, telemetry_span_kind kind,
                 const uint8_t *trace, const uint8_t *parent, const uint8_t *span)
{
    *out = (telemetry_span){ .name = name, .kind = kind, .begun_ns = daemon_clock_ns() };
    memcpy(out->own.trace, trace, sizeof out->own.trace);
    memcpy(out->own.span, span, sizeof out->own.span);
    memcpy(out->parent, parent, sizeof out->parent);
    out->own.is_sampled = true;
    return telemetry_context_is(&out->own);
}

bool daemon_span_begin(telemetry_span *out, daemon_tracer *tracer, const char *name,
                       telemetry_span_kind kind, const telemetry_context *parent)
{
    uint8_t id[8];
    return tracer && parent && parent->is_sampled && telemetry_context_is(parent) &&
           zkl_env_random(tracer->env, id, sizeof id, NULL) == ZKL_OK &&
           fill(out, name, kind, parent->trace, parent->span, id);
}

bool daemon_span_draw(telemetry_span *out, daemon_tracer *tracer, const char *name,
                      telemetry_span_kind kind)
{
    static const uint8_t none[8];
    struct {
        uint8_t trace[16], span[8];
        uint32_t chance;
    } drawn;
    return tracer && tracer->settings->ratio > 0 &&
           zkl_env_random(tracer->env, &drawn, sizeof drawn, NULL) == ZKL_OK &&
           (double)drawn.chance < tracer->settings->ratio * 4294967296.0 &&
           fill(out, name, kind, drawn.trace, none, drawn.span);
}

void daemon_span_end(daemon_tracer *tracer, telemetry_span *span)
{
    ZKL_ASSERT(tracer && span->own.is_sampled);
    if (!span->ended_ns)
        span->ended_ns = daemon_clock_ns();
    pthread_mutex_lock(&tracer->mutex);
    const bool fits = tracer->count < DAEMON_SPANS_MAX && !tracer->ends;
    if (fits)
        tracer->ring[(tracer->first + tracer->count++) % DAEMON_SPANS_MAX] = *span;
    if (tracer->count == 1 || tracer->count == BATCH_MAX)
        pthread_cond_signal(&tracer->changed);
    pthread_mutex_unlock(&tracer->mutex);
    if (!fits)
        count(tracer, DROPPED, 1);
}

/* ---- Sending */

typedef enum outcome { TAKEN, AGAIN, NEVER } outcome;

/* OTLP names the answers that are tried again. */
static outcome send_once(daemon_tracer *t, zkl_bytes body)
{
    daemon_client_answer answer = { 0 };
    zkl_error err = { 0 };
    const char *const headers[] = { (const char *)t->header, NULL };
    const daemon_client_request request = { .url = t->settings->url,
                                            .allows_plain = t->settings->allows_plain,
                                            .content_type = "application/json",
                                            .body = body,
                                            .headers = headers,
                                            .ca = t->settings->ca,
                                            .answer_bytes_max = ANSWER_BYTES_MAX,
                                            .connect_ms = CONNECT_MS,
                                            .wait_ms = ANSWER_MS };
    const zkl_status status = daemon_client_ask(&answer, t->client, &request, &err);
    const int code = status == ZKL_OK ? answer.code : 503;
    zkl_buffer_clear(&answer.body);
    if (code >= 200 && code <= 299)
        return TAKEN;
    if (status == ZKL_OK)
        daemon_say(DAEMON_SAY_WARNING, "the collector of traces answers %d", code);
    else
        daemon_say(DAEMON_SAY_WARNING, "the collector of traces: %s", err.text);
    return code == 429 || (code >= 502 && code <= 504) ? AGAIN : NEVER;
}

/* false: the service ends. */
static bool rest(daemon_tracer *t, uint64_t ms)
{
    const uint64_t until_ms = daemon_clock_ms() + ms;
    pthread_mutex_lock(&t->mutex);
    while (!t->ends && daemon_steady_wait(&t->changed, &t->mutex, until_ms))
        continue;
    const bool goes_on = !t->ends;
    pthread_mutex_unlock(&t->mutex);
    return goes_on;
}

static void send_batch(daemon_tracer *t, const telemetry_span *spans, size_t spans_count)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    daemon_ticket ticket;
    outcome came = AGAIN;
    telemetry_spans_put(&body, spans, spans_count, "zkp-ledgerd", ZKL_VERSION, t->instance);
    for (unsigned i = 0; !body.failed && i < TRIES_MAX && came == AGAIN; i++) {
        if (i && !rest(t, (uint64_t)RETRY_MS << i))
            break;
        if (!daemon_breaker_ask(&t->breaker, &ticket, daemon_clock_ms()))
            break;
        came = send_once(t, zkl_buffer_bytes(&body));
        daemon_breaker_tell(&t->breaker, ticket, came != AGAIN, daemon_clock_ms());
    }
    count(t, came == TAKEN ? SENT : FAILED, spans_count);
}

/* With the mutex held: until there is a batch, or the first span has waited long enough. */
static void gather(daemon_tracer *t)
{
    while (!t->count && !t->ends)
        pthread_cond_wait(&t->changed, &t->mutex);
    const uint64_t until_ms = daemon_clock_ms() + WAIT_MS;
    while (t->count < BATCH_MAX && !t->ends && daemon_steady_wait(&t->changed, &t->mutex, until_ms))
        continue;
}

static void *work(void *context)
{
    daemon_tracer *const t = context;
    telemetry_span *const batch = zkl_calloc(BATCH_MAX, sizeof *batch);
    pthread_mutex_lock(&t->mutex);
    while (batch && (!t->ends || t->count)) {
        gather(t);
        size_t taken = 0;
        for (; t->count && taken < BATCH_MAX; t->count--) {
            batch[taken++] = t->ring[t->first];
            t->first = (t->first + 1) % DAEMON_SPANS_MAX;
        }
        pthread_mutex_unlock(&t->mutex);
        if (taken)
            send_batch(t, batch, taken);
        pthread_mutex_lock(&t->mutex);
    }
    pthread_mutex_unlock(&t->mutex);
    zkl_free(batch);
    return NULL;
}

/* ---- Making it */

static zkl_status read_header(daemon_tracer *t, zkl_error *err)
{
    size_t size;
    if (!t->settings->header_file)
        return ZKL_OK;
    ZKL_TRY(daemon_secret_read(&t->header, &size, t->settings->header_file, err));
    return strchr((const char *)t->header, ':')
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "'%s' has no header", t->settings->header_file);
}

static zkl_status begin(daemon_tracer *t, zkl_error *err)
{
    static const daemon_breaker_settings breaking = {
        .failures_max = 3, .open_ms = 5000, .open_ms_most = 60000, .probe_ms = 30000
    };
    uint8_t id[8];
    daemon_breaker_init(&t->breaker, &breaking);
    ZKL_TRY(zkl_env_random(t->env, id, sizeof id, err));
    zkl_hex_encode(t->instance, id, sizeof id);
    t->ring = zkl_calloc(DAEMON_SPANS_MAX, sizeof *t->ring);
    if (!t->ring)
        return zkl_no_memory(err, DAEMON_SPANS_MAX * sizeof *t->ring);
    ZKL_TRY(read_header(t, err));
    ZKL_TRY(daemon_client_new(&t->client, err));
    t->has_thread = pthread_create(&t->thread, NULL, work, t) == 0;
    return t->has_thread ? ZKL_OK
                         : zkl_fail(err, ZKL_LIMIT, "the system gives no thread for traces");
}

zkl_status daemon_tracer_new(daemon_tracer **out, const daemon_trace_settings *settings,
                             daemon_metrics *metrics, const zkl_env *env, zkl_error *err)
{
    *out = NULL;
    if (!settings->url)
        return ZKL_OK;
    daemon_tracer *const t = zkl_calloc(1, sizeof *t);
    if (!t)
        return zkl_no_memory(err, sizeof *t);
    *t = (daemon_tracer){ .settings = settings, .metrics = metrics, .env = env };
    pthread_mutex_init(&t->mutex, NULL);
    daemon_steady_init(&t->changed);
    const zkl_status status = begin(t, err);
    if (status == ZKL_OK)
        *out = t;
    else
        daemon_tracer_free(t);
    return status;
}

void daemon_tracer_free(daemon_tracer *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->mutex);
    t->ends = true;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->mutex);
    if (t->has_thread)
        pthread_join(t->thread, NULL);
    daemon_client_free(t->client);
    daemon_breaker_clear(&t->breaker);
    zkl_secret_free(t->header);
    zkl_free(t->ring);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->mutex);
    zkl_free(t);
}

/* As it is, or below the folder; NULL stays. */
static zkl_status keep_path(const char **out, zkl_arena *memory, const char *folder,
                            const char *path, zkl_error *err)
{
    if (!path)
        return ZKL_OK;
    *out = path[0] == '/' ? zkl_arena_text(memory, path, strlen(path))
                          : zkl_arena_format(memory, "%s/%s", folder, path);
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(path));
}

zkl_status daemon_trace_settings_take(daemon_trace_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "endpoint", "plain_http", "ca", "header_file", "ratio" };
    const zkl_toml_node *table = NULL;
    const char *endpoint = NULL, *ca = NULL, *header = NULL;
    zkl_error why = { 0 };
    *out = (daemon_trace_settings){ 0 };
    ZKL_TRY(zkl_toml_get_table(&table, root, "traces", err));
    if (!table)
        return ZKL_OK;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_text(&endpoint, table, "endpoint", err));
    ZKL_TRY(zkl_toml_get_boolean(&out->allows_plain, table, "plain_http", err));
    ZKL_TRY(zkl_toml_get_text(&ca, table, "ca", err));
    ZKL_TRY(zkl_toml_get_text(&header, table, "header_file", err));
    if (!endpoint || daemon_client_check_url(endpoint, out->allows_plain, &why) != ZKL_OK)
        return zkl_toml_fail(table, err, "traces have an endpoint: %s",
                             endpoint ? why.text : "https://HOST:4318");
    const zkl_toml_node *const ratio = zkl_toml_find(table, "ratio");
    if (ratio)
        out->ratio = ratio->kind == ZKL_TOML_FLOAT ? ratio->real : (double)ratio->integer;
    if (ratio && ((ratio->kind != ZKL_TOML_FLOAT && ratio->kind != ZKL_TOML_INTEGER) ||
                  !(out->ratio >= 0 && out->ratio <= 1)))
        return zkl_toml_fail(ratio, err, "'ratio' is 0 to 1");
    size_t size = strlen(endpoint);
    while (size && endpoint[size - 1] == '/')
        size--;
    out->url = zkl_arena_format(memory, "%.*s/v1/traces", (int)size, endpoint);
    ZKL_TRY(keep_path(&out->ca, memory, folder, ca, err));
    ZKL_TRY(keep_path(&out->header_file, memory, folder, header, err));
    return out->url ? ZKL_OK : zkl_no_memory(err, size);
}

/* ---- What this thread works for */

static _Thread_local daemon_work working;

void daemon_trace_work(const daemon_work *work_now)
{
    working = work_now ? *work_now : (daemon_work){ 0 };
}

const daemon_work *daemon_trace_working(void)
{
    return &working;
}
