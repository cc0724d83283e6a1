/* The breaker's three states, each move and what is overlooked; and threads. */
#include "daemon/breaker.h"

#include "testing.h"

static const daemon_breaker_settings settings = {
    .failures_max = 3, .open_ms = 1000, .open_ms_most = 3000, .probe_ms = 500
};

static bool ask(daemon_breaker *b, daemon_ticket *ticket, uint64_t now)
{
    return daemon_breaker_ask(b, ticket, now);
}

static void fail_at(zkl_test *t, daemon_breaker *b, uint64_t now)
{
    daemon_ticket ticket;
    CHECK(t, ask(b, &ticket, now));
    daemon_breaker_tell(b, ticket, false, now);
}

static daemon_breaker_state state_of(daemon_breaker *b)
{
    uint64_t until;
    return daemon_breaker_now(b, &until);
}

/* Failures in a row open it, others do not; it is asked again when its time is over. */
static void test_breaker__opens_and_closes(zkl_test *t)
{
    daemon_breaker b;
    daemon_ticket ticket, other;
    daemon_breaker_init(&b, &settings);
    for (size_t i = 0; i < 10; i++) { /* two failures, one success */
        fail_at(t, &b, 1);
        fail_at(t, &b, 1);
        CHECK(t, ask(&b, &ticket, 1));
        daemon_breaker_tell(&b, ticket, true, 1);
    }
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_CLOSED);
    for (size_t i = 0; i < 3; i++)
        fail_at(t, &b, 100);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_OPEN);
    CHECK(t, !ask(&b, &ticket, 100) && !ask(&b, &ticket, 1099));
    CHECK(t, ask(&b, &ticket, 1100)); /* the probe */
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_HALF_OPEN);
    CHECK(t, !ask(&b, &other, 1100) && !ask(&b, &other, 1599));
    daemon_breaker_tell(&b, ticket, true, 1200);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_CLOSED);
    CHECK(t, ask(&b, &ticket, 1200) && ask(&b, &other, 1200));
    daemon_breaker_clear(&b);
}

/* Each probe that fails doubles the time, up to the most; a success sets it back. */
static void test_breaker__waits_longer_each_time(zkl_test *t)
{
    static const uint64_t waits[] = { 1000, 2000, 3000, 3000 };
    daemon_breaker b;
    daemon_ticket ticket;
    uint64_t now = 10;
    daemon_breaker_init(&b, &settings);
    for (size_t i = 0; i < 3; i++)
        fail_at(t, &b, now);
    for (size_t i = 0; i < ZKL_COUNT(waits); i++) {
        CHECK(t, !ask(&b, &ticket, now + waits[i] - 1));
        now += waits[i];
        fail_at(t, &b, now);
    }
    now += 3000;
    CHECK(t, ask(&b, &ticket, now));
    daemon_breaker_tell(&b, ticket, true, now);
    for (size_t i = 0; i < 3; i++)
        fail_at(t, &b, now);
    CHECK(t, !ask(&b, &ticket, now + 999) && ask(&b, &ticket, now + 1000));
    daemon_breaker_clear(&b);
}

/* Answers that come late say nothing of how things are now. */
static void test_breaker__overlooks_what_is_late(zkl_test *t)
{
    daemon_breaker b;
    daemon_ticket early, probe, second;
    daemon_breaker_init(&b, &settings);
    CHECK(t, ask(&b, &early, 1));
    for (size_t i = 0; i < 3; i++)
        fail_at(t, &b, 1);
    daemon_breaker_tell(&b, early, true, 2);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_OPEN);
    CHECK(t, ask(&b, &probe, 1001));
    daemon_breaker_tell(&b, early, true, 1002);
    daemon_breaker_tell(&b, early, false, 1002);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_HALF_OPEN);
    CHECK(t, ask(&b, &second, 1501)); /* the first probe is given up */
    daemon_breaker_tell(&b, probe, true, 1502);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_HALF_OPEN);
    daemon_breaker_tell(&b, second, true, 1503);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_CLOSED);
    daemon_breaker_tell(&b, second, false, 1504); /* told twice */
    fail_at(t, &b, 1505);
    fail_at(t, &b, 1505);
    CHECK_UINT_EQ(t, state_of(&b), DAEMON_BREAKER_CLOSED);
    daemon_breaker_clear(&b);
}

typedef struct asker {
    daemon_breaker *breaker;
    unsigned allowed;
} asker;

static void *ask_often(void *context)
{
    asker *const a = context;
    for (size_t i = 0; i < 2000; i++) {
        daemon_ticket ticket;
        a->allowed += daemon_breaker_ask(a->breaker, &ticket, 5000);
    }
    return NULL;
}

/* However many ask at once: one probe. */
static void test_breaker__one_probe_at_a_time(zkl_test *t)
{
    daemon_breaker b;
    asker askers[8];
    pthread_t threads[8];
    unsigned allowed = 0;
    daemon_breaker_init(&b, &settings);
    for (size_t i = 0; i < 3; i++)
        fail_at(t, &b, 1);
    for (size_t i = 0; i < 8; i++) {
        askers[i] = (asker){ &b, 0 };
        ZKL_ASSERT(pthread_create(&threads[i], NULL, ask_often, &askers[i]) == 0);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        allowed += askers[i].allowed;
    }
    CHECK_UINT_EQ(t, allowed, 1);
    daemon_breaker_clear(&b);
}

ZKL_TESTS(TEST(test_breaker__opens_and_closes), TEST(test_breaker__waits_longer_each_time),
          TEST(test_breaker__overlooks_what_is_late), TEST(test_breaker__one_probe_at_a_time))
