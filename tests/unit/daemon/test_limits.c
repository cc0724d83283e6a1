/* Limits: against a plain model in small worlds completely and in large ones by seed, between
 * threads, and with more names than there are places. */
#include "daemon/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "testing.h"

#define MINUTE 60000

/* ---- the model: one bucket's whole history, replayed for each question */

#define EVENTS_MAX 4096

typedef struct model {
    uint64_t allowed;
    struct {
        uint64_t at_ms, used;
    } events[EVENTS_MAX];
    size_t count;
    uint64_t held;
} model;

/* In units times milliseconds: each use adds, time takes away, never below nothing. */
static uint64_t debt_at(const model *m, uint64_t now_ms)
{
    uint64_t debt = 0, then = 0;
    for (size_t i = 0; i <= m->count; i++) {
        const uint64_t at = i < m->count ? m->events[i].at_ms : now_ms;
        const uint64_t drained = m->allowed * (at - then);
        debt = debt > drained ? debt - drained : 0;
        then = at;
        if (i < m->count)
            debt += m->events[i].used * MINUTE;
    }
    return debt;
}

static bool model_may(const model *m, uint64_t amount, uint64_t now_ms)
{
    return debt_at(m, now_ms) + (m->held + amount) * MINUTE <= m->allowed * MINUTE;
}

static void model_use(model *m, uint64_t used, uint64_t now_ms)
{
    ZKL_ASSERT(m->count < EVENTS_MAX);
    m->events[m->count].at_ms = now_ms;
    m->events[m->count++].used = used;
}

/* No stretch of time has more uses than the allowance and what it gives back meanwhile, `times`
 * over. Only where no use was more than was held. */
static void check_no_overrun(zkl_test *t, const model *m, uint64_t times)
{
    for (size_t i = 0; i < m->count; i++) {
        uint64_t sum = 0;
        for (size_t k = i; k < m->count; k++) {
            sum += m->events[k].used;
            const uint64_t passed = m->events[k].at_ms - m->events[i].at_ms;
            if (sum * MINUTE > times * m->allowed * (MINUTE + passed)) {
                FAIL(t, "%llu uses in %llu ms, %llu a minute", (unsigned long long)sum,
                     (unsigned long long)passed, (unsigned long long)m->allowed);
                return;
            }
        }
    }
}

/* ---- one bucket */

static daemon_allowance only(daemon_unit unit, uint64_t amount)
{
    daemon_allowance out = daemon_no_limits;
    out.of[unit] = amount;
    return out;
}

static daemon_limits *new_limits(zkl_test *t, uint32_t addresses, uint32_t others)
{
    daemon_limits *limits = NULL;
    zkl_error err = { 0 };
    if (daemon_limits_new(&limits, addresses, others, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return limits;
}

typedef struct small {
    daemon_limits *limits;
    daemon_party party;
    daemon_hold holds[8];
    uint64_t held[8]; /* amounts, of the model */
    size_t hold_count;
    model m;
    uint64_t now;
} small;

enum { TAKE_1, TAKE_2, HOLD_1, HOLD_2, SETTLE_0, SETTLE_1, SETTLE_3, WAIT_7, WAIT_20, ACTIONS };

static bool step_take(zkl_test *t, small *s, uint64_t amount)
{
    daemon_verdict v;
    const bool want = model_may(&s->m, amount, s->now);
    const bool got = daemon_limits_take(s->limits, &s->party,
                                        (daemon_cost){ DAEMON_REQUESTS, amount }, s->now, &v);
    if (want)
        model_use(&s->m, amount, s->now);
    /* what a refusal promises is so, and not a millisecond earlier */
    if (!got && v.retry_ms != UINT64_MAX && !s->m.held) {
        CHECK(t, model_may(&s->m, amount, s->now + v.retry_ms));
        CHECK(t, !model_may(&s->m, amount, s->now + v.retry_ms - 1));
    }
    const uint64_t debt = (debt_at(&s->m, s->now) + MINUTE - 1) / MINUTE + s->m.held;
    CHECK_UINT_EQ(t, v.left, debt < s->m.allowed ? s->m.allowed - debt : 0);
    CHECK_UINT_EQ(t, debt_at(&s->m, s->now + v.reset_ms), 0);
    CHECK(t, (v.retry_ms == UINT64_MAX) == (amount > s->m.allowed));
    return got == want;
}

static bool step_hold(small *s, uint64_t amount)
{
    daemon_verdict v;
    daemon_hold hold;
    const bool want = model_may(&s->m, amount, s->now);
    const bool got = daemon_limits_hold(s->limits, &hold, &s->party,
                                        (daemon_cost){ DAEMON_REQUESTS, amount }, s->now, &v);
    if (got) {
        s->holds[s->hold_count] = hold;
        s->held[s->hold_count++] = amount;
    }
    s->m.held += want ? amount : 0;
    return got == want;
}

/* The oldest hold. */
static void step_settle(small *s, uint64_t used)
{
    if (!s->hold_count)
        return;
    daemon_limits_settle(s->limits, &s->holds[0], used, s->now);
    s->m.held -= s->held[0];
    model_use(&s->m, used, s->now);
    s->hold_count--;
    memmove(s->holds, s->holds + 1, s->hold_count * sizeof s->holds[0]);
    memmove(s->held, s->held + 1, s->hold_count * sizeof s->held[0]);
}

static bool step(zkl_test *t, small *s, unsigned action)
{
    static const uint64_t used[] = { [SETTLE_0] = 0, [SETTLE_1] = 1, [SETTLE_3] = 3 };
    if (action <= TAKE_2)
        return step_take(t, s, action - TAKE_1 + 1);
    if (action <= HOLD_2)
        return step_hold(s, action - HOLD_1 + 1);
    if (action <= SETTLE_3)
        step_settle(s, used[action]);
    else
        s->now += action == WAIT_7 ? 7001 : 20000;
    return true;
}

/* Every sequence of five actions, under each of three allowances: the same answers as the model. */
static void test_limits__small_worlds_are_the_models(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 1, 2);
    const unsigned length = test_is_soak() ? 6 : 5;
    unsigned worlds = 1;
    for (unsigned i = 0; i < length; i++)
        worlds *= ACTIONS;
    uint64_t now = 1000;
    for (uint64_t allowed = 1; allowed <= 3; allowed++) {
        const daemon_allowance allowance = only(DAEMON_REQUESTS, allowed);
        for (unsigned world = 0; world < worlds; world++) {
            now += 100 * MINUTE; /* all buckets are full again */
            small s = { .limits = limits, .now = now, .m.allowed = allowed };
            s.party.allowed[DAEMON_KEY] = &allowance;
            s.party.id[DAEMON_KEY] = 7;
            for (unsigned i = 0, rest = world; i < length; i++, rest /= ACTIONS)
                if (!step(t, &s, rest % ACTIONS)) {
                    FAIL(t, "allowed %u, world %u, step %u", (unsigned)allowed, world, i);
                    break;
                }
            while (s.hold_count)
                step_settle(&s, 0);
            now = s.now;
        }
    }
    daemon_limits_free(limits);
}

/* ---- many */

#define NAMES 48
#define STEPS 3000

typedef struct world {
    model models[NAMES];
    uint64_t refused, taken;
} world;

static void use_somebody(zkl_test *t, world *w, daemon_limits *limits, daemon_scope scope,
                         uint64_t now, bool is_exact)
{
    static daemon_allowance allowances[NAMES];
    const size_t who = test_random_below(t, NAMES);
    const uint64_t amount = 1 + test_random_below(t, 3);
    model *const m = &w->models[who];
    m->allowed = 2 + who % 5;
    allowances[who] = only(DAEMON_REQUESTS, m->allowed);
    daemon_party party = { 0 };
    party.allowed[scope] = &allowances[who];
    party.id[scope] = daemon_limits_name(limits, scope, zkl_bytes_of(&who, sizeof who));
    daemon_verdict v;
    const bool want = model_may(m, amount, now);
    const bool got =
        daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, amount }, now, &v);
    if (is_exact && got != want)
        FAIL(t, "name %zu: %d, the model says %d", who, got, want);
    if (got)
        model_use(m, amount, now);
    w->taken += got;
    w->refused += !got;
}

static void run_world(zkl_test *t, uint32_t room, uint64_t pause_ms, bool is_exact)
{
    world *const w = zkl_calloc(1, sizeof *w);
    daemon_limits *const limits = new_limits(t, room, room);
    uint64_t now = 5;
    REQUIRE(t, w);
    for (size_t i = 0; i < STEPS; i++) {
        now += test_random_below(t, pause_ms);
        use_somebody(t, w, limits, DAEMON_ADDRESS, now, is_exact);
    }
    for (size_t i = 0; i < NAMES; i++)
        check_no_overrun(t, &w->models[i], is_exact ? 1 : 2);
    CHECK(t, w->taken > STEPS / 50 && w->refused > STEPS / 50); /* both happened */
    daemon_limits_counts counts;
    daemon_limits_count(limits, &counts);
    CHECK(t, counts.addresses <= room);
    CHECK((t), is_exact == (counts.crowded == 0));
    CHECK_UINT_EQ(t, counts.taken, w->taken);
    CHECK_UINT_EQ(t, counts.refused[DAEMON_ADDRESS], w->refused);
    daemon_limits_free(limits);
    zkl_free(w);
}

/* With a place for each name the answers are the model's. With fewer places nobody gets more than
 * twice his allowance, and most are held to it. */
static void test_limits__large_worlds(zkl_test *t)
{
    run_world(t, NAMES, 1000, true);
    run_world(t, NAMES, 60, true);
    run_world(t, 8, 700, false);
    run_world(t, 1, 500, false);
}

/* Buckets that are full again give their places to others, and nothing is lost with them. */
static void test_limits__places_are_used_again(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 4, 4);
    const daemon_allowance allowance = only(DAEMON_REQUESTS, 60);
    daemon_limits_counts counts;
    daemon_verdict v;
    uint64_t now = 1;
    for (uint64_t i = 0; i < 1000; i++) {
        daemon_party party = { 0 };
        party.allowed[DAEMON_ADDRESS] = &allowance;
        party.id[DAEMON_ADDRESS] =
            daemon_limits_name(limits, DAEMON_ADDRESS, zkl_bytes_of(&i, sizeof i));
        CHECK(t, daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, 1 }, now, &v));
        now += 1000;
    }
    daemon_limits_count(limits, &counts);
    CHECK_UINT_EQ(t, counts.addresses, 4);
    CHECK_UINT_EQ(t, counts.crowded, 0);
    daemon_limits_free(limits);
}

/* What is held keeps its place, however many others come. */
static void test_limits__a_hold_is_not_forgotten(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 2, 2);
    const daemon_allowance jobs = only(DAEMON_JOBS, 1), requests = only(DAEMON_REQUESTS, 1000);
    daemon_party holder = { 0 };
    daemon_verdict v;
    daemon_hold hold, other;
    holder.allowed[DAEMON_KEY] = &jobs;
    holder.id[DAEMON_KEY] = 1;
    const daemon_cost one = { DAEMON_JOBS, 1 };
    CHECK(t, daemon_limits_hold(limits, &hold, &holder, one, 1, &v));
    for (uint64_t i = 2; i < 300; i++) {
        daemon_party party = { 0 };
        party.allowed[DAEMON_KEY] = &requests;
        party.id[DAEMON_KEY] = i;
        CHECK(t, daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, 1 }, i * 1000,
                                    &v));
        CHECK(t, !daemon_limits_hold(limits, &other, &holder, one, i * 1000, &v));
        CHECK_UINT_EQ(t, v.unit, DAEMON_JOBS);
    }
    daemon_limits_settle(limits, &hold, 12345, 400000);
    CHECK(t, daemon_limits_hold(limits, &hold, &holder, one, 400000, &v)); /* no debt of jobs */
    daemon_limits_settle(limits, &hold, 0, 400000);
    daemon_limits_free(limits);
}

/* One limit refuses: the others stand as they stood. */
static void test_limits__a_refusal_moves_nothing(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 4, 16);
    const daemon_allowance wide = only(DAEMON_REQUESTS, 10), narrow = only(DAEMON_REQUESTS, 2);
    daemon_verdict v;
    for (size_t refuses = 0; refuses < DAEMON_SCOPES; refuses++) {
        daemon_party party = { 0 };
        const uint64_t now = 1 + refuses * 10 * MINUTE;
        for (size_t s = 0; s < DAEMON_SCOPES; s++) {
            party.allowed[s] = s == refuses ? &narrow : &wide;
            party.id[s] = 100 * refuses + s;
        }
        for (size_t i = 0; i < 6; i++) {
            const bool taken =
                daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, 1 }, now, &v);
            CHECK(t, taken == (i < 2));
            CHECK_UINT_EQ(t, v.scope, refuses);
            CHECK_UINT_EQ(t, v.retry_ms, taken ? 0 : 30000);
        }
        for (size_t s = 0; s < DAEMON_SCOPES; s++) { /* each alone has eight left, after two */
            daemon_party alone = { 0 };
            if (s == refuses)
                continue;
            alone.allowed[s] = party.allowed[s];
            alone.id[s] = party.id[s];
            CHECK(t, !daemon_limits_take(limits, &alone, (daemon_cost){ DAEMON_REQUESTS, 9 }, now,
                                         &v));
            CHECK_UINT_EQ(t, v.left, 8);
        }
    }
    daemon_limits_free(limits);
}

/* ---- at the edges */

static void test_limits__the_edges(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 1, 4);
    const daemon_allowance most = only(DAEMON_BYTES, DAEMON_ALLOWED_MAX);
    const daemon_allowance none = only(DAEMON_BYTES, 0);
    daemon_party party = { 0 };
    daemon_verdict v;
    daemon_hold hold, empty;
    const daemon_cost bytes = { DAEMON_BYTES, 1 };
    CHECK(t, daemon_limits_take(limits, &party, bytes, 1, &v)); /* nothing counts */
    CHECK(t, !v.is_limited);
    party.allowed[DAEMON_KEY] = &daemon_no_limits;
    CHECK(t, daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_BYTES, UINT64_MAX }, 1, &v));
    CHECK(t, !v.is_limited);
    party.allowed[DAEMON_KEY] = &none;
    CHECK(t, !daemon_limits_take(limits, &party, bytes, 1, &v));
    CHECK(t, v.retry_ms == UINT64_MAX && v.left == 0);
    CHECK(t, daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_BYTES, 0 }, 1, &v));
    party.allowed[DAEMON_KEY] = &most;
    party.id[DAEMON_KEY] = 1;
    CHECK(t, !daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_BYTES, UINT64_MAX }, 1, &v));
    CHECK(t, v.retry_ms == UINT64_MAX);
    CHECK(t, daemon_limits_hold(limits, &hold, &party,
                                (daemon_cost){ DAEMON_BYTES, DAEMON_ALLOWED_MAX }, 1, &v));
    CHECK(t, !daemon_limits_take(limits, &party, bytes, 1, &v));
    empty = hold;
    empty.cost.amount = 0;
    daemon_limits_settle(limits, &hold, DAEMON_ALLOWED_MAX, 1);
    for (size_t i = 0; i < 200; i++) { /* debts without end do not wrap */
        daemon_hold again = empty;
        daemon_limits_settle(limits, &again, UINT64_MAX, 1);
    }
    CHECK(t, !daemon_limits_take(limits, &party, bytes, 1, &v));
    CHECK(t, daemon_limits_take(limits, &party, bytes, UINT64_MAX, &v)); /* and are paid in time */
    CHECK(t, daemon_limits_take(limits, &party, bytes, 5, &v)); /* a clock that goes back */
    daemon_limits_free(limits);
}

/* A name is another one in each scope. */
static void test_limits__names_of_scopes_differ(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 1, 1);
    const zkl_bytes name = zkl_bytes_of_text("same");
    for (size_t a = 0; a < DAEMON_SCOPES; a++)
        for (size_t b = 0; b < DAEMON_SCOPES; b++)
            CHECK(t, (a == b) == (daemon_limits_name(limits, (daemon_scope)a, name) ==
                                  daemon_limits_name(limits, (daemon_scope)b, name)));
    daemon_limits_free(limits);
}

/* ---- threads */

#define THREADS 10
#define TRIES 2000

typedef struct runner {
    daemon_limits *limits;
    const daemon_party *party;
    pthread_barrier_t *barrier;
    uint64_t taken, most_at_once;
    atomic_uint_fast64_t *at_once;
} runner;

static void *run_takes(void *context)
{
    runner *const r = context;
    daemon_verdict v;
    pthread_barrier_wait(r->barrier);
    for (size_t i = 0; i < TRIES; i++)
        r->taken +=
            daemon_limits_take(r->limits, r->party, (daemon_cost){ DAEMON_REQUESTS, 1 }, 1000, &v);
    return NULL;
}

static void *run_holds(void *context)
{
    runner *const r = context;
    daemon_verdict v;
    pthread_barrier_wait(r->barrier);
    for (size_t i = 0; i < TRIES; i++) {
        daemon_hold hold;
        if (!daemon_limits_hold(r->limits, &hold, r->party, (daemon_cost){ DAEMON_JOBS, 1 }, 1000,
                                &v))
            continue;
        r->taken++;
        const uint64_t now = atomic_fetch_add(r->at_once, 1) + 1;
        r->most_at_once = now > r->most_at_once ? now : r->most_at_once;
        atomic_fetch_sub(r->at_once, 1);
        daemon_limits_settle(r->limits, &hold, 0, 1000);
    }
    return NULL;
}

static void run_threads(runner runners[THREADS], void *(*work)(void *))
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        ZKL_ASSERT(pthread_create(&threads[i], NULL, work, &runners[i]) == 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* Ten at once get as much as one would: each unit once, in all of its buckets or none. */
static void test_limits__ten_at_once_overrun_nothing(zkl_test *t)
{
    daemon_limits *const limits = new_limits(t, 4, 4);
    const daemon_allowance allowance = { { 777, 0, 0, 0, 3 } }, wide = { { 5000, 0, 0, 0, 9 } };
    daemon_party party = { .id = { 1, 2, 3 } };
    pthread_barrier_t barrier;
    runner runners[THREADS];
    atomic_uint_fast64_t at_once;
    daemon_verdict v;
    uint64_t taken = 0;
    atomic_init(&at_once, 0);
    party.allowed[DAEMON_KEY] = &wide;
    party.allowed[DAEMON_ORGANISATION] = &allowance;
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        runners[i] = (runner){ limits, &party, &barrier, 0, 0, &at_once };
    run_threads(runners, run_takes);
    for (size_t i = 0; i < THREADS; i++)
        taken += runners[i].taken;
    CHECK_UINT_EQ(t, taken, 777);
    party.allowed[DAEMON_ORGANISATION] = NULL; /* the key's own bucket has what was taken */
    CHECK(t, daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, 5000 - 777 }, 1000,
                                &v));
    CHECK(t, !daemon_limits_take(limits, &party, (daemon_cost){ DAEMON_REQUESTS, 1 }, 1000, &v));
    party.allowed[DAEMON_ORGANISATION] = &allowance;
    for (size_t i = 0; i < THREADS; i++)
        runners[i].taken = 0;
    run_threads(runners, run_holds);
    for (size_t i = 0; i < THREADS; i++)
        CHECK(t, runners[i].most_at_once <= 3);
    daemon_hold holds[3], more;
    for (size_t i = 0; i < 3; i++) /* all of it came back */
        CHECK(t, daemon_limits_hold(limits, &holds[i], &party, (daemon_cost){ DAEMON_JOBS, 1 },
                                    1000, &v));
    CHECK(t, !daemon_limits_hold(limits, &more, &party, (daemon_cost){ DAEMON_JOBS, 1 }, 1000, &v));
    pthread_barrier_destroy(&barrier);
    daemon_limits_free(limits);
}

ZKL_TESTS(TEST(test_limits__small_worlds_are_the_models), TEST(test_limits__large_worlds),
          TEST(test_limits__places_are_used_again), TEST(test_limits__a_hold_is_not_forgotten),
          TEST(test_limits__a_refusal_moves_nothing), TEST(test_limits__the_edges),
          TEST(test_limits__names_of_scopes_differ), TEST(test_limits__ten_at_once_overrun_nothing))
