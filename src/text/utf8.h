#pragma once
/* UTF-8, judged and decoded. */
#include "base/memory.h"

/* RFC 3629: no overlong forms, no surrogates, at most U+10FFFF. A NUL is a character like
 * others. */
bool zkl_utf8_valid(zkl_bytes text);
/* How many bytes at the beginning are whole characters: text.size when it is valid. */
size_t zkl_utf8_valid_bytes(zkl_bytes text);
/* The code point at `at`, which is below text.size (asserted), and how many bytes it takes. -1 and
 * one byte for what is no UTF-8: a loop over a broken text moves on. */
int32_t zkl_utf8_point(size_t *size, zkl_bytes text, size_t at);
