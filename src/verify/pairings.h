#pragma once
/* Products of pairings that have to be 1, judged together.
 *
 * Each product is raised to a weight of its own and all become one. A weight is a number below
 * 2^128 from the system's generator, drawn when all products are fixed; one of them has weight 1.
 * If a product is not 1, then for all but one value of its weight, or of another's, neither is the
 * whole: false products pass with a chance of at most 2^-128, whatever they are. Products of 1
 * always pass.
 *
 * A product is a list of terms, each a multiple of a point of G1 that meets a point of G2. Sums are
 * made at the end, once for all products: what meets the same point of G2 is one sum, in which a
 * point that stands in several products stands once. */
#include "algebra/curve.h"
#include "base/env.h"
#include "verify/decoded.h"

#define ZKL_PRODUCT_PAIRS_MAX 7

/* e(p[0], q[0]) e(p[1], q[1]) .. = 1 is what is asked. All points are of their groups, or infinity,
 * whose pairing is 1. */
typedef struct zkl_product {
    zkl_g1_affine p[ZKL_PRODUCT_PAIRS_MAX];
    zkl_g2_affine q[ZKL_PRODUCT_PAIRS_MAX];
    size_t count;
} zkl_product;

bool zkl_product_is_one(const zkl_product *product);

/* e(scalar p, q), a factor of a product. */
typedef struct zkl_product_term {
    zkl_g1_affine p;
    zkl_fr scalar;
    uint32_t q, product; /* their numbers */
} zkl_product_term;

/* All zeros: none. */
typedef struct zkl_products {
    size_t count;
    zkl_product_term *terms; /* of all products, one behind the other */
    size_t term_count, term_room;
    zkl_g2_affine *q; /* each once */
    size_t q_count, q_room;
    /* Terms up to which large sums may wait in the list (verify/statement.h): what a list may take.
     * 0: each is made at once. */
    size_t waiting_max;
    /* What the verifications that fill these lists have decoded; NULL: each decodes its own. The
     * caller's. */
    zkl_decoded *decoded;
} zkl_products;
/* All zeros again. */
void zkl_products_clear(zkl_products *products);

/* One more product, without terms: what is put from here on is put to it. */
void zkl_products_begin(zkl_products *products);
/* e(sum of scalars[i] p[i], q) is a factor of the product that was begun last. scalars NULL: 1
 * each. Points are of their groups, or infinity. Keeps copies: 136 bytes a term. */
zkl_status zkl_products_put(zkl_products *products, const zkl_g1_affine *p, const zkl_fr *scalars,
                            size_t count, const zkl_g2_affine *q, zkl_error *err) ZKL_MUST_USE;
/* A product that is there whole. */
zkl_status zkl_products_add(zkl_products *products, const zkl_product *product,
                            zkl_error *err) ZKL_MUST_USE;
/* Those of another list. */
zkl_status zkl_products_append(zkl_products *products, const zkl_products *others,
                               zkl_error *err) ZKL_MUST_USE;

/* ZKL_OK: all are 1. ZKL_REJECTED: at least one is not; which of them, each has to be asked.
 * ZKL_IO: the system gives no random bytes. pool: may be NULL.
 *
 * Cost: a Miller loop for each point q that differs from the others, a sum of multiples for each of
 * them (zkl_g1_msm_small), one final exponentiation. */
zkl_status zkl_products_check(const zkl_products *products, zkl_pool *pool,
                              zkl_error *err) ZKL_MUST_USE;
