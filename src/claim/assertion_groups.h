#pragma once
/* What prover and verifier share of "groups": its parameters, read. */
#include "claim/counted_ladder.h"

/* Values of the mode beside ZKL_MODE_*: nothing is said of how many groups there are, and n is the
 * room of the ladder. */
enum { ZKL_GROUPS_HIDDEN = ZKL_MODE_COUNT, ZKL_GROUPS_MODE_COUNT };
enum { ZKL_GROUPS_LEAST, ZKL_GROUPS_MOST, ZKL_GROUPS_NUMBER, ZKL_GROUPS_MODE, ZKL_GROUPS_PARAMS };

/* Limbs of a slack cell: C of them reach 2^48, further than rows do. */
#define ZKL_GROUPS_SLACK_LIMBS 2

typedef struct zkl_groups {
    uint64_t least, most; /* most: 0 for none */
    uint64_t number, mode;
    uint32_t limbs;  /* of a key, flags too */
    uint64_t ladder; /* rows of the ladder */
} zkl_groups;

/* ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_groups_read(zkl_groups *out, const zkl_assertion_facts *facts,
                           zkl_error *err) ZKL_MUST_USE;
