#pragma once
/* Powers of tau: everything a Groth16 set-up and the block commitments need of the secret tau,
 * alpha, beta. The arrays are those of an iden3 .ptau file that was prepared for phase 2 (section
 * numbers in brackets).
 * Source: Bowe, Gabizon, Miers, IACR ePrint 2017/1050; layout: iden3's snarkjs. */
#include "base/env.h"
#include "proof/srs.h"

#define ZKL_POWERS_POWER_MAX 17 /* 2^18 - 1 commitment powers, circuits of 2^17 constraints */

/* N = 2^power. Lagrange arrays hold every domain 2^0, 2^1, .. one after the other: domain 2^k
 * starts at 2^k - 1, its point i is [alpha^.. L_i(tau)] for L_i the Lagrange polynomial of w^i, w =
 * zkl_ntt_root(k). */
typedef struct zkl_powers {
    unsigned power;
    bool development;             /* made on one machine: proves nothing against whoever made it */
    const zkl_g1_affine *tau_1;   /* [2]  2N - 1 points [tau^i]_1 */
    const zkl_g2_affine *tau_2;   /* [3]  N points [tau^i]_2 */
    const zkl_g1_affine *alpha_1; /* [4]  N points [alpha tau^i]_1 */
    const zkl_g1_affine *beta_1;  /* [5]  N points [beta tau^i]_1 */
    zkl_g2_affine beta_2;         /* [6] */
    const zkl_g1_affine *lagrange_1;       /* [12] domains 2^0 .. 2N: 4N - 1 points [L_i(tau)]_1 */
    const zkl_g2_affine *lagrange_2;       /* [13] domains 2^0 .. N:  2N - 1 points */
    const zkl_g1_affine *lagrange_alpha_1; /* [14] 2N - 1 points [alpha L_i(tau)]_1 */
    const zkl_g1_affine *lagrange_beta_1;  /* [15] 2N - 1 points [beta L_i(tau)]_1 */
} zkl_powers;

/* Where domain 2^k starts in a Lagrange array; also the number of points before it. */
static inline size_t zkl_powers_domain_start(unsigned k)
{
    return ((size_t)1 << k) - 1;
}

/* What nobody may know: wiped by whoever draws it. */
typedef struct zkl_powers_secrets {
    zkl_fr tau, alpha, beta;
} zkl_powers_secrets;

/* A secret of a set-up: uniform up to 2^-256; not 0, which destroys what it multiplies, nor 1,
 * which changes nothing. The caller wipes it. */
zkl_status zkl_setup_secret_draw(zkl_fr *out, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Weights of sums that stand for many equations, of 128 bits: what is wrong in one equation passes
 * with a chance of 2^-128. They are public, but nobody may know them before what is weighed is
 * fixed. */
zkl_status zkl_setup_weights_draw(zkl_fr *out, size_t count, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

/* Draws tau, alpha, beta from env's randomness, computes all points from them, and wipes them: a
 * development set-up. power 1 .. ZKL_POWERS_POWER_MAX. The arrays come from arena. Cost at power
 * 16: about 0.8M products in G1, 0.2M in G2. */
zkl_status zkl_powers_make(zkl_powers *out, zkl_arena *arena, unsigned power, const zkl_env *env,
                           zkl_error *err) ZKL_MUST_USE;

/* The same, and the record of a ceremony with one contribution, signed with the secrets before
 * they are wiped: snarkjs's `powersoftau verify` accepts the powers then. Its contributions come
 * from arena. */
struct zkl_ptau_history;
zkl_status zkl_powers_make_recorded(zkl_powers *out, struct zkl_ptau_history *history,
                                    zkl_arena *arena, unsigned power, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* The secrets of powers and what was made of them on the way, while they are at hand. Nothing of
 * it may outlive the call that it is given to, but points. */
typedef struct zkl_powers_known {
    const zkl_powers_secrets *secrets;
    const zkl_fr *lagrange;              /* L_i(tau), where lagrange_1 has their points */
    const zkl_g1_multiples *multiples_1; /* of the generators */
    const zkl_g2_multiples *multiples_2;
} zkl_powers_known;
typedef struct zkl_powers_use {
    zkl_status (*with)(void *opaque, const zkl_powers_known *known, zkl_error *err);
    void *opaque;
} zkl_powers_use;
/* The same again, and use gets a look at the secrets before they are wiped, when out and history
 * are complete; its status is the result. history, use NULL: none. */
zkl_status zkl_powers_make_known(zkl_powers *out, struct zkl_ptau_history *history,
                                 zkl_arena *arena, unsigned power, const zkl_powers_use *use,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* tau_1[1], tau_2[1], tau_2[2]: what a verifier knows of them. power >= 2 (asserted). */
void zkl_powers_verifier(zkl_srs_verifier *out, const zkl_powers *powers);
/* zkl_srs_hash of that: names the powers in statements, keys and caches. */
void zkl_powers_hash(zkl_digest *out, const zkl_powers *powers);
/* zkl_srs_parameters_hash: tau, alpha and beta. */
void zkl_powers_parameters_hash(zkl_digest *out, const zkl_powers *powers);
