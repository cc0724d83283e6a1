/* The graph of a lineage, in three steps: nodes are numbered, what is recorded becomes steps and
 * what is proven becomes relations, and the part that hangs on the target is walked. */
#include "verify/lineage_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

bool zkl_is_among(size_t what, const size_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == what)
            return true;
    return false;
}

static bool meet(const size_t *a, size_t a_count, const size_t *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++)
        if (zkl_is_among(a[i], b, b_count))
            return true;
    return false;
}

/* ---- Nodes. */

static int compare_keys(const void *a, const void *b)
{
    const zkl_graph_key *x = a, *y = b;
    const int order = memcmp(&x->digest, &y->digest, sizeof x->digest);
    return order ? order : (x->node > y->node) - (x->node < y->node);
}

static void sort_keys(zkl_graph_keys *keys)
{
    if (keys->count)
        qsort(keys->items, keys->count, sizeof *keys->items, compare_keys);
}

/* SIZE_MAX: none. Of several with one digest the first. */
static size_t find_node(const zkl_graph_keys *keys, const zkl_digest *digest)
{
    size_t low = 0, high = keys->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (memcmp(&keys->items[middle].digest, digest, sizeof *digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < keys->count && zkl_digest_equal(&keys->items[low].digest, digest)
               ? keys->items[low].node
               : SIZE_MAX;
}

static const zkl_entry_provenance *provenance_of(const zkl_lineage_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_data(e->entry));
    return e->entry->kind == ZKL_ENTRY_PROVENANCE ? e->entry->data.provenance : NULL;
}

static zkl_status make_room(zkl_graph *g)
{
    size_t notarised = 0, files = 0, recorded = 0;
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_provenance *p = provenance_of(&g->entries[i]);
        ZKL_ASSERT(!i || g->entries[i - 1].index < g->entries[i].index);
        notarised += g->entries[i].entry->kind == ZKL_ENTRY_NOTARISE;
        files += p ? p->made_count + p->used_count : 0;
        recorded += p != NULL;
    }
    g->nodes = ZKL_ARENA_NEW(&g->scratch, zkl_graph_node, notarised + files);
    g->notarised.items = ZKL_ARENA_NEW(&g->scratch, zkl_graph_key, notarised);
    g->files.items = ZKL_ARENA_NEW(&g->scratch, zkl_graph_key, files);
    g->reached = ZKL_ARENA_NEW(&g->scratch, size_t, notarised + files);
    g->step_capacity = recorded + ZKL_LINEAGE_STEPS_MAX;
    g->steps = ZKL_ARENA_NEW(&g->scratch, zkl_graph_step, g->step_capacity);
    return g->nodes && g->notarised.items && g->files.items && g->reached && g->steps
               ? ZKL_OK
               : zkl_no_memory(g->err, (notarised + files) * sizeof *g->nodes);
}

static void add_files(zkl_graph *g, const zkl_entry_file *files, size_t count, uint64_t index)
{
    for (size_t i = 0; i < count; i++) {
        g->files.items[g->files.count++] = (zkl_graph_key){ files[i].sha256, g->node_count };
        g->nodes[g->node_count++] = (zkl_graph_node){ .file = &files[i], .index = index };
    }
}

/* Each notarisation is one, and each file by its content: the first entry that names it gives it
 * its name. */
static zkl_status number_nodes(zkl_graph *g)
{
    ZKL_TRY(make_room(g));
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_lineage_entry *e = &g->entries[i];
        const zkl_entry_provenance *p = provenance_of(e);
        if (e->entry->kind == ZKL_ENTRY_NOTARISE) {
            g->notarised.items[g->notarised.count++] = (zkl_graph_key){ e->leaf, g->node_count };
            g->nodes[g->node_count++] = (zkl_graph_node){ .notarised = e, .index = e->index };
        }
        if (p) {
            add_files(g, p->used, p->used_count, e->index);
            add_files(g, p->made, p->made_count, e->index);
        }
    }
    sort_keys(&g->notarised);
    sort_keys(&g->files);
    return ZKL_OK;
}

zkl_status zkl_graph_find_parent(size_t *out, const zkl_graph *g, const zkl_lineage_entry *e,
                                 size_t at)
{
    *out = find_node(&g->notarised, &e->entry->parents[at]);
    return *out != SIZE_MAX ? ZKL_OK
                            : zkl_fail(g->err, ZKL_REJECTED,
                                       "entry %llu rests on a notarisation that is not here",
                                       (unsigned long long)e->index);
}

/* ---- Steps that are recorded. */

static void put_files(size_t *out, size_t *count, const zkl_graph *g, const zkl_entry_file *files,
                      size_t file_count)
{
    for (size_t i = 0; i < file_count; i++) {
        out[*count] = find_node(&g->files, &files[i].sha256);
        ZKL_ASSERT(out[*count] != SIZE_MAX); /* number_nodes */
        (*count)++;
    }
}

static zkl_status add_recorded(zkl_graph *g, const zkl_lineage_entry *e)
{
    const zkl_entry_provenance *p = provenance_of(e);
    const size_t parents = e->entry->parent_count;
    zkl_graph_step *step = &g->steps[g->step_count];
    size_t own;
    ZKL_ASSERT(p && g->step_count < g->step_capacity);
    *step = (zkl_graph_step){ .index = e->index, .recorded = p };
    step->sources = ZKL_ARENA_NEW(&g->scratch, size_t, parents + p->used_count);
    step->results = ZKL_ARENA_NEW(&g->scratch, size_t, 1 + p->made_count);
    if (!step->sources || !step->results)
        return zkl_no_memory(g->err, parents * sizeof *step->sources);
    ZKL_TRY(zkl_graph_find_parent(&own, g, e, 0));
    if (p->made_count)
        step->sources[step->source_count++] = own;
    else
        step->results[step->result_count++] = own;
    for (size_t i = 1; i < parents; i++)
        ZKL_TRY(zkl_graph_find_parent(&step->sources[step->source_count++], g, e, i));
    put_files(step->sources, &step->source_count, g, p->used, p->used_count);
    put_files(step->results, &step->result_count, g, p->made, p->made_count);
    g->step_count++;
    return ZKL_OK;
}

/* ---- Relations that are proven. */

/* A canonical claim names every other dataset with its version, and they are parents of its
 * entry. */
static zkl_status find_other(size_t *out, const zkl_graph *g, const zkl_lineage_entry *e,
                             const zkl_claim_other *other)
{
    for (size_t i = 1; i < e->entry->parent_count; i++) {
        ZKL_TRY(zkl_graph_find_parent(out, g, e, i));
        const zkl_entry_data *data = &g->nodes[*out].notarised->entry->data;
        if (zkl_bytes_equal(data->name, other->name) && data->version == other->version)
            return ZKL_OK;
    }
    return zkl_fail(g->err, ZKL_REJECTED, "a claim of entry %llu names a dataset that is no parent",
                    (unsigned long long)e->index);
}

zkl_status zkl_graph_read_claim(zkl_claim *out, zkl_graph *g, const zkl_lineage_entry *e,
                                zkl_bytes text)
{
    const zkl_status status = zkl_claim_parse(out, &g->scratch, text, g->err);
    return status == ZKL_OK || status == ZKL_NO_MEMORY
               ? status
               : zkl_wrap(g->err, ZKL_REJECTED, "a claim of entry %llu",
                          (unsigned long long)e->index);
}

/* What the claims on other spans have in common with it. */
static zkl_status read_span(zkl_graph_relation *r, zkl_graph *g, const zkl_claim *claim)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bare = { 0 };
    zkl_claim_print_bare(&bare, claim);
    ZKL_TRY(zkl_buffer_status(&bare, g->err));
    r->has_span = true;
    r->is_of_all_rows = false;
    r->first_row = claim->first_row;
    r->last_row = claim->last_row;
    r->bare = zkl_bytes_of(zkl_arena_copy(&g->scratch, bare.data, bare.size), bare.size);
    return r->bare.data ? ZKL_OK : zkl_no_memory(g->err, bare.size);
}

static zkl_status add_relation(zkl_graph *g, const zkl_lineage_entry *e, zkl_bytes text)
{
    zkl_claim claim;
    ZKL_TRY(zkl_graph_read_claim(&claim, g, e, text));
    if (!claim.other_count)
        return ZKL_OK;
    zkl_graph_relation *r = &g->relations[g->relation_count];
    *r = (zkl_graph_relation){ .index = e->index,
                               .text = text,
                               .origin = zkl_claim_origin_of(&claim),
                               .is_of_all_rows = true };
    r->nodes = ZKL_ARENA_NEW(&g->scratch, size_t, 1 + claim.other_count);
    if (!r->nodes)
        return zkl_no_memory(g->err, (1 + claim.other_count) * sizeof *r->nodes);
    ZKL_TRY(zkl_graph_find_parent(&r->nodes[r->node_count++], g, e, 0));
    for (size_t i = 0; i < claim.other_count; i++)
        ZKL_TRY(find_other(&r->nodes[r->node_count++], g, e, &claim.others[i]));
    r->columns = claim.columns;
    r->pair_count = zkl_claim_pair_count(&claim);
    r->is_of_whole_rows = r->origin == ZKL_CLAIM_ORIGIN_OF_OWN ||
                          (r->origin == ZKL_CLAIM_ORIGIN_OF_ALL && !zkl_claim_is_by_row(&claim));
    if (claim.has_span)
        ZKL_TRY(read_span(r, g, &claim));
    g->relation_count++;
    return ZKL_OK;
}

static int compare_texts(const zkl_graph_relation *a, const zkl_graph_relation *b)
{
    const int order = zkl_bytes_compare(a->bare, b->bare);
    if (order || a->node_count != b->node_count)
        return order ? order : (a->node_count > b->node_count) - (a->node_count < b->node_count);
    return memcmp(a->nodes, b->nodes, a->node_count * sizeof *a->nodes);
}

static int compare_spans(const void *a, const void *b)
{
    const zkl_graph_relation *const *x = a, *const *y = b;
    const int order = compare_texts(*x, *y);
    return order ? order
                 : ((*x)->first_row > (*y)->first_row) - ((*x)->first_row < (*y)->first_row);
}

/* Claims that differ in their spans alone, ascending: have they every row together? */
static bool are_all_rows(const zkl_graph *g, zkl_graph_relation *const *spans, size_t count)
{
    const uint64_t rows = g->nodes[spans[0]->nodes[0]].notarised->row_count;
    uint64_t next = 0; /* the first row that none has yet */
    for (size_t i = 0; i < count && next < rows && spans[i]->first_row <= next; i++)
        if (spans[i]->last_row >= next)
            next = spans[i]->last_row < rows ? spans[i]->last_row + 1 : rows;
    return rows && next == rows;
}

static zkl_status join_spans(zkl_graph *g)
{
    zkl_graph_relation **spans =
        ZKL_ARENA_NEW(&g->scratch, zkl_graph_relation *, g->relation_count);
    size_t count = 0;
    if (!spans)
        return zkl_no_memory(g->err, g->relation_count * sizeof *spans);
    for (size_t i = 0; i < g->relation_count; i++)
        if (g->relations[i].has_span)
            spans[count++] = &g->relations[i];
    if (count)
        qsort(spans, count, sizeof *spans, compare_spans);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && compare_texts(spans[i], spans[end]) == 0;)
            end++;
        const bool all = are_all_rows(g, spans + i, end - i);
        for (size_t k = i; k < end; k++)
            spans[k]->is_of_all_rows = all;
    }
    return ZKL_OK;
}

/* Claims of a proof with further parents: others speak of one dataset. */
const zkl_entry_data *zkl_graph_related(const zkl_lineage_entry *e)
{
    return e->entry->kind == ZKL_ENTRY_PROVE && e->entry->parent_count > 1 ? &e->entry->data : NULL;
}

static zkl_status add_relations(zkl_graph *g)
{
    size_t count = 0;
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_data *data = zkl_graph_related(&g->entries[i]);
        for (size_t k = 0; data && k < data->statement_count; k++)
            count += data->statements[k].claim_count;
    }
    g->relations = ZKL_ARENA_NEW(&g->scratch, zkl_graph_relation, count);
    if (!g->relations)
        return zkl_no_memory(g->err, count * sizeof *g->relations);
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_data *data = zkl_graph_related(&g->entries[i]);
        for (size_t k = 0; data && k < data->statement_count; k++)
            for (size_t c = 0; c < data->statements[k].claim_count; c++)
                ZKL_TRY(add_relation(g, &g->entries[i], data->statements[k].claims[c].text));
    }
    return join_spans(g);
}

/* Does it tell a step that nobody recorded? A foreign key names all columns of a list too, and
 * nothing was made of that. */
static bool tells_step(const zkl_graph_relation *r)
{
    return r->origin == ZKL_CLAIM_ORIGIN_OF_OWN || r->origin == ZKL_CLAIM_ORIGIN_OF_ALL;
}

static bool leads(const zkl_graph_step *s, size_t source, size_t result)
{
    return zkl_is_among(source, s->sources, s->source_count) &&
           zkl_is_among(result, s->results, s->result_count);
}

static bool is_recorded(const zkl_graph *g, size_t source, size_t result)
{
    for (size_t i = 0; i < g->step_count; i++)
        if (g->steps[i].recorded && leads(&g->steps[i], source, result))
            return true;
    return false;
}

/* Is it recorded that one of the others was made of the first? Each part has a record of its own.
 */
static bool has_recorded_part(const zkl_graph *g, const zkl_graph_relation *r)
{
    for (size_t i = 1; i < r->node_count; i++)
        if (is_recorded(g, r->nodes[0], r->nodes[i]))
            return true;
    return false;
}

/* Is it recorded that the first was made of all others? Of one alone it cannot be. */
static bool is_recorded_whole(const zkl_graph *g, const zkl_graph_relation *r)
{
    for (size_t i = 1; i < r->node_count; i++)
        if (!is_recorded(g, r->nodes[i], r->nodes[0]))
            return false;
    return true;
}

/* Of a relation that tells both ways: is what it is about the source, or are the others? A record
 * says it, else what was notarised first. */
static bool is_first_the_source(const zkl_graph *g, const zkl_graph_relation *r)
{
    if (has_recorded_part(g, r))
        return true;
    if (is_recorded_whole(g, r))
        return false;
    for (size_t i = 1; i < r->node_count; i++)
        if (g->nodes[r->nodes[i]].index < g->nodes[r->nodes[0]].index)
            return false;
    return true;
}

/* One end is the dataset that the claim is about, the other end one that it names besides. */
bool zkl_relation_stands_at(const zkl_graph_relation *r, const zkl_graph_step *step)
{
    const size_t about = r->nodes[0], *others = r->nodes + 1, count = r->node_count - 1;
    return (zkl_is_among(about, step->sources, step->source_count) &&
            meet(others, count, step->results, step->result_count)) ||
           (zkl_is_among(about, step->results, step->result_count) &&
            meet(others, count, step->sources, step->source_count));
}

/* It is about a result, and each dataset that it names is a source. */
bool zkl_relation_goes_back(const zkl_graph_relation *r, const zkl_graph_step *step)
{
    bool all = zkl_is_among(r->nodes[0], step->results, step->result_count);
    for (size_t i = 1; i < r->node_count; i++)
        all = all && zkl_is_among(r->nodes[i], step->sources, step->source_count);
    return all;
}

/* Does it pair off as many columns as the dataset has? No column is in two pairs. */
bool zkl_relation_names_columns_of(const zkl_graph *g, const zkl_graph_relation *r, size_t node)
{
    return r->pair_count && r->pair_count == g->nodes[node].notarised->column_count;
}

/* Does it say of all rows of a result that they come from sources of the step? */
bool zkl_relation_tells_rows(const zkl_graph *g, const zkl_graph_relation *r,
                             const zkl_graph_step *step)
{
    if (!r->is_of_all_rows)
        return false;
    switch (r->origin) {
    case ZKL_CLAIM_ORIGIN_NONE:
        return false;
    case ZKL_CLAIM_ORIGIN_OF_COLUMNS:
        return zkl_relation_goes_back(r, step) && zkl_relation_names_columns_of(g, r, r->nodes[0]);
    case ZKL_CLAIM_ORIGIN_OF_OWN:
        return zkl_relation_goes_back(r, step);
    case ZKL_CLAIM_ORIGIN_OF_ALL:
        return zkl_relation_goes_back(r, step) ||
               (!zkl_is_among(r->nodes[0], step->results, step->result_count) &&
                zkl_is_among(r->nodes[0], step->sources, step->source_count));
    }
    return false;
}

static bool has_told_rows(const zkl_graph *g, const zkl_graph_step *step)
{
    for (size_t i = 0; i < g->relation_count; i++)
        if (zkl_relation_stands_at(&g->relations[i], step) &&
            zkl_relation_tells_rows(g, &g->relations[i], step))
            return true;
    return false;
}

/* The step that a relation tells, without asking whether it is recorded too. */
static zkl_graph_step told_by(const zkl_graph *g, zkl_graph_relation *r)
{
    const bool first = r->origin == ZKL_CLAIM_ORIGIN_OF_ALL && is_first_the_source(g, r);
    ZKL_ASSERT(r->node_count > 1);
    return (zkl_graph_step){ .index = r->index,
                             .sources = first ? r->nodes : r->nodes + 1,
                             .source_count = first ? 1 : r->node_count - 1,
                             .results = first ? r->nodes + 1 : r->nodes,
                             .result_count = first ? r->node_count - 1 : 1 };
}

/* A step as the walk comes to it: from its results to its sources, in a descent the other way. */
typedef struct step_ends {
    const size_t *near, *far;
    size_t near_count, far_count;
} step_ends;

static step_ends ends_of(const zkl_graph_step *s, bool is_descent)
{
    return is_descent ? (step_ends){ s->sources, s->results, s->source_count, s->result_count }
                      : (step_ends){ s->results, s->sources, s->result_count, s->source_count };
}

/* What is recorded takes no step away that is proven: it has its place when it goes the same way,
 * or the other way and is proven too, as of rows that stand one behind the other. */
static bool are_linked(const zkl_graph *g, size_t source, size_t result)
{
    for (size_t i = 0; i < g->step_count; i++) {
        const zkl_graph_step *s = &g->steps[i];
        if (leads(s, source, result) ||
            (s->recorded && leads(s, result, source) && has_told_rows(g, s)))
            return true;
    }
    return false;
}

/* Steps that are there already link the node with everything on the step's other side. */
static bool is_told(const zkl_graph *g, size_t node, const step_ends *ends, bool is_descent)
{
    for (size_t i = 0; i < ends->far_count; i++)
        if (!are_linked(g, is_descent ? node : ends->far[i], is_descent ? ends->far[i] : node))
            return false;
    return true;
}

/* Steps of relations at this node. */
static zkl_status add_told(zkl_graph *g, size_t node, bool is_descent)
{
    for (size_t i = 0; i < g->relation_count; i++) {
        zkl_graph_relation *r = &g->relations[i];
        if (!tells_step(r) || !zkl_is_among(node, r->nodes, r->node_count))
            continue;
        const zkl_graph_step step = told_by(g, r);
        const step_ends ends = ends_of(&step, is_descent);
        if (!zkl_is_among(node, ends.near, ends.near_count) || is_told(g, node, &ends, is_descent))
            continue;
        if (g->step_count == g->step_capacity)
            return zkl_fail(g->err, ZKL_LIMIT, "the lineage has more than %d steps",
                            ZKL_LINEAGE_STEPS_MAX);
        g->steps[g->step_count++] = step;
    }
    return ZKL_OK;
}

/* ---- Walking. */

static zkl_status reach(zkl_graph *g, size_t node)
{
    if (g->nodes[node].is_reached)
        return ZKL_OK;
    if (g->reached_count == ZKL_LINEAGE_NODES_MAX)
        return zkl_fail(g->err, ZKL_LIMIT, "the lineage has more than %d datasets and files",
                        ZKL_LINEAGE_NODES_MAX);
    g->nodes[node].is_reached = true;
    g->nodes[node].place = g->reached_count;
    g->reached[g->reached_count++] = node;
    return ZKL_OK;
}

static zkl_status walk_from(zkl_graph *g, size_t node, bool is_descent)
{
    ZKL_TRY(add_told(g, node, is_descent));
    for (size_t i = 0; i < g->step_count; i++) {
        zkl_graph_step *s = &g->steps[i];
        const step_ends ends = ends_of(s, is_descent);
        if (!zkl_is_among(node, ends.near, ends.near_count))
            continue;
        if (!s->is_reached && g->reached_steps++ == ZKL_LINEAGE_STEPS_MAX)
            return zkl_fail(g->err, ZKL_LIMIT, "the lineage has more than %d steps",
                            ZKL_LINEAGE_STEPS_MAX);
        s->is_reached = true;
        for (size_t k = 0; k < ends.far_count; k++)
            ZKL_TRY(reach(g, ends.far[k]));
    }
    return ZKL_OK;
}

static zkl_status find_target(size_t *out, const zkl_graph *g, const zkl_lineage_target *of)
{
    if (of->file) {
        *out = find_node(&g->files, of->file);
        return *out != SIZE_MAX
                   ? ZKL_OK
                   : zkl_fail(g->err, ZKL_NOT_FOUND, "no entry names a file of this content");
    }
    for (size_t i = 0; i < g->node_count; i++) {
        const zkl_lineage_entry *e = g->nodes[i].notarised;
        if (e && e->entry->data.version == of->version &&
            zkl_bytes_equal(e->entry->data.name, of->name)) {
            *out = i;
            return ZKL_OK;
        }
    }
    return zkl_fail(g->err, ZKL_NOT_FOUND, "the notarisation of '%.*s@%u' is not here",
                    (int)of->name.size, (const char *)of->name.data, of->version);
}

/* Whatever stands at a step. A version that no step names is no part of it. */
static zkl_status walk_whole(zkl_graph *g)
{
    const size_t recorded = g->step_count;
    for (size_t i = 0; i < recorded; i++) {
        for (size_t k = 0; k < g->steps[i].source_count; k++)
            ZKL_TRY(reach(g, g->steps[i].sources[k]));
        for (size_t k = 0; k < g->steps[i].result_count; k++)
            ZKL_TRY(reach(g, g->steps[i].results[k]));
    }
    for (size_t i = 0; i < g->relation_count; i++)
        for (size_t k = 0; tells_step(&g->relations[i]) && k < g->relations[i].node_count; k++)
            ZKL_TRY(reach(g, g->relations[i].nodes[k]));
    for (size_t at = 0; at < g->reached_count; at++)
        ZKL_TRY(walk_from(g, g->reached[at], false));
    return ZKL_OK;
}

static zkl_status walk(zkl_graph *g, const zkl_lineage_target *of)
{
    size_t target = 0;
    if (of->is_whole)
        return walk_whole(g);
    ZKL_TRY(find_target(&target, g, of));
    ZKL_TRY(reach(g, target));
    for (size_t at = 0; at < g->reached_count; at++)
        ZKL_TRY(walk_from(g, g->reached[at], of->is_descent));
    return ZKL_OK;
}

/* ---- All of it. */

zkl_status zkl_graph_make(zkl_graph *g, const zkl_lineage_target *of)
{
    ZKL_TRY(number_nodes(g));
    for (size_t i = 0; i < g->entry_count; i++)
        if (provenance_of(&g->entries[i]))
            ZKL_TRY(add_recorded(g, &g->entries[i]));
    ZKL_TRY(add_relations(g));
    return walk(g, of);
}
