#pragma once
/* Writing and reading canonical bytes: big-endian integers, field(x) = u32 length then x.
 *
 * A writer never fails in the middle: on lack of memory it remembers, and zkl_buffer_status says so
 * at the end. A reader never reads past its end: it remembers the first fault and then returns
 * zeros. */
#include "base/bytes.h"

typedef struct zkl_buffer {
    uint8_t *data;
    size_t size, capacity;
    bool failed;
} zkl_buffer;

void zkl_buffer_invariant(const zkl_buffer *buffer);
void zkl_buffer_clear(zkl_buffer *buffer); /* wipes */
/* Room for so many more bytes, for whoever knows how many are coming. */
void zkl_buffer_reserve(zkl_buffer *buffer, size_t more);
void zkl_buffer_put(zkl_buffer *buffer, const void *data, size_t size);
void zkl_buffer_put_u8(zkl_buffer *buffer, uint8_t value);
void zkl_buffer_put_u16(zkl_buffer *buffer, uint16_t value);
void zkl_buffer_put_u32(zkl_buffer *buffer, uint32_t value);
void zkl_buffer_put_u64(zkl_buffer *buffer, uint64_t value);
/* u32 size, then the bytes; size < 2^32 (asserted). */
void zkl_buffer_put_field(zkl_buffer *buffer, const void *data, size_t size);
void zkl_buffer_put_text(zkl_buffer *buffer, const char *text);  /* without length or NUL */
void zkl_buffer_put_decimal(zkl_buffer *buffer, uint64_t value); /* without printf's cost */
void zkl_buffer_format(zkl_buffer *buffer, const char *format, ...) ZKL_PRINTF(2, 3);
/* text between two of this quote; one within stands twice, as SQL has it. */
void zkl_buffer_put_doubled(zkl_buffer *buffer, zkl_bytes text, uint8_t quote);
zkl_status zkl_buffer_status(const zkl_buffer *buffer, zkl_error *err) ZKL_MUST_USE;

static inline zkl_bytes zkl_buffer_bytes(const zkl_buffer *buffer)
{
    return zkl_bytes_of(buffer->data, buffer->size);
}

typedef struct zkl_reader {
    zkl_bytes bytes;
    size_t at;
    const char *fault; /* NULL: none yet; else what was being read, for the message */
} zkl_reader;

static inline zkl_reader zkl_reader_of(zkl_bytes bytes)
{
    return (zkl_reader){ .bytes = bytes };
}

/* what names the item in messages: "row count". */
uint8_t zkl_reader_u8(zkl_reader *reader, const char *what);
uint16_t zkl_reader_u16(zkl_reader *reader, const char *what);
uint32_t zkl_reader_u32(zkl_reader *reader, const char *what);
uint64_t zkl_reader_u64(zkl_reader *reader, const char *what);
/* size bytes, borrowed from the input; an empty zkl_bytes after a fault. */
zkl_bytes zkl_reader_take(zkl_reader *reader, size_t size, const char *what);
/* size bytes into out; after a fault out stays as it was, and zkl_reader_finish reports it. */
void zkl_reader_copy(zkl_reader *reader, void *out, size_t size, const char *what);
/* field(x) with at most size_max bytes. */
zkl_bytes zkl_reader_field(zkl_reader *reader, size_t size_max, const char *what);
/* A u32 count of items that take at least item_bytes_min each: refused when it exceeds count_max or
 * when the rest of the input cannot hold them, so that nothing is allocated for a lie. */
uint32_t zkl_reader_count(zkl_reader *reader, uint32_t count_max, size_t item_bytes_min,
                          const char *what);
void zkl_reader_fault(zkl_reader *reader, const char *what); /* remembers the first */
/* ZKL_BAD_INPUT with place and item when there was a fault or bytes are left over. */
zkl_status zkl_reader_finish(const zkl_reader *reader, const char *object,
                             zkl_error *err) ZKL_MUST_USE;

/* Lower-case hex. zkl_hex_encode writes 2 * size characters and a NUL. zkl_hex_decode takes exactly
 * 2 * size lower-case digits. */
void zkl_hex_encode(char *out, const void *data, size_t size);
bool zkl_hex_decode(uint8_t *out, size_t size, const char *hex, size_t hex_size);
