/* Provers that lie: the model's attacks against the product's verifier and its real circuit, at the
 * toy size. Each lie is told as well as it can be (the prover recounts multiplicities and argues
 * over what it pretends). */
#include "toy.h"

/* The product's verifier, with the circuit's constraints instead of the toy's reading of them. */
static zkl_status judge(zkl_test *t, const toy_proof *proof, zkl_error *err)
{
    zkl_statement statement;
    zkl_reduced_proof reduced;
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    uint32_t bad = 0;
    ZKL_TRY(zkl_statement_parse(&statement, &t->arena, proof->statement_bytes, err));
    ZKL_TRY(toy_reduce(&reduced, &statement, proof, &(zkl_known_tables){ 0 }, err));
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, proof->n, &toy_format, err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    zkl_fr *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, r1cs->wire_count);
    zkl_circuit_fraction_assign(circuit, wires, reduced.inputs, &proof->witness);
    const zkl_fr tau = toy_tau(),
                 equation[3] = { reduced.a0.logarithm, reduced.a1.logarithm, reduced.a2.logarithm };
    const zkl_fr zero = toy_eval(equation, 3, tau);
    const bool satisfied = zkl_r1cs_satisfied(r1cs, wires, &bad), opened = zkl_fr_is_zero(&zero);
    const bool agreed =
        (toy_circuit(proof->n, reduced.inputs, &proof->witness) == NULL) == satisfied;
    if (!agreed || !zkl_fr_equal(&wires[1], &reduced.public_input))
        FAIL(t, "the circuit and its plain reading differ");
    if (!satisfied)
        return zkl_fail(err, ZKL_REJECTED, "circuit, constraint %u", bad);
    return opened ? ZKL_OK : zkl_fail(err, ZKL_REJECTED, "KZG opening");
}

static void accepts(zkl_test *t, const char *what, const toy_assertion *assertions, size_t count)
{
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, assertions, count, NULL);
    if (judge(t, &proof, &err) != ZKL_OK)
        FAIL(t, "%s: an honest proof is refused: %s", what, err.text);
}

static void refuses(zkl_test *t, const char *what, const toy_assertion *assertions, size_t count,
                    const toy_lies *lies)
{
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, assertions, count, lies);
    if (judge(t, &proof, &err) != ZKL_REJECTED)
        FAIL(t, "ACCEPTED: %s (%s)", what, err.text);
}

enum { ROWS = 21 }; /* two chunks, the last with 5 rows */

/* x of two limbs, some null: rows 3 and 20. Blocks of a chunk: x limb 0, x limb 1, x?. */
static uint64_t xs[ROWS], flags[ROWS], ys[ROWS];

static void make_columns(void)
{
    for (uint64_t i = 0; i < ROWS; i++) {
        flags[i] = i == 3 || i == 20;
        xs[i] = flags[i] ? 0 : 40 + (7 * i) % 31; /* 40 .. 70 */
        ys[i] = 200 - 2 * xs[i];
    }
}

static toy_table table_x(void)
{
    return (toy_table){ 2, ROWS, { { "x", 2, xs }, { "x?", 1, flags } } };
}

static toy_assertion assertion_cells(void)
{
    return (
        toy_assertion){ .kind = ZKL_ASSERTION_CELLS, .table_count = 1, .tables = { table_x() } };
}

static toy_assertion assertion_sum(int64_t more, int64_t more_nulls)
{
    int64_t sum = more, nulls = more_nulls;
    for (size_t i = 0; i < ROWS; i++) {
        sum += (int64_t)xs[i];
        nulls += (int64_t)flags[i];
    }
    return (toy_assertion){ .kind = ZKL_ASSERTION_SUM,
                            .param_count = 3,
                            .params = { toy_int(sum), toy_int(nulls), toy_int(ZKL_MODE_EXACTLY) },
                            .table_count = 1,
                            .tables = { table_x() } };
}

#define SET(b, c, v)                                                                               \
    {                                                                                              \
        .block = (b), .cell = (c), .value = (v)                                                    \
    }

static void test_circuit_attacks__cells(zkl_test *t)
{
    make_columns();
    const toy_assertion cells = assertion_cells();
    accepts(t, "cells", &cells, 1);
    const struct {
        const char *what;
        toy_change change;
    } cases[] = {
        { "a cell of 16", SET(0, 2, toy_int(TOY_C)) },
        { "a cell of -1", SET(1, 0, toy_int(-1)) },
        { "a value in a padded row", SET(3, 5, toy_int(1)) },
        { "a value in the last padded row", SET(4, TOY_C - 1, toy_int(9)) },
        { "a value under a null", SET(0, 3, toy_int(5)) },
        { "a value under a null, last row", SET(4, 4, toy_int(15)) },
        { "a flag of 2", SET(2, 7, toy_int(2)) },
        { "a flag of 8, whose 2^(b-1)-fold wraps in 2^b", SET(2, 7, toy_int(8)) },
        { "a flag of 1/8", SET(2, 7, toy_inv(toy_int(8))) },
        { "a flag of -1", SET(2, 7, toy_int(-1)) },
        { "a flag in a padded row", SET(5, 6, toy_int(1)) },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        toy_lies lies = { .tamper = { cases[i].change }, .tamper_count = 1 };
        refuses(t, cases[i].what, &cells, 1, &lies);
        /* the same, and the argument is held over the honest cells */
        zkl_fr honest = ZKL_FR_ZERO;
        const size_t b = cases[i].change.block, row = cases[i].change.cell + (b >= 3 ? TOY_C : 0);
        if (row < ROWS)
            zkl_fr_from_u64(&honest,
                            b % 3 == 2 ? flags[row] : xs[row] >> (TOY_LOG * (b % 3)) & (TOY_C - 1));
        lies.lie[0] = (toy_change)SET(b, cases[i].change.cell, honest);
        lies.lie_count = 1;
        refuses(t, cases[i].what, &cells, 1, &lies);
    }
}

/* The multiplicities are free, but fixed before alpha. */
static void test_circuit_attacks__multiplicities(zkl_test *t)
{
    make_columns();
    const toy_assertion cells = assertion_cells();
    for (size_t i = 0; i < TOY_C; i++) {
        const toy_lies lies = { .cheat = { SET(0, i, toy_int(1)) }, .cheat_count = 1 };
        refuses(t, "one more in the table", &cells, 1, &lies);
        const toy_lies moved = { .cheat = { SET(0, i, toy_int(1)),
                                            SET(0, (i + 1) % TOY_C, toy_int(-1)) },
                                 .cheat_count = 2 };
        refuses(t, "one moved in the table", &cells, 1, &moved);
    }
}

static void test_circuit_attacks__sums(zkl_test *t)
{
    make_columns();
    const toy_assertion both[2] = { assertion_cells(), assertion_sum(0, 0) };
    accepts(t, "sum", both, 2);
    static const int64_t errors[][2] = { { 1, 0 },  { -1, 0 },  { 0, 1 },
                                         { 0, -1 }, { 16, -1 }, { 1, -1 } };
    for (size_t i = 0; i < ZKL_COUNT(errors); i++) {
        const toy_assertion wrong[2] = { assertion_cells(),
                                         assertion_sum(errors[i][0], errors[i][1]) };
        refuses(t, "a wrong sum or count of nulls", wrong, 2, NULL);
    }
    /* at least one more, at most one less than true: the slack cannot be negative */
    for (int mode = ZKL_MODE_AT_LEAST; mode <= ZKL_MODE_AT_MOST; mode += 2)
        for (int64_t off = -1; off <= 1; off++) {
            uint64_t slack[TOY_C] = { 0 };
            const int64_t need = mode == ZKL_MODE_AT_LEAST ? -off : off;
            slack[0] = need > 0 ? (uint64_t)need : 0;
            toy_assertion c = assertion_sum(off, 0);
            c.params[2] = toy_int(mode);
            c.table_count = 2;
            c.tables[1] = (toy_table){ 1, TOY_C, { { "q", 3, slack } } };
            const toy_assertion assertions[2] = { assertion_cells(), c };
            if (need >= 0) {
                accepts(t, "a bound of the sum", assertions, 2);
                continue;
            }
            refuses(t, "a false bound of the sum", assertions, 2, NULL);
            const toy_lies minus = { .tamper = { SET(6, 0, toy_int(-1)) }, .tamper_count = 1 };
            refuses(t, "a false bound, slack -1", assertions, 2, &minus);
        }
}

static toy_assertion assertion_range(uint64_t lo, uint64_t hi, int nulls)
{
    static uint64_t da[ROWS], db[ROWS];
    toy_assertion c = { .kind = ZKL_ASSERTION_RANGE,
                        .param_count = 3,
                        .params = { toy_int((int64_t)lo), toy_int((int64_t)hi), toy_int(nulls) },
                        .table_count = 1,
                        .tables = { table_x() } };
    if (hi - lo < TOY_C)
        return c;
    for (size_t i = 0; i < ROWS;
         i++) { /* the limbs above the lowest, as good as a liar can make them */
        da[i] = !flags[i] && xs[i] >= lo ? (xs[i] - lo) >> TOY_LOG : 0;
        db[i] = !flags[i] && xs[i] <= hi ? (hi - xs[i]) >> TOY_LOG : 0;
    }
    c.table_count = 2;
    c.tables[1] = (toy_table){ 2, ROWS, { { "da", 1, da }, { "db", 1, db } } };
    return c;
}

static void test_circuit_attacks__ranges(zkl_test *t)
{
    make_columns();
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (!flags[i]) {
            least = xs[i] < least ? xs[i] : least;
            most = xs[i] > most ? xs[i] : most;
        }
    const toy_assertion tight[2] = { assertion_cells(), assertion_range(least, most, 1) };
    accepts(t, "range", tight, 2);
    const toy_assertion above[2] = { assertion_cells(), assertion_range(least + 1, most, 1) };
    refuses(t, "a value below lo", above, 2, NULL);
    const toy_assertion below[2] = { assertion_cells(), assertion_range(least, most - 1, 1) };
    refuses(t, "a value above hi", below, 2, NULL);
    const toy_assertion refused[2] = { assertion_cells(), assertion_range(least, most, 0) };
    refuses(t, "nulls where they are refused", refused, 2, NULL);

    /* auxiliary cells out of range make up for it only if nobody looks */
    size_t low_row = 0;
    while (flags[low_row] || xs[low_row] != least)
        low_row++;
    const size_t chunk = low_row / TOY_C, block = 6 + 2 * chunk; /* da of its chunk */
    const toy_lies lies = { .tamper = { SET(block, low_row % TOY_C, toy_int(-1)) },
                            .tamper_count = 1 };
    refuses(t, "da of -1", above, 2, &lies);
    zkl_fr sixteenth = toy_mul(toy_int(-1), toy_inv(toy_int(TOY_C)));
    const toy_lies fraction = { .tamper = { SET(block, low_row % TOY_C, sixteenth) },
                                .tamper_count = 1 };
    refuses(t, "da of -1/16", above, 2, &fraction);
}

static void test_circuit_attacks__linear(zkl_test *t)
{
    make_columns();
    static uint64_t plain[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        plain[i] = 40 + (7 * i) % 31;
        ys[i] = 200 - 2 * plain[i];
    }
    const toy_table table = { 2, ROWS, { { "a", 2, plain }, { "b", 2, ys } } };
    toy_assertion linear = { .kind = ZKL_ASSERTION_LINEAR,
                             .param_count = 3,
                             .params = { toy_int(200), toy_int(2), toy_int(1) },
                             .table_count = 1,
                             .tables = { table } };
    const toy_assertion cells = { .kind = ZKL_ASSERTION_CELLS,
                                  .table_count = 1,
                                  .tables = { table } };
    const toy_assertion assertions[2] = { cells, linear };
    accepts(t, "linear", assertions, 2);
    for (size_t i = 0; i < 3; i++) {
        toy_assertion wrong[2] = { cells, linear };
        wrong[1].params[i] = toy_add(wrong[1].params[i], ZKL_FR_ONE);
        refuses(t, "another relation", wrong, 2, NULL);
    }
    for (size_t row = 0; row < 2 * TOY_C; row += 5) { /* one cell off, in real and padded rows */
        const size_t b = row < TOY_C ? 0 : 4;
        const toy_lies lies = { .tamper = { SET(
                                    b, row % TOY_C,
                                    toy_int(row < ROWS && (plain[row] & 15) == 3 ? 4 : 3)) },
                                .tamper_count = 1 };
        refuses(t, "a row that does not satisfy it", assertions + 1, 1, &lies);
    }
}

/* z is taken before S: any value can then be "opened". */
static void test_circuit_attacks__opening_order(zkl_test *t)
{
    make_columns();
    const toy_assertion cells = assertion_cells();
    const toy_lies lies = { .tamper = { SET(0, 2, toy_int(TOY_C + 3)) },
                            .tamper_count = 1,
                            .lie = { SET(0, 2, toy_int(3)) },
                            .lie_count = 1,
                            .z_before_s = true };
    refuses(t, "z before S", &cells, 1, &lies);
    const toy_lies order_alone = { .z_before_s = true };
    refuses(t, "z before S, of an honest table", &cells, 1, &order_alone);
}

/* Every number of the blob, and every byte of the statement, is bound. */
static void test_circuit_attacks__changed_bytes(zkl_test *t)
{
    make_columns();
    const toy_assertion assertions[2] = { assertion_cells(), assertion_sum(0, 0) };
    toy_proof proof;
    zkl_error err = { 0 };
    toy_prove(t, &proof, assertions, 2, NULL);
    REQUIRE_OK(t, &err, judge(t, &proof, &err));
    const zkl_bytes statement = proof.statement_bytes, blob = proof.blob_bytes;
    uint8_t *bytes = zkl_arena_copy(&t->arena, statement.data, statement.size);
    for (size_t i = 0; i < statement.size; i++) {
        bytes[i] ^= (uint8_t)(1u << test_random_below(t, 8));
        proof.statement_bytes = zkl_bytes_of(bytes, statement.size);
        if (toy_verify(&proof, NULL, 0, &err) == ZKL_OK)
            FAIL(t, "statement byte %zu is not bound", i);
        bytes[i] = statement.data[i];
    }
    proof.statement_bytes = statement;
    bytes = zkl_arena_copy(&t->arena, blob.data, blob.size);
    for (size_t i = ZKL_GROTH16_PROOF_BYTES; i < blob.size; i++) { /* A, B, C are Groth16's */
        bytes[i] ^= (uint8_t)(1u << test_random_below(t, 8));
        proof.blob_bytes = zkl_bytes_of(bytes, blob.size);
        if (toy_verify(&proof, NULL, 0, &err) == ZKL_OK)
            FAIL(t, "blob byte %zu is not bound", i);
        bytes[i] = blob.data[i];
    }
}

/* ---- A tree of zeros: P = Q = 0 and all children 0 satisfies every layer, whatever rho is. Only Q
 * Q' = 1 stands against. */

typedef struct zero_tree {
    unsigned n;
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    zkl_fraction_witness witness;
} zero_tree;

static zkl_fr any(zkl_test *t)
{
    uint8_t bytes[64];
    zkl_fr out;
    test_random_bytes(t, bytes, sizeof bytes);
    zkl_fr_reduce(&out, bytes, sizeof bytes);
    return out;
}

static void make_zero_tree(zkl_test *t, zero_tree *z)
{
    zkl_fraction_witness *w = &z->witness;
    zkl_transcript tr;
    zkl_fr r[8], out[3], zeros[8] = { { { 0 } } }, *in = z->inputs, pad, table = ZKL_FR_ZERO;
    *z = (zero_tree){ .n = 6 };
    for (size_t i = 0; i < 23; i++)
        in[i] = any(t);
    in[14] = ZKL_FR_ZERO;
    in[20] = toy_int(4);
    w->salt = any(t);
    w->u = any(t);
    w->layers = ZKL_ARENA_NEW(&t->arena, zkl_gkr_layer, 3);
    const zkl_fr first[3] = { in[0], w->salt, w->u };
    zkl_transcript_init(&tr, 1);
    zkl_transcript_absorb(&tr, first, 3);
    zkl_transcript_squeeze(&tr, &in[1], 1);
    zkl_transcript_absorb(&tr, zeros, 2);
    for (unsigned k = 0; k < 3; k++) {
        w->layers[k].round_count = 2 * k;
        w->layers[k].rounds = zkl_arena_alloc(&t->arena, 2 * k, sizeof(zkl_fr[4]));
        for (unsigned v = 2 * k; v--;) {
            zkl_transcript_absorb(&tr, zeros, 4);
            zkl_transcript_squeeze(&tr, &r[v], 1);
        }
        zkl_transcript_absorb(&tr, zeros, 8);
        zkl_transcript_squeeze(&tr, out, 3);
        r[2 * k] = out[0];
        r[2 * k + 1] = out[1];
    }
    in[21] = r[4];
    in[22] = r[5];
    test_greater(&pad, r, TOY_LOG, 4);
    for (size_t k = 0; k < TOY_LOG; k++)
        table = toy_add(table, toy_mul(toy_int((int64_t)1 << k), r[k]));
    w->m = any(t);
    w->sigma = any(t);
    w->x3 = toy_sub(toy_mul(in[11], w->m), in[10]);
    w->x = toy_sub(in[12], toy_add(toy_mul(in[11], table), toy_mul(in[13], pad)));
    w->x2 = toy_add(in[16], toy_mul(in[17], pad));
    const zkl_fr end[5] = { w->x, w->x2, w->x3, w->m, w->sigma };
    zkl_transcript_absorb(&tr, end, 5);
    zkl_transcript_squeeze(&tr, &in[2], 1);
    const zkl_fr zi = toy_inv(in[5]), y4[4] = { w->x, w->x2, w->x3, w->m };
    const zkl_fr y = toy_add(toy_eval(y4, 4, in[3]), toy_mul(in[4], w->sigma));
    zkl_fr left =
        toy_add(toy_mul(in[6], toy_functional(r, zi)), toy_mul(in[7], toy_functional(r, in[5])));
    left = toy_sub(left, toy_add(toy_add(y, y), toy_mul(zi, in[9])));
    in[8] = toy_mul(left, zi);
}

static uint32_t count_broken(zkl_test *t, const zero_tree *z)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    uint32_t broken = 0;
    if (zkl_circuit_fraction_new(&circuit, z->n, &toy_format, NULL) != ZKL_OK)
        return 0;
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    zkl_fr *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, r1cs->wire_count);
    zkl_circuit_fraction_assign(circuit, wires, z->inputs, &z->witness);
    for (uint32_t row = 0; row < r1cs->constraint_count; row++)
        broken += !zkl_r1cs_row_satisfied(r1cs, row, wires);
    return broken;
}

static void test_circuit_attacks__zero_tree(zkl_test *t)
{
    zero_tree z;
    make_zero_tree(t, &z);
    CHECK_UINT_EQ(t, count_broken(t, &z), 1); /* Q Q' = 1, and nothing else */
    const char *fault = toy_circuit(z.n, z.inputs, &z.witness);
    CHECK_TEXT_EQ(t, fault ? fault : "none", "root");
    /* what else is bound, seen on a witness that is otherwise consistent */
    for (size_t i = 0; i < 23; i++) {
        const zkl_fr saved = z.inputs[i];
        z.inputs[i] = toy_add(saved, ZKL_FR_ONE);
        const bool idle =
            i == 14 || i == 15 || i == 18 || i == 19; /* b3 s^-1: b3 = 0 breaks at +1; rho: Q = 0 */
        if (!idle && count_broken(t, &z) < 2)
            FAIL(t, "input %zu is not bound", i);
        z.inputs[i] = saved;
    }
    z.inputs[20] = toy_int(TOY_C); /* last has four bits */
    CHECK(t, count_broken(t, &z) >= 2);
}

ZKL_TESTS(TEST(test_circuit_attacks__cells), TEST(test_circuit_attacks__multiplicities),
          TEST(test_circuit_attacks__sums), TEST(test_circuit_attacks__ranges),
          TEST(test_circuit_attacks__linear), TEST(test_circuit_attacks__opening_order),
          TEST(test_circuit_attacks__changed_bytes), TEST(test_circuit_attacks__zero_tree))
