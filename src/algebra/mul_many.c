/* Many multiples of one base: a table of d * 2^(w j) * base for the digits d of every window j, then a sum of
 * one table point a window. */
#include "algebra/g1_sum.h"

#define SLICE 256 /* scalars a task; also table points normalised together */
#define WINDOW_MIN 4
#define G1_WINDOW_MAX 13 /* a table of 15 MiB */
#define G2_WINDOW_MAX 10 /* 5 MiB */
#define WINDOWS_MAX ((255 + WINDOW_MIN - 1) / WINDOW_MIN)

typedef struct plan {
    unsigned bits; /* w */
    size_t window_count;
    const zkl_fr *scalars;
    size_t count;
} plan;

typedef struct g1_products {
    plan plan;
    zkl_g1_affine *out, *table;      /* table[j << bits | d] = d * 2^(bits * j) * base, d = 0: infinity */
    zkl_g1_affine unit[WINDOWS_MAX]; /* 2^(bits * j) * base */
    zkl_g1_summers summers;
} g1_products;

typedef struct g2_products {
    plan plan;
    zkl_g2_affine *out, *table;
    zkl_g2_affine unit[WINDOWS_MAX];
} g2_products;

/* Fewest additions, the table's included; those cost about twice as much. */
static plan choose_plan(const zkl_fr *scalars, size_t count, unsigned bits_max)
{
    plan best = { 0 };
    size_t best_cost = SIZE_MAX;
    for (unsigned bits = WINDOW_MIN; bits <= bits_max; bits++) {
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
static void fill_g1_row(void *context, size_t index, size_t worker)
{
    (void)worker;
    const g1_products *job = context;
    zkl_g1_affine *row = job->table + (index << job->plan.bits);
    zkl_g1 slice[SLICE], next = { 0 };
    const size_t digits = (size_t)1 << job->plan.bits;
    for (size_t begin = 0; begin < digits; begin += SLICE) {
        const size_t n = digits - begin < SLICE ? digits - begin : SLICE;
        for (size_t i = 0; i < n; i++) {
            slice[i] = next;
            blst_p1_add_or_double_affine(&next, &next, &job->unit[index]);
        }
        zkl_g1_normalize_many(row + begin, slice, n);
    }
}

static void multiply_g1_slice(void *context, size_t index, size_t worker)
{
    const g1_products *job = context;
    const size_t begin = index * SLICE, left = job->plan.count - begin, n = left < SLICE ? left : SLICE;
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
    zkl_g1_sum_segments(job->summers.each[worker], job->out + begin, job->table, refs, ends, n);
    zkl_wipe(words, sizeof words);
    zkl_wipe(refs, at * sizeof *refs);
}

zkl_status zkl_g1_mul_many(zkl_g1_affine *out, const zkl_g1_affine *base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_BLOCK g1_products *job = zkl_calloc(1, sizeof *job);
    if (!job)
        return zkl_no_memory(err, sizeof *job);
    job->plan = choose_plan(scalars, count, G1_WINDOW_MAX);
    job->out = out;
    const size_t points = job->plan.window_count << job->plan.bits;
    ZKL_AUTO_BLOCK zkl_g1_affine *table = zkl_malloc(points, sizeof *table);
    if (!table)
        return zkl_no_memory(err, points * sizeof *table);
    job->table = table;
    ZKL_TRY(zkl_g1_summers_init(&job->summers, zkl_pool_threads(pool), SLICE * job->plan.window_count, SLICE, err));
    zkl_g1 unit;
    blst_p1_from_affine(&unit, base);
    for (size_t j = 0; j < job->plan.window_count; j++) {
        zkl_g1_normalize(&job->unit[j], &unit);
        for (unsigned i = 0; i < job->plan.bits; i++)
            blst_p1_double(&unit, &unit);
    }
    zkl_pool_run(pool, job->plan.window_count, fill_g1_row, job);
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_g1_slice, job);
    zkl_g1_summers_clear(&job->summers);
    return ZKL_OK;
}

static void fill_g2_row(void *context, size_t index, size_t worker)
{
    (void)worker;
    const g2_products *job = context;
    zkl_g2_affine *row = job->table + (index << job->plan.bits);
    zkl_g2 slice[SLICE], next = { 0 };
    const size_t digits = (size_t)1 << job->plan.bits;
    for (size_t begin = 0; begin < digits; begin += SLICE) {
        const size_t n = digits - begin < SLICE ? digits - begin : SLICE;
        for (size_t i = 0; i < n; i++) {
            slice[i] = next;
            blst_p2_add_or_double_affine(&next, &next, &job->unit[index]);
        }
        zkl_g2_normalize_many(row + begin, slice, n);
    }
}

static void multiply_g2_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const g2_products *job = context;
    const size_t begin = index * SLICE, left = job->plan.count - begin, n = left < SLICE ? left : SLICE;
    zkl_g2 sums[SLICE];
    uint64_t words[4];
    for (size_t i = 0; i < n; i++) {
        memset(&sums[i], 0, sizeof sums[i]);
        blst_uint64_from_fr(words, &job->plan.scalars[begin + i]);
        for (size_t j = 0; j < job->plan.window_count; j++) {
            const size_t digit = read_digit(words, j, job->plan.bits);
            if (digit)
                blst_p2_add_or_double_affine(&sums[i], &sums[i], &job->table[j << job->plan.bits | digit]);
        }
    }
    zkl_g2_normalize_many(job->out + begin, sums, n);
    zkl_wipe(words, sizeof words);
}

zkl_status zkl_g2_mul_many(zkl_g2_affine *out, const zkl_g2_affine *base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_BLOCK g2_products *job = zkl_calloc(1, sizeof *job);
    if (!job)
        return zkl_no_memory(err, sizeof *job);
    job->plan = choose_plan(scalars, count, G2_WINDOW_MAX);
    job->out = out;
    const size_t points = job->plan.window_count << job->plan.bits;
    ZKL_AUTO_BLOCK zkl_g2_affine *table = zkl_malloc(points, sizeof *table);
    if (!table)
        return zkl_no_memory(err, points * sizeof *table);
    job->table = table;
    zkl_g2 unit;
    blst_p2_from_affine(&unit, base);
    for (size_t j = 0; j < job->plan.window_count; j++) {
        zkl_g2_normalize(&job->unit[j], &unit);
        for (unsigned i = 0; i < job->plan.bits; i++)
            blst_p2_double(&unit, &unit);
    }
    zkl_pool_run(pool, job->plan.window_count, fill_g2_row, job);
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_g2_slice, job);
    return ZKL_OK;
}
