#pragma once
/* The streaming states of the other two byte hashes, so that a zkl_hasher needs no allocation.
 * Included by hash.h, after zkl_sha3. */
#include <blake3.h>

typedef struct zkl_sha256_state {
    uint32_t chain[8];
    uint64_t size; /* bytes so far */
    uint8_t block[64];
} zkl_sha256_state;
void zkl_sha256_init(zkl_sha256_state *hash);
void zkl_sha256_update(zkl_sha256_state *hash, const void *data, size_t size);
void zkl_sha256_final(zkl_sha256_state *hash, zkl_digest *out);

struct zkl_hasher {
    zkl_hash_algorithm algorithm;
    union {
        zkl_sha3 sha3;
        blake3_hasher blake3;
        zkl_sha256_state sha256;
    };
};
