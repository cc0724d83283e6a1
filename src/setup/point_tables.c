/* Short sums of products over tables of multiples (point_tables.h).
 *
 * A scalar's halves have 19 digits of 7 bits each, recoded to -63 .. 64. Digit d at place k adds
 * +-2^(7k) P, or phi of it, to bucket |d| of its sum, so a product is at most 38 additions and no
 * doubling. When a batch is whole its digits are sorted by bucket, the buckets are summed together
 * (their divisions share inversions), and a sum is the sum of b times bucket b: by the bits of b, 7
 * doublings for each sum. Coefficients are those of a circuit, so public; nothing here has to be
 * constant in time.
 *
 * Memory: 3.6 KB a table; for a batch 8 bytes a digit, 4 a reference, 7 KB a sum. */
#include "setup/point_tables.h"

#include "algebra/group_sum.h"
#include "setup/point_scale.h"
#include "setup/point_scale_internal.h"

#define SLICE 256 /* points whose tables are made together */
#define BITS ZKL_POINT_TABLE_BITS
#define PLACES ZKL_POINT_TABLE_PLACES
#define DIGITS ZKL_POINT_TABLE_DIGITS
#define BUCKETS (1 << (BITS - 1)) /* of one sum: |digit| = 1 .. 64 */

/* Points of a slice are doubled together, so that they share inversions. */
typedef struct making {
    zkl_point_table *tables;
    const zkl_g1_affine *points;
    const uint32_t *indexes;
    size_t count;
    zkl_g1_summers summers;
} making;

static void fill_place(zkl_point_table *tables, size_t place, const zkl_g1_affine *points, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        zkl_g1_affine *phi = &tables[i][PLACES + place];
        tables[i][place] = *phi = points[i];
        blst_fp_mul(&phi->x, &phi->x, &zkl_point_scale_beta);
    }
}

/* A task: the tables of SLICE points, place by place 7 doublings further. */
static void make_slice(void *context, size_t index, size_t worker)
{
    const making *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;
    zkl_g1_affine these[SLICE], doubled[SLICE];
    uint32_t refs[2 * SLICE], ends[SLICE];

    for (size_t i = 0; i < n; i++) {
        these[i] = job->points[job->indexes[begin + i]];
        refs[2 * i] = refs[2 * i + 1] = (uint32_t)(2 * i);
        ends[i] = (uint32_t)(2 * i + 2);
    }
    const zkl_g1_segments twice = { these, refs, ends, n };
    fill_place(job->tables + begin, 0, these, n);
    for (size_t k = 1; k < PLACES; k++) {
        for (int bit = 0; bit < BITS; bit++) {
            zkl_g1_sum_segments(job->summers.each[worker], doubled, &twice);
            memcpy(these, doubled, n * sizeof *these);
        }
        fill_place(job->tables + begin, k, these, n);
    }
}

zkl_status zkl_point_tables_make(zkl_point_table *tables, const zkl_g1_affine *points,
                                 const uint32_t *indexes, size_t count, zkl_pool *pool,
                                 zkl_error *err)
{
    ZKL_ASSERT(count < (size_t)1 << 25); /* a reference has 32 bits: table, digit, sign */
    making job = { .tables = tables, .points = points, .indexes = indexes, .count = count };
    ZKL_TRY(zkl_g1_summers_init(&job.summers, zkl_pool_threads(pool), 2 * SLICE, SLICE, err));
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, make_slice, &job);
    zkl_g1_summers_clear(&job.summers);
    return ZKL_OK;
}

/* One digit of one product: which bucket gets which table point. */
typedef struct digit_ref {
    uint32_t bucket, ref;
} digit_ref;

struct zkl_point_sums {
    const zkl_g1_affine *points; /* of all tables */
    zkl_g1_summer *summer;
    size_t sum_max, digit_count, digit_max;
    digit_ref *digits;
    uint32_t *refs; /* of digits by bucket, then of buckets by bit */
    uint32_t *ends;
    zkl_g1_affine *buckets; /* sum_max * BUCKETS */
    zkl_g1_affine *by_bit;  /* sum_max * BITS: sums of the buckets whose number has that bit */
};

zkl_status zkl_point_sums_new(zkl_point_sums **out, const zkl_point_table *tables, size_t term_max,
                              size_t sum_max, zkl_error *err)
{
    zkl_point_sums *sums = zkl_calloc(1, sizeof *sums);
    const size_t digit_max = term_max * DIGITS, bucket_max = sum_max * BUCKETS;
    const size_t ref_max = digit_max > bucket_max * BITS ? digit_max : bucket_max * BITS;

    ZKL_ASSERT(sum_max < 1024 && term_max < (size_t)1 << 24);
    if (sums != NULL) {
        sums->points = tables[0];
        sums->sum_max = sum_max;
        sums->digit_max = digit_max;
        sums->summer = zkl_g1_summer_new(ref_max, bucket_max);
        sums->digits = zkl_malloc(digit_max, sizeof *sums->digits);
        sums->refs = zkl_malloc(ref_max, sizeof *sums->refs);
        sums->ends = zkl_malloc(bucket_max + 1, sizeof *sums->ends);
        sums->buckets = zkl_malloc(bucket_max, sizeof *sums->buckets);
        sums->by_bit = zkl_malloc(sum_max * BITS, sizeof *sums->by_bit);
    }
    if (sums == NULL || sums->summer == NULL || sums->digits == NULL || sums->refs == NULL ||
        sums->ends == NULL || sums->buckets == NULL || sums->by_bit == NULL) {
        zkl_point_sums_free(sums);
        return zkl_no_memory(err, ref_max * 2 * sizeof(zkl_g1_affine));
    }
    *out = sums;
    return ZKL_OK;
}

void zkl_point_sums_free(zkl_point_sums *sums)
{
    if (sums == NULL)
        return;
    zkl_g1_summer_free(sums->summer);
    zkl_free(sums->digits);
    zkl_free(sums->refs);
    zkl_free(sums->ends);
    zkl_free(sums->buckets);
    zkl_free(sums->by_bit);
    zkl_free(sums);
}

/* The digits of one half, whose points stand in the table from `first` on. */
static void add_half(zkl_point_sums *sums, size_t sum, size_t first, const uint8_t half[16])
{
    uint8_t bytes[18] = { 0 };
    int carry = 0;

    memcpy(bytes, half, 16);
    for (unsigned k = 0; k < PLACES; k++) {
        /* a window of 7 bits, at any bit offset; bytes has two more than a half for the last one */
        const unsigned at = k * BITS;
        const unsigned window = (unsigned)(bytes[at / 8] | bytes[at / 8 + 1] << 8) >> at % 8;
        int digit = (int)(window & ((1u << BITS) - 1)) + carry;
        carry = digit > BUCKETS; /* 65 .. 128 become -63 .. 0 and one more in the next digit */
        digit -= carry << BITS;
        if (digit == 0)
            continue;
        sums->digits[sums->digit_count++] = (digit_ref){
            .bucket = (uint32_t)(sum * BUCKETS) + (uint32_t)(digit < 0 ? -digit : digit) - 1,
            .ref = 2 * (uint32_t)(first + k) + (digit < 0),
        };
    }
    ZKL_DEBUG_ASSERT(carry == 0);
}

/* The digits wait in the batch: their buckets are summed when it is whole. */
void zkl_point_sums_add(zkl_point_sums *sums, size_t sum, size_t table, const zkl_fr *scalar)
{
    zkl_split_factor halves;

    ZKL_ASSERT(sum < sums->sum_max && sums->digit_count + DIGITS <= sums->digit_max);
    zkl_split_factor_of(&halves, scalar);
    add_half(sums, sum, table * DIGITS, halves.low);
    add_half(sums, sum, table * DIGITS + PLACES, halves.high);
}

/* refs and ends: the digits in the order of their buckets. */
static void sort_digits(zkl_point_sums *sums, size_t bucket_count)
{
    ZKL_DEBUG_ASSERT(bucket_count <= sums->sum_max * BUCKETS);
    memset(sums->ends, 0, (bucket_count + 1) * sizeof *sums->ends);
    for (size_t i = 0; i < sums->digit_count; i++)
        sums->ends[sums->digits[i].bucket + 1]++;
    for (size_t bucket = 0; bucket < bucket_count; bucket++)
        sums->ends[bucket + 1] += sums->ends[bucket];
    for (size_t i = 0; i < sums->digit_count;
         i++) /* ends[bucket] walks from the bucket's start to its end */
        sums->refs[sums->ends[sums->digits[i].bucket]++] = sums->digits[i].ref;
}

/* sum of b * bucket_b = sum over bits j of 2^j * (sum of the buckets with bit j). */
static void reduce_buckets(zkl_point_sums *sums, zkl_g1 *out, size_t count)
{
    ZKL_DEBUG_ASSERT(count <= sums->sum_max);
    size_t refs = 0;

    for (size_t sum = 0; sum < count; sum++)
        for (size_t bit = 0; bit < BITS; bit++) {
            for (size_t b = 1; b <= BUCKETS; b++)
                if (b >> bit & 1)
                    sums->refs[refs++] = 2 * (uint32_t)(sum * BUCKETS + b - 1);
            sums->ends[sum * BITS + bit] = (uint32_t)refs;
        }
    const zkl_g1_segments bits = { sums->buckets, sums->refs, sums->ends, count * BITS };
    zkl_g1_sum_segments(sums->summer, sums->by_bit, &bits);
    for (size_t sum = 0; sum < count; sum++) {
        zkl_g1 total = { 0 };
        for (size_t bit = BITS; bit-- > 0;) {
            blst_p1_double(&total, &total);
            blst_p1_add_or_double_affine(&total, &total, &sums->by_bit[sum * BITS + bit]);
        }
        blst_p1_add_or_double(&out[sum], &out[sum], &total);
    }
}

/* Every sum of the batch at once, so that its divisions share inversions. */
void zkl_point_sums_finish(zkl_point_sums *sums, zkl_g1 *out, size_t count)
{
    ZKL_ASSERT(count <= sums->sum_max);
    if (sums->digit_count > 0) {
        sort_digits(sums, count * BUCKETS);
        const zkl_g1_segments digits = { sums->points, sums->refs, sums->ends, count * BUCKETS };
        zkl_g1_sum_segments(sums->summer, sums->buckets, &digits);
        reduce_buckets(sums, out, count);
    }
    sums->digit_count = 0;
}
