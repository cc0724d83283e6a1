/* The lies of the model's provers, told to the product's verifier: every one is refused, and by the
 * check that is there for it. After main() of tests/model/proof_model.py, for the kinds cells,
 * range, sum and linear. */
#include "lies.h"

#define N 20

/* 20 rows, row 3 null: two chunks of x (2 limbs) and x?, blocks 0..2 and 3..5. */
static uint64_t xs[N], nulls[N], ones[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, none[N];

static void fill_rows(void)
{
    for (size_t i = 0; i < N; i++) {
        nulls[i] = i == 3;
        xs[i] = i == 3 ? 0 : 7 * i % 256;
    }
}

static uint64_t total(void)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += xs[i];
    return sum;
}

static toy_table table_x(void)
{
    fill_rows();
    return (toy_table){ 2, N, { { "x", 2, xs }, { "x?", 1, nulls } } };
}

static toy_assertion sum_of_x(int64_t value, int64_t null_count)
{
    return (toy_assertion){
        ZKL_ASSERTION_SUM, 3, { toy_int(value), toy_int(null_count), toy_int(1) }, 1, { table_x() }
    };
}

/* ---- cells */

static void test_attacks_cells__refused(zkl_test *t)
{
    HONEST(cells_of(table_x()));
    LIE(cells_of(table_x()), "circuit: root", TAMPER(0, 3, TOY_C)); /* out of range */
    LIE(cells_of(table_x()), "circuit: root", TAMPER(0, 5, -1));
    LIE(cells_of(table_x()), "circuit: root",
        TAMPER(3, TOY_C - 1, 5));                               /* a value in a padded row */
    LIE(cells_of(table_x()), "circuit: root", TAMPER(0, 3, 5)); /* under a null */
    LIE(cells_of(table_of("f?", 1, ones, 9)), "circuit: root",
        TAMPER(0, 3, 2)); /* a flag that is 2 */
    LIE(cells_of(table_x()), "circuit: root", .cheat = { { 0, 3, toy_int(1) } },
        .cheat_count = 1); /* false multiplicities */
}

/* z before S would open anything. */
static void test_attacks_opening__z_before_s(zkl_test *t)
{
    LIE(cells_of(table_x()), "circuit: opening", TAMPER(0, 5, TOY_C + 1),
        .lie = { { 0, 5, toy_int(1) } }, .lie_count = 1, .z_before_s = true);
    /* and without it, the false value is what the opening shows */
    LIE(cells_of(table_x()), "circuit: opening", TAMPER(0, 5, TOY_C + 1),
        .lie = { { 0, 5, toy_int(1) } }, .lie_count = 1);
}

/* ---- sum */

static void test_attacks_sum__refused(zkl_test *t)
{
    static uint64_t q[TOY_C];
    (void)table_x();
    const int64_t sum = (int64_t)total();
    HONEST(sum_of_x(sum, 1));
    LIE(sum_of_x(sum + 1, 1), "circuit: root", 0);
    LIE(sum_of_x(sum, 2), "circuit: root", 0);
    const toy_table slack = table_of("q", 3, q, TOY_C);
    const toy_assertion least = {
        ZKL_ASSERTION_SUM, 3, { toy_int(sum + 1), toy_int(1), toy_int(0) }, 2, { table_x(), slack }
    };
    LIE(least, "circuit: root", 0); /* at least one more than true */
    const toy_assertion most = {
        ZKL_ASSERTION_SUM, 3, { toy_int(sum - 1), toy_int(1), toy_int(2) }, 2, { table_x(), slack }
    };
    LIE(most, "circuit: root", TAMPER(6, 0, -1)); /* at most one less: negative slack */

    const toy_assertion range = { ZKL_ASSERTION_RANGE,
                                  3,
                                  { toy_int(0), toy_int(254), toy_int(1) },
                                  2,
                                  { table_x(), table_of("db", 1, none, N) } };
    static uint64_t db[N];
    toy_assertion many[4] = { cells_of(table_x()), sum_of_x(sum, 1), range, sum_of_x(sum, 1) };
    for (size_t i = 0; i < N; i++)
        db[i] = nulls[i] ? 0 : (254 - xs[i]) >> TOY_LOG;
    many[2].tables[1].columns[0].values = db;
    honest(t, __LINE__, many, 4);
    many[3] = sum_of_x(sum + 1, 1); /* several assertions, one false */
    lie(t, __LINE__, many, 4, NULL, "circuit: root");
}

/* ---- range */

typedef struct range_case {
    uint64_t x;
    unsigned limbs;
    int64_t lo, hi;
} range_case;

/* [75, x, 80] in [lo, hi], the auxiliary limbs of x written in one of several ways. */
static toy_assertion range_assertion(zkl_test *t, const range_case *c, unsigned way,
                                     const uint64_t *flags, bool skip)
{
    uint64_t *x = ZKL_ARENA_NEW(&t->arena, uint64_t, 3);
    toy_assertion out = { ZKL_ASSERTION_RANGE,
                          3,
                          { toy_int(c->lo), toy_int(c->hi), toy_int(skip) },
                          1,
                          { { 1, 3, { { "x", c->limbs, x } } } } };
    x[0] = 75;
    x[1] = c->x;
    x[2] = 80;
    if (flags)
        out.tables[0].columns[out.tables[0].column_count++] = (toy_column){ "x?", 1, flags };
    unsigned limbs = 0;
    for (uint64_t width = (uint64_t)(c->hi - c->lo); width >= TOY_C; width >>= TOY_LOG)
        limbs++;
    if (!limbs)
        return out;
    const uint64_t top = ((uint64_t)1 << TOY_LOG * c->limbs) - 1;
    for (unsigned side = 0; side < 2; side++) {
        if (side ? (uint64_t)c->hi == top : c->lo == 0)
            continue;
        uint64_t *aux = ZKL_ARENA_NEW(&t->arena, uint64_t, 3);
        for (size_t i = 0; i < 3; i++) {
            const int64_t d = side ? c->hi - (int64_t)x[i] : (int64_t)x[i] - c->lo;
            aux[i] = flags && flags[i] ? 0
                     : way == 1        ? 0
                     : way == 2        ? TOY_C - 1
                     : d < 0           ? 0
                                       : (uint64_t)d >> TOY_LOG;
        }
        out.tables[1].columns[out.tables[1].column_count++] =
            (toy_column){ side ? "db" : "da", limbs, aux };
    }
    out.tables[1].rows = 3;
    out.table_count = 2;
    return out;
}

static void test_attacks_range__values_outside(zkl_test *t)
{
    static const range_case cases[] = { { 69, 2, 70, 85 },  { 86, 2, 70, 85 },   { 255, 2, 70, 85 },
                                        { 59, 3, 60, 200 }, { 201, 3, 60, 200 }, { 69, 2, 70, 255 },
                                        { 255, 2, 0, 254 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        for (unsigned way = 0; way < 3; way++)
            LIE(range_assertion(t, &cases[i], way, NULL, false), "circuit: root", 0);
    const range_case inside[] = { { 70, 2, 70, 85 },
                                  { 85, 2, 70, 85 },
                                  { 60, 3, 60, 200 },
                                  { 200, 3, 60, 200 },
                                  { 254, 2, 0, 254 } };
    for (size_t i = 0; i < ZKL_COUNT(inside); i++)
        HONEST(range_assertion(t, &inside[i], 0, NULL, false));
}

/* The limbs of x = 59 or 201 against [60, 200] changed to what their rest would need; and padding
 * of an auxiliary column. */
static void test_attacks_range__auxiliary_limbs(zkl_test *t)
{
    const range_case low = { 59, 3, 60, 200 }, fine = { 90, 3, 60, 200 };
    const zkl_fr c = toy_int(TOY_C), minus_inverse = toy_sub(ZKL_FR_ZERO, toy_inv(c));
    const zkl_fr values[3] = { toy_int(-1), c,
                               minus_inverse }; /* the last is also r >> 4, for r = 1 mod 16 */
    for (size_t v = 0; v < 3; v++)
        for (size_t block = 3; block < 5; block++) {
            LIE(range_assertion(t, &low, 0, NULL, false), "circuit: root",
                .tamper = { { block, 1, values[v] } }, .tamper_count = 1);
            LIE(range_assertion(t, &fine, 0, NULL, false), "circuit: root",
                .tamper = { { block, TOY_C - 1, values[v] } }, .tamper_count = 1);
        }
}

static void test_attacks_range__nulls(zkl_test *t)
{
    static const uint64_t flags[3] = { 0, 1, 0 };
    const range_case narrow = { 0, 2, 70, 85 }, below = { 0, 2, 0, 85 }, above = { 0, 2, 70, 255 },
                     hidden = { 40, 2, 70, 85 };
    HONEST(range_assertion(t, &narrow, 0, flags, true));
    HONEST(range_assertion(t, &below, 0, flags, true));
    LIE(range_assertion(t, &narrow, 0, flags, false), "circuit: root", 0);
    LIE(range_assertion(t, &below, 0, flags, false), "circuit: root", 0);
    LIE(range_assertion(t, &above, 0, flags, false), "circuit: root", 0);
    LIE(range_assertion(t, &hidden, 0, flags, true), "circuit: root",
        0);                                                          /* outside, under a null */
    STATE(range_assertion(t, &narrow, 0, NULL, true), "parameters"); /* no flag to pass over by */
    const range_case all = { 5, 2, 0, 255 }, upside = { 75, 2, 85, 70 }, far = { 75, 2, 70, 256 };
    toy_assertion assertion = range_assertion(t, &narrow, 0, NULL, false);
    STATE(assertion, NULL);
    assertion.params[0] = toy_int(all.lo), assertion.params[1] = toy_int(all.hi);
    STATE(assertion, "parameters: the range holds every value");
    assertion.params[0] = toy_int(upside.lo), assertion.params[1] = toy_int(upside.hi);
    STATE(assertion, "parameters: not lo <= hi");
    assertion.params[0] = toy_int(far.lo), assertion.params[1] = toy_int(far.hi);
    STATE(assertion, "parameters: not lo <= hi");
}

/* ---- linear */

static void test_attacks_linear__refused(zkl_test *t)
{
    static uint64_t a[N], b[N], z[N], wrong[N], fives[3] = { 5, 5, 5 },
                                                null_one[5] = { 0, 0, 1, 0, 0 };
    for (size_t i = 0; i < N; i++) {
        a[i] = 11 * i % 200 + 3;
        b[i] = 7 * i % 90;
        z[i] = 2 * a[i] + 3 * b[i] - 5;
        wrong[i] = z[i] + (i == 7);
    }
    toy_assertion assertion = { ZKL_ASSERTION_LINEAR,
                                4,
                                { toy_int(5), toy_int(2), toy_int(3), toy_int(-1) },
                                2,
                                { { 2, N, { { "0", 2, a }, { "1", 2, b } } },
                                  table_of("2", 3, z, N) } };
    HONEST(assertion);
    assertion.tables[1] = table_of("2", 3, wrong, N);
    LIE(assertion, "circuit: relation", 0);
    const toy_assertion padding = {
        ZKL_ASSERTION_LINEAR, 2, { toy_int(5), toy_int(1) }, 1, { table_of("x", 1, fives, 3) }
    };
    HONEST(padding);
    LIE(padding, "circuit: relation", TAMPER(0, 9, 5));
    const toy_assertion no_nulls = {
        ZKL_ASSERTION_LINEAR, 2, { toy_int(0), toy_int(1) }, 1, { table_of("x?", 1, null_one, 5) }
    };
    LIE(no_nulls, "circuit: relation", 0);
    /* a constant that no cells reach, and a cell outside 16 bits that makes it: without the check
     * this statement holds */
    toy_assertion beyond = padding;
    beyond.params[0] = toy_int(-5);
    LIE(beyond, "parameters: the constant",
        .tamper = { { 0, 0, toy_int(-5) }, { 0, 1, toy_int(-5) }, { 0, 2, toy_int(-5) } },
        .tamper_count = 3);
    beyond.params[0] = toy_int(TOY_C + 1);
    STATE(beyond, "parameters: the constant");
    assertion.tables[1] = table_of("2", 3, z, N - 1);
    STATE(assertion, "parameters: linear over tables of different rows");
    assertion.param_count = 3;
    assertion.tables[1] = table_of("2", 3, z, N);
    STATE(assertion, "parameters: linear takes 1 and a weight for each of 3 columns");
}

/* ---- statements that are not well formed */

static void test_attacks_statement__structure(zkl_test *t)
{
    static uint64_t q[TOY_C];
    STATE(cells_of(table_of("x", 17, ones, 5)), "limbs");
    STATE(cells_of(table_of("f?", 2, ones, 5)), "limbs");
    STATE(cells_of(table_of("x", 16, ones, 5)), NULL);
    toy_table twice = { 2, 5, { { "x", 1, ones }, { "x", 1, ones } } };
    STATE(cells_of(twice), "roles");
    toy_assertion assertion = cells_of(table_of("x", 1, ones, 5));
    assertion.param_count = 1;
    STATE(assertion, "parameters");
    assertion = sum_of_x(1, 0);
    assertion.tables[0] = table_of("y", 1, ones, 5);
    STATE(assertion, "column x");
    assertion.tables[0] = (toy_table){ 2, 5, { { "x", 1, ones }, { "y", 1, ones } } };
    STATE(assertion, "roles");
    assertion = sum_of_x(1, 0);
    assertion.params[2] = toy_int(3);
    STATE(assertion, "parameters: mode");
    assertion.params[2] = toy_int(0);
    STATE(assertion, "auxiliary tables: 0, not 1");
    assertion.table_count = 2;
    assertion.tables[1] = table_of("q", 3, q, TOY_C);
    STATE(assertion, NULL);
    assertion.tables[1] = table_of("q", 4, q, TOY_C); /* a limb too many */
    STATE(assertion, "auxiliary tables");
    assertion.tables[1] = table_of("r", 3, q, TOY_C);
    STATE(assertion, "auxiliary tables");
    assertion.tables[1] = table_of("q", 3, q, TOY_C - 1);
    STATE(assertion, "auxiliary tables");
    assertion = sum_of_x(20 * 256 + 1, 0);
    STATE(assertion, "parameters: the sum is larger");
    STATE(sum_of_x(1, 21), "parameters: more nulls");

    /* one auxiliary table for two assertions */
    toy_assertion two[2] = { sum_of_x(5, 1), sum_of_x(6, 1) };
    for (size_t i = 0; i < 2; i++) {
        two[i].params[2] = toy_int(0);
        two[i].table_count = 2;
        two[i].tables[1] = table_of("q", 3, q, TOY_C);
    }
    state(t, __LINE__, two, 2, NULL, "not this claim's own");

    /* one `last`: rows of the first table would pass for padding of the second */
    static uint64_t nine[9] = { 75, 75, 75, 75, 75 }, five[5] = { 9, 9, 9, 9, 9 };
    const toy_assertion ranges[2] = {
        { ZKL_ASSERTION_RANGE,
          3,
          { toy_int(70), toy_int(85), toy_int(0) },
          1,
          { table_of("x", 2, nine, 9) } },
        { ZKL_ASSERTION_RANGE,
          3,
          { toy_int(0), toy_int(15), toy_int(0) },
          1,
          { table_of("x", 2, five, 5) } },
    };
    state(t, __LINE__, ranges, 2, NULL, "rows");
}

/* A statement that was proven, then told differently. */
static void test_attacks_statement__altered(zkl_test *t)
{
    static uint64_t q[TOY_C];
    toy_assertion assertion = sum_of_x(0, 1);
    assertion.params[0] = toy_int((int64_t)total());
    assertion.params[2] = toy_int(0);
    assertion.table_count = 2;
    assertion.tables[1] = table_of("q", 3, q, TOY_C);
    toy_proof made, changed;
    zkl_error err;
    toy_prove(t, &made, &assertion, 1, NULL);
    REQUIRE_OK(t, &err, toy_verify(&made, NULL, 0, &err));

    zkl_statement_table tables[3] = { made.statement.tables[1], made.statement.tables[0],
                                      made.statement.tables[0] };
    zkl_assertion assertions[2] = { made.statement.assertions[0], made.statement.assertions[0] };
    const uint32_t reversed[2] = { 1, 0 }, first[1] = { 0 }, second[1] = { 1 }, far[2] = { 0, 7 };
    changed = made;
    assertions[0].tables = reversed;
    changed.statement.assertions = assertions;
    changed.statement.tables = tables;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "tables: not in order of first use");

    changed = made;
    assertions[0].tables = far;
    changed.statement.assertions = assertions;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "claims: claim 0 names table 7");

    changed.statement.assertion_count = 0;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "claims: none");

    /* zero rows, and all but a chunk of them */
    changed = made;
    memcpy(tables, made.statement.tables, 2 * sizeof *tables);
    tables[0].row_count = 0;
    changed.statement.tables = tables;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "rows");
    tables[0].row_count = TOY_C;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "blocks");
    tables[0] = made.statement.tables[0];
    tables[0].first_row = 3;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "first row");
    tables[0] = made.statement.tables[0];
    tables[1].dataset.bytes[0] = 1;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "auxiliary tables: table 1 claims to be of a dataset");

    /* a table stated twice */
    const toy_assertion plain = cells_of(table_of("x", 1, ones, 5));
    toy_prove(t, &made, &plain, 1, NULL);
    changed = made;
    uint8_t points[2][ZKL_POINT_BYTES];
    memcpy(points[0], made.statement.blocks[0], ZKL_POINT_BYTES);
    memcpy(points[1], made.statement.blocks[0], ZKL_POINT_BYTES);
    tables[0] = tables[1] = made.statement.tables[0];
    assertions[0] = assertions[1] = made.statement.assertions[0];
    assertions[0].tables = first;
    assertions[1].tables = second;
    changed.statement.tables = tables;
    changed.statement.table_count = 2;
    changed.statement.assertions = assertions;
    changed.statement.assertion_count = 2;
    changed.statement.blocks = (const uint8_t(*)[ZKL_POINT_BYTES])points;
    changed.statement.block_count = 2;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "tables: table 1 is stated twice");

    /* another circuit, no mask, no multiplicity */
    changed = made;
    static const char *const circuits[] = { "", "F", "F7", "F4", "F06", "F28", "P6", "F6 ", "f6" };
    for (size_t i = 0; i < ZKL_COUNT(circuits); i++) {
        changed.statement.circuit = zkl_bytes_of_text(circuits[i]);
        toy_reencode(t, &changed);
        refuse(t, __LINE__, &changed, NULL, "circuit");
    }
    changed = made;
    changed.statement.mask_count = 0;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "masks");
    changed = made;
    changed.statement.multiplicity_count = 0;
    toy_reencode(t, &changed);
    refuse(t, __LINE__, &changed, NULL, "multiplicities");
}

/* Sums that could wrap around r, at production limbs: after the model's list. */
static void test_attacks_statement__wraps(zkl_test *t)
{
    enum { MILLION = 1 << 20 };
    static const struct {
        bool fine;
        zkl_assertion_kind kind;
        int64_t mode;
        uint32_t limbs[2];
    } cases[] = {
        { true, ZKL_ASSERTION_SUM, 0, { 8 } },       { true, ZKL_ASSERTION_SUM, 1, { 14 } },
        { false, ZKL_ASSERTION_SUM, 1, { 16 } },     { false, ZKL_ASSERTION_SUM, 0, { 14 } },
        { true, ZKL_ASSERTION_RANGE, 0, { 15 } },    { false, ZKL_ASSERTION_RANGE, 0, { 16 } },
        { true, ZKL_ASSERTION_LINEAR, 0, { 8, 8 } }, { false, ZKL_ASSERTION_LINEAR, 0, { 16 } },
        { true, ZKL_ASSERTION_CELLS, 0, { 16 } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const bool range = cases[i].kind == ZKL_ASSERTION_RANGE,
                   linear = cases[i].kind == ZKL_ASSERTION_LINEAR;
        const size_t column_count = cases[i].limbs[1] ? 2 : 1;
        const zkl_statement_column columns[2] = { { zkl_bytes_of_text("x"), 0, cases[i].limbs[0] },
                                                  { zkl_bytes_of_text("y"), 1,
                                                    cases[i].limbs[1] } };
        const zkl_statement_table table = { .row_count = MILLION,
                                            .columns = columns,
                                            .column_count = column_count };
        const zkl_statement_table *const sources[1] = { &table };
        zkl_scalar params[3];
        zkl_fr weight;
        zkl_fr_from_u64(&weight, UINT64_MAX);
        const zkl_fr values[3] = { toy_int(0), linear ? weight : toy_int(range ? 9 : 0),
                                   linear ? weight : toy_int(cases[i].mode) };
        for (size_t j = 0; j < 3; j++)
            zkl_fr_encode(params[j].bytes, &values[j]);
        const zkl_assertion_facts facts = { &zkl_proof_format_v1, params,
                                            cases[i].kind == ZKL_ASSERTION_CELLS ? 0
                                            : linear                             ? 1 + column_count
                                                                                 : 3,
                                            sources, 1 };
        zkl_error err = { 0 };
        const zkl_status status = zkl_assertion_check(cases[i].kind, &facts, &err);
        if ((status == ZKL_OK) != cases[i].fine || (!cases[i].fine && !strstr(err.text, "no wrap")))
            FAIL(t, "case %zu: %s '%s'", i, zkl_status_text(status), err.text);
    }
}

/* ---- sources that are not the ledger's */

static void test_attacks_known__refused(zkl_test *t)
{
    const toy_assertion assertion = sum_of_x((int64_t)(table_x(), total()), 1);
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, &assertion, 1, NULL);
    const uint32_t limbs[3] = { 2, 1, 1 };
    uint8_t kinds[3] = { ZKL_NUMBERED_VALUE, ZKL_NUMBERED_FLAG, ZKL_NUMBERED_VALUE };
    uint8_t blocks[8][ZKL_POINT_BYTES] = { { 0 } };
    memcpy(blocks[0], proof.statement.blocks[0], 3 * ZKL_POINT_BYTES);
    memcpy(blocks[4], proof.statement.blocks[3], 3 * ZKL_POINT_BYTES);
    const zkl_known_table known = { .row_count = N,
                                    .column_count = 3,
                                    .limb_counts = limbs,
                                    .column_kinds = kinds,
                                    .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks,
                                    .blocks_per_chunk = 4 };
    REQUIRE_OK(t, &err, toy_verify(&proof, &known, 1, &err));

    zkl_known_table other = known;
    other.row_count = N + 1; /* the assertion hides the ledger's last row */
    refuse(t, __LINE__, &proof, &other, "rows");
    other.row_count = TOY_C;
    refuse(t, __LINE__, &proof, &other, "rows");
    other = known;
    other.dataset.bytes[0] = 1;
    refuse(t, __LINE__, &proof, &other, "dataset");
    other = known;
    other.schema_hash.bytes[0] = 1;
    refuse(t, __LINE__, &proof, &other, "hashes");
    other = known;
    other.merkle_root.bytes[0] = 1;
    refuse(t, __LINE__, &proof, &other, "hashes");
    other = known;
    other.content.bytes[0] = 1;
    refuse(t, __LINE__, &proof, &other, "hashes");
    other = known;
    other.column_count = 1;
    refuse(t, __LINE__, &proof, &other, "index");
    const uint32_t wide[3] = { 3, 1, 0 };
    other = known;
    other.limb_counts = wide;
    refuse(t, __LINE__, &proof, &other, "limbs");
    for (size_t b = 0; b < 7; b++) {
        if (b == 3)
            continue;
        blocks[b][47] ^= 1;
        refuse(t, __LINE__, &proof, &known, "commitments");
        blocks[b][47] ^= 1;
    }
    kinds[1] = ZKL_NUMBERED_VALUE; /* x? is no flag */
    refuse(t, __LINE__, &proof, &known, "roles");
    kinds[1] = ZKL_NUMBERED_FLAG;

    /* a nullable column without its flag */
    static uint64_t small[5] = { 9, 0, 80, 3, 4 };
    const toy_assertion bare = { ZKL_ASSERTION_RANGE,
                                 3,
                                 { toy_int(0), toy_int(85), toy_int(0) },
                                 2,
                                 { table_of("x", 2, small, 5), table_of("db", 1, none, 5) } };
    zkl_known_table nullable = known;
    nullable.row_count = 5;
    state(t, __LINE__, &bare, 1, &nullable, "flags: nullable column 0");
    kinds[0] = ZKL_NUMBERED_BOOL;
    const uint32_t one_limb[1] = { 1 };
    const zkl_known_table boolean = { .row_count = 5,
                                      .column_count = 1,
                                      .limb_counts = one_limb,
                                      .column_kinds = kinds,
                                      .blocks = known.blocks,
                                      .blocks_per_chunk = 1 };
    const toy_assertion hidden =
        cells_of(table_of("0", 1, small, 5)); /* a bool whose role does not say so */
    state(t, __LINE__, &hidden, 1, &boolean, "roles: '0'");
}

/* ---- every number of statement, proof and witness, changed */

static void bump(zkl_fr *x)
{
    zkl_fr_add(x, x, &ZKL_FR_ONE);
}

static void expect_refused(zkl_test *t, const toy_proof *proof, const char *what, size_t at)
{
    zkl_error err;
    if (toy_verify(proof, NULL, 0, &err) == ZKL_OK)
        FAIL(t, "%s %zu changed: accepted", what, at);
}

static void mutate(zkl_test *t, const toy_assertion *assertion)
{
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, assertion, 1, NULL);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    zkl_bytes *const parts[2] = { &proof.statement_bytes, &proof.blob_bytes };
    for (size_t p = 0; p < 2; p++) {
        const zkl_bytes kept = *parts[p];
        uint8_t *copy = zkl_arena_copy(&t->arena, kept.data, kept.size);
        *parts[p] = zkl_bytes_of(copy, kept.size);
        /* A, B, C are zeros here, and weigh in the pairing equation alone: the witness stands for
         * them */
        for (size_t i = p ? ZKL_GROTH16_PROOF_BYTES : 0; i < kept.size; i++) {
            copy[i] ^= 1;
            expect_refused(t, &proof, p ? "byte of the proof" : "byte of the statement", i);
            copy[i] ^= 1;
        }
        *parts[p] = zkl_bytes_of(copy, kept.size - 1);
        expect_refused(t, &proof, "size", kept.size - 1);
        *parts[p] = kept;
    }
    zkl_fraction_witness *w = &proof.witness;
    zkl_fr *const scalars[] = { &w->salt, &w->u,  &w->root_p, &w->root_q, &w->x,
                                &w->x2,   &w->x3, &w->m,      &w->sigma };
    for (size_t i = 0; i < ZKL_COUNT(scalars); i++) {
        const zkl_fr kept = *scalars[i];
        bump(scalars[i]);
        expect_refused(t, &proof, "witness", i);
        *scalars[i] = kept;
    }
    for (unsigned k = 0; k < proof.n / 2; k++) {
        zkl_gkr_layer *layer = &w->layers[k];
        for (size_t i = 0; i < 4 * layer->round_count + 8; i++) {
            zkl_fr *x = i < 8 ? (i < 4 ? &layer->p[i] : &layer->q[i - 4])
                              : &layer->rounds[(i - 8) / 4][(i - 8) % 4];
            const zkl_fr kept = *x;
            bump(x);
            expect_refused(t, &proof, "message of a layer", i);
            *x = kept;
        }
    }
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
}

static void test_attacks_mutations__refused(zkl_test *t)
{
    static const uint64_t flags[3] = { 0, 1, 0 };
    const range_case within = { 0, 3, 60, 200 };
    const toy_assertion cells = cells_of(table_x()), sum = sum_of_x((int64_t)total(), 1);
    const toy_assertion range = range_assertion(t, &within, 0, flags, true);
    static uint64_t a[4] = { 1, 2, 3, 4 }, b[4] = { 5, 7, 9, 11 };
    const toy_assertion linear = { ZKL_ASSERTION_LINEAR,
                                   3,
                                   { toy_int(-3), toy_int(2), toy_int(-1) },
                                   1,
                                   { { 2, 4, { { "0", 1, a }, { "1", 1, b } } } } };
    mutate(t, &cells);
    mutate(t, &sum);
    mutate(t, &range);
    mutate(t, &linear);
}

/* Scalars at and above r, points that are not canonical. */
static void test_attacks_encoding__not_canonical(zkl_test *t)
{
    const toy_assertion assertion = cells_of(table_x());
    toy_proof proof;
    toy_prove(t, &proof, &assertion, 1, NULL);
    const zkl_bytes kept = proof.blob_bytes;
    const zkl_bytes order =
        test_hex(t, "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    for (size_t i = ZKL_GROTH16_PROOF_BYTES + 2 * ZKL_POINT_BYTES; i < kept.size; i += 32) {
        uint8_t *copy = zkl_arena_copy(&t->arena, kept.data, kept.size);
        uint32_t carry = 0;
        for (size_t k = 32; k--;) { /* the same number, plus r */
            carry += (uint32_t)copy[i + k] + order.data[k];
            copy[i + k] = (uint8_t)carry;
            carry >>= 8;
        }
        proof.blob_bytes = zkl_bytes_of(copy, kept.size);
        refuse(t, __LINE__, &proof, NULL, "scalar");
    }
    uint8_t *copy = zkl_arena_copy(&t->arena, kept.data, kept.size);
    copy[ZKL_GROTH16_PROOF_BYTES] = 1;
    proof.blob_bytes = zkl_bytes_of(copy, kept.size);
    refuse(t, __LINE__, &proof, NULL, "point S");

    /* the weight of the pairing equation hangs on every byte of the blob, W included */
    zkl_fr rho, other;
    zkl_opening_weight(&rho, &proof.t0, 1, kept);
    for (size_t i = 0; i < kept.size; i++) {
        memcpy(copy, kept.data, kept.size);
        copy[i] ^= 0x80;
        zkl_opening_weight(&other, &proof.t0, 1, proof.blob_bytes);
        CHECK(t, !zkl_fr_equal(&rho, &other));
    }
}

ZKL_TESTS(TEST(test_attacks_cells__refused), TEST(test_attacks_opening__z_before_s),
          TEST(test_attacks_sum__refused), TEST(test_attacks_range__values_outside),
          TEST(test_attacks_range__auxiliary_limbs), TEST(test_attacks_range__nulls),
          TEST(test_attacks_linear__refused), TEST(test_attacks_statement__structure),
          TEST(test_attacks_statement__altered), TEST(test_attacks_statement__wraps),
          TEST(test_attacks_known__refused), TEST(test_attacks_mutations__refused),
          TEST(test_attacks_encoding__not_canonical))
