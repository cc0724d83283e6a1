/* The line formats: notes, checkpoints, proofs, remembered heads.
 *
 * Every line ends in a newline, the last one too; a text without it has been cut. Each value has
 * one spelling, as base 64 and decimals are read strictly, so a text that parses is the text that
 * would be written. */
#include "text/lines.h"

#include "text/base64.h"
#include "text/utf8.h"

/* A line may be empty; a text that is used up has none. */
bool zkl_line_next(zkl_bytes *line, zkl_bytes *rest)
{
    const uint8_t *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    if (!end)
        return false;
    size_t size = (size_t)(end - rest->data);
    ZKL_ASSERT(size < rest->size);
    *line = zkl_bytes_of(rest->data, size);
    *rest = zkl_bytes_of(rest->data + size + 1, rest->size - size - 1);
    return true;
}

bool zkl_line_equal(zkl_bytes line, const char *text)
{
    return zkl_bytes_equal_text(line, text);
}

/* "size 12" with "size " skipped is "12". */
bool zkl_line_skip(zkl_bytes *line, const char *prefix)
{
    const size_t size = strlen(prefix);
    if (!zkl_bytes_begin_with(*line, prefix))
        return false;
    *line = zkl_bytes_of(line->data + size, line->size - size);
    return true;
}

/* 0, or digits without a zero in front, below 2^63. */
bool zkl_line_decimal(uint64_t *out, zkl_bytes line)
{
    uint64_t value = 0;
    if (line.size == 0 || line.size > 19 || (line.data[0] == '0' && line.size > 1))
        return false;
    for (size_t i = 0; i < line.size; i++) {
        if (!zkl_is_digit(line.data[i]))
            return false;
        value = value * 10 + (uint64_t)(line.data[i] - '0'); /* 19 digits fit in 64 bits */
    }
    if (value > INT64_MAX)
        return false;
    ZKL_ASSERT(value || line.size == 1); /* one spelling of 0 */
    *out = value;
    return true;
}

/* The size is judged first, so the decoder cannot write past the digest. */
bool zkl_line_digest(zkl_digest *out, zkl_bytes line)
{
    zkl_digest digest;
    size_t size;
    if (zkl_base64_decoded_size(line) != sizeof digest.bytes ||
        !zkl_base64_decode(digest.bytes, &size, line))
        return false;
    ZKL_ASSERT(size == sizeof digest.bytes);
    *out = digest;
    return true;
}

/* Unicode's White_Space property. */
static bool is_space(int32_t point)
{
    return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

/* -1, for what is no UTF-8, is below 0x20 and so refused like a control character. */
bool zkl_text_valid(zkl_bytes text)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        const int32_t point = zkl_utf8_point(&size, text, at);
        if (point < 0x20 && point != '\n')
            return false;
    }
    return true;
}

/* For names that stand between blanks on a line. */
bool zkl_text_without_space(zkl_bytes text)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        const int32_t point = zkl_utf8_point(&size, text, at);
        if (point < 0x20 || is_space(point))
            return false;
    }
    return true;
}
