/* Sums of bases times 16-bit cells.
 *
 * 1. A cell v counts as v - offset, the offset being one value for the block, and offset * (sum of
 *    the bases) is added at the end: 2^15 halves the digits of dense blocks, the commonest value
 *    makes constant and sparse blocks cheap. Zeros at the end of a block are cut off first.
 * 2. A digit d > 0 is 2^e * key with e = (trailing zeros of d) mod 3; the bases times 1, 2 and 4
 *    are in the table, so only 4/7 of all values are keys, and the weighted sum over the buckets is
 *    that much shorter. (Powers up to 2^15 would leave 1/2, for five times the memory.) */
#include "algebra/group_sum.h"

#define CELL_VALUES 65536
#define KEY_BITS 16
/* Digits below 2^16 whose number of trailing zeros is 0, 3, 6, .. */
/* check: KEYS_MAX == sum(65535 // 8**k - 65535 // (2 * 8**k) for k in range(6)) */
#define KEYS_MAX 37449
#define MIDDLE 0x8000
#define MULTIPLES 3 /* 1, 2 and 4 times each base */
#define STEP 64     /* bases between two stored sums of a prefix */
#define SLICE 4096  /* bases a task of the preparation */

struct zkl_g1_fixed {
    size_t count;
    zkl_g1_affine *multiples; /* 2^e bases[i] at e * count + i */
    zkl_g1_affine *step_sums; /* [k] = sum of bases[64 k] .. */
    zkl_g1 *prefix_sums;      /* [k] = sum of bases[0] .. bases[64 k - 1] */
};

void zkl_g1_fixed_free(zkl_g1_fixed *fixed)
{
    if (!fixed)
        return;
    zkl_free(fixed->multiples);
    zkl_free(fixed->step_sums);
    zkl_free(fixed->prefix_sums);
    zkl_free(fixed);
}

typedef struct preparation {
    zkl_g1_fixed *fixed;
    zkl_g1_summers summers;
    uint32_t twice[2 * SLICE], twice_ends[SLICE]; /* references: 0 0, 1 1, .. */
    uint32_t once[SLICE];                         /* 0, 1, .. */
} preparation;

/* One slice of the tables: the bases doubled once and twice, and the sums of its steps. SLICE is a
 * multiple of STEP, so no step lies in two slices. */
static void prepare_slice(void *context, size_t index, size_t worker)
{
    const preparation *job = context;
    const zkl_g1_fixed *fixed = job->fixed;
    zkl_g1_summer *summer = job->summers.each[worker];
    const size_t begin = index * SLICE, left = fixed->count - begin,
                 count = left < SLICE ? left : SLICE;
    ZKL_ASSERT(begin < fixed->count);
    _Static_assert(SLICE % STEP == 0, "no step lies in two slices");
    for (size_t e = 1; e < MULTIPLES; e++) {
        zkl_g1_affine *points = fixed->multiples + e * fixed->count + begin;
        const zkl_g1_segments twice = { points - fixed->count, job->twice, job->twice_ends, count };
        zkl_g1_sum_segments(summer, points, &twice);
    }
    uint32_t step_ends[SLICE / STEP];
    const size_t step_count = (count + STEP - 1) / STEP;
    for (size_t k = 0; k < step_count; k++)
        step_ends[k] = (uint32_t)((k + 1) * STEP < count ? (k + 1) * STEP : count);
    const zkl_g1_segments steps = { fixed->multiples + begin, job->once, step_ends, step_count };
    zkl_g1_sum_segments(summer, fixed->step_sums + begin / STEP, &steps);
}

/* The tables of all slices in parallel, then prefix sums one by one: they depend on each other, and
 * there are count / STEP of them. */
static zkl_status prepare(zkl_g1_fixed *fixed, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_BLOCK preparation *job = zkl_malloc(1, sizeof *job);
    if (!job)
        return zkl_no_memory(err, sizeof *job);
    job->fixed = fixed;
    for (uint32_t i = 0; i < SLICE; i++) {
        job->once[i] = job->twice[2 * i] = job->twice[2 * i + 1] = 2 * i;
        job->twice_ends[i] = 2 * i + 2;
    }
    ZKL_TRY(zkl_g1_summers_init(&job->summers, zkl_pool_threads(pool), sizeof job->twice / 4, SLICE,
                                err));
    zkl_pool_run(pool, (fixed->count + SLICE - 1) / SLICE, prepare_slice, job);
    zkl_g1_summers_clear(&job->summers);
    memset(&fixed->prefix_sums[0], 0, sizeof fixed->prefix_sums[0]);
    for (size_t k = 0; k < fixed->count / STEP; k++)
        blst_p1_add_or_double_affine(&fixed->prefix_sums[k + 1], &fixed->prefix_sums[k],
                                     &fixed->step_sums[k]);
    return ZKL_OK;
}

/* Made once for a set of powers and shared by all workers, which only read it. */
zkl_status zkl_g1_fixed_new(zkl_g1_fixed **out, const zkl_g1_affine *bases, size_t count,
                            zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(bases || count == 0);
    if (count > ZKL_G1_FIXED_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu fixed bases, at most %d", count, ZKL_G1_FIXED_MAX);
    ZKL_AUTO_FREE(zkl_g1_fixed) fixed = zkl_calloc(1, sizeof *fixed);
    if (!fixed)
        return zkl_no_memory(err, sizeof *fixed);
    fixed->count = count;
    fixed->multiples = zkl_malloc(MULTIPLES * count, sizeof *fixed->multiples);
    fixed->step_sums = zkl_malloc(count / STEP + 1, sizeof *fixed->step_sums);
    fixed->prefix_sums = zkl_malloc(count / STEP + 1, sizeof *fixed->prefix_sums);
    if (!fixed->multiples || !fixed->step_sums || !fixed->prefix_sums)
        return zkl_no_memory(err, MULTIPLES * count * sizeof *bases);
    if (count)
        memcpy(fixed->multiples, bases, count * sizeof *bases);
    ZKL_TRY(prepare(fixed, pool, err));
    *out = fixed;
    fixed = NULL;
    return ZKL_OK;
}

/* What one worker needs for one block. */
typedef struct block_work {
    zkl_g1_summer *summer;
    uint32_t counts[CELL_VALUES]; /* of values, then the place of each key's next reference */
    uint32_t keys[KEYS_MAX], ends[KEYS_MAX];
    uint32_t refs[]; /* one for each cell */
} block_work;

typedef struct block_sums {
    zkl_g1 *out;
    const zkl_g1_fixed *fixed;
    zkl_cell_blocks blocks;
    block_work **works; /* one for each worker */
} block_sums;

/* |value - offset|; the sign goes into the reference. */
static inline uint32_t digit_size(uint32_t value, uint32_t offset)
{
    return value > offset ? value - offset : offset - value;
}

/* e with 2^e key = size, as (2) says. size is not 0. */
static inline unsigned digit_shift(uint32_t size)
{
    return (unsigned)__builtin_ctz(size) % MULTIPLES;
}

/* Additions with this offset, about: a cell not equal to it, and two more for each bucket in
 * use. */
static size_t cost_of_offset(const block_work *work, uint32_t offset)
{
    uint64_t used[CELL_VALUES / 64] = { 0 };
    size_t cost = 0;
    for (uint32_t v = 0; v < CELL_VALUES; v++) {
        if (work->counts[v] == 0 || v == offset)
            continue;
        const uint32_t size = digit_size(v, offset), key = size >> digit_shift(size);
        const uint64_t bit = (uint64_t)1 << (key % 64);
        cost += work->counts[v] + (used[key / 64] & bit ? 0 : 1);
        used[key / 64] |= bit;
    }
    return cost;
}

/* Between the commonest value and the middle of the range, by counting. With the middle every digit
 * is at most 2^15, so a bucket of a dense block has twice the cells. */
static uint32_t choose_offset(block_work *work, const uint16_t *cells, size_t count)
{
    ZKL_ASSERT(count && count <= UINT32_MAX); /* counts have 32 bits */
    memset(work->counts, 0, sizeof work->counts);
    for (size_t i = 0; i < count; i++)
        work->counts[cells[i]]++;
    uint32_t commonest = 0;
    for (uint32_t v = 1; v < CELL_VALUES; v++)
        if (work->counts[v] > work->counts[commonest])
            commonest = v;
    if (work->counts[commonest] == count)
        return commonest;
    if (work->counts[commonest] < count / 16) /* not worth a look */
        return MIDDLE;
    return cost_of_offset(work, commonest) < cost_of_offset(work, MIDDLE) ? commonest : MIDDLE;
}

/* Counting sort of the digits by key; returns the number of keys in use. */
static size_t sort_digits(block_work *work, size_t base_count, const uint16_t *cells, size_t count,
                          uint32_t offset)
{
    memset(work->counts, 0, sizeof work->counts);
    for (size_t i = 0; i < count; i++) {
        const uint32_t size = digit_size(cells[i], offset);
        if (size)
            work->counts[size >> digit_shift(size)]++;
    }
    size_t key_count = 0;
    uint32_t end = 0;
    for (uint32_t key = 0; key < CELL_VALUES; key++) {
        const uint32_t here = work->counts[key];
        work->counts[key] = end;
        if (here == 0)
            continue;
        end += here;
        work->keys[key_count] = key;
        work->ends[key_count++] = end;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t size = digit_size(cells[i], offset);
        if (size == 0)
            continue;
        const unsigned shift = digit_shift(size);
        const uint32_t index = (uint32_t)(shift * base_count + i);
        work->refs[work->counts[size >> shift]++] = 2 * index + (cells[i] < offset);
    }
    ZKL_ASSERT(key_count <= KEYS_MAX && end <= count);
    return key_count;
}

/* out += offset * (sum of the first count bases) */
static void add_offset(zkl_g1 *out, const zkl_g1_fixed *fixed, size_t count, uint32_t offset)
{
    ZKL_ASSERT(count <= fixed->count && offset < CELL_VALUES);
    zkl_g1 sum = fixed->prefix_sums[count / STEP];
    for (size_t i = count / STEP * STEP; i < count; i++)
        blst_p1_add_or_double_affine(&sum, &sum, &fixed->multiples[i]);
    zkl_g1 product = { 0 };
    for (unsigned bit = KEY_BITS; bit-- > 0;) {
        blst_p1_double(&product, &product);
        if (offset >> bit & 1)
            blst_p1_add_or_double(&product, &product, &sum);
    }
    blst_p1_add_or_double(out, out, &product);
}

/* sum cells[i] bases[i] = sum digit_i bases[i] + offset * (sum of the bases), over the cells that
 * are left. */
static void sum_block(void *context, size_t index, size_t worker)
{
    const block_sums *job = context;
    block_work *work = job->works[worker];
    const uint16_t *cells = job->blocks.cells[index];
    ZKL_ASSERT(index < job->blocks.count && job->blocks.cell_count <= job->fixed->count);
    size_t count = job->blocks.cell_count;
    while (count && cells[count - 1] == 0)
        count--;
    zkl_g1 sum = { 0 };
    if (count) {
        const uint32_t offset = choose_offset(work, cells, count);
        const size_t key_count = sort_digits(work, job->fixed->count, cells, count, offset);
        const zkl_g1_segments buckets = { job->fixed->multiples, work->refs, work->ends,
                                          key_count };
        if (key_count)
            zkl_g1_sum_buckets(work->summer, &sum, &buckets, work->keys, KEY_BITS);
        if (offset)
            add_offset(&sum, job->fixed, count, offset);
    }
    job->out[index] = sum;
}

/* works may be NULL, and a work may lack its summer. */
static void free_works(block_work **works, size_t count)
{
    for (size_t i = 0; works && i < count; i++)
        if (works[i]) {
            zkl_g1_summer_free(works[i]->summer);
            zkl_free(works[i]);
        }
    zkl_free(works);
}

/* One for each worker, or none: what was made is freed when one cannot be. */
static zkl_status new_works(block_work ***out, size_t worker_count, size_t cell_count,
                            zkl_error *err)
{
    ZKL_ASSERT(worker_count);
    const size_t bytes = sizeof(block_work) + cell_count * sizeof(uint32_t);
    block_work **works = zkl_calloc(worker_count, sizeof *works);
    for (size_t i = 0; works && i < worker_count; i++) {
        works[i] = zkl_malloc(bytes, 1);
        if (works[i])
            works[i]->summer = zkl_g1_summer_new(cell_count, KEYS_MAX);
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

/* A task is one block, so that workers share nothing but the tables. docs/timing.md says who can
 * see its time. */
zkl_status zkl_g1_msm_u16(zkl_g1 *out, const zkl_g1_fixed *fixed, const zkl_cell_blocks *blocks,
                          zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(blocks->cell_count <= fixed->count);
    const size_t worker_count = zkl_pool_threads(pool);
    block_sums job = { .out = out, .fixed = fixed, .blocks = *blocks };
    if (blocks->count == 0)
        return ZKL_OK;
    ZKL_TRY(new_works(&job.works, worker_count, blocks->cell_count, err));
    zkl_pool_run(pool, blocks->count, sum_block, &job);
    free_works(job.works, worker_count);
    return ZKL_OK;
}
