/* Coordinates in Fp2: the source for both groups, compiled with the flags of AVX-512 IFMA. */
#include "native/point_lanes_internal.h"

#if defined(__x86_64__)
#define DEGREE 2
#include "native/point_ifma_inline.h"

const zkl_point_lanes zkl_g2_lanes_ifma = { "ifma", ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA, add,
                                            add_ahead };
#endif
