#pragma once
/* What the files of a table share.
 *
 * 1. Rows are read in order into segments of at most ZKL_CHUNK_ROWS rows; a segment lies within
 *    one chunk and one file, and holds a piece for each column it knows. A column that first
 *    appears later (JSON) is null before.
 * 2. A piece in the spool: [nulls: bitmap, rounded up to 16 bytes, only with has_nulls][fixed
 *    values | u32 sizes, bytes one after the other]. Slots of nulls are zero.
 * 3. After the types are final, each (chunk, column) has its cells in the spool: limb by limb,
 *    u16 in the machine's order, rows of the chunk each, then the flags of a nullable column.
 *    Row padding is not stored.
 * 4. Pieces of hashed columns stay (their bytes are row bytes); those of others are dropped. */
#include "input/formats.h"
#include "input/inputs.h"
#include "table/infer.h"
#include "table/schema_file.h"
#include "table/spool.h"
#include "table/strings.h"
#include "table/table.h"
#include "text/json_object.h"
#include "text/real.h"

#define ZKL_SEGMENT_BYTES ((size_t)16 << 20) /* buffered values that end a segment early */
#define ZKL_NAME_SHOWN 200                   /* bytes of a name in a message */

/* For "%.*s". */
static inline int zkl_name_shown(zkl_bytes name)
{
    return (int)(name.size < ZKL_NAME_SHOWN ? name.size : ZKL_NAME_SHOWN);
}

typedef struct zkl_piece {
    uint64_t offset, heap_bytes;
    bool has_nulls, absent; /* absent: every row is null */
} zkl_piece;

typedef struct zkl_segment {
    /* file_row: rows of its file before it. */
    uint64_t first_row, file_row;
    uint32_t row_count, file;
    /* Columns that were known when it ended; of later ones every row is null. */
    size_t piece_count;
    zkl_piece *pieces;
    /* Where its first row begins in the file's text; 0: lines are not known. */
    uint64_t first_line;
    /* Rows do not begin line by line: the line of each is in the spool, uint64_t a row. */
    bool has_lines;
    uint64_t lines_offset;
} zkl_segment;

typedef struct zkl_table_column {
    zkl_bytes name;
    zkl_raw_type raw;
    /* Of all values, once every segment has ended. */
    zkl_column_facts facts;
    /* Why the type was chosen. */
    char note[ZKL_COLUMN_NOTE_BYTES];
    zkl_type type;
    bool nullable, nan_is_null;
    /* A string whose distinct values are to be counted; whether it must not be hashed instead. */
    bool wants_dictionary, must_be_dictionary;
    /* By the schema file. */
    bool type_is_given, nullable_is_given;
    /* Text because the version before had it, though its values alone would give another type. */
    bool is_kept_text;
    /* The dictionary, once made, and the seed of its salts. */
    zkl_string_set strings;
    zkl_digest seed;
    /* Of this name in the version before; NULL: there is none. */
    const zkl_column *previous;
    const zkl_previous_dictionary *previous_dictionary;
    /* Why it is not as before; "" when it is. */
    char change[256];
} zkl_table_column;

struct zkl_table {
    zkl_arena arena;
    zkl_spool *spool;
    zkl_hash_algorithm hash;
    zkl_inputs inputs;
    zkl_reading reading;
    /* Of the schema file. */
    const char **claims;
    size_t claim_count;
    const char *const *key;
    size_t key_count;

    zkl_table_column *columns;
    size_t column_count, column_capacity;
    zkl_segment *segments;
    size_t segment_count, segment_capacity;
    uint64_t row_count;

    zkl_schema schema;
    uint64_t *cell_offsets; /* in the spool: [chunk * column_count + column] */
};

/* ---- table.c */
/* Asserts the rules that hold once all rows are read. */
void zkl_table_invariant(const zkl_table *table);

/* ---- table_read.c */
/* Types are final: the schema, and room for the places of cells. */
zkl_status zkl_table_make_schema(zkl_table *table, zkl_error *err) ZKL_MUST_USE;

/* ---- rows.c */
/* Whether a column of that name is to be read. */
bool zkl_column_is_wanted(const zkl_read_options *options, zkl_bytes name);
/* The format of the files; ZKL_USAGE when the reading says what does not count with it. */
zkl_status zkl_rows_check_format(const zkl_format **out, const zkl_read_options *options,
                                 zkl_error *err) ZKL_MUST_USE;
/* All rows of the table's inputs into its spool: columns with their facts, segments, counts, and
 * the reading made whole. bad: rows that could not be split, when the answer is ZKL_BAD_INPUT. */
zkl_status zkl_rows_read(zkl_table *table, zkl_bad_rows *bad, const zkl_format *format,
                         const zkl_read_options *options, const zkl_env *env,
                         zkl_error *err) ZKL_MUST_USE;

/* ---- pieces.c */
typedef struct zkl_piece_view {
    uint32_t row_count;
    const uint8_t *nulls;  /* NULL: no nulls */
    const uint8_t *values; /* fixed width */
    const uint32_t *sizes; /* text and binary */
    const uint8_t *heap;
    void *block; /* owns the above */
} zkl_piece_view;
void zkl_piece_view_clear(zkl_piece_view *view);
/* A piece that is absent gives a view whose nulls are all set. */
zkl_status zkl_piece_load(zkl_piece_view *out, const zkl_table *table, const zkl_segment *segment,
                          size_t column, zkl_error *err) ZKL_MUST_USE;
static inline bool zkl_piece_is_null(const zkl_piece_view *view, uint32_t row)
{
    return view->nulls && (view->nulls[row / 8] >> row % 8 & 1);
}

/* Of a piece as it lies in the spool. */
size_t zkl_piece_bytes(const zkl_piece *piece, const zkl_raw_type *raw, uint32_t row_count);
/* Behind the last one. */
zkl_status zkl_table_add_segment(zkl_table *table, const zkl_segment *segment,
                                 zkl_error *err) ZKL_MUST_USE;

/* The line on which a row of the segment begins; 0: not known, or lost with the spool. */
uint64_t zkl_segment_line(const zkl_table *table, const zkl_segment *segment, uint32_t row);

/* Rows on their way into a segment. */
typedef struct zkl_column_buffer {
    uint8_t *data; /* fixed values, or texts one after the other */
    size_t size, capacity;
    uint32_t *sizes;
    uint8_t *nulls;
    uint32_t row_count, row_capacity;
    bool has_nulls;
} zkl_column_buffer;

/* Rows of one segment, on their way into it. */
typedef struct zkl_segment_buffer {
    /* One a column. */
    zkl_column_buffer *columns;
    size_t column_capacity;
    uint32_t row_count;
    size_t byte_count;
    /* Rows before it: of the table, of its file. */
    uint64_t first_row, file_row;
    uint32_t file;
    /* Of its rows; none: lines are not known. */
    uint64_t *lines;
    uint32_t line_count, line_capacity;
} zkl_segment_buffer;

typedef struct zkl_loader {
    zkl_table *table;
    const zkl_env *env;
    /* Rows go into the one; the other has those of the segment before, while it is written. */
    zkl_segment_buffer open, full;
    /* Formats of objects count their facts while they parse. */
    bool facts_are_known;
    /* Facts of floats are those of their shortest digits too. */
    bool float_decimals;
} zkl_loader;
void zkl_loader_clear(zkl_loader *loader);
zkl_status zkl_loader_add_column(zkl_loader *loader, zkl_bytes name, const zkl_raw_type *raw,
                                 zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_loader_start_file(zkl_loader *loader, uint32_t file, zkl_error *err) ZKL_MUST_USE;
/* The open segment takes no more rows. */
bool zkl_loader_is_full(const zkl_loader *loader);
/* Rows of a chunk from *first on, which moves behind those that were taken: all, or as many as the
 * open segment takes. Vectors in the order of the columns. */
zkl_status zkl_loader_add_chunk(zkl_loader *loader, const zkl_raw_chunk *chunk, size_t *first,
                                zkl_error *err) ZKL_MUST_USE;
/* Everything that can be done at once, on all workers: `fill` adds chunks until the open segment is
 * full or its file ends, the full segment before it is written, and files are hashed. fill keeps
 * its own failures; those of the segment before come first. */
zkl_status zkl_loader_round(zkl_loader *loader, void (*fill)(void *context), void *context,
                            zkl_error *err) ZKL_MUST_USE;
/* One text in the open row; columns not put are null. */
zkl_status zkl_loader_put_text(zkl_loader *loader, size_t column, zkl_bytes text,
                               zkl_error *err) ZKL_MUST_USE;
/* The line on which the open row begins; 0: not known. */
zkl_status zkl_loader_put_line(zkl_loader *loader, uint64_t line, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_loader_end_row(zkl_loader *loader, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_loader_finish(zkl_loader *loader, zkl_error *err) ZKL_MUST_USE;

/* ---- objects.c */
typedef struct zkl_objects {
    zkl_json_object object; /* the row that is parsed */
    /* The columns' names, numbered as the columns are. */
    zkl_string_set names;
    /* The column of the i-th member of the last row. */
    uint32_t *guess;
    size_t guess_count;
    /* The row in which each column was last given, plus one; 0: in none. */
    uint64_t *last_row;
    size_t last_row_count;
} zkl_objects;
void zkl_objects_clear(zkl_objects *objects);
/* One row from the text of its object; line: where it begins, 0: not known. After ZKL_BAD_INPUT
 * object.fault_at says where in the text. */
zkl_status zkl_objects_add_row(zkl_objects *objects, zkl_loader *loader,
                               const zkl_read_options *options, zkl_bytes text, uint64_t line,
                               zkl_error *err) ZKL_MUST_USE;

/* ---- decide.c */
/* Every column that a schema file names must be there. */
zkl_status zkl_rules_check(const zkl_table *table, const zkl_schema_rules *rules,
                           const char *schema_file, zkl_error *err) ZKL_MUST_USE;
/* Types and nullability as a first version has them: by the schema file, else by the values. */
void zkl_types_decide(zkl_table *table, const zkl_schema_rules *rules, bool keep_types);
/* Types and nullability of a manifest; the columns must be its own, in its order. */
zkl_status zkl_types_take(zkl_table *table, const zkl_schema *schema, zkl_error *err) ZKL_MUST_USE;
/* The schema file's key columns, and its ranges as claims. */
zkl_status zkl_rules_claims(zkl_table *table, const zkl_schema_rules *rules,
                            zkl_error *err) ZKL_MUST_USE;

/* ---- dictionaries.c */
/* Dictionaries of the columns that want one; a column with too many strings is hashed. */
zkl_status zkl_dictionaries_make(zkl_table *table, const zkl_read_options *options,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* What the caller has of a dictionary that is read again; NULL: nothing. */
const zkl_read_dictionary *zkl_dictionary_given(const zkl_read_options *options, size_t column);
/* The data of a manifest are read again, and the column's strings collected: same strings, same
 * seed, same root, or another schema hash. */
zkl_status zkl_dictionary_make_again(zkl_table_column *column, zkl_hash_algorithm hash,
                                     const zkl_read_dictionary *given, zkl_error *err) ZKL_MUST_USE;

/* ---- inherit.c */
/* Types, nullability and dictionaries of the version before, where they fit: after those of a
 * first version are decided, before dictionaries are made. */
zkl_status zkl_table_inherit(zkl_table *table, const zkl_read_options *options, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* With the strings of a column collected: *out when they are those of a dictionary that is not
 * kept, whose root and seed the column then has. Else its change says what is new. */
zkl_status zkl_dictionary_rebuild(bool *out, zkl_table_column *column, zkl_hash_algorithm hash,
                                  const zkl_owner_secret *owner_secret,
                                  zkl_error *err) ZKL_MUST_USE;
/* One more reason why the column is not as before. */
void zkl_column_changes(zkl_table_column *column, const char *format, ...) ZKL_PRINTF(2, 3);

/* ---- convert.c */
/* Types are final; cells go to the spool. Bad values are listed, not an error of this call. */
zkl_status zkl_table_convert(zkl_table *table, zkl_bad_rows *bad, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* The same of one column of one chunk. */
zkl_status zkl_table_convert_column(zkl_table *table, zkl_bad_rows *bad, uint64_t chunk,
                                    size_t index, zkl_error *err) ZKL_MUST_USE;
/* Whether every value of the column can be converted to the type it has now; *first: one that
 * cannot. Nothing is written. */
zkl_status zkl_column_fits(bool *out, zkl_bad_row *first, const zkl_table *table, size_t index,
                           zkl_error *err) ZKL_MUST_USE;
/* Whether values as the file has them can be of that type at all. */
bool zkl_raw_suits(const zkl_raw_type *raw, const zkl_type *type);
/* The integer in a fixed-width value of a piece. */
__int128 zkl_raw_integer(const zkl_raw_type *raw, const uint8_t *at);
/* Is it a float, and NaN? */
bool zkl_raw_is_nan(const zkl_raw_type *raw, const uint8_t *at);
/* Of a float its shortest digits, without an exponent (text/real.h). */
size_t zkl_raw_real_plain(char out[ZKL_REAL_PLAIN_BYTES_MAX], const zkl_raw_type *raw,
                          const uint8_t *at);
bool zkl_raw_is_text(const zkl_raw_type *raw);
uint32_t zkl_chunk_rows(const zkl_table *table, uint64_t chunk);
/* The segments of a chunk: [*first, *end). */
void zkl_chunk_segments(size_t *first, size_t *end, const zkl_table *table, uint64_t chunk);
