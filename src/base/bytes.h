#pragma once
/* Comparison of borrowed bytes and digests. Timing: varies with the content; secrets have zkl_equal_ct. */
#include <zkl/bytes.h>

#include "base/memory.h"

bool zkl_bytes_equal(zkl_bytes a, zkl_bytes b);
bool zkl_bytes_equal_text(zkl_bytes a, const char *text);
bool zkl_digest_equal(const zkl_digest *a, const zkl_digest *b);
bool zkl_digest_is_zero(const zkl_digest *a);
