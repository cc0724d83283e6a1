/* The machine of telemetry/alerts.h with a clock, silences that outlive the process, and a way
 * out. */
#include "daemon/alerts.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/jobs.h"
#include "daemon/json_file.h"
#include "daemon/say.h"
#include "text/utf8.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)
#define LABELS_MAX 16
#define TEXT_BYTES_MAX 500
#define SILENCE_MS_MAX ((int64_t)366 * 24 * 3600 * 1000)

/* What the settings make of it. */
typedef struct rules {
    const daemon_alert_settings *settings;
    telemetry_alerts *alerts;
    daemon_notifier *notifier;
    double *values;
} rules;

struct daemon_alerts {
    daemon_metrics *metrics;
    const zkl_env *env;
    zkl_arena memory;
    char *file;
    pthread_mutex_t mutex; /* of what follows */
    rules *rules;
    /* As silences.json has them: id, labels, from, until, reason, by. What the machine is given
     * points into it. */
    json_t *silences;
    telemetry_silence *given;
    telemetry_pair *pairs;
    size_t given_count;
};

/* ---- Silences */

static bool is_line(const json_t *text)
{
    const char *const c = json_string_value(text);
    const size_t size = json_string_length(text);
    bool is_good = c && size && size <= TEXT_BYTES_MAX && strlen(c) == size;
    for (size_t i = 0; is_good && i < size; i++)
        is_good = (uint8_t)c[i] >= ' ' && c[i] != 0x7f;
    return is_good;
}

static bool are_labels(const json_t *labels)
{
    const char *name;
    json_t *value;
    const size_t count = json_object_size(labels);
    if (!count || count > LABELS_MAX) /* without any it would be of all */
        return false;
    json_object_foreach((json_t *)(uintptr_t)labels, name, value)
    {
        if (!is_line(value) || !*name || strlen(name) > 63)
            return false;
    }
    return true;
}

static bool is_silence(const json_t *one)
{
    const char *id = "", *by = "";
    json_t *labels = NULL, *reason = NULL;
    json_int_t from = 0, until = 0;
    return json_unpack((json_t *)(uintptr_t)one, "{s:s, s:o, s:I, s:I, s:o, s:s !}", "id", &id,
                       "labels", &labels, "from", &from, "until", &until, "reason", &reason, "by",
                       &by) == 0 &&
           strlen(id) == 16 && are_labels(labels) && is_line(reason) && from <= until;
}

/* With the mutex held: what the machine is given is made anew. false without memory: it is given
 * what it was given before, which `silences` still has. */
static bool give(daemon_alerts *a, json_t *silences)
{
    const size_t count = json_array_size(silences);
    telemetry_silence *const given = zkl_calloc(count + 1, sizeof *given);
    telemetry_pair *const pairs = zkl_calloc(count * LABELS_MAX + 1, sizeof *pairs);
    if (!given || !pairs) {
        zkl_free(given);
        zkl_free(pairs);
        return false;
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        json_t *const one = json_array_get(silences, i), *value;
        const char *name;
        given[i] = (telemetry_silence){
            .pairs = &pairs[at],
            .from_ms = json_integer_value(json_object_get(one, "from")),
            .until_ms = json_integer_value(json_object_get(one, "until")),
        };
        json_object_foreach(json_object_get(one, "labels"), name, value) pairs[at++] =
            (telemetry_pair){ name, json_string_value(value) };
        given[i].pair_count = (size_t)(&pairs[at] - given[i].pairs);
    }
    zkl_free(a->given);
    zkl_free(a->pairs);
    json_decref(a->silences);
    a->silences = silences;
    a->given = given;
    a->pairs = pairs;
    a->given_count = count;
    return true;
}

static zkl_status load(daemon_alerts *a, zkl_error *err)
{
    json_t *file = NULL, *all = NULL;
    int version = 0;
    zkl_error why = { 0 };
    const zkl_status read = daemon_json_read(&file, a->file, FILE_BYTES_MAX, &why);
    if (read == ZKL_NOT_FOUND)
        return give(a, json_array()) ? ZKL_OK : zkl_no_memory(err, 0);
    if (read != ZKL_OK)
        return zkl_fail_as(err, read, &why);
    bool is_good = json_unpack(file, "{s:i, s:o !}", "version", &version, "silences", &all) == 0 &&
                   version == 1 && json_is_array(all) &&
                   json_array_size(all) <= DAEMON_SILENCES_MAX;
    for (size_t i = 0; is_good && i < json_array_size(all); i++)
        is_good = is_silence(json_array_get(all, i));
    zkl_status status =
        is_good ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is no list of silences", a->file);
    if (status == ZKL_OK && !give(a, json_incref(all)))
        status = zkl_no_memory(err, 0);
    json_decref(file);
    return status;
}

/* Those that are not over, without the one of that id. NULL without memory. */
static json_t *rest_of(const daemon_alerts *a, int64_t now_ms, const char *without)
{
    json_t *const out = json_array();
    for (size_t i = 0; out && i < json_array_size(a->silences); i++) {
        json_t *const one = json_array_get(a->silences, i);
        const char *const id = json_string_value(json_object_get(one, "id"));
        if (json_integer_value(json_object_get(one, "until")) > now_ms &&
            (!without || strcmp(id, without) != 0))
            json_array_append(out, one);
    }
    return out;
}

/* With the mutex held. Takes silences. On the disk first: what was said to be silenced is. */
static zkl_status store(daemon_alerts *a, json_t *silences, zkl_error *err)
{
    json_t *const file =
        silences ? json_pack("{s:i, s:O}", "version", 1, "silences", silences) : NULL;
    zkl_status status = daemon_json_write(a->file, file, err);
    if (status == ZKL_OK && !give(a, silences))
        status = zkl_no_memory(err, 0);
    if (status != ZKL_OK)
        json_decref(silences);
    return status;
}

zkl_status daemon_silence_add(char id[static 17], daemon_alerts *a, const json_t *labels,
                              int64_t until_ms, const char *reason, const char *by, zkl_error *err)
{
    uint8_t bytes[8];
    const int64_t now_ms = zkl_env_now_ms(a->env);
    ZKL_TRY(zkl_env_random(a->env, bytes, sizeof bytes, err));
    zkl_hex_encode(id, bytes, sizeof bytes);
    if (until_ms <= now_ms || until_ms - now_ms > SILENCE_MS_MAX)
        return zkl_fail(err, ZKL_USAGE, "'until' is a time within a year");
    json_t *const one =
        json_pack("{s:s, s:O, s:I, s:I, s:s, s:s}", "id", id, "labels", labels, "from",
                  (json_int_t)now_ms, "until", (json_int_t)until_ms, "reason", reason, "by", by);
    if (!one || !is_silence(one)) {
        json_decref(one);
        return zkl_fail(err, ZKL_USAGE,
                        "a silence has 1 to %d labels and a reason, of one line each", LABELS_MAX);
    }
    pthread_mutex_lock(&a->mutex);
    json_t *const silences = rest_of(a, now_ms, NULL);
    zkl_status status = ZKL_OK;
    if (json_array_size(silences) >= DAEMON_SILENCES_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "there are %d silences", DAEMON_SILENCES_MAX);
    if (status == ZKL_OK && (!silences || json_array_append(silences, one) != 0))
        status = zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = store(a, silences, err);
    else
        json_decref(silences);
    pthread_mutex_unlock(&a->mutex);
    json_decref(one);
    return status;
}

zkl_status daemon_silence_end(daemon_alerts *a, const char *id, zkl_error *err)
{
    const int64_t now_ms = zkl_env_now_ms(a->env);
    pthread_mutex_lock(&a->mutex);
    json_t *const all = rest_of(a, now_ms, NULL), *const rest = rest_of(a, now_ms, id);
    const bool is_there = all && rest && json_array_size(rest) < json_array_size(all);
    zkl_status status;
    if (!all || !rest)
        status = zkl_no_memory(err, 0);
    else if (!is_there)
        status = zkl_fail(err, ZKL_NOT_FOUND, "there is no such silence");
    else
        status = store(a, json_incref(rest), err);
    pthread_mutex_unlock(&a->mutex);
    json_decref(all);
    json_decref(rest);
    return status;
}

json_t *daemon_silences_list(daemon_alerts *a)
{
    pthread_mutex_lock(&a->mutex);
    json_t *const rest = rest_of(a, zkl_env_now_ms(a->env), NULL);
    json_t *const out = json_deep_copy(rest); /* another thread may let go of the rest */
    json_decref(rest);
    pthread_mutex_unlock(&a->mutex);
    return out;
}

/* ---- Rules */

static void notify(void *context, const telemetry_notification *what)
{
    daemon_alerts *const a = context;
    daemon_notifier_add(a->rules->notifier, what, a->rules->alerts);
}

static void count_states(daemon_alerts *a)
{
    size_t counts[3] = { 0 };
    for (size_t i = 0; i < a->rules->settings->alerts.alert_count; i++)
        counts[telemetry_alerts_now(a->rules->alerts, i)->state]++;
    for (size_t i = 0; i < ZKL_COUNT(counts); i++)
        telemetry_set(daemon_metrics_registry(a->metrics), DAEMON_M_ALERTS, i, (double)counts[i]);
}

/* What begins and ends is said in the log, whoever is told of it besides. */
static void say_change(const telemetry_alert *alert, const telemetry_alert_now *now,
                       telemetry_alert_state before)
{
    if (before != TELEMETRY_FIRING && now->state == TELEMETRY_FIRING)
        daemon_say(DAEMON_SAY_WARNING, "alert %s: %s (%s)", alert->name, alert->summary,
                   alert->text);
    else if (before == TELEMETRY_FIRING && now->state != TELEMETRY_FIRING)
        daemon_say(DAEMON_SAY_INFO, "alert %s is over", alert->name);
}

void daemon_alerts_step(daemon_alerts *a, const telemetry_series_set *series)
{
    const telemetry_moment now = { daemon_clock_ms(), zkl_env_now_ms(a->env) };
    telemetry_alert_state before[DAEMON_ALERTS_MAX + 100];
    pthread_mutex_lock(&a->mutex);
    const rules *const r = a->rules;
    const telemetry_alert_settings *const s = &r->settings->alerts;
    ZKL_ASSERT(s->alert_count <= ZKL_COUNT(before));
    for (size_t i = 0; i < s->alert_count; i++) {
        r->values[i] = telemetry_rule_value(&s->alerts[i].rule, series);
        before[i] = telemetry_alerts_now(r->alerts, i)->state;
    }
    telemetry_alerts_step(r->alerts, now, r->values, a->given, a->given_count, notify, a);
    for (size_t i = 0; i < s->alert_count; i++)
        say_change(&s->alerts[i], telemetry_alerts_now(r->alerts, i), before[i]);
    count_states(a);
    pthread_mutex_unlock(&a->mutex);
}

static json_t *put_alert(const daemon_alerts *a, size_t at)
{
    static const char *const states[] = { "inactive", "pending", "firing" };
    const telemetry_alert *const alert = &a->rules->settings->alerts.alerts[at];
    const telemetry_alert_now *const now = telemetry_alerts_now(a->rules->alerts, at);
    json_t *const labels = json_object();
    for (size_t i = 0; labels && i < alert->label_count; i++)
        json_object_set_new(labels, alert->labels[i].name, json_string(alert->labels[i].value));
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:I, s:s, s:b, s:b, s:o}", "name", alert->name, "when",
                  alert->text, "summary", alert->summary, "for", (json_int_t)(alert->for_ms / 1000),
                  "state", states[now->state], "silenced", now->is_silenced, "inhibited",
                  now->is_inhibited, "labels", labels);
    if (out && isfinite(now->value))
        json_object_set_new(out, "value", json_real(now->value));
    if (out && now->state == TELEMETRY_FIRING)
        json_object_set_new(out, "since", json_integer(now->began_ms));
    return out;
}

json_t *daemon_alerts_list(daemon_alerts *a)
{
    json_t *const out = json_array();
    pthread_mutex_lock(&a->mutex);
    for (size_t i = 0; out && i < a->rules->settings->alerts.alert_count; i++)
        json_array_append_new(out, put_alert(a, i));
    pthread_mutex_unlock(&a->mutex);
    return out;
}

void daemon_alerts_put_series(zkl_buffer *out, daemon_alerts *a, int64_t from_ms)
{
    pthread_mutex_lock(&a->mutex);
    telemetry_alerts_put_history(out, a->rules->alerts, from_ms);
    pthread_mutex_unlock(&a->mutex);
}

/* ---- Making it */

static void free_rules(rules *r)
{
    if (!r)
        return;
    daemon_notifier_free(r->notifier);
    telemetry_alerts_free(r->alerts);
    zkl_free(r->values);
    zkl_free(r);
}

static zkl_status make_rules(rules **out, const daemon_alerts *a,
                             const daemon_alert_settings *settings, zkl_error *err)
{
    rules *const r = zkl_calloc(1, sizeof *r);
    if (!r)
        return zkl_no_memory(err, sizeof *r);
    r->settings = settings;
    r->values = zkl_calloc(settings->alerts.alert_count + 1, sizeof *r->values);
    zkl_status status = r->values ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = telemetry_alerts_new(&r->alerts, &settings->alerts, err);
    if (status == ZKL_OK)
        status = daemon_notifier_new(&r->notifier, settings, a->metrics, a->env, err);
    if (status == ZKL_OK)
        *out = r;
    else
        free_rules(r);
    return status;
}

zkl_status daemon_alerts_new(daemon_alerts **out, const daemon_alert_settings *settings,
                             const char *folder, daemon_metrics *metrics, const zkl_env *env,
                             zkl_error *err)
{
    daemon_alerts *const a = zkl_calloc(1, sizeof *a);
    if (!a)
        return zkl_no_memory(err, sizeof *a);
    *a = (daemon_alerts){ .metrics = metrics, .env = env };
    pthread_mutex_init(&a->mutex, NULL);
    a->file = zkl_arena_format(&a->memory, "%s/silences.json", folder);
    zkl_status status = a->file ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = load(a, err);
    if (status == ZKL_OK)
        status = make_rules(&a->rules, a, settings, err);
    if (status == ZKL_OK)
        *out = a;
    else
        daemon_alerts_free(a);
    return status;
}

/* The new notifier takes over last: what the old alerts have to say goes through the old one. */
zkl_status daemon_alerts_change(daemon_alerts *a, const daemon_alert_settings *settings,
                                zkl_error *err)
{
    rules *fresh = NULL;
    ZKL_TRY(make_rules(&fresh, a, settings, err));
    pthread_mutex_lock(&a->mutex);
    rules *const old = a->rules;
    const zkl_status status = telemetry_alerts_carry(fresh->alerts, old->alerts, notify, a, err);
    if (status == ZKL_OK)
        a->rules = fresh;
    pthread_mutex_unlock(&a->mutex);
    if (status == ZKL_OK)
        daemon_notifier_take_over(fresh->notifier, old->notifier);
    free_rules(status == ZKL_OK ? old : fresh);
    return status;
}

void daemon_alerts_stop(daemon_alerts *a)
{
    if (a)
        daemon_notifier_stop(a->rules->notifier);
}

void daemon_alerts_free(daemon_alerts *a)
{
    if (!a)
        return;
    free_rules(a->rules);
    json_decref(a->silences);
    zkl_free(a->given);
    zkl_free(a->pairs);
    pthread_mutex_destroy(&a->mutex);
    zkl_arena_clear(&a->memory);
    zkl_free(a);
}
