/* Many products of pairings as one. Everything here is public; weights need not stay secret once
 * they are drawn, only be unknown before. */
#include "verify/pairings.h"

#include <stdlib.h>
#include <string.h>

#define WEIGHT_BYTES ((size_t)16)
#define FEW 20       /* a sum of fewer terms is one worker's */
#define LOOP_PAIRS 4 /* pairs of a Miller loop at least, where workers share them */

/* A term under the weight of its product. */
typedef struct weighed_term {
    const zkl_product_term *term;
    zkl_fr scalar;
} weighed_term;

/* A q, and the sum that it meets: of points `first` to `first + count - 1`. */
typedef struct meeting {
    size_t first, count;
    zkl_g1_affine sum;
    zkl_status status;
} meeting;

typedef struct joint_product {
    const zkl_products *products;
    zkl_fr *weights; /* one a product */
    weighed_term *terms;
    /* What the terms come to: by q, each point once. */
    zkl_g1_affine *points;
    zkl_fr *scalars;
    meeting *meetings; /* one a q */
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

/* ---- Lists */

void zkl_products_clear(zkl_products *products)
{
    zkl_free(products->terms);
    zkl_free(products->q);
    *products = (zkl_products){ 0 };
}

void zkl_products_begin(zkl_products *products)
{
    ZKL_ASSERT(products->count < UINT32_MAX);
    products->count++;
}

/* Room for `more` behind the first `count`, in a list that may move. */
static zkl_status make_room(void **list, size_t *room, size_t count, size_t more, size_t size,
                            zkl_error *err)
{
    size_t wanted;
    if (!zkl_size_add(&wanted, count, more))
        return zkl_no_memory(err, SIZE_MAX);
    if (wanted <= *room)
        return ZKL_OK;
    const size_t grown = wanted < 2 * *room ? 2 * *room : wanted;
    void *moved = zkl_malloc(grown, size);
    if (!moved)
        return zkl_no_memory(err, grown * size);
    if (count)
        memcpy(moved, *list, count * size);
    zkl_free(*list);
    *list = moved;
    *room = grown;
    return ZKL_OK;
}

/* Its number; it is new behind the others. */
static zkl_status find_q(uint32_t *out, zkl_products *products, const zkl_g2_affine *q,
                         zkl_error *err)
{
    size_t at = 0;
    while (at < products->q_count && memcmp(&products->q[at], q, sizeof *q) != 0)
        at++;
    ZKL_ASSERT(at < UINT32_MAX);
    if (at == products->q_count) {
        void *list = products->q;
        ZKL_TRY(make_room(&list, &products->q_room, at, 1, sizeof *q, err));
        products->q = list;
        products->q[products->q_count++] = *q;
    }
    *out = (uint32_t)at;
    return ZKL_OK;
}

static zkl_status make_term_room(zkl_products *products, size_t more, zkl_error *err)
{
    void *list = products->terms;
    ZKL_TRY(make_room(&list, &products->term_room, products->term_count, more,
                      sizeof *products->terms, err));
    products->terms = list;
    return ZKL_OK;
}

/* Infinity's pairing is 1, with whatever it meets. */
zkl_status zkl_products_put(zkl_products *products, const zkl_g1_affine *p, const zkl_fr *scalars,
                            size_t count, const zkl_g2_affine *q, zkl_error *err)
{
    uint32_t number;
    ZKL_ASSERT(products->count > 0); /* one was begun */
    if (zkl_g2_is_infinity(q))
        return ZKL_OK;
    ZKL_TRY(find_q(&number, products, q, err));
    ZKL_TRY(make_term_room(products, count, err));
    for (size_t i = 0; i < count; i++)
        if (!zkl_g1_is_infinity(&p[i]))
            products->terms[products->term_count++] =
                (zkl_product_term){ .p = p[i],
                                    .scalar = scalars ? scalars[i] : ZKL_FR_ONE,
                                    .q = number,
                                    .product = (uint32_t)(products->count - 1) };
    ZKL_ASSERT(products->term_count <= products->term_room);
    return ZKL_OK;
}

zkl_status zkl_products_add(zkl_products *products, const zkl_product *product, zkl_error *err)
{
    ZKL_ASSERT(product->count <= ZKL_PRODUCT_PAIRS_MAX);
    zkl_products_begin(products);
    for (size_t i = 0; i < product->count; i++)
        ZKL_TRY(zkl_products_put(products, &product->p[i], NULL, 1, &product->q[i], err));
    return ZKL_OK;
}

zkl_status zkl_products_append(zkl_products *products, const zkl_products *others, zkl_error *err)
{
    const size_t before = products->count;
    ZKL_ASSERT(products != others && before + others->count <= UINT32_MAX);
    ZKL_TRY(make_term_room(products, others->term_count, err));
    for (size_t i = 0; i < others->term_count; i++) {
        zkl_product_term term = others->terms[i];
        ZKL_TRY(find_q(&term.q, products, &others->q[term.q], err));
        term.product += (uint32_t)before;
        products->terms[products->term_count++] = term;
    }
    products->count += others->count;
    return ZKL_OK;
}

/* ---- Weights */

/* The product whose weight is 1: it saves the most where most of its scalars are 1 before. */
static zkl_status find_plainest(size_t *out, const zkl_products *products, zkl_error *err)
{
    ZKL_AUTO_BLOCK size_t *ones = zkl_calloc(products->count, sizeof *ones);
    if (!ones)
        return zkl_no_memory(err, products->count * sizeof *ones);
    for (size_t i = 0; i < products->term_count; i++)
        ones[products->terms[i].product] += zkl_fr_equal(&products->terms[i].scalar, &ZKL_FR_ONE);
    *out = 0;
    for (size_t i = 1; i < products->count; i++)
        if (ones[i] > ones[*out])
            *out = i;
    return ZKL_OK;
}

/* Of the system alone: whoever lends randomness could know it before the products are fixed. */
static zkl_status draw_weights(zkl_fr *weights, const zkl_products *products, zkl_error *err)
{
    uint8_t bytes[32] = { 0 }; /* most significant first */
    size_t plainest = 0;
    ZKL_AUTO_BLOCK uint8_t *drawn = zkl_malloc(products->count, WEIGHT_BYTES);
    if (!drawn)
        return zkl_no_memory(err, products->count * WEIGHT_BYTES);
    ZKL_TRY(find_plainest(&plainest, products, err));
    ZKL_TRY(zkl_env_random(NULL, drawn, products->count * WEIGHT_BYTES, err));
    for (size_t i = 0; i < products->count; i++) {
        memcpy(bytes + 32 - WEIGHT_BYTES, drawn + i * WEIGHT_BYTES, WEIGHT_BYTES);
        ZKL_ASSERT(zkl_fr_decode(&weights[i], bytes)); /* below 2^128 */
    }
    weights[plainest] = ZKL_FR_ONE;
    return ZKL_OK;
}

/* ---- Who meets whom */

static int compare_terms(const void *a, const void *b)
{
    const zkl_product_term *x = ((const weighed_term *)a)->term,
                           *y = ((const weighed_term *)b)->term;
    return x->q != y->q ? (x->q > y->q) - (x->q < y->q) : memcmp(&x->p, &y->p, sizeof x->p);
}

static void weigh_terms(joint_product *joint)
{
    const zkl_products *products = joint->products;
    for (size_t i = 0; i < products->term_count; i++) {
        const zkl_product_term *term = &products->terms[i];
        ZKL_ASSERT(term->product < products->count && term->q < products->q_count);
        joint->terms[i].term = term;
        zkl_fr_mul(&joint->terms[i].scalar, &term->scalar, &joint->weights[term->product]);
    }
    qsort(joint->terms, products->term_count, sizeof *joint->terms, compare_terms);
}

/* Sorted terms become the points of each meeting. Equal points are neighbours, and one. */
static void gather_points(joint_product *joint)
{
    size_t count = 0;
    for (size_t i = 0; i < joint->products->term_count; i++) {
        const weighed_term *at = &joint->terms[i];
        meeting *m = &joint->meetings[at->term->q];
        if (m->count && memcmp(&joint->points[count - 1], &at->term->p, sizeof at->term->p) == 0) {
            zkl_fr_add(&joint->scalars[count - 1], &joint->scalars[count - 1], &at->scalar);
            continue;
        }
        if (!m->count)
            m->first = count;
        m->count++;
        joint->points[count] = at->term->p;
        joint->scalars[count++] = at->scalar;
    }
}

/* ---- Sums */

static zkl_status sum_points(zkl_g1_affine *out, const joint_product *joint, const meeting *m,
                             zkl_pool *pool)
{
    zkl_g1 sum = { 0 };
    for (size_t done = 0; done < m->count;) {
        const size_t left = m->count - done, first = m->first + done;
        const size_t count = left < ZKL_MSM_SMALL_MAX ? left : ZKL_MSM_SMALL_MAX;
        zkl_g1 part;
        ZKL_TRY(zkl_g1_msm_small(&part, joint->points + first, joint->scalars + first, count, pool,
                                 NULL));
        blst_p1_add_or_double(&sum, &sum, &part);
        done += count;
    }
    zkl_g1_normalize(out, &sum);
    return ZKL_OK;
}

static void sum_meeting(void *context, size_t index, size_t worker)
{
    (void)worker;
    joint_product *joint = context;
    meeting *m = &joint->meetings[index];
    if (m->count < FEW)
        m->status = sum_points(&m->sum, joint, m, NULL);
}

/* Small sums side by side, then each of the others by all workers. */
static zkl_status sum_meetings(joint_product *joint, zkl_pool *pool, zkl_error *err)
{
    const size_t count = joint->products->q_count;
    zkl_pool_run(pool, count, sum_meeting, joint);
    for (size_t i = 0; i < count; i++) {
        meeting *m = &joint->meetings[i];
        if (m->count >= FEW)
            m->status = sum_points(&m->sum, joint, m, pool);
        if (m->status != ZKL_OK)
            return zkl_no_memory(err, m->count * sizeof(zkl_g1_affine));
    }
    return ZKL_OK;
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

/* Sums that are infinity are left out. */
static zkl_status pair_sums(joint_product *joint, zkl_pool *pool, zkl_error *err)
{
    const size_t most = joint->products->q_count;
    ZKL_AUTO_BLOCK const zkl_g1_affine **p = zkl_malloc(most, sizeof *p);
    ZKL_AUTO_BLOCK const zkl_g2_affine **q = zkl_malloc(most, sizeof *q);
    if (!p || !q)
        return zkl_no_memory(err, most * sizeof *p);
    for (size_t i = 0; i < most; i++) {
        if (zkl_g1_is_infinity(&joint->meetings[i].sum))
            continue;
        p[joint->pair_count] = &joint->meetings[i].sum;
        q[joint->pair_count++] = &joint->products->q[i];
    }
    joint->p = p;
    joint->q = q;
    return check_loops(joint, pool, err);
}

/* Weights, sums, then one loop. */
zkl_status zkl_products_check(const zkl_products *products, zkl_pool *pool, zkl_error *err)
{
    const size_t terms = products->term_count;
    if (!terms) /* nothing but empty products */
        return ZKL_OK;
    ZKL_AUTO_BLOCK zkl_fr *weights = zkl_malloc(products->count, sizeof *weights);
    ZKL_AUTO_BLOCK weighed_term *weighed = zkl_malloc(terms, sizeof *weighed);
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(terms, sizeof *points);
    ZKL_AUTO_BLOCK zkl_fr *scalars = zkl_malloc(terms, sizeof *scalars);
    ZKL_AUTO_BLOCK meeting *meetings = zkl_calloc(products->q_count, sizeof *meetings);
    if (!weights || !weighed || !points || !scalars || !meetings)
        return zkl_no_memory(err, terms * sizeof *points);
    ZKL_TRY(draw_weights(weights, products, err));
    joint_product joint = { .products = products,
                            .weights = weights,
                            .terms = weighed,
                            .points = points,
                            .scalars = scalars,
                            .meetings = meetings };
    weigh_terms(&joint);
    gather_points(&joint);
    ZKL_TRY(sum_meetings(&joint, pool, err));
    return pair_sums(&joint, pool, err);
}
