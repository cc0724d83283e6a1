/* "group" in the toy world: numbers, sums, bounds and numbers of values of groups are proven, and
 * no other ones are, in real rows or in padding. After make_group and its attacks in
 * tests/model/proof_model.py. Groups and auxiliary tables are computed here in their own way. */
#include "lies.h"
#include "product.h"

enum { ROWS_MAX = 50, PARTS_MAX = 5, ROWS, SUM = 1, LEAST, GREATEST, VALUES };

typedef struct group_part {
    unsigned code;
    size_t column; /* of A, its number without flags */
    unsigned limbs;
    int64_t offset, own;
} group_part;

/* Cells of B: the keys with their flags, the count, the parts. */
typedef struct group_case {
    toy_table a;
    size_t keys, key_columns; /* without and with flags */
    unsigned count_limbs;
    group_part parts[PARTS_MAX];
    size_t part_count;
    uint64_t cells[12][ROWS_MAX], b_rows;
} group_case;

static size_t place_of(const toy_table *table, size_t number)
{
    size_t i = 0;
    for (;; i++)
        if (!is_flag(table, i) && number-- == 0)
            return i;
}

static bool is_null(const toy_table *a, size_t place, uint64_t row)
{
    return place + 1 < a->column_count && is_flag(a, place + 1) &&
           a->columns[place + 1].values[row];
}

/* Has this row of A the key of this row of B? */
static bool has_key(const group_case *c, uint64_t row, uint64_t at)
{
    bool same = true;
    for (size_t i = 0; i < c->key_columns; i++)
        same = same && c->a.columns[i].values[row] == c->cells[i][at];
    return same;
}

/* What a part is of the rows of A with the key of this row of B; without any: 0, or the offset. */
static uint64_t part_of(const group_case *c, const group_part *part, uint64_t at)
{
    const size_t place = place_of(&c->a, part->column);
    int64_t out = part->code == SUM ? part->own : 0;
    bool any = false;
    for (uint64_t row = 0; row < c->a.rows; row++) {
        const int64_t x = (int64_t)c->a.columns[place].values[row];
        if (!has_key(c, row, at))
            continue;
        if (part->code == SUM)
            out += is_null(&c->a, place, row) ? 0 : x - part->offset;
        else if (part->code == VALUES)
            out += !is_null(&c->a, place, row);
        else if (!any || (part->code == LEAST ? x < out : x > out))
            out = x;
        any = true;
    }
    ZKL_ASSERT(out >= 0);
    return (uint64_t)out;
}

static uint64_t rows_of(const group_case *c, uint64_t at)
{
    uint64_t out = 0;
    for (uint64_t row = 0; row < c->a.rows; row++)
        out += has_key(c, row, at);
    return out;
}

/* B as it is true, its groups in the opposite order of their first rows. */
static void make_groups(group_case *c)
{
    for (uint64_t row = c->a.rows; row--;) {
        bool known = false;
        for (uint64_t at = 0; at < c->b_rows; at++)
            known = known || has_key(c, row, at);
        if (known)
            continue;
        for (size_t i = 0; i < c->key_columns; i++)
            c->cells[i][c->b_rows] = c->a.columns[i].values[row];
        c->b_rows++;
    }
    for (uint64_t at = 0; at < c->b_rows; at++) {
        c->cells[c->key_columns][at] = rows_of(c, at);
        for (size_t i = 0; i < c->part_count; i++)
            c->cells[c->key_columns + 1 + i][at] = part_of(c, &c->parts[i], at);
    }
}

/* The bound that B has for this row, 0 without; the first row of B with its key. */
static uint64_t bound_of(const group_case *c, size_t part, uint64_t row)
{
    for (uint64_t at = 0; at < c->b_rows; at++)
        if (has_key(c, row, at))
            return c->cells[c->key_columns + 1 + part][at];
    return 0;
}

/* g, h and m as good as they can be of this B. */
static void put_bounds(zkl_test *t, const group_case *c, toy_assertion *out)
{
    toy_table aux = { .rows = c->a.rows };
    for (unsigned pass = 0; pass < 3; pass++)
        for (size_t i = 0; i < c->part_count; i++) {
            const group_part *part = &c->parts[i];
            const uint64_t *x = c->a.columns[place_of(&c->a, part->column)].values;
            if ((part->code != LEAST && part->code != GREATEST) || (pass == 1 && part->limbs == 1))
                continue;
            uint64_t *cells = ZKL_ARENA_NEW(&t->arena, uint64_t, c->a.rows);
            for (uint64_t row = 0; pass < 2 && row < c->a.rows; row++) {
                const uint64_t bound = bound_of(c, i, row),
                               above = part->code == LEAST ? x[row] : bound,
                               below = part->code == LEAST ? bound : x[row];
                cells[row] = pass == 0 ? bound : above > below ? (above - below) >> TOY_LOG : 0;
            }
            for (uint64_t at = 0; pass == 2 && at < c->b_rows; at++)
                for (uint64_t row = 0; row < c->a.rows; row++)
                    if (has_key(c, row, at) && x[row] == c->cells[c->key_columns + 1 + i][at]) {
                        cells[row]++;
                        break;
                    }
            aux.columns[aux.column_count++] =
                (toy_column){ zkl_arena_format(&t->arena, "%c%zu", "ghm"[pass], 1 + i),
                              pass == 0   ? part->limbs
                              : pass == 1 ? part->limbs - 1
                                          : 1,
                              cells };
        }
    if (!aux.column_count)
        return;
    out->tables[out->table_count++] = aux;
    uint64_t *live = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C);
    for (uint64_t row = 0; row < c->a.rows % TOY_C; row++)
        live[row] = 1;
    if (c->a.rows % TOY_C)
        out->tables[out->table_count++] = table_of("l", 1, live, c->a.rows % TOY_C);
}

static toy_assertion group_of(zkl_test *t, const group_case *given)
{
    const group_case *c = zkl_arena_copy(&t->arena, given, sizeof *given);
    toy_assertion out = { .kind = ZKL_ASSERTION_GROUP, .table_count = 2, .tables = { c->a } };
    toy_table *b = &out.tables[1];
    b->rows = c->b_rows;
    for (size_t i = 0; i < c->key_columns; i++)
        b->columns[b->column_count++] =
            (toy_column){ c->a.columns[i].role, c->a.columns[i].limbs, c->cells[i] };
    b->columns[b->column_count++] = (toy_column){ "n", c->count_limbs, c->cells[c->key_columns] };
    out.params[out.param_count++] = toy_int((int64_t)c->keys);
    out.param_count += 4;
    for (size_t i = 0; i < c->part_count; i++) {
        const group_part *part = &c->parts[i];
        const int64_t params[4] = { part->code, (int64_t)part->column, part->offset, part->own };
        for (size_t k = 0; k < 4; k++)
            out.params[out.param_count++] = toy_int(params[k]);
        b->columns[b->column_count++] =
            (toy_column){ zkl_arena_format(&t->arena, "s%zu", i), part->limbs,
                          c->cells[c->key_columns + 1 + i] };
    }
    put_bounds(t, c, &out);
    return out;
}

/* ---- The cases: k; x of two limbs, y of one, z of two with nulls */

static uint64_t ks[ROWS_MAX], xs[ROWS_MAX], ys[ROWS_MAX], zs[ROWS_MAX], nulls[ROWS_MAX];

static group_case case_of(uint64_t rows, size_t part_count)
{
    group_case c = { .a = { 5,
                            rows,
                            { { "0", 1, ks },
                              { "1", 2, xs },
                              { "2", 1, ys },
                              { "3", 2, zs },
                              { "3?", 1, nulls } } },
                     .keys = 1,
                     .key_columns = 1,
                     .count_limbs = 2,
                     .parts = { { SUM, 1, 3, 0, 0 },
                                { LEAST, 1, 2, 0, 0 },
                                { GREATEST, 2, 1, 0, 0 },
                                { VALUES, 3, 2, 0, 0 },
                                { SUM, 3, 4, 128, 4096 } },
                     .part_count = part_count };
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        ks[i] = (i * i + 3) % 4;
        xs[i] = (37 * i + 21) % 256;
        ys[i] = 1 + 7 * i % 15;
        nulls[i] = i % 3 == 1;
        zs[i] = nulls[i] ? 0 : (59 * i + 100) % 256;
    }
    make_groups(&c);
    return c;
}

/* A null is a group; x and y alone are the second key. */
static group_case nullable_keys(uint64_t rows)
{
    static uint64_t k[ROWS_MAX], null[ROWS_MAX], two[ROWS_MAX];
    group_case c = case_of(rows, 0);
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        null[i] = i % 7 == 0;
        k[i] = null[i] ? 0 : i % 2;
        two[i] = 32 + i % 3;
    }
    c.a = (toy_table){
        5,
        rows,
        { { "0", 1, k }, { "0?", 1, null }, { "2", 2, two }, { "3", 2, zs }, { "3?", 1, nulls } }
    };
    c.keys = 2;
    c.key_columns = 3;
    c.part_count = 2;
    c.parts[0] = (group_part){ SUM, 2, 4, 0, 7 };
    c.parts[1] = (group_part){ VALUES, 2, 2, 0, 0 };
    c.b_rows = 0;
    make_groups(&c);
    return c;
}

/* One row, a row less and more than a chunk, full ones; every number of aggregates. */
static void test_group__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, ROWS_MAX - 2 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        for (size_t parts = 0; parts <= PARTS_MAX; parts += i == 4 ? 1 : PARTS_MAX) {
            const group_case c = case_of(sizes[i], parts);
            HONEST(group_of(t, &c));
        }
        const group_case c = nullable_keys(sizes[i]);
        HONEST(group_of(t, &c));
    }
    /* each row a group: B has several chunks, and a full last one */
    for (uint64_t rows = TOY_C; rows <= TOY_C + 2; rows += 2) {
        static uint64_t wide[ROWS_MAX];
        group_case c = case_of(rows, PARTS_MAX);
        for (uint64_t i = 0; i < rows; i++)
            wide[i] = (11 * i) % 256;
        c.a.columns[0] = (toy_column){ "0", 2, wide };
        c.b_rows = 0;
        make_groups(&c);
        CHECK_UINT_EQ(t, c.b_rows, rows);
        HONEST(group_of(t, &c));
    }
    /* one column twice: as a sum and as both bounds */
    group_case c = case_of(20, 3);
    c.parts[2] = (group_part){ GREATEST, 1, 2, 0, 0 };
    c.b_rows = 0;
    make_groups(&c);
    HONEST(group_of(t, &c));
}

/* Every aggregate of every row, one more and one less. */
static void test_group__other_values(zkl_test *t)
{
    const group_case c = case_of(TOY_C + 9, PARTS_MAX);
    CHECK(t, c.b_rows == 2);
    for (uint64_t at = 0; at < c.b_rows; at++)
        for (size_t i = 0; i <= c.part_count; i++)
            for (int64_t d = -1; d <= 1; d += 2) {
                group_case bad = c;
                bad.cells[c.key_columns + i][at] += (uint64_t)d;
                LIE(group_of(t, &bad), "circuit: root", 0);
                BAD_ROWS(group_of(t, &bad), 1);
            }
    const group_case n = nullable_keys(20);
    for (size_t i = 0; i <= n.part_count; i++) {
        group_case bad = n;
        bad.cells[n.key_columns + i][3]++;
        LIE(group_of(t, &bad), "circuit: root", 0);
    }
    /* moved to another group; exchanged between two aggregates of one row; between two rows */
    for (size_t i = 0; i <= c.part_count; i++) {
        group_case bad = c;
        bad.cells[1 + i][0]++;
        bad.cells[1 + i][1]--;
        LIE(group_of(t, &bad), "circuit: root", 0);
        BAD_ROWS(group_of(t, &bad), 2);
        if (i == 0)
            continue;
        bad = c;
        bad.cells[1][0]++;
        bad.cells[1 + i][0]--;
        LIE(group_of(t, &bad), "circuit: root", 0);
    }
}

/* A group left out, its rows given to another one, a row of no group. */
static void test_group__other_groups(zkl_test *t)
{
    const group_case c = case_of(TOY_C + 9, PARTS_MAX);
    group_case bad = c;
    bad.b_rows--;
    LIE(group_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(group_of(t, &bad), 1);
    for (size_t i = 1; i <= 2; i++) /* count and sum */
        bad.cells[i][0] += c.cells[i][1];
    LIE(group_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(group_of(t, &bad), 2);
    bad = c;
    bad.cells[0][1] = 9;
    LIE(group_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(group_of(t, &bad), 2); /* a row of no group, a group without row */
    bad = c;
    for (size_t i = 0; i < 8; i++)
        bad.cells[i][2] = c.cells[i][1];
    bad.b_rows = 3; /* twice */
    LIE(group_of(t, &bad), "circuit: root", 0);
    const group_case n = nullable_keys(20);
    bad = n;
    uint64_t null = 0;
    while (!bad.cells[1][null])
        null++;
    bad.cells[1][null] = 0; /* null for 0 */
    LIE(group_of(t, &bad), "circuit: root", 0);
    /* an offset that is not the one said */
    toy_assertion other = group_of(t, &c);
    other.params[5 + 4 * 4 + 2] = toy_int(127);
    LIE(other, "circuit: root", 0);
    other = group_of(t, &c);
    other.params[5 + 4 * 4 + 3] = toy_int(4095);
    LIE(other, "circuit: root", 0);
}

/* Group 0 is 3 and 4, group 1 is 9; bounds of x. */
static group_case small(unsigned code)
{
    static const uint64_t k[3] = { 0, 0, 1 }, x[3] = { 3, 4, 9 };
    group_case c = { .a = { 2, 3, { { "0", 1, k }, { "1", 1, x } } },
                     .keys = 1,
                     .key_columns = 1,
                     .count_limbs = 1,
                     .parts = { { code, 1, code == SUM ? 2 : 1, 0, 0 } },
                     .part_count = 1 };
    make_groups(&c);
    ZKL_ASSERT(c.b_rows == 2 && c.cells[0][1] == 0);
    return c;
}

/* Padded rows of A are zeros: no least value of group 0, though its key is 0 too. */
static void test_group__bounds_in_padding(zkl_test *t)
{
    group_case c = small(LEAST);
    HONEST(group_of(t, &c));
    c.cells[2][1] = 0;
    toy_assertion a = group_of(t, &c);
    const size_t met = product_block(&a, 2, 0, 1), live = product_block(&a, 3, 0, 0);
    LIE(a, "circuit: root", 0);
    LIE(a, "circuit: root", TAMPER(met, TOY_C - 1, 1));
    LIE(a, "circuit: root",
        .tamper = { { met, TOY_C - 1, toy_int(1) }, { live, TOY_C - 1, toy_int(1) } },
        .tamper_count = 2);
    /* a row's bound exchanged with one of padding */
    static const int64_t bounds[][2] = { { 0, 3 }, { 0, 9 }, { 9, 0 } };
    c = small(GREATEST);
    c.cells[2][1] = 3; /* not met by the row of 4 */
    for (size_t i = 0; i < ZKL_COUNT(bounds); i++) {
        a = group_of(t, &c);
        const size_t g = product_block(&a, 2, 0, 0);
        LIE(a, "circuit: root",
            .tamper = { { g, 1, toy_int(bounds[i][0]) }, { g, TOY_C - 1, toy_int(bounds[i][1]) } },
            .tamper_count = 2);
    }
}

/* A bound that no row meets, or that a row of another group meets; one that a row does not keep. */
static void test_group__bounds_are_met_and_kept(zkl_test *t)
{
    for (unsigned code = LEAST; code <= GREATEST; code++) {
        const group_case c = small(code);
        HONEST(group_of(t, &c));
        for (uint64_t bound = 0; bound < TOY_C; bound++) {
            group_case bad = c;
            bad.cells[2][1] = bound;
            if (bound == c.cells[2][1])
                continue;
            const toy_assertion a = group_of(t, &bad);
            LIE(a, "circuit: root", 0);
            BAD_ROWS(a, 1);
            /* any row is said to meet it */
            for (size_t row = 0; row < 3; row++)
                LIE(a, "circuit: root", TAMPER(product_block(&a, 2, 0, 1), row, 1));
        }
    }
}

/* A row beyond the bound keeps it by a negative distance: higher limbs are in range. */
static void test_group__distances_are_not_negative(zkl_test *t)
{
    static const uint64_t k[2] = { 1, 1 }, x[2] = { 3, 20 };
    for (unsigned code = LEAST; code <= GREATEST; code++) {
        group_case c = { .a = { 2, 2, { { "0", 1, k }, { "1", 2, x } } },
                         .keys = 1,
                         .key_columns = 1,
                         .count_limbs = 1,
                         .parts = { { code, 1, 2, 0, 0 } },
                         .part_count = 1 };
        make_groups(&c);
        HONEST(group_of(t, &c));
        const size_t beyond = code == LEAST ? 0 : 1;
        c.cells[2][0] = x[!beyond];
        const toy_assertion a = group_of(t, &c);
        /* -17 + 2 C is a limb */
        LIE(a, "circuit: root", TAMPER(product_block(&a, 2, 0, 1), beyond, -2));
    }
}

/* Every cell of g, h, m and l, one more and one less. */
static void test_group__auxiliary_cells(zkl_test *t)
{
    const group_case c = case_of(9, 2);
    const toy_assertion a = group_of(t, &c);
    HONEST(a);
    for (size_t table = 2; table < a.table_count; table++)
        for (size_t i = 0; i < a.tables[table].column_count; i++)
            for (size_t row = 0; row < TOY_C; row += row == 10 ? 5 : 1)
                for (int64_t d = -1; d <= 1; d += 2) {
                    const uint64_t v = row < 9 ? a.tables[table].columns[i].values[row] % TOY_C : 0;
                    LIE(a, "circuit: root",
                        TAMPER(product_block(&a, table, 0, i), row, (int64_t)v + d));
                }
}

static toy_assertion unique_key(const group_case *c, uint64_t *y, uint64_t *d)
{
    for (uint64_t i = 0; i < c->b_rows; i++) {
        uint64_t at = i;
        for (; at > 0 && y[at - 1] > c->cells[0][i]; at--)
            y[at] = y[at - 1];
        y[at] = c->cells[0][i];
    }
    for (uint64_t i = 0; i <= c->b_rows; i++)
        d[i] = ((i < c->b_rows ? y[i] : TOY_C - 1) - (i ? y[i - 1] + (i < c->b_rows) : 0)) &
               (TOY_C - 1);
    return (toy_assertion){ .kind = ZKL_ASSERTION_UNIQUE,
                            .table_count = 3,
                            .tables = { table_of("0", 1, c->cells[0], c->b_rows),
                                        table_of("y", 1, y, c->b_rows),
                                        table_of("d", 1, d, c->b_rows + 1) } };
}

static toy_assertion counts_not_zero(const group_case *c)
{
    return (toy_assertion){ .kind = ZKL_ASSERTION_RANGE,
                            .param_count = 3,
                            .params = { toy_int(1), toy_int(TOY_C - 1), ZKL_FR_ZERO },
                            .table_count = 1,
                            .tables = { table_of("x", 1, c->cells[1], c->b_rows) } };
}

/* With what must stand beside it; alone it is accepted, unless `alone` says that it is not. */
static void check_beside(zkl_test *t, int line, const group_case *c, const char *check)
{
    uint64_t y[ROWS_MAX] = { 0 }, d[ROWS_MAX + 1] = { 0 };
    const toy_assertion all[3] = { group_of(t, c), unique_key(c, y, d), counts_not_zero(c) };
    honest(t, line, all, 1);
    if (check)
        lie(t, line, all, 3, NULL, check);
    else
        honest(t, line, all, 3);
}

/* A group that does not occur, with a count of 0; one group in two rows, each with a part. */
static void test_group__needs_what_stands_beside(zkl_test *t)
{
    const group_case c = small(SUM);
    check_beside(t, __LINE__, &c, NULL);
    group_case bad = c;
    bad.cells[0][2] = 7;
    bad.b_rows = 3;
    check_beside(t, __LINE__, &bad, "circuit: root");
    BAD_ROWS(group_of(t, &bad), 0);
    BAD_ROWS(counts_not_zero(&bad), 1);
    bad.cells[2][2] = 1; /* the sum of nobody */
    LIE(group_of(t, &bad), "circuit: root", 0);
    BAD_ROWS(group_of(t, &bad), 1);
    bad = c;
    bad.b_rows = 3;
    bad.cells[1][2] = 1; /* key 0, one row, 3: and of the row before as much less */
    bad.cells[2][2] = 3;
    bad.cells[1][1] -= 1;
    bad.cells[2][1] -= 3;
    check_beside(t, __LINE__, &bad, "circuit: root");
    BAD_ROWS(group_of(t, &bad), 1);
}

/* A value in A's padding adds to group 0: A's `cells` refuses it. */
static void test_group__needs_the_tables_receipt(zkl_test *t)
{
    group_case c = small(SUM);
    c.cells[2][1] += 5;
    const toy_assertion two[2] = { group_of(t, &c), cells_of(c.a) };
    const toy_lies hidden = { TAMPER(1, TOY_C - 1, 5) };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, two, 1, &hidden);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, two, 2, &hidden, "circuit: root");
}

/* Sums of two claims, and of two aggregates, that are true together; a bound that another claim's
 * row meets, or another bound's. */
static void test_group__claims_do_not_pay(zkl_test *t)
{
    const group_case c = small(SUM);
    group_case more = c, less = c;
    static const uint64_t k[3] = { 0, 0, 2 }, x[3] = { 5, 4, 9 };
    less.a = (toy_table){ 2, 3, { { "0", 1, k }, { "1", 1, x } } };
    less.b_rows = 0;
    make_groups(&less);
    const toy_assertion fine[2] = { group_of(t, &more), group_of(t, &less) };
    honest(t, __LINE__, fine, 2);
    more.cells[2][1]++;
    less.cells[2][1]--;
    const toy_assertion two[2] = { group_of(t, &more), group_of(t, &less) };
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* bounds: 5 is met by a row of the other claim */
    more = small(GREATEST);
    less.parts[0] = (group_part){ GREATEST, 1, 1, 0, 0 };
    less.b_rows = 0;
    make_groups(&less);
    more.cells[2][1] = 5;
    toy_assertion bounds[2] = { group_of(t, &more), group_of(t, &less) };
    uint64_t *m = zkl_arena_copy(&t->arena, bounds[1].tables[2].columns[1].values, 3 * sizeof *m);
    CHECK_UINT_EQ(t, m[0], 1);
    m[0] = 2;
    bounds[1].tables[2].columns[1].values = m;
    lie(t, __LINE__, bounds, 2, NULL, "circuit: root");
    /* the greatest of x is met by a row of y */
    static const uint64_t y[3] = { 6, 1, 2 };
    group_case both = small(GREATEST);
    both.a.columns[both.a.column_count++] = (toy_column){ "2", 1, y };
    both.parts[1] = (group_part){ GREATEST, 2, 1, 0, 0 };
    both.part_count = 2;
    both.b_rows = 0;
    make_groups(&both);
    HONEST(group_of(t, &both));
    both.cells[2][1] = 6;
    toy_assertion a = group_of(t, &both);
    LIE(a, "circuit: root", TAMPER(product_block(&a, 2, 0, 3), 0, 2));
}

/* Parameters that end early, go on, or say what the tables have not. */
static void test_group__statement(zkl_test *t)
{
    const group_case c = case_of(TOY_C + 9, PARTS_MAX);
    const toy_assertion fine = group_of(t, &c);
    STATE(fine, NULL);
    for (size_t count = 0; count <= fine.param_count + 5; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != fine.param_count)
            STATE(other, "parameters");
    }
    /* 1 key; count; sum of 1; least of 1; greatest of 2; values of 3; sum of 3 */
    const int64_t far = (int64_t)1 << 62;
    const struct {
        size_t at;
        int64_t value;
        const char *check;
    } changes[] = {
        { 0, 0, "key columns" },    { 0, 7, "key columns" },   { 0, far, "key columns" },
        { 0, -1, "key columns" },   { 0, 2, "parameters" },    { 1, 1, "the code" },
        { 1, -1, "the code" },      { 2, 1, "no column" },     { 3, 1, "the offsets" },
        { 4, 1, "the offsets" },    { 5, 0, "the code" },      { 5, 5, "the code" },
        { 5, far, "the code" },     { 6, 0, "of no column" },  { 6, 4, "of no column" },
        { 6, far, "of no column" }, { 6, -1, "of no column" }, { 7, -1, "the offsets" },
        { 8, -1, "the offsets" },   { 11, 1, "the offsets" },  { 12, 1, "the offsets" },
        { 10, 2, "other limbs" },   { 10, 3, "may be null" },  { 18, 1, "without any" },
        { 19, 1, "the offsets" },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion other = fine;
        other.params[changes[i].at] = toy_int(changes[i].value);
        STATE(other, changes[i].check);
    }
    zkl_fr most;
    zkl_fr_power_of_two(&most, 127);
    for (size_t i = 7; i <= 8; i++) {
        toy_assertion other = fine;
        other.params[i] = most;
        STATE(other, NULL);
        other.params[i] = toy_add(most, ZKL_FR_ONE);
        STATE(other, "the offsets");
    }
    /* keys of other limbs, with a flag on one side */
    toy_assertion other = fine;
    other.tables[1].columns[0].limbs = 2;
    STATE(other, "keys");
    const group_case n = nullable_keys(20);
    const toy_assertion with_nulls = group_of(t, &n);
    STATE(with_nulls, NULL);
    other = with_nulls;
    other.tables[1].columns[1].role = "1";
    STATE(other, "parameters"); /* one aggregate more */
    other = with_nulls;
    other.tables[0].columns[1].role = "1";
    STATE(other, "keys");
    /* an aggregate, the count, with a flag */
    for (size_t at = 2; at <= 4; at += 2) {
        other = fine;
        other.tables[1].columns[at].role = at == 2 ? "n?" : "s1?";
        other.tables[1].columns[at].limbs = 1;
        other.param_count -= 4;
        STATE(other, at == 2 ? "may be null" : "may be null");
    }
    /* auxiliary tables */
    for (size_t i = 0; i < fine.tables[2].column_count; i++) {
        other = fine;
        other.tables[2].columns[i].limbs++;
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[2].columns[i].role = "z";
        STATE(other, "auxiliary tables");
    }
    other = fine;
    other.tables[2].rows--;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[3].rows--;
    STATE(other, "auxiliary tables");
    other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
}

/* At the production's limbs: 4 N 2^W < r for A's columns, 4 2^W < r for B's; 28 bounds. */
static void test_group__limits(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[5 + 4 * 29] = { { { 0 } } };
    zkl_statement_column a[2] = { { zkl_bytes_of_text("0"), 0, 1 },
                                  { zkl_bytes_of_text("1"), 1, 1 } },
                         b[31];
    char roles[31][4];
    for (size_t i = 0; i < ZKL_COUNT(b); i++) {
        snprintf(roles[i], sizeof roles[i], "%zu", i);
        b[i] = (zkl_statement_column){ zkl_bytes_of_text(roles[i]), (uint32_t)i, 1 };
    }
    zkl_statement_table tables[2] = {
        { .row_count = (uint64_t)1 << 28, .columns = a, .column_count = 2 },
        { .row_count = 9, .columns = b, .column_count = 3 },
    };
    const zkl_statement_table *sources[2] = { &tables[0], &tables[1] };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 9, sources, 2 };
    params[0].bytes[31] = 1;
    params[5].bytes[31] = SUM;
    params[6].bytes[31] = 1;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
    a[1].limb_count = 14; /* 2^(28 + 2 + 224) < r < 2^(29 + 2 + 224) */
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
    tables[0].row_count *= 2;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    a[1].limb_count = 1;
    for (size_t i = 1; i <= 2; i++) { /* the count, the sum */
        b[i].limb_count = 15;
        CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
        b[i].limb_count = 16;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
        CHECK(t, strstr(err.text, "no wrap") != NULL);
        b[i].limb_count = 1;
    }
    for (size_t ends = 28; ends <= 29; ends++) {
        for (size_t i = 0; i < ends; i++) {
            params[5 + 4 * i].bytes[31] = LEAST;
            params[6 + 4 * i].bytes[31] = 1;
        }
        facts.param_count = 5 + 4 * ends;
        tables[1].column_count = 2 + ends;
        CHECK_STATUS(t, ends == 28 ? ZKL_OK : ZKL_REJECTED,
                     zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
        zkl_auxiliary *out = ZKL_ARENA_NEW(&t->arena, zkl_auxiliary, ZKL_ASSERTION_AUXILIARY_MAX);
        if (ends == 28)
            CHECK_UINT_EQ(t, zkl_assertion_auxiliary(out, ZKL_ASSERTION_GROUP, &facts), 1);
    }
    CHECK(t, strstr(err.text, "more than 28") != NULL);
}

/* The product's prover fills g, h, m and l as they are here. */
static void test_group__product_prover(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, TOY_C - 1, TOY_C, TOY_C + 1, ROWS_MAX - 2 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        group_case c = case_of(sizes[i], PARTS_MAX);
        FILLED(group_of(t, &c));
        c = nullable_keys(sizes[i]);
        FILLED(group_of(t, &c));
    }
}

ZKL_TESTS(TEST(test_group__honest), TEST(test_group__other_values), TEST(test_group__other_groups),
          TEST(test_group__bounds_in_padding), TEST(test_group__bounds_are_met_and_kept),
          TEST(test_group__distances_are_not_negative), TEST(test_group__auxiliary_cells),
          TEST(test_group__needs_what_stands_beside), TEST(test_group__needs_the_tables_receipt),
          TEST(test_group__claims_do_not_pay), TEST(test_group__statement),
          TEST(test_group__limits), TEST(test_group__product_prover))
