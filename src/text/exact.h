#pragma once
/* Exact integers of up to 256 bits with a sign, for sums, bounds and literals. Every operation that
 * can leave the range says so. */
#include "base/buffer.h"

#define ZKL_EXACT_DIGITS_MAX 76

typedef struct zkl_exact {
    uint64_t words[4]; /* magnitude, least significant first */
    bool negative;     /* never for zero */
} zkl_exact;

zkl_exact zkl_exact_of(int64_t value);
zkl_exact zkl_exact_of_u64(uint64_t value);
zkl_exact zkl_exact_of_u128(unsigned __int128 value);
zkl_exact zkl_exact_negate(zkl_exact a);
bool zkl_exact_is_zero(const zkl_exact *a);
int zkl_exact_compare(const zkl_exact *a, const zkl_exact *b); /* -1, 0, 1 */

/* false when the result needs more than 256 bits; *out is then unchanged. */
bool zkl_exact_add(zkl_exact *out, const zkl_exact *a, const zkl_exact *b);
bool zkl_exact_sub(zkl_exact *out, const zkl_exact *a, const zkl_exact *b);
bool zkl_exact_mul(zkl_exact *out, const zkl_exact *a, const zkl_exact *b);
bool zkl_exact_power_of_ten(zkl_exact *out, unsigned exponent);
/* floor(a / b), and a - b * floor(a / b); b > 0 (asserted). */
void zkl_exact_divide(zkl_exact *quotient, zkl_exact *remainder, const zkl_exact *a,
                      const zkl_exact *b);
zkl_exact zkl_exact_gcd(zkl_exact a, zkl_exact b); /* of the magnitudes */

#define ZKL_EXACT_FACTORS_MAX 8
/* -1, 0, 1: the product of a[] beside that of b[], at most ZKL_EXACT_FACTORS_MAX factors each
 * (asserted). Never out of range. A product of none is 1. */
int zkl_exact_compare_products(const zkl_exact *a, size_t a_count, const zkl_exact *b,
                               size_t b_count);

/* Magnitude as 32 big-endian bytes. */
void zkl_exact_to_bytes(uint8_t out[static 32], const zkl_exact *a);
zkl_exact zkl_exact_of_bytes(const uint8_t bytes[static 32]);
/* false when it does not fit. */
bool zkl_exact_to_u64(uint64_t *out, const zkl_exact *a);
bool zkl_exact_to_u128(unsigned __int128 *out, const zkl_exact *a);

/* Decimal text of a * 10^-scale: "-12.50" for -1250, 2. */
void zkl_exact_format(zkl_buffer *out, const zkl_exact *a, unsigned scale);
/* -?digits[.digits]: the digits as an integer, and how many stand behind the point. Plain: no plus,
 * no exponent, no leading zero but one before the point, at most ZKL_EXACT_DIGITS_MAX digits. */
bool zkl_exact_parse(zkl_exact *out, unsigned *scale, zkl_bytes text);
