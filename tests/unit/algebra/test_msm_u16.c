#include "unit/algebra/algebra_testing.h"

#define C 65536

/* bases[i] = known[i] G; the sum of cells[i] known[i] by the field gives the expected point. */
typedef struct fixed_bases {
    zkl_fr *known;
    zkl_g1_affine *points;
    zkl_g1_fixed *fixed;
} fixed_bases;

typedef enum base_kind {
    RANDOM_BASES,
    PROGRESSION, /* (1 + 3i) G: sums of it collide */
    EQUAL_BASES,
    OPPOSITE_BASES, /* B, -B, B, .. */
    POWERS_OF_TWO,  /* tau = 2: B and 2B in the bases, a set-up whose tau is known */
    POWERS_OF_MINUS_ONE_HALF,
    WITH_INFINITY,
    BASE_KINDS,
} base_kind;

static fixed_bases make_bases(zkl_test *t, base_kind kind, size_t count)
{
    zkl_error err = { 0 };
    fixed_bases b = { .known = test_fr_array(t, count),
                      .points = zkl_arena_alloc(&t->arena, count + 1, sizeof *b.points) };
    zkl_fr step = test_fr_u64(2);
    if (kind == POWERS_OF_MINUS_ONE_HALF) {
        zkl_fr_inverse(&step, &step);
        zkl_fr_neg(&step, &step);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr *k = &b.known[i];
        if (kind == PROGRESSION)
            *k = test_fr_u64(1 + 3 * i);
        else if (kind == EQUAL_BASES || kind == OPPOSITE_BASES)
            *k = test_fr_u64(77);
        if (kind == OPPOSITE_BASES && i % 2)
            zkl_fr_neg(k, k);
        if (kind == POWERS_OF_TWO || kind == POWERS_OF_MINUS_ONE_HALF) {
            *k = ZKL_FR_ONE;
            if (i)
                zkl_fr_mul(k, &b.known[i - 1], &step);
        }
        if (kind == WITH_INFINITY && i % 3 != 1)
            *k = ZKL_FR_ZERO;
    }
    CHECK_STATUS(t, ZKL_OK,
                 zkl_g1_mul_many(b.points, &zkl_g1_generator, b.known, count, t->pool, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_g1_fixed_new(&b.fixed, b.points, count, t->pool, &err));
    return b;
}

typedef enum cell_kind {
    RANDOM_CELLS,
    ALL_ZERO,
    ALL_SAME,
    ALL_8000, /* the signed digit's edges */
    ALL_FFFF,
    ALL_7FFF,
    COUNTING,
    FEW_VALUES,
    SPARSE,
    NEAR_MIDDLE, /* 0x7ffe .. 0x8001 */
    POWERS,      /* 2^e */
    TRAILING_ZEROS,
    CELL_KINDS,
} cell_kind;

static uint16_t *make_cells(zkl_test *t, cell_kind kind, size_t count)
{
    uint16_t *cells = zkl_arena_alloc(&t->arena, count + 1, sizeof *cells);
    const uint16_t same = (uint16_t)test_random_u64(t);
    for (size_t i = 0; i < count; i++) {
        const uint64_t random = test_random_u64(t);
        switch (kind) {
        case ALL_ZERO:
            cells[i] = 0;
            break;
        case ALL_SAME:
            cells[i] = same;
            break;
        case ALL_8000:
            cells[i] = 0x8000;
            break;
        case ALL_FFFF:
            cells[i] = 0xffff;
            break;
        case ALL_7FFF:
            cells[i] = 0x7fff;
            break;
        case COUNTING:
            cells[i] = (uint16_t)i;
            break;
        case FEW_VALUES:
            cells[i] = (uint16_t)(random % 3 * 21845);
            break;
        case SPARSE:
            cells[i] = random % 97 ? 0 : (uint16_t)(random >> 32);
            break;
        case NEAR_MIDDLE:
            cells[i] = (uint16_t)(0x7ffe + random % 4);
            break;
        case POWERS:
            cells[i] = (uint16_t)(1u << random % 16);
            break;
        case TRAILING_ZEROS:
            cells[i] = i < count / 7 ? (uint16_t)random : 0;
            break;
        case RANDOM_CELLS:
        case CELL_KINDS:
            cells[i] = (uint16_t)random;
        }
    }
    return cells;
}

static void check_blocks(zkl_test *t, const fixed_bases *b, const uint16_t *const *cells,
                         size_t cell_count, size_t block_count)
{
    zkl_error err = { 0 };
    zkl_g1 *got = zkl_arena_alloc(&t->arena, block_count, sizeof *got), want;
    for (int threads = 1; threads <= 2; threads++) {
        memset(got, 0xee, block_count * sizeof *got);
        REQUIRE_OK(t, &err,
                   zkl_g1_msm_u16(got, b->fixed,
                                  &(zkl_cell_blocks){ cells, cell_count, block_count },
                                  threads == 1 ? NULL : t->pool, &err));
        for (size_t k = 0; k < block_count; k++) {
            zkl_fr sum = ZKL_FR_ZERO, term;
            for (size_t i = 0; i < cell_count; i++)
                if (cells[k][i]) {
                    const zkl_fr cell = test_fr_u64(cells[k][i]);
                    zkl_fr_mul(&term, &cell, &b->known[i]);
                    zkl_fr_add(&sum, &sum, &term);
                }
            zkl_g1_mul(&want, &zkl_g1_generator, &sum);
            if (!test_g1_equal(&got[k], &want))
                FAIL(t, "block %zu of %zu, %zu cells, %d threads", k, block_count, cell_count,
                     threads);
        }
    }
}

/* All kinds of cells over all kinds of bases, as one call of several blocks. */
static void check_all_cells(zkl_test *t, base_kind kind, size_t base_count, size_t cell_count)
{
    const uint16_t *cells[CELL_KINDS];
    fixed_bases b = make_bases(t, kind, base_count);
    for (cell_kind k = 0; k < CELL_KINDS; k++)
        cells[k] = make_cells(t, k, cell_count);
    check_blocks(t, &b, cells, cell_count, CELL_KINDS);
    zkl_g1_fixed_free(b.fixed);
}

static void test_g1_msm_u16__is_right_for_all_kinds(zkl_test *t)
{
    for (base_kind kind = 0; kind < BASE_KINDS; kind++) {
        check_all_cells(t, kind, 1030, 1000);
        check_all_cells(t, kind, 17, 16);
    }
}

static void test_g1_msm_u16__is_right_at_every_small_size(zkl_test *t)
{
    fixed_bases b = make_bases(t, RANDOM_BASES, 71);
    for (size_t n = 0; n <= 70; n++) {
        const uint16_t *cells[1] = { make_cells(t, RANDOM_CELLS, n) };
        check_blocks(t, &b, cells, n, 1);
    }
    check_blocks(t, &b, NULL, 16, 0);
    zkl_g1_fixed_free(b.fixed);
}

static void test_g1_msm_u16__is_right_at_a_whole_block(zkl_test *t)
{
    check_all_cells(t, RANDOM_BASES, C + 8, C);
    check_all_cells(t, PROGRESSION, C, C);
}

static void test_g1_msm_u16__reports_no_memory(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_g1 out[2];
    fixed_bases b = make_bases(t, RANDOM_BASES, 300);
    const uint16_t *cells[2] = { make_cells(t, RANDOM_CELLS, 300), make_cells(t, ALL_SAME, 300) };
    for (int call = 0; call < 2; call++) {
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
            zkl_g1_fixed *fixed = NULL;
            zkl_malloc_fail_after(nth);
            status = call ? zkl_g1_msm_u16(out, b.fixed, &(zkl_cell_blocks){ cells, 300, 2 },
                                           t->pool, &err)
                          : zkl_g1_fixed_new(&fixed, b.points, 300, t->pool, &err);
            zkl_malloc_fail_after(0);
            zkl_g1_fixed_free(fixed);
        }
        CHECK_STATUS(t, ZKL_OK, status);
    }
    zkl_g1_fixed_free(b.fixed);
}

ZKL_TESTS(TEST(test_g1_msm_u16__is_right_for_all_kinds),
          TEST(test_g1_msm_u16__is_right_at_every_small_size),
          TEST(test_g1_msm_u16__is_right_at_a_whole_block),
          TEST(test_g1_msm_u16__reports_no_memory))
