#pragma once
/* Rows of src/api as jobs of whoever asks for them. */
#include "api/operation.h"
#include "daemon/paths.h"
#include "daemon/request.h"

typedef struct daemon_call {
    const api_operation *row;
    /* As its caller sent it: members that name files are checked and replaced (daemon/paths.h).
     * Taken; anything but an object is answered with a problem. */
    json_t *request;
    /* Answered when it is over; else at once, with 202 and where it is told of. */
    bool waits;
    /* The body was this file, which the request names, and which goes when the operation is
     * accepted: once it reads, a link less would be a change of what it reads. NULL: the body is
     * q->body. */
    const daemon_file *upload;
} daemon_call;

/* Answers in any case. Idempotency keys count here. */
void daemon_call_begin(daemon_request *q, const daemon_call *call);

/* Requests that the daemon itself makes, whose paths are its own: nothing of them is checked, and
 * nothing is in the journal. job: without owner and ledger. */
void daemon_submit(daemon_request *q, const daemon_job_request *job, bool waits);
/* Takes request. */
void daemon_submit_json(daemon_request *q, const daemon_job_request *job, json_t *request,
                        bool waits);
