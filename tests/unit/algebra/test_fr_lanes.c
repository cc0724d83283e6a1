#include "native/fr_lanes.h"

#include "unit/algebra/algebra_testing.h"
#include "unit/algebra/plain_fr.h"
#include "unit/stepping.h"

#define COUNT 128

/* Random elements, half of them at the edges: 0, 1, r - 1, r - 2, 2^254. */
static zkl_fr *edge_array(zkl_test *t, size_t count)
{
    zkl_fr *out = test_fr_array(t, count), edges[5] = { ZKL_FR_ZERO, ZKL_FR_ONE };
    zkl_fr_neg(&edges[2], &ZKL_FR_ONE);
    zkl_fr_sub(&edges[3], &edges[2], &ZKL_FR_ONE);
    zkl_fr_power_of_two(&edges[4], 254);
    for (size_t i = 0; i < count; i++) {
        const uint64_t k = test_random_u64(t) % 10;
        if (k < 5)
            out[i] = edges[k];
    }
    /* and words that are all ones where r allows it */
    const zkl_fr full = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x73eda753299d7d47 } };
    const zkl_fr last = { { 0xffffffff00000000, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                            0x73eda753299d7d48 } };
    for (size_t i = 0; i < count; i += 7)
        out[i] = i % 2 ? full : last;
    return out;
}

/* check, of each set that this processor and the path in force have. */
static void check_sets(zkl_test *t, void (*check)(zkl_test *t, const zkl_fr_lanes *lanes))
{
    static const char *const names[] = { "ifma", "avx2" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const zkl_fr_lanes *lanes = zkl_fr_lanes_find(names[i]);
        if (lanes)
            check(t, lanes);
        else
            fprintf(stderr, "# %s: no set '%s' here\n", t->name, names[i]);
    }
}

static void check_multiplies(zkl_test *t, const zkl_fr_lanes *lanes)
{
    const zkl_fr *a = edge_array(t, COUNT), *b = edge_array(t, COUNT);
    zkl_fr out[COUNT], want;
    lanes->multiply(out->l, a->l, b->l, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        zkl_fr_mul(&want, &a[i], &b[i]);
        CHECK_FR_EQ(t, out[i], want);
    }
    memcpy(out, a, sizeof out);
    lanes->multiply(out->l, out->l, out->l, COUNT); /* in place, equal operands */
    for (size_t i = 0; i < COUNT; i++) {
        zkl_fr_sqr(&want, &a[i]);
        CHECK_FR_EQ(t, out[i], want);
    }
}

static void check_butterflies(zkl_test *t, const zkl_fr_lanes *lanes)
{
    const zkl_fr *a = edge_array(t, COUNT), *b = edge_array(t, COUNT), *w = edge_array(t, COUNT);
    zkl_fr x[COUNT], y[COUNT];
    if (!lanes->butterflies)
        return;
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    lanes->butterflies(x->l, y->l, w->l, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        zkl_fr product, sum, difference;
        zkl_fr_mul(&product, &w[i], &b[i]);
        zkl_fr_add(&sum, &a[i], &product);
        zkl_fr_sub(&difference, &a[i], &product);
        CHECK_FR_EQ(t, x[i], sum);
        CHECK_FR_EQ(t, y[i], difference);
    }
}

static void check_two_levels_at_once(zkl_test *t, const zkl_fr_lanes *lanes)
{
    for (size_t round = 0; lanes->butterflies_twice && round < 40; round++) {
        const size_t span = (size_t)8 << round % 4, count = round % 2 ? span : 8;
        zkl_fr *want = edge_array(t, 4 * span), got[256];
        const zkl_fr *w = edge_array(t, 3 * span);
        if (round % 3 == 0) /* zeros, which are r unreduced */
            memset(want, 0, span * sizeof *want);
        memcpy(got, want, 4 * span * sizeof *got);
        if (round >= 20)
            plain_leave_unreduced(got, 4 * span);
        plain_two_levels(want, w, span, count);
        lanes->butterflies_twice(got->l, w->l, span, count, true);
        for (size_t k = 0; k < 4; k++)
            CHECK_MEM_EQ(t, &got[k * span], &want[k * span], count * sizeof *got);
    }
}

/* What is left unreduced is right for the next levels, whichever way these go. */
static void check_first_levels(zkl_test *t, const zkl_fr_lanes *lanes)
{
    for (size_t round = 0; lanes->first_butterflies && round < 20; round++) {
        zkl_fr *want = edge_array(t, 256), got[256];
        const zkl_fr *w = edge_array(t, 3), *twiddles = edge_array(t, 3 * 64);
        memcpy(got, want, sizeof got);
        for (size_t i = 0; i < 256; i += 8) {
            zkl_fr *v = &want[i];
            const zkl_fr first[3] = { ZKL_FR_ONE, ZKL_FR_ONE, w[1] };
            plain_two_levels(v, first, 1, 1);
            plain_two_levels(v + 4, first, 1, 1);
            plain_butterfly(&v[0], &v[4], &ZKL_FR_ONE);
            for (size_t k = 1; k < 4; k++)
                plain_butterfly(&v[k], &v[k + 4], &w[k - 1]);
        }
        lanes->first_butterflies(got->l, w->l, 256);
        if (round % 2) {
            plain_two_levels(want, twiddles, 64, 64);
            lanes->butterflies_twice(got->l, twiddles->l, 64, 64, true);
        } else {
            for (size_t i = 0; i < 128; i++)
                plain_butterfly(&want[i], &want[i + 128], &twiddles[i]);
            lanes->butterflies(got->l, got[128].l, twiddles->l, 128);
        }
        CHECK_MEM_EQ(t, got, want, sizeof got);
    }
}

static void check_folds(zkl_test *t, const zkl_fr_lanes *lanes)
{
    const zkl_fr *a = edge_array(t, COUNT), *b = edge_array(t, COUNT), *c = edge_array(t, 16);
    zkl_fr out[COUNT];
    for (size_t k = 0; lanes && k < 16; k++) {
        const size_t low_step = k % 2, high_step = k / 2 % 2;
        lanes->fold(out->l, (zkl_fr_values){ a->l, 4 * low_step },
                    (zkl_fr_values){ b->l, 4 * high_step }, c[k].l, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            const zkl_fr *x = &a[i * low_step], *y = &b[i * high_step];
            zkl_fr want;
            zkl_fr_sub(&want, y, x);
            zkl_fr_mul(&want, &want, &c[k]);
            zkl_fr_add(&want, &want, x);
            CHECK_FR_EQ(t, out[i], want);
        }
        /* In place, in runs of every length: what is behind one stays. */
        for (size_t count = ZKL_FR_LANES; count <= COUNT; count += ZKL_FR_LANES) {
            memcpy(out, a, sizeof out);
            lanes->fold(out->l, (zkl_fr_values){ out->l, 4 }, (zkl_fr_values){ b->l, 4 }, c[k].l,
                        count);
            for (size_t i = 0; i < COUNT; i++) {
                zkl_fr want;
                zkl_fr_sub(&want, &b[i], &a[i]);
                zkl_fr_mul(&want, &want, &c[k]);
                zkl_fr_add(&want, &want, &a[i]);
                CHECK_FR_EQ(t, out[i], i < count ? want : a[i]);
            }
        }
    }
}

/* Four fractions, their arrays, and which of them are constant and how. */
typedef struct four {
    zkl_fr_fractions in;
    const zkl_fr *p[4], *q[4];
} four;

/* choice, in base 4, says of each numerator: an array, 0, 1, any constant; units: bit b for a
 * denominator of 1. */
static void make_four(zkl_test *t, four *out, unsigned choice, unsigned units)
{
    for (size_t b = 0; b < 4; b++, choice /= 4) {
        zkl_fr *p = edge_array(t, COUNT), *q = edge_array(t, COUNT);
        if (choice % 4 == 1)
            p[0] = ZKL_FR_ZERO;
        if (choice % 4 == 2)
            p[0] = ZKL_FR_ONE;
        if (choice % 4 == 3)
            p[0] = test_random_fr(t);
        if (units >> b & 1)
            q[0] = ZKL_FR_ONE;
        out->in.p_step[b] = choice % 4 ? 0 : 4;
        out->in.q_step[b] = units >> b & 1 ? 0 : 4;
        out->in.p[b] = p->l;
        out->in.q[b] = q->l;
        out->p[b] = p;
        out->q[b] = q;
    }
}

static void check_add_fractions(zkl_test *t, const zkl_fr_lanes *lanes)
{
    zkl_fr got_p[COUNT], got_q[COUNT];
    for (unsigned choice = 0; lanes && choice < 256; choice++) {
        four f;
        make_four(t, &f, choice, choice % 3 ? 0 : (unsigned)test_random_u64(t) % 16);
        lanes->add_fractions(got_p->l, got_q->l, &f.in, 16);
        for (size_t i = 0; i < 16; i++) {
            zkl_fr p[4], q[4], want_p, want_q;
            for (size_t b = 0; b < 4; b++) {
                p[b] = *plain_value_at(f.p[b], f.in.p_step[b], i);
                q[b] = *plain_value_at(f.q[b], f.in.q_step[b], i);
            }
            plain_add_four(&want_p, &want_q, p, q);
            CHECK_FR_EQ(t, got_p[i], want_p);
            CHECK_FR_EQ(t, got_q[i], want_q);
        }
    }
}

static void check_sum_lines(zkl_test *t, const zkl_fr_lanes *lanes, const four *low,
                            const four *high, size_t count)
{
    zkl_fr got[4], two, minus;
    const zkl_fr *e = edge_array(t, count), lam = test_random_fr(t);
    zkl_fr_add(&two, &ZKL_FR_ONE, &ZKL_FR_ONE);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    const zkl_fr *points[4] = { &ZKL_FR_ZERO, &two, &minus, NULL };
    lanes->sum_lines(got->l, &low->in, &high->in, e->l, lam.l, count);
    for (size_t x = 0; x < 4; x++) {
        zkl_fr want = ZKL_FR_ZERO;
        for (size_t i = 0; i < count; i++) {
            zkl_fr p[4], q[4], sum_p, sum_q;
            for (size_t b = 0; b < 4; b++) {
                p[b] = plain_line_at(plain_value_at(low->p[b], low->in.p_step[b], i),
                                     plain_value_at(high->p[b], high->in.p_step[b], i), points[x]);
                q[b] = plain_line_at(plain_value_at(low->q[b], low->in.q_step[b], i),
                                     plain_value_at(high->q[b], high->in.q_step[b], i), points[x]);
            }
            plain_add_four(&sum_p, &sum_q, p, q);
            zkl_fr_mul(&sum_q, &sum_q, &lam);
            zkl_fr_add(&sum_p, &sum_p, &sum_q);
            zkl_fr_mul(&sum_p, &sum_p, &e[i]);
            zkl_fr_add(&want, &want, &sum_p);
        }
        CHECK_FR_EQ(t, got[x], want);
    }
}

static void check_sums(zkl_test *t, const zkl_fr_lanes *lanes)
{
    for (unsigned choice = 0; lanes && choice < 256; choice++) {
        four low, high;
        const unsigned units = choice % 3 ? 0 : (unsigned)test_random_u64(t) % 16;
        make_four(t, &low, choice, units);
        /* constants that stay, that change, and that meet an array */
        make_four(t, &high, choice % 2 ? choice : (unsigned)test_random_u64(t) % 256,
                  choice % 5 ? units : (unsigned)test_random_u64(t) % 16);
        check_sum_lines(t, lanes, &low, &high, 8);
    }
    /* the longest run, where sums are largest */
    for (unsigned k = 0; lanes && k < 4; k++) {
        four low, high;
        make_four(t, &low, k % 2 ? 0 : 0xff, 0);
        make_four(t, &high, k % 2 ? 0 : 0xff, 0);
        check_sum_lines(t, lanes, &low, &high, ZKL_FR_LANES_RUN_MAX);
    }
}

/* Fractions that are 0 / 1 throughout, which is what lowers the degree: below, above, or both. */
static void check_unused_lines(zkl_test *t, const zkl_fr_lanes *lanes)
{
    enum { UNUSED = 1 }; /* numerator 0; the denominator by its bit of units */
    for (unsigned unused = 0; unused < 16; unused++)
        for (unsigned k = 0; k < 12; k++) {
            unsigned choice[2], units[2];
            four halves[2];
            for (size_t h = 0; h < 2; h++) {
                const bool is_used = k >= 8 && (k & 1) == h; /* in this half all are used */
                choice[h] = (unsigned)test_random_u64(t) % 256;
                units[h] = is_used ? 0 : unused;
                for (size_t b = 0; b < 4; b++)
                    if (units[h] >> b & 1)
                        choice[h] = (choice[h] & ~(3u << 2 * b)) | (unsigned)UNUSED << 2 * b;
                make_four(t, &halves[h], choice[h], units[h]);
            }
            check_sum_lines(t, lanes, &halves[0], &halves[1], k % 2 ? 8 : ZKL_FR_LANES_RUN_MAX);
        }
}

/* Every function of a set over arrays. */
typedef struct steps {
    const zkl_fr_lanes *lanes;
    zkl_fr values[18][ZKL_FR_LANES];
} steps;

static void run_all(void *context)
{
    const zkl_fr_lanes *lanes = ((steps *)context)->lanes;
    zkl_fr(*values)[ZKL_FR_LANES] = ((steps *)context)->values;
    zkl_fr_fractions low, high;
    for (size_t b = 0; b < 4; b++) {
        low.p[b] = values[b]->l;
        low.q[b] = values[4 + b]->l;
        high.p[b] = values[8 + b]->l;
        high.q[b] = values[12 + b]->l;
        low.p_step[b] = low.q_step[b] = high.p_step[b] = high.q_step[b] = 4;
    }
    lanes->sum_lines(values[16]->l, &low, &high, values[16]->l, values[17]->l, ZKL_FR_LANES);
    lanes->add_fractions(values[0]->l, values[4]->l, &low, ZKL_FR_LANES);
    lanes->fold(values[1]->l, (zkl_fr_values){ values[1]->l, 4 },
                (zkl_fr_values){ values[2]->l, 4 }, values[17]->l, ZKL_FR_LANES);
    lanes->multiply(values[3]->l, values[3]->l, values[5]->l, ZKL_FR_LANES);
    if (lanes->butterflies)
        lanes->butterflies(values[6]->l, values[7]->l, values[8]->l, ZKL_FR_LANES);
    if (lanes->butterflies_twice)
        lanes->butterflies_twice(values[0]->l, values[4]->l, ZKL_FR_LANES, ZKL_FR_LANES, true);
    if (lanes->first_butterflies)
        lanes->first_butterflies(values[8]->l, values[1]->l, 64);
}

static void check_take_the_same_steps_for_any_values(zkl_test *t, const zkl_fr_lanes *lanes)
{
    static steps s;
    uint64_t first = 0;
    s.lanes = lanes;
    for (unsigned round = 0; round < 6; round++) {
        for (size_t k = 0; k < ZKL_COUNT(s.values); k++)
            memcpy(s.values[k],
                   round < 2 ? test_fr_array(t, ZKL_FR_LANES) : edge_array(t, ZKL_FR_LANES),
                   sizeof s.values[k]);
        if (round == 5)
            memset(s.values, 0, sizeof s.values);
        const uint64_t digest = test_trace(run_all, &s);
        if (digest == 0) {
            fprintf(stderr, "# %s: no tracing here\n", t->name);
            return;
        }
        if (round == 0)
            first = digest;
        CHECK_UINT_EQ(t, digest, first);
    }
}

static void test_fr_lanes__multiplies(zkl_test *t)
{
    check_sets(t, check_multiplies);
}

static void test_fr_lanes__butterflies(zkl_test *t)
{
    check_sets(t, check_butterflies);
}

static void test_fr_lanes__two_levels_at_once(zkl_test *t)
{
    check_sets(t, check_two_levels_at_once);
}

static void test_fr_lanes__first_levels(zkl_test *t)
{
    check_sets(t, check_first_levels);
}

static void test_fr_lanes__sum_lines_of_fewer_fractions(zkl_test *t)
{
    check_sets(t, check_unused_lines);
}

static void test_fr_lanes__folds(zkl_test *t)
{
    check_sets(t, check_folds);
}

static void test_fr_lanes__add_fractions(zkl_test *t)
{
    check_sets(t, check_add_fractions);
}

static void test_fr_lanes__sum_lines(zkl_test *t)
{
    check_sets(t, check_sums);
}

static void test_fr_lanes__take_the_same_steps_for_any_values(zkl_test *t)
{
    check_sets(t, check_take_the_same_steps_for_any_values);
}

ZKL_TESTS(TEST(test_fr_lanes__multiplies), TEST(test_fr_lanes__butterflies),
          TEST(test_fr_lanes__two_levels_at_once), TEST(test_fr_lanes__first_levels),
          TEST(test_fr_lanes__folds), TEST(test_fr_lanes__sum_lines_of_fewer_fractions),
          TEST(test_fr_lanes__add_fractions), TEST(test_fr_lanes__sum_lines),
          TEST(test_fr_lanes__take_the_same_steps_for_any_values))
