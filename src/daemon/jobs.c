/* A list of jobs, newest last, and threads that take those that wait from a queue by priority.
 *
 * 1. The mutex guards the list and what is told of a job; it is not held while one runs.
 * 2. Whoever watches or waits is an exchange that is kept; what it is told goes to its loop by
 *    http_post. One that is gone is dropped when it is told the next time.
 * 3. Jobs that are over stay until there are more than KEPT_MAX of their ledger, and KEPT_MS; those
 *    that answer replays at least DAEMON_REPLAY_MS. Those that are in no journal, as every reading
 *    is, make room for the others. How many there are of other ledgers changes
 *    nothing for one.
 * 4. Ledgers take turns: they are the queues' groups.
 * 5. One of the journal is told to be over when its answer is on the disk. Where the disk fails it
 *    is told all the same, and written when the disk takes the next one, or at the end.
 * 6. Readings that somebody waits for do not wait behind what takes long: they have a queue and
 *    threads of their own, and memory that is kept for them, where there is enough. They write
 *    nothing and wait for nothing that is written, so a disk that stalls does not hold these up. */
#include "daemon/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/operation.h"
#include "base/arena.h"
#include "base/env.h"
#include "daemon/jobs_internal.h"
#include "daemon/replays.h"
#include "daemon/steady.h"

#define KEPT_MAX 1000
#define KEPT_MS ((int64_t)7 * 24 * 3600 * 1000)
#define WAITING_MAX 1000
#define READING_THREADS 2
#define READING_BYTES_MAX ((uint64_t)128 << 20) /* what may need more is none */

void jobs_close_reads(job *j)
{
    for (size_t i = 0; i < j->read_count; i++)
        close(j->reads[i]);
    j->read_count = 0;
}

static void free_job(job *j)
{
    jobs_close_reads(j);
    json_decref(j->files);
    json_decref(j->kept);
    zkl_buffer_clear(&j->request);
    zkl_arena_clear(&j->answer.memory);
    zkl_arena_clear(&j->memory);
    zkl_free(j);
}

/* ---- the list */

/* With little of it nothing is kept for readings, which then wait as the others do. */
static void share_memory(daemon_jobs *jobs, uint64_t bytes)
{
    const uint64_t reserve = READING_THREADS * READING_BYTES_MAX;
    jobs->reserve = bytes / 8 >= reserve ? reserve : 0;
    jobs->admission.memory_max = bytes - jobs->reserve;
}

static zkl_status start_threads(daemon_jobs *jobs, size_t count, zkl_error *err)
{
    const size_t all = count + READING_THREADS;
    jobs->threads = zkl_calloc(all, sizeof *jobs->threads);
    if (!jobs->threads)
        return zkl_no_memory(err, all * sizeof *jobs->threads);
    for (; jobs->thread_count < all; jobs->thread_count++)
        if (pthread_create(&jobs->threads[jobs->thread_count], NULL,
                           jobs->thread_count < count ? jobs_work : jobs_work_readings, jobs) != 0)
            return zkl_fail(err, ZKL_LIMIT, "the system gives no threads for jobs");
    return ZKL_OK;
}

zkl_status daemon_jobs_new(daemon_jobs **out, const daemon_jobs_of *of, size_t thread_count,
                           zkl_error *err)
{
    daemon_jobs *const jobs = zkl_calloc(1, sizeof *jobs);
    if (!jobs)
        return zkl_no_memory(err, sizeof *jobs);
    jobs->env = of->env;
    jobs->ages = of->ages ? of->ages : of->env;
    jobs->journal = of->journal;
    jobs->disk = of->disk;
    jobs->metrics = of->metrics;
    jobs->tracer = of->tracer;
    jobs->queue.most = jobs->readings.most = WAITING_MAX;
    share_memory(jobs, daemon_admission_default());
    pthread_mutex_init(&jobs->mutex, NULL);
    daemon_steady_init(&jobs->changed);
    const zkl_status status = start_threads(jobs, thread_count, err);
    if (status == ZKL_OK)
        *out = jobs;
    else
        daemon_jobs_free(jobs);
    return status;
}

void daemon_jobs_limit(daemon_jobs *jobs, daemon_limits *limits, size_t waiting_max)
{
    pthread_mutex_lock(&jobs->mutex);
    jobs->limits = limits;
    jobs->queue.most = jobs->readings.most = waiting_max;
    pthread_mutex_unlock(&jobs->mutex);
}

zkl_status daemon_jobs_check_memory(const daemon_jobs *jobs, uint64_t bytes, zkl_error *err)
{
    return daemon_admission_check(&jobs->admission, bytes, err);
}

void daemon_jobs_limit_memory(daemon_jobs *jobs, uint64_t bytes)
{
    pthread_mutex_lock(&jobs->mutex);
    share_memory(jobs, bytes);
    pthread_mutex_unlock(&jobs->mutex);
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
    const uint64_t until = daemon_clock_ms() + grace_ms;
    pthread_mutex_lock(&jobs->mutex);
    jobs->is_closed = true;
    for (job *j = jobs->first; j; j = j->next)
        j->is_cancelled |= j->state == ZKL_OPERATION_WAITING && !j->is_kept;
    while (is_running(jobs) && daemon_steady_wait(&jobs->changed, &jobs->mutex, until)) {
    }
    jobs->ends = true;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->mutex);
    for (size_t i = 0; i < jobs->thread_count; i++)
        pthread_join(jobs->threads[i], NULL);
    jobs->thread_count = 0;
    for (job *j = jobs->first; j; j = j->next)
        if (j->state == ZKL_OPERATION_WAITING && !j->is_left)
            jobs_end(j, ZKL_CANCELLED, &(zkl_call_result){ 0 });
    jobs_pay(jobs);
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

typedef struct dropped {
    const daemon_journal *journal;
    char id[17];
} dropped;

static void drop_folder(void *argument)
{
    dropped *const d = argument;
    daemon_journal_drop(d->journal, d->id);
    zkl_free(d);
}

/* On the disk's time. What cannot be asked for now goes with a later start. */
static void drop_later(const daemon_jobs *jobs, const job *j)
{
    dropped *const d = j->is_kept ? zkl_malloc(1, sizeof *d) : NULL;
    if (!d)
        return;
    d->journal = jobs->journal;
    memcpy(d->id, j->id, sizeof d->id);
    if (daemon_disk_do(jobs->disk, drop_folder, d, NULL) != ZKL_OK)
        zkl_free(d);
}

static size_t count_of(const daemon_jobs *jobs, const zkl_ledger *ledger)
{
    size_t count = 0;
    for (const job *j = jobs->first; j; j = j->next)
        count += j->ledger == ledger;
    return count;
}

/* Invariant 3. is_full: there are too many of its ledger. */
static bool may_go(const job *j, bool is_full, int64_t now)
{
    if (j->state != ZKL_OPERATION_OVER || j->watchers || j->is_being_written)
        return false;
    if (j->answers_replays && now < j->created_ms + DAEMON_REPLAY_MS)
        return false;
    return is_full || now > j->ended_ms + KEPT_MS;
}

/* spares: those that are in the journal go by their age alone. */
static void forget(daemon_jobs *jobs, const zkl_ledger *ledger, bool spares)
{
    const int64_t now = zkl_env_now_ms(jobs->ages);
    size_t count = count_of(jobs, ledger);
    job *before = NULL;
    for (job *j = jobs->first, *next; j; j = next) {
        const bool is_of_it = j->ledger == ledger;
        next = j->next;
        if (!may_go(j, is_of_it && count > KEPT_MAX && !(spares && j->is_kept), now)) {
            before = j;
            continue;
        }
        if (before)
            before->next = next;
        else
            jobs->first = next;
        if (jobs->last == j)
            jobs->last = before;
        count -= is_of_it;
        drop_later(jobs, j);
        free_job(j);
    }
}

/* A job of this ledger has come. */
static void forget_old(daemon_jobs *jobs, const zkl_ledger *ledger)
{
    forget(jobs, ledger, true);
    forget(jobs, ledger, false);
}

static char *copy_text(zkl_arena *memory, const char *text)
{
    return text ? zkl_arena_text(memory, text, strlen(text)) : NULL;
}

/* Its answer, of before this process. */
static void take_over(job *j, const json_t *over)
{
    const json_t *const answer = json_object_get(over, "answer");
    char *const text = answer ? json_dumps(answer, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    j->state = ZKL_OPERATION_OVER;
    j->status = (zkl_status)json_integer_value(json_object_get(over, "code"));
    if ((unsigned)j->status >= ZKL_STATUS_COUNT)
        j->status = ZKL_IO;
    j->ended_ms = json_integer_value(json_object_get(over, "ended"));
    j->was_interrupted = json_is_true(json_object_get(over, "interrupted"));
    if (text)
        j->answer.json = zkl_arena_text(&j->answer.memory, text, strlen(text));
    j->answer.json_size = j->answer.json ? strlen(j->answer.json) : 0;
    j->files = daemon_journal_files(j->jobs->journal, j->id);
    free(text);
}

/* Invariant 6. What is in the journal, or waits for the audit log, waits for the disk. */
static bool is_reading(const daemon_job_request *request)
{
    const api_operation *const row = api_find(request->operation);
    return request->waits && !request->id && !request->audited && row &&
           (!row->is_long || request->is_short) && row->effect != API_WRITES &&
           row->effect != API_MAY_WRITE && request->memory_bytes <= READING_BYTES_MAX;
}

static zkl_status fill_job(job *j, daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err)
{
    uint8_t id[8];
    ZKL_TRY(zkl_env_random(jobs->env, id, sizeof id, err));
    zkl_hex_encode(j->id, id, sizeof id);
    if (request->id)
        snprintf(j->id, sizeof j->id, "%s", request->id);
    snprintf(j->owner, sizeof j->owner, "%s", request->owner);
    j->is_kept = request->id != NULL;
    j->ledger = request->ledger;
    j->kept = json_incref(request->kept);
    j->queued.group = request->ledger;
    j->operation = request->operation;
    j->jobs = jobs;
    j->added_ms = daemon_clock_ms();
    j->memory_bytes = request->memory_bytes;
    j->is_reading = jobs->reserve && is_reading(request);
    j->deadline_ms = request->deadline_ms;
    j->created_ms = request->created_ms ? request->created_ms : zkl_env_now_ms(jobs->ages);
    j->answers_replays = request->answers_replays;
    zkl_buffer_put(&j->request, request->request.data, request->request.size);
    j->upload = copy_text(&j->memory, request->upload);
    j->result_file = copy_text(&j->memory, request->result_file);
    j->audit = request->audit;
    j->audited = request->audited;
    j->org = copy_text(&j->memory, request->org);
    j->request_id = copy_text(&j->memory, request->request_id);
    if (request->trace)
        j->trace = *request->trace;
    j->result_member = request->result_member;
    j->result_type = request->result_type;
    j->on_result = request->on_result;
    j->reads = zkl_arena_copy(&j->memory, request->reads, request->read_count * sizeof(int));
    daemon_party *const party = request->party ? ZKL_ARENA_NEW(&j->memory, daemon_party, 1) : NULL;
    if (party)
        *party = *request->party;
    j->party = party;
    j->proving = request->proving;
    if (j->request.failed || (request->party && !party) || (request->upload && !j->upload) ||
        !j->reads || (request->result_file && !j->result_file) || (request->org && !j->org) ||
        (request->request_id && !j->request_id))
        return zkl_no_memory(err, request->request.size);
    if (request->over)
        take_over(j, request->over);
    return ZKL_OK;
}

static zkl_status make_job(job **out, daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err)
{
    job *const j = zkl_calloc(1, sizeof *j);
    if (!j)
        return zkl_no_memory(err, sizeof *j);
    const zkl_status status = fill_job(j, jobs, request, err);
    if (status == ZKL_OK)
        *out = j;
    else
        free_job(j);
    return status;
}

/* It had to leave for one of a higher priority. With nothing held. */
static void end_shed(void *argument)
{
    job *const j = argument;
    zkl_call_result answer = { 0 };
    static const char json[] =
        "{\"status\": \"limit exceeded\", \"exit_code\": 6, \"error\": \"" SHED_TEXT "\"}";
    answer.json = zkl_arena_text(&answer.memory, json, sizeof json - 1);
    answer.json_size = answer.json ? sizeof json - 1 : 0;
    jobs_end(j, ZKL_LIMIT, &answer);
}

/* That one of the journal is over is written: not on the loop that asks. */
static void shed_job(const daemon_jobs *jobs, job *j)
{
    if (!j->is_kept || daemon_disk_do(jobs->disk, end_shed, j, NULL) != ZKL_OK)
        end_shed(j);
}

static daemon_queue *queue_of(daemon_jobs *jobs, const job *j)
{
    return j->is_reading ? &jobs->readings : &jobs->queue;
}

/* With the mutex held. What was accepted before this process waits, however many do. */
static bool enqueue(daemon_jobs *jobs, job *j, const daemon_job_request *request,
                    daemon_queue_item **shed)
{
    daemon_queue *const queue = queue_of(jobs, j);
    const size_t most = queue->most;
    if (request->created_ms)
        queue->most = SIZE_MAX;
    const bool waits = daemon_queue_put(queue, &j->queued, request->priority, shed);
    queue->most = most;
    return waits;
}

zkl_status daemon_jobs_add(char id[static 17], daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err)
{
    job *j = NULL;
    daemon_queue_item *shed = NULL;
    ZKL_TRY(make_job(&j, jobs, request, err));
    ZKL_ASSERT(j);
    memcpy(id, j->id, sizeof j->id);
    pthread_mutex_lock(&jobs->mutex);
    zkl_status status = ZKL_OK;
    ZKL_ASSERT(j->memory_bytes <= jobs->admission.memory_max); /* else it could never start */
    if (jobs->is_closed)
        status = zkl_fail(err, ZKL_CANCELLED, "the service is stopping");
    else if (!request->over && !enqueue(jobs, j, request, &shed))
        status = zkl_fail(err, ZKL_LIMIT, "%zu jobs wait already", queue_of(jobs, j)->most);
    else if (request->waits && !jobs_add_watcher(j, request->waits, true)) {
        daemon_queue_remove(queue_of(jobs, j), &j->queued);
        status = zkl_no_memory(err, sizeof(watcher));
    }
    if (status == ZKL_OK) {
        if (jobs->last)
            jobs->last->next = j;
        if (!jobs->first)
            jobs->first = j;
        jobs->last = j;
        j->read_count = request->read_count;
        if (!request->over)
            daemon_metrics_job_accepted(jobs->metrics, request->operation);
        forget_old(jobs, request->ledger);
        if (request->on_added) /* no thread takes it before the mutex is free */
            request->on_added(request->context, id);
        pthread_cond_broadcast(&jobs->changed); /* not each thread runs each job */
    }
    job *const left = (job *)shed;
    if (left) { /* as if it ran, so that nobody else ends it */
        left->state = ZKL_OPERATION_RUNNING;
        left->is_shed = true;
    }
    pthread_mutex_unlock(&jobs->mutex);
    if (left)
        shed_job(jobs, left);
    if (status != ZKL_OK)
        free_job(j);
    return status;
}

static bool is_in_view(const job *j, const daemon_job_view *view)
{
    return j->ledger == view->ledger && (!view->owner || strcmp(j->owner, view->owner) == 0);
}

/* With the mutex held. */
static job *find(const daemon_jobs *jobs, const char *id, const daemon_job_view *view)
{
    for (job *j = jobs->first; j; j = j->next)
        if (strcmp(j->id, id) == 0 && is_in_view(j, view))
            return j;
    return NULL;
}

json_t *daemon_jobs_show(daemon_jobs *jobs, const char *id, const daemon_job_view *view)
{
    pthread_mutex_lock(&jobs->mutex);
    const job *const j = find(jobs, id, view);
    json_t *const out = j ? jobs_put(j, true) : NULL;
    pthread_mutex_unlock(&jobs->mutex);
    return out;
}

json_t *daemon_jobs_list(daemon_jobs *jobs, const daemon_job_view *view)
{
    json_t *const all = json_array();
    pthread_mutex_lock(&jobs->mutex);
    for (const job *j = jobs->first; j && all; j = j->next)
        if (is_in_view(j, view))
            json_array_append_new(all, jobs_put(j, false));
    pthread_mutex_unlock(&jobs->mutex);
    return all;
}

bool daemon_jobs_cancel(daemon_jobs *jobs, const char *id, const daemon_job_view *view)
{
    pthread_mutex_lock(&jobs->mutex);
    job *const j = find(jobs, id, view);
    const bool is_kept = j && j->is_kept && j->state != ZKL_OPERATION_OVER;
    if (j)
        j->is_cancelled = true; /* one that waits is taken at once, and is over */
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->mutex);
    if (is_kept) /* so that it is not begun anew; when it fails, its owner may ask again */
        (void)!daemon_journal_note(jobs->journal, id, "cancelled", NULL);
    return j != NULL;
}

bool daemon_jobs_find(daemon_jobs *jobs, const char *id, const daemon_job_view *view, bool *is_over)
{
    pthread_mutex_lock(&jobs->mutex);
    const job *const j = find(jobs, id, view);
    *is_over = j && j->state == ZKL_OPERATION_OVER;
    pthread_mutex_unlock(&jobs->mutex);
    return j != NULL;
}

bool daemon_jobs_answer(daemon_jobs *jobs, const char *id, const daemon_job_view *view,
                        http_exchange *x)
{
    pthread_mutex_lock(&jobs->mutex);
    job *const j = find(jobs, id, view);
    const bool is_over = j && j->state == ZKL_OPERATION_OVER && jobs_add_watcher(j, x, true);
    if (is_over)
        jobs_answer_waiters(j);
    pthread_mutex_unlock(&jobs->mutex);
    return is_over;
}

bool daemon_jobs_watch(daemon_jobs *jobs, const char *id, const daemon_job_view *view,
                       http_exchange *x)
{
    const http_header headers[] = {
        { zkl_bytes_of_text("content-type"), zkl_bytes_of_text("text/event-stream") },
        { zkl_bytes_of_text("cache-control"), zkl_bytes_of_text("no-store") },
    };
    http_keep(x);
    pthread_mutex_lock(&jobs->mutex);
    job *const j = find(jobs, id, view);
    const bool added = j && jobs_add_watcher(j, x, false);
    if (added)
        jobs_tell_newest(j);
    pthread_mutex_unlock(&jobs->mutex);
    if (added) /* in front of what was posted; with nothing held, since it may end x */
        http_answer(x, 200, headers, ZKL_COUNT(headers), HTTP_UNKNOWN);
    http_drop(x);
    return added;
}

void daemon_jobs_unwatch(daemon_jobs *jobs, const char *id, const http_exchange *x)
{
    pthread_mutex_lock(&jobs->mutex);
    for (job *j = jobs->first; j; j = j->next)
        if (strcmp(j->id, id) == 0)
            jobs_drop_watcher(j, x);
    pthread_mutex_unlock(&jobs->mutex);
}

void daemon_jobs_count(daemon_jobs *jobs, daemon_job_counts *out)
{
    *out = (daemon_job_counts){ 0 };
    pthread_mutex_lock(&jobs->mutex);
    for (const job *j = jobs->first; j; j = j->next) {
        for (const watcher *w = j->watchers; w; w = w->next)
            out->watching++;
        out->waiting += j->state == ZKL_OPERATION_WAITING;
        out->queued[j->queued.priority] += j->state == ZKL_OPERATION_WAITING;
        out->running += j->state == ZKL_OPERATION_RUNNING;
        out->over += j->state == ZKL_OPERATION_OVER;
        out->failed += j->state == ZKL_OPERATION_OVER && j->status != ZKL_OK;
    }
    out->memory_bytes = jobs->admission.taken;
    out->memory_max = jobs->admission.memory_max + jobs->reserve;
    pthread_mutex_unlock(&jobs->mutex);
}
