#pragma once
/* Files of the service that hold one JSON value each. */
#include <jansson.h>
#include <stddef.h>

#include <zkl/status.h>

#include "daemon/at_rest.h"

/* What is in a regular file of at most bytes_max bytes; *out NULL: it is no JSON, or has a member
 * twice. ZKL_NOT_FOUND and what zkl_file_read_regular says. */
zkl_status daemon_json_read(json_t **out, const char *path, size_t bytes_max,
                            zkl_error *err) ZKL_MUST_USE;
/* Takes value; NULL: ZKL_NO_MEMORY. The file is replaced as a whole, durably, for its owner's eyes
 * alone (zkl_file_write). */
zkl_status daemon_json_write(const char *path, json_t *value, zkl_error *err) ZKL_MUST_USE;
/* The same of what is encrypted at rest, where anything is (at_rest NULL: nothing). */
zkl_status daemon_json_read_kept(json_t **out, const daemon_at_rest *at_rest, zkl_object_name name,
                                 const char *path, size_t bytes_max, zkl_error *err) ZKL_MUST_USE;
zkl_status daemon_json_write_kept(const daemon_at_rest *at_rest, zkl_object_name name,
                                  const char *path, json_t *value, zkl_error *err) ZKL_MUST_USE;
