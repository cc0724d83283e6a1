/* "disjoint" in the toy world: tables that share no key are proven to, and no others are, however
 * the ladder, its sides, numbers and gaps are written. After make_disjoint and its attacks in
 * tests/model/proof_model.py. Ladders are made here in their own way, and the product's are
 * compared with them. */
#include "product.h"
#include "claim/ladder.h"
#include "prove/ladder.h"

enum { ROWS_MAX = 2 * TOY_C + 3, LADDER_MAX = 6 * TOY_C };

/* ---- Ladders, plainly */

static uint64_t top_of(unsigned limbs)
{
    return ((uint64_t)1 << TOY_LOG * limbs) - 1;
}

static uint64_t rows_of(uint64_t keys, unsigned limbs)
{
    const uint64_t rows = (keys + 1 + TOY_C - 1) / TOY_C * TOY_C;
    return rows < top_of(limbs) + 1 ? rows : top_of(limbs) + 1;
}

static bool holds(const uint64_t *list, uint64_t count, uint64_t value)
{
    bool found = false;
    for (uint64_t i = 0; i < count; i++)
        found = found || list[i] == value;
    return found;
}

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The keys that there is room for, the last number, the smallest others; ascending. */
static void climb(uint64_t *out, uint64_t rows, const uint64_t *keys, uint64_t key_count,
                  unsigned limbs)
{
    uint64_t count = 0, next = 0;
    out[count++] = top_of(limbs);
    for (uint64_t i = 0; i < key_count && count < rows; i++)
        if (!holds(out, count, keys[i]))
            out[count++] = keys[i];
    for (; count < rows; next++)
        if (!holds(out, count, next))
            out[count++] = next;
    qsort(out, rows, sizeof *out, compare_u64);
}

/* ---- The assertion */

static uint64_t key_of(const toy_table *table, uint64_t row)
{
    uint64_t key = 0;
    unsigned below = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        key |= table->columns[i].values[row] << TOY_LOG * below;
        below += table->columns[i].limbs;
    }
    return key;
}

static unsigned limbs_for(uint64_t most)
{
    return most < 16 ? 1 : most < 256 ? 2 : 3;
}

static uint64_t count_key(const uint64_t *keys, uint64_t count, uint64_t key)
{
    uint64_t out = 0;
    for (uint64_t i = 0; i < count; i++)
        out += keys[i] == key;
    return out;
}

/* A ladder with these rows: sides and numbers as they are, gaps as far as they are any. */
static void put_ladder(zkl_test *t, toy_assertion *out, const uint64_t *y, uint64_t rows)
{
    const uint64_t count_a = out->tables[0].rows, count_b = out->tables[1].rows;
    uint64_t *a = room(t, count_a), *b = room(t, count_b), *f = room(t, rows), *m = room(t, rows),
             *d = room(t, rows);
    unsigned limbs = 0;
    for (size_t i = 0; i < out->tables[0].column_count; i++)
        limbs += out->tables[0].columns[i].limbs;
    for (uint64_t i = 0; i < count_a; i++)
        a[i] = key_of(&out->tables[0], i);
    for (uint64_t i = 0; i < count_b; i++)
        b[i] = key_of(&out->tables[1], i);
    for (uint64_t i = 0; i < rows; i++) {
        f[i] = holds(b, count_b, y[i]);
        m[i] = f[i] ? count_key(b, count_b, y[i]) : count_key(a, count_a, y[i]);
        d[i] = i ? y[i] - y[i - 1] - 1 : y[i];
    }
    out->tables[2] =
        (toy_table){ 3,
                     rows,
                     { { "y", limbs, y },
                       { "f", 1, f },
                       { "m", limbs_for(count_a > count_b ? count_a : count_b), m } } };
    out->tables[3] = table_of("d", limbs, d, rows);
    out->table_count = 4;
}

static toy_assertion disjoint_of(zkl_test *t, toy_table a, toy_table b, uint64_t keys)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_DISJOINT,
                          .param_count = 1,
                          .params = { toy_int((int64_t)(keys ? keys : a.rows + b.rows)) },
                          .tables = { a, b } };
    uint64_t *list = room(t, a.rows + b.rows);
    unsigned limbs = 0;
    for (size_t i = 0; i < a.column_count; i++)
        limbs += a.columns[i].limbs;
    for (uint64_t i = 0; i < a.rows + b.rows; i++)
        list[i] = i < a.rows ? key_of(&a, i) : key_of(&b, i - a.rows);
    const uint64_t rows = rows_of(keys ? keys : a.rows + b.rows, limbs);
    uint64_t *y = room(t, rows);
    climb(y, rows, list, a.rows + b.rows, limbs);
    put_ladder(t, &out, y, rows);
    return out;
}

/* One cell of the ladder, or of its gaps, is said to be another. */
static toy_assertion with_cell(zkl_test *t, toy_assertion a, size_t table, size_t column,
                               uint64_t row, uint64_t value)
{
    toy_column *c = &a.tables[table].columns[column];
    uint64_t *values = room(t, a.tables[table].rows);
    memcpy(values, c->values, a.tables[table].rows * sizeof *values);
    values[row] = value;
    c->values = values;
    return a;
}

static uint64_t row_of(const toy_assertion *a, uint64_t key)
{
    uint64_t row = 0;
    while (a->tables[2].columns[0].values[row] != key)
        row++;
    return row;
}

/* The cell of a block of the assertion's tables. */
static uint16_t cell_at(zkl_test *t, const toy_assertion *a, size_t block, size_t cell)
{
    size_t table = 0;
    for (;; table++) {
        const zkl_source_table source = product_source(t, &a->tables[table]);
        const size_t blocks = zkl_statement_table_blocks(&source.table, &toy_format);
        if (block < blocks)
            return source.cells[block][cell];
        block -= blocks;
    }
}

/* ---- True */

static void test_disjoint__honest(zkl_test *t)
{
    static const struct {
        uint64_t a, b;
    } sizes[] = { { 1, 1 }, { TOY_C, TOY_C }, { TOY_C + 3, 5 }, { TOY_C - 1, 1 }, { 2, ROWS_MAX } };
    uint64_t a[ROWS_MAX], b[ROWS_MAX];
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        for (uint64_t row = 0; row < ROWS_MAX; row++) {
            a[row] = 2 * (37 * row % 120);
            b[row] = 2 * (29 * row % 60) + 1;
        }
        const toy_assertion c =
            disjoint_of(t, table_of("0", 2, a, sizes[i].a), table_of("1", 2, b, sizes[i].b), 0);
        HONEST(c);
        product_agrees(t, __LINE__, &c, 2);
        check_offenders(t, __LINE__, &c, 0);
    }
    /* the first number and the last; 0 on one side, where the other's padding is zeros */
    static const uint64_t ends[3] = { 0, 0, 3 }, last[1] = { 255 };
    const toy_assertion both =
                            disjoint_of(t, table_of("0", 2, ends, 3), table_of("0", 2, last, 1), 0),
                        turned =
                            disjoint_of(t, table_of("0", 2, last, 1), table_of("0", 2, ends, 3), 0);
    HONEST(both);
    HONEST(turned);
    product_agrees(t, __LINE__, &both, 2);
    product_agrees(t, __LINE__, &turned, 2);
    /* all numbers of one limb are keys; a ladder of less than a chunk has no limb, one of more
     * rows than there are numbers is cut to them */
    uint64_t all[TOY_C];
    for (uint64_t v = 0; v < TOY_C; v++)
        all[v] = v;
    const toy_assertion full =
        disjoint_of(t, table_of("0", 1, all, 9), table_of("0", 1, all + 9, TOY_C - 9), 0);
    CHECK_UINT_EQ(t, full.tables[2].rows, TOY_C);
    HONEST(full);
    product_agrees(t, __LINE__, &full, 2);
    /* two columns: 3, 77 and 4, 77 differ */
    static const uint64_t x[2] = { 3, 4 }, y[2] = { 77, 0 }, other_x[2] = { 4, 3 };
    const toy_assertion two =
        disjoint_of(t, (toy_table){ 2, 2, { { "0", 1, x }, { "1", 2, y } } },
                    (toy_table){ 2, 2, { { "0", 1, other_x }, { "1", 2, y } } }, 0);
    HONEST(two);
    product_agrees(t, __LINE__, &two, 2);
    /* little room is enough for few keys, and more keys than it says fit its last chunk */
    static const uint64_t fives[20] = {
        5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5
    };
    const toy_assertion little =
        disjoint_of(t, table_of("0", 2, fives, 20), table_of("0", 2, b, 2), 3);
    CHECK_UINT_EQ(t, little.tables[2].rows, TOY_C);
    HONEST(little);
    product_agrees(t, __LINE__, &little, 2);
    HONEST(disjoint_of(t, table_of("0", 2, a, 5), table_of("0", 2, b, 3), 1));
}

/* ---- False */

/* A key on both sides, whatever its row in the ladder says. */
static void test_disjoint__common_key(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 6 }, b[2] = { 6, 7 };
    const toy_assertion c = disjoint_of(t, table_of("0", 2, a, 2), table_of("1", 2, b, 2), 0);
    const uint64_t at = row_of(&c, 6);
    const size_t f = product_block(&c, 2, 0, 1), m = product_block(&c, 2, 0, 2);
    const zkl_fr sides[] = { ZKL_FR_ZERO, ZKL_FR_ONE, toy_int(2), toy_inv(toy_int(2)),
                             toy_int(-1) };
    static const int64_t counts[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { -1, 1 }, { 0, 1 } };
    LIE(c, "circuit: root", 0);
    for (size_t i = 0; i < ZKL_COUNT(sides); i++)
        for (size_t k = 0; k < ZKL_COUNT(counts); k++)
            LIE(c, "circuit: root",
                .tamper = { { f, at, sides[i] },
                            { m, at, toy_int(counts[k][0]) },
                            { m, at + 1, toy_int(counts[k][1]) } },
                .tamper_count = 3);
    /* one of many rows, in the last chunk */
    uint64_t many[ROWS_MAX], others[3] = { 1, 3, 2 * (ROWS_MAX - 1) };
    for (uint64_t row = 0; row < ROWS_MAX; row++)
        many[row] = 2 * row;
    LIE(disjoint_of(t, table_of("0", 2, many, ROWS_MAX), table_of("0", 2, others, 3), 0),
        "circuit: root", 0);
    LIE(disjoint_of(t, table_of("0", 2, others, 3), table_of("0", 2, many, ROWS_MAX), 0),
        "circuit: root", 0);
    /* 0 on both sides is a common key like others */
    static const uint64_t zeros[2] = { 0, 9 }, more[2] = { 4, 0 };
    LIE(disjoint_of(t, table_of("0", 2, zeros, 2), table_of("0", 2, more, 2), 0), "circuit: root",
        0);
    /* a table is not disjoint with itself */
    LIE(disjoint_of(t, table_of("0", 2, a, 2), table_of("0", 2, a, 2), 0), "circuit: root", 0);
}

/* The common key stands twice in the ladder, once for each side. The climb goes on, or the gap is
 * -1, r - 1, or no limb. */
static void test_disjoint__ladder_twice(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 6 }, b[2] = { 6, 7 };
    const toy_assertion c = disjoint_of(t, table_of("0", 2, a, 2), table_of("1", 2, b, 2), 0);
    const uint64_t at = row_of(&c, 6), rows = c.tables[2].rows;
    toy_assertion twice = c;
    uint64_t *y = room(t, rows);
    memcpy(y, c.tables[2].columns[0].values, rows * sizeof *y);
    y[at + 1] = 6; /* in place of 7 */
    y[at + 2] = 7;
    put_ladder(t, &twice, y, rows);
    twice = with_cell(t, twice, 2, 1, at, 0);
    twice = with_cell(t, twice, 2, 2, at, 1);
    twice = with_cell(t, twice, 3, 0, at + 1, 0);
    const size_t d = product_block(&twice, 3, 0, 0);
    LIE(twice, "circuit: root", 0);
    LIE(twice, "circuit: root", TAMPER(d, at + 1, -1));
    LIE(twice, "circuit: root", .tamper = { { d, at + 1, toy_int(-1) } }, .tamper_count = 1,
        .cheat = { { 0, TOY_C - 1, ZKL_FR_ONE } }, .cheat_count = 1);
    /* -1 in two limbs, of which the upper is none */
    LIE(twice, "circuit: root",
        .tamper = { { d, at + 1, toy_int(TOY_C - 1) }, { d + 1, at + 1, toy_int(-1) } },
        .tamper_count = 2);
    /* apart: the second 6 stands where nothing grows */
    for (uint64_t row = 0; row < rows; row++) {
        const toy_assertion moved =
            with_cell(t, with_cell(t, with_cell(t, c, 2, 0, row, 6), 2, 1, row, 0), 2, 2, row, 1);
        if (row != at)
            LIE(moved, "circuit: root", 0);
    }
}

/* A ladder that has another end, or that leaves keys out. */
static void test_disjoint__ladder_ends(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 6 }, b[2] = { 7, 8 };
    const toy_assertion c = disjoint_of(t, table_of("0", 2, a, 2), table_of("0", 2, b, 2), 0);
    const uint64_t rows = c.tables[2].rows;
    toy_assertion low = c;
    uint64_t *y = room(t, rows);
    for (uint64_t i = 0; i < rows; i++)
        y[i] = i;
    HONEST(c);
    put_ladder(t, &low, y, rows);
    LIE(low, "circuit: root", 0);
    /* beyond the last number */
    LIE(c, "circuit: root", TAMPER(product_block(&c, 2, 0, 0) + 1, rows - 1, TOY_C));
    /* thirty keys in room for three */
    uint64_t many[30], one[1] = { 99 };
    for (uint64_t i = 0; i < 30; i++)
        many[i] = i;
    const toy_assertion full =
        disjoint_of(t, table_of("0", 2, many, 30), table_of("0", 2, one, 1), 3);
    LIE(full, "circuit: root", 0);
    check_offenders(t, __LINE__, &full, 1);
}

/* Every cell of a key's row of the ladder, and of the gaps, changed by one either way: a true
 * assertion is not proven with it. */
static void test_disjoint__every_column(zkl_test *t)
{
    static const uint64_t a[3] = { 0x15, 0x26, 0x15 }, b[2] = { 0x27, 0xf0 };
    const toy_assertion c = disjoint_of(t, table_of("0", 2, a, 3), table_of("0", 2, b, 2), 0);
    HONEST(c);
    const uint64_t rows[] = { row_of(&c, 0x15), row_of(&c, 0x27), c.tables[2].rows - 1 };
    for (size_t i = 0; i < ZKL_COUNT(rows); i++)
        for (size_t block = 2 * 2; block < 2 * 2 + 4 + 2; block++) {
            const bool is_side_of_none = i == 2 && block == 2 * 2 + 2;
            const uint16_t cell = cell_at(t, &c, block, rows[i]);
            for (int64_t by = -1; by <= 1 && !is_side_of_none; by += 2)
                LIE(c, "circuit: root", TAMPER(block, rows[i], cell + by));
        }
}

static void test_disjoint__claims_do_not_pay(zkl_test *t)
{
    static const uint64_t a[1] = { 5 }, b[1] = { 5 }, c[1] = { 9 }, d[1] = { 8 };
    toy_assertion pair[2] = { disjoint_of(t, table_of("0", 1, a, 1), table_of("1", 1, b, 1), 0),
                              disjoint_of(t, table_of("2", 1, c, 1), table_of("3", 1, d, 1), 0) };
    /* the second claim's ladder has a row for 5 with the first side */
    const uint64_t at = row_of(&pair[1], 5);
    pair[1] = with_cell(t, pair[1], 2, 2, at, 1);
    lie(t, __LINE__, pair, 2, NULL, "circuit: root");
    const toy_assertion fine[2] = {
        disjoint_of(t, table_of("0", 1, a, 1), table_of("1", 1, c, 1), 0),
        disjoint_of(t, table_of("1", 1, c, 1), table_of("3", 1, d, 1), 0)
    };
    honest(t, __LINE__, fine, 2);
}

/* Padding is counted as the zeros that it is by `cells`. Without that a row of zeros is hidden: a
 * padded row shows another key for it. */
static void test_disjoint__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 0 }, b[2] = { 0, 7 };
    toy_assertion both[2] = { disjoint_of(t, table_of("0", 1, a, 2), table_of("0", 1, b, 2), 0),
                              cells_of(table_of("0", 1, a, 2)) };
    const toy_lies hidden = { TAMPER(0, TOY_C - 1, 6) };
    toy_proof proof;
    zkl_error err;
    LIE(both[0], "circuit: root", 0);
    both[0] = with_cell(t, both[0], 2, 2, row_of(&both[0], 6), 1);
    toy_prove(t, &proof, both, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &hidden, "circuit: root");
}

/* ---- The checklist */

static void test_disjoint__statement(zkl_test *t)
{
    static const uint64_t a[2] = { 5, 6 }, b[2] = { 7, 8 }, zeros[2] = { 0 };
    const toy_assertion fine = disjoint_of(t, table_of("0", 1, a, 2), table_of("1", 1, b, 2), 0);
    STATE(fine, NULL);
    toy_assertion c = fine;
    c.param_count = 0;
    STATE(c, "parameters: disjoint takes one");
    c.param_count = 2;
    STATE(c, "parameters: disjoint takes one");
    c = fine;
    c.params[0] = ZKL_FR_ZERO;
    STATE(c, "parameters: the room");
    c.params[0] = toy_int(5);
    STATE(c, "parameters: the room");
    c.params[0] = toy_int(-1);
    STATE(c, "parameters: the room");
    c.params[0] = toy_int(1);
    STATE(c, NULL);
    c = fine;
    c.table_count = 1;
    STATE(c, "sources: 1, not 2");
    /* the key */
    c = fine;
    c.tables[1].columns[0].limbs = 2;
    STATE(c, "pair off");
    c = fine;
    c.tables[1].columns[c.tables[1].column_count++] = (toy_column){ "2", 1, a };
    STATE(c, "pair off");
    for (size_t side = 0; side < 2; side++) {
        c = fine;
        c.tables[side].columns[1] = (toy_column){ side ? "1?" : "0?", 1, zeros };
        c.tables[!side].columns[1] = (toy_column){ "7?", 1, zeros }; /* a bool */
        c.tables[0].column_count = c.tables[1].column_count = 2;
        STATE(c, "may be null");
    }
    /* auxiliary tables of another shape */
    for (size_t table = 2; table < 4; table++) {
        c = fine;
        c.tables[table].rows -= 1;
        STATE(c, "auxiliary tables");
        c = fine;
        c.tables[table].columns[c.tables[table].column_count - 1].limbs++;
        STATE(c, "auxiliary tables");
        c = fine;
        c.tables[table].columns[0].role = "z";
        STATE(c, "auxiliary tables");
    }
    c = fine;
    c.table_count = 3;
    STATE(c, "auxiliary tables");
    c = disjoint_of(t, table_of("0", 2, a, 2), table_of("1", 2, b, 2), 0);
    STATE(c, NULL);
    c.tables[2].columns[0].limbs = 1;
    STATE(c, "auxiliary tables");
    /* more limbs than a ladder has at any size; at this size all others fit */
    c = fine;
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < 2; i++)
            c.tables[side].columns[i] = (toy_column){ i ? "1" : "0", 16, zeros };
    c.tables[0].column_count = c.tables[1].column_count = 2;
    STATE(c, "no wrap");
}

/* At the production's limbs: D 2^W < r, so 14 limbs for up to 2^30 rows, 13 for more. */
static void test_disjoint__ladders_do_not_wrap(zkl_test *t)
{
    static const struct {
        uint64_t rows;
        uint32_t limbs;
        bool fits;
    } cases[] = {
        { (uint64_t)1 << 26, 14, true },
        { (uint64_t)1 << 26, 15, false },
        { (uint64_t)1 << 40, 13, true },
        { (uint64_t)1 << 20, 15, false },
        { (uint64_t)1 << 14, 15, true },
        { (uint64_t)1 << 30, 14, true },
        { (uint64_t)1 << 31, 14, false },
        { 1, 16, false },
        { 1, 17, false },
        { 1, 40000, false },
        { (uint64_t)1 << 41, 17, false },
    };
    zkl_error err;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        CHECK_STATUS(t, cases[i].fits ? ZKL_OK : ZKL_REJECTED,
                     zkl_ladder_check(cases[i].rows, cases[i].limbs, &zkl_proof_format_v1, &err));
    /* rows: whole chunks with room for the last number, or all numbers */
    CHECK_UINT_EQ(t, zkl_ladder_rows(1, 4, &zkl_proof_format_v1), 65536);
    CHECK_UINT_EQ(t, zkl_ladder_rows(65535, 4, &zkl_proof_format_v1), 65536);
    CHECK_UINT_EQ(t, zkl_ladder_rows(65536, 4, &zkl_proof_format_v1), 131072);
    CHECK_UINT_EQ(t, zkl_ladder_rows(65536, 1, &zkl_proof_format_v1), 65536);
    CHECK_UINT_EQ(t, zkl_ladder_rows((uint64_t)1 << 40, 1, &zkl_proof_format_v1), 65536);
    CHECK_UINT_EQ(t, zkl_ladder_rows((uint64_t)1 << 40, 2, &zkl_proof_format_v1),
                  (uint64_t)1 << 32);
    CHECK_UINT_EQ(t, zkl_ladder_rows((uint64_t)1 << 40, 40000, &zkl_proof_format_v1),
                  ((uint64_t)1 << 40) + 65536);
    /* of a key of two columns of 7 and 8 limbs, a ladder of one chunk */
    zkl_scalar room_for_two = { { 0 } };
    room_for_two.bytes[31] = 2;
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 7 },
                                        { zkl_bytes_of_text("1"), 1, 7 } };
    const zkl_statement_table table = { .row_count = 1, .columns = columns, .column_count = 2 };
    const zkl_statement_table *tables[2] = { &table, &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, &room_for_two, 1, tables, 2 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_DISJOINT, &facts, &err));
    columns[1].limb_count = 8;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_DISJOINT, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
}

static void test_disjoint__counts_what_offends(zkl_test *t)
{
    static const uint64_t a[6] = { 5, 6, 5, 0, 9, 5 }, b[4] = { 5, 7, 0, 5 };
    const toy_assertion c = disjoint_of(t, table_of("0", 2, a, 6), table_of("0", 2, b, 4), 0),
                        turned = disjoint_of(t, table_of("0", 2, b, 4), table_of("0", 2, a, 6), 0);
    check_offenders(t, __LINE__, &c, 4);
    check_offenders(t, __LINE__, &turned, 3);
}

/* ---- The product's ladders */

/* Over these keys, ascending and perhaps again and again: rows, counts and gaps are the plain
 * ones. */
static void check_ladder(zkl_test *t, uint64_t *keys, size_t count, unsigned limbs, uint64_t rows)
{
    uint16_t cells[LADDER_MAX], gaps[LADDER_MAX / TOY_C * 3][TOY_C],
        *blocks[LADDER_MAX / TOY_C * 3];
    uint64_t y[LADDER_MAX], different = 0;
    zkl_row_keys sorted = { cells, limbs, count };
    ZKL_AUTO_CLEAR(zkl_ladder) ladder = { 0 };
    zkl_error err;
    REQUIRE(t, rows <= LADDER_MAX && count * limbs <= LADDER_MAX && limbs <= 3);
    qsort(keys, count, sizeof *keys, compare_u64);
    for (size_t i = 0; i < count; i++) {
        different += !holds(keys, i, keys[i]);
        for (unsigned k = 0; k < limbs; k++)
            cells[i * limbs + k] = keys[i] >> TOY_LOG * k & 15;
    }
    climb(y, rows, keys, count, limbs);
    CHECK_UINT_EQ(t, zkl_row_keys_different(&sorted), different);
    REQUIRE_OK(t, &err, zkl_ladder_make(&ladder, &sorted, rows, TOY_LOG, &err));
    CHECK_UINT_EQ(t, ladder.row_count, rows);
    for (size_t b = 0; b < ZKL_COUNT(blocks); b++)
        blocks[b] = memset(gaps[b], 0, sizeof gaps[b]);
    zkl_ladder_fill_gaps(&(zkl_filling){ blocks, limbs, TOY_LOG }, &ladder);
    for (uint64_t row = 0; row < rows; row++) {
        uint64_t key = 0, gap = 0;
        for (unsigned k = 0; k < limbs; k++) {
            key |= (uint64_t)zkl_ladder_key(&ladder, row)[k] << TOY_LOG * k;
            gap |= (uint64_t)gaps[row / TOY_C * limbs + k][row % TOY_C] << TOY_LOG * k;
        }
        CHECK_UINT_EQ(t, key, y[row]);
        CHECK_UINT_EQ(t, ladder.counts[row], count_key(keys, count, y[row]));
        CHECK_UINT_EQ(t, gap, row ? y[row] - y[row - 1] - 1 : y[row]);
    }
}

static void test_disjoint__ladder_of_any_keys(zkl_test *t)
{
    uint64_t keys[2 * TOY_C];
    /* every set of numbers of one limb, each once; in all numbers */
    for (uint32_t set = 0; set < 1u << TOY_C; set += set < 256 ? 1 : 37) {
        size_t count = 0;
        for (uint64_t v = 0; v < TOY_C; v++)
            if (set >> v & 1)
                keys[count++] = v;
        check_ladder(t, keys, count, 1, TOY_C);
    }
    /* any keys of two and three limbs, near each other, near either end, again and again */
    for (size_t round = 0; round < 500; round++) {
        const unsigned limbs = 2 + round % 2;
        const size_t count = test_random_u64(t) % ZKL_COUNT(keys);
        const uint64_t spread = 1 + test_random_u64(t) % (top_of(limbs) + 1);
        uint64_t different = 1;
        for (size_t i = 0; i < count; i++) {
            const uint64_t v = test_random_u64(t) % spread;
            keys[i] = round % 3 ? v : top_of(limbs) - v;
            different += !holds(keys, i, keys[i]);
        }
        const uint64_t rows = rows_of(different, limbs);
        check_ladder(t, keys, count, limbs, rows + TOY_C * (round % 3));
    }
}

ZKL_TESTS(TEST(test_disjoint__honest), TEST(test_disjoint__common_key),
          TEST(test_disjoint__ladder_twice), TEST(test_disjoint__ladder_ends),
          TEST(test_disjoint__every_column), TEST(test_disjoint__claims_do_not_pay),
          TEST(test_disjoint__needs_the_tables_receipt), TEST(test_disjoint__statement),
          TEST(test_disjoint__ladders_do_not_wrap), TEST(test_disjoint__counts_what_offends),
          TEST(test_disjoint__ladder_of_any_keys))
