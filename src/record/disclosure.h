#pragma once
/* Disclosure: rows of a dataset version that its owner shows, and what shows that they are those of
 * the commitments. docs/formats/disclosure.md
 *
 *  1. The file is the body and the receipt of the `disclose` entry, which names the body by
 *     SHA-256: so the log says that the body was made, and nothing of what is in it.
 *  2. Nothing is read that can be computed. The body holds values, masks and openings; the proof
 *     statements follow from them and from the manifest (verify/disclosure.h).
 *  3. A body has one encoding. Its hash hides its values: masks are random points. */
#include "base/arena.h"
#include "base/buffer.h"
#include "hash/merkle.h"
#include "proof/statement.h"

#define ZKL_DISCLOSURE_ROWS_MAX 1024
#define ZKL_DISCLOSURE_COLUMNS_MAX 2046
#define ZKL_DISCLOSURE_CELLS_MAX 262144
#define ZKL_DISCLOSURE_CHALLENGE_MIN 16
#define ZKL_DISCLOSURE_CHALLENGE_MAX 64
#define ZKL_DISCLOSURE_BODY_BYTES_MAX ((size_t)256 << 20)
#define ZKL_DISCLOSURE_OPENING_BYTES 256 /* ZKL_DIRECT_BYTES of verify/direct.h */

typedef enum zkl_shown_kind {
    ZKL_SHOWN_NULL,
    ZKL_SHOWN_VALUE,
    ZKL_SHOWN_ENTRY, /* of a dictionary */
    ZKL_SHOWN_KIND_COUNT
} zkl_shown_kind;

/* One cell of a row as it is shown. */
typedef struct zkl_shown_cell {
    zkl_shown_kind kind;
    zkl_bytes
        value; /* as row bytes have it, without their length: docs/proof-system.md section 9 */
    /* An entry's place under the dictionary root that the column's type names. */
    uint32_t code, entry_count;
    const uint8_t *salt; /* 32 bytes */
    const zkl_digest *path;
    size_t path_count;
} zkl_shown_cell;

/* What shows one row: docs/proof-system.md section 2, "Direct opening". */
typedef struct zkl_shown_opening {
    uint8_t mask[ZKL_POINT_BYTES];
    uint8_t proof[ZKL_DISCLOSURE_OPENING_BYTES];
} zkl_shown_opening;

typedef struct zkl_disclosure {
    /* The auditor's bytes by which the rows were drawn; size 0: the owner chose them. */
    zkl_bytes challenge;
    const uint32_t *columns; /* of the schema, ascending */
    size_t column_count;
    const uint64_t *rows; /* of the dataset, counted from 0, ascending */
    size_t row_count;
    const zkl_shown_cell *cells;       /* row by row, column by column */
    const zkl_shown_opening *openings; /* one a row */
} zkl_disclosure;

/* The rows that a challenge draws of a dataset: count different numbers, ascending. Number j is
 * hash_to_fr("sample", seed, j) mod total, j = 0, 1, .., one that was drawn already left out; seed
 * is the challenge as an integer mod r. ZKL_USAGE: none, more than half of the rows (but one can
 * always be drawn), more than ZKL_DISCLOSURE_ROWS_MAX, a challenge too short or too long. */
zkl_status zkl_disclosure_draw(uint64_t *rows, size_t count, uint64_t total, zkl_bytes challenge,
                               zkl_error *err) ZKL_MUST_USE;

/* The body. ZKL_LIMIT when it breaks a limit above. */
zkl_status zkl_disclosure_encode(zkl_buffer *out, const zkl_disclosure *disclosure,
                                 zkl_error *err) ZKL_MUST_USE;
/* Borrows from bytes and arena. ZKL_BAD_INPUT: it is no body, or another encoding of one. */
zkl_status zkl_disclosure_parse(zkl_disclosure *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err) ZKL_MUST_USE;

/* The file: body and receipt. */
zkl_status zkl_disclosure_file_encode(zkl_buffer *out, zkl_bytes body, zkl_bytes receipt,
                                      zkl_error *err) ZKL_MUST_USE;
bool zkl_disclosure_file_has_magic(
    zkl_bytes bytes); /* it begins as such files do, of any version */
/* Both borrow from bytes. ZKL_BAD_INPUT, ZKL_LIMIT, ZKL_NOT_SUPPORTED. */
zkl_status zkl_disclosure_file_parse(zkl_bytes *body, zkl_bytes *receipt, zkl_bytes bytes,
                                     zkl_error *err) ZKL_MUST_USE;
