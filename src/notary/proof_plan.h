#pragma once
/* Which proof statements are made of a table, each within the leaf blocks of one proof. */
#include "notary/claim_list.h"
#include "notary/statement_inputs.h"

/* F24: bounds the prover's memory whatever the table's size. */
#define ZKL_LEAF_BLOCKS_DEFAULT 256

/* What becomes one proof statement. */
typedef struct zkl_planned_statement {
    zkl_pieces pieces;
    size_t piece_capacity;
    /* That all its pieces speak of. A statement of `cells` has 0 and 0: others are not put to it by
     * their rows. */
    uint64_t first_row, row_count;
    /* Of the circuit: the smallest with room for the leaf blocks. */
    unsigned tier;
    size_t leaf_blocks;
} zkl_planned_statement;

/* Claims are cut into pieces, each on a span of chunks. The spans of one claim tile its rows. */
typedef struct zkl_proof_plan {
    /* Results of claims that are refused later are in it: secret until then. */
    zkl_arena memory;
    /* Borrowed. */
    const zkl_table_facts *facts;
    /* The table as claims see it: its id is not known before the manifest is. */
    zkl_claim_scope *scope;
    size_t leaf_blocks_max;
    zkl_planned_statement *statements;
    size_t count;
} zkl_proof_plan;
void zkl_proof_plan_clear(zkl_proof_plan *plan);

/* A plan without statements. leaf_blocks_max: of one proof; 0: 256, and 1,024 for very wide tables,
 * so that an entry has room for all of them. */
zkl_status zkl_proof_plan_init(zkl_proof_plan *out, const zkl_table_facts *facts,
                               size_t leaf_blocks_max, zkl_error *err) ZKL_MUST_USE;
/* Statements that the cells of all columns and rows are well formed. They come first. */
zkl_status zkl_proof_plan_add_cells(zkl_proof_plan *plan, zkl_error *err) ZKL_MUST_USE;
/* Statements of the claims. A claim that cannot be compiled is noted in the list: false by its
 * schema and number of rows alone, or without sense. A claim that follows from the manifest under
 * its cells claim goes to statement 0, so there is one. */
zkl_status zkl_proof_plan_add_claims(zkl_proof_plan *plan, zkl_claim_list *claims,
                                     zkl_error *err) ZKL_MUST_USE;
/* Fill in results that claims disclose, and note every claim that is false of the cells, or speaks
 * of no value unless allow_empty. Then judge: ZKL_OK when all of them hold. Cost: reads the cells
 * of all claims once. */
zkl_status zkl_proof_plan_check(zkl_proof_plan *plan, zkl_claim_list *claims, bool allow_empty,
                                zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* How many leaf blocks these pieces take in one statement. */
zkl_status zkl_proof_plan_count_leaf_blocks(size_t *out, const zkl_proof_plan *plan,
                                            const zkl_pieces *pieces, zkl_error *err) ZKL_MUST_USE;
/* The tier follows. */
void zkl_planned_statement_set_leaf_blocks(zkl_planned_statement *statement, size_t leaf_blocks);
/* Pieces of all statements together. */
size_t zkl_proof_plan_piece_count(const zkl_proof_plan *plan);
