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
/* The shortest text that reads back as the same value, at most 32 characters. Returns its length. */
size_t zkl_real_format64(char out[32], double value);
size_t zkl_real_format32(char out[32], float value);

#ifdef __cplusplus
}
#endif
