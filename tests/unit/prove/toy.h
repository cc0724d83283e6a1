#pragma once
/* The toy world of tests/model/proof_model.py: blocks of 16 cells, masks of 4 + 4 coefficients, and
 * a group whose points are scalars (tau is known). A plain prover, written after the model and not
 * after src/prove, that can lie in every way the model's provers do; the verifier is the
 * product's. */
#include "algebra/poly.h"
#include "algebra/poseidon.h"
#include "hash/hash.h"
#include "circuit/circuit.h"
#include "claim/assertion.h"
#include "verify/reduce.h"
#include "testing.h"
#include "unit/algebra/algebra_testing.h"

#define TOY_LOG 4
#define TOY_C 16
#define TOY_HALF 4
#define TOY_SRS (TOY_C + TOY_HALF)
#define TOY_LEAVES_MAX 1024
#define TOY_BLOCKS_MAX 128
#define TOY_UNUSED __attribute__((unused)) static

static const zkl_proof_format toy_format = { TOY_LOG, TOY_HALF };

/* ---- the group */

TOY_UNUSED zkl_fr toy_vector_secret(uint64_t k)
{
    zkl_fr in, out;
    zkl_fr_from_u64(&in, k);
    zkl_fr_challenge(&out, "vector", &in, 1);
    return out;
}

TOY_UNUSED zkl_fr toy_tau(void)
{
    return toy_vector_secret(0);
}

TOY_UNUSED void toy_encode(uint8_t out[static ZKL_POINT_BYTES], const zkl_point *point)
{
    memset(out, 0, ZKL_POINT_BYTES);
    zkl_fr_encode(out + 16, &point->logarithm);
}

TOY_UNUSED zkl_status toy_decode(zkl_point *out, const uint8_t *bytes, size_t count,
                                 const char *what, zkl_pool *pool, zkl_error *err)
{
    (void)pool;
    static const uint8_t zeros[16];
    for (size_t i = 0; i < count; i++, bytes += ZKL_POINT_BYTES)
        if (memcmp(bytes, zeros, sizeof zeros) != 0 ||
            !zkl_fr_decode(&out[i].logarithm, bytes + 16))
            return zkl_fail(err, ZKL_BAD_INPUT, "%s %zu is not canonical", what, i);
    return ZKL_OK;
}

TOY_UNUSED zkl_status toy_msm(zkl_point *out, const zkl_point *points, const zkl_fr *scalars,
                              size_t count, zkl_pool *pool, zkl_error *err)
{
    (void)pool;
    (void)err;
    zkl_fr sum = ZKL_FR_ZERO, v;
    for (size_t i = 0; i < count; i++) {
        zkl_fr_mul(&v, &points[i].logarithm, &scalars[i]);
        zkl_fr_add(&sum, &sum, &v);
    }
    out->logarithm = sum;
    return ZKL_OK;
}

TOY_UNUSED const zkl_group *toy_group(void)
{
    static zkl_point one;
    static const zkl_group group = { &one, toy_decode, toy_encode, toy_msm };
    one.logarithm = ZKL_FR_ONE;
    return &group;
}

/* ---- small arithmetic */

TOY_UNUSED zkl_fr toy_int(int64_t v)
{
    zkl_fr out;
    zkl_fr_from_u64(&out, v < 0 ? (uint64_t)-v : (uint64_t)v);
    if (v < 0)
        zkl_fr_neg(&out, &out);
    return out;
}

TOY_UNUSED zkl_fr toy_add(zkl_fr a, zkl_fr b)
{
    zkl_fr_add(&a, &a, &b);
    return a;
}

TOY_UNUSED zkl_fr toy_sub(zkl_fr a, zkl_fr b)
{
    zkl_fr_sub(&a, &a, &b);
    return a;
}

TOY_UNUSED zkl_fr toy_mul(zkl_fr a, zkl_fr b)
{
    zkl_fr_mul(&a, &a, &b);
    return a;
}

TOY_UNUSED zkl_fr toy_inv(zkl_fr a)
{
    zkl_fr_inverse(&a, &a);
    return a;
}

TOY_UNUSED zkl_fr toy_eval(const zkl_fr *f, size_t count, zkl_fr x)
{
    zkl_fr out = ZKL_FR_ZERO;
    for (size_t i = count; i--;)
        out = toy_add(toy_mul(out, x), f[i]);
    return out;
}

TOY_UNUSED void toy_commit(uint8_t out[static ZKL_POINT_BYTES], const zkl_fr *f, size_t count)
{
    zkl_point point;
    point.logarithm = toy_eval(f, count, toy_tau());
    toy_encode(out, &point);
}

/* ---- what is to be proven */

typedef struct toy_column {
    const char *role;
    unsigned limbs;
    const uint64_t *values; /* rows */
} toy_column;

typedef struct toy_table {
    size_t column_count;
    uint64_t rows;
    toy_column columns[12];
    uint64_t first_row; /* of the dataset; values are those of the table's own rows */
} toy_table;

typedef struct toy_assertion {
    zkl_assertion_kind kind;
    size_t param_count;
    zkl_fr params[48];
    size_t table_count;
    toy_table tables[8]; /* source, then auxiliary or further sources; equal ones are shared */
} toy_assertion;

/* One cell, set to a value. */
typedef struct toy_change {
    size_t block, cell;
    zkl_fr value;
} toy_change;

typedef struct toy_lies {
    toy_change tamper[8]; /* what is committed */
    size_t tamper_count;
    toy_change lie[4]; /* what the argument then pretends was committed */
    size_t lie_count;
    toy_change cheat[4]; /* added to the lookup counts (block: unused) */
    size_t cheat_count;
    bool z_before_s; /* z is taken before S: any value could be "opened" */
    /* The lookup count of 0 is chosen after alpha, so that it pays for a cell of this value (0:
     * no); the opening is then of what was committed, or of the count as it was chosen. */
    int64_t pay_after_alpha;
    bool open_chosen;
} toy_lies;

typedef struct toy_proof {
    zkl_statement statement;
    zkl_bytes statement_bytes;
    zkl_fr t0;
    zkl_proof_blob blob;
    zkl_bytes blob_bytes;
    zkl_fraction_witness witness;
    unsigned n;
    /* as the vectors show them */
    zkl_fr (*cells)[TOY_C];
    zkl_fr m[TOY_C];
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    size_t input_count;
    zkl_fr *blinders, mask[2 * TOY_HALF], count_blinder;
} toy_proof;

/* ---- the plain prover */

typedef struct toy_prover {
    zkl_test *t;
    uint64_t drawn;
    zkl_statement_table tables[24];
    const toy_table *sources[24];
    zkl_assertion assertions[16];
    size_t table_count, assertion_count;
    zkl_fr (*f)[TOY_SRS]; /* block polynomials */
    zkl_fr (*cells)[TOY_C];
    uint8_t (*points)[ZKL_POINT_BYTES];
} toy_prover;

TOY_UNUSED zkl_fr toy_draw(toy_prover *p)
{
    return toy_vector_secret(++p->drawn);
}

TOY_UNUSED bool toy_same_table(const toy_table *a, const toy_table *b)
{
    bool same =
        a->column_count == b->column_count && a->rows == b->rows && a->first_row == b->first_row;
    for (size_t i = 0; same && i < a->column_count; i++)
        same = strcmp(a->columns[i].role, b->columns[i].role) == 0 &&
               a->columns[i].limbs == b->columns[i].limbs &&
               memcmp(a->columns[i].values, b->columns[i].values, a->rows * sizeof(uint64_t)) == 0;
    return same;
}

TOY_UNUSED size_t toy_source_count(const toy_assertion *assertion)
{
    zkl_scalar first = { { 0 } };
    if (assertion->param_count)
        zkl_fr_encode(first.bytes, &assertion->params[0]);
    return zkl_assertion_source_count(assertion->kind, assertion->param_count ? &first : NULL,
                                      assertion->table_count);
}

TOY_UNUSED void toy_lay_out(toy_prover *p, const toy_assertion *assertions, size_t assertion_count)
{
    zkl_arena *arena = &p->t->arena;
    p->assertion_count = assertion_count;
    for (size_t i = 0; i < assertion_count; i++) {
        uint32_t *at = ZKL_ARENA_NEW(arena, uint32_t, assertions[i].table_count);
        for (size_t j = 0; j < assertions[i].table_count; j++) {
            const toy_table *table = &assertions[i].tables[j];
            size_t k = 0;
            /* an auxiliary table that happens to be like another one is still one of its own; tests
             * that share one use its very values */
            const bool is_own = j >= toy_source_count(&assertions[i]);
            while (k < p->table_count &&
                   (!toy_same_table(p->sources[k], table) ||
                    (is_own && p->sources[k]->columns[0].values != table->columns[0].values)))
                k++;
            at[j] = (uint32_t)k;
            if (k < p->table_count)
                continue;
            zkl_statement_column *columns =
                ZKL_ARENA_NEW(arena, zkl_statement_column, table->column_count);
            const bool source = j < toy_source_count(&assertions[i]);
            for (size_t c = 0; c < table->column_count; c++)
                columns[c] = (zkl_statement_column){ zkl_bytes_of_text(table->columns[c].role),
                                                     source ? (uint32_t)c : ZKL_COLUMN_AUXILIARY,
                                                     table->columns[c].limbs };
            p->sources[p->table_count] = table;
            p->tables[p->table_count++] =
                (zkl_statement_table){ .first_row = table->first_row,
                                       .row_count = table->rows,
                                       .columns = columns,
                                       .column_count = table->column_count };
        }
        zkl_scalar *params = ZKL_ARENA_NEW(arena, zkl_scalar, assertions[i].param_count);
        for (size_t j = 0; j < assertions[i].param_count; j++)
            zkl_fr_encode(params[j].bytes, &assertions[i].params[j]);
        p->assertions[i] = (zkl_assertion){ assertions[i].kind, params, assertions[i].param_count,
                                            at, assertions[i].table_count };
    }
}

TOY_UNUSED size_t toy_fill_cells(toy_prover *p)
{
    size_t block = 0;
    for (size_t i = 0; i < p->table_count; i++)
        for (uint64_t c = 0; c < zkl_statement_chunk_count(&p->tables[i], &toy_format); c++)
            for (size_t j = 0; j < p->sources[i]->column_count; j++)
                for (unsigned limb = 0; limb < p->sources[i]->columns[j].limbs; limb++, block++)
                    for (size_t t = 0; t < TOY_C; t++) {
                        const uint64_t row = c * TOY_C + t;
                        const uint64_t v =
                            row < p->sources[i]->rows ? p->sources[i]->columns[j].values[row] : 0;
                        zkl_fr_from_u64(&p->cells[block][t], v >> (TOY_LOG * limb) & (TOY_C - 1));
                    }
    ZKL_ASSERT(block <= TOY_BLOCKS_MAX);
    return block;
}

/* v of a leaf, without beta. */
TOY_UNUSED zkl_fr toy_value(const zkl_shape *s, const zkl_leaf *leaf, zkl_fr (*cells)[TOY_C],
                            size_t t)
{
    zkl_fr v = leaf->has_one && (!leaf->end || t <= s->last) ? leaf->one : ZKL_FR_ZERO;
    for (size_t i = 0; i < leaf->term_count; i++)
        v = toy_add(v, toy_mul(leaf->terms[i].weight, cells[leaf->terms[i].block][t]));
    return v;
}

/* The numerator of a fraction. */
TOY_UNUSED zkl_fr toy_numerator(const zkl_leaf *leaf, zkl_fr (*cells)[TOY_C], size_t t)
{
    zkl_fr v = leaf->is_weighted ? leaf->sign : toy_int(leaf->negative ? -1 : 1);
    for (size_t i = 0; i < leaf->numerator_count; i++)
        v = toy_add(v, toy_mul(leaf->numerators[i].weight, cells[leaf->numerators[i].block][t]));
    return v;
}

TOY_UNUSED void toy_multiplicities(zkl_fr m[TOY_C], const zkl_shape *s, zkl_fr (*cells)[TOY_C])
{
    uint64_t counts[TOY_C] = { 0 };
    for (size_t i = 0; i < s->leaf_count; i++) {
        const zkl_leaf *leaf = &s->leaves[i];
        if (leaf->is_total || leaf->tag)
            continue;
        for (size_t t = 0; t < TOY_C; t++) {
            zkl_fr v = toy_value(s, leaf, cells, t);
            uint8_t bytes[32];
            static const uint8_t zeros[31];
            zkl_fr_encode(bytes, &v);
            const bool null =
                leaf->null != ZKL_BLOCK_NONE && !zkl_fr_is_zero(&cells[leaf->null][t]);
            if (!(leaf->pad && t > s->last) && !null && memcmp(bytes, zeros, 31) == 0 &&
                bytes[31] < TOY_C)
                counts[bytes[31]]++;
        }
    }
    for (size_t t = 0; t < TOY_C; t++)
        zkl_fr_from_u64(&m[t], counts[t]);
}

TOY_UNUSED void toy_leaves(zkl_fr *p, zkl_fr *q, const zkl_shape *s, zkl_fr (*cells)[TOY_C],
                           const zkl_fr m[TOY_C])
{
    for (size_t i = 0; i < s->leaf_count; i++)
        for (size_t t = 0; t < TOY_C; t++, p++, q++) {
            const zkl_leaf *leaf = &s->leaves[i];
            zkl_fr v = toy_value(s, leaf, cells, t);
            if (leaf->is_total) {
                *p = v;
                zkl_fr_pow_u64(q, leaf->is_power ? &s->s_inv : &ZKL_FR_ONE, t);
                continue;
            }
            const zkl_fr null = leaf->null != ZKL_BLOCK_NONE ? cells[leaf->null][t] : ZKL_FR_ZERO;
            const zkl_fr pad = toy_add(leaf->pad && t > s->last ? ZKL_FR_ONE : ZKL_FR_ZERO, null);
            v = toy_add(v, toy_mul(leaf->beta, toy_sub(ZKL_FR_ONE, null)));
            v = toy_add(v, toy_mul(s->beta[1], pad));
            *p = toy_numerator(leaf, cells, t);
            *q = toy_sub(s->alpha, v);
        }
    for (size_t t = 0; s->has_table && t < TOY_C; t++, p++, q++) {
        *p = toy_sub(ZKL_FR_ZERO, m[t]);
        *q = toy_sub(s->alpha, toy_int((int64_t)t));
    }
}

/* lam * (product of the q) + sum over b of p_b * (product of the other q). */
TOY_UNUSED zkl_fr toy_combine(const zkl_fr p[4], const zkl_fr q[4], zkl_fr lam)
{
    zkl_fr out = lam;
    for (size_t b = 0; b < 4; b++)
        out = toy_mul(out, q[b]);
    for (size_t b = 0; b < 4; b++) {
        zkl_fr v = p[b];
        for (size_t c = 0; c < 4; c++)
            if (c != b)
                v = toy_mul(v, q[c]);
        out = toy_add(out, v);
    }
    return out;
}

/* Coefficients of the polynomial of degree 4 with these values at 0..4: Newton's forward
 * differences, expanded. */
TOY_UNUSED void toy_coefficients(zkl_fr out[5], const zkl_fr ys[5])
{
    zkl_fr d[5], basis[5] = { ZKL_FR_ONE };
    memcpy(d, ys, sizeof d);
    for (size_t i = 1; i < 5; i++)
        for (size_t j = 4; j >= i; j--)
            d[j] = toy_sub(d[j], d[j - 1]); /* d[i] = i! [0..i] y */
    memset(out, 0, 5 * sizeof *out);
    zkl_fr factorial = ZKL_FR_ONE;
    for (int64_t i = 0; i < 5; i++) {
        if (i)
            factorial = toy_mul(factorial, toy_int(i));
        const zkl_fr c = toy_mul(d[i], toy_inv(factorial));
        for (size_t k = 0; k < 5; k++)
            out[k] = toy_add(out[k], toy_mul(c, basis[k]));
        for (size_t k = 5; k--;) /* basis *= X - i */
            basis[k] = toy_sub(k ? basis[k - 1] : ZKL_FR_ZERO, toy_mul(toy_int(i), basis[k]));
    }
}

/* The model's gkr_prove over leaves p, q (2^n of each, overwritten); r receives the leaf point. */
TOY_UNUSED void toy_gkr(zkl_fraction_witness *out, zkl_fr *r, zkl_fr *p, zkl_fr *q, unsigned n,
                        zkl_transcript *tr, zkl_arena *arena)
{
    const unsigned depth = n / 2;
    zkl_fr **lp = ZKL_ARENA_NEW(arena, zkl_fr *, depth + 1),
           **lq = ZKL_ARENA_NEW(arena, zkl_fr *, depth + 1);
    lp[depth] = p;
    lq[depth] = q;
    for (unsigned k = depth; k--;) {
        const size_t h = (size_t)1 << (2 * k);
        lp[k] = ZKL_ARENA_NEW(arena, zkl_fr, h);
        lq[k] = ZKL_ARENA_NEW(arena, zkl_fr, h);
        for (size_t i = 0; i < h; i++) {
            zkl_fr cp[4], cq[4];
            for (size_t b = 0; b < 4; b++) {
                cp[b] = lp[k + 1][b * h + i];
                cq[b] = lq[k + 1][b * h + i];
            }
            lp[k][i] = toy_combine(cp, cq, ZKL_FR_ZERO);
            lq[k][i] = toy_mul(toy_mul(cq[0], cq[1]), toy_mul(cq[2], cq[3]));
        }
    }
    out->root_p = lp[0][0];
    out->root_q = lq[0][0];
    out->layers = ZKL_ARENA_NEW(arena, zkl_gkr_layer, depth);
    zkl_fr lam, root[2] = { out->root_p, out->root_q };
    zkl_transcript_absorb(tr, root, 2);
    zkl_transcript_squeeze(tr, &lam, 1);
    for (unsigned k = 0; k < depth; k++) {
        const size_t h = (size_t)1 << (2 * k);
        zkl_gkr_layer *layer = &out->layers[k];
        zkl_fr pt[32];
        layer->round_count = 2 * k;
        layer->rounds = zkl_arena_alloc(arena, 2 * k, sizeof *layer->rounds);
        for (unsigned v = 2 * k; v--;) {
            const size_t hh = (size_t)1 << v;
            zkl_fr *e = ZKL_ARENA_NEW(arena, zkl_fr, hh), ys[5], cs[5], c;
            zkl_eq_vector(e, r, v);
            for (int64_t x = 0; x < 5; x++) {
                ys[x] = ZKL_FR_ZERO;
                for (size_t i = 0; i < hh; i++) {
                    zkl_fr cp[4], cq[4];
                    for (size_t b = 0; b < 4; b++) {
                        const zkl_fr *P = lp[k + 1] + b * h, *Q = lq[k + 1] + b * h;
                        cp[b] = toy_add(P[i], toy_mul(toy_int(x), toy_sub(P[hh + i], P[i])));
                        cq[b] = toy_add(Q[i], toy_mul(toy_int(x), toy_sub(Q[hh + i], Q[i])));
                    }
                    ys[x] = toy_add(ys[x], toy_mul(e[i], toy_combine(cp, cq, lam)));
                }
            }
            toy_coefficients(cs, ys);
            memcpy(layer->rounds[2 * k - 1 - v], cs + 1, 4 * sizeof *cs);
            zkl_transcript_absorb(tr, cs + 1, 4);
            zkl_transcript_squeeze(tr, &c, 1);
            pt[v] = c;
            for (size_t b = 0; b < 4; b++)
                for (size_t i = 0; i < hh; i++) {
                    zkl_fr *P = lp[k + 1] + b * h, *Q = lq[k + 1] + b * h;
                    P[i] = toy_add(P[i], toy_mul(c, toy_sub(P[hh + i], P[i])));
                    Q[i] = toy_add(Q[i], toy_mul(c, toy_sub(Q[hh + i], Q[i])));
                }
        }
        zkl_fr ends[8], next[3];
        for (size_t b = 0; b < 4; b++) {
            layer->p[b] = ends[b] = lp[k + 1][b * h];
            layer->q[b] = ends[4 + b] = lq[k + 1][b * h];
        }
        zkl_transcript_absorb(tr, ends, 8);
        zkl_transcript_squeeze(tr, next, 3);
        memcpy(r, pt, 2 * k * sizeof *r);
        r[2 * k] = next[0];
        r[2 * k + 1] = next[1];
        lam = next[2];
    }
}

/* S with w(X)e(1/X) + w(1/X)e(X) = 2<w,e> + X S(X) + S(1/X)/X, by the definition; TOY_SRS - 1
 * coefficients. */
TOY_UNUSED void toy_cross(zkl_fr *s, const zkl_fr *w, const zkl_fr *e)
{
    memset(s, 0, (TOY_SRS - 1) * sizeof *s);
    for (size_t i = 0; i < TOY_SRS; i++)
        for (size_t j = 0; j < TOY_C; j++)
            if (i != j) {
                const size_t d = i > j ? i - j : j - i;
                s[d - 1] = toy_add(s[d - 1], toy_mul(w[i], e[j]));
            }
}

/* P(x) = prod ((1 - lo_k) + lo_k x^(2^k)) */
TOY_UNUSED zkl_fr toy_functional(const zkl_fr *lo, zkl_fr x)
{
    zkl_fr out = ZKL_FR_ONE;
    for (size_t k = 0; k < TOY_LOG; k++) {
        out = toy_mul(out, toy_add(toy_sub(ZKL_FR_ONE, lo[k]), toy_mul(lo[k], x)));
        x = toy_mul(x, x);
    }
    return out;
}

TOY_UNUSED void toy_divide(zkl_fr *out, const zkl_fr *f, size_t count, zkl_fr z)
{
    zkl_fr c = ZKL_FR_ZERO;
    for (size_t i = count; --i > 0;) {
        c = toy_add(f[i], toy_mul(z, c));
        out[i - 1] = c;
    }
}

/* The opening of w at lo; y is the claimed value, used by the lie alone. */
TOY_UNUSED void toy_open(toy_proof *out, const zkl_fr w[TOY_SRS], const zkl_fr *lo, zkl_fr y,
                         bool z_before_s)
{
    zkl_proof_blob *blob = &out->blob;
    zkl_fr e[TOY_C], s[TOY_SRS] = { { { 0 } } }, comb[TOY_SRS], once[TOY_SRS], twice[TOY_SRS], z,
                     zi, delta;
    zkl_eq_vector(e, lo, TOY_LOG);
    toy_cross(s, w, e);
    toy_commit(blob->s, s, TOY_SRS - 1);
    if (z_before_s)
        memset(blob->s, 0, sizeof blob->s);
    zkl_opening_point(&z, &out->t0, &blob->digest, blob->hi, blob->hi_count, blob->s);
    zi = toy_inv(z);
    blob->values.w_z = toy_eval(w, TOY_SRS, z);
    blob->values.w_zi = toy_eval(w, TOY_SRS, zi);
    if (z_before_s) { /* a constant S that makes the equation true at this z */
        const zkl_fr left = toy_add(toy_mul(blob->values.w_z, toy_functional(lo, zi)),
                                    toy_mul(blob->values.w_zi, toy_functional(lo, z)));
        memset(s, 0, sizeof s);
        s[0] = toy_mul(toy_sub(left, toy_add(y, y)), toy_inv(toy_add(z, zi)));
        toy_commit(blob->s, s, 1);
    }
    blob->values.s_z = toy_eval(s, TOY_SRS - 1, z);
    blob->values.s_zi = toy_eval(s, TOY_SRS - 1, zi);
    zkl_opening_delta(&delta, &z, &blob->values);
    for (size_t i = 0; i < TOY_SRS; i++)
        comb[i] = toy_add(w[i], toy_mul(delta, s[i]));
    toy_divide(once, comb, TOY_SRS, z);
    toy_divide(twice, once, TOY_SRS - 1, zi);
    toy_commit(blob->w, twice, TOY_SRS - 2);
}

TOY_UNUSED zkl_fr toy_dot(const zkl_fr *a, const zkl_fr *b, size_t count)
{
    zkl_fr out = ZKL_FR_ZERO;
    for (size_t i = 0; i < count; i++)
        out = toy_add(out, toy_mul(a[i], b[i]));
    return out;
}

TOY_UNUSED void toy_argue(toy_prover *p, toy_proof *out, const zkl_fr fm[TOY_SRS],
                          const zkl_fr g[TOY_SRS], const toy_lies *lies)
{
    zkl_arena *arena = &p->t->arena;
    zkl_fraction_witness *wit = &out->witness;
    zkl_fr counts_of[TOY_SRS];
    zkl_error err;
    zkl_transcript tr;
    zkl_shape shape, counts;
    ZKL_ASSERT(zkl_shape_compile(&counts, &out->statement, &toy_format, &ZKL_FR_ZERO, &ZKL_FR_ONE,
                                 &err) == ZKL_OK);
    wit->salt = toy_draw(p);
    wit->u = ZKL_FR_ZERO;
    for (size_t i = 0; i < counts.leaf_count; i++)
        for (size_t t = 0; counts.leaves[i].null != ZKL_BLOCK_NONE && t < TOY_C; t++)
            wit->u = toy_add(wit->u, toy_mul(p->cells[counts.leaves[i].null][t],
                                             toy_numerator(&counts.leaves[i], p->cells, t)));
    zkl_shape_clear(&counts);

    const zkl_fr first[3] = { out->t0, wit->salt, wit->u };
    zkl_transcript_init(&tr, 1);
    zkl_transcript_absorb(&tr, first, 3);
    zkl_transcript_squeeze(&tr, &out->blob.alpha, 1);
    ZKL_ASSERT(zkl_shape_compile(&shape, &out->statement, &toy_format, &out->t0, &out->blob.alpha,
                                 &err) == ZKL_OK);

    memcpy(counts_of, fm, sizeof counts_of);
    if (lies->pay_after_alpha) { /* 1/(alpha - v) = m/(alpha - 0) */
        const zkl_fr v = toy_int(lies->pay_after_alpha), alpha = out->blob.alpha;
        out->m[0] = toy_add(out->m[0], toy_mul(alpha, toy_inv(toy_sub(alpha, v))));
        counts_of[0] = out->m[0];
    }

    const size_t leaves = (size_t)1 << out->n;
    zkl_fr *lp = ZKL_ARENA_NEW(arena, zkl_fr, leaves), *lq = ZKL_ARENA_NEW(arena, zkl_fr, leaves),
           r[32];
    for (size_t i = 0; i < leaves; i++)
        lq[i] = ZKL_FR_ONE;
    toy_leaves(lp, lq, &shape, p->cells, out->m);
    toy_gkr(wit, r, lp, lq, out->n, &tr, arena);

    const zkl_fr *lo = r, *hi = r + TOY_LOG;
    const size_t blocks = out->statement.block_count;
    zkl_fr elo[TOY_C], eb[TOY_LEAVES_MAX], *weights = ZKL_ARENA_NEW(arena, zkl_fr, 3 * blocks);
    zkl_fr *x[3] = { &wit->x, &wit->x2, &wit->x3 };
    out->blob.hi_count = out->n - TOY_LOG;
    memcpy(out->blob.hi, hi, out->blob.hi_count * sizeof *hi);
    zkl_eq_vector(elo, lo, TOY_LOG);
    zkl_eq_vector(eb, hi, out->blob.hi_count);
    zkl_shape_weights(weights, weights + blocks, weights + 2 * blocks, &shape, eb);
    for (size_t i = 0; i < 3; i++) {
        *x[i] = ZKL_FR_ZERO;
        for (size_t b = 0; b < blocks; b++)
            *x[i] =
                toy_add(*x[i], toy_mul(weights[i * blocks + b], toy_dot(p->cells[b], elo, TOY_C)));
    }
    wit->m = toy_dot(counts_of, elo, TOY_C);
    wit->sigma = toy_dot(g, elo, TOY_C);
    const zkl_fr last[5] = { wit->x, wit->x2, wit->x3, wit->m, wit->sigma };
    zkl_transcript_absorb(&tr, last, 5);
    zkl_transcript_squeeze(&tr, &out->blob.digest, 1);

    zkl_opening_challenges c;
    const zkl_fr *opened = lies->open_chosen ? counts_of : fm;
    zkl_fr w[TOY_SRS] = { { { 0 } } }, y = wit->x, z;
    zkl_opening_challenge(&c, &out->t0, &out->blob.digest);
    for (size_t i = 0; i < TOY_SRS; i++) {
        for (size_t b = 0; b < blocks; b++) {
            zkl_fr k = toy_add(weights[b], toy_mul(c.gamma, weights[blocks + b]));
            k = toy_add(k, toy_mul(c.gamma2, weights[2 * blocks + b]));
            w[i] = toy_add(w[i], toy_mul(k, p->f[b][i]));
        }
        w[i] = toy_add(w[i], toy_add(toy_mul(c.gamma3, opened[i]), toy_mul(c.chi, g[i])));
    }
    y = toy_add(y, toy_add(toy_mul(c.gamma, wit->x2), toy_mul(c.gamma2, wit->x3)));
    y = toy_add(y, toy_add(toy_mul(c.gamma3, wit->m), toy_mul(c.chi, wit->sigma)));
    toy_open(out, w, lo, y, lies->z_before_s);
    zkl_opening_point(&z, &out->t0, &out->blob.digest, hi, out->blob.hi_count, out->blob.s);
    out->input_count = zkl_fraction_inputs(out->inputs, &shape, &out->blob, &c, &z, eb);
    zkl_shape_clear(&shape);
}

/* The statement's bytes again after a change of the struct, and t0 with them. */
TOY_UNUSED void toy_reencode(zkl_test *t, toy_proof *proof)
{
    zkl_buffer buffer = { 0 };
    zkl_statement_encode(&buffer, &proof->statement);
    proof->statement_bytes =
        zkl_bytes_of(zkl_arena_copy(&t->arena, buffer.data, buffer.size), buffer.size);
    zkl_statement_t0(&proof->t0, proof->statement_bytes);
    zkl_buffer_clear(&buffer);
}

TOY_UNUSED void toy_reencode_blob(zkl_test *t, toy_proof *proof)
{
    zkl_buffer buffer = { 0 };
    zkl_proof_blob_encode(&buffer, &proof->blob);
    proof->blob_bytes =
        zkl_bytes_of(zkl_arena_copy(&t->arena, buffer.data, buffer.size), buffer.size);
    zkl_buffer_clear(&buffer);
}

TOY_UNUSED void toy_apply(zkl_fr (*cells)[TOY_C], const toy_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cells[changes[i].block][changes[i].cell] = changes[i].value;
}

/* The checklist alone, on a statement of these assertions with points that are none: its checks
 * come before any point. */
TOY_UNUSED zkl_status toy_check(zkl_test *t, const toy_assertion *assertions,
                                size_t assertion_count, const zkl_known_table *known,
                                size_t known_count, zkl_error *err)
{
    static const uint8_t points[TOY_BLOCKS_MAX][ZKL_POINT_BYTES];
    toy_prover *p = ZKL_ARENA_NEW(&t->arena, toy_prover, 1);
    p->t = t;
    toy_lay_out(p, assertions, assertion_count);
    zkl_statement s = { .circuit = zkl_bytes_of_text("F12"),
                        .assertions = p->assertions,
                        .assertion_count = assertion_count,
                        .tables = p->tables,
                        .table_count = p->table_count,
                        .blocks = points,
                        .multiplicities = points,
                        .masks = points,
                        .mask_count = 1 };
    for (size_t i = 0; i < p->table_count; i++)
        s.block_count += zkl_statement_table_blocks(&p->tables[i], &toy_format);
    /* as many multiplicities as it needs: told by the check behind all others but one */
    const zkl_status status = zkl_statement_check(&s, &toy_format, known, known_count, err);
    s.multiplicity_count = status != ZKL_OK && strstr(err->text, "multiplicities: 0") != NULL;
    if (!s.multiplicity_count)
        return status;
    *err = (zkl_error){ 0 };
    return zkl_statement_check(&s, &toy_format, known, known_count, err);
}

/* Prove the assertions, honestly (lies NULL) or not. Secrets are those of the vectors. */
TOY_UNUSED void toy_prove(zkl_test *t, toy_proof *out, const toy_assertion *assertions,
                          size_t assertion_count, const toy_lies *lies)
{
    static const toy_lies none;
    zkl_arena *arena = &t->arena;
    toy_prover *p = ZKL_ARENA_NEW(arena, toy_prover, 1);
    zkl_statement *s = &out->statement;
    zkl_error err;
    lies = lies ? lies : &none;
    p->t = t;
    *out = (toy_proof){ 0 };
    toy_lay_out(p, assertions, assertion_count);
    p->cells = zkl_arena_alloc(arena, TOY_BLOCKS_MAX, sizeof *p->cells);
    p->f = zkl_arena_alloc(arena, TOY_BLOCKS_MAX, sizeof *p->f);
    p->points = zkl_arena_alloc(arena, TOY_BLOCKS_MAX + 2, sizeof *p->points);
    const size_t blocks = toy_fill_cells(p);
    toy_apply(p->cells, lies->tamper, lies->tamper_count);
    out->cells = zkl_arena_copy(arena, p->cells, blocks * sizeof *p->cells);

    zkl_fr g[TOY_SRS] = { { { 0 } } }, fm[TOY_SRS] = { { { 0 } } };
    *s = (zkl_statement){
        .assertions = zkl_arena_copy(arena, p->assertions, assertion_count * sizeof *p->assertions),
        .assertion_count = assertion_count,
        .tables = zkl_arena_copy(arena, p->tables, p->table_count * sizeof *p->tables),
        .table_count = p->table_count,
        .block_count = blocks
    };
    bool is_source[ZKL_STATEMENT_TABLES_MAX];
    zkl_statement_find_sources(is_source, s);
    /* blinders of the sources, mask, multiplicities' blinder, those of the auxiliary blocks */
    for (unsigned pass = 0; pass < 2; pass++) {
        size_t b = 0;
        for (size_t i = 0; i < p->table_count; i++)
            for (size_t k = zkl_statement_table_blocks(&s->tables[i], &toy_format); k--; b++)
                if (is_source[i] == !pass) {
                    memcpy(p->f[b], out->cells[b], sizeof out->cells[b]);
                    p->f[b][TOY_C] = toy_draw(p);
                }
        if (pass)
            break;
        toy_apply(p->cells, lies->lie, lies->lie_count);
        for (size_t i = 0; i < TOY_HALF; i++)
            g[i] = toy_draw(p);
        for (size_t i = 0; i < TOY_HALF; i++)
            g[TOY_C + i] = toy_draw(p);
        zkl_shape shape;
        ZKL_ASSERT(zkl_shape_compile(&shape, s, &toy_format, &ZKL_FR_ZERO, &ZKL_FR_ONE, &err) ==
                   ZKL_OK);
        out->n = zkl_shape_tier(&shape);
        if (shape.has_table) {
            toy_multiplicities(out->m, &shape, p->cells);
            for (size_t i = 0; i < lies->cheat_count; i++)
                out->m[lies->cheat[i].cell] =
                    toy_add(out->m[lies->cheat[i].cell], lies->cheat[i].value);
            memcpy(fm, out->m, sizeof out->m);
            fm[TOY_C] = toy_draw(p);
            s->multiplicity_count = 1;
        }
        zkl_shape_clear(&shape);
    }
    out->blinders = ZKL_ARENA_NEW(arena, zkl_fr, blocks);
    for (size_t b = 0; b < blocks; b++) {
        out->blinders[b] = p->f[b][TOY_C];
        toy_commit(p->points[b], p->f[b], TOY_SRS);
    }
    memcpy(out->mask, g, TOY_HALF * sizeof *g);
    memcpy(out->mask + TOY_HALF, g + TOY_C, TOY_HALF * sizeof *g);
    out->count_blinder = fm[TOY_C];
    toy_commit(p->points[blocks], fm, TOY_SRS);
    toy_commit(p->points[blocks + 1], g, TOY_SRS);
    s->blocks = (const uint8_t(*)[ZKL_POINT_BYTES])p->points;
    s->multiplicities = (const uint8_t(*)[ZKL_POINT_BYTES])(p->points + blocks);
    s->masks = (const uint8_t(*)[ZKL_POINT_BYTES])(p->points + blocks + 1);
    s->mask_count = 1;
    s->circuit = zkl_bytes_of_text(zkl_arena_format(arena, "F%u", out->n));
    const char *key = zkl_arena_format(arena, "key of F%u", out->n);
    zkl_hash(&s->key_hash, ZKL_HASH_SHA3_256, key, strlen(key));
    zkl_hash(&s->powers_hash, ZKL_HASH_SHA3_256, "srs", 3);
    toy_reencode(t, out);
    toy_argue(p, out, fm, g, lies);
    toy_reencode_blob(t, out);
}

/* ---- what the circuit F_n enforces, in the clear: docs/proof-system.md section 4, after the
 * model's fraction_circuit */

#define TOY_HOLDS(condition, name)                                                                 \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return name;                                                                           \
    } while (0)

/* NULL, or the check that fails. */
TOY_UNUSED const char *toy_circuit(unsigned n, const zkl_fr *in, const zkl_fraction_witness *w)
{
    zkl_transcript tr;
    zkl_fr r[32], cp = w->root_p, cq = w->root_q, lam, v, out[3];
    const zkl_fr *t0 = in, *last = in + 20, *hi = in + 21;
    const zkl_fr first[3] = { *t0, w->salt, w->u }, root[2] = { cp, cq };
    zkl_transcript_init(&tr, 1);
    zkl_transcript_absorb(&tr, first, 3);
    zkl_transcript_squeeze(&tr, &v, 1);
    TOY_HOLDS(zkl_fr_equal(&v, &in[1]), "alpha");
    const zkl_fr rho = toy_add(in[18], toy_mul(w->u, in[19]));
    v = toy_mul(rho, cq);
    TOY_HOLDS(!zkl_fr_is_zero(&cq) && zkl_fr_equal(&cp, &v), "root");
    zkl_transcript_absorb(&tr, root, 2);
    zkl_transcript_squeeze(&tr, &lam, 1);
    for (unsigned k = 0; k < n / 2; k++) {
        const zkl_gkr_layer *layer = &w->layers[k];
        zkl_fr assertion = toy_add(cp, toy_mul(lam, cq)), pt[32], ends[8];
        for (unsigned i = 0; i < 2 * k; i++) {
            const zkl_fr *cs = layer->rounds[i];
            zkl_fr c, sum = toy_add(toy_add(cs[0], cs[1]), toy_add(cs[2], cs[3]));
            zkl_transcript_absorb(&tr, cs, 4);
            zkl_transcript_squeeze(&tr, &c, 1);
            const unsigned var = 2 * k - 1 - i;
            assertion = toy_sub(assertion, toy_mul(r[var], sum));
            zkl_fr poly[5] = { assertion, cs[0], cs[1], cs[2], cs[3] };
            assertion = toy_eval(poly, 5, c);
            pt[var] = c;
        }
        v = toy_combine(layer->p, layer->q, lam);
        TOY_HOLDS(zkl_fr_equal(&assertion, &v), "layer");
        memcpy(ends, layer->p, sizeof layer->p);
        memcpy(ends + 4, layer->q, sizeof layer->q);
        zkl_transcript_absorb(&tr, ends, 8);
        zkl_transcript_squeeze(&tr, out, 3);
        memcpy(r, pt, 2 * k * sizeof *r);
        r[2 * k] = out[0];
        r[2 * k + 1] = out[1];
        lam = out[2];
        zkl_fr e[4];
        zkl_eq_vector(e, out, 2);
        cp = toy_dot(e, layer->p, 4);
        cq = toy_dot(e, layer->q, 4);
    }
    TOY_HOLDS(memcmp(r + TOY_LOG, hi, (n - TOY_LOG) * sizeof *r) == 0, "hi");
    uint8_t bytes[32];
    zkl_fr pad, table = ZKL_FR_ZERO, powers = ZKL_FR_ONE, s = in[15];
    zkl_fr_encode(bytes, last);
    test_greater(&pad, r, TOY_LOG, bytes[31]);
    for (size_t k = 0; k < TOY_LOG; k++) {
        table = toy_add(table, toy_mul(toy_int((int64_t)1 << k), r[k]));
        powers = toy_mul(powers, toy_add(toy_sub(ZKL_FR_ONE, r[k]), toy_mul(r[k], s)));
        s = toy_mul(s, s);
    }
    v = toy_add(toy_sub(in[10], toy_mul(in[11], w->m)), w->x3);
    TOY_HOLDS(zkl_fr_equal(&cp, &v), "numerators");
    v = toy_sub(toy_sub(in[12], w->x), toy_add(toy_mul(in[11], table), toy_mul(in[13], pad)));
    v = toy_add(v, toy_mul(in[14], powers));
    TOY_HOLDS(zkl_fr_equal(&cq, &v), "denominators");
    v = toy_add(in[16], toy_mul(in[17], pad));
    TOY_HOLDS(zkl_fr_equal(&w->x2, &v), "relation");
    const zkl_fr end[5] = { w->x, w->x2, w->x3, w->m, w->sigma };
    zkl_transcript_absorb(&tr, end, 5);
    zkl_transcript_squeeze(&tr, &v, 1);
    TOY_HOLDS(zkl_fr_equal(&v, &in[2]), "digest");
    const zkl_fr gamma = in[3], chi = in[4], z = in[5], zi = toy_inv(z);
    const zkl_fr y5[4] = { w->x, w->x2, w->x3, w->m };
    const zkl_fr y = toy_add(toy_eval(y5, 4, gamma), toy_mul(chi, w->sigma));
    zkl_fr left =
        toy_add(toy_mul(in[6], toy_functional(r, zi)), toy_mul(in[7], toy_functional(r, z)));
    left = toy_sub(left, toy_add(toy_add(y, y), toy_add(toy_mul(z, in[8]), toy_mul(zi, in[9]))));
    TOY_HOLDS(zkl_fr_is_zero(&left), "opening");
    return NULL;
}

/* Does the product's R1CS of this tier accept? The circuits live as long as the program. */
TOY_UNUSED bool toy_r1cs_accepts(unsigned n, const zkl_fr *inputs,
                                 const zkl_fraction_witness *witness)
{
    static zkl_circuit *circuits[ZKL_TIER_MAX + 1];
    zkl_error err;
    uint32_t bad;
    if (!circuits[n])
        ZKL_ASSERT(zkl_circuit_fraction_new(&circuits[n], n, &toy_format, &err) == ZKL_OK);
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuits[n]);
    zkl_fr *wires = zkl_malloc(r1cs->wire_count, sizeof *wires);
    ZKL_ASSERT(wires);
    zkl_circuit_fraction_assign(circuits[n], wires, inputs, witness);
    const bool accepts = zkl_r1cs_satisfied(r1cs, wires, &bad);
    zkl_free(wires);
    return accepts;
}

/* The product's verifier up to its pairings. */
TOY_UNUSED zkl_status toy_reduce(zkl_reduced_proof *out, const zkl_statement *statement,
                                 const toy_proof *proof, const zkl_known_tables *known,
                                 zkl_error *err)
{
    const zkl_proven_statement given = { proof->statement_bytes, proof->blob_bytes };
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    return zkl_verify_reduce(out, statement, &given, &arithmetic, known, err);
}

/* The product's verifier up to its pairings, then the circuit, in the clear and as constraints,
 * which must agree, and the KZG equation over scalars. */
TOY_UNUSED zkl_status toy_verify(const toy_proof *proof, const zkl_known_table *known,
                                 size_t known_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement statement;
    zkl_reduced_proof reduced;
    ZKL_TRY(zkl_statement_parse(&statement, &arena, proof->statement_bytes, err));
    ZKL_TRY(
        toy_reduce(&reduced, &statement, proof, &(zkl_known_tables){ known, known_count }, err));
    const unsigned n = zkl_statement_tier(statement.circuit);
    if (n != proof->n)
        return zkl_fail(err, ZKL_REJECTED, "circuit: another tier");
    const char *fault = toy_circuit(n, reduced.inputs, &proof->witness);
    ZKL_ASSERT(toy_r1cs_accepts(n, reduced.inputs, &proof->witness) == !fault);
    if (fault)
        return zkl_fail(err, ZKL_REJECTED, "circuit: %s", fault);
    const zkl_fr tau = toy_tau(),
                 equation[3] = { reduced.a0.logarithm, reduced.a1.logarithm, reduced.a2.logarithm };
    const zkl_fr zero = toy_eval(equation, 3, tau);
    if (!zkl_fr_is_zero(&zero))
        return zkl_fail(err, ZKL_REJECTED, "KZG opening");
    return ZKL_OK;
}
