#pragma once
/* The sets, one a file. */
#include "native/cell_sums.h"

#if defined(__x86_64__)
extern const zkl_cell_sums zkl_cell_sums_ifma;
#endif

/* What no set does eight at a time. */
void zkl_cell_sums_combine_portable(uint64_t *out, const uint64_t *weights,
                                    const uint16_t *const *cells, size_t block_count, size_t from,
                                    size_t count);
void zkl_cell_sums_nodes_portable(uint64_t *p, uint64_t *q, const zkl_number_nodes *nodes,
                                  size_t count);
