#pragma once
/* Exact, locale-free conversion of floats, by the C++ library's charconv. */
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The whole text must be read; false when it is not, or when the value overflows or underflows. */
bool zkl_real_parse64(double *out, const char *text, size_t size);
bool zkl_real_parse32(float *out, const char *text, size_t size);
/* The shortest text that reads back as the same value, at most 32 characters. Returns its
 * length. */
size_t zkl_real_format64(char out[32], double value);
size_t zkl_real_format32(char out[32], float value);
/* The shortest of those texts that have no exponent: "0.1", "-0", "100000", "inf". */
#define ZKL_REAL_PLAIN_BYTES_MAX                                                                   \
    352 /* of the smallest float64, 324 zeros stand before its digits */
size_t zkl_real_plain64(char out[ZKL_REAL_PLAIN_BYTES_MAX], double value);
size_t zkl_real_plain32(char out[ZKL_REAL_PLAIN_BYTES_MAX], float value);

/* The value exactly, without its sign: 0.d1 d2 .. dn * 10^point. Returns n, the number of digits;
 * d1 and dn are not 0, and zero has none. value: finite. */
#define ZKL_REAL_DIGITS_MAX 767 /* of a float64: the smallest normal one has them */
size_t zkl_real_digits(char out[ZKL_REAL_DIGITS_MAX], int *point, double value);

#ifdef __cplusplus
}
#endif
