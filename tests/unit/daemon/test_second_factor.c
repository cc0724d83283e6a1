/* Second factors: set up by a code, each code once, few tries, kept over a restart. */
#include "daemon/second_factor.h"

#include <string.h>
#include <sys/stat.h>

#include "base/env.h"
#include "base/file.h"
#include "testing.h"

#define KEY "0123456789abcdef"

typedef struct world {
    const char *folder;
    zkl_env env;
    daemon_factors *factors;
    int64_t now_ms;
    uint8_t secret[TOKEN_TOTP_SECRET_BYTES];
    zkl_error err;
} world;

static void open_again(zkl_test *t, world *w)
{
    daemon_factors_free(w->factors);
    w->factors = NULL;
    REQUIRE_OK(t, &w->err, daemon_factors_open(&w->factors, w->folder, NULL, &w->err));
}

static void make_world(zkl_test *t, world *w)
{
    *w = (world){ .folder = test_folder(t), .env = test_env(t) };
    w->now_ms = zkl_env_now_ms(&w->env);
    open_again(t, w);
    REQUIRE_OK(t, &w->err, daemon_factors_offer(w->secret, w->factors, KEY, &w->env, &w->err));
}

/* With the code of a step so many away from now. */
static zkl_status try(world *w, int away)
{
    char code[TOKEN_TOTP_DIGITS + 1];
    const int64_t step = w->now_ms / 1000 / TOKEN_TOTP_STEP_S + away;
    zkl_status status = token_totp_code(code, w->secret, (uint64_t)step, &w->err);
    return status == ZKL_OK ? daemon_factors_check(w->factors, KEY, code, w->now_ms, &w->err)
                            : status;
}

static void test_second_factor__counts_when_a_code_was_right(zkl_test *t)
{
    world w;
    uint8_t again[TOKEN_TOTP_SECRET_BYTES];
    make_world(t, &w);
    CHECK(t, !daemon_factors_has(w.factors, KEY));
    CHECK_STATUS(t, ZKL_OK, daemon_factors_offer(again, w.factors, KEY, &w.env, &w.err));
    CHECK_MEM_EQ(t, again, w.secret, sizeof again);
    CHECK_STATUS(t, ZKL_DENIED, daemon_factors_check(w.factors, KEY, "000000", w.now_ms, &w.err));
    CHECK_STATUS(t, ZKL_DENIED, daemon_factors_check(w.factors, "other", "1", w.now_ms, &w.err));
    CHECK_STATUS(t, ZKL_DENIED, try(&w, 2));
    CHECK(t, !daemon_factors_has(w.factors, KEY));
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    CHECK(t, daemon_factors_has(w.factors, KEY));
    CHECK_STATUS(t, ZKL_CONFLICT, daemon_factors_offer(again, w.factors, KEY, &w.env, &w.err));
    daemon_factors_free(w.factors);
}

static void test_second_factor__a_code_counts_once(zkl_test *t)
{
    world w;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    CHECK_STATUS(t, ZKL_DENIED, try(&w, 0));
    CHECK_STATUS(t, ZKL_DENIED, try(&w, -1)); /* older than what was used */
    open_again(t, &w);
    CHECK(t, daemon_factors_has(w.factors, KEY));
    CHECK_STATUS(t, ZKL_DENIED, try(&w, 0));
    w.now_ms += 1000 * TOKEN_TOTP_STEP_S;
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    daemon_factors_free(w.factors);
}

static void test_second_factor__tries_are_few(zkl_test *t)
{
    world w;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    for (size_t i = 0; i < DAEMON_FACTOR_TRIES; i++)
        CHECK_STATUS(t, ZKL_DENIED, daemon_factors_check(w.factors, KEY, "1", w.now_ms, &w.err));
    w.now_ms += DAEMON_FACTOR_WAIT_MS - 1;
    CHECK_STATUS(t, ZKL_LIMIT, try(&w, 0)); /* though it is right */
    w.now_ms++;
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    daemon_factors_free(w.factors);
}

static void test_second_factor__is_forgotten(zkl_test *t)
{
    world w;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_factors_forget(w.factors, KEY, &w.err));
    REQUIRE_OK(t, &w.err, daemon_factors_offer(w.secret, w.factors, KEY, &w.env, &w.err));
    CHECK_STATUS(t, ZKL_OK, try(&w, 0));
    CHECK_STATUS(t, ZKL_OK, daemon_factors_forget(w.factors, KEY, &w.err));
    CHECK(t, !daemon_factors_has(w.factors, KEY));
    open_again(t, &w);
    CHECK(t, !daemon_factors_has(w.factors, KEY));
    CHECK_STATUS(t, ZKL_DENIED, try(&w, 0));
    daemon_factors_free(w.factors);
}

static void test_second_factor__a_file_that_is_none_is_refused(zkl_test *t)
{
    static const char *const bad[] = {
        "[]",
        "{}",
        "{\"version\": 2, \"factors\": []}",
        "{\"version\": 1, \"factors\": [{\"key\": \"a\"}]}",
        "{\"version\": 1, \"factors\": [{\"key\": \"a\", \"secret\": \"00\", \"used\": 1}]}",
    };
    const char *const folder = test_folder(t);
    const char *const file = zkl_arena_format(&t->arena, "%s/second_factors.json", folder);
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        daemon_factors *factors = NULL;
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_OK, zkl_file_write(file, zkl_bytes_of_text(bad[i]), 0600, &err));
        CHECK_STATUS(t, ZKL_BAD_INPUT, daemon_factors_open(&factors, folder, NULL, &err));
    }
}

ZKL_TESTS(TEST(test_second_factor__counts_when_a_code_was_right),
          TEST(test_second_factor__a_code_counts_once), TEST(test_second_factor__tries_are_few),
          TEST(test_second_factor__is_forgotten),
          TEST(test_second_factor__a_file_that_is_none_is_refused))
