#pragma once
/* One verification with the data under way: verify_data.c compares, verify_data_differs.c tells
 * what differs. */
#include "base/arena.h"
#include "keys/datakey.h"
#include "service/service_internal.h"
#include "notary/table_chunks.h"

/* Room for one chunk of the data, made when the first is compared. */
typedef struct chunk_room {
    zkl_numbered_column *columns;
    uint32_t *limb_counts;
    size_t column_count;
    zkl_chunk_reader reader; /* a group of blocks, secret */
    size_t *starts;
    uint8_t (*points)[ZKL_POINT_BYTES]; /* its commitments, recomputed */
} chunk_room;

typedef struct recheck {
    zkl_ledger *handle; /* NULL: no ledger */
    const zkl_verify_data_request *request;
    const zkl_env *env;
    zkl_arena arena;
    zkl_ledger *ledger;            /* its view; NULL without one */
    const zkl_owner_secret *owner; /* NULL: opened when it is needed */
    zkl_setup *setup;              /* of the powers that the commitments were made with */
    zkl_setup *own_setup;          /* the same, when it is to be closed */
    const char *const *files;      /* expanded; none: the owner's spool is read */
    size_t file_count;
    zkl_table *table; /* NULL: the files cannot be read as the manifest's table */
    zkl_buffer receipt, data_key_bytes;
    zkl_datakey data_key;
    zkl_verified verified;
    const zkl_trust *trust; /* what was trusted: the ledger's, or trust_file */
    zkl_trust trust_file;
    const zkl_manifest *manifest;
    zkl_digest dataset; /* its id */
    /* Commitments are not recomputed: a proof on them will fail when they are others. */
    bool rows_alone;
    zkl_reading reading;  /* by which the data are read */
    bool reads_otherwise; /* than the manifest says */
    chunk_room room;
} recheck;

void recheck_clear(recheck *r);
/* The files of the request, or without any the spool that is kept of the dataset (where owner is
 * there), against manifest and dataset: reading, data key and powers are found, then content,
 * public digests, schema, rows and commitments compared. The table stays open. ZKL_REJECTED names
 * the check, and what differs as far as that can be told. */
zkl_status recheck_data(recheck *r, zkl_error *err) ZKL_MUST_USE;
/* How the files are read, but for the schema. */
zkl_read_options recheck_read_options(const recheck *r);
/* Is this hash of a file, or of several, the one that the manifest commits to? */
bool recheck_content_is(const recheck *r, const zkl_digest *file);
/* Commitments of one chunk of the data, which has the manifest's number of rows, into room->points;
 * *rows_same: its row root is the manifest's. */
zkl_status recheck_chunk(chunk_room *room, bool *rows_same, recheck *r, size_t chunk,
                         zkl_error *err) ZKL_MUST_USE;
/* What files that are not the notarised ones have otherwise, as far as it can be told: "it has 5
 * rows, not 4; column 'b' is missing". Nothing is added when nothing can be told. Reads the files
 * again where they do not fit the schema. */
void recheck_differences(zkl_buffer *out, recheck *r);
