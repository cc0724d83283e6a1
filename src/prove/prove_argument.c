/* From a statement whose points are made to its proof blob, less Groth16 (docs/proof-system.md
 * sections 2 to 4; the model's fraction_prove).
 *
 * What depends on what: t0 is the hash of the statement with all its commitments. (t0, salt, u)
 * give alpha; alpha gives beta and the leaves; root and rounds give the leaf point (lo, hi); the
 * values there give the digest; (t0, digest) give gamma and chi; S gives z; the four evaluations
 * give delta. Nothing is drawn before what it depends on is absorbed.
 *
 * At the leaf point everything reduces to values of committed polynomials at lo:
 *
 *   X = denominators, X2 = relations, X3 = numerators (sums of blocks with weights from hi), M =
 *   multiplicities, sigma = mask Y = X + gamma X2 + gamma^2 X3 + gamma^3 M + chi sigma
 *
 * and one opening of w, the same combination of the polynomials, shows Y. Secret: cells,
 * blinders, salt, u, the witness, lo and w. alpha, digest, hi and the challenges are public. */
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

/* Working memory of one argument: about five arrays of C field elements, and the leaf source's
 * two. */
typedef struct argument_room {
    zkl_shape shape;
    zkl_leaf_source *leaves;
    zkl_fr *weights; /* of blocks in X, then in X2, then in X3 */
    zkl_fr *sums[3]; /* C values each: the weighted sums of their cells */
    bool used[3];    /* a sum without any weight is 0 */
    zkl_fr *w;       /* what is opened: w_count coefficients */
    size_t *ends;    /* of each block: its cells are 0 from there on */
    /* eq(lo, t) for t < C, and eq(hi, i) for leaf blocks i. */
    zkl_fr *e_low, e_high[1 << ZKL_HI_MAX];
    size_t cell_count, w_count;
} argument_room;

/* zkl_free wipes. */
static void argument_room_clear(argument_room *room)
{
    zkl_shape_clear(&room->shape);
    zkl_leaf_source_free(room->leaves);
    zkl_free(room->weights);
    for (size_t i = 0; i < 3; i++)
        zkl_free(room->sums[i]);
    zkl_free(room->w);
    zkl_free(room->ends);
    zkl_free(room->e_low);
    *room = (argument_room){ 0 };
}

/* sums and w start from zero: a sum without weights stays so. */
static zkl_status make_room(argument_room *room, const zkl_statement *s,
                            const zkl_proof_format *format, zkl_error *err)
{
    const size_t cells = room->cell_count = (size_t)1 << format->log_cells;
    room->w_count = cells + format->mask_half;
    room->weights = zkl_calloc(3 * s->block_count, sizeof(zkl_fr));
    room->w = zkl_calloc(room->w_count, sizeof(zkl_fr));
    room->e_low = zkl_malloc(cells, sizeof(zkl_fr));
    room->ends = zkl_calloc(s->block_count, sizeof *room->ends);
    bool all = room->weights && room->w && room->e_low && room->ends;
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

/* Weights are public, so that a sum without any is skipped says nothing. */
static bool any_weight(const zkl_fr *weights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!zkl_fr_is_zero(&weights[i]))
            return true;
    return false;
}

#define SLICE 2048 /* values of t in one task */

/* What a slice adds to X, X2, X3 and M at lo. */
typedef struct slice_values {
    zkl_fr sums[3], m;
} slice_values;

typedef struct block_values {
    const argument_room *room;
    const uint32_t *counts; /* or NULL */
    slice_values *slices;
} block_values;

static size_t slice_count(const argument_room *room)
{
    return (room->cell_count + SLICE - 1) / SLICE;
}

static size_t slice_end(const argument_room *room, size_t begin)
{
    return begin + SLICE < room->cell_count ? begin + SLICE : room->cell_count;
}

static void evaluate_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const block_values *job = context;
    const argument_room *room = job->room;
    const size_t begin = index * SLICE, end = slice_end(room, begin);
    slice_values *out = &job->slices[index];
    zkl_fr count;
    *out = (slice_values){ .m = ZKL_FR_ZERO };
    for (size_t i = 0; i < 3; i++)
        if (room->used[i])
            zkl_fr_dot(&out->sums[i], room->sums[i] + begin, room->e_low + begin, end - begin);
    for (size_t t = begin; job->counts && t < end; t++) {
        if (!job->counts[t])
            continue;
        zkl_fr_from_u64(&count, job->counts[t]);
        add_scaled(&out->m, &count, &room->e_low[t]);
    }
}

/* X, X2, X3, M, sigma: what the leaf point takes from commitments. point: lo, then hi. A sum
 * without any weight is 0 and costs nothing. */
static zkl_status evaluate_blocks(zkl_fraction_witness *wit, argument_room *room,
                                  const zkl_committed_statement *committed, const zkl_fr *point,
                                  zkl_pool *pool, zkl_error *err)
{
    const zkl_shape *shape = &room->shape;
    const size_t blocks = shape->statement->block_count, half = shape->format->mask_half,
                 slices = slice_count(room);
    zkl_fr *const out[3] = { &wit->x, &wit->x2, &wit->x3 };
    ZKL_ASSERT(shape->has_table == (committed->multiplicities != NULL));
    ZKL_AUTO_BLOCK slice_values *values = zkl_malloc(slices, sizeof *values);
    if (!values)
        return zkl_no_memory(err, slices * sizeof *values);
    zkl_shape_weights(room->weights, room->weights + blocks, room->weights + 2 * blocks, shape,
                      room->e_high);
    zkl_eq_vector(room->e_low, point, shape->format->log_cells);
    zkl_block_ends(room->ends, shape, committed->cells);
    for (size_t i = 0; i < 3; i++) {
        room->used[i] = any_weight(room->weights + i * blocks, blocks);
        const zkl_weighted_blocks sum = { room->weights + i * blocks, committed->cells, room->ends,
                                          blocks, room->cell_count };
        if (room->used[i])
            zkl_cells_combine_all(room->sums[i], &sum, pool);
    }
    block_values job = { room, committed->multiplicities, values };
    zkl_pool_run(pool, slices, evaluate_slice, &job);
    wit->x = wit->x2 = wit->x3 = wit->m = ZKL_FR_ZERO;
    for (size_t k = 0; k < slices; k++) {
        for (size_t i = 0; i < 3; i++)
            zkl_fr_add(out[i], out[i], &values[k].sums[i]);
        zkl_fr_add(&wit->m, &wit->m, &values[k].m);
    }
    /* The mask's upper half stands at X^C.., past what P meets. */
    zkl_fr_dot(&wit->sigma, committed->mask, room->e_low, half);
    return ZKL_OK;
}

typedef struct opened_job {
    const argument_room *room;
    const zkl_opening_challenges *challenges;
    const uint32_t *counts; /* or NULL */
} opened_job;

static void combine_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const opened_job *job = context;
    const argument_room *room = job->room;
    const zkl_opening_challenges *c = job->challenges;
    const size_t begin = index * SLICE, end = slice_end(room, begin);
    zkl_fr count;
    for (size_t t = begin; t < end; t++) {
        zkl_fr *w = &room->w[t];
        *w = room->sums[0][t];
        if (room->used[1])
            add_scaled(w, &c->gamma, &room->sums[1][t]);
        if (room->used[2])
            add_scaled(w, &c->gamma2, &room->sums[2][t]);
        if (job->counts && job->counts[t]) {
            zkl_fr_from_u64(&count, job->counts[t]);
            add_scaled(w, &c->gamma3, &count);
        }
    }
}

/* w = X's sum + gamma X2's + gamma^2 X3's + gamma^3 multiplicities + chi mask, blinders
 * included. */
static void combine_opened(argument_room *room, const zkl_opening_challenges *c,
                           const zkl_committed_statement *committed, zkl_pool *pool)
{
    const zkl_shape *shape = &room->shape;
    const size_t blocks = shape->statement->block_count, half = shape->format->mask_half;
    const size_t cells = room->cell_count;
    ZKL_ASSERT(room->w_count == cells + half);
    zkl_fr *w = room->w;
    opened_job job = { room, c, committed->multiplicities };
    zkl_pool_run(pool, slice_count(room), combine_slice, &job);
    for (size_t b = 0; b < blocks; b++) {
        zkl_fr weight = room->weights[b];
        add_scaled(&weight, &c->gamma, &room->weights[blocks + b]);
        add_scaled(&weight, &c->gamma2, &room->weights[2 * blocks + b]);
        add_scaled(&w[cells], &weight, &committed->blinders[b]);
    }
    if (committed->multiplicities)
        add_scaled(&w[cells], &c->gamma3, &committed->count_blinder);
    for (size_t i = 0; i < half; i++) {
        add_scaled(&w[i], &c->chi, &committed->mask[i]);
        add_scaled(&w[cells + i], &c->chi, &committed->mask[half + i]);
    }
}

void zkl_argument_clear(zkl_argument *argument)
{
    zkl_wipe(argument, sizeof *argument);
}

zkl_status zkl_argument_prove(zkl_argument *out, zkl_arena *arena,
                              const zkl_committed_statement *committed,
                              const zkl_committer *committer, const zkl_env *env, zkl_error *err)
{
    const zkl_statement *statement = committed->statement;
    const zkl_proof_format *format = committer->format;
    const zkl_fr *t0 = &committed->t0;
    ZKL_AUTO_CLEAR(argument_room) room = { 0 };
    zkl_fraction_witness *wit = &out->witness;
    zkl_proof_blob *blob = &out->blob;
    zkl_transcript tr;
    zkl_fr point[ZKL_TIER_MAX], z;
    const unsigned n = zkl_statement_tier(statement->circuit);
    const double start = zkl_prove_seconds();
    ZKL_ASSERT(n > format->log_cells && n <= ZKL_TIER_MAX);
    ZKL_TRY(make_room(&room, statement, format, err));

    /* alpha, from the salt: without it alpha would confirm a guess of u, and so of the data */
    wit->salt = committed->salt;
    wit->u = committed->null_sum;
    const zkl_fr first[3] = { *t0, wit->salt, wit->u };
    zkl_transcript_init(&tr, ZKL_POSEIDON_F);
    zkl_transcript_absorb(&tr, first, 3);
    zkl_transcript_squeeze(&tr, &blob->alpha, 1);

    /* the fraction sum, down to the leaf point */
    ZKL_TRY(zkl_shape_compile(&room.shape, statement, format, t0, &blob->alpha, err));
    ZKL_TRY(zkl_leaf_source_new(&room.leaves, &room.shape, committed->cells,
                                committed->multiplicities, err));
    const zkl_fraction_sum sum = { n, room.leaves, zkl_fr_lanes_best(), zkl_cell_sums_best(),
                                   env->pool };
    ZKL_TRY(zkl_fraction_prove(wit, point, &sum, &tr, arena, err));
    const zkl_fr *lo = point, *hi = point + format->log_cells;
    blob->hi_count = n - format->log_cells;
    memcpy(blob->hi, hi, blob->hi_count * sizeof *hi);

    /* what the leaf point takes from commitments, and the digest of it */
    zkl_eq_vector(room.e_high, hi, blob->hi_count);
    ZKL_TRY(evaluate_blocks(wit, &room, committed, point, env->pool, err));
    const zkl_fr last[5] = { wit->x, wit->x2, wit->x3, wit->m, wit->sigma };
    zkl_transcript_absorb(&tr, last, 5);
    zkl_transcript_squeeze(&tr, &blob->digest, 1);
    const double middle = zkl_prove_seconds();

    /* the opening, whose challenges depend on the digest */
    zkl_opening_challenges challenges;
    zkl_opening_challenge(&challenges, t0, &blob->digest);
    combine_opened(&room, &challenges, committed, env->pool);
    const zkl_opening opening = { room.w, lo, t0 };
    ZKL_TRY(zkl_opening_prove(blob, &opening, committer, env->pool, err));
    zkl_opening_point(&z, t0, &blob->digest, blob->hi, blob->hi_count, blob->s);
    out->input_count =
        zkl_fraction_inputs(out->inputs, &room.shape, blob, &challenges, &z, room.e_high);
    ZKL_ASSERT(out->input_count == ZKL_FRACTION_INPUTS_FIXED + blob->hi_count);
    zkl_wipe(&tr, sizeof tr);
    zkl_wipe(point, sizeof point);
    out->argument_s = middle - start;
    out->opening_s = zkl_prove_seconds() - middle;
    return ZKL_OK;
}
