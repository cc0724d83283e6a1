#pragma once
/* Standard input as a file: readers must see it more than once. */
#include "base/memory.h"

/* All of standard input into a file without a name, at *fd (the caller's to close, also after a failure; -1: none).
 *
 * memory_bytes: what may stay in memory, where no disk sees it; a longer input goes on in an unlinked file in `folder`,
 *               unencrypted, for its reader opens it itself. 0: 1 GiB, or half of the memory that is free if that is less. */
zkl_status zkl_standard_input(int *fd, const char *folder, uint64_t memory_bytes,
                              zkl_error *err) ZKL_MUST_USE;
