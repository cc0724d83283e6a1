/* The fraction argument with and without sets of lanes and of cells: the same messages, to the bit.
 * That they are the right ones is shown by the model's vectors (test_vectors.c), and here by sums
 * over all leaves, one after the other: what the prover takes as one value behind a table's last
 * row it has to weigh as all of them. */
#include "algebra/poly.h"
#include "prove/prove_internal.h"
#include "testing.h"

#define BLOCKS 11

typedef struct world {
    zkl_proof_format format;
    zkl_shape shape;
    zkl_statement statement;
    zkl_statement_column columns[BLOCKS];
    zkl_statement_table table;
    zkl_assertion assertion;
    uint32_t first;
    char circuit[8];
    const uint16_t *cells[BLOCKS];
    uint32_t *counts;
} world;

/* A statement on BLOCKS blocks: this many columns, each of so many chunks that its last one has
 * last_rows rows. */
typedef struct world_form {
    uint32_t log_cells;
    size_t columns, last_rows;
} world_form;

static zkl_status make_world(zkl_test *t, world *w, const world_form *form, zkl_error *err)
{
    const size_t size = (size_t)1 << form->log_cells, chunks = BLOCKS / form->columns;
    uint16_t *cells = zkl_arena_alloc(&t->arena, BLOCKS * size, sizeof *cells);
    zkl_fr u, alpha;
    w->format = (zkl_proof_format){ .log_cells = form->log_cells, .mask_half = 4 };
    w->counts = zkl_arena_alloc(&t->arena, size, sizeof *w->counts);
    for (size_t b = 0; b < BLOCKS; b++) { /* chunk by chunk, in each column by column */
        const size_t rows = b / form->columns + 1 < chunks ? size : form->last_rows;
        for (size_t i = 0; i < size; i++)
            cells[b * size + i] = i < rows ? (uint16_t)(test_random_u64(t) % size) : 0;
        w->cells[b] = cells + b * size;
    }
    for (uint32_t c = 0; c < form->columns; c++)
        w->columns[c] = (zkl_statement_column){ zkl_bytes_of_text("0"), c, 1 };
    w->table = (zkl_statement_table){ .row_count = (chunks - 1) * size + form->last_rows,
                                      .columns = w->columns,
                                      .column_count = form->columns };
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
    const zkl_fr_lanes *const lanes[3] = { NULL, zkl_fr_lanes_find("ifma"),
                                           zkl_fr_lanes_find("avx2") };
    const zkl_cell_sums *const cells[3] = { NULL, &zkl_cell_sums_portable, zkl_cell_sums_best() };
    zkl_fraction_witness want = { 0 };
    zkl_fr want_point[ZKL_TIER_MAX];
    prove(t, &want, want_point, w, n, NULL, NULL);
    for (size_t k = 1; k < 9; k++) {
        zkl_fraction_witness got = { 0 };
        zkl_fr got_point[ZKL_TIER_MAX];
        prove(t, &got, got_point, w, n, lanes[k % 3], cells[k / 3]);
        check_same(t, &got, got_point, &want, want_point, n);
    }
}

static void test_fraction__same_in_every_way(zkl_test *t)
{
    static const char *const names[] = { "ifma", "avx2" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (!zkl_fr_lanes_find(names[i]))
            fprintf(stderr, "# %s: no set '%s' here\n", t->name, names[i]);
    for (uint32_t log_cells = 4; log_cells <= 10; log_cells += 2) {
        world w = { 0 };
        zkl_error err = { 0 };
        const world_form form = { log_cells, 1, ((size_t)1 << log_cells) / 3 };
        REQUIRE_OK(t, &err, make_world(t, &w, &form, &err));
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
        const world_form form = { 6, 1, 21 };
        REQUIRE_OK(t, &err, make_world(t, &w, &form, &err));
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

/* ---- the same by sums over everything */

/* p and q of all nodes of a layer, and the point, lambda and claim of its sum-check. */
typedef struct plain_layer {
    size_t count;
    zkl_fr *p, *q;
} plain_layer;

/* sum of four fractions: numerator and denominator. */
static void plain_sum(zkl_fr *p, zkl_fr *q, const zkl_fr ps[4], const zkl_fr qs[4])
{
    *p = ps[0];
    *q = qs[0];
    for (size_t b = 1; b < 4; b++) {
        zkl_fr v, w;
        zkl_fr_mul(&v, p, &qs[b]);
        zkl_fr_mul(&w, q, &ps[b]);
        zkl_fr_add(p, &v, &w);
        zkl_fr_mul(q, q, &qs[b]);
    }
}

static plain_layer plain_leaves(zkl_test *t, const world *w, unsigned n)
{
    const size_t size = (size_t)1 << w->format.log_cells;
    plain_layer out = { (size_t)1 << n, NULL, NULL };
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_leaf_source) leaves = NULL;
    if (zkl_leaf_source_new(&leaves, &w->shape, w->cells, w->counts, &err) != ZKL_OK)
        return out;
    out.p = zkl_arena_alloc(&t->arena, out.count, sizeof *out.p);
    out.q = zkl_arena_alloc(&t->arena, out.count, sizeof *out.q);
    for (size_t i = 0; i < out.count; i++)
        out.q[i] = ZKL_FR_ONE; /* p is zero */
    for (size_t b = 0; b < out.count / size; b++) {
        const zkl_leaf_form form = zkl_leaf_source_form(leaves, b);
        if (form == ZKL_LEAVES_UNUSED)
            continue;
        zkl_leaf_source_fill(leaves, out.p + b * size, out.q + b * size, b, 0, size);
        for (size_t i = 0; form == ZKL_LEAVES_FRACTION && i < size; i++)
            zkl_leaf_source_sign(&out.p[b * size + i], leaves, b);
    }
    return out;
}

static plain_layer plain_parents(zkl_test *t, const plain_layer *below)
{
    const size_t h = below->count / 4;
    plain_layer out = { h, zkl_arena_alloc(&t->arena, h, sizeof *out.p),
                        zkl_arena_alloc(&t->arena, h, sizeof *out.q) };
    for (size_t i = 0; i < h; i++) {
        zkl_fr p[4], q[4];
        for (size_t b = 0; b < 4; b++) {
            p[b] = below->p[b * h + i];
            q[b] = below->q[b * h + i];
        }
        plain_sum(&out.p[i], &out.q[i], p, q);
    }
    return out;
}

/* low + x (high - low) */
static zkl_fr on_line(const zkl_fr *low, const zkl_fr *high, const zkl_fr *x)
{
    zkl_fr v;
    zkl_fr_sub(&v, high, low);
    zkl_fr_mul(&v, &v, x);
    zkl_fr_add(&v, &v, low);
    return v;
}

/* h(x) of the round that binds variable v of quarters of 2^(v + 1) values. */
static zkl_fr plain_round(const plain_layer *quarters, size_t stride, unsigned v, const zkl_fr *e,
                          const zkl_fr *lambda, const zkl_fr *x)
{
    const size_t half = (size_t)1 << v;
    zkl_fr sum = ZKL_FR_ZERO;
    for (size_t i = 0; i < half; i++) {
        zkl_fr p[4], q[4], node_p, node_q;
        for (size_t b = 0; b < 4; b++) {
            p[b] = on_line(&quarters->p[b * stride + i], &quarters->p[b * stride + half + i], x);
            q[b] = on_line(&quarters->q[b * stride + i], &quarters->q[b * stride + half + i], x);
        }
        plain_sum(&node_p, &node_q, p, q);
        zkl_fr_mul(&node_q, &node_q, lambda);
        zkl_fr_add(&node_p, &node_p, &node_q);
        zkl_fr_mul(&node_p, &node_p, &e[i]);
        zkl_fr_add(&sum, &sum, &node_p);
    }
    return sum;
}

/* One layer's messages against sums over all of its children. r: the layer's point, and then the
 * next one's. */
static void check_layer(zkl_test *t, const zkl_gkr_layer *layer, plain_layer *children, zkl_fr *r,
                        zkl_fr *lambda, zkl_transcript *tr)
{
    const size_t stride = children->count / 4;
    zkl_fr point[ZKL_TIER_MAX], next[3], ends[8];
    zkl_fr *e = zkl_arena_alloc(&t->arena, stride, sizeof *e);
    for (unsigned v = (unsigned)layer->round_count; v--;) {
        const zkl_fr *message = layer->rounds[layer->round_count - 1 - v];
        zkl_fr h[5] = { 0 };
        zkl_eq_vector(e, r, v);
        h[0] = plain_round(children, stride, v, e, lambda, &ZKL_FR_ZERO);
        memcpy(h + 1, message, 4 * sizeof *h);
        for (uint64_t k = 1; k <= 4; k++) { /* degree 4: five points say all */
            zkl_fr x, got;
            zkl_fr_from_u64(&x, k);
            const zkl_fr want = plain_round(children, stride, v, e, lambda, &x);
            zkl_poly_eval(&got, h, 5, &x);
            CHECK_MEM_EQ(t, &got, &want, sizeof want);
        }
        zkl_transcript_absorb(tr, message, 4);
        zkl_transcript_squeeze(tr, &point[v], 1);
        for (size_t b = 0; b < 4; b++)
            for (size_t i = 0, half = (size_t)1 << v; i < half; i++) {
                zkl_fr *p = &children->p[b * stride + i], *q = &children->q[b * stride + i];
                *p = on_line(p, p + half, &point[v]);
                *q = on_line(q, q + half, &point[v]);
            }
    }
    for (size_t b = 0; b < 4; b++) {
        CHECK_MEM_EQ(t, &layer->p[b], &children->p[b * stride], sizeof *layer->p);
        CHECK_MEM_EQ(t, &layer->q[b], &children->q[b * stride], sizeof *layer->q);
    }
    memcpy(ends, layer->p, sizeof layer->p);
    memcpy(ends + 4, layer->q, sizeof layer->q);
    zkl_transcript_absorb(tr, ends, 8);
    zkl_transcript_squeeze(tr, next, 3);
    memcpy(r, point, layer->round_count * sizeof *r);
    memcpy(r + layer->round_count, next, 2 * sizeof *r);
    *lambda = next[2];
}

/* Blocks with none, some and all of their cells behind a last row: at the edges of what is computed
 * at once (128 values), and with one row. */
static void test_fraction__sums_over_all_leaves(zkl_test *t)
{
    static const world_form forms[] = {
        { 4, 1, 5 },        { 8, 1, 85 },        { 8, BLOCKS, 1 },
        { 8, BLOCKS, 127 }, { 8, BLOCKS, 128 },  { 8, BLOCKS, 129 },
        { 8, 1, 256 },      { 10, BLOCKS, 200 }, { 10, 1, 513 },
    };
    const zkl_cell_sums *const cells[3] = { NULL, &zkl_cell_sums_portable, zkl_cell_sums_best() };
    for (size_t f = 0; f < ZKL_COUNT(forms); f++)
        for (size_t way = 0; way < 6; way++) {
            world w = { 0 };
            zkl_error err = { 0 };
            zkl_transcript tr;
            const unsigned n = forms[f].log_cells + 4;
            plain_layer layers[ZKL_TIER_MAX / 2 + 1];
            zkl_fraction_witness got = { 0 };
            zkl_fr point[ZKL_TIER_MAX], r[ZKL_TIER_MAX], root[2], lambda;
            REQUIRE_OK(t, &err, make_world(t, &w, &forms[f], &err));
            prove(t, &got, point, &w, n, way % 2 ? zkl_fr_lanes_best() : NULL, cells[way / 2]);
            layers[n / 2] = plain_leaves(t, &w, n);
            REQUIRE(t, got.layers && layers[n / 2].p);
            for (size_t k = n / 2; k--;)
                layers[k] = plain_parents(t, &layers[k + 1]);
            root[0] = layers[0].p[0];
            root[1] = layers[0].q[0];
            CHECK_MEM_EQ(t, &got.root_p, &root[0], sizeof *root);
            CHECK_MEM_EQ(t, &got.root_q, &root[1], sizeof *root);
            zkl_transcript_init(&tr, 1);
            zkl_transcript_absorb(&tr, root, 2);
            zkl_transcript_squeeze(&tr, &lambda, 1);
            for (size_t k = 0; k < n / 2; k++)
                check_layer(t, &got.layers[k], &layers[k + 1], r, &lambda, &tr);
            CHECK_MEM_EQ(t, point, r, n * sizeof *r);
            zkl_shape_clear(&w.shape);
        }
}

ZKL_TESTS(TEST(test_fraction__same_in_every_way), TEST(test_fraction__same_for_every_leaf),
          TEST(test_fraction__sums_over_all_leaves))
