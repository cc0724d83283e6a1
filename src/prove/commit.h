#pragma once
/* Data to commitments, a chunk at a time (docs/proof-system.md sections 1 and 9). Chunks are independent: the caller
 * runs them in any order; inside a chunk the pool works over blocks and rows.
 *
 * Blinders and row salts come from a chunk key that depends on the chunk's content and on the powers of tau, so an
 * unchanged chunk keeps its commitments and a changed one shares nothing with its old self. */
#include "hash/hash.h"
#include "proof/srs.h"
#include "proof/statement.h"

#define ZKL_CHUNK_KEY_BYTES 32

/* A chunk as read. All borrowed. */
typedef struct zkl_chunk {
    uint64_t index;           /* chunk c holds rows c C .. c C + C - 1 of the table */
    zkl_bytes row_bytes;      /* of its real rows, one after the other */
    const size_t *row_starts; /* row_count + 1 offsets into row_bytes */
    size_t row_count;         /* 1 .. C */
    const uint16_t *const
        *cells; /* blocks in block order (numbered column, limb); C cells each, padding zero */
    const uint32_t *limb_counts; /* of each numbered column; their sum is the number of blocks */
    size_t column_count;
} zkl_chunk;

/* Whose chunk it is: what the chunk key depends on besides the content. */
typedef struct zkl_chunk_owner {
    const uint8_t *owner_secret; /* 32 bytes */
    const uint8_t *seed;         /* 32 bytes, of the manifest */
    zkl_digest schema_hash, powers_hash;
} zkl_chunk_owner;

/* PRF(owner secret, "chunk", seed, u64 chunk, schema hash, powers hash, SHA3-256(row bytes, cells)). Secret. */
void zkl_chunk_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], const zkl_chunk_owner *owner,
                   const zkl_chunk *chunk);
/* The same for a chunk too wide to hold at once: begin with its row bytes, add all blocks in block order, end. */
void zkl_chunk_key_begin(zkl_sha3 *hash, zkl_bytes row_bytes);
void zkl_chunk_key_add(zkl_sha3 *hash, const uint16_t *const *cells, size_t block_count);
void zkl_chunk_key_end(uint8_t out[static ZKL_CHUNK_KEY_BYTES], zkl_sha3 *hash,
                       const zkl_chunk_owner *owner, uint64_t chunk);
/* Of column number `column` (flags counted) and limb; uniform, secret. */
void zkl_chunk_blinder(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], uint32_t column,
                       uint32_t limb);
/* row: of the whole table. */
void zkl_chunk_row_salt(uint8_t out[static 32], const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                        uint64_t row);
/* H(0x02, salt, row bytes) */
void zkl_chunk_row_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                        zkl_bytes row_bytes);
/* Merkle root over the row leaves of the chunk, nodes H(0x03, L, R). */
zkl_status zkl_chunk_row_root(zkl_digest *out, zkl_hash_algorithm hash,
                              const uint8_t key[static ZKL_CHUNK_KEY_BYTES], const zkl_chunk *chunk,
                              zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
/* H(0x00, u64 chunk, row root, commitments): the chunk's leaf in the table's tree. */
void zkl_chunk_leaf(zkl_digest *out, zkl_hash_algorithm hash, uint64_t chunk,
                    const zkl_digest *row_root, const uint8_t (*commitments)[ZKL_POINT_BYTES],
                    size_t count);

/* K_b = sum_t cells_b[t] [tau^t] + blinders[b] [tau^C] for count blocks of C cells, affine.
 * Cost: about two point additions a cell; a block of zeros is free. Timing: varies with cells, constant in blinders. */
zkl_status zkl_blocks_commit(zkl_g1_affine *out, const zkl_srs *srs, const uint16_t *const *cells,
                             const zkl_fr *blinders, size_t count, zkl_pool *pool,
                             zkl_error *err) ZKL_MUST_USE;

/* What notarising a chunk gives. commitments and blinders are the caller's, one for each block. */
typedef struct zkl_chunk_commitment {
    zkl_digest row_root, leaf;
    uint8_t (*commitments)[ZKL_POINT_BYTES];
    zkl_fr *blinders; /* secret */
} zkl_chunk_commitment;

/* From the chunk key, which an owner derives (zkl_chunk_key) and an auditor is given. */
zkl_status zkl_chunk_commit(zkl_chunk_commitment *out,
                            const uint8_t key[static ZKL_CHUNK_KEY_BYTES], const zkl_chunk *chunk,
                            zkl_hash_algorithm hash, const zkl_srs *srs, zkl_pool *pool,
                            zkl_error *err) ZKL_MUST_USE;
/* The number of its blocks. */
size_t zkl_chunk_block_count(const zkl_chunk *chunk);
