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
    zkl_free(tree->leaf_parts);
    zkl_free(tree->room.runs);
    zkl_free(tree->room.children);
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
    tree->room.children = zkl_malloc(workers * ZKL_ARITY, sizeof *tree->room.children);
    tree->room.sums = zkl_malloc(workers, sizeof *tree->room.sums);
    tree->room.e_high = zkl_malloc(tiles ? tiles : 1, sizeof(zkl_fr));
    if (!tree->parts || !tree->before || !tree->room.runs || !tree->room.children ||
        !tree->room.sums || !tree->room.e_high)
        return zkl_no_memory(err, tiles * sizeof(zkl_fr));
    for (size_t i = 0; i < workers * 2 * ZKL_ARITY; i++)
        tree->room.runs[i].children = tree->room.children + i / (2 * ZKL_ARITY) * ZKL_ARITY;
    return ZKL_OK;
}

/* `size` values of a segment's p or q from `at` on: all of it, or a part where it is longer. */
static zkl_part_values cut_values(zkl_fr *values, const zkl_fr *rest, size_t live, size_t at,
                                  size_t size)
{
    zkl_part_values out = { .live = live > at ? live - at : 0, .constant = *rest };
    out.live = out.live < size ? out.live : size;
    out.varies = out.live > 0;
    out.array = out.varies && values ? values + at : NULL;
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
                                     .nodes = &tree->above_leaves,
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
        ZKL_ASSERT(!below->made_when_read || size == below->segment_size);
        tree->parts[i] =
            (zkl_part){ .is_node = below->made_when_read,
                        .index = i,
                        .p = cut_values(segment->p, &segment->p_rest, segment->live, at, size),
                        .q = cut_values(segment->q, &segment->q_rest, segment->live, at, size) };
    }
}

void zkl_fraction_tree_take(zkl_fraction_tree *tree, unsigned k)
{
    zkl_tree_layer *const own = &tree->layers[k];
    zkl_fr *spare = NULL;
    size_t spare_count = 0;
    if (k + 1 == tree->depth && !own->made_when_read) { /* the leaves are folded into it */
        spare = own->values;
        spare_count = own->value_count;
        own->values = NULL;
    } else if (k + 1 == tree->depth) { /* or into what the layer above was folded into */
        spare = tree->state.folded;
        spare_count = tree->state.folded_room;
        tree->state.folded = NULL;
    }
    tree_layer_clear(own, tree->pool);
    zkl_fraction_tree_open(tree, k);
    tree->state.spare = spare;
    tree->state.spare_count = spare_count;
}

/* What the workers of one layer share. */
typedef struct tree_job {
    const zkl_node_source *source;
    const zkl_tree_layer *layer;
    size_t run;         /* nodes of a task */
    zkl_part_run *runs; /* 2 ZKL_ARITY for each worker */
} tree_job;

/* A task: `run` nodes of a layer, as far as they are live. */
static void combine_run(void *context, size_t index, size_t worker)
{
    const tree_job *job = context;
    const size_t size = job->layer->segment_size, at = index * job->run, j = at / size,
                 from = at % size;
    const zkl_tree_segment *out = &job->layer->segments[j];
    zkl_part_run *runs = job->runs + worker * 2 * ZKL_ARITY;
    const size_t count = job->run < ZKL_TILE ? job->run : ZKL_TILE;
    for (size_t i = from; i < from + job->run && i < out->live; i += ZKL_TILE)
        zkl_nodes_make(&out->p[i], &out->q[i], job->source, runs, j, i, count);
}

/* Segments, each as long as its longest child is live, and what all nodes behind that are. */
static zkl_status make_tree_layer(zkl_tree_layer *out, const zkl_node_source *source,
                                  zkl_part_run *runs, zkl_error *err)
{
    const zkl_layer_state *below = source->children;
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
        if (segment->live == out->segment_size)
            continue;
        zkl_nodes_make(&segment->p_rest, &segment->q_rest, source, runs, j, out->segment_size - 1,
                       1);
    }
    return ZKL_OK;
}

/* Room for all that is live. */
static zkl_status store_tree_layer(zkl_tree_layer *out, zkl_error *err)
{
    size_t live = 0;
    for (size_t j = 0; j < out->segment_count; j++)
        live += out->segments[j].live;
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

/* The layer above the leaves, not stored: made again from the numbers whenever it is read, which is
 * three times. With a set for it that costs less than to write 64 bytes a node and to read them,
 * and halves the memory of the argument. Not so where many leaves are no numbers. */
static bool is_made_when_read(const zkl_fraction_tree *tree)
{
    const zkl_layer_state *s = &tree->state;
    size_t numbers = 0, used = 0;
    if (!tree->cells || tree->cells == &zkl_cell_sums_portable ||
        layer_nodes(tree->depth - 2) < (size_t)1 << tree->log_cells)
        return false;
    for (size_t i = 0; i < ZKL_ARITY * s->segment_count; i++) {
        const zkl_part *x = &s->parts[i];
        used += x->is_leaf;
        numbers += x->is_leaf && zkl_leaf_source_is_number(tree->leaves, x->index);
    }
    return numbers >= used - used / 8;
}

/* The leaves' parts stay, since the nodes above them are made of these. */
static zkl_status keep_leaves(zkl_fraction_tree *tree, zkl_error *err)
{
    const size_t count = ZKL_ARITY * tree->state.segment_count;
    tree->leaf_parts = zkl_malloc(count, sizeof *tree->leaf_parts);
    if (!tree->leaf_parts)
        return zkl_no_memory(err, count * sizeof *tree->leaf_parts);
    memcpy(tree->leaf_parts, tree->parts, count * sizeof *tree->parts);
    tree->leaf_state = tree->state;
    tree->leaf_state.parts = tree->leaf_parts;
    tree->leaf_state.before = NULL;
    zkl_node_source_init(&tree->above_leaves, &tree->leaf_state, tree->cells);
    return ZKL_OK;
}

zkl_status zkl_fraction_tree_build(zkl_fraction_tree *tree, zkl_error *err)
{
    for (unsigned k = tree->depth; k--;) {
        const size_t h = layer_nodes(k);
        zkl_tree_layer *const layer = &tree->layers[k];
        zkl_node_source source;
        zkl_fraction_tree_open(tree, k);
        zkl_node_source_init(&source, &tree->state, k + 1 == tree->depth ? tree->cells : NULL);
        ZKL_TRY(make_tree_layer(layer, &source, tree->room.runs, err));
        if (k + 1 == tree->depth && is_made_when_read(tree)) {
            layer->made_when_read = true;
            ZKL_TRY(keep_leaves(tree, err));
            continue;
        }
        ZKL_TRY(store_tree_layer(layer, err));
        tree_job job = { .source = &source, .layer = layer, .runs = tree->room.runs };
        job.run = layer->segment_size < 16 * ZKL_TILE ? layer->segment_size : 16 * ZKL_TILE;
        ZKL_ASSERT(h % job.run == 0);
        zkl_pool_run(tree->pool, h / job.run, combine_run, &job);
    }
    return ZKL_OK;
}
