/* Chunk keys, blinders, row trees and block commitments (docs/proof-system.md sections 1 and 9).
 *
 * A commitment K = [f(tau)]_1, f = sum of cell_t X^t + b X^C with b uniform, is perfectly hiding:
 * for every f there is one b. It is binding as long as nobody knows tau. All b of a chunk are a PRF
 * of the chunk's key, and the key is a PRF of its content, so equal chunks keep their commitments
 * and a changed one shares nothing with its old self.
 *
 * Secret: keys, blinders, salts, rows and cells. Blinders and salts take constant time; sums
 * over cells do not, and say nothing that their number does not say (docs/timing.md). */
#include "prove/commit.h"

#include "base/buffer.h"
#include "hash/domains.h"
#include "hash/merkle.h"

#define CELLS ((size_t)1 << 16)

/* ---- keys, blinders, salts */

void zkl_chunk_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], const zkl_chunk_owner *owner,
                   uint64_t chunk, const zkl_digest *content)
{
    uint8_t data[32 + 8 + 3 * 32];
    memcpy(data, owner->seed, 32);
    zkl_be64_put(data + 32, chunk);
    memcpy(data + 40, owner->schema_hash.bytes, 32);
    memcpy(data + 72, owner->powers_hash.bytes, 32);
    memcpy(data + 104, content->bytes, 32);
    zkl_owner_secret_derive(out, owner->owner_secret, ZKL_PRF_CHUNK,
                            zkl_bytes_of(data, sizeof data));
    zkl_wipe(data, sizeof data);
}

void zkl_chunk_blinder(zkl_fr *out, const uint8_t key[static ZKL_CHUNK_KEY_BYTES], uint32_t column,
                       uint32_t limb)
{
    uint8_t data[8];
    zkl_be32_put(data, column);
    zkl_be32_put(data + 4, limb);
    zkl_fr_prf(out, zkl_bytes_of(key, ZKL_CHUNK_KEY_BYTES), ZKL_PRF_BLINDER,
               zkl_bytes_of(data, sizeof data));
}

void zkl_chunk_row_salt(uint8_t out[static 32], const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                        uint64_t row)
{
    uint8_t data[8];
    zkl_be64_put(data, row);
    zkl_prf_32(out, zkl_bytes_of(key, ZKL_CHUNK_KEY_BYTES), ZKL_PRF_ROW,
               zkl_bytes_of(data, sizeof data));
}

/* ---- the row tree */

#define ROW_PREFIX_BYTES 33 /* ZKL_H_ROW_LEAF, salt */

void zkl_chunk_row_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                        zkl_bytes row_bytes)
{
    static const uint8_t prefix = ZKL_H_ROW_LEAF;
    const zkl_bytes parts[3] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(salt, 32), row_bytes };
    zkl_hash_parts(out, hash, parts, ZKL_COUNT(parts));
}

/* Leaves of runs of rows: the prefixed rows of a run stand in one buffer, so that they are
 * hashed in lanes. */
#define ROW_RUN 256

typedef struct row_leaves {
    const zkl_chunk_rows *rows;
    const uint8_t *key;
    zkl_hash_algorithm hash;
    zkl_digest *leaves;
} row_leaves;

/* A task: one run of rows. Salts are made together; each row is written behind its prefix and its
 * salt, then all leaves are hashed together. */
static zkl_status hash_rows(void *context, size_t run, size_t worker, zkl_error *err)
{
    (void)worker;
    const row_leaves *job = context;
    const zkl_chunk_rows *rows = job->rows;
    const size_t from = run * ROW_RUN,
                 count = rows->count - from < ROW_RUN ? rows->count - from : ROW_RUN;
    const size_t bytes = rows->starts[from + count] - rows->starts[from] + count * ROW_PREFIX_BYTES;
    ZKL_ASSERT(from < rows->count && rows->starts[from] <= rows->starts[from + count]);
    ZKL_AUTO_BLOCK uint8_t *buffer = zkl_malloc(bytes, 1);
    if (!buffer)
        return zkl_no_memory(err, bytes);
    zkl_bytes messages[ROW_RUN];
    zkl_digest salts[ROW_RUN];
    uint8_t *at = buffer;
    zkl_prf_32_each(salts, zkl_bytes_of(job->key, ZKL_CHUNK_KEY_BYTES), ZKL_PRF_ROW,
                    (zkl_prf_numbers){ (rows->chunk << 16) + from, count });
    for (size_t i = 0; i < count; i++) {
        const size_t start = rows->starts[from + i], size = rows->starts[from + i + 1] - start;
        messages[i] = zkl_bytes_of(at, ROW_PREFIX_BYTES + size);
        at[0] = ZKL_H_ROW_LEAF;
        memcpy(at + 1, salts[i].bytes, sizeof salts[i].bytes);
        memcpy(at + ROW_PREFIX_BYTES, rows->bytes.data + start, size);
        at += ROW_PREFIX_BYTES + size;
    }
    zkl_hash_each(job->leaves + from, job->hash, messages, count);
    zkl_wipe(salts, sizeof salts);
    zkl_wipe(buffer, bytes);
    return ZKL_OK;
}

zkl_status zkl_chunk_row_root(zkl_digest *out, zkl_hash_algorithm hash,
                              const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                              const zkl_chunk_rows *rows, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(rows->count > 0 && rows->count <= CELLS);
    ZKL_ASSERT(rows->starts[rows->count] == rows->bytes.size);
    const size_t runs = (rows->count + ROW_RUN - 1) / ROW_RUN;
    ZKL_AUTO_BLOCK zkl_digest *leaves = zkl_malloc(rows->count, sizeof *leaves);
    if (!leaves)
        return zkl_no_memory(err, rows->count * sizeof *leaves);
    row_leaves job = { rows, key, hash, leaves };
    ZKL_TRY(zkl_pool_try(pool, runs, hash_rows, &job, err));
    zkl_merkle_root(out, hash, ZKL_H_ROW_NODE, leaves, rows->count);
    return ZKL_OK;
}

void zkl_chunk_leaf(zkl_digest *out, zkl_hash_algorithm hash, uint64_t chunk,
                    const zkl_digest *row_root, const uint8_t (*commitments)[ZKL_POINT_BYTES],
                    size_t count)
{
    uint8_t head[9] = { ZKL_H_CHUNK_LEAF }; /* then the chunk's number */
    zkl_be64_put(head + 1, chunk);
    const zkl_bytes parts[3] = { zkl_bytes_of(head, sizeof head),
                                 zkl_bytes_of(row_root, sizeof *row_root),
                                 zkl_bytes_of(commitments, count * ZKL_POINT_BYTES) };
    zkl_hash_parts(out, hash, parts, ZKL_COUNT(parts));
}

/* ---- commitments */

/* sums[i] += blinders[i] [tau^C] */
typedef struct blinding {
    zkl_g1 *sums;
    const zkl_fr *blinders;
    const zkl_g1_affine *base; /* [tau^C] */
} blinding;

static void blind_block(void *context, size_t index, size_t worker)
{
    (void)worker;
    const blinding *job = context;
    zkl_g1 blinder;
    zkl_g1_mul(&blinder, job->base, &job->blinders[index]);
    blst_p1_add_or_double(&job->sums[index], &job->sums[index], &blinder);
    zkl_wipe(&blinder, sizeof blinder);
}

/* Compares each cell with the one behind it: all are equal to the first, which is 0. */
static bool block_is_zero(const uint16_t *cells)
{
    return cells[0] == 0 && memcmp(cells, cells + 1, (CELLS - 1) * sizeof *cells) == 0;
}

zkl_status zkl_blocks_commit(zkl_g1_affine *out, const zkl_srs *srs,
                             const zkl_blinded_blocks *blocks, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(srs->power_count > CELLS);
    const size_t count = blocks->count;
    const uint16_t *const *cells = blocks->cells;
    ZKL_AUTO_BLOCK zkl_g1 *sums = zkl_calloc(count, sizeof *sums);
    ZKL_AUTO_BLOCK zkl_g1 *made = zkl_calloc(count, sizeof *made);
    ZKL_AUTO_BLOCK const uint16_t **filled = zkl_malloc(count, sizeof *filled);
    if (!sums || !made || !filled)
        return zkl_no_memory(err, count * sizeof *sums);

    /* Blocks of zeros have the sum 0: only the others go into the large sum, in their order. */
    size_t filled_count = 0;
    for (size_t b = 0; b < count; b++)
        if (!block_is_zero(cells[b]))
            filled[filled_count++] = cells[b];
    const zkl_cell_blocks to_sum = { filled, CELLS, filled_count };
    ZKL_TRY(zkl_g1_msm_u16(made, srs->fixed, &to_sum, pool, err));
    size_t next = 0;
    for (size_t b = 0; b < count; b++)
        if (next < filled_count && filled[next] == cells[b])
            sums[b] = made[next++];
    ZKL_ASSERT(next == filled_count);

    blinding job = { sums, blocks->blinders, &srs->powers[CELLS] };
    zkl_pool_run(pool, count, blind_block, &job);
    zkl_g1_normalize_many(out, sums, count);
    return ZKL_OK;
}
