#pragma once
/* What the caller of an export declares: values that no entry has, such as a licence. Nobody signed
 * them, and every format says so. */
#include "base/arena.h"
#include "service/export_format.h"

#define EXPORT_DECLARED_MAX 256
#define EXPORT_DECLARED_BYTES_MAX 16384 /* of one value */

/* The request's values, then those of its file; one that both give counts from the request. Live in
 * arena.
 *
 * Errors: ZKL_USAGE      a name that the format does not take, or that stands twice in the request;
 *                        a value that is no UTF-8, or has a control character but newline and tab.
 *         ZKL_BAD_INPUT  of the file: the same, with line and column; it is no TOML of strings.
 *         ZKL_LIMIT      too many, or too long. */
zkl_status export_declared_gather(const zkl_fact **out, size_t *count, zkl_arena *arena,
                                  const export_module *module, const zkl_export_request *request,
                                  zkl_error *err) ZKL_MUST_USE;
