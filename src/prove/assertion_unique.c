/* "unique", the prover's half: keys are sorted, and rows whose key stands in an earlier row as well
 * are bad. The auxiliary columns are y, the sorted keys, and d, the gaps before, between and behind
 * them. */
#include "prove/filling.h"
#include "prove/row_keys.h"

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    uint64_t bad = 0;
    ZKL_TRY(zkl_row_keys_sort(&keys, assertion->sources, 1, assertion->format, err));
    for (size_t i = 1; i < keys.count; i++)
        bad += zkl_row_key_compare(zkl_row_key(&keys, i - 1), zkl_row_key(&keys, i),
                                   keys.limb_count) == 0;
    *out = bad;
    return ZKL_OK;
}

/* d: the gap before the first key, between neighbours, behind the last one up to 2^W - 1. */
static void fill_gaps(const zkl_filling *filling, const zkl_row_keys *keys)
{
    uint16_t zero[ZKL_TABLE_LIMBS_MAX] = { 0 }, last[ZKL_TABLE_LIMBS_MAX], gap[ZKL_TABLE_LIMBS_MAX];
    ZKL_ASSERT(keys->count > 0 && keys->limb_count <= ZKL_TABLE_LIMBS_MAX);
    for (size_t i = 0; i < keys->limb_count; i++)
        last[i] = (uint16_t)(((uint32_t)1 << filling->log_cells) - 1);
    for (size_t row = 0; row <= keys->count; row++) {
        const uint16_t *below = row ? zkl_row_key(keys, row - 1) : zero,
                       *above = row < keys->count ? zkl_row_key(keys, row) : last;
        zkl_limbs_subtract(gap, above, below, row > 0 && row < keys->count, keys->limb_count,
                           filling->log_cells);
        zkl_filling_limbs(filling, 0, row, gap, keys->limb_count);
    }
    zkl_wipe(gap, sizeof gap);
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    ZKL_ASSERT(which < 2); /* y, d */
    ZKL_TRY(zkl_row_keys_sort(&keys, assertion->sources, 1, assertion->format, err));
    const zkl_filling filling = { cells, keys.limb_count, assertion->format->log_cells };
    if (which == 1)
        fill_gaps(&filling, &keys);
    for (size_t row = 0; which == 0 && row < keys.count; row++)
        zkl_filling_limbs(&filling, 0, row, zkl_row_key(&keys, row), keys.limb_count);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_unique = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
