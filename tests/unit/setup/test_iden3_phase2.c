/* Contributions to a key: snarkjs's own, changed ones, and ours. test_iden3_phase2__for_others
 * leaves a key of snarkjs's that we contributed to, with its circuit and powers, in
 * $ZKL_INTEROP_OUT for snarkjs. */
#include "base/file.h"
#include "interop/toy_circuit.h"
#include "setup/groth16_setup.h"
#include "setup/iden3_phase2.h"
#include "setup/iden3_ptau.h"
#include "testing.h"

typedef zkl_recorded_key ceremony;

static zkl_bytes vector_file(zkl_test *t, const char *name)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 zkl_file_read(&file,
                               zkl_arena_format(&t->arena, "%s/tests/vectors/iden3/%s",
                                                ZKL_TEST_SOURCE_DIR, name),
                               1u << 20, &err));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, file.data, file.size), file.size);
}

static ceremony read_ceremony(zkl_test *t)
{
    ceremony c = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 zkl_zkey_parse(&c.key, &c.history, vector_file(t, "toy.zkey"),
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
    return c;
}

static zkl_status verify_changed(const ceremony *c, const zkl_zkey_contribution *contribution)
{
    zkl_zkey_history history = c->history;
    zkl_error err = { 0 };
    history.contributions = contribution;
    return zkl_phase2_verify(&c->key, &history, &err);
}

static void test_iden3_phase2__tells_contributions_from_others(zkl_test *t)
{
    ceremony c = read_ceremony(t);
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_phase2_verify(&c.key, &c.history, &err));
    const zkl_zkey_contribution real = c.history.contributions[0];
    zkl_zkey_contribution changed = real;
    zkl_g1_affine *const points[] = { &changed.delta_after, &changed.delta_s, &changed.delta_sx };
    for (size_t i = 0; i < ZKL_COUNT(points); i++) {
        *points[i] = zkl_g1_generator;
        CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, &changed));
        changed = real;
    }
    changed.delta_spx = zkl_g2_generator;
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, &changed));
    changed = real;
    changed.transcript[63] ^= 1;
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, &changed));
    c.history.circuit_hash[0] ^= 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &c.history, &err));
    c.history.circuit_hash[0] ^= 1;
    const zkl_g1_affine delta_1 = c.key.delta_1;
    c.key.delta_1 = c.key.beta_1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &c.history, &err));
    c.key.delta_1 = delta_1;
    const zkl_g2_affine delta_2 = c.key.vk.delta;
    c.key.vk.delta = c.key.vk.beta;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &c.history, &err));
    c.key.vk.delta = delta_2;
    REQUIRE_OK(t, &err, zkl_phase2_verify(&c.key, &c.history, &err));
    changed.transcript[63] ^= 1;
    changed.type = 1;
    CHECK_STATUS(t, ZKL_UNCHECKED, verify_changed(&c, &changed)); /* a beacon alone */
    c.history.count = 0;
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_phase2_verify(&c.key, &c.history, &err));
}

/* Contributions by 1 follow from one another and lead nowhere: delta = gamma, under which proofs
 * can be made of nothing. */
static void test_iden3_phase2__refuses_delta_one(zkl_test *t)
{
    ceremony c = read_ceremony(t);
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    c.history.count = 0;
    REQUIRE_OK(t, &err, zkl_phase2_record(&c.history, &t->arena, &ZKL_FR_ONE, &env, &err));
    c.key.delta_1 = zkl_g1_generator;
    c.key.vk.delta = zkl_g2_generator;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &c.history, &err));
    CHECK(t, strstr(err.text, "delta is 1"));
}

static zkl_powers read_powers(zkl_test *t)
{
    zkl_powers powers = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 zkl_ptau_parse(&powers, NULL, vector_file(t, "toy.ptau"), 0,
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
    return powers;
}

/* snarkjs's hash of the circuit is ours, over its powers; and our record of our own delta holds. */
static void test_iden3_phase2__names_the_circuit_as_snarkjs_does(zkl_test *t)
{
    const ceremony c = read_ceremony(t);
    const zkl_powers powers = read_powers(t);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    toy_circuit toy;
    ceremony own;
    toy_circuit_make(&toy);
    REQUIRE_OK(t, &err,
               zkl_groth16_setup_recorded(&own, &t->arena, &toy.r1cs, &powers, &env, &err));
    CHECK_MEM_EQ(t, own.history.circuit_hash, c.history.circuit_hash, 64);
    REQUIRE_OK(t, &err, zkl_phase2_verify(&own.key, &own.history, &err));
    CHECK_UINT_EQ(t, zkl_zkey_people(&own.history), 1);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &own.history, &err));
}

/* snarkjs's key is the circuit's; with any of its parts exchanged it is not. */
static void test_groth16_check__tells_the_circuits_key_from_others(zkl_test *t)
{
    const ceremony c = read_ceremony(t);
    const zkl_powers powers = read_powers(t);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    toy_circuit toy;
    toy_circuit_make(&toy);
    REQUIRE_OK(t, &err, zkl_groth16_check(&c.key, &toy.r1cs, &powers, &env, &err));

    zkl_groth16_key k = c.key;
    const size_t private_count = k.wire_count - 2, domain = (size_t)1 << k.log_domain;
    zkl_g1_affine *const a = zkl_arena_copy(&t->arena, k.a, k.wire_count * sizeof *k.a);
    zkl_g1_affine *const b_1 = zkl_arena_copy(&t->arena, k.b_1, k.wire_count * sizeof *k.b_1);
    zkl_g2_affine *const b_2 = zkl_arena_copy(&t->arena, k.b_2, k.wire_count * sizeof *k.b_2);
    zkl_g1_affine *const ck = zkl_arena_copy(&t->arena, k.k, private_count * sizeof *k.k);
    zkl_g1_affine *const h = zkl_arena_copy(&t->arena, k.h, domain * sizeof *k.h);
    k.a = a, k.b_1 = b_1, k.b_2 = b_2, k.k = ck, k.h = h;
#define REFUSED(place, value, said)                                                                \
    do {                                                                                           \
        const __typeof__(place) kept = place;                                                      \
        place = value;                                                                             \
        CHECK_STATUS(t, ZKL_REJECTED, zkl_groth16_check(&k, &toy.r1cs, &powers, &env, &err));      \
        if (!strstr(err.text, said))                                                               \
            FAIL(t, "says '%s', not '%s'", err.text, said);                                        \
        place = kept;                                                                              \
    } while (0)
    REFUSED(a[2], zkl_g1_generator, "A is not");
    REFUSED(b_1[3], zkl_g1_generator, "B in G1");
    REFUSED(b_2[3], zkl_g2_generator, "B in G2");
    REFUSED(k.vk.ic[1], zkl_g1_generator, "IC");
    REFUSED(k.vk.alpha, zkl_g1_generator, "alpha");
    REFUSED(k.vk.beta, zkl_g2_generator, "beta in G2");
    REFUSED(k.vk.gamma, k.vk.beta, "gamma");
    REFUSED(k.beta_1, zkl_g1_generator, "beta in G1");
    for (size_t i = 0; i < private_count; i++)
        REFUSED(ck[i], h[0], "C is not");
    for (size_t i = 0; i < domain; i++)
        REFUSED(h[i], ck[0], "H is not");
    REFUSED(k.vk.delta, k.vk.beta, "C is not"); /* another delta than what was divided by */
    /* the rows, which only the prover reads: a coefficient, a wire, a term too few, a row too
     * many */
    const uint32_t terms_a = k.rows_a.starts[k.row_count], terms_b = k.rows_b.starts[k.row_count];
    zkl_lc_term *const rows_a = zkl_arena_copy(&t->arena, k.rows_a.terms, terms_a * sizeof *rows_a);
    zkl_lc_term *const rows_b = zkl_arena_copy(&t->arena, k.rows_b.terms, terms_b * sizeof *rows_b);
    zkl_fr seven;
    zkl_fr_from_u64(&seven, 7);
    k.rows_a.terms = rows_a, k.rows_b.terms = rows_b;
    for (uint32_t i = 0; i < terms_a; i++) {
        REFUSED(rows_a[i].coefficient, seven, "coefficients");
        REFUSED(rows_a[i].wire, (rows_a[i].wire + 1) % k.wire_count, "coefficients");
    }
    for (uint32_t i = 0; i < terms_b; i++)
        REFUSED(rows_b[i].coefficient, seven, "coefficients");
    REFUSED(k.row_count, k.row_count - 1, "coefficients");
    REFUSED(k.row_count, k.row_count + 1, "coefficients");
    REFUSED(k.log_domain, k.log_domain + 1, "another size");
    REFUSED(k.wire_count, k.wire_count - 1, "another size");
#undef REFUSED
    REQUIRE_OK(t, &err, zkl_groth16_check(&k, &toy.r1cs, &powers, &env, &err));

    /* another circuit of the same size, and the circuit under other powers */
    zkl_fr_from_u64(&toy.c[0].coefficient, 7);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_groth16_check(&c.key, &toy.r1cs, &powers, &env, &err));
    toy_circuit_make(&toy);
    zkl_powers other;
    REQUIRE_OK(t, &err, zkl_powers_make(&other, &t->arena, powers.power, &env, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_groth16_check(&c.key, &toy.r1cs, &other, &env, &err));
}

static void write_out(zkl_test *t, const char *folder, const char *name, zkl_bytes content)
{
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_file_write(zkl_arena_format(&t->arena, "%s/%s", folder, name), content, 0644, &err));
}

/* A proof under the new key holds under it, and not under the old one. */
static void test_iden3_phase2__for_others(zkl_test *t)
{
    const char *folder = getenv("ZKL_INTEROP_OUT");
    if (!folder)
        folder = test_folder(t);
    ceremony c = read_ceremony(t), next;
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    env.pool = t->pool;
    CHECK(t, c.key.development);
    REQUIRE_OK(t, &err, zkl_phase2_contribute(&next, &t->arena, &c, "second", &env, &err));
    CHECK(t, !next.key.development);
    CHECK_UINT_EQ(t, next.history.count, 2);
    REQUIRE_OK(t, &err, zkl_phase2_verify(&next.key, &next.history, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &next.history, &err));

    zkl_fr wires[TOY_WIRES];
    zkl_groth16_blinding blinding;
    toy_circuit_assign(wires, 11);
    zkl_fr_from_u64(&blinding.r, test_random_u64(t));
    zkl_fr_from_u64(&blinding.s, test_random_u64(t));
    zkl_groth16_proof proof;
    REQUIRE_OK(t, &err, zkl_groth16_prove(&proof, &next.key, wires, &blinding, t->pool, &err));
    CHECK(t, zkl_groth16_verify(&next.key.vk, &proof, &wires[TOY_OUT]));
    CHECK(t, !zkl_groth16_verify(&c.key.vk, &proof, &wires[TOY_OUT]));

    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE_OK(t, &err, zkl_zkey_encode(&file, &next.key, &next.history, &err));
    write_out(t, folder, "contributed.zkey", zkl_buffer_bytes(&file));
    write_out(t, folder, "contributed.r1cs", vector_file(t, "toy.r1cs"));
    write_out(t, folder, "contributed.ptau", vector_file(t, "toy.ptau"));
}

ZKL_TESTS(TEST(test_iden3_phase2__tells_contributions_from_others),
          TEST(test_iden3_phase2__refuses_delta_one),
          TEST(test_iden3_phase2__names_the_circuit_as_snarkjs_does),
          TEST(test_groth16_check__tells_the_circuits_key_from_others),
          TEST(test_iden3_phase2__for_others))
