#pragma once
/* CBOR (RFC 8949) in its deterministic form: heads as short as they can be, definite lengths. The
 * caller writes the members of a map in the byte order of their encoded keys: for the keys of COSE
 * that is 0, 1, .. rising, then -1, -2, ..
 *
 * Only what COSE needs is here. What is read has to be in that form too: a number with a longer
 * head than it needs, and a length that is not said, are faults of the reader. */
#include "base/buffer.h"

void zkl_cbor_put_uint(zkl_buffer *out, uint64_t value);
/* value < 0 too. */
void zkl_cbor_put_int(zkl_buffer *out, int64_t value);
void zkl_cbor_put_bytes(zkl_buffer *out, zkl_bytes bytes);
/* UTF-8. */
void zkl_cbor_put_text(zkl_buffer *out, const char *text);
/* Then `count` items, or `count` pairs of key and value, follow. */
void zkl_cbor_put_array(zkl_buffer *out, uint64_t count);
void zkl_cbor_put_map(zkl_buffer *out, uint64_t count);
/* Of the item that follows. */
void zkl_cbor_put_tag(zkl_buffer *out, uint64_t tag);
void zkl_cbor_put_null(zkl_buffer *out);

/* Read an item of that sort. After a fault, also of another sort or form: 0, empty, and the reader
 * remembers. what: as of zkl_reader_take. */
int64_t zkl_cbor_take_int(zkl_reader *reader, const char *what);
/* Borrowed from the input. */
zkl_bytes zkl_cbor_take_bytes(zkl_reader *reader, const char *what);
zkl_bytes zkl_cbor_take_text(zkl_reader *reader, const char *what);
/* How many items, or pairs, follow. Nothing is allocated for it. */
uint64_t zkl_cbor_take_array(zkl_reader *reader, const char *what);
uint64_t zkl_cbor_take_map(zkl_reader *reader, const char *what);
uint64_t zkl_cbor_take_tag(zkl_reader *reader, const char *what);
