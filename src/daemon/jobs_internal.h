#pragma once
/* What the files of jobs share: the list (jobs.c), what runs (jobs_run.c), and what those who wait
 * are told (jobs_tell.c). The rules stand in jobs.c. */
#include <pthread.h>

#include "daemon/admission.h"
#include "daemon/daemon.h"
#include "daemon/jobs.h"
#include "daemon/queue.h"

#define SHED_TEXT "too much is going on: it had to leave for one of a higher priority"

/* An exchange that is told of a job. */
typedef struct watcher {
    struct watcher *next;
    http_exchange *x;
    bool wants_answer; /* at the end alone; else events */
} watcher;

typedef struct job {
    daemon_queue_item queued; /* first: a queue's item is its job */
    struct job *next;
    char id[17], owner[17];
    zkl_ledger *ledger;
    const char *operation;
    zkl_buffer request;
    char *upload, *result_file;
    const char *result_member, *result_type;
    void (*on_result)(http_exchange *x, zkl_bytes body);
    zkl_operation_state state;
    zkl_status status;
    char stage[64];
    uint64_t done, total;
    int64_t created_ms, ended_ms;
    bool is_cancelled, is_shed;
    bool is_kept;                       /* it is in the journal */
    bool owes_answer, is_being_written; /* its answer is not on the disk; somebody is at it */
    bool is_left;                       /* it goes on at the service's next start */
    bool was_interrupted, answers_replays;
    int *reads;
    size_t read_count;
    json_t *kept;  /* that it reads, encrypted (jobs.h) */
    json_t *files; /* that it wrote; NULL: not over, or not told */
    const daemon_party *party;
    daemon_hold running, proving;
    uint64_t memory_bytes; /* that it may need */
    bool is_reading;       /* it waits among the readings (jobs.c, 6) */
    uint64_t added_ms, begun_ms, stage_ms, told_ms;
    uint64_t deadline_ms; /* 0: none */
    daemon_audit *audit;
    uint64_t audited;
    char *org, *request_id;
    telemetry_context trace;
    telemetry_span span; /* with is_traced */
    bool is_traced;
    int64_t stage_ns;
    watcher *watchers;
    zkl_call_result answer;
    daemon_jobs *jobs;
    zkl_arena memory;
} job;

struct daemon_jobs {
    const zkl_env *env, *ages;
    daemon_journal *journal;
    daemon_disk *disk;
    daemon_metrics *metrics;
    daemon_tracer *tracer;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    job *first, *last;
    daemon_queue queue, readings; /* of those that wait */
    daemon_limits *limits;
    bool is_closed, ends;
    daemon_admission admission;
    uint64_t reserve; /* of memory, for threads of readings; 0: they do nothing */
    pthread_t *threads;
    size_t thread_count;
};

/* ---- jobs.c */

/* Of the files that it may read. */
void jobs_close_reads(job *j);

/* ---- jobs_tell.c, with the mutex held */

/* A job as JSON; with its answer when that is wanted and there is one. */
json_t *jobs_put(const job *j, bool with_answer);
/* x is kept. wants_answer: at the end alone; else events. */
bool jobs_add_watcher(job *j, http_exchange *x, bool wants_answer);
/* A watcher that cannot be told is let go. */
void jobs_tell_watchers(job *j);
/* The watcher that was added last alone: others know it. */
void jobs_tell_newest(job *j);
/* x is told no more. */
void jobs_drop_watcher(job *j, const http_exchange *x);
/* Those who wait for the answer. */
void jobs_answer_waiters(job *j);

/* ---- jobs_run.c */

/* It is over, unless the service's own end cut it off. With nothing held. */
void jobs_end(job *j, zkl_status status, const zkl_call_result *answer);
/* Answers that could not be written when their jobs were over, and that are not on the disk. */
void jobs_pay(daemon_jobs *jobs);
/* A thread's whole life: of any job, and of readings alone. */
void *jobs_work(void *jobs);
void *jobs_work_readings(void *jobs);
