#include "page/write.h"

#include <string.h>
#include <time.h>

#include "text/counted.h"
#include "text/url.h"

void page_put_markup(const page *p, const char *markup)
{
    zkl_buffer_put_text(p->out, markup);
}

void page_put_text(const page *p, const char *text)
{
    zkl_html_put(p->out, text);
}

void page_put_name(const page *p, const char *text)
{
    zkl_html_put_name(p->out, text);
}

void page_put_number(const page *p, uint64_t value)
{
    zkl_put_number(p->out, value);
}

void page_put_part(const page *p, const char *text)
{
    zkl_url_put(p->out, zkl_bytes_of_text(text), "@");
}

/* "2026-11-28T22:49:06..." */
void page_put_time(const page *p, const char *time)
{
    static const char digits[] = "0123456789-T:";
    if (strlen(time) < 20 || strspn(time, digits) < 19) {
        page_put_text(p, time);
        return;
    }
    zkl_buffer_format(p->out, "<time datetime=\"%.19sZ\">%.10s %.8s</time>", time, time, time + 11);
}

void page_put_ms(const page *p, int64_t ms)
{
    const time_t seconds = (time_t)(ms / 1000);
    char text[32];
    struct tm parts;
    if (!ms || !gmtime_r(&seconds, &parts) ||
        !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts))
        page_put_markup(p, "–");
    else
        page_put_time(p, text);
}

void page_put_tag(const page *p, const char *class, const char *text)
{
    zkl_buffer_format(p->out, "<span class=\"tag %s\">", class);
    page_put_text(p, text);
    page_put_markup(p, "</span>");
}

void page_put_short(const page *p, const char *hash)
{
    page_put_markup(p, "<code title=\"");
    page_put_text(p, hash);
    zkl_buffer_format(p->out, "\">%.12s…</code>",
                      strspn(hash, "0123456789abcdef") < 12 ? "" : hash);
}

void page_put_link(const page *p, const char *path, const char *name)
{
    zkl_buffer_format(p->out, "<a href=\"%s/%s/", p->view->base, path);
    page_put_part(p, name);
    page_put_markup(p, "\">");
    page_put_name(p, name);
    page_put_markup(p, "</a>");
}

static void put_form(const page *p, const char *path, const char *id, const char *verb)
{
    zkl_buffer_format(p->out, " action=\"%s/%s", p->view->base, path);
    if (id) {
        page_put_markup(p, "/");
        page_put_part(p, id);
    }
    if (verb)
        zkl_buffer_format(p->out, "/%s", verb);
    page_put_markup(p, "\"><input type=\"hidden\" name=\"csrf\" value=\"");
    page_put_text(p, p->view->csrf);
    page_put_markup(p, "\">");
}

void page_put_form(const page *p, const char *path, const char *id, const char *verb)
{
    page_put_markup(p, "<form method=\"post\"");
    put_form(p, path, id, verb);
}

void page_put_file_form(const page *p, const char *field, const char *path, const char *id,
                        const char *verb)
{
    zkl_buffer_format(p->out,
                      "<form method=\"post\" enctype=\"multipart/form-data\" class=\"drop\" "
                      "data-drop=\"%s\"",
                      field);
    put_form(p, path, id, verb);
}

/* ---- Members */

const json_t *page_at(const json_t *object, const char *path)
{
    char name[64];
    while (object && *path) {
        const size_t size = strcspn(path, ".");
        if (size >= sizeof name)
            return NULL;
        memcpy(name, path, size);
        name[size] = 0;
        object = json_object_get(object, name);
        path += size + (path[size] == '.');
    }
    return object;
}

const char *page_text_at(const json_t *object, const char *path)
{
    const char *const text = json_string_value(page_at(object, path));
    return text ? text : "";
}

uint64_t page_number_at(const json_t *object, const char *path)
{
    const json_int_t value = json_integer_value(page_at(object, path));
    return value > 0 ? (uint64_t)value : 0;
}

bool page_true_at(const json_t *object, const char *path)
{
    return json_is_true(page_at(object, path));
}

const json_t *page_answer_at(const page *p, size_t i)
{
    const page_answer *const answer = &p->view->answers[i];
    ZKL_ASSERT(i < PAGE_ANSWERS_MAX);
    return answer->code && answer->code < 400 ? answer->body : NULL;
}

bool page_has(const page *p, size_t i, const char *what)
{
    const page_answer *const answer = &p->view->answers[i];
    if (page_answer_at(p, i))
        return true;
    if (!answer->code)
        return false;
    zkl_buffer_format(p->out, "<p class=\"soft\">%s: ", what);
    page_put_text(p, page_text_at(answer->body, "detail"));
    page_put_markup(p, ".</p>\n");
    return false;
}

/* ---- Tables */

void page_put_table(const page *p, const char *caption, const char *columns)
{
    zkl_buffer_format(
        p->out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>"
        "<caption>%s</caption><thead><tr>",
        caption, caption);
    while (*columns) {
        const size_t size = strcspn(columns, "|");
        const size_t skip = strspn(columns, "~#");
        const bool is_wide = memchr(columns, '~', skip), is_number = memchr(columns, '#', skip);
        zkl_buffer_format(p->out, "<th scope=\"col\"%s>%.*s</th>",
                          is_wide && is_number ? " class=\"wide n\""
                          : is_wide            ? " class=\"wide\""
                          : is_number          ? " class=\"n\""
                                               : "",
                          (int)(size - skip), columns + skip);
        columns += size + (columns[size] == '|');
    }
    page_put_markup(p, "</tr></thead><tbody>\n");
}

void page_put_table_end(const page *p)
{
    page_put_markup(p, "</tbody></table></div>\n");
}
