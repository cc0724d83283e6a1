#pragma once
/* Filling auxiliary tables: cells by row, whatever the chunk. For assertion_<kind>.c. */
#include "prove/assertion.h"

/* The blocks of a table, chunk by chunk, zero before. */
typedef struct zkl_filling {
    uint16_t *const *cells;
    size_t blocks_per_chunk;
    unsigned log_cells;
} zkl_filling;

/* One cell of the chunk's block number `block`. */
static inline uint16_t *zkl_filling_cell(const zkl_filling *f, size_t block, uint64_t row)
{
    ZKL_DEBUG_ASSERT(block < f->blocks_per_chunk);
    return &f->cells[(row >> f->log_cells) * f->blocks_per_chunk + block]
                    [row & (((uint64_t)1 << f->log_cells) - 1)];
}

/* Limbs, least significant first, from block `block` on. */
static inline void zkl_filling_limbs(const zkl_filling *f, size_t block, uint64_t row,
                                     const uint16_t *limbs, size_t limb_count)
{
    for (size_t i = 0; i < limb_count; i++)
        *zkl_filling_cell(f, block + i, row) = limbs[i];
}

/* A number in limb_count limbs: it fits. */
static inline void zkl_filling_number(const zkl_filling *f, size_t block, uint64_t row,
                                      uint64_t value, size_t limb_count)
{
    for (size_t i = 0; i < limb_count; i++, value >>= f->log_cells)
        *zkl_filling_cell(f, block + i, row) =
            (uint16_t)(value & (((uint64_t)1 << f->log_cells) - 1));
    ZKL_ASSERT(!value);
}

/* The same of a number of up to 128 bits. */
static inline void zkl_filling_wide(const zkl_filling *f, size_t block, uint64_t row,
                                    unsigned __int128 value, size_t limb_count)
{
    for (size_t i = 0; i < limb_count; i++, value >>= f->log_cells)
        *zkl_filling_cell(f, block + i, row) =
            (uint16_t)(value & (((uint64_t)1 << f->log_cells) - 1));
    ZKL_ASSERT(!value);
}

/* out = above - below - borrow, as limbs, where this is not negative. borrow: 0 or 1. */
static inline void zkl_limbs_subtract(uint16_t *out, const uint16_t *above, const uint16_t *below,
                                      uint32_t borrow, size_t limb_count, unsigned log_cells)
{
    for (size_t i = 0; i < limb_count; i++) {
        const uint32_t d = (uint32_t)above[i] - below[i] - borrow;
        borrow = d >> 31; /* limbs have at most 16 bits */
        out[i] = (uint16_t)(d & (((uint32_t)1 << log_cells) - 1));
    }
    ZKL_ASSERT(!borrow);
}

/* A slack as C numbers of limb_count limbs, a block a limb: as many full ones as fit, then the
 * rest. It fits. */
static inline void zkl_fill_slack(uint16_t *const *cells, size_t limb_count, const zkl_wide *slack,
                                  unsigned log_cells)
{
    const zkl_wide one = zkl_wide_shifted(1, 0),
                   top = zkl_wide_shifted(1, (unsigned)limb_count * log_cells),
                   full = zkl_wide_minus(&top, &one);
    zkl_wide left = *slack;
    for (size_t t = 0; t < (size_t)1 << log_cells; t++) {
        const zkl_wide part = zkl_wide_compare(&left, &full) > 0 ? full : left;
        for (size_t i = 0; i < limb_count; i++) {
            const size_t bit = i * log_cells;
            cells[i][t] =
                (uint16_t)(part.word[bit / 64] >> bit % 64 & (((uint64_t)1 << log_cells) - 1));
        }
        left = zkl_wide_minus(&left, &part);
    }
    ZKL_ASSERT(zkl_wide_is_zero(&left));
}
