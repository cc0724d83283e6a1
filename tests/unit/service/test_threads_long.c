/* One open ledger and several threads. While one notarises, every reader sees a whole state, at
 * least as new as the one it saw before, and what was recorded is seen by whoever begins after it.
 * Several notarise at once, and everything else that a ledger does goes on meanwhile. Threads that
 * never meet here would wait for ever, so an alarm ends the program. */
#include <pthread.h>
#include <stdatomic.h>

#include "service_testing.h"

#define READERS 3
#define VERSIONS 3
#define ALARM_S 1200

typedef struct shared {
    zkl_ledger *ledger;
    _Atomic uint32_t recorded; /* versions whose call has returned */
    atomic_bool done;
} shared;

typedef struct reader {
    shared *shared;
    zkl_error err;
    zkl_status status;
    size_t rounds;
} reader;

/* The parts of one look belong together, and are not older than what was seen before. */
static zkl_status check_look(const zkl_show_result *shown, const zkl_datasets_result *datasets,
                             const zkl_log_result *log, uint32_t least, zkl_error *err)
{
    if (shown->version >= least && shown->version_count == shown->version &&
        shown->index < shown->tree_size && datasets->line_count == 1 &&
        datasets->lines[0].version_count >= shown->version && log->line_count >= shown->tree_size)
        return ZKL_OK;
    return zkl_fail(err, ZKL_REJECTED, "version %u of %zu, at least %u; %zu entries of %llu",
                    shown->version, shown->version_count, least, log->line_count,
                    (unsigned long long)shown->tree_size);
}

/* One look of each kind. *least: versions that it must see; then those that it saw. */
static zkl_status look(zkl_ledger *ledger, uint32_t *least, zkl_error *err)
{
    zkl_show_result shown = { 0 };
    zkl_datasets_result datasets = { 0 };
    zkl_log_result log = { 0 };
    zkl_status status = zkl_show(&shown, ledger, "people", err);
    if (status == ZKL_OK)
        status = zkl_datasets(&datasets, ledger, NULL, err);
    if (status == ZKL_OK)
        status = zkl_log_list(&log, ledger, 0, 0, err);
    if (status == ZKL_OK)
        status = check_look(&shown, &datasets, &log, *least, err);
    *least = shown.version;
    zkl_arena_clear(&shown.memory);
    zkl_arena_clear(&datasets.memory);
    zkl_arena_clear(&log.memory);
    return status;
}

static void *read_on(void *context)
{
    reader *r = context;
    uint32_t least = 0;
    for (bool last = false; !last && r->status == ZKL_OK; r->rounds++) {
        last = atomic_load(&r->shared->done);
        const uint32_t recorded = atomic_load(&r->shared->recorded);
        least = recorded > least ? recorded : least;
        r->status = look(r->shared->ledger, &least, &r->err);
    }
    return NULL;
}

static void test_threads__readers_of_one_ledger_see_whole_states(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    shared s = { 0 };
    pthread_t threads[READERS];
    reader readers[READERS];
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&s.ledger, &world, &env, &err));
    const zkl_notarize_request request = service_request(&world, true);
    for (uint32_t version = 1; version <= VERSIONS; version++) {
        zkl_notarize_result result = { 0 };
        const zkl_status status = zkl_notarize(&result, s.ledger, &request, &env, &err);
        CHECK(t, result.version == version);
        zkl_arena_clear(&result.memory);
        REQUIRE_OK(t, &err, status);
        atomic_store(&s.recorded, version);
        for (size_t i = 0; version == 1 && i < READERS; i++) { /* there is something to see now */
            readers[i] = (reader){ .shared = &s };
            REQUIRE(t, pthread_create(&threads[i], NULL, read_on, &readers[i]) == 0);
        }
    }
    atomic_store(&s.done, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        if (readers[i].status != ZKL_OK)
            FAIL(t, "reader %zu, round %zu: %s", i, readers[i].rounds, readers[i].err.text);
    }
    zkl_ledger_close(s.ledger);
}

/* ---- Two proofs at once */

/* Notarisations that wait for one another where they have begun to prove. */
typedef struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t come, awaited;
} meeting;

#define MEETING_OF(count)                                                                          \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER,                   \
        .awaited = (count)                                                                         \
    }

static void come(meeting *m)
{
    pthread_mutex_lock(&m->mutex);
    m->come++;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->mutex);
}

static void await(meeting *m, size_t count)
{
    pthread_mutex_lock(&m->mutex);
    while (m->come < count)
        pthread_cond_wait(&m->changed, &m->mutex);
    pthread_mutex_unlock(&m->mutex);
}

typedef struct notariser {
    zkl_ledger *ledger;
    zkl_notarize_request request;
    meeting *met;
    bool has_come;
    pthread_t thread;
    zkl_status status;
    zkl_error err;
    uint32_t version;
} notariser;

static bool meet_others(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    notariser *n = opaque;
    (void)done, (void)total;
    if (!n->has_come && strcmp(stage, "proving") == 0) {
        n->has_come = true;
        come(n->met);
        await(n->met, n->met->awaited);
    }
    return true;
}

static void *notarise(void *context)
{
    notariser *n = context;
    const zkl_env env = { .progress = { meet_others, n } };
    zkl_notarize_result result = { 0 };
    n->status = zkl_notarize(&result, n->ledger, &n->request, &env, &n->err);
    n->version = result.version;
    if (!n->has_come) /* it failed before: nobody is to wait for it */
        come(n->met);
    zkl_arena_clear(&result.memory);
    return NULL;
}

static void start(zkl_test *t, notariser *n)
{
    REQUIRE(t, pthread_create(&n->thread, NULL, notarise, n) == 0);
}

/* All entries and their references, by a reader that believes nothing. */
static void check_chain(zkl_test *t, zkl_ledger *ledger, uint64_t entry_count)
{
    const zkl_env env = { .pool = t->pool };
    const zkl_verify_chain_request request = { 0 };
    zkl_verify_chain_result chain = { 0 };
    zkl_log_result log = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_verify_chain(&chain, ledger, &request, &env, &err));
    REQUIRE_OK(t, &err, zkl_log_list(&log, ledger, 0, 0, &err));
    CHECK_UINT_EQ(t, log.line_count, entry_count);
    zkl_arena_clear(&log.memory);
}

/* The powers of the shared cache in one without circuit keys. */
static const char *cache_without_keys(zkl_test *t)
{
    const char *folder = service_path(t, test_folder(t), "cache");
    const char *command = zkl_arena_format(
        &t->arena, "mkdir -m 700 '%s' && cp -p '" SERVICE_CACHE "'/* '%s' && rm '%s'/*.key", folder,
        folder, folder);
    return system(command) == 0 ? folder : NULL;
}

/* The circuit's key is not made yet. Two notarise two names: one of them makes it, both prove with
 * it, and the log names it once. Then both notarise one name: both prove, and one of them is told
 * that its version is taken. */
static void test_threads__two_notarise_at_once(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    meeting first = MEETING_OF(2), second = MEETING_OF(2);
    notariser both[2];
    (void)alarm(ALARM_S);
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    world.options.setup_cache = cache_without_keys(t);
    REQUIRE(t, world.options.setup_cache);
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    for (size_t i = 0; i < 2; i++) {
        both[i] = (notariser){ .ledger = ledger, .met = &first };
        both[i].request = service_request(&world, true);
        both[i].request.name = i ? "others" : "people";
        start(t, &both[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(both[i].thread, NULL);
        REQUIRE_OK(t, &both[i].err, both[i].status);
        CHECK_UINT_EQ(t, both[i].version, 1);
    }
    check_chain(t, ledger, 4); /* the ledger's keys, the circuit's key, two data sets */
    for (size_t i = 0; i < 2; i++) {
        both[i].met = &second;
        both[i].has_come = false;
        both[i].request.name = "people";
        start(t, &both[i]);
    }
    for (size_t i = 0; i < 2; i++)
        pthread_join(both[i].thread, NULL);
    const size_t loser = both[0].status == ZKL_OK;
    REQUIRE_OK(t, &both[1 - loser].err, both[1 - loser].status);
    CHECK_UINT_EQ(t, both[1 - loser].version, 2);
    CHECK_STATUS(t, ZKL_CONFLICT, both[loser].status);
    check_chain(t, ledger, 5);
}

/* What a ledger does beside: a receipt made, checked and exported, keys rotated, all of it looked
 * over. */
static zkl_status do_everything_else(zkl_test *t, const service_world *world, zkl_ledger *ledger,
                                     zkl_error *err)
{
    zkl_verify_result verdict = { 0 };
    zkl_doctor_result found = { 0 };
    uint64_t size, index;
    const zkl_env env = { .pool = t->pool };
    const zkl_export_request export = { .reference = "people",
                                        .format = ZKL_EXPORT_RECEIPT,
                                        .output = service_path(t, test_folder(t), "receipt"),
                                        .force = true };
    ZKL_TRY(zkl_verify_own(&verdict, ledger, "people", &env, err));
    zkl_arena_clear(&verdict.memory);
    ZKL_TRY(zkl_export(&size, ledger, &export, &env, err));
    ZKL_TRY(zkl_keys_rotate(&index, ledger, "signer", &env, err));
    ZKL_TRY(zkl_keys_rotate(&index, ledger, "log", &env, err));
    ZKL_TRY(zkl_doctor(&found, &world->options, &env, err));
    const size_t faults = found.fault_count;
    zkl_arena_clear(&found.memory);
    return faults ? zkl_fail(err, ZKL_REJECTED, "the doctor found %zu faults", faults) : ZKL_OK;
}

/* A notarisation is held where it proves until all the rest was done beside it. It is recorded
 * then, under the keys that count by now. */
static void test_threads__a_ledger_is_used_while_one_proves(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    meeting done = MEETING_OF(2);
    notariser n;
    (void)alarm(ALARM_S);
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_notarize(&world, true, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    n = (notariser){ .ledger = ledger, .request = service_request(&world, true), .met = &done };
    start(t, &n);
    await(&done, 1); /* it proves */
    const zkl_status status = do_everything_else(t, &world, ledger, &err);
    come(&done); /* whatever came of it: the other one waits */
    pthread_join(n.thread, NULL);
    REQUIRE_OK(t, &err, status);
    REQUIRE_OK(t, &n.err, n.status);
    CHECK_UINT_EQ(t, n.version, 2);
    check_chain(t, ledger, 6); /* keys, circuit, two versions, two rotations */
}

ZKL_TESTS(TEST(test_threads__readers_of_one_ledger_see_whole_states),
          TEST(test_threads__two_notarise_at_once),
          TEST(test_threads__a_ledger_is_used_while_one_proves))
