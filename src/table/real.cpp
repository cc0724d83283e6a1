#include "table/real.h"

#include <charconv>

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
    return static_cast<size_t>(std::to_chars(out, out + 32, value).ptr - out);
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
}
