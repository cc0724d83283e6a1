/* Changes: gathered without a lock, placed in one short step, together when they come together. */
#include "ledger_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/change.h"
#include "ledger/ledger_internal.h"

#define THREADS 8

/* A set-up, unless it is there, and a notarisation: what an operation gathers. number: makes
 * datasets differ. */
static zkl_status gather(zkl_test *t, zkl_change *change, zkl_ledger *ledger, const char *name,
                         uint32_t version, uint64_t number, zkl_error *err)
{
    fixture_dataset d;
    fixture_entry e;
    zkl_digest hash;
    if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger), zkl_ledger_powers_hash(ledger),
                              number, err))
        return err->status;
    zkl_entry setup = { .kind = ZKL_ENTRY_SETUP,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .time_ms = 1767225600000,
                        .setup.circuit = d.circuit,
                        .setup.powers_hash = *zkl_ledger_powers_hash(ledger) };
    ZKL_TRY(zkl_change_add_blob(change, &setup.setup.key_sha256, d.key, err));
    ZKL_TRY(zkl_change_add_entry(change, &setup, ZKL_CHANGE_UNLESS_THERE, err));
    fixture_notarise(&e, &d, zkl_ledger_own_id(ledger), name, version);
    ZKL_TRY(zkl_change_add_blob(change, &hash, d.manifest_bytes, err));
    ZKL_TRY(zkl_change_add_blob(change, &hash, d.statement, err));
    ZKL_TRY(zkl_change_add_blob(change, &hash, d.proof, err));
    ZKL_TRY(zkl_change_add_private(change, &d.id, zkl_bytes_of_text("wrapped"), err));
    return zkl_change_add_entry(change, &e.entry, 0, err);
}

/* The ledger as it is now, checked whole. */
static void check_ledger(zkl_test *t, zkl_ledger *handle, uint64_t entries, uint64_t checkpoints)
{
    zkl_ledger *view = NULL;
    zkl_chain_report report;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, handle, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(view, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, entries);
    CHECK_UINT_EQ(t, report.checkpoint_count, checkpoints);
    zkl_ledger_close(view);
}

static void test_change__is_placed_whole(zkl_test *t)
{
    fixture f;
    zkl_change first = { 0 }, second = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&first, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &first, f.ledger, "a", 1, 1, &err));
    check_ledger(t, f.ledger, 1, 1); /* gathered is not placed */
    REQUIRE_OK(t, &err, zkl_change_place(&first, NULL, &err));
    CHECK_UINT_EQ(t, first.entries[0].index, 1);
    CHECK_UINT_EQ(t, first.entries[1].index, 2);
    check_ledger(t, f.ledger, 3, 2);

    /* The set-up is in the log by now: it is left out, and its place is said. */
    REQUIRE_OK(t, &err, zkl_change_init(&second, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &second, f.ledger, "b", 1, 2, &err));
    REQUIRE_OK(t, &err, zkl_change_place(&second, NULL, &err));
    CHECK_UINT_EQ(t, second.entries[0].index, 1);
    CHECK_MEM_EQ(t, second.entries[0].receipt_id.bytes, first.entries[0].receipt_id.bytes, 32);
    CHECK_UINT_EQ(t, second.entries[1].index, 3);
    check_ledger(t, f.ledger, 4, 3);

    zkl_ledger *view = NULL;
    zkl_bytes kept;
    uint64_t index;
    fixture_dataset d;
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                    zkl_ledger_powers_hash(f.ledger), 2, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_index_of(view, &index, &second.entries[1].receipt_id, &err));
    CHECK_UINT_EQ(t, index, 3);
    REQUIRE_OK(t, &err, zkl_ledger_private(view, &kept, &t->arena, &d.id, &err));
    CHECK(t, zkl_bytes_equal_text(kept, "wrapped"));
    zkl_ledger_close(view);
    zkl_change_clear(&first);
    zkl_change_clear(&second);
    zkl_ledger_close(f.ledger);
}

/* Two began with the same version: the second is told so, has recorded nothing, and may begin
 * again. */
static void test_change__a_version_that_was_taken_is_a_conflict(zkl_test *t)
{
    fixture f;
    zkl_change first = { 0 }, second = { 0 }, again = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&first, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&second, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &first, f.ledger, "a", 1, 1, &err));
    REQUIRE_OK(t, &err, gather(t, &second, f.ledger, "a", 1, 2, &err));
    REQUIRE_OK(t, &err, zkl_change_place(&first, NULL, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_change_place(&second, NULL, &err));
    CHECK(t, strstr(err.text, "'a@1' was recorded by another writer meanwhile") != NULL);
    check_ledger(t, f.ledger, 3, 2);
    REQUIRE_OK(t, &err, zkl_change_init(&again, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &again, f.ledger, "a", 2, 2, &err));
    REQUIRE_OK(t, &err, zkl_change_place(&again, NULL, &err));
    check_ledger(t, f.ledger, 4, 3);
    zkl_change_clear(&first);
    zkl_change_clear(&second);
    zkl_change_clear(&again);
    zkl_ledger_close(f.ledger);
}

/* What does not fit is refused whole, though its first entry was staged. */
static void test_change__one_that_does_not_fit_leaves_nothing(zkl_test *t)
{
    fixture f;
    zkl_change change = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&change, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &change, f.ledger, "a", 3, 1, &err)); /* there is no version 2 */
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_change_place(&change, NULL, &err));
    check_ledger(t, f.ledger, 1, 1);
    const zkl_entry key = { .kind = ZKL_ENTRY_KEY };
    CHECK_STATUS(t, ZKL_USAGE, zkl_change_add_entry(&change, &key, 0, &err));
    zkl_change_clear(&change);
    zkl_ledger_close(f.ledger);
}

/* ---- Threads of one handle */

typedef struct group {
    zkl_test *t;
    fixture f;
    zkl_store *traced;
    size_t expected; /* who is to wait before the lock is given */
} group;

static size_t waiting(zkl_place_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const size_t count = zkl_place_waiting(queue);
    pthread_mutex_unlock(&queue->mutex);
    return count;
}

/* The lock is given when all are there. */
static void hold_back(void *context, store_step step)
{
    group *g = context;
    if (step != STORE_BEFORE_LOCK)
        return;
    while (waiting(&g->f.ledger->kept.queue) < g->expected)
        usleep(1000);
}

static zkl_status open_group(zkl_test *t, group *g, zkl_error *err)
{
    *g = (group){ .t = t };
    ZKL_TRY(fixture_open(t, &g->f, err));
    ZKL_TRY(zkl_store_tracing_open(&g->traced, g->f.ledger->store, hold_back, g, err));
    g->f.ledger->store = g->traced;
    g->f.ledger->log.store = g->traced;
    return ZKL_OK;
}

typedef struct placer {
    pthread_t thread;
    zkl_change change;
    zkl_status status;
    zkl_error error;
} placer;

static void *place(void *context)
{
    placer *p = context;
    p->status = zkl_change_place(&p->change, NULL, &p->error);
    return NULL;
}

/* bad: number of the one that does not fit; THREADS: none. */
static void gather_all(zkl_test *t, group *g, placer *placers, size_t bad)
{
    for (size_t i = 0; i < THREADS; i++) {
        char name[] = { (char)('a' + i), 0 };
        zkl_error err = { 0 };
        placers[i] = (placer){ 0 };
        REQUIRE_OK(t, &err, zkl_change_init(&placers[i].change, g->f.ledger, NULL, &err));
        REQUIRE_OK(t, &err,
                   gather(t, &placers[i].change, g->f.ledger, name, i == bad ? 7 : 1, i, &err));
    }
}

static void place_all(zkl_test *t, group *g, placer *placers)
{
    g->expected = THREADS;
    for (size_t i = 0; i < THREADS; i++)
        REQUIRE(t, pthread_create(&placers[i].thread, NULL, place, &placers[i]) == 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(placers[i].thread, NULL);
    g->expected = 0;
}

/* Eight threads: one batch and its checkpoint, so two syncs; each learns its own index. */
static void test_change_group__one_sync_and_one_checkpoint(zkl_test *t)
{
    for (size_t bad = 3; bad <= THREADS;
         bad += THREADS - 3) { /* with one that does not fit, and without */
        group g;
        placer placers[THREADS];
        bool seen[2 * THREADS] = { false };
        zkl_error err = { 0 };
        const size_t placed = THREADS - (bad < THREADS);
        REQUIRE_OK(t, &err, open_group(t, &g, &err));
        gather_all(t, &g, placers, bad);
        const uint64_t commits = zkl_store_tracing_count(g.traced, STORE_AFTER_COMMIT);
        const uint64_t syncs = zkl_store_tracing_syncs(g.traced);
        const uint64_t locks = zkl_store_tracing_count(g.traced, STORE_LOCKED);
        place_all(t, &g, placers);
        CHECK_UINT_EQ(t, zkl_store_tracing_count(g.traced, STORE_AFTER_COMMIT), commits + 2);
        CHECK_UINT_EQ(t, zkl_store_tracing_syncs(g.traced), syncs + 2);
        CHECK_UINT_EQ(t, zkl_store_tracing_count(g.traced, STORE_LOCKED), locks + 1);
        for (size_t i = 0; i < THREADS; i++) {
            CHECK_STATUS(t, i == bad ? ZKL_CONFLICT : ZKL_OK, placers[i].status);
            CHECK(t, i != bad || strstr(placers[i].error.text, "the next version of 'd' is 1"));
            const uint64_t index = placers[i].change.entries[1].index;
            if (i != bad) {
                REQUIRE(t, index >= 2 && index < 2 * THREADS);
                CHECK(t, !seen[index]);
                seen[index] = true;
                CHECK_UINT_EQ(t, placers[i].change.entries[0].index, 1); /* one set-up for all */
            }
            zkl_change_clear(&placers[i].change);
        }
        check_ledger(t, g.f.ledger, 2 + placed, 2);
        zkl_ledger_close(g.f.ledger);
    }
}

/* The answer of the store is lost: all of the group are there, or none. */
static void test_change_group__a_lost_answer_is_read_back(zkl_test *t)
{
    for (int made = 0; made < 2; made++) {
        group g;
        placer placers[THREADS];
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, open_group(t, &g, &err));
        gather_all(t, &g, placers, THREADS);
        zkl_store_failing_after(g.f.store, made);
        zkl_store_failing_arm(g.f.store, 1);
        place_all(t, &g, placers);
        zkl_store_failing_arm(g.f.store, 0);
        for (size_t i = 0; i < THREADS; i++) {
            /* The store fails on, so the checkpoint is left to the next writer. */
            CHECK_STATUS(t, ZKL_IO, placers[i].status);
            CHECK(t, strstr(placers[i].error.text,
                            made ? "the entries are recorded" : "was not recorded") != NULL);
            zkl_change_clear(&placers[i].change);
        }
        zkl_change next = { 0 };
        REQUIRE_OK(t, &err, zkl_change_init(&next, g.f.ledger, NULL, &err));
        REQUIRE_OK(t, &err, gather(t, &next, g.f.ledger, "z", 1, 99, &err));
        REQUIRE_OK(t, &err, zkl_change_place(&next, NULL, &err));
        zkl_change_clear(&next);
        check_ledger(t, g.f.ledger, made ? 3 + THREADS : 3, made ? 3 : 2);
        zkl_ledger_close(g.f.ledger);
    }
}

/* Threads that come as they like, several times: nothing is lost, nothing is there twice. */
typedef struct busy {
    pthread_t thread;
    zkl_test *t;
    zkl_ledger *ledger;
    zkl_change changes[4];
    size_t faults;
} busy;

static void *place_some(void *context)
{
    busy *b = context;
    for (size_t i = 0; i < ZKL_COUNT(b->changes); i++)
        b->faults += zkl_change_place(&b->changes[i], NULL, NULL) != ZKL_OK;
    return NULL;
}

static void test_change_group__any_order_loses_nothing(zkl_test *t)
{
    fixture f;
    busy all[THREADS];
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    for (size_t i = 0; i < THREADS; i++) {
        all[i] = (busy){ .t = t, .ledger = f.ledger };
        for (uint32_t v = 0; v < ZKL_COUNT(all[i].changes); v++) {
            char name[] = { (char)('a' + i), 0 };
            REQUIRE_OK(t, &err, zkl_change_init(&all[i].changes[v], f.ledger, NULL, &err));
            REQUIRE_OK(t, &err,
                       gather(t, &all[i].changes[v], f.ledger, name, v + 1, 10 * i + v, &err));
        }
    }
    for (size_t i = 0; i < THREADS; i++)
        REQUIRE(t, pthread_create(&all[i].thread, NULL, place_some, &all[i]) == 0);
    zkl_ledger *view = NULL;
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err)); /* reading goes on */
    zkl_ledger_close(view);
    zkl_chain_report report;
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(all[i].thread, NULL);
        CHECK_UINT_EQ(t, all[i].faults, 0);
        for (size_t v = 0; v < ZKL_COUNT(all[i].changes); v++)
            zkl_change_clear(&all[i].changes[v]);
    }
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(view, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 2 + THREADS * ZKL_COUNT(all[0].changes));
    zkl_ledger_close(view);
    zkl_ledger_close(f.ledger);
}

/* ---- Processes of one ledger in a folder. RocksDB starts threads, so each part runs in a process
 * of its own. */

static void make_in_child(zkl_test *t, const char *folder)
{
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    fixture_powers(powers, 7);
    zkl_ledger_init_options o = { .folder = folder, .powers = zkl_bytes_of(powers, sizeof powers) };
    zkl_config_default(&o.config, "test");
    _exit(zkl_ledger_init(&o, &env, &err) == ZKL_OK ? 0 : 1);
}

/* A handle whose store is traced. */
static zkl_status open_traced(zkl_ledger **out, const char *folder, store_see *see, void *context,
                              const zkl_env *env, zkl_error *err)
{
    zkl_store *store = NULL, *traced = NULL;
    zkl_config config;
    zkl_config_default(&config, "test");
    const zkl_ledger_store_use use = { .read_only = true, .shared = true, .env = env };
    const zkl_ledger_opening how = { .folder = folder };
    ZKL_TRY(zkl_ledger_store_open(&store, folder, &config, &use, err));
    ZKL_TRY(zkl_store_tracing_open(&traced, store, see, context, err));
    return zkl_ledger_open_over(out, traced, &how, env, err);
}

typedef struct killer {
    store_step step;
    unsigned nth; /* of the steps of that kind, from 1 */
} killer;

static void kill_at(void *context, store_step step)
{
    killer *k = context;
    if (step == k->step && !--k->nth)
        kill(getpid(), SIGKILL);
}

/* Places one version of NAME; the exit code is 0 when it was placed. */
static void place_in_child(zkl_test *t, const char *folder, const char *name, killer *k)
{
    zkl_ledger *ledger = NULL;
    zkl_change change = { 0 };
    uint32_t versions = 0;
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    zkl_status status = open_traced(&ledger, folder, kill_at, k, &env, &err);
    if (status == ZKL_OK)
        status = zkl_change_init(&change, ledger, &env, &err);
    zkl_ledger *view = NULL;
    if (status == ZKL_OK)
        status = zkl_ledger_view(&view, ledger, &env, &err);
    if (status == ZKL_OK)
        status = zkl_ledger_version_count(view, &versions, zkl_bytes_of_text(name), &err);
    zkl_ledger_close(view);
    if (status == ZKL_OK)
        status = gather(t, &change, ledger, name, versions + 1, 100 * versions + (uint64_t)name[0],
                        &err);
    if (status == ZKL_OK)
        status = zkl_change_place(&change, &env, &err);
    if (status != ZKL_OK)
        printf("%s\n", err.text);
    fflush(stdout);
    _exit(status == ZKL_OK ? 0 : 1);
}

/* Reads everything again. The exit code is the number of versions of NAME, 100 for a chain that
 * does not hold. */
static void count_in_child(zkl_test *t, const char *folder, const char *name)
{
    zkl_ledger *ledger = NULL;
    zkl_chain_report report;
    uint32_t versions = 0;
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    const bool holds =
        fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, NULL, &env, &err) == ZKL_OK &&
        zkl_ledger_check_head(ledger, &err) == ZKL_OK &&
        zkl_ledger_verify_chain(ledger, NULL, &report, &err) == ZKL_OK &&
        zkl_ledger_version_count(ledger, &versions, zkl_bytes_of_text(name), &err) == ZKL_OK;
    if (!holds)
        printf("%s\n", err.text);
    fflush(stdout);
    _exit(holds ? (int)versions : 100);
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SIGKILL at each step that the store sees: the version is there whole or not at all, and the next
 * one goes on. The first writer of each process is zkl_change_init's, the second one places. */
static void test_change_process__killed_at_each_step(zkl_test *t)
{
    static const struct {
        store_step step;
        unsigned nth;
        int added;
    } kills[] = {
        { STORE_BEFORE_LOCK, 1, 0 },  { STORE_LOCKED, 1, 0 },        { STORE_UNLOCKED, 1, 0 },
        { STORE_BEFORE_LOCK, 2, 0 },  { STORE_LOCKED, 2, 0 },        { STORE_BEFORE_COMMIT, 1, 0 },
        { STORE_AFTER_COMMIT, 1, 1 }, { STORE_BEFORE_COMMIT, 2, 1 }, { STORE_AFTER_COMMIT, 2, 1 },
        { STORE_UNLOCKED, 2, 1 },
    };
    const char *folder = zkl_arena_format(&t->arena, "%s/ledger", test_folder(t));
    pid_t child;
    fflush(stdout);
    if ((child = fork()) == 0)
        make_in_child(t, folder);
    CHECK_UINT_EQ(t, wait_for(child), 0);
    int versions = 0;
    for (size_t i = 0; i < ZKL_COUNT(kills); i++) {
        killer k = { kills[i].step, kills[i].nth };
        if ((child = fork()) == 0)
            place_in_child(t, folder, "a", &k);
        CHECK_UINT_EQ(t, wait_for(child), 128 + SIGKILL);
        if ((child = fork()) == 0)
            count_in_child(t, folder, "a");
        versions += kills[i].added;
        CHECK_UINT_EQ(t, wait_for(child), versions);
        killer never = { STORE_LOCKED, 0 };
        if ((child = fork()) == 0)
            place_in_child(t, folder, "a", &never);
        CHECK_UINT_EQ(t, wait_for(child), 0);
        versions++;
    }
    if ((child = fork()) == 0)
        count_in_child(t, folder, "a");
    CHECK_UINT_EQ(t, wait_for(child), versions);
}

/* Processes that gather and place at the same time all get in. */
static void test_change_process__all_get_in(zkl_test *t)
{
    const char *folder = zkl_arena_format(&t->arena, "%s/ledger", test_folder(t));
    pid_t child, children[6];
    fflush(stdout);
    if ((child = fork()) == 0)
        make_in_child(t, folder);
    CHECK_UINT_EQ(t, wait_for(child), 0);
    for (size_t i = 0; i < ZKL_COUNT(children); i++)
        if ((children[i] = fork()) == 0) {
            char name[] = { (char)('a' + i), 0 };
            killer never = { STORE_LOCKED, 0 };
            place_in_child(t, folder, name, &never);
        }
    for (size_t i = 0; i < ZKL_COUNT(children); i++)
        CHECK_UINT_EQ(t, wait_for(children[i]), 0);
    for (size_t i = 0; i < ZKL_COUNT(children); i++) {
        char name[] = { (char)('a' + i), 0 };
        if ((child = fork()) == 0)
            count_in_child(t, folder, name);
        CHECK_UINT_EQ(t, wait_for(child), 1);
    }
}

/* A change that rests on all of the log is placed behind what it saw, or not at all; it may be
 * placed when it has seen more. */
static void test_change__not_behind_what_it_has_not_seen(zkl_test *t)
{
    group g;
    zkl_error err = { 0 };
    zkl_change first = { 0 }, second = { 0 };
    REQUIRE_OK(t, &err, open_group(t, &g, &err));
    const uint64_t size = zkl_log_size(&g.f.ledger->log);
    REQUIRE_OK(t, &err, zkl_change_init(&first, g.f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&second, g.f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, gather(t, &first, g.f.ledger, "a", 1, 1, &err));
    REQUIRE_OK(t, &err, gather(t, &second, g.f.ledger, "b", 1, 2, &err));
    first.seen_size = second.seen_size = size;
    REQUIRE_OK(t, &err, zkl_change_place(&first, NULL, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_change_place(&second, NULL, &err));
    CHECK(t, second.is_late && !second.is_placed && !first.is_late);
    check_ledger(t, g.f.ledger, size + 2, 2);
    second.seen_size = size + 2;
    REQUIRE_OK(t, &err, zkl_change_place(&second, NULL, &err));
    CHECK(t, !second.is_late && second.is_placed);
    zkl_change_clear(&first);
    zkl_change_clear(&second);
    zkl_ledger_close(g.f.ledger);
}

ZKL_TESTS(TEST(test_change__not_behind_what_it_has_not_seen),
          TEST(test_change_process__killed_at_each_step), TEST(test_change_process__all_get_in),
          TEST(test_change__is_placed_whole),
          TEST(test_change__a_version_that_was_taken_is_a_conflict),
          TEST(test_change__one_that_does_not_fit_leaves_nothing),
          TEST(test_change_group__one_sync_and_one_checkpoint),
          TEST(test_change_group__a_lost_answer_is_read_back),
          TEST(test_change_group__any_order_loses_nothing))
