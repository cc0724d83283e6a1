#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

enum { MOST = 20000 };

typedef struct counted {
    zkl_pool *pool;
    _Atomic unsigned char times[MOST];
    _Atomic bool wrong_worker;
} counted;

static void count_task(void *context, size_t index, size_t worker)
{
    counted *c = context;
    atomic_fetch_add(&c->times[index], 1);
    if (worker >= zkl_pool_threads(c->pool))
        atomic_store(&c->wrong_worker, true);
}

static counted *new_counted(zkl_test *t, zkl_pool *pool)
{
    counted *c = ZKL_ARENA_NEW(&t->arena, counted, 1);
    c->pool = pool;
    return c;
}

/* Every index once, whatever the counts of tasks and threads, again and again on one pool. */
static void test_pool__every_index_once(zkl_test *t)
{
    static const size_t threads[] = { 0, 1, 2, 3, 8 }, counts[] = { 0, 1, 2, 3, 7, 100, MOST };
    for (size_t p = 0; p <= ZKL_COUNT(threads); p++) {
        zkl_pool *pool = NULL; /* the last round: none */
        zkl_error err = { 0 };
        if (p < ZKL_COUNT(threads))
            REQUIRE_OK(t, &err, zkl_pool_new(&pool, threads[p], &err));
        for (size_t k = 0; k < ZKL_COUNT(counts); k++) {
            counted *c = new_counted(t, pool);
            zkl_pool_run(pool, counts[k], count_task, c);
            CHECK(t, !c->wrong_worker);
            for (size_t i = 0; i < MOST; i++)
                CHECK(t, c->times[i] == (i < counts[k]));
        }
        zkl_pool_free(pool);
    }
}

static void test_pool__threads(zkl_test *t)
{
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    CHECK_UINT_EQ(t, zkl_pool_threads(NULL), 1);
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 3, &err));
    CHECK_UINT_EQ(t, zkl_pool_threads(pool), 3);
    zkl_pool_free(pool);
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 0, &err));
    CHECK_UINT_EQ(t, zkl_pool_threads(pool), zkl_cores_allowed());
    zkl_pool_free(pool);
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 100000, &err));
    CHECK(t, zkl_pool_threads(pool) <= 256);
    zkl_pool_free(pool);
    zkl_pool_free(NULL);
}

typedef struct nested {
    zkl_pool *pool, *inner_pool;
    _Atomic size_t runs, wrong;
} nested;

typedef struct nested_call {
    nested *all;
    pthread_t thread;
    size_t worker;
} nested_call;

static void inner_task(void *context, size_t index, size_t worker)
{
    nested_call *call = context;
    (void)index;
    atomic_fetch_add(&call->all->runs, 1);
    if (!pthread_equal(call->thread, pthread_self()) || worker != call->worker)
        atomic_fetch_add(&call->all->wrong, 1);
}

static void outer_task(void *context, size_t index, size_t worker)
{
    nested *n = context;
    nested_call call = { n, pthread_self(), n->inner_pool == n->pool ? worker : 0 };
    zkl_pool_run(n->inner_pool, index % 5, inner_task, &call);
}

/* A run inside a task stays on its thread. In the same pool it keeps the worker's number, so
 * scratch by worker is not shared; in another pool, or without one, that number could be too large,
 * so it is 0. */
static void test_pool__nested_runs(zkl_test *t)
{
    zkl_pool *pool = NULL, *other = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 4, &err));
    REQUIRE_OK(t, &err, zkl_pool_new(&other, 2, &err));
    zkl_pool *const inner[] = { pool, other, NULL };
    for (size_t i = 0; i < ZKL_COUNT(inner); i++) {
        nested n = { .pool = pool, .inner_pool = inner[i] };
        zkl_pool_run(pool, 1000, outer_task, &n);
        CHECK_UINT_EQ(t, n.runs, 2000); /* 200 * (0 + 1 + 2 + 3 + 4) */
        CHECK_UINT_EQ(t, n.wrong, 0);
    }
    zkl_pool_free(other);
    zkl_pool_free(pool);
}

typedef struct caller {
    zkl_pool *pool;
    counted *mine;
} caller;

static void *run_twenty_times(void *argument)
{
    caller *c = argument;
    for (int i = 0; i < 20; i++)
        zkl_pool_run(c->pool, 500, count_task, c->mine);
    return NULL;
}

/* Several threads may lend the same pool work; their runs do not mix. */
static void test_pool__several_callers(zkl_test *t)
{
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    caller callers[3];
    pthread_t threads[3];
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 3, &err));
    for (size_t i = 0; i < 3; i++) {
        callers[i] = (caller){ pool, new_counted(t, pool) };
        REQUIRE(t, pthread_create(&threads[i], NULL, run_twenty_times, &callers[i]) == 0);
    }
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 3; i++) {
        CHECK(t, !callers[i].mine->wrong_worker);
        for (size_t k = 0; k < MOST; k++)
            CHECK(t, callers[i].mine->times[k] == (k < 500 ? 20 : 0));
    }
    zkl_pool_free(pool);
}

enum { TRIES = 300 };

typedef struct trial {
    _Atomic unsigned char ran[TRIES];
    bool fails[TRIES];
} trial;

static zkl_status try_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    trial *all = context;
    (void)worker;
    atomic_fetch_add(&all->ran[index], 1);
    if (!all->fails[index])
        return ZKL_OK;
    if (index % 3 == 0)
        sched_yield(); /* let a later failure come in first */
    return zkl_fail(err, index % 2 ? ZKL_LIMIT : ZKL_DENIED, "task %zu", index);
}

/* The failure with the lowest index is told, whichever came first in time; all before it ran, none
 * twice. */
static void check_trial(zkl_test *t, zkl_pool *pool, const bool fails[static TRIES])
{
    trial all = { .fails = { false } };
    zkl_error err = { 0 };
    size_t first = 0;
    memcpy(all.fails, fails, sizeof all.fails);
    while (first < TRIES && !fails[first])
        first++;
    const zkl_status status = zkl_pool_try(pool, TRIES, try_task, &all, &err);
    for (size_t i = 0; i < TRIES; i++)
        CHECK(t, i <= first ? all.ran[i] == 1 : all.ran[i] <= 1);
    if (first == TRIES) {
        CHECK(t, status == ZKL_OK && err.text[0] == 0);
        return;
    }
    char want[32];
    snprintf(want, sizeof want, "task %zu", first);
    CHECK(t, status == (first % 2 ? ZKL_LIMIT : ZKL_DENIED) && err.status == status);
    CHECK_TEXT_EQ(t, err.text, want);
    CHECK(t, zkl_pool_try(pool, TRIES, try_task, &all, NULL) == status); /* err may be NULL */
}

static void test_pool_try__first_by_index(zkl_test *t)
{
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    for (int with_pool = 0; with_pool < 2; with_pool++) {
        if (with_pool)
            REQUIRE_OK(t, &err, zkl_pool_new(&pool, 4, &err));
        bool fails[TRIES] = { false };
        check_trial(t, pool, fails);
        for (size_t at = 0; at < TRIES; at += 7) {
            memset(fails, 0, sizeof fails);
            fails[at] = true;
            check_trial(t, pool, fails); /* one alone */
            for (size_t i = at; i < TRIES; i++)
                fails[i] = i % 5 != 1 || i == at;
            check_trial(t, pool, fails); /* many */
        }
    }
    CHECK(t, zkl_pool_try(pool, 0, try_task, NULL, &err) == ZKL_OK);
    zkl_pool_free(pool);
}

/* Whichever allocation fails: a status, no pool, no thread left. */
static void test_pool__without_memory(zkl_test *t)
{
    zkl_pool *pool = NULL;
    for (uint64_t nth = 1; nth <= 4; nth++) {
        zkl_error err = { 0 };
        zkl_malloc_fail_after(nth);
        CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_pool_new(&pool, 4, &err));
        zkl_malloc_fail_after(0);
        CHECK(t, pool == NULL && err.text[0]);
    }
    zkl_malloc_fail_after(5);
    CHECK_STATUS(t, ZKL_OK, zkl_pool_new(&pool, 4, NULL));
    zkl_malloc_fail_after(0);
    zkl_pool_free(pool);
}

static void test_cores__between_one_and_all(zkl_test *t)
{
    const long all = sysconf(_SC_NPROCESSORS_CONF);
    CHECK(t, zkl_cores_allowed() >= 1);
    CHECK(t, all > 0 && zkl_cores_allowed() <= (size_t)all);
}

/* Threads stay with the parent: a child works alone, and comes to an end. */
static void test_pool__of_the_parent_in_a_child(zkl_test *t)
{
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    int status = -1;
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, 4, &err));
    counted *c = new_counted(t, pool);
    zkl_pool_run(pool, 100, count_task, c);
    const pid_t child = fork();
    if (child == 0) {
        bool is_right = true;
        zkl_pool_run(pool, 100, count_task, c);
        for (size_t i = 0; i < 100; i++)
            is_right = is_right && c->times[i] == 2;
        zkl_pool_free(pool);
        _exit(is_right ? 0 : 1);
    }
    REQUIRE(t, child > 0 && waitpid(child, &status, 0) == child);
    CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    zkl_pool_run(pool, 100, count_task, c);
    for (size_t i = 0; i < 100; i++)
        CHECK_UINT_EQ(t, c->times[i], 2);
    zkl_pool_free(pool);
}

ZKL_TESTS(TEST(test_pool__every_index_once), TEST(test_pool__of_the_parent_in_a_child),
          TEST(test_pool__threads), TEST(test_pool__nested_runs), TEST(test_pool__several_callers),
          TEST(test_pool_try__first_by_index), TEST(test_pool__without_memory),
          TEST(test_cores__between_one_and_all))
