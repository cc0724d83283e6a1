/* "same" in the toy world: tables that are equal row by row are proven, and one cell, one flag, two
 * rows exchanged or an integer cut into other limbs is refused, in the last row too. After
 * test_same of tests/model/proof_model.py. */
#include "product.h"

enum { ROWS_MAX = 50 };

/* x of two limbs, nullable, and y of one. */
typedef struct rows_of {
    uint64_t x[ROWS_MAX], flag[ROWS_MAX], y[ROWS_MAX];
} rows_of;

static void make_rows(rows_of *out)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        out->flag[i] = i % 7 == 3;
        out->x[i] = out->flag[i] ? 0 : (37 * i + 11) % 256;
        out->y[i] = 1 + i % 5;
    }
}

/* Roles differ between the tables: columns are compared by their place. */
static toy_assertion same_rows(const rows_of *a, const rows_of *b, uint64_t count)
{
    return (toy_assertion){
        .kind = ZKL_ASSERTION_SAME,
        .table_count = 2,
        .tables = { { 3, count, { { "0", 2, a->x }, { "0?", 1, a->flag }, { "2", 1, a->y } } },
                    { 3, count, { { "3", 2, b->x }, { "3?", 1, b->flag }, { "5", 1, b->y } } } }
    };
}

static toy_assertion same_column(const uint64_t *a, const uint64_t *b, uint64_t rows)
{
    return (toy_assertion){ .kind = ZKL_ASSERTION_SAME,
                            .table_count = 2,
                            .tables = { table_of("0", 2, a, rows), table_of("1", 2, b, rows) } };
}

static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 5, 48 };

/* At every bound of a chunk; a table beside itself; beside the receipts, which end elsewhere. */
static void test_same__honest(zkl_test *t)
{
    rows_of a, b;
    make_rows(&a);
    make_rows(&b);
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const toy_assertion same = same_rows(&a, &b, sizes[i]);
        HONEST(same);
        product_agrees(t, __LINE__, &same, 2);
    }
    toy_assertion itself = same_rows(&a, &a, 20);
    itself.tables[1] = itself.tables[0];
    HONEST(itself);
    const toy_assertion beside[5] = { cells_of(same_rows(&a, &b, 20).tables[0]),
                                      cells_of(same_rows(&a, &b, 20).tables[1]),
                                      same_rows(&a, &b, 20), same_column(a.y, b.y, 33),
                                      same_column(a.x, b.x, 20) };
    honest(t, __LINE__, beside, 5);
}

/* One unit of one cell, in each column, of the first, an inner and the last row. */
static void test_same__one_cell(zkl_test *t)
{
    rows_of a, b;
    make_rows(&a);
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++)
        for (size_t place = 0; place < 3; place++) {
            const uint64_t row = place == 0 ? 0 : place == 1 ? sizes[i] / 2 : sizes[i] - 1;
            make_rows(&b);
            b.y[row] ^= 1;
            LIE(same_rows(&a, &b, sizes[i]), "circuit: relation", 0);
            const toy_assertion one = same_rows(&a, &b, sizes[i]);
            CHECK_UINT_EQ(t, product_bad_rows(t, &one, 2), 1);
            make_rows(&b);
            b.x[row] ^= 0x10; /* of the upper limb */
            LIE(same_rows(&a, &b, sizes[i]), "circuit: relation", 0);
            make_rows(&b);
            b.flag[row] ^= 1; /* a null for a 0, or the other way around */
            LIE(same_rows(&a, &b, sizes[i]), "circuit: relation", 0);
        }
}

/* Rows exchanged, rows moved by one, an integer cut elsewhere, columns exchanged. */
static void test_same__other_rows(zkl_test *t)
{
    static const uint64_t a[3] = { 0x12, 0x34, 0x34 }, swapped[3] = { 0x34, 0x12, 0x34 },
                          turned[3] = { 0x21, 0x34, 0x34 };
    LIE(same_column(a, swapped, 3), "circuit: relation", 0);
    LIE(same_column(a, turned, 3), "circuit: relation", 0);
    toy_assertion two = same_column(a, swapped, 3);
    CHECK_UINT_EQ(t, product_bad_rows(t, &two, 2), 2);
    /* (x0 + C, x1 - 1): the same integer */
    LIE(same_column(a, a, 3), "circuit: relation",
        .tamper = { { 0, 1, toy_int(4 + TOY_C) }, { 1, 1, toy_int(2) } }, .tamper_count = 2);
    static const uint64_t copy[3] = { 0x12, 0x34, 0x35 };
    toy_assertion cut = same_column(a, copy, 3);
    LIE(cut, "circuit: relation", TAMPER(2, 2, 4 + TOY_C));
    static const uint64_t left[2] = { 3, 9 }, right[2] = { 5, 9 };
    toy_assertion pair = same_column(a, a, 2);
    pair.tables[0] = (toy_table){ 2, 2, { { "0", 1, left }, { "1", 1, right } } };
    pair.tables[1] = (toy_table){ 2, 2, { { "0", 1, right }, { "1", 1, left } } };
    LIE(pair, "circuit: relation", 0);
}

/* Two differences that would cancel: in one claim between limbs, columns and chunks, and between
 * two claims. Each relation has a power of kappa of its own. */
static void test_same__nothing_pays(zkl_test *t)
{
    static uint64_t a[TOY_C + 1], b[TOY_C + 1], c[2] = { 7, 8 }, d[2] = { 7, 7 }, e[2] = { 8, 8 };
    for (size_t i = 0; i <= TOY_C; i++)
        a[i] = b[i] = 5;
    a[0] = 6; /* chunk 0 is one more, chunk 1 one less, at the same place */
    b[TOY_C] = 6;
    LIE(same_column(a, b, TOY_C + 1), "circuit: relation", 0);
    toy_assertion pair = same_column(c, d, 2);
    pair.tables[0] = (toy_table){ 2, 2, { { "0", 1, c }, { "1", 1, d } } };
    pair.tables[1] = (toy_table){ 2, 2, { { "0", 1, d }, { "1", 1, c } } };
    LIE(pair, "circuit: relation", 0);
    const toy_assertion two[2] = { same_column(c, e, 2), same_column(e, c, 2) };
    lie(t, __LINE__, two, 2, NULL, "circuit: relation");
    LIE(same_column(d, d, 2), "circuit", .lie = { { 0, 1, toy_int(8) } }, .lie_count = 1);
}

/* Padding belongs to the comparison: a cell there on one side is refused without any receipt, and
 * on both sides by the receipts. */
static void test_same__padding(zkl_test *t)
{
    static const uint64_t a[3] = { 1, 2, 3 }, b[3] = { 1, 2, 3 };
    toy_assertion claims[3] = { same_column(a, b, 3) };
    claims[0].tables[1].columns[0].role = "1";
    LIE(claims[0], "circuit: relation", TAMPER(0, 3, 1));
    claims[1] = cells_of(claims[0].tables[0]);
    claims[2] = cells_of(claims[0].tables[1]);
    const toy_lies both = { .tamper = { { 0, 3, toy_int(1) }, { 2, 3, toy_int(1) } },
                            .tamper_count = 2 };
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, claims, 1, &both);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, claims, 3, &both, "circuit: root");
}

/* Parameters, rows, columns, limbs, flags; sources that are not two; spans. */
static void test_same__statement(zkl_test *t)
{
    rows_of a, b;
    make_rows(&a);
    make_rows(&b);
    b.y[0] = 9;
    const toy_assertion fine = same_rows(&a, &b, 20);
    STATE(fine, NULL);
    toy_assertion c = fine;
    c.param_count = 1;
    STATE(c, "parameters: same takes none");
    c = fine;
    c.tables[1].rows = 19;
    STATE(c, "rows: 20 from 0 on, and 19 from 0 on");
    c = fine;
    c.tables[1].columns[2].limbs = 2;
    STATE(c, "columns");
    c = fine;
    c.tables[1].column_count = 2;
    STATE(c, "columns");
    c = fine; /* a number where the other has a flag */
    c.tables[1].columns[1].role = "4";
    STATE(c, "columns");
    c = fine;
    c.table_count = 1;
    STATE(c, "sources: 1, not 2");
    c = fine;
    c.tables[c.table_count++] = table_of("q", 1, a.y, 3);
    STATE(c, "auxiliary tables: 1, not 0");

    zkl_error err = { 0 };
    const zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 16 };
    zkl_statement_table tables[2] = {
        { .row_count = 9, .columns = &column, .column_count = 1 },
        { .row_count = 9, .columns = &column, .column_count = 1 },
    };
    const zkl_statement_table *sources[3] = { &tables[0], &tables[1], &tables[1] };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, NULL, 0, sources, 2 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SAME, &facts, &err));
    tables[1].first_row = 65536;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SAME, &facts, &err));
    tables[0].first_row = 65536;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SAME, &facts, &err));
    facts.source_count = 3;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SAME, &facts, &err));
}

ZKL_TESTS(TEST(test_same__honest), TEST(test_same__one_cell), TEST(test_same__other_rows),
          TEST(test_same__nothing_pays), TEST(test_same__padding), TEST(test_same__statement))
