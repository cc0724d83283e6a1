/* Marks of signs in a text: every set against a plain loop. */
#include "native/marks.h"

#include "native/cpu.h"
#include "testing.h"

static const char *const set_names[] = { "portable", "neon", "avx2", "avx512" };

/* Every set whose features the CPU has is there; the best is the last of them. */
static void test_marks_sets__by_name(zkl_test *t)
{
    static const uint32_t needed[] = { 0, ZKL_CPU_NEON, ZKL_CPU_AVX2, ZKL_CPU_AVX512 };
    const char *last = NULL;
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_marks_set *set = zkl_marks_find(set_names[s]);
        CHECK(t, (set != NULL) == ((zkl_cpu_features() & needed[s]) == needed[s]));
        if (set)
            last = set->name;
    }
    REQUIRE(t, last != NULL);
    CHECK_TEXT_EQ(t, zkl_marks_best()->name, last);
    CHECK(t, zkl_marks_find("") == NULL);
}

static bool is_sign(uint8_t byte, const uint8_t *signs)
{
    return byte == signs[0] || byte == signs[1] || byte == signs[2] || byte == signs[3];
}

static void check_marks(zkl_test *t, const uint8_t *text, size_t block_count, const uint8_t *signs)
{
    uint64_t marks[8];
    REQUIRE(t, block_count < ZKL_COUNT(marks));
    for (size_t s = 0; s < ZKL_COUNT(set_names); s++) {
        const zkl_marks_set *set = zkl_marks_find(set_names[s]);
        memset(marks, 0xee, sizeof marks);
        if (!set)
            continue;
        set->find(marks, text, block_count, signs);
        for (size_t i = 0; i < block_count * ZKL_MARKS_BLOCK; i++)
            CHECK_UINT_EQ(t, marks[i / ZKL_MARKS_BLOCK] >> i % ZKL_MARKS_BLOCK & 1,
                          is_sign(text[i], signs));
        CHECK_UINT_EQ(t, marks[block_count], 0xeeeeeeeeeeeeeeeeu);
    }
}

/* Each byte beside each neighbour that a carry could come from or go to. */
static void test_marks__of_every_byte(zkl_test *t)
{
    static const uint8_t neighbours[] = { 0, 1, 0x7f, 0x80, 0x81, 0xff };
    static const uint8_t all_signs[][ZKL_MARKS_SIGNS] = {
        { ',', '"', '\n', '\r' }, { 0, 0, 0, 0 }, { 0x80, 0x7f, 0xff, 1 }, { ';', ';', '\n', '\r' }
    };
    uint8_t text[4 * ZKL_MARKS_BLOCK];
    for (size_t n = 0; n < ZKL_COUNT(neighbours) * ZKL_COUNT(all_signs); n++) {
        const uint8_t neighbour = neighbours[n % ZKL_COUNT(neighbours)];
        for (unsigned first = 0; first < 256; first += sizeof text / 2) {
            for (size_t i = 0; i < sizeof text; i++)
                text[i] = i % 2 ? neighbour : (uint8_t)(first + i / 2);
            check_marks(t, text, 4, all_signs[n / ZKL_COUNT(neighbours)]);
        }
    }
}

/* Texts of few kinds of bytes, at any alignment, of no block to seven. */
static void test_marks__of_any_text(zkl_test *t)
{
    static const uint8_t signs[ZKL_MARKS_SIGNS] = { ',', '"', '\n', '\r' };
    uint8_t text[7 * ZKL_MARKS_BLOCK + 16];
    for (int run = 0; run < 200; run++) {
        test_random_bytes(t, text, sizeof text);
        for (size_t i = 0; i < sizeof text && run % 2; i++)
            text[i] = (uint8_t) ",\"\n\rab1"[text[i] % 7];
        check_marks(t, text + test_random_below(t, 16), (size_t)test_random_below(t, 8), signs);
    }
}

ZKL_TESTS(TEST(test_marks_sets__by_name), TEST(test_marks__of_every_byte),
          TEST(test_marks__of_any_text))
