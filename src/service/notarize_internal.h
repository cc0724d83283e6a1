#pragma once
/* One notarisation under way. Order: docs/ARCHITECTURE.md, "Notarising, step by step". */
#include "base/arena.h"
#include "keys/datakey.h"
#include "prove/commit.h"
#include "service/service_internal.h"
#include "table/table.h"

#define LEAF_BLOCKS_DEFAULT 256 /* F24: bounds the prover's memory whatever the table's size */

/* A claim, or the part of one on a span of chunks. */
typedef struct claim_piece {
    zkl_compiled_claim claim;
    const char *asked_text; /* as the caller wrote it; NULL: the cells claims every dataset has */
    size_t asked;           /* its number among the claims asked for */
} claim_piece;

/* What is wrong with a claim asked for. */
typedef struct claim_fault {
    bool is_known;
    zkl_claim_fault fault;
    zkl_status status;
    uint64_t rows;
    const char *reason; /* NULL: the rows say it */
} claim_fault;

/* What becomes one proof statement. */
typedef struct statement_plan {
    claim_piece **pieces;
    size_t piece_count, piece_capacity;
    uint64_t first_row, row_count;
    unsigned tier;
    size_t leaf_blocks;
    zkl_buffer statement, proof;
    double argument, opening, groth16; /* seconds */
} statement_plan;

/* The version before, which a later one inherits from. */
typedef struct previous_version {
    uint32_t version; /* 0: there is none */
    zkl_entry entry;
    uint64_t index;
    zkl_digest dataset;
    zkl_manifest manifest;
    zkl_previous columns;
    zkl_datakey data_key; /* secret; without chunks when the ledger does not keep it */
    bool *kept;           /* its dictionaries that the ledger keeps, by column */
} previous_version;

typedef struct notarisation {
    const zkl_notarize_request *request;
    zkl_notarize_result *out;
    const zkl_env *env;
    zkl_arena arena;    /* until the end */
    zkl_ledger *handle; /* NULL: a dry run in no ledger */
    zkl_ledger *ledger; /* a view of it */
    zkl_change change;  /* what is to be recorded; of a dry run all zeros */
    zkl_setup *setup;   /* the handle's */
    zkl_table *table;
    service_files files; /* that were read */
    zkl_owner_secret *owner;
    zkl_digest seed, powers_hash;
    previous_version previous;

    const zkl_schema *schema;
    zkl_numbered_column *numbered;
    size_t numbered_count, block_count; /* block_count: blocks of a chunk */
    size_t *first_block;                /* of each numbered column, within a chunk */
    uint64_t rows;
    size_t chunks;

    zkl_claim_dataset scope_dataset; /* this dataset; its id is not known before the manifest is */
    zkl_claim_scope scope;
    zkl_claim *asked; /* the caller's claims, parsed before anything is read */
    const char **asked_texts;
    claim_fault *faults; /* of each */
    size_t asked_count;
    statement_plan *plans;
    size_t plan_count;

    zkl_chunk_owner chunk_owner;
    uint8_t (*chunk_keys)[ZKL_CHUNK_KEY_BYTES]; /* secret */
    zkl_digest *row_roots;
    uint8_t (*points)[ZKL_POINT_BYTES]; /* chunk, block */

    zkl_digest dataset, schema_hash, content, table_root;
    zkl_bytes manifest;
} notarisation;

/* ---- notarize_inherit.c: what a later version takes over from the one before. */
/* Find it, its types, dictionaries and seed; a first version draws a seed. */
zkl_status notarize_find_previous(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* Which columns are not as before: to the result. */
zkl_status notarize_tell_changes(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* Its key and row root being known: when the chunk is the version before's, take its commitments. Thread-safe. */
bool notarize_take_chunk(notarisation *n, size_t chunk);
/* How many chunks have the commitments of the version before: to the result. After notarize_commit. */
void notarize_count_unchanged(notarisation *n);
/* What the data key says of a dictionary column. */
zkl_status notarize_dictionary_key(zkl_datakey_dictionary *out, notarisation *n, uint32_t column,
                                   zkl_error *err) ZKL_MUST_USE;
/* Dictionaries that are new, for the version after this one. */
zkl_status notarize_keep_dictionaries(notarisation *n, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_plan.c */
/* Parse the claims of request and file. */
zkl_status notarize_parse_claims(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* What a read calls with its columns' names, before any row: claims on columns that are not there. opaque: the notarisation. */
zkl_status notarize_check_columns(void *opaque, const zkl_bytes *names, size_t count,
                                  zkl_error *err) ZKL_MUST_USE;
/* The ranges of the schema file are claims too. */
zkl_status notarize_add_schema_claims(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* Cells statements over all columns and rows, then the asked claims, each within the leaf blocks of one proof. */
zkl_status notarize_plan(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* Fill in disclosed sums, and find every claim that is false of the data or speaks of no value. */
zkl_status notarize_check_claims(notarisation *n, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_faults.c: what is wrong with claims is gathered, so that all of it is told at once. */
/* Why: what the step said of it; NULL: rows alone. Rows add up over the spans of one claim. */
zkl_status notarize_note_fault(notarisation *n, size_t asked, zkl_claim_fault fault,
                               zkl_status status, uint64_t rows, const zkl_error *why,
                               zkl_error *err) ZKL_MUST_USE;
/* ZKL_OK when there is none. Else all of them to out->claim_problems, and the status and words of the first: of those that make no
 * sense before those that are false. */
zkl_status notarize_tell_faults(notarisation *n, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_commit.c: the second pass, chunk by chunk: keys, row trees, block commitments. */
zkl_status notarize_commit(notarisation *n, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_cells.c: what the prover needs of a plan. */
typedef struct plan_inputs {
    zkl_arena arena;
    zkl_assertion_request *assertions;
    size_t assertion_count;
    zkl_source_table *sources;
    size_t source_count;
    uint16_t *cells; /* all loaded cells, secret */
    size_t cell_bytes;
} plan_inputs;
void plan_inputs_clear(plan_inputs *inputs); /* wipes */
/* Claims and source tables, without cells. */
zkl_status plan_inputs_shape(plan_inputs *out, const notarisation *n, claim_piece *const *pieces,
                             size_t piece_count, zkl_error *err) ZKL_MUST_USE;
/* Rows of the span, which begins with a chunk, in which the column is not null. */
zkl_status notarize_count_values(uint64_t *out, const notarisation *n, uint32_t column,
                                 uint64_t first_row, uint64_t row_count,
                                 zkl_error *err) ZKL_MUST_USE;
/* And with cells; with_points: commitments and blinders too (after notarize_commit). */
zkl_status plan_inputs_load(plan_inputs *out, const notarisation *n, const statement_plan *plan,
                            bool with_points, zkl_error *err) ZKL_MUST_USE;

/* The receipt of an entry to where the request wants one. */
zkl_status notarize_write_receipt(notarisation *n, uint64_t index, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_foresee.c: what can be said before anything is made. */
/* Claims that the version before had and this one has not: to the result, and to the caller's notice. After the sums are known. */
zkl_status notarize_tell_dropped(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* After notarize_commit: are data, schema and claims those of the version before? Then the result is that version. */
zkl_status notarize_find_unchanged(notarisation *n, bool *unchanged, zkl_error *err) ZKL_MUST_USE;
/* Statements, claims in words, time and size as planned. */
zkl_status notarize_foresee(notarisation *n, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_record.c: set-ups, manifest, proofs, entry, own check, one batch. */
zkl_status notarize_record(notarisation *n, zkl_error *err) ZKL_MUST_USE;
/* How the table was read, as its manifest says it: to the result. */
zkl_status notarize_tell_read(notarisation *n, zkl_error *err) ZKL_MUST_USE;
