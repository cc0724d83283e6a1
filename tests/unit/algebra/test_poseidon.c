#include "algebra/poseidon.h"
#include "unit/algebra/algebra_testing.h"

/* The published known answer of poseidonperm_x5_255_5 starts with this. */
static void test_poseidon_permute__gives_known_answer(zkl_test *t)
{
    zkl_fr state[ZKL_POSEIDON_WIDTH];
    for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++)
        zkl_fr_from_u64(&state[i], i);
    zkl_poseidon_permute(state);
    CHECK_FR_EQ(
        t, state[0],
        test_fr_hex(t, "0x2a918b9c9f9bd7bb509331c81e297b5707f6fc7393dcee1b13901a0b22202e18"));
    test_check_fr_list(t, state,
                       json_object_get(test_vectors(t, "proof_model.json"), "permute_01234"),
                       ZKL_POSEIDON_WIDTH);
}

/* The rounds as they are defined: constants, S-boxes, the matrix. */
static void permute_plainly(zkl_fr state[static ZKL_POSEIDON_WIDTH])
{
    const size_t half = ZKL_POSEIDON_FULL_ROUNDS / 2;
    for (size_t round = 0; round < ZKL_POSEIDON_ROUNDS; round++) {
        const bool is_full = round < half || round >= ZKL_POSEIDON_ROUNDS - half;
        zkl_fr mixed[ZKL_POSEIDON_WIDTH], power;
        for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++) {
            zkl_fr_add(&state[i], &state[i], &zkl_poseidon_rc[round][i]);
            zkl_fr_mul(&power, &state[i], &state[i]);
            zkl_fr_mul(&power, &power, &power);
            if (is_full || i == 0)
                zkl_fr_mul(&state[i], &state[i], &power);
        }
        for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++)
            zkl_fr_dot(&mixed[i], zkl_poseidon_mds[i], state, ZKL_POSEIDON_WIDTH);
        memcpy(state, mixed, sizeof mixed);
    }
}

/* Fewer products, the same permutation: random states, and 0, 1 and r - 1 in every place. */
static void test_poseidon_permute__is_as_it_is_defined(zkl_test *t)
{
    zkl_fr edges[3] = { ZKL_FR_ZERO, ZKL_FR_ONE, ZKL_FR_ZERO };
    zkl_fr_sub(&edges[2], &edges[0], &edges[1]);
    for (size_t round = 0; round < 243 + 50; round++) { /* 3^5 of edges, then random ones */
        zkl_fr state[ZKL_POSEIDON_WIDTH], want[ZKL_POSEIDON_WIDTH];
        size_t digits = round;
        for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++, digits /= 3)
            want[i] = state[i] = round < 243 ? edges[digits % 3] : test_random_fr(t);
        zkl_poseidon_permute(state);
        permute_plainly(want);
        CHECK_MEM_EQ(t, state, want, sizeof state);
    }
}

static void test_transcript__matches_model(zkl_test *t)
{
    zkl_fr inputs[6], out[3];
    zkl_transcript tr;
    for (size_t i = 0; i < 6; i++)
        zkl_fr_from_u64(&inputs[i], i + 1);
    zkl_transcript_init(&tr, 1);
    zkl_transcript_absorb(&tr, inputs, 5);
    CHECK_UINT_EQ(t, tr.permutations, 2);
    zkl_transcript_squeeze(&tr, out, 3);
    test_check_fr_list(
        t, out,
        json_object_get(test_vectors(t, "proof_model.json"), "transcript1_absorb_12345_squeeze3"),
        3);
    zkl_poseidon_public_hash(out, inputs, 6);
    CHECK_FR_EQ(t, out[0],
                test_fr_hex(t, json_string_value(json_object_get(
                                   test_vectors(t, "proof_model.json"), "public_hash_1_to_6"))));
}

static void test_transcript__depends_on_domain_and_every_input(zkl_test *t)
{
    zkl_fr inputs[9], want, got;
    for (size_t i = 0; i < 9; i++)
        inputs[i] = test_random_fr(t);
    zkl_transcript tr;
    zkl_transcript_init(&tr, 2);
    zkl_transcript_absorb(&tr, inputs, 9);
    zkl_transcript_squeeze(&tr, &want, 1);
    zkl_transcript_init(&tr, 3);
    zkl_transcript_absorb(&tr, inputs, 9);
    zkl_transcript_squeeze(&tr, &got, 1);
    CHECK(t, !zkl_fr_equal(&got, &want));
    for (size_t i = 0; i < 9; i++) {
        const zkl_fr kept = inputs[i];
        zkl_fr_add(&inputs[i], &inputs[i], &ZKL_FR_ONE);
        zkl_poseidon_public_hash(&got, inputs, 9);
        CHECK(t, !zkl_fr_equal(&got, &want));
        inputs[i] = kept;
    }
    zkl_poseidon_public_hash(&got, inputs, 9);
    CHECK_FR_EQ(t, got, want);
}

ZKL_TESTS(TEST(test_poseidon_permute__gives_known_answer),
          TEST(test_poseidon_permute__is_as_it_is_defined), TEST(test_transcript__matches_model),
          TEST(test_transcript__depends_on_domain_and_every_input))
