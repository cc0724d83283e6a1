#pragma once
/* The service's web page: answers of the API in, HTML out.
 *
 *  1. A page is made of answers that the API gave whoever looks at it, and of nothing else: what he
 *     may not see has not been asked for here.
 *  2. Text of an answer reaches a page through zkl_html_put alone. Links percent-encode what they
 *     hold.
 *  3. No page needs its script, but for what moves while one looks. None has script or style within
 *     itself, or loads what is not the service's own (PAGE_POLICY). */
#include <jansson.h>

#include "base/buffer.h"

#define PAGE_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "              \
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/* style.css behind the report's page.css, and script.js: the build makes C of them. Names have a
 * hash of the content, and so never hold anything else. */
extern const char page_style[], page_script[];
extern const char page_style_name[], page_script_name[];

/* What whoever looks may do: links and forms that he could not use are left out. */
typedef struct page_rights {
    bool datasets, log, jobs, upload, verify, keys, make_keys, roles, sessions, health, reports,
        setups;
    bool prove, revoke, export_forms; /* the dataset that is shown */
} page_rights;

/* An answer of the API. code 0: it was not asked for. */
typedef struct page_answer {
    int code;
    json_t *body; /* of a code of 400 or more: a problem */
} page_answer;

#define PAGE_ANSWERS_MAX 5

typedef struct page_view {
    /* Of the path: "datasets", in the navigation. "": the first. */
    const char *at;
    /* In front of every path: "" or "/ledgers/NAME". */
    const char *base;
    /* The rest of the path, decoded: a dataset, an id. NULL: there is none. */
    const char *name;
    /* Who looks; NULL: nobody is known. */
    const char *who, *role, *organisation;
    const char *ledger; /* NULL: the organisation has none */
    /* By which one may log in; NULL: none. */
    const char *provider;
    const char *csrf; /* in every form */
    page_rights may;
    page_answer answers[PAGE_ANSWERS_MAX];
    /* Of the query, decoded; "": not said. */
    const char *search;
    uint64_t from, to; /* entries of the log that were asked for */
    int64_t now_ms;
} page_view;

/* One page each; its answers are those that its row in daemon/page_routes.c asks for. */
typedef void page_put(zkl_buffer *out, const page_view *view);
page_put page_put_overview, page_put_datasets, page_put_dataset, page_put_log, page_put_jobs,
    page_put_job, page_put_upload, page_put_verify, page_put_verdict, page_put_keys,
    page_put_made_key, page_put_roles, page_put_sessions, page_put_health, page_put_ledgers,
    page_put_prove, page_put_transform, page_put_split, page_put_revoke, page_put_export,
    page_put_reports, page_put_policies;

/* A form as the body of what the API is asked for, which judges it; NULL without memory. */
typedef json_t *page_request(const json_t *form, const page_view *view);
page_request page_request_prove, page_request_transform, page_request_split, page_request_revoke,
    page_request_export;

/* Of reports on the log; ended by a name of NULL. */
typedef struct page_report_format {
    const char *name, *file, *words; /* file: what a download is called */
} page_report_format;
extern const page_report_format page_report_formats[];

/* What went wrong, by code and words. */
void page_put_problem(zkl_buffer *out, const page_view *view, int code, const char *title,
                      const char *text);

/* Logging in: by a key, then by a code where one is asked for. fault: of the last try; NULL: there
 * was none. next: a path of ours. */
void page_put_log_in(zkl_buffer *out, const page_view *view, const char *fault, const char *next);
void page_put_code(zkl_buffer *out, const page_view *view, const char *fault, const char *next);
/* Logged in by a provider: the browser goes on from here by itself. */
void page_put_arrived(zkl_buffer *out, const page_view *view, const char *next);
/* secret: in base 32, shown until a code of it was right. uri: the same for a program. */
void page_put_enrol(zkl_buffer *out, const page_view *view, const char *fault, const char *next,
                    const char *secret, const char *uri);
