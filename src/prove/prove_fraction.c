/* The fraction argument: a tree of (p, q) with fan-in 4, and a sum-check for each of its layers (docs/proof-system.md
 * section 2; the model's fraction_layers and gkr_prove).
 *
 * 1. Node i of a layer of h nodes has the children b h + i, b = 0..3, in the layer below: four quarters.
 * 2. A layer's sum-check works on the eight quarters p_b, q_b as functions of i. Rounds bind the top variable of i, so the
 *    two halves of each quarter are folded into one. Quarters are cut into segments; folding joins whole segments as
 *    long as there are two.
 * 3. In the leaf layer a segment is a leaf block. It starts as nothing but a number: leaves are computed from cells when
 *    they are read, and stored only once they are folded. What is constant over a segment (the numerators of fractions, the
 *    denominators of totals, unused leaves) stays one value for as long as it is.
 * 4. h(X), of degree 4, is found from its values at 0, 2, -1, its leading coefficient, and the running claim, which gives h(1).
 * 5. Sums are exact in the field, so their order, and the number of workers, changes nothing. Nor does the set of native/fr_lanes.h:
 *    the code here is the same without one, and does the runs too short for it. */
#include "algebra/poly.h"
#include "prove/prove_internal.h"

#define TILE_LOG 7
#define TILE ((size_t)1 << TILE_LOG) /* at most ZKL_FR_LANES_RUN_MAX */
#define TASK_TILES 16
#define ARITY 4

/* One of p, q over one segment of one quarter. */
typedef struct part_values {
    zkl_fr *array; /* NULL: the constant */
    zkl_fr constant;
} part_values;

typedef struct part {
    part_values p, q;
    bool is_leaf; /* neither is stored: leaf block `leaf_block` of the source */
    bool p_varies, q_varies;
    size_t leaf_block;
} part;

/* A layer during its sum-check. */
typedef struct layer_state {
    const zkl_leaf_source *leaves;
    const zkl_fr_lanes *lanes;          /* or NULL */
    part *parts;                        /* [b * segments_max + j] */
    size_t segments_max, segment_count; /* of one quarter; segment_count is a power of two */
    size_t segment_size;
    zkl_fr *folded; /* what the first fold of the leaf layer stored */
} layer_state;

static part *part_at(const layer_state *s, size_t b, size_t j)
{
    return &s->parts[b * s->segments_max + j];
}

/* ---- combining four fractions */

/* The factor of a sum of products: most numerators are 0 or 1. */
typedef enum factor_kind { FACTOR_ZERO, FACTOR_ONE, FACTOR_ANY } factor_kind;
typedef struct factor {
    factor_kind kind;
    zkl_fr value;
} factor;

static factor factor_of(const zkl_fr *value)
{
    const factor_kind kind = zkl_fr_is_zero(value)              ? FACTOR_ZERO
                             : zkl_fr_equal(value, &ZKL_FR_ONE) ? FACTOR_ONE
                                                                : FACTOR_ANY;
    return (factor){ kind, *value };
}

/* out = a x + b y */
static inline void cross_constant(zkl_fr *out, const factor *a, const zkl_fr *x, const factor *b,
                                  const zkl_fr *y)
{
    zkl_fr v, w;
    const zkl_fr *left = x, *right = y;
    if (a->kind == FACTOR_ANY) {
        zkl_fr_mul(&v, &a->value, x);
        left = &v;
    }
    if (b->kind == FACTOR_ANY) {
        zkl_fr_mul(&w, &b->value, y);
        right = &w;
    }
    if (a->kind == FACTOR_ZERO)
        *out = b->kind == FACTOR_ZERO ? ZKL_FR_ZERO : *right;
    else if (b->kind == FACTOR_ZERO)
        *out = *left;
    else
        zkl_fr_add(out, left, right);
}

static inline void cross(zkl_fr *out, const zkl_fr *p0, const zkl_fr *q1, const zkl_fr *p1,
                         const zkl_fr *q0)
{
    zkl_fr v;
    zkl_fr_mul(&v, p0, q1);
    zkl_fr_mul(out, p1, q0);
    zkl_fr_add(out, out, &v);
}

static inline void multiply_units(zkl_fr *out, const zkl_fr *x, bool x_is_one, const zkl_fr *y,
                                  bool y_is_one)
{
    if (x_is_one)
        *out = *y;
    else if (y_is_one)
        *out = *x;
    else
        zkl_fr_mul(out, x, y);
}

/* p01 q23 + q01 (p23 + lam q23) */
static inline void join(zkl_fr *out, const zkl_fr *p01, const zkl_fr *q01, zkl_fr *p23,
                        const zkl_fr *q23, const zkl_fr *lam)
{
    zkl_fr v;
    if (lam) {
        zkl_fr_mul(&v, lam, q23);
        zkl_fr_add(p23, p23, &v);
    }
    zkl_fr_mul(&v, p01, q23);
    zkl_fr_mul(out, q01, p23);
    zkl_fr_add(out, out, &v);
}

/* lam * (product of the q) + sum over b of p_b * (product of the other q); lam NULL: 0. */
static inline void combine(zkl_fr *out, const zkl_fr p[ARITY], const zkl_fr q[ARITY],
                           const zkl_fr *lam)
{
    zkl_fr p01, p23, q01, q23;
    cross(&p01, &p[0], &q[1], &p[1], &q[0]);
    cross(&p23, &p[2], &q[3], &p[3], &q[2]);
    zkl_fr_mul(&q01, &q[0], &q[1]);
    zkl_fr_mul(&q23, &q[2], &q[3]);
    join(out, &p01, &q01, &p23, &q23, lam);
}

/* The same with numerators that are constant over a run, and often 0 or 1; unit: which denominators are 1 throughout. */
static inline void combine_constant(zkl_fr *out, const factor p[ARITY], const zkl_fr q[ARITY],
                                    const bool unit[ARITY], const zkl_fr *lam)
{
    zkl_fr p01, p23, q01, q23, v;
    cross_constant(&p23, &p[2], &q[3], &p[3], &q[2]);
    multiply_units(&q01, &q[0], unit[0], &q[1], unit[1]);
    multiply_units(&q23, &q[2], unit[2], &q[3], unit[3]);
    if (lam) {
        zkl_fr_mul(&v, lam, &q23);
        zkl_fr_add(&p23, &p23, &v);
    }
    zkl_fr_mul(out, &q01, &p23);
    if (p[0].kind == FACTOR_ZERO && p[1].kind == FACTOR_ZERO)
        return;
    cross_constant(&p01, &p[0], &q[1], &p[1], &q[0]);
    zkl_fr_mul(&v, &p01, &q23);
    zkl_fr_add(out, out, &v);
}

/* ---- reading parts */

/* Room for one run of one part; the values are at p, q with stride 0 (a constant) or 1. */
typedef struct part_run {
    const zkl_fr *p, *q;
    size_t p_stride, q_stride;
    zkl_fr p_room[TILE], q_room[TILE];
} part_run;

static void read_part(part_run *run, const layer_state *s, const part *x, size_t from, size_t count)
{
    run->p_stride = x->p_varies;
    run->q_stride = x->q_varies;
    run->p = &x->p.constant;
    run->q = &x->q.constant;
    if (x->is_leaf)
        zkl_leaf_source_fill(s->leaves, run->p_room, run->q_room, x->leaf_block, from, count);
    if (x->p_varies)
        run->p = x->is_leaf ? run->p_room : x->p.array + from;
    if (x->q_varies)
        run->q = x->is_leaf ? run->q_room : x->q.array + from;
}

static void make_leaf_part(part *out, const zkl_leaf_source *leaves, size_t leaf_block)
{
    const zkl_leaf_form form = zkl_leaf_source_form(leaves, leaf_block);
    *out = (part){ .is_leaf = form != ZKL_LEAVES_UNUSED, .leaf_block = leaf_block };
    out->p_varies = form == ZKL_LEAVES_TOTAL || form == ZKL_LEAVES_TABLE;
    out->q_varies = form == ZKL_LEAVES_FRACTION || form == ZKL_LEAVES_TABLE;
    out->q.constant = ZKL_FR_ONE;
    if (form == ZKL_LEAVES_FRACTION)
        zkl_leaf_source_sign(&out->p.constant, leaves, leaf_block);
}

/* Four runs as a set takes them. */
static void describe_runs(zkl_fr_fractions *out, const part_run runs[ARITY])
{
    for (size_t b = 0; b < ARITY; b++) {
        out->p[b] = runs[b].p->l;
        out->q[b] = runs[b].q->l;
        out->p_step[b] = runs[b].p_stride ? 4 : 0;
        out->q_step[b] = runs[b].q_stride ? 4 : 0;
    }
}

/* The set, where a run is long enough for it. */
static const zkl_fr_lanes *lanes_for(const layer_state *s, size_t count)
{
    return count % ZKL_FR_LANES == 0 ? s->lanes : NULL;
}

/* ---- one round: values of h */

#define POINTS 4 /* 0, 2, -1, and the leading coefficient */

typedef struct round_job {
    const layer_state *state;
    const zkl_fr *lam;
    size_t half; /* pairs (i, half + i) */
    size_t tile_log;
    const zkl_fr *e_low; /* eq over the low tile_log variables of i */
    const zkl_fr *e_high;
    zkl_fr (*sums)[POINTS]; /* one for each worker */
    part_run *runs;         /* 2 ARITY for each worker */
    zkl_fr c;               /* folding: the challenge */
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

static inline void add_weighted(zkl_fr *sum, const zkl_fr *e, const zkl_fr *value)
{
    zkl_fr v;
    zkl_fr_mul(&v, e, value);
    zkl_fr_add(sum, sum, &v);
}

static bool is_unit(const part_run *run)
{
    return run->q_stride == 0 && zkl_fr_equal(run->q, &ZKL_FR_ONE);
}

static void sum_constant_numerators(zkl_fr sums[POINTS], const part_run *runs, const zkl_fr *e,
                                    const zkl_fr *lam, size_t count)
{
    factor p[POINTS][ARITY];
    bool unit[POINTS][ARITY]; /* a denominator of 1 has the leading coefficient 0 */
    for (size_t b = 0; b < ARITY; b++) {
        zkl_fr v[POINTS];
        const bool one = is_unit(&runs[b]) && is_unit(&runs[ARITY + b]);
        for (size_t x = 0; x < POINTS; x++)
            unit[x][b] = one && x + 1 < POINTS;
        extend_line(v, runs[b].p, runs[ARITY + b].p);
        for (size_t x = 0; x < POINTS; x++)
            p[x][b] = factor_of(&v[x]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr line[ARITY][POINTS], value;
        for (size_t b = 0; b < ARITY; b++)
            extend_line(line[b], runs[b].q + i * runs[b].q_stride,
                        runs[ARITY + b].q + i * runs[ARITY + b].q_stride);
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr q[ARITY] = { line[0][x], line[1][x], line[2][x], line[3][x] };
            combine_constant(&value, p[x], q, unit[x], lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

static void sum_any(zkl_fr sums[POINTS], const part_run *runs, const zkl_fr *e, const zkl_fr *lam,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ARITY][POINTS], q[ARITY][POINTS], value;
        for (size_t b = 0; b < ARITY; b++) {
            const part_run *low = &runs[b], *high = &runs[ARITY + b];
            extend_line(p[b], low->p + i * low->p_stride, high->p + i * high->p_stride);
            extend_line(q[b], low->q + i * low->q_stride, high->q + i * high->q_stride);
        }
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr px[ARITY] = { p[0][x], p[1][x], p[2][x], p[3][x] };
            const zkl_fr qx[ARITY] = { q[0][x], q[1][x], q[2][x], q[3][x] };
            combine(&value, px, qx, lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

static void sum_by_lanes(zkl_fr sums[POINTS], const zkl_fr_lanes *lanes, const part_run *runs,
                         const zkl_fr *e, const zkl_fr *lam, size_t count)
{
    zkl_fr_fractions low, high;
    describe_runs(&low, runs);
    describe_runs(&high, runs + ARITY);
    lanes->sum_lines(sums->l, &low, &high, e->l, lam->l, count);
}

/* The two halves of every quarter at i .. i + count - 1: runs[b] below, runs[ARITY + b] above. */
static void read_halves(part_run *runs, const round_job *job, size_t i, size_t count)
{
    const layer_state *s = job->state;
    for (size_t k = 0; k < 2 * ARITY; k++) {
        const size_t at = i + (k / ARITY) * job->half;
        read_part(&runs[k], s, part_at(s, k % ARITY, at / s->segment_size), at % s->segment_size,
                  count);
    }
}

static void sum_tiles(void *context, size_t index, size_t worker)
{
    const round_job *job = context;
    const size_t count = (size_t)1 << job->tile_log, tiles = job->half >> job->tile_log;
    part_run *runs = job->runs + worker * 2 * ARITY;
    const zkl_fr_lanes *lanes = lanes_for(job->state, count);
    for (size_t tile = index * TASK_TILES; tile < tiles && tile < (index + 1) * TASK_TILES;
         tile++) {
        zkl_fr sums[POINTS] = { { { 0 } } };
        bool constant = true;
        read_halves(runs, job, tile << job->tile_log, count);
        for (size_t k = 0; k < 2 * ARITY; k++)
            constant &= runs[k].p_stride == 0;
        if (lanes)
            sum_by_lanes(sums, lanes, runs, job->e_low, job->lam, count);
        else
            (constant ? sum_constant_numerators : sum_any)(sums, runs, job->e_low, job->lam, count);
        for (size_t x = 0; x < POINTS; x++)
            add_weighted(&job->sums[worker][x], &job->e_high[tile], &sums[x]);
    }
}

/* Coefficients 1..4 of h from h(0), h(1), h(2), h(-1) and its leading coefficient. */
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

/* ---- folding */

/* Where a folded part is stored: over a stored half of its own, or at room. */
static zkl_fr *fold_target(const part *low, const part *high, bool low_varies, zkl_fr *low_array,
                           zkl_fr *high_array, zkl_fr **room, size_t count)
{
    if (!low->is_leaf && low_varies)
        return low_array;
    if (!high->is_leaf && high_array)
        return high_array;
    zkl_fr *out = *room;
    *room += count;
    return out;
}

typedef struct fold_job {
    const layer_state *state;
    const part *from; /* the parts before the fold */
    size_t half, run;
    zkl_fr c;
    part_run *runs; /* 2 for each worker */
} fold_job;

static void fold_values(zkl_fr *out, const zkl_fr *low, size_t low_stride, const zkl_fr *high,
                        size_t high_stride, const zkl_fr *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkl_fr d;
        zkl_fr_sub(&d, high + i * high_stride, low + i * low_stride);
        zkl_fr_mul(&d, &d, c);
        zkl_fr_add(&out[i], low + i * low_stride, &d);
    }
}

static void fold_run(const zkl_fr_lanes *lanes, zkl_fr *out, const zkl_fr *low, size_t low_stride,
                     const zkl_fr *high, size_t high_stride, const zkl_fr *c, size_t count)
{
    if (lanes)
        lanes->fold(out->l, low->l, 4 * low_stride, high->l, 4 * high_stride, c->l, count);
    else
        fold_values(out, low, low_stride, high, high_stride, c, count);
}

static const part *part_before(const fold_job *job, size_t b, size_t at)
{
    return &job->from[b * job->state->segments_max + at / job->state->segment_size];
}

static void fold_tile(void *context, size_t index, size_t worker)
{
    const fold_job *job = context;
    const layer_state *s = job->state;
    const size_t runs_each = job->half / job->run, b = index / runs_each,
                 i = index % runs_each * job->run;
    const part *low = part_before(job, b, i), *high = part_before(job, b, i + job->half),
               *out = part_at(s, b, i / s->segment_size);
    part_run *runs = job->runs + 2 * worker;
    for (size_t at = 0; at < job->run; at += TILE) {
        const size_t count = job->run - at < TILE ? job->run - at : TILE;
        if (!out->p_varies && !out->q_varies)
            return;
        read_part(&runs[0], s, low, (i + at) % s->segment_size, count);
        read_part(&runs[1], s, high, (i + at + job->half) % s->segment_size, count);
        const size_t to = (i + at) % s->segment_size;
        const zkl_fr_lanes *lanes = lanes_for(s, count);
        if (out->p_varies)
            fold_run(lanes, out->p.array + to, runs[0].p, runs[0].p_stride, runs[1].p,
                     runs[1].p_stride, &job->c, count);
        if (out->q_varies)
            fold_run(lanes, out->q.array + to, runs[0].q, runs[0].q_stride, runs[1].q,
                     runs[1].q_stride, &job->c, count);
    }
}

/* Bind the top variable to c. */
static zkl_status fold_layer(layer_state *s, const zkl_fr *c, zkl_pool *pool, zkl_error *err)
{
    const size_t segments = s->segment_count > 1 ? s->segment_count / 2 : 1;
    const size_t half = s->segment_count > 1 ? segments * s->segment_size : s->segment_size / 2;
    const size_t length = half / segments; /* of the segments after the fold */
    const size_t high_at = s->segment_count > 1 ? segments : 0;
    ZKL_AUTO_BLOCK part *from = zkl_malloc(ARITY * s->segments_max, sizeof *from);
    ZKL_AUTO_BLOCK part_run *runs = zkl_malloc(2 * zkl_pool_threads(pool), sizeof *runs);
    if (!from || !runs)
        return zkl_no_memory(err, 2 * zkl_pool_threads(pool) * sizeof *runs);
    memcpy(from, s->parts, ARITY * s->segments_max * sizeof *from);

    size_t needed = 0; /* arrays to be made: nothing of theirs was stored yet */
    for (size_t b = 0; b < ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const part *low = &from[b * s->segments_max + j],
                       *high = &from[b * s->segments_max + high_at + j];
            const bool p_stored =
                (!low->is_leaf && low->p_varies) || (!high->is_leaf && high->p_varies);
            const bool q_stored =
                (!low->is_leaf && low->q_varies) || (!high->is_leaf && high->q_varies);
            needed += (low->p_varies || high->p_varies) && !p_stored;
            needed += (low->q_varies || high->q_varies) && !q_stored;
        }
    zkl_fr *room = NULL;
    if (needed) {
        ZKL_ASSERT(!s->folded);
        room = s->folded = zkl_malloc(needed * length, sizeof *room);
        if (!room)
            return zkl_no_memory(err, needed * length * sizeof *room);
    }
    for (size_t b = 0; b < ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const part *low = &from[b * s->segments_max + j],
                       *high = &from[b * s->segments_max + high_at + j];
            part *out = part_at(s, b, j);
            *out = (part){ .p_varies = low->p_varies || high->p_varies,
                           .q_varies = low->q_varies || high->q_varies };
            if (out->p_varies)
                out->p.array = fold_target(low, high, low->p_varies, low->p.array, high->p.array,
                                           &room, length);
            else
                fold_values(&out->p.constant, &low->p.constant, 0, &high->p.constant, 0, c, 1);
            if (out->q_varies)
                out->q.array = fold_target(low, high, low->q_varies, low->q.array, high->q.array,
                                           &room, length);
            else
                fold_values(&out->q.constant, &low->q.constant, 0, &high->q.constant, 0, c, 1);
        }

    fold_job job = { .state = s, .from = from, .half = half, .c = *c, .runs = runs };
    job.run = length < 16 * TILE ? length : 16 * TILE;
    zkl_pool_run(pool, ARITY * (half / job.run), fold_tile, &job);
    zkl_wipe(runs, 2 * zkl_pool_threads(pool) * sizeof *runs);
    s->segment_count = segments;
    s->segment_size = length;
    return ZKL_OK;
}

/* ---- the sum-check of one layer */

typedef struct round_room {
    part_run *runs;
    zkl_fr (*sums)[POINTS];
    zkl_fr *e_high, e_low[TILE];
} round_room;

static void sum_round(zkl_fr sums[POINTS], const layer_state *s, unsigned v, const zkl_fr *r,
                      const zkl_fr *lam, round_room *room, zkl_pool *pool)
{
    const size_t workers = zkl_pool_threads(pool);
    unsigned tile_log = v < TILE_LOG ? v : TILE_LOG;
    while (((size_t)1 << tile_log) > s->segment_size)
        tile_log--;
    round_job job = { .state = s,
                      .lam = lam,
                      .half = (size_t)1 << v,
                      .tile_log = tile_log,
                      .e_low = room->e_low,
                      .e_high = room->e_high,
                      .sums = room->sums,
                      .runs = room->runs };
    zkl_eq_vector(room->e_low, r, tile_log);
    zkl_eq_vector(room->e_high, r + tile_log, v - tile_log);
    memset(room->sums, 0, workers * sizeof *room->sums);
    const size_t tiles = job.half >> tile_log;
    zkl_pool_run(pool, (tiles + TASK_TILES - 1) / TASK_TILES, sum_tiles, &job);
    memset(sums, 0, POINTS * sizeof *sums);
    for (size_t w = 0; w < workers; w++)
        for (size_t x = 0; x < POINTS; x++)
            zkl_fr_add(&sums[x], &sums[x], &room->sums[w][x]);
}

/* h from its sums and the claim (1 - r_v) h(0) + r_v h(1); the claim becomes h(c). */
static zkl_status finish_round(zkl_fr coefficients[4], zkl_fr *c, zkl_fr *claim,
                               const zkl_fr sums[POINTS], const zkl_fr *r_v, zkl_transcript *tr,
                               zkl_error *err)
{
    zkl_fr h1, inverse, poly[5];
    if (ZKL_NEVER(zkl_fr_is_zero(r_v)))
        return zkl_fail(err, ZKL_CONFLICT, "a challenge is zero: prove again");
    zkl_fr_inverse_vartime(&inverse, r_v);
    zkl_fr_sub(&h1, &ZKL_FR_ONE, r_v);
    zkl_fr_mul(&h1, &h1, &sums[0]);
    zkl_fr_sub(&h1, claim, &h1);
    zkl_fr_mul(&h1, &h1, &inverse);
    interpolate(coefficients, &sums[0], &h1, &sums[1], &sums[2], &sums[3]);
    zkl_transcript_absorb(tr, coefficients, 4);
    zkl_transcript_squeeze(tr, c, 1);
    poly[0] = sums[0];
    memcpy(poly + 1, coefficients, 4 * sizeof *poly);
    zkl_poly_eval(claim, poly, 5, c);
    return ZKL_OK;
}

/* Layer k: 2k rounds over its children, then their values. r: the layer's point (2k), replaced by the children's (2k + 2);
 * lam: of this layer, replaced by the next. claim: P + lam Q of this layer at r, replaced likewise. */
static zkl_status prove_layer(zkl_gkr_layer *out, layer_state *s, zkl_fr *r, zkl_fr *lam,
                              zkl_fr *claim, round_room *room, zkl_transcript *tr, zkl_pool *pool,
                              zkl_error *err)
{
    zkl_fr point[32], sums[POINTS], ends[2 * ARITY], next[3], e[ARITY], p = ZKL_FR_ZERO,
                                                                        q = ZKL_FR_ZERO;
    const unsigned rounds = (unsigned)out->round_count;
    for (unsigned v = rounds; v--;) {
        sum_round(sums, s, v, r, lam, room, pool);
        ZKL_TRY(finish_round(out->rounds[rounds - 1 - v], &point[v], claim, sums, &r[v], tr, err));
        ZKL_TRY(fold_layer(s, &point[v], pool, err));
    }
    for (size_t b = 0; b < ARITY; b++) {
        part_run run;
        ZKL_ASSERT(s->segment_count == 1 && s->segment_size == 1);
        read_part(&run, s, part_at(s, b, 0), 0, 1);
        out->p[b] = ends[b] = *run.p;
        out->q[b] = ends[ARITY + b] = *run.q;
    }
    zkl_transcript_absorb(tr, ends, 2 * ARITY);
    zkl_transcript_squeeze(tr, next, 3);
    memcpy(r, point, rounds * sizeof *r);
    r[rounds] = next[0];
    r[rounds + 1] = next[1];
    *lam = next[2];
    zkl_eq_vector(e, next, 2);
    for (size_t b = 0; b < ARITY; b++) {
        add_weighted(&p, &e[b], &out->p[b]);
        add_weighted(&q, &e[b], &out->q[b]);
    }
    *claim = p;
    add_weighted(claim, lam, &q);
    return ZKL_OK;
}

/* ---- the tree */

typedef struct tree_job {
    const layer_state *below; /* quarters of the layer below, unfolded */
    zkl_fr *p, *q;
    size_t count; /* nodes */
    size_t run;
    part_run *runs; /* ARITY for each worker */
} tree_job;

static void combine_values(const tree_job *job, const part_run *runs, size_t at, size_t count)
{
    bool constant = true;
    factor factors[ARITY];
    bool unit[ARITY];
    for (size_t b = 0; b < ARITY; b++) {
        constant &= runs[b].p_stride == 0;
        factors[b] = factor_of(runs[b].p);
        unit[b] = is_unit(&runs[b]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ARITY], q[ARITY], q01;
        for (size_t b = 0; b < ARITY; b++)
            q[b] = runs[b].q[i * runs[b].q_stride];
        if (constant) {
            combine_constant(&job->p[at + i], factors, q, unit, NULL);
        } else {
            for (size_t b = 0; b < ARITY; b++)
                p[b] = runs[b].p[i * runs[b].p_stride];
            combine(&job->p[at + i], p, q, NULL);
        }
        zkl_fr_mul(&q01, &q[0], &q[1]);
        zkl_fr_mul(&q[2], &q[2], &q[3]);
        zkl_fr_mul(&job->q[at + i], &q01, &q[2]);
    }
}

static void combine_run(void *context, size_t index, size_t worker)
{
    const tree_job *job = context;
    const layer_state *s = job->below;
    part_run *runs = job->runs + worker * ARITY;
    for (size_t at = index * job->run; at < (index + 1) * job->run && at < job->count; at += TILE) {
        const size_t count = job->run < TILE ? job->run : TILE;
        const zkl_fr_lanes *lanes = lanes_for(s, count);
        for (size_t b = 0; b < ARITY; b++)
            read_part(&runs[b], s, part_at(s, b, at / s->segment_size), at % s->segment_size,
                      count);
        if (lanes) {
            zkl_fr_fractions in;
            describe_runs(&in, runs);
            lanes->add_fractions(job->p[at].l, job->q[at].l, &in, count);
        } else {
            combine_values(job, runs, at, count);
        }
    }
}

typedef struct fraction_tree {
    zkl_fr
        *layers[ZKL_TIER_MAX / 2 +
                1]; /* layer k: 4^k numerators, then 4^k denominators; the leaves are not stored */
    const zkl_fr_lanes *lanes;
    part *parts;
    round_room room;
    layer_state state;
} fraction_tree;

static void fraction_tree_clear(fraction_tree *tree)
{
    for (size_t k = 0; k < ZKL_COUNT(tree->layers); k++)
        zkl_free(tree->layers[k]);
    zkl_free(tree->parts);
    zkl_free(tree->room.runs);
    zkl_free(tree->room.sums);
    zkl_free(tree->room.e_high);
    zkl_free(tree->state.folded);
    *tree = (fraction_tree){ 0 };
}

/* The quarters of layer k + 1, the children of layer k. */
static void open_layer(fraction_tree *tree, unsigned k, unsigned depth, unsigned log_cells,
                       const zkl_leaf_source *leaves)
{
    const size_t h = (size_t)1 << (2 * k);
    zkl_free(tree->state.folded);
    tree->state = (layer_state){ .leaves = leaves,
                                 .lanes = tree->lanes,
                                 .parts = tree->parts,
                                 .segments_max = 1,
                                 .segment_count = 1,
                                 .segment_size = h };
    if (k + 1 < depth) {
        for (size_t b = 0; b < ARITY; b++)
            tree->parts[b] = (part){ .p_varies = true,
                                     .q_varies = true,
                                     .p.array = tree->layers[k + 1] + b * h,
                                     .q.array = tree->layers[k + 1] + (ARITY + b) * h };
        return;
    }
    tree->state.segment_size = (size_t)1 << log_cells;
    tree->state.segments_max = tree->state.segment_count = h >> log_cells;
    for (size_t i = 0; i < ARITY * (h >> log_cells); i++)
        make_leaf_part(&tree->parts[i], leaves, i);
}

static zkl_status build_tree(fraction_tree *tree, unsigned depth, unsigned log_cells,
                             const zkl_leaf_source *leaves, zkl_pool *pool, zkl_error *err)
{
    for (unsigned k = depth; k--;) {
        const size_t h = (size_t)1 << (2 * k);
        open_layer(tree, k, depth, log_cells, leaves);
        tree->layers[k] = zkl_malloc(2 * h, sizeof(zkl_fr));
        if (!tree->layers[k])
            return zkl_no_memory(err, 2 * h * sizeof(zkl_fr));
        tree_job job = { .below = &tree->state,
                         .p = tree->layers[k],
                         .q = tree->layers[k] + h,
                         .count = h,
                         .runs = tree->room.runs };
        job.run = tree->state.segment_size < 16 * TILE ? tree->state.segment_size : 16 * TILE;
        zkl_pool_run(pool, h / job.run, combine_run, &job);
    }
    return ZKL_OK;
}

static zkl_status prove_tree(zkl_fraction_witness *out, fraction_tree *tree, zkl_fr *point,
                             unsigned depth, unsigned log_cells, const zkl_leaf_source *leaves,
                             zkl_transcript *tr, zkl_arena *arena, zkl_pool *pool, zkl_error *err)
{
    const size_t workers = zkl_pool_threads(pool), widest = (size_t)1 << (2 * depth - log_cells);
    const size_t e_high =
        ((size_t)1 << (2 * depth - 2)) >> (TILE_LOG < log_cells ? TILE_LOG : log_cells);
    tree->parts = zkl_calloc(widest < ARITY ? ARITY : widest, sizeof *tree->parts);
    tree->room.runs = zkl_malloc(workers * 2 * ARITY, sizeof *tree->room.runs);
    tree->room.sums = zkl_malloc(workers, sizeof *tree->room.sums);
    tree->room.e_high = zkl_malloc(e_high ? e_high : 1, sizeof(zkl_fr));
    out->layers = ZKL_ARENA_NEW(arena, zkl_gkr_layer, depth);
    if (!tree->parts || !tree->room.runs || !tree->room.sums || !tree->room.e_high || !out->layers)
        return zkl_no_memory(err, e_high * sizeof(zkl_fr));
    ZKL_TRY(build_tree(tree, depth, log_cells, leaves, pool, err));

    out->root_p = tree->layers[0][0];
    out->root_q = tree->layers[0][1];
    zkl_fr root[2] = { out->root_p, out->root_q }, lam, claim = root[0];
    zkl_transcript_absorb(tr, root, 2);
    zkl_transcript_squeeze(tr, &lam, 1);
    add_weighted(&claim, &lam, &root[1]);
    for (unsigned k = 0; k < depth; k++) {
        out->layers[k].round_count = 2 * k;
        out->layers[k].rounds = zkl_arena_alloc(arena, 2 * k, sizeof *out->layers[k].rounds);
        if (!out->layers[k].rounds)
            return zkl_no_memory(err, 2 * k * sizeof *out->layers[k].rounds);
        zkl_free(tree->layers[k]); /* the sum-check below needs the children only */
        tree->layers[k] = NULL;
        open_layer(tree, k, depth, log_cells, leaves);
        ZKL_TRY(prove_layer(&out->layers[k], &tree->state, point, &lam, &claim, &tree->room, tr,
                            pool, err));
    }
    return ZKL_OK;
}

zkl_status zkl_fraction_prove(zkl_fraction_witness *out, zkl_fr *point, unsigned n,
                              unsigned log_cells, const zkl_leaf_source *leaves,
                              const zkl_fr_lanes *lanes, zkl_transcript *tr, zkl_arena *arena,
                              zkl_pool *pool, zkl_error *err)
{
    _Static_assert(TILE <= ZKL_FR_LANES_RUN_MAX, "a tile is one run");
    ZKL_ASSERT(n % 2 == 0 && n >= log_cells + 2 && n <= ZKL_TIER_MAX);
    ZKL_AUTO_CLEAR(fraction_tree) tree = { .lanes = lanes };
    return prove_tree(out, &tree, point, n / 2, log_cells, leaves, tr, arena, pool, err);
}
