/* A lineage written out: the graph's nodes and steps that were reached, with new numbers, and at
 * each the claims that stand there. Here it is decided what is called proven. */
#include "verify/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "verify/lineage_circle.h"
#include "verify/lineage_graph.h"

static char *node_name(zkl_arena *memory, const zkl_graph_node *node)
{
    return node->file
               ? zkl_arena_text(memory, (const char *)node->file->name.data, node->file->name.size)
               : zkl_entry_words(memory, node->notarised->entry);
}

static const char *keep(zkl_graph *g, zkl_bytes text, bool *failed)
{
    const char *out = zkl_arena_text(g->memory, (const char *)text.data, text.size);
    *failed = *failed || !out;
    return out;
}

/* Claims that stand at one place. */
typedef struct claim_writer {
    zkl_lineage_claim *items;
    size_t count;
} claim_writer;

static zkl_status put_claim(claim_writer *w, zkl_graph *g, const zkl_graph_node *about,
                            zkl_bytes text, uint64_t index)
{
    bool failed = false;
    zkl_lineage_claim *claim = &w->items[w->count++];
    *claim = (zkl_lineage_claim){ .about = node_name(g->memory, about),
                                  .text = keep(g, text, &failed),
                                  .index = index };
    return claim->about && !failed ? ZKL_OK : zkl_no_memory(g->err, text.size);
}

/* Does it say that each row of a result has all of a row of a source in it? */
static bool tells_columns(const zkl_graph *g, const zkl_graph_relation *r,
                          const zkl_graph_step *step)
{
    return r->origin == ZKL_CLAIM_ORIGIN_OF_COLUMNS && r->is_of_all_rows &&
           zkl_relation_goes_back(r, step) && zkl_relation_names_columns_of(g, r, r->nodes[1]);
}

/* Is each source of the step named by a claim that tells its rows? */
static bool are_sources_told(const zkl_graph *g, const zkl_graph_step *step)
{
    for (size_t i = 0; i < step->source_count; i++) {
        bool is_named = false;
        for (size_t k = 0; k < g->relation_count && !is_named; k++) {
            const zkl_graph_relation *r = &g->relations[k];
            is_named = zkl_relation_stands_at(r, step) && zkl_relation_tells_rows(g, r, step) &&
                       zkl_is_among(step->sources[i], r->nodes, r->node_count);
        }
        if (!is_named)
            return false;
    }
    return true;
}

/* Of a claim that tells rows: a result of the step that it speaks of. */
static size_t result_of(const zkl_graph_relation *r, const zkl_graph_step *step)
{
    size_t at = 0;
    while (!zkl_is_among(r->nodes[at], step->results, step->result_count))
        at++;
    ZKL_ASSERT(at < r->node_count); /* zkl_relation_stands_at */
    return at;
}

/* Columns of a result that claims speak of which do not speak of all. */
typedef struct told_columns {
    zkl_bytes *names;
    size_t count, capacity;
    const zkl_graph_node *as_of; /* those of this one; NULL: they are named */
    bool are_all;
} told_columns;

static bool is_named(const told_columns *c, zkl_bytes name)
{
    for (size_t i = 0; i < c->count; i++)
        if (zkl_bytes_equal(c->names[i], name))
            return true;
    return false;
}

/* By name, or those of the source, whose result may have more. */
static void add_columns(told_columns *c, const zkl_graph *g, const zkl_graph_relation *r,
                        const zkl_graph_step *step)
{
    const size_t at = result_of(r, step);
    const zkl_graph_node *own = &g->nodes[r->nodes[0]], *result = &g->nodes[r->nodes[at]];
    if (r->is_of_whole_rows || (!r->pair_count && (!at || own->notarised->column_count ==
                                                              result->notarised->column_count))) {
        c->are_all = true;
        return;
    }
    if (!r->pair_count)
        c->as_of = own;
    for (size_t i = 0; i < r->pair_count; i++) {
        const zkl_bytes name = r->columns[at ? r->pair_count + i : i].name;
        if (!is_named(c, name))
            c->names[c->count++] = name;
    }
    ZKL_ASSERT(c->count <= c->capacity);
    c->are_all = c->are_all || (c->count && c->count == result->notarised->column_count);
}

static zkl_status write_columns(const char **out, zkl_graph *g, const told_columns *c)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (size_t i = 0; i < c->count; i++) {
        zkl_buffer_put_text(&text, i ? ", " : "");
        zkl_claim_name_print(&text, c->names[i]);
    }
    if (c->as_of)
        zkl_buffer_format(&text, "%sthose of %s", c->count ? ", " : "",
                          node_name(&g->scratch, c->as_of));
    ZKL_TRY(zkl_buffer_status(&text, g->err));
    *out = zkl_arena_text(g->memory, (const char *)text.data, text.size);
    return *out ? ZKL_OK : zkl_no_memory(g->err, text.size);
}

/* Which columns the claims speak of that tell rows, when these are not all. */
static zkl_status write_told_columns(zkl_lineage_step *out, zkl_graph *g,
                                     const zkl_graph_step *step)
{
    told_columns c = { 0 };
    for (size_t i = 0; i < g->relation_count; i++)
        if (zkl_relation_stands_at(&g->relations[i], step) &&
            zkl_relation_tells_rows(g, &g->relations[i], step))
            c.capacity += g->relations[i].pair_count;
    c.names = ZKL_ARENA_NEW(&g->scratch, zkl_bytes, c.capacity);
    if (!c.names)
        return zkl_no_memory(g->err, c.capacity * sizeof *c.names);
    for (size_t i = 0; i < g->relation_count && !c.are_all; i++)
        if (zkl_relation_stands_at(&g->relations[i], step) &&
            zkl_relation_tells_rows(g, &g->relations[i], step))
            add_columns(&c, g, &g->relations[i], step);
    return c.are_all || !(c.count || c.as_of) ? ZKL_OK : write_columns(&out->columns, g, &c);
}

static zkl_status write_step_claims(zkl_lineage_step *out, zkl_graph *g, const zkl_graph_step *step)
{
    size_t count = 0;
    for (size_t i = 0; i < g->relation_count; i++)
        count += zkl_relation_stands_at(&g->relations[i], step);
    claim_writer w = { ZKL_ARENA_NEW(g->memory, zkl_lineage_claim, count), 0 };
    if (!w.items)
        return zkl_no_memory(g->err, count * sizeof *w.items);
    for (size_t i = 0; i < g->relation_count; i++) {
        const zkl_graph_relation *r = &g->relations[i];
        if (!zkl_relation_stands_at(r, step))
            continue;
        ZKL_TRY(put_claim(&w, g, &g->nodes[r->nodes[0]], r->text, r->index));
        out->has_proven_rows |= zkl_relation_tells_rows(g, r, step);
        out->has_proven_columns |= tells_columns(g, r, step);
    }
    out->is_proven = out->has_proven_rows && are_sources_told(g, step);
    ZKL_TRY(write_told_columns(out, g, step));
    out->claims = w.items;
    out->claim_count = w.count;
    return ZKL_OK;
}

/* Those that were reached, by their new numbers. */
static zkl_status write_places(const size_t **out, size_t *count, zkl_graph *g, const size_t *nodes,
                               size_t node_count)
{
    size_t *places = ZKL_ARENA_NEW(g->memory, size_t, node_count);
    if (!places)
        return zkl_no_memory(g->err, node_count * sizeof *places);
    *count = 0;
    for (size_t i = 0; i < node_count; i++)
        if (g->nodes[nodes[i]].is_reached)
            places[(*count)++] = g->nodes[nodes[i]].place;
    *out = places;
    return ZKL_OK;
}

static zkl_status write_recorded(zkl_lineage_step *out, zkl_graph *g, const zkl_entry_provenance *p)
{
    bool failed = false;
    zkl_fact *facts = ZKL_ARENA_NEW(g->memory, zkl_fact, p->fact_count);
    if (!facts)
        return zkl_no_memory(g->err, p->fact_count * sizeof *facts);
    out->is_recorded = true;
    out->operation = p->operation.size ? keep(g, p->operation, &failed) : NULL;
    out->unproven = p->unproven.size ? keep(g, p->unproven, &failed) : NULL;
    for (size_t i = 0; i < p->fact_count; i++)
        facts[i] =
            (zkl_fact){ keep(g, p->facts[i].name, &failed), keep(g, p->facts[i].value, &failed) };
    out->facts = facts;
    out->fact_count = p->fact_count;
    return failed ? zkl_no_memory(g->err, 0) : ZKL_OK;
}

static zkl_status write_step(zkl_lineage_step *out, zkl_graph *g, const zkl_graph_step *step)
{
    *out = (zkl_lineage_step){ .index = step->index };
    if (step->recorded)
        ZKL_TRY(write_recorded(out, g, step->recorded));
    ZKL_TRY(write_places(&out->sources, &out->source_count, g, step->sources, step->source_count));
    ZKL_TRY(write_places(&out->results, &out->result_count, g, step->results, step->result_count));
    return write_step_claims(out, g, step);
}

static int compare_steps(const void *a, const void *b)
{
    const zkl_lineage_step *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static zkl_status write_steps(zkl_lineage *out, zkl_lineage_step **written, zkl_graph *g)
{
    zkl_lineage_step *steps = ZKL_ARENA_NEW(g->memory, zkl_lineage_step, g->reached_steps);
    if (!steps)
        return zkl_no_memory(g->err, g->reached_steps * sizeof *steps);
    for (size_t i = 0; i < g->step_count; i++)
        if (g->steps[i].is_reached)
            ZKL_TRY(write_step(&steps[out->step_count++], g, &g->steps[i]));
    ZKL_ASSERT(out->step_count == g->reached_steps);
    if (out->step_count)
        qsort(steps, out->step_count, sizeof *steps, compare_steps);
    out->steps = *written = steps;
    return ZKL_OK;
}

/* Does the claim stand at a step already? */
static bool is_at_step(const zkl_lineage *out, uint64_t index, zkl_bytes text)
{
    for (size_t i = 0; i < out->step_count; i++)
        for (size_t k = 0; k < out->steps[i].claim_count; k++)
            if (out->steps[i].claims[k].index == index &&
                zkl_bytes_equal_text(text, out->steps[i].claims[k].text))
                return true;
    return false;
}

/* Whether the entry is about the node: its notarisation, or a later one that rests on it. */
static bool is_about(const zkl_lineage_entry *e, const zkl_graph_node *node)
{
    return e == node->notarised ||
           (e->entry->kind == ZKL_ENTRY_PROVE &&
            zkl_digest_equal(&e->entry->parents[0], &node->notarised->leaf));
}

/* A dataset that the entry names and that is no part of the lineage; NULL: there is none, or it is
 * named at a step. */
static zkl_status find_outside(const char **name, zkl_graph *g, const zkl_lineage *out,
                               const zkl_lineage_entry *e)
{
    *name = NULL;
    if (!zkl_graph_related(e))
        return ZKL_OK;
    for (size_t i = 0; i < out->step_count; i++)
        for (size_t k = 0; k < out->steps[i].claim_count; k++)
            if (out->steps[i].claims[k].index == e->index)
                return ZKL_OK;
    for (size_t i = 1; i < e->entry->parent_count && !*name; i++) {
        size_t node = 0;
        ZKL_TRY(zkl_graph_find_parent(&node, g, e, i));
        if (g->nodes[node].is_reached)
            continue;
        *name = node_name(g->memory, &g->nodes[node]);
        if (!*name)
            return zkl_no_memory(g->err, 0);
    }
    return ZKL_OK;
}

static zkl_status write_entry_claims(claim_writer *w, zkl_graph *g, const zkl_lineage *out,
                                     const zkl_lineage_entry *e, const zkl_graph_node *node)
{
    const char *outside;
    ZKL_TRY(find_outside(&outside, g, out, e));
    for (size_t k = 0; k < e->entry->data.statement_count; k++)
        for (size_t c = 0; c < e->entry->data.statements[k].claim_count; c++) {
            const zkl_bytes text = e->entry->data.statements[k].claims[c].text;
            zkl_claim claim;
            ZKL_TRY(zkl_graph_read_claim(&claim, g, e, text));
            if (zkl_claim_is_wellformedness(&claim) || is_at_step(out, e->index, text))
                continue;
            ZKL_TRY(put_claim(w, g, node, text, e->index));
            w->items[w->count - 1].outside = outside;
        }
    return ZKL_OK;
}

static size_t count_claims(const zkl_entry *entry)
{
    size_t count = 0;
    for (size_t i = 0; i < entry->data.statement_count; i++)
        count += entry->data.statements[i].claim_count;
    return count;
}

static zkl_status write_node_claims(zkl_lineage_node *node, zkl_graph *g, const zkl_lineage *out,
                                    const zkl_graph_node *raw)
{
    size_t most = 0;
    for (size_t i = 0; i < g->entry_count; i++)
        most += is_about(&g->entries[i], raw) ? count_claims(g->entries[i].entry) : 0;
    claim_writer w = { ZKL_ARENA_NEW(g->memory, zkl_lineage_claim, most), 0 };
    if (!w.items)
        return zkl_no_memory(g->err, most * sizeof *w.items);
    for (size_t i = 0; i < g->entry_count; i++)
        if (is_about(&g->entries[i], raw))
            ZKL_TRY(write_entry_claims(&w, g, out, &g->entries[i], raw));
    node->claims = w.items;
    node->claim_count = w.count;
    return ZKL_OK;
}

static zkl_status write_nodes(zkl_lineage *out, zkl_graph *g)
{
    zkl_lineage_node *nodes = ZKL_ARENA_NEW(g->memory, zkl_lineage_node, g->reached_count);
    if (!nodes)
        return zkl_no_memory(g->err, g->reached_count * sizeof *nodes);
    for (size_t i = 0; i < g->reached_count; i++) {
        const zkl_graph_node *raw = &g->nodes[g->reached[i]];
        nodes[i] = (zkl_lineage_node){ .is_file = raw->file != NULL,
                                       .name = node_name(g->memory, raw),
                                       .id = raw->file ? raw->file->sha256
                                                       : raw->notarised->entry->data.dataset,
                                       .index = raw->index,
                                       .row_count = raw->file ? 0 : raw->notarised->row_count };
        if (!nodes[i].name)
            return zkl_no_memory(g->err, 0);
        if (!raw->file)
            ZKL_TRY(write_node_claims(&nodes[i], g, out, raw));
    }
    out->nodes = nodes;
    out->node_count = g->reached_count;
    return ZKL_OK;
}

/* ---- All of it. */

static zkl_status make(zkl_lineage *out, zkl_graph *g, const zkl_lineage_target *of)
{
    zkl_lineage_step *steps = NULL;
    ZKL_TRY(zkl_graph_make(g, of));
    ZKL_TRY(write_steps(out, &steps, g));
    ZKL_TRY(write_nodes(out, g));
    return zkl_lineage_find_circles(out, steps, g->err);
}

zkl_status zkl_lineage_make(zkl_lineage *out, zkl_arena *memory, const zkl_lineage_entry *entries,
                            size_t count, const zkl_lineage_target *of, zkl_error *err)
{
    zkl_graph g = { .memory = memory, .err = err, .entries = entries, .entry_count = count };
    zkl_lineage made = { .is_descent = of->is_descent };
    const zkl_status status = make(&made, &g, of);
    zkl_arena_clear(&g.scratch);
    if (status == ZKL_OK)
        *out = made;
    return status;
}
