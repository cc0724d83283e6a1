/* Every set of the loops over the scalar field against plain field arithmetic, and sums of cells
 * against the portable set. */
#include "fuzz_kernels.h"
#include "native/cell_sums.h"
#include "native/fr_lanes.h"
#include "unit/algebra/plain_fr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- native/fr_lanes.h */

static void check_products(source *s, const zkl_fr_lanes *lanes)
{
    const size_t count = (size_t)ZKL_FR_LANES * (1 + take_byte(s) % 4);
    const zkl_fr *a = take_elements(s, 0, count), *b = take_elements(s, 1, count);
    const zkl_fr c = take_element(s);
    const size_t steps = take_byte(s);
    zkl_fr *out = fenced(2, count * sizeof *out), want;
    lanes->multiply(out->l, a->l, b->l, count);
    for (size_t i = 0; i < count; i++) {
        zkl_fr_mul(&want, &a[i], &b[i]);
        must_equal(&out[i], &want, sizeof want);
    }
    lanes->fold(out->l, (zkl_fr_values){ a->l, steps & 4 }, (zkl_fr_values){ b->l, steps >> 1 & 4 },
                c.l, count);
    for (size_t i = 0; i < count; i++) {
        want = plain_line_at(&a[steps & 4 ? i : 0], &b[steps & 8 ? i : 0], &c);
        must_equal(&out[i], &want, sizeof want);
    }
}

/* Four fractions behind fences from `k` on; shape says which are constant. */
static void take_fractions(source *s, zkl_fr_fractions *out, size_t k, size_t count)
{
    for (size_t b = 0; b < 4; b++) {
        const uint8_t shape = take_byte(s);
        out->p_step[b] = shape & 1 ? 4 : 0;
        out->q_step[b] = shape & 2 ? 4 : 0;
        out->p[b] = take_elements(s, k + 2 * b, shape & 1 ? count : 1)->l;
        out->q[b] = take_elements(s, k + 2 * b + 1, shape & 2 ? count : 1)->l;
    }
}

static const zkl_fr *at(const uint64_t *words, size_t step, size_t i)
{
    return (const zkl_fr *)(const void *)(words + step * i);
}

static void check_fractions(source *s, const zkl_fr_lanes *lanes)
{
    const size_t count = (size_t)ZKL_FR_LANES * (1 + take_byte(s) % 4);
    zkl_fr_fractions low, high;
    zkl_fr *p = fenced(0, count * sizeof *p), *q = fenced(1, count * sizeof *q);
    const zkl_fr *e = take_elements(s, 2, count), lam = take_element(s);
    zkl_fr two, minus, got[4];
    take_fractions(s, &low, 3, count);
    take_fractions(s, &high, 11, count);
    lanes->add_fractions(p->l, q->l, &low, count);
    for (size_t i = 0; i < count; i++) {
        zkl_fr four_p[4], four_q[4], want[2];
        for (size_t b = 0; b < 4; b++) {
            four_p[b] = *at(low.p[b], low.p_step[b], i);
            four_q[b] = *at(low.q[b], low.q_step[b], i);
        }
        plain_add_four(&want[0], &want[1], four_p, four_q);
        must_equal(&p[i], &want[0], sizeof *want);
        must_equal(&q[i], &want[1], sizeof *want);
    }
    zkl_fr_add(&two, &ZKL_FR_ONE, &ZKL_FR_ONE);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    const zkl_fr *points[4] = { &ZKL_FR_ZERO, &two, &minus, NULL };
    lanes->sum_lines(got->l, &low, &high, e->l, lam.l, count);
    for (size_t x = 0; x < 4; x++) {
        zkl_fr want = ZKL_FR_ZERO;
        for (size_t i = 0; i < count; i++) {
            zkl_fr four_p[4], four_q[4], sum_p, sum_q;
            for (size_t b = 0; b < 4; b++) {
                four_p[b] = plain_line_at(at(low.p[b], low.p_step[b], i),
                                          at(high.p[b], high.p_step[b], i), points[x]);
                four_q[b] = plain_line_at(at(low.q[b], low.q_step[b], i),
                                          at(high.q[b], high.q_step[b], i), points[x]);
            }
            plain_add_four(&sum_p, &sum_q, four_p, four_q);
            zkl_fr_mul(&sum_q, &sum_q, &lam);
            zkl_fr_add(&sum_p, &sum_p, &sum_q);
            zkl_fr_mul(&sum_p, &sum_p, &e[i]);
            zkl_fr_add(&want, &want, &sum_p);
        }
        must_equal(&got[x], &want, sizeof want);
    }
}

static void check_butterflies(source *s, const zkl_fr_lanes *lanes)
{
    enum { COUNT = 64 };
    const bool unreduced = take_byte(s) & 1;
    zkl_fr *values = take_elements(s, 0, COUNT), want[COUNT];
    const zkl_fr *w = take_elements(s, 1, 3 * COUNT / 4);
    if (!lanes->butterflies)
        return;
    memcpy(want, values, sizeof want);
    if (unreduced)
        plain_leave_unreduced(values, COUNT);
    for (size_t i = 0; i < COUNT / 2; i++)
        plain_butterfly(&want[i], &want[i + COUNT / 2], &w[i]);
    lanes->butterflies(values->l, values[COUNT / 2].l, w->l, COUNT / 2);
    must_equal(values, want, sizeof want);
    if (!lanes->butterflies_twice)
        return;
    if (unreduced)
        plain_leave_unreduced(values, COUNT);
    plain_two_levels(want, w, COUNT / 4, COUNT / 4);
    lanes->butterflies_twice(values->l, w->l, COUNT / 4, COUNT / 4, true);
    must_equal(values, want, sizeof want);
}

static void check_first_levels(source *s, const zkl_fr_lanes *lanes)
{
    enum { COUNT = 128 };
    zkl_fr *values = take_elements(s, 0, COUNT), want[COUNT];
    const zkl_fr *w = take_elements(s, 1, 3), *twiddles = take_elements(s, 2, 3 * COUNT / 4);
    const zkl_fr first[3] = { ZKL_FR_ONE, ZKL_FR_ONE, w[1] };
    if (!lanes->first_butterflies || !lanes->butterflies_twice)
        return;
    memcpy(want, values, sizeof want);
    for (size_t i = 0; i < COUNT; i += 8) {
        plain_two_levels(&want[i], first, 1, 1);
        plain_two_levels(&want[i + 4], first, 1, 1);
        plain_butterfly(&want[i], &want[i + 4], &ZKL_FR_ONE);
        for (size_t k = 1; k < 4; k++)
            plain_butterfly(&want[i + k], &want[i + 4 + k], &w[k - 1]);
    }
    plain_two_levels(want, twiddles, COUNT / 4, COUNT / 4);
    lanes->first_butterflies(values->l, w->l, COUNT);
    lanes->butterflies_twice(values->l, twiddles->l, COUNT / 4, COUNT / 4, true);
    must_equal(values, want, sizeof want);
}

/* ---- native/cell_sums.h */

static const uint16_t *take_cells(source *s, size_t k, size_t count)
{
    uint16_t *out = fenced(k, count * sizeof *out);
    const uint8_t kind = take_byte(s);
    take_bytes(s, out, count * sizeof *out);
    for (size_t i = 0; i < count; i++)
        if (kind & 1 && take_byte(s) & 1)
            out[i] = UINT16_MAX;
    return out;
}

static void check_combine(source *s, const zkl_cell_sums *set)
{
    enum { BLOCKS = 24 };
    const size_t blocks = take_byte(s) % (BLOCKS + 1), from = take_byte(s) % 9;
    const size_t count = 1 + take_byte(s) % 40;
    const uint16_t *cells[BLOCKS + 1];
    const zkl_fr *weights = take_elements(s, BLOCKS, blocks);
    zkl_fr *want = fenced(BLOCKS + 1, count * sizeof *want);
    zkl_fr *got = fenced(BLOCKS + 2, count * sizeof *got);
    for (size_t b = 0; b < blocks; b++)
        cells[b] = take_cells(s, b, from + count);
    const uint64_t *words = (const uint64_t *)(const void *)weights;
    zkl_cell_sums_portable.combine(want->l, words, cells, blocks, from, count);
    set->combine(got->l, words, cells, blocks, from, count);
    must_equal(got, want, count * sizeof *want);
}

static void check_quads(source *s, const zkl_cell_sums *set)
{
    const zkl_cell_sums *const sets[] = { &zkl_cell_sums_portable, set };
    static zkl_quad_moment moments[2][2][ZKL_QUAD_MOMENTS_MAX];
    zkl_quads quads = { .quarter_count = take_byte(s) % (ZKL_QUAD_QUARTERS_MAX + 1),
                        .count = (size_t)8 * (1 + take_byte(s) % (ZKL_QUAD_RUN_MAX / 8)) };
    const size_t lists = 1 + take_byte(s) % 2, rounds = 1 + take_byte(s) % 3;
    const uint64_t *weights[2] = { NULL, NULL };
    for (size_t k = 0; k < lists; k++)
        weights[k] = take_elements(s, 16 + k, quads.count)->l;
    for (size_t k = 0; k < 4 * quads.quarter_count; k++)
        quads.cells[k / 4][k % 4] = take_cells(s, k, quads.count);
    memset(moments, 0, sizeof moments);
    for (size_t k = 0; k < 2; k++) {
        const zkl_quad_sums sums = { lists,
                                     { weights[0], weights[1] },
                                     { moments[k][0], moments[k][1] } };
        for (size_t round = 0; round < rounds; round++)
            sets[k]->add_quads(&sums, &quads);
    }
    for (size_t list = 0; list < lists; list++)
        for (size_t at = 0; at < ZKL_QUAD_MOMENT(quads.quarter_count + 1); at++) {
            uint64_t words[2][6];
            for (size_t k = 0; k < 2; k++)
                sets[k]->read_moment(words[k], &moments[k][list][at]);
            must_equal(words[1], words[0], sizeof words[0]);
        }
}

static void check_numbers(source *s, const zkl_cell_sums *set)
{
    const size_t count = (size_t)8 * (1 + take_byte(s) % 16);
    const uint8_t missing = take_byte(s);
    zkl_number_nodes nodes = { .p = { 0 } };
    zkl_fr *want[2], *got[2];
    for (size_t k = 0; k < 2; k++) {
        want[k] = fenced(8 + k, count * sizeof **want);
        got[k] = fenced(10 + k, count * sizeof **got);
    }
    memcpy(nodes.p, take_elements(s, 4, ZKL_NODE_NUMBERS_MAX), sizeof nodes.p);
    memcpy(nodes.q, take_elements(s, 5, ZKL_NODE_NUMBERS_MAX + 1), sizeof nodes.q);
    for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
        nodes.numbers[b] = missing >> b & 1 ? NULL : take_cells(s, b, count);
    zkl_cell_sums_portable.add_numbers(want[0]->l, want[1]->l, &nodes, count);
    set->add_numbers(got[0]->l, got[1]->l, &nodes, count);
    for (size_t k = 0; k < 2; k++)
        must_equal(got[k], want[k], count * sizeof **want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const loops[])(source *,
                                 const zkl_fr_lanes *) = { check_products, check_fractions,
                                                           check_butterflies, check_first_levels };
    static void (*const sums[])(source *, const zkl_cell_sums *) = { check_combine, check_quads,
                                                                     check_numbers };
    static const char *const names[] = { "ifma", "avx2" };
    source s = { data, size, 1 };
    const size_t which = take_byte(&s) % (ZKL_COUNT(loops) + ZKL_COUNT(sums));
    if (which >= ZKL_COUNT(loops))
        sums[which - ZKL_COUNT(loops)](&s, zkl_cell_sums_best());
    for (size_t i = 0; which < ZKL_COUNT(loops) && i < ZKL_COUNT(names); i++) {
        const zkl_fr_lanes *lanes = zkl_fr_lanes_find(names[i]);
        source same = s;
        if (lanes)
            loops[which](&same, lanes);
    }
    return 0;
}
