/* Rows to parts by the one sampler: sizes, and who draws which rows, compared with a plain walk
 * over the draws. */
#include "service/split_draw.h"

#include "claim/assertion_pick.h"
#include "record/sample.h"
#include "testing.h"

static const char seed[] = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

static void draw(zkl_test *t, split_drawn *out, const uint64_t *weights, size_t count,
                 uint64_t rows)
{
    zkl_split_part parts[8] = { 0 };
    const zkl_split_request request = { .parts = parts, .part_count = count };
    zkl_error err = { 0 };
    for (size_t i = 0; i < count; i++)
        parts[i].weight = weights[i];
    REQUIRE_OK(t, &err, split_draw(out, &t->arena, &request, rows, seed, &err));
}

/* Of two parts the smaller one has exactly the rows of the claim "sample", at every number of
 * rows. */
static void test_draw__of_two_is_a_sample(zkl_test *t)
{
    static const uint64_t weights[] = { 3, 1 };
    zkl_scalar scalar;
    zkl_fr reduced;
    CHECK(t, zkl_hex_decode(scalar.bytes, 32, seed, 64));
    zkl_fr_reduce(&reduced, scalar.bytes, 32);
    zkl_fr_encode(scalar.bytes, &reduced);
    for (uint64_t rows = 2; rows < 200; rows++) {
        split_drawn drawn;
        draw(t, &drawn, weights, 2, rows);
        CHECK_UINT_EQ(t, drawn.sizes[0], (3 * rows + 3) / 4); /* rank * 4 < rows * 3 */
        CHECK_UINT_EQ(t, drawn.sizes[0] + drawn.sizes[1], rows);
        CHECK_UINT_EQ(t, drawn.first, 1);
        if (!drawn.sizes[1])
            continue;
        const zkl_pick pick = {
            .rule = ZKL_PICK_SAMPLE, .count = drawn.sizes[1], .source_count = rows, .seed = &scalar
        };
        const uint64_t *numbers;
        zkl_error err;
        REQUIRE_OK(t, &err, zkl_pick_numbers(&numbers, &t->arena, &pick, &err));
        for (uint64_t row = 0, at = 0; row < rows; row++) {
            const bool is_picked = at < pick.count && numbers[at] == row;
            CHECK_UINT_EQ(t, drawn.part_of[row], is_picked);
            at += is_picked;
        }
    }
}

/* Parts draw in their order, but for the largest, which has what is left. */
static void test_draw__of_several_goes_on(zkl_test *t)
{
    static const uint64_t weights[] = { 2, 5, 1, 2 };
    const uint64_t rows = 100;
    uint8_t want[100];
    split_drawn drawn;
    uint8_t bytes[32];
    zkl_fr reduced;
    draw(t, &drawn, weights, 4, rows);
    CHECK_UINT_EQ(t, drawn.first, 0);
    CHECK(t, zkl_hex_decode(bytes, 32, seed, 64));
    zkl_fr_reduce(&reduced, bytes, 32);
    memset(want, 1, sizeof want); /* the largest */
    size_t got = 0;
    for (uint64_t j = 0; got < 50; j++) {
        const uint64_t row = zkl_sample_number(&reduced, j, rows);
        if (want[row] != 1)
            continue;
        want[row] = got < 20 ? 0 : got < 30 ? 2 : 3;
        got++;
    }
    CHECK_MEM_EQ(t, drawn.part_of, want, sizeof want);
}

/* Of parts that are equally large the first has the rest: the other is at most half. */
static void test_draw__of_halves_is_at_most_half(zkl_test *t)
{
    static const uint64_t weights[] = { 1, 1 };
    for (uint64_t rows = 2; rows < 20; rows++) {
        split_drawn drawn;
        draw(t, &drawn, weights, 2, rows);
        CHECK_UINT_EQ(t, drawn.first, 1);
        CHECK_UINT_EQ(t, drawn.sizes[1], rows / 2);
    }
}

ZKL_TESTS(TEST(test_draw__of_two_is_a_sample), TEST(test_draw__of_several_goes_on),
          TEST(test_draw__of_halves_is_at_most_half))
