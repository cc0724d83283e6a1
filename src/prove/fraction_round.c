/* A round of a layer: values of h, summed over all pairs of nodes, and what follows from them. */
#include "algebra/poly.h"
#include "prove/fraction_internal.h"
#include "prove/fraction_node_inline.h"

#define TASK_TILES 16
#define POINTS ZKL_ROUND_POINTS

/* What the workers of one round share. */
typedef struct round_job {
    const zkl_layer_state *state;
    const zkl_fold_job *fold; /* to do first, tile by tile; NULL: none */
    const zkl_fr *lam;
    size_t half; /* pairs (i, half + i): the two values of the variable that is bound */
    size_t tile_log;
    /* eq(r, i) = e_low[i mod 2^tile_log] e_high[i div 2^tile_log], over the variables still
     * free. */
    const zkl_fr *e_low, *e_high;
    zkl_fr (*sums)[POINTS]; /* one for each worker */
    zkl_part_run *runs;     /* 2 ZKL_ARITY for each worker */
} round_job;

/* Values of a line at the four points, from those at 0 and 1. */
static inline void extend_line(zkl_fr out[POINTS], const zkl_fr *at_0, const zkl_fr *at_1)
{
    zkl_fr d;
    zkl_fr_sub(&d, at_1, at_0);
    out[0] = *at_0;
    zkl_fr_add(&out[1], at_1, &d);
    zkl_fr_sub(&out[2], at_0, &d);
    out[3] = d;
}

/* The sum of one tile whose numerators are all constant, which is the most of the leaf layer:
 * their lines are extended once, and the many that are 0 or 1 cost no product. */
static void sum_constant_numerators(zkl_fr sums[POINTS], const zkl_part_run *runs, const zkl_fr *e,
                                    const zkl_fr *lam, size_t count)
{
    factor p[POINTS][ZKL_ARITY];
    bool unit[POINTS][ZKL_ARITY]; /* a denominator of 1 has the leading coefficient 0 */
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        zkl_fr v[POINTS];
        const bool one =
            zkl_part_run_is_unit(&runs[b]) && zkl_part_run_is_unit(&runs[ZKL_ARITY + b]);
        for (size_t x = 0; x < POINTS; x++)
            unit[x][b] = one && x + 1 < POINTS;
        extend_line(v, runs[b].p.at, runs[ZKL_ARITY + b].p.at);
        for (size_t x = 0; x < POINTS; x++)
            p[x][b] = factor_of(&v[x]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr line[ZKL_ARITY][POINTS], value;
        for (size_t b = 0; b < ZKL_ARITY; b++)
            extend_line(line[b], runs[b].q.at + i * runs[b].q.stride,
                        runs[ZKL_ARITY + b].q.at + i * runs[ZKL_ARITY + b].q.stride);
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr q[ZKL_ARITY] = { line[0][x], line[1][x], line[2][x], line[3][x] };
            combine_constant(&value, p[x], q, unit[x], lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

/* sums[x] += sum over i < count of e_i (the node's polynomial on the lines between low and high,
 * at point x). */
static void sum_any(zkl_fr sums[POINTS], const zkl_part_run *runs, const zkl_fr *e,
                    const zkl_fr *lam, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ZKL_ARITY][POINTS], q[ZKL_ARITY][POINTS], value;
        for (size_t b = 0; b < ZKL_ARITY; b++) {
            const zkl_part_run *low = &runs[b], *high = &runs[ZKL_ARITY + b];
            extend_line(p[b], low->p.at + i * low->p.stride, high->p.at + i * high->p.stride);
            extend_line(q[b], low->q.at + i * low->q.stride, high->q.at + i * high->q.stride);
        }
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr px[ZKL_ARITY] = { p[0][x], p[1][x], p[2][x], p[3][x] };
            const zkl_fr qx[ZKL_ARITY] = { q[0][x], q[1][x], q[2][x], q[3][x] };
            combine(&value, px, qx, lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

/* sum_any by a set of native/fr_lanes.h. */
static void sum_by_lanes(zkl_fr sums[POINTS], const zkl_fr_lanes *lanes, const zkl_part_run *runs,
                         const zkl_fr *e, const zkl_fr *lam, size_t count)
{
    zkl_fr_fractions low, high;
    zkl_part_runs_describe(&low, runs);
    zkl_part_runs_describe(&high, runs + ZKL_ARITY);
    lanes->sum_lines(sums->l, &low, &high, e->l, lam->l, count);
}

/* The two halves of every quarter at i .. i + count - 1: runs[b] below, runs[ZKL_ARITY + b]
 * above. */
static void read_halves(zkl_part_run *runs, const round_job *job, size_t i, size_t count)
{
    const zkl_layer_state *s = job->state;
    for (size_t k = 0; k < 2 * ZKL_ARITY; k++) {
        const size_t at = i + (k / ZKL_ARITY) * job->half;
        ZKL_DEBUG_ASSERT(at % s->segment_size + count <= s->segment_size);
        zkl_part_read(&runs[k], s, zkl_part_at(s, k % ZKL_ARITY, at / s->segment_size),
                      at % s->segment_size, count);
    }
}

/* The tiles from `tile` to below `end` whose runs are those of `tile`, given that these are
 * constant: the rest of their segments. */
static size_t equal_tiles(const round_job *job, size_t tile, size_t end)
{
    const size_t size = job->state->segment_size, each = size >> job->tile_log;
    const size_t rest = each - tile % each;
    return rest < end - tile ? rest : end - tile;
}

/* Tiles of one constant node: eq's low factor adds up to 1 over a tile. Returns how many. */
static size_t sum_equal_tiles(zkl_fr sums[POINTS], const round_job *job, const zkl_part_run *runs,
                              size_t tile, size_t end)
{
    const size_t count = equal_tiles(job, tile, end);
    zkl_fr value[POINTS] = { { { 0 } } }, weight = ZKL_FR_ZERO;
    sum_any(value, runs, &ZKL_FR_ONE, job->lam, 1);
    for (size_t i = 0; i < count; i++)
        zkl_fr_add(&weight, &weight, &job->e_high[tile + i]);
    for (size_t x = 0; x < POINTS; x++)
        add_weighted(&sums[x], &weight, &value[x]);
    return count;
}

/* A task: some tiles. eq's low factor weighs within a tile, its high factor weighs the tile. */
static void sum_tiles(void *context, size_t index, size_t worker)
{
    const round_job *job = context;
    const size_t count = (size_t)1 << job->tile_log, tiles = job->half >> job->tile_log;
    const size_t task_end = (index + 1) * TASK_TILES, end = task_end < tiles ? task_end : tiles;
    zkl_part_run *runs = job->runs + worker * 2 * ZKL_ARITY;
    const zkl_fr_lanes *lanes = zkl_layer_lanes(job->state, count);
    for (size_t tile = index * TASK_TILES, done; tile < end; tile += done) {
        zkl_fr sums[POINTS] = { { { 0 } } };
        /* Numerators: then they are extended once for the tile. And denominators too. */
        bool constant = true, equal = true;
        for (size_t k = 0; job->fold && k < 2 * ZKL_ARITY; k++)
            zkl_fold_tile(job->fold, k % ZKL_ARITY,
                          (tile << job->tile_log) + (k / ZKL_ARITY) * job->half, count, runs);
        read_halves(runs, job, tile << job->tile_log, count);
        for (size_t k = 0; k < 2 * ZKL_ARITY; k++) {
            constant &= runs[k].p.stride == 0;
            equal &= runs[k].q.stride == 0;
        }
        done = 1;
        if (constant && equal) {
            done = sum_equal_tiles(job->sums[worker], job, runs, tile, end);
            continue;
        }
        if (lanes)
            sum_by_lanes(sums, lanes, runs, job->e_low, job->lam, count);
        else
            (constant ? sum_constant_numerators : sum_any)(sums, runs, job->e_low, job->lam, count);
        for (size_t x = 0; x < POINTS; x++)
            add_weighted(&job->sums[worker][x], &job->e_high[tile], &sums[x]);
    }
}

/* Coefficients 1..4 of h from h(0), h(1), h(2), h(-1) and its leading coefficient c4:
 *
 *   e = h(1) - h(0) - c4  = c1 + c2 + c3
 *   f = h(-1) - h(0) - c4 = -c1 + c2 - c3            c2 = (e + f) / 2
 *   g = e - c2            = c1 + c3
 *   k = (h(2) - h(0)) / 2 - 2 c2 - 8 c4 = c1 + 4 c3  c3 = (k - g) / 3, c1 = g - c3 */
static void interpolate(zkl_fr out[4], const zkl_fr *h0, const zkl_fr *h1, const zkl_fr *h2,
                        const zkl_fr *minus, const zkl_fr *lead)
{
    zkl_fr half, third, e, f, g, k, v;
    zkl_fr_from_u64(&half, 2);
    zkl_fr_inverse_vartime(&half, &half);
    zkl_fr_from_u64(&third, 3);
    zkl_fr_inverse_vartime(&third, &third);
    zkl_fr_sub(&e, h1, h0);
    zkl_fr_sub(&e, &e, lead); /* c1 + c2 + c3 */
    zkl_fr_sub(&f, minus, h0);
    zkl_fr_sub(&f, &f, lead); /* -c1 + c2 - c3 */
    zkl_fr_add(&out[1], &e, &f);
    zkl_fr_mul(&out[1], &out[1], &half);
    zkl_fr_sub(&g, &e, &out[1]); /* c1 + c3 */
    zkl_fr_sub(&k, h2, h0);      /* 2 c1 + 4 c2 + 8 c3 + 16 c4 */
    zkl_fr_mul(&k, &k, &half);
    zkl_fr_add(&v, &out[1], &out[1]);
    zkl_fr_sub(&k, &k, &v);
    zkl_fr_from_u64(&v, 8);
    zkl_fr_mul(&v, &v, lead);
    zkl_fr_sub(&k, &k, &v); /* c1 + 4 c3 */
    zkl_fr_sub(&k, &k, &g);
    zkl_fr_mul(&out[2], &k, &third);
    zkl_fr_sub(&out[0], &g, &out[2]);
    out[3] = *lead;
}

void zkl_round_sum(zkl_fr sums[POINTS], const zkl_layer_state *s, const zkl_fold_job *fold,
                   unsigned v, const zkl_layer_claim *claim, zkl_round_room *room, zkl_pool *pool)
{
    /* a tile lies within one segment, so that it is one run of every zkl_part */
    const size_t workers = zkl_pool_threads(pool);
    unsigned tile_log = v < ZKL_TILE_LOG ? v : ZKL_TILE_LOG;
    while (((size_t)1 << tile_log) > s->segment_size)
        tile_log--;
    zkl_layer_state_invariant(s);
    ZKL_ASSERT(s->segment_count * s->segment_size == (size_t)2 << v);
    round_job job = { .state = s,
                      .fold = fold,
                      .lam = &claim->lambda,
                      .half = (size_t)1 << v,
                      .tile_log = tile_log,
                      .e_low = room->e_low,
                      .e_high = room->e_high,
                      .sums = room->sums,
                      .runs = room->runs };
    zkl_eq_vector(room->e_low, claim->r, tile_log);
    zkl_eq_vector(room->e_high, claim->r + tile_log, v - tile_log);
    memset(room->sums, 0, workers * sizeof *room->sums);
    const size_t tiles = job.half >> tile_log;
    zkl_pool_run(pool, (tiles + TASK_TILES - 1) / TASK_TILES, sum_tiles, &job);
    memset(sums, 0, POINTS * sizeof *sums);
    for (size_t w = 0; w < workers; w++)
        for (size_t x = 0; x < POINTS; x++)
            zkl_fr_add(&sums[x], &sums[x], &room->sums[w][x]);
}

/* The round's message: coefficients 1..4 of h. h(1) follows from value = (1 - r_v) h(0) + r_v
 * h(1). */
static zkl_status solve_round(zkl_fr message[4], const zkl_fr sums[POINTS], const zkl_fr *value,
                              const zkl_fr *r_v, zkl_error *err)
{
    zkl_fr h1, inverse;
    if (ZKL_NEVER(zkl_fr_is_zero(r_v)))
        return zkl_fail(err, ZKL_CONFLICT, "a challenge is zero: prove again");
    zkl_fr_inverse_vartime(&inverse, r_v);
    zkl_fr_sub(&h1, &ZKL_FR_ONE, r_v);
    zkl_fr_mul(&h1, &h1, &sums[0]);
    zkl_fr_sub(&h1, value, &h1);
    zkl_fr_mul(&h1, &h1, &inverse);
    interpolate(message, &sums[0], &h1, &sums[1], &sums[2], &sums[3]);
    return ZKL_OK;
}

/* h at the challenge: what the next round starts from. */
static void evaluate_round(zkl_fr *value, const zkl_fr *h0, const zkl_fr message[4],
                           const zkl_fr *c)
{
    zkl_fr h[5] = { *h0 };
    memcpy(h + 1, message, 4 * sizeof *h);
    zkl_poly_eval(value, h, 5, c);
}

zkl_status zkl_round_close(zkl_fr *message, zkl_fr *challenge, zkl_layer_claim *claim, unsigned v,
                           const zkl_fr sums[POINTS], zkl_transcript *tr, zkl_error *err)
{
    ZKL_TRY(solve_round(message, sums, &claim->value, &claim->r[v], err));
    zkl_transcript_absorb(tr, message, 4);
    zkl_transcript_squeeze(tr, challenge, 1);
    evaluate_round(&claim->value, &sums[0], message, challenge);
    return ZKL_OK;
}
