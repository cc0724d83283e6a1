/* Chunk keys, blinders, row trees and commitments: group "encoding" of the model's vectors, and the
 * curve by definition. */
#include "algebra/curve.h"
#include "hash/merkle.h"
#include "proof/statement.h"
#include "prove/chunk_commit.h"
#include "testing.h"

#define CELLS ((size_t)1 << 16)

static const json_t *encoding(zkl_test *t, const char *name)
{
    return json_object_get(json_object_get(test_vectors(t, "proof_model.json"), "encoding"), name);
}

static zkl_bytes hex_of(zkl_test *t, const json_t *object, const char *name)
{
    return test_hex(t, json_string_value(json_object_get(object, name)));
}

/* A chunk in memory. */
typedef struct memory_chunk {
    zkl_chunk_rows rows;
    const uint16_t **cells;
    size_t block_count;
    uint32_t *limb_counts;
    size_t column_count;
    unsigned reads; /* how often blocks were asked for */
} memory_chunk;

static zkl_status read_memory(void *opaque, uint64_t chunk, uint16_t *const *wanted, zkl_error *err)
{
    memory_chunk *from = opaque;
    from->reads++;
    if (chunk != from->rows.chunk)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such chunk");
    for (size_t b = 0; b < from->block_count; b++)
        if (wanted[b])
            memcpy(wanted[b], from->cells[b], CELLS * sizeof *wanted[b]);
    return ZKL_OK;
}

static void begin_reading(zkl_test *t, zkl_chunk_reader *reader, memory_chunk *chunk, size_t group)
{
    const zkl_chunk_source source = { chunk, read_memory, chunk->limb_counts, chunk->column_count };
    zkl_error err;
    REQUIRE_OK(t, &err, zkl_chunk_reader_init(reader, &source, group, &err));
    zkl_chunk_reader_begin(reader, chunk->rows.chunk);
}

static void key_of(zkl_test *t, uint8_t key[32], const zkl_chunk_owner *owner, memory_chunk *chunk,
                   size_t group)
{
    ZKL_AUTO_CLEAR(zkl_chunk_reader) reader = { 0 };
    zkl_error err;
    begin_reading(t, &reader, chunk, group);
    REQUIRE_OK(t, &err, zkl_chunk_reader_key(key, &reader, chunk->rows.bytes, owner, &err));
}

/* The chunk of three rows of the vectors. */
static memory_chunk vector_chunk(zkl_test *t)
{
    const json_t *rows = encoding(t, "rows"),
                 *numbers = json_object_get(encoding(t, "schema"), "numbers");
    const json_t *bytes = json_object_get(rows, "bytes"), *cells = json_object_get(rows, "cells");
    const size_t count = json_array_size(bytes), blocks = json_array_size(json_array_get(cells, 0));
    zkl_buffer all = { 0 };
    size_t *starts = ZKL_ARENA_NEW(&t->arena, size_t, count + 1);
    const uint16_t **columns = ZKL_ARENA_NEW(&t->arena, const uint16_t *, blocks);
    uint32_t *limb_counts = ZKL_ARENA_NEW(&t->arena, uint32_t, json_array_size(numbers));
    for (size_t i = 0; i < json_array_size(numbers); i++)
        limb_counts[i] =
            (uint32_t)json_integer_value(json_object_get(json_array_get(numbers, i), "limbs"));
    for (size_t i = 0; i < count; i++) {
        const zkl_bytes row = test_hex(t, json_string_value(json_array_get(bytes, i)));
        starts[i] = all.size;
        zkl_buffer_put(&all, row.data, row.size);
    }
    starts[count] = all.size;
    for (size_t b = 0; b < blocks; b++) {
        uint16_t *block = ZKL_ARENA_NEW(&t->arena, uint16_t, CELLS);
        for (size_t i = 0; i < count; i++)
            block[i] = (uint16_t)json_integer_value(json_array_get(json_array_get(cells, i), b));
        columns[b] = block;
    }
    const zkl_bytes kept = { zkl_arena_copy(&t->arena, all.data, all.size), all.size };
    zkl_buffer_clear(&all);
    return (memory_chunk){ { 0, kept, starts, count }, columns, blocks, limb_counts,
                           json_array_size(numbers),   0 };
}

static void vector_key(zkl_test *t, uint8_t key[32], memory_chunk *chunk)
{
    const json_t *want = encoding(t, "chunk");
    zkl_owner_secret secret;
    zkl_chunk_owner owner = { &secret, hex_of(t, want, "seed").data, { { 0 } }, { { 0 } } };
    memcpy(secret.bytes, hex_of(t, want, "owner_secret").data, sizeof secret.bytes);
    memcpy(owner.schema_hash.bytes, hex_of(t, want, "schema_hash").data, 32);
    memcpy(owner.powers_hash.bytes, hex_of(t, want, "powers_hash").data, 32);
    key_of(t, key, &owner, chunk, ZKL_CHUNK_GROUP_BLOCKS);
}

static void test_commit_key__is_the_models(zkl_test *t)
{
    memory_chunk chunk = vector_chunk(t);
    const json_t *want = encoding(t, "chunk"), *blinders = json_object_get(want, "blinders");
    uint8_t key[32], bytes[32];
    vector_key(t, key, &chunk);
    CHECK_MEM_EQ(t, key, hex_of(t, want, "key").data, 32);
    CHECK_UINT_EQ(t, chunk.block_count, json_array_size(blinders));
    for (size_t i = 0; i < json_array_size(blinders); i++) {
        const json_t *one = json_array_get(blinders, i);
        const char *hex = json_string_value(json_object_get(one, "blinder")) + 2;
        zkl_fr blinder;
        char padded[65];
        snprintf(padded, sizeof padded, "%64s", hex);
        for (char *c = padded; *c == ' '; c++)
            *c = '0';
        zkl_chunk_blinder(&blinder, key,
                          (uint32_t)json_integer_value(json_object_get(one, "column")),
                          (uint32_t)json_integer_value(json_object_get(one, "limb")));
        zkl_fr_encode(bytes, &blinder);
        CHECK_MEM_EQ(t, bytes, test_hex(t, padded).data, 32);
    }
}

/* The same rows under renumbered cells, another schema, other powers: nothing survives. */
static void test_commit_key__depends_on_all(zkl_test *t)
{
    memory_chunk chunk = vector_chunk(t);
    uint8_t key[32], other[32];
    vector_key(t, key, &chunk);
    uint16_t *block = zkl_arena_copy(&t->arena, chunk.cells[4], CELLS * sizeof *block);
    const uint16_t **cells = zkl_arena_copy(&t->arena, chunk.cells, 8 * sizeof *cells);
    block[1]++;
    cells[4] = block;
    chunk.cells = cells;
    vector_key(t, other, &chunk);
    CHECK(t, memcmp(key, other, 32) != 0);

    const zkl_owner_secret secret = { { 1 } };
    zkl_chunk_owner owner = { &secret, secret.bytes, { { 0 } }, { { 0 } } };
    key_of(t, key, &owner, &chunk, ZKL_CHUNK_GROUP_BLOCKS);
    owner.schema_hash.bytes[31] = 1;
    key_of(t, other, &owner, &chunk, ZKL_CHUNK_GROUP_BLOCKS);
    CHECK(t, memcmp(key, other, 32) != 0);
    owner.schema_hash.bytes[31] = 0;
    owner.powers_hash.bytes[31] = 1;
    key_of(t, other, &owner, &chunk, ZKL_CHUNK_GROUP_BLOCKS);
    CHECK(t, memcmp(key, other, 32) != 0);
    owner.powers_hash.bytes[31] = 0;
    chunk.rows.chunk = 1;
    key_of(t, other, &owner, &chunk, ZKL_CHUNK_GROUP_BLOCKS);
    CHECK(t, memcmp(key, other, 32) != 0);
}

static void test_commit_rows__are_the_models(zkl_test *t)
{
    memory_chunk chunk = vector_chunk(t);
    const json_t *want = encoding(t, "rows");
    uint8_t key[32], salt[32];
    zkl_digest leaf, root;
    zkl_error err;
    vector_key(t, key, &chunk);
    for (size_t i = 0; i < chunk.rows.count; i++) {
        zkl_chunk_row_salt(salt, key, i);
        CHECK_MEM_EQ(
            t, salt,
            test_hex(t, json_string_value(json_array_get(json_object_get(want, "salts"), i))).data,
            32);
        zkl_chunk_row_leaf(&leaf, ZKL_HASH_SHA3_256, salt,
                           zkl_bytes_of(chunk.rows.bytes.data + chunk.rows.starts[i],
                                        chunk.rows.starts[i + 1] - chunk.rows.starts[i]));
        CHECK_MEM_EQ(
            t, leaf.bytes,
            test_hex(t, json_string_value(json_array_get(json_object_get(want, "leaves"), i))).data,
            32);
    }
    REQUIRE_OK(t, &err,
               zkl_chunk_row_root(&root, ZKL_HASH_SHA3_256, key, &chunk.rows, t->pool, &err));
    CHECK_MEM_EQ(t, root.bytes, hex_of(t, want, "root").data, 32);

    const json_t *table = encoding(t, "table"), *points = json_object_get(table, "commitments");
    uint8_t commitments[16][ZKL_POINT_BYTES];
    for (size_t i = 0; i < json_array_size(points); i++)
        memcpy(commitments[i], test_hex(t, json_string_value(json_array_get(points, i))).data,
               ZKL_POINT_BYTES);
    zkl_chunk_leaf(&leaf, ZKL_HASH_SHA3_256, 0, &root,
                   (const uint8_t(*)[ZKL_POINT_BYTES])commitments, json_array_size(points));
    CHECK_MEM_EQ(t, leaf.bytes, hex_of(t, table, "chunk_leaf").data, 32);
}

/* A row tree of more than one run, against leaves one by one. */
static void test_commit_rows__many_runs(zkl_test *t)
{
    enum { ROWS = 1000 };
    const uint8_t key[32] = { 9 };
    size_t starts[ROWS + 1] = { 0 };
    uint8_t *bytes = ZKL_ARENA_NEW(&t->arena, uint8_t, ROWS * 40);
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, ROWS), root, want;
    zkl_error err;
    for (size_t i = 0; i < ROWS; i++)
        starts[i + 1] = starts[i] + test_random_below(t, 40);
    test_random_bytes(t, bytes, starts[ROWS]);
    const zkl_chunk_rows rows = { 2, { bytes, starts[ROWS] }, starts, ROWS };
    REQUIRE_OK(t, &err, zkl_chunk_row_root(&root, ZKL_HASH_BLAKE3, key, &rows, t->pool, &err));
    for (size_t i = 0; i < ROWS; i++) {
        uint8_t salt[32];
        zkl_chunk_row_salt(salt, key, 2 * CELLS + i);
        zkl_chunk_row_leaf(&leaves[i], ZKL_HASH_BLAKE3, salt,
                           zkl_bytes_of(bytes + starts[i], starts[i + 1] - starts[i]));
    }
    zkl_merkle_root(&want, ZKL_HASH_BLAKE3, 0x03, leaves, ROWS);
    CHECK_MEM_EQ(t, root.bytes, want.bytes, 32);
}

static void test_commit_statement__is_the_models(zkl_test *t)
{
    const json_t *want = encoding(t, "statement");
    const zkl_bytes bytes = hex_of(t, want, "bytes");
    zkl_statement statement;
    zkl_error err;
    zkl_buffer again = { 0 };
    REQUIRE_OK(t, &err, zkl_statement_parse(&statement, &t->arena, bytes, &err));
    zkl_statement_encode(&again, &statement);
    CHECK_UINT_EQ(t, again.size, bytes.size);
    CHECK_MEM_EQ(t, again.data, bytes.data, bytes.size);
    zkl_buffer_clear(&again);
}

/* Powers whose tau is known; scalars: tau^i, C + 8 of them. */
static void known_powers(zkl_test *t, zkl_srs *srs, zkl_fr *scalars)
{
    zkl_fr tau, power = ZKL_FR_ONE;
    zkl_g1_affine *powers = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, CELLS + 8);
    zkl_error err;
    *srs = (zkl_srs){ .powers = powers, .power_count = CELLS + 8 };
    zkl_fr_from_u64(&tau, test_random_u64(t));
    for (size_t i = 0; i < CELLS + 8; i++) {
        scalars[i] = power;
        zkl_fr_mul(&power, &power, &tau);
    }
    REQUIRE_OK(t, &err,
               zkl_g1_mul_many(powers, &zkl_g1_generator, scalars, CELLS + 8, t->pool, &err));
    REQUIRE_OK(t, &err, zkl_g1_fixed_new(&srs->fixed, powers, CELLS, t->pool, &err));
}

/* Commitments over powers whose tau is known: K = (f(tau) + blinder tau^C) G. Blocks of zeros, of
 * one value, dense. */
static void test_commit_blocks__by_definition(zkl_test *t)
{
    enum { BLOCKS = 4 };
    zkl_fr blinders[BLOCKS];
    zkl_g1_affine got[BLOCKS];
    uint16_t *cells[BLOCKS];
    zkl_error err;
    zkl_srs srs;
    zkl_fr *scalars = ZKL_ARENA_NEW(&t->arena, zkl_fr, CELLS + 8);
    known_powers(t, &srs, scalars);
    for (size_t b = 0; b < BLOCKS; b++) {
        cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, CELLS);
        for (size_t i = 0; b && i < CELLS; i++)
            cells[b][i] = b == 1 ? 7 : (uint16_t)test_random_u64(t);
        zkl_fr_from_u64(&blinders[b], test_random_u64(t));
    }
    const zkl_blinded_blocks blocks = { (const uint16_t *const *)cells, blinders, BLOCKS };
    REQUIRE_OK(t, &err, zkl_blocks_commit(got, &srs, &blocks, t->pool, &err));
    for (size_t b = 0; b < BLOCKS; b++) {
        zkl_fr sum = ZKL_FR_ZERO, v;
        zkl_g1 point;
        zkl_g1_affine want;
        for (size_t i = 0; i < CELLS; i++) {
            zkl_fr_from_u64(&v, cells[b][i]);
            zkl_fr_mul(&v, &v, &scalars[i]);
            zkl_fr_add(&sum, &sum, &v);
        }
        zkl_fr_mul(&v, &blinders[b], &scalars[CELLS]);
        zkl_fr_add(&sum, &sum, &v);
        zkl_g1_mul(&point, &zkl_g1_generator, &sum);
        zkl_g1_normalize(&want, &point);
        CHECK_MEM_EQ(t, &got[b], &want, sizeof want);
    }
    zkl_g1_fixed_free(srs.fixed);
}

/* A chunk of 7 blocks in columns of 2, 1, 3 and 1 limbs: key and commitments are the same bytes in
 * groups of any size as of all blocks at once, and those of the parts that make them up. One group
 * is read once for both. */
static void test_commit_chunk__same_in_any_groups(zkl_test *t)
{
    enum { BLOCKS = 7, COLUMNS = 4 };
    const size_t groups[] = { ZKL_CHUNK_GROUP_BLOCKS, BLOCKS, 4, 3, 2, 1 };
    const zkl_owner_secret secret = { { 5 } };
    const uint8_t rows[] = { 1, 2, 3 };
    zkl_chunk_owner owner = { &secret, secret.bytes, { { 6 } }, { { 7 } } };
    uint32_t limb_counts[COLUMNS] = { 2, 1, 3, 1 };
    const uint16_t *cells[BLOCKS];
    memory_chunk chunk = {
        { 3, { rows, sizeof rows }, NULL, 1 }, cells, BLOCKS, limb_counts, COLUMNS, 0
    };
    zkl_srs srs;
    zkl_error err;
    known_powers(t, &srs, ZKL_ARENA_NEW(&t->arena, zkl_fr, CELLS + 8));
    for (size_t b = 0; b < BLOCKS; b++) {
        uint16_t *block = ZKL_ARENA_NEW(&t->arena, uint16_t, CELLS);
        for (size_t i = 0; b != 4 && i < 300; i++) /* block 4 is zero */
            block[i * 7] = (uint16_t)test_random_u64(t);
        cells[b] = block;
    }

    zkl_fr blinders[BLOCKS];
    zkl_g1_affine points[BLOCKS];
    uint8_t key[32], want[BLOCKS][ZKL_POINT_BYTES];
    key_of(t, key, &owner, &chunk, BLOCKS);
    for (uint32_t c = 0, b = 0; c < COLUMNS; c++)
        for (uint32_t limb = 0; limb < limb_counts[c]; limb++)
            zkl_chunk_blinder(&blinders[b++], key, c, limb);
    const zkl_blinded_blocks blocks = { cells, blinders, BLOCKS };
    REQUIRE_OK(t, &err, zkl_blocks_commit(points, &srs, &blocks, t->pool, &err));
    for (size_t b = 0; b < BLOCKS; b++)
        zkl_g1_encode(want[b], &points[b]);

    for (size_t i = 0; i < ZKL_COUNT(groups); i++) {
        ZKL_AUTO_CLEAR(zkl_chunk_reader) reader = { 0 };
        const unsigned count = groups[i] < BLOCKS ? (unsigned)((BLOCKS - 1) / groups[i] + 1) : 1;
        uint8_t got_key[32], got[BLOCKS][ZKL_POINT_BYTES];
        chunk.reads = 0;
        begin_reading(t, &reader, &chunk, groups[i]);
        REQUIRE_OK(t, &err, zkl_chunk_reader_key(got_key, &reader, chunk.rows.bytes, &owner, &err));
        REQUIRE_OK(t, &err, zkl_chunk_reader_commit(got, &reader, key, &srs, t->pool, &err));
        CHECK_MEM_EQ(t, got_key, key, 32);
        CHECK_MEM_EQ(t, got, want, sizeof want);
        CHECK_UINT_EQ(t, chunk.reads, count == 1 ? 1 : 2 * count);
        zkl_chunk_reader_begin(&reader, 9);
        CHECK_UINT_EQ(t, zkl_chunk_reader_commit(got, &reader, key, &srs, t->pool, &err),
                      ZKL_NOT_FOUND);
    }
    zkl_g1_fixed_free(srs.fixed);
}

ZKL_TESTS(TEST(test_commit_key__is_the_models), TEST(test_commit_key__depends_on_all),
          TEST(test_commit_rows__are_the_models), TEST(test_commit_rows__many_runs),
          TEST(test_commit_statement__is_the_models), TEST(test_commit_blocks__by_definition),
          TEST(test_commit_chunk__same_in_any_groups))
