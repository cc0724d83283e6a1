/* Groth16's public half: encodings of keys and proofs, what a key must not be, and the equation
 * that a verifier checks.
 *
 * The equation is e(A, B) = e(alpha, beta) e(IC_0 + x IC_1, gamma) e(C, delta), x the one public
 * input. Pairings over fixed points take the same time for every proof; nothing here is secret.
 * Source: Groth, IACR ePrint 2016/260. */
#include "proof/groth16.h"

#include "hash/hash.h"

void zkl_groth16_vk_encode(uint8_t out[static ZKL_GROTH16_VK_BYTES], const zkl_groth16_vk *vk)
{
    zkl_g1_encode(out, &vk->alpha);
    zkl_g2_encode(out + 48, &vk->beta);
    zkl_g2_encode(out + 144, &vk->gamma);
    zkl_g2_encode(out + 240, &vk->delta);
    zkl_g1_encode(out + 336, &vk->ic[0]);
    zkl_g1_encode(out + 384, &vk->ic[1]);
}

/* Where each element lies in the encoding of a key: alpha 0, beta 48, gamma 144, delta 240, IC_0
 * 336, IC_1 384. */
_Static_assert(ZKL_GROTH16_VK_BYTES == 384 + 48, "the last element ends the encoding");

static bool g2_equal(const zkl_g2_affine *a, const zkl_g2_affine *b)
{
    return blst_p2_affine_is_equal(a, b);
}

/* With gamma = delta, A = alpha, B = beta and C = -(IC_0 + x IC_1) pass for every x: anybody
 * forges. iden3's gamma is the generator, so delta = 1, a key before its second phase, is this
 * case. */
static zkl_status check_second_phase(const zkl_groth16_vk *vk, zkl_error *err)
{
    if (g2_equal(&vk->delta, &zkl_g2_generator))
        return zkl_fail(err, ZKL_REJECTED,
                        "verification key: delta is the generator: no second phase was made");
    if (g2_equal(&vk->gamma, &vk->delta))
        return zkl_fail(err, ZKL_REJECTED, "verification key: gamma equals delta");
    return ZKL_OK;
}

/* iden3's gamma is always the generator, whose one encoding needs no decoder. */
static zkl_status decode_gamma(zkl_g2_affine *out, const uint8_t bytes[static ZKL_G2_BYTES],
                               zkl_error *err)
{
    uint8_t generator[ZKL_G2_BYTES];
    zkl_g2_encode(generator, &zkl_g2_generator);
    if (memcmp(bytes, generator, sizeof generator) != 0)
        return zkl_g2_decode(out, bytes, "verification key, gamma", err);
    *out = zkl_g2_generator;
    return ZKL_OK;
}

/* Each point is checked by its decoder: canonical, on the curve, in the subgroup, not infinity. */
zkl_status zkl_groth16_vk_decode(zkl_groth16_vk *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_groth16_vk vk;

    if (bytes.size != ZKL_GROTH16_VK_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "verification key has %zu bytes, not %d", bytes.size,
                        ZKL_GROTH16_VK_BYTES);
    ZKL_TRY(zkl_g1_decode(&vk.alpha, bytes.data, "verification key, alpha", err));
    ZKL_TRY(zkl_g2_decode(&vk.beta, bytes.data + 48, "verification key, beta", err));
    ZKL_TRY(decode_gamma(&vk.gamma, bytes.data + 144, err));
    ZKL_TRY(zkl_g2_decode(&vk.delta, bytes.data + 240, "verification key, delta", err));
    ZKL_TRY(zkl_g1_decode(&vk.ic[0], bytes.data + 336, "verification key, IC 0", err));
    ZKL_TRY(zkl_g1_decode(&vk.ic[1], bytes.data + 384, "verification key, IC 1", err));
    ZKL_TRY(check_second_phase(&vk, err));
    *out = vk;
    return ZKL_OK;
}

/* Through the encoding, so that there is one place that says what is refused. */
zkl_status zkl_groth16_vk_check(const zkl_groth16_vk *vk, zkl_error *err)
{
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];
    zkl_groth16_vk decoded;

    zkl_groth16_vk_encode(bytes, vk);
    ZKL_TRY(zkl_groth16_vk_decode(&decoded, zkl_bytes_of(bytes, sizeof bytes), err));
    if (memcmp(&decoded, vk, sizeof decoded) !=
        0) /* a point off the curve has the encoding of one on it */
        return zkl_fail(err, ZKL_BAD_INPUT, "verification key: a point is not on its curve");
    return ZKL_OK;
}

/* Names a key in statements, trust files and entries. */
void zkl_groth16_vk_hash(zkl_digest *out, const zkl_groth16_vk *vk)
{
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];

    zkl_groth16_vk_encode(bytes, vk);
    zkl_hash(out, ZKL_HASH_SHA3_256, bytes, sizeof bytes);
}

void zkl_groth16_proof_encode(uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                              const zkl_groth16_proof *proof)
{
    zkl_g1_encode(out, &proof->a);
    zkl_g2_encode(out + 48, &proof->b);
    zkl_g1_encode(out + 144, &proof->c);
}

/* Out is set when all three points are good. */
zkl_status zkl_groth16_proof_decode(zkl_groth16_proof *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_groth16_proof proof;

    /* any other length is no proof, and every point is checked by its decoder */
    if (bytes.size != ZKL_GROTH16_PROOF_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "groth16 proof has %zu bytes, not %d", bytes.size,
                        ZKL_GROTH16_PROOF_BYTES);
    ZKL_TRY(zkl_g1_decode(&proof.a, bytes.data, "groth16 proof, A", err));
    ZKL_TRY(zkl_g2_decode(&proof.b, bytes.data + 48, "groth16 proof, B", err));
    ZKL_TRY(zkl_g1_decode(&proof.c, bytes.data + 144, "groth16 proof, C", err));
    *out = proof;
    return ZKL_OK;
}

/* -A, so that the product of all four pairings is 1. The caller may multiply further equations
 * in. */
void zkl_groth16_pairs(zkl_g1_affine p[static 4], zkl_g2_affine q[static 4],
                       const zkl_groth16_vk *vk, const zkl_groth16_proof *proof,
                       const zkl_fr *public_input)
{
    zkl_g1 a, inputs;

    blst_p1_from_affine(&a, &proof->a);
    blst_p1_cneg(&a, true);
    zkl_g1_normalize(&p[0], &a);
    q[0] = proof->b;
    p[1] = vk->alpha;
    q[1] = vk->beta;
    zkl_g1_mul(&inputs, &vk->ic[1], public_input);
    blst_p1_add_or_double_affine(&inputs, &inputs, &vk->ic[0]); /* IC_0 + x IC_1 */
    zkl_g1_normalize(&p[2], &inputs);
    q[2] = vk->gamma;
    p[3] = proof->c;
    q[3] = vk->delta;
}

bool zkl_groth16_verify(const zkl_groth16_vk *vk, const zkl_groth16_proof *proof,
                        const zkl_fr *public_input)
{
    zkl_g1_affine p[4];
    zkl_g2_affine q[4];

    /* one final exponentiation for all four */
    zkl_groth16_pairs(p, q, vk, proof, public_input);
    return zkl_pairing_product_is_one(p, q, 4);
}
