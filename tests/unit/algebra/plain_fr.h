#pragma once
/* What the sets of native/fr_lanes.h do, by plain field arithmetic: for tests and fuzz targets,
 * which compare them. */
#include "algebra/fr.h"

static inline void plain_butterfly(zkl_fr *a, zkl_fr *b, const zkl_fr *w)
{
    zkl_fr product;
    zkl_fr_mul(&product, w, b);
    zkl_fr_sub(b, a, &product);
    zkl_fr_add(a, a, &product);
}

/* x + r in the place of x, where that is below 1.1 r: as values are between levels. */
static inline void plain_leave_unreduced(zkl_fr *values, size_t count)
{
    static const uint64_t order[4] = { 0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                       0x73eda753299d7d48 };
    for (size_t i = 0; i < count; i++) {
        unsigned __int128 sum = 0;
        for (size_t j = 0; values[i].l[3] < 0x0b00000000000000 && j < 4; j++) {
            sum += (unsigned __int128)values[i].l[j] + order[j];
            values[i].l[j] = (uint64_t)sum;
            sum >>= 64;
        }
    }
}

/* By the plain loop, which wants reduced values. */
static inline void plain_two_levels(zkl_fr *v, const zkl_fr *w, size_t span, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plain_butterfly(&v[i], &v[i + span], &w[i]);
        plain_butterfly(&v[i + 2 * span], &v[i + 3 * span], &w[i]);
        plain_butterfly(&v[i], &v[i + 2 * span], &w[i + span]);
        plain_butterfly(&v[i + span], &v[i + 3 * span], &w[i + 2 * span]);
    }
}

static inline const zkl_fr *plain_value_at(const zkl_fr *values, uint8_t step, size_t i)
{
    return step ? &values[i] : values;
}

/* P = sum over b of p_b times the other q, Q = the product of the q. */
static inline void plain_add_four(zkl_fr *sum_p, zkl_fr *sum_q, const zkl_fr p[4],
                                  const zkl_fr q[4])
{
    *sum_p = ZKL_FR_ZERO;
    *sum_q = ZKL_FR_ONE;
    for (size_t b = 0; b < 4; b++) {
        zkl_fr term = p[b];
        for (size_t c = 0; c < 4; c++)
            if (c != b)
                zkl_fr_mul(&term, &term, &q[c]);
        zkl_fr_add(sum_p, sum_p, &term);
        zkl_fr_mul(sum_q, sum_q, &q[b]);
    }
}

/* low + x (high - low); x NULL: the slope */
static inline zkl_fr plain_line_at(const zkl_fr *low, const zkl_fr *high, const zkl_fr *x)
{
    zkl_fr out;
    zkl_fr_sub(&out, high, low);
    if (!x)
        return out;
    zkl_fr_mul(&out, &out, x);
    zkl_fr_add(&out, &out, low);
    return out;
}
