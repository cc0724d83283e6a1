/* Many factors times many points of one group, included by point_scale_g1.c and point_scale_g2.c
 * after GROUP, g1 or g2.
 *
 * As point_scale.c, but each point has a factor of its own: low + high lambda, by division, since
 * r = lambda^2 + lambda + 1. So the pattern of additions differs from point to point; each step is
 * still one call that sums two to four points for each of a slice, and those share inversions and
 * lanes. phi(x, y) = (beta x, y) is lambda in G1, and with the other cube root in G2.
 *
 * Time depends on the factors' digits. Digits, and multiples by prefixes of factors, are wiped. */
#include "setup/point_scale.h"

#include <string.h>

#include "algebra/group_sum.h"
#include "setup/group_names.h"
#include "setup/point_scale_internal.h"

#define SLICE (49152 / sizeof(TYPE(_affine))) /* points that go together: 512, of G2 256 */

enum {
    SLOT_SUM,
    SLOT_DOUBLE,
    SLOT_ODD,
    SLOT_PHI = SLOT_ODD + POINT_SCALE_ODD_COUNT,
    SLOT_OUT = SLOT_PHI + POINT_SCALE_ODD_COUNT,
    SLOT_COUNT
};

/* One worker's memory. */
typedef struct scaler {
    TYPE(_affine) slots[SLOT_COUNT][SLICE];
    uint32_t refs[4 * SLICE], ends[SLICE];
    size_t ref_count, end_count;
    int8_t low[SLICE][POINT_SCALE_LENGTH], high[SLICE][POINT_SCALE_LENGTH];
} scaler;

typedef struct scaling {
    const TYPE(_affine) * from;
    TYPE(_affine) * to;
    const zkl_fr *factors;
    size_t count, worker_count;
    scaler **scalers;
    TYPE(_summers) summers;
} scaling;

/* zkl_free wipes. */
static void scaling_clear(scaling *job)
{
    for (size_t i = 0; job->scalers && i < job->worker_count; i++) {
        if (job->scalers[i])
            zkl_wipe(job->scalers[i], sizeof **job->scalers);
        zkl_free(job->scalers[i]);
    }
    zkl_free(job->scalers);
    TYPE(_summers_clear)(&job->summers);
}

static zkl_status scaling_init(scaling *job, size_t workers, zkl_error *err)
{
    job->worker_count = workers;
    job->scalers = zkl_calloc(workers, sizeof *job->scalers);
    if (!job->scalers)
        return zkl_no_memory(err, workers * sizeof *job->scalers);
    ZKL_TRY(TYPE(_summers_init)(&job->summers, workers, 4 * SLICE, SLICE, err));
    for (size_t i = 0; i < workers; i++) {
        job->scalers[i] = zkl_calloc(1, sizeof **job->scalers);
        if (!job->scalers[i])
            return zkl_no_memory(err, sizeof **job->scalers);
    }
    return ZKL_OK;
}

static void begin_sums(scaler *s)
{
    s->ref_count = s->end_count = 0;
}

/* Of the sum for point i: a point of a slot, or its opposite. */
static void add_ref(scaler *s, int slot, size_t i, bool is_negated)
{
    ZKL_DEBUG_ASSERT(s->ref_count < ZKL_COUNT(s->refs));
    s->refs[s->ref_count++] = 2 * (uint32_t)((size_t)slot * SLICE + i) + is_negated;
}

static void end_ref(scaler *s)
{
    s->ends[s->end_count++] = (uint32_t)s->ref_count;
}

/* All sums that were begun, into a slot. */
static void sum_into(scaler *s, TYPE(_summer) * summer, int slot)
{
    const TYPE(_segments) sums = { s->slots[0], s->refs, s->ends, s->end_count };
    TYPE(_sum_segments)(summer, s->slots[SLOT_OUT], &sums);
    memcpy(s->slots[slot], s->slots[SLOT_OUT], s->end_count * sizeof **s->slots);
}

/* Digit d of a half: its odd multiple, negated for d < 0; 0 adds nothing. */
static void add_digit(scaler *s, int first_slot, size_t i, int digit)
{
    if (digit)
        add_ref(s, first_slot + (digit < 0 ? -digit : digit) / 2, i, digit < 0);
}

/* Odd multiples 1, 3, .. 15, and phi of each, which has the same y. */
static void fill_multiples(scaler *s, TYPE(_summer) * summer, size_t n)
{
    begin_sums(s);
    for (size_t i = 0; i < n; i++) {
        add_ref(s, SLOT_ODD, i, false);
        add_ref(s, SLOT_ODD, i, false);
        end_ref(s);
    }
    sum_into(s, summer, SLOT_DOUBLE);
    for (int k = 1; k < POINT_SCALE_ODD_COUNT; k++) {
        begin_sums(s);
        for (size_t i = 0; i < n; i++) {
            add_ref(s, SLOT_ODD + k - 1, i, false);
            add_ref(s, SLOT_DOUBLE, i, false);
            end_ref(s);
        }
        sum_into(s, summer, SLOT_ODD + k);
    }
    for (int k = 0; k < POINT_SCALE_ODD_COUNT; k++)
        for (size_t i = 0; i < n; i++) {
            s->slots[SLOT_PHI + k][i] = s->slots[SLOT_ODD + k][i];
            apply_phi(&s->slots[SLOT_PHI + k][i]);
        }
}

/* A task: SLICE points. */
static void scale_slice(void *context, size_t index, size_t worker)
{
    scaling *const job = context;
    scaler *const s = job->scalers[worker];
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;

    for (size_t i = 0; i < n; i++)
        zkl_point_scale_digits(s->low[i], s->high[i], &job->factors[begin + i]);
    memcpy(s->slots[SLOT_ODD], job->from + begin, n * sizeof *job->from);
    fill_multiples(s, job->summers.each[worker], n);
    memset(s->slots[SLOT_SUM], 0, sizeof s->slots[SLOT_SUM]);
    for (int digit = POINT_SCALE_LENGTH - 1; digit >= 0; digit--) {
        begin_sums(s);
        for (size_t i = 0; i < n; i++) {
            add_ref(s, SLOT_SUM, i, false);
            add_ref(s, SLOT_SUM, i, false);
            add_digit(s, SLOT_ODD, i, s->low[i][digit]);
            add_digit(s, SLOT_PHI, i, s->high[i][digit]);
            end_ref(s);
        }
        sum_into(s, job->summers.each[worker], SLOT_SUM);
    }
    memcpy(job->to + begin, s->slots[SLOT_SUM], n * sizeof *job->to);
}

zkl_status TYPE(_scale_each)(TYPE(_affine) * to, const TYPE(_affine) * from, const zkl_fr *factors,
                             size_t count, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT((to && from && factors) || count == 0);
    ZKL_AUTO_CLEAR(scaling) job = { .from = from, .to = to, .factors = factors, .count = count };
    ZKL_TRY(scaling_init(&job, zkl_pool_threads(pool), err));
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, scale_slice, &job);
    return ZKL_OK;
}
