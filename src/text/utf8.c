/* UTF-8 by RFC 3629. The second byte's range is what rules out overlong forms (e0, f0), surrogates
 * (ed) and code points above U+10FFFF (f4); the others only continue. */
#include "text/utf8.h"

/* Bytes of the sequence that starts at `at`, or 0 (RFC 3629 section 4, its ABNF). */
static size_t sequence_bytes(const uint8_t *at, size_t left)
{
    ZKL_DEBUG_ASSERT(left > 0);
    const uint8_t a = at[0];
    if (a < 0x80)
        return 1;
    const size_t size = a >= 0xc2 && a <= 0xdf   ? 2
                        : a >= 0xe0 && a <= 0xef ? 3
                        : a >= 0xf0 && a <= 0xf4 ? 4
                                                 : 0;
    if (size == 0 || left < size)
        return 0;
    const uint8_t low = a == 0xe0 ? 0xa0 : a == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = a == 0xed ? 0x9f : a == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

/* A word without a high bit is eight ASCII characters; read by memcpy, so at any address. */
size_t zkl_utf8_valid_bytes(zkl_bytes text)
{
    size_t at = 0;
    while (at < text.size) {
        uint64_t eight;
        while (text.size - at >= 8) { /* plain ASCII, eight at a time */
            memcpy(&eight, text.data + at, 8);
            if (eight & 0x8080808080808080u)
                break;
            at += 8;
        }
        if (at == text.size)
            break;
        const size_t size = sequence_bytes(text.data + at, text.size - at);
        if (size == 0)
            return at;
        at += size;
    }
    ZKL_ASSERT(at == text.size);
    return at;
}

/* An empty text is valid. */
bool zkl_utf8_valid(zkl_bytes text)
{
    return zkl_utf8_valid_bytes(text) == text.size;
}

int32_t zkl_utf8_point(size_t *size, zkl_bytes text, size_t at)
{
    ZKL_ASSERT(at < text.size);
    const uint8_t *c = text.data + at;
    const size_t bytes = sequence_bytes(c, text.size - at);
    *size = bytes ? bytes : 1;
    if (bytes == 0)
        return -1;
    /* the first byte has as many ones in front as there are bytes, and a zero behind them */
    uint32_t point = bytes > 1 ? c[0] & (0x7fu >> bytes) : c[0];
    for (size_t i = 1; i < bytes; i++)
        point = point << 6 | (c[i] & 0x3f);
    return (int32_t)point;
}
