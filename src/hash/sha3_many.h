#pragma once
/* The many-message functions of hash.h with the native set said by the caller. hash.h's take the
 * best set; tests and benches compare every set with the portable one. */
#include "hash/hash.h"
#include "native/keccak.h"

void zkl_sha3_256_each_with(const zkl_keccak_set *set, zkl_digest *out, const zkl_bytes *messages,
                            size_t count);
/* Merkle nodes: out[i] = SHA3-256(prefix, pairs[2i], pairs[2i + 1]). out may be pairs. */
void zkl_sha3_256_nodes_with(const zkl_keccak_set *set, zkl_digest *out, uint8_t prefix,
                             const zkl_digest *pairs, size_t count);
void zkl_prf_32_each_with(const zkl_keccak_set *set, zkl_digest *out, zkl_bytes key,
                          const char *label, zkl_prf_numbers numbers);
