#pragma once
/* What prover and verifier share of "diverse": its parameters, read. */
#include "claim/counted_ladder.h"

enum { ZKL_DIVERSE_LEAST, ZKL_DIVERSE_ROOM, ZKL_DIVERSE_PARAMS };

typedef struct zkl_diverse {
    uint64_t least, room;
    uint32_t limbs,
        first_limbs;        /* of a row; of the column whose values are counted, with its flag */
    uint64_t pairs, groups; /* rows of the ladders of rows and of groups */
} zkl_diverse;

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_diverse_read(zkl_diverse *out, const zkl_assertion_facts *facts,
                            zkl_error *err) ZKL_MUST_USE;
