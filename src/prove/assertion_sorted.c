/* "sorted", the prover's half: rows that stand on the wrong side of the row before them, or where
 * the order is strict are equal to it, are bad. The auxiliary column is d, the steps before,
 * between and behind the keys. */
#include "prove/filling.h"
#include "prove/row_keys.h"

/* The parameters. */
enum { SORTED_STRICT, SORTED_DOWN };

static bool is_set(const zkl_assertion_data *assertion, size_t param)
{
    uint64_t value = 0;
    ZKL_ASSERT(zkl_assertion_param_u64(&value, &assertion->params[param]) && value < 2);
    return value != 0;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    const bool strict = is_set(assertion, SORTED_STRICT), down = is_set(assertion, SORTED_DOWN);
    uint64_t bad = 0;
    ZKL_TRY(zkl_row_keys_read(&keys, assertion->sources[0], NULL, assertion->format, err));
    for (size_t i = 1; i < keys.count; i++) {
        const int order =
            zkl_row_key_compare(zkl_row_key(&keys, i - 1), zkl_row_key(&keys, i), keys.limb_count);
        bad += order == 0 ? strict : (order > 0) != down;
    }
    *out = bad;
    return ZKL_OK;
}

/* Before the first key stands 0 and behind the last 2^W - 1, falling the other way around. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    const bool strict = is_set(assertion, SORTED_STRICT), down = is_set(assertion, SORTED_DOWN);
    uint16_t zero[ZKL_TABLE_LIMBS_MAX] = { 0 }, last[ZKL_TABLE_LIMBS_MAX],
             step[ZKL_TABLE_LIMBS_MAX];
    ZKL_ASSERT(which == 0); /* there is one */
    ZKL_TRY(zkl_row_keys_read(&keys, assertion->sources[0], NULL, assertion->format, err));
    ZKL_ASSERT(keys.count > 0 && keys.limb_count <= ZKL_TABLE_LIMBS_MAX);
    const zkl_filling filling = { cells, keys.limb_count, assertion->format->log_cells };
    for (size_t i = 0; i < keys.limb_count; i++)
        last[i] = (uint16_t)(((uint32_t)1 << filling.log_cells) - 1);
    for (size_t row = 0; row <= keys.count; row++) {
        const uint16_t *before = row    ? zkl_row_key(&keys, row - 1)
                                 : down ? last
                                        : zero,
                       *behind = row < keys.count ? zkl_row_key(&keys, row)
                                 : down           ? zero
                                                  : last;
        const bool between = row > 0 && row < keys.count;
        zkl_limbs_subtract(step, down ? before : behind, down ? behind : before, strict && between,
                           keys.limb_count, filling.log_cells);
        zkl_filling_limbs(&filling, 0, row, step, keys.limb_count);
    }
    zkl_wipe(step, sizeof step);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_sorted = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
