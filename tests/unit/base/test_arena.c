#include "base/arena.h"

#include <stdlib.h>

#include "testing.h"

/* Thousands of blocks of many sizes: aligned, zeroed, none over another. */
static void test_arena__blocks_are_apart(zkl_test *t)
{
    enum { COUNT = 3000 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    static uint8_t *blocks[COUNT];
    static size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = (size_t)test_random_below(t, i % 100 == 0 ? 200000 : 300);
        blocks[i] = zkl_arena_alloc(&arena, sizes[i], 1);
        REQUIRE(t, blocks[i] != NULL);
        CHECK(t, (uintptr_t)blocks[i] % 64 == 0);
        for (size_t k = 0; k < sizes[i]; k++) {
            if (blocks[i][k] != 0)
                FAIL(t, "block %zu: byte %zu is not zero", i, k);
        }
        memset(blocks[i], (int)(i % 255 + 1), sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            if (blocks[i][k] != i % 255 + 1)
                FAIL(t, "block %zu: byte %zu was overwritten", i, k);
        }
    }
}

/* Nothing of nothing is still a pointer, and not another's. */
static void test_arena__empty_allocations(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    void *a = zkl_arena_alloc(&arena, 0, 8), *b = zkl_arena_alloc(&arena, 8, 0);
    CHECK(t, a && b && a != b);
    CHECK(t, zkl_arena_copy(&arena, NULL, 0) != NULL);
    char *text = zkl_arena_text(&arena, NULL, 0);
    REQUIRE(t, text != NULL);
    CHECK_TEXT_EQ(t, text, "");
}

/* Sizes whose rounding or header would wrap around. */
static void test_arena__impossible_sizes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t less = 0; less <= 300; less++) {
        CHECK(t, zkl_arena_alloc(&arena, SIZE_MAX - less, 1) == NULL);
        CHECK(t, zkl_arena_alloc(&arena, 1, SIZE_MAX - less) == NULL);
        CHECK(t, zkl_arena_text(&arena, "x", SIZE_MAX - less) == NULL);
    }
    CHECK(t, zkl_arena_alloc(&arena, (size_t)1 << 33, (size_t)1 << 33) == NULL);
    CHECK(t, zkl_arena_alloc(&arena, SIZE_MAX / 2, 1) == NULL);
    CHECK(t, arena.last == NULL);
}

/* Both lists live on, whichever was empty; the joined one is filled further. */
static void test_arena__join(zkl_test *t)
{
    for (unsigned which = 0; which < 4; which++) {
        ZKL_AUTO_CLEAR(zkl_arena) into = { 0 };
        ZKL_AUTO_CLEAR(zkl_arena) from = { .is_secret = true };
        enum { COUNT = 5 };
        char *texts[2 * COUNT] = { NULL };
        for (size_t i = 0; i < COUNT; i++) {
            if (which & 1)
                texts[i] = zkl_arena_format(&into, "%060000zu", i);
            if (which & 2)
                texts[COUNT + i] = zkl_arena_format(&from, "%060000zu", COUNT + i);
        }
        zkl_arena_join(&into, &from);
        CHECK(t, from.last == NULL);
        char *more = zkl_arena_format(&into, "more");
        REQUIRE(t, more != NULL);
        CHECK_TEXT_EQ(t, more, "more");
        for (size_t i = 0; i < 2 * COUNT; i++)
            CHECK(t, !texts[i] || (size_t)strtoul(texts[i], NULL, 10) == i);
    }
}

static void test_arena__copies(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    uint8_t data[5] = { 1, 0, 2, 0, 3 };
    uint8_t *copy = zkl_arena_copy(&arena, data, 5);
    char *text = zkl_arena_text(&arena, "abcdef", 3);
    char *formatted = zkl_arena_format(&arena, "%s-%d", "x", 42);
    REQUIRE(t, copy && text && formatted);
    data[0] = 9;
    CHECK_MEM_EQ(t, copy, "\1\0\2\0\3", 5);
    CHECK_TEXT_EQ(t, text, "abc");
    CHECK_TEXT_EQ(t, formatted, "x-42");
    char *longer = zkl_arena_format(&arena, "%0200000d", 7);
    REQUIRE(t, longer != NULL);
    CHECK_UINT_EQ(t, strlen(longer), 200000);
    CHECK(t, longer[199999] == '7');
}

static void test_arena__cleared_twice_and_used_again(zkl_test *t)
{
    zkl_arena arena = { 0 };
    zkl_arena_clear(&arena);
    REQUIRE(t, zkl_arena_alloc(&arena, 100000, 1) != NULL);
    zkl_arena_clear(&arena);
    zkl_arena_clear(&arena);
    CHECK(t, arena.last == NULL);
    REQUIRE(t, zkl_arena_alloc(&arena, 1, 1) != NULL);
    zkl_arena_clear(&arena);
}

/* Each call fails cleanly without memory, and what was there stays. */
static void test_arena__without_memory(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_malloc_fail_after(1);
    void *none = zkl_arena_alloc(&arena, 1, 1);
    void *copy = zkl_arena_copy(&arena, "a", 1);
    char *text = zkl_arena_text(&arena, "a", 1), *formatted = zkl_arena_format(&arena, "%d", 1);
    zkl_malloc_fail_after(0);
    CHECK(t, !none && !copy && !text && !formatted && !arena.last);

    char *kept = zkl_arena_text(&arena, "kept", 4);
    REQUIRE(t, kept != NULL);
    zkl_malloc_fail_after(1);
    void *large = zkl_arena_alloc(&arena, 1 << 20, 1), *small = zkl_arena_alloc(&arena, 10, 1);
    zkl_malloc_fail_after(0);
    CHECK(t, large == NULL);
    CHECK(t, small != NULL); /* the block at hand has room */
    CHECK_TEXT_EQ(t, kept, "kept");
}

ZKL_TESTS(TEST(test_arena__blocks_are_apart), TEST(test_arena__empty_allocations),
          TEST(test_arena__impossible_sizes), TEST(test_arena__join), TEST(test_arena__copies),
          TEST(test_arena__cleared_twice_and_used_again), TEST(test_arena__without_memory))
