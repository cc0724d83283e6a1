#pragma once
/* Products of pairings that have to be 1, judged together.
 *
 * Each product is raised to a weight of its own and all become one. A weight is a number below
 * 2^128 from the system's generator, drawn when all products are fixed; the first of the largest
 * has weight 1. If a product is not 1, then for all but one value of its weight, or of another's,
 * neither is the whole: false products pass with a chance of at most 2^-128, whatever they are.
 * Products of 1 always pass. */
#include "algebra/curve.h"
#include "base/env.h"

#define ZKL_PRODUCT_PAIRS_MAX 7

/* e(p[0], q[0]) e(p[1], q[1]) .. = 1 is what is asked. All points are of their groups, or infinity,
 * whose pairing is 1. */
typedef struct zkl_product {
    zkl_g1_affine p[ZKL_PRODUCT_PAIRS_MAX];
    zkl_g2_affine q[ZKL_PRODUCT_PAIRS_MAX];
    size_t count;
} zkl_product;

bool zkl_product_is_one(const zkl_product *product);

/* All zeros: none. */
typedef struct zkl_products {
    zkl_product *each;
    size_t count, room;
} zkl_products;
void zkl_products_clear(zkl_products *products);
zkl_status zkl_products_add(zkl_products *products, const zkl_product *product,
                            zkl_error *err) ZKL_MUST_USE;
/* ZKL_OK: all are 1. ZKL_REJECTED: at least one is not; which of them, each has to be asked.
 * ZKL_IO: the system gives no random bytes. pool: may be NULL.
 *
 * Cost: a Miller loop for each point q that differs from the others, a product with 128 bits for
 * each p, one final exponentiation. */
zkl_status zkl_products_check(const zkl_products *products, zkl_pool *pool,
                              zkl_error *err) ZKL_MUST_USE;
