/* Batch-affine sums.
 *
 * 1. A batch never reads what it writes: rounds go from one buffer to the other.
 * 2. Coordinates are reduced (< p, as blst leaves them), so equality is equality of memory.
 * 3. x = 0 happens for infinity only: the points (0, +-2) have order 3, and bases are in the subgroup. */
#include "algebra/g1_sum.h"

#define KEY_BITS_MAX 18

/* One addition: out = a + b, each maybe negated. */
typedef struct addition {
    const zkl_g1_affine *a, *b;
    zkl_g1_affine *out;
    uint8_t negate_a, negate_b;
    uint8_t doubles; /* a = b */
    uint8_t done;    /* out is written: an operand was infinity, or they cancelled */
} addition;

struct zkl_g1_summer {
    size_t batch_count;
    addition batch[ZKL_G1_BATCH];
    blst_fp dx[ZKL_G1_BATCH], before[ZKL_G1_BATCH]; /* before[k] = product of dx[0] .. dx[k - 1] */
    uint32_t *lengths;                              /* of each segment in the current round */
    zkl_g1_affine *even, *odd;                      /* what the rounds leave */
    zkl_g1_affine *sums;                            /* of buckets */
    uint32_t *refs;                                 /* of buckets, sorted by the key's low bits */
    uint32_t starts[(1u << KEY_BITS_MAX / 2) + 1], ends[1u << KEY_BITS_MAX / 2];
    zkl_g1_affine digits[1u << KEY_BITS_MAX / 2];
};

zkl_g1_summer *zkl_g1_summer_new(size_t ref_max, size_t segment_max)
{
    /* A round turns n points in s segments into at most (n + s) / 2. */
    const size_t segments = segment_max < ref_max ? segment_max : ref_max;
    const size_t even_count = (ref_max + segments) / 2 + 1, odd_count = (even_count + segments) / 2 + 1;
    zkl_g1_summer *summer = zkl_malloc(1, sizeof *summer);
    if (!summer)
        return NULL;
    summer->batch_count = 0;
    summer->lengths = zkl_malloc(segment_max + 1, sizeof *summer->lengths);
    summer->even = zkl_malloc(even_count, sizeof *summer->even);
    summer->odd = zkl_malloc(odd_count, sizeof *summer->odd);
    summer->sums = zkl_malloc(segments + 1, sizeof *summer->sums);
    summer->refs = zkl_malloc(segments + 1, sizeof *summer->refs);
    if (!summer->lengths || !summer->even || !summer->odd || !summer->sums || !summer->refs) {
        zkl_g1_summer_free(summer);
        return NULL;
    }
    return summer;
}

void zkl_g1_summer_free(zkl_g1_summer *summer)
{
    if (!summer)
        return;
    zkl_free(summer->lengths);
    zkl_free(summer->even);
    zkl_free(summer->odd);
    zkl_free(summer->sums);
    zkl_free(summer->refs);
    zkl_free(summer);
}

zkl_status zkl_g1_summers_init(zkl_g1_summers *summers, size_t count, size_t ref_max, size_t segment_max,
                               zkl_error *err)
{
    *summers = (zkl_g1_summers){ .each = zkl_calloc(count, sizeof(zkl_g1_summer *)) };
    for (size_t i = 0; summers->each && i < count; i++) {
        summers->each[i] = zkl_g1_summer_new(ref_max, segment_max);
        if (!summers->each[i])
            break;
        summers->count++;
    }
    if (summers->count == count)
        return ZKL_OK;
    zkl_g1_summers_clear(summers);
    return zkl_no_memory(err, 96 * (ref_max + segment_max));
}

void zkl_g1_summers_clear(zkl_g1_summers *summers)
{
    for (size_t i = 0; i < summers->count; i++)
        zkl_g1_summer_free(summers->each[i]);
    zkl_free(summers->each);
    *summers = (zkl_g1_summers){ 0 };
}

static inline bool fp_is_zero(const blst_fp *a)
{
    return (a->l[0] | a->l[1] | a->l[2] | a->l[3] | a->l[4] | a->l[5]) == 0;
}

static inline void copy_point(zkl_g1_affine *out, const zkl_g1_affine *a, bool negate)
{
    *out = *a;
    if (negate)
        blst_fp_cneg(&out->y, &out->y, true);
}

/* An addition without a quotient dy/dx: finish it here, or prepare a doubling, slope 3x^2 / 2y. */
static void prepare_special(addition *add, blst_fp *dx)
{
    const bool a_infinite = zkl_g1_is_infinity(add->a), b_infinite = zkl_g1_is_infinity(add->b);
    add->done = true;
    if (a_infinite || b_infinite) {
        copy_point(add->out, a_infinite ? add->b : add->a, a_infinite ? add->negate_b : add->negate_a);
        return;
    }
    zkl_g1_affine a, b;
    copy_point(&a, add->a, add->negate_a);
    copy_point(&b, add->b, add->negate_b);
    if (memcmp(&a.y, &b.y, sizeof a.y) != 0) { /* b = -a */
        memset(add->out, 0, sizeof *add->out);
        return;
    }
    add->done = false;
    add->doubles = true;
    blst_fp_add(dx, &a.y, &a.y); /* not 0: no point of order 2 in the subgroup */
}

/* out = a + b by the chord of slope numerator * inverse (the tangent, if a = b). */
static void finish_addition(const addition *add, const blst_fp *inverse)
{
    const blst_fp *x1 = &add->a->x, *x2 = &add->b->x;
    blst_fp y1 = add->a->y, y2, slope, x3, y3;
    if (add->negate_a)
        blst_fp_cneg(&y1, &y1, true);
    if (add->doubles) {
        blst_fp_sqr(&slope, x1);
        blst_fp_mul_by_3(&slope, &slope);
    } else {
        y2 = add->b->y;
        if (add->negate_b)
            blst_fp_cneg(&y2, &y2, true);
        blst_fp_sub(&slope, &y2, &y1);
    }
    blst_fp_mul(&slope, &slope, inverse);
    blst_fp_sqr(&x3, &slope);
    blst_fp_sub(&x3, &x3, x1);
    blst_fp_sub(&x3, &x3, x2);
    blst_fp_sub(&y3, x1, &x3);
    blst_fp_mul(&y3, &y3, &slope);
    blst_fp_sub(&add->out->y, &y3, &y1);
    add->out->x = x3;
}

static const blst_fp fp_one = { { 0x760900000002fffd, 0xebf4000bc40c0002, 0x5f48985753c758ba,
                                  0x77ce585370525745, 0x5c071a97a256ec6d, 0x15f65ec3fa80e493 } };

static void add_batch(zkl_g1_summer *summer)
{
    blst_fp product = fp_one, inverse;
    for (size_t k = 0; k < summer->batch_count; k++) {
        addition *add = &summer->batch[k];
        blst_fp *dx = &summer->dx[k];
        blst_fp_sub(dx, &add->b->x, &add->a->x);
        if (fp_is_zero(dx) || fp_is_zero(&add->a->x) || fp_is_zero(&add->b->x)) {
            prepare_special(add, dx);
            if (add->done)
                continue;
        }
        summer->before[k] = product;
        blst_fp_mul(&product, &product, dx);
    }
    blst_fp_eucl_inverse(&product, &product);
    for (size_t k = summer->batch_count; k-- > 0;) {
        const addition *add = &summer->batch[k];
        if (add->done)
            continue;
        blst_fp_mul(&inverse, &product, &summer->before[k]);
        blst_fp_mul(&product, &product, &summer->dx[k]);
        finish_addition(add, &inverse);
    }
    summer->batch_count = 0;
}

static inline void put_addition(zkl_g1_summer *summer, zkl_g1_affine *out, const zkl_g1_affine *points,
                                uint32_t ref_a, uint32_t ref_b)
{
    const zkl_g1_affine *a = &points[ref_a >> 1], *b = &points[ref_b >> 1];
    __builtin_prefetch(a);
    __builtin_prefetch(&a->y.l[2]);
    __builtin_prefetch(b);
    __builtin_prefetch(&b->y.l[2]);
    summer->batch[summer->batch_count++] = (addition){ a, b, out, ref_a & 1, ref_b & 1, false, false };
    if (summer->batch_count == ZKL_G1_BATCH)
        add_batch(summer);
}

/* The first round: from references. Returns the longest length left. */
static uint32_t sum_references(zkl_g1_summer *summer, zkl_g1_affine *out, const zkl_g1_affine *points,
                               const uint32_t *refs, const uint32_t *ends, size_t segment_count)
{
    uint32_t longest = 0;
    for (size_t s = 0, i = 0; s < segment_count; s++) {
        const size_t begin = i, end = ends[s];
        for (; i + 2 <= end; i += 2)
            put_addition(summer, out++, points, refs[i], refs[i + 1]);
        if (i < end) {
            copy_point(out++, &points[refs[i] >> 1], refs[i] & 1);
            i++;
        }
        summer->lengths[s] = (uint32_t)((end - begin + 1) / 2);
        if (longest < summer->lengths[s])
            longest = summer->lengths[s];
    }
    add_batch(summer);
    return longest;
}

/* Another round over what the last one left, segments packed one after the other. */
static uint32_t sum_neighbours(zkl_g1_summer *summer, zkl_g1_affine *out, const zkl_g1_affine *in,
                               size_t segment_count)
{
    uint32_t longest = 0;
    for (size_t s = 0; s < segment_count; s++) {
        const uint32_t length = summer->lengths[s];
        for (uint32_t i = 0; i + 2 <= length; i += 2, in += 2)
            put_addition(summer, out++, in, 0, 2);
        if (length % 2)
            *out++ = *in++;
        summer->lengths[s] = (length + 1) / 2;
        if (longest < summer->lengths[s])
            longest = summer->lengths[s];
    }
    add_batch(summer);
    return longest;
}

void zkl_g1_sum_segments(zkl_g1_summer *summer, zkl_g1_affine *sums, const zkl_g1_affine *points,
                         const uint32_t *refs, const uint32_t *ends, size_t segment_count)
{
    zkl_g1_affine *in = summer->even, *out = summer->odd;
    uint32_t longest = sum_references(summer, in, points, refs, ends, segment_count);
    while (longest > 1) {
        longest = sum_neighbours(summer, out, in, segment_count);
        zkl_g1_affine *last = in;
        in = out;
        out = last;
    }
    for (size_t s = 0; s < segment_count; s++) {
        if (summer->lengths[s])
            sums[s] = *in++;
        else
            memset(&sums[s], 0, sizeof sums[s]);
    }
}

/* sum over d of d * points[d], d < count: a running sum from the top. */
static void sum_weighted(zkl_g1 *out, const zkl_g1_affine *points, size_t count)
{
    zkl_g1 running = { 0 }, sum = { 0 };
    for (size_t d = count; d-- > 1;) {
        blst_p1_add_or_double_affine(&running, &running, &points[d]);
        blst_p1_add_or_double(&sum, &sum, &running);
    }
    *out = sum;
}

/* digits[d] = sum of the sums whose key has d in the bits from shift on. */
static void sum_by_digit(zkl_g1_summer *summer, const uint32_t *keys, size_t count, unsigned shift,
                         size_t digit_count)
{
    memset(summer->starts, 0, (digit_count + 1) * sizeof *summer->starts);
    for (size_t s = 0; s < count; s++)
        summer->starts[(keys[s] >> shift & (digit_count - 1)) + 1]++;
    for (size_t d = 0; d < digit_count; d++) {
        summer->starts[d + 1] += summer->starts[d];
        summer->ends[d] = summer->starts[d + 1];
    }
    for (size_t s = 0; s < count; s++)
        summer->refs[summer->starts[keys[s] >> shift & (digit_count - 1)]++] = (uint32_t)(2 * s);
    zkl_g1_sum_segments(summer, summer->digits, summer->sums, summer->refs, summer->ends, digit_count);
}

void zkl_g1_sum_buckets(zkl_g1_summer *summer, zkl_g1 *out, const zkl_g1_affine *points, const uint32_t *refs,
                        const uint32_t *ends, const uint32_t *keys, size_t segment_count, unsigned key_bits)
{
    ZKL_ASSERT(key_bits >= 1 && key_bits <= KEY_BITS_MAX);
    /* key = 2^low_bits high + low: sum key S = 2^low_bits sum high (sum of S with it) + the same of low. */
    const unsigned low_bits = (key_bits + 1) / 2, high_bits = key_bits - low_bits;
    zkl_g1 high, low;
    zkl_g1_sum_segments(summer, summer->sums, points, refs, ends, segment_count);
    sum_by_digit(summer, keys, segment_count, low_bits, (size_t)1 << high_bits);
    sum_weighted(&high, summer->digits, (size_t)1 << high_bits);
    sum_by_digit(summer, keys, segment_count, 0, (size_t)1 << low_bits);
    sum_weighted(&low, summer->digits, (size_t)1 << low_bits);
    for (unsigned i = 0; i < low_bits; i++)
        blst_p1_double(&high, &high);
    blst_p1_add_or_double(out, &high, &low);
}
