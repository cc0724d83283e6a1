/* Our own set-up through iden3's files and back: powers, a key of the real circuit F_n at the
 * model's toy size, an assignment, a proof. test_iden3_setup__for_others leaves them in
 * $ZKL_INTEROP_OUT for snarkjs and py_ecc. */
#include "base/file.h"
#include "interop/toy_circuit.h"
#include "setup/groth16_setup.h"
#include "setup/iden3_ceremony.h"
#include "setup/iden3_json.h"
#include "setup/iden3_phase2.h"
#include "setup/iden3_ptau.h"
#include "setup/iden3_r1cs.h"
#include "setup/iden3_zkey.h"
#include "testing.h"

#include "unit/circuit/toy_fraction.h"

typedef struct made {
    zkl_powers powers;
    zkl_ptau_history who_powers;
    zkl_groth16_key key;
    zkl_zkey_history who_key;
} made;

static zkl_status make(made *out, zkl_test *t, const zkl_r1cs *r1cs, zkl_error *err)
{
    zkl_env env = test_env(t);
    env.pool = t->pool;
    ZKL_TRY(zkl_powers_make_recorded(&out->powers, &out->who_powers, &t->arena,
                                     zkl_groth16_log_domain(r1cs), &env, err));
    zkl_recorded_key recorded;
    ZKL_TRY(zkl_groth16_setup_recorded(&recorded, &t->arena, r1cs, &out->powers, &env, err));
    out->key = recorded.key;
    out->who_key = recorded.history;
    return ZKL_OK;
}

static zkl_fr random_fr(zkl_test *t)
{
    uint8_t bytes[64];
    zkl_fr out;
    test_random_bytes(t, bytes, sizeof bytes);
    zkl_fr_reduce(&out, bytes, sizeof bytes);
    return out;
}

static zkl_status prove(zkl_groth16_proof *out, zkl_test *t, const zkl_groth16_key *key,
                        const zkl_fr *wires, zkl_error *err)
{
    const zkl_fr r = random_fr(t), s = random_fr(t);
    const zkl_groth16_blinding blinding = { r, s };
    return zkl_groth16_prove(out, key, wires, &blinding, t->pool, err);
}

/* A key that went through the file is the key: the prover and the verifier work with it. */
static void test_iden3_setup__survives_its_files(zkl_test *t)
{
    toy_circuit toy;
    toy_circuit_make(&toy);
    made m;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make(&m, t, &toy.r1cs, &err));
    ZKL_AUTO_CLEAR(zkl_buffer) ptau = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) zkey = { 0 };
    REQUIRE_OK(t, &err, zkl_ptau_encode(&ptau, &m.powers, &m.who_powers, &err));
    REQUIRE_OK(t, &err, zkl_zkey_encode(&zkey, &m.key, &m.who_key, &err));

    zkl_powers powers;
    zkl_ptau_history history;
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&powers, &history, zkl_buffer_bytes(&ptau), 0,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    CHECK(t, powers.development);
    CHECK_UINT_EQ(t, history.count, 1);
    REQUIRE_OK(t, &err, zkl_ceremony_verify(&powers, &history, &err));
    CHECK_MEM_EQ(t, powers.tau_1, m.powers.tau_1, 15 * sizeof *powers.tau_1);
    CHECK_MEM_EQ(t, powers.lagrange_1, m.powers.lagrange_1, 31 * sizeof *powers.lagrange_1);
    CHECK_MEM_EQ(t, powers.lagrange_2, m.powers.lagrange_2, 15 * sizeof *powers.lagrange_2);
    CHECK_MEM_EQ(t, &powers.beta_2, &m.powers.beta_2, sizeof powers.beta_2);

    zkl_groth16_key key;
    zkl_zkey_history who;
    const zkl_env env = test_env(t);
    REQUIRE_OK(t, &err,
               zkl_zkey_parse(&key, &who, zkl_buffer_bytes(&zkey),
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    CHECK(t, key.development);
    CHECK_UINT_EQ(t, who.count, 1);
    REQUIRE_OK(t, &err, zkl_phase2_verify(&key, &who, &err));
    REQUIRE_OK(t, &err, zkl_groth16_check(&key, &toy.r1cs, &powers, &env, &err));
    CHECK_MEM_EQ(t, &key.vk, &m.key.vk, sizeof key.vk);
    CHECK_UINT_EQ(t, key.row_count, m.key.row_count);
    zkl_fr wires[TOY_WIRES];
    toy_circuit_assign(wires, 7);
    zkl_groth16_proof proof;
    REQUIRE_OK(t, &err, prove(&proof, t, &key, wires, &err));
    CHECK(t, zkl_groth16_verify(&m.key.vk, &proof, &wires[TOY_OUT]));
    CHECK(t, !zkl_groth16_verify(&m.key.vk, &proof, &wires[TOY_X]));
}

static void write_out(zkl_test *t, const char *folder, const char *name, const zkl_buffer *content)
{
    zkl_error err = { 0 };
    char *const path = zkl_arena_format(&t->arena, "%s/%s", folder, name);
    REQUIRE_OK(t, &err, zkl_buffer_status(content, &err));
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(content), 0644, &err));
}

/* Circuit, powers and key as files of that name. */
static void write_setup(zkl_test *t, const char *folder, const char *name, const zkl_r1cs *r1cs,
                        const made *m)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) circuit = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) ptau = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) zkey = { 0 };
    REQUIRE_OK(t, &err, zkl_iden3_r1cs_encode(&circuit, r1cs, &err));
    REQUIRE_OK(t, &err, zkl_ptau_encode(&ptau, &m->powers, &m->who_powers, &err));
    REQUIRE_OK(t, &err, zkl_zkey_encode(&zkey, &m->key, &m->who_key, &err));
    write_out(t, folder, zkl_arena_format(&t->arena, "%s.r1cs", name), &circuit);
    write_out(t, folder, zkl_arena_format(&t->arena, "%s.ptau", name), &ptau);
    write_out(t, folder, zkl_arena_format(&t->arena, "%s.zkey", name), &zkey);

    zkl_r1cs read;
    zkl_digest hash, read_hash;
    REQUIRE_OK(t, &err, zkl_iden3_r1cs_parse(&read, &t->arena, zkl_buffer_bytes(&circuit), &err));
    zkl_r1cs_hash(&hash, r1cs);
    zkl_r1cs_hash(&read_hash, &read);
    CHECK_MEM_EQ(t, read_hash.bytes, hash.bytes, sizeof hash.bytes);
}

static void test_iden3_setup__for_others(zkl_test *t)
{
    const char *folder = getenv("ZKL_INTEROP_OUT");
    zkl_error err = { 0 };
    if (!folder)
        folder = test_folder(t);

    made m;
    toy_circuit small;
    toy_circuit_make(&small);
    REQUIRE_OK(t, &err, make(&m, t, &small.r1cs, &err));
    write_setup(t, folder, "small", &small.r1cs, &m);

    toy_fraction toy = { 0 };
    const json_t *const vectors = test_vectors(t, "proof_model.json");
    toy_load(t, &toy, json_array_get(json_object_get(vectors, toy_kinds[0]), 0));
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, toy.n, &toy_format, &err));
    const zkl_r1cs *const r1cs = zkl_circuit_r1cs(circuit);
    zkl_fr *const wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, r1cs->wire_count);
    zkl_circuit_fraction_assign(circuit, wires, toy.inputs, &toy.witness);
    uint32_t bad;
    REQUIRE(t, zkl_r1cs_satisfied(r1cs, wires, &bad));
    REQUIRE_OK(t, &err, make(&m, t, r1cs, &err));
    write_setup(t, folder, "circuit", r1cs, &m);
    zkl_groth16_proof proof;
    REQUIRE_OK(t, &err, prove(&proof, t, &m.key, wires, &err));
    CHECK(t, zkl_groth16_verify(&m.key.vk, &proof, &toy.public_hash));
    REQUIRE_OK(t, &err, zkl_snarkjs_export(folder, ".", &m.key.vk, &proof, &toy.public_hash, &err));

    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE_OK(t, &err, zkl_iden3_wtns_encode(&file, wires, r1cs->wire_count, &err));
    write_out(t, folder, "circuit.wtns", &file);
}

ZKL_TESTS(TEST(test_iden3_setup__survives_its_files), TEST(test_iden3_setup__for_others))
