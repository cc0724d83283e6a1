#pragma once
/* Alerts of a running service: rules are judged when there is a new point of the series, silences
 * are kept on the disk, and what is to be told goes to the notifier. */
#include <jansson.h>

#include "daemon/alert_settings.h"
#include "daemon/notify.h"

#define DAEMON_SILENCES_MAX 1000

typedef struct daemon_alerts daemon_alerts;

/* folder: of the service; silences.json is in it. settings, metrics and env outlive it.
 * ZKL_BAD_INPUT: the file is none. */
zkl_status daemon_alerts_new(daemon_alerts **out, const daemon_alert_settings *settings,
                             const char *folder, daemon_metrics *metrics, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* Other settings from now on, which outlive alerts; alerts and what waits to be told go on
 * (telemetry/alerts.h, notify.h). On failure all stays as it was. */
zkl_status daemon_alerts_change(daemon_alerts *alerts, const daemon_alert_settings *settings,
                                zkl_error *err) ZKL_MUST_USE;
void daemon_alerts_stop(daemon_alerts *alerts); /* nothing is sent any more; NULL is fine */
void daemon_alerts_free(daemon_alerts *alerts); /* NULL is fine */

/* There is a new point. Any thread, as the calls below. */
void daemon_alerts_step(daemon_alerts *alerts, const telemetry_series_set *series);
/* All rules and how they stand. NULL without memory. */
json_t *daemon_alerts_list(daemon_alerts *alerts);
/* How they stood, as telemetry_alert_history_put writes it. */
void daemon_alerts_put_series(zkl_buffer *out, daemon_alerts *alerts, int64_t from_ms);

/* A silence from now until until_ms, of all alerts that have these labels: {"severity": "warning"}.
 * by: id of the key. ZKL_USAGE: labels, end or reason are none; ZKL_LIMIT: there are too many. */
zkl_status daemon_silence_add(char id[static 17], daemon_alerts *alerts, const json_t *labels,
                              int64_t until_ms, const char *reason, const char *by,
                              zkl_error *err) ZKL_MUST_USE;
/* ZKL_NOT_FOUND. */
zkl_status daemon_silence_end(daemon_alerts *alerts, const char *id, zkl_error *err) ZKL_MUST_USE;
/* Those that are not over. */
json_t *daemon_silences_list(daemon_alerts *alerts);
