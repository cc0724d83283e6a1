/* A list of jobs, newest last, and threads that take the first that waits.
 *
 * 1. The mutex guards the list and what is told of a job; it is not held while one runs.
 * 2. Whoever watches or waits is an exchange that is kept; what it is told goes to its loop by
 *    http_post. One that is gone is dropped when it is told the next time.
 * 3. Jobs that are over stay until KEPT_MAX newer ones are. */
#include "daemon/jobs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/daemon.h"

#define KEPT_MAX 1000
#define WAITING_MAX 1000
#define STEP_MS 200 /* between two events of one job */
#define RESULT_BYTES_MAX ((size_t)1 << 30)

/* An exchange that is told of a job. */
typedef struct watcher {
    struct watcher *next;
    http_exchange *x;
    bool wants_answer; /* at the end alone; else events */
} watcher;

typedef struct job {
    struct job *next;
    char id[17], owner[17];
    const char *operation;
    zkl_buffer request;
    char *upload, *result_file;
    const char *result_member, *result_type;
    zkl_operation_state state;
    zkl_status status;
    char stage[64];
    uint64_t done, total;
    int64_t created_ms, ended_ms;
    bool is_cancelled;
    uint64_t told_ms;
    watcher *watchers;
    zkl_call_result answer;
    daemon_jobs *jobs;
    zkl_arena memory;
} job;

struct daemon_jobs {
    zkl_ledger *ledger;
    const zkl_env *env;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    job *first, *last;
    size_t count;
    bool is_closed, ends;
    pthread_t *threads;
    size_t thread_count;
};

static const char *const state_texts[] = { "waiting", "running", "over" };

static void free_job(job *j)
{
    zkl_buffer_clear(&j->request);
    zkl_arena_clear(&j->answer.memory);
    zkl_arena_clear(&j->memory);
    zkl_free(j);
}

/* ---- telling */

/* Text for one loop; freed there. */
typedef struct told {
    zkl_buffer text;
    bool is_last;
} told;

static void tell(http_exchange *x, bool is_open, void *argument)
{
    told *const t = argument;
    if (is_open) {
        (void)http_write(x, zkl_buffer_bytes(&t->text)); /* events are few and small */
        if (t->is_last)
            http_finish(x, NULL, 0);
    }
    if (t->is_last) /* else its watcher keeps it */
        http_drop(x);
    zkl_buffer_clear(&t->text);
    zkl_free(t);
}

/* A job as JSON; with its answer when that is wanted and there is one. */
static json_t *put_job(const job *j, bool with_answer)
{
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "id", j->id, "operation", j->operation,
                  "state", state_texts[j->state], "stage", j->stage, "done", (json_int_t)j->done,
                  "total", (json_int_t)j->total, "created", (json_int_t)j->created_ms);
    if (!out || j->state != ZKL_OPERATION_OVER)
        return out;
    json_object_set_new(out, "status", json_string(zkl_status_text(j->status)));
    json_object_set_new(out, "ended", json_integer(j->ended_ms));
    if (with_answer && j->answer.json)
        json_object_set_new(out, "answer", json_loads(j->answer.json, 0, NULL));
    return out;
}

/* With the mutex held. A watcher that cannot be told is let go. */
static void tell_watchers(job *j)
{
    const bool is_last = j->state == ZKL_OPERATION_OVER;
    json_t *const body = put_job(j, is_last);
    char *const text = body ? json_dumps(body, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(body);
    watcher *kept = NULL;
    for (watcher *w = j->watchers, *next; w; w = next) {
        next = w->next;
        told *const t = w->wants_answer || !text ? NULL : zkl_calloc(1, sizeof *t);
        if (t) {
            zkl_buffer_format(&t->text, "event: %s\ndata: %s\n\n", is_last ? "over" : "step", text);
            t->is_last = is_last;
            if (http_post(w->x, tell, t, NULL) != ZKL_OK) {
                http_drop(w->x);
                zkl_buffer_clear(&t->text);
                zkl_free(t);
                zkl_free(w);
                continue;
            }
        }
        if (t && is_last) {
            zkl_free(w);
        } else {
            w->next = kept;
            kept = w;
        }
    }
    j->watchers = kept;
    free(text);
}

/* What a waiting exchange is answered with; freed on its loop. */
typedef struct final {
    zkl_status status;
    char *json;
    const char *type; /* of body; NULL: the answer's JSON is sent */
    zkl_buffer body;
} final;

static void send_final(http_exchange *x, bool is_open, void *argument)
{
    final *const f = argument;
    const zkl_call_result answer = { .json = f->json, .json_size = f->json ? strlen(f->json) : 0 };
    if (is_open && f->type)
        http_reply(x, 200, f->type, zkl_buffer_bytes(&f->body));
    else if (is_open)
        daemon_answer(x, f->status, &answer);
    http_drop(x);
    zkl_buffer_clear(&f->body);
    free(f->json);
    zkl_free(f);
}

static bool take_member(zkl_buffer *out, const job *j)
{
    json_t *const answer = j->answer.json ? json_loads(j->answer.json, 0, NULL) : NULL;
    const char *const text = json_string_value(json_object_get(answer, j->result_member));
    if (text)
        zkl_buffer_put_text(out, text);
    json_decref(answer);
    return text && !out->failed;
}

/* What is sent instead of the answer's JSON, if anything is. */
static void take_result(final *f, const job *j)
{
    if (j->status != ZKL_OK || !j->result_type)
        return;
    if (j->result_file ? zkl_file_read(&f->body, j->result_file, RESULT_BYTES_MAX, NULL) == ZKL_OK
                       : take_member(&f->body, j))
        f->type = j->result_type;
}

/* Those who wait for the answer. The file is read once a waiter: there is one. */
static void answer_waiters(job *j)
{
    for (watcher *w = j->watchers, *next; w; w = next) {
        next = w->next;
        final *const f = zkl_calloc(1, sizeof *f);
        if (f) {
            f->status = j->status;
            f->json = j->answer.json ? strdup(j->answer.json) : NULL;
            take_result(f, j);
        }
        if (!f || http_post(w->x, send_final, f, NULL) != ZKL_OK)
            http_drop(w->x);
        zkl_free(w);
    }
    j->watchers = NULL;
}

/* ---- running */

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool take_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    job *const j = opaque;
    pthread_mutex_lock(&j->jobs->mutex);
    const uint64_t now = clock_ms();
    const bool is_other = strcmp(j->stage, stage) != 0;
    snprintf(j->stage, sizeof j->stage, "%s", stage);
    j->done = done;
    j->total = total;
    if (j->watchers && (is_other || now >= j->told_ms + STEP_MS)) {
        j->told_ms = now;
        tell_watchers(j);
    }
    const bool goes_on = !j->is_cancelled && !j->jobs->ends;
    pthread_mutex_unlock(&j->jobs->mutex);
    return goes_on;
}

/* With nothing held. */
static void end_job(job *j, zkl_status status, const zkl_call_result *answer)
{
    if (j->upload)
        unlink(j->upload);
    pthread_mutex_lock(&j->jobs->mutex);
    j->answer = *answer;
    j->status = status;
    j->state = ZKL_OPERATION_OVER;
    j->ended_ms = zkl_env_now_ms(j->jobs->env);
    pthread_cond_broadcast(&j->jobs->changed);
    zkl_buffer_clear(&j->request);
    tell_watchers(j);
    answer_waiters(j);
    pthread_mutex_unlock(&j->jobs->mutex);
    if (j->result_file)
        unlink(j->result_file);
}

static void run(job *j)
{
    zkl_env env = *j->jobs->env;
    env.progress = (zkl_progress){ take_step, j };
    zkl_error err = { 0 };
    zkl_call_result answer = { 0 };
    const zkl_status status =
        zkl_call(&answer, j->jobs->ledger, j->operation, zkl_buffer_bytes(&j->request), &env, &err);
    end_job(j, status, &answer);
}

static job *first_waiting(const daemon_jobs *jobs)
{
    job *j = jobs->first;
    while (j && j->state != ZKL_OPERATION_WAITING)
        j = j->next;
    return j;
}

static void *work(void *context)
{
    daemon_jobs *const jobs = context;
    pthread_mutex_lock(&jobs->mutex);
    while (!jobs->ends) {
        job *const j = first_waiting(jobs);
        if (!j) {
            pthread_cond_wait(&jobs->changed, &jobs->mutex);
            continue;
        }
        j->state = ZKL_OPERATION_RUNNING;
        const bool is_cancelled = j->is_cancelled;
        pthread_mutex_unlock(&jobs->mutex);
        if (is_cancelled)
            end_job(j, ZKL_CANCELLED, &(zkl_call_result){ 0 });
        else
            run(j);
        pthread_mutex_lock(&jobs->mutex);
    }
    pthread_mutex_unlock(&jobs->mutex);
    return NULL;
}

/* ---- the list */

zkl_status daemon_jobs_new(daemon_jobs **out, zkl_ledger *ledger, const zkl_env *env,
                           size_t thread_count, zkl_error *err)
{
    daemon_jobs *const jobs = zkl_calloc(1, sizeof *jobs);
    if (!jobs)
        return zkl_no_memory(err, sizeof *jobs);
    jobs->ledger = ledger;
    jobs->env = env;
    pthread_mutex_init(&jobs->mutex, NULL);
    pthread_cond_init(&jobs->changed, NULL);
    jobs->threads = zkl_calloc(thread_count, sizeof *jobs->threads);
    while (jobs->threads && jobs->thread_count < thread_count &&
           pthread_create(&jobs->threads[jobs->thread_count], NULL, work, jobs) == 0)
        jobs->thread_count++;
    if (jobs->thread_count == thread_count) {
        *out = jobs;
        return ZKL_OK;
    }
    daemon_jobs_free(jobs);
    return zkl_fail(err, ZKL_LIMIT, "the system gives no threads for jobs");
}

static bool is_running(const daemon_jobs *jobs)
{
    for (const job *j = jobs->first; j; j = j->next)
        if (j->state == ZKL_OPERATION_RUNNING)
            return true;
    return false;
}

void daemon_jobs_stop(daemon_jobs *jobs, uint64_t grace_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(grace_ms / 1000);
    pthread_mutex_lock(&jobs->mutex);
    jobs->is_closed = true;
    for (job *j = jobs->first; j; j = j->next)
        j->is_cancelled |= j->state == ZKL_OPERATION_WAITING;
    while (is_running(jobs) && pthread_cond_timedwait(&jobs->changed, &jobs->mutex, &until) == 0) {
    }
    jobs->ends = true;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->mutex);
    for (size_t i = 0; i < jobs->thread_count; i++)
        pthread_join(jobs->threads[i], NULL);
    jobs->thread_count = 0;
    for (job *j = jobs->first; j; j = j->next)
        if (j->state == ZKL_OPERATION_WAITING)
            end_job(j, ZKL_CANCELLED, &(zkl_call_result){ 0 });
}

void daemon_jobs_free(daemon_jobs *jobs)
{
    if (!jobs)
        return;
    daemon_jobs_stop(jobs, 0);
    for (job *j = jobs->first, *next; j; j = next) {
        next = j->next;
        free_job(j);
    }
    pthread_mutex_destroy(&jobs->mutex);
    pthread_cond_destroy(&jobs->changed);
    zkl_free(jobs->threads);
    zkl_free(jobs);
}

static void forget_old(daemon_jobs *jobs)
{
    while (jobs->count > KEPT_MAX && jobs->first->state == ZKL_OPERATION_OVER) {
        job *const old = jobs->first;
        jobs->first = old->next;
        jobs->count--;
        free_job(old);
    }
}

static bool add_watcher(job *j, http_exchange *x, bool wants_answer)
{
    watcher *const w = zkl_calloc(1, sizeof *w);
    if (!w)
        return false;
    *w = (watcher){ j->watchers, x, wants_answer };
    http_keep(x);
    j->watchers = w;
    return true;
}

static char *copy_text(zkl_arena *memory, const char *text)
{
    return text ? zkl_arena_text(memory, text, strlen(text)) : NULL;
}

static zkl_status make_job(job **out, daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err)
{
    uint8_t id[8];
    ZKL_TRY(zkl_env_random(jobs->env, id, sizeof id, err));
    job *const j = zkl_calloc(1, sizeof *j);
    if (!j)
        return zkl_no_memory(err, sizeof *j);
    zkl_hex_encode(j->id, id, sizeof id);
    snprintf(j->owner, sizeof j->owner, "%s", request->owner);
    j->operation = request->operation;
    j->jobs = jobs;
    j->created_ms = zkl_env_now_ms(jobs->env);
    zkl_buffer_put(&j->request, request->request.data, request->request.size);
    j->upload = copy_text(&j->memory, request->upload);
    j->result_file = copy_text(&j->memory, request->result_file);
    j->result_member = request->result_member;
    j->result_type = request->result_type;
    if (j->request.failed || (request->upload && !j->upload) ||
        (request->result_file && !j->result_file)) {
        free_job(j);
        return zkl_no_memory(err, request->request.size);
    }
    *out = j;
    return ZKL_OK;
}

static size_t count_waiting(const daemon_jobs *jobs)
{
    size_t count = 0;
    for (const job *j = jobs->first; j; j = j->next)
        count += j->state == ZKL_OPERATION_WAITING;
    return count;
}

zkl_status daemon_jobs_add(char id[static 17], daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err)
{
    job *j = NULL;
    ZKL_TRY(make_job(&j, jobs, request, err));
    memcpy(id, j->id, sizeof j->id);
    pthread_mutex_lock(&jobs->mutex);
    zkl_status status = ZKL_OK;
    if (jobs->is_closed)
        status = zkl_fail(err, ZKL_CANCELLED, "the service is stopping");
    else if (count_waiting(jobs) >= WAITING_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "%d jobs wait already", WAITING_MAX);
    else if (request->waits && !add_watcher(j, request->waits, true))
        status = zkl_no_memory(err, sizeof(watcher));
    if (status == ZKL_OK) {
        if (jobs->last)
            jobs->last->next = j;
        if (!jobs->first)
            jobs->first = j;
        jobs->last = j;
        jobs->count++;
        forget_old(jobs);
        pthread_cond_signal(&jobs->changed);
    }
    pthread_mutex_unlock(&jobs->mutex);
    if (status != ZKL_OK)
        free_job(j);
    return status;
}

/* With the mutex held. */
static job *find(const daemon_jobs *jobs, const char *id, const char *owner)
{
    for (job *j = jobs->first; j; j = j->next)
        if (strcmp(j->id, id) == 0 && (!owner || strcmp(j->owner, owner) == 0))
            return j;
    return NULL;
}

json_t *daemon_jobs_show(daemon_jobs *jobs, const char *id, const char *owner)
{
    pthread_mutex_lock(&jobs->mutex);
    const job *const j = find(jobs, id, owner);
    json_t *const out = j ? put_job(j, true) : NULL;
    pthread_mutex_unlock(&jobs->mutex);
    return out;
}

json_t *daemon_jobs_list(daemon_jobs *jobs, const char *owner)
{
    json_t *const all = json_array();
    pthread_mutex_lock(&jobs->mutex);
    for (const job *j = jobs->first; j && all; j = j->next)
        if (!owner || strcmp(j->owner, owner) == 0)
            json_array_append_new(all, put_job(j, false));
    pthread_mutex_unlock(&jobs->mutex);
    return all;
}

bool daemon_jobs_cancel(daemon_jobs *jobs, const char *id, const char *owner)
{
    pthread_mutex_lock(&jobs->mutex);
    job *const j = find(jobs, id, owner);
    if (j)
        j->is_cancelled = true; /* one that waits is cancelled by its first step */
    pthread_mutex_unlock(&jobs->mutex);
    return j != NULL;
}

bool daemon_jobs_watch(daemon_jobs *jobs, const char *id, const char *owner, http_exchange *x)
{
    const http_header headers[] = {
        { zkl_bytes_of_text("content-type"), zkl_bytes_of_text("text/event-stream") },
        { zkl_bytes_of_text("cache-control"), zkl_bytes_of_text("no-store") },
    };
    pthread_mutex_lock(&jobs->mutex);
    job *const j = find(jobs, id, owner);
    const bool added = j && add_watcher(j, x, false);
    if (added) {
        http_answer(x, 200, headers, ZKL_COUNT(headers), HTTP_UNKNOWN);
        tell_watchers(j);
    }
    pthread_mutex_unlock(&jobs->mutex);
    return added;
}

void daemon_jobs_count(daemon_jobs *jobs, daemon_job_counts *out)
{
    *out = (daemon_job_counts){ 0 };
    pthread_mutex_lock(&jobs->mutex);
    for (const job *j = jobs->first; j; j = j->next) {
        out->waiting += j->state == ZKL_OPERATION_WAITING;
        out->running += j->state == ZKL_OPERATION_RUNNING;
        out->over += j->state == ZKL_OPERATION_OVER;
        out->failed += j->state == ZKL_OPERATION_OVER && j->status != ZKL_OK;
    }
    pthread_mutex_unlock(&jobs->mutex);
}
