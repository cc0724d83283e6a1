/* How much freedom F_n leaves, counted: the rank of its constraints at a satisfying assignment.
 *
 * Changing one wire at a time (test_circuit.c) cannot see wires that are free together. Near a
 * solution the constraints are the linear system with rows a_i B_i + b_i A_i - C_i, where a_i =
 * <A_i, w>, b_i = <B_i, w>. What is left free must be what the design leaves free: the prover's
 * messages and the inputs, less one for each equation between them. */
#include "circuit/circuit.h"
#include "toy_fraction.h"

typedef struct sparse_row {
    zkl_lc_term *terms; /* without the pivot, whose coefficient is 1 */
    uint32_t count;
} sparse_row;

static void dot_row(zkl_fr *out, const zkl_r1cs_matrix *m, uint32_t row, const zkl_fr *wires)
{
    *out = ZKL_FR_ZERO;
    for (uint32_t i = m->starts[row]; i < m->starts[row + 1]; i++) {
        zkl_fr v;
        zkl_fr_mul(&v, &m->terms[i].coefficient, &wires[m->terms[i].wire]);
        zkl_fr_add(out, out, &v);
    }
}

static void add_row(zkl_fr *line, const zkl_r1cs_matrix *m, uint32_t row, const zkl_fr *by)
{
    for (uint32_t i = m->starts[row]; i < m->starts[row + 1]; i++) {
        zkl_fr v;
        zkl_fr_mul(&v, &m->terms[i].coefficient, by);
        zkl_fr_add(&line[m->terms[i].wire], &line[m->terms[i].wire], &v);
    }
}

/* Take the known rows out of the line; its highest wire becomes a new pivot, if one is left. */
static bool take_pivot(zkl_test *t, zkl_fr *line, sparse_row *pivots, bool *is_pivot,
                       uint32_t wire_count)
{
    for (uint32_t wire = wire_count; wire-- > 1;) { /* wire 0 is the constant 1 */
        if (zkl_fr_is_zero(&line[wire]))
            continue;
        zkl_fr by = line[wire], v;
        if (is_pivot[wire]) {
            for (uint32_t i = 0; i < pivots[wire].count; i++) {
                zkl_fr_mul(&v, &by, &pivots[wire].terms[i].coefficient);
                zkl_fr_sub(&line[pivots[wire].terms[i].wire], &line[pivots[wire].terms[i].wire],
                           &v);
            }
            line[wire] = ZKL_FR_ZERO;
            continue;
        }
        uint32_t count = 0;
        for (uint32_t i = 1; i < wire; i++)
            count += !zkl_fr_is_zero(&line[i]);
        pivots[wire].terms = ZKL_ARENA_NEW(&t->arena, zkl_lc_term, count);
        zkl_fr_inverse_vartime(&by, &by);
        for (uint32_t i = 1; i < wire; i++)
            if (!zkl_fr_is_zero(&line[i])) {
                zkl_fr_mul(&v, &line[i], &by);
                pivots[wire].terms[pivots[wire].count++] = (zkl_lc_term){ i, v };
            }
        is_pivot[wire] = true;
        return true;
    }
    return false;
}

static uint32_t rank_at(zkl_test *t, const zkl_r1cs *r1cs, const zkl_fr *wires)
{
    const uint32_t wire_count = r1cs->wire_count;
    zkl_fr *line = ZKL_ARENA_NEW(&t->arena, zkl_fr, wire_count), a, b, minus;
    sparse_row *pivots = ZKL_ARENA_NEW(&t->arena, sparse_row, wire_count);
    bool *is_pivot = ZKL_ARENA_NEW(&t->arena, bool, wire_count);
    uint32_t rank = 0;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint32_t row = 0; row < r1cs->constraint_count; row++) {
        memset(line, 0, wire_count * sizeof *line);
        dot_row(&a, &r1cs->a, row, wires);
        dot_row(&b, &r1cs->b, row, wires);
        add_row(line, &r1cs->b, row, &a);
        add_row(line, &r1cs->a, row, &b);
        add_row(line, &r1cs->c, row, &minus);
        rank += take_pivot(t, line, pivots, is_pivot, wire_count);
    }
    return rank;
}

/* What may be chosen, and the equations that tie it. The public hash and every challenge follow. */
static uint32_t designed_freedom(unsigned n, unsigned log_cells)
{
    const unsigned layers = n / 2, rounds = layers * (layers - 1), hi = n - log_cells;
    const unsigned chosen = ZKL_FRACTION_INPUTS_FIXED + hi /* inputs */
                            + 2                            /* salt, u */
                            + 2                            /* P, Q */
                            + 4 * rounds                   /* coefficients */
                            + 8 * layers                   /* child values */
                            + 5;                           /* X, X2, X3, M, sigma */
    const unsigned tied = 1                                /* alpha */
                          + 1                              /* P = rho Q */
                          + layers                         /* each combination */
                          + hi                             /* the point is hi */
                          + 1  /* last has log_cells bits: discrete, not free */
                          + 3  /* numerators, denominators, relation */
                          + 1  /* digest */
                          + 1; /* the opening */
    return chosen - tied;
}

static void test_circuit_rank__leaves_no_more_freedom_than_designed(zkl_test *t)
{
    const json_t *const vectors[2] = { test_vectors(t, "proof_model.json"),
                                       test_vectors(t, "proof_model_further.json") };
    for (size_t k = 0; k < ZKL_COUNT(toy_kinds); k++) {
        zkl_error err = { 0 };
        toy_fraction toy;
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        toy_load(t, &toy, json_array_get(toy_proofs(vectors, toy_kinds[k]), 0));
        REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, toy.n, &toy_format, &err));
        const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
        zkl_fr *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, r1cs->wire_count);
        zkl_circuit_fraction_assign(circuit, wires, toy.inputs, &toy.witness);
        REQUIRE(t, zkl_r1cs_satisfied(r1cs, wires, NULL));
        const uint32_t rank = rank_at(t, r1cs, wires), free = r1cs->wire_count - 1 - rank;
        if (free != designed_freedom(toy.n, toy_format.log_cells))
            FAIL(t, "%s, F%u: %u wires, rank %u, %u free, designed %u", toy_kinds[k], toy.n,
                 r1cs->wire_count, rank, free, designed_freedom(toy.n, toy_format.log_cells));
    }
}

ZKL_TESTS(TEST(test_circuit_rank__leaves_no_more_freedom_than_designed))
