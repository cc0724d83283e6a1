/* Asking witnesses. A thread a witness, so that one that is slow or gone holds up no other:
 *
 *     wait ─▶ a newer checkpoint than it signed? ─▶ POST ─▶ 200: verify, keep ─▶ wait
 *                                                   │  ▲
 *                                                   ▼  └ 409 and a size: from there, at once
 *                                             anything else: told, and tried again, later each time
 *
 *  1. What a witness signed is believed by its line alone, which zkl_cosign_attach verifies: not by
 *     what the answer says of itself.
 *  2. A size that a witness names is where the next request begins, if the log has it. One beyond
 *     the log means that the log lost entries, or that somebody else signs by its key: that is
 *     told, and asked again, for a person to look at.
 *  3. The mutex guards what is told, and the waiting. It is not held while somebody is asked. */
#include "daemon/witnesses.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/client.h"
#include "daemon/say.h"
#include "service/witness_served.h"
#include "text/lines.h"
#include "text/shown.h"

#define CONNECT_MS 10000
#define WAIT_MS 30000
#define ANSWER_BYTES_MAX ((size_t)1 << 16)
#define TURNS_MAX 3           /* a witness that signs for others too may have gone on meanwhile */
#define BACKOFF_DOUBLINGS 6   /* up to 64 times the usual wait */
#define BACKOFF_MS_MAX 300000 /* or the usual wait, where that is longer */
#define TOLD_CHARS_MAX 300    /* of an answer, in an error */

typedef struct member {
    struct daemon_witnesses *all;
    const daemon_witness *witness;
    daemon_client *client;
    pthread_t thread;
    bool has_thread;
    /* Of its thread alone. */
    bool knows_size;
    uint64_t old_size;  /* where a request begins */
    uint64_t kept_size; /* of the newest tree of which its line is kept; 0: none */
    /* Told. */
    uint64_t told_size;
    int64_t signed_ms, failed_ms; /* 0: not since it started */
    uint64_t failures;            /* since it signed last */
    char error[ZKL_ERROR_TEXT_BYTES];
} member;

struct daemon_witnesses {
    zkl_ledger *ledger;
    daemon_tracer *tracer;
    const zkl_env *env;
    uint32_t seconds;
    member *members;
    size_t count;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_bool ends;
};

/* ---- one request */

static const char *words_of(int code)
{
    switch (code) {
    case 400:
        return "the witness finds no request in what was sent";
    case 403:
        return "the witness finds no signature of a log key that it knows";
    case 404:
        return "the witness does not sign this log";
    case 409:
        return "the witness signed another tree of that size: the log is forked";
    case 422:
        return "the witness does not find that the log extends what it signed: it is forked, or "
               "the proof is false";
    case 429:
    case 503:
        return "the witness is busy";
    default:
        return "the witness answered something else";
    }
}

static zkl_status fail_answer(const daemon_client_answer *answer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    const size_t size = answer->body.size < TOLD_CHARS_MAX ? answer->body.size : TOLD_CHARS_MAX;
    zkl_buffer_put_shown(&shown, zkl_bytes_of(answer->body.data, size), 0);
    return zkl_fail(err, ZKL_UNCHECKED, "%s (%d): '%.*s'", words_of(answer->code), answer->code,
                    (int)shown.size, (const char *)shown.data);
}

/* 409: the size of the tree that it signed last, and a newline. */
static bool read_size(uint64_t *out, const daemon_client_answer *answer)
{
    zkl_bytes rest = zkl_buffer_bytes(&answer->body), line;
    return answer->code == 409 && strcmp(answer->type, "text/x.tlog.size") == 0 &&
           zkl_line_next(&line, &rest) && !rest.size && zkl_line_decimal(out, line);
}

static zkl_status keep_lines(member *m, zkl_bytes lines, uint64_t size, zkl_error *err)
{
    zkl_cosign_attached kept = { 0 };
    const zkl_cosign_attach_request request = { lines, &m->witness->key, 1 };
    bool is_there = false;
    ZKL_TRY(zkl_cosign_attach(&kept, m->all->ledger, &request, m->all->env, err));
    for (size_t i = 0; i < kept.cosignature_count; i++)
        is_there |= kept.cosignatures[i].size == size &&
                    strcmp(kept.cosignatures[i].witness, m->witness->name) == 0;
    zkl_arena_clear(&kept.memory);
    return is_there ? ZKL_OK
                    : zkl_fail(err, ZKL_UNCHECKED,
                               "its answer has no line of '%s' for the "
                               "checkpoint that it was asked to sign",
                               m->witness->name);
}

/* The witness is where it says: does the log reach it? */
static zkl_status begin_elsewhere(member *m, uint64_t size, const zkl_cosign_asked *asked,
                                  zkl_error *err)
{
    if (size > asked->size)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the witness signed %llu entries of this log, which has %llu: entries were "
                        "lost, or another copy of the log is written",
                        (unsigned long long)size, (unsigned long long)asked->size);
    if (size == asked->old_size)
        return zkl_fail(err, ZKL_UNCHECKED, "the witness refuses the size that it names itself");
    m->old_size = size;
    m->knows_size = true;
    return ZKL_OK;
}

/* *again: it is to be asked at once from where it said. */
static zkl_status submit(member *m, const zkl_cosign_asked *asked, bool *again, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    daemon_client_answer answer = { 0 };
    uint64_t size;
    const char *const url = zkl_arena_format(&arena, "%s/add-checkpoint", m->witness->url);
    if (!url)
        return zkl_no_memory(err, 0);
    const daemon_client_request request = { .url = url,
                                            .allows_plain = m->witness->allows_plain,
                                            .content_type = "text/plain; charset=utf-8",
                                            .body = asked->request,
                                            .answer_bytes_max = ANSWER_BYTES_MAX,
                                            .connect_ms = CONNECT_MS,
                                            .wait_ms = WAIT_MS,
                                            .gives_up = &m->all->ends };
    zkl_status status = daemon_client_ask(&answer, m->client, &request, err);
    if (status == ZKL_OK && answer.code == 200) {
        status = keep_lines(m, zkl_buffer_bytes(&answer.body), asked->size, err);
    } else if (status == ZKL_OK && read_size(&size, &answer)) {
        status = begin_elsewhere(m, size, asked, err);
        *again = status == ZKL_OK;
    } else if (status == ZKL_OK) {
        status = fail_answer(&answer, err);
    }
    zkl_buffer_clear(&answer.body);
    return status;
}

/* A trace of its own, if it is drawn: the witness is told of it. */
static zkl_status submit_traced(member *m, const zkl_cosign_asked *asked, bool *again,
                                zkl_error *err)
{
    daemon_tracer *const tracer = m->all->tracer;
    telemetry_span span;
    if (!daemon_span_draw(&span, tracer, "witness", TELEMETRY_SPAN_INTERNAL))
        return submit(m, asked, again, err);
    const daemon_work work = { .tracer = tracer, .trace = span.own };
    daemon_trace_work(&work);
    const zkl_status status = submit(m, asked, again, err);
    daemon_trace_work(NULL);
    telemetry_span_number(&span, "zkl.log.size", (int64_t)asked->size);
    span.has_failed = status != ZKL_OK;
    daemon_span_end(tracer, &span);
    return status;
}

/* ---- one round */

static void tell_signed(member *m, bool is_new)
{
    daemon_witnesses *const all = m->all;
    pthread_mutex_lock(&all->mutex);
    m->told_size = m->kept_size;
    if (is_new)
        m->signed_ms = zkl_env_now_ms(all->env);
    m->failures = 0;
    m->error[0] = '\0';
    pthread_mutex_unlock(&all->mutex);
}

/* Asks if there is something to ask; *again as submit has it. */
static zkl_status turn(member *m, bool *again, zkl_error *err)
{
    zkl_cosign_asked asked;
    const zkl_cosign_ask_request request = { .witness = m->witness->name,
                                             .has_old_size = m->knows_size,
                                             .old_size = m->old_size };
    ZKL_TRY(zkl_cosign_ask(&asked, m->all->ledger, &request, m->all->env, err));
    if (!m->knows_size) /* the request begins at the newest tree of which the ledger has its line */
        m->kept_size = asked.old_size;
    const bool is_new = asked.size != m->kept_size;
    zkl_status status = is_new ? submit_traced(m, &asked, again, err) : ZKL_OK;
    if (status == ZKL_OK && !*again) {
        m->knows_size = true;
        m->old_size = m->kept_size = asked.size;
        tell_signed(m, is_new);
    }
    zkl_arena_clear(&asked.memory);
    return status;
}

static zkl_status ask(member *m, zkl_error *err)
{
    bool again = true;
    for (size_t i = 0; i < TURNS_MAX && again; i++) {
        again = false;
        ZKL_TRY(turn(m, &again, err));
    }
    return again ? zkl_fail(err, ZKL_UNCHECKED, "the witness named another size each time")
                 : ZKL_OK;
}

static void tell_failure(member *m, const zkl_error *err)
{
    daemon_witnesses *const all = m->all;
    pthread_mutex_lock(&all->mutex);
    const bool is_news = strcmp(m->error, err->text) != 0;
    snprintf(m->error, sizeof m->error, "%s", err->text);
    m->failures++;
    m->failed_ms = zkl_env_now_ms(all->env);
    pthread_mutex_unlock(&all->mutex);
    if (is_news)
        daemon_say(DAEMON_SAY_WARNING, "witness '%s': %s", m->witness->name, err->text);
}

/* ---- threads */

/* Twice as long after each failure, and up to a quarter more, so that many logs do not come at
 * once. */
static uint64_t wait_ms(const member *m)
{
    const uint64_t doublings = m->failures < BACKOFF_DOUBLINGS ? m->failures : BACKOFF_DOUBLINGS;
    uint64_t ms = (uint64_t)m->all->seconds * 1000 << doublings;
    uint16_t chance = 0;
    if (!m->failures)
        return ms;
    const uint64_t usual = (uint64_t)m->all->seconds * 1000;
    const uint64_t most = usual > BACKOFF_MS_MAX ? usual : BACKOFF_MS_MAX;
    ms = ms > most ? most : ms;
    if (zkl_env_random(m->all->env, &chance, sizeof chance, NULL) != ZKL_OK)
        chance = 0; /* will do */
    return ms + ms / 4 * chance / 65536;
}

/* false: it ends. */
static bool rest(member *m)
{
    daemon_witnesses *const all = m->all;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    pthread_mutex_lock(&all->mutex);
    const uint64_t ms = wait_ms(m);
    until.tv_sec += (time_t)(ms / 1000);
    while (!atomic_load(&all->ends) &&
           pthread_cond_timedwait(&all->changed, &all->mutex, &until) == 0)
        continue;
    pthread_mutex_unlock(&all->mutex);
    return !atomic_load(&all->ends);
}

static void *run(void *argument)
{
    member *const m = argument;
    do {
        zkl_error err = { 0 };
        if (ask(m, &err) != ZKL_OK && !atomic_load(&m->all->ends))
            tell_failure(m, &err);
    } while (rest(m));
    return NULL;
}

static zkl_status start_member(member *m, zkl_error *err)
{
    const zkl_status status = service_witness_check_key(m->witness->key, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "the witness '%s'", m->witness->name);
    ZKL_TRY(daemon_client_new(&m->client, err));
    if (pthread_create(&m->thread, NULL, run, m) != 0)
        return zkl_fail(err, ZKL_NO_MEMORY, "the system denies a thread");
    m->has_thread = true;
    return ZKL_OK;
}

static zkl_status start_all(daemon_witnesses *all, const daemon_witness_settings *settings,
                            zkl_error *err)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&all->mutex, NULL);
    pthread_cond_init(&all->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    all->members =
        zkl_calloc(settings->asked_count ? settings->asked_count : 1, sizeof *all->members);
    if (!all->members)
        return zkl_no_memory(err, settings->asked_count * sizeof *all->members);
    all->count = settings->asked_count;
    for (size_t i = 0; i < all->count; i++) {
        all->members[i].all = all;
        all->members[i].witness = &settings->asked[i];
        ZKL_TRY(start_member(&all->members[i], err));
    }
    return ZKL_OK;
}

zkl_status daemon_witnesses_start(daemon_witnesses **out, const daemon_witness_settings *settings,
                                  zkl_ledger *ledger, daemon_tracer *tracer, const zkl_env *env,
                                  zkl_error *err)
{
    daemon_witnesses *const all = zkl_calloc(1, sizeof *all);
    if (!all)
        return zkl_no_memory(err, sizeof *all);
    *all = (daemon_witnesses){
        .ledger = ledger, .tracer = tracer, .env = env, .seconds = settings->seconds
    };
    const zkl_status status = start_all(all, settings, err);
    if (status != ZKL_OK) {
        daemon_witnesses_stop(all);
        return status;
    }
    *out = all;
    return ZKL_OK;
}

void daemon_witnesses_stop(daemon_witnesses *witnesses)
{
    if (!witnesses)
        return;
    pthread_mutex_lock(&witnesses->mutex);
    atomic_store(&witnesses->ends, true);
    pthread_cond_broadcast(&witnesses->changed);
    pthread_mutex_unlock(&witnesses->mutex);
    for (size_t i = 0; i < witnesses->count; i++) {
        if (witnesses->members[i].has_thread)
            pthread_join(witnesses->members[i].thread, NULL);
        daemon_client_free(witnesses->members[i].client);
    }
    pthread_cond_destroy(&witnesses->changed);
    pthread_mutex_destroy(&witnesses->mutex);
    zkl_free(witnesses->members);
    zkl_free(witnesses);
}

static json_t *put_member(const member *m)
{
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:I}", "name", m->witness->name, "key", m->witness->key, "url",
                  m->witness->url, "failures", (json_int_t)m->failures);
    if (out && m->told_size)
        json_object_set_new(out, "size", json_integer((json_int_t)m->told_size));
    if (out && m->signed_ms)
        json_object_set_new(out, "signed", json_integer(m->signed_ms));
    if (out && m->failures) {
        json_object_set_new(out, "failed", json_integer(m->failed_ms));
        json_object_set_new(out, "error", json_string(m->error));
    }
    return out;
}

json_t *daemon_witnesses_list(daemon_witnesses *witnesses)
{
    json_t *const all = json_array();
    pthread_mutex_lock(&witnesses->mutex);
    for (size_t i = 0; i < witnesses->count && all; i++)
        json_array_append_new(all, put_member(&witnesses->members[i]));
    pthread_mutex_unlock(&witnesses->mutex);
    return all;
}

void daemon_witnesses_count(daemon_witnesses *witnesses, daemon_witness_counts *out)
{
    *out = (daemon_witness_counts){ 0 };
    if (!witnesses)
        return;
    pthread_mutex_lock(&witnesses->mutex);
    out->asked = witnesses->count;
    for (size_t i = 0; i < witnesses->count; i++)
        out->failing += witnesses->members[i].failures > 0;
    pthread_mutex_unlock(&witnesses->mutex);
}
