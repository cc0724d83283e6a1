/* A receipt in, a verdict out. */
#include "page/lists.h"

#include <string.h>

static void put_form(const page *p)
{
    zkl_buffer_format(p->out,
                      "<form method=\"post\" enctype=\"multipart/form-data\" class=\"drop\" "
                      "data-drop=\"receipt\" data-sends action=\"%s/verify\"><input "
                      "type=\"hidden\" name=\"csrf\" value=\"",
                      p->view->base);
    page_put_text(p, p->view->csrf);
    page_put_markup(p,
                    "\">\n<div class=\"field\"><label for=\"receipt\">Receipt</label><input "
                    "id=\"receipt\" name=\"receipt\" type=\"file\" required "
                    "aria-describedby=\"receipt-help\"><p class=\"soft\" "
                    "id=\"receipt-help\">A file of some kilobytes. It can be dropped anywhere on "
                    "this page.</p></div>\n<p><button class=\"main\">Check</button></p></form>\n");
}

void page_put_verify(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    page_put_head(&p, "Check a receipt", NULL);
    page_put_markup(
        &p, "<p>The service verifies it by what this ledger trusts. A receipt "
            "can be verified elsewhere too, without this service: that is what it is for.</p>\n");
    put_form(&p);
    page_put_foot(&p);
}

/* ---- The verdict */

static void put_sign(const page *p, bool holds, const char *big, const char *why)
{
    page_put_markup(p, holds ? "<div class=\"verdict verified\"><svg viewBox=\"0 0 24 24\" "
                               "aria-hidden=\"true\" fill=\"none\" stroke=\"currentColor\" "
                               "stroke-width=\"2\"><circle cx=\"12\" cy=\"12\" r=\"10\"/><path "
                               "d=\"M7.5 12.5l3 3 6-7\"/></svg>"
                             : "<div class=\"verdict broken\"><svg viewBox=\"0 0 24 24\" "
                               "aria-hidden=\"true\" fill=\"none\" stroke=\"currentColor\" "
                               "stroke-width=\"2\"><circle cx=\"12\" cy=\"12\" r=\"10\"/><path "
                               "d=\"M8 8l8 8M16 8l-8 8\"/></svg>");
    zkl_buffer_format(p->out, "<div><p class=\"big\">%s</p><p class=\"why\">", big);
    page_put_text(p, why);
    page_put_markup(p, "</p></div></div>\n");
}

static void put_list(const page *p, const char *id, const char *title, const json_t *texts,
                     const char *member)
{
    page_put_section(p, id, title);
    page_put_markup(p, "<ul class=\"claims\">\n");
    for (size_t i = 0; i < json_array_size(texts); i++) {
        const json_t *const one = json_array_get(texts, i);
        page_put_markup(p, "<li>");
        page_put_text(p, member ? page_text_at(one, member) : json_string_value(one));
        page_put_markup(p, "</li>\n");
    }
    page_put_markup(p, "</ul></section>\n");
}

static void put_valid(const page *p, const json_t *verdict)
{
    char what[400];
    snprintf(what, sizeof what, "%s@%llu, entry %llu of log %s",
             page_text_at(verdict, "dataset.name"),
             (unsigned long long)page_number_at(verdict, "dataset.version"),
             (unsigned long long)page_number_at(verdict, "entry.index"),
             page_text_at(verdict, "log.origin"));
    put_sign(p, true, "The receipt is valid.", what);
    if (strcmp(page_text_at(verdict, "setup"), "development") == 0)
        page_put_markup(p, "<p><span class=\"tag unchecked\">development set-up</span> It was made "
                           "on one machine, and proves nothing against whoever made it.</p>\n");
    put_list(p, "claims", "Proven", page_at(verdict, "claims"), "sentence");
    put_list(p, "missing", "Not proven", page_at(verdict, "not_proven"), NULL);
}

void page_put_verdict(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const page_answer *const answer = &view->answers[0];
    page_put_head(&p, "Verdict", NULL);
    if (answer->code < 400)
        put_valid(&p, answer->body);
    else if (strcmp(page_text_at(answer->body, "title"), "rejected") == 0)
        put_sign(&p, false, "The receipt is rejected.", page_text_at(answer->body, "detail"));
    else
        put_sign(&p, false, "The receipt could not be checked.",
                 page_text_at(answer->body, "detail"));
    page_put_section(&p, "again", "Another one");
    put_form(&p);
    page_put_markup(&p, "</section>\n");
    page_put_foot(&p);
}
