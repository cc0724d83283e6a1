#pragma once
/* Data to commitments, a chunk at a time (docs/proof-system.md sections 1 and 9). Chunks are
 * independent: the caller runs them in any order; inside a chunk the pool works over blocks and
 * rows.
 *
 * Blinders and row salts come from a chunk key that depends on the chunk's content and on the
 * powers of tau, so an unchanged chunk keeps its commitments and a changed one shares nothing
 * with its old self. */
#include "hash/hash.h"
#include "keys/owner_secret.h"
#include "proof/srs.h"
#include "proof/statement.h"

#define ZKL_CHUNK_KEY_BYTES 32

/* The rows of a chunk as bytes. All borrowed. */
typedef struct zkl_chunk_rows {
    uint64_t chunk;       /* chunk c holds rows c C .. c C + C - 1 of the table */
    zkl_bytes bytes;      /* of its real rows, one after the other */
    const size_t *starts; /* count + 1 offsets into bytes */
    size_t count;         /* 1 .. C */
} zkl_chunk_rows;

/* Whose chunk it is: what the chunk key depends on besides the content. */
typedef struct zkl_chunk_owner {
    const zkl_owner_secret *owner_secret;
    const uint8_t *seed; /* 32 bytes, of the manifest */
    zkl_digest schema_hash, powers_hash;
} zkl_chunk_owner;

/* PRF(owner secret, "chunk", seed, u64 chunk, schema hash, powers hash, content). content:
 * SHA3-256 of the chunk's row bytes and cells (zkl_chunk_reader_key makes it). Secret. */
void zkl_chunk_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], const zkl_chunk_owner *owner,
                   uint64_t chunk, const zkl_digest *content);
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
                              const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                              const zkl_chunk_rows *rows, zkl_pool *pool,
                              zkl_error *err) ZKL_MUST_USE;
/* H(0x00, u64 chunk, row root, commitments): the chunk's leaf in the table's tree. */
void zkl_chunk_leaf(zkl_digest *out, zkl_hash_algorithm hash, uint64_t chunk,
                    const zkl_digest *row_root, const uint8_t (*commitments)[ZKL_POINT_BYTES],
                    size_t count);

/* Blocks of C cells with what hides each. All borrowed; secret. */
typedef struct zkl_blinded_blocks {
    const uint16_t *const *cells;
    const zkl_fr *blinders; /* one a block, uniform, used for this block only */
    size_t count;
} zkl_blinded_blocks;

/* K_b = sum_t cells_b[t] [tau^t] + blinders[b] [tau^C], affine, one for each block. Cost: about
 * two point additions a cell; a block of zeros is free. Timing: varies with cells, constant in
 * blinders. */
zkl_status zkl_blocks_commit(zkl_g1_affine *out, const zkl_srs *srs,
                             const zkl_blinded_blocks *blocks, zkl_pool *pool,
                             zkl_error *err) ZKL_MUST_USE;
