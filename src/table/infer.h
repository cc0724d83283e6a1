#pragma once
/* What a column's values have in common, over all of them, and the type that follows.
 *
 * Text is read by these rules, and nothing looser:
 *   bool       "true" and "false", also written "True" and "TRUE" (pandas, spreadsheets); no other words
 *   integer    -?digits without leading zeros; decimal: the same with a point before its last digits (.5 is 0.5);
 *              38 digits at most
 *   float64    numbers of which at least one has an exponent (or more than 38 digits are needed), each with at most
 *              17 significant digits
 *   date, time, timestamp   ISO 8601, real calendar days, at most microseconds; zones in all values or in none
 *   string     everything else: 007, +5, " 7", 1_000, 0x1F, NA, yes, 1/2/2024, 1., nan */
#include "input/source.h"

enum {
    ZKL_SHAPE_BOOL = 1,
    ZKL_SHAPE_EXACT = 2,
    ZKL_SHAPE_FLOAT = 4,
    ZKL_SHAPE_DATE = 8,
    ZKL_SHAPE_TIME = 16,
    ZKL_SHAPE_TIMESTAMP = 32,
    ZKL_SHAPE_NUMBERS = ZKL_SHAPE_EXACT | ZKL_SHAPE_FLOAT,
    ZKL_SHAPE_MOMENTS = ZKL_SHAPE_DATE | ZKL_SHAPE_TIME | ZKL_SHAPE_TIMESTAMP,
    ZKL_SHAPE_ALL = 63,
};

#define ZKL_MISFIT_BYTES_MAX 24

typedef struct zkl_column_facts {
    uint64_t value_count, null_count, nan_count;
    uint32_t excluded; /* shapes that some value does not have */
    bool has_number;   /* least, most, scale are set */
    __int128 least,
        most; /* of exact numbers, unscaled, at scale; days or microseconds of raw moments */
    uint8_t scale;
    bool has_exponent, with_zone, without_zone;
    bool too_fine; /* the numbers cannot stand at one scale with 38 digits */
    uint64_t line; /* of the value that is added next; 0: not known */
    /* The value that made text of what all before it were: why ("is no number"; NULL: there is none), its beginning, its line. */
    const char *misfit_why;
    char misfit[ZKL_MISFIT_BYTES_MAX + 1];
    uint64_t misfit_line;
} zkl_column_facts;

/* Whether the text is a bool, and which. */
bool zkl_bool_scan(bool *out, const uint8_t *text, size_t size);

/* Text; shapes: what it may be at all (JSON strings are never numbers). */
void zkl_facts_add_text(zkl_column_facts *facts, uint32_t shapes, const uint8_t *text, size_t size);
void zkl_facts_add_integer(zkl_column_facts *facts, __int128 unscaled);

/* The type of a column without a schema. is_string: a string or binary, whose encoding (dictionary or hashed) is
 * decided by the count of distinct values; *out is then string16 or binary16. note gets why, for people. */
void zkl_facts_decide(zkl_type *out, bool *is_string, char *note, size_t note_bytes,
                      const zkl_column_facts *facts, const zkl_raw_type *raw, bool keep_types);
