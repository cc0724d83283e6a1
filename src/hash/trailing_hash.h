#pragma once
/* Files that end in their own hash: the last 32 bytes are SHA3-256 of all that stands before them.
 * It says that a file was cut or damaged on its way, before its middle is read. It says nothing of
 * who wrote it: whoever changes the bytes makes the hash anew. */
#include "base/buffer.h"

#define ZKL_TRAILING_HASH_BYTES 32

/* Ends what was put into out from start on. Without memory nothing is hashed: zkl_buffer_status
 * says so. */
void zkl_trailing_hash_put(zkl_buffer *out, size_t start);

/* What stands before the hash. bytes has ZKL_TRAILING_HASH_BYTES at least (asserted): the caller
 * has compared its size with the least that a file of its kind has. */
zkl_reader zkl_trailing_hash_reader(zkl_bytes bytes);

/* ZKL_BAD_INPUT when the hash is another, with what ("receipt") in front. Size as above. */
zkl_status zkl_trailing_hash_check(zkl_bytes bytes, const char *what, zkl_error *err) ZKL_MUST_USE;
