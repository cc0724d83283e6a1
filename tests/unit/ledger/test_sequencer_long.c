/* kill -9 under load. In each round a process keeps the ledger open, several of its threads append,
 * and it is killed at a moment drawn by seed. Whatever it answered before is there, at the place
 * that was said; no two checkpoints that anybody saw contradict each other; and the next round goes
 * on without hands. 4 rounds, 200 with ZKL_SOAK=1.
 *
 * RocksDB starts threads, so this process opens no store before it has forked for the last time. */
#include "facts_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"

#define CLIENTS 4
#define ROUNDS 4
#define ROUNDS_SOAK 200
#define ANSWERS_MAX 60 /* the kill comes within as many answers of a round */
#define LINE_BYTES 96  /* below PIPE_BUF: a line is written whole */

typedef struct places {
    char folder[200], state[200];
} places;

/* "a INDEX RECEIPT": an entry was answered. "c SIZE ROOT": a checkpoint was seen. */
typedef struct seen {
    char kind;
    uint64_t number;
    zkl_digest digest;
} seen;

/* ---- What is killed */

typedef struct client {
    pthread_t thread;
    zkl_ledger *ledger;
    const facts_subject *subject;
    uint64_t round, number;
    int out;
} client;

/* The pipe is never full: the other end reads until it is closed. */
static void say(int out, char kind, uint64_t number, const zkl_digest *digest)
{
    char line[LINE_BYTES], hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    const int size =
        snprintf(line, sizeof line, "%c %llu %s\n", kind, (unsigned long long)number, hex);
    if (write(out, line, (size_t)size) != size)
        _exit(3);
}

static zkl_status say_checkpoint(const client *c, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    zkl_checkpoint latest;
    zkl_bytes note;
    ZKL_TRY(zkl_ledger_view(&view, c->ledger, NULL, err));
    ZKL_TRY(zkl_log_checkpoint_latest(zkl_ledger_log(view), &note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, note, err));
    say(c->out, 'c', latest.size, &latest.root);
    return ZKL_OK;
}

static void *append_for_ever(void *context)
{
    const client *c = context;
    const zkl_env env = { 0 };
    for (uint64_t i = 0;; i++) {
        zkl_error err = { 0 };
        zkl_staged placed;
        zkl_status status = facts_append(&placed, c->ledger, c->subject,
                                         1000 * c->round + c->number, i, &env, &err);
        if (status == ZKL_OK)
            say(c->out, 'a', placed.index, &placed.receipt_id);
        if (status == ZKL_OK)
            status = say_checkpoint(c, &err);
        if (status != ZKL_OK) {
            printf("a client: %s\n", err.text);
            fflush(stdout);
            _exit(2);
        }
    }
    return NULL;
}

static zkl_status open_ledger(zkl_ledger **out, const places *p, zkl_error *err)
{
    static const zkl_sequencer kept = { 0 };
    static const zkl_env env = { 0 };
    const zkl_ledger_options options = { .folder = p->folder,
                                         .state = p->state,
                                         .sequencer = &kept };
    return zkl_ledger_open(out, &options, &env, err);
}

static void serve(const places *p, const facts_subject *subject, uint64_t round, int out)
{
    client clients[CLIENTS];
    zkl_ledger *ledger = NULL;
    zkl_error err = { 0 };
    if (open_ledger(&ledger, p, &err) != ZKL_OK) {
        printf("it does not open again: %s\n", err.text);
        fflush(stdout);
        _exit(2);
    }
    for (uint64_t i = 0; i < CLIENTS; i++) {
        clients[i] = (client){
            .ledger = ledger, .subject = subject, .round = round, .number = i, .out = out
        };
        if (pthread_create(&clients[i].thread, NULL, append_for_ever, &clients[i]) != 0)
            _exit(2);
    }
    for (;;)
        pause();
}

/* ---- Who kills */

typedef struct story {
    seen *seen;
    size_t count, capacity;
} story;

static bool note(story *s, const char *line)
{
    seen one = { .kind = line[0] };
    char hex[65];
    unsigned long long number;
    if (sscanf(line + 1, " %llu %64[0-9a-f]", &number, hex) != 2 || strlen(hex) != 64 ||
        !zkl_hex_decode(one.digest.bytes, 32, hex, 64))
        return false;
    one.number = number;
    if (s->count == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 256;
        seen *grown = zkl_realloc(s->seen, s->count * sizeof *s->seen, capacity * sizeof *s->seen);
        if (!grown)
            return false;
        s->seen = grown;
        s->capacity = capacity;
    }
    s->seen[s->count++] = one;
    return true;
}

/* Read answers; the child is killed behind `until` of them and a moment. */
static void follow(zkl_test *t, story *s, int in, pid_t child, unsigned until, unsigned moment_us)
{
    FILE *const lines = fdopen(in, "r");
    char line[LINE_BYTES + 1];
    unsigned answers = 0;
    REQUIRE(t, lines);
    while (fgets(line, sizeof line, lines)) {
        if (!strchr(line, '\n'))
            break; /* the kill came while it was written */
        CHECK(t, note(s, line));
        if (line[0] == 'a' && ++answers == until) {
            usleep(moment_us);
            CHECK(t, kill(child, SIGKILL) == 0);
        }
    }
    CHECK(t, answers >= until); /* or it ended by itself */
    fclose(lines);
}

static void run_round(zkl_test *t, const places *p, const facts_subject *subject, uint64_t round,
                      story *s)
{
    int ends[2], status = 0;
    REQUIRE(t, pipe(ends) == 0);
    const unsigned until = 1 + (unsigned)test_random_below(t, ANSWERS_MAX);
    const unsigned moment_us = (unsigned)test_random_below(t, 20000);
    fflush(stdout);
    const pid_t child = fork();
    REQUIRE(t, child >= 0);
    if (child == 0) {
        close(ends[0]);
        serve(p, subject, round, ends[1]);
    }
    close(ends[1]);
    follow(t, s, ends[0], child, until, moment_us);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    CHECK(t, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* ---- What must hold */

static int by_size(const void *a, const void *b)
{
    const seen *x = a, *y = b;
    return x->kind != y->kind ? x->kind - y->kind
                              : (x->number > y->number) - (x->number < y->number);
}

/* Of two checkpoints in the order of their sizes a consistency proof leads to the second. */
static zkl_status check_consistent(zkl_log *log, const seen *old, const seen *new, zkl_error *err)
{
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    size_t count;
    if (old->number == new->number)
        return zkl_digest_equal(&old->digest, &new->digest)
                   ? ZKL_OK
                   : zkl_fail(err, ZKL_REJECTED, "two checkpoints of %llu entries",
                              (unsigned long long)old->number);
    ZKL_TRY(zkl_log_consistency(log, path, &count, old->number, new->number, err));
    return zkl_rfc6962_consistency_verify(old->number, &old->digest, new->number, &new->digest,
                                          path, count)
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "the checkpoints of %llu and %llu contradict",
                          (unsigned long long)old->number, (unsigned long long)new->number);
}

static zkl_status check_all(zkl_ledger *view, story *s, zkl_error *err)
{
    zkl_log *log = zkl_ledger_log(view);
    zkl_chain_report report;
    const seen *before = NULL;
    qsort(s->seen, s->count, sizeof *s->seen, by_size);
    for (size_t i = 0; i < s->count; i++) {
        const seen *one = &s->seen[i];
        zkl_digest root;
        if (one->kind == 'a') {
            if (i && s->seen[i - 1].kind == 'a' && s->seen[i - 1].number == one->number)
                return zkl_fail(err, ZKL_REJECTED, "two entries were answered with %llu",
                                (unsigned long long)one->number);
            ZKL_TRY(zkl_log_check_leaf(log, one->number, &one->digest, err));
            continue;
        }
        ZKL_TRY(zkl_log_root(log, &root, one->number, err));
        if (!zkl_digest_equal(&root, &one->digest))
            return zkl_fail(err, ZKL_REJECTED, "the log is not that of the checkpoint of %llu",
                            (unsigned long long)one->number);
        if (before)
            ZKL_TRY(check_consistent(log, before, one, err));
        before = one;
    }
    ZKL_TRY(zkl_ledger_check_head(view, err));
    return zkl_ledger_verify_chain(view, NULL, &report, err);
}

/* As the next process finds it. The exit code is 0 when all holds. */
static void check_in_child(const places *p, story *s)
{
    zkl_ledger *ledger = NULL, *view = NULL;
    zkl_error err = { 0 };
    zkl_status status = open_ledger(&ledger, p, &err);
    if (status == ZKL_OK)
        status = zkl_ledger_view(&view, ledger, NULL, &err);
    if (status == ZKL_OK)
        status = check_all(view, s, &err);
    if (status != ZKL_OK)
        printf("%s\n", err.text);
    fflush(stdout);
    _exit(status == ZKL_OK ? 0 : 1);
}

static void check_round(zkl_test *t, const places *p, story *s)
{
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    REQUIRE(t, child >= 0);
    if (child == 0)
        check_in_child(p, s);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The first ledger and its notarisation, in a process of its own; what it is about comes back by a
 * pipe. Texts of it are the test's own. */
static void make_in_child(zkl_test *t, const places *p, int out)
{
    zkl_ledger *ledger = NULL;
    facts_subject subject;
    zkl_error err = { 0 };
    const zkl_env env = { 0 };
    zkl_status status = facts_make_folder(p->folder, p->state, &env, &err);
    if (status == ZKL_OK)
        status = open_ledger(&ledger, p, &err);
    if (status == ZKL_OK)
        status = facts_notarise(t, &subject, ledger, &env, &err);
    zkl_ledger_close(ledger);
    subject.about.name = (zkl_bytes){ 0 };
    const bool is_said =
        status == ZKL_OK && write(out, &subject, sizeof subject) == (ssize_t)sizeof subject;
    if (status != ZKL_OK)
        printf("%s\n", err.text);
    fflush(stdout);
    _exit(is_said ? 0 : 1);
}

static void make(zkl_test *t, const places *p, facts_subject *subject)
{
    int ends[2], status = 0;
    REQUIRE(t, pipe(ends) == 0);
    fflush(stdout);
    const pid_t child = fork();
    REQUIRE(t, child >= 0);
    if (child == 0)
        make_in_child(t, p, ends[1]);
    close(ends[1]);
    const bool is_there = read(ends[0], subject, sizeof *subject) == (ssize_t)sizeof *subject;
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    REQUIRE(t, is_there && status == 0);
    subject->about.name = zkl_bytes_of_text("d");
}

static void test_sequencer__kills_lose_nothing_that_was_answered(zkl_test *t)
{
    const bool is_soak = getenv("ZKL_SOAK") && *getenv("ZKL_SOAK");
    const uint64_t rounds = is_soak ? ROUNDS_SOAK : ROUNDS;
    facts_subject subject = { 0 };
    story s = { 0 };
    places p;
    snprintf(p.folder, sizeof p.folder, "%.180s/ledger", test_folder(t));
    snprintf(p.state, sizeof p.state, "%.180s/state", test_folder(t));
    make(t, &p, &subject);
    for (uint64_t round = 0; round < rounds && !t->failures; round++) {
        run_round(t, &p, &subject, round, &s);
        /* Every time at first; later the whole story is long. */
        if (round < ROUNDS || round % 20 == 0 || round + 1 == rounds)
            check_round(t, &p, &s);
    }
    size_t answers = 0;
    for (size_t i = 0; i < s.count; i++)
        answers += s.seen[i].kind == 'a';
    CHECK(t, answers >= rounds);
    zkl_free(s.seen);
}

ZKL_TESTS(TEST(test_sequencer__kills_lose_nothing_that_was_answered))
