/* Logging in to the web page, and out; and what all pages load.
 *
 * The form of /login has a token too, of a cookie that is made for it: nobody is logged in here by
 * a form of somebody else's page. */
#include "daemon/page.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"
#include "hash/domains.h"
#include "hash/hash.h"

#define SESSION_COOKIE "zkl-session"
#define FORM_COOKIE "zkl-login"
#define COOKIE_CHARS ((size_t)1024)
#define FORM_BYTES_MAX ((size_t)8 << 10)

/* ---- cookies */

/* Under TLS the name says what a browser has to hold to: no other host and no plain connection can
 * have set it. */
static const char *cookie_prefix(const http_exchange *x)
{
    return http_is_secure(x) ? "__Host-" : "";
}

/* HTTP/2 may send several headers. */
zkl_bytes daemon_page_find_cookie(const http_exchange *x, const char *name)
{
    char begin[40];
    size_t count;
    const http_header *const headers = http_headers(x, &count);
    const size_t skip = (size_t)snprintf(begin, sizeof begin, "%s%s=", cookie_prefix(x), name);
    for (size_t i = 0; i < count; i++) {
        zkl_bytes rest = headers[i].value;
        if (!zkl_bytes_equal_text(headers[i].name, "cookie"))
            continue;
        while (rest.size) {
            while (rest.size && (rest.data[0] == ' ' || rest.data[0] == ';'))
                rest = zkl_bytes_of(rest.data + 1, rest.size - 1);
            const uint8_t *const end = rest.size ? memchr(rest.data, ';', rest.size) : NULL;
            const size_t size = end ? (size_t)(end - rest.data) : rest.size;
            if (size >= skip && memcmp(rest.data, begin, skip) == 0)
                return zkl_bytes_of(rest.data + skip, size - skip);
            rest = zkl_bytes_of(rest.data + size, rest.size - size);
        }
    }
    return (zkl_bytes){ 0 };
}

void daemon_page_set_cookie(http_exchange *x, const char *name, const char *value,
                            const char *same_site)
{
    char text[COOKIE_CHARS];
    const bool is_lax = strcmp(same_site, "Lax") == 0;
    const int size =
        snprintf(text, sizeof text, "%s%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", cookie_prefix(x),
                 name, value, same_site, http_is_secure(x) ? "; Secure" : "",
                 !*value  ? "; Max-Age=0"
                 : is_lax ? "; Max-Age=600"
                          : "");
    ZKL_ASSERT(size > 0 && (size_t)size < sizeof text);
    http_add_header(x, "set-cookie", zkl_bytes_of(text, (size_t)size));
    zkl_wipe(text, sizeof text);
}

static void set_cookie(http_exchange *x, const char *name, const char *value)
{
    daemon_page_set_cookie(x, name, value, "Strict");
}

static void put_csrf(char out[static 33], zkl_bytes token)
{
    uint8_t bytes[32];
    zkl_prf_32(bytes, token, ZKL_PRF_WEB_FORM, (zkl_bytes){ 0 });
    zkl_hex_encode(out, bytes, 16);
}

bool daemon_page_session(daemon_session *out, char csrf[static 33], daemon_request *q)
{
    const zkl_bytes token = daemon_page_find_cookie(q->exchange, SESSION_COOKIE);
    if (token.size != DAEMON_SESSION_TOKEN_CHARS ||
        !daemon_sessions_find(out, q->daemon->sessions, token, zkl_env_now_ms(&q->daemon->env)))
        return false;
    put_csrf(csrf, token);
    return true;
}

/* ---- the form */

/* What a stranger's link says leads nowhere else. */
const char *daemon_page_our_path(daemon_request *q, const char *text)
{
    const bool is_ours =
        text[0] == '/' && text[1] != '/' && text[1] != '\\' && strlen(text) < DAEMON_PAGE_NEXT_MAX;
    for (const char *c = text; is_ours && *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '\\')
            return "/";
    const char *const out = is_ours ? zkl_arena_text(&q->memory, text, strlen(text)) : NULL;
    return out ? out : "/";
}

const char *daemon_page_asked_next(daemon_request *q)
{
    return daemon_page_our_path(q, daemon_page_query(q, "next"));
}

/* The token of this browser's forms; made where it has none. false: answered. */
bool daemon_page_begin_form(daemon_request *q)
{
    daemon_page_work *const w = daemon_page_work_of(q);
    uint8_t bytes[16];
    char made[33];
    if (!w)
        return false;
    zkl_bytes token = daemon_page_find_cookie(q->exchange, FORM_COOKIE);
    if (token.size != 32) {
        if (zkl_env_random(&q->daemon->env, bytes, sizeof bytes, NULL) != ZKL_OK) {
            daemon_problem(q->exchange, ZKL_IO, "the system gives no random bytes");
            return false;
        }
        zkl_hex_encode(made, bytes, sizeof bytes);
        set_cookie(q->exchange, FORM_COOKIE, made);
        token = zkl_bytes_of(made, 32);
    }
    put_csrf(w->csrf, token);
    return true;
}

void daemon_page_send_log_in(daemon_request *q, int code, const char *fault, const char *next)
{
    ZKL_AUTO_CLEAR(zkl_buffer) html = { 0 };
    q->page->view.provider = q->daemon->settings.page.log_in.name;
    page_put_log_in(&html, &q->page->view, fault, next);
    daemon_page_send(q, code, &html);
}

static void show_log_in(daemon_request *q)
{
    if (daemon_page_begin_form(q))
        daemon_page_send_log_in(q, 200, NULL, daemon_page_asked_next(q));
}

/* ---- a second factor */

/* Behind the first: the session waits, and its token is another one afterwards. false: answered. */
static bool find_waiting(daemon_request *q, const char *next)
{
    daemon_page_work *const w = daemon_page_work_of(q);
    if (!w)
        return false;
    if (!daemon_page_session(&w->session, w->csrf, q)) {
        daemon_page_go(q, "/login");
        return false;
    }
    q->who = w->session.who;
    if (!w->session.is_waiting)
        daemon_page_go(q, next);
    return w->session.is_waiting;
}

/* The page that asks for a code; of a key that has no secret yet with one to begin with. */
static void send_code_page(daemon_request *q, int code, const char *fault, const char *next)
{
    ZKL_AUTO_CLEAR(zkl_buffer) html = { 0 };
    uint8_t secret[TOKEN_TOTP_SECRET_BYTES];
    char text[TOKEN_TOTP_TEXT_CHARS + 1], uri[160];
    zkl_error err = { 0 };
    if (daemon_factors_has(q->daemon->factors, q->who.id)) {
        page_put_code(&html, &q->page->view, fault, next);
        daemon_page_send(q, code, &html);
        return;
    }
    const zkl_status status =
        daemon_factors_offer(secret, q->daemon->factors, q->who.id, &q->daemon->env, &err);
    if (status != ZKL_OK) {
        daemon_problem(q->exchange, status, err.text);
        return;
    }
    token_totp_text(text, secret);
    snprintf(uri, sizeof uri, "otpauth://totp/zkp-ledger:%s?secret=%s&issuer=zkp-ledger", q->who.id,
             text);
    page_put_enrol(&html, &q->page->view, fault, next, text, uri);
    daemon_page_send(q, code, &html);
    zkl_wipe(secret, sizeof secret);
    zkl_wipe(text, sizeof text);
    zkl_wipe(uri, sizeof uri);
}

static void show_code(daemon_request *q)
{
    const char *const next = daemon_page_asked_next(q);
    if (find_waiting(q, next))
        send_code_page(q, 200, NULL, next);
}

static void refuse_code(daemon_request *q, zkl_status status, const char *text, const char *next)
{
    const int code = status == ZKL_LIMIT ? 429 : 401;
    if (status != ZKL_DENIED && status != ZKL_LIMIT)
        daemon_problem(q->exchange, status, text);
    else if (daemon_audit_refused(q, code, "second factor"))
        send_code_page(q, code,
                       status == ZKL_LIMIT ? "Too many codes were wrong: wait a quarter of an hour"
                                           : "That code is wrong, or was used before",
                       next);
}

/* Six digits, with blanks between them as people copy them. */
static void copy_code(char out[static 16], const char *text)
{
    size_t count = 0;
    for (; *text && count < 15; text++)
        if (*text != ' ')
            out[count++] = *text;
    out[count] = 0;
}

static void take_code(daemon_request *q, const char *text, const char *next)
{
    char token[DAEMON_SESSION_TOKEN_CHARS + 1], code[16];
    zkl_error err = { 0 };
    zkl_daemon *const d = q->daemon;
    const bool is_new = !daemon_factors_has(d->factors, q->who.id);
    copy_code(code, text);
    const zkl_status status =
        daemon_factors_check(d->factors, q->who.id, code, zkl_env_now_ms(&d->env), &err);
    if (status != ZKL_OK) {
        refuse_code(q, status, err.text, next);
        return;
    }
    if (!daemon_sessions_admit(token, d->sessions, q->page->session.id, &d->env)) {
        daemon_page_go(q, "/login");
        return;
    }
    if (is_new)
        daemon_audit_act(q, ZKL_EVENT_FACTOR_SET_UP, ZKL_OK, NULL);
    daemon_audit_act(q, ZKL_EVENT_SESSION_BEGUN, ZKL_OK, NULL);
    set_cookie(q->exchange, SESSION_COOKIE, token);
    zkl_wipe(token, sizeof token);
    daemon_page_go(q, next);
}

static void finish_code(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    w->form = page_form_read(zkl_buffer_bytes(&q->body));
    if (!w->form)
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is broken");
    else if (daemon_page_is_ours(q, w->form))
        take_code(q, page_form_text(w->form, "code"),
                  daemon_page_our_path(q, page_form_text(w->form, "next")));
}

static void post_code(daemon_request *q)
{
    if (!find_waiting(q, "/"))
        return;
    daemon_read_body(q, finish_code);
    http_allow_body(q->exchange, FORM_BYTES_MAX);
}

/* ---- a key */

static void refuse_key(daemon_request *q, const char *next)
{
    if (daemon_audit_refused(q, 401, "nobody's key"))
        daemon_page_send_log_in(q, 401, "That is no key that counts here", next);
}

/* What of a session is the browser's. */
static daemon_session_of session_of(const daemon_request *q, bool waits)
{
    return (daemon_session_of){ .waits = waits,
                                .address = http_peer(q->exchange),
                                .agent = http_find(q->exchange, "user-agent"),
                                .now_ms = zkl_env_now_ms(&q->daemon->env) };
}

zkl_status daemon_page_begin_session(daemon_request *q, const daemon_identity *who, zkl_error *err)
{
    char token[DAEMON_SESSION_TOKEN_CHARS + 1];
    daemon_session session;
    const daemon_session_of of = session_of(q, false);
    ZKL_TRY(daemon_sessions_begin_as(token, &session, q->daemon->sessions, who, &of,
                                     &q->daemon->env, err));
    q->who = *who;
    daemon_audit_act(q, ZKL_EVENT_SESSION_BEGUN, ZKL_OK, NULL);
    set_cookie(q->exchange, SESSION_COOKIE, token);
    set_cookie(q->exchange, FORM_COOKIE, "");
    zkl_wipe(token, sizeof token);
    return ZKL_OK;
}

static void log_in(daemon_request *q, const char *key, const char *next)
{
    char token[DAEMON_SESSION_TOKEN_CHARS + 1];
    daemon_session session;
    zkl_error err = { 0 };
    const zkl_bytes secret = zkl_bytes_of_text(*key ? key : "none");
    daemon_identity who;
    const bool waits =
        daemon_access_find(&who, q->daemon->access, secret, zkl_env_now_ms(&q->daemon->env)) &&
        daemon_page_needs_factor(&q->daemon->settings.page, who.role);
    const daemon_session_of of = session_of(q, waits);
    const zkl_status status = daemon_sessions_begin(token, &session, q->daemon->sessions, secret,
                                                    &of, &q->daemon->env, &err);
    if (status == ZKL_DENIED) {
        refuse_key(q, next);
        return;
    }
    if (status != ZKL_OK) {
        daemon_problem(q->exchange, status, err.text);
        return;
    }
    q->who = session.who;
    if (!session.is_waiting)
        daemon_audit_act(q, ZKL_EVENT_SESSION_BEGUN, ZKL_OK, NULL);
    set_cookie(q->exchange, SESSION_COOKIE, token);
    set_cookie(q->exchange, FORM_COOKIE, "");
    zkl_wipe(token, sizeof token);
    if (session.is_waiting)
        daemon_page_go_with_next(q, "/login/code", next);
    else
        daemon_page_go(q, next);
}

static void finish_log_in(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    w->form = page_form_read(zkl_buffer_bytes(&q->body));
    zkl_wipe(q->body.data, q->body.size);
    if (!w->form)
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is broken");
    else if (daemon_page_is_ours(q, w->form))
        log_in(q, page_form_text(w->form, "key"),
               daemon_page_our_path(q, page_form_text(w->form, "next")));
}

static void post_log_in(daemon_request *q)
{
    if (!daemon_page_begin_form(q))
        return;
    daemon_read_body(q, finish_log_in);
    http_allow_body(q->exchange, FORM_BYTES_MAX);
}

/* ---- out */

static void finish_log_out(daemon_request *q)
{
    daemon_page_work *const w = q->page;
    w->form = page_form_read(zkl_buffer_bytes(&q->body));
    if (!w->form) {
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the form is broken");
        return;
    }
    if (!daemon_page_is_ours(q, w->form))
        return;
    (void)daemon_sessions_end(q->daemon->sessions, q->who.org, w->session.id); /* or it has ended */
    daemon_audit_act(q, ZKL_EVENT_SESSION_ENDED, ZKL_OK, NULL);
    set_cookie(q->exchange, SESSION_COOKIE, "");
    daemon_page_go(q, "/login");
}

static void post_log_out(daemon_request *q)
{
    q->take = NULL;
    daemon_read_body(q, finish_log_out);
    http_allow_body(q->exchange, FORM_BYTES_MAX);
}

/* ---- what pages load */

static void send_asset(daemon_request *q)
{
    const bool is_style = strcmp(q->path.at[1], page_style_name) == 0;
    const char *const text = is_style ? page_style : page_script;
    const http_header headers[] = {
        { zkl_bytes_of_text("content-type"),
          zkl_bytes_of_text(is_style ? "text/css; charset=utf-8"
                                     : "text/javascript; charset=utf-8") },
        { zkl_bytes_of_text("cache-control"),
          zkl_bytes_of_text("public, max-age=31536000, immutable") },
        { zkl_bytes_of_text("x-content-type-options"), zkl_bytes_of_text("nosniff") },
        { zkl_bytes_of_text("cross-origin-resource-policy"), zkl_bytes_of_text("same-origin") },
    };
    if (is_style || strcmp(q->path.at[1], page_script_name) == 0)
        http_reply_with(q->exchange, 200, headers, ZKL_COUNT(headers), zkl_bytes_of_text(text));
    else
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such path");
}

static bool is_open(const zkl_daemon *d)
{
    (void)d;
    return true;
}

static const daemon_page log_in_page = { .at = "login" };

const daemon_route daemon_log_in_routes[] = {
    { "GET", { "login" }, DAEMON_OF_PAGE, show_log_in, .is_open = is_open, .page = &log_in_page },
    { "POST", { "login" }, DAEMON_OF_PAGE, post_log_in, .is_open = is_open, .page = &log_in_page },
    { "GET",
      { "login", "code" },
      DAEMON_OF_PAGE,
      show_code,
      .is_open = is_open,
      .page = &log_in_page },
    { "POST",
      { "login", "code" },
      DAEMON_OF_PAGE,
      post_code,
      .is_open = is_open,
      .page = &log_in_page },
    { "POST", { "logout" }, DAEMON_OF_PAGE, post_log_out, .page = &log_in_page },
    { "GET", { "assets", "{name}" }, DAEMON_OF_PAGE, send_asset, .is_open = is_open },
    { 0 },
};
