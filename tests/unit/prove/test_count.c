/* "count" in the toy world: true counts are proven at every bound, nulls and padding never counted,
 * and no other count is, however the bits are written. After make_count and its attacks in
 * tests/model/proof_model.py. */
#include "lies.h"

enum { ROWS_MAX = 40 };

typedef struct count_case {
    const uint64_t *xs, *flags; /* flags NULL: none */
    uint64_t rows;
    unsigned limbs;
    uint64_t lo, hi;
} count_case;

static toy_table table_x(const count_case *c)
{
    toy_table table = table_of("x", c->limbs, c->xs, c->rows);
    if (c->flags)
        table.columns[table.column_count++] = (toy_column){ "x?", 1, c->flags };
    return table;
}

static uint64_t true_count(const count_case *c)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < c->rows; i++)
        count += !(c->flags && c->flags[i]) && c->xs[i] >= c->lo && c->xs[i] <= c->hi;
    return count;
}

/* `stated` rows under this mode; the slack as good as a liar can make it. */
static toy_assertion count_of(zkl_test *t, const count_case *c, int64_t stated, int mode)
{
    const uint64_t top = (uint64_t)1 << TOY_LOG * c->limbs;
    toy_assertion out = { .kind = ZKL_ASSERTION_COUNT,
                          .param_count = 4,
                          .params = { toy_int((int64_t)c->lo), toy_int((int64_t)c->hi),
                                      toy_int(stated), toy_int(mode) },
                          .table_count = 1,
                          .tables = { table_x(c) } };
    toy_table sides = { .rows = c->rows };
    for (unsigned side = 0; side < 2; side++) {
        const uint64_t v = side ? c->hi + 1 : c->lo;
        if (v == (side ? top : 0))
            continue;
        uint64_t *d = ZKL_ARENA_NEW(&t->arena, uint64_t, c->rows);
        for (uint64_t i = 0; i < c->rows; i++)
            d[i] = c->flags && c->flags[i] ? 0 : (c->xs[i] + top - v) >> TOY_LOG;
        sides.columns[sides.column_count++] = (toy_column){ side ? "db" : "da", c->limbs, d };
    }
    if (sides.column_count)
        out.tables[out.table_count++] = sides;
    if (mode == ZKL_MODE_EXACTLY)
        return out;
    uint64_t *q = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C);
    const int64_t count = (int64_t)true_count(c);
    int64_t slack = mode == ZKL_MODE_AT_LEAST ? count - stated : stated - count;
    for (size_t i = 0; i < TOY_C && slack > 0; i++) {
        q[i] = slack < TOY_C ? (uint64_t)slack : TOY_C - 1;
        slack -= (int64_t)q[i];
    }
    out.tables[out.table_count++] = table_of("q", 1, q, TOY_C);
    return out;
}

static uint64_t xs[ROWS_MAX], flags[ROWS_MAX];

static void make_rows(void)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        flags[i] = i % 7 == 3;
        xs[i] = flags[i] ? 0 : (37 * i + 11) % 256;
    }
}

/* All bounds that a value can meet, every mode, one to three chunks, with nulls and without. */
static void test_count__honest(zkl_test *t)
{
    make_rows();
    static const uint64_t bounds[][2] = { { 0, 255 }, { 0, 254 },   { 1, 255 }, { 40, 180 },
                                          { 0, 0 },   { 255, 255 }, { 11, 11 }, { 200, 201 } };
    static const uint64_t sizes[] = { 1, TOY_C, TOY_C + 1, ROWS_MAX };
    for (size_t b = 0; b < ZKL_COUNT(bounds); b++)
        for (size_t s = 0; s < ZKL_COUNT(sizes); s++)
            for (unsigned nullable = 0; nullable < 2; nullable++) {
                const count_case c = { xs,           nullable ? flags : NULL,
                                       sizes[s],     2,
                                       bounds[b][0], bounds[b][1] };
                HONEST(count_of(t, &c, (int64_t)true_count(&c), ZKL_MODE_EXACTLY));
            }
    const count_case c = { xs, flags, ROWS_MAX, 2, 40, 180 };
    const int64_t count = (int64_t)true_count(&c);
    for (int64_t less = 0; less <= count; less += count / 3)
        HONEST(count_of(t, &c, count - less, ZKL_MODE_AT_LEAST));
    for (int64_t n = count; n <= ROWS_MAX; n += 7)
        HONEST(count_of(t, &c, n, ZKL_MODE_AT_MOST));
    const count_case none = { xs, flags, ROWS_MAX, 2, 0, 255 };
    HONEST(count_of(t, &none, 3, ZKL_MODE_AT_LEAST));
    const count_case wide = { xs, NULL, 20, 3, 12, 4094 };
    HONEST(count_of(t, &wide, (int64_t)true_count(&wide), ZKL_MODE_EXACTLY));
    const toy_assertion two[3] = { cells_of(table_x(&c)), count_of(t, &c, count, ZKL_MODE_EXACTLY),
                                   count_of(t, &none, 3, ZKL_MODE_AT_LEAST) };
    honest(t, __LINE__, two, 3);
}

/* One more or less, and the comparisons that this makes false, slack negative or not. */
static void test_count__other_counts(zkl_test *t)
{
    make_rows();
    const count_case cases[] = { { xs, flags, ROWS_MAX, 2, 40, 180 },
                                 { xs, flags, 20, 2, 0, 90 },
                                 { xs, NULL, 20, 2, 40, 255 },
                                 { xs, flags, 20, 2, 0, 255 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const count_case *c = &cases[i];
        const int64_t count = (int64_t)true_count(c);
        LIE(count_of(t, c, count + 1, ZKL_MODE_EXACTLY), "circuit: root", 0);
        LIE(count_of(t, c, count - 1, ZKL_MODE_EXACTLY), "circuit: root", 0);
        LIE(count_of(t, c, count + 1, ZKL_MODE_AT_LEAST), "circuit: root", 0);
        LIE(count_of(t, c, count - 1, ZKL_MODE_AT_MOST), "circuit: root", 0);
    }
    /* blocks of the first case: x, x? in three chunks of 3, da and db in three of 4, then q */
    const size_t q = 3 * 3 + 3 * 4;
    const int64_t count = (int64_t)true_count(&cases[0]);
    LIE(count_of(t, &cases[0], count + 1, ZKL_MODE_AT_LEAST), "circuit: root", TAMPER(q, 0, -1));
    LIE(count_of(t, &cases[0], count - 1, ZKL_MODE_AT_MOST), "circuit: root", TAMPER(q, 0, -1));
    /* all rows, nulls too; or the nulls alone */
    const count_case all = { xs, flags, 20, 2, 0, 255 };
    LIE(count_of(t, &all, 20, ZKL_MODE_EXACTLY), "circuit: root", 0);
}

/* The bit of a row turned, with the count that it makes; two bits, with the true count; a bit of 2;
 * bits of nulls and padding. */
static void test_count__other_bits(zkl_test *t)
{
    static const uint64_t few[3] = { 50, 60, 70 }, holes[3] = { 50, 0, 70 }, null[3] = { 0, 1, 0 };
    const count_case c = { few, NULL, 3, 2, 55, 255 }; /* blocks: x 0, 1; da 2, 3 */
    HONEST(count_of(t, &c, 2, ZKL_MODE_EXACTLY));
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(3, 0, 1));
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(3, 1, 2));
    LIE(count_of(t, &c, 1, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(3, 1, 0));
    LIE(count_of(t, &c, 2, ZKL_MODE_EXACTLY), "circuit: root",
        .tamper = { { 3, 0, toy_int(1) }, { 3, 1, toy_int(0) } }, .tamper_count = 2);
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(3, TOY_C - 1, 1));
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(3, 3, 1));
    /* the bit, and the limb below it that the rest would need */
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root",
        .tamper = { { 3, 0, toy_int(1) }, { 2, 0, toy_int(-1) } }, .tamper_count = 2);
    LIE(count_of(t, &c, 3, ZKL_MODE_EXACTLY), "circuit: root",
        .tamper = { { 3, TOY_C - 1, toy_int(1) }, { 2, TOY_C - 1, toy_int(-TOY_C) } },
        .tamper_count = 2);
    const count_case n = { holes, null, 3, 2, 40, 180 }; /* x 0, 1, x? 2; da 3, 4; db 5, 6 */
    HONEST(count_of(t, &n, 2, ZKL_MODE_EXACTLY));
    LIE(count_of(t, &n, 3, ZKL_MODE_EXACTLY), "circuit: root", TAMPER(4, 1, 1));
    /* the null not told from a 0 where no bound is below */
    const count_case below = { holes, null, 3, 2, 0, 55 };
    HONEST(count_of(t, &below, 1, ZKL_MODE_EXACTLY));
    LIE(count_of(t, &below, 2, ZKL_MODE_EXACTLY), "circuit: root", 0);
    LIE(count_of(t, &below, 0, ZKL_MODE_EXACTLY), "circuit: root", 0);
}

/* Parameters, shapes, roles; and columns in which the top limb would be no bit. */
static void test_count__statement(zkl_test *t)
{
    make_rows();
    const count_case c = { xs, NULL, 9, 2, 40, 180 };
    static const uint64_t zeros[TOY_C];
    const toy_assertion fine = count_of(t, &c, 3, ZKL_MODE_AT_LEAST);
    STATE(fine, NULL);
    static const struct {
        size_t param;
        int64_t value;
        const char *check;
    } changes[] = { { 0, 181, "lo <= hi" },
                    { 1, 256, "lo <= hi" },
                    { 1, 39, "lo <= hi" },
                    { 0, -1, "lo <= hi" },
                    { 2, 10, "more rows" },
                    { 2, -1, "more rows" },
                    { 3, 3, "mode" },
                    { 3, -1, "mode" },
                    { 3, 1, "auxiliary tables" },
                    { 0, 0, "auxiliary tables" },
                    { 1, 255, "auxiliary tables" } };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion c2 = fine;
        c2.params[changes[i].param] = toy_int(changes[i].value);
        STATE(c2, changes[i].check);
    }
    for (size_t count = 0; count < 6; count++) {
        toy_assertion c2 = fine;
        c2.param_count = count;
        STATE(c2, count == 4 ? NULL : "parameters");
    }
    /* a limb too many makes every top limb 0, and any count of 0 true */
    const count_case high = { xs, NULL, 9, 2, 0, 100 };
    toy_assertion wide = count_of(t, &high, 9, ZKL_MODE_EXACTLY);
    wide.tables[1].columns[0].limbs = 3;
    STATE(wide, "auxiliary tables");
    toy_assertion c2 = fine;
    c2.tables[1].rows = 8;
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.tables[1].columns[0].role = "db";
    c2.tables[1].columns[1].role = "da";
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.tables[2] = table_of("q", 2, zeros, TOY_C);
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.tables[2] = table_of("q", 1, zeros, TOY_C - 1);
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.table_count = 2;
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.tables[0].columns[0].role = "0";
    STATE(c2, "column x");

    /* production limbs: 2^(W + 16) + 2^(W + 1) < r, so 14 */
    zkl_error err = { 0 };
    zkl_scalar params[4] = { { { 0 } } };
    params[0].bytes[31] = 1;
    params[1].bytes[31] = 5;
    params[3].bytes[31] = ZKL_MODE_EXACTLY;
    zkl_statement_column column = { zkl_bytes_of_text("x"), 0, 0 };
    const zkl_statement_table table = { .row_count = 1, .columns = &column, .column_count = 1 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 4, tables, 1 };
    for (column.limb_count = 1; column.limb_count <= 16; column.limb_count++)
        CHECK_STATUS(t, column.limb_count <= 14 ? ZKL_OK : ZKL_REJECTED,
                     zkl_assertion_check(ZKL_ASSERTION_COUNT, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
}

ZKL_TESTS(TEST(test_count__honest), TEST(test_count__other_counts), TEST(test_count__other_bits),
          TEST(test_count__statement))
