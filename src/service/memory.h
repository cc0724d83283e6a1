#pragma once
/* How much memory an operation may take, and what follows from it: what the reader of files gets,
 * how many chunks are in work at once, how large a proof is. The figures are upper bounds of what
 * was measured (bench/RESULTS.md), so that the process's peak stays below.
 *
 * Not counted: claims that sort all rows (unique, distinct and the like), 32 bytes a row; rows that
 * a reader of Parquet holds beyond its limit, since a group of rows is read whole. */
#include "notary/proof_plan.h"

#define SERVICE_MEMORY_LEAST ((uint64_t)256 << 20)

/* ZKL_USAGE: less than any table takes. 0: no limit. */
zkl_status service_memory_check(uint64_t bytes, zkl_error *err) ZKL_MUST_USE;
/* Of a reader (table.h); 0: its usual. */
size_t service_memory_reader(uint64_t bytes);
/* How many chunks may be committed to at once; 0: as many as there are workers. ZKL_LIMIT: not one,
 * with how much it takes. */
zkl_status service_memory_chunks(size_t *out, uint64_t bytes, const zkl_table_facts *facts,
                                 size_t workers, zkl_error *err) ZKL_MUST_USE;
/* Proofs of a plan that has no claims yet get no larger than fits. asked: leaf blocks that the
 * request wants, which are not changed. ZKL_LIMIT: none fits, or not those, with how much it
 * takes. */
zkl_status service_memory_cap_plan(zkl_proof_plan *plan, uint64_t bytes, size_t asked,
                                   zkl_error *err) ZKL_MUST_USE;
/* A plan that is complete: a claim of whole tables (unique, distinct and the like) is one proof,
 * however large. ZKL_LIMIT: it takes more, with how much. */
zkl_status service_memory_check_plan(const zkl_proof_plan *plan, uint64_t bytes,
                                     zkl_error *err) ZKL_MUST_USE;
