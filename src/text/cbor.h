#pragma once
/* CBOR (RFC 8949) in its deterministic form: heads as short as they can be, definite lengths. The
 * caller writes the members of a map in the byte order of their encoded keys: for the keys of COSE
 * that is 0, 1, .. rising, then -1, -2, ..
 *
 * Only what COSE needs is here, and nothing is read. */
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
