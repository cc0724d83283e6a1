/* Chunk keys, blinders, row trees and block commitments against the model's encoding vectors. */
#include <string.h>

#include "hash/merkle.h"
#include "proof/commit.h"
#include "testing.h"

typedef struct world {
    zkl_commit_context context;
    zkl_chunk_data chunk;
    zkl_schema schema;
    uint8_t owner[32];
} world;

static zkl_digest digest_of(zkl_test *t, const json_t *object, const char *key)
{
    zkl_digest out;
    memcpy(out.bytes, test_hex(t, json_string_value(json_object_get(object, key))).data, 32);
    return out;
}

/* The three rows of the vectors as cells and row bytes. */
static void make_world(world *w, zkl_test *t, const json_t *encoding)
{
    const json_t *rows = json_object_get(encoding, "rows"), *chunk = json_object_get(encoding, "chunk");
    const json_t *cells = json_object_get(rows, "cells"), *bytes = json_object_get(rows, "bytes");
    zkl_error err = { 0 };
    zkl_bytes schema = test_hex(t, json_string_value(json_object_get(json_object_get(encoding, "schema"), "bytes")));
    REQUIRE_OK(t, &err, zkl_schema_parse(&w->schema, &t->arena, schema, &err));
    size_t count = zkl_schema_numbered_count(&w->schema);
    zkl_numbered_column *columns = ZKL_ARENA_NEW(&t->arena, zkl_numbered_column, count);
    size_t blocks = zkl_schema_number(columns, &w->schema);
    uint16_t **at = ZKL_ARENA_NEW(&t->arena, uint16_t *, blocks);
    for (size_t b = 0; b < blocks; b++) {
        at[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS);
        for (size_t row = 0; row < json_array_size(cells); row++)
            at[b][row] = (uint16_t)json_integer_value(json_array_get(json_array_get(cells, row), b));
    }
    uint8_t *all = ZKL_ARENA_NEW(&t->arena, uint8_t, 4096);
    size_t *starts = ZKL_ARENA_NEW(&t->arena, size_t, json_array_size(bytes) + 1);
    for (size_t row = 0; row < json_array_size(bytes); row++) {
        zkl_bytes one = test_hex(t, json_string_value(json_array_get(bytes, row)));
        memcpy(all + starts[row], one.data, one.size);
        starts[row + 1] = starts[row] + one.size;
    }
    memcpy(w->owner, digest_of(t, chunk, "owner_secret").bytes, 32);
    w->context = (zkl_commit_context){ .owner_secret = w->owner, .seed = digest_of(t, chunk, "seed"),
                                       .schema_hash = digest_of(t, chunk, "schema_hash"),
                                       .powers_hash = digest_of(t, chunk, "powers_hash"), .columns = columns,
                                       .column_count = count, .block_count = blocks };
    w->chunk = (zkl_chunk_data){ .row_count = json_array_size(bytes), .cells = (const uint16_t *const *)at,
                                 .row_bytes = zkl_bytes_of(all, starts[json_array_size(bytes)]), .row_starts = starts };
}

static void test_chunk__has_the_models_key_and_blinders(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    const json_t *chunk = json_object_get(encoding, "chunk"), *wanted = json_object_get(chunk, "blinders");
    world w = { 0 };
    make_world(&w, t, encoding);
    uint8_t key[32];
    zkl_chunk_key(key, &w.context, &w.chunk);
    CHECK_MEM_EQ(t, key, digest_of(t, chunk, "key").bytes, 32);
    zkl_fr blinders[32];
    REQUIRE(t, json_array_size(wanted) == w.context.block_count && w.context.block_count <= 32);
    zkl_chunk_blinders(blinders, key, &w.context);
    for (size_t b = 0; b < w.context.block_count; b++) {
        const char *hex = json_string_value(json_object_get(json_array_get(wanted, b), "blinder")) + 2;
        char padded[65];
        snprintf(padded, sizeof padded, "%064d", 0);
        memcpy(padded + 64 - strlen(hex), hex, strlen(hex));
        uint8_t got[32];
        zkl_fr_encode(got, &blinders[b]);
        CHECK_MEM_EQ(t, got, test_hex(t, padded).data, 32);
    }
}

static void test_chunk__has_the_models_row_root(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    world w = { 0 };
    zkl_error err = { 0 };
    make_world(&w, t, encoding);
    uint8_t key[32];
    zkl_digest root, want = digest_of(t, json_object_get(encoding, "rows"), "root");
    zkl_chunk_key(key, &w.context, &w.chunk);
    REQUIRE_OK(t, &err, zkl_chunk_row_root(&root, &w.context, &w.chunk, key, &err));
    CHECK_MEM_EQ(t, root.bytes, want.bytes, 32);
}

/* A change of one cell alone, of one row byte alone, or of the powers changes the key: no blinder survives it. */
static void test_chunk_key__changes_with_everything(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    world w = { 0 };
    make_world(&w, t, encoding);
    uint8_t key[32], other[32];
    zkl_chunk_key(key, &w.context, &w.chunk);

    uint16_t **cells = (uint16_t **)(uintptr_t)w.chunk.cells;
    cells[3][ZKL_CHUNK_ROWS - 1] ^= 1;
    zkl_chunk_key(other, &w.context, &w.chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
    cells[3][ZKL_CHUNK_ROWS - 1] ^= 1;

    uint8_t *rows = (uint8_t *)(uintptr_t)w.chunk.row_bytes.data;
    rows[5] ^= 1;
    zkl_chunk_key(other, &w.context, &w.chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
    rows[5] ^= 1;

    zkl_digest *parts[] = { &w.context.seed, &w.context.schema_hash, &w.context.powers_hash };
    for (size_t i = 0; i < 3; i++) {
        parts[i]->bytes[31] ^= 1;
        zkl_chunk_key(other, &w.context, &w.chunk);
        CHECK(t, memcmp(key, other, 32) != 0);
        parts[i]->bytes[31] ^= 1;
    }
    w.chunk.chunk = 1;
    zkl_chunk_key(other, &w.context, &w.chunk);
    CHECK(t, memcmp(key, other, 32) != 0);
}

/* With a known tau, the commitment is [f(tau)]_1 for f = cells + blinder X^C. */
static void test_chunk_commit__is_the_polynomial_at_tau(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    world w = { 0 };
    zkl_error err = { 0 };
    make_world(&w, t, encoding);
    size_t count = ZKL_CHUNK_ROWS + 8;
    zkl_fr tau, power = ZKL_FR_ONE;
    zkl_fr *scalars = ZKL_ARENA_NEW(&t->arena, zkl_fr, count);
    zkl_g1_affine *powers = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, count);
    zkl_fr_from_u64(&tau, 0x123456789);
    for (size_t i = 0; i < count; i++) {
        scalars[i] = power;
        zkl_fr_mul(&power, &power, &tau);
    }
    REQUIRE_OK(t, &err, zkl_g1_mul_many(powers, &zkl_g1_generator, scalars, count, t->pool, &err));
    zkl_srs srs = { .powers = powers, .power_count = count };
    REQUIRE_OK(t, &err, zkl_g1_fixed_new(&srs.fixed, powers, ZKL_CHUNK_ROWS, t->pool, &err));
    w.context.srs = &srs;

    uint8_t key[32], points[32][ZKL_POINT_BYTES];
    zkl_digest root;
    zkl_chunk_key(key, &w.context, &w.chunk);
    REQUIRE_OK(t, &err, zkl_chunk_commit(points, &root, &w.context, &w.chunk, key, NULL, t->pool, &err));
    zkl_fr blinders[32];
    zkl_chunk_blinders(blinders, key, &w.context);
    for (size_t b = 0; b < w.context.block_count; b++) {
        zkl_fr f, cell, term;
        zkl_fr_mul(&f, &blinders[b], &scalars[ZKL_CHUNK_ROWS]);
        for (size_t row = 0; row < w.chunk.row_count; row++) {
            zkl_fr_from_u64(&cell, w.chunk.cells[b][row]);
            zkl_fr_mul(&term, &cell, &scalars[row]);
            zkl_fr_add(&f, &f, &term);
        }
        zkl_g1 want;
        zkl_g1_affine affine;
        uint8_t bytes[ZKL_POINT_BYTES];
        zkl_g1_mul(&want, &zkl_g1_generator, &f);
        zkl_g1_normalize(&affine, &want);
        zkl_g1_encode(bytes, &affine);
        CHECK_MEM_EQ(t, points[b], bytes, ZKL_POINT_BYTES);
    }
    zkl_g1_fixed_free(srs.fixed);
}

ZKL_TESTS(TEST(test_chunk__has_the_models_key_and_blinders), TEST(test_chunk__has_the_models_row_root),
          TEST(test_chunk_key__changes_with_everything), TEST(test_chunk_commit__is_the_polynomial_at_tau))
