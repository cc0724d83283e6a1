/* "product" in the toy world: true sums of products and squares are proven, and no others are,
 * however the auxiliary columns, padding and nulls are written. The auxiliary table is made here in
 * its own way, value by value. */
#include "lies.h"
#include "prove/assertion.h"

enum { ROWS_MAX = 50 };

/* Two columns of the same rows; ys NULL: x is squared. */
typedef struct product_case {
    const uint64_t *xs, *x_flags, *ys, *y_flags; /* flags NULL: none */
    uint64_t rows;
    unsigned x_limbs, y_limbs;
} product_case;

static toy_table table_x(const product_case *c)
{
    toy_table table = table_of("x", c->x_limbs, c->xs, c->rows);
    if (c->x_flags)
        table.columns[table.column_count++] = (toy_column){ "x?", 1, c->x_flags };
    return table;
}

static toy_table table_y(const product_case *c)
{
    if (!c->ys)
        return table_x(c);
    toy_table table = table_of("x", c->y_limbs, c->ys, c->rows);
    if (c->y_flags)
        table.columns[table.column_count++] = (toy_column){ "x?", 1, c->y_flags };
    return table;
}

static uint64_t true_total(const product_case *c)
{
    uint64_t total = 0;
    for (uint64_t i = 0; i < c->rows; i++)
        total += c->xs[i] * (c->ys ? c->ys : c->xs)[i];
    return total;
}

static unsigned limbs_of(uint64_t most)
{
    unsigned limbs = 0;
    for (; most; most >>= TOY_LOG)
        limbs++;
    return limbs;
}

/* The true auxiliary table, and the sum that is stated: the truth and `more`. */
static toy_assertion product_of(zkl_test *t, const product_case *c, int64_t more)
{
    const unsigned y_limbs = c->ys ? c->y_limbs : c->x_limbs;
    const uint64_t *ys = c->ys ? c->ys : c->xs, top = ((uint64_t)1 << TOY_LOG * c->x_limbs) - 1;
    uint64_t *i = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C),
             *s = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C),
             *z = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C), w = 0;
    for (unsigned j = 0; j < y_limbs; j++)
        w += (uint64_t)1 << TOY_LOG * j;
    for (uint64_t v = 0; v < TOY_C; v++) {
        i[v] = v;
        for (uint64_t row = 0; row < c->rows; row++)
            for (unsigned j = 0; j < y_limbs; j++)
                if ((ys[row] >> TOY_LOG * j & 15) > v)
                    s[v] += c->xs[row] << TOY_LOG * j;
    }
    for (uint64_t row = 0; row < c->rows; row++)
        z[0] += c->xs[row];
    return (toy_assertion){ .kind = ZKL_ASSERTION_PRODUCT,
                            .param_count = 1,
                            .params = { toy_int((int64_t)true_total(c) + more) },
                            .table_count = 3,
                            .tables = { table_x(c),
                                        table_y(c),
                                        { 3,
                                          TOY_C,
                                          { { "i", 1, i },
                                            { "s", limbs_of(c->rows * top * w), s },
                                            { "z", limbs_of(c->rows * top), z } } } } };
}

static uint64_t xs[ROWS_MAX], ys[ROWS_MAX], flags[ROWS_MAX], zeros[ROWS_MAX], most[ROWS_MAX],
    small[ROWS_MAX];

static void make_rows(void)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        flags[i] = i % 7 == 3;
        xs[i] = flags[i] ? 0 : (37 * i + 11) % 256;
        ys[i] = flags[i] ? 0 : (101 * i + 200) % 256;
        small[i] = 5 * i % TOY_C;
        most[i] = 255;
    }
}

/* One row to several chunks; one limb to three, on either side; squares; nulls; zeros; the
 * greatest numbers there are. */
static void test_product__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, ROWS_MAX };
    make_rows();
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        const uint64_t n = sizes[i];
        HONEST(product_of(t, &(product_case){ xs, NULL, ys, NULL, n, 2, 2 }, 0));
        HONEST(product_of(t, &(product_case){ xs, flags, NULL, NULL, n, 2, 2 }, 0));
        HONEST(product_of(t, &(product_case){ small, NULL, NULL, NULL, n, 1, 1 }, 0));
        HONEST(product_of(t, &(product_case){ most, NULL, most, NULL, n, 2, 3 }, 0));
        HONEST(product_of(t, &(product_case){ zeros, NULL, ys, NULL, n, 1, 2 }, 0));
        HONEST(product_of(t, &(product_case){ ys, NULL, zeros, NULL, n, 3, 1 }, 0));
        HONEST(product_of(t, &(product_case){ xs, flags, ys, flags, n, 2, 2 }, 0));
        HONEST(product_of(t, &(product_case){ small, NULL, xs, flags, n, 1, 2 }, 0));
    }
    /* beside well-formedness, sums and another product of the same columns: their tables are
     * shared */
    const product_case c = { xs, flags, ys, flags, TOY_C + 9, 2, 2 },
                       d = { xs, flags, NULL, NULL, TOY_C + 9, 2, 2 };
    uint64_t total = 0, nulls = 0;
    for (uint64_t i = 0; i < c.rows; i++) {
        total += xs[i];
        nulls += flags[i];
    }
    const toy_assertion sum = { ZKL_ASSERTION_SUM,
                                3,
                                { toy_int((int64_t)total), toy_int((int64_t)nulls),
                                  toy_int(ZKL_MODE_EXACTLY) },
                                1,
                                { table_x(&c) } };
    const toy_assertion all[5] = { cells_of(table_x(&c)), cells_of(table_y(&c)), sum,
                                   product_of(t, &c, 0), product_of(t, &d, 0) };
    honest(t, __LINE__, all, 5);
}

/* One more, one less, a multiple of C more, nothing; and two claims that would pay for one
 * another: each has a tag and a total of its own. */
static void test_product__other_sums(zkl_test *t)
{
    make_rows();
    const product_case cases[] = { { xs, NULL, ys, NULL, 20, 2, 2 },
                                   { xs, flags, NULL, NULL, ROWS_MAX, 2, 2 },
                                   { small, NULL, ys, NULL, 7, 1, 2 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const int64_t truth = (int64_t)true_total(&cases[i]),
                      more[] = { 1, -1, TOY_C, -TOY_C, 256, -truth };
        for (size_t k = 0; k < ZKL_COUNT(more); k++)
            LIE(product_of(t, &cases[i], more[k]), "circuit: root", 0);
    }
    const toy_assertion two[2] = { product_of(t, &cases[0], 5), product_of(t, &cases[2], -5) };
    lie(t, __LINE__, two, 2, NULL, "circuit: root");
    /* what the rows of both claims have together, told the other way round */
    static const uint64_t low[2] = { 2, 3 }, high[2] = { 5, 7 };
    const product_case a = { low, NULL, NULL, NULL, 2, 1, 1 },
                       b = { high, NULL, NULL, NULL, 2, 1, 1 };
    toy_assertion crossed[2] = { product_of(t, &a, 0), product_of(t, &b, 0) };
    const toy_table of_low = crossed[0].tables[2];
    crossed[0].tables[2] = crossed[1].tables[2];
    crossed[1].tables[2] = of_low;
    const zkl_fr first = crossed[0].params[0];
    crossed[0].params[0] = crossed[1].params[0];
    crossed[1].params[0] = first;
    lie(t, __LINE__, crossed, 2, NULL, "circuit: root");
}

/* The blocks of the auxiliary table begin here. */
static size_t auxiliary_block(const product_case *c)
{
    const uint64_t chunks = (c->rows + TOY_C - 1) / TOY_C;
    const size_t x = c->x_limbs + (c->x_flags != NULL),
                 y = c->ys ? c->y_limbs + (c->y_flags != NULL) : 0;
    return (size_t)chunks * (x + y);
}

/* Is the proof with these lies, of the assertion with `more` in its sum, accepted? */
static bool accepts(zkl_test *t, const product_case *c, int64_t more, const toy_lies *lies)
{
    toy_proof proof;
    zkl_error err;
    const toy_assertion assertion = product_of(t, c, more);
    toy_prove(t, &proof, &assertion, 1, lies);
    return toy_verify(&proof, NULL, 0, &err) == ZKL_OK;
}

/* Every cell of the auxiliary table one larger, under the true sum and under the sum that the
 * numbers s then have. A false sum is never accepted. The true one is where s is 0, whose pole says
 * nothing. */
static void test_product__auxiliary_cells(zkl_test *t)
{
    static const uint64_t x[4] = { 3, 0, 9, 12 }, y[4] = { 7, 5, 11, 2 };
    const product_case c = { x, NULL, y, NULL, 4, 1, 1 };
    const size_t from = auxiliary_block(&c);
    const toy_assertion fine = product_of(t, &c, 0);
    const toy_column *s = &fine.tables[2].columns[1], *z = &fine.tables[2].columns[2];
    REQUIRE(t, s->limbs == 2 && z->limbs == 2);
    for (size_t block = 0; block < 1 + s->limbs + z->limbs; block++)
        for (size_t cell = 0; cell < TOY_C; cell++) {
            const bool of_s = block > 0 && block <= s->limbs;
            const uint64_t v = block == 0 ? cell
                               : of_s     ? s->values[cell] >> TOY_LOG * (block - 1) & 15
                                      : z->values[cell] >> TOY_LOG * (block - 1 - s->limbs) & 15;
            const toy_lies lies = { TAMPER(from + block, cell, (int64_t)v + 1) };
            const bool free_pole = block == 0 && s->values[cell] == 0;
            CHECK(t, accepts(t, &c, 0, &lies) == free_pole);
            CHECK(t, !accepts(t, &c, (int64_t)1 << TOY_LOG * (of_s ? block - 1 : 0), &lies));
        }
}

/* Numbers of the table written otherwise: the same integer in other limbs, z in another row, rows
 * exchanged, more steps than are needed. The sum stays what it is. */
static void test_product__auxiliary_is_free(zkl_test *t)
{
    static const uint64_t x[3] = { 3, 1, 1 }, y[3] = { 2, 1, 15 };
    const product_case c = { x, NULL, y, NULL, 3, 1, 1 };
    /* s: 5 4 1 .. 1 0, z: 5 */
    const size_t i = auxiliary_block(&c), s = i + 1, z = s + 2;
    static const int64_t more[] = { 0, 1, -1, TOY_C, -16, 7 };
    const toy_lies lies[] = {
        { .tamper = { { s, 0, toy_int(5 - 16) }, { s + 1, 0, toy_int(1) } }, .tamper_count = 2 },
        { .tamper = { { z, 0, toy_int(0) }, { z, 9, toy_int(5) } }, .tamper_count = 2 },
        { .tamper = { { z, 0, toy_int(-2) }, { z + 1, 3, toy_int(1) }, { z, 8, toy_int(-9) } },
          .tamper_count = 3 },
        { .tamper = { { i, 0, toy_int(1) },
                      { i, 1, toy_int(0) },
                      { s, 0, toy_int(4) },
                      { s, 1, toy_int(5) } },
          .tamper_count = 4 },
    };
    for (size_t k = 0; k < ZKL_COUNT(lies); k++)
        for (size_t m = 0; m < ZKL_COUNT(more); m++)
            CHECK(t, accepts(t, &c, more[m], &lies[k]) == (more[m] == 0));
}

/* A shortcut: what stands at 2 goes down by one step, or is called 0 or 1 at once. */
static void test_product__steps(zkl_test *t)
{
    static const uint64_t x[2] = { 6, 1 }, y[2] = { 2, 1 };
    const product_case c = { x, NULL, y, NULL, 2, 1, 1 };
    /* T = 13; s: 7 6 0 .., z: 7 */
    const size_t i = auxiliary_block(&c), s = i + 1, z = s + 2;
    static const struct {
        int64_t i0, s0, i1, s1, z, total;
    } cases[] = {
        { 0, 7, 0, 0, 7, 7 },   { 0, 1, 1, 6, 7, 7 },   { 0, 7, 0, 6, 7, 13 },
        { 0, 13, 1, 0, 7, 13 }, { -1, 6, 0, 7, 7, 13 }, { 0, 0, 1, 0, 0, 0 },
        { 0, 7, 1, -6, 7, 1 },  { 1, 7, 2, 6, 7, 13 },  { 0, 7, 1, 6, 6, 13 },
    };
    REQUIRE(t, true_total(&c) == 13 && accepts(t, &c, 0, NULL));
    for (size_t k = 0; k < ZKL_COUNT(cases); k++) {
        toy_lies lies = { .tamper = { { i, 0, toy_int(cases[k].i0) },
                                      { s, 0, toy_int(cases[k].s0) },
                                      { i, 1, toy_int(cases[k].i1) },
                                      { s, 1, toy_int(cases[k].s1) } },
                          .tamper_count = 4 };
        toy_assertion assertion = product_of(t, &c, cases[k].total - 13);
        uint64_t *other = ZKL_ARENA_NEW(&t->arena, uint64_t, TOY_C);
        other[0] = (uint64_t)cases[k].z;
        assertion.tables[2].columns[2].values = other;
        lie(t, __LINE__, &assertion, 1, &lies, "circuit: root");
    }
    /* a way that does not pass 0 but comes out elsewhere: z is at 0, so it must end there */
    LIE(product_of(t, &c, -7), "circuit: root",
        .tamper = { { s, 0, toy_int(0) }, { z, 0, toy_int(0) } }, .tamper_count = 2);
}

/* A value in the padding is a factor where `cells` is not there to refuse it. */
static void test_product__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t x[2] = { 3, 5 }, y[2] = { 2, 4 }, as_if_x[3] = { 3, 5, 7 },
                          as_if_y[3] = { 2, 4, 9 };
    const product_case c = { x, NULL, y, NULL, 2, 1, 1 },
                       as_if = { as_if_x, NULL, as_if_y, NULL, 3, 1, 1 };
    toy_assertion both[3] = { cells_of(table_x(&c)), cells_of(table_y(&c)), product_of(t, &c, 63) };
    const toy_assertion true_of = product_of(t, &as_if, 0);
    for (size_t i = 0; i < 3; i++) /* the shape is the statement's own */
        both[2].tables[2].columns[i].values = true_of.tables[2].columns[i].values;
    toy_proof proof;
    zkl_error err;
    const toy_lies lies = { .tamper = { { 0, 2, toy_int(7) }, { 1, 2, toy_int(9) } },
                            .tamper_count = 2 };
    toy_prove(t, &proof, both + 2, 1, &lies);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both, 3, &lies, "circuit: root");
    /* a value under a null */
    static const uint64_t null[3] = { 0, 0, 1 }, holes[3] = { 3, 5, 0 };
    const product_case n = { holes, null, as_if_y, NULL, 3, 1, 1 };
    toy_assertion nulls[3] = { cells_of(table_x(&n)), cells_of(table_y(&n)),
                               product_of(t, &n, 63) };
    for (size_t i = 0; i < 3; i++)
        nulls[2].tables[2].columns[i].values = true_of.tables[2].columns[i].values;
    const toy_lies under = { TAMPER(0, 2, 7) };
    toy_prove(t, &proof, nulls + 2, 1, &under);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, nulls, 3, &under, "circuit: root");
}

/* ---- The product's prover */

static zkl_source_table source_of(zkl_test *t, const toy_table *table)
{
    zkl_source_table out = { .table = { .row_count = table->rows,
                                        .column_count = table->column_count } };
    zkl_statement_column *columns =
        ZKL_ARENA_NEW(&t->arena, zkl_statement_column, table->column_count);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (zkl_statement_column){ zkl_bytes_of_text(table->columns[i].role), (uint32_t)i,
                                             table->columns[i].limbs };
    out.table.columns = columns;
    const size_t count = zkl_statement_table_blocks(&out.table, &toy_format);
    const uint16_t **cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, count);
    size_t block = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&out.table, &toy_format); c++)
        for (size_t i = 0; i < table->column_count; i++)
            for (unsigned limb = 0; limb < table->columns[i].limbs; limb++, block++) {
                uint16_t *made = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
                for (size_t k = 0; k < TOY_C && c * TOY_C + k < table->rows; k++)
                    made[k] = table->columns[i].values[c * TOY_C + k] >> TOY_LOG * limb & 15;
                cells[block] = made;
            }
    out.cells = cells;
    return out;
}

/* What it measures and fills is what is written here plainly; each allocation that fails is told;
 * a sum one off is bad. */
static void check_prover(zkl_test *t, const product_case *c)
{
    const toy_assertion want = product_of(t, c, 0);
    const zkl_source_table x = source_of(t, &want.tables[0]), y = source_of(t, &want.tables[1]),
                           table = source_of(t, &want.tables[2]), *sources[2] = { &x, &y };
    const zkl_assertion_prover *prover = zkl_assertion_prover_of(ZKL_ASSERTION_PRODUCT);
    zkl_scalar param, got = { { 0 } };
    const zkl_assertion_data data = { .kind = ZKL_ASSERTION_PRODUCT,
                                      .params = &param,
                                      .param_count = 1,
                                      .sources = sources,
                                      .source_count = 2,
                                      .format = &toy_format };
    zkl_error err = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    uint16_t *cells[TOY_BLOCKS_MAX];
    uint64_t bad = 1;
    const size_t blocks = zkl_statement_table_blocks(&table.table, &toy_format);
    zkl_fr_encode(param.bytes, &want.params[0]);
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
        (void)zkl_malloc_fail_after(nth);
        status = prover->measure(&got, &data, &err);
        (void)zkl_malloc_fail_after(0);
    }
    REQUIRE_OK(t, &err, status);
    CHECK_MEM_EQ(t, &got, &param, sizeof param);
    REQUIRE_OK(t, &err, prover->bad_rows(&bad, &data, &err));
    CHECK_UINT_EQ(t, bad, 0);
    status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
        for (size_t b = 0; b < blocks; b++)
            cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
        (void)zkl_malloc_fail_after(nth);
        status = prover->fill_auxiliary(cells, 0, &data, &err);
        (void)zkl_malloc_fail_after(0);
    }
    REQUIRE_OK(t, &err, status);
    for (size_t b = 0; b < blocks; b++)
        CHECK_MEM_EQ(t, cells[b], table.cells[b], TOY_C * sizeof(uint16_t));
    param.bytes[31] ^= 1;
    REQUIRE_OK(t, &err, prover->bad_rows(&bad, &data, &err));
    CHECK_UINT_EQ(t, bad, 1);
}

static void test_product__product_prover(zkl_test *t)
{
    make_rows();
    for (uint64_t n = 1; n <= ROWS_MAX; n += n == 1 ? 14 : 1) {
        check_prover(t, &(product_case){ xs, NULL, ys, NULL, n, 2, 2 });
        check_prover(t, &(product_case){ ys, flags, NULL, NULL, n, 2, 2 });
    }
    check_prover(t, &(product_case){ small, NULL, ys, flags, ROWS_MAX, 1, 3 });
    check_prover(t, &(product_case){ most, NULL, most, NULL, ROWS_MAX, 2, 2 });
    check_prover(t, &(product_case){ zeros, NULL, zeros, NULL, 3, 1, 1 });
}

/* ---- The checklist */

static void test_product__statement(zkl_test *t)
{
    make_rows();
    const product_case c = { xs, flags, small, NULL, TOY_C + 2, 2, 1 };
    const toy_assertion fine = product_of(t, &c, 0);
    STATE(fine, NULL);
    for (size_t count = 0; count <= 3; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != 1)
            STATE(other, "parameters: product takes 1");
    }
    /* N 2^(W_x + W_y) = 18 2^12 at most, and nothing below 0 */
    toy_assertion other = fine;
    other.params[0] = toy_int(18 << 12);
    STATE(other, NULL);
    other.params[0] = toy_int((18 << 12) + 1);
    STATE(other, "larger than the rows can make it");
    other.params[0] = toy_int(-1);
    STATE(other, "larger than the rows can make it");
    /* one factor, none of the table, too many tables */
    for (size_t count = 1; count <= 2; count++) {
        other = fine;
        other.table_count = count;
        STATE(other, count == 1 ? "sources: 1, not 2" : "auxiliary tables");
    }
    other = fine;
    other.tables[other.table_count++] = table_of("q", 1, zeros, TOY_C);
    STATE(other, "auxiliary tables");
    /* other rows */
    other = fine;
    other.tables[1].rows--;
    STATE(other, "not of the same rows");
    /* roles: of both factors */
    for (size_t source = 0; source < 2; source++) {
        other = fine;
        other.tables[source].columns[0].role = "0";
        STATE(other, "column x");
        other = fine;
        other.tables[source].columns[other.tables[source].column_count++] =
            (toy_column){ "y", 1, zeros };
        STATE(other, "roles");
    }
    /* shapes of the auxiliary table */
    for (size_t i = 0; i < 3; i++) {
        other = fine;
        other.tables[2].columns[i].role = "m";
        STATE(other, "auxiliary tables");
        for (int side = -1; side <= 1; side += 2) {
            other = fine;
            other.tables[2].columns[i].limbs += (unsigned)side;
            if (other.tables[2].columns[i].limbs)
                STATE(other, "auxiliary tables");
        }
    }
    other = fine;
    other.tables[2].rows--;
    STATE(other, "auxiliary tables");
    other = fine;
    other.tables[2].column_count--;
    STATE(other, "auxiliary tables");
    /* an auxiliary table of two claims */
    toy_assertion two[2] = { fine, fine };
    state(t, __LINE__, two, 2, NULL, "this claim's own");
}

/* At the production's limbs: N 2^(W_x + W_y) < r, of rows that a table may have. */
static void test_product__does_not_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar param = { { 0 } };
    zkl_statement_column columns[2] = { { zkl_bytes_of_text("x"), 0, 0 },
                                        { zkl_bytes_of_text("x"), 1, 0 } };
    zkl_statement_table x = { .columns = &columns[0], .column_count = 1 }, y = x;
    y.columns = &columns[1];
    const zkl_statement_table *tables[2] = { &x, &y };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, &param, 1, tables, 2 };
    static const unsigned rows_log[] = { 0, 1, 16, 30, 31, 39 };
    for (size_t i = 0; i < ZKL_COUNT(rows_log); i++) {
        x.row_count = y.row_count = (uint64_t)1 << rows_log[i];
        for (uint32_t a = 1; a <= 17; a++)
            for (uint32_t b = 1; b <= 17; b++) {
                columns[0].limb_count = a;
                columns[1].limb_count = b;
                /* r is between 2^254 and 2^255 */
                const bool fits = 16 * (a + b) + rows_log[i] <= 254;
                CHECK_STATUS(t, fits ? ZKL_OK : ZKL_REJECTED,
                             zkl_assertion_check(ZKL_ASSERTION_PRODUCT, &facts, &err));
                if (!fits) {
                    CHECK(t, strstr(err.text, "no wrap") != NULL);
                    continue;
                }
                /* no sum of the table is larger than its limbs hold, and none smaller does */
                zkl_auxiliary made[ZKL_ASSERTION_AUXILIARY_MAX];
                CHECK_UINT_EQ(t, zkl_assertion_auxiliary(made, ZKL_ASSERTION_PRODUCT, &facts), 1);
                CHECK(t, made[0].columns[1].limb_count <= a + b + (rows_log[i] + 15) / 16);
                CHECK(t, made[0].columns[1].limb_count >= a + b - 1);
                CHECK_UINT_EQ(t, made[0].columns[2].limb_count, a + (rows_log[i] + 15) / 16);
            }
    }
    columns[0].limb_count = 0;
    columns[1].limb_count = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_PRODUCT, &facts, &err));
    columns[0].limb_count = UINT32_MAX;
    columns[1].limb_count = UINT32_MAX;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_PRODUCT, &facts, &err));
}

ZKL_TESTS(TEST(test_product__honest), TEST(test_product__other_sums),
          TEST(test_product__auxiliary_cells), TEST(test_product__auxiliary_is_free),
          TEST(test_product__steps), TEST(test_product__needs_the_tables_receipt),
          TEST(test_product__product_prover), TEST(test_product__statement),
          TEST(test_product__does_not_wrap))
