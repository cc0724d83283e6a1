/* Powers of tau made on this machine, from secrets that are drawn, used and wiped: a development
 * set-up.
 *
 * With tau in hand every point is a scalar times the generator: [tau^i], [alpha tau^i], [beta
 * tau^i], and the Lagrange points [L_i(tau)] of every domain, whose scalars have a closed form
 * (lagrange_values). A ceremony, where nobody has tau, makes the same points by transforms over
 * points. tau is drawn outside all domains, so that no L_i(tau) divides by zero. Whoever asks gets
 * a look at the secrets before they go: circuit keys cost a tenth then (groth16_known.c).
 *
 * All scalars are secret (any of them gives tau away): they lie in one struct whose clearing
 * wipes them. Products of the generator vary in time with them (zkl_g1_multiply_all), as secrets
 * that are used once may (docs/timing.md). Memory at power 16: 110 MB of points, 17 MB of scalars,
 * 24 MB of multiples. */
#include "setup/powers.h"

#include "algebra/poly.h"
#include "setup/iden3_ceremony.h"

#define STAGE "powers of tau"
#define CHUNK ((size_t)1 << 16) /* points between two reports of progress */

/* The toxic waste, and all that follows from it. Wiped when the points are made. */
typedef struct waste {
    zkl_powers_secrets drawn;
    zkl_fr *powers;   /* tau^i, 2N - 1 of them */
    zkl_fr *lagrange; /* L_i(tau), domains 2^0 .. 2N one after the other: 4N - 1 */
    zkl_fr *scratch;  /* CHUNK, or 2N for the inversions */
    size_t n;
} waste;

static void wipe_and_free(zkl_fr *values, size_t count)
{
    if (values != NULL)
        zkl_wipe(values, count * sizeof *values);
    zkl_free(values);
}

/* One chunk of scalars times alpha or beta, or the inversions of the largest domain. */
static size_t scratch_count(size_t n)
{
    return 2 * n > CHUNK ? 2 * n : CHUNK;
}

/* The one place where secrets of a set-up end, on success as on failure. */
static void waste_clear(waste *w)
{
    wipe_and_free(w->powers, 2 * w->n - 1);
    wipe_and_free(w->lagrange, 4 * w->n - 1);
    wipe_and_free(w->scratch, scratch_count(w->n));
    zkl_wipe(w, sizeof *w);
}

zkl_status zkl_setup_secret_draw(zkl_fr *out, const zkl_env *env, zkl_error *err)
{
    uint8_t bytes[64];

    do { /* 64 bytes mod r: the bias is 2^-256 */
        ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
        zkl_fr_reduce(out, bytes, sizeof bytes);
        zkl_wipe(bytes, sizeof bytes);
    } while (ZKL_NEVER(zkl_fr_is_zero(out) || zkl_fr_equal(out, &ZKL_FR_ONE)));
    return ZKL_OK;
}

zkl_status zkl_setup_weights_draw(zkl_fr *out, size_t count, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(out || count == 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[16];
        ZKL_TRY(zkl_env_random(env, bytes, sizeof bytes, err));
        zkl_fr_reduce(&out[i], bytes, sizeof bytes);
    }
    return ZKL_OK;
}

/* L_i(tau) = (tau^m - 1) / m * w^i / (tau - w^i), m = 2^k. */
static void lagrange_values(zkl_fr *out, const zkl_fr *tau, unsigned k, zkl_fr *scratch)
{
    const size_t m = (size_t)1 << k;
    ZKL_DEBUG_ASSERT(!zkl_fr_is_zero(tau));
    zkl_fr root, power = ZKL_FR_ONE, factor, size;

    zkl_ntt_root(&root, k);
    /* tau - w^i, inverted together; then the common factor, which takes w in at each step */
    for (size_t i = 0; i < m; i++) {
        zkl_fr_sub(&out[i], tau, &power);
        zkl_fr_mul(&power, &power, &root);
    }
    zkl_fr_inverse_batch(out, scratch, m);
    zkl_fr_pow_u64(&factor, tau, m);
    zkl_fr_sub(&factor, &factor, &ZKL_FR_ONE);
    zkl_fr_from_u64(&size, m);
    zkl_fr_inverse(&size, &size);
    zkl_fr_mul(&factor, &factor, &size);
    for (size_t i = 0; i < m; i++) {
        zkl_fr_mul(&out[i], &out[i], &factor);
        zkl_fr_mul(&factor, &factor, &root);
    }
    zkl_wipe(&factor, sizeof factor);
}

/* The secrets, tau's powers, and the Lagrange values of the domains 2^0 .. 2^(power + 1). */
static zkl_status waste_draw(waste *w, unsigned power, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(!w->powers && !w->lagrange && !w->scratch);
    w->n = (size_t)1 << power;
    w->powers = zkl_malloc(2 * w->n - 1, sizeof(zkl_fr));
    w->lagrange = zkl_malloc(4 * w->n - 1, sizeof(zkl_fr));
    w->scratch = zkl_malloc(scratch_count(w->n), sizeof(zkl_fr));
    if (w->powers == NULL || w->lagrange == NULL || w->scratch == NULL)
        return zkl_no_memory(err, (6 * w->n + scratch_count(w->n)) * sizeof(zkl_fr));
    zkl_fr beyond;
    do { /* outside every domain */
        ZKL_TRY(zkl_setup_secret_draw(&w->drawn.tau, env, err));
        zkl_fr_pow_u64(&beyond, &w->drawn.tau, 2 * w->n);
    } while (ZKL_NEVER(zkl_fr_equal(&beyond, &ZKL_FR_ONE)));
    zkl_wipe(&beyond, sizeof beyond);
    ZKL_TRY(zkl_setup_secret_draw(&w->drawn.alpha, env, err));
    ZKL_TRY(zkl_setup_secret_draw(&w->drawn.beta, env, err));

    /* tau^0 .. tau^(2N - 2), from which the first arrays follow */
    w->powers[0] = ZKL_FR_ONE;
    for (size_t i = 1; i < 2 * w->n - 1; i++)
        zkl_fr_mul(&w->powers[i], &w->powers[i - 1], &w->drawn.tau);
    for (unsigned k = 0; k <= power + 1; k++)
        lagrange_values(&w->lagrange[zkl_powers_domain_start(k)], &w->drawn.tau, k, w->scratch);
    return ZKL_OK;
}

/* Points in the order in which they are made, for the report of progress. */
typedef struct maker {
    waste *w;
    const zkl_env *env;
    zkl_g1_multiples *multiples_1; /* of the generators */
    zkl_g2_multiples *multiples_2;
    size_t done, total;
} maker;

static void maker_clear(maker *m)
{
    zkl_g1_multiples_free(m->multiples_1);
    zkl_g2_multiples_free(m->multiples_2);
}

/* [factor * values[i]]_1; factor NULL: 1 */
static zkl_status make_g1(maker *m, zkl_g1_affine *out, const zkl_fr *values, size_t count,
                          const zkl_fr *factor, zkl_error *err)
{
    ZKL_ASSERT(out && values);
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t n = count - begin < CHUNK ? count - begin : CHUNK;
        const zkl_fr *scalars = values + begin;

        ZKL_TRY(zkl_env_progress(m->env, STAGE, m->done, m->total, err));
        for (size_t i = 0; i < n && factor != NULL; i++)
            zkl_fr_mul(&m->w->scratch[i], &values[begin + i], factor);
        if (factor != NULL)
            scalars = m->w->scratch;
        ZKL_ASSERT(n <= scratch_count(m->w->n));
        ZKL_TRY(zkl_g1_multiply_all(out + begin, m->multiples_1, scalars, n, m->env->pool, err));
        m->done += n;
    }
    return ZKL_OK;
}

/* [values[i]]_2 */
static zkl_status make_g2(maker *m, zkl_g2_affine *out, const zkl_fr *values, size_t count,
                          zkl_error *err)
{
    ZKL_ASSERT(out && values);
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t n = count - begin < CHUNK ? count - begin : CHUNK;

        ZKL_TRY(zkl_env_progress(m->env, STAGE, m->done, m->total, err));
        ZKL_TRY(
            zkl_g2_multiply_all(out + begin, m->multiples_2, values + begin, n, m->env->pool, err));
        m->done += n;
    }
    return ZKL_OK;
}

zkl_status zkl_powers_make(zkl_powers *out, zkl_arena *arena, unsigned power, const zkl_env *env,
                           zkl_error *err)
{
    return zkl_powers_make_known(out, NULL, arena, power, NULL, env, err);
}

zkl_status zkl_powers_make_recorded(zkl_powers *out, zkl_ptau_history *history, zkl_arena *arena,
                                    unsigned power, const zkl_env *env, zkl_error *err)
{
    return zkl_powers_make_known(out, history, arena, power, NULL, env, err);
}

zkl_status zkl_powers_make_known(zkl_powers *out, zkl_ptau_history *history, zkl_arena *arena,
                                 unsigned power, const zkl_powers_use *use, const zkl_env *env,
                                 zkl_error *err)
{
    ZKL_ASSERT(power >= 1 && power <= ZKL_POWERS_POWER_MAX);
    ZKL_AUTO_CLEAR(waste) w = { .n = 1 };
    const size_t n = (size_t)1 << power;
    zkl_g1_affine *const tau_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n - 1);
    zkl_g2_affine *const tau_2 = ZKL_ARENA_NEW(arena, zkl_g2_affine, n);
    zkl_g1_affine *const alpha_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, n);
    zkl_g1_affine *const beta_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, n);
    zkl_g1_affine *const lagrange_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, 4 * n - 1);
    zkl_g2_affine *const lagrange_2 = ZKL_ARENA_NEW(arena, zkl_g2_affine, 2 * n - 1);
    zkl_g1_affine *const lagrange_alpha_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n - 1);
    zkl_g1_affine *const lagrange_beta_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n - 1);
    if (tau_1 == NULL || tau_2 == NULL || alpha_1 == NULL || beta_1 == NULL || lagrange_1 == NULL ||
        lagrange_2 == NULL || lagrange_alpha_1 == NULL || lagrange_beta_1 == NULL)
        return zkl_no_memory(err, 12 * n * sizeof *tau_1 + 3 * n * sizeof *tau_2);

    /* every array is a list of scalars times the generator */
    ZKL_TRY(waste_draw(&w, power, env, err));
    /* 2 + 1 + 1 + 4 + 2 + 2 + 1 + 2 times n points, less some ones */
    ZKL_AUTO_CLEAR(maker) m = { .w = &w, .env = env, .total = 15 * n };
    ZKL_TRY(zkl_g1_multiples_new(&m.multiples_1, &zkl_g1_generator, 12 * n, env->pool, err));
    ZKL_TRY(zkl_g2_multiples_new(&m.multiples_2, &zkl_g2_generator, 3 * n, env->pool, err));
    zkl_g2_affine beta_2;
    ZKL_TRY(make_g1(&m, tau_1, w.powers, 2 * n - 1, NULL, err));
    ZKL_TRY(make_g1(&m, alpha_1, w.powers, n, &w.drawn.alpha, err));
    ZKL_TRY(make_g1(&m, beta_1, w.powers, n, &w.drawn.beta, err));
    ZKL_TRY(make_g1(&m, lagrange_1, w.lagrange, 4 * n - 1, NULL, err));
    ZKL_TRY(make_g1(&m, lagrange_alpha_1, w.lagrange, 2 * n - 1, &w.drawn.alpha, err));
    ZKL_TRY(make_g1(&m, lagrange_beta_1, w.lagrange, 2 * n - 1, &w.drawn.beta, err));
    ZKL_TRY(make_g2(&m, tau_2, w.powers, n, err));
    ZKL_TRY(make_g2(&m, lagrange_2, w.lagrange, 2 * n - 1, err));
    ZKL_TRY(make_g2(&m, &beta_2, &w.drawn.beta, 1, err));
    ZKL_TRY(zkl_env_progress(env, STAGE, m.total, m.total, err));
    ZKL_ASSERT(m.done <= m.total);
    const zkl_powers made = {
        .power = power,
        .development = true,
        .tau_1 = tau_1,
        .tau_2 = tau_2,
        .alpha_1 = alpha_1,
        .beta_1 = beta_1,
        .beta_2 = beta_2,
        .lagrange_1 = lagrange_1,
        .lagrange_2 = lagrange_2,
        .lagrange_alpha_1 = lagrange_alpha_1,
        .lagrange_beta_1 = lagrange_beta_1,
    };
    if (history != NULL)
        ZKL_TRY(zkl_ceremony_record(history, arena, &made, &w.drawn, env, err));
    *out = made;
    const zkl_powers_known known = { &w.drawn, w.lagrange, m.multiples_1, m.multiples_2 };
    return use ? use->with(use->opaque, &known, err) : ZKL_OK;
}

void zkl_powers_verifier(zkl_srs_verifier *out, const zkl_powers *powers)
{
    ZKL_ASSERT(powers->power >= 2);
    *out = (zkl_srs_verifier){ powers->tau_1[1], powers->tau_2[1], powers->tau_2[2] };
}

/* tau alone is named: alpha and beta are not in it. */
void zkl_powers_hash(zkl_digest *out, const zkl_powers *powers)
{
    zkl_srs_verifier verifier;

    zkl_powers_verifier(&verifier, powers);
    zkl_srs_hash(out, &verifier);
}

void zkl_powers_parameters_hash(zkl_digest *out, const zkl_powers *powers)
{
    zkl_srs_verifier verifier;

    zkl_powers_verifier(&verifier, powers);
    zkl_srs_parameters_hash(out, &verifier, &powers->alpha_1[0], &powers->beta_2);
}
