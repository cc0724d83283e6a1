/* One open set-up and several threads that ask it for keys. A key is made once, by one of them,
 * with what that one has, and whoever need not wait does not. Threads that never meet here would
 * wait for ever, so an alarm ends the program. */
#include "setup/setup_testing.h"

#include <pthread.h>
#include <unistd.h>

#include "testing.h"

#define ALARM_S 300
#define TIER 6      /* the model's circuit */
#define TIER_NEXT 8 /* the next one up */

/* 2^14 rows hold both. */
static const zkl_setup_size size = { .format = { .log_cells = 4, .mask_half = 4 }, .power = 14 };

/* Where threads wait for one another. */
typedef struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_making, is_waiting, may_go_on;
} meeting;

static void say(meeting *m, bool *what)
{
    pthread_mutex_lock(&m->mutex);
    *what = true;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->mutex);
}

static void hear(meeting *m, const bool *what)
{
    pthread_mutex_lock(&m->mutex);
    while (!*what)
        pthread_cond_wait(&m->changed, &m->mutex);
    pthread_mutex_unlock(&m->mutex);
}

/* A thread that asks for a key, and what it got. */
typedef struct asker {
    zkl_setup *setup;
    unsigned tier;
    meeting *met;
    bool cancels_making, cancels_waiting;
    /* Random bytes were drawn from its own source. */
    size_t drawn;
    pthread_t thread;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_status status;
    zkl_error err;
} asker;

static zkl_status draw(void *opaque, uint8_t *out, size_t count, zkl_error *err)
{
    asker *a = opaque;
    a->drawn += count;
    return zkl_random_os.fill(zkl_random_os.opaque, out, count, err);
}

/* Says where it is, and goes on when it may. */
static bool step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    asker *a = opaque;
    (void)done, (void)total;
    if (!a->met)
        return true;
    if (strncmp(stage, "waiting", 7) == 0) {
        say(a->met, &a->met->is_waiting);
        return !a->cancels_waiting;
    }
    say(a->met, &a->met->is_making);
    hear(a->met, &a->met->may_go_on);
    return !a->cancels_making;
}

static void *ask(void *context)
{
    asker *a = context;
    const zkl_env env = { .random = { draw, a }, .progress = { step, a } };
    a->status = zkl_setup_key(a->setup, a->tier, &env, &a->circuit, &a->key, &a->err);
    return NULL;
}

static void start(zkl_test *t, asker *a)
{
    REQUIRE(t, pthread_create(&a->thread, NULL, ask, a) == 0);
}

/* A set-up without keys. Its powers are made once, and the keys of the test before go. */
static zkl_setup *open_empty(zkl_test *t)
{
    static const char *const suffixes[] = { "F6.key", "F8.key" };
    static char folder[512];
    static zkl_digest hash;
    const zkl_env env = test_env(t);
    zkl_setup *setup = NULL;
    zkl_setup_path path;
    zkl_setup_name name;
    bool found;
    zkl_error err = { 0 };
    zkl_status status = ZKL_OK;
    (void)alarm(ALARM_S);
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "%s", test_folder(t));
        status = zkl_setup_make_sized(&hash, folder, &size, &env, &err);
    }
    name = (zkl_setup_name){ .hash = hash };
    for (size_t i = 0; status == ZKL_OK && i < ZKL_COUNT(suffixes); i++) {
        status = zkl_setup_name_find(&name, &found, folder, &err);
        if (status == ZKL_OK)
            status = zkl_setup_path_named(&path, folder, &name, suffixes[i], &err);
        if (status == ZKL_OK)
            (void)unlink(path.text); /* only the test before may have made it */
    }
    if (status == ZKL_OK)
        status = zkl_setup_open_sized(&setup, folder, &hash, &size, &env, &err);
    if (status != ZKL_OK)
        FAIL(t, "%s", err.text);
    return setup;
}

#define MEETING                                                                                    \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER                    \
    }

/* Threads that miss one key at once get one key, and the randomness of one of them alone is in
 * it. */
static void test_setup_threads__a_key_is_made_by_one(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = open_empty(t);
    asker askers[4];
    size_t makers = 0;
    REQUIRE(t, setup);
    for (size_t i = 0; i < ZKL_COUNT(askers); i++) {
        askers[i] = (asker){ .setup = setup, .tier = TIER };
        start(t, &askers[i]);
    }
    for (size_t i = 0; i < ZKL_COUNT(askers); i++) {
        pthread_join(askers[i].thread, NULL);
        REQUIRE_OK(t, &askers[i].err, askers[i].status);
        CHECK(t, askers[i].key == askers[0].key && askers[i].circuit == askers[0].circuit);
        makers += askers[i].drawn > 0;
    }
    CHECK_UINT_EQ(t, makers, 1);
    zkl_setup_key_counts counts;
    zkl_setup_count_keys(setup, &counts);
    CHECK_UINT_EQ(t, counts.made, 1);
    CHECK_UINT_EQ(t, counts.read, 0);
    CHECK_UINT_EQ(t, counts.loaded, ZKL_COUNT(askers) - 1);
}

/* The one who makes it is cancelled: the one who waits makes it then. */
static void test_setup_threads__who_fails_leaves_it_to_the_next(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = open_empty(t);
    meeting met = MEETING;
    asker first = { .setup = setup, .tier = TIER, .met = &met, .cancels_making = true },
          next = first;
    next.cancels_making = false;
    REQUIRE(t, setup);
    start(t, &first);
    hear(&met, &met.is_making);
    start(t, &next);
    hear(&met, &met.is_waiting);
    say(&met, &met.may_go_on);
    pthread_join(first.thread, NULL);
    pthread_join(next.thread, NULL);
    CHECK_STATUS(t, ZKL_CANCELLED, first.status);
    REQUIRE_OK(t, &next.err, next.status);
    CHECK(t, next.drawn > 0 && next.key->wire_count > 0);
}

/* Who waits can be cancelled by itself: the other one's key is made all the same. */
static void test_setup_threads__waiting_can_be_cancelled(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = open_empty(t);
    meeting met = MEETING;
    asker first = { .setup = setup, .tier = TIER, .met = &met }, next = first;
    next.cancels_waiting = true;
    REQUIRE(t, setup);
    start(t, &first);
    hear(&met, &met.is_making);
    start(t, &next);
    pthread_join(next.thread, NULL);
    CHECK_STATUS(t, ZKL_CANCELLED, next.status);
    CHECK_UINT_EQ(t, next.drawn, 0);
    say(&met, &met.may_go_on);
    pthread_join(first.thread, NULL);
    REQUIRE_OK(t, &first.err, first.status);
}

/* A key that is there is given while another one is made. */
static void test_setup_threads__a_loaded_key_waits_for_nobody(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = open_empty(t);
    meeting met = MEETING;
    asker before = { .setup = setup, .tier = TIER }, making = before, during = before;
    making.tier = TIER_NEXT;
    making.met = &met;
    REQUIRE(t, setup);
    ask(&before);
    REQUIRE_OK(t, &before.err, before.status);
    start(t, &making);
    hear(&met, &met.is_making);
    ask(&during);
    REQUIRE_OK(t, &during.err, during.status);
    CHECK(t, during.key == before.key && during.drawn == 0);
    say(&met, &met.may_go_on);
    pthread_join(making.thread, NULL);
    REQUIRE_OK(t, &making.err, making.status);
    CHECK(t, making.key != before.key && making.key->wire_count > before.key->wire_count);
}

ZKL_TESTS(TEST(test_setup_threads__a_key_is_made_by_one),
          TEST(test_setup_threads__who_fails_leaves_it_to_the_next),
          TEST(test_setup_threads__waiting_can_be_cancelled),
          TEST(test_setup_threads__a_loaded_key_waits_for_nobody))
