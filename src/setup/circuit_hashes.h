#pragma once
/* zkl_r1cs_hash of the circuits that the format has. Making a whole one and hashing it takes longer
 * than all else that loading a key does; the circuits are fixed, so their hashes are, too. */
#include "circuit/circuit.h"

/* Of circuit F<n>. A test compares the fixed ones with those of the circuits that this program
 * makes; of another format the circuit is made. */
zkl_status zkl_circuit_fraction_hash(zkl_digest *out, unsigned n, const zkl_proof_format *format,
                                     zkl_error *err) ZKL_MUST_USE;
