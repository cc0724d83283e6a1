#pragma once
/* The sets, one a file. */
#include "native/fr_lanes.h"

#if defined(__x86_64__)
extern const zkl_fr_lanes zkl_fr_lanes_ifma, zkl_fr_lanes_avx2;
#endif
