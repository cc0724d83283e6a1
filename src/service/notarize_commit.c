/* The second pass over the spool. Chunks are independent: each worker takes one, with buffers of its own. A chunk that is
 * too wide to hold at once is read in groups of blocks, twice: for its key, then for its commitments. */
#include <string.h>

#include "hash/merkle.h"
#include "service/notarize_internal.h"

#define GROUP_BLOCKS 128 /* 16 MiB of cells a worker */

typedef struct commit_worker {
    uint16_t *cells;   /* GROUP_BLOCKS blocks, secret */
    uint16_t **wanted; /* block_count pointers for zkl_table_chunk */
    zkl_fr *blinders;  /* secret */
    double hash_s, commit_s;
} commit_worker;

typedef struct commit_job {
    notarisation *n;
    commit_worker *workers;
    size_t first_chunk;
    zkl_status *statuses;
    zkl_error *errors;
} commit_job;

static size_t rows_of_chunk(const notarisation *n, size_t chunk)
{
    uint64_t left = n->rows - (uint64_t)chunk * ZKL_CHUNK_ROWS;
    return left < ZKL_CHUNK_ROWS ? (size_t)left : ZKL_CHUNK_ROWS;
}

/* Load blocks first .. first + count - 1 of the chunk into the worker's cells. */
static zkl_status load_group(const notarisation *n, commit_worker *w, const uint16_t **cells,
                             size_t chunk, size_t first, size_t count, zkl_error *err)
{
    memset(w->wanted, 0, n->block_count * sizeof *w->wanted);
    for (size_t i = 0; i < count; i++)
        cells[i] = w->wanted[first + i] = w->cells + i * ZKL_CHUNK_ROWS;
    return zkl_table_chunk(n->table, chunk, w->wanted, NULL, NULL, err);
}

static size_t group_size(const notarisation *n, size_t first)
{
    return n->block_count - first < GROUP_BLOCKS ? n->block_count - first : GROUP_BLOCKS;
}

static zkl_status commit_chunk(notarisation *n, commit_worker *w, size_t chunk, zkl_error *err)
{
    const uint16_t *cells[GROUP_BLOCKS];
    ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
    size_t row_count = rows_of_chunk(n, chunk);
    ZKL_AUTO_BLOCK size_t *starts = zkl_malloc(row_count + 1, sizeof *starts);
    if (!starts)
        return zkl_no_memory(err, row_count * sizeof *starts);
    double start = service_seconds();
    memset(w->wanted, 0, n->block_count * sizeof *w->wanted);
    ZKL_TRY(zkl_table_chunk(n->table, chunk, w->wanted, &rows, starts, err));
    zkl_chunk data = { .index = chunk,
                       .row_count = row_count,
                       .row_bytes = zkl_buffer_bytes(&rows),
                       .row_starts = starts };
    zkl_sha3 hash;
    zkl_chunk_key_begin(&hash, data.row_bytes);
    for (size_t first = 0; first < n->block_count; first += GROUP_BLOCKS) {
        ZKL_TRY(load_group(n, w, cells, chunk, first, group_size(n, first), err));
        zkl_chunk_key_add(&hash, cells, group_size(n, first));
    }
    uint8_t *key = n->chunk_keys[chunk];
    zkl_chunk_key_end(key, &hash, &n->chunk_owner, chunk);
    ZKL_TRY(zkl_chunk_row_root(&n->row_roots[chunk], n->schema->hash, key, &data, NULL, err));
    double hashed = service_seconds();
    w->hash_s += hashed - start;
    if (notarize_take_chunk(n, chunk))
        return ZKL_OK;
    zkl_fr *blinder = w->blinders;
    for (uint32_t c = 0; c < n->numbered_count; c++)
        for (uint32_t limb = 0; limb < n->numbered[c].limb_count; limb++)
            zkl_chunk_blinder(blinder++, key, c, limb);
    for (size_t first = 0; first < n->block_count; first += GROUP_BLOCKS) {
        zkl_g1_affine points[GROUP_BLOCKS];
        size_t count = group_size(n, first);
        if (n->block_count > GROUP_BLOCKS)
            ZKL_TRY(load_group(n, w, cells, chunk, first, count, err));
        ZKL_TRY(zkl_blocks_commit(points, zkl_setup_srs(n->setup), cells, w->blinders + first,
                                  count, NULL, err));
        for (size_t i = 0; i < count; i++)
            zkl_g1_encode(n->points[chunk * n->block_count + first + i], &points[i]);
    }
    w->commit_s += service_seconds() - hashed;
    return ZKL_OK;
}

static void run_chunk(void *context, size_t index, size_t worker)
{
    commit_job *job = context;
    job->statuses[index] =
        commit_chunk(job->n, &job->workers[worker], job->first_chunk + index, &job->errors[index]);
}

/* All chunks, a few rounds of the workers at a time, so that progress can be told and the user can stop. */
static zkl_status run_chunks(notarisation *n, commit_worker *workers, size_t threads,
                             zkl_error *err)
{
    size_t batch = 4 * threads;
    commit_job job = { n, workers, 0, ZKL_ARENA_NEW(&n->arena, zkl_status, batch),
                       ZKL_ARENA_NEW(&n->arena, zkl_error, batch) };
    if (!job.statuses || !job.errors)
        return zkl_no_memory(err, batch * sizeof *job.errors);
    for (; job.first_chunk < n->chunks; job.first_chunk += batch) {
        size_t count = n->chunks - job.first_chunk < batch ? n->chunks - job.first_chunk : batch;
        ZKL_TRY(zkl_env_progress(n->env, "committing", (uint64_t)job.first_chunk * ZKL_CHUNK_ROWS,
                                 n->rows, err));
        zkl_pool_run(n->env ? n->env->pool : NULL, count, run_chunk, &job);
        for (size_t i = 0; i < count; i++)
            if (job.statuses[i] != ZKL_OK) {
                if (err)
                    *err = job.errors[i];
                return job.statuses[i];
            }
    }
    return ZKL_OK;
}

static bool worker_init(commit_worker *w, const notarisation *n)
{
    size_t group = n->block_count < GROUP_BLOCKS ? n->block_count : GROUP_BLOCKS;
    w->cells = zkl_malloc(group * ZKL_CHUNK_ROWS, sizeof *w->cells);
    w->wanted = zkl_calloc(n->block_count, sizeof *w->wanted);
    w->blinders = zkl_malloc(n->block_count, sizeof *w->blinders);
    return w->cells && w->wanted && w->blinders;
}

static void worker_clear(commit_worker *w, const notarisation *n)
{
    size_t group = n->block_count < GROUP_BLOCKS ? n->block_count : GROUP_BLOCKS;
    if (w->cells)
        zkl_wipe(w->cells, group * ZKL_CHUNK_ROWS * sizeof *w->cells);
    if (w->blinders)
        zkl_wipe(w->blinders, n->block_count * sizeof *w->blinders);
    zkl_free(w->cells);
    zkl_free(w->wanted);
    zkl_free(w->blinders);
}

zkl_status notarize_commit(notarisation *n, zkl_error *err)
{
    size_t threads = zkl_pool_threads(n->env ? n->env->pool : NULL), points;
    if (!zkl_size_mul(&points, n->chunks, n->block_count))
        return zkl_no_memory(err, SIZE_MAX);
    n->chunk_keys = zkl_arena_alloc(&n->arena, n->chunks, ZKL_CHUNK_KEY_BYTES);
    n->row_roots = ZKL_ARENA_NEW(&n->arena, zkl_digest, n->chunks);
    n->points = zkl_arena_alloc(&n->arena, points, ZKL_POINT_BYTES);
    commit_worker *workers = ZKL_ARENA_NEW(&n->arena, commit_worker, threads);
    if (!n->chunk_keys || !n->row_roots || !n->points || !workers)
        return zkl_no_memory(err, points * ZKL_POINT_BYTES);
    bool ready = true;
    for (size_t i = 0; i < threads; i++)
        ready = worker_init(&workers[i], n) && ready;
    zkl_status status = ready ? run_chunks(n, workers, threads, err)
                              : zkl_no_memory(err, (size_t)GROUP_BLOCKS << 17);
    for (size_t i = 0; i < threads; i++) {
        n->out->times.hash += workers[i].hash_s / (double)threads;
        n->out->times.commit += workers[i].commit_s / (double)threads;
        worker_clear(&workers[i], n);
    }
    return status;
}
