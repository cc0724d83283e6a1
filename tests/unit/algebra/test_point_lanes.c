#include "native/point_lanes.h"

#include "unit/algebra/algebra_testing.h"

#define COUNT ((size_t)70)

static void invert(uint64_t *out, const uint64_t *in)
{
    blst_fp value;
    memcpy(&value, in, sizeof value);
    blst_fp_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

/* What addition k is between. */
typedef enum pairing { ANY, EQUAL, OPPOSITE, A_INFINITE, B_INFINITE, BOTH_INFINITE } pairing;

typedef struct world {
    zkl_g1_affine a[COUNT], b[COUNT], sums[COUNT], want[COUNT];
    zkl_point_addition batch[COUNT];
    bool is_special[COUNT];
} world;

static void make_addition(zkl_test *t, world *w, size_t k, pairing kind)
{
    const bool negate_a = test_random_below(t, 2), negate_b = test_random_below(t, 2);
    w->a[k] = test_random_g1(t);
    w->b[k] = test_random_g1(t);
    if (kind == EQUAL || kind == OPPOSITE) {
        w->b[k] = w->a[k];
        blst_fp_cneg(&w->b[k].y, &w->b[k].y, (kind == OPPOSITE) != (negate_a != negate_b));
    }
    if (kind == A_INFINITE || kind == BOTH_INFINITE)
        memset(&w->a[k], 0, sizeof w->a[k]);
    if (kind == B_INFINITE || kind == BOTH_INFINITE)
        memset(&w->b[k], 0, sizeof w->b[k]);
    w->is_special[k] = kind != ANY && kind != EQUAL;
    w->batch[k] = (zkl_point_addition){
        .a = &w->a[k], .b = &w->b[k], .out = &w->sums[k], .negate_a = negate_a, .negate_b = negate_b
    };
    zkl_g1 left, right;
    blst_p1_from_affine(&left, &w->a[k]);
    blst_p1_from_affine(&right, &w->b[k]);
    blst_p1_cneg(&left, negate_a);
    blst_p1_cneg(&right, negate_b);
    blst_p1_add_or_double(&left, &left, &right);
    zkl_g1_normalize(&w->want[k], &left);
}

static void check_batch(zkl_test *t, const zkl_point_lanes *lanes, world *w, size_t count)
{
    uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES + 3];
    memset(w->sums, 0xab, sizeof w->sums);
    const zkl_g1_affine untouched = w->sums[0];
    const size_t left = lanes->add(w->batch, count, scratch + 3, invert);
    size_t next = 0;
    for (size_t k = 0; k < COUNT; k++) {
        if (k >= count || w->is_special[k])
            CHECK_MEM_EQ(t, &w->sums[k], &untouched, sizeof untouched);
        else
            CHECK_MEM_EQ(t, &w->sums[k], &w->want[k], sizeof untouched);
        if (k < count && w->is_special[k]) {
            REQUIRE(t, next < left);
            CHECK(t, w->batch[next++].out == &w->sums[k]);
        }
    }
    CHECK_UINT_EQ(t, next, left);
}

static const zkl_point_lanes *lanes_or_skip(zkl_test *t)
{
    const zkl_point_lanes *lanes = zkl_g1_lanes_best();
    if (!lanes)
        fprintf(stderr, "# %s: this processor has no set\n", t->name);
    return lanes;
}

static void test_point_lanes__adds_at_every_count(zkl_test *t)
{
    const zkl_point_lanes *lanes = lanes_or_skip(t);
    static world w;
    for (size_t count = 1; lanes && count <= COUNT; count += count < 20 ? 1 : 7) {
        for (size_t k = 0; k < COUNT; k++)
            make_addition(t, &w, k, ANY);
        check_batch(t, lanes, &w, count);
    }
}

static void test_point_lanes__leaves_what_has_no_chord(zkl_test *t)
{
    const zkl_point_lanes *lanes = lanes_or_skip(t);
    static world w;
    for (unsigned round = 0; lanes && round < 8; round++) {
        for (size_t k = 0; k < COUNT; k++) {
            const uint64_t kind = test_random_below(t, 12);
            make_addition(t, &w, k, kind < 6 ? (pairing)kind : ANY);
        }
        check_batch(t, lanes, &w, COUNT - round);
    }
    for (size_t k = 0; lanes && k < COUNT; k++) /* nothing left to do */
        make_addition(t, &w, k, (pairing)(1 + k % 5));
    if (lanes)
        check_batch(t, lanes, &w, COUNT);
}

/* Coordinates at the ends of the field: the formulas hold for any pairs of values. */
static void test_point_lanes__chords_at_the_edges(zkl_test *t)
{
    const zkl_point_lanes *lanes = lanes_or_skip(t);
    static world w;
    blst_fp edges[4] = { { { 1 } }, { { 0 } }, { { 0 } }, { { 0 } } };
    blst_fp_cneg(&edges[1], &edges[0], true);     /* p - 1 */
    blst_fp_add(&edges[2], &edges[1], &edges[1]); /* p - 2 */
    for (size_t j = 0; j < 6; j++)
        edges[3].l[j] = j == 5 ? 0x1a0111ea397fe699 : UINT64_MAX;
    for (size_t k = 0; k < COUNT; k++) {
        blst_fp slope, x3, y3, dx;
        make_addition(t, &w, k, ANY);
        w.batch[k].negate_a = w.batch[k].negate_b = false;
        w.a[k].x = edges[k % 4];
        w.b[k].x = edges[(k + 1 + k / 16) % 4];
        if (k / 16 == 3)
            w.b[k].x = test_random_g1(t).x;
        w.a[k].y = edges[k / 4 % 4];
        w.b[k].y = k % 3 ? edges[k / 2 % 4] : w.a[k].y;
        blst_fp_sub(&dx, &w.b[k].x, &w.a[k].x);
        blst_fp_inverse(&dx, &dx);
        blst_fp_sub(&slope, &w.b[k].y, &w.a[k].y);
        blst_fp_mul(&slope, &slope, &dx);
        blst_fp_sqr(&x3, &slope);
        blst_fp_sub(&x3, &x3, &w.a[k].x);
        blst_fp_sub(&x3, &x3, &w.b[k].x);
        blst_fp_sub(&y3, &w.a[k].x, &x3);
        blst_fp_mul(&y3, &y3, &slope);
        blst_fp_sub(&y3, &y3, &w.a[k].y);
        w.want[k] = (zkl_g1_affine){ x3, y3 };
    }
    if (lanes)
        check_batch(t, lanes, &w, COUNT);
}

static void invert_g2(uint64_t *out, const uint64_t *in)
{
    blst_fp2 value;
    memcpy(&value, in, sizeof value);
    blst_fp2_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

static void test_point_lanes__chords_at_the_edges_of_g2(zkl_test *t)
{
    const zkl_point_lanes *lanes = zkl_g2_lanes_best();
    static zkl_g2_affine a[COUNT], b[COUNT], sums[COUNT], want[COUNT];
    static uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
    zkl_point_addition batch[COUNT];
    blst_fp edges[4] = { { { 1 } }, { { 0 } }, { { 0 } }, { { 0 } } };
    blst_fp_cneg(&edges[1], &edges[0], true);     /* p - 1 */
    blst_fp_add(&edges[2], &edges[1], &edges[1]); /* p - 2; and 0 */
    for (size_t k = 0; k < COUNT; k++) {
        blst_fp2 slope, x3, y3, dx, y1, y2;
        a[k].x = (blst_fp2){ { edges[1 + k % 2], edges[k / 2 % 4] } };
        b[k].x = (blst_fp2){ { edges[k / 2 % 3], edges[(k / 2 + 1 + k % 3) % 4] } };
        a[k].y = (blst_fp2){ { edges[k / 3 % 4], edges[k / 5 % 4] } };
        b[k].y = (blst_fp2){ { edges[k / 7 % 4], edges[k / 4 % 4] } };
        batch[k] = (zkl_point_addition){ &a[k], &b[k], &sums[k], k % 2, k / 2 % 2, 0, 0 };
        y1 = a[k].y;
        y2 = b[k].y;
        blst_fp2_cneg(&y1, &y1, k % 2);
        blst_fp2_cneg(&y2, &y2, k / 2 % 2);
        blst_fp2_sub(&dx, &b[k].x, &a[k].x);
        blst_fp2_inverse(&dx, &dx);
        blst_fp2_sub(&slope, &y2, &y1);
        blst_fp2_mul(&slope, &slope, &dx);
        blst_fp2_sqr(&x3, &slope);
        blst_fp2_sub(&x3, &x3, &a[k].x);
        blst_fp2_sub(&x3, &x3, &b[k].x);
        blst_fp2_sub(&y3, &a[k].x, &x3);
        blst_fp2_mul(&y3, &y3, &slope);
        blst_fp2_sub(&y3, &y3, &y1);
        want[k] = (zkl_g2_affine){ x3, y3 };
    }
    if (!lanes)
        return;
    CHECK_UINT_EQ(t, lanes->add(batch, COUNT, scratch, invert_g2), 0);
    CHECK_MEM_EQ(t, sums, want, sizeof want);
}

/* The ends of what a sum's coordinate can be: 0, 1, p - 1, p - 2^364 and its neighbours, below
 * which the top limb says that it is below p, and 2^364 - 1. */
#define ENDS 8
static void field_ends(blst_fp ends[static ENDS])
{
    blst_fp limb = { { 0 } }, unit = { { 1 } };
    memset(ends, 0, ENDS * sizeof *ends);
    limb.l[5] = (uint64_t)1 << 44;
    ends[1] = unit;
    blst_fp_cneg(&ends[2], &unit, true);
    blst_fp_cneg(&ends[3], &limb, true);
    blst_fp_add(&ends[4], &ends[3], &unit);
    blst_fp_sub(&ends[5], &ends[3], &unit);
    blst_fp_sub(&ends[6], &limb, &unit);
    ends[7].l[5] = (uint64_t)0x1a011 << 44;
}

/* Chords through a point that end where they are to: slope s, x2 = s^2 - x1 - x3, y1 = s (x1 - x3)
 * - y3. */
static void test_point_lanes__sums_at_the_edges(zkl_test *t)
{
    const zkl_point_lanes *lanes = lanes_or_skip(t);
    static world w;
    blst_fp ends[ENDS];
    field_ends(ends);
    for (size_t round = 0; lanes && round < ENDS; round++) {
        for (size_t k = 0; k < COUNT; k++) {
            blst_fp x3 = ends[k % ENDS], y3 = ends[(k / ENDS + round) % ENDS];
            const blst_fp slope = k % 5 ? test_random_g1(t).x : ends[1 + k % 4];
            make_addition(t, &w, k, ANY);
            w.batch[k].negate_a = w.batch[k].negate_b = false;
            blst_fp *x1 = &w.a[k].x, *y1 = &w.a[k].y, *x2 = &w.b[k].x, *y2 = &w.b[k].y;
            blst_fp_sqr(x2, &slope);
            blst_fp_sub(x2, x2, x1);
            blst_fp_sub(x2, x2, &x3);
            blst_fp_sub(y1, x1, &x3);
            blst_fp_mul(y1, y1, &slope);
            blst_fp_sub(y1, y1, &y3);
            blst_fp_sub(y2, x2, x1);
            blst_fp_mul(y2, y2, &slope);
            blst_fp_add(y2, y2, y1);
            w.want[k] = (zkl_g1_affine){ x3, y3 };
        }
        check_batch(t, lanes, &w, COUNT);
    }
}

static void test_point_lanes__sums_at_the_edges_of_g2(zkl_test *t)
{
    const zkl_point_lanes *lanes = zkl_g2_lanes_best();
    static zkl_g2_affine a[COUNT], b[COUNT], sums[COUNT], want[COUNT];
    static uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
    zkl_point_addition batch[COUNT];
    blst_fp ends[ENDS];
    field_ends(ends);
    for (size_t round = 0; lanes && round < ENDS; round++) {
        for (size_t k = 0; k < COUNT; k++) {
            const zkl_g1_affine one = test_random_g1(t), other = test_random_g1(t);
            const blst_fp2 slope = { { one.x, other.x } }, x1 = { { one.y, other.y } };
            blst_fp2 x2, y1, y2;
            const blst_fp2 x3 = { { ends[k % ENDS], ends[(k / ENDS + round) % ENDS] } };
            const blst_fp2 y3 = { { ends[(k + round) % ENDS], ends[k / ENDS % ENDS] } };
            blst_fp2_sqr(&x2, &slope);
            blst_fp2_sub(&x2, &x2, &x1);
            blst_fp2_sub(&x2, &x2, &x3);
            blst_fp2_sub(&y1, &x1, &x3);
            blst_fp2_mul(&y1, &y1, &slope);
            blst_fp2_sub(&y1, &y1, &y3);
            blst_fp2_sub(&y2, &x2, &x1);
            blst_fp2_mul(&y2, &y2, &slope);
            blst_fp2_add(&y2, &y2, &y1);
            a[k] = (zkl_g2_affine){ x1, y1 };
            b[k] = (zkl_g2_affine){ x2, y2 };
            want[k] = (zkl_g2_affine){ x3, y3 };
            batch[k] = (zkl_point_addition){ &a[k], &b[k], &sums[k], false, false, 0, 0 };
        }
        CHECK_UINT_EQ(t, lanes->add(batch, COUNT, scratch, invert_g2), 0);
        CHECK_MEM_EQ(t, sums, want, sizeof want);
    }
}

/* Whole batches, with and without another one behind them: the sums are blst's. */
static void test_point_lanes__adds_whole_batches(zkl_test *t)
{
    enum { MAX = ZKL_POINT_LANES_BATCH_MAX };
    static const size_t counts[] = { 120, 128, 255, 256, 1000, MAX };
    static zkl_g1_affine points[2 * MAX], sums[MAX], want[MAX];
    static zkl_point_addition batch[MAX], next[MAX];
    static uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
    const zkl_point_lanes *lanes = lanes_or_skip(t);
    zkl_g1 sum;
    for (size_t i = 0; i < 2 * MAX; i++) {
        const zkl_g1_affine base = i % 50 ? points[i - 1] : test_random_g1(t);
        blst_p1_from_affine(&sum, &base);
        blst_p1_add_or_double_affine(&sum, &sum, &base);
        zkl_g1_normalize(&points[i], &sum);
    }
    for (size_t i = 0; lanes && i < ZKL_COUNT(counts); i++) {
        const size_t count = counts[i];
        for (size_t k = 0; k < count; k++) {
            batch[k] = next[k] = (zkl_point_addition){ .a = &points[2 * k],
                                                       .b = &points[2 * k + 1],
                                                       .out = &sums[k],
                                                       .negate_b = k % 3 == 0 };
            zkl_g1_affine b = points[2 * k + 1];
            blst_fp_cneg(&b.y, &b.y, k % 3 == 0);
            blst_p1_from_affine(&sum, &points[2 * k]);
            blst_p1_add_or_double_affine(&sum, &sum, &b);
            zkl_g1_normalize(&want[k], &sum);
        }
        for (size_t next_count = 0; next_count <= count; next_count += count / 2) {
            memset(sums, 0, sizeof sums);
            const size_t left =
                lanes->add_ahead ? lanes->add_ahead(batch, count, next, next_count, scratch, invert)
                                 : lanes->add(batch, count, scratch, invert);
            CHECK_UINT_EQ(t, left, 0);
            CHECK_MEM_EQ(t, sums, want, count * sizeof *want);
        }
    }
}

ZKL_TESTS(TEST(test_point_lanes__adds_at_every_count), TEST(test_point_lanes__adds_whole_batches),
          TEST(test_point_lanes__leaves_what_has_no_chord),
          TEST(test_point_lanes__chords_at_the_edges),
          TEST(test_point_lanes__chords_at_the_edges_of_g2),
          TEST(test_point_lanes__sums_at_the_edges),
          TEST(test_point_lanes__sums_at_the_edges_of_g2))
