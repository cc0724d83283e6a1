/* The second pass over the spool. Chunks are independent: each worker takes one, with buffers of its own. Cells are read
 * in groups of blocks (prove/chunk_commit.h), so a worker's memory does not grow with the number of columns. */
#include <string.h>

#include "hash/merkle.h"
#include "service/notarize_internal.h"
#include "service/table_chunks.h"

typedef struct commit_worker {
    zkl_chunk_reader reader; /* cells, secret */
    size_t *starts;          /* of the rows of its chunk */
    double hash_s, commit_s;
} commit_worker;

typedef struct commit_job {
    notarisation *n;
    commit_worker *workers;
    size_t first_chunk;
} commit_job;

/* One chunk: its key, the tree of its rows under salts of the key, and its commitments, unless the version before had
 * the same chunk. */
static zkl_status commit_chunk(notarisation *n, commit_worker *w, size_t chunk, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_chunk_rows rows;
    uint8_t *key = n->chunk_keys[chunk];
    const double start = service_seconds();
    zkl_chunk_reader_begin(&w->reader, chunk);
    ZKL_TRY(service_chunk_rows(&rows, &bytes, w->starts, n->table, chunk, err));
    ZKL_TRY(zkl_chunk_reader_key(key, &w->reader, rows.bytes, &n->chunk_owner, err));
    ZKL_TRY(zkl_chunk_row_root(&n->row_roots[chunk], n->schema->hash, key, &rows, NULL, err));
    const double hashed = service_seconds();
    w->hash_s += hashed - start;
    if (notarize_take_chunk(n, chunk))
        return ZKL_OK;
    ZKL_TRY(zkl_chunk_reader_commit(n->points + chunk * n->block_count, &w->reader, key,
                                    zkl_setup_srs(n->setup), NULL, err));
    w->commit_s += service_seconds() - hashed;
    return ZKL_OK;
}

static zkl_status run_chunk(void *context, size_t index, size_t worker, zkl_error *err)
{
    const commit_job *job = context;
    return commit_chunk(job->n, &job->workers[worker], job->first_chunk + index, err);
}

/* All chunks, a few rounds of the workers at a time, so that progress can be told and the user can stop. */
static zkl_status run_chunks(notarisation *n, commit_worker *workers, size_t threads,
                             zkl_error *err)
{
    size_t batch = 4 * threads;
    commit_job job = { n, workers, 0 };
    for (; job.first_chunk < n->chunks; job.first_chunk += batch) {
        size_t count = n->chunks - job.first_chunk < batch ? n->chunks - job.first_chunk : batch;
        ZKL_TRY(zkl_env_progress(n->env, "committing", (uint64_t)job.first_chunk * ZKL_CHUNK_ROWS,
                                 n->rows, err));
        ZKL_TRY(zkl_pool_try(n->env ? n->env->pool : NULL, count, run_chunk, &job, err));
    }
    return ZKL_OK;
}

static zkl_status worker_init(commit_worker *w, notarisation *n, const zkl_chunk_source *source,
                              zkl_error *err)
{
    w->starts = ZKL_ARENA_NEW(&n->arena, size_t, ZKL_CHUNK_ROWS + 1);
    if (!w->starts)
        return zkl_no_memory(err, ZKL_CHUNK_ROWS * sizeof *w->starts);
    return zkl_chunk_reader_init(&w->reader, source, ZKL_CHUNK_GROUP_BLOCKS, err);
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
    uint32_t *limb_counts = ZKL_ARENA_NEW(&n->arena, uint32_t, n->numbered_count);
    if (!n->chunk_keys || !n->row_roots || !n->points || !workers || !limb_counts)
        return zkl_no_memory(err, points * ZKL_POINT_BYTES);
    for (size_t i = 0; i < n->numbered_count; i++)
        limb_counts[i] = n->numbered[i].limb_count;
    const zkl_chunk_source source = service_chunk_cells(n->table, limb_counts, n->numbered_count);
    zkl_status status = ZKL_OK;
    for (size_t i = 0; i < threads && status == ZKL_OK; i++)
        status = worker_init(&workers[i], n, &source, err);
    if (status == ZKL_OK)
        status = run_chunks(n, workers, threads, err);
    for (size_t i = 0; i < threads; i++) {
        n->out->times.hash += workers[i].hash_s / (double)threads;
        n->out->times.commit += workers[i].commit_s / (double)threads;
        zkl_chunk_reader_clear(&workers[i].reader);
    }
    return status;
}
