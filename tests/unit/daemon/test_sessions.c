/* Sessions: each known by its token alone, with the rights of its key and no longer than that. */
#include "daemon/sessions.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "testing.h"

#define MINUTE ((int64_t)60000)

typedef struct world {
    zkl_env env;
    daemon_access *access;
    daemon_sessions *sessions;
    zkl_buffer secret;
    daemon_identity key;
    int64_t now_ms;
    zkl_error err;
    char token[DAEMON_SESSION_TOKEN_CHARS + 1];
    daemon_session session;
} world;

static void make_world(zkl_test *t, world *w)
{
    static const daemon_session_times times = { 30 * MINUTE, 120 * MINUTE };
    const char *const folder = test_folder(t);
    *w = (world){ .env = test_env(t) };
    w->now_ms = zkl_env_now_ms(&w->env);
    mkdir(zkl_arena_format(&t->arena, "%s/secrets", folder), 0700);
    w->key = (daemon_identity){ .name = "k", .org = "acme", .tier = "pro", .role = "viewer" };
    REQUIRE_OK(t, &w->err, daemon_access_open(&w->access, folder, NULL, &w->env, &w->err));
    REQUIRE_OK(t, &w->err,
               daemon_access_add(&w->secret, w->access, &w->key, w->now_ms + 600 * MINUTE, &w->env,
                                 &w->err));
    REQUIRE_OK(t, &w->err, daemon_sessions_new(&w->sessions, w->access, &times, &w->err));
}

static void clear_world(world *w)
{
    daemon_sessions_free(w->sessions);
    daemon_access_free(w->access);
    zkl_buffer_clear(&w->secret);
}

static zkl_status begin(world *w, zkl_bytes secret)
{
    const daemon_session_of of = { .address = "192.0.2.7",
                                   .agent = zkl_bytes_of_text("A\x01<b>\xff browser"),
                                   .now_ms = w->now_ms };
    return daemon_sessions_begin(w->token, &w->session, w->sessions, secret, &of, &w->env, &w->err);
}

static bool finds(world *w, int64_t after_ms)
{
    daemon_session found;
    return daemon_sessions_find(&found, w->sessions, zkl_bytes_of_text(w->token),
                                w->now_ms + after_ms);
}

static void test_sessions__its_token_is_its_session(zkl_test *t)
{
    world w;
    daemon_session found;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_DENIED, begin(&w, zkl_bytes_of_text("sk-nobody")));
    CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
    CHECK_UINT_EQ(t, strlen(w.token), DAEMON_SESSION_TOKEN_CHARS);
    CHECK(t, daemon_sessions_find(&found, w.sessions, zkl_bytes_of_text(w.token), w.now_ms));
    CHECK_TEXT_EQ(t, found.who.id, w.key.id);
    CHECK_TEXT_EQ(t, found.who.role, "viewer");
    for (size_t i = 0; i < DAEMON_SESSION_TOKEN_CHARS; i++) {
        w.token[i] ^= 1;
        CHECK(t, !finds(&w, 0));
        w.token[i] ^= 1;
    }
    CHECK(t, !daemon_sessions_find(&found, w.sessions, zkl_buffer_bytes(&w.secret), w.now_ms));
    CHECK(t, finds(&w, 0));
    clear_world(&w);
}

static void test_sessions__ends_when_not_used_and_at_last(zkl_test *t)
{
    world w;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
    for (int64_t at = 0; at < 120 * MINUTE; at += 29 * MINUTE)
        CHECK(t, finds(&w, at));
    CHECK(t, finds(&w, 120 * MINUTE - 1));
    CHECK(t, !finds(&w, 120 * MINUTE));
    CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
    CHECK(t, finds(&w, 30 * MINUTE - 1));
    CHECK(t, !finds(&w, 60 * MINUTE - 1));
    CHECK(t, !finds(&w, 0)); /* what has ended does not come back */
    clear_world(&w);
}

/* The key is what counts, as it is now. */
static void test_sessions__ends_with_its_key(zkl_test *t)
{
    for (size_t way = 0; way < 3; way++) {
        world w;
        ZKL_AUTO_CLEAR(zkl_buffer) other = { 0 };
        make_world(t, &w);
        CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
        CHECK(t, finds(&w, 0));
        if (way == 0)
            CHECK_STATUS(t, ZKL_OK, daemon_access_remove(w.access, &w.key, &w.err));
        else
            CHECK_STATUS(t, ZKL_OK,
                         daemon_access_rotate(&other, w.access, &w.key,
                                              w.now_ms + (way == 1 ? 0 : MINUTE), &w.env, &w.err));
        if (way == 2)
            CHECK(t, finds(&w, MINUTE - 1)); /* the old secret still counts */
        CHECK(t, !finds(&w, MINUTE));
        json_t *const left = daemon_sessions_list(w.sessions, "acme", NULL, w.now_ms);
        CHECK_UINT_EQ(t, json_array_size(left), 0);
        json_decref(left);
        clear_world(&w);
    }
}

static void test_sessions__listed_and_ended_within_the_organisation(zkl_test *t)
{
    world w;
    char owner[17];
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
    json_t *const all = daemon_sessions_list(w.sessions, "acme", w.key.id, w.now_ms);
    CHECK_UINT_EQ(t, json_array_size(all), 1);
    const json_t *const one = json_array_get(all, 0);
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(one, "agent")), "A<b> browser");
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(one, "id")), w.session.id);
    json_decref(all);
    json_t *const foreign = daemon_sessions_list(w.sessions, "beta", NULL, w.now_ms);
    json_t *const others = daemon_sessions_list(w.sessions, "acme", "0000000000000000", w.now_ms);
    CHECK_UINT_EQ(t, json_array_size(foreign) + json_array_size(others), 0);
    json_decref(foreign);
    json_decref(others);
    daemon_sessions_owner(owner, w.sessions, "beta", w.session.id);
    CHECK_TEXT_EQ(t, owner, "");
    CHECK(t, !daemon_sessions_end(w.sessions, "beta", w.session.id));
    CHECK(t, finds(&w, 0));
    daemon_sessions_owner(owner, w.sessions, "acme", w.session.id);
    CHECK_TEXT_EQ(t, owner, w.key.id);
    CHECK(t, daemon_sessions_end(w.sessions, "acme", w.session.id));
    CHECK(t, !finds(&w, 0));
    clear_world(&w);
}

/* A code that was right gives another token: the one before it was shown before it. */
static void test_sessions__a_code_changes_the_token(zkl_test *t)
{
    world w;
    char token[DAEMON_SESSION_TOKEN_CHARS + 1];
    daemon_session found;
    make_world(t, &w);
    const daemon_session_of of = { .address = "unix", .now_ms = w.now_ms, .waits = true };
    REQUIRE_OK(t, &w.err,
               daemon_sessions_begin(w.token, &w.session, w.sessions, zkl_buffer_bytes(&w.secret),
                                     &of, &w.env, &w.err));
    CHECK(t, daemon_sessions_find(&found, w.sessions, zkl_bytes_of_text(w.token), w.now_ms));
    CHECK(t, found.is_waiting);
    CHECK(t, daemon_sessions_admit(token, w.sessions, found.id, &w.env));
    CHECK(t, !finds(&w, 0));
    CHECK(t, daemon_sessions_find(&found, w.sessions, zkl_bytes_of_text(token), w.now_ms));
    CHECK(t, !found.is_waiting);
    clear_world(&w);
}

/* Whom a provider named has no key: his session is his until it ends. */
static void test_sessions__somebody_without_a_key(zkl_test *t)
{
    world w;
    daemon_session found;
    const daemon_identity who = { .id = "0011223344556677",
                                  .name = "ada",
                                  .org = "acme",
                                  .role = "viewer",
                                  .by = DAEMON_BY_TOKEN };
    make_world(t, &w);
    const daemon_session_of of = { .address = "unix", .now_ms = w.now_ms };
    REQUIRE_OK(
        t, &w.err,
        daemon_sessions_begin_as(w.token, &w.session, w.sessions, &who, &of, &w.env, &w.err));
    CHECK_STATUS(t, ZKL_OK, daemon_access_remove(w.access, &w.key, &w.err));
    CHECK(t, daemon_sessions_find(&found, w.sessions, zkl_bytes_of_text(w.token), w.now_ms));
    CHECK_TEXT_EQ(t, found.who.id, who.id);
    CHECK(t, found.who.by == DAEMON_BY_TOKEN);
    CHECK(t, !finds(&w, 30 * MINUTE));
    clear_world(&w);
}

/* More than a key may have end the one that was not used for longest. */
static void test_sessions__a_key_has_so_many(zkl_test *t)
{
    world w;
    char first[DAEMON_SESSION_TOKEN_CHARS + 1];
    make_world(t, &w);
    for (size_t i = 0; i <= DAEMON_SESSIONS_OF_KEY_MAX; i++) {
        w.now_ms++;
        CHECK_STATUS(t, ZKL_OK, begin(&w, zkl_buffer_bytes(&w.secret)));
        if (!i)
            memcpy(first, w.token, sizeof first);
    }
    CHECK(t, finds(&w, 0));
    memcpy(w.token, first, sizeof first);
    CHECK(t, !finds(&w, 0));
    clear_world(&w);
}

/* Many keys of one organisation take each other's room, and nobody else's. */
static void test_sessions__an_organisation_has_so_many(zkl_test *t)
{
    world w;
    char first[DAEMON_SESSION_TOKEN_CHARS + 1], other[DAEMON_SESSION_TOKEN_CHARS + 1];
    make_world(t, &w);
    daemon_identity who = { .org = "other", .role = "viewer", .by = DAEMON_BY_TOKEN };
    for (size_t i = 0; i <= DAEMON_SESSIONS_OF_ONE_MAX + 1; i++) {
        const daemon_session_of of = { .address = "unix", .now_ms = ++w.now_ms };
        snprintf(who.id, sizeof who.id, "%016zx", i);
        CHECK_STATUS(
            t, ZKL_OK,
            daemon_sessions_begin_as(w.token, &w.session, w.sessions, &who, &of, &w.env, &w.err));
        if (i < 2)
            memcpy(i ? first : other, w.token, sizeof first);
        strcpy(who.org, "acme");
    }
    CHECK(t, finds(&w, 0));
    memcpy(w.token, first, sizeof first);
    CHECK(t, !finds(&w, 0));
    memcpy(w.token, other, sizeof other);
    CHECK(t, finds(&w, 0));
    clear_world(&w);
}

ZKL_TESTS(TEST(test_sessions__its_token_is_its_session),
          TEST(test_sessions__ends_when_not_used_and_at_last),
          TEST(test_sessions__ends_with_its_key),
          TEST(test_sessions__listed_and_ended_within_the_organisation),
          TEST(test_sessions__a_code_changes_the_token), TEST(test_sessions__a_key_has_so_many),
          TEST(test_sessions__somebody_without_a_key),
          TEST(test_sessions__an_organisation_has_so_many))
