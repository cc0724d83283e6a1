/* The circuits F_n against the model's toy proofs, and that nothing in them is left free. */
#include "circuit/circuit.h"

#include "algebra/poseidon.h"
#include "circuit/circuit_poseidon.h"
#include "toy_fraction.h"

static zkl_fr *assign(zkl_test *t, const zkl_circuit *circuit, const toy_fraction *toy)
{
    zkl_fr *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, zkl_circuit_r1cs(circuit)->wire_count);
    zkl_circuit_fraction_assign(circuit, wires, toy->inputs, &toy->witness);
    return wires;
}

static zkl_fr plus_one(const zkl_fr *a)
{
    zkl_fr out;
    zkl_fr_add(&out, a, &ZKL_FR_ONE);
    return out;
}

/* The gadget computes the same permutation as the plain sponge, for every number of absorbed
 * values. */
static void test_circuit_poseidon__agrees_with_the_plain_sponge(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_poseidon_rows) rows = NULL;
    REQUIRE_OK(t, &err, zkl_poseidon_rows_new(&rows, &err));
    for (size_t count = 1; count <= 9; count++) {
        zkl_fr values[9], *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, 2000);
        zkl_circuit_builder emitting, assigning;
        zkl_builder_init(&emitting, NULL, 1);
        zkl_builder_init(&assigning, wires, 1);
        zkl_transcript plain;
        zkl_sponge sponge;
        zkl_r1cs r1cs;
        zkl_lc in[9];
        const zkl_lc *pointers[9];

        for (size_t i = 0; i < count; i++)
            zkl_fr_from_u64(&values[i], test_random_u64(t));
        for (int run = 0; run < 2; run++) {
            zkl_circuit_builder *b = run == 0 ? &emitting : &assigning;
            for (size_t i = 0; i < count; i++) {
                zkl_builder_wire(b, &in[i], &values[i]);
                pointers[i] = &in[i];
            }
            zkl_sponge_init(&sponge, 3);
            zkl_sponge_absorb(&sponge, b, run == 0 ? rows : NULL, pointers, count);
        }
        REQUIRE_OK(t, &err, zkl_builder_r1cs(&r1cs, &emitting, 1, &err));
        CHECK_UINT_EQ(t, r1cs.constraint_count, 300 * ((count + 3) / 4));
        CHECK_UINT_EQ(t, r1cs.wire_count, assigning.wire_count);
        CHECK(t, zkl_r1cs_satisfied(&r1cs, wires, NULL));

        zkl_fr want[4];
        zkl_transcript_init(&plain, 3);
        zkl_transcript_absorb(&plain, values, count);
        zkl_transcript_squeeze(&plain, want, 4);
        for (size_t i = 0; i < 4; i++)
            CHECK(t, zkl_fr_equal(&want[i], &zkl_sponge_challenge(&sponge, i)->value));
        zkl_builder_clear(&emitting);
    }
}

/* Every toy proof of the model satisfies its circuit, under the model's public input. */
static void test_circuit_fraction__accepts_the_models_proofs(zkl_test *t)
{
    const json_t *const vectors[2] = { test_vectors(t, "proof_model.json"),
                                       test_vectors(t, "proof_model_further.json") };
    unsigned seen = 0;

    for (size_t kind = 0; kind < ZKL_COUNT(toy_kinds); kind++) {
        const json_t *list = toy_proofs(vectors, toy_kinds[kind]);
        for (size_t i = 0; i < json_array_size(list); i++, seen++) {
            zkl_error err = { 0 };
            toy_fraction toy;
            uint32_t bad = 0;
            ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;

            toy_load(t, &toy, json_array_get(list, i));
            REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, toy.n, &toy_format, &err));
            zkl_fr *wires = assign(t, circuit, &toy);
            CHECK(t, zkl_circuit_fraction_satisfy(circuit, wires, toy.inputs, &toy.witness, &bad));
            if (!zkl_r1cs_satisfied(zkl_circuit_r1cs(circuit), wires, &bad))
                FAIL(t, "%s %zu: constraint %u fails", toy_kinds[kind], i, bad);
            CHECK(t, zkl_fr_equal(&wires[1], &toy.public_hash));
        }
    }
    CHECK_UINT_EQ(t, seen, 18);
}

/* Input i may be changed freely when what it multiplies is zero in this proof. */
static bool input_is_idle(const toy_fraction *toy, size_t i)
{
    const zkl_fraction_witness *w = &toy->witness;
    const bool x_alone = zkl_fr_is_zero(&w->x2) && zkl_fr_is_zero(&w->x3) && zkl_fr_is_zero(&w->m);
    return (i == 3 && x_alone) || /* gamma, of a split: fractions without a table */
           (i == 15 && zkl_fr_is_zero(&toy->inputs[14])) || /* 1/s without weights s^-t */
           (i == 19 && zkl_fr_is_zero(&toy->witness.u)) ||  /* rho1 without null cells */
           (i == 20 && zkl_fr_is_zero(&toy->inputs[13]) &&
            zkl_fr_is_zero(&toy->inputs[17])); /* last without b2, k1 */
}

static void expect_unsatisfied(zkl_test *t, const zkl_circuit *circuit, const toy_fraction *toy,
                               const char *what, size_t i)
{
    uint32_t bad, found;
    zkl_fr *wires = assign(t, circuit, toy);
    if (zkl_r1cs_satisfied(zkl_circuit_r1cs(circuit), wires, &bad))
        FAIL(t, "changed %s %zu is accepted", what, i);
    if (zkl_circuit_fraction_satisfy(circuit, wires, toy->inputs, &toy->witness, &found))
        FAIL(t, "changed %s %zu is accepted as it is assigned", what, i);
    CHECK_UINT_EQ(t, found, bad);
}

/* Change each input and each number of the witness: no assignment that the prover's code makes
 * satisfies. */
static void test_circuit_fraction__refuses_each_changed_number(zkl_test *t)
{
    const json_t *const vectors[2] = { test_vectors(t, "proof_model.json"),
                                       test_vectors(t, "proof_model_further.json") };

    for (size_t kind = 0; kind < ZKL_COUNT(toy_kinds); kind++) {
        zkl_error err = { 0 };
        toy_fraction toy;
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;

        toy_load(t, &toy, json_array_get(toy_proofs(vectors, toy_kinds[kind]), 0));
        REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, toy.n, &toy_format, &err));
        for (size_t i = 0; i < toy.input_count; i++) {
            const zkl_fr saved = toy.inputs[i];
            toy.inputs[i] = plus_one(&saved);
            if (!input_is_idle(&toy, i))
                expect_unsatisfied(t, circuit, &toy, "input", i);
            toy.inputs[i] = saved;
        }
        zkl_fr *scalars[] = { &toy.witness.salt,   &toy.witness.u, &toy.witness.root_p,
                              &toy.witness.root_q, &toy.witness.x, &toy.witness.x2,
                              &toy.witness.x3,     &toy.witness.m, &toy.witness.sigma };
        for (size_t i = 0; i < ZKL_COUNT(scalars); i++) {
            const zkl_fr saved = *scalars[i];
            *scalars[i] = plus_one(&saved);
            expect_unsatisfied(t, circuit, &toy, "scalar", i);
            *scalars[i] = saved;
        }
        for (size_t k = 0; k < toy.n / 2; k++) {
            zkl_gkr_layer *layer = &toy.witness.layers[k];
            for (size_t i = 0; i < 4 * layer->round_count + 8; i++) {
                zkl_fr *at = i < 4   ? &layer->p[i]
                             : i < 8 ? &layer->q[i - 4]
                                     : &layer->rounds[(i - 8) / 4][i % 4];
                const zkl_fr saved = *at;
                *at = plus_one(&saved);
                expect_unsatisfied(t, circuit, &toy, "message", i);
                *at = saved;
            }
        }
    }
}

/* The rows in which each wire stands, in compressed form. */
typedef struct row_index {
    uint32_t *starts, *rows;
} row_index;

static void index_matrix(row_index *index, const zkl_r1cs_matrix *matrix, uint32_t row_count,
                         bool count_only)
{
    for (uint32_t row = 0; row < row_count; row++)
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
            if (count_only)
                index->starts[matrix->terms[i].wire + 1]++;
            else
                index->rows[index->starts[matrix->terms[i].wire]++] = row;
        }
}

static row_index index_rows(zkl_test *t, const zkl_r1cs *r1cs)
{
    const zkl_r1cs_matrix *matrices[] = { &r1cs->a, &r1cs->b, &r1cs->c };
    row_index index = { .starts = ZKL_ARENA_NEW(&t->arena, uint32_t, r1cs->wire_count + 1) };

    for (size_t m = 0; m < 3; m++)
        index_matrix(&index, matrices[m], r1cs->constraint_count, true);
    for (uint32_t wire = 0; wire < r1cs->wire_count; wire++)
        index.starts[wire + 1] += index.starts[wire];
    index.rows = ZKL_ARENA_NEW(&t->arena, uint32_t, index.starts[r1cs->wire_count]);
    for (size_t m = 0; m < 3; m++)
        index_matrix(&index, matrices[m], r1cs->constraint_count, false);
    for (uint32_t wire = r1cs->wire_count; wire > 0;
         wire--) /* filling moved every start to its end */
        index.starts[wire] = index.starts[wire - 1];
    index.starts[0] = 0;
    return index;
}

/* Every wire is bound: changed alone, by 1 or to another value, it breaks a constraint. But for the
 * inverse of what is zero and products of zero (idle inputs), which this proof does not have. */
static void test_circuit_fraction__binds_every_wire(zkl_test *t)
{
    const json_t *vectors = test_vectors(t, "proof_model.json");
    zkl_error err = { 0 };
    toy_fraction toy;
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;

    toy_load(t, &toy, json_array_get(json_object_get(vectors, "toy_cells"), 0));
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, toy.n, &toy_format, &err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    zkl_fr *wires = assign(t, circuit, &toy);
    REQUIRE(t, zkl_r1cs_satisfied(r1cs, wires, NULL));
    const row_index index = index_rows(t, r1cs);

    for (uint32_t wire = 0; wire < r1cs->wire_count; wire++) {
        const zkl_fr saved = wires[wire];
        for (int change = 0; change < 2; change++) {
            bool broken = false;
            if (change == 0)
                wires[wire] = plus_one(&saved);
            else
                zkl_fr_neg(&wires[wire], &saved);
            if (zkl_fr_equal(&wires[wire], &saved))
                continue;
            for (uint32_t i = index.starts[wire]; i < index.starts[wire + 1] && !broken; i++)
                broken = !zkl_r1cs_row_satisfied(r1cs, index.rows[i], wires);
            if (!broken)
                FAIL(t, "wire %u of %u is free", wire, r1cs->wire_count);
        }
        wires[wire] = saved;
    }
}

/* The tiers fit the domains that the set-up has points for, and have the size the design states. */
static void test_circuit_fraction__has_the_designed_sizes(zkl_test *t)
{
    const zkl_proof_format format = { .log_cells = 16, .mask_half = 8 };
    static const struct {
        unsigned n, permutations;
    } tiers[] = { { 18, 100 }, { 20, 120 }, { 22, 143 }, { 24, 168 }, { 26, 194 } };

    for (size_t i = 0; i < ZKL_COUNT(tiers); i++) {
        zkl_error err = { 0 };
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, tiers[i].n, &format, &err));
        const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
        printf("    F%u: %u constraints, %u wires, terms A %u, B %u, C %u\n", tiers[i].n,
               r1cs->constraint_count, r1cs->wire_count, r1cs->a.starts[r1cs->constraint_count],
               r1cs->b.starts[r1cs->constraint_count], r1cs->c.starts[r1cs->constraint_count]);
        CHECK_UINT_EQ(t, r1cs->public_count, 1);
        CHECK(t, r1cs->constraint_count > 300 * tiers[i].permutations);
        CHECK(t, r1cs->constraint_count < 300 * tiers[i].permutations + 1300);
        CHECK(t, r1cs->constraint_count + 2 <= (tiers[i].n == 18 ? 1u << 15 : 1u << 16));
    }
}

static void check_same_rows(zkl_test *t, const zkl_r1cs_matrix *got, const zkl_r1cs_matrix *want,
                            uint32_t rows)
{
    CHECK_MEM_EQ(t, got->starts, want->starts, (rows + 1) * sizeof *want->starts);
    for (uint32_t i = 0; i < want->starts[rows]; i++)
        CHECK(t, got->terms[i].wire == want->terms[i].wire &&
                     zkl_fr_equal(&got->terms[i].coefficient, &want->terms[i].coefficient));
}

/* Its sizes, its rows of A and B, and its assignments are the whole circuit's; it has no C. */
static void test_circuit_fraction_new_proving__leaves_out_c_alone(zkl_test *t)
{
    const json_t *const vectors[2] = { test_vectors(t, "proof_model.json"),
                                       test_vectors(t, "proof_model_further.json") };
    zkl_error err = { 0 };
    toy_fraction toy;
    ZKL_AUTO_FREE(zkl_circuit) whole = NULL;
    ZKL_AUTO_FREE(zkl_circuit) proving = NULL;

    toy_load(t, &toy, json_array_get(toy_proofs(vectors, toy_kinds[0]), 0));
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&whole, toy.n, &toy_format, &err));
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new_proving(&proving, toy.n, &toy_format, &err));
    const zkl_r1cs *want = zkl_circuit_r1cs(whole), *got = zkl_circuit_r1cs(proving);
    CHECK_UINT_EQ(t, got->wire_count, want->wire_count);
    CHECK_UINT_EQ(t, got->public_count, want->public_count);
    CHECK_UINT_EQ(t, got->constraint_count, want->constraint_count);
    check_same_rows(t, &got->a, &want->a, want->constraint_count);
    check_same_rows(t, &got->b, &want->b, want->constraint_count);
    CHECK(t, got->c.starts == NULL && want->c.starts != NULL);
    CHECK_MEM_EQ(t, assign(t, proving, &toy), assign(t, whole, &toy),
                 want->wire_count * sizeof(zkl_fr));
}

/* The code of a circuit has one hash, another tier another. */
static void test_circuit_fraction__hash_names_the_circuit(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_digest hashes[3];

    for (unsigned i = 0; i < 3; i++) {
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, i == 2 ? 8 : 6, &toy_format, &err));
        zkl_r1cs_hash(&hashes[i], zkl_circuit_r1cs(circuit));
    }
    CHECK_MEM_EQ(t, &hashes[0], &hashes[1], sizeof hashes[0]);
    CHECK(t, memcmp(&hashes[0], &hashes[2], sizeof hashes[0]) != 0);
}

static void test_circuit_fraction__survives_lack_of_memory(zkl_test *t)
{
    uint64_t nth = 1;
    for (;; nth++) {
        zkl_error err = { 0 };
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = zkl_circuit_fraction_new(&circuit, 6, &toy_format, &err);
        (void)zkl_malloc_fail_after(0);
        if (status == ZKL_OK)
            break;
        CHECK_UINT_EQ(t, status, ZKL_NO_MEMORY);
        CHECK(t, circuit == NULL);
        REQUIRE(t, nth < 1000);
    }
    CHECK(t, nth > 5);
}

ZKL_TESTS(TEST(test_circuit_poseidon__agrees_with_the_plain_sponge),
          TEST(test_circuit_fraction__accepts_the_models_proofs),
          TEST(test_circuit_fraction__refuses_each_changed_number),
          TEST(test_circuit_fraction__binds_every_wire),
          TEST(test_circuit_fraction__has_the_designed_sizes),
          TEST(test_circuit_fraction_new_proving__leaves_out_c_alone),
          TEST(test_circuit_fraction__hash_names_the_circuit),
          TEST(test_circuit_fraction__survives_lack_of_memory))
