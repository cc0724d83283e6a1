/* A lineage from entries, in four steps: nodes are numbered, what is recorded becomes steps and
 * what is proven becomes relations, the part that hangs on the target is walked, and that part is
 * written out with new numbers. */
#include "verify/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "claim/claim.h"
#include "verify/lineage_circle.h"

/* A node is found by a digest: a notarisation by its leaf, a file by its SHA-256. */
typedef struct node_key {
    zkl_digest digest;
    size_t node;
} node_key;

typedef struct node_keys {
    node_key *items;
    size_t count;
} node_keys;

/* Before it has its place in the result. */
typedef struct raw_node {
    const zkl_lineage_entry *notarised; /* NULL: a file */
    const zkl_entry_file *file;
    uint64_t index;
    bool is_reached;
    size_t place; /* in the result, when it is reached */
} raw_node;

typedef struct raw_step {
    uint64_t index;
    const zkl_entry_provenance *recorded; /* NULL: proven alone */
    size_t *sources, *results;
    size_t source_count, result_count;
    bool is_reached;
} raw_step;

/* A claim over several datasets. */
typedef struct relation {
    uint64_t index;
    zkl_bytes text;
    size_t *nodes; /* the first is the one that it is about */
    size_t node_count;
    zkl_claim_origin origin;
    /* Pairs of columns: its own, then those of the other one. 0: all its own, or whole rows. */
    const zkl_claim_column *columns;
    size_t pair_count;
    bool is_of_whole_rows; /* tables of the same columns */
    /* On a span: its rows, and the text without them. */
    bool has_span;
    uint64_t first_row, last_row;
    zkl_bytes bare;
    /* It speaks of all rows, or the same claims on other spans speak of the others. */
    bool is_of_all_rows;
} relation;

typedef struct graph {
    zkl_arena scratch;
    zkl_arena *memory;
    zkl_error *err;
    const zkl_lineage_entry *entries;
    size_t entry_count;
    raw_node *nodes;
    size_t node_count;
    node_keys notarised, files;
    raw_step *steps;
    size_t step_count, step_capacity;
    relation *relations;
    size_t relation_count;
    /* What hangs on the target, in the order in which it was reached. */
    size_t *reached;
    size_t reached_count;
    size_t reached_steps;
    zkl_lineage_step *written; /* the result's */
} graph;

static void graph_clear(graph *g)
{
    zkl_arena_clear(&g->scratch);
}

static bool is_among(size_t what, const size_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == what)
            return true;
    return false;
}

static bool meet(const size_t *a, size_t a_count, const size_t *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++)
        if (is_among(a[i], b, b_count))
            return true;
    return false;
}

/* ---- Nodes. */

static int compare_keys(const void *a, const void *b)
{
    const node_key *x = a, *y = b;
    const int order = memcmp(&x->digest, &y->digest, sizeof x->digest);
    return order ? order : (x->node > y->node) - (x->node < y->node);
}

static void sort_keys(node_keys *keys)
{
    if (keys->count)
        qsort(keys->items, keys->count, sizeof *keys->items, compare_keys);
}

/* SIZE_MAX: none. Of several with one digest the first. */
static size_t find_node(const node_keys *keys, const zkl_digest *digest)
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

static zkl_status make_room(graph *g)
{
    size_t notarised = 0, files = 0, recorded = 0;
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_provenance *p = provenance_of(&g->entries[i]);
        ZKL_ASSERT(!i || g->entries[i - 1].index < g->entries[i].index);
        notarised += g->entries[i].entry->kind == ZKL_ENTRY_NOTARISE;
        files += p ? p->made_count + p->used_count : 0;
        recorded += p != NULL;
    }
    g->nodes = ZKL_ARENA_NEW(&g->scratch, raw_node, notarised + files);
    g->notarised.items = ZKL_ARENA_NEW(&g->scratch, node_key, notarised);
    g->files.items = ZKL_ARENA_NEW(&g->scratch, node_key, files);
    g->reached = ZKL_ARENA_NEW(&g->scratch, size_t, notarised + files);
    g->step_capacity = recorded + ZKL_LINEAGE_STEPS_MAX;
    g->steps = ZKL_ARENA_NEW(&g->scratch, raw_step, g->step_capacity);
    return g->nodes && g->notarised.items && g->files.items && g->reached && g->steps
               ? ZKL_OK
               : zkl_no_memory(g->err, (notarised + files) * sizeof *g->nodes);
}

static void add_files(graph *g, const zkl_entry_file *files, size_t count, uint64_t index)
{
    for (size_t i = 0; i < count; i++) {
        g->files.items[g->files.count++] = (node_key){ files[i].sha256, g->node_count };
        g->nodes[g->node_count++] = (raw_node){ .file = &files[i], .index = index };
    }
}

/* Each notarisation is one, and each file by its content: the first entry that names it gives it
 * its name. */
static zkl_status number_nodes(graph *g)
{
    ZKL_TRY(make_room(g));
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_lineage_entry *e = &g->entries[i];
        const zkl_entry_provenance *p = provenance_of(e);
        if (e->entry->kind == ZKL_ENTRY_NOTARISE) {
            g->notarised.items[g->notarised.count++] = (node_key){ e->leaf, g->node_count };
            g->nodes[g->node_count++] = (raw_node){ .notarised = e, .index = e->index };
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

static zkl_status find_parent(size_t *out, const graph *g, const zkl_lineage_entry *e, size_t at)
{
    *out = find_node(&g->notarised, &e->entry->parents[at]);
    return *out != SIZE_MAX ? ZKL_OK
                            : zkl_fail(g->err, ZKL_REJECTED,
                                       "entry %llu rests on a notarisation that is not here",
                                       (unsigned long long)e->index);
}

/* ---- Steps that are recorded. */

static void put_files(size_t *out, size_t *count, const graph *g, const zkl_entry_file *files,
                      size_t file_count)
{
    for (size_t i = 0; i < file_count; i++) {
        out[*count] = find_node(&g->files, &files[i].sha256);
        ZKL_ASSERT(out[*count] != SIZE_MAX); /* number_nodes */
        (*count)++;
    }
}

static zkl_status add_recorded(graph *g, const zkl_lineage_entry *e)
{
    const zkl_entry_provenance *p = provenance_of(e);
    const size_t parents = e->entry->parent_count;
    raw_step *step = &g->steps[g->step_count];
    size_t own;
    ZKL_ASSERT(p && g->step_count < g->step_capacity);
    *step = (raw_step){ .index = e->index, .recorded = p };
    step->sources = ZKL_ARENA_NEW(&g->scratch, size_t, parents + p->used_count);
    step->results = ZKL_ARENA_NEW(&g->scratch, size_t, 1 + p->made_count);
    if (!step->sources || !step->results)
        return zkl_no_memory(g->err, parents * sizeof *step->sources);
    ZKL_TRY(find_parent(&own, g, e, 0));
    if (p->made_count)
        step->sources[step->source_count++] = own;
    else
        step->results[step->result_count++] = own;
    for (size_t i = 1; i < parents; i++)
        ZKL_TRY(find_parent(&step->sources[step->source_count++], g, e, i));
    put_files(step->sources, &step->source_count, g, p->used, p->used_count);
    put_files(step->results, &step->result_count, g, p->made, p->made_count);
    g->step_count++;
    return ZKL_OK;
}

/* ---- Relations that are proven. */

/* A canonical claim names every other dataset with its version, and they are parents of its
 * entry. */
static zkl_status find_other(size_t *out, const graph *g, const zkl_lineage_entry *e,
                             const zkl_claim_other *other)
{
    for (size_t i = 1; i < e->entry->parent_count; i++) {
        ZKL_TRY(find_parent(out, g, e, i));
        const zkl_entry_data *data = &g->nodes[*out].notarised->entry->data;
        if (zkl_bytes_equal(data->name, other->name) && data->version == other->version)
            return ZKL_OK;
    }
    return zkl_fail(g->err, ZKL_REJECTED, "a claim of entry %llu names a dataset that is no parent",
                    (unsigned long long)e->index);
}

static zkl_status read_claim(zkl_claim *out, graph *g, const zkl_lineage_entry *e, zkl_bytes text)
{
    const zkl_status status = zkl_claim_parse(out, &g->scratch, text, g->err);
    return status == ZKL_OK || status == ZKL_NO_MEMORY
               ? status
               : zkl_wrap(g->err, ZKL_REJECTED, "a claim of entry %llu",
                          (unsigned long long)e->index);
}

/* What the claims on other spans have in common with it. */
static zkl_status read_span(relation *r, graph *g, const zkl_claim *claim)
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

static zkl_status add_relation(graph *g, const zkl_lineage_entry *e, zkl_bytes text)
{
    zkl_claim claim;
    ZKL_TRY(read_claim(&claim, g, e, text));
    if (!claim.other_count)
        return ZKL_OK;
    relation *r = &g->relations[g->relation_count];
    *r = (relation){ .index = e->index,
                     .text = text,
                     .origin = zkl_claim_origin_of(&claim),
                     .is_of_all_rows = true };
    r->nodes = ZKL_ARENA_NEW(&g->scratch, size_t, 1 + claim.other_count);
    if (!r->nodes)
        return zkl_no_memory(g->err, (1 + claim.other_count) * sizeof *r->nodes);
    ZKL_TRY(find_parent(&r->nodes[r->node_count++], g, e, 0));
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

static int compare_texts(const relation *a, const relation *b)
{
    const int order = zkl_bytes_compare(a->bare, b->bare);
    if (order || a->node_count != b->node_count)
        return order ? order : (a->node_count > b->node_count) - (a->node_count < b->node_count);
    return memcmp(a->nodes, b->nodes, a->node_count * sizeof *a->nodes);
}

static int compare_spans(const void *a, const void *b)
{
    const relation *const *x = a, *const *y = b;
    const int order = compare_texts(*x, *y);
    return order ? order
                 : ((*x)->first_row > (*y)->first_row) - ((*x)->first_row < (*y)->first_row);
}

/* Claims that differ in their spans alone, ascending: have they every row together? */
static bool are_all_rows(const graph *g, relation *const *spans, size_t count)
{
    const uint64_t rows = g->nodes[spans[0]->nodes[0]].notarised->row_count;
    uint64_t next = 0; /* the first row that none has yet */
    for (size_t i = 0; i < count && next < rows && spans[i]->first_row <= next; i++)
        if (spans[i]->last_row >= next)
            next = spans[i]->last_row < rows ? spans[i]->last_row + 1 : rows;
    return rows && next == rows;
}

static zkl_status join_spans(graph *g)
{
    relation **spans = ZKL_ARENA_NEW(&g->scratch, relation *, g->relation_count);
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
static const zkl_entry_data *related(const zkl_lineage_entry *e)
{
    return e->entry->kind == ZKL_ENTRY_PROVE && e->entry->parent_count > 1 ? &e->entry->data : NULL;
}

static zkl_status add_relations(graph *g)
{
    size_t count = 0;
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_data *data = related(&g->entries[i]);
        for (size_t k = 0; data && k < data->statement_count; k++)
            count += data->statements[k].claim_count;
    }
    g->relations = ZKL_ARENA_NEW(&g->scratch, relation, count);
    if (!g->relations)
        return zkl_no_memory(g->err, count * sizeof *g->relations);
    for (size_t i = 0; i < g->entry_count; i++) {
        const zkl_entry_data *data = related(&g->entries[i]);
        for (size_t k = 0; data && k < data->statement_count; k++)
            for (size_t c = 0; c < data->statements[k].claim_count; c++)
                ZKL_TRY(add_relation(g, &g->entries[i], data->statements[k].claims[c].text));
    }
    return join_spans(g);
}

/* Does it tell a step that nobody recorded? A foreign key names all columns of a list too, and
 * nothing was made of that. */
static bool tells_step(const relation *r)
{
    return r->origin == ZKL_CLAIM_ORIGIN_OF_OWN || r->origin == ZKL_CLAIM_ORIGIN_OF_ALL;
}

static bool leads(const raw_step *s, size_t source, size_t result)
{
    return is_among(source, s->sources, s->source_count) &&
           is_among(result, s->results, s->result_count);
}

static bool is_recorded(const graph *g, size_t source, size_t result)
{
    for (size_t i = 0; i < g->step_count; i++)
        if (g->steps[i].recorded && leads(&g->steps[i], source, result))
            return true;
    return false;
}

/* Is it recorded that one of the others was made of the first? Each part has a record of its own.
 */
static bool has_recorded_part(const graph *g, const relation *r)
{
    for (size_t i = 1; i < r->node_count; i++)
        if (is_recorded(g, r->nodes[0], r->nodes[i]))
            return true;
    return false;
}

/* Is it recorded that the first was made of all others? Of one alone it cannot be. */
static bool is_recorded_whole(const graph *g, const relation *r)
{
    for (size_t i = 1; i < r->node_count; i++)
        if (!is_recorded(g, r->nodes[i], r->nodes[0]))
            return false;
    return true;
}

/* Of a relation that tells both ways: is what it is about the source, or are the others? A record
 * says it, else what was notarised first. */
static bool is_first_the_source(const graph *g, const relation *r)
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
static bool stands_at(const relation *r, const raw_step *step)
{
    const size_t about = r->nodes[0], *others = r->nodes + 1, count = r->node_count - 1;
    return (is_among(about, step->sources, step->source_count) &&
            meet(others, count, step->results, step->result_count)) ||
           (is_among(about, step->results, step->result_count) &&
            meet(others, count, step->sources, step->source_count));
}

/* It is about a result, and each dataset that it names is a source. */
static bool goes_back(const relation *r, const raw_step *step)
{
    bool all = is_among(r->nodes[0], step->results, step->result_count);
    for (size_t i = 1; i < r->node_count; i++)
        all = all && is_among(r->nodes[i], step->sources, step->source_count);
    return all;
}

/* Does it pair off as many columns as the dataset has? No column is in two pairs. */
static bool names_columns_of(const graph *g, const relation *r, size_t node)
{
    return r->pair_count && r->pair_count == g->nodes[node].notarised->column_count;
}

/* Does it say of all rows of a result that they come from sources of the step? */
static bool tells_rows(const graph *g, const relation *r, const raw_step *step)
{
    if (!r->is_of_all_rows)
        return false;
    switch (r->origin) {
    case ZKL_CLAIM_ORIGIN_NONE:
        return false;
    case ZKL_CLAIM_ORIGIN_OF_COLUMNS:
        return goes_back(r, step) && names_columns_of(g, r, r->nodes[0]);
    case ZKL_CLAIM_ORIGIN_OF_OWN:
        return goes_back(r, step);
    case ZKL_CLAIM_ORIGIN_OF_ALL:
        return goes_back(r, step) || (!is_among(r->nodes[0], step->results, step->result_count) &&
                                      is_among(r->nodes[0], step->sources, step->source_count));
    }
    return false;
}

static bool has_told_rows(const graph *g, const raw_step *step)
{
    for (size_t i = 0; i < g->relation_count; i++)
        if (stands_at(&g->relations[i], step) && tells_rows(g, &g->relations[i], step))
            return true;
    return false;
}

/* The step that a relation tells, without asking whether it is recorded too. */
static raw_step told_by(const graph *g, relation *r)
{
    const bool first = r->origin == ZKL_CLAIM_ORIGIN_OF_ALL && is_first_the_source(g, r);
    ZKL_ASSERT(r->node_count > 1);
    return (raw_step){ .index = r->index,
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

static step_ends ends_of(const raw_step *s, bool is_descent)
{
    return is_descent ? (step_ends){ s->sources, s->results, s->source_count, s->result_count }
                      : (step_ends){ s->results, s->sources, s->result_count, s->source_count };
}

/* What is recorded takes no step away that is proven: it has its place when it goes the same way,
 * or the other way and is proven too, as of rows that stand one behind the other. */
static bool are_linked(const graph *g, size_t source, size_t result)
{
    for (size_t i = 0; i < g->step_count; i++) {
        const raw_step *s = &g->steps[i];
        if (leads(s, source, result) ||
            (s->recorded && leads(s, result, source) && has_told_rows(g, s)))
            return true;
    }
    return false;
}

/* Steps that are there already link the node with everything on the step's other side. */
static bool is_told(const graph *g, size_t node, const step_ends *ends, bool is_descent)
{
    for (size_t i = 0; i < ends->far_count; i++)
        if (!are_linked(g, is_descent ? node : ends->far[i], is_descent ? ends->far[i] : node))
            return false;
    return true;
}

/* Steps of relations at this node. */
static zkl_status add_told(graph *g, size_t node, bool is_descent)
{
    for (size_t i = 0; i < g->relation_count; i++) {
        relation *r = &g->relations[i];
        if (!tells_step(r) || !is_among(node, r->nodes, r->node_count))
            continue;
        const raw_step step = told_by(g, r);
        const step_ends ends = ends_of(&step, is_descent);
        if (!is_among(node, ends.near, ends.near_count) || is_told(g, node, &ends, is_descent))
            continue;
        if (g->step_count == g->step_capacity)
            return zkl_fail(g->err, ZKL_LIMIT, "the lineage has more than %d steps",
                            ZKL_LINEAGE_STEPS_MAX);
        g->steps[g->step_count++] = step;
    }
    return ZKL_OK;
}

/* ---- Walking. */

static zkl_status reach(graph *g, size_t node)
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

static zkl_status walk_from(graph *g, size_t node, bool is_descent)
{
    ZKL_TRY(add_told(g, node, is_descent));
    for (size_t i = 0; i < g->step_count; i++) {
        raw_step *s = &g->steps[i];
        const step_ends ends = ends_of(s, is_descent);
        if (!is_among(node, ends.near, ends.near_count))
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

static zkl_status find_target(size_t *out, const graph *g, const zkl_lineage_target *of)
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
static zkl_status walk_whole(graph *g)
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

static zkl_status walk(graph *g, const zkl_lineage_target *of)
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

/* ---- Writing out. */

static char *node_name(zkl_arena *memory, const raw_node *node)
{
    return node->file
               ? zkl_arena_text(memory, (const char *)node->file->name.data, node->file->name.size)
               : zkl_entry_words(memory, node->notarised->entry);
}

static const char *keep(graph *g, zkl_bytes text, bool *failed)
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

static zkl_status put_claim(claim_writer *w, graph *g, const raw_node *about, zkl_bytes text,
                            uint64_t index)
{
    bool failed = false;
    zkl_lineage_claim *claim = &w->items[w->count++];
    *claim = (zkl_lineage_claim){ .about = node_name(g->memory, about),
                                  .text = keep(g, text, &failed),
                                  .index = index };
    return claim->about && !failed ? ZKL_OK : zkl_no_memory(g->err, text.size);
}

/* Does it say that each row of a result has all of a row of a source in it? */
static bool tells_columns(const graph *g, const relation *r, const raw_step *step)
{
    return r->origin == ZKL_CLAIM_ORIGIN_OF_COLUMNS && r->is_of_all_rows && goes_back(r, step) &&
           names_columns_of(g, r, r->nodes[1]);
}

/* Is each source of the step named by a claim that tells its rows? */
static bool are_sources_told(const graph *g, const raw_step *step)
{
    for (size_t i = 0; i < step->source_count; i++) {
        bool is_named = false;
        for (size_t k = 0; k < g->relation_count && !is_named; k++) {
            const relation *r = &g->relations[k];
            is_named = stands_at(r, step) && tells_rows(g, r, step) &&
                       is_among(step->sources[i], r->nodes, r->node_count);
        }
        if (!is_named)
            return false;
    }
    return true;
}

/* Of a claim that tells rows: a result of the step that it speaks of. */
static size_t result_of(const relation *r, const raw_step *step)
{
    size_t at = 0;
    while (!is_among(r->nodes[at], step->results, step->result_count))
        at++;
    ZKL_ASSERT(at < r->node_count); /* stands_at */
    return at;
}

/* Columns of a result that claims speak of which do not speak of all. */
typedef struct told_columns {
    zkl_bytes *names;
    size_t count, capacity;
    const raw_node *as_of; /* those of this one; NULL: they are named */
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
static void add_columns(told_columns *c, const graph *g, const relation *r, const raw_step *step)
{
    const size_t at = result_of(r, step);
    const raw_node *own = &g->nodes[r->nodes[0]], *result = &g->nodes[r->nodes[at]];
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

static zkl_status write_columns(const char **out, graph *g, const told_columns *c)
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
static zkl_status write_told_columns(zkl_lineage_step *out, graph *g, const raw_step *step)
{
    told_columns c = { 0 };
    for (size_t i = 0; i < g->relation_count; i++)
        if (stands_at(&g->relations[i], step) && tells_rows(g, &g->relations[i], step))
            c.capacity += g->relations[i].pair_count;
    c.names = ZKL_ARENA_NEW(&g->scratch, zkl_bytes, c.capacity);
    if (!c.names)
        return zkl_no_memory(g->err, c.capacity * sizeof *c.names);
    for (size_t i = 0; i < g->relation_count && !c.are_all; i++)
        if (stands_at(&g->relations[i], step) && tells_rows(g, &g->relations[i], step))
            add_columns(&c, g, &g->relations[i], step);
    return c.are_all || !(c.count || c.as_of) ? ZKL_OK : write_columns(&out->columns, g, &c);
}

static zkl_status write_step_claims(zkl_lineage_step *out, graph *g, const raw_step *step)
{
    size_t count = 0;
    for (size_t i = 0; i < g->relation_count; i++)
        count += stands_at(&g->relations[i], step);
    claim_writer w = { ZKL_ARENA_NEW(g->memory, zkl_lineage_claim, count), 0 };
    if (!w.items)
        return zkl_no_memory(g->err, count * sizeof *w.items);
    for (size_t i = 0; i < g->relation_count; i++) {
        const relation *r = &g->relations[i];
        if (!stands_at(r, step))
            continue;
        ZKL_TRY(put_claim(&w, g, &g->nodes[r->nodes[0]], r->text, r->index));
        out->has_proven_rows |= tells_rows(g, r, step);
        out->has_proven_columns |= tells_columns(g, r, step);
    }
    out->is_proven = out->has_proven_rows && are_sources_told(g, step);
    ZKL_TRY(write_told_columns(out, g, step));
    out->claims = w.items;
    out->claim_count = w.count;
    return ZKL_OK;
}

/* Those that were reached, by their new numbers. */
static zkl_status write_places(const size_t **out, size_t *count, graph *g, const size_t *nodes,
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

static zkl_status write_recorded(zkl_lineage_step *out, graph *g, const zkl_entry_provenance *p)
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

static zkl_status write_step(zkl_lineage_step *out, graph *g, const raw_step *step)
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

static zkl_status write_steps(zkl_lineage *out, graph *g)
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
    out->steps = g->written = steps;
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
static bool is_about(const zkl_lineage_entry *e, const raw_node *node)
{
    return e == node->notarised ||
           (e->entry->kind == ZKL_ENTRY_PROVE &&
            zkl_digest_equal(&e->entry->parents[0], &node->notarised->leaf));
}

/* A dataset that the entry names and that is no part of the lineage; NULL: there is none, or it is
 * named at a step. */
static zkl_status find_outside(const char **name, graph *g, const zkl_lineage *out,
                               const zkl_lineage_entry *e)
{
    *name = NULL;
    if (!related(e))
        return ZKL_OK;
    for (size_t i = 0; i < out->step_count; i++)
        for (size_t k = 0; k < out->steps[i].claim_count; k++)
            if (out->steps[i].claims[k].index == e->index)
                return ZKL_OK;
    for (size_t i = 1; i < e->entry->parent_count && !*name; i++) {
        size_t node = 0;
        ZKL_TRY(find_parent(&node, g, e, i));
        if (g->nodes[node].is_reached)
            continue;
        *name = node_name(g->memory, &g->nodes[node]);
        if (!*name)
            return zkl_no_memory(g->err, 0);
    }
    return ZKL_OK;
}

static zkl_status write_entry_claims(claim_writer *w, graph *g, const zkl_lineage *out,
                                     const zkl_lineage_entry *e, const raw_node *node)
{
    const char *outside;
    ZKL_TRY(find_outside(&outside, g, out, e));
    for (size_t k = 0; k < e->entry->data.statement_count; k++)
        for (size_t c = 0; c < e->entry->data.statements[k].claim_count; c++) {
            const zkl_bytes text = e->entry->data.statements[k].claims[c].text;
            zkl_claim claim;
            ZKL_TRY(read_claim(&claim, g, e, text));
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

static zkl_status write_node_claims(zkl_lineage_node *node, graph *g, const zkl_lineage *out,
                                    const raw_node *raw)
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

static zkl_status write_nodes(zkl_lineage *out, graph *g)
{
    zkl_lineage_node *nodes = ZKL_ARENA_NEW(g->memory, zkl_lineage_node, g->reached_count);
    if (!nodes)
        return zkl_no_memory(g->err, g->reached_count * sizeof *nodes);
    for (size_t i = 0; i < g->reached_count; i++) {
        const raw_node *raw = &g->nodes[g->reached[i]];
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

static zkl_status make(zkl_lineage *out, graph *g, const zkl_lineage_target *of)
{
    ZKL_TRY(number_nodes(g));
    for (size_t i = 0; i < g->entry_count; i++)
        if (provenance_of(&g->entries[i]))
            ZKL_TRY(add_recorded(g, &g->entries[i]));
    ZKL_TRY(add_relations(g));
    ZKL_TRY(walk(g, of));
    ZKL_TRY(write_steps(out, g));
    ZKL_TRY(write_nodes(out, g));
    return zkl_lineage_find_circles(out, g->written, g->err);
}

zkl_status zkl_lineage_make(zkl_lineage *out, zkl_arena *memory, const zkl_lineage_entry *entries,
                            size_t count, const zkl_lineage_target *of, zkl_error *err)
{
    graph g = { .memory = memory, .err = err, .entries = entries, .entry_count = count };
    zkl_lineage made = { .is_descent = of->is_descent };
    const zkl_status status = make(&made, &g, of);
    graph_clear(&g);
    if (status == ZKL_OK)
        *out = made;
    return status;
}
