#pragma once
/* The last TELEMETRY_POINTS values of each cell of a registry, a step apart, in memory alone.
 *
 *  1. A ring is made for a cell when its value is first other than 0, as long as there are fewer
 *     than rings_max: what came too late is counted, and has no points.
 *  2. All rings share their times. A point of a cell before it had a ring is 0.
 *
 * Not for several threads at once: whoever shares it locks. */
#include "telemetry/metrics.h"

#define TELEMETRY_POINTS 1000

typedef struct telemetry_series_set {
    const telemetry_registry *registry;
    size_t rings_max, ring_count, left_out;
    int64_t *times_ms;
    double **rings; /* of each cell; NULL: none */
    size_t count;   /* of points, up to TELEMETRY_POINTS */
    size_t next;    /* where the next one goes */
} telemetry_series_set;

/* registry outlives it. */
zkl_status telemetry_series_init(telemetry_series_set *out, const telemetry_registry *registry,
                                 size_t rings_max, zkl_error *err) ZKL_MUST_USE;
void telemetry_series_clear(telemetry_series_set *set);
/* A point of every cell. */
void telemetry_series_take(telemetry_series_set *set, int64_t now_ms);
/* at: 0 is the oldest point. */
int64_t telemetry_series_time(const telemetry_series_set *set, size_t at);
double telemetry_series_at(const telemetry_series_set *set, size_t cell, size_t at);
/* The oldest point that is not older than that; set->count: there is none. */
size_t telemetry_series_from(const telemetry_series_set *set, int64_t from_ms);
/* How much a counter's or histogram's cell rose from one point to another: a fall is a restart. */
double telemetry_series_rise(const telemetry_series_set *set, size_t cell, size_t from, size_t to);
/* {"name": ..., "kind": ..., "step_ms": ..., "series": [{"sample", "labels", "points"}]}: of every
 * series of the metric that has points, from that time on. Of a histogram its count and its sum. */
void telemetry_series_put(zkl_buffer *out, const telemetry_series_set *set, size_t metric,
                          int64_t from_ms);
