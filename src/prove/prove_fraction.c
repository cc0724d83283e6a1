/* The fraction argument: a tree of (p, q) with fan-in 4, and a sum-check for each of its layers
 * (docs/proof-system.md section 2; the model's fraction_layers and gkr_prove).
 *
 * A node is the sum of its children's fractions: with the leaves p_i / q_i, the root is P / Q = sum
 * of p_i / q_i. For a layer the verifier has a point r and a random lambda, and is to believe the
 * value of P(r) + lambda Q(r). P and Q of a node are polynomials of degree 4 in its children,
 *
 *   P + lambda Q = sum over b of p_b (product of the other q) + lambda (product of all q),
 *
 * so P(r) + lambda Q(r) = sum over i of eq(r, i) (that polynomial at node i): a sum-check over i
 * reduces it to the eight children's values at a random point, and a random combination of those is
 * the claim of the layer below.
 *
 * 1. Node i of a layer of h nodes has the children b h + i, b = 0..3, in the layer below: four
 *    quarters.
 * 2. A layer's sum-check works on the eight quarters p_b, q_b as functions of i. Rounds bind the
 *    top variable of i, so the two halves of each quarter are folded into one. Quarters are cut
 *    into segments; folding joins whole segments as long as there are two.
 * 3. In the leaf layer a segment is a leaf block. It starts as nothing but a number: leaves are
 *    computed from cells when they are read, and stored only once they are folded. What is constant
 *    over a segment (the numerators of fractions, the denominators of totals, unused leaves) stays
 *    one value for as long as it is. So does a segment's end: behind the last row of a table's last
 *    chunk all leaves are equal, and so are the nodes above them. What is equal there is one value,
 *    and weighs as much as its places together: a table of few rows costs what its rows cost.
 * 4. eq(r, i) is a product over the variables of i, so the factor of the round's own variable
 *    stands outside: the round's polynomial is ((1 - r_v)(1 - X) + r_v X) h(X), and h, of degree 4,
 *    is sent. It is found from its values at 0, 2, -1, its leading coefficient, and the running
 *    claim, which gives h(1). The messages are its coefficients 1..4; coefficient 0 follows from
 *    the claim, so nobody sends it.
 * 5. Where the leaves allow it, the leaf layer's first two rounds come from the cells, and it is
 *    first stored when both are bound (prove_first_rounds.c).
 * 6. Sums are exact in the field, so their order, and the number of workers, changes nothing. Nor
 *    does the set of native/fr_lanes.h: the code here is the same without one, and does the runs
 *    too short for it.
 * 7. Everything here is secret until the end: p, q and the messages are functions of the cells.
 *    zkl_free and the arena wipe what they give back; the messages stay in the witness, inside
 *    the circuit. */
#include "algebra/poly.h"
#include "prove/prove_internal.h"

#define TILE_LOG 7
#define TILE ((size_t)1 << TILE_LOG) /* at most ZKL_FR_LANES_RUN_MAX */
#define TASK_TILES 16
#define ARITY 4

/* One of p, q over one segment of one quarter: stored, computed from a leaf block, or one value
 * throughout.
 *
 *            varies   array
 *   stored   true     its values
 *   leaves   true     NULL
 *   constant false    NULL
 *
 * From `live` on every value is `constant`. live is a multiple of TILE or the segment's size, so
 * that no tile holds both; 0 where nothing varies. An array has room for live values, no more. */
typedef struct part_values {
    bool varies;
    size_t live;
    zkl_fr *array;
    zkl_fr constant;
} part_values;

typedef struct part {
    part_values p, q;
    /* What varies is computed from this leaf block of the source; nothing of it is stored. */
    bool is_leaf;
    size_t leaf_block;
} part;

/* A layer during its sum-check. */
typedef struct layer_state {
    const zkl_leaf_source *leaves;
    const zkl_fr_lanes *lanes; /* or NULL */
    /* Of quarter b and segment j: [b * segments_max + j]; before: of before the last fold. */
    part *parts, *before;
    /* Segments of one quarter: at the start of the layer, and now. segment_count is a power of
     * two. */
    size_t segments_max, segment_count;
    size_t segment_size;
    /* What the first fold of the leaf layer stored, and how much. */
    zkl_fr *folded;
    size_t folded_count, folded_room; /* used, and the block's size */
    /* A block that is needed no more, for that. */
    zkl_fr *spare;
    size_t spare_count;
} layer_state;

static void layer_state_invariant(const layer_state *s)
{
    ZKL_ASSERT(s->segment_count > 0 && (s->segment_count & (s->segment_count - 1)) == 0);
    ZKL_ASSERT(s->segment_count <= s->segments_max && s->segment_size > 0);
}

static part *part_at(const layer_state *s, size_t b, size_t j)
{
    ZKL_DEBUG_ASSERT(b < ARITY && j < s->segments_max);
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

/* p0 q1 + p1 q0: the numerator of p0/q0 + p1/q1 */
static inline void cross(zkl_fr *out, const zkl_fr *p0, const zkl_fr *q1, const zkl_fr *p1,
                         const zkl_fr *q0)
{
    zkl_fr v;
    zkl_fr_mul(&v, p0, q1);
    zkl_fr_mul(out, p1, q0);
    zkl_fr_add(out, out, &v);
}

/* x y, where one of them may be known to be 1 */
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

/* The same with numerators that are constant over a run, and often 0 or 1; unit: which
 * denominators are 1 throughout. */
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

/* Values of one run: value i stands at at[i * stride]; stride 0: one value throughout. */
typedef struct run_values {
    const zkl_fr *at;
    size_t stride;
} run_values;

/* One run of one part, and room for what has to be computed. */
typedef struct part_run {
    run_values p, q;
    zkl_fr p_room[TILE], q_room[TILE];
} part_run;

static run_values values_of(const part_values *values, const zkl_fr *computed, size_t from)
{
    if (from >= values->live)
        return (run_values){ &values->constant, 0 };
    return (run_values){ values->array ? values->array + from : computed, 1 };
}

/* count <= TILE values of a part from `from`, within its segment. */
static void read_part(part_run *run, const layer_state *s, const part *x, size_t from, size_t count)
{
    ZKL_DEBUG_ASSERT(count <= TILE);
    if (x->is_leaf && (from < x->p.live || from < x->q.live))
        zkl_leaf_source_fill(s->leaves, run->p_room, run->q_room, x->leaf_block, from, count);
    run->p = values_of(&x->p, run->p_room, from);
    run->q = values_of(&x->q, run->q_room, from);
}

/* live values of `size`, as part_values has it. */
static size_t round_live(size_t live, size_t size)
{
    const size_t whole = (live + TILE - 1) / TILE * TILE;
    return whole < size ? whole : size;
}

/* Which of p and q vary follows from the form of the leaf block: sign / q, p / q, p / 1, p / s^-t,
 * -m_t / (alpha - t), or 0 / 1. Powers and the table differ in every leaf. */
static void make_leaf_part(part *out, const zkl_leaf_source *leaves, size_t leaf_block)
{
    const size_t size = (size_t)1 << zkl_leaf_source_log_cells(leaves);
    const zkl_leaf_form form = zkl_leaf_source_form(leaves, leaf_block);
    *out = (part){ .is_leaf = form != ZKL_LEAVES_UNUSED, .leaf_block = leaf_block };
    const bool both =
        form == ZKL_LEAVES_POWER || form == ZKL_LEAVES_TABLE || form == ZKL_LEAVES_WEIGHTED;
    out->p.varies = both || form == ZKL_LEAVES_TOTAL;
    out->q.varies = both || form == ZKL_LEAVES_FRACTION;
    out->q.constant = ZKL_FR_ONE;
    if (form == ZKL_LEAVES_FRACTION)
        zkl_leaf_source_sign(&out->p.constant, leaves, leaf_block);
    if (form == ZKL_LEAVES_UNUSED)
        return;
    const size_t live = round_live(zkl_leaf_source_live(leaves, leaf_block), size);
    out->p.live = out->p.varies ? live : 0;
    out->q.live = form == ZKL_LEAVES_POWER ? size : out->q.varies ? live : 0;
    zkl_leaf_source_fill(leaves, &out->p.constant, &out->q.constant, leaf_block, size - 1, 1);
}

/* Four runs as a set takes them. */
static void describe_runs(zkl_fr_fractions *out, const part_run runs[ARITY])
{
    for (size_t b = 0; b < ARITY; b++) {
        out->p[b] = runs[b].p.at->l;
        out->q[b] = runs[b].q.at->l;
        out->p_step[b] = runs[b].p.stride ? 4 : 0; /* limbs */
        out->q_step[b] = runs[b].q.stride ? 4 : 0;
    }
}

/* The set, where a run is long enough for it. */
static const zkl_fr_lanes *lanes_for(const layer_state *s, size_t count)
{
    return count % ZKL_FR_LANES == 0 ? s->lanes : NULL;
}

/* ---- folding */

/* Binding a variable to c: value (1 - c) low + c high = low + c (high - low). */
typedef struct fold_job {
    const layer_state *state; /* of after the fold */
    const part *from;         /* the parts before it */
    size_t size_before;       /* of their segments */
    size_t half;              /* values of a quarter after it */
    zkl_fr c;
} fold_job;

static void fold_values(zkl_fr *out, const run_values *low, const run_values *high, const zkl_fr *c,
                        size_t count)
{
    const zkl_fr *l = low->at, *h = high->at;
    for (size_t i = 0; i < count; i++, l += low->stride, h += high->stride) {
        zkl_fr d;
        zkl_fr_sub(&d, h, l);
        zkl_fr_mul(&d, &d, c);
        zkl_fr_add(&out[i], l, &d); /* out may be l or h */
    }
}

/* fold_values by a set where there is one; strides in limbs. */
static void fold_run(const zkl_fr_lanes *lanes, zkl_fr *out, const run_values *low,
                     const run_values *high, const zkl_fr *c, size_t count)
{
    if (lanes)
        lanes->fold(out->l, (zkl_fr_values){ low->at->l, 4 * low->stride },
                    (zkl_fr_values){ high->at->l, 4 * high->stride }, c->l, count);
    else
        fold_values(out, low, high, c, count);
}

/* Value `at` of quarter b before the fold: values from there on. */
static void read_before(part_run *run, const fold_job *job, size_t b, size_t at, size_t count)
{
    const layer_state *s = job->state;
    const part *x = &job->from[b * s->segments_max + at / job->size_before];
    ZKL_DEBUG_ASSERT(at % job->size_before + count <= job->size_before);
    read_part(run, s, x, at % job->size_before, count);
}

/* count <= TILE values of quarter b from `at` on, within one segment. What is constant is folded
 * already. runs: room for two. */
static void fold_tile(const fold_job *job, size_t b, size_t at, size_t count, part_run *runs)
{
    const layer_state *s = job->state;
    const part *out = part_at(s, b, at / s->segment_size);
    const size_t to = at % s->segment_size;
    const zkl_fr_lanes *lanes = lanes_for(s, count);
    if (to >= out->p.live && to >= out->q.live)
        return;
    read_before(&runs[0], job, b, at, count);
    read_before(&runs[1], job, b, at + job->half, count);
    if (to < out->p.live)
        fold_run(lanes, out->p.array + to, &runs[0].p, &runs[1].p, &job->c, count);
    if (to < out->q.live)
        fold_run(lanes, out->q.array + to, &runs[0].q, &runs[1].q, &job->c, count);
}

/* One block for all that the leaf layer's first fold stores. */
static zkl_status make_folded(layer_state *s, size_t count, zkl_error *err)
{
    ZKL_ASSERT(!s->folded);
    s->folded_count = s->folded_room = count;
    if (count <= s->spare_count) {
        s->folded = s->spare;
        s->folded_room = s->spare_count;
        s->spare = NULL;
        s->spare_count = 0;
    } else {
        s->folded = zkl_malloc(count, sizeof *s->folded);
    }
    return s->folded ? ZKL_OK : zkl_no_memory(err, count * sizeof *s->folded);
}

/* How many values of the fold of low and high vary: `length` values, of two segments or of the
 * halves of one. */
static size_t folded_live(const part_values *low, const part_values *high, size_t length)
{
    const size_t live = low->live > high->live ? low->live : high->live;
    return live < length ? live : length;
}

/* Room that the fold of these two needs: none where one of them has an array. */
static size_t needed_room(const part_values *low, const part_values *high, size_t length)
{
    return low->array || high->array ? 0 : folded_live(low, high, length);
}

/* Where the fold of low and high goes: over a stored one of them, the longer, which has room for
 * all that varies; else into room. Behind what varies it is a constant at once. */
static void place_fold(part_values *out, const part_values *low, const part_values *high,
                       const zkl_fr *c, zkl_fr **room, size_t length)
{
    const run_values l = { &low->constant, 0 }, h = { &high->constant, 0 };
    *out = (part_values){ .varies = low->varies || high->varies,
                          .live = folded_live(low, high, length) };
    fold_values(&out->constant, &l, &h, c, 1);
    if (!out->varies)
        return;
    out->array = high->array && (!low->array || high->live > low->live) ? high->array : low->array;
    if (out->array)
        return;
    out->array = *room;
    *room += out->live;
}

/* Bind the top variable to c: all but the values, which fold_tile is for. Segments are joined in
 * pairs (j, segments + j) while there are two, and halved after. A value goes where one of its two
 * was, or to a place of its own, so the order of tiles does not matter. */
static zkl_status begin_fold(fold_job *job, layer_state *s, const zkl_fr *c, zkl_error *err)
{
    const bool joins = s->segment_count > 1;
    const size_t segments = joins ? s->segment_count / 2 : 1;
    const size_t half = joins ? segments * s->segment_size : s->segment_size / 2;
    const size_t length = half / segments; /* of the segments after the fold */
    const size_t high_at = joins ? segments : 0;
    layer_state_invariant(s);
    memcpy(s->before, s->parts, ARITY * s->segments_max * sizeof *s->before);

    /* Room for what nothing is stored of yet: only the first fold of the leaf layer has such. */
    size_t needed = 0;
    for (size_t b = 0; b < ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const part *low = &s->before[b * s->segments_max + j], *high = low + high_at;
            needed += needed_room(&low->p, &high->p, length);
            needed += needed_room(&low->q, &high->q, length);
        }
    /* One block for all of it, handed out in order. */
    zkl_fr *room = NULL;
    if (needed) {
        ZKL_TRY(make_folded(s, needed, err));
        room = s->folded;
    }
    for (size_t b = 0; b < ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const part *low = &s->before[b * s->segments_max + j], *high = low + high_at;
            part *out = part_at(s, b, j);
            *out = (part){ 0 };
            place_fold(&out->p, &low->p, &high->p, c, &room, length);
            place_fold(&out->q, &low->q, &high->q, c, &room, length);
        }
    ZKL_ASSERT(!needed || room == s->folded + s->folded_count);
    *job = (fold_job){
        .state = s, .from = s->before, .size_before = s->segment_size, .half = half, .c = *c
    };
    s->segment_count = segments;
    s->segment_size = length;
    return ZKL_OK;
}

/* ---- one round: values of h */

#define POINTS ZKL_ROUND_POINTS

/* What the workers of one round share. */
typedef struct round_job {
    const layer_state *state;
    const fold_job *fold; /* to do first, tile by tile; NULL: none */
    const zkl_fr *lam;
    size_t half; /* pairs (i, half + i): the two values of the variable that is bound */
    size_t tile_log;
    /* eq(r, i) = e_low[i mod 2^tile_log] e_high[i div 2^tile_log], over the variables still
     * free. */
    const zkl_fr *e_low, *e_high;
    zkl_fr (*sums)[POINTS]; /* one for each worker */
    part_run *runs;         /* 2 ARITY for each worker */
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

/* sum += e value */
static inline void add_weighted(zkl_fr *sum, const zkl_fr *e, const zkl_fr *value)
{
    zkl_fr v;
    zkl_fr_mul(&v, e, value);
    zkl_fr_add(sum, sum, &v);
}

/* Are the denominators of the run 1 throughout? */
static bool is_unit(const part_run *run)
{
    return run->q.stride == 0 && zkl_fr_equal(run->q.at, &ZKL_FR_ONE);
}

/* The sum of one tile whose numerators are all constant, which is the most of the leaf layer:
 * their lines are extended once, and the many that are 0 or 1 cost no product. */
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
        extend_line(v, runs[b].p.at, runs[ARITY + b].p.at);
        for (size_t x = 0; x < POINTS; x++)
            p[x][b] = factor_of(&v[x]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr line[ARITY][POINTS], value;
        for (size_t b = 0; b < ARITY; b++)
            extend_line(line[b], runs[b].q.at + i * runs[b].q.stride,
                        runs[ARITY + b].q.at + i * runs[ARITY + b].q.stride);
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr q[ARITY] = { line[0][x], line[1][x], line[2][x], line[3][x] };
            combine_constant(&value, p[x], q, unit[x], lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

/* sums[x] += sum over i < count of e_i (the node's polynomial on the lines between low and high,
 * at point x). */
static void sum_any(zkl_fr sums[POINTS], const part_run *runs, const zkl_fr *e, const zkl_fr *lam,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ARITY][POINTS], q[ARITY][POINTS], value;
        for (size_t b = 0; b < ARITY; b++) {
            const part_run *low = &runs[b], *high = &runs[ARITY + b];
            extend_line(p[b], low->p.at + i * low->p.stride, high->p.at + i * high->p.stride);
            extend_line(q[b], low->q.at + i * low->q.stride, high->q.at + i * high->q.stride);
        }
        for (size_t x = 0; x < POINTS; x++) {
            const zkl_fr px[ARITY] = { p[0][x], p[1][x], p[2][x], p[3][x] };
            const zkl_fr qx[ARITY] = { q[0][x], q[1][x], q[2][x], q[3][x] };
            combine(&value, px, qx, lam);
            add_weighted(&sums[x], &e[i], &value);
        }
    }
}

/* sum_any by a set of native/fr_lanes.h. */
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
        ZKL_DEBUG_ASSERT(at % s->segment_size + count <= s->segment_size);
        read_part(&runs[k], s, part_at(s, k % ARITY, at / s->segment_size), at % s->segment_size,
                  count);
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
static size_t sum_equal_tiles(zkl_fr sums[POINTS], const round_job *job, const part_run *runs,
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
    part_run *runs = job->runs + worker * 2 * ARITY;
    const zkl_fr_lanes *lanes = lanes_for(job->state, count);
    for (size_t tile = index * TASK_TILES, done; tile < end; tile += done) {
        zkl_fr sums[POINTS] = { { { 0 } } };
        /* Numerators: then they are extended once for the tile. And denominators too. */
        bool constant = true, equal = true;
        for (size_t k = 0; job->fold && k < 2 * ARITY; k++)
            fold_tile(job->fold, k % ARITY, (tile << job->tile_log) + (k / ARITY) * job->half,
                      count, runs);
        read_halves(runs, job, tile << job->tile_log, count);
        for (size_t k = 0; k < 2 * ARITY; k++) {
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

/* ---- the leaf layer, bound twice at once */

#define CORNERS 4

/* Binding the two top variables: value sum over corners c = 2 x1 + x2 of weights[c] value_c. */
typedef struct corner_job {
    const layer_state *state; /* of after the fold */
    const part *from;         /* the parts before it */
    size_t size_before;       /* of their segments */
    size_t quarter, run;      /* values of a quarter after the fold, and of a task */
    zkl_fr c1, c2, weights[CORNERS];
    part_run *runs; /* CORNERS for each worker */
} corner_job;

/* The part that held value `at` of quarter b at corner c. */
static const part *corner_before(const corner_job *job, size_t b, size_t c, size_t at)
{
    const size_t place = c * job->quarter + at;
    return &job->from[b * job->state->segments_max + place / job->size_before];
}

static size_t corner_offset(const corner_job *job, size_t c, size_t at)
{
    return (c * job->quarter + at) % job->size_before;
}

/* Where all four are alpha less a number: alpha less the numbers' sum, as one sum of cells. */
static bool fold_numbers(zkl_fr *out, const corner_job *job, size_t b, size_t at, size_t count)
{
    const zkl_leaf_source *leaves = job->state->leaves;
    const uint16_t *cells[CORNERS + 1];
    uint16_t room[CORNERS + 1][TILE];
    zkl_fr weights[CORNERS + 1];
    bool all = true;
    for (size_t c = 0; c < CORNERS; c++) {
        const part *x = corner_before(job, b, c, at);
        if (!x->is_leaf || !zkl_leaf_source_is_number(leaves, x->leaf_block))
            return false;
    }
    for (size_t c = 0; c < CORNERS && all; c++) {
        cells[c] =
            zkl_leaf_source_numbers(leaves, room[c], corner_before(job, b, c, at)->leaf_block,
                                    corner_offset(job, c, at), count);
        zkl_fr_neg(&weights[c], &job->weights[c]);
        all = cells[c] != NULL;
    }
    for (size_t i = 0; i < count; i++)
        room[CORNERS][i] = 1;
    cells[CORNERS] = room[CORNERS];
    weights[CORNERS] = *zkl_leaf_source_alpha(leaves);
    if (all)
        zkl_cells_combine(out, weights, cells, CORNERS + 1, 0, count);
    zkl_wipe(room, sizeof room);
    return all;
}

/* The same of any values. */
static void fold_corners(zkl_fr *out, const corner_job *job, const run_values values[CORNERS],
                         size_t count)
{
    const zkl_fr_lanes *lanes = lanes_for(job->state, count);
    zkl_fr sides[2][TILE];
    run_values bound[2];
    for (size_t x2 = 0; x2 < 2; x2++) {
        fold_run(lanes, sides[x2], &values[x2], &values[2 + x2], &job->c1, count);
        bound[x2] = (run_values){ sides[x2], 1 };
    }
    fold_run(lanes, out, &bound[0], &bound[1], &job->c2, count);
}

/* Corner c of quarter b at `at`: p and q, in run's room where they have to be computed. */
static void read_corner(run_values *p, run_values *q, part_run *run, const corner_job *job,
                        const size_t place[3], size_t count)
{
    const part *x = corner_before(job, place[0], place[1], place[2]);
    const size_t from = corner_offset(job, place[1], place[2]);
    if (x->is_leaf && (from < x->p.live || from < x->q.live))
        zkl_leaf_source_fill(job->state->leaves, run->p_room, run->q_room, x->leaf_block, from,
                             count);
    *p = values_of(&x->p, run->p_room, from);
    *q = values_of(&x->q, run->q_room, from);
}

/* A task: `run` values of one quarter, within one segment. */
static void fold_corner_run(void *context, size_t index, size_t worker)
{
    const corner_job *job = context;
    const layer_state *s = job->state;
    const size_t runs_each = job->quarter / job->run, b = index / runs_each,
                 first = index % runs_each * job->run, step = job->run < TILE ? job->run : TILE;
    const part *out = part_at(s, b, first / s->segment_size);
    part_run *runs = job->runs + CORNERS * worker;
    for (size_t at = first; at < first + job->run; at += step) {
        const size_t to = at % s->segment_size;
        const bool p_varies = to < out->p.live, q_varies = to < out->q.live;
        const bool numbers = q_varies && fold_numbers(out->q.array + to, job, b, at, step);
        run_values p[CORNERS], q[CORNERS];
        if (!p_varies && (numbers || !q_varies))
            continue;
        for (size_t c = 0; c < CORNERS; c++)
            read_corner(&p[c], &q[c], &runs[c], job, (const size_t[3]){ b, c, at }, step);
        if (p_varies)
            fold_corners(out->p.array + to, job, p, step);
        if (q_varies && !numbers)
            fold_corners(out->q.array + to, job, q, step);
    }
}

/* One of p, q of a segment of `size` after the fold: how much of it varies, the most of what its
 * corners have from their offsets on, and the constant that the rest is. */
static void place_corners(part_values *out, const part_values *const corners[CORNERS],
                          const size_t offsets[CORNERS], const zkl_fr weights[CORNERS], size_t size)
{
    *out = (part_values){ .constant = ZKL_FR_ZERO };
    for (size_t c = 0; c < CORNERS; c++) {
        const size_t live = corners[c]->live > offsets[c] ? corners[c]->live - offsets[c] : 0;
        out->live = live > out->live ? live : out->live;
        add_weighted(&out->constant, &weights[c], &corners[c]->constant);
    }
    out->live = out->live < size ? out->live : size;
    out->varies = out->live > 0;
}

/* The parts after the fold, without arrays; returns how many values these need. */
static size_t place_parts(layer_state *s, const corner_job *job)
{
    size_t needed = 0;
    for (size_t b = 0; b < ARITY; b++)
        for (size_t j = 0; j < s->segment_count; j++) {
            const size_t at = j * s->segment_size;
            const part_values *p[CORNERS], *q[CORNERS];
            size_t offsets[CORNERS];
            for (size_t c = 0; c < CORNERS; c++) {
                const part *x = corner_before(job, b, c, at);
                offsets[c] = corner_offset(job, c, at);
                p[c] = &x->p;
                q[c] = &x->q;
            }
            part *out = part_at(s, b, j);
            *out = (part){ 0 };
            place_corners(&out->p, p, offsets, job->weights, s->segment_size);
            place_corners(&out->q, q, offsets, job->weights, s->segment_size);
            needed += out->p.live + out->q.live;
        }
    return needed;
}

/* Arrays for all that varies, in order, of one block. */
static zkl_status give_arrays(layer_state *s, size_t needed, zkl_error *err)
{
    zkl_fr *room = NULL;
    if (needed) {
        ZKL_TRY(make_folded(s, needed, err));
        room = s->folded;
    }
    for (size_t i = 0; i < ARITY * s->segment_count; i++) {
        part *x = part_at(s, i / s->segment_count, i % s->segment_count);
        part_values *const both[2] = { &x->p, &x->q };
        for (size_t k = 0; k < 2; k++) {
            if (!both[k]->varies)
                continue;
            both[k]->array = room;
            room += both[k]->live;
        }
    }
    return ZKL_OK;
}

/* Bind the two top variables of the leaf layer, of which nothing is stored yet, to c1 and c2. */
static zkl_status fold_leaves(layer_state *s, const zkl_fr *c1, const zkl_fr *c2, zkl_pool *pool,
                              zkl_error *err)
{
    const size_t quarter = s->segment_count * s->segment_size / CORNERS,
                 run_count = CORNERS * zkl_pool_threads(pool);
    layer_state_invariant(s);
    ZKL_AUTO_BLOCK part_run *runs = zkl_malloc(run_count, sizeof *runs);
    if (!runs)
        return zkl_no_memory(err, run_count * sizeof *runs);
    memcpy(s->before, s->parts, ARITY * s->segments_max * sizeof *s->before);
    corner_job job = { .state = s,
                       .from = s->before,
                       .size_before = s->segment_size,
                       .quarter = quarter,
                       .c1 = *c1,
                       .c2 = *c2,
                       .runs = runs };
    const zkl_fr challenges[2] = { *c2, *c1 }; /* bit 0 of a corner is x2 */
    zkl_eq_vector(job.weights, challenges, 2);
    s->segment_size = quarter < s->segment_size ? quarter : s->segment_size;
    s->segment_count = quarter / s->segment_size;
    ZKL_TRY(give_arrays(s, place_parts(s, &job), err));
    job.run = s->segment_size < 16 * TILE ? s->segment_size : 16 * TILE;
    zkl_pool_run(pool, ARITY * (quarter / job.run), fold_corner_run, &job);
    return ZKL_OK;
}

/* ---- the sum-check of one layer */

/* What a layer has to show: P(r) + lambda Q(r) = value. A layer's sum-check replaces it by the
 * next layer's. */
typedef struct layer_claim {
    zkl_fr r[ZKL_TIER_MAX];
    zkl_fr lambda, value;
} layer_claim;

/* Working memory of the rounds, for the widest layer. */
typedef struct round_room {
    part_run *runs; /* 2 ARITY for each worker */
    zkl_fr (*sums)[POINTS];
    zkl_fr *e_high, e_low[TILE];
} round_room;

/* The round that binds variable v: h at 0, 2, -1, and its leading coefficient. eq is taken over
 * the variables below v, since that of v stands outside and those above are bound. fold: what the
 * round before has bound and not folded yet; each tile is folded when it is summed, while it is in
 * the cache. */
static void sum_round(zkl_fr sums[POINTS], const layer_state *s, const fold_job *fold, unsigned v,
                      const layer_claim *claim, round_room *room, zkl_pool *pool)
{
    /* a tile lies within one segment, so that it is one run of every part */
    const size_t workers = zkl_pool_threads(pool);
    unsigned tile_log = v < TILE_LOG ? v : TILE_LOG;
    while (((size_t)1 << tile_log) > s->segment_size)
        tile_log--;
    layer_state_invariant(s);
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

/* After the last round: the children's values at the point, absorbed; then l0, l1 extend the
 * point by the two bits of the child's number, lambda is drawn anew, and the claim is of the
 * layer below. */
static void descend(layer_claim *claim, const zkl_gkr_layer *layer, const zkl_fr *point,
                    zkl_transcript *tr)
{
    zkl_fr ends[2 * ARITY], next[3], e[ARITY], q = ZKL_FR_ZERO;
    const size_t rounds = layer->round_count;
    ZKL_ASSERT(rounds + 2 <= ZKL_COUNT(claim->r));
    memcpy(ends, layer->p, sizeof layer->p);
    memcpy(ends + ARITY, layer->q, sizeof layer->q);
    zkl_transcript_absorb(tr, ends, 2 * ARITY);
    zkl_transcript_squeeze(tr, next, 3); /* l0, l1, lambda */
    memcpy(claim->r, point, rounds * sizeof *point);
    claim->r[rounds] = next[0];
    claim->r[rounds + 1] = next[1];
    claim->lambda = next[2];
    zkl_eq_vector(e, next, 2);
    claim->value = ZKL_FR_ZERO;
    for (size_t b = 0; b < ARITY; b++) {
        add_weighted(&claim->value, &e[b], &layer->p[b]);
        add_weighted(&q, &e[b], &layer->q[b]);
    }
    add_weighted(&claim->value, &claim->lambda, &q);
    zkl_wipe(ends, sizeof ends);
}

/* ---- the tree */

/* p and q of a segment of nodes: `live` of each, then the constants that all others are. */
typedef struct tree_segment {
    size_t live;
    zkl_fr *p, *q;
    zkl_fr p_rest, q_rest;
} tree_segment;

/* A layer of the tree, in segments of the size of a leaf block, or one of all of its nodes where it
 * has fewer. */
typedef struct tree_layer {
    size_t segment_size, segment_count;
    tree_segment *segments;
    zkl_fr *values;
    size_t value_count;
} tree_layer;

/* Blocks of hundreds of megabytes are wiped by all workers: zkl_free would do it on one core, while
 * the others wait. */
#define WIPE_VALUES ((size_t)1 << 15)

typedef struct wiping {
    zkl_fr *block;
    size_t count;
} wiping;

static void wipe_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const wiping *job = context;
    const size_t begin = index * WIPE_VALUES, left = job->count - begin;
    zkl_wipe(job->block + begin, (left < WIPE_VALUES ? left : WIPE_VALUES) * sizeof *job->block);
}

/* count: all values of the block. */
static void free_values(zkl_fr *block, size_t count, zkl_pool *pool)
{
    wiping job = { block, count };
    if (!block)
        return;
    zkl_pool_run(pool, (count + WIPE_VALUES - 1) / WIPE_VALUES, wipe_slice, &job);
    zkl_free_wiped(block);
}

static void tree_layer_clear(tree_layer *layer, zkl_pool *pool)
{
    free_values(layer->values, layer->value_count, pool);
    zkl_free(layer->segments);
    *layer = (tree_layer){ 0 };
}

/* The tree of one argument, with what it is computed by. */
typedef struct fraction_tree {
    const zkl_leaf_source *leaves;
    const zkl_fr_lanes *lanes;  /* or NULL */
    const zkl_cell_sums *cells; /* or NULL */
    zkl_pool *pool;
    unsigned depth, log_cells;
    /* Layer k has 4^k nodes. The leaves are not stored. */
    tree_layer layers[ZKL_TIER_MAX / 2 + 1];
    part *parts, *before;
    round_room room;
    layer_state state; /* of the layer that is open */
} fraction_tree;

static size_t layer_nodes(unsigned k)
{
    return (size_t)1 << (2 * k);
}

static void free_folded(layer_state *s, zkl_pool *pool)
{
    free_values(s->folded, s->folded_room, pool);
    free_values(s->spare, s->spare_count, pool);
    s->folded = s->spare = NULL;
    s->spare_count = 0;
}

static void fraction_tree_clear(fraction_tree *tree)
{
    for (unsigned k = 0; k < ZKL_COUNT(tree->layers); k++)
        tree_layer_clear(&tree->layers[k], tree->pool);
    free_folded(&tree->state, tree->pool);
    zkl_free(tree->parts);
    zkl_free(tree->before);
    zkl_free(tree->room.runs);
    zkl_free(tree->room.sums);
    zkl_free(tree->room.e_high);
    *tree = (fraction_tree){ 0 };
}

/* What is needed once for all layers, for the widest of them. */
static zkl_status make_rooms(fraction_tree *tree, zkl_error *err)
{
    const size_t workers = zkl_pool_threads(tree->pool), nodes = layer_nodes(tree->depth),
                 leaf_blocks = nodes >> tree->log_cells,
                 parts = leaf_blocks < ARITY ? ARITY : leaf_blocks;
    /* Pairs of the widest round, the first of the leaf layer, in tiles: fewer than its quarter. */
    const size_t tiles = nodes / ARITY >> (TILE_LOG < tree->log_cells ? TILE_LOG : tree->log_cells);
    tree->parts = zkl_calloc(parts, sizeof *tree->parts);
    tree->before = zkl_calloc(parts, sizeof *tree->before);
    tree->room.runs = zkl_malloc(workers * 2 * ARITY, sizeof *tree->room.runs);
    tree->room.sums = zkl_malloc(workers, sizeof *tree->room.sums);
    tree->room.e_high = zkl_malloc(tiles ? tiles : 1, sizeof(zkl_fr));
    if (!tree->parts || !tree->before || !tree->room.runs || !tree->room.sums || !tree->room.e_high)
        return zkl_no_memory(err, tiles * sizeof(zkl_fr));
    return ZKL_OK;
}

/* `size` values of a segment's p or q from `at` on: all of it, or a part where it is longer. */
static part_values cut_values(zkl_fr *values, const zkl_fr *rest, size_t live, size_t at,
                              size_t size)
{
    part_values out = { .live = live > at ? live - at : 0, .constant = *rest };
    out.live = out.live < size ? out.live : size;
    out.varies = out.live > 0;
    out.array = out.varies ? values + at : NULL;
    return out;
}

/* Open layer k: its state becomes the four quarters of layer k + 1, its children, unfolded. In the
 * leaf layer a segment is a leaf block, of which nothing is stored yet. */
static void open_layer(fraction_tree *tree, unsigned k)
{
    const size_t h = layer_nodes(k), cells = (size_t)1 << tree->log_cells,
                 size = h < cells ? h : cells;
    ZKL_ASSERT(k < tree->depth);
    free_folded(&tree->state, tree->pool);
    tree->state = (layer_state){ .leaves = tree->leaves,
                                 .lanes = tree->lanes,
                                 .parts = tree->parts,
                                 .before = tree->before,
                                 .segments_max = h / size,
                                 .segment_count = h / size,
                                 .segment_size = size };
    for (size_t i = 0; i < ARITY * h / size; i++) {
        if (k + 1 == tree->depth) {
            make_leaf_part(&tree->parts[i], tree->leaves, i);
            continue;
        }
        const tree_layer *below = &tree->layers[k + 1];
        const tree_segment *segment = &below->segments[i * size / below->segment_size];
        const size_t at = i * size % below->segment_size;
        tree->parts[i] =
            (part){ .p = cut_values(segment->p, &segment->p_rest, segment->live, at, size),
                    .q = cut_values(segment->q, &segment->q_rest, segment->live, at, size) };
    }
}

/* Nodes over the leaves of m numbers (and unused ones): with e_k of the numbers,
 *   Q = sum over k of (-1)^k alpha^(m-k) e_k, P = its derivative by alpha. */
static void number_nodes(zkl_number_nodes *out, const zkl_fr *alpha, size_t m)
{
    zkl_fr p[ZKL_NODE_NUMBERS_MAX] = { { { 0 } } }, q[ZKL_NODE_NUMBERS_MAX + 1] = { { { 0 } } };
    zkl_fr times;
    ZKL_ASSERT(m <= ZKL_NODE_NUMBERS_MAX);
    for (size_t k = 0; k <= m; k++) {
        zkl_fr_pow_u64(&q[k], alpha, m - k);
        if (k % 2)
            zkl_fr_neg(&q[k], &q[k]);
    }
    for (size_t k = 0; k < m; k++) {
        zkl_fr_pow_u64(&p[k], alpha, m - k - 1);
        zkl_fr_from_u64(&times, m - k);
        zkl_fr_mul(&p[k], &p[k], &times);
        if (k % 2)
            zkl_fr_neg(&p[k], &p[k]);
    }
    *out = (zkl_number_nodes){ 0 };
    memcpy(out->p, p, sizeof p);
    memcpy(out->q, q, sizeof q);
}

/* The same of the last layer, whose own nodes are needed no more: their block serves what the
 * leaves are folded into. */
static void open_leaf_layer(fraction_tree *tree, unsigned k)
{
    tree_layer *const own = &tree->layers[k];
    zkl_fr *const spare = own->values;
    const size_t spare_count = own->value_count;
    own->values = NULL;
    tree_layer_clear(own, tree->pool);
    open_layer(tree, k);
    tree->state.spare = spare;
    tree->state.spare_count = spare_count;
}

/* What the workers of one layer share. */
typedef struct tree_job {
    const layer_state *below; /* quarters of the layer below, unfolded */
    const tree_layer *layer;
    size_t run;     /* nodes of a task */
    part_run *runs; /* ARITY for each worker */
    /* Above the leaves: the set, or NULL, and number_nodes of 0..4 numbers. */
    const zkl_cell_sums *cells;
    zkl_number_nodes nodes[ARITY + 1];
} tree_job;

/* p, q of `count` nodes of segment j whose leaves are numbers or unused, from the numbers. false:
 * they are not. */
static bool combine_numbers(zkl_fr *out_p, zkl_fr *out_q, const tree_job *job, size_t j,
                            size_t from, size_t count)
{
    const layer_state *s = job->below;
    const uint16_t *numbers[ARITY];
    uint16_t room[ARITY][TILE];
    size_t m = 0;
    bool all = true;
    for (size_t b = 0; b < ARITY; b++) {
        const part *x = part_at(s, b, j);
        if (!job->cells || (x->is_leaf && !zkl_leaf_source_is_number(s->leaves, x->leaf_block)))
            return false;
    }
    for (size_t b = 0; b < ARITY && all; b++) {
        const part *x = part_at(s, b, j);
        if (!x->is_leaf)
            continue; /* 0 / 1 */
        numbers[m] = zkl_leaf_source_numbers(s->leaves, room[m], x->leaf_block, from, count);
        all = numbers[m++] != NULL;
    }
    if (all) {
        zkl_number_nodes nodes = job->nodes[m];
        memcpy(nodes.numbers, numbers, m * sizeof *numbers);
        const zkl_cell_sums *set = count % 8 == 0 ? job->cells : &zkl_cell_sums_portable;
        set->add_numbers(out_p->l, out_q->l, &nodes, count);
    }
    zkl_wipe(room, sizeof room);
    return all;
}

/* p, q of `count` nodes from their children's runs. */
static void combine_values(zkl_fr *out_p, zkl_fr *out_q, const part_run *runs, size_t count)
{
    bool constant = true;
    factor factors[ARITY];
    bool unit[ARITY];
    for (size_t b = 0; b < ARITY; b++) {
        constant &= runs[b].p.stride == 0;
        factors[b] = factor_of(runs[b].p.at);
        unit[b] = is_unit(&runs[b]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ARITY], q[ARITY], q01;
        for (size_t b = 0; b < ARITY; b++)
            q[b] = runs[b].q.at[i * runs[b].q.stride];
        if (constant) {
            combine_constant(&out_p[i], factors, q, unit, NULL);
        } else {
            for (size_t b = 0; b < ARITY; b++)
                p[b] = runs[b].p.at[i * runs[b].p.stride];
            combine(&out_p[i], p, q, NULL);
        }
        zkl_fr_mul(&q01, &q[0], &q[1]);
        zkl_fr_mul(&q[2], &q[2], &q[3]);
        zkl_fr_mul(&out_q[i], &q01, &q[2]);
    }
}

/* The four children's runs of `count` nodes of segment j. */
static void read_children(part_run *runs, const layer_state *s, size_t j, size_t from, size_t count)
{
    for (size_t b = 0; b < ARITY; b++)
        read_part(&runs[b], s, part_at(s, b, j), from, count);
}

/* A task: `run` nodes of a layer, as far as they are live. */
static void combine_run(void *context, size_t index, size_t worker)
{
    const tree_job *job = context;
    const layer_state *s = job->below;
    const size_t at = index * job->run, j = at / s->segment_size, from = at % s->segment_size;
    const tree_segment *out = &job->layer->segments[j];
    part_run *runs = job->runs + worker * ARITY;
    for (size_t i = from; i < from + job->run && i < out->live; i += TILE) {
        const size_t count = job->run < TILE ? job->run : TILE;
        const zkl_fr_lanes *lanes = lanes_for(s, count);
        if (combine_numbers(&out->p[i], &out->q[i], job, j, i, count))
            continue;
        read_children(runs, s, j, i, count);
        if (lanes) {
            zkl_fr_fractions in;
            describe_runs(&in, runs);
            lanes->add_fractions(out->p[i].l, out->q[i].l, &in, count);
        } else {
            combine_values(&out->p[i], &out->q[i], runs, count);
        }
    }
}

/* Segments, each as long as its longest child is live, and what all nodes behind that are. */
static zkl_status make_tree_layer(tree_layer *out, const layer_state *below, part_run *runs,
                                  zkl_error *err)
{
    size_t live = 0;
    out->segment_size = below->segment_size;
    out->segment_count = below->segment_count;
    out->segments = zkl_calloc(out->segment_count, sizeof *out->segments);
    if (!out->segments)
        return zkl_no_memory(err, out->segment_count * sizeof *out->segments);
    for (size_t j = 0; j < out->segment_count; j++) {
        tree_segment *segment = &out->segments[j];
        for (size_t b = 0; b < ARITY; b++) {
            const part *child = part_at(below, b, j);
            segment->live = child->p.live > segment->live ? child->p.live : segment->live;
            segment->live = child->q.live > segment->live ? child->q.live : segment->live;
        }
        live += segment->live;
        if (segment->live == out->segment_size)
            continue;
        read_children(runs, below, j, out->segment_size - 1, 1);
        combine_values(&segment->p_rest, &segment->q_rest, runs, 1);
    }
    out->value_count = 2 * live;
    out->values = zkl_malloc(live ? 2 * live : 1, sizeof *out->values);
    if (!out->values)
        return zkl_no_memory(err, 2 * live * sizeof *out->values);
    zkl_fr *next = out->values;
    for (size_t j = 0; j < out->segment_count; j++) {
        tree_segment *segment = &out->segments[j];
        segment->p = next;
        segment->q = next + segment->live;
        next += 2 * segment->live;
    }
    ZKL_ASSERT(next == out->values + 2 * live);
    return ZKL_OK;
}

/* All layers above the leaves, from the bottom up. */
static zkl_status build_tree(fraction_tree *tree, zkl_error *err)
{
    for (unsigned k = tree->depth; k--;) {
        const size_t h = layer_nodes(k);
        open_layer(tree, k);
        ZKL_TRY(make_tree_layer(&tree->layers[k], &tree->state, tree->room.runs, err));
        tree_job job = { .below = &tree->state,
                         .layer = &tree->layers[k],
                         .runs = tree->room.runs };
        job.run = tree->state.segment_size < 16 * TILE ? tree->state.segment_size : 16 * TILE;
        ZKL_ASSERT(h % job.run == 0);
        for (size_t m = 0; m <= ARITY && k + 1 == tree->depth; m++)
            number_nodes(&job.nodes[m], zkl_leaf_source_alpha(tree->leaves), m);
        job.cells = k + 1 == tree->depth ? tree->cells : NULL;
        zkl_pool_run(tree->pool, h / job.run, combine_run, &job);
    }
    return ZKL_OK;
}

/* From the sums of the round that binds variable v: its message, its challenge, and the claim that
 * the next round starts from. */
static zkl_status close_round(zkl_fr *message, zkl_fr *challenge, layer_claim *claim, unsigned v,
                              const zkl_fr sums[POINTS], zkl_transcript *tr, zkl_error *err)
{
    ZKL_TRY(solve_round(message, sums, &claim->value, &claim->r[v], err));
    zkl_transcript_absorb(tr, message, 4);
    zkl_transcript_squeeze(tr, challenge, 1);
    evaluate_round(&claim->value, &sums[0], message, challenge);
    return ZKL_OK;
}

/* Rounds on cells pass over all of them. Where few rows are there the others cost less, which pass
 * over what varies alone. */
static bool is_mostly_live(const layer_state *s)
{
    size_t live = 0, used = 0;
    for (size_t i = 0; i < ARITY * s->segment_count; i++) {
        const part *x = &s->parts[i];
        if (!x->is_leaf)
            continue;
        used += s->segment_size;
        live += x->p.live > x->q.live ? x->p.live : x->q.live;
    }
    return live > used / 4;
}

/* The first two rounds of the leaf layer from the cells. *left: rounds that are left, all of them
 * where the leaves do not allow it, or few of them are there. */
static zkl_status prove_first_rounds(unsigned *left, zkl_gkr_layer *out, fraction_tree *tree,
                                     zkl_fr *point, layer_claim *claim, zkl_transcript *tr,
                                     zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_first_rounds) first = NULL;
    zkl_fr sums[POINTS];
    const unsigned v = *left - 1; /* the first variable; v - 1 is the second */
    if (*left < 2 || !is_mostly_live(&tree->state))
        return ZKL_OK;
    ZKL_TRY(zkl_first_rounds_new(&first, tree->leaves, tree->cells, tree->lanes, *left + 2,
                                 tree->pool, err));
    if (!first || !zkl_first_rounds_gather(first, claim->r, tree->pool))
        return ZKL_OK;
    zkl_first_rounds_first(sums, first, &claim->lambda, &claim->r[v - 1]);
    ZKL_TRY(close_round(out->rounds[0], &point[v], claim, v, sums, tr, err));
    zkl_first_rounds_second(sums, first, &claim->lambda, &point[v]);
    ZKL_TRY(close_round(out->rounds[1], &point[v - 1], claim, v - 1, sums, tr, err));
    *left -= 2;
    return fold_leaves(&tree->state, &point[v], &point[v - 1], tree->pool, err);
}

/* The open layer's sum-check: 2k rounds over its children, the top variable first, then their
 * values. */
static zkl_status prove_layer(zkl_gkr_layer *out, fraction_tree *tree, layer_claim *claim,
                              bool is_leaf_layer, zkl_transcript *tr, zkl_error *err)
{
    zkl_fr point[ZKL_TIER_MAX], sums[POINTS];
    layer_state *s = &tree->state;
    const unsigned rounds = (unsigned)out->round_count;
    unsigned left = rounds;
    ZKL_ASSERT(rounds <= ZKL_COUNT(point));
    if (is_leaf_layer)
        ZKL_TRY(prove_first_rounds(&left, out, tree, point, claim, tr, err));
    fold_job fold;
    for (unsigned v = left; v--;) {
        sum_round(sums, s, v + 1 < left ? &fold : NULL, v, claim, &tree->room, tree->pool);
        ZKL_TRY(close_round(out->rounds[rounds - 1 - v], &point[v], claim, v, sums, tr, err));
        ZKL_TRY(begin_fold(&fold, s, &point[v], err));
    }
    for (size_t b = 0; left && b < ARITY; b++)
        fold_tile(&fold, b, 0, 1, tree->room.runs);
    ZKL_ASSERT(s->segment_count == 1 && s->segment_size == 1);
    for (size_t b = 0; b < ARITY; b++) {
        part_run run;
        read_part(&run, s, part_at(s, b, 0), 0, 1);
        out->p[b] = *run.p.at;
        out->q[b] = *run.q.at;
    }
    descend(claim, out, point, tr);
    return ZKL_OK;
}

/* Root first: its layer has no rounds, since it has one node. A layer is freed when its
 * sum-check begins, which needs its children only. */
static zkl_status prove_layers(zkl_fraction_witness *out, layer_claim *claim, fraction_tree *tree,
                               zkl_transcript *tr, zkl_arena *arena, zkl_error *err)
{
    const tree_segment *top = &tree->layers[0].segments[0];
    const zkl_fr root[2] = { top->live ? top->p[0] : top->p_rest,
                             top->live ? top->q[0] : top->q_rest };
    out->root_p = root[0];
    out->root_q = root[1];
    zkl_transcript_absorb(tr, root, 2);
    zkl_transcript_squeeze(tr, &claim->lambda, 1);
    claim->value = root[0];
    add_weighted(&claim->value, &claim->lambda, &root[1]);

    out->layers = ZKL_ARENA_NEW(arena, zkl_gkr_layer, tree->depth);
    if (!out->layers)
        return zkl_no_memory(err, tree->depth * sizeof *out->layers);
    for (unsigned k = 0; k < tree->depth; k++) {
        zkl_gkr_layer *layer = &out->layers[k];
        layer->round_count = 2 * (size_t)k;
        layer->rounds = zkl_arena_alloc(arena, layer->round_count, sizeof *layer->rounds);
        if (!layer->rounds)
            return zkl_no_memory(err, layer->round_count * sizeof *layer->rounds);
        const bool is_leaf_layer = k + 1 == tree->depth;
        if (is_leaf_layer) {
            open_leaf_layer(tree, k);
        } else {
            tree_layer_clear(&tree->layers[k], tree->pool);
            open_layer(tree, k);
        }
        ZKL_TRY(prove_layer(layer, tree, claim, is_leaf_layer, tr, err));
    }
    return ZKL_OK;
}

zkl_status zkl_fraction_prove(zkl_fraction_witness *out, zkl_fr *point, const zkl_fraction_sum *sum,
                              zkl_transcript *tr, zkl_arena *arena, zkl_error *err)
{
    _Static_assert(TILE <= ZKL_FR_LANES_RUN_MAX, "a tile is one run");
    const unsigned n = sum->n, log_cells = zkl_leaf_source_log_cells(sum->leaves);
    ZKL_ASSERT(n % 2 == 0 && n >= log_cells + 2 && n <= ZKL_TIER_MAX);
    layer_claim claim = { 0 };
    ZKL_AUTO_CLEAR(fraction_tree)
    tree = { .leaves = sum->leaves,
             .lanes = sum->lanes,
             .cells = sum->cells,
             .pool = sum->pool,
             .depth = n / 2,
             .log_cells = log_cells };
    ZKL_TRY(make_rooms(&tree, err));
    ZKL_TRY(build_tree(&tree, err));
    const zkl_status status = prove_layers(out, &claim, &tree, tr, arena, err);
    if (status == ZKL_OK)
        memcpy(point, claim.r, n * sizeof *point);
    zkl_wipe(&claim, sizeof claim);
    return status;
}
