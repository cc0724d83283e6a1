/* Sessions, ledgers and the state of the service. */
#include "page/lists.h"

#include <string.h>

/* ---- Sessions */

/* The first of these that the text has; NULL: none. */
static const char *find_word(const char *text, const char *const words[][2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i][0]))
            return words[i][1];
    return NULL;
}

/* What a browser says of itself is long, and mostly of others that it is like. */
static void put_agent(const page *p, const char *agent)
{
    static const char *const browsers[][2] = { { "Firefox/", "Firefox" }, { "Edg/", "Edge" },
                                               { "OPR/", "Opera" },       { "Chrome/", "Chrome" },
                                               { "Safari/", "Safari" },   { "curl/", "curl" } };
    static const char *const systems[][2] = { { "Windows", "Windows" }, { "Android", "Android" },
                                              { "iPhone", "iPhone" },   { "iPad", "iPad" },
                                              { "Mac OS X", "macOS" },  { "Linux", "Linux" } };
    const char *const browser = find_word(agent, browsers, ZKL_COUNT(browsers));
    const char *const system = find_word(agent, systems, ZKL_COUNT(systems));
    page_put_text(p, browser ? browser : *agent ? agent : "no browser");
    if (browser && system) {
        page_put_markup(p, ", ");
        page_put_text(p, system);
    }
}

static void put_session(const page *p, const json_t *session)
{
    const bool is_this = page_true_at(session, "this");
    page_put_markup(p, "<tr><th scope=\"row\">");
    page_put_name(p, page_text_at(session, "name"));
    if (is_this) {
        page_put_markup(p, " ");
        page_put_tag(p, "verified", "this one");
    }
    page_put_markup(p, "<br><span class=\"soft\">");
    put_agent(p, page_text_at(session, "agent"));
    page_put_markup(p, "</span></th><td>");
    page_put_form(p, "sessions", page_text_at(session, "id"), "end");
    page_put_markup(p, "<button>End<span class=\"hidden\"> the session of ");
    page_put_name(p, page_text_at(session, "name"));
    page_put_markup(p, "</span></button></form></td><td>");
    page_put_text(p, page_text_at(session, "address"));
    page_put_markup(p, "</td><td>");
    page_put_ms(p, json_integer_value(page_at(session, "created")));
    page_put_markup(p, "</td><td>");
    page_put_ms(p, json_integer_value(page_at(session, "used")));
    page_put_markup(p, "</td><td>");
    page_put_ms(p, json_integer_value(page_at(session, "until")));
    page_put_markup(p, "</td></tr>\n");
}

void page_put_sessions(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const sessions = page_at(page_answer_at(&p, 0), "sessions");
    page_put_head(&p, "Sessions", NULL);
    page_put_markup(&p,
                    "<p>Who is logged in to this page. Keys that programs use have none.</p>\n");
    page_put_table(&p, "Sessions", "Key and browser|Change|From|Begun|Last used|Ends");
    for (size_t i = 0; i < json_array_size(sessions); i++)
        put_session(&p, json_array_get(sessions, i));
    page_put_table_end(&p);
    page_put_foot(&p);
}

/* ---- Ledgers */

void page_put_ledgers(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const ledgers = page_at(page_answer_at(&p, 0), "ledgers");
    page_put_head(&p, "Ledgers", NULL);
    page_put_markup(&p, "<ul>\n");
    for (size_t i = 0; i < json_array_size(ledgers); i++) {
        const char *const name = page_text_at(json_array_get(ledgers, i), "name");
        page_put_markup(&p, "<li><a href=\"/ledgers/");
        page_put_part(&p, name);
        page_put_markup(&p, "\">");
        page_put_name(&p, name);
        page_put_markup(&p, "</a></li>\n");
    }
    page_put_markup(&p, "</ul>\n");
    page_put_foot(&p);
}

/* ---- Health */

static void put_limits(const page *p, const json_t *limits)
{
    const char *name;
    json_t *one;
    page_put_section(p, "limits", "Limits of this key");
    page_put_markup(p, "<p>Tier ");
    page_put_text(p, page_text_at(limits, "tier"));
    if (!json_object_size(page_at(limits, "limits"))) {
        page_put_markup(p, ": no limits.</p>\n</section>\n");
        return;
    }
    page_put_markup(p, ".</p>\n");
    page_put_table(p, "A minute; jobs at once", "Of|#Allowed|#Left");
    json_object_foreach((json_t *)(uintptr_t)page_at(limits, "limits"), name, one)
    {
        page_put_markup(p, "<tr><th scope=\"row\">");
        page_put_text(p, name);
        page_put_markup(p, "</th><td class=\"n\">");
        if (json_is_integer(page_at(one, "allowed")))
            page_put_number(p, page_number_at(one, "allowed"));
        else
            page_put_markup(p, "no limit");
        page_put_markup(p, "</td><td class=\"n\">");
        if (json_is_integer(page_at(one, "left")))
            page_put_number(p, page_number_at(one, "left"));
        page_put_markup(p, "</td></tr>\n");
    }
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

static void put_witnesses(const page *p, const json_t *answer)
{
    const json_t *const all = page_at(answer, "witnesses");
    page_put_section(p, "witnesses", "Witnesses");
    if (!json_array_size(all))
        page_put_markup(p, "<p>No witness signs this log.</p>\n");
    else
        page_put_table(p, "Who signs this log", "Witness|#Entries signed|What fails");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *const one = json_array_get(all, i);
        page_put_markup(p, "<tr><th scope=\"row\">");
        page_put_name(p, page_text_at(one, "name"));
        page_put_markup(p, "</th><td class=\"n\">");
        page_put_number(p, page_number_at(one, "size"));
        page_put_markup(p, "</td><td>");
        page_put_text(p, page_text_at(one, "error"));
        page_put_markup(p, "</td></tr>\n");
    }
    if (json_array_size(all))
        page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

static void put_issuers(const page *p, const json_t *answer)
{
    const json_t *const all = page_at(answer, "issuers");
    if (!json_array_size(all))
        return;
    page_put_section(p, "issuers", "Issuers of tokens");
    page_put_table(p, "Whose tokens count", "Issuer|#Keys known|Read");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *const one = json_array_get(all, i);
        page_put_markup(p, "<tr><th scope=\"row\">");
        page_put_text(p, page_text_at(one, "issuer"));
        page_put_markup(p, "</th><td class=\"n\">");
        page_put_number(p, page_number_at(one, "keys"));
        page_put_markup(p, "</td><td>");
        page_put_ms(p, json_integer_value(page_at(one, "read")));
        page_put_markup(p, "</td></tr>\n");
    }
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

static void put_parts(const page *p, const json_t *answer)
{
    const char *name;
    json_t *one;
    page_put_section(p, "parts", "Parts of the service");
    page_put_table(p, "How each stands", "Part|State|Why");
    json_object_foreach((json_t *)(uintptr_t)page_at(answer, "components"), name, one)
    {
        const char *const state = page_text_at(one, "state");
        page_put_markup(p, "<tr><th scope=\"row\">");
        page_put_text(p, name);
        page_put_markup(p, "</th><td>");
        page_put_tag(p, strcmp(state, "ok") == 0 ? "verified" : "broken", state);
        page_put_markup(p, "</td><td>");
        page_put_text(p, page_text_at(one, "reason"));
        page_put_markup(p, "</td></tr>\n");
    }
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

void page_put_health(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    page_put_head(&p, "Health", NULL);
    page_put_markup(&p, "<p>");
    page_put_tag(&p, "verified", "it answers");
    page_put_markup(&p, " For programs: <a href=\"/readyz\">/readyz</a> and <a "
                        "href=\"/metrics\">/metrics</a>.</p>\n");
    if (page_answer_at(&p, 3)) /* whoever runs the service */
        put_parts(&p, page_answer_at(&p, 3));
    if (page_answer_at(&p, 0))
        put_limits(&p, page_answer_at(&p, 0));
    if (page_answer_at(&p, 1))
        put_witnesses(&p, page_answer_at(&p, 1));
    if (page_answer_at(&p, 2))
        put_issuers(&p, page_answer_at(&p, 2));
    page_put_foot(&p);
}
