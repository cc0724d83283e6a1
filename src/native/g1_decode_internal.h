#pragma once
/* The sets, one a file. */
#include "native/g1_decode.h"

#if defined(__x86_64__)
extern const zkl_g1_decode_lanes zkl_g1_decode_ifma;
#endif
