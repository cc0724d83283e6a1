/* Logging in to the web page by a provider: out to it, and back.
 *
 * The browser comes back from another site, so that no SameSite=Strict cookie comes with it: the
 * cookie of a try is Lax, and the answer is a page of ours, from which the browser goes on. */
#include "daemon/page.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/aside.h"
#include "daemon/oidc.h"
#include "daemon/say.h"

#define TRY_COOKIE "zkl-try"

/* A try, or its end, on a thread that may wait. */
typedef struct oidc_task {
    daemon_aside_task task; /* first */
    zkl_daemon *daemon;
    daemon_oidc_try what;
    char next[DAEMON_PAGE_NEXT_MAX];
    zkl_buffer code, place;
    bool is_end;
    daemon_identity who;
    zkl_status status;
    zkl_error err;
} oidc_task;

static void done(daemon_aside_task *task)
{
    oidc_task *const t = (oidc_task *)task;
    zkl_buffer_clear(&t->code);
    zkl_buffer_clear(&t->place);
    zkl_wipe(&t->what, sizeof t->what);
    zkl_free(t);
}

static void work(daemon_aside_task *task)
{
    oidc_task *const t = (oidc_task *)task;
    t->status = t->is_end ? daemon_oidc_finish(&t->who, t->daemon->oidc, &t->what,
                                               zkl_buffer_bytes(&t->code), &t->err)
                          : daemon_oidc_begin(&t->place, t->daemon->oidc, &t->what, &t->err);
}

static void refuse(daemon_request *q, zkl_status status, const char *next)
{
    const int code = status == ZKL_IO ? 503 : 401;
    if (code == 401 && !daemon_audit_refused(q, code, "provider"))
        return;
    daemon_page_send_log_in(q, code,
                            status == ZKL_IO ? "The provider does not answer: it can be tried again"
                                             : "The provider did not say who you are here",
                            next);
}

static void leave(oidc_task *t, daemon_request *q)
{
    char text[sizeof t->what + sizeof t->next + 8];
    snprintf(text, sizeof text, "%s.%s.%s.%s", t->what.state, t->what.nonce, t->what.verifier,
             t->next);
    zkl_buffer_put_u8(&t->place, 0);
    daemon_page_set_cookie(q->exchange, TRY_COOKIE, text, "Lax");
    zkl_wipe(text, sizeof text);
    daemon_page_go(q, t->place.failed ? "/login" : (const char *)t->place.data);
}

static void arrive(oidc_task *t, daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) html = { 0 };
    daemon_page_set_cookie(q->exchange, TRY_COOKIE, "", "Lax");
    const zkl_status status = daemon_page_begin_session(q, &t->who, &t->err);
    if (status != ZKL_OK) {
        daemon_problem(q->exchange, status, t->err.text);
        return;
    }
    page_put_arrived(&html, &q->page->view, t->next);
    daemon_page_send(q, 200, &html);
}

static void answer(daemon_aside_task *task, http_exchange *x)
{
    oidc_task *const t = (oidc_task *)task;
    daemon_request *const q = http_own(x);
    if (t->status == ZKL_NO_MEMORY)
        daemon_problem(x, t->status, t->err.text);
    else if (t->status != ZKL_OK) {
        daemon_say(DAEMON_SAY_WARNING, "log-in by '%s': %s", t->daemon->settings.page.log_in.issuer,
                   t->err.text);
        refuse(q, t->status, t->next);
    } else if (t->is_end)
        arrive(t, q);
    else
        leave(t, q);
}

static void start(daemon_request *q, oidc_task *t)
{
    zkl_error err = { 0 };
    t->task.exchange = q->exchange;
    t->task.work = work;
    t->task.answer = answer;
    t->task.done = done;
    t->daemon = q->daemon;
    const zkl_status status = daemon_aside_add(q->daemon->asking, &t->task, &err);
    if (status == ZKL_OK)
        return;
    done(&t->task);
    daemon_busy(q->exchange, "too many log in by the provider just now");
}

static oidc_task *new_task(daemon_request *q)
{
    if (!q->daemon->oidc) {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such path");
        return NULL;
    }
    oidc_task *const t = zkl_calloc(1, sizeof *t);
    if (!t)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    return t;
}

static void begin_try(daemon_request *q)
{
    zkl_error err = { 0 };
    oidc_task *const t = daemon_page_begin_form(q) ? new_task(q) : NULL;
    if (!t)
        return;
    const char *const next = daemon_page_asked_next(q);
    /* it stands in a cookie, where these end it */
    snprintf(t->next, sizeof t->next, "%s", strpbrk(next, ";,\"") ? "/" : next);
    if (daemon_oidc_try_new(&t->what, &q->daemon->env, &err) != ZKL_OK) {
        done(&t->task);
        daemon_problem(q->exchange, ZKL_IO, err.text);
        return;
    }
    start(q, t);
}

/* "state.nonce.verifier./next" of the cookie. false: it is none of ours. */
static bool read_try(oidc_task *t, zkl_bytes cookie)
{
    const size_t state = sizeof t->what.state - 1, nonce = sizeof t->what.nonce - 1,
                 verifier = sizeof t->what.verifier - 1, head = state + nonce + verifier + 3;
    if (cookie.size <= head || cookie.size - head >= sizeof t->next)
        return false;
    const char *const text = (const char *)cookie.data;
    memcpy(t->what.state, text, state);
    memcpy(t->what.nonce, text + state + 1, nonce);
    memcpy(t->what.verifier, text + state + nonce + 2, verifier);
    memcpy(t->next, text + head, cookie.size - head);
    return text[state] == '.' && text[state + nonce + 1] == '.' && text[head - 1] == '.' &&
           strspn(t->what.verifier, "0123456789abcdef") == verifier && t->next[0] == '/';
}

static void end_try(daemon_request *q)
{
    oidc_task *const t = daemon_page_begin_form(q) ? new_task(q) : NULL;
    if (!t)
        return;
    t->is_end = true;
    const bool is_try = read_try(t, daemon_page_find_cookie(q->exchange, TRY_COOKIE));
    const char *const code = daemon_page_query(q, "code"), *const state =
                                                               daemon_page_query(q, "state");
    zkl_buffer_put_text(&t->code, code);
    snprintf(t->next, sizeof t->next, "%s", is_try ? daemon_page_our_path(q, t->next) : "/");
    if (is_try && *code && !t->code.failed && strlen(state) == strlen(t->what.state) &&
        zkl_equal_ct(state, t->what.state, strlen(state)) &&
        daemon_oidc_is_issuer(q->daemon->oidc, daemon_page_query(q, "iss"))) {
        start(q, t);
        return;
    }
    refuse(q, ZKL_DENIED, t->next);
    done(&t->task);
}

static bool is_open(const zkl_daemon *d)
{
    (void)d;
    return true;
}

static const daemon_page oidc_page = { .at = "login" };

const daemon_route daemon_oidc_routes[] = {
    { "GET",
      { "login", "oidc" },
      DAEMON_OF_PAGE,
      begin_try,
      .is_open = is_open,
      .page = &oidc_page },
    { "GET",
      { "login", "return" },
      DAEMON_OF_PAGE,
      end_try,
      .is_open = is_open,
      .page = &oidc_page },
    { 0 },
};
