/* Base 64, RFC 4648 section 4. Three bytes are four digits of 6 bits; one or two bytes at the end
 * are two or three digits and padding.
 *
 * Exactly one text decodes to given bytes: padding is required, and the bits that the last digit
 * does not use must be 0. Signed lines and envelopes rely on it. */
#include "text/base64.h"

/* Table 1 of the RFC. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* A group holds its bytes from the top; what is missing counts as 0 and becomes padding. */
size_t zkl_base64_encode(char *out, const void *data, size_t size)
{
    ZKL_ASSERT(data || size == 0);
    const uint8_t *bytes = data;
    size_t at = 0;
    for (size_t i = 0; i < size; i += 3) {
        size_t have = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (have > 1)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (have > 2)
            group |= bytes[i + 2];
        out[at++] = alphabet[group >> 18];
        out[at++] = alphabet[group >> 12 & 63];
        out[at++] = have > 1 ? alphabet[group >> 6 & 63] : '=';
        out[at++] = have > 2 ? alphabet[group & 63] : '=';
    }
    ZKL_DEBUG_ASSERT(at == ZKL_BASE64_CHARS(size));
    out[at] = 0;
    return at;
}

/* In pieces of 768 bytes, a multiple of 3: only the last one is padded. */
void zkl_buffer_put_base64(zkl_buffer *buffer, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    char piece[ZKL_BASE64_CHARS(768) + 1];
    _Static_assert(768 % 3 == 0, "a piece in the middle has no padding");
    for (size_t i = 0; i < size; i += 768) {
        size_t have = size - i < 768 ? size - i : 768;
        zkl_buffer_put(buffer, piece, zkl_base64_encode(piece, bytes + i, have));
    }
    zkl_wipe(piece, sizeof piece);
}

/* Each of at most two '=' at the end is a byte less. What they stand behind is left to the
 * decoder. */
size_t zkl_base64_decoded_size(zkl_bytes text)
{
    size_t size = text.size / 4 * 3;
    for (size_t i = 0; i < 2 && i < text.size && text.data[text.size - 1 - i] == '='; i++)
        size -= size ? 1 : 0;
    ZKL_ASSERT(size <= text.size);
    return size;
}

/* -1 for anything else, white space too. */
static int digit_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* Group by group. Nothing but the last group may be short, since only there is less than 3 left. */
bool zkl_base64_decode(uint8_t *out, size_t *out_size, zkl_bytes text)
{
    if (text.size % 4 != 0)
        return false;
    /* Groups before the last have three bytes each, whatever the padding says. */
    size_t size = zkl_base64_decoded_size(text), at = 0;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t have = size - at < 3 ? size - at : 3; /* bytes in this group */
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++) {
            /* Padding stands only behind the have + 1 digits of the last group. */
            int digit = k <= have ? digit_value(text.data[i + k]) : 0;
            if (digit < 0 || (k > have && text.data[i + k] != '='))
                return false;
            group = group << 6 | (uint32_t)digit;
        }
        /* Stray bits below the last byte would give a second text for the same bytes. */
        if (group & ((uint32_t)0xffffff >> (8 * have)))
            return false;
        for (size_t k = 0; k < have; k++)
            out[at++] = (uint8_t)(group >> (16 - 8 * k));
    }
    ZKL_ASSERT(at == size);
    *out_size = size;
    return true;
}

/* Piece by piece in the standard alphabet, the last one padded. 1,024 digits are whole groups. */
bool zkl_buffer_put_base64url_decoded(zkl_buffer *buffer, zkl_bytes text)
{
    char piece[1024];
    uint8_t bytes[sizeof piece / 4 * 3];
    bool fits = text.size % 4 != 1;
    for (size_t at = 0; fits && at < text.size; at += sizeof piece) {
        size_t have = text.size - at < sizeof piece ? text.size - at : sizeof piece, size;
        for (size_t i = 0; i < have; i++) {
            const char c = (char)text.data[at + i];
            fits &= c != '+' && c != '/' && c != '=';
            piece[i] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
        }
        while (have % 4 != 0)
            piece[have++] = '=';
        fits = fits && zkl_base64_decode(bytes, &size, zkl_bytes_of(piece, have));
        if (fits)
            zkl_buffer_put(buffer, bytes, size);
    }
    zkl_wipe(piece, sizeof piece);
    zkl_wipe(bytes, sizeof bytes);
    return fits && !buffer->failed;
}
