/* The circuit F_n (docs/proof-system.md section 4): the verifier of the fraction argument and of
 * the opening's equation, as constraints.
 *
 * 1. The verifier's inputs (section 9) are private wires, hashed by Poseidon into the one public
 *    wire.
 * 2. The transcript is recomputed: alpha, hi and the digest are its challenges, and round
 *    challenges never leave it.
 * 3. The root is P = (rho0 + u rho1) Q with Q != 0; each layer is a sum-check whose rounds have
 *    degree 4 (times the factor of eq that stands outside); the last layer's claim is compared with
 *    the leaf at (lo, hi).
 * 4. X, X2, X3, M and sigma are what the commitments have at lo; the opening's equation at z ties
 *    them to w and S.
 *
 * Every private wire is bound by a constraint: tests change each value of a witness, and none
 * may pass. One code emits and assigns (circuit_builder.h), so nothing here branches on a value.
 * All values but the inputs are secret. Size at n = 22: 43,900 constraints, of which 300 for
 * each of L(L-1) + 2L + 4 permutations (L = n/2) and 6 to 8 of the inputs; n = 26: 59,400 of at
 * most 2^16. */
#include "circuit/circuit.h"

#include "circuit/circuit_poseidon.h"
#include "hash/domains.h"

/* The order of the inputs, docs/proof-system.md section 9. */
enum {
    IN_T0,
    IN_ALPHA,
    IN_DIGEST,
    IN_GAMMA,
    IN_CHI,
    IN_Z,
    IN_W_Z,
    IN_W_ZI,
    IN_S_Z,
    IN_S_ZI,
    IN_A0,
    IN_A1,
    IN_B0,
    IN_B2,
    IN_B3,
    IN_S_INVERSE,
    IN_K0,
    IN_K1,
    IN_RHO0,
    IN_RHO1,
    IN_LAST,
    IN_HI,
};
_Static_assert(IN_HI == ZKL_FRACTION_INPUTS_FIXED, "the inputs before hi");

#define VARIABLES_MAX 30
#define LOG_CELLS_MAX 16 /* a cell's index is one linear combination of its bits */

struct zkl_circuit {
    unsigned n, log_cells;
    zkl_r1cs r1cs; /* borrows from builder */
    zkl_circuit_builder builder;
};

/* One run over the circuit. witness is NULL while emitting. */
typedef struct fraction_run {
    zkl_circuit_builder *b;
    const zkl_poseidon_rows *rows;
    unsigned n, log_cells;
    const zkl_fraction_witness *witness;
    zkl_lc one;
    zkl_lc in[ZKL_FRACTION_INPUTS_MAX];
    zkl_lc u, x, x2, x3, m, sigma;
    zkl_sponge sponge;
    zkl_lc r[VARIABLES_MAX]; /* the leaf point; before that, of the layer at hand */
    zkl_lc p, q;             /* claimed values there */
} fraction_run;

/* A new wire x y. */
static void product(fraction_run *run, zkl_lc *out, const zkl_lc *x, const zkl_lc *y)
{
    ZKL_DEBUG_ASSERT(run->b != NULL);
    zkl_builder_product(run->b, out, x, y, NULL);
}

static void absorb(fraction_run *run, const zkl_lc *const *values, size_t count)
{
    zkl_sponge_absorb(&run->sponge, run->b, run->rows, values, count);
}

/* A private value of the witness; 0 while emitting. */
static void secret(fraction_run *run, zkl_lc *out, const zkl_fr *value)
{
    zkl_builder_wire(run->b, out, value == NULL ? &ZKL_FR_ZERO : value);
}

/* A private wire with x * out = 1; 0 when x is 0, which no constraint then accepts. */
static void inverse(fraction_run *run, zkl_lc *out, const zkl_lc *x)
{
    zkl_fr value;

    zkl_fr_inverse(&value, &x->value); /* constant time: x is secret */
    zkl_builder_wire(run->b, out, &value);
    zkl_builder_enforce(run->b, x, out, &run->one);
}

/* The inputs as private wires, and their hash as the only public one. */
static void bind_inputs(fraction_run *run, const zkl_fr *inputs)
{
    const size_t count = ZKL_FRACTION_INPUTS_FIXED + run->n - run->log_cells;
    ZKL_ASSERT(count <= ZKL_FRACTION_INPUTS_MAX);
    const zkl_lc *pointers[ZKL_FRACTION_INPUTS_MAX];
    zkl_sponge sponge;
    zkl_lc public_hash;

    for (size_t i = 0; i < count; i++) {
        zkl_builder_wire(run->b, &run->in[i], inputs == NULL ? &ZKL_FR_ZERO : &inputs[i]);
        pointers[i] = &run->in[i];
    }
    zkl_sponge_init(&sponge, ZKL_POSEIDON_INPUTS);
    zkl_sponge_absorb(&sponge, run->b, run->rows, pointers, count);
    const zkl_lc *hash = zkl_sponge_challenge(&sponge, 0);
    zkl_builder_set_public(run->b, &public_hash, 1, &hash->value);
    zkl_builder_enforce_equal(run->b, hash, &public_hash);
}

/* alpha is the challenge after t0, salt, u. */
static void start_transcript(fraction_run *run)
{
    const zkl_fraction_witness *w = run->witness;
    zkl_lc salt;

    secret(run, &salt, w == NULL ? NULL : &w->salt);
    secret(run, &run->u, w == NULL ? NULL : &w->u);
    zkl_sponge_init(&run->sponge, ZKL_POSEIDON_F);
    absorb(run, (const zkl_lc *[]){ &run->in[IN_T0], &salt, &run->u }, 3);
    zkl_builder_enforce_equal(run->b, zkl_sponge_challenge(&run->sponge, 0), &run->in[IN_ALPHA]);
}

/* P = (rho0 + u rho1) Q, Q is not 0, and the first lambda. */
static void check_root(fraction_run *run, zkl_lc *lambda)
{
    const zkl_fraction_witness *w = run->witness;
    zkl_lc rho, q_inverse;

    secret(run, &run->p, w == NULL ? NULL : &w->root_p);
    secret(run, &run->q, w == NULL ? NULL : &w->root_q);
    product(run, &rho, &run->u, &run->in[IN_RHO1]);
    zkl_lc_add(&rho, &rho, &run->in[IN_RHO0]);
    zkl_builder_enforce(run->b, &rho, &run->q, &run->p);
    inverse(run, &q_inverse, &run->q);
    absorb(run, (const zkl_lc *[]){ &run->p, &run->q }, 2);
    *lambda = *zkl_sponge_challenge(&run->sponge, 0);
}

/* One round: the claim (1-r_v) h(0) + r_v h(1) becomes h(c), c the challenge of h's
 * coefficients 1..4; its coefficient 0 follows from the claim. */
static void check_round(fraction_run *run, zkl_lc *claim, zkl_lc *challenge, const zkl_lc *r_v,
                        const zkl_fr *message)
{
    ZKL_DEBUG_ASSERT((message == NULL) == (run->witness == NULL));
    zkl_lc h[4], sum = { 0 }, weighted, constant, tail, right;
    zkl_fr value;

    /* h(1) = h(0) + c1 + .. + c4, so (1 - r_v) h(0) + r_v h(1) = h(0) + r_v (c1 + .. + c4) */
    for (int i = 0; i < 4; i++) {
        secret(run, &h[i], message == NULL ? NULL : &message[i]);
        zkl_lc_add(&sum, &sum, &h[i]);
    }
    absorb(run, (const zkl_lc *[]){ &h[0], &h[1], &h[2], &h[3] }, 4);
    const zkl_lc *c = zkl_sponge_challenge(&run->sponge, 0);
    product(run, &weighted, r_v, &sum);
    zkl_lc_sub(&constant, claim, &weighted);

    /* h(c) = h(0) + c (c1 + c (c2 + c (c3 + c c4))); the last product gives the new claim in one
     * constraint */
    product(run, &tail, c, &h[3]);
    for (int i = 2; i >= 1; i--) {
        zkl_lc_add(&tail, &tail, &h[i]);
        product(run, &tail, c, &tail);
    }
    zkl_lc_add(&tail, &tail, &h[0]);
    zkl_fr_mul(&value, &c->value, &tail.value);
    zkl_fr_add(&value, &value, &constant.value);
    zkl_builder_wire(run->b, claim, &value);
    zkl_lc_sub(&right, claim, &constant);
    zkl_builder_enforce(run->b, c, &tail, &right);
    *challenge = *c;
}

/* claim = numerator + lambda denominator of the sum of the four fractions p_b / q_b. */
static void check_combination(fraction_run *run, const zkl_lc *claim, const zkl_lc p[4],
                              const zkl_lc q[4], const zkl_lc *lambda)
{
    zkl_lc p01, p23, q01, q23, crossed, weighted, first, right;

    /* pairs first: p01 / q01 = p0/q0 + p1/q1, and so on; then the two */
    product(run, &crossed, &p[0], &q[1]);
    zkl_builder_product(run->b, &p01, &p[1], &q[0], &crossed);
    product(run, &crossed, &p[2], &q[3]);
    zkl_builder_product(run->b, &p23, &p[3], &q[2], &crossed);
    product(run, &q01, &q[0], &q[1]);
    product(run, &q23, &q[2], &q[3]);
    product(run, &weighted, lambda, &q23);
    zkl_lc_add(&weighted, &weighted, &p23);
    product(run, &first, &p01, &q23);
    zkl_lc_sub(&right, claim, &first);
    zkl_builder_enforce(run->b, &q01, &weighted, &right);
}

/* out = a + l (b - a) */
static void interpolate(fraction_run *run, zkl_lc *out, const zkl_lc *l, const zkl_lc *a,
                        const zkl_lc *b)
{
    zkl_lc difference, step;

    zkl_lc_sub(&difference, b, a);
    product(run, &step, l, &difference);
    zkl_lc_add(out, a, &step);
}

/* The four child values at (l0, l1); l0 belongs to the low bit of the child's number. */
static void fold_children(fraction_run *run, zkl_lc *out, const zkl_lc v[4], const zkl_lc *l0,
                          const zkl_lc *l1)
{
    zkl_lc low, high;

    interpolate(run, &low, l0, &v[0], &v[1]);
    interpolate(run, &high, l0, &v[2], &v[3]);
    interpolate(run, out, l1, &low, &high);
}

/* Layer k: the claim P + lambda Q at r, 2k rounds over its children, their eight values, and the
 * point one layer down. */
static void check_layer(fraction_run *run, unsigned k, zkl_lc *lambda)
{
    const zkl_gkr_layer *layer = run->witness == NULL ? NULL : &run->witness->layers[k];
    zkl_lc claim, right, p[4], q[4], point[VARIABLES_MAX];
    zkl_fr value;

    ZKL_ASSERT(layer == NULL || layer->round_count == 2 * k);
    ZKL_ASSERT(2 * k + 2 <= VARIABLES_MAX);
    zkl_fr_mul(&value, &lambda->value, &run->q.value);
    zkl_fr_add(&value, &value, &run->p.value);
    zkl_builder_wire(run->b, &claim, &value);
    zkl_lc_sub(&right, &claim, &run->p);
    zkl_builder_enforce(run->b, lambda, &run->q, &right);

    for (unsigned i = 0; i < 2 * k; i++) {
        const unsigned v = 2 * k - 1 - i; /* the top free variable first */
        check_round(run, &claim, &point[v], &run->r[v], layer == NULL ? NULL : layer->rounds[i]);
    }
    for (int i = 0; i < 4; i++) {
        secret(run, &p[i], layer == NULL ? NULL : &layer->p[i]);
        secret(run, &q[i], layer == NULL ? NULL : &layer->q[i]);
    }
    check_combination(run, &claim, p, q, lambda);
    absorb(run, (const zkl_lc *[]){ &p[0], &p[1], &p[2], &p[3], &q[0], &q[1], &q[2], &q[3] }, 8);
    for (unsigned i = 0; i < 2; i++)
        point[2 * k + i] = *zkl_sponge_challenge(&run->sponge, i);
    *lambda = *zkl_sponge_challenge(&run->sponge, 2);
    fold_children(run, &run->p, p, &point[2 * k], &point[2 * k + 1]);
    fold_children(run, &run->q, q, &point[2 * k], &point[2 * k + 1]);
    memcpy(run->r, point, (2 * k + 2) * sizeof point[0]);
}

/* [t > last] at lo, from the lowest variable x up: where last has a 1, g = x g, else
 * g = x + g - x g. */
static void greater(fraction_run *run, zkl_lc *out)
{
    ZKL_ASSERT(run->log_cells <= LOG_CELLS_MAX);
    uint8_t last[32];
    zkl_lc bits = { 0 };

    /* last in bits: each is 0 or 1, and together they are the input */
    zkl_fr_encode(last, &run->in[IN_LAST].value);
    *out = (zkl_lc){ 0 };
    for (unsigned k = 0; k < run->log_cells; k++) {
        zkl_lc bit, scaled, not_bit, both, rest;
        zkl_fr power;

        zkl_builder_wire(run->b, &bit, last[31 - k / 8] >> k % 8 & 1 ? &ZKL_FR_ONE : &ZKL_FR_ZERO);
        zkl_builder_enforce(run->b, &bit, &bit, &bit);
        zkl_fr_power_of_two(&power, k);
        zkl_lc_scale(&scaled, &bit, &power);
        zkl_lc_add(&bits, &bits, &scaled);
        zkl_lc_sub(&not_bit, &run->one, &bit);
        if (k == 0) {
            product(run, out, &not_bit, &run->r[0]);
            continue;
        }
        product(run, &both, &run->r[k], out);
        zkl_lc_add(&rest, &run->r[k], out);
        zkl_lc_sub(&rest, &rest, &both);
        zkl_lc_sub(&rest, &rest, &both);
        zkl_builder_product(run->b, out, &not_bit, &rest, &both);
    }
    zkl_builder_enforce_equal(run->b, &bits, &run->in[IN_LAST]);
}

/* prod over the lower variables of (1 - lo_k) + lo_k x^(2^k) */
static void eq_at_powers(fraction_run *run, zkl_lc *out, const zkl_lc *x)
{
    ZKL_ASSERT(run->log_cells > 0);
    zkl_lc power = *x; /* x^(2^k), squared from step to step */

    for (unsigned k = 0; k < run->log_cells; k++) {
        zkl_lc factor;
        if (k > 0)
            product(run, &power, &power, &power);
        zkl_lc_sub(&factor, &power, &run->one);
        product(run, &factor, &run->r[k], &factor);
        zkl_lc_add(&factor, &factor, &run->one);
        if (k == 0)
            *out = factor;
        else
            product(run, out, out, &factor);
    }
}

/* The leaf equations of section 4, with a0, a1, b0, b2, b3, k0, k1 from the verifier and X..
 * from the commitments. */
static void check_leaf(fraction_run *run)
{
    const zkl_fraction_witness *w = run->witness;
    zkl_lc cell = { 0 }, gt, pow, table, padding, right;

    secret(run, &run->x, w == NULL ? NULL : &w->x);
    secret(run, &run->x2, w == NULL ? NULL : &w->x2);
    secret(run, &run->x3, w == NULL ? NULL : &w->x3);
    secret(run, &run->m, w == NULL ? NULL : &w->m);
    secret(run, &run->sigma, w == NULL ? NULL : &w->sigma);
    /* table(lo) = sum of 2^k lo_k: the table's value at the point is the cell's index */
    for (unsigned k = 0; k < run->log_cells; k++) {
        zkl_fr power;
        zkl_lc scaled;
        zkl_fr_power_of_two(&power, k);
        zkl_lc_scale(&scaled, &run->r[k], &power);
        zkl_lc_add(&cell, &cell, &scaled);
    }
    greater(run, &gt);
    eq_at_powers(run, &pow, &run->in[IN_S_INVERSE]);

    /* p = a0 - a1 M + X3 */
    zkl_lc_add(&right, &run->in[IN_A0], &run->x3);
    zkl_lc_sub(&right, &right, &run->p);
    zkl_builder_enforce(run->b, &run->in[IN_A1], &run->m, &right);
    /* q = b0 - X - a1 table(lo) - b2 gt(lo) + b3 pow(lo) */
    product(run, &table, &run->in[IN_A1], &cell);
    product(run, &padding, &run->in[IN_B2], &gt);
    zkl_lc_sub(&right, &run->q, &run->in[IN_B0]);
    zkl_lc_add(&right, &right, &run->x);
    zkl_lc_add(&right, &right, &table);
    zkl_lc_add(&right, &right, &padding);
    zkl_builder_enforce(run->b, &run->in[IN_B3], &pow, &right);
    /* X2 = k0 + k1 gt(lo) */
    zkl_lc_sub(&right, &run->x2, &run->in[IN_K0]);
    zkl_builder_enforce(run->b, &run->in[IN_K1], &gt, &right);
}

/* digest is the challenge after X, X2, X3, M, sigma. */
static void end_transcript(fraction_run *run)
{
    absorb(run, (const zkl_lc *[]){ &run->x, &run->x2, &run->x3, &run->m, &run->sigma }, 5);
    zkl_builder_enforce_equal(run->b, zkl_sponge_challenge(&run->sponge, 0), &run->in[IN_DIGEST]);
}

/* w(z) P(1/z) + w(1/z) P(z) = 2 Y + z S(z) + S(1/z)/z,
 * Y = X + gamma X2 + gamma^2 X3 + gamma^3 M + chi sigma. */
static void check_opening(fraction_run *run)
{
    const zkl_lc *z = &run->in[IN_Z];
    zkl_lc z_inverse, y, masked, left, right, at_z, at_inverse, s_z;

    inverse(run, &z_inverse, z);
    /* Y by Horner's rule in gamma */
    product(run, &y, &run->in[IN_GAMMA], &run->m);
    zkl_lc_add(&y, &y, &run->x3);
    product(run, &y, &run->in[IN_GAMMA], &y);
    zkl_lc_add(&y, &y, &run->x2);
    product(run, &y, &run->in[IN_GAMMA], &y);
    zkl_lc_add(&y, &y, &run->x);
    product(run, &masked, &run->in[IN_CHI], &run->sigma);
    zkl_lc_add(&y, &y, &masked);

    /* P at z and 1/z, where lo is: P(x) = prod of (1 - lo_k) + lo_k x^(2^k) */
    eq_at_powers(run, &at_z, z);
    eq_at_powers(run, &at_inverse, &z_inverse);
    product(run, &left, &run->in[IN_W_Z], &at_inverse);
    product(run, &right, &run->in[IN_W_ZI], &at_z);
    zkl_lc_add(&left, &left, &right);
    product(run, &s_z, z, &run->in[IN_S_Z]);
    zkl_lc_sub(&left, &left, &s_z);
    zkl_lc_sub(&left, &left, &y);
    zkl_lc_sub(&left, &left, &y);
    zkl_builder_enforce(run->b, &z_inverse, &run->in[IN_S_ZI], &left);
}

/* The order is the transcript's: a change here is another circuit, with other keys. */
static void run_fraction(fraction_run *run, const zkl_fr *inputs)
{
    zkl_lc lambda;

    ZKL_ASSERT((run->witness == NULL) == (inputs == NULL) &&
               (run->witness == NULL) ==
                   (run->b->wires == NULL)); /* emitting or assigning, whole */
    zkl_lc_constant(&run->one, &ZKL_FR_ONE);
    bind_inputs(run, inputs);
    start_transcript(run);
    check_root(run, &lambda);
    for (unsigned k = 0; k < run->n / 2; k++)
        check_layer(run, k, &lambda);
    /* hi is public: the verifier weighs leaf blocks by it. lo stays in here. */
    for (unsigned i = run->log_cells; i < run->n; i++)
        zkl_builder_enforce_equal(run->b, &run->r[i], &run->in[IN_HI + i - run->log_cells]);
    check_leaf(run);
    end_transcript(run);
    check_opening(run);
}

static zkl_status emit(zkl_circuit **out, unsigned n, const zkl_proof_format *format,
                       bool without_c, zkl_error *err)
{
    ZKL_ASSERT(n % 2 == 0 && n <= VARIABLES_MAX && format->log_cells < n &&
               format->log_cells <= LOG_CELLS_MAX &&
               n - format->log_cells <= ZKL_FRACTION_INPUTS_MAX - ZKL_FRACTION_INPUTS_FIXED);
    ZKL_AUTO_FREE(zkl_poseidon_rows) rows = NULL;
    if (!without_c)
        ZKL_TRY(zkl_poseidon_rows_new(&rows, err));
    ZKL_AUTO_FREE(zkl_circuit) circuit = zkl_calloc(1, sizeof *circuit);
    ZKL_AUTO_BLOCK fraction_run *run = zkl_calloc(1, sizeof *run);
    if (circuit == NULL || run == NULL)
        return zkl_no_memory(err, sizeof *circuit + sizeof *run);

    circuit->n = n;
    circuit->log_cells = format->log_cells;
    /* emitting: the run has no witness, and the circuit keeps the builder's rows */
    zkl_builder_init(&circuit->builder, NULL, 1);
    circuit->builder.without_c = without_c;
    run->b = &circuit->builder;
    run->rows = rows;
    run->n = n;
    run->log_cells = format->log_cells;
    run_fraction(run, NULL);
    ZKL_TRY(zkl_builder_r1cs(&circuit->r1cs, &circuit->builder, 1, err));
    *out = circuit;
    circuit = NULL;
    return ZKL_OK;
}

zkl_status zkl_circuit_fraction_new(zkl_circuit **out, unsigned n, const zkl_proof_format *format,
                                    zkl_error *err)
{
    return emit(out, n, format, false, err);
}

zkl_status zkl_circuit_fraction_new_proving(zkl_circuit **out, unsigned n,
                                            const zkl_proof_format *format, zkl_error *err)
{
    return emit(out, n, format, true, err);
}

void zkl_circuit_free(zkl_circuit *circuit)
{
    if (circuit == NULL)
        return;
    zkl_builder_clear(&circuit->builder);
    zkl_free(circuit);
}

const zkl_r1cs *zkl_circuit_r1cs(const zkl_circuit *circuit)
{
    return &circuit->r1cs;
}

bool zkl_circuit_fraction_satisfy(const zkl_circuit *circuit, zkl_fr *wires, const zkl_fr *inputs,
                                  const zkl_fraction_witness *witness, uint32_t *first_bad)
{
    zkl_circuit_builder builder;
    fraction_run run = {
        .b = &builder, .n = circuit->n, .log_cells = circuit->log_cells, .witness = witness
    };

    /* assigning: no rows, so nothing to clear afterwards but the values in the run */
    ZKL_ASSERT(wires != NULL && inputs != NULL && witness != NULL);
    zkl_builder_init(&builder, wires, 1);
    run_fraction(&run, inputs);
    ZKL_ASSERT(builder.wire_count == circuit->r1cs.wire_count);
    ZKL_ASSERT(builder.row == circuit->r1cs.constraint_count);
    zkl_wipe(&run, sizeof run);
    *first_bad = builder.bad_row;
    return builder.bad_row == UINT32_MAX;
}

void zkl_circuit_fraction_assign(const zkl_circuit *circuit, zkl_fr *wires, const zkl_fr *inputs,
                                 const zkl_fraction_witness *witness)
{
    uint32_t first_bad; /* what is broken, the caller finds */
    (void)zkl_circuit_fraction_satisfy(circuit, wires, inputs, witness, &first_bad);
}
