/* Pieces of URLs (url.h). */
#include "text/url.h"

#include <ctype.h>
#include <string.h>

static bool is_plain(uint8_t c, const char *besides)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (c && (strchr("-._~", c) || strchr(besides, c)));
}

void zkl_url_put(zkl_buffer *out, zkl_bytes text, const char *besides)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];
        const char encoded[] = { '%', digits[c >> 4], digits[c & 15] };
        if (is_plain(c, besides))
            zkl_buffer_put_u8(out, c);
        else
            zkl_buffer_put(out, encoded, sizeof encoded);
    }
}

bool zkl_url_take(uint8_t *out, size_t *size, zkl_bytes in, bool is_member)
{
    *size = 0;
    for (size_t i = 0; i < in.size; i++) {
        uint8_t byte = in.data[i];
        if (byte == '+' && is_member) {
            byte = ' ';
        } else if (byte == '%') {
            if (in.size - i < 3)
                return false;
            const char hex[2] = { (char)tolower(in.data[i + 1]), (char)tolower(in.data[i + 2]) };
            if (!zkl_hex_decode(&byte, 1, hex, 2))
                return false;
            i += 2;
        }
        out[(*size)++] = byte;
    }
    return true;
}

bool zkl_url_next(zkl_bytes *name, zkl_bytes *value, zkl_bytes *rest)
{
    if (!rest->size)
        return false;
    const uint8_t *const end = memchr(rest->data, '&', rest->size);
    const size_t size = end ? (size_t)(end - rest->data) : rest->size;
    const uint8_t *const equals = memchr(rest->data, '=', size);
    const size_t name_size = equals ? (size_t)(equals - rest->data) : size;
    const size_t at = equals ? name_size + 1 : size;
    *name = zkl_bytes_of(rest->data, name_size);
    *value = zkl_bytes_of(rest->data + at, size - at);
    *rest = end ? zkl_bytes_of(end + 1, rest->size - size - 1) : (zkl_bytes){ 0 };
    return true;
}

bool zkl_url_host_is_here(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && host[strspn(host, "0123456789.")] == '\0');
}
