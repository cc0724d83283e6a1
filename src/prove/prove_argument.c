/* From a statement whose points are made to its proof blob, less Groth16 (docs/proof-system.md sections 2 to 4; the
 * model's fraction_prove). */
#include <time.h>

#include "algebra/poly.h"
#include "hash/domains.h"
#include "prove/prove_internal.h"

double zkl_prove_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct argument_room {
    zkl_shape shape;
    zkl_leaf_source *leaves;
    zkl_fr *weights; /* of blocks in X, X2, X3 */
    zkl_fr *sums[3]; /* C values each: the weighted sums of their cells */
    zkl_fr *w;       /* what is opened */
    zkl_fr *e_low;
    size_t w_count;
} argument_room;

static void argument_room_clear(argument_room *room)
{
    zkl_shape_clear(&room->shape);
    zkl_leaf_source_free(room->leaves);
    zkl_free(room->weights);
    for (size_t i = 0; i < 3; i++)
        zkl_free(room->sums[i]);
    if (room->w)
        zkl_wipe(room->w, room->w_count * sizeof *room->w);
    zkl_free(room->w);
    zkl_free(room->e_low);
    *room = (argument_room){ 0 };
}

static zkl_status make_room(argument_room *room, const zkl_statement *s,
                            const zkl_proof_format *format, zkl_error *err)
{
    const size_t cells = (size_t)1 << format->log_cells;
    room->w_count = cells + format->mask_half;
    room->weights = zkl_calloc(3 * s->block_count, sizeof(zkl_fr));
    room->w = zkl_calloc(room->w_count, sizeof(zkl_fr));
    room->e_low = zkl_malloc(cells, sizeof(zkl_fr));
    bool all = room->weights && room->w && room->e_low;
    for (size_t i = 0; i < 3; i++) {
        room->sums[i] = zkl_calloc(cells, sizeof(zkl_fr));
        all &= room->sums[i] != NULL;
    }
    return all ? ZKL_OK : zkl_no_memory(err, room->w_count * sizeof(zkl_fr));
}

static void add_scaled(zkl_fr *out, const zkl_fr *k, const zkl_fr *v)
{
    zkl_fr product;
    zkl_fr_mul(&product, k, v);
    zkl_fr_add(out, out, &product);
}

static bool any_weight(const zkl_fr *weights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!zkl_fr_is_zero(&weights[i]))
            return true;
    return false;
}

/* X, X2, X3, M, sigma: what the leaf point takes from commitments. */
static void evaluate_blocks(zkl_fraction_witness *wit, argument_room *room, const zkl_fr *lo,
                            const zkl_fr *eb, const uint16_t *const *cells, const uint32_t *counts,
                            const zkl_fr *mask, zkl_pool *pool)
{
    const zkl_shape *shape = &room->shape;
    const size_t blocks = shape->statement->block_count, half = shape->format->mask_half;
    const size_t cell_count = (size_t)1 << shape->format->log_cells;
    zkl_fr *const out[3] = { &wit->x, &wit->x2, &wit->x3 }, count;
    zkl_shape_weights(room->weights, room->weights + blocks, room->weights + 2 * blocks, shape, eb);
    zkl_eq_vector(room->e_low, lo, shape->format->log_cells);
    for (size_t i = 0; i < 3; i++) {
        *out[i] = ZKL_FR_ZERO;
        if (!any_weight(room->weights + i * blocks, blocks))
            continue;
        zkl_cells_combine_all(room->sums[i], room->weights + i * blocks, cells, blocks, cell_count,
                              pool);
        zkl_fr_dot(out[i], room->sums[i], room->e_low, cell_count);
    }
    wit->m = ZKL_FR_ZERO;
    for (size_t t = 0; counts && t < cell_count; t++) {
        if (!counts[t])
            continue;
        zkl_fr_from_u64(&count, counts[t]);
        add_scaled(&wit->m, &count, &room->e_low[t]);
    }
    zkl_fr_dot(&wit->sigma, mask, room->e_low, half);
}

/* w = X's sum + gamma X2's + gamma^2 X3's + gamma^3 multiplicities + chi mask, blinders included. */
static void combine_opened(argument_room *room, const zkl_opening_challenges *c,
                           const uint32_t *counts, const zkl_argument_secrets *secrets)
{
    const zkl_shape *shape = &room->shape;
    const size_t blocks = shape->statement->block_count, half = shape->format->mask_half;
    const size_t cell_count = (size_t)1 << shape->format->log_cells;
    zkl_fr count, *w = room->w;
    for (size_t t = 0; t < cell_count; t++) {
        w[t] = room->sums[0][t];
        add_scaled(&w[t], &c->gamma, &room->sums[1][t]);
        add_scaled(&w[t], &c->gamma2, &room->sums[2][t]);
        if (counts && counts[t]) {
            zkl_fr_from_u64(&count, counts[t]);
            add_scaled(&w[t], &c->gamma3, &count);
        }
    }
    for (size_t b = 0; b < blocks; b++) {
        zkl_fr weight = room->weights[b];
        add_scaled(&weight, &c->gamma, &room->weights[blocks + b]);
        add_scaled(&weight, &c->gamma2, &room->weights[2 * blocks + b]);
        add_scaled(&w[cell_count], &weight, &secrets->blinders[b]);
    }
    if (counts)
        add_scaled(&w[cell_count], &c->gamma3, &secrets->count_blinder);
    for (size_t i = 0; i < half; i++) {
        add_scaled(&w[i], &c->chi, &secrets->mask[i]);
        add_scaled(&w[cell_count + i], &c->chi, &secrets->mask[half + i]);
    }
}

zkl_status zkl_argument_prove(zkl_argument *out, zkl_arena *arena, const zkl_statement *statement,
                              const zkl_fr *t0, const uint16_t *const *cells,
                              const uint32_t *multiplicities, uint64_t u,
                              const zkl_argument_secrets *secrets, const zkl_proof_format *format,
                              const zkl_committer *committer, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(argument_room) room = { 0 };
    zkl_fraction_witness *wit = &out->witness;
    zkl_transcript tr;
    zkl_fr point[ZKL_TIER_MAX], eb[1 << ZKL_HI_MAX], z;
    const unsigned n = zkl_statement_tier(statement->circuit);
    const double start = zkl_prove_seconds();
    ZKL_TRY(make_room(&room, statement, format, err));

    /* alpha, from the salt */
    wit->salt = secrets->salt;
    zkl_fr_from_u64(&wit->u, u);
    const zkl_fr first[3] = { *t0, wit->salt, wit->u };
    zkl_transcript_init(&tr, ZKL_POSEIDON_F);
    zkl_transcript_absorb(&tr, first, 3);
    zkl_transcript_squeeze(&tr, &out->blob.alpha, 1);

    /* the fraction sum */
    ZKL_TRY(zkl_shape_compile(&room.shape, statement, format, t0, &out->blob.alpha, err));
    ZKL_TRY(zkl_leaf_source_new(&room.leaves, &room.shape, cells, multiplicities, err));
    ZKL_TRY(zkl_fraction_prove(wit, point, n, format->log_cells, room.leaves, zkl_fr_lanes_best(),
                               &tr, arena, env->pool, err));
    const zkl_fr *lo = point, *hi = point + format->log_cells;
    out->blob.hi_count = n - format->log_cells;
    memcpy(out->blob.hi, hi, out->blob.hi_count * sizeof *hi);
    zkl_eq_vector(eb, hi, out->blob.hi_count);
    evaluate_blocks(wit, &room, lo, eb, cells, multiplicities, secrets->mask, env->pool);
    const zkl_fr last[5] = { wit->x, wit->x2, wit->x3, wit->m, wit->sigma };
    zkl_transcript_absorb(&tr, last, 5);
    zkl_transcript_squeeze(&tr, &out->blob.digest, 1);
    const double middle = zkl_prove_seconds();

    /* the opening */
    zkl_opening_challenges challenges;
    zkl_opening_challenge(&challenges, t0, &out->blob.digest);
    combine_opened(&room, &challenges, multiplicities, secrets);
    ZKL_TRY(zkl_opening_prove(&out->blob, room.w, lo, t0, format, committer, env->pool, err));
    zkl_opening_point(&z, t0, &out->blob.digest, out->blob.hi, out->blob.hi_count, out->blob.s);
    out->input_count =
        zkl_fraction_inputs(out->inputs, &room.shape, &out->blob, &challenges, &z, eb);
    zkl_wipe(&tr, sizeof tr);
    zkl_wipe(point, sizeof point);
    out->argument_s = middle - start;
    out->opening_s = zkl_prove_seconds() - middle;
    return ZKL_OK;
}
