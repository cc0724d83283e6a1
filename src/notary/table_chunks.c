/* The chunks of a table's spool as src/prove reads them: cells by groups of blocks, rows as
 * bytes. */
#include "notary/table_chunks.h"

/* From the spool, which is decrypted block by block. Any number of workers may read at once. */
static zkl_status read_blocks(void *opaque, uint64_t chunk, uint16_t *const *wanted, zkl_error *err)
{
    return zkl_table_chunk(opaque, chunk, wanted, NULL, NULL, err);
}

zkl_chunk_source zkl_chunk_source_of_table(const zkl_table *table, const uint32_t *limb_counts,
                                           size_t column_count)
{
    /* The table is only read. */
    return (zkl_chunk_source){ .opaque = (void *)(uintptr_t)table,
                               .read = read_blocks,
                               .limb_counts = limb_counts,
                               .column_count = column_count };
}

zkl_status zkl_chunk_rows_of_table(zkl_chunk_rows *out, zkl_buffer *bytes, size_t *starts,
                                   const zkl_table *table, uint64_t chunk, zkl_error *err)
{
    /* All chunks have C rows but the last. Padding is of cells alone: it has no row bytes. */
    ZKL_ASSERT(bytes->size == 0 && chunk < zkl_table_chunks(table));
    const uint64_t left = zkl_table_rows(table) - chunk * ZKL_CHUNK_ROWS;
    ZKL_TRY(zkl_table_chunk(table, chunk, NULL, bytes, starts, err));
    *out = (zkl_chunk_rows){ .chunk = chunk,
                             .bytes = zkl_buffer_bytes(bytes),
                             .starts = starts,
                             .count = left < ZKL_CHUNK_ROWS ? (size_t)left : ZKL_CHUNK_ROWS };
    return ZKL_OK;
}
