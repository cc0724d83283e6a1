#pragma once
/* Receipts verified side by side by one trust, with one product of pairings for all of them. */
#include "base/env.h"
#include "verify/receipt.h"

/* One of them. `receipt` is the caller's; all else starts with zeros. */
typedef struct service_joint_receipt {
    zkl_bytes receipt;
    zkl_arena arena; /* of verified, which borrows from receipt as well */
    zkl_products products;
    zkl_verified verified;
    /* It is valid, and `verified` says what it says. Else nothing is known, and nothing but
     * `receipt` is kept: it may be valid. Each of these is to be verified by itself, which gives it
     * its own verdict. */
    bool is_valid;
} service_joint_receipt;
void service_joint_receipt_clear(service_joint_receipt *receipt);

/* How far it is: `before` and those that are done, of `total`; told after each receipt that the
 * calling thread has verified. */
typedef struct service_joint_progress {
    const zkl_env *env;
    const char *stage;
    uint64_t before, total;
} service_joint_progress;

/* Randomness is the system's. A false receipt is called valid with a chance of at most 2^-128
 * (verify/pairings.h). progress: may be NULL. ZKL_CANCELLED: by it; then none is called valid. */
zkl_status service_verify_together(service_joint_receipt *each, size_t count,
                                   const zkl_trust *trust, zkl_pool *pool,
                                   const service_joint_progress *progress,
                                   zkl_error *err) ZKL_MUST_USE;
