#pragma once
/* Base 64 of RFC 4648 section 4: the standard alphabet, always padded. Decoding takes the one
 * canonical text only: no line breaks, no missing padding, no stray bits in the last character. */
#include "base/buffer.h"

#define ZKL_BASE64_CHARS(size) (((size) + 2) / 3 * 4)

/* Writes ZKL_BASE64_CHARS(size) characters and a NUL; returns the number of characters. */
size_t zkl_base64_encode(char *out, const void *data, size_t size);
void zkl_buffer_put_base64(zkl_buffer *buffer, const void *data, size_t size);

/* The number of bytes that text decodes to, judged by its length and padding alone; at most. */
size_t zkl_base64_decoded_size(zkl_bytes text);
/* out has room for zkl_base64_decoded_size(text) bytes; *out_size is set on success only. */
bool zkl_base64_decode(uint8_t *out, size_t *out_size, zkl_bytes text);

/* Section 5 of the RFC: '-' and '_', never padded; the one canonical text only. Appended; false: it
 * is none, or there is no memory (then buffer->failed). */
bool zkl_buffer_put_base64url_decoded(zkl_buffer *buffer, zkl_bytes text);
