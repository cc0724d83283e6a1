/* "split", the prover's half: rows of the source that are not matched by one of a part are bad. No
 * auxiliary tables. */
#include "prove/row_keys.h"

/* Both sides have as many rows (zkl_assertion_check), so that as many rows of the parts are not
 * matched either. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_keys) source = { 0 }, parts = { 0 };
    ZKL_ASSERT(assertion->source_count > 1);
    ZKL_TRY(zkl_row_keys_sort(&source, assertion->sources, 1, assertion->format, err));
    ZKL_TRY(zkl_row_keys_sort(&parts, assertion->sources + 1, assertion->source_count - 1,
                              assertion->format, err));
    uint64_t matched = 0;
    for (size_t i = 0, j = 0; i < source.count && j < parts.count;) {
        const int order =
            zkl_row_key_compare(zkl_row_key(&source, i), zkl_row_key(&parts, j), source.limb_count);
        matched += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    *out = source.count - matched;
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_split = {
    .bad_rows = bad_rows,
    .offender = "row",
};
