/* Writer and reader of canonical bytes.
 *
 * Both remember the first thing that went wrong and then do nothing, so a codec reads as a straight
 * list of fields with one check at its end. Writer: once `failed`, no byte is added. Reader: once
 * `fault` is set, every value is 0 and every span empty, so loops over counts end and nothing
 * behind the fault is interpreted. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for `more` bytes behind size. Capacity doubles, so that n appends cost O(n) copies; the old
 * block is wiped by zkl_realloc. */
static bool reserve_bytes(zkl_buffer *b, size_t more)
{
    size_t need;
    if (b->failed || !zkl_size_add(&need, b->size, more)) {
        b->failed = true;
        return false;
    }
    ZKL_DEBUG_ASSERT(b->size <= b->capacity);
    if (need <= b->capacity)
        return true;
    size_t capacity = b->capacity < 256 ? 256 : b->capacity;
    /* Doubling would wrap above SIZE_MAX / 2: then exactly what is needed, which zkl_malloc
     * refuses. */
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    uint8_t *grown = zkl_realloc(b->data, b->size, capacity);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->data = grown;
    b->capacity = capacity;
    ZKL_ASSERT(need <= b->capacity);
    return true;
}

/* Bytes [0, size) are filled, and a block is there exactly when there is room. */
void zkl_buffer_invariant(const zkl_buffer *b)
{
    ZKL_ASSERT(b->size <= b->capacity && (b->data != NULL) == (b->capacity != 0));
}

/* Twice is fine: the second finds an empty one. */
void zkl_buffer_clear(zkl_buffer *b)
{
    zkl_buffer_invariant(b);
    if (b->data)
        zkl_wipe(b->data, b->size);
    zkl_free(b->data);
    *b = (zkl_buffer){ 0 };
}

void zkl_buffer_put(zkl_buffer *b, const void *data, size_t size)
{
    ZKL_DEBUG_ASSERT(data || size == 0);
    if (size && reserve_bytes(b, size)) {
        memcpy(b->data + b->size, data, size);
        b->size += size;
    }
}

void zkl_buffer_reserve(zkl_buffer *b, size_t more)
{
    (void)reserve_bytes(b, more); /* which it remembers */
}

void zkl_buffer_put_decimal(zkl_buffer *b, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    zkl_buffer_put(b, digits + at, sizeof digits - at);
}

void zkl_buffer_put_u8(zkl_buffer *b, uint8_t value)
{
    zkl_buffer_put(b, &value, 1);
}

void zkl_buffer_put_u16(zkl_buffer *b, uint16_t value)
{
    const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };
    zkl_buffer_put(b, bytes, 2);
}

void zkl_buffer_put_u32(zkl_buffer *b, uint32_t value)
{
    uint8_t bytes[4];
    zkl_be32_put(bytes, value);
    zkl_buffer_put(b, bytes, 4);
}

void zkl_buffer_put_u64(zkl_buffer *b, uint64_t value)
{
    uint8_t bytes[8];
    zkl_be64_put(bytes, value);
    zkl_buffer_put(b, bytes, 8);
}

/* field(x) of docs/proof-system.md section 9. */
void zkl_buffer_put_field(zkl_buffer *b, const void *data, size_t size)
{
    ZKL_ASSERT(size <= UINT32_MAX);
    zkl_buffer_put_u32(b, (uint32_t)size);
    zkl_buffer_put(b, data, size);
}

void zkl_buffer_put_text(zkl_buffer *b, const char *text)
{
    zkl_buffer_put(b, text, strlen(text));
}

void zkl_buffer_put_doubled(zkl_buffer *b, zkl_bytes text, uint8_t quote)
{
    zkl_buffer_put_u8(b, quote);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == quote)
            zkl_buffer_put_u8(b, quote);
        zkl_buffer_put_u8(b, text.data[i]);
    }
    zkl_buffer_put_u8(b, quote);
}

/* vsnprintf needs room for its NUL, which is not counted in size: the next append overwrites it. */
void zkl_buffer_format(zkl_buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0) /* longer than an int can say */
        b->failed = true;
    if (size < 0 || !reserve_bytes(b, (size_t)size + 1))
        return;
    va_start(args, format);
    vsnprintf((char *)b->data + b->size, (size_t)size + 1, format, args);
    va_end(args);
    b->size += (size_t)size;
    zkl_buffer_invariant(b);
}

zkl_status zkl_buffer_status(const zkl_buffer *b, zkl_error *err)
{
    zkl_buffer_invariant(b);
    return b->failed ? zkl_no_memory(err, b->size) : ZKL_OK;
}

/* The place never leaves the input, whatever was asked for and whatever the input says. */
static void reader_invariant(const zkl_reader *r)
{
    ZKL_ASSERT(r->at <= r->bytes.size && (r->bytes.data || r->bytes.size == 0));
}

/* The first one tells most: what follows it was read at the wrong place. */
void zkl_reader_fault(zkl_reader *r, const char *what)
{
    ZKL_ASSERT(what); /* the message needs a name, and NULL would say "no fault" */
    if (!r->fault)
        r->fault = what;
}

/* Compared as "what is left < size", which cannot wrap: at <= bytes.size always. */
zkl_bytes zkl_reader_take(zkl_reader *r, size_t size, const char *what)
{
    reader_invariant(r);
    if (r->fault || r->bytes.size - r->at < size) {
        zkl_reader_fault(r, what);
        return (zkl_bytes){ 0 };
    }
    zkl_bytes out = zkl_bytes_of(size ? r->bytes.data + r->at : NULL, size);
    r->at += size;
    return out;
}

void zkl_reader_copy(zkl_reader *r, void *out, size_t size, const char *what)
{
    const zkl_bytes bytes = zkl_reader_take(r, size, what);
    if (bytes.size)
        memcpy(out, bytes.data, size);
}

/* Big-endian, 1 to 8 bytes. After a fault the span is empty and the value 0. */
static uint64_t read_integer(zkl_reader *r, size_t size, const char *what)
{
    ZKL_ASSERT(size >= 1 && size <= 8);
    zkl_bytes bytes = zkl_reader_take(r, size, what);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size; i++)
        value = value << 8 | bytes.data[i];
    return value;
}

uint8_t zkl_reader_u8(zkl_reader *r, const char *what)
{
    return (uint8_t)read_integer(r, 1, what);
}

uint16_t zkl_reader_u16(zkl_reader *r, const char *what)
{
    return (uint16_t)read_integer(r, 2, what);
}

uint32_t zkl_reader_u32(zkl_reader *r, const char *what)
{
    return (uint32_t)read_integer(r, 4, what);
}

uint64_t zkl_reader_u64(zkl_reader *r, const char *what)
{
    return read_integer(r, 8, what);
}

/* The limit is checked before the length is believed, so a field longer than its limit is a fault
 * of its length even where the input is long enough. */
zkl_bytes zkl_reader_field(zkl_reader *r, size_t size_max, const char *what)
{
    uint32_t size = zkl_reader_u32(r, what);
    if (size > size_max) {
        zkl_reader_fault(r, what);
        return (zkl_bytes){ 0 };
    }
    return zkl_reader_take(r, size, what);
}

/* A count is a promise of at least item_bytes_min bytes an item. One that the rest of the input
 * cannot keep is refused here, before the caller allocates for it. */
uint32_t zkl_reader_count(zkl_reader *r, uint32_t count_max, size_t item_bytes_min,
                          const char *what)
{
    reader_invariant(r);
    uint32_t count = zkl_reader_u32(r, what);
    size_t need;
    if (count > count_max || !zkl_size_mul(&need, count, item_bytes_min) ||
        need > r->bytes.size - r->at) {
        zkl_reader_fault(r, what);
        return 0;
    }
    return r->fault ? 0 : count;
}

/* Bytes that are left over are as bad as bytes that are missing: a value has exactly one
 * encoding. */
zkl_status zkl_reader_finish(const zkl_reader *r, const char *object, zkl_error *err)
{
    reader_invariant(r);
    if (r->fault)
        return zkl_fail(err, ZKL_BAD_INPUT, "%s: bad %s at byte %zu", object, r->fault, r->at);
    if (r->at != r->bytes.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "%s: %zu bytes after its end", object,
                        r->bytes.size - r->at);
    return ZKL_OK;
}

void zkl_hex_encode(char *out, const void *data, size_t size)
{
    ZKL_ASSERT(data || size == 0);
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = 0;
}

/* Lower case only: "AB" and "ab" would be two spellings of one value. */
static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* out may be partly written when this says false. */
bool zkl_hex_decode(uint8_t *out, size_t size, const char *hex, size_t hex_size)
{
    if (hex_size != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = digit_value(hex[2 * i]), low = digit_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
