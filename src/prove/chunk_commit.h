#pragma once
/* From the cells of a chunk to its key and its block commitments, a group of blocks at a time.
 *
 * A chunk of 10,000 columns has 1.3 GB of cells. They are never in memory together: a reader
 * holds one group, and the key (a hash of all cells) and the commitments (which need the key)
 * each walk over the groups. A chunk of one group is read once for both. Notarising and
 * recomputing from the data go through here, so they cannot drift apart. */
#include "prove/commit.h"

/* Blocks of a group by default: 16 MiB of cells. */
#define ZKL_CHUNK_GROUP_BLOCKS 128

/* Where the cells of chunks are read from. All borrowed. */
typedef struct zkl_chunk_source {
    void *opaque;
    /* Fill the blocks of the chunk whose pointer is not NULL, C cells each, padding zero.
     * wanted: one pointer for each block, in block order (numbered column, limb). Called by one
     * thread for each reader. */
    zkl_status (*read)(void *opaque, uint64_t chunk, uint16_t *const *wanted, zkl_error *err);
    /* Limbs of each numbered column. Their sum is the number of blocks of every chunk. */
    const uint32_t *limb_counts;
    size_t column_count;
} zkl_chunk_source;

/* One worker's place in one chunk. All zeros is valid to clear. */
typedef struct zkl_chunk_reader {
    zkl_chunk_source source;
    size_t block_count, group_blocks;
    /* group_blocks blocks; secret, wiped by _clear. */
    uint16_t *cells;
    /* block_count pointers: NULL, or into cells. */
    uint16_t **wanted;
    uint64_t chunk;
    /* The blocks that cells holds: `loaded` of them from `first`. */
    size_t first, loaded;
} zkl_chunk_reader;

/* Memory: 128 KiB a block of a group, and 8 bytes a block of the chunk. group_blocks: at least 1
 * and at most ZKL_CHUNK_GROUP_BLOCKS (asserted); results do not depend on it. */
zkl_status zkl_chunk_reader_init(zkl_chunk_reader *reader, const zkl_chunk_source *source,
                                 size_t group_blocks, zkl_error *err) ZKL_MUST_USE;
void zkl_chunk_reader_clear(zkl_chunk_reader *reader);
/* Turn to a chunk: nothing of it is read yet. */
void zkl_chunk_reader_begin(zkl_chunk_reader *reader, uint64_t chunk);

/* The key of the reader's chunk:
 *
 *   PRF(owner secret, "chunk", seed, u64 chunk, schema hash, powers hash, SHA3-256(row bytes,
 *   cells))
 *
 * cells: of all blocks in block order, big-endian. out is secret. Reads every group. */
zkl_status zkl_chunk_reader_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], zkl_chunk_reader *reader,
                                zkl_bytes row_bytes, const zkl_chunk_owner *owner,
                                zkl_error *err) ZKL_MUST_USE;

/* The commitments of the reader's chunk, one for each block, in block order. Blinders follow
 * from the key, which an owner derives and an auditor is given; they are wiped group by group.
 * Cost: that of zkl_blocks_commit. */
zkl_status zkl_chunk_reader_commit(uint8_t (*out)[ZKL_POINT_BYTES], zkl_chunk_reader *reader,
                                   const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                                   const zkl_srs *srs, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
