/* What an idempotency key is bound to, and for how long. */
#include "daemon/replays.h"

#include <string.h>

#include "testing.h"

static int64_t now;

static int64_t now_ms(void *opaque)
{
    (void)opaque;
    return now;
}

static const zkl_env env = { .clock = { now_ms, NULL } };

static daemon_replay replay_of(uint8_t key, uint8_t of, uint8_t body)
{
    daemon_replay out = { 0 };
    out.key.bytes[0] = key;
    out.of.bytes[0] = of;
    out.body.bytes[0] = body;
    return out;
}

static void test_replays__one_key_is_one_request(zkl_test *t)
{
    daemon_replays *replays = NULL;
    zkl_error err = { 0 };
    char id[17] = "";
    now = 1000;
    const daemon_replay a = replay_of(1, 2, 3), body = replay_of(1, 2, 4), of = replay_of(1, 3, 3);
    const daemon_replay other = replay_of(2, 2, 3);
    REQUIRE_OK(t, &err, daemon_replays_new(&replays, &env, &err));
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_NEW);
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_BUSY);
    CHECK(t, daemon_replays_begin(id, replays, &body) == DAEMON_REPLAY_OTHER);
    daemon_replays_drop(replays, &a);
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_NEW);
    daemon_replays_bind(replays, &a, "0123456789abcdef");
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_AGAIN);
    CHECK(t, strcmp(id, "0123456789abcdef") == 0);
    CHECK(t, daemon_replays_begin(id, replays, &body) == DAEMON_REPLAY_OTHER);
    CHECK(t, daemon_replays_begin(id, replays, &of) == DAEMON_REPLAY_OTHER);
    CHECK(t, daemon_replays_begin(id, replays, &other) == DAEMON_REPLAY_NEW);
    now += DAEMON_REPLAY_MS - 1;
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_AGAIN);
    now++;
    CHECK(t, daemon_replays_begin(id, replays, &body) == DAEMON_REPLAY_NEW);
    CHECK(t, daemon_replays_begin(id, replays, &other) == DAEMON_REPLAY_BUSY); /* not yet bound */
    daemon_replays_free(replays);
}

static void test_replays__outlive_the_process(zkl_test *t)
{
    daemon_replays *replays = NULL;
    zkl_error err = { 0 };
    char id[17] = "";
    now = 1000;
    const daemon_replay a = replay_of(1, 2, 3), old = replay_of(2, 2, 3);
    json_t *const kept = daemon_replay_put(&a), *const past = daemon_replay_put(&old);
    json_t *const none = json_pack("{s:s}", "key", "00");
    REQUIRE_OK(t, &err, daemon_replays_new(&replays, &env, &err));
    CHECK_STATUS(t, ZKL_OK, daemon_replays_restore(replays, kept, "o", "a", 900, &err));
    CHECK_STATUS(t, ZKL_OK,
                 daemon_replays_restore(replays, past, "o", "b", now - DAEMON_REPLAY_MS, &err));
    CHECK_STATUS(t, ZKL_OK, daemon_replays_restore(replays, none, "o", "c", 900, &err));
    CHECK(t, daemon_replays_begin(id, replays, &a) == DAEMON_REPLAY_AGAIN);
    CHECK(t, strcmp(id, "a") == 0);
    CHECK(t, daemon_replays_begin(id, replays, &old) == DAEMON_REPLAY_NEW);
    json_decref(kept);
    json_decref(past);
    json_decref(none);
    daemon_replays_free(replays);
}

/* Organisations: keys of one leave room for another's, and old ones go. */
static void test_replays__one_organisation_takes_no_others_room(zkl_test *t)
{
    daemon_replays *replays = NULL;
    zkl_error err = { 0 };
    char id[17] = "";
    now = 1000;
    daemon_replay replay = { .org = "acme" };
    REQUIRE_OK(t, &err, daemon_replays_new(&replays, &env, &err));
    for (uint32_t i = 0; i < DAEMON_REPLAYS_OF_ONE_MAX; i++) {
        zkl_be32_put(replay.key.bytes + 4, i);
        CHECK(t, daemon_replays_begin(id, replays, &replay) == DAEMON_REPLAY_NEW);
        daemon_replays_bind(replays, &replay, "0123456789abcdef");
    }
    replay.key.bytes[0] = 1;
    CHECK(t, daemon_replays_begin(id, replays, &replay) == DAEMON_REPLAY_FULL);
    strcpy(replay.org, "other");
    CHECK(t, daemon_replays_begin(id, replays, &replay) == DAEMON_REPLAY_NEW);
    daemon_replays_bind(replays, &replay, "0123456789abcdef");
    strcpy(replay.org, "acme");
    replay.key.bytes[0] = 2;
    now += DAEMON_REPLAY_MS;
    CHECK(t, daemon_replays_begin(id, replays, &replay) == DAEMON_REPLAY_NEW);
    replay.key.bytes[0] = 0; /* the last of the day before */
    CHECK(t, daemon_replays_begin(id, replays, &replay) == DAEMON_REPLAY_NEW);
    daemon_replays_free(replays);
}

ZKL_TESTS(TEST(test_replays__one_key_is_one_request), TEST(test_replays__outlive_the_process),
          TEST(test_replays__one_organisation_takes_no_others_room))
