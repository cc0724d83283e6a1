/* Binding one variable of a layer: two values become one. Segments and constants at once, values
 * tile by tile. */
#include "prove/fraction_internal.h"

void zkl_fold_values(zkl_fr *out, const zkl_run_values *low, const zkl_run_values *high,
                     const zkl_fr *c, size_t count)
{
    const zkl_fr *l = low->at, *h = high->at;
    for (size_t i = 0; i < count; i++, l += low->stride, h += high->stride) {
        zkl_fr d;
        zkl_fr_sub(&d, h, l);
        zkl_fr_mul(&d, &d, c);
        zkl_fr_add(&out[i], l, &d); /* out may be l or h */
    }
}

void zkl_fold_run(const zkl_fr_lanes *lanes, zkl_fr *out, const zkl_run_values *low,
                  const zkl_run_values *high, const zkl_fr *c, size_t count)
{
    if (lanes)
        lanes->fold(out->l, (zkl_fr_values){ low->at->l, 4 * low->stride },
                    (zkl_fr_values){ high->at->l, 4 * high->stride }, c->l, count);
    else
        zkl_fold_values(out, low, high, c, count);
}

/* Value `at` of quarter b before the fold: values from there on. */
static void read_before(zkl_part_run *run, const zkl_fold_job *job, size_t b, size_t at,
                        size_t count)
{
    const zkl_layer_state *s = job->state;
    const zkl_part *x = &job->from[b * s->segments_max + at / job->size_before];
    ZKL_DEBUG_ASSERT(at % job->size_before + count <= job->size_before);
    zkl_part_read(run, s, x, at % job->size_before, count);
}

void zkl_fold_tile(const zkl_fold_job *job, size_t b, size_t at, size_t count, zkl_part_run *runs)
{
    const zkl_layer_state *s = job->state;
    const zkl_part *out = zkl_part_at(s, b, at / s->segment_size);
    const size_t to = at % s->segment_size;
    const zkl_fr_lanes *lanes = zkl_layer_lanes(s, count);
    if (to >= out->p.live && to >= out->q.live)
        return;
    read_before(&runs[0], job, b, at, count);
    read_before(&runs[1], job, b, at + job->half, count);
    if (to < out->p.live)
        zkl_fold_run(lanes, out->p.array + to, &runs[0].p, &runs[1].p, &job->c, count);
    if (to < out->q.live)
        zkl_fold_run(lanes, out->q.array + to, &runs[0].q, &runs[1].q, &job->c, count);
}

zkl_status zkl_layer_make_folded(zkl_layer_state *s, size_t count, zkl_error *err)
{
    ZKL_ASSERT(!s->folded);
    s->folded_count = s->folded_room = count;
    if (count <= s->spare_count) {
        s->folded = s->spare;
        s->folded_room = s->spare_count;
        s->spare = NULL;
        s->spare_count = 0;
    } else {
        s->folded = zkl_values_new(count);
    }
    return s->folded ? ZKL_OK : zkl_no_memory(err, count * sizeof *s->folded);
}

/* How many values of the fold of low and high vary: `length` values, of two segments or of the
 * halves of one. */
static size_t folded_live(const zkl_part_values *low, const zkl_part_values *high, size_t length)
{
    const size_t live = low->live > high->live ? low->live : high->live;
    return live < length ? live : length;
}

/* Room that the fold of these two needs: none where one of them has an array. */
static size_t needed_room(const zkl_part_values *low, const zkl_part_values *high, size_t length)
{
    return low->array || high->array ? 0 : folded_live(low, high, length);
}

/* Where the fold of low and high goes: over a stored one of them, the longer, which has room for
 * all that varies; else into room. Behind what varies it is a constant at once. */
static void place_fold(zkl_part_values *out, const zkl_part_values *low,
                       const zkl_part_values *high, const zkl_fr *c, zkl_fr **room, size_t length)
{
    const zkl_run_values l = { &low->constant, 0 }, h = { &high->constant, 0 };
    *out = (zkl_part_values){ .varies = low->varies || high->varies,
                              .live = folded_live(low, high, length) };
    zkl_fold_values(&out->constant, &l, &h, c, 1);
    if (!out->varies)
        return;
    out->array = high->array && (!low->array || high->live > low->live) ? high->array : low->array;
    if (out->array)
        return;
    out->array = *room;
    *room += out->live;
}

zkl_status zkl_fold_begin(zkl_fold_job *job, zkl_layer_state *s, const zkl_fr *c, zkl_error *err)
{
    const bool joins = s->segment_count > 1;
    const size_t segments = joins ? s->segment_count / 2 : 1;
    const size_t half = joins ? segments * s->segment_size : s->segment_size / 2;
    const size_t length = half / segments; /* of the segments after the fold */
    const size_t high_at = joins ? segments : 0;
    zkl_layer_state_invariant(s);
    memcpy(s->before, s->parts, ZKL_ARITY * s->segments_max * sizeof *s->before);

    /* Room for what nothing is stored of yet: only the first fold of the leaf layer has such. */
    size_t needed = 0;
    for (size_t b = 0; b < ZKL_ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const zkl_part *low = &s->before[b * s->segments_max + j], *high = low + high_at;
            needed += needed_room(&low->p, &high->p, length);
            needed += needed_room(&low->q, &high->q, length);
        }
    /* One block for all of it, handed out in order. */
    zkl_fr *room = NULL;
    if (needed) {
        ZKL_TRY(zkl_layer_make_folded(s, needed, err));
        room = s->folded;
    }
    for (size_t b = 0; b < ZKL_ARITY; b++)
        for (size_t j = 0; j < segments; j++) {
            const zkl_part *low = &s->before[b * s->segments_max + j], *high = low + high_at;
            zkl_part *out = zkl_part_at(s, b, j);
            *out = (zkl_part){ 0 };
            place_fold(&out->p, &low->p, &high->p, c, &room, length);
            place_fold(&out->q, &low->q, &high->q, c, &room, length);
        }
    ZKL_ASSERT(!needed || room == s->folded + s->folded_count);
    *job = (zkl_fold_job){
        .state = s, .from = s->before, .size_before = s->segment_size, .half = half, .c = *c
    };
    s->segment_count = segments;
    s->segment_size = length;
    return ZKL_OK;
}
