#pragma once
/* Operations as jobs: run by a fixed number of threads, by priority, each ledger in its turn
 * (queue.h), and as there is memory for them (admission.h); watched by exchanges, kept for a while
 * when they are over.
 *
 * Those that are in the journal (daemon/journal.h) outlive the process: what ends here for the
 * service's own sake waits there for its next start. */
#include <jansson.h>

#include <zkl/zkl.h>

#include "daemon/audit.h"
#include "daemon/disk.h"
#include "daemon/journal.h"
#include "daemon/limits.h"
#include "daemon/metrics.h"
#include "daemon/queue.h"
#include "daemon/tracer.h"
#include "http/server.h"

typedef struct daemon_jobs daemon_jobs;

/* What jobs use, and outlives them. */
typedef struct daemon_jobs_of {
    const zkl_env *env;
    daemon_journal *journal;
    daemon_disk *disk;
    daemon_metrics *metrics; /* NULL: nothing is counted */
    daemon_tracer *tracer;   /* NULL: nothing is traced */
    /* Whose clock says how old jobs are (steady.h). NULL: env. */
    const zkl_env *ages;
} daemon_jobs_of;

zkl_status daemon_jobs_new(daemon_jobs **out, const daemon_jobs_of *of, size_t thread_count,
                           zkl_error *err) ZKL_MUST_USE;
/* Whose jobs run at once is held to these limits; more than waiting_max do not wait. Before the
 * first job. Without it: no limits, and 1,000. */
void daemon_jobs_limit(daemon_jobs *jobs, daemon_limits *limits, size_t waiting_max);
/* What all jobs that run together may need; daemon_admission_default() before. Before the first
 * job. */
void daemon_jobs_limit_memory(daemon_jobs *jobs, uint64_t bytes);
/* ZKL_LIMIT: that is more than there ever is for all. */
zkl_status daemon_jobs_check_memory(const daemon_jobs *jobs, uint64_t bytes,
                                    zkl_error *err) ZKL_MUST_USE;
/* Takes no more jobs; waits for those that run, cancels them after grace_ms, and those that wait at
 * once. Whoever waits for one is answered. Before the server stops, whose exchanges they are. */
void daemon_jobs_stop(daemon_jobs *jobs, uint64_t grace_ms);
/* After it has stopped. */
void daemon_jobs_free(daemon_jobs *jobs);

/* Milliseconds of a clock that only goes forward: of limits, too. */
uint64_t daemon_clock_ms(void);

typedef struct daemon_job_request {
    zkl_ledger *ledger;    /* outlives the jobs; those of other ledgers do not see it */
    const char *operation; /* a row's name: lives as long as the program */
    zkl_bytes request;     /* JSON, copied */
    const char *owner;     /* id of the key, copied */
    /* Removed when it is over; NULL: none. Copied. */
    const char *upload;
    /* Sent as the answer instead of its JSON: a file that the operation writes, which is then
     * removed (copied), or a text of its result, by the member's name; with the media type. NULL:
     * none. Names and types live as long as the program. */
    const char *result_file, *result_member, *result_type;
    /* Called on the loop of whoever waits, before that is sent to him. NULL: nothing is. */
    void (*on_result)(http_exchange *x, zkl_bytes body);
    /* Below DAEMON_QUEUE_LEVELS. */
    unsigned priority;
    /* Of daemon_clock_ms: what is not over then is cancelled. 0: never. A job that runs again after
     * a restart has none. */
    uint64_t deadline_ms;
    /* Whose jobs at once it is one of. NULL: it is not counted. Copied. */
    const daemon_party *party;
    /* The job's from when it is taken: settled with the time that it ran. */
    daemon_hold proving;
    /* Told when it ends; NULL: nothing is. It does not begin before the event of that number is on
     * the disk; 0: at once. org and request_id: of that event, copied. */
    daemon_audit *audit;
    uint64_t audited;
    const char *org, *request_id;
    /* Called when it is certain that it is a job, before anything becomes of it; it calls nothing
     * of this list. NULL: nothing is. */
    void (*on_added)(void *context, const char *id);
    void *context;
    /* Of the request's span; NULL: none. Copied. */
    const telemetry_context *trace;
    /* That it may need (daemon_admission_of); daemon_jobs_check_memory found it good. */
    uint64_t memory_bytes;
    /* Answered when the job is over. NULL: nobody waits. */
    http_exchange *waits;
    /* Its row may take long, and this one does not. */
    bool is_short;
    /* Of one that is in the journal: copied. NULL: it is not, and an id is drawn. */
    const char *id;
    /* When it was accepted; 0: now. */
    int64_t created_ms;
    /* It answers replays (daemon/replays.h), and so is told of for a day at least. */
    bool answers_replays;
    /* Descriptors that its files lead to: taken when it is added, closed when it is over. */
    const int *reads;
    size_t read_count;
    /* Files that are decrypted for it (daemon_paths.kept); NULL: none. Kept. */
    json_t *kept;
    /* It was over before this process: its answer.json. */
    const json_t *over;
} daemon_job_request;

/* id: 16 hexadecimal digits and a NUL. ZKL_LIMIT: too many of this ledger wait already, and none of
 * them of a lower priority, which would be shed: over, and its client told to come later. */
zkl_status daemon_jobs_add(char id[static 17], daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err) ZKL_MUST_USE;
/* Whose jobs: those of a ledger, and so of its organisation. owner NULL: of any key. */
typedef struct daemon_job_view {
    const zkl_ledger *ledger;
    const char *owner;
} daemon_job_view;
/* State, progress and, when it is over, its answer; NULL: the view has none of that id. */
json_t *daemon_jobs_show(daemon_jobs *jobs, const char *id, const daemon_job_view *view);
json_t *daemon_jobs_list(daemon_jobs *jobs, const daemon_job_view *view);
/* x is answered as who waited for it; false: it is not over, or the view has none of that id. */
bool daemon_jobs_answer(daemon_jobs *jobs, const char *id, const daemon_job_view *view,
                        http_exchange *x);
/* Has the view one, and is it over? */
bool daemon_jobs_find(daemon_jobs *jobs, const char *id, const daemon_job_view *view,
                      bool *is_over);
/* false: the view has none of that id. */
bool daemon_jobs_cancel(daemon_jobs *jobs, const char *id, const daemon_job_view *view);
/* x gets an event for each step (text/event-stream), and ends with the job; steps that come while
 * enough waits to be read are left out. false: none. Whoever gets true calls daemon_jobs_unwatch
 * when x ends, which may be within this call. */
bool daemon_jobs_watch(daemon_jobs *jobs, const char *id, const daemon_job_view *view,
                       http_exchange *x);
/* x is gone: nothing of it is kept for the job any more. id may be of no job. */
void daemon_jobs_unwatch(daemon_jobs *jobs, const char *id, const http_exchange *x);

/* How an operation that was cut off is told of. entries: those that it had recorded; taken. NULL
 * without memory. */
json_t *daemon_interrupted(json_t *entries, int64_t ended_ms);
/* Does the operation tell of every entry before it records it? One that does not, and writes, is
 * not run again when it was cut off. */
bool daemon_leaves_marks(const char *operation);

typedef struct daemon_job_counts {
    uint64_t waiting, running, over, failed;
    uint64_t watching;                    /* exchanges that are told of them, or wait for them */
    uint64_t queued[DAEMON_QUEUE_LEVELS]; /* of those that wait, by priority */
    uint64_t memory_bytes, memory_max;    /* of those that run; of all at most */
} daemon_job_counts;
void daemon_jobs_count(daemon_jobs *jobs, daemon_job_counts *out);
