/* Poseidon inside the circuit, 300 constraints a permutation. circuit_poseidon.h says why; section
 * 9 of docs/proof-system.md has the permutation: 4 full rounds, 60 partial ones, 4 full, each
 * adding constants, raising to the 5th power, and mixing.
 *
 * Constraints: an S-box u -> u^5 costs u u = u^2, u^2 u^2 = u^4, u^4 u = u^5. 8 * 5 + 60 S-boxes
 * are 100, so 300. Between S-boxes everything is linear, so u^5 is written as the combination of
 * later inputs that it equals:
 *
 *   full round      next = M (u_0^5, .., u_4^5) + constants,
 *                   so u_i^5 = row i of M^-1 (next - constants)
 *   partial rounds  only s_0 is raised; going backwards from the state after the last of them
 *                   gives v_r, the output of round r's S-box, over the inputs u_(r+1), .. of
 *                   later rounds and the five inputs of round 64
 *
 * The dense rows are made once for all permutations of a circuit. They are public; values of a
 * sponge are secret. */
#include "circuit/circuit_poseidon.h"

enum {
    WIDTH = ZKL_POSEIDON_WIDTH,
    PARTIAL = ZKL_POSEIDON_PARTIAL_ROUNDS,
    FIRST_PARTIAL = ZKL_POSEIDON_FULL_ROUNDS / 2,
    END_PARTIAL = FIRST_PARTIAL + PARTIAL,
    /* columns of a dense row: the constant, u_4 .. u_63, the five inputs of round 64 */
    COLUMN_U = 1,
    COLUMN_END = COLUMN_U + PARTIAL,
    COLUMNS = COLUMN_END + WIDTH,
};

struct zkl_poseidon_rows {
    zkl_fr mds_inverse[WIDTH][WIDTH];
    zkl_fr partial[PARTIAL][COLUMNS]; /* v_r, the output of the S-box of partial round r */
    zkl_fr first[WIDTH][COLUMNS]; /* outputs of the five S-boxes of the full round before them */
};

/* Gauss-Jordan; the MDS matrix is Cauchy, so every pivot that is met is invertible up to a row
 * exchange. */
static void invert(zkl_fr inverse[WIDTH][WIDTH], const zkl_fr matrix[WIDTH][WIDTH])
{
    zkl_fr work[WIDTH][2 * WIDTH] = { 0 };

    for (int i = 0; i < WIDTH; i++) {
        memcpy(work[i], matrix[i], sizeof matrix[i]);
        work[i][WIDTH + i] = ZKL_FR_ONE;
    }
    for (int column = 0; column < WIDTH; column++) {
        int pivot = column;
        while (pivot < WIDTH && zkl_fr_is_zero(&work[pivot][column]))
            pivot++;
        ZKL_ASSERT(pivot < WIDTH);
        for (int j = 0; j < 2 * WIDTH; j++) {
            const zkl_fr swapped = work[column][j];
            work[column][j] = work[pivot][j];
            work[pivot][j] = swapped;
        }
        zkl_fr scale;
        zkl_fr_inverse_vartime(&scale, &work[column][column]);
        for (int j = 0; j < 2 * WIDTH; j++)
            zkl_fr_mul(&work[column][j], &work[column][j], &scale);
        for (int i = 0; i < WIDTH; i++) {
            const zkl_fr factor = work[i][column];
            for (int j = 0; i != column && j < 2 * WIDTH; j++) {
                zkl_fr product;
                zkl_fr_mul(&product, &factor, &work[column][j]);
                zkl_fr_sub(&work[i][j], &work[i][j], &product);
            }
        }
    }
    for (int i = 0; i < WIDTH; i++)
        memcpy(inverse[i], &work[i][WIDTH], sizeof inverse[i]);
}

/* out = M^-1 (state - round constants), row by row. */
static void before_round(zkl_fr out[WIDTH][COLUMNS], const zkl_poseidon_rows *rows,
                         zkl_fr state[WIDTH][COLUMNS], int round)
{
    for (int i = 0; i < WIDTH; i++)
        zkl_fr_sub(&state[i][0], &state[i][0], &zkl_poseidon_rc[round][i]);
    for (int i = 0; i < WIDTH; i++)
        for (int column = 0; column < COLUMNS; column++) {
            out[i][column] = ZKL_FR_ZERO;
            for (int j = 0; j < WIDTH; j++) {
                zkl_fr product;
                zkl_fr_mul(&product, &rows->mds_inverse[i][j], &state[j][column]);
                zkl_fr_add(&out[i][column], &out[i][column], &product);
            }
        }
}

zkl_status zkl_poseidon_rows_new(zkl_poseidon_rows **out, zkl_error *err)
{
    zkl_poseidon_rows *rows = zkl_calloc(1, sizeof *rows);
    if (rows == NULL)
        return zkl_no_memory(err, sizeof *rows);

    zkl_fr state[WIDTH][COLUMNS] = { 0 }, before[WIDTH][COLUMNS];
    invert(rows->mds_inverse, zkl_poseidon_mds);
    /* The state before round 64 is its own five inputs: the unit rows. Each step back through a
     * partial round gives the output of its S-box as word 0, which its input, an unknown of its
     * own, then replaces. */
    for (int i = 0; i < WIDTH; i++)
        state[i][COLUMN_END + i] = ZKL_FR_ONE;
    for (int round = END_PARTIAL - 1; round >= FIRST_PARTIAL; round--) {
        const int r = round - FIRST_PARTIAL;
        before_round(before, rows, state, round + 1);
        memcpy(rows->partial[r], before[0], sizeof before[0]);
        memcpy(state, before, sizeof before);
        memset(state[0], 0, sizeof state[0]);
        state[0][COLUMN_U + r] = ZKL_FR_ONE;
    }
    before_round(rows->first, rows, state, FIRST_PARTIAL); /* a full round: all five are outputs */
    *out = rows;
    return ZKL_OK;
}

void zkl_poseidon_rows_free(zkl_poseidon_rows *rows)
{
    zkl_free(rows);
}

/* u^2 and u^4 as wires; output = u^5, a value without a wire. */
static void sbox(zkl_circuit_builder *b, zkl_lc *fourth, zkl_fr *output, const zkl_lc *u)
{
    zkl_lc square;

    zkl_builder_product(b, &square, u, u, NULL);
    zkl_builder_product(b, fourth, &square, &square, NULL);
    *output = ZKL_FR_ZERO;
    if (b->wires != NULL) /* the caller enforces u^4 u = output */
        zkl_fr_mul(output, &fourth->value, &u->value);
}

/* The linear layer with the constants of the next round, if there is one. While emitting, when
 * values mean nothing, it is left out: it is most of the arithmetic. */
static void mix(const zkl_circuit_builder *b, zkl_fr state[WIDTH], int next_round)
{
    ZKL_DEBUG_ASSERT(next_round > 0 && next_round <= ZKL_POSEIDON_ROUNDS);
    zkl_fr mixed[WIDTH];
    if (b->wires == NULL)
        return;

    for (int i = 0; i < WIDTH; i++) {
        zkl_fr_dot(&mixed[i], zkl_poseidon_mds[i], state, WIDTH);
        if (next_round < ZKL_POSEIDON_ROUNDS)
            zkl_fr_add(&mixed[i], &mixed[i], &zkl_poseidon_rc[next_round][i]);
    }
    memcpy(state, mixed, sizeof mixed);
}

/* Full round: state of S-box inputs -> the next round's inputs (or the permutation's outputs), all
 * wires. */
static void full_round(zkl_circuit_builder *b, const zkl_poseidon_rows *rows, zkl_lc state[WIDTH],
                       int round)
{
    ZKL_DEBUG_ASSERT(b->wires != NULL || b->without_c || rows != NULL);
    zkl_lc fourth[WIDTH], next[WIDTH];
    zkl_fr values[WIDTH];

    for (int i = 0; i < WIDTH; i++)
        sbox(b, &fourth[i], &values[i], &state[i]);
    mix(b, values, round + 1);
    for (int i = 0; i < WIDTH; i++)
        zkl_builder_wire(b, &next[i], &values[i]);
    for (int i = 0; i < WIDTH && b->wires == NULL;
         i++) { /* u_i^5 = row i of M^-1 (next - constants) */
        zkl_lc_term terms[1 + WIDTH] = { { 0, ZKL_FR_ZERO } };
        for (int j = 0; j < WIDTH && rows != NULL; j++) {
            zkl_fr product;
            terms[1 + j] = (zkl_lc_term){ next[j].terms[0].wire, rows->mds_inverse[i][j] };
            if (round + 1 == ZKL_POSEIDON_ROUNDS)
                continue;
            zkl_fr_mul(&product, &rows->mds_inverse[i][j], &zkl_poseidon_rc[round + 1][j]);
            zkl_fr_sub(&terms[0].coefficient, &terms[0].coefficient, &product);
        }
        zkl_builder_enforce_long(b, &fourth[i], &state[i], terms, rows ? ZKL_COUNT(terms) : 0);
    }
    if (b->wires != NULL)
        zkl_builder_pass_rows(b, WIDTH); /* next is made from these powers */
    memcpy(state, next, sizeof next);
}

/* u^4 u = the dense row over these wires. row NULL: C is not recorded. */
static void enforce_row(zkl_circuit_builder *b, const zkl_lc *fourth, const zkl_lc *u,
                        const zkl_fr *row, const uint32_t wires[COLUMNS])
{
    ZKL_DEBUG_ASSERT(b->wires == NULL);
    zkl_lc_term terms[COLUMNS];

    for (int column = 0; column < COLUMNS && row != NULL; column++)
        terms[column] = (zkl_lc_term){ wires[column], row[column] };
    zkl_builder_enforce_long(b, fourth, u, terms, row ? COLUMNS : 0);
}

/* The full round before the partial ones, and these: its inputs -> the inputs of the full round
 * after them. */
static void middle_rounds(zkl_circuit_builder *b, const zkl_poseidon_rows *rows,
                          zkl_lc state[WIDTH])
{
    ZKL_DEBUG_ASSERT(b->wires != NULL || b->without_c || rows != NULL);
    zkl_lc fourth[WIDTH], partial_fourth[PARTIAL], u[PARTIAL], end[WIDTH];
    zkl_fr values[WIDTH];
    uint32_t wires[COLUMNS] = { 0 };

    for (int i = 0; i < WIDTH; i++)
        sbox(b, &fourth[i], &values[i], &state[i]);
    /* values: the state in the clear. Its word 0 becomes a wire in each round, the other words
     * never. */
    for (int r = 0; r < PARTIAL; r++) {
        mix(b, values, FIRST_PARTIAL + r);
        zkl_builder_wire(b, &u[r], &values[0]);
        wires[COLUMN_U + r] = u[r].terms[0].wire;
        sbox(b, &partial_fourth[r], &values[0], &u[r]);
    }
    mix(b, values, END_PARTIAL);
    for (int i = 0; i < WIDTH; i++) {
        zkl_builder_wire(b, &end[i], &values[i]);
        wires[COLUMN_END + i] = end[i].terms[0].wire;
    }
    for (int i = 0; i < WIDTH && b->wires == NULL; i++)
        enforce_row(b, &fourth[i], &state[i], rows ? rows->first[i] : NULL, wires);
    for (int r = 0; r < PARTIAL && b->wires == NULL; r++)
        enforce_row(b, &partial_fourth[r], &u[r], rows ? rows->partial[r] : NULL, wires);
    if (b->wires != NULL)
        zkl_builder_pass_rows(b, WIDTH + PARTIAL);
    memcpy(state, end, sizeof end);
}

/* From state words as combinations to state words as single wires. The first constants ride in
 * the combinations. */
static void permute(zkl_circuit_builder *b, const zkl_poseidon_rows *rows, zkl_lc state[WIDTH])
{
    for (int i = 0; i < WIDTH; i++)
        zkl_lc_add_constant(&state[i], &state[i], &zkl_poseidon_rc[0][i]);
    zkl_builder_begin_repeat(b);
    for (int round = 0; round < FIRST_PARTIAL - 1; round++)
        full_round(b, rows, state, round);
    middle_rounds(b, rows, state);
    for (int round = END_PARTIAL; round < ZKL_POSEIDON_ROUNDS; round++)
        full_round(b, rows, state, round);
    zkl_builder_end_repeat(b);
}

void zkl_sponge_init(zkl_sponge *sponge, uint64_t domain)
{
    zkl_fr capacity;

    zkl_fr_from_u64(&capacity, domain);
    for (int i = 0; i < WIDTH; i++)
        zkl_lc_constant(&sponge->state[i], i == 0 ? &capacity : &ZKL_FR_ZERO);
}

/* Groups of four: each is added to the rate and permuted; the last one may be shorter. Absorbing
 * nothing changes nothing. */
void zkl_sponge_absorb(zkl_sponge *sponge, zkl_circuit_builder *b, const zkl_poseidon_rows *rows,
                       const zkl_lc *const *values, size_t count)
{
    ZKL_ASSERT(b->wires != NULL || b->without_c || rows != NULL);
    for (size_t i = 0; i < count; i++) {
        /* word 0 is the capacity: nothing is ever added to it */
        zkl_lc *slot = &sponge->state[1 + i % (WIDTH - 1)];
        zkl_lc_add(slot, slot, values[i]);
        if (i + 1 == count || i % (WIDTH - 1) == WIDTH - 2)
            permute(b, rows, sponge->state);
    }
}
