/* Chunk keys and commitments by groups of blocks (docs/proof-system.md sections 1 and 9).
 *
 * 1. Groups tile the blocks of a chunk: [0, g), [g, 2g), .., the last one shorter. Key and
 *    commitments walk over them in this order, so the group size changes memory and nothing else.
 * 2. The group that was read last stays. A chunk of one group is therefore read once for key and
 *    commitments.
 * 3. Cells and blinders are the data and what hides it. Cells are wiped with the reader,
 *    blinders after each group. */
#include "prove/chunk_commit.h"

#define CELLS ((size_t)1 << 16)

zkl_status zkl_chunk_reader_init(zkl_chunk_reader *reader, const zkl_chunk_source *source,
                                 size_t group_blocks, zkl_error *err)
{
    ZKL_ASSERT(group_blocks > 0 && group_blocks <= ZKL_CHUNK_GROUP_BLOCKS);
    *reader = (zkl_chunk_reader){ .source = *source };
    for (size_t i = 0; i < source->column_count; i++) {
        ZKL_ASSERT(source->limb_counts[i] > 0); /* next_block counts on it */
        reader->block_count += source->limb_counts[i];
    }
    ZKL_ASSERT(reader->block_count > 0);
    reader->group_blocks = group_blocks < reader->block_count ? group_blocks : reader->block_count;
    reader->cells = zkl_malloc(reader->group_blocks * CELLS, sizeof *reader->cells);
    reader->wanted = zkl_calloc(reader->block_count, sizeof *reader->wanted);
    if (reader->cells && reader->wanted)
        return ZKL_OK;
    const size_t bytes = reader->group_blocks * CELLS * sizeof *reader->cells;
    zkl_chunk_reader_clear(reader);
    return zkl_no_memory(err, bytes);
}

void zkl_chunk_reader_clear(zkl_chunk_reader *reader)
{
    if (reader->cells)
        zkl_wipe(reader->cells, reader->group_blocks * CELLS * sizeof *reader->cells);
    zkl_free(reader->cells);
    zkl_free(reader->wanted);
    *reader = (zkl_chunk_reader){ 0 };
}

/* The group in memory is of the chunk before, so it counts no more. */
void zkl_chunk_reader_begin(zkl_chunk_reader *reader, uint64_t chunk)
{
    reader->chunk = chunk;
    reader->loaded = 0;
}

/* Blocks of the group that begins at `first`. */
static size_t group_size(const zkl_chunk_reader *reader, size_t first)
{
    ZKL_ASSERT(first < reader->block_count);
    const size_t left = reader->block_count - first;
    return left < reader->group_blocks ? left : reader->group_blocks;
}

/* Bring the group that begins at `first` into the reader's cells; blocks: where each of its
 * blocks then lies. */
static zkl_status load_group(zkl_chunk_reader *reader, const uint16_t **blocks, size_t first,
                             zkl_error *err)
{
    const size_t count = group_size(reader, first);
    for (size_t i = 0; i < count; i++)
        blocks[i] = reader->cells + i * CELLS;
    if (reader->loaded && reader->first == first)
        return ZKL_OK;
    reader->loaded = 0; /* until the read has succeeded, cells hold nothing in particular */
    memset(reader->wanted, 0, reader->block_count * sizeof *reader->wanted);
    for (size_t i = 0; i < count; i++)
        reader->wanted[first + i] = reader->cells + i * CELLS;
    ZKL_TRY(reader->source.read(reader->source.opaque, reader->chunk, reader->wanted, err));
    reader->first = first;
    reader->loaded = count;
    return ZKL_OK;
}

/* ---- the key */

/* Cells are hashed as big-endian 16-bit numbers, a page at a time. */
static void hash_cells(zkl_sha3 *hash, const uint16_t *cells)
{
    uint8_t bytes[4096];
    for (size_t t = 0; t < CELLS; t += sizeof bytes / 2) {
        for (size_t i = 0; i < sizeof bytes / 2; i++) {
            bytes[2 * i] = (uint8_t)(cells[t + i] >> 8);
            bytes[2 * i + 1] = (uint8_t)cells[t + i];
        }
        zkl_sha3_update(hash, bytes, sizeof bytes);
    }
    zkl_wipe(bytes, sizeof bytes);
}

/* SHA3-256(row bytes, cells). Secret: it would confirm a guess of the chunk. */
static zkl_status hash_content(zkl_digest *out, zkl_chunk_reader *reader, zkl_bytes row_bytes,
                               zkl_error *err)
{
    const uint16_t *blocks[ZKL_CHUNK_GROUP_BLOCKS];
    zkl_status status = ZKL_OK;
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, row_bytes.data, row_bytes.size);
    for (size_t first = 0; first < reader->block_count; first += reader->group_blocks) {
        status = load_group(reader, blocks, first, err);
        if (status != ZKL_OK)
            break;
        for (size_t i = 0; i < group_size(reader, first); i++)
            hash_cells(&hash, blocks[i]);
    }
    if (status == ZKL_OK)
        zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
    return status;
}

zkl_status zkl_chunk_reader_key(uint8_t out[static ZKL_CHUNK_KEY_BYTES], zkl_chunk_reader *reader,
                                zkl_bytes row_bytes, const zkl_chunk_owner *owner, zkl_error *err)
{
    zkl_digest content;
    ZKL_TRY(hash_content(&content, reader, row_bytes, err));
    zkl_chunk_key(out, owner, reader->chunk, &content);
    zkl_wipe(&content, sizeof content);
    return ZKL_OK;
}

/* ---- commitments */

/* A block of a chunk by column and limb, as the PRF of blinders counts them. */
typedef struct block_place {
    size_t column;
    uint32_t limb;
} block_place;

/* Limbs of a column are neighbours; column numbers count flags too. */
static void next_block(block_place *at, const zkl_chunk_source *source)
{
    if (++at->limb < source->limb_counts[at->column])
        return;
    at->limb = 0;
    at->column++;
}

/* One group's commitments, encoded. */
static zkl_status commit_group(uint8_t (*out)[ZKL_POINT_BYTES], const zkl_blinded_blocks *blocks,
                               const zkl_srs *srs, zkl_pool *pool, zkl_error *err)
{
    zkl_g1_affine points[ZKL_CHUNK_GROUP_BLOCKS];
    ZKL_ASSERT(blocks->count <= ZKL_COUNT(points));
    ZKL_TRY(zkl_blocks_commit(points, srs, blocks, pool, err));
    for (size_t i = 0; i < blocks->count; i++)
        zkl_g1_encode(out[i], &points[i]);
    return ZKL_OK;
}

zkl_status zkl_chunk_reader_commit(uint8_t (*out)[ZKL_POINT_BYTES], zkl_chunk_reader *reader,
                                   const uint8_t key[static ZKL_CHUNK_KEY_BYTES],
                                   const zkl_srs *srs, zkl_pool *pool, zkl_error *err)
{
    const uint16_t *cells[ZKL_CHUNK_GROUP_BLOCKS];
    zkl_fr blinders[ZKL_CHUNK_GROUP_BLOCKS];
    block_place at = { 0 };
    for (size_t first = 0; first < reader->block_count; first += reader->group_blocks) {
        const zkl_blinded_blocks group = { cells, blinders, group_size(reader, first) };
        ZKL_TRY(load_group(reader, cells, first, err));
        for (size_t i = 0; i < group.count; i++, next_block(&at, &reader->source)) {
            ZKL_DEBUG_ASSERT(at.column < reader->source.column_count);
            zkl_chunk_blinder(&blinders[i], key, (uint32_t)at.column, at.limb);
        }
        const zkl_status status = commit_group(out + first, &group, srs, pool, err);
        zkl_wipe(blinders, sizeof blinders);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}
