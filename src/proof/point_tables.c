#include "proof/point_tables.h"

#define SLICE 16 /* points whose tables are normalised together */

typedef struct making {
    zkl_point_table *tables;
    const zkl_g1_affine *points;
    const uint32_t *indexes;
    size_t count;
} making;

static void make_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const making *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;
    zkl_g1 multiples[SLICE * ZKL_POINT_TABLE_DIGITS];

    for (size_t i = 0; i < n; i++) {
        zkl_g1 *at = &multiples[i * ZKL_POINT_TABLE_DIGITS];
        blst_p1_from_affine(&at[0], &job->points[job->indexes[begin + i]]);
        for (size_t k = 1; k < ZKL_POINT_TABLE_DIGITS; k++) {
            blst_p1_double(&at[k], &at[k - 1]);
            for (int bit = 1; bit < ZKL_POINT_TABLE_BITS; bit++)
                blst_p1_double(&at[k], &at[k]);
        }
    }
    zkl_g1_normalize_many(job->tables[begin], multiples, n * ZKL_POINT_TABLE_DIGITS);
}

void zkl_point_tables_make(zkl_point_table *tables, const zkl_g1_affine *points, const uint32_t *indexes, size_t count,
                           zkl_pool *pool)
{
    making job = { tables, points, indexes, count };
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, make_slice, &job);
}

void zkl_point_sum_add(zkl_point_sum *sum, const zkl_point_table *table, const zkl_fr *scalar)
{
    uint8_t bytes[33] = { 0 };
    int carry = 0;

    zkl_fr_encode_le(bytes, scalar);
    for (unsigned k = 0; k < ZKL_POINT_TABLE_DIGITS; k++) {
        const unsigned at = k * ZKL_POINT_TABLE_BITS;
        const unsigned window = (unsigned)(bytes[at / 8] | bytes[at / 8 + 1 < 33 ? at / 8 + 1 : 32] << 8) >> at % 8;
        int digit = (int)(window & 127) + carry;
        carry = digit > ZKL_POINT_TABLE_BUCKETS;
        digit -= carry << ZKL_POINT_TABLE_BITS;
        if (digit == 0)
            continue;
        zkl_g1_affine point = (*table)[k];
        if (digit < 0)
            blst_fp_cneg(&point.y, &point.y, true);
        zkl_g1 *bucket = &sum->buckets[(digit < 0 ? -digit : digit) - 1];
        blst_p1_add_or_double_affine(bucket, bucket, &point);
    }
    ZKL_DEBUG_ASSERT(carry == 0);
}

void zkl_point_sum_finish(zkl_g1 *out, const zkl_point_sum *sum)
{
    zkl_g1 running = { 0 }, total = { 0 };

    for (size_t i = ZKL_POINT_TABLE_BUCKETS; i-- > 0;) { /* sum of (i + 1) bucket_i */
        blst_p1_add_or_double(&running, &running, &sum->buckets[i]);
        blst_p1_add_or_double(&total, &total, &running);
    }
    *out = total;
}
