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

/* Randomness is the system's. A false receipt is called valid with a chance of at most 2^-128
 * (verify/pairings.h). */
void service_verify_together(service_joint_receipt *each, size_t count, const zkl_trust *trust,
                             zkl_pool *pool);
