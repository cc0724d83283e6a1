/* A point of G2 from a hash. Source: snarkjs 0.7.6, hashToG2. Everything here is public: the hash
 * stands in a transcript that everybody has. */
#include "setup/iden3_hash_to_g2.h"

#include "setup/iden3_random.h"

void zkl_ceremony_hash_to_g2(zkl_g2_affine *out, const uint8_t hash[static 64])
{
    zkl_iden3_random random;
    zkl_iden3_random_init(&random, hash);
    zkl_iden3_random_g2(out, &random);
}
