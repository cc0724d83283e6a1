/* Batch-affine sums in either group: included by g1_sum.c and g2_sum.c after the names of the
 * group.
 *
 * 1. A batch never reads what it writes: rounds go from one buffer to the other.
 * 2. Coordinates are reduced (< p, as blst leaves them), so equality is equality of memory.
 * 3. Sums are right for every point of the curve, in the subgroup or not. The number of points is
 *    odd, so y = 0 does not happen; x = 0 does, at infinity and for points of order 3. */
#include "algebra/algebra_testing.h"
#include "algebra/group_sum.h"

#define KEY_BITS_MAX 18
#define DIGIT_BITS_MAX (KEY_BITS_MAX / 2)
/* Ones in all numbers of those bits. */
#define BIT_REFS_MAX (DIGIT_BITS_MAX << (DIGIT_BITS_MAX - 1))
#define BATCH 1024   /* additions that share an inversion */
#define LANES_MIN 16 /* below, lanes would be empty */
#define AHEAD 10     /* additions between the prefetch of operands and their use */
#define CHUNK 4096 /* references worked off together: their points stay in the second-level cache */

/* One addition: out = a + b, each maybe negated. doubles: a = b; done: out is written, an operand
 * was infinity, or they cancelled. */
typedef zkl_point_addition addition;

struct GROUP(summer) {
    const zkl_point_lanes *lanes; /* or NULL */
    size_t batch_count;           /* of the batch that is filled, batches[filled] */
    size_t ready_count;           /* of the other one: 0, or BATCH */
    size_t filled;
    addition batches[2][BATCH];
    uint8_t lanes_scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
    COORDINATE dx[BATCH], before[BATCH]; /* before[k] = product of dx[0] .. dx[k - 1] */
    uint32_t lengths[CHUNK];             /* of each segment in the current round */
    GROUP(affine) * even, *odd;          /* what the rounds leave */
    GROUP(affine) * sums;                /* of buckets */
    uint32_t *refs;                      /* of buckets, sorted by a digit of their keys */
    size_t sum_count;                    /* of both */
    uint32_t starts[(1u << DIGIT_BITS_MAX) + 1], ends[1u << DIGIT_BITS_MAX];
    GROUP(affine) digits[1u << DIGIT_BITS_MAX];
    uint32_t bit_refs[BIT_REFS_MAX], bit_ends[DIGIT_BITS_MAX]; /* of digits, by their bits */
    GROUP(affine) bit_sums[DIGIT_BITS_MAX];
};

GROUP(summer) * GROUP(summer_new)(size_t ref_max, size_t segment_max)
{
    /* At a time: either a chunk, which leaves at most its own size, or one segment, halved by each
     * round; and the references of sum_weighted, which has no segment of one. */
    const size_t least = BIT_REFS_MAX / 2 + DIGIT_BITS_MAX;
    const size_t chunk = ref_max < least ? least : ref_max < CHUNK ? ref_max : CHUNK;
    const size_t even_count = (ref_max / 2 > chunk ? ref_max / 2 : chunk) + 1;
    const size_t odd_count = (ref_max / 4 > chunk ? ref_max / 4 : chunk) + 1;
    const size_t sum_count = (segment_max < ref_max ? segment_max : ref_max) + 1;
    GROUP(summer) *summer = zkl_malloc(1, sizeof *summer);
    if (!summer)
        return NULL;
    summer->batch_count = summer->ready_count = summer->filled = 0;
    summer->lanes = GROUP(lanes_best)();
    summer->sum_count = sum_count;
    summer->even = zkl_malloc(even_count, sizeof *summer->even);
    summer->odd = zkl_malloc(odd_count, sizeof *summer->odd);
    summer->sums = zkl_malloc(sum_count, sizeof *summer->sums);
    summer->refs = zkl_malloc(sum_count, sizeof *summer->refs);
    if (!summer->even || !summer->odd || !summer->sums || !summer->refs) {
        GROUP(summer_free)(summer);
        return NULL;
    }
    return summer;
}

void GROUP(summer_without_lanes)(GROUP(summer) * summer)
{
    summer->lanes = NULL;
}

void GROUP(summer_free)(GROUP(summer) * summer)
{
    if (!summer)
        return;
    zkl_free(summer->even);
    zkl_free(summer->odd);
    zkl_free(summer->sums);
    zkl_free(summer->refs);
    zkl_free(summer);
}

zkl_status GROUP(summers_init)(GROUP(summers) * summers, size_t count, size_t ref_max,
                               size_t segment_max, zkl_error *err)
{
    *summers = (GROUP(summers)){ .each = zkl_calloc(count, sizeof(GROUP(summer) *)) };
    for (size_t i = 0; summers->each && i < count; i++) {
        summers->each[i] = GROUP(summer_new)(ref_max, segment_max);
        if (!summers->each[i])
            break;
        summers->count++;
    }
    if (summers->count == count)
        return ZKL_OK;
    GROUP(summers_clear)(summers);
    return zkl_no_memory(err, 96 * (ref_max + segment_max));
}

void GROUP(summers_clear)(GROUP(summers) * summers)
{
    for (size_t i = 0; i < summers->count; i++)
        GROUP(summer_free)(summers->each[i]);
    zkl_free(summers->each);
    *summers = (GROUP(summers)){ 0 };
}

/* Nothing is wiped: memory that was not written is not touched, which takes as long as small
 * sums. */
void GROUP(summers_clear_public)(GROUP(summers) * summers)
{
    for (size_t i = 0; i < summers->count; i++) {
        GROUP(summer) *summer = summers->each[i];
        zkl_free_wiped(summer->even);
        zkl_free_wiped(summer->odd);
        zkl_free_wiped(summer->sums);
        zkl_free_wiped(summer->refs);
        zkl_free_wiped(summer);
    }
    zkl_free_wiped(summers->each);
    *summers = (GROUP(summers)){ 0 };
}

static const COORDINATE coordinate_zero = { 0 };

static void invert_words(uint64_t *out, const uint64_t *in)
{
    COORDINATE value;
    memcpy(&value, in, sizeof value);
    FIELD(eucl_inverse)(&value, &value);
    memcpy(out, &value, sizeof value);
}

static inline bool is_zero(const COORDINATE *a)
{
    return memcmp(a, &coordinate_zero, sizeof *a) == 0;
}

static inline void copy_point(GROUP(affine) * out, const GROUP(affine) * a, bool negate)
{
    *out = *a;
    if (negate)
        FIELD(cneg)(&out->y, &out->y, true);
}

/* An addition that may have no quotient dy/dx: finish it here, or prepare a doubling, slope
 * 3x^2 / 2y. A point of order 3, with x = 0, has one. */
static void prepare_special(addition *add, COORDINATE *dx)
{
    GROUP(affine) a, b;
    const bool a_infinite = GROUP(is_infinity)(add->a), b_infinite = GROUP(is_infinity)(add->b);
    add->done = true;
    if (a_infinite || b_infinite) {
        copy_point(add->out, a_infinite ? add->b : add->a,
                   a_infinite ? add->negate_b : add->negate_a);
        return;
    }
    if (!is_zero(dx)) {
        add->done = false;
        return;
    }
    copy_point(&a, add->a, add->negate_a);
    copy_point(&b, add->b, add->negate_b);
    if (memcmp(&a.y, &b.y, sizeof a.y) != 0) { /* b = -a */
        memset(add->out, 0, sizeof a);
        return;
    }
    add->done = false;
    add->doubles = true;
    FIELD(add)(dx, &a.y, &a.y); /* not 0: the curve has no point of order 2 */
}

/* out = a + b by the chord of slope numerator * inverse (the tangent, if a = b). */
static void finish_addition(const addition *add, const COORDINATE *inverse)
{
    const GROUP(affine) *a = add->a, *b = add->b;
    GROUP(affine) *out = add->out;
    const COORDINATE *x1 = &a->x, *x2 = &b->x;
    COORDINATE y1 = a->y, y2, slope, x3, y3;
    if (add->negate_a)
        FIELD(cneg)(&y1, &y1, true);
    if (add->doubles) {
        FIELD(sqr)(&slope, x1);
        FIELD(mul_by_3)(&slope, &slope);
    } else {
        y2 = b->y;
        if (add->negate_b)
            FIELD(cneg)(&y2, &y2, true);
        FIELD(sub)(&slope, &y2, &y1);
    }
    FIELD(mul)(&slope, &slope, inverse);
    FIELD(sqr)(&x3, &slope);
    FIELD(sub)(&x3, &x3, x1);
    FIELD(sub)(&x3, &x3, x2);
    FIELD(sub)(&y3, x1, &x3);
    FIELD(mul)(&y3, &y3, &slope);
    FIELD(sub)(&out->y, &y3, &y1);
    out->x = x3;
}

static inline void prefetch_point(const GROUP(affine) * a)
{
    for (size_t byte = 0; byte < sizeof *a; byte += 64)
        __builtin_prefetch((const char *)a + byte);
    __builtin_prefetch((const char *)(a + 1) - 1);
}

/* By lanes what they take; returns the number left, at the front of the batch. */
static size_t add_in_lanes(GROUP(summer) * summer, addition *batch, size_t count,
                           const addition *next, size_t next_count)
{
    const zkl_point_lanes *lanes = summer->lanes;
    if (!lanes || count < LANES_MIN)
        return count;
    if (lanes->add_ahead)
        return lanes->add_ahead(batch, count, next, next_count, summer->lanes_scratch,
                                invert_words);
    return lanes->add(batch, count, summer->lanes_scratch, invert_words);
}

/* All additions of a batch. next: what is added after it, so that its points are fetched
 * meanwhile. */
static void add_batch(GROUP(summer) * summer, addition *batch, size_t count, const addition *next,
                      size_t next_count)
{
    COORDINATE product = coordinate_one, inverse;
    count = add_in_lanes(summer, batch, count, next, next_count);
    if (count == 0)
        return;
    for (size_t k = 0; k < count; k++) {
        addition *add = &batch[k];
        const GROUP(affine) *a = add->a, *b = add->b;
        if (k + AHEAD < count) { /* the x of both */
            __builtin_prefetch(batch[k + AHEAD].a);
            __builtin_prefetch(batch[k + AHEAD].b);
        }
        COORDINATE *dx = &summer->dx[k];
        FIELD(sub)(dx, &b->x, &a->x);
        if (is_zero(dx) || is_zero(&a->x) || is_zero(&b->x)) {
            prepare_special(add, dx);
            if (add->done)
                continue;
        }
        summer->before[k] = product;
        FIELD(mul)(&product, &product, dx);
    }
    FIELD(eucl_inverse)(&product, &product);
    for (size_t k = count; k-- > 0;) {
        const addition *add = &batch[k];
        if (k >= AHEAD) {
            prefetch_point(batch[k - AHEAD].a);
            prefetch_point(batch[k - AHEAD].b);
            __builtin_prefetch(&summer->before[k - AHEAD]);
            __builtin_prefetch(&summer->dx[k - AHEAD]);
        }
        if (add->done)
            continue;
        FIELD(mul)(&inverse, &product, &summer->before[k]);
        FIELD(mul)(&product, &product, &summer->dx[k]);
        finish_addition(add, &inverse);
    }
}

/* The batch that is filled has taken its last addition: work off the one that is ready, if any,
 * and make this one ready. */
static void close_batch(GROUP(summer) * summer)
{
    addition *closed = summer->batches[summer->filled];
    summer->filled ^= 1;
    addition *ready = summer->batches[summer->filled];
    if (summer->ready_count)
        add_batch(summer, ready, summer->ready_count, closed, summer->batch_count);
    summer->ready_count = summer->batch_count;
    summer->batch_count = 0;
}

/* Everything that was put is added. */
static void add_all(GROUP(summer) * summer)
{
    close_batch(summer);
    close_batch(summer);
    ZKL_DEBUG_ASSERT(summer->batch_count == 0 && summer->ready_count == 0);
}

/* Points of the first batch have nobody who fetches them while another is worked off. */
static inline void put_addition(GROUP(summer) * summer, GROUP(affine) * out,
                                const GROUP(affine) * points, uint32_t ref_a, uint32_t ref_b)
{
    const GROUP(affine) *a = &points[ref_a >> 1], *b = &points[ref_b >> 1];
    if (summer->ready_count == 0) {
        prefetch_point(a);
        prefetch_point(b);
    }
    summer->batches[summer->filled][summer->batch_count++] =
        (addition){ a, b, out, ref_a & 1, ref_b & 1, false, false };
    if (summer->batch_count == BATCH)
        close_batch(summer);
}

/* The first round: from references, the first of which is number `first`. Returns the longest
 * length left. */
static uint32_t sum_references(GROUP(summer) * summer, GROUP(affine) * out,
                               const GROUP(segments) * segments, size_t first)
{
    const GROUP(affine) *points = segments->points;
    const uint32_t *refs = segments->refs, *ends = segments->ends;
    uint32_t longest = 0;
    for (size_t s = 0, i = first; s < segments->count; s++) {
        const size_t length = ends[s] - i;
        const size_t later = s + AHEAD; /* what an odd segment leaves over is read at once */
        if (later < segments->count && (ends[later] - ends[later - 1]) % 2)
            prefetch_point(&points[refs[ends[later] - 1] >> 1]);
        for (; i + 2 <= ends[s]; i += 2)
            put_addition(summer, out++, points, refs[i], refs[i + 1]);
        if (i < ends[s]) {
            copy_point(out++, &points[refs[i] >> 1], refs[i] & 1);
            i++;
        }
        summer->lengths[s] = (uint32_t)((length + 1) / 2);
        if (longest < summer->lengths[s])
            longest = summer->lengths[s];
    }
    add_all(summer);
    return longest;
}

/* Another round over what the last one left, segments packed one after the other. */
static uint32_t sum_neighbours(GROUP(summer) * summer, GROUP(affine) * out,
                               const GROUP(affine) * in, size_t segment_count)
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
    add_all(summer);
    return longest;
}

/* A few segments, whose first reference is number `first`, round by round until each is one
 * point. */
static void sum_chunk(GROUP(summer) * summer, GROUP(affine) * sums,
                      const GROUP(segments) * segments, size_t first)
{
    GROUP(affine) *in = summer->even, *out = summer->odd;
    uint32_t longest = sum_references(summer, in, segments, first);
    while (longest > 1) {
        longest = sum_neighbours(summer, out, in, segments->count);
        GROUP(affine) *last = in;
        in = out;
        out = last;
    }
    for (size_t s = 0; s < segments->count; s++) {
        if (summer->lengths[s])
            sums[s] = *in++;
        else
            memset(&sums[s], 0, sizeof sums[s]);
    }
}

void GROUP(sum_segments)(GROUP(summer) * summer, GROUP(affine) * sums,
                         const GROUP(segments) * segments)
{
    const uint32_t *ends = segments->ends;
    for (size_t s = 0, first = 0, count; s < segments->count; s += count) {
        count = 1; /* a segment longer than CHUNK is a chunk by itself */
        while (s + count < segments->count && count < CHUNK && ends[s + count] - first <= CHUNK)
            count++;
        const GROUP(segments) chunk = { segments->points, segments->refs, ends + s, count };
        sum_chunk(summer, sums + s, &chunk, first);
        first = ends[s + count - 1];
    }
}

/* sum over d < 2^bits of d * digits[d] = sum over b of 2^b (sum of the digits whose bit b is set).
 * More additions than a running sum from the top, but they do not wait for each other. */
static void sum_weighted(GROUP(summer) * summer, JACOBIAN *out, unsigned bits)
{
    const uint32_t digit_count = (uint32_t)1 << bits;
    uint32_t ref_count = 0;
    JACOBIAN sum = { 0 };
    ZKL_ASSERT(bits <= DIGIT_BITS_MAX);
    for (unsigned b = 0; b < bits; b++) {
        for (uint32_t d = 0; d < digit_count; d++)
            if (d >> b & 1 && !GROUP(is_infinity)(&summer->digits[d]))
                summer->bit_refs[ref_count++] = 2 * d;
        summer->bit_ends[b] = ref_count;
    }
    const GROUP(segments) by_bit = { summer->digits, summer->bit_refs, summer->bit_ends, bits };
    GROUP(sum_segments)(summer, summer->bit_sums, &by_bit);
    for (unsigned b = bits; b-- > 0;) {
        CURVE(double)(&sum, &sum);
        CURVE(add_or_double_affine)(&sum, &sum, &summer->bit_sums[b]);
    }
    *out = sum;
}

/* digits[d] = sum of the sums whose key has d in the bits from shift on. */
static void sum_by_digit(GROUP(summer) * summer, const uint32_t *keys, size_t count, unsigned shift,
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
    const GROUP(segments) by_digit = { summer->sums, summer->refs, summer->ends, digit_count };
    GROUP(sum_segments)(summer, summer->digits, &by_digit);
}

void GROUP(sum_buckets)(GROUP(summer) * summer, JACOBIAN *out, const GROUP(segments) * segments,
                        const uint32_t *keys, unsigned key_bits)
{
    ZKL_ASSERT(key_bits >= 1 && key_bits <= KEY_BITS_MAX);
    ZKL_ASSERT(segments->count <= summer->sum_count);
    /* key = 2^low_bits high + low: sum key S = 2^low_bits sum high (sum of S with it) + the same of
     * low. */
    const unsigned low_bits = (key_bits + 1) / 2, high_bits = key_bits - low_bits;
    JACOBIAN high, low;
    GROUP(sum_segments)(summer, summer->sums, segments);
    sum_by_digit(summer, keys, segments->count, low_bits, (size_t)1 << high_bits);
    sum_weighted(summer, &high, high_bits);
    sum_by_digit(summer, keys, segments->count, 0, (size_t)1 << low_bits);
    sum_weighted(summer, &low, low_bits);
    for (unsigned i = 0; i < low_bits; i++)
        CURVE(double)(&high, &high);
    CURVE(add_or_double)(out, &high, &low);
}
