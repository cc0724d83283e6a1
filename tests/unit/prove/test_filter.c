/* "filter" in the toy world: the rows that satisfy a predicate are proven, in whatever order, and
 * no row is lost, doubled, changed, made up or taken from the padding. After make_filter and its
 * attacks in tests/model/proof_model.py. What satisfies a predicate is decided here by whole
 * numbers; test_where.c has the predicate's own tables. */
#include "lies.h"
#include "product.h"
#include "claim/predicate.h"

enum { ROWS_MAX = 50 };

/* Columns x (2 limbs, nullable) and y (1 limb). */
typedef struct rows_of {
    uint64_t x[ROWS_MAX], flag[ROWS_MAX], y[ROWS_MAX];
    uint64_t count;
} rows_of;

static rows_of first_rows(uint64_t count)
{
    rows_of out = { .count = count };
    for (uint64_t i = 0; i < count; i++) {
        out.flag[i] = i % 9 == 4;
        out.x[i] = out.flag[i] ? 0 : (37 * i + 111) % 256;
        out.y[i] = 7 * i % TOY_C;
    }
    return out;
}

static void put_row(rows_of *out, const rows_of *from, uint64_t row)
{
    ZKL_ASSERT(out->count < ROWS_MAX);
    out->x[out->count] = from->x[row];
    out->flag[out->count] = from->flag[row];
    out->y[out->count++] = from->y[row];
}

static toy_table table_rows(zkl_test *t, const rows_of *rows)
{
    const rows_of *kept = zkl_arena_copy(&t->arena, rows, sizeof *rows);
    return (toy_table){ 3,
                        rows->count,
                        { { "0", 2, kept->x }, { "0?", 1, kept->flag }, { "2", 1, kept->y } } };
}

/* By digits: is x at least 100, 2 for a null; is y at least 5. */
typedef bool (*condition)(unsigned x, unsigned y);
static bool either(unsigned x, unsigned y)
{
    return x == 1 || y == 1;
}
static bool null_or_less(unsigned x, unsigned y)
{
    (void)y;
    return x != 1;
}
static bool both(unsigned x, unsigned y)
{
    return x == 1 && y == 1;
}
static bool large_y(unsigned x, unsigned y)
{
    (void)x;
    return y == 1;
}

static bool holds(condition p, const rows_of *rows, uint64_t row)
{
    return p(rows->flag[row] ? 2 : rows->x[row] >= 100, rows->y[row] >= 5);
}

/* The rows of which it is true, from the last one on. */
static rows_of kept(condition p, const rows_of *rows)
{
    rows_of out = { .count = 0 };
    for (uint64_t i = rows->count; i--;)
        if (holds(p, rows, i))
            put_row(&out, rows, i);
    return out;
}

/* One condition of y alone, whose limb is looked up itself, or both. */
static void put_predicate(toy_assertion *out, condition p)
{
    static const int64_t of_y[] = { 1, 1, 1, 5, 1, 1, 1 };
    static const int64_t of_both[] = { 2, 0, 1, 100, 1, 1, 5, 1 };
    const bool alone = p == large_y;
    out->param_count = alone ? ZKL_COUNT(of_y) : ZKL_COUNT(of_both) + 1;
    for (size_t i = 0; i < (alone ? ZKL_COUNT(of_y) : ZKL_COUNT(of_both)); i++)
        out->params[i] = toy_int((alone ? of_y : of_both)[i]);
    for (unsigned code = 0; !alone && code < 6; code++)
        if (p(code % 3, code / 3))
            out->params[out->param_count++] = toy_int(code);
    if (!alone)
        out->params[ZKL_COUNT(of_both)] =
            toy_int((int64_t)(out->param_count - ZKL_COUNT(of_both) - 1));
}

static toy_assertion filter_of(zkl_test *t, condition p, const rows_of *rows, const rows_of *made)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_FILTER,
                          .table_count = 2,
                          .tables = { table_rows(t, rows), table_rows(t, made) } };
    put_predicate(&out, p);
    product_fill(t, &out, 2);
    return out;
}

static const condition conditions[] = { either, null_or_less, both, large_y };

/* One row, rows around a chunk, several chunks; most rows, few, and a predicate that rows of zeros
 * satisfy. */
static void test_filter__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C, ROWS_MAX };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++)
        for (size_t k = 0; k < ZKL_COUNT(conditions); k++) {
            const rows_of rows = first_rows(sizes[i]);
            const rows_of made = kept(conditions[k], &rows);
            if (!made.count)
                continue;
            const toy_assertion a = filter_of(t, conditions[k], &rows, &made);
            honest(t, __LINE__, &a, 1);
            CHECK_UINT_EQ(t, product_bad_rows(t, &a, 2), 0);
        }
    /* rows that stand more than once, and all of them */
    rows_of twice = first_rows(3);
    twice.flag[0] = twice.flag[1] = 0;
    twice.x[0] = twice.x[1] = 200;
    twice.y[0] = twice.y[1] = 0;
    rows_of made = kept(either, &twice);
    CHECK(t, made.count >= 2);
    HONEST(filter_of(t, either, &twice, &made));
    for (uint64_t i = 0; i < twice.count; i++)
        twice.y[i] = 5;
    made = kept(large_y, &twice);
    CHECK_UINT_EQ(t, made.count, 3);
    HONEST(filter_of(t, large_y, &twice, &made));
    /* beside the receipt of the source, and another one over the same source */
    const rows_of rows = first_rows(20), other = kept(both, &rows);
    made = kept(either, &rows);
    toy_assertion beside[3] = {
        [1] = filter_of(t, either, &rows, &made), [2] = filter_of(t, both, &rows, &other)
    };
    beside[0] = cells_of(beside[1].tables[0]);
    honest(t, __LINE__, beside, 3);
}

static void refuse_made(zkl_test *t, int line, condition p, const rows_of *rows,
                        const rows_of *made, uint64_t bad)
{
    const toy_assertion a = filter_of(t, p, rows, made);
    lie(t, line, &a, 1, &(toy_lies){ 0 }, "circuit: root");
    if (product_bad_rows(t, &a, 2) != bad)
        zkl_test_fail(t, __BASE_FILE__, line, "%llu rows are bad, not %llu",
                      (unsigned long long)product_bad_rows(t, &a, 2), (unsigned long long)bad);
}

/* Left out, doubled, not satisfying, changed by a unit, mixed from two, another null. */
static void test_filter__other_rows(zkl_test *t)
{
    for (size_t k = 0; k < ZKL_COUNT(conditions); k++) {
        const condition p = conditions[k];
        const rows_of rows = first_rows(TOY_C + 9), made = kept(p, &rows);
        REQUIRE(t, made.count >= 3);
        rows_of bad = made;
        bad.count--;
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        put_row(&bad, &made, 0); /* twice, for another one */
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        bad = made;
        put_row(&bad, &made, 0); /* once more */
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        uint64_t out = 0;
        while (holds(p, &rows, out))
            out++;
        bad = made;
        put_row(&bad, &rows, out);
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        bad = made;
        bad.count--;
        put_row(&bad, &rows, out);
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        bad = made;
        bad.y[1] ^= 1;
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
        bad = made; /* y of two rows exchanged that differ in x too */
        size_t i = 0, j = 1;
        while (bad.x[i] == bad.x[j] || bad.y[i] == bad.y[j])
            j++;
        bad.y[i] = made.y[j];
        bad.y[j] = made.y[i];
        refuse_made(t, __LINE__, p, &rows, &bad, 2);
        bad = made;
        bad.flag[0] ^= 1;
        refuse_made(t, __LINE__, p, &rows, &bad, 1);
    }
    /* all rows, for none of which it is true but one */
    rows_of rows = first_rows(4);
    for (uint64_t i = 0; i < 4; i++)
        rows.y[i] = i ? 4 : 5;
    refuse_made(t, __LINE__, large_y, &rows, &rows, 3);
}

/* A padded row is a row of zeros, which the predicate is true of: it is none of the rows. */
static void test_filter__padding(zkl_test *t)
{
    const rows_of rows = first_rows(TOY_C + 3);
    rows_of bad = kept(null_or_less, &rows);
    HONEST(filter_of(t, null_or_less, &rows, &bad));
    bad.x[bad.count] = bad.flag[bad.count] = bad.y[bad.count] = 0;
    bad.count++;
    refuse_made(t, __LINE__, null_or_less, &rows, &bad, 1);
    /* in place of a row */
    bad.count--;
    bad.x[0] = bad.flag[0] = bad.y[0] = 0;
    refuse_made(t, __LINE__, null_or_less, &rows, &bad, 1);
}

/* A row stands in the padding of the made table, which shows a row of zeros for it: its `cells`
 * refuse that. So with a row in the padding of the source, which has a bit there. */
static void test_filter__needs_receipts(zkl_test *t)
{
    static const uint64_t source[3] = { 7, 5, 2 }, made[2] = { 7, 0 };
    toy_assertion a = { .kind = ZKL_ASSERTION_FILTER,
                        .table_count = 2,
                        .tables = { table_of("0", 1, source, 3), table_of("0", 1, made, 2) } };
    put_predicate(&a, large_y);
    a.params[1] = toy_int(0);
    product_fill(t, &a, 2);
    const toy_assertion with[2] = { a, cells_of(a.tables[1]) };
    const toy_lies hidden = { TAMPER(1, TOY_C - 1, 5) };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, with, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, with, 2, &hidden, "circuit: root");

    static const uint64_t more[3] = { 7, 5, 6 };
    a.tables[1] = table_of("0", 1, more, 3);
    a.table_count = 2;
    product_fill(t, &a, 2);
    uint64_t *m = zkl_arena_copy(&t->arena, a.tables[4].columns[1].values, TOY_C * sizeof *m);
    m[6]++;
    m[0]--;
    a.tables[4].columns[1].values = m;
    const toy_assertion also[2] = { a, cells_of(a.tables[0]) };
    const toy_lies padded = { .tamper = { { 0, TOY_C - 1, toy_int(6) },
                                          { product_block(&a, 2, 0, 0), TOY_C - 1, toy_int(1) } },
                              .tamper_count = 2 };
    toy_prove(t, &proof, also, 1, &padded);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, also, 2, &padded, "circuit: root");
}

/* Every block of every auxiliary table, in a row and in padding. */
static void test_filter__auxiliary_tables(zkl_test *t)
{
    const rows_of rows = first_rows(TOY_C + 3), made = kept(either, &rows);
    const toy_assertion a = filter_of(t, either, &rows, &made);
    for (size_t table = 2; table < a.table_count; table++) {
        const size_t from = product_block(&a, table, 0, 0),
                     behind =
                         table + 1 < a.table_count ? product_block(&a, table + 1, 0, 0) : from + 3;
        for (size_t block = from; block < behind; block++)
            for (size_t cell = 2; cell < TOY_C; cell += TOY_C - 3) {
                toy_proof proof;
                toy_prove(t, &proof, &a, 1, NULL);
                const toy_lies changed = {
                    .tamper = { { block, cell, toy_add(proof.cells[block][cell], ZKL_FR_ONE) } },
                    .tamper_count = 1
                };
                lie(t, __LINE__, &a, 1, &changed, "circuit: root");
            }
    }
    /* the bit of a row that is left out is 0, and of one that is not to be there 1, with everything
     * but the public truth table made to fit */
    const size_t bits = product_block(&a, 2, 0, a.tables[2].column_count - 1);
    uint64_t row = 0;
    while (!holds(either, &rows, row))
        row++;
    rows_of bad = { .count = 0 };
    for (uint64_t i = 0; i < rows.count; i++)
        if (i != row && holds(either, &rows, i))
            put_row(&bad, &rows, i);
    LIE(filter_of(t, either, &rows, &bad), "circuit: root", TAMPER(bits, row, 0));
    row = 0;
    while (holds(either, &rows, row))
        row++;
    bad = made;
    put_row(&bad, &rows, row);
    toy_assertion more = filter_of(t, either, &rows, &bad);
    LIE(more, "circuit: root",
        TAMPER(product_block(&more, 2, 0, more.tables[2].column_count - 1), row, 1));
    /* a bit of 2 for a row that stands there twice */
    bad = made;
    put_row(&bad, &made, made.count - 1);
    row = 0;
    while (!holds(either, &rows, row))
        row++;
    more = filter_of(t, either, &rows, &bad);
    LIE(more, "circuit: root",
        TAMPER(product_block(&more, 2, 0, more.tables[2].column_count - 1), row, 2));
}

/* Rows exchanged between what two claims made: each has tags of its own. */
static void test_filter__claims_do_not_pay(zkl_test *t)
{
    static const uint64_t a[2] = { 6, 7 }, b[2] = { 8, 9 }, made_a[2] = { 6, 8 },
                          made_b[2] = { 7, 9 };
    toy_assertion fine[2], mixed[2];
    for (size_t i = 0; i < 2; i++) {
        fine[i] = (toy_assertion){ .kind = ZKL_ASSERTION_FILTER,
                                   .table_count = 2,
                                   .tables = { table_of("0", 1, i ? b : a, 2) } };
        put_predicate(&fine[i], large_y);
        fine[i].params[1] = toy_int(0);
        mixed[i] = fine[i];
        fine[i].tables[1] = fine[i].tables[0];
        mixed[i].tables[1] = table_of("0", 1, i ? made_b : made_a, 2);
        product_fill(t, &fine[i], 2);
        product_fill(t, &mixed[i], 2);
    }
    honest(t, __LINE__, fine, 2);
    lie(t, __LINE__, mixed, 2, NULL, "circuit: root");
}

/* Parameters that end early, go on, or have another number of bits; tables of other columns, limbs,
 * roles, schemas; auxiliary tables of another shape. */
static void test_filter__statement(zkl_test *t)
{
    const rows_of rows = first_rows(TOY_C + 3), made = kept(either, &rows);
    const toy_assertion fine = filter_of(t, either, &rows, &made);
    STATE(fine, NULL);
    toy_assertion c = fine;
    for (c.param_count = 0; c.param_count < fine.param_count; c.param_count++)
        STATE(c, c.param_count == fine.param_count ? NULL : "parameters: they end early");
    c = fine;
    c.param_count++;
    STATE(c, "parameters: 1 too many");
    c = fine; /* two bits: the second one as the first */
    c.params[7] = toy_int(2);
    for (size_t i = 8; i < fine.param_count; i++)
        c.params[c.param_count++] = fine.params[i];
    STATE(c, "a predicate of 2 bits, not 1");
    c = fine;
    c.table_count = 1;
    STATE(c, "sources");
    c = fine;
    c.tables[1].columns[2].role = "3";
    STATE(c, "other schemas or columns");
    c = fine;
    c.tables[1].columns[2].limbs = 2;
    STATE(c, "other schemas or columns");
    c = fine;
    c.tables[1].column_count = 2;
    STATE(c, "other schemas or columns");
    for (size_t table = 2; table < fine.table_count; table++) {
        c = fine;
        c.tables[table].columns[0].role = "z";
        STATE(c, "auxiliary tables");
        c = fine;
        c.tables[table].columns[0].limbs++;
        STATE(c, "auxiliary tables");
    }
    c = fine;
    c.table_count--;
    STATE(c, "auxiliary tables");

    /* schemas */
    product_assertion *p = product_of(t, &fine, 2);
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_FILTER, &p->facts, &err));
    p->sources[1].table.schema_hash.bytes[0] = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_FILTER, &p->facts, &err));
    CHECK(t, strstr(err.text, "other schemas") != NULL);
}

ZKL_TESTS(TEST(test_filter__honest), TEST(test_filter__other_rows), TEST(test_filter__padding),
          TEST(test_filter__needs_receipts), TEST(test_filter__auxiliary_tables),
          TEST(test_filter__claims_do_not_pay), TEST(test_filter__statement))
