/* The sums of dense columns, for all parts of a circuit (groth16_repeats.h).
 *
 * A task is GROUP parts, each in a place of its own: place after place has the same entries. Rows
 * first: their points' multiples are made together, so that they share inversions. Then column
 * after column, since one may be a combination of those before it: eight places walk at a time, and
 * where a column is a base, its multiples follow.
 *
 * Memory: of a worker, 26 KB for each row and column. Points and coefficients are public. */
#include "algebra/group_sum.h"
#include "setup/groth16_repeats.h"
#include "setup/point_scale_internal.h"

#define GROUP 16
#define ODD POINT_SCALE_ODD_COUNT
#define WIDE (ZKL_POINT_PLAN_ENTRIES + 1) /* of a base: its entries, and its double */
#define DOUBLE ZKL_POINT_PLAN_ENTRIES

/* One worker's memory. */
typedef struct worker_memory {
    zkl_g1_affine (*points)[WIDE][GROUP]; /* by base */
    zkl_g1_affine *sums;                  /* of the multiples that are made together */
    uint32_t *refs, *ends;
    const void **entries; /* of the first eight places, then of the others */
} worker_memory;

typedef struct summing {
    zkl_g1_affine *out;
    const groth16_repeats *repeats;
    const zkl_g1_affine *lagrange;
    size_t base_count, worker_count;
    worker_memory *workers;
    zkl_g1_summers summers;
} summing;

static void summing_clear(summing *job)
{
    for (size_t i = 0; job->workers && i < job->worker_count; i++) {
        zkl_free(job->workers[i].points);
        zkl_free(job->workers[i].sums);
        zkl_free(job->workers[i].refs);
        zkl_free(job->workers[i].ends);
        zkl_free(job->workers[i].entries);
    }
    zkl_free(job->workers);
    zkl_g1_summers_clear(&job->summers);
}

static zkl_status worker_init(worker_memory *w, const summing *job, zkl_error *err)
{
    const size_t entries = job->base_count * ZKL_POINT_PLAN_ENTRIES, made = job->base_count * GROUP;
    w->points = zkl_calloc(job->base_count, sizeof *w->points);
    w->sums = zkl_malloc(made, sizeof *w->sums);
    w->refs = zkl_malloc(2 * made, sizeof *w->refs);
    w->ends = zkl_malloc(made, sizeof *w->ends);
    w->entries = zkl_malloc(entries * GROUP, sizeof *w->entries);
    if (!w->points || !w->sums || !w->refs || !w->ends || !w->entries)
        return zkl_no_memory(err, job->base_count * sizeof *w->points);
    for (size_t e = 0; e < entries; e++)
        for (size_t place = 0; place < GROUP; place++) {
            const size_t half = place / ZKL_POINT_WALK_LANES, lane = place % ZKL_POINT_WALK_LANES;
            w->entries[(half * entries + e) * ZKL_POINT_WALK_LANES + lane] =
                &w->points[e / ZKL_POINT_PLAN_ENTRIES][e % ZKL_POINT_PLAN_ENTRIES][place];
        }
    return ZKL_OK;
}

static zkl_status summing_init(summing *job, size_t workers, zkl_error *err)
{
    const size_t made = job->base_count * GROUP;
    job->worker_count = workers;
    job->workers = zkl_calloc(workers, sizeof *job->workers);
    if (!job->workers)
        return zkl_no_memory(err, workers * sizeof *job->workers);
    ZKL_TRY(zkl_g1_summers_init(&job->summers, workers, 2 * made, made, err));
    for (size_t i = 0; i < workers; i++)
        ZKL_TRY(worker_init(&job->workers[i], job, err));
    return ZKL_OK;
}

/* Entry `to` of some bases = entry a + entry b, in every place. */
static void add_entries(const worker_memory *w, zkl_g1_summer *summer, size_t first, size_t count,
                        size_t to, const size_t a_b[2])
{
    size_t made = 0;
    for (size_t base = first; base < first + count; base++)
        for (size_t place = 0; place < GROUP; place++, made++) {
            for (size_t k = 0; k < 2; k++)
                w->refs[2 * made + k] = 2 * (uint32_t)((base * WIDE + a_b[k]) * GROUP + place);
            w->ends[made] = (uint32_t)(2 * made + 2);
        }
    const zkl_g1_segments sums = { w->points[0][0], w->refs, w->ends, made };
    zkl_g1_sum_segments(summer, w->sums, &sums);
    for (size_t base = first; base < first + count; base++)
        memcpy(w->points[base][to], w->sums + (base - first) * GROUP, sizeof w->points[base][to]);
}

/* Entry 0 of the bases is there: their odd multiples, and phi of each. */
static void fill_entries(const worker_memory *w, zkl_g1_summer *summer, size_t first, size_t count)
{
    add_entries(w, summer, first, count, DOUBLE, (const size_t[]){ 0, 0 });
    for (size_t k = 1; k < ODD; k++)
        add_entries(w, summer, first, count, k, (const size_t[]){ k - 1, DOUBLE });
    for (size_t base = first; base < first + count; base++)
        for (size_t k = 0; k < ODD; k++)
            for (size_t place = 0; place < GROUP; place++) {
                zkl_g1_affine *phi = &w->points[base][ODD + k][place];
                *phi = w->points[base][k][place];
                blst_fp_mul(&phi->x, &phi->x, &zkl_point_scale_beta);
            }
}

/* Where the parts are fewer, the last place is done again. */
static size_t part_at(const summing *job, size_t begin, size_t place)
{
    const size_t last = job->repeats->r1cs->repeat_count - 1;
    return begin + place < last ? begin + place : last;
}

/* A task: GROUP parts. */
static void sum_group(void *context, size_t index, size_t worker)
{
    const summing *job = context;
    const groth16_repeats *repeats = job->repeats;
    const zkl_r1cs_repeat *parts = repeats->r1cs->repeats;
    const worker_memory *w = &job->workers[worker];
    const size_t begin = index * GROUP, entries = job->base_count * ZKL_POINT_PLAN_ENTRIES;

    for (size_t row = 0; row < repeats->row_count; row++)
        for (size_t place = 0; place < GROUP; place++)
            w->points[row][0][place] =
                job->lagrange[parts[part_at(job, begin, place)].row + repeats->rows[row]];
    fill_entries(w, job->summers.each[worker], 0, repeats->row_count);
    for (size_t i = 0; i < repeats->column_count; i++) {
        const groth16_column *column = &repeats->columns[i];
        const size_t base = repeats->row_count + i;
        zkl_g1 sums[GROUP];
        for (size_t half = 0; half < GROUP / ZKL_POINT_WALK_LANES; half++)
            zkl_point_plan_run(&column->plan, sums + half * ZKL_POINT_WALK_LANES,
                               w->entries + half * entries * ZKL_POINT_WALK_LANES);
        zkl_g1_normalize_many(w->points[base][0], sums, GROUP);
        for (size_t place = 0; place < GROUP && begin + place < repeats->r1cs->repeat_count;
             place++)
            job->out[parts[begin + place].wire + column->wire] = w->points[base][0][place];
        if (column->is_base)
            fill_entries(w, job->summers.each[worker], base, 1);
    }
}

zkl_status groth16_repeats_sum(zkl_g1_affine *sums, const groth16_repeats *repeats,
                               const zkl_g1_affine *lagrange, zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(summing)
    job = { .out = sums,
            .repeats = repeats,
            .lagrange = lagrange,
            .base_count = repeats->row_count + repeats->column_count };
    if (repeats->column_count == 0)
        return ZKL_OK;
    ZKL_TRY(summing_init(&job, zkl_pool_threads(pool), err));
    zkl_pool_run(pool, (repeats->r1cs->repeat_count + GROUP - 1) / GROUP, sum_group, &job);
    return ZKL_OK;
}
