#pragma once
/* A table committed to: of every chunk its key, the root of its rows' tree, and the commitments of
 * its blocks. */
#include "keys/datakey.h"
#include "prove/commit.h"
#include "record/manifest.h"
#include "notary/notary.h"
#include "notary/table_facts.h"

typedef struct zkl_commitments {
    zkl_arena memory;
    /* Of each chunk; secret: blinders and row salts derive from it. */
    uint8_t (*chunk_keys)[ZKL_CHUNK_KEY_BYTES];
    zkl_digest *row_roots;
    /* chunk_count times block_count: chunk, then block. */
    uint8_t (*points)[ZKL_POINT_BYTES];
    size_t chunk_count, block_count;
    /* Chunks that a run before had committed to. */
    size_t resumed_count;
    /* Seconds of a worker. */
    double hash_s, commit_s;
} zkl_commitments;
/* Wipes the keys. */
void zkl_commitments_clear(zkl_commitments *commitments);

/* A version with the same schema: a chunk that has the key and row root it had there keeps its
 * commitments. */
typedef struct zkl_known_chunks {
    const zkl_manifest *manifest;
    /* Secret. Without chunks nothing is taken over. */
    const zkl_datakey *data_key;
} zkl_known_chunks;

/* Where finished chunks are kept, for a run that is cut off. Of all zeros: nowhere. */
typedef struct zkl_chunk_store {
    void *opaque;
    /* The commitments of a chunk that had this key and row root; false: not kept. Any thread. */
    bool (*find)(void *opaque, size_t chunk, const uint8_t *key, const zkl_digest *row_root,
                 uint8_t (*points)[ZKL_POINT_BYTES]);
    /* Chunks [first, first + count) are finished. On the calling thread. */
    void (*put)(void *opaque, const zkl_commitments *all, size_t first, size_t count);
} zkl_chunk_store;

/* The second pass over the spool, a worker a chunk. known NULL: every chunk is new. store NULL:
 * nothing is kept.
 *
 * Cost:   about two point additions a cell. Memory: 16 MiB of cells a worker, and 48 bytes a block.
 * Errors: ZKL_CANCELLED by the notary's env; those of the spool. */
zkl_status zkl_commitments_make(zkl_commitments *out, const zkl_table_facts *facts,
                                const zkl_notary *notary, const zkl_known_chunks *known,
                                const zkl_chunk_store *store, zkl_error *err) ZKL_MUST_USE;
/* Those of a table that was committed to before, from what was kept: nothing is computed.
 *
 * ZKL_UNCHECKED: the data key lacks a chunk. That the table has this manifest's rows is for the
 * caller to check first. */
zkl_status zkl_commitments_of_manifest(zkl_commitments *out, const zkl_table_facts *facts,
                                       const zkl_manifest *manifest, const zkl_datakey *data_key,
                                       zkl_error *err) ZKL_MUST_USE;
/* How many chunks have the row root and commitments that they had there. */
size_t zkl_commitments_count_known(const zkl_commitments *commitments,
                                   const zkl_known_chunks *known);
