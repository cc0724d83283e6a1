#pragma once
/* Whose clock stamped something, and whether its token is true. docs/formats/timestamp.md */
#include "record/timestamp.h"
#include "record/trust.h"

typedef struct zkl_tsa_time {
    const zkl_trusted_tsa *tsa; /* of the trust; NULL: of none that it names, so nothing is said */
    int64_t time_ms;
    uint64_t accuracy_ms; /* 0: the token says none */
} zkl_tsa_time;

/* A token in the form of receipts, over data whose SHA-256 is imprint.
 *
 * ZKL_OK with a tsa: that clock signed it, by a certificate that was for this and valid at the time
 * that it says. ZKL_OK without: no clock of the trust is named as its signer.
 * ZKL_REJECTED: it is over something else, its signature is false under the certificate that it
 * names, or that certificate may not do this. ZKL_BAD_INPUT, ZKL_LIMIT, ZKL_NOT_SUPPORTED: its
 * form. Revocation is not asked: the verifier is offline.
 *
 * Cost: two signatures. Threads: any. */
zkl_status zkl_tsa_verify(zkl_tsa_time *out, zkl_bytes token, const zkl_digest *imprint,
                          const zkl_trust *trust, zkl_error *err) ZKL_MUST_USE;
