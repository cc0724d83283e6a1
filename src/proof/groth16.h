#pragma once
/* Groth16 on BLS12-381 with exactly one public input (so two IC points).
 * Source: Groth, "On the Size of Pairing-Based Non-interactive Arguments", IACR ePrint 2016/260;
 * the key layout follows iden3's .zkey (H as Lagrange points of the odd coset), so that snarkjs
 * runs on our circuits and we on its keys. */
#include "algebra/curve.h"
#include "base/arena.h"

typedef struct zkl_groth16_vk {
    zkl_g1_affine alpha;
    zkl_g2_affine beta, gamma, delta;
    zkl_g1_affine ic[2];
} zkl_groth16_vk;

#define ZKL_GROTH16_VK_BYTES (48 + 3 * 96 + 2 * 48) /* alpha, beta, gamma, delta, IC compressed */
#define ZKL_GROTH16_PROOF_BYTES (48 + 96 + 48)      /* A, B, C compressed */
#define ZKL_GROTH16_B_OFFSET 48
#define ZKL_GROTH16_C_OFFSET 144

typedef struct zkl_groth16_proof {
    zkl_g1_affine a;
    zkl_g2_affine b;
    zkl_g1_affine c;
} zkl_groth16_proof;

/* ---- verifier's half (verify_groth16.c) */
void zkl_groth16_vk_encode(uint8_t out[static ZKL_GROTH16_VK_BYTES], const zkl_groth16_vk *vk);
/* Refuses what is not canonical, an element at infinity or outside its subgroup (ZKL_BAD_INPUT),
 * and keys without a second phase: delta == generator, gamma == delta (ZKL_REJECTED). gamma ==
 * generator is no fault: iden3's keys always have it. */
zkl_status zkl_groth16_vk_decode(zkl_groth16_vk *out, zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
/* The same for a key that came in another form. */
zkl_status zkl_groth16_vk_check(const zkl_groth16_vk *vk, zkl_error *err) ZKL_MUST_USE;
void zkl_groth16_vk_hash(zkl_digest *out, const zkl_groth16_vk *vk); /* SHA3-256 of the encoding */
void zkl_groth16_proof_encode(uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                              const zkl_groth16_proof *proof);
/* Refuses what is not canonical, infinity, and points outside the subgroup. */
zkl_status zkl_groth16_proof_decode(zkl_groth16_proof *out, zkl_bytes bytes,
                                    zkl_error *err) ZKL_MUST_USE;
/* The four pairings of e(A,B) = e(alpha,beta) e(IC0 + x IC1, gamma) e(C,delta), as pairs whose
 * product is one; written to p[0..3], q[0..3], so that the caller may multiply in more equations
 * before one final exponentiation. */
void zkl_groth16_pairs(zkl_g1_affine p[static 4], zkl_g2_affine q[static 4],
                       const zkl_groth16_vk *vk, const zkl_groth16_proof *proof,
                       const zkl_fr *public_input);
bool zkl_groth16_verify(const zkl_groth16_vk *vk, const zkl_groth16_proof *proof,
                        const zkl_fr *public_input);
