#pragma once
/* Proof statement: the canonical bytes that t0 hashes (docs/formats/statement.md; section 9 of
 * docs/proof-system.md). Everything a proof is about stands here: assertions, tables, commitments,
 * multiplicities, masks. Parsed and encoded without loss. Not the in-toto Statement of an entry. */
#include "algebra/fr.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "proof/assertion.h"

#define ZKL_POINT_BYTES 48
#define ZKL_STATEMENT_BLOCKS_MAX                                                                   \
    2046 /* points over all tables; leaf blocks are limited to 1,023 by the tier */
#define ZKL_STATEMENT_ASSERTIONS_MAX 1024
#define ZKL_STATEMENT_TABLES_MAX 2046
#define ZKL_STATEMENT_PARAMS_MAX 4096  /* scalars of one assertion */
#define ZKL_STATEMENT_COLUMNS_MAX 2046 /* of one table */
#define ZKL_STATEMENT_BYTES_MAX ((size_t)4 << 20)
#define ZKL_ASSERTION_NAME_BYTES_MAX 16
#define ZKL_ROLE_BYTES_MAX 64
#define ZKL_CIRCUIT_BYTES_MAX 8
#define ZKL_COLUMN_AUXILIARY UINT32_MAX /* in place of an index in the schema */

/* What is fixed by the format, and smaller in tests: the model's vectors use log_cells 4,
 * mask_half 4. */
typedef struct zkl_proof_format {
    unsigned log_cells; /* 16: cells of a block = lookup table size = 2^16 = limb base */
    unsigned mask_half; /* 8: a mask has this many coefficients at X^0.. and at X^C.. */
} zkl_proof_format;
extern const zkl_proof_format zkl_proof_format_v1; /* 16, 8 */

/* Inputs of F_n in the canonical order of section 9: 21 + n - log_cells scalars, t0 first, hi..
 * last. */
#define ZKL_FRACTION_INPUTS_FIXED 21
#define ZKL_FRACTION_INPUTS_MAX (ZKL_FRACTION_INPUTS_FIXED + 16)

typedef struct zkl_assertion {
    zkl_assertion_kind kind;
    const zkl_scalar *params; /* canonical, < r (checked by the parser) */
    size_t param_count;
    const uint32_t *
        tables; /* indexes into the statement's tables: source, then auxiliary or further sources */
    size_t table_count;
} zkl_assertion;

typedef struct zkl_statement_column {
    zkl_bytes role; /* "x", "x?", "3", "3?", "da" ... */
    uint32_t index; /* in the schema, flags counted; ZKL_COLUMN_AUXILIARY */
    uint32_t limb_count;
} zkl_statement_column;

typedef struct zkl_statement_table {
    zkl_digest dataset; /* zeros for auxiliary tables, as the three hashes */
    uint64_t first_row, row_count;
    const zkl_statement_column *columns;
    size_t column_count;
    zkl_digest schema_hash, merkle_root, content;
} zkl_statement_table;

typedef struct zkl_statement {
    zkl_digest ledger;
    zkl_bytes circuit;      /* "F18" .. "F26" (toy: other numbers); empty: none */
    zkl_digest key_hash;    /* SHA3-256 of the verification key's points */
    zkl_digest powers_hash; /* SHA3-256 of [tau]_1, [tau]_2, [tau^2]_2 */
    const zkl_assertion *assertions;
    size_t assertion_count;
    const zkl_statement_table *tables;
    size_t table_count;
    const uint8_t (*blocks)[ZKL_POINT_BYTES]; /* table, chunk, column, limb, in that nesting */
    size_t block_count;
    const uint8_t (*multiplicities)[ZKL_POINT_BYTES];
    size_t multiplicity_count; /* 0 or 1 */
    const uint8_t (*masks)[ZKL_POINT_BYTES];
    size_t mask_count;
} zkl_statement;

/* Borrowed fields point into bytes; arrays come from arena. ZKL_BAD_INPUT on anything not
 * canonical: unknown kind, scalar >= r, counts that lie, trailing bytes. Shape rules are
 * zkl_statement_check's (verify.h). */
zkl_status zkl_statement_parse(zkl_statement *out, zkl_arena *arena, zkl_bytes bytes,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_statement_encode(zkl_buffer *out, const zkl_statement *statement);
/* The same up to its three lists of points: what a proof's secrets derive from, known before any
 * of them. */
void zkl_statement_encode_head(zkl_buffer *out, const zkl_statement *statement);
void zkl_statement_t0(zkl_fr *out, zkl_bytes statement_bytes);

/* Chunks of C rows, the last one padded; blocks of a table (SIZE_MAX when they cannot be
 * counted). */
uint64_t zkl_statement_chunk_count(const zkl_statement_table *table,
                                   const zkl_proof_format *format);
size_t zkl_statement_table_blocks(const zkl_statement_table *table, const zkl_proof_format *format);
/* How many of the assertion's tables are sources. */
size_t zkl_statement_source_count(const zkl_assertion *assertion);
/* Which tables are datasets', by the assertions: out[i] of table i, table_count of them. The others
 * are auxiliary tables. Indexes of tables that are not there are passed over. Cost: of all tables
 * together that of the assertions' lists. */
void zkl_statement_find_sources(bool *out, const zkl_statement *statement);
/* n of the circuit "F<n>"; 0 when the text is anything else. */
unsigned zkl_statement_tier(zkl_bytes circuit);
