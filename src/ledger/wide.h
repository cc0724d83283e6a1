#pragma once
/* Exact integers of up to 256 bits with a sign, for sums, bounds and literals. Every operation that can leave
 * the range says so. */
#include "base/buffer.h"

typedef struct zkl_wide {
    uint64_t words[4]; /* magnitude, least significant first */
    bool negative;     /* never for zero */
} zkl_wide;

zkl_wide zkl_wide_of(int64_t value);
zkl_wide zkl_wide_of_u64(uint64_t value);
zkl_wide zkl_wide_of_u128(unsigned __int128 value);
zkl_wide zkl_wide_negate(zkl_wide a);
bool zkl_wide_is_zero(const zkl_wide *a);
int zkl_wide_compare(const zkl_wide *a, const zkl_wide *b); /* -1, 0, 1 */

/* false when the result needs more than 256 bits; *out is then unchanged. */
bool zkl_wide_add(zkl_wide *out, const zkl_wide *a, const zkl_wide *b);
bool zkl_wide_sub(zkl_wide *out, const zkl_wide *a, const zkl_wide *b);
bool zkl_wide_mul(zkl_wide *out, const zkl_wide *a, const zkl_wide *b);
bool zkl_wide_power_of_ten(zkl_wide *out, unsigned exponent);
/* floor(a / b), and a - b * floor(a / b); b > 0 (asserted). */
void zkl_wide_divide(zkl_wide *quotient, zkl_wide *remainder, const zkl_wide *a, const zkl_wide *b);
zkl_wide zkl_wide_gcd(zkl_wide a, zkl_wide b); /* of the magnitudes */

/* Magnitude as 32 big-endian bytes. */
void zkl_wide_to_bytes(uint8_t out[static 32], const zkl_wide *a);
zkl_wide zkl_wide_of_bytes(const uint8_t bytes[static 32]);
/* false when it does not fit. */
bool zkl_wide_to_u64(uint64_t *out, const zkl_wide *a);
bool zkl_wide_to_u128(unsigned __int128 *out, const zkl_wide *a);

/* Decimal text of a * 10^-scale: "-12.50" for -1250, 2. */
void zkl_wide_format(zkl_buffer *out, const zkl_wide *a, unsigned scale);
/* -?digits[.digits]: the digits as an integer, and how many stand behind the point. Plain: no plus, no exponent, no
 * leading zero but one before the point, at most 76 digits. */
bool zkl_wide_parse(zkl_wide *out, unsigned *scale, zkl_bytes text);
