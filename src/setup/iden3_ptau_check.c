/* Are these powers of one tau, with one alpha and one beta, and are the Lagrange points made of
 * them?
 *
 * Equations of pairings over sums with random weights of 128 bits: a wrong point passes with a
 * chance of 2^-128. Each array has weights of its own, drawn after the powers are fixed.
 *
 *   steps      e(sum w_i p_i, [tau]_2) = e(sum w_i p_(i+1), [1]_2)
 *   Lagrange   for a random polynomial f of the domain's size: sum f_j p_j = sum f(w^i) L_i
 *
 * The second holds for all f exactly when the L_i are the Lagrange points of these powers, since
 * both are linear in f; an NTT turns coefficients into values. Points are in their subgroups
 * already (ZKL_IDEN3_CHECKED): without that a weighted sum could cancel a part of small order.
 * Memory: 2^(power + 1) field elements. Time: MSMs over all points, twice. */
#include "algebra/poly.h"
#include "setup/iden3_ptau.h"

/* One check's working memory. Weights are public once drawn, but nobody may know them before the
 * powers are fixed. */
typedef struct checker {
    const zkl_powers *powers;
    const zkl_env *env;
    zkl_ntt *ntt;
    zkl_fr *weights; /* 2^(power + 1) */
} checker;

static zkl_status draw_weights(const checker *c, size_t count, zkl_error *err)
{
    ZKL_ASSERT(count <= (size_t)2 << c->powers->power);
    return zkl_setup_weights_draw(c->weights, count, c->env, err);
}

/* Sums with the weights that were drawn last. */
static zkl_status sum_g1(zkl_g1_affine *out, const checker *c, const zkl_g1_affine *points,
                         size_t count, zkl_error *err)
{
    ZKL_ASSERT(points && count > 0);
    zkl_g1 sum;
    ZKL_TRY(zkl_g1_msm(&sum, points, c->weights, count, c->env->pool, err));
    zkl_g1_normalize(out, &sum);
    return ZKL_OK;
}

static zkl_status sum_g2(zkl_g2_affine *out, const checker *c, const zkl_g2_affine *points,
                         size_t count, zkl_error *err)
{
    ZKL_ASSERT(points && count > 0);
    zkl_g2 sum;
    ZKL_TRY(zkl_g2_msm(&sum, points, c->weights, count, c->env->pool, err));
    zkl_g2_normalize(out, &sum);
    return ZKL_OK;
}

/* Each point is tau times the one before: sum of w_i p_i and of w_i p_(i+1) have the ratio tau. */
static zkl_status check_steps_g1(const checker *c, const zkl_g1_affine *points, size_t count,
                                 const char *what, zkl_error *err)
{
    zkl_g1_affine before, after;
    ZKL_ASSERT(count >= 2);
    ZKL_TRY(draw_weights(c, count - 1, err));
    ZKL_TRY(sum_g1(&before, c, points, count - 1, err));
    ZKL_TRY(sum_g1(&after, c, points + 1, count - 1, err));
    if (!zkl_pairings_equal(&before, &c->powers->tau_2[1], &after, &zkl_g2_generator))
        return zkl_fail(err, ZKL_REJECTED, "%s: not powers of one tau", what);
    return ZKL_OK;
}

static zkl_status check_steps_g2(const checker *c, zkl_error *err)
{
    const size_t count = (size_t)1 << c->powers->power;
    zkl_g2_affine before, after;
    ZKL_TRY(draw_weights(c, count - 1, err));
    ZKL_TRY(sum_g2(&before, c, c->powers->tau_2, count - 1, err));
    ZKL_TRY(sum_g2(&after, c, c->powers->tau_2 + 1, count - 1, err));
    if (!zkl_pairings_equal(&c->powers->tau_1[1], &before, &zkl_g1_generator, &after))
        return zkl_fail(err, ZKL_REJECTED, "[tau^i]_2: not powers of one tau");
    return ZKL_OK;
}

/* Lagrange points of every domain, and the powers they are made of. */
typedef struct lagrange_array {
    const char *what;
    const zkl_g1_affine *powers;
    size_t power_count;
    const zkl_g1_affine *lagrange;
} lagrange_array;

/* For a random polynomial f, sum of f_j p_j = sum of f(w^i) L_i. The top coefficient of the
 * largest domain of [12] is zero, since the powers end at 2N - 2. */
static zkl_status check_lagrange_g1(const checker *c, const lagrange_array *array, unsigned k,
                                    zkl_error *err)
{
    const size_t domain = (size_t)1 << k,
                 used = domain < array->power_count ? domain : array->power_count;
    zkl_g1_affine by_powers, by_values;
    ZKL_ASSERT(array->lagrange);
    ZKL_TRY(draw_weights(c, used, err));
    for (size_t i = used; i < domain; i++)
        c->weights[i] = ZKL_FR_ZERO;
    ZKL_TRY(sum_g1(&by_powers, c, array->powers, used, err));
    zkl_ntt_forward(c->ntt, c->weights, k, c->env->pool);
    ZKL_TRY(sum_g1(&by_values, c, array->lagrange + zkl_powers_domain_start(k), domain, err));
    if (memcmp(&by_powers, &by_values, sizeof by_powers) != 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "%s: Lagrange points of the domain 2^%u do not fit the powers", array->what,
                        k);
    return ZKL_OK;
}

static zkl_status check_lagrange_g2(const checker *c, unsigned k, zkl_error *err)
{
    const size_t domain = (size_t)1 << k;
    ZKL_ASSERT(k <= c->powers->power);
    zkl_g2_affine by_powers, by_values;
    ZKL_TRY(draw_weights(c, domain, err));
    ZKL_TRY(sum_g2(&by_powers, c, c->powers->tau_2, domain, err));
    zkl_ntt_forward(c->ntt, c->weights, k, c->env->pool);
    ZKL_TRY(sum_g2(&by_values, c, c->powers->lagrange_2 + zkl_powers_domain_start(k), domain, err));
    if (memcmp(&by_powers, &by_values, sizeof by_powers) != 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "[L_i]_2: Lagrange points of the domain 2^%u do not fit the powers", k);
    return ZKL_OK;
}

/* Every domain that the arrays hold: 2^0 .. 2^(power + 1) for 1, and to 2^power for alpha, beta
 * and G2. */
static zkl_status check_all_lagrange(const checker *c, zkl_error *err)
{
    const zkl_powers *const p = c->powers;
    const size_t n = (size_t)1 << p->power;
    const lagrange_array one = { "[L_i]_1", p->tau_1, 2 * n - 1, p->lagrange_1 },
                         alpha = { "[alpha L_i]_1", p->alpha_1, n, p->lagrange_alpha_1 },
                         beta = { "[beta L_i]_1", p->beta_1, n, p->lagrange_beta_1 };
    for (unsigned k = 0; k <= p->power + 1; k++)
        ZKL_TRY(check_lagrange_g1(c, &one, k, err));
    for (unsigned k = 0; k <= p->power; k++) {
        ZKL_TRY(check_lagrange_g1(c, &alpha, k, err));
        ZKL_TRY(check_lagrange_g1(c, &beta, k, err));
        ZKL_TRY(check_lagrange_g2(c, k, err));
    }
    return ZKL_OK;
}

zkl_status zkl_ptau_check(const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(powers->power >= 1 && powers->power <= ZKL_POWERS_POWER_MAX);
    const size_t n = (size_t)1 << powers->power;
    if (memcmp(&powers->tau_1[0], &zkl_g1_generator, sizeof zkl_g1_generator) != 0 ||
        memcmp(&powers->tau_2[0], &zkl_g2_generator, sizeof zkl_g2_generator) != 0)
        return zkl_fail(err, ZKL_REJECTED, "powers of tau do not begin with the generators");
    if (memcmp(&powers->tau_1[1], &zkl_g1_generator, sizeof zkl_g1_generator) == 0)
        return zkl_fail(err, ZKL_REJECTED, "tau is 1: nobody contributed to these powers");
    if (!zkl_pairings_equal(&powers->beta_1[0], &zkl_g2_generator, &zkl_g1_generator,
                            &powers->beta_2))
        return zkl_fail(err, ZKL_REJECTED, "beta differs between the groups");

    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    ZKL_AUTO_BLOCK zkl_fr *weights = zkl_malloc(2 * n, sizeof *weights);
    if (!weights)
        return zkl_no_memory(err, 2 * n * sizeof *weights);
    ZKL_TRY(zkl_ntt_new(&ntt, powers->power + 1, err));
    const checker c = { .powers = powers, .env = env, .ntt = ntt, .weights = weights };
    ZKL_TRY(check_steps_g1(&c, powers->tau_1, 2 * n - 1, "[tau^i]_1", err));
    ZKL_TRY(check_steps_g2(&c, err));
    ZKL_TRY(check_steps_g1(&c, powers->alpha_1, n, "[alpha tau^i]_1", err));
    ZKL_TRY(check_steps_g1(&c, powers->beta_1, n, "[beta tau^i]_1", err));
    return powers->lagrange_1 ? check_all_lagrange(&c, err) : ZKL_OK;
}
