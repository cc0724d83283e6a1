/* "sorted" in the toy world: rows in order are proven, rising and falling, strictly and not, at
 * every bound of a chunk, and two rows out of order are not, however the steps between them are
 * written. After test_sorted of tests/model/proof_model.py. */
#include "product.h"

enum { ROWS_MAX = 50 };

typedef struct sorted_case {
    toy_table table;
    bool strict, down;
} sorted_case;

static unsigned limbs_of(const toy_table *table)
{
    unsigned limbs = 0;
    for (size_t i = 0; i < table->column_count; i++)
        limbs += table->columns[i].limbs;
    return limbs;
}

static uint64_t key_of(const toy_table *table, uint64_t row)
{
    uint64_t key = 0;
    for (size_t j = table->column_count; j--;)
        key = key << TOY_LOG * table->columns[j].limbs | table->columns[j].values[row];
    return key;
}

/* Steps are taken mod 2^W: where rows are out of order, that is as good as a liar can make them
 * with cells in range. */
static toy_assertion sorted_of(zkl_test *t, const sorted_case *c)
{
    const toy_table *table = &c->table;
    const uint64_t rows = table->rows, top = ((uint64_t)1 << TOY_LOG * limbs_of(table)) - 1;
    uint64_t *d = ZKL_ARENA_NEW(&t->arena, uint64_t, rows + 1);
    for (uint64_t i = 0; i <= rows; i++) {
        const uint64_t low = c->down ? top : 0, high = c->down ? 0 : top,
                       before = i ? key_of(table, i - 1) : low,
                       behind = i < rows ? key_of(table, i) : high,
                       step = c->down ? before - behind : behind - before;
        d[i] = (step - (c->strict && i > 0 && i < rows)) & top;
    }
    return (toy_assertion){ .kind = ZKL_ASSERTION_SORTED,
                            .param_count = 2,
                            .params = { toy_int(c->strict), toy_int(c->down) },
                            .table_count = 2,
                            .tables = { *table, table_of("d", limbs_of(table), d, rows + 1) } };
}

static toy_assertion sorted_column(zkl_test *t, const uint64_t *xs, uint64_t rows, bool strict,
                                   bool down)
{
    return sorted_of(t, &(sorted_case){ table_of("0", 2, xs, rows), strict, down });
}

static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 15, 48 };

/* Values that rise by 0, 1 or more: with ties and strictly; the same, falling. */
static void make_rows(uint64_t rising[ROWS_MAX], uint64_t strictly[ROWS_MAX],
                      uint64_t falling[ROWS_MAX])
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        rising[i] = i / 3 * 7;
        strictly[i] = 3 * i + i % 2;
        falling[i] = 255 - strictly[i];
    }
}

static void test_sorted__honest(zkl_test *t)
{
    uint64_t rising[ROWS_MAX], strictly[ROWS_MAX], falling[ROWS_MAX], turned[ROWS_MAX];
    make_rows(rising, strictly, falling);
    for (uint64_t i = 0; i < ROWS_MAX; i++)
        turned[i] = rising[ROWS_MAX - 1 - i];
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const toy_assertion all[] = { sorted_column(t, rising, sizes[i], false, false),
                                      sorted_column(t, strictly, sizes[i], true, false),
                                      sorted_column(t, strictly, sizes[i], false, false),
                                      sorted_column(t, turned, sizes[i], false, true),
                                      sorted_column(t, falling, sizes[i], true, true) };
        for (size_t k = 0; k < ZKL_COUNT(all); k++) {
            HONEST(all[k]);
            product_agrees(t, __LINE__, &all[k], 1);
        }
    }
    /* the least and the greatest key, and all there are, twice and once */
    static const uint64_t ends[3] = { 0, 0, 255 }, back[3] = { 255, 0, 0 };
    HONEST(sorted_column(t, ends, 3, false, false));
    HONEST(sorted_column(t, back, 3, false, true));
    uint64_t every[TOY_C], none[TOY_C];
    for (uint64_t i = 0; i < TOY_C; i++) {
        every[i] = i;
        none[i] = TOY_C - 1 - i;
    }
    HONEST(sorted_of(t, &(sorted_case){ table_of("0", 1, every, TOY_C), true, false }));
    HONEST(sorted_of(t, &(sorted_case){ table_of("0", 1, none, TOY_C), true, true }));
}

/* Two columns, the first one lowest; a flag above its column, so that nulls are last, and first
 * where the order falls. Beside receipts, and two claims at once. */
static void test_sorted__columns_and_nulls(zkl_test *t)
{
    static const uint64_t low[4] = { 3, 9, 2, 2 }, high[4] = { 1, 1, 4, 5 },
                          values[4] = { 3, 9, 0, 0 }, flags[4] = { 0, 0, 1, 1 },
                          down_values[4] = { 0, 0, 9, 3 }, down_flags[4] = { 1, 1, 0, 0 },
                          group[4] = { 1, 1, 1, 0 };
    const toy_table two = { 2, 4, { { "3", 1, low }, { "5", 1, high } } },
                    nulls = { 2, 4, { { "0", 1, values }, { "0?", 1, flags } } },
                    down = { 2, 4, { { "0", 1, down_values }, { "0?", 1, down_flags } } },
                    wide = {
                        3,
                        4,
                        { { "0", 1, down_values }, { "0?", 1, down_flags }, { "2", 1, group } }
                    };
    const toy_assertion all[] = { sorted_of(t, &(sorted_case){ two, true, false }),
                                  sorted_of(t, &(sorted_case){ nulls, false, false }),
                                  sorted_of(t, &(sorted_case){ down, false, true }),
                                  sorted_of(t, &(sorted_case){ wide, false, true }) };
    for (size_t k = 0; k < ZKL_COUNT(all); k++) {
        HONEST(all[k]);
        product_agrees(t, __LINE__, &all[k], 1);
    }
    const toy_assertion beside[4] = { cells_of(two), all[0], all[1], cells_of(nulls) };
    honest(t, __LINE__, beside, 4);
    /* by the other column; a null first; nulls in the middle of the order */
    const toy_table turned = { 2, 4, { { "5", 1, high }, { "3", 1, low } } };
    LIE(sorted_of(t, &(sorted_case){ turned, false, false }), "circuit: root", 0);
    LIE(sorted_of(t, &(sorted_case){ down, false, false }), "circuit: root", 0);
    LIE(sorted_of(t, &(sorted_case){ nulls, false, true }), "circuit: root", 0);
    LIE(sorted_of(t, &(sorted_case){ nulls, true, false }), "circuit: root", 0); /* two nulls */
    const toy_assertion ties = sorted_of(t, &(sorted_case){ nulls, true, false });
    CHECK_UINT_EQ(t, product_bad_rows(t, &ties, 1), 1);
}

/* One row out of order by one unit, at every place of a table of several chunks, both ways; an
 * equal neighbour where the order is strict. */
static void test_sorted__one_row(zkl_test *t)
{
    for (unsigned down = 0; down < 2; down++)
        for (size_t i = 1; i < ZKL_COUNT(sizes); i++)
            for (uint64_t row = 1; row < sizes[i]; row += row % 5 ? 3 : 1) {
                uint64_t xs[ROWS_MAX];
                for (uint64_t k = 0; k < sizes[i]; k++)
                    xs[k] = down ? 245 - 3 * k : 10 + 3 * k;
                xs[row] = xs[row - 1];
                const toy_assertion equal = sorted_column(t, xs, sizes[i], true, down);
                LIE(equal, "circuit: root", 0);
                CHECK_UINT_EQ(t, product_bad_rows(t, &equal, 1), 1);
                HONEST(sorted_column(t, xs, sizes[i], false, down));
                xs[row] = down ? xs[row - 1] + 1 : xs[row - 1] - 1;
                const toy_assertion past = sorted_column(t, xs, sizes[i], false, down);
                LIE(past, "circuit: root", 0);
                CHECK_UINT_EQ(t, product_bad_rows(t, &past, 1), 1);
            }
    static const uint64_t four[2] = { 4, 5 }, five[2] = { 5, 4 };
    LIE(sorted_column(t, four, 2, false, true), "circuit: root", 0);
    LIE(sorted_column(t, five, 2, false, false), "circuit: root", 0);
}

/* Steps that are no numbers of the key's limbs, in every limb: -1, r - 1 and beyond, with lookup
 * counts that would pay; steps moved to other rows and into the padding. */
static void test_sorted__other_steps(zkl_test *t)
{
    static const uint64_t five[2] = { 5, 4 };
    const toy_assertion bad = sorted_column(t, five, 2, false, false);
    const zkl_fr steps[] = { toy_int(-1), toy_int(0), toy_int(TOY_C), toy_int(TOY_C - 1),
                             toy_inv(toy_int(2)) };
    for (size_t i = 0; i < ZKL_COUNT(steps); i++)
        for (size_t limb = 0; limb < 2; limb++)
            for (size_t row = 0; row < 4; row++) {
                LIE(bad, "circuit: root", .tamper = { { 2 + limb, row, steps[i] } },
                    .tamper_count = 1);
                LIE(bad, "circuit: root",
                    .tamper = { { 2, 1, toy_int(-1) },
                                { 3, 1, toy_int(0) },
                                { 2 + limb, row, steps[i] } },
                    .tamper_count = 3);
            }
    /* d_1 = -1 exactly; the limb is looked up 16 times instead */
    LIE(bad, "circuit: root", .tamper = { { 2, 1, toy_int(-1) }, { 3, 1, toy_int(0) } },
        .tamper_count = 2, .cheat = { { 0, TOY_C - 1, toy_int(1) } }, .cheat_count = 1);
    /* the fall is hidden between the chunks: d_C one more, d_(C-1) one less */
    uint64_t xs[TOY_C + 4];
    for (uint64_t i = 0; i < TOY_C + 4; i++)
        xs[i] = 20 + i;
    xs[TOY_C] = 20;
    const toy_assertion seam = sorted_column(t, xs, TOY_C + 4, false, false);
    const size_t d = 4; /* two chunks of two limbs before it */
    LIE(seam, "circuit: root", .tamper = { { d + 2, 0, toy_int(0) }, { d + 3, 0, toy_int(0) } },
        .tamper_count = 2);
    LIE(seam, "circuit: root",
        .tamper = { { d + 2, 0, toy_int(20 - 35) }, { d + 3, 0, toy_int(0) } }, .tamper_count = 2);
    for (uint64_t row = 5; row < TOY_C; row++) /* in the padding of d */
        LIE(seam, "circuit: root", .tamper = { { d + 2, row, toy_int(1) } }, .tamper_count = 1);
    /* another row is said to be there than was committed */
    LIE(bad, "circuit", .lie = { { 0, 1, toy_int(6) } }, .lie_count = 1);
}

/* What one claim lacks another has too much: each identity has a power of eta of its own. */
static void test_sorted__claims_do_not_pay(zkl_test *t)
{
    static const uint64_t falls[2] = { 5, 4 }, rises[2] = { 4, 5 };
    toy_assertion two[2] = { sorted_column(t, falls, 2, false, false),
                             sorted_column(t, rises, 2, false, false) };
    static const uint64_t zero_steps[3] = { 5, 0, 251 }, two_steps[3] = { 4, 0, 250 };
    honest(t, __LINE__, two + 1, 1);
    two[0].tables[1].columns[0].values = zero_steps; /* -1 for 0 here, 1 for 0 there */
    two[1].tables[1].columns[0].values = two_steps;
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    lie(t, __LINE__, two, 1, NULL, "circuit: root");
}

/* A key in the padding, behind a last row that falls: `cells` refuses it, without which the claim
 * means nothing. */
static void test_sorted__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t xs[2] = { 5, 9 };
    toy_assertion both[2] = { cells_of(table_of("0", 2, xs, 2)),
                              sorted_column(t, xs, 2, false, false) };
    static const uint64_t steps[3] = { 5, 4, 246 };
    both[1].tables[1].columns[0].values = steps;
    /* a row 2 of the value 1 takes what d_2, d_3 have to take: 1 - 9 + 255 and -1 */
    const toy_lies hidden = { .tamper = { { 0, 2, toy_int(1) },
                                          { 2, 2, toy_int((1 + 246) % TOY_C) },
                                          { 3, 2, toy_int((1 + 246) / TOY_C) },
                                          { 2, 3, toy_int(-1) } },
                              .tamper_count = 4 };
    lie(t, __LINE__, both + 1, 1, &hidden, "circuit: root"); /* -1 is no limb */
    lie(t, __LINE__, both, 2, &hidden, "circuit: root");
    /* falling, a padded row can hide: x_2 = 3, d_2 = x_1 - x_2, d_3 = x_2 */
    static const uint64_t down[2] = { 9, 5 };
    both[0].tables[0] = table_of("0", 2, down, 2);
    both[1] = sorted_column(t, down, 2, false, true);
    const toy_lies behind = {
        .tamper = { { 0, 2, toy_int(3) }, { 2, 2, toy_int(2) }, { 2, 3, toy_int(3) } },
        .tamper_count = 3
    };
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, both + 1, 1, &behind);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &behind, "circuit: root");
}

/* Parameters, shapes of the auxiliary table, keys that could wrap. */
static void test_sorted__statement(zkl_test *t)
{
    static const uint64_t xs[3] = { 1, 2, 3 };
    const toy_assertion fine = sorted_column(t, xs, 3, true, false);
    STATE(fine, NULL);
    for (size_t count = 0; count < 4; count++) {
        toy_assertion c = fine;
        c.param_count = count;
        STATE(c, count == 2 ? NULL : "parameters: sorted takes 2");
    }
    for (size_t i = 0; i < 2; i++) {
        const zkl_fr values[] = { toy_int(2), toy_int(-1), toy_int((int64_t)1 << 62) };
        for (size_t k = 0; k < ZKL_COUNT(values); k++) {
            toy_assertion c = fine;
            c.params[i] = values[k];
            STATE(c, i ? "down is not 0 or 1" : "strict is not 0 or 1");
        }
    }
    toy_assertion c = fine;
    c.table_count = 1;
    STATE(c, "auxiliary tables");
    static const struct {
        unsigned limbs;
        uint64_t rows;
        const char *role;
    } shapes[] = { { 1, 4, "d" }, { 3, 4, "d" }, { 2, 3, "d" }, { 2, 5, "d" }, { 2, 4, "y" } };
    static const uint64_t zeros[5];
    for (size_t i = 0; i < ZKL_COUNT(shapes); i++) {
        c = fine;
        c.tables[1] = table_of(shapes[i].role, shapes[i].limbs, zeros, shapes[i].rows);
        STATE(c, "auxiliary tables");
    }
    zkl_error err = { 0 };
    const zkl_scalar params[2] = { { { 0 } } };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 8 },
                                        { zkl_bytes_of_text("1"), 1, 7 } };
    const zkl_statement_table table = { .row_count = 1 << 20,
                                        .columns = columns,
                                        .column_count = 2 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 2, tables, 1 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SORTED, &facts, &err));
    columns[1].limb_count = 8;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SORTED, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    columns[1].limb_count = 16;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SORTED, &facts, &err));
    CHECK(t, strstr(err.text, "limbs") != NULL);
}

ZKL_TESTS(TEST(test_sorted__honest), TEST(test_sorted__columns_and_nulls),
          TEST(test_sorted__one_row), TEST(test_sorted__other_steps),
          TEST(test_sorted__claims_do_not_pay), TEST(test_sorted__needs_the_tables_receipt),
          TEST(test_sorted__statement))
