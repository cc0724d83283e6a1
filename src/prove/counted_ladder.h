#pragma once
/* The prover's half of claim/counted_ladder.h. Secret. */
#include "prove/ladder.h"

/* The key, e and e? of each row, from block 0 on: e = count - least, or e? = 1 for a count of 0.
 * Every other count is at least `least`. count_limbs: those of e, which has room for it. */
void zkl_counted_ladder_fill(const zkl_filling *filling, const zkl_ladder *ladder, uint64_t least,
                             size_t count_limbs);
