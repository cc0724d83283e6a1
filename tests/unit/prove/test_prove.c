/* zkl_prove and zkl_verify_statement on the real curve: every assertion kind, small tables and
 * tables of two chunks, nulls; what is false is not proven, and no byte of a proof or statement can
 * be changed. */
#include "real.h"

static const zkl_digest ledger = { { 0x77 } };
static const zkl_owner_secret owner_secret = { { 0x55 } };

/* id (2 limbs, different in every row), amount (2 limbs, nullable), its flag, paid (bool), twice =
 * 2 id + 3 (3 limbs). */
typedef struct world {
    zkl_setup *setup;
    real_dataset data;
    /* Numbered columns; amount as x, x?; id and twice; paid; amount as x0, x0? beside paid. */
    zkl_source_table all, amount, pair, paid, summed;
    uint64_t paid_count;
    uint64_t total, nulls, small; /* of amount; small: below 50,000 */
    uint64_t paid_small, paid_total;
} world;

static void make_world(zkl_test *t, world *w, uint64_t rows)
{
    uint64_t *id = ZKL_ARENA_NEW(&t->arena, uint64_t, rows),
             *amount = ZKL_ARENA_NEW(&t->arena, uint64_t, rows);
    uint64_t *null = ZKL_ARENA_NEW(&t->arena, uint64_t, rows),
             *paid = ZKL_ARENA_NEW(&t->arena, uint64_t, rows);
    uint64_t *twice = ZKL_ARENA_NEW(&t->arena, uint64_t, rows);
    *w = (world){ .setup = real_setup(t) };
    const uint64_t start = test_random_below(t, (uint64_t)1 << 32),
                   step = test_random_below(t, (uint64_t)1 << 32) | 1;
    for (uint64_t i = 0; i < rows; i++) {
        id[i] = (start + i * step) & 0xffffffff; /* an odd step: no row as another */
        null[i] = i && test_random_below(t, 5) == 0;
        amount[i] = null[i] ? 0 : 1000 + test_random_below(t, 99001);
        paid[i] = test_random_below(t, 2);
        w->paid_count += paid[i];
        twice[i] = 2 * id[i] + 3;
        w->total += amount[i];
        w->nulls += null[i];
        w->small += !null[i] && amount[i] < 50000;
        w->paid_small += !null[i] && amount[i] < 50000 && paid[i];
        w->paid_total += !null[i] && amount[i] < 50000 && paid[i] ? amount[i] : 0;
    }
    const real_column columns[5] = { { 2, ZKL_NUMBERED_VALUE, id },
                                     { 2, ZKL_NUMBERED_VALUE, amount },
                                     { 1, ZKL_NUMBERED_FLAG, null },
                                     { 1, ZKL_NUMBERED_BOOL, paid },
                                     { 3, ZKL_NUMBERED_VALUE, twice } };
    if (!w->setup)
        return;
    const uint64_t chunks = (rows + REAL_C - 1) / REAL_C;
    real_commit(t, &w->data, zkl_setup_srs(w->setup), 1, rows, columns, 5);
    real_source(t, &w->all, &w->data, (uint32_t[]){ 0, 1, 2, 3, 4 },
                (const char *[]){ "0", "1", "1?", "3?", "4" }, 5, 0, chunks);
    real_source(t, &w->amount, &w->data, (uint32_t[]){ 1, 2 }, (const char *[]){ "x", "x?" }, 2, 0,
                chunks);
    real_source(t, &w->pair, &w->data, (uint32_t[]){ 0, 4 }, (const char *[]){ "0", "4" }, 2, 0,
                chunks);
    real_source(t, &w->summed, &w->data, (uint32_t[]){ 1, 2, 3 },
                (const char *[]){ "x0", "x0?", "3?" }, 3, 0, chunks);
    real_source(t, &w->paid, &w->data, (uint32_t[]){ 3 }, (const char *[]){ "3?" }, 1, 0, chunks);
}

static zkl_status prove(zkl_test *t, zkl_prove_result *out, const world *w,
                        const zkl_assertion_request *assertions, size_t count,
                        const zkl_source_table *sources, size_t source_count, zkl_error *err)
{
    zkl_env env = test_env(t);
    const zkl_prover prover = { zkl_setup_srs(w->setup), zkl_setup_keys(w->setup), &owner_secret };
    const zkl_prove_request request = { &ledger, assertions, count, sources, source_count };
    env.pool = t->pool;
    return zkl_prove(out, &request, &prover, &env, err);
}

static zkl_status verify(zkl_test *t, const world *w, zkl_bytes statement, zkl_bytes proof,
                         unsigned n, zkl_error *err)
{
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const zkl_env env = test_env(t);
    ZKL_TRY(zkl_setup_key(w->setup, n, &env, &circuit, &key, err));
    const zkl_proven_statement given = { statement, proof };
    const zkl_known_tables known = { &w->data.known, 1 };
    return zkl_verify_statement(&given, &key->vk, &zkl_setup_srs(w->setup)->verifier, &known,
                                t->pool, err);
}

/* The tier that a statement names. */
static unsigned tier_of(zkl_test *t, zkl_bytes statement)
{
    zkl_statement parsed = { 0 };
    zkl_error err;
    CHECK_STATUS(t, ZKL_OK, zkl_statement_parse(&parsed, &t->arena, statement, &err));
    return zkl_statement_tier(parsed.circuit);
}

static void check_proof(zkl_test *t, const world *w, const zkl_assertion_request *assertions,
                        size_t count, const zkl_source_table *sources, size_t source_count)
{
    zkl_error err;
    zkl_prove_result result = { 0 };
    REQUIRE_OK(t, &err, prove(t, &result, w, assertions, count, sources, source_count, &err));
    const zkl_bytes statement = zkl_buffer_bytes(&result.statement),
                    proof = zkl_buffer_bytes(&result.proof);
    const unsigned n = tier_of(t, statement);
    CHECK_UINT_EQ(t, proof.size, 480 + 32 * (n - 16));
    REQUIRE_OK(t, &err, verify(t, w, statement, proof, n, &err));
    zkl_prove_result_clear(&result);
}

/* amount < 50000 and paid, not null: how many, and their sum; then two bounds that are not shown:
 * three times as many and one more, and the opposite. */
static void check_where(zkl_test *t, const world *w, uint64_t rows)
{
    const int64_t small = (int64_t)w->paid_small;
    const int64_t numbers[] = { 2,
                                0,
                                1,
                                50000,
                                1,
                                1,
                                1,
                                2,
                                1,
                                3,
                                5,
                                0,
                                1,
                                2,
                                4,
                                5,
                                3,
                                1,
                                0,
                                small,
                                1,
                                3,
                                0,
                                3 * small - 1,
                                0,
                                0,
                                1,
                                (int64_t)rows - small,
                                2,
                                0,
                                (int64_t)w->paid_total };
    zkl_scalar params[ZKL_COUNT(numbers)], open[ZKL_COUNT(numbers)], got[ZKL_COUNT(numbers)];
    const uint32_t first[1] = { 0 };
    zkl_error err;
    for (size_t i = 0; i < ZKL_COUNT(numbers); i++)
        params[i] = open[i] = real_param(numbers[i]);
    const zkl_assertion_request where = { ZKL_ASSERTION_WHERE, params, ZKL_COUNT(numbers), first,
                                          1 };
    open[19] = open[30] = (zkl_scalar){ { 0 } };
    REQUIRE_OK(t, &err,
               zkl_prove_measure(got,
                                 &(zkl_assertion_request){ ZKL_ASSERTION_WHERE, open,
                                                           ZKL_COUNT(numbers), first, 1 },
                                 &w->summed, 1, &err));
    CHECK_MEM_EQ(t, got, params, sizeof got);
    check_proof(t, w, &where, 1, &w->summed, 1);
    /* each of them false: one place */
    static const size_t places[] = { 19, 23, 27, 30 };
    for (size_t i = 0; i < ZKL_COUNT(places); i++) {
        uint64_t bad = 0;
        const int64_t off = places[i] == 23 ? 3 * small + 1 : places[i] == 27 ? -1 : 1 << 20;
        params[places[i]] = real_param(off);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_prove_check(&bad, &where, 1, &w->summed, 1, &err));
        CHECK_UINT_EQ(t, bad, 1);
        params[places[i]] = real_param(numbers[places[i]]);
    }
}

static void check_every_kind(zkl_test *t, uint64_t rows)
{
    world w;
    make_world(t, &w, rows);
    REQUIRE(t, w.setup && !t->failures);
    const zkl_scalar range[3] = { real_param(1000), real_param(100000), real_param(1) };
    const zkl_scalar narrow[3] = { real_param(0), real_param(100000), real_param(1) };
    const zkl_scalar sum[3] = { real_param((int64_t)w.total), real_param((int64_t)w.nulls),
                                real_param(1) };
    const zkl_scalar least[3] = { real_param((int64_t)w.total - 77), real_param((int64_t)w.nulls),
                                  real_param(0) };
    const zkl_scalar most[3] = { real_param((int64_t)w.total + 1), real_param((int64_t)w.nulls),
                                 real_param(2) };
    const zkl_scalar linear[3] = { real_param(-3), real_param(2), real_param(-1) };
    /* both sides, one, and comparisons with slack; amounts are 1,000 at least */
    const zkl_scalar counts[4][4] = {
        { real_param(1), real_param(49999), real_param((int64_t)w.small), real_param(1) },
        { real_param(0), real_param(49999), real_param((int64_t)w.small), real_param(1) },
        { real_param(50000), real_param(((int64_t)1 << 32) - 1), real_param(0), real_param(0) },
        { real_param(0), real_param(((int64_t)1 << 32) - 1), real_param((int64_t)rows),
          real_param(2) },
    };
    const zkl_scalar bins[6] = { real_param(0),
                                 real_param(49999),
                                 real_param((int64_t)w.small),
                                 real_param(50000),
                                 real_param(((int64_t)1 << 32) - 50001),
                                 real_param((int64_t)(rows - w.nulls - w.small)) };
    const uint32_t first[1] = { 0 }, second[1] = { 1 };
    const zkl_assertion_request measured = { ZKL_ASSERTION_SUM, sum, 3, first, 1 };
    zkl_scalar params[3] = { { { 0 } } };
    zkl_error err;
    REQUIRE_OK(t, &err, zkl_prove_measure(params, &measured, &w.amount, 1, &err));
    CHECK_MEM_EQ(t, params, sum, 2 * sizeof *params); /* total and nulls; the mode is the claim's */
    zkl_scalar edges[6], counted[6] = { { { 0 } } };
    memcpy(edges, bins, sizeof edges);
    edges[2] = edges[5] = (zkl_scalar){ { 0 } };
    const zkl_assertion_request binned = { ZKL_ASSERTION_HISTOGRAM, edges, 6, first, 1 };
    REQUIRE_OK(t, &err, zkl_prove_measure(counted, &binned, &w.amount, 1, &err));
    CHECK_MEM_EQ(t, counted, bins, sizeof bins);

    check_proof(t, &w, &(zkl_assertion_request){ ZKL_ASSERTION_CELLS, NULL, 0, first, 1 }, 1,
                &w.all, 1);
    check_proof(t, &w, &(zkl_assertion_request){ ZKL_ASSERTION_LINEAR, linear, 3, first, 1 }, 1,
                &w.pair, 1); /* without a table */
    zkl_scalar found[4];
    memcpy(found, counts[0], sizeof found);
    found[2] = (zkl_scalar){ { 0 } };
    REQUIRE_OK(t, &err,
               zkl_prove_measure(
                   found, &(zkl_assertion_request){ ZKL_ASSERTION_COUNT, counts[0], 4, first, 1 },
                   &w.amount, 1, &err));
    CHECK_MEM_EQ(t, found, counts[0], sizeof found);
    check_where(t, &w, rows);
    const zkl_source_table sources[2] = { w.amount, w.pair };
    const zkl_assertion_request counted_rows[4] = { { ZKL_ASSERTION_COUNT, counts[0], 4, first, 1 },
                                                    { ZKL_ASSERTION_COUNT, counts[1], 4, first, 1 },
                                                    { ZKL_ASSERTION_COUNT, counts[2], 4, first, 1 },
                                                    { ZKL_ASSERTION_COUNT, counts[3], 4, first,
                                                      1 } };
    check_proof(t, &w, counted_rows, 4, &w.amount, 1);
    const zkl_assertion_request many[8] = { { ZKL_ASSERTION_RANGE, narrow, 3, first, 1 },
                                            { ZKL_ASSERTION_SUM, least, 3, first, 1 },
                                            { ZKL_ASSERTION_SUM, most, 3, first, 1 },
                                            { ZKL_ASSERTION_LINEAR, linear, 3, second, 1 },
                                            { ZKL_ASSERTION_UNIQUE, NULL, 0, second, 1 },
                                            { ZKL_ASSERTION_HISTOGRAM, bins, 6, first, 1 },
                                            { ZKL_ASSERTION_SUM, sum, 3, first, 1 },
                                            { ZKL_ASSERTION_RANGE, range, 3, first, 1 } };
    check_proof(t, &w, many, 8, sources, 2);
    zkl_setup_close(w.setup);
}

static void test_prove__every_kind_on_one_row(zkl_test *t)
{
    check_every_kind(t, 1);
}

static void test_prove__every_kind_on_a_small_table(zkl_test *t)
{
    check_every_kind(t, 344);
}

static void test_prove__every_kind_on_two_chunks(zkl_test *t)
{
    check_every_kind(t, REAL_C + 5);
}

/* A dataset of two columns: every third row of `rows`, from row `from` on. */
static void commit_part(zkl_test *t, real_dataset *out, const zkl_setup *setup, uint8_t name,
                        uint64_t from, const uint64_t *ids, const uint64_t *small)
{
    uint64_t *id = ZKL_ARENA_NEW(&t->arena, uint64_t, 30),
             *less = ZKL_ARENA_NEW(&t->arena, uint64_t, 30);
    uint64_t count = 0;
    for (uint64_t i = from; i < 30; i += 3, count++) {
        id[count] = ids[i];
        less[count] = small[i];
    }
    const real_column columns[2] = { { 2, ZKL_NUMBERED_VALUE, id },
                                     { 1, ZKL_NUMBERED_VALUE, less } };
    real_commit(t, out, zkl_setup_srs(setup), name, count, columns, 2);
}

/* Three parts of ten rows, given in any order, are a split; with a row of one in another they are
 * not, and that row is counted. */
static void test_prove__split_over_four_datasets(zkl_test *t)
{
    world w = { .setup = real_setup(t) };
    REQUIRE(t, w.setup);
    real_dataset parts[4];
    uint64_t ids[30], small[30];
    zkl_source_table sources[4];
    zkl_known_table known[4];
    for (uint64_t i = 0; i < 30; i++) {
        ids[i] = 0x10000 * (i % 7) + 5 * i;
        small[i] = i % 2;
    }
    const real_column columns[2] = { { 2, ZKL_NUMBERED_VALUE, ids },
                                     { 1, ZKL_NUMBERED_VALUE, small } };
    real_commit(t, &parts[0], zkl_setup_srs(w.setup), 1, 30, columns, 2);
    for (uint8_t i = 1; i < 4; i++)
        commit_part(t, &parts[i], w.setup, (uint8_t)(1 + 8 * i), (uint64_t)(i + 1) % 3, ids, small);
    for (size_t i = 0; i < 4; i++) {
        parts[i].known.schema_hash = parts[0].known.schema_hash;
        known[i] = parts[i].known;
        real_source(t, &sources[i], &parts[i], (uint32_t[]){ 0, 1 }, (const char *[]){ "0", "1" },
                    2, 0, 1);
    }
    const uint32_t tables[4] = { 0, 1, 2, 3 };
    const zkl_assertion_request split = { ZKL_ASSERTION_SPLIT, NULL, 0, tables, 4 };
    zkl_error err;
    zkl_prove_result result = { 0 };
    uint64_t bad;
    REQUIRE_OK(t, &err, zkl_prove_check(&bad, &split, 1, sources, 4, &err));
    CHECK_UINT_EQ(t, bad, 0);
    REQUIRE_OK(t, &err, prove(t, &result, &w, &split, 1, sources, 4, &err));
    const zkl_bytes statement = zkl_buffer_bytes(&result.statement),
                    proof = zkl_buffer_bytes(&result.proof);
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const zkl_env env = test_env(t);
    REQUIRE_OK(t, &err, zkl_setup_key(w.setup, tier_of(t, statement), &env, &circuit, &key, &err));
    const zkl_proven_statement given = { statement, proof };
    const zkl_srs_verifier *srs = &zkl_setup_srs(w.setup)->verifier;
    REQUIRE_OK(t, &err,
               zkl_verify_statement(&given, &key->vk, srs, &(zkl_known_tables){ known, 4 }, t->pool,
                                    &err));
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_verify_statement(&given, &key->vk, srs, &(zkl_known_tables){ known, 3 },
                                      t->pool, &err));
    zkl_prove_result_clear(&result);

    uint16_t *block = zkl_arena_copy(&t->arena, sources[2].cells[2], REAL_C * sizeof *block);
    const uint16_t *changed[3] = { sources[2].cells[0], sources[2].cells[1], block };
    block[4] ^= 1;
    sources[2].cells = changed;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_prove_check(&bad, &split, 1, sources, 4, &err));
    CHECK_UINT_EQ(t, bad, 1);
    zkl_setup_close(w.setup);
}

/* What is false is counted and refused before any curve work. */
static void test_prove_check_assertions__counts_offending_rows(zkl_test *t)
{
    world w;
    make_world(t, &w, 500);
    REQUIRE(t, w.setup && !t->failures);
    uint64_t want[7] = { 0 }, got[7];
    zkl_error err;
    for (size_t i = 0; i < 500; i++) {
        const uint32_t v = w.data.cells[2][i] | (uint32_t)w.data.cells[3][i] << 16;
        want[0] += !w.data.cells[4][i] && (v < 2000 || v > 90000);
        want[1] += w.data.cells[4][i];
    }
    want[2] = 1;
    want[3] = 500;
    want[4] = 498; /* one row is paid and one is not, and the others are as one of them */
    REQUIRE(t, w.paid_count > 0 && w.paid_count < 500);
    want[5] = want[6] = 1;
    const zkl_scalar more[4] = { real_param(1000), real_param(49999),
                                 real_param((int64_t)w.small + 1), real_param(0) };
    const zkl_scalar bins[6] = { real_param(0),
                                 real_param(49999),
                                 real_param((int64_t)w.small + 1),
                                 real_param(50000),
                                 real_param(((int64_t)1 << 32) - 50001),
                                 real_param((int64_t)(500 - w.nulls - w.small - 1)) };
    const zkl_scalar outside[3] = { real_param(2000), real_param(90000), real_param(1) };
    const zkl_scalar nulls[3] = { real_param(1), real_param(0x7fffffff), real_param(0) };
    const zkl_scalar sum[3] = { real_param((int64_t)w.total + 1), real_param((int64_t)w.nulls),
                                real_param(0) };
    const zkl_scalar linear[3] = { real_param(-4), real_param(2), real_param(-1) };
    const uint32_t first[1] = { 0 }, second[1] = { 1 }, third[1] = { 2 };
    const zkl_source_table sources[3] = { w.amount, w.pair, w.paid };
    const zkl_assertion_request assertions[7] = { { ZKL_ASSERTION_RANGE, outside, 3, first, 1 },
                                                  { ZKL_ASSERTION_RANGE, nulls, 3, first, 1 },
                                                  { ZKL_ASSERTION_SUM, sum, 3, first, 1 },
                                                  { ZKL_ASSERTION_LINEAR, linear, 3, second, 1 },
                                                  { ZKL_ASSERTION_UNIQUE, NULL, 0, third, 1 },
                                                  { ZKL_ASSERTION_HISTOGRAM, bins, 6, first, 1 },
                                                  { ZKL_ASSERTION_COUNT, more, 4, first, 1 } };
    CHECK_STATUS(t, ZKL_REJECTED, zkl_prove_check(got, assertions, 7, sources, 3, &err));
    for (size_t i = 0; i < 7; i++)
        CHECK_UINT_EQ(t, got[i], want[i]);
    zkl_prove_result result = { 0 };
    for (size_t i = 0; i < 7; i++)
        CHECK_STATUS(t, ZKL_REJECTED, prove(t, &result, &w, &assertions[i], 1, sources, 3, &err));
    CHECK(t, !result.proof.data && !result.statement.data);

    /* a cell that is no flag, a value under a null, a value in padding: not well formed */
    const zkl_assertion_request cells = { ZKL_ASSERTION_CELLS, NULL, 0, first, 1 };
    const size_t spoiled[3][2] = { { 4, 3 }, { 2, 0 }, { 0, 500 } };
    for (size_t i = 0; i < 3; i++) {
        const uint16_t **changed =
            zkl_arena_copy(&t->arena, w.all.cells, w.data.block_count * sizeof *changed);
        uint16_t *block = zkl_arena_copy(&t->arena, changed[spoiled[i][0]], REAL_C * sizeof *block);
        size_t row = spoiled[i][1];
        while (i == 1 && !w.data.cells[4][row])
            row++;
        block[row] = 2;
        changed[spoiled[i][0]] = block;
        zkl_source_table bad = w.all;
        bad.cells = changed;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_prove_check(got, &cells, 1, &bad, 1, &err));
        CHECK(t, got[0] >= 1);
    }
    zkl_setup_close(w.setup);
}

static void test_prove_leaf_blocks__counts(zkl_test *t)
{
    world w;
    make_world(t, &w, 10);
    REQUIRE(t, w.setup && !t->failures);
    size_t count;
    zkl_error err;
    const uint32_t first[1] = { 0 };
    const zkl_assertion_request cells = { ZKL_ASSERTION_CELLS, NULL, 0, first, 1 };
    REQUIRE_OK(t, &err, zkl_prove_leaf_blocks(&count, &cells, 1, &w.all, 1, &err));
    CHECK_UINT_EQ(t, count, 9 + 2 + 1); /* blocks, one more for each flag and bool, the table */
    w.all.table.row_count = 100 * REAL_C;
    REQUIRE_OK(t, &err, zkl_prove_leaf_blocks(&count, &cells, 1, &w.all, 1, &err));
    CHECK_UINT_EQ(t, count, 1101); /* more than a proof holds: the caller splits */
    zkl_setup_close(w.setup);
}

/* Every byte of the proof blob changed in turn, and of the statement every sixteenth. */
static void test_verify__refuses_changed_bytes(zkl_test *t)
{
    world w;
    make_world(t, &w, 20);
    REQUIRE(t, w.setup && !t->failures);
    const zkl_scalar sum[3] = { real_param((int64_t)w.total), real_param((int64_t)w.nulls),
                                real_param(1) };
    const uint32_t first[1] = { 0 };
    const zkl_assertion_request assertion = { ZKL_ASSERTION_SUM, sum, 3, first, 1 };
    zkl_prove_result result = { 0 };
    zkl_error err;
    REQUIRE_OK(t, &err, prove(t, &result, &w, &assertion, 1, &w.amount, 1, &err));
    const unsigned n = tier_of(t, zkl_buffer_bytes(&result.statement));
    zkl_buffer *const parts[2] = { &result.statement, &result.proof };
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < parts[p]->size; i += p ? 1 : 16) {
            const uint8_t bit = (uint8_t)(1u << test_random_below(t, 8));
            parts[p]->data[i] ^= bit;
            if (verify(t, &w, zkl_buffer_bytes(&result.statement), zkl_buffer_bytes(&result.proof),
                       n, &err) == ZKL_OK)
                FAIL(t, "byte %zu of the %s changed by %02x: accepted", i,
                     p ? "proof" : "statement", bit);
            parts[p]->data[i] ^= bit;
        }
        parts[p]->size--;
        CHECK(t, verify(t, &w, zkl_buffer_bytes(&result.statement), zkl_buffer_bytes(&result.proof),
                        n, &err) != ZKL_OK);
        parts[p]->size++;
    }
    REQUIRE_OK(t, &err,
               verify(t, &w, zkl_buffer_bytes(&result.statement), zkl_buffer_bytes(&result.proof),
                      n, &err));
    zkl_prove_result_clear(&result);
    zkl_setup_close(w.setup);
}

/* Two runs with the same randomness write the same bytes, whatever the number of workers. */
static void test_prove__is_repeatable(zkl_test *t)
{
    world w;
    make_world(t, &w, 50);
    REQUIRE(t, w.setup && !t->failures);
    const uint32_t first[1] = { 0 };
    const zkl_assertion_request assertion = { ZKL_ASSERTION_CELLS, NULL, 0, first, 1 };
    const zkl_prover prover = { zkl_setup_srs(w.setup), zkl_setup_keys(w.setup), &owner_secret };
    const zkl_prove_request request = { &ledger, &assertion, 1, &w.all, 1 };
    zkl_prove_result results[2] = { { { 0 } }, { { 0 } } };
    zkl_error err;
    for (size_t i = 0; i < 2; i++) {
        t->random_state = 42;
        zkl_env env = test_env(t);
        env.pool = i ? t->pool : NULL;
        REQUIRE_OK(t, &err, zkl_prove(&results[i], &request, &prover, &env, &err));
    }
    CHECK_UINT_EQ(t, results[0].proof.size, results[1].proof.size);
    CHECK_MEM_EQ(t, results[0].proof.data, results[1].proof.data, results[0].proof.size);
    CHECK_MEM_EQ(t, results[0].statement.data, results[1].statement.data,
                 results[0].statement.size);
    zkl_prove_result_clear(&results[0]);
    zkl_prove_result_clear(&results[1]);
    zkl_setup_close(w.setup);
}

ZKL_TESTS(TEST(test_prove__every_kind_on_one_row), TEST(test_prove__every_kind_on_a_small_table),
          TEST(test_prove__every_kind_on_two_chunks), TEST(test_prove__split_over_four_datasets),
          TEST(test_prove_check_assertions__counts_offending_rows),
          TEST(test_prove_leaf_blocks__counts), TEST(test_verify__refuses_changed_bytes),
          TEST(test_prove__is_repeatable))
