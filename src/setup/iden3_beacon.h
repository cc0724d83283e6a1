#pragma once
/* Beacons: a contribution whose secrets follow from a public value that nobody could know while
 * people contributed, as iden3's snarkjs makes them. It keeps the last person from choosing what
 * the powers become; it is nobody's secret. */
#include "base/arena.h"
#include "base/env.h"
#include "setup/iden3_random.h"

#define ZKL_BEACON_VALUE_BYTES_MAX 255
#define ZKL_BEACON_LOG_ITERATIONS_MIN 10 /* snarkjs's own least */
#define ZKL_BEACON_LOG_ITERATIONS_MAX 30 /* a minute of SHA-256: a file must not cost more */

typedef struct zkl_beacon {
    const char *name;        /* of the contribution; "" for none */
    zkl_bytes value;         /* the public value */
    unsigned log_iterations; /* 2^this times SHA-256 */
} zkl_beacon;

/* Tagged parameters of a contribution: name, iterations, value. ZKL_LIMIT: one of them is outside
 * its bounds. */
zkl_status zkl_beacon_parameters(zkl_bytes *out, zkl_arena *arena, const zkl_beacon *beacon,
                                 zkl_error *err) ZKL_MUST_USE;
/* The beacon of such parameters (name NULL). value borrows from them. ZKL_BAD_INPUT: they hold no
 * value or no number of iterations; ZKL_LIMIT: the number is outside the bounds. */
zkl_status zkl_beacon_parse(zkl_beacon *out, zkl_bytes parameters, zkl_error *err) ZKL_MUST_USE;

/* The randomness of a contribution: 2^log_iterations SHA-256. Cost: about 60 ns each. ZKL_CANCELLED
 * through env's progress. */
zkl_status zkl_beacon_random(zkl_iden3_random *out, const zkl_beacon *beacon, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
