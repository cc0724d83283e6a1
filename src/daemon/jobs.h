#pragma once
/* Operations as jobs: run by a fixed number of threads in the order in which they came, watched by
 * exchanges, kept for a while when they are over. */
#include <jansson.h>

#include <zkl/zkl.h>

#include "http/server.h"

typedef struct daemon_jobs daemon_jobs;

zkl_status daemon_jobs_new(daemon_jobs **out, zkl_ledger *ledger, const zkl_env *env,
                           size_t thread_count, zkl_error *err) ZKL_MUST_USE;
/* Takes no more jobs; waits for those that run, cancels them after grace_ms, and those that wait at
 * once. Whoever waits for one is answered. Before the server stops, whose exchanges they are. */
void daemon_jobs_stop(daemon_jobs *jobs, uint64_t grace_ms);
/* After it has stopped. */
void daemon_jobs_free(daemon_jobs *jobs);

typedef struct daemon_job_request {
    const char *operation; /* a row's name: lives as long as the program */
    zkl_bytes request;     /* JSON, copied */
    const char *owner;     /* id of the key, copied */
    /* Removed when it is over; NULL: none. Copied. */
    const char *upload;
    /* Sent as the answer instead of its JSON: a file that the operation writes, which is then
     * removed (copied), or a text of its result, by the member's name; with the media type. NULL:
     * none. Names and types live as long as the program. */
    const char *result_file, *result_member, *result_type;
    /* Answered when the job is over. NULL: nobody waits. */
    http_exchange *waits;
} daemon_job_request;

/* id: 16 hexadecimal digits and a NUL. ZKL_LIMIT: too many wait already. */
zkl_status daemon_jobs_add(char id[static 17], daemon_jobs *jobs, const daemon_job_request *request,
                           zkl_error *err) ZKL_MUST_USE;
/* State, progress and, when it is over, its answer; NULL: there is none of that id and owner. owner
 * NULL: of anybody. */
json_t *daemon_jobs_show(daemon_jobs *jobs, const char *id, const char *owner);
json_t *daemon_jobs_list(daemon_jobs *jobs, const char *owner);
/* false: none of that id and owner. */
bool daemon_jobs_cancel(daemon_jobs *jobs, const char *id, const char *owner);
/* x gets an event for each step (text/event-stream), and ends with the job. false: none. */
bool daemon_jobs_watch(daemon_jobs *jobs, const char *id, const char *owner, http_exchange *x);

typedef struct daemon_job_counts {
    uint64_t waiting, running, over, failed;
} daemon_job_counts;
void daemon_jobs_count(daemon_jobs *jobs, daemon_job_counts *out);
