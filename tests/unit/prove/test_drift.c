/* "drift" in the toy world: distributions that lie as close as said are proven, and no others are,
 * however values, bins, counts, distances and padding are written. After make_drift and its attacks
 * in tests/model/proof_model.py. */
#include "counted.h"
#include "product.h"
#include "claim/assertion_drift.h"

enum { DRIFT_ROWS_MAX = 64, CUTS_MAX = TOY_C, EXACTLY = -1 };

typedef struct drift_case {
    const uint64_t *x, *y;
    uint64_t x_rows, y_rows;
    size_t cut_count;
    uint64_t cuts[CUTS_MAX];
    int64_t most; /* EXACTLY: the distance as it is; below that: so much less */
    uint64_t factor, divisor;
} drift_case;

/* The auxiliary columns, to be changed before they are proven. */
typedef struct plain_drift {
    uint64_t *i, *a, *b, *c, *bin_a, *bin_b, *e, *u, *v, *y, *z, *q;
    uint64_t distance;
    int64_t most;
} plain_drift;

static uint64_t *drift_room(zkl_test *t)
{
    return ZKL_ARENA_NEW(&t->arena, uint64_t, DRIFT_ROWS_MAX);
}

static uint64_t shifted(int64_t v)
{
    return v > 0 ? (uint64_t)v >> TOY_LOG : 0;
}

/* e, u, v, y, z and q as they follow from the bins' counts. */
static void plain_distances(plain_drift *out, const drift_case *d)
{
    const int64_t f = (int64_t)d->factor, g = (int64_t)d->divisor;
    out->distance = 0;
    for (size_t i = 0; i < TOY_C; i++) {
        const int64_t a = (int64_t)(d->y_rows * out->bin_a[i]),
                      b = (int64_t)(d->x_rows * out->bin_b[i]), e = a > b ? a - b : b - a;
        out->e[i] = (uint64_t)e;
        out->u[i] = shifted(e + a - b);
        out->v[i] = shifted(e - a + b);
        out->y[i] = shifted(f * a - g * b);
        out->z[i] = shifted(f * b - g * a);
        out->distance += (uint64_t)e;
    }
    out->most = d->most < 0 ? (int64_t)out->distance + d->most - EXACTLY : d->most;
    out->q[0] = out->most > (int64_t)out->distance ? (uint64_t)out->most - out->distance : 0;
}

static void plain_bins(plain_drift *out, const drift_case *d)
{
    for (size_t i = 0; i < TOY_C; i++) {
        out->i[i] = i;
        out->c[i] = d->cut_count ? 0 : i;
        for (size_t k = 0; k < d->cut_count; k++)
            out->c[i] += d->cuts[k] <= i;
    }
    for (uint64_t row = 0; row < d->x_rows; row++)
        out->a[d->x[row]]++;
    for (uint64_t row = 0; row < d->y_rows; row++)
        out->b[d->y[row]]++;
    for (size_t i = 0; i < TOY_C; i++) {
        out->bin_a[out->c[i]] += out->a[i];
        out->bin_b[out->c[i]] += out->b[i];
    }
}

static void put_columns(toy_table *out, const plain_drift *p, const drift_case *d)
{
    const uint64_t most = 2 * d->x_rows * d->y_rows;
    const unsigned n = plain_limbs(d->x_rows > d->y_rows ? d->x_rows : d->y_rows),
                   h = plain_limbs(2 * most), j = plain_limbs(most * d->factor);
    const toy_column first[] = { { "i", 1, p->i }, { "a", n, p->a }, { "b", n, p->b } },
                     bins[] = { { "c", 1, p->c }, { "A", n, p->bin_a }, { "B", n, p->bin_b } },
                     apart[] = { { "e", h, p->e }, { "u", h, p->u }, { "v", h, p->v } },
                     factor[] = { { "y", j, p->y }, { "z", j, p->z } };
    *out = (toy_table){ .rows = TOY_C };
    for (size_t i = 0; i < 3; i++)
        out->columns[out->column_count++] = first[i];
    for (size_t i = 0; d->cut_count && i < 3; i++)
        out->columns[out->column_count++] = bins[i];
    for (size_t i = 0; i < 3; i++)
        out->columns[out->column_count++] = apart[i];
    for (size_t i = 0; d->factor && i < 2; i++)
        out->columns[out->column_count++] = factor[i];
}

static toy_assertion drift_of(zkl_test *t, const drift_case *d, plain_drift *out)
{
    uint64_t **columns[] = { &out->i, &out->a, &out->b, &out->c, &out->bin_a, &out->bin_b,
                             &out->e, &out->u, &out->v, &out->y, &out->z,     &out->q };
    for (size_t i = 0; i < ZKL_COUNT(columns); i++)
        *columns[i] = drift_room(t);
    plain_bins(out, d);
    plain_distances(out, d);
    const uint64_t most = 2 * d->x_rows * d->y_rows;
    toy_assertion a = { .kind = ZKL_ASSERTION_DRIFT,
                        .table_count = ZKL_DRIFT_TABLES,
                        .tables = { table_of("0", 1, d->x, d->x_rows),
                                    table_of("1", 1, d->y, d->y_rows) } };
    for (size_t i = 0; i < d->cut_count; i++)
        a.params[a.param_count++] = toy_int((int64_t)d->cuts[i]);
    a.params[a.param_count++] = toy_int(out->most);
    a.params[a.param_count++] = toy_int((int64_t)d->factor);
    a.params[a.param_count++] = toy_int((int64_t)d->divisor);
    put_columns(&a.tables[ZKL_DRIFT_BINS], out, d);
    a.tables[ZKL_DRIFT_SLACK] = table_of("q", plain_limbs(2 * most) + 1, out->q, TOY_C);
    return a;
}

static toy_assertion drift(zkl_test *t, drift_case d)
{
    plain_drift plain;
    return drift_of(t, &d, &plain);
}

/* Where a column of the bins is. */
static size_t column_at(const toy_assertion *a, const char *role)
{
    size_t i = 0;
    while (strcmp(a->tables[ZKL_DRIFT_BINS].columns[i].role, role) != 0)
        i++;
    return i;
}

static toy_change bins_change(const toy_assertion *a, const char *role, uint64_t row, zkl_fr value)
{
    return change_of(a, ZKL_DRIFT_BINS, column_at(a, role), row, value);
}

/* Of C + 5 and 2 C + 1 rows. */
enum { X_ROWS = TOY_C + 5, Y_ROWS = 2 * TOY_C + 1 };

static drift_case far_apart(zkl_test *t)
{
    uint64_t *x = drift_room(t), *y = drift_room(t);
    for (uint64_t i = 0; i < DRIFT_ROWS_MAX; i++) {
        x[i] = 7 * i * i % TOY_C;
        y[i] = (5 * i + 3) % TOY_C;
    }
    return (drift_case){ .x = x, .y = y, .x_rows = X_ROWS, .y_rows = Y_ROWS, .most = EXACTLY };
}

/* The model's: 0..7 thrice; 0..7 twice, and 2, 2, 5, 5: shares 3/24, and 2/20 or 4/20. */
static drift_case near(zkl_test *t)
{
    uint64_t *x = drift_room(t), *y = drift_room(t);
    for (uint64_t i = 0; i < DRIFT_ROWS_MAX; i++) {
        x[i] = i % 8;
        y[i] = i < 16 ? i % 8 : i < 18 ? 2 : 5;
    }
    return (drift_case){ .x = x, .y = y, .x_rows = 24, .y_rows = 20, .most = EXACTLY };
}

static drift_case with_cuts(drift_case d, uint64_t first, uint64_t second)
{
    d.cut_count = 2;
    d.cuts[0] = first;
    d.cuts[1] = second;
    return d;
}

static drift_case with_factor(drift_case d, uint64_t factor, uint64_t divisor)
{
    d.factor = factor;
    d.divisor = divisor;
    return d;
}

/* The distance itself, and more, up to the most there is. */
static void test_drift__honest(zkl_test *t)
{
    drift_case d = far_apart(t);
    HONEST(drift(t, d));
    HONEST(drift(t, with_cuts(d, 3, 8)));
    d.most = 2 * X_ROWS * Y_ROWS;
    HONEST(drift(t, d));
    HONEST(drift(t, with_cuts(d, 1, TOY_C - 1)));
    HONEST(drift(t, with_factor(with_cuts(near(t), 2, 4), 8, 5)));
    HONEST(drift(t, with_factor(near(t), 8, 5))); /* 4/20 and 3/24: 8/5 itself */
    HONEST(drift(t, with_factor(near(t), 2, 1)));
    d = near(t);
    d.cut_count = 1;
    d.cuts[0] = 8; /* all below */
    d.most = 0;
    HONEST(drift(t, with_factor(d, 1, 1)));
}

/* One row, rows around a chunk, several chunks: of a table and itself the distance is 0. */
static void test_drift__sizes(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C, 50 };
    const drift_case base = far_apart(t);
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        drift_case d = base;
        d.x_rows = sizes[i];
        HONEST(drift(t, d));
        HONEST(drift(t, with_cuts(d, 5, 6)));
        d.most = EXACTLY - 1;
        LIE(drift(t, d), "circuit: root", 0);
        uint64_t *copy = drift_room(t);
        memcpy(copy, d.x, DRIFT_ROWS_MAX * sizeof *copy);
        d.y = copy;
        d.y_rows = d.x_rows;
        d.most = 0;
        HONEST(drift(t, with_factor(d, 1, 1)));
    }
    /* nothing in common: the most there is */
    static const uint64_t zeros[3], tops[] = { TOY_C - 1, TOY_C - 1 };
    drift_case d = { .x = zeros, .y = tops, .x_rows = 3, .y_rows = 2, .most = 12 };
    HONEST(drift(t, d));
    d.most = 11;
    LIE(drift(t, d), "circuit: root", 0);
}

/* One less than the distance, whatever a bin's distance is said to be. */
static void test_drift__too_far(zkl_test *t)
{
    drift_case d = far_apart(t);
    d.most = EXACTLY - 1;
    const toy_assertion every = drift(t, d), binned = drift(t, with_cuts(d, 3, 8));
    LIE(every, "circuit: root", 0);
    LIE(binned, "circuit: root", 0);
    for (uint64_t row = 0; row < 3; row++) {
        LIE(binned, "circuit: root", .tamper = { bins_change(&binned, "e", row, ZKL_FR_ZERO) },
            .tamper_count = 1);
        LIE(binned, "circuit: root", .tamper = { bins_change(&binned, "e", row, toy_int(-1)) },
            .tamper_count = 1);
    }
    /* a slack below 0 */
    LIE(binned, "circuit: root",
        .tamper = { change_of(&binned, ZKL_DRIFT_SLACK, 0, 0, toy_int(-1)) }, .tamper_count = 1);
}

/* e one less than a difference, which is then -1: as a limb of -1 and a rest of C - 1. */
static void test_drift__rests_below_zero(zkl_test *t)
{
    static const uint64_t x[] = { 1, 1, 2 }, y[] = { 2, 2, 1, 1, 1 };
    drift_case d = { .x = x, .y = y, .x_rows = 3, .y_rows = 5, .most = EXACTLY - 1 };
    plain_drift plain; /* 10 and 9 of value 1, 5 and 6 of 2 */
    const toy_assertion a = drift_of(t, &d, &plain);
    REQUIRE(t, plain.distance == 2 && plain.e[1] == 1 && plain.e[2] == 1);
    plain.e[1] = plain.u[1] = plain.v[1] = 0;
    LIE(a, "circuit: root", .tamper = { bins_change(&a, "v", 1, toy_int(-1)) }, .tamper_count = 1);
    plain_distances(&plain, &d);
    plain.e[2] = plain.u[2] = plain.v[2] = 0;
    LIE(a, "circuit: root", .tamper = { bins_change(&a, "u", 2, toy_int(-1)) }, .tamper_count = 1);
    /* beyond the factor: f a - g b is -1 in either direction */
    d.most = EXACTLY;
    const toy_assertion b = drift(t, with_factor(d, 1, 1));
    LIE(b, "circuit: root",
        .tamper = { bins_change(&b, "z", 1, toy_int(-1)), bins_change(&b, "y", 2, toy_int(-1)) },
        .tamper_count = 2);
    LIE(b, "circuit: root", 0);
    HONEST(drift(t, with_factor(d, 6, 5)));
}

/* A bin beyond the factor, or empty on one side. */
static void test_drift__beyond_the_factor(zkl_test *t)
{
    static const uint64_t x[] = { 1, 2 }, y[] = { 1, 1 };
    LIE(drift(t, with_factor(near(t), 6, 5)), "circuit: root", 0);
    LIE(drift(t, with_factor(near(t), 159, 100)), "circuit: root", 0);
    const drift_case d = { .x = x, .y = y, .x_rows = 2, .y_rows = 2, .most = 8 };
    const drift_case other = { .x = y, .y = x, .x_rows = 2, .y_rows = 2, .most = 8 };
    LIE(drift(t, with_factor(d, 1000, 1)), "circuit: root", 0);
    LIE(drift(t, with_factor(other, 1000, 1)), "circuit: root", 0);
    HONEST(drift(t, d));
}

/* B's counts lumped into one bin, moved to A's; bins that are others; a value in two rows, or in
 * none. */
static void test_drift__other_counts(zkl_test *t)
{
    drift_case d = with_cuts(far_apart(t), 3, 8);
    plain_drift plain;
    d.most = EXACTLY - 1;
    toy_assertion a = drift_of(t, &d, &plain);
    memset(plain.bin_b, 0, TOY_C * sizeof *plain.bin_b);
    LIE(a, "circuit: root", 0);
    memcpy(plain.bin_b, plain.bin_a, TOY_C * sizeof *plain.bin_b);
    plain_distances(&plain, &d);
    LIE(a, "circuit: root", 0);
    a = drift_of(t, &d, &plain); /* a row moved between two bins of A */
    plain.bin_a[0]--;
    plain.bin_a[1]++;
    plain_distances(&plain, &d);
    LIE(a, "circuit: root", 0);
    a = drift_of(t, &d, &plain); /* and of the same with its value */
    plain.a[0]--;
    plain.a[5]++;
    plain.bin_a[0]--;
    plain.bin_a[1]++;
    plain_distances(&plain, &d);
    LIE(a, "circuit: root", 0);
    /* all values in bin 0: what is said of the numbers' places refuses it */
    d.most = 0;
    a = drift_of(t, &d, &plain);
    memset(plain.c, 0, TOY_C * sizeof *plain.c);
    memset(plain.bin_a, 0, TOY_C * sizeof *plain.bin_a);
    memset(plain.bin_b, 0, TOY_C * sizeof *plain.bin_b);
    plain.bin_a[0] = X_ROWS;
    plain.bin_b[0] = Y_ROWS;
    plain_distances(&plain, &d);
    CHECK_UINT_EQ(t, plain.distance, 0);
    LIE(a, "circuit: root", 0);
    /* two cells of one value: 1 called 0, so that nobody's counts fit it */
    d = far_apart(t);
    d.most = EXACTLY - 1;
    a = drift_of(t, &d, &plain);
    plain.i[1] = 0;
    LIE(a, "circuit: root", 0);
}

/* The row of value 2 called 1: a value in two rows, whose counts are divided as suits; and then the
 * row of 3 called 2, so that no row's value is missing. */
static void test_drift__a_value_in_two_rows(zkl_test *t)
{
    static const uint64_t x[] = { 1, 1, 1, 1 }, y[] = { 1, 1, 2, 2 };
    const drift_case d = { .x = x, .y = y, .x_rows = 4, .y_rows = 4, .most = 16 };
    plain_drift plain;
    const toy_assertion a = drift_of(t, &d, &plain);
    HONEST(a);
    plain.i[2] = 1;
    plain.a[1] = plain.a[2] = 2;
    LIE(a, "circuit: root", 0);
    plain.i[3] = 2;
    plain.b[1] = 2;
    plain.b[2] = 0;
    plain.b[3] = 2;
    memcpy(plain.bin_a, plain.a, TOY_C * sizeof *plain.a);
    memcpy(plain.bin_b, plain.b, TOY_C * sizeof *plain.b);
    plain_distances(&plain, &d);
    LIE(a, "circuit: root", 0);
}

/* Values exchanged between the rows of two bins: all of A has 1, all of B 9, which stands in the
 * row of 2. */
static void test_drift__values_in_other_bins(zkl_test *t)
{
    static const uint64_t x[] = { 1, 1, 1 }, y[] = { 9, 9, 9 };
    drift_case d = { .x = x, .y = y, .x_rows = 3, .y_rows = 3, .most = 0 };
    plain_drift plain;
    d = with_cuts(d, 4, 8);
    const toy_assertion a = drift_of(t, &d, &plain);
    LIE(a, "circuit: root", 0);
    plain.i[2] = 9;
    plain.i[9] = 2;
    plain.b[2] = 3;
    plain.b[9] = 0;
    plain.bin_b[0] = 3;
    plain.bin_b[2] = 0; /* bins are rows 0, 1, 9 (its value 2) .. */
    plain_distances(&plain, &d);
    /* .. bin 0 has all of both, and the row with i = 2 has neither */
    CHECK_UINT_EQ(t, plain.distance, 0);
    LIE(a, "circuit: root", 0);
}

/* A padded row of A becomes one of value 3, so that one of 0 is taken off for it: that it is zero
 * is its receipt's to say. */
static void test_drift__needs_the_tables_receipts(zkl_test *t)
{
    static const uint64_t x[] = { 0, 0, 3 }, y[] = { 0, 3, 3 };
    const drift_case d = { .x = x, .y = y, .x_rows = 3, .y_rows = 3, .most = 0 };
    plain_drift plain;
    const toy_assertion own = drift_of(t, &d, &plain);
    const toy_assertion all[3] = { cells_of(own.tables[0]), cells_of(own.tables[1]), own };
    const toy_lies hidden = { TAMPER(0, TOY_C - 1, 3) };
    toy_proof proof;
    zkl_error err;
    LIE(own, "circuit: root", 0);
    plain.a[0]--;
    plain.a[3]++;
    memcpy(plain.bin_a, plain.a, TOY_C * sizeof *plain.a);
    plain_distances(&plain, &d);
    CHECK_UINT_EQ(t, plain.distance, 0);
    LIE(own, "circuit: root", 0);
    toy_prove(t, &proof, &own, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, all, 3, &hidden, "circuit: root");
}

/* A row of A in place of one of B, of its value or of its bin, so that both are even; and the same
 * of two claims. */
static void test_drift__tags(zkl_test *t)
{
    static const uint64_t x[] = { 1, 1, 1, 1 }, y[] = { 1, 1, 2, 2 }, z[] = { 1, 1, 1, 2 };
    drift_case d = { .x = x, .y = y, .x_rows = 4, .y_rows = 4, .most = 0 };
    plain_drift plain, other;
    const toy_assertion a = drift_of(t, &d, &plain);
    plain.a[1] = plain.b[1] = plain.bin_a[1] = plain.bin_b[1] = 3;
    plain.a[2] = plain.b[2] = plain.bin_a[2] = plain.bin_b[2] = 1;
    plain_distances(&plain, &d);
    CHECK_UINT_EQ(t, plain.distance, 0);
    LIE(a, "circuit: root", 0);
    d = with_cuts(d, 1, 2);
    const toy_assertion binned = drift_of(t, &d, &plain);
    plain.bin_a[1] = plain.bin_b[1] = 3;
    plain.bin_a[2] = plain.bin_b[2] = 1;
    plain_distances(&plain, &d);
    CHECK_UINT_EQ(t, plain.distance, 0);
    LIE(binned, "circuit: root", 0);
    /* four of 1 in A, three in B; three in A, four in B */
    const drift_case one = { .x = x, .y = z, .x_rows = 4, .y_rows = 4, .most = 0 },
                     two = { .x = z, .y = x, .x_rows = 4, .y_rows = 4, .most = 0 };
    const toy_assertion both[2] = { drift_of(t, &one, &plain), drift_of(t, &two, &other) };
    plain.b[1] = plain.bin_b[1] = 4;
    plain.b[2] = plain.bin_b[2] = 0;
    other.b[1] = other.bin_b[1] = 3;
    other.b[2] = other.bin_b[2] = 1;
    plain_distances(&plain, &one);
    plain_distances(&other, &two);
    CHECK_UINT_EQ(t, plain.distance + other.distance, 0);
    lie(t, __LINE__, both, 2, NULL, "circuit: root");
}

static void test_drift__each_block(zkl_test *t)
{
    static const uint64_t x[] = { 0, 1, 4 }, y[] = { 4, 5, 1, 1 };
    const drift_case d = { .x = x, .y = y, .x_rows = 3, .y_rows = 4, .most = 20 };
    const toy_assertion every = drift(t, d),
                        binned = drift(t, with_factor(with_cuts(d, 2, 9), 2, 1));
    lie_in_each_block(t, __LINE__, &every);
    lie_in_each_block(t, __LINE__, &binned);
}

/* ---- The product's prover */

static void test_drift__product_prover(zkl_test *t)
{
    drift_case wide = far_apart(t);
    wide.x_rows = 50;
    wide.y_rows = 49;
    const drift_case cases[] = {
        far_apart(t),
        with_cuts(far_apart(t), 3, 8),
        near(t),
        with_factor(near(t), 8, 5),
        with_factor(with_cuts(near(t), 2, 4), 4294967295, 4294967294 / 2),
        wide,
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const toy_assertion a = drift(t, cases[i]);
        FILLED(a);
        HONEST(a);
    }
    /* a slack of more than one cell holds */
    static const uint64_t x[TOY_C], y[TOY_C];
    const drift_case d = { .x = x, .y = y + 1, .x_rows = 1, .y_rows = 1, .most = 2 };
    FILLED(drift(t, d));
}

static void test_drift__counts_what_offends(zkl_test *t)
{
    drift_case d = far_apart(t);
    BAD_ROWS(drift(t, d), 0);
    d.most = EXACTLY - 1;
    BAD_ROWS(drift(t, d), 1);
    BAD_ROWS(drift(t, with_cuts(d, 3, 8)), 1);
    BAD_ROWS(drift(t, with_factor(near(t), 8, 5)), 0);
    BAD_ROWS(drift(t, with_factor(near(t), 159, 100)), 1);
    drift_case turned = near(t);
    const uint64_t *const x = turned.x;
    turned.x = turned.y;
    turned.y = x;
    turned.x_rows = 20;
    turned.y_rows = 24;
    BAD_ROWS(drift(t, with_factor(turned, 8, 5)), 0);
    BAD_ROWS(drift(t, with_factor(turned, 159, 100)), 1);
}

/* ---- The checklist */

static void test_drift__parameters(zkl_test *t)
{
    const drift_case base = with_factor(with_cuts(near(t), 2, 4), 8, 5);
    const toy_assertion fine = drift(t, base);
    STATE(fine, NULL);
    for (size_t count = 0; count < 3; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        STATE(other, "parameters");
    }
    const int64_t big = (int64_t)1 << 32, top = 2 * 24 * 20;
    const struct {
        size_t at;
        int64_t value;
    } changes[] = {
        { 0, 0 }, { 0, 4 },     { 0, 5 },   { 0, -1 },      { 1, 2 },
        { 1, 1 }, { 1, TOY_C }, { 1, big }, { 1, -1 },      { 2, -1 },
        { 3, 4 }, { 3, big },   { 3, -1 },  { 3, 0 },       { 4, 0 },
        { 4, 9 }, { 4, -1 },    { 4, big }, { 2, top + 1 }, { 2, big << 20 },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion other = fine;
        other.params[changes[i].at] = toy_int(changes[i].value);
        STATE(other, "parameters");
    }
    /* the bounds themselves; all cuts there can be */
    toy_assertion other = fine;
    other.params[2] = toy_int(top);
    STATE(other, NULL);
    STATE(drift(t, with_factor(base, (uint64_t)big - 1, (uint64_t)big - 1)), NULL);
    drift_case all = near(t);
    for (uint64_t cut = 1; cut < TOY_C; cut++)
        all.cuts[all.cut_count++] = cut;
    STATE(drift(t, all), NULL);
    all.cuts[all.cut_count++] = TOY_C;
    STATE(drift(t, all), "parameters");
    /* a cut more, a factor: other tables */
    other = drift(t, near(t));
    other.param_count = 4;
    memmove(other.params + 1, other.params, 3 * sizeof *other.params);
    other.params[0] = toy_int(3);
    STATE(other, "auxiliary tables");
    other = drift(t, near(t));
    other.params[1] = other.params[2] = toy_int(1);
    STATE(other, "auxiliary tables");
    for (size_t table = 2; table < fine.table_count; table++) {
        other = fine;
        other.tables[table].rows -= TOY_C / 2;
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].role = "x";
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].limbs++;
        STATE(other, "auxiliary tables");
    }
    other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
}

/* One column of one limb each; a flag is one more. */
static void test_drift__columns(zkl_test *t)
{
    const toy_assertion fine = drift(t, near(t));
    static const uint64_t zeros[DRIFT_ROWS_MAX];
    for (size_t table = 0; table < 2; table++) {
        toy_assertion other = fine;
        other.tables[table].columns[0].limbs = 2;
        STATE(other, "limbs");
        other = fine;
        other.tables[table].columns[1] = (toy_column){ table ? "1?" : "0?", 1, zeros };
        other.tables[table].column_count = 2;
        STATE(other, "columns");
    }
}

/* What is compared fits limbs up to all rows and factors. */
static void test_drift__limbs(zkl_test *t)
{
    zkl_scalar params[ZKL_DRIFT_PARAMS] = { { { 0 } } };
    zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 1 };
    zkl_statement_table table = { .row_count = ((uint64_t)1 << 40) - 1,
                                  .columns = &column,
                                  .column_count = 1 };
    const zkl_statement_table *tables[2] = { &table, &table };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, params, ZKL_DRIFT_PARAMS, tables, 2 };
    zkl_drift read;
    zkl_error err = { 0 };
    memset(params[ZKL_DRIFT_FACTOR].bytes + 28, 0xff, 4);
    params[ZKL_DRIFT_DIVISOR].bytes[31] = 1;
    REQUIRE_OK(t, &err, zkl_drift_read(&read, &facts, &err));
    CHECK_UINT_EQ(t, read.count_limbs, 3);
    CHECK_UINT_EQ(t, read.limbs, 6);        /* 4 2^80 */
    CHECK_UINT_EQ(t, read.factor_limbs, 8); /* 2 2^80 2^32 */
    CHECK_UINT_EQ(t, read.slack_limbs, 7);
    facts.format = &toy_format;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_drift_read(&read, &facts, &err));
    CHECK(t, strstr(err.text, "limbs") != NULL);
}

ZKL_TESTS(TEST(test_drift__honest), TEST(test_drift__sizes), TEST(test_drift__too_far),
          TEST(test_drift__rests_below_zero), TEST(test_drift__beyond_the_factor),
          TEST(test_drift__other_counts), TEST(test_drift__a_value_in_two_rows),
          TEST(test_drift__values_in_other_bins), TEST(test_drift__needs_the_tables_receipts),
          TEST(test_drift__tags), TEST(test_drift__each_block), TEST(test_drift__product_prover),
          TEST(test_drift__counts_what_offends), TEST(test_drift__parameters),
          TEST(test_drift__columns), TEST(test_drift__limbs))
