#pragma once
/* Predicates over rows as people write them: comparisons of a column with a constant, joined by
 * and, or, not. What they become in a proof is claim/predicate.h. docs/formats/claims.md,
 * "Predicates"
 *
 *   age >= 18 and not (paid = true or at is null)     class in {1, 2, 5}
 *
 * Nulls are SQL's: a comparison with a null is neither true nor false, and a row counts where the
 * whole is true.
 *
 * What a row is asked is its digits: of each column the number of cuts that are at most its value,
 * or one more than there are cuts for a null. */
#include "claim/claim_kind.h"

#define ZKL_SAID_PARTS_MAX 1024 /* comparisons, values of sets, and what joins them */
#define ZKL_SAID_COLUMNS_MAX 20 /* each at least doubles what a row can be, up to 2^20 */
#define ZKL_SAID_DEPTH_MAX 64
#define ZKL_CUTS_MAX (2 * ZKL_SAID_PARTS_MAX + 2)

typedef struct zkl_said_part zkl_said_part;

typedef struct zkl_said_predicate {
    const zkl_said_part *root;
} zkl_said_predicate;

/* A column of the predicate with its cuts, ascending. */
typedef struct zkl_cut_column {
    uint32_t column; /* of the schema */
    zkl_code *cuts;
    size_t cut_count;
    bool nullable;
} zkl_cut_column;

/* Columns ascending. */
typedef struct zkl_cut_columns {
    zkl_cut_column items[ZKL_SAID_COLUMNS_MAX];
    size_t count;
} zkl_cut_columns;

/* Read up to what is no part of it. Columns are put behind the claim's, each once. */
zkl_status zkl_said_predicate_read(zkl_claim_reader *r, zkl_said_predicate *out,
                                   zkl_claim *claim) ZKL_MUST_USE;
/* "c is null". */
zkl_status zkl_said_predicate_is_null(const zkl_claim_maker *m, zkl_said_predicate *out,
                                      zkl_bytes column) ZKL_MUST_USE;
/* A copy with canonical constants, and the cuts that it makes. ZKL_USAGE for a comparison that
 * every value satisfies or none, ZKL_NOT_SUPPORTED for types without an order of values. */
zkl_status zkl_said_predicate_compile(const zkl_claim_maker *m, zkl_said_predicate *predicate,
                                      const zkl_claim *claim, zkl_cut_columns *out) ZKL_MUST_USE;
/* Does it make sense on these columns, as far as that is known without a dictionary's texts? Then
 * a copy with canonical constants, which knows the columns' types. Errors: those of compiling
 * it. */
zkl_status zkl_said_predicate_check(const zkl_claim_maker *m, zkl_said_predicate *predicate,
                                    const zkl_claim *claim) ZKL_MUST_USE;
/* Is it true of rows with these digits? digits: one for each of the columns. */
bool zkl_said_predicate_holds(const zkl_said_predicate *predicate, const zkl_cut_columns *columns,
                              const uint32_t *digits);
/* Parses to the same, but for what it says of nulls: " (no comparison holds of a null)" behind it
 * when a column that the claim names may hold some. */
void zkl_said_predicate_put_words(zkl_buffer *out, const zkl_compiled_claim *claim,
                                  const zkl_said_predicate *predicate);
/* Its member "texts": those that it names. */
void zkl_said_predicate_member_texts(zkl_claim_members *out, const zkl_claim_scope *scope,
                                     const zkl_said_predicate *predicate);
/* Parses to the same. */
void zkl_said_predicate_print(zkl_buffer *out, const zkl_said_predicate *predicate);

/* What a checked one is in SQL: a condition behind WHERE that is true of the same rows, over
 * columns of these names and types. Constants are texts there, of which the column's type is made:
 * values of that type, since an engine rounds any other in its own way. */
void zkl_said_predicate_sql(zkl_buffer *out, const zkl_said_predicate *predicate);

/* A column without cuts. */
zkl_status zkl_cut_column_init(const zkl_claim_maker *m, zkl_cut_column *out,
                               uint32_t column) ZKL_MUST_USE;
/* Put the cut among the column's, once; at most ZKL_CUTS_MAX. 0, and what no code of the column
 * reaches, is none. */
void zkl_cut_put(zkl_cut_column *column, zkl_code cut, zkl_code last);
/* The digits from which on values are at least the cut: 0 for all, none when no code reaches it. */
uint32_t zkl_cut_digit(const zkl_cut_column *column, zkl_code cut);

/* Codes that are tried: as many at most as the parameters of an assertion could list, and more. */
#define ZKL_CUT_CODES_MAX ((size_t)1 << 16)
/* How many codes rows may have: the product of the columns' digits. ZKL_LIMIT. */
zkl_status zkl_cut_code_count(const zkl_claim_maker *m, const zkl_cut_columns *columns,
                              size_t *out) ZKL_MUST_USE;
/* The digits of a code, one for each column, the first one's lowest. */
void zkl_cut_digits(uint32_t *digits, const zkl_cut_columns *columns, size_t code);
/* Parameters that say the conditions: their number, and each with its cuts (claim/predicate.h).
 * places: of each column among those of the source without flags. Returns how many they are. */
size_t zkl_cut_condition_params(const zkl_cut_columns *columns);
size_t zkl_cut_put_conditions(zkl_scalar *params, const zkl_cut_columns *columns,
                              const uint32_t *places);

/* ZKL_NOT_SUPPORTED for types whose codes are no values in their order. */
zkl_status zkl_cut_check_type(const zkl_claim_maker *m, uint32_t column) ZKL_MUST_USE;
