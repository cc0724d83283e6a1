#pragma once
/* The sets, one a file. */
#include "native/point_walk.h"

#if defined(__x86_64__)
extern const zkl_point_walk zkl_point_walk_ifma;
#endif
