/* Nodes from their four children, a tile at a time. Above the leaves, where these are numbers of 16
 * bits, they come from the numbers themselves; else from the children's fractions. */
#include "prove/fraction_internal.h"
#include "prove/fraction_node_inline.h"

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

void zkl_node_source_init(zkl_node_source *out, const zkl_layer_state *children,
                          const zkl_cell_sums *cells)
{
    *out = (zkl_node_source){ .children = children, .cells = cells };
    for (size_t m = 0; m <= ZKL_ARITY && cells; m++)
        number_nodes(&out->numbers[m], zkl_leaf_source_alpha(children->leaves), m);
}

/* p, q of `count` nodes of segment j whose leaves are numbers or unused, from the numbers. false:
 * they are not. */
static bool combine_numbers(zkl_fr *out_p, zkl_fr *out_q, const zkl_node_source *source, size_t j,
                            size_t from, size_t count)
{
    const zkl_layer_state *s = source->children;
    const uint16_t *numbers[ZKL_ARITY];
    uint16_t room[ZKL_ARITY][ZKL_TILE];
    size_t m = 0;
    bool all = true;
    for (size_t b = 0; b < ZKL_ARITY; b++) {
        const zkl_part *x = zkl_part_at(s, b, j);
        if (!source->cells || (x->is_leaf && !zkl_leaf_source_is_number(s->leaves, x->index)))
            return false;
    }
    for (size_t b = 0; b < ZKL_ARITY && all; b++) {
        const zkl_part *x = zkl_part_at(s, b, j);
        if (!x->is_leaf)
            continue; /* 0 / 1 */
        numbers[m] = zkl_leaf_source_numbers(s->leaves, room[m], x->index, from, count);
        all = numbers[m++] != NULL;
    }
    if (all) {
        zkl_number_nodes nodes = source->numbers[m];
        memcpy(nodes.numbers, numbers, m * sizeof *numbers);
        const zkl_cell_sums *set = count % 8 == 0 ? source->cells : &zkl_cell_sums_portable;
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

void zkl_nodes_make(zkl_fr *p, zkl_fr *q, const zkl_node_source *source, zkl_part_run *runs,
                    size_t j, size_t from, size_t count)
{
    const zkl_layer_state *s = source->children;
    const zkl_fr_lanes *lanes = zkl_layer_lanes(s, count);
    if (combine_numbers(p, q, source, j, from, count))
        return;
    read_children(runs, s, j, from, count);
    if (lanes) {
        zkl_fr_fractions in;
        zkl_part_runs_describe(&in, runs);
        lanes->add_fractions(p->l, q->l, &in, count);
    } else {
        combine_values(p, q, runs, count);
    }
}
