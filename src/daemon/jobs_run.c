/* Threads that take jobs from the queue and run them, and how a job ends. */
#include "daemon/jobs_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"

#define STEP_MS 200 /* between two events of one job */

uint64_t daemon_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void trace_stage(job *j)
{
    telemetry_span span;
    const char *const name = daemon_metrics_stage_text(j->stage);
    if (j->is_traced &&
        daemon_span_begin(&span, j->jobs->tracer, name, TELEMETRY_SPAN_INTERNAL, &j->span.own)) {
        span.begun_ns = j->stage_ns;
        daemon_span_end(j->jobs->tracer, &span);
    }
}

/* One stage is over, with the mutex held. */
static void end_stage(job *j, uint64_t now)
{
    if (j->stage[0]) {
        daemon_metrics_stage(j->jobs->metrics, j->stage, now - j->stage_ms);
        trace_stage(j);
    }
    j->stage_ms = now;
    j->stage_ns = j->is_traced ? daemon_clock_ns() : 0;
}

/* From when it runs: how long it waited stands in it. */
static void begin_span(job *j)
{
    daemon_work work = { .tracer = j->jobs->tracer, .trace = j->trace };
    j->is_traced = daemon_span_begin(&j->span, j->jobs->tracer, j->operation,
                                     TELEMETRY_SPAN_INTERNAL, &j->trace);
    if (j->is_traced)
        work.trace = j->span.own;
    if (j->request_id)
        snprintf(work.request, sizeof work.request, "%s", j->request_id);
    daemon_trace_work(&work);
}

static void end_span(job *j, zkl_status status)
{
    daemon_trace_work(NULL);
    if (!j->is_traced)
        return;
    j->is_traced = false;
    telemetry_span_text(&j->span, "zkl.operation", j->operation);
    telemetry_span_text(&j->span, "zkl.status", zkl_status_text(status));
    telemetry_span_number(&j->span, "zkl.wait_ms", (int64_t)(j->begun_ms - j->added_ms));
    j->span.has_failed = status != ZKL_OK;
    j->span.id_key = "zkl.operation.id";
    snprintf(j->span.id, sizeof j->span.id, "%s", j->id);
    daemon_span_end(j->jobs->tracer, &j->span);
}

/* Whoever began it gave it no more time: as if he had cancelled it. */
static void check_deadline(job *j, uint64_t now)
{
    j->is_cancelled |= j->deadline_ms && now >= j->deadline_ms;
}

static bool take_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    job *const j = opaque;
    pthread_mutex_lock(&j->jobs->mutex);
    const uint64_t now = daemon_clock_ms();
    const bool is_other = strcmp(j->stage, stage) != 0;
    if (is_other)
        end_stage(j, now);
    snprintf(j->stage, sizeof j->stage, "%s", stage);
    j->done = done;
    j->total = total;
    if (j->watchers && (is_other || now >= j->told_ms + STEP_MS)) {
        j->told_ms = now;
        jobs_tell_watchers(j);
    }
    check_deadline(j, now);
    const bool goes_on = !j->is_cancelled && !j->jobs->ends;
    pthread_mutex_unlock(&j->jobs->mutex);
    return goes_on;
}

/* What it took is known. */
static void settle(job *j)
{
    const uint64_t now = daemon_clock_ms();
    if (!j->jobs->limits)
        return;
    daemon_limits_settle(j->jobs->limits, &j->running, 0, now);
    daemon_limits_settle(j->jobs->limits, &j->proving, j->begun_ms ? now - j->begun_ms : 0, now);
}

static void audit_end(const job *j, zkl_status status)
{
    char resource[sizeof "operations/" + sizeof j->id];
    if (!j->audit)
        return;
    snprintf(resource, sizeof resource, "operations/%s", j->id);
    const zkl_event event = { .kind = ZKL_EVENT_JOB_ENDED,
                              .outcome = status == ZKL_OK ? ZKL_EVENT_SUCCESS : ZKL_EVENT_FAILURE,
                              .action = j->operation,
                              .actor = j->owner,
                              .org = j->org,
                              .request = j->request_id,
                              .resource = resource,
                              .reason = status == ZKL_OK ? "" : zkl_status_text(status),
                              .milliseconds = j->ended_ms > j->created_ms
                                                  ? (uint64_t)(j->ended_ms - j->created_ms)
                                                  : 0 };
    (void)daemon_audit_put(j->audit, &event, true);
}

static zkl_status take_marks(void *opaque, const zkl_digest *receipt_ids, size_t count,
                             zkl_error *err)
{
    const job *const j = opaque;
    return daemon_journal_mark(j->jobs->journal, j->id, receipt_ids, count, err);
}

/* None of what it marked is in the log, as far as can be told. */
static bool has_recorded_nothing(const job *j)
{
    for (size_t i = 0; daemon_leaves_marks(j->operation); i++) {
        zkl_digest receipt_id;
        uint64_t index;
        bool is_there;
        if (daemon_journal_marked(&is_there, &receipt_id, j->jobs->journal, j->id, i, NULL) !=
            ZKL_OK)
            return false;
        if (!is_there)
            return true;
        if (zkl_log_find(&index, j->ledger, &receipt_id, NULL) != ZKL_NOT_FOUND)
            return false;
    }
    return false;
}

static bool write_answer(const job *j, zkl_status status, const zkl_call_result *answer,
                         int64_t ended_ms)
{
    json_t *const out = json_pack("{s:i, s:I}", "code", (int)status, "ended", (json_int_t)ended_ms);
    if (out && answer->json)
        json_object_set_new(out, "answer", json_loads(answer->json, 0, NULL));
    const zkl_status kept = daemon_journal_end(j->jobs->journal, j->id, out, NULL);
    json_decref(out);
    return kept == ZKL_OK;
}

/* On the disk, before anybody is told. What cannot be written is told of from memory, and owed:
 * who writes the next answer writes that one too. For a process that is killed meanwhile its marks
 * say the rest. Where there is nothing to say the next start would run it, and whoever was told
 * that it failed has asked for it again, or for something else: so it is taken out of the
 * journal. */
static void keep_answer(job *j, zkl_status status, const zkl_call_result *answer, int64_t now)
{
    j->files = daemon_journal_files(j->jobs->journal, j->id);
    j->owes_answer = !write_answer(j, status, answer, now);
    if (j->owes_answer && status != ZKL_OK && has_recorded_nothing(j)) /* else all of it fails */
        j->owes_answer = daemon_journal_forget(j->jobs->journal, j->id, NULL) != ZKL_OK;
}

/* With the mutex. */
static job *find_debtor(const daemon_jobs *jobs)
{
    for (job *j = jobs->first; j; j = j->next)
        if (j->owes_answer && !j->is_being_written && j->state == ZKL_OPERATION_OVER)
            return j;
    return NULL;
}

/* Until one fails again. Nothing of a job that is over changes, and none that is being written is
 * forgotten. */
void jobs_pay(daemon_jobs *jobs)
{
    bool is_written = true;
    pthread_mutex_lock(&jobs->mutex);
    for (job *j; is_written && (j = find_debtor(jobs)) != NULL;) {
        j->is_being_written = true;
        pthread_mutex_unlock(&jobs->mutex);
        is_written = write_answer(j, j->status, &j->answer, j->ended_ms);
        pthread_mutex_lock(&jobs->mutex);
        j->is_being_written = false;
        j->owes_answer = !is_written;
    }
    pthread_mutex_unlock(&jobs->mutex);
}

/* One that the service's own end cut off stays in the journal as it is; what it
 * held of limits goes in any case. */
void jobs_end(job *j, zkl_status status, const zkl_call_result *answer)
{
    daemon_jobs *const jobs = j->jobs;
    const int64_t now = zkl_env_now_ms(j->jobs->ages);
    if (j->upload)
        unlink(j->upload);
    settle(j);
    jobs_close_reads(j);
    pthread_mutex_lock(&j->jobs->mutex);
    const bool is_left = j->is_kept && status == ZKL_CANCELLED && !j->is_cancelled;
    pthread_mutex_unlock(&j->jobs->mutex);
    j->ended_ms = now; /* nobody reads it before the job is over */
    if (!is_left)
        audit_end(j, status);
    if (j->is_kept && !is_left)
        keep_answer(j, status, answer, now);
    pthread_mutex_lock(&j->jobs->mutex);
    if (j->begun_ms) {
        end_stage(j, daemon_clock_ms());
        end_span(j, status);
    }
    if (!is_left)
        daemon_metrics_job_ended(j->jobs->metrics, j->operation, status,
                                 j->begun_ms ? daemon_clock_ms() - j->begun_ms : 0);
    j->answer = *answer;
    j->status = status;
    j->is_left = is_left;
    j->state = is_left ? ZKL_OPERATION_WAITING : ZKL_OPERATION_OVER;
    pthread_cond_broadcast(&j->jobs->changed);
    zkl_buffer_clear(&j->request);
    jobs_tell_watchers(j);
    jobs_answer_waiters(j);
    if (j->result_file)
        unlink(j->result_file);
    const bool is_written = j->is_kept && !is_left && !j->owes_answer;
    pthread_mutex_unlock(&jobs->mutex); /* from here on it may be forgotten, and its memory gone */
    if (is_written)                     /* the disk takes answers */
        jobs_pay(jobs);
}

/* ---- answers without paths of this machine */

/* The job's folder as it stands in JSON, without quotes. */
static char *folder_in_json(const job *j, const char *below)
{
    char path[PATH_MAX];
    if (daemon_journal_path(path, j->jobs->journal, j->id, below, NULL) != ZKL_OK)
        return NULL;
    json_t *const text = json_string(path);
    char *const quoted = text ? json_dumps(text, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    json_decref(text);
    if (!quoted)
        return NULL;
    const size_t size = strlen(quoted);
    memmove(quoted, quoted + 1, size - 2);
    quoted[size - 2] = 0;
    return quoted;
}

static void put_replaced(zkl_buffer *out, const char *text, const char *what, const char *by)
{
    for (const char *at; (at = strstr(text, what)) != NULL; text = at + strlen(what)) {
        zkl_buffer_put(out, text, (size_t)(at - text));
        zkl_buffer_put_text(out, by);
    }
    zkl_buffer_put_text(out, text);
    zkl_buffer_put_u8(out, 0);
}

/* "/srv/zkl/jobs/ID/out/a.csv" is "out:a.csv" to whoever asked, and nobody else's matter. Without
 * memory the answer is the status alone. */
static void hide_folder(const job *j, zkl_call_result *answer)
{
    static const char *const below[][2] = { { "out/", "out:" },
                                            { "in/", "in:" },
                                            { NULL, "job:" } };
    bool failed = false;
    for (size_t i = 0; answer->json && i < ZKL_COUNT(below); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        char *const folder = folder_in_json(j, below[i][0]);
        if (folder)
            put_replaced(&out, answer->json, folder, below[i][1]);
        failed = !folder || out.failed;
        free(folder);
        answer->json = failed ? NULL : zkl_arena_text(&answer->memory, (char *)out.data, out.size);
        answer->json_size = answer->json ? strlen(answer->json) : 0;
    }
}

/* What was to be read could not be decrypted, or what was written not encrypted: those files are
 * lost, and entries that were recorded stay. */
static void answer_failure(zkl_call_result *answer, zkl_status status, const zkl_error *err)
{
    json_t *const out = json_pack("{s:s, s:i, s:s}", "status", zkl_status_text(status), "exit_code",
                                  zkl_status_exit_code(status), "error", err->text);
    char *const text = out ? json_dumps(out, JSON_ENSURE_ASCII) : NULL;
    answer->json = text ? zkl_arena_text(&answer->memory, text, strlen(text)) : NULL;
    answer->json_size = answer->json ? strlen(answer->json) : 0;
    json_decref(out);
    free(text);
}

static void run(job *j)
{
    zkl_env env = *j->jobs->env;
    j->begun_ms = daemon_clock_ms();
    daemon_metrics_job_begun(j->jobs->metrics, j->operation, j->begun_ms - j->added_ms);
    begin_span(j);
    env.progress = (zkl_progress){ take_step, j };
    if (j->is_kept)
        env.placing = (zkl_placing){ take_marks, j };
    zkl_error err = { 0 };
    zkl_call_result answer = { 0 };
    if (j->audited && !daemon_audit_wait(j->audit, j->audited)) { /* so nothing is done */
        jobs_end(j, ZKL_IO, &answer);
        return;
    }
    zkl_status status = ZKL_OK;
    if (j->is_kept && !daemon_leaves_marks(j->operation))
        status = daemon_journal_note(j->jobs->journal, j->id, "started", &err);
    if (status == ZKL_OK && j->is_kept)
        status = daemon_journal_unseal(j->jobs->journal, j->id, j->kept, &err);
    if (status != ZKL_OK) {
        answer_failure(&answer, status, &err);
    } else {
        status =
            zkl_call(&answer, j->ledger, j->operation, zkl_buffer_bytes(&j->request), &env, &err);
        if (j->is_kept && daemon_journal_seal(j->jobs->journal, j->id, &err) != ZKL_OK) {
            status = err.status;
            answer_failure(&answer, status, &err);
        }
    }
    if (j->is_kept)
        hide_folder(j, &answer);
    jobs_end(j, status, &answer);
}

/* One look through what waits, in its order. */
typedef struct look {
    daemon_jobs *jobs;
    bool for_readings; /* the thread runs nothing else: what it takes has its memory */
    bool is_full;      /* one that could go has no memory: nobody behind it goes */
} look;

/* Whoever has as many running as he may waits until one of them is over, and so does what finds no
 * memory. One that was cancelled needs none. A service that stops begins nothing that its next
 * start can run. */
static bool may_run(void *context, daemon_queue_item *item)
{
    look *const l = context;
    daemon_jobs *const jobs = l->jobs;
    job *const j = (job *)item;
    daemon_verdict verdict;
    const uint64_t now = daemon_clock_ms();
    check_deadline(j, now);
    if (j->is_cancelled) {
        j->memory_bytes = 0;
        return true;
    }
    if (l->is_full || (jobs->is_closed && j->is_kept))
        return false;
    if (l->for_readings)
        return true;
    const bool is_counted = j->party && jobs->limits;
    if (is_counted && !daemon_limits_hold(jobs->limits, &j->running, j->party,
                                          (daemon_cost){ DAEMON_JOBS, 1 }, now, &verdict))
        return false;
    if (daemon_admission_fits(&jobs->admission, j->memory_bytes)) {
        daemon_admission_take(&jobs->admission, j->memory_bytes);
        return true;
    }
    if (is_counted)
        daemon_limits_settle(jobs->limits, &j->running, 0, now);
    l->is_full = true;
    return false;
}

/* Threads of any job run readings too, when there is nothing else that they may. */
static job *take_job(daemon_jobs *jobs, bool for_readings)
{
    look once = { .jobs = jobs, .for_readings = for_readings };
    daemon_queue_item *item = NULL;
    if (!for_readings)
        item = daemon_queue_take(&jobs->queue, may_run, &once);
    return (job *)(item ? item : daemon_queue_take(&jobs->readings, may_run, &once));
}

static void work(daemon_jobs *jobs, bool for_readings)
{
    pthread_mutex_lock(&jobs->mutex);
    while (!jobs->ends) {
        job *const j = take_job(jobs, for_readings);
        if (!j) {
            pthread_cond_wait(&jobs->changed, &jobs->mutex);
            continue;
        }
        j->state = ZKL_OPERATION_RUNNING;
        const bool is_cancelled = j->is_cancelled;
        /* It may be forgotten when it is over. That of a thread for readings is kept for it. */
        const uint64_t memory_bytes = for_readings ? 0 : j->memory_bytes;
        pthread_mutex_unlock(&jobs->mutex);
        if (is_cancelled)
            jobs_end(j, ZKL_CANCELLED, &(zkl_call_result){ 0 });
        else
            run(j);
        pthread_mutex_lock(&jobs->mutex);
        daemon_admission_give(&jobs->admission, memory_bytes);
        pthread_cond_broadcast(&jobs->changed); /* for those who wait for room */
    }
    pthread_mutex_unlock(&jobs->mutex);
}

void *jobs_work(void *jobs)
{
    work(jobs, false);
    return NULL;
}

void *jobs_work_readings(void *jobs)
{
    work(jobs, true);
    return NULL;
}
