/* The second pass over the spool. Chunks are independent: each worker takes one, with buffers of
 * its own. Cells are read in groups of blocks (prove/chunk_commit.h), so a worker's memory does not
 * grow with the number of columns.
 *
 *  1. A chunk's key is a hash of all its rows and cells, under the owner secret. It is made before
 *     anything that derives from it: row salts, then blinders.
 *  2. While workers run, each writes to its own commit_worker, and to what out has of its chunk.
 *  3. Every row root is computed. Every point is computed or taken over. */
#include "notary/commitments.h"

#include <string.h>

#include "hash/merkle.h"
#include "notary/table_chunks.h"

typedef struct commit_worker {
    /* Cells, secret. */
    zkl_chunk_reader reader;
    /* Rows of its chunk, secret, and where each begins. The memory serves chunk after chunk: new
     * pages cost as much as the rows. */
    zkl_buffer bytes;
    size_t *starts;
    size_t resumed_count;
    double hash_s, commit_s;
} commit_worker;

typedef struct commit_job {
    zkl_commitments *out;
    const zkl_table_facts *facts;
    const zkl_notary *notary;
    const zkl_known_chunks *known;
    zkl_chunk_store store;
    zkl_chunk_owner owner;
    commit_worker *workers;
    size_t first_chunk;
} commit_job;

void zkl_commitments_clear(zkl_commitments *commitments)
{
    zkl_arena_clear(&commitments->memory);
    *commitments = (zkl_commitments){ 0 };
}

/* The same key means the same content under the same owner, seed, schema and powers
 * (docs/SOUNDNESS.md). Points are taken over: that they commit to the cells is checked by the
 * proofs. Row roots no proof checks, so they are computed. */
static bool take_chunk(zkl_commitments *out, const zkl_known_chunks *known, size_t chunk)
{
    if (!known || chunk >= known->manifest->chunk_count)
        return false;
    const zkl_manifest *m = known->manifest;
    if (m->blocks_per_chunk != out->block_count)
        return false;
    const zkl_datakey_chunk *key = zkl_datakey_chunk_find(known->data_key, chunk);
    if (!key || !zkl_equal_ct(key->key, out->chunk_keys[chunk], ZKL_CHUNK_KEY_BYTES) ||
        !zkl_digest_equal(&m->row_roots[chunk], &out->row_roots[chunk]))
        return false;
    memcpy(out->points[chunk * out->block_count], m->blocks[chunk * out->block_count],
           out->block_count * ZKL_POINT_BYTES);
    return true;
}

/* As take_chunk, of a run that was cut off. */
static bool resume_chunk(const commit_job *job, commit_worker *w, size_t chunk)
{
    zkl_commitments *out = job->out;
    const bool found =
        job->store.find &&
        job->store.find(job->store.opaque, chunk, out->chunk_keys[chunk], &out->row_roots[chunk],
                        out->points + chunk * out->block_count);
    w->resumed_count += found;
    return found;
}

/* One chunk: its key, the tree of its rows under salts of the key, and its commitments, unless the
 * version before or a run that was cut off had the same chunk. */
static zkl_status commit_chunk(commit_job *job, commit_worker *w, size_t chunk, zkl_error *err)
{
    zkl_chunk_rows rows;
    zkl_commitments *out = job->out;
    uint8_t *key = out->chunk_keys[chunk];
    const double start = zkl_seconds();
    zkl_chunk_reader_begin(&w->reader, chunk);
    w->bytes.size = 0;
    ZKL_TRY(zkl_chunk_rows_of_table(&rows, &w->bytes, w->starts, job->facts->table, chunk, err));
    ZKL_TRY(zkl_chunk_reader_key(key, &w->reader, rows.bytes, &job->owner, err));
    ZKL_TRY(zkl_chunk_row_root(&out->row_roots[chunk], job->facts->schema->hash, key, &rows, NULL,
                               err));
    const double hashed = zkl_seconds();
    w->hash_s += hashed - start;
    if (take_chunk(out, job->known, chunk) || resume_chunk(job, w, chunk))
        return ZKL_OK;
    ZKL_TRY(zkl_chunk_reader_commit(out->points + chunk * out->block_count, &w->reader, key,
                                    zkl_setup_srs(job->notary->setup), NULL, err));
    w->commit_s += zkl_seconds() - hashed;
    return ZKL_OK;
}

/* One task of the pool. Invariant 2. */
static zkl_status run_chunk(void *context, size_t index, size_t worker, zkl_error *err)
{
    commit_job *job = context;
    return commit_chunk(job, &job->workers[worker], job->first_chunk + index, err);
}

/* All chunks, a few rounds of the workers at a time, so that progress is reported between them and
 * the user can stop. */
static zkl_status run_chunks(commit_job *job, size_t threads, zkl_error *err)
{
    const zkl_env *env = job->notary->env;
    const size_t at_once = job->notary->chunks_at_once;
    const size_t batch = at_once && at_once < threads ? at_once : 4 * threads;
    const size_t chunks = job->facts->chunk_count;
    for (; job->first_chunk < chunks; job->first_chunk += batch) {
        const size_t left = chunks - job->first_chunk, count = left < batch ? left : batch;
        ZKL_TRY(zkl_env_progress(env, "committing", (uint64_t)job->first_chunk * ZKL_CHUNK_ROWS,
                                 job->facts->row_count, err));
        ZKL_TRY(zkl_pool_try(env ? env->pool : NULL, count, run_chunk, job, err));
        /* Whoever takes the next chunk makes room of its own. */
        for (size_t i = 0; i < threads && batch < threads; i++)
            zkl_buffer_clear(&job->workers[i].bytes);
        if (job->store.put)
            job->store.put(job->store.opaque, job->out, job->first_chunk, count);
    }
    return ZKL_OK;
}

/* starts: where each row begins in the chunk's row bytes, and where the last one ends. */
static zkl_status worker_init(commit_worker *w, zkl_arena *memory, const zkl_chunk_source *source,
                              zkl_error *err)
{
    w->starts = ZKL_ARENA_NEW(memory, size_t, ZKL_CHUNK_ROWS + 1);
    if (!w->starts)
        return zkl_no_memory(err, ZKL_CHUNK_ROWS * sizeof *w->starts);
    return zkl_chunk_reader_init(&w->reader, source, ZKL_CHUNK_GROUP_BLOCKS, err);
}

/* chunk_count and block_count are set. */
static zkl_status commitments_alloc(zkl_commitments *out, zkl_error *err)
{
    size_t points;
    if (!zkl_size_mul(&points, out->chunk_count, out->block_count))
        return zkl_no_memory(err, SIZE_MAX);
    out->memory.is_secret = true;
    out->chunk_keys = zkl_arena_alloc(&out->memory, out->chunk_count, ZKL_CHUNK_KEY_BYTES);
    out->row_roots = ZKL_ARENA_NEW(&out->memory, zkl_digest, out->chunk_count);
    out->points = zkl_arena_alloc(&out->memory, points, ZKL_POINT_BYTES);
    return out->chunk_keys && out->row_roots && out->points
               ? ZKL_OK
               : zkl_no_memory(err, points * ZKL_POINT_BYTES);
}

zkl_status zkl_commitments_of_manifest(zkl_commitments *out, const zkl_table_facts *facts,
                                       const zkl_manifest *manifest, const zkl_datakey *data_key,
                                       zkl_error *err)
{
    ZKL_ASSERT(!out->points && facts->chunk_count == manifest->chunk_count &&
               facts->block_count == manifest->blocks_per_chunk);
    out->chunk_count = facts->chunk_count;
    out->block_count = facts->block_count;
    ZKL_TRY(commitments_alloc(out, err));
    for (size_t chunk = 0; chunk < out->chunk_count; chunk++) {
        const zkl_datakey_chunk *key = zkl_datakey_chunk_find(data_key, chunk);
        if (!key)
            return zkl_fail(err, ZKL_UNCHECKED, "the data key lacks chunk %zu", chunk);
        memcpy(out->chunk_keys[chunk], key->key, ZKL_CHUNK_KEY_BYTES);
        out->row_roots[chunk] = manifest->row_roots[chunk];
    }
    memcpy(out->points, manifest->blocks,
           out->chunk_count * out->block_count * sizeof *out->points);
    return ZKL_OK;
}

zkl_status zkl_commitments_make(zkl_commitments *out, const zkl_table_facts *facts,
                                const zkl_notary *notary, const zkl_known_chunks *known,
                                const zkl_chunk_store *store, zkl_error *err)
{
    const size_t threads = zkl_pool_threads(notary->env ? notary->env->pool : NULL);
    ZKL_ASSERT(notary->setup && !out->points);
    out->chunk_count = facts->chunk_count;
    out->block_count = facts->block_count;
    ZKL_TRY(commitments_alloc(out, err));
    commit_job job = { .out = out,
                       .facts = facts,
                       .notary = notary,
                       .known = known,
                       .store = store ? *store : (zkl_chunk_store){ 0 },
                       .owner = { .owner_secret = notary->owner,
                                  .seed = notary->seed,
                                  .schema_hash = facts->schema_hash,
                                  .powers_hash = notary->powers_hash },
                       .workers = ZKL_ARENA_NEW(&out->memory, commit_worker, threads) };
    uint32_t *limb_counts = ZKL_ARENA_NEW(&out->memory, uint32_t, facts->numbered_count);
    /* The arena is zeroed: a reader that is not opened is cleared too. */
    if (!job.workers || !limb_counts)
        return zkl_no_memory(err, threads * sizeof *job.workers);
    for (size_t i = 0; i < facts->numbered_count; i++)
        limb_counts[i] = facts->numbered[i].limb_count;
    const zkl_chunk_source source =
        zkl_chunk_source_of_table(facts->table, limb_counts, facts->numbered_count);
    zkl_status status = ZKL_OK;
    for (size_t i = 0; i < threads && status == ZKL_OK; i++)
        status = worker_init(&job.workers[i], &out->memory, &source, err);
    if (status == ZKL_OK)
        status = run_chunks(&job, threads, err);
    /* A second of all workers together counts as a second. */
    for (size_t i = 0; i < threads; i++) {
        out->resumed_count += job.workers[i].resumed_count;
        out->hash_s += job.workers[i].hash_s / (double)threads;
        out->commit_s += job.workers[i].commit_s / (double)threads;
        zkl_chunk_reader_clear(&job.workers[i].reader);
        zkl_buffer_clear(&job.workers[i].bytes);
    }
    return status;
}

/* By what is public: a version whose chunks were committed anew under the same key counts as known,
 * because the commitments came out the same. */
size_t zkl_commitments_count_known(const zkl_commitments *commitments,
                                   const zkl_known_chunks *known)
{
    const zkl_manifest *m = known->manifest;
    const size_t blocks = commitments->block_count;
    const size_t chunks =
        commitments->chunk_count < m->chunk_count ? commitments->chunk_count : m->chunk_count;
    size_t count = 0;
    if (m->blocks_per_chunk != blocks)
        return 0;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        count += zkl_digest_equal(&m->row_roots[chunk], &commitments->row_roots[chunk]) &&
                 memcmp(m->blocks[chunk * blocks], commitments->points[chunk * blocks],
                        blocks * ZKL_POINT_BYTES) == 0;
    return count;
}
