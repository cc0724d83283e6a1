/* A queue, and the thread that empties it. */
#include "daemon/notify.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/breaker.h"
#include "daemon/client.h"
#include "daemon/jobs.h"
#include "daemon/say.h"
#include "daemon/secret_file.h"
#include "daemon/steady.h"

#define RETRY_MS 500 /* doubled with each try */
#define RETRY_MS_MAX ((uint64_t)300 * 1000)

typedef struct message {
    struct message *next;
    size_t receiver;
    zkl_buffer body;
    uint64_t came_ms, due_ms;
    unsigned tries;
} message;

struct daemon_notifier {
    const daemon_alert_settings *settings;
    daemon_metrics *metrics;
    const zkl_env *env;
    zkl_arena memory;
    daemon_sender *senders;
    daemon_breaker *breakers;
    daemon_client *http;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    message *first, **last;
    size_t count;
    bool ends, has_thread;
    bool is_replaced; /* it ends, and what waits stays in the queue */
    pthread_t thread;
};

enum { SENT, FAILED, DROPPED }; /* of the label `outcome` */

static void count(daemon_notifier *n, size_t receiver, size_t outcome)
{
    telemetry_registry *const t = daemon_metrics_registry(n->metrics);
    const size_t values[] = { n->settings->receivers[receiver].by, outcome };
    if (t)
        telemetry_add(t, DAEMON_M_NOTIFICATIONS,
                      telemetry_series(t, DAEMON_M_NOTIFICATIONS, values), 1);
}

/* ---- One message */

static void free_message(message *m)
{
    zkl_buffer_clear(&m->body);
    zkl_free(m);
}

/* true: it is done with. */
static bool try_one(daemon_notifier *n, message *m)
{
    daemon_breaker *const breaker = &n->breakers[m->receiver];
    const char *const name = n->settings->alerts.receivers[m->receiver].name;
    daemon_ticket ticket;
    zkl_error err = { 0 };
    uint64_t until_ms;
    const uint64_t now = daemon_clock_ms();
    bool is_sent = false;
    if (daemon_breaker_ask(breaker, &ticket, now)) {
        m->tries++;
        is_sent = daemon_notify_send(&n->senders[m->receiver], zkl_buffer_bytes(&m->body),
                                     zkl_env_now_ms(n->env), &err) == ZKL_OK;
        daemon_breaker_tell(breaker, ticket, is_sent, daemon_clock_ms());
    }
    if (is_sent) {
        count(n, m->receiver, SENT);
        return true;
    }
    if (err.text[0])
        daemon_say(DAEMON_SAY_WARNING, "receiver '%s': %s", name, err.text);
    const unsigned doublings = m->tries < 8 ? m->tries : 8;
    const uint64_t wait = (uint64_t)RETRY_MS << doublings;
    m->due_ms = now + (wait < RETRY_MS_MAX ? wait : RETRY_MS_MAX);
    if (daemon_breaker_now(breaker, &until_ms) == DAEMON_BREAKER_OPEN && until_ms > m->due_ms)
        m->due_ms = until_ms;
    if (now - m->came_ms < DAEMON_NOTIFY_KEEP_MS)
        return false;
    daemon_say(DAEMON_SAY_ERROR, "receiver '%s' was not reached: a notification is given up", name);
    count(n, m->receiver, FAILED);
    return true;
}

/* ---- The queue, with the mutex held */

static void put(daemon_notifier *n, message *m)
{
    m->next = NULL;
    *n->last = m;
    n->last = &m->next;
    n->count++;
}

/* The first that is due; NULL: none is, and *next_ms says when one will be. */
static message *take(daemon_notifier *n, uint64_t now, uint64_t *next_ms)
{
    *next_ms = UINT64_MAX;
    for (message **at = &n->first; *at; at = &(*at)->next) {
        message *const m = *at;
        if (m->due_ms > now && !n->ends) { /* at the end all is looked at */
            *next_ms = m->due_ms < *next_ms ? m->due_ms : *next_ms;
            continue;
        }
        *at = m->next;
        if (!*at)
            n->last = at;
        n->count--;
        return m;
    }
    return NULL;
}

static void *work(void *context)
{
    daemon_notifier *const n = context;
    uint64_t next_ms = UINT64_MAX;
    pthread_mutex_lock(&n->mutex);
    for (;;) {
        message *const m = n->is_replaced ? NULL : take(n, daemon_clock_ms(), &next_ms);
        if (!m && n->ends)
            break;
        if (!m) {
            (void)daemon_steady_wait(&n->changed, &n->mutex, next_ms);
            continue;
        }
        const bool is_tried = !n->ends || !m->tries;
        pthread_mutex_unlock(&n->mutex);
        const bool is_done = is_tried && try_one(n, m);
        pthread_mutex_lock(&n->mutex);
        if (is_done || (n->ends && !n->is_replaced)) {
            if (!is_done)
                count(n, m->receiver, DROPPED);
            free_message(m);
        } else {
            put(n, m);
        }
    }
    pthread_mutex_unlock(&n->mutex);
    return NULL;
}

void daemon_notifier_add(daemon_notifier *n, const telemetry_notification *what,
                         const telemetry_alerts *alerts)
{
    message *const m = zkl_calloc(1, sizeof *m);
    const int64_t now_ms = zkl_env_now_ms(n->env);
    if (m) {
        m->receiver = what->receiver;
        m->came_ms = m->due_ms = daemon_clock_ms();
        switch (n->settings->receivers[what->receiver].by) {
        case DAEMON_TO_WEBHOOK:
            daemon_notify_json(&m->body, n->settings, what, alerts);
            break;
        case DAEMON_TO_SMTP:
            daemon_notify_mail(&m->body, n->settings, what, alerts, now_ms);
            break;
        case DAEMON_TO_SYSLOG:
            daemon_notify_syslog(&m->body, n->settings, what, alerts, now_ms);
            break;
        }
    }
    pthread_mutex_lock(&n->mutex);
    const bool is_taken = m && !m->body.failed && n->count < DAEMON_NOTIFY_MAX && !n->ends;
    if (is_taken)
        put(n, m);
    pthread_cond_signal(&n->changed);
    pthread_mutex_unlock(&n->mutex);
    if (is_taken)
        return;
    count(n, what->receiver, DROPPED);
    if (m)
        free_message(m);
}

/* ---- Making it */

static zkl_status fill(daemon_notifier *n, zkl_error *err)
{
    static const daemon_breaker_settings breaking = {
        .failures_max = 3, .open_ms = 10000, .open_ms_most = 300000, .probe_ms = 60000
    };
    const size_t receivers = n->settings->alerts.receiver_count;
    n->senders = ZKL_ARENA_NEW(&n->memory, daemon_sender, receivers + 1);
    n->breakers = ZKL_ARENA_NEW(&n->memory, daemon_breaker, receivers + 1);
    if (!n->senders || !n->breakers)
        return zkl_no_memory(err, receivers * sizeof *n->breakers);
    for (size_t i = 0; i < receivers; i++)
        daemon_breaker_init(&n->breakers[i], &breaking);
    ZKL_TRY(daemon_client_new(&n->http, err));
    for (size_t i = 0; i < receivers; i++) {
        const daemon_receiver *const r = &n->settings->receivers[i];
        n->senders[i] = (daemon_sender){ .http = n->http, .receiver = r };
        const char *const path = r->secret_file ? r->secret_file : r->password_file;
        if (path)
            ZKL_TRY(
                daemon_secret_read(&n->senders[i].secret, &n->senders[i].secret_size, path, err));
    }
    n->has_thread = pthread_create(&n->thread, NULL, work, n) == 0;
    return n->has_thread ? ZKL_OK
                         : zkl_fail(err, ZKL_LIMIT, "the system gives no thread for notifications");
}

zkl_status daemon_notifier_new(daemon_notifier **out, const daemon_alert_settings *settings,
                               daemon_metrics *metrics, const zkl_env *env, zkl_error *err)
{
    daemon_notifier *const n = zkl_calloc(1, sizeof *n);
    if (!n)
        return zkl_no_memory(err, sizeof *n);
    *n = (daemon_notifier){ .settings = settings, .metrics = metrics, .env = env };
    n->last = &n->first;
    pthread_mutex_init(&n->mutex, NULL);
    daemon_steady_init(&n->changed);
    const zkl_status status = fill(n, err);
    if (status == ZKL_OK)
        *out = n;
    else
        daemon_notifier_free(n);
    return status;
}

static void end_thread(daemon_notifier *n, bool is_replaced)
{
    pthread_mutex_lock(&n->mutex);
    n->ends = true;
    n->is_replaced = is_replaced;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->mutex);
    pthread_join(n->thread, NULL);
    n->has_thread = false;
}

void daemon_notifier_stop(daemon_notifier *n)
{
    if (n && n->has_thread)
        end_thread(n, false);
}

/* Of the same name and kind; SIZE_MAX: there is none. */
static size_t find_receiver(const daemon_notifier *n, const daemon_notifier *of, size_t receiver)
{
    const daemon_alert_settings *const s = n->settings, *const old = of->settings;
    for (size_t i = 0; i < s->alerts.receiver_count; i++)
        if (s->receivers[i].by == old->receivers[receiver].by &&
            strcmp(s->alerts.receivers[i].name, old->alerts.receivers[receiver].name) == 0)
            return i;
    return SIZE_MAX;
}

void daemon_notifier_take_over(daemon_notifier *to, daemon_notifier *from)
{
    if (from->has_thread)
        end_thread(from, true);
    pthread_mutex_lock(&to->mutex);
    for (message *m = from->first, *next; m; m = next) {
        const size_t receiver = find_receiver(to, from, m->receiver);
        next = m->next;
        if (receiver != SIZE_MAX && to->count < DAEMON_NOTIFY_MAX) {
            m->receiver = receiver;
            put(to, m);
        } else {
            count(from, m->receiver, DROPPED);
            free_message(m);
        }
    }
    from->first = NULL;
    from->last = &from->first;
    from->count = 0;
    pthread_cond_signal(&to->changed);
    pthread_mutex_unlock(&to->mutex);
}

void daemon_notifier_free(daemon_notifier *n)
{
    if (!n)
        return;
    daemon_notifier_stop(n);
    for (message *m = n->first, *next; m; m = next) {
        next = m->next;
        free_message(m);
    }
    for (size_t i = 0; n->senders && n->breakers && i < n->settings->alerts.receiver_count; i++) {
        daemon_breaker_clear(&n->breakers[i]);
        zkl_secret_free(n->senders[i].secret);
    }
    daemon_client_free(n->http);
    pthread_cond_destroy(&n->changed);
    pthread_mutex_destroy(&n->mutex);
    zkl_arena_clear(&n->memory);
    zkl_free(n);
}
