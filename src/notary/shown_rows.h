#pragma once
/* Rows of a committed table, shown: from the table and what opens its commitments to the body of a
 * disclosure (record/disclosure.h). No ledger. */
#include "base/env.h"
#include "notary/commitments.h"
#include "setup/setup.h"
#include "verify/disclosure.h"

/* What is to be shown, and of what. All borrowed. The table is that of the manifest: the caller has
 * compared them. */
typedef struct zkl_shown_rows {
    const zkl_table_facts *facts;
    const zkl_commitments *commitments; /* for its chunk keys */
    const zkl_datakey *data_key;        /* for salts and leaves of dictionaries */
    zkl_disclosed_dataset dataset;
    const zkl_prover *prover; /* its powers are the manifest's; circuits are not asked for */
    zkl_bytes challenge;      /* by which the rows were drawn; size 0: they were not */
    const uint32_t *columns;  /* of the schema, ascending */
    size_t column_count;
    const uint64_t *rows; /* ascending */
    size_t row_count;
} zkl_shown_rows;

/* The body. It holds values of the table, and nothing of the others.
 *
 * Cost:   two sums of 65,544 points a row, about 0.3 seconds of two cores. Memory: 128 KiB for each
 *         block of the columns in a chunk.
 * Errors: ZKL_REJECTED  rows, columns or values cannot be shown: the text says why.
 *         ZKL_LIMIT     too many of them.
 *         ZKL_CANCELLED, ZKL_IO, ZKL_NO_MEMORY. */
zkl_status zkl_shown_rows_make(zkl_buffer *body, const zkl_shown_rows *shown, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;
