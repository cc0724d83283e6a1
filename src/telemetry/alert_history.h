#pragma once
/* How each alert stood at the last TELEMETRY_POINTS moments at which it was judged, in memory
 * alone: a byte a moment.
 *
 * Not for several threads at once: whoever shares it locks. */
#include "base/arena.h"
#include "telemetry/alerts.h"
#include "telemetry/series.h"

typedef struct telemetry_alert_history {
    size_t alert_count;
    int64_t *times_ms;
    uint8_t *states; /* TELEMETRY_POINTS of each alert */
    size_t count;    /* of moments, up to TELEMETRY_POINTS */
    size_t next;     /* where the next one goes */
} telemetry_alert_history;

/* Lives in memory. */
zkl_status telemetry_alert_history_init(telemetry_alert_history *out, zkl_arena *memory,
                                        size_t alert_count, zkl_error *err) ZKL_MUST_USE;
/* states: of all alerts. */
void telemetry_alert_history_take(telemetry_alert_history *history, int64_t now_ms,
                                  const telemetry_alert_now *states);
/* The moments of another one, with the states of its alert from[i] for alert i. SIZE_MAX: it has
 * none such, which was inactive. Nothing was taken before. */
void telemetry_alert_history_carry(telemetry_alert_history *history,
                                   const telemetry_alert_history *of, const size_t *from);
/* As telemetry_series_put writes a gauge: a series each alert, with its labels; 0 inactive, 1
 * pending, 2 firing. From that time on. */
#define TELEMETRY_ALERT_METRIC "zkl_alert_state"
void telemetry_alert_history_put(zkl_buffer *out, const telemetry_alert_history *history,
                                 const telemetry_alert *alerts, int64_t from_ms);
