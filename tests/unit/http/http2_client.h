#pragma once
/* HTTP/2 by hand: frames as they are said, right or wrong. */
#include "unit/http/http_client.h"

enum { DATA, HEADERS, RST_STREAM = 3, SETTINGS, PING = 6, GOAWAY, WINDOW_UPDATE, CONTINUATION };
enum { END_STREAM = 1, END_HEADERS = 4 };

/* HPACK: entries of the static table, and two literals without index. */
static const uint8_t post_whole[] = { 0x83, 0x86, 0x04, 6,    '/', 'w', 'h',
                                      'o',  'l',  'e',  0x01, 1,   'a' };
static const uint8_t post_hello[] = { 0x83, 0x86, 0x04, 6,    '/', 'h', 'e',
                                      'l',  'l',  'o',  0x01, 1,   'a' };
static const uint8_t get_hello[] = {
    0x82, 0x86, 0x04, 6, '/', 'h', 'e', 'l', 'l', 'o', 0x01, 1, 'a'
};

static inline void put_frame(zkl_buffer *out, uint8_t type, uint8_t flags, uint32_t stream,
                             zkl_bytes payload)
{
    zkl_buffer_put_u8(out, (uint8_t)(payload.size >> 16));
    zkl_buffer_put_u16(out, (uint16_t)payload.size);
    zkl_buffer_put_u8(out, type);
    zkl_buffer_put_u8(out, flags);
    zkl_buffer_put_u32(out, stream);
    zkl_buffer_put(out, payload.data, payload.size);
}

static inline void put_preface(zkl_buffer *out)
{
    zkl_buffer_put_text(out, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    put_frame(out, SETTINGS, 0, 0, zkl_bytes_of("", 0));
}

/* Reads a frame; false: the connection ends before. */
static inline bool read_frame(int fd, uint8_t *type, uint32_t *stream)
{
    uint8_t head[9], byte;
    for (size_t i = 0; i < sizeof head; i++)
        if (read(fd, &head[i], 1) != 1)
            return false;
    for (size_t i = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2]; i > 0; i--)
        if (read(fd, &byte, 1) != 1)
            return false;
    *type = head[3];
    *stream = (uint32_t)(head[7] << 8 | head[8]);
    return true;
}

/* Reads frames until one of that type and stream; false: the connection ends before. */
static inline bool wait_for_frame(int fd, uint8_t type, uint32_t stream)
{
    uint8_t its_type;
    uint32_t its_stream;
    while (read_frame(fd, &its_type, &its_stream))
        if (its_type == type && its_stream == stream)
            return true;
    return false;
}
