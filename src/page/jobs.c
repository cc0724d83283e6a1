/* Jobs: what runs, how far it is, and what came of it. The script follows those that are not over;
 * without it the page is asked for again. */
#include "page/lists.h"

#include "api/operation.h"
#include "text/counted.h"

#include <stdlib.h>
#include <string.h>

static bool is_over(const json_t *job)
{
    return strcmp(page_text_at(job, "state"), "over") == 0;
}

static void put_state(const page *p, const json_t *job)
{
    const char *const state = page_text_at(job, "state"), *const status =
                                                              page_text_at(job, "status");
    if (!is_over(job))
        page_put_tag(p, "claimed", state);
    else if (strcmp(status, "valid") == 0)
        page_put_tag(p, "verified", "done");
    else
        page_put_tag(p, "broken", status);
}

static void put_progress(const page *p, const json_t *job)
{
    const unsigned long long done = page_number_at(job, "done"),
                             total = page_number_at(job, "total");
    page_put_markup(p, "<progress aria-label=\"How far\"");
    if (total)
        zkl_buffer_format(p->out, " value=\"%llu\" max=\"%llu\"", done, total);
    page_put_markup(p, "></progress>");
}

static void put_row(const page *p, const json_t *job)
{
    page_put_markup(p, "<tr><th scope=\"row\">");
    page_put_link(p, "jobs", page_text_at(job, "id"));
    page_put_markup(p, "</th><td>");
    page_put_text(p, page_text_at(job, "operation"));
    page_put_markup(p, "</td><td>");
    put_state(p, job);
    page_put_markup(p, "</td><td class=\"wide\">");
    page_put_ms(p, json_integer_value(page_at(job, "created")));
    page_put_markup(p, "</td></tr>\n");
}

/* Every look at this page is a job too: what only reads is told of while it runs. */
static bool is_told(const json_t *job)
{
    const api_operation *const row = api_find(page_text_at(job, "operation"));
    return !is_over(job) || !row || row->effect == API_WRITES || row->effect == API_MAY_WRITE ||
           (row->effect == API_MAY_READ && row->is_long);
}

size_t page_put_job_rows(const page *p, const json_t *operations, size_t count)
{
    size_t told = 0;
    for (size_t i = json_array_size(operations); i > 0 && told < count; i--) {
        const json_t *const job = json_array_get(operations, i - 1);
        if (!is_told(job))
            continue;
        if (!told++)
            page_put_table(p, "Jobs, the newest first", "Job|Operation|State|~Begun");
        put_row(p, job);
    }
    if (told)
        page_put_table_end(p);
    return told;
}

void page_put_jobs(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const all = page_at(page_answer_at(&p, 0), "operations");
    page_put_head(&p, "Jobs", NULL);
    if (!page_put_job_rows(&p, all, SIZE_MAX))
        page_put_markup(&p, "<p>No job is known: they are told of for seven days.</p>\n");
    page_put_foot(&p);
}

/* ---- One */

static void put_running(const page *p, const json_t *job)
{
    zkl_buffer_format(p->out, "<div class=\"card\" data-events=\"%s/jobs/", p->view->base);
    page_put_part(p, page_text_at(job, "id"));
    page_put_markup(p, "/events\"><p>");
    put_state(p, job);
    page_put_markup(p, " <span id=\"stage\" role=\"status\">");
    page_put_text(p, page_text_at(job, "stage"));
    page_put_markup(p, "</span></p>\n");
    put_progress(p, job);
    page_put_markup(p, "<noscript><p class=\"soft\">Without a script this page does not move: ask "
                       "for it again.</p></noscript>");
    page_put_form(p, "jobs", page_text_at(job, "id"), "cancel");
    page_put_markup(p, "<p><button>Cancel</button></p></form></div>\n");
}

/* Of a split. */
static void put_parts(const page *p, const json_t *parts)
{
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *const part = json_array_get(parts, i);
        page_put_markup(p, "<p>Dataset ");
        page_put_link(p, "datasets", page_text_at(part, "name"));
        page_put_markup(p, ", ");
        zkl_put_counted(p->out, page_number_at(part, "rows"), "row");
        page_put_markup(p, "</p>\n");
    }
}

/* Sentences. */
static void put_proven(const page *p, const json_t *claims)
{
    if (!json_is_string(json_array_get(claims, 0)))
        return;
    page_put_markup(p, "<h2>Proven</h2>\n<ul class=\"claims\">\n");
    for (size_t i = 0; i < json_array_size(claims); i++) {
        page_put_markup(p, "<li>");
        page_put_text(p, json_string_value(json_array_get(claims, i)));
        page_put_markup(p, "</li>\n");
    }
    page_put_markup(p, "</ul>\n");
}

static void put_answer(const page *p, const json_t *job)
{
    const json_t *const answer = page_at(job, "answer");
    const char *const name = page_text_at(answer, "dataset.name");
    const char *const error = page_text_at(answer, "error");
    page_put_markup(p, "<div class=\"card\"><p>");
    put_state(p, job);
    page_put_markup(p, "</p>\n");
    if (*error) {
        page_put_markup(p, "<p>");
        page_put_text(p, error);
        page_put_markup(p, "</p>\n");
    }
    if (*error && p->view->may.upload && strcmp(page_text_at(job, "operation"), "notarize") == 0)
        zkl_buffer_format(p->out, "<p><a href=\"%s/upload\">Upload it again</a></p>\n",
                          p->view->base);
    if (*name && p->view->may.datasets) {
        page_put_markup(p, "<p>Dataset ");
        page_put_link(p, "datasets", name);
        page_put_markup(p, ", version ");
        page_put_number(p, page_number_at(answer, "dataset.version"));
        page_put_markup(p, "</p>\n");
    }
    put_parts(p, page_at(answer, "parts"));
    page_put_markup(p, "</div>\n");
    put_proven(p, page_at(answer, "claims"));
    put_proven(p, page_at(answer, "proven.claims"));
}

static void put_files(const page *p, const json_t *job)
{
    const json_t *const files = page_at(job, "files");
    if (!json_array_size(files))
        return;
    page_put_section(p, "files", "Files");
    page_put_markup(p, "<ul>\n");
    for (size_t i = 0; i < json_array_size(files); i++) {
        const char *const name = page_text_at(json_array_get(files, i), "name");
        zkl_buffer_format(p->out, "<li><a download href=\"%s/jobs/", p->view->base);
        page_put_part(p, page_text_at(job, "id"));
        page_put_markup(p, "/files/");
        page_put_part(p, name);
        page_put_markup(p, "\">");
        page_put_name(p, name);
        page_put_markup(p, "</a></li>\n");
    }
    page_put_markup(p, "</ul></section>\n");
}

static void put_json(const page *p, const json_t *answer)
{
    char *const text = answer ? json_dumps(answer, JSON_INDENT(2)) : NULL;
    if (!text)
        return;
    page_put_markup(p, "<details><summary>The whole answer</summary><pre tabindex=\"0\">");
    page_put_text(p, text);
    page_put_markup(p, "</pre></details>\n");
    free(text);
}

void page_put_job(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const job = page_answer_at(&p, 0);
    page_put_head(&p, "Job", page_text_at(job, "operation"));
    page_put_markup(&p, "<p class=\"meta\"><span class=\"mono\">");
    page_put_text(&p, page_text_at(job, "id"));
    page_put_markup(&p, "</span> · begun ");
    page_put_ms(&p, json_integer_value(page_at(job, "created")));
    if (is_over(job)) {
        page_put_markup(&p, " · over ");
        page_put_ms(&p, json_integer_value(page_at(job, "ended")));
    }
    page_put_markup(&p, "</p>\n");
    if (is_over(job)) {
        put_answer(&p, job);
        put_files(&p, job);
        put_json(&p, page_at(job, "answer"));
    } else {
        put_running(&p, job);
    }
    page_put_foot(&p);
}
