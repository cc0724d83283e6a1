#pragma once
/* Columns and schemas (docs/proof-system.md section 9): the closed table of types, their encoding
 * to 16-bit cells, canonical schema bytes. */
#include "base/arena.h"
#include "base/buffer.h"
#include "hash/hash.h"

#define ZKL_CHUNK_ROWS 65536
#define ZKL_COLUMNS_MAX 100000
#define ZKL_NAME_BYTES_MAX 65536
#define ZKL_ROWS_MAX (((uint64_t)1 << 40) - 1)

typedef enum zkl_type_kind {
    ZKL_TYPE_BOOL,
    ZKL_TYPE_INT16,
    ZKL_TYPE_INT32,
    ZKL_TYPE_INT64,
    ZKL_TYPE_UINT16,
    ZKL_TYPE_UINT32,
    ZKL_TYPE_UINT64,
    ZKL_TYPE_FLOAT32,
    ZKL_TYPE_FLOAT64,
    ZKL_TYPE_DECIMAL,
    ZKL_TYPE_DATE,
    ZKL_TYPE_TIME,
    ZKL_TYPE_TIMESTAMP,
    ZKL_TYPE_STRING16,
    ZKL_TYPE_STRING32,
    ZKL_TYPE_BINARY16,
    ZKL_TYPE_BINARY32,
    ZKL_TYPE_DICTIONARY,
    ZKL_TYPE_COUNT
} zkl_type_kind;

typedef struct zkl_type {
    zkl_type_kind kind;
    uint8_t precision, scale; /* decimal */
    zkl_digest root;          /* dictionary */
} zkl_type;

/* An unsigned code of up to 128 bits (hashes of 32 bytes never pass through it). */
typedef unsigned __int128 zkl_code;

bool zkl_type_parse(zkl_type *out, zkl_bytes text); /* the closed table of strings, nothing else */
#define ZKL_TYPE_TEXT_BYTES_MAX 128
/* Its one spelling: writes it and a NUL, returns its length. */
size_t zkl_type_text(char out[static ZKL_TYPE_TEXT_BYTES_MAX], const zkl_type *type);
void zkl_type_format(zkl_buffer *out, const zkl_type *type); /* the same, appended */
uint32_t zkl_type_limbs(const zkl_type *type);
zkl_code zkl_type_offset(const zkl_type *type); /* code = value + offset */
bool zkl_type_is_number(
    const zkl_type *type); /* sums and linear relations make sense: integers, decimals */
/* Codes of the smallest and the largest value: decimals +-(10^p - 1), floats +-infinity, time
 * 23:59:59.999999; 0 and all ones for hashed types, 0 and 65,535 for dictionaries. */
void zkl_type_code_range(zkl_code *low, zkl_code *high, const zkl_type *type);
bool zkl_type_equal(const zkl_type *a, const zkl_type *b);
bool zkl_type_is_hashed(const zkl_type *type); /* string16, string32, binary16, binary32 */

typedef struct zkl_column {
    zkl_bytes name; /* UTF-8, not empty, unique in its schema */
    zkl_type type;
    bool nullable;
} zkl_column;

typedef struct zkl_schema {
    zkl_hash_algorithm hash;
    const zkl_column *columns;
    size_t column_count;
} zkl_schema;

void zkl_schema_encode(zkl_buffer *out, const zkl_schema *schema);
/* ZKL_BAD_INPUT for anything but the one encoding of a schema: unknown types, names that are empty,
 * repeated or not UTF-8, other flags than 0 and 1, trailing bytes; ZKL_LIMIT beyond the limits
 * above. out borrows from bytes and arena. */
zkl_status zkl_schema_parse(zkl_schema *out, zkl_arena *arena, zkl_bytes bytes,
                            zkl_error *err) ZKL_MUST_USE;
void zkl_schema_hash(zkl_digest *out, const zkl_schema *schema); /* SHA3-256 of the bytes */
/* Is the schema another one than is wanted? Then the first thing that differs, for people: "it has
 * a column 'x' more", "its column 'pay' is int32 nullable, not int16". */
#define ZKL_SCHEMA_DIFFERENCE_BYTES 512
bool zkl_schema_differs(char out[static ZKL_SCHEMA_DIFFERENCE_BYTES], const zkl_schema *want,
                        const zkl_schema *have);

/* Columns are numbered with their flags: the flag of column number j has number j + 1. */
typedef struct zkl_numbered_column {
    uint32_t column; /* index into schema->columns */
    bool is_flag;
    bool is_boolean; /* flag or bool: its role ends in '?' */
    uint32_t limb_count;
} zkl_numbered_column;
size_t zkl_schema_numbered_count(const zkl_schema *schema);
/* out: zkl_schema_numbered_count entries. Returns blocks per chunk (all limbs). */
size_t zkl_schema_number(zkl_numbered_column *out, const zkl_schema *schema);
