/* "rates" in the toy world: shares that lie as close as said are proven, and no others are,
 * whatever tau is, and however counts, groups and padding are written. After make_rates and its
 * attacks in tests/model/proof_model.py. */
#include "counted.h"
#include "claim/assertion_rates.h"

enum { ROWS_MAX = 60, UNITS = TOY_C - TOY_LOG, BEST = -1 };

typedef struct rates_case {
    const uint64_t *g, *y, *w; /* w: NULL without */
    uint64_t rows;
    int64_t a, b, c;
    int64_t tau; /* BEST: the greatest below all shares */
} rates_case;

/* The auxiliary columns, to be changed before they are proven. */
typedef struct plain_rates {
    uint64_t *tau, *sum, *i, *n, *p, *least, *u, *v, *r, *yes_rest, *least_rest;
} plain_rates;

static uint64_t *cells_room(zkl_test *t)
{
    return ZKL_ARENA_NEW(&t->arena, uint64_t, ROWS_MAX);
}

static uint64_t clipped(int64_t v)
{
    return v > 0 ? (uint64_t)v >> TOY_LOG : 0;
}

/* u and v as they follow from n, p and T; 0 where they would be negative. */
static void plain_rests(plain_rates *out, const rates_case *c)
{
    for (size_t i = 0; i < TOY_C; i++) {
        const int64_t n = (int64_t)out->n[i], p = (int64_t)out->p[i],
                      least = (int64_t)out->least[i];
        out->u[i] = clipped(UNITS * p - least);
        out->v[i] = clipped(c->a * least + c->b * UNITS * n - c->c * UNITS * p);
    }
}

static void plain_count(plain_rates *out, const rates_case *c)
{
    for (uint64_t row = 0; row < c->rows; row++) {
        const bool on = !c->w || c->w[row];
        (on ? out->n : out->r)[c->g[row]]++;
        (on ? out->p : out->yes_rest)[c->g[row]] += c->y[row];
    }
    uint64_t tau = UNITS;
    for (size_t i = 0; i < TOY_C; i++)
        if (out->n[i] && UNITS * out->p[i] / out->n[i] < tau)
            tau = UNITS * out->p[i] / out->n[i];
    tau = c->tau == BEST ? tau : (uint64_t)c->tau;
    for (size_t i = 0; i < TOY_C; i++) {
        out->i[i] = i;
        out->least[i] = tau * out->n[i];
        out->least_rest[i] = tau * out->r[i];
    }
    for (uint64_t row = 0; row < c->rows; row++)
        out->tau[row] = tau;
    out->sum[0] = tau;
    out->r[0] += -c->rows & (TOY_C - 1);
}

static toy_assertion rates_of(zkl_test *t, const rates_case *c, plain_rates *out)
{
    uint64_t **columns[] = { &out->tau, &out->sum,      &out->i,         &out->n,
                             &out->p,   &out->least,    &out->u,         &out->v,
                             &out->r,   &out->yes_rest, &out->least_rest };
    for (size_t i = 0; i < ZKL_COUNT(columns); i++)
        *columns[i] = cells_room(t);
    plain_count(out, c);
    plain_rests(out, c);
    const unsigned n = plain_limbs(c->rows),
                   h = plain_limbs((uint64_t)(c->a + c->b + c->c) * c->rows * TOY_C * 2);
    return (toy_assertion){
        .kind = ZKL_ASSERTION_RATES,
        .param_count = ZKL_RATES_PARAMS,
        .params = { toy_int(c->a), toy_int(c->b), toy_int(c->c) },
        .table_count = ZKL_RATES_TABLES,
        .tables = { { c->w ? 3 : 2,
                      c->rows,
                      { { "g", 1, c->g }, { "y?", 1, c->y }, { "w?", 1, c->w } } },
                    table_of("t", 1, out->tau, c->rows),
                    table_of("z", 1, out->sum, TOY_C),
                    { c->w ? 9 : 6,
                      TOY_C,
                      { { "i", 1, out->i },
                        { "n", n, out->n },
                        { "p", n, out->p },
                        { "T", n + 1, out->least },
                        { "u", h, out->u },
                        { "v", h, out->v },
                        { "r", n, out->r },
                        { "R", n, out->yes_rest },
                        { "S", n + 1, out->least_rest } } } },
    };
}

static toy_assertion rates(zkl_test *t, rates_case c)
{
    plain_rates plain;
    return rates_of(t, &c, &plain);
}

/* The model's rows: 8 of group 1, 4 of 2, 4 of 0, half of each with y; 10 of 9, 6 of them. */
enum { MODEL_ROWS = 26 };
static const uint64_t model_g[] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 0,
                                    0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 };
static const uint64_t model_y[] = { 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0,
                                    1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0 };
/* Without the first and third of group 9: 4 of 8 there. */
static const uint64_t model_w[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                    1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1 };

static rates_case model_case(int64_t a, int64_t b, int64_t c)
{
    return (rates_case){ model_g, model_y, NULL, MODEL_ROWS, a, b, c, BEST };
}

/* The factor or difference itself, and more. With w the four groups are equal. */
static void test_rates__honest(zkl_test *t)
{
    rates_case c = model_case(8, 1, 8);
    HONEST(rates(t, c));
    c.tau = UNITS / 2;
    HONEST(rates(t, c));
    c.tau = 6 * UNITS / 10 - 1; /* 6: of 12 */
    HONEST(rates(t, c));
    HONEST(rates(t, model_case(10, 1, 10)));
    HONEST(rates(t, model_case(5, 0, 4)));
    HONEST(rates(t, model_case(6, 0, 5)));
    HONEST(rates(t, model_case(1, 1, 1)));
    c = model_case(8, 0, 8);
    c.w = model_w;
    HONEST(rates(t, c));
    c.tau = 6;
    HONEST(rates(t, c));
    /* no row counts: nothing is said */
    static const uint64_t none[MODEL_ROWS];
    c = model_case(1, 0, 1);
    c.w = none;
    HONEST(rates(t, c));
}

/* All shares 1, all 0, all one half; one row, rows around a chunk, several chunks; w everywhere. */
static void test_rates__sizes(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C, 2 * TOY_C + 1 };
    static uint64_t g[ROWS_MAX], ones[ROWS_MAX], zeros[ROWS_MAX];
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        g[i] = i % 3 * 7 % TOY_C;
        ones[i] = 1;
    }
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        HONEST(rates(t, (rates_case){ g, ones, NULL, sizes[i], 1, 0, 1, BEST }));
        HONEST(rates(t, (rates_case){ g, zeros, NULL, sizes[i], 1, 0, 1, BEST }));
        HONEST(rates(t, (rates_case){ g, ones, ones, sizes[i], 4, 1, 4, BEST }));
        /* one row less, of those of several */
        uint64_t *y = ZKL_ARENA_NEW(&t->arena, uint64_t, ROWS_MAX);
        memcpy(y, ones, sizeof ones);
        y[sizes[i] - 1] = 0;
        if (sizes[i] > 1)
            LIE(rates(t, (rates_case){ g, y, NULL, sizes[i], 1, 0, 1, BEST }), "circuit: root", 0);
    }
    static const uint64_t halves_g[] = { 1, 1, 15, 15 }, halves_y[] = { 1, 0, 0, 1 };
    HONEST(rates(t, (rates_case){ halves_g, halves_y, NULL, 4, 1, 0, 1, BEST }));
}

/* 1/2 and 6/10, where 1/16 or the factor 9/8 is said: no tau lies between. */
static void test_rates__too_far(zkl_test *t)
{
    for (int64_t tau = 0; tau < TOY_C; tau++) {
        rates_case c = model_case(16, 1, 16);
        c.tau = tau;
        LIE(rates(t, c), "circuit: root", 0);
        c = model_case(9, 0, 8);
        c.tau = tau;
        LIE(rates(t, c), "circuit: root", 0);
    }
    /* 1/2 and 1 among the rows with w */
    static const uint64_t w[MODEL_ROWS] = { 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1 };
    rates_case c = model_case(4, 1, 4);
    c.w = w;
    for (int64_t tau = 0; tau < TOY_C; tau++) {
        c.tau = tau;
        LIE(rates(t, c), "circuit: root", 0);
    }
    c = model_case(2, 1, 2);
    c.w = w;
    HONEST(rates(t, c));
}

/* What is below 0 written as a limb of -1 and a rest: of u, of v, and both. */
static void test_rates__rests_below_zero(zkl_test *t)
{
    static const uint64_t g[] = { 1, 1, 2, 2 }, y[] = { 1, 0, 1, 1 };
    rates_case c = { g, y, NULL, 4, 1, 0, 1, 7 }; /* 12 - 14 in group 1; 14 - 24 in group 2 */
    const toy_assertion a = rates(t, c);
    const toy_change u = change_of(&a, 3, 4, 1, toy_int(-1)),
                     v = change_of(&a, 3, 5, 2, toy_int(-1));
    LIE(a, "circuit: root", .tamper = { u, v }, .tamper_count = 2);
    c.tau = 6;
    const toy_assertion low = rates(t, c);
    LIE(low, "circuit: root", .tamper = { v }, .tamper_count = 1);
    c.tau = 12;
    const toy_assertion high = rates(t, c); /* 12 - 24 in group 1 */
    LIE(high, "circuit: root", .tamper = { u }, .tamper_count = 1);
}

/* Just beyond the bound: one part in ten thousand less. */
static void test_rates__by_one_unit(zkl_test *t)
{
    HONEST(rates(t, model_case(10000, 1000, 10000)));
    LIE(rates(t, model_case(10000, 999, 10000)), "circuit: root", 0);
    HONEST(rates(t, model_case(12000, 0, 10000)));
    LIE(rates(t, model_case(11999, 0, 10000)), "circuit: root", 0);
}

/* None of group 1 has y; tau is 0 in its rows, and in its T. */
static void test_rates__another_tau_in_one_group(zkl_test *t)
{
    uint64_t *y = ZKL_ARENA_NEW(&t->arena, uint64_t, MODEL_ROWS);
    memcpy(y, model_y, sizeof model_y);
    memset(y, 0, 8 * sizeof *y);
    rates_case c = model_case(8, 1, 8);
    plain_rates plain;
    c.y = y;
    c.tau = 6;
    LIE(rates_of(t, &c, &plain), "circuit: root", 0);
    toy_assertion a = rates_of(t, &c, &plain);
    for (size_t row = 0; row < 8; row++)
        plain.tau[row] = 0;
    plain.least[1] = 0;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
    /* the same with a sum of z that fits neither, and with T alone */
    plain.sum[1] = 3;
    LIE(a, "circuit: root", 0);
    a = rates_of(t, &c, &plain);
    plain.least[1] = 0;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
    /* the group called nobody's: its number 0, its value in no row, or twice */
    a = rates_of(t, &c, &plain);
    plain.n[1] = plain.least[1] = 0;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
    a = rates_of(t, &c, &plain);
    plain.i[1] = 3;
    plain.n[1] = plain.least[1] = 0;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
    a = rates_of(t, &c, &plain);
    plain.i[3] = 1;
    plain.n[3] = plain.n[1] = 4;
    plain.least[3] = 48;
    plain.least[1] = 0;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
}

/* tau in the padding alone, which has group 0: its T would grow or, with r - 1, shrink. */
static void test_rates__tau_in_the_padding(zkl_test *t)
{
    rates_case c = model_case(16, 1, 16);
    const toy_assertion a = rates(t, c);
    LIE(a, "circuit: root", .tamper = { change_of(&a, 1, 0, MODEL_ROWS, ZKL_FR_ONE) },
        .tamper_count = 1);
    LIE(a, "circuit: root", .tamper = { change_of(&a, 1, 0, MODEL_ROWS, toy_int(-1)) },
        .tamper_count = 1);
    plain_rates plain;
    c.tau = 7; /* more than the half of group 0, whose T is set right from the padding */
    const toy_assertion b = rates_of(t, &c, &plain);
    plain.least[0] = 24;
    plain_rests(&plain, &c);
    LIE(b, "circuit: root", .tamper = { change_of(&b, 1, 0, MODEL_ROWS, toy_int(-4)) },
        .tamper_count = 1);
}

/* A fraction is a tau as others: it proves what is true, and nothing else. */
static void test_rates__a_fraction_for_tau(zkl_test *t)
{
    static const uint64_t g[] = { 1, 1, 2, 2 }, y[] = { 1, 0, 0, 1 }, bad[] = { 1, 0, 1, 1 };
    const zkl_fr half = toy_mul(toy_int(9), toy_inv(toy_int(2)));
    const uint64_t *const lists[] = { y, bad };
    for (size_t i = 0; i < 2; i++) {
        rates_case c = { g, lists[i], NULL, 4, 8, 1, 8, 0 };
        plain_rates plain;
        c.b = i ? 3 : 2; /* 1/2 is more than 9/24 and at most 2/8 beyond it; 1 is 15/24 beyond */
        const toy_assertion a = rates_of(t, &c, &plain);
        plain.least[1] = plain.least[2] = 9;
        plain_rests(&plain, &c);
        toy_lies lies = { .tamper_count = 5 };
        for (size_t row = 0; row < 4; row++)
            lies.tamper[row] = change_of(&a, 1, 0, row, half);
        lies.tamper[4] = change_of(&a, 2, 0, 0, half);
        toy_proof proof;
        zkl_error err;
        toy_prove(t, &proof, &a, 1, &lies);
        if (i)
            refuse(t, __LINE__, &proof, NULL, "circuit: root");
        else
            REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    }
    /* fractions whose T is no limb, or below 0 */
    const rates_case c = { g, bad, NULL, 4, 8, 3, 8, BEST };
    const toy_assertion a = rates(t, c);
    const zkl_fr taus[] = { toy_mul(toy_int(TOY_C), toy_inv(toy_int(3))), toy_int(-1),
                            toy_mul(toy_int(6 * TOY_C), toy_inv(toy_int(10))), toy_int(TOY_C) };
    for (size_t i = 0; i < ZKL_COUNT(taus); i++) {
        toy_lies lies = { .tamper_count = 7 };
        for (size_t row = 0; row < 4; row++)
            lies.tamper[row] = change_of(&a, 1, 0, row, taus[i]);
        lies.tamper[4] = change_of(&a, 2, 0, 0, taus[i]);
        for (size_t k = 1; k < 3; k++)
            lies.tamper[4 + k] = change_of(&a, 3, 3, k, toy_mul(taus[i], toy_int(2)));
        toy_proof proof;
        toy_prove(t, &proof, &a, 1, &lies);
        refuse(t, __LINE__, &proof, NULL, "circuit: root");
    }
}

/* Rows with w counted among those without, and the other way round: group 9 needs two fewer. */
static void test_rates__rows_with_w_left_out(zkl_test *t)
{
    rates_case c = model_case(16, 1, 16);
    static uint64_t all[MODEL_ROWS];
    plain_rates plain;
    for (size_t i = 0; i < MODEL_ROWS; i++)
        all[i] = 1;
    c.w = all;
    const toy_assertion a = rates_of(t, &c, &plain);
    LIE(a, "circuit: root", 0);
    plain.n[9] -= 2;
    plain.p[9] -= 2;
    plain.least[9] -= 12;
    plain.r[9] += 2;
    plain.yes_rest[9] += 2;
    plain.least_rest[9] += 12;
    plain_rests(&plain, &c);
    LIE(a, "circuit: root", 0);
    c.w = model_w;
    HONEST(rates(t, c));
}

/* A padded row is none of group 0, for it has no y: that is its receipt's to say. */
static void test_rates__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t g[] = { 0, 0, 3, 3 }, y[] = { 0, 0, 1, 0 };
    const rates_case c = { g, y, NULL, 4, 1, 0, 1, 6 };
    plain_rates plain;
    const toy_assertion own = rates_of(t, &c, &plain);
    const toy_assertion both[2] = { cells_of(own.tables[0]), own };
    plain.p[0] = 1;
    plain_rests(&plain, &c);
    const toy_lies moved = { TAMPER(1, TOY_C - 1, 1) };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, &own, 1, &moved);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &moved, "circuit: root");
}

/* Rows of one claim's group in the other's. */
static void test_rates__claims_do_not_pay_for_one_another(zkl_test *t)
{
    static const uint64_t g[] = { 1, 1, 2, 2 }, y[] = { 1, 0, 1, 1 }, z[] = { 1, 0, 0, 0 };
    plain_rates more, fewer;
    const rates_case a = { g, y, NULL, 4, 1, 0, 1, 6 }, b = { g, z, NULL, 4, 1, 0, 1, 6 };
    const toy_assertion two[2] = { rates_of(t, &a, &more), rates_of(t, &b, &fewer) };
    more.p[2]--;
    fewer.p[2]++;
    plain_rests(&more, &a);
    plain_rests(&fewer, &b);
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
}

static void test_rates__each_block(zkl_test *t)
{
    static const uint64_t g[] = { 1, 1, 2, 2, 2, 0 }, y[] = { 1, 0, 1, 0, 1, 1 },
                          w[] = { 1, 1, 1, 1, 0, 0 };
    const toy_assertion with = rates(t, (rates_case){ g, y, w, 6, 4, 1, 4, BEST }),
                        without = rates(t, (rates_case){ g, y, NULL, 6, 2, 1, 2, BEST });
    lie_in_each_block(t, __LINE__, &with);
    lie_in_each_block(t, __LINE__, &without);
}

/* ---- The product's prover */

static void test_rates__product_prover(zkl_test *t)
{
    static uint64_t g[ROWS_MAX], y[ROWS_MAX], w[ROWS_MAX];
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        g[i] = i * i % TOY_C;
        y[i] = i % 3 != 1;
        w[i] = i % 5 != 2;
    }
    const rates_case cases[] = {
        model_case(10, 1, 10),
        model_case(6, 0, 5),
        { model_g, model_y, model_w, MODEL_ROWS, 1, 0, 1, BEST },
        { g, y, NULL, ROWS_MAX, 3, 2, 3, BEST },
        { g, y, w, ROWS_MAX, 7, 7, 7, BEST },
        { g, y, w, TOY_C, 7, 7, 7, BEST },
        { g, y, NULL, 1, 4294967295, 4294967295, 4294967295, BEST },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const toy_assertion a = rates(t, cases[i]);
        check_fills(t, &a);
        HONEST(a);
    }
}

/* 1 where no tau fits, however far. */
static void test_rates__counts_what_offends(zkl_test *t)
{
    static const struct {
        int64_t a, b, c;
        bool has_w;
        uint64_t bad;
    } cases[] = {
        { 8, 1, 8, false, 0 },   { 10, 1, 10, false, 0 }, { 1000, 99, 1000, false, 1 },
        { 6, 0, 5, false, 0 },   { 9, 0, 8, false, 1 },   { 1, 0, 1, false, 1 },
        { 0, 0, 1, false, 1 },   { 0, 1, 1, false, 0 },   { 1, 0, 1, true, 0 },
        { 99, 0, 100, true, 1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        rates_case c = model_case(cases[i].a, cases[i].b, cases[i].c);
        c.w = cases[i].has_w ? model_w : NULL;
        const toy_assertion a = rates(t, c);
        CHECK_UINT_EQ(t, bad_rows_of(t, &a), cases[i].bad);
    }
    /* no row counts; one does */
    static const uint64_t g[TOY_C], y[TOY_C], w[TOY_C], one[TOY_C] = { 0, 1 };
    for (uint64_t rows = 1; rows <= TOY_C; rows += TOY_C - 1) {
        toy_assertion a = rates(t, (rates_case){ g, y, w, rows, 1, 1, 1, BEST });
        CHECK_UINT_EQ(t, bad_rows_of(t, &a), 1);
    }
    const toy_assertion a = rates(t, (rates_case){ g, y, one, TOY_C - 1, 1, 0, 1, BEST });
    check_fills(t, &a);
    HONEST(a);
}

/* ---- The checklist */

static void test_rates__parameters(zkl_test *t)
{
    const toy_assertion fine = rates(t, model_case(4, 1, 4));
    STATE(fine, NULL);
    for (size_t count = 0; count < 6; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != ZKL_RATES_PARAMS)
            STATE(other, "parameters");
    }
    const int64_t big = (int64_t)1 << 32;
    for (size_t at = 0; at < ZKL_RATES_PARAMS; at++) {
        const int64_t values[] = { -1, big, big << 30, at == ZKL_RATES_C ? 0 : -2 };
        for (size_t i = 0; i < ZKL_COUNT(values); i++) {
            toy_assertion other = fine;
            other.params[at] = toy_int(values[i]);
            STATE(other, "parameters");
        }
    }
    STATE(rates(t, model_case(big - 1, big - 1, big - 1)), NULL);
    /* auxiliary tables of another shape, or of another number */
    for (size_t table = 1; table < fine.table_count; table++) {
        toy_assertion other = fine;
        other.tables[table].rows -= TOY_C / 2;
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].role = "q";
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].limbs++;
        STATE(other, "auxiliary tables");
    }
    toy_assertion other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
}

/* g, y? and perhaps w?, of one limb each. */
static void test_rates__columns(zkl_test *t)
{
    rates_case c = model_case(4, 1, 4);
    c.w = model_w;
    const toy_assertion fine = rates(t, c);
    static const char *const roles[][3] = { { "y?", "g", "w?" }, { "g", "w?", "y?" },
                                            { "g", "y", "w?" },  { "g", "y?", "w" },
                                            { "g", "g?", "w?" }, { "0", "y?", "w?" } };
    STATE(fine, NULL);
    for (size_t i = 0; i < ZKL_COUNT(roles); i++) {
        toy_assertion other = fine;
        for (size_t k = 0; k < 3; k++)
            other.tables[0].columns[k].role = roles[i][k];
        STATE(other, "roles");
    }
    toy_assertion other = fine;
    other.tables[0].column_count = 1;
    STATE(other, "columns");
    other = fine;
    other.tables[0].columns[3] = (toy_column){ "w??", 1, model_w };
    other.tables[0].column_count = 4;
    STATE(other, "columns");
    for (size_t k = 0; k < 3; k++) {
        other = fine;
        other.tables[0].columns[k].limbs = 2;
        STATE(other, "limbs");
    }
}

/* What is compared fits limbs, and no product wraps, up to all rows and all parameters. */
static void test_rates__limbs(zkl_test *t)
{
    zkl_scalar params[ZKL_RATES_PARAMS] = { { { 0 } } };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("g"), 0, 1 },
                                        { zkl_bytes_of_text("y?"), 1, 1 } };
    zkl_statement_table table = { .row_count = ((uint64_t)1 << 40) - 1,
                                  .columns = columns,
                                  .column_count = 2 };
    const zkl_statement_table *tables[1] = { &table };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, params, ZKL_RATES_PARAMS, tables, 1 };
    zkl_rates read;
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_RATES_PARAMS; i++)
        memset(params[i].bytes + 28, 0xff, 4);
    REQUIRE_OK(t, &err, zkl_rates_read(&read, &facts, &err));
    CHECK_UINT_EQ(t, read.units, 65520);
    CHECK_UINT_EQ(t, read.count_limbs, 3);
    CHECK_UINT_EQ(t, read.slack_limbs, 6); /* 3 2^32 2^40 2^17 < 2^96 */
    facts.format = &toy_format;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_rates_read(&read, &facts, &err));
    CHECK(t, strstr(err.text, "limbs") != NULL);
}

ZKL_TESTS(TEST(test_rates__honest), TEST(test_rates__sizes), TEST(test_rates__too_far),
          TEST(test_rates__rests_below_zero), TEST(test_rates__by_one_unit),
          TEST(test_rates__another_tau_in_one_group), TEST(test_rates__tau_in_the_padding),
          TEST(test_rates__a_fraction_for_tau), TEST(test_rates__rows_with_w_left_out),
          TEST(test_rates__needs_the_tables_receipt),
          TEST(test_rates__claims_do_not_pay_for_one_another), TEST(test_rates__each_block),
          TEST(test_rates__product_prover), TEST(test_rates__counts_what_offends),
          TEST(test_rates__parameters), TEST(test_rates__columns), TEST(test_rates__limbs))
