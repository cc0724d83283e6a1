/* A circuit's Groth16 key from prepared powers of tau, without knowing tau (Groth, IACR ePrint
 * 2016/260; layout: iden3's).
 *
 * For wire w the columns of the matrices give polynomials over the domain of rows: A_w = sum over
 * rows of a_(row, w) L_row. The powers are prepared as [L_row(tau)]_1, [alpha L_row]_1, [beta
 * L_row]_1 and [L_row]_2, so each point of the key is a short sum over the rows of its wire:
 *
 *   A_w   over [L]_1
 *   B_w   over [L]_1 and [L]_2
 *   K_w   = beta A_w + alpha B_w + C_w, over [beta L]_1, [alpha L]_1 and [L]_1
 *   H     the Lagrange points of the odd half of the doubled domain, as they are
 *
 * 1. zkl_groth16_make_initial makes the key with delta = 1: everything is public, and anybody makes
 *    the same.
 * 2. apply_delta draws 1/delta, sets [delta] in both groups, and scales K of the private wires and
 *    H by 1/delta. delta is wiped then; with a record it first signs a contribution. Such a key is
 *    development: its maker could have kept delta.
 * 3. Checking a key makes the initial one again and compares: what is free of delta must be equal,
 *    the rest divided by it.
 *
 * groth16_points.c makes the points, groth16_repeats.c those of Poseidon's dense columns,
 * groth16_known.c the same points where the secrets are at hand, groth16_rows.c the rows. Memory:
 * the powers, the key (480 bytes a wire, 96 a row of the domain), and 26 KB for each dense row and
 * column of a permutation, for each worker. */
#include "setup/groth16_setup.h"

#include "setup/groth16_internal.h"
#include "setup/iden3_phase2.h"
#include "setup/point_scale.h"

/* ---- phase two */

/* points[i] = by * points[i] */
static zkl_status scale(groth16_making *s, zkl_g1_affine *points, size_t count,
                        const zkl_split_factor *by, zkl_error *err)
{
    ZKL_ASSERT(points != NULL || count == 0);
    for (size_t begin = 0; begin < count; begin += GROTH16_CHUNK) {
        const size_t left = count - begin, n = left < GROTH16_CHUNK ? left : GROTH16_CHUNK;
        ZKL_TRY(zkl_points_scale(points + begin, n, by, s->env->pool, err));
        ZKL_TRY(zkl_groth16_report(s, n, err));
    }
    return ZKL_OK;
}

/* K of the private wires, and H. */
static zkl_status divide(groth16_making *s, const zkl_split_factor *inverse, zkl_error *err)
{
    const size_t public_count = s->r1cs->public_count + 1;
    if (s->known == NULL) {
        ZKL_TRY(scale(s, s->k + public_count, s->r1cs->wire_count - public_count, inverse, err));
        return scale(s, s->h, (size_t)1 << s->key->log_domain, inverse, err);
    }
    zkl_fr value;
    zkl_split_factor_value(&value, inverse);
    const zkl_status status = zkl_groth16_known_divide(s, &value, err);
    zkl_wipe(&value, sizeof value);
    return status;
}

/* Drawn is 1/delta, in the halves in which it is then applied. history: with its circuit hash;
 * NULL: no record. */
static zkl_status apply_delta(groth16_making *s, zkl_arena *arena, zkl_zkey_history *history,
                              zkl_error *err)
{
    zkl_split_factor inverse;
    zkl_fr delta;

    /* The inverse is what is drawn: two halves of 128 bits, so that scaling by it takes half the
     * doublings (point_scale.h). Its value is as good as uniform mod r. */
    do {
        ZKL_TRY(zkl_env_random(s->env, &inverse, sizeof inverse, err));
        zkl_split_factor_value(&delta, &inverse);
    } while (ZKL_NEVER(zkl_fr_is_zero(&delta) || zkl_fr_equal(&delta, &ZKL_FR_ONE)));
    zkl_fr_inverse(&delta, &delta);
    zkl_g1_mul_affine(&s->key->delta_1, &zkl_g1_generator, &delta);
    zkl_g2_mul_affine(&s->key->vk.delta, &zkl_g2_generator, &delta);

    /* The record is signed before delta goes; K and H are scaled by its inverse, which is wiped
     * last. */
    zkl_status status = ZKL_OK;
    if (history != NULL)
        status = zkl_phase2_record(history, arena, &delta, s->env, err);
    zkl_wipe(&delta, sizeof delta);
    if (status == ZKL_OK)
        status = divide(s, &inverse, err);
    zkl_wipe(&inverse, sizeof inverse);
    return status;
}

/* What is known before any sum: sizes, the powers' own points, and the rows for the prover.
 * gamma is the generator, as iden3's keys have it. */
static zkl_status start_key(zkl_groth16_key *key, zkl_arena *arena, const zkl_r1cs *r1cs,
                            const zkl_powers *powers, zkl_error *err)
{
    ZKL_ASSERT(r1cs->public_count == 1 && r1cs->c.starts); /* with C */
    *key = (zkl_groth16_key){
        .development = true,
        .log_domain = zkl_groth16_log_domain(r1cs),
        .wire_count = r1cs->wire_count,
        .public_count = r1cs->public_count,
        .beta_1 = powers->beta_1[0],
        .vk = { .alpha = powers->alpha_1[0], .beta = powers->beta_2, .gamma = zkl_g2_generator },
    };
    if (key->log_domain > powers->power)
        return zkl_fail(err, ZKL_LIMIT,
                        "circuit of 2^%u rows is larger than powers of tau for 2^%u",
                        key->log_domain, powers->power);
    return zkl_groth16_rows(key, arena, r1cs, err);
}

/* history: where the record goes; NULL: none. */
static zkl_status make_key(zkl_groth16_key *out, zkl_zkey_history *history, groth16_making *s,
                           zkl_arena *arena, const zkl_powers *powers, zkl_error *err)
{
    zkl_groth16_key key;
    s->key = &key;
    ZKL_TRY(start_key(&key, arena, s->r1cs, powers, err));
    ZKL_TRY(zkl_groth16_make_initial(s, &key, arena, powers, err));
    if (history != NULL)
        ZKL_TRY(zkl_phase2_circuit_hash(history->circuit_hash, &key, powers, err));
    ZKL_TRY(apply_delta(s, arena, history, err));
    ZKL_TRY(zkl_groth16_report(s, s->total - s->done, err));
    *out = key;
    return ZKL_OK;
}

zkl_status zkl_groth16_setup(zkl_groth16_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    groth16_making s = { .r1cs = r1cs, .env = env };
    return make_key(out, NULL, &s, arena, powers, err);
}

zkl_status zkl_groth16_setup_recorded(zkl_recorded_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                                      const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    groth16_making s = { .r1cs = r1cs, .env = env };
    zkl_recorded_key made = { 0 };
    ZKL_TRY(make_key(&made.key, &made.history, &s, arena, powers, err));
    *out = made;
    return ZKL_OK;
}

zkl_status zkl_groth16_setup_known(zkl_recorded_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                                   const zkl_powers *powers, const zkl_powers_known *known,
                                   const zkl_env *env, zkl_error *err)
{
    groth16_making s = { .r1cs = r1cs, .env = env, .known = known };
    zkl_recorded_key made = { 0 };
    const zkl_status status = make_key(&made.key, &made.history, &s, arena, powers, err);
    groth16_values_clear(&s.values);
    if (status == ZKL_OK)
        *out = made;
    return status;
}

zkl_status zkl_groth16_initial(zkl_recorded_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                               const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    zkl_recorded_key made = { 0 };
    groth16_making s = { .r1cs = r1cs, .env = env, .key = &made.key };
    ZKL_TRY(start_key(&made.key, arena, r1cs, powers, err));
    ZKL_TRY(zkl_groth16_make_initial(&s, &made.key, arena, powers, err));
    /* what zkl_groth16_make_initial leaves to a second phase */
    made.key.delta_1 = zkl_g1_generator;
    made.key.vk.delta = zkl_g2_generator;
    ZKL_TRY(zkl_phase2_circuit_hash(made.history.circuit_hash, &made.key, powers, err));
    *out = made;
    return ZKL_OK;
}

zkl_status zkl_groth16_check(const zkl_groth16_key *key, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_groth16_key initial;
    groth16_making s = { .r1cs = r1cs, .env = env, .key = &initial };

    ZKL_TRY(start_key(&initial, &arena, r1cs, powers, err));
    ZKL_TRY(zkl_groth16_make_initial(&s, &initial, &arena, powers, err));
    ZKL_TRY(zkl_phase2_check_key(key, &initial, env, err));
    return zkl_groth16_check_rows(key, &initial, err);
}
