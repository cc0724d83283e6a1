#pragma once
/* zkl_r1cs_hash of the circuits that the format has. Making one takes 50 ms, half of what a key
 * took to load; the circuits are fixed, so their hashes are, too. */
#include "circuit/circuit.h"

/* Of circuit F<n>. A test compares the fixed ones with those of the circuits that this program
 * makes; another format's is computed. */
void zkl_circuit_fraction_hash(zkl_digest *out, unsigned n, const zkl_proof_format *format,
                               const zkl_circuit *circuit);
