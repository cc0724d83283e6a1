/* Rings, and what is told of them. */
#include "telemetry/series.h"

#include <math.h>

#include "base/memory.h"

zkl_status telemetry_series_init(telemetry_series_set *out, const telemetry_registry *registry,
                                 size_t rings_max, zkl_error *err)
{
    *out = (telemetry_series_set){ .registry = registry, .rings_max = rings_max };
    out->times_ms = zkl_calloc(TELEMETRY_POINTS, sizeof *out->times_ms);
    out->rings = zkl_calloc(telemetry_cell_count(registry), sizeof *out->rings);
    if (out->times_ms && out->rings)
        return ZKL_OK;
    telemetry_series_clear(out);
    return zkl_no_memory(err, TELEMETRY_POINTS * sizeof *out->times_ms);
}

void telemetry_series_clear(telemetry_series_set *set)
{
    for (size_t i = 0; set->rings && i < telemetry_cell_count(set->registry); i++)
        zkl_free(set->rings[i]);
    zkl_free(set->rings);
    zkl_free(set->times_ms);
    *set = (telemetry_series_set){ 0 };
}

static bool make_ring(telemetry_series_set *set, size_t cell)
{
    if (set->ring_count < set->rings_max)
        set->rings[cell] = zkl_calloc(TELEMETRY_POINTS, sizeof *set->rings[cell]);
    set->ring_count += set->rings[cell] != NULL;
    return set->rings[cell];
}

void telemetry_series_take(telemetry_series_set *set, int64_t now_ms)
{
    set->left_out = 0;
    for (size_t cell = 0; cell < telemetry_cell_count(set->registry); cell++) {
        const double value = telemetry_read(set->registry, cell);
        if (set->rings[cell] || (value != 0.0 && make_ring(set, cell)))
            set->rings[cell][set->next] = value;
        else
            set->left_out += value != 0.0;
    }
    set->times_ms[set->next] = now_ms;
    set->next = (set->next + 1) % TELEMETRY_POINTS;
    set->count += set->count < TELEMETRY_POINTS;
}

static size_t place_of(const telemetry_series_set *set, size_t at)
{
    ZKL_ASSERT(at < set->count);
    return (set->next + TELEMETRY_POINTS - set->count + at) % TELEMETRY_POINTS;
}

int64_t telemetry_series_time(const telemetry_series_set *set, size_t at)
{
    return set->times_ms[place_of(set, at)];
}

double telemetry_series_at(const telemetry_series_set *set, size_t cell, size_t at)
{
    return set->rings[cell] ? set->rings[cell][place_of(set, at)] : 0;
}

size_t telemetry_series_from(const telemetry_series_set *set, int64_t from_ms)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (telemetry_series_time(set, middle) < from_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double telemetry_series_rise(const telemetry_series_set *set, size_t cell, size_t from, size_t to)
{
    double rise = 0;
    for (size_t i = from; set->rings[cell] && i < to; i++) {
        const double before = telemetry_series_at(set, cell, i);
        const double after = telemetry_series_at(set, cell, i + 1);
        rise += after >= before ? after - before : after;
    }
    return rise;
}

/* ---- As JSON */

static void put_labels(zkl_buffer *out, const telemetry_registry *t, size_t metric, size_t series)
{
    const telemetry_metric *const r = telemetry_row(t, metric);
    zkl_buffer_put_text(out, "\"labels\": {");
    for (size_t i = 0; i < TELEMETRY_LABELS_MAX && r->labels[i]; i++) {
        const char *value = r->labels[i]->values[telemetry_series_value(t, metric, series, i)];
        zkl_buffer_format(out, "%s\"%s\": \"", i ? ", " : "", r->labels[i]->name);
        for (; *value; value++) { /* our own words: no control characters */
            if (*value == '"' || *value == '\\')
                zkl_buffer_put_u8(out, '\\');
            zkl_buffer_put_u8(out, (uint8_t)*value);
        }
        zkl_buffer_put_text(out, "\"");
    }
    zkl_buffer_put_text(out, "}");
}

/* A histogram's count is the sum of its buckets. */
static double value_at(const telemetry_series_set *set, size_t cell, size_t count, size_t at)
{
    double value = 0;
    for (size_t i = 0; i < count; i++)
        value += telemetry_series_at(set, cell + i, at);
    return value;
}

static bool has_ring(const telemetry_series_set *set, size_t cell, size_t count)
{
    bool has = false;
    for (size_t i = 0; i < count; i++)
        has |= set->rings[cell + i] != NULL;
    return has;
}

/* cell, count: of cells that are added up. */
static void put_points(zkl_buffer *out, const telemetry_series_set *set, size_t cell, size_t count,
                       size_t from)
{
    zkl_buffer_put_text(out, ", \"points\": [");
    for (size_t i = from; i < set->count; i++) {
        const double value = value_at(set, cell, count, i);
        zkl_buffer_format(out, "%s[%lld, ", i > from ? ", " : "",
                          (long long)telemetry_series_time(set, i));
        telemetry_put_number(out, isfinite(value) ? value : 0);
        zkl_buffer_put_text(out, "]");
    }
    zkl_buffer_put_text(out, "]}");
}

void telemetry_series_put(zkl_buffer *out, const telemetry_series_set *set, size_t metric,
                          int64_t from_ms)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    const telemetry_registry *const t = set->registry;
    const telemetry_metric *const r = telemetry_row(t, metric);
    const size_t from = telemetry_series_from(set, from_ms);
    const bool is_histogram = r->kind == TELEMETRY_HISTOGRAM;
    bool is_first = true;
    zkl_buffer_format(out, "{\"name\": \"%s\", \"kind\": \"%s\", \"unit\": \"%s\", \"series\": [",
                      r->name, kinds[r->kind], r->unit ? r->unit : "");
    for (size_t s = 0; s < telemetry_series_count(t, metric); s++)
        for (size_t part = 0; part <= is_histogram; part++) {
            /* the buckets come first, and the sum is last */
            const size_t cells = telemetry_cells(t, metric);
            const size_t cell = telemetry_cell_of(t, metric, s) + (part ? cells - 1 : 0);
            const size_t count = is_histogram && !part ? cells - 1 : 1;
            if (!has_ring(set, cell, count))
                continue;
            zkl_buffer_format(out, "%s\n{\"sample\": \"%s%s\", ", is_first ? "" : ",", r->name,
                              !is_histogram ? ""
                              : part        ? "_sum"
                                            : "_count");
            put_labels(out, t, metric, s);
            put_points(out, set, cell, count, from);
            is_first = false;
        }
    zkl_buffer_put_text(out, "]}\n");
}
