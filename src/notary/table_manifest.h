#pragma once
/* The manifest of a committed table: the public facts that an entry signs and every statement
 * names. */
#include "base/buffer.h"
#include "notary/circuit_keys.h"
#include "notary/statement_inputs.h"

/* What a manifest says besides what the table is. */
typedef struct zkl_manifest_terms {
    /* Of the proofs that the manifest is made for. Borrowed; not needed to name files. */
    const zkl_circuit_keys *circuits;
    /* How many files were read, not their names. */
    bool hide_file_names;
    /* Plain hashes of the files. */
    bool public_digest;
} zkl_manifest_terms;

/* bytes are those of manifest; dataset is their id, table.table_root the manifest's. */
typedef struct zkl_table_manifest {
    zkl_arena memory;
    zkl_manifest manifest;
    zkl_buffer bytes;
    zkl_committed_table table;
} zkl_table_manifest;
void zkl_table_manifest_clear(zkl_table_manifest *manifest);

/* commitments are borrowed. ZKL_LIMIT: larger than the format holds. */
zkl_status zkl_table_manifest_make(zkl_table_manifest *out, const zkl_table_facts *facts,
                                   const zkl_commitments *commitments, const zkl_notary *notary,
                                   const zkl_manifest_terms *terms, zkl_error *err) ZKL_MUST_USE;
/* The files that were read, as the manifest says them: their number, their names unless they are
 * hidden, their digests when they are public. Lives in memory, and borrows from the table. */
zkl_status zkl_manifest_name_files(zkl_manifest *m, zkl_arena *memory, const zkl_table *table,
                                   const zkl_manifest_terms *terms, zkl_error *err) ZKL_MUST_USE;
