/* Ladders, the prover's half: the keys and what fills the room between them, in one climb from 0 to
 * the last key. */
#include "prove/ladder.h"

void zkl_ladder_clear(zkl_ladder *ladder)
{
    zkl_free(ladder->limbs); /* wipes */
    zkl_free(ladder->counts);
    *ladder = (zkl_ladder){ 0 };
}

uint64_t zkl_row_keys_different(const zkl_row_keys *sorted)
{
    uint64_t out = sorted->count > 0;
    for (size_t i = 1; i < sorted->count; i++)
        out += zkl_row_key_compare(zkl_row_key(sorted, i - 1), zkl_row_key(sorted, i),
                                   sorted->limb_count) != 0;
    return out;
}

/* What stands in the climb: the next key, the next number that fills, the last key. */
typedef struct climb {
    const zkl_row_keys *keys;
    size_t at;       /* of the next key */
    uint64_t fills;  /* how many numbers are still to fill */
    uint64_t number; /* the next that may */
    uint16_t top[ZKL_TABLE_LIMBS_MAX];
    unsigned log_cells;
} climb;

/* The number as limbs. It is no larger than the ladder has rows, and so is below the last key or is
 * it. */
static void put_number(uint16_t *limbs, const climb *c)
{
    uint64_t v = c->number;
    for (size_t i = 0; i < c->keys->limb_count; i++, v >>= c->log_cells)
        limbs[i] = (uint16_t)(v & (((uint64_t)1 << c->log_cells) - 1));
    ZKL_ASSERT(!v);
}

/* The next row of the ladder. */
static void step(uint16_t *limbs, uint64_t *count, climb *c)
{
    const size_t k = c->keys->limb_count;
    uint16_t number[ZKL_TABLE_LIMBS_MAX];
    *count = 0;
    if (c->fills) {
        put_number(number, c);
        if (c->at == c->keys->count ||
            zkl_row_key_compare(number, zkl_row_key(c->keys, c->at), k) < 0) {
            memcpy(limbs, number, k * sizeof *limbs);
            c->number++;
            c->fills--;
            return;
        }
    }
    memcpy(limbs, c->at < c->keys->count ? zkl_row_key(c->keys, c->at) : c->top, k * sizeof *limbs);
    for (;
         c->at < c->keys->count && zkl_row_key_compare(limbs, zkl_row_key(c->keys, c->at), k) == 0;
         c->at++)
        ++*count;
    if (c->fills && zkl_row_key_compare(limbs, number, k) == 0)
        c->number++; /* this number is a key */
}

zkl_status zkl_ladder_make(zkl_ladder *out, const zkl_row_keys *sorted, uint64_t row_count,
                           unsigned log_cells, zkl_error *err)
{
    const size_t k = sorted->limb_count;
    climb c = { .keys = sorted, .log_cells = log_cells };
    ZKL_ASSERT(k <= ZKL_TABLE_LIMBS_MAX && row_count > 0);
    for (size_t i = 0; i < k; i++)
        c.top[i] = (uint16_t)(((uint32_t)1 << log_cells) - 1);
    const bool has_top =
        sorted->count && zkl_row_key_compare(zkl_row_key(sorted, sorted->count - 1), c.top, k) == 0;
    const uint64_t kept = zkl_row_keys_different(sorted) + !has_top;
    ZKL_ASSERT(kept <= row_count);
    c.fills = row_count - kept;
    ZKL_AUTO_CLEAR(zkl_ladder) ladder = { .limb_count = k, .row_count = row_count };
    ladder.limbs = zkl_calloc((size_t)row_count, k * sizeof *ladder.limbs);
    ladder.counts = zkl_calloc((size_t)row_count, sizeof *ladder.counts);
    if (!ladder.limbs || !ladder.counts)
        return zkl_no_memory(err, (size_t)row_count * k * sizeof *ladder.limbs);
    for (uint64_t row = 0; row < row_count; row++)
        step(ladder.limbs + row * k, &ladder.counts[row], &c);
    ZKL_ASSERT(c.at == sorted->count && !c.fills);
    ZKL_ASSERT(zkl_row_key_compare(zkl_ladder_key(&ladder, row_count - 1), c.top, k) == 0);
    *out = ladder;
    ladder = (zkl_ladder){ 0 };
    return ZKL_OK;
}

void zkl_ladder_fill_gaps(const zkl_filling *filling, const zkl_ladder *ladder)
{
    uint16_t gap[ZKL_TABLE_LIMBS_MAX];
    static const uint16_t zero[ZKL_TABLE_LIMBS_MAX];
    for (uint64_t row = 0; row < ladder->row_count; row++) {
        zkl_limbs_subtract(gap, zkl_ladder_key(ladder, row),
                           row ? zkl_ladder_key(ladder, row - 1) : zero, row > 0,
                           ladder->limb_count, filling->log_cells);
        zkl_filling_limbs(filling, 0, row, gap, ladder->limb_count);
    }
    zkl_wipe(gap, sizeof gap);
}
