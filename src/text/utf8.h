#pragma once
#include "base/memory.h"

/* RFC 3629: no overlong forms, no surrogates, at most U+10FFFF. A NUL is a character like
 * others. */
bool zkl_utf8_valid(zkl_bytes text);
/* How many bytes at the beginning are whole characters: text.size when it is valid. */
size_t zkl_utf8_valid_bytes(zkl_bytes text);
