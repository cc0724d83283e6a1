#pragma once
/* What prover and verifier share of "rows": which rows of the source the other table has. */
#include "claim/assertion.h"

/* Numbers of one sample, and of all samples of one statement: the verifier draws them too. */
#define ZKL_PICK_SAMPLE_MAX ZKL_ASSERTION_DRAWS_MAX
/* Limbs of a row's number. */
#define ZKL_PICK_NUMBER_LIMBS 3

typedef enum zkl_pick_rule {
    ZKL_PICK_LIST,   /* numbers */
    ZKL_PICK_SAMPLE, /* seed, how many */
    ZKL_PICK_SLICE,  /* first, how many */
    ZKL_PICK_RULES
} zkl_pick_rule;

/* Numbers are those of the dataset, from 0. All lie in the source. */
typedef struct zkl_pick {
    zkl_pick_rule rule;
    uint64_t count;                      /* of the numbers: the other table's rows */
    uint64_t source_first, source_count; /* the source's rows */
    const zkl_scalar *list;
    const zkl_scalar *seed;
    uint64_t first;
} zkl_pick;

/* ZKL_REJECTED with the name of the check. Takes no memory, draws nothing. */
zkl_status zkl_pick_read(zkl_pick *out, const zkl_assertion_facts *facts,
                         zkl_error *err) ZKL_MUST_USE;
/* The numbers, in the other table's order. ZKL_NO_MEMORY. Cost: a pass over them; of a sample a
 * hash for each, and a bit for each row of the source. */
zkl_status zkl_pick_numbers(const uint64_t **out, zkl_arena *arena, const zkl_pick *pick,
                            zkl_error *err) ZKL_MUST_USE;
