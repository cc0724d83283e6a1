#pragma once
/* What the prover is given for one statement: assertions, and the source tables that they speak
 * of. */
#include "claim/claim.h"
#include "prove/prove.h"
#include "notary/commitments.h"

/* A claim, or the part of one on a span of chunks. */
typedef struct zkl_claim_piece {
    zkl_compiled_claim claim;
    /* As the caller wrote it. NULL: that cells are well formed, which every dataset says without
     * being asked. */
    const char *asked_text;
    /* Its number in the claim list. */
    size_t asked;
} zkl_claim_piece;

/* Claims over the same rows, in the order of the statement. */
typedef struct zkl_pieces {
    zkl_claim_piece **items;
    size_t count;
} zkl_pieces;

/* A table whose manifest is made: what statements about it name. */
typedef struct zkl_committed_table {
    const zkl_commitments *commitments;
    zkl_digest dataset, table_root;
} zkl_committed_table;

/* A table that claims may speak of. All borrowed. */
typedef struct zkl_claimed_table {
    const zkl_table_facts *facts;
    /* NULL: not yet, so nothing can be proven of it. */
    const zkl_committed_table *committed;
} zkl_claimed_table;
/* By their places in the claims' scope: the one that the claims are about first. */
typedef struct zkl_claimed_tables {
    const zkl_claimed_table *items;
    size_t count;
} zkl_claimed_tables;

typedef struct zkl_statement_inputs {
    zkl_arena memory;
    zkl_assertion_request *assertions;
    size_t assertion_count;
    zkl_source_table *sources;
    size_t source_count;
    /* Of which table each source is. */
    size_t *source_tables;
    /* Every loaded cell; secret. */
    uint16_t *cells;
    size_t cell_bytes;
} zkl_statement_inputs;
/* Wipes. */
void zkl_statement_inputs_clear(zkl_statement_inputs *inputs);

/* Assertions and source tables, without cells. */
zkl_status zkl_statement_inputs_shape(zkl_statement_inputs *out, const zkl_claimed_tables *tables,
                                      const zkl_pieces *pieces, zkl_error *err) ZKL_MUST_USE;
/* The same with cells, and where a table is committed with commitments and blinders. All that the
 * pieces say of one table is of one span of its rows. Memory: 128 KiB a block of cells, which
 * bounds the prover's. */
zkl_status zkl_statement_inputs_load(zkl_statement_inputs *out, const zkl_claimed_tables *tables,
                                     const zkl_pieces *pieces, zkl_pool *pool,
                                     zkl_error *err) ZKL_MUST_USE;
