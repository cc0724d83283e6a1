#pragma once
/* The real curve at production size: a development set-up shared by all tests of a build folder,
 * and small datasets committed over it. */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"
#include "prove/commit.h"
#include "prove/prove.h"
#include "setup/setup.h"
#include "verify/statement.h"
#include "testing.h"

#define REAL_C ((size_t)1 << 16)
#define REAL_COLUMNS_MAX 8
#define REAL_UNUSED __attribute__((unused)) static

/* Open the set-up that the file `name` names, with the key of the smallest tier. */
REAL_UNUSED zkl_status real_open(zkl_setup **out, const char *folder, const char *name,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_setup *setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_digest hash;
    ZKL_TRY(zkl_file_read(&text, name, sizeof hash, err));
    if (text.size != sizeof hash)
        return zkl_fail(err, ZKL_BAD_INPUT, "no name of a set-up");
    memcpy(&hash, text.data, sizeof hash);
    ZKL_TRY(zkl_setup_open(&setup, folder, &hash, env, err));
    const zkl_status status = zkl_setup_key(setup, ZKL_SETUP_TIER_MIN, env, &circuit, &key, err);
    if (status == ZKL_OK)
        *out = setup;
    else
        zkl_setup_close(setup);
    return status;
}

/* The set-up, made on first use, and again when the circuits have changed since. A lock keeps tests
 * that run side by side from making it twice. */
REAL_UNUSED zkl_setup *real_setup(zkl_test *t)
{
    static const char folder[] = ZKL_TEST_BUILD_DIR "/test-setup";
    static const char name[] = ZKL_TEST_BUILD_DIR "/test-setup.name";
    const zkl_env env = { .pool = t->pool };
    zkl_setup *setup = NULL;
    zkl_error err = { 0 };
    zkl_digest hash;
    zkl_status status = zkl_folder_make(folder, 0700, &err);
    const int lock =
        open(ZKL_TEST_BUILD_DIR "/test-setup.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (status == ZKL_OK && lock >= 0 && flock(lock, LOCK_EX) == 0) {
        status = real_open(&setup, folder, name, &env, &err);
        if (status != ZKL_OK) {
            status = zkl_setup_make(&hash, folder, &env, &err);
            if (status == ZKL_OK)
                status = zkl_file_write(name, zkl_bytes_of(&hash, sizeof hash), 0600, &err);
            if (status == ZKL_OK)
                status = real_open(&setup, folder, name, &env, &err);
        }
    }
    if (lock >= 0)
        close(lock);
    if (status != ZKL_OK)
        FAIL(t, "development set-up: %s", err.text);
    return setup;
}

/* A column of a dataset: codes row by row. A flag follows the column it belongs to. */
typedef struct real_column {
    uint32_t limbs;
    uint8_t kind; /* ZKL_NUMBERED_* */
    const uint64_t *codes;
} real_column;

typedef struct real_dataset {
    uint64_t rows;
    size_t column_count, blocks_per_chunk, block_count;
    uint32_t limb_counts[REAL_COLUMNS_MAX];
    uint8_t kinds[REAL_COLUMNS_MAX];
    const uint16_t **cells; /* chunk, column, limb */
    zkl_fr *blinders;
    uint8_t (*commitments)[ZKL_POINT_BYTES];
    zkl_g1_affine *points;
    zkl_known_table known;
} real_dataset;

REAL_UNUSED void real_commit(zkl_test *t, real_dataset *out, const zkl_srs *srs, uint8_t name,
                             uint64_t rows, const real_column *columns, size_t column_count)
{
    zkl_error err;
    *out = (real_dataset){ .rows = rows, .column_count = column_count };
    for (size_t i = 0; i < column_count; i++) {
        out->limb_counts[i] = columns[i].limbs;
        out->kinds[i] = columns[i].kind;
        out->blocks_per_chunk += columns[i].limbs;
    }
    const uint64_t chunks = (rows + REAL_C - 1) / REAL_C;
    out->block_count = chunks * out->blocks_per_chunk;
    out->cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, out->block_count);
    out->blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, out->block_count);
    out->commitments = zkl_arena_alloc(&t->arena, out->block_count, ZKL_POINT_BYTES);
    out->points = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, out->block_count);
    size_t block = 0;
    for (uint64_t c = 0; c < chunks; c++)
        for (size_t i = 0; i < column_count; i++)
            for (uint32_t limb = 0; limb < columns[i].limbs; limb++, block++) {
                uint16_t *cells = ZKL_ARENA_NEW(&t->arena, uint16_t, REAL_C);
                for (size_t k = 0; k < REAL_C && c * REAL_C + k < rows; k++)
                    cells[k] = (uint16_t)(columns[i].codes[c * REAL_C + k] >> (16 * limb));
                out->cells[block] = cells;
                uint8_t seed[48];
                test_random_bytes(t, seed, sizeof seed);
                zkl_fr_reduce(&out->blinders[block], seed, sizeof seed);
            }
    const zkl_blinded_blocks blocks = { out->cells, out->blinders, out->block_count };
    REQUIRE_OK(t, &err, zkl_blocks_commit(out->points, srs, &blocks, t->pool, &err));
    for (size_t b = 0; b < out->block_count; b++)
        zkl_g1_encode(out->commitments[b], &out->points[b]);
    out->known = (zkl_known_table){ .row_count = rows,
                                    .column_count = column_count,
                                    .limb_counts = out->limb_counts,
                                    .column_kinds = out->kinds,
                                    .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])out->commitments,
                                    .blocks_per_chunk = out->blocks_per_chunk,
                                    .points = out->points };
    memset(out->known.dataset.bytes, name, 32);
    memset(out->known.schema_hash.bytes, name + 1, 32);
    memset(out->known.merkle_root.bytes, name + 2, 32);
    memset(out->known.content.bytes, name + 3, 32);
}

/* Some columns of chunks [first_chunk, first_chunk + chunk_count) of a dataset, with these
 * roles. */
REAL_UNUSED void real_source(zkl_test *t, zkl_source_table *out, const real_dataset *d,
                             const uint32_t *columns, const char *const *roles, size_t count,
                             uint64_t first_chunk, uint64_t chunk_count)
{
    zkl_statement_column *stated = ZKL_ARENA_NEW(&t->arena, zkl_statement_column, count);
    size_t limbs = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        stated[i] = (zkl_statement_column){ zkl_bytes_of_text(roles[i]), columns[i],
                                            d->limb_counts[columns[i]] };
        limbs += stated[i].limb_count;
    }
    const uint16_t **cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, limbs *chunk_count);
    zkl_fr *blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, limbs * chunk_count);
    uint8_t(*commitments)[ZKL_POINT_BYTES] =
        zkl_arena_alloc(&t->arena, limbs * chunk_count, ZKL_POINT_BYTES);
    for (uint64_t c = first_chunk; c < first_chunk + chunk_count; c++)
        for (size_t i = 0; i < count; i++) {
            size_t from = c * d->blocks_per_chunk;
            for (uint32_t j = 0; j < columns[i]; j++)
                from += d->limb_counts[j];
            for (uint32_t limb = 0; limb < stated[i].limb_count; limb++, at++) {
                cells[at] = d->cells[from + limb];
                blinders[at] = d->blinders[from + limb];
                memcpy(commitments[at], d->commitments[from + limb], ZKL_POINT_BYTES);
            }
        }
    const uint64_t first_row = first_chunk * REAL_C, left = d->rows - first_row;
    *out = (zkl_source_table){
        .table = { .dataset = d->known.dataset,
                   .first_row = first_row,
                   .row_count = left < chunk_count * REAL_C ? left : chunk_count * REAL_C,
                   .columns = stated,
                   .column_count = count,
                   .schema_hash = d->known.schema_hash,
                   .merkle_root = d->known.merkle_root,
                   .content = d->known.content },
        .commitments = (const uint8_t(*)[ZKL_POINT_BYTES])commitments,
        .cells = cells,
        .blinders = blinders,
    };
}

/* A number as a parameter; negative ones mod r. */
REAL_UNUSED zkl_scalar real_param(int64_t v)
{
    zkl_fr x;
    zkl_scalar out;
    zkl_fr_from_u64(&x, v < 0 ? (uint64_t)-v : (uint64_t)v);
    if (v < 0)
        zkl_fr_neg(&x, &x);
    zkl_fr_encode(out.bytes, &x);
    return out;
}
