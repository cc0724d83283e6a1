/* The tree: layers of nodes above the leaves, built from the bottom up and opened from the root
 * down. */
#include "prove/fraction_internal.h"
#include "prove/fraction_node_inline.h"

static void tree_layer_clear(zkl_tree_layer *layer, zkl_pool *pool)
{
    zkl_values_free(layer->values, layer->value_count, pool);
    zkl_free(layer->segments);
    *layer = (zkl_tree_layer){ 0 };
}

static size_t layer_nodes(unsigned k)
{
    return (size_t)1 << (2 * k);
}

static void free_folded(zkl_layer_state *s, zkl_pool *pool)
{
    zkl_values_free(s->folded, s->folded_room, pool);
    zkl_values_free(s->spare, s->spare_count, pool);
    s->folded = s->spare = NULL;
    s->spare_count = 0;
}

void zkl_fraction_tree_clear(zkl_fraction_tree *tree)
{
    for (unsigned k = 0; k < ZKL_COUNT(tree->layers); k++)
        tree_layer_clear(&tree->layers[k], tree->pool);
    free_folded(&tree->state, tree->pool);
    zkl_free(tree->parts);
    zkl_free(tree->before);
    zkl_free(tree->room.runs);
    zkl_free(tree->room.sums);
    zkl_free(tree->room.e_high);
    *tree = (zkl_fraction_tree){ 0 };
}

zkl_status zkl_fraction_tree_make_rooms(zkl_fraction_tree *tree, zkl_error *err)
{
    const size_t workers = zkl_pool_threads(tree->pool), nodes = layer_nodes(tree->depth),
                 leaf_blocks = nodes >> tree->log_cells,
                 parts = leaf_blocks < ZKL_ARITY ? ZKL_ARITY : leaf_blocks;
    /* Pairs of the widest round, the first of the leaf layer, in tiles: fewer than its quarter. */
    const size_t tiles =
        nodes / ZKL_ARITY >> (ZKL_TILE_LOG < tree->log_cells ? ZKL_TILE_LOG : tree->log_cells);
    tree->parts = zkl_calloc(parts, sizeof *tree->parts);
    tree->before = zkl_calloc(parts, sizeof *tree->before);
    tree->room.runs = zkl_malloc(workers * 2 * ZKL_ARITY, sizeof *tree->room.runs);
    tree->room.sums = zkl_malloc(workers, sizeof *tree->room.sums);
    tree->room.e_high = zkl_malloc(tiles ? tiles : 1, sizeof(zkl_fr));
    if (!tree->parts || !tree->before || !tree->room.runs || !tree->room.sums || !tree->room.e_high)
        return zkl_no_memory(err, tiles * sizeof(zkl_fr));
    return ZKL_OK;
}

/* `size` values of a segment's p or q from `at` on: all of it, or a part where it is longer. */
static zkl_part_values cut_values(zkl_fr *values, const zkl_fr *rest, size_t live, size_t at,
                                  size_t size)
{
    zkl_part_values out = { .live = live > at ? live - at : 0, .constant = *rest };
    out.live = out.live < size ? out.live : size;
    out.varies = out.live > 0;
    out.array = out.varies ? values + at : NULL;
    return out;
}

void zkl_fraction_tree_open(zkl_fraction_tree *tree, unsigned k)
{
    const size_t h = layer_nodes(k), cells = (size_t)1 << tree->log_cells,
                 size = h < cells ? h : cells;
    ZKL_ASSERT(k < tree->depth);
    free_folded(&tree->state, tree->pool);
    tree->state = (zkl_layer_state){ .leaves = tree->leaves,
                                     .lanes = tree->lanes,
                                     .parts = tree->parts,
                                     .before = tree->before,
                                     .segments_max = h / size,
                                     .segment_count = h / size,
                                     .segment_size = size };
    for (size_t i = 0; i < ZKL_ARITY * h / size; i++) {
        if (k + 1 == tree->depth) {
            zkl_part_of_leaves(&tree->parts[i], tree->leaves, i);
            continue;
        }
        const zkl_tree_layer *below = &tree->layers[k + 1];
        const zkl_tree_segment *segment = &below->segments[i * size / below->segment_size];
        const size_t at = i * size % below->segment_size;
        tree->parts[i] =
            (zkl_part){ .p = cut_values(segment->p, &segment->p_rest, segment->live, at, size),
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

void zkl_fraction_tree_take(zkl_fraction_tree *tree, unsigned k)
{
    zkl_tree_layer *const own = &tree->layers[k];
    zkl_fr *spare = NULL;
    size_t spare_count = 0;
    if (k + 1 == tree->depth) { /* the leaves are folded into it */
        spare = own->values;
        spare_count = own->value_count;
        own->values = NULL;
    }
    tree_layer_clear(own, tree->pool);
    zkl_fraction_tree_open(tree, k);
    tree->state.spare = spare;
    tree->state.spare_count = spare_count;
}

/* What the workers of one layer share. */
typedef struct tree_job {
    const zkl_layer_state *below; /* quarters of the layer below, unfolded */
    const zkl_tree_layer *layer;
    size_t run;         /* nodes of a task */
    zkl_part_run *runs; /* ZKL_ARITY for each worker */
    /* Above the leaves: the set, or NULL, and number_nodes of 0..4 numbers. */
    const zkl_cell_sums *cells;
    zkl_number_nodes nodes[ZKL_ARITY + 1];
} tree_job;

/* p, q of `count` nodes of segment j whose leaves are numbers or unused, from the numbers. false:
 * they are not. */
static bool combine_numbers(zkl_fr *out_p, zkl_fr *out_q, const tree_job *job, size_t j,
                            size_t from, size_t count)
{
    const zkl_layer_state *s = job->below;
    const uint16_t *numbers[ZKL_ARITY];
    uint16_t room[ZKL_ARITY][ZKL_TILE];
    size_t m = 0;
    bool all = true;
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        const zkl_part *x = zkl_part_at(s, b, j);
        if (!job->cells || (x->is_leaf && !zkl_leaf_source_is_number(s->leaves, x->leaf_block)))
            return false;
    }
    for (size_t b = 0; b < ZKL_ARITY && all; b++) {
        const zkl_part *x = zkl_part_at(s, b, j);
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
static void combine_values(zkl_fr *out_p, zkl_fr *out_q, const zkl_part_run *runs, size_t count)
{
    bool constant = true;
    factor factors[ZKL_ARITY];
    bool unit[ZKL_ARITY];
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        constant &= runs[b].p.stride == 0;
        factors[b] = factor_of(runs[b].p.at);
        unit[b] = zkl_part_run_is_unit(&runs[b]);
    }
    for (size_t i = 0; i < count; i++) {
        zkl_fr p[ZKL_ARITY], q[ZKL_ARITY], q01;
        for (size_t b = 0; b < ZKL_ARITY; b++)
            q[b] = runs[b].q.at[i * runs[b].q.stride];
        if (constant) {
            combine_constant(&out_p[i], factors, q, unit, NULL);
        } else {
            for (size_t b = 0; b < ZKL_ARITY; b++)
                p[b] = runs[b].p.at[i * runs[b].p.stride];
            combine(&out_p[i], p, q, NULL);
        }
        zkl_fr_mul(&q01, &q[0], &q[1]);
        zkl_fr_mul(&q[2], &q[2], &q[3]);
        zkl_fr_mul(&out_q[i], &q01, &q[2]);
    }
}

/* The four children's runs of `count` nodes of segment j. */
static void read_children(zkl_part_run *runs, const zkl_layer_state *s, size_t j, size_t from,
                          size_t count)
{
    for (size_t b = 0; b < ZKL_ARITY; b++)
        zkl_part_read(&runs[b], s, zkl_part_at(s, b, j), from, count);
}

/* A task: `run` nodes of a layer, as far as they are live. */
static void combine_run(void *context, size_t index, size_t worker)
{
    const tree_job *job = context;
    const zkl_layer_state *s = job->below;
    const size_t at = index * job->run, j = at / s->segment_size, from = at % s->segment_size;
    const zkl_tree_segment *out = &job->layer->segments[j];
    zkl_part_run *runs = job->runs + worker * ZKL_ARITY;
    for (size_t i = from; i < from + job->run && i < out->live; i += ZKL_TILE) {
        const size_t count = job->run < ZKL_TILE ? job->run : ZKL_TILE;
        const zkl_fr_lanes *lanes = zkl_layer_lanes(s, count);
        if (combine_numbers(&out->p[i], &out->q[i], job, j, i, count))
            continue;
        read_children(runs, s, j, i, count);
        if (lanes) {
            zkl_fr_fractions in;
            zkl_part_runs_describe(&in, runs);
            lanes->add_fractions(out->p[i].l, out->q[i].l, &in, count);
        } else {
            combine_values(&out->p[i], &out->q[i], runs, count);
        }
    }
}

/* Segments, each as long as its longest child is live, and what all nodes behind that are. */
static zkl_status make_tree_layer(zkl_tree_layer *out, const zkl_layer_state *below,
                                  zkl_part_run *runs, zkl_error *err)
{
    size_t live = 0;
    out->segment_size = below->segment_size;
    out->segment_count = below->segment_count;
    out->segments = zkl_calloc(out->segment_count, sizeof *out->segments);
    if (!out->segments)
        return zkl_no_memory(err, out->segment_count * sizeof *out->segments);
    for (size_t j = 0; j < out->segment_count; j++) {
        zkl_tree_segment *segment = &out->segments[j];
        for (size_t b = 0; b < ZKL_ARITY; b++) {
            const zkl_part *child = zkl_part_at(below, b, j);
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
    out->values = zkl_values_new(2 * live);
    if (!out->values)
        return zkl_no_memory(err, 2 * live * sizeof *out->values);
    zkl_fr *next = out->values;
    for (size_t j = 0; j < out->segment_count; j++) {
        zkl_tree_segment *segment = &out->segments[j];
        segment->p = next;
        segment->q = next + segment->live;
        next += 2 * segment->live;
    }
    ZKL_ASSERT(next == out->values + 2 * live);
    return ZKL_OK;
}

zkl_status zkl_fraction_tree_build(zkl_fraction_tree *tree, zkl_error *err)
{
    for (unsigned k = tree->depth; k--;) {
        const size_t h = layer_nodes(k);
        zkl_fraction_tree_open(tree, k);
        ZKL_TRY(make_tree_layer(&tree->layers[k], &tree->state, tree->room.runs, err));
        tree_job job = { .below = &tree->state,
                         .layer = &tree->layers[k],
                         .runs = tree->room.runs };
        job.run =
            tree->state.segment_size < 16 * ZKL_TILE ? tree->state.segment_size : 16 * ZKL_TILE;
        ZKL_ASSERT(h % job.run == 0);
        for (size_t m = 0; m <= ZKL_ARITY && k + 1 == tree->depth; m++)
            number_nodes(&job.nodes[m], zkl_leaf_source_alpha(tree->leaves), m);
        job.cells = k + 1 == tree->depth ? tree->cells : NULL;
        zkl_pool_run(tree->pool, h / job.run, combine_run, &job);
    }
    return ZKL_OK;
}
