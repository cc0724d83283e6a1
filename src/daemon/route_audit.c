/* Paths of the audit log: an administrator's, and of the own organisation alone. Files are read by
 * operations on the threads of jobs, never on a loop's. */
#include "daemon/request.h"
#include "daemon/submit.h"

#include <stdlib.h>

#define NDJSON_TYPE "application/x-ndjson"
#define CEF_TYPE "text/plain; charset=utf-8"
#define FILTERS "since until actor action outcome class event after limit"

/* Members of the query that are the operation's too. */
static const char *const filters[] = { "since",   "until", "actor", "action",
                                       "outcome", "class", "event", "after" };

/* One value of that name into the request; false: there are several, or it is broken. */
static bool take_filter(json_t *request, daemon_request *q, const char *name)
{
    json_t *const all = daemon_query_all(q, name);
    const size_t count = json_array_size(all);
    const bool is_good =
        all && count < 2 && (!count || json_object_set(request, name, json_array_get(all, 0)) == 0);
    json_decref(all);
    return is_good;
}

static bool take_limit(json_t *request, daemon_request *q)
{
    json_t *const all = daemon_query_all(q, "limit");
    const char *const text = json_string_value(json_array_get(all, 0));
    const size_t count = json_array_size(all);
    const bool is_number = text && *text && strlen(text) < 9 &&
                           text[strspn(text, "0123456789")] == 0 && strtol(text, NULL, 10) > 0;
    const bool is_good =
        all && (!count ||
                (count == 1 && is_number &&
                 json_object_set_new(request, "limit", json_integer(strtol(text, NULL, 10))) == 0));
    json_decref(all);
    return is_good;
}

/* What is asked for, of the own organisation. NULL: answered. */
static json_t *take_query(daemon_request *q, const char *format)
{
    json_t *const request = json_pack("{s:s, s:s, s:s}", "folder", q->daemon->settings.audit_folder,
                                      "format", format, "org", daemon_org(q));
    bool is_good = request && take_limit(request, q);
    for (size_t i = 0; is_good && i < ZKL_COUNT(filters); i++)
        is_good = take_filter(request, q, filters[i]);
    if (is_good)
        return request;
    json_decref(request);
    daemon_problem(q->exchange, ZKL_USAGE,
                   "the query is broken: each member stands once, and 'limit' is 1 to 10000");
    return NULL;
}

static void get_audit(daemon_request *q)
{
    static const daemon_job_request job = { .operation = "events" };
    json_t *const request = take_query(q, "events");
    if (request)
        daemon_submit_json(q, &job, request, true);
}

static void export_as(daemon_request *q, const char *format, const char *type)
{
    const daemon_job_request job = { .operation = "events",
                                     .result_member = "text",
                                     .result_type = type };
    json_t *const request = take_query(q, format);
    if (request)
        daemon_submit_json(q, &job, request, true);
}

static void get_ocsf(daemon_request *q)
{
    export_as(q, "ocsf", NDJSON_TYPE);
}

static void get_cef(daemon_request *q)
{
    export_as(q, "cef", CEF_TYPE);
}

/* The whole log of the ledger, and the segments against it. */
static void post_verify(daemon_request *q)
{
    static const daemon_job_request job = { .operation = "verify-chain" };
    if (!daemon_require_first(q))
        return;
    daemon_submit_json(q, &job, json_pack("{s:s}", "segments", q->daemon->settings.audit_folder),
                       false);
}

const daemon_route daemon_audit_routes[] = {
    { "GET",
      { "v1", "audit" },
      "audit:read",
      get_audit,
      "listEvents",
      "events of the audit log, of the own organisation",
      200,
      NULL,
      FILTERS,
      .needs_no_ledger = true,
      .gives = "events" },
    { "GET",
      { "v1", "audit", "ocsf" },
      "audit:read",
      get_ocsf,
      "exportEventsOcsf",
      "the same as API Activity of OCSF, a line each",
      200,
      NDJSON_TYPE,
      FILTERS },
    { "GET",
      { "v1", "audit", "cef" },
      "audit:read",
      get_cef,
      "exportEventsCef",
      "the same in the Common Event Format, a line each",
      200,
      CEF_TYPE,
      FILTERS },
    { "POST",
      { "v1", "audit", "verify" },
      "audit:read",
      post_verify,
      "verifyAudit",
      "compare the audit log with the ledger, and the ledger's log with itself",
      202 },
    { 0 },
};
