/* Checkpoints of one log compared, over small trees whose every size and split is tried. */
#include "verify/history.h"

#include "base/bytes.h"
#include "testing.h"

#define SIZE_MAX_TRIED 9

/* Entry i of a history that left the first one at `split`. */
static zkl_digest *leaves_of(zkl_test *t, uint64_t size, uint64_t split)
{
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, size);
    for (uint64_t i = 0; i < size; i++) {
        const uint8_t entry[2] = { (uint8_t)i, i >= split };
        zkl_rfc6962_leaf(&leaves[i], zkl_bytes_of(entry, sizeof entry));
    }
    return leaves;
}

static zkl_history_state state_of(zkl_test *t, uint64_t size, uint64_t split)
{
    zkl_history_state state = { .size = size, .is_signed = true };
    zkl_merkle_root(&state.root, ZKL_HASH_SHA_256, 1, leaves_of(t, size, split), size);
    return state;
}

static zkl_history_proof proof_of(zkl_test *t, uint64_t old, uint64_t size, uint64_t split)
{
    zkl_digest *path = ZKL_ARENA_NEW(&t->arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    zkl_history_proof proof = {
        .old_size = old, .new_size = size, .old_root = state_of(t, old, split).root, .path = path
    };
    proof.path_count = zkl_rfc6962_consistency(path, leaves_of(t, size, split), size, old);
    return proof;
}

static zkl_history compared(zkl_test *t, const zkl_history_state *states, size_t count,
                            const zkl_history_proof *proofs, size_t proof_count)
{
    zkl_history out = { 0 };
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_history_compare(&out, &t->arena, states, count, count, proofs, proof_count, NULL));
    return out;
}

/* Two states, and the proof of the larger one's history, for every pair of sizes and every place
 * where the smaller one's history may have split off: one history exactly when it did not. */
static void test_history__a_proof_tells_one_history_from_a_fork(zkl_test *t)
{
    for (uint64_t size = 2; size <= SIZE_MAX_TRIED; size++)
        for (uint64_t old = 1; old < size; old++)
            for (uint64_t split = 0; split <= old; split++) {
                const zkl_history_proof proof = proof_of(t, old, size, SIZE_MAX_TRIED);
                const zkl_history_state states[] = { state_of(t, size, SIZE_MAX_TRIED),
                                                     state_of(t, old, split) };
                zkl_history told = compared(t, states, 2, NULL, 0);
                CHECK(t, !told.is_one && !told.is_forked);
                told = compared(t, states, 2, &proof, 1);
                CHECK(t, told.is_one == (split == old) && told.is_forked == (split < old));
                CHECK(t, !told.is_forked || (told.fork[0] == 1 && told.fork[1] == 0));
            }
}

/* Of one size the roots alone tell. */
static void test_history__one_size_needs_no_proof(zkl_test *t)
{
    const zkl_history_state same[] = { state_of(t, 5, 9), state_of(t, 5, 5) };
    zkl_history told = compared(t, same, 2, NULL, 0);
    CHECK(t, told.is_one && !told.is_forked && told.is_shown[0] && told.is_shown[1]);
    const zkl_history_state fork[] = { state_of(t, 5, 9), state_of(t, 5, 4) };
    told = compared(t, fork, 2, NULL, 0);
    CHECK(t, told.is_forked && !told.is_one);
}

/* What nobody signed accuses nobody, and may tie others together all the same. */
static void test_history__an_unsigned_state_convicts_nobody(zkl_test *t)
{
    zkl_history_state states[] = { state_of(t, 3, 9), state_of(t, 5, 9), state_of(t, 8, 9) };
    const zkl_history_proof proofs[] = { proof_of(t, 3, 8, 9), proof_of(t, 5, 8, 9) };
    states[2].is_signed = false;
    CHECK(t, compared(t, states, 3, proofs, 2).is_one);
    states[2] = state_of(t, 8, 2); /* its history is another one */
    states[2].is_signed = false;
    const zkl_history_proof other[] = { proof_of(t, 3, 8, 2), proof_of(t, 5, 8, 2) };
    const zkl_history told = compared(t, states, 3, other, 2);
    CHECK(t, !told.is_one && !told.is_forked);
}

/* A proof that is cut, changed, or of other sizes says nothing. */
static void test_history__a_false_proof_says_nothing(zkl_test *t)
{
    const zkl_history_state states[] = { state_of(t, 3, 9), state_of(t, 7, 9) };
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    zkl_history_proof proof = proof_of(t, 3, 7, 9);
    const size_t count = proof.path_count;
    memcpy(path, proof.path, sizeof path);
    proof.path = path;
    CHECK(t, compared(t, states, 2, &proof, 1).is_one);
    for (size_t i = 0; i < count * sizeof *path; i++) {
        ((uint8_t *)path)[i] ^= 1;
        const zkl_history told = compared(t, states, 2, &proof, 1);
        CHECK(t, !told.is_one && !told.is_forked);
        ((uint8_t *)path)[i] ^= 1;
    }
    for (proof.path_count = 0; proof.path_count <= count + 1; proof.path_count++)
        CHECK(t, compared(t, states, 2, &proof, 1).is_one == (proof.path_count == count));
    proof.path_count = count;
    for (proof.old_size = 0; proof.old_size <= 8; proof.old_size++) {
        const zkl_history told = compared(t, states, 2, &proof, 1);
        CHECK(t, told.is_one == (proof.old_size == 3) && !told.is_forked);
    }
}

/* A begins B and A begins C: B and C may be of two histories, and are not called one. */
static void test_history__a_common_beginning_ties_nothing(zkl_test *t)
{
    const zkl_history_state states[] = { state_of(t, 3, 9), state_of(t, 5, 9), state_of(t, 8, 4) };
    const zkl_history_proof proofs[] = { proof_of(t, 3, 5, 9), proof_of(t, 3, 8, 4) };
    zkl_history told = compared(t, states, 3, proofs, 2);
    CHECK(t, !told.is_one && !told.is_forked);
    CHECK(t, told.is_shown[0] && told.is_shown[1] != told.is_shown[2]);
    /* With the proof that is missing it shows. */
    const zkl_history_proof third = proof_of(t, 5, 8, 4);
    told = compared(t, states, 3, &third, 1);
    CHECK(t, told.is_forked && told.fork[0] == 1 && told.fork[1] == 2);
}

/* A chain of proofs is one. */
static void test_history__proofs_follow_one_another(zkl_test *t)
{
    const zkl_history_state states[] = { state_of(t, 9, 9), state_of(t, 2, 9), state_of(t, 4, 9),
                                         state_of(t, 7, 9) };
    const zkl_history_proof proofs[] = { proof_of(t, 2, 4, 9), proof_of(t, 7, 9, 9),
                                         proof_of(t, 4, 7, 9) };
    CHECK(t, compared(t, states, 4, proofs, 3).is_one);
    CHECK(t, !compared(t, states, 4, proofs, 2).is_one);
}

ZKL_TESTS(TEST(test_history__a_proof_tells_one_history_from_a_fork),
          TEST(test_history__one_size_needs_no_proof),
          TEST(test_history__an_unsigned_state_convicts_nobody),
          TEST(test_history__a_false_proof_says_nothing),
          TEST(test_history__a_common_beginning_ties_nothing),
          TEST(test_history__proofs_follow_one_another))
