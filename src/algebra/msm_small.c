/* The verifier's sums: few points, full scalars, everything public.
 *
 * 1. On the group z^2 P is (b^2 x, -y), one product away. So k P = k1 P + k2 (z^2 P), k = k1 + k2
 *    z^2, both halves below z^2 < 2^128: twice the points, half the doublings.
 * 2. Of each half digits of c bits, -2^(c-1) < d <= 2^(c-1), in windows of weight 2^(c w); points
 *    are summed by window and digit, as segments of one tree (group_sum.h).
 * 3. Bit j of the digits of window w is worth 2^(c w + j): bucket sums are summed once more by the
 *    bits of their digits, and a doubling for each bit ends it.
 * 4. Of few points the odd multiples are made instead, and all halves share one chain of doublings
 *    (Straus, with non-adjacent digits). */
#include <string.h>

#include "algebra/group_sum.h"
#include "algebra/msm_few.h"

#define HALF_BITS 128
#define ABSOLUTE_Z                                                                                 \
    0xd201000000010000u /* check: 0xd201000000010000**4 - 0xd201000000010000**2 + 1 == r */
#define BITS_MIN 4
#define BITS_MAX 8
#define WINDOWS_MAX (HALF_BITS / BITS_MIN + 1)
#define COUNT_MIN 20 /* below, a chain of doublings is faster */
#define ODD_COUNT 8  /* P, 3 P .. 15 P: digits of five bits */
/* References that a task takes on: its points stay in the second-level cache. */
#define TASK_REFS 2048

/* b^2, times 2^384 */
/* check: pow(0x5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffe, 3, p) == 1 */
static const blst_fp root_squared = { { 0x30f1361b798a64e8, 0xf3b8ddab7ece5a2a, 0x16a8ca3ac61577f7,
                                        0xc26a2ff874fd029b, 0x3636b76660701c6e,
                                        0x051ba4ab241b6160 } };

typedef struct small_sum {
    zkl_g1_affine *points; /* P_i, then z^2 P_i */
    size_t point_count;    /* of both */
    int16_t *digits;       /* [window * point_count + point] */
    unsigned bits;         /* c */
    size_t window_count, windows_a_task;
    uint32_t *refs, *ends;   /* windows_a_task * point_count and bucket_count, of each worker */
    zkl_g1_affine *buckets;  /* of each worker */
    zkl_g1_affine *bit_sums; /* [window * bits + bit] */
    zkl_g1_summers summers;  /* one for each worker */
} small_sum;

static size_t window_count_of(unsigned bits)
{
    return HALF_BITS / bits + 1; /* a carry out of the half has a place */
}

static size_t bucket_count_of(unsigned bits)
{
    return (size_t)1 << (bits - 1);
}

/* References to buckets by their bits: sum over d <= 2^(c-1) of its number of ones. */
static size_t bit_refs_of(unsigned bits)
{
    return (bits - 1) * (bucket_count_of(bits) / 2) + 1;
}

/* The fewest additions. */
static unsigned choose_bits(size_t point_count)
{
    unsigned best = BITS_MIN;
    size_t best_cost = SIZE_MAX;
    for (unsigned bits = BITS_MIN; bits <= BITS_MAX; bits++) {
        const size_t cost = window_count_of(bits) * (point_count + bit_refs_of(bits));
        if (cost < best_cost)
            best = bits;
        best_cost = cost < best_cost ? cost : best_cost;
    }
    return best;
}

/* words / |z|, in place; returns the rest. */
static uint64_t divide_by_z(uint64_t words[4])
{
    uint64_t rest = 0;
    for (size_t i = 4; i-- > 0;) {
        const unsigned __int128 part = (unsigned __int128)rest << 64 | words[i];
        words[i] = (uint64_t)(part / ABSOLUTE_Z); /* < 2^64: rest < |z| */
        rest = (uint64_t)(part % ABSOLUTE_Z);
    }
    return rest;
}

/* k = k1 + k2 z^2 by two divisions. k < r = z^4 - z^2 + 1, so k2 < z^2. */
static void halve_scalar(unsigned __int128 half[2], const zkl_fr *scalar)
{
    blst_scalar bytes;
    uint64_t words[4];
    blst_scalar_from_fr(&bytes, scalar);
    for (size_t i = 0; i < 4; i++) {
        words[i] = 0;
        for (size_t j = 8; j-- > 0;)
            words[i] = words[i] << 8 | bytes.b[8 * i + j];
    }
    const uint64_t low = divide_by_z(words), high = divide_by_z(words);
    ZKL_ASSERT(!words[2] && !words[3]);
    half[0] = (unsigned __int128)high * ABSOLUTE_Z + low; /* < z^2 */
    half[1] = (unsigned __int128)words[1] << 64 | words[0];
}

/* Signed digits from the lowest on, each above 2^(c-1) made negative by a carry. */
static void put_digits(small_sum *sum, size_t point, unsigned __int128 half)
{
    const int16_t base = (int16_t)(1 << sum->bits), most = (int16_t)(base / 2);
    int16_t carry = 0;
    for (size_t w = 0; w < sum->window_count; w++, half >>= sum->bits) {
        int16_t digit = (int16_t)((int16_t)(half & (unsigned)(base - 1)) + carry);
        carry = digit > most;
        if (carry)
            digit = (int16_t)(digit - base);
        sum->digits[w * sum->point_count + point] = digit;
    }
    ZKL_ASSERT(!carry && !half);
}

static void put_points(small_sum *sum, const zkl_g1_affine *bases, const zkl_fr *scalars)
{
    const size_t count = sum->point_count / 2;
    for (size_t i = 0; i < count; i++) {
        unsigned __int128 half[2];
        zkl_g1_affine *other = &sum->points[count + i];
        sum->points[i] = *other = bases[i];
        blst_fp_mul(&other->x, &other->x, &root_squared);
        blst_fp_cneg(&other->y, &other->y, true); /* infinity, all zeros, stays so */
        halve_scalar(half, &scalars[i]);
        put_digits(sum, i, half[0]);
        put_digits(sum, count + i, half[1]);
    }
}

/* Counting sort: the references of one window by the size of their digit. Returns their end. */
static uint32_t sort_window(const small_sum *sum, size_t window, uint32_t *refs, uint32_t *ends,
                            uint32_t begin)
{
    uint32_t counts[1 << (BITS_MAX - 1)] = { 0 };
    const int16_t *digits = sum->digits + window * sum->point_count;
    const size_t bucket_count = bucket_count_of(sum->bits);
    for (size_t i = 0; i < sum->point_count; i++)
        if (digits[i])
            counts[(digits[i] < 0 ? -digits[i] : digits[i]) - 1]++;
    for (size_t d = 0, at = begin; d < bucket_count; d++) {
        ends[d] = (uint32_t)at; /* the start, until the references are placed */
        at += counts[d];
    }
    for (uint32_t i = 0; i < sum->point_count; i++)
        if (digits[i])
            refs[ends[(digits[i] < 0 ? -digits[i] : digits[i]) - 1]++] = 2 * i + (digits[i] < 0);
    return ends[bucket_count - 1];
}

/* The sums of one window by the bits of their digits. */
static uint32_t sort_by_bits(const small_sum *sum, size_t first_bucket, uint32_t *refs,
                             uint32_t *ends, uint32_t at)
{
    for (unsigned bit = 0; bit < sum->bits; bit++) {
        for (size_t d = 1; d <= bucket_count_of(sum->bits); d++)
            if (d >> bit & 1)
                refs[at++] = (uint32_t)(2 * (first_bucket + d - 1));
        ends[bit] = at;
    }
    return at;
}

/* Windows of one task, from points to bit sums. */
static void sum_windows(void *context, size_t index, size_t worker)
{
    small_sum *sum = context;
    const size_t first = index * sum->windows_a_task, buckets = bucket_count_of(sum->bits);
    const size_t left = sum->window_count - first;
    const size_t count = left < sum->windows_a_task ? left : sum->windows_a_task;
    const size_t refs_a_window =
        sum->point_count > bit_refs_of(sum->bits) ? sum->point_count : bit_refs_of(sum->bits);
    uint32_t *refs = sum->refs + worker * sum->windows_a_task * refs_a_window;
    uint32_t *ends = sum->ends + worker * sum->windows_a_task * buckets;
    zkl_g1_affine *own = sum->buckets + worker * sum->windows_a_task * buckets;
    uint32_t at = 0;
    ZKL_ASSERT(first < sum->window_count && worker < sum->summers.count);
    for (size_t w = 0; w < count; w++)
        at = sort_window(sum, first + w, refs, ends + w * buckets, at);
    zkl_g1_sum_segments(sum->summers.each[worker], own,
                        &(zkl_g1_segments){ sum->points, refs, ends, count * buckets });
    at = 0;
    for (size_t w = 0; w < count; w++)
        at = sort_by_bits(sum, w * buckets, refs, ends + w * sum->bits, at);
    zkl_g1_sum_segments(sum->summers.each[worker], sum->bit_sums + first * sum->bits,
                        &(zkl_g1_segments){ own, refs, ends, count * sum->bits });
}

/* Each bit of each window, from the top. */
static void add_bits(zkl_g1 *out, const small_sum *sum)
{
    *out = (zkl_g1){ 0 };
    for (size_t at = sum->window_count * sum->bits; at-- > 0;) {
        blst_p1_double(out, out);
        blst_p1_add_or_double_affine(out, out, &sum->bit_sums[at]);
    }
}

/* One block for all arrays: points, then what is smaller. */
static zkl_status sum_halves(zkl_g1 *out, small_sum *sum, const zkl_g1_affine *bases,
                             const zkl_fr *scalars, zkl_pool *pool, zkl_error *err)
{
    const size_t workers = sum->summers.count, windows = sum->windows_a_task;
    const size_t buckets = workers * windows * bucket_count_of(sum->bits);
    const size_t refs_a_window =
        sum->point_count > bit_refs_of(sum->bits) ? sum->point_count : bit_refs_of(sum->bits);
    const size_t points = sum->point_count + buckets + sum->window_count * sum->bits;
    ZKL_AUTO_BLOCK zkl_g1_affine *all = zkl_malloc(points, sizeof *all);
    ZKL_AUTO_BLOCK uint32_t *numbers =
        zkl_malloc(workers * windows * refs_a_window + buckets, sizeof *numbers);
    ZKL_AUTO_BLOCK int16_t *digits =
        zkl_malloc(sum->window_count * sum->point_count, sizeof *digits);
    if (!all || !numbers || !digits)
        return zkl_no_memory(err, points * sizeof *all);
    sum->points = all;
    sum->buckets = all + sum->point_count;
    sum->bit_sums = sum->buckets + buckets;
    sum->ends = numbers;
    sum->refs = numbers + buckets;
    sum->digits = digits;
    put_points(sum, bases, scalars);
    zkl_pool_run(pool, (sum->window_count + windows - 1) / windows, sum_windows, sum);
    add_bits(out, sum);
    return ZKL_OK;
}

/* Every worker has a task, and no task more than its share of references. */
static size_t choose_windows(const small_sum *sum, size_t workers)
{
    const size_t share = (sum->window_count + workers - 1) / workers;
    const size_t fitting = TASK_REFS / sum->point_count;
    return fitting >= share ? share : fitting ? fitting : 1;
}

/* ---- Few points */

typedef struct few_point {
    zkl_g1_affine odd[ODD_COUNT];
    /* Of both halves, least significant first: 0, or odd and below 16 in size. Of any five that
     * follow each other one at most is not 0. */
    int8_t digits[2][HALF_BITS + 1];
} few_point;

/* half < z^2, so that it stays below 2^128. */
static void put_odd_digits(int8_t digits[static HALF_BITS + 1], unsigned __int128 half)
{
    for (size_t at = 0; at <= HALF_BITS; at++, half >>= 1) {
        digits[at] = 0;
        if (!(half & 1))
            continue;
        const int low = (int)(half & (4 * ODD_COUNT - 1)); /* five bits */
        const int digit = low > 2 * ODD_COUNT ? low - 4 * ODD_COUNT : low;
        half = digit < 0 ? half + (unsigned)-digit : half - (unsigned)digit;
        digits[at] = (int8_t)digit;
    }
    ZKL_ASSERT(!half);
}

/* Not infinity, so that no odd multiple is: the order of the group is odd. */
static void put_few_points(few_point *few, const zkl_g1_affine *const *bases, size_t count)
{
    zkl_g1 odd[COUNT_MIN * ODD_COUNT];
    zkl_g1_affine affine[COUNT_MIN * ODD_COUNT];
    ZKL_ASSERT(count < COUNT_MIN);
    for (size_t i = 0; i < count; i++) {
        zkl_g1 twice, *own = odd + i * ODD_COUNT;
        blst_p1_from_affine(&own[0], bases[i]);
        blst_p1_double(&twice, &own[0]);
        for (size_t k = 1; k < ODD_COUNT; k++)
            blst_p1_add_or_double(&own[k], &own[k - 1], &twice);
    }
    zkl_g1_normalize_many(affine, odd, count * ODD_COUNT);
    for (size_t i = 0; i < count; i++)
        memcpy(few[i].odd, affine + i * ODD_COUNT, sizeof few[i].odd);
}

/* of_image: a multiple of z^2 P. */
static void add_digit(zkl_g1 *sum, const few_point *few, int digit, bool of_image)
{
    zkl_g1_affine point = few->odd[(digit < 0 ? -digit : digit) / 2];
    if (of_image)
        blst_fp_mul(&point.x, &point.x, &root_squared);
    blst_fp_cneg(&point.y, &point.y, (digit < 0) != of_image);
    blst_p1_add_or_double_affine(sum, sum, &point);
}

static void sum_few(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars, size_t count)
{
    few_point few[COUNT_MIN];
    const zkl_g1_affine *points[COUNT_MIN];
    size_t point_count = 0;
    ZKL_ASSERT(count < COUNT_MIN);
    for (size_t i = 0; i < count; i++) {
        unsigned __int128 half[2];
        if (zkl_g1_is_infinity(&bases[i]) || zkl_fr_is_zero(&scalars[i]))
            continue;
        halve_scalar(half, &scalars[i]);
        put_odd_digits(few[point_count].digits[0], half[0]);
        put_odd_digits(few[point_count].digits[1], half[1]);
        points[point_count++] = &bases[i];
    }
    *out = (zkl_g1){ 0 };
    if (!point_count)
        return;
    put_few_points(few, points, point_count);
    for (size_t at = HALF_BITS + 1; at-- > 0;) {
        if (!blst_p1_is_inf(out)) /* above the first digit: weights may be short */
            blst_p1_double(out, out);
        for (size_t i = 0; i < point_count; i++)
            for (size_t half = 0; half < 2; half++)
                if (few[i].digits[half][at])
                    add_digit(out, &few[i], few[i].digits[half][at], half == 1);
    }
}

zkl_status zkl_g1_msm_small(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars,
                            size_t count, zkl_pool *pool, zkl_error *err)
{
    if (count < COUNT_MIN) {
        sum_few(out, bases, scalars, count);
        return ZKL_OK;
    }
    if (count > ZKL_MSM_SMALL_MAX)
        return zkl_g1_msm_few(out, bases, scalars, count, pool, err);
    small_sum sum = { .point_count = 2 * count, .bits = choose_bits(2 * count) };
    sum.window_count = window_count_of(sum.bits);
    const size_t threads = zkl_pool_threads(pool);
    const size_t workers = threads < WINDOWS_MAX ? threads : WINDOWS_MAX;
    sum.windows_a_task = choose_windows(&sum, workers);
    const size_t buckets = sum.windows_a_task * bucket_count_of(sum.bits);
    const size_t refs = sum.windows_a_task * sum.point_count;
    const size_t bit_refs = sum.windows_a_task * bit_refs_of(sum.bits);
    ZKL_TRY(zkl_g1_summers_init(&sum.summers, threads, refs > bit_refs ? refs : bit_refs, buckets,
                                err));
    const zkl_status status = sum_halves(out, &sum, bases, scalars, pool, err);
    zkl_g1_summers_clear_public(&sum.summers);
    return status;
}
