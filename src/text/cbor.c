/* CBOR, written. An item is a head of major type and number, and for strings the bytes. */
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
