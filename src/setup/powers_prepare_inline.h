/* Inverse transforms over the points of one group, included by powers_prepare_g1.c and
 * powers_prepare_g2.c after GROUP, g1 or g2.
 *
 * Points stay affine. A part of a layer is one call that multiplies as many points by as many
 * roots, then one that sums two points for each of twice as many: both share inversions and
 * lanes. */
#include <string.h>

#include "algebra/group_sum.h"
#include "setup/group_names.h"
#include "setup/point_scale.h"
#include "setup/powers_prepare_internal.h"

#define PREPARE EXPAND(zkl_powers_prepare_, GROUP, )

#define PART ((size_t)16384) /* butterflies between two reports of progress */
#define SLICE ((size_t)512)  /* whose sums are one task */

/* Working memory. */
typedef struct transform {
    preparing *p;
    TYPE(_affine) * scaled; /* the powers over the size of the domain that is next */
    TYPE(_affine) * points; /* of the domain at hand */
    TYPE(_affine) * pairs;  /* of a part: the lows of a slice, then its highs times roots; ... */
    TYPE(_affine) * sums;   /* ... and of each butterfly the sum, then the difference */
    TYPE(_affine) * highs;
    zkl_fr *factors;
    TYPE(_summers) summers;
} transform;

static void transform_clear(transform *t)
{
    zkl_free(t->scaled);
    zkl_free(t->points);
    zkl_free(t->pairs);
    zkl_free(t->sums);
    zkl_free(t->highs);
    zkl_free(t->factors);
    TYPE(_summers_clear)(&t->summers);
}

static zkl_status transform_init(transform *t, preparing *p, unsigned log_max, zkl_error *err)
{
    const size_t m = (size_t)1 << log_max;
    t->p = p;
    t->scaled = zkl_calloc(m, sizeof *t->scaled);
    t->points = zkl_malloc(m, sizeof *t->points);
    t->pairs = zkl_malloc(2 * PART, sizeof *t->pairs);
    t->sums = zkl_malloc(2 * PART, sizeof *t->sums);
    t->highs = zkl_malloc(PART, sizeof *t->highs);
    t->factors = zkl_malloc(PART, sizeof *t->factors);
    if (!t->scaled || !t->points || !t->pairs || !t->sums || !t->highs || !t->factors)
        return zkl_no_memory(err, (2 * m + 5 * PART) * sizeof *t->points);
    return TYPE(_summers_init)(&t->summers, zkl_pool_threads(p->env->pool), 4 * SLICE, 2 * SLICE,
                               err);
}

/* A part of a layer: butterflies first .. first + count - 1, of this half span. */
typedef struct part {
    transform *t;
    size_t first, count, half;
} part;

static size_t low_of(const part *l, size_t i)
{
    const size_t at = l->first + i;
    return at / l->half * 2 * l->half + at % l->half;
}

/* A task: low + product and low - product, for a slice. */
static void sum_slice(void *context, size_t index, size_t worker)
{
    const part *const l = context;
    transform *const t = l->t;
    const size_t begin = index * SLICE, left = l->count - begin, n = left < SLICE ? left : SLICE;
    TYPE(_affine) *const pairs = t->pairs + 2 * begin, *const sums = t->sums + 2 * begin;
    uint32_t refs[4 * SLICE], ends[2 * SLICE];

    for (size_t i = 0; i < n; i++) {
        pairs[i] = t->points[low_of(l, begin + i)];
        pairs[n + i] = t->highs[begin + i];
        for (size_t negated = 0; negated < 2; negated++) {
            const size_t at = 2 * i + negated;
            refs[2 * at] = 2 * (uint32_t)i;
            refs[2 * at + 1] = 2 * (uint32_t)(n + i) + (uint32_t)negated;
            ends[at] = 2 * ((uint32_t)at + 1);
        }
    }
    const TYPE(_segments) segments = { pairs, refs, ends, 2 * n };
    TYPE(_sum_segments)(t->summers.each[worker], sums, &segments);
    for (size_t i = 0; i < n; i++) {
        const size_t low = low_of(l, begin + i);
        t->points[low] = sums[2 * i];
        t->points[low + l->half] = sums[2 * i + 1];
    }
}

/* highs = the upper points of the butterflies times their roots. In the first layer all are 1. */
static zkl_status multiply_highs(const part *l, zkl_error *err)
{
    transform *const t = l->t;
    const preparing *const p = t->p;
    for (size_t i = 0; i < l->count; i++) {
        const size_t exponent = (l->first + i) % l->half;
        t->highs[i] = t->points[low_of(l, i) + l->half];
        t->factors[i] = p->roots[exponent * (((size_t)1 << (p->log_roots - 1)) / l->half)];
    }
    if (l->half == 1)
        return ZKL_OK;
    return TYPE(_scale_each)(t->highs, t->highs, t->factors, l->count, p->env->pool, err);
}

/* All layers of a transform of 2^k points in bit-reversed order. */
static zkl_status run_layers(transform *t, unsigned k, zkl_error *err)
{
    preparing *const p = t->p;
    const size_t count = ((size_t)1 << k) / 2;
    ZKL_ASSERT(k <= p->log_roots);
    for (unsigned s = 0; s < k; s++)
        for (size_t first = 0; first < count; first += PART) {
            const size_t n = count - first < PART ? count - first : PART;
            part l = { t, first, n, (size_t)1 << s };
            ZKL_TRY(zkl_env_progress(p->env, "preparing the powers", p->done, p->total, err));
            ZKL_TRY(multiply_highs(&l, err));
            zkl_pool_run(p->env->pool, (n + SLICE - 1) / SLICE, sum_slice, &l);
            p->done += n;
        }
    return ZKL_OK;
}

/* scaled = powers / 2^log_max. */
static zkl_status scale_powers(transform *t, const TYPE(_affine) * powers, size_t count,
                               unsigned log_max, zkl_error *err)
{
    zkl_fr inverse;
    zkl_fr_from_u64(&inverse, (uint64_t)1 << log_max);
    zkl_fr_inverse(&inverse, &inverse);
    for (size_t i = 0; i < PART; i++)
        t->factors[i] = inverse;
    for (size_t first = 0; first < count; first += PART) {
        const size_t n = count - first < PART ? count - first : PART;
        ZKL_TRY(TYPE(_scale_each)(t->scaled + first, powers + first, t->factors, n, t->p->env->pool,
                                  err));
    }
    return ZKL_OK;
}

/* A task: a slice doubled, by way of the domain's points. */
static void double_slice(void *context, size_t index, size_t worker)
{
    const part *const l = context;
    const size_t begin = index * SLICE, left = l->count - begin, n = left < SLICE ? left : SLICE;
    uint32_t refs[2 * SLICE], ends[SLICE];

    for (size_t i = 0; i < n; i++) {
        refs[2 * i] = refs[2 * i + 1] = 2 * (uint32_t)i;
        ends[i] = 2 * ((uint32_t)i + 1);
    }
    const TYPE(_segments) segments = { l->t->scaled + begin, refs, ends, n };
    TYPE(_sum_segments)(l->t->summers.each[worker], l->t->points + begin, &segments);
    memcpy(l->t->scaled + begin, l->t->points + begin, n * sizeof *l->t->points);
}

static size_t reverse_bits(size_t i, unsigned k)
{
    size_t out = 0;
    for (unsigned bit = 0; bit < k; bit++)
        out |= (i >> bit & 1) << (k - 1 - bit);
    return out;
}

/* The largest domain first: over half of its size, the powers that the next one has are doubled. */
zkl_status PREPARE(preparing *p, TYPE(_affine) * out, const TYPE(_affine) * powers, size_t count,
                   unsigned log_max, zkl_error *err)
{
    ZKL_AUTO_CLEAR(transform) t = { 0 };
    ZKL_ASSERT(count <= (size_t)1 << log_max);
    ZKL_TRY(transform_init(&t, p, log_max, err));
    ZKL_TRY(scale_powers(&t, powers, count, log_max, err));
    for (unsigned k = log_max;; k--) {
        const size_t m = (size_t)1 << k;
        for (size_t i = 0; i < m; i++)
            t.points[reverse_bits(i, k)] = t.scaled[i];
        ZKL_TRY(run_layers(&t, k, err));
        memcpy(out + zkl_powers_domain_start(k), t.points, m * sizeof *out);
        if (k == 0)
            return ZKL_OK;
        part half = { .t = &t, .count = m / 2 };
        zkl_pool_run(p->env->pool, (half.count + SLICE - 1) / SLICE, double_slice, &half);
    }
}
