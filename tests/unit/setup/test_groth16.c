/* Set-up, prover and verifier of Groth16 on a small circuit; keys against their definition in
 * scalars. */
#include "setup/groth16_setup.h"

#include "algebra/poly.h"
#include "circuit/circuit.h"
#include "setup/groth16_repeats.h"
#include "setup/iden3_zkey.h"
#include "setup/point_scale.h"
#include "small_circuit.h"

static zkl_fr random_fr(zkl_test *t)
{
    uint8_t bytes[64];
    zkl_fr out;
    test_random_bytes(t, bytes, sizeof bytes);
    zkl_fr_reduce(&out, bytes, sizeof bytes);
    return out;
}

/* Everything a test of proofs needs. The secrets are replayed from the test's randomness. */
typedef struct world {
    small_circuit small;
    zkl_powers powers;
    zkl_groth16_key key;
    zkl_fr tau, alpha, beta, delta;
} world;

static void world_clear(world *w)
{
    small_circuit_clear(&w->small);
}

static bool world_init(zkl_test *t, world *w)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };

    small_circuit_init(t, &w->small);
    const uint64_t before_powers = t->random_state;
    zkl_status status = zkl_powers_make(&w->powers, &t->arena, SMALL_POWER, &env, &err);
    const uint64_t before_key = t->random_state;
    if (status == ZKL_OK)
        status = zkl_groth16_setup(&w->key, &t->arena, &w->small.r1cs, &w->powers, &env, &err);
    if (status != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    const uint64_t after = t->random_state;
    t->random_state = before_powers;
    w->tau = random_fr(t);
    w->alpha = random_fr(t);
    w->beta = random_fr(t);
    t->random_state = before_key;
    zkl_split_factor inverse; /* of delta */
    test_random_bytes(t, &inverse, sizeof inverse);
    zkl_split_factor_value(&w->delta, &inverse);
    zkl_fr_inverse(&w->delta, &w->delta);
    t->random_state = after;
    return true;
}

static bool is_multiple(const zkl_g1_affine *point, const zkl_fr *scalar)
{
    zkl_g1 product;
    zkl_g1_affine want;
    zkl_g1_mul(&product, &zkl_g1_generator, scalar);
    zkl_g1_normalize(&want, &product);
    return memcmp(&want, point, sizeof want) == 0;
}

static bool is_multiple_2(const zkl_g2_affine *point, const zkl_fr *scalar)
{
    zkl_g2 product;
    zkl_g2_affine want;
    zkl_g2_mul(&product, &zkl_g2_generator, scalar);
    zkl_g2_normalize(&want, &product);
    return memcmp(&want, point, sizeof want) == 0;
}

/* L_i(tau) by its definition as a product: prod over j != i of (tau - w^j) / (w^i - w^j). */
static zkl_fr lagrange_by_definition(const zkl_fr *tau, unsigned k, size_t i)
{
    zkl_fr root, w_i, w_j = ZKL_FR_ONE, above = ZKL_FR_ONE, below = ZKL_FR_ONE;
    zkl_ntt_root(&root, k);
    zkl_fr_pow_u64(&w_i, &root, i);
    for (size_t j = 0; j < (size_t)1 << k; j++) {
        zkl_fr factor;
        if (j != i) {
            zkl_fr_sub(&factor, tau, &w_j);
            zkl_fr_mul(&above, &above, &factor);
            zkl_fr_sub(&factor, &w_i, &w_j);
            zkl_fr_mul(&below, &below, &factor);
        }
        zkl_fr_mul(&w_j, &w_j, &root);
    }
    zkl_fr_inverse(&below, &below);
    zkl_fr_mul(&above, &above, &below);
    return above;
}

static void test_powers__are_what_they_say(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const size_t n = (size_t)1 << SMALL_POWER;
    zkl_fr power = ZKL_FR_ONE, product;

    CHECK(t, w.powers.development);
    for (size_t i = 0; i < 2 * n - 1; i++) {
        if (i < 5 || i >= 2 * n - 4 || i % 61 == 0 || (i > n - 3 && i < n + 2)) {
            CHECK(t, is_multiple(&w.powers.tau_1[i], &power));
            if (i < n) {
                CHECK(t, is_multiple_2(&w.powers.tau_2[i], &power));
                zkl_fr_mul(&product, &power, &w.alpha);
                CHECK(t, is_multiple(&w.powers.alpha_1[i], &product));
                zkl_fr_mul(&product, &power, &w.beta);
                CHECK(t, is_multiple(&w.powers.beta_1[i], &product));
            }
        }
        zkl_fr_mul(&power, &power, &w.tau);
    }
    CHECK(t, is_multiple_2(&w.powers.beta_2, &w.beta));
    for (unsigned k = 0; k <= SMALL_POWER + 1; k++)
        for (size_t i = 0; i < (size_t)1 << k; i += k < 3 ? 1 : ((size_t)1 << k) / 3) {
            const zkl_fr value = lagrange_by_definition(&w.tau, k, i);
            const size_t at = zkl_powers_domain_start(k) + i;
            CHECK(t, is_multiple(&w.powers.lagrange_1[at], &value));
            if (k > SMALL_POWER)
                continue;
            CHECK(t, is_multiple_2(&w.powers.lagrange_2[at], &value));
            zkl_fr_mul(&product, &value, &w.alpha);
            CHECK(t, is_multiple(&w.powers.lagrange_alpha_1[at], &product));
            zkl_fr_mul(&product, &value, &w.beta);
            CHECK(t, is_multiple(&w.powers.lagrange_beta_1[at], &product));
        }
}

/* sum over rows of coefficient * L_row(tau) of one wire */
static zkl_fr column_at_tau(const zkl_r1cs_matrix *matrix, uint32_t row_count, uint32_t wire,
                            const zkl_fr *lagrange)
{
    zkl_fr sum = ZKL_FR_ZERO;
    for (uint32_t row = 0; row < row_count; row++)
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++)
            if (matrix->terms[i].wire == wire) {
                zkl_fr product;
                zkl_fr_mul(&product, &matrix->terms[i].coefficient, &lagrange[row]);
                zkl_fr_add(&sum, &sum, &product);
            }
    return sum;
}

/* Every point of the key is the multiple that Groth's paper writes, with iden3's rows 301 and 302
 * for wires 0 and 1. */
static void test_groth16_setup__makes_the_key_of_the_paper(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_r1cs *r1cs = &w.small.r1cs;
    const size_t n = (size_t)1 << SMALL_POWER;
    zkl_fr *lagrange = ZKL_ARENA_NEW(&t->arena, zkl_fr, n), inverse;

    CHECK(t, w.key.development);
    CHECK_UINT_EQ(t, r1cs->constraint_count, 301);
    CHECK_UINT_EQ(t, w.key.row_count, 303);
    CHECK_UINT_EQ(t, w.key.log_domain, SMALL_POWER);
    for (size_t i = 0; i < n; i++)
        lagrange[i] = lagrange_by_definition(&w.tau, SMALL_POWER, i);
    zkl_fr_inverse(&inverse, &w.delta);
    for (uint32_t wire = 0; wire < r1cs->wire_count; wire++) {
        zkl_fr a = column_at_tau(&r1cs->a, r1cs->constraint_count, wire, lagrange);
        const zkl_fr b = column_at_tau(&r1cs->b, r1cs->constraint_count, wire, lagrange);
        zkl_fr k = column_at_tau(&r1cs->c, r1cs->constraint_count, wire, lagrange), product;
        if (wire <= 1)
            zkl_fr_add(&a, &a, &lagrange[r1cs->constraint_count + wire]);
        CHECK(t, is_multiple(&w.key.a[wire], &a));
        CHECK(t, is_multiple(&w.key.b_1[wire], &b));
        CHECK(t, is_multiple_2(&w.key.b_2[wire], &b));
        zkl_fr_mul(&product, &a, &w.beta);
        zkl_fr_add(&k, &k, &product);
        zkl_fr_mul(&product, &b, &w.alpha);
        zkl_fr_add(&k, &k, &product);
        if (wire <= 1) {
            CHECK(t, is_multiple(&w.key.vk.ic[wire], &k));
            continue;
        }
        zkl_fr_mul(&k, &k, &inverse);
        CHECK(t, is_multiple(&w.key.k[wire - 2], &k));
    }
    for (size_t i = 0; i < n; i += 37) {
        zkl_fr h = lagrange_by_definition(&w.tau, SMALL_POWER + 1, 2 * i + 1);
        zkl_fr_mul(&h, &h, &inverse);
        CHECK(t, is_multiple(&w.key.h[i], &h));
    }
    CHECK(t, is_multiple(&w.key.vk.alpha, &w.alpha));
    CHECK(t, is_multiple(&w.key.beta_1, &w.beta));
    CHECK(t, is_multiple_2(&w.key.vk.beta, &w.beta));
    CHECK(t, is_multiple_2(&w.key.vk.gamma, &ZKL_FR_ONE));
    CHECK(t, is_multiple(&w.key.delta_1, &w.delta));
    CHECK(t, is_multiple_2(&w.key.vk.delta, &w.delta));
}

/* A key made while the secrets are at hand, and one made afterwards from the powers. */
typedef struct known_making {
    zkl_test *t;
    zkl_powers powers;
    const zkl_r1cs *r1cs;
    zkl_recorded_key key;
    uint64_t before, after; /* the test's randomness at the key's start and end */
} known_making;

static zkl_status make_known(void *opaque, const zkl_powers_known *known, zkl_error *err)
{
    known_making *m = opaque;
    const zkl_env env = test_env(m->t);
    m->before = m->t->random_state;
    const zkl_status status =
        zkl_groth16_setup_known(&m->key, &m->t->arena, m->r1cs, &m->powers, known, &env, err);
    m->after = m->t->random_state;
    return status;
}

/* From the same randomness, byte for byte; power: of the circuit's domain. */
static void check_same_key(zkl_test *t, const zkl_r1cs *r1cs, unsigned power)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_recorded_key want;
    known_making m = { .t = t, .r1cs = r1cs };
    const zkl_powers_use use = { make_known, &m };

    REQUIRE_OK(t, &err, zkl_powers_make_known(&m.powers, NULL, &t->arena, power, &use, &env, &err));
    t->random_state = m.before;
    REQUIRE_OK(t, &err, zkl_groth16_setup_recorded(&want, &t->arena, r1cs, &m.powers, &env, &err));
    CHECK(t, t->random_state == m.after);
    const size_t wires = r1cs->wire_count, n = (size_t)1 << power;
    const zkl_groth16_key *key = &m.key.key, *other = &want.key;
    CHECK_UINT_EQ(t, key->log_domain, power);
    CHECK_MEM_EQ(t, key->a, other->a, wires * sizeof *key->a);
    CHECK_MEM_EQ(t, key->b_1, other->b_1, wires * sizeof *key->b_1);
    CHECK_MEM_EQ(t, key->b_2, other->b_2, wires * sizeof *key->b_2);
    CHECK_MEM_EQ(t, key->k, other->k, (wires - 2) * sizeof *key->k);
    CHECK_MEM_EQ(t, key->h, other->h, n * sizeof *key->h);
    CHECK_MEM_EQ(t, &key->vk, &other->vk, sizeof key->vk);
    CHECK_MEM_EQ(t, &key->delta_1, &other->delta_1, sizeof key->delta_1);
    CHECK_MEM_EQ(t, m.key.history.circuit_hash, want.history.circuit_hash, 64);
    REQUIRE_OK(t, &err, zkl_groth16_check(key, r1cs, &m.powers, &env, &err));
}

static void test_groth16_setup_known__makes_the_same_key(zkl_test *t)
{
    small_circuit small;
    small_circuit_init(t, &small);
    check_same_key(t, &small.r1cs, SMALL_POWER);
    small_circuit_clear(&small);
}

/* Poseidon's permutations, whose columns are recurrences: more than one group of them, the last not
 * whole. */
static void test_groth16_setup__makes_the_same_key_of_poseidon(zkl_test *t)
{
    const zkl_proof_format format = { .log_cells = 4, .mask_half = 4 };
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, 6, &format, &err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    CHECK(t, r1cs->repeat_count > 16 && r1cs->repeat_count % 16 != 0);
    ZKL_AUTO_CLEAR(groth16_repeats) repeats = { 0 };
    REQUIRE_OK(t, &err, groth16_repeats_find(&repeats, r1cs, &err));
    CHECK_UINT_EQ(t, repeats.row_count, 100);
    CHECK_UINT_EQ(t, repeats.column_count, 100);
    for (size_t i = 0; i < repeats.column_count; i++)
        CHECK(t, repeats.columns[i].term_count <= 9);
    check_same_key(t, r1cs, zkl_groth16_log_domain(r1cs));
}

/* ---- parts that repeat, and such as only seem to */

enum { PARTS = 5, PART_ROWS = 7, PART_WIRES = 8, PART_TERMS = PART_WIRES + 1 };

typedef struct part_circuit {
    zkl_r1cs r1cs;
    zkl_lc_term a[PARTS * PART_ROWS], c[PARTS * PART_ROWS * PART_TERMS];
    uint32_t single[PARTS * PART_ROWS + 1], dense[PARTS * PART_ROWS + 1];
    zkl_r1cs_repeat repeats[PARTS];
} part_circuit;

/* Rows of C over the wire 1 and the part's own, the last wire in the first row alone. */
static void part_circuit_init(zkl_test *t, part_circuit *out)
{
    zkl_lc_term pattern[PART_ROWS][PART_WIRES];
    for (size_t i = 0; i < PART_ROWS; i++)
        for (size_t j = 0; j < PART_WIRES; j++)
            pattern[i][j].coefficient = j == i                         ? ZKL_FR_ONE
                                        : j + 1 == PART_WIRES && i > 0 ? ZKL_FR_ZERO
                                                                       : random_fr(t);
    uint32_t row = 0;
    for (uint32_t part = 0; part < PARTS; part++) {
        const uint32_t wire = 2 + part * PART_WIRES;
        out->repeats[part] = (zkl_r1cs_repeat){ row, wire };
        for (uint32_t i = 0; i < PART_ROWS; i++, row++) {
            out->a[row] = (zkl_lc_term){ wire + i, ZKL_FR_ONE };
            out->single[row + 1] = row + 1;
            zkl_lc_term *c = out->c + (size_t)row * PART_TERMS;
            c[0] = (zkl_lc_term){ 0, random_fr(t) }; /* the constant may differ */
            for (uint32_t j = 0; j < PART_WIRES; j++)
                c[1 + j] = (zkl_lc_term){ wire + j, pattern[i][j].coefficient };
            out->dense[row + 1] = (row + 1) * PART_TERMS;
        }
    }
    out->r1cs = (zkl_r1cs){ .wire_count = 2 + PARTS * PART_WIRES,
                            .public_count = 1,
                            .constraint_count = row,
                            .a = { out->a, out->single },
                            .b = { out->a, out->single },
                            .c = { out->c, out->dense },
                            .repeats = out->repeats,
                            .repeat_count = PARTS,
                            .repeat_rows = PART_ROWS,
                            .repeat_wires = PART_WIRES };
}

static size_t columns_found(zkl_test *t, const part_circuit *circuit)
{
    ZKL_AUTO_CLEAR(groth16_repeats) repeats = { 0 };
    zkl_error err = { 0 };
    const zkl_status status = groth16_repeats_find(&repeats, &circuit->r1cs, &err);
    CHECK_UINT_EQ(t, status, ZKL_OK);
    return repeats.column_count;
}

/* The hint says where, never what: parts that are not the same are summed one by one. */
static void test_groth16_setup__believes_no_hint(zkl_test *t)
{
    static part_circuit circuit;
    for (unsigned kind = 0; kind < 8; kind++) {
        part_circuit_init(t, &circuit);
        zkl_lc_term *in_third = &circuit.c[(size_t)2 * PART_ROWS * PART_TERMS + 3];
        if (kind == 1) /* another coefficient */
            in_third->coefficient = random_fr(t);
        if (kind == 2) /* a wire of another part */
            in_third->wire -= PART_WIRES;
        if (kind == 3) /* the public wire */
            in_third->wire = 1;
        if (kind == 4) /* a row that is shorter: its last term is the next one's */
            circuit.dense[3 * PART_ROWS]--;
        if (kind == 5) /* parts that overlap */
            circuit.repeats[1].row--;
        if (kind == 6) /* and one that goes past the end */
            circuit.r1cs.repeat_wires++;
        if (kind == 7)
            circuit.r1cs.repeat_count = 0;
        CHECK_UINT_EQ(t, columns_found(t, &circuit), kind == 0 ? PART_WIRES : 0);
        check_same_key(t, &circuit.r1cs, zkl_groth16_log_domain(&circuit.r1cs));
    }
}

static void test_groth16_repeats__survive_lack_of_memory(zkl_test *t)
{
    static part_circuit circuit;
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 0;
    part_circuit_init(t, &circuit);
    while (status == ZKL_NO_MEMORY && nth < 500) {
        ZKL_AUTO_CLEAR(groth16_repeats) repeats = { 0 };
        zkl_g1_affine sums[2 + PARTS * PART_WIRES], lagrange[PARTS * PART_ROWS];
        zkl_error err = { 0 };
        for (size_t i = 0; i < ZKL_COUNT(lagrange); i++)
            lagrange[i] = zkl_g1_generator;
        (void)zkl_malloc_fail_after(++nth);
        status = groth16_repeats_find(&repeats, &circuit.r1cs, &err);
        if (status == ZKL_OK)
            status = groth16_repeats_sum(sums, &repeats, lagrange, t->pool, &err);
        (void)zkl_malloc_fail_after(0);
    }
    CHECK_UINT_EQ(t, status, ZKL_OK);
    CHECK(t, nth > 20);
}

/* Each allocation of making a key by known secrets fails once; the key that is made in the end is
 * one. */
static zkl_status make_known_without_memory(void *opaque, const zkl_powers_known *known,
                                            zkl_error *err)
{
    known_making *m = opaque;
    const zkl_env env = test_env(m->t);
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 0;
    while (status == ZKL_NO_MEMORY && nth < 200) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        (void)zkl_malloc_fail_after(++nth);
        status = zkl_groth16_setup_known(&m->key, &arena, m->r1cs, &m->powers, known, &env, err);
        (void)zkl_malloc_fail_after(0);
    }
    CHECK(m->t, nth > 10);
    return status == ZKL_OK ? make_known(opaque, known, err) : status;
}

static void test_groth16_setup_known__survives_lack_of_memory(zkl_test *t)
{
    small_circuit small;
    small_circuit_init(t, &small);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    known_making m = { .t = t, .r1cs = &small.r1cs };
    const zkl_powers_use use = { make_known_without_memory, &m };
    REQUIRE_OK(t, &err,
               zkl_powers_make_known(&m.powers, NULL, &t->arena, SMALL_POWER, &use, &env, &err));
    REQUIRE_OK(t, &err, zkl_groth16_check(&m.key.key, &small.r1cs, &m.powers, &env, &err));
    small_circuit_clear(&small);
}

/* The status of whoever looks at the secrets is that of making the powers. */
static zkl_status refuse_known(void *opaque, const zkl_powers_known *known, zkl_error *err)
{
    (void)known;
    *(int *)opaque += 1;
    return zkl_fail(err, ZKL_IO, "no room");
}

static void test_powers_make_known__fails_with_its_use(zkl_test *t)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_powers powers;
    int calls = 0;
    const zkl_powers_use use = { refuse_known, &calls };
    CHECK_STATUS(t, ZKL_IO, zkl_powers_make_known(&powers, NULL, &t->arena, 2, &use, &env, &err));
    CHECK(t, calls == 1);
}

static bool prove(zkl_test *t, const world *w, const zkl_fr *wires, zkl_groth16_proof *proof)
{
    zkl_error err = { 0 };
    const zkl_fr r = random_fr(t), s = random_fr(t);
    const zkl_groth16_blinding blinding = { r, s };
    const zkl_status status = zkl_groth16_prove(proof, &w->key, wires, &blinding, t->pool, &err);
    if (status != ZKL_OK)
        FAIL(t, "%s", err.text);
    return status == ZKL_OK;
}

static void test_groth16__accepts_only_true_statements(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    zkl_fr *wires = small_wires(t, &w.small), other;
    zkl_groth16_proof proof, again;

    REQUIRE(t, prove(t, &w, wires, &proof) && prove(t, &w, wires, &again));
    CHECK(t, zkl_groth16_verify(&w.key.vk, &proof, &wires[1]));
    CHECK(t, zkl_groth16_verify(&w.key.vk, &again, &wires[1]));
    CHECK(t, memcmp(&proof, &again, sizeof proof) != 0); /* blinded */
    zkl_fr_add(&other, &wires[1], &ZKL_FR_ONE);
    CHECK(t, !zkl_groth16_verify(&w.key.vk, &proof, &other));
    CHECK(t, !zkl_groth16_verify(&w.key.vk, &proof, &ZKL_FR_ZERO));

    /* a wrong witness, under its own and under the true public input */
    const zkl_fr hash = wires[1];
    for (uint32_t wire = 1; wire < w.small.r1cs.wire_count; wire += 43) {
        const zkl_fr saved = wires[wire];
        zkl_fr_add(&wires[wire], &saved, &ZKL_FR_ONE);
        REQUIRE(t, prove(t, &w, wires, &proof));
        CHECK(t, !zkl_groth16_verify(&w.key.vk, &proof, &wires[1]));
        CHECK(t, !zkl_groth16_verify(&w.key.vk, &proof, &hash));
        wires[wire] = saved;
    }
}

/* Another key of the same circuit and powers refuses the proof. */
static void test_groth16__proof_belongs_to_its_key(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    const zkl_fr *wires = small_wires(t, &w.small);
    zkl_groth16_proof proof;
    zkl_groth16_key other;

    REQUIRE(t, prove(t, &w, wires, &proof));
    REQUIRE_OK(t, &err, zkl_groth16_setup(&other, &t->arena, &w.small.r1cs, &w.powers, &env, &err));
    CHECK(t, !zkl_groth16_verify(&other.vk, &proof, &wires[1]));
    zkl_digest a, b;
    zkl_groth16_vk_hash(&a, &w.key.vk);
    zkl_groth16_vk_hash(&b, &other.vk);
    CHECK(t, memcmp(&a, &b, sizeof a) != 0);
}

static void test_groth16_proof__refuses_each_changed_byte(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_fr *wires = small_wires(t, &w.small);
    zkl_groth16_proof proof, decoded;
    zkl_error err = { 0 };
    uint8_t bytes[ZKL_GROTH16_PROOF_BYTES];

    REQUIRE(t, prove(t, &w, wires, &proof));
    zkl_groth16_proof_encode(bytes, &proof);
    REQUIRE_OK(t, &err,
               zkl_groth16_proof_decode(&decoded, zkl_bytes_of(bytes, sizeof bytes), &err));
    CHECK_MEM_EQ(t, &decoded, &proof, sizeof proof);
    for (size_t i = 0; i < sizeof bytes; i++) {
        const uint8_t saved = bytes[i];
        bytes[i] ^= (uint8_t)(1u << i % 8);
        if (zkl_groth16_proof_decode(&decoded, zkl_bytes_of(bytes, sizeof bytes), &err) == ZKL_OK &&
            zkl_groth16_verify(&w.key.vk, &decoded, &wires[1]))
            FAIL(t, "changed byte %zu is accepted", i);
        bytes[i] = saved;
    }
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_groth16_proof_decode(&decoded, zkl_bytes_of(bytes, sizeof bytes - 1), &err));
    for (size_t part = 0; part < 3; part++) { /* infinity */
        static const size_t at[3] = { 0, 48, 144 }, size[3] = { 48, 96, 48 };
        uint8_t changed[ZKL_GROTH16_PROOF_BYTES];
        memcpy(changed, bytes, sizeof bytes);
        memset(changed + at[part], 0, size[part]);
        changed[at[part]] = 0xc0;
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_groth16_proof_decode(&decoded, zkl_bytes_of(changed, sizeof changed), &err));
        CHECK(t, strstr(err.text, "infinity") != NULL);
    }
}

/* (0, 2) has order 3 and lies outside the subgroup. Pairings do not see it: only the decoder keeps
 * it out. */
static void test_groth16_proof__refuses_torsion(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_fr *wires = small_wires(t, &w.small);
    const uint64_t two[6] = { 2 };
    zkl_g1_affine torsion = { 0 };
    zkl_groth16_proof proof;
    zkl_error err = { 0 };

    blst_fp_from_uint64(&torsion.y, two);
    REQUIRE(t, prove(t, &w, wires, &proof));
    for (int part = 0; part < 2; part++) {
        zkl_groth16_proof changed = proof, decoded;
        zkl_g1_affine *at = part == 0 ? &changed.a : &changed.c;
        uint8_t bytes[ZKL_GROTH16_PROOF_BYTES];
        zkl_g1 sum;
        blst_p1_from_affine(&sum, at);
        blst_p1_add_or_double_affine(&sum, &sum, &torsion);
        zkl_g1_normalize(at, &sum);
        CHECK(t, zkl_groth16_verify(&w.key.vk, &changed, &wires[1]));
        zkl_groth16_proof_encode(bytes, &changed);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_groth16_proof_decode(&decoded, zkl_bytes_of(bytes, sizeof bytes), &err));
        CHECK(t, strstr(err.text, "outside the subgroup") != NULL);
    }
}

/* A' = k A, B' = B / k: the same statement, other bytes. So proof bytes identify nothing. */
static void test_groth16_proof__can_be_rerandomised(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_fr *wires = small_wires(t, &w.small), k = random_fr(t);
    zkl_groth16_proof proof, other;
    zkl_fr inverse;
    zkl_g1 a;
    zkl_g2 b;

    REQUIRE(t, prove(t, &w, wires, &proof));
    other = proof;
    zkl_fr_inverse(&inverse, &k);
    zkl_g1_mul(&a, &proof.a, &k);
    zkl_g1_normalize(&other.a, &a);
    zkl_g2_mul(&b, &proof.b, &inverse);
    zkl_g2_normalize(&other.b, &b);
    CHECK(t, zkl_groth16_verify(&w.key.vk, &other, &wires[1]));
    CHECK(t, memcmp(&other, &proof, sizeof proof) != 0);
}

static void test_groth16_vk__refuses_what_is_no_key(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    static const size_t at[6] = { 0, 48, 144, 240, 336, 384 }, size[6] = { 48, 96, 96, 96, 48, 48 };
    uint8_t bytes[ZKL_GROTH16_VK_BYTES], changed[ZKL_GROTH16_VK_BYTES];
    zkl_groth16_vk vk;
    zkl_error err = { 0 };

    zkl_groth16_vk_encode(bytes, &w.key.vk);
    REQUIRE_OK(t, &err,
               zkl_groth16_vk_decode(&vk, zkl_bytes_of(bytes, sizeof bytes),
                                     &err)); /* gamma is the generator */
    CHECK_MEM_EQ(t, &vk, &w.key.vk, sizeof vk);
    REQUIRE_OK(t, &err, zkl_groth16_vk_check(&w.key.vk, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_groth16_vk_decode(&vk, zkl_bytes_of(bytes, sizeof bytes - 48), &err));
    for (size_t i = 0; i < 6; i++) {
        memcpy(changed, bytes, sizeof bytes);
        memset(changed + at[i], 0, size[i]);
        changed[at[i]] = 0xc0; /* infinity */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_groth16_vk_decode(&vk, zkl_bytes_of(changed, sizeof bytes), &err));
        changed[at[i]] = 0x80; /* x = 0: of order 3 in G1, on no curve in G2 */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_groth16_vk_decode(&vk, zkl_bytes_of(changed, sizeof bytes), &err));
        memcpy(changed + at[i], bytes + at[i], size[i]);
        changed[at[i]] &= 0x7f; /* not compressed */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_groth16_vk_decode(&vk, zkl_bytes_of(changed, sizeof bytes), &err));
    }
    vk = w.key.vk;
    vk.delta = zkl_g2_generator;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_groth16_vk_check(&vk, &err));
    vk = w.key.vk;
    vk.gamma = vk.delta;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_groth16_vk_check(&vk, &err));
    vk = w.key.vk;
    blst_fp_cneg(&vk.alpha.x, &vk.alpha.x, true); /* off the curve, but for chance */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_groth16_vk_check(&vk, &err));
    vk = w.key.vk;
    vk.delta.y.fp[0].l[0] ^= 1; /* off the curve, with the x of a point on it */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_groth16_vk_check(&vk, &err));
}

static void test_groth16_setup__refuses_a_circuit_larger_than_the_powers(zkl_test *t)
{
    const zkl_env env = test_env(t);
    small_circuit small;
    zkl_powers powers;
    zkl_groth16_key key;
    zkl_error err = { 0 };

    small_circuit_init(t, &small);
    REQUIRE_OK(t, &err, zkl_powers_make(&powers, &t->arena, SMALL_POWER - 1, &env, &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_groth16_setup(&key, &t->arena, &small.r1cs, &powers, &env, &err));
    small_circuit_clear(&small);
}

/* The domain is iden3's: smallest 2^k of at least constraints + public wires + 1 rows. */
static void test_groth16_log_domain__counts_the_extra_rows(zkl_test *t)
{
    static const struct {
        uint32_t constraints;
        unsigned log_n;
    } cases[] = { { 1, 2 }, { 2, 2 }, { 3, 3 }, { 6, 3 }, { 7, 4 }, { 65534, 16 }, { 65535, 17 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_r1cs r1cs = { .public_count = 1, .constraint_count = cases[i].constraints };
        CHECK_UINT_EQ(t, zkl_groth16_log_domain(&r1cs), cases[i].log_n);
    }
}

static void test_groth16_prove__survives_lack_of_memory(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w = { 0 };
    REQUIRE(t, world_init(t, &w));
    const zkl_fr *wires = small_wires(t, &w.small), r = random_fr(t), s = random_fr(t);
    const zkl_groth16_blinding blinding = { r, s };
    zkl_groth16_proof proof;
    uint64_t nth = 1;

    for (;; nth++) {
        zkl_error err = { 0 };
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status =
            zkl_groth16_prove(&proof, &w.key, wires, &blinding, t->pool, &err);
        (void)zkl_malloc_fail_after(0);
        if (status == ZKL_OK)
            break;
        CHECK_UINT_EQ(t, status, ZKL_NO_MEMORY);
        REQUIRE(t, nth < 200);
    }
    CHECK(t, nth > 5);
    CHECK(t, zkl_groth16_verify(&w.key.vk, &proof, &wires[1]));
}

static void test_groth16_setup__survives_lack_of_memory(zkl_test *t)
{
    const zkl_env env = test_env(t);
    small_circuit small;
    zkl_powers powers;
    zkl_groth16_key key;
    zkl_error err = { 0 };
    uint64_t nth = 1;

    small_circuit_init(t, &small);
    REQUIRE_OK(t, &err, zkl_powers_make(&powers, &t->arena, SMALL_POWER, &env, &err));
    /* Behind the first ones each column of a permutation has the same two: an odd step finds
     * both. */
    for (;; nth += nth < 40 ? 1 : 7) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = zkl_groth16_setup(&key, &arena, &small.r1cs, &powers, &env, &err);
        (void)zkl_malloc_fail_after(0);
        if (status == ZKL_OK)
            break;
        CHECK_UINT_EQ(t, status, ZKL_NO_MEMORY);
        REQUIRE(t, nth < 500);
    }
    CHECK(t, nth > 5);
    for (nth = 1;; nth++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = zkl_powers_make(&powers, &arena, 2, &env, &err);
        (void)zkl_malloc_fail_after(0);
        if (status == ZKL_OK)
            break;
        CHECK_UINT_EQ(t, status, ZKL_NO_MEMORY);
        REQUIRE(t, nth < 200);
    }
    CHECK(t, nth > 3);
    small_circuit_clear(&small);
}

static bool cancel(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage;
    (void)total;
    return done < *(const uint64_t *)opaque;
}

static void test_groth16_setup__can_be_cancelled(zkl_test *t)
{
    uint64_t limit = 1;
    zkl_env env = test_env(t);
    small_circuit small;
    zkl_powers powers;
    zkl_groth16_key key;
    zkl_error err = { 0 };

    small_circuit_init(t, &small);
    REQUIRE_OK(t, &err, zkl_powers_make(&powers, &t->arena, SMALL_POWER, &env, &err));
    env.progress = (zkl_progress){ cancel, &limit };
    CHECK_STATUS(t, ZKL_CANCELLED,
                 zkl_groth16_setup(&key, &t->arena, &small.r1cs, &powers, &env, &err));
    CHECK_STATUS(t, ZKL_CANCELLED, zkl_powers_make(&powers, &t->arena, 2, &env, &err));
    small_circuit_clear(&small);
}

ZKL_TESTS(
    TEST(test_powers__are_what_they_say), TEST(test_groth16_setup__makes_the_key_of_the_paper),
    TEST(test_groth16_setup_known__makes_the_same_key),
    TEST(test_groth16_setup__makes_the_same_key_of_poseidon),
    TEST(test_groth16_setup__believes_no_hint), TEST(test_groth16_repeats__survive_lack_of_memory),
    TEST(test_groth16_setup_known__survives_lack_of_memory),
    TEST(test_powers_make_known__fails_with_its_use),
    TEST(test_groth16__accepts_only_true_statements), TEST(test_groth16__proof_belongs_to_its_key),
    TEST(test_groth16_proof__refuses_each_changed_byte), TEST(test_groth16_proof__refuses_torsion),
    TEST(test_groth16_proof__can_be_rerandomised), TEST(test_groth16_vk__refuses_what_is_no_key),
    TEST(test_groth16_setup__refuses_a_circuit_larger_than_the_powers),
    TEST(test_groth16_log_domain__counts_the_extra_rows),
    TEST(test_groth16_prove__survives_lack_of_memory),
    TEST(test_groth16_setup__survives_lack_of_memory), TEST(test_groth16_setup__can_be_cancelled))
