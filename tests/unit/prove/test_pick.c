/* "rows" in the toy world: a slice, a sample, a list of rows is proven, and no other row, value,
 * order or number is. After make_rows and its attacks in tests/model/proof_model.py. Which rows
 * they are, and the auxiliary tables, are computed here in their own way. */
#include "lies.h"
#include "product.h"
#include "claim/assertion_pick.h"
#include "hash/domains.h"

enum { ROWS_MAX = 50, PARAMS_MAX = 48 };

/* Columns x (2 limbs, nullable) and y (1 limb); several rows are rows of zeros, the first one
 * too. */
typedef struct rows_of {
    uint64_t x[ROWS_MAX], flag[ROWS_MAX], y[ROWS_MAX];
    uint64_t count;
} rows_of;

static rows_of first_rows(uint64_t count)
{
    rows_of out = { .count = count };
    for (uint64_t i = 0; i < count; i++) {
        out.flag[i] = i % 9 == 4;
        out.x[i] = out.flag[i] || i % 7 == 0 ? 0 : (37 * i + 11) % 256;
        out.y[i] = i % 7 == 0 ? 0 : i % 5;
    }
    return out;
}

static toy_table table_rows(zkl_test *t, const rows_of *rows)
{
    const rows_of *kept = zkl_arena_copy(&t->arena, rows, sizeof *rows);
    return (toy_table){ 3,
                        rows->count,
                        { { "0", 2, kept->x }, { "0?", 1, kept->flag }, { "2", 1, kept->y } } };
}

/* Which rows, of a source that begins with row `from` of its dataset. */
typedef struct pick_case {
    uint64_t rows, from;
    zkl_pick_rule rule;
    uint64_t list[PARAMS_MAX]; /* numbers; seed, n; first, n */
    size_t list_count;
} pick_case;

/* One number after the other, each compared with all before. */
static size_t plain_numbers(uint64_t out[static ROWS_MAX], const pick_case *c)
{
    size_t count = 0;
    const uint64_t n = c->rule == ZKL_PICK_LIST ? c->list_count : c->list[1];
    for (uint64_t j = 0; count < n; j++) {
        zkl_fr in[2] = { toy_int((int64_t)c->list[0]), toy_int((int64_t)j) }, drawn;
        uint64_t number = c->rule == ZKL_PICK_LIST ? c->list[j] : c->list[0] + j;
        if (c->rule == ZKL_PICK_SAMPLE) {
            uint8_t bytes[32];
            zkl_fr_challenge(&drawn, "sample", in, 2);
            zkl_fr_encode(bytes, &drawn);
            number = 0;
            for (size_t i = 0; i < 256; i++) /* bit by bit */
                number = (2 * number + (bytes[i / 8] >> (7 - i % 8) & 1)) % c->rows;
        }
        size_t at = count;
        if (c->rule == ZKL_PICK_SAMPLE)
            for (at = 0; at < count && out[at] < number; at++)
                ;
        if (at < count && out[at] == number)
            continue;
        memmove(out + at + 1, out + at, (count - at) * sizeof *out);
        out[at] = number;
        count++;
        ZKL_ASSERT(count < ROWS_MAX);
    }
    return count;
}

static rows_of picked(const pick_case *c, const rows_of *rows)
{
    uint64_t numbers[ROWS_MAX];
    rows_of out = { .count = plain_numbers(numbers, c) };
    for (uint64_t i = 0; i < out.count; i++) {
        out.x[i] = rows->x[numbers[i] - c->from];
        out.flag[i] = rows->flag[numbers[i] - c->from];
        out.y[i] = rows->y[numbers[i] - c->from];
    }
    return out;
}

static unsigned limbs_for(uint64_t most)
{
    return most < 16 ? 1 : most < 256 ? 2 : 3;
}

/* m, i and n for these numbers. */
static void put_tables(zkl_test *t, toy_assertion *out, uint64_t from, const uint64_t *numbers,
                       size_t count)
{
    const uint64_t rows = out->tables[0].rows;
    uint64_t *m = ZKL_ARENA_NEW(&t->arena, uint64_t, rows),
             *i = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C),
             *n = zkl_arena_copy(&t->arena, numbers, count * sizeof *numbers);
    for (size_t k = 0; k < count; k++)
        m[numbers[k] - from]++;
    for (size_t k = 0; k < TOY_C; k++)
        i[k] = k;
    out->tables[2] = table_of("m", limbs_for(count), m, rows);
    out->tables[3] = table_of("i", 1, i, TOY_C);
    out->tables[4] = table_of("n", limbs_for(from + rows - 1), n, count);
    out->table_count = 5;
}

static toy_assertion pick_of(zkl_test *t, const pick_case *c, const rows_of *rows,
                             const rows_of *made)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_PICK,
                          .param_count = 1 + c->list_count,
                          .params = { toy_int(c->rule) },
                          .table_count = 2,
                          .tables = { table_rows(t, rows), table_rows(t, made) } };
    uint64_t numbers[ROWS_MAX];
    out.tables[0].first_row = c->from;
    for (size_t i = 0; i < c->list_count; i++)
        out.params[1 + i] = toy_int((int64_t)c->list[i]);
    put_tables(t, &out, c->from, numbers, plain_numbers(numbers, c));
    return out;
}

static const pick_case picks[] = {
    { 35, 0, ZKL_PICK_LIST, { 5, 0, 5, 34, 7, 33 }, 6 },
    { 35, 0, ZKL_PICK_LIST, { 4 }, 1 },
    { 1, 0, ZKL_PICK_LIST, { 0, 0, 0 }, 3 },
    { 35, 0, ZKL_PICK_LIST, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 34 }, 17 },
    { 35, 0, ZKL_PICK_SAMPLE, { 1234, 9 }, 2 },
    { 50, 0, ZKL_PICK_SAMPLE, { 77, 25 }, 2 },
    { 1, 0, ZKL_PICK_SAMPLE, { 5, 1 }, 2 },
    { TOY_C, 0, ZKL_PICK_SAMPLE, { 0, 8 }, 2 },
    { 35, 0, ZKL_PICK_SLICE, { TOY_C - 2, 5 }, 2 },
    { 35, 0, ZKL_PICK_SLICE, { 0, 35 }, 2 },
    { 35, 0, ZKL_PICK_SLICE, { 34, 1 }, 2 },
    { 49, 0, ZKL_PICK_SLICE, { 1, 2 * TOY_C + 3 }, 2 },
    { TOY_C, 0, ZKL_PICK_SLICE, { 0, TOY_C - 1 }, 2 },
    { TOY_C + 1, 0, ZKL_PICK_SLICE, { 1, TOY_C }, 2 },
    { 20, TOY_C, ZKL_PICK_SLICE, { TOY_C + 2, 3 }, 2 },
    { 20, 15 * TOY_C, ZKL_PICK_SLICE, { 15 * TOY_C + 2, 17 }, 2 },
    { 20, 2 * TOY_C, ZKL_PICK_LIST, { 51, 32, 40 }, 3 },
};

/* All are proven, and the product's auxiliary tables are the plain ones. */
static void test_pick__honest(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(picks); i++) {
        const rows_of rows = first_rows(picks[i].rows), made = picked(&picks[i], &rows);
        const toy_assertion a = pick_of(t, &picks[i], &rows, &made);
        toy_assertion filled = a;
        honest(t, __LINE__, &a, 1);
        CHECK_UINT_EQ(t, product_bad_rows(t, &a, 2), 0);
        product_fill(t, &filled, 2);
        REQUIRE(t, filled.table_count == 5);
        for (size_t k = 2; k < 5; k++)
            CHECK(t, toy_same_table(&a.tables[k], &filled.tables[k]));
    }
    /* beside the source's receipt, and two over one source */
    const rows_of rows = first_rows(35), made = picked(&picks[0], &rows),
                  other = picked(&picks[8], &rows);
    toy_assertion beside[3] = {
        [1] = pick_of(t, &picks[0], &rows, &made), [2] = pick_of(t, &picks[8], &rows, &other)
    };
    beside[2].tables[0] = beside[1].tables[0];
    beside[0] = cells_of(beside[1].tables[0]);
    honest(t, __LINE__, beside, 3);
}

/* Which sample a seed draws does not hang on how it is looked for; another seed, another one. */
static void test_pick__sample(zkl_test *t)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        const pick_case c = { 1 + seed, 0, ZKL_PICK_SAMPLE, { seed, seed < 2 ? 1 : seed / 2 }, 2 };
        uint64_t want[ROWS_MAX];
        const uint64_t *got;
        zkl_scalar param = { { 0 } };
        zkl_error err = { 0 };
        const size_t count = plain_numbers(want, &c);
        param.bytes[31] = (uint8_t)seed;
        const zkl_pick pick = {
            .rule = ZKL_PICK_SAMPLE, .count = count, .source_count = c.rows, .seed = &param
        };
        REQUIRE_OK(t, &err, zkl_pick_numbers(&got, &t->arena, &pick, &err));
        CHECK_MEM_EQ(t, got, want, count * sizeof *got);
        for (size_t i = 1; i < count; i++)
            CHECK(t, got[i - 1] < got[i] && got[i] < c.rows);
    }
    const rows_of rows = first_rows(35), made = picked(&picks[4], &rows);
    pick_case other = picks[4];
    other.list[0]++;
    LIE(pick_of(t, &other, &rows, &made), "circuit: root", 0);
}

/* A value changed by a unit, another null, two exchanged, a row mixed from two. */
static void test_pick__other_rows(zkl_test *t)
{
    static const size_t tried[] = { 0, 4, 8, 11, 15 };
    for (size_t k = 0; k < ZKL_COUNT(tried); k++) {
        const pick_case *c = &picks[tried[k]];
        const rows_of rows = first_rows(c->rows), made = picked(c, &rows);
        for (size_t at = 0; at < made.count; at += made.count - 1) {
            rows_of bad = made;
            bad.y[at] ^= 1;
            toy_assertion a = pick_of(t, c, &rows, &bad);
            LIE(a, "circuit: root", 0);
            CHECK_UINT_EQ(t, product_bad_rows(t, &a, 2), 1);
            bad = made;
            bad.x[at] ^= TOY_C; /* the upper limb */
            LIE(pick_of(t, c, &rows, &bad), "circuit: root", 0);
            bad = made;
            bad.flag[at] ^= 1;
            LIE(pick_of(t, c, &rows, &bad), "circuit: root", 0);
        }
        rows_of bad = made;
        size_t other = 1;
        while (made.y[0] == made.y[other])
            other++;
        bad.y[0] = made.y[other];
        LIE(pick_of(t, c, &rows, &bad), "circuit: root", 0);
        bad.y[other] = made.y[0];
        bad.x[0] = made.x[other];
        bad.x[other] = made.x[0];
        bad.flag[0] = made.flag[other];
        bad.flag[other] = made.flag[0];
        const toy_assertion a = pick_of(t, c, &rows, &bad); /* both rows, exchanged */
        LIE(a, "circuit: root", 0);
        CHECK_UINT_EQ(t, product_bad_rows(t, &a, 2), 2);
    }
}

/* Another row of the source with the multiplicities that fit it; and with its number, which is
 * public. */
static void test_pick__another_number(zkl_test *t)
{
    const pick_case *c = &picks[0];
    const rows_of rows = first_rows(c->rows);
    pick_case other = *c;
    other.list[0] = 6;
    const rows_of made = picked(&other, &rows);
    uint64_t numbers[ROWS_MAX];
    toy_assertion a = pick_of(t, c, &rows, &made);
    const toy_table n = a.tables[4];
    put_tables(t, &a, 0, numbers, plain_numbers(numbers, &other));
    const toy_table its_own = a.tables[4];
    a.tables[4] = n;
    LIE(a, "circuit: root", 0);
    a.tables[4] = its_own; /* all leaves fit: what refuses it is that n is another number */
    LIE(a, "circuit: root", 0);
    a.params[1] = toy_int(6);
    HONEST(a);
    /* the row under the number that it has in another chunk: i is public too */
    const pick_case slice = { 2 * TOY_C, 0, ZKL_PICK_LIST, { 3 }, 1 };
    const rows_of more = first_rows(slice.rows);
    rows_of bad = picked(&slice, &more);
    bad.x[0] = more.x[2];
    bad.flag[0] = more.flag[2];
    bad.y[0] = more.y[2];
    toy_assertion turned = pick_of(t, &slice, &more, &bad);
    uint64_t *m = ZKL_ARENA_NEW(&t->arena, uint64_t, 2 * TOY_C),
             *i = zkl_arena_copy(&t->arena, turned.tables[3].columns[0].values, TOY_C * sizeof *i);
    m[2] = 1;
    i[2] = 3;
    i[3] = 2;
    turned.tables[2].columns[0].values = m;
    turned.tables[3].columns[0].values = i;
    LIE(turned, "circuit: root", 0);
}

/* Every block of the auxiliary tables, in rows and in padding. */
static void test_pick__auxiliary_tables(zkl_test *t)
{
    static const size_t tried[] = { 0, 8, 15 };
    for (size_t k = 0; k < ZKL_COUNT(tried); k++) {
        const pick_case *c = &picks[tried[k]];
        const rows_of rows = first_rows(c->rows), made = picked(c, &rows);
        const toy_assertion a = pick_of(t, c, &rows, &made);
        toy_proof proof;
        toy_prove(t, &proof, &a, 1, NULL);
        const size_t from = product_block(&a, 2, 0, 0), behind = proof.statement.block_count;
        for (size_t block = from; block < behind; block++)
            for (size_t cell = 0; cell < TOY_C; cell += TOY_C - 1) {
                const toy_lies changed = {
                    .tamper = { { block, cell, toy_add(proof.cells[block][cell], ZKL_FR_ONE) } },
                    .tamper_count = 1
                };
                lie(t, __LINE__, &a, 1, &changed, "circuit: root");
            }
    }
}

/* A number in the padding of the made table: its rows of zeros would be rows of the source. */
static void test_pick__padding(zkl_test *t)
{
    /* row 1 and row 7, a row of zeros; behind them a padded row under the number 14, another row
     * of zeros */
    const pick_case c = { 20, 0, ZKL_PICK_LIST, { 1, 7 }, 2 };
    const rows_of rows = first_rows(c.rows), made = picked(&c, &rows);
    toy_assertion a = pick_of(t, &c, &rows, &made);
    HONEST(a);
    const size_t m = product_block(&a, 2, 0, 0), n = product_block(&a, 4, 0, 0);
    LIE(a, "circuit: root",
        .tamper = { { n, 2, toy_int(14) }, { m, 14, toy_int(1) }, { m, 0, toy_int(-1) } },
        .tamper_count = 3);
    /* a row of zeros for row 2; that row in the padding, where it has no number, serves nothing */
    static const uint64_t source[3] = { 4, 0, 6 }, shown[2] = { 4, 0 };
    toy_assertion hidden = { .kind = ZKL_ASSERTION_PICK,
                             .param_count = 3,
                             .params = { toy_int(ZKL_PICK_LIST), toy_int(0), toy_int(2) },
                             .table_count = 2,
                             .tables = { table_of("0", 1, source, 3),
                                         table_of("0", 1, shown, 2) } };
    static const uint64_t numbers[2] = { 0, 2 };
    put_tables(t, &hidden, 0, numbers, 2);
    LIE(hidden, "circuit: root", 0);
    LIE(hidden, "circuit: root", TAMPER(product_block(&hidden, 1, 0, 0), TOY_C - 1, 6));
}

/* What two claims made, exchanged: each has a tag of its own. */
static void test_pick__claims_do_not_pay(zkl_test *t)
{
    const rows_of rows = first_rows(9);
    const pick_case a = { 9, 0, ZKL_PICK_LIST, { 1, 2 }, 2 },
                    b = { 9, 0, ZKL_PICK_LIST, { 3, 5 }, 2 };
    const rows_of of_a = picked(&a, &rows), of_b = picked(&b, &rows);
    toy_assertion two[2] = { pick_of(t, &a, &rows, &of_a), pick_of(t, &b, &rows, &of_b) };
    two[1].tables[0] = two[0].tables[0];
    honest(t, __LINE__, two, 2);
    const toy_table made = two[0].tables[1];
    two[0].tables[1] = two[1].tables[1];
    two[1].tables[1] = made;
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* and with the numbers of the other one */
    const toy_table n = two[0].tables[4];
    two[0].tables[4] = two[1].tables[4];
    two[1].tables[4] = n;
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
}

static void check_params(zkl_test *t, int line, const toy_assertion *fine, size_t param, zkl_fr v,
                         const char *check)
{
    toy_assertion c = *fine;
    c.params[param] = v;
    state(t, line, &c, 1, NULL, check);
}

/* Rules, numbers of rows, rows that are not there; tables of other columns and shapes. */
static void test_pick__statement(zkl_test *t)
{
    const rows_of rows = first_rows(35);
    toy_assertion fine[3];
    for (size_t k = 0; k < 3; k++) {
        const pick_case *c = &picks[4 * k];
        const rows_of made = picked(c, &rows);
        fine[k] = pick_of(t, c, &rows, &made);
        STATE(fine[k], NULL);
        toy_assertion c2 = fine[k];
        c2.param_count = 0;
        STATE(c2, "the rule is not 0, 1 or 2");
        c2 = fine[k];
        c2.param_count--;
        STATE(c2, "parameters");
        c2 = fine[k];
        c2.params[c2.param_count++] = ZKL_FR_ZERO;
        STATE(c2, "parameters");
        check_params(t, __LINE__, &fine[k], 0, toy_int(3), "the rule is not 0, 1 or 2");
        check_params(t, __LINE__, &fine[k], 0, toy_int(-1), "the rule is not 0, 1 or 2");
    }
    /* numbers */
    check_params(t, __LINE__, &fine[0], 1, toy_int(34), NULL);
    check_params(t, __LINE__, &fine[0], 1, toy_int(35), "number 0 is of no row");
    check_params(t, __LINE__, &fine[0], 6, toy_int(-1), "number 5 is of no row");
    toy_assertion c = fine[0];
    c.tables[0].first_row = TOY_C; /* numbers are the dataset's */
    STATE(c, "number 0 is of no row");
    /* samples */
    check_params(t, __LINE__, &fine[1], 1, toy_int(-1), NULL); /* any seed */
    check_params(t, __LINE__, &fine[1], 2, toy_int(8), "another number than the table's 9 rows");
    c = fine[1];
    c.tables[0].first_row = TOY_C;
    STATE(c, "a sample of a span");
    for (uint64_t n = 17; n <= 18; n++) {
        c = fine[1];
        const rows_of many = first_rows(n);
        c.tables[1] = table_rows(t, &many);
        c.params[2] = toy_int((int64_t)n);
        c.tables[4].rows = n;
        c.tables[4].columns[0].values = many.x;
        c.tables[2].columns[0].limbs = 2;
        STATE(c, n == 17 ? NULL : "more than half of the rows");
    }
    /* slices */
    check_params(t, __LINE__, &fine[2], 1, toy_int(30), NULL);
    check_params(t, __LINE__, &fine[2], 1, toy_int(31), "the slice is not of the source's rows");
    check_params(t, __LINE__, &fine[2], 1, toy_int(-1), "the slice is not of the source's rows");
    zkl_fr most;
    zkl_fr_from_u64(&most, UINT64_MAX);
    check_params(t, __LINE__, &fine[2], 1, most, "the slice is not of the source's rows");
    check_params(t, __LINE__, &fine[2], 2, toy_int(4), "another number than the table's 5 rows");
    c = fine[2];
    c.tables[0].first_row = TOY_C;
    STATE(c, "the slice is not of the source's rows");
    c = fine[2];
    c.tables[0].rows = 5 - 1; /* more rows than the source has */
    STATE(c, "the slice is not of the source's rows");
    /* numbers of at most three limbs */
    c = fine[2];
    c.tables[0].first_row = TOY_C * (TOY_C * TOY_C - 3);
    c.params[1] = toy_int(TOY_C * (TOY_C * TOY_C - 3));
    c.tables[4].columns[0].limbs = 3;
    STATE(c, NULL);
    c.tables[0].first_row += TOY_C;
    STATE(c, "more than 3 limbs");
    /* tables */
    c = fine[0];
    c.table_count = 1;
    STATE(c, "sources");
    c = fine[0];
    c.tables[1].columns[2].role = "3";
    STATE(c, "other schemas or columns");
    c = fine[0];
    c.tables[1].columns[0].limbs = 3;
    STATE(c, "other schemas or columns");
    for (size_t table = 2; table < 5; table++) {
        c = fine[0];
        c.tables[table].columns[0].role = "z";
        STATE(c, "auxiliary tables");
        c = fine[0];
        c.tables[table].columns[0].limbs++;
        STATE(c, "auxiliary tables");
        c = fine[0];
        c.tables[table].rows--;
        STATE(c, "auxiliary tables");
    }
    product_assertion *p = product_of(t, &fine[0], 2);
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_PICK, &p->facts, &err));
    p->sources[1].table.schema_hash.bytes[0] = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_PICK, &p->facts, &err));
    CHECK(t, strstr(err.text, "other schemas") != NULL);
}

/* At production size a sample has a limit, and nothing is drawn to see it. */
static void test_pick__samples_are_limited(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[3] = { { { 0 } } };
    zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 1 };
    zkl_statement_table source = { .row_count = (uint64_t)1 << 39,
                                   .columns = &column,
                                   .column_count = 1 },
                        made = source;
    const zkl_statement_table *tables[2] = { &source, &made };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 3, tables, 2 };
    params[0].bytes[31] = ZKL_PICK_SAMPLE;
    for (uint64_t more = 0; more < 2; more++) {
        made.row_count = ZKL_PICK_SAMPLE_MAX + more;
        for (size_t i = 0; i < 8; i++)
            params[2].bytes[31 - i] = (uint8_t)(made.row_count >> 8 * i);
        CHECK_STATUS(t, more ? ZKL_REJECTED : ZKL_OK,
                     zkl_assertion_check(ZKL_ASSERTION_PICK, &facts, &err));
    }
    CHECK(t, strstr(err.text, "at most 1048576") != NULL);
}

/* A statement of production size: samples of 65,535 of two chunks' rows, each with tables of its
 * own. */
enum { SAMPLES_MAX = 17, SAMPLE_ROWS = 65535, SAMPLE_TABLES = 5 };
typedef struct samples {
    zkl_scalar params[SAMPLES_MAX][3];
    uint32_t tables_of[SAMPLES_MAX][SAMPLE_TABLES];
    zkl_assertion assertions[SAMPLES_MAX];
    zkl_statement_column columns[2 + 3 * SAMPLES_MAX];
    zkl_statement_table tables[2 + 3 * SAMPLES_MAX];
    uint8_t blocks[128][ZKL_POINT_BYTES];
    zkl_statement statement;
} samples;

static void add_table(samples *s, const char *role, uint64_t rows, uint32_t limbs, uint8_t dataset)
{
    const size_t at = s->statement.table_count++;
    s->columns[at] = (zkl_statement_column){ zkl_bytes_of_text(role),
                                             dataset ? 0 : ZKL_COLUMN_AUXILIARY, limbs };
    s->tables[at] = (zkl_statement_table){ .dataset.bytes[0] = dataset,
                                           .row_count = rows,
                                           .columns = &s->columns[at],
                                           .column_count = 1 };
    s->statement.block_count += limbs * ((rows + 65535) / 65536);
}

static void add_sample(samples *s, size_t at)
{
    const uint32_t table = (uint32_t)s->statement.table_count;
    const uint32_t tables[SAMPLE_TABLES] = { 0, 1, table, table + 1, table + 2 };
    memcpy(s->tables_of[at], tables, sizeof tables);
    s->params[at][0].bytes[31] = ZKL_PICK_SAMPLE;
    s->params[at][1].bytes[31] = (uint8_t)at; /* seed */
    s->params[at][2].bytes[30] = SAMPLE_ROWS >> 8;
    s->params[at][2].bytes[31] = SAMPLE_ROWS & 255;
    s->assertions[at] =
        (zkl_assertion){ ZKL_ASSERTION_PICK, s->params[at], 3, s->tables_of[at], SAMPLE_TABLES };
    add_table(s, "m", 2 * 65536, 1, 0);
    add_table(s, "i", 65536, 1, 0);
    add_table(s, "n", SAMPLE_ROWS, 2, 0);
}

/* Two sources, and nothing yet that was made of them. */
static void start_samples(samples *s)
{
    s->statement = (zkl_statement){ .circuit = zkl_bytes_of_text("F26"),
                                    .assertions = s->assertions,
                                    .tables = s->tables,
                                    .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])s->blocks,
                                    .masks = (const uint8_t(*)[ZKL_POINT_BYTES])s->blocks,
                                    .mask_count = 1 };
    add_table(s, "0", 2 * 65536, 1, 1);
    add_table(s, "0", SAMPLE_ROWS, 1, 2);
}

/* A sample costs 96 bytes of a statement and a hash a row: all of them together are limited. */
static void test_pick__samples_are_limited_together(zkl_test *t)
{
    zkl_error err = { 0 };
    for (size_t count = SAMPLES_MAX - 1; count <= SAMPLES_MAX; count++) {
        samples *s = ZKL_ARENA_NEW(&t->arena, samples, 1);
        start_samples(s);
        s->statement.assertion_count = count;
        for (size_t i = 0; i < count; i++)
            add_sample(s, i);
        CHECK_STATUS(t, count * SAMPLE_ROWS > ZKL_PICK_SAMPLE_MAX ? ZKL_REJECTED : ZKL_OK,
                     zkl_statement_check(&s->statement, &zkl_proof_format_v1, NULL, 0, &err));
    }
    CHECK(t, strstr(err.text, "samples have more than 1048576 rows together") != NULL);
}

/* More than one statement holds is a limit to the prover: the plan then begins another one. */
static void test_pick__samples_are_planned_apart(zkl_test *t)
{
    static const uint32_t both[2] = { 0, 1 };
    zkl_error err = { 0 };
    size_t leaf_blocks = 0;
    zkl_assertion_request requests[SAMPLES_MAX];
    samples *s = ZKL_ARENA_NEW(&t->arena, samples, 1);
    start_samples(s);
    const zkl_source_table sources[2] = { { .table = s->tables[0] }, { .table = s->tables[1] } };
    for (size_t i = 0; i < SAMPLES_MAX; i++) {
        add_sample(s, i);
        requests[i] =
            (zkl_assertion_request){ ZKL_ASSERTION_PICK, s->params[i], 3, both, 2, false };
    }
    REQUIRE_OK(t, &err,
               zkl_prove_leaf_blocks(&leaf_blocks, requests, SAMPLES_MAX - 1, sources, 2, &err));
    /* three chunks a sample, and one of the public columns' shared block */
    CHECK_UINT_EQ(t, leaf_blocks, 3 * (SAMPLES_MAX - 1) + 1);
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_prove_leaf_blocks(&leaf_blocks, requests, SAMPLES_MAX, sources, 2, &err));
}

ZKL_TESTS(TEST(test_pick__honest), TEST(test_pick__sample), TEST(test_pick__other_rows),
          TEST(test_pick__another_number), TEST(test_pick__auxiliary_tables),
          TEST(test_pick__padding), TEST(test_pick__claims_do_not_pay), TEST(test_pick__statement),
          TEST(test_pick__samples_are_limited), TEST(test_pick__samples_are_limited_together),
          TEST(test_pick__samples_are_planned_apart))
