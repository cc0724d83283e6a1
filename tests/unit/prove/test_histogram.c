/* "histogram" in the toy world: true counts are proven whatever the bins, and no other counts are,
 * however rows, nulls and padding are written. After make_histogram and its attacks in
 * tests/model/proof_model.py. */
#include "lies.h"

enum { ROWS_MAX = 50, BINS_MAX = 6 };

/* A column, its flags (NULL: none), and the edges: where bins begin, the first one at 0. */
typedef struct histogram_case {
    const uint64_t *xs, *flags;
    uint64_t rows;
    unsigned limbs;
    uint64_t edges[BINS_MAX];
    size_t bin_count;
} histogram_case;

static toy_table table_x(const histogram_case *c)
{
    toy_table table = table_of("x", c->limbs, c->xs, c->rows);
    if (c->flags)
        table.columns[table.column_count++] = (toy_column){ "x?", 1, c->flags };
    return table;
}

/* counts: NULL for the true ones. */
static toy_assertion histogram_of(zkl_test *t, const histogram_case *c, const uint64_t *counts)
{
    uint64_t *u = ZKL_ARENA_NEW(&t->arena, uint64_t, c->rows),
             *v = ZKL_ARENA_NEW(&t->arena, uint64_t, c->rows), truth[BINS_MAX] = { 0 };
    const uint64_t top = (uint64_t)1 << TOY_LOG * c->limbs;
    toy_assertion out = { .kind = ZKL_ASSERTION_HISTOGRAM,
                          .param_count = 3 * c->bin_count,
                          .table_count = 2,
                          .tables = { table_x(c) } };
    for (uint64_t i = 0; i < c->rows; i++) {
        size_t bin = c->bin_count - 1;
        while (c->edges[bin] > c->xs[i])
            bin--;
        if (c->flags && c->flags[i])
            continue;
        truth[bin]++;
        u[i] = c->xs[i] - c->edges[bin];
        v[i] = (bin + 1 < c->bin_count ? c->edges[bin + 1] : top) - 1 - c->xs[i];
    }
    for (size_t bin = 0; bin < c->bin_count; bin++) {
        const uint64_t end = bin + 1 < c->bin_count ? c->edges[bin + 1] : top;
        out.params[3 * bin] = toy_int((int64_t)c->edges[bin]);
        out.params[3 * bin + 1] = toy_int((int64_t)(end - 1 - c->edges[bin]));
        out.params[3 * bin + 2] = toy_int((int64_t)(counts ? counts : truth)[bin]);
    }
    out.tables[1] = (toy_table){ 2, c->rows, { { "u", c->limbs, u }, { "v", c->limbs, v } } };
    return out;
}

/* One bin, bins of one value at both ends, a bin nobody is in; one row to three chunks; nulls. */
static void test_histogram__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, ROWS_MAX };
    static uint64_t xs[ROWS_MAX], flags[ROWS_MAX], ones[ROWS_MAX], zeros[ROWS_MAX], small[ROWS_MAX];
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        flags[i] = i % 7 == 3;
        xs[i] = flags[i] ? 0 : (37 * i + 11) % 256;
        small[i] = 5 * i % TOY_C;
        ones[i] = 1;
    }
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        HONEST(histogram_of(
            t, &(histogram_case){ xs, flags, sizes[i], 2, { 0, 10, 11, 100, 200 }, 5 }, NULL));
        HONEST(histogram_of(t, &(histogram_case){ xs, NULL, sizes[i], 2, { 0, 128 }, 2 }, NULL));
    }
    HONEST(histogram_of(t, &(histogram_case){ xs, NULL, ROWS_MAX, 2, { 0 }, 1 }, NULL));
    HONEST(histogram_of(t, &(histogram_case){ xs, flags, ROWS_MAX, 2, { 0, 1, 255 }, 3 }, NULL));
    HONEST(histogram_of(t, &(histogram_case){ small, NULL, 20, 1, { 0, 1, 15 }, 3 }, NULL));
    HONEST(histogram_of(t, &(histogram_case){ xs, NULL, 20, 3, { 0, 300, 4095 }, 3 }, NULL));
    /* nulls alone: no row is in any bin */
    HONEST(histogram_of(t, &(histogram_case){ zeros, ones, 20, 2, { 0, 9 }, 2 }, NULL));
    /* beside its well-formedness and another histogram of the same column */
    const histogram_case c = { xs, flags, ROWS_MAX, 2, { 0, 10, 100 }, 3 },
                         d = { xs, flags, ROWS_MAX, 2, { 0, 77 }, 2 };
    const toy_assertion three[3] = { cells_of(table_x(&c)), histogram_of(t, &c, NULL),
                                     histogram_of(t, &d, NULL) };
    honest(t, __LINE__, three, 3);
}

/* One row more, one less, one moved; also when they pay for one another in two claims. */
static void test_histogram__other_counts(zkl_test *t)
{
    static uint64_t xs[21], ys[21];
    for (uint64_t i = 0; i < 21; i++) {
        xs[i] = 12 * i;
        ys[i] = 251 - 12 * i;
    }
    /* xs below 10: 1, below 100: 8 more, and 12 */
    const histogram_case c = { xs, NULL, 21, 2, { 0, 10, 100 }, 3 };
    static const uint64_t truth[3] = { 1, 8, 12 };
    HONEST(histogram_of(t, &c, truth));
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            uint64_t counts[3];
            memcpy(counts, truth, sizeof counts);
            counts[i]++;
            if (i != j)
                counts[j]--;
            LIE(histogram_of(t, &c, counts), "circuit: root", 0);
        }
    static const uint64_t more[3] = { 2, 7, 12 }, less[3] = { 1, 8, 12 };
    const histogram_case d = { ys, NULL, 21, 2, { 0, 10, 100 }, 3 };
    const toy_assertion two[2] = { histogram_of(t, &c, more), histogram_of(t, &d, less) };
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* what both claims say together is true of both columns together: each has a tag of its own */
    static const uint64_t low[2] = { 3, 3 }, high[2] = { 12, 12 }, half[2] = { 1, 1 };
    const toy_assertion halves[2] = {
        histogram_of(t, &(histogram_case){ low, NULL, 2, 1, { 0, 8 }, 2 }, half),
        histogram_of(t, &(histogram_case){ high, NULL, 2, 1, { 0, 8 }, 2 }, half)
    };
    lie(t, __LINE__, halves, 2, NULL, "circuit: root");
}

/* A row written into another bin: by u and v that are no distances, with the counts that fit. */
static void test_histogram__rows_in_other_bins(zkl_test *t)
{
    static const uint64_t xs[3] = { 0, 3, 9 }, moved[2] = { 3, 0 }, up[2] = { 1, 2 };
    const histogram_case c = { xs, NULL, 3, 1, { 0, 4 }, 2 };
    /* 9 into [0, 4): u = 9, v = -6; 3 into [4, 16): u = -1, v = 12 */
    LIE(histogram_of(t, &c, moved), "circuit: root",
        .tamper = { { 1, 2, toy_int(9) }, { 2, 2, toy_int(-6) } }, .tamper_count = 2);
    LIE(histogram_of(t, &c, up), "circuit: root",
        .tamper = { { 1, 1, toy_int(-1) }, { 2, 1, toy_int(12) } }, .tamper_count = 2);
    LIE(histogram_of(t, &c, moved), "circuit: root",
        .tamper = { { 1, 2, toy_int(9) }, { 2, 2, toy_int(10) } }, .tamper_count = 2);
    /* the lookup counts pay for -6, or for nothing */
    for (int64_t v = 0; v < TOY_C; v++)
        LIE(histogram_of(t, &c, moved), "circuit: root",
            .tamper = { { 1, 2, toy_int(9) }, { 2, 2, toy_int(-6) } }, .tamper_count = 2,
            .cheat = { { 0, (size_t)v, toy_int(1) } }, .cheat_count = 1);
}

/* Padding and nulls moved into bins; a padded row written as row 0 and row 0 as padding is true all
 * the same. */
static void test_histogram__padding_and_nulls(zkl_test *t)
{
    static const uint64_t xs[3] = { 0, 3, 9 }, true_counts[2] = { 2, 1 },
                          false_counts[][2] = { { 3, 0 }, { 1, 2 }, { 3, 1 }, { 2, 0 } };
    const histogram_case c = { xs, NULL, 3, 1, { 0, 4 }, 2 };
    const toy_lies swap = { .tamper = { { 2, 0, toy_int(0) }, { 2, TOY_C - 1, toy_int(3) } },
                            .tamper_count = 2 };
    toy_proof proof;
    zkl_error err;
    const toy_assertion fine = histogram_of(t, &c, true_counts);
    toy_prove(t, &proof, &fine, 1, &swap);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    for (size_t i = 0; i < ZKL_COUNT(false_counts); i++) {
        const toy_assertion wrong = histogram_of(t, &c, false_counts[i]);
        lie(t, __LINE__, &wrong, 1, &swap, "circuit: root");
        lie(t, __LINE__, &wrong, 1, NULL, "circuit: root");
    }
    static const uint64_t holes[3] = { 0, 3, 0 }, flags[3] = { 0, 0, 1 };
    static const struct {
        uint64_t counts[2];
        int64_t u, v;
    } cases[] = { { { 3, 0 }, 0, 3 }, { { 2, 1 }, 0, 3 }, { { 1, 0 }, 0, 0 }, { { 3, 0 }, 0, 0 } };
    const histogram_case n = { holes, flags, 3, 1, { 0, 4 }, 2 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        LIE(histogram_of(t, &n, cases[i].counts), "circuit: root",
            .tamper = { { 2, 2, toy_int(cases[i].u) }, { 3, 2, toy_int(cases[i].v) } },
            .tamper_count = 2);
    /* row 1 takes its bin from the padding, and u + v is 0 there */
    static const uint64_t two[2] = { 1, 3 }, one_each[2] = { 1, 1 };
    LIE(histogram_of(t, &(histogram_case){ two, NULL, 2, 1, { 0, 4 }, 2 }, one_each),
        "circuit: root",
        .tamper = { { 0, TOY_C - 1, toy_int(9) },
                    { 1, TOY_C - 1, toy_int(5) },
                    { 2, TOY_C - 1, toy_int(6) },
                    { 1, 1, toy_int(3) } },
        .tamper_count = 4);
}

/* A value in the padding is counted where `cells` is not there to refuse it. */
static void test_histogram__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t xs[2] = { 1, 3 }, counts[2] = { 1, 1 };
    const histogram_case c = { xs, NULL, 2, 1, { 0, 4 }, 2 };
    /* the padded row 5 is 9, in the second bin, and row 1 is written as padding would be */
    const toy_lies lies = { .tamper = { { 0, 5, toy_int(9) },
                                        { 1, 5, toy_int(5) },
                                        { 2, 5, toy_int(6) },
                                        { 0, 1, toy_int(0) } },
                            .tamper_count = 4 };
    toy_assertion both[2] = { cells_of(table_x(&c)), histogram_of(t, &c, counts) };
    static const uint64_t blank[2] = { 0, 0 };
    both[1].tables[1] =
        (toy_table){ 2, 2, { { "u", 1, blank }, { "v", 1, (uint64_t[]){ 2, 0 } } } };
    both[1].tables[1].columns[0].values = (const uint64_t[]){ 1, 0 };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, both + 1, 1, &lies);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    toy_lies with_cells = lies;
    lie(t, __LINE__, both, 2, &with_cells, "circuit: root");
}

/* Bins, counts, shapes, roles, and columns that could wrap. */
static void test_histogram__statement(zkl_test *t)
{
    static const uint64_t xs[3] = { 0, 3, 200 }, zeros[4];
    const histogram_case c = { xs, NULL, 3, 2, { 0, 10, 100 }, 3 };
    const toy_assertion fine = histogram_of(t, &c, NULL);
    STATE(fine, NULL);
    static const struct {
        size_t param;
        int64_t value;
        const char *check;
    } changes[] = {
        { 0, 1, "tile" },     { 3, 11, "tile" },     { 3, 9, "tile" },   { 1, 10, "tile" },
        { 1, 8, "tile" },     { 7, 154, "tile" },    { 7, 156, "tile" }, { 7, -1, "tile" },
        { 2, 4, "in a bin" }, { 5, -1, "in a bin" },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion c2 = fine;
        c2.params[changes[i].param] = toy_int(changes[i].value);
        STATE(c2, changes[i].check);
    }
    for (size_t count = 0; count < 9; count++) {
        toy_assertion c2 = fine;
        c2.param_count = count;
        STATE(c2, "parameters");
    }
    static const struct {
        unsigned u, v;
        uint64_t rows;
        const char *role;
    } shapes[] = {
        { 1, 2, 3, "u" }, { 2, 3, 3, "u" }, { 2, 2, 4, "u" }, { 2, 2, 2, "u" }, { 2, 2, 3, "w" }
    };
    for (size_t i = 0; i < ZKL_COUNT(shapes); i++) {
        toy_assertion c2 = fine;
        c2.tables[1] =
            (toy_table){ 2,
                         shapes[i].rows,
                         { { shapes[i].role, shapes[i].u, zeros }, { "v", shapes[i].v, zeros } } };
        STATE(c2, "auxiliary tables");
    }
    toy_assertion c2 = fine;
    c2.table_count = 1;
    STATE(c2, "auxiliary tables");
    c2 = fine;
    c2.tables[0].columns[0].role = "0";
    STATE(c2, "column x");
    c2 = fine;
    c2.tables[0].columns[c2.tables[0].column_count++] = (toy_column){ "y", 1, zeros };
    STATE(c2, "roles");
    /* production limbs */
    zkl_error err = { 0 };
    zkl_scalar params[3] = { { { 0 } } };
    zkl_statement_column column = { zkl_bytes_of_text("x"), 0, 0 };
    const zkl_statement_table table = { .row_count = 1, .columns = &column, .column_count = 1 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 3, tables, 1 };
    for (column.limb_count = 1; column.limb_count <= 16; column.limb_count++) {
        memset(params[1].bytes, 0, 32);
        memset(params[1].bytes + 32 - 2 * column.limb_count, 0xff, 2 * column.limb_count);
        CHECK_STATUS(t, column.limb_count <= 15 ? ZKL_OK : ZKL_REJECTED,
                     zkl_assertion_check(ZKL_ASSERTION_HISTOGRAM, &facts, &err));
    }
    CHECK(t, strstr(err.text, "no wrap") != NULL);
}

ZKL_TESTS(TEST(test_histogram__honest), TEST(test_histogram__other_counts),
          TEST(test_histogram__rows_in_other_bins), TEST(test_histogram__padding_and_nulls),
          TEST(test_histogram__needs_the_tables_receipt), TEST(test_histogram__statement))
