#pragma once
/* Alerts as a state machine: values in, notifications out. No clock, no network, no file.
 *
 *                 the rule holds                 for `for_ms`
 *     INACTIVE ───────────────────▶ PENDING ────────────────────▶ FIRING
 *         ▲                            │                             │
 *         └───────── it does not ──────┴─────────────────────────────┘
 *
 * Each receiver has its alerts in groups, by the values of the labels in group_by:
 *
 *                one fires                  group_wait_ms are over: told
 *     IDLE ───────────────────▶ WAITING ──────────────────────────────────▶ TOLD
 *      ▲                                  something changed, and group_interval_ms are over: told
 *      │                                  nothing changed, and repeat_ms are over: told again
 *      └──────────── all that was told of is resolved, and that is told ──────┘
 *
 *  1. One that is silenced or inhibited fires all the same, and is not told of.
 *  2. What was told as firing is told as resolved when it is, also where it is silenced by then.
 *  3. An alert is inhibited while another one fires that fits `source`, where it fits `target` and
 *     both have the same values of the labels in `equal`. None inhibits itself.
 *  4. What was told of is kept in memory alone: after a restart what fires is told anew.
 *  5. Under other settings an alert of the same name, rule and duration goes on as it stood, and
 *     what was told of it counts for a receiver of the same name and a group of the same labels.
 *     What was told as firing and is in no such group is told as resolved.
 *
 * Durations are of a clock that only goes forward, silences of the one that people read. */
#include "telemetry/rule.h"

typedef struct telemetry_pair {
    const char *name, *value;
} telemetry_pair;

/* All outlive the alerts, but silences. */
typedef struct telemetry_alert {
    const char *name, *summary;
    telemetry_rule rule;
    const char *text; /* of the rule */
    uint64_t for_ms;
    /* Of "alertname", "severity" and those of the settings: names differ. */
    const telemetry_pair *labels;
    size_t label_count;
    /* Indexes of receivers; NULL: all. */
    const size_t *receivers;
    size_t receiver_count;
} telemetry_alert;

typedef struct telemetry_receiver {
    const char *name;
    const char *const *group_by;
    size_t group_by_count;
    uint64_t group_wait_ms, group_interval_ms, repeat_ms;
    bool hides_resolved;
} telemetry_receiver;

typedef struct telemetry_inhibition {
    const telemetry_pair *source, *target;
    size_t source_count, target_count;
    const char *const *equal;
    size_t equal_count;
} telemetry_inhibition;

typedef struct telemetry_silence {
    const telemetry_pair *pairs; /* all of them fit; at least one */
    size_t pair_count;
    int64_t from_ms, until_ms; /* of the wall's clock */
} telemetry_silence;

typedef struct telemetry_alert_settings {
    const telemetry_alert *alerts;
    size_t alert_count;
    const telemetry_receiver *receivers;
    size_t receiver_count;
    const telemetry_inhibition *inhibitions;
    size_t inhibition_count;
} telemetry_alert_settings;

typedef enum telemetry_alert_state {
    TELEMETRY_INACTIVE,
    TELEMETRY_PENDING,
    TELEMETRY_FIRING,
} telemetry_alert_state;

typedef struct telemetry_alert_now {
    telemetry_alert_state state;
    double value; /* when it was judged last */
    uint64_t since_ms;
    int64_t began_ms, ended_ms; /* of the wall's clock: it fired, and it was resolved */
    bool is_silenced, is_inhibited;
} telemetry_alert_now;

/* What a receiver is told: alerts of one of its groups. */
typedef struct telemetry_notification {
    size_t receiver;
    const telemetry_pair *group; /* the values of group_by; "" where an alert has none */
    size_t group_count;
    const size_t *firing, *resolved; /* indexes of alerts */
    size_t firing_count, resolved_count;
} telemetry_notification;
typedef void telemetry_notify(void *context, const telemetry_notification *notification);

typedef struct telemetry_alerts telemetry_alerts;

/* settings outlive them. */
zkl_status telemetry_alerts_new(telemetry_alerts **out, const telemetry_alert_settings *settings,
                                zkl_error *err) ZKL_MUST_USE;
void telemetry_alerts_free(telemetry_alerts *alerts); /* NULL is fine */

typedef struct telemetry_moment {
    uint64_t steady_ms;
    int64_t wall_ms;
} telemetry_moment;

/* values: of each alert's rule. silences: all that there are. */
void telemetry_alerts_step(telemetry_alerts *alerts, telemetry_moment now, const double *values,
                           const telemetry_silence *silences, size_t silence_count,
                           telemetry_notify *notify, void *context);
/* Invariant 5: to, which is new, goes on from where `from` is. notify: of `from`. */
zkl_status telemetry_alerts_carry(telemetry_alerts *to, telemetry_alerts *from,
                                  telemetry_notify *notify, void *context,
                                  zkl_error *err) ZKL_MUST_USE;
/* How all stood at the last moments (alert_history.h). */
void telemetry_alerts_put_history(zkl_buffer *out, const telemetry_alerts *alerts, int64_t from_ms);
const telemetry_alert_now *telemetry_alerts_now(const telemetry_alerts *alerts, size_t alert);
/* Do all pairs stand in the alert's labels? */
bool telemetry_alert_fits(const telemetry_alert *alert, const telemetry_pair *pairs, size_t count);
/* NULL: it has no such label. */
const char *telemetry_alert_label(const telemetry_alert *alert, const char *name);
