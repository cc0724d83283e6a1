/* Parts of a layer: stored, computed from the cells, or one value throughout. A run of one is read
 * in the same way from all of them. */
#include "prove/fraction_internal.h"

void zkl_layer_state_invariant(const zkl_layer_state *s)
{
    ZKL_ASSERT(s->segment_count > 0 && (s->segment_count & (s->segment_count - 1)) == 0);
    ZKL_ASSERT(s->segment_count <= s->segments_max && s->segment_size > 0);
}

zkl_part *zkl_part_at(const zkl_layer_state *s, size_t b, size_t j)
{
    ZKL_DEBUG_ASSERT(b < ZKL_ARITY && j < s->segments_max);
    return &s->parts[b * s->segments_max + j];
}

zkl_run_values zkl_part_values_at(const zkl_part_values *values, const zkl_fr *computed,
                                  size_t from)
{
    if (from >= values->live)
        return (zkl_run_values){ &values->constant, 0 };
    return (zkl_run_values){ values->array ? values->array + from : computed, 1 };
}

void zkl_part_read(zkl_part_run *run, const zkl_layer_state *s, const zkl_part *x, size_t from,
                   size_t count)
{
    ZKL_DEBUG_ASSERT(count <= ZKL_TILE);
    if (x->is_leaf && (from < x->p.live || from < x->q.live))
        zkl_leaf_source_fill(s->leaves, run->p_room, run->q_room, x->index, from, count);
    if (x->is_node && (from < x->p.live || from < x->q.live))
        zkl_nodes_make(run->p_room, run->q_room, s->nodes, run->children, x->index, from, count);
    run->p = zkl_part_values_at(&x->p, run->p_room, from);
    run->q = zkl_part_values_at(&x->q, run->q_room, from);
}

/* live values of `size`, as zkl_part_values has it. */
static size_t round_live(size_t live, size_t size)
{
    const size_t whole = (live + ZKL_TILE - 1) / ZKL_TILE * ZKL_TILE;
    return whole < size ? whole : size;
}

/* Which of p and q vary follows from the form of the leaf block: sign / q, p / q, p / 1, p / s^-t,
 * -m_t / (alpha - t), or 0 / 1. Powers and the table differ in every leaf. */
void zkl_part_of_leaves(zkl_part *out, const zkl_leaf_source *leaves, size_t leaf_block)
{
    const size_t size = (size_t)1 << zkl_leaf_source_log_cells(leaves);
    const zkl_leaf_form form = zkl_leaf_source_form(leaves, leaf_block);
    *out = (zkl_part){ .is_leaf = form != ZKL_LEAVES_UNUSED, .index = leaf_block };
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

void zkl_part_runs_describe(zkl_fr_fractions *out, const zkl_part_run runs[ZKL_ARITY])
{
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        out->p[b] = runs[b].p.at->l;
        out->q[b] = runs[b].q.at->l;
        out->p_step[b] = runs[b].p.stride ? 4 : 0; /* limbs */
        out->q_step[b] = runs[b].q.stride ? 4 : 0;
    }
}

const zkl_fr_lanes *zkl_layer_lanes(const zkl_layer_state *s, size_t count)
{
    return count % ZKL_FR_LANES == 0 ? s->lanes : NULL;
}

bool zkl_part_run_is_unit(const zkl_part_run *run)
{
    return run->q.stride == 0 && zkl_fr_equal(run->q.at, &ZKL_FR_ONE);
}
