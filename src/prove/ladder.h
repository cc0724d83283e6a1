#pragma once
/* The prover's half of claim/ladder.h: which keys a ladder has. Secret. */
#include "prove/filling.h"
#include "prove/row_keys.h"

typedef struct zkl_ladder {
    uint16_t *limbs; /* of each row its key */
    size_t limb_count;
    uint64_t row_count;
    uint64_t *counts; /* of each row how often its key stands in the keys; 0: it fills */
} zkl_ladder;

void zkl_ladder_clear(zkl_ladder *ladder); /* wipes */
/* Different keys, ascending keys given. */
uint64_t zkl_row_keys_different(const zkl_row_keys *sorted);
/* A ladder of so many rows over these keys, ascending. They and the last key there is fit
 * (asserted): see zkl_ladder_rows. The smallest keys that do not occur fill it. ZKL_NO_MEMORY. */
zkl_status zkl_ladder_make(zkl_ladder *out, const zkl_row_keys *sorted, uint64_t row_count,
                           unsigned log_cells, zkl_error *err) ZKL_MUST_USE;
static inline const uint16_t *zkl_ladder_key(const zkl_ladder *ladder, uint64_t row)
{
    return ladder->limbs + row * ladder->limb_count;
}
/* Table d. */
void zkl_ladder_fill_gaps(const zkl_filling *filling, const zkl_ladder *ladder);
