/* Who asks: a key or a token in `authorization`, else a certificate that TLS has checked.
 *
 * A header that is there counts, right or wrong: no certificate helps a token that is refused.
 * Every refusal says the same words. */
#include "daemon/request.h"

#include <strings.h>

#include "base/env.h"

/* Two of them are nobody's: a proxy may have looked at the other one. */
static bool has_two(const http_exchange *x)
{
    size_t count, found = 0;
    const http_header *const headers = http_headers(x, &count);
    for (size_t i = 0; i < count; i++)
        found += zkl_bytes_equal_text(headers[i].name, "authorization");
    return found > 1;
}

/* What stands behind "Bearer "; data NULL: there is no such header; empty: it is another. */
static zkl_bytes find_secret(const daemon_request *q)
{
    static const char scheme[] = "Bearer ";
    const size_t skip = sizeof scheme - 1;
    const zkl_bytes header = http_find(q->exchange, "authorization");
    if (header.data && (has_two(q->exchange) || header.size < skip ||
                        strncasecmp((const char *)header.data, scheme, skip) != 0))
        return zkl_bytes_of("", 0);
    return header.data ? zkl_bytes_of(header.data + skip, header.size - skip) : header;
}

static bool is_client(daemon_request *q)
{
    http_client_names client;
    const int64_t now_ms = zkl_env_now_ms(&q->daemon->env);
    if (!http_client_certificate(q->exchange, &client) || client.end_s <= now_ms / 1000)
        return false;
    if (!daemon_identity_of_names(&q->who, &q->daemon->settings.tokens, client.names, client.count))
        return false;
    q->who.until_ms = client.end_s * 1000;
    return true;
}

static void refuse(daemon_request *q)
{
    if (daemon_audit_refused(q, 401, "nobody's key"))
        daemon_ask_for_key(q->exchange);
}

/* As many hashes and comparisons for whatever is no key. */
static void try_key(daemon_request *q, zkl_bytes secret)
{
    const zkl_bytes tried = secret.size ? secret : zkl_bytes_of_text("none");
    if (daemon_access_find(&q->who, q->daemon->access, tried, zkl_env_now_ms(&q->daemon->env)))
        q->then(q);
    else
        refuse(q);
}

/* ---- tokens */

static void say_lost(daemon_request *q)
{
    daemon_problem_code(q->exchange, 503, "unavailable", "it cannot be found out now who asks");
}

static void take_verdict(http_exchange *x, bool is_open, const daemon_token_verdict *verdict)
{
    if (!is_open)
        return;
    daemon_request *const q = http_own(x);
    q->who = verdict->who;
    daemon_request_release(x, verdict->state == DAEMON_TOKEN_HOLDS  ? q->then
                              : verdict->state == DAEMON_TOKEN_LOST ? say_lost
                                                                    : refuse);
}

static void try_token(daemon_request *q, zkl_bytes token)
{
    const daemon_token_state state = daemon_tokens_find(&q->who, q->daemon->tokens, token);
    const zkl_bytes asked = state == DAEMON_TOKEN_ASKS ? token : (zkl_bytes){ 0 };
    if (state == DAEMON_TOKEN_HOLDS)
        q->then(q);
    else if (daemon_waiting_add(q->daemon->waiting, q->exchange, asked, take_verdict, NULL) ==
             ZKL_OK)
        daemon_request_hold(q);
    else
        say_lost(q);
}

void daemon_authenticate(daemon_request *q, void (*then)(daemon_request *q))
{
    const zkl_bytes secret = find_secret(q);
    q->then = then;
    if (!secret.data && is_client(q))
        then(q);
    else if (secret.size && !zkl_bytes_begin_with(secret, "sk-") &&
             q->daemon->settings.tokens.issuer_count)
        try_token(q, secret);
    else
        try_key(q, secret);
}
