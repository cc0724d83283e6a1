#pragma once
/* Powers of tau for commitments: [tau^t]_1 for t < power_count, and [tau]_2, [tau^2]_2.
 * Production needs C + mask_half powers (65,544). */
#include "algebra/curve.h"
#include "base/arena.h"

typedef struct zkl_srs_verifier {
    zkl_g1_affine tau_1;
    zkl_g2_affine tau_2, tau2_2;
} zkl_srs_verifier;

typedef struct zkl_srs {
    const zkl_g1_affine *powers; /* powers[0] = generator */
    size_t power_count;
    zkl_srs_verifier verifier;
    zkl_g1_fixed *fixed; /* over the first C powers, for block commitments */
} zkl_srs;

#define ZKL_SRS_VERIFIER_BYTES (48 + 96 + 96) /* [tau]_1, [tau]_2, [tau^2]_2 compressed */
void zkl_srs_verifier_encode(uint8_t out[static ZKL_SRS_VERIFIER_BYTES],
                             const zkl_srs_verifier *srs);
/* Decodes and checks e([tau]_1,[1]_2) = e([1]_1,[tau]_2) and e([tau]_1,[tau]_2) =
 * e([1]_1,[tau^2]_2); refuses tau in {0, 1}. ZKL_BAD_INPUT for what is no canonical point of the
 * subgroup, ZKL_REJECTED for powers that do not belong together. */
zkl_status zkl_srs_verifier_decode(zkl_srs_verifier *out, zkl_bytes bytes,
                                   zkl_error *err) ZKL_MUST_USE;
/* The same but for the two equations, which are left to the caller. */
zkl_status zkl_srs_verifier_decode_points(zkl_srs_verifier *out, zkl_bytes bytes,
                                          zkl_error *err) ZKL_MUST_USE;
void zkl_srs_hash(zkl_digest *out, const zkl_srs_verifier *srs); /* SHA3-256 of the encoding */

/* Names all secrets of the powers: the same three, with [alpha]_1 and [beta]_2. Set-up entries and
 * ceremonies say it beside the hash of tau alone, which statements are under. */
void zkl_srs_parameters_hash(zkl_digest *out, const zkl_srs_verifier *srs,
                             const zkl_g1_affine *alpha_1, const zkl_g2_affine *beta_2);
/* The same of encodings: ZKL_SRS_VERIFIER_BYTES, and 48 + 96 of alpha and beta. */
#define ZKL_ALPHA_BETA_BYTES (48 + 96)
void zkl_srs_parameters_hash_of_bytes(zkl_digest *out,
                                      const uint8_t powers[static ZKL_SRS_VERIFIER_BYTES],
                                      const uint8_t alpha_beta[static ZKL_ALPHA_BETA_BYTES]);
