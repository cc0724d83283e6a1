/* Many multiples of one base, in either group: included by mul_many_g1.c and mul_many_g2.c after
 * the names of the group.
 *
 * A scalar is the sum over windows j of d_j 2^(w j), |d_j| <= 2^(w - 1). The table has d 2^(w j)
 * base for d = 1 .. 2^(w - 1) and each j, so a product is a sum of one table point a window, some
 * negated. Points of a slice are summed together, and so are those of a row of the table: their
 * divisions share inversions.
 *
 * The last window takes every carry: w * window_count >= 256, and r < 2^255. */
#include "algebra/group_sum.h"

#define SLICE 256      /* scalars a task */
#define ROW_SLICE 1024 /* points of a row that are made together */
#define WINDOW_MIN 4
#define WINDOW_MAX 13 /* a table of 82,000 points: larger ones leave the caches */
#define WINDOWS_MAX ((256 + WINDOW_MIN - 1) / WINDOW_MIN)

struct GROUP(multiples) {
    unsigned bits; /* w */
    size_t window_count;
    GROUP(affine) * table; /* [(j << (bits - 1)) + d - 1] = d 2^(bits j) base */
};

/* What the workers of one run share. */
typedef struct run {
    const GROUP(multiples) * of;
    const zkl_fr *scalars;
    size_t count;
    GROUP(affine) * out;
    GROUP(summers) summers;
} run;

/* Fewest additions, the table's included. */
static void choose_window(GROUP(multiples) * out, size_t count)
{
    size_t best_cost = SIZE_MAX;
    for (unsigned bits = WINDOW_MIN; bits <= WINDOW_MAX; bits++) {
        const size_t windows = (256 + bits - 1) / bits;
        const size_t cost = windows * (count + ((size_t)1 << (bits - 1)));
        if (cost < best_cost) {
            out->bits = bits;
            out->window_count = windows;
            best_cost = cost;
        }
    }
}

/* The bits of window `window`; those behind the scalar's are 0. */
static inline size_t read_bits(const uint64_t words[static 4], size_t window, unsigned bits)
{
    const size_t at = window * bits, word = at / 64, shift = at % 64;
    uint64_t value = words[word] >> shift;
    if (shift + bits > 64 && word < 3)
        value |= words[word + 1] << (64 - shift);
    return value & (((size_t)1 << bits) - 1);
}

/* One window's row of the table, from its first point on: what is there, plus its last. */
static void fill_row(void *context, size_t index, size_t worker)
{
    const run *job = context;
    const size_t size = (size_t)1 << (job->of->bits - 1);
    GROUP(affine) *row = job->of->table + index * size;
    uint32_t refs[2 * ROW_SLICE], ends[ROW_SLICE];
    for (size_t done = 1, n; done < size; done += n) {
        n = done < ROW_SLICE ? done : ROW_SLICE;
        n = size - done < n ? size - done : n;
        for (size_t i = 0; i < n; i++) {
            refs[2 * i] = (uint32_t)(2 * (done - 1));
            refs[2 * i + 1] = (uint32_t)(2 * i);
            ends[i] = (uint32_t)(2 * i + 2);
        }
        const GROUP(segments) sums = { row, refs, ends, n };
        GROUP(sum_segments)(job->summers.each[worker], row + done, &sums);
    }
}

/* References to the table points of one scalar; returns where they end. */
static uint32_t *put_digits(uint32_t *refs, const GROUP(multiples) * of, const zkl_fr *scalar)
{
    const size_t half = (size_t)1 << (of->bits - 1);
    uint64_t words[4];
    size_t carry = 0;
    blst_uint64_from_fr(words, scalar);
    for (size_t j = 0; j < of->window_count; j++) {
        const size_t digit = read_bits(words, j, of->bits) + carry; /* 0 .. 2^w */
        carry = digit > half;                                       /* then it is digit - 2^w */
        const size_t size = carry ? 2 * half - digit : digit;
        if (size)
            *refs++ = (uint32_t)(2 * (j * half + size - 1) + carry);
    }
    ZKL_DEBUG_ASSERT(carry == 0);
    zkl_wipe(words, sizeof words);
    return refs;
}

static void multiply_slice(void *context, size_t index, size_t worker)
{
    const run *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;
    uint32_t refs[SLICE * WINDOWS_MAX], ends[SLICE], *at = refs;
    for (size_t i = 0; i < n; i++) {
        at = put_digits(at, job->of, &job->scalars[begin + i]);
        ends[i] = (uint32_t)(at - refs);
    }
    const GROUP(segments) sums = { job->of->table, refs, ends, n };
    GROUP(sum_segments)(job->summers.each[worker], job->out + begin, &sums);
    zkl_wipe(refs, (size_t)(at - refs) * sizeof *refs);
}

static zkl_status init_summers(run *job, zkl_pool *pool, zkl_error *err)
{
    const size_t slice = SLICE * job->of->window_count;
    return GROUP(summers_init)(&job->summers, zkl_pool_threads(pool),
                               slice > 2 * ROW_SLICE ? slice : 2 * ROW_SLICE, ROW_SLICE, err);
}

/* The first point of each row, then the rows. */
static zkl_status fill_table(GROUP(multiples) * multiples, const GROUP(affine) * base,
                             zkl_pool *pool, zkl_error *err)
{
    run job = { .of = multiples };
    JACOBIAN unit;
    ZKL_TRY(init_summers(&job, pool, err));
    CURVE(from_affine)(&unit, base);
    for (size_t j = 0; j < multiples->window_count; j++) {
        GROUP(normalize)(&multiples->table[j << (multiples->bits - 1)], &unit);
        for (unsigned i = 0; i < multiples->bits; i++)
            CURVE(double)(&unit, &unit);
    }
    zkl_pool_run(pool, multiples->window_count, fill_row, &job);
    GROUP(summers_clear)(&job.summers);
    return ZKL_OK;
}

void GROUP(multiples_free)(GROUP(multiples) * multiples)
{
    if (!multiples)
        return;
    zkl_free(multiples->table);
    zkl_free(multiples);
}

zkl_status GROUP(multiples_new)(GROUP(multiples) * *out, const GROUP(affine) * base, size_t count,
                                zkl_pool *pool, zkl_error *err)
{
    GROUP(multiples) *made = zkl_calloc(1, sizeof *made);
    if (!made)
        return zkl_no_memory(err, sizeof *made);
    choose_window(made, count);
    const size_t points = made->window_count << (made->bits - 1);
    made->table = zkl_malloc(points, sizeof *made->table);
    const zkl_status status = made->table ? fill_table(made, base, pool, err)
                                          : zkl_no_memory(err, points * sizeof *made->table);
    if (status == ZKL_OK)
        *out = made;
    else
        GROUP(multiples_free)(made);
    return status;
}

zkl_status GROUP(multiply_all)(GROUP(affine) * out, const GROUP(multiples) * multiples,
                               const zkl_fr *scalars, size_t count, zkl_pool *pool, zkl_error *err)
{
    run job = { .of = multiples, .scalars = scalars, .count = count, .out = out };
    ZKL_TRY(init_summers(&job, pool, err));
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, multiply_slice, &job);
    GROUP(summers_clear)(&job.summers);
    return ZKL_OK;
}

zkl_status GROUP(mul_many)(GROUP(affine) * out, const GROUP(affine) * base, const zkl_fr *scalars,
                           size_t count, zkl_pool *pool, zkl_error *err)
{
    GROUP(multiples) * multiples;
    ZKL_TRY(GROUP(multiples_new)(&multiples, base, count, pool, err));
    const zkl_status status = GROUP(multiply_all)(out, multiples, scalars, count, pool, err);
    GROUP(multiples_free)(multiples);
    return status;
}
