#pragma once
/* The sets besides the portable one. */
#include "native/marks.h"

#if defined(__x86_64__)
extern const zkl_marks_set zkl_marks_avx2, zkl_marks_avx512;
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
extern const zkl_marks_set zkl_marks_neon;
#endif
