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
