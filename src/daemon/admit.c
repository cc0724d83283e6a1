/* Who may go on, and who is told to come later.
 *
 * 1. The address first, before anything of the request is looked at: 403, 429.
 * 2. Then whoever asks: key, user, organisation, all together, each by the tier of the key. A
 *    request and the body that it says it has are taken together or not at all.
 * 3. Operations that prove hold their time when they are submitted (submit.c), and their place
 *    among the jobs at once when they run (jobs.c).
 *
 * What is left is said as draft-ietf-httpapi-ratelimit-headers has it, of the tightest limit. */
#include "daemon/request.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* ---- what is said */

/* A quota's unit in the words of the draft, where it has one. */
static const struct {
    const char *word, *people;
    uint64_t scale; /* of ours in one of it */
    uint64_t window_s;
} units[] = {
    [DAEMON_REQUESTS] = { "requests", "requests a minute", 1, 60 },
    [DAEMON_BYTES] = { "content-bytes", "bytes a minute", 1, 60 },
    [DAEMON_PROVING_MS] = { "proving-seconds", "seconds of proving a minute", 1000, 60 },
    [DAEMON_TOKENS] = { "tokens", "tokens a minute", 1, 60 },
    [DAEMON_JOBS] = { "concurrent-requests", "jobs at once", 1, 1 },
};

static unsigned long long seconds_of(uint64_t ms)
{
    return ms / 1000 + (ms % 1000 != 0);
}

static void add_fields(http_exchange *x, const daemon_verdict *v)
{
    char name[40], text[128];
    if (!v->is_limited)
        return;
    const uint64_t scale = units[v->unit].scale;
    snprintf(name, sizeof name, "\"%s-%s\"", daemon_scope_text(v->scope),
             daemon_unit_text(v->unit));
    snprintf(text, sizeof text, "%s;q=%llu;w=%llu;qu=\"%s\"", name,
             (unsigned long long)(v->allowed / scale), (unsigned long long)units[v->unit].window_s,
             units[v->unit].word);
    http_add_header(x, "ratelimit-policy", zkl_bytes_of_text(text));
    snprintf(text, sizeof text, "%s;r=%llu;t=%llu", name, (unsigned long long)(v->left / scale),
             seconds_of(v->reset_ms));
    http_add_header(x, "ratelimit", zkl_bytes_of_text(text));
}

/* 429, or 413 for what is more than will ever be there. */
static void refuse(http_exchange *x, const daemon_verdict *v)
{
    char text[160], later[24];
    const bool is_never = v->retry_ms == UINT64_MAX;
    add_fields(x, v);
    snprintf(later, sizeof later, "%llu", seconds_of(v->retry_ms));
    if (!is_never)
        http_add_header(x, "retry-after", zkl_bytes_of_text(later));
    snprintf(text, sizeof text, "limit '%s': %llu %s%s%s%s", daemon_scope_text(v->scope),
             (unsigned long long)(v->allowed / units[v->unit].scale), units[v->unit].people,
             is_never ? ", and this is more" : "; there is room in ", is_never ? "" : later,
             is_never ? "" : " s");
    if (is_never && v->unit == DAEMON_BYTES)
        daemon_problem(x, ZKL_LIMIT, text);
    else
        daemon_problem_code(x, 429, "too many requests", text);
}

/* ---- the address */

bool daemon_admit_address(zkl_daemon *d, http_exchange *x)
{
    const daemon_limit_settings *const s = daemon_limits_now(d);
    daemon_address address;
    daemon_verdict verdict;
    if (!daemon_address_parse(&address, http_peer(x)))
        return true; /* of a Unix socket: whoever may open it */
    for (size_t i = 0; i < s->blocked_count; i++)
        if (daemon_range_has(&s->blocked[i], &address)) {
            daemon_problem(x, ZKL_DENIED, "this address is kept out");
            return false;
        }
    daemon_party party = { 0 };
    party.allowed[DAEMON_ADDRESS] = &s->address;
    party.id[DAEMON_ADDRESS] =
        daemon_limits_name(d->limits, DAEMON_ADDRESS, daemon_address_client(&address));
    if (daemon_limits_take(d->limits, &party, (daemon_cost){ DAEMON_REQUESTS, 1 },
                           daemon_clock_ms(), &verdict))
        return true;
    refuse(x, &verdict);
    return false;
}

/* ---- whoever asks */

static void refuse_request(daemon_request *q, const daemon_verdict *verdict)
{
    if (daemon_audit_refused(q, 429, "limit"))
        refuse(q->exchange, verdict);
}

/* A user is whoever has keys of one name in one organisation. */
const daemon_tier *daemon_party_of(daemon_party *out, const zkl_daemon *d,
                                   const daemon_identity *who)
{
    const daemon_limit_settings *const limits = daemon_limits_now(d);
    const daemon_tier *const tier = daemon_tier_find(limits, who->tier);
    char user[sizeof who->org + sizeof who->name];
    const int size = snprintf(user, sizeof user, "%s%c%s", who->org, '\0', who->name);
    *out = (daemon_party){ 0 };
    out->allowed[DAEMON_KEY] = &tier->key;
    out->id[DAEMON_KEY] = daemon_limits_name(d->limits, DAEMON_KEY, zkl_bytes_of_text(who->id));
    out->allowed[DAEMON_USER] = &tier->user;
    out->id[DAEMON_USER] =
        daemon_limits_name(d->limits, DAEMON_USER, zkl_bytes_of(user, (size_t)size));
    if (who->org[0]) {
        out->allowed[DAEMON_ORGANISATION] = &tier->organisation;
        out->id[DAEMON_ORGANISATION] =
            daemon_limits_name(d->limits, DAEMON_ORGANISATION, zkl_bytes_of_text(who->org));
    }
    out->allowed[DAEMON_GLOBAL] = &limits->global;
    return tier;
}

/* Of the header, which the server has checked; false: there is none. */
static bool said_size(uint64_t *out, const http_exchange *x)
{
    const zkl_bytes text = http_find(x, "content-length");
    uint64_t size = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9' ||
            __builtin_mul_overflow(size, (uint64_t)10, &size) ||
            __builtin_add_overflow(size, (uint64_t)(text.data[i] - '0'), &size))
            return false;
    *out = size;
    return text.size > 0;
}

bool daemon_admit_request(daemon_request *q)
{
    daemon_limits *const limits = q->daemon->limits;
    const uint64_t now = daemon_clock_ms();
    uint64_t size = 0;
    daemon_hold hold;
    daemon_verdict verdict, of_body;
    http_name_client(q->exchange, q->who.id);
    q->tier = daemon_party_of(&q->party, q->daemon, &q->who);
    if (!daemon_limits_hold(limits, &hold, &q->party, (daemon_cost){ DAEMON_REQUESTS, 1 }, now,
                            &verdict)) {
        refuse_request(q, &verdict);
        return false;
    }
    q->is_counted_by_parts = !said_size(&size, q->exchange);
    const bool is_taken = daemon_limits_hold(limits, &q->body_hold, &q->party,
                                             (daemon_cost){ DAEMON_BYTES, size }, now, &of_body);
    daemon_limits_settle(limits, &hold, is_taken ? 1 : 0, now);
    if (is_taken)
        add_fields(q->exchange, &verdict);
    else
        refuse_request(q, &of_body);
    return is_taken;
}

bool daemon_admit_part(daemon_request *q, size_t size)
{
    daemon_verdict verdict;
    if (daemon_limits_take(q->daemon->limits, &q->party, (daemon_cost){ DAEMON_BYTES, size },
                           daemon_clock_ms(), &verdict))
        return true;
    if (http_status(q->exchange) == 0) /* else somebody has answered already */
        daemon_problem_code(q->exchange, 429, "too many requests",
                            "the body is more than may come a minute");
    return false;
}

bool daemon_admit_proving(daemon_request *q, daemon_hold *out)
{
    uint64_t amount = daemon_limits_now(q->daemon)->proving_held_ms;
    daemon_verdict verdict;
    for (size_t s = 0; s < DAEMON_SCOPES; s++) { /* who may less holds all that he may */
        const daemon_allowance *const allowed = q->party.allowed[s];
        if (allowed && allowed->of[DAEMON_PROVING_MS] < amount)
            amount = allowed->of[DAEMON_PROVING_MS];
    }
    /* an allowance of nothing is none: at least a millisecond is asked for */
    const daemon_cost cost = { DAEMON_PROVING_MS, amount ? amount : 1 };
    if (daemon_limits_hold(q->daemon->limits, out, &q->party, cost, daemon_clock_ms(), &verdict))
        return true;
    refuse_request(q, &verdict);
    return false;
}

void daemon_settle_body(daemon_request *q)
{
    const uint64_t left = q->is_counted_by_parts ? 0 : q->body_bytes;
    daemon_limits_settle(q->daemon->limits, &q->body_hold, left, daemon_clock_ms());
}
