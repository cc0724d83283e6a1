/* What a verifier keeps of the powers of tau: [tau]_1, [tau]_2, [tau^2]_2, encoded in this order
 * and named by their hash.
 *
 * Two pairing equations say that the three belong together: e([tau]_1, [1]_2) = e([1]_1,
 * [tau]_2), and e([tau]_1, [tau]_2) = e([1]_1, [tau^2]_2). Who knows tau they cannot say; that
 * is the ceremony's matter. */
#include "proof/srs.h"

#include "hash/domains.h"
#include "hash/hash.h"

void zkl_srs_verifier_encode(uint8_t out[static ZKL_SRS_VERIFIER_BYTES],
                             const zkl_srs_verifier *srs)
{
    zkl_g1_encode(out, &srs->tau_1);
    zkl_g2_encode(out + 48, &srs->tau_2);
    zkl_g2_encode(out + 144, &srs->tau2_2);
}

zkl_status zkl_srs_verifier_decode_points(zkl_srs_verifier *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_srs_verifier srs;

    if (bytes.size != ZKL_SRS_VERIFIER_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers of tau have %zu bytes, not %d", bytes.size,
                        ZKL_SRS_VERIFIER_BYTES);
    ZKL_TRY(zkl_g1_decode(&srs.tau_1, bytes.data, "powers of tau, tau in G1", err));
    ZKL_TRY(zkl_g2_decode(&srs.tau_2, bytes.data + 48, "powers of tau, tau in G2", err));
    ZKL_TRY(zkl_g2_decode(&srs.tau2_2, bytes.data + 144, "powers of tau, tau^2 in G2", err));
    /* tau = 1 makes every commitment the sum of its cells, and tau = 0 is infinity, which
     * decoding refuses */
    if (blst_p1_affine_is_equal(&srs.tau_1, &zkl_g1_generator))
        return zkl_fail(err, ZKL_REJECTED, "powers of tau: tau is 1");
    *out = srs;
    return ZKL_OK;
}

zkl_status zkl_srs_verifier_decode(zkl_srs_verifier *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_srs_verifier srs;
    ZKL_TRY(zkl_srs_verifier_decode_points(&srs, bytes, err));
    if (!zkl_pairings_equal(&srs.tau_1, &zkl_g2_generator, &zkl_g1_generator, &srs.tau_2))
        return zkl_fail(err, ZKL_REJECTED, "powers of tau: tau in G1 and tau in G2 differ");
    if (!zkl_pairings_equal(&srs.tau_1, &srs.tau_2, &zkl_g1_generator, &srs.tau2_2))
        return zkl_fail(err, ZKL_REJECTED, "powers of tau: tau^2 in G2 is not the square of tau");
    *out = srs;
    return ZKL_OK;
}

void zkl_srs_hash(zkl_digest *out, const zkl_srs_verifier *srs)
{
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];

    zkl_srs_verifier_encode(bytes, srs);
    zkl_hash(out, ZKL_HASH_SHA3_256, bytes, sizeof bytes);
}

void zkl_srs_parameters_hash_of_bytes(zkl_digest *out,
                                      const uint8_t powers[static ZKL_SRS_VERIFIER_BYTES],
                                      const uint8_t alpha_beta[static ZKL_ALPHA_BETA_BYTES])
{
    static const char domain[] = ZKL_SHA3_256_PARAMETERS;
    const zkl_bytes parts[] = { zkl_bytes_of(domain, sizeof domain),
                                zkl_bytes_of(powers, ZKL_SRS_VERIFIER_BYTES),
                                zkl_bytes_of(alpha_beta, ZKL_ALPHA_BETA_BYTES) };

    zkl_hash_parts(out, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
}

void zkl_srs_parameters_hash(zkl_digest *out, const zkl_srs_verifier *srs,
                             const zkl_g1_affine *alpha_1, const zkl_g2_affine *beta_2)
{
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES], alpha_beta[ZKL_ALPHA_BETA_BYTES];

    zkl_srs_verifier_encode(powers, srs);
    zkl_g1_encode(alpha_beta, alpha_1);
    zkl_g2_encode(alpha_beta + 48, beta_2);
    zkl_srs_parameters_hash_of_bytes(out, powers, alpha_beta);
}
