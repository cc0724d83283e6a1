/* What every page has: head, navigation, foot; and problems. */
#include "page/write.h"

#include <string.h>

typedef struct place {
    const char *at, *name;
    bool is_shown;
} place;

static void put_place(const page *p, const place *one)
{
    const bool is_here = strcmp(one->at, p->view->at) == 0;
    if (one->is_shown)
        zkl_buffer_format(p->out, "<li><a href=\"%s/%s\"%s>%s</a></li>", p->view->base, one->at,
                          is_here ? " aria-current=\"page\"" : "", one->name);
}

static void put_navigation(const page *p)
{
    const page_rights *const may = &p->view->may;
    const place places[] = {
        { "", "Overview", true },
        { "datasets", "Datasets", may->datasets },
        { "log", "Log", may->log },
        { "jobs", "Jobs", may->jobs },
        { "upload", "Upload", may->upload },
        { "policies", "Policies", may->setups || may->prove },
        { "reports", "Reports", may->reports },
        { "verify", "Check a receipt", may->verify },
        { "keys", "Keys", may->keys },
        { "roles", "Roles", may->roles },
        { "health", "Health", may->health },
    };
    page_put_markup(p, "<nav aria-label=\"Pages\"><ul>");
    for (size_t i = 0; i < ZKL_COUNT(places); i++)
        put_place(p, &places[i]);
    page_put_markup(p, "</ul></nav>\n");
}

static void put_who(const page *p)
{
    const page_view *const v = p->view;
    page_put_markup(p, "<details class=\"who\"><summary>");
    page_put_name(p, v->who);
    page_put_markup(p, "</summary><div><dl class=\"facts\"><dt>Role</dt><dd>");
    page_put_name(p, v->role);
    page_put_markup(p, "</dd><dt>Organisation</dt><dd>");
    page_put_name(p, v->organisation);
    if (v->ledger) {
        page_put_markup(p, "</dd><dt>Ledger</dt><dd>");
        page_put_name(p, v->ledger);
        page_put_markup(p, " (<a href=\"/ledgers\">others</a>)");
    }
    page_put_markup(p, "</dd></dl><p><a href=\"/sessions\">Sessions</a></p>"
                       "<form method=\"post\" action=\"/logout\"><input type=\"hidden\" "
                       "name=\"csrf\" value=\"");
    page_put_text(p, v->csrf);
    page_put_markup(p, "\"><button>Log out</button></form></div></details>\n");
}

static void put_title(const page *p, const char *title, const char *name)
{
    if (name) {
        page_put_text(p, name);
        page_put_markup(p, " – ");
    }
    page_put_markup(p, title);
    page_put_markup(p, " – zkp-ledger");
}

void page_put_head(const page *p, const char *title, const char *name)
{
    page_put_markup(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, "
                       "initial-scale=1\">\n<title>");
    put_title(p, title, name);
    zkl_buffer_format(
        p->out,
        "</title>\n<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" "
        "href=\"/assets/%s\">\n<script src=\"/assets/%s\" defer></script>\n</head>\n"
        "<body class=\"service\">\n<a class=\"skip\" href=\"#main\">Skip to the "
        "content</a>\n<header><p class=\"brand\"><a href=\"%s/\">zkp-ledger</a></p>\n",
        page_style_name, page_script_name, p->view->base);
    if (p->view->who)
        put_who(p);
    page_put_markup(p, "</header>\n");
    if (p->view->who)
        put_navigation(p);
    page_put_markup(p, "<main id=\"main\">\n");
    if (name) {
        zkl_buffer_format(p->out, "<p class=\"kicker\">%s</p>\n<h1>", title);
        page_put_name(p, name);
    } else {
        zkl_buffer_format(p->out, "<h1>%s", title);
    }
    page_put_markup(p, "</h1>\n");
}

void page_put_foot(const page *p)
{
    page_put_markup(p, "</main>\n<footer><p>zkp-ledger " ZKL_VERSION
                       ". For programs: <a href=\"/v1/\">the API</a>. Times are UTC.</p></footer>\n"
                       "</body>\n</html>\n");
}

void page_put_section(const page *p, const char *id, const char *title)
{
    zkl_buffer_format(p->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id,
                      title);
}

void page_put_problem(zkl_buffer *out, const page_view *view, int code, const char *title,
                      const char *text)
{
    const page p = { out, view };
    page_put_head(&p,
                  code == 403   ? "Not allowed"
                  : code == 404 ? "Not there"
                  : code >= 500 ? "Not now"
                                : "That did not work",
                  NULL);
    page_put_markup(&p, "<p role=\"alert\" class=\"words\">");
    page_put_text(&p, text);
    zkl_buffer_format(out, ".</p>\n<p class=\"soft\">%d, ", code);
    page_put_text(&p, title);
    zkl_buffer_format(out, "</p>\n<p><a href=\"%s/\">To the overview</a></p>\n", view->base);
    page_put_foot(&p);
}
