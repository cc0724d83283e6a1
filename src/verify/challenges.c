/* Proof blobs, and the challenges that are computed outside the circuit (docs/proof-system.md
 * sections 3, 9). */
#include "verify/reduce.h"

#include "hash/domains.h"

/* A scalar below r in its one spelling, of 32 bytes. */
static void read_scalar(zkl_fr *out, zkl_reader *r, const char *what)
{
    zkl_bytes bytes = zkl_reader_take(r, 32, what);
    if (!r->fault && !zkl_fr_decode(out, bytes.data))
        zkl_reader_fault(r, what);
}

static void read_bytes(uint8_t *out, size_t size, zkl_reader *r, const char *what)
{
    zkl_bytes bytes = zkl_reader_take(r, size, what);
    if (!r->fault)
        memcpy(out, bytes.data, size);
}

/* The blob in its fixed order: Groth16 first, then what the opening shows. hi_count follows from
 * the statement's tier, so the length of a blob is known before it is read, and nothing in it is a
 * count. */
zkl_status zkl_proof_blob_parse(zkl_proof_blob *out, zkl_bytes bytes, size_t hi_count,
                                zkl_error *err)
{
    zkl_reader r = zkl_reader_of(bytes);
    zkl_proof_blob blob = { .hi_count = hi_count };
    ZKL_ASSERT(hi_count <= ZKL_HI_MAX);
    read_bytes(blob.groth16, sizeof blob.groth16, &r, "Groth16 proof");
    read_bytes(blob.s, sizeof blob.s, &r, "point S");
    read_bytes(blob.w, sizeof blob.w, &r, "point W");
    read_scalar(&blob.alpha, &r, "scalar alpha");
    read_scalar(&blob.digest, &r, "scalar digest");
    read_scalar(&blob.values.w_z, &r, "scalar w(z)");
    read_scalar(&blob.values.w_zi, &r, "scalar w(1/z)");
    read_scalar(&blob.values.s_z, &r, "scalar S(z)");
    read_scalar(&blob.values.s_zi, &r, "scalar S(1/z)");
    for (size_t i = 0; i < hi_count; i++)
        read_scalar(&blob.hi[i], &r, "scalar hi");
    ZKL_TRY(zkl_reader_finish(&r, "proof", err));
    *out = blob;
    return ZKL_OK;
}

static void put_scalar(zkl_buffer *out, const zkl_fr *value)
{
    uint8_t bytes[32];
    zkl_fr_encode(bytes, value);
    zkl_buffer_put(out, bytes, sizeof bytes);
}

void zkl_proof_blob_encode(zkl_buffer *out, const zkl_proof_blob *blob)
{
    ZKL_ASSERT(blob->hi_count <= ZKL_HI_MAX);
    zkl_buffer_put(out, blob->groth16, sizeof blob->groth16);
    zkl_buffer_put(out, blob->s, sizeof blob->s);
    zkl_buffer_put(out, blob->w, sizeof blob->w);
    put_scalar(out, &blob->alpha);
    put_scalar(out, &blob->digest);
    put_scalar(out, &blob->values.w_z);
    put_scalar(out, &blob->values.w_zi);
    put_scalar(out, &blob->values.s_z);
    put_scalar(out, &blob->values.s_zi);
    for (size_t i = 0; i < blob->hi_count; i++)
        put_scalar(out, &blob->hi[i]);
}

/* gamma folds the three parts of K_w into one, chi adds the mask. Both follow the digest, and so
 * everything that the circuit has absorbed: a prover cannot choose commitments for challenges that
 * he knows. */
void zkl_opening_challenge(zkl_opening_challenges *out, const zkl_fr *t0, const zkl_fr *digest)
{
    const zkl_fr in[2] = { *t0, *digest };
    zkl_fr_challenge(&out->gamma, ZKL_CHALLENGE_GAMMA, in, 2);
    zkl_fr_challenge(&out->chi, ZKL_CHALLENGE_CHI, in, 2);
    zkl_fr_sqr(&out->gamma2, &out->gamma);
    zkl_fr_mul(&out->gamma3, &out->gamma2, &out->gamma);
}

/* z = H("z", t0, digest, hi, S). S is in it, so the point at which S is opened was not known when S
 * was made. */
void zkl_opening_point(zkl_fr *z, const zkl_fr *t0, const zkl_fr *digest, const zkl_fr *hi,
                       size_t hi_count, const uint8_t s[static ZKL_POINT_BYTES])
{
    uint8_t data[(2 + ZKL_HI_MAX) * 32 + ZKL_POINT_BYTES];
    size_t at = 64;
    ZKL_ASSERT(hi_count <= ZKL_HI_MAX);
    zkl_fr_encode(data, t0);
    zkl_fr_encode(data + 32, digest);
    for (size_t i = 0; i < hi_count; i++, at += 32)
        zkl_fr_encode(data + at, &hi[i]);
    memcpy(data + at, s, ZKL_POINT_BYTES);
    zkl_fr_hash(z, ZKL_CHALLENGE_Z, zkl_bytes_of(data, at + ZKL_POINT_BYTES));
}

/* delta = H("delta", z, values): folds the two openings, of w and of S, into one, after their
 * values were said. */
void zkl_opening_delta(zkl_fr *delta, const zkl_fr *z, const zkl_opening_values *values)
{
    const zkl_fr in[5] = { *z, values->w_z, values->w_zi, values->s_z, values->s_zi };
    zkl_fr_challenge(delta, ZKL_CHALLENGE_DELTA, in, 5);
}

/* rho_j = H("rho", t0, j, blob). Several equations become one product of pairings by weights that
 * no prover can foresee: every byte of the blob is in them. Groth16's equation has weight 1, the
 * KZG equation rho_1; of disclosed rows (direct.c) each has its own. */
void zkl_opening_weight(zkl_fr *rho, const zkl_fr *t0, uint64_t j, zkl_bytes blob)
{
    uint8_t head[64];
    zkl_fr number;
    zkl_fr_from_u64(&number, j);
    zkl_fr_encode(head, t0);
    zkl_fr_encode(head + 32, &number);
    const zkl_bytes parts[2] = { zkl_bytes_of(head, sizeof head), blob };
    zkl_fr_hash_parts(rho, ZKL_CHALLENGE_RHO, parts, 2);
}

/* x += e * y */
static void add_product(zkl_fr *x, const zkl_fr *e, const zkl_fr *y)
{
    zkl_fr product;
    zkl_fr_mul(&product, e, y);
    zkl_fr_add(x, x, &product);
}

/* With e_i = eq(hi, i) over leaf blocks i (section 4):
 *   a0 = sum sign_i e_i, a1 = e_table, b3 = sum e_i over totals over s^-t,
 *   b0 = 1 - b3 + sum over fractions e_i (alpha - beta_tag - one_i - 1) + a1 (alpha - 1),
 *   b2 = beta_1 sum e_i over padded leaf blocks - sum one_i e_i over rests of a last chunk. */
void zkl_leaf_scalars_at(zkl_leaf_scalars *out, const zkl_shape *s, const zkl_fr *eb)
{
    zkl_fr v, alpha_1;
    ZKL_ASSERT(s->leaf_count + s->has_table <= (size_t)1 << ZKL_HI_MAX); /* eb has one for each */
    *out = (zkl_leaf_scalars){ .b0 = ZKL_FR_ONE };
    zkl_fr_sub(&alpha_1, &s->alpha, &ZKL_FR_ONE);
    if (s->has_table) {
        out->a1 = eb[s->leaf_count];
        add_product(&out->b0, &out->a1, &alpha_1);
    }
    for (size_t i = 0; i < s->leaf_count; i++) {
        const zkl_leaf *leaf = &s->leaves[i];
        if (leaf->is_total) {
            /* Its denominator is b3's part of the circuit's, in place of a 1. */
            if (leaf->is_power) {
                zkl_fr_add(&out->b3, &out->b3, &eb[i]);
                zkl_fr_sub(&out->b0, &out->b0, &eb[i]);
            }
            continue;
        }
        zkl_leaf_sign(&v, leaf);
        add_product(&out->a0, &eb[i], &v);
        zkl_fr_sub(&v, &alpha_1, &leaf->beta);
        if (leaf->has_one)
            zkl_fr_sub(&v, &v, &leaf->one);
        add_product(&out->b0, &eb[i], &v);
        if (leaf->pad)
            add_product(&out->b2, &eb[i], &s->beta[1]);
        if (leaf->has_one && leaf->end) {
            zkl_fr_neg(&v, &leaf->one);
            add_product(&out->b2, &eb[i], &v);
        }
    }
}

/* The circuit F_n reads these as public inputs, hashed into one (section 7). Their order is the
 * format's: it cannot change without another circuit. */
size_t zkl_fraction_inputs(zkl_fr inputs[static ZKL_FRACTION_INPUTS_MAX], const zkl_shape *s,
                           const zkl_proof_blob *blob, const zkl_opening_challenges *c,
                           const zkl_fr *z, const zkl_fr *eb)
{
    zkl_leaf_scalars leaf;
    zkl_fr last;
    zkl_leaf_scalars_at(&leaf, s, eb);
    zkl_fr_from_u64(&last, s->last);
    const zkl_fr fixed[ZKL_FRACTION_INPUTS_FIXED] = {
        s->t0,
        blob->alpha,
        blob->digest,
        c->gamma,
        c->chi,
        *z,
        blob->values.w_z,
        blob->values.w_zi,
        blob->values.s_z,
        blob->values.s_zi,
        leaf.a0,
        leaf.a1,
        leaf.b0,
        leaf.b2,
        leaf.b3,
        s->s_inv,
        s->k0,
        s->k1,
        s->rho0,
        s->rho1,
        last,
    };
    ZKL_ASSERT(blob->hi_count <= ZKL_HI_MAX);
    memcpy(inputs, fixed, sizeof fixed);
    memcpy(inputs + ZKL_FRACTION_INPUTS_FIXED, blob->hi, blob->hi_count * sizeof *inputs);
    return ZKL_FRACTION_INPUTS_FIXED + blob->hi_count;
}
