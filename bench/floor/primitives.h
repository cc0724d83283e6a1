#pragma once
/* What one operation of each kind costs on this processor, at best: the least of several rounds on
 * one thread, with operands in the nearest cache. */
#include "floor/count.h"

typedef struct primitives {
    double ns[COUNT_KINDS]; /* 0: not counted by this program, or done by nobody here */
    /* In lanes, a product with its reduction, in registers alone; 0 without AVX-512 IFMA. */
    double fr_lanes, fp_lanes;
    /* An addition as the set does it, cache-resident: with loads, stores and its inversion. */
    double g1_addition, g2_addition;
    /* A butterfly, and a pair of lines, as the set does them. */
    double butterfly, line_pair;
    double copied_byte;
} primitives;

void primitives_measure(primitives *out);

/* rounds products of eight elements each, which nobody uses; what they cost is the multiplier's
 * time. */
void fr_products_ifma(uint64_t rounds);
void fp_products_ifma(uint64_t rounds);
