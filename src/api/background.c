/* Operations in the background: a queue, and a fixed number of threads that take from it.
 *
 *  1. One lock guards the queue and the state of every operation. It is never held while an
 *     operation runs.
 *  2. An operation is waiting (in the queue), running (of one thread) or over, and only goes on in
 *     that order.
 *  3. `answer` and `status` are written by the operation's thread before it is over, and never
 *     again: whoever saw it over may read them without the lock.
 *  4. Cancelling sets a flag, which the operation sees at its next word of progress. It unwinds
 *     by itself, as after any failure, so the ledger is as it was. */
#include <zkl/call.h>

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "api/answer.h"
#include "base/arena.h"
#include "base/env.h"

#define THREADS_MAX 256

struct zkl_operation {
    zkl_background *background;
    zkl_operation *next; /* in the queue */
    /* Of the copies of name and request; wiped, as a request may be for the owner's eyes alone. */
    zkl_arena memory;
    zkl_operation_start_request request;
    zkl_env env;           /* the caller's, with our progress before its own */
    zkl_progress reported; /* the caller's own */
    zkl_operation_progress progress;
    bool is_cancelled;
    zkl_call_result answer;
};

struct zkl_background {
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* there is work, or it is time to stop */
    pthread_cond_t ended; /* some operation is over */
    zkl_operation *first, *last;
    size_t operation_count; /* that are not freed */
    bool is_stopping;
    size_t thread_count;
    pthread_t threads[THREADS_MAX];
};

/* ---- On an operation's own thread */

/* Progress comes on the thread that runs the operation, a few times a second at most: the lock is
 * cheap beside it. The caller's own step is called without the lock, so it may ask about the
 * operation or cancel it. */
static bool report(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    zkl_operation *operation = opaque;
    zkl_operation_progress *progress = &operation->progress;
    pthread_mutex_lock(&operation->background->lock);
    ZKL_ASSERT(progress->state == ZKL_OPERATION_RUNNING);
    const size_t size = strnlen(stage, sizeof progress->stage - 1);
    memcpy(progress->stage, stage, size);
    progress->stage[size] = 0;
    progress->done = done;
    progress->total = total;
    const bool is_cancelled = operation->is_cancelled;
    pthread_mutex_unlock(&operation->background->lock);
    if (is_cancelled)
        return false;
    const zkl_progress *own = &operation->reported;
    return !own->step || own->step(own->opaque, stage, done, total);
}

/* One that was cancelled in the queue is answered as one that was cancelled at its first step. */
static zkl_status perform(zkl_operation *operation, bool is_cancelled)
{
    ZKL_ASSERT(!operation->answer.json); /* invariant 3: answered once */
    const zkl_operation_start_request *r = &operation->request;
    zkl_error err = { 0 };
    if (!is_cancelled)
        return zkl_call(&operation->answer, r->ledger, r->operation, r->request, &operation->env,
                        &err);
    zkl_fail(&err, ZKL_CANCELLED, "cancelled before it began");
    return api_answer_failure(&operation->answer, ZKL_CANCELLED, &err);
}

/* Take, run, tell. A thread stops when the queue is empty and no more can come; what was started is
 * never dropped without an answer. */
static void *work(void *argument)
{
    zkl_background *b = argument;
    pthread_mutex_lock(&b->lock);
    for (;;) {
        while (!b->first && !b->is_stopping)
            pthread_cond_wait(&b->wake, &b->lock);
        if (!b->first)
            break;
        zkl_operation *operation = b->first;
        /* Out of the queue: `next` is not looked at again. */
        b->first = operation->next;
        if (!b->first)
            b->last = NULL;
        ZKL_ASSERT(operation->progress.state == ZKL_OPERATION_WAITING);
        operation->progress.state = ZKL_OPERATION_RUNNING;
        const bool is_cancelled = operation->is_cancelled;
        pthread_mutex_unlock(&b->lock);
        const zkl_status status = perform(operation, is_cancelled);
        pthread_mutex_lock(&b->lock);
        operation->progress.status = status;
        operation->progress.state = ZKL_OPERATION_OVER;
        pthread_cond_broadcast(&b->ended); /* several may wait, each for another operation */
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* ---- Threads */

/* All threads at once, since an operation that is started must find one some day. */
zkl_status zkl_background_new(zkl_background **out, size_t thread_count, zkl_error *err)
{
    if (thread_count == 0 || thread_count > THREADS_MAX)
        return zkl_fail(err, ZKL_USAGE, "%zu threads for operations: 1 to %d", thread_count,
                        THREADS_MAX);
    zkl_background *b = zkl_calloc(1, sizeof *b);
    if (!b)
        return zkl_no_memory(err, sizeof *b);
    pthread_condattr_t monotonic; /* a clock that is set does not end a wait */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->wake, NULL);
    pthread_cond_init(&b->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* All or none: fewer threads than asked for would let operations wait for each other. */
    while (b->thread_count < thread_count &&
           pthread_create(&b->threads[b->thread_count], NULL, work, b) == 0)
        b->thread_count++;
    if (b->thread_count < thread_count) {
        const size_t got = b->thread_count;
        zkl_background_free(b);
        return zkl_fail(err, ZKL_LIMIT, "the system gives %zu threads of %zu", got, thread_count);
    }
    *out = b;
    return ZKL_OK;
}

/* Waits for its threads, which have nothing to do any more. */
void zkl_background_free(zkl_background *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    ZKL_ASSERT(b->operation_count == 0); /* the header asks for it: an operation points here */
    b->is_stopping = true;
    pthread_cond_broadcast(&b->wake);
    pthread_mutex_unlock(&b->lock);
    for (size_t i = 0; i < b->thread_count; i++)
        pthread_join(b->threads[i], NULL);
    pthread_cond_destroy(&b->ended);
    pthread_cond_destroy(&b->wake);
    pthread_mutex_destroy(&b->lock);
    zkl_free(b);
}

/* ---- One operation */

/* Only what no thread has any more. */
static void release(zkl_operation *operation)
{
    ZKL_ASSERT(!operation->background || operation->progress.state != ZKL_OPERATION_RUNNING);
    zkl_arena_clear(&operation->answer.memory);
    zkl_arena_clear(&operation->memory);
    zkl_free(operation);
}

/* What is wrong with the request is told by its answer: only what keeps it from being queued is
 * told here. */
zkl_status zkl_operation_start(zkl_operation **out, zkl_background *b,
                               const zkl_operation_start_request *request, zkl_error *err)
{
    if (request->request.size > ZKL_CALL_REQUEST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the request has %zu bytes, at most %zu",
                        request->request.size, ZKL_CALL_REQUEST_BYTES_MAX);
    zkl_operation *operation = zkl_calloc(1, sizeof *operation);
    if (!operation)
        return zkl_no_memory(err, sizeof *operation);
    /* The caller may reuse its buffers as soon as this returns. */
    operation->background = b;
    operation->request = *request;
    operation->request.operation =
        zkl_arena_text(&operation->memory, request->operation, strlen(request->operation));
    operation->request.request.data =
        zkl_arena_copy(&operation->memory, request->request.data, request->request.size);
    if (!operation->request.operation || !operation->request.request.data) {
        release(operation);
        return zkl_no_memory(err, request->request.size);
    }
    if (request->env)
        operation->env = *request->env;
    operation->reported = operation->env.progress;
    operation->env.progress = (zkl_progress){ .step = report, .opaque = operation };
    /* From here on a thread may have it, and even end it, before this returns. */
    pthread_mutex_lock(&b->lock);
    ZKL_ASSERT(!b->is_stopping && !b->first == !b->last);
    if (b->last)
        b->last->next = operation;
    else
        b->first = operation;
    b->last = operation;
    b->operation_count++;
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->lock);
    *out = operation;
    return ZKL_OK;
}

/* A copy, so the caller reads it without the lock. */
void zkl_operation_get_progress(zkl_operation_progress *out, zkl_operation *operation)
{
    pthread_mutex_lock(&operation->background->lock);
    *out = operation->progress;
    pthread_mutex_unlock(&operation->background->lock);
}

/* A flag and no more: the operation ends at its next word of progress. */
void zkl_operation_cancel(zkl_operation *operation)
{
    pthread_mutex_lock(&operation->background->lock);
    operation->is_cancelled = true;
    pthread_mutex_unlock(&operation->background->lock);
}

/* The moment ms from now, on the clock of `ended`. Milliseconds beyond what time_t holds do not
 * come here: UINT64_MAX waits without an end, and the next smaller number is 584 million years. */
static struct timespec after(uint64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    const uint64_t ns = (uint64_t)at.tv_nsec + ms % 1000 * 1000000;
    at.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
    at.tv_nsec = (long)(ns % 1000000000);
    return at;
}

/* Waking says that some operation is over, so the own state is looked at again each time. */
bool zkl_operation_wait(zkl_operation *operation, uint64_t timeout_ms)
{
    zkl_background *b = operation->background;
    const struct timespec end = after(timeout_ms == UINT64_MAX ? 0 : timeout_ms);
    int waited = 0;
    pthread_mutex_lock(&b->lock);
    while (operation->progress.state != ZKL_OPERATION_OVER && waited == 0)
        waited = timeout_ms == UINT64_MAX ? pthread_cond_wait(&b->ended, &b->lock)
                                          : pthread_cond_timedwait(&b->ended, &b->lock, &end);
    const bool is_over = operation->progress.state == ZKL_OPERATION_OVER;
    pthread_mutex_unlock(&b->lock);
    return is_over;
}

/* Without the lock afterwards: an answer does not change once its operation is over. */
const zkl_call_result *zkl_operation_result(zkl_operation *operation)
{
    return zkl_operation_wait(operation, 0) ? &operation->answer : NULL;
}

/* Cancelling first keeps the wait short. Whoever wants the answer has taken it. */
void zkl_operation_free(zkl_operation *operation)
{
    if (!operation)
        return;
    zkl_background *b = operation->background;
    /* Its thread holds pointers to it until it is over. */
    zkl_operation_cancel(operation);
    zkl_operation_wait(operation, UINT64_MAX);
    pthread_mutex_lock(&b->lock);
    ZKL_ASSERT(b->operation_count > 0);
    b->operation_count--;
    pthread_mutex_unlock(&b->lock);
    release(operation);
}
