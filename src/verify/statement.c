/* The last line of docs/proof-system.md section 5: Groth16 and the KZG equation in one pairing
 * product. */
#include "verify/statement.h"

#include "verify/reduce.h"

/* The statement names its key and its powers by hash. Both were absorbed by t0, so a proof under
 * another key or other powers is a proof of another statement. */
static zkl_status check_pins(const zkl_statement *statement, const zkl_groth16_vk *vk,
                             const zkl_srs_verifier *srs, zkl_error *err)
{
    zkl_digest hash;
    zkl_groth16_vk_hash(&hash, vk);
    if (!zkl_digest_equal(&hash, &statement->key_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "proof statement: verification key: another than the one given");
    zkl_srs_hash(&hash, srs);
    if (!zkl_digest_equal(&hash, &statement->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "proof statement: powers of tau: others than those given");
    return ZKL_OK;
}

/* Groth16 has weight 1, the KZG equation its rho. */
static zkl_status take_pairings(zkl_product *out, const zkl_reduced_proof *reduced,
                                const zkl_groth16_vk *vk, const zkl_srs_verifier *srs,
                                zkl_error *err)
{
    zkl_groth16_proof groth16;
    zkl_g1_affine *p = out->p;
    zkl_g2_affine *q = out->q;
    ZKL_TRY(zkl_groth16_proof_decode(&groth16,
                                     zkl_bytes_of(reduced->groth16, sizeof reduced->groth16), err));
    /* Pairs 0 to 3 are Groth16's: A B, alpha beta, the public input, C delta. Pairs 4 to 6 are the
     * opening's. */
    zkl_groth16_pairs(p, q, vk, &groth16, &reduced->public_input);
    p[4] = reduced->a2.g1;
    q[4] = srs->tau2_2;
    p[5] = reduced->a1.g1;
    q[5] = srs->tau_2;
    p[6] = reduced->a0.g1;
    q[6] = zkl_g2_generator;
    out->count = 7;
    return ZKL_OK;
}

/* From bytes to a product: parse, pins, the reduction. The arena lives as long as the statement
 * that borrows from it. */
zkl_status zkl_verify_statement_but_pairings(zkl_product *out, const zkl_proven_statement *given,
                                             const zkl_groth16_vk *vk, const zkl_srs_verifier *srs,
                                             const zkl_known_tables *known, zkl_pool *pool,
                                             zkl_error *err)
{
    const zkl_arithmetic arithmetic = { zkl_group_g1(), &zkl_proof_format_v1, pool };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement statement;
    zkl_reduced_proof reduced;
    ZKL_TRY(zkl_statement_parse(&statement, &arena, given->statement, err));
    /* Pins before points: a cheap refusal first, and no work under a key that does not count. */
    ZKL_TRY(check_pins(&statement, vk, srs, err));
    ZKL_TRY(zkl_verify_reduce(&reduced, &statement, given, &arithmetic, known, err));
    return take_pairings(out, &reduced, vk, srs, err);
}

/* To a verdict: one product of seven pairings. */
zkl_status zkl_verify_statement(const zkl_proven_statement *given, const zkl_groth16_vk *vk,
                                const zkl_srs_verifier *srs, const zkl_known_tables *known,
                                zkl_pool *pool, zkl_error *err)
{
    zkl_product product;
    ZKL_TRY(zkl_verify_statement_but_pairings(&product, given, vk, srs, known, pool, err));
    if (zkl_product_is_one(&product))
        return ZKL_OK;
    /* one product says that something is false; which of the two is worth a second product */
    const char *what =
        zkl_pairing_product_is_one(product.p, product.q, 4) ? "KZG opening" : "Groth16";
    return zkl_fail(err, ZKL_REJECTED, "proof: %s: the pairing equation does not hold", what);
}
