/* Operations in the background: the same answers as zkl_call, from many threads, and a ledger as
 * it was after a cancelled one. */
#include <pthread.h>
#include <stdatomic.h>

#include <zkl/call.h>

#include "unit/service/service_testing.h"

#define CALLERS 8
#define STAGES_MAX 64

static json_int_t number_in(const zkl_call_result *answer, const char *member)
{
    json_t *json = json_loads(answer->json, 0, NULL);
    const json_int_t number = json_integer_value(json_object_get(json, member));
    json_decref(json);
    return number;
}

static json_int_t log_size(zkl_test *t, zkl_ledger *ledger)
{
    zkl_call_result answer;
    CHECK_STATUS(t, ZKL_OK, zkl_call(&answer, ledger, "log", (zkl_bytes){ 0 }, NULL, NULL));
    const json_int_t size = number_in(&answer, "size");
    zkl_arena_clear(&answer.memory);
    return size;
}

static const char *notarize_request(zkl_test *t, const service_world *world, bool is_dry)
{
    return zkl_arena_format(&t->arena,
                            "{\"name\": \"people\", \"files\": [\"%s\"], \"dry_run\": %s,"
                            " \"claims\": [\"range(age, 0, 120)\"]}",
                            world->table, is_dry ? "true" : "false");
}

static void test_zkl_background__has_threads(zkl_test *t)
{
    zkl_background *background = NULL;
    CHECK_STATUS(t, ZKL_USAGE, zkl_background_new(&background, 0, NULL));
    CHECK_STATUS(t, ZKL_USAGE, zkl_background_new(&background, 257, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_background_new(&background, 3, NULL));
    zkl_background_free(background);
    zkl_background_free(NULL);
    zkl_operation_free(NULL);
}

static void test_zkl_operation__answers_as_zkl_call_does(zkl_test *t)
{
    static const struct {
        const char *operation, *request;
    } cases[] = { { "datasets", "{}" },
                  { "nope", "{}" },
                  { "show", "{" },
                  { "show", "{\"reference\": \"none\"}" },
                  { "keys-show", "" } };
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    zkl_background *background;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    REQUIRE_OK(t, &err, zkl_background_new(&background, 2, &err));
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_operation_start_request start = { .ledger = ledger,
                                                    .operation = cases[i].operation,
                                                    .request =
                                                        zkl_bytes_of_text(cases[i].request) };
        zkl_operation *operation;
        zkl_operation_progress progress;
        zkl_call_result want;
        const zkl_status status =
            zkl_call(&want, ledger, start.operation, start.request, NULL, NULL);
        REQUIRE_OK(t, &err, zkl_operation_start(&operation, background, &start, &err));
        CHECK(t, zkl_operation_wait(operation, UINT64_MAX));
        zkl_operation_get_progress(&progress, operation);
        CHECK(t, progress.state == ZKL_OPERATION_OVER && progress.status == status);
        CHECK(t, strcmp(zkl_operation_result(operation)->json, want.json) == 0);
        zkl_operation_free(operation);
        zkl_arena_clear(&want.memory);
    }
    zkl_background_free(background);
}

/* ---- Many callers of one ledger */

typedef struct caller {
    zkl_ledger *ledger;
    size_t wrong;
} caller;

static void *call_on(void *context)
{
    static const char *const names[] = { "datasets", "log", "keys-show", "setup-show" };
    caller *c = context;
    for (size_t i = 0; i < 4 * ZKL_COUNT(names); i++) {
        zkl_call_result answer;
        const zkl_status status = zkl_call(&answer, c->ledger, names[i % ZKL_COUNT(names)],
                                           zkl_bytes_of_text("{}"), NULL, NULL);
        c->wrong += status != ZKL_OK || number_in(&answer, "exit_code") != 0;
        zkl_arena_clear(&answer.memory);
    }
    return NULL;
}

static void test_zkl_call__from_eight_threads(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    pthread_t threads[CALLERS];
    caller callers[CALLERS];
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (caller){ .ledger = ledger };
        CHECK(t, pthread_create(&threads[i], NULL, call_on, &callers[i]) == 0);
    }
    for (size_t i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_UINT_EQ(t, callers[i].wrong, 0);
    }
}

/* ---- Cancelling */

typedef struct canceller {
    _Atomic(zkl_operation *) operation;
    size_t at; /* cancel when this many stages have begun */
    size_t begun;
    char stage[64];
} canceller;

static bool cancel_at(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    canceller *c = opaque;
    (void)done;
    (void)total;
    if (strncmp(stage, c->stage, sizeof c->stage - 1) != 0) {
        c->begun++;
        snprintf(c->stage, sizeof c->stage, "%s", stage);
    }
    zkl_operation *operation;
    while ((operation = atomic_load(&c->operation)) == NULL)
        usleep(100); /* it is being started */
    if (c->begun >= c->at)
        zkl_operation_cancel(operation);
    return true;
}

/* Cancelled at its first stage, at its second, and so on until it is through: every time the log
 * is as it was. */
static void test_zkl_operation_cancel__leaves_the_ledger_as_it_was(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    zkl_background *background;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_notarize(&world, false, &env, &err)); /* keys are logged now */
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    REQUIRE_OK(t, &err, zkl_background_new(&background, 1, &err));
    const char *request = notarize_request(t, &world, false);
    const json_int_t before = log_size(t, ledger);
    size_t cancelled = 0;
    bool is_through = false;
    while (!is_through && cancelled < STAGES_MAX) {
        canceller c = { .at = cancelled + 1 };
        const zkl_env own = { .pool = t->pool, .progress = { .step = cancel_at, .opaque = &c } };
        const zkl_operation_start_request start = { .ledger = ledger,
                                                    .operation = "notarize",
                                                    .request = zkl_bytes_of_text(request),
                                                    .env = &own };
        zkl_operation *operation;
        zkl_operation_progress progress;
        REQUIRE_OK(t, &err, zkl_operation_start(&operation, background, &start, &err));
        atomic_store(&c.operation, operation);
        CHECK(t, zkl_operation_wait(operation, UINT64_MAX));
        zkl_operation_get_progress(&progress, operation);
        is_through = progress.status == ZKL_OK;
        if (!is_through)
            CHECK_STATUS(t, ZKL_CANCELLED, progress.status);
        CHECK(t, number_in(zkl_operation_result(operation), "exit_code") ==
                     zkl_status_exit_code(progress.status));
        zkl_operation_free(operation);
        CHECK(t, log_size(t, ledger) == before + (is_through ? 1 : 0));
        cancelled += !is_through;
    }
    CHECK(t, is_through && cancelled >= 3);
    zkl_background_free(background);
}

typedef struct gate {
    atomic_bool is_open;
} gate;

static bool wait_at_gate(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage;
    (void)done;
    (void)total;
    while (!atomic_load(&((gate *)opaque)->is_open))
        usleep(100);
    return true;
}

static void test_zkl_operation_cancel__before_it_begins(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    zkl_background *background;
    gate held = { false };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_open_world(&ledger, &world, &env, &err));
    REQUIRE_OK(t, &err, zkl_background_new(&background, 1, &err));
    const zkl_env holding = { .pool = t->pool,
                              .progress = { .step = wait_at_gate, .opaque = &held } };
    zkl_operation_start_request start = { .ledger = ledger,
                                          .operation = "notarize",
                                          .request =
                                              zkl_bytes_of_text(notarize_request(t, &world, true)),
                                          .env = &holding };
    zkl_operation *first, *second;
    zkl_operation_progress progress;
    REQUIRE_OK(t, &err, zkl_operation_start(&first, background, &start, &err));
    start = (zkl_operation_start_request){ .ledger = ledger, .operation = "datasets" };
    REQUIRE_OK(t, &err, zkl_operation_start(&second, background, &start, &err));
    CHECK(t, !zkl_operation_wait(second, 20) && !zkl_operation_result(second));
    zkl_operation_get_progress(&progress, second);
    CHECK(t, progress.state == ZKL_OPERATION_WAITING && !progress.stage[0]);
    zkl_operation_cancel(second);
    atomic_store(&held.is_open, true);
    CHECK(t, zkl_operation_wait(second, UINT64_MAX));
    zkl_operation_get_progress(&progress, second);
    CHECK_STATUS(t, ZKL_CANCELLED, progress.status);
    CHECK(t, strstr(zkl_operation_result(second)->json, "cancelled before it began") != NULL);
    CHECK(t, zkl_operation_wait(first, UINT64_MAX));
    zkl_operation_get_progress(&progress, first);
    CHECK_STATUS(t, ZKL_OK, progress.status);
    CHECK(t, progress.stage[0] != 0);
    zkl_operation_free(second);
    zkl_operation_free(first);
    zkl_background_free(background);
}

ZKL_TESTS(TEST(test_zkl_background__has_threads),
          TEST(test_zkl_operation__answers_as_zkl_call_does),
          TEST(test_zkl_call__from_eight_threads),
          TEST(test_zkl_operation_cancel__leaves_the_ledger_as_it_was),
          TEST(test_zkl_operation_cancel__before_it_begins))
