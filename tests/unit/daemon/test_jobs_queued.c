/* Jobs that wait: which runs next, how many of one party run at once, who has to leave, and what
 * the journal has of them. The operations wait in the source of randomness for the test's word, and
 * then fail. */
#include "daemon/jobs.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "unit/http/http2_client.h"

static const daemon_job_view mine_alone = { .owner = "me" };

typedef struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned permits;
    uint64_t next;
} gate;

/* Whoever submits a job draws its id: only jobs wait. */
static _Thread_local bool is_submitting;

static zkl_status submit(char id[17], daemon_jobs *jobs, const daemon_job_request *request)
{
    is_submitting = true;
    const zkl_status status = daemon_jobs_add(id, jobs, request, NULL);
    is_submitting = false;
    return status;
}

static zkl_status fill(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    gate *const g = opaque;
    memset(out, 0, size);
    pthread_mutex_lock(&g->mutex);
    const bool is_job = !is_submitting;
    while (is_job && !g->permits)
        pthread_cond_wait(&g->changed, &g->mutex);
    g->permits -= is_job;
    g->next++;
    memcpy(out, &g->next, size < sizeof g->next ? size : sizeof g->next);
    pthread_mutex_unlock(&g->mutex);
    return is_job ? zkl_fail(err, ZKL_IO, "the test has seen enough") : ZKL_OK;
}

typedef struct world {
    gate gate;
    zkl_env env;
    daemon_limits *limits;
    daemon_journal *journal;
    daemon_disk *disk;
    daemon_jobs *jobs;
    const char *request;
    char watched[17];
} world;

static bool begin(zkl_test *t, world *w, size_t threads, size_t waiting_max)
{
    zkl_error err = { 0 };
    *w = (world){ 0 };
    pthread_mutex_init(&w->gate.mutex, NULL);
    pthread_cond_init(&w->gate.changed, NULL);
    /* without a set-up there, randomness is the first thing that `init` needs */
    setenv("ZKL_SETUP_CACHE", test_folder(t), 1);
    w->env = (zkl_env){ .random = { fill, &w->gate } };
    w->request = zkl_arena_format(
        &t->arena, "{\"folder\": \"%s/l\", \"keys\": {\"in_clear\": true}}", test_folder(t));
    const daemon_jobs_of of = { .env = &w->env };
    if (daemon_limits_new(&w->limits, 8, 8, &err) != ZKL_OK ||
        daemon_jobs_new(&w->jobs, &of, threads, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    daemon_jobs_limit(w->jobs, w->limits, waiting_max);
    return true;
}

/* The same with a journal. */
static bool begin_kept(zkl_test *t, world *w, size_t waiting_max)
{
    if (!begin(t, w, 1, waiting_max))
        return false;
    daemon_jobs_free(w->jobs);
    w->jobs = NULL;
    zkl_error err = { 0 };
    const char *const folder = zkl_arena_format(&t->arena, "%s/jobs", test_folder(t));
    daemon_jobs_of of = { .env = &w->env };
    if (daemon_journal_open(&w->journal, folder, &err) == ZKL_OK &&
        daemon_disk_new(&w->disk, 1, &err) == ZKL_OK) {
        of.journal = w->journal;
        of.disk = w->disk;
        if (daemon_jobs_new(&w->jobs, &of, 1, &err) == ZKL_OK) {
            daemon_jobs_limit(w->jobs, w->limits, waiting_max);
            return true;
        }
    }
    FAIL(t, "%s", err.text);
    return false;
}

static void let_run(world *w, unsigned count)
{
    pthread_mutex_lock(&w->gate.mutex);
    w->gate.permits += count;
    pthread_cond_broadcast(&w->gate.changed);
    pthread_mutex_unlock(&w->gate.mutex);
}

static void end(world *w)
{
    let_run(w, 1000);
    daemon_disk_free(w->disk);
    daemon_jobs_free(w->jobs);
    daemon_journal_free(w->journal);
    daemon_limits_free(w->limits);
    pthread_mutex_destroy(&w->gate.mutex);
    pthread_cond_destroy(&w->gate.changed);
}

static zkl_status add(world *w, char id[17], unsigned priority, const daemon_party *party)
{
    const daemon_job_request request = { .operation = "init",
                                         .request = zkl_bytes_of_text(w->request),
                                         .owner = "me",
                                         .priority = priority,
                                         .party = party };
    return submit(id, w->jobs, &request);
}

static bool is_in_state(world *w, const char *id, const char *state)
{
    json_t *const job = daemon_jobs_show(w->jobs, id, &mine_alone);
    const char *const text = json_string_value(json_object_get(job, "state"));
    const bool is_it = text && strcmp(text, state) == 0;
    json_decref(job);
    return is_it;
}

/* Until it is so; a minute is for machines that are busy. */
static void wait_for(zkl_test *t, world *w, const char *id, const char *state)
{
    for (size_t i = 0; i < 60000 && !is_in_state(w, id, state); i++)
        usleep(1000);
    if (!is_in_state(w, id, state))
        FAIL(t, "job %s is not %s", id, state);
}

/* One thread: the highest of those that wait runs next, and the fourth is the oldest. */
static void test_jobs_queued__run_by_priority(zkl_test *t)
{
    static const unsigned priorities[] = { 0, 0, 1, 2, 2 };
    static const size_t want[] = { 0, 3, 4, 1, 2 };
    world w;
    char ids[5][17];
    if (!begin(t, &w, 1, 100))
        return;
    CHECK_STATUS(t, ZKL_OK, add(&w, ids[0], priorities[0], NULL));
    wait_for(t, &w, ids[0], "running");
    for (size_t i = 1; i < 5; i++)
        CHECK_STATUS(t, ZKL_OK, add(&w, ids[i], priorities[i], NULL));
    for (size_t i = 0; i < 5; i++) {
        wait_for(t, &w, ids[want[i]], "running");
        for (size_t k = i + 1; k < 5; k++)
            CHECK(t, is_in_state(&w, ids[want[k]], "waiting"));
        let_run(&w, 1);
        wait_for(t, &w, ids[want[i]], "over");
    }
    end(&w);
}

/* A full queue: the lowest leaves, told to come later; nobody leaves for his like. */
static void test_jobs_queued__shed_the_lowest(zkl_test *t)
{
    world w;
    char running[17], low[17], high[17], more[17];
    if (!begin(t, &w, 1, 1))
        return;
    CHECK_STATUS(t, ZKL_OK, add(&w, running, 0, NULL));
    wait_for(t, &w, running, "running");
    CHECK_STATUS(t, ZKL_OK, add(&w, low, 1, NULL));
    CHECK_STATUS(t, ZKL_LIMIT, add(&w, more, 1, NULL));
    CHECK_STATUS(t, ZKL_LIMIT, add(&w, more, 0, NULL));
    CHECK_STATUS(t, ZKL_OK, add(&w, high, 2, NULL));
    CHECK(t, is_in_state(&w, low, "over") && is_in_state(&w, high, "waiting"));
    json_t *const job = daemon_jobs_show(w.jobs, low, &mine_alone);
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(job, "status")), "limit exceeded");
    CHECK(t, strstr(json_string_value(json_object_get(json_object_get(job, "answer"), "error")),
                    "higher priority"));
    json_decref(job);
    let_run(&w, 2);
    wait_for(t, &w, high, "over");
    end(&w);
}

/* A request whose priority is its query, answered when its job is over. */
static void begin_waiting(void *context, http_exchange *x)
{
    world *const w = context;
    char id[17];
    const daemon_job_request request = { .operation = "init",
                                         .request = zkl_bytes_of_text(w->request),
                                         .owner = "me",
                                         .priority = (unsigned)(http_query(x).data[0] - '0'),
                                         .waits = x };
    if (submit(id, w->jobs, &request) != ZKL_OK)
        http_reply(x, 599, "text/plain", zkl_bytes_of_text("refused"));
}

static int send_waiting(const char *path, unsigned priority)
{
    char text[64];
    const int fd = connect_unix(path);
    snprintf(text, sizeof text, "GET /x?%u HTTP/1.1\r\nHost: a\r\n\r\n", priority);
    ZKL_ASSERT(send_all(fd, zkl_bytes_of_text(text)));
    return fd;
}

static void wait_for_count(zkl_test *t, world *w, uint64_t waiting, uint64_t running)
{
    daemon_job_counts c = { 0 };
    for (size_t i = 0; i < 60000; i++) {
        daemon_jobs_count(w->jobs, &c);
        if (c.waiting == waiting && c.running == running)
            return;
        usleep(1000);
    }
    FAIL(t, "%llu wait, %llu run", (unsigned long long)c.waiting, (unsigned long long)c.running);
}

/* Watches the job that its query names, as the service does. */
static void stop_watching(http_exchange *x)
{
    const world *const w = http_own(x);
    daemon_jobs_unwatch(w->jobs, w->watched, x);
}

static void begin_watching(void *context, http_exchange *x)
{
    static const http_handler handler = { .on_close = stop_watching };
    world *const w = context;
    http_serve(x, &handler, w);
    if (!daemon_jobs_watch(w->jobs, w->watched, &mine_alone, x))
        http_reply(x, 599, "text/plain", zkl_bytes_of_text("no such job"));
}

static uint64_t count_watching(const world *w)
{
    daemon_job_counts c;
    daemon_jobs_count(w->jobs, &c);
    return c.watching;
}

/* A client that watches and goes leaves nothing behind, though the job is not over; one that stays
 * is told of the end. */
static void test_jobs_queued__forget_who_watched_and_went(zkl_test *t)
{
    world w;
    http_server *server = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) frames = { 0 };
    static const char ask[] = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    static const uint8_t cancel[] = { 0, 0, 0, 8 };
    signal(SIGPIPE, SIG_IGN);
    if (!begin(t, &w, 1, 10))
        return;
    const char *const path = zkl_arena_format(&t->arena, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = &w, .begin = begin_watching } };
    CHECK_STATUS(t, ZKL_OK, add(&w, w.watched, 1, NULL));
    wait_for(t, &w, w.watched, "running");
    REQUIRE(t, http_start(&server, &settings, NULL) == ZKL_OK);
    const int stays = connect_unix(path);
    CHECK(t, send_all(stays, zkl_bytes_of_text(ask)) && read_until(stays, &answer, "}"));
    const int goes = connect_unix(path); /* one connection of HTTP/2, whose streams come and go */
    put_preface(&frames);
    for (uint32_t stream = 1; stream < 10; stream += 2) {
        put_frame(&frames, HEADERS, END_HEADERS | END_STREAM, stream,
                  zkl_bytes_of(get_hello, sizeof get_hello));
        CHECK(t, send_all(goes, zkl_buffer_bytes(&frames)));
        CHECK(t, wait_for_frame(goes, DATA, stream));
        frames.size = 0;
        put_frame(&frames, RST_STREAM, 0, stream, zkl_bytes_of(cancel, sizeof cancel));
    }
    CHECK_UINT_EQ(t, count_watching(&w), 2); /* the last was not reset yet */
    CHECK(t, send_all(goes, zkl_buffer_bytes(&frames)));
    while (count_watching(&w) > 1)
        usleep(1000);
    let_run(&w, 1);
    answer.size = 0;
    CHECK(t, read_until(stays, &answer, "0\r\n\r\n"));
    CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "event: over"), 1);
    CHECK_UINT_EQ(t, count_watching(&w), 0);
    close(goes);
    close(stays);
    daemon_jobs_stop(w.jobs, 0);
    http_stop(server);
    end(&w);
}

/* Whoever waits for a job that is shed is told to come later; a newcomer that finds no room is
 * told at once; the others get their answers. */
static void test_jobs_queued__tell_who_waits_for_one_that_is_shed(zkl_test *t)
{
    world w;
    http_server *server = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    signal(SIGPIPE, SIG_IGN); /* as the service has it: clients go when they like */
    if (!begin(t, &w, 1, 1))
        return;
    const char *const path = zkl_arena_format(&t->arena, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = &w, .begin = begin_waiting } };
    REQUIRE(t, http_start(&server, &settings, NULL) == ZKL_OK);
    const int runs = send_waiting(path, 0);
    wait_for_count(t, &w, 0, 1);
    const int low = send_waiting(path, 1);
    wait_for_count(t, &w, 1, 1);
    const int like = send_waiting(path, 1);
    CHECK(t, read_until(like, &answer, "refused"));
    answer.size = 0;
    const int high = send_waiting(path, 2);
    CHECK(t, read_until(low, &answer, "}"));
    CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), 503);
    CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "retry-after: 10\r\n"), 1);
    CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "higher priority"), 1);
    let_run(&w, 2);
    for (size_t i = 0; i < 2; i++) { /* both failed, as the test wants it */
        answer.size = 0;
        CHECK(t, read_until(i ? high : runs, &answer, "\r\n\r\n"));
        CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), 500);
    }
    close(runs);
    close(low);
    close(like);
    close(high);
    let_run(&w, 1000);
    daemon_jobs_stop(w.jobs, 0);
    http_stop(server);
    end(&w);
}

/* Two threads, one job at once for one party: its second waits, another's runs meanwhile. */
static void test_jobs_queued__count_at_once(zkl_test *t)
{
    daemon_allowance one = daemon_no_limits;
    daemon_party mine = { .id = { 1 } }, theirs = { .id = { 2 } };
    world w;
    char first[17], second[17], other[17];
    one.of[DAEMON_JOBS] = 1;
    mine.allowed[DAEMON_KEY] = theirs.allowed[DAEMON_KEY] = &one;
    if (!begin(t, &w, 2, 100))
        return;
    CHECK_STATUS(t, ZKL_OK, add(&w, first, 3, &mine));
    wait_for(t, &w, first, "running");
    CHECK_STATUS(t, ZKL_OK, add(&w, second, 3, &mine));
    CHECK_STATUS(t, ZKL_OK, add(&w, other, 0, &theirs));
    wait_for(t, &w, other, "running"); /* past the one that may not */
    CHECK(t, is_in_state(&w, second, "waiting"));
    let_run(&w, 3);
    wait_for(t, &w, first, "over");
    wait_for(t, &w, other, "over");
    wait_for(t, &w, second, "over");
    CHECK_STATUS(t, ZKL_OK, add(&w, first, 0, &mine)); /* nothing is left of them */
    wait_for(t, &w, first, "running");
    end(&w);
}

/* One that waits for its turn and is cancelled is over without one. */
static void test_jobs_queued__cancelled_while_they_wait(zkl_test *t)
{
    daemon_allowance one = daemon_no_limits;
    daemon_party mine = { .id = { 1 } };
    world w;
    char first[17], second[17];
    one.of[DAEMON_JOBS] = 1;
    mine.allowed[DAEMON_KEY] = &one;
    if (!begin(t, &w, 2, 100))
        return;
    CHECK_STATUS(t, ZKL_OK, add(&w, first, 0, &mine));
    wait_for(t, &w, first, "running");
    CHECK_STATUS(t, ZKL_OK, add(&w, second, 0, &mine));
    usleep(20000); /* so that both threads sleep, usually */
    CHECK(t, daemon_jobs_cancel(w.jobs, second, &mine_alone));
    wait_for(t, &w, second, "over");
    CHECK(t, is_in_state(&w, first, "running"));
    end(&w);
}

/* The time that is held while a job is there is settled with what it took, however it ends. */
static void test_jobs_queued__settle_their_time(zkl_test *t)
{
    daemon_allowance allowance = daemon_no_limits;
    daemon_party party = { .id = { 1 } };
    world w;
    char running[17], waiting[17], id[17];
    daemon_verdict verdict;
    const daemon_cost all = { DAEMON_PROVING_MS, 1000000000 };
    allowance.of[DAEMON_PROVING_MS] = all.amount;
    party.allowed[DAEMON_KEY] = &allowance;
    if (!begin(t, &w, 1, 1))
        return;
    daemon_job_request request = { .operation = "init",
                                   .request = zkl_bytes_of_text(w.request),
                                   .owner = "me" };
    const uint64_t now = daemon_clock_ms();
    CHECK(t, daemon_limits_hold(w.limits, &request.proving, &party,
                                (daemon_cost){ DAEMON_PROVING_MS, 600000000 }, now, &verdict));
    CHECK_STATUS(t, ZKL_OK, submit(running, w.jobs, &request));
    wait_for(t, &w, running, "running");
    CHECK(t, daemon_limits_hold(w.limits, &request.proving, &party,
                                (daemon_cost){ DAEMON_PROVING_MS, 300000000 }, now, &verdict));
    CHECK_STATUS(t, ZKL_OK, submit(waiting, w.jobs, &request));
    CHECK(t, !daemon_limits_take(w.limits, &party, (daemon_cost){ DAEMON_PROVING_MS, 100000001 },
                                 now, &verdict));
    CHECK_STATUS(t, ZKL_OK, add(&w, id, 7, NULL)); /* the one that waits is shed: it took nothing */
    CHECK(t, daemon_limits_take(w.limits, &party, (daemon_cost){ DAEMON_PROVING_MS, 100000001 },
                                now, &verdict));
    let_run(&w, 1);
    wait_for(t, &w, running, "over");
    /* a minute later all is there again: it took less than its ten days */
    CHECK(t, daemon_limits_take(w.limits, &party, all, daemon_clock_ms() + 60000, &verdict));
    end(&w);
}

static zkl_status add_large(world *w, char id[17], uint64_t bytes, const daemon_party *party)
{
    const daemon_job_request request = { .operation = "init",
                                         .request = zkl_bytes_of_text(w->request),
                                         .owner = "me",
                                         .party = party,
                                         .memory_bytes = bytes };
    return submit(id, w->jobs, &request);
}

/* What has no room waits, and nobody who came later overtakes it: so it gets the room, and its
 * place among the jobs at once, which it gave back at each look. One that is cancelled needs no
 * room. */
static void test_jobs_queued__wait_for_memory(zkl_test *t)
{
    daemon_allowance one = daemon_no_limits;
    daemon_party mine = { .id = { 1 } };
    world w;
    char first[17], large[17], unwanted[17], small[17];
    one.of[DAEMON_JOBS] = 1;
    mine.allowed[DAEMON_KEY] = &one;
    if (!begin(t, &w, 3, 100))
        return;
    daemon_jobs_limit_memory(w.jobs, 100);
    CHECK_STATUS(t, ZKL_OK, daemon_jobs_check_memory(w.jobs, 100, NULL));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_jobs_check_memory(w.jobs, 101, NULL));
    CHECK_STATUS(t, ZKL_OK, add_large(&w, first, 60, NULL));
    wait_for(t, &w, first, "running");
    CHECK_STATUS(t, ZKL_OK, add_large(&w, large, 90, &mine));
    CHECK_STATUS(t, ZKL_OK, add_large(&w, unwanted, 90, NULL));
    CHECK_STATUS(t, ZKL_OK, add_large(&w, small, 10, NULL));
    CHECK(t, daemon_jobs_cancel(w.jobs, unwanted, &mine_alone));
    wait_for(t, &w, unwanted, "over"); /* so a thread has looked through all of them */
    CHECK(t, is_in_state(&w, large, "waiting") && is_in_state(&w, small, "waiting"));
    let_run(&w, 1);
    wait_for(t, &w, first, "over");
    wait_for(t, &w, large, "running");
    wait_for(t, &w, small, "running"); /* beside it: 90 and 10 */
    let_run(&w, 2);
    wait_for(t, &w, large, "over");
    wait_for(t, &w, small, "over");
    CHECK_STATUS(t, ZKL_OK, add_large(&w, first, 100, NULL)); /* all is there again */
    wait_for(t, &w, first, "running");
    end(&w);
}

/* One of the journal: an id of its own, and a folder. */
static zkl_status add_kept(world *w, const char *name, daemon_job_request request)
{
    char id[17];
    request.operation = "init";
    request.request = zkl_bytes_of_text(w->request);
    request.owner = "me";
    request.id = name;
    ZKL_TRY(daemon_journal_make(w->journal, name, NULL));
    return submit(id, w->jobs, &request);
}

#define ID(digit) digit "00000000000000" digit

static void note_added(void *context, const char *id)
{
    world *const w = context;
    memcpy(w->watched, id, sizeof w->watched);
}

/* Requests for what is read, by their paths; each is answered when it is over. */
static void begin_reading(void *context, http_exchange *x)
{
    static const struct {
        const char *path;
        daemon_job_request request;
    } readings[] = {
        { "/list", { .operation = "policies" } },
        { "/other", { .operation = "policies" } },
        { "/short", { .operation = "verify", .is_short = true } },
        { "/long", { .operation = "verify" } },
        { "/large", { .operation = "policies", .memory_bytes = (uint64_t)256 << 20 } },
        { "/kept", { .operation = "policies", .id = ID("1") } },
        { "/audited", { .operation = "policies", .audited = 1 } },
    };
    static const char other[1];
    world *const w = context;
    for (size_t i = 0; i < ZKL_COUNT(readings); i++) {
        char id[17];
        daemon_job_request r = readings[i].request;
        if (!zkl_bytes_equal_text(http_path(x), readings[i].path))
            continue;
        r.owner = "me";
        r.request = zkl_bytes_of_text("{}");
        r.ledger = i == 1 ? (zkl_ledger *)(uintptr_t)other : NULL;
        r.waits = x;
        r.on_added = note_added;
        r.context = w;
        if (r.id && daemon_journal_make(w->journal, r.id, NULL) != ZKL_OK)
            http_reply(x, 598, "text/plain", zkl_bytes_of_text("no folder"));
        else if (submit(id, w->jobs, &r) != ZKL_OK)
            http_reply(x, 599, "text/plain", zkl_bytes_of_text("refused"));
    }
}

static int ask_for(const char *at, const char *path)
{
    char text[64];
    const int fd = connect_unix(at);
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
    ZKL_ASSERT(send_all(fd, zkl_bytes_of_text(text)));
    return fd;
}

static bool is_answered(int fd)
{
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    return read_until(fd, &answer, "\r\n\r\n");
}

/* The one thread is busy: a reading that takes long, or much, or waits for the disk, waits for it
 * as everything does. Those behind it do not. */
static void test_jobs_queued__readings_alone_pass(zkl_test *t)
{
    static const char *const waits[] = { "/long", "/large", "/kept", "/audited" };
    world w;
    http_server *server = NULL;
    char busy[17];
    int waiting[ZKL_COUNT(waits)];
    signal(SIGPIPE, SIG_IGN);
    if (!begin_kept(t, &w, 10))
        return;
    daemon_jobs_limit_memory(w.jobs, (uint64_t)4 << 30);
    const char *const path = zkl_arena_format(&t->arena, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = &w, .begin = begin_reading } };
    REQUIRE(t, http_start(&server, &settings, NULL) == ZKL_OK);
    CHECK_STATUS(t, ZKL_OK, add(&w, busy, 0, NULL));
    wait_for(t, &w, busy, "running");
    for (size_t i = 0; i < ZKL_COUNT(waits); i++) {
        waiting[i] = ask_for(path, waits[i]);
        wait_for_count(t, &w, i + 1, 1);
    }
    char audited[17]; /* it is cancelled in the end: there is no audit log here */
    memcpy(audited, w.watched, sizeof audited);
    static const char *const passes[] = { "/list", "/short", "/other" };
    for (size_t i = 0; i < ZKL_COUNT(passes); i++) {
        const int fd = ask_for(path, passes[i]);
        CHECK(t, is_answered(fd));
        close(fd);
    }
    wait_for_count(t, &w, ZKL_COUNT(waits), 1);
    CHECK(t, daemon_jobs_cancel(w.jobs, audited, &mine_alone));
    let_run(&w, 1);
    for (size_t i = 0; i < ZKL_COUNT(waits); i++) {
        CHECK(t, is_answered(waiting[i]));
        close(waiting[i]);
    }
    daemon_jobs_stop(w.jobs, 0);
    http_stop(server);
    end(&w);
}

/* What had to leave is over in the journal too: no start runs what its client was told is not. */
static void test_jobs_queued__shed_from_the_journal(zkl_test *t)
{
    world w;
    if (!begin_kept(t, &w, 1))
        return;
    CHECK_STATUS(t, ZKL_OK, add_kept(&w, ID("1"), (daemon_job_request){ .priority = 0 }));
    wait_for(t, &w, ID("1"), "running");
    CHECK_STATUS(t, ZKL_OK, add_kept(&w, ID("2"), (daemon_job_request){ .priority = 0 }));
    CHECK_STATUS(t, ZKL_LIMIT, add_kept(&w, ID("3"), (daemon_job_request){ .priority = 0 }));
    CHECK(t, !daemon_journal_has(w.journal, ID("3"), "answer.json"));
    CHECK_STATUS(t, ZKL_OK, add_kept(&w, ID("4"), (daemon_job_request){ .priority = 1 }));
    wait_for(t, &w, ID("2"), "over");
    json_t *const answer = daemon_journal_read(w.journal, ID("2"), "answer.json");
    CHECK_UINT_EQ(t, json_integer_value(json_object_get(answer, "code")), ZKL_LIMIT);
    json_decref(answer);
    CHECK(t, !daemon_journal_has(w.journal, ID("4"), "answer.json"));
    end(&w);
}

/* Answers that the disk did not take, as it fails for a while, are there when it takes others; and
 * the last ones when the service ends. */
static void test_jobs_queued__write_what_they_owe(zkl_test *t)
{
    static const char *const names[] = { ID("1"), ID("2"), ID("3") };
    world w;
    char in_the_way[PATH_MAX];
    zkl_error err = { 0 };
    if (!begin_kept(t, &w, 10))
        return;
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        CHECK_STATUS(t, ZKL_OK, add_kept(&w, names[i], (daemon_job_request){ 0 }));
        wait_for(t, &w, names[i], "running");
        REQUIRE_OK(t, &err,
                   daemon_journal_path(in_the_way, w.journal, names[i], "answer.json", &err));
        if (i != 1) /* no file is renamed over a folder */
            REQUIRE_OK(t, &err, zkl_folder_make(in_the_way, 0700, &err));
        if (i == 1) { /* the first one's is out of the way again */
            REQUIRE_OK(t, &err,
                       daemon_journal_path(in_the_way, w.journal, names[0], "answer.json", &err));
            REQUIRE(t, rmdir(in_the_way) == 0);
        }
        let_run(&w, 1);
        wait_for(t, &w, names[i], "over");
    }
    REQUIRE(t, rmdir(in_the_way) == 0);
    daemon_jobs_stop(w.jobs, 60000); /* waits for who is at it */
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        json_t *const answer = daemon_journal_read(w.journal, names[i], "answer.json");
        CHECK_UINT_EQ(t, json_integer_value(json_object_get(answer, "code")), ZKL_IO);
        json_decref(answer);
    }
    end(&w);
}

/* More were accepted before than may wait: all of them wait, and nobody new does. */
static void test_jobs_queued__take_all_that_were_accepted_before(zkl_test *t)
{
    static const char *const names[] = { ID("1"), ID("2"), ID("3"), ID("4") };
    world w;
    if (!begin_kept(t, &w, 1))
        return;
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const daemon_job_request before = { .created_ms = 1, .priority = (unsigned)i };
        CHECK_STATUS(t, ZKL_OK, add_kept(&w, names[i], before));
    }
    CHECK_STATUS(t, ZKL_LIMIT, add_kept(&w, ID("5"), (daemon_job_request){ .priority = 0 }));
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        CHECK(t, !is_in_state(&w, names[i], "over"));
    let_run(&w, 4);
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        wait_for(t, &w, names[i], "over");
    end(&w);
}

static void *stop(void *context)
{
    daemon_jobs_stop(((world *)context)->jobs, 60000);
    return NULL;
}

/* A service that stops ends what runs and begins nothing of the journal, where it waits for the
 * next start; what was held for it is there again. */
static void test_jobs_queued__left_for_the_next_start(zkl_test *t)
{
    daemon_allowance allowance = daemon_no_limits;
    daemon_party party = { .id = { 1 } };
    daemon_verdict verdict;
    pthread_t thread;
    world w;
    allowance.of[DAEMON_PROVING_MS] = 600000;
    party.allowed[DAEMON_KEY] = &allowance;
    if (!begin_kept(t, &w, 10))
        return;
    CHECK_STATUS(t, ZKL_OK, add_kept(&w, ID("1"), (daemon_job_request){ .party = &party }));
    wait_for(t, &w, ID("1"), "running");
    daemon_job_request waits = { .party = &party };
    const uint64_t now = daemon_clock_ms();
    CHECK(t, daemon_limits_hold(w.limits, &waits.proving, &party,
                                (daemon_cost){ DAEMON_PROVING_MS, 600000 }, now, &verdict));
    CHECK_STATUS(t, ZKL_OK, add_kept(&w, ID("2"), waits));
    REQUIRE(t, pthread_create(&thread, NULL, stop, &w) == 0);
    char id[17];
    zkl_status status = ZKL_OK; /* until it is closed: those before it are short, and not kept */
    for (size_t i = 0; i < 60000 && status != ZKL_CANCELLED; i++) {
        usleep(1000);
        status = add(&w, id, 0, NULL);
    }
    CHECK_STATUS(t, ZKL_CANCELLED, status);
    let_run(&w, 1000);
    pthread_join(thread, NULL);
    CHECK(t, is_in_state(&w, ID("1"), "over") && is_in_state(&w, ID("2"), "waiting"));
    CHECK(t, daemon_journal_has(w.journal, ID("1"), "answer.json"));
    CHECK(t, !daemon_journal_has(w.journal, ID("2"), "answer.json"));
    CHECK(t, daemon_limits_take(w.limits, &party, (daemon_cost){ DAEMON_PROVING_MS, 600000 },
                                daemon_clock_ms() + 60000, &verdict));
    end(&w);
}

ZKL_TESTS(TEST(test_jobs_queued__run_by_priority), TEST(test_jobs_queued__shed_the_lowest),
          TEST(test_jobs_queued__tell_who_waits_for_one_that_is_shed),
          TEST(test_jobs_queued__forget_who_watched_and_went),
          TEST(test_jobs_queued__readings_alone_pass), TEST(test_jobs_queued__count_at_once),
          TEST(test_jobs_queued__cancelled_while_they_wait),
          TEST(test_jobs_queued__settle_their_time), TEST(test_jobs_queued__wait_for_memory),
          TEST(test_jobs_queued__shed_from_the_journal),
          TEST(test_jobs_queued__write_what_they_owe),
          TEST(test_jobs_queued__take_all_that_were_accepted_before),
          TEST(test_jobs_queued__left_for_the_next_start))
