/* Keys and roles, for those who give them out. */
#include "page/lists.h"

#include <string.h>

static void put_act(const page *p, const json_t *key, const char *verb, const char *word,
                    const char *more)
{
    zkl_buffer_format(p->out, "<details><summary>%s</summary>", word);
    page_put_form(p, "keys", page_text_at(key, "id"), verb);
    zkl_buffer_format(p->out, "<p class=\"soft\">%s</p><p><button class=\"%s\">%s ", more, verb,
                      word);
    page_put_name(p, page_text_at(key, "name"));
    page_put_markup(p, "</button></p></form></details>");
}

static void put_key(const page *p, const json_t *key)
{
    const char *const scopes = page_text_at(key, "scopes");
    page_put_markup(p, "<tr><th scope=\"row\">");
    page_put_name(p, page_text_at(key, "name"));
    page_put_markup(p, "<br><code>");
    page_put_text(p, page_text_at(key, "begins"));
    page_put_markup(p, "…</code></th><td>");
    page_put_name(p, page_text_at(key, "role"));
    if (*scopes) {
        page_put_markup(p, "<br><span class=\"soft\">");
        page_put_text(p, scopes);
        page_put_markup(p, "</span>");
    }
    page_put_markup(p, "</td><td>");
    page_put_text(p, page_text_at(key, "tier"));
    page_put_markup(p, "</td><td>");
    page_put_ms(p, json_integer_value(page_at(key, "used")));
    page_put_markup(p, "</td><td>");
    page_put_ms(p, json_integer_value(page_at(key, "expires")));
    page_put_markup(p, "</td><td>");
    put_act(p, key, "rotate", "Rotate", "A new secret. The old one counts for a day more.");
    if (page_true_at(key, "second_factor"))
        put_act(p, key, "forget-factor", "Forget the authenticator of",
                "Another one is set up when somebody logs in with this key.");
    put_act(p, key, "revoke", "Revoke", "It ends at once, and its sessions with it.");
    page_put_markup(p, "</td></tr>\n");
}

/* The roles of the second answer, or a field when they may not be read. */
static void put_role_field(const page *p)
{
    const json_t *const roles = page_at(page_answer_at(p, 1), "roles");
    page_put_markup(p, "<div class=\"field\"><label for=\"role\">Role</label>");
    if (!roles) {
        page_put_markup(p, "<input id=\"role\" name=\"role\" required maxlength=\"63\"></div>\n");
        return;
    }
    page_put_markup(p, "<select id=\"role\" name=\"role\">");
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const char *const name = page_text_at(json_array_get(roles, i), "name");
        page_put_markup(p, "<option value=\"");
        page_put_text(p, name);
        page_put_markup(p, strcmp(name, "viewer") == 0 ? "\" selected>" : "\">");
        page_put_text(p, name);
        page_put_markup(p, "</option>");
    }
    page_put_markup(p, "</select></div>\n");
}

static void put_making(const page *p)
{
    page_put_section(p, "new", "A new key");
    page_put_form(p, "keys", NULL, NULL);
    page_put_markup(p, "<div class=\"field\"><label for=\"key-name\">Name</label><input "
                       "id=\"key-name\" name=\"name\" required maxlength=\"60\" "
                       "autocomplete=\"off\"></div>\n");
    put_role_field(p);
    page_put_markup(
        p, "<div class=\"field\"><label for=\"days\">Ends after so many days</label><input "
           "id=\"days\" name=\"days\" inputmode=\"numeric\" pattern=\"[0-9]*\" maxlength=\"5\" "
           "autocomplete=\"off\" aria-describedby=\"days-help\"><p class=\"soft\" "
           "id=\"days-help\">Empty: it does not end by itself.</p></div>\n"
           "<div class=\"field\"><label for=\"scopes\">Narrowed to these permissions</label><input "
           "id=\"scopes\" name=\"scopes\" maxlength=\"250\" autocomplete=\"off\" "
           "spellcheck=\"false\" aria-describedby=\"scopes-help\"><p class=\"soft\" "
           "id=\"scopes-help\">Such as <code>datasets:read log:*</code>. Empty: all of its "
           "role.</p></div>\n<p><button class=\"main\">Make the key</button></p></form>\n"
           "</section>\n");
}

void page_put_keys(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const keys = page_at(page_answer_at(&p, 0), "keys");
    page_put_head(&p, "Keys", NULL);
    page_put_table(&p, "The keys of the organisation", "Key|Role|Tier|Last used|Ends|Change");
    for (size_t i = 0; i < json_array_size(keys); i++)
        put_key(&p, json_array_get(keys, i));
    page_put_table_end(&p);
    if (view->may.make_keys)
        put_making(&p);
    page_put_foot(&p);
}

void page_put_made_key(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const made = page_answer_at(&p, 0);
    page_put_head(&p, "The new secret", NULL);
    page_put_markup(&p, "<p>It is shown this once, and kept nowhere.</p>\n<p><code "
                        "class=\"secret\" id=\"secret\">");
    page_put_text(&p, page_text_at(made, "key"));
    zkl_buffer_format(out,
                      "</code></p>\n<p><button type=\"button\" data-copy=\"secret\" hidden>Copy"
                      "</button> <a class=\"button\" href=\"%s/keys\">I have it</a></p>\n",
                      view->base);
    page_put_foot(&p);
}

/* ---- Roles */

static void put_rules(const page *p, const char *title, const json_t *rules)
{
    if (!json_array_size(rules))
        return;
    zkl_buffer_format(p->out, "<h3>%s</h3><ul class=\"rules\">", title);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        page_put_markup(p, "<li><code>");
        page_put_text(p, json_string_value(json_array_get(rules, i)));
        page_put_markup(p, "</code></li>");
    }
    page_put_markup(p, "</ul>\n");
}

void page_put_roles(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const roles = page_at(page_answer_at(&p, 0), "roles");
    page_put_head(&p, "Roles", NULL);
    page_put_markup(&p, "<p>What no rule allows is denied, and a rule that denies wins.</p>\n");
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const json_t *const role = json_array_get(roles, i);
        page_put_markup(&p, "<article><h2>");
        page_put_name(&p, page_text_at(role, "name"));
        page_put_markup(&p, "</h2><p class=\"meta\">");
        page_put_text(&p, page_text_at(role, "description"));
        page_put_markup(&p, page_true_at(role, "built_in") ? " (built in)</p>\n" : "</p>\n");
        put_rules(&p, "Allowed", page_at(role, "allow"));
        put_rules(&p, "Denied", page_at(role, "deny"));
        page_put_markup(&p, "</article>\n");
    }
    page_put_foot(&p);
}
