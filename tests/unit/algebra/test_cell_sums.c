/* Sums of cells: the portable set against plain field arithmetic, every other set against the
 * portable one, to the bit. */
#include "native/cell_sums.h"

#include "native/fr_lanes.h"
#include "unit/algebra/algebra_testing.h"

#define COUNT ZKL_QUAD_RUN_MAX

/* Random cells, half of them at the edges. */
static uint16_t *edge_cells(zkl_test *t, size_t count)
{
    static const uint16_t edges[4] = { 0, 1, UINT16_MAX, UINT16_MAX - 1 };
    uint16_t *out = zkl_arena_alloc(&t->arena, count, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        const uint64_t k = test_random_u64(t);
        out[i] = k % 2 ? edges[k >> 1 & 3] : (uint16_t)(k >> 32);
    }
    return out;
}

/* Random elements, some of them 0, 1, r - 1, or with words that are all ones. */
static zkl_fr *edge_elements(zkl_test *t, size_t count)
{
    zkl_fr *out = test_fr_array(t, count), minus;
    const zkl_fr full = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x73eda753299d7d47 } };
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (size_t i = 0; i < count; i++)
        switch (test_random_u64(t) % 8) {
        case 0:
            out[i] = ZKL_FR_ZERO;
            break;
        case 1:
            out[i] = minus;
            break;
        case 2: /* the largest words: r - 1, not in Montgomery form */
            out[i] = (zkl_fr){ ZKL_FR_ORDER_WORDS };
            out[i].l[0]--;
            break;
        case 3:
            out[i] = full;
            break;
        default:
            break;
        }
    return out;
}

static void check_combine(zkl_test *t, const zkl_cell_sums *set, size_t blocks, size_t from,
                          size_t count)
{
    const zkl_fr *weights = edge_elements(t, blocks);
    const uint16_t **cells = zkl_arena_alloc(&t->arena, blocks + 1, sizeof *cells);
    zkl_fr out[COUNT];
    for (size_t b = 0; b < blocks; b++)
        cells[b] = edge_cells(t, from + count);
    set->combine(out->l, (const uint64_t *)weights, cells, blocks, from, count);
    for (size_t i = 0; i < count; i++) {
        zkl_fr want = ZKL_FR_ZERO, cell;
        for (size_t b = 0; b < blocks; b++) {
            zkl_fr_from_u64(&cell, cells[b][from + i]);
            zkl_fr_mul(&cell, &cell, &weights[b]);
            zkl_fr_add(&want, &want, &cell);
        }
        CHECK_FR_EQ(t, out[i], want);
    }
}

static void test_cell_sums__combine(zkl_test *t)
{
    const zkl_cell_sums *const sets[] = { &zkl_cell_sums_portable, zkl_cell_sums_best() };
    for (size_t k = 0; k < ZKL_COUNT(sets); k++) {
        for (size_t blocks = 0; blocks < 8; blocks++)
            for (size_t count = 1; count <= COUNT; count += count < 40 ? 1 : 29)
                check_combine(t, sets[k], blocks, blocks % 3, count);
        /* more than one pass, and as many as there may be */
        check_combine(t, sets[k], 513, 1, 43);
        check_combine(t, sets[k], 1030, 0, 8);
        check_combine(t, sets[k], 4096, 0, 9);
    }
}

/* The most that combine may add up: every weight r - 1 as words, every cell the largest. */
static void test_cell_sums__combine_largest(zkl_test *t)
{
    const zkl_cell_sums *const sets[] = { &zkl_cell_sums_portable, zkl_cell_sums_best() };
    zkl_fr *weights = test_fr_array(t, 4096), want = ZKL_FR_ZERO, cell, out[40];
    const uint16_t **cells = zkl_arena_alloc(&t->arena, 4096, sizeof *cells);
    uint16_t full[40];
    memset(full, 0xff, sizeof full);
    zkl_fr_from_u64(&cell, UINT16_MAX);
    for (size_t b = 0; b < 4096; b++) {
        weights[b] = (zkl_fr){ ZKL_FR_ORDER_WORDS };
        weights[b].l[0]--;
        cells[b] = full;
        zkl_fr product;
        zkl_fr_mul(&product, &weights[b], &cell);
        zkl_fr_add(&want, &want, &product);
    }
    for (size_t k = 0; k < ZKL_COUNT(sets); k++) {
        sets[k]->combine(out->l, (const uint64_t *)weights, cells, 4096, 0, 40);
        for (size_t i = 0; i < 40; i++)
            CHECK_FR_EQ(t, out[i], want);
    }
}

/* ---- moments */

typedef struct quads_world {
    zkl_quads quads;
    zkl_quad_sums sums;
    zkl_quad_moment moments[ZKL_QUAD_WEIGHTS_MAX][ZKL_QUAD_MOMENTS_MAX];
    zkl_fr *weights[ZKL_QUAD_WEIGHTS_MAX];
} quads_world;

static quads_world *make_quads(zkl_test *t, size_t m, size_t count, size_t lists)
{
    quads_world *w = zkl_arena_alloc(&t->arena, 2, sizeof *w);
    w = (quads_world *)(((uintptr_t)w + 63) / 64 * 64);
    memset(w, 0, sizeof *w);
    w->quads.quarter_count = m;
    w->quads.count = count;
    w->sums.list_count = lists;
    for (size_t k = 0; k < 4 * m; k++)
        w->quads.cells[k / 4][k % 4] = edge_cells(t, count);
    for (size_t k = 0; k < lists; k++) {
        w->weights[k] = edge_elements(t, count);
        w->sums.weights[k] = (const uint64_t *)w->weights[k];
        w->sums.moments[k] = w->moments[k];
    }
    return w;
}

/* Integers of six words, mod r as Montgomery words: what a moment stands for. */
static zkl_fr reduce_words(const uint64_t words[static 6])
{
    uint8_t bytes[48];
    zkl_fr value, scale;
    for (size_t i = 0; i < 48; i++)
        bytes[47 - i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
    zkl_fr_reduce(&value, bytes, sizeof bytes); /* words 2^256 as words; so once back */
    zkl_fr_power_of_two(&scale, 128);
    zkl_fr_sqr(&scale, &scale);
    zkl_fr_inverse(&scale, &scale);
    zkl_fr_mul(&value, &value, &scale);
    return value;
}

/* The polynomials at one point, from their definition: e_k by products of the values of the u_b. */
static void check_definition(zkl_test *t, const quads_world *w, const zkl_cell_sums *set)
{
    const size_t m = w->quads.quarter_count;
    const zkl_fr x[2] = { test_random_fr(t), test_random_fr(t) };
    zkl_fr y[2], want[ZKL_QUAD_QUARTERS_MAX + 1] = { { { 0 } } };
    for (size_t v = 0; v < 2; v++)
        zkl_fr_sub(&y[v], &ZKL_FR_ONE, &x[v]);
    for (size_t i = 0; i < w->quads.count; i++) {
        zkl_fr e[ZKL_QUAD_QUARTERS_MAX + 1] = { ZKL_FR_ONE };
        for (size_t b = 0; b < m; b++) {
            zkl_fr u = ZKL_FR_ZERO, term;
            for (size_t c = 0; c < 4; c++) {
                zkl_fr_from_u64(&term, w->quads.cells[b][c][i]);
                zkl_fr_mul(&term, &term, c >> 1 ? &x[0] : &y[0]);
                zkl_fr_mul(&term, &term, c & 1 ? &x[1] : &y[1]);
                zkl_fr_add(&u, &u, &term);
            }
            for (size_t k = b + 1; k > 0; k--) {
                zkl_fr_mul(&term, &e[k - 1], &u);
                zkl_fr_add(&e[k], &e[k], &term);
            }
        }
        for (size_t k = 0; k <= m; k++) {
            zkl_fr_mul(&e[k], &e[k], &w->weights[0][i]);
            zkl_fr_add(&want[k], &want[k], &e[k]);
        }
    }
    for (size_t k = 0; k <= m; k++) {
        zkl_fr got = ZKL_FR_ZERO;
        for (size_t a = 0; a <= k; a++)
            for (size_t b = 0; b <= k; b++) {
                uint64_t words[6];
                set->read_moment(words, &w->moments[0][ZKL_QUAD_MOMENT(k) + a * (k + 1) + b]);
                zkl_fr term = reduce_words(words), power;
                zkl_fr_pow_u64(&power, &x[0], a);
                zkl_fr_mul(&term, &term, &power);
                zkl_fr_pow_u64(&power, &y[0], k - a);
                zkl_fr_mul(&term, &term, &power);
                zkl_fr_pow_u64(&power, &x[1], b);
                zkl_fr_mul(&term, &term, &power);
                zkl_fr_pow_u64(&power, &y[1], k - b);
                zkl_fr_mul(&term, &term, &power);
                zkl_fr_add(&got, &got, &term);
            }
        CHECK_FR_EQ(t, got, want[k]);
    }
}

static void test_cell_sums__portable_moments_as_defined(zkl_test *t)
{
    for (size_t m = 0; m <= ZKL_QUAD_QUARTERS_MAX; m++) {
        quads_world *w = make_quads(t, m, 11, 1);
        zkl_cell_sums_portable.add_quads(&w->sums, &w->quads);
        check_definition(t, w, &zkl_cell_sums_portable);
    }
}

static void compare_sets(zkl_test *t, quads_world *w, size_t rounds)
{
    const zkl_cell_sums *const sets[] = { &zkl_cell_sums_portable, zkl_cell_sums_best() };
    static uint64_t words[2][ZKL_QUAD_WEIGHTS_MAX][ZKL_QUAD_MOMENTS_MAX][6];
    memset(words, 0, sizeof words);
    for (size_t k = 0; k < 2; k++) {
        memset(w->moments, 0, sizeof w->moments);
        for (size_t round = 0; round < rounds; round++)
            sets[k]->add_quads(&w->sums, &w->quads);
        for (size_t list = 0; list < w->sums.list_count; list++)
            for (size_t at = 0; at < ZKL_QUAD_MOMENT(w->quads.quarter_count + 1); at++)
                sets[k]->read_moment(words[k][list][at], &w->moments[list][at]);
    }
    CHECK_MEM_EQ(t, words[1], words[0], sizeof words[0]);
}

static void test_cell_sums__moments_same_by_every_set(zkl_test *t)
{
    for (size_t m = 0; m <= ZKL_QUAD_QUARTERS_MAX; m++) {
        compare_sets(t, make_quads(t, m, 8, 1), 1);
        compare_sets(t, make_quads(t, m, 72, ZKL_QUAD_WEIGHTS_MAX), 2);
        compare_sets(t, make_quads(t, m, COUNT, 3), 3);
    }
}

/* All weights r - 1 as words, all cells the largest, many times over: where a bound would show. */
static void test_cell_sums__largest_moments(zkl_test *t)
{
    for (size_t m = 0; m <= ZKL_QUAD_QUARTERS_MAX; m++) {
        quads_world *w = make_quads(t, m, COUNT, 1);
        uint16_t full[COUNT];
        memset(full, 0xff, sizeof full);
        for (size_t k = 0; k < 4 * m; k++)
            w->quads.cells[k / 4][k % 4] = full;
        for (size_t i = 0; i < COUNT; i++) {
            w->weights[0][i] = (zkl_fr){ ZKL_FR_ORDER_WORDS };
            w->weights[0][i].l[0]--;
        }
        compare_sets(t, w, 70);
    }
}

/* ---- nodes over numbers */

static void fill_nodes(zkl_test *t, zkl_number_nodes *nodes, size_t missing)
{
    const zkl_fr *w = edge_elements(t, 2 * ZKL_NODE_NUMBERS_MAX + 1);
    memcpy(nodes->p, w, sizeof nodes->p);
    memcpy(nodes->q, w + ZKL_NODE_NUMBERS_MAX, sizeof nodes->q);
    for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
        nodes->numbers[b] = missing >> b & 1 ? NULL : edge_cells(t, COUNT);
}

/* sum over k of w_k e_k, the e_k by field products. */
static zkl_fr weighted_node(const uint64_t *w, size_t count, const zkl_number_nodes *nodes,
                            size_t i)
{
    zkl_fr e[ZKL_NODE_NUMBERS_MAX + 1] = { ZKL_FR_ONE }, sum = ZKL_FR_ZERO, d, v;
    for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++) {
        zkl_fr_from_u64(&d, nodes->numbers[b] ? nodes->numbers[b][i] : 0);
        for (size_t k = b + 1; k > 0; k--) {
            zkl_fr_mul(&v, &e[k - 1], &d);
            zkl_fr_add(&e[k], &e[k], &v);
        }
    }
    for (size_t k = 0; k < count; k++) {
        memcpy(&v, w + 4 * k, sizeof v);
        zkl_fr_mul(&v, &v, &e[k]);
        zkl_fr_add(&sum, &sum, &v);
    }
    return sum;
}

static void check_nodes(zkl_test *t, const zkl_number_nodes *nodes)
{
    const zkl_cell_sums *const sets[] = { &zkl_cell_sums_portable, zkl_cell_sums_best() };
    zkl_fr p[COUNT], q[COUNT];
    for (size_t k = 0; k < ZKL_COUNT(sets); k++) {
        sets[k]->add_numbers(p->l, q->l, nodes, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            CHECK_FR_EQ(t, p[i], weighted_node(nodes->p, ZKL_NODE_NUMBERS_MAX, nodes, i));
            CHECK_FR_EQ(t, q[i], weighted_node(nodes->q, ZKL_NODE_NUMBERS_MAX + 1, nodes, i));
        }
    }
}

static void test_cell_sums__nodes(zkl_test *t)
{
    zkl_number_nodes nodes;
    for (size_t missing = 0; missing < 16; missing++) {
        fill_nodes(t, &nodes, missing);
        check_nodes(t, &nodes);
    }
    /* the largest sums: coefficients r - 1 as words, numbers of sixteen ones */
    uint16_t full[COUNT];
    memset(full, 0xff, sizeof full);
    for (size_t k = 0; k < ZKL_NODE_NUMBERS_MAX; k++)
        nodes.numbers[k] = full;
    for (size_t k = 0; k <= ZKL_NODE_NUMBERS_MAX; k++) {
        zkl_fr most = { ZKL_FR_ORDER_WORDS };
        most.l[0]--;
        memcpy(nodes.q + 4 * k, &most, sizeof most);
        if (k < ZKL_NODE_NUMBERS_MAX)
            memcpy(nodes.p + 4 * k, &most, sizeof most);
    }
    check_nodes(t, &nodes);
}

/* Both are sets of the same features: where one knows its answers, so does the other. */
static void test_cell_sums__fastest_set_is_chosen(zkl_test *t)
{
    CHECK(t, (zkl_fr_lanes_best() != NULL) == (zkl_cell_sums_best() != &zkl_cell_sums_portable));
}

ZKL_TESTS(TEST(test_cell_sums__fastest_set_is_chosen), TEST(test_cell_sums__combine),
          TEST(test_cell_sums__combine_largest), TEST(test_cell_sums__portable_moments_as_defined),
          TEST(test_cell_sums__moments_same_by_every_set), TEST(test_cell_sums__largest_moments),
          TEST(test_cell_sums__nodes))
