/* The linear opening (docs/proof-system.md section 2): S, and one W for w and S at z and 1/z. */
#include "algebra/poly.h"
#include "prove/commit.h"
#include "prove/prove_internal.h"

/* ---- commitments over powers of tau */

static zkl_status commit_coefficients(void *opaque, uint8_t out[static ZKL_POINT_BYTES],
                                      const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                                      zkl_error *err)
{
    const zkl_srs *srs = opaque;
    zkl_g1 sum;
    zkl_g1_affine point;
    ZKL_ASSERT(count <= srs->power_count);
    ZKL_TRY(zkl_g1_msm(&sum, srs->powers, coefficients, count, pool, err));
    zkl_g1_normalize(&point, &sum);
    zkl_g1_encode(out, &point);
    return ZKL_OK;
}

static zkl_status commit_mask(void *opaque, uint8_t out[static ZKL_POINT_BYTES],
                              const zkl_fr *coefficients, const zkl_proof_format *format,
                              zkl_pool *pool, zkl_error *err)
{
    const zkl_srs *srs = opaque;
    zkl_g1 sum = { 0 }, term;
    zkl_g1_affine point;
    (void)pool;
    (void)err;
    for (size_t i = 0; i < 2 * (size_t)format->mask_half;
         i++) { /* constant time: these are secrets for good */
        const size_t at =
            i < format->mask_half ? i : ((size_t)1 << format->log_cells) + i - format->mask_half;
        zkl_g1_mul(&term, &srs->powers[at], &coefficients[i]);
        blst_p1_add_or_double(&sum, &sum, &term);
    }
    zkl_wipe(&term, sizeof term);
    zkl_g1_normalize(&point, &sum);
    zkl_g1_encode(out, &point);
    return ZKL_OK;
}

/* Counts as two 16-bit blocks, low and high. */
static zkl_status commit_counts(void *opaque, uint8_t out[static ZKL_POINT_BYTES],
                                const uint32_t *counts, const zkl_fr *blinder,
                                const zkl_proof_format *format, zkl_pool *pool, zkl_error *err)
{
    const zkl_srs *srs = opaque;
    const size_t cells = (size_t)1 << format->log_cells;
    ZKL_AUTO_BLOCK uint16_t *halves = zkl_malloc(2 * cells, sizeof *halves);
    if (!halves)
        return zkl_no_memory(err, 2 * cells * sizeof *halves);
    for (size_t t = 0; t < cells; t++) {
        halves[t] = (uint16_t)counts[t];
        halves[cells + t] = (uint16_t)(counts[t] >> 16);
    }
    const uint16_t *const blocks[2] = { halves, halves + cells };
    zkl_g1 sums[2], term;
    zkl_g1_affine point;
    ZKL_TRY(zkl_g1_msm_u16(sums, srs->fixed, blocks, cells, 2, pool, err));
    for (unsigned i = 0; i < 16; i++)
        blst_p1_double(&sums[1], &sums[1]);
    blst_p1_add_or_double(&sums[0], &sums[0], &sums[1]);
    zkl_g1_mul(&term, &srs->powers[cells], blinder);
    blst_p1_add_or_double(&sums[0], &sums[0], &term);
    zkl_wipe(&term, sizeof term);
    zkl_wipe(halves, 2 * cells * sizeof *halves);
    zkl_g1_normalize(&point, &sums[0]);
    zkl_g1_encode(out, &point);
    return ZKL_OK;
}

static zkl_status commit_blocks(void *opaque, uint8_t (*out)[ZKL_POINT_BYTES],
                                const uint16_t *const *cells, const zkl_fr *blinders, size_t count,
                                const zkl_proof_format *format, zkl_pool *pool, zkl_error *err)
{
    const zkl_srs *srs = opaque;
    (void)format;
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(count, sizeof *points);
    if (!points)
        return zkl_no_memory(err, count * sizeof *points);
    const zkl_blinded_blocks blocks = { cells, blinders, count };
    ZKL_TRY(zkl_blocks_commit(points, srs, &blocks, pool, err));
    for (size_t i = 0; i < count; i++)
        zkl_g1_encode(out[i], &points[i]);
    return ZKL_OK;
}

zkl_committer zkl_committer_of_srs(const zkl_srs *srs)
{
    /* the callbacks only read it */
    return (zkl_committer){ (void *)(uintptr_t)srs, commit_coefficients, commit_mask, commit_counts,
                            commit_blocks };
}

/* ---- the opening */

typedef struct opening_room {
    zkl_fr *e, *s, *sum; /* C, count, count values */
    size_t count;        /* coefficients of w */
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

zkl_status zkl_opening_prove(zkl_proof_blob *blob, const zkl_fr *w, const zkl_fr *lo,
                             const zkl_fr *t0, const zkl_proof_format *format,
                             const zkl_committer *committer, zkl_pool *pool, zkl_error *err)
{
    const size_t cells = (size_t)1 << format->log_cells, count = cells + format->mask_half;
    ZKL_AUTO_CLEAR(opening_room) room = { .count = count };
    zkl_fr z, zi, delta;
    room.e = zkl_malloc(cells, sizeof *room.e);
    room.s = zkl_calloc(count, sizeof *room.s);
    room.sum = zkl_malloc(count, sizeof *room.sum);
    if (!room.e || !room.s || !room.sum)
        return zkl_no_memory(err, count * sizeof *room.s);
    ZKL_TRY(zkl_ntt_new(&room.ntt, zkl_poly_cross_log(cells), err));

    zkl_eq_vector(room.e, lo, format->log_cells);
    ZKL_TRY(zkl_poly_cross(room.s, w, count, room.e, cells, room.ntt, pool, err));
    ZKL_TRY(committer->coefficients(committer->opaque, blob->s, room.s, count - 1, pool, err));

    zkl_opening_point(&z, t0, &blob->digest, blob->hi, blob->hi_count, blob->s);
    zkl_fr_inverse_vartime(&zi, &z);
    zkl_opening_values *v = &blob->values;
    evaluation jobs[4] = { { w, count, &z, &v->w_z },
                           { w, count, &zi, &v->w_zi },
                           { room.s, count - 1, &z, &v->s_z },
                           { room.s, count - 1, &zi, &v->s_zi } };
    zkl_pool_run(pool, ZKL_COUNT(jobs), evaluate, jobs);

    zkl_opening_delta(&delta, &z, v);
    for (size_t i = 0; i < count; i++) {
        zkl_fr_mul(&room.sum[i], &delta, &room.s[i]); /* s[count - 1] is 0 */
        zkl_fr_add(&room.sum[i], &room.sum[i], &w[i]);
    }
    zkl_poly_divide(room.sum, room.sum, count, &z);
    zkl_poly_divide(room.sum, room.sum, count - 1, &zi);
    return committer->coefficients(committer->opaque, blob->w, room.sum, count - 2, pool, err);
}
