#pragma once
/* What the files of the fraction argument share (prove_fraction.c): parts of a layer, their fold,
 * a round's sums, and the tree. All of it is secret.
 *
 *     fraction_node_inline.h   a node from its four children, one element at a time
 *     fraction_values.c        blocks of many elements
 *     fraction_nodes.c         nodes from their children, many at a time
 *     fraction_parts.c         reading parts, whatever they are held as
 *     fraction_fold.c          binding one variable
 *     fraction_corners.c       binding the leaf layer's first two
 *     fraction_round.c         a round: sums over all nodes, message and challenge
 *     fraction_tree.c          the layers above the leaves
 *     prove_fraction.c         root to leaves, layer by layer */
#include "prove/prove_internal.h"

#define ZKL_ARITY 4
#define ZKL_TILE_LOG 7
#define ZKL_TILE ((size_t)1 << ZKL_TILE_LOG) /* at most ZKL_FR_LANES_RUN_MAX */

/* ---- fraction_values.c */

/* A block of count elements, any content; NULL: no memory. */
zkl_fr *zkl_values_new(size_t count);
/* Wiped by all workers. count: all elements of the block. NULL is fine. */
void zkl_values_free(zkl_fr *block, size_t count, zkl_pool *pool);

/* ---- fraction_parts.c */

/* One of p, q over one segment of one quarter: stored, computed from leaves, or one value
 * throughout.
 *
 *            varies   array
 *   stored   true     its values
 *   computed true     NULL
 *   constant false    NULL
 *
 * From `live` on every value is `constant`. live is a multiple of ZKL_TILE or the segment's size,
 * so that no tile holds both; 0 where nothing varies. An array has room for live values, no
 * more. */
typedef struct zkl_part_values {
    bool varies;
    size_t live;
    zkl_fr *array;
    zkl_fr constant;
} zkl_part_values;

typedef struct zkl_part {
    zkl_part_values p, q;
    /* What varies is computed, and nothing of it is stored: from leaf block `index` of the source,
     * or from the leaves below segment `index` of the layer above them. */
    bool is_leaf, is_node;
    size_t index;
} zkl_part;

typedef struct zkl_node_source zkl_node_source;

/* A layer during its sum-check. */
typedef struct zkl_layer_state {
    const zkl_leaf_source *leaves;
    const zkl_node_source *nodes; /* of the layer above the leaves */
    const zkl_fr_lanes *lanes;    /* or NULL */
    /* Of quarter b and segment j: [b * segments_max + j]; before: of before the last fold. */
    zkl_part *parts, *before;
    /* Segments of one quarter: at the start of the layer, and now. segment_count is a power of
     * two. */
    size_t segments_max, segment_count;
    size_t segment_size;
    /* What the first fold of a layer that is computed stored, and how much. */
    zkl_fr *folded;
    size_t folded_count, folded_room; /* used, and the block's size */
    /* A block that is needed no more, for that. */
    zkl_fr *spare;
    size_t spare_count;
} zkl_layer_state;

/* Values of one run: value i stands at at[i * stride]; stride 0: one value throughout. */
typedef struct zkl_run_values {
    const zkl_fr *at;
    size_t stride;
} zkl_run_values;

/* One run of one part, and room for what has to be computed. */
typedef struct zkl_part_run zkl_part_run;
struct zkl_part_run {
    zkl_run_values p, q;
    zkl_part_run *children; /* ZKL_ARITY, of this worker: for nodes that are computed */
    zkl_fr p_room[ZKL_TILE], q_room[ZKL_TILE];
};

void zkl_layer_state_invariant(const zkl_layer_state *s); /* asserts */
zkl_part *zkl_part_at(const zkl_layer_state *s, size_t b, size_t j);
/* The set, where a run is long enough for it; else NULL. */
const zkl_fr_lanes *zkl_layer_lanes(const zkl_layer_state *s, size_t count);
/* A leaf block as a part. */
void zkl_part_of_leaves(zkl_part *out, const zkl_leaf_source *leaves, size_t leaf_block);
/* p or q from `from` on; computed: where what is not stored was computed. */
zkl_run_values zkl_part_values_at(const zkl_part_values *values, const zkl_fr *computed,
                                  size_t from);
/* count <= ZKL_TILE values of a part from `from`, within its segment. */
void zkl_part_read(zkl_part_run *run, const zkl_layer_state *s, const zkl_part *x, size_t from,
                   size_t count);
/* Are the denominators of the run 1 throughout? */
bool zkl_part_run_is_unit(const zkl_part_run *run);
/* Four runs as a set takes them. */
void zkl_part_runs_describe(zkl_fr_fractions *out, const zkl_part_run runs[ZKL_ARITY]);

/* ---- fraction_nodes.c */

/* What nodes are made of. */
struct zkl_node_source {
    const zkl_layer_state *children; /* unfolded; borrowed */
    /* Above the leaves: the set, or NULL, and what P and Q are of 0..4 numbers. */
    const zkl_cell_sums *cells;
    zkl_number_nodes numbers[ZKL_ARITY + 1];
};
/* cells: NULL where the children are no leaves. */
void zkl_node_source_init(zkl_node_source *out, const zkl_layer_state *children,
                          const zkl_cell_sums *cells);
/* p, q of count <= ZKL_TILE nodes of segment j. runs: ZKL_ARITY. */
void zkl_nodes_make(zkl_fr *p, zkl_fr *q, const zkl_node_source *source, zkl_part_run *runs,
                    size_t j, size_t from, size_t count);

/* ---- fraction_fold.c */

/* Binding a variable to c: value (1 - c) low + c high = low + c (high - low). */
typedef struct zkl_fold_job {
    const zkl_layer_state *state; /* of after the fold */
    const zkl_part *from;         /* the parts before it */
    size_t size_before;           /* of their segments */
    size_t half;                  /* values of a quarter after it */
    zkl_fr c;
} zkl_fold_job;

/* Bind the top variable to c: all but the values, which zkl_fold_tile is for. Segments are joined
 * in pairs (j, segments + j) while there are two, and halved after. A value goes where one of its
 * two was, or to a place of its own, so the order of tiles does not matter. */
zkl_status zkl_fold_begin(zkl_fold_job *job, zkl_layer_state *s, const zkl_fr *c,
                          zkl_error *err) ZKL_MUST_USE;
/* count <= ZKL_TILE values of quarter b from `at` on, within one segment. What is constant is
 * folded already. runs: room for two. */
void zkl_fold_tile(const zkl_fold_job *job, size_t b, size_t at, size_t count, zkl_part_run *runs);
/* out[i] = low[i] + c (high[i] - low[i]), one by one, and by a set where there is one. */
void zkl_fold_values(zkl_fr *out, const zkl_run_values *low, const zkl_run_values *high,
                     const zkl_fr *c, size_t count);
void zkl_fold_run(const zkl_fr_lanes *lanes, zkl_fr *out, const zkl_run_values *low,
                  const zkl_run_values *high, const zkl_fr *c, size_t count);
/* One block for all that the first fold of a computed layer stores. */
zkl_status zkl_layer_make_folded(zkl_layer_state *s, size_t count, zkl_error *err) ZKL_MUST_USE;

/* ---- fraction_corners.c */

/* Bind the two top variables of the leaf layer, of which nothing is stored yet, to c1 and c2. */
zkl_status zkl_fold_leaves(zkl_layer_state *s, const zkl_fr *c1, const zkl_fr *c2, zkl_pool *pool,
                           zkl_error *err) ZKL_MUST_USE;

/* ---- fraction_round.c */

/* What a layer has to show: P(r) + lambda Q(r) = value. A layer's sum-check replaces it by the
 * next layer's. */
typedef struct zkl_layer_claim {
    zkl_fr r[ZKL_TIER_MAX];
    zkl_fr lambda, value;
} zkl_layer_claim;

/* Working memory of the rounds, for the widest layer. */
typedef struct zkl_round_room {
    zkl_part_run *runs, *children; /* 2 ZKL_ARITY and ZKL_ARITY for each worker */
    zkl_fr (*sums)[ZKL_ROUND_POINTS];
    zkl_fr *e_high, e_low[ZKL_TILE];
} zkl_round_room;

/* The round that binds variable v: h at 0, 2, -1, and its leading coefficient. eq is taken over
 * the variables below v, since that of v stands outside and those above are bound. fold: what the
 * round before has bound and not folded yet; each tile is folded when it is summed, while it is in
 * the cache. */
void zkl_round_sum(zkl_fr sums[ZKL_ROUND_POINTS], const zkl_layer_state *s,
                   const zkl_fold_job *fold, unsigned v, const zkl_layer_claim *claim,
                   zkl_round_room *room, zkl_pool *pool);
/* From the sums of the round that binds variable v: its message, its challenge, and the claim that
 * the next round starts from. */
zkl_status zkl_round_close(zkl_fr *message, zkl_fr *challenge, zkl_layer_claim *claim, unsigned v,
                           const zkl_fr sums[ZKL_ROUND_POINTS], zkl_transcript *tr,
                           zkl_error *err) ZKL_MUST_USE;

/* ---- fraction_tree.c */

/* p and q of a segment of nodes: `live` of each, then the constants that all others are. */
typedef struct zkl_tree_segment {
    size_t live;
    zkl_fr *p, *q;
    zkl_fr p_rest, q_rest;
} zkl_tree_segment;

/* A layer of the tree, in segments of the size of a leaf block, or one of all of its nodes where it
 * has fewer. */
typedef struct zkl_tree_layer {
    size_t segment_size, segment_count;
    zkl_tree_segment *segments;
    zkl_fr *values;
    size_t value_count;
    /* Only segments are known; nodes are computed from the leaves. */
    bool made_when_read;
} zkl_tree_layer;

/* The tree of one argument, with what it is computed by. */
typedef struct zkl_fraction_tree {
    const zkl_leaf_source *leaves;
    const zkl_fr_lanes *lanes;  /* or NULL */
    const zkl_cell_sums *cells; /* or NULL */
    zkl_pool *pool;
    unsigned depth, log_cells;
    /* Layer k has 4^k nodes. The leaves are not stored. */
    zkl_tree_layer layers[ZKL_TIER_MAX / 2 + 1];
    zkl_part *parts, *before;
    zkl_round_room room;
    zkl_layer_state state; /* of the layer that is open */
    /* Where the layer above the leaves is made when it is read: of what. */
    zkl_part *leaf_parts;
    zkl_layer_state leaf_state;
    zkl_node_source above_leaves;
} zkl_fraction_tree;

/* What is needed once for all layers, for the widest of them. */
zkl_status zkl_fraction_tree_make_rooms(zkl_fraction_tree *tree, zkl_error *err) ZKL_MUST_USE;
/* All layers above the leaves, from the bottom up. */
zkl_status zkl_fraction_tree_build(zkl_fraction_tree *tree, zkl_error *err) ZKL_MUST_USE;
/* Open layer k: its state becomes the four quarters of layer k + 1, its children, unfolded. In the
 * leaf layer a segment is a leaf block, of which nothing is stored yet. */
void zkl_fraction_tree_open(zkl_fraction_tree *tree, unsigned k);
/* The same, and layer k's own nodes are needed no more: they are wiped, or in the leaf layer their
 * block serves what the leaves are folded into. */
void zkl_fraction_tree_take(zkl_fraction_tree *tree, unsigned k);
void zkl_fraction_tree_clear(zkl_fraction_tree *tree);
