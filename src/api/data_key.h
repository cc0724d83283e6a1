#pragma once
/* Data keys by the name of a file: a request names the file, since the key is secret. */
#include "base/buffer.h"

/* The file's bytes, at least one: a request without bytes means the ledger's own key, and whoever
 * names a file asks about that one.
 *
 * ZKL_BAD_INPUT: the file is empty. ZKL_LIMIT, ZKL_IO, ZKL_NOT_FOUND: of the file. */
zkl_status api_data_key_read(zkl_buffer *out, const char *path, zkl_error *err) ZKL_MUST_USE;
