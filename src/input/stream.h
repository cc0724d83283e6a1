#pragma once
/* A stream as a file. Readers see an input more than once and at any place, so what can be read
 * only once (standard input, a pipe, an upload) is kept first. */
#include "base/memory.h"

/* All that can be read from a descriptor, into a file without a name at *fd (the caller's to
 * close, also after a failure; -1: none).
 *
 * name:         stands in messages: "standard input".
 * memory_bytes: what may stay in memory, where no disk sees it. A longer stream goes on in an
 *               unlinked file in `folder`, unencrypted, for its reader opens it itself. 0: 1
 *               GiB, or half of the memory that is free if that is less.
 * Errors:       ZKL_IO, ZKL_DENIED, ZKL_NOT_FOUND (the folder), ZKL_NO_MEMORY. */
zkl_status zkl_stream_keep(int *fd, int from, const char *name, const char *folder,
                           uint64_t memory_bytes, zkl_error *err) ZKL_MUST_USE;
