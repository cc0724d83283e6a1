/* Notifications in three forms. Names, labels and summaries are lines of the settings; values are
 * numbers of the registry: nothing that a request brought is in them. */
#include "daemon/notify.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "telemetry/log.h"
#include "text/json_writer.h"

/* ---- Times */

static void put_mail_date(char out[static 48], int64_t ms)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct tm tm;
    const time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, &tm);
    snprintf(out, 48, "%s, %02d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* ---- One alert */

static void put_value(char out[static 40], double value)
{
    zkl_buffer text = { 0 };
    telemetry_put_number(&text, value);
    snprintf(out, 40, "%.*s", (int)text.size, (const char *)text.data);
    zkl_buffer_clear(&text);
}

/* FNV-1a of the labels: the same alert has the same one always. */
static uint64_t fingerprint(const telemetry_alert *alert)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < alert->label_count; i++) {
        const char *const texts[] = { alert->labels[i].name, alert->labels[i].value };
        for (size_t k = 0; k < 2; k++)
            for (size_t c = 0; c <= strlen(texts[k]); c++)
                hash = (hash ^ (uint8_t)texts[k][c]) * 0x100000001b3u;
    }
    return hash;
}

static void put_alert(zkl_json_writer *w, const telemetry_alert *alert,
                      const telemetry_alert_now *now, bool is_firing)
{
    char time[TELEMETRY_TIME_CHARS], value[40];
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "status", is_firing ? "firing" : "resolved");
    zkl_json_open(w, "labels", '{');
    for (size_t i = 0; i < alert->label_count; i++)
        zkl_json_text(w, alert->labels[i].name, alert->labels[i].value);
    zkl_json_close(w);
    zkl_json_open(w, "annotations", '{');
    zkl_json_text(w, "summary", alert->summary);
    zkl_json_text(w, "rule", alert->text);
    put_value(value, now->value);
    zkl_json_text(w, "value", value);
    zkl_json_close(w);
    telemetry_time_put(time, now->began_ms);
    zkl_json_text(w, "startsAt", time);
    telemetry_time_put(time, now->ended_ms);
    zkl_json_text(w, "endsAt", is_firing ? "0001-01-01T00:00:00Z" : time);
    zkl_json_text(w, "generatorURL", "");
    zkl_json_format(w, "fingerprint", "%016llx", (unsigned long long)fingerprint(alert));
    zkl_json_close(w);
}

/* ---- Alertmanager's form */

static void put_group(zkl_json_writer *w, const telemetry_notification *what)
{
    ZKL_AUTO_CLEAR(zkl_buffer) key = { 0 };
    zkl_buffer_put_text(&key, "{}:{");
    for (size_t i = 0; i < what->group_count; i++)
        zkl_buffer_format(&key, "%s%s=\"%s\"", i ? ", " : "", what->group[i].name,
                          what->group[i].value);
    zkl_buffer_put_text(&key, "}");
    zkl_buffer_put_u8(&key, 0);
    zkl_json_text(w, "groupKey", key.failed ? "{}" : (const char *)key.data);
    zkl_json_open(w, "groupLabels", '{');
    for (size_t i = 0; i < what->group_count; i++)
        zkl_json_text(w, what->group[i].name, what->group[i].value);
    zkl_json_close(w);
}

static const telemetry_alert *told_at(const daemon_alert_settings *settings,
                                      const telemetry_notification *what, size_t at)
{
    const bool fires = at < what->firing_count;
    return &settings->alerts
                .alerts[fires ? what->firing[at] : what->resolved[at - what->firing_count]];
}

/* Labels that all alerts of it have. */
static void put_common(zkl_json_writer *w, const daemon_alert_settings *settings,
                       const telemetry_notification *what)
{
    const size_t count = what->firing_count + what->resolved_count;
    const telemetry_alert *const first = told_at(settings, what, 0);
    zkl_json_open(w, "commonLabels", '{');
    for (size_t i = 0; i < first->label_count; i++) {
        bool is_common = true;
        for (size_t k = 1; k < count; k++)
            is_common &= telemetry_alert_fits(told_at(settings, what, k), &first->labels[i], 1);
        if (is_common)
            zkl_json_text(w, first->labels[i].name, first->labels[i].value);
    }
    zkl_json_close(w);
    zkl_json_open(w, "commonAnnotations", '{');
    zkl_json_close(w);
}

void daemon_notify_json(zkl_buffer *out, const daemon_alert_settings *settings,
                        const telemetry_notification *what, const telemetry_alerts *alerts)
{
    zkl_json_writer w = zkl_json_writer_of(out);
    ZKL_ASSERT(what->firing_count || what->resolved_count);
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "version", "4");
    zkl_json_text(&w, "status", what->firing_count ? "firing" : "resolved");
    zkl_json_text(&w, "receiver", settings->alerts.receivers[what->receiver].name);
    put_group(&w, what);
    put_common(&w, settings, what);
    zkl_json_text(&w, "externalURL", "");
    zkl_json_number(&w, "truncatedAlerts", 0);
    zkl_json_open(&w, "alerts", '[');
    for (size_t i = 0; i < what->firing_count; i++)
        put_alert(&w, &settings->alerts.alerts[what->firing[i]],
                  telemetry_alerts_now(alerts, what->firing[i]), true);
    for (size_t i = 0; i < what->resolved_count; i++)
        put_alert(&w, &settings->alerts.alerts[what->resolved[i]],
                  telemetry_alerts_now(alerts, what->resolved[i]), false);
    zkl_json_close(&w);
    zkl_json_close(&w);
}

/* ---- A mail */

static void put_lines(zkl_buffer *out, const daemon_alert_settings *settings,
                      const telemetry_notification *what, const telemetry_alerts *alerts)
{
    const size_t count = what->firing_count + what->resolved_count;
    for (size_t i = 0; i < count; i++) {
        const telemetry_alert *const alert = told_at(settings, what, i);
        const size_t at =
            i < what->firing_count ? what->firing[i] : what->resolved[i - what->firing_count];
        const telemetry_alert_now *const now = telemetry_alerts_now(alerts, at);
        char time[TELEMETRY_TIME_CHARS], value[40];
        telemetry_time_put(time, i < what->firing_count ? now->began_ms : now->ended_ms);
        put_value(value, now->value);
        zkl_buffer_format(out, "%s %s (%s), since %s\r\n  %s\r\n  %s: %s\r\n",
                          i < what->firing_count ? "FIRING" : "resolved", alert->name,
                          telemetry_alert_label(alert, "severity"), time, alert->summary,
                          alert->text, value);
    }
}

void daemon_notify_mail(zkl_buffer *out, const daemon_alert_settings *settings,
                        const telemetry_notification *what, const telemetry_alerts *alerts,
                        int64_t now_ms)
{
    const daemon_receiver *const to = &settings->receivers[what->receiver];
    char date[48];
    put_mail_date(date, now_ms);
    zkl_buffer_format(out, "Date: %s\r\nFrom: <%s>\r\nTo: ", date, to->from);
    for (size_t i = 0; i < to->to_count; i++)
        zkl_buffer_format(out, "%s<%s>", i ? ", " : "", to->to[i]);
    zkl_buffer_format(out, "\r\nSubject: [%s:%zu] zkp-ledgerd: %s\r\n",
                      what->firing_count ? "FIRING" : "RESOLVED",
                      what->firing_count ? what->firing_count : what->resolved_count,
                      told_at(settings, what, 0)->name);
    zkl_buffer_put_text(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: "
                             "auto-generated\r\n\r\n");
    put_lines(out, settings, what, alerts);
}

/* ---- Syslog */

#define FACILITY_DAEMON 3

/* RFC 5424 section 6.2.1: critical 2, warning 4, notice 5. */
static int level_of(const telemetry_alert *alert, bool is_firing)
{
    const char *const severity = telemetry_alert_label(alert, "severity");
    return !is_firing                          ? 5
           : strcmp(severity, "critical") == 0 ? 2
           : strcmp(severity, "warning") == 0  ? 4
                                               : 5;
}

void daemon_notify_syslog(zkl_buffer *out, const daemon_alert_settings *settings,
                          const telemetry_notification *what, const telemetry_alerts *alerts,
                          int64_t now_ms)
{
    const size_t count = what->firing_count + what->resolved_count;
    char time[TELEMETRY_TIME_CHARS], host[256] = "-", value[40];
    telemetry_time_put(time, now_ms);
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        strcpy(host, "-");
    for (size_t i = 0; i < count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
        const bool is_firing = i < what->firing_count;
        const size_t at = is_firing ? what->firing[i] : what->resolved[i - what->firing_count];
        const telemetry_alert *const alert = &settings->alerts.alerts[at];
        put_value(value, telemetry_alerts_now(alerts, at)->value);
        zkl_buffer_format(&line, "<%d>1 %s %s zkp-ledgerd %ld alert - %s %s (%s): %s %s: %s",
                          FACILITY_DAEMON * 8 + level_of(alert, is_firing), time, host,
                          (long)getpid(), is_firing ? "FIRING" : "resolved", alert->name,
                          telemetry_alert_label(alert, "severity"), alert->summary, alert->text,
                          value);
        zkl_buffer_format(out, "%zu ", line.size);
        zkl_buffer_put(out, line.data, line.size);
    }
}
