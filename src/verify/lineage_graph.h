#pragma once
/* What a lineage is written from: nodes, steps and relations of the entries, with new numbers for
 * those that hang on the target. Its rules are those of lineage.h; who says "proven" of a step is
 * lineage.c. */
#include "claim/claim.h"
#include "verify/lineage.h"

/* A node is found by a digest: a notarisation by its leaf, a file by its SHA-256. */
typedef struct zkl_graph_key {
    zkl_digest digest;
    size_t node;
} zkl_graph_key;

typedef struct zkl_graph_keys {
    zkl_graph_key *items;
    size_t count;
} zkl_graph_keys;

/* Before it has its place in the result. */
typedef struct zkl_graph_node {
    const zkl_lineage_entry *notarised; /* NULL: a file */
    const zkl_entry_file *file;
    uint64_t index;
    bool is_reached;
    size_t place; /* in the result, when it is reached */
} zkl_graph_node;

typedef struct zkl_graph_step {
    uint64_t index;
    const zkl_entry_provenance *recorded; /* NULL: proven alone */
    size_t *sources, *results;
    size_t source_count, result_count;
    bool is_reached;
} zkl_graph_step;

/* A claim over several datasets. */
typedef struct zkl_graph_relation {
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
} zkl_graph_relation;

typedef struct zkl_graph {
    zkl_arena scratch;
    zkl_arena *memory;
    zkl_error *err;
    const zkl_lineage_entry *entries;
    size_t entry_count;
    zkl_graph_node *nodes;
    size_t node_count;
    zkl_graph_keys notarised, files;
    zkl_graph_step *steps;
    size_t step_count, step_capacity;
    zkl_graph_relation *relations;
    size_t relation_count;
    /* What hangs on the target, in the order in which it was reached. */
    size_t *reached;
    size_t reached_count;
    size_t reached_steps;
} zkl_graph;

/* entries, entry_count, memory and err are set, all else is zero. What is made lives in scratch,
 * which the caller clears, also after a failure. Errors as of zkl_lineage_make. */
zkl_status zkl_graph_make(zkl_graph *g, const zkl_lineage_target *of) ZKL_MUST_USE;

bool zkl_is_among(size_t what, const size_t *list, size_t count);

/* Parent `at` of the entry, as a node. ZKL_REJECTED: it is not here. */
zkl_status zkl_graph_find_parent(size_t *out, const zkl_graph *g, const zkl_lineage_entry *e,
                                 size_t at) ZKL_MUST_USE;
zkl_status zkl_graph_read_claim(zkl_claim *out, zkl_graph *g, const zkl_lineage_entry *e,
                                zkl_bytes text) ZKL_MUST_USE;
/* Claims of a proof with further parents: others speak of one dataset. NULL: it is none. */
const zkl_entry_data *zkl_graph_related(const zkl_lineage_entry *e);

/* One end is the dataset that the claim is about, the other end one that it names besides. */
bool zkl_relation_stands_at(const zkl_graph_relation *r, const zkl_graph_step *step);
/* It is about a result, and each dataset that it names is a source. */
bool zkl_relation_goes_back(const zkl_graph_relation *r, const zkl_graph_step *step);
/* Does it pair off as many columns as the dataset has? No column is in two pairs. */
bool zkl_relation_names_columns_of(const zkl_graph *g, const zkl_graph_relation *r, size_t node);
/* Does it say of all rows of a result that they come from sources of the step? */
bool zkl_relation_tells_rows(const zkl_graph *g, const zkl_graph_relation *r,
                             const zkl_graph_step *step);
