/* docs/proof-system.md section 5, from the decoded statement to the equations left to check. */
#include "verify/reduce.h"

#include "algebra/poly.h"
#include "algebra/poseidon.h"
#include "verify/direct.h"

/* What the KZG equation sums over: the statement's points with their weights in K_w, and the
 * opening's own. */
typedef struct weighted_points {
    zkl_point *points;
    zkl_fr *scalars;
    size_t count, room;
} weighted_points;

/* Room was made for all of them: zkl_verify_reduce counts blocks, multiplicities, mask, and three
 * of the opening. */
static void add_point(weighted_points *sum, const zkl_point *point, const zkl_fr *scalar)
{
    ZKL_ASSERT(sum->count < sum->room);
    sum->points[sum->count] = *point;
    sum->scalars[sum->count++] = *scalar;
}

/* The dataset's commitments that the caller has decoded already, when the statement's are those
 * (checked before). */
static bool copy_known_points(zkl_point *out, const zkl_statement_table *table,
                              const zkl_proof_format *format, const zkl_known_tables *known)
{
    for (size_t k = 0; k < known->count; k++) {
        const zkl_known_table *source = &known->tables[k];
        if (!source->points || !zkl_digest_equal(&source->dataset, &table->dataset))
            continue;
        const size_t first_chunk = (size_t)(table->first_row >> format->log_cells);
        for (uint64_t c = 0; c < zkl_statement_chunk_count(table, format); c++)
            for (size_t i = 0; i < table->column_count; i++) {
                size_t from = (first_chunk + (size_t)c) * source->blocks_per_chunk;
                ZKL_DEBUG_ASSERT(table->columns[i].index < source->column_count);
                for (uint32_t j = 0; j < table->columns[i].index; j++)
                    from += source->limb_counts[j];
                for (uint32_t limb = 0; limb < table->columns[i].limb_count; limb++)
                    (out++)->g1 = source->points[from + limb];
            }
        return true;
    }
    return false;
}

/* Points on the curve, in the subgroup, not infinity, one by one. */
zkl_status zkl_reduce_blocks(zkl_point *out, const zkl_statement *s, const zkl_arithmetic *in,
                             const zkl_known_tables *known, zkl_error *err)
{
    size_t at = 0, from = 0; /* [from, at): not decoded yet */
    for (size_t i = 0; i <= s->table_count; i++) {
        const bool end = i == s->table_count;
        const bool copied = !end && copy_known_points(out + at, &s->tables[i], in->format, known);
        if (end || copied)
            ZKL_TRY(in->group->decode(out + from, s->blocks[from], at - from, "block commitment",
                                      in->pool, err));
        if (!end)
            at += zkl_statement_table_blocks(&s->tables[i], in->format);
        if (copied)
            from = at;
    }
    ZKL_ASSERT(at == s->block_count); /* zkl_statement_check has counted them */
    return ZKL_OK;
}

/* The line r0 + r1 X through a = (w + delta S)(z) and b = (w + delta S)(1/z):
 *   r1 = (a - b) / (z - 1/z),  r0 = a - r1 z. */
void zkl_opening_line(zkl_fr *r0, zkl_fr *r1, const zkl_opening_values *values, const zkl_fr *delta,
                      const zkl_fr *z, const zkl_fr *zi)
{
    zkl_fr a, b, slope;
    zkl_fr_mul(&a, delta, &values->s_z);
    zkl_fr_add(&a, &a, &values->w_z);
    zkl_fr_mul(&b, delta, &values->s_zi);
    zkl_fr_add(&b, &b, &values->w_zi);
    zkl_fr_sub(&slope, z, zi);
    ZKL_ASSERT(!zkl_fr_is_zero(&slope)); /* zkl_opening_check_point: z is not 1/z */
    zkl_fr_inverse_vartime(&slope, &slope);
    zkl_fr_sub(&b, &a, &b);
    zkl_fr_mul(r1, &b, &slope);
    zkl_fr_mul(&b, r1, z);
    zkl_fr_sub(r0, &a, &b);
}

/* At 0 there is no 1/z, and at 1 and -1 it is z itself, so that no line is fixed by the two values.
 * A hash is one of these by chance of 2^-253: whoever shows one has not hashed. */
zkl_status zkl_opening_check_point(const zkl_fr *z, zkl_error *err)
{
    zkl_fr minus_one;
    zkl_fr_neg(&minus_one, &ZKL_FR_ONE);
    if (zkl_fr_is_zero(z) || zkl_fr_equal(z, &ZKL_FR_ONE) || zkl_fr_equal(z, &minus_one))
        return zkl_fail(err, ZKL_REJECTED, "opening: z is 0, 1 or -1");
    return ZKL_OK;
}

/* The opening that a proof shows of the committed polynomials: S and W, the values at z and 1/z,
 * and the weight of its equation. */
typedef struct kzg_opening {
    zkl_point s, w;
    zkl_opening_values values;
    zkl_fr z, rho;
} kzg_opening;

/* The equation e(W, [tau^2]) e(-(z + 1/z) W + r1 G, [tau]) e(W + r0 G - K_w - delta K_S, [1]) = 1
 * raised to rho, as the points a2, a1, a0. sum holds the points of K_w with their weights; room for
 * three more. */
static zkl_status weigh_equation(zkl_reduced_proof *out, weighted_points *sum,
                                 const kzg_opening *opening, const zkl_arithmetic *in,
                                 zkl_error *err)
{
    const zkl_group *group = in->group;
    const zkl_fr *z = &opening->z, *rho = &opening->rho;
    zkl_fr zi, delta, r0, r1, minus_rho, v;
    /* The line through the two values that the opening shows, w + delta S at z and 1/z. */
    zkl_fr_inverse_vartime(&zi, z);
    ZKL_ASSERT(sum->count > 0);
    zkl_opening_delta(&delta, z, &opening->values);
    zkl_opening_line(&r0, &r1, &opening->values, &delta, z, &zi);

    /* a0 = rho (W + r0 G - K_w - delta K_S): K_w's points are in the sum already. */
    zkl_fr_neg(&minus_rho, rho);
    for (size_t i = 0; i < sum->count; i++)
        zkl_fr_mul(&sum->scalars[i], &sum->scalars[i], &minus_rho);
    add_point(sum, &opening->w, rho);
    zkl_fr_mul(&v, rho, &r0);
    add_point(sum, group->generator, &v);
    zkl_fr_mul(&v, &minus_rho, &delta);
    add_point(sum, &opening->s, &v);
    ZKL_TRY(group->msm(&out->a0, sum->points, sum->scalars, sum->count, in->pool, err));

    /* a1 = rho (r1 G - (z + 1/z) W), a2 = rho W. */
    const zkl_point two[2] = { opening->w, *group->generator };
    zkl_fr scalars[2];
    zkl_fr_add(&v, z, &zi);
    zkl_fr_mul(&scalars[0], &v, &minus_rho);
    zkl_fr_mul(&scalars[1], rho, &r1);
    ZKL_TRY(group->msm(&out->a1, two, scalars, 2, in->pool, err));
    return group->msm(&out->a2, &opening->w, rho, 1, in->pool, err);
}

/* The weights of the statement's blocks in K_w = X's blocks + gamma relations' blocks + gamma^2
 * X3's blocks + gamma^3 K_m + chi K_g. One block may stand in all three of the first sums. */
static zkl_status weigh_blocks(weighted_points *sum, const zkl_shape *shape, const zkl_fr *eb,
                               const zkl_opening_challenges *c, zkl_error *err)
{
    const size_t blocks = shape->statement->block_count;
    ZKL_AUTO_BLOCK zkl_fr *weights = zkl_calloc(3 * blocks, sizeof *weights);
    if (!weights)
        return zkl_no_memory(err, 3 * blocks * sizeof *weights);
    zkl_shape_weights(weights, weights + blocks, weights + 2 * blocks, shape, eb);
    /* Of one block: w_X + gamma w_relations + gamma^2 w_X3. */
    for (size_t b = 0; b < blocks; b++) {
        zkl_fr v;
        zkl_fr_mul(&v, &c->gamma, &weights[blocks + b]);
        zkl_fr_add(&sum->scalars[b], &weights[b], &v);
        zkl_fr_mul(&v, &c->gamma2, &weights[2 * blocks + b]);
        zkl_fr_add(&sum->scalars[b], &sum->scalars[b], &v);
    }
    return ZKL_OK;
}

/* The points of K_w: the blocks, whose weights are in the sum already, then the multiplicities'
 * commitment and the mask's with theirs. */
static zkl_status add_commitments(weighted_points *sum, const zkl_statement *s,
                                  const zkl_opening_challenges *c, const zkl_arithmetic *in,
                                  const zkl_known_tables *known, zkl_error *err)
{
    zkl_point point;
    ZKL_TRY(zkl_reduce_blocks(sum->points, s, in, known, err));
    ZKL_ASSERT(s->block_count > 0 && sum->count == 0);
    sum->count = s->block_count;
    if (s->multiplicity_count) {
        ZKL_TRY(in->group->decode(&point, s->multiplicities[0], 1, "multiplicity commitment",
                                  in->pool, err));
        add_point(sum, &point, &c->gamma3);
    }
    ZKL_TRY(in->group->decode(&point, s->masks[0], 1, "mask commitment", in->pool, err));
    add_point(sum, &point, &c->chi);
    return ZKL_OK;
}

zkl_status zkl_verify_reduce(zkl_reduced_proof *out, const zkl_statement *statement,
                             const zkl_proven_statement *given, const zkl_arithmetic *in,
                             const zkl_known_tables *known, zkl_error *err)
{
    const zkl_proof_format *format = in->format;
    /* The checklist, before indexing by anything: all that follows relies on its bounds. */
    ZKL_TRY(zkl_statement_check(statement, format, known->tables, known->count, err));
    if (zkl_statement_is_direct(statement))
        return zkl_fail(err, ZKL_REJECTED, "proof statement: circuit: none, only disclosed rows");

    const size_t hi_count = zkl_statement_tier(statement->circuit) - format->log_cells;
    zkl_proof_blob blob;
    kzg_opening opening;
    ZKL_TRY(zkl_proof_blob_parse(&blob, given->proof, hi_count, err));
    opening.values = blob.values;
    ZKL_TRY(in->group->decode(&opening.s, blob.s, 1, "point S", in->pool, err));
    ZKL_TRY(in->group->decode(&opening.w, blob.w, 1, "point W", in->pool, err));

    /* Challenges in the order in which the prover had to fix things: t0, alpha and digest, hi and
     * S, z, rho. */
    ZKL_AUTO_CLEAR(zkl_shape) shape = { 0 };
    zkl_opening_challenges challenges;
    zkl_fr eb[1 << ZKL_HI_MAX];
    zkl_statement_t0(&out->t0, given->statement);
    ZKL_TRY(zkl_shape_compile(&shape, statement, format, &out->t0, &blob.alpha, err));
    zkl_opening_challenge(&challenges, &out->t0, &blob.digest);
    zkl_opening_point(&opening.z, &out->t0, &blob.digest, blob.hi, hi_count, blob.s);
    ZKL_TRY(zkl_opening_check_point(&opening.z, err));
    zkl_opening_weight(&opening.rho, &out->t0, 1, given->proof);
    zkl_eq_vector(eb, blob.hi, hi_count);

    /* The circuit's public input: what Groth16 is asked about. */
    out->input_count = zkl_fraction_inputs(out->inputs, &shape, &blob, &challenges, &opening.z, eb);
    zkl_poseidon_public_hash(&out->public_input, out->inputs, out->input_count);
    memcpy(out->groth16, blob.groth16, sizeof out->groth16);

    /* The KZG equation, as three points: what the pairings are asked about. */
    const size_t room = statement->block_count + 5;
    ZKL_AUTO_BLOCK zkl_point *points = zkl_calloc(room, sizeof *points);
    ZKL_AUTO_BLOCK zkl_fr *scalars = zkl_calloc(room, sizeof *scalars);
    if (!points || !scalars)
        return zkl_no_memory(err, room * sizeof *points);
    weighted_points sum = { points, scalars, 0, room };
    ZKL_ASSERT(hi_count <= ZKL_HI_MAX && shape.format == format);
    ZKL_TRY(weigh_blocks(&sum, &shape, eb, &challenges, err));
    ZKL_TRY(add_commitments(&sum, statement, &challenges, in, known, err));
    return weigh_equation(out, &sum, &opening, in, err);
}
