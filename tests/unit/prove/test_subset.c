/* "subset" in the toy world: rows whose keys the other table has are proven, with nulls refused,
 * passed over or matched, and no others are, however multiplicities, padding and live rows are
 * written. After make_subset and its attacks in tests/model/proof_model.py. Multiplicities are
 * computed here in their own way. */
#include "product.h"
#include "claim/assertion_subset.h"

enum { ROWS_MAX = 2 * TOY_C + 3 };

/* ---- The assertion, plainly */

/* The next column that is no flag. */
static size_t next_column(const toy_table *table, size_t at)
{
    while (at < table->column_count && is_flag(table, at))
        at++;
    return at;
}

static bool has_null(const toy_table *table, uint64_t row)
{
    bool found = false;
    for (size_t i = 0; i < table->column_count; i++)
        found = found || (is_flag(table, i) && table->columns[i].values[row]);
    return found;
}

static uint64_t flag_at(const toy_table *table, size_t column, uint64_t row)
{
    return has_flag(table, column) ? table->columns[column + 1].values[row] : 0;
}

static bool same_key(const toy_table *a, uint64_t row_a, const toy_table *b, uint64_t row_b,
                     bool with_flags)
{
    bool same = true;
    size_t i = 0, j = 0;
    while (i < a->column_count && j < b->column_count) {
        same = same && a->columns[i].values[row_a] == b->columns[j].values[row_b] &&
               (!with_flags || flag_at(a, i, row_a) == flag_at(b, j, row_b));
        i = next_column(a, i + 1);
        j = next_column(b, j + 1);
    }
    return same;
}

static unsigned limbs_for(uint64_t most)
{
    return most < 16 ? 1 : most < 256 ? 2 : 3;
}

/* Of rows that are not found nothing is counted: the assertion is false then. */
static toy_assertion subset_of(zkl_test *t, toy_table a, toy_table b, zkl_subset_nulls nulls)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_SUBSET,
                          .param_count = 1,
                          .params = { toy_int(nulls) },
                          .table_count = 3,
                          .tables = { a, b } };
    const bool is_value = nulls == ZKL_SUBSET_NULLS_MATCHED;
    uint64_t *m = room(t, b.rows), *live = room(t, TOY_C);
    for (uint64_t row = 0; row < a.rows; row++) {
        uint64_t at = 0;
        if (!is_value && has_null(&a, row))
            continue;
        while (at < b.rows &&
               ((!is_value && has_null(&b, at)) || !same_key(&a, row, &b, at, is_value)))
            at++;
        if (at < b.rows)
            m[at]++;
    }
    out.tables[2] = (toy_table){ 1, b.rows, { { "m", limbs_for(a.rows), m } } };
    if (b.rows % TOY_C) {
        for (size_t i = 0; i < b.rows % TOY_C; i++)
            live[i] = 1;
        out.tables[out.table_count++] = table_of("l", 1, live, b.rows % TOY_C);
    }
    return out;
}

/* The multiplicity of a row of the second table is said to be another. */
static toy_assertion with_count(zkl_test *t, toy_assertion a, uint64_t row, uint64_t count)
{
    uint64_t *m = room(t, a.tables[2].rows);
    memcpy(m, a.tables[2].columns[0].values, a.tables[2].rows * sizeof *m);
    m[row] = count;
    a.tables[2].columns[0].values = m;
    return a;
}

static toy_table nullable(const uint64_t *values, const uint64_t *flags, uint64_t rows)
{
    return (toy_table){ 2, rows, { { "0", 1, values }, { "0?", 1, flags } } };
}

/* A nullable column and one that is not. */
static toy_table two_columns(const uint64_t *values, const uint64_t *flags, const uint64_t *others,
                             uint64_t rows)
{
    return (toy_table){ 3, rows, { { "0", 1, values }, { "0?", 1, flags }, { "2", 2, others } } };
}

/* ---- True */

static void test_subset__honest(zkl_test *t)
{
    static const struct {
        uint64_t a, b;
    } sizes[] = {
        { 1, 1 },         { 5, TOY_C },           { TOY_C + 3, TOY_C - 1 }, { TOY_C, TOY_C + 1 },
        { TOY_C - 1, 2 }, { 2 * TOY_C, ROWS_MAX }
    };
    uint64_t keys[ROWS_MAX], asked[ROWS_MAX];
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        for (uint64_t row = 0; row < sizes[i].b; row++)
            keys[row] = (37 * row + 11) % 256;
        for (uint64_t row = 0; row < sizes[i].a; row++)
            asked[row] = keys[7 * row % sizes[i].b];
        const toy_assertion a = subset_of(t, table_of("0", 2, asked, sizes[i].a),
                                          table_of("3", 2, keys, sizes[i].b), 0);
        HONEST(a);
        product_agrees(t, __LINE__, &a, 2);
        check_offenders(t, __LINE__, &a, 0);
    }
    /* two columns; equal keys in the second table; key 0 */
    static const uint64_t x[3] = { 7, 0, 7 }, y[3] = { 1, 0, 1 },
                          xs[8] = { 7, 7, 9, 0, 7, 7, 9, 0 }, ys[8] = { 1, 2, 1, 0, 1, 2, 1, 0 };
    const toy_assertion two = subset_of(t, (toy_table){ 2, 3, { { "0", 2, x }, { "1", 1, y } } },
                                        (toy_table){ 2, 8, { { "4", 2, xs }, { "2", 1, ys } } }, 0);
    HONEST(two);
    product_agrees(t, __LINE__, &two, 2);
}

static void test_subset__honest_nulls(zkl_test *t)
{
    static const uint64_t a[3] = { 5, 0, 9 }, a_null[3] = { 0, 1, 0 }, b[3] = { 9, 5, 0 },
                          b_null[3] = { 0, 0, 1 }, zeros[3] = { 0 }, more[3] = { 77, 77, 77 };
    const toy_assertion fine[] = {
        /* passed over; with nulls in the second table, without */
        subset_of(t, nullable(a, a_null, 3), nullable(b, b_null, 3), ZKL_SUBSET_NULLS_PASSED),
        subset_of(t, nullable(a, a_null, 3), table_of("0", 1, b, 3), ZKL_SUBSET_NULLS_PASSED),
        /* there are none to refuse */
        subset_of(t, nullable(a, zeros, 1), nullable(b, b_null, 3), ZKL_SUBSET_NULLS_REFUSED),
        subset_of(t, table_of("0", 1, a, 1), nullable(b, b_null, 3), ZKL_SUBSET_NULLS_REFUSED),
        /* values */
        subset_of(t, nullable(a, a_null, 3), nullable(b, b_null, 3), ZKL_SUBSET_NULLS_MATCHED),
        subset_of(t, two_columns(a, a_null, more, 3), two_columns(b, b_null, more, 3),
                  ZKL_SUBSET_NULLS_MATCHED),
        subset_of(t, table_of("0", 1, a, 1), nullable(b, b_null, 3), ZKL_SUBSET_NULLS_MATCHED),
        subset_of(t, nullable(a, zeros, 3), table_of("0", 1, b, 3), ZKL_SUBSET_NULLS_MATCHED),
        /* another column than the first; a nullable bool */
        subset_of(t, (toy_table){ 3, 3, { { "0", 1, more }, { "1", 1, a }, { "1?", 1, a_null } } },
                  (toy_table){ 3, 3, { { "0", 1, more }, { "1", 1, b }, { "1?", 1, b_null } } },
                  ZKL_SUBSET_NULLS_PASSED),
        subset_of(t, (toy_table){ 2, 3, { { "0?", 1, zeros }, { "0??", 1, a_null } } },
                  (toy_table){ 1, 3, { { "5?", 1, a_null } } }, ZKL_SUBSET_NULLS_PASSED),
    };
    for (size_t i = 0; i < ZKL_COUNT(fine); i++) {
        honest(t, __LINE__, &fine[i], 1);
        product_agrees(t, __LINE__, &fine[i], 2);
        check_offenders(t, __LINE__, &fine[i], 0);
    }
}

/* ---- False */

static void test_subset__no_such_key(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 6 }, b[3] = { 5, 7, 0 };
    const toy_assertion gone = subset_of(t, table_of("0", 2, a, 2), table_of("0", 2, b, 3), 0);
    const size_t m = product_block(&gone, 2, 0, 0);
    LIE(gone, "circuit: root", 0);
    /* any number of times, at any row, in padding: counts are free, and of no use */
    const zkl_fr counts[] = { ZKL_FR_ONE, toy_int(-1), toy_int(16), toy_inv(toy_int(3)),
                              toy_vector_secret(99) };
    for (size_t i = 0; i < ZKL_COUNT(counts); i++)
        for (size_t row = 0; row < 4; row++)
            LIE(gone, "circuit: root", .tamper = { { m, row, counts[i] } }, .tamper_count = 1);
    /* false by one row of many, in the last chunk of several */
    uint64_t many[ROWS_MAX], keys[ROWS_MAX];
    for (uint64_t row = 0; row < ROWS_MAX; row++)
        many[row] = keys[row] = 3 * row;
    many[ROWS_MAX - 1] = 1;
    LIE(subset_of(t, table_of("0", 2, many, ROWS_MAX), table_of("0", 2, keys, ROWS_MAX), 0),
        "circuit: root", 0);
    /* a true one whose counts are one off */
    const toy_assertion fine = subset_of(t, table_of("0", 2, a, 1), table_of("0", 2, b, 3), 0);
    HONEST(fine);
    for (uint64_t row = 0; row < 3; row++)
        LIE(with_count(t, fine, row, row ? 1 : 2), "circuit: root", 0);
    /* columns from two rows; columns that changed places; limbs cut elsewhere */
    static const uint64_t x[1] = { 7 }, y[1] = { 2 }, xs[3] = { 2, 7, 3 }, ys[3] = { 7, 3, 2 };
    const toy_assertion mixed =
        subset_of(t, (toy_table){ 2, 1, { { "0", 1, x }, { "1", 1, y } } },
                  (toy_table){ 2, 3, { { "0", 1, xs }, { "1", 1, ys } } }, 0);
    for (uint64_t row = 0; row < 3; row++)
        LIE(with_count(t, mixed, row, 1), "circuit: root", 0);
    static const uint64_t cut[1] = { 0x34 };
    const toy_assertion limbs = subset_of(t, table_of("0", 2, cut, 1), table_of("0", 2, cut, 1), 0);
    HONEST(limbs);
    LIE(limbs, "circuit: root", .tamper = { { 2, 0, toy_int(4 + TOY_C) }, { 3, 0, toy_int(2) } },
        .tamper_count = 2);
}

/* A padded row of the second table is no key 0, also when the live block calls it a row. */
static void test_subset__padding(zkl_test *t)
{
    static const uint64_t a[2] = { 3, 0 }, b[2] = { 3, 4 };
    const toy_assertion zero = subset_of(t, table_of("0", 1, a, 2), table_of("0", 1, b, 2), 0);
    const size_t m = product_block(&zero, 2, 0, 0), l = product_block(&zero, 3, 0, 0);
    LIE(zero, "circuit: root", TAMPER(m, TOY_C - 1, 1));
    LIE(zero, "circuit: root",
        .tamper = { { m, TOY_C - 1, toy_int(1) }, { l, TOY_C - 1, toy_int(1) } },
        .tamper_count = 2);
    /* nor is it a null of the first table, whose flag has a power of its own */
    static const uint64_t second[2] = { 0, 1 };
    for (zkl_subset_nulls nulls = 0; nulls < ZKL_SUBSET_NULLS_COUNT; nulls += 2)
        LIE(subset_of(t, nullable(a, second, 2), table_of("0", 1, b, 2), nulls), "circuit: root",
            TAMPER(3, TOY_C - 1, 1));
    /* a live row that is called padding, and one that is half of each */
    const toy_assertion fine = subset_of(t, table_of("0", 1, a, 1), table_of("0", 1, b, 2), 0);
    HONEST(fine);
    LIE(fine, "circuit: root", TAMPER(l, 1, 0));
    LIE(fine, "circuit: root", TAMPER(l, 2, 2));
    /* 0 is a key where a real row has it, in the last chunk too; and the first table's padding
     * asks for nothing */
    static const uint64_t last[TOY_C + 1] = { 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0 };
    HONEST(subset_of(t, table_of("0", 1, a, 2), table_of("0", 1, last, TOY_C + 1), 0));
    HONEST(subset_of(t, table_of("0", 1, a, 1), table_of("0", 1, last, TOY_C), 0));
    LIE(subset_of(t, table_of("0", 1, a, 2), table_of("0", 1, last, TOY_C), 0), "circuit: root", 0);
}

static void test_subset__nulls(zkl_test *t)
{
    static const uint64_t a[2] = { 3, 0 }, b[2] = { 3, 0 }, none[2] = { 0 }, second[2] = { 0, 1 },
                          sevens[2] = { 7, 7 };
    /* a null of the second table is no key 0 */
    for (zkl_subset_nulls nulls = 0; nulls < ZKL_SUBSET_NULLS_COUNT; nulls++) {
        if (nulls == ZKL_SUBSET_NULLS_PASSED)
            continue; /* the first table has no flag here */
        const toy_assertion zero =
            subset_of(t, table_of("0", 1, a, 2), nullable(b, second, 2), nulls);
        LIE(zero, "circuit: root", 0);
        LIE(with_count(t, zero, 1, 1), "circuit: root", 0);
    }
    const toy_assertion zero =
        subset_of(t, nullable(a, none, 2), nullable(b, second, 2), ZKL_SUBSET_NULLS_PASSED);
    LIE(with_count(t, zero, 1, 1), "circuit: root", 0);
    /* a null of the first is not found as key 0, nor as a null */
    const toy_assertion refused[] = {
        subset_of(t, nullable(a, second, 2), table_of("0", 1, b, 2), ZKL_SUBSET_NULLS_REFUSED),
        subset_of(t, nullable(a, second, 2), nullable(b, second, 2), ZKL_SUBSET_NULLS_REFUSED),
        subset_of(t, nullable(a, second, 2), table_of("0", 1, b, 2), ZKL_SUBSET_NULLS_MATCHED),
        subset_of(t, nullable(a, second, 2), nullable(b, none, 2), ZKL_SUBSET_NULLS_MATCHED),
    };
    for (size_t i = 0; i < ZKL_COUNT(refused); i++) {
        const toy_assertion more = with_count(t, refused[i], 1, 1);
        lie(t, __LINE__, &refused[i], 1, &(toy_lies){ 0 }, "circuit: root");
        lie(t, __LINE__, &more, 1, &(toy_lies){ 0 }, "circuit: root");
    }
    /* a null of another column */
    static const uint64_t one[1] = { 1 }, zeros[1] = { 0 };
    const toy_assertion other = subset_of(
        t,
        (toy_table){
            4, 1, { { "0", 1, zeros }, { "0?", 1, one }, { "2", 1, zeros }, { "2?", 1, zeros } } },
        (toy_table){
            4, 1, { { "0", 1, zeros }, { "0?", 1, zeros }, { "2", 1, zeros }, { "2?", 1, one } } },
        ZKL_SUBSET_NULLS_MATCHED);
    LIE(with_count(t, other, 0, 1), "circuit: root", 0);
    /* passing over one row passes over no other */
    const toy_assertion passed = subset_of(t, two_columns(a, second, sevens, 2),
                                           two_columns(b, none, none, 2), ZKL_SUBSET_NULLS_PASSED);
    LIE(passed, "circuit: root", 0);
}

/* Where `cells` is not there to refuse it, a value under a null is passed over, and a padded row
 * shows a key in place of a row of zeros. */
static void test_subset__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t a[2] = { 3, 7 }, b[2] = { 3, 4 }, second[2] = { 0, 1 };
    toy_assertion both[2] = { subset_of(t, nullable(a, second, 2), table_of("0", 1, b, 2),
                                        ZKL_SUBSET_NULLS_PASSED),
                              cells_of(nullable(a, second, 2)) };
    honest(t, __LINE__, both, 1);
    lie(t, __LINE__, both, 2, NULL, "circuit: root");
    LIE(both[0], "circuit: root", TAMPER(1, 1, 2)); /* a flag of 2 */
    static const uint64_t zero[2] = { 3, 0 };
    const toy_lies hidden = { TAMPER(0, TOY_C - 1, 4) };
    toy_proof proof;
    zkl_error err;
    both[0] = subset_of(t, table_of("0", 1, zero, 2), table_of("1", 1, b, 2), 0);
    both[1] = cells_of(table_of("0", 1, zero, 2));
    LIE(both[0], "circuit: root", 0);
    both[0] = with_count(t, both[0], 1, 1);
    toy_prove(t, &proof, both, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &hidden, "circuit: root");
}

/* Each claim has a tag of its own. */
static void test_subset__claims_do_not_pay(zkl_test *t)
{
    static const uint64_t a[1] = { 3 }, b[1] = { 4 }, c[1] = { 4 }, d[1] = { 3 };
    const toy_assertion fine[2] = { subset_of(t, table_of("0", 1, a, 1), table_of("1", 1, d, 1), 0),
                                    subset_of(t, table_of("2", 1, b, 1), table_of("3", 1, c, 1),
                                              0) };
    honest(t, __LINE__, fine, 2);
    const toy_assertion mixed[2] = {
        with_count(t, subset_of(t, table_of("0", 1, a, 1), table_of("1", 1, b, 1), 0), 0, 1),
        with_count(t, subset_of(t, table_of("2", 1, c, 1), table_of("3", 1, d, 1), 0), 0, 1)
    };
    lie(t, __LINE__, mixed, 2, NULL, "circuit: root");
    /* beside a claim over another number of rows */
    static const uint64_t many[TOY_C + 4] = { 3, 3, 3, 4, 3 };
    const toy_assertion beside[3] = { fine[0], cells_of(table_of("4", 1, many, TOY_C + 4)),
                                      fine[1] };
    honest(t, __LINE__, beside, 3);
}

/* ---- The checklist, and what the prover says of a false one */

static void test_subset__statement(zkl_test *t)
{
    static const uint64_t a[3] = { 5, 6, 5 }, flags[3] = { 0 };
    const toy_assertion fine = subset_of(t, table_of("0", 1, a, 3), table_of("0", 1, a, 2), 0);
    STATE(fine, NULL);
    toy_assertion c = fine;
    c.param_count = 0;
    STATE(c, "parameters: subset takes one");
    c.param_count = 2;
    STATE(c, "parameters: subset takes one");
    c = fine;
    c.params[0] = toy_int(3);
    STATE(c, "parameters: nulls");
    c.params[0] = toy_int(-1);
    STATE(c, "parameters: nulls");
    c.params[0] = toy_int(1);
    STATE(c, "not of 0");
    c.params[0] = toy_int(2);
    STATE(c, NULL);
    c = fine;
    c.table_count = 1;
    STATE(c, "sources: 1, not 2");
    /* the key */
    c = fine;
    c.tables[1].columns[0].limbs = 2;
    STATE(c, "pair off");
    c = fine;
    c.tables[1].columns[c.tables[1].column_count++] = (toy_column){ "1", 1, a };
    STATE(c, "pair off");
    c = fine;
    c.tables[0].columns[c.tables[0].column_count++] = (toy_column){ "1", 1, a };
    STATE(c, "pair off");
    c.tables[0].columns[1].role = "0?";
    STATE(c, NULL);
    c.params[0] = toy_int(1);
    STATE(c, NULL);
    /* nulls of one column alone are passed over */
    c.tables[0].columns[2] = (toy_column){ "2", 1, a };
    c.tables[0].columns[3] = (toy_column){ "2?", 1, flags };
    c.tables[0].column_count = 4;
    c.tables[1].columns[1] = (toy_column){ "1", 1, a };
    c.tables[1].column_count = 2;
    STATE(c, "not of 2");
    c.params[0] = toy_int(0);
    STATE(c, NULL);
    /* auxiliary tables: limbs, rows, one too many, one too few, another name */
    c = fine;
    c.tables[2].columns[0].limbs = 2;
    STATE(c, "auxiliary tables");
    c = fine;
    c.tables[2].rows = 1;
    STATE(c, "auxiliary tables");
    c = fine;
    c.tables[3].rows = 1;
    STATE(c, "auxiliary tables");
    c = fine;
    c.table_count = 3;
    STATE(c, "auxiliary tables");
    c = fine;
    c.tables[c.table_count++] = table_of("l", 1, flags, 2);
    STATE(c, "auxiliary tables");
    c = fine;
    c.tables[2].columns[0].role = "n";
    STATE(c, "auxiliary tables");
    /* multiplicities reach the rows of the first table: 15, 16, in limbs of four bits */
    uint64_t many[TOY_C] = { 0 };
    for (uint64_t rows = TOY_C - 1; rows <= TOY_C; rows++) {
        c = subset_of(t, table_of("0", 1, many, rows), table_of("0", 1, many, TOY_C), 0);
        CHECK_UINT_EQ(t, c.table_count, 3);
        CHECK_UINT_EQ(t, c.tables[2].columns[0].limbs, rows < TOY_C ? 1 : 2);
        STATE(c, NULL);
        HONEST(c);
    }
}

static void test_subset__counts_what_offends(zkl_test *t)
{
    static const uint64_t a[5] = { 3, 0, 9, 9, 0 }, a_null[5] = { 0, 1, 0, 0, 0 },
                          b[3] = { 3, 0, 4 }, b_null[3] = { 0, 1, 0 };
    static const struct {
        zkl_subset_nulls nulls;
        bool flagged;
        uint64_t want;
    } cases[] = {
        { ZKL_SUBSET_NULLS_REFUSED, true, 4 }, /* the null, 9 twice, 0 */
        { ZKL_SUBSET_NULLS_PASSED, true, 3 },   { ZKL_SUBSET_NULLS_MATCHED, true, 3 },
        { ZKL_SUBSET_NULLS_REFUSED, false, 3 }, /* the second table's 0 is a key */
        { ZKL_SUBSET_NULLS_PASSED, false, 2 },  { ZKL_SUBSET_NULLS_MATCHED, false, 3 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const toy_assertion c = subset_of(
            t, nullable(a, a_null, 5),
            cases[i].flagged ? nullable(b, b_null, 3) : table_of("0", 1, b, 3), cases[i].nulls);
        check_offenders(t, __LINE__, &c, cases[i].want);
    }
}

ZKL_TESTS(TEST(test_subset__honest), TEST(test_subset__honest_nulls),
          TEST(test_subset__no_such_key), TEST(test_subset__padding), TEST(test_subset__nulls),
          TEST(test_subset__needs_the_tables_receipt), TEST(test_subset__claims_do_not_pay),
          TEST(test_subset__statement), TEST(test_subset__counts_what_offends))
