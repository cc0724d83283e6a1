#pragma once
/* What to trust, as requests say it. */
#include "base/buffer.h"

/* The text of a trust file, given as such or by its path; size 0 where neither was said. file:
 * holds what was read. ZKL_USAGE: both are given. ZKL_UNCHECKED: it is empty. ZKL_BAD_INPUT: it is
 * none. */
zkl_status api_trust_take(zkl_bytes *out, zkl_buffer *file, const char *text, const char *path,
                          zkl_error *err) ZKL_MUST_USE;
