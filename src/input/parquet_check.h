#pragma once
/* A Parquet file against what it says of itself, before a reader that believes it opens it.
 *
 * The footer must be whole, and not encrypted; every page must lie in the file, and have the
 * CRC-32 that its header states. Pages without one pass: most writers leave it out. Pages that
 * gzip compressed must have the CRC-32 and length of gzip. The pages of a column must have the
 * values that the footer states. Encodings and codecs that the reader lacks are named here: it
 * has one sentence for all of them.
 * Source: the Parquet format's parquet.thrift, in Thrift's compact protocol. */
#include "base/memory.h"

#define ZKL_PARQUET_FOOTER_BYTES_MAX ((size_t)256 << 20)

/* Whether the column of that name will be read. It has the name of the schema's top, also for
 * what lies within it. */
typedef bool zkl_parquet_wanted(const void *opaque, zkl_bytes column);

/* Checks the whole file. *row_count: the rows that the footer states, which are those of its row
 * groups.
 *
 * wanted: NULL: every column is.
 * Errors: ZKL_BAD_INPUT (cut, damaged, no Parquet), ZKL_NOT_SUPPORTED (encrypted, its columns
 *         lie in other files, or one that is wanted has an encoding or codec that is not read),
 *         ZKL_LIMIT, ZKL_IO, ZKL_NO_MEMORY.
 * Cost:   one pass over the pages that have a CRC, and one with decompression over those of
 *         gzip; only the headers of others are read. */
zkl_status zkl_parquet_check(uint64_t *row_count, const char *path, const char *name,
                             zkl_parquet_wanted *wanted, const void *opaque,
                             zkl_error *err) ZKL_MUST_USE;

/* ---- its parts, on bytes */

/* The pages of one column of one row group. */
typedef struct zkl_parquet_chunk {
    uint64_t start, size;
    /* Of the schema's top. It lies in the footer's bytes. */
    zkl_bytes column;
    /* As parquet.thrift numbers them: Type and CompressionCodec. */
    uint64_t type, codec;
    /* Nulls too; of lists, what is in them. */
    uint64_t value_count;
} zkl_parquet_chunk;

/* A column that holds values, in the schema's order, which is that of the chunks in a row group. */
typedef struct zkl_parquet_leaf {
    uint64_t type;
    /* A column of the schema's top that is no list: it has a value in each row. */
    bool is_flat;
} zkl_parquet_leaf;

typedef struct zkl_parquet_footer {
    uint64_t row_count;       /* of the file */
    uint64_t group_row_count; /* of its row groups together */
    bool is_encrypted, has_other_files;
    zkl_parquet_leaf *leaves;
    size_t leaf_count, leaf_capacity;
    zkl_parquet_chunk *chunks;
    size_t chunk_count, chunk_capacity;
} zkl_parquet_footer;

void zkl_parquet_footer_clear(zkl_parquet_footer *footer);
/* footer: all zeros before. It points into the bytes. ZKL_BAD_INPUT when they are no
 * FileMetaData, or contradict themselves: every row group has the schema's columns, of its
 * types, and each that is no list has as many values as the group has rows. */
zkl_status zkl_parquet_footer_parse(zkl_parquet_footer *footer, zkl_bytes bytes,
                                    zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_parquet_page {
    size_t header_bytes;
    uint32_t body_bytes;
    uint32_t plain_bytes; /* of the body, decompressed */
    bool has_crc;
    uint32_t crc;
    /* The rest is of pages of values, not of a dictionary's. encoding: as parquet.thrift numbers
     * Encoding. */
    bool has_values;
    uint64_t encoding, value_count;
    /* Of the second version: the beginning of the body that is never compressed, and whether the
     * rest is not either. */
    uint64_t level_bytes;
    bool is_plain;
} zkl_parquet_page;

/* The page header at the beginning of the bytes; false: it is none, or not whole. */
bool zkl_parquet_page_parse(zkl_parquet_page *out, zkl_bytes bytes);
