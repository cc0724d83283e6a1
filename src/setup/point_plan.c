/* Plans of sums of products, and walking them (point_plan.h).
 *
 * From the highest digit down: the sum is doubled, and where a half of a factor has a digit, an
 * entry is added or taken away. Doublings before the first digit are left out, so every walk starts
 * with an entry. Places whose sum meets infinity or equal points on its way are done again one by
 * one, by additions that are right for all points. */
#include "setup/point_plan.h"

#include "setup/point_scale_internal.h"

#define LENGTH POINT_SCALE_LENGTH

/* Both halves of a term as digits. */
typedef struct term_digits {
    int8_t half[2][LENGTH];
} term_digits;

void zkl_point_plan_clear(zkl_point_plan *plan)
{
    zkl_free(plan->steps);
    *plan = (zkl_point_plan){ 0 };
}

/* Digit d of a half, which is odd: its multiple |d|, negated for d < 0. */
static zkl_point_step step_of(const zkl_point_term *term, size_t half, int digit,
                              unsigned doublings)
{
    const unsigned multiple = (unsigned)(digit < 0 ? -digit : digit);
    ZKL_DEBUG_ASSERT(multiple % 2 == 1 && multiple < 2 * POINT_SCALE_ODD_COUNT);
    return (zkl_point_step){
        .doublings = (uint16_t)doublings,
        .is_negated = digit < 0,
        .entry = term->first_entry + (uint32_t)(half * POINT_SCALE_ODD_COUNT) + multiple / 2,
    };
}

/* All steps, or their number alone where steps is NULL. */
static size_t list_steps(zkl_point_step *steps, const zkl_point_term *terms,
                         const term_digits *digits, size_t term_count)
{
    size_t count = 0;
    unsigned doublings = 0;
    for (size_t at = LENGTH; at-- > 0; doublings++)
        for (size_t i = 0; i < term_count; i++)
            for (size_t half = 0; half < 2; half++) {
                const int8_t digit = digits[i].half[half][at];
                if (digit == 0)
                    continue;
                if (steps)
                    steps[count] = step_of(&terms[i], half, digit, count > 0 ? doublings : 0);
                doublings = 0;
                count++;
            }
    if (count > 0 && doublings > 1) {
        /* one was counted behind the lowest digit */
        if (steps)
            steps[count] =
                (zkl_point_step){ .doublings = (uint16_t)(doublings - 1), .is_last = true };
        count++;
    }
    return count;
}

zkl_status zkl_point_plan_make(zkl_point_plan *out, const zkl_point_term *terms, size_t term_count,
                               zkl_error *err)
{
    ZKL_ASSERT(out->steps == NULL);
    ZKL_AUTO_BLOCK term_digits *digits = zkl_malloc(term_count + 1, sizeof *digits);
    if (!digits)
        return zkl_no_memory(err, (term_count + 1) * sizeof *digits);
    for (size_t i = 0; i < term_count; i++) {
        zkl_point_scale_recode(digits[i].half[0], terms[i].factor.low);
        zkl_point_scale_recode(digits[i].half[1], terms[i].factor.high);
    }
    out->step_count = list_steps(NULL, terms, digits, term_count);
    out->steps = zkl_malloc(out->step_count + 1, sizeof *out->steps);
    if (!out->steps)
        return zkl_no_memory(err, (out->step_count + 1) * sizeof *out->steps);
    (void)list_steps(out->steps, terms, digits, term_count); /* as many again */
    return ZKL_OK;
}

/* The sum of one place. */
static void walk_one(zkl_g1 *out, const zkl_point_plan *plan, const void *const *entries,
                     size_t place)
{
    *out = (zkl_g1){ 0 };
    for (size_t i = 0; i < plan->step_count; i++) {
        const zkl_point_step *step = &plan->steps[i];
        for (unsigned k = 0; k < step->doublings; k++)
            blst_p1_double(out, out);
        if (step->is_last)
            break;
        zkl_g1_affine point =
            *(const zkl_g1_affine *)entries[(size_t)step->entry * ZKL_POINT_WALK_LANES + place];
        blst_fp_cneg(&point.y, &point.y, step->is_negated);
        if (!zkl_g1_is_infinity(&point))
            blst_p1_add_or_double_affine(out, out, &point);
    }
}

void zkl_point_plan_run(const zkl_point_plan *plan, zkl_g1 out[static ZKL_POINT_WALK_LANES],
                        const void *const *entries)
{
    _Static_assert(sizeof(zkl_g1) == 18 * sizeof(uint64_t),
                   "three coordinates, as sets write them");
    const zkl_point_walk *set = zkl_point_walk_best();
    uint8_t done = 0;
    if (set && plan->step_count)
        done = set->walk((uint64_t(*)[18])out, plan->steps, plan->step_count, entries);
    for (size_t place = 0; place < ZKL_POINT_WALK_LANES; place++)
        if (!(done >> place & 1))
            walk_one(&out[place], plan, entries, place);
}
