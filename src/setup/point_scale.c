/* One factor times many points of G1: low P + high phi(P), phi(P) = lambda P (point_scale.h has the
 * source).
 *
 * Both halves are written in non-adjacent form of width 5: digits are 0 or odd, at most 15 in
 * absolute value, and of five neighbours at most one is not 0. A slice of points goes through the
 * digits together, from the top: the sum is doubled, and where a half has a digit, an odd multiple
 * of P or phi(P) is added. Where there are lanes, eight points walk together (point_plan.h). Else
 * every step is one call that sums two to four points for each of the slice, so that their
 * divisions share one inversion.
 *
 * Time depends on the factor's digits, through the pattern of steps that all points share. It is
 * used for a delta that is drawn for one key and wiped: an observer would have to time that one
 * computation. Digits and halves are wiped. */
#include "setup/point_scale.h"

#include "algebra/group_sum.h"
#include "setup/point_plan.h"
#include "setup/point_scale_internal.h"

#define SLICE 512 /* points that go together */
#define WINDOW 5  /* digits are odd, below 2^4 in absolute value */
#define ODD_COUNT POINT_SCALE_ODD_COUNT
#define LENGTH POINT_SCALE_LENGTH

/* Montgomery form of beta = 0x1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4
 *                             897d29650fb85f9b409427eb4f49fffd8bfd00000000aaac */
const blst_fp zkl_point_scale_beta = { { 0xcd03c9e48671f071, 0x5dab22461fcda5d2, 0x587042afd3851b95,
                                         0x8eb60ebe01bacb9e, 0x03f97d6e83d050d2,
                                         0x18f0206554638741 } };

/* z^2 - 1, z = -0xd201000000010000 */
static const uint8_t lambda_bytes[16] = { 0xac, 0x45, 0xa4, 0x01, 0x00, 0x01, 0xa4, 0x02,
                                          0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff };

/* 16 little-endian bytes as a field element. */
static void half_value(zkl_fr *out, const uint8_t half[16])
{
    uint8_t bytes[32] = { 0 };

    memcpy(bytes, half, 16);
    ZKL_ASSERT(zkl_fr_decode_le(out, bytes));
    zkl_wipe(bytes, sizeof bytes);
}

void zkl_split_factor_value(zkl_fr *out, const zkl_split_factor *factor)
{
    zkl_fr lambda, low, high;

    zkl_fr_reduce(&lambda, lambda_bytes, sizeof lambda_bytes);
    half_value(&low, factor->low);
    half_value(&high, factor->high);
    zkl_fr_mul(&high, &high, &lambda);
    zkl_fr_add(out, &low, &high);
    zkl_wipe(&low, sizeof low);
    zkl_wipe(&high, sizeof high);
}

void zkl_point_scale_recode(int8_t digits[static LENGTH], const uint8_t half[static 16])
{
    uint8_t bits[LENGTH + WINDOW] = { 0 };
    int carry = 0;

    for (int i = 0; i < 128; i++)
        bits[i] = half[i / 8] >> i % 8 & 1;
    memset(digits, 0, LENGTH);
    for (int i = 0; i < LENGTH; i++) {
        if ((bits[i] ^ carry) == 0)
            continue;
        int digit = carry;
        for (int j = 0; j < WINDOW; j++)
            digit += bits[i + j] << j;
        ZKL_DEBUG_ASSERT(digit & 1);
        carry = digit >= 1 << (WINDOW - 1);
        digits[i] = (int8_t)(digit - (carry << WINDOW));
        i += WINDOW - 1;
    }
    zkl_wipe(bits, sizeof bits);
}

/* Long division by lambda, bit by bit: r = lambda^2 + lambda + 1, so both halves have 128 bits. It
 * begins below the upper 127 bits, which are less than lambda. */
void zkl_split_factor_of(zkl_split_factor *out, const zkl_fr *factor)
{
    const unsigned __int128 lambda =
        (unsigned __int128)0xac45a4010001a402 << 64 | 0x00000000ffffffff;
    unsigned __int128 rest = 0, quotient = 0;
    uint8_t bytes[32];

    zkl_fr_encode_le(bytes, factor);
    for (int i = 31; i >= 16; i--)
        rest = rest << 8 | bytes[i];
    for (int i = 127; i >= 0; i--) {
        const bool carry = rest >> 127;
        rest = rest << 1 | (bytes[i / 8] >> i % 8 & 1);
        const bool fits = carry || rest >= lambda;
        rest -= fits ? lambda : 0;
        quotient = quotient << 1 | fits;
    }
    for (int i = 0; i < 16; i++) {
        out->low[i] = (uint8_t)(rest >> 8 * i);
        out->high[i] = (uint8_t)(quotient >> 8 * i);
    }
    zkl_wipe(bytes, sizeof bytes);
    zkl_wipe(&rest, sizeof rest);
    zkl_wipe(&quotient, sizeof quotient);
}

void zkl_point_scale_digits(int8_t low[static LENGTH], int8_t high[static LENGTH],
                            const zkl_fr *factor)
{
    zkl_split_factor halves;

    zkl_split_factor_of(&halves, factor);
    zkl_point_scale_recode(low, halves.low);
    zkl_point_scale_recode(high, halves.high);
    zkl_wipe(&halves, sizeof halves);
}

/* What the workers share, and each one's memory. */
typedef struct scaling {
    zkl_g1_affine *points;
    size_t count;
    int8_t low[LENGTH], high[LENGTH];
    zkl_point_plan plan;    /* the same, for lanes; no steps: there are none */
    zkl_g1_affine **memory; /* of each worker: the slots below, SLICE points each */
    uint32_t **refs;        /* and SLICE * 4 references, SLICE ends */
    zkl_g1_summers summers;
} scaling;

enum {
    SLOT_SUM,
    SLOT_DOUBLE,
    SLOT_ODD,
    SLOT_PHI = SLOT_ODD + ODD_COUNT,
    SLOT_OUT = SLOT_PHI + ODD_COUNT,
    SLOT_PLANNED, /* what walks give, not affine: takes two slots */
    SLOT_COUNT = SLOT_PLANNED + 2
};
_Static_assert(sizeof(zkl_g1) <= 2 * sizeof(zkl_g1_affine), "two slots");

/* Points of the slots are multiples of public ones by prefixes of the factor: zkl_free wipes
 * them. */
static void scaling_clear(scaling *job)
{
    for (size_t i = 0; i < job->summers.count; i++) {
        zkl_free(job->memory[i]);
        zkl_free(job->refs[i]);
    }
    zkl_free(job->memory);
    zkl_free(job->refs);
    zkl_g1_summers_clear(&job->summers);
    zkl_point_plan_clear(&job->plan);
    zkl_wipe(job->low, sizeof job->low);
    zkl_wipe(job->high, sizeof job->high);
}

/* A worker has 21 slots of SLICE points, and references and ends for one step. */
static zkl_status scaling_init(scaling *job, size_t workers, zkl_error *err)
{
    ZKL_ASSERT(workers > 0);
    job->memory = zkl_calloc(workers, sizeof *job->memory);
    job->refs = zkl_calloc(workers, sizeof *job->refs);
    if (job->memory == NULL || job->refs == NULL)
        return zkl_no_memory(err, workers * sizeof *job->memory);
    ZKL_TRY(zkl_g1_summers_init(&job->summers, workers, 4 * SLICE, SLICE, err));
    for (size_t i = 0; i < workers; i++) {
        job->memory[i] = zkl_malloc(SLOT_COUNT * SLICE, sizeof **job->memory);
        job->refs[i] = zkl_malloc(5 * SLICE, sizeof **job->refs);
        if (job->memory[i] == NULL || job->refs[i] == NULL)
            return zkl_no_memory(err, SLOT_COUNT * SLICE * sizeof **job->memory);
    }
    return ZKL_OK;
}

/* slot `out` = the sum of slots, point by point; a slot is 2 * number + (1 if negated), as a
 * reference. */
static void sum_slots(const scaling *job, size_t worker, size_t n, int out, const uint32_t *slots,
                      size_t slot_count)
{
    zkl_g1_affine *memory = job->memory[worker];
    uint32_t *refs = job->refs[worker], *ends = refs + 4 * SLICE;
    size_t count = 0;
    ZKL_ASSERT(n <= SLICE && slot_count <= 4 && out < SLOT_OUT);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < slot_count; j++)
            refs[count++] = 2 * ((slots[j] >> 1) * SLICE + (uint32_t)i) + (slots[j] & 1);
        ends[i] = (uint32_t)count;
    }
    const zkl_g1_segments sums = { memory, refs, ends, n };
    zkl_g1_sum_segments(job->summers.each[worker], memory + SLOT_OUT * SLICE, &sums);
    memcpy(memory + (size_t)out * SLICE, memory + SLOT_OUT * SLICE, n * sizeof *memory);
}

/* Digit d of a half: its odd multiple |d| P, negated for d < 0. Multiples 1, 3, .. 15 lie one
 * behind the other. */
static uint32_t slot_of_digit(int first_slot, int digit)
{
    ZKL_DEBUG_ASSERT(digit != 0 && digit > -2 * ODD_COUNT && digit < 2 * ODD_COUNT);
    return 2 * (uint32_t)(first_slot + (digit < 0 ? -digit : digit) / 2) + (digit < 0);
}

/* Odd multiples, then those of phi, which share y and have x times beta. */
static void fill_multiples(const scaling *job, size_t worker, size_t n)
{
    zkl_g1_affine *memory = job->memory[worker];
    sum_slots(job, worker, n, SLOT_DOUBLE, (const uint32_t[]){ 2 * SLOT_ODD, 2 * SLOT_ODD }, 2);
    for (uint32_t k = 1; k < ODD_COUNT; k++)
        sum_slots(job, worker, n, (int)(SLOT_ODD + k),
                  (const uint32_t[]){ 2 * (SLOT_ODD + k - 1), 2 * SLOT_DOUBLE }, 2);
    for (size_t i = 0; i < ODD_COUNT * SLICE; i++) {
        memory[SLOT_PHI * SLICE + i] = memory[SLOT_ODD * SLICE + i];
        blst_fp_mul(&memory[SLOT_PHI * SLICE + i].x, &memory[SLOT_PHI * SLICE + i].x,
                    &zkl_point_scale_beta);
    }
}

/* Eight points at a time; behind the last of them it stands for those that are not there. */
static void walk_slice(const scaling *job, size_t worker, zkl_g1_affine *out, size_t n)
{
    const zkl_g1_affine *memory = job->memory[worker];
    zkl_g1 *sums = (zkl_g1 *)(job->memory[worker] + SLOT_PLANNED * SLICE);
    const void *entries[ZKL_POINT_PLAN_ENTRIES * ZKL_POINT_WALK_LANES];
    _Static_assert(SLICE % ZKL_POINT_WALK_LANES == 0, "whole groups fit a slot");
    for (size_t begin = 0; begin < n; begin += ZKL_POINT_WALK_LANES) {
        for (size_t e = 0; e < ZKL_POINT_PLAN_ENTRIES; e++)
            for (size_t k = 0; k < ZKL_POINT_WALK_LANES; k++)
                entries[e * ZKL_POINT_WALK_LANES + k] =
                    &memory[(SLOT_ODD + e) * SLICE + (begin + k < n ? begin + k : n - 1)];
        zkl_point_plan_run(&job->plan, sums + begin, entries);
    }
    zkl_g1_normalize_many(out, sums, n);
}

static void add_digits(const scaling *job, size_t worker, zkl_g1_affine *out, size_t n)
{
    zkl_g1_affine *memory = job->memory[worker];
    memset(memory, 0, SLICE * sizeof *memory);
    for (int i = LENGTH - 1; i >= 0; i--) {
        uint32_t slots[4] = { 2 * SLOT_SUM, 2 * SLOT_SUM };
        size_t count = 2;
        if (job->low[i] != 0)
            slots[count++] = slot_of_digit(SLOT_ODD, job->low[i]);
        if (job->high[i] != 0)
            slots[count++] = slot_of_digit(SLOT_PHI, job->high[i]);
        sum_slots(job, worker, n, SLOT_SUM, slots, count);
    }
    memcpy(out, memory, n * sizeof *memory);
}

/* A task: SLICE points. */
static void scale_slice(void *context, size_t index, size_t worker)
{
    const scaling *job = context;
    const size_t begin = index * SLICE, left = job->count - begin, n = left < SLICE ? left : SLICE;

    memcpy(job->memory[worker] + SLOT_ODD * SLICE, job->points + begin, n * sizeof *job->points);
    fill_multiples(job, worker, n);
    if (job->plan.step_count)
        walk_slice(job, worker, job->points + begin, n);
    else
        add_digits(job, worker, job->points + begin, n);
}

zkl_status zkl_points_scale(zkl_g1_affine *points, size_t count, const zkl_split_factor *factor,
                            zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(points || count == 0);
    ZKL_AUTO_CLEAR(scaling) job = { .points = points, .count = count };

    ZKL_TRY(scaling_init(&job, zkl_pool_threads(pool), err));
    zkl_point_scale_recode(job.low, factor->low);
    zkl_point_scale_recode(job.high, factor->high);
    zkl_point_term term = { 0, *factor };
    const zkl_status status =
        zkl_point_walk_best() ? zkl_point_plan_make(&job.plan, &term, 1, err) : ZKL_OK;
    zkl_wipe(&term, sizeof term);
    ZKL_TRY(status);
    zkl_pool_run(pool, (count + SLICE - 1) / SLICE, scale_slice, &job);
    return ZKL_OK;
}
