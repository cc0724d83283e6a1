/* Lagrange points from powers alone: those of snarkjs, and those that know tau. */
#include "base/file.h"
#include "setup/iden3_ptau.h"
#include "setup/powers_prepare.h"
#include "testing.h"

static zkl_powers unprepared(const zkl_powers *powers)
{
    zkl_powers p = *powers;
    p.lagrange_1 = p.lagrange_alpha_1 = p.lagrange_beta_1 = NULL;
    p.lagrange_2 = NULL;
    return p;
}

/* snarkjs's preparation of its own powers, byte for byte. */
static void test_powers_prepare__is_snarkjs(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_env env = test_env(t);
    zkl_powers theirs;
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_file_read(&file, ZKL_TEST_SOURCE_DIR "/tests/vectors/iden3/toy.ptau", 1u << 20, &err));
    const zkl_iden3_reading by = { &t->arena, ZKL_IDEN3_CHECKED, t->pool };
    REQUIRE_OK(t, &err, zkl_ptau_parse(&theirs, NULL, zkl_buffer_bytes(&file), 0, &by, &err));
    zkl_powers ours = unprepared(&theirs);
    REQUIRE_OK(t, &err, zkl_powers_prepare(&ours, &t->arena, &env, &err));
    const size_t n = (size_t)1 << theirs.power;
    CHECK_MEM_EQ(t, ours.lagrange_1, theirs.lagrange_1, (4 * n - 1) * sizeof *ours.lagrange_1);
    CHECK_MEM_EQ(t, ours.lagrange_2, theirs.lagrange_2, (2 * n - 1) * sizeof *ours.lagrange_2);
    CHECK_MEM_EQ(t, ours.lagrange_alpha_1, theirs.lagrange_alpha_1, (2 * n - 1) * 96);
    CHECK_MEM_EQ(t, ours.lagrange_beta_1, theirs.lagrange_beta_1, (2 * n - 1) * 96);
    REQUIRE_OK(t, &err, zkl_ptau_check(&ours, &env, &err));
}

/* At every size: what whoever knows tau makes, up to the domain 2N, whose top power is missing. */
static void test_powers_prepare__is_what_tau_says(zkl_test *t)
{
    zkl_env env = test_env(t);
    env.pool = t->pool;
    for (unsigned power = 2; power <= 6; power++) {
        zkl_powers made;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, zkl_powers_make(&made, &t->arena, power, &env, &err));
        zkl_powers ours = unprepared(&made);
        REQUIRE_OK(t, &err, zkl_powers_prepare(&ours, &t->arena, &env, &err));
        const size_t n = (size_t)1 << power;
        CHECK_MEM_EQ(t, ours.lagrange_1, made.lagrange_1, (2 * n - 1) * 96);
        CHECK_MEM_EQ(t, ours.lagrange_2, made.lagrange_2, (2 * n - 1) * 192);
        CHECK_MEM_EQ(t, ours.lagrange_alpha_1, made.lagrange_alpha_1, (2 * n - 1) * 96);
        CHECK_MEM_EQ(t, ours.lagrange_beta_1, made.lagrange_beta_1, (2 * n - 1) * 96);
        REQUIRE_OK(t, &err, zkl_ptau_check(&ours, &env, &err));
    }
}

ZKL_TESTS(TEST(test_powers_prepare__is_snarkjs), TEST(test_powers_prepare__is_what_tau_says))
