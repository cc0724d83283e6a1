/* The model's toy proofs (tests/vectors/proof_model.json), step by step: statement, multiplicities,
 * commitments, every message, and the blob. The plain prover of toy.h makes them, the product's
 * verifier accepts them. */
#include "prove/prove_internal.h"
#include "vectors.h"

#define CHECK_FR(t, got, want)                                                                     \
    do {                                                                                           \
        const zkl_fr check_got = (got), check_want = (want);                                       \
        CHECK_MEM_EQ(t, &check_got, &check_want, sizeof check_got);                                \
    } while (0)

static void check_numbers(zkl_test *t, const zkl_fr *got, size_t count, const json_t *want)
{
    CHECK_UINT_EQ(t, count, json_array_size(want));
    for (size_t i = 0; i < count && i < json_array_size(want); i++)
        CHECK_FR(t, got[i], number(t, json_array_get(want, i)));
}

static void check_points(zkl_test *t, const uint8_t (*got)[ZKL_POINT_BYTES], size_t count,
                         const json_t *want)
{
    CHECK_UINT_EQ(t, count, json_array_size(want));
    for (size_t i = 0; i < count && i < json_array_size(want); i++) {
        zkl_point point;
        point.logarithm = number(t, json_array_get(want, i));
        uint8_t bytes[ZKL_POINT_BYTES];
        toy_encode(bytes, &point);
        CHECK_MEM_EQ(t, got[i], bytes, sizeof bytes);
    }
}

static void check_gkr(zkl_test *t, const zkl_fraction_witness *got, const json_t *want)
{
    const json_t *layers = json_object_get(want, "layers");
    CHECK_FR(t, got->root_p, number(t, json_object_get(want, "P")));
    CHECK_FR(t, got->root_q, number(t, json_object_get(want, "Q")));
    for (size_t k = 0; k < json_array_size(layers); k++) {
        const json_t *layer = json_array_get(layers, k), *rounds = json_object_get(layer, "rounds");
        REQUIRE(t, got->layers[k].round_count == json_array_size(rounds));
        for (size_t i = 0; i < json_array_size(rounds); i++)
            check_numbers(t, got->layers[k].rounds[i], 4, json_array_get(rounds, i));
        check_numbers(t, got->layers[k].p, 4, json_object_get(layer, "p"));
        check_numbers(t, got->layers[k].q, 4, json_object_get(layer, "q"));
    }
}

static zkl_status commit_toy(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                             const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                             zkl_error *err)
{
    (void)committer;
    (void)pool;
    (void)err;
    toy_commit(out, coefficients, count);
    return ZKL_OK;
}

/* The toy prover's statement as the product's argument takes it. */
static zkl_committed_statement committed_of(const toy_proof *want, const uint16_t *const *cells,
                                            const uint32_t *counts, const zkl_fr *u)
{
    return (zkl_committed_statement){ .statement = &want->statement,
                                      .t0 = want->t0,
                                      .cells = cells,
                                      .blinders = want->blinders,
                                      .multiplicities = counts,
                                      .count_blinder = want->count_blinder,
                                      .null_sum = *u,
                                      .mask = want->mask,
                                      .salt = want->witness.salt };
}

/* Each allocation of the argument fails in turn: no memory, no leak (the sanitizers look), and then
 * it passes. */
static void check_lack_of_memory(zkl_test *t, const toy_proof *want, const uint16_t *const *cells,
                                 const uint32_t *counts, const zkl_fr *u)
{
    const zkl_committed_statement committed = committed_of(want, cells, counts, u);
    const zkl_committer committer = { .format = &toy_format, .coefficients = commit_toy };
    const zkl_env env = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 0;
    while (status == ZKL_NO_MEMORY && ++nth < 1000) {
        zkl_arena arena = { 0 };
        zkl_argument got = { 0 };
        zkl_malloc_fail_after(nth);
        status = zkl_argument_prove(&got, &arena, &committed, &committer, &env, NULL);
        zkl_malloc_fail_after(0);
        zkl_arena_clear(&arena);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    CHECK(t, nth > 20);
}

/* The product's prover, given the same statement and secrets, says the same. */
static void check_product_prover(zkl_test *t, const toy_proof *want)
{
    const size_t blocks = want->statement.block_count;
    const uint16_t **cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, blocks);
    uint8_t bytes[32];
    for (size_t b = 0; b < blocks; b++) {
        uint16_t *block = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
        for (size_t i = 0; i < TOY_C; i++) {
            zkl_fr_encode(bytes, &want->cells[b][i]);
            block[i] = bytes[31];
        }
        cells[b] = block;
    }
    zkl_shape shape;
    zkl_error err;
    uint32_t counts[TOY_C];
    zkl_fr u;
    REQUIRE_OK(
        t, &err,
        zkl_shape_compile(&shape, &want->statement, &toy_format, &ZKL_FR_ZERO, &ZKL_FR_ONE, &err));
    REQUIRE_OK(t, &err, zkl_leaf_multiplicities(counts, &u, &shape, cells, t->pool, &err));
    for (size_t i = 0; shape.has_table && i < TOY_C; i++)
        CHECK_FR(t, want->m[i], toy_int(counts[i]));
    CHECK_FR(t, want->witness.u, u);

    const zkl_committed_statement committed =
        committed_of(want, cells, shape.has_table ? counts : NULL, &u);
    const zkl_committer committer = { .format = &toy_format, .coefficients = commit_toy };
    zkl_pool *const pools[2] = { NULL, t->pool };
    for (size_t i = 0; i < 2; i++) {
        const zkl_env env = { .pool = pools[i] };
        zkl_argument got = { 0 };
        REQUIRE_OK(t, &err,
                   zkl_argument_prove(&got, &t->arena, &committed, &committer, &env, &err));
        zkl_buffer blob = { 0 };
        zkl_proof_blob_encode(&blob, &got.blob);
        CHECK_UINT_EQ(t, blob.size, want->blob_bytes.size);
        CHECK_MEM_EQ(t, blob.data, want->blob_bytes.data, blob.size);
        zkl_buffer_clear(&blob);
        CHECK_MEM_EQ(t, got.inputs, want->inputs, want->input_count * sizeof(zkl_fr));
        const char *fault = toy_circuit(want->n, got.inputs, &got.witness);
        CHECK_TEXT_EQ(t, fault ? fault : "", "");
        for (unsigned k = 0; k < want->n / 2; k++) {
            CHECK_MEM_EQ(t, got.witness.layers[k].rounds, want->witness.layers[k].rounds,
                         2 * k * 4 * sizeof(zkl_fr));
            CHECK_MEM_EQ(t, got.witness.layers[k].p, want->witness.layers[k].p, 4 * sizeof(zkl_fr));
            CHECK_MEM_EQ(t, got.witness.layers[k].q, want->witness.layers[k].q, 4 * sizeof(zkl_fr));
        }
    }
    check_lack_of_memory(t, want, cells, shape.has_table ? counts : NULL, &u);
    zkl_shape_clear(&shape);
}

static void check_toy(zkl_test *t, const json_t *toy)
{
    const json_t *assertions = json_object_get(toy, "claims"),
                 *cells = json_object_get(toy, "cells");
    const zkl_bytes text = test_hex(t, json_string_value(json_object_get(toy, "statement")));
    toy_assertion parts[4];
    zkl_statement parsed;
    zkl_error err;
    REQUIRE(t, json_array_size(assertions) <= 4);
    REQUIRE_OK(t, &err, zkl_statement_parse(&parsed, &t->arena, text, &err));
    for (size_t i = 0; i < json_array_size(assertions); i++)
        parts[i] = read_assertion(t, json_array_get(assertions, i), json_object_get(toy, "tables"),
                                  &parsed);

    toy_proof proof;
    toy_prove(t, &proof, parts, json_array_size(assertions), NULL);
    CHECK_UINT_EQ(t, json_array_size(cells), proof.statement.block_count);
    for (size_t b = 0; b < proof.statement.block_count; b++)
        for (size_t i = 0; i < TOY_C; i++)
            CHECK_FR(t, proof.cells[b][i],
                     toy_int(json_integer_value(json_array_get(json_array_get(cells, b), i))));
    for (size_t i = 0; i < json_array_size(json_object_get(toy, "m")); i++)
        CHECK_FR(t, proof.m[i],
                 toy_int(json_integer_value(json_array_get(json_object_get(toy, "m"), i))));
    check_points(t, proof.statement.blocks, proof.statement.block_count,
                 json_object_get(toy, "commitments"));
    check_points(t, proof.statement.multiplicities, proof.statement.multiplicity_count,
                 json_object_get(toy, "multiplicities"));
    check_points(t, proof.statement.masks, proof.statement.mask_count,
                 json_object_get(toy, "masks"));
    CHECK_UINT_EQ(t, text.size, proof.statement_bytes.size);
    CHECK_MEM_EQ(t, proof.statement_bytes.data, text.data, text.size);
    CHECK_FR(t, proof.t0, number(t, json_object_get(toy, "t0")));

    const zkl_fraction_witness *w = &proof.witness;
    CHECK_FR(t, w->salt, number(t, json_object_get(toy, "salt")));
    CHECK_FR(t, w->u, number(t, json_object_get(toy, "u")));
    check_gkr(t, w, json_object_get(toy, "gkr"));
    CHECK_FR(t, w->x, number(t, json_object_get(toy, "X")));
    CHECK_FR(t, w->x2, number(t, json_object_get(toy, "X2")));
    CHECK_FR(t, w->x3, number(t, json_object_get(toy, "X3")));
    CHECK_FR(t, w->m, number(t, json_object_get(toy, "M")));
    CHECK_FR(t, w->sigma, number(t, json_object_get(toy, "sigma")));

    const json_t *opening = json_object_get(toy, "opening");
    zkl_point point;
    uint8_t bytes[ZKL_POINT_BYTES];
    point.logarithm = number(t, json_object_get(opening, "KS"));
    toy_encode(bytes, &point);
    CHECK_MEM_EQ(t, proof.blob.s, bytes, sizeof bytes);
    point.logarithm = number(t, json_object_get(opening, "W"));
    toy_encode(bytes, &point);
    CHECK_MEM_EQ(t, proof.blob.w, bytes, sizeof bytes);
    const zkl_bytes blob = test_hex(t, json_string_value(json_object_get(toy, "proof_blob")));
    REQUIRE(t, blob.size == proof.blob_bytes.size);
    CHECK_MEM_EQ(t, proof.blob_bytes.data, blob.data, blob.size);

    /* the verifier's numbers */
    zkl_reduced_proof reduced;
    zkl_fr rho;
    const zkl_proven_statement given = { text, blob };
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    const zkl_known_tables none = { 0 };
    REQUIRE_OK(t, &err, zkl_verify_reduce(&reduced, &parsed, &given, &arithmetic, &none, &err));
    check_numbers(t, reduced.inputs, reduced.input_count, json_object_get(toy, "inputs"));
    CHECK_FR(t, reduced.public_input, number(t, json_object_get(toy, "public")));
    zkl_opening_weight(&rho, &reduced.t0, 1, blob);
    CHECK_FR(t, rho, number(t, json_array_get(json_object_get(toy, "rho"), 0)));
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    check_product_prover(t, &proof);
}

static void check_group_of(zkl_test *t, const char *file, const char *name, size_t count)
{
    const json_t *group = json_object_get(test_vectors(t, file), name);
    CHECK_UINT_EQ(t, json_array_size(group), count);
    for (size_t i = 0; i < json_array_size(group); i++)
        check_toy(t, json_array_get(group, i));
}

static void check_group(zkl_test *t, const char *name, size_t count)
{
    check_group_of(t, "proof_model.json", name, count);
}

static void test_vectors__cells(zkl_test *t)
{
    check_group(t, "toy_cells", 2);
}

static void test_vectors__sum(zkl_test *t)
{
    check_group(t, "toy_sum", 3);
}

static void test_vectors__range(zkl_test *t)
{
    check_group(t, "toy_range", 4);
}

static void test_vectors__linear(zkl_test *t)
{
    check_group(t, "toy_linear", 1);
}

static void test_vectors__unique(zkl_test *t)
{
    check_group(t, "toy_unique", 2);
}

static void test_vectors__histogram(zkl_test *t)
{
    check_group(t, "toy_histogram", 1);
}

static void test_vectors__split(zkl_test *t)
{
    check_group(t, "toy_split", 1);
}

static void test_vectors__count(zkl_test *t)
{
    check_group(t, "toy_count", 3);
}

/* The model's statement sums x0 over the rows of a predicate with three limbs and a flag. */
static void test_vectors__where(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_where", 1);
}

static void test_vectors__same(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_same", 1);
}

static void test_vectors__sorted(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_sorted", 2);
}

/* "at most" over two tables, and an exact one over one. */
static void test_vectors__balance(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_balance", 2);
}

/* Nulls passed over in a table of one limb; a null as a value. */
static void test_vectors__subset(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_subset", 2);
}

static void test_vectors__disjoint(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_disjoint", 1);
}

/* Each mode but "at most", with and without a bound above and a flag. */
static void test_vectors__groups(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_groups", 3);
}

static void test_vectors__diverse(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_diverse", 1);
}

/* Of one limb, and of two with a flag. */
static void test_vectors__filter(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_filter", 2);
}

/* A sample, and a slice of a span. */
static void test_vectors__rows(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_rows", 2);
}

/* Four rows of B, eighteen of A; beside it that B's key is unique. */
static void test_vectors__join(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_join", 1);
}

/* Sum, least and greatest value; beside it that B's key is unique and its counts are not 0. */
static void test_vectors__group(zkl_test *t)
{
    const json_t *groups =
        json_object_get(test_vectors(t, "proof_model_further.json"), "toy_group");
    REQUIRE(t, json_array_size(groups) == 2);
    check_toy(t, json_array_get(groups, 0));
}

/* Bins with a factor; every value a bin. */
static void test_vectors__drift(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_drift", 2);
}

/* A factor of two groups; a difference among rows with w. */
static void test_vectors__rates(zkl_test *t)
{
    check_group_of(t, "proof_model_further.json", "toy_rates", 2);
}

ZKL_TESTS(TEST(test_vectors__cells), TEST(test_vectors__sum), TEST(test_vectors__range),
          TEST(test_vectors__linear), TEST(test_vectors__unique), TEST(test_vectors__histogram),
          TEST(test_vectors__split), TEST(test_vectors__count), TEST(test_vectors__where),
          TEST(test_vectors__same), TEST(test_vectors__sorted), TEST(test_vectors__balance),
          TEST(test_vectors__subset), TEST(test_vectors__disjoint), TEST(test_vectors__groups),
          TEST(test_vectors__diverse), TEST(test_vectors__filter), TEST(test_vectors__rows),
          TEST(test_vectors__join), TEST(test_vectors__group), TEST(test_vectors__drift),
          TEST(test_vectors__rates))
