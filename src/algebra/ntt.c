/* Number theoretic transform.
 *
 * Forward: bit reversal, then radix-2 butterflies of growing span, two levels at a time. Spans
 * within 2^BLOCK_LOG values are done block by block (a block stays in the second-level cache,
 * blocks are independent); the wider ones pass by pass. Lanes take the first three levels together
 * and keep values unreduced between levels; the last pass reduces them. Inverse: forward, then
 * indexes negated and everything scaled by 1/n. */
#include "algebra/poly.h"

#include "algebra/algebra_testing.h"
#include "native/fr_lanes.h"

/* 2^13 values are 256 KiB. A task of the wide passes is 2^10 values of each quarter, tens of
 * microseconds. */
#define BLOCK_LOG 13
#define SLICE_LOG 10     /* values of a quarter per task in the wide passes, and elsewhere */
#define RUN ((size_t)32) /* butterflies of one level before the next, where two are fused */
#define FIRST_LOG 3      /* levels that lanes do together, of FIRST_MIN values at least */
#define FIRST_MIN ((size_t)64)
#define TILE_LOG 3 /* bit reversal moves squares of 8 by 8 values: whole lines of the cache */
#define TILES 16   /* of one task */

struct zkl_ntt {
    unsigned log_n_max;
    const zkl_fr_lanes *lanes; /* or NULL */
    zkl_fr *
        twiddles; /* [span + i] = w^i, i < span, w = zkl_ntt_root(level + 1), for each span 2^level */
};

void zkl_ntt_root(zkl_fr *out, unsigned log_n)
{
    ZKL_ASSERT(log_n <= ZKL_NTT_LOG_MAX);
    /* 5^((r - 1) / 2^32): 5 is the smallest quadratic non-residue. */
    /* check: pow(2, (r - 1) // 2, r) == pow(3, (r - 1) // 2, r) == 1 and pow(5, (r - 1) // 2, r) == r - 1 */
    /* check: (r - 1) >> 32 == 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff */
    static const uint64_t odd_part[4] = { 0xfffe5bfeffffffff, 0x09a1d80553bda402,
                                          0x299d7d483339d808, 0x0000000073eda753 };
    zkl_fr five, root = ZKL_FR_ONE;
    zkl_fr_from_u64(&five, 5);
    for (unsigned bit = 256; bit-- > 0;) {
        zkl_fr_sqr(&root, &root);
        if (odd_part[bit / 64] >> (bit % 64) & 1)
            zkl_fr_mul(&root, &root, &five);
    }
    for (unsigned i = log_n; i < ZKL_NTT_LOG_MAX; i++)
        zkl_fr_sqr(&root, &root);
    *out = root;
}

/* Twiddles of all levels in one array of n elements: the level of span s has its s powers at [s, 2
 * s). Place 0 is of no level. */
zkl_status zkl_ntt_new(zkl_ntt **out, unsigned log_n_max, zkl_error *err)
{
    if (log_n_max > ZKL_NTT_LOG_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a transform of 2^%u values, at most 2^%d", log_n_max,
                        ZKL_NTT_LOG_MAX);
    const size_t n = (size_t)1 << log_n_max;
    zkl_ntt *ntt = zkl_calloc(1, sizeof *ntt);
    zkl_fr *twiddles = zkl_malloc(n, sizeof *twiddles);
    if (!ntt || !twiddles) {
        zkl_free(ntt);
        zkl_free(twiddles);
        return zkl_no_memory(err, n * sizeof *twiddles);
    }
    /* The widest level by multiplication, each other one is every second value of the next. */
    size_t span = n / 2;
    zkl_fr root;
    zkl_ntt_root(&root, log_n_max);
    twiddles[0] = twiddles[span] = ZKL_FR_ONE;
    for (size_t i = 1; i < span; i++)
        zkl_fr_mul(&twiddles[span + i], &twiddles[span + i - 1], &root);
    while (span > 1) {
        span /= 2;
        for (size_t i = 0; i < span; i++)
            twiddles[span + i] = twiddles[2 * span + 2 * i];
    }
    *ntt = (zkl_ntt){ log_n_max, zkl_fr_lanes_best(), twiddles };
    *out = ntt;
    return ZKL_OK;
}

void zkl_ntt_without_lanes(zkl_ntt *ntt)
{
    ntt->lanes = NULL;
}

void zkl_ntt_free(zkl_ntt *ntt)
{
    if (!ntt)
        return;
    zkl_free(ntt->twiddles);
    zkl_free(ntt);
}

typedef struct transform {
    const zkl_ntt *ntt;
    zkl_fr *values;
    unsigned log_n;
    unsigned block_log; /* levels below it are done by block */
    unsigned level;     /* of the pass: values i, i + 2^level and so on */
    zkl_fr scale;
} transform;

/* i with its low `bits` bits turned around, bits >= 1. */
static size_t reverse_bits(size_t i, unsigned bits)
{
    ZKL_DEBUG_ASSERT(bits >= 1 && i >> bits == 0);
    uint64_t x = i;
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
    return __builtin_bswap64(x) >> (64 - bits);
}

/* At least one: a transform smaller than a slice is one task. */
static size_t slice_count(size_t n)
{
    return (n >> SLICE_LOG) ? n >> SLICE_LOG : 1;
}

static inline void swap_values(zkl_fr *a, zkl_fr *b)
{
    const zkl_fr value = *a;
    *a = *b;
    *b = value;
}

/* Bit reversal is its own inverse, so it is a set of swaps. */
static void swap_few(zkl_fr *values, unsigned log_n)
{
    for (size_t i = 0; i < (size_t)1 << log_n; i++) {
        const size_t j = reverse_bits(i, log_n);
        if (i < j)
            swap_values(&values[i], &values[j]);
    }
}

/* The same by tiles. An index is (high, middle, low) with TILE_LOG bits at both ends: it goes to
 * (low, middle, high), each turned around. So the 64 indices of one middle go to those of
 * another, or of itself, and 8 runs of 8 values stay in the cache for them. */
static void swap_tiles(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const unsigned high_at = tf->log_n - TILE_LOG, middle_bits = high_at - TILE_LOG;
    const size_t middle_end = (size_t)1 << middle_bits, side = (size_t)1 << TILE_LOG;
    for (size_t middle = index * TILES; middle < (index + 1) * TILES && middle < middle_end;
         middle++) {
        const size_t other = middle_bits ? reverse_bits(middle, middle_bits) : 0;
        if (other < middle) /* the task of the lower one swaps them */
            continue;
        for (size_t high = 0; high < side; high++)
            for (size_t low = 0; low < side; low++) {
                const size_t i = high << high_at | middle << TILE_LOG | low;
                const size_t j = reverse_bits(low, TILE_LOG) << high_at | other << TILE_LOG |
                                 reverse_bits(high, TILE_LOG);
                if (other != middle || i < j)
                    swap_values(&tf->values[i], &tf->values[j]);
            }
    }
}

/* (a, b) := (a + w b, a - w b) */
static inline void butterfly(zkl_fr *a, zkl_fr *b, const zkl_fr *twiddle)
{
    zkl_fr product;
    zkl_fr_mul(&product, b, twiddle);
    zkl_fr_sub(b, a, &product);
    zkl_fr_add(a, a, &product);
}

/* (a[i], b[i]) by twiddle[i]; a shorter run than the lanes take is done one by one. */
static void run_butterflies(const zkl_ntt *ntt, zkl_fr *a, zkl_fr *b, const zkl_fr *twiddle,
                            size_t count)
{
    if (ntt->lanes && count % ZKL_FR_LANES == 0)
        ntt->lanes->butterflies(a->l, b->l, twiddle->l, count);
    else
        for (size_t i = 0; i < count; i++)
            butterfly(&a[i], &b[i], &twiddle[i]);
}

/* Two levels at once: butterflies (0,1) (2,3), then (0,2) (1,3), over values i, i + span, i + 2
 * span, i + 3 span. w: the twiddle of the first of them. exact: this is the last pass. */
static void run_two_levels(const zkl_ntt *ntt, zkl_fr *v, const zkl_fr *w, size_t span,
                           size_t count, bool exact)
{
    if (ntt->lanes && ntt->lanes->butterflies_twice && count % ZKL_FR_LANES == 0) {
        ntt->lanes->butterflies_twice(v->l, w->l, span, count, exact);
        return;
    }
    const size_t run = count < RUN ? count : RUN;
    for (size_t i = 0; i < count; i += run, v += run, w += run) {
        run_butterflies(ntt, &v[0], &v[span], w, run);
        run_butterflies(ntt, &v[2 * span], &v[3 * span], w, run);
        run_butterflies(ntt, &v[0], &v[2 * span], w + span, run);
        run_butterflies(ntt, &v[span], &v[3 * span], w + 2 * span, run);
    }
}

/* Levels that are done together at the beginning. */
static unsigned first_levels(const zkl_ntt *ntt, unsigned log_n)
{
    const bool there = ntt->lanes && ntt->lanes->first_butterflies && ntt->lanes->butterflies_twice;
    return there && (size_t)1 << log_n >= FIRST_MIN ? FIRST_LOG : 0;
}

/* As many levels as fit a block, so that those above are a whole number of pairs. */
static unsigned choose_block_log(unsigned log_n)
{
    if (log_n <= BLOCK_LOG)
        return log_n;
    return (log_n - BLOCK_LOG) % 2 ? BLOCK_LOG - 1 : BLOCK_LOG;
}

/* All levels inside one block: the first ones, one alone if the others are odd in number, then
 * pairs. */
static void transform_block(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const zkl_ntt *ntt = tf->ntt;
    const size_t n = (size_t)1 << tf->block_log;
    ZKL_ASSERT(index < (size_t)1 << (tf->log_n - tf->block_log));
    zkl_fr *block = tf->values + (index << tf->block_log);
    unsigned level = first_levels(ntt, tf->log_n);
    if (level)
        ntt->lanes->first_butterflies(block->l, ntt->twiddles[5].l, n);
    if ((tf->block_log - level) % 2) {
        const size_t span = (size_t)1 << level++;
        for (size_t start = 0; start < n; start += 2 * span)
            run_butterflies(ntt, &block[start], &block[start + span], &ntt->twiddles[span], span);
    }
    for (; level < tf->block_log; level += 2) {
        const size_t span = (size_t)1 << level;
        for (size_t start = 0; start < n; start += 4 * span)
            run_two_levels(ntt, &block[start], &ntt->twiddles[span], span, span,
                           level + 2 == tf->log_n);
    }
}

/* A slice of two wide levels. */
static void transform_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t span = (size_t)1 << tf->level;
    const size_t first = index << SLICE_LOG; /* spans are whole multiples of a slice */
    ZKL_ASSERT(tf->level >= SLICE_LOG && first < (size_t)1 << (tf->log_n - 2));
    const size_t start = (first >> tf->level) * 4 * span, offset = first & (span - 1);
    run_two_levels(tf->ntt, tf->values + start + offset, tf->ntt->twiddles + span + offset, span,
                   (size_t)1 << SLICE_LOG, tf->level + 2 == tf->log_n);
}

static void reverse_order(transform *tf, zkl_pool *pool)
{
    if (tf->log_n < 2 * TILE_LOG) {
        swap_few(tf->values, tf->log_n);
        return;
    }
    const size_t middles = (size_t)1 << (tf->log_n - 2 * TILE_LOG);
    zkl_pool_run(pool, (middles + TILES - 1) / TILES, swap_tiles, tf);
}

/* Decimation in time. After level k each run of 2^(k + 1) values is the transform of those that bit
 * reversal brought there. */
void zkl_ntt_forward(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool)
{
    ZKL_ASSERT(log_n <= ntt->log_n_max);
    transform tf = { .ntt = ntt, .values = values, .log_n = log_n };
    if (log_n == 0)
        return;
    tf.block_log = choose_block_log(log_n);
    reverse_order(&tf, pool);
    zkl_pool_run(pool, (size_t)1 << (log_n - tf.block_log), transform_block, &tf);
    for (tf.level = tf.block_log; tf.level < log_n; tf.level += 2)
        zkl_pool_run(pool, slice_count((size_t)1 << (log_n - 2)), transform_slice, &tf);
}

/* values[i] *= scale, i < count */
static void scale_values(const zkl_ntt *ntt, zkl_fr *values, size_t count, const zkl_fr *scale)
{
    const size_t in_lanes = ntt->lanes ? count - count % ZKL_FR_LANES : 0;
    if (in_lanes) { /* 0 + scale (value - 0) */
        const zkl_fr_values zero = { ZKL_FR_ZERO.l, 0 }, all = { values->l, 4 };
        ntt->lanes->fold(values->l, zero, all, scale->l, in_lanes);
    }
    for (size_t i = in_lanes; i < count; i++)
        zkl_fr_mul(&values[i], &values[i], scale);
}

/* values[i] and values[n - i] change places, and are scaled, for a slice of 0 < i < n / 2;
 * values[0] with the first. */
static void finish_inverse_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t n = (size_t)1 << tf->log_n, half = n / 2, begin = index << SLICE_LOG,
                 end = begin + ((size_t)1 << SLICE_LOG) < half ? begin + ((size_t)1 << SLICE_LOG)
                                                               : half;
    const size_t first = begin ? begin : 1; /* 0 stays in its place */
    scale_values(tf->ntt, tf->values + begin, end - begin, &tf->scale);
    scale_values(tf->ntt, tf->values + n - end + 1, end - first, &tf->scale);
    for (size_t i = first; i < end; i++)
        swap_values(&tf->values[i], &tf->values[n - i]);
}

/* w -> 1/w is the same as i -> -i in the result: so forward, negate the indices, and divide by
 * n. */
void zkl_ntt_inverse(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool)
{
    ZKL_ASSERT(log_n <= ntt->log_n_max);
    if (log_n == 0)
        return;
    zkl_ntt_forward(ntt, values, log_n, pool);
    transform tf = { .ntt = ntt, .values = values, .log_n = log_n };
    const size_t half = (size_t)1 << (log_n - 1);
    zkl_fr n;
    zkl_fr_power_of_two(&n, log_n);
    zkl_fr_inverse_vartime(&tf.scale, &n);
    zkl_pool_run(pool, slice_count(half), finish_inverse_slice, &tf);
    zkl_fr_mul(&values[half], &values[half], &tf.scale);
}

/* A cyclic convolution of this size holds offsets -(e_count - 1) .. e_count - 1 apart. */
unsigned zkl_poly_cross_log(size_t e_count)
{
    unsigned log_n = 0;
    ZKL_ASSERT(e_count >= 1 && e_count <= (size_t)1 << (ZKL_NTT_LOG_MAX - 1));
    while (((size_t)1 << log_n) < 2 * e_count - 1)
        log_n++;
    return log_n;
}

typedef struct correlation {
    const zkl_fr_lanes *lanes;
    zkl_fr *out, *product; /* product, then its inverse transform */
    const zkl_fr *factor;
    zkl_coefficients w, e;
    size_t dense, n;
} correlation;

#define CROSS_SLICE 4096

/* Pointwise: the transform of w times that of e(1/X). */
static void multiply_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const correlation *job = context;
    const size_t begin = index * CROSS_SLICE, left = job->n - begin,
                 count = left < CROSS_SLICE ? left : CROSS_SLICE;
    zkl_fr *product = job->product + begin;
    const zkl_fr *factor = job->factor + begin;
    if (job->lanes && count % ZKL_FR_LANES == 0)
        job->lanes->multiply(product->l, product->l, factor->l, count);
    else
        for (size_t i = 0; i < count; i++)
            zkl_fr_mul(&product[i], &product[i], &factor[i]);
}

/* out[d - 1]: offsets d and -d of the dense part, and what the coefficients of w above it add by
 * hand. */
static void collect_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const correlation *job = context;
    for (size_t d = index * CROSS_SLICE + 1; d <= (index + 1) * CROSS_SLICE && d < job->w.count;
         d++) {
        zkl_fr sum = d < job->dense ? job->product[d] : ZKL_FR_ZERO, term;
        if (d < job->e.count)
            zkl_fr_add(&sum, &sum, &job->product[job->n - d]);
        for (size_t i = d > job->dense ? d : job->dense; i < job->w.count && i - d < job->e.count;
             i++) {
            zkl_fr_mul(&term, &job->w.values[i], &job->e.values[i - d]);
            zkl_fr_add(&sum, &sum, &term);
        }
        job->out[d - 1] = sum;
    }
}

/* w(X) e(1/X) has w_i e_j at X^(i - j). S_(d-1) adds what stands at d and at -d. The product of
 * transforms gives both for the low coefficients of w; the few above them are added by hand in
 * collect_slice. */
zkl_status zkl_poly_cross(zkl_fr *out, const zkl_coefficients *w, const zkl_coefficients *e,
                          const zkl_ntt *ntt, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(e->count >= 1 && e->count <= w->count);
    const unsigned log_n = zkl_poly_cross_log(e->count);
    const size_t n = (size_t)1 << log_n;
    /* The low coefficients of w, those whose correlation with e, offsets -(e->count - 1) .. dense -
     * 1, does not wrap around n; i - j > 0 for all above them, since dense >= e->count. */
    const size_t room = n - e->count + 1, dense = w->count < room ? w->count : room;
    ZKL_AUTO_BLOCK zkl_fr *a = zkl_calloc(n, sizeof *a);
    ZKL_AUTO_BLOCK zkl_fr *b = zkl_calloc(n, sizeof *b);
    if (!a || !b)
        return zkl_no_memory(err, n * sizeof *a);
    memcpy(a, w->values, dense * sizeof *a);
    for (size_t j = 0; j < e->count; j++) /* e(1/X): index -j */
        b[(n - j) & (n - 1)] = e->values[j];
    correlation job = { ntt->lanes, out, a, b, *w, *e, dense, n };
    zkl_ntt_forward(ntt, a, log_n, pool);
    zkl_ntt_forward(ntt, b, log_n, pool);
    zkl_pool_run(pool, (n + CROSS_SLICE - 1) / CROSS_SLICE, multiply_slice, &job);
    zkl_ntt_inverse(ntt, a, log_n, pool);
    zkl_pool_run(pool, (w->count + CROSS_SLICE - 1) / CROSS_SLICE, collect_slice, &job);
    zkl_wipe(a, n * sizeof *a); /* the data's polynomial */
    return ZKL_OK;
}
