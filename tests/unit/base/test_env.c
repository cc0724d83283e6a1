#include <time.h>

#include "testing.h"

static zkl_status fill_with_sevens(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)err;
    *(size_t *)opaque += size;
    memset(out, 7, size);
    return ZKL_OK;
}

static zkl_status fill_fails(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)opaque, (void)out, (void)size;
    return zkl_fail(err, ZKL_IO, "no randomness");
}

/* The lent source is used and no other; when it fails, nothing replaces it. */
static void test_env__lent_randomness(zkl_test *t)
{
    size_t drawn = 0;
    uint8_t out[10] = { 0 };
    zkl_error err = { 0 };
    zkl_env env = { .random = { fill_with_sevens, &drawn } };
    REQUIRE_OK(t, &err, zkl_env_random(&env, out, 9, &err));
    CHECK_UINT_EQ(t, drawn, 9);
    CHECK(t, out[0] == 7 && out[8] == 7 && out[9] == 0);
    env.random.fill = fill_fails;
    CHECK_STATUS(t, ZKL_IO, zkl_env_random(&env, out, 10, &err));
    CHECK_TEXT_EQ(t, err.text, "no randomness");
    CHECK(t, out[9] == 0);
}

/* All zeros, or no environment: the system's. Also more than one getrandom call gives (256
 * bytes). */
static void test_env__system_randomness(zkl_test *t)
{
    static uint8_t first[100000], second[100000];
    const zkl_env zeros = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_env_random(NULL, first, sizeof first, &err));
    REQUIRE_OK(t, &err, zkl_env_random(&zeros, second, sizeof second, &err));
    CHECK(t, memcmp(first, second, 32) != 0);
    CHECK(t, memcmp(first + sizeof first - 32, second + sizeof second - 32, 32) != 0);
    size_t ones = 0; /* 400,000 of 800,000 bits, standard deviation 447 */
    for (size_t i = 0; i < sizeof first; i++)
        ones += (size_t)__builtin_popcount(first[i]);
    CHECK(t, ones > 390000 && ones < 410000);
    REQUIRE_OK(t, &err, zkl_env_random(NULL, NULL, 0, &err));
}

static void test_env__clocks(zkl_test *t)
{
    const zkl_env lent = test_env(t), zeros = { 0 };
    CHECK(t, zkl_env_now_ms(&lent) == 1767225600000);
    const int64_t before = (int64_t)time(NULL) * 1000;
    const int64_t now = zkl_env_now_ms(&zeros), later = zkl_env_now_ms(NULL);
    CHECK(t, now >= before && later >= before);
}

typedef struct steps {
    unsigned count, stop_at;
    const char *stage;
    uint64_t done, total;
} steps;

static bool count_step(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    steps *s = opaque;
    s->stage = stage, s->done = done, s->total = total;
    return ++s->count != s->stop_at;
}

static void test_env__progress_and_cancel(zkl_test *t)
{
    steps s = { .stop_at = 2 };
    zkl_error err = { 0 };
    const zkl_env env = { .progress = { count_step, &s } }, zeros = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_env_progress(&env, "commit", 3, 9, &err));
    CHECK_TEXT_EQ(t, s.stage, "commit");
    CHECK(t, s.done == 3 && s.total == 9);
    CHECK_STATUS(t, ZKL_CANCELLED, zkl_env_progress(&env, "commit", 4, 9, &err));
    CHECK_TEXT_EQ(t, err.text, "cancelled during 'commit'");
    CHECK_STATUS(t, ZKL_OK, zkl_env_progress(&zeros, "commit", 5, 9, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_env_progress(NULL, "commit", 5, 9, NULL));
    CHECK_UINT_EQ(t, s.count, 2);
}

ZKL_TESTS(TEST(test_env__lent_randomness), TEST(test_env__system_randomness),
          TEST(test_env__clocks), TEST(test_env__progress_and_cancel))
