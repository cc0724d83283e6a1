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
    /* A data key of chosen chunks will do. The data are then the rows of these alone, and of the
     * rest nothing is compared: whoever says so has to tell it. */
    bool takes_chosen_chunks;
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
/* The data are the rows of the chunks that the data key opens, and not the whole dataset. */
bool recheck_is_of_chosen(const recheck *r);
/* What the data are to have: rows, and chunks; and the number in the dataset of each of these, by
 * its place in the data. */
uint64_t recheck_row_count(const recheck *r);
size_t recheck_chunk_count(const recheck *r);
size_t recheck_chunk_number(const recheck *r, size_t place);
/* Is this hash of a file, or of several, the one that the manifest commits to? False of chosen
 * chunks, whose data key does not say it. */
bool recheck_content_is(const recheck *r, const zkl_digest *file);
/* Commitments of the chunk at this place of the data, which has the manifest's number of rows, into
 * room->points; *rows_same: its row root is the manifest's. */
zkl_status recheck_chunk(chunk_room *room, bool *rows_same, recheck *r, size_t place,
                         zkl_error *err) ZKL_MUST_USE;
/* After recheck_chunk: are the commitments those of the manifest? */
bool recheck_has_points(const recheck *r, size_t place);
/* What files that are not the notarised ones have otherwise, as far as it can be told: "it has 5
 * rows, not 4; column 'b' is missing". Nothing is added when nothing can be told. Reads the files
 * again where they do not fit the schema. */
void recheck_differences(zkl_buffer *out, recheck *r);
