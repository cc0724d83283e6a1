#include "setup/powers.h"

#include <string.h>

#include "testing.h"

/* Randomness that gives a list of numbers, each big-endian in as many bytes as are asked for. */
typedef struct numbers {
    const uint8_t *list;
    size_t count, used;
} numbers;

static zkl_status next_number(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    numbers *const n = opaque;
    if (n->used == n->count)
        return zkl_fail(err, ZKL_IO, "no randomness");
    memset(out, 0, size);
    out[size - 1] = n->list[n->used++];
    return ZKL_OK;
}

/* 0 and 1 are drawn again, and nothing else is. */
static void test_setup_secret_draw__is_neither_0_nor_1(zkl_test *t)
{
    static const uint8_t list[] = { 0, 1, 1, 0, 2, 7 };
    numbers n = { .list = list, .count = sizeof list };
    const zkl_env env = { .random = { next_number, &n } };
    zkl_error err = { 0 };
    zkl_fr secret, want;
    REQUIRE_OK(t, &err, zkl_setup_secret_draw(&secret, &env, &err));
    zkl_fr_from_u64(&want, 2);
    CHECK(t, zkl_fr_equal(&secret, &want));
    REQUIRE_OK(t, &err, zkl_setup_secret_draw(&secret, &env, &err));
    zkl_fr_from_u64(&want, 7);
    CHECK(t, zkl_fr_equal(&secret, &want));
    CHECK_STATUS(t, ZKL_IO, zkl_setup_secret_draw(&secret, &env, &err));
}

/* One number a weight, in order; randomness that fails is told. */
static void test_setup_weights_draw__takes_one_number_each(zkl_test *t)
{
    static const uint8_t list[] = { 5, 0, 9 };
    numbers n = { .list = list, .count = sizeof list };
    const zkl_env env = { .random = { next_number, &n } };
    zkl_error err = { 0 };
    zkl_fr weights[4], want;
    REQUIRE_OK(t, &err, zkl_setup_weights_draw(weights, 3, &env, &err));
    for (size_t i = 0; i < 3; i++) {
        zkl_fr_from_u64(&want, list[i]);
        CHECK(t, zkl_fr_equal(&weights[i], &want));
    }
    CHECK_STATUS(t, ZKL_IO, zkl_setup_weights_draw(weights, 1, &env, &err));
}

ZKL_TESTS(TEST(test_setup_secret_draw__is_neither_0_nor_1),
          TEST(test_setup_weights_draw__takes_one_number_each))
