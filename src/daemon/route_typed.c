/* Paths that people look for, as rows of src/api: what stands in the path goes into the request,
 * and nothing is decided here. */
#include "daemon/page.h"
#include "daemon/submit.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* ---- /v1/datasets/NAME/VERB */

/* The last part of the path, and the operation whose `reference` is the dataset. */
static const char *const verbs[][2] = {
    { "claims", "prove" },         { "transform", "transform" }, { "split", "split" },
    { "disclosures", "disclose" }, { "branches", "branch" },     { "links", "link" },
    { "revocations", "revoke" },   { "lineage", "lineage" },
};

static const api_operation *operation_of(const daemon_request *q)
{
    for (size_t i = 0; i < ZKL_COUNT(verbs); i++)
        if (strcmp(q->route->at[3], verbs[i][0]) == 0)
            return api_find(verbs[i][1]);
    ZKL_UNREACHABLE("a row of ours");
}

/* May the caller so, if the body names other datasets besides? Else it is answered. */
static bool require_all(daemon_request *q, const json_t *request)
{
    if (!json_object_get(request, "with"))
        return true;
    q->dataset = NULL;
    return daemon_require(q, q->route->permission, NULL);
}

static void finish_verb(daemon_request *q)
{
    const api_operation *const row = operation_of(q);
    json_t *const request = daemon_body_json(q);
    if (!require_all(q, request)) {
        json_decref(request);
        return;
    }
    if (json_object_get(request, "reference")) {
        json_decref(request);
        daemon_problem(q->exchange, ZKL_USAGE,
                       "the path says which dataset: 'reference' is not "
                       "to be given");
        return;
    }
    if (json_is_object(request))
        json_object_set_new(request, "reference", json_string(q->path.at[2]));
    daemon_file sent;
    const daemon_call call = { .row = row,
                               .upload = daemon_page_sent_table(&sent, q) ? &sent : NULL,
                               .request = request,
                               .waits = !row->is_long };
    daemon_call_begin(q, &call);
}

static void post_verb(daemon_request *q)
{
    daemon_read_json(q, finish_verb);
}

/* ---- GETs */

static void get_lineage(daemon_request *q)
{
    const daemon_job_request job = { .operation = "lineage" };
    json_t *const request = json_pack("{s:s}", "reference", q->path.at[2]);
    const char *const picture = daemon_query_text(q, "picture");
    if (picture && strcmp(picture, "true") == 0)
        json_object_set_new(request, "picture", json_true());
    daemon_submit_json(q, &job, request, true);
}

static void get_log(daemon_request *q)
{
    json_t *const request = json_object();
    const daemon_job_request job = { .operation = "log" };
    if (daemon_query_number(request, q, "from") && daemon_query_number(request, q, "to") &&
        daemon_query_number(request, q, "last"))
        daemon_submit_json(q, &job, request, true);
    else
        json_decref(request);
}

static const char *report_type(const char *format)
{
    static const char *const types[][2] = {
        { "html", "text/html; charset=utf-8" },
        { "json", "application/json" },
        { "json-ld", "application/ld+json" },
        { "csv", "text/csv" },
        { "md", "text/markdown" },
        { "pdf", "application/pdf" },
    };
    for (size_t i = 0; i < ZKL_COUNT(types); i++)
        if (strcmp(format, types[i][0]) == 0)
            return types[i][1];
    return NULL;
}

static void get_report(daemon_request *q)
{
    static const char *const members[] = { "reference", "since", "until" };
    const char *format = daemon_query_text(q, "format");
    if (format && !format[0])
        format = "html";
    const char *const type = format ? report_type(format) : NULL;
    if (!type) {
        daemon_problem(q->exchange, ZKL_USAGE, "'format' is html, json, json-ld, csv, md or pdf");
        return;
    }
    char *const file = daemon_new_path(q, ".report");
    if (!file)
        return;
    json_t *const request = json_pack("{s:[s], s:s}", "formats", format, "output", file);
    const daemon_job_request job = { .operation = "audit",
                                     .result_file = file,
                                     .result_type = type };
    for (size_t i = 0; i < ZKL_COUNT(members); i++) {
        const char *const text = daemon_query_text(q, members[i]);
        if (text && text[0])
            json_object_set_new(request, members[i], json_string(text));
    }
    daemon_submit_json(q, &job, request, true);
}

#define VERB(part, permission, operation, id, summary, code, is_of_several)                        \
    {                                                                                              \
        "POST", { "v1", "datasets", "{name}", part }, permission, post_verb, id, summary, code,    \
            NULL, NULL, operation, NULL, false, false, is_of_several                               \
    }

const daemon_route daemon_typed_routes[] = {
    VERB("claims", "datasets:prove", "prove", "proveClaims",
         "prove claims about it: the members of 'prove'", 202, false),
    VERB("transform", "datasets:create", "transform", "transformDataset",
         "make a table of it: the members of 'transform'", 202, true),
    VERB("split", "datasets:create", "split", "splitDataset",
         "split it into parts: the members of 'split'", 202, true),
    VERB("disclosures", "datasets:disclose", "disclose", "discloseRows",
         "show rows of it: the members of 'disclose'", 202, false),
    VERB("links", "datasets:create", "link", "linkDataset",
         "say where it comes from: the members of 'link'", 202, true),
    VERB("branches", "datasets:create", "branch", "branchDataset",
         "give it a second name: the members of 'branch'", 200, true),
    VERB("revocations", "datasets:revoke", "revoke", "revokeVersion",
         "rely on it no more: the members of 'revoke'", 200, false),
    { "GET",
      { "v1", "datasets", "{name}", "lineage" },
      "datasets:read",
      get_lineage,
      "getLineage",
      "where it comes from",
      200,
      NULL,
      "picture",
      .is_of_several = true,
      .gives = "lineage" },
    { "GET",
      { "v1", "log" },
      "log:read",
      get_log,
      "getLog",
      "the log's entries",
      200,
      NULL,
      "from to last",
      .gives = "log" },
    { "GET",
      { "v1", "audit-report" },
      "log:audit",
      get_report,
      "getAuditReport",
      "the log verified, as a report",
      200,
      "text/html",
      "format reference since until" },
    { 0 },
};
