#pragma once
/* Notifications of alerts on their way: a thread of its own brings them to their receivers, so that
 * one that is slow holds up no rule.
 *
 *  1. What cannot be brought is tried again, later each time, for DAEMON_NOTIFY_KEEP_MS; then it
 *     has failed, and that is counted and said in the log.
 *  2. A receiver that fails is left alone for a while (breaker.h); the others are not held up.
 *  3. At most DAEMON_NOTIFY_MAX wait. What comes then is dropped and counted.
 *  4. When the service ends, what was not tried yet is tried once; the rest is dropped.
 *  5. Under other settings what waits for a receiver of the same name and kind goes on to it; the
 *     rest is dropped. */
#include "daemon/alert_settings.h"
#include "daemon/metrics.h"

#define DAEMON_NOTIFY_MAX 200
#define DAEMON_NOTIFY_KEEP_MS ((uint64_t)3600 * 1000)

typedef struct daemon_notifier daemon_notifier;

/* settings, metrics and env outlive it. Secrets are read here. ZKL_USAGE: one is none. */
zkl_status daemon_notifier_new(daemon_notifier **out, const daemon_alert_settings *settings,
                               daemon_metrics *metrics, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;
void daemon_notifier_stop(daemon_notifier *notifier); /* ends its thread; NULL is fine */
void daemon_notifier_free(daemon_notifier *notifier); /* NULL is fine */
/* Invariant 5. from ends, with the message that it is at. */
void daemon_notifier_take_over(daemon_notifier *to, daemon_notifier *from);
/* Takes it in. alerts: as they stand now. Any thread. */
void daemon_notifier_add(daemon_notifier *notifier, const telemetry_notification *what,
                         const telemetry_alerts *alerts);

/* ---- notify_text.c: what is sent */

/* The form of Alertmanager's webhooks, version 4. */
void daemon_notify_json(zkl_buffer *out, const daemon_alert_settings *settings,
                        const telemetry_notification *what, const telemetry_alerts *alerts);
/* A mail with its head, RFC 5322. */
void daemon_notify_mail(zkl_buffer *out, const daemon_alert_settings *settings,
                        const telemetry_notification *what, const telemetry_alerts *alerts,
                        int64_t now_ms);
/* A message for each alert, RFC 5424, each behind its length and a blank (RFC 6587). */
void daemon_notify_syslog(zkl_buffer *out, const daemon_alert_settings *settings,
                          const telemetry_notification *what, const telemetry_alerts *alerts,
                          int64_t now_ms);

/* ---- notify_send.c: how */

/* A thread's own. */
typedef struct daemon_sender {
    struct daemon_client *http;
    const daemon_receiver *receiver;
    uint8_t *secret; /* of a webhook's signatures, or of SMTP; size 0: none */
    size_t secret_size;
} daemon_sender;

/* body: as the functions above make it. */
zkl_status daemon_notify_send(const daemon_sender *sender, zkl_bytes body, int64_t now_ms,
                              zkl_error *err) ZKL_MUST_USE;
