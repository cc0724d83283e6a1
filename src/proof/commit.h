#pragma once
/* One chunk of a table committed: chunk key, blinders, block commitments, salted row tree, and its leaf in the
 * table's Merkle tree. Source: docs/proof-system.md sections 1 and 9.
 *
 *  1. The chunk key depends on the chunk's content (row bytes and cells) and on the powers of tau: no blinder or
 *     salt survives a change of either.
 *  2. Block commitment K = sum of cell_t [tau^t]_1 + blinder [tau^C]_1: perfectly hiding.
 *  3. Chunk leaf = H(0x00, u64 chunk, row root, commitments). */
#include "hash/hash.h"
#include "proof/srs.h"
#include "proof/statement.h"
#include "table/schema.h"

#define ZKL_CHUNK_KEY_BYTES 32

/* What is the same for all chunks of a table. Borrowed. */
typedef struct zkl_commit_context {
    const uint8_t *owner_secret; /* 32 bytes; not read when the chunk keys are given */
    zkl_digest seed, schema_hash, powers_hash;
    zkl_hash_algorithm hash;
    const zkl_numbered_column *columns; /* numbered, flags included */
    size_t column_count, block_count;   /* blocks per chunk: all limbs */
    const zkl_srs *srs;
} zkl_commit_context;

typedef struct zkl_chunk_data {
    uint64_t chunk;
    size_t row_count;              /* 1 .. ZKL_CHUNK_ROWS */
    const uint16_t *const *cells;  /* block_count blocks of ZKL_CHUNK_ROWS cells, padding zero */
    zkl_bytes row_bytes;           /* of all its rows, one after the other */
    const size_t *row_starts;      /* row_count + 1 offsets into row_bytes */
} zkl_chunk_data;

typedef struct zkl_chunk_times {
    double hash_s, commit_s;
} zkl_chunk_times;

/* PRF(owner secret, "chunk", seed, u64 chunk, schema hash, powers hash, SHA3-256(row bytes, cells)). Secret. */
void zkl_chunk_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], const zkl_commit_context *context,
                   const zkl_chunk_data *chunk);
/* PRF(chunk key, "blinder", u32 column, u32 limb) mod r. Secret. */
void zkl_chunk_blinder(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], uint32_t column, uint32_t limb);
/* All blinders in block order: block_count. Secret. */
void zkl_chunk_blinders(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], const zkl_commit_context *context);

/* Root of the salted row tree. */
zkl_status zkl_chunk_row_root(zkl_digest *out, const zkl_commit_context *context, const zkl_chunk_data *chunk,
                              const uint8_t key[static ZKL_CHUNK_KEY_BYTES], zkl_error *err) ZKL_MUST_USE;

/* points: block_count commitments, compressed. times (may be NULL) is added to.
 * Cost: zkl_g1_msm_u16 over the blocks; the pool is used when the caller is not in a task of it. */
zkl_status zkl_chunk_commit(uint8_t (*points)[ZKL_POINT_BYTES], zkl_digest *row_root,
                            const zkl_commit_context *context, const zkl_chunk_data *chunk,
                            const uint8_t key[static ZKL_CHUNK_KEY_BYTES], zkl_chunk_times *times, zkl_pool *pool,
                            zkl_error *err) ZKL_MUST_USE;
