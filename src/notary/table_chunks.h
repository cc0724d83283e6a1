#pragma once
/* The chunks of a table as the commitments of src/prove take them. Notarising and recomputing both
 * read here. */
#include "prove/chunk_commit.h"
#include "table/table.h"

/* Cells by groups of blocks. limb_counts: of each numbered column; borrowed, as the table is. */
zkl_chunk_source zkl_chunk_source_of_table(const zkl_table *table, const uint32_t *limb_counts,
                                           size_t column_count);
/* The row bytes of one chunk: into an empty buffer and ZKL_CHUNK_ROWS + 1 starts, which out
 * borrows. */
zkl_status zkl_chunk_rows_of_table(zkl_chunk_rows *out, zkl_buffer *bytes, size_t *starts,
                                   const zkl_table *table, uint64_t chunk,
                                   zkl_error *err) ZKL_MUST_USE;
