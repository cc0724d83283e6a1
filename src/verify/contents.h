#pragma once
/* Contents of a log verified side by side, with one product of pairings for all of them. */
#include "verify/receipt.h"

/* One of them: what zkl_content_verify says of it by itself, whatever the others are. */
typedef struct zkl_judged_content {
    const zkl_content *content;
    zkl_status status;
    zkl_error fault; /* where it does not hold */
    size_t statement_count;
} zkl_judged_content;

/* `content` of each is the caller's, the rest is written. All have the same pins.
 *
 * A worker a content, for all but the pairings; then the pairings of all at once. Where their
 * product is not 1 each is verified by itself, which names the false ones: a false content is
 * called valid with a chance of at most 2^-128 (verify/pairings.h). Memory: that of a verification
 * for each worker, and a megabyte at most for each content's sums. ZKL_NO_MEMORY: nothing is said
 * of any. */
zkl_status zkl_contents_verify(zkl_judged_content *each, size_t count, const zkl_content_pins *pins,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
