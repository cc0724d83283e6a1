/* From a page's path to its HTML: the engine of page.h.
 *
 * What a step's path answers comes to take_answer (answers.c calls it in place of sending JSON), at
 * once or later, and maybe in the middle of whoever answers. So nothing is done there but to keep
 * it: the loop calls go_on afterwards. Until then q is there, since nothing was sent. */
#include "daemon/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/env.h"
#include "text/lines.h"
#include "text/url.h"

#define LOG_ROWS 100       /* of a page */
#define LOG_ROWS_FIRST 8   /* of the overview */
#define LOG_SEARCHED 20000 /* entries that one search looks at */

/* ---- sending */

void daemon_page_send(daemon_request *q, int code, const zkl_buffer *html)
{
    static const char *const names[][2] = {
        { "content-type", "text/html; charset=utf-8" },
        { "content-security-policy", PAGE_POLICY },
        { "x-content-type-options", "nosniff" },
        { "referrer-policy", "no-referrer" },
        { "cross-origin-opener-policy", "same-origin" },
        { "cross-origin-resource-policy", "same-origin" },
        { "cache-control", "no-store" },
    };
    http_header headers[ZKL_COUNT(names)];
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        headers[i] =
            (http_header){ zkl_bytes_of_text(names[i][0]), zkl_bytes_of_text(names[i][1]) };
    if (html->failed)
        http_reply(q->exchange, 503, "text/plain", zkl_bytes_of_text("no memory for the page\n"));
    else
        http_reply_with(q->exchange, code, headers, ZKL_COUNT(headers), zkl_buffer_bytes(html));
}

void daemon_page_go(daemon_request *q, const char *where)
{
    const http_header headers[] = {
        { zkl_bytes_of_text("location"), zkl_bytes_of_text(where) },
        { zkl_bytes_of_text("cache-control"), zkl_bytes_of_text("no-store") },
    };
    http_reply_with(q->exchange, 303, headers, ZKL_COUNT(headers), (zkl_bytes){ 0 });
}

void daemon_page_go_with_next(daemon_request *q, const char *where, const char *next)
{
    ZKL_AUTO_CLEAR(zkl_buffer) to = { 0 };
    zkl_buffer_put_text(&to, where);
    if (next[1] && strlen(next) < DAEMON_PAGE_NEXT_MAX) {
        zkl_buffer_put_text(&to, "?next=");
        zkl_url_put(&to, zkl_bytes_of_text(next), "/");
    }
    zkl_buffer_put_u8(&to, 0);
    daemon_page_go(q, to.failed ? where : (const char *)to.data);
}

/* Who looks, and what he may: of a problem's page too. */
static void fill_view(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    page_view *const v = &w->view;
    static const daemon_route any = { .permission = DAEMON_OF_PAGE };
    const char *const owner = q->who.id, *const name = w->view.name;
    v->now_ms = zkl_env_now_ms(&q->daemon->env);
    v->csrf = w->csrf;
    v->base = strcmp(q->prefix, "/v1") == 0 ? "" : q->prefix + strlen("/v1");
    v->at = w->page ? w->page->at : "-";
    if (!q->who.id[0])
        return;
    v->who = q->who.name;
    v->role = q->who.role;
    v->organisation = q->who.org;
    v->ledger = q->about ? q->about->name : NULL;
    const daemon_route *const route = q->route;
    q->route = &any; /* of the ledger, and of no dataset */
    q->dataset = NULL;
    v->may = (page_rights){
        .datasets = daemon_may(q, "datasets:read", NULL),
        .log = daemon_may(q, "log:read", NULL),
        .jobs = daemon_may(q, "operations:read", owner),
        .upload = daemon_may(q, "datasets:create", NULL),
        .verify = daemon_may(q, "datasets:verify", NULL),
        .keys = daemon_may(q, "keys:read", NULL),
        .make_keys = daemon_may(q, "keys:create", NULL),
        .roles = daemon_may(q, "access:read", NULL),
        .sessions = daemon_may(q, "sessions:read", owner),
        .health = daemon_may(q, "access:explain", owner),
        .reports = daemon_may(q, "log:audit", NULL),
        .setups = daemon_may(q, "setup:read", NULL),
    };
    if (name && strcmp(v->at, "datasets") == 0) /* what a form would be about */
        q->dataset = zkl_arena_text(&q->memory, name, strcspn(name, "@#"));
    v->may.prove = daemon_may(q, "datasets:prove", NULL);
    v->may.revoke = daemon_may(q, "datasets:revoke", NULL);
    v->may.export_forms = daemon_may(q, "datasets:export", NULL);
    q->dataset = NULL;
    q->route = route;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *const text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* "/jobs/{new}" and the like, behind the base. */
static void go_where(daemon_request *q, const char *to)
{
    const daemon_page_work *const w = q->page;
    const char *const mark = strchr(to, '{');
    const char *const id = !mark ? ""
                           : strcmp(mark, "{new}") == 0
                               ? text_of(w->view.answers[w->step].body, "id")
                               : w->view.name;
    const char *const where =
        zkl_arena_format(&q->memory, "%s/%.*s%s", w->view.base,
                         mark ? (int)(mark - to) : (int)strlen(to), to, id ? id : "");
    if (where)
        daemon_page_go(q, where);
    else
        http_reply(q->exchange, 503, "text/plain", zkl_bytes_of_text("no memory\n"));
}

static void send_problem(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    const json_t *const body = w->view.answers[w->step].body;
    ZKL_AUTO_CLEAR(zkl_buffer) html = { 0 };
    page_put_problem(&html, &w->view, w->problem, text_of(body, "title"), text_of(body, "detail"));
    daemon_page_send(q, w->problem, &html);
}

static void send_page(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    ZKL_AUTO_CLEAR(zkl_buffer) html = { 0 };
    w->page->put(&html, &w->view);
    daemon_page_send(q, 200, &html);
}

/* ---- answers */

static void run_step(daemon_request *q);
static void take_answer(daemon_request *q, int code, const http_header *more, json_t *body);

static bool has_step(const daemon_page_work *w)
{
    return w->step < PAGE_ANSWERS_MAX && w->page->steps[w->step].method;
}

static bool has_next(const daemon_page_work *w)
{
    return w->step + 1 < PAGE_ANSWERS_MAX && w->page->steps[w->step + 1].method;
}

/* The id of the table that was sent for the operation; NULL: none was. */
static const char *sent_id(const daemon_page_work *w)
{
    const bool is_sent = w && w->page && w->page->sends_table && w->step;
    const char *const file = is_sent ? text_of(w->view.answers[0].body, "file") : "";
    return strncmp(file, "file:", 5) == 0 ? file + 5 : NULL;
}

bool daemon_page_sent_table(daemon_file *out, const daemon_request *q)
{
    const char *const id = sent_id(q->page);
    return id && daemon_files_find(out, q->daemon->files, id, q->who.id, NULL) == ZKL_OK;
}

/* An operation that was accepted has taken the table with it; one that was refused leaves it. */
static void drop_table(daemon_request *q)
{
    const char *const id = sent_id(q->page);
    if (id && q->page->problem) /* else it expires */
        (void)!daemon_files_remove(q->daemon->files, id, q->who.id, NULL);
}

/* The form's members as the step's body. */
static bool fill_body(daemon_request *q)
{
    const daemon_page_work *const w = q->page;
    json_t *const body = w->page->body(w->form, &w->view);
    char *const text = body ? json_dumps(body, JSON_ENSURE_ASCII) : NULL;
    json_decref(body);
    q->body.size = 0;
    zkl_buffer_put_text(&q->body, text ? text : "");
    free(text);
    if (q->body.failed)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the form");
    return !q->body.failed;
}

static void take_step(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    w->step++;
    w->is_answered = false;
    q->shape = take_answer;
    if (!w->page->body || fill_body(q))
        run_step(q);
}

/* On the loop, when whoever answered has returned. */
static void go_on(http_exchange *x, bool is_open, void *argument)
{
    (void)argument;
    daemon_request *const q = is_open ? http_own(x) : NULL;
    daemon_page_work *const w = q ? q->page : NULL;
    if (!w) {
        http_drop(x);
        return;
    }
    q->shape = NULL;
    fill_view(q);
    drop_table(q);
    if (w->problem)
        send_problem(q);
    else if (has_next(w))
        take_step(q);
    else if (w->page->to)
        go_where(q, w->page->to);
    else
        send_page(q);
    http_drop(x);
}

/* Is the page a problem's? A page whose further answers are missing is one without them. */
static bool is_fatal(const daemon_page_work *w, int code)
{
    const bool is_about_this = code == 400 || code == 409 || code == 422 || code == 424;
    return code >= 400 &&
           (!w->page || w->page->to || (!w->step && !(w->page->shows_failure && is_about_this)));
}

static void ignore_part(daemon_request *q, zkl_bytes part)
{
    (void)q; /* it is answered: what still comes is not read */
    (void)part;
}

static void add_header(http_exchange *x, const http_header *header)
{
    char name[40];
    snprintf(name, sizeof name, "%.*s", (int)header->name.size, (const char *)header->name.data);
    http_add_header(x, name, header->value);
}

static void take_answer(daemon_request *q, int code, const http_header *more, json_t *body)
{
    daemon_page_work *const w = q->page;
    if (w->is_answered) {
        json_decref(body);
        return;
    }
    w->is_answered = true;
    w->view.answers[w->step] = (page_answer){ code, body };
    w->problem = is_fatal(w, code) ? code : 0;
    if (w->problem)
        http_remove_header(q->exchange, "content-disposition"); /* it is no file */
    if (w->problem && more)
        add_header(q->exchange, more);
    q->take = ignore_part;
    q->finish = NULL;
    http_keep(q->exchange);
    if (http_post(q->exchange, go_on, NULL, NULL) != ZKL_OK)
        http_drop(q->exchange); /* the server stops */
}

/* ---- steps */

static const char *part_of(const daemon_page_work *w, const char *name)
{
    for (size_t i = 0; i < w->path.count && i < ZKL_COUNT(w->route->at) && w->route->at[i]; i++)
        if (strcmp(w->route->at[i], name) == 0)
            return w->path.at[i];
    return NULL;
}

/* Behind which entry the log is asked for, by the size that the step before told. */
static const char *log_query(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    page_view *const v = &w->view;
    const json_t *const head = v->answers[w->step - 1].body;
    const json_int_t size = json_integer_value(json_object_get(head, "size"));
    const uint64_t rows = !v->at[0] ? LOG_ROWS_FIRST : v->search[0] ? LOG_SEARCHED : LOG_ROWS;
    const uint64_t count = size > 0 ? (uint64_t)size : 0;
    if (!v->to || v->to > count)
        v->to = count;
    v->from = v->to > rows ? v->to - rows : 0;
    return zkl_arena_format(&q->memory, "from=%llu&to=%llu", (unsigned long long)v->from,
                            (unsigned long long)v->to);
}

static const char *query_of(daemon_request *q, const daemon_page_step *step)
{
    switch (step->ask) {
    case DAEMON_PAGE_PLAIN:
        return step->query ? step->query : "";
    case DAEMON_PAGE_LOG_SIZE:
        return "from=0&to=1";
    case DAEMON_PAGE_LOG_LAST:
        return log_query(q);
    case DAEMON_PAGE_SAME: {
        const zkl_bytes own = http_query(q->exchange);
        return zkl_arena_text(&q->memory, (const char *)own.data, own.size);
    }
    }
    ZKL_UNREACHABLE("a case of daemon_page_ask");
}

bool daemon_page_prepare(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    const daemon_page_step *const step = &w->page->steps[w->step];
    const char *const query = query_of(q, step);
    q->path.count = 0;
    for (size_t i = 0; i < ZKL_COUNT(step->at) && step->at[i]; i++) {
        const char *const own = step->at[i][0] == '{' ? part_of(w, step->at[i]) : step->at[i];
        q->path.at[q->path.count++] = own ? own : w->view.name;
    }
    w->is_answered = false;
    q->shape = take_answer;
    if (query)
        q->query = zkl_bytes_of_text(query);
    else
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the page");
    return query;
}

/* An answer before that failed has no log to go on with. */
static bool is_needless(const daemon_page_work *w)
{
    return w->page->steps[w->step].ask == DAEMON_PAGE_LOG_LAST &&
           w->view.answers[w->step - 1].code >= 400;
}

static void run_step(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    const char *const method = w->page->steps[w->step].method;
    if (is_needless(w)) {
        w->is_answered = false;
        take_answer(q, w->view.answers[w->step - 1].code, NULL,
                    json_incref(w->view.answers[w->step - 1].body));
        return;
    }
    if (!daemon_page_prepare(q))
        return;
    const bool is_sent_as_it_is = !w->page->put && !w->page->to;
    daemon_serve_path(q, method);
    if (is_sent_as_it_is) /* q may be gone */
        return;
    void (*const finish)(daemon_request *q) = q->finish;
    q->finish = NULL;
    if (finish && !w->is_answered) /* it waits for the body, which is here */
        finish(q);
}

/* ---- requests */

void daemon_page_clear(daemon_page_work *work)
{
    if (!work)
        return;
    for (size_t i = 0; i < PAGE_ANSWERS_MAX; i++)
        json_decref(work->view.answers[i].body);
    json_decref(work->form);
    zkl_buffer_clear(&work->value);
    zkl_free(work);
}

daemon_page_work *daemon_page_work_of(daemon_request *q)
{
    if (!q->page)
        q->page = zkl_calloc(1, sizeof *q->page);
    if (!q->page) {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the page");
        return NULL;
    }
    q->page->view.search = "";
    q->page->view.base = "";
    q->page->view.at = "-";
    q->page->view.csrf = q->page->csrf;
    q->shape = take_answer;
    return q->page;
}

bool daemon_page_is(const daemon_request *q)
{
    if (q->route)
        return q->route->page;
    if (strcmp(q->path.at[0], "ledgers") == 0)
        return true;
    /* a browser is told in words that there is nothing */
    return strcmp(q->path.at[0], "v1") != 0 && !http_find(q->exchange, "authorization").data &&
           zkl_bytes_begin_with(http_find(q->exchange, "accept"), "text/html");
}

/* To where one logs in, and back from there. */
static void go_log_in(daemon_request *q, const char *where)
{
    const zkl_bytes path = http_path(q->exchange), query = http_query(q->exchange);
    const bool is_get = zkl_bytes_equal_text(http_method(q->exchange), "GET");
    const char *const next =
        zkl_arena_format(&q->memory, "%.*s%s%.*s", (int)path.size, (const char *)path.data,
                         query.size ? "?" : "", (int)query.size, (const char *)query.data);
    daemon_page_go_with_next(q, where, is_get && next ? next : "/");
}

void daemon_page_enter(daemon_request *q, void (*then)(daemon_request *q))
{
    daemon_page_work *const w = daemon_page_work_of(q);
    if (!w)
        return;
    if (zkl_bytes_equal_text(http_method(q->exchange), "POST"))
        /* a form that is refused is told why, in place of that it is too large */
        http_allow_body(q->exchange, q->daemon->settings.upload_bytes_max + ((uint64_t)1 << 20));
    q->take = ignore_part;
    if (!daemon_page_session(&w->session, w->csrf, q)) {
        if (!zkl_bytes_equal_text(http_method(q->exchange), "POST"))
            go_log_in(q, "/login");
        else if (daemon_audit_refused(q, 401, "nobody's session"))
            daemon_problem_code(q->exchange, 401, "unauthorized",
                                "nobody is logged in here any more");
    } else if (w->session.is_waiting) {
        go_log_in(q, "/login/code");
    } else {
        q->who = w->session.who;
        then(q);
    }
}

const char *daemon_page_query(daemon_request *q, const char *name)
{
    json_t *const all = daemon_query_all(q, name);
    const char *const text = json_string_value(json_array_get(all, 0));
    const char *const out = text ? zkl_arena_text(&q->memory, text, strlen(text)) : NULL;
    json_decref(all);
    return out ? out : "";
}

/* What the page's own path and query say. */
static void read_view(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    w->route = q->route;
    w->page = q->route->page;
    w->path = q->path;
    for (size_t i = 0; i < ZKL_COUNT(w->route->at) && w->route->at[i]; i++)
        if (w->route->at[i][0] == '{' && !w->view.name)
            w->view.name = w->path.at[i];
    w->view.search = daemon_page_query(q, "q");
    (void)zkl_line_decimal(&w->view.to, zkl_bytes_of_text(daemon_page_query(q, "before")));
    fill_view(q);
}

/* Of the report that the query asks for. */
static const char *report_name(daemon_request *q)
{
    const char *const format = daemon_page_query(q, "format");
    for (size_t i = 0; page_report_formats[i].name; i++)
        if (strcmp(page_report_formats[i].name, format) == 0)
            return page_report_formats[i].file;
    return "report"; /* the path refuses it */
}

/* What is sent as it is gets a name to be kept under. */
static void name_download(daemon_request *q)
{
    const daemon_page_work *const w = q->page;
    char text[160];
    if (!w->page->download)
        return;
    size_t size = (size_t)snprintf(text, sizeof text, "attachment; filename=\"");
    for (const char *c = w->view.name ? w->view.name : ""; *c && size < 100; c++)
        text[size++] = strchr("\"\\%/", *c) || *c <= ' ' || *c > '~' ? '_' : *c;
    snprintf(text + size, sizeof text - size, "%s\"",
             w->page->download[0] ? w->page->download : report_name(q));
    http_add_header(q->exchange, "content-disposition", zkl_bytes_of_text(text));
}

void daemon_page_serve(daemon_request *q)
{
    read_view(q);
    if (strcmp(q->route->method, "POST") == 0) {
        daemon_page_read_form(q);
    } else if (has_step(q->page)) {
        name_download(q);
        run_step(q);
    } else {
        send_page(q);
    }
}

void daemon_page_act(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    if (!daemon_page_is_ours(q, w->form))
        return;
    if (!w->page->body && !w->page->file)
        q->body.size = 0;
    if (!w->page->body || fill_body(q))
        run_step(q);
}
