/* What the model's attack list and section 10 of docs/proof-system.md have and the other tests
 * lacked: blocks and lookup table of one size, offsets with nulls, a column without its flag,
 * commitments of excess degree, every assertion kind in one proof with one of them false. */
#include "toy.h"

static bool accepted(zkl_test *t, const toy_assertion *assertions, size_t count,
                     const toy_lies *lies)
{
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, assertions, count, lies);
    return toy_verify(&proof, NULL, 0, &err) == ZKL_OK;
}

/* ---- C is the size of the lookup table: a small world completely */

enum { ROWS = 3 };
static uint64_t zeros[ROWS], flags[ROWS] = { 0, 1, 0 };

static toy_assertion cells_of(unsigned limbs, const uint64_t *values)
{
    return (toy_assertion){ ZKL_ASSERTION_CELLS, .table_count = 1,
                            .tables = { { 1, ROWS, { { "x", limbs, values } } } } };
}

/* One cell, every value from -C to 3C: accepted below C and from 0 on, wherever it stands; with the
 * table's counts as they would have to be if the table were larger, as well. */
static void test_soundness_table__has_the_size_of_a_block(zkl_test *t)
{
    const toy_assertion assertion = cells_of(2, zeros);
    for (int64_t v = -TOY_C; v <= 3 * TOY_C; v++)
        for (size_t block = 0; block < 2; block++) {
            const toy_lies lies = { .tamper = { { block, 1, toy_int(v) } }, .tamper_count = 1 };
            if (accepted(t, &assertion, 1, &lies) != (v >= 0 && v < TOY_C))
                FAIL(t, "a cell of %d in limb %zu: accepted %d", (int)v, block, v >= TOY_C);
            const toy_lies counted = { .tamper = { { block, 1, toy_int(v) } },
                                       .tamper_count = 1,
                                       .cheat = { { 0, (size_t)(v + TOY_C) % TOY_C, toy_int(1) } },
                                       .cheat_count = 1 };
            if (accepted(t, &assertion, 1, &counted))
                FAIL(t, "a cell of %d counted as %d: accepted", (int)v, (int)v % TOY_C);
        }
}

/* The limb base is C too: a value of 2 limbs is worth limb 0 + C limb 1, no other weight of limb 1
 * gives its sum. */
static void test_soundness_table__is_the_base_of_limbs(zkl_test *t)
{
    static const uint64_t one_limb_up[ROWS] = { 0, TOY_C, 0 };
    for (int64_t sum = 0; sum <= 2 * TOY_C; sum++) {
        const toy_assertion assertion = { ZKL_ASSERTION_SUM,
                                          3,
                                          { toy_int(sum), toy_int(0), toy_int(ZKL_MODE_EXACTLY) },
                                          1,
                                          { { 1, ROWS, { { "x", 2, one_limb_up } } } } };
        CHECK(t, accepted(t, &assertion, 1, NULL) == (sum == TOY_C));
    }
}

/* A verifier of another format takes none of these proofs; production knows one format. */
static void test_soundness_table__formats_do_not_mix(zkl_test *t)
{
    const toy_assertion assertion = cells_of(2, zeros);
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, &assertion, 1, NULL);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    for (unsigned log_cells = 1; log_cells <= 16; log_cells++) {
        const zkl_proof_format other = { .log_cells = log_cells, .mask_half = TOY_HALF };
        zkl_statement s;
        zkl_reduced_proof reduced;
        if (log_cells == TOY_LOG)
            continue;
        REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, proof.statement_bytes, &err));
        const zkl_proven_statement given = { proof.statement_bytes, proof.blob_bytes };
        const zkl_arithmetic arithmetic = { toy_group(), &other, NULL };
        const zkl_known_tables none = { 0 };
        const zkl_status status = zkl_verify_reduce(&reduced, &s, &given, &arithmetic, &none, &err);
        if (status != ZKL_REJECTED && status != ZKL_BAD_INPUT)
            FAIL(t, "blocks of 2^%u cells: '%s'", log_cells, zkl_status_text(status));
    }
    CHECK_UINT_EQ(t, zkl_proof_format_v1.log_cells, 16);
}

/* ---- linear: an offset that a null hides, a null without its flag */

static void test_soundness_linear__nulls_and_offsets(zkl_test *t)
{
    /* values b = 2 a - 3 with offset 128, so codes b' = 2 a' - 131; then row 0 is null: code 0 */
    uint64_t a[ROWS] = { 100, 128, 140 }, b[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        b[i] = 2 * a[i] - 131;
    toy_assertion assertion = { ZKL_ASSERTION_LINEAR,
                                3,
                                { toy_int(131), toy_int(2), toy_int(-1) },
                                1,
                                { { 2, ROWS, { { "0", 2, a }, { "1", 2, b } } } } };
    CHECK(t, accepted(t, &assertion, 1, NULL));
    a[0] = b[0] = 0;
    CHECK(t, !accepted(t, &assertion, 1, NULL));

    /* the ledger says that column 0 may be null: no assertion on it without its flag, whatever the
     * kind */
    uint8_t blocks[8][ZKL_POINT_BYTES] = { { 0 } };
    const uint32_t limbs[3] = { 2, 1, 2 };
    const uint8_t kinds[3] = { ZKL_NUMBERED_VALUE, ZKL_NUMBERED_FLAG, ZKL_NUMBERED_VALUE };
    const zkl_known_table known = { .row_count = ROWS,
                                    .column_count = 3,
                                    .limb_counts = limbs,
                                    .column_kinds = kinds,
                                    .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks,
                                    .blocks_per_chunk = 5 };
    const toy_assertion bare[] = {
        { ZKL_ASSERTION_LINEAR,
          2,
          { toy_int(0), toy_int(1) },
          1,
          { { 1, ROWS, { { "0", 2, a } } } } },
        { ZKL_ASSERTION_CELLS, .table_count = 1, .tables = { { 1, ROWS, { { "0", 2, a } } } } },
        { ZKL_ASSERTION_SUM,
          3,
          { toy_int(5), toy_int(0), toy_int(1) },
          1,
          { { 1, ROWS, { { "x", 2, a } } } } },
        { ZKL_ASSERTION_RANGE,
          3,
          { toy_int(1), toy_int(9), toy_int(0) },
          1,
          { { 1, ROWS, { { "x", 2, a } } } } },
    };
    for (size_t i = 0; i < ZKL_COUNT(bare); i++) {
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_REJECTED, toy_check(t, &bare[i], 1, &known, 1, &err));
        if (!strstr(err.text, "flags: nullable column 0"))
            FAIL(t, "claim kind %d: %s", (int)bare[i].kind, err.text);
    }
}

/* ---- commitments of excess degree: what stands from X^(C+1) on is seen by nobody, and helps
 * nobody */

/* w(X)P(1/X) + w(1/X)P(X) = 2Y + X S(X) + S(1/X)/X fixes Y as the product of P with the first C
 * coefficients of w, whatever the others are: at a random point, for the Y that is true and for
 * none beside it. */
static void test_soundness_opening__excess_degree_changes_nothing(zkl_test *t)
{
    enum { DEGREE = 3 * TOY_C };
    zkl_fr w[DEGREE], lo[TOY_LOG], e[TOY_C], s[DEGREE] = { { { 0 } } }, z, zi;
    uint8_t bytes[48];
    zkl_fr *const drawn[] = { w, lo, &z };
    const size_t counts[] = { DEGREE, TOY_LOG, 1 };
    for (size_t k = 0; k < ZKL_COUNT(drawn); k++)
        for (size_t i = 0; i < counts[k]; i++) {
            test_random_bytes(t, bytes, sizeof bytes);
            zkl_fr_reduce(&drawn[k][i], bytes, sizeof bytes);
        }
    zkl_eq_vector(e, lo, TOY_LOG);
    for (size_t i = 0; i < DEGREE; i++)
        for (size_t j = 0; j < TOY_C; j++)
            if (i != j) {
                const size_t d = i > j ? i - j : j - i;
                s[d - 1] = toy_add(s[d - 1], toy_mul(w[i], e[j]));
            }
    zi = toy_inv(z);
    const zkl_fr left = toy_add(toy_mul(toy_eval(w, DEGREE, z), toy_functional(lo, zi)),
                                toy_mul(toy_eval(w, DEGREE, zi), toy_functional(lo, z)));
    const zkl_fr right =
        toy_add(toy_mul(z, toy_eval(s, DEGREE, z)), toy_mul(zi, toy_eval(s, DEGREE, zi)));
    const zkl_fr twice = toy_sub(left, right), y = toy_dot(w, e, TOY_C), double_y = toy_add(y, y);
    CHECK(t, zkl_fr_equal(&twice, &double_y));
}

/* ---- multiplicities chosen after alpha */

/* A cell out of range, and a count that pays for it, known only once alpha is: the sum of fractions
 * is right then, and the argument is held over it. What was committed before alpha says
 * otherwise. */
static void test_soundness_counts__are_fixed_before_alpha(zkl_test *t)
{
    static const char *const checks[] = { "circuit: opening", "KZG opening" };
    const toy_assertion assertion = cells_of(2, zeros);
    for (int64_t v = TOY_C; v < TOY_C + 3; v++)
        for (int chosen = 0; chosen < 2; chosen++) {
            const toy_lies lies = { .tamper = { { 0, 1, toy_int(v) } },
                                    .tamper_count = 1,
                                    .pay_after_alpha = v,
                                    .open_chosen = chosen };
            toy_proof proof;
            zkl_error err = { 0 };
            toy_prove(t, &proof, &assertion, 1, &lies);
            const zkl_status status = toy_verify(&proof, NULL, 0, &err);
            if (status != ZKL_REJECTED || !strstr(err.text, checks[chosen]))
                FAIL(t, "a cell of %d paid for: '%s' %s", (int)v, zkl_status_text(status),
                     err.text);
        }
}

/* ---- every kind in one proof, one assertion false */

static uint64_t xs[ROWS] = { 70, 0, 90 }, das[ROWS] = { 0, 0, 1 }, dbs[ROWS] = { 8, 0, 6 },
                ys[ROWS] = { 10, 0, 30 }, slack[TOY_C];

static size_t all_kinds(toy_assertion assertions[7])
{
    const toy_table x = { 2, ROWS, { { "x", 2, xs }, { "x?", 1, flags } } };
    const toy_table y = { 1, ROWS, { { "1", 2, ys } } };
    const toy_table q = { 1, TOY_C, { { "q", 3, slack } } };
    slack[0] = 10;
    assertions[0] = (toy_assertion){ ZKL_ASSERTION_CELLS, .table_count = 1, .tables = { x } };
    assertions[1] = (toy_assertion){ ZKL_ASSERTION_CELLS, .table_count = 1, .tables = { y } };
    assertions[2] = (toy_assertion){
        ZKL_ASSERTION_SUM, 3, { toy_int(160), toy_int(1), toy_int(ZKL_MODE_EXACTLY) }, 1, { x }
    };
    assertions[3] = (toy_assertion){
        ZKL_ASSERTION_SUM, 3, { toy_int(150), toy_int(1), toy_int(ZKL_MODE_AT_LEAST) }, 2, { x, q }
    };
    assertions[4] = (toy_assertion){ ZKL_ASSERTION_RANGE,
                                     3,
                                     { toy_int(65), toy_int(200), toy_int(1) },
                                     2,
                                     { x, { 2, ROWS, { { "da", 1, das }, { "db", 1, dbs } } } } };
    /* x - y = 60 where x is not null: 60 flag makes up for the null row */
    assertions[5] = (toy_assertion){
        ZKL_ASSERTION_LINEAR, 4, { toy_int(60), toy_int(1), toy_int(60), toy_int(-1) }, 2, { x, y }
    };
    assertions[6] = (toy_assertion){ ZKL_ASSERTION_RANGE,
                                     3,
                                     { toy_int(60), toy_int(255), toy_int(1) },
                                     2,
                                     { x, { 1, ROWS, { { "da", 1, das } } } } };
    return 7;
}

static void test_soundness_assertions__one_of_seven_false(zkl_test *t)
{
    static const struct {
        size_t assertion, param;
        int64_t more;
    } lies[] = {
        { 2, 0, 1 },    { 2, 0, -1 }, { 2, 1, 1 }, { 3, 0, 1 }, { 3, 0, 11 }, { 4, 0, 6 },
        { 4, 1, -111 }, { 4, 2, -1 }, { 5, 0, 1 }, { 5, 1, 1 }, { 5, 2, -1 }, { 6, 0, 11 },
    };
    toy_assertion assertions[7];
    const size_t count = all_kinds(assertions);
    CHECK(t, accepted(t, assertions, count, NULL));
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        all_kinds(assertions);
        zkl_fr *param = &assertions[lies[i].assertion].params[lies[i].param];
        *param = toy_add(*param, toy_int(lies[i].more));
        if (accepted(t, assertions, count, NULL))
            FAIL(t, "parameter %zu of claim %zu, %d more: accepted", lies[i].param,
                 lies[i].assertion, (int)lies[i].more);
    }
}

/* A total that one assertion lacks is not paid by another's surplus: their weights differ. */
static void test_soundness_assertions__totals_do_not_mix(zkl_test *t)
{
    toy_assertion assertions[7];
    const size_t count = all_kinds(assertions);
    for (int64_t shift = -2; shift <= 2; shift++) {
        all_kinds(assertions);
        assertions[2].params[0] = toy_add(assertions[2].params[0], toy_int(shift));
        assertions[2].params[1] = toy_add(assertions[2].params[1], toy_int(-shift));
        if (accepted(t, assertions, count, NULL) != (shift == 0))
            FAIL(t, "sum %d more, nulls %d less", (int)shift, (int)shift);
    }
}

ZKL_TESTS(TEST(test_soundness_table__has_the_size_of_a_block),
          TEST(test_soundness_table__is_the_base_of_limbs),
          TEST(test_soundness_table__formats_do_not_mix),
          TEST(test_soundness_linear__nulls_and_offsets),
          TEST(test_soundness_opening__excess_degree_changes_nothing),
          TEST(test_soundness_counts__are_fixed_before_alpha),
          TEST(test_soundness_assertions__one_of_seven_false),
          TEST(test_soundness_assertions__totals_do_not_mix))
