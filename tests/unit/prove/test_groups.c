/* "groups" in the toy world: groups of rows with as many rows as said, and as many of them, are
 * proven, and no others are, however the ladder, its counts, its gaps and the padding are written.
 * After make_groups and its attacks in tests/model/proof_model.py. */
#include "counted.h"
#include "claim/assertion_groups.h"

typedef struct groups_case {
    toy_table table;
    uint64_t least, most, number, mode;
} groups_case;

static uint64_t *limbs_room(zkl_test *t)
{
    return ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX);
}

/* |number - n| as C numbers of two limbs. */
static uint64_t *slack_of(zkl_test *t, uint64_t number, uint64_t n)
{
    uint64_t *q = limbs_room(t), left = number > n ? number - n : n - number;
    for (size_t i = 0; i < TOY_C; i++) {
        q[i] = left > 255 ? 255 : left;
        left -= q[i];
    }
    return q;
}

/* With the ladder as it should be. */
static toy_assertion groups_of(zkl_test *t, const groups_case *c, plain_ladder *ladder)
{
    const uint64_t *keys = plain_keys(t, &c->table, 0), rows = c->table.rows;
    uint64_t number = 0;
    for (uint64_t i = 0; i < rows; i++)
        number += !count_key(keys, i, keys[i]);
    *ladder =
        plain_climb(t, keys, rows, limbs_of(&c->table, 0),
                    c->mode == ZKL_MODE_AT_LEAST ? rows / c->least : c->number, c->least, rows);
    toy_assertion out = {
        .kind = ZKL_ASSERTION_GROUPS,
        .param_count = ZKL_GROUPS_PARAMS,
        .params = { toy_int((int64_t)c->least), toy_int((int64_t)c->most),
                    toy_int((int64_t)c->number), toy_int((int64_t)c->mode) },
        .table_count = 3,
        .tables = { c->table,
                    { 3,
                      ladder->rows,
                      { { "y", ladder->limbs, ladder->y },
                        { "e", ladder->count_limbs, ladder->e },
                        { "e?", 1, ladder->fills } } },
                    table_of("d", ladder->limbs, ladder->d, ladder->rows) },
    };
    if (c->mode == ZKL_MODE_AT_LEAST || c->mode == ZKL_MODE_AT_MOST)
        out.tables[out.table_count++] = table_of("q", 2, slack_of(t, number, c->number), TOY_C);
    return out;
}

static toy_assertion groups(zkl_test *t, groups_case c)
{
    plain_ladder ladder;
    return groups_of(t, &c, &ladder);
}

/* The model's rows: 4 of key 5, 3 of 0, 9 of 200, 3 of the last key; and one more of 200. */
static const uint64_t four[] = { 5,   5,   5,   5,   0,   0,   0,   200, 200, 200,
                                 200, 200, 200, 200, 200, 200, 255, 255, 255, 200 };
enum { FOUR_ROWS = 19 };

static toy_table column(const uint64_t *values, uint64_t rows)
{
    return table_of("0", 2, values, rows);
}

static void test_groups__honest(zkl_test *t)
{
    const toy_table table = column(four, FOUR_ROWS);
    HONEST(groups(t, (groups_case){ table, 3, 0, 6, ZKL_GROUPS_HIDDEN }));
    HONEST(groups(t, (groups_case){ table, 3, 9, 6, ZKL_GROUPS_HIDDEN }));
    HONEST(groups(t, (groups_case){ table, 3, 18, 4, ZKL_GROUPS_HIDDEN })); /* C - 1 above */
    HONEST(groups(t, (groups_case){ table, 1, 0, 4, ZKL_MODE_EXACTLY }));
    HONEST(groups(t, (groups_case){ table, 2, 0, 3, ZKL_MODE_AT_LEAST }));
    HONEST(groups(t, (groups_case){ table, 1, 0, 4, ZKL_MODE_AT_LEAST }));
    HONEST(groups(t, (groups_case){ table, 1, 0, 7, ZKL_MODE_AT_MOST }));
    HONEST(groups(t, (groups_case){ table, 1, 9, 4, ZKL_MODE_AT_MOST }));
}

/* One row; one short of a chunk, a chunk, one more; chunks of a source, and of a ladder. */
static void test_groups__sizes(zkl_test *t)
{
    static uint64_t one[40], pairs[3 * TOY_C], all[3 * TOY_C];
    for (uint64_t i = 0; i < ZKL_COUNT(pairs); i++) {
        pairs[i] = 5 * (i / 2);
        all[i] = i % TOY_C;
    }
    static const uint64_t sizes[] = { 1, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 3 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        /* one group, of key 0, as padding is */
        HONEST(groups(
            t, (groups_case){ column(one, sizes[i]), sizes[i], sizes[i], 1, ZKL_MODE_EXACTLY }));
        HONEST(groups(t, (groups_case){ column(pairs, sizes[i]), 1, 2, (sizes[i] + 1) / 2,
                                        ZKL_MODE_EXACTLY }));
    }
    /* room for 15 keys and the last one; for 16 it takes two chunks */
    HONEST(groups(t, (groups_case){ column(pairs, 30), 2, 2, 15, ZKL_MODE_EXACTLY }));
    HONEST(groups(t, (groups_case){ column(pairs, 32), 2, 2, 16, ZKL_MODE_EXACTLY }));
    /* every key of a limb: the ladder has no room to fill */
    HONEST(groups(
        t, (groups_case){ table_of("0", 1, all, 3 * TOY_C), 3, 3, TOY_C, ZKL_MODE_EXACTLY }));
    HONEST(groups(
        t, (groups_case){ table_of("0", 1, all, 3 * TOY_C), 3, 0, TOY_C, ZKL_GROUPS_HIDDEN }));
}

/* A null is a value, and beside its well-formedness. */
static void test_groups__nulls(zkl_test *t)
{
    static const uint64_t a[6] = { 1, 1, 2, 2, 0, 0 }, b[6] = { 0, 0, 5, 5, 0, 0 },
                          flags[6] = { 0, 0, 0, 0, 1, 1 }, some[6] = { 0, 0, 0, 0, 1, 0 };
    const toy_table two = { 3, 6, { { "0", 1, a }, { "0?", 1, flags }, { "2", 1, b } } };
    const toy_table mixed = { 3, 6, { { "0", 1, a }, { "0?", 1, some }, { "2", 1, b } } };
    const toy_assertion both[2] = { cells_of(two),
                                    groups(t, (groups_case){ two, 2, 0, 3, ZKL_MODE_EXACTLY }) };
    honest(t, __LINE__, both, 2);
    LIE(groups(t, (groups_case){ mixed, 2, 0, 3, ZKL_MODE_EXACTLY }), "circuit: root", 0);
    HONEST(groups(t, (groups_case){ mixed, 1, 0, 4, ZKL_MODE_EXACTLY }));
    /* uniqueness: one null beside the code 0, and two nulls */
    static const uint64_t ids[3] = { 0, 0, 7 }, null[3] = { 0, 1, 0 }, nulls[3] = { 1, 1, 0 };
    HONEST(groups(
        t, (groups_case){
               { 2, 3, { { "0", 1, ids }, { "0?", 1, null } } }, 1, 1, 3, ZKL_GROUPS_HIDDEN }));
    LIE(groups(t,
               (groups_case){
                   { 2, 3, { { "0", 1, ids }, { "0?", 1, nulls } } }, 1, 1, 3, ZKL_GROUPS_HIDDEN }),
        "circuit: root", 0);
}

/* A group of two where three are asked, whatever its count and flag. */
static void test_groups__a_small_group(zkl_test *t)
{
    static const uint64_t bad[9] = { 5, 5, 5, 5, 0, 0, 9, 9, 9 };
    plain_ladder ladder;
    const groups_case c = { column(bad, 9), 3, 0, 3, ZKL_GROUPS_HIDDEN };
    const toy_assertion a = groups_of(t, &c, &ladder);
    const uint64_t at = place_of(&ladder, 0);
    const zkl_fr third = toy_inv(toy_int(3));
    const struct {
        zkl_fr e, fills;
    } ways[] = {
        { toy_int(-1), ZKL_FR_ZERO },    { toy_int(2), ZKL_FR_ONE },
        { ZKL_FR_ZERO, ZKL_FR_ONE },     { ZKL_FR_ONE, third },
        { ZKL_FR_ZERO, third },          { toy_int(TOY_C), ZKL_FR_ONE },
        { toy_int(TOY_C), ZKL_FR_ZERO }, { toy_int(2), ZKL_FR_ZERO },
        { toy_int(-4), toy_int(-1) },    { toy_int(5), toy_int(2) },
    };
    LIE(a, "circuit: root", 0);
    for (size_t i = 0; i < ZKL_COUNT(ways); i++)
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 1, 1, at, ways[i].e),
                        change_of(&a, 1, 2, at, ways[i].fills) },
            .tamper_count = 2);
    /* seven padded rows are zeros too: their part is taken off */
    for (int64_t pads = TOY_C - 9; pads <= TOY_C; pads++)
        LIE(a, "circuit: root", .tamper = { change_of(&a, 1, 1, at, toy_int(pads + 2 - 3)) },
            .tamper_count = 1);
    /* three of them are enough for two */
    HONEST(groups(t, (groups_case){ column(bad, 9), 2, 4, 4, ZKL_GROUPS_HIDDEN }));
}

/* A row more than a group may have; by one, and by all that a count can say. */
static void test_groups__a_large_group(zkl_test *t)
{
    LIE(groups(t, (groups_case){ column(four, FOUR_ROWS + 1), 3, 9, 6, ZKL_GROUPS_HIDDEN }),
        "circuit: root", 0);
    LIE(groups(t, (groups_case){ column(four, FOUR_ROWS), 3, 8, 6, ZKL_GROUPS_HIDDEN }),
        "circuit: root", 0);
    LIE(groups(t, (groups_case){ column(four, FOUR_ROWS), 3, 3, 6, ZKL_GROUPS_HIDDEN }),
        "circuit: root", 0);
    static uint64_t zeros[2 * TOY_C + 5];
    LIE(groups(t, (groups_case){ column(zeros, 2 * TOY_C + 5), 1, TOY_C, 1, ZKL_MODE_EXACTLY }),
        "circuit: root", 0);
}

/* One group more or fewer than said; a key that no row has called a group. */
static void test_groups__another_number(zkl_test *t)
{
    const toy_table table = column(four, FOUR_ROWS);
    LIE(groups(t, (groups_case){ table, 1, 0, 5, ZKL_MODE_EXACTLY }), "circuit: root", 0);
    LIE(groups(t, (groups_case){ table, 1, 0, 3, ZKL_MODE_EXACTLY }), "circuit: root", 0);
    LIE(groups(t, (groups_case){ table, 1, 0, 5, ZKL_MODE_AT_LEAST }), "circuit: root", 0);
    LIE(groups(t, (groups_case){ table, 1, 0, 3, ZKL_MODE_AT_MOST }), "circuit: root", 0);
    plain_ladder ladder;
    const groups_case c = { table, 1, 0, 5, ZKL_MODE_EXACTLY };
    const toy_assertion a = groups_of(t, &c, &ladder);
    const uint64_t at = place_of(&ladder, 1);
    CHECK_UINT_EQ(t, ladder.fills[at], 1);
    for (int64_t e = -2; e <= 1; e++)
        LIE(a, "circuit: root",
            .tamper = { change_of(&a, 1, 1, at, toy_int(e)), change_of(&a, 1, 2, at, ZKL_FR_ZERO) },
            .tamper_count = 2);
    /* part of a group: -1 of a flag elsewhere, with the count that fits it */
    LIE(a, "circuit: root",
        .tamper = { change_of(&a, 1, 1, at, toy_int(1)), change_of(&a, 1, 2, at, toy_int(2)) },
        .tamper_count = 2);
    /* a slack below 0 */
    const groups_case least = { table, 1, 0, 5, ZKL_MODE_AT_LEAST };
    const toy_assertion b = groups(t, least);
    LIE(b, "circuit: root", .tamper = { change_of(&b, 3, 0, 0, toy_int(-1)) }, .tamper_count = 1);
}

/* The group of nine in two rows of the ladder, 4 and 5: its key stands there twice. The gap between
 * them is -1, as it is or in other words; or the ladder ends elsewhere. */
static void test_groups__a_key_twice(zkl_test *t)
{
    const groups_case c = { column(four, FOUR_ROWS), 1, 0, 5, ZKL_MODE_EXACTLY };
    plain_ladder ladder;
    toy_assertion a = groups_of(t, &c, &ladder);
    const uint64_t at = place_of(&ladder, 200);
    ladder.y[at - 1] = 200; /* in place of one that fills */
    ladder.e[at - 1] = 3;
    ladder.e[at] = 4;
    ladder.fills[at - 1] = 0;
    plain_gaps(&ladder);
    LIE(a, "circuit: root", 0);
    LIE(a, "circuit: root", .tamper = { change_of(&a, 2, 0, at, toy_int(-1)) }, .tamper_count = 1);
    LIE(a, "circuit: root",
        .tamper = { { block_of(&a, 2, 0, 0), at, toy_int(-1) },
                    { block_of(&a, 2, 0, 0) + 1, at, ZKL_FR_ZERO } },
        .tamper_count = 2);
    /* in the last row, in place of the last key */
    static const uint64_t without_top[16] = { 5,   5,   5,   5,   0,   0,   0,   200,
                                              200, 200, 200, 200, 200, 200, 200, 200 };
    const groups_case d = { column(without_top, 16), 1, 0, 4, ZKL_MODE_EXACTLY };
    a = groups_of(t, &d, &ladder);
    ladder.y[TOY_C - 1] = 200;
    ladder.e[TOY_C - 1] = 3;
    ladder.e[TOY_C - 2] = 4;
    ladder.fills[TOY_C - 1] = 0;
    plain_gaps(&ladder);
    LIE(a, "circuit: root", 0);
    LIE(a, "circuit: root", .tamper = { change_of(&a, 2, 0, TOY_C - 1, toy_int(-1)) },
        .tamper_count = 1);
}

/* A ladder that grows, and ends before its last key. */
static void test_groups__a_ladder_that_ends_early(zkl_test *t)
{
    static const uint64_t xs[4] = { 3, 3, 9, 9 };
    const groups_case c = { table_of("0", 2, xs, 4), 2, 0, 2, ZKL_MODE_EXACTLY };
    plain_ladder ladder;
    const toy_assertion a = groups_of(t, &c, &ladder);
    CHECK_UINT_EQ(t, ladder.y[TOY_C - 1], 255);
    ladder.y[TOY_C - 1] = 254;
    ladder.d[TOY_C - 1]--;
    LIE(a, "circuit: root", 0);
}

/* Two groups of one key in two claims do not lend each other rows, nor the lookup counts pay. */
static void test_groups__claims_do_not_pay_for_one_another(zkl_test *t)
{
    static const uint64_t few[5] = { 5, 5, 9, 9, 9 }, more[5] = { 5, 5, 5, 5, 1 };
    plain_ladder small, large;
    const groups_case a = { column(few, 5), 3, 0, 1, ZKL_GROUPS_HIDDEN },
                      b = { column(more, 5), 1, 0, 5, ZKL_GROUPS_HIDDEN };
    const toy_assertion two[2] = { groups_of(t, &a, &small), groups_of(t, &b, &large) };
    large.e[place_of(&large, 5)] = 2; /* 3 and 3, of 2 and 4 */
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    const toy_lies paid = { .cheat = { { 0, 5, toy_int(1) } }, .cheat_count = 1 };
    lie(t, __LINE__, two, 1, &paid, "circuit: root");
}

/* Of a table whose padding is not zero it says nothing: its own receipt refuses that. */
static void test_groups__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t bad[4] = { 7, 0, 0, 0 };
    plain_ladder ladder;
    const groups_case c = { column(bad, 4), 2, 0, 2, ZKL_GROUPS_HIDDEN };
    const toy_assertion both[2] = { cells_of(c.table), groups_of(t, &c, &ladder) };
    /* a padded row becomes 7: that is two of 7, and of key 0 one fewer is taken off */
    const toy_lies moved = { TAMPER(0, TOY_C - 1, 7) };
    toy_proof proof;
    zkl_error err;
    ladder.e[place_of(&ladder, 0)] = 0;
    toy_prove(t, &proof, both + 1, 1, &moved);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &moved, "circuit: root");
}

static void test_groups__each_block(zkl_test *t)
{
    static const uint64_t xs[7] = { 5, 5, 0, 0, 0, 9, 9 };
    const toy_table table = table_of("0", 1, xs, 7);
    const toy_assertion modes[] = {
        groups(t, (groups_case){ table, 2, 3, 2, ZKL_MODE_AT_LEAST }),
        groups(t, (groups_case){ table, 2, 0, 3, ZKL_MODE_AT_MOST }),
        groups(t, (groups_case){ table, 2, 0, 3, ZKL_GROUPS_HIDDEN }),
    };
    for (size_t i = 0; i < ZKL_COUNT(modes); i++)
        lie_in_each_block(t, __LINE__, &modes[i]);
}

/* ---- The product's prover */

static void test_groups__product_prover(zkl_test *t)
{
    static uint64_t wide[40], low[40], high[40], flags[40];
    for (uint64_t i = 0; i < 40; i++) {
        wide[i] = 3 + 11 * (i % 20);
        low[i] = i % 4;
        high[i] = 17 * (i % 2);
        flags[i] = i % 4 == 0;
        low[i] = flags[i] ? 0 : low[i];
    }
    const toy_table table = column(wide, 40);
    const toy_table three = { 3, 40, { { "0", 1, low }, { "0?", 1, flags }, { "2", 2, high } } };
    const groups_case cases[] = {
        { table, 2, 2, 20, ZKL_GROUPS_HIDDEN },
        { table, 1, 0, 20, ZKL_MODE_EXACTLY },
        { table, 1, 2, 3, ZKL_MODE_AT_LEAST },
        { table, 2, 0, 20, ZKL_MODE_AT_MOST },
        { three, 5, 0, 8, ZKL_GROUPS_HIDDEN },
        { three, 10, 12, 4, ZKL_MODE_EXACTLY },
        { column(four, FOUR_ROWS), 1, 0, 19, ZKL_MODE_AT_MOST },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const toy_assertion a = groups(t, cases[i]);
        check_fills(t, &a);
    }
}

/* Found by the product's prover in place of what was said. */
static void test_groups__measures_an_exact_number(zkl_test *t)
{
    zkl_scalar got[ZKL_GROUPS_PARAMS], want[ZKL_GROUPS_PARAMS];
    zkl_error err = { 0 };
    for (uint64_t mode = 0; mode < ZKL_GROUPS_MODE_COUNT; mode++) {
        const toy_assertion a = groups(t, (groups_case){ column(four, FOUR_ROWS), 1, 0, 9, mode });
        const zkl_assertion_data data = data_of(t, &a);
        memcpy(want, data.params, sizeof want);
        if (mode == ZKL_MODE_EXACTLY)
            want[ZKL_GROUPS_NUMBER].bytes[31] = 4;
        REQUIRE_OK(t, &err, zkl_assertion_prover_of(a.kind)->measure(got, &data, &err));
        CHECK_MEM_EQ(t, got, want, sizeof want);
    }
}

/* Rows of groups that are too small; rows that a group has too many; 1 for a number. */
static void test_groups__counts_what_offends(zkl_test *t)
{
    static const struct {
        uint64_t rows, least, most, number, mode, bad;
    } cases[] = {
        { 19, 3, 0, 6, ZKL_GROUPS_HIDDEN, 0 },   { 19, 4, 0, 4, ZKL_GROUPS_HIDDEN, 6 },
        { 19, 5, 0, 3, ZKL_GROUPS_HIDDEN, 10 },  { 19, 10, 0, 1, ZKL_GROUPS_HIDDEN, 19 },
        { 19, 1, 1, 19, ZKL_GROUPS_HIDDEN, 15 }, { 20, 3, 9, 6, ZKL_GROUPS_HIDDEN, 1 },
        { 19, 1, 0, 5, ZKL_MODE_EXACTLY, 1 },    { 19, 1, 0, 3, ZKL_MODE_EXACTLY, 1 },
        { 19, 1, 0, 5, ZKL_MODE_AT_LEAST, 1 },   { 19, 1, 0, 3, ZKL_MODE_AT_MOST, 1 },
        { 19, 1, 0, 3, ZKL_GROUPS_HIDDEN, 1 },   { 19, 1, 0, 4, ZKL_GROUPS_HIDDEN, 0 },
        { 1, 1, 1, 1, ZKL_MODE_EXACTLY, 0 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        groups_case c = { column(four, cases[i].rows), cases[i].least, cases[i].most,
                          cases[i].number, cases[i].mode };
        const toy_assertion a = groups(t, c);
        CHECK_UINT_EQ(t, bad_rows_of(t, &a), cases[i].bad);
    }
}

/* ---- The checklist */

static void test_groups__parameters(zkl_test *t)
{
    const groups_case c = { column(four, FOUR_ROWS), 2, 9, 5, ZKL_MODE_AT_LEAST };
    const toy_assertion fine = groups(t, c);
    STATE(fine, NULL);
    for (size_t count = 0; count < 7; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != ZKL_GROUPS_PARAMS)
            STATE(other, "parameters");
    }
    const int64_t big = (int64_t)1 << 62;
    const struct {
        size_t at;
        int64_t value;
    } changes[] = {
        { ZKL_GROUPS_LEAST, 0 },    { ZKL_GROUPS_LEAST, 20 },  { ZKL_GROUPS_LEAST, big },
        { ZKL_GROUPS_LEAST, -1 },   { ZKL_GROUPS_LEAST, 10 },  { ZKL_GROUPS_MOST, 1 },
        { ZKL_GROUPS_MOST, 18 },    { ZKL_GROUPS_MOST, -1 },   { ZKL_GROUPS_MOST, big },
        { ZKL_GROUPS_NUMBER, 0 },   { ZKL_GROUPS_NUMBER, 10 }, { ZKL_GROUPS_NUMBER, -1 },
        { ZKL_GROUPS_NUMBER, big }, { ZKL_GROUPS_MODE, 4 },    { ZKL_GROUPS_MODE, -1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion other = fine;
        other.params[changes[i].at] = toy_int(changes[i].value);
        STATE(other, "parameters");
    }
    toy_assertion other = fine; /* the bounds themselves */
    other.params[ZKL_GROUPS_MOST] = toy_int(17);
    STATE(other, NULL);
    other.params[ZKL_GROUPS_NUMBER] = toy_int(9);
    STATE(other, NULL);
    /* auxiliary tables of another shape, or of another number */
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
    other = fine;
    other.params[ZKL_GROUPS_MODE] = toy_int(ZKL_MODE_EXACTLY);
    STATE(other, "auxiliary tables");
}

/* D 2^W < r at the production's limbs, and mode 0 has room for as many groups as there can be. */
static void test_groups__ladders_do_not_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[ZKL_GROUPS_PARAMS] = { { { 0 } } };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 8 },
                                        { zkl_bytes_of_text("1"), 1, 6 } };
    zkl_statement_table table = { .row_count = (uint64_t)1 << 25,
                                  .columns = columns,
                                  .column_count = 2 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, ZKL_GROUPS_PARAMS, tables,
                                        1 };
    params[ZKL_GROUPS_LEAST].bytes[31] = 1;
    params[ZKL_GROUPS_NUMBER].bytes[31] = 1;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_GROUPS, &facts, &err));
    columns[1].limb_count = 7;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_GROUPS, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    /* 2^16 2^240 > r > 2^14 2^240: a block is too many */
    params[ZKL_GROUPS_MODE].bytes[31] = ZKL_GROUPS_HIDDEN;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_GROUPS, &facts, &err));
    columns[1].limb_count = 16;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_GROUPS, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
}

ZKL_TESTS(TEST(test_groups__honest), TEST(test_groups__sizes), TEST(test_groups__nulls),
          TEST(test_groups__a_small_group), TEST(test_groups__a_large_group),
          TEST(test_groups__another_number), TEST(test_groups__a_key_twice),
          TEST(test_groups__a_ladder_that_ends_early),
          TEST(test_groups__claims_do_not_pay_for_one_another),
          TEST(test_groups__needs_the_tables_receipt), TEST(test_groups__each_block),
          TEST(test_groups__product_prover), TEST(test_groups__measures_an_exact_number),
          TEST(test_groups__counts_what_offends), TEST(test_groups__parameters),
          TEST(test_groups__ladders_do_not_wrap))
