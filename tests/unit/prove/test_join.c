/* "join" in the toy world: rows with the columns of their key are proven, and no row is lost,
 * changed, mixed or given what another key has, in real rows or in padding. After make_join and its
 * attacks in tests/model/proof_model.py. Look-ups are counted here in their own way. */
#include "lies.h"
#include "product.h"

enum { ROWS_MAX = 50 };

/* A: k (1 limb), x (2 limbs, nullable). B: k, y (2 limbs, nullable), z (1 limb). J: all of A, y, z.
 * With two keys z is the second one, and stands behind k in A and B. */
typedef struct rows_of {
    uint64_t k[ROWS_MAX], x[ROWS_MAX], x_null[ROWS_MAX], y[ROWS_MAX], y_null[ROWS_MAX], z[ROWS_MAX];
} rows_of;

typedef struct join_case {
    rows_of a, b, j;
    uint64_t a_rows, b_rows;
    bool two_keys;
} join_case;

static bool row_is(const toy_table *table, uint64_t row, const toy_table *other, uint64_t at,
                   const size_t *columns)
{
    bool same = true;
    for (size_t i = 0; same && i < table->column_count; i++)
        same = table->columns[i].values[row] == other->columns[columns[i]].values[at];
    return same;
}

/* m: of equal rows of B the first one takes all. J's columns are given in B's order. */
static void put_auxiliary(zkl_test *t, toy_assertion *out, const size_t *columns)
{
    const toy_table *b = &out->tables[1], *j = &out->tables[2];
    uint64_t *m = ZKL_ARENA_NEW(&t->arena, uint64_t, b->rows + 1),
             *l = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C);
    for (uint64_t at = 0; at < j->rows; at++)
        for (uint64_t row = 0; row < b->rows; row++)
            if (row_is(b, row, j, at, columns)) {
                m[row]++;
                break;
            }
    out->tables[out->table_count++] = table_of("m", out->tables[0].rows < 16 ? 1 : 2, m, b->rows);
    for (uint64_t row = 0; row < b->rows % TOY_C; row++)
        l[row] = 1;
    if (b->rows % TOY_C)
        out->tables[out->table_count++] = table_of("l", 1, l, b->rows % TOY_C);
}

static toy_assertion join_of(zkl_test *t, const join_case *given)
{
    const join_case *c = zkl_arena_copy(&t->arena, given, sizeof *given);
    toy_assertion out = { .kind = ZKL_ASSERTION_JOIN, .param_count = 1, .table_count = 3 };
    if (c->two_keys) {
        static const size_t of_b[] = { 0, 1, 4, 5 };
        out.params[0] = toy_int(2);
        out.tables[0] = (toy_table){
            4,
            c->a_rows,
            { { "0", 1, c->a.k }, { "1", 1, c->a.z }, { "2", 2, c->a.x }, { "2?", 1, c->a.x_null } }
        };
        out.tables[1] = (toy_table){
            4,
            c->b_rows,
            { { "0", 1, c->b.k }, { "1", 1, c->b.z }, { "2", 2, c->b.y }, { "2?", 1, c->b.y_null } }
        };
        out.tables[2] = (toy_table){ 6,
                                     c->a_rows,
                                     { { "0", 1, c->j.k },
                                       { "1", 1, c->j.z },
                                       { "2", 2, c->j.x },
                                       { "2?", 1, c->j.x_null },
                                       { "4", 2, c->j.y },
                                       { "4?", 1, c->j.y_null } } };
        put_auxiliary(t, &out, of_b);
        return out;
    }
    static const size_t of_b[] = { 0, 3, 4, 5 };
    out.params[0] = toy_int(1);
    out.tables[0] = (toy_table){
        3, c->a_rows, { { "0", 1, c->a.k }, { "1", 2, c->a.x }, { "1?", 1, c->a.x_null } }
    };
    out.tables[1] = (toy_table){
        4,
        c->b_rows,
        { { "0", 1, c->b.k }, { "1", 2, c->b.y }, { "1?", 1, c->b.y_null }, { "3", 1, c->b.z } }
    };
    out.tables[2] = (toy_table){ 6,
                                 c->a_rows,
                                 { { "0", 1, c->j.k },
                                   { "1", 2, c->j.x },
                                   { "1?", 1, c->j.x_null },
                                   { "3", 2, c->j.y },
                                   { "3?", 1, c->j.y_null },
                                   { "5", 1, c->j.z } } };
    put_auxiliary(t, &out, of_b);
    return out;
}

/* The row of B that has the key of this row of A. */
static uint64_t partner(const join_case *c, uint64_t row)
{
    uint64_t at = 0;
    while (c->b.k[at] != c->a.k[row] || (c->two_keys && c->b.z[at] != c->a.z[row]))
        at++;
    ZKL_ASSERT(at < c->b_rows);
    return at;
}

/* J's row `to` from row `from` of A. */
static void join_row(join_case *c, uint64_t to, uint64_t from)
{
    const uint64_t at = partner(c, from);
    c->j.k[to] = c->a.k[from];
    c->j.x[to] = c->a.x[from];
    c->j.x_null[to] = c->a.x_null[from];
    c->j.y[to] = c->b.y[at];
    c->j.y_null[to] = c->b.y_null[at];
    c->j.z[to] = c->b.z[at];
}

/* The joined rows stand in the opposite order of A's. B has keys that nobody asks for where it is
 * long enough; one key is 0, and the first rows of both are nulls. */
static join_case case_of(uint64_t a_rows, uint64_t b_rows, bool two_keys)
{
    join_case c = { .a_rows = a_rows, .b_rows = b_rows, .two_keys = two_keys };
    for (uint64_t i = 0; i < b_rows; i++) {
        c.b.k[i] = two_keys ? i % 7 : (5 * i + 10) % TOY_C;
        c.b.z[i] = two_keys ? i / 7 : i % 3;
        c.b.y_null[i] = i % 3 == 0;
        c.b.y[i] = c.b.y_null[i] ? 0 : (41 * i + 3) % 256;
    }
    for (uint64_t i = 0; i < a_rows; i++) {
        const uint64_t at = (3 * i + 1) % (b_rows > 3 ? b_rows - 1 : b_rows);
        c.a.k[i] = c.b.k[at];
        c.a.z[i] = c.b.z[at];
        c.a.x_null[i] = i % 5 == 0;
        c.a.x[i] = c.a.x_null[i] ? 0 : (37 * i + 11) % 256;
    }
    for (uint64_t i = 0; i < a_rows; i++)
        join_row(&c, a_rows - 1 - i, i);
    return c;
}

/* One row, a row less and more than a chunk, chunks full, on either side. */
static void test_join__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, 3 * TOY_C - 1 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        join_case c = case_of(sizes[i], 5, false);
        HONEST(join_of(t, &c));
        c = case_of(20, sizes[i] <= TOY_C ? sizes[i] : TOY_C - 2, false);
        HONEST(join_of(t, &c));
        c = case_of(20, sizes[i], true);
        HONEST(join_of(t, &c));
    }
    /* A is nothing but its key; one row twice */
    join_case c = case_of(18, 4, false);
    toy_assertion keys = join_of(t, &c);
    keys.tables[0].column_count = 1;
    keys.tables[2].columns[1] = keys.tables[2].columns[3];
    keys.tables[2].columns[2] = keys.tables[2].columns[4];
    keys.tables[2].columns[3] = keys.tables[2].columns[5];
    keys.tables[2].column_count = 4;
    HONEST(keys);
    /* beside the well-formedness of those that end at one row */
    const toy_assertion one = join_of(t, &c),
                        beside[3] = { one, cells_of(one.tables[0]), cells_of(one.tables[2]) };
    honest(t, __LINE__, beside, 3);
}

/* Each column of J, one unit off, a null that is none, in the first and the last row. */
static void test_join__other_rows(zkl_test *t)
{
    const join_case c = case_of(TOY_C + 2, 7, false);
    for (uint64_t row = 0; row < c.a_rows; row += c.a_rows - 1) {
        for (size_t i = 0; i < 6; i++) {
            join_case bad = c;
            uint64_t *const columns[] = { bad.j.k, bad.j.x,      bad.j.x_null,
                                          bad.j.y, bad.j.y_null, bad.j.z };
            columns[i][row] ^= 1;
            LIE(join_of(t, &bad), "circuit: root", 0);
            BAD_ROWS(join_of(t, &bad), 1);
        }
    }
    /* what another key has: y of another row of B; the whole row of B, but for the key */
    join_case bad = c;
    uint64_t row = 0, other = 0;
    while (c.b.k[other] == c.j.k[row] || c.b.y[other] == c.j.y[row] || c.b.y_null[other])
        other++;
    bad.j.y[row] = c.b.y[other];
    bad.j.y_null[row] = 0;
    LIE(join_of(t, &bad), "circuit: root", 0);
    bad.j.z[row] = c.b.z[other];
    LIE(join_of(t, &bad), "circuit: root", 0);
    /* and the key too, which A's row has not */
    bad.j.k[row] = c.b.k[other];
    LIE(join_of(t, &bad), "circuit: root", 0);
    /* two rows of A exchange what they have besides the key */
    bad = c;
    other = 1;
    while (c.j.k[other] == c.j.k[0] || c.j.x[other] == c.j.x[0])
        other++;
    bad.j.x[0] = c.j.x[other];
    bad.j.x[other] = c.j.x[0];
    bad.j.x_null[0] = c.j.x_null[other];
    bad.j.x_null[other] = c.j.x_null[0];
    LIE(join_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(join_of(t, &bad), 2);
    /* a row of A twice in place of another */
    bad = c;
    join_row(&bad, 0, 3);
    LIE(join_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(join_of(t, &bad), 1);
    /* a key in two limbs is no key of one */
    bad = c;
    bad.two_keys = true;
    for (uint64_t i = 0; i < c.a_rows; i++)
        bad.a.z[i] = bad.j.z[i] = 1;
    for (uint64_t i = 0; i < c.b_rows; i++)
        bad.b.z[i] = 1;
    HONEST(join_of(t, &bad));
    bad.j.z[4] = 2;
    LIE(join_of(t, &bad), "circuit: root", 0);
}

/* A row of A without partner: no row of B is given it, whatever B's counts say. */
static void test_join__every_row_has_a_partner(zkl_test *t)
{
    join_case c = case_of(4, 4, false);
    c.a.k[2] = c.j.k[1] = 12; /* not in B */
    while (c.b.k[0] == 12 || c.b.k[1] == 12 || c.b.k[2] == 12 || c.b.k[3] == 12)
        c.a.k[2] = ++c.j.k[1];
    const toy_assertion a = join_of(t, &c);
    BAD_ROWS(a, 1);
    LIE(a, "circuit: root", 0);
    for (size_t row = 0; row < TOY_C; row++)
        LIE(a, "circuit: root", TAMPER(product_block(&a, 3, 0, 0), row, 1));
}

/* The key 0 that B has not: only the live block tells B's padding from a row of zeros. */
static void test_join__padding_is_no_row(zkl_test *t)
{
    static const uint64_t ka[2] = { 3, 0 }, xa[2] = { 1, 2 }, kb[2] = { 3, 7 }, yb[2] = { 5, 6 },
                          yj[2] = { 5, 0 }, m[2] = { 1, 0 }, l[2] = { 1, 1 };
    const toy_assertion a = {
        .kind = ZKL_ASSERTION_JOIN,
        .param_count = 1,
        .params = { ZKL_FR_ONE },
        .table_count = 5,
        .tables = { { 2, 2, { { "0", 1, ka }, { "1", 1, xa } } },
                    { 2, 2, { { "0", 1, kb }, { "1", 2, yb } } },
                    { 3, 2, { { "0", 1, ka }, { "1", 1, xa }, { "2", 2, yj } } },
                    table_of("m", 1, m, 2),
                    table_of("l", 1, l, 2) },
    };
    const size_t counts = product_block(&a, 3, 0, 0), live = product_block(&a, 4, 0, 0);
    LIE(a, "circuit: root", TAMPER(counts, TOY_C - 1, 1));
    LIE(a, "circuit: root", TAMPER(counts, 2, 1));
    /* the padded row is called a real one; the identity of l is against it */
    LIE(a, "circuit: root",
        .tamper = { { counts, TOY_C - 1, toy_int(1) }, { live, TOY_C - 1, toy_int(1) } },
        .tamper_count = 2);
    /* another padded row pays for it: a pole of its own, at 0 for an l of the owner's choice */
    LIE(a, "circuit: root",
        .tamper = { { counts, 2, toy_int(1) }, { live, 2, toy_int(1) }, { live, 3, toy_int(-1) } },
        .tamper_count = 3);
}

/* Every cell of m and l, one more and one less. */
static void test_join__auxiliary_cells(zkl_test *t)
{
    const join_case c = case_of(9, 6, false);
    const toy_assertion a = join_of(t, &c);
    HONEST(a);
    for (size_t table = 3; table <= 4; table++)
        for (size_t row = 0; row < TOY_C; row++)
            for (int64_t d = -1; d <= 1; d += 2) {
                const uint64_t v =
                    row < a.tables[table].rows ? a.tables[table].columns[0].values[row] : 0;
                /* a padded row's count stands at a pole that nothing else has */
                LIE(a, "circuit: root",
                    TAMPER(product_block(&a, table, 0, 0), row, (int64_t)v + d));
            }
}

static toy_assertion unique_key(zkl_test *t, const toy_table *table)
{
    const uint64_t rows = table->rows;
    uint64_t *y = ZKL_ARENA_NEW(&t->arena, uint64_t, rows),
             *d = ZKL_ARENA_NEW(&t->arena, uint64_t, rows + 1);
    for (uint64_t i = 0; i < rows; i++) {
        size_t at = i;
        for (; at > 0 && y[at - 1] > table->columns[0].values[i]; at--)
            y[at] = y[at - 1];
        y[at] = table->columns[0].values[i];
    }
    for (uint64_t i = 0; i <= rows; i++)
        d[i] = ((i < rows ? y[i] : TOY_C - 1) - (i ? y[i - 1] + (i < rows) : 0)) & (TOY_C - 1);
    return (toy_assertion){ .kind = ZKL_ASSERTION_UNIQUE,
                            .table_count = 3,
                            .tables = { table_of("0", 1, table->columns[0].values, rows),
                                        table_of("y", 1, y, rows),
                                        table_of("d", 1, d, rows + 1) } };
}

/* A key that stands in B twice gives rows of A either one's columns: the assertion alone holds, and
 * what refuses it is the `unique` that must stand beside it. */
static void test_join__needs_unique_keys(zkl_test *t)
{
    join_case c = case_of(9, 6, false);
    toy_assertion two[2] = { join_of(t, &c), { 0 } };
    two[1] = unique_key(t, &two[0].tables[1]);
    honest(t, __LINE__, two, 2);
    c.b.k[5] = c.j.k[2]; /* a row that nobody asked for */
    c.j.y[2] = c.b.y[5];
    c.j.y_null[2] = c.b.y_null[5];
    c.j.z[2] = c.b.z[5];
    two[0] = join_of(t, &c);
    two[1] = unique_key(t, &two[0].tables[1]);
    BAD_ROWS(two[0], 0);
    BAD_ROWS(two[1], 1);
    honest(t, __LINE__, two, 1);
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
}

/* A row of A stands in the padding of J, which shows zeros for it: the assertion holds, J's `cells`
 * refuses it. The same for a row of B in its padding. */
static void test_join__needs_the_tables_receipts(zkl_test *t)
{
    static const uint64_t ka[2] = { 3, 7 }, kb[3] = { 3, 7, 0 }, yb[3] = { 5, 6, 4 },
                          kj[2] = { 3, 0 }, yj[2] = { 5, 0 }, m[3] = { 1, 1, 0 },
                          l[3] = { 1, 1, 1 };
    const toy_assertion a = {
        .kind = ZKL_ASSERTION_JOIN,
        .param_count = 1,
        .params = { ZKL_FR_ONE },
        .table_count = 5,
        .tables = { table_of("0", 1, ka, 2),
                    { 2, 3, { { "0", 1, kb }, { "1", 1, yb } } },
                    { 2, 2, { { "0", 1, kj }, { "1", 1, yj } } },
                    table_of("m", 1, m, 3),
                    table_of("l", 1, l, 3) },
    };
    const toy_assertion two[2] = { a, cells_of(a.tables[2]) };
    const size_t key = product_block(&a, 2, 0, 0), y = product_block(&a, 2, 0, 1);
    const toy_lies hidden = { .tamper = { { key, TOY_C - 1, toy_int(7) },
                                          { y, TOY_C - 1, toy_int(6) } },
                              .tamper_count = 2 };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, two, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, two, 2, &hidden, "circuit: root");
}

/* Rows of two joins exchanged, and a look-up in the other one's B: each has tags of its own. */
static void test_join__claims_do_not_pay(zkl_test *t)
{
    join_case one = case_of(5, 4, false), other = case_of(5, 4, false);
    for (size_t i = 0; i < 4; i++)
        other.b.y[i] = 100 + i;
    for (uint64_t i = 0; i < 5; i++)
        join_row(&other, 4 - i, i);
    toy_assertion two[2] = { join_of(t, &one), join_of(t, &other) };
    honest(t, __LINE__, two, 2);
    join_case bad = one;
    bad.j.y[0] = other.j.y[0];
    bad.j.y_null[0] = other.j.y_null[0];
    two[0] = join_of(t, &bad);
    uint64_t *m = zkl_arena_copy(&t->arena, two[1].tables[3].columns[0].values, 4 * sizeof *m);
    uint64_t at = 0;
    while (other.b.k[at] != bad.j.k[0])
        at++;
    m[at]++;
    two[1].tables[3].columns[0].values = m;
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* x of the two exchanged */
    bad = one;
    join_case worse = other;
    bad.j.x[0] ^= 1;
    worse.a.x[4] ^= 1;
    const toy_assertion mixed[2] = { join_of(t, &bad), join_of(t, &worse) };
    lie(t, __LINE__, mixed, 2, NULL, "circuit: root");
}

/* Parameters, keys, columns, rows, auxiliary tables of another shape. */
static void test_join__statement(zkl_test *t)
{
    const join_case c = case_of(9, 6, true);
    const toy_assertion fine = join_of(t, &c);
    STATE(fine, NULL);
    toy_assertion other = fine;
    other.param_count = 0;
    STATE(other, "parameters");
    other.param_count = 2;
    STATE(other, "parameters");
    static const int64_t keys[] = { 0, -1, 3, 4, 5, (int64_t)1 << 62 };
    for (size_t i = 0; i < ZKL_COUNT(keys); i++) {
        other = fine;
        other.params[0] = toy_int(keys[i]);
        STATE(other, i < 2 ? "parameters" : "key");
    }
    /* one key of the two: z of B is then a column that J has not */
    other = fine;
    other.params[0] = toy_int(1);
    STATE(other, "columns");
    /* a key that may be null, in A, in B; a flag in the key's place */
    for (size_t table = 0; table < 2; table++) {
        other = fine;
        other.tables[table].columns[1].role = "0?";
        STATE(other, "key");
        other = fine;
        other.tables[table].columns[2].role = "1?";
        other.tables[table].columns[2].limbs = 1;
        STATE(other, "key");
        other = fine;
        other.tables[table].columns[1].limbs = 2;
        STATE(other, "other limbs");
    }
    /* B has nothing besides its key */
    other = fine;
    other.tables[1].column_count = 2;
    STATE(other, "key");
    /* J: a column too few, of other limbs, a flag that is none and the other way round */
    other = fine;
    other.tables[2].column_count--;
    STATE(other, "columns");
    for (size_t i = 0; i < fine.tables[2].column_count; i++) {
        other = fine;
        other.tables[2].columns[i].limbs = 3;
        if (!zkl_role_is_boolean(zkl_bytes_of_text(fine.tables[2].columns[i].role)))
            STATE(other, "columns");
    }
    other = fine;
    other.tables[2].columns[3].role = "3";
    STATE(other, "columns");
    other = fine;
    other.tables[2].columns[1].role = "0?";
    STATE(other, "columns");
    other = fine;
    other.tables[2].columns[4].role = "2??"; /* behind a flag: its flag would be B's column */
    other.tables[2].columns[4].limbs = 1;
    STATE(other, "columns");
    other = fine;
    other.tables[2].rows--;
    STATE(other, "rows");
    /* auxiliary tables */
    other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[3].rows++;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[3].columns[0].limbs++;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[4].rows++;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[4].columns[0].role = "m";
    STATE(other, "auxiliary tables");

    /* rows of another span than A's */
    zkl_error err = { 0 };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("0"), 0, 1 },
                                        { zkl_bytes_of_text("1"), 1, 1 } };
    zkl_statement_table tables[3] = {
        { .row_count = 9, .columns = columns, .column_count = 1 },
        { .row_count = 9, .columns = columns, .column_count = 2 },
        { .row_count = 9, .columns = columns, .column_count = 2 },
    };
    const zkl_statement_table *sources[3] = { &tables[0], &tables[1], &tables[2] };
    zkl_scalar param = { { 0 } };
    param.bytes[31] = 1;
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, &param, 1, sources, 3 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_JOIN, &facts, &err));
    tables[2].first_row = 65536;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_JOIN, &facts, &err));
}

/* The product's prover fills m and l as they are here. */
static void test_join__product_prover(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, TOY_C - 1, TOY_C, TOY_C + 1, 3 * TOY_C };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        join_case c = case_of(sizes[i], 5, false);
        FILLED(join_of(t, &c));
        c = case_of(30, sizes[i], true);
        FILLED(join_of(t, &c));
    }
}

ZKL_TESTS(TEST(test_join__honest), TEST(test_join__other_rows),
          TEST(test_join__every_row_has_a_partner), TEST(test_join__padding_is_no_row),
          TEST(test_join__auxiliary_cells), TEST(test_join__needs_unique_keys),
          TEST(test_join__needs_the_tables_receipts), TEST(test_join__claims_do_not_pay),
          TEST(test_join__statement), TEST(test_join__product_prover))
