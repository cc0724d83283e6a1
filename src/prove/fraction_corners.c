/* The leaf layer, bound twice at once: its leaves are never stored, and neither is what one
 * binding alone would leave. Where all four corners of a quarter are numbers, one sum of cells
 * does it. */
#include "algebra/poly.h"
#include "prove/fraction_internal.h"
#include "prove/fraction_node_inline.h"

#define CORNERS 4

/* Binding the two top variables: value sum over corners c = 2 x1 + x2 of weights[c] value_c. */
typedef struct corner_job {
    const zkl_layer_state *state; /* of after the fold */
    const zkl_part *from;         /* the parts before it */
    size_t size_before;           /* of their segments */
    size_t quarter, run;          /* values of a quarter after the fold, and of a task */
    zkl_fr c1, c2, weights[CORNERS];
    zkl_part_run *runs; /* CORNERS for each worker */
} corner_job;

/* The part that held value `at` of quarter b at corner c. */
static const zkl_part *corner_before(const corner_job *job, size_t b, size_t c, size_t at)
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
    uint16_t room[CORNERS + 1][ZKL_TILE];
    zkl_fr weights[CORNERS + 1];
    bool all = true;
    for (size_t c = 0; c < CORNERS; c++) {
        const zkl_part *x = corner_before(job, b, c, at);
        if (!x->is_leaf || !zkl_leaf_source_is_number(leaves, x->index))
            return false;
    }
    for (size_t c = 0; c < CORNERS && all; c++) {
        cells[c] = zkl_leaf_source_numbers(leaves, room[c], corner_before(job, b, c, at)->index,
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
static void fold_corners(zkl_fr *out, const corner_job *job, const zkl_run_values values[CORNERS],
                         size_t count)
{
    const zkl_fr_lanes *lanes = zkl_layer_lanes(job->state, count);
    zkl_fr sides[2][ZKL_TILE];
    zkl_run_values bound[2];
    for (size_t x2 = 0; x2 < 2; x2++) {
        zkl_fold_run(lanes, sides[x2], &values[x2], &values[2 + x2], &job->c1, count);
        bound[x2] = (zkl_run_values){ sides[x2], 1 };
    }
    zkl_fold_run(lanes, out, &bound[0], &bound[1], &job->c2, count);
}

/* Corner c of quarter b at `at`: p and q, in run's room where they have to be computed. */
static void read_corner(zkl_run_values *p, zkl_run_values *q, zkl_part_run *run,
                        const corner_job *job, const size_t place[3], size_t count)
{
    const zkl_part *x = corner_before(job, place[0], place[1], place[2]);
    const size_t from = corner_offset(job, place[1], place[2]);
    if (x->is_leaf && (from < x->p.live || from < x->q.live))
        zkl_leaf_source_fill(job->state->leaves, run->p_room, run->q_room, x->index, from, count);
    *p = zkl_part_values_at(&x->p, run->p_room, from);
    *q = zkl_part_values_at(&x->q, run->q_room, from);
}

/* A task: `run` values of one quarter, within one segment. */
static void fold_corner_run(void *context, size_t index, size_t worker)
{
    const corner_job *job = context;
    const zkl_layer_state *s = job->state;
    const size_t runs_each = job->quarter / job->run, b = index / runs_each,
                 first = index % runs_each * job->run,
                 step = job->run < ZKL_TILE ? job->run : ZKL_TILE;
    const zkl_part *out = zkl_part_at(s, b, first / s->segment_size);
    zkl_part_run *runs = job->runs + CORNERS * worker;
    for (size_t at = first; at < first + job->run; at += step) {
        const size_t to = at % s->segment_size;
        const bool p_varies = to < out->p.live, q_varies = to < out->q.live;
        const bool numbers = q_varies && fold_numbers(out->q.array + to, job, b, at, step);
        zkl_run_values p[CORNERS], q[CORNERS];
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
static void place_corners(zkl_part_values *out, const zkl_part_values *const corners[CORNERS],
                          const size_t offsets[CORNERS], const zkl_fr weights[CORNERS], size_t size)
{
    *out = (zkl_part_values){ .constant = ZKL_FR_ZERO };
    for (size_t c = 0; c < CORNERS; c++) {
        const size_t live = corners[c]->live > offsets[c] ? corners[c]->live - offsets[c] : 0;
        out->live = live > out->live ? live : out->live;
        add_weighted(&out->constant, &weights[c], &corners[c]->constant);
    }
    out->live = out->live < size ? out->live : size;
    out->varies = out->live > 0;
}

/* The parts after the fold, without arrays; returns how many values these need. */
static size_t place_parts(zkl_layer_state *s, const corner_job *job)
{
    size_t needed = 0;
    for (size_t b = 0; b < ZKL_ARITY; b++)
        for (size_t j = 0; j < s->segment_count; j++) {
            const size_t at = j * s->segment_size;
            const zkl_part_values *p[CORNERS], *q[CORNERS];
            size_t offsets[CORNERS];
            for (size_t c = 0; c < CORNERS; c++) {
                const zkl_part *x = corner_before(job, b, c, at);
                offsets[c] = corner_offset(job, c, at);
                p[c] = &x->p;
                q[c] = &x->q;
            }
            zkl_part *out = zkl_part_at(s, b, j);
            *out = (zkl_part){ 0 };
            place_corners(&out->p, p, offsets, job->weights, s->segment_size);
            place_corners(&out->q, q, offsets, job->weights, s->segment_size);
            needed += out->p.live + out->q.live;
        }
    return needed;
}

/* Arrays for all that varies, in order, of one block. */
static zkl_status give_arrays(zkl_layer_state *s, size_t needed, zkl_error *err)
{
    zkl_fr *room = NULL;
    if (needed) {
        ZKL_TRY(zkl_layer_make_folded(s, needed, err));
        room = s->folded;
    }
    for (size_t i = 0; i < ZKL_ARITY * s->segment_count; i++) {
        zkl_part *x = zkl_part_at(s, i / s->segment_count, i % s->segment_count);
        zkl_part_values *const both[2] = { &x->p, &x->q };
        for (size_t k = 0; k < 2; k++) {
            if (!both[k]->varies)
                continue;
            both[k]->array = room;
            room += both[k]->live;
        }
    }
    return ZKL_OK;
}

zkl_status zkl_fold_leaves(zkl_layer_state *s, const zkl_fr *c1, const zkl_fr *c2, zkl_pool *pool,
                           zkl_error *err)
{
    const size_t quarter = s->segment_count * s->segment_size / CORNERS,
                 run_count = CORNERS * zkl_pool_threads(pool);
    zkl_layer_state_invariant(s);
    ZKL_AUTO_BLOCK zkl_part_run *runs = zkl_malloc(run_count, sizeof *runs);
    if (!runs)
        return zkl_no_memory(err, run_count * sizeof *runs);
    memcpy(s->before, s->parts, ZKL_ARITY * s->segments_max * sizeof *s->before);
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
    job.run = s->segment_size < 16 * ZKL_TILE ? s->segment_size : 16 * ZKL_TILE;
    zkl_pool_run(pool, ZKL_ARITY * (quarter / job.run), fold_corner_run, &job);
    return ZKL_OK;
}
