/* "balance" in the toy world: weighted sums of the columns of several tables are proven as they
 * are, at least and at most, with signed values and nulls, and one unit more or less is not,
 * however the slack, nulls and padding are written. After test_balance of
 * tests/model/proof_model.py. */
#include "product.h"

enum { ROWS_MAX = 50, TABLES_MAX = 4 };

/* A column as the balance takes it. */
typedef struct weighed_column {
    const uint64_t *values, *flags; /* flags: NULL without */
    uint64_t rows;
    unsigned limbs;
    int64_t weight;
    uint64_t offset;
} weighed_column;

typedef struct balance_case {
    weighed_column columns[TABLES_MAX];
    size_t count;
    int64_t more; /* added to the true total */
    unsigned mode;
} balance_case;

static int64_t true_total(const balance_case *c)
{
    int64_t total = 0;
    for (size_t i = 0; i < c->count; i++)
        for (uint64_t row = 0; row < c->columns[i].rows; row++)
            if (!c->columns[i].flags || !c->columns[i].flags[row])
                total += c->columns[i].weight *
                         ((int64_t)c->columns[i].values[row] - (int64_t)c->columns[i].offset);
    return total;
}

/* Limbs of 2 S, S = sum |w| N (2^W + o). */
static unsigned slack_limbs(const balance_case *c)
{
    uint64_t reach = 0;
    unsigned limbs = 1;
    for (size_t i = 0; i < c->count; i++) {
        const weighed_column *x = &c->columns[i];
        const uint64_t weight = (uint64_t)(x->weight < 0 ? -x->weight : x->weight);
        reach += weight * x->rows * (((uint64_t)1 << TOY_LOG * x->limbs) + x->offset);
    }
    for (reach = 2 * reach >> TOY_LOG; reach; reach >>= TOY_LOG)
        limbs++;
    return limbs;
}

static toy_assertion balance_of(zkl_test *t, const balance_case *c)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_BALANCE,
                          .param_count = 3 + 2 * c->count,
                          .table_count = c->count };
    out.params[0] = toy_int((int64_t)c->count);
    for (size_t i = 0; i < c->count; i++) {
        const weighed_column *x = &c->columns[i];
        out.params[1 + i] = toy_int(x->weight);
        out.params[1 + c->count + i] = toy_int((int64_t)x->offset);
        out.tables[i] = table_of("x", x->limbs, x->values, x->rows);
        if (x->flags)
            out.tables[i].columns[out.tables[i].column_count++] = (toy_column){ "x?", 1, x->flags };
    }
    out.params[1 + 2 * c->count] = toy_int(true_total(c) + c->more);
    out.params[2 + 2 * c->count] = toy_int(c->mode);
    if (c->mode == ZKL_MODE_EXACTLY)
        return out;
    uint64_t *q = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C);
    const unsigned limbs = slack_limbs(c);
    const uint64_t full = ((uint64_t)1 << TOY_LOG * limbs) - 1;
    const int64_t slack = c->more * ((int64_t)c->mode - 1);
    for (uint64_t i = 0, left = slack > 0 ? (uint64_t)slack : 0; i < TOY_C; i++, left -= q[i - 1])
        q[i] = left > full ? full : left;
    out.tables[out.table_count++] = table_of("q", limbs, q, TOY_C);
    return out;
}

static uint64_t xs[ROWS_MAX], ys[ROWS_MAX], nulls[ROWS_MAX];

/* x of two limbs with nulls and values below its offset, y of one limb. */
static balance_case two_columns(uint64_t rows, uint64_t other_rows)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        nulls[i] = i % 4 == 1;
        xs[i] = nulls[i] ? 0 : (37 * i + 11) % 256;
        ys[i] = (5 * i + 3) % 16;
    }
    return (balance_case){ .columns = { { xs, nulls, rows, 2, 3, 128 },
                                        { ys, NULL, other_rows, 1, -2, 8 } },
                           .count = 2,
                           .mode = ZKL_MODE_EXACTLY };
}

static balance_case with_mode(balance_case c, unsigned mode, int64_t more)
{
    c.mode = mode;
    c.more = more;
    return c;
}

static void check_honest(zkl_test *t, int line, const balance_case *c)
{
    const toy_assertion a = balance_of(t, c);
    honest(t, line, &a, 1);
    product_agrees(t, line, &a, c->count);
}

static void check_lie(zkl_test *t, int line, const balance_case *c)
{
    const toy_assertion a = balance_of(t, c);
    lie(t, line, &a, 1, NULL, "circuit: root");
    CHECK_UINT_EQ(t, product_bad_rows(t, &a, c->count), 1);
}

/* Every mode, at every bound of a chunk, tables of other lengths, one table, four; debits that are
 * credits; sums that are negative; weights of 0. */
static void test_balance__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 2 * TOY_C + 5, 48 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        balance_case c = two_columns(sizes[i], sizes[(i + 3) % ZKL_COUNT(sizes)]);
        check_honest(t, __LINE__, &c);
        c = with_mode(c, ZKL_MODE_AT_LEAST, -5);
        check_honest(t, __LINE__, &c);
        c = with_mode(c, ZKL_MODE_AT_MOST, 5);
        check_honest(t, __LINE__, &c);
        c = with_mode(c, ZKL_MODE_AT_MOST, 0);
        check_honest(t, __LINE__, &c);
        c.count = 1;
        check_honest(t, __LINE__, &c);
        c = with_mode(c, ZKL_MODE_EXACTLY, 0);
        check_honest(t, __LINE__, &c);
    }
    /* as far away as T can be: 2 S is what the slack has room for */
    balance_case far = two_columns(20, 3);
    far = with_mode(far, ZKL_MODE_AT_LEAST, -40000);
    check_honest(t, __LINE__, &far);
    static const uint64_t debits[3] = { 200, 100, 7 }, credits[2] = { 300, 7 };
    balance_case equal = { .columns = { { debits, NULL, 3, 2, 1, 0 },
                                        { credits, NULL, 2, 3, -1, 0 } },
                           .count = 2,
                           .mode = ZKL_MODE_EXACTLY };
    CHECK(t, true_total(&equal) == 0);
    check_honest(t, __LINE__, &equal);
    equal.columns[1].weight = 0; /* takes no part */
    check_honest(t, __LINE__, &equal);
    balance_case four = two_columns(20, 33);
    four.columns[2] = (weighed_column){ debits, NULL, 3, 2, 7, 0 };
    four.columns[3] = (weighed_column){ credits, NULL, 2, 3, -1, 4 };
    four.count = 4;
    check_honest(t, __LINE__, &four);
    /* beside receipts, which end elsewhere in their last chunk and share tables with it, and
     * another balance of the same tables */
    const balance_case c = two_columns(20, 36), d = with_mode(c, ZKL_MODE_AT_LEAST, -1);
    const toy_assertion a = balance_of(t, &c), b = balance_of(t, &d),
                        beside[4] = { a, cells_of(a.tables[0]), b, cells_of(a.tables[1]) };
    honest(t, __LINE__, beside, 4);
}

/* One more, one less, under every mode. */
static void test_balance__other_totals(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, TOY_C, TOY_C + 1, 40 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const balance_case c = two_columns(sizes[i], sizes[ZKL_COUNT(sizes) - 1 - i]);
        const struct {
            unsigned mode;
            int64_t more;
        } lies[] = { { ZKL_MODE_EXACTLY, 1 },
                     { ZKL_MODE_EXACTLY, -1 },
                     { ZKL_MODE_AT_LEAST, 1 },
                     { ZKL_MODE_AT_MOST, -1 },
                     { ZKL_MODE_EXACTLY, 256 } };
        for (size_t k = 0; k < ZKL_COUNT(lies); k++) {
            const balance_case bad = with_mode(c, lies[k].mode, lies[k].more);
            check_lie(t, __LINE__, &bad);
        }
    }
}

/* A slack that is no number: -1, 1/2 and more than a limb, in each limb, first and last row. */
static void test_balance__slack(zkl_test *t)
{
    balance_case c = with_mode(two_columns(5, 7), ZKL_MODE_AT_LEAST, 1);
    const zkl_fr values[] = { toy_int(-1), toy_int(TOY_C), toy_inv(toy_int(-2)), toy_int(1) };
    for (unsigned mode = ZKL_MODE_AT_LEAST; mode <= ZKL_MODE_AT_MOST; mode += 2) {
        c = with_mode(c, mode, mode == ZKL_MODE_AT_LEAST ? 1 : -1);
        const toy_assertion a = balance_of(t, &c);
        const size_t q = 2 + 1 + 1; /* behind x, x? and y */
        for (size_t limb = 0; limb < slack_limbs(&c); limb++)
            for (size_t i = 0; i < ZKL_COUNT(values); i++)
                for (size_t row = 0; row < TOY_C; row += TOY_C - 1) {
                    const toy_lies lies = { .tamper = { { q + limb, row, values[i] } },
                                            .tamper_count = 1 };
                    lie(t, __LINE__, &a, 1, &lies, "circuit: root");
                    const toy_lies paid = { .tamper = { { q + limb, row, values[i] } },
                                            .tamper_count = 1,
                                            .cheat = { { 0, 0, toy_int(1) } },
                                            .cheat_count = 1 };
                    lie(t, __LINE__, &a, 1, &paid, "circuit: root");
                }
    }
}

/* A null is no -o, and no row beside the nulls is taken for one: the offset is part of the total.
 * */
static void test_balance__nulls(zkl_test *t)
{
    balance_case c = two_columns(20, 7);
    for (int64_t sign = -1; sign <= 1; sign += 2) { /* one null more, one less */
        const balance_case bad = with_mode(c, ZKL_MODE_EXACTLY, sign * 3 * 128);
        check_lie(t, __LINE__, &bad);
    }
    /* the flag of a row that has a value, and a null without its flag: the receipt refuses what the
     * total would be true of */
    uint64_t turned[ROWS_MAX];
    memcpy(turned, nulls, sizeof turned);
    turned[2] = 1; /* xs[2] stays */
    c.columns[0].flags = turned;
    balance_case claimed = c;
    claimed.more = c.columns[0].weight * (int64_t)xs[2]; /* the sum counts the code all the same */
    const toy_assertion a = balance_of(t, &claimed), both[2] = { a, cells_of(a.tables[0]) };
    honest(t, __LINE__, both, 1);
    lie(t, __LINE__, both, 2, NULL, "circuit: root");
}

/* What one total lacks another has too much; so has a sum beside it. Each has a power of eta. */
static void test_balance__claims_do_not_pay(zkl_test *t)
{
    const balance_case c = two_columns(5, 7);
    balance_case more = with_mode(c, ZKL_MODE_EXACTLY, 1),
                 less = with_mode(c, ZKL_MODE_EXACTLY, -1);
    less.columns[0].rows = 6;
    const toy_assertion two[2] = { balance_of(t, &more), balance_of(t, &less) };
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    int64_t sum = 0;
    for (size_t i = 0; i < 7; i++)
        sum += (int64_t)ys[i];
    const toy_assertion beside[2] = { balance_of(t, &more),
                                      { ZKL_ASSERTION_SUM,
                                        3,
                                        { toy_int(sum - 1), toy_int(0), toy_int(1) },
                                        1,
                                        { table_of("x", 1, ys, 7) } } };
    lie(t, __LINE__, beside, 2, NULL, "circuit: root");
}

/* A value in the padding is counted where `cells` is not there to refuse it. */
static void test_balance__needs_the_tables_receipts(zkl_test *t)
{
    const balance_case c = with_mode(two_columns(5, 7), ZKL_MODE_EXACTLY, -2 * 9);
    const toy_assertion a = balance_of(t, &c), both[2] = { a, cells_of(a.tables[1]) };
    const toy_lies hidden = { TAMPER(3, TOY_C - 1, 9) };
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, both, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &hidden, "circuit: root");
    /* the flag of a padded row takes an offset back */
    const balance_case flagged = with_mode(c, ZKL_MODE_EXACTLY, 3 * 128);
    const toy_assertion f = balance_of(t, &flagged), with[2] = { f, cells_of(f.tables[0]) };
    const toy_lies flag = { TAMPER(2, TOY_C - 1, 1) };
    toy_prove(t, &proof, with, 1, &flag);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, with, 2, &flag, "circuit: root");
}

/* Parameters that end early or go on, the number of tables, numbers beyond their limits. */
static void test_balance__parameters(zkl_test *t)
{
    const balance_case c = with_mode(two_columns(20, 7), ZKL_MODE_AT_MOST, 3);
    const toy_assertion fine = balance_of(t, &c);
    STATE(fine, NULL);
    toy_assertion other;
    for (size_t count = 0; count <= fine.param_count + 2; count++) {
        other = fine;
        other.param_count = count;
        if (count != fine.param_count)
            STATE(other, count ? "parameters: balance of 2 tables takes 7" : "");
    }
    const zkl_fr counts[] = { toy_int(0),
                              toy_int(1),
                              toy_int(3),
                              toy_int(4),
                              toy_int(-1),
                              toy_int((int64_t)1 << 32),
                              toy_int(((int64_t)1 << 32) + 2) };
    for (size_t i = 0; i < ZKL_COUNT(counts); i++) {
        other = fine;
        other.params[0] = counts[i];
        STATE(other, "");
    }
    zkl_fr far;
    for (unsigned side = 0; side < 2; side++) {
        const zkl_fr back = toy_int(side ? -1 : 1);
        other = fine;
        zkl_fr_power_of_two(&far, 64);
        other.params[2] = side ? far : toy_sub(ZKL_FR_ZERO, far);
        STATE(other, "weight 1 has more than 64 bits");
        other.params[2] = toy_add(other.params[2], back);
        STATE(other, "auxiliary tables"); /* fits; the slack has other limbs */
        /* floor(r / 8) is (r - 1) / 8 */
        const zkl_fr eighth = toy_mul(toy_int(-1), toy_inv(toy_int(8)));
        other = fine;
        other.params[5] = side ? eighth : toy_sub(ZKL_FR_ZERO, eighth);
        STATE(other, "the total is beyond r/8");
        other.params[5] = toy_add(other.params[5], back);
        STATE(other, NULL);
    }
    other = fine;
    zkl_fr_power_of_two(&far, 127);
    other.params[4] = far;
    STATE(other, "auxiliary tables");
    other.params[4] = toy_add(far, ZKL_FR_ONE);
    STATE(other, "offset 1 is beyond 2^127");
    const zkl_fr modes[] = { toy_int(3), toy_int(-1), toy_int((int64_t)1 << 62) };
    for (size_t i = 0; i < ZKL_COUNT(modes); i++) {
        other = fine;
        other.params[6] = modes[i];
        STATE(other, "mode is not 0, 1 or 2");
    }
    other = fine;
    other.params[6] = toy_int(ZKL_MODE_EXACTLY);
    STATE(other, "auxiliary tables: 1, not 0");
    other = fine;
    other.table_count = 2;
    STATE(other, "auxiliary tables: 0, not 1");
    /* the slack as a third table, and a table in its place */
    other = fine;
    other.params[0] = toy_int(3);
    other.param_count = 9;
    STATE(other, "");
    other = fine;
    other.tables[2].columns[0].limbs++;
    STATE(other, "auxiliary tables: table 2");
    other = fine;
    other.tables[2].rows = TOY_C - 1;
    STATE(other, "auxiliary tables: table 2");
    other = fine;
    other.tables[2].columns[0].role = "x";
    STATE(other, "auxiliary tables: table 2");
}

/* Each source has x, and x? at most; none stands there twice. */
static void test_balance__sources(zkl_test *t)
{
    const balance_case c = two_columns(32, 16);
    const toy_assertion fine = balance_of(t, &c);
    STATE(fine, NULL);
    for (size_t table = 0; table < 2; table++) {
        toy_assertion other = fine;
        other.tables[table].columns[0].role = "0";
        STATE(other, "column x: its table has none");
        other = fine;
        other.tables[table].column_count = 2;
        other.tables[table].columns[1] = (toy_column){ "y", 1, nulls };
        STATE(other, "roles: its table has columns besides x and x?");
        other.tables[table].column_count = 3;
        other.tables[table].columns[1] = (toy_column){ "x?", 1, nulls };
        other.tables[table].columns[2] = (toy_column){ "x1", 1, nulls };
        STATE(other, "roles: its table has columns besides x and x?");
    }
    toy_assertion twice = fine;
    twice.tables[1] = twice.tables[0];
    STATE(twice, "sources: table 1 is table 0 again");

    /* by the manifest, as for any other source: what holds of the first holds of the second */
    static const uint8_t blocks[6][ZKL_POINT_BYTES];
    const uint32_t limbs[2] = { 2, 1 };
    uint8_t kinds[2] = { ZKL_NUMBERED_VALUE, ZKL_NUMBERED_FLAG };
    zkl_known_table known = { .row_count = 32,
                              .column_count = 2,
                              .limb_counts = limbs,
                              .column_kinds = kinds,
                              .blocks = blocks,
                              .blocks_per_chunk = 3 };
    toy_assertion spans = fine;
    spans.tables[1] = table_of("x", 2, xs, 16);
    spans.tables[1].columns[spans.tables[1].column_count++] = (toy_column){ "x?", 1, nulls };
    state(t, __LINE__, &spans, 1, &known, NULL);
    toy_assertion bare = spans;
    bare.tables[1].column_count = 1;
    state(t, __LINE__, &bare, 1, &known, "flags: nullable column 0 of table 1");
    /* a bool that a cells claim would take for a number */
    const uint32_t one[1] = { 1 };
    kinds[0] = ZKL_NUMBERED_BOOL;
    known.limb_counts = one;
    known.column_count = known.blocks_per_chunk = 1;
    for (size_t table = 0; table < 2; table++) {
        spans.tables[table].column_count = 1;
        spans.tables[table].columns[0].limbs = 1;
        spans.tables[table].columns[0].values = ys;
    }
    const toy_assertion hidden[2] = { spans, cells_of(spans.tables[1]) };
    state(t, __LINE__, hidden, 2, &known, "hides from its cells claim that column 0 is a bool");
}

/* C C 2 S < r/8 at the production's limbs: |w| N (2^W + o). */
static void test_balance__does_not_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[5] = { { { 0 } } };
    zkl_statement_column column = { zkl_bytes_of_text("x"), 0, 0 };
    zkl_statement_table table = { .row_count = (uint64_t)1 << 20,
                                  .columns = &column,
                                  .column_count = 1 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 5, tables, 1 };
    params[0].bytes[31] = params[4].bytes[31] = 1;
    /* r/8 lies between 2^251 and 2^252: 33 + 20 + bits of w - 1 + W of 251 at most */
    for (column.limb_count = 1; column.limb_count <= 16; column.limb_count++)
        for (unsigned bits = 1; bits <= 64; bits++) {
            memset(params[1].bytes, 0, 32);
            params[1].bytes[31 - (bits - 1) / 8] = (uint8_t)(1 << (bits - 1) % 8);
            const bool fits = 33 + 20 + bits - 1 + 16 * column.limb_count <= 251;
            CHECK_STATUS(t, fits ? ZKL_OK : ZKL_REJECTED,
                         zkl_assertion_check(ZKL_ASSERTION_BALANCE, &facts, &err));
        }
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    /* the offset is part of it: 2^127 in a column of one limb */
    column.limb_count = 1;
    memset(params[1].bytes, 0, 32);
    params[2].bytes[16] = 0x80;
    params[1].bytes[24] = 0x80; /* 33 + 20 + 63 + 127 */
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_BALANCE, &facts, &err));
    table.row_count = (uint64_t)1 << 28;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_BALANCE, &facts, &err));
    table.row_count = (uint64_t)1 << 29;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_BALANCE, &facts, &err));
    /* the largest that can be asked for is refused, not asserted */
    column.limb_count = 16;
    table.row_count = ((uint64_t)1 << 40) - 1;
    memset(params[1].bytes + 24, 0xff, 8);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_BALANCE, &facts, &err));
}

ZKL_TESTS(TEST(test_balance__honest), TEST(test_balance__other_totals), TEST(test_balance__slack),
          TEST(test_balance__nulls), TEST(test_balance__claims_do_not_pay),
          TEST(test_balance__needs_the_tables_receipts), TEST(test_balance__parameters),
          TEST(test_balance__sources), TEST(test_balance__does_not_wrap))
