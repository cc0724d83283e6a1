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

/* Parse, and the pins before points: a cheap refusal first, and no work under a key that does not
 * count. */
static zkl_status open_statement(zkl_statement *out, zkl_arena *arena,
                                 const zkl_proven_statement *given, const zkl_groth16_vk *vk,
                                 const zkl_srs_verifier *srs, zkl_error *err)
{
    ZKL_TRY(zkl_statement_parse(out, arena, given->statement, err));
    return check_pins(out, vk, srs, err);
}

/* ---- Both equations as one product: Groth16 has weight 1, the KZG equation its rho. */

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

/* ---- Each equation as a product of its own, whose sums wait */

/* e(A, B) = e(alpha, beta) e(IC_0 + x IC_1, gamma) e(C, delta). */
static zkl_status put_groth16(zkl_products *out, const zkl_reduced_proof *reduced,
                              const zkl_opening_equation *equation, const zkl_groth16_vk *vk,
                              zkl_error *err)
{
    zkl_g1_affine minus_a = equation->groth16_a.g1;
    zkl_g2_affine b;
    const zkl_fr inputs[2] = { ZKL_FR_ONE, reduced->public_input };
    ZKL_TRY(zkl_g2_decode(&b, reduced->groth16 + ZKL_GROTH16_B_OFFSET, "groth16 proof, B", err));
    blst_fp_cneg(&minus_a.y, &minus_a.y, true);
    zkl_products_begin(out);
    ZKL_TRY(zkl_products_put(out, &minus_a, NULL, 1, &b, err));
    ZKL_TRY(zkl_products_put(out, &vk->alpha, NULL, 1, &vk->beta, err));
    ZKL_TRY(zkl_products_put(out, vk->ic, inputs, 2, &vk->gamma, err));
    return zkl_products_put(out, &equation->groth16_c.g1, NULL, 1, &vk->delta, err);
}

/* The large sum, as its terms where few wait before it, and else as one point. */
static zkl_status put_sum(zkl_products *out, const zkl_opening_equation *equation, zkl_pool *pool,
                          zkl_error *err)
{
    const zkl_g1_affine *points = &equation->points->g1;
    zkl_g1 sum;
    zkl_g1_affine point;
    if (out->term_count + equation->count <= out->waiting_max)
        return zkl_products_put(out, points, equation->scalars, equation->count, &zkl_g2_generator,
                                err);
    ZKL_TRY(zkl_g1_msm_small(&sum, points, equation->scalars, equation->count, pool, err));
    zkl_g1_normalize(&point, &sum);
    return zkl_products_put(out, &point, NULL, 1, &zkl_g2_generator, err);
}

static zkl_status put_opening(zkl_products *out, const zkl_opening_equation *equation,
                              const zkl_srs_verifier *srs, zkl_pool *pool, zkl_error *err)
{
    const zkl_g1_affine two[2] = { equation->w.g1, zkl_g1_generator };
    const zkl_fr scalars[2] = { equation->a, equation->b };
    zkl_products_begin(out);
    ZKL_TRY(zkl_products_put(out, &equation->w.g1, NULL, 1, &srs->tau2_2, err));
    ZKL_TRY(zkl_products_put(out, two, scalars, 2, &srs->tau_2, err));
    return put_sum(out, equation, pool, err);
}

/* e([tau]_1, [1]_2) = e([1]_1, [tau]_2) and e([tau]_1, [tau]_2) = e([1]_1, [tau^2]_2). */
zkl_status zkl_verify_powers_but_pairings(zkl_products *out, const zkl_srs_verifier *powers,
                                          zkl_error *err)
{
    zkl_product product = { .p = { powers->tau_1, zkl_g1_generator },
                            .q = { zkl_g2_generator, powers->tau_2 },
                            .count = 2 };
    blst_fp_cneg(&product.p[1].y, &product.p[1].y, true);
    ZKL_TRY(zkl_products_add(out, &product, err));
    product.q[0] = powers->tau_2;
    product.q[1] = powers->tau2_2;
    return zkl_products_add(out, &product, err);
}

zkl_status zkl_verify_statement_but_pairings(zkl_products *out, const zkl_proven_statement *given,
                                             const zkl_groth16_vk *vk, const zkl_srs_verifier *srs,
                                             const zkl_known_tables *known, zkl_pool *pool,
                                             zkl_error *err)
{
    const zkl_arithmetic arithmetic = { zkl_group_g1(), &zkl_proof_format_v1, pool };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_opening_equation) equation = { .wants_groth16 = true };
    zkl_statement statement;
    zkl_reduced_proof reduced;
    ZKL_TRY(open_statement(&statement, &arena, given, vk, srs, err));
    ZKL_TRY(zkl_verify_reduce_but_sums(&reduced, &equation, &statement, given, &arithmetic, known,
                                       err));
    ZKL_TRY(put_groth16(out, &reduced, &equation, vk, err));
    return put_opening(out, &equation, srs, pool, err);
}

/* ---- The verdict */

static zkl_status reduce_to_product(zkl_product *out, const zkl_proven_statement *given,
                                    const zkl_groth16_vk *vk, const zkl_srs_verifier *srs,
                                    const zkl_known_tables *known, zkl_pool *pool, zkl_error *err)
{
    const zkl_arithmetic arithmetic = { zkl_group_g1(), &zkl_proof_format_v1, pool };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement statement;
    zkl_reduced_proof reduced;
    ZKL_TRY(open_statement(&statement, &arena, given, vk, srs, err));
    ZKL_TRY(zkl_verify_reduce(&reduced, &statement, given, &arithmetic, known, err));
    return take_pairings(out, &reduced, vk, srs, err);
}

/* To a verdict: one product of seven pairings. */
zkl_status zkl_verify_statement(const zkl_proven_statement *given, const zkl_groth16_vk *vk,
                                const zkl_srs_verifier *srs, const zkl_known_tables *known,
                                zkl_pool *pool, zkl_error *err)
{
    zkl_product product;
    ZKL_TRY(reduce_to_product(&product, given, vk, srs, known, pool, err));
    if (zkl_product_is_one(&product))
        return ZKL_OK;
    /* one product says that something is false; which of the two is worth a second product */
    const char *what =
        zkl_pairing_product_is_one(product.p, product.q, 4) ? "KZG opening" : "Groth16";
    return zkl_fail(err, ZKL_REJECTED, "proof: %s: the pairing equation does not hold", what);
}
