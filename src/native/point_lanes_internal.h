#pragma once
/* The sets, one a file. */
#include "native/point_lanes.h"

#if defined(__x86_64__)
extern const zkl_point_lanes zkl_g1_lanes_ifma, zkl_g2_lanes_ifma;
#endif
