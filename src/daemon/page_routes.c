/* The table of pages: each path, the API's paths behind it, and what writes the page. */
#include "daemon/page.h"

#include <stdlib.h>

#include "text/lines.h"

#define SHOW(path, page_)                                                                          \
    {                                                                                              \
        .method = "GET", .at = path, .permission = DAEMON_OF_PAGE, .serve = daemon_page_serve,     \
        .page = page_                                                                              \
    }
#define ACT(path, page_)                                                                           \
    {                                                                                              \
        .method = "POST", .at = path, .permission = DAEMON_OF_PAGE, .serve = daemon_page_serve,    \
        .page = page_                                                                              \
    }
/* A form that asks for nothing: who may not send it is not shown it. */
#define FORM(path, needs, page_)                                                                   \
    {                                                                                              \
        .method = "GET", .at = path, .permission = needs, .serve = daemon_page_serve,              \
        .page = page_                                                                              \
    }

/* A form that is refused to whom a permission is missing before it is read. */
#define FORM_ACT(path, needs, page_)                                                               \
    {                                                                                              \
        .method = "POST", .at = path, .permission = needs, .serve = daemon_page_serve,             \
        .page = page_                                                                              \
    }

static const daemon_page overview = {
    .at = "",
    .steps = { { "GET", { "v1", "me" } },
               { "GET", { "v1", "log" }, .ask = DAEMON_PAGE_LOG_SIZE },
               { "GET", { "v1", "log" }, .ask = DAEMON_PAGE_LOG_LAST },
               { "GET", { "v1", "operations" } },
               { "GET", { "v1", "datasets" } } },
    .put = page_put_overview,
};
static const daemon_page datasets = {
    .at = "datasets",
    .steps = { { "GET", { "v1", "datasets" } } },
    .put = page_put_datasets,
};
static const daemon_page dataset = {
    .at = "datasets",
    .steps = { { "GET", { "v1", "datasets", "{name}" } },
               { "GET", { "v1", "datasets", "{name}", "lineage" }, "picture=true" } },
    .put = page_put_dataset,
};
static const daemon_page receipt = {
    .at = "datasets",
    .steps = { { "GET", { "v1", "datasets", "{name}", "receipt" } } },
    .download = ".zkl",
};

/* ---- what is done with a dataset */

#define SHOWN                                                                                      \
    {                                                                                              \
        "GET",                                                                                     \
        {                                                                                          \
            "v1", "datasets", "{name}"                                                             \
        }                                                                                          \
    }
#define SENT_TABLE                                                                                 \
    {                                                                                              \
        "POST",                                                                                    \
        {                                                                                          \
            "v1", "files"                                                                          \
        }                                                                                          \
    }

static const daemon_page prove_form = { .at = "datasets",
                                        .steps = { SHOWN },
                                        .put = page_put_prove };
static const daemon_page prove = {
    .at = "datasets",
    .steps = { SENT_TABLE, { "POST", { "v1", "datasets", "{name}", "claims" } } },
    .file = "table",
    .sends_table = true,
    .body = page_request_prove,
    .to = "jobs/{new}",
};
static const daemon_page transform_form = { .at = "datasets",
                                            .steps = { SHOWN },
                                            .put = page_put_transform };
static const daemon_page transform = {
    .at = "datasets",
    .steps = { SENT_TABLE, { "POST", { "v1", "datasets", "{name}", "transform" } } },
    .file = "table",
    .sends_table = true,
    .body = page_request_transform,
    .to = "jobs/{new}",
};
static const daemon_page split_form = { .at = "datasets",
                                        .steps = { SHOWN },
                                        .put = page_put_split };
static const daemon_page split = {
    .at = "datasets",
    .steps = { SENT_TABLE, { "POST", { "v1", "datasets", "{name}", "split" } } },
    .file = "table",
    .sends_table = true,
    .body = page_request_split,
    .to = "jobs/{new}",
};
static const daemon_page revoke_form = { .at = "datasets",
                                         .steps = { SHOWN },
                                         .put = page_put_revoke };
static const daemon_page revoke = {
    .at = "datasets",
    .steps = { { "POST", { "v1", "datasets", "{name}", "revocations" } } },
    .body = page_request_revoke,
    .to = "datasets/{name}",
};
static const daemon_page export_form = { .at = "datasets",
                                         .steps = { SHOWN },
                                         .put = page_put_export };
static const daemon_page export_forms = {
    .at = "datasets",
    .steps = { { "POST", { "v1", "call", "export" } } },
    .body = page_request_export,
    .to = "jobs/{new}",
};

/* ---- the log */

static const daemon_page reports_form = { .at = "reports", .put = page_put_reports };
static const daemon_page report = {
    .at = "reports",
    .steps = { { "GET", { "v1", "audit-report" }, .ask = DAEMON_PAGE_SAME } },
    .download = "",
};
static const daemon_page policies = {
    .at = "policies",
    .steps = { { "POST", { "v1", "call", "policies" } },
               { "POST", { "v1", "call", "setup-show" } } },
    .put = page_put_policies,
};
static const daemon_page log_page = {
    .at = "log",
    .steps = { { "GET", { "v1", "log" }, .ask = DAEMON_PAGE_LOG_SIZE },
               { "GET", { "v1", "log" }, .ask = DAEMON_PAGE_LOG_LAST } },
    .put = page_put_log,
};
static const daemon_page trust = {
    .at = "log",
    .steps = { { "GET", { "v1", "trust" } } },
    .download = "trust.toml",
};
static const daemon_page jobs = {
    .at = "jobs",
    .steps = { { "GET", { "v1", "operations" } } },
    .put = page_put_jobs,
};
static const daemon_page job = {
    .at = "jobs",
    .steps = { { "GET", { "v1", "operations", "{id}" } } },
    .put = page_put_job,
};
static const daemon_page job_events = {
    .at = "jobs",
    .steps = { { "GET", { "v1", "operations", "{id}", "events" } } },
};
static const daemon_page job_file = {
    .at = "jobs",
    .steps = { { "GET", { "v1", "operations", "{id}", "files", "{name}" } } },
};
static const daemon_page cancel = {
    .at = "jobs",
    .steps = { { "DELETE", { "v1", "operations", "{id}" } } },
    .to = "jobs/{id}",
};
static const daemon_page upload_form = { .at = "upload", .put = page_put_upload };
static const daemon_page upload = {
    .at = "upload",
    .steps = { { "PUT", { "v1", "datasets", "{name}" } } },
    .file = "table",
    .is_upload = true,
    .to = "jobs/{new}",
};
static const daemon_page verify_form = { .at = "verify", .put = page_put_verify };
static const daemon_page verify = {
    .at = "verify",
    .steps = { { "POST", { "v1", "verify" } } },
    .file = "receipt",
    .put = page_put_verdict,
    .shows_failure = true,
};

/* ---- keys */

/* Texts with blanks between them. */
static json_t *list_of(const char *text)
{
    json_t *const all = json_array();
    while (*text) {
        const size_t size = strcspn(text, " ,");
        if (size)
            json_array_append_new(all, json_stringn(text, size));
        text += size + (text[size] != 0);
    }
    return all;
}

/* What the API takes: it judges all of it. */
static json_t *key_body(const json_t *form, const page_view *view)
{
    (void)view;
    const char *const days = page_form_text(form, "days");
    uint64_t count = 0;
    json_t *const body = json_pack("{s:s, s:s}", "name", page_form_text(form, "name"), "role",
                                   page_form_text(form, "role"));
    json_t *const scopes = list_of(page_form_text(form, "scopes"));
    if (*days)
        json_object_set_new(body, "days",
                            zkl_line_decimal(&count, zkl_bytes_of_text(days)) && count <= 36500
                                ? json_integer((json_int_t)count)
                                : json_string(days));
    if (json_array_size(scopes))
        json_object_set(body, "scopes", scopes);
    json_decref(scopes);
    return body;
}

/* Programs have a day to change to the new one. */
static json_t *rotation_body(const json_t *form, const page_view *view)
{
    (void)view;
    (void)form;
    return json_pack("{s:i}", "overlap_hours", 24);
}

static const daemon_page keys = {
    .at = "keys",
    .steps = { { "GET", { "v1", "keys" } }, { "GET", { "v1", "access", "roles" } } },
    .put = page_put_keys,
};
static const daemon_page make_key = {
    .at = "keys",
    .steps = { { "POST", { "v1", "keys" } } },
    .body = key_body,
    .put = page_put_made_key,
};
static const daemon_page rotate_key = {
    .at = "keys",
    .steps = { { "POST", { "v1", "keys", "{id}", "rotate" } } },
    .body = rotation_body,
    .put = page_put_made_key,
};
static const daemon_page revoke_key = {
    .at = "keys",
    .steps = { { "DELETE", { "v1", "keys", "{id}" } } },
    .to = "keys",
};

static const daemon_page forget_factor = {
    .at = "keys",
    .steps = { { "DELETE", { "v1", "keys", "{id}", "second-factor" } } },
    .to = "keys",
};

/* ---- the service */

static const daemon_page roles = {
    .at = "roles",
    .steps = { { "GET", { "v1", "access", "roles" } } },
    .put = page_put_roles,
};
static const daemon_page sessions = {
    .at = "sessions",
    .steps = { { "GET", { "v1", "sessions" } } },
    .put = page_put_sessions,
};
static const daemon_page end_session = {
    .at = "sessions",
    .steps = { { "DELETE", { "v1", "sessions", "{id}" } } },
    .to = "sessions",
};
static const daemon_page ledgers = {
    .at = "ledgers",
    .steps = { { "GET", { "v1", "ledgers" } } },
    .put = page_put_ledgers,
};
static const daemon_page health = {
    .at = "health",
    .steps = { { "GET", { "v1", "limits" } },
               { "GET", { "v1", "witnesses" } },
               { "GET", { "v1", "issuers" } },
               { "GET", { "v1", "health" } } },
    .put = page_put_health,
};

#define PATH(...)                                                                                  \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
const daemon_route daemon_page_routes[] = {
    SHOW(PATH(""), &overview),
    SHOW(PATH("datasets"), &datasets),
    SHOW(PATH("datasets", "{name}"), &dataset),
    SHOW(PATH("datasets", "{name}", "receipt"), &receipt),
    FORM(PATH("datasets", "{name}", "prove"), "datasets:prove", &prove_form),
    FORM_ACT(PATH("datasets", "{name}", "prove"), "datasets:prove", &prove),
    FORM(PATH("datasets", "{name}", "transform"), "datasets:create", &transform_form),
    FORM_ACT(PATH("datasets", "{name}", "transform"), "datasets:create", &transform),
    FORM(PATH("datasets", "{name}", "split"), "datasets:create", &split_form),
    FORM_ACT(PATH("datasets", "{name}", "split"), "datasets:create", &split),
    FORM(PATH("datasets", "{name}", "revoke"), "datasets:revoke", &revoke_form),
    ACT(PATH("datasets", "{name}", "revoke"), &revoke),
    FORM(PATH("datasets", "{name}", "export"), "datasets:export", &export_form),
    ACT(PATH("datasets", "{name}", "export"), &export_forms),
    FORM(PATH("reports"), "log:audit", &reports_form),
    SHOW(PATH("reports", "file"), &report),
    SHOW(PATH("policies"), &policies),
    SHOW(PATH("log"), &log_page),
    SHOW(PATH("trust.toml"), &trust),
    SHOW(PATH("jobs"), &jobs),
    SHOW(PATH("jobs", "{id}"), &job),
    SHOW(PATH("jobs", "{id}", "events"), &job_events),
    SHOW(PATH("jobs", "{id}", "files", "{name}"), &job_file),
    ACT(PATH("jobs", "{id}", "cancel"), &cancel),
    FORM(PATH("upload"), "datasets:create", &upload_form),
    ACT(PATH("upload"), &upload),
    FORM(PATH("verify"), "datasets:verify", &verify_form),
    ACT(PATH("verify"), &verify),
    SHOW(PATH("keys"), &keys),
    ACT(PATH("keys"), &make_key),
    ACT(PATH("keys", "{id}", "rotate"), &rotate_key),
    ACT(PATH("keys", "{id}", "revoke"), &revoke_key),
    ACT(PATH("keys", "{id}", "forget-factor"), &forget_factor),
    SHOW(PATH("roles"), &roles),
    SHOW(PATH("sessions"), &sessions),
    ACT(PATH("sessions", "{id}", "end"), &end_session),
    SHOW(PATH("ledgers"), &ledgers),
    SHOW(PATH("health"), &health),
    { 0 },
};
