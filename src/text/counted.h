#pragma once
/* Numbers and what they count, for people. */
#include "base/buffer.h"

/* "1,234,567" */
void zkl_put_number(zkl_buffer *out, uint64_t value);
/* "1 entry", "1,234 entries": of a word that ends in y; every other takes an s. */
void zkl_put_counted(zkl_buffer *out, uint64_t count, const char *one);
