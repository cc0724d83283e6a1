#pragma once
/* A registry of metrics: what each is stands in a table of rows, what it counts in cells that any
 * thread may change at once.
 *
 *  1. The labels of a metric have values from lists that are known at the start. So there are as
 *     many series as the lists allow, whatever is asked of a service: what is in no list is
 *     `other`, a value of the list.
 *  2. Counting takes one relaxed addition, in one of TELEMETRY_SHARDS copies of all cells: threads
 *     that count the same thing do not wait for each other.
 *  3. A reader adds the copies up. It sees each cell at some moment, and not all at the same one.
 *
 *     static const telemetry_metric rows[] = { { "zkl_jobs_total", ... } };
 *     ZKL_TRY(telemetry_new(&t, rows, ZKL_COUNT(rows), err));
 *     telemetry_add(t, JOBS, telemetry_series(t, JOBS, (size_t[]){ operation, outcome }), 1);
 *
 * Whole numbers are counted; `scale` says how much of the unit one of them is: 1e-6 for
 * microseconds of a metric in seconds. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/status.h>

#include "base/buffer.h"

#define TELEMETRY_LABELS_MAX 4
#define TELEMETRY_SHARDS 16

typedef enum telemetry_kind {
    TELEMETRY_COUNTER,
    TELEMETRY_GAUGE,
    TELEMETRY_HISTOGRAM,
} telemetry_kind;

/* Both outlive the registry. */
typedef struct telemetry_label {
    const char *name;
    const char *const *values;
    size_t count;
} telemetry_label;

typedef struct telemetry_metric {
    /* As Prometheus wants it: base units, the unit at the end, "_total" for counters. */
    const char *name;
    const char *help;
    const char *unit; /* "seconds", "bytes"; NULL: a number of things */
    telemetry_kind kind;
    double scale;                                        /* 0: 1 */
    const telemetry_label *labels[TELEMETRY_LABELS_MAX]; /* NULL behind the last */
    /* Of a histogram: upper bounds in what is counted, rising. */
    const uint64_t *bounds;
    size_t bound_count;
    /* Series that never counted anything are shown too. */
    bool shows_zeros;
} telemetry_metric;

typedef struct telemetry_registry telemetry_registry;

/* rows outlive it. */
zkl_status telemetry_new(telemetry_registry **out, const telemetry_metric *rows, size_t count,
                         zkl_error *err) ZKL_MUST_USE;
void telemetry_free(telemetry_registry *registry); /* NULL is fine */

size_t telemetry_count(const telemetry_registry *registry);
const telemetry_metric *telemetry_row(const telemetry_registry *registry, size_t metric);
/* The row of that name; SIZE_MAX: none has it. */
size_t telemetry_find(const telemetry_registry *registry, zkl_bytes name);

/* The number of a series, by an index into the values of each label. */
size_t telemetry_series(const telemetry_registry *registry, size_t metric, const size_t *values);
size_t telemetry_series_count(const telemetry_registry *registry, size_t metric);
/* The index into label number `label`. */
size_t telemetry_series_value(const telemetry_registry *registry, size_t metric, size_t series,
                              size_t label);
/* An index of that text; where there is none, that of "other", the last value (asserted). */
size_t telemetry_value_of(const telemetry_label *label, const char *text);

/* ---- Counting. Any thread; registry NULL: nothing. */

void telemetry_add(telemetry_registry *registry, size_t metric, size_t series, uint64_t amount);
/* Of a histogram. */
void telemetry_observe(telemetry_registry *registry, size_t metric, size_t series, uint64_t value);
/* Of a gauge; or of a counter that is kept elsewhere and copied. */
void telemetry_set(telemetry_registry *registry, size_t metric, size_t series, double value);

/* ---- Reading */

/* A series has one cell; of a histogram one for each bound, one above all, and the sum. */
size_t telemetry_cells(const telemetry_registry *registry, size_t metric);
size_t telemetry_cell_count(const telemetry_registry *registry);
/* The first cell of a series. */
size_t telemetry_cell_of(const telemetry_registry *registry, size_t metric, size_t series);
/* In the metric's unit; buckets are numbers of observations, each by itself. */
double telemetry_read(const telemetry_registry *registry, size_t cell);

/* All of it as text: Prometheus 0.0.4, or OpenMetrics 1.0. */
void telemetry_expose(zkl_buffer *out, const telemetry_registry *registry, bool is_openmetrics);
/* A number as both formats, and JSON, have it; NaN and infinities as the first two. */
void telemetry_put_number(zkl_buffer *out, double value);
/* {a="x",b="y"}, with `more` behind; nothing where there is nothing. */
void telemetry_put_labels(zkl_buffer *out, const telemetry_registry *registry, size_t metric,
                          size_t series, const char *more);
