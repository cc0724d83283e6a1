/* Buckets in a table that never grows.
 *
 * A debt is kept in units times a minute's milliseconds, so that draining and comparing are exact:
 * an allowance of a units drains a of these each millisecond, a use of n adds 60,000 n.
 *
 * 1. A bucket whose `held` is not zero keeps its place: holds name places.
 * 2. A bucket drains by the allowance that counted since it was seen last.
 * 3. Everything happens under one mutex, a use in all of its buckets or in none. */
#include "daemon/limits.h"

#include <pthread.h>

#include "hash/siphash.h"

#define MINUTE_MS ((uint64_t)60000)
#define DEBT_MAX ((uint64_t)1 << 62)
#define SEARCHED_MAX 64    /* buckets, for one that may be forgotten */
#define HELD_RETRY_MS 1000 /* when what is held is in the way: nobody knows for how long */

typedef struct bucket {
    uint64_t id;
    uint32_t next; /* of its chain; 0: the last */
    bool is_busy;  /* of the use that is being decided */
    const daemon_allowance *allowed;
    uint64_t seen_ms;
    uint64_t debt[DAEMON_UNITS], held[DAEMON_UNITS];
} bucket;

/* A range of the buckets that fill up, and are used again one after the other. */
typedef struct region {
    uint32_t first, room, used, hand;
} region;

struct daemon_limits {
    pthread_mutex_t mutex;
    zkl_siphash_key key;
    /* Place 0 is nobody's. Then one bucket a scope, which is shared; then the two regions. */
    bucket *buckets;
    uint32_t *heads; /* of chains, by id */
    uint64_t mask;
    region addresses, others;
    daemon_limits_counts counts;
};

const daemon_allowance daemon_no_limits = { { DAEMON_NO_LIMIT, DAEMON_NO_LIMIT, DAEMON_NO_LIMIT,
                                              DAEMON_NO_LIMIT, DAEMON_NO_LIMIT } };

const char *daemon_unit_text(daemon_unit unit)
{
    static const char *const texts[] = { "requests", "bytes", "proving", "tokens", "jobs" };
    ZKL_ASSERT((size_t)unit < ZKL_COUNT(texts));
    return texts[unit];
}

const char *daemon_scope_text(daemon_scope scope)
{
    static const char *const texts[] = { "key", "user", "organisation", "address", "global" };
    ZKL_ASSERT((size_t)scope < ZKL_COUNT(texts));
    return texts[scope];
}

zkl_status daemon_limits_new(daemon_limits **out, uint32_t address_room, uint32_t other_room,
                             zkl_error *err)
{
    ZKL_ASSERT(address_room && other_room && address_room < 1u << 30 && other_room < 1u << 30);
    const uint32_t first = 1 + DAEMON_SCOPES;
    const size_t count = (size_t)first + address_room + other_room;
    size_t heads = 1;
    while (heads < count)
        heads *= 2;
    daemon_limits *const limits = zkl_calloc(1, sizeof *limits);
    if (!limits)
        return zkl_no_memory(err, sizeof *limits);
    pthread_mutex_init(&limits->mutex, NULL);
    limits->buckets = zkl_sparse_new(count, sizeof *limits->buckets);
    limits->heads = zkl_sparse_new(heads, sizeof *limits->heads);
    limits->mask = heads - 1;
    limits->addresses = (region){ .first = first, .room = address_room };
    limits->others = (region){ .first = first + address_room, .room = other_room };
    zkl_status status = limits->buckets && limits->heads
                            ? zkl_siphash_key_draw(&limits->key, err)
                            : zkl_no_memory(err, count * sizeof *limits->buckets);
    if (status == ZKL_OK)
        *out = limits;
    else
        daemon_limits_free(limits);
    return status;
}

void daemon_limits_free(daemon_limits *limits)
{
    if (!limits)
        return;
    zkl_sparse_free(limits->buckets);
    zkl_sparse_free(limits->heads);
    pthread_mutex_destroy(&limits->mutex);
    zkl_free(limits);
}

uint64_t daemon_limits_name(const daemon_limits *limits, daemon_scope scope, zkl_bytes text)
{
    zkl_siphash_key key = limits->key;
    key.words[0] ^= scope + 1; /* a name is another one in each scope */
    return zkl_siphash(&key, text);
}

/* ---- one bucket */

static void drain(bucket *b, uint64_t now_ms)
{
    if (!b->allowed || now_ms <= b->seen_ms)
        return;
    const uint64_t passed = now_ms - b->seen_ms;
    for (size_t u = 0; u < DAEMON_UNITS; u++) {
        uint64_t drained;
        if (!b->debt[u])
            continue;
        if (__builtin_mul_overflow(b->allowed->of[u], passed, &drained) || drained > b->debt[u])
            drained = b->debt[u];
        b->debt[u] -= drained;
    }
    b->seen_ms = now_ms;
}

/* What is left of that unit, in whole ones. */
static uint64_t left_of(const bucket *b, daemon_unit unit, uint64_t allowed)
{
    const uint64_t used = b->held[unit] + (b->debt[unit] + MINUTE_MS - 1) / MINUTE_MS;
    return used < allowed ? allowed - used : 0;
}

/* 0: there is room for so many more. */
static uint64_t retry_of(const bucket *b, daemon_cost cost, uint64_t allowed)
{
    if (cost.amount > allowed)
        return UINT64_MAX;
    const uint64_t most = allowed - cost.amount, held = b->held[cost.unit];
    if (held > most)
        return HELD_RETRY_MS;
    const uint64_t room = (most - held) * MINUTE_MS, debt = b->debt[cost.unit];
    if (debt <= room)
        return 0;
    return allowed ? (debt - room + allowed - 1) / allowed : UINT64_MAX;
}

/* As if what is held was used now. */
static uint64_t reset_of(const bucket *b, daemon_unit unit, uint64_t allowed)
{
    const uint64_t debt = b->debt[unit] + b->held[unit] * MINUTE_MS;
    return allowed ? (debt + allowed - 1) / allowed : 0;
}

/* Nothing would be lost with it. */
static bool is_full_again(bucket *b, uint64_t now_ms)
{
    drain(b, now_ms);
    for (size_t u = 0; u < DAEMON_UNITS; u++)
        if (b->debt[u] || b->held[u])
            return false;
    return !b->is_busy;
}

/* ---- the table */

static void leave_chain(daemon_limits *limits, uint32_t place)
{
    uint32_t *at = &limits->heads[limits->buckets[place].id & limits->mask];
    while (*at != place) {
        ZKL_ASSERT(*at); /* it is in the chain of its id */
        at = &limits->buckets[*at].next;
    }
    *at = limits->buckets[place].next;
}

/* A place that nobody has, or whose bucket may be forgotten; 0: none was found. */
static uint32_t find_room(daemon_limits *limits, region *r, uint64_t now_ms)
{
    if (r->used < r->room)
        return r->first + r->used++;
    for (size_t i = 0; i < SEARCHED_MAX && i < r->room; i++) {
        const uint32_t place = r->first + r->hand;
        r->hand = r->hand + 1 < r->room ? r->hand + 1 : 0;
        if (is_full_again(&limits->buckets[place], now_ms)) {
            leave_chain(limits, place);
            return place;
        }
    }
    return 0;
}

static uint32_t find_place(daemon_limits *limits, daemon_scope scope, uint64_t id, uint64_t now_ms)
{
    if (scope == DAEMON_GLOBAL)
        return 1 + DAEMON_GLOBAL;
    uint32_t *const head = &limits->heads[id & limits->mask];
    for (uint32_t at = *head; at; at = limits->buckets[at].next)
        if (limits->buckets[at].id == id)
            return at;
    const uint32_t place =
        find_room(limits, scope == DAEMON_ADDRESS ? &limits->addresses : &limits->others, now_ms);
    if (!place) {
        limits->counts.crowded++;
        return 1 + (uint32_t)scope;
    }
    limits->buckets[place] = (bucket){ .id = id, .next = *head, .seen_ms = now_ms };
    *head = place;
    return place;
}

/* ---- a use */

/* The buckets that it counts in, drained. */
static void find_places(daemon_limits *limits, daemon_hold *hold, const daemon_party *party,
                        uint64_t now_ms)
{
    for (size_t s = 0; s < DAEMON_SCOPES; s++) {
        const daemon_allowance *const allowed = party->allowed[s];
        if (!allowed || allowed->of[hold->cost.unit] == DAEMON_NO_LIMIT)
            continue;
        hold->places[s] = find_place(limits, (daemon_scope)s, party->id[s], now_ms);
        bucket *const b = &limits->buckets[hold->places[s]];
        drain(b, now_ms);
        b->seen_ms = b->allowed ? b->seen_ms : now_ms;
        b->allowed = allowed;
        b->is_busy = true;
    }
}

/* What the verdict says of one of its limits, unless it says something more important already. */
static void say(daemon_verdict *v, const bucket *b, daemon_scope scope, daemon_cost cost)
{
    const uint64_t allowed = b->allowed->of[cost.unit];
    const daemon_verdict said = { .is_limited = true,
                                  .scope = scope,
                                  .unit = cost.unit,
                                  .allowed = allowed,
                                  .left = left_of(b, cost.unit, allowed),
                                  .retry_ms = retry_of(b, cost, allowed),
                                  .reset_ms = reset_of(b, cost.unit, allowed) };
    if (!v->is_limited || said.retry_ms > v->retry_ms ||
        (said.retry_ms == v->retry_ms && said.left < v->left))
        *v = said;
}

static bool hold_locked(daemon_limits *limits, daemon_hold *hold, const daemon_party *party,
                        uint64_t now_ms, daemon_verdict *verdict)
{
    const daemon_cost cost = hold->cost;
    daemon_verdict before = { 0 }, after = { 0 };
    find_places(limits, hold, party, now_ms);
    for (size_t s = 0; s < DAEMON_SCOPES; s++)
        if (hold->places[s])
            say(&before, &limits->buckets[hold->places[s]], (daemon_scope)s, cost);
    const bool is_taken = before.retry_ms == 0;
    for (size_t s = 0; s < DAEMON_SCOPES; s++) {
        if (!hold->places[s])
            continue;
        bucket *const b = &limits->buckets[hold->places[s]];
        b->is_busy = false;
        if (is_taken) {
            b->held[cost.unit] += cost.amount;
            say(&after, b, (daemon_scope)s, (daemon_cost){ cost.unit, 0 });
        }
    }
    limits->counts.taken += is_taken;
    limits->counts.refused[before.scope] += !is_taken;
    *verdict = is_taken ? after : before;
    verdict->retry_ms = is_taken ? 0 : before.retry_ms;
    if (!is_taken || !cost.amount) /* nothing that would keep its places */
        *hold = (daemon_hold){ 0 };
    return is_taken;
}

static void settle_locked(daemon_limits *limits, daemon_hold *hold, uint64_t used, uint64_t now_ms)
{
    const daemon_unit unit = hold->cost.unit;
    const uint64_t counted = used < DAEMON_ALLOWED_MAX ? used : DAEMON_ALLOWED_MAX;
    for (size_t s = 0; s < DAEMON_SCOPES; s++) {
        if (!hold->places[s])
            continue;
        bucket *const b = &limits->buckets[hold->places[s]];
        ZKL_ASSERT(b->held[unit] >= hold->cost.amount);
        drain(b, now_ms);
        b->held[unit] -= hold->cost.amount;
        if (unit == DAEMON_JOBS)
            continue;
        b->debt[unit] += counted * MINUTE_MS;
        b->debt[unit] = b->debt[unit] < DEBT_MAX ? b->debt[unit] : DEBT_MAX;
    }
    *hold = (daemon_hold){ 0 };
}

bool daemon_limits_hold(daemon_limits *limits, daemon_hold *out, const daemon_party *party,
                        daemon_cost cost, uint64_t now_ms, daemon_verdict *verdict)
{
    daemon_hold hold = { .cost = cost };
    pthread_mutex_lock(&limits->mutex);
    const bool is_taken = hold_locked(limits, &hold, party, now_ms, verdict);
    pthread_mutex_unlock(&limits->mutex);
    *out = hold;
    return is_taken;
}

void daemon_limits_settle(daemon_limits *limits, daemon_hold *hold, uint64_t used, uint64_t now_ms)
{
    pthread_mutex_lock(&limits->mutex);
    settle_locked(limits, hold, used, now_ms);
    pthread_mutex_unlock(&limits->mutex);
}

bool daemon_limits_take(daemon_limits *limits, const daemon_party *party, daemon_cost cost,
                        uint64_t now_ms, daemon_verdict *verdict)
{
    daemon_hold hold = { .cost = cost };
    pthread_mutex_lock(&limits->mutex);
    const bool is_taken = hold_locked(limits, &hold, party, now_ms, verdict);
    settle_locked(limits, &hold, cost.amount, now_ms);
    pthread_mutex_unlock(&limits->mutex);
    return is_taken;
}

void daemon_limits_count(daemon_limits *limits, daemon_limits_counts *out)
{
    pthread_mutex_lock(&limits->mutex);
    *out = limits->counts;
    out->addresses = limits->addresses.used;
    out->others = limits->others.used;
    pthread_mutex_unlock(&limits->mutex);
}
