#pragma once
/* Claims as text, and what they mean. docs/formats/claims.md
 *
 *     range(c, lo|*, hi|* [, nulls=refuse])    linear(2*a + b = c + 5)    not_null(c)    rows(n)
 *     sum(c) [= | >= | <= v]                   mean(c) [= | >= | <= v or p/q]
 *     cells(*), cells(a, b, ...) or cells(a .. z), all columns from a to z      ... in rows 0..65535 (a span of whole chunks)
 *
 * text --parse--> asked --compile(schema, rows)--> compiled --bind(nulls, sum)--> parts, as they stand in a proof
 * statement. Printing, JSON and the sentence come from a bound claim. A verifier goes the same way from the
 * text in the entry and compares the parts with the statement: so words and proof cannot differ. */
#include "base/arena.h"
#include "text/exact.h"
#include "proof/statement.h"
#include "types/schema.h"

#define ZKL_CLAIM_TEXT_BYTES_MAX 65536
#define ZKL_CLAIM_TERMS_MAX 4096

typedef enum zkl_asked_kind {
    ZKL_ASKED_CELLS,
    ZKL_ASKED_RANGE,
    ZKL_ASKED_SUM,
    ZKL_ASKED_MEAN,
    ZKL_ASKED_LINEAR,
    ZKL_ASKED_NOT_NULL,
    ZKL_ASKED_ROWS,
} zkl_asked_kind;

typedef enum zkl_comparison {
    ZKL_COMPARE_DISCLOSE, /* no value given: the exact result is filled in from the data */
    ZKL_COMPARE_EXACTLY,
    ZKL_COMPARE_AT_LEAST,
    ZKL_COMPARE_AT_MOST,
} zkl_comparison;

/* numerator / (10^scale * denominator); denominator 1 but for means. */
typedef struct zkl_quantity {
    zkl_exact digits;
    unsigned scale;
    uint64_t denominator;
} zkl_quantity;

typedef struct zkl_claim_term {
    zkl_bytes column;    /* name, unquoted */
    zkl_quantity weight; /* linear */
} zkl_claim_term;

typedef struct zkl_claim {
    zkl_asked_kind kind;
    zkl_claim_term *terms; /* the columns; cells: none for all */
    size_t term_count;
    bool
        is_run; /* cells: two terms, the first and the last of the columns, in the schema's order */
    zkl_bytes low, high; /* range: literals without quotes; data NULL for '*' */
    bool refuse_nulls;
    zkl_comparison comparison;
    zkl_quantity value; /* sum, mean (unless DISCLOSE), linear, rows */
    bool has_span;
    uint64_t first_row, last_row;
} zkl_claim;

/* What a claim may begin with: "range", ...; NULL behind the last. */
const char *zkl_claim_word(size_t index);
/* Borrows from text and arena. ZKL_USAGE with the position ("character 9: ..."): the caller quotes the claim. */
zkl_status zkl_claim_parse(zkl_claim *out, zkl_arena *arena, zkl_bytes text,
                           zkl_error *err) ZKL_MUST_USE;

/* One claim of a proof statement: kind, parameters in codes, and its source table's columns (role, number,
 * limbs), in the statement's order. */
typedef struct zkl_claim_assertion {
    zkl_assertion_kind kind;
    zkl_scalar *params;
    size_t param_count;
    zkl_statement_column *columns;
    size_t column_count;
} zkl_claim_assertion;

#define ZKL_CLAIM_ASSERTIONS_MAX 2

typedef struct zkl_compiled_claim {
    zkl_claim asked;
    uint64_t first_row, row_count; /* the span claimed: all rows, or whole chunks of them */
    zkl_claim_assertion assertions[ZKL_CLAIM_ASSERTIONS_MAX];
    size_t
        assertion_count; /* 0: follows from the manifest under its cells claim (rows, types that say it already) */
    bool needs_sum; /* sum, mean: zkl_claim_bind must be called before the parameters are there */
    bool is_bound;
    uint64_t null_count; /* sum, mean, once bound: disclosed */
    zkl_exact code_sum;  /* sum, mean, once bound: the claim's T */
    uint32_t column;     /* index in the schema of the first column named */
} zkl_compiled_claim;

/* schema and row_count: the dataset's. ZKL_USAGE for what makes no sense on these columns, ZKL_NOT_FOUND for an unknown
 * column, ZKL_NOT_SUPPORTED, or ZKL_REJECTED for what is false by the manifest alone. */
zkl_status zkl_claim_compile(zkl_compiled_claim *out, zkl_arena *arena, const zkl_claim *asked,
                             const zkl_schema *schema, uint64_t row_count,
                             zkl_error *err) ZKL_MUST_USE;
/* Fill in a sum's parameters. null_count: null rows of the column in the span. code_sum: sum of the codes of the others,
 * read only where the result is disclosed (then asked.value is set to it). Does nothing to other kinds.
 * ZKL_REJECTED when no sum can satisfy it, ZKL_USAGE when every sum does. */
zkl_status zkl_claim_bind(zkl_compiled_claim *claim, const zkl_schema *schema, uint64_t null_count,
                          const zkl_exact *code_sum, zkl_error *err) ZKL_MUST_USE;
/* Do the statement's claims from number *at on equal the bound claim's parts, on a table of this dataset? Moves *at behind
 * them. ZKL_REJECTED when not. For sums an unbound claim is bound from the statement first. */
zkl_status zkl_claim_match(zkl_compiled_claim *claim, const zkl_schema *schema,
                           const zkl_statement *statement, const zkl_digest *dataset, size_t *at,
                           zkl_error *err) ZKL_MUST_USE;

/* A range that null rows satisfy, on a column that may hold them: of a column of nulls alone it says nothing. */
bool zkl_claim_passes_nulls(const zkl_compiled_claim *claim, const zkl_schema *schema);
/* Does the claim say how many nulls the column has in those rows: a number, or that it has none? */
bool zkl_claim_tells_nulls(const zkl_compiled_claim *claim, const zkl_schema *schema,
                           uint32_t column, uint64_t first_row, uint64_t row_count);

/* Of a bound claim: canonical text (parses and compiles to the same), canonical JSON object, one English sentence
 * (no full stop): "every non-null value of age lies between 0 and 120". */
void zkl_claim_print(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema);
void zkl_claim_json(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema);
void zkl_claim_sentence(zkl_buffer *out, const zkl_compiled_claim *claim, const zkl_schema *schema);

/* The name as it stands in a claim: as it is when plain (letters, digits, "_", "."; no digit first), else in double
 * quotes, with \" \\ and \xNN for each byte of what shows nothing, turns the text around or passes for a space: names that
 * differ in such characters look different. Letters of other alphabets that look alike are shown as they are. */
void zkl_claim_name_print(zkl_buffer *out, zkl_bytes name);
