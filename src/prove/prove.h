#pragma once
/* The prover: from assertions over committed source tables to a statement and its proof blob. */
#include "circuit/circuit.h"
#include "keys/owner_secret.h"
#include "prove/groth16_prove.h"
#include "proof/srs.h"
#include "proof/statement.h"

/* A source table of the statement to be made: a span of a committed dataset, some of its
 * columns. */
typedef struct zkl_source_table {
    zkl_statement_table table; /* as it will stand in the statement */
    const uint8_t (
        *commitments)[ZKL_POINT_BYTES]; /* chunk, column, limb order, of these columns only */
    const uint16_t *const *cells;       /* the same order; C cells each (padding zero) */
    const zkl_fr *blinders;             /* the same order; secret */
} zkl_source_table;

/* An assertion asked for: kind and parameters in codes; tables index the sources. Auxiliary
 * tables are computed. */
typedef struct zkl_assertion_request {
    zkl_assertion_kind kind;
    const zkl_scalar *params;
    size_t param_count;
    const uint32_t *sources;
    size_t source_count;
    /* linear: the second half of what the caller's assertion said, over the same source as the
     * one before it. Rows that offend both are counted with the first. */
    bool is_second_half;
} zkl_assertion_request;

typedef struct zkl_prove_result {
    zkl_buffer statement; /* canonical bytes; t0 follows from them */
    zkl_buffer proof;     /* the blob of section 9 */
    size_t auxiliary_count;
    /* seconds spent, for the figures */
    double commit_s, argument_s, opening_s, groth16_s;
} zkl_prove_result;
void zkl_prove_result_clear(zkl_prove_result *result);

/* Write the assertion's parameters into params, which has all of them: those that the data decide
 * are measured (of a sum its total and the number of its nulls, of a histogram its counts), the
 * others are the request's own where the measured ones hang on them, and else not written. Does
 * nothing for kinds that take nothing from the data. ZKL_LIMIT when a result is no field element,
 * ZKL_NO_MEMORY. Cost: one pass over the cells. */
zkl_status zkl_prove_measure(zkl_scalar *params, const zkl_assertion_request *request,
                             const zkl_source_table *sources, size_t source_count,
                             zkl_error *err) ZKL_MUST_USE;

/* Which tier these assertions need, and whether they are well formed: how the caller splits a
 * dataset over several statements. *leaf_block_count counts the table leaf block too. */
zkl_status zkl_prove_leaf_blocks(size_t *leaf_block_count, const zkl_assertion_request *assertions,
                                 size_t assertion_count, const zkl_source_table *sources,
                                 size_t source_count, zkl_error *err) ZKL_MUST_USE;

/* Is every assertion true of the cells? Before any curve work. bad_rows[assertion] counts the
 * offending rows (for sums 1 when false). ZKL_REJECTED when one is false. */
zkl_status zkl_prove_check(uint64_t *bad_rows, const zkl_assertion_request *assertions,
                           size_t assertion_count, const zkl_source_table *sources,
                           size_t source_count, zkl_error *err) ZKL_MUST_USE;

/* Of an assertion that is false: is it true but for numbers that stand rounded in its proof, so
 * that there is none? */
zkl_status zkl_prove_is_true_unrounded(bool *out, const zkl_assertion_request *request,
                                       const zkl_source_table *sources, size_t source_count,
                                       zkl_error *err) ZKL_MUST_USE;

/* A statement to be made and proven: what it says of which sources, in whose ledger. All
 * borrowed. */
typedef struct zkl_prove_request {
    const zkl_digest *ledger;
    const zkl_assertion_request *assertions;
    size_t assertion_count;
    const zkl_source_table
        *sources; /* those that several assertions share are given once: equal tables are refused */
    size_t source_count;
} zkl_prove_request;

typedef struct zkl_groth16_key_source {
    /* The circuit of tier n and its proving key, made on demand with what env has. Both are owned
     * by the source and immutable, and stay until it is closed. Called from any thread. */
    zkl_status (*get)(void *opaque, unsigned n, const zkl_env *env, const zkl_circuit **circuit,
                      const zkl_groth16_key **key, zkl_error *err);
    void *opaque;
} zkl_groth16_key_source;

/* With what a prover proves. All borrowed. */
typedef struct zkl_prover {
    const zkl_srs *srs;
    zkl_groth16_key_source keys;
    const zkl_owner_secret *owner_secret;
} zkl_prover;

/* The assertions are checked as zkl_prove_check does, and again by the circuit's constraints; an
 * assertion that is false is ZKL_REJECTED and no proof. The proof's secrets derive from the
 * owner secret, fresh randomness of env and the statement (section 9, PRF). out is set on
 * success only. Reports progress through env, on its pool.
 *
 * Threads: any number of proofs at once, also with one prover: all of it is only read. Each has an
 * env of its own, and its own memory for cells, tree and witness. */
zkl_status zkl_prove(zkl_prove_result *out, const zkl_prove_request *request,
                     const zkl_prover *prover, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* Rows to be shown: a statement of disclosed rows (verify/direct.h) without its masks, and what its
 * blocks commit to. All borrowed. */
typedef struct zkl_disclosure_request {
    const zkl_statement *statement;
    const uint16_t *const *cells; /* of each block, C cells; secret */
    const zkl_fr *blinders;       /* of each block; secret */
    /* For the progress: rows that statements before this one showed, and rows of all of them
     * together. Zeros: this one is all. */
    size_t done, total;
} zkl_disclosure_request;

/* Shows those rows and nothing else of their blocks. Needs no circuit's key: prover->keys is not
 * asked. ZKL_REJECTED when a cell is not the row's. Secrets, env and threads as zkl_prove.
 *
 * Cost: two sums of C points a row. */
zkl_status zkl_prove_direct(zkl_prove_result *out, const zkl_disclosure_request *request,
                            const zkl_prover *prover, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;
