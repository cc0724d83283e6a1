/* "unique" in the toy world: keys of one and more columns are proven at every bound of a chunk, and
 * a key that stands twice is not, however the sorted column, its gaps, the padding and the lookup
 * counts are written. After make_unique and its attacks in tests/model/proof_model.py. */
#include "lies.h"

enum { ROWS_MAX = 50 };

/* A key's columns, their limbs, and the sorted column as a liar may write it (NULL: as it is). */
typedef struct key_case {
    toy_table table;
    const uint64_t *ys;
} key_case;

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static unsigned limbs_of(const toy_table *table)
{
    unsigned limbs = 0;
    for (size_t i = 0; i < table->column_count; i++)
        limbs += table->columns[i].limbs;
    return limbs;
}

/* Gaps are taken mod 2^W: where the keys do not grow, that is as good as a liar can make them with
 * cells in range. */
static toy_assertion unique_of(zkl_test *t, const key_case *c)
{
    const toy_table *table = &c->table;
    const uint64_t rows = table->rows, top = ((uint64_t)1 << TOY_LOG * limbs_of(table)) - 1;
    uint64_t *y = ZKL_ARENA_NEW(&t->arena, uint64_t, rows),
             *d = ZKL_ARENA_NEW(&t->arena, uint64_t, rows + 1);
    for (uint64_t i = 0; i < rows; i++)
        for (size_t j = table->column_count; j--;)
            y[i] = y[i] << TOY_LOG * table->columns[j].limbs | table->columns[j].values[i];
    qsort(y, rows, sizeof *y, compare_u64);
    if (c->ys)
        memcpy(y, c->ys, rows * sizeof *y);
    for (uint64_t i = 0; i <= rows; i++)
        d[i] = ((i < rows ? y[i] : top) - (i ? y[i - 1] + (i < rows) : 0)) & top;
    return (toy_assertion){ .kind = ZKL_ASSERTION_UNIQUE,
                            .table_count = 3,
                            .tables = { *table, table_of("y", limbs_of(table), y, rows),
                                        table_of("d", limbs_of(table), d, rows + 1) } };
}

static toy_assertion unique_column(zkl_test *t, unsigned limbs, const uint64_t *xs, uint64_t rows,
                                   const uint64_t *ys)
{
    return unique_of(t, &(key_case){ table_of("0", limbs, xs, rows), ys });
}

/* One row, a row less than a chunk, a full one (d has a chunk more than y), a row more, three
 * chunks; the first and the last key; all keys there are. */
static void test_unique__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 15, 48 };
    static uint64_t xs[ROWS_MAX], ends[2] = { 255, 0 }, all[TOY_C], low[ROWS_MAX], high[ROWS_MAX];
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        xs[i] = (37 * i + 11) % 256;
        low[i] = i % 3;
        high[i] = (5 * i) % 256;
    }
    for (uint64_t i = 0; i < TOY_C; i++)
        all[i] = (7 * i) % TOY_C;
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++)
        HONEST(unique_column(t, 2, xs, sizes[i], NULL));
    HONEST(unique_column(t, 2, ends, 2, NULL));
    HONEST(unique_column(t, 1, ends + 1, 1, NULL)); /* the key 0 alone */
    HONEST(unique_column(t, 1, all, TOY_C, NULL));
    HONEST(unique_of(t, &(key_case){ { 2, 30, { { "3", 1, low }, { "5", 2, high } } }, NULL }));
    /* beside its well-formedness and another key of the same table */
    const toy_table both = { 2, 30, { { "3", 1, low }, { "5", 2, high } } };
    const toy_assertion two[3] = { cells_of(both), unique_of(t, &(key_case){ both, NULL }),
                                   unique_column(t, 2, xs, 30, NULL) };
    honest(t, __LINE__, two, 3);
}

/* Keys of 15 limbs: what the sorted column and the gaps have room for, and the field too. */
static void test_unique__widest_key(zkl_test *t)
{
    static const uint64_t a[3] = { 1, ~(uint64_t)0, 1 }, b[3] = { 9, 9, 8 };
    /* 9 rows of 15 limbs in the model; here columns hold 64 bits, so 8 + 7 limbs of 4 */
    static uint64_t wide[3], rest[3];
    for (size_t i = 0; i < 3; i++) {
        wide[i] = a[i] & 0xffffffff;
        rest[i] = b[i];
    }
    const toy_table table = { 2, 3, { { "0", 8, wide }, { "1", 7, rest } } };
    HONEST(unique_of(t, &(key_case){ table, NULL }));
    rest[2] = 9;
    LIE(unique_of(t, &(key_case){ table, NULL }), "circuit: root", 0);
}

/* The model's 80 ways, and more: every sorted column, with each gap as it follows or as one of
 * 0, -1, C - 1. */
static void test_unique__a_key_twice(zkl_test *t)
{
    static const uint64_t dup[4] = { 7, 3, 3, 9 };
    static const uint64_t ys[][4] = { { 3, 7, 9, 10 }, { 0, 3, 7, 9 }, { 3, 3, 7, 9 },
                                      { 3, 7, 9, 3 },  { 3, 7, 9, 0 }, { 3, 4, 7, 9 } };
    const zkl_fr gaps[] = { toy_int(0), toy_int(-1), toy_int(TOY_C - 1), toy_int(TOY_C) };
    for (size_t i = 0; i < ZKL_COUNT(ys); i++) {
        const toy_assertion assertion = unique_column(t, 1, dup, 4, ys[i]);
        LIE(assertion, "circuit: root", 0);
        for (size_t g = 0; g < ZKL_COUNT(gaps); g++)
            for (size_t row = 0; row < 6; row++)
                LIE(assertion, "circuit: root", .tamper = { { 2, row, gaps[g] } },
                    .tamper_count = 1);
    }
    static const uint64_t low[3] = { 5, 0, 0 }, high[3] = { 0, 9, 9 };
    LIE(unique_of(t, &(key_case){ { 2, 3, { { "3", 1, low }, { "5", 2, high } } }, NULL }),
        "circuit: root", 0);
    /* two chunks, the two rows far apart */
    static uint64_t far[TOY_C + 5];
    for (uint64_t i = 0; i < TOY_C + 5; i++)
        far[i] = 3 * i;
    HONEST(unique_column(t, 2, far, TOY_C + 5, NULL));
    far[TOY_C + 4] = far[2];
    LIE(unique_column(t, 2, far, TOY_C + 5, NULL), "circuit: root", 0);
}

/* Another key in the sorted column in place of the one that stands twice: only the tag keeps the
 * lookup counts, which are free, from paying for it. */
static void test_unique__counts_do_not_pay(zkl_test *t)
{
    static const uint64_t dup[9] = { 1, 4, 6, 6, 9, 11, 12, 13, 14 },
                          fake[9] = { 1, 4, 5, 6, 9, 11, 12, 13, 14 };
    LIE(unique_column(t, 1, dup, 9, fake), "circuit: root",
        .cheat = { { 0, 6, toy_int(1) }, { 0, 5, toy_int(-1) } }, .cheat_count = 2);
    /* nor do the keys of two claims pay for one another: each has a tag of its own */
    static const uint64_t one[3] = { 3, 3, 1 }, other[3] = { 5, 5, 2 }, y1[3] = { 1, 3, 5 },
                          y2[3] = { 2, 3, 5 };
    const toy_assertion two[2] = { unique_column(t, 1, one, 3, y1),
                                   unique_column(t, 1, other, 3, y2) };
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
}

/* The duplicate is moved to the padding of y, where a 0 of x's padding takes its place in front. */
static void test_unique__padding_of_the_sorted_column(zkl_test *t)
{
    static const uint64_t dup[9] = { 1, 4, 6, 6, 9, 11, 12, 13, 14 },
                          ys[9] = { 0, 1, 4, 6, 9, 11, 12, 13, 14 };
    for (int64_t gap = -6; gap <= 0; gap += 6)
        LIE(unique_column(t, 1, dup, 9, ys), "circuit: root",
            .tamper = { { 1, 9, toy_int(6) }, { 2, 10, toy_int(gap) } }, .tamper_count = 2);
}

/* Two rows 0, one of them "moved" to a padded row. The assertion alone holds of such a table: what
 * refuses it is `cells`, without which no claim means anything. */
static void test_unique__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t bad[5] = { 0, 0, 3, 8, 12 }, ys[5] = { 0, 3, 8, 9, 12 };
    const toy_lies moved = { TAMPER(0, TOY_C - 1, 9) };
    const toy_assertion both[2] = { cells_of(table_of("0", 1, bad, 5)),
                                    unique_column(t, 1, bad, 5, ys) };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, both + 1, 1, &moved);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &moved, "circuit: root");
}

/* Parameters, keys with nulls, shapes of the auxiliary tables, and keys that could wrap. */
static void test_unique__statement(zkl_test *t)
{
    static const uint64_t xs[3] = { 1, 2, 3 }, flags[3] = { 0, 0, 1 };
    const toy_assertion fine = unique_column(t, 2, xs, 3, NULL);
    STATE(fine, NULL);
    toy_assertion c = fine;
    c.param_count = 1;
    STATE(c, "parameters");
    c = fine;
    c.tables[0].columns[c.tables[0].column_count++] = (toy_column){ "0?", 1, flags };
    STATE(c, "key: column 0 may be null");
    c = fine;
    c.table_count = 2;
    STATE(c, "auxiliary tables");
    static const struct {
        size_t table;
        unsigned limbs;
        uint64_t rows;
        const char *role;
    } shapes[] = {
        { 1, 1, 3, "y" }, { 1, 3, 3, "y" }, { 1, 2, 4, "y" }, { 1, 2, 2, "y" }, { 1, 2, 3, "d" },
        { 2, 1, 4, "d" }, { 2, 3, 4, "d" }, { 2, 2, 3, "d" }, { 2, 2, 5, "d" }, { 2, 2, 4, "y" },
    };
    static const uint64_t zeros[5];
    for (size_t i = 0; i < ZKL_COUNT(shapes); i++) {
        c = fine;
        c.tables[shapes[i].table] =
            table_of(shapes[i].role, shapes[i].limbs, zeros, shapes[i].rows);
        STATE(c, "auxiliary tables");
    }
    /* production limbs: 15 of 16 bits are below r, 16 are not; no table has 18 */
    zkl_error err = { 0 };
    zkl_statement_column columns[3] = { { zkl_bytes_of_text("0"), 0, 8 },
                                        { zkl_bytes_of_text("1"), 1, 4 },
                                        { zkl_bytes_of_text("2"), 2, 3 } };
    const zkl_statement_table table = { .row_count = 1 << 20,
                                        .columns = columns,
                                        .column_count = 3 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, NULL, 0, tables, 1 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_UNIQUE, &facts, &err));
    columns[2].limb_count = 4;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_UNIQUE, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    columns[2].limb_count = 16;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_UNIQUE, &facts, &err));
    CHECK(t, strstr(err.text, "limbs") != NULL);
}

ZKL_TESTS(TEST(test_unique__honest), TEST(test_unique__widest_key), TEST(test_unique__a_key_twice),
          TEST(test_unique__counts_do_not_pay), TEST(test_unique__padding_of_the_sorted_column),
          TEST(test_unique__needs_the_tables_receipt), TEST(test_unique__statement))
