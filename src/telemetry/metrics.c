/* Cells in copies, one a shard, and the texts that are made of them. */
#include "telemetry/metrics.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define LINE_BYTES 64 /* of a processor's cache: no two copies share one */

struct telemetry_registry {
    zkl_arena memory;
    const telemetry_metric *rows;
    size_t count, cell_count, stride; /* stride: cells of a copy, rounded up to lines */
    struct place {
        size_t first, series_count, cells;
    } *places;
    /* Of counters and histograms numbers; of gauges, in the first copy, the bits of a double. */
    _Atomic uint64_t *cells;
    /* Set from elsewhere: such a cell is a double too. */
    atomic_bool *is_set;
};

static atomic_size_t threads_seen;
static _Thread_local size_t own_shard = SIZE_MAX;

static size_t shard(void)
{
    if (own_shard == SIZE_MAX)
        own_shard =
            atomic_fetch_add_explicit(&threads_seen, 1, memory_order_relaxed) % TELEMETRY_SHARDS;
    return own_shard;
}

static void check_row(const telemetry_metric *r)
{
    ZKL_ASSERT(r->name && r->help && (r->kind == TELEMETRY_HISTOGRAM) == (r->bound_count > 0));
    for (size_t i = 1; i < r->bound_count; i++)
        ZKL_ASSERT(r->bounds[i - 1] < r->bounds[i]);
}

static size_t series_of(const telemetry_metric *r)
{
    size_t count = 1;
    for (size_t i = 0; i < TELEMETRY_LABELS_MAX && r->labels[i]; i++) {
        ZKL_ASSERT(r->labels[i]->count);
        count *= r->labels[i]->count;
    }
    return count;
}

zkl_status telemetry_new(telemetry_registry **out, const telemetry_metric *rows, size_t count,
                         zkl_error *err)
{
    telemetry_registry *const t = zkl_calloc(1, sizeof *t);
    if (!t)
        return zkl_no_memory(err, sizeof *t);
    t->rows = rows;
    t->count = count;
    t->places = ZKL_ARENA_NEW(&t->memory, struct place, count);
    for (size_t i = 0; t->places && i < count; i++) {
        check_row(&rows[i]);
        t->places[i].first = t->cell_count;
        t->places[i].series_count = series_of(&rows[i]);
        t->places[i].cells = rows[i].kind == TELEMETRY_HISTOGRAM ? rows[i].bound_count + 2 : 1;
        t->cell_count += t->places[i].series_count * t->places[i].cells;
    }
    const size_t line = LINE_BYTES / sizeof *t->cells;
    t->stride = (t->cell_count / line + 1) * line;
    t->cells = zkl_arena_alloc(&t->memory, t->stride * TELEMETRY_SHARDS, sizeof *t->cells);
    t->is_set = zkl_arena_alloc(&t->memory, t->cell_count, sizeof *t->is_set);
    if (!t->places || !t->cells || !t->is_set) {
        const size_t size = t->stride * TELEMETRY_SHARDS * sizeof *t->cells;
        telemetry_free(t);
        return zkl_no_memory(err, size);
    }
    *out = t;
    return ZKL_OK;
}

void telemetry_free(telemetry_registry *t)
{
    if (!t)
        return;
    zkl_arena_clear(&t->memory);
    zkl_free(t);
}

size_t telemetry_count(const telemetry_registry *t)
{
    return t->count;
}

const telemetry_metric *telemetry_row(const telemetry_registry *t, size_t metric)
{
    ZKL_ASSERT(metric < t->count);
    return &t->rows[metric];
}

size_t telemetry_find(const telemetry_registry *t, zkl_bytes name)
{
    for (size_t i = 0; i < t->count; i++)
        if (zkl_bytes_equal_text(name, t->rows[i].name))
            return i;
    return SIZE_MAX;
}

/* ---- Series */

size_t telemetry_series(const telemetry_registry *t, size_t metric, const size_t *values)
{
    const telemetry_metric *const r = telemetry_row(t, metric);
    size_t series = 0;
    for (size_t i = 0; i < TELEMETRY_LABELS_MAX && r->labels[i]; i++) {
        ZKL_ASSERT(values[i] < r->labels[i]->count);
        series = series * r->labels[i]->count + values[i];
    }
    return series;
}

size_t telemetry_series_count(const telemetry_registry *t, size_t metric)
{
    ZKL_ASSERT(metric < t->count);
    return t->places[metric].series_count;
}

size_t telemetry_series_value(const telemetry_registry *t, size_t metric, size_t series,
                              size_t label)
{
    const telemetry_metric *const r = telemetry_row(t, metric);
    for (size_t i = TELEMETRY_LABELS_MAX; i-- > label + 1;)
        if (r->labels[i])
            series /= r->labels[i]->count;
    return series % r->labels[label]->count;
}

size_t telemetry_value_of(const telemetry_label *label, const char *text)
{
    for (size_t i = 0; i < label->count; i++)
        if (strcmp(label->values[i], text) == 0)
            return i;
    ZKL_ASSERT(strcmp(label->values[label->count - 1], "other") == 0);
    return label->count - 1;
}

size_t telemetry_cells(const telemetry_registry *t, size_t metric)
{
    ZKL_ASSERT(metric < t->count);
    return t->places[metric].cells;
}

size_t telemetry_cell_count(const telemetry_registry *t)
{
    return t->cell_count;
}

size_t telemetry_cell_of(const telemetry_registry *t, size_t metric, size_t series)
{
    ZKL_ASSERT(metric < t->count && series < t->places[metric].series_count);
    return t->places[metric].first + series * t->places[metric].cells;
}

/* ---- Counting */

static void add(telemetry_registry *t, size_t cell, uint64_t amount)
{
    atomic_fetch_add_explicit(&t->cells[shard() * t->stride + cell], amount, memory_order_relaxed);
}

void telemetry_add(telemetry_registry *t, size_t metric, size_t series, uint64_t amount)
{
    if (!t)
        return;
    ZKL_ASSERT(t->rows[metric].kind == TELEMETRY_COUNTER);
    add(t, telemetry_cell_of(t, metric, series), amount);
}

void telemetry_observe(telemetry_registry *t, size_t metric, size_t series, uint64_t value)
{
    if (!t)
        return;
    const telemetry_metric *const r = telemetry_row(t, metric);
    ZKL_ASSERT(r->kind == TELEMETRY_HISTOGRAM);
    const size_t first = telemetry_cell_of(t, metric, series);
    size_t at = 0;
    while (at < r->bound_count && value > r->bounds[at])
        at++;
    add(t, first + at, 1);
    add(t, first + r->bound_count + 1, value);
}

void telemetry_set(telemetry_registry *t, size_t metric, size_t series, double value)
{
    uint64_t bits;
    if (!t)
        return;
    ZKL_ASSERT(t->rows[metric].kind != TELEMETRY_HISTOGRAM);
    const size_t cell = telemetry_cell_of(t, metric, series);
    memcpy(&bits, &value, sizeof bits);
    atomic_store_explicit(&t->cells[cell], bits, memory_order_relaxed);
    atomic_store_explicit(&t->is_set[cell], true, memory_order_release);
}

/* ---- Reading */

static const telemetry_metric *row_of_cell(const telemetry_registry *t, size_t cell, size_t *at)
{
    size_t low = 0, high = t->count;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (t->places[middle].first <= cell)
            low = middle;
        else
            high = middle;
    }
    *at = (cell - t->places[low].first) % t->places[low].cells;
    return &t->rows[low];
}

double telemetry_read(const telemetry_registry *t, size_t cell)
{
    size_t at;
    ZKL_ASSERT(cell < t->cell_count);
    const telemetry_metric *const r = row_of_cell(t, cell, &at);
    if (r->kind == TELEMETRY_GAUGE ||
        atomic_load_explicit(&t->is_set[cell], memory_order_acquire)) {
        const uint64_t bits = atomic_load_explicit(&t->cells[cell], memory_order_relaxed);
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < TELEMETRY_SHARDS; i++)
        sum += atomic_load_explicit(&t->cells[i * t->stride + cell], memory_order_relaxed);
    const bool is_bucket = r->kind == TELEMETRY_HISTOGRAM && at <= r->bound_count;
    return is_bucket || r->scale == 0.0 ? (double)sum : (double)sum * r->scale;
}

/* ---- As text */

void telemetry_put_number(zkl_buffer *out, double value)
{
    if (isnan(value))
        zkl_buffer_put_text(out, "NaN");
    else if (isinf(value))
        zkl_buffer_put_text(out, value > 0 ? "+Inf" : "-Inf");
    else if (value == floor(value) && fabs(value) < 1e15)
        zkl_buffer_format(out, "%.0f", value);
    else
        zkl_buffer_format(out, "%.15g", value);
}

/* Values are our own words; what a format wants escaped may be in them nevertheless. */
static void put_value(zkl_buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            zkl_buffer_put_u8(out, '\\');
        if (*text == '\n')
            zkl_buffer_put_text(out, "\\n");
        else
            zkl_buffer_put_u8(out, (uint8_t)*text);
    }
}

void telemetry_put_labels(zkl_buffer *out, const telemetry_registry *t, size_t metric,
                          size_t series, const char *more)
{
    const telemetry_metric *const r = telemetry_row(t, metric);
    const bool has_more = more && *more;
    if (!r->labels[0] && !has_more)
        return;
    zkl_buffer_put_text(out, "{");
    for (size_t i = 0; i < TELEMETRY_LABELS_MAX && r->labels[i]; i++) {
        const size_t value = telemetry_series_value(t, metric, series, i);
        zkl_buffer_format(out, "%s%s=\"", i ? "," : "", r->labels[i]->name);
        put_value(out, r->labels[i]->values[value]);
        zkl_buffer_put_text(out, "\"");
    }
    if (has_more)
        zkl_buffer_format(out, "%s%s", r->labels[0] ? "," : "", more);
    zkl_buffer_put_text(out, "}");
}

static void put_sample(zkl_buffer *out, const telemetry_registry *t, size_t metric, size_t series,
                       const char *ending, const char *more, double value)
{
    zkl_buffer_format(out, "%s%s", t->rows[metric].name, ending);
    telemetry_put_labels(out, t, metric, series, more);
    zkl_buffer_put_text(out, " ");
    telemetry_put_number(out, value);
    zkl_buffer_put_text(out, "\n");
}

static void put_histogram(zkl_buffer *out, const telemetry_registry *t, size_t metric,
                          size_t series)
{
    const telemetry_metric *const r = &t->rows[metric];
    const size_t first = telemetry_cell_of(t, metric, series);
    double count = 0;
    char more[64];
    for (size_t i = 0; i <= r->bound_count; i++) {
        count += telemetry_read(t, first + i);
        if (i == r->bound_count)
            snprintf(more, sizeof more, "le=\"+Inf\"");
        else
            snprintf(more, sizeof more, "le=\"%.9g\"",
                     (double)r->bounds[i] * (r->scale == 0.0 ? 1 : r->scale));
        put_sample(out, t, metric, series, "_bucket", more, count);
    }
    put_sample(out, t, metric, series, "_sum", NULL, telemetry_read(t, first + r->bound_count + 1));
    put_sample(out, t, metric, series, "_count", NULL, count);
}

static bool is_shown(const telemetry_registry *t, size_t metric, size_t series)
{
    const size_t first = telemetry_cell_of(t, metric, series);
    if (t->rows[metric].shows_zeros || t->places[metric].series_count == 1)
        return true;
    for (size_t i = 0; i < t->places[metric].cells; i++)
        if (telemetry_read(t, first + i) != 0.0)
            return true;
    return false;
}

/* OpenMetrics calls a family of counters by its name without "_total". */
static void put_head(zkl_buffer *out, const telemetry_metric *r, bool is_openmetrics)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    static const char total[] = "_total";
    size_t size = strlen(r->name);
    const size_t skip = sizeof total - 1;
    if (is_openmetrics && r->kind == TELEMETRY_COUNTER) {
        ZKL_ASSERT(size > skip && strcmp(r->name + size - skip, total) == 0);
        size -= skip;
    }
    zkl_buffer_format(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)size, r->name, r->help,
                      (int)size, r->name, kinds[r->kind]);
    if (is_openmetrics && r->unit)
        zkl_buffer_format(out, "# UNIT %.*s %s\n", (int)size, r->name, r->unit);
}

void telemetry_expose(zkl_buffer *out, const telemetry_registry *t, bool is_openmetrics)
{
    for (size_t m = 0; m < t->count; m++) {
        put_head(out, &t->rows[m], is_openmetrics);
        for (size_t s = 0; s < t->places[m].series_count; s++) {
            if (!is_shown(t, m, s))
                continue;
            if (t->rows[m].kind == TELEMETRY_HISTOGRAM)
                put_histogram(out, t, m, s);
            else
                put_sample(out, t, m, s, "", NULL, telemetry_read(t, telemetry_cell_of(t, m, s)));
        }
    }
    if (is_openmetrics)
        zkl_buffer_put_text(out, "# EOF\n");
}
