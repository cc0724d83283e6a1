/* CBOR, written and read. An item is a head of major type and number, and for strings the bytes. */
#include "text/cbor.h"

#include <string.h>

enum { UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

/* The number stands in the head's five bits up to 23; else these say how many bytes follow. */
static void put_head(zkl_buffer *out, unsigned major, uint64_t number)
{
    ZKL_ASSERT(major <= SIMPLE);
    const unsigned bytes = number < 24            ? 0
                           : number <= UINT8_MAX  ? 1
                           : number <= UINT16_MAX ? 2
                           : number <= UINT32_MAX ? 4
                                                  : 8;
    static const uint8_t sizes[] = { [1] = 24, [2] = 25, [4] = 26, [8] = 27 };
    zkl_buffer_put_u8(out, (uint8_t)(major << 5 | (bytes ? sizes[bytes] : number)));
    for (unsigned i = bytes; i-- > 0;)
        zkl_buffer_put_u8(out, (uint8_t)(number >> (8 * i)));
}

void zkl_cbor_put_uint(zkl_buffer *out, uint64_t value)
{
    put_head(out, UINT, value);
}

/* -1 is 0, -2 is 1, and so on: no number has two forms. */
void zkl_cbor_put_int(zkl_buffer *out, int64_t value)
{
    if (value < 0)
        put_head(out, NEGATIVE, (uint64_t)(-(value + 1)));
    else
        put_head(out, UINT, (uint64_t)value);
}

void zkl_cbor_put_bytes(zkl_buffer *out, zkl_bytes bytes)
{
    put_head(out, BYTES, bytes.size);
    zkl_buffer_put(out, bytes.data, bytes.size);
}

void zkl_cbor_put_text(zkl_buffer *out, const char *text)
{
    put_head(out, TEXT, strlen(text));
    zkl_buffer_put_text(out, text);
}

void zkl_cbor_put_array(zkl_buffer *out, uint64_t count)
{
    put_head(out, ARRAY, count);
}

void zkl_cbor_put_map(zkl_buffer *out, uint64_t count)
{
    put_head(out, MAP, count);
}

void zkl_cbor_put_tag(zkl_buffer *out, uint64_t tag)
{
    put_head(out, TAG, tag);
}

void zkl_cbor_put_null(zkl_buffer *out)
{
    put_head(out, SIMPLE, 22);
}

/* ---- Read */

/* The number of a head of this major type, in the one form that put_head writes. */
static uint64_t take_head(zkl_reader *reader, unsigned major, const char *what)
{
    const uint8_t first = zkl_reader_u8(reader, what);
    const unsigned low = first & 31;
    uint64_t number = low, least = 0;
    if (first >> 5 != major)
        zkl_reader_fault(reader, what);
    if (low == 24) {
        number = zkl_reader_u8(reader, what);
        least = 24;
    } else if (low == 25) {
        number = zkl_reader_u16(reader, what);
        least = (uint64_t)UINT8_MAX + 1;
    } else if (low == 26) {
        number = zkl_reader_u32(reader, what);
        least = (uint64_t)UINT16_MAX + 1;
    } else if (low == 27) {
        number = zkl_reader_u64(reader, what);
        least = (uint64_t)UINT32_MAX + 1;
    } else if (low > 27) { /* reserved, or a length that is not said */
        zkl_reader_fault(reader, what);
    }
    if (number < least)
        zkl_reader_fault(reader, what);
    return reader->fault ? 0 : number;
}

/* The major type says the sign; a number that int64_t does not hold is none of COSE's labels. */
int64_t zkl_cbor_take_int(zkl_reader *reader, const char *what)
{
    const bool has_more = !reader->fault && reader->at < reader->bytes.size;
    const bool is_negative = has_more && reader->bytes.data[reader->at] >> 5 == NEGATIVE;
    const uint64_t number = take_head(reader, is_negative ? NEGATIVE : UINT, what);
    if (number > INT64_MAX) {
        zkl_reader_fault(reader, what);
        return 0;
    }
    return is_negative && !reader->fault ? -(int64_t)number - 1 : (int64_t)number;
}

/* The reader compares the length with what is left. */
static zkl_bytes take_string(zkl_reader *reader, unsigned major, const char *what)
{
    const uint64_t size = take_head(reader, major, what);
    if (size > reader->bytes.size) /* before it is a size_t */
        zkl_reader_fault(reader, what);
    return reader->fault ? (zkl_bytes){ 0 } : zkl_reader_take(reader, (size_t)size, what);
}

zkl_bytes zkl_cbor_take_bytes(zkl_reader *reader, const char *what)
{
    return take_string(reader, BYTES, what);
}

zkl_bytes zkl_cbor_take_text(zkl_reader *reader, const char *what)
{
    return take_string(reader, TEXT, what);
}

uint64_t zkl_cbor_take_array(zkl_reader *reader, const char *what)
{
    return take_head(reader, ARRAY, what);
}

uint64_t zkl_cbor_take_map(zkl_reader *reader, const char *what)
{
    return take_head(reader, MAP, what);
}

uint64_t zkl_cbor_take_tag(zkl_reader *reader, const char *what)
{
    return take_head(reader, TAG, what);
}
