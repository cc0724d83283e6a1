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
    /* That all its pieces speak of. A statement of `cells` that is not shared has 0 and 0: others
     * are not put to it by their rows. */
    uint64_t first_row, row_count;
    /* All cells of a short table, and claims beside them. */
    bool is_shared;
    /* Of the circuit: the smallest with room for the leaf blocks. */
    unsigned tier;
    size_t leaf_blocks;
} zkl_planned_statement;

/* Claims are cut into pieces, each on a span of chunks. The spans of one claim tile its rows. */
typedef struct zkl_proof_plan {
    /* Results of claims that are refused later are in it: secret until then. */
    zkl_arena memory;
    /* Of the table that the claims are about. Borrowed. */
    const zkl_table_facts *facts;
    /* All tables that claims may speak of, that one first; nothing is committed here. */
    zkl_claimed_table *table_list;
    zkl_claimed_tables tables;
    /* The tables as claims see them: an id is not known before the manifest is. */
    zkl_claim_dataset *datasets;
    zkl_claim_scope *scope;
    /* Of one proof, and of one that speaks of many rows: of another table perhaps. */
    size_t leaf_blocks_max, long_leaf_blocks_max;
    zkl_planned_statement *statements;
    size_t count;
    /* Claims that follow from the manifest under its cells claim, while there is no statement that
     * they can stand in. */
    zkl_planned_statement waiting;
} zkl_proof_plan;
void zkl_proof_plan_clear(zkl_proof_plan *plan);

/* A plan without statements, of a table that claims know by this name (empty, 0: by none).
 * leaf_blocks_max: of one proof; 0: 256, but 1,024 for tables of few rows, unless the proof speaks
 * of another one with many, and for very wide ones. */
zkl_status zkl_proof_plan_init(zkl_proof_plan *out, const zkl_table_facts *facts, zkl_bytes name,
                               uint32_t version, size_t leaf_blocks_max,
                               zkl_error *err) ZKL_MUST_USE;
/* One more table that claims may speak of, under this name. Before any claim is added. ZKL_LIMIT:
 * more than an entry has parents. */
zkl_status zkl_proof_plan_add_table(zkl_proof_plan *plan, const zkl_table_facts *facts,
                                    zkl_bytes name, uint32_t version, zkl_error *err) ZKL_MUST_USE;
/* Statements that the cells of all columns and rows are well formed. They come first. */
zkl_status zkl_proof_plan_add_cells(zkl_proof_plan *plan, zkl_error *err) ZKL_MUST_USE;
/* Statements of the claims. One that asks where values lie gets its value first
 * (notary/value_places.h), since that decides on what is proven. A claim that cannot be compiled is
 * noted in the list: false by its schema and number of rows alone, or without sense. A claim that
 * follows from the manifest under its cells claim stands in the first statement; where there is
 * none yet it waits for zkl_proof_plan_seat. */
zkl_status zkl_proof_plan_add_claims(zkl_proof_plan *plan, zkl_claim_list *claims,
                                     zkl_error *err) ZKL_MUST_USE;
/* How many values stand behind the claims: claims of their own, each in the statement of the claim
 * that it is for where it has room. Those of a claim with "at least n values"; and, by_default, of
 * one value or more for each claim that passes over nulls, where nothing else says it and the table
 * has one. Comes behind zkl_proof_plan_add_claims. */
zkl_status zkl_proof_plan_add_counts(zkl_proof_plan *plan, zkl_claim_list *claims, bool by_default,
                                     zkl_error *err) ZKL_MUST_USE;
/* A claim that goes with a piece of statement `at`, and is asked for by the same claim of the list:
 * beside it, or in a statement of its own where there is no room or it has other rows. */
zkl_status zkl_proof_plan_add_beside(zkl_proof_plan *plan, size_t at, const zkl_claim *claim,
                                     const zkl_claim_piece *beside, zkl_error *err) ZKL_MUST_USE;
/* Fill in results that claims disclose, and note every claim that is false of the cells, or speaks
 * of no value unless allow_empty. Then judge: ZKL_OK when all of them hold. Cost: reads the cells
 * of all claims once. */
zkl_status zkl_proof_plan_check(zkl_proof_plan *plan, zkl_claim_list *claims, bool allow_empty,
                                zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* Complete a claim that waits for the data. Cost: reads its own cells. */
zkl_status zkl_proof_plan_bind(const zkl_proof_plan *plan, zkl_claim_piece *piece, zkl_pool *pool,
                               zkl_error *err) ZKL_MUST_USE;

/* ---- For claims that stand in several entries. All of it comes behind the check. */

/* Which claims of the list have a piece in the plan. */
void zkl_proof_plan_find_planned(bool *is_planned, const zkl_proof_plan *plan,
                                 const zkl_claim_list *claims);
/* Which claims of the list have all their pieces among these texts, which are canonical. */
zkl_status zkl_proof_plan_find_proven(bool *is_proven, const zkl_proof_plan *plan,
                                      const zkl_claim_list *claims, const zkl_bytes *texts,
                                      size_t text_count, zkl_error *err) ZKL_MUST_USE;
/* Take these claims out. Statements without a piece leave the plan. */
zkl_status zkl_proof_plan_drop(zkl_proof_plan *plan, const bool *is_dropped,
                               zkl_error *err) ZKL_MUST_USE;
/* Give every waiting claim a place: in the first statement, and where there is none in one of the
 * cells of the narrowest column's first chunk, the cheapest that there is. A plan without claims
 * stays empty. */
zkl_status zkl_proof_plan_seat(zkl_proof_plan *plan, zkl_error *err) ZKL_MUST_USE;

/* Does a planned claim speak of this table, by its place? */
bool zkl_proof_plan_uses(const zkl_proof_plan *plan, size_t table);
/* How many leaf blocks these pieces take in one statement. */
zkl_status zkl_proof_plan_count_leaf_blocks(size_t *out, const zkl_proof_plan *plan,
                                            const zkl_pieces *pieces, zkl_error *err) ZKL_MUST_USE;
/* The tier follows. */
void zkl_planned_statement_set_leaf_blocks(zkl_planned_statement *statement, size_t leaf_blocks);
/* Pieces of all statements together. */
size_t zkl_proof_plan_piece_count(const zkl_proof_plan *plan);
