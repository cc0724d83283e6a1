/* Lagrange points by inverse transforms over points: L_i(tau) = 1/m sum over j < m of w^(-ij)
 * tau^j, for every domain m = 2^k, w its root of unity. Everything here is public.
 *
 * The transform has the steps of one over numbers (algebra/poly.h): bit-reversed order in, then k
 * layers of butterflies (a, b) -> (a + w^e b, a - w^e b). A butterfly costs one product of a point
 * and a root. The first factor of every layer is 1 and costs none. */
#include "setup/powers_prepare.h"

#include <string.h>

#include "algebra/poly.h"

#define CHUNK ((size_t)4096) /* butterflies between two reports of progress */

/* What all transforms share. */
typedef struct preparing {
    const zkl_env *env;
    uint8_t (*roots)[32]; /* of the largest domain: w^-i, little-endian, i < m/2 */
    unsigned log_roots;   /* of that domain */
    zkl_g1 *g1;           /* working memory: the largest domain */
    zkl_g2 *g2;
    uint64_t done, total; /* butterflies */
} preparing;

/* One layer: butterflies of this half span, from `first` on. */
typedef struct layer {
    const preparing *p;
    size_t first, half;
    size_t stride; /* between the roots of neighbours */
    bool in_g2;
} layer;

/* A task: one butterfly. */
static void run_butterfly(void *context, size_t index, size_t worker)
{
    const layer *const l = context;
    const size_t i = l->first + index, e = i % l->half;
    const size_t low = i / l->half * 2 * l->half + e, high = low + l->half;
    const uint8_t *const root = l->p->roots[e * l->stride];
    (void)worker;
    if (l->in_g2) {
        zkl_g2 product = l->p->g2[high], *const a = &l->p->g2[low], *const b = &l->p->g2[high];
        if (e)
            blst_p2_mult(&product, b, root, 255);
        *b = product;
        blst_p2_cneg(b, true);
        blst_p2_add_or_double(b, b, a);
        blst_p2_add_or_double(a, a, &product);
    } else {
        zkl_g1 product = l->p->g1[high], *const a = &l->p->g1[low], *const b = &l->p->g1[high];
        if (e)
            blst_p1_mult(&product, b, root, 255);
        *b = product;
        blst_p1_cneg(b, true);
        blst_p1_add_or_double(b, b, a);
        blst_p1_add_or_double(a, a, &product);
    }
}

/* The layers of one transform over 2^k points of the working memory. */
static zkl_status run_layers(preparing *p, unsigned k, bool in_g2, zkl_error *err)
{
    ZKL_ASSERT(k <= p->log_roots);
    const size_t count = k ? (size_t)1 << (k - 1) : 0;
    for (unsigned s = 0; s < k; s++)
        for (size_t first = 0; first < count; first += CHUNK) {
            const size_t n = count - first < CHUNK ? count - first : CHUNK;
            layer l = { p, first, (size_t)1 << s, (size_t)1 << (p->log_roots - 1 - s), in_g2 };
            ZKL_TRY(zkl_env_progress(p->env, "preparing the powers", p->done, p->total, err));
            zkl_pool_run(p->env->pool, n, run_butterfly, &l);
            p->done += n;
        }
    return ZKL_OK;
}

static size_t reverse_bits(size_t i, unsigned k)
{
    size_t out = 0;
    for (unsigned bit = 0; bit < k; bit++)
        out |= (i >> bit & 1) << (k - 1 - bit);
    return out;
}

/* A task: the inputs of a transform, divided by its size; those behind `count` are zero. */
typedef struct loading {
    const preparing *p;
    const zkl_g1_affine *from_1;
    const zkl_g2_affine *from_2;
    size_t count;
    unsigned k;
    zkl_fr inverse; /* of 2^k */
} loading;

static void load_point(void *context, size_t i, size_t worker)
{
    const loading *const l = context;
    const size_t at = reverse_bits(i, l->k);
    (void)worker;
    if (l->from_2) {
        zkl_g2_mul(&l->p->g2[at], &l->from_2[i], &l->inverse);
    } else if (i < l->count) {
        zkl_g1_mul(&l->p->g1[at], &l->from_1[i], &l->inverse);
    } else {
        l->p->g1[at] = (zkl_g1){ 0 };
    }
}

static void load_points(const preparing *p, loading *l)
{
    ZKL_ASSERT(l->from_2 || l->from_1);
    zkl_fr_from_u64(&l->inverse, (uint64_t)1 << l->k);
    zkl_fr_inverse(&l->inverse, &l->inverse);
    zkl_pool_run(p->env->pool, (size_t)1 << l->k, load_point, l);
}

/* out: all domains 2^0 .. 2^log_max one after the other, from `count` powers. */
static zkl_status prepare_g1(preparing *p, zkl_g1_affine *out, const zkl_g1_affine *powers,
                             size_t count, unsigned log_max, zkl_error *err)
{
    for (unsigned k = 0; k <= log_max; k++) {
        loading l = { .p = p, .from_1 = powers, .count = count, .k = k };
        load_points(p, &l);
        ZKL_TRY(run_layers(p, k, false, err));
        zkl_g1_normalize_many(out + zkl_powers_domain_start(k), p->g1, (size_t)1 << k);
    }
    return ZKL_OK;
}

static zkl_status prepare_g2(preparing *p, zkl_g2_affine *out, const zkl_g2_affine *powers,
                             unsigned log_max, zkl_error *err)
{
    for (unsigned k = 0; k <= log_max; k++) {
        loading l = { .p = p, .from_2 = powers, .count = (size_t)1 << k, .k = k };
        load_points(p, &l);
        ZKL_TRY(run_layers(p, k, true, err));
        zkl_g2_normalize_many(out + zkl_powers_domain_start(k), p->g2, (size_t)1 << k);
    }
    return ZKL_OK;
}

static void preparing_clear(preparing *p)
{
    zkl_free(p->roots);
    zkl_free(p->g1);
    zkl_free(p->g2);
    *p = (preparing){ 0 };
}

/* Working memory, and the roots of the largest domain. */
static zkl_status preparing_init(preparing *p, unsigned power, const zkl_env *env, zkl_error *err)
{
    const size_t n = (size_t)1 << power;
    p->env = env;
    p->log_roots = power + 1;
    p->roots = zkl_malloc(n, sizeof *p->roots);
    p->g1 = zkl_malloc(2 * n, sizeof *p->g1);
    p->g2 = zkl_malloc(n, sizeof *p->g2);
    if (!p->roots || !p->g1 || !p->g2)
        return zkl_no_memory(err, n * (sizeof *p->roots + 2 * sizeof *p->g1 + sizeof *p->g2));
    zkl_fr root, value = ZKL_FR_ONE;
    zkl_ntt_root(&root, power + 1);
    zkl_fr_inverse(&root, &root);
    for (size_t i = 0; i < n; i++) {
        zkl_fr_encode_le(p->roots[i], &value);
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
    ZKL_TRY(prepare_g1(&p, one, powers->tau_1, 2 * n - 1, power + 1, err));
    ZKL_TRY(prepare_g1(&p, alpha, powers->alpha_1, n, power, err));
    ZKL_TRY(prepare_g1(&p, beta, powers->beta_1, n, power, err));
    ZKL_TRY(prepare_g2(&p, two, powers->tau_2, power, err));
    ZKL_ASSERT(p.done == p.total);
    powers->lagrange_1 = one;
    powers->lagrange_2 = two;
    powers->lagrange_alpha_1 = alpha;
    powers->lagrange_beta_1 = beta;
    return ZKL_OK;
}
