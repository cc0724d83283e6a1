/* What counting one request costs, on one thread and on several that count the same; and telling
 * all that was counted. */
#include <pthread.h>

#include "bench_timing.h"
#include "telemetry/metrics.h"

#define REQUESTS ((size_t)1000000)
#define ROUTES 64

static const char *routes[ROUTES];
static char route_texts[ROUTES][16];
static const telemetry_label route = { "route", routes, ROUTES };
static const char *const codes[] = { "gone", "1xx", "2xx", "3xx", "4xx", "5xx" };
static const telemetry_label code = { "code", codes, 6 };
static const char *const versions[] = { "1", "2" };
static const telemetry_label version = { "http", versions, 2 };
static const uint64_t bounds[] = { 250,    500,     1000,    2500,    5000,
                                   10000,  25000,   50000,   100000,  250000,
                                   500000, 1000000, 2500000, 5000000, 10000000 };

enum { ANSWERS, SECONDS, SENT };
/* As src/daemon/metrics.c has them. */
static const telemetry_metric rows[] = {
    [ANSWERS] = { "answers_total", "A.", .labels = { &route, &code, &version } },
    [SECONDS] = { "request_seconds", "S.", "seconds", TELEMETRY_HISTOGRAM, 1e-6,
                  .labels = { &route }, .bounds = bounds,
                  .bound_count = sizeof bounds / sizeof bounds[0] },
    [SENT] = { "sent_bytes_total", "B.", "bytes", .labels = { &route } },
};

typedef struct world {
    telemetry_registry *registry;
    size_t threads;
} world;

static void *count(void *context)
{
    telemetry_registry *const t = context;
    for (size_t i = 0; i < REQUESTS; i++) {
        const size_t values[] = { 7, 2, i % 2 };
        telemetry_add(t, ANSWERS, telemetry_series(t, ANSWERS, values), 1);
        telemetry_observe(t, SECONDS, 7, 300 + i % 700);
        telemetry_add(t, SENT, 7, 1234);
    }
    return NULL;
}

static void run(void *context)
{
    const world *const w = context;
    pthread_t threads[8];
    for (size_t i = 0; i < w->threads; i++)
        if (pthread_create(&threads[i], NULL, count, w->registry) != 0)
            exit(1);
    for (size_t i = 0; i < w->threads; i++)
        pthread_join(threads[i], NULL);
}

static void tell(void *context)
{
    const world *const w = context;
    zkl_buffer out = { 0 };
    telemetry_expose(&out, w->registry, false);
    zkl_buffer_clear(&out);
}

int main(void)
{
    world w = { 0 };
    for (size_t i = 0; i < ROUTES; i++) {
        snprintf(route_texts[i], sizeof route_texts[i], "route %zu", i);
        routes[i] = route_texts[i];
    }
    if (telemetry_new(&w.registry, rows, sizeof rows / sizeof rows[0], NULL) != ZKL_OK)
        return 1;
    for (w.threads = 1; w.threads <= 4; w.threads *= 2) {
        char set[16];
        snprintf(set, sizeof set, "%zu threads", w.threads);
        const bench_time time = bench_print("count", REQUESTS, set, run, &w, 5);
        printf("%-16s %.1f ns a request\n", "", time.median_ms * 1e6 / (double)REQUESTS);
    }
    bench_print("expose", telemetry_cell_count(w.registry), "text", tell, &w, 11);
    telemetry_free(w.registry);
    return 0;
}
