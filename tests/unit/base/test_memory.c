#include "base/memory.h"

#include "testing.h"

static void test_size__overflow_is_refused(zkl_test *t)
{
    static const struct {
        size_t a, b;
        bool mul, add;
    } cases[] = {
        { 0, 0, true, true },
        { 0, SIZE_MAX, true, true },
        { 1, SIZE_MAX, true, false },
        { SIZE_MAX, 1, true, false },
        { 2, SIZE_MAX / 2, true, true },
        { 2, SIZE_MAX / 2 + 1, false, true },
        { (size_t)1 << 32, (size_t)1 << 32, false, true },
        { ((size_t)1 << 32) - 1, ((size_t)1 << 32) + 1, true, true },
        { SIZE_MAX, SIZE_MAX, false, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        size_t out = 7;
        CHECK(t, zkl_size_mul(&out, cases[i].a, cases[i].b) == cases[i].mul);
        CHECK_UINT_EQ(t, out, cases[i].mul ? cases[i].a * cases[i].b : 7);
        out = 7;
        CHECK(t, zkl_size_add(&out, cases[i].a, cases[i].b) == cases[i].add);
        CHECK_UINT_EQ(t, out, cases[i].add ? cases[i].a + cases[i].b : 7);
    }
}

/* Any size gives a block of its own, aligned to 64; calloc zeroes; impossible sizes give NULL. */
static void test_malloc__alignment_and_limits(zkl_test *t)
{
    for (size_t size = 0; size <= 200; size++) {
        uint8_t *a = zkl_malloc(size, 1), *b = zkl_calloc(1, size);
        REQUIRE(t, a && b && a != b);
        CHECK(t, (uintptr_t)a % 64 == 0 && (uintptr_t)b % 64 == 0);
        for (size_t i = 0; i < size; i++)
            CHECK(t, b[i] == 0);
        memset(a, 0xff, size);
        zkl_free(a);
        zkl_free(b);
    }
    zkl_free(NULL);
    CHECK(t, zkl_malloc(SIZE_MAX, 2) == NULL);
    CHECK(t, zkl_malloc(SIZE_MAX, 1) == NULL);
    CHECK(t, zkl_malloc(SIZE_MAX / 2 + 1, 1) == NULL);
    CHECK(t, zkl_calloc((size_t)1 << 32, (size_t)1 << 32) == NULL);
}

/* Zeroes of every size, also after blocks that were written. */
static void test_sparse__zeroes(zkl_test *t)
{
    static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 12289, 65536, (size_t)3 << 20 };
    for (size_t i = 0; i < 2 * ZKL_COUNT(sizes); i++) {
        const size_t size = sizes[i % ZKL_COUNT(sizes)];
        uint8_t *const block = zkl_sparse_new(1, size);
        REQUIRE(t, block);
        CHECK(t, (uintptr_t)block % 64 == 0);
        size_t other = 0;
        for (size_t k = 0; k < size; k++)
            other += block[k] != 0;
        CHECK_UINT_EQ(t, other, 0);
        if (size)
            memset(block, 0xff, size);
        zkl_sparse_free(block);
    }
    CHECK(t, zkl_sparse_new((size_t)1 << 32, (size_t)1 << 32) == NULL);
    zkl_malloc_fail_after(1);
    CHECK(t, zkl_sparse_new(1, 100) == NULL);
    zkl_malloc_fail_after(0);
}

static void test_realloc__keeps_the_content(zkl_test *t)
{
    static const uint8_t letters[5] = { 0x61, 0x62, 0x63, 0x64, 0x65 };
    uint8_t *block = zkl_realloc(NULL, 0, 5);
    REQUIRE(t, block != NULL);
    memcpy(block, letters, sizeof letters);
    uint8_t *grown = zkl_realloc(block, 5, 500);
    REQUIRE(t, grown != NULL);
    CHECK_MEM_EQ(t, grown, "abcde", 5);
    uint8_t *shrunk = zkl_realloc(grown, 500, 3);
    REQUIRE(t, shrunk != NULL);
    CHECK_MEM_EQ(t, shrunk, "abc", 3);
    zkl_malloc_fail_after(1);
    CHECK(t, zkl_realloc(shrunk, 3, 100) == NULL); /* the old block is still ours */
    zkl_malloc_fail_after(0);
    CHECK_MEM_EQ(t, shrunk, "abc", 3);
    zkl_free(shrunk);
}

/* The Nth call fails, and all after it, until it is switched off; calls are counted. */
static void test_malloc_fail_after__nth(zkl_test *t)
{
    for (uint64_t nth = 1; nth <= 4; nth++) {
        zkl_malloc_fail_after(nth);
        for (uint64_t call = 1; call <= 6; call++) {
            void *block = zkl_malloc(8, 1);
            CHECK(t, (block != NULL) == (call < nth));
            zkl_free(block);
        }
        CHECK_UINT_EQ(t, zkl_malloc_fail_after(0), 6);
        void *block = zkl_malloc(8, 1);
        CHECK(t, block != NULL);
        zkl_free(block);
    }
}

static void test_no_memory__says_how_much(zkl_test *t)
{
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_no_memory(&err, 4096));
    CHECK_TEXT_EQ(t, err.text, "no memory for 4096 bytes");
    CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_no_memory(NULL, 1));
}

static void test_wipe__zeroes_exactly(zkl_test *t)
{
    uint8_t bytes[100], zeros[100] = { 0 };
    for (size_t size = 0; size <= 98; size++) {
        memset(bytes, 0xaa, sizeof bytes);
        zkl_wipe(bytes + 1, size);
        CHECK(t, bytes[0] == 0xaa && bytes[size + 1] == 0xaa);
        CHECK_MEM_EQ(t, bytes + 1, zeros, size);
    }
    zkl_wipe(NULL, 0);
}

static void test_equal_ct__every_byte_counts(zkl_test *t)
{
    uint8_t a[33], b[33];
    test_random_bytes(t, a, sizeof a);
    memcpy(b, a, sizeof b);
    CHECK(t, zkl_equal_ct(a, b, sizeof a));
    CHECK(t, zkl_equal_ct(a, b, 0));
    for (size_t i = 0; i < sizeof a; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            b[i] ^= (uint8_t)(1u << bit);
            CHECK(t, !zkl_equal_ct(a, b, sizeof a));
            CHECK(t, zkl_equal_ct(a, b, i));
            b[i] ^= (uint8_t)(1u << bit);
        }
    }
}

ZKL_TESTS(TEST(test_size__overflow_is_refused), TEST(test_malloc__alignment_and_limits),
          TEST(test_sparse__zeroes), TEST(test_realloc__keeps_the_content),
          TEST(test_malloc_fail_after__nth), TEST(test_no_memory__says_how_much),
          TEST(test_wipe__zeroes_exactly), TEST(test_equal_ct__every_byte_counts))
