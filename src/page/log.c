/* The log, and what is searched in it. */
#include "page/lists.h"
#include "text/counted.h"

#include <string.h>
#include <strings.h>

static bool has_word(const char *text, const char *word, size_t size)
{
    for (; *text; text++)
        if (strncasecmp(text, word, size) == 0)
            return true;
    return false;
}

bool page_is_found(const char *text, const char *search)
{
    while (*search) {
        const size_t size = strcspn(search, " ");
        if (size && !has_word(text, search, size))
            return false;
        search += size + (search[size] == ' ');
    }
    return true;
}

void page_put_search(const page *p, const char *path, const char *label)
{
    zkl_buffer_format(p->out,
                      "<form class=\"search\" role=\"search\" action=\"%s/%s\"><label "
                      "for=\"q\">%s</label><input id=\"q\" name=\"q\" type=\"search\" "
                      "maxlength=\"200\" autocomplete=\"off\" value=\"",
                      p->view->base, path, label);
    page_put_text(p, p->view->search);
    page_put_markup(p, "\"><button>Search</button></form>\n");
}

/* ---- Entries */

/* "sales@1" leads to its page; what it says else stands as it is. */
static void put_what(const page *p, const json_t *entry)
{
    const char *const what = page_text_at(entry, "what"), *const kind = page_text_at(entry, "kind");
    if (strcmp(kind, "notarise") == 0 && p->view->may.datasets)
        page_put_link(p, "datasets", what);
    else
        page_put_name(p, what);
}

static bool entry_fits(const json_t *entry, const char *search)
{
    char text[1024], number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)page_number_at(entry, "index"));
    snprintf(text, sizeof text, "%s %s %s %s %s", number, page_text_at(entry, "kind"),
             page_text_at(entry, "time"), page_text_at(entry, "receipt_id"),
             page_text_at(entry, "what"));
    return page_is_found(text, search);
}

static void put_entry(const page *p, const json_t *entry)
{
    const uint64_t index = page_number_at(entry, "index");
    zkl_buffer_format(p->out, "<tr id=\"e%llu\"><th scope=\"row\" class=\"n\">",
                      (unsigned long long)index);
    page_put_number(p, index);
    page_put_markup(p, "</th><td>");
    put_what(p, entry);
    page_put_markup(p, "</td><td>");
    page_put_text(p, report_kind_word(page_text_at(entry, "kind")));
    page_put_markup(p, "</td><td class=\"wide\">");
    page_put_time(p, page_text_at(entry, "time"));
    page_put_markup(p, "</td><td class=\"wide\">");
    page_put_short(p, page_text_at(entry, "receipt_id"));
    page_put_markup(p, "</td></tr>\n");
}

size_t page_put_log_rows(const page *p, const json_t *entries, const char *search)
{
    size_t count = 0;
    page_put_table(p, "Entries, the newest first", "#Entry|What|Kind|~Time|~Receipt id");
    for (size_t i = json_array_size(entries); i > 0; i--) {
        const json_t *const entry = json_array_get(entries, i - 1);
        if (!entry_fits(entry, search))
            continue;
        put_entry(p, entry);
        count++;
    }
    page_put_table_end(p);
    return count;
}

/* ---- The page */

/* The entries before those of this page. */
static void put_older(const page *p)
{
    const page_view *const v = p->view;
    if (!v->from)
        return;
    zkl_buffer_format(p->out, "<p><a rel=\"next\" href=\"%s/log?before=%llu", v->base,
                      (unsigned long long)v->from);
    if (*v->search) {
        page_put_markup(p, "&amp;q=");
        page_put_part(p, v->search);
    }
    page_put_markup(p, "\">Older entries</a></p>\n");
}

static void put_range(const page *p, size_t found)
{
    const page_view *const v = p->view;
    page_put_markup(p, "<p class=\"soft\" role=\"status\">");
    if (*v->search) {
        zkl_put_counted(p->out, found, "entry");
        page_put_markup(p, " of those from ");
    } else {
        page_put_markup(p, "Entries ");
    }
    page_put_number(p, v->from);
    page_put_markup(p, " to ");
    page_put_number(p, v->to ? v->to - 1 : 0);
    page_put_markup(p, " of ");
    page_put_number(p, page_number_at(page_answer_at(p, 0), "size"));
    page_put_markup(p, ".</p>\n");
}

void page_put_log(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const head = page_answer_at(&p, 0);
    page_put_head(&p, "Log", NULL);
    page_put_search(&p, "log", "Search");
    if (page_has(&p, 1, "The log")) {
        const json_t *const entries = page_at(page_answer_at(&p, 1), "entries");
        put_range(&p, page_put_log_rows(&p, entries, view->search));
        put_older(&p);
    }
    page_put_markup(&p, "<dl class=\"facts\"><dt>Log</dt><dd>");
    page_put_name(&p, page_text_at(head, "origin"));
    page_put_markup(&p, "</dd><dt>Root</dt><dd class=\"mono\">");
    page_put_text(&p, page_text_at(head, "root"));
    zkl_buffer_format(out,
                      "</dd></dl>\n<p><a href=\"%s/trust.toml\" download>The trust file</a>, for "
                      "those who verify elsewhere.</p>\n",
                      view->base);
    page_put_foot(&p);
}
