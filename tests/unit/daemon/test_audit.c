/* The audit log's writer: what is taken is on the disk in order, what cannot be is refused, and
 * what a killed one left goes on. */
#include "testing.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/audit.h"
#include "daemon/steady.h"

#define DAY_MS INT64_C(86400000)
#define LOGGED_MAX 64

/* A ledger of its own: what it was given, and what it takes. */
typedef struct world {
    zkl_test *t;
    const char *folder;
    atomic_llong now_ms;
    zkl_env env, *ages;
    daemon_audit_settings settings;
    pthread_mutex_t mutex;
    daemon_audit_segment logged[LOGGED_MAX];
    size_t count;
    bool is_down;
    daemon_audit *audit;
} world;

static int64_t now_ms(void *opaque)
{
    return atomic_load(&((world *)opaque)->now_ms);
}

/* What the ledger asks of an entry: number, root and parent. */
static zkl_status log_segment(void *context, zkl_digest *receipt, const zkl_entry_segment *segment,
                              const zkl_digest *parent, zkl_error *err)
{
    world *const w = context;
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&w->mutex);
    if (w->is_down || w->count == LOGGED_MAX) {
        status = zkl_fail(err, ZKL_IO, "the ledger is down");
    } else if (segment->deletion_days) {
        for (size_t i = 0; i < w->count; i++)
            if (parent && zkl_digest_equal(&w->logged[i].receipt_id, parent))
                w->logged[i].is_deleted = true;
    } else {
        uint64_t number = 0;
        for (size_t i = 0; i < w->count; i++)
            if (w->logged[i].closed.of == segment->of) {
                number++;
                CHECK(w->t, number < segment->number ||
                                (parent && zkl_digest_equal(parent, &w->logged[i].receipt_id) &&
                                 zkl_digest_equal(&segment->previous, &w->logged[i].closed.root)));
            }
        CHECK_UINT_EQ(w->t, segment->number, number);
        *receipt = (zkl_digest){ { (uint8_t)(w->count + 1) } };
        w->logged[w->count++] =
            (daemon_audit_segment){ .closed = *segment, .receipt_id = *receipt };
    }
    pthread_mutex_unlock(&w->mutex);
    return status;
}

static void make_world(world *w, zkl_test *t)
{
    *w = (world){ .t = t, .settings = { .days = { 730, 365, 90, 7 }, .queue_max = 1000 } };
    w->folder = zkl_arena_format(&t->arena, "%s/audit", test_folder(t));
    atomic_store(&w->now_ms, 1800000000000);
    w->env.clock = (zkl_clock){ now_ms, w };
    w->ages = &w->env;
    pthread_mutex_init(&w->mutex, NULL);
}

static zkl_status try_open(world *w, zkl_error *err)
{
    const daemon_audit_options options = { .folder = w->folder,
                                           .settings = &w->settings,
                                           .env = &w->env,
                                           .ages = w->ages,
                                           .logged = w->logged,
                                           .logged_count = w->count,
                                           .log = log_segment,
                                           .context = w };
    return daemon_audit_open(&w->audit, &options, err);
}

static void open_world(world *w)
{
    zkl_error err = { 0 };
    REQUIRE_OK(w->t, &err, try_open(w, &err));
}

static void close_world(world *w)
{
    zkl_error err = { 0 };
    REQUIRE_OK(w->t, &err, daemon_audit_close(w->audit, &err));
    w->audit = NULL;
}

static uint64_t put(world *w, zkl_event_kind kind)
{
    const zkl_event event = { .kind = kind, .action = "act", .actor = "me", .org = "default" };
    return daemon_audit_put(w->audit, &event, false);
}

static const char *path_of(world *w, zkl_segment_class class, uint64_t number)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    return zkl_arena_format(&w->t->arena, "%s/%s", w->folder, name);
}

/* The file is the segment that was logged. */
static void check_file(world *w, const daemon_audit_segment *logged)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    zkl_segment s;
    zkl_entry_segment got;
    const zkl_entry_segment *const want = &logged->closed;
    REQUIRE_OK(w->t, &err, zkl_file_read(&file, path_of(w, want->of, want->number), 1 << 20, &err));
    zkl_segment_begin(&s, want->of, want->number, &want->previous, 0);
    REQUIRE_OK(w->t, &err, zkl_segment_take_file(&s, zkl_buffer_bytes(&file), NULL, &err));
    REQUIRE(w->t, s.count > 0);
    zkl_segment_close(&got, &s);
    CHECK(w->t, zkl_digest_equal(&got.root, &want->root));
    CHECK(w->t, zkl_digest_equal(&got.sha256, &want->sha256));
    CHECK_UINT_EQ(w->t, got.count, want->count);
}

static void test_audit__writes_each_class_and_logs_it(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    uint64_t last = 0;
    for (unsigned i = 0; i < 40; i++) {
        last = put(&w, (zkl_event_kind)(i % ZKL_EVENT_KIND_COUNT));
        REQUIRE(t, last == i + 1);
    }
    CHECK(t, daemon_audit_wait(w.audit, last));
    close_world(&w);
    REQUIRE(t, w.count == ZKL_SEGMENT_CLASS_COUNT);
    uint64_t lines = 0;
    for (size_t i = 0; i < w.count; i++) {
        check_file(&w, &w.logged[i]);
        lines += w.logged[i].closed.count;
    }
    CHECK_UINT_EQ(t, lines, 40);
    /* and goes on behind it */
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED));
    close_world(&w);
    REQUIRE(t, w.count == ZKL_SEGMENT_CLASS_COUNT + 1);
    CHECK_UINT_EQ(t, w.logged[w.count - 1].closed.number, 1);
    check_file(&w, &w.logged[w.count - 1]);
}

static void test_audit__closes_at_the_hour(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    for (unsigned hour = 0; hour < 3; hour++) {
        CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_KEY_CREATED)));
        atomic_fetch_add(&w.now_ms, 3600000);
    }
    close_world(&w);
    REQUIRE(t, w.count == 3);
    for (size_t i = 0; i < 3; i++) {
        check_file(&w, &w.logged[i]);
        CHECK_UINT_EQ(t, w.logged[i].closed.count, 1);
    }
}

/* A clock that is set back does not make lines that go back. */
static void test_audit__bears_a_clock_that_jumps(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_KEY_CREATED)));
    atomic_fetch_sub(&w.now_ms, 100 * DAY_MS);
    CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_KEY_CREATED)));
    close_world(&w);
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED));
    close_world(&w);
    REQUIRE(t, w.count == 2);
    CHECK(t, w.logged[1].closed.begins_ms >= w.logged[0].closed.ends_ms);
}

static void test_audit__withholds_what_is_no_text(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    make_world(&w, t);
    open_world(&w);
    const zkl_event event = { .kind = ZKL_EVENT_KEY_CREATED, .actor = "a\nb", .org = "\xff" };
    CHECK(t, daemon_audit_put(w.audit, &event, false));
    close_world(&w);
    REQUIRE_OK(t, &err, zkl_file_read(&file, path_of(&w, ZKL_SEGMENT_SECURITY, 0), 9999, &err));
    zkl_buffer_put_u8(&file, 0);
    CHECK(t, strstr((const char *)file.data, "\"actor\":\"withheld\""));
    CHECK(t, strstr((const char *)file.data, "\"org\":\"withheld\""));
}

/* A disk that takes no more: what must be audited is refused, and later goes on where it was. The
 * limit is the process's own. */
static void test_audit__refuses_while_the_disk_fails(zkl_test *t)
{
    world w;
    struct rlimit before, none;
    make_world(&w, t);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = before;
    open_world(&w);
    CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_ACCESS_GRANTED)));
    none.rlim_cur = 600; /* in the middle of a line */
    setrlimit(RLIMIT_FSIZE, &none);
    const uint64_t number = put(&w, ZKL_EVENT_ACCESS_GRANTED);
    REQUIRE(t, number);
    CHECK(t, !daemon_audit_wait(w.audit, number));
    CHECK(t, !put(&w, ZKL_EVENT_ACCESS_GRANTED));
    CHECK(t, !put(&w, ZKL_EVENT_KEY_CREATED));
    const zkl_event over = { .kind = ZKL_EVENT_JOB_ENDED };
    CHECK(t, daemon_audit_put(w.audit, &over, true)); /* what has happened is kept */
    setrlimit(RLIMIT_FSIZE, &before);
    daemon_audit_counts counts;
    do { /* the writer tries again by itself */
        usleep(1000);
        daemon_audit_count(w.audit, &counts);
    } while (counts.is_failing || counts.waiting);
    CHECK_UINT_EQ(t, counts.refused, 2);
    CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_ACCESS_GRANTED)));
    close_world(&w);
    REQUIRE(t, w.count == 2);
    for (size_t i = 0; i < w.count; i++) {
        check_file(&w, &w.logged[i]);
        CHECK_UINT_EQ(t, w.logged[i].closed.count,
                      w.logged[i].closed.of == ZKL_SEGMENT_ACCESS ? 3 : 1);
    }
}

/* The folder is gone: nothing is taken after the first that cannot be written. */
static void test_audit__says_what_was_lost(zkl_test *t)
{
    world w;
    struct rlimit before, none;
    zkl_error err = { 0 };
    make_world(&w, t);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = before;
    none.rlim_cur = 0;
    open_world(&w);
    setrlimit(RLIMIT_FSIZE, &none);
    CHECK(t, !daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_ACCESS_GRANTED)));
    CHECK_STATUS(t, ZKL_IO, daemon_audit_close(w.audit, &err));
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK_UINT_EQ(t, w.count, 0);
    w.audit = NULL;
    open_world(&w); /* the file without lines is no segment */
    CHECK(t, daemon_audit_wait(w.audit, put(&w, ZKL_EVENT_ACCESS_GRANTED)));
    close_world(&w);
}

static void test_audit__refuses_when_the_queue_is_full(zkl_test *t)
{
    world w;
    make_world(&w, t);
    w.settings.queue_max = 3;
    open_world(&w);
    /* more than the queue holds, faster than a disk can sync */
    unsigned taken = 0, refused = 0;
    uint64_t last = 0;
    while (!refused && taken < 1000000) {
        const uint64_t number = put(&w, ZKL_EVENT_ACCESS_GRANTED);
        taken += number != 0;
        refused += number == 0;
        last = number ? number : last;
    }
    CHECK_UINT_EQ(t, refused, 1);
    CHECK(t, daemon_audit_wait(w.audit, last));
    CHECK(t, put(&w, ZKL_EVENT_ACCESS_GRANTED));
    close_world(&w);
    REQUIRE(t, w.count == 1);
    CHECK_UINT_EQ(t, w.logged[0].closed.count, taken + 1);
}

static void append(world *w, zkl_segment_class class, uint64_t number, const char *text)
{
    FILE *const f = fopen(path_of(w, class, number), "a");
    REQUIRE(w->t, f);
    fputs(text, f);
    fclose(f);
}

/* As a killed service leaves it: nothing logged, and the last line without an end. */
static void test_audit__cuts_what_a_kill_left(zkl_test *t)
{
    world w;
    make_world(&w, t);
    w.is_down = true;
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED) && put(&w, ZKL_EVENT_ACCESS_GRANTED));
    close_world(&w);
    CHECK_UINT_EQ(t, w.count, 0);
    append(&w, ZKL_SEGMENT_ACCESS, 0, "{\"action\":\"a");
    w.is_down = false;
    open_world(&w);
    close_world(&w);
    /* both old ones, and one that says that they were found */
    REQUIRE(t, w.count == 3);
    for (size_t i = 0; i < w.count; i++)
        check_file(&w, &w.logged[i]);
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_read(&file, path_of(&w, ZKL_SEGMENT_SECURITY, 1), 9999, &err));
    zkl_buffer_put_u8(&file, 0);
    CHECK(t, strstr((const char *)file.data, "\"code\":12,\"event\":\"LOG_RECOVERED\""));
    CHECK(t, strstr((const char *)file.data, "\"resource\":\"access-00000000.ndjson\""));
}

/* What was changed while nobody wrote is told, and nothing goes on behind it. */
static void test_audit__does_not_go_on_behind_a_change(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    make_world(&w, t);
    w.is_down = true;
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED) && put(&w, ZKL_EVENT_KEY_CREATED));
    close_world(&w);
    append(&w, ZKL_SEGMENT_SECURITY, 0, "{\"action\":\"a\"}\n");
    CHECK_STATUS(t, ZKL_REJECTED, try_open(&w, &err));
    CHECK(t, strstr(err.text, "security-00000000.ndjson': line 3"));
    /* one that is missing */
    REQUIRE(t, rename(path_of(&w, ZKL_SEGMENT_SECURITY, 0), path_of(&w, ZKL_SEGMENT_SECURITY, 1)) ==
                   0);
    CHECK_STATUS(t, ZKL_REJECTED, try_open(&w, &err));
    CHECK(t, strstr(err.text, "segment 0 of its class is missing"));
}

static void test_audit__is_of_one_service(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    daemon_audit *const first = w.audit;
    CHECK_STATUS(t, ZKL_CONFLICT, try_open(&w, NULL));
    w.audit = first;
    close_world(&w);
}

/* The service runs on for so long, and somebody asks it now and then. */
static void pass(world *w, int64_t ms)
{
    const int64_t step = DAY_MS / 2;
    for (int64_t left = ms; left > 0; left -= step) {
        atomic_fetch_add(&w->now_ms, left < step ? left : step);
        open_world(w);
        CHECK(w->t, put(w, ZKL_EVENT_KEY_CREATED));
        close_world(w);
    }
}

static bool is_there(world *w, zkl_segment_class class)
{
    return access(path_of(w, class, 0), F_OK) == 0;
}

/* By the rule of its class, when the ledger has it, and never before. */
static void test_audit__deletes_what_is_old(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED) && put(&w, ZKL_EVENT_NOTHING_THERE));
    close_world(&w);
    REQUIRE(t, w.count == 2);
    const size_t debug = w.logged[0].closed.of == ZKL_SEGMENT_DEBUG ? 0 : 1;
    pass(&w, 7 * DAY_MS - 1);
    CHECK(t, !w.logged[debug].is_deleted && is_there(&w, ZKL_SEGMENT_DEBUG));
    atomic_fetch_add(&w.now_ms, 1);
    w.is_down = true;
    open_world(&w);
    close_world(&w);
    CHECK(t, is_there(&w, ZKL_SEGMENT_DEBUG));
    w.is_down = false;
    open_world(&w);
    close_world(&w);
    CHECK(t, w.logged[debug].is_deleted && !is_there(&w, ZKL_SEGMENT_DEBUG));
    CHECK(t, !w.logged[1 - debug].is_deleted);
    CHECK(t, is_there(&w, ZKL_SEGMENT_SECURITY));
}

/* Nothing brings a file back: so a clock that jumped ahead deletes when it has run for a day. */
static void test_audit__deletes_nothing_by_a_clock_that_jumped(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_NOTHING_THERE));
    close_world(&w);
    pass(&w, 2 * DAY_MS);

    daemon_steady steady; /* while it runs: a service's ages are by this clock */
    zkl_env ages = { .clock = daemon_steady_clock(&steady, &w.env) };
    w.ages = &ages;
    open_world(&w);
    atomic_fetch_add(&w.now_ms, 1000 * DAY_MS);
    close_world(&w);
    w.ages = &w.env;
    CHECK(t, is_there(&w, ZKL_SEGMENT_DEBUG));
    atomic_fetch_sub(&w.now_ms, 1000 * DAY_MS);
    open_world(&w);
    close_world(&w);
    CHECK(t, is_there(&w, ZKL_SEGMENT_DEBUG));

    atomic_fetch_add(&w.now_ms, 1000 * DAY_MS); /* between two runs */
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_KEY_CREATED));
    close_world(&w);
    open_world(&w);
    close_world(&w);
    pass(&w, DAY_MS - 1);
    CHECK(t, is_there(&w, ZKL_SEGMENT_DEBUG));
    pass(&w, 1);
    CHECK(t, !is_there(&w, ZKL_SEGMENT_DEBUG));
}

/* Else a slip of a year would take the year's events with it. */
static void test_audit__deletes_nothing_by_a_clock_that_was_set(zkl_test *t)
{
    world w;
    daemon_steady steady;
    make_world(&w, t);
    zkl_env ages = { .clock = daemon_steady_clock(&steady, &w.env) };
    w.ages = &ages;
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_NOTHING_THERE));
    close_world(&w);
    open_world(&w);
    atomic_fetch_add(&w.now_ms, 400 * DAY_MS);
    CHECK(t, put(&w, ZKL_EVENT_NOTHING_THERE)); /* of another hour: the segment before is closed */
    close_world(&w);
    CHECK(t, !w.logged[0].is_deleted && access(path_of(&w, ZKL_SEGMENT_DEBUG, 0), F_OK) == 0);
    atomic_fetch_sub(&w.now_ms, 400 * DAY_MS);
    open_world(&w);
    close_world(&w);
    CHECK(t, !w.logged[0].is_deleted && access(path_of(&w, ZKL_SEGMENT_DEBUG, 0), F_OK) == 0);
}

/* Else a file that somebody changed or took away would be called deleted by its rule. */
static void test_audit__deletes_only_what_it_closed(zkl_test *t)
{
    world w;
    make_world(&w, t);
    open_world(&w);
    CHECK(t, put(&w, ZKL_EVENT_NOTHING_THERE));
    close_world(&w);
    append(&w, ZKL_SEGMENT_DEBUG, 0, "x");
    pass(&w, 8 * DAY_MS);
    open_world(&w);
    close_world(&w);
    CHECK(t, !w.logged[0].is_deleted && is_there(&w, ZKL_SEGMENT_DEBUG));
    REQUIRE(t, unlink(path_of(&w, ZKL_SEGMENT_DEBUG, 0)) == 0);
    open_world(&w);
    close_world(&w);
    CHECK(t, !w.logged[0].is_deleted);
}

/* ---- Settings */

static zkl_status take(daemon_audit_settings *out, const char *text, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, zkl_bytes_of_text(text), err));
    return daemon_audit_settings_take(out, zkl_toml_root(toml), err);
}

static void test_audit_settings__hold_the_floors(zkl_test *t)
{
    daemon_audit_settings s;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, take(&s, "", &err));
    CHECK(t, s.days[ZKL_SEGMENT_SECURITY] == 730 && s.days[ZKL_SEGMENT_ACCESS] == 365);
    CHECK(t, s.days[ZKL_SEGMENT_USAGE] == 90 && s.days[ZKL_SEGMENT_DEBUG] == 7);
    REQUIRE_OK(t, &err,
               take(&s, "[audit]\ndays = { access = 400 }\nfloor_days = { access = 400 }", &err));
    CHECK_UINT_EQ(t, s.days[ZKL_SEGMENT_ACCESS], 400);
    static const char *const bad[] = {
        "[audit]\nfloor_days = { access = 366 }",
        "[audit]\ndays = { access = 399 }\nfloor_days = { access = 400 }",
        "[audit]\ndays = { access = 0 }",
        "[audit]\ndays = { acces = 400 }",
        "[audit]\ndays = { access = 36501 }",
        "[audit]\nqueue = 0",
        "[audit]\nqeue = 5",
    };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK(t, take(&s, bad[i], NULL) != ZKL_OK);
    CHECK_STATUS(t, ZKL_USAGE, take(&s, bad[0], &err));
    CHECK_TEXT_EQ(t, err.text,
                  "events of class 'access' are kept for 365 days, and by law for at least 366");
}

ZKL_TESTS(TEST(test_audit__writes_each_class_and_logs_it), TEST(test_audit__closes_at_the_hour),
          TEST(test_audit__bears_a_clock_that_jumps), TEST(test_audit__withholds_what_is_no_text),
          TEST(test_audit__refuses_while_the_disk_fails), TEST(test_audit__says_what_was_lost),
          TEST(test_audit__refuses_when_the_queue_is_full), TEST(test_audit__cuts_what_a_kill_left),
          TEST(test_audit__does_not_go_on_behind_a_change), TEST(test_audit__is_of_one_service),
          TEST(test_audit__deletes_what_is_old),
          TEST(test_audit__deletes_nothing_by_a_clock_that_was_set),
          TEST(test_audit__deletes_nothing_by_a_clock_that_jumped),
          TEST(test_audit__deletes_only_what_it_closed), TEST(test_audit_settings__hold_the_floors))
