/* The fraction argument with and without sets of lanes and of cells: the same messages, to the bit.
 * That they are the right ones is shown by the model's vectors (test_vectors.c). */
#include "prove/prove_internal.h"
#include "testing.h"

#define BLOCKS 11

typedef struct world {
    zkl_proof_format format;
    zkl_shape shape;
    zkl_statement statement;
    zkl_statement_column column;
    zkl_statement_table table;
    zkl_assertion assertion;
    uint32_t first;
    char circuit[8];
    const uint16_t *cells[BLOCKS];
    uint32_t *counts;
} world;

/* A statement on one column of BLOCKS chunks, the last of them not full. */
static zkl_status make_world(zkl_test *t, world *w, uint32_t log_cells, zkl_error *err)
{
    const size_t size = (size_t)1 << log_cells;
    uint16_t *cells = zkl_arena_alloc(&t->arena, BLOCKS * size, sizeof *cells);
    zkl_fr u, alpha;
    w->format = (zkl_proof_format){ .log_cells = log_cells, .mask_half = 4 };
    w->counts = zkl_arena_alloc(&t->arena, size, sizeof *w->counts);
    for (size_t i = 0; i < BLOCKS * size; i++)
        cells[i] = i < (BLOCKS - 1) * size + size / 3 ? (uint16_t)(test_random_u64(t) % size) : 0;
    for (size_t b = 0; b < BLOCKS; b++)
        w->cells[b] = cells + b * size;
    w->column = (zkl_statement_column){ zkl_bytes_of_text("0"), 0, 1 };
    w->table = (zkl_statement_table){ .row_count = (BLOCKS - 1) * size + size / 3,
                                      .columns = &w->column,
                                      .column_count = 1 };
    w->assertion = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, &w->first, 1 };
    w->statement = (zkl_statement){ .assertions = &w->assertion,
                                    .assertion_count = 1,
                                    .tables = &w->table,
                                    .table_count = 1,
                                    .block_count = BLOCKS };
    zkl_fr_from_u64(&alpha, test_random_u64(t));
    ZKL_TRY(zkl_shape_compile(&w->shape, &w->statement, &w->format, &ZKL_FR_ONE, &alpha, err));
    return zkl_leaf_multiplicities(w->counts, &u, &w->shape, w->cells, t->pool, err);
}

static void prove(zkl_test *t, zkl_fraction_witness *out, zkl_fr *point, const world *w, unsigned n,
                  const zkl_fr_lanes *lanes, const zkl_cell_sums *cells)
{
    zkl_error err = { 0 };
    zkl_transcript tr;
    ZKL_AUTO_FREE(zkl_leaf_source) leaves = NULL;
    zkl_transcript_init(&tr, 1);
    REQUIRE_OK(t, &err, zkl_leaf_source_new(&leaves, &w->shape, w->cells, w->counts, &err));
    const zkl_fraction_sum sum = { n, leaves, lanes, cells, t->pool };
    REQUIRE_OK(t, &err, zkl_fraction_prove(out, point, &sum, &tr, &t->arena, &err));
}

static zkl_fr test_minus_one(void)
{
    zkl_fr out;
    zkl_fr_neg(&out, &ZKL_FR_ONE);
    return out;
}

static void check_same(zkl_test *t, const zkl_fraction_witness *got, const zkl_fr *got_point,
                       const zkl_fraction_witness *want, const zkl_fr *want_point, unsigned n)
{
    REQUIRE(t, want->layers && got->layers);
    CHECK_MEM_EQ(t, &got->root_p, &want->root_p, sizeof want->root_p);
    CHECK_MEM_EQ(t, &got->root_q, &want->root_q, sizeof want->root_q);
    CHECK_MEM_EQ(t, got_point, want_point, n * sizeof *want_point);
    for (size_t k = 0; k < n / 2; k++) {
        const zkl_gkr_layer *g = &got->layers[k], *w = &want->layers[k];
        CHECK_UINT_EQ(t, g->round_count, w->round_count);
        CHECK_MEM_EQ(t, g->p, w->p, sizeof w->p);
        CHECK_MEM_EQ(t, g->q, w->q, sizeof w->q);
        CHECK_MEM_EQ(t, g->rounds, w->rounds, w->round_count * sizeof *w->rounds);
    }
}

/* The plain loops, against lanes and cells of each set. */
static void check_every_way(zkl_test *t, const world *w, unsigned n)
{
    const zkl_fr_lanes *lanes = zkl_fr_lanes_best();
    const zkl_cell_sums *const cells[3] = { NULL, &zkl_cell_sums_portable, zkl_cell_sums_best() };
    zkl_fraction_witness want = { 0 };
    zkl_fr want_point[ZKL_TIER_MAX];
    prove(t, &want, want_point, w, n, NULL, NULL);
    for (size_t k = 1; k < 6; k++) {
        zkl_fraction_witness got = { 0 };
        zkl_fr got_point[ZKL_TIER_MAX];
        prove(t, &got, got_point, w, n, k % 2 ? lanes : NULL, cells[k / 2]);
        check_same(t, &got, got_point, &want, want_point, n);
    }
}

static void test_fraction__same_in_every_way(zkl_test *t)
{
    if (!zkl_fr_lanes_best())
        fprintf(stderr, "# %s: this processor has no set\n", t->name);
    for (uint32_t log_cells = 4; log_cells <= 10; log_cells += 2) {
        world w = { 0 };
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, make_world(t, &w, log_cells, &err));
        check_every_way(t, &w, log_cells + 4);
        check_every_way(t, &w, log_cells + 6); /* three quarters are unused */
        zkl_shape_clear(&w.shape);
    }
}

/* Leaves that the first rounds know as numbers, as something else in one quarter, or that keep them
 * from being made of cells: the proof is the same. Whether it is true does not matter here. */
static void test_fraction__same_for_every_leaf(zkl_test *t)
{
    for (unsigned kind = 0; kind < 9; kind++) {
        world w = { 0 };
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, make_world(t, &w, 6, &err));
        zkl_leaf *low = &w.shape.leaves[1], *high = &w.shape.leaves[9];
        const zkl_leaf_term pair[2] = { { 1, low->terms[0].weight }, { 2, test_minus_one() } };
        switch (kind) {
        case 0: /* a number with a constant */
        case 1: /* one of 17 bits: no such rounds */
        case 2: /* one below 0 */
            low->has_one = true;
            zkl_fr_from_u64(&low->one, kind == 0 ? 3 : 65536);
            if (kind == 2)
                zkl_fr_neg(&low->one, &low->one);
            break;
        case 3: /* a difference, made to stay above 0 */
            low->terms = pair;
            low->term_count = 2;
            low->has_one = true;
            zkl_fr_from_u64(&low->one, 64);
            break;
        case 4: /* a total beside numbers */
            high->is_total = true;
            break;
        case 5: /* the numerator -1 */
            high->negative = true;
            break;
        case 6: /* nulls */
            high->null = 3;
            break;
        case 7: /* two quarters that are no numbers */
            low->negative = true;
            break;
        default: /* a weight of 255 bits */
            low->beta = test_minus_one();
            break;
        }
        check_every_way(t, &w, 10);
        zkl_shape_clear(&w.shape);
    }
}

ZKL_TESTS(TEST(test_fraction__same_in_every_way), TEST(test_fraction__same_for_every_leaf))
