/* Poseidon (Grassi et al., USENIX Security 2021) over Fr, and the sponge over it.
 *
 * A round adds constants, applies x^5 to all elements (full) or the first (partial), and multiplies
 * by an MDS matrix: 4 full, 60 partial, 4 full. 5 is the smallest exponent prime to r - 1, so x^5
 * permutes Fr. circuit/circuit_poseidon.c constrains the same rounds. The partial ones are made
 * with 9 products of matrices a round in place of 25 (poseidon.h). */
#include "algebra/poseidon.h"

#include "hash/domains.h"

/* x^5 = (x^2)^2 x: three products, as in the circuit. */
static void apply_sbox(zkl_fr *x)
{
    zkl_fr x2, x4;
    zkl_fr_sqr(&x2, x);
    zkl_fr_sqr(&x4, &x2);
    zkl_fr_mul(x, x, &x4);
}

/* Rows of the matrix times the state; every element of the new state depends on all of the old. */
static void apply_matrix(zkl_fr state[static ZKL_POSEIDON_WIDTH])
{
    zkl_fr mixed[ZKL_POSEIDON_WIDTH];
    for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++)
        zkl_fr_dot(&mixed[i], zkl_poseidon_mds[i], state, ZKL_POSEIDON_WIDTH);
    memcpy(state, mixed, sizeof mixed);
}

static void add_constants(zkl_fr state[static ZKL_POSEIDON_WIDTH],
                          const zkl_fr constants[static ZKL_POSEIDON_WIDTH])
{
    for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++)
        zkl_fr_add(&state[i], &state[i], &constants[i]);
}

/* A full round behind its constants. */
static void mix_all(zkl_fr state[static ZKL_POSEIDON_WIDTH])
{
    for (size_t i = 0; i < ZKL_POSEIDON_WIDTH; i++)
        apply_sbox(&state[i]);
    apply_matrix(state);
}

static void apply_partial(zkl_fr state[static ZKL_POSEIDON_WIDTH], const zkl_poseidon_partial *step)
{
    zkl_fr first, term;
    zkl_fr_add(&state[0], &state[0], &step->constant);
    apply_sbox(&state[0]);
    zkl_fr_dot(&first, step->row, state, ZKL_POSEIDON_WIDTH);
    for (size_t i = 1; i < ZKL_POSEIDON_WIDTH; i++) {
        zkl_fr_mul(&term, &step->column[i - 1], &state[0]);
        zkl_fr_add(&state[i], &state[i], &term);
    }
    state[0] = first;
}

/* Ends with the constants of the full round that follows. */
static void apply_partials(zkl_fr state[static ZKL_POSEIDON_WIDTH])
{
    const size_t others = ZKL_POSEIDON_WIDTH - 1;
    zkl_fr mixed[ZKL_POSEIDON_WIDTH - 1];
    for (size_t round = 0; round < ZKL_POSEIDON_PARTIAL_ROUNDS; round++)
        apply_partial(state, &zkl_poseidon_partials[round]);
    for (size_t i = 0; i < others; i++)
        zkl_fr_dot(&mixed[i], zkl_poseidon_behind_partial[i], &state[1], others);
    memcpy(&state[1], mixed, sizeof mixed);
    add_constants(state, zkl_poseidon_rc_behind_partial);
}

void zkl_poseidon_permute(zkl_fr state[static ZKL_POSEIDON_WIDTH])
{
    const size_t half = ZKL_POSEIDON_FULL_ROUNDS / 2;
    for (size_t round = 0; round < half; round++) {
        add_constants(state, zkl_poseidon_rc[round]);
        mix_all(state);
    }
    apply_partials(state);
    for (size_t round = ZKL_POSEIDON_ROUNDS - half; round < ZKL_POSEIDON_ROUNDS; round++) {
        if (round > ZKL_POSEIDON_ROUNDS - half)
            add_constants(state, zkl_poseidon_rc[round]);
        mix_all(state);
    }
}

/* The capacity element starts as the domain, so transcripts of different use never meet. */
void zkl_transcript_init(zkl_transcript *tr, uint64_t domain)
{
    *tr = (zkl_transcript){ .permutations = 0 };
    zkl_fr_from_u64(&tr->state[0], domain);
}

/* Rate 4: groups of four are added to state[1..4], each followed by a permutation. A short last
 * group adds nothing for what is missing, which is safe because every step of a protocol absorbs a
 * fixed number of scalars. */
void zkl_transcript_absorb(zkl_transcript *tr, const zkl_fr *scalars, size_t count)
{
    const size_t rate = ZKL_POSEIDON_WIDTH - 1;
    ZKL_ASSERT(count >= 1);
    for (size_t i = 0; i < count; i += rate) {
        for (size_t k = 0; k < rate && i + k < count; k++)
            zkl_fr_add(&tr->state[1 + k], &tr->state[1 + k], &scalars[i + k]);
        zkl_poseidon_permute(tr->state);
        tr->permutations++;
    }
}

/* Read from the rate, never from the capacity. */
void zkl_transcript_squeeze(const zkl_transcript *tr, zkl_fr *out, size_t n)
{
    ZKL_ASSERT(n <= ZKL_POSEIDON_WIDTH - 1 && tr->permutations > 0);
    memcpy(out, &tr->state[1], n * sizeof *out);
}

/* A sponge of one absorption and one squeeze. */
void zkl_poseidon_public_hash(zkl_fr *out, const zkl_fr *inputs, size_t count)
{
    zkl_transcript tr;
    zkl_transcript_init(&tr, ZKL_POSEIDON_INPUTS);
    zkl_transcript_absorb(&tr, inputs, count);
    zkl_transcript_squeeze(&tr, out, 1);
}
