#pragma once
/* A ladder (claim/ladder.h) whose rows say how often their key is counted. Behind the key stand e
 * and its flag e?: with e? = 0 the key is counted least + e times, with e? = 1, where e = 0, it
 * fills. For assertion_<kind>.c.
 *
 * Against a sum of 1 / (alpha - key) over rows that are counted, the ladder has
 *
 *   -(least (1 - e?) + e) / (alpha - beta_tag - print of the key).
 *
 * A ladder has a key once, so that its numerator is how often the key is counted: at least `least`
 * times, or never. No wrap: `least` is below 2^40 and e has limbs of such a number. */
#include "claim/ladder.h"

typedef struct zkl_counted_ladder {
    uint32_t table;
    size_t key_columns; /* e, e? behind them */
    uint64_t least;
} zkl_counted_ladder;

/* Columns e, e? behind those that are there: of counts up to `most`. */
void zkl_counted_ladder_columns(zkl_auxiliary *out, uint64_t most, const zkl_proof_format *format);
/* Range leaves of e and e?. */
void zkl_counted_ladder_range(zkl_shape *shape, const zkl_counted_ladder *ladder);
/* A leaf block a chunk: what is above, under the tag. */
void zkl_counted_ladder_answer(zkl_shape *shape, const zkl_counted_ladder *ladder, unsigned tag);
/* A leaf block a chunk: 1 - e? over the print of the key's columns from `first` on, under the tag.
 * Each key that does not fill counts once. */
void zkl_counted_ladder_ask(zkl_shape *shape, const zkl_counted_ladder *ladder, size_t first,
                            unsigned tag);
