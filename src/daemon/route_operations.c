/* Paths of operations: any row of src/api by its name, and the jobs that run them. */
#include "daemon/pages.h"
#include "daemon/submit.h"

#include <stdio.h>

#include "api/operation.h"

/* ---- POST /v1/call/NAME */

static void finish_call(daemon_request *q)
{
    const api_operation *const row = q->own;
    const daemon_call call = { .row = row, .request = daemon_body_json(q), .waits = !row->is_long };
    daemon_call_begin(q, &call);
}

static void post_call(daemon_request *q)
{
    q->own = (void *)(uintptr_t)api_find(q->path.at[2]); /* it was required */
    daemon_read_json(q, finish_call);
}

/* ---- jobs */

daemon_job_view daemon_view_of(const daemon_request *q)
{
    const bool sees_all = daemon_may(q, q->route->permission, NULL);
    return (daemon_job_view){ q->ledger, sees_all ? NULL : q->who.id };
}

static void list_operations(daemon_request *q)
{
    const daemon_job_view view = daemon_view_of(q);
    daemon_send_page(q, "operations", "id", daemon_jobs_list(q->daemon->jobs, &view));
}

static void show(daemon_request *q, int code)
{
    const daemon_job_view view = daemon_view_of(q);
    json_t *const body = daemon_jobs_show(q->daemon->jobs, q->path.at[2], &view);
    if (body)
        daemon_json(q->exchange, code, NULL, body);
    else
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such operation");
}

static void show_operation(daemon_request *q)
{
    show(q, 200);
}

static void cancel_operation(daemon_request *q)
{
    const daemon_job_view view = daemon_view_of(q);
    const bool is_there = daemon_jobs_cancel(q->daemon->jobs, q->path.at[2], &view);
    daemon_audit_act(q, ZKL_EVENT_JOB_CANCELLED, is_there ? ZKL_OK : ZKL_NOT_FOUND, NULL);
    show(q, 202);
}

bool daemon_watch(daemon_request *q, const char *id, const daemon_job_view *view)
{
    snprintf(q->watches, sizeof q->watches, "%s", id);
    return daemon_jobs_watch(q->daemon->jobs, id, view, q->exchange);
}

static void watch_operation(daemon_request *q)
{
    const daemon_job_view view = daemon_view_of(q);
    if (!daemon_watch(q, q->path.at[2], &view))
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such operation");
}

const daemon_route daemon_operation_routes[] = {
    /* a path a row of api */
    { "POST", { "v1", "call", "{operation}" }, DAEMON_OF_OPERATION, post_call },
    { "GET",
      { "v1", "operations" },
      "operations:read",
      list_operations,
      "listOperations",
      "operations of this key, or of all that it may see",
      200,
      NULL,
      "limit cursor",
      .is_own = true },
    { "GET",
      { "v1", "operations", "{id}" },
      "operations:read",
      show_operation,
      "showOperation",
      "how far it is, and its answer",
      200,
      .is_own = true },
    { "DELETE",
      { "v1", "operations", "{id}" },
      "operations:cancel",
      cancel_operation,
      "cancelOperation",
      "cancel it",
      202,
      .is_own = true },
    { "GET",
      { "v1", "operations", "{id}", "events" },
      "operations:read",
      watch_operation,
      "watchOperation",
      "its steps as they come",
      200,
      "text/event-stream",
      .is_own = true },
    { 0 },
};
