/* The Groth16 prover (Groth, IACR ePrint 2016/260) over iden3's key layout.
 *
 * For an assignment w the rows give polynomials A = sum w_i A_i, B, C over the domain of
 * 2^log_domain points. w satisfies the circuit exactly when A B - C vanishes on the domain, so when
 * A B - C = H Z with Z = X^N - 1. The proof is
 *
 *   A = alpha + A(tau) + r delta,   B = beta + B(tau) + s delta,
 *   C = (private part of beta A + alpha B + C, and H Z, over delta) + s A + r B - r s delta.
 *
 * r and s are uniform, so A and B are uniform in their groups and C follows from them and the
 * public input: the proof says nothing of w. Wires and everything that depends on them are
 * secret and wiped here; sums over fixed points take variable time in the wires, as zkl_g1_msm
 * does (docs/timing.md). */
#include "prove/groth16_prove.h"

#include "algebra/poly.h"

/* A block that is wiped before it is freed. */
typedef struct secret_block {
    void *data;
    size_t bytes;
} secret_block;

static void secret_block_clear(secret_block *block)
{
    if (block->data != NULL)
        zkl_wipe(block->data, block->bytes);
    zkl_free(block->data);
    *block = (secret_block){ 0 };
}

static zkl_status secret_block_init(secret_block *block, size_t count, size_t size, zkl_error *err)
{
    ZKL_ASSERT(block->data == NULL);
    block->data = zkl_calloc(count, size);
    block->bytes = count * size;
    return block->data == NULL ? zkl_no_memory(err, block->bytes) : ZKL_OK;
}

/* ---- the quotient */

#define SLICE 512 /* rows or points of one task */

typedef struct quotient {
    const zkl_groth16_key *key;
    const zkl_fr *wires;
    size_t domain;
    zkl_fr *a, *b, *c; /* domain values each */
    zkl_fr shift;      /* primitive root of the doubled domain */
} quotient;

static size_t slice_end(const quotient *job, size_t begin)
{
    return begin + SLICE < job->domain ? begin + SLICE : job->domain;
}

/* out += <row, wires> */
static void row_value(zkl_fr *out, const zkl_r1cs_matrix *matrix, size_t row, const zkl_fr *wires)
{
    ZKL_DEBUG_ASSERT(matrix->starts[row] <= matrix->starts[row + 1]);
    for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
        zkl_fr product;
        zkl_fr_mul(&product, &matrix->terms[i].coefficient, &wires[matrix->terms[i].wire]);
        zkl_fr_add(out, out, &product);
    }
}

/* A, B and, the assignment being satisfying, C = A B on the domain; zero past the rows. */
static void evaluate_rows(void *context, size_t index, size_t worker)
{
    (void)worker;
    const quotient *job = context;
    const size_t begin = index * SLICE, end = slice_end(job, begin);

    for (size_t row = begin; row < end && row < job->key->row_count; row++) {
        row_value(&job->a[row], &job->key->rows_a, row, job->wires);
        row_value(&job->b[row], &job->key->rows_b, row, job->wires);
        zkl_fr_mul(&job->c[row], &job->a[row], &job->b[row]);
    }
}

/* f(X) -> f(shift X) */
static void shift_coefficients(void *context, size_t index, size_t worker)
{
    (void)worker;
    const quotient *job = context;
    const size_t begin = index * SLICE, end = slice_end(job, begin);
    zkl_fr power;

    zkl_fr_pow_u64(&power, &job->shift, begin);
    for (size_t i = begin; i < end; i++) {
        zkl_fr_mul(&job->a[i], &job->a[i], &power);
        zkl_fr_mul(&job->b[i], &job->b[i], &power);
        zkl_fr_mul(&job->c[i], &job->c[i], &power);
        zkl_fr_mul(&power, &power, &job->shift);
    }
}

/* a = a b - c, point by point */
static void subtract_product(void *context, size_t index, size_t worker)
{
    (void)worker;
    const quotient *job = context;
    const size_t begin = index * SLICE, end = slice_end(job, begin);

    for (size_t i = begin; i < end; i++) {
        zkl_fr_mul(&job->a[i], &job->a[i], &job->b[i]);
        zkl_fr_sub(&job->a[i], &job->a[i], &job->c[i]);
    }
}

/* a = values of A B - C on the odd coset. The polynomial has degree below twice the domain and is
 * zero on the domain itself (the even points of the doubled one), so these values are all that is
 * needed of it: the key's H holds the Lagrange points of the odd half. */
static zkl_status quotient_values(quotient *job, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    zkl_fr *const values[] = { job->a, job->b, job->c };
    const unsigned log_n = job->key->log_domain;
    const size_t slices = (job->domain + SLICE - 1) / SLICE;
    ZKL_ASSERT(job->domain == (size_t)1 << log_n && job->key->row_count <= job->domain);

    ZKL_TRY(zkl_ntt_new(&ntt, log_n, err));
    zkl_ntt_root(&job->shift, log_n + 1);
    zkl_pool_run(pool, slices, evaluate_rows, job);
    for (int i = 0; i < 3; i++) /* values on the domain -> coefficients */
        zkl_ntt_inverse(ntt, values[i], log_n, pool);
    /* coefficients of f(shift X), whose values on the domain are those of f on the odd coset */
    zkl_pool_run(pool, slices, shift_coefficients, job);
    for (int i = 0; i < 3; i++)
        zkl_ntt_forward(ntt, values[i], log_n, pool);
    zkl_pool_run(pool, slices, subtract_product, job);
    return ZKL_OK;
}

/* [H(tau) Z(tau) / delta]_1. Memory: three arrays of the domain's size, wiped. */
static zkl_status quotient_sum(zkl_g1 *out, const zkl_groth16_key *key, const zkl_fr *wires,
                               zkl_pool *pool, zkl_error *err)
{
    const size_t domain = (size_t)1 << key->log_domain;
    ZKL_AUTO_CLEAR(secret_block) memory = { 0 };

    ZKL_TRY(secret_block_init(&memory, 3 * domain, sizeof(zkl_fr), err));
    zkl_fr *values = memory.data;
    quotient job = { .key = key,
                     .wires = wires,
                     .domain = domain,
                     .a = values,
                     .b = values + domain,
                     .c = values + 2 * domain };
    ZKL_TRY(quotient_values(&job, pool, err));
    return zkl_g1_msm(out, key->h, job.a, domain, pool, err);
}

/* ---- sums over B, without the wires that B does not hold (a third of them) */

/* Which wires B holds is public: it is the circuit's. Their values are gathered, so this copy is
 * wiped too. */

static zkl_status b_sums(zkl_g1 *sum_1, zkl_g2 *sum_2, const zkl_groth16_key *key,
                         const zkl_fr *wires, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(secret_block) scalars = { 0 };
    ZKL_TRY(secret_block_init(&scalars, key->wire_count, sizeof(zkl_fr), err));
    ZKL_AUTO_BLOCK zkl_g1_affine *bases_1 = zkl_malloc(key->wire_count, sizeof *bases_1);
    ZKL_AUTO_BLOCK zkl_g2_affine *bases_2 = zkl_malloc(key->wire_count, sizeof *bases_2);
    if (bases_1 == NULL || bases_2 == NULL)
        return zkl_no_memory(err, key->wire_count * (sizeof *bases_1 + sizeof *bases_2));

    size_t count = 0;
    for (size_t i = 0; i < key->wire_count; i++) {
        if (zkl_g1_is_infinity(&key->b_1[i]))
            continue;
        ((zkl_fr *)scalars.data)[count] = wires[i];
        bases_1[count] = key->b_1[i];
        bases_2[count++] = key->b_2[i];
    }
    ZKL_TRY(zkl_g1_msm(sum_1, bases_1, scalars.data, count, pool, err));
    return zkl_g2_msm(sum_2, bases_2, scalars.data, count, pool, err);
}

/* sum += scalar base; constant time in the scalar */
static void add_product(zkl_g1 *sum, const zkl_g1_affine *base, const zkl_fr *scalar)
{
    zkl_g1 product;
    zkl_g1_mul(&product, base, scalar);
    blst_p1_add_or_double(sum, sum, &product);
}

/* Sums of wires that have no blinding yet. */
typedef struct bare_sums {
    zkl_g1 a, b_1, k, h;
    zkl_g2 b_2;
} bare_sums;

static void bare_sums_clear(bare_sums *sums)
{
    zkl_wipe(sums, sizeof *sums);
}

/* A = alpha + sum a w + r delta, B = beta + sum b w + s delta,
 * C = sum k w + h + s A + r B - r s delta. */
static void blind(zkl_groth16_proof *out, const zkl_groth16_key *key, bare_sums *sums,
                  const zkl_groth16_blinding *blinding)
{
    const zkl_fr *r = &blinding->r, *s = &blinding->s;
    zkl_g1_affine b_1; /* B in G1: beta + sum b w + s delta, for r B */
    zkl_g2 delta_2;
    zkl_fr minus_rs;

    blst_p1_add_or_double_affine(&sums->a, &sums->a, &key->vk.alpha);
    add_product(&sums->a, &key->delta_1, r);
    zkl_g1_normalize(&out->a, &sums->a);

    blst_p2_add_or_double_affine(&sums->b_2, &sums->b_2, &key->vk.beta);
    zkl_g2_mul(&delta_2, &key->vk.delta, s);
    blst_p2_add_or_double(&sums->b_2, &sums->b_2, &delta_2);
    zkl_g2_normalize(&out->b, &sums->b_2);

    blst_p1_add_or_double_affine(&sums->b_1, &sums->b_1, &key->beta_1);
    add_product(&sums->b_1, &key->delta_1, s);
    zkl_g1_normalize(&b_1, &sums->b_1);

    blst_p1_add_or_double(&sums->k, &sums->k, &sums->h);
    add_product(&sums->k, &out->a, s);
    add_product(&sums->k, &b_1, r);
    zkl_fr_mul(&minus_rs, r, s);
    zkl_fr_neg(&minus_rs, &minus_rs);
    add_product(&sums->k, &key->delta_1, &minus_rs);
    zkl_g1_normalize(&out->c, &sums->k);

    zkl_wipe(&b_1, sizeof b_1);
    zkl_wipe(&delta_2, sizeof delta_2);
    zkl_wipe(&minus_rs, sizeof minus_rs);
}

zkl_status zkl_groth16_prove(zkl_groth16_proof *out, const zkl_groth16_key *key,
                             const zkl_fr *wires, const zkl_groth16_blinding *blinding,
                             zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(bare_sums) sums = { 0 };
    const size_t first_private = (size_t)key->public_count + 1;

    ZKL_ASSERT(key->row_count <= (size_t)1 << key->log_domain && key->wire_count >= first_private);
    ZKL_ASSERT(zkl_fr_equal(&wires[0], &ZKL_FR_ONE));
    ZKL_TRY(zkl_g1_msm(&sums.a, key->a, wires, key->wire_count, pool, err));
    ZKL_TRY(b_sums(&sums.b_1, &sums.b_2, key, wires, pool, err));
    ZKL_TRY(zkl_g1_msm(&sums.k, key->k, wires + first_private, key->wire_count - first_private,
                       pool, err));
    ZKL_TRY(quotient_sum(&sums.h, key, wires, pool, err));
    blind(out, key, &sums, blinding);
    return ZKL_OK;
}
