/* What a terminal must not get from a text that others wrote: control sequences, marks that turn
 * the direction of writing, and letters that show nothing. They are written as \xNN, so that two
 * names that look the same are not two names. */
#include "text/shown.h"

#include "text/utf8.h"

/* Ranges in ascending order; what they are is in the header. Source: Unicode 15, UnicodeData.txt
 * and DerivedCoreProperties.txt. */
static const uint32_t hidden_points[][2] = {
    { 0x00, 0x1f },       { 0x7f, 0xa0 },       { 0xad, 0xad },       { 0x34f, 0x34f },
    { 0x600, 0x605 },     { 0x61c, 0x61c },     { 0x6dd, 0x6dd },     { 0x70f, 0x70f },
    { 0x890, 0x891 },     { 0x8e2, 0x8e2 },     { 0x115f, 0x1160 },   { 0x1680, 0x1680 },
    { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x2000, 0x200f },   { 0x2028, 0x202f },
    { 0x205f, 0x206f },   { 0x2800, 0x2800 },   { 0x3000, 0x3000 },   { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },
    { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
    { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

/* Thirty ranges, and only for text that is shown to people: a plain search will do. */
static bool is_hidden(uint32_t point)
{
    for (size_t i = 0; i < ZKL_COUNT(hidden_points); i++)
        if (point >= hidden_points[i][0] && point <= hidden_points[i][1])
            return true;
    return false;
}

size_t zkl_shown_step(bool *hidden, zkl_bytes text, size_t at)
{
    size_t size;
    const int32_t point = zkl_utf8_point(&size, text, at);
    *hidden = point < 0 || is_hidden((uint32_t)point);
    return size;
}

/* Stops at the first. */
bool zkl_has_hidden(zkl_bytes text)
{
    bool hidden = false;
    for (size_t at = 0; at < text.size && !hidden;)
        at += zkl_shown_step(&hidden, text, at);
    return hidden;
}

/* Every byte of a hidden code point, so that people see what was there and can search for it. */
void zkl_buffer_put_shown(zkl_buffer *out, zkl_bytes text, uint8_t keep)
{
    bool hidden;
    for (size_t at = 0, size; at < text.size; at += size) {
        size = zkl_shown_step(&hidden, text, at);
        ZKL_DEBUG_ASSERT(size >= 1 && size <= text.size - at);
        if (!hidden || (keep && text.data[at] == keep)) {
            zkl_buffer_put(out, text.data + at, size);
            continue;
        }
        for (size_t i = 0; i < size; i++)
            zkl_buffer_format(out, "\\x%02x", text.data[at + i]);
    }
}
