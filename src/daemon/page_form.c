/* Forms of the web page, as their bodies come in. A form without a file is read whole. One with a
 * file has its fields in front of it: a receipt is kept, a table goes on to the disk. */
#include "daemon/page.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "text/url.h"

#define FORM_BYTES_MAX ((size_t)256 << 10)
#define VALUE_BYTES_MAX ((size_t)64 << 10)

/* ---- whose it is */

bool daemon_page_is_ours(daemon_request *q, const json_t *form)
{
    const zkl_bytes site = http_find(q->exchange, "sec-fetch-site");
    const char *const given = page_form_text(form, "csrf"), *const wanted = q->page->csrf;
    const bool is_ours = strlen(given) == strlen(wanted) && wanted[0] &&
                         zkl_equal_ct(given, wanted, strlen(wanted)) &&
                         (!site.data || zkl_bytes_equal_text(site, "same-origin") ||
                          zkl_bytes_equal_text(site, "none"));
    if (!is_ours && daemon_audit_refused(q, 403, "not our form"))
        daemon_problem_code(q->exchange, 403, "forbidden",
                            "this form is of no page that this session was shown");
    return is_ours;
}

/* ---- without a file */

static void take_form(daemon_request *q)
{
    q->page->form = page_form_read(zkl_buffer_bytes(&q->body));
    if (q->page->form)
        daemon_page_act(q);
    else
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is broken");
}

/* ---- with a file */

static bool refuse(daemon_request *q, const char *text)
{
    daemon_problem(q->exchange, ZKL_USAGE, text);
    return false;
}

/* "&name=value", percent-encoded. */
static void put_query(zkl_buffer *out, const char *name, const char *value)
{
    zkl_buffer_format(out, "%s%s=", out->size ? "&" : "", name);
    zkl_url_put(out, zkl_bytes_of_text(value), "");
}

static void put_query_list(zkl_buffer *out, const char *name, json_t *texts)
{
    for (size_t i = 0; i < json_array_size(texts); i++)
        put_query(out, name, json_string_value(json_array_get(texts, i)));
    json_decref(texts);
}

/* The form as the query of the path that takes tables. NULL without memory. */
static const char *upload_query(daemon_request *q, const json_t *form)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const char *const delimiter = page_form_text(form, "delimiter");
    put_query_list(&out, "claim", page_form_claims(form));
    put_query_list(&out, "null", page_form_lines(form, "null"));
    if (*delimiter)
        put_query(&out, "delimiter", delimiter);
    if (*page_form_text(form, "keep"))
        put_query(&out, "keep_spool", "true");
    zkl_buffer_put_u8(&out, 0);
    return out.failed ? NULL : zkl_arena_text(&q->memory, (const char *)out.data, out.size - 1);
}

/* A table that is sent for an operation: its name there says its format. */
static const char *file_query(daemon_request *q, const char *file_name)
{
    return zkl_arena_format(&q->memory, "name=table%s", strrchr(file_name, '.'));
}

static const char *type_of(const char *file_name)
{
    static const char *const types[][2] = { { ".csv", "text/csv" },
                                            { ".parquet", "application/vnd.apache.parquet" },
                                            { ".ndjson", "application/x-ndjson" },
                                            { ".json", "application/json" } };
    const char *const dot = strrchr(file_name, '.');
    for (size_t i = 0; dot && i < ZKL_COUNT(types); i++)
        if (strcasecmp(dot, types[i][0]) == 0)
            return types[i][1];
    return NULL;
}

static void take_part(daemon_request *q, zkl_bytes part);
static void end_upload(daemon_request *q);

/* The table begins: its path is served now, and takes what comes of it. */
static bool begin_upload(daemon_request *q, const page_part *part)
{
    daemon_page_work *const w = q->page;
    const bool is_sent = w->page->sends_table; /* of a dataset that the path names */
    const char *const name = is_sent ? w->view.name : page_form_text(w->form, "name");
    q->type = type_of(part->file_name);
    w->view.name = zkl_arena_text(&q->memory, name, strlen(name));
    if (!daemon_page_is_ours(q, w->form))
        return false;
    if (!w->view.name || !*w->view.name)
        return refuse(q, "the dataset has no name");
    if (!q->type)
        return refuse(q, "a table is a file that ends in .csv, .parquet, .ndjson or .json");
    if (!daemon_page_prepare(q))
        return false;
    const char *const query = is_sent ? file_query(q, part->file_name) : upload_query(q, w->form);
    if (query)
        q->query = zkl_bytes_of_text(query);
    daemon_serve_path(q, w->page->steps[0].method);
    if (w->is_answered)
        return false;
    w->inner_take = q->take;
    w->inner_finish = q->finish;
    q->take = take_part;
    q->finish = end_upload;
    /* what stands around the table */
    http_allow_body(q->exchange, q->daemon->settings.upload_bytes_max + FORM_BYTES_MAX);
    return true;
}

static bool goes_to_disk(const daemon_page *page)
{
    return page->is_upload || page->sends_table;
}

static bool begin_part(void *context, const page_part *part)
{
    daemon_request *const q = context;
    daemon_page_work *const w = q->page;
    if (w->has_file)
        return refuse(q, "the form has more behind its file");
    w->is_file = part->is_file;
    w->has_file = part->is_file;
    w->value.size = 0;
    snprintf(w->field, sizeof w->field, "%s", part->name);
    if (!part->is_file)
        return true;
    if (strcmp(part->name, w->page->file) != 0)
        return refuse(q, "the form's file is of another field");
    w->lacks_file = !part->file_name[0];
    if (w->lacks_file && !w->page->sends_table)
        return refuse(q, "no file was chosen");
    return !w->lacks_file && goes_to_disk(w->page) ? begin_upload(q, part)
                                                   : daemon_page_is_ours(q, w->form);
}

static bool take_data(void *context, zkl_bytes data)
{
    daemon_request *const q = context;
    daemon_page_work *const w = q->page;
    if (!w->is_file) {
        if (w->value.size + data.size > VALUE_BYTES_MAX)
            return refuse(q, "a field of the form is too long");
        zkl_buffer_put(&w->value, data.data, data.size);
    } else if (w->lacks_file) {
        return true;
    } else if (goes_to_disk(w->page)) {
        w->inner_take(q, data);
        return q->take == take_part; /* else it was answered */
    } else {
        zkl_buffer_put(&q->body, data.data, data.size);
    }
    return true;
}

static bool end_part(void *context)
{
    daemon_request *const q = context;
    daemon_page_work *const w = q->page;
    if (w->is_file)
        return true;
    if (json_object_get(w->form, w->field) ||
        json_object_set_new(
            w->form, w->field,
            json_stringn(w->value.size ? (const char *)w->value.data : "", w->value.size)) != 0)
        return refuse(q, "a field of the form is no text, or there twice");
    return true;
}

static void take_part(daemon_request *q, zkl_bytes part)
{
    daemon_page_work *const w = q->page;
    if (!page_multipart_feed(&w->multipart, part) && !w->is_answered && q->take == take_part)
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is broken");
}

/* Is all of it there? Else it is answered. */
static bool is_complete(daemon_request *q)
{
    const daemon_page_work *const w = q->page;
    if (w->is_answered)
        return false;
    if (!page_multipart_is_whole(&w->multipart) || !w->has_file) {
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is not whole, or has no file");
        return false;
    }
    return true;
}

static void end_upload(daemon_request *q)
{
    if (is_complete(q))
        q->page->inner_finish(q);
}

static void end_file(daemon_request *q)
{
    if (!is_complete(q))
        return;
    q->page->step = q->page->lacks_file; /* which leaves out what would have sent it */
    daemon_page_act(q);
}

static void read_file_form(daemon_request *q)
{
    static const page_part_handler handler = { begin_part, take_data, end_part };
    daemon_page_work *const w = q->page;
    w->form = json_object();
    if (!page_multipart_begin(&w->multipart, http_find(q->exchange, "content-type"), &handler, q)) {
        daemon_problem_code(q->exchange, 415, "unsupported media type",
                            "a form with a file is multipart/form-data");
        return;
    }
    daemon_read_body(q, end_file);
    q->take = take_part;
    http_allow_body(q->exchange, (goes_to_disk(w->page) ? q->daemon->settings.upload_bytes_max
                                                        : (uint64_t)DAEMON_BODY_BYTES_MAX) +
                                     FORM_BYTES_MAX);
}

void daemon_page_read_form(daemon_request *q)
{
    const zkl_bytes type = http_find(q->exchange, "content-type");
    http_allow_body(q->exchange, FORM_BYTES_MAX);
    if (q->page->page->file) {
        read_file_form(q);
    } else if (zkl_bytes_begin_with(type, "application/x-www-form-urlencoded")) {
        q->take = NULL;
        daemon_read_body(q, take_form);
        http_allow_body(q->exchange, FORM_BYTES_MAX); /* less than for JSON */
    } else {
        daemon_problem_code(q->exchange, 415, "unsupported media type",
                            "a form is application/x-www-form-urlencoded");
    }
}
