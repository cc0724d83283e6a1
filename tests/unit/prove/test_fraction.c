/* The fraction argument with and without a set of lanes: the same messages, to the bit. That they
 * are the right ones is shown by the model's vectors (test_vectors.c). */
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
                  const zkl_fr_lanes *lanes)
{
    zkl_error err = { 0 };
    zkl_transcript tr;
    ZKL_AUTO_FREE(zkl_leaf_source) leaves = NULL;
    zkl_transcript_init(&tr, 1);
    REQUIRE_OK(t, &err, zkl_leaf_source_new(&leaves, &w->shape, w->cells, w->counts, &err));
    const zkl_fraction_sum sum = { n, leaves, lanes, t->pool };
    REQUIRE_OK(t, &err, zkl_fraction_prove(out, point, &sum, &tr, &t->arena, &err));
}

static void check_set(zkl_test *t, const zkl_fr_lanes *lanes)
{
    for (uint32_t log_cells = 4; log_cells <= 8; log_cells += 2) {
        world w = { 0 };
        zkl_error err = { 0 };
        const unsigned n = log_cells + 4;
        zkl_fraction_witness want = { 0 }, got = { 0 };
        zkl_fr want_point[ZKL_TIER_MAX], got_point[ZKL_TIER_MAX];
        REQUIRE_OK(t, &err, make_world(t, &w, log_cells, &err));
        prove(t, &want, want_point, &w, n, NULL);
        prove(t, &got, got_point, &w, n, lanes);
        REQUIRE(t, want.layers && got.layers);
        CHECK_MEM_EQ(t, &got.root_p, &want.root_p, sizeof want.root_p);
        CHECK_MEM_EQ(t, &got.root_q, &want.root_q, sizeof want.root_q);
        CHECK_MEM_EQ(t, got_point, want_point, n * sizeof *want_point);
        for (size_t k = 0; k < n / 2; k++) {
            CHECK_UINT_EQ(t, got.layers[k].round_count, want.layers[k].round_count);
            CHECK_MEM_EQ(t, got.layers[k].p, want.layers[k].p, sizeof want.layers[k].p);
            CHECK_MEM_EQ(t, got.layers[k].q, want.layers[k].q, sizeof want.layers[k].q);
            CHECK_MEM_EQ(t, got.layers[k].rounds, want.layers[k].rounds,
                         want.layers[k].round_count * sizeof *want.layers[k].rounds);
        }
        zkl_shape_clear(&w.shape);
    }
}

static void test_fraction__same_by_lanes(zkl_test *t)
{
    static const char *const names[] = { "ifma", "avx2" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const zkl_fr_lanes *lanes = zkl_fr_lanes_find(names[i]);
        if (lanes)
            check_set(t, lanes);
        else
            fprintf(stderr, "# %s: no set '%s' here\n", t->name, names[i]);
    }
}

ZKL_TESTS(TEST(test_fraction__same_by_lanes))
