/* The points of a key where the secrets below its powers are at hand, as on the machine that has
 * just drawn them: the same points as groth16_points.c makes, by a tenth of the work.
 *
 * What is a sum of points there is one of field elements here, and then a product of the generator,
 * of whose multiples there is a table. The equations are those at the top of groth16_setup.c. K and
 * H over delta are products of the generator too.
 *
 * Every value gives tau away: they are wiped (groth16_values_clear), and so is what is divided by
 * delta. Products vary in time with them, as those that made the powers. */
#include "setup/groth16_internal.h"

#define CHUNK ((size_t)1 << 14) /* points between two reports of progress */

static void wipe_and_free(zkl_fr *values, size_t count)
{
    if (values != NULL)
        zkl_wipe(values, count * sizeof *values);
    zkl_free(values);
}

void groth16_values_clear(groth16_values *values)
{
    wipe_and_free(values->a, values->count);
    wipe_and_free(values->b, values->count);
    wipe_and_free(values->k, values->count);
    *values = (groth16_values){ 0 };
}

static zkl_status values_init(groth16_values *values, size_t count, zkl_error *err)
{
    ZKL_ASSERT(values->count == 0);
    values->a = zkl_calloc(count, sizeof(zkl_fr));
    values->b = zkl_calloc(count, sizeof(zkl_fr));
    values->k = zkl_calloc(count, sizeof(zkl_fr));
    values->count = count;
    return values->a != NULL && values->b != NULL && values->k != NULL
               ? ZKL_OK
               : zkl_no_memory(err, 3 * count * sizeof(zkl_fr));
}

/* sums[wire] += coefficient L_row(tau), term by term. */
static void add_terms(zkl_fr *sums, const zkl_r1cs_matrix *matrix, uint32_t row_count,
                      const zkl_fr *lagrange)
{
    ZKL_ASSERT(matrix->starts[0] == 0);
    for (uint32_t row = 0; row < row_count; row++)
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
            const zkl_lc_term *term = &matrix->terms[i];
            zkl_fr product;
            zkl_fr_mul(&product, &term->coefficient, &lagrange[row]);
            zkl_fr_add(&sums[term->wire], &sums[term->wire], &product);
        }
}

/* A and B with iden3's rows, K = beta A + alpha B + C. */
static void fill_values(groth16_making *s)
{
    const zkl_fr *lagrange = s->known->lagrange + zkl_powers_domain_start(s->key->log_domain);
    const groth16_values *v = &s->values;
    add_terms(v->a, &s->key->rows_a, s->key->row_count, lagrange);
    add_terms(v->b, &s->key->rows_b, s->key->row_count, lagrange);
    add_terms(v->k, &s->r1cs->c, s->r1cs->constraint_count, lagrange);
    for (size_t wire = 0; wire < v->count; wire++) {
        zkl_fr product;
        zkl_fr_mul(&product, &s->known->secrets->beta, &v->a[wire]);
        zkl_fr_add(&v->k[wire], &v->k[wire], &product);
        zkl_fr_mul(&product, &s->known->secrets->alpha, &v->b[wire]);
        zkl_fr_add(&v->k[wire], &v->k[wire], &product);
    }
}

/* [a], [b], [b]_2 and [k] of a chunk of wires. */
static zkl_status multiply_chunk(const groth16_making *s, size_t begin, size_t n, zkl_error *err)
{
    const groth16_values *v = &s->values;
    const zkl_g1_multiples *of = s->known->multiples_1;
    zkl_pool *pool = s->env->pool;
    ZKL_TRY(zkl_g1_multiply_all(s->a_1 + begin, of, v->a + begin, n, pool, err));
    ZKL_TRY(zkl_g1_multiply_all(s->b_1 + begin, of, v->b + begin, n, pool, err));
    ZKL_TRY(zkl_g1_multiply_all(s->k + begin, of, v->k + begin, n, pool, err));
    return zkl_g2_multiply_all(s->b_2 + begin, s->known->multiples_2, v->b + begin, n, pool, err);
}

zkl_status zkl_groth16_known_sums(groth16_making *s, zkl_error *err)
{
    ZKL_TRY(values_init(&s->values, s->r1cs->wire_count, err));
    fill_values(s);
    for (size_t begin = 0, n; begin < s->values.count; begin += n) {
        n = s->values.count - begin < CHUNK ? s->values.count - begin : CHUNK;
        ZKL_TRY(multiply_chunk(s, begin, n, err));
        ZKL_TRY(zkl_groth16_report(s, n, err));
    }
    return ZKL_OK;
}

/* points[i] = [by values[i * step]]. scaled: CHUNK elements; the caller wipes them. */
static zkl_status multiply_scaled(groth16_making *s, zkl_g1_affine *points, const zkl_fr *values,
                                  size_t step, size_t count, const zkl_fr *by, zkl_fr *scaled,
                                  zkl_error *err)
{
    ZKL_ASSERT(step == 1 || step == 2);
    for (size_t begin = 0, n; begin < count; begin += n) {
        n = count - begin < CHUNK ? count - begin : CHUNK;
        for (size_t i = 0; i < n; i++)
            zkl_fr_mul(&scaled[i], &values[(begin + i) * step], by);
        ZKL_TRY(zkl_g1_multiply_all(points + begin, s->known->multiples_1, scaled, n, s->env->pool,
                                    err));
        ZKL_TRY(zkl_groth16_report(s, n, err));
    }
    return ZKL_OK;
}

zkl_status zkl_groth16_known_divide(groth16_making *s, const zkl_fr *inverse, zkl_error *err)
{
    const unsigned log_n = s->key->log_domain;
    const size_t public_count = s->r1cs->public_count + 1;
    /* the odd points of the doubled domain */
    const zkl_fr *odd = s->known->lagrange + zkl_powers_domain_start(log_n + 1) + 1;
    zkl_fr *scaled = zkl_malloc(CHUNK, sizeof *scaled);
    if (scaled == NULL)
        return zkl_no_memory(err, CHUNK * sizeof *scaled);

    zkl_status status = multiply_scaled(s, s->k + public_count, s->values.k + public_count, 1,
                                        s->values.count - public_count, inverse, scaled, err);
    if (status == ZKL_OK)
        status = multiply_scaled(s, s->h, odd, 2, (size_t)1 << log_n, inverse, scaled, err);
    wipe_and_free(scaled, CHUNK);
    return status;
}
