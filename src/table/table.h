#pragma once
/* A table read once into an encrypted spool, its final schema, and its chunks as cells and row
 * bytes. Passes: read (file -> typed spool, inferring), decide the schema, then any chunk can be
 * asked for, in any order, any number of times. */
#include "base/env.h"
#include "input/bad_row.h"
#include "input/inputs.h"
#include "keys/owner_secret.h"
#include "types/dictionary.h"
#include "record/reading.h"
#include "types/schema.h"

typedef struct zkl_table zkl_table;

/* The dictionary of a column as it was made before: what its root is recomputed with. */
typedef struct zkl_read_dictionary {
    uint32_t column; /* index in the schema */
    zkl_digest seed;
    /* Secret; not used with a part. */
    uint8_t key[32];
    /* Of a dictionary that has entries which the data have not. */
    zkl_dictionary_part part;
} zkl_read_dictionary;

typedef struct zkl_previous_dictionary {
    zkl_digest seed;
    /* In code order; none: not kept, and only found again when the data have the same strings. */
    const zkl_bytes *entries;
    size_t entry_count;
} zkl_previous_dictionary;

/* A dictionary that a run drew a seed for which was cut off. It has that seed again where its
 * strings, and so its root, are the same; a seed serves no other strings. */
typedef struct zkl_remembered_dictionary {
    zkl_bytes name; /* of the column */
    zkl_digest seed, root;
} zkl_remembered_dictionary;

/* The version before: a column of the same name keeps its type, nullability and dictionary,
 * unless the schema file says otherwise or a value does not fit. Borrowed until the read is
 * done. */
typedef struct zkl_previous {
    const zkl_schema *schema;
    const zkl_previous_dictionary *dictionaries; /* one a column; zeros where it has none */
} zkl_previous;

typedef struct zkl_read_options {
    /* Already expanded; read in name order (by bytes); "-": standard input. */
    const char *const *files;
    size_t file_count;
    /* TOML; NULL: infer. */
    const char *schema_file;
    /* A manifest's, to read its data again; NULL: none. The columns are then exactly these, in
     * this order, with these types and nullability (NaN is null where the column is nullable);
     * schema_file, keep_types and previous do not count. With reading.columns_chosen = no the
     * files may have no other column. Dictionary roots are recomputed from the data with
     * `dictionaries`: compare schema hashes. */
    const zkl_schema *schema;
    /* With schema: the secrets of its dictionary columns; one that is missing keeps its root. */
    const zkl_read_dictionary *dictionaries;
    size_t dictionary_count;
    /* NULL: a first version. */
    const zkl_previous *previous;
    /* Of a run that was cut off: for dictionaries that are new. */
    const zkl_remembered_dictionary *remembered;
    size_t remembered_count;
    /* The columns that are wanted; NULL: all. */
    const char *const *columns;
    size_t column_count;
    /* Called with the names of the columns that are read, before any row is (CSV and Parquet:
     * JSON has no header). Unless it says ZKL_OK the read ends with what it said. May be NULL. */
    zkl_status (*check_columns)(void *opaque, const zkl_bytes *names, size_t count, zkl_error *err);
    void *check_opaque;
    /* Do not narrow what is inferred. */
    bool keep_types;
    /* Floats of typed files are decimals or integers where somebody wrote all values of a column as
     * such: each is an integer, or has at most 15 digits (float32: 6), all of them 18 at one scale.
     */
    bool float_decimals;
    /* As far as it is said. */
    zkl_reading reading;
    /* Where the unlinked spool file lives: inside the ledger. */
    const char *spool_folder;
    zkl_hash_algorithm hash;
    /* Dictionary keys derive from it. */
    const zkl_owner_secret *owner_secret;
    /* For the reader; 0: 512 MiB. */
    size_t memory_bytes;
    /* Of standard input (input/stream.h). */
    uint64_t input_memory_bytes;
    /* What opens the files; NULL: the program's own readers (input/formats.h). */
    const struct zkl_source_ops *source;
} zkl_read_options;

/* Read everything.
 *
 * bad:    the rows that could not be split and the values that do not fit, when the answer is
 *         ZKL_BAD_INPUT; else none. Wipe it after use: it quotes the data.
 * Errors: ZKL_BAD_INPUT, ZKL_LIMIT (the files), ZKL_USAGE (the options), ZKL_CONFLICT (a file
 *         changed while it was read), ZKL_NOT_SUPPORTED (a format, a type or the reader's
 *         module), ZKL_REJECTED (a kept dictionary is another), ZKL_CANCELLED and what
 *         check_columns says, ZKL_IO, ZKL_DENIED, ZKL_NO_MEMORY. *out is untouched then.
 * Cost:   one pass over the files for hashes, one by their reader, one over the spool by types;
 *         on env's pool. */
zkl_status zkl_table_read(zkl_table **out, const zkl_read_options *options, zkl_bad_rows *bad,
                          const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void zkl_table_free(zkl_table *table);
ZKL_DEFINE_AUTO_FREE(zkl_table)

const zkl_schema *zkl_table_schema(const zkl_table *table);
uint64_t zkl_table_rows(const zkl_table *table);
uint64_t zkl_table_chunks(const zkl_table *table); /* ceil(rows / 65,536) */
/* Why the type was chosen, for people: "inferred: integers 0..120, no nulls". */
const char *zkl_table_column_note(const zkl_table *table, size_t column);
/* Of a column that is text because of one value: why that is not like those before it ("is no
 * number"), and its line (0: not known). NULL: it is not. */
const char *zkl_table_column_misfit(uint64_t *line, const zkl_table *table, size_t column);
/* Had its type to be chosen, and no row has a value to choose it by? */
bool zkl_table_column_is_all_null(const zkl_table *table, size_t column);
/* Is it text only because the version before had text? Its values alone would give it another
 * type. */
bool zkl_table_column_is_kept_text(const zkl_table *table, size_t column);
/* The column of this name in the previous version, one of previous->schema->columns; NULL: there
 * is none. */
const zkl_column *zkl_table_column_previous(const zkl_table *table, size_t column);
/* Why its type or nullability is not the previous version's: "70000 lies outside uint16"; ""
 * when it is, and for columns that are new. */
const char *zkl_table_column_change(const zkl_table *table, size_t column);
/* Entries of a dictionary column in code order; 0 for others. */
size_t zkl_table_dictionary(const zkl_table *table, size_t column, const zkl_bytes **entries);
/* 32 random bytes drawn when that dictionary was made; zeros for other columns. */
const zkl_digest *zkl_table_dictionary_seed(const zkl_table *table, size_t column);
/* The hash of all files, and each file's own (input/inputs.h). */
const zkl_digest *zkl_table_content_hash(const zkl_table *table);
size_t zkl_table_files(const zkl_table *table, const zkl_file_digest **files);
/* The same files as they were opened; of a table that was kept, names alone. */
size_t zkl_table_inputs(const zkl_table *table, const zkl_input **inputs);
/* How the files were read, whole: what was said, and what was found out. */
const zkl_reading *zkl_table_reading(const zkl_table *table);

/* The key columns that the schema file names. */
size_t zkl_table_key(const zkl_table *table, const char *const **names);
/* Ranges of the schema file, in the grammar of claims: "range(age, 0, 120)". */
size_t zkl_table_claims(const zkl_table *table, const char *const **claims);

/* At most so many row bytes has any of its chunks. Of a table that was kept: without
 * dictionaries. */
uint64_t zkl_table_row_bytes_most(const zkl_table *table);

/* A chunk as cells and as row bytes, in any order, any number of times.
 *
 * cells:      blocks in block order (numbered column, limb): blocks_per_chunk pointers to buffers
 *             of ZKL_CHUNK_ROWS cells, padding zero. A NULL entry skips that block; NULL: none.
 * row_bytes:  the row bytes of all rows, one after the other, appended; NULL: not wanted.
 * row_starts: rows + 1 offsets into row_bytes; NULL: not wanted.
 * Errors:     ZKL_IO (the spool), ZKL_NO_MEMORY.
 * Threads:    any number at once, on any chunks. */
zkl_status zkl_table_chunk(const zkl_table *table, uint64_t chunk, uint16_t *const *cells,
                           zkl_buffer *row_bytes, size_t *row_starts, zkl_error *err) ZKL_MUST_USE;
