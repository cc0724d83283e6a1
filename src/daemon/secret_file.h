#pragma once
/* Files that hold one secret of one line: what stands before the end of the line. */
#include <stddef.h>
#include <stdint.h>

#include <zkl/status.h>

/* *out: in memory for secrets, with a NUL behind; zkl_secret_free. ZKL_USAGE: it is empty, or has a
 * control character. ZKL_NOT_FOUND and what zkl_file_read_regular says. */
zkl_status daemon_secret_read(uint8_t **out, size_t *size, const char *path,
                              zkl_error *err) ZKL_MUST_USE;
