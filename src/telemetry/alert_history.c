#include "telemetry/alert_history.h"

#include <string.h>

zkl_status telemetry_alert_history_init(telemetry_alert_history *out, zkl_arena *memory,
                                        size_t alert_count, zkl_error *err)
{
    int64_t *const times = ZKL_ARENA_NEW(memory, int64_t, TELEMETRY_POINTS);
    uint8_t *const states = ZKL_ARENA_NEW(memory, uint8_t, alert_count * TELEMETRY_POINTS + 1);
    if (!times || !states)
        return zkl_no_memory(err, alert_count * TELEMETRY_POINTS);
    *out = (telemetry_alert_history){ .alert_count = alert_count,
                                      .times_ms = times,
                                      .states = states };
    return ZKL_OK;
}

void telemetry_alert_history_take(telemetry_alert_history *h, int64_t now_ms,
                                  const telemetry_alert_now *states)
{
    ZKL_ASSERT(h->next < TELEMETRY_POINTS);
    h->times_ms[h->next] = now_ms;
    for (size_t i = 0; i < h->alert_count; i++)
        h->states[i * TELEMETRY_POINTS + h->next] = (uint8_t)states[i].state;
    h->next = (h->next + 1) % TELEMETRY_POINTS;
    h->count += h->count < TELEMETRY_POINTS;
}

void telemetry_alert_history_carry(telemetry_alert_history *h, const telemetry_alert_history *of,
                                   const size_t *from)
{
    ZKL_ASSERT(!h->count);
    memcpy(h->times_ms, of->times_ms, TELEMETRY_POINTS * sizeof *h->times_ms);
    h->count = of->count;
    h->next = of->next;
    for (size_t i = 0; i < h->alert_count; i++)
        if (from[i] != SIZE_MAX)
            memcpy(&h->states[i * TELEMETRY_POINTS], &of->states[from[i] * TELEMETRY_POINTS],
                   TELEMETRY_POINTS);
}

/* at: 0 is the oldest moment. */
static size_t place_of(const telemetry_alert_history *h, size_t at)
{
    return (h->next + TELEMETRY_POINTS - h->count + at) % TELEMETRY_POINTS;
}

/* The settings hold lines: no control characters. */
static void put_quoted(zkl_buffer *out, const char *text)
{
    zkl_buffer_put_u8(out, '"');
    for (; *text; text++)
        zkl_buffer_format(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
    zkl_buffer_put_u8(out, '"');
}

static void put_alert(zkl_buffer *out, const telemetry_alert_history *h, size_t alert,
                      const telemetry_alert *row, size_t from)
{
    zkl_buffer_put_text(out, "{\"sample\": \"" TELEMETRY_ALERT_METRIC "\", \"labels\": {");
    for (size_t i = 0; i < row->label_count; i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        put_quoted(out, row->labels[i].name);
        zkl_buffer_put_text(out, ": ");
        put_quoted(out, row->labels[i].value);
    }
    zkl_buffer_put_text(out, "}, \"points\": [");
    for (size_t i = from; i < h->count; i++)
        zkl_buffer_format(out, "%s[%lld, %u]", i > from ? ", " : "",
                          (long long)h->times_ms[place_of(h, i)],
                          h->states[alert * TELEMETRY_POINTS + place_of(h, i)]);
    zkl_buffer_put_text(out, "]}");
}

void telemetry_alert_history_put(zkl_buffer *out, const telemetry_alert_history *h,
                                 const telemetry_alert *alerts, int64_t from_ms)
{
    size_t from = 0;
    while (from < h->count && h->times_ms[place_of(h, from)] < from_ms)
        from++;
    zkl_buffer_put_text(out, "{\"name\": \"" TELEMETRY_ALERT_METRIC
                             "\", \"kind\": \"gauge\", \"unit\": \"\", \"series\": [");
    for (size_t i = 0; i < h->alert_count; i++) {
        zkl_buffer_put_text(out, i ? ",\n" : "\n");
        put_alert(out, h, i, &alerts[i], from);
    }
    zkl_buffer_put_text(out, "]}\n");
}
