/* "unique", the prover's half: keys are sorted, and rows whose key stands in an earlier row as well
 * are bad. The auxiliary columns are y, the sorted keys, and d, the gaps before, between and behind
 * them. */
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

/* Row t of a column of limb blocks, which lie chunk by chunk. */
static void put_row(uint16_t *const *cells, const zkl_proof_format *format, size_t row,
                    const uint16_t *limbs, size_t limb_count)
{
    const size_t chunk = row >> format->log_cells, t = row & (((size_t)1 << format->log_cells) - 1);
    for (size_t i = 0; i < limb_count; i++)
        cells[chunk * limb_count + i][t] = limbs[i];
}

/* above - below, less `borrow`, which is 0 or 1. Not negative. */
static void subtract(uint16_t *out, const uint16_t *above, const uint16_t *below, uint32_t borrow,
                     const zkl_row_keys *keys, unsigned log_cells)
{
    for (size_t i = 0; i < keys->limb_count; i++) {
        const uint32_t d = (uint32_t)above[i] - below[i] - borrow;
        borrow = d >> 31; /* limbs have at most 16 bits */
        out[i] = (uint16_t)(d & (((uint32_t)1 << log_cells) - 1));
    }
    ZKL_ASSERT(!borrow);
}

/* d: the gap before the first key, between neighbours, behind the last one up to 2^W - 1. */
static void fill_gaps(uint16_t *const *cells, const zkl_row_keys *keys,
                      const zkl_proof_format *format)
{
    uint16_t zero[ZKL_TABLE_LIMBS_MAX] = { 0 }, last[ZKL_TABLE_LIMBS_MAX], gap[ZKL_TABLE_LIMBS_MAX];
    ZKL_ASSERT(keys->count > 0 && keys->limb_count <= ZKL_TABLE_LIMBS_MAX);
    for (size_t i = 0; i < keys->limb_count; i++)
        last[i] = (uint16_t)(((uint32_t)1 << format->log_cells) - 1);
    for (size_t row = 0; row <= keys->count; row++) {
        const uint16_t *below = row ? zkl_row_key(keys, row - 1) : zero,
                       *above = row < keys->count ? zkl_row_key(keys, row) : last;
        subtract(gap, above, below, row > 0 && row < keys->count, keys, format->log_cells);
        put_row(cells, format, row, gap, keys->limb_count);
    }
    zkl_wipe(gap, sizeof gap);
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    ZKL_ASSERT(which < 2); /* y, d */
    ZKL_TRY(zkl_row_keys_sort(&keys, assertion->sources, 1, assertion->format, err));
    if (which == 1)
        fill_gaps(cells, &keys, assertion->format);
    for (size_t row = 0; which == 0 && row < keys.count; row++)
        put_row(cells, assertion->format, row, zkl_row_key(&keys, row), keys.limb_count);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_unique = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
