#pragma once
/* What the transforms of both groups share. */
#include "base/env.h"
#include "setup/powers_prepare.h"

typedef struct preparing {
    const zkl_env *env;
    zkl_fr *roots;        /* w^-i of the largest domain, i < m/2 */
    unsigned log_roots;   /* of that domain */
    uint64_t done, total; /* butterflies */
} preparing;

/* out: the domains 2^0 .. 2^log_max one after the other, from `count` powers; those behind count
 * zero. */
zkl_status zkl_powers_prepare_g1(preparing *p, zkl_g1_affine *out, const zkl_g1_affine *powers,
                                 size_t count, unsigned log_max, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_powers_prepare_g2(preparing *p, zkl_g2_affine *out, const zkl_g2_affine *powers,
                                 size_t count, unsigned log_max, zkl_error *err) ZKL_MUST_USE;
