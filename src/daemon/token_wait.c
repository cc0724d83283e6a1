/* Two queues: of those whose provider is to be asked, in the order in which they came, and of those
 * that are refused, in the order in which they may be told. Each refusal waits as long, so that is
 * nearly the order in which they came. */
#include "daemon/token_wait.h"

#include <pthread.h>
#include <time.h>

#include "base/buffer.h"

#define ASKERS 4
#define WAITING_MAX ((size_t)4096)

typedef struct waiter {
    struct waiter *next;
    http_exchange *x; /* kept */
    daemon_token_done *done;
    zkl_buffer token;
    int64_t due_ms; /* of a refusal */
    daemon_token_verdict verdict;
} waiter;

typedef struct queue {
    waiter *first, *last;
} queue;

struct daemon_waiting {
    daemon_tokens *tokens;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t more_to_ask, more_to_refuse;
    queue to_ask, to_refuse;
    size_t count;
    bool stops;
    pthread_t threads[ASKERS + 1];
    size_t thread_count;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct timespec time_of(int64_t ms)
{
    return (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
}

/* ---- queues; under the mutex */

static void put(queue *q, waiter *w)
{
    w->next = NULL;
    if (q->last)
        q->last->next = w;
    else
        q->first = w;
    q->last = w;
}

static waiter *take(queue *q)
{
    waiter *const w = q->first;
    ZKL_ASSERT(w);
    q->first = w->next;
    if (!q->first)
        q->last = NULL;
    return w;
}

/* ---- telling */

static void tell(http_exchange *x, bool is_open, void *argument)
{
    waiter *const w = argument;
    w->done(x, is_open, &w->verdict);
    http_drop(x);
    zkl_free(w);
}

/* Takes w, which is in no queue. Without memory its client is not told, and its connection ends by
 * its deadline. */
static void send_off(daemon_waiting *waiting, waiter *w)
{
    http_exchange *const x = w->x;
    zkl_buffer_clear(&w->token);
    pthread_mutex_lock(&waiting->mutex);
    waiting->count--;
    pthread_mutex_unlock(&waiting->mutex);
    if (http_post(x, tell, w, NULL) != ZKL_OK) {
        zkl_free(w);
        http_drop(x);
    }
}

static void *refuse_all(void *context)
{
    daemon_waiting *const waiting = context;
    pthread_mutex_lock(&waiting->mutex);
    while (!waiting->stops || waiting->to_refuse.first) {
        const waiter *const first = waiting->to_refuse.first;
        if (!first) {
            pthread_cond_wait(&waiting->more_to_refuse, &waiting->mutex);
        } else if (!waiting->stops && first->due_ms > now_ms()) {
            const struct timespec due = time_of(first->due_ms);
            pthread_cond_timedwait(&waiting->more_to_refuse, &waiting->mutex, &due);
        } else {
            waiter *const w = take(&waiting->to_refuse);
            pthread_mutex_unlock(&waiting->mutex);
            send_off(waiting, w);
            pthread_mutex_lock(&waiting->mutex);
        }
    }
    pthread_mutex_unlock(&waiting->mutex);
    return NULL;
}

static void ask(daemon_waiting *waiting, waiter *w)
{
    w->verdict.state =
        daemon_tokens_ask(&w->verdict.who, waiting->tokens, zkl_buffer_bytes(&w->token));
    if (w->verdict.state != DAEMON_TOKEN_REFUSED) {
        send_off(waiting, w);
        return;
    }
    pthread_mutex_lock(&waiting->mutex);
    put(&waiting->to_refuse, w);
    pthread_cond_signal(&waiting->more_to_refuse);
    pthread_mutex_unlock(&waiting->mutex);
}

static void *ask_all(void *context)
{
    daemon_waiting *const waiting = context;
    pthread_mutex_lock(&waiting->mutex);
    while (!waiting->stops || waiting->to_ask.first) {
        if (!waiting->to_ask.first) {
            pthread_cond_wait(&waiting->more_to_ask, &waiting->mutex);
            continue;
        }
        waiter *const w = take(&waiting->to_ask);
        const bool stops = waiting->stops;
        pthread_mutex_unlock(&waiting->mutex);
        if (stops) {
            w->verdict.state = DAEMON_TOKEN_LOST;
            send_off(waiting, w);
        } else {
            ask(waiting, w);
        }
        pthread_mutex_lock(&waiting->mutex);
    }
    pthread_mutex_unlock(&waiting->mutex);
    return NULL;
}

/* ---- beginning and end */

static void init_conditions(daemon_waiting *waiting)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&waiting->more_to_ask, NULL);
    pthread_cond_init(&waiting->more_to_refuse, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

zkl_status daemon_waiting_new(daemon_waiting **out, daemon_tokens *tokens, zkl_error *err)
{
    daemon_waiting *const waiting = zkl_calloc(1, sizeof *waiting);
    if (!waiting)
        return zkl_no_memory(err, sizeof *waiting);
    waiting->tokens = tokens;
    pthread_mutex_init(&waiting->mutex, NULL);
    init_conditions(waiting);
    for (size_t i = 0; i < ASKERS + 1; i++) {
        if (pthread_create(&waiting->threads[i], NULL, i < ASKERS ? ask_all : refuse_all,
                           waiting) != 0) {
            daemon_waiting_free(waiting);
            return zkl_fail(err, ZKL_NO_MEMORY, "the system gives no thread for tokens");
        }
        waiting->thread_count++;
    }
    *out = waiting;
    return ZKL_OK;
}

static zkl_status add_locked(daemon_waiting *waiting, waiter *w, zkl_error *err)
{
    if (waiting->stops)
        return zkl_fail(err, ZKL_CANCELLED, "the service ends");
    if (waiting->count >= WAITING_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu tokens wait already", WAITING_MAX);
    waiting->count++;
    const bool asks = w->token.size > 0;
    put(asks ? &waiting->to_ask : &waiting->to_refuse, w);
    pthread_cond_signal(asks ? &waiting->more_to_ask : &waiting->more_to_refuse);
    return ZKL_OK;
}

zkl_status daemon_waiting_add(daemon_waiting *waiting, http_exchange *x, zkl_bytes token,
                              daemon_token_done *done, zkl_error *err)
{
    waiter *const w = zkl_calloc(1, sizeof *w);
    if (!w)
        return zkl_no_memory(err, sizeof *w);
    w->x = x;
    w->done = done;
    w->due_ms = now_ms() + DAEMON_REFUSAL_MS + 1; /* a part of this millisecond has gone */
    w->verdict.state = DAEMON_TOKEN_REFUSED;
    zkl_buffer_put(&w->token, token.data, token.size);
    zkl_status status = zkl_buffer_status(&w->token, err);
    if (status == ZKL_OK) {
        http_keep(x);
        pthread_mutex_lock(&waiting->mutex);
        status = add_locked(waiting, w, err);
        pthread_mutex_unlock(&waiting->mutex);
        if (status == ZKL_OK)
            return ZKL_OK;
        http_drop(x);
    }
    zkl_buffer_clear(&w->token);
    zkl_free(w);
    return status;
}

/* Askers first: what they are asking may still become a refusal. */
void daemon_waiting_stop(daemon_waiting *waiting)
{
    if (!waiting)
        return;
    pthread_mutex_lock(&waiting->mutex);
    waiting->stops = true;
    pthread_cond_broadcast(&waiting->more_to_ask);
    pthread_cond_broadcast(&waiting->more_to_refuse);
    pthread_mutex_unlock(&waiting->mutex);
    daemon_tokens_stop(waiting->tokens);
    for (size_t i = 0; i < waiting->thread_count; i++)
        pthread_join(waiting->threads[i], NULL);
    waiting->thread_count = 0;
    while (waiting->to_refuse.first) { /* came after the one that refuses had gone */
        waiter *const w = take(&waiting->to_refuse);
        send_off(waiting, w);
    }
}

void daemon_waiting_free(daemon_waiting *waiting)
{
    if (!waiting)
        return;
    daemon_waiting_stop(waiting);
    ZKL_ASSERT(waiting->count == 0);
    pthread_cond_destroy(&waiting->more_to_ask);
    pthread_cond_destroy(&waiting->more_to_refuse);
    pthread_mutex_destroy(&waiting->mutex);
    zkl_free(waiting);
}
