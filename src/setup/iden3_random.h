#pragma once
/* Public randomness as iden3's tools expand it: a seed of 32 bytes becomes scalars and points
 * (docs/formats/iden3.md). Everything drawn here can be drawn again by anybody. */
#include "algebra/curve.h"

/* ChaCha20 as ffjavascript has it: words in order, counter in word 12 alone. */
typedef struct zkl_iden3_random {
    uint32_t state[16], out[16];
    size_t at;
} zkl_iden3_random;

/* The seed's words are read big-endian, unlike RFC 8439's key. */
void zkl_iden3_random_init(zkl_iden3_random *random, const uint8_t seed[static 32]);

/* A scalar, drawn again while it is not below r; its words are the Montgomery form. */
void zkl_iden3_random_fr(zkl_fr *out, zkl_iden3_random *random);
/* A point whose logarithm nobody knows: x until it is on the curve, times the cofactor. */
void zkl_iden3_random_g1(zkl_g1_affine *out, zkl_iden3_random *random);
void zkl_iden3_random_g2(zkl_g2_affine *out, zkl_iden3_random *random);
