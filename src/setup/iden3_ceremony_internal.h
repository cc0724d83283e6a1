#pragma once
/* What checking a contribution and making one share. */
#include "setup/iden3_ceremony.h"

/* Where the powers stand after a contribution. */
typedef struct ceremony_standing {
    zkl_g1_affine tau_1, alpha_1, beta_1;
    zkl_g2_affine tau_2, beta_2;
    uint8_t challenge[64];
} ceremony_standing;

/* Before any contribution: tau = alpha = beta = 1, and the challenge of powers of that power. */
ceremony_standing zkl_ceremony_at_start(unsigned power);
/* The challenge of the next contribution is in this one's record. */
ceremony_standing zkl_ceremony_after(const zkl_ptau_contribution *c);

/* sp of secret number 0 tau, 1 alpha, 2 beta, hashed from the challenge and what is shown. */
void zkl_ceremony_key_base(zkl_g2_affine *out, uint8_t number, const uint8_t challenge[static 64],
                           const zkl_ptau_knowledge *shown);

/* The challenge after a contribution that led to these powers; false when its state of the hash is
 * none. */
bool zkl_ceremony_next_challenge(uint8_t out[static 64], const zkl_ptau_contribution *c,
                                 const zkl_powers *powers);

/* Where the secrets of a contribution come from: env's randomness, or a beacon's, which is
 * public. */
typedef struct contribution_draws {
    const zkl_env *env;
    zkl_iden3_random *beacon; /* NULL: a person's */
} contribution_draws;

zkl_status zkl_ceremony_draw_secret(zkl_fr *out, const contribution_draws *draws,
                                    zkl_error *err) ZKL_MUST_USE;
/* The point s that a contribution shows a secret by. */
zkl_status zkl_ceremony_draw_point(zkl_g1_affine *out, const contribution_draws *draws,
                                   zkl_error *err) ZKL_MUST_USE;
