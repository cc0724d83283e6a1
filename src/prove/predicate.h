#pragma once
/* Predicates over the rows of a source, the prover's half: G of each row, the bits that the truth
 * table gives it, and how often each entry is looked up. claim/predicate.h has the other half.
 * What is counted here is secret. For assertion_<kind>.c. */
#include "claim/predicate.h"
#include "prove/assertion.h"

/* A predicate over a source, tabulated and counted. Lives in the arena. Borrows the others. */
typedef struct zkl_predicate_data {
    const zkl_predicate *predicate;
    const zkl_source_table *source;
    zkl_arena *arena;
    zkl_predicate_tables tables;
    uint64_t *counts; /* rows of each G, padding left out */
} zkl_predicate_data;

/* arena: wiped by its owner. ZKL_NO_MEMORY. Cost: a pass over the conditions' columns. */
zkl_status zkl_predicate_data_read(zkl_predicate_data *out, zkl_arena *arena,
                                   const zkl_predicate *predicate, const zkl_source_table *source,
                                   zkl_error *err) ZKL_MUST_USE;
/* G of every cell of a chunk, padding included: C of them. */
void zkl_predicate_codes(uint32_t *out, const zkl_predicate_data *data, uint64_t chunk);
/* Is the bit true of a row with this G? */
static inline bool zkl_predicate_data_holds(const zkl_predicate_data *data, uint32_t g, size_t bit)
{
    return zkl_predicate_holds(data->predicate, &data->tables, g, bit);
}
/* Fill auxiliary table `which` of the predicate's, ZKL_PREDICATE_ROWS and so on; cells as
 * fill_auxiliary has them. ZKL_NO_MEMORY. */
zkl_status zkl_predicate_fill(uint16_t *const *cells, size_t which, const zkl_predicate_data *data,
                              zkl_error *err) ZKL_MUST_USE;
