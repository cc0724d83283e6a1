/* A ledger that its service keeps open: one writer, many who place, and readers beside it. */
#include "facts_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "keys/signing_key.h"
#include "ledger/cosigned.h"
#include "ledger/entry_export.h"
#include "ledger/ledger_internal.h"

#define THREADS 6
#define PLACES 8

/* ---- In a folder */

typedef struct world {
    zkl_env env;
    const char *folder, *state;
    zkl_sequencer how;
    zkl_ledger *ledger;
    facts_subject subject;
} world;

static zkl_status open_as(zkl_ledger **out, const world *w, const zkl_sequencer *how,
                          zkl_error *err)
{
    const zkl_ledger_options options = { .folder = w->folder, .state = w->state, .sequencer = how };
    return zkl_ledger_open(out, &options, &w->env, err);
}

static zkl_status open_world(zkl_test *t, world *w, const zkl_sequencer *how, zkl_error *err)
{
    *w = (world){ .how = *how };
    w->folder = zkl_arena_format(&t->arena, "%s/ledger", test_folder(t));
    w->state = zkl_arena_format(&t->arena, "%s/state", test_folder(t));
    ZKL_TRY(facts_make_folder(w->folder, w->state, &w->env, err));
    ZKL_TRY(open_as(&w->ledger, w, &w->how, err));
    return facts_notarise(t, &w->subject, w->ledger, &w->env, err);
}

static zkl_status append(world *w, zkl_staged *out, uint64_t a, uint64_t b, zkl_error *err)
{
    return facts_append(out, w->ledger, &w->subject, a, b, &w->env, err);
}

/* Everything of a handle, checked as verify-chain does. */
static void check_chain(zkl_test *t, zkl_ledger *handle, uint64_t entries)
{
    zkl_ledger *view = NULL;
    zkl_chain_report report;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_ledger_walker(&view, handle, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_check_head(view, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(view, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, entries);
    zkl_ledger_close(view);
}

static uint64_t latest_checkpoint(zkl_test *t, zkl_ledger *view)
{
    zkl_checkpoint latest = { 0 };
    zkl_bytes note;
    zkl_error err = { 0 };
    if (zkl_log_checkpoint_latest(zkl_ledger_log(view), &note, &t->arena, &err) != ZKL_OK ||
        zkl_checkpoint_parse(&latest, &t->arena, note, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return latest.size;
}

/* Who else wants to write is told who has it; who reads goes on, and sees what is placed. */
static void test_sequencer__others_read_and_do_not_write(zkl_test *t)
{
    world w;
    zkl_ledger *other = NULL, *view = NULL, *second = NULL;
    zkl_change change = { 0 };
    zkl_staged placed;
    zkl_error err = { 0 };
    char pid[32];
    snprintf(pid, sizeof pid, "pid %ld", (long)getpid());
    REQUIRE_OK(t, &err, open_world(t, &w, &(zkl_sequencer){ 0 }, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, open_as(&second, &w, &w.how, &err));
    CHECK(t, strstr(err.text, pid) != NULL);
    REQUIRE_OK(t, &err, open_as(&other, &w, NULL, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_change_init(&change, other, NULL, &err));
    CHECK(t, strstr(err.text, "the ledger is being written by another process") != NULL);
    CHECK(t, strstr(err.text, pid) != NULL);
    for (uint64_t i = 0; i < 3; i++) {
        REQUIRE_OK(t, &err, append(&w, &placed, 1, i, &err));
        CHECK_UINT_EQ(t, placed.index, 3 + i);
        REQUIRE_OK(t, &err, zkl_ledger_view(&view, other, NULL, &err));
        REQUIRE_OK(t, &err, zkl_ledger_check_head(view, &err));
        CHECK_UINT_EQ(t, zkl_log_size(zkl_ledger_log(view)), 4 + i);
        CHECK_UINT_EQ(t, latest_checkpoint(t, view), 4 + i);
        zkl_ledger_close(view);
    }
    check_chain(t, other, 6);
    zkl_ledger_close(w.ledger);
    /* The lock went with it. */
    REQUIRE_OK(t, &err, zkl_change_init(&change, other, NULL, &err));
    zkl_change_clear(&change);
    zkl_ledger_close(other);
}

/* A view ends where the log ended; a new one has what was placed, under a checkpoint. */
static void test_sequencer_view__is_what_was_published(zkl_test *t)
{
    world w;
    zkl_ledger *before = NULL, *after = NULL;
    zkl_staged placed;
    uint64_t index;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &(zkl_sequencer){ 0 }, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&before, w.ledger, NULL, &err));
    REQUIRE_OK(t, &err, append(&w, &placed, 1, 1, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&after, w.ledger, NULL, &err));
    CHECK_UINT_EQ(t, zkl_log_size(zkl_ledger_log(before)), 3);
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_ledger_index_of(before, &index, &placed.receipt_id, &err));
    REQUIRE_OK(t, &err, zkl_ledger_index_of(after, &index, &placed.receipt_id, &err));
    CHECK_UINT_EQ(t, index, placed.index);
    CHECK_UINT_EQ(t, latest_checkpoint(t, after), zkl_log_size(zkl_ledger_log(after)));
    /* and the older one, once it is told to */
    REQUIRE_OK(t, &err, zkl_ledger_catch_up(before, &err));
    REQUIRE_OK(t, &err, zkl_ledger_index_of(before, &index, &placed.receipt_id, &err));
    zkl_ledger_close(before);
    zkl_ledger_close(after);
    zkl_ledger_close(w.ledger);
}

/* Who reads while others place has receipts all the same: under the checkpoint that was there when
 * he began to read, whatever the store has by now. */
static void test_sequencer_view__shows_what_it_has(zkl_test *t)
{
    world w;
    zkl_ledger *view = NULL;
    zkl_staged placed;
    zkl_receipt_head head;
    zkl_buffer receipt = { 0 };
    zkl_bytes note;
    zkl_checkpoint latest;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &(zkl_sequencer){ 0 }, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, w.ledger, NULL, &err));
    for (uint64_t i = 0; i < 3; i++)
        REQUIRE_OK(t, &err, append(&w, &placed, 1, i, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(zkl_ledger_log(view), &note, &t->arena, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&latest, &t->arena, note, &err));
    CHECK_UINT_EQ(t, latest.size, 6); /* of the store, which has more */
    REQUIRE_OK(t, &err, zkl_receipt_head_find(&head, view, &t->arena, 2, &err));
    CHECK_UINT_EQ(t, head.checkpoint.size, 3);
    REQUIRE_OK(t, &err, zkl_receipt_build(&receipt, view, 2, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_receipt_head_find(&head, view, &t->arena, 3, &err));
    zkl_buffer_clear(&receipt);
    zkl_ledger_close(view);
    zkl_ledger_close(w.ledger);
}

/* Keys change by a writer of their own; what is placed then is signed by the new ones. */
static void test_sequencer__rotation_comes_between(zkl_test *t)
{
    static const zkl_key_role roles[] = { ZKL_ROLE_SIGNER, ZKL_ROLE_LOG };
    world w;
    zkl_staged placed;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &(zkl_sequencer){ 0 }, &err));
    for (size_t i = 0; i < ZKL_COUNT(roles); i++) {
        zkl_ledger *writer = NULL, *view = NULL;
        REQUIRE_OK(t, &err, zkl_ledger_writer(&writer, w.ledger, &w.env, &err));
        REQUIRE_OK(t, &err, zkl_ledger_rotate(writer, roles[i], NULL, NULL, &err));
        zkl_ledger_close(writer);
        REQUIRE_OK(t, &err, zkl_ledger_view(&view, w.ledger, NULL, &err));
        CHECK_UINT_EQ(t, zkl_log_size(zkl_ledger_log(view)), 4 + 2 * i);
        zkl_ledger_close(view);
        REQUIRE_OK(t, &err, append(&w, &placed, 1, i, &err));
        CHECK_UINT_EQ(t, placed.index, 4 + 2 * i);
    }
    check_chain(t, w.ledger, 7);
    zkl_ledger_close(w.ledger);
}

static void test_sequencer__bounds_are_said(zkl_test *t)
{
    const world w = { .folder = "nowhere" };
    zkl_ledger *ledger = NULL;
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_LIMIT,
                 open_as(&ledger, &w, &(zkl_sequencer){ .batch_entries = 1000001 }, &err));
    CHECK(t, strstr(err.text, "1000001") != NULL);
    CHECK_STATUS(t, ZKL_LIMIT, open_as(&ledger, &w, &(zkl_sequencer){ .wait_us = 1000001 }, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, open_as(&ledger, &w, &(zkl_sequencer){ 0 }, &err));
}

/* ---- Several threads */

typedef struct placer {
    pthread_t thread;
    world *w;
    uint64_t number;
    zkl_staged placed[PLACES];
    size_t placed_count;
    zkl_error error;
} placer;

static void *place_some(void *context)
{
    placer *p = context;
    while (p->placed_count < PLACES && append(p->w, &p->placed[p->placed_count], p->number,
                                              p->placed_count, &p->error) == ZKL_OK)
        p->placed_count++;
    return NULL;
}

typedef struct watcher {
    pthread_t thread;
    world *w;
    atomic_bool ends;
    size_t faults;
    zkl_error error;
} watcher;

/* Whatever a view has is under a checkpoint, and nothing that it had is gone in the next. */
static void *watch(void *context)
{
    watcher *p = context;
    uint64_t size = 0;
    while (!atomic_load(&p->ends) && !p->faults) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_ledger *view = NULL;
        zkl_checkpoint latest = { 0 };
        zkl_bytes note;
        zkl_digest root, at;
        uint64_t now = 0;
        zkl_status status = zkl_ledger_view(&view, p->w->ledger, NULL, &p->error);
        if (status == ZKL_OK) {
            zkl_log *log = zkl_ledger_log(view);
            zkl_log_head(log, &now, &root);
            status = zkl_log_checkpoint_latest(log, &note, &arena, &p->error);
            if (status == ZKL_OK)
                status = zkl_checkpoint_parse(&latest, &arena, note, &p->error);
            if (status == ZKL_OK)
                status = zkl_log_root(log, &at, now, &p->error);
            p->faults += status != ZKL_OK || latest.size < now || now < size ||
                         !zkl_digest_equal(&at, &root);
            size = now;
        }
        p->faults += status != ZKL_OK;
        zkl_ledger_close(view);
    }
    return NULL;
}

/* In any size of batch: all that was answered is there, once, at the place that was said. */
static void test_sequencer__threads_lose_nothing(zkl_test *t)
{
    static const zkl_sequencer ways[] = { { 0 },
                                          { .batch_entries = 1 },
                                          { .batch_entries = 3, .wait_us = 2000 } };
    for (size_t way = 0; way < ZKL_COUNT(ways); way++) {
        world w;
        placer placers[THREADS];
        watcher beside = { .w = &w };
        bool seen[3 + THREADS * PLACES] = { false };
        zkl_ledger *view = NULL;
        zkl_error err = { 0 };
        uint64_t index, count;
        REQUIRE_OK(t, &err, open_world(t, &w, &ways[way], &err));
        REQUIRE(t, pthread_create(&beside.thread, NULL, watch, &beside) == 0);
        for (size_t i = 0; i < THREADS; i++) {
            placers[i] = (placer){ .w = &w, .number = i };
            REQUIRE(t, pthread_create(&placers[i].thread, NULL, place_some, &placers[i]) == 0);
        }
        for (size_t i = 0; i < THREADS; i++)
            pthread_join(placers[i].thread, NULL);
        atomic_store(&beside.ends, true);
        pthread_join(beside.thread, NULL);
        if (beside.faults)
            FAIL(t, "a view: %s", beside.error.text);
        REQUIRE_OK(t, &err, zkl_ledger_view(&view, w.ledger, NULL, &err));
        for (size_t i = 0; i < THREADS; i++) {
            if (placers[i].placed_count != PLACES)
                FAIL(t, "%s", placers[i].error.text);
            for (size_t k = 0; k < placers[i].placed_count; k++) {
                const zkl_staged *p = &placers[i].placed[k];
                REQUIRE_OK(t, &err, zkl_ledger_index_of(view, &index, &p->receipt_id, &err));
                CHECK_UINT_EQ(t, index, p->index);
                REQUIRE(t, index < ZKL_COUNT(seen) && !seen[index]);
                seen[index] = true;
            }
        }
        REQUIRE_OK(t, &err, zkl_log_checkpoint_count(zkl_ledger_log(view), &count, &err));
        if (ways[way].batch_entries == 1) /* each of its own; and init's, and the notarisation's */
            CHECK_UINT_EQ(t, count, 2 + THREADS * PLACES);
        zkl_ledger_close(view);
        check_chain(t, w.ledger, 3 + THREADS * PLACES);
        zkl_ledger_close(w.ledger);
    }
}

/* ---- A store that fails, and comes back */

/* From the Nth commit on it fails, whether it has written or not, and can or cannot be opened
 * again; then it is well. Nobody does anything: the next one is placed, and what was answered is
 * there. */
static void test_sequencer__a_store_that_fails_comes_back(zkl_test *t)
{
    for (unsigned how = 0; how < 4; how++)
        for (uint64_t nth = 1; nth <= 4; nth++) {
            fixture f;
            facts_subject subject;
            zkl_ledger *view = NULL;
            zkl_chain_report report;
            zkl_staged placed[4], again;
            size_t count = 0;
            uint64_t index;
            zkl_error err = { 0 };
            REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
            REQUIRE_OK(t, &err, zkl_sequencer_begin(f.ledger, &(zkl_sequencer){ 0 }, &err));
            REQUIRE_OK(t, &err, facts_notarise(t, &subject, f.ledger, &f.env, &err));
            zkl_store_failing_after(f.store, how & 1);
            zkl_store_failing_for_good(f.store, how & 2);
            zkl_store_failing_until_recovered(f.store, true);
            zkl_store_failing_arm(f.store, nth);
            while (count < ZKL_COUNT(placed) && facts_append(&placed[count], f.ledger, &subject, 1,
                                                             count, &f.env, &err) == ZKL_OK)
                count++;
            CHECK_UINT_EQ(t, count, (nth - 1) / 2); /* entries and checkpoint are a commit each */
            CHECK_STATUS(t, ZKL_IO, err.status);
            /* It still fails: so is said, and reading goes on. */
            CHECK_STATUS(t, ZKL_IO, facts_append(&again, f.ledger, &subject, 2, 0, &f.env, &err));
            REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err));
            for (size_t i = 0; i < count; i++)
                REQUIRE_OK(t, &err, zkl_ledger_index_of(view, &index, &placed[i].receipt_id, &err));
            zkl_ledger_close(view);
            zkl_store_failing_for_good(f.store, false);
            zkl_store_failing_arm(f.store, 0);
            REQUIRE_OK(t, &err, facts_append(&again, f.ledger, &subject, 3, 0, &f.env, &err));
            REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err));
            for (size_t i = 0; i < count; i++) {
                REQUIRE_OK(t, &err, zkl_ledger_index_of(view, &index, &placed[i].receipt_id, &err));
                CHECK_UINT_EQ(t, index, placed[i].index);
            }
            CHECK_UINT_EQ(t, again.index + 1, zkl_log_size(zkl_ledger_log(view)));
            REQUIRE_OK(t, &err, zkl_ledger_verify_chain(view, NULL, &report, &err));
            zkl_ledger_close(view);
            zkl_ledger_close(f.ledger);
        }
}

/* What a witness said cannot be written, and the store writes nothing more until it is opened
 * again: the next that is said is written, though nobody has recorded anything meanwhile. */
static void test_sequencer__what_others_say_comes_back_too(zkl_test *t)
{
    fixture f;
    facts_subject subject;
    zkl_signing_key key;
    zkl_verifier_key witness;
    zkl_ledger *view = NULL;
    zkl_bytes note;
    static const uint8_t signature[72] = { 1 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_sequencer_begin(f.ledger, &(zkl_sequencer){ 0 }, &err));
    REQUIRE_OK(t, &err, facts_notarise(t, &subject, f.ledger, &f.env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, f.ledger, NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(zkl_ledger_log(view), &note, &t->arena, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &f.env, &err));
    REQUIRE_OK(
        t, &err,
        zkl_verifier_key_init(&witness, ZKL_NOTE_COSIGNATURE, "a", &key.signer.public_key, &err));
    const zkl_new_cosignature fresh = { note, zkl_log_size(zkl_ledger_log(view)), &witness,
                                        zkl_bytes_of(signature, sizeof signature) };
    zkl_ledger_close(view);
    zkl_store_failing_until_recovered(f.store, true);
    zkl_store_failing_arm(f.store, 1);
    CHECK_STATUS(t, ZKL_IO, zkl_cosigned_add(f.ledger, &fresh, &f.env, &err));
    zkl_store_failing_arm(f.store, 0);
    REQUIRE_OK(t, &err, zkl_cosigned_add(f.ledger, &fresh, &f.env, &err));
    zkl_signing_key_clear(&key);
    zkl_ledger_close(f.ledger);
}

/* The disk has no room for a while: of the real store, whose log cannot grow. It is said, nothing
 * that was answered is lost, and with room again the next one is placed. */
static void test_sequencer__a_full_disk_is_said_and_passes(zkl_test *t)
{
    world w;
    struct rlimit before, tight;
    zkl_staged placed[100], again;
    zkl_ledger *view = NULL;
    size_t count = 0;
    uint64_t index;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &(zkl_sequencer){ 0 }, &err));
    REQUIRE(t, getrlimit(RLIMIT_FSIZE, &before) == 0);
    tight = before;
    tight.rlim_cur = 32768;
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(t, setrlimit(RLIMIT_FSIZE, &tight) == 0);
    while (count < ZKL_COUNT(placed) && append(&w, &placed[count], 1, count, &err) == ZKL_OK)
        count++;
    const zkl_status second = append(&w, &again, 2, 0, NULL);
    REQUIRE(t, setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(t, count > 0 && count < ZKL_COUNT(placed));
    CHECK_STATUS(t, ZKL_IO, err.status);
    CHECK(t, strstr(err.text, "cannot write the store") != NULL);
    CHECK(t, second == ZKL_IO || second == ZKL_OK); /* its new log may have room for a little */
    REQUIRE_OK(t, &err, append(&w, &again, 3, 0, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, w.ledger, NULL, &err));
    for (size_t i = 0; i < count; i++) {
        REQUIRE_OK(t, &err, zkl_ledger_index_of(view, &index, &placed[i].receipt_id, &err));
        CHECK_UINT_EQ(t, index, placed[i].index);
    }
    const uint64_t size = zkl_log_size(zkl_ledger_log(view));
    CHECK_UINT_EQ(t, again.index + 1, size);
    zkl_ledger_close(view);
    check_chain(t, w.ledger, size);
    zkl_ledger_close(w.ledger);
}

ZKL_TESTS(TEST(test_sequencer__others_read_and_do_not_write),
          TEST(test_sequencer_view__is_what_was_published),
          TEST(test_sequencer_view__shows_what_it_has),
          TEST(test_sequencer__rotation_comes_between), TEST(test_sequencer__bounds_are_said),
          TEST(test_sequencer__threads_lose_nothing),
          TEST(test_sequencer__a_store_that_fails_comes_back),
          TEST(test_sequencer__what_others_say_comes_back_too),
          TEST(test_sequencer__a_full_disk_is_said_and_passes))
