#pragma once
/* Columns whose combinations are counted, for kinds that ask which rows agree: their place in the
 * schema, their width, and what a sentence may call what they hold. */
#include "claim/claim_kind.h"

/* check: 2 ** (16 * ZKL_CLAIM_COMBINATION_LIMBS_MAX) * 2 ** 30 < r */
#define ZKL_CLAIM_COMBINATION_LIMBS_MAX 14

/* The claim's first `count` columns in the schema's order, which they have from now on; none stands
 * there twice. *limbs grows by theirs, flags too. ZKL_LIMIT: more than a ladder takes. */
zkl_status zkl_claim_find_combination(const zkl_claim_maker *m, zkl_claim *claim, size_t count,
                                      uint32_t **columns, uint32_t *limbs) ZKL_MUST_USE;
/* One more column, behind them. */
zkl_status zkl_claim_widen_combination(const zkl_claim_maker *m, uint32_t column,
                                       uint32_t *limbs) ZKL_MUST_USE;
/* What else the assertion itself refuses, of a claim that is sound otherwise: ZKL_LIMIT. */
zkl_status zkl_claim_check_combination(const zkl_claim_maker *m,
                                       const zkl_claim_assertion *made) ZKL_MUST_USE;

/* How a sentence calls a dictionary's codes. Who says that rows agree at least so often may say
 * text: rows of one text are those of one code, or more. */
typedef enum zkl_claim_dictionary {
    ZKL_CLAIM_DICTIONARY_CODES,
    ZKL_CLAIM_DICTIONARY_TEXTS,
} zkl_claim_dictionary;

/* "value of a", "combination of a, the code of b (not its text)"; plural: "values of a". Of the
 * claim's first `count` columns. */
void zkl_claim_put_combination(zkl_buffer *out, const zkl_compiled_claim *claim, size_t count,
                               bool plural, zkl_claim_dictionary dictionary);
/* " (a null counts as a value)", when one of the claim's columns may hold nulls. */
void zkl_claim_put_null_counts(zkl_buffer *out, const zkl_compiled_claim *claim);
/* The schema's column with the name of the claim's column `at`. */
const zkl_column *zkl_claim_named_column(const zkl_compiled_claim *claim, size_t at);
