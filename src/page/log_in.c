/* Logging in. */
#include "page/write.h"

static void put_fault(const page *p, const char *fault)
{
    if (!fault)
        return;
    page_put_markup(p, "<p class=\"fault\" role=\"alert\" id=\"fault\">");
    page_put_text(p, fault);
    page_put_markup(p, ".</p>\n");
}

static void put_hidden(const page *p, const char *next)
{
    page_put_markup(p, "<input type=\"hidden\" name=\"next\" value=\"");
    page_put_text(p, next);
    page_put_markup(p, "\">");
}

void page_put_log_in(zkl_buffer *out, const page_view *view, const char *fault, const char *next)
{
    const page p = { out, view };
    page_put_head(&p, "Log in", NULL);
    page_put_markup(&p, "<p>A ledger of datasets: what is proven of them, without showing them. "
                        "An API key of this service logs you in.</p>\n");
    put_fault(&p, fault);
    if (view->provider) {
        page_put_markup(&p, "<p><a class=\"button\" href=\"/login/oidc?next=");
        page_put_part(&p, next);
        page_put_markup(&p, "\">Log in with ");
        page_put_name(&p, view->provider);
        page_put_markup(&p, "</a></p>\n");
    }
    page_put_form(&p, "login", NULL, NULL);
    put_hidden(&p, next);
    page_put_markup(&p, "<div class=\"field\"><label for=\"key\">API key</label><input id=\"key\" "
                        "name=\"key\" type=\"password\" required autocomplete=\"current-password\" "
                        "spellcheck=\"false\" maxlength=\"200\" placeholder=\"sk-…\"");
    page_put_markup(&p, fault ? " aria-describedby=\"fault\">" : ">");
    page_put_markup(&p, "</div>\n<p><button class=\"main\">Log in</button></p></form>\n");
    page_put_foot(&p);
}

void page_put_arrived(zkl_buffer *out, const page_view *view, const char *next)
{
    const page p = { out, view };
    page_put_head(&p, "Logged in", NULL);
    page_put_markup(&p, "<p><a class=\"button\" data-follow href=\"");
    page_put_text(&p, next);
    page_put_markup(&p, "\">Go on</a></p>\n");
    page_put_foot(&p);
}

static void put_code_form(const page *p, const char *fault, const char *next)
{
    put_fault(p, fault);
    page_put_form(p, "login/code", NULL, NULL);
    put_hidden(p, next);
    page_put_markup(
        p, "<div class=\"field\"><label for=\"code\">Code of six digits</label><input id=\"code\" "
           "name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" pattern=\"[0-9 ]*\" "
           "maxlength=\"7\" required");
    page_put_markup(p, fault ? " aria-describedby=\"fault\">" : ">");
    page_put_markup(p, "</div>\n<p><button class=\"main\">Go on</button></p></form>\n");
}

void page_put_code(zkl_buffer *out, const page_view *view, const char *fault, const char *next)
{
    const page p = { out, view };
    page_put_head(&p, "Second factor", NULL);
    page_put_markup(&p, "<p>The role of this key asks for a code of its authenticator.</p>\n");
    put_code_form(&p, fault, next);
    page_put_foot(&p);
}

void page_put_enrol(zkl_buffer *out, const page_view *view, const char *fault, const char *next,
                    const char *secret, const char *uri)
{
    const page p = { out, view };
    page_put_head(&p, "Set up a second factor", NULL);
    page_put_markup(&p, "<p>The role of this key asks for a code besides. Give this secret to an "
                        "authenticator (TOTP, RFC 6238), then a code that it shows.</p>\n<p>"
                        "<code class=\"secret\" id=\"secret\">");
    page_put_text(&p, secret);
    page_put_markup(&p, "</code></p>\n<p><a href=\"");
    page_put_text(&p, uri);
    page_put_markup(&p, "\">Open it in a program of this machine</a></p>\n");
    put_code_form(&p, fault, next);
    page_put_foot(&p);
}
