#pragma once
/* Powers of tau prepared for circuits: Lagrange points from powers of a tau that nobody knows, as
 * iden3's `powersoftau prepare phase2` makes them. */
#include "setup/powers.h"

/* Fill the Lagrange arrays of powers that have none (asserted). The arrays come from arena. In the
 * domain 2N the missing [tau^(2N - 1)]_1 counts as zero, as in iden3's files: keys use that domain
 * for polynomials of degree 2N - 2 at most.
 *
 * Cost: (power - 1) 2^(power + 2) products in G1 and a fourth as many in G2: at power 16 a minute
 * and a half of two cores. ZKL_CANCELLED through env's progress. */
zkl_status zkl_powers_prepare(zkl_powers *powers, zkl_arena *arena, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
