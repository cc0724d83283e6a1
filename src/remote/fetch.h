#pragma once
/* What an operation wrote there, put where the caller said. */
#include "remote/paths.h"

/* Before anything is sent: ZKL_CONFLICT for an output of an operation that records, which is there
 * and not to be overwritten. */
zkl_status remote_fetch_check(const remote_paths *paths, bool force, zkl_error *err) ZKL_MUST_USE;

/* Each of `files`, as the service lists them, when all of them are outputs of the request. One that
 * is a file is whole or as it was; a folder's files are so one by one.
 *
 * id: of the operation. is_done: it says that it wrote all that it was to. Errors: of writing;
 * ZKL_BAD_INPUT: nothing was asked for by that name, or there is no file for what was. */
zkl_status remote_fetch(const remote_paths *paths, const char *id, const json_t *files,
                        bool is_done, bool force, zkl_error *err) ZKL_MUST_USE;
