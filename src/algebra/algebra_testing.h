#pragma once
/* Seams for tests of this folder: what compares a native set with the plain loops. Only tests
 * include it. */
#include "algebra/group_sum.h"
#include "algebra/poly.h"

/* The object then works without a native set. Call it before its first use. */
void zkl_ntt_without_lanes(zkl_ntt *ntt);
void zkl_g1_summer_without_lanes(zkl_g1_summer *summer);
void zkl_g2_summer_without_lanes(zkl_g2_summer *summer);
