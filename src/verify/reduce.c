/* docs/proof-system.md section 5, from the decoded statement to the equations left to check. */
#include "verify/reduce.h"

#include "algebra/poly.h"
#include "algebra/poseidon.h"
#include "verify/direct.h"

void zkl_opening_equation_clear(zkl_opening_equation *equation)
{
    zkl_free(equation->points);
    zkl_free(equation->scalars);
    *equation = (zkl_opening_equation){ 0 };
}

static zkl_status make_room(zkl_opening_equation *equation, size_t room, zkl_error *err)
{
    equation->points = zkl_calloc(room, sizeof *equation->points);
    equation->scalars = zkl_calloc(room, sizeof *equation->scalars);
    equation->room = room;
    return equation->points && equation->scalars
               ? ZKL_OK
               : zkl_no_memory(err, room * sizeof *equation->points);
}

/* Room was made for all of them: zkl_verify_reduce_but_sums counts blocks, multiplicities, mask,
 * and three of the opening. */
static void add_point(zkl_opening_equation *sum, const zkl_point *point, const zkl_fr *scalar)
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

/* The opening that a proof shows of the committed polynomials: S and W, the values at z and 1/z. */
typedef struct kzg_opening {
    zkl_point s, w;
    zkl_opening_values values;
    zkl_fr z;
} kzg_opening;

/* e(W, [tau^2]) e(-(z + 1/z) W + r1 G, [tau]) e(W + r0 G - K_w - delta K_S, [1]) = 1. The equation
 * holds the points of K_w with their weights; room for three more. */
static void complete_equation(zkl_opening_equation *equation, const kzg_opening *opening,
                              const zkl_group *group)
{
    const zkl_fr *z = &opening->z;
    zkl_fr zi, delta, r0;
    ZKL_ASSERT(equation->count > 0);
    /* The line through the two values that the opening shows, w + delta S at z and 1/z. */
    zkl_fr_inverse_vartime(&zi, z);
    zkl_opening_delta(&delta, z, &opening->values);
    zkl_opening_line(&r0, &equation->b, &opening->values, &delta, z, &zi);
    zkl_fr_add(&equation->a, z, &zi);
    zkl_fr_neg(&equation->a, &equation->a);
    equation->w = opening->w;

    for (size_t i = 0; i < equation->count; i++)
        zkl_fr_neg(&equation->scalars[i], &equation->scalars[i]);
    add_point(equation, &opening->w, &ZKL_FR_ONE);
    add_point(equation, group->generator, &r0);
    zkl_fr_neg(&delta, &delta);
    add_point(equation, &opening->s, &delta);
}

/* The weights of the statement's blocks in K_w = X's blocks + gamma relations' blocks + gamma^2
 * X3's blocks + gamma^3 K_m + chi K_g. One block may stand in all three of the first sums. */
static zkl_status weigh_blocks(zkl_opening_equation *equation, const zkl_shape *shape,
                               const zkl_fr *eb, const zkl_opening_challenges *c, zkl_error *err)
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
        zkl_fr_add(&equation->scalars[b], &weights[b], &v);
        zkl_fr_mul(&v, &c->gamma2, &weights[2 * blocks + b]);
        zkl_fr_add(&equation->scalars[b], &equation->scalars[b], &v);
    }
    return ZKL_OK;
}

/* ---- Points of a statement and its proof */

/* Where they go. Blocks that are known are not decoded again. */
typedef struct statement_points {
    zkl_point *blocks; /* of the statement, in its order */
    zkl_point multiplicity, mask;
    zkl_point s, w;
    zkl_point groth16_a, groth16_c;
} statement_points;

/* Encodings that are decoded at once, and where each point goes. */
typedef struct encodings {
    uint8_t (*bytes)[ZKL_POINT_BYTES];
    zkl_point **to;
    size_t count, room;
} encodings;

static void add_encoding(encodings *all, const uint8_t *bytes, zkl_point *to)
{
    ZKL_ASSERT(all->count < all->room);
    memcpy(all->bytes[all->count], bytes, ZKL_POINT_BYTES);
    all->to[all->count++] = to;
}

/* Takes over what is known. */
static void add_blocks(encodings *all, zkl_point *blocks, const zkl_statement *s,
                       const zkl_proof_format *format, const zkl_known_tables *known)
{
    size_t at = 0;
    for (size_t i = 0; i < s->table_count; i++) {
        const size_t end = at + zkl_statement_table_blocks(&s->tables[i], format);
        const bool copied = copy_known_points(blocks + at, &s->tables[i], format, known);
        for (; at < end; at++)
            if (!copied)
                add_encoding(all, s->blocks[at], &blocks[at]);
    }
    ZKL_ASSERT(at == s->block_count); /* zkl_statement_check has counted them */
}

static zkl_status decode_encodings(const encodings *all, const zkl_arithmetic *in, zkl_error *err)
{
    ZKL_AUTO_BLOCK zkl_point *points = zkl_malloc(all->count, sizeof *points);
    if (!points)
        return zkl_no_memory(err, all->count * sizeof *points);
    ZKL_TRY(in->group->decode(points, all->bytes[0], all->count, "point", in->pool, err));
    for (size_t i = 0; i < all->count; i++)
        *all->to[i] = points[i];
    return ZKL_OK;
}

/* All at once: eight points take as long as two or three by themselves. */
static zkl_status decode_together(statement_points *out, const zkl_statement *s,
                                  const zkl_proof_blob *blob, const zkl_arithmetic *in,
                                  const zkl_known_tables *known, bool with_groth16, zkl_error *err)
{
    const size_t room = s->block_count + 6;
    ZKL_AUTO_BLOCK uint8_t(*bytes)[ZKL_POINT_BYTES] = zkl_malloc(room, sizeof *bytes);
    ZKL_AUTO_BLOCK zkl_point **to = zkl_malloc(room, sizeof *to);
    encodings all = { bytes, to, 0, room };
    if (!bytes || !to)
        return zkl_no_memory(err, room * sizeof *bytes);
    add_encoding(&all, blob->s, &out->s);
    add_encoding(&all, blob->w, &out->w);
    add_blocks(&all, out->blocks, s, in->format, known);
    if (s->multiplicity_count)
        add_encoding(&all, s->multiplicities[0], &out->multiplicity);
    add_encoding(&all, s->masks[0], &out->mask);
    if (with_groth16) {
        add_encoding(&all, blob->groth16, &out->groth16_a);
        add_encoding(&all, blob->groth16 + ZKL_GROTH16_C_OFFSET, &out->groth16_c);
    }
    return decode_encodings(&all, in, err);
}

/* One by one, so that what is wrong is named: what stands before the challenges, */
static zkl_status decode_opening_by_name(statement_points *out, const zkl_proof_blob *blob,
                                         const zkl_arithmetic *in, zkl_error *err)
{
    ZKL_TRY(in->group->decode(&out->s, blob->s, 1, "point S", in->pool, err));
    return in->group->decode(&out->w, blob->w, 1, "point W", in->pool, err);
}

/* and what they are about. */
static zkl_status decode_commitments_by_name(statement_points *out, const zkl_statement *s,
                                             const zkl_arithmetic *in,
                                             const zkl_known_tables *known, zkl_error *err)
{
    ZKL_TRY(zkl_reduce_blocks(out->blocks, s, in, known, err));
    if (s->multiplicity_count)
        ZKL_TRY(in->group->decode(&out->multiplicity, s->multiplicities[0], 1,
                                  "multiplicity commitment", in->pool, err));
    return in->group->decode(&out->mask, s->masks[0], 1, "mask commitment", in->pool, err);
}

zkl_status zkl_verify_reduce_but_sums(zkl_reduced_proof *out, zkl_opening_equation *equation,
                                      const zkl_statement *statement,
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
    ZKL_TRY(zkl_proof_blob_parse(&blob, given->proof, hi_count, err));
    ZKL_TRY(make_room(equation, statement->block_count + 5, err));
    statement_points points = { .blocks = equation->points };
    const zkl_status decoded =
        decode_together(&points, statement, &blob, in, known, equation->wants_groth16, err);
    if (decoded == ZKL_NO_MEMORY)
        return decoded;
    if (decoded != ZKL_OK)
        ZKL_TRY(decode_opening_by_name(&points, &blob, in, err));

    /* Challenges in the order in which the prover had to fix things: t0, alpha and digest, hi and
     * S, z, rho. */
    ZKL_AUTO_CLEAR(zkl_shape) shape = { 0 };
    zkl_opening_challenges challenges;
    kzg_opening opening = { .s = points.s, .w = points.w, .values = blob.values };
    zkl_fr eb[1 << ZKL_HI_MAX];
    zkl_statement_t0(&out->t0, given->statement);
    ZKL_TRY(zkl_shape_compile(&shape, statement, format, &out->t0, &blob.alpha, err));
    zkl_opening_challenge(&challenges, &out->t0, &blob.digest);
    zkl_opening_point(&opening.z, &out->t0, &blob.digest, blob.hi, hi_count, blob.s);
    ZKL_TRY(zkl_opening_check_point(&opening.z, err));
    zkl_opening_weight(&equation->rho, &out->t0, 1, given->proof);
    zkl_eq_vector(eb, blob.hi, hi_count);

    /* The circuit's public input: what Groth16 is asked about. */
    out->input_count = zkl_fraction_inputs(out->inputs, &shape, &blob, &challenges, &opening.z, eb);
    zkl_poseidon_public_hash(&out->public_input, out->inputs, out->input_count);
    memcpy(out->groth16, blob.groth16, sizeof out->groth16);

    /* The KZG equation: K_w's points with their weights, then the opening's own. */
    if (decoded != ZKL_OK) {
        ZKL_TRY(decode_commitments_by_name(&points, statement, in, known, err));
        return decoded; /* Groth16's, which nobody here names */
    }
    equation->groth16_a = points.groth16_a;
    equation->groth16_c = points.groth16_c;
    ZKL_ASSERT(hi_count <= ZKL_HI_MAX && shape.format == format && statement->block_count > 0);
    ZKL_TRY(weigh_blocks(equation, &shape, eb, &challenges, err));
    equation->count = statement->block_count;
    if (statement->multiplicity_count)
        add_point(equation, &points.multiplicity, &challenges.gamma3);
    add_point(equation, &points.mask, &challenges.chi);
    complete_equation(equation, &opening, in->group);
    return ZKL_OK;
}

/* The equation raised to rho, as three points: what the pairings are asked about. */
zkl_status zkl_verify_reduce(zkl_reduced_proof *out, const zkl_statement *statement,
                             const zkl_proven_statement *given, const zkl_arithmetic *in,
                             const zkl_known_tables *known, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_opening_equation) equation = { 0 };
    const zkl_group *group = in->group;
    const zkl_fr *rho = &equation.rho;
    ZKL_TRY(zkl_verify_reduce_but_sums(out, &equation, statement, given, in, known, err));
    for (size_t i = 0; i < equation.count; i++)
        zkl_fr_mul(&equation.scalars[i], &equation.scalars[i], rho);
    ZKL_TRY(group->msm(&out->a0, equation.points, equation.scalars, equation.count, in->pool, err));
    const zkl_point two[2] = { equation.w, *group->generator };
    zkl_fr scalars[2];
    zkl_fr_mul(&scalars[0], rho, &equation.a);
    zkl_fr_mul(&scalars[1], rho, &equation.b);
    ZKL_TRY(group->msm(&out->a1, two, scalars, 2, in->pool, err));
    return group->msm(&out->a2, &equation.w, rho, 1, in->pool, err);
}
