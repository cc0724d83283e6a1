#pragma once
/* Manifest: what one dataset version is, in canonical bytes. docs/formats/manifest.md
 *
 *  1. The bytes follow from the values and the values from the bytes: there is one encoding.
 *  2. A parsed manifest is consistent in itself: chunks = ceil(rows / 65,536), blocks per chunk as
 *     the schema has them, the table root is the Merkle root over the chunks' leaves.
 *  3. Dataset id = SHA3-256 of the bytes.
 *  4. It says how the table was read, every option of it, and which files: another reading is
 *     another dataset. */
#include "base/arena.h"
#include "record/ids.h"
#include "proof/known_table.h"
#include "record/reading.h"
#include "types/schema.h"

#define ZKL_MANIFEST_BYTES_MAX ((size_t)512 << 20)
#define ZKL_MANIFEST_SCHEMA_BYTES_MAX ((size_t)64 << 20)
#define ZKL_MANIFEST_CIRCUITS_MAX 64
#define ZKL_MANIFEST_PARENTS_MAX 256
#define ZKL_MANIFEST_FILES_MAX 100000
#define ZKL_CIRCUIT_NAME_BYTES_MAX 8

typedef struct zkl_circuit_id {
    char name[ZKL_CIRCUIT_NAME_BYTES_MAX + 1]; /* "F22" */
    zkl_digest key_hash;                       /* of the verification key's points */
} zkl_circuit_id;

/* A capital letter, then a number of one or two digits without leading zero. */
bool zkl_circuit_name_valid(zkl_bytes name);

/* Plain digests of one input file (--public-digest). */
typedef struct zkl_public_file {
    zkl_bytes name; /* UTF-8, relative */
    uint64_t size;
    zkl_digest hash; /* by the schema's algorithm */
    zkl_digest sha256;
} zkl_public_file;

typedef struct zkl_manifest {
    zkl_schema schema;
    zkl_digest schema_hash; /* SHA3-256 of the schema's bytes; set by parse, ignored by encode */
    const zkl_digest
        *dictionary_seeds; /* one a column, of the columns with a dictionary; else ignored */
    zkl_digest seed;
    uint64_t row_count;    /* 1 .. ZKL_ROWS_MAX */
    zkl_digest content;    /* salted content commitment */
    zkl_digest table_root; /* see zkl_manifest_table_root */
    zkl_digest powers_hash;
    const zkl_circuit_id
        *circuits; /* by name, then key hash; none twice: those of the notarisation's statements */
    size_t circuit_count;
    const zkl_digest *parents; /* dataset ids, in the order given; none twice */
    size_t parent_count;
    zkl_reading reading; /* whole */
    /* Names of the files that were read, without the folder they share, "-" for standard input, in
     * the order in which their rows stand. NULL: only their number is told. */
    const zkl_bytes *read_files;
    size_t read_file_count; /* at least 1 */
    const zkl_public_file
        *files; /* each of read_files, with its digests; none without --public-digest */
    size_t file_count;
    size_t chunk_count;          /* ceil(row_count / ZKL_CHUNK_ROWS) */
    size_t blocks_per_chunk;     /* zkl_schema_number's */
    const zkl_digest *row_roots; /* chunk_count */
    const uint8_t (
        *blocks)[ZKL_POINT_BYTES]; /* chunk_count * blocks_per_chunk; points are not decoded here */
} zkl_manifest;

/* ceil(rows / 65,536). */
size_t zkl_manifest_chunks(uint64_t row_count);
/* Leaf of one chunk: H(0x00, u64 chunk, row root, commitments), H the schema's. */
void zkl_manifest_chunk_leaf(zkl_digest *out, zkl_hash_algorithm algorithm, uint64_t chunk,
                             const zkl_digest *row_root, const uint8_t (*blocks)[ZKL_POINT_BYTES],
                             size_t block_count);
/* Root over all chunk leaves, nodes H(0x01, L, R). */
void zkl_manifest_table_root(zkl_digest *out, const zkl_manifest *manifest);

/* Asserts what holds of every manifest that was parsed or encoded: rows, columns, and chunks and
 * blocks as many as follow from them. */
void zkl_manifest_invariant(const zkl_manifest *manifest);

/* ZKL_BAD_INPUT when the values do not fit together (as parse), ZKL_LIMIT when too large. */
zkl_status zkl_manifest_encode(zkl_buffer *out, const zkl_manifest *manifest,
                               zkl_error *err) ZKL_MUST_USE;
/* Borrows from bytes and arena. */
zkl_status zkl_manifest_parse(zkl_manifest *out, zkl_arena *arena, zkl_bytes bytes,
                              zkl_error *err) ZKL_MUST_USE;

/* What the verifier must know of this table; dataset is the manifest's id. Borrows from manifest
 * and arena. */
zkl_status zkl_manifest_known_table(zkl_known_table *out, zkl_arena *arena,
                                    const zkl_manifest *manifest, const zkl_digest *dataset,
                                    zkl_error *err) ZKL_MUST_USE;
