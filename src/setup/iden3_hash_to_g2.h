#pragma once
/* A point of G2 that nobody knows the logarithm of, as iden3's snarkjs makes it from a hash
 * (docs/formats/iden3.md). */
#include "algebra/curve.h"

/* ChaCha20 seeded with the first 32 bytes, x until it is on the curve, times the cofactor. */
void zkl_ceremony_hash_to_g2(zkl_g2_affine *out, const uint8_t hash[static 64]);
