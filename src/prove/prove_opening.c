/* Commitments over powers of tau, and the linear opening (docs/proof-system.md section 2).
 *
 * To show sum over t < C of w_t eq(lo, t) = Y, where P(X) = prod over k of ((1 - lo_k) + lo_k
 * X^(2^k)) has the coefficients eq(lo, t): the prover sends one S with
 *
 *   w(X) P(1/X) + w(1/X) P(X) = 2 Y + X S(X) + S(1/X) / X.
 *
 * The coefficient of X^0 on the left is twice the sum, and no S reaches X^0. Degrees: P has C
 * coefficients and w has C + mask_half (blinders at X^C, the mask's upper half), so S has C +
 * mask_half - 1. At a random z, which depends on S, both sides are compared inside the circuit,
 * where lo and Y are private. One W opens w and S at z and 1/z:
 *
 *   W = (w + delta S - r0 - r1 X) / ((X - z)(X - 1/z)).
 *
 * Hiding: w holds chi times a mask of 2 mask_half fresh coefficients, and S, the four
 * evaluations and the mask's commitment have rank 6 in it: at 16 coefficients enough for one
 * opening. W follows from the rest. */
#include "algebra/poly.h"
#include "prove/prove_internal.h"

/* ---- commitments over powers of tau */

static void encode_sum(uint8_t out[static ZKL_POINT_BYTES], const zkl_g1 *sum)
{
    zkl_g1_affine point;
    zkl_g1_normalize(&point, sum);
    zkl_g1_encode(out, &point);
}

static zkl_status commit_coefficients(const zkl_committer *committer,
                                      uint8_t out[static ZKL_POINT_BYTES],
                                      const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                                      zkl_error *err)
{
    const zkl_srs *srs = committer->opaque;
    zkl_g1 sum;
    ZKL_ASSERT(count <= srs->power_count);
    ZKL_TRY(zkl_g1_msm(&sum, srs->powers, coefficients, count, pool, err));
    encode_sum(out, &sum);
    return ZKL_OK;
}

/* Product by product in constant time: a mask stays secret for good, unlike the opened w, which
 * the mask hides. */
static zkl_status commit_mask(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                              const zkl_fr *coefficients, zkl_pool *pool, zkl_error *err)
{
    const zkl_srs *srs = committer->opaque;
    const size_t half = committer->format->mask_half,
                 cells = (size_t)1 << committer->format->log_cells;
    zkl_g1 sum = { 0 }, term;
    (void)pool;
    (void)err;
    ZKL_ASSERT(cells + half <= srs->power_count);
    for (size_t i = 0; i < 2 * half; i++) {
        const size_t at = i < half ? i : cells + i - half;
        zkl_g1_mul(&term, &srs->powers[at], &coefficients[i]);
        blst_p1_add_or_double(&sum, &sum, &term);
    }
    zkl_wipe(&term, sizeof term);
    encode_sum(out, &sum);
    return ZKL_OK;
}

/* Counts are below 2^32: low + 2^16 high, two blocks of 16-bit numbers for the sums that blocks
 * are committed with. */
static zkl_status commit_counts(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                                const uint32_t *counts, const zkl_fr *blinder, zkl_pool *pool,
                                zkl_error *err)
{
    const zkl_srs *srs = committer->opaque;
    const size_t cells = (size_t)1 << committer->format->log_cells;
    ZKL_ASSERT(cells < srs->power_count);
    ZKL_AUTO_BLOCK uint16_t *halves = zkl_malloc(2 * cells, sizeof *halves);
    if (!halves)
        return zkl_no_memory(err, 2 * cells * sizeof *halves);
    for (size_t t = 0; t < cells; t++) {
        halves[t] = (uint16_t)counts[t];
        halves[cells + t] = (uint16_t)(counts[t] >> 16);
    }
    const uint16_t *const cells_of[2] = { halves, halves + cells };
    const zkl_cell_blocks blocks = { cells_of, cells, 2 };
    zkl_g1 sums[2], term;
    const zkl_status status = zkl_g1_msm_u16(sums, srs->fixed, &blocks, pool, err);
    zkl_wipe(halves, 2 * cells * sizeof *halves);
    ZKL_TRY(status);
    for (unsigned i = 0; i < 16; i++)
        blst_p1_double(&sums[1], &sums[1]);
    blst_p1_add_or_double(&sums[0], &sums[0], &sums[1]);
    zkl_g1_mul(&term, &srs->powers[cells], blinder);
    blst_p1_add_or_double(&sums[0], &sums[0], &term);
    zkl_wipe(&term, sizeof term);
    encode_sum(out, &sums[0]);
    return ZKL_OK;
}

static zkl_status commit_blocks(const zkl_committer *committer, uint8_t (*out)[ZKL_POINT_BYTES],
                                const zkl_blinded_blocks *blocks, zkl_pool *pool, zkl_error *err)
{
    const zkl_srs *srs = committer->opaque;
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(blocks->count, sizeof *points);
    if (!points)
        return zkl_no_memory(err, blocks->count * sizeof *points);
    ZKL_TRY(zkl_blocks_commit(points, srs, blocks, pool, err));
    for (size_t i = 0; i < blocks->count; i++)
        zkl_g1_encode(out[i], &points[i]);
    return ZKL_OK;
}

zkl_committer zkl_committer_of_srs(const zkl_srs *srs, const zkl_proof_format *format)
{
    return (zkl_committer){
        .opaque = (void *)(uintptr_t)srs, /* the callbacks only read it */
        .format = format,
        .coefficients = commit_coefficients,
        .mask = commit_mask,
        .counts = commit_counts,
        .blocks = commit_blocks,
    };
}

/* ---- the opening */

typedef struct opening_room {
    zkl_fr *e;       /* C coefficients of P: eq(lo, t); private, since lo is */
    zkl_fr *s, *sum; /* S, and w + delta S, which becomes W: count coefficients each */
    size_t count;    /* coefficients of w */
    zkl_ntt *ntt;
} opening_room;

static void opening_room_clear(opening_room *room)
{
    if (room->s)
        zkl_wipe(room->s, room->count * sizeof *room->s);
    if (room->sum)
        zkl_wipe(room->sum, room->count * sizeof *room->sum);
    zkl_free(room->e);
    zkl_free(room->s);
    zkl_free(room->sum);
    zkl_ntt_free(room->ntt);
    *room = (opening_room){ 0 };
}

/* f(x), a task for each of the four. */
typedef struct evaluation {
    const zkl_fr *f;
    size_t count;
    const zkl_fr *x;
    zkl_fr *out;
} evaluation;

static void evaluate(void *context, size_t index, size_t worker)
{
    (void)worker;
    const evaluation *job = (const evaluation *)context + index;
    zkl_poly_eval(job->out, job->f, job->count, job->x);
}

/* A task: SLICE coefficients of w + delta S. */
#define SLICE 4096
typedef struct opened_sum {
    const zkl_opened *opened;
    zkl_fr delta;
} opened_sum;

static void sum_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const opened_sum *job = context;
    const zkl_opened *opened = job->opened;
    const size_t begin = index * SLICE,
                 end = begin + SLICE < opened->count ? begin + SLICE : opened->count;
    for (size_t i = begin; i < end; i++) {
        zkl_fr *sum = &opened->room[i];
        zkl_fr_mul(sum, &job->delta, &opened->s[i]);
        zkl_fr_add(sum, sum, &opened->w[i]);
    }
}

zkl_status zkl_opening_finish(uint8_t w_point[static ZKL_POINT_BYTES], zkl_opening_values *v,
                              const zkl_opened *opened, const zkl_committer *committer,
                              zkl_pool *pool, zkl_error *err)
{
    const zkl_fr *z = opened->z;
    const size_t count = opened->count;
    opened_sum sum = { .opened = opened };
    zkl_fr zi;
    zkl_fr_inverse_vartime(&zi, z);
    evaluation jobs[4] = { { opened->w, count, z, &v->w_z },
                           { opened->w, count, &zi, &v->w_zi },
                           { opened->s, count - 1, z, &v->s_z },
                           { opened->s, count - 1, &zi, &v->s_zi } };
    zkl_pool_run(pool, ZKL_COUNT(jobs), evaluate, jobs);

    /* W: w + delta S divided by X - z and by X - 1/z; the remainders, r0 + r1 X, fall away. */
    zkl_opening_delta(&sum.delta, z, v);
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, sum_slice, &sum);
    zkl_poly_divide_two(opened->room, count, z, &zi);
    return committer->coefficients(committer, w_point, opened->room, count - 2, pool, err);
}

zkl_status zkl_opening_prove(zkl_proof_blob *blob, const zkl_opening *opening,
                             const zkl_committer *committer, zkl_pool *pool, zkl_error *err)
{
    const zkl_proof_format *format = committer->format;
    const size_t cells = (size_t)1 << format->log_cells, count = cells + format->mask_half;
    ZKL_AUTO_CLEAR(opening_room) room = { .count = count };
    zkl_fr z;
    room.e = zkl_malloc(cells, sizeof *room.e);
    room.s = zkl_calloc(count, sizeof *room.s);
    room.sum = zkl_malloc(count, sizeof *room.sum);
    if (!room.e || !room.s || !room.sum)
        return zkl_no_memory(err, count * sizeof *room.s);
    ZKL_TRY(zkl_ntt_new(&room.ntt, zkl_poly_cross_log(cells), err));

    /* S, committed before z is drawn from it. */
    const zkl_coefficients w = { opening->w, count }, e = { room.e, cells };
    zkl_eq_vector(room.e, opening->lo, format->log_cells);
    ZKL_TRY(zkl_poly_cross(room.s, &w, &e, room.ntt, pool, err));
    ZKL_ASSERT(zkl_fr_is_zero(&room.s[count - 1])); /* one coefficient less than w */
    ZKL_TRY(committer->coefficients(committer, blob->s, room.s, count - 1, pool, err));

    /* The four values at z(t0, digest, hi, S) and its inverse, and W. */
    zkl_opening_point(&z, opening->t0, &blob->digest, blob->hi, blob->hi_count, blob->s);
    const zkl_opened opened = { opening->w, room.s, count, &z, room.sum };
    return zkl_opening_finish(blob->w, &blob->values, &opened, committer, pool, err);
}
