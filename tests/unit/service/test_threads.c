/* One open ledger and several threads: some read while one notarises. Every reader sees a whole
 * state, at least as new as the one it saw before, and what was recorded is seen by whoever begins
 * after it. */
#include <pthread.h>
#include <stdatomic.h>

#include "service_testing.h"

#define READERS 3
#define VERSIONS 3

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
        status = zkl_datasets(&datasets, ledger, err);
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

ZKL_TESTS(TEST(test_threads__readers_of_one_ledger_see_whole_states))
