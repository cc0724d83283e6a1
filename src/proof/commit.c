#include "proof/commit.h"

#include <time.h>

#include "base/env.h"
#include "hash/merkle.h"

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The cells of one block as big-endian u16, hashed piece by piece. */
static void hash_block(zkl_sha3 *hash, const uint16_t *cells)
{
    uint8_t piece[4096];
    for (size_t at = 0; at < ZKL_CHUNK_ROWS; at += sizeof piece / 2) {
        for (size_t i = 0; i < sizeof piece / 2; i++) {
            piece[2 * i] = (uint8_t)(cells[at + i] >> 8);
            piece[2 * i + 1] = (uint8_t)cells[at + i];
        }
        zkl_sha3_update(hash, piece, sizeof piece);
    }
    zkl_wipe(piece, sizeof piece);
}

void zkl_chunk_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], const zkl_commit_context *context,
                   const zkl_chunk_data *chunk)
{
    zkl_sha3 hash;
    zkl_digest content;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, chunk->row_bytes.data, chunk->row_bytes.size);
    for (size_t b = 0; b < context->block_count; b++)
        hash_block(&hash, chunk->cells[b]);
    zkl_sha3_256_final(&hash, &content);
    zkl_sha3_clear(&hash);

    uint8_t data[32 + 8 + 32 + 32 + 32];
    memcpy(data, context->seed.bytes, 32);
    zkl_store_be64(data + 32, chunk->chunk);
    memcpy(data + 40, context->schema_hash.bytes, 32);
    memcpy(data + 72, context->powers_hash.bytes, 32);
    memcpy(data + 104, content.bytes, 32);
    zkl_prf_32(out, zkl_bytes_of(context->owner_secret, 32), "chunk", zkl_bytes_of(data, sizeof data));
    zkl_wipe(data, sizeof data);
    zkl_wipe(&content, sizeof content);
}

void zkl_chunk_blinder(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], uint32_t column, uint32_t limb)
{
    uint8_t data[8];
    zkl_store_be32(data, column);
    zkl_store_be32(data + 4, limb);
    zkl_fr_prf(out, zkl_bytes_of(key, ZKL_CHUNK_KEY_BYTES), "blinder", zkl_bytes_of(data, sizeof data));
}

void zkl_chunk_blinders(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], const zkl_commit_context *context)
{
    for (uint32_t c = 0; c < context->column_count; c++)
        for (uint32_t limb = 0; limb < context->columns[c].limb_count; limb++)
            zkl_chunk_blinder(out++, key, c, limb);
}

/* Leaf message: 0x02, salt, row bytes. */
static void salt_row(uint8_t *out, const zkl_chunk_data *chunk, size_t row,
                     const uint8_t key[static ZKL_CHUNK_KEY_BYTES])
{
    uint8_t number[8];
    zkl_store_be64(number, chunk->chunk * ZKL_CHUNK_ROWS + row);
    out[0] = 2;
    zkl_prf_32(out + 1, zkl_bytes_of(key, ZKL_CHUNK_KEY_BYTES), "row", zkl_bytes_of(number, sizeof number));
    memcpy(out + 33, chunk->row_bytes.data + chunk->row_starts[row], chunk->row_starts[row + 1] - chunk->row_starts[row]);
}

zkl_status zkl_chunk_row_root(zkl_digest *out, const zkl_commit_context *context, const zkl_chunk_data *chunk,
                              const uint8_t key[static ZKL_CHUNK_KEY_BYTES], zkl_error *err)
{
    size_t salted_bytes = 33 * chunk->row_count + chunk->row_bytes.size;
    ZKL_AUTO_BLOCK uint8_t *salted = zkl_malloc(salted_bytes, 1);
    ZKL_AUTO_BLOCK zkl_bytes *messages = zkl_malloc(chunk->row_count, sizeof *messages);
    ZKL_AUTO_BLOCK zkl_digest *leaves = zkl_malloc(chunk->row_count, sizeof *leaves);
    if (!salted || !messages || !leaves)
        return zkl_no_memory(err, salted_bytes);
    for (size_t row = 0, at = 0; row < chunk->row_count; row++) {
        size_t size = 33 + chunk->row_starts[row + 1] - chunk->row_starts[row];
        salt_row(salted + at, chunk, row, key);
        messages[row] = zkl_bytes_of(salted + at, size);
        at += size;
    }
    zkl_hash_each(leaves, context->hash, messages, chunk->row_count);
    zkl_merkle_root(out, context->hash, 3, leaves, chunk->row_count);
    zkl_wipe(salted, salted_bytes);
    return ZKL_OK;
}

zkl_status zkl_chunk_commit(uint8_t (*points)[ZKL_POINT_BYTES], zkl_digest *row_root,
                            const zkl_commit_context *context, const zkl_chunk_data *chunk,
                            const uint8_t key[static ZKL_CHUNK_KEY_BYTES], zkl_chunk_times *times, zkl_pool *pool,
                            zkl_error *err)
{
    ZKL_ASSERT(chunk->row_count > 0 && chunk->row_count <= ZKL_CHUNK_ROWS);
    ZKL_ASSERT(context->srs->power_count > ZKL_CHUNK_ROWS);
    double start = seconds_now();
    ZKL_TRY(zkl_chunk_row_root(row_root, context, chunk, key, err));
    double hashed = seconds_now();

    size_t count = context->block_count;
    ZKL_AUTO_BLOCK zkl_g1 *sums = zkl_malloc(count, sizeof *sums);
    ZKL_AUTO_BLOCK zkl_fr *blinders = zkl_malloc(count, sizeof *blinders);
    if (!sums || !blinders)
        return zkl_no_memory(err, count * sizeof *sums);
    ZKL_TRY(zkl_g1_msm_u16(sums, context->srs->fixed, chunk->cells, chunk->row_count, count, pool, err));
    zkl_chunk_blinders(blinders, key, context);
    for (size_t b = 0; b < count; b++) {
        zkl_g1 hidden;
        zkl_g1_affine point;
        zkl_g1_mul(&hidden, &context->srs->powers[ZKL_CHUNK_ROWS], &blinders[b]);
        blst_p1_add_or_double(&hidden, &hidden, &sums[b]);
        zkl_g1_normalize(&point, &hidden);
        zkl_g1_encode(points[b], &point);
    }
    zkl_wipe(blinders, count * sizeof *blinders);
    zkl_wipe(sums, count * sizeof *sums);
    if (times) {
        times->hash_s += hashed - start;
        times->commit_s += seconds_now() - hashed;
    }
    return ZKL_OK;
}
