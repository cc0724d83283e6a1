/* Lagrange points by inverse transforms over points: L_i(tau) = 1/m sum over j < m of w^(-ij)
 * tau^j, for every domain m = 2^k, w its root of unity. Everything here is public.
 *
 * The transform has the steps of one over numbers (algebra/poly.h): bit-reversed order in, then k
 * layers of butterflies (a, b) -> (a + w^e b, a - w^e b). A butterfly costs one product of a point
 * and a root. */
#include "setup/powers_prepare.h"

#include "algebra/poly.h"
#include "setup/powers_prepare_internal.h"

static void preparing_clear(preparing *p)
{
    zkl_free(p->roots);
    *p = (preparing){ 0 };
}

/* The roots of the largest domain. */
static zkl_status preparing_init(preparing *p, unsigned power, const zkl_env *env, zkl_error *err)
{
    const size_t n = (size_t)1 << power;
    p->env = env;
    p->log_roots = power + 1;
    p->roots = zkl_malloc(n, sizeof *p->roots);
    if (!p->roots)
        return zkl_no_memory(err, n * sizeof *p->roots);
    zkl_fr root, value = ZKL_FR_ONE;
    zkl_ntt_root(&root, power + 1);
    zkl_fr_inverse(&root, &root);
    for (size_t i = 0; i < n; i++) {
        p->roots[i] = value;
        zkl_fr_mul(&value, &value, &root);
    }
    /* butterflies: k 2^(k - 1) summed over the domains of four arrays, the first one larger */
    for (unsigned k = 1; k <= power + 1; k++)
        p->total += (uint64_t)k << (k - 1);
    for (unsigned k = 1; k <= power; k++)
        p->total += 3 * ((uint64_t)k << (k - 1));
    return ZKL_OK;
}

zkl_status zkl_powers_prepare(zkl_powers *powers, zkl_arena *arena, const zkl_env *env,
                              zkl_error *err)
{
    ZKL_ASSERT(!powers->lagrange_1 && powers->power >= 1 && powers->power <= ZKL_POWERS_POWER_MAX);
    ZKL_AUTO_CLEAR(preparing) p = { 0 };
    const unsigned power = powers->power;
    const size_t n = (size_t)1 << power;
    zkl_g1_affine *const one = ZKL_ARENA_NEW(arena, zkl_g1_affine, 4 * n - 1);
    zkl_g2_affine *const two = ZKL_ARENA_NEW(arena, zkl_g2_affine, 2 * n - 1);
    zkl_g1_affine *const alpha = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n - 1);
    zkl_g1_affine *const beta = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n - 1);
    if (!one || !two || !alpha || !beta)
        return zkl_no_memory(err, n * (8 * sizeof *one + 2 * sizeof *two));
    ZKL_TRY(preparing_init(&p, power, env, err));
    ZKL_TRY(zkl_powers_prepare_g1(&p, one, powers->tau_1, 2 * n - 1, power + 1, err));
    ZKL_TRY(zkl_powers_prepare_g1(&p, alpha, powers->alpha_1, n, power, err));
    ZKL_TRY(zkl_powers_prepare_g1(&p, beta, powers->beta_1, n, power, err));
    ZKL_TRY(zkl_powers_prepare_g2(&p, two, powers->tau_2, n, power, err));
    ZKL_ASSERT(p.done == p.total);
    powers->lagrange_1 = one;
    powers->lagrange_2 = two;
    powers->lagrange_alpha_1 = alpha;
    powers->lagrange_beta_1 = beta;
    return ZKL_OK;
}
