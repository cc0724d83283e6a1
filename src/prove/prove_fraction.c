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
#include "prove/fraction_internal.h"
#include "prove/fraction_node_inline.h"

/* After the last round: the children's values at the point, absorbed; then l0, l1 extend the
 * point by the two bits of the child's number, lambda is drawn anew, and the claim is of the
 * layer below. */
static void descend(zkl_layer_claim *claim, const zkl_gkr_layer *layer, const zkl_fr *point,
                    zkl_transcript *tr)
{
    zkl_fr ends[2 * ZKL_ARITY], next[3], e[ZKL_ARITY], q = ZKL_FR_ZERO;
    const size_t rounds = layer->round_count;
    ZKL_ASSERT(rounds + 2 <= ZKL_COUNT(claim->r));
    memcpy(ends, layer->p, sizeof layer->p);
    memcpy(ends + ZKL_ARITY, layer->q, sizeof layer->q);
    zkl_transcript_absorb(tr, ends, 2 * ZKL_ARITY);
    zkl_transcript_squeeze(tr, next, 3); /* l0, l1, lambda */
    memcpy(claim->r, point, rounds * sizeof *point);
    claim->r[rounds] = next[0];
    claim->r[rounds + 1] = next[1];
    claim->lambda = next[2];
    zkl_eq_vector(e, next, 2);
    claim->value = ZKL_FR_ZERO;
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        add_weighted(&claim->value, &e[b], &layer->p[b]);
        add_weighted(&q, &e[b], &layer->q[b]);
    }
    add_weighted(&claim->value, &claim->lambda, &q);
    zkl_wipe(ends, sizeof ends);
}

/* Rounds on cells pass over all of them. Where few rows are there the others cost less, which pass
 * over what varies alone. */
static bool is_mostly_live(const zkl_layer_state *s)
{
    size_t live = 0, used = 0;
    for (size_t i = 0; i < ZKL_ARITY * s->segment_count; i++) {
        const zkl_part *x = &s->parts[i];
        if (!x->is_leaf)
            continue;
        used += s->segment_size;
        live += x->p.live > x->q.live ? x->p.live : x->q.live;
    }
    return live > used / 4;
}

/* The first two rounds of the leaf layer from the cells. *left: rounds that are left, all of them
 * where the leaves do not allow it, or few of them are there. */
static zkl_status prove_first_rounds(unsigned *left, zkl_gkr_layer *out, zkl_fraction_tree *tree,
                                     zkl_fr *point, zkl_layer_claim *claim, zkl_transcript *tr,
                                     zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_first_rounds) first = NULL;
    zkl_fr sums[ZKL_ROUND_POINTS];
    const unsigned v = *left - 1; /* the first variable; v - 1 is the second */
    if (*left < 2 || !is_mostly_live(&tree->state))
        return ZKL_OK;
    ZKL_TRY(zkl_first_rounds_new(&first, tree->leaves, tree->cells, tree->lanes, *left + 2,
                                 tree->pool, err));
    if (!first || !zkl_first_rounds_gather(first, claim->r, tree->pool))
        return ZKL_OK;
    zkl_first_rounds_first(sums, first, &claim->lambda, &claim->r[v - 1]);
    ZKL_TRY(zkl_round_close(out->rounds[0], &point[v], claim, v, sums, tr, err));
    zkl_first_rounds_second(sums, first, &claim->lambda, &point[v]);
    ZKL_TRY(zkl_round_close(out->rounds[1], &point[v - 1], claim, v - 1, sums, tr, err));
    *left -= 2;
    return zkl_fold_leaves(&tree->state, &point[v], &point[v - 1], tree->pool, err);
}

/* The open layer's sum-check: 2k rounds over its children, the top variable first, then their
 * values. */
static zkl_status prove_layer(zkl_gkr_layer *out, zkl_fraction_tree *tree, zkl_layer_claim *claim,
                              bool is_leaf_layer, zkl_transcript *tr, zkl_error *err)
{
    zkl_fr point[ZKL_TIER_MAX], sums[ZKL_ROUND_POINTS];
    zkl_layer_state *s = &tree->state;
    const unsigned rounds = (unsigned)out->round_count;
    unsigned left = rounds;
    ZKL_ASSERT(rounds <= ZKL_COUNT(point));
    if (is_leaf_layer)
        ZKL_TRY(prove_first_rounds(&left, out, tree, point, claim, tr, err));
    zkl_fold_job fold;
    for (unsigned v = left; v--;) {
        zkl_round_sum(sums, s, v + 1 < left ? &fold : NULL, v, claim, &tree->room, tree->pool);
        ZKL_TRY(zkl_round_close(out->rounds[rounds - 1 - v], &point[v], claim, v, sums, tr, err));
        ZKL_TRY(zkl_fold_begin(&fold, s, &point[v], err));
    }
    for (size_t b = 0; left && b < ZKL_ARITY; b++)
        zkl_fold_tile(&fold, b, 0, 1, tree->room.runs);
    ZKL_ASSERT(s->segment_count == 1 && s->segment_size == 1);
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        zkl_part_run run;
        zkl_part_read(&run, s, zkl_part_at(s, b, 0), 0, 1);
        out->p[b] = *run.p.at;
        out->q[b] = *run.q.at;
    }
    descend(claim, out, point, tr);
    return ZKL_OK;
}

/* Root first: its layer has no rounds, since it has one node. A layer is freed when its
 * sum-check begins, which needs its children only. */
static zkl_status prove_layers(zkl_fraction_witness *out, zkl_layer_claim *claim,
                               zkl_fraction_tree *tree, zkl_transcript *tr, zkl_arena *arena,
                               zkl_error *err)
{
    const zkl_tree_segment *top = &tree->layers[0].segments[0];
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
        zkl_fraction_tree_take(tree, k);
        ZKL_TRY(prove_layer(layer, tree, claim, is_leaf_layer, tr, err));
    }
    return ZKL_OK;
}

zkl_status zkl_fraction_prove(zkl_fraction_witness *out, zkl_fr *point, const zkl_fraction_sum *sum,
                              zkl_transcript *tr, zkl_arena *arena, zkl_error *err)
{
    _Static_assert(ZKL_TILE <= ZKL_FR_LANES_RUN_MAX, "a tile is one run");
    const unsigned n = sum->n, log_cells = zkl_leaf_source_log_cells(sum->leaves);
    ZKL_ASSERT(n % 2 == 0 && n >= log_cells + 2 && n <= ZKL_TIER_MAX);
    zkl_layer_claim claim = { 0 };
    ZKL_AUTO_CLEAR(zkl_fraction_tree)
    tree = { .leaves = sum->leaves,
             .lanes = sum->lanes,
             .cells = sum->cells,
             .pool = sum->pool,
             .depth = n / 2,
             .log_cells = log_cells };
    ZKL_TRY(zkl_fraction_tree_make_rooms(&tree, err));
    ZKL_TRY(zkl_fraction_tree_build(&tree, err));
    const zkl_status status = prove_layers(out, &claim, &tree, tr, arena, err);
    if (status == ZKL_OK)
        memcpy(point, claim.r, n * sizeof *point);
    zkl_wipe(&claim, sizeof claim);
    return status;
}
