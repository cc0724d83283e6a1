/* Many products of pairings as one. Everything here is public; weights need not stay secret once
 * they are drawn, only be unknown before. */
#include "verify/pairings.h"

#include <string.h>

#define WEIGHT_BYTES ((size_t)16)
#define WEIGHT_BITS 128
#define SUM_MIN 16   /* fewer products with a weight are made one by one */
#define LOOP_PAIRS 4 /* pairs of a Miller loop at least, where workers share them */

typedef uint8_t random_weight[WEIGHT_BYTES]; /* least significant first */

/* p of one product. */
typedef struct weighed_point {
    const zkl_g1_affine *p;
    const uint8_t *weight; /* NULL: 1 */
    size_t next;           /* that meets the same q; NONE: no other */
} weighed_point;
#define NONE SIZE_MAX

/* A q, and the sum that it meets. */
typedef struct meeting {
    const zkl_g2_affine *q;
    size_t first, count; /* of the points */
    zkl_g1_affine sum;
    zkl_status status;
} meeting;

typedef struct joint_product {
    weighed_point *points;
    meeting *meetings;
    size_t point_count, meeting_count;
    /* What is left for Miller loops, and their results, a task each. */
    const zkl_g1_affine **p;
    const zkl_g2_affine **q;
    size_t pair_count, loop_count;
    blst_fp12 *loops;
} joint_product;

bool zkl_product_is_one(const zkl_product *product)
{
    ZKL_ASSERT(product->count <= ZKL_PRODUCT_PAIRS_MAX);
    return zkl_pairing_product_is_one(product->p, product->q, product->count);
}

void zkl_products_clear(zkl_products *products)
{
    zkl_free(products->each);
    *products = (zkl_products){ 0 };
}

zkl_status zkl_products_add(zkl_products *products, const zkl_product *product, zkl_error *err)
{
    ZKL_ASSERT(product->count <= ZKL_PRODUCT_PAIRS_MAX && products->count <= products->room);
    if (products->count == products->room) {
        const size_t room = products->room ? 2 * products->room : 8;
        zkl_product *grown = zkl_malloc(room, sizeof *grown);
        if (!grown)
            return zkl_no_memory(err, room * sizeof *grown);
        if (products->count)
            memcpy(grown, products->each, products->count * sizeof *grown);
        zkl_free(products->each);
        products->each = grown;
        products->room = room;
    }
    products->each[products->count++] = *product;
    return ZKL_OK;
}

/* ---- Who meets whom */

/* Infinity's pairing is 1, with whatever it meets. */
static void add_pair(joint_product *joint, const zkl_g1_affine *p, const zkl_g2_affine *q,
                     const uint8_t *weight)
{
    if (zkl_g1_is_infinity(p) || zkl_g2_is_infinity(q))
        return;
    size_t m = 0;
    while (m < joint->meeting_count && memcmp(joint->meetings[m].q, q, sizeof *q) != 0)
        m++;
    if (m == joint->meeting_count)
        joint->meetings[joint->meeting_count++] = (meeting){ .q = q, .first = NONE };
    meeting *at = &joint->meetings[m];
    joint->points[joint->point_count] = (weighed_point){ p, weight, at->first };
    at->first = joint->point_count++;
    at->count++;
}

/* The product whose weight is 1: it saves the most. */
static size_t find_largest(const zkl_products *products)
{
    size_t largest = 0;
    for (size_t i = 1; i < products->count; i++)
        if (products->each[i].count > products->each[largest].count)
            largest = i;
    return largest;
}

/* ---- Sums */

/* A product with each weight, one after the other. */
static void sum_few(zkl_g1 *out, const joint_product *joint, const meeting *m)
{
    *out = (zkl_g1){ 0 };
    for (size_t i = m->first; i != NONE; i = joint->points[i].next) {
        const weighed_point *point = &joint->points[i];
        zkl_g1 term;
        blst_p1_from_affine(&term, point->p);
        if (point->weight)
            blst_p1_mult(&term, &term, point->weight, WEIGHT_BITS);
        blst_p1_add_or_double(out, out, &term);
    }
}

/* The same of many. */
static zkl_status sum_many(zkl_g1 *out, const joint_product *joint, const meeting *m)
{
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(m->count, sizeof *points);
    ZKL_AUTO_BLOCK zkl_fr *scalars = zkl_malloc(m->count, sizeof *scalars);
    if (!points || !scalars)
        return ZKL_NO_MEMORY;
    size_t n = 0;
    for (size_t i = m->first; i != NONE; i = joint->points[i].next, n++) {
        uint8_t bytes[32] = { 0 }; /* most significant first */
        const weighed_point *point = &joint->points[i];
        for (size_t k = 0; k < WEIGHT_BYTES; k++)
            bytes[31 - k] = point->weight ? point->weight[k] : k == 0;
        points[n] = *point->p;
        ZKL_ASSERT(zkl_fr_decode(&scalars[n], bytes)); /* below 2^128 */
    }
    ZKL_ASSERT(n == m->count);
    return zkl_g1_msm_small(out, points, scalars, n, NULL, NULL);
}

static void sum_meeting(void *context, size_t index, size_t worker)
{
    (void)worker;
    joint_product *joint = context;
    meeting *m = &joint->meetings[index];
    zkl_g1 sum;
    if (m->count < SUM_MIN)
        sum_few(&sum, joint, m);
    else
        m->status = sum_many(&sum, joint, m);
    if (m->status == ZKL_OK)
        zkl_g1_normalize(&m->sum, &sum);
}

/* ---- Loops */

static void run_loop(void *context, size_t index, size_t worker)
{
    (void)worker;
    joint_product *joint = context;
    ZKL_ASSERT(index < joint->loop_count && joint->loop_count <= joint->pair_count);
    const size_t begin = joint->pair_count * index / joint->loop_count,
                 end = joint->pair_count * (index + 1) / joint->loop_count;
    blst_miller_loop_n(&joint->loops[index], joint->q + begin, joint->p + begin, end - begin);
}

/* What is left after the sums, cut into a part for each worker. */
static zkl_status check_loops(joint_product *joint, zkl_pool *pool, zkl_error *err)
{
    const size_t threads = zkl_pool_threads(pool);
    const size_t most = (joint->pair_count + LOOP_PAIRS - 1) / LOOP_PAIRS;
    joint->loop_count = threads < most ? threads : most;
    if (!joint->loop_count)
        return ZKL_OK; /* an empty product */
    ZKL_AUTO_BLOCK blst_fp12 *loops = zkl_malloc(joint->loop_count, sizeof *loops);
    if (!loops)
        return zkl_no_memory(err, joint->loop_count * sizeof *loops);
    joint->loops = loops;
    zkl_pool_run(pool, joint->loop_count, run_loop, joint);
    for (size_t i = 1; i < joint->loop_count; i++)
        blst_fp12_mul(&loops[0], &loops[0], &loops[i]);
    blst_final_exp(&loops[0], &loops[0]);
    return blst_fp12_is_one(&loops[0])
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "a product of pairings is not 1");
}

/* The sums, then one loop over those that are not infinity. */
static zkl_status check_joint(joint_product *joint, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_BLOCK const zkl_g1_affine **p = zkl_malloc(joint->meeting_count, sizeof *p);
    ZKL_AUTO_BLOCK const zkl_g2_affine **q = zkl_malloc(joint->meeting_count, sizeof *q);
    if (!p || !q)
        return zkl_no_memory(err, joint->meeting_count * sizeof *p);
    zkl_pool_run(pool, joint->meeting_count, sum_meeting, joint);
    for (size_t m = 0; m < joint->meeting_count; m++) {
        const meeting *at = &joint->meetings[m];
        if (at->status != ZKL_OK)
            return zkl_no_memory(err, at->count * sizeof *at);
        if (zkl_g1_is_infinity(&at->sum))
            continue;
        p[joint->pair_count] = &at->sum;
        q[joint->pair_count++] = at->q;
    }
    joint->p = p;
    joint->q = q;
    return check_loops(joint, pool, err);
}

zkl_status zkl_products_check(const zkl_products *products, zkl_pool *pool, zkl_error *err)
{
    if (!products->count)
        return ZKL_OK;
    const size_t most = products->count * ZKL_PRODUCT_PAIRS_MAX;
    ZKL_AUTO_BLOCK random_weight *weights = zkl_malloc(products->count, sizeof *weights);
    ZKL_AUTO_BLOCK weighed_point *points = zkl_malloc(most, sizeof *points);
    ZKL_AUTO_BLOCK meeting *meetings = zkl_malloc(most, sizeof *meetings);
    if (!weights || !points || !meetings)
        return zkl_no_memory(err, most * sizeof *meetings);
    /* Of the system alone: whoever lends randomness could know it before the products are fixed. */
    ZKL_TRY(zkl_env_random(NULL, weights, products->count * sizeof *weights, err));
    joint_product joint = { .points = points, .meetings = meetings };
    const size_t largest = find_largest(products);
    for (size_t i = 0; i < products->count; i++)
        for (size_t k = 0; k < products->each[i].count; k++)
            add_pair(&joint, &products->each[i].p[k], &products->each[i].q[k],
                     i == largest ? NULL : weights[i]);
    ZKL_ASSERT(joint.point_count <= most && joint.meeting_count <= most);
    return check_joint(&joint, pool, err);
}
