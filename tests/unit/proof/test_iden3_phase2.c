/* Contributions to a key: snarkjs's own, changed ones, and ours. test_iden3_phase2__for_others leaves a key of snarkjs's
 * that we contributed to, with its circuit and powers, in $ZKL_INTEROP_OUT for snarkjs. */
#include "base/file.h"
#include "interop/toy_circuit.h"
#include "proof/iden3_phase2.h"
#include "testing.h"

typedef struct ceremony {
    zkl_groth16_key key;
    zkl_zkey_history history;
} ceremony;

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
                 zkl_zkey_parse(&c.key, &c.history, &t->arena, vector_file(t, "toy.zkey"),
                                ZKL_IDEN3_CHECKED, t->pool, &err));
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
    c.key.vk.delta = c.key.vk.beta;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &c.history, &err));
    c.history.count = 0;
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_phase2_verify(&c.key, &c.history, &err));
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
    REQUIRE_OK(t, &err,
               zkl_phase2_contribute(&next.key, &next.history, &t->arena, &c.key, &c.history,
                                     "second", &env, &err));
    CHECK(t, !next.key.development);
    CHECK_UINT_EQ(t, next.history.count, 2);
    REQUIRE_OK(t, &err, zkl_phase2_verify(&next.key, &next.history, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_phase2_verify(&c.key, &next.history, &err));

    zkl_fr wires[TOY_WIRES], r, s;
    toy_circuit_assign(wires, 11);
    zkl_fr_from_u64(&r, test_random_u64(t));
    zkl_fr_from_u64(&s, test_random_u64(t));
    zkl_groth16_proof proof;
    REQUIRE_OK(t, &err, zkl_groth16_prove(&proof, &next.key, wires, &r, &s, t->pool, &err));
    CHECK(t, zkl_groth16_verify(&next.key.vk, &proof, &wires[TOY_OUT]));
    CHECK(t, !zkl_groth16_verify(&c.key.vk, &proof, &wires[TOY_OUT]));

    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE_OK(t, &err, zkl_zkey_encode(&file, &next.key, &next.history, &err));
    write_out(t, folder, "contributed.zkey", zkl_buffer_bytes(&file));
    write_out(t, folder, "contributed.r1cs", vector_file(t, "toy.r1cs"));
    write_out(t, folder, "contributed.ptau", vector_file(t, "toy.ptau"));
}

ZKL_TESTS(TEST(test_iden3_phase2__tells_contributions_from_others),
          TEST(test_iden3_phase2__for_others))
