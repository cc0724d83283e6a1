#pragma once
/* The bounds of a range claim: from the number as it was asked to the codes that the proof speaks
 * of. docs/formats/claims.md, "Bounds"
 *
 * A bound need not be a value of the column's type. The lower bound becomes the least code whose
 * value is at least the bound, the upper one the greatest code whose value is at most the bound.
 * So every code between them lies in the range that was asked, and no value of the type that
 * lies in it is left out: the sentence with the bounds as asked is true exactly when the range
 * of codes is. Everything here is exact; nothing goes through floating point arithmetic. */
#include "base/arena.h"
#include "types/schema.h"

#define ZKL_BOUND_DIGITS_MAX 76
/* Canonical text of a bound, without the closing NUL: sign, digits, zeros or an exponent. */
#define ZKL_BOUND_TEXT_BYTES_MAX 128

typedef struct zkl_bound {
    /* The canonical text: a number as it was asked, without needless zeros; other literals as
     * the type prints them. */
    char text[ZKL_BOUND_TEXT_BYTES_MAX + 1];
    size_t text_size;
    /* The least code at or above the bound, and whether there is one. */
    bool has_least;
    zkl_code least;
    /* The greatest code at or below the bound, and whether there is one. */
    bool has_greatest;
    zkl_code greatest;
} zkl_bound;

/* literal: a number for integers, decimals and floats (plain, or with an exponent; at most
 * ZKL_BOUND_DIGITS_MAX significant digits), "inf" or "-inf" for floats, else a literal of the type
 * as zkl_value_parse reads it; of a timestamp also a date, the beginning of that day in UTC. On
 * refusal false, and *reason says why in a few words. Texts, binaries and dictionaries are refused.
 * Cost: for floats some 64 exact decimal expansions, else nothing. */
bool zkl_bound_parse(zkl_bound *out, const zkl_type *type, zkl_bytes literal, const char **reason);

/* The order of two bounds of one type as they were asked, not as they were rounded: -1, 0, 1.
 * Both texts are canonical. */
int zkl_bound_compare(const zkl_type *type, const zkl_bound *a, const zkl_bound *b);
