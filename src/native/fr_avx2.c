/* The loops over Fr compiled with the flags of AVX2, four elements at a time. Constant time in the
 * values, but for which constants are 0 or 1, as native/fr_lanes.h says. There are no butterflies:
 * a single product between a load and a store is no faster than one by blst, and theirs were
 * slower. */
#include "native/fr_lanes_internal.h"

#if defined(__x86_64__)
#include "native/cpu.h"
#include "native/fr_avx2_inline.h"
#include "native/fr_loops_inline.h"

const zkl_fr_lanes zkl_fr_lanes_avx2 = { .name = "avx2",
                                         .cpu_features = ZKL_CPU_AVX2,
                                         .multiply = multiply_all,
                                         .fold = fold,
                                         .add_fractions = add_fractions,
                                         .sum_lines = sum_lines };
#endif
