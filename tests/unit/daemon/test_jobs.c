/* Jobs are of a ledger: who asks for another's sees, counts and waits for none of them. The ledgers
 * here are addresses alone: the operations take none. */
#include "daemon/jobs.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "testing.h"

static char ledgers[2];

static zkl_ledger *ledger(size_t i)
{
    return (zkl_ledger *)(void *)&ledgers[i];
}

static daemon_job_view view_of(size_t i, const char *owner)
{
    return (daemon_job_view){ ledger(i), owner };
}

static void add(zkl_test *t, daemon_jobs *jobs, char id[static 17], size_t of, const char *owner)
{
    const daemon_job_request request = { .ledger = ledger(of),
                                         .operation = "policies",
                                         .owner = owner };
    zkl_error err = { 0 };
    if (daemon_jobs_add(id, jobs, &request, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
}

static bool is_over(daemon_jobs *jobs, const char *id, const daemon_job_view *view)
{
    json_t *const shown = daemon_jobs_show(jobs, id, view);
    const char *const state = json_string_value(json_object_get(shown, "state"));
    const bool over = state && strcmp(state, "over") == 0;
    json_decref(shown);
    return over;
}

static void wait_for(daemon_jobs *jobs, const char *id, size_t of)
{
    const daemon_job_view view = view_of(of, NULL);
    while (!is_over(jobs, id, &view))
        usleep(200);
}

static size_t count(daemon_jobs *jobs, size_t of, const char *owner)
{
    const daemon_job_view view = view_of(of, owner);
    json_t *const list = daemon_jobs_list(jobs, &view);
    const size_t size = json_array_size(list);
    json_decref(list);
    return size;
}

static daemon_jobs *start(zkl_test *t, const zkl_env *env)
{
    daemon_jobs *jobs = NULL;
    zkl_error err = { 0 };
    if (daemon_jobs_new(&jobs, &(daemon_jobs_of){ .env = env }, 1, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return jobs;
}

static void test_jobs__are_seen_by_their_ledger_and_owner(zkl_test *t)
{
    const zkl_env env = test_env(t);
    daemon_jobs *const jobs = start(t, &env);
    char ids[3][17];
    REQUIRE(t, jobs);
    add(t, jobs, ids[0], 0, "a");
    add(t, jobs, ids[1], 0, "b");
    add(t, jobs, ids[2], 1, "a");
    static const struct {
        size_t of;
        const char *owner;
        bool sees[3];
    } cases[] = {
        { 0, NULL, { true, true, false } },  { 0, "a", { true, false, false } },
        { 0, "b", { false, true, false } },  { 0, "c", { false, false, false } },
        { 1, NULL, { false, false, true } }, { 1, "a", { false, false, true } },
        { 1, "b", { false, false, false } },
    };
    for (size_t i = 0; i < 3; i++)
        wait_for(jobs, ids[i], i / 2);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const daemon_job_view view = view_of(cases[i].of, cases[i].owner);
        size_t seen = 0;
        for (size_t k = 0; k < 3; k++) {
            json_t *const shown = daemon_jobs_show(jobs, ids[k], &view);
            CHECK_UINT_EQ(t, shown != NULL, cases[i].sees[k]);
            json_decref(shown);
            CHECK_UINT_EQ(t, daemon_jobs_cancel(jobs, ids[k], &view), cases[i].sees[k]);
            seen += cases[i].sees[k];
        }
        CHECK_UINT_EQ(t, count(jobs, cases[i].of, cases[i].owner), seen);
    }
    daemon_jobs_free(jobs);
}

/* A clock that goes on with each look: no two jobs end at one time. */
typedef struct counter {
    _Atomic int64_t looks;
} counter;

static int64_t count_up(void *opaque)
{
    return 1 + atomic_fetch_add(&((counter *)opaque)->looks, 1);
}

static int64_t end_of(daemon_jobs *jobs, const char *id, size_t of)
{
    const daemon_job_view view = view_of(of, NULL);
    wait_for(jobs, id, of);
    json_t *const shown = daemon_jobs_show(jobs, id, &view);
    const int64_t ended = json_integer_value(json_object_get(shown, "ended"));
    json_decref(shown);
    return ended;
}

/* When it was told that the job was added. */
typedef struct told {
    const zkl_env *env;
    int64_t at_ms;
    char id[17];
} told;

static void take_added(void *context, const char *id)
{
    told *const seen = context;
    usleep(20000); /* time for a thread to end the job, if one could */
    strcpy(seen->id, id);
    seen->at_ms = zkl_env_now_ms(seen->env);
}

/* Whoever tells of the job tells of its beginning first. */
static void test_jobs__are_told_of_before_they_end(zkl_test *t)
{
    counter time = { 0 };
    zkl_env env = test_env(t);
    env.clock = (zkl_clock){ count_up, &time };
    daemon_jobs *const jobs = start(t, &env);
    REQUIRE(t, jobs);
    for (size_t i = 0; i < 5; i++) {
        told seen = { .env = &env };
        char id[17];
        const daemon_job_request request = { .ledger = ledger(0),
                                             .operation = "policies",
                                             .owner = "a",
                                             .on_added = take_added,
                                             .context = &seen };
        CHECK_STATUS(t, ZKL_OK, daemon_jobs_add(id, jobs, &request, NULL));
        CHECK_TEXT_EQ(t, seen.id, id);
        CHECK(t, end_of(jobs, id, 0) > seen.at_ms);
    }
    daemon_jobs_free(jobs);
}

/* One thread and many jobs of one ledger: a job of the other that comes last is over before them.
 * They may be over when it comes, if the machine had other things to do: then once more. */
static void test_jobs__ledgers_take_turns(zkl_test *t)
{
    enum { MANY = 100, WAIT_MIN = 10 };
    counter time = { 0 };
    zkl_env env = test_env(t);
    env.clock = (zkl_clock){ count_up, &time };
    daemon_jobs *const jobs = start(t, &env);
    char ids[MANY][17], other[17];
    bool waited = false;
    REQUIRE(t, jobs);
    for (unsigned round = 0; round < 100 && !waited; round++) {
        const daemon_job_view view = view_of(0, NULL);
        for (size_t i = 0; i < MANY; i++)
            add(t, jobs, ids[i], 0, "a");
        add(t, jobs, other, 1, "b");
        waited = !is_over(jobs, ids[MANY - WAIT_MIN], &view);
        if (waited)
            CHECK(t, end_of(jobs, other, 1) < end_of(jobs, ids[MANY - WAIT_MIN + 1], 0));
        /* and in its ledger the order is that in which they came */
        for (size_t i = 1; i < MANY; i++)
            CHECK(t, end_of(jobs, ids[i - 1], 0) < end_of(jobs, ids[i], 0));
    }
    CHECK(t, waited);
    daemon_jobs_free(jobs);
}

/* What is kept for readings is taken where there is enough, and nothing that ran before is refused
 * for it; and what may run at all is no more than there is. */
static void test_jobs__keep_memory_for_readings_where_there_is_enough(zkl_test *t)
{
    const uint64_t mib = (uint64_t)1 << 20;
    static const struct {
        uint64_t has, runs; /* MiB */
    } cases[] = { { 1, 1 }, { 1024, 1024 }, { 2047, 2047 }, { 2048, 1792 }, { 8192, 7936 } };
    const zkl_env env = test_env(t);
    daemon_jobs *const jobs = start(t, &env);
    REQUIRE(t, jobs);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_job_counts counts;
        daemon_jobs_limit_memory(jobs, cases[i].has * mib);
        CHECK_STATUS(t, ZKL_OK, daemon_jobs_check_memory(jobs, cases[i].runs * mib, NULL));
        CHECK_STATUS(t, ZKL_LIMIT, daemon_jobs_check_memory(jobs, cases[i].runs * mib + 1, NULL));
        daemon_jobs_count(jobs, &counts);
        CHECK_UINT_EQ(t, counts.memory_max, cases[i].has * mib);
    }
    daemon_jobs_free(jobs);
}

/* One of the journal, over before. */
static void add_kept(zkl_test *t, daemon_jobs *jobs, char id[static 17], const zkl_env *env)
{
    json_t *const over = json_pack("{s:i, s:I, s:{}}", "code", 0, "ended",
                                   (json_int_t)zkl_env_now_ms(env), "answer");
    const daemon_job_request request = { .ledger = ledger(0),
                                         .operation = "notarize",
                                         .owner = "a",
                                         .id = "00112233445566aa",
                                         .created_ms = zkl_env_now_ms(env),
                                         .over = over };
    CHECK_STATUS(t, ZKL_OK, daemon_jobs_add(id, jobs, &request, NULL));
    json_decref(over);
}

/* More than are kept: the oldest of that ledger go, but those of the journal, and none of the
 * other. */
static void test_jobs__many_of_a_ledger_forget_none_of_another(zkl_test *t)
{
    const zkl_env env = test_env(t);
    daemon_journal *journal = NULL;
    daemon_jobs *jobs = NULL;
    zkl_error err = { 0 };
    char first[17], second[17], kept[17], id[17];
    const daemon_job_request nothing = { .ledger = ledger(0),
                                         .operation = "there-is-none",
                                         .owner = "a" };
    REQUIRE_OK(t, &err,
               daemon_journal_open(&journal, zkl_arena_format(&t->arena, "%s/jobs", test_folder(t)),
                                   &err));
    REQUIRE_OK(
        t, &err,
        daemon_jobs_new(&jobs, &(daemon_jobs_of){ .env = &env, .journal = journal }, 1, &err));
    add_kept(t, jobs, kept, &env);
    add(t, jobs, first, 1, "b");
    add(t, jobs, second, 0, "a");
    wait_for(jobs, first, 1);
    wait_for(jobs, second, 0);
    for (size_t i = 0; i < 1200; i++) {
        while (daemon_jobs_add(id, jobs, &nothing, NULL) == ZKL_LIMIT)
            usleep(200);    /* so many wait */
        if (i % 500 == 499) /* while too many wait, even those of the journal go */
            wait_for(jobs, id, 0);
    }
    CHECK_STATUS(t, ZKL_OK, daemon_jobs_add(id, jobs, &nothing, NULL));
    wait_for(jobs, id, 0);
    CHECK_UINT_EQ(t, count(jobs, 0, NULL), 1000);
    CHECK_UINT_EQ(t, count(jobs, 1, NULL), 1);
    const daemon_job_view view = view_of(1, "b"), mine = view_of(0, "a");
    CHECK(t, is_over(jobs, first, &view));
    CHECK(t, is_over(jobs, kept, &mine));
    CHECK(t, !is_over(jobs, second, &mine));
    daemon_jobs_free(jobs);
    daemon_journal_free(journal);
}

ZKL_TESTS(TEST(test_jobs__are_seen_by_their_ledger_and_owner),
          TEST(test_jobs__are_told_of_before_they_end), TEST(test_jobs__ledgers_take_turns),
          TEST(test_jobs__keep_memory_for_readings_where_there_is_enough),
          TEST(test_jobs__many_of_a_ledger_forget_none_of_another))
