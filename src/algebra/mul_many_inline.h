/* Many multiples of one base, in either group: included by mul_many_g1.c and mul_many_g2.c after
 * the names of the group. A table of d * 2^(w j) * base for the digits d of every window j, then a
 * sum of one table point a window. */
#include "algebra/group_sum.h"

#define SLICE 256 /* scalars a task; also table points normalised together */
#define WINDOW_MIN 4
#define WINDOW_MAX 13 /* a table of 160,000 points */
#define WINDOWS_MAX ((255 + WINDOW_MIN - 1) / WINDOW_MIN)

typedef struct plan {
    unsigned bits; /* w */
    size_t window_count;
    const zkl_fr *scalars;
    size_t count;
} plan;

typedef struct products {
    plan plan;
    GROUP(affine) * out,
        *table; /* table[j << bits | d] = d * 2^(bits * j) * base, d = 0: infinity */
    GROUP(affine) unit[WINDOWS_MAX]; /* 2^(bits * j) * base */
    GROUP(summers) summers;
} products;

/* Fewest additions, the table's included; those cost about twice as much. */
static plan choose_plan(const zkl_fr *scalars, size_t count)
{
    plan best = { 0 };
    size_t best_cost = SIZE_MAX;
    for (unsigned bits = WINDOW_MIN; bits <= WINDOW_MAX; bits++) {
        const size_t windows = (255 + bits - 1) / bits;
        const size_t cost = windows * (count + ((size_t)2 << bits));
        if (cost < best_cost) {
            best = (plan){ bits, windows, scalars, count };
            best_cost = cost;
        }
    }
    return best;
}

static inline size_t read_digit(const uint64_t words[static 4], size_t window, unsigned bits)
{
    const size_t at = window * bits, word = at / 64, shift = at % 64;
    uint64_t value = words[word] >> shift;
    if (shift + bits > 64 && word < 3)
        value |= words[word + 1] << (64 - shift);
    return value & (((size_t)1 << bits) - 1);
}

/* One window's row of the table. */
static void fill_row(void *context, size_t index, size_t worker)
{
    (void)worker;
    const products *job = context;
    GROUP(affine) *row = job->table + (index << job->plan.bits);
    JACOBIAN slice[SLICE], next = { 0 };
    const size_t digits = (size_t)1 << job->plan.bits;
    for (size_t begin = 0; begin < digits; begin += SLICE) {
        const size_t n = digits - begin < SLICE ? digits - begin : SLICE;
        for (size_t i = 0; i < n; i++) {
            slice[i] = next;
            CURVE(add_or_double_affine)(&next, &next, &job->unit[index]);
        }
        GROUP(normalize_many)(row + begin, slice, n);
    }
}

static void multiply_slice(void *context, size_t index, size_t worker)
{
    const products *job = context;
    const size_t begin = index * SLICE, left = job->plan.count - begin,
                 n = left < SLICE ? left : SLICE;
    uint32_t refs[SLICE * WINDOWS_MAX], ends[SLICE];
    uint64_t words[4];
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        blst_uint64_from_fr(words, &job->plan.scalars[begin + i]);
        for (size_t j = 0; j < job->plan.window_count; j++) {
            const size_t digit = read_digit(words, j, job->plan.bits);
            if (digit)
                refs[at++] = (uint32_t)(2 * (j << job->plan.bits | digit));
        }
        ends[i] = at;
    }
    const GROUP(segments) sums = { job->table, refs, ends, n };
    GROUP(sum_segments)(job->summers.each[worker], job->out + begin, &sums);
    zkl_wipe(words, sizeof words);
    zkl_wipe(refs, at * sizeof *refs);
}

zkl_status GROUP(mul_many)(GROUP(affine) * out, const GROUP(affine) * base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_BLOCK products *job = zkl_calloc(1, sizeof *job);
    if (!job)
        return zkl_no_memory(err, sizeof *job);
    job->plan = choose_plan(scalars, count);
    job->out = out;
    const size_t points = job->plan.window_count << job->plan.bits;
    ZKL_AUTO_BLOCK GROUP(affine) *table = zkl_malloc(points, sizeof *table);
    if (!table)
        return zkl_no_memory(err, points * sizeof *table);
    job->table = table;
    ZKL_TRY(GROUP(summers_init)(&job->summers, zkl_pool_threads(pool),
                                SLICE * job->plan.window_count, SLICE, err));
    JACOBIAN unit;
    CURVE(from_affine)(&unit, base);
    for (size_t j = 0; j < job->plan.window_count; j++) {
        GROUP(normalize)(&job->unit[j], &unit);
        for (unsigned i = 0; i < job->plan.bits; i++)
            CURVE(double)(&unit, &unit);
    }
    zkl_pool_run(pool, job->plan.window_count, fill_row, job);
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_slice, job);
    GROUP(summers_clear)(&job->summers);
    return ZKL_OK;
}
