/* Disclosed rows, from their statement to the one product of pairings. Nothing is hidden from this
 * check but the polynomials: row, cells and all values are public, so the opening's equation is
 * computed here, where a circuit computes it for other claims. */
#include "verify/direct.h"

#include "claim/assertion.h"
#include "hash/domains.h"
#include "hash/hash.h"

/* ---- The bytes of an opening */

static void put_scalar(zkl_buffer *out, const zkl_fr *value)
{
    uint8_t bytes[32];
    zkl_fr_encode(bytes, value);
    zkl_buffer_put(out, bytes, sizeof bytes);
}

void zkl_direct_encode(zkl_buffer *out, const zkl_direct_opening *opening)
{
    zkl_buffer_put(out, opening->s, sizeof opening->s);
    zkl_buffer_put(out, opening->w, sizeof opening->w);
    put_scalar(out, &opening->sigma);
    put_scalar(out, &opening->values.w_z);
    put_scalar(out, &opening->values.w_zi);
    put_scalar(out, &opening->values.s_z);
    put_scalar(out, &opening->values.s_zi);
}

static void read_point(uint8_t out[static ZKL_POINT_BYTES], zkl_reader *r, const char *what)
{
    const zkl_bytes bytes = zkl_reader_take(r, ZKL_POINT_BYTES, what);
    if (!r->fault)
        memcpy(out, bytes.data, ZKL_POINT_BYTES);
}

/* Below r: one scalar has one spelling. */
static void read_scalar(zkl_fr *out, zkl_reader *r, const char *what)
{
    const zkl_bytes bytes = zkl_reader_take(r, 32, what);
    if (!r->fault && !zkl_fr_decode(out, bytes.data))
        zkl_reader_fault(r, what);
}

void zkl_direct_read(zkl_direct_opening *out, zkl_reader *r)
{
    read_point(out->s, r, "point S");
    read_point(out->w, r, "point W");
    read_scalar(&out->sigma, r, "scalar sigma");
    read_scalar(&out->values.w_z, r, "scalar w(z)");
    read_scalar(&out->values.w_zi, r, "scalar w(1/z)");
    read_scalar(&out->values.s_z, r, "scalar S(z)");
    read_scalar(&out->values.s_zi, r, "scalar S(1/z)");
}

/* ---- Places and challenges */

/* The row is below the table's rows, so that its chunk is one of the table's (check_disclose). */
zkl_direct_place zkl_direct_place_of(const zkl_statement *s, size_t part,
                                     const zkl_proof_format *format)
{
    uint64_t row;
    ZKL_ASSERT(part < s->assertion_count);
    const zkl_assertion *assertion = &s->assertions[part];
    ZKL_ASSERT(zkl_assertion_param_u64(&row, &assertion->params[0]));
    const size_t cells = (size_t)1 << format->log_cells, chunk = (size_t)(row / cells);
    zkl_direct_place out = { .row = (size_t)(row % cells),
                             .block_count = assertion->param_count - 1 };
    for (size_t i = 0; i < assertion->tables[0]; i++)
        out.first_block += zkl_statement_table_blocks(&s->tables[i], format);
    out.first_block += chunk * out.block_count;
    ZKL_ASSERT(out.first_block + out.block_count <= s->block_count);
    return out;
}

void zkl_direct_weights(zkl_fr *out, size_t count, const zkl_fr *t0)
{
    zkl_fr theta;
    zkl_fr_challenge(&theta, ZKL_CHALLENGE_THETA, t0, 1);
    for (size_t j = 0; j < count; j++)
        if (j == 0)
            out[j] = ZKL_FR_ONE;
        else
            zkl_fr_mul(&out[j], &out[j - 1], &theta);
}

void zkl_direct_chi(zkl_fr *out, const zkl_fr *t0, uint64_t part, const zkl_fr *sigma)
{
    zkl_fr in[3] = { *t0, ZKL_FR_ZERO, *sigma };
    zkl_fr_from_u64(&in[1], part);
    zkl_fr_challenge(out, ZKL_CHALLENGE_DIRECT_CHI, in, 3);
}

void zkl_direct_point(zkl_fr *out, const zkl_fr *t0, uint64_t part, const zkl_fr *sigma,
                      const uint8_t s[static ZKL_POINT_BYTES])
{
    uint8_t data[3 * 32 + ZKL_POINT_BYTES];
    zkl_fr number;
    zkl_fr_from_u64(&number, part);
    zkl_fr_encode(data, t0);
    zkl_fr_encode(data + 32, &number);
    zkl_fr_encode(data + 64, sigma);
    memcpy(data + 96, s, ZKL_POINT_BYTES);
    zkl_fr_hash(out, ZKL_CHALLENGE_DIRECT_Z, zkl_bytes_of(data, sizeof data));
}

/* ---- The reduction */

/* Sums over all rows of a statement: the KZG equation of part i with its weight rho_(i+1), as the
 * points a2, a1, a0. Of a0 the points are the statement's blocks with the weights that rows give
 * them, then of each row mask, W and S, then the generator. */
typedef struct direct_sum {
    const zkl_statement *statement;
    const zkl_arithmetic *in;
    zkl_fr t0;
    const zkl_fr *weights; /* theta'^j, as many as any row has blocks */
    zkl_point *points, *w; /* of a0; of W, one a row, with its weights in a1 and a2 */
    zkl_fr *scalars, *in_a1, *in_a2;
    zkl_fr generator, generator_a1; /* its weights in a0 and a1 */
} direct_sum;

static void add_product(zkl_fr *x, const zkl_fr *a, const zkl_fr *b)
{
    zkl_fr product;
    zkl_fr_mul(&product, a, b);
    zkl_fr_add(x, x, &product);
}

/* Y + chi sigma. */
static void shown_value(zkl_fr *out, const direct_sum *sum, const zkl_assertion *assertion,
                        const zkl_fr *chi, const zkl_fr *sigma)
{
    zkl_fr_mul(out, chi, sigma);
    for (size_t j = 1; j < assertion->param_count; j++) {
        zkl_fr cell;
        ZKL_ASSERT(zkl_fr_decode(&cell, assertion->params[j].bytes)); /* the parser has seen it */
        add_product(out, &sum->weights[j - 1], &cell);
    }
}

/* w(z) z^-t + w(1/z) z^t = 2 (Y + chi sigma) + z S(z) + S(1/z) / z. */
static bool identity_holds(const zkl_opening_values *v, size_t row, const zkl_fr *shown,
                           const zkl_fr *z, const zkl_fr *zi)
{
    zkl_fr left = ZKL_FR_ZERO, right, power;
    zkl_fr_pow_u64(&power, zi, row);
    add_product(&left, &v->w_z, &power);
    zkl_fr_pow_u64(&power, z, row);
    add_product(&left, &v->w_zi, &power);
    zkl_fr_add(&right, shown, shown);
    add_product(&right, z, &v->s_z);
    add_product(&right, zi, &v->s_zi);
    return zkl_fr_equal(&left, &right);
}

/* rho (W + r0 G - sum_j theta'^j K_j - chi K_g - delta K_S), and W's and G's weights in the other
 * two points. */
static void weigh_part(direct_sum *sum, size_t part, const zkl_direct_opening *opening,
                       const zkl_fr *z, const zkl_fr *zi, const zkl_fr *chi, const zkl_fr *rho)
{
    const zkl_direct_place place = zkl_direct_place_of(sum->statement, part, sum->in->format);
    zkl_fr delta, r0, r1, minus_rho, v;
    zkl_opening_delta(&delta, z, &opening->values);
    zkl_opening_line(&r0, &r1, &opening->values, &delta, z, zi);
    zkl_fr_neg(&minus_rho, rho);
    for (size_t j = 0; j < place.block_count; j++)
        add_product(&sum->scalars[place.first_block + j], &minus_rho, &sum->weights[j]);
    zkl_fr *own = sum->scalars + sum->statement->block_count + 3 * part;
    zkl_fr_mul(&own[0], &minus_rho, chi);
    own[1] = *rho;
    zkl_fr_mul(&own[2], &minus_rho, &delta);
    add_product(&sum->generator, rho, &r0);
    add_product(&sum->generator_a1, rho, &r1);
    zkl_fr_add(&v, z, zi);
    zkl_fr_mul(&sum->in_a1[part], &v, &minus_rho);
    sum->in_a2[part] = *rho;
}

/* One row: its points, its challenges, its equation in the clear. */
static zkl_status add_part(direct_sum *sum, size_t part, const zkl_direct_opening *opening,
                           zkl_bytes proof, zkl_error *err)
{
    const zkl_statement *s = sum->statement;
    const zkl_group *group = sum->in->group;
    zkl_point *own = sum->points + s->block_count + 3 * part;
    zkl_fr chi, z, zi, rho, shown;
    ZKL_TRY(group->decode(&own[0], s->masks[part], 1, "mask commitment", NULL, err));
    ZKL_TRY(group->decode(&own[1], opening->w, 1, "point W", NULL, err));
    ZKL_TRY(group->decode(&own[2], opening->s, 1, "point S", NULL, err));
    sum->w[part] = own[1];
    zkl_direct_chi(&chi, &sum->t0, part, &opening->sigma);
    zkl_direct_point(&z, &sum->t0, part, &opening->sigma, opening->s);
    ZKL_TRY(zkl_opening_check_point(&z, err));
    zkl_fr_inverse_vartime(&zi, &z);
    shown_value(&shown, sum, &s->assertions[part], &chi, &opening->sigma);
    if (!identity_holds(&opening->values, zkl_direct_place_of(s, part, sum->in->format).row, &shown,
                        &z, &zi))
        return zkl_fail(err, ZKL_REJECTED, "opening: the cells are not those that it shows");
    zkl_opening_weight(&rho, &sum->t0, part + 1, proof);
    weigh_part(sum, part, opening, &z, &zi, &chi, &rho);
    return ZKL_OK;
}

static zkl_status add_parts(direct_sum *sum, zkl_bytes proof, zkl_error *err)
{
    zkl_reader r = zkl_reader_of(proof);
    const size_t count = sum->statement->assertion_count;
    zkl_direct_opening openings[ZKL_DIRECT_ROWS_MAX];
    ZKL_ASSERT(count <= ZKL_DIRECT_ROWS_MAX); /* zkl_statement_check */
    for (size_t i = 0; i < count; i++)
        zkl_direct_read(&openings[i], &r);
    ZKL_TRY(zkl_reader_finish(&r, "proof", err));
    for (size_t i = 0; i < count; i++) {
        const zkl_status status = add_part(sum, i, &openings[i], proof, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "disclosed row %zu", i);
    }
    return ZKL_OK;
}

zkl_status zkl_direct_reduce(zkl_reduced_direct *out, const zkl_statement *s,
                             const zkl_proven_statement *given, const zkl_arithmetic *in,
                             const zkl_known_tables *known, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    /* The checklist before indexing by anything. */
    ZKL_TRY(zkl_statement_check(s, in->format, known->tables, known->count, err));
    if (!zkl_statement_is_direct(s))
        return zkl_fail(err, ZKL_REJECTED, "proof statement: it discloses no row");
    const size_t rows = s->assertion_count, count = s->block_count + 3 * rows + 1;
    zkl_fr *weights = ZKL_ARENA_NEW(&arena, zkl_fr, s->block_count);
    direct_sum sum = { .statement = s,
                       .in = in,
                       .weights = weights,
                       .points = ZKL_ARENA_NEW(&arena, zkl_point, count),
                       .w = ZKL_ARENA_NEW(&arena, zkl_point, rows + 1),
                       .scalars = ZKL_ARENA_NEW(&arena, zkl_fr, count),
                       .in_a1 = ZKL_ARENA_NEW(&arena, zkl_fr, rows + 1),
                       .in_a2 = ZKL_ARENA_NEW(&arena, zkl_fr, rows) };
    if (!weights || !sum.points || !sum.w || !sum.scalars || !sum.in_a1 || !sum.in_a2)
        return zkl_no_memory(err, count * sizeof *sum.points);
    zkl_statement_t0(&sum.t0, given->statement);
    zkl_direct_weights(weights, s->block_count, &sum.t0);
    ZKL_TRY(add_parts(&sum, given->proof, err));
    ZKL_TRY(zkl_reduce_blocks(sum.points, s, in, known, err));
    sum.points[count - 1] = sum.w[rows] = *in->group->generator;
    sum.scalars[count - 1] = sum.generator;
    sum.in_a1[rows] = sum.generator_a1;
    ZKL_TRY(in->group->msm(&out->a0, sum.points, sum.scalars, count, in->pool, err));
    ZKL_TRY(in->group->msm(&out->a1, sum.w, sum.in_a1, rows + 1, in->pool, err));
    return in->group->msm(&out->a2, sum.w, sum.in_a2, rows, in->pool, err);
}

/* ---- The verdict */

/* There is no key: the statement's is the hash of nothing. */
static zkl_status check_pins(const zkl_statement *s, const zkl_srs_verifier *srs, zkl_error *err)
{
    zkl_digest hash;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, NULL, 0);
    if (!zkl_digest_equal(&hash, &s->key_hash))
        return zkl_fail(err, ZKL_REJECTED, "proof statement: verification key: there is none");
    zkl_srs_hash(&hash, srs);
    if (!zkl_digest_equal(&hash, &s->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "proof statement: powers of tau: others than those given");
    return ZKL_OK;
}

zkl_status zkl_verify_direct(const zkl_proven_statement *given, const zkl_srs_verifier *srs,
                             const zkl_known_tables *known, zkl_pool *pool, zkl_error *err)
{
    const zkl_arithmetic arithmetic = { zkl_group_g1(), &zkl_proof_format_v1, pool };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement s;
    zkl_reduced_direct reduced;
    ZKL_TRY(zkl_statement_parse(&s, &arena, given->statement, err));
    ZKL_TRY(check_pins(&s, srs, err));
    ZKL_TRY(zkl_direct_reduce(&reduced, &s, given, &arithmetic, known, err));
    const zkl_g1_affine p[3] = { reduced.a2.g1, reduced.a1.g1, reduced.a0.g1 };
    const zkl_g2_affine q[3] = { srs->tau2_2, srs->tau_2, zkl_g2_generator };
    return zkl_pairing_product_is_one(p, q, 3)
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED,
                          "proof: KZG opening: the pairing equation does not hold");
}
