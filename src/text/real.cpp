#include "text/real.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

/* The memory sanitizer does not see what libstdc++ writes. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define WRITTEN(at, size) __msan_unpoison(at, size)
#endif
#endif
#ifndef WRITTEN
#define WRITTEN(at, size) (void)0
#endif

namespace {

template <typename T> bool parse(T *out, const char *text, size_t size)
{
    T value{};
    const auto result = std::from_chars(text, text + size, value);
    if (result.ec != std::errc{} || result.ptr != text + size)
        return false;
    *out = value;
    return true;
}

template <typename T> size_t format(char *out, T value)
{
    const auto size = static_cast<size_t>(std::to_chars(out, out + 32, value).ptr - out);
    WRITTEN(out, size);
    return size;
}

template <typename T> size_t plain(char *out, T value)
{
    const auto end = out + ZKL_REAL_PLAIN_BYTES_MAX;
    const auto size =
        static_cast<size_t>(std::to_chars(out, end, value, std::chars_format::fixed).ptr - out);
    WRITTEN(out, size);
    return size;
}

} // namespace

extern "C" {

bool zkl_real_parse64(double *out, const char *text, size_t size)
{
    return parse(out, text, size);
}

bool zkl_real_parse32(float *out, const char *text, size_t size)
{
    return parse(out, text, size);
}

size_t zkl_real_format64(char out[32], double value)
{
    return format(out, value);
}

size_t zkl_real_format32(char out[32], float value)
{
    return format(out, value);
}

size_t zkl_real_plain64(char out[ZKL_REAL_PLAIN_BYTES_MAX], double value)
{
    return plain(out, value);
}

size_t zkl_real_plain32(char out[ZKL_REAL_PLAIN_BYTES_MAX], float value)
{
    return plain(out, value);
}

/* "d.ddde+XX" with all digits there can be: the library rounds nothing away. */
size_t zkl_real_digits(char out[ZKL_REAL_DIGITS_MAX], int *point, double value)
{
    char text[ZKL_REAL_DIGITS_MAX + 16];
    *point = 0;
    if (value == 0)
        return 0;
    const auto end = std::to_chars(text, text + sizeof text - 1, std::fabs(value),
                                   std::chars_format::scientific, ZKL_REAL_DIGITS_MAX - 1);
    WRITTEN(text, static_cast<size_t>(end.ptr - text));
    *end.ptr = 0;
    out[0] = text[0];
    std::memcpy(out + 1, text + 2, ZKL_REAL_DIGITS_MAX - 1);
    *point = std::atoi(text + 1 + ZKL_REAL_DIGITS_MAX + 1) + 1;
    size_t count = ZKL_REAL_DIGITS_MAX;
    while (count > 1 && out[count - 1] == '0')
        count--;
    return count;
}
}
