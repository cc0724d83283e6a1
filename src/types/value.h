#pragma once
/* Single values: text to code and back, codes to limbs and to row bytes (docs/proof-system.md
 * section 9). A code is the unsigned integer that the cells of a value hold; strings and binaries
 * have none. */
#include "types/schema.h"

/* A plain number as it is written: -?digits[.digits][e[+-]digits], or -?.digits and so on; nothing
 * else. */
typedef struct zkl_number_text {
    bool negative, has_point, has_exponent;
    bool leading_zeros; /* "007", "00.5" */
    uint32_t
        digits; /* significant: from the first digit that is not 0, zeros behind the point included */
    uint32_t scale;    /* digits behind the point */
    zkl_code unscaled; /* all digits as one integer; meaningless when digits > 38 */
} zkl_number_text;
bool zkl_number_scan(zkl_number_text *out, const uint8_t *text, size_t size);
/* The number's value times 10^scale, exactly. An exponent is not looked at. On refusal false and
 * *reason. */
bool zkl_number_unscaled(__int128 *out, const zkl_number_text *n, unsigned scale,
                         const char **reason);

/* true, True, TRUE, and the same of false. */
bool zkl_bool_scan(bool *out, const uint8_t *text, size_t size);

/* ISO 8601: YYYY-MM-DD; hh:mm:ss[.f]; date, 'T' or blank, time, then nothing, 'Z' or +hh:mm (turned
 * to UTC). Fractions finer than microseconds only when the finer digits are 0. */
bool zkl_date_scan(int64_t *days, const uint8_t *text, size_t size);
bool zkl_time_scan(int64_t *microseconds, const uint8_t *text, size_t size);
bool zkl_timestamp_scan(int64_t *microseconds, bool *has_zone, const uint8_t *text, size_t size);

/* The nearest float of a plain number (or of "nan", "inf", "-inf", "Infinity"... never: those are
 * refused here). false: not a number, or outside the type's range. */
bool zkl_float64_scan(double *out, const char *text, size_t size);

/* x + offset when x lies in the type; integers, decimals (unscaled), date, time, timestamp,
 * bool. */
bool zkl_code_of_integer(zkl_code *out, const zkl_type *type, __int128 x);
/* Not NaN (asserted); -0.0 becomes 0.0. */
zkl_code zkl_code_of_float64(double x);
zkl_code zkl_code_of_float32(float x);
double zkl_float64_of_code(zkl_code code);
float zkl_float32_of_code(zkl_code code);

/* The code of a literal of that type: "true"; "-12"; "12.50" (decimals: exact, at most the type's
 * scale after zeros at the end are dropped); dates and times as above; floats any plain number,
 * "inf" or "-inf". On refusal false, and *reason says why in a few words ("not an integer").
 * Strings, binaries and dictionaries are always refused. */
bool zkl_value_parse(zkl_code *out, const zkl_type *type, zkl_bytes text, const char **reason);

#define ZKL_VALUE_TEXT_BYTES_MAX 64
/* The value as people read it, such that zkl_value_parse gives the code back: "-12.50",
 * "2024-02-29", "2024-02-29T12:00:00Z"; hashed types and dictionaries: "#" and the code in decimal.
 * Writes a NUL; returns the length. */
size_t zkl_value_format(char out[static ZKL_VALUE_TEXT_BYTES_MAX], const zkl_type *type,
                        zkl_code code);

/* "-12.50" for an unscaled integer and a scale; the same for __int128 generally. Returns the
 * length. */
size_t zkl_integer_format(char out[static ZKL_VALUE_TEXT_BYTES_MAX], __int128 unscaled,
                          unsigned scale);

/* Row bytes of one value: 0x00 for null; 0x01 field(code in 2 * limbs bytes, one byte for bool). */
void zkl_row_put_code(zkl_buffer *row, const zkl_type *type, zkl_code code);
static inline void zkl_row_put_null(zkl_buffer *row)
{
    zkl_buffer_put_u8(row, 0);
}
/* Strings (a dictionary's too) and binaries: 0x01 field(bytes). */
static inline void zkl_row_put_bytes(zkl_buffer *row, zkl_bytes value)
{
    zkl_buffer_put_u8(row, 1);
    zkl_buffer_put_field(row, value.data, value.size);
}

/* limb_count limbs of a hashed string or binary, least significant first; 8 or 16. */
void zkl_limbs_of_digest(uint16_t *out, const zkl_digest *digest, size_t limb_count);
