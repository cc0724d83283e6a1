#pragma once
/* What the files of point_scale share: factors as digits of two halves. */
#include "algebra/curve.h"

#define POINT_SCALE_ODD_COUNT 8 /* multiples 1, 3, .. 15 */
#define POINT_SCALE_LENGTH 130  /* digits of a half: 128 bits and the carry */

/* Montgomery form of beta: phi(x, y) = (beta x, y) = lambda (x, y) in G1. */
extern const blst_fp zkl_point_scale_beta;

/* Non-adjacent form of width 5: half = sum of digits[i] 2^i, digits 0 or odd, |digit| <= 15. */
void zkl_point_scale_recode(int8_t digits[static POINT_SCALE_LENGTH],
                            const uint8_t half[static 16]);
/* factor = low + high lambda, both in non-adjacent form of width 5: digits are 0 or odd, at most 15
 * in absolute value. Secret, when the factor is. */
void zkl_point_scale_digits(int8_t low[static POINT_SCALE_LENGTH],
                            int8_t high[static POINT_SCALE_LENGTH], const zkl_fr *factor);
