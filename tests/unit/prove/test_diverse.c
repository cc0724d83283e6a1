/* "diverse" in the toy world: groups of rows with as many different values of the first column as
 * said are proven, and no others are, however pairs, groups, their counts and their gaps are
 * written. After make_diverse and its attacks in tests/model/proof_model.py. */
#include "counted.h"
#include "claim/assertion_diverse.h"

typedef struct diverse_case {
    toy_table table;
    size_t first; /* columns of the source that are the first one, with its flag */
    uint64_t least, room;
} diverse_case;

typedef struct plain_diverse {
    plain_ladder pairs, groups;
    uint64_t *s, *y; /* the pairs' keys in two columns */
} plain_diverse;

/* The pairs' columns again, from their keys. */
static void cut_pairs(plain_diverse *out, unsigned first_limbs)
{
    for (uint64_t i = 0; i < out->pairs.rows; i++) {
        out->s[i] = out->pairs.y[i] & top_key(first_limbs);
        out->y[i] = out->pairs.y[i] >> TOY_LOG * first_limbs;
    }
}

/* With the ladders as they should be. */
static toy_assertion diverse_of(zkl_test *t, const diverse_case *c, plain_diverse *out)
{
    const uint64_t *keys = plain_keys(t, &c->table, 0), rows = c->table.rows;
    const unsigned limbs = limbs_of(&c->table, 0), others = limbs_of(&c->table, c->first);
    uint64_t *groups = ZKL_ARENA_NEW(&t->arena, uint64_t, rows), pairs = 0;
    for (uint64_t i = 0; i < rows; i++) /* of each different row its group */
        if (!count_key(keys, i, keys[i]))
            groups[pairs++] = keys[i] >> TOY_LOG * (limbs - others);
    out->pairs = plain_climb(t, keys, rows, limbs, c->room, 1, rows);
    out->groups = plain_climb(t, groups, pairs, others, c->room / c->least, c->least, rows);
    out->s = ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX);
    out->y = ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX);
    cut_pairs(out, limbs - others);
    const plain_ladder *p = &out->pairs, *g = &out->groups;
    return (toy_assertion){
        .kind = ZKL_ASSERTION_DIVERSE,
        .param_count = ZKL_DIVERSE_PARAMS,
        .params = { toy_int((int64_t)c->least), toy_int((int64_t)c->room) },
        .table_count = 5,
        .tables = { c->table,
                    { 4,
                      p->rows,
                      { { "s", limbs - others, out->s },
                        { "y", others, out->y },
                        { "e", p->count_limbs, p->e },
                        { "e?", 1, p->fills } } },
                    table_of("d", limbs, p->d, p->rows),
                    { 3,
                      g->rows,
                      { { "y", others, g->y },
                        { "e", g->count_limbs, g->e },
                        { "e?", 1, g->fills } } },
                    table_of("d", others, g->d, g->rows) },
    };
}

static toy_assertion diverse(zkl_test *t, diverse_case c)
{
    plain_diverse ladders;
    return diverse_of(t, &c, &ladders);
}

/* The model's rows: two values or more of the first column beside 7, 9 and 0. */
static const uint64_t values[] = { 1, 2, 2, 0, 3, 3, 5, 0 },
                      keys_of_it[] = { 7, 7, 7, 9, 9, 0, 0, 0 };

static toy_table two_columns(const uint64_t *s, const uint64_t *y, uint64_t rows)
{
    return (toy_table){ 2, rows, { { "0", 1, s }, { "1", 1, y } } };
}

static void test_diverse__honest(zkl_test *t)
{
    const toy_table table = two_columns(values, keys_of_it, 8);
    HONEST(diverse(t, (diverse_case){ table, 1, 2, 8 }));
    HONEST(diverse(t, (diverse_case){ table, 1, 1, 8 }));
    HONEST(diverse(t, (diverse_case){ table, 1, 2, 7 })); /* seven different rows */
    const toy_assertion both[2] = { cells_of(table), diverse(t, (diverse_case){ table, 1, 2, 8 }) };
    honest(t, __LINE__, both, 2);
    /* two columns make the group; the first one has two limbs */
    static uint64_t a[18], b[18], c[18];
    for (uint64_t i = 0; i < 18; i++) {
        a[i] = 100 * (i % 3) % 256;
        b[i] = i / 3 % 2;
        c[i] = i / 6 % 2 ? 3 : 15;
    }
    const toy_table three = { 3, 18, { { "0", 2, a }, { "1", 1, b }, { "2", 1, c } } };
    HONEST(diverse(t, (diverse_case){ three, 1, 3, 18 }));
}

/* One row; one short of a chunk, a chunk, one more, three chunks. */
static void test_diverse__sizes(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 1 };
    static uint64_t s[3 * TOY_C], y[3 * TOY_C];
    for (uint64_t i = 0; i < ZKL_COUNT(s); i++) {
        s[i] = i % TOY_C; /* all values of a limb, beside the key 0 that padding has too */
        y[i] = i / TOY_C;
    }
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const uint64_t rows = sizes[i], least = rows % TOY_C ? rows % TOY_C : TOY_C;
        HONEST(diverse(t, (diverse_case){ two_columns(s, y, rows), 1, least, rows }));
        if (least < rows)
            LIE(diverse(t, (diverse_case){ two_columns(s, y, rows), 1, least + 1, rows }),
                "circuit: root", 0);
    }
}

/* A null is a value of the first column, and of a group's. */
static void test_diverse__nulls(zkl_test *t)
{
    static const uint64_t s[4] = { 0, 2, 0, 1 }, null[4] = { 1, 0, 0, 0 }, y[4] = { 7, 7, 0, 0 },
                          none[4] = { 0, 0, 1, 1 }, apart[4] = { 0, 0, 1, 0 };
    const toy_table first = { 3, 2, { { "0", 1, s }, { "0?", 1, null }, { "2", 1, y } } };
    HONEST(diverse(t, (diverse_case){ first, 2, 2, 2 }));
    const toy_table group = { 3, 4, { { "0", 1, s }, { "1", 1, y }, { "1?", 1, none } } };
    HONEST(diverse(t, (diverse_case){ group, 1, 2, 4 }));
    const toy_table parted = { 3, 4, { { "0", 1, s }, { "1", 1, y }, { "1?", 1, apart } } };
    LIE(diverse(t, (diverse_case){ parted, 1, 2, 4 }), "circuit: root", 0);
    /* one null twice is one value */
    static const uint64_t zeros[2], nulls[2] = { 1, 1 };
    const toy_table twice = { 3, 2, { { "0", 1, zeros }, { "0?", 1, nulls }, { "2", 1, y } } };
    LIE(diverse(t, (diverse_case){ twice, 2, 2, 2 }), "circuit: root", 0);
}

/* The model's table with a group of one value, 7, and one of two, 9. */
static const uint64_t bad_values[4] = { 1, 1, 2, 3 }, bad_keys[4] = { 7, 7, 9, 9 };

static toy_assertion bad_of(zkl_test *t, plain_diverse *out)
{
    const diverse_case c = { two_columns(bad_values, bad_keys, 4), 1, 2, 4 };
    return diverse_of(t, &c, out);
}

static void test_diverse__a_small_group(zkl_test *t)
{
    plain_diverse ladders;
    const toy_assertion a = bad_of(t, &ladders);
    const uint64_t at = place_of(&ladders.groups, 7);
    const zkl_fr half = toy_inv(toy_int(2));
    const struct {
        zkl_fr e, fills;
    } ways[] = {
        { toy_int(-1), ZKL_FR_ZERO }, { ZKL_FR_ZERO, ZKL_FR_ONE },
        { ZKL_FR_ONE, ZKL_FR_ONE },   { half, half },
        { ZKL_FR_ZERO, half },        { ZKL_FR_ONE, ZKL_FR_ZERO },
        { toy_int(3), toy_int(2) },
    };
    LIE(a, "circuit: root", 0);
    for (size_t i = 0; i < ZKL_COUNT(ways); i++)
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 3, 1, at, ways[i].e),
                        change_of(&a, 3, 2, at, ways[i].fills) },
            .tamper_count = 2);
}

/* A pair that no row has is called present: in a row of the ladder that fills, whatever its count;
 * in one whose limbs are cut elsewhere, y + 1 and s - C, which is the same integer. */
static void test_diverse__a_pair_that_no_row_has(zkl_test *t)
{
    plain_diverse ladders;
    const toy_assertion a = bad_of(t, &ladders);
    const uint64_t group = place_of(&ladders.groups, 7);
    uint64_t at = 0;
    while (!ladders.pairs.fills[at] || ladders.y[at] == 7 || ladders.y[at] == 9)
        at++;
    const int64_t gap = (int64_t)ladders.pairs.y[at] - 7 * TOY_C;
    ladders.groups.e[group] = 0;
    for (int64_t e = -1; e <= 0; e++) {
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 1, 0, at, toy_int(gap)), change_of(&a, 1, 1, at, toy_int(7)),
                        change_of(&a, 1, 3, at, ZKL_FR_ZERO), change_of(&a, 1, 2, at, toy_int(e)) },
            .tamper_count = 4);
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 1, 3, at, ZKL_FR_ZERO), change_of(&a, 1, 2, at, toy_int(e)) },
            .tamper_count = 2);
    }
    /* the pair (2, 7) in the ladder's own words */
    static const uint64_t with[5] = { 1 + 7 * TOY_C, 2 + 7 * TOY_C, 2 + 9 * TOY_C, 3 + 9 * TOY_C };
    const plain_ladder more = plain_climb(t, with, 4, 2, 4, 1, 4);
    ladders.pairs.y = memcpy(ladders.pairs.y, more.y, more.rows * sizeof *more.y);
    memcpy(ladders.pairs.d, more.d, more.rows * sizeof *more.d);
    memcpy(ladders.pairs.fills, more.fills, more.rows * sizeof *more.fills);
    memset(ladders.pairs.e, 0, more.rows * sizeof *more.e);
    cut_pairs(&ladders, 1);
    for (int64_t e = -1; e <= 1; e++)
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 1, 2, place_of(&more, with[0]), toy_int(1)),
                        change_of(&a, 1, 2, place_of(&more, with[1]), toy_int(e)) },
            .tamper_count = 2);
}

/* One value of a group in two rows of the ladder of pairs; the group in two of its own. */
static void test_diverse__a_key_twice(zkl_test *t)
{
    plain_diverse ladders;
    toy_assertion a = bad_of(t, &ladders);
    uint64_t at = place_of(&ladders.pairs, 1 + 7 * TOY_C);
    ladders.pairs.y[at - 1] = ladders.pairs.y[at]; /* in place of one that fills */
    ladders.pairs.e[at] = 0;
    ladders.pairs.fills[at - 1] = 0;
    plain_gaps(&ladders.pairs);
    cut_pairs(&ladders, 1);
    LIE(a, "circuit: root", 0); /* (1, 7) once and once: two values */
    LIE(a, "circuit: root", .tamper = { change_of(&a, 2, 0, at, toy_int(-1)) }, .tamper_count = 1);
    LIE(a, "circuit: root",
        .tamper = { { block_of(&a, 2, 0, 0), at, toy_int(-1) },
                    { block_of(&a, 2, 0, 0) + 1, at, ZKL_FR_ZERO } },
        .tamper_count = 2);
}

/* Sums of pairs and of groups stand under tags of their own, and those of two claims do. */
static void test_diverse__tags(zkl_test *t)
{
    static const uint64_t s[4] = { 1, 1, 2, 3 }, y[4] = { 7, 7, 7, 7 };
    plain_diverse small, large;
    const diverse_case few = { two_columns(bad_values, bad_keys, 4), 1, 2, 4 },
                       many = { two_columns(s, y, 4), 1, 1, 4 };
    const toy_assertion two[2] = { diverse_of(t, &few, &small), diverse_of(t, &many, &large) };
    /* the group 7 has one value there and three here: two and two */
    large.groups.e[place_of(&large.groups, 7)] = 1;
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* the print of the pair (7, 0) is that of the group 7: three such rows, two counted */
    static const uint64_t sevens[6] = { 1, 1, 7, 7, 7, 8 }, groups[6] = { 7, 7, 0, 0, 0, 0 };
    const diverse_case lent = { two_columns(sevens, groups, 6), 1, 2, 6 };
    const toy_assertion a = diverse_of(t, &lent, &small);
    small.pairs.e[place_of(&small.pairs, 7)] = 1;
    LIE(a, "circuit: root", 0);
}

static void test_diverse__each_block(zkl_test *t)
{
    static const uint64_t s[5] = { 1, 2, 0, 4, 4 }, y[5] = { 3, 3, 7, 7, 7 };
    const toy_assertion a = diverse(t, (diverse_case){ two_columns(s, y, 5), 1, 2, 5 });
    lie_in_each_block(t, __LINE__, &a);
}

/* ---- The product's prover */

static void test_diverse__product_prover(zkl_test *t)
{
    static uint64_t s[40], null[40], y[40], z[40];
    for (uint64_t i = 0; i < 40; i++) {
        null[i] = i % 5 == 0;
        s[i] = null[i] ? 0 : 60 + i % 5;
        y[i] = 3 * (i % 4);
        z[i] = i % 2;
    }
    const toy_table table = { 3, 40, { { "0", 2, s }, { "0?", 1, null }, { "2", 1, y } } };
    const toy_table four = { 4,
                             40,
                             { { "0", 2, s }, { "0?", 1, null }, { "2", 1, y }, { "3?", 1, z } } };
    const diverse_case cases[] = {
        { table, 2, 5, 40 },
        { table, 2, 1, 20 },
        { four, 2, 3, 40 },
        { two_columns(values, keys_of_it, 8), 1, 2, 7 },
        { two_columns(values, keys_of_it, 1), 1, 1, 1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const toy_assertion a = diverse(t, cases[i]);
        check_fills(t, &a);
    }
}

/* All rows of groups with too few values; 1 for too little room. */
static void test_diverse__counts_what_offends(zkl_test *t)
{
    static const struct {
        uint64_t rows, least, room, bad;
    } cases[] = {
        { 8, 1, 8, 0 }, { 8, 2, 8, 0 }, { 8, 3, 8, 5 }, { 8, 4, 8, 8 },
        { 8, 2, 6, 1 }, { 7, 3, 7, 7 }, { 4, 2, 4, 1 }, { 1, 1, 1, 0 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const diverse_case c = { two_columns(values, keys_of_it, cases[i].rows), 1, cases[i].least,
                                 cases[i].room };
        const toy_assertion a = diverse(t, c);
        CHECK_UINT_EQ(t, bad_rows_of(t, &a), cases[i].bad);
    }
}

/* ---- The checklist */

static void test_diverse__parameters(zkl_test *t)
{
    const diverse_case c = { two_columns(values, keys_of_it, 8), 1, 2, 7 };
    const toy_assertion fine = diverse(t, c);
    STATE(fine, NULL);
    for (size_t count = 0; count < 5; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != ZKL_DIVERSE_PARAMS)
            STATE(other, "parameters");
    }
    const int64_t big = (int64_t)1 << 62;
    const struct {
        size_t at;
        int64_t value;
    } changes[] = { { 0, 0 }, { 0, 8 }, { 0, -1 }, { 0, big }, { 1, 1 },
                    { 1, 9 }, { 1, 0 }, { 1, -1 }, { 1, big } };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion other = fine;
        other.params[changes[i].at] = toy_int(changes[i].value);
        STATE(other, "parameters");
    }
    toy_assertion other = fine;
    other.params[0] = toy_int(7);
    STATE(other, NULL);
    for (size_t table = 1; table < fine.table_count; table++) {
        other = fine;
        other.tables[table].rows -= TOY_C / 2;
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].role = "z";
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].limbs++;
        STATE(other, "auxiliary tables");
    }
    other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
    /* no column makes the groups; a flag alone is none */
    static const uint64_t flags[8];
    other = fine;
    other.tables[0].column_count = 1;
    STATE(other, "columns");
    other.tables[0] = (toy_table){ 2, 8, { { "0", 1, values }, { "0?", 1, flags } } };
    STATE(other, "columns");
}

/* D 2^W < r, of whole rows. */
static void test_diverse__ladders_do_not_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[ZKL_DIVERSE_PARAMS] = { { { 0 } } };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 8 },
                                        { zkl_bytes_of_text("1"), 1, 6 } };
    const zkl_statement_table table = { .row_count = (uint64_t)1 << 25,
                                        .columns = columns,
                                        .column_count = 2 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, ZKL_DIVERSE_PARAMS, tables,
                                        1 };
    params[0].bytes[31] = 2;
    params[1].bytes[28] = 2;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_DIVERSE, &facts, &err));
    columns[1].limb_count = 7;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_DIVERSE, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    columns[1].limb_count = 16;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_DIVERSE, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
}

ZKL_TESTS(TEST(test_diverse__honest), TEST(test_diverse__sizes), TEST(test_diverse__nulls),
          TEST(test_diverse__a_small_group), TEST(test_diverse__a_pair_that_no_row_has),
          TEST(test_diverse__a_key_twice), TEST(test_diverse__tags), TEST(test_diverse__each_block),
          TEST(test_diverse__product_prover), TEST(test_diverse__counts_what_offends),
          TEST(test_diverse__parameters), TEST(test_diverse__ladders_do_not_wrap))
