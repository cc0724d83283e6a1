#pragma once
/* What a column's values have in common, over all of them, and the type that follows.
 *
 * Text is read by these rules, and nothing looser:
 *   bool       "true" and "false", also written "True" and "TRUE" (pandas, spreadsheets);
 *              no other words
 *   integer    -?digits without leading zeros; decimal: the same with a point before its last
 *              digits (.5 is 0.5); 38 digits at most
 *   float64    numbers of which at least one has an exponent (or more than 38 digits are
 *              needed), each with at most 17 significant digits
 *   date, time, timestamp   ISO 8601, real calendar days, at most microseconds; zones in all
 *              values or in none
 *   string     everything else: 007, +5, " 7", 1_000, 0x1F, NA, yes, 1/2/2024, 1., nan */
#include "input/source.h"

/* What a text may be read as, a bit each. A column may be what every value of it may be: a value
 * clears the bits that it does not have, and no bit comes back.
 *
 *   ALL --value--> ALL & shapes of it --value--> ... --> 0: text */
enum {
    ZKL_SHAPE_BOOL = 1,
    ZKL_SHAPE_EXACT = 2, /* integers and decimals */
    ZKL_SHAPE_FLOAT = 4,
    ZKL_SHAPE_DATE = 8,
    ZKL_SHAPE_TIME = 16,
    ZKL_SHAPE_TIMESTAMP = 32,
    ZKL_SHAPE_NUMBERS = ZKL_SHAPE_EXACT | ZKL_SHAPE_FLOAT,
    ZKL_SHAPE_MOMENTS = ZKL_SHAPE_DATE | ZKL_SHAPE_TIME | ZKL_SHAPE_TIMESTAMP,
    ZKL_SHAPE_ALL = 63,
};

#define ZKL_MISFIT_BYTES_MAX 24
#define ZKL_COLUMN_NOTE_BYTES 256

typedef struct zkl_column_facts {
    /* value_count: not null; nan_count of them are NaN. */
    uint64_t value_count, null_count, nan_count;
    /* Shapes that some value does not have. */
    uint32_t excluded;
    /* least, most and scale are set. */
    bool has_number;
    /* Of exact numbers, unscaled, at `scale` decimal places. */
    __int128 least, most;
    uint8_t scale;
    bool has_exponent, with_zone, without_zone;
    /* The numbers cannot stand at one scale with 38 digits. */
    bool too_fine;
    /* Of the value that is added next; 0: not known. */
    uint64_t line;
    /* The value that made text of what all before it were: why ("is no number"; NULL: there is
     * none), its beginning, its line. */
    const char *misfit_why;
    char misfit[ZKL_MISFIT_BYTES_MAX + 1];
    uint64_t misfit_line;
} zkl_column_facts;

/* One more value, not null. shapes: what it may be at all (JSON strings are never numbers). */
void zkl_facts_add_text(zkl_column_facts *facts, uint32_t shapes, const uint8_t *text, size_t size);
/* One more exact number at the column's scale, of a typed file. */
void zkl_facts_add_integer(zkl_column_facts *facts, __int128 unscaled);

/* The type of a column without a schema, and why. */
typedef struct zkl_facts_decision {
    zkl_type type;
    /* A string or binary, whose encoding (dictionary or hashed) is decided by the count of
     * distinct values; type is then string16 or binary16. */
    bool is_string;
    char note[ZKL_COLUMN_NOTE_BYTES]; /* for people: "inferred: integers 0..120, no nulls" */
} zkl_facts_decision;

/* keep_types: integers and decimals are not made narrower than the file's own types, or than 64
 * bits in text. */
zkl_facts_decision zkl_facts_decide(const zkl_column_facts *facts, const zkl_raw_type *raw,
                                    bool keep_types);
