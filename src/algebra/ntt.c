/* Number theoretic transform.
 *
 * Forward: bit reversal, then radix-2 butterflies of growing span. Spans within 2^BLOCK_LOG values
 * are done block by block (a block stays in the second-level cache, blocks are independent); the
 * wider ones pass by pass, two levels fused. Inverse: forward, then indexes negated and everything
 * scaled by 1/n. */
#include "algebra/poly.h"

#include "algebra/algebra_testing.h"
#include "native/fr_lanes.h"

/* 2^12 values are 128 KiB. A task of the wide passes is 2^10 butterflies, tens of microseconds. */
#define BLOCK_LOG 12
#define SLICE_LOG 10 /* butterflies per task in the wide passes, and values per task elsewhere */
#define RUN ((size_t)32) /* butterflies of one level before the next, where two are fused */

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
    unsigned level; /* of the pass: butterflies (i, i + 2^level) */
    zkl_fr scale;
} transform;

/* i with its low `bits` bits turned around. */
static size_t reverse_bits(size_t i, unsigned bits)
{
    ZKL_DEBUG_ASSERT(i >> bits == 0);
    size_t reversed = 0;
    for (unsigned k = 0; k < bits; k++)
        reversed |= (i >> k & 1) << (bits - 1 - k);
    return reversed;
}

/* The last slice of a small transform is shorter. */
static size_t slice_end(size_t begin, unsigned log_n)
{
    ZKL_DEBUG_ASSERT(begin < (size_t)1 << log_n);
    const size_t n = (size_t)1 << log_n, end = begin + ((size_t)1 << SLICE_LOG);
    return end < n ? end : n;
}

/* At least one: a transform smaller than a slice is one task. */
static size_t slice_count(size_t n)
{
    return (n >> SLICE_LOG) ? n >> SLICE_LOG : 1;
}

/* Bit reversal is its own inverse, so it is a set of swaps. */
static void swap_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t begin = index << SLICE_LOG;
    for (size_t i = begin; i < slice_end(begin, tf->log_n); i++) {
        const size_t j = reverse_bits(i, tf->log_n);
        if (i < j) { /* each pair is swapped by the task that owns its lower index */
            const zkl_fr value = tf->values[i];
            tf->values[i] = tf->values[j];
            tf->values[j] = value;
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
    if (ntt->lanes && ntt->lanes->butterflies && count % ZKL_FR_LANES == 0)
        ntt->lanes->butterflies(a->l, b->l, twiddle->l, count);
    else
        for (size_t i = 0; i < count; i++)
            butterfly(&a[i], &b[i], &twiddle[i]);
}

/* All levels inside one block of 2^min(BLOCK_LOG, log_n) values. */
static void transform_block(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const unsigned block_log = tf->log_n < BLOCK_LOG ? tf->log_n : BLOCK_LOG;
    ZKL_ASSERT(index < (size_t)1 << (tf->log_n - block_log));
    zkl_fr *block = tf->values + (index << block_log);
    for (unsigned level = 0; level < block_log; level++) {
        const size_t span = (size_t)1 << level;
        for (size_t start = 0; start < (size_t)1 << block_log; start += 2 * span)
            run_butterflies(tf->ntt, &block[start], &block[start + span], &tf->ntt->twiddles[span],
                            span);
    }
}

/* A slice of the butterflies of one wide level. */
static void transform_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t span = (size_t)1 << tf->level;
    const size_t first = index << SLICE_LOG; /* spans are whole multiples of a slice */
    ZKL_ASSERT(tf->level >= SLICE_LOG && first < (size_t)1 << (tf->log_n - 1));
    const size_t start = (first >> tf->level) * 2 * span, offset = first & (span - 1);
    zkl_fr *a = tf->values + start + offset, *b = a + span;
    run_butterflies(tf->ntt, a, b, &tf->ntt->twiddles[span + offset], (size_t)1 << SLICE_LOG);
}

/* The same for two levels at once: butterflies (0,1) (2,3), then (0,2) (1,3), over values i, i +
 * span, i + 2 span, i + 3 span. */
static void transform_slice_twice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t span = (size_t)1 << tf->level;
    const size_t first = index << SLICE_LOG;
    ZKL_ASSERT(tf->level >= SLICE_LOG && first < (size_t)1 << (tf->log_n - 2));
    const size_t start = (first >> tf->level) * 4 * span, offset = first & (span - 1);
    zkl_fr *v = tf->values + start + offset;
    const zkl_fr *narrow = tf->ntt->twiddles + span + offset, *wide = narrow + span;
    for (size_t i = 0; i < (size_t)1 << SLICE_LOG; i += RUN, v += RUN) {
        run_butterflies(tf->ntt, &v[0], &v[span], &narrow[i], RUN);
        run_butterflies(tf->ntt, &v[2 * span], &v[3 * span], &narrow[i], RUN);
        run_butterflies(tf->ntt, &v[0], &v[2 * span], &wide[i], RUN);
        run_butterflies(tf->ntt, &v[span], &v[3 * span], &wide[span + i], RUN);
    }
}

/* Decimation in time. After level k each run of 2^(k + 1) values is the transform of those that bit
 * reversal brought there. Levels below BLOCK_LOG are done within blocks; above, two a pass, and the
 * odd one alone. */
void zkl_ntt_forward(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool)
{
    ZKL_ASSERT(log_n <= ntt->log_n_max);
    transform tf = { .ntt = ntt, .values = values, .log_n = log_n };
    const size_t n = (size_t)1 << log_n;
    if (log_n == 0)
        return;
    zkl_pool_run(pool, slice_count(n), swap_slice, &tf);
    zkl_pool_run(pool, log_n > BLOCK_LOG ? n >> BLOCK_LOG : 1, transform_block, &tf);
    for (tf.level = BLOCK_LOG; tf.level + 1 < log_n; tf.level += 2)
        zkl_pool_run(pool, slice_count(n / 4), transform_slice_twice, &tf);
    if (tf.level < log_n)
        zkl_pool_run(pool, slice_count(n / 2), transform_slice, &tf);
}

/* values[i] and values[n - i] change places, and everything is scaled. */
static void finish_inverse_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const transform *tf = context;
    const size_t n = (size_t)1 << tf->log_n, begin = index << SLICE_LOG;
    for (size_t i = begin; i < slice_end(begin, tf->log_n) && i <= n / 2; i++) {
        const size_t j = (n - i) & (n - 1);
        const zkl_fr value = tf->values[i];
        zkl_fr_mul(&tf->values[i], &tf->values[j], &tf->scale);
        if (i != j)
            zkl_fr_mul(&tf->values[j], &value, &tf->scale);
    }
}

/* w -> 1/w is the same as i -> -i in the result: so forward, negate the indices, and divide by
 * n. */
void zkl_ntt_inverse(const zkl_ntt *ntt, zkl_fr *values, unsigned log_n, zkl_pool *pool)
{
    ZKL_ASSERT(log_n <= ntt->log_n_max);
    zkl_ntt_forward(ntt, values, log_n, pool);
    transform tf = { .ntt = ntt, .values = values, .log_n = log_n };
    zkl_fr n;
    zkl_fr_power_of_two(&n, log_n);
    zkl_fr_inverse_vartime(&tf.scale, &n);
    zkl_pool_run(pool, slice_count((size_t)1 << log_n), finish_inverse_slice, &tf);
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
