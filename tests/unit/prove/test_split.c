/* "split" in the toy world: rows that are shared out, in whatever order, are proven, and no row is
 * lost, doubled, changed or put together from two, in real rows or in padding. After the split
 * attacks of tests/model/proof_model.py. */
#include "lies.h"

enum { ROWS_MAX = 50 };

/* Rows from .. from + count - 1 of the two columns x (2 limbs, nullable) and y (1 limb) in this
 * order: order[i] is the row of the source that stands at i. */
typedef struct rows_of {
    uint64_t x[ROWS_MAX], flag[ROWS_MAX], y[ROWS_MAX];
} rows_of;

static void make_rows(rows_of *out)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        out->flag[i] = i % 9 == 4;
        out->x[i] = out->flag[i] ? 0 : (37 * i + 11) % 256;
        out->y[i] = i % 5;
    }
}

static toy_table table_rows(const rows_of *rows, uint64_t from, uint64_t count)
{
    return (toy_table){
        3,
        count,
        { { "0", 2, rows->x + from }, { "0?", 1, rows->flag + from }, { "2", 1, rows->y + from } }
    };
}

/* The rows in another order: i times an odd step, mod count, when that is a permutation. */
static const rows_of *shuffled(zkl_test *t, const rows_of *rows, uint64_t count, uint64_t step)
{
    rows_of *out = ZKL_ARENA_NEW(&t->arena, rows_of, 1);
    for (uint64_t i = 0; i < count; i++) {
        out->x[i] = rows->x[(i * step + 3) % count];
        out->flag[i] = rows->flag[(i * step + 3) % count];
        out->y[i] = rows->y[(i * step + 3) % count];
    }
    return out;
}

/* The first `count` rows of `source`, and parts that end before these rows of `parts`. */
static toy_assertion split_at(const rows_of *source, const rows_of *parts, uint64_t count,
                              const uint64_t *ends, size_t part_count)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_SPLIT,
                          .table_count = 1 + part_count,
                          .tables = { table_rows(source, 0, count) } };
    for (size_t i = 0; i < part_count; i++) {
        const uint64_t from = i ? ends[i - 1] : 0;
        out.tables[1 + i] = table_rows(parts, from, ends[i] - from);
    }
    return out;
}

static toy_assertion one_column(const uint64_t *source, uint64_t rows, const uint64_t *parts,
                                uint64_t first)
{
    return (toy_assertion){ .kind = ZKL_ASSERTION_SPLIT,
                            .table_count = 3,
                            .tables = { table_of("0", 1, source, rows),
                                        table_of("0", 1, parts, first),
                                        table_of("0", 1, parts + first, rows - first) } };
}

/* A shuffle, parts that end inside and at the end of chunks, one row, parts that are the same. */
static void test_split__honest(zkl_test *t)
{
    rows_of rows;
    make_rows(&rows);
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 47 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const uint64_t count = sizes[i];
        HONEST(split_at(&rows, shuffled(t, &rows, count, 1), count, &count, 1));
    }
    const rows_of *other = shuffled(t, &rows, 47, 5);
    static const uint64_t two[2] = { 20, 47 }, at_chunk[2] = { TOY_C, 47 },
                          many[4] = { 1, 5, 5 + 2 * TOY_C, 47 };
    HONEST(split_at(&rows, other, 47, two, 2));
    HONEST(split_at(&rows, other, 47, at_chunk, 2));
    HONEST(split_at(&rows, other, 47, many, 4));
    static const uint64_t twice[4] = { 3, 3, 0, 0 }, half[2] = { 0, 3 };
    toy_assertion same = one_column(twice, 4, half, 2);
    same.tables[2] = same.tables[1];
    HONEST(same);
    const toy_assertion beside[3] = { cells_of(table_rows(&rows, 0, 47)),
                                      split_at(&rows, other, 47, two, 2),
                                      split_at(&rows, other, 47, at_chunk, 2) };
    honest(t, __LINE__, beside, 3);
}

/* Changed, doubled in place of another, mixed from two rows, cut into other limbs. */
static void test_split__other_rows(zkl_test *t)
{
    rows_of rows;
    make_rows(&rows);
    static const uint64_t two[2] = { 20, 47 };
    const rows_of *other = shuffled(t, &rows, 47, 5);
    rows_of bad;
    for (size_t i = 0; i < 47; i += 9) {
        bad = *other;
        bad.y[i] ^= 1;
        LIE(split_at(&rows, &bad, 47, two, 2), "circuit: root", 0);
        bad = *other;
        bad.x[i] = bad.x[(i + 1) % 47];
        bad.flag[i] = bad.flag[(i + 1) % 47];
        bad.y[i] = bad.y[(i + 1) % 47];
        LIE(split_at(&rows, &bad, 47, two, 2), "circuit: root", 0);
        bad = *other; /* y of two rows exchanged that differ in x too */
        size_t next = i;
        while (bad.y[i] == bad.y[next] || bad.x[i] == bad.x[next])
            next = (next + 1) % 47;
        const uint64_t y = bad.y[i];
        bad.y[i] = bad.y[next];
        bad.y[next] = y;
        LIE(split_at(&rows, &bad, 47, two, 2), "circuit: root", 0);
    }
    /* limbs of a row that change places, within a column and between two */
    static const uint64_t limbs[3] = { 0x12, 0x34, 0x55 }, turned[3] = { 0x21, 0x34, 0x55 };
    toy_assertion pair = { .kind = ZKL_ASSERTION_SPLIT,
                           .table_count = 2,
                           .tables = { table_of("0", 2, limbs, 3), table_of("0", 2, turned, 3) } };
    LIE(pair, "circuit: root", 0);
    static const uint64_t left[2] = { 3, 9 }, right[2] = { 5, 9 };
    pair.tables[0] = (toy_table){ 2, 2, { { "0", 1, left }, { "1", 1, right } } };
    pair.tables[1] = (toy_table){ 2, 2, { { "0", 1, right }, { "1", 1, left } } };
    LIE(pair, "circuit: root", 0);
    /* a null for a 0 */
    bad = *other;
    size_t null = 0;
    while (!bad.flag[null])
        null++;
    bad.flag[null] = 0;
    LIE(split_at(&rows, &bad, 47, two, 2), "circuit: root", 0);
    /* the same integer in other limbs, (x0 + C, x1 - 1): codes are compared limb by limb */
    const uint64_t all = 47;
    const toy_assertion plain = split_at(&rows, &rows, 47, &all, 1);
    toy_assertion copy = plain;
    copy.tables[1] = table_rows(other, 0, 47);
    size_t row = 0;
    while (other->x[row] < TOY_C)
        row++;
    /* 3 chunks of 4 blocks of the source, then the part's */
    const size_t block = 12 + 4 * (row / TOY_C), cell = row % TOY_C;
    LIE(copy, "circuit: root",
        .tamper = { { block, cell, toy_int((int64_t)(other->x[row] % TOY_C) + TOY_C) },
                    { block + 1, cell, toy_int((int64_t)(other->x[row] / TOY_C) - 1) } },
        .tamper_count = 2);
}

/* Rows exchanged between the parts of two claims: each has a tag of its own. */
static void test_split__claims_do_not_pay(zkl_test *t)
{
    static const uint64_t a[2] = { 1, 2 }, b[2] = { 3, 4 }, parts_a[2] = { 1, 3 },
                          parts_b[2] = { 2, 4 };
    const toy_assertion fine[2] = { one_column(a, 2, a, 1), one_column(b, 2, b, 1) };
    honest(t, __LINE__, fine, 2);
    const toy_assertion mixed[2] = { one_column(a, 2, parts_a, 1), one_column(b, 2, parts_b, 1) };
    lie(t, __LINE__, mixed, 2, NULL, "circuit: root");
}

/* A row of the source stands in the padding of a part, and another part shows a row of zeros for
 * it. The assertion holds; what refuses it is the part's `cells`. */
static void test_split__needs_the_parts_receipts(zkl_test *t)
{
    static const uint64_t source[3] = { 4, 5, 6 }, parts[3] = { 4, 5, 0 };
    const toy_lies hidden = { TAMPER(1, TOY_C - 1, 6) };
    const toy_assertion both[2] = { one_column(source, 3, parts, 2),
                                    cells_of(table_of("0", 1, parts, 2)) };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, both, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 2, &hidden, "circuit: root");
    /* and a row too many in a part pays for nothing */
    LIE(one_column(source, 3, parts, 2), "circuit: root", 0);
}

/* Numbers of rows, parts, parameters; columns, limbs, roles and schemas that differ. */
static void test_split__statement(zkl_test *t)
{
    static const uint64_t source[3] = { 4, 5, 6 };
    const toy_assertion fine = one_column(source, 3, source, 2);
    STATE(fine, NULL);
    toy_assertion c = fine;
    c.param_count = 1;
    STATE(c, "parameters");
    c = fine;
    c.table_count = 1;
    STATE(c, "parts: none");
    c = fine;
    c.table_count = 2;
    STATE(c, "they have 2 rows, the source 3");
    c = fine;
    c.tables[2].rows = 2;
    c.tables[2].columns[0].values = source;
    STATE(c, "they have 4 rows, the source 3");
    c = fine;
    c.tables[2].columns[0].limbs = 2;
    STATE(c, "another schema or columns");
    c = fine;
    c.tables[2].columns[0].role = "1";
    STATE(c, "another schema or columns");
    c = fine;
    c.tables[1].columns[c.tables[1].column_count++] = (toy_column){ "1", 1, source };
    STATE(c, "another schema or columns");

    /* schemas, which have the dictionaries' roots in them; and another number of the same role */
    zkl_error err = { 0 };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 1 },
                                        { zkl_bytes_of_text("0"), 0, 1 } };
    zkl_statement_table tables[2] = {
        { .row_count = 9, .columns = &columns[0], .column_count = 1 },
        { .row_count = 9, .columns = &columns[1], .column_count = 1 },
    };
    const zkl_statement_table *sources[2] = { &tables[0], &tables[1] };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, NULL, 0, sources, 2 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SPLIT, &facts, &err));
    tables[1].schema_hash.bytes[31] = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SPLIT, &facts, &err));
    tables[0].schema_hash.bytes[31] = 1;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SPLIT, &facts, &err));
    columns[1].index = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SPLIT, &facts, &err));
}

/* One table as source, and as a part again and again in many claims: refused without making the
 * leaves of all of them. */
static void test_split__repeated_parts(zkl_test *t)
{
    enum { COLUMNS = 1000, PARTS = ZKL_STATEMENT_TABLES_MAX - 1, CLAIMS = 900 };
    zkl_error err = { 0 };
    zkl_statement_column *columns = ZKL_ARENA_NEW(&t->arena, zkl_statement_column, COLUMNS);
    zkl_assertion *assertions = ZKL_ARENA_NEW(&t->arena, zkl_assertion, CLAIMS);
    uint8_t(*points)[ZKL_POINT_BYTES] = zkl_arena_alloc(&t->arena, 2 * COLUMNS, sizeof *points);
    uint32_t *indexes = ZKL_ARENA_NEW(&t->arena, uint32_t, 1 + PARTS);
    for (uint32_t i = 0; i < COLUMNS; i++)
        columns[i] =
            (zkl_statement_column){ zkl_bytes_of_text(zkl_arena_format(&t->arena, "%u", i)), i, 1 };
    for (uint32_t i = 0; i < PARTS; i++)
        indexes[1 + i] = 1;
    for (size_t i = 0; i < CLAIMS; i++)
        assertions[i] = (zkl_assertion){ ZKL_ASSERTION_SPLIT, NULL, 0, indexes, 1 + PARTS };
    const zkl_statement_table tables[2] = {
        { .row_count = PARTS, .columns = columns, .column_count = COLUMNS },
        { .row_count = 1, .columns = columns, .column_count = COLUMNS },
    };
    const zkl_statement s = { .circuit = zkl_bytes_of_text("F26"),
                              .assertions = assertions,
                              .assertion_count = CLAIMS,
                              .tables = tables,
                              .table_count = 2,
                              .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])points,
                              .block_count = 2 * COLUMNS,
                              .masks = (const uint8_t(*)[ZKL_POINT_BYTES])points,
                              .mask_count = 1 };
    CHECK_STATUS(t, ZKL_REJECTED, zkl_statement_check(&s, &zkl_proof_format_v1, NULL, 0, &err));
    CHECK(t, strstr(err.text, "tier") != NULL);
}

ZKL_TESTS(TEST(test_split__honest), TEST(test_split__other_rows),
          TEST(test_split__claims_do_not_pay), TEST(test_split__needs_the_parts_receipts),
          TEST(test_split__statement), TEST(test_split__repeated_parts))
