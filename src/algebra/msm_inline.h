/* Sums of bases times full scalars in either group: included by msm_g1.c and msm_g2.c after the
 * names of the group.
 *
 * 1. A scalar above r/2 is replaced by its negative and marked, so all are below 2^254 and -1 is
 *    as cheap as 1. W windows of 4 bits at least tile 255 bits, the lower ones a bit wider where
 *    W does not divide 255. Window j ends at bit e_j, and K = sum over j of 2^(e_j - 1) is added:
 *    window j of the sum, less half of what it can hold, is then a signed digit of the scalar,
 *    with no carries to chase. The sum stays below 2^255: (r - 1)/2 + K < 0.91 * 2^254 + 1.07 *
 *    2^254.
 * 2. A task is one window over one range of the bases: counting sort by digit, then
 *    _sum_buckets. */
#include "algebra/group_sum.h"
#include "algebra/msm_few.h"

#define WINDOW_MAX 16
#define SMALL_MAX 512 /* below, blst's own sums are faster */
#define SLICE 1024
#define NEGATED ((uint64_t)1 << 63) /* in words[3] */

/* The scalar, or its negative, plus K: 255 bits, and NEGATED. */
typedef struct shifted_scalar {
    uint64_t words[4];
} shifted_scalar;

typedef struct window_work {
    GROUP(summer) * summer;
    uint32_t counts[(1u << (WINDOW_MAX - 1)) + 1];
    uint32_t keys[1u << (WINDOW_MAX - 1)], ends[1u << (WINDOW_MAX - 1)];
    uint32_t refs[];
} window_work;

#define SCALAR_BITS 255
#define WINDOWS_MAX 63 /* check: WINDOWS_MAX == 255 // 4 */

typedef struct window_plan {
    size_t window_count, range_count;
} window_plan;

/* Bits [begin, begin + bits) of a scalar. */
typedef struct window {
    unsigned begin, bits;
} window;

typedef struct full_sum {
    const GROUP(affine) * bases;
    const zkl_fr *scalars;
    shifted_scalar *shifted;
    size_t count;
    window_plan plan;
    uint64_t offset[4];  /* K */
    window_work **works; /* one for each worker */
    JACOBIAN *sums;      /* [window * range_count + range] */
} full_sum;

static window window_of(const window_plan *plan, size_t index)
{
    const size_t narrow = SCALAR_BITS / plan->window_count,
                 wider = SCALAR_BITS % plan->window_count;
    ZKL_DEBUG_ASSERT(index < plan->window_count && plan->window_count <= WINDOWS_MAX);
    return (window){ (unsigned)(index * narrow + (index < wider ? index : wider)),
                     (unsigned)(narrow + (index < wider)) };
}

/* Additions of one task: points into buckets, those by either half of their keys' bits, and these
 * sums by each of the bits. */
static double task_cost(double points, unsigned bits)
{
    const double buckets = (double)(1u << (bits - 1));
    const unsigned low = (bits + 1) / 2, high = bits / 2;
    return points + (points < buckets ? points : buckets) +
           (double)((low << low) / 2 + (high << high) / 2);
}

/* The plan with the fewest additions on the busiest worker, its tasks counted as equal. */
static window_plan choose_plan(size_t count, size_t threads)
{
    window_plan best = { 0 };
    double best_cost = 0;
    for (size_t windows = (SCALAR_BITS + WINDOW_MAX - 1) / WINDOW_MAX; windows <= WINDOWS_MAX;
         windows++)
        for (size_t ranges = 1; ranges <= threads && ranges <= 64; ranges *= 2) {
            const window_plan plan = { windows, ranges };
            const double points = (double)count / (double)ranges;
            double all = 0;
            for (size_t j = 0; j < windows; j++)
                all += task_cost(points, window_of(&plan, j).bits);
            const double cost =
                all / (double)windows * (double)((windows * ranges + threads - 1) / threads);
            if (best.window_count == 0 || cost < best_cost) {
                best = plan;
                best_cost = cost;
            }
        }
    return best;
}

static void shift_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const full_sum *job = context;
    static const uint64_t half[4] = {
        0x7fffffff80000000, 0xa9ded2017fff2dff, 0x199cec0404d0ec02, 0x39f6d3a994cebea4
    }; /* check: 0x39f6d3a994cebea4199cec0404d0ec02a9ded2017fff2dff7fffffff80000000 == (r - 1) // 2 */
    for (size_t i = index * SLICE; i < (index + 1) * SLICE && i < job->count; i++) {
        uint64_t words[4];
        blst_uint64_from_fr(words, &job->scalars[i]);
        size_t k = 3;
        while (k > 0 && words[k] == half[k])
            k--;
        const bool negate = words[k] > half[k];
        if (negate) {
            zkl_fr negative;
            zkl_fr_neg(&negative, &job->scalars[i]);
            blst_uint64_from_fr(words, &negative);
        }
        shifted_scalar *out = &job->shifted[i];
        uint64_t carry = 0;
        for (k = 0; k < 4; k++) {
            const unsigned __int128 sum = (unsigned __int128)words[k] + job->offset[k] + carry;
            out->words[k] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        ZKL_DEBUG_ASSERT(carry == 0 && out->words[3] < NEGATED);
        out->words[3] |= negate ? NEGATED : 0;
    }
}

/* The signed digit of the base's own sign: positive size, *negate set when the base counts
 * negative. */
static inline uint32_t read_digit(const shifted_scalar *scalar, window here, bool *negate)
{
    const unsigned word = here.begin / 64, shift = here.begin % 64;
    uint64_t value = scalar->words[word] >> shift;
    if (shift + here.bits > 64)
        value |= scalar->words[word + 1] << (64 - shift);
    const int32_t digit =
        (int32_t)(value & ((1u << here.bits) - 1)) - (int32_t)(1u << (here.bits - 1));
    *negate = (digit < 0) != (scalar->words[3] >> 63);
    return (uint32_t)(digit < 0 ? -digit : digit);
}

static size_t sort_digits(const full_sum *job, window_work *work, size_t begin, size_t end,
                          window here)
{
    const uint32_t key_end = (1u << (here.bits - 1)) + 1;
    bool negate;
    memset(work->counts, 0, key_end * sizeof *work->counts);
    for (size_t i = begin; i < end; i++)
        work->counts[read_digit(&job->shifted[i], here, &negate)]++;
    size_t key_count = 0;
    uint32_t place = 0;
    for (uint32_t key = 1; key < key_end; key++) {
        const uint32_t size = work->counts[key];
        work->counts[key] = place;
        if (size == 0)
            continue;
        place += size;
        work->keys[key_count] = key;
        work->ends[key_count++] = place;
    }
    for (size_t i = begin; i < end; i++) {
        const uint32_t key = read_digit(&job->shifted[i], here, &negate);
        if (key)
            work->refs[work->counts[key]++] = (uint32_t)(2 * (i - begin)) + negate;
    }
    return key_count;
}

static void sum_window(void *context, size_t index, size_t worker)
{
    const full_sum *job = context;
    window_work *work = job->works[worker];
    const window here = window_of(&job->plan, index / job->plan.range_count);
    const size_t range = index % job->plan.range_count;
    const size_t begin = job->count * range / job->plan.range_count;
    const size_t end = job->count * (range + 1) / job->plan.range_count;
    const size_t key_count = sort_digits(job, work, begin, end, here);
    memset(&job->sums[index], 0, sizeof job->sums[index]);
    const GROUP(segments) buckets = { job->bases + begin, work->refs, work->ends, key_count };
    if (key_count)
        GROUP(sum_buckets)(work->summer, &job->sums[index], &buckets, work->keys, here.bits);
}

static void add_windows(JACOBIAN *out, const full_sum *job)
{
    JACOBIAN sum = { 0 };
    for (size_t j = job->plan.window_count; j-- > 0;) {
        for (unsigned i = 0; i < window_of(&job->plan, j).bits; i++)
            CURVE(double)(&sum, &sum);
        for (size_t range = 0; range < job->plan.range_count; range++)
            CURVE(add_or_double)(&sum, &sum, &job->sums[j * job->plan.range_count + range]);
    }
    *out = sum;
}

static void free_works(window_work **works, size_t count)
{
    for (size_t i = 0; works && i < count; i++)
        if (works[i]) {
            GROUP(summer_free)(works[i]->summer);
            zkl_free(works[i]);
        }
    zkl_free(works);
}

static zkl_status new_works(window_work ***out, size_t worker_count, size_t ref_max, size_t key_max,
                            zkl_error *err)
{
    const size_t bytes = sizeof(window_work) + ref_max * sizeof(uint32_t);
    window_work **works = zkl_calloc(worker_count, sizeof *works);
    for (size_t i = 0; works && i < worker_count; i++) {
        works[i] = zkl_malloc(bytes, 1);
        if (works[i])
            works[i]->summer = GROUP(summer_new)(ref_max, key_max);
        if (!works[i] || !works[i]->summer) {
            free_works(works, i + 1);
            return zkl_no_memory(err, bytes);
        }
    }
    if (!works)
        return zkl_no_memory(err, worker_count * sizeof *works);
    *out = works;
    return ZKL_OK;
}

static zkl_status sum_all_windows(JACOBIAN *out, full_sum *job, zkl_pool *pool, zkl_error *err)
{
    const size_t workers = zkl_pool_threads(pool),
                 tasks = job->plan.window_count * job->plan.range_count;
    ZKL_AUTO_BLOCK JACOBIAN *sums = zkl_malloc(tasks, sizeof *sums);
    ZKL_AUTO_BLOCK shifted_scalar *shifted = zkl_malloc(job->count, sizeof *shifted);
    if (!sums || !shifted)
        return zkl_no_memory(err, job->count * sizeof *shifted);
    ZKL_TRY(new_works(&job->works, workers, job->count / job->plan.range_count + 1,
                      (size_t)1 << (window_of(&job->plan, 0).bits - 1), err));
    job->sums = sums;
    job->shifted = shifted;
    for (size_t j = 0; j < job->plan.window_count; j++) {
        const window here = window_of(&job->plan, j);
        const size_t bit = here.begin + here.bits - 1;
        job->offset[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
    zkl_pool_run(pool, (job->count + SLICE - 1) / SLICE, shift_slice, job);
    zkl_pool_run(pool, tasks, sum_window, job);
    add_windows(out, job);
    free_works(job->works, workers);
    zkl_wipe(shifted, job->count * sizeof *shifted);
    return ZKL_OK;
}

zkl_status GROUP(msm)(JACOBIAN *out, const GROUP(affine) * bases, const zkl_fr *scalars,
                      size_t count, zkl_pool *pool, zkl_error *err)
{
    if (count < SMALL_MAX)
        return GROUP(msm_few)(out, bases, scalars, count, pool, err);
    if (count > ZKL_MSM_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a sum of %zu points, at most %d", count, ZKL_MSM_MAX);
    full_sum job = { .bases = bases,
                     .scalars = scalars,
                     .count = count,
                     .plan = choose_plan(count, zkl_pool_threads(pool)) };
    return sum_all_windows(out, &job, pool, err);
}
