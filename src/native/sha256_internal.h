#pragma once
/* The sets besides the portable one. */
#include "native/sha256.h"

#if defined(__x86_64__)
extern const zkl_sha256_set zkl_sha256_ni;
#endif
