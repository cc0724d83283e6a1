/* Chunk keys, blinders, row trees and commitments: group "encoding" of the model's vectors, and the curve by definition. */
#include "algebra/curve.h"
#include "hash/merkle.h"
#include "prove/commit.h"
#include "proof/statement.h"
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

/* The chunk of three rows of the vectors. */
static zkl_chunk vector_chunk(zkl_test *t)
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
    return (zkl_chunk){ 0, kept, starts, count, columns, limb_counts, json_array_size(numbers) };
}

static void vector_key(zkl_test *t, uint8_t key[32], const zkl_chunk *chunk)
{
    const json_t *want = encoding(t, "chunk");
    zkl_chunk_owner owner = {
        hex_of(t, want, "owner_secret").data, hex_of(t, want, "seed").data, { { 0 } }, { { 0 } }
    };
    memcpy(owner.schema_hash.bytes, hex_of(t, want, "schema_hash").data, 32);
    memcpy(owner.powers_hash.bytes, hex_of(t, want, "powers_hash").data, 32);
    zkl_chunk_key(key, &owner, chunk);
}

static void test_commit_key__is_the_models(zkl_test *t)
{
    const zkl_chunk chunk = vector_chunk(t);
    const json_t *want = encoding(t, "chunk"), *blinders = json_object_get(want, "blinders");
    uint8_t key[32], bytes[32];
    vector_key(t, key, &chunk);
    CHECK_MEM_EQ(t, key, hex_of(t, want, "key").data, 32);
    CHECK_UINT_EQ(t, zkl_chunk_block_count(&chunk), json_array_size(blinders));
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
    zkl_chunk chunk = vector_chunk(t);
    uint8_t key[32], other[32];
    vector_key(t, key, &chunk);
    uint16_t *block = zkl_arena_copy(&t->arena, chunk.cells[4], CELLS * sizeof *block);
    const uint16_t **cells = zkl_arena_copy(&t->arena, chunk.cells, 8 * sizeof *cells);
    block[1]++;
    cells[4] = block;
    chunk.cells = cells;
    vector_key(t, other, &chunk);
    CHECK(t, memcmp(key, other, 32) != 0);

    const uint8_t secret[32] = { 1 };
    zkl_chunk_owner owner = { secret, secret, { { 0 } }, { { 0 } } };
    zkl_chunk_key(key, &owner, &chunk);
    owner.schema_hash.bytes[31] = 1;
    zkl_chunk_key(other, &owner, &chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
    owner.schema_hash.bytes[31] = 0;
    owner.powers_hash.bytes[31] = 1;
    zkl_chunk_key(other, &owner, &chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
    owner.powers_hash.bytes[31] = 0;
    chunk.index = 1;
    zkl_chunk_key(other, &owner, &chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
}

static void test_commit_rows__are_the_models(zkl_test *t)
{
    const zkl_chunk chunk = vector_chunk(t);
    const json_t *want = encoding(t, "rows");
    uint8_t key[32], salt[32];
    zkl_digest leaf, root;
    zkl_error err;
    vector_key(t, key, &chunk);
    for (size_t i = 0; i < chunk.row_count; i++) {
        zkl_chunk_row_salt(salt, key, i);
        CHECK_MEM_EQ(
            t, salt,
            test_hex(t, json_string_value(json_array_get(json_object_get(want, "salts"), i))).data,
            32);
        zkl_chunk_row_leaf(&leaf, ZKL_HASH_SHA3_256, salt,
                           zkl_bytes_of(chunk.row_bytes.data + chunk.row_starts[i],
                                        chunk.row_starts[i + 1] - chunk.row_starts[i]));
        CHECK_MEM_EQ(
            t, leaf.bytes,
            test_hex(t, json_string_value(json_array_get(json_object_get(want, "leaves"), i))).data,
            32);
    }
    REQUIRE_OK(t, &err, zkl_chunk_row_root(&root, ZKL_HASH_SHA3_256, key, &chunk, t->pool, &err));
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
    const zkl_chunk chunk = {
        .index = 2, .row_bytes = { bytes, starts[ROWS] }, .row_starts = starts, .row_count = ROWS
    };
    REQUIRE_OK(t, &err, zkl_chunk_row_root(&root, ZKL_HASH_BLAKE3, key, &chunk, t->pool, &err));
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

/* Commitments over powers whose tau is known: K = (f(tau) + blinder tau^C) G. Blocks of zeros, of one value, dense. */
static void test_commit_blocks__by_definition(zkl_test *t)
{
    enum { BLOCKS = 4 };
    zkl_fr tau, power = ZKL_FR_ONE, *scalars = ZKL_ARENA_NEW(&t->arena, zkl_fr, CELLS + 8),
                blinders[BLOCKS];
    zkl_g1_affine *powers = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, CELLS + 8), got[BLOCKS];
    uint16_t *cells[BLOCKS];
    zkl_error err;
    zkl_srs srs = { .powers = powers, .power_count = CELLS + 8 };
    zkl_fr_from_u64(&tau, test_random_u64(t));
    for (size_t i = 0; i < CELLS + 8; i++) {
        scalars[i] = power;
        zkl_fr_mul(&power, &power, &tau);
    }
    REQUIRE_OK(t, &err,
               zkl_g1_mul_many(powers, &zkl_g1_generator, scalars, CELLS + 8, t->pool, &err));
    REQUIRE_OK(t, &err, zkl_g1_fixed_new(&srs.fixed, powers, CELLS, t->pool, &err));
    for (size_t b = 0; b < BLOCKS; b++) {
        cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, CELLS);
        for (size_t i = 0; b && i < CELLS; i++)
            cells[b][i] = b == 1 ? 7 : (uint16_t)test_random_u64(t);
        zkl_fr_from_u64(&blinders[b], test_random_u64(t));
    }
    REQUIRE_OK(t, &err,
               zkl_blocks_commit(got, &srs, (const uint16_t *const *)cells, blinders, BLOCKS,
                                 t->pool, &err));
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

ZKL_TESTS(TEST(test_commit_key__is_the_models), TEST(test_commit_key__depends_on_all),
          TEST(test_commit_rows__are_the_models), TEST(test_commit_rows__many_runs),
          TEST(test_commit_statement__is_the_models), TEST(test_commit_blocks__by_definition))
