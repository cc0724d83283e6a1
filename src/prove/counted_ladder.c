/* Ladders that count, the prover's half. */
#include "prove/counted_ladder.h"

void zkl_counted_ladder_fill(const zkl_filling *filling, const zkl_ladder *ladder, uint64_t least,
                             size_t count_limbs)
{
    const size_t k = ladder->limb_count;
    ZKL_ASSERT(filling->blocks_per_chunk == k + count_limbs + 1);
    for (uint64_t row = 0; row < ladder->row_count; row++) {
        const uint64_t count = ladder->counts[row];
        ZKL_ASSERT(!count || count >= least);
        zkl_filling_limbs(filling, 0, row, zkl_ladder_key(ladder, row), k);
        zkl_filling_number(filling, k, row, count ? count - least : 0, count_limbs);
        *zkl_filling_cell(filling, k + count_limbs, row) = !count;
    }
}
