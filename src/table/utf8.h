#pragma once
#include "base/memory.h"

/* RFC 3629: no overlong forms, no surrogates, at most U+10FFFF. A NUL is a character like others. */
bool zkl_utf8_valid(zkl_bytes text);
