#pragma once
/* A small test harness. A test file holds `static void test_<unit>__<expectation>(zkl_test *t)`
 * functions and ends with ZKL_TESTS(TEST(test_a__b), ...). Each test runs even if one before it
 * failed.
 *
 *     test_algebra_ntt [name part]     only tests whose name holds the part
 *     ZKL_TEST_SEED=7 test_…           another seed; a failure prints the seed that repeats it */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/base_testing.h"
#include "base/buffer.h"
#include "base/env.h"

typedef struct zkl_test {
    const char *name;
    unsigned failures;
    uint64_t seed, random_state;
    zkl_arena arena; /* freed after each test */
    zkl_pool *pool;  /* two workers */
} zkl_test;

typedef struct zkl_test_case {
    const char *name;
    void (*run)(zkl_test *t);
} zkl_test_case;

#define TEST(function)                                                                             \
    {                                                                                              \
        #function, function                                                                        \
    }
#define ZKL_TESTS(...)                                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static const zkl_test_case cases[] = { __VA_ARGS__ };                                      \
        return zkl_test_main(argc, argv, cases, sizeof cases / sizeof cases[0]);                   \
    }

int zkl_test_main(int argc, char **argv, const zkl_test_case *cases, size_t count);
void zkl_test_fail(zkl_test *t, const char *file, int line, const char *format, ...)
    ZKL_PRINTF(4, 5);

#define FAIL(t, ...) zkl_test_fail((t), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK(t, condition)                                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            FAIL((t), "%s", #condition);                                                           \
    } while (0)
/* Stop the test when what follows makes no sense without it. */
#define REQUIRE(t, condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            FAIL((t), "%s", #condition);                                                           \
            return;                                                                                \
        }                                                                                          \
    } while (0)
#define CHECK_STATUS(t, want, call)                                                                \
    do {                                                                                           \
        zkl_status check_status = (call);                                                          \
        if (check_status != (want))                                                                \
            FAIL((t), "%s: status '%s', want '%s'", #call, zkl_status_text(check_status),          \
                 zkl_status_text(want));                                                           \
    } while (0)
/* The call succeeds; on failure prints err->text. */
#define REQUIRE_OK(t, err, call)                                                                   \
    do {                                                                                           \
        zkl_status require_status = (call);                                                        \
        if (require_status != ZKL_OK) {                                                            \
            FAIL((t), "%s: %s: %s", #call, zkl_status_text(require_status), (err)->text);          \
            return;                                                                                \
        }                                                                                          \
    } while (0)
#define CHECK_UINT_EQ(t, got, want)                                                                \
    do {                                                                                           \
        unsigned long long check_got = (unsigned long long)(got),                                  \
                           check_want = (unsigned long long)(want);                                \
        if (check_got != check_want)                                                               \
            FAIL((t), "%s = %llu, want %llu", #got, check_got, check_want);                        \
    } while (0)
#define CHECK_MEM_EQ(t, got, want, size)                                                           \
    do {                                                                                           \
        if (memcmp((got), (want), (size)) != 0)                                                    \
            zkl_test_fail_mem((t), __FILE__, __LINE__, #got, (got), (want), (size));               \
    } while (0)
#define CHECK_TEXT_EQ(t, got, want)                                                                \
    do {                                                                                           \
        const char *check_text = (got);                                                            \
        if (strcmp(check_text, (want)) != 0)                                                       \
            FAIL((t), "%s = '%s', want '%s'", #got, check_text, (want));                           \
    } while (0)
void zkl_test_fail_mem(zkl_test *t, const char *file, int line, const char *what, const void *got,
                       const void *want, size_t size);

/* Is this `make soak` (ZKL_SOAK is set)? Then whatever a test draws a sample of is done whole. */
bool test_is_soak(void);
/* Repeatable randomness, by the test's seed. */
uint64_t test_random_u64(zkl_test *t);
uint64_t test_random_below(zkl_test *t, uint64_t bound);
void test_random_bytes(zkl_test *t, void *out, size_t size);
/* An environment whose randomness is the test's and whose clock stands at 2026-01-01. */
zkl_env test_env(zkl_test *t);

/* The bytes of a hex text (an even number of digits, maybe after 0x); fails the test otherwise. */
zkl_bytes test_hex(zkl_test *t, const char *hex);
/* tests/vectors/<name>, parsed; freed at exit. */
const json_t *test_vectors(zkl_test *t, const char *name);
/* A fresh folder, removed when the test program ends. */
const char *test_folder(zkl_test *t);
