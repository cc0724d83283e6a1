#pragma once
/* The sets, one a file. */
#include "native/g1_lanes.h"

#if defined(__x86_64__)
extern const zkl_g1_lanes zkl_g1_lanes_ifma;
#endif
